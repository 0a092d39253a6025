//! Single values: numbers, words for yes, no and nothing; what a text is and why it is not what it should be.

use crate::domain::Kind;
use crate::project::{Calendar, Project};
use crate::read::dates::{self, DateFault};

/// Words that stand for nothing where a number, a date or yes/no is wanted. In text columns they are text.
const NOTHING: [&str; 9] = ["na", "n/a", "null", "nan", "none", "nil", "-", "--", "#n/a"];
/// Longest run of digits that a number of 64 bits holds exactly; longer ones are codes.
const EXACT_DIGITS: usize = 15;
/// Money beyond this, either way, is a slip of the pen or no money at all.
pub(super) const MOST_MONEY: f64 = 1e15;
/// Years that a role column may hold.
const ROLE_YEARS: std::ops::RangeInclusive<i64> = 1970..=2200;
/// Years that make a column of dates: dates of birth and of foundation among them.
const YEARS: std::ops::RangeInclusive<i64> = 1800..=2200;

/// How values are written in a project's files.
pub(super) struct ValueReader<'a> {
    yes: Vec<&'a [u8]>,
    no: Vec<&'a [u8]>,
    missing: Vec<&'a [u8]>,
    /// One of the words for missing could be read as a number.
    missing_number: bool,
    pub(super) calendar: &'a Calendar,
    /// The file is separated by semicolons, so a comma may well be a decimal mark.
    pub(super) decimal_comma: bool,
}

/// Why a value does not fit its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Not a number.
    Number,
    /// A number whose comma may be a decimal mark or a separator of thousands.
    Comma,
    /// A number too large to be money.
    Absurd,
    /// Not a date.
    Date(DateFault),
    /// A date of a year that no sale is of.
    Year,
    /// Neither yes nor no.
    YesNo,
}

/// What a number was read from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amount {
    /// The number.
    pub(super) value: f64,
    /// The currency sign written with it.
    pub(super) sign: Option<char>,
}

impl<'a> ValueReader<'a> {
    pub(super) fn new(project: &'a Project) -> Self {
        let words = |list: &'a [String]| -> Vec<&'a [u8]> {
            list.iter().map(|word| word.trim().as_bytes()).collect()
        };
        let missing = words(&project.values.missing);
        Self {
            yes: words(&project.values.yes),
            no: words(&project.values.no),
            missing_number: missing.iter().any(|word| plain_number(word).is_some()),
            missing,
            calendar: &project.calendar,
            decimal_comma: false,
        }
    }

    /// Whether a trimmed text is one of the project's words for a missing value.
    pub(super) fn is_missing_word(&self, text: &[u8]) -> bool {
        self.missing.contains(&text)
    }

    /// Whether nothing is there: empty, a word for missing or, as the column is not of text, `NA`, `-` and their like.
    fn is_nothing(&self, text: &[u8]) -> bool {
        text.is_empty()
            || self.is_missing_word(text)
            || NOTHING
                .iter()
                .any(|word| word.as_bytes().eq_ignore_ascii_case(text))
    }

    /// A number; `money` also takes a currency sign. None where nothing is there.
    pub(super) fn number(&self, text: &[u8], money: bool) -> Result<Option<Amount>, Unfit> {
        if self.missing_number && self.is_missing_word(text) {
            return Ok(None);
        }
        if let Some(value) = plain_number(text) {
            return Ok(Some(Amount { value, sign: None }));
        }
        if self.is_nothing(text) {
            return Ok(None);
        }
        self.dressed_number(text, money).map(Some)
    }

