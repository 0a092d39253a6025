//! `linfa_logistic`, wrapped once.
//!
//! What it needs to be told or watched for (0.8.1): its positive class is the more frequent one; its penalty is one
//! number for all columns; a column-major matrix is several times faster; on badly scaled columns it may return a wrong
//! optimum as if it were right.

use linfa::DatasetBase;
use linfa::prelude::*;
use linfa_logistic::LogisticRegression;
use ndarray::{Array2, ShapeBuilder};

use super::{Logistic, Problem, SolverError, sigmoid};

/// Rows x columns up to which `linfa_logistic` is the faster choice.
pub const DENSE_CELLS: usize = 1_000_000;

/// Largest absolute gradient, per row, of a fit that counts as converged.
const TOLERANCE: f64 = 1e-5;

/// Norm of the summed gradient at which it stops.
const NEAR: f64 = 5e-5;

/// Iterations after which Newton is the better way.
const MAX_ITERATIONS: u64 = 500;

/// Fits with `linfa_logistic`: columns centred and divided by √λ, so that its one penalty (alpha = 1) is λ for each
/// column; the label turned by `labels().pos`; convergence checked by our own gradient.
///
/// Indicators are not divided by their deviation: that would take back the shrinkage of rare levels.
///
/// # Errors
/// Weighted rows, one class, or no convergence.
pub fn fit_dense(problem: &Problem, penalty: &[f64]) -> Result<Logistic, SolverError> {
    let rows = problem.records();
    let (n, k) = (rows.len(), rows.columns());
    let outcomes = problem.targets();
    let won = outcomes.iter().filter(|&&won| won).count();
    if won == 0 || won == n {
        return Err(SolverError::OneClass(n));
    }
    if penalty.len() != k || rows.weights().iter().any(|&weight| weight != 1.0) {
        return Err(SolverError::Parameter);
    }
    let scale: Vec<f64> = penalty
        .iter()
        .map(|penalty| penalty.sqrt().recip())
        .collect();
    let mut x = Array2::<f64>::zeros((n, k).f());
    for i in 0..n {
        for &(column, value) in rows.row(i) {
            x[[i, column as usize]] = f64::from(value) * scale[column as usize];
        }
    }
    let means = x.mean_axis(ndarray::Axis(0)).unwrap_or_default();
    x -= &means;
    // Its tolerance is on the norm of the summed gradient; with a penalty of 1 that is how far coefficients may be off.
    let fitted = LogisticRegression::default()
        .alpha(1.0)
        .max_iterations(MAX_ITERATIONS)
        .gradient_tolerance(NEAR)
        .check()?
        .fit(&DatasetBase::new(x, outcomes.clone()))?;
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    let coefficients: Vec<f64> = fitted
        .params()
        .iter()
        .zip(&scale)
        .map(|(b, scale)| sign * b * scale)
        .collect();
    let centre: f64 = fitted
        .params()
        .iter()
        .zip(&means)
        .map(|(b, mean)| b * mean)
        .sum();
    let logistic = Logistic {
        intercept: sign * (fitted.intercept() - centre),
        coefficients,
    };
    let gradient = largest_gradient(problem, penalty, &logistic);
    if gradient > TOLERANCE {
        return Err(SolverError::NotConverged {
            gradient,
            iterations: MAX_ITERATIONS,
        });
    }
    Ok(logistic)
}

/// Largest absolute gradient of the objective, per row.
fn largest_gradient(problem: &Problem, penalty: &[f64], logistic: &Logistic) -> f64 {
    let rows = problem.records();
    let mut gradient: Vec<f64> = penalty
        .iter()
        .zip(&logistic.coefficients)
        .map(|(penalty, b)| penalty * b)
        .collect();
    gradient.push(0.0);
    for (i, &won) in problem.targets().iter().enumerate() {
        let residual = sigmoid(logistic.log_odds(rows.row(i))) - f64::from(u8::from(won));
        for &(column, value) in rows.row(i) {
            gradient[column as usize] += residual * f64::from(value);
        }
        gradient[rows.columns()] += residual;
    }
    gradient
        .iter()
        .fold(0.0_f64, |largest, g| largest.max(g.abs()))
        / rows.len().max(1) as f64
}
