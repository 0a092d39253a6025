//! Metrics and solvers against scikit-learn and statsmodels; `tests/peers/golden_score.py` made the expected values.

use forerun::features::{Code, MISSING};
use forerun::score::metrics::{auc, brier, calibration_slope, log_loss};
use forerun::score::solver::{self, CodeRows, Levels, Logistic, Newton, Problem, SparseRows};
use linfa::prelude::*;
use serde_json::Value;

fn golden() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/score.json");
    serde_json::from_str(&std::fs::read_to_string(file).expect("the file is here"))
        .expect("it is JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// The data of the script: the same generator, the same rule.
fn data(n: usize, shift: f64) -> (Vec<[f32; 4]>, Vec<bool>) {
    let mut state = 42_u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..n)
        .map(|_| {
            let u: Vec<f64> = (0..5).map(|_| uniform()).collect();
            let indicator = |yes: bool| f32::from(u8::from(yes));
            let x = [
                indicator(u[0] < 0.4),
                indicator(u[1] < 0.03),
                indicator(u[2] < 0.5),
                (2.0 * u[3] - 1.0) as f32,
            ];
            let effects = [0.8, -1.0, 0.3, 0.9];
            let eta = shift
                + x.iter()
                    .zip(effects)
                    .map(|(&x, b)| f64::from(x) * b)
                    .sum::<f64>();
            (x, u[4] < 1.0 / (1.0 + (-eta).exp()))
        })
        .unzip()
}

fn problem(x: &[[f32; 4]], won: &[bool]) -> Problem {
    let mut rows = SparseRows::new(4);
    for (i, row) in x.iter().enumerate() {
        let cells: Vec<(u32, f32)> = row
            .iter()
            .enumerate()
            .filter(|(_, v)| **v != 0.0)
            .map(|(c, &v)| (c as u32, v))
            .collect();
        rows.push(&cells, 1.0, i as u32);
    }
    DatasetBase::new(rows, ndarray::Array1::from(won.to_vec()))
}

fn newton(problem: &Problem, penalty: f64) -> Logistic {
    Newton::new(vec![penalty; 4])
        .check()
        .expect("valid")
        .fit(problem)
        .expect("it converges")
}

fn assert_close(found: &Logistic, expected: &Value, tolerance: f64) {
    assert!(
        (found.intercept - number(&expected["intercept"])).abs() < tolerance,
        "{found:?}"
    );
    for (found, expected) in found
        .coefficients
        .iter()
        .zip(expected["coefficients"].as_array().expect("a list"))
    {
        assert!(
            (found - number(expected)).abs() < tolerance,
            "{found} is not {expected}"
        );
    }
}

#[test]
fn metrics_equal_those_of_the_reference_packages() {
    let golden = &golden()["metrics"];
    let p = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9];
    let won = [false, false, true, false, true, false, true, true];
    assert!((log_loss(&p, &won) - number(&golden["log_loss"])).abs() < 1e-12);
    assert!((brier(&p, &won) - number(&golden["brier"])).abs() < 1e-12);
    let slope = calibration_slope(&p, &won).expect("it can be fitted");
    assert!((slope - number(&golden["slope"])).abs() < 1e-7, "{slope}");
    let (tied, outcome) = (
        [0.1, 0.4, 0.35, 0.8, 0.4, 0.4],
        [false, false, true, true, false, true],
    );
    assert!((auc(&tied, &outcome).expect("both outcomes") - number(&golden["auc"])).abs() < 1e-15);
    assert_eq!(auc(&[0.5; 6], &outcome), Some(0.5));
    assert_eq!(auc(&[1.0, 2.0], &[true, true]), None);
}

/// Both solvers, won as the minority and as the majority: P must be P(won) each time.
#[test]
fn both_solvers_reach_the_optimum_of_scikit_learn_whichever_outcome_is_the_rarer() {
    for expected in golden()["fits"].as_array().expect("a list") {
        let (x, won) = data(600, number(&expected["shift"]));
        assert_eq!(
            won.iter().filter(|&&won| won).count() as u64,
            expected["won"].as_u64().expect("a count")
        );
        let (problem, penalty) = (problem(&x, &won), number(&expected["penalty"]));
        assert_close(&newton(&problem, penalty), expected, 1e-6);
        let dense = solver::fit_dense(&problem, &[penalty; 4]).expect("it converges");
        assert_close(&dense, expected, 1e-4);
    }
}

#[test]
fn without_penalty_newton_is_the_maximum_likelihood_fit_of_statsmodels_with_its_standard_errors() {
    let expected = &golden()["unpenalised"];
    let (x, won) = data(600, -1.5);
    let problem = problem(&x, &won);
    let fitted = newton(&problem, 1e-9);
    assert_close(&fitted, expected, 1e-6);
    // One row a lead: the sandwich and the inverse curvature agree but for chance (the rare indicator varies most).
    let covariance = solver::covariance(&problem, &fitted, &[1e-9; 4]).expect("it can be inverted");
    let errors = expected["standard_errors"].as_array().expect("a list");
    for (place, error) in [
        (4, &errors[0]),
        (0, &errors[1]),
        (2, &errors[3]),
        (3, &errors[4]),
    ] {
        let ratio = covariance[(place, place)].sqrt() / number(error);
        assert!(
            (0.9..1.1).contains(&ratio),
            "standard error {place}: ratio {ratio}"
        );
    }
}

