//! One regression, its penalties chosen by the data, and how sure it is.

use linfa::DatasetBase;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::score::design::Design;
use crate::score::solver::{self, Logistic, Problem, SolverError, SparseRows};

/// Rounds of choosing penalties; and where models are only compared, or asked about sums.
const ROUNDS: usize = 3;
const ROUGH_ROUNDS: usize = 1;

/// A fitted regression with the uncertainty of its coefficients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fitted {
    /// The coefficients.
    pub logistic: Logistic,
    /// Lower triangle, row by row, of a factor L of their covariance L Lᵀ; the intercept stands last.
    factor: Vec<f64>,
}

/// A problem to fit: rows and outcomes.
pub(super) fn problem(rows: SparseRows, outcomes: Vec<bool>) -> Problem {
    DatasetBase::new(rows, ndarray::Array1::from(outcomes))
}

/// Fits, choosing the penalty of each group of columns by its evidence: `λ_g = γ_g / ‖β_g‖²` (`MacKay` 1992), kept within
/// 0.1 (effects of e³ are believable) and 10,000 (the group says nothing).
///
/// # Errors
/// See [`SolverError`].
pub(super) fn fit(problem: &Problem, design: &Design) -> Result<Fitted, SolverError> {
    let (penalty, rough) = choose_penalties(problem, design, ROUNDS)?;
    let mut logistic = solver::fit(problem, &penalty, Some(&rough))?;
    let covariance =
        solver::covariance(problem, &logistic, &penalty).ok_or(SolverError::Parameter)?;
    let factor = packed_factor(&covariance);
    give_unseen_levels_the_mean(problem.records(), design, &mut logistic);
    Ok(Fitted { logistic, factor })
}

/// The same without its uncertainty and only near the optimum, for comparing models: with the penalties chosen, or with
/// those of a fit nearby, from where it begins. Gives the penalties too.
///
/// # Errors
/// See [`SolverError`].
pub(super) fn fit_roughly(
    problem: &Problem,
    design: &Design,
    nearby: Option<&(Vec<f64>, Fitted)>,
) -> Result<(Vec<f64>, Fitted), SolverError> {
    let (penalty, mut logistic) = match nearby {
        None => choose_penalties(problem, design, ROUGH_ROUNDS)?,
        Some((penalty, fitted)) => {
            let logistic = solver::fit_roughly(problem, penalty, Some(&fitted.logistic))?;
            (penalty.clone(), logistic)
        }
    };
    give_unseen_levels_the_mean(problem.records(), design, &mut logistic);
    let factor = Vec::new();
    Ok((penalty, Fitted { logistic, factor }))
}

/// Shifts the intercept until the chances of the rows add up to their events.
pub(super) fn level(rows: &SparseRows, outcomes: &[bool], fitted: &mut Fitted) {
    let etas: Vec<f64> = (0..rows.len())
        .map(|i| fitted.logistic.log_odds(rows.row(i)))
        .collect();
    let weights = rows.weights();
    let events: f64 = (outcomes.iter().zip(weights))
        .map(|(&event, weight)| f64::from(u8::from(event)) * weight)
        .sum();
    let mut shift = 0.0;
    for _ in 0..20 {
        let (mut sum, mut slope) = (0.0, 0.0);
        for (eta, weight) in etas.iter().zip(weights) {
            let p = solver::sigmoid(eta + shift);
            sum += weight * p;
            slope += weight * p * (1.0 - p);
        }
        let step = (events - sum) / f64::max(slope, 1e-300);
        shift += step.clamp(-0.5, 0.5);
        if step.abs() < 1e-9 {
            break;
        }
    }
    fitted.logistic.intercept += shift;
}

/// The penalty of each column, and a fit near the optimum.
fn choose_penalties(
    problem: &Problem,
    design: &Design,
    rounds: usize,
) -> Result<(Vec<f64>, Logistic), SolverError> {
    let (of_column, groups) = design.groups();
    let mut lambda: Vec<f64> = groups.iter().map(|group| group.penalty).collect();
    let penalties = |lambda: &[f64]| {
        of_column
            .iter()
            .map(|&group| lambda[group])
            .collect::<Vec<f64>>()
    };
    let mut penalty = penalties(&lambda);
    let mut logistic = solver::fit_roughly(problem, &penalty, None)?;
    for _ in 0..rounds {
        let Some(gamma) = solver::effective_parameters(problem, &logistic, &penalty, &of_column)
        else {
            break;
        };
        let mut moved = false;
        for (g, group) in groups.iter().enumerate().filter(|(_, group)| group.learnt) {
            let columns = of_column.iter().enumerate().filter(|(_, of)| **of == g);
            let size: f64 = columns
                .map(|(column, _)| logistic.coefficients[column].powi(2))
                .sum();
            let evidence = gamma
                .get(g)
                .map_or(group.penalty, |gamma| gamma.max(0.0) / size.max(1e-12));
            let chosen = evidence.clamp(0.1, 10_000.0);
            moved |= (chosen / lambda[g]).ln().abs() > 0.1;
            lambda[g] = chosen;
        }
        if !moved {
            break;
        }
        penalty = penalties(&lambda);
        logistic = solver::fit_roughly(problem, &penalty, Some(&logistic))?;
    }
    Ok((penalty, logistic))
}

