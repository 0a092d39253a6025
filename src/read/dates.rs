//! Dates and times as people and exports write them -> civil seconds on the project's wall clock.

use jiff::Timestamp;

use crate::project::{Calendar, DateOrder};

const SECONDS_PER_DAY: i64 = 86_400;
const DAYS_IN_MONTH: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateFault {
    /// Not written like a date at all.
    NotADate,
    /// Written like a date that the calendar does not have: 2026-02-30.
    NoSuchDay,
    /// 03/04/2026 where the project does not say which is the day.
    NoOrder,
}

/// Reads a date, with a time of day if one follows, as civil seconds since 1970-01-01 00:00 in the calendar's zone.
/// `compact` also takes 20260701. Any year from 1 to 9999 passes: whether it is plausible is for the caller to say.
pub(super) fn parse(text: &[u8], calendar: &Calendar, compact: bool) -> Result<i64, DateFault> {
    let mut rest = Cursor { text };
    let days = date(&mut rest, calendar.order, compact)?;
    let start = days * SECONDS_PER_DAY;
    if rest.text.is_empty() {
        return Ok(start);
    }
    let separated = rest.eat(b'T') || rest.spaces() > 0;
    if !separated {
        return Err(DateFault::NotADate);
    }
    rest.spaces();
    let (second, offset) = time(&mut rest).ok_or(DateFault::NotADate)?;
    let civil = start + second;
    match offset {
        None => Ok(civil),
        Some(offset) => {
            let instant =
                Timestamp::from_second(civil - offset).map_err(|_| DateFault::NotADate)?;
            Ok(instant.as_second() + i64::from(calendar.zone.to_offset(instant).seconds()))
        }
    }
}

/// What a date with the year last, whose order the project does not say, shows of that order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShownOrder {
    /// It is no such date.
    NotOne,
    /// Either part could be the month.
    Either,
    /// One part is no month, so it is this order.
    Only(DateOrder),
}

/// What a text shows of the order of day and month.
pub(super) fn shown_order(text: &[u8], calendar: &Calendar) -> ShownOrder {
    if parse(text, calendar, false) != Err(DateFault::NoOrder) {
        return ShownOrder::NotOne;
    }
    let mut rest = Cursor { text };
    let first = rest.number();
    rest.text = rest.text.get(1..).unwrap_or_default();
    let day = |part: Option<(u32, usize)>| part.is_some_and(|(number, _)| number > 12);
    match (day(first), day(rest.number())) {
        (true, false) => ShownOrder::Only(DateOrder::DayFirst),
        (false, true) => ShownOrder::Only(DateOrder::MonthFirst),
        _ => ShownOrder::Either,
    }
}

/// The year of civil seconds.
pub(super) fn year(seconds: i64) -> i64 {
    civil_from_days(seconds.div_euclid(SECONDS_PER_DAY)).0
}

/// Reads a month: `2026-07`, `2026/7`, `202607`, `2026年7月`, or any date in it. Gives year and month (1-12).
pub(super) fn month(text: &[u8], calendar: &Calendar) -> Result<(i64, u32), DateFault> {
    let fault = match parse(text, calendar, true) {
        Ok(seconds) => {
            let (year, month, _) = civil_from_days(seconds.div_euclid(SECONDS_PER_DAY));
            return Ok((year, month));
        }
        Err(fault) => fault,
    };
    let mut rest = Cursor { text };
    let (year, digits) = rest.number().ok_or(fault)?;
    if digits == 6 && rest.text.is_empty() {
        return checked_month(i64::from(year / 100), year % 100);
    }
    if digits != 4 {
        return Err(fault);
    }
    let chinese = rest.eat_all("年".as_bytes());
    if !(chinese || rest.eat(b'-') || rest.eat(b'/') || rest.eat(b'.')) {
        return Err(fault);
    }
    match rest.number() {
        Some((month, 1..=2))
            if rest.eat_all("月".as_bytes()) == chinese && rest.text.is_empty() =>
        {
            checked_month(i64::from(year), month)
        }
        _ => Err(fault),
    }
}

fn checked_month(year: i64, month: u32) -> Result<(i64, u32), DateFault> {
    if (1..=12).contains(&month) {
        Ok((year, month))
    } else {
        Err(DateFault::NoSuchDay)
    }
}

/// Bytes still to be read.
struct Cursor<'a> {
    text: &'a [u8],
}

impl Cursor<'_> {
    /// Digits, up to nine: their value and how many they are.
    fn number(&mut self) -> Option<(u32, usize)> {
        let mut value = 0_u32;
        let mut digits = 0;
        while let Some(digit @ b'0'..=b'9') = self.text.get(digits) {
            if digits == 9 {
                return None;
            }
            value = value * 10 + u32::from(digit - b'0');
            digits += 1;
        }
        self.text = &self.text[digits..];
        (digits > 0).then_some((value, digits))
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.eat_all(&[byte])
    }

    fn eat_all(&mut self, bytes: &[u8]) -> bool {
        match self.text.strip_prefix(bytes) {
            Some(rest) => {
                self.text = rest;
                true
            }
            None => false,
        }
    }

    fn spaces(&mut self) -> usize {
        let spaces = self.text.iter().take_while(|&&b| b == b' ').count();
        self.text = &self.text[spaces..];
        spaces
    }
}

