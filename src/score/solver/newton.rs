//! Newton's method on sparse rows: weights, a penalty for each column, the exact Hessian.

use linfa::prelude::*;
use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::cholesky::cholesky;
use super::{Logistic, Problem, SolverError, SparseRows, sigmoid};

/// Part of the last gradient that a step must not leave, or the Hessian is computed anew.
const STALE: f64 = 0.5;

/// Unchecked parameters of a Newton fit; [`ParamGuard::check`] gives the only form that can fit.
#[derive(Debug, Clone)]
pub struct Newton(ValidNewton);

/// Where a fit stands: coefficients, the log-odds of the rows, the value of the objective.
struct Point {
    beta: DVector<f64>,
    etas: Vec<f64>,
    objective: f64,
}

/// Checked parameters of a Newton fit.
#[derive(Debug, Clone)]
pub struct ValidNewton {
    penalty: Vec<f64>,
    tolerance: f64,
    max_iterations: u64,
    start: Option<Logistic>,
}

impl Newton {
    /// One penalty λ > 0 a column; converged when no gradient exceeds 1e-9 per unit of weight, within 200 iterations.
    pub const fn new(penalty: Vec<f64>) -> Self {
        Self(ValidNewton {
            penalty,
            tolerance: 1e-9,
            max_iterations: 200,
            start: None,
        })
    }

    /// The largest gradient per unit of weight that counts as converged; default 1e-9.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// Where to begin; default: the base rate and no effects.
    #[must_use]
    pub fn start(mut self, start: Logistic) -> Self {
        self.0.start = Some(start);
        self
    }
}

impl ParamGuard for Newton {
    type Checked = ValidNewton;
    type Error = SolverError;

    fn check_ref(&self) -> Result<&ValidNewton, SolverError> {
        let positive = |x: f64| x.is_finite() && x > 0.0;
        if self.0.penalty.iter().all(|&penalty| positive(penalty)) && positive(self.0.tolerance) {
            Ok(&self.0)
        } else {
            Err(SolverError::Parameter)
        }
    }

    fn check(self) -> Result<ValidNewton, SolverError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl Fit<SparseRows, ndarray::Array1<bool>, SolverError> for ValidNewton {
    type Object = Logistic;

    /// δ = H⁻¹ (Xᵀw(y-p) - Λβ), H = Xᵀ diag(w p (1-p)) X + Λ of this or a recent step, halved while the objective does
    /// not fall.
    fn fit(&self, problem: &Problem) -> Result<Logistic, SolverError> {
        let rows = problem.records();
        let outcomes: Vec<bool> = problem.targets().to_vec();
        let k = rows.columns();
        if self.penalty.len() != k {
            return Err(SolverError::Parameter);
        }
        let mut here = self.point(rows, &outcomes, self.first_guess(rows, &outcomes)?);
        let weight: f64 = rows.weights().iter().sum();
        let mut gradient = f64::INFINITY;
        let mut factor: Option<Cholesky<f64, Dyn>> = None;
        for _ in 0..self.max_iterations {
            let score = self.score(rows, &outcomes, &here);
            let before = std::mem::replace(&mut gradient, score.amax() / weight);
            if gradient <= self.tolerance {
                return Ok(Logistic {
                    intercept: here.beta[k],
                    coefficients: here.beta.rows(0, k).iter().copied().collect(),
                });
            }
            // A Hessian costs some twenty gradients: one is used for as long as it brings the gradient down.
            if factor.is_none() || gradient > STALE * before {
                factor = cholesky(self.hessian(rows, &here));
            }
            let Some(cholesky) = &factor else { break };
            let step = cholesky.solve(&score);
            let mut scale = 1.0;
            loop {
                let there = self.point(rows, &outcomes, &here.beta + &step * scale);
                // At the optimum the objective is flat to rounding: a step that loses nothing there is taken.
                if there.objective <= here.objective + 1e-12 * here.objective.abs() || scale < 1e-6
                {
                    here = there;
                    break;
                }
                scale *= 0.5;
            }
        }
        Err(SolverError::NotConverged {
            gradient,
            iterations: self.max_iterations,
        })
    }
}

impl ValidNewton {
    pub(super) fn penalty(&self) -> &[f64] {
        &self.penalty
    }

    pub(super) const fn tolerance(&self) -> f64 {
        self.tolerance
    }

    pub(super) const fn most_iterations(&self) -> u64 {
        self.max_iterations
    }