/// A regression fitted elsewhere, with the covariance of its coefficients, the intercept last.
pub(super) fn of(logistic: Logistic, covariance: &DMatrix<f64>) -> Fitted {
    Fitted {
        logistic,
        factor: packed_factor(covariance),
    }
}

/// A level that no training row had says nothing: it gets the mean effect of its feature, not that of the reference.
fn give_unseen_levels_the_mean(rows: &SparseRows, design: &Design, logistic: &mut Logistic) {
    let mut seen = vec![0.0_f64; design.columns()];
    let mut total = 0.0;
    for i in 0..rows.len() {
        let weight = rows.weights()[i];
        total += weight;
        for &(column, value) in rows.row(i) {
            // Slopes are negative early and positive late; a level is seen either way.
            seen[column as usize] += weight * f64::from(value).abs();
        }
    }
    let total = f64::max(total, 1e-300);
    seen.iter_mut().for_each(|seen| *seen /= total);
    mean_for_unseen(&seen, design, logistic);
}

/// The same by the mean size of each column in the rows.
pub(super) fn mean_for_unseen(seen: &[f64], design: &Design, logistic: &mut Logistic) {
    for (_, columns, _) in design.level_columns() {
        let mean = columns
            .clone()
            .map(|c| seen[c] * logistic.coefficients[c])
            .sum::<f64>();
        for column in columns {
            if seen[column] == 0.0 {
                logistic.coefficients[column] = mean;
            }
        }
    }
}

/// The Cholesky factor, with just as much added to the diagonal as rounding makes necessary.
fn packed_factor(covariance: &DMatrix<f64>) -> Vec<f64> {
    let n = covariance.nrows();
    let scale = covariance.diagonal().amax().max(1e-300);
    let factor = [0.0, 1e-12, 1e-9, 1e-6]
        .into_iter()
        .find_map(|jitter| {
            let lifted = covariance + DMatrix::<f64>::identity(n, n) * (jitter * scale);
            solver::cholesky(lifted).map(|factor| factor.l())
        })
        .unwrap_or_else(|| {
            DMatrix::from_diagonal(&covariance.diagonal().map(|v| v.max(0.0).sqrt()))
        });
    (0..n)
        .flat_map(|r| (0..=r).map(move |c| (r, c)))
        .map(|at| round_to_seven_digits(factor[at]))
        .collect()
}

/// Keeps the model file short; far below the uncertainty that it describes.
fn round_to_seven_digits(x: f64) -> f64 {
    format!("{x:.6e}").parse().unwrap_or(x)
}

impl Fitted {
    /// Adds Lᵀ v to `sum`, which has one place a column and one for the intercept; ‖Lᵀ g‖² is the variance of g·β.
    pub(crate) fn add_scaled(&self, column: usize, v: f64, sum: &mut [f64]) {
        let start = column * (column + 1) / 2;
        for (sum, l) in sum.iter_mut().zip(&self.factor[start..=start + column]) {
            *sum += v * l;
        }
    }

    /// Number of coefficients, the intercept included.
    pub(crate) fn size(&self) -> usize {
        self.logistic.coefficients.len() + 1
    }

    /// The coefficients plus L z: one draw of them for standard normal z.
    #[must_use]
    pub(crate) fn drawn(&self, z: &[f64]) -> Self {
        let mut drawn = self.clone();
        for row in 0..self.size() {
            let start = row * (row + 1) / 2;
            let shift: f64 = self.factor[start..=start + row]
                .iter()
                .zip(z)
                .map(|(l, z)| l * z)
                .sum();
            match drawn.logistic.coefficients.get_mut(row) {
                Some(coefficient) => *coefficient += shift,
                None => drawn.logistic.intercept += shift,
            }
        }
        drawn
    }
}
