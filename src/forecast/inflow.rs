//! What a new lead of each source is worth, and when.

use crate::domain::{Day, Leads};
use crate::forecast::groups::{Groups, newest};
use crate::forecast::smooth;
use crate::forecast::span::Span;
use crate::score::WinCurves;

/// A source's leads for the curve at creation: at least these many of the newest.
const LEAST: usize = 200;
/// And at most so many ...
const MOST: usize = 2_000;
/// ... of each, and of all together.
const MOST_OF_ALL: usize = 40_000;

/// The leads that stand for the new ones of each source, in the order of the rows, with the source of each: those of
/// the last 12 months, but at least the newest 200 and at most 2,000, evenly thinned.
pub(crate) fn examples(leads: &Leads, sources: &Groups) -> Vec<usize> {
    let since = (leads.as_of.month() - 12).first_day();
    let most = (MOST_OF_ALL / sources.len().max(1)).clamp(LEAST, MOST);
    let mut rows: Vec<usize> = (sources.created_rows(leads).iter())
        .flat_map(|rows| newest(leads, rows, since, LEAST, most))
        .collect();
    rows.sort_unstable();
    rows
}

/// The mean curve of each group: curve g is that of group g. A group without curves is never won or lost.
pub(crate) fn mean_curves(curves: &WinCurves, sources: &Groups) -> WinCurves {
    let steps = curves.steps();
    let mut mean = WinCurves {
        rows: (0..sources.len()).collect(),
        edges: curves.edges.clone(),
        win: vec![0.0; sources.len() * steps],
        lost: vec![0.0; sources.len() * steps],
    };
    let mut counts = vec![0.0_f64; sources.len()];
    for (curve, &row) in curves.rows.iter().enumerate() {
        let group = sources.of[row];
        counts[group] += 1.0;
        for step in 0..steps {
            mean.win[group * steps + step] += curves.win[curve * steps + step];
            mean.lost[group * steps + step] += curves.lost[curve * steps + step];
        }
    }
    for (group, count) in counts.iter().enumerate() {
        for step in 0..steps {
            mean.win[group * steps + step] /= count.max(1.0);
            mean.lost[group * steps + step] /= count.max(1.0);
        }
    }
    mean
}

/// P(won within 0, 1 ... `days` days of creation) by group.
pub(crate) fn daily(mean: &WinCurves, days: i32) -> Vec<Vec<f64>> {
    (0..mean.rows.len())
        .map(|group| {
            (0..=days.max(0))
                .map(|day| smooth::won_within(mean, group, f64::from(day)))
                .collect()
        })
        .collect()
}

/// P(a lead that comes in during one month of the forecast is won in another), by source, month of creation and month of
/// closing: `chance[(source * months + created) * months + closed]`. Leads come on the days of a month as they usually
/// do, and the curves of wins run on working time: what the holidays hold up comes after them.
pub(super) fn chances(daily: &[Vec<f64>], span: &Span) -> Vec<f64> {
    let n = span.len();
    let mut chance = vec![0.0; daily.len() * n * n];
    for created in 0..n {
        let (from, to) = span.window(created);
        let days: Vec<Day> = (from..to).map(|day| span.as_of + day).collect();
        let worth: Vec<f64> = days
            .iter()
            .map(|&day| span.new.worked(day, day + 1))
            .collect();
        let all: f64 = worth.iter().sum();
        for closed in created..n {
            let (start, end) = span.window(closed);
            let (start, end) = (span.as_of + start, span.as_of + end);
            let until: Vec<(f64, f64)> = (days.iter())
                .map(|&day| (span.wins.worked(day, start), span.wins.worked(day, end)))
                .collect();
            for (source, table) in daily.iter().enumerate() {
                let sum: f64 = (until.iter().zip(&worth))
                    .map(|(&(start, end), worth)| worth * (at(table, end) - at(table, start)))
                    .sum();
                chance[(source * n + created) * n + closed] = sum / all.max(f64::MIN_POSITIVE);
            }
        }
    }
    chance
}

/// The value of a daily table after some days, between two days on the line through both.
pub(super) fn at(table: &[f64], days: f64) -> f64 {
    let last = table.len() - 1;
    let day = (days.max(0.0) as usize).min(last);
    let next = table[(day + 1).min(last)];
    table[day] + (next - table[day]) * (days.max(0.0) - day as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::sample::{LeadsBuilder, day};

    #[test]
    fn a_lead_is_won_in_one_month_or_another_or_not_yet() {
        let span = Span::new(Day::from_ymd(2026, 4, 1).expect("a day"), 3);
        // Won on the day of creation with 0.2, and 0.1 on day 30.
        let mut table = vec![0.2; 92];
        table[0] = 0.0;
        for value in &mut table[31..] {
            *value = 0.3;
        }
        let chance = chances(&[table], &span);
        // April leads: all same-day wins in April, none of the 30-day ones (they fall in May).
        assert!((chance[0] - 0.2).abs() < 1e-12);
        assert!((chance[1] - 0.1).abs() < 1e-12);
        assert!(chance[2].abs() < 1e-12);
        // May leads: day 1's 30-day win falls on May 31.
        assert!((chance[4] - (0.2 + 0.1 / 31.0)).abs() < 1e-12);
        assert_eq!(chance[3], 0.0, "nothing is won before it comes");
    }

    #[test]
    fn what_the_festival_holds_up_comes_after_it() {
        let mut builder = LeadsBuilder::new("2026-02-01");
        for i in 0..450 {
            let closed = day("2024-11-01") + i;
            let week = closed - day("2025-01-29");
            for _ in 0..if (0..7).contains(&week) { 0 } else { 4 } {
                let date = closed.to_string();
                builder = builder.won(&date, &date, None, 1.0);
            }
        }
        let leads = builder.build();
        let even = Span::new(leads.as_of, 5);
        let paced = even.clone().paced(&leads);
        // Won evenly over 60 days, 0.3 of all.
        let table: Vec<f64> = (0..=60).map(|day| 0.005 * f64::from(day)).collect();
        let (plain, held) = (
            chances(std::slice::from_ref(&table), &even),
            chances(&[table], &paced),
        );
        assert!(held[0] < 0.85 * plain[0], "{} {}", held[0], plain[0]);
        assert!(held[1] > plain[1]);
        let sum = |chance: &[f64]| chance[..5].iter().sum::<f64>();
        assert!((sum(&held) - 0.3).abs() < 1e-9, "none is lost");
        assert!((sum(&plain) - 0.3).abs() < 1e-9);
    }
}
