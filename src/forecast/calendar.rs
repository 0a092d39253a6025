//! How much of a usual day each day is worth: of new leads, or of wins.
//!
//! Fewer leads come and hardly a deal is signed at a weekend, in the week of Spring Festival or on a public holiday. A
//! [`Pace`] learns from the days of the past how much, as far as they show it beyond chance, and then measures any stretch
//! of days in days of average working time. A month with five weekends is shorter by it, a part of a month is worth what
//! its days are worth, and what does not happen in the holiday happens after it.

use crate::domain::Day;
use crate::forecast::festival::Festival;
use crate::forecast::lunar::spring_festival;

/// Days after the newest one up to which each day is weighed; later ones count as usual days.
const AHEAD: i32 = 4_000;
/// Complete weeks that are needed to tell the days of the week apart.
const LEAST_WEEKS: usize = 8;
/// How far beyond chance an effect must be to be believed: the 99.9 % quantile of chi-squared with six degrees of freedom
/// for the days of the week, with one for a holiday.
const WEEKDAYS_SHOWN: f64 = 22.46;
const HOLIDAY_SHOWN: f64 = 10.83;
/// Days on both sides that a holiday is compared with.
const AROUND: i32 = 28;
/// Deviation of the level of the days around that is no holiday's doing, as a share.
const DRIFT: f64 = 0.1;

/// Public holidays with a fixed date that are looked at: month, day, days. New year, labour day, the Chinese national
/// holiday, Christmas.
const HOLIDAYS: [(i8, i8, i32); 4] = [(1, 1, 1), (5, 1, 5), (10, 1, 7), (12, 24, 3)];

/// Events by day.
#[derive(Debug, Clone)]
pub(super) struct Daily {
    /// The first day on record.
    pub(super) first: Day,
    /// Events by day; the last one is the day before the as-of date.
    pub(super) counts: Vec<f64>,
}

impl Daily {
    /// Counts the days from the first of them on that lie before `as_of`; none without any.
    pub(super) fn new(days: impl Iterator<Item = Day> + Clone, as_of: Day) -> Option<Self> {
        let first = days.clone().filter(|day| *day < as_of).min()?;
        let mut counts = vec![0.0; (as_of - first) as usize];
        for day in days.filter(|day| *day < as_of) {
            counts[(day - first) as usize] += 1.0;
        }
        Some(Self { first, counts })
    }

    /// The day after the last.
    pub(super) fn end(&self) -> Day {
        self.first + self.counts.len() as i32
    }

    /// Events of a day; none outside.
    pub(super) fn at(&self, day: Day) -> Option<f64> {
        let i = usize::try_from(day - self.first).ok()?;
        self.counts.get(i).copied()
    }
}

/// What each day is worth, 1 on average over the years.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    first: Day,
    /// Worth of all days before each day from `first` on, ...
    passed: Vec<f64>,
    /// ... and the same if there were no Spring Festival.
    without: Vec<f64>,
    /// What Spring Festival does, where the past shows it.
    festival: Option<Festival>,
}

impl Pace {
    /// Every day is worth the same.
    pub(crate) fn even() -> Self {
        Self {
            first: Day::default(),
            passed: vec![0.0],
            without: vec![0.0],
            festival: None,
        }
    }

    /// Learns from the days on which something happened, up to the day before `as_of`.
    pub(crate) fn learn(days: impl Iterator<Item = Day> + Clone, as_of: Day) -> Self {
        let Some(daily) = Daily::new(days, as_of) else {
            return Self::even();
        };
        let weekdays = Weekdays::learn(&daily);
        let holidays = holidays(&daily, &weekdays);
        let festival = Festival::learn(&daily, &weekdays);
        let lost: f64 = (holidays.iter().zip(HOLIDAYS))
            .map(|(factor, (.., days))| (1.0 - factor) * f64::from(days))
            .sum::<f64>()
            + festival.as_ref().map_or(0.0, Festival::lost);
        let usual = (1.0 - lost / 365.2425).recip();
        let n = daily.counts.len() + AHEAD as usize;
        let mut without: Vec<f64> = (0..n)
            .map(|i| usual * weekdays.factor[(daily.first + i as i32).weekday() as usize])
            .collect();
        each_holiday(daily.first, n, |holiday, i| without[i] *= holidays[holiday]);
        let mut worth = without.clone();
        if let Some(festival) = &festival {
            each_festival(daily.first, daily.first + n as i32, |day| {
                for (at, factor) in festival.days(day) {
                    let i = usize::try_from(at - daily.first).ok();
                    if let Some(worth) = i.and_then(|i| worth.get_mut(i)) {
                        *worth *= factor;
                    }
                }
            });
        }
        Self {
            first: daily.first,
            passed: running(&worth),
            without: running(&without),
            festival,
        }
    }

