//! Forecasts of monthly revenue from its own past, and the worlds in which the whole forecast is judged.
#![allow(
    clippy::print_stdout,
    reason = "the measurements are the point of these tests"
)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::regimes::{self, MONTHS, REGIMES};
use common::shared;
use forerun::domain::Day;
use forerun::forecast::challenge::Challenger;
use forerun::forecast::metrics::{Coverage, bias, crps, mase, naive_scale, pinball, wape, winkler};
use serde_json::Value;

/// Seeds of each regime whose `AutoETS` is in `tests/golden/autoets_regimes.json`.
fn seeds(regime: usize) -> std::ops::Range<u64> {
    1_000..if regime < 6 { 1_010 } else { 1_006 }
}

/// Monthly revenue of the regimes, for the reference package: `FORERUN_REGIMES=/tmp/regimes.json cargo test --release --test
/// challenge -- --ignored writes_the_revenue`, then `tests/peers/autoets_regimes.py`.
#[test]
#[ignore = "writes a file for another program"]
fn writes_the_revenue_of_the_regimes() {
    let path = std::env::var("FORERUN_REGIMES").expect("FORERUN_REGIMES names the file to write");
    let regimes: Vec<Value> = (0..REGIMES.len())
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
            let month = (Day::from_epoch_days(life.created).month() - regimes::FIRST) as usize;
            leads[month] += 1.0;
            if life.won {
                wins[month] += 1.0;
                let closes = life.created + life.closes_after as i32;
                let closed = Day::from_epoch_days(closes).month() - regimes::FIRST;
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

fn golden(name: &str) -> Value {
    let file = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(file).expect("golden values");
    serde_json::from_str(&text).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

#[test]
fn measures_are_those_of_the_reference_packages() {
    let golden = golden("metrics.json");
    let get = |key: &str| numbers(&golden[key]);
    let (past, actual, forecast) = (get("past"), get("actual"), get("forecast"));
    let same = |ours: Option<f64>, theirs: &Value| {
        let (ours, theirs) = (ours.expect("a measure"), number(theirs));
        assert!(
            (ours - theirs).abs() <= 1e-9 * theirs.abs().max(1e-3),
            "{ours} {theirs}"
        );
    };
    same(wape(&forecast, &actual), &golden["wape"]);
    same(bias(&forecast, &actual), &golden["bias"]);
    let scale = naive_scale(&past, 12).expect("a scale");
    same(mase(&forecast, &actual, scale), &golden["mase"]);
    for (i, q) in [0.1, 0.5, 0.9].into_iter().enumerate() {
        let quantiles = numbers(&golden["quantiles"][i]);
        let sum: f64 = (quantiles.iter().zip(&actual))
            .map(|(f, a)| pinball(*f, *a, q))
            .sum();
        same(Some(sum / actual.len() as f64), &golden["pinball"][i]);
    }
    let intervals: Vec<(f64, f64)> = get("low").into_iter().zip(get("high")).collect();
    for (i, (&a, &(low, high))) in actual.iter().zip(&intervals).enumerate() {
        same(crps(&numbers(&golden["draws"][i]), a), &golden["crps"][i]);
        same(Some(winkler(low, high, a, 0.8)), &golden["winkler"][i]);
    }
    let coverage = Coverage::count(&intervals, &actual);
    same(coverage.map(|c| c.share), &golden["coverage"]);
    for (i, (inside, of)) in [(8, 12), (0, 5), (160, 200)].into_iter().enumerate() {
        let coverage = Coverage::new(inside, of);
        same(coverage.map(|c| c.low), &golden["wilson"][i][0]);
        same(coverage.map(|c| c.high), &golden["wilson"][i][1]);
    }
    assert_eq!(coverage.map(|c| c.inside as u64), golden["inside"].as_u64());
}

/// Forecasts by the challenger, of a past of any length.
fn smoothed(past: &[f64], months: usize) -> Vec<f64> {
    Challenger::Smoothing.ahead(past, months).expect("a past")
}

/// The worlds whose `AutoETS` is stored, with the revenue of each seed.
fn worlds() -> Vec<(String, Value, Vec<Vec<f64>>)> {
    let golden = golden("autoets_regimes.json");
    let mut worlds = Vec::new();
    for (regime, autoets) in list(&golden["regimes"]).iter().enumerate() {
        let revenue = seeds(regime).map(|seed| regimes::revenue(&regimes::company(regime, seed)));
        worlds.push((
            format!("{:?}", REGIMES[regime]),
            autoets.clone(),
            revenue.collect(),
        ));
    }
    let revenue = seeds(0).map(|seed| regimes::revenue(&regimes::no_signal(seed)));
    worlds.push((
        "no signal".to_owned(),
        golden["no_signal"].clone(),
        revenue.collect(),
    ));
    worlds
}

#[test]
fn the_stored_autoets_is_of_these_companies() {
    for (name, autoets, revenue) in worlds() {
        for (ours, theirs) in revenue.iter().zip(numbers(&autoets["revenue"])) {
            let sum: f64 = ours.iter().sum();
            assert!((sum / theirs - 1.0).abs() < 1e-6, "{name}: {sum} {theirs}");
        }
        assert_eq!(revenue.len(), list(&autoets["revenue"]).len());
    }
}

#[test]
fn on_the_regimes_smoothing_is_as_good_as_autoets() {
    let mut ratios = [Vec::new(), Vec::new(), Vec::new()];
    for (name, autoets, revenue) in worlds() {
        let (mut forecast, mut actual) = ([const { Vec::new() }; 3], [const { Vec::new() }; 3]);
        for y in &revenue {
            for origin in 30..=50 {
                for (h, value) in smoothed(&y[..origin], 3).into_iter().enumerate() {
                    forecast[h].push(value);
                    actual[h].push(y[origin + h]);
                }
            }
        }
        let theirs = numbers(&autoets["wape"]);
        for h in 0..3 {
            let ours = wape(&forecast[h], &actual[h]).expect("revenue");
            ratios[h].push(ours / theirs[h]);
            println!(
                "{name:>18} month {} smoothing {ours:.3} AutoETS {:.3}",
                h + 1,
                theirs[h]
            );
        }
    }
    for (h, ratios) in ratios.iter().enumerate() {
        let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
        println!("month {}: {mean:.3} of AutoETS on average", h + 1);
        assert!(mean < 1.0, "{mean}");
    }
}

/// The public series by name.
fn public_series(folder: &Path) -> BTreeMap<String, Vec<f64>> {
    let mut series: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).expect("a series");
    for line in read("M3/m3_monthly_long.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let value = cells[3].parse().expect("a number");
        series.entry(cells[0].to_owned()).or_default().push(value);
    }
    for name in ["monthly-car-sales", "monthly_champagne_sales"] {
        for line in read(&format!("jbrownlee/{name}.csv")).lines().skip(1) {
            if let Some((_, value)) = line.split_once(',') {
                series
                    .entry(name.to_owned())
                    .or_default()
                    .push(value.parse().expect("a number"));
            }
        }
    }
    series
}

/// MASE of the smoothing on one series: rolling, rolling with a short past, from the first origin alone.
fn judged(y: &[f64]) -> [f64; 3] {
    let start = y.len() - 18;
    let score = |origin: usize, past: &[f64], months: usize| {
        let scale = naive_scale(&y[..origin], 12).expect("a scale");
        mase(&smoothed(past, months), &y[origin..origin + months], scale).expect("a measure")
    };
    let origins = start..=y.len() - 6;
    let n = origins.clone().count() as f64;
    let rolling = origins.clone().map(|o| score(o, &y[..o], 6)).sum::<f64>() / n;
    let short = origins
        .map(|o| score(o, &y[o.saturating_sub(36)..o], 6))
        .sum::<f64>()
        / n;
    [rolling, short, score(start, &y[..start], 18)]
}

#[test]
fn on_public_series_smoothing_is_as_good_as_autoets() {
    let Some(folder) = shared("data/monthly_series") else {
        return;
    };
    let (series, golden) = (public_series(&folder), golden("autoets_series.json"));
    let rows = list(&golden["rows"]);
    assert_eq!(rows.len(), 102);
    let mut sums = [[0.0; 2]; 3];
    for row in rows {
        let y = &series[row["series"].as_str().expect("a name")];
        assert_eq!(Some(y.len() as u64), row["months"].as_u64());
        for ((sum, ours), key) in sums
            .iter_mut()
            .zip(judged(y))
            .zip(["rolling", "short", "fixed"])
        {
            sum[0] += ours / rows.len() as f64;
            sum[1] += number(&row[key]) / rows.len() as f64;
        }
    }
    for (key, [ours, theirs]) in ["rolling", "short", "fixed"].iter().zip(sums) {
        println!(
            "{key}: MASE {ours:.4}, AutoETS {theirs:.4}, ratio {:.3}",
            ours / theirs
        );
        assert!(ours < theirs, "{key}: {ours} {theirs}");
    }
}
