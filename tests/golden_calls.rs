//! The S-learner against scikit-learn, assignment against scipy: tests/peers/calls.py.

use forerun::decide::{Known, Lesson, SLearner, assign};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/calls.json")).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn known(value: &Value) -> Known {
    Known {
        logit: number(&value["logit"]),
        freshness: number(&value["freshness"]),
        log_amount: number(&value["log_amount"]),
        age: number(&value["age"]),
        parts: list(&value["parts"]).iter().map(number).collect(),
    }
}

#[test]
fn the_s_learner_is_that_of_scikit_learn() {
    let golden = golden();
    for case in list(&golden["s_learner"]) {
        let lessons: Vec<Lesson> = (list(&case["known"]).iter().enumerate())
            .map(|(i, value)| Lesson {
                known: known(value),
                called: case["called"][i] == true,
                won: case["won"][i] == true,
            })
            .collect();
        let all: Vec<&Lesson> = lessons.iter().collect();
        let learner = SLearner::fit(&all, number(&case["ridge"])).expect("it converges");
        for (i, lesson) in lessons.iter().enumerate() {
            let (called, held) = learner.chances(&lesson.known);
            let wanted = (number(&case["if_called"][i]), number(&case["if_held"][i]));
            // Cells are single precision.
            assert!((called - wanted.0).abs() < 5e-6, "{i}: {called} {wanted:?}");
            assert!((held - wanted.1).abs() < 5e-6, "{i}: {held} {wanted:?}");
            assert!((learner.uplift(&lesson.known) - (called - held)).abs() < 1e-15);
        }
    }
}

#[test]
fn assignments_are_as_good_as_those_of_scipy() {
    let golden = golden();
    for case in list(&golden["assignment"]) {
        let gain: Vec<Vec<f64>> = (list(&case["gain"]).iter())
            .map(|row| list(row).iter().map(number).collect())
            .collect();
        let found = assign(&gain);
        let sum: f64 = (found.iter().enumerate())
            .filter_map(|(row, column)| column.map(|column| gain[row][column]))
            .sum();
        assert!((sum - number(&case["best"])).abs() < 1e-9 * sum.abs().max(1.0));
        let mut columns: Vec<usize> = found.iter().flatten().copied().collect();
        let n = columns.len();
        columns.sort_unstable();
        columns.dedup();
        assert_eq!((n, columns.len()), (gain.len().min(gain[0].len()), n));
        if let Some(wanted) = case["columns"].as_array() {
            for (got, wanted) in found.iter().zip(wanted) {
                let wanted = wanted.as_u64().map(|column| column as usize);
                assert_eq!(*got, wanted);
            }
        }
    }
    assert!(assign(&[]).is_empty());
    assert_eq!(assign(&[vec![], vec![]]), [None, None]);
}
