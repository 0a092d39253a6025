//! Conditions as written -> checked [`Condition`]s; outcomes and rules are written with the same words.

use std::ops::Range;

use toml::de::DeValue;
use toml::value::Datetime;

use crate::domain::{Condition, Day, Moment, Op, Scalar, Span, Test};

use super::written::{Section, Walk, Written, noun, one_of};

/// The words for groups.
const GROUPS: [&str; 3] = ["all", "any", "none"];

/// The words for tests.
const OPERATORS: [&str; 16] = [
    "is",
    "is_not",
    "one_of",
    "not_one_of",
    "at_least",
    "at_most",
    "more_than",
    "less_than",
    "between",
    "contains",
    "starts_with",
    "matches",
    "missing",
    "present",
    "within",
    "older_than",
];

/// Reads a condition: `{ field = ..., <operator> = ... }`, or one of `all`, `any`, `none` with a list of conditions.
/// Faults go to the walk; none is returned if there was one.
pub(crate) fn parse(walk: &Walk<'_>, name: &str, value: &Written<'_>) -> Option<Condition> {
    let DeValue::Table(_) = value.get_ref() else {
        walk.error(
            "condition-shape",
            value.span(),
            format!(
                "`{name}` must be a condition in braces, found {}",
                noun(value.get_ref())
            ),
            "write for example { field = \"source\", is = \"Search\" }",
        );
        return None;
    };
    let section = walk.table(name, value)?;
    let groups: Vec<&'static str> = GROUPS.into_iter().filter(|key| section.has(key)).collect();
    match groups[..] {
        [] => test(&section, value.span()),
        [group] if section.entries().len() == 1 => parse_group(walk, name, group, &section),
        _ => {
            walk.error(
                "condition-shape",
                value.span(),
                format!("`{name}` must be one of `all`, `any`, `none`, or one test of a field, and nothing else"),
                "put the parts into one `all = [ ... ]`, each in its own braces",
            );
            None
        }
    }
}

fn parse_group(
    walk: &Walk<'_>,
    name: &str,
    group: &'static str,
    section: &Section<'_, '_>,
) -> Option<Condition> {
    let value = section.get(group)?;
    let name = format!("{name}.{group}");
    let DeValue::Array(items) = value.get_ref() else {
        walk.error(
            "condition-shape",
            value.span(),
            format!(
                "`{name}` must be a list of conditions, found {}",
                noun(value.get_ref())
            ),
            format!("write {group} = [ {{ field = ..., is = ... }}, ... ]"),
        );
        return None;
    };
    if items.is_empty() {
        walk.error(
            "empty-list",
            value.span(),
            format!("`{name}` has no conditions"),
            "write at least one, or delete it",
        );
        return None;
    }
    let read: Vec<Option<Condition>> = items.iter().map(|item| parse(walk, &name, item)).collect();
    let parts = read.into_iter().collect::<Option<Vec<Condition>>>()?;
    Some(match group {
        "all" => Condition::All(parts),
        "any" => Condition::Any(parts),
        _ => Condition::None(parts),
    })
}

fn test(section: &Section<'_, '_>, span: Range<usize>) -> Option<Condition> {
    let walk = section.walk;
    let entries = section.entries();
    let before = walk.count();
    let field = section.need_text("field", "say which column is tested: field = \"source\"");
    let mut operators = Vec::new();
    for (key, value) in &entries {
        match OPERATORS.into_iter().find(|word| *word == key.value) {
            Some(word) => operators.push((word, *value)),
            None if key.value == "field" => {}
            None => walk.error(
                "unknown-operator",
                key.span.clone(),
                format!("`{}` is no operator", key.value),
                alias(&key.value),
            ),
        }
    }
    if operators.len() != 1 && walk.count() == before {
        let (message, hint) = if operators.is_empty() {
            (
                "this condition names a field but does not say what is asked of it",
                one_of("", &OPERATORS),
            )
        } else {
            (
                "this condition asks two things at once",
                "write two conditions in `all = [ ... ]`".to_owned(),
            )
        };
        walk.error("condition-shape", span.clone(), message, hint);
    }
    let (word, value) = *operators.first()?;
    let op = operator(walk, word, value);
    (walk.count() == before).then_some(())?;
    Some(Condition::Test(Test {
        field: field?.value,
        op: op?,
        span,
    }))
}