    /// A number of the usual form, at most fifteen digits with a point among them or without, told at a glance; none says
    /// nothing of the text.
    pub(super) fn quick_number(&self, text: &[u8]) -> Option<f64> {
        /// Powers of ten that are exact: a quotient of two exact numbers is rounded once, as it should be.
        const TENS: [f64; 16] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        ];
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let led_by_zero = matches!(digits, [b'0', b'0'..=b'9', ..]);
        if self.missing_number || digits.is_empty() || digits.len() > EXACT_DIGITS || led_by_zero {
            return None;
        }
        let (mut whole, mut point) = (0_u64, None);
        for (i, &byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' => whole = whole * 10 + u64::from(byte - b'0'),
                b'.' if point.is_none() && i > 0 && i + 1 < digits.len() => point = Some(i),
                _ => return None,
            }
        }
        let after = point.map_or(0, |point| digits.len() - 1 - point);
        let number = whole as f64 / TENS[after];
        Some(if negative { -number } else { number })
    }

    /// A number with separators of thousands or a currency sign.
    fn dressed_number(&self, text: &[u8], money: bool) -> Result<Amount, Unfit> {
        let text = std::str::from_utf8(text).map_err(|_| Unfit::Number)?;
        let (negative, text) = strip_minus(text);
        let (sign, text) = if money {
            strip_currency(text)
        } else {
            (None, text)
        };
        // The minus may stand before or after the currency sign, but only once.
        let (negative, text) = match (negative, strip_minus(text)) {
            (false, (inner, rest)) => (inner, rest),
            (true, (true, _)) => return Err(Unfit::Number),
            (true, _) => (true, text),
        };
        if !text.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return Err(Unfit::Number);
        }
        let value = if text.contains(',') {
            grouped_number(text, self.decimal_comma)?
        } else {
            plain_number(text.as_bytes()).ok_or(Unfit::Number)?
        };
        let value = if negative { -value } else { value };
        Ok(Amount { value, sign })
    }

    /// Yes or no, whatever the case. None where nothing is there.
    pub(super) fn boolean(&self, text: &[u8]) -> Result<Option<bool>, Unfit> {
        let among = |words: &[&[u8]]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
        if self.is_missing_word(text) {
            Ok(None)
        } else if among(&self.yes) {
            Ok(Some(true))
        } else if among(&self.no) {
            Ok(Some(false))
        } else if self.is_nothing(text) {
            Ok(None)
        } else {
            Err(Unfit::YesNo)
        }
    }

    /// Civil seconds of a date of a role or declared column. None where nothing is there.
    pub(super) fn strict_time(&self, text: &[u8], role: bool) -> Result<Option<i64>, Unfit> {
        let years = if role { ROLE_YEARS } else { YEARS };
        self.time(text, true, &years)
    }

    /// Civil seconds of a date in a column that was not declared. None where nothing is there.
    pub(super) fn guessed_time(&self, text: &[u8]) -> Result<Option<i64>, Unfit> {
        self.time(text, false, &YEARS)
    }

    fn time(
        &self,
        text: &[u8],
        compact: bool,
        years: &std::ops::RangeInclusive<i64>,
    ) -> Result<Option<i64>, Unfit> {
        if self.is_missing_word(text) {
            return Ok(None);
        }
        match dates::parse(text, self.calendar, compact) {
            Ok(seconds) if years.contains(&dates::year(seconds)) => Ok(Some(seconds)),
            Ok(_) => Err(Unfit::Year),
            Err(_) if self.is_nothing(text) => Ok(None),
            Err(fault) => Err(Unfit::Date(fault)),
        }
    }

    /// What a text of an undeclared column could be.
    pub(super) fn shape(&self, text: &[u8]) -> Shape {
        let number = if is_code(text) {
            None
        } else {
            plain_number(text)
        };
        Shape {
            nothing: self.is_nothing(text),
            yes_no: matches!(self.boolean(text), Ok(Some(_))),
            time: matches!(self.guessed_time(text), Ok(Some(_))),
            number: number.is_some()
                || !is_code(text) && matches!(self.number(text, false), Ok(Some(_))),
            code: is_code(text),
            unordered_date: dates::parse(text, self.calendar, false) == Err(DateFault::NoOrder),
        }
    }
}

/// What a text could be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "a text may be several of them"
)]
pub(super) struct Shape {
    pub(super) nothing: bool,
    pub(super) yes_no: bool,
    pub(super) time: bool,
    pub(super) number: bool,
    /// Digits that are no number: leading zeros, or more digits than a number holds exactly.
    pub(super) code: bool,
    /// A date whose order of day and month the project does not say.
    pub(super) unordered_date: bool,
}

/// Counts of shapes: what decides the kind of a column that was not declared. It counts every value of the column, so
/// the decision does not depend on the order of the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    filled: u64,
    nothing: u64,
    yes_no: u64,
    time: u64,
    number: u64,
    code: u64,
    unordered_date: u64,
}

impl Tally {
    /// Adds `count` values of a shape.
    pub(super) fn add(&mut self, shape: Shape, count: u64) {
        self.filled += count;
        for (field, is) in [
            (&mut self.nothing, shape.nothing),
            (&mut self.yes_no, shape.yes_no && !shape.nothing),
            (&mut self.time, shape.time && !shape.nothing),
            (&mut self.number, shape.number && !shape.nothing),
            (&mut self.code, shape.code),
            (&mut self.unordered_date, shape.unordered_date),
        ] {
            if is {
                *field += count;
            }
        }
    }

    /// The kind that fits: yes/no only if every value is, dates or numbers if at most one value in twenty is not.
    pub(super) fn kind(&self) -> Kind {
        let values = self.filled - self.nothing;
        if values == 0 {
            Kind::Text
        } else if self.yes_no == values {
            Kind::Boolean
        } else if mostly(self.time, values) {
            Kind::Moment
        } else if self.code == 0 && mostly(self.number, values) {
            Kind::Number
        } else {
            Kind::Text
        }
    }

    /// Whether these are dates that only lack the order of day and month.
    pub(super) fn lacks_date_order(&self) -> bool {
        let values = self.filled - self.nothing;
        values > 0 && mostly(self.unordered_date, values)
    }
}

