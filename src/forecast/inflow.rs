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

/// What the wins of a source's new leads pay: amounts expected, with how likely each is won.
#[derive(Debug, Clone, Default)]
pub(super) struct Purse {
    amounts: Vec<f64>,
    /// Running sum of P(won), ending at 1; empty where nothing is ever won.
    cumulative: Vec<f64>,
    /// Mean amount of a win, money.
    pub(super) mean: f64,
    /// Mean squared amount of a win.
    pub(super) square: f64,
}

impl Purse {
    /// From (P(won), amount) of the examples.
    pub(super) fn new(examples: &[(f64, f64)]) -> Self {
        let total: f64 = examples.iter().map(|&(p, _)| p).sum();
        if total <= 0.0 {
            return Self::default();
        }
        let mut purse = Self::default();
        let mut sum = 0.0;
        for &(p, amount) in examples {
            let share = p / total;
            sum += share;
            purse.amounts.push(amount);
            purse.cumulative.push(sum);
            purse.mean += share * amount;
            purse.square += share * amount * amount;
        }
        purse
    }

    /// Which of the examples the win at the part `u` (0-1) of all wins is like, and its amount.
    pub(super) fn example(&self, u: f64) -> (usize, f64) {
        let i = self.cumulative.partition_point(|&sum| sum < u);
        let i = i.min(self.amounts.len().saturating_sub(1));
        (i, self.amounts.get(i).copied().unwrap_or(0.0))
    }

    /// The examples: the share of the wins that are like each, 0-1, and its amount.
    pub(super) fn examples(&self) -> impl Iterator<Item = (f64, f64)> {
        let before = std::iter::once(0.0).chain(self.cumulative.iter().copied());
        (self.cumulative.iter().zip(before).zip(&self.amounts))
            .map(|((sum, before), &amount)| (sum - before, amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_purse_pays_by_how_likely_each_is_won() {
        let purse = Purse::new(&[(0.3, 10.0), (0.1, 50.0)]);
        assert!((purse.mean - 20.0).abs() < 1e-12);
        assert_eq!(
            (purse.example(0.7), purse.example(0.8)),
            ((0, 10.0), (1, 50.0))
        );
        assert_eq!(Purse::new(&[(0.0, 3.0)]).example(0.5), (0, 0.0));
    }
}
