//! What a won lead brings: E[amount, given won], and the spread around it.

use serde::{Deserialize, Serialize};

use crate::domain::{Leads, Outcome, Role};
use crate::features::{Code, Codes, Recipe};

/// Days of wins that are learnt from, where they hold enough.
const WINDOW: i32 = 2 * 365;
/// Fewest wins of the window before older ones are taken too.
const ENOUGH: usize = 100;
/// Fewest wins with a stated amount for it to be used.
const MIN_STATED: usize = 50;
/// Most ratios stored.
const MAX_RATIOS: usize = 501;

/// A product of factors, one a level of each feature that stands still, times a base: a plain mean or a share of what
/// the lead says it will spend.
///
/// Factors are the minimum-bias ones of insurance rating (Bailey and Simon 1960): for each level, expected sums equal
/// realised sums, but for the shrinkage of levels with few wins (Bühlmann credibility). Sums, never logs: the mean of a
/// skewed amount is what a forecast needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AmountModel {
    /// Expected amount where nothing else is known, money.
    mean: f64,
    /// Realised / stated amount, where that is the better base.
    of_stated: Option<f64>,
    /// By feature of the recipe: a factor for each code; empty for features that are not used.
    factors: Vec<Vec<f64>>,
    /// Realised / expected of the wins, sorted, mean 1; thinned to quantiles where there are many.
    pub ratios: Vec<f64>,
    /// Wins learnt from.
    pub wins: usize,
}

impl AmountModel {
    /// Learns from the wins with an amount; none without that column or with fewer than 5 of them. `codes` holds every
    /// lead, row by row.
    pub(crate) fn learn(leads: &Leads, recipe: &Recipe, codes: &Codes) -> Option<Self> {
        let amounts = leads.numbers(Role::Amount)?;
        let all: Vec<usize> = (0..leads.len())
            .filter(|&row| leads.outcome[row] == Outcome::Won && amounts[row] >= 0.0)
            .collect();
        let recent: Vec<usize> = all
            .iter()
            .copied()
            .filter(|&row| leads.closed[row].is_some_and(|closed| closed >= leads.as_of - WINDOW))
            .collect();
        let rows = if recent.len() >= ENOUGH { recent } else { all };
        let total: f64 = rows.iter().map(|&row| amounts[row]).sum();
        if rows.len() < 5 || total <= 0.0 {
            return None;
        }
        let mean = total / rows.len() as f64;
        let of_stated = stated_share(leads, amounts, &rows, mean);
        let mut model = Self {
            mean,
            of_stated,
            factors: Vec::new(),
            ratios: Vec::new(),
            wins: rows.len(),
        };
        model.learn_factors(leads, amounts, &rows, recipe, codes);
        model.learn_ratios(leads, amounts, &rows, codes);
        Some(model)
    }

    /// E[amount, given won] of a lead, money. `codes` are those of the lead.
    pub(crate) fn expected(&self, leads: &Leads, row: usize, codes: &[Code]) -> f64 {
        let stated = leads.numbers(Role::StatedAmount);
        self.of_codes(stated.map(|stated| stated[row]), codes)
    }

    /// The same by what the lead says that it will spend (NaN: it does not say) and by its codes.
    pub(crate) fn of_codes(&self, stated: Option<f64>, codes: &[Code]) -> f64 {
        let stated = self.of_stated.zip(stated);
        let base = stated
            .map(|(share, stated)| stated * share)
            .filter(|&base| base > 0.0)
            .unwrap_or(self.mean);
        self.factors
            .iter()
            .zip(codes)
            .fold(base, |amount, (factors, &code)| {
                amount * factors.get(code.nearest() as usize).copied().unwrap_or(1.0)
            })
    }