/// The date at the cursor, as days since 1970-01-01.
fn date(rest: &mut Cursor<'_>, order: Option<DateOrder>, compact: bool) -> Result<i64, DateFault> {
    let (first, digits) = rest.number().ok_or(DateFault::NotADate)?;
    if digits == 8 && compact {
        return days(first / 10_000, first / 100 % 100, first % 100);
    }
    if digits == 4 && rest.eat_all("年".as_bytes()) {
        let month = rest.number();
        let written = rest.eat_all("月".as_bytes());
        let day = rest.number();
        let written = written && (rest.eat_all("日".as_bytes()) || rest.eat_all("号".as_bytes()));
        return match (month, day) {
            (Some((month, 1..=2)), Some((day, 1..=2))) if written => days(first, month, day),
            _ => Err(DateFault::NotADate),
        };
    }
    let Some(&separator @ (b'-' | b'/' | b'.')) = rest.text.first() else {
        return Err(DateFault::NotADate);
    };
    rest.eat(separator);
    let second = rest.number();
    let separated = rest.eat(separator);
    let third = rest.number();
    match (digits, second, third) {
        _ if !separated => Err(DateFault::NotADate),
        (4, Some((month, 1..=2)), Some((day, 1..=2))) => days(first, month, day),
        (1..=2, Some((second, 1..=2)), Some((year, written @ (2 | 4)))) => {
            year_last(first, second, full_year(year, written), order)
        }
        _ => Err(DateFault::NotADate),
    }
}

/// 26 is 2026: sales data of 1970-1999 in two digits is not worth a wrong century.
fn full_year(year: u32, digits: usize) -> u32 {
    if digits == 2 { 2000 + year } else { year }
}

fn year_last(
    first: u32,
    second: u32,
    year: u32,
    order: Option<DateOrder>,
) -> Result<i64, DateFault> {
    match order {
        Some(DateOrder::DayFirst) => days(year, second, first),
        Some(DateOrder::MonthFirst) => days(year, first, second),
        None if days(year, first, second).is_ok() || days(year, second, first).is_ok() => {
            Err(DateFault::NoOrder)
        }
        None => Err(DateFault::NotADate),
    }
}

/// Second of the day and, where one is written, the offset from UTC in seconds. Nothing may follow.
fn time(rest: &mut Cursor<'_>) -> Option<(i64, Option<i64>)> {
    let (mut hour, digits) = rest.number()?;
    if digits > 2 || !rest.eat(b':') {
        return None;
    }
    let (minute, digits) = rest.number()?;
    if digits != 2 {
        return None;
    }
    let mut second = 0;
    if rest.eat(b':') {
        let (read, digits) = rest.number()?;
        if digits != 2 {
            return None;
        }
        second = read;
        if rest.eat(b'.') {
            rest.number()?;
        }
    }
    rest.spaces();
    hour = half_of_day(rest, hour)?;
    rest.spaces();
    let offset = if rest.text.is_empty() {
        None
    } else {
        Some(zone_offset(rest)?)
    };
    let valid = hour < 24 && minute < 60 && second < 60 && rest.text.is_empty();
    valid.then(|| (i64::from(hour * 3600 + minute * 60 + second), offset))
}

/// Turns the hour of 9:05 PM into 21.
fn half_of_day(rest: &mut Cursor<'_>, hour: u32) -> Option<u32> {
    let afternoon = match rest.text {
        [b'a' | b'A', b'm' | b'M', ..] => 0,
        [b'p' | b'P', b'm' | b'M', ..] => 12,
        _ => return Some(hour),
    };
    rest.text = &rest.text[2..];
    (1..=12).contains(&hour).then_some(hour % 12 + afternoon)
}

/// `Z`, `UTC`, `+08:00`, `+0800` or `+08`, in seconds.
fn zone_offset(rest: &mut Cursor<'_>) -> Option<i64> {
    if rest.eat(b'Z') || rest.eat_all(b"UTC") {
        return Some(0);
    }
    let sign = if rest.eat(b'+') {
        1
    } else if rest.eat(b'-') {
        -1
    } else {
        return None;
    };
    let (first, digits) = rest.number()?;
    let (hour, minute) = match digits {
        4 => (first / 100, first % 100),
        2 if rest.eat(b':') => match rest.number()? {
            (minute, 2) => (first, minute),
            _ => return None,
        },
        2 => (first, 0),
        _ => return None,
    };
    (hour <= 14 && minute < 60).then(|| sign * i64::from(hour * 3600 + minute * 60))
}

