//! The forecast on trial in eight regimes of known truth, beside `AutoETS` on the same months.
//!
//! `cargo test --release --test truth regimes -- --ignored --nocapture`; `FORERUN_SEEDS` and `FORERUN_REGIME` choose fewer.
#![allow(
    clippy::print_stdout,
    reason = "the measurements are the point of these tests"
)]

use crate::common::regimes::{self, FIRST, NUMBERS, REGIMES, TEXTS};
use crate::common::{Life, leads};
use forerun::forecast::{Backtest, Books, Tested, Who, backtest};
use serde_json::Value;

/// Origins: as of the first day of the months 30 to 50.
const ORIGINS: std::ops::RangeInclusive<i32> = 30..=50;
const AHEAD: usize = 3;

fn golden() -> Value {
    let file = format!(
        "{}/tests/golden/autoets_regimes.json",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_str(&std::fs::read_to_string(file).expect("golden values")).expect("JSON")
}

fn on_trial(lives: &[Life]) -> Backtest {
    let known = leads(lives, regimes::as_of(53), &NUMBERS, &TEXTS);
    backtest(&Books::of(&known), 23, AHEAD, 1).expect("enough data")
}

/// What the forecasts of one world came to, by months ahead: errors and truth, coverage and width of the 80 % range.
#[derive(Default, Clone, Copy)]
struct Sums {
    n: f64,
    actual: f64,
    off: f64,
    off_uncorrected: f64,
    bias: f64,
    inside: f64,
    inside_uncorrected: f64,
    width: f64,
}

fn sums(trial: &Backtest, all: &mut [Sums; AHEAD]) {
    let wanted = |tested: &&Tested| ORIGINS.contains(&(tested.origin.month() - FIRST));
    for tested in trial.tested.iter().filter(wanted) {
        let sums = &mut all[tested.ahead - 1];
        let said = |who: Who| who.said(tested).expect("a number");
        let inside = |q: &[f64]| f64::from(u8::from((q[3]..=q[35]).contains(&tested.actual)));
        sums.n += 1.0;
        sums.actual += tested.actual;
        sums.off += (said(Who::Forecast) - tested.actual).abs();
        sums.off_uncorrected += (said(Who::Uncorrected) - tested.actual).abs();
        sums.bias += said(Who::Forecast) - tested.actual;
        sums.inside += inside(&tested.told);
        sums.inside_uncorrected += inside(&tested.drawn);
        sums.width += tested.told[35] - tested.told[3];
    }
}

/// `AutoETS`'s error on the same seeds, by months ahead.
fn autoets(world: &Value, seeds: usize) -> [f64; AHEAD] {
    let sum = |key: &str, h: usize| -> f64 {
        let rows = world[key].as_array().expect("a list");
        rows[..seeds]
            .iter()
            .map(|row| row[h].as_f64().expect("a number"))
            .sum()
    };
    std::array::from_fn(|h| sum("abs_error", h) / sum("actual", h))
}

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

fn judge(name: &str, world: &Value, company: impl Fn(u64) -> Vec<Life>) -> ([f64; AHEAD], f64) {
    let stored = world["seeds"].as_array().expect("seeds").len();
    let seeds = number("FORERUN_SEEDS").unwrap_or(stored).min(stored);
    let mut all = [Sums::default(); AHEAD];
    for seed in 0..seeds {
        let trial = on_trial(&company(1_000 + seed as u64));
        // For looking at from another program.
        if let Ok(folder) = std::env::var("FORERUN_DUMP") {
            let file = format!("{folder}/{name} {seed}.json");
            let text = serde_json::to_string(&trial).expect("JSON");
            std::fs::write(file, text).expect("it can be written");
        }
        sums(&trial, &mut all);
    }
    let theirs = autoets(world, seeds);
    for (h, s) in all.iter().enumerate() {
        println!(
            "{name:>22} {} n {} WAPE {:.3} (uncorrected {:.3}) AutoETS {:.3} ratio {:.3} bias {:+.3} inside {:.2} ({:.2}) width {:.2}",
            h + 1,
            s.n,
            s.off / s.actual,
            s.off_uncorrected / s.actual,
            theirs[h],
            s.off / s.actual / theirs[h],
            s.bias / s.actual,
            s.inside / s.n,
            s.inside_uncorrected / s.n,
            s.width / s.actual
        );
    }
    let inside: f64 =
        all.iter().map(|s| s.inside).sum::<f64>() / all.iter().map(|s| s.n).sum::<f64>();
    println!("{name:>22} pooled coverage {inside:.3}");
    let ratios = std::array::from_fn(|h| all[h].off / all[h].actual / theirs[h]);
    (ratios, inside)
}

#[test]
#[ignore = "measures; half an hour"]
fn regimes() {
    let golden = golden();
    let worlds = golden["regimes"].as_array().expect("regimes");
    let mut ratios = Vec::new();
    for (regime, world) in worlds.iter().enumerate() {
        if number("FORERUN_REGIME").is_some_and(|only| only != regime) {
            continue;
        }
        let name = format!("{:?}", REGIMES[regime]);
        let (against, inside) = judge(&name, world, |seed| regimes::company(regime, seed));
        assert!(against[0] <= 1.0, "{name}: {against:?}");
        // 74 to 86 %, and what chance does to so few months, which share their companies' luck.
        assert!((0.72..=0.88).contains(&inside), "{name}: {inside}");
        ratios.push(against[0]);
    }
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    println!("month 1 against AutoETS: {ratios:.3?}, mean {mean:.3}");
    assert!(ratios.len() < worlds.len() || mean <= 0.8, "{mean}");
    if number("FORERUN_REGIME").is_none_or(|only| only == 8) {
        let (against, inside) = judge("no signal", &golden["no_signal"], regimes::no_signal);
        assert!(against[0] <= 1.03 && inside >= 0.74, "{against:?} {inside}");
    }
}
