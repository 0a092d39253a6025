//! Penalised logistic regression, as linfa estimators that reach the same optimum.
//!
//! minimise  `-Σ wᵢ [yᵢ ln pᵢ + (1-yᵢ) ln(1-pᵢ)] + ½ Σ λ_c β_c²`,  p = σ(b + xβ),  the intercept b free.
//!
//! [`Newton`] takes sparse rows, weights and a penalty for each column, or unweighted rows of codes ([`CodeRows`]), on which
//! it is many times faster; [`fit`] hands small unweighted problems to `linfa_logistic` and the rest to it.

mod cholesky;
mod chord;
mod codes;
mod dense;
mod laplace;
mod newton;
mod passes;
mod rows;

pub(crate) use cholesky::{cholesky, inverse};
pub(crate) use chord::Descent;
pub use codes::{CodeRows, Levels};
pub use dense::{DENSE_CELLS, fit_dense};
pub use laplace::{covariance, effective_parameters};
pub use newton::{Newton, ValidNewton};
pub use rows::SparseRows;

use linfa::DatasetBase;
use linfa::prelude::*;
use serde::{Deserialize, Serialize};

/// Why a fit failed.
#[derive(Debug, thiserror::Error)]
pub enum SolverError {
    /// Both outcomes are needed.
    #[error("all {0} rows have the same outcome")]
    OneClass(usize),
    /// A penalty that is not above zero, or a tolerance that is not.
    #[error("the penalty of every column and the tolerance must be above 0 and finite")]
    Parameter,
    /// The gradient did not vanish.
    #[error(
        "the fit did not converge: the largest gradient is {gradient:.2e} per row after {iterations} iterations"
    )]
    NotConverged {
        /// Largest absolute gradient, divided by the sum of weights.
        gradient: f64,
        /// Iterations made.
        iterations: u64,
    },
    /// An error of linfa.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
    /// An error of linfa-logistic.
    #[error(transparent)]
    Logistic(#[from] linfa_logistic::error::Error),
}

/// A fitted logistic regression: P(true) = σ(intercept + x·coefficients).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    /// Log-odds where every column is 0.
    pub intercept: f64,
    /// One a column.
    pub coefficients: Vec<f64>,
}

impl Logistic {
    /// Log-odds of a sparse row.
    pub fn log_odds(&self, row: &[(u32, f32)]) -> f64 {
        row.iter().fold(self.intercept, |sum, &(column, value)| {
            sum + self.coefficients[column as usize] * f64::from(value)
        })
    }
}

impl PredictInplace<SparseRows, ndarray::Array1<f64>> for Logistic {
    /// P(true) of each row.
    fn predict_inplace(&self, rows: &SparseRows, out: &mut ndarray::Array1<f64>) {
        for (i, p) in out.iter_mut().enumerate() {
            *p = sigmoid(self.log_odds(rows.row(i)));
        }
    }

    fn default_target(&self, rows: &SparseRows) -> ndarray::Array1<f64> {
        ndarray::Array1::zeros(rows.nsamples())
    }
}

/// 1 / (1 + e⁻ˣ), without overflow.
pub fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// ln(p / (1-p)), of a probability kept away from its ends by 1e-12.
pub fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-12, 1.0 - 1e-12);
    (p / (1.0 - p)).ln()
}

/// A dataset of sparse rows, outcomes and weights.
pub type Problem = DatasetBase<SparseRows, ndarray::Array1<bool>>;

/// A dataset of rows of codes and outcomes.
pub type CodeProblem = DatasetBase<CodeRows, ndarray::Array1<bool>>;

/// How many rows stand on each column of a coded design, shares counted as shares.
pub(crate) fn mass(rows: &CodeRows) -> Vec<f64> {
    passes::mass(rows)
}

/// Fits by the solver that suits: `linfa_logistic` where no row is weighted, rows x columns stays below [`DENSE_CELLS`] and
/// no penalty is so weak beside the others that its gradient steps would crawl; Newton otherwise, and where that stopped
/// short of the optimum. `penalty` holds one λ a column; `start`
/// a solution of a problem nearby.
///
/// # Errors
/// See [`SolverError`]; a fit whose gradient does not vanish is an error, never a result.
pub fn fit(
    problem: &Problem,
    penalty: &[f64],
    start: Option<&Logistic>,
) -> Result<Logistic, SolverError> {
    fit_to(problem, penalty, start, 1e-9)
}

/// The same, only near enough to choose penalties by.
///
/// # Errors
/// See [`fit`].
pub fn fit_roughly(
    problem: &Problem,
    penalty: &[f64],
    start: Option<&Logistic>,
) -> Result<Logistic, SolverError> {
    fit_to(problem, penalty, start, 1e-5)
}

fn fit_to(
    problem: &Problem,
    penalty: &[f64],
    start: Option<&Logistic>,
    tolerance: f64,
) -> Result<Logistic, SolverError> {
    if suits_dense(problem.records(), penalty) {
        match fit_dense(problem, penalty) {
            Err(SolverError::NotConverged { .. } | SolverError::Logistic(_)) => {}
            fitted => return fitted,
        }
    }
    newton(penalty, start)
        .tolerance(tolerance)
        .check()?
        .fit(problem)
}

/// Penalties below this are those of the shape of age and step, whose columns run beside one another.
const WEAK_PENALTY: f64 = 0.1;

fn suits_dense(rows: &SparseRows, penalty: &[f64]) -> bool {
    let unweighted = rows.weights().iter().all(|&weight| weight == 1.0);
    let strong = penalty.iter().all(|&penalty| penalty >= WEAK_PENALTY);
    unweighted && strong && rows.columns() > 0 && rows.len() * rows.columns() <= DENSE_CELLS
}

fn newton(penalty: &[f64], start: Option<&Logistic>) -> Newton {
    let newton = Newton::new(penalty.to_vec());
    match start {
        Some(start) => newton.start(start.clone()),
        None => newton,
    }
}
