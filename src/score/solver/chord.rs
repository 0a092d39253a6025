//! Newton's method on rows of codes: the exact gradient at every step, the Hessian only when it has grown stale.
//!
//! A pass for the gradient costs a tenth of one for the Hessian. Near the optimum the Hessian hardly moves, so that steps
//! with an old one still gain a digit or two each; it is taken anew as soon as they do not.

use linfa::prelude::*;
use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::cholesky::{cholesky, inverse};
use super::newton::ValidNewton;
use super::passes::{self, Slope};
use super::{CodeProblem, CodeRows, Logistic, SolverError};

/// A step with an old Hessian that leaves more than this share of the gradient calls for a new one.
const STALE: f64 = 0.05;
/// How far, in log-odds (root mean square over rows), the point may lie from where a Hessian was taken that is said to be
/// that of the optimum: p (1-p) changes by no more than that share.
const NEAR: f64 = 0.005;

/// A fit in progress: a point, what the rows say there, and a Hessian from nearby.
#[derive(Debug)]
pub(crate) struct Descent<'a> {
    rows: &'a CodeRows,
    outcomes: &'a [bool],
    here: Logistic,
    slope: Slope,
    hessian: Option<Hessian>,
}

/// Xᵀ diag(p (1-p)) X, and where it was taken; nowhere if it comes from other rows.
#[derive(Debug, Clone)]
struct Hessian {
    matrix: DMatrix<f64>,
    at: Option<Logistic>,
}

impl<'a> Descent<'a> {
    /// Begins at `start`, or at the base rate and no effects.
    pub(crate) fn new(
        problem: &'a CodeProblem,
        start: Option<&Logistic>,
    ) -> Result<Self, SolverError> {
        let rows = problem.records();
        let outcomes = problem.targets().as_slice().unwrap_or_default();
        let won = outcomes.iter().filter(|&&won| won).count();
        if outcomes.len() != rows.len() || won == 0 || won == rows.len() {
            return Err(SolverError::OneClass(rows.len()));
        }
        let k = rows.columns();
        let here = match start {
            Some(start) if start.coefficients.len() == k => start.clone(),
            _ => Logistic {
                intercept: (won as f64 / (rows.len() - won) as f64).ln(),
                coefficients: vec![0.0; k],
            },
        };
        Ok(Self {
            slope: passes::slope(rows, outcomes, &here),
            rows,
            outcomes,
            here,
            hessian: None,
        })
    }

    /// Begins with the Hessian of a descent on every so-manieth of these rows.
    pub(crate) fn borrow_hessian(&mut self, other: &Descent<'_>) {
        let scale = self.rows.len() as f64 / other.rows.len() as f64;
        self.hessian = other.hessian.as_ref().map(|hessian| Hessian {
            matrix: &hessian.matrix * scale,
            at: None,
        });
    }

    /// Where it stands.
    pub(crate) const fn here(&self) -> &Logistic {
        &self.here
    }

    /// Stands where another solver found the optimum.
    pub(crate) fn go_to(&mut self, optimum: Logistic) {
        self.slope = passes::slope(self.rows, self.outcomes, &optimum);
        self.here = optimum;
    }

    /// Goes on until no gradient exceeds `tolerance` per row.
    pub(crate) fn minimise(
        &mut self,
        penalty: &[f64],
        tolerance: f64,
        most: u64,
    ) -> Result<(), SolverError> {
        let n = self.rows.len() as f64;
        let mut factor = None;
        let mut gradient = self.gradient(penalty);
        for _ in 0..most {
            let size = gradient.amax() / n;
            if size <= tolerance {
                return Ok(());
            }
            if factor.is_none() {
                let fresh = self.hessian.is_none();
                if fresh {
                    self.take_hessian();
                }
                factor = self.factor(penalty);
                if factor.is_none() && fresh {
                    break;
                }
            }
            let Some(cholesky) = &factor else {
                self.hessian = None;
                continue;
            };
            self.step(&cholesky.solve(&gradient), penalty);
            gradient = self.gradient(penalty);
            if gradient.amax() / n > STALE * size {
                (factor, self.hessian) = (None, None);
            }
        }
        Err(SolverError::NotConverged {
            gradient: gradient.amax() / n,
            iterations: most,
        })
    }