/// What to write instead of an operator of some other language.
fn alias(word: &str) -> String {
    let known = match word {
        "equals" | "eq" | "equal" => "is",
        "ne" | "not" | "not_equals" => "is_not",
        "in" => "one_of",
        "not_in" => "not_one_of",
        "gte" | "ge" | "min" | "minimum" => "at_least",
        "lte" | "le" | "max" | "maximum" => "at_most",
        "gt" | "greater_than" | "above" => "more_than",
        "lt" | "below" => "less_than",
        "regex" => "matches",
        "empty" | "is_missing" | "is_empty" => "missing",
        "exists" => "present",
        other => return one_of(other, &OPERATORS),
    };
    format!("write `{known}`")
}

fn operator(walk: &Walk<'_>, word: &'static str, value: &Written<'_>) -> Option<Op> {
    Some(match word {
        "is" => Op::Is(scalar(walk, word, value)?),
        "is_not" => Op::IsNot(scalar(walk, word, value)?),
        "one_of" => Op::OneOf(scalars(walk, word, value)?),
        "not_one_of" => Op::NotOneOf(scalars(walk, word, value)?),
        "at_least" => Op::AtLeast(ordered(walk, word, value)?),
        "at_most" => Op::AtMost(ordered(walk, word, value)?),
        "more_than" => Op::MoreThan(ordered(walk, word, value)?),
        "less_than" => Op::LessThan(ordered(walk, word, value)?),
        "between" => between(walk, value)?,
        "contains" => Op::Contains(walk.text(word, value)?.value),
        "starts_with" => Op::StartsWith(walk.text(word, value)?.value),
        "matches" => Op::Matches(regex(walk, value)?),
        "missing" | "present" => presence(walk, word, value)?,
        "within" => Op::Within(span(walk, word, value)?),
        _ => Op::OlderThan(span(walk, word, value)?),
    })
}

fn presence(walk: &Walk<'_>, word: &'static str, value: &Written<'_>) -> Option<Op> {
    if matches!(value.get_ref(), DeValue::Boolean(true)) {
        return Some(if word == "missing" {
            Op::Missing
        } else {
            Op::Present
        });
    }
    let other = if word == "missing" {
        "present"
    } else {
        "missing"
    };
    walk.error(
        "wrong-type",
        value.span(),
        format!("`{word}` can only be true"),
        format!("write {word} = true, or {other} = true for the opposite"),
    );
    None
}

fn regex(walk: &Walk<'_>, value: &Written<'_>) -> Option<regex::Regex> {
    let text = walk.text("matches", value)?;
    let made = regex::Regex::new(&text.value);
    if let Err(error) = &made {
        let what = error.to_string();
        let what = what.lines().last().unwrap_or_default();
        walk.error(
            "bad-regex",
            text.span,
            format!(
                "`matches` is no regular expression: {}",
                what.trim_start_matches("error: ")
            ),
            "for plain text use `contains`, `starts_with` or `is`",
        );
    }
    made.ok()
}

