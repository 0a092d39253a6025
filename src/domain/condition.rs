//! Checked conditions, as rules and outcomes use them.
//!
//! Written conditions become these in `project::condition`; they run on columns in `segment`.

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
