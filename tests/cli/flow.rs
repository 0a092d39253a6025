//! `forerun flow`, as a user meets it.

use std::fs;
use std::path::Path;

use crate::support::program::{code, company, forerun, json, ok, read, stderr, stdout};
use serde_json::Value;
use tempfile::TempDir;

const ROWS: &str = "\
id,created,closed,status,owner,budget,paid,due
A1,2026-03-02,2026-05-20,won,Li,9000,9000,2026-05-20
A2,2026-04-01,2026-06-11,won,Li,10000,12500,2026-06-15
A3,2026-04-03,2026-06-20,won,Chen,8000,7500.50,2026-07-15
A4,2026-04-07,2026-06-30,lost,Chen,4000,,2026-06-15
A5,2026-04-09,,open,Li,6000,,2026-06-20
A6,2026-05-02,,open,Chen,3000,,2026-05-25
A7,2026-05-03,,open,Chen,2500,,2026-08-01
B1,2026-06-02,,open,Li,7000,,2026-07-10
B2,2026-06-05,2026-06-25,won,Li,1500,1500,2026-06-25
B3,2026-06-07,2026-06-09,lost,Chen,900,,
B4,2026-07-01,,open,Chen,5000,,
C1,,,open,Chen,700,,
";

const COLUMNS: &str = "\
created = \"created\"
closed = \"closed\"
owner = \"owner\"
stated_amount = \"budget\"
amount = \"paid\"
expected_close = \"due\"
";

/// A project of these rows, with these roles.
fn project(rows: &str, language: &str, columns: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let text = format!(
        "[project]\nname = \"Small\"\ncurrency = \"CNY\"\nas_of = \"2026-07-01\"\nlanguage = \"{language}\"\n\n[leads]\n\
         file = \"leads.csv\"\nid = \"id\"\noutcome = {{ column = \"status\", won = [\"won\"], lost = [\"lost\"] }}\n\
         {columns}"
    );
    fs::write(dir.path().join("forerun.toml"), text).expect("written");
    fs::write(dir.path().join("leads.csv"), rows).expect("written");
    dir
}

#[test]
fn a_month_in_text_and_in_both_languages() {
    for language in ["en", "zh"] {
        let dir = project(ROWS, language, COLUMNS);
        let output = ok(dir.path(), &["flow", "--by", "owner"]);
        insta::assert_snapshot!(format!("month_{language}"), stdout(&output));
        assert!(stderr(&output).contains("[open-without-created]"));
    }
}

#[test]
fn the_same_month_as_data() {
    let dir = project(ROWS, "en", COLUMNS);
    let asked = ["flow", "--from", "2026-06-01", "--to", "2026-07-01"];
    let plain = ok(dir.path(), &[&asked[..], &["--json"]].concat());
    insta::assert_snapshot!("month_json", stdout(&plain));
    ok(
        dir.path(),
        &[&asked[..], &["--by", "owner", "--out", "flow.csv"]].concat(),
    );
    insta::assert_snapshot!("month_csv", read(dir.path(), "flow.csv"));
}

#[test]
fn without_money_it_counts_deals() {
    let columns = "created = \"created\"\nclosed = \"closed\"\nexpected_close = \"due\"\n";
    let dir = project(ROWS, "en", columns);
    insta::assert_snapshot!("deals_en", stdout(&ok(dir.path(), &["flow"])));
    let zh = project(ROWS, "zh", columns);
    insta::assert_snapshot!("deals_zh", stdout(&ok(zh.path(), &["flow"])));
}