    fn learn_factors(
        &mut self,
        leads: &Leads,
        amounts: &[f64],
        rows: &[usize],
        recipe: &Recipe,
        codes: &Codes,
    ) {
        self.factors = recipe
            .features
            .iter()
            .map(|feature| {
                if feature.origin.moves() || feature.origin == crate::features::Origin::Segment {
                    Vec::new()
                } else {
                    vec![1.0; feature.encoding.levels()]
                }
            })
            .collect();
        for _ in 0..12 {
            for j in 0..self.factors.len() {
                if !self.factors[j].is_empty() {
                    self.refit_factor(j, leads, amounts, rows, codes);
                }
            }
        }
        let expected: f64 = rows
            .iter()
            .map(|&row| self.expected(leads, row, codes.row(row)))
            .sum();
        let realised: f64 = rows.iter().map(|&row| amounts[row]).sum();
        self.mean *= realised / expected;
        self.of_stated = self.of_stated.map(|share| share * realised / expected);
    }

    fn refit_factor(
        &mut self,
        j: usize,
        leads: &Leads,
        amounts: &[f64],
        rows: &[usize],
        codes: &Codes,
    ) {
        let size = self.factors[j].len();
        let (mut realised, mut expected, mut count) =
            (vec![0.0; size], vec![0.0; size], vec![0.0; size]);
        self.factors[j] = vec![1.0; size];
        let mut squares = 0.0;
        for &row in rows {
            let code = codes.row(row)[j].nearest() as usize;
            let without = self.expected(leads, row, codes.row(row));
            realised[code] += amounts[row];
            expected[code] += without;
            count[code] += 1.0;
            squares += (amounts[row] / without - 1.0).powi(2);
        }
        let n = rows.len() as f64;
        let within = squares / n;
        let ratio = |c: usize| {
            if expected[c] > 0.0 {
                realised[c] / expected[c]
            } else {
                1.0
            }
        };
        // Method of moments (Bühlmann-Straub): variance of the true ratios between levels.
        let levels = count.iter().filter(|&&count| count > 0.0).count() as f64;
        let spread: f64 = (0..size).map(|c| count[c] * (ratio(c) - 1.0).powi(2)).sum();
        let weight = n - count.iter().map(|count| count * count).sum::<f64>() / n;
        let between = ((spread - (levels - 1.0) * within) / weight.max(1e-9)).max(0.0);
        self.factors[j] = (0..size)
            .map(|c| {
                let credibility = count[c] * between / (count[c] * between + within).max(1e-300);
                1.0 + credibility * (ratio(c) - 1.0)
            })
            .collect();
    }

    fn learn_ratios(&mut self, leads: &Leads, amounts: &[f64], rows: &[usize], codes: &Codes) {
        let mut ratios: Vec<f64> = rows
            .iter()
            .map(|&row| amounts[row] / self.expected(leads, row, codes.row(row)))
            .collect();
        ratios.sort_by(f64::total_cmp);
        if ratios.len() > MAX_RATIOS {
            // Means of equal groups keep the mean, where quantiles would lose the tail.
            let n = ratios.len();
            ratios = (0..MAX_RATIOS)
                .map(|i| {
                    let group = &ratios[i * n / MAX_RATIOS..(i + 1) * n / MAX_RATIOS];
                    group.iter().sum::<f64>() / group.len() as f64
                })
                .collect();
        }
        let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
        ratios.iter_mut().for_each(|ratio| *ratio /= mean);
        self.ratios = ratios;
    }
}

/// Realised / stated as a share of sums, if that predicts amounts better than their mean does.
fn stated_share(leads: &Leads, amounts: &[f64], rows: &[usize], mean: f64) -> Option<f64> {
    let stated = leads.numbers(Role::StatedAmount)?;
    let both: Vec<usize> = rows
        .iter()
        .copied()
        .filter(|&row| stated[row] > 0.0)
        .collect();
    if both.len() < MIN_STATED {
        return None;
    }
    let sum = |of: &[f64]| both.iter().map(|&row| of[row]).sum::<f64>();
    let share = sum(amounts) / sum(stated);
    let error = |guess: &dyn Fn(usize) -> f64| {
        both.iter()
            .map(|&row| (amounts[row] - guess(row)).powi(2))
            .sum::<f64>()
    };
    (error(&|row| stated[row] * share) < error(&|_| mean)).then_some(share)
}
