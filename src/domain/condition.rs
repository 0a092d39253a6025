//! Checked conditions, as rules and outcomes use them.
//!
//! Written conditions become these in `project::condition`; `project::matches` runs them on columns.

use std::fmt;

use crate::domain::{Day, Moment};

/// A tree of tests.
#[derive(Debug, Clone)]
pub enum Condition {
    /// Every one holds; an empty list holds.
    All(Vec<Condition>),
    /// At least one holds; an empty list does not.
    Any(Vec<Condition>),
    /// None of them holds.
    None(Vec<Condition>),
    /// One test of one field.
    Test(Test),
}

/// One test of one field.
#[derive(Debug, Clone)]
pub struct Test {
    /// The field: a column, a role or a derived one.
    pub field: String,
    /// What is asked of it.
    pub op: Op,
    /// Byte range in the file that it was written in, for faults that only the data shows.
    pub span: std::ops::Range<usize>,
}

/// A value to compare with.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Yes or no.
    Boolean(bool),
    /// A civil date.
    Date(Day),
    /// A date with a time.
    Moment(Moment),
}

/// A length of time: `12h`, `7d`, `3mo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Hours.
    Hours(i32),
    /// Days.
    Days(i32),
    /// Calendar months.
    Months(i32),
}

/// What is asked of a field. On a missing value every operator is false except `Missing`, `IsNot`, `NotOneOf`.
#[derive(Debug, Clone)]
pub enum Op {
    /// Equal to.
    Is(Scalar),
    /// Not equal to, or missing.
    IsNot(Scalar),
    /// Equal to one of.
    OneOf(Vec<Scalar>),
    /// Equal to none of, or missing.
    NotOneOf(Vec<Scalar>),
    /// Greater or equal.
    AtLeast(Scalar),
    /// Less or equal.
    AtMost(Scalar),
    /// Greater.
    MoreThan(Scalar),
    /// Less.
    LessThan(Scalar),
    /// From the first to the second, both included.
    Between(Scalar, Scalar),
    /// Text that has this in it, whatever the case.
    Contains(String),
    /// Text that begins so.
    StartsWith(String),
    /// Text that the regular expression finds a match in.
    Matches(regex::Regex),
    /// Nothing there.
    Missing,
    /// Something there.
    Present,
    /// In this span before the as-of instant.
    Within(Span),
    /// Earlier than this span before the as-of instant.
    OlderThan(Span),
}

impl Condition {
    /// Every test in the tree, in the order written.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::None(parts) => {
                parts.iter().flat_map(Self::tests).collect()
            }
            Self::Test(test) => vec![test],
        }
    }
}

impl Scalar {
    /// What it is, for messages: "text", "a number" ...
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Boolean(_) => "true or false",
            Self::Date(_) => "a date",
            Self::Moment(_) => "a date with a time",
        }
    }
}

impl Op {
    /// The word for it in a rule file.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Is(_) => "is",
            Self::IsNot(_) => "is_not",
            Self::OneOf(_) => "one_of",
            Self::NotOneOf(_) => "not_one_of",
            Self::AtLeast(_) => "at_least",
            Self::AtMost(_) => "at_most",
            Self::MoreThan(_) => "more_than",
            Self::LessThan(_) => "less_than",
            Self::Between(..) => "between",
            Self::Contains(_) => "contains",
            Self::StartsWith(_) => "starts_with",
            Self::Matches(_) => "matches",
            Self::Missing => "missing",
            Self::Present => "present",
            Self::Within(_) => "within",
            Self::OlderThan(_) => "older_than",
        }
    }

    /// The values that it compares with; none for `missing`, `present`, text patterns and spans.
    pub fn scalars(&self) -> Vec<&Scalar> {
        match self {
            Self::Is(value)
            | Self::IsNot(value)
            | Self::AtLeast(value)
            | Self::AtMost(value)
            | Self::MoreThan(value)
            | Self::LessThan(value) => vec![value],
            Self::OneOf(values) | Self::NotOneOf(values) => values.iter().collect(),
            Self::Between(low, high) => vec![low, high],
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Boolean(yes) => write!(f, "{yes}"),
            Self::Date(day) => write!(f, "{day}"),
            Self::Moment(moment) => write!(f, "{moment}"),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours(hours) => write!(f, "{hours}h"),
            Self::Days(days) => write!(f, "{days}d"),
            Self::Months(months) => write!(f, "{months}mo"),
        }
    }
}

/// As a rule file writes it: `at_least 8`, `one_of ["Event", "Search"]`, `missing`.
impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            Self::Is(value)
            | Self::IsNot(value)
            | Self::AtLeast(value)
            | Self::AtMost(value)
            | Self::MoreThan(value)
            | Self::LessThan(value) => write!(f, " {value}"),
            Self::OneOf(_) | Self::NotOneOf(_) | Self::Between(..) => {
                let values: Vec<String> = self.scalars().iter().map(ToString::to_string).collect();
                write!(f, " [{}]", values.join(", "))
            }
            Self::Contains(text) | Self::StartsWith(text) => write!(f, " \"{text}\""),
            Self::Matches(regex) => write!(f, " '{regex}'"),
            Self::Within(span) | Self::OlderThan(span) => write!(f, " {span}"),
            Self::Missing | Self::Present => Ok(()),
        }
    }
}

/// `pages_viewed at_least 8`.
impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.op)
    }
}