    /// Days of average working time from a day up to, but without, another; 0 if that is not later.
    pub(crate) fn worked(&self, from: Day, to: Day) -> f64 {
        (self.at(&self.passed, to) - self.at(&self.passed, from)).max(0.0)
    }

    /// Log of what Spring Festival leaves of the working time of these days: 0 where it does nothing.
    pub(super) fn festival_log(&self, from: Day, to: Day) -> f64 {
        let usual = self.at(&self.without, to) - self.at(&self.without, from);
        let worked = self.worked(from, to);
        if usual > 0.0 && worked > 0.0 {
            (worked / usual).ln()
        } else {
            0.0
        }
    }

    /// What Spring Festival does, where the past shows it.
    pub(super) fn festival(&self) -> Option<&Festival> {
        self.festival.as_ref()
    }

    fn at(&self, passed: &[f64], day: Day) -> f64 {
        let (i, last) = (day - self.first, passed.len() - 1);
        match usize::try_from(i) {
            Ok(i) if i > last => passed[last] + (i - last) as f64,
            Ok(i) => passed[i],
            Err(_) => f64::from(i),
        }
    }
}

/// Sums of all before each, one more than there are.
fn running(values: &[f64]) -> Vec<f64> {
    let mut sums = Vec::with_capacity(values.len() + 1);
    let mut sum = 0.0;
    sums.push(sum);
    for value in values {
        sum += value;
        sums.push(sum);
    }
    sums
}

/// The first days of the festivals around which days from `from` up to `to` lie.
pub(super) fn each_festival(from: Day, to: Day, mut then: impl FnMut(Day)) {
    for year in from.month().year()..=to.month().year() {
        if let Some(day) = spring_festival(year) {
            then(day);
        }
    }
}

/// Every day of every public holiday within `n` days from `first`: which holiday, which day.
fn each_holiday(first: Day, n: usize, mut then: impl FnMut(usize, usize)) {
    let last = first + n as i32;
    for year in first.month().year()..=last.month().year() {
        for (holiday, (month, day, days)) in HOLIDAYS.into_iter().enumerate() {
            let Some(start) = Day::from_ymd(year as i16, month, day) else {
                continue;
            };
            for i in 0..days {
                let at = usize::try_from(start + i - first).ok();
                if let Some(at) = at.filter(|at| *at < n) {
                    then(holiday, at);
                }
            }
        }
    }
}

/// What the days of the week are worth, 1 on average.
#[derive(Debug, Clone)]
pub(super) struct Weekdays {
    /// From Monday on.
    pub(super) factor: [f64; 7],
    /// Variance of a day's count over its mean: 1 where only chance is at work.
    pub(super) noise: f64,
}

impl Weekdays {
    /// From complete weeks that touch neither Spring Festival nor a holiday.
    fn learn(daily: &Daily) -> Self {
        let weeks = quiet_weeks(daily);
        let mut sums = [0.0; 7];
        for week in &weeks {
            for (sum, count) in sums.iter_mut().zip(week) {
                *sum += count;
            }
        }
        let mean = sums.iter().sum::<f64>() / 7.0;
        let mut all = Self {
            factor: [1.0; 7],
            noise: 1.0,
        };
        if weeks.len() < LEAST_WEEKS || mean <= 0.0 {
            return all;
        }
        let mut squares = 0.0;
        for week in &weeks {
            let total: f64 = week.iter().sum();
            for (count, sum) in week.iter().zip(&sums) {
                let expected = total * sum / mean / 7.0;
                if expected > 0.0 {
                    squares += (count - expected).powi(2) / expected;
                }
            }
        }
        all.noise = (squares / (6 * (weeks.len() - 1)) as f64).max(1.0);
        let seen = sums.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / (mean * all.noise);
        if seen > WEEKDAYS_SHOWN {
            // Shrunken by as much as the days would differ by chance alone.
            let by_chance = all.noise / mean;
            let spread = sums.iter().map(|s| (s / mean - 1.0).powi(2)).sum::<f64>() / 6.0;
            let trust = ((spread - by_chance) / spread).max(0.0);
            all.factor = sums.map(|sum| 1.0 + trust * (sum / mean - 1.0));
        }
        all
    }
}