    /// The inverse of the Hessian of the penalised objective here.
    pub(crate) fn inverse(&mut self, penalty: &[f64]) -> Option<DMatrix<f64>> {
        if !self.hessian_is_near() {
            self.take_hessian();
        }
        self.factor(penalty).and_then(|factor| inverse(&factor))
    }

    /// Half steps are taken while the objective does not fall.
    fn step(&mut self, step: &DVector<f64>, penalty: &[f64]) {
        let objective = |slope: &Slope, at: &Logistic| slope.loss + penalised(penalty, at);
        let now = objective(&self.slope, &self.here);
        let mut scale = 1.0;
        loop {
            let there = moved(&self.here, step, scale);
            let slope = passes::slope(self.rows, self.outcomes, &there);
            // At the optimum the objective is flat to rounding: a step that loses nothing there is taken.
            if objective(&slope, &there) <= now + 1e-12 * now.abs() || scale < 1e-6 {
                (self.here, self.slope) = (there, slope);
                return;
            }
            scale *= 0.5;
        }
    }

    /// `Xᵀ(y-p) - Λβ`: downhill.
    fn gradient(&self, penalty: &[f64]) -> DVector<f64> {
        let mut gradient = self.slope.score.clone();
        for (column, (penalty, b)) in penalty.iter().zip(&self.here.coefficients).enumerate() {
            gradient[column] -= penalty * b;
        }
        gradient
    }

    fn take_hessian(&mut self) {
        self.hessian = Some(Hessian {
            matrix: passes::curvature(self.rows, &self.here),
            at: Some(self.here.clone()),
        });
    }

    fn factor(&self, penalty: &[f64]) -> Option<Cholesky<f64, Dyn>> {
        let mut matrix = self.hessian.as_ref()?.matrix.clone();
        for (column, penalty) in penalty.iter().enumerate() {
            matrix[(column, column)] += penalty;
        }
        cholesky(matrix)
    }

    fn hessian_is_near(&self) -> bool {
        let Some(Hessian {
            matrix,
            at: Some(at),
        }) = &self.hessian
        else {
            return false;
        };
        let k = at.coefficients.len();
        let mut way = DVector::from_fn(k + 1, |column, _| {
            let (from, to) = (
                at.coefficients.get(column),
                self.here.coefficients.get(column),
            );
            to.zip(from).map_or(0.0, |(to, from)| to - from)
        });
        way[k] = self.here.intercept - at.intercept;
        // The last of the diagonal is the sum of p (1-p).
        way.dot(&(matrix * &way)) <= NEAR * NEAR * matrix[(k, k)]
    }
}

fn penalised(penalty: &[f64], at: &Logistic) -> f64 {
    let sum: f64 = (penalty.iter().zip(&at.coefficients))
        .map(|(penalty, b)| penalty * b * b)
        .sum();
    0.5 * sum
}

fn moved(from: &Logistic, step: &DVector<f64>, scale: f64) -> Logistic {
    Logistic {
        intercept: from.intercept + scale * step[from.coefficients.len()],
        coefficients: (from.coefficients.iter().zip(step.iter()))
            .map(|(b, step)| b + scale * step)
            .collect(),
    }
}

impl Fit<CodeRows, ndarray::Array1<bool>, SolverError> for ValidNewton {
    type Object = Logistic;

    /// The optimum that the same rows as [`super::SparseRows`] have, several times sooner.
    fn fit(&self, problem: &CodeProblem) -> Result<Logistic, SolverError> {
        if self.penalty().len() != problem.records().columns() {
            return Err(SolverError::Parameter);
        }
        let mut descent = Descent::new(problem, self.first())?;
        descent.minimise(self.penalty(), self.tolerance(), self.most_iterations())?;
        Ok(descent.here)
    }
}
