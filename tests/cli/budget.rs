//! `forerun budget`, as a user meets it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::program::{
    code, company, forerun, json, ok, own_company, read, small, stderr, stdout,
};

/// Changes a text of a project's file.
fn change(dir: &Path, from: &str, to: &str) {
    let text = read(dir, "forerun.toml");
    assert!(text.contains(from), "{from} in {text}");
    fs::write(dir.join("forerun.toml"), text.replace(from, to)).expect("written");
}

#[test]
fn a_company_in_both_languages() {
    let english = ok(company(), &["budget"]);
    insta::assert_snapshot!("company_en", stdout(&english));
    let dir = own_company();
    change(dir.path(), "language = \"en\"", "language = \"zh\"");
    insta::assert_snapshot!("company_zh", stdout(&ok(dir.path(), &["budget"])));
}

#[test]
fn the_same_as_data_and_as_csv() {
    let dir = own_company();
    let out = ok(
        dir.path(),
        &["budget", "--total", "60,000", "--out", "b.csv"],
    );
    assert!(out.stdout.is_empty());
    let csv = read(dir.path(), "b.csv");
    insta::assert_snapshot!("company_csv", csv);
    let page = read(Path::new(env!("CARGO_MANIFEST_DIR")), "docs/commands.md");
    let header = csv.lines().next().expect("a header");
    assert!(page.contains(&format!("`{header}`")), "{header}");
    let data = json(&ok(dir.path(), &["budget", "--total", "60000", "--json"]));
    assert_eq!(data["total"], 60_000.0);
    let sum: f64 = (data["sources"].as_array().expect("sources").iter())
        .map(|row| row["split"].as_f64().expect("money"))
        .sum();
    assert!((sum - 60_000.0).abs() < 0.01, "{sum}");
    let again = ok(dir.path(), &["budget", "--total", "60000", "--json"]);
    assert_eq!(data, json(&again));
    let past = json(&ok(
        dir.path(),
        &["budget", "--as-of", "2026-03-01", "--json"],
    ));
    assert_eq!(past["to"], "2026-02");
}

#[test]
fn without_amounts_it_counts_deals() {
    let dir = own_company();
    let text = read(dir.path(), "forerun.toml");
    let kept: Vec<&str> = (text.lines())
        .filter(|line| !line.starts_with("amount"))
        .collect();
    fs::write(dir.path().join("forerun.toml"), kept.join("\n")).expect("written");
    let out = stdout(&ok(dir.path(), &["budget", "--bounds", "0.5"]));
    insta::assert_snapshot!("deals", out);
}

#[test]
fn what_cannot_be_answered_is_refused_with_what_would_help() {
    let mut said = Vec::new();
    let mut refused = |dir: &Path, args: &[&str], exit: i32| {
        let output = forerun(dir, args);
        assert_eq!(code(&output), exit, "{args:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{args:?} writes to stdout");
        said.push(
            (stderr(&output).lines())
                .filter(|line| line.contains("error") || line.contains("hint"))
                .collect::<Vec<_>>()
                .join("\n"),
        );
    };
    let undated = small("id,status\n1,won\n2,lost\n", "");
    refused(undated.path(), &["budget"], 3);
    let dir = own_company();
    let text = read(dir.path(), "forerun.toml");
    let cut = text.find("[spend]").expect("spend");
    let rest = text[cut..].find("\n[").map_or("", |i| &text[cut + i..]);
    let without = format!("{}{rest}", &text[..cut]);
    fs::write(dir.path().join("forerun.toml"), without).expect("written");
    refused(dir.path(), &["budget"], 3);
    for wrong in [["--total", "0"], ["--total", "much"], ["--bounds", "30"]] {
        refused(company(), &["budget", wrong[0], wrong[1]], 2);
    }
    fs::write(dir.path().join("forerun.toml"), &text).expect("written");
    let spend = "month,source,spend,visits,clicks\n2027-01,Search,500,,\n";
    let file = if dir.path().join("spend.csv").exists() {
        "spend.csv"
    } else {
        "data/spend.csv"
    };
    fs::write(dir.path().join(file), spend).expect("written");
    refused(dir.path(), &["budget"], 3);
    insta::assert_snapshot!("refused", said.join("\n"));
}

#[test]
fn few_leads_and_little_spend_are_no_reason_to_break() {
    let mut rows = String::new();
    for i in 0..24 {
        let (day, month) = (1 + i, 1 + i % 3);
        let status = ["won", "lost", "lost", "open"][i % 4];
        let closed = format!("2026-0{}-{day:02}", month + 1);
        let closed = if status == "open" { "" } else { &closed };
        let (source, paid) = (["a", "b"][i % 2], 100 + i);
        let created = format!("2026-0{month}-{day:02}");
        writeln!(rows, "{i},{created},{closed},{status},{source},{paid}").expect("written");
    }
    let more = "created = \"created\"\nclosed = \"closed\"\nsource = \"source\"\namount = \"paid\"\n\n[spend]\nfile = \"spend.csv\"\n";
    let dir = small(
        &format!("id,created,closed,status,source,paid\n{rows}"),
        more,
    );
    let spend = "month,source,spend\n2026-01,a,10\n2026-02,a,20\n2026-03,a,15\n2026-01,c,5\n";
    fs::write(dir.path().join("spend.csv"), spend).expect("written");
    let output = forerun(dir.path(), &["budget", "--quiet"]);
    insta::assert_snapshot!("tiny", format!("{}{}", stdout(&output), stderr(&output)));
}