    pub(super) const fn first(&self) -> Option<&Logistic> {
        self.start.as_ref()
    }

    fn first_guess(
        &self,
        rows: &SparseRows,
        outcomes: &[bool],
    ) -> Result<DVector<f64>, SolverError> {
        let k = rows.columns();
        let total: f64 = rows.weights().iter().sum();
        let won: f64 = rows
            .weights()
            .iter()
            .zip(outcomes)
            .filter(|(_, won)| **won)
            .map(|(weight, _)| weight)
            .sum();
        if won <= 0.0 || won >= total {
            return Err(SolverError::OneClass(rows.len()));
        }
        let mut beta = DVector::zeros(k + 1);
        match &self.start {
            Some(start) if start.coefficients.len() == k => {
                beta.rows_mut(0, k).copy_from_slice(&start.coefficients);
                beta[k] = start.intercept;
            }
            _ => beta[k] = (won / (total - won)).ln(),
        }
        Ok(beta)
    }

    fn point(&self, rows: &SparseRows, outcomes: &[bool], beta: DVector<f64>) -> Point {
        let k = rows.columns();
        let etas: Vec<f64> = (0..rows.len())
            .map(|i| log_odds(rows.row(i), &beta, k))
            .collect();
        let loss: f64 = (etas.iter().enumerate())
            .map(|(i, &eta)| {
                let margin = if outcomes[i] { eta } else { -eta };
                // ln(1 + e⁻ᵐ), without overflow.
                let loss = if margin > 0.0 {
                    (-margin).exp().ln_1p()
                } else {
                    margin.exp().ln_1p() - margin
                };
                rows.weights()[i] * loss
            })
            .sum();
        let squares = self.penalty.iter().zip(beta.iter());
        let penalised: f64 = squares.map(|(penalty, b)| penalty * b * b).sum();
        Point {
            beta,
            etas,
            objective: loss + 0.5 * penalised,
        }
    }

    /// The Hessian of the objective; the intercept stands last.
    fn hessian(&self, rows: &SparseRows, here: &Point) -> DMatrix<f64> {
        information(rows, &self.penalty, |i| {
            let p = sigmoid(here.etas[i]);
            rows.weights()[i] * p * (1.0 - p)
        })
    }

    /// The negative gradient of the objective; the intercept stands last.
    fn score(&self, rows: &SparseRows, outcomes: &[bool], here: &Point) -> DVector<f64> {
        let k = rows.columns();
        let mut score = DVector::zeros(k + 1);
        for (i, &won) in outcomes.iter().enumerate() {
            let p = sigmoid(here.etas[i]);
            let residual = rows.weights()[i] * (f64::from(u8::from(won)) - p);
            for &(column, value) in rows.row(i) {
                score[column as usize] += residual * f64::from(value);
            }
            score[k] += residual;
        }
        for (column, penalty) in self.penalty.iter().enumerate() {
            score[column] -= penalty * here.beta[column];
        }
        score
    }
}

fn log_odds(row: &[(u32, f32)], beta: &DVector<f64>, k: usize) -> f64 {
    let beta = beta.as_slice();
    row.iter().fold(beta[k], |sum, &(column, value)| {
        sum + beta[column as usize] * f64::from(value)
    })
}

/// Xᵀ diag(v) X + Λ with the intercept as the last column; `curvature` gives v row by row.
pub(super) fn information(
    rows: &SparseRows,
    penalty: &[f64],
    mut curvature: impl FnMut(usize) -> f64,
) -> DMatrix<f64> {
    let k = rows.columns();
    let mut lower = vec![0.0_f64; (k + 1) * (k + 1)];
    let mut row: Vec<(usize, f64)> = Vec::new();
    for i in 0..rows.len() {
        let v = curvature(i);
        let cells = rows.row(i).iter();
        row.clear();
        row.extend(cells.map(|&(column, value)| (column as usize, f64::from(value))));
        row.push((k, 1.0));
        for (a, &(column, value)) in row.iter().enumerate() {
            let scaled = v * value;
            let line = &mut lower[column * (k + 1)..][..=k];
            // Cells of a row come with rising columns, so that this fills one triangle.
            for &(other, value) in &row[..=a] {
                line[other] += scaled * value;
            }
        }
    }
    let mut matrix = DMatrix::from_fn(k + 1, k + 1, |r, c| lower[r.max(c) * (k + 1) + r.min(c)]);
    for (column, penalty) in penalty.iter().enumerate() {
        matrix[(column, column)] += penalty;
    }
    matrix
}
