//! The algebra of conditions: what must hold of any of them on any table.

mod support;

use forerun::domain::{Category, Column, Condition, Moment, Op, Scalar, Span, Table, Test};
use forerun::project::matches;
use proptest::prelude::*;
use support::day;

fn test(field: &str, op: Op) -> Condition {
    Condition::Test(Test {
        field: field.to_owned(),
        op,
        span: 0..0,
    })
}

/// A test of one of two columns.
fn any_test() -> impl Strategy<Value = Condition> {
    let number = |n: i32| Scalar::Number(f64::from(n));
    let text = |i: usize| Scalar::Text(["x", "y", "z"][i].to_owned());
    prop_oneof![
        (0..5).prop_map(move |n| test("n", Op::AtLeast(number(n)))),
        (0..5).prop_map(move |n| test("n", Op::Is(number(n)))),
        (0..5).prop_map(move |n| test("n", Op::IsNot(number(n)))),
        Just(test("n", Op::Missing)),
        (0_usize..3).prop_map(move |i| test("t", Op::OneOf(vec![text(i)]))),
        (0_usize..3).prop_map(move |i| test("t", Op::NotOneOf(vec![text(i)]))),
        Just(test("t", Op::Present)),
    ]
}

fn any_condition() -> impl Strategy<Value = Condition> {
    any_test().prop_recursive(3, 16, 3, |inner| {
        let parts = proptest::collection::vec(inner, 1..4);
        prop_oneof![
            parts.clone().prop_map(Condition::All),
            parts.clone().prop_map(Condition::Any),
            parts.prop_map(Condition::None),
        ]
    })
}

fn any_table() -> impl Strategy<Value = Table> {
    proptest::collection::vec((0_i32..6, 0_usize..4), 0..20).prop_map(|rows| {
        let mut table = Table::with_rows(rows.len());
        let number = |n: i32| if n == 5 { f64::NAN } else { f64::from(n) };
        let numbers = rows.iter().map(|row| number(row.0)).collect();
        let texts = rows.iter().map(|row| ["x", "y", "z"].get(row.1).copied());
        table.insert("n", Column::Number(numbers));
        table.insert("t", Column::Text(Category::from_texts(texts)));
        table
    })
}

fn run(condition: &Condition, table: &Table) -> Vec<bool> {
    matches(condition, table, Moment::from_seconds(0)).expect("the fields are there")
}

fn not(hits: &[bool]) -> Vec<bool> {
    hits.iter().map(|hit| !hit).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn none_is_not_any(parts in proptest::collection::vec(any_condition(), 1..4), table in any_table()) {
        let none = run(&Condition::None(parts.clone()), &table);
        prop_assert_eq!(none, not(&run(&Condition::Any(parts), &table)));
    }

    #[test]
    fn all_is_none_of_the_opposites(parts in proptest::collection::vec(any_condition(), 1..4), table in any_table()) {
        let opposites = parts.iter().map(|part| Condition::None(vec![part.clone()])).collect();
        prop_assert_eq!(run(&Condition::All(parts), &table), run(&Condition::None(opposites), &table));
    }

    #[test]
    fn a_row_alone_is_judged_as_among_others(condition in any_condition(), table in any_table()) {
        let together = run(&condition, &table);
        for (row, &hit) in together.iter().enumerate() {
            prop_assert_eq!(run(&condition, &table.take(&[row])), vec![hit]);
        }
    }

    #[test]
    fn a_missing_value_passes_only_what_allows_it(value in 0_i32..5, table in any_table()) {
        let scalar = Scalar::Number(f64::from(value));
        let is = run(&test("n", Op::Is(scalar.clone())), &table);
        prop_assert_eq!(&not(&is), &run(&test("n", Op::IsNot(scalar.clone())), &table));
        prop_assert_eq!(&is, &run(&test("n", Op::OneOf(vec![scalar.clone()])), &table));
        prop_assert_eq!(&is, &run(&test("n", Op::Between(scalar.clone(), scalar.clone())), &table));
        let at_least = run(&test("n", Op::AtLeast(scalar.clone())), &table);
        let less = run(&test("n", Op::LessThan(scalar)), &table);
        let present = run(&test("n", Op::Present), &table);
        for row in 0..table.rows() {
            prop_assert_eq!(at_least[row] != less[row], present[row]);
        }
    }

    #[test]
    fn the_past_is_within_a_span_or_older(hours in proptest::collection::vec(-2000_i64..2000, 1..20), days in 1..60_i32) {
        let mut table = Table::with_rows(hours.len());
        let now = day("2026-03-31").start();
        let at = |hours: &i64| Some(Moment::from_seconds(now.seconds() + hours * 3600));
        table.insert("m", Column::Moment(hours.iter().map(at).collect()));
        for span in [Span::Days(days), Span::Hours(days * 5), Span::Months(days)] {
            let within = matches(&test("m", Op::Within(span)), &table, now).expect("a date");
            let older = matches(&test("m", Op::OlderThan(span)), &table, now).expect("a date");
            for (row, &hours) in hours.iter().enumerate() {
                prop_assert_eq!(within[row] != older[row], hours < 0);
                prop_assert!(!(within[row] && older[row]));
            }
        }
    }
}
