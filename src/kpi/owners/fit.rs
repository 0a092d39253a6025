//! Regressions with penalties that the data choose: the chance to be won by now, and the amount of a win.

use nalgebra::{DMatrix, DVector};

use crate::kpi::owners::design::Design;

/// Rounds of choosing penalties.
const ROUNDS: usize = 3;
/// Most steps of a fit.
const STEPS: usize = 40;
/// Gain of a step, in log-likelihood, below which the fit stands.
const GAIN: f64 = 1e-7;
/// Mean square of an effect of which nothing is known yet; it counts for one column.
const BELIEVABLE: f64 = 0.25;
/// A chance and a share are never taken to be surer than this.
const TINY: f64 = 1e-9;

/// What is explained.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'a> {
    /// Won by now: `P = G / (1 + exp(-eta))`, G the share of its way that the lead had time for.
    Share { won: &'a [bool], reach: &'a [f64] },
    /// Amount of a win, in units of their mean: `exp(eta)`, with a variance of `dispersion` x the mean.
    Amount { amount: &'a [f64], dispersion: f64 },
}

impl Target<'_> {
    /// Log-likelihood, its slope in eta, and the expected curvature.
    fn terms(self, life: usize, eta: f64) -> (f64, f64, f64) {
        match self {
            Self::Share { won, reach } => {
                let (g, p) = (reach[life], sigmoid(eta));
                let share = (g * p).clamp(TINY, 1.0 - TINY);
                let slope = g * p * (1.0 - p);
                let y = f64::from(u8::from(won[life]));
                let log = if won[life] {
                    share.ln()
                } else {
                    (-share).ln_1p()
                };
                let variance = share * (1.0 - share);
                (
                    log,
                    (y - share) / variance * slope,
                    slope * slope / variance,
                )
            }
            Self::Amount { amount, dispersion } => {
                let mean = eta.clamp(-20.0, 20.0).exp();
                let y = amount[life];
                (
                    (y * eta - mean) / dispersion,
                    (y - mean) / dispersion,
                    mean / dispersion,
                )
            }
        }
    }

    /// The mean of eta: a chance, or an amount in units of the mean.
    fn mean(self, life: usize, eta: f64) -> f64 {
        match self {
            Self::Share { reach, .. } => (reach[life] * sigmoid(eta)).clamp(0.0, 1.0),
            Self::Amount { .. } => eta.clamp(-20.0, 20.0).exp(),
        }
    }

    /// Eta of the mean of all.
    fn start(self, lives: &[usize]) -> f64 {
        match self {
            Self::Share { won, reach } => {
                let wins = lives.iter().filter(|&&i| won[i]).count() as f64;
                let way: f64 = lives.iter().map(|&i| reach[i]).sum();
                let p = ((wins + 0.5) / (way + 1.0)).clamp(1e-6, 1.0 - 1e-6);
                (p / (1.0 - p)).ln()
            }
            Self::Amount { amount, .. } => {
                let sum: f64 = lives.iter().map(|&i| amount[i]).sum();
                (sum / lives.len().max(1) as f64).max(TINY).ln()
            }
        }
    }
}

/// A fitted regression: coefficients, the intercept last.
#[derive(Debug, Clone)]
pub(super) struct Fitted {
    pub(super) beta: DVector<f64>,
    /// Penalty of each column, 0 for the intercept.
    pub(super) penalty: Vec<f64>,
}

impl Fitted {
    /// Eta of a life.
    pub(super) fn eta(&self, design: &Design, life: usize) -> f64 {
        let row = design.row(life).iter();
        let sum: f64 = row
            .map(|&(column, value)| self.beta[usize::from(column)] * f64::from(value))
            .sum();
        sum + self.beta[design.columns]
    }

    /// The mean of a life.
    pub(super) fn mean(&self, design: &Design, target: Target<'_>, life: usize) -> f64 {
        target.mean(life, self.eta(design, life))
    }
}

/// Fits on all of `lives`, choosing the penalties.
///
/// `lambda_g = (gamma_g + 1) / (|beta_g|^2 + s^2)`, gamma the number of effects that the data determine (`MacKay` 1992),
/// and s^2 the size of effects over all features, so that a feature of one column is not its own witness.
pub(super) fn fit(design: &Design, target: Target<'_>, lives: &[usize]) -> Option<Fitted> {
    let mut penalty = vec![4.0; design.columns];
    penalty.push(0.0);
    let mut fitted = None;
    for round in 0..=ROUNDS {
        let start = fitted.as_ref().map(|fitted: &Fitted| &fitted.beta);
        let next = fit_with(design, target, lives, &penalty, start)?;
        if round < ROUNDS {
            let inverse = covariance(design, target, lives, &next)?;
            choose(design, &next, &inverse, &mut penalty);
        }
        fitted = Some(next);
    }
    fitted
}

fn choose(design: &Design, fitted: &Fitted, inverse: &DMatrix<f64>, penalty: &mut [f64]) {
    let sums: Vec<(f64, f64)> = (design.groups.iter())
        .map(|group| {
            let told = |c: usize| (1.0 - penalty[c] * inverse[(c, c)]).max(0.0);
            let gamma = group.clone().map(told).sum();
            (gamma, group.clone().map(|c| fitted.beta[c].powi(2)).sum())
        })
        .collect();
    let gamma: f64 = sums.iter().map(|sum| sum.0).sum();
    let squares: f64 = sums.iter().map(|sum| sum.1).sum();
    let typical = (squares + BELIEVABLE) / (gamma + 1.0);
    for (group, (gamma, squares)) in design.groups.iter().zip(sums) {
        let chosen = ((gamma + 1.0) / (squares + typical)).clamp(0.1, 10_000.0);
        penalty[group.clone()].fill(chosen);
    }
}

