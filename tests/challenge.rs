//! Forecasts of monthly revenue from its own past, and the worlds in which the whole forecast is judged.
#![allow(
    clippy::print_stdout,
    reason = "the measurements are the point of these tests"
)]

mod common;

use common::regimes::{self, MONTHS, REGIMES};

/// Seeds of each regime whose AutoETS is in tests/golden/autoets_regimes.json.
fn seeds(regime: usize) -> std::ops::Range<u64> {
    1_000..if regime < 6 { 1_010 } else { 1_006 }
}

/// Monthly revenue of the regimes, for the reference package: `FORERUN_REGIMES=/tmp/regimes.json cargo test --release --test
/// challenge -- --ignored writes_the_revenue`, then tests/peers/autoets_regimes.py.
#[test]
#[ignore = "writes a file for another program"]
fn writes_the_revenue_of_the_regimes() {
    let path = std::env::var("FORERUN_REGIMES").expect("FORERUN_REGIMES names the file to write");
    let regimes: Vec<serde_json::Value> = (0..REGIMES.len())
        .map(|regime| {
            let revenue: Vec<Vec<f64>> = seeds(regime)
                .map(|seed| regimes::revenue(&regimes::company(regime, seed)))
                .collect();
            serde_json::json!({ "regime": REGIMES[regime], "seeds": seeds(regime).collect::<Vec<_>>(), "revenue": revenue })
        })
        .collect();
    let no_signal: Vec<Vec<f64>> = seeds(0)
        .map(|seed| regimes::revenue(&regimes::no_signal(seed)))
        .collect();
    let all = serde_json::json!({
        "regimes": regimes,
        "no_signal": { "seeds": seeds(0).collect::<Vec<_>>(), "revenue": no_signal },
    });
    std::fs::write(path, all.to_string()).expect("the file can be written");
}

#[test]
fn a_regime_is_what_it_says() {
    for regime in [0, 5, 6] {
        let (cycle, _, size) = REGIMES[regime];
        let (lives, truth) = regimes::world(regime, 1_000);
        let expected: f64 = truth.leads.iter().flatten().sum();
        assert!((lives.len() as f64 - expected).abs() < 5.0 * expected.sqrt());
        assert!(expected > 40.0 * size as f64, "{expected}");
        let won: Vec<_> = lives.iter().filter(|life| life.won).collect();
        let chances: f64 = lives.iter().map(|life| life.truth.0).sum();
        assert!((won.len() as f64 - chances).abs() < 5.0 * chances.sqrt());
        for (source, pace) in [("Ads", 1.0), ("Fair", 1.5)] {
            let days: Vec<f64> = won
                .iter()
                .filter(|life| life.texts[0] == source)
                .map(|life| life.closes_after)
                .collect();
            let mean = days.iter().sum::<f64>() / days.len() as f64;
            assert!((mean / (cycle * pace) - 1.0).abs() < 0.08, "{mean}");
        }
        assert_eq!(truth.drift.len(), MONTHS);
    }
}

#[test]
fn without_signal_the_leads_of_a_month_say_nothing_of_its_wins() {
    let (mut r, mut within) = (Vec::new(), 0);
    for seed in 1_000..1_010 {
        let lives = regimes::no_signal(seed);
        let (mut leads, mut wins) = (vec![0.0; MONTHS], vec![0.0; MONTHS]);
        for life in &lives {
            let month = (forerun::domain::Day::from_epoch_days(life.created).month()
                - regimes::FIRST) as usize;
            leads[month] += 1.0;
            if life.won {
                wins[month] += 1.0;
                let closes = life.created + life.closes_after as i32;
                let closed = forerun::domain::Day::from_epoch_days(closes).month() - regimes::FIRST;
                assert_eq!(closed as usize, month);
                within += 1;
            }
        }
        r.push(correlation(&leads, &wins));
    }
    let mean = r.iter().sum::<f64>() / r.len() as f64;
    assert!(mean.abs() < 0.15 && within > 20_000, "{mean} {within}");
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let dot = |f: &dyn Fn(f64, f64) -> f64| {
        a.iter()
            .zip(b)
            .map(|(&a, &b)| f(a - ma, b - mb))
            .sum::<f64>()
    };
    dot(&|a, b| a * b) / (dot(&|a, _| a * a) * dot(&|_, b| b * b)).sqrt()
}