#[test]
fn weights_count_as_copies_of_a_row() {
    let (x, won) = data(200, -0.5);
    let mut weighted = SparseRows::new(4);
    let mut copied = SparseRows::new(4);
    let mut outcomes = Vec::new();
    for (i, row) in x.iter().enumerate() {
        let cells: Vec<(u32, f32)> = row
            .iter()
            .enumerate()
            .map(|(c, &v)| (c as u32, v))
            .collect();
        let weight = 1 + i % 3;
        weighted.push(&cells, weight as f64, i as u32);
        for _ in 0..weight {
            copied.push(&cells, 1.0, i as u32);
            outcomes.push(won[i]);
        }
    }
    let one = newton(&DatasetBase::new(weighted, ndarray::Array1::from(won)), 2.0);
    let other = newton(
        &DatasetBase::new(copied, ndarray::Array1::from(outcomes)),
        2.0,
    );
    for (a, b) in one.coefficients.iter().zip(&other.coefficients) {
        assert!((a - b).abs() < 1e-8);
    }
}

#[test]
fn one_outcome_alone_and_bad_penalties_are_refused() {
    let (x, _) = data(50, 0.0);
    let all_won = problem(&x, &[true; 50]);
    assert!(solver::fit(&all_won, &[1.0; 4], None).is_err());
    assert!(Newton::new(vec![0.0; 4]).check().is_err());
    assert!(Newton::new(vec![f64::NAN; 4]).check().is_err());
}

/// Columns as a recipe makes them: two numbers between levels, a text, yes or no.
fn coded(n: usize) -> (CodeRows, Vec<bool>) {
    let mut state = 7_u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let features =
        [(6, 2), (4, 0), (5, 4), (3, 1)].map(|(levels, reference)| Levels { levels, reference });
    let mut codes = Vec::new();
    let mut won = Vec::new();
    for _ in 0..n {
        let (a, b) = (uniform() * 4.0, uniform() * 2.0);
        let (text, yes) = ((uniform() * 5.0) as u16, (uniform() * 2.0) as u16);
        let number = |x: f64| Code::between(1 + x as u16, x.fract());
        // Some values are missing.
        let missing = uniform() < 0.1;
        codes.push(if missing { MISSING } else { number(a) });
        codes.extend([number(b), Code::level(text), Code::level(1 + yes)]);
        let eta = -1.0 + (a - 2.0).abs() * 0.6 + 0.4 * b - 0.3 * f64::from(text) + f64::from(yes);
        won.push(uniform() < 1.0 / (1.0 + (-eta).exp()));
    }
    let rows = CodeRows::new(features.to_vec(), codes, n).expect("codes within their levels");
    (rows, won)
}

/// On codes, on sparse rows and by `linfa_logistic`: one optimum.
#[test]
fn rows_of_codes_have_the_optimum_of_the_same_sparse_rows() {
    for n in [300, 9_000, 40_000] {
        let (rows, won) = coded(n);
        let k = rows.columns();
        let penalty: Vec<f64> = (0..k).map(|c| 0.5 + c as f64).collect();
        let sparse: Problem =
            DatasetBase::new(rows.to_sparse(), ndarray::Array1::from(won.clone()));
        let codes = DatasetBase::new(rows, ndarray::Array1::from(won));
        let newton = Newton::new(penalty.clone()).check().expect("valid");
        let by_codes: Logistic = newton.fit(&codes).expect("it converges");
        let by_rows: Logistic = newton.fit(&sparse).expect("it converges");
        let dense = solver::fit_dense(&sparse, &penalty).expect("it converges");
        for c in 0..k {
            let (a, b) = (by_codes.coefficients[c], by_rows.coefficients[c]);
            assert!((a - b).abs() < 1e-6, "{n}: {a} {b}");
            assert!((a - dense.coefficients[c]).abs() < 1e-4);
        }
        assert!((by_codes.intercept - by_rows.intercept).abs() < 1e-6);
        let (mut p, mut q) = (ndarray::Array1::zeros(n), ndarray::Array1::zeros(n));
        by_codes.predict_inplace(codes.records(), &mut p);
        by_codes.predict_inplace(sparse.records(), &mut q);
        assert!(p.iter().zip(&q).all(|(p, q)| (p - q).abs() < 1e-12));
    }
}

#[test]
fn codes_beyond_their_levels_are_refused() {
    let features = vec![Levels {
        levels: 3,
        reference: 0,
    }];
    let rows = |codes: Vec<Code>| CodeRows::new(features.clone(), codes, 1);
    assert!(rows(vec![Code::level(2)]).is_some());
    assert!(rows(vec![Code::level(3)]).is_none());
    assert!(rows(vec![Code::between(2, 0.5)]).is_none());
    assert!(rows(vec![MISSING, MISSING]).is_none());
}
