//! Working time: the clock that deals run on.
//!
//! Durations are drawn in working days, and each civil day is worth so much working time: less at a weekend, next to
//! nothing at the Spring Festival. So closings slip past the holiday, and since the clock is fixed the probability of
//! closing before a day is the distribution function at the working time that has passed: exact, not estimated.

use std::fmt::Write as _;

use crate::domain::{Day, Moment, Month};

/// Spring Festival (first day of the lunar year), 2020 to 2035; other years are simulated without it.
const SPRING_FESTIVAL: [(i16, i8, i8); 16] = [
    (2020, 1, 25),
    (2021, 2, 12),
    (2022, 2, 1),
    (2023, 1, 22),
    (2024, 2, 10),
    (2025, 1, 29),
    (2026, 2, 17),
    (2027, 2, 6),
    (2028, 1, 26),
    (2029, 2, 13),
    (2030, 2, 3),
    (2031, 1, 23),
    (2032, 2, 11),
    (2033, 1, 31),
    (2034, 2, 19),
    (2035, 2, 8),
];

/// Working time of Monday to Sunday; they sum to 7, so that a working day lasts a civil day on average.
const WEEKDAY: [f64; 7] = [1.25, 1.24, 1.24, 1.23, 1.2, 0.49, 0.35];

/// Share of a day's work done (first) by a second of the day (second), linear between.
const CLOCK: [(f64, f64); 7] = [
    (0.0, 0.0),
    (0.02, 28_800.0),
    (0.45, 43_200.0),
    (0.50, 46_800.0),
    (0.90, 66_600.0),
    (0.99, 79_200.0),
    (1.0, 86_400.0),
];

/// The last Spring Festival day that is not more than ten days before a day, or the next if less than eight days away,
/// as days since then (negative before it).
pub(super) fn days_from_spring_festival(day: Day) -> Option<i32> {
    SPRING_FESTIVAL
        .iter()
        .filter_map(|&(y, m, d)| Day::from_ymd(y, m, d))
        .map(|festival| day - festival)
        .find(|since| (-7..=10).contains(since))
}

/// Working time of a day, 1 on average.
fn weight(day: Day) -> f64 {
    let festival = match days_from_spring_festival(day) {
        Some(since @ -7..=-1) => 0.25 + 0.1 * f64::from(-since - 1),
        Some(0..=6) => 0.04,
        Some(since) => 0.4 + 0.12 * f64::from(since - 7),
        None => 1.0,
    };
    WEEKDAY[day.weekday() as usize] * festival
}

/// A time on the working clock: the civil day, and the second in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Time {
    /// Position of the day in the calendar.
    pub(super) day: usize,
    /// Second of the day, 0 to 86,399.
    pub(super) second: u32,
}

/// Civil days with the working time that has passed at the start of each, and their texts.
#[derive(Debug)]
pub(super) struct Calendar {
    first: Day,
    /// Working time at the start of each day; one more than there are days.
    start: Vec<f64>,
    texts: Vec<String>,
}

impl Calendar {
    /// The calendar of `days` days from `first` on. Beyond its end every day is worth a working day.
    pub(super) fn new(first: Day, days: usize) -> Self {
        let mut start = Vec::with_capacity(days + 1);
        let mut texts = Vec::with_capacity(days);
        let mut passed = 0.0;
        for i in 0..days {
            let day = first + i as i32;
            start.push(passed);
            texts.push(day.to_string());
            passed += weight(day);
        }
        start.push(passed);
        Self {
            first,
            start,
            texts,
        }
    }

    /// The day at a position.
    pub(super) fn day(&self, position: usize) -> Day {
        self.first + position as i32
    }

    /// The month of a position.
    pub(super) fn month(&self, position: usize) -> Month {
        self.day(position).month()
    }

    /// Working time that has passed at the start of a day.
    pub(super) fn start(&self, position: usize) -> f64 {
        let last = self.start.len() - 1;
        if position <= last {
            self.start[position]
        } else {
            self.start[last] + (position - last) as f64
        }
    }

    /// Working time at a share of the work of a day.
    pub(super) fn at(&self, position: usize, share: f64) -> f64 {
        let start = self.start(position);
        start + (self.start(position + 1) - start) * share
    }

    /// The civil time at which so much working time has passed.
    pub(super) fn time(&self, passed: f64) -> Time {
        let last = self.start.len() - 1;
        let (day, share) = if passed >= self.start[last] {
            let beyond = (passed - self.start[last]).min(1e6);
            (last + beyond as usize, beyond - beyond.floor())
        } else {
            let day = self.start.partition_point(|&s| s <= passed).max(1) - 1;
            let length = self.start[day + 1] - self.start[day];
            (day, ((passed - self.start[day]) / length).clamp(0.0, 1.0))
        };
        Time {
            day,
            second: second_of_day(share),
        }
    }

    /// Writes a day as 2026-07-01.
    pub(super) fn write_day(&self, position: usize, to: &mut String) {
        if let Some(text) = self.texts.get(position) {
            to.push_str(text);
        } else {
            // Writing to a text cannot fail.
            let _ = write!(to, "{}", self.day(position));
        }
    }

    /// Writes a time as 2026-07-01 09:30:00.
    pub(super) fn write_time(&self, time: Time, to: &mut String) {
        self.write_day(time.day, to);
        let (h, m, s) = (time.second / 3600, time.second / 60 % 60, time.second % 60);
        let _ = write!(to, " {h:02}:{m:02}:{s:02}");
    }

    /// The moment of a time.
    pub(super) fn moment(&self, time: Time) -> Moment {
        Moment::from_seconds(self.day(time.day).start().seconds() + i64::from(time.second))
    }
}

/// The second of the day at which a share (0 to 1) of its work is done.
pub(super) fn second_of_day(share: f64) -> u32 {
    let i = CLOCK
        .partition_point(|&(done, _)| done <= share)
        .clamp(1, CLOCK.len() - 1);
    let ((done, from), (next, to)) = (CLOCK[i - 1], CLOCK[i]);
    let second = from + (to - from) * (share - done) / (next - done);
    (second as u32).min(86_399)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a date")
    }

    #[test]
    fn working_time_and_civil_time_are_inverse_to_each_other() {
        let calendar = Calendar::new(day("2025-01-01"), 400);
        for position in [0, 27, 28, 60, 399, 400, 450] {
            for share in [0.0, 0.3, 0.999] {
                let time = calendar.time(calendar.at(position, share) + 1e-9);
                assert_eq!(time.day, position);
                let expected = second_of_day(share);
                assert!(time.second.abs_diff(expected) <= 1, "{time:?} {expected}");
            }
        }
    }

    #[test]
    fn a_week_is_worth_seven_working_days_and_the_festival_next_to_nothing() {
        let calendar = Calendar::new(day("2025-03-03"), 700);
        assert!((calendar.start(7) - 7.0).abs() < 1e-9);
        let eve = (day("2026-02-17") - calendar.first) as usize;
        assert!(calendar.start(eve + 7) - calendar.start(eve) < 0.3);
    }

    #[test]
    fn time_beyond_the_calendar_goes_on() {
        let calendar = Calendar::new(day("2025-01-01"), 10);
        let mut text = String::new();
        calendar.write_time(calendar.time(calendar.start(10) + 5.5), &mut text);
        assert_eq!(&text[..10], "2025-01-16");
        calendar.time(f64::MAX);
    }
}
