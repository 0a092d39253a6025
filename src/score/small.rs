//! Few wins or few losses: rates by age and source, drawn towards what is believable, with honest intervals.
//!
//! Below ten events the evidence cannot choose penalties, so here they are fixed: priors wide enough that the data speaks as
//! soon as it can, and narrow enough that three wins are not taken for a law.

use nalgebra::{DMatrix, DVector};

use crate::score::design::{Design, Part};
use crate::score::fit::{self, Fitted};
use crate::score::solver::{
    Logistic, Problem, SolverError, SparseRows, cholesky, inverse, logit, sigmoid,
};

/// Events from which on the data itself chooses the penalties.
pub(super) const ENOUGH: usize = 10;

/// Standard deviations of the priors, in log-odds: the level, around the rate of all with half an event more; the trend with
/// the age reached and each change of it, around none; each step, around a hazard that stays as it is; each source, around the mean of all.
const LEVEL: f64 = 2.0;
const TREND: f64 = 2.0;
const CHANGE: f64 = 1.0;
const STEP: f64 = 0.5;
const SOURCE: f64 = 0.5;
/// The same for what so few events cannot tell: how steps differ by age, and sources in speed.
const FINE: f64 = 0.1;

/// A normal prior for each column, and one for the intercept last.
struct Prior {
    mean: Vec<f64>,
    /// 1 / variance.
    weight: Vec<f64>,
}

/// The prior of a design: `level` is the log-odds of the event in the first step.
fn prior(design: &Design, level: f64) -> Prior {
    let parts = design.parts();
    let shape = steps(design).start;
    let length = |step: usize| f64::from(design.edges[step + 1] - design.edges[step]);
    let mut seen = vec![false; parts.len()];
    let coarse: Vec<std::ops::Range<usize>> = {
        // The first block of columns of a feature is its level, those behind it how it changes.
        let mut last = None;
        let blocks = design.level_columns().into_iter();
        blocks
            .filter(|&(feature, _, _)| last.replace(feature) != Some(feature))
            .map(|(_, columns, _)| columns)
            .collect()
    };
    coarse
        .into_iter()
        .flatten()
        .for_each(|column| seen[column] = true);
    let mut step = 0;
    let (mut mean, mut sd) = (Vec::new(), Vec::new());
    for (column, part) in parts.iter().enumerate() {
        let (center, spread) = match part {
            Part::Age if column < shape.min(2) => (0.0, TREND),
            Part::Age if column < shape => (0.0, CHANGE),
            Part::Age => (0.0, FINE),
            Part::Step => {
                step += 1;
                ((length(step) / length(0)).ln(), STEP)
            }
            Part::Feature(_) => (0.0, if seen[column] { SOURCE } else { FINE }),
        };
        mean.push(center);
        sd.push(spread);
    }
    mean.push(level);
    sd.push(LEVEL);
    let weight = sd.into_iter().map(|sd: f64| sd.powi(-2)).collect();
    Prior { mean, weight }
}

/// Fits by Newton's method: the maximum of likelihood times prior, and the curvature there.
///
/// # Errors
/// If it does not converge.
pub(super) fn fit(problem: &Problem, design: &Design) -> Result<Fitted, SolverError> {
    let rows = problem.records();
    let outcomes: Vec<bool> = problem.targets().to_vec();
    let k = rows.columns();
    let (mut events, mut total) = (0.0, 0.0);
    for (weight, &event) in rows.weights().iter().zip(&outcomes) {
        total += weight;
        events += weight * f64::from(u8::from(event));
    }
    // All steps together; the first one's share of their length is its share of the chance.
    let first = if design.edges.len() > 1 {
        let steps = steps(design);
        let mean: f64 = (0..rows.len())
            .map(|i| rows.weights()[i] * step_length(design, &steps, rows.row(i)))
            .sum::<f64>()
            / f64::max(total, 1e-300);
        f64::from(design.edges[1] - design.edges[0]) / mean.max(1.0)
    } else {
        1.0
    };
    let rate = ((events + 0.5) / (total + 1.0) * first).min(0.95);
    let prior = prior(design, logit(rate));
    let mut beta = DVector::from_vec(prior.mean.clone());
    let mut value = objective(rows, &outcomes, &prior, &beta);
    for _ in 0..200 {
        let (hessian, score) = derivatives(rows, &outcomes, &prior, &beta);
        let Some(factor) = cholesky(hessian) else {
            break;
        };
        if score.amax() <= 1e-9 * total.max(1.0) {
            let logistic = Logistic {
                intercept: beta[k],
                coefficients: beta.rows(0, k).iter().copied().collect(),
            };
            let covariance = inverse(&factor).ok_or(SolverError::Parameter)?;
            return Ok(fit::of(logistic, &covariance));
        }
        let direction = factor.solve(&score);
        let mut scale = 1.0;
        loop {
            let trial = &beta + &direction * scale;
            let at = objective(rows, &outcomes, &prior, &trial);
            if at <= value + 1e-12 * value.abs() || scale < 1e-6 {
                (beta, value) = (trial, at);
                break;
            }
            scale *= 0.5;
        }
    }
    Err(SolverError::NotConverged {
        gradient: f64::NAN,
        iterations: 200,
    })
}

