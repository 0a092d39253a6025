//! `forerun sources`, as a user meets it.

use std::fmt::Write as _;
use std::fs;

use crate::support::program::{code, forerun, json, ok, stderr, stdout};
use tempfile::TempDir;

/// Two years of three sources, by hand: every number of it can be counted. The sixth of every ten weeks is a page of its own.
fn project(language: &str, spend: bool) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let spent = if spend {
        "\n[spend]\nfile = \"spend.csv\"\n"
    } else {
        ""
    };
    let text = format!(
        "[project]\nname = \"Small\"\ncurrency = \"CNY\"\nas_of = \"2026-07-01\"\nlanguage = \"{language}\"\n\n[leads]\n\
         file = \"leads.csv\"\nid = \"id\"\noutcome = {{ column = \"status\", won = [\"won\"], lost = [\"lost\"] }}\n\
         created = \"created\"\nclosed = \"closed\"\nsource = \"source\"\namount = \"paid\"\n{spent}"
    );
    let mut rows = String::from("id,created,closed,status,source,page,paid\n");
    for i in 0..900 {
        let (month, day) = (i / 50, 1 + i % 28);
        let (year, month) = (2025 + month / 12, 1 + month % 12);
        let source = ["Search", "Search", "Fair", "Referral", "Search"][i % 5];
        let won = match source {
            "Referral" => i % 2 == 0,
            "Fair" => i % 35 == 2,
            _ => i % 7 == 0,
        };
        let to = day + 20;
        let (y, m, d) = match (to > 28, month) {
            (true, 12) => (year + 1, 1, to - 28),
            (true, _) => (year, month + 1, to - 28),
            _ => (year, month, to),
        };
        let open = (y, m) >= (2026, 7);
        let (closed, status) = match (open, won) {
            (true, _) => (String::new(), "open"),
            (_, true) => (format!("{y}-{m:02}-{d:02}"), "won"),
            _ => (format!("{y}-{m:02}-{d:02}"), "lost"),
        };
        let paid = if status == "won" { "1000" } else { "" };
        let page = ["a", "b"][i / 5 % 2];
        let _ = writeln!(
            rows,
            "L{i:03},{year}-{month:02}-{day:02},{closed},{status},{source},{page},{paid}"
        );
    }
    fs::write(dir.path().join("forerun.toml"), text).expect("written");
    fs::write(dir.path().join("leads.csv"), rows).expect("written");
    let mut lines = String::from("month,source,spend\n");
    for month in 1..=6 {
        let _ = writeln!(
            lines,
            "2026-{month:02},Search,1500\n2026-{month:02},Fair,4000"
        );
    }
    fs::write(dir.path().join("spend.csv"), lines).expect("written");
    dir
}

#[test]
fn sources_in_both_languages() {
    for language in ["en", "zh"] {
        let dir = project(language, true);
        let asked = stdout(&ok(dir.path(), &["sources"]));
        insta::assert_snapshot!(format!("sources_{language}"), asked);
        let asked = stdout(&ok(dir.path(), &["sources", "--source", "Search"]));
        insta::assert_snapshot!(format!("story_{language}"), asked);
    }
}

#[test]
fn by_any_column_and_what_is_refused() {
    let dir = project("en", false);
    insta::assert_snapshot!(
        "by_page",
        stdout(&ok(dir.path(), &["sources", "--by", "page"]))
    );
    for (asked, told) in [
        (["--by", "nothing"], "there is no column `nothing`"),
        (["--by", "closed"], "known when a lead comes in"),
        (["--source", "Serch"], "is it `Search`?"),
    ] {
        let output = forerun(dir.path(), &[&["sources"][..], &asked].concat());
        assert_eq!(code(&output), 2, "{}", stderr(&output));
        assert!(stderr(&output).contains(told), "{}", stderr(&output));
    }
}

#[test]
fn the_same_as_data() {
    let dir = project("en", true);
    let data = json(&ok(dir.path(), &["sources", "--json"]));
    assert_eq!(data["by"], "source");
    let rows = data["sources"].as_array().expect("sources");
    let of = |name: &str| {
        rows.iter()
            .find(|row| row["source"] == name)
            .expect("there")
    };
    assert_eq!(of("Referral")["quality"], "good");
    assert_eq!(of("Referral")["quantity"], "few");
    assert_eq!(of("Fair")["quality"], "poor");
    assert_eq!(of("Search")["quantity"], "many");
    // 4,000 a month for 10 leads of which one in fourteen pays 1,000.
    assert!(of("Fair")["roi"].as_f64().expect("a return") < -0.5);
    assert!(of("Fair")["payback"]["days"].is_null());
    assert!(of("Search")["payback"]["days"].as_f64().is_some());
    assert!(of("Referral")["payback"].is_null() && of("Referral")["spend"].is_null());
    assert_eq!(of("Search")["quarters"].as_array().map(Vec::len), Some(6));
}