/// Counts by weekday of the complete weeks without a holiday.
fn quiet_weeks(daily: &Daily) -> Vec<[f64; 7]> {
    let n = daily.counts.len();
    let mut busy = vec![false; n];
    each_holiday(daily.first, n, |_, i| busy[i] = true);
    each_festival(daily.first, daily.end(), |festival| {
        for i in -21..=21 {
            let at = usize::try_from(festival + i - daily.first).ok();
            if let Some(busy) = at.and_then(|at| busy.get_mut(at)) {
                *busy = true;
            }
        }
    });
    let monday = (7 - daily.first.weekday()).rem_euclid(7) as usize;
    let counts = daily.counts.get(monday..).unwrap_or_default();
    let busy = busy.get(monday..).unwrap_or_default();
    (counts.chunks_exact(7).zip(busy.chunks_exact(7)))
        .filter(|(_, busy)| !busy.contains(&true))
        .filter_map(|(week, _)| week.try_into().ok())
        .collect()
}

/// Factor of each public holiday; 1 where the past shows none.
fn holidays(daily: &Daily, weekdays: &Weekdays) -> [f64; HOLIDAYS.len()] {
    let n = daily.counts.len();
    let mut of = vec![usize::MAX; n];
    each_holiday(daily.first, n, |holiday, i| of[i] = holiday);
    each_festival(daily.first, daily.end(), |festival| {
        for i in -14..=14 {
            let at = usize::try_from(festival + i - daily.first).ok();
            if let Some(of) = at.and_then(|at| of.get_mut(at)) {
                *of = HOLIDAYS.len();
            }
        }
    });
    let worth = |i: usize| weekdays.factor[(daily.first + i as i32).weekday() as usize];
    let mut sums = [(0.0, 0.0); HOLIDAYS.len()];
    for i in 0..n {
        let Some(sum) = sums.get_mut(of[i]) else {
            continue;
        };
        let (from, to) = (
            i.saturating_sub(AROUND as usize),
            (i + AROUND as usize).min(n - 1),
        );
        let around = (from..=to).filter(|&k| of[k] == usize::MAX);
        let (count, days) = around.fold((0.0, 0.0), |(count, days), k| {
            (count + daily.counts[k], days + worth(k))
        });
        if days > f64::from(AROUND) / 2.0 {
            sum.0 += daily.counts[i];
            sum.1 += count / days * worth(i);
        }
    }
    sums.map(|(seen, expected)| shown(seen, expected, weekdays.noise).unwrap_or(1.0))
}

/// The factor by which events differ from those expected, drawn towards 1; none if chance or drift can explain it.
pub(super) fn shown(seen: f64, expected: f64, noise: f64) -> Option<f64> {
    let variance = noise * expected + (DRIFT * expected).powi(2);
    ((seen - expected).powi(2) > HOLIDAY_SHOWN * variance).then(|| shrunken(seen, expected, noise))
}

