//! The same table in other clothes gives the same leads.

use forerun::domain::{Column, Role};
use forerun::project::DecimalMark;

use crate::folder::{Folder, codes};

const PLAIN: &str = "\
lead_id,status,created,note
L2,Won,2026-01-05,plain
L1,Open,2026-01-04,\"two
lines, and a \"\"quote\"\"\"
L3,Lost,2026-01-06,
";

fn note_of(folder: &Folder, row: usize) -> String {
    let leads = folder.data().leads;
    leads
        .table
        .get("note")
        .map_or(String::new(), |note| note.display(row))
}

#[test]
fn delimiters_line_ends_and_marks_do_not_matter() {
    let expected = Folder::new(PLAIN).role(Role::Created, "created").data();
    assert_eq!(expected.leads.ids, ["L1", "L2", "L3"]);
    assert_eq!(expected.leads.input_row, [1, 0, 2]);
    for delimiter in [",", ";", "\t", "|"] {
        for end in ["\n", "\r\n"] {
            for mark in ["", "\u{FEFF}"] {
                // The comma in the note stays: it stands in quotes.
                let text = PLAIN
                    .replace("lines, and", "lines# and")
                    .replace(',', delimiter)
                    .replace("lines# and", "lines, and")
                    .replace('\n', end);
                let data = Folder::new(mark.to_owned() + &text)
                    .role(Role::Created, "created")
                    .data();
                let mut leads = data.leads;
                if end == "\r\n" {
                    let note = leads.table.get("note").unwrap().display(0);
                    assert_eq!(note, "two\r\nlines, and a \"quote\"");
                    let expected = expected.leads.table.get("note").unwrap().clone();
                    leads.table.insert("note", expected);
                }
                assert_eq!(leads, expected.leads, "{delimiter:?} {end:?} {mark:?}");
            }
        }
    }
}

#[test]
fn a_file_without_a_last_line_end_is_whole() {
    let folder = Folder::new("lead_id,status\nL1,Won\nL2,Lost");
    assert_eq!(folder.data().leads.ids, ["L1", "L2"]);
}

#[test]
fn decimal_commas_do_not_pass_for_delimiters() {
    let data = Folder::new("lead_id;status;rate\nL1;Won;1,5\nL2;Won;2,5\n").data();
    assert_eq!(data.leads.table.names(), ["lead_id", "status", "rate"]);
}

#[test]
fn a_file_of_one_column_has_no_delimiter() {
    let mut folder = Folder::new("status\nWon\nLost\n\"Lost; late\"\n");
    folder.project.leads.id = None;
    let leads = folder.data().leads;
    assert_eq!(leads.ids, ["000001", "000002", "000003"]);
    assert_eq!(leads.table.names(), ["status"]);
}

#[test]
fn blank_rows_are_counted_and_passed_over() {
    let data = Folder::new("lead_id,status\nL1,Won\n,\n\n  \nL2,Lost\n").data();
    assert_eq!(data.leads.ids, ["L1", "L2"]);
    assert_eq!(data.rejects.read, 2);
    assert_eq!(codes(&data), ["blank-rows"]);
}

#[test]
fn an_unnamed_column_counts_only_if_something_is_in_it() {
    let empty = Folder::new("lead_id,status,\nL1,Won,\nL2,Lost, \n").data();
    assert_eq!(empty.leads.table.names(), ["lead_id", "status"]);
    assert!(empty.notes.is_empty());
    let filled = Folder::new(",lead_id,status\n0,L1,Won\n1,L2,Lost\n").data();
    assert_eq!(
        filled.leads.table.names(),
        ["column 1", "lead_id", "status"]
    );
    assert_eq!(codes(&filled), ["unnamed-column"]);
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row_not_the_rest() {
    let rows: Vec<String> = (1..200).map(|i| format!("L{i:03},Won,ok")).collect();
    let rows = rows.join("\n");
    let text =
        format!("lead_id,status,note\n{rows}\nL200,Won,\"oops\nL201,Won,ok\nL202,Won,\"fine\"\n");
    let data = Folder::new(text).data();
    assert_eq!(data.leads.len(), 201);
    let places: Vec<u64> = data.rejects.rows.iter().map(|reject| reject.row).collect();
    assert_eq!(places, [201]);
}

#[test]
fn several_files_may_order_their_columns_as_they_like() {
    let mut folder = Folder::new("lead_id,status,visits\nL1,Won,1\nL2\n")
        .write("more.csv", "visits;lead_id;status\n7;L3;Lost\n8;L1;Won\n")
        .max_rejects(0.5);
    let more = folder.path("more.csv");
    folder.project.leads.files.push(more);
    let data = folder.data();
    assert_eq!(data.leads.ids, ["L1", "L3"]);
    assert_eq!(data.leads.input_row, [0, 2]);
    assert_eq!(
        data.leads.table.get("visits"),
        Some(&Column::Number(vec![1.0, 7.0]))
    );
    let reasons: Vec<&str> = data
        .rejects
        .rows
        .iter()
        .map(|r| r.reason.as_str())
        .collect();
    assert!(reasons[1].contains("leads.csv:2"), "{reasons:?}");
}

#[test]
fn text_is_trimmed_of_every_kind_of_blank() {
    let folder = Folder::new("lead_id,status,note\n L1 ,\u{3000}Won ,\u{A0}客户 \n");
    assert_eq!(note_of(&folder, 0), "客户");
    assert_eq!(folder.data().leads.ids, ["L1"]);
}

#[test]
fn amounts_of_a_file_with_semicolons_are_not_guessed_and_read_as_the_project_says() {
    let text = "lead_id;status;amount;budget\nL1;Won;12.500;1,5\nL2;Won;8,25;2\nL3;Open;;3\n";
    let mut folder = Folder::new(text)
        .role(Role::Amount, "amount")
        .max_rejects(1.0);
    let rejects = folder.data().rejects.rows;
    let codes: Vec<&str> = rejects.iter().map(|reject| reject.code).collect();
    assert_eq!(codes, ["unclear-point", "unclear-comma"]);
    folder.project.values.decimal = Some(DecimalMark::Comma);
    let data = folder.data();
    assert!(data.rejects.rows.is_empty());
    let amounts = data.leads.numbers(Role::Amount).unwrap();
    assert_eq!(&amounts[..2], [12_500.0, 8.25]);
    assert!(matches!(
        data.leads.table.get("budget"),
        Some(Column::Number(budget)) if budget[..] == [1.5, 2.0, 3.0]
    ));
}

#[test]
fn a_number_with_a_decimal_comma_is_told_how_to_be_read() {
    let leads = "lead_id,status,amount\nL1,Won,\"2.614,95\"\nL2,Won,12.5\nL3,Won,twelve\n";
    let data = Folder::new(leads)
        .role(Role::Amount, "amount")
        .max_rejects(1.0)
        .data();
    let reasons: Vec<&str> = data
        .rejects
        .rows
        .iter()
        .map(|row| row.reason.as_str())
        .collect();
    assert!(
        reasons[0].contains("`2.614,95`, which is not a number as others are written")
            && reasons[0].ends_with("set `[values] decimal = \",\"` in the project file"),
        "{reasons:?}"
    );
    assert!(reasons[1].contains("write it like 1234.5"), "{reasons:?}");
}
