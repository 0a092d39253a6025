//! What a column holds is decided over all of its values, never by the first ones alone.

use std::fmt::Write;

use forerun::domain::{Column, Kind, Role};
use forerun::project::{DateOrder, OutcomeSpec};
use forerun::read::Dataset;

use crate::folder::{Folder, codes, note};

/// A lead file whose column `x` has these values.
fn file(values: &[&str]) -> Folder {
    let mut text = String::from("lead_id\tstatus\tx\n");
    for (i, value) in values.iter().enumerate() {
        let status = if i % 2 == 0 { "Won" } else { "Lost" };
        let _ = writeln!(text, "L{i:05}\t{status}\t{value}");
    }
    Folder::new(text)
}

fn x(data: &Dataset) -> &Column {
    data.leads.table.get("x").unwrap()
}

fn kind(values: &[&str]) -> Kind {
    x(&file(values).data()).kind()
}

fn numbers(data: &Dataset) -> Vec<Option<f64>> {
    match x(data) {
        Column::Number(values) => values
            .iter()
            .map(|value| Some(*value).filter(|value| !value.is_nan()))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn kinds_are_told_from_the_values() {
    assert_eq!(kind(&["1", "2.5", "-3e2", "", "NA"]), Kind::Number);
    assert_eq!(kind(&["1,234", "1,234,567.5", "12"]), Kind::Number);
    assert_eq!(kind(&["Yes", "no", ""]), Kind::Boolean);
    assert_eq!(kind(&["1", "0", "0"]), Kind::Boolean);
    assert_eq!(kind(&["1", "0", "2"]), Kind::Number);
    assert_eq!(kind(&["是", "否"]), Kind::Boolean);
    assert_eq!(kind(&["Yes", "No", "Maybe"]), Kind::Text);
    assert_eq!(kind(&["2026-01-05", "2026/2/1", "-"]), Kind::Date);
    assert_eq!(kind(&["2026-01-05 00:00:00", "2026-01-06"]), Kind::Date);
    assert_eq!(kind(&["2026-01-05 10:00", "2026-01-06"]), Kind::Moment);
    assert_eq!(kind(&["1962-03-04", "1990-12-31"]), Kind::Date);
    assert_eq!(kind(&["a", "b"]), Kind::Text);
    assert_eq!(kind(&["", "", ""]), Kind::Text);
    assert_eq!(kind(&["-", "NA"]), Kind::Text);
}

#[test]
fn codes_of_digits_are_no_quantities() {
    assert_eq!(kind(&["02139", "10001"]), Kind::Text);
    assert_eq!(kind(&["1380013800012345678", "1"]), Kind::Text);
    assert_eq!(kind(&["20260105", "20260106"]), Kind::Number);
    assert_eq!(kind(&["inf", "1"]), Kind::Text);
    assert_eq!(kind(&["0,123", "1,5"]), Kind::Text);
}

/// `n` numbers, `strays` other values among them from place `at` on.
fn mixed(n: usize, strays: usize, at: usize) -> Vec<&'static str> {
    let mut values = vec!["7"; n - strays];
    for _ in 0..strays {
        values.insert(at.min(values.len()), "about ten");
    }
    values
}

#[test]
fn few_strays_are_missing_and_many_make_it_text_wherever_they_stand() {
    for at in [0, 3_000, 9_000] {
        let few = file(&mixed(10_000, 500, at)).data();
        assert_eq!(x(&few).kind(), Kind::Number, "at {at}");
        assert_eq!(numbers(&few).iter().flatten().count(), 9_500);
        let message = note(&few, "stray-values");
        let first = format!(
            "other values, taken as missing: 500, the first `about ten` at leads.csv:{}:x.",
            at + 2
        );
        assert!(message.ends_with(&first), "{message}");

        let many = file(&mixed(10_000, 501, at)).data();
        assert_eq!(x(&many).kind(), Kind::Text, "at {at}");
        assert!(many.notes.is_empty());
    }
}

#[test]
fn a_boolean_that_turns_out_a_number_is_read_as_one() {
    let mut values = vec!["1"; 5_000];
    values.push("2");
    let data = file(&values).data();
    assert_eq!(x(&data).kind(), Kind::Number);
    assert!(data.notes.is_empty());
    let mut values = vec!["3"; 5_000];
    values.push("007");
    assert_eq!(kind(&values), Kind::Text);
}

#[test]
fn words_for_missing_are_missing_everywhere_but_where_the_outcome_names_them() {
    let mut folder = file(&["Select", "a", "999"]);
    folder.project.values.missing = vec!["Select".into(), "999".into(), "Lost".into()];
    assert_eq!(x(&folder.data()).display(0), "");
    assert_eq!(x(&folder.data()).display(2), "");

    let mut folder = file(&["1", "999", "3"]);
    folder.project.values.missing = vec!["999".into()];
    assert_eq!(numbers(&folder.data()), [Some(1.0), None, Some(3.0)]);

    let mut folder = Folder::new("lead_id,status\nL1,unknown\nL2,Won\n");
    folder.project.values.missing = vec!["unknown".into()];
    folder.project.leads.outcome = OutcomeSpec::Values {
        column: "status".into(),
        won: vec!["Won".into()],
        lost: vec!["unknown".into()],
    };
    assert_eq!(
        folder.data().leads.outcome,
        [
            forerun::domain::Outcome::Lost,
            forerun::domain::Outcome::Won
        ]
    );
}

#[test]
fn declared_kinds_hold_and_faults_cost_the_row() {
    let phone = file(&["13800138000", "13900139000"]).types("x", Kind::Text);
    assert_eq!(x(&phone.data()).display(0), "13800138000");
    let data = file(&["1", "0", "2"])
        .types("x", Kind::Boolean)
        .max_rejects(0.5)
        .data();
    assert_eq!(data.leads.len(), 2);
    assert_eq!(data.rejects.rows[0].code, "not-yes-or-no");
    let day = file(&["20260105", "2026-01-06 10:00"]).types("x", Kind::Date);
    assert_eq!(x(&day.data()).display(0), "2026-01-05");
    assert_eq!(x(&day.data()).kind(), Kind::Date);
}

#[test]
fn money_may_be_dressed() {
    let folder = file(&["¥1,234.50", "-$5", "12元", "n/a", "￥ 7", "1234"]);
    let folder = folder.role(Role::StatedAmount, "x");
    assert!(folder.error().contains("$ ¥"), "{}", folder.error());
    let folder = file(&["¥1,234.50", "-¥5", "12元", "n/a", "￥ 7", "1234"]);
    let data = folder.role(Role::StatedAmount, "x").data();
    assert_eq!(
        numbers(&data),
        [
            Some(1234.5),
            Some(-5.0),
            Some(12.0),
            None,
            Some(7.0),
            Some(1234.0)
        ]
    );
    let strange = ["--5", "¥", "1,23,456", "5 00", "1.2.3", "0x10", "٣"];
    let data = file(&strange)
        .role(Role::StatedAmount, "x")
        .max_rejects(1.0)
        .data();
    assert_eq!(data.leads.len(), 0);
    assert_eq!(data.rejects.rows.len(), strange.len());
}

#[test]
fn one_comma_in_a_file_of_semicolons_is_not_trusted() {
    let text = "lead_id;status;amount\nL1;Won;1,234\nL2;Won;1,234.5\nL3;Won;1,234,567\n";
    let data = Folder::new(text)
        .role(Role::Amount, "amount")
        .max_rejects(0.5)
        .data();
    assert_eq!(data.leads.ids, ["L2", "L3"]);
    assert_eq!(data.rejects.rows[0].code, "unclear-comma");
}

#[test]
fn dates_need_their_order_said() {
    let values = ["03/04/2026", "05/04/2026"];
    let unsaid = file(&values).data();
    assert_eq!(x(&unsaid).kind(), Kind::Text);
    assert_eq!(codes(&unsaid), ["dates-without-order"]);
    let said = file(&values).order(DateOrder::MonthFirst).data();
    assert_eq!(x(&said).display(0), "2026-03-04");
    let role = file(&values)
        .role(Role::Created, "x")
        .order(DateOrder::DayFirst)
        .data();
    assert_eq!(role.leads.created[0].unwrap().to_string(), "2026-04-03");
}

#[test]
fn moments_with_an_offset_are_turned_to_the_zone_of_the_project() {
    let data = file(&["2026-06-30T20:00:00Z"])
        .role(Role::Created, "x")
        .data();
    assert_eq!(data.leads.created[0].unwrap().to_string(), "2026-07-01");
    assert_eq!(x(&data).display(0), "2026-07-01 04:00:00");
}
