//! `forerun owners`, as a user meets it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::program::{
    code, column, company, forerun, json, ok, own_company, read, stderr, stdout,
};
use tempfile::TempDir;

/// A project with these rows and these lines more under [leads].
fn project(rows: &str, more: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let text = format!(
        "[project]\nname = \"Small\"\ncurrency = \"EUR\"\nas_of = \"2026-07-01\"\n\n[leads]\nfile = \"leads.csv\"\nid = \
         \"id\"\noutcome = {{ column = \"status\", won = [\"won\"], lost = [\"lost\"] }}\n{more}"
    );
    fs::write(dir.path().join("forerun.toml"), text).expect("written");
    fs::write(dir.path().join("leads.csv"), rows).expect("written");
    dir
}

const DATED: &str = "created = \"created\"\nclosed = \"closed\"\nowner = \"owner\"\n";

/// Leads of two owners with dates and nothing else: the second wins three times as many.
fn plain(n: usize) -> String {
    let mut rows = "id,created,closed,status,owner\n".to_owned();
    for i in 0..n {
        let (day, strong) = (1 + i % 28, i % 2);
        let (month, status) = (
            1 + i % 5,
            if (i / 2) % 10 < 1 + 2 * strong {
                "won"
            } else {
                "lost"
            },
        );
        let owner = ["Ada", "Bo"][strong];
        let _ = writeln!(
            rows,
            "L{i:04},2026-{month:02}-{day:02},2026-06-{day:02},{status},{owner}"
        );
    }
    rows
}

#[test]
fn a_company_in_both_languages() {
    let text = stdout(&ok(company(), &["owners"]));
    insta::assert_snapshot!("company_en", text);
    let dir = own_company();
    let file = dir.path().join("forerun.toml");
    let project = fs::read_to_string(&file).expect("read");
    assert!(project.contains("language = \"en\""));
    let project = project.replace("language = \"en\"", "language = \"zh\"");
    fs::write(&file, project).expect("written");
    insta::assert_snapshot!("company_zh", stdout(&ok(dir.path(), &["owners"])));
}

#[test]
fn the_data_says_what_the_text_says() {
    let told = json(&ok(company(), &["owners", "--json"]));
    let text = stdout(&ok(company(), &["owners"]));
    let rows = told["owners"].as_array().expect("owners");
    for row in rows {
        let (name, leads) = (row["owner"].as_str().expect("a name"), &row["leads"]);
        let line = text
            .lines()
            .find(|line| line.starts_with(name))
            .expect("a line");
        assert!(line.contains(&leads.to_string()), "{line}");
        let gap = &row["gap"];
        let parts = gap["parts"].as_array().expect("parts");
        let sum: f64 = parts.iter().filter_map(|part| part["value"].as_f64()).sum();
        assert!((sum - gap["gap"].as_f64().expect("a gap")).abs() < 1e-6);
    }
    let names: Vec<&str> = rows
        .iter()
        .filter_map(|row| row["owner"].as_str())
        .collect();
    assert!(names.is_sorted(), "by name, never by result: {names:?}");
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("owners.csv");
    let quiet = ok(
        company(),
        &["owners", "--out", file.to_str().expect("UTF-8")],
    );
    assert!(stdout(&quiet).is_empty());
    assert_eq!(column(&read(dir.path(), "owners.csv"), 0), names);
}

#[test]
fn without_money_sources_or_history_the_rest_is_told() {
    let dir = project(&plain(400), DATED);
    let text = stdout(&ok(dir.path(), &["owners"]));
    insta::assert_snapshot!("plain", text);
    let told = json(&ok(dir.path(), &["owners", "--json"]));
    assert_eq!(told["currency"], "");
    assert_eq!(told["owners"][0]["verdict"], "below");
    assert_eq!(told["owners"][1]["verdict"], "above");
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let rows = plain(300);
    let mut lines: Vec<&str> = rows.lines().collect();
    lines[1..].reverse();
    let (one, other) = (
        project(&rows, DATED),
        project(&(lines.join("\n") + "\n"), DATED),
    );
    let of = |dir: &Path| stdout(&ok(dir, &["owners", "--json"]));
    assert_eq!(of(one.path()), of(other.path()));
}

#[test]
fn an_earlier_day_knows_less() {
    let dir = project(&plain(400), DATED);
    let told = json(&ok(
        dir.path(),
        &["owners", "--json", "--as-of", "2026-06-15"],
    ));
    let now = json(&ok(dir.path(), &["owners", "--json"]));
    assert_eq!(told["as_of"], "2026-06-15");
    assert!(told["won"].as_u64() < now["won"].as_u64());
}

