//! Days on which the team rests, learnt from its own record, and the holidays that it keeps.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Day, Leads, Outcome};
use crate::forecast::spring_festival;
use crate::kpi::process::people::Field;

/// Fewest owner-days that days of rest are learnt from, and fewest days of one owner.
const LEAST: usize = 100;
const LEAST_OF_ONE: usize = 10;
/// A day of the week is one of rest if the middle owner has less than this part of the work of a usual day on it.
const QUIET: f64 = 0.5;
/// Days of rest that are looked for: month, day, days. New year, labour day, the Chinese national holiday, Christmas.
const HOLIDAYS: [(i8, i8, i32); 4] = [(1, 1, 1), (5, 1, 3), (10, 1, 7), (12, 24, 3)];
/// Days of Spring Festival.
const FESTIVAL: i32 = 7;

/// The team's days of rest.
#[derive(Debug)]
pub(super) struct Rest {
    weekday: [bool; 7],
    /// Holidays that are kept, day by day.
    holidays: BTreeSet<Day>,
    /// Days that are worked although they would be of rest.
    worked: BTreeSet<Day>,
}

impl Rest {
    /// Learns them from activities, or from wins where there are too few of those; none where the record does not show any day of
    /// the week to be one of rest.
    pub(super) fn of(field: &Field<'_>) -> Option<Self> {
        let acts = field
            .acts
            .iter()
            .filter_map(|act| Some((act.owner?, act.at.day())));
        let acts: BTreeSet<(usize, Day)> = acts.collect();
        if acts.len() >= LEAST {
            return Self::learn(&acts);
        }
        let wins = wins(field.leads).filter_map(|(row, day)| Some((field.owner[row]?, day)));
        let wins: BTreeSet<(usize, Day)> = wins.collect();
        if wins.len() >= LEAST {
            Self::learn(&wins)
        } else {
            None
        }
    }

    fn learn(days: &BTreeSet<(usize, Day)>) -> Option<Self> {
        let mut by_owner: BTreeMap<usize, [f64; 7]> = BTreeMap::new();
        let mut by_day: BTreeMap<Day, usize> = BTreeMap::new();
        for &(owner, day) in days {
            by_owner.entry(owner).or_default()[day.weekday() as usize] += 1.0;
            *by_day.entry(day).or_default() += 1;
        }
        let shares: Vec<[f64; 7]> = (by_owner.values())
            .filter(|counts| counts.iter().sum::<f64>() >= LEAST_OF_ONE as f64)
            .map(|counts| counts.map(|n| n / counts.iter().sum::<f64>()))
            .collect();
        if shares.is_empty() {
            return None;
        }
        // The middle owner: one who works on days of rest does not make them working days.
        let middle: [f64; 7] = std::array::from_fn(|weekday| {
            let mut values: Vec<f64> = shares.iter().map(|share| share[weekday]).collect();
            values.sort_by(f64::total_cmp);
            values[(values.len() - 1) / 2]
        });
        let mut sorted = middle;
        sorted.sort_by(f64::total_cmp);
        let usual = sorted[4];
        let weekday = middle.map(|share| share < QUIET * usual);
        if !weekday.contains(&true) {
            return None;
        }
        let mut rest = Self {
            weekday,
            holidays: BTreeSet::new(),
            worked: BTreeSet::new(),
        };
        rest.learn_holidays(&by_day);
        rest.learn_worked(days, &by_day);
        Some(rest)
    }

    /// Keeps the holidays on whose days less than half of the usual is done.
    fn learn_holidays(&mut self, by_day: &BTreeMap<Day, usize>) {
        let (Some((&first, _)), Some((&last, _))) =
            (by_day.first_key_value(), by_day.last_key_value())
        else {
            return;
        };
        let all: Vec<Day> = (0..=last - first).map(|i| first + i).collect();
        let working: Vec<Day> = (all.iter().copied())
            .filter(|day| !self.weekday[day.weekday() as usize])
            .collect();
        let done = |days: &[Day]| -> f64 {
            days.iter()
                .map(|day| by_day.get(day).copied().unwrap_or(0) as f64)
                .sum()
        };
        let per_day = done(&working) / working.len().max(1) as f64;
        for holiday in 0..=HOLIDAYS.len() {
            let of: Vec<Day> = (working.iter().copied())
                .filter(|&day| on_holiday(day, holiday))
                .collect();
            let expected = per_day * of.len() as f64;
            if expected >= 5.0 && done(&of) < QUIET * expected {
                self.holidays.extend(of);
            }
        }
    }

    /// Days of rest on which most of those who work in that month do: made up for a holiday.
    fn learn_worked(&mut self, days: &BTreeSet<(usize, Day)>, by_day: &BTreeMap<Day, usize>) {
        let mut in_month: BTreeMap<_, BTreeSet<usize>> = BTreeMap::new();
        for &(owner, day) in days {
            in_month.entry(day.month()).or_default().insert(owner);
        }
        let most = by_day
            .iter()
            .filter(|(day, n)| 2 * **n > in_month[&day.month()].len() && **n > 1);
        self.worked.extend(most.map(|(&day, _)| day));
    }

    /// Whether a day is one of rest.
    pub(super) fn is_rest(&self, day: Day) -> bool {
        (self.weekday[day.weekday() as usize] || self.holidays.contains(&day))
            && !self.worked.contains(&day)
    }

    /// The days of the week, 0 = Monday.
    pub(super) fn weekdays(&self) -> Vec<i32> {
        (0..7).filter(|&day| self.weekday[day as usize]).collect()
    }
}

/// Whether a day is of one of [`HOLIDAYS`], or of Spring Festival, which comes after the last of them.
fn on_holiday(day: Day, holiday: usize) -> bool {
    let year = day.month().year();
    let (first, days) = match HOLIDAYS.get(holiday) {
        Some(&(month, of_month, days)) => (Day::from_ymd(year as i16, month, of_month), days),
        None => (spring_festival(year), FESTIVAL),
    };
    first.is_some_and(|first| (0..days).contains(&(day - first)))
}

/// Won leads with the day of closing.
pub(super) fn wins(leads: &Leads) -> impl Iterator<Item = (usize, Day)> + '_ {
    (0..leads.len())
        .filter(|&row| leads.outcome[row] == Outcome::Won)
        .filter_map(|row| Some((row, leads.closed[row]?)))
}
