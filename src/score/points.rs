//! Scores as points: log-odds on a scale that people are used to.
//!
//! `points = offset + factor ln(odds)`, `factor = PDO / ln 2`: as many points as PDO double the odds. The offset puts
//! `base` points at the odds `base_odds` to one (the scaling `pdo_odds` of optbinning's `Scorecard`, turned so that more
//! points mean more wins).

use serde::Serialize;

use crate::domain::Probability;
use crate::features::Encoding;
use crate::score::solver::logit;
use crate::score::{Model, ScoreError};

/// A scale of points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PointsScale {
    /// Points that double the odds, above 0.
    pub pdo: f64,
    /// Points at the odds `base_odds`.
    pub base: f64,
    /// Odds, won to not won, above 0: 1 is an even chance.
    pub base_odds: f64,
}

impl PointsScale {
    /// Points for each unit of log-odds.
    pub fn factor(self) -> f64 {
        self.pdo / std::f64::consts::LN_2
    }

    /// Points at even odds.
    pub fn offset(self) -> f64 {
        self.base - self.factor() * self.base_odds.ln()
    }

    /// The points of log-odds, not rounded.
    pub fn of_log_odds(self, log_odds: f64) -> f64 {
        self.offset() + self.factor() * log_odds
    }

    /// The points of a probability, rounded to the nearest whole number. Probabilities nearer than 1e-12 to 0 or 1 count
    /// as that far from it.
    pub fn of(self, p: Probability) -> i64 {
        let p = p.get().clamp(1e-12, 1.0 - 1e-12);
        self.of_log_odds(logit(p)).round() as i64
    }
}

/// One row of a scorecard: a level of a feature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CardRow {
    /// The feature; empty for the points that every lead begins with.
    pub feature: String,
    /// The level: a value, a range of numbers; empty for missing values.
    pub level: String,
    /// For numbers: the value that has exactly these points; between two such values points run straight, unless a
    /// level stands alone.
    pub at: Option<f64>,
    /// Whether the level stands alone, so that no points run into it.
    pub alone: bool,
    /// Leads with it among those that the model learnt from.
    pub n: u32,
    /// What it adds to the log-odds.
    pub log_odds: f64,
    /// What it adds to the points, not rounded.
    pub exact: f64,
    /// The same, rounded to a whole number.
    pub points: i64,
}

/// The card of an undated model: points by level of each feature, the row that every lead begins with first. The sum of a
/// lead's rows is its points; with rounded ones it is off by at most half a point a row.
///
/// # Errors
/// A dated model has no card: what a level is worth there changes with the age of the lead and the days ahead.
pub fn scorecard(model: &Model, scale: PointsScale) -> Result<Vec<CardRow>, ScoreError> {
    if model.horizon().is_some() {
        return Err(ScoreError::NoCard);
    }
    let row = |feature: &str, level: String, log_odds: f64, exact: f64| CardRow {
        feature: feature.to_owned(),
        level,
        at: None,
        alone: false,
        n: 0,
        log_odds,
        exact,
        points: exact.round() as i64,
    };
    let intercept = model.win.logistic.intercept;
    let mut begin = row("", String::new(), intercept, scale.of_log_odds(intercept));
    begin.n = model.report().rows as u32;
    let mut card = vec![begin];
    for (j, columns, reference) in model.design.level_columns() {
        let feature = &model.recipe.features[j];
        let mut columns = columns;
        for level in 0..feature.encoding.levels() {
            let log_odds = if level == usize::from(reference) {
                0.0
            } else {
                let column = columns.next();
                column.map_or(0.0, |column| model.win.logistic.coefficients[column])
            };
            let mut one = row(
                &feature.name,
                feature.label(level),
                log_odds,
                scale.factor() * log_odds,
            );
            let counts = model.population.counts.get(j);
            one.n = counts
                .and_then(|counts| counts.get(level).copied())
                .unwrap_or(0);
            if let (Encoding::Bins(bins), Some(bin)) = (&feature.encoding, level.checked_sub(1)) {
                let centre = bins.centre(bin);
                one.at = centre.map(|(at, _)| at);
                one.alone = centre.is_some_and(|(_, alone)| alone);
            }
            card.push(one);
        }
    }
    Ok(card)
}
