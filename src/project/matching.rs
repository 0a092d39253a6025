//! Conditions run on the columns of a table.
//!
//! A text is compared once for each distinct value, never once a row. On a missing value every operator is false except
//! `missing`, `is_not` and `not_one_of`.

use std::ops::{Bound, RangeBounds};

use crate::domain::{
    Column, Condition, Day, Fault, Faults, Kind, MISSING, Moment, Month, Op, Place, Scalar, Span,
    Table, Test,
};

use super::condition::parse_time;
use super::nearest::nearest;

/// Which rows of a table a condition holds for. Spans of time (`within`, `older_than`) end at `as_of`.
///
/// # Errors
/// Every test of a field that the table has not (`unknown-field`) or that does not fit what the column holds
/// (`wrong-comparison`). The faults know their byte range only: place them with [`Faults::located`].
pub fn matches(condition: &Condition, table: &Table, as_of: Moment) -> Result<Vec<bool>, Faults> {
    let faults: Vec<Fault> = condition
        .tests()
        .into_iter()
        .filter_map(|test| check(test, table))
        .collect();
    if faults.is_empty() {
        Ok(evaluate(condition, table, as_of))
    } else {
        Err(Faults(faults))
    }
}

/// Runs a condition whose every test was checked.
fn evaluate(condition: &Condition, table: &Table, as_of: Moment) -> Vec<bool> {
    match condition {
        Condition::All(parts) => {
            let mut all = vec![true; table.rows()];
            for part in parts {
                let one = evaluate(part, table, as_of);
                all.iter_mut().zip(one).for_each(|(all, one)| *all &= one);
            }
            all
        }
        Condition::Any(parts) => any(parts, table, as_of),
        Condition::None(parts) => {
            let any = any(parts, table, as_of);
            any.into_iter().map(|any| !any).collect()
        }
        Condition::Test(test) => match table.get(&test.field) {
            Some(column) => run(&test.op, column, as_of),
            None => vec![false; table.rows()],
        },
    }
}

fn any(parts: &[Condition], table: &Table, as_of: Moment) -> Vec<bool> {
    let mut any = vec![false; table.rows()];
    for part in parts {
        let one = evaluate(part, table, as_of);
        any.iter_mut().zip(one).for_each(|(any, one)| *any |= one);
    }
    any
}

/// The fault of a test whose column is not there or does not fit.
fn check(test: &Test, table: &Table) -> Option<Fault> {
    let Some(column) = table.get(&test.field) else {
        return Some(unknown(test, table));
    };
    let kind = column.kind();
    let fits = match &test.op {
        Op::Missing | Op::Present => true,
        Op::Contains(_) | Op::StartsWith(_) | Op::Matches(_) => kind == Kind::Text,
        Op::Within(Span::Hours(_)) | Op::OlderThan(Span::Hours(_)) => kind == Kind::Moment,
        Op::Within(_) | Op::OlderThan(_) => matches!(kind, Kind::Date | Kind::Moment),
        Op::AtLeast(_) | Op::AtMost(_) | Op::MoreThan(_) | Op::LessThan(_) | Op::Between(..)
            if matches!(kind, Kind::Text | Kind::Boolean) =>
        {
            false
        }
        op => op
            .scalars()
            .into_iter()
            .all(|value| comparable(kind, value)),
    };
    (!fits).then(|| wrong(test, kind))
}

/// Whether a value can be compared with what a column holds.
fn comparable(kind: Kind, value: &Scalar) -> bool {
    match (kind, value) {
        (Kind::Number, Scalar::Number(_))
        | (Kind::Text, Scalar::Text(_))
        | (Kind::Boolean, Scalar::Boolean(_)) => true,
        (Kind::Date, value) => as_day(value).is_some(),
        (Kind::Moment, value) => as_day(value).is_some() || as_moment(value).is_some(),
        _ => false,
    }
}

fn unknown(test: &Test, table: &Table) -> Fault {
    let names = table.names().iter().map(String::as_str);
    let hint = nearest(&test.field, names).map_or_else(
        || "look at the header of the file: the name must be written exactly as there".to_owned(),
        |name| format!("did you mean `{name}`?"),
    );
    Fault::error(
        "unknown-field",
        format!("there is no field `{}`", test.field),
    )
    .at(Place::unlocated(test.span.clone()))
    .hint(hint)
}