#[test]
fn what_cannot_be_answered_is_refused_with_what_would_help() {
    let refused = |rows: &str, more: &str, what: &str| {
        let dir = project(rows, more);
        let output = forerun(dir.path(), &["owners"]);
        assert_eq!(code(&output), 3, "{}", stderr(&output));
        assert!(stderr(&output).contains(what), "{}", stderr(&output));
    };
    refused(&plain(40), "owner = \"owner\"\n", "`created` and `closed`");
    refused(
        &plain(40),
        "created = \"created\"\nclosed = \"closed\"\n",
        "column `owner`",
    );
    let late: String = plain(200)
        .lines()
        .map(|line| {
            let kept = line.strip_suffix(",Ada").or(line.strip_suffix(",Bo"));
            match kept.filter(|line| line.ends_with("lost")) {
                Some(kept) => format!("{kept},\n"),
                None => format!("{line}\n"),
            }
        })
        .collect();
    refused(&late, DATED, "written down once a lead is won");
}

#[test]
fn a_single_lead_is_too_few_and_no_fault() {
    let one = "id,created,closed,status,owner\nL1,2026-03-01,,open,Ada\n";
    let dir = project(one, DATED);
    let text = stdout(&ok(dir.path(), &["owners"]));
    assert!(text.contains("too few to tell"), "{text}");
    let two =
        "id,created,closed,status,owner\nL1,2026-03-01,2026-03-01,won,Ada\nL2,2026-06-30,,open,7\n";
    ok(project(two, DATED).path(), &["owners"]);
}

/// Nobody's skill shows in this file; of thirty agents one or two lie outside the 95 % limits by chance.
#[test]
fn agents_of_a_real_file_are_not_told_apart() {
    let Some(data) = shared("data/maven_crm") else {
        return;
    };
    let dir = tempfile::tempdir().expect("a folder");
    crate::support::program::copy(&data, dir.path());
    let readme = read(Path::new(env!("CARGO_MANIFEST_DIR")), "README.md");
    let project = readme
        .split("```toml\n")
        .nth(1)
        .and_then(|part| part.split("```").next());
    fs::write(dir.path().join("forerun.toml"), project.expect("a project")).expect("written");
    let output = ok(dir.path(), &["owners", "--json"]);
    let told = json(&output);
    let verdicts = told["owners"].as_array().expect("owners");
    assert_eq!(verdicts.len(), 30);
    assert!(verdicts.iter().all(|row| row["verdict"] == "usual"));
    assert!(told["outside_95"].as_u64().expect("a number") <= 4);
    assert_eq!(told["outside_95_by_chance"], 1.5);
    assert!(stderr(&output).contains("[left-open-differs]"));
    let text = stdout(&ok(dir.path(), &["owners"]));
    assert!(
        text.contains("part of the spread may be how the record is kept"),
        "{text}"
    );
}

/// Where owners are written down at the win only, nobody can be compared.
#[test]
fn owners_of_won_deals_only_are_refused_in_a_real_file() {
    let Some(data) = shared("data/olist_funnel") else {
        return;
    };
    let dir = tempfile::tempdir().expect("a folder");
    crate::support::program::copy(&data, dir.path());
    let text = "[project]\nname = \"Olist\"\ncurrency = \"BRL\"\n\n[leads]\nfile = \
                \"olist_marketing_qualified_leads_dataset.csv\"\nid = \"mql_id\"\noutcome = { won = { field = \"won_date\", \
                present = true } }\ncreated = \"first_contact_date\"\nclosed = \"won_date\"\nsource = \"origin\"\nowner = \
                \"sr_id\"\n\n[[leads.join]]\nfile = \"olist_closed_deals_dataset.csv\"\non = \"mql_id\"\n";
    fs::write(dir.path().join("forerun.toml"), text).expect("written");
    let output = forerun(dir.path(), &["owners"]);
    assert_eq!(code(&output), 3);
    assert!(
        stderr(&output).contains("of 841 won leads name one, but only 0 of the 7158 others"),
        "{}",
        stderr(&output)
    );
}

#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn shared(path: &str) -> Option<std::path::PathBuf> {
    let root = std::env::var_os("FORERUN_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        Into::into,
    );
    let file = root.join(path);
    if file.exists() {
        return Some(file);
    }
    eprintln!("skipped: {} is not here", file.display());
    None
}
