//! Points: the scale against optbinning's, and the card against the scores.

mod common;

use std::collections::BTreeMap;

use common::{leads, two_features};
use forerun::domain::{Leads, Outcome, Probability, Role};
use forerun::score::{CardRow, PointsScale, ScoreError, score, scorecard, train};
use serde_json::Value;

#[test]
fn points_are_those_of_optbinning() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/points.json");
    let cases: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(file).expect("it is here")).expect("JSON");
    assert_eq!(cases.len(), 3);
    for case in &cases {
        let number = |key: &str| case[key].as_f64().expect("a number");
        let scale = PointsScale {
            pdo: number("pdo"),
            base: number("base"),
            base_odds: number("base_odds"),
        };
        let list = |key: &str| -> Vec<f64> {
            let values = case[key].as_array().expect("a list");
            values.iter().filter_map(Value::as_f64).collect()
        };
        for (p, points) in list("p").into_iter().zip(list("points")) {
            let exact = scale.of_log_odds((p / (1.0 - p)).ln());
            assert!((exact - points).abs() < 1e-6, "{exact} against {points}");
            let whole = scale.of(Probability::clamped(p));
            assert!((whole as f64 - points).abs() <= 0.5 + 1e-6);
        }
    }
}

#[test]
fn as_many_points_as_pdo_double_the_odds_and_the_ends_stay_finite() {
    let scale = PointsScale {
        pdo: 20.0,
        base: 600.0,
        base_odds: 1.0,
    };
    let at = |p: f64| scale.of(Probability::clamped(p));
    assert_eq!((at(0.5), at(2.0 / 3.0), at(1.0 / 3.0)), (600, 620, 580));
    assert!(at(0.0) < -190 && at(1.0) > 1_390);
}

/// An undated company: the closings told, the dates not.
fn undated() -> Leads {
    let lives = two_features(3_000, 0.0, 540.0, 5);
    let mut leads = leads(&lives, 700, &["x1", "x2"], &[]);
    leads.roles.remove(&Role::Created);
    leads.roles.remove(&Role::Closed);
    for row in 0..leads.len() {
        (leads.created[row], leads.closed[row]) = (None, None);
        if row % 9 == 0 {
            leads.outcome[row] = Outcome::Open;
        }
    }
    leads
}

/// What a card gives a number: that of its level if it stands alone, else straight between two.
fn read_off(card: &[CardRow], feature: &str, value: f64, of: &dyn Fn(&CardRow) -> f64) -> f64 {
    let rows: Vec<&CardRow> = (card.iter())
        .filter(|row| row.feature == feature && row.at.is_some())
        .collect();
    let at = |row: &CardRow| row.at.expect("a number");
    let above = rows.partition_point(|row| at(row) < value);
    if above == 0 {
        return of(rows[0]);
    }
    if above == rows.len() {
        return of(rows[above - 1]);
    }
    let (low, high) = (rows[above - 1], rows[above]);
    let share = (value - at(low)) / (at(high) - at(low));
    of(low) + share * (of(high) - of(low))
}

#[test]
fn the_rows_of_a_card_sum_to_the_points_of_the_score() {
    let leads = undated();
    let (model, _) = train(&leads, None, 1).expect("trained");
    let scale = PointsScale {
        pdo: 20.0,
        base: 600.0,
        base_odds: 1.0,
    };
    let card = scorecard(&model, scale).expect("an undated model has one");
    assert!(card[0].feature.is_empty());
    let per_feature: BTreeMap<&str, u32> = card[1..].iter().fold(BTreeMap::new(), |mut n, row| {
        *n.entry(row.feature.as_str()).or_default() += row.n;
        n
    });
    assert_eq!(
        per_feature.into_iter().collect::<Vec<_>>(),
        [("x1", card[0].n), ("x2", card[0].n)],
        "every lead that was learnt from is counted once a feature"
    );
    for row in &card {
        assert!((row.exact - row.points as f64).abs() <= 0.5);
    }
    let scores = score(&model, &leads, None, false).expect("scored");
    let numbers = |name: &str, row: usize| match leads.table.get(name) {
        Some(forerun::domain::Column::Number(values)) => values[row],
        _ => panic!("{name} is a number"),
    };
    assert!(scores.leads.len() > 300);
    for lead in &scores.leads {
        let p = lead.p_win.expect("scored").get();
        let points = scale.of_log_odds((p / (1.0 - p)).ln());
        let (mut exact, mut rounded) = (card[0].exact, card[0].points as f64);
        for name in ["x1", "x2"] {
            exact += read_off(&card, name, numbers(name, lead.row), &|row| row.exact);
            rounded += read_off(&card, name, numbers(name, lead.row), &|row| {
                row.points as f64
            });
        }
        // Codes keep a 256th of the way between two levels.
        assert!((exact - points).abs() < 0.2, "{exact} against {points}");
        assert!((rounded - points).abs() <= 0.2 + 3.0 * 0.5);
    }
}

#[test]
fn a_dated_model_has_no_card() {
    let lives = two_features(1_500, 0.0, 540.0, 5);
    let (model, _) = train(&leads(&lives, 540, &["x1"], &[]), None, 1).expect("trained");
    let scale = PointsScale {
        pdo: 20.0,
        base: 600.0,
        base_odds: 1.0,
    };
    let refused = scorecard(&model, scale);
    assert!(matches!(refused, Err(ScoreError::NoCard)), "{refused:?}");
}