/// The columns of the steps: behind those of the age reached.
fn steps(design: &Design) -> std::ops::Range<usize> {
    let parts = design.parts();
    let first = parts.iter().position(|part| *part != Part::Age);
    let first = first.unwrap_or(parts.len());
    first..first + design.steps() - 1
}

/// Days of the step that a row is of.
fn step_length(design: &Design, steps: &std::ops::Range<usize>, row: &[(u32, f32)]) -> f64 {
    let step = row
        .iter()
        .map(|&(column, _)| column as usize)
        .find(|column| steps.contains(column))
        .map_or(0, |column| column - steps.start + 1);
    f64::from(design.edges[step + 1] - design.edges[step])
}

fn log_odds(row: &[(u32, f32)], beta: &DVector<f64>) -> f64 {
    row.iter()
        .fold(beta[beta.len() - 1], |sum, &(column, value)| {
            sum + beta[column as usize] * f64::from(value)
        })
}

fn objective(rows: &SparseRows, outcomes: &[bool], prior: &Prior, beta: &DVector<f64>) -> f64 {
    let loss: f64 = (0..rows.len())
        .map(|i| {
            let eta = log_odds(rows.row(i), beta);
            let margin = if outcomes[i] { eta } else { -eta };
            // ln(1 + e⁻ᵐ), without overflow.
            let loss = (-margin.abs()).exp().ln_1p() + (-margin).max(0.0);
            rows.weights()[i] * loss
        })
        .sum();
    let terms = prior.mean.iter().zip(&prior.weight).zip(beta.iter());
    loss + terms
        .map(|((mean, weight), b)| 0.5 * weight * (b - mean).powi(2))
        .sum::<f64>()
}

/// The Hessian of the objective and its negative gradient.
fn derivatives(
    rows: &SparseRows,
    outcomes: &[bool],
    prior: &Prior,
    beta: &DVector<f64>,
) -> (DMatrix<f64>, DVector<f64>) {
    let k = rows.columns();
    let mut hessian = DMatrix::zeros(k + 1, k + 1);
    let mut score = DVector::zeros(k + 1);
    let mut cells: Vec<(usize, f64)> = Vec::new();
    for (i, &event) in outcomes.iter().enumerate() {
        let p = sigmoid(log_odds(rows.row(i), beta));
        let weight = rows.weights()[i];
        let residual = weight * (f64::from(u8::from(event)) - p);
        cells.clear();
        cells.extend(
            rows.row(i)
                .iter()
                .map(|&(column, value)| (column as usize, f64::from(value))),
        );
        cells.push((k, 1.0));
        for &(a, x) in &cells {
            score[a] += residual * x;
            for &(b, y) in &cells {
                hessian[(a, b)] += weight * p * (1.0 - p) * x * y;
            }
        }
    }
    for column in 0..=k {
        score[column] -= prior.weight[column] * (beta[column] - prior.mean[column]);
        hessian[(column, column)] += prior.weight[column];
    }
    (hessian, score)
}
