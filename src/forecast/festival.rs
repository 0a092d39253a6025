//! Spring Festival moves between January and February, and so does the dip that it brings.
//!
//! The days before it, its week and the days after it are each compared with what the weeks around them promise (after
//! Lin & Liu, Modeling and Predicting Lunar New Year Effects, 2003, who regress on the share of such windows in a month;
//! here the days themselves are seen). How long the windows are is chosen by how well each explains the days.

use std::collections::BTreeMap;

use crate::domain::{Day, Month};
use crate::forecast::calendar::{Daily, Weekdays, each_festival, shown, shrunken};
use crate::forecast::span::Span;

/// Windows that are tried: days before the first day of the festival, and days after its week.
const BEFORE: [i32; 4] = [3, 7, 14, 20];
const AFTER: [i32; 4] = [0, 4, 8, 15];
/// The festival itself.
const WEEK: i32 = 7;
/// Days on both sides of the first day that are looked at, and how many of them must be on record.
const AROUND: i32 = 45;
const LEAST: i32 = 38;
/// How much better than none a window must explain the days, on the scale of AIC.
const SHOWN: f64 = 12.0;

/// What happens around Spring Festival.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Festival {
    /// Days before the first day, the week and the days after it: how many, and what each is worth of a usual day.
    windows: [(i32, f64); 3],
    /// Past festivals that it was learned from.
    pub(super) seen: usize,
}

/// The days around one past festival.
struct Past {
    first: Day,
    /// Days from the first day of the festival, events, worth of the day by its weekday.
    days: Vec<(i32, f64, f64)>,
}

impl Festival {
    /// From the festivals that lie well within the record; none where they show nothing beyond chance.
    pub(super) fn learn(daily: &Daily, weekdays: &Weekdays) -> Option<Self> {
        let past = past(daily, weekdays);
        if past.is_empty() {
            return None;
        }
        let noise = weekdays.noise;
        let mut best: Option<(f64, Self)> = None;
        for before in BEFORE {
            for after in AFTER {
                let lengths = [before, WEEK, after];
                let sums = sums(&past, lengths);
                let factors = sums.map(|(seen, expected)| shrunken(seen, expected, noise));
                let festival = Self {
                    windows: std::array::from_fn(|k| (lengths[k], factors[k])),
                    seen: past.len(),
                };
                let misfit = misfit(&past, lengths, factors) / noise;
                let better = best.as_ref().is_none_or(|(least, _)| misfit < *least);
                let clear = sums.iter().any(|&(o, e)| shown(o, e, noise).is_some());
                if better && clear {
                    best = Some((misfit, festival));
                }
            }
        }
        let none = misfit(&past, [0, 0, 0], [1.0; 3]).min(months_misfit(&past)) / noise;
        best.filter(|(misfit, _)| misfit + SHOWN < none)
            .map(|(_, festival)| festival)
    }

    /// The days around a festival with what each is worth of a usual day.
    pub(super) fn days(&self, first: Day) -> impl Iterator<Item = (Day, f64)> + '_ {
        let lengths = self.windows.map(|(days, _)| days);
        (-lengths[0]..WEEK + lengths[2])
            .filter_map(move |at| Some((first + at, self.windows[window(lengths, at)?].1)))
    }

    /// Usual days that a festival costs; negative if it brings more.
    pub(super) fn lost(&self) -> f64 {
        (self.windows.iter())
            .map(|(days, factor)| (1.0 - factor) * f64::from(*days))
            .sum()
    }

    /// The share that is missing in the week itself; negative if more happens then.
    pub(super) fn dip(&self) -> f64 {
        1.0 - self.windows[1].1
    }
}

/// Which window a day lies in.
fn window(lengths: [i32; 3], at: i32) -> Option<usize> {
    match at {
        _ if (-lengths[0]..0).contains(&at) => Some(0),
        _ if (0..lengths[1]).contains(&at) => Some(1),
        _ if (lengths[1]..lengths[1] + lengths[2]).contains(&at) => Some(2),
        _ => None,
    }
}

fn past(daily: &Daily, weekdays: &Weekdays) -> Vec<Past> {
    let mut past = Vec::new();
    each_festival(daily.first, daily.end(), |first| {
        if first - LEAST < daily.first || first + LEAST >= daily.end() {
            return;
        }
        let days = (-AROUND..=AROUND)
            .filter_map(|at| {
                let day = first + at;
                let worth = weekdays.factor[day.weekday() as usize];
                Some((at, daily.at(day)?, worth))
            })
            .collect();
        past.push(Past { first, days });
    });
    past
}