/// A value to compare with.
pub(crate) fn scalar(walk: &Walk<'_>, name: &str, value: &Written<'_>) -> Option<Scalar> {
    match value.get_ref() {
        DeValue::String(text) if text.trim().is_empty() => {
            walk.error(
                "empty-text",
                value.span(),
                format!("`{name}` compares with nothing"),
                "an empty value counts as missing: write missing = true or present = true",
            );
            None
        }
        DeValue::String(_) => walk.text(name, value).map(|text| Scalar::Text(text.value)),
        DeValue::Integer(_) | DeValue::Float(_) => walk
            .number(name, value)
            .map(|number| Scalar::Number(number.value)),
        DeValue::Boolean(yes) => Some(Scalar::Boolean(*yes)),
        DeValue::Datetime(datetime) => {
            let time = civil(datetime);
            if time.is_none() {
                walk.error(
                    "bad-date",
                    value.span(),
                    format!("`{name}` needs a date, or a date with a time and no offset"),
                    "write 2026-07-01 or 2026-07-01T09:30:00, in the time zone of the project",
                );
            }
            time
        }
        DeValue::Array(_) | DeValue::Table(_) => {
            walk.error(
                "wrong-type",
                value.span(),
                format!("`{name}` needs one value, found {}", noun(value.get_ref())),
                "for several values use `one_of`, `not_one_of` or `between`",
            );
            None
        }
    }
}

fn scalars(walk: &Walk<'_>, name: &str, value: &Written<'_>) -> Option<Vec<Scalar>> {
    let DeValue::Array(items) = value.get_ref() else {
        walk.error(
            "wrong-type",
            value.span(),
            format!(
                "`{name}` needs a list of values, found {}",
                noun(value.get_ref())
            ),
            format!("write {name} = [\"first\", \"second\"], or `is` for one value"),
        );
        return None;
    };
    let read: Vec<Option<Scalar>> = items.iter().map(|item| scalar(walk, name, item)).collect();
    let values = read.into_iter().collect::<Option<Vec<Scalar>>>()?;
    let Some(first) = values.first() else {
        walk.error(
            "empty-list",
            value.span(),
            format!("`{name}` has no values"),
            "write at least one",
        );
        return None;
    };
    let mixed = values.iter().position(|value| value.noun() != first.noun());
    if let Some(item) = mixed.and_then(|i| items.get(i)) {
        walk.error(
            "mixed-list",
            item.span(),
            format!(
                "`{name}` mixes {} with {}",
                first.noun(),
                noun(item.get_ref())
            ),
            "all values of a list must be of one kind",
        );
        return None;
    }
    Some(values)
}

/// A value that can be more or less than another: a number or a date.
fn ordered(walk: &Walk<'_>, name: &str, value: &Written<'_>) -> Option<Scalar> {
    let read = scalar(walk, name, value)?;
    let time = match &read {
        Scalar::Text(text) => parse_time(text),
        Scalar::Boolean(_) => None,
        _ => return Some(read),
    };
    if time.is_none() {
        let number = matches!(&read, Scalar::Text(text) if text.parse::<f64>().is_ok());
        walk.error(
            "wrong-type",
            value.span(),
            format!(
                "`{name}` compares numbers or dates, found {} {read}",
                read.noun()
            ),
            if number {
                "write the number without quotes"
            } else {
                "for text use `is`, `one_of` or `contains`"
            },
        );
    }
    time
}

fn between(walk: &Walk<'_>, value: &Written<'_>) -> Option<Op> {
    let items = match value.get_ref() {
        DeValue::Array(items) if items.len() == 2 => items,
        _ => {
            walk.error(
                "wrong-type",
                value.span(),
                "`between` needs two values in brackets",
                "write between = [5, 10]; both ends count",
            );
            return None;
        }
    };
    let low = ordered(walk, "between", &items[0]);
    let high = ordered(walk, "between", &items[1]);
    let (low, high) = (low?, high?);
    let in_order = match (&low, &high) {
        (Scalar::Number(low), Scalar::Number(high)) => Some(low <= high),
        (Scalar::Date(low), Scalar::Date(high)) => Some(low <= high),
        (Scalar::Moment(low), Scalar::Moment(high)) => Some(low <= high),
        _ => None,
    };
    match in_order {
        Some(true) => return Some(Op::Between(low, high)),
        Some(false) => walk.error(
            "empty-range",
            value.span(),
            format!("no value lies between {low} and {high}"),
            "write the smaller one first",
        ),
        None => walk.error(
            "mixed-list",
            value.span(),
            format!("`between` mixes {} with {}", low.noun(), high.noun()),
            "both ends must be of one kind",
        ),
    }
    None
}

