//! Civil time: days, months and moments on the wall clock of the project's time zone.
//!
//! Zones are resolved once, when data is read; from there on everything is civil, so that the difference
//! of two days never depends on a clock change.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

const SECONDS_PER_DAY: i64 = 86_400;

/// A text that is not the date or month it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct ParseTimeError {
    /// The text as given.
    pub text: String,
    /// What it should have been, for the message.
    pub expected: &'static str,
}

/// A civil date, kept as days since 1970-01-01.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Day(i32);

impl Day {
    /// The day that lies `days` after 1970-01-01.
    pub const fn from_epoch_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub const fn epoch_days(self) -> i32 {
        self.0
    }

    /// The date of a year, month (1-12) and day of the month (1-31); none if there is no such date.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self::from)
    }

    /// The month that this day lies in.
    pub fn month(self) -> Month {
        let date = self.date();
        Month::new(i32::from(date.year()), i32::from(date.month()))
    }

    /// Day of the month, 1-31.
    pub fn day_of_month(self) -> i32 {
        i32::from(self.date().day())
    }

    /// Day of the week, 0 = Monday ... 6 = Sunday.
    pub const fn weekday(self) -> i32 {
        (self.0 + 3).rem_euclid(7)
    }

    /// The first instant of this day.
    pub const fn start(self) -> Moment {
        Moment(self.0 as i64 * SECONDS_PER_DAY)
    }

    /// As a civil date of `jiff`.
    pub fn date(self) -> Date {
        let epoch = jiff::civil::date(1970, 1, 1);
        epoch
            .checked_add(jiff::Span::new().days(self.0))
            .unwrap_or(Date::MAX)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        let epoch = jiff::civil::date(1970, 1, 1);
        Self(epoch.until(date).map_or(0, |span| span.get_days()))
    }
}

impl Add<i32> for Day {
    type Output = Self;
    fn add(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl Sub<i32> for Day {
    type Output = Self;
    fn sub(self, days: i32) -> Self {
        Self(self.0.saturating_sub(days))
    }
}

/// Days from the right day to the left one; negative if the left one is earlier.
impl Sub for Day {
    type Output = i32;
    fn sub(self, other: Self) -> i32 {
        self.0 - other.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        f.pad(&format!(
            "{:04}-{:02}-{:02}",
            date.year(),
            date.month(),
            date.day()
        ))
    }
}

/// Reads `2026-07-01` and nothing else.
impl FromStr for Day {
    type Err = ParseTimeError;
    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        let mut parts = text.splitn(3, '-');
        let day = (|| {
            let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
            if year.len() != 4 || month.len() != 2 || day.len() != 2 {
                return None;
            }
            Self::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        })();
        day.ok_or_else(|| ParseTimeError {
            text: text.to_owned(),
            expected: "a date like 2026-07-01",
        })
    }
}

impl TryFrom<String> for Day {
    type Error = ParseTimeError;
    fn try_from(text: String) -> Result<Self, ParseTimeError> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// A calendar month, kept as months since year 0.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Month(i32);

impl Month {
    /// The month `month` (1-12) of `year`; months beyond 12 run on into later years.
    pub const fn new(year: i32, month: i32) -> Self {
        Self(year * 12 + month - 1)
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// Month of the year, 1-12.
    pub const fn number(self) -> i32 {
        self.0.rem_euclid(12) + 1
    }

    /// Its first day.
    pub fn first_day(self) -> Day {
        Day::from_ymd(self.year() as i16, self.number() as i8, 1).unwrap_or_default()
    }

    /// Number of its days.
    pub fn days(self) -> i32 {
        (self + 1).first_day() - self.first_day()
    }
}

impl Add<i32> for Month {
    type Output = Self;
    fn add(self, months: i32) -> Self {
        Self(self.0 + months)
    }
}

impl Sub<i32> for Month {
    type Output = Self;
    fn sub(self, months: i32) -> Self {
        Self(self.0 - months)
    }
}

/// Months from the right one to the left one.
impl Sub for Month {
    type Output = i32;
    fn sub(self, other: Self) -> i32 {
        self.0 - other.0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year(), self.number()))
    }
}

/// Reads `2026-07`; a whole date is taken as the month that it lies in.
impl FromStr for Month {
    type Err = ParseTimeError;
    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        if let Ok(day) = text.parse::<Day>() {
            return Ok(day.month());
        }
        format!("{text}-01")
            .parse::<Day>()
            .map(Day::month)
            .map_err(|_| ParseTimeError {
                text: text.to_owned(),
                expected: "a month like 2026-07",
            })
    }
}

impl TryFrom<String> for Month {
    type Error = ParseTimeError;
    fn try_from(text: String) -> Result<Self, ParseTimeError> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

/// A moment on the project's wall clock, kept as civil seconds since 1970-01-01 00:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(i64);

impl Moment {
    /// The moment `seconds` civil seconds after 1970-01-01 00:00.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Civil seconds since 1970-01-01 00:00.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The day that it lies in.
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(SECONDS_PER_DAY) as i32)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.0.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        f.pad(&format!("{} {hour:02}:{minute:02}:{second:02}", self.day()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_of_the_calendar() {
        let day: Day = "2024-02-29".parse().expect("a leap day");
        assert_eq!(day.to_string(), "2024-02-29");
        assert_eq!((day + 1).to_string(), "2024-03-01");
        assert_eq!(day.month().days(), 29);
        assert_eq!(day.weekday(), 3);
        assert_eq!(Month::new(2025, 12) + 1, Month::new(2026, 1));
        assert_eq!(
            "2026-07"
                .parse::<Month>()
                .expect("a month")
                .first_day()
                .to_string(),
            "2026-07-01"
        );
        assert!("2026-02-30".parse::<Day>().is_err());
        assert!("26-2-3".parse::<Day>().is_err());
    }

    #[test]
    fn a_moment_before_the_epoch_lies_in_its_own_day() {
        let moment = Moment::from_seconds(-1);
        assert_eq!(moment.to_string(), "1969-12-31 23:59:59");
    }
}
