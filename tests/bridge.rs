//! The arithmetic that shares out a change, against other packages and by what must always hold.

mod common;

use common::{Life, leads};
use forerun::domain::{Month, TargetLine};
use forerun::forecast::Books;
use forerun::kpi::bridge::{
    Against, ExplainError, against_forecast, against_month, kitagawa, lmdi, shapley,
    shapley_product,
};
use proptest::prelude::*;
use serde_json::Value;

/// `tests/peers/bridge.py` writes it.
fn golden() -> Value {
    let file = format!("{}/tests/golden/bridge.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(file).expect("golden values")).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    let array = value.as_array().expect("numbers");
    array
        .iter()
        .map(|v| v.as_f64().expect("a number"))
        .collect()
}

fn near(own: &[f64], other: &[f64], within: f64) {
    assert_eq!(own.len(), other.len());
    for (a, b) in own.iter().zip(other) {
        assert!((a - b).abs() < within, "{own:?} {other:?}");
    }
}

#[test]
fn products_are_shared_out_as_by_the_formula_and_by_every_order() {
    for product in golden()["products"].as_array().expect("products") {
        let (before, after) = (numbers(&product["before"]), numbers(&product["after"]));
        near(&lmdi(&before, &after), &numbers(&product["lmdi"]), 1e-7);
        let effects = shapley_product(&before, &after);
        near(&effects, &numbers(&product["shapley"]), 1e-7);
    }
}

#[test]
fn rate_and_mix_are_those_of_statsmodels() {
    for mix in golden()["mixes"].as_array().expect("mixes") {
        let pair = |value: &Value| {
            let n = numbers(value);
            [n[0], n[1]]
        };
        let groups: Vec<_> = (mix["groups"].as_array().expect("groups").iter())
            .map(|group| {
                (
                    Some("g".to_owned()),
                    pair(&group["n"]),
                    pair(&group["events"]),
                )
            })
            .collect();
        let change = kitagawa(&groups).expect("both periods have some");
        let own = [
            change.by_rate,
            change.by_mix,
            change.rate[1] - change.rate[0],
        ];
        near(&own, &numbers(&mix["oaxaca"]), 1e-12);
        near(
            &own[..1],
            &[mix["by_rate"].as_f64().expect("a number")],
            1e-14,
        );
    }
}

#[test]
fn shapley_values_of_a_set_function_are_fair() {
    // 100 if input 0 is in together with 1 or 2; by hand: 2/3 of it to input 0.
    let effects = shapley(3, |set| {
        if set & 1 == 1 && set & 6 != 0 {
            100.0
        } else {
            0.0
        }
    });
    near(&effects, &[200.0 / 3.0, 50.0 / 3.0, 50.0 / 3.0], 1e-12);
}

proptest! {
    #[test]
    fn effects_sum_to_the_change_and_flip_with_the_periods(
        factors in proptest::collection::vec(
            (prop_oneof![1 => Just(0.0), 9 => 0.01..100.0_f64], prop_oneof![1 => Just(0.0), 9 => 0.01..100.0_f64]),
            1..7,
        ),
    ) {
        let (before, after): (Vec<f64>, Vec<f64>) = factors.into_iter().unzip();
        let change = after.iter().product::<f64>() - before.iter().product::<f64>();
        // Shapley values pass through every mixture of the two.
        let scale: f64 = before.iter().zip(&after).map(|(b, a)| b.max(*a).max(1.0)).product();
        for share in [lmdi, shapley_product] {
            let (there, back) = (share(&before, &after), share(&after, &before));
            prop_assert!((there.iter().sum::<f64>() - change).abs() <= 1e-9 * scale);
            for (a, b) in there.iter().zip(&back) {
                prop_assert!((a + b).abs() <= 1e-9 * scale, "{there:?} {back:?}");
            }
        }
    }

    #[test]
    fn shapley_shares_out_negative_factors_too(
        factors in proptest::collection::vec((-10.0..10.0_f64, -10.0..10.0_f64), 1..7),
    ) {
        let (before, after): (Vec<f64>, Vec<f64>) = factors.into_iter().unzip();
        let change = after.iter().product::<f64>() - before.iter().product::<f64>();
        let effects = shapley_product(&before, &after);
        prop_assert!((effects.iter().sum::<f64>() - change).abs() <= 1e-9 * change.abs().max(1e6));
    }

    #[test]
    fn rate_and_mix_sum_to_the_change_and_flip(
        groups in proptest::collection::vec((1..500_u32, 0.0..1.0_f64, 1..500_u32, 0.0..1.0_f64), 1..6),
    ) {
        let turn = |first: usize| -> Vec<_> {
            groups.iter().map(|&(n0, r0, n1, r1)| {
                let (n, r) = ([f64::from(n0), f64::from(n1)], [r0, r1]);
                let at = [first, 1 - first];
                (None, at.map(|i| n[i]), at.map(|i| n[i] * r[i]))
            }).collect()
        };
        let (there, back) = (kitagawa(&turn(0)), kitagawa(&turn(1)));
        let (there, back) = (there.expect("some"), back.expect("some"));
        prop_assert!((there.by_rate + there.by_mix - (there.rate[1] - there.rate[0])).abs() < 1e-12);
        prop_assert!((there.by_rate + back.by_rate).abs() < 1e-12);
        prop_assert!((there.by_mix + back.by_mix).abs() < 1e-12);
    }
}

/// 14 months of 60 leads, every fourth of them won after 3 to 30 days, in money or without.
fn lives(priced: bool) -> Vec<Life> {
    (0..840)
        .map(|i| {
            let month = Month::new(2025, 1) + (i / 60);
            Life {
                id: format!("L{i:04}"),
                created: month.first_day().epoch_days() + (i * 7) % 28,
                closes_after: f64::from(3 + (i * 11) % 28),
                won: (i * 5) % 4 == 0 && i % 7 != 0,
                numbers: Vec::new(),
                texts: vec![["Ads", "Fair"][usize::from(i % 3 == 0)].to_owned()],
                amount: if priced {
                    f64::from(800 + (i * 37) % 900)
                } else {
                    f64::NAN
                },
                truth: (0.0, 0.0, 0.0),
            }
        })
        .collect()
}

#[test]
fn months_explain_one_another_with_the_sign_turned() {
    let month = Month::new(2026, 2);
    for priced in [true, false] {
        let leads = leads(
            &lives(priced),
            (month + 1).first_day().epoch_days(),
            &[],
            &["source"],
        );
        let books = Books::of(&leads);
        let explain = |month, other| {
            against_month(&books, month, other, Against::LastMonth, 1).expect("enough data")
        };
        let (there, back) = (explain(month, month - 1), explain(month - 1, month));
        assert_eq!((there.base, there.actual), (back.actual, back.base));
        assert_eq!(there.effects.len(), back.effects.len());
        for (a, b) in there.effects.iter().zip(&back.effects) {
            assert!(
                (a.effect + b.effect).abs() < 1e-9 * there.base,
                "{a:?} {b:?}"
            );
        }
        let sum: f64 = there.effects.iter().map(|effect| effect.effect).sum();
        assert!((sum - there.change).abs() < 1e-9 * there.base);
        // What came is what the rows say.
        let lives = lives(priced);
        let wins: Vec<&Life> = lives
            .iter()
            .filter(|life| life.won)
            .filter(|life| {
                let day = life.created + life.closes_after as i32;
                (month.first_day().epoch_days()..(month + 1).first_day().epoch_days())
                    .contains(&day)
            })
            .collect();
        let revenue: f64 = wins
            .iter()
            .map(|life| if priced { life.amount } else { 1.0 })
            .sum();
        assert!(
            (there.actual - revenue).abs() < 1e-6,
            "{} {revenue}",
            there.actual
        );
    }
}

#[test]
fn a_target_of_money_is_not_held_against_deals() {
    let month = Month::new(2026, 2);
    let as_of = (month + 1).first_day().epoch_days();
    let leads = leads(&lives(false), as_of, &[], &["source"]);
    let target = TargetLine {
        month,
        owner: None,
        target: 300_000.0,
    };
    let books = Books {
        targets: &[target],
        ..Books::of(&leads)
    };
    let refused = against_forecast(&books, month, Against::Target, 1);
    assert!(
        matches!(refused, Err(ExplainError::TargetInMoney { .. })),
        "{refused:?}"
    );
    assert!(against_forecast(&books, month, Against::Forecast, 1).is_ok());
}