fn span(walk: &Walk<'_>, name: &str, value: &Written<'_>) -> Option<Span> {
    const EXAMPLE: &str = "write for example \"12h\", \"7d\" or \"3mo\"";
    let DeValue::String(text) = value.get_ref() else {
        walk.error(
            "bad-duration",
            value.span(),
            format!(
                "`{name}` needs a length of time, found {}",
                noun(value.get_ref())
            ),
            EXAMPLE,
        );
        return None;
    };
    let span = parse_span(text);
    if span.is_none() {
        walk.error(
            "bad-duration",
            value.span(),
            format!("`{name}` cannot read \"{text}\" as a length of time"),
            EXAMPLE,
        );
    }
    span
}

/// Reads `12h`, `7d`, `3mo`: a whole number from 1, at most a hundred years.
pub(crate) fn parse_span(text: &str) -> Option<Span> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let number: i32 = number.parse().ok().filter(|&number| number > 0)?;
    match unit.trim() {
        "h" if number <= 876_000 => Some(Span::Hours(number)),
        "d" if number <= 36_500 => Some(Span::Days(number)),
        "mo" if number <= 1_200 => Some(Span::Months(number)),
        _ => None,
    }
}

/// Reads `2026-07-01`, `2026-07-01 09:30` and `2026-07-01T09:30:00`.
pub(crate) fn parse_time(text: &str) -> Option<Scalar> {
    if let Ok(day) = text.parse::<Day>() {
        return Some(Scalar::Date(day));
    }
    let (day, time) = text.split_once([' ', 'T'])?;
    let day: Day = day.parse().ok()?;
    let parts: Vec<i64> = time
        .split(':')
        .map(|part| {
            let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse().ok()).flatten()
        })
        .collect::<Option<_>>()?;
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    (hour < 24 && minute < 60 && second < 60)
        .then(|| Scalar::Moment(at(day, hour * 3600 + minute * 60 + second)))
}

/// A TOML date, or date with time, without offset.
fn civil(datetime: &Datetime) -> Option<Scalar> {
    let date = datetime.date?;
    let day = Day::from_ymd(
        i16::try_from(date.year).ok()?,
        date.month as i8,
        date.day as i8,
    )?;
    match (datetime.time, datetime.offset) {
        (None, None) => Some(Scalar::Date(day)),
        (Some(time), None) => {
            let (hour, minute) = (i64::from(time.hour), i64::from(time.minute));
            let second = i64::from(time.second.unwrap_or(0));
            Some(Scalar::Moment(at(day, hour * 3600 + minute * 60 + second)))
        }
        _ => None,
    }
}

const fn at(day: Day, seconds: i64) -> Moment {
    Moment::from_seconds(day.start().seconds() + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        assert_eq!(parse_span("12h"), Some(Span::Hours(12)));
        assert_eq!(parse_span("7 d"), Some(Span::Days(7)));
        assert_eq!(parse_span("3mo"), Some(Span::Months(3)));
        for wrong in ["", "d", "7", "0d", "-3d", "7w", "99999999999d", "3m", "七d"] {
            assert_eq!(parse_span(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn moments() {
        let nine: Day = "2026-07-01".parse().expect("a date");
        assert_eq!(parse_time("2026-07-01"), Some(Scalar::Date(nine)));
        assert_eq!(
            parse_time("2026-07-01 09:30"),
            Some(Scalar::Moment(at(nine, 9 * 3600 + 1800)))
        );
        for wrong in [
            "2026-7-1",
            "2026-07-01 9:30",
            "2026-07-01T24:00",
            "yesterday",
        ] {
            assert_eq!(parse_time(wrong), None, "{wrong}");
        }
    }
}