/// Days since 1970-01-01 of a date of the Gregorian calendar.
fn days(year: u32, month: u32, day: u32) -> Result<i64, DateFault> {
    if !(1..=12).contains(&month) || year == 0 || year > 9999 {
        return Err(DateFault::NoSuchDay);
    }
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = DAYS_IN_MONTH[month as usize - 1] + u32::from(leap && month == 2);
    if day == 0 || day > length {
        return Err(DateFault::NoSuchDay);
    }
    // Howard Hinnant, "chrono-compatible low-level date algorithms": years counted from March.
    let shifted = i64::from(year) - i64::from(month <= 2);
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year =
        (153 * (i64::from(month) + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Ok(era * 146_097 + day_of_era - 719_468)
}

/// The inverse of [`days`]: year, month and day.
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Day, Moment};
    use jiff::tz::TimeZone;

    fn read(text: &str, order: Option<DateOrder>, compact: bool) -> Result<String, DateFault> {
        let calendar = Calendar {
            zone: TimeZone::fixed(jiff::tz::offset(8)),
            order,
        };
        parse(text.as_bytes(), &calendar, compact).map(|s| Moment::from_seconds(s).to_string())
    }

    #[test]
    fn dates_as_exports_write_them() {
        for (text, expected) in [
            ("2026-07-01", "2026-07-01 00:00:00"),
            ("2026/7/1", "2026-07-01 00:00:00"),
            ("2026.7.1", "2026-07-01 00:00:00"),
            ("2026年7月1日", "2026-07-01 00:00:00"),
            ("2026年7月1日 9:05", "2026-07-01 09:05:00"),
            ("2026-07-01 23:59", "2026-07-01 23:59:00"),
            ("2026-07-01T10:30:05.123456", "2026-07-01 10:30:05"),
            ("2026-07-01T20:30:00Z", "2026-07-02 04:30:00"),
            ("2026-07-01 10:30:00 +02:00", "2026-07-01 16:30:00"),
            ("2026-07-01T10:30-0500", "2026-07-01 23:30:00"),
            ("2024-02-29", "2024-02-29 00:00:00"),
        ] {
            assert_eq!(read(text, None, false).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(
            read("20260701", None, true).as_deref(),
            Ok("2026-07-01 00:00:00")
        );
        assert_eq!(read("20260701", None, false), Err(DateFault::NotADate));
    }

    #[test]
    fn the_order_of_day_and_month_is_never_guessed() {
        assert_eq!(read("03/04/2026", None, true), Err(DateFault::NoOrder));
        assert_eq!(read("31/12/2026", None, true), Err(DateFault::NoOrder));
        assert_eq!(read("1.2.345", None, true), Err(DateFault::NotADate));
        let day = Some(DateOrder::DayFirst);
        let month = Some(DateOrder::MonthFirst);
        assert_eq!(
            read("03/04/2026", day, true).as_deref(),
            Ok("2026-04-03 00:00:00")
        );
        assert_eq!(
            read("3-4-26", day, true).as_deref(),
            Ok("2026-04-03 00:00:00")
        );
        assert_eq!(
            read("3/4/2026 9:05:00 PM", month, true).as_deref(),
            Ok("2026-03-04 21:05:00")
        );
        assert_eq!(read("31/12/2026", month, true), Err(DateFault::NoSuchDay));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2026",
            "2026-07",
            "2026-7-1x",
            "2026-07/01",
            "2026-07-01 25",
            "2026-07-01 10",
            "2026-07-01T",
            "10:30",
            "1.5",
            "20267-01-01",
            "2026-07-01 10:60",
            "99999999999",
        ] {
            assert_eq!(read(text, None, true), Err(DateFault::NotADate), "{text}");
        }
        for text in [
            "2026-02-29",
            "2026-13-01",
            "0000-01-01",
            "2026-04-31",
            "20261301",
        ] {
            assert_eq!(read(text, None, true), Err(DateFault::NoSuchDay), "{text}");
        }
    }

    #[test]
    fn months_as_budgets_write_them() {
        let calendar = Calendar {
            zone: TimeZone::UTC,
            order: None,
        };
        for text in [
            "2026-07",
            "2026/7",
            "202607",
            "2026.07",
            "2026年7月",
            "2026-07-15",
            "20260701",
        ] {
            assert_eq!(month(text.as_bytes(), &calendar), Ok((2026, 7)), "{text}");
        }
        for text in ["", "7", "2026", "July 2026", "2026-07-", "2026-7x"] {
            assert_eq!(
                month(text.as_bytes(), &calendar),
                Err(DateFault::NotADate),
                "{text}"
            );
        }
        assert_eq!(month(b"2026-13", &calendar), Err(DateFault::NoSuchDay));
        assert_eq!(month(b"01/07/2026", &calendar), Err(DateFault::NoOrder));
    }

    #[test]
    fn days_agree_with_the_calendar_of_the_domain() {
        for offset in (-100_000..200_000).step_by(13) {
            let day = Day::from_epoch_days(offset);
            let (year, month, date) = civil_from_days(i64::from(offset));
            assert_eq!(day.to_string(), format!("{year:04}-{month:02}-{date:02}"));
            assert_eq!(days(year as u32, month, date), Ok(i64::from(offset)));
        }
    }
}
