//! Logistic regression within matched sets: one that was won, and some like it that were not.

use nalgebra::{DMatrix, DVector};

/// Most Newton steps.
const STEPS: usize = 50;

/// One won deal and the leads that it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedSet {
    /// The values of the won deal.
    pub case: Vec<f64>,
    /// Those of each lead that it is compared with.
    pub controls: Vec<Vec<f64>>,
}

/// Coefficients and their covariance, by maximum of `sum over sets of x b - ln sum over the set of exp(x b)` less
/// `ridge |b|^2 / 2` (conditional logistic regression, Breslow and Day 1980). None if it does not converge.
pub fn conditional_logistic(
    sets: &[MatchedSet],
    columns: usize,
    ridge: f64,
) -> Option<(Vec<f64>, DMatrix<f64>)> {
    let mut beta = DVector::<f64>::zeros(columns);
    let mut value = f64::NEG_INFINITY;
    for _ in 0..STEPS {
        let (here, gradient, information) = derivatives(sets, &beta, ridge);
        let step = information.clone().cholesky()?.solve(&gradient);
        if gradient.amax() < 1e-9 * (1.0 + sets.len() as f64) || here <= value + 1e-12 {
            let covariance = information.cholesky()?.inverse();
            return Some((beta.iter().copied().collect(), covariance));
        }
        value = here;
        // The objective is concave: halving the step finds a rise.
        let mut scale = 1.0;
        while scale > 1e-6 && objective(sets, &(&beta + scale * &step), ridge) < here {
            scale *= 0.5;
        }
        beta += scale * step;
    }
    None
}

fn score(x: &[f64], beta: &DVector<f64>) -> f64 {
    x.iter().zip(beta.iter()).map(|(x, b)| x * b).sum()
}

/// The members of a set with the case first, and ln of the sum of their exp(x b).
fn log_sum(set: &MatchedSet, beta: &DVector<f64>) -> f64 {
    let scores = std::iter::once(&set.case)
        .chain(&set.controls)
        .map(|x| score(x, beta));
    let scores: Vec<f64> = scores.collect();
    let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top + scores.iter().map(|s| (s - top).exp()).sum::<f64>().ln()
}

fn objective(sets: &[MatchedSet], beta: &DVector<f64>, ridge: f64) -> f64 {
    let fit: f64 = (sets.iter())
        .map(|set| score(&set.case, beta) - log_sum(set, beta))
        .sum();
    fit - 0.5 * ridge * beta.norm_squared()
}

fn derivatives(
    sets: &[MatchedSet],
    beta: &DVector<f64>,
    ridge: f64,
) -> (f64, DVector<f64>, DMatrix<f64>) {
    let n = beta.len();
    let mut gradient = -ridge * beta;
    let mut information = DMatrix::<f64>::identity(n, n) * ridge.max(1e-9);
    for set in sets {
        let total = log_sum(set, beta);
        let mut mean = DVector::<f64>::zeros(n);
        let mut square = DMatrix::<f64>::zeros(n, n);
        for x in std::iter::once(&set.case).chain(&set.controls) {
            let weight = (score(x, beta) - total).exp();
            let x = DVector::from_column_slice(x);
            mean.axpy(weight, &x, 1.0);
            square.ger(weight, &x, &x, 1.0);
        }
        gradient += DVector::from_column_slice(&set.case) - &mean;
        square.ger(-1.0, &mean, &mean, 1.0);
        information += square;
    }
    (objective(sets, beta, ridge), gradient, information)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs with one yes-or-no value: the odds ratio is the ratio of the pairs that differ (`McNemar`), and its variance on
    /// the scale of logs 1/a + 1/b.
    #[test]
    fn pairs_give_the_ratio_of_those_that_differ() {
        let pair = |case: f64, control: f64| MatchedSet {
            case: vec![case],
            controls: vec![vec![control]],
        };
        let mut sets = vec![pair(1.0, 0.0); 30];
        sets.extend(vec![pair(0.0, 1.0); 10]);
        sets.extend(vec![pair(1.0, 1.0); 7]);
        sets.extend(vec![pair(0.0, 0.0); 9]);
        let (beta, covariance) = conditional_logistic(&sets, 1, 0.0).expect("it converges");
        assert!((beta[0] - 3_f64.ln()).abs() < 1e-6, "{beta:?}");
        assert!((covariance[(0, 0)] - (1.0 / 30.0 + 1.0 / 10.0)).abs() < 1e-5);
    }

    /// `ConditionalLogit` of statsmodels: tests/peers/cycle.py.
    #[test]
    fn three_to_one_is_that_of_statsmodels() {
        let x = |s: i32, k: i32| {
            let a = (s * 7 + k * 3) % 5 < 2 + i32::from(k == 0);
            let b = (s * 11 + k * 5) % 7 < 3;
            vec![f64::from(u8::from(a)), f64::from(u8::from(b))]
        };
        let sets: Vec<MatchedSet> = (0..40)
            .map(|s| MatchedSet {
                case: x(s, 0),
                controls: (1..4).map(|k| x(s, k)).collect(),
            })
            .collect();
        let (beta, covariance) = conditional_logistic(&sets, 2, 0.0).expect("it converges");
        let golden = [
            (0.705_204_217, 0.345_958_527),
            (0.101_357_787, 0.333_814_225),
        ];
        for (i, (b, error)) in golden.into_iter().enumerate() {
            assert!((beta[i] - b).abs() < 1e-6, "{beta:?}");
            assert!((covariance[(i, i)].sqrt() - error).abs() < 1e-6);
        }
    }

    #[test]
    fn where_all_differ_one_way_it_stays_finite() {
        let set = MatchedSet {
            case: vec![1.0, 0.0],
            controls: vec![vec![0.0, 0.0]],
        };
        let (beta, _) = conditional_logistic(&vec![set; 50], 2, 0.25).expect("it converges");
        assert!(beta[0] > 1.0 && beta[0] < 10.0 && beta[1].abs() < 1e-9);
        assert!(conditional_logistic(&[], 1, 0.25).is_some());
    }
}
