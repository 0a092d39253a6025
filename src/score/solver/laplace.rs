//! What the curvature at the optimum tells: how sure the coefficients are, and how many parameters the data carries.

use nalgebra::{DMatrix, DVector};

use super::cholesky::{cholesky, inverse, inverse_root};
use super::newton::information;
use super::{Logistic, Problem, sigmoid};

fn curvature(problem: &Problem, logistic: &Logistic, penalty: &[f64]) -> DMatrix<f64> {
    let rows = problem.records();
    information(rows, penalty, |i| {
        let p = sigmoid(logistic.log_odds(rows.row(i)));
        rows.weights()[i] * p * (1.0 - p)
    })
}

/// `γ_g = k_g - λ_g tr[(H⁻¹)_gg]` of each group of columns: how many of its coefficients the data determines (`MacKay` 1992).
/// `groups` gives the group of each column; none if the curvature is singular.
pub fn effective_parameters(
    problem: &Problem,
    logistic: &Logistic,
    penalty: &[f64],
    groups: &[usize],
) -> Option<Vec<f64>> {
    let root = inverse_root(&cholesky(curvature(problem, logistic, penalty))?)?;
    let mut gamma = vec![0.0; groups.iter().max().map_or(0, |&last| last + 1)];
    for (column, &group) in groups.iter().enumerate() {
        gamma[group] += 1.0 - penalty[column] * root.column(column).norm_squared();
    }
    Some(gamma)
}

/// The covariance of the coefficients (the intercept last): H⁻¹ (J + Λ) H⁻¹ with J the sum over leads of the outer
/// products of their scores.
///
/// Rows of one lead tell the same outcome several times over; J counts each lead once. With one row a lead it is, in
/// expectation, H⁻¹: the plain ridge sandwich without Λ undercovers where the prior matters.
pub fn covariance(problem: &Problem, logistic: &Logistic, penalty: &[f64]) -> Option<DMatrix<f64>> {
    let rows = problem.records();
    let k = rows.columns();
    let inverse = inverse(&cholesky(curvature(problem, logistic, penalty))?)?;
    let mut middle = DMatrix::<f64>::zeros(k + 1, k + 1);
    for (column, penalty) in penalty.iter().enumerate() {
        middle[(column, column)] += penalty;
    }
    let mut score = DVector::<f64>::zeros(k + 1);
    let mut touched: Vec<usize> = Vec::new();
    for i in 0..rows.len() {
        let p = sigmoid(logistic.log_odds(rows.row(i)));
        let residual = rows.weights()[i] * (f64::from(u8::from(problem.targets()[i])) - p);
        for &(column, value) in rows.row(i) {
            score[column as usize] += residual * f64::from(value);
            touched.push(column as usize);
        }
        score[k] += residual;
        if rows.clusters().get(i + 1) != Some(&rows.clusters()[i]) {
            touched.push(k);
            touched.sort_unstable();
            touched.dedup();
            for &a in &touched {
                for &b in &touched {
                    middle[(a, b)] += score[a] * score[b];
                }
            }
            for &column in &touched {
                score[column] = 0.0;
            }
            touched.clear();
        }
    }
    let covariance = &inverse * middle * &inverse;
    Some((&covariance + covariance.transpose()) * 0.5)
}
