//! The undated model on one row after the other: log-odds, their uncertainty and the strongest reasons, from tables by
//! level.
//!
//! The variance of the log-odds is z'Vz with z the row and V the covariance of the coefficients. A row has one cell a
//! feature, or two where a number lies between two bins, so the sum goes over pairs of cells.

use crate::domain::Probability;
use crate::features::{Code, Recipe};
use crate::score::Model;
use crate::score::amount::AmountModel;
use crate::score::fit::Fitted;
use crate::score::scoring::Z80;
use crate::score::solver::sigmoid;

/// Reasons that are kept of each row.
const STRONGEST: usize = 3;

/// What the model says of one row.
#[derive(Debug, Clone, Default)]
pub struct RowScore {
    /// P(won, given closed).
    pub p_win: f64,
    /// Lower and upper end of the 80 % interval of that probability.
    pub interval: (f64, f64),
    /// E[amount, given won], money; none without amounts.
    pub expected_amount: Option<f64>,
    /// `p_win` x `expected_amount`, money.
    pub expected_value: Option<f64>,
    /// The features that add most to the log-odds, with what they add, strongest first; ties by name. Features that add
    /// nothing are left out.
    pub strongest: Vec<(usize, f64)>,
    /// Log-odds.
    pub(crate) eta: f64,
    /// Standard error of the log-odds.
    pub(crate) error: f64,
    /// By feature: what it adds, compared with the leads that the model learnt from.
    pub(crate) contributions: Vec<f64>,
    cells: Vec<(usize, f64)>,
}

/// A feature's levels.
struct Effect {
    /// Row of the covariance that level 0 has.
    first: usize,
    /// By level, the reference level with 0.
    coefficients: Vec<f64>,
    /// What the feature adds on average.
    mean: f64,
}

/// An undated model, ready for rows.
pub struct UndatedScorer<'m> {
    intercept: f64,
    effects: Vec<Effect>,
    /// Rows and columns: the intercept, then every level of every feature; those of reference levels are 0.
    covariance: Vec<f64>,
    size: usize,
    /// The features by name.
    by_name: Vec<usize>,
    amount: Option<&'m AmountModel>,
}

impl<'m> UndatedScorer<'m> {
    /// The tables of a model; none for a dated one.
    pub fn of(model: &'m Model) -> Option<Self> {
        if model.lost.is_some() {
            return None;
        }
        let fitted = &model.win;
        let mean = model.reference.first().map_or(&[][..], Vec::as_slice);
        let mut effects = Vec::new();
        // By row of the covariance: the column of the regression, if it has one.
        let mut columns = vec![Some(fitted.size() - 1)];
        for (_, range, reference) in model.design.level_columns() {
            let reference = usize::from(reference);
            let of_level = (0..=range.len()).map(|level| {
                (level != reference).then(|| range.start + level - usize::from(level > reference))
            });
            let of_level: Vec<Option<usize>> = of_level.collect();
            let coefficient =
                |column: Option<usize>| column.map_or(0.0, |c| fitted.logistic.coefficients[c]);
            effects.push(Effect {
                first: columns.len(),
                coefficients: of_level.iter().map(|&column| coefficient(column)).collect(),
                mean: range
                    .clone()
                    .map(|c| mean.get(c).copied().unwrap_or(0.0) * coefficient(Some(c)))
                    .sum(),
            });
            columns.extend(of_level);
        }
        let (covariance, size) = (covariance(fitted, &columns), columns.len());
        Some(Self {
            intercept: fitted.logistic.intercept,
            effects,
            covariance,
            size,
            by_name: by_name(&model.recipe),
            amount: model.amount.as_ref(),
        })
    }

    /// Whether it tells what won leads bring.
    pub const fn with_amounts(&self) -> bool {
        self.amount.is_some()
    }

    /// Log-odds of the leads that the model learnt from, on average.
    pub(crate) fn baseline(&self) -> f64 {
        self.effects
            .iter()
            .fold(self.intercept, |sum, effect| sum + effect.mean)
    }

    /// Scores a row by its codes; `stated` is what the lead says that it will spend.
    pub fn score(&self, codes: &[Code], stated: Option<f64>, row: &mut RowScore) {
        self.add_up(codes, row);
        row.error = self.variance(&row.cells).max(0.0).sqrt();
        let p = |eta: f64| Probability::clamped(sigmoid(eta)).get();
        row.p_win = p(row.eta);
        row.interval = (p(row.eta - Z80 * row.error), p(row.eta + Z80 * row.error));
        row.expected_amount = self.amount.map(|amount| amount.of_codes(stated, codes));
        row.expected_value = row.expected_amount.map(|amount| row.p_win * amount);
        self.pick_strongest(row);
    }

    fn add_up(&self, codes: &[Code], row: &mut RowScore) {
        row.cells.clear();
        row.contributions.clear();
        row.cells.push((0, 1.0));
        row.eta = self.intercept;
        for (effect, &code) in self.effects.iter().zip(codes) {
            let (lower, fraction) = (usize::from(code.lower()), f64::from(code.fraction()));
            let mut own = 0.0;
            for (level, share) in [(lower, 1.0 - fraction), (lower + 1, fraction)] {
                if share > 0.0
                    && let Some(coefficient) = effect.coefficients.get(level)
                {
                    own += share * coefficient;
                    row.cells.push((effect.first + level, share));
                }
            }
            row.eta += own;
            row.contributions.push(own - effect.mean);
        }
    }

    /// z'Vz.
    fn variance(&self, cells: &[(usize, f64)]) -> f64 {
        let mut sum = 0.0;
        for (i, &(a, x)) in cells.iter().enumerate() {
            let of_a = &self.covariance[a * self.size..(a + 1) * self.size];
            let before: f64 = cells[..i].iter().map(|&(b, y)| y * of_a[b]).sum();
            sum += x * (x * of_a[a] + 2.0 * before);
        }
        sum
    }

    fn pick_strongest(&self, row: &mut RowScore) {
        let mut best = [(usize::MAX, 0.0_f64); STRONGEST];
        for &feature in &self.by_name {
            let here = row.contributions[feature];
            // The first by name keeps its place among equals.
            if let Some(place) = best.iter().position(|other| here.abs() > other.1.abs()) {
                best[place..].rotate_right(1);
                best[place] = (feature, here);
            }
        }
        row.strongest.clear();
        row.strongest
            .extend(best.iter().filter(|(feature, _)| *feature != usize::MAX));
    }
}

fn by_name(recipe: &Recipe) -> Vec<usize> {
    let mut order: Vec<usize> = (0..recipe.features.len()).collect();
    order.sort_by(|&a, &b| recipe.features[a].name.cmp(&recipe.features[b].name));
    order
}

/// The covariance between rows that have a column of the regression, 0 for the others.
fn covariance(fitted: &Fitted, columns: &[Option<usize>]) -> Vec<f64> {
    let factor: Vec<Option<Vec<f64>>> = (columns.iter())
        .map(|&column| {
            let mut row = vec![0.0; fitted.size()];
            fitted.add_scaled(column?, 1.0, &mut row);
            row.truncate(column? + 1);
            Some(row)
        })
        .collect();
    let size = columns.len();
    let mut all = vec![0.0; size * size];
    for (i, a) in factor.iter().enumerate() {
        for (j, b) in factor[..=i].iter().enumerate() {
            if let (Some(a), Some(b)) = (a, b) {
                let value = a.iter().zip(b).map(|(a, b)| a * b).sum();
                all[i * size + j] = value;
                all[j * size + i] = value;
            }
        }
    }
    all
}