/// The factor by which events differ from those expected, drawn towards 1 by as much as chance alone could make them differ
/// (the positive part of James & Stein's estimate).
pub(super) fn shrunken(seen: f64, expected: f64, noise: f64) -> f64 {
    let off = seen - expected;
    if expected <= 0.0 || off == 0.0 {
        return 1.0;
    }
    let trust = (1.0 - noise * expected / (off * off)).max(0.0);
    1.0 + trust * off / expected
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::sample::day;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_distr::{Distribution, Poisson};
    use rand_pcg::Pcg64;

    /// Days with as many events as Poisson gives.
    fn events(from: &str, to: &str, seed: u64, rate: impl Fn(Day) -> f64) -> Vec<Day> {
        let mut rng = Pcg64::seed_from_u64(seed);
        let mut all = Vec::new();
        for i in 0..day(to) - day(from) {
            let at = day(from) + i;
            let n = Poisson::new(rate(at)).map_or(0.0, |poisson| poisson.sample(&mut rng));
            all.extend(std::iter::repeat_n(at, n as usize));
        }
        all
    }

    fn learned(from: &str, to: &str, seed: u64, rate: impl Fn(Day) -> f64) -> Pace {
        Pace::learn(events(from, to, seed, rate).into_iter(), day(to))
    }

    fn worth(pace: &Pace, at: &str) -> f64 {
        pace.worked(day(at), day(at) + 1)
    }

    #[test]
    fn days_without_a_pattern_are_all_worth_the_same() {
        let mut patterns = 0;
        for seed in 0..60 {
            let pace = learned("2024-01-01", "2026-07-01", seed, |_| 4.0);
            let days = (0..900).map(|i| day("2024-01-01") + i);
            let even = days
                .map(|d| pace.worked(d, d + 1))
                .all(|w| (w - 1.0).abs() < 1e-9);
            patterns += usize::from(!even);
        }
        assert!(patterns <= 2, "{patterns} of 60 by chance");
    }

    #[test]
    fn the_days_of_the_week_are_found_and_a_week_is_seven_days() {
        let rate = |at: Day| if at.weekday() >= 5 { 2.0 } else { 10.0 };
        let pace = learned("2025-01-01", "2025-12-01", 1, rate);
        let (saturday, monday) = (worth(&pace, "2026-01-10"), worth(&pace, "2026-01-12"));
        assert!((saturday - 0.26).abs() < 0.05, "{saturday}");
        assert!((monday - 1.3).abs() < 0.12, "{monday}");
        let week = pace.worked(day("2026-01-05"), day("2026-01-12"));
        assert!((week - 7.0).abs() < 1e-9, "{week}");
    }

    #[test]
    fn festival_and_holidays_are_found_and_a_year_is_a_year() {
        let rate = |at: Day| {
            let festival = spring_festival(at.month().year()).map(|first| at - first);
            match festival {
                Some(0..=6) => 0.3,
                Some(-7..=-1) => 5.0,
                _ if (1..=7).contains(&at.day_of_month()) && at.month().number() == 10 => 2.0,
                _ => 10.0,
            }
        };
        let pace = learned("2023-11-01", "2026-01-01", 2, rate);
        let usual = worth(&pace, "2026-03-18");
        let part = |at: &str| worth(&pace, at) / usual;
        assert!(part("2026-02-19") < 0.1, "{}", part("2026-02-19"));
        assert!(
            (part("2026-02-12") - 0.5).abs() < 0.1,
            "{}",
            part("2026-02-12")
        );
        assert!(
            (part("2026-02-26") - 1.0).abs() < 0.15,
            "hardly anything after it"
        );
        assert!(
            (part("2026-10-03") - 0.2).abs() < 0.1,
            "{}",
            part("2026-10-03")
        );
        assert!((part("2026-05-02") - 1.0).abs() < 1e-9, "no labour day");
        let year = pace.worked(day("2026-01-01"), day("2027-01-01"));
        assert!((year - 365.0).abs() < 1.0, "{year}");
        let log = pace.festival_log(day("2026-02-01"), day("2026-03-01"));
        assert!((-0.6..-0.3).contains(&log), "{log}");
        assert_eq!(pace.festival_log(day("2026-04-01"), day("2026-05-01")), 0.0);
    }

    #[test]
    fn nothing_on_record_is_an_even_pace() {
        let pace = Pace::learn(std::iter::empty(), day("2026-07-01"));
        assert_eq!(pace.worked(day("2026-07-01"), day("2026-08-01")), 31.0);
        assert_eq!(pace.worked(day("2026-07-01"), day("2026-06-01")), 0.0);
        let one = Pace::learn([day("2026-06-30")].into_iter(), day("2026-07-01"));
        assert_eq!(one.worked(day("2020-01-01"), day("2020-01-11")), 10.0);
        assert_eq!(one.worked(day("2060-01-01"), day("2060-01-11")), 10.0);
    }

    proptest! {
        #[test]
        fn stretches_add_up(seed in 0..20_u64, from in -900..2_000, first in 0..900, second in 0..9_000) {
            let rate = |at: Day| if at.weekday() >= 5 { 0.5 } else { 3.0 };
            let pace = learned("2024-03-01", "2026-03-01", seed, rate);
            let (from, mid) = (day("2024-03-01") + from, day("2024-03-01") + from + first);
            let end = mid + second;
            let sum = pace.worked(from, mid) + pace.worked(mid, end);
            prop_assert!((pace.worked(from, end) - sum).abs() < 1e-6);
            prop_assert!(pace.worked(from, mid) >= 0.0);
            let days = f64::from(end - from);
            prop_assert!((pace.worked(from, end) - days).abs() < 30.0 + 0.02 * days);
        }
    }
}
