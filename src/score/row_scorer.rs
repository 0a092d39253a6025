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
use crate::score::interval::Z80;
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
    /// Columns of the row, and the share that each has.
    cells: Vec<(u32, f64)>,
}

/// A feature's levels.
struct Effect {
    /// By level: its column, and its coefficient; the reference level has none.
    levels: Vec<Option<(u32, f64)>>,
    /// What the feature adds on average.
    mean: f64,
}

/// An undated model, ready for rows.
pub struct UndatedScorer<'m> {
    intercept: f64,
    effects: Vec<Effect>,
    /// Covariance of the coefficients, row by row; the intercept stands last.
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
        let coefficients = &fitted.logistic.coefficients;
        let mean = model.reference.first().map_or(&[][..], Vec::as_slice);
        let blocks = model.design.level_columns().into_iter();
        let effects = blocks.map(|(_, range, reference)| {
            let mut levels: Vec<Option<(u32, f64)>> = (range.clone())
                .map(|column| Some((column as u32, coefficients[column])))
                .collect();
            levels.insert(usize::from(reference).min(levels.len()), None);
            let shares = mean.get(range.clone()).unwrap_or_default();
            let mean = shares.iter().zip(&coefficients[range]).map(|(x, b)| x * b);
            Effect {
                levels,
                mean: mean.sum(),
            }
        });
        Some(Self {
            intercept: fitted.logistic.intercept,
            effects: effects.collect(),
            covariance: covariance(fitted),
            size: fitted.size(),
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
        row.eta = self.intercept;
        for (effect, &code) in self.effects.iter().zip(codes) {
            let (lower, fraction) = (usize::from(code.lower()), f64::from(code.fraction()));
            let mut own = 0.0;
            let mut add = |level: usize, share: f64| {
                if let Some(&Some((column, coefficient))) = effect.levels.get(level) {
                    own += share * coefficient;
                    row.cells.push((column, share));
                }
            };
            // A number between two bins has a share in both.
            add(lower, 1.0 - fraction);
            if fraction > 0.0 {
                add(lower + 1, fraction);
            }
            row.eta += own;
            row.contributions.push(own - effect.mean);
        }
        row.cells.push((self.size as u32 - 1, 1.0));
    }

    /// z'Vz. Four sums side by side, as each addition waits for the one before.
    fn variance(&self, cells: &[(u32, f64)]) -> f64 {
        let mut sum = 0.0;
        for (i, &(a, x)) in cells.iter().enumerate() {
            let start = a as usize * self.size;
            let of_a = &self.covariance[start..start + self.size];
            let mut sums = [0.0; 4];
            let mut fours = cells[..i].chunks_exact(4);
            for four in &mut fours {
                for (sum, &(b, y)) in sums.iter_mut().zip(four) {
                    *sum += y * of_a[b as usize];
                }
            }
            for (sum, &(b, y)) in sums.iter_mut().zip(fours.remainder()) {
                *sum += y * of_a[b as usize];
            }
            let before = (sums[0] + sums[1]) + (sums[2] + sums[3]);
            sum += x * (x * of_a[a as usize] + 2.0 * before);
        }
        sum
    }

    fn pick_strongest(&self, row: &mut RowScore) {
        let mut best = [(usize::MAX, 0.0_f64); STRONGEST];
        for &feature in &self.by_name {
            let here = row.contributions[feature];
            // The first by name keeps its place among equals.
            if let Some(place) = best.iter().position(|other| here.abs() > other.1.abs()) {
                best.copy_within(place..STRONGEST - 1, place + 1);
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

/// The covariance of the coefficients: L L'.
fn covariance(fitted: &Fitted) -> Vec<f64> {
    let size = fitted.size();
    let factor: Vec<Vec<f64>> = (0..size)
        .map(|column| {
            let mut row = vec![0.0; column + 1];
            fitted.add_scaled(column, 1.0, &mut row);
            row
        })
        .collect();
    let mut all = vec![0.0; size * size];
    for (i, a) in factor.iter().enumerate() {
        for (j, b) in factor[..=i].iter().enumerate() {
            let value = a.iter().zip(b).map(|(a, b)| a * b).sum();
            all[i * size + j] = value;
            all[j * size + i] = value;
        }
    }
    all
}