/// A comparison that the kind of the column does not allow, with what to write instead.
fn wrong(test: &Test, kind: Kind) -> Fault {
    let (field, word, holds) = (&test.field, test.op.word(), plural(kind));
    let declare = |nouns: &str, kind: &str| {
        format!(
            "if these are {nouns}, say so in the project file: [leads] types = {{ \"{field}\" = \"{kind}\" }}"
        )
    };
    let offending = test
        .op
        .scalars()
        .into_iter()
        .find(|value| !comparable(kind, value));
    let (message, hint) = match (&test.op, offending) {
        (Op::Within(_) | Op::OlderThan(_), _) if kind == Kind::Date => (
            format!("`{field}` holds dates without a time of day, so hours cannot be counted"),
            "count in days: \"1d\"".to_owned(),
        ),
        (Op::Within(_) | Op::OlderThan(_), _) => (
            format!("`{word}` needs dates, but `{field}` holds {holds}"),
            declare("dates", "date"),
        ),
        (Op::Contains(_) | Op::StartsWith(_) | Op::Matches(_), _) => (
            format!("`{word}` needs text, but `{field}` holds {holds}"),
            declare("texts", "text"),
        ),
        (Op::Is(_) | Op::IsNot(_) | Op::OneOf(_) | Op::NotOneOf(_), Some(value)) => (
            format!(
                "`{field}` holds {holds}, but `{word}` compares it with {} {value}",
                value.noun()
            ),
            instead(kind, value),
        ),
        (_, Some(value)) if !matches!(kind, Kind::Text | Kind::Boolean) => (
            format!(
                "`{field}` holds {holds}, but `{word}` compares it with {} {value}",
                value.noun()
            ),
            instead(kind, value),
        ),
        _ => (
            format!("`{word}` compares numbers or dates, but `{field}` holds {holds}"),
            declare("numbers", "number"),
        ),
    };
    Fault::error("wrong-comparison", message)
        .at(Place::unlocated(test.span.clone()))
        .hint(hint)
}

/// How to write a value that a column of this kind can be compared with.
fn instead(kind: Kind, value: &Scalar) -> String {
    match (kind, value) {
        (Kind::Text, Scalar::Boolean(_)) => {
            "write the text as the file has it, in quotes; or name its words for yes and no in [values] booleans"
                .to_owned()
        }
        (Kind::Text, value) => format!("write it in quotes: \"{value}\""),
        (Kind::Boolean, _) => "write true or false, without quotes".to_owned(),
        (Kind::Date, _) => "write a date like \"2026-07-01\", without a time".to_owned(),
        (Kind::Moment, _) => "write \"2026-07-01\" or \"2026-07-01 09:30\"".to_owned(),
        (Kind::Number, _) => "write a number without quotes".to_owned(),
    }
}

/// What a column holds, in the words of messages.
pub(crate) const fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "numbers",
        Kind::Text => "text",
        Kind::Boolean => "yes or no",
        Kind::Date => "dates",
        Kind::Moment => "dates with a time",
    }
}

/// Runs one operator on a column that it fits.
fn run(op: &Op, column: &Column, as_of: Moment) -> Vec<bool> {
    let rows = 0..column.len();
    match op {
        Op::Missing => rows.map(|row| column.is_missing(row)).collect(),
        Op::Present => rows.map(|row| !column.is_missing(row)).collect(),
        Op::IsNot(_) | Op::NotOneOf(_) => {
            let equal = compare(op, column, as_of);
            equal.into_iter().map(|equal| !equal).collect()
        }
        op => compare(op, column, as_of),
    }
}

/// Which values an operator asks for; for `is_not` and `not_one_of`, which ones it does not.
fn compare(op: &Op, column: &Column, as_of: Moment) -> Vec<bool> {
    match column {
        Column::Number(values) => {
            let wanted = intervals(op, as_number);
            values.iter().map(|value| inside(&wanted, value)).collect()
        }
        Column::Text(category) => {
            let texts = category.levels.iter();
            let level: Vec<bool> = texts.map(|text| text_is(op, text)).collect();
            let code = |&code: &u32| code != MISSING && level[code as usize];
            category.codes.iter().map(code).collect()
        }
        Column::Boolean(values) => {
            let wanted: Vec<bool> = op.scalars().into_iter().filter_map(as_boolean).collect();
            let hit = |value: &Option<bool>| value.is_some_and(|yes| wanted.contains(&yes));
            values.iter().map(hit).collect()
        }
        Column::Date(values) => {
            let wanted = day_intervals(op, as_of);
            let hit = |value: &Option<Day>| value.is_some_and(|day| inside(&wanted, &day));
            values.iter().map(hit).collect()
        }
        Column::Moment(values) => moments(op, values, as_of),
    }
}

type Interval<T> = (Bound<T>, Bound<T>);

fn inside<T: PartialOrd>(intervals: &[Interval<T>], value: &T) -> bool {
    intervals.iter().any(|interval| interval.contains(value))
}

