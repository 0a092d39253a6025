//! `forerun profile`, and the cycle as text, as a user meets them.

use std::fs;
use std::path::Path;

use crate::support::program::{
    code, company, forerun, json, ok, own_company, small, stderr, stdout, undated_rows,
};
use forerun::{kpi, present, project, read};

#[test]
fn a_portrait_in_text_and_as_data() {
    insta::assert_snapshot!("profile_en", stdout(&ok(company(), &["profile"])));
    let all = stdout(&ok(company(), &["profile", "--all"]));
    assert!(all.len() > stdout(&ok(company(), &["profile"])).len());
    let data = json(&ok(company(), &["profile", "--json"]));
    let attributes = data["attributes"].as_array().expect("attributes");
    assert!(attributes.iter().any(|row| row["column"] == "source"));
    let left: Vec<&str> = (data["left_out"].as_array().expect("columns").iter())
        .filter_map(|row| row["column"].as_str())
        .collect();
    assert_eq!(
        left,
        ["owner", "first_response_minutes", "lost_reason", "account"]
    );
    let leads: u64 = (attributes[0]["levels"].as_array().expect("levels").iter())
        .filter_map(|row| row["leads"].as_u64())
        .sum();
    assert_eq!(
        Some(leads),
        data["leads"].as_u64(),
        "every lead is in one level"
    );
}

#[test]
fn in_chinese() {
    let dir = own_company();
    let file = dir.path().join("forerun.toml");
    let text = fs::read_to_string(&file).expect("a project");
    fs::write(
        &file,
        text.replace("language = \"en\"", "language = \"zh\""),
    )
    .expect("written");
    insta::assert_snapshot!("profile_zh", stdout(&ok(dir.path(), &["profile"])));
    insta::assert_snapshot!("cycle_zh", cycle(dir.path(), true));
}

#[test]
fn as_csv_and_as_of_an_earlier_day() {
    let dir = own_company();
    ok(dir.path(), &["profile", "--out", "profile.csv"]);
    let csv = fs::read_to_string(dir.path().join("profile.csv")).expect("a file");
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/profile.md"));
    let header = csv.lines().next().expect("a header");
    assert!(
        page.expect("a page").contains(&format!("`{header}`")),
        "{header}"
    );
    let levels = csv.lines().count();
    assert!(levels > 20, "{levels}");
    let then = json(&ok(
        dir.path(),
        &["profile", "--json", "--as-of", "2026-01-01"],
    ));
    assert_eq!(then["as_of"], "2026-01-01");
    assert!(
        then["leads"].as_u64() < json(&ok(company(), &["profile", "--json"]))["leads"].as_u64()
    );
    let over = forerun(dir.path(), &["profile", "--out", "leads.csv"]);
    assert_eq!(code(&over), 2, "what the project reads is not written over");
}

#[test]
fn what_cannot_be_told_is_refused_with_what_would_help() {
    let undated = small(&undated_rows(60), "");
    let output = forerun(undated.path(), &["profile"]);
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("`created` and `closed` under [leads]"));
    let dates = "created = \"created\"\nclosed = \"closed\"\n";
    let rows = "id,status,created,closed,size\n1,open,2026-01-01,,4\n2,open,2026-05-01,,5\n";
    let output = forerun(small(rows, dates).path(), &["profile"]);
    assert_eq!(code(&output), 3);
    let mut open = "id,status,created,closed,size\n".to_owned();
    for i in 0..40 {
        open.extend([format!("{i},open,2026-0{}-01,,{}\n", 1 + i % 6, i % 3)]);
    }
    let output = forerun(small(&open, dates).path(), &["profile"]);
    assert!(
        stderr(&output).contains("no lead has been won"),
        "{}",
        stderr(&output)
    );
    assert_eq!(code(&output), 3);
}

/// The cycle of a project, as text.
fn cycle(dir: &Path, full: bool) -> String {
    let project = project::load(&dir.join("forerun.toml")).expect("a project");
    let data = read::dataset(&project, None).expect("data");
    let cycle = kpi::cycle(&data.leads, &data.spend, 1).expect("a cycle");
    present::cycle_text(&cycle, &present::Style::of(&project, None), full)
}

#[test]
fn the_cycle_in_full_and_in_short() {
    insta::assert_snapshot!("cycle_full", cycle(company(), true));
    insta::assert_snapshot!("cycle_short", cycle(company(), false));
}

#[test]
fn the_cycle_of_a_bare_export_says_what_would_bring_more() {
    let mut rows = "id,status,created,closed\n".to_owned();
    for i in 0..120 {
        let (month, day) = (1 + i % 4, 1 + i % 28);
        let closed = format!("2026-0{}-{day:02}", month + 1 + i % 2);
        let (status, closed) = match i % 4 {
            0 => ("won", closed.as_str()),
            1 => ("lost", closed.as_str()),
            _ => ("open", ""),
        };
        rows.extend([format!("{i},{status},2026-0{month}-{day:02},{closed}\n")]);
    }
    let dir = small(&rows, "created = \"created\"\nclosed = \"closed\"\n");
    insta::assert_snapshot!("cycle_bare", cycle(dir.path(), true));
}
