//! What the calendar adds to a series: trend, season, days of the week.

use std::f64::consts::TAU;

use crate::domain::Day;

/// Days of a month, on average.
pub(super) const MONTH: f64 = 30.4375;
const YEAR: f64 = 365.25;
/// Waves of the year: times round it.
const WAVES: usize = 3;
/// Share of a year after which a trend may bend.
const BEND: f64 = 0.5;

/// Periods that make a block, within which good and bad go together.
pub(super) const fn block(step: i32) -> usize {
    match step {
        1 => 7,
        2..=13 => 4,
        _ => 3,
    }
}

/// Trend, its bends, the waves of the year and the days of the week, as far as the file is long enough to show them: each
/// with its usual size (standard deviation of its effect as a share of the outcome).
pub(super) fn columns(first: Day, step: i32, periods: usize) -> Vec<(Vec<f64>, f64)> {
    let days: Vec<f64> = (0..periods).map(|t| f64::from(step) * t as f64).collect();
    let length = f64::from(step) * periods as f64;
    let mut columns = Vec::new();
    if periods >= 8 {
        columns.push((days.iter().map(|d| d / length - 0.5).collect(), 0.3));
    }
    let bends = (1..).map(|k| f64::from(k) * BEND * YEAR);
    for knot in bends.take_while(|knot| knot + 0.25 * YEAR <= length) {
        let bent = days.iter().map(|d| (d - knot).max(0.0) / YEAR).collect();
        columns.push((bent, 0.15));
    }
    if length >= YEAR {
        let start = f64::from(first.epoch_days());
        for wave in 1..=WAVES {
            let angle = |d: &f64| TAU * wave as f64 * (start + d) / YEAR;
            columns.push((days.iter().map(|d| angle(d).sin()).collect(), 0.2));
            columns.push((days.iter().map(|d| angle(d).cos()).collect(), 0.2));
        }
    }
    if step == 1 && periods >= 21 {
        for weekday in 1..7 {
            let of = |t: usize| (first + t as i32).weekday() == weekday;
            let column = (0..periods).map(|t| f64::from(u8::from(of(t))) - 1.0 / 7.0);
            columns.push((column.collect(), 0.2));
        }
    }
    columns
}