/// Fits on `lives` with given penalties: Fisher scoring with halved steps where a whole one overshoots.
pub(super) fn fit_with(
    design: &Design,
    target: Target<'_>,
    lives: &[usize],
    penalty: &[f64],
    start: Option<&DVector<f64>>,
) -> Option<Fitted> {
    let k = design.columns + 1;
    let mut fitted = Fitted {
        beta: start.cloned().unwrap_or_else(|| {
            let mut beta = DVector::zeros(k);
            beta[k - 1] = target.start(lives);
            beta
        }),
        penalty: penalty.to_vec(),
    };
    let mut at = objective(design, target, lives, &fitted);
    for _ in 0..STEPS {
        let (slope, curvature) = curvature(design, target, lives, &fitted);
        let step = nalgebra::Cholesky::new(curvature)?.solve(&slope);
        let gain = step.dot(&slope);
        if !gain.is_finite() {
            return None;
        }
        let mut part = 1.0;
        loop {
            let mut next = fitted.clone();
            next.beta.axpy(part, &step, 1.0);
            let there = objective(design, target, lives, &next);
            if there >= at - 1e-12 * at.abs() {
                (fitted, at) = (next, there);
                break;
            }
            part /= 2.0;
            if part < 1e-6 {
                return Some(fitted);
            }
        }
        if gain < GAIN {
            break;
        }
    }
    Some(fitted)
}

/// Penalised log-likelihood.
fn objective(design: &Design, target: Target<'_>, lives: &[usize], fitted: &Fitted) -> f64 {
    let sum: f64 = (lives.iter())
        .map(|&i| target.terms(i, fitted.eta(design, i)).0)
        .sum();
    let pull: f64 = (fitted.beta.iter().zip(&fitted.penalty))
        .map(|(b, penalty)| penalty * b * b)
        .sum();
    sum - 0.5 * pull
}

/// Slope and expected curvature of the penalised log-likelihood.
fn curvature(
    design: &Design,
    target: Target<'_>,
    lives: &[usize],
    fitted: &Fitted,
) -> (DVector<f64>, DMatrix<f64>) {
    let k = design.columns + 1;
    let (mut slope, mut matrix) = (DVector::zeros(k), DMatrix::zeros(k, k));
    for &i in lives {
        let (_, s, w) = target.terms(i, fitted.eta(design, i));
        add_outer(design.row(i), s, w, &mut slope, &mut matrix);
    }
    for c in 0..k {
        slope[c] -= fitted.penalty[c] * fitted.beta[c];
        // The least keeps a column of which nothing is known from being free.
        matrix[(c, c)] += fitted.penalty[c] + 1e-9;
    }
    matrix.fill_upper_triangle_with_lower_triangle();
    (slope, matrix)
}

/// Adds s x to the slope and w x x' to the lower triangle, x the row with 1 for the intercept.
fn add_outer(
    row: &[(u16, f32)],
    s: f64,
    w: f64,
    slope: &mut DVector<f64>,
    matrix: &mut DMatrix<f64>,
) {
    let last = slope.len() - 1;
    slope[last] += s;
    matrix[(last, last)] += w;
    for (a, &(column, value)) in row.iter().enumerate() {
        let (column, value) = (usize::from(column), f64::from(value));
        slope[column] += s * value;
        matrix[(last, column)] += w * value;
        for &(other, times) in &row[..=a] {
            let other = usize::from(other);
            let place = (column.max(other), column.min(other));
            matrix[place] += w * value * f64::from(times);
        }
    }
}

/// The covariance of the coefficients: the inverse of the penalised curvature.
pub(super) fn covariance(
    design: &Design,
    target: Target<'_>,
    lives: &[usize],
    fitted: &Fitted,
) -> Option<DMatrix<f64>> {
    let (_, matrix) = curvature(design, target, lives, fitted);
    Some(nalgebra::Cholesky::new(matrix)?.inverse())
}

pub(super) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::owners::design::Design;

    fn near(fitted: &Fitted, wanted: &serde_json::Value) {
        for (got, wanted) in fitted.beta.iter().zip(wanted.as_array().expect("a list")) {
            let wanted = wanted.as_f64().expect("a number");
            assert!((got - wanted).abs() < 1e-6, "{got}, wanted {wanted}");
        }
    }

    /// Against scipy.optimize: tests/peers/owners.py.
    #[test]
    fn the_optimum_is_that_of_a_general_optimiser() {
        let golden = include_str!("../../../tests/golden/owners.json");
        let golden: serde_json::Value = serde_json::from_str(golden).expect("JSON");
        let level: Vec<usize> = (0..60).map(|i| (i * 7) % 3).collect();
        let design = Design::of_levels(&level);
        let reach: Vec<f64> = (0..60)
            .map(|i| if i % 4 == 0 { 0.5 } else { 1.0 })
            .collect();
        let won: Vec<bool> = (0..60)
            .map(|i| (i * 13) % 10 < 2 + 2 * level[i] && i % 8 != 0)
            .collect();
        let all: Vec<usize> = (0..60).collect();
        let penalty = [2.0, 2.0, 0.0];
        let share = Target::Share {
            won: &won,
            reach: &reach,
        };
        let fitted = fit_with(&design, share, &all, &penalty, None).expect("a fit");
        near(&fitted, &golden["fits"]["share"]);
        let amount: Vec<f64> = (0..60)
            .map(|i| 0.2 + ((i * 11) % 17) as f64 / 10.0 * (1 + level[i]) as f64)
            .collect();
        let target = Target::Amount {
            amount: &amount,
            dispersion: 0.7,
        };
        let fitted = fit_with(&design, target, &all, &penalty, None).expect("a fit");
        near(&fitted, &golden["fits"]["amount"]);
    }
}