/// At least 95 %.
pub(super) const fn mostly(count: u64, of: u64) -> bool {
    count * 20 >= of * 19
}

/// Leading zeros (`00123`, but not `0.5` or `0`) or too many digits: an identifier, not a quantity.
pub(super) fn is_code(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    !digits.is_empty()
        && digits.iter().all(u8::is_ascii_digit)
        && (digits.len() > EXACT_DIGITS || digits.len() > 1 && digits[0] == b'0')
}

/// A number as computers write it; neither NaN nor infinite.
pub(super) fn plain_number(text: &[u8]) -> Option<f64> {
    // Keeps out the words `nan` and `inf`, which the parser knows.
    let first = match text {
        [b'+' | b'-', first, ..] | [first, ..] => *first,
        [] => return None,
    };
    if !(first.is_ascii_digit() || first == b'.') {
        return None;
    }
    let value: f64 = fast_float2::parse(text).ok()?;
    value.is_finite().then_some(value)
}

/// `1,234,567.5`: groups of three after the first. `0,123` is none; `1,234` alone only where a comma cannot well be a
/// decimal mark.
fn grouped_number(text: &str, decimal_comma: bool) -> Result<f64, Unfit> {
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let groups: Vec<&str> = whole.split(',').collect();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let sound = groups.iter().all(|group| digits(group))
        && fraction.is_none_or(digits)
        && groups[0].len() <= 3
        && !groups[0].starts_with('0')
        && groups[1..].iter().all(|group| group.len() == 3);
    if !sound {
        let decimal = fraction.is_none() && groups.len() == 2 && groups.iter().all(|g| digits(g));
        return Err(if decimal { Unfit::Comma } else { Unfit::Number });
    }
    if decimal_comma && fraction.is_none() && groups.len() == 2 {
        return Err(Unfit::Comma);
    }
    plain_number(text.replace(',', "").as_bytes()).ok_or(Unfit::Number)
}

fn strip_minus(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    }
}

/// Takes a currency sign from the front, or 元 from the end.
fn strip_currency(text: &str) -> (Option<char>, &str) {
    for sign in ['¥', '￥', '$', '€', '£'] {
        if let Some(rest) = text.strip_prefix(sign) {
            let sign = if sign == '￥' { '¥' } else { sign };
            return (Some(sign), rest.trim_start());
        }
    }
    match text.strip_suffix('元') {
        Some(rest) => (Some('¥'), rest.trim_end()),
        None => (None, text),
    }
}

impl Unfit {
    /// Stable code of the reject.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Number => "not-a-number",
            Self::Comma => "unclear-comma",
            Self::Absurd => "absurd-amount",
            Self::Date(DateFault::NotADate) => "not-a-date",
            Self::Date(DateFault::NoSuchDay) => "no-such-day",
            Self::Date(DateFault::NoOrder) => "unclear-date-order",
            Self::Year => "year-out-of-range",
            Self::YesNo => "not-yes-or-no",
        }
    }

    /// What is wrong with `value` and what was expected, to follow "`column` holds".
    pub(super) fn reason(self, value: &str) -> String {
        let value = shorten(value);
        match self {
            Self::Number => {
                format!("`{value}`, which is not a number; write it like 1234.5 or 1,234.5")
            }
            Self::Comma => format!(
                "`{value}`, whose comma may be a decimal mark or a separator of thousands; \
                 write 1234.5 with a dot, and 1234 without a comma"
            ),
            Self::Absurd => {
                format!("`{value}`, more money than there can be; correct the amount")
            }
            Self::Date(DateFault::NotADate) => format!(
                "`{value}`, which is not a date; write it like 2026-07-01 or 2026-07-01 09:30"
            ),
            Self::Date(DateFault::NoSuchDay) => {
                format!("`{value}`, a day that the calendar does not have")
            }
            Self::Date(DateFault::NoOrder) => format!(
                "`{value}`, where it is not clear which is the day and which the month; \
                 set `[values] dates = \"dmy\"` or `\"mdy\"` in the project file"
            ),
            Self::Year => format!(
                "`{value}`, a date outside the years {} to {}; correct the year",
                ROLE_YEARS.start(),
                ROLE_YEARS.end()
            ),
            Self::YesNo => format!(
                "`{value}`, which is neither yes nor no in the words of `[values] booleans`"
            ),
        }
    }
}

/// At most sixty characters of a value, for a message.
pub(super) fn shorten(value: &str) -> String {
    const SHOWN: usize = 60;
    let mut chars = value.chars();
    let start: String = chars.by_ref().take(SHOWN).collect();
    let start = start.replace(['\n', '\r'], " ");
    if chars.next().is_some() {
        format!("{start}...")
    } else {
        start
    }
}
