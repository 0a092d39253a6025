//! `forerun explain`, as a user meets it.

use std::fmt::Write as _;
use std::path::Path;

use crate::support::program::{
    code, company, forerun, json, ok, own_company, small, stderr, stdout,
};
use forerun::domain::Day;
use serde_json::Value;

const AGAINST: [&str; 4] = ["forecast", "target", "last-month", "last-year"];

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// The effects and the gap to the target sum to the change, and the change to what came.
fn balances(data: &Value) {
    let effects = data["effects"].as_array().expect("effects");
    let sum: f64 = effects.iter().map(|effect| number(&effect["effect"])).sum();
    let gap = data["target_gap"].as_f64().unwrap_or(0.0);
    let (base, actual) = (number(&data["base"]), number(&data["actual"]));
    let change = number(&data["change"]);
    assert!((sum + gap - change).abs() < 1e-9 * base.max(1.0), "{data}");
    assert!(
        (actual - base - change).abs() < 1e-9 * base.max(1.0),
        "{data}"
    );
    for effect in effects {
        let (low, high) = (number(&effect["low"]), number(&effect["high"]));
        assert!(low <= high, "{effect}");
        let real = effect["real"].as_bool().expect("a switch");
        let apart = low > 0.0 || high < 0.0;
        assert!(!real || apart, "{effect}");
        // The interval and p are of one distribution; the draws are a thousand.
        let days = ["arrival", "calendar", "untimed"].map(Value::from);
        let p = number(&effect["p"]);
        assert!(
            !apart || days.contains(&effect["factor"]) || p < 0.21,
            "{effect}"
        );
    }
}

#[test]
fn every_way_of_asking_sums_and_is_told() {
    for against in AGAINST {
        let data = json(&ok(company(), &["explain", "--against", against, "--json"]));
        balances(&data);
        assert_eq!(data["complete"], true);
        let text = stdout(&ok(company(), &["explain", "--against", against]));
        let month = data["month"].as_str().expect("a month");
        assert!(text.starts_with(month), "{text}");
        assert!(
            text.contains("new leads") && text.contains("win rate"),
            "{text}"
        );
        let again = ok(company(), &["explain", "--against", against]);
        assert_eq!(text, stdout(&again), "the same input gives the same answer");
    }
}

#[test]
fn the_forecast_is_that_of_the_first_day() {
    let data = json(&ok(company(), &["explain", "--month", "2026-05", "--json"]));
    let args = [
        "forecast",
        "--as-of",
        "2026-05-01",
        "--months",
        "1",
        "--json",
        "-q",
    ];
    let forecast = json(&ok(company(), &args));
    let told = number(&forecast["months"][0]["mean"]);
    let (own, low, high) = (
        number(&data["forecast"]),
        number(&data["forecast_low"]),
        number(&data["forecast_high"]),
    );
    assert!((own / told - 1.0).abs() < 0.25, "{own} {told}");
    assert!(low < own && own < high);
}

#[test]
fn a_month_that_is_not_over_is_held_against_as_many_days() {
    let asked = ["explain", "--as-of", "2026-06-16", "--month", "2026-06"];
    for against in AGAINST {
        let output = ok(
            company(),
            &[&asked[..], &["--against", against, "--json"]].concat(),
        );
        let data = json(&output);
        balances(&data);
        assert_eq!(
            (&data["complete"], &data["days"]),
            (&Value::from(false), &Value::from(15))
        );
        assert!(stderr(&output).contains("[month-not-over]"));
        if against == "forecast" {
            let whole = number(&data["forecast_month"]);
            assert!(number(&data["forecast"]) < 0.8 * whole, "{data}");
        }
    }
}