impl Past {
    /// What is expected without a festival on each of its days: a line through the days on either side of the windows.
    fn expected(&self, lengths: [i32; 3]) -> impl Iterator<Item = f64> + '_ {
        let side = |inside: &dyn Fn(i32) -> bool| {
            let days = self.days.iter().filter(|(at, ..)| inside(*at));
            let (mut count, mut worth, mut centre) = (0.0, 0.0, 0.0);
            for &(at, seen, of_day) in days {
                count += seen;
                worth += of_day;
                centre += of_day * f64::from(at);
            }
            (count / worth, centre / worth)
        };
        let (rate, from) = side(&|at| at < -lengths[0]);
        let (other, to) = side(&|at| at >= lengths[1] + lengths[2]);
        self.days.iter().map(move |&(at, _, worth)| {
            let along = (f64::from(at) - from) / (to - from);
            worth * (rate + along * (other - rate)).max(0.0)
        })
    }
}

/// Events seen and expected in each window.
fn sums(past: &[Past], lengths: [i32; 3]) -> [(f64, f64); 3] {
    let mut sums = [(0.0, 0.0); 3];
    for festival in past {
        for (&(at, seen, _), expected) in festival.days.iter().zip(festival.expected(lengths)) {
            if let Some(k) = window(lengths, at) {
                sums[k].0 += seen;
                sums[k].1 += expected;
            }
        }
    }
    sums
}

/// Corrected information criterion (Hurvich & Tsai 1989) of Poisson days with these factors, but for what is common.
fn misfit(past: &[Past], lengths: [i32; 3], factors: [f64; 3]) -> f64 {
    let (mut log, mut n) = (0.0, 0.0);
    for festival in past {
        for (&(at, seen, _), expected) in festival.days.iter().zip(festival.expected(lengths)) {
            let mean = expected * window(lengths, at).map_or(1.0, |k| factors[k]);
            if mean > 0.0 {
                log += seen * mean.ln() - mean;
            }
            n += 1.0;
        }
    }
    let windows = lengths.iter().filter(|days| **days > 0).count();
    criterion(log, windows + 2 * past.len(), n)
}

/// The same if each calendar month has a level of its own: a dip of a whole month is no festival's.
fn months_misfit(past: &[Past]) -> f64 {
    let (mut log, mut n, mut levels) = (0.0, 0.0, 0);
    for festival in past {
        let mut months: BTreeMap<Month, (f64, f64)> = BTreeMap::new();
        for &(at, seen, worth) in &festival.days {
            let sums = months.entry((festival.first + at).month()).or_default();
            sums.0 += seen;
            sums.1 += worth;
        }
        for &(at, seen, worth) in &festival.days {
            let (all, days) = months[&(festival.first + at).month()];
            let mean = worth * all / days;
            if mean > 0.0 {
                log += seen * mean.ln() - mean;
            }
            n += 1.0;
        }
        levels += months.len();
    }
    criterion(log, levels, n)
}

fn criterion(log: f64, k: usize, n: f64) -> f64 {
    let k = k as f64;
    2.0 * (k + k * (k + 1.0) / (n - k - 1.0).max(1.0)) - 2.0 * log
}

/// Says so where the months ahead hold a festival and past ones showed a dip.
pub(super) fn warning(span: &Span) -> Option<String> {
    let end = span.as_of + span.days();
    let mut next = None;
    each_festival(span.as_of - 7, end + 3, |day| {
        if next.is_none() && day + WEEK > span.as_of && day - 3 < end {
            next = Some(day);
        }
    });
    let (next, festival) = (next?, span.new.festival()?);
    let past = if festival.seen == 1 {
        "the past one".to_owned()
    } else {
        format!("the {} past ones", festival.seen)
    };
    let wins = match span.wins.festival() {
        Some(wins) => format!(
            "of the deals usually closed in a week {:.0} % were missing, and closed after it",
            100.0 * wins.dip()
        ),
        None => "that fewer deals close in that week the past does not show".to_owned(),
    };
    Some(format!(
        "Spring Festival begins on {next}; in the week of {past} {:.0} % fewer leads came in than usual, and {wins}. The forecast expects the same of the next one",
        100.0 * festival.dip()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Leads, Outcome};
    use crate::forecast::sample::{LeadsBuilder, day};

    fn leads(during: bool) -> Leads {
        let mut builder = LeadsBuilder::new("2026-11-01");
        for i in 0..400 {
            let created = day("2025-11-01") + i / 2;
            let quiet = (-3..=6).contains(&(created - day("2026-02-17")));
            if during || !quiet {
                builder = builder.push(Some(created), None, Outcome::Open);
            }
        }
        builder.build()
    }

    #[test]
    fn it_speaks_only_of_a_dip_that_the_data_shows() {
        let span = |months, during| Span::new(day("2026-11-01"), months).paced(&leads(during));
        let message = warning(&span(6, false)).expect("a dip");
        assert!(
            message.contains("begins on 2027-02-06; in the week of the past one 93 % fewer"),
            "{message}"
        );
        assert!(message.contains("the past does not show"), "{message}");
        assert!(warning(&span(6, true)).is_none());
        assert!(warning(&span(2, false)).is_none(), "not ahead");
    }
}