/// What a comparison asks for as intervals; `is_not` and `not_one_of` as those of their opposite.
fn intervals<T: Copy>(op: &Op, read: impl Fn(&Scalar) -> Option<T>) -> Vec<Interval<T>> {
    use Bound::{Excluded, Included, Unbounded};
    let values: Vec<T> = op.scalars().into_iter().filter_map(read).collect();
    match (op, &values[..]) {
        (Op::AtLeast(_), [low]) => vec![(Included(*low), Unbounded)],
        (Op::AtMost(_), [high]) => vec![(Unbounded, Included(*high))],
        (Op::MoreThan(_), [low]) => vec![(Excluded(*low), Unbounded)],
        (Op::LessThan(_), [high]) => vec![(Unbounded, Excluded(*high))],
        (Op::Between(..), [low, high]) => vec![(Included(*low), Included(*high))],
        (Op::Is(_) | Op::IsNot(_) | Op::OneOf(_) | Op::NotOneOf(_), values) => values
            .iter()
            .map(|value| (Included(*value), Included(*value)))
            .collect(),
        _ => Vec::new(),
    }
}

/// The days that a comparison or a span of time asks for.
fn day_intervals(op: &Op, as_of: Moment) -> Vec<Interval<Day>> {
    use Bound::{Excluded, Included, Unbounded};
    match op {
        Op::Within(span) => vec![(Included(before(as_of, *span).day()), Excluded(as_of.day()))],
        Op::OlderThan(span) => vec![(Unbounded, Excluded(before(as_of, *span).day()))],
        op => intervals(op, as_day),
    }
}

/// A moment compared with a date is compared by its day.
fn moments(op: &Op, values: &[Option<Moment>], as_of: Moment) -> Vec<bool> {
    use Bound::{Excluded, Included, Unbounded};
    let exact: Vec<Interval<Moment>> = match op {
        Op::Within(span) => vec![(Included(before(as_of, *span)), Excluded(as_of))],
        Op::OlderThan(span) => vec![(Unbounded, Excluded(before(as_of, *span)))],
        op => intervals(op, as_moment),
    };
    let by_day = match op {
        Op::Within(_) | Op::OlderThan(_) => Vec::new(),
        op => intervals(op, as_day),
    };
    values
        .iter()
        .map(|value| {
            value.is_some_and(|moment| inside(&exact, &moment) || inside(&by_day, &moment.day()))
        })
        .collect()
}

fn text_is(op: &Op, text: &str) -> bool {
    match op {
        Op::Is(Scalar::Text(wanted)) | Op::IsNot(Scalar::Text(wanted)) => text == wanted,
        Op::OneOf(wanted) | Op::NotOneOf(wanted) => wanted
            .iter()
            .any(|wanted| matches!(wanted, Scalar::Text(wanted) if text == wanted)),
        Op::Contains(part) => text.to_lowercase().contains(&part.to_lowercase()),
        Op::StartsWith(start) => text.starts_with(start.as_str()),
        Op::Matches(regex) => regex.is_match(text),
        _ => false,
    }
}

/// The instant a span of time before another; a month back from the 31st is the last day of a shorter month.
fn before(instant: Moment, span: Span) -> Moment {
    let seconds = instant.seconds();
    match span {
        Span::Hours(hours) => Moment::from_seconds(seconds - i64::from(hours) * 3_600),
        Span::Days(days) => Moment::from_seconds(seconds - i64::from(days) * 86_400),
        Span::Months(months) => {
            let day = instant.day();
            let month: Month = day.month() - months;
            let landed = month.first_day() + (day.day_of_month().min(month.days()) - 1);
            Moment::from_seconds(landed.start().seconds() + seconds - day.start().seconds())
        }
    }
}

const fn as_number(value: &Scalar) -> Option<f64> {
    match value {
        Scalar::Number(number) => Some(*number),
        _ => None,
    }
}

const fn as_boolean(value: &Scalar) -> Option<bool> {
    match value {
        Scalar::Boolean(yes) => Some(*yes),
        _ => None,
    }
}

/// A date, also one written as text.
fn as_day(value: &Scalar) -> Option<Day> {
    match value {
        Scalar::Date(day) => Some(*day),
        Scalar::Text(text) => match parse_time(text)? {
            Scalar::Date(day) => Some(day),
            _ => None,
        },
        _ => None,
    }
}

/// A date with a time, also one written as text.
fn as_moment(value: &Scalar) -> Option<Moment> {
    match value {
        Scalar::Moment(moment) => Some(*moment),
        Scalar::Text(text) => match parse_time(text)? {
            Scalar::Moment(moment) => Some(moment),
            _ => None,
        },
        _ => None,
    }
}