#[test]
fn what_cannot_be_explained_is_refused_with_what_would_help() {
    let refused = |dir: &Path, args: &[&str], exit: i32| {
        let output = forerun(dir, args);
        assert_eq!(code(&output), exit, "{args:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{args:?} writes to stdout");
        (stderr(&output).lines())
            .filter(|line| line.contains("error") || line.contains("hint"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let dir = own_company();
    let file = dir.path().join("forerun.toml");
    let text = std::fs::read_to_string(&file).expect("a project");
    let (before, after) = text.split_once("[targets]").expect("targets");
    let rest = after.split_once("\n[").map_or("", |(_, rest)| rest);
    std::fs::write(&file, format!("{before}[{rest}")).expect("written");
    let mut said = vec![
        refused(company(), &["explain", "--month", "2026-08"], 2),
        refused(company(), &["explain", "--month", "2019-01"], 2),
        refused(company(), &["explain", "--month", "June"], 2),
        refused(dir.path(), &["explain", "--against", "target"], 2),
    ];
    let undated = small("id,status\n1,won\n2,lost\n", "");
    said.push(refused(undated.path(), &["explain"], 3));
    let tiny = "id,status,created,closed\n1,open,2026-05-03,\n2,lost,2026-05-04,2026-06-09\n";
    let dates = "created = \"created\"\nclosed = \"closed\"\n";
    for against in ["forecast", "last-month"] {
        let dir = small(tiny, dates);
        let args = [
            "explain",
            "--month",
            "2026-06",
            "--as-of",
            "2026-07-01",
            "--against",
            against,
        ];
        let output = forerun(dir.path(), &args);
        assert!(matches!(code(&output), 2 | 3), "{}", stderr(&output));
    }
    for text in &said {
        assert!(text.contains("error"), "{said:?}");
    }
    insta::assert_snapshot!("refused", said.join("\n"));
}

/// Leads with nothing but dates: 18 months, every fifth of them won.
fn bare() -> String {
    let start: Day = "2025-01-01".parse().expect("a day");
    let mut rows = "id,status,created,closed\n".to_owned();
    for i in 0..1080 {
        let created = start + i / 2;
        let closed = created + 2 + (i * 13) % 45;
        let won = i % 5 == 0;
        let _ = if closed < start + 540 {
            let status = if won { "won" } else { "lost" };
            writeln!(rows, "L{i:04},{status},{created},{closed}")
        } else {
            writeln!(rows, "L{i:04},open,{created},")
        };
    }
    rows
}

#[test]
fn without_sources_and_amounts_it_counts_deals_and_says_what_would_help() {
    let dates = "created = \"created\"\nclosed = \"closed\"\n";
    let dir = small(&bare(), dates);
    for against in ["forecast", "last-month", "last-year"] {
        let args = ["explain", "--month", "2026-05", "--against", against];
        let data = json(&ok(dir.path(), &[&args[..], &["--json"]].concat()));
        balances(&data);
        assert_eq!(
            (&data["currency"], &data["by_source"]),
            (&Value::from("deals"), &Value::from(false))
        );
        let text = stdout(&ok(dir.path(), &args));
        assert!(text.contains("With `source` under [leads]"), "{text}");
        assert!(text.contains("with `amount` under [leads]"), "{text}");
        assert!(!text.contains("\norder value"), "{text}");
    }
}

/// The same leads without those of the last month.
fn cut(day: &str) -> String {
    let before = |row: &&str| row.split(',').nth(2).is_some_and(|created| created < day);
    let text = bare();
    let (head, rows) = text.split_once('\n').expect("a head");
    let kept: Vec<&str> = rows.lines().filter(before).collect();
    format!("{head}\n{}\n", kept.join("\n"))
}

#[test]
fn the_end_of_the_record_is_no_lever() {
    let dates = "created = \"created\"\nclosed = \"closed\"\n";
    let dir = small(&cut("2026-05-01"), dates);
    for against in ["forecast", "last-month"] {
        let args = [
            "explain",
            "--month",
            "2026-05",
            "--against",
            against,
            "--as-of",
            "2026-06-01",
        ];
        let output = ok(dir.path(), &[&args[..], &["--json"]].concat());
        let data = json(&output);
        balances(&data);
        assert_eq!(data["record_ends"], "2026-04-30");
        let levers = data["levers"].as_array().expect("levers");
        assert!(!levers.contains(&Value::from("new_leads")), "{data}");
        assert!(stderr(&output).contains("[no-new-leads]"));
        let text = stdout(&ok(dir.path(), &args));
        assert!(text.contains("the end of the record"), "{text}");
    }
    // Few leads, and none after them: the export may end in the month.
    let dir = small(&cut("2026-05-08"), dates);
    let args = ["explain", "--month", "2026-05", "--as-of", "2026-06-01"];
    let output = ok(dir.path(), &args);
    assert!(
        stderr(&output).contains("[leads-fell]"),
        "{}",
        stderr(&output)
    );
    assert!(stdout(&output).contains("look first whether the export ends early"));
}

#[test]
fn a_past_too_short_is_told_of_the_month() {
    let dates = "created = \"created\"\nclosed = \"closed\"\n";
    let dir = small(&bare(), dates);
    let told = |args: &[&str]| {
        let output = forerun(dir.path(), &[&["explain", "--month"], args].concat());
        assert_eq!(code(&output), 3, "{}", stderr(&output));
        stderr(&output)
    };
    let wins = told(&["2025-02"]);
    assert!(
        wins.contains("won leads closed before 2025-02-01, as 2025-02 is explained"),
        "{wins}"
    );
    let months = told(&["2025-03"]);
    let short = "complete months of leads before 2025-03-01, as 2025-03 is explained";
    assert!(months.contains(short), "{months}");
    // And without amounts it is the number of deals that varies, not their size.
    let args = ["kpi", "--group", "results", "--as-of", "2026-06-01"];
    let text = stdout(&ok(dir.path(), &args));
    assert!(
        text.contains("number of deals") && !text.contains("size of deals"),
        "{text}"
    );
}