#[test]
fn what_cannot_be_answered_is_refused_with_what_would_help() {
    let dir = project(ROWS, "en", COLUMNS);
    let refused = |dir: &Path, args: &[&str], exit: i32| {
        let output = forerun(dir, args);
        assert_eq!(code(&output), exit, "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?} writes to stdout");
        stderr(&output)
            .lines()
            .filter(|line| line.contains("error") || line.contains("hint"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let mut said = Vec::new();
    let cases: [&[&str]; 6] = [
        &["flow", "--from", "2026-07-01", "--to", "2026-06-01"],
        &["flow", "--from", "2026-07-01"],
        &["flow", "--from", "2026-03-02"],
        &["flow", "--to", "2026-07-02"],
        &["flow", "--by", "stage"],
        &["flow", "--by", "region"],
    ];
    for args in cases {
        said.push(refused(dir.path(), args, 2));
    }
    let undated = project(ROWS, "en", "stated_amount = \"budget\"\n");
    said.push(refused(undated.path(), &["flow"], 3));
    said.push(refused(undated.path(), &["flow", "--value", "expected"], 3));
    let deals = project(ROWS, "en", "created = \"created\"\nclosed = \"closed\"\n");
    said.push(refused(deals.path(), &["flow", "--value", "expected"], 2));
    said.push(refused(deals.path(), &["flow", "--value", "stated"], 2));
    insta::assert_snapshot!("refused", said.join("\n"));
}

#[test]
fn without_an_expected_date_or_a_model_nothing_is_called_slipped() {
    let columns = COLUMNS.replace("expected_close = \"due\"\n", "");
    let dir = project(ROWS, "en", &columns);
    let asked = ["flow", "--from", "2026-03-05"];
    let output = ok(dir.path(), &asked);
    assert!(
        stderr(&output).contains("[slipped-unknown]"),
        "{}",
        stderr(&output)
    );
    assert!(
        !stdout(&output).contains("slipped  "),
        "{}",
        stdout(&output)
    );
    let data = json(&ok(dir.path(), &[&asked[..], &["--json"]].concat()));
    assert_eq!(
        (&data["due_by"], &data["total"]["slipped"]["leads"]),
        (&Value::Null, &Value::from(0))
    );
}

/// Number and cents of a line.
fn part(row: &Value, line: &str) -> (i64, i64) {
    let value = row[line]["value"].as_f64().expect("money");
    (
        row[line]["leads"].as_i64().expect("a number"),
        (value * 100.0).round() as i64,
    )
}

fn balance(row: &Value) {
    let of = |line: &str| part(row, line);
    let leads = |line: &str| of(line).0;
    let cents = |line: &str| of(line).1;
    assert_eq!(
        leads("open_from") + leads("new") + leads("moved_in")
            - leads("moved_out")
            - leads("won")
            - leads("lost"),
        leads("open_to"),
        "{row}"
    );
    assert_eq!(
        cents("open_from") + cents("new") + cents("grew") - cents("shrank") + cents("moved_in")
            - cents("moved_out")
            - cents("won")
            - cents("lost"),
        cents("open_to"),
        "{row}"
    );
    let fates = ["fate_won", "fate_lost", "slipped", "still_open"].map(of);
    let both = fates
        .iter()
        .fold((0, 0), |sum, fate| (sum.0 + fate.0, sum.1 + fate.1));
    assert_eq!(both, of("open_from"), "{row}");
}

#[test]
fn a_whole_company_sums_exactly_and_meets_its_scores_and_its_revenue() {
    let asked = ["flow", "--from", "2026-04-01", "--by", "stage", "--json"];
    for value in ["stated", "expected"] {
        let flow = json(&ok(company(), &[&asked[..], &["--value", value]].concat()));
        assert_eq!(flow["due_by"], "model");
        balance(&flow["total"]);
        let groups = flow["groups"].as_array().expect("groups");
        groups.iter().for_each(balance);
        assert!(
            groups.iter().any(|row| part(row, "moved_in").0 > 0),
            "nobody moved on"
        );
        // What is open at the end is what `score` scores.
        let scored = read(company(), "out/scores.csv").lines().count() as i64 - 1;
        assert_eq!(part(&flow["total"], "open_to").0, scored);
        // What was won is the revenue of the months, straight from the export.
        let mut revenue = 0.0;
        let rows = read(company(), "leads.csv");
        let mut reader = csv::Reader::from_reader(rows.as_bytes());
        let header = reader.headers().expect("a header").clone();
        let at = |name: &str| {
            header
                .iter()
                .position(|column| column == name)
                .expect("a column")
        };
        for row in reader.records() {
            let row = row.expect("a row");
            if &row[at("status")] == "Won" && &row[at("closed_at")] >= "2026-04-01" {
                revenue += row[at("amount")].parse::<f64>().expect("an amount");
            }
        }
        assert_eq!(
            part(&flow["total"], "won").1,
            (revenue * 100.0).round() as i64
        );
    }
}
