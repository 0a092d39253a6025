//! The S-learner: one ridge logistic regression of the win on what is known and on whether the lead was called, with their
//! products; the uplift of a call is the difference between its two answers.
//!
//! `logit P(win) = b + m·u + t (c + f (g + d·v))`, t = 1/2 for called, -1/2 for held; f the freshness, v the features below
//! and u these with their products with f, standardised. Only g is free: where lots tell nothing more, the ridge on c
//! and d leaves `g f`, which is what calls are ranked by before any lot (`value`).

use ndarray::Array1;

use crate::domain::Probability;
use crate::score::LeadScore;
use crate::score::solver::{self, Logistic, Problem, SolverError, SparseRows, logit, sigmoid};

/// Features of the model that are looked at one by one, those that tell leads apart the most.
pub(super) const HANDFUL: usize = 6;
/// Ridge of what acts whether or not a call is made.
const RIDGE: f64 = 1.0;
/// Ridge of the effect of a call on the first day.
const RIDGE_CALL: f64 = 0.1;

/// What is known of a lead on the day of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Log-odds of the chance to be won within 30 days.
    pub logit: f64,
    /// What is left of the effect of a first-day call, 0-1.
    pub freshness: f64,
    /// Logarithm of the expected amount; 0 without amounts.
    pub log_amount: f64,
    /// Age in days.
    pub age: f64,
    /// What features of the model add to the log-odds, in a fixed order.
    pub parts: Vec<f64>,
}

impl Known {
    /// What a score tells; `names` are the features looked at.
    pub(super) fn of(
        score: &LeadScore,
        age: Option<i32>,
        freshness: f64,
        names: &[String],
    ) -> Self {
        let p = score
            .p_win_30d
            .or(score.p_win)
            .map_or(0.0, Probability::get);
        let part = |name: &String| {
            let reason = score.reasons.iter().find(|reason| &reason.feature == name);
            reason.map_or(0.0, |reason| reason.contribution)
        };
        Self {
            logit: logit(p.clamp(1e-6, 1.0 - 1e-6)),
            freshness,
            log_amount: score
                .expected_amount
                .map_or(0.0, |amount| amount.max(1e-9).ln()),
            age: age.map_or(0.0, f64::from),
            parts: names.iter().map(part).collect(),
        }
    }

    /// The plain features: log-odds, freshness, log amount, log age, parts.
    fn plain(&self) -> Vec<f64> {
        let mut plain = vec![
            self.logit,
            self.freshness,
            self.log_amount,
            self.age.max(0.0).ln_1p(),
        ];
        plain.extend(&self.parts);
        plain
    }
}

/// One lot, as the learner sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// What was known.
    pub known: Known,
    /// Whether it was called.
    pub called: bool,
    /// Whether it was won within the horizon.
    pub won: bool,
}

/// A fitted S-learner.
#[derive(Debug, Clone, PartialEq)]
pub struct SLearner {
    /// Mean and deviation of each plain feature.
    scale: Vec<(f64, f64)>,
    fitted: Logistic,
}

impl SLearner {
    /// Learns from lots; `ridge` is the penalty on how the effect of a call differs between leads.
    ///
    /// # Errors
    /// All lots of one outcome, or a fit that does not converge.
    pub fn fit(lessons: &[&Lesson], ridge: f64) -> Result<Self, SolverError> {
        let scale = scales(lessons);
        let known = scale.len() + scale.len().saturating_sub(1).saturating_sub(1);
        let columns = known + 2 + scale.len();
        let mut rows = SparseRows::new(columns);
        for (i, lesson) in lessons.iter().enumerate() {
            let features = features(&scale, &lesson.known);
            rows.push(
                &cells(&features, &lesson.known, scale.len(), lesson.called),
                1.0,
                i as u32,
            );
        }
        let won: Array1<bool> = lessons.iter().map(|lesson| lesson.won).collect();
        let mut penalty = vec![RIDGE; known];
        penalty.push(RIDGE_CALL);
        penalty.resize(columns, ridge);
        let fitted = solver::fit(&Problem::new(rows, won), &penalty, None)?;
        Ok(Self { scale, fitted })
    }

    /// P(win) if called, and if not.
    pub fn chances(&self, known: &Known) -> (f64, f64) {
        let features = features(&self.scale, known);
        let chance = |called| {
            sigmoid(
                self.fitted
                    .log_odds(&cells(&features, known, self.scale.len(), called)),
            )
        };
        (chance(true), chance(false))
    }

    /// What a call adds to P(win).
    pub fn uplift(&self, known: &Known) -> f64 {
        let (called, held) = self.chances(known);
        called - held
    }
}

fn scales(lessons: &[&Lesson]) -> Vec<(f64, f64)> {
    let plain: Vec<Vec<f64>> = lessons.iter().map(|lesson| lesson.known.plain()).collect();
    let n = plain.len().max(1) as f64;
    let width = plain.first().map_or(0, Vec::len);
    (0..width)
        .map(|j| {
            let mean = plain.iter().map(|row| row[j]).sum::<f64>() / n;
            let variance = plain.iter().map(|row| (row[j] - mean).powi(2)).sum::<f64>() / n;
            (mean, variance.sqrt())
        })
        .collect()
}

/// Standardised features, and all but freshness and age once more in product with freshness.
fn features(scale: &[(f64, f64)], known: &Known) -> Vec<f64> {
    const FRESHNESS: usize = 1;
    const AGE: usize = 3;
    let plain: Vec<f64> = (known.plain().iter().zip(scale))
        // What does not vary tells nothing.
        .map(|(x, &(mean, sd))| if sd > 1e-9 { (x - mean) / sd } else { 0.0 })
        .collect();
    let fresh = plain.get(FRESHNESS).copied().unwrap_or(0.0);
    let products = (plain.iter().enumerate())
        .filter(|&(j, _)| j != FRESHNESS && j != AGE)
        .map(|(_, x)| x * fresh)
        .collect::<Vec<f64>>();
    plain.into_iter().chain(products).collect()
}

/// The features, and whether it was called in product with the freshness, with one, and with the freshness and each plain
/// feature: whatever a call changes fades as the call itself does.
fn cells(features: &[f64], known: &Known, plain: usize, called: bool) -> Vec<(u32, f32)> {
    let t = if called { 0.5 } else { -0.5 };
    let fresh = t * known.freshness;
    let effects = [fresh, t].into_iter();
    let effects = effects.chain(features[..plain].iter().map(|x| x * fresh));
    (features.iter().copied().chain(effects).enumerate())
        .map(|(column, x)| (column as u32, x as f32))
        .collect()
}
