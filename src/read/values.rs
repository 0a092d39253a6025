//! Single values: numbers, words for yes, no and nothing; what a text is and why it is not what it should be.

use crate::domain::Kind;
use crate::project::{Calendar, Project};
use crate::read::dates::{self, DateFault};
use crate::read::numbers::{Amount, NumberReader, is_code, plain_number};

/// Words that stand for nothing where a number, a date or yes/no is wanted. In text columns they are text.
const NOTHING: [&str; 9] = ["na", "n/a", "null", "nan", "none", "nil", "-", "--", "#n/a"];
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
    /// How numbers are written.
    pub(super) numbers: NumberReader,
}

/// Why a value does not fit its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Not a number.
    Number,
    /// A number whose comma may be a decimal mark or a separator of thousands.
    Comma,
    /// A number whose point may be a decimal mark or a separator of thousands.
    Point,
    /// A number too large to be money.
    Absurd,
    /// Not a date.
    Date(DateFault),
    /// A date of a year that no sale is of.
    Year,
    /// Neither yes nor no.
    YesNo,
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
            numbers: NumberReader {
                decimal: project.values.decimal,
                semicolons: false,
            },
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

    /// A number; where `signed`, a currency sign may stand with it. None where nothing is there.
    pub(super) fn number(&self, text: &[u8], signed: bool) -> Result<Option<Amount>, Unfit> {
        self.unless_nothing(text, || self.numbers.number(text, signed))
    }

    /// An amount of money. None where nothing is there.
    pub(super) fn money(&self, text: &[u8]) -> Result<Option<Amount>, Unfit> {
        self.unless_nothing(text, || self.numbers.money(text))
    }

    fn unless_nothing(
        &self,
        text: &[u8],
        number: impl Fn() -> Result<Amount, Unfit>,
    ) -> Result<Option<Amount>, Unfit> {
        if self.missing_number && self.is_missing_word(text) {
            return Ok(None);
        }
        match number() {
            Err(_) if self.is_nothing(text) => Ok(None),
            number => number.map(Some),
        }
    }

    /// A number told at a glance; none says nothing of the text.
    pub(super) fn quick_number(&self, text: &[u8]) -> Option<f64> {
        if self.missing_number {
            None
        } else {
            self.numbers.quick(text)
        }
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
        Shape {
            nothing: self.is_nothing(text),
            yes_no: matches!(self.boolean(text), Ok(Some(_))),
            time: matches!(self.guessed_time(text), Ok(Some(_))),
            number: !is_code(text) && matches!(self.number(text, false), Ok(Some(_))),
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

/// Whether a text looks like a number with points between thousands and a decimal comma.
fn decimal_comma(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    text.rsplit_once(',').is_some_and(|(whole, part)| {
        let mut groups = whole.trim_start_matches('-').split('.');
        (1..=2).contains(&part.len())
            && digits(part)
            && groups
                .next()
                .is_some_and(|first| !first.is_empty() && digits(first))
            && groups.all(|group| group.len() == 3 && digits(group))
    })
}

impl Unfit {
    /// Stable code of the reject.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Number => "not-a-number",
            Self::Comma => "unclear-comma",
            Self::Point => "unclear-point",
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
            Self::Number if decimal_comma(&value) => format!(
                "`{value}`, which is not a number as others are written; if its comma is the decimal mark, set `[values] \
                 decimal = \",\"` in the project file"
            ),
            Self::Number => {
                format!("`{value}`, which is not a number; write it like 1234.5 or 1,234.5")
            }
            Self::Comma | Self::Point => format!(
                "`{value}`, whose {} may be a decimal mark or a separator of thousands; \
                 set `[values] decimal = \".\"` or `\",\"` in the project file",
                if self == Self::Comma {
                    "comma"
                } else {
                    "point"
                }
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
