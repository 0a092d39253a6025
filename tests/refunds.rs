//! Negative amounts: set aside, or refunds where the project says so.

mod support;

use std::fmt::Write as _;
use std::fs;

use forerun::domain::Day;
use serde_json::Value;
use support::program::{code, forerun, json, ok, read, stderr};
use tempfile::TempDir;

/// 600 leads over 600 days up to 2026-07-16, every third one won for 1,000 and each tenth of those given back by half.
fn rows() -> String {
    let (start, as_of): (Day, Day) = (
        "2024-11-23".parse().expect("a day"),
        "2026-07-16".parse().expect("a day"),
    );
    let mut text = "id,created,closed,status,amount\n".to_owned();
    for i in 0..600 {
        let created = start + i;
        let closed = created + 1 + (i * 7) % 40;
        let status = match (closed < as_of, i % 3) {
            (false, _) => "open",
            (true, 0) => "won",
            (true, _) => "lost",
        };
        let day = if status == "open" {
            String::new()
        } else {
            closed.to_string()
        };
        let amount = match (status, i % 30) {
            ("won", 3) => "-500",
            ("won", _) => "1000",
            _ => "",
        };
        let _ = writeln!(text, "L{i:03},{created},{day},{status},{amount}");
    }
    text
}

fn project(money: &str, dates: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let text = format!(
        "[project]\ncurrency = \"EUR\"\nas_of = \"2026-07-16\"\n\n[leads]\nfile = \"leads.csv\"\nid = \"id\"\noutcome = \
         {{ column = \"status\", won = [\"won\"], lost = [\"lost\"] }}\namount = \"amount\"\n{dates}\n{money}"
    );
    fs::write(dir.path().join("forerun.toml"), text).expect("written");
    fs::write(dir.path().join("leads.csv"), rows()).expect("written");
    dir
}

const DATES: &str = "created = \"created\"\nclosed = \"closed\"\n";
const DECLARED: &str = "[money]\nrefunds = \"amount\"\n";

/// Refunds and net revenue of the wins that closed on or after a day, straight from the rows.
fn net(since: &str) -> (usize, f64) {
    let text = rows();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let (mut refunds, mut net) = (0, 0.0);
    for row in reader.records().map(|row| row.expect("a row")) {
        if &row[3] == "won" && &row[2] >= since {
            let amount: f64 = row[4].parse().expect("an amount");
            refunds += usize::from(amount < 0.0);
            net += amount;
        }
    }
    (refunds, net)
}

#[test]
fn without_a_word_they_are_set_aside_and_the_key_is_named() {
    let dir = project("", DATES);
    let output = forerun(dir.path(), &["check"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let rejects = read(dir.path(), "out/rejects.csv");
    assert_eq!(rejects.matches("negative-amount").count(), net("").0);
    assert!(
        rejects.contains("write `refunds = \"\"amount\"\"` under [money]"),
        "{rejects}"
    );
    let same = project("[money]\nrefunds = \"reject\"\n", DATES);
    assert_eq!(code(&forerun(same.path(), &["check"])), 1);
    let unknown = project("[money]\nrefunds = \"yes\"\n", DATES);
    let output = forerun(unknown.path(), &["check"]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("unknown-choice"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn declared_they_lower_revenue_in_their_month() {
    let dir = project(DECLARED, DATES);
    let checked = json(&ok(dir.path(), &["check", "--json"]));
    let notes = checked["notes"].as_array().expect("notes");
    let note = notes
        .iter()
        .find(|note| note["code"] == "refunds")
        .expect("a note");
    let (refunds, total) = net("");
    let said = format!("{refunds}, {} in all", grouped(refunds * 500));
    assert!(
        note["message"].as_str().expect("a message").contains(&said),
        "{note}"
    );

    let (in_month, booked) = net("2026-07-01");
    assert!(in_month > 0, "the month has a refund");
    let forecast = json(&ok(dir.path(), &["forecast", "--months", "1", "--json"]));
    assert_eq!(forecast["months"][0]["booked"], Value::from(booked));

    let flow = json(&ok(dir.path(), &["flow", "--from", "2026-07-01", "--json"]));
    assert_eq!(flow["total"]["won"]["value"], Value::from(booked));

    // What a win is expected to bring is what wins brought, net.
    let scores = json(&ok(dir.path(), &["score", "--json"]));
    let expected = scores["leads"][0]["expected_amount"]
        .as_f64()
        .expect("money");
    let wins = (rows().matches(",won,").count()) as f64;
    assert!(
        (expected / (total / wins) - 1.0).abs() < 0.02,
        "{expected} {}",
        total / wins
    );
}

fn grouped(n: usize) -> String {
    forerun::present::count(n)
}

#[test]
fn a_file_of_new_leads_is_read_by_the_same_rule() {
    for (money, exit, then) in [("", 1, 3), (DECLARED, 0, 0)] {
        let dir = project(money, "");
        let trained = forerun(dir.path(), &["train"]);
        assert_eq!(code(&trained), exit, "{}", stderr(&trained));
        fs::write(
            dir.path().join("new.csv"),
            "id,created,closed,status,amount\nN1,,,won,-5\nN2,,,open,\n",
        )
        .expect("written");
        let scored = forerun(dir.path(), &["score", "new.csv"]);
        assert_eq!(code(&scored), then, "{}", stderr(&scored));
    }
}
