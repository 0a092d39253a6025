//! `forerun kpi`, as a user meets it.

use std::fs;

use crate::support::program::{code, company, forerun, json, ok, read, stderr, stdout};
use serde_json::Value;
use tempfile::TempDir;

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

const DATES: &str = "created = \"created\"\nclosed = \"closed\"\n";
const ALL: &str = "created = \"created\"\nclosed = \"closed\"\namount = \"paid\"\nsource = \"source\"\nowner = \"owner\"\n\
                   product = \"product\"\nlist_price = \"list\"\ncustomer = \"customer\"\n";

/// A year of leads by rule: every third is won, a fifth stays open.
fn rows(n: usize) -> String {
    let mut rows = "id,created,closed,status,source,owner,product,list,paid,customer\n".to_owned();
    for i in 0..n {
        let (month, day) = (i * 12 / n, 1 + i * 12 % n * 28 / n);
        let (year, month) = if month < 6 {
            (2025, month + 7)
        } else {
            (2026, month - 5)
        };
        let status = ["won", "lost", "lost", "won", "open"][(i * 7 + i / 5) % 5];
        let closed = if status == "open" {
            String::new()
        } else {
            format!("{year}-{month:02}-{:02}", (day + i % 9).min(28))
        };
        let list = [1_000, 5_000][i % 2] + 10 * (i % 13);
        let paid = if status == "won" {
            (list - 5 * (i % 11)).to_string()
        } else {
            String::new()
        };
        rows.extend([format!(
            "L{i:04},{year}-{month:02}-{day:02},{closed},{status},{},{},{},{list},{paid},C{:03}\n",
            ["Web", "Fair", "Web", "Partner"][i / 2 % 4],
            ["Li", "Chen", "Wang"][i % 3],
            ["Basic", "Pro"][i % 2],
            i % 97,
        )]);
    }
    rows
}

#[test]
fn the_screen_in_both_languages_and_every_group() {
    for language in ["en", "zh"] {
        let dir = project(&rows(600), language, ALL);
        insta::assert_snapshot!(
            format!("screen_{language}"),
            stdout(&ok(dir.path(), &["kpi"]))
        );
        for group in ["results", "aov", "conversion"] {
            let output = ok(dir.path(), &["kpi", "--group", group, "--by", "product"]);
            insta::assert_snapshot!(format!("{group}_{language}"), stdout(&output));
        }
    }
}

#[test]
fn tiny_and_odd_data_are_told_and_never_panic() {
    let header = "id,created,closed,status,source,owner,product,list,paid,customer\n";
    let one = "L1,2026-06-01,,open,Web,Li,Basic,100,,C1\n";
    let cases = [
        one.to_owned(),
        "L1,2026-06-01,2026-06-03,won,Web,Li,Basic,100,90,C1\n".to_owned(),
        one.to_owned() + "L2,2026-05-01,2026-06-03,lost,,,,,,\n",
        "L1,2026-06-01,2026-06-01,won,Web,Li,Basic,0,0,C1\nL2,,,open,,,,,,\n".to_owned(),
        "L1,2026-06-30,2026-06-30,won,,,,,5,\n".to_owned(),
    ];
    for rows in &cases {
        for columns in [DATES, ALL] {
            for language in ["en", "zh"] {
                let dir = project(&format!("{header}{rows}"), language, columns);
                for group in [
                    &[][..],
                    &["--group", "results"],
                    &["--group", "aov"],
                    &["--group", "conversion"],
                    &["--group", "cycle"],
                    &["--json"],
                ] {
                    let output = forerun(dir.path(), &[&["kpi"][..], group].concat());
                    assert!(code(&output) < 2, "{rows}: {}", stderr(&output));
                    assert!(!stdout(&output).contains("NaN"), "{}", stdout(&output));
                }
            }
        }
    }
}

#[test]
fn without_amounts_it_counts_deals_and_says_what_would_help() {
    let dir = project(&rows(400), "en", DATES);
    let text = stdout(&ok(dir.path(), &["kpi", "--group", "aov"]));
    assert!(
        text.contains("in deals") && text.contains("`amount` under [leads]"),
        "{text}"
    );
    let text = stdout(&ok(dir.path(), &["kpi", "--group", "conversion"]));
    for key in [
        "`source` under [leads]",
        "[stages]",
        "`owner` under [leads]",
    ] {
        assert!(text.contains(key), "{key}: {text}");
    }
    let data = json(&ok(dir.path(), &["kpi", "--json"]));
    assert_eq!(
        (&data["currency"], &data["aov"]),
        (&Value::from("deals"), &Value::Null)
    );
}

#[test]
fn what_cannot_be_answered_is_refused_with_what_would_help() {
    let dir = project(&rows(100), "en", DATES);
    let refused = |dir: &TempDir, args: &[&str], exit: i32| {
        let output = forerun(dir.path(), args);
        assert_eq!(code(&output), exit, "{args:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{args:?} writes to stdout");
        let said = stderr(&output);
        let lines = said
            .lines()
            .filter(|line| line.contains("error") || line.contains("hint"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let said = [
        refused(&dir, &["kpi", "--by", "source"], 2),
        refused(&dir, &["kpi", "--by", "segment"], 2),
        refused(&dir, &["kpi", "--price-change", "2024-01-01"], 2),
        refused(&dir, &["kpi", "--price-change", "2026-07-01"], 2),
        refused(&project(&rows(100), "en", ""), &["kpi"], 3),
    ];
    insta::assert_snapshot!("refused", said.join("\n"));
}

#[test]
fn the_file_and_the_data_have_the_same_numbers() {
    let dir = company();
    ok(dir, &["kpi", "--by", "segment", "--out", "kpi.csv"]);
    let csv = read(dir, "kpi.csv");
    assert!(csv.starts_with("group,table,name,measure,value,low,high,n\n"));
    let data = json(&ok(dir, &["kpi", "--by", "segment", "--json"]));
    let value = data["conversion"]["all"]["conversion"]["value"]
        .as_f64()
        .expect("a share");
    assert!(
        csv.contains(&format!(
            "conversion,all,,conversion,{}",
            format!("{value:.6}").trim_end_matches('0')
        )),
        "{value}"
    );
    let months = data["results"]["months"].as_array().expect("months");
    let sum: f64 = months
        .iter()
        .map(|month| month["revenue"].as_f64().expect("money"))
        .sum();
    let of_groups = data["by"]["groups"].as_array().expect("groups");
    let groups: f64 = of_groups
        .iter()
        .map(|group| group["revenue"].as_f64().expect("money"))
        .sum();
    assert!((sum - groups).abs() < 1e-6 * sum, "{sum} {groups}");
    assert!(data["cycle"]["to_win"].is_object());
}

#[test]
fn an_owner_known_from_the_win_alone_is_not_judged() {
    let rows = rows(400);
    let mut lines = rows.lines();
    let mut text = format!("{}\n", lines.next().expect("a header"));
    for line in lines {
        let mut cells: Vec<&str> = line.split(',').collect();
        if cells[3] != "won" {
            cells[5] = "";
        }
        text.extend([format!("{}\n", cells.join(","))]);
    }
    let dir = project(&text, "en", ALL);
    let output = ok(
        dir.path(),
        &["kpi", "--group", "conversion", "--by", "owner"],
    );
    assert!(
        stdout(&output).contains("written down when a lead is won, and for few others"),
        "{}",
        stdout(&output)
    );
    assert!(
        stderr(&output).contains("[named-at-win]"),
        "{}",
        stderr(&output)
    );
    let by = stdout(&ok(dir.path(), &["kpi", "--by", "owner"]));
    let (_, by) = by.split_once("\nBy owner\n").expect("a table");
    assert!(
        by.contains("it tells of deals, not of conversion") && !by.contains("conversion, shrunken"),
        "{by}"
    );
    let data = json(&ok(dir.path(), &["kpi", "--by", "owner", "--json"]));
    let rates = ["by", "conversion"].map(|part| {
        let rows = match part {
            "by" => &data["by"]["groups"],
            _ => &data["conversion"]["owners"],
        };
        rows.as_array().expect("owners").clone()
    });
    assert!(
        rates
            .iter()
            .flatten()
            .all(|rate| rate["conversion"].is_null())
    );
    assert_eq!(data["by"]["named_at_win"], true);
}

#[test]
fn a_product_with_one_list_price_has_no_price_bands() {
    let rows = rows(600);
    let mut lines = rows.lines();
    let mut text = format!("{}\n", lines.next().expect("a header"));
    for line in lines {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells[7] = if cells[6] == "Basic" { "1000" } else { "5000" };
        text.extend([format!("{}\n", cells.join(","))]);
    }
    let dir = project(&text, "en", ALL);
    let text = stdout(&ok(dir.path(), &["kpi", "--group", "aov"]));
    assert!(
        text.contains("`product` settles the list price") && !text.contains("price band "),
        "{text}"
    );
    let data = json(&ok(dir.path(), &["kpi", "--json"]));
    assert_eq!(
        (
            &data["aov"]["bands"],
            &data["aov"]["bands_unjudged"],
            &data["aov"]["bands_settled_by"]
        ),
        (&Value::Null, &"settled".into(), &"product".into())
    );
}

#[test]
fn few_deals_have_no_interval_and_no_rate_of_a_month() {
    let dir = project(&rows(60), "en", ALL);
    let data = json(&ok(dir.path(), &["kpi", "--by", "product", "--json"]));
    let months = data["aov"]["months"].as_array().expect("months");
    let few = |month: &&Value| month["deals"].as_u64().is_some_and(|n| n < 5);
    assert!(months.iter().any(|month| few(&month)));
    for month in months.iter().filter(few) {
        assert!(month["mean"]["low"].is_null(), "{month}");
    }
    let groups = data["by"]["groups"].as_array().expect("groups");
    for month in groups
        .iter()
        .flat_map(|group| group["months"].as_array().expect("months"))
    {
        let told = !month["conversion"].is_null();
        assert!(!told || month["judged"].as_u64() >= Some(10), "{month}");
    }
    let text = stdout(&ok(
        dir.path(),
        &["kpi", "--group", "conversion", "--by", "product"],
    ));
    assert!(text.contains("no month has ten leads"), "{text}");
}

/// The same rows, with these columns empty where a lead is not won.
fn named_at_win(rows: &str, columns: &[usize]) -> String {
    let mut lines = rows.lines();
    let mut text = format!("{}\n", lines.next().expect("a header"));
    for line in lines {
        let mut cells: Vec<&str> = line.split(',').collect();
        if cells[3] != "won" {
            columns.iter().for_each(|&column| cells[column] = "");
        }
        text.extend([format!("{}\n", cells.join(","))]);
    }
    text
}

#[test]
fn a_source_and_a_product_known_from_the_win_alone_have_no_conversion() {
    let dir = project(&named_at_win(&rows(400), &[4, 6]), "en", ALL);
    let text = stdout(&ok(dir.path(), &["kpi", "--group", "conversion"]));
    assert!(
        text.contains("By source: a source is written down when a lead is won"),
        "{text}"
    );
    let text = stdout(&ok(dir.path(), &["kpi", "--group", "cycle"]));
    for by in ["source", "product"] {
        let note = format!("By {by}: it is written down when a lead is won");
        assert!(text.contains(&note), "{text}");
    }
    let data = json(&ok(dir.path(), &["kpi", "--json"]));
    assert_eq!(data["conversion"]["sources"], Value::Null);
    assert_eq!(data["conversion"]["sources_at_win"], true);
    assert_eq!(data["cycle"]["by"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_fall_of_new_leads_is_told() {
    let all = rows(2_400);
    let told = |rows: &str| {
        let dir = project(rows, "en", ALL);
        let output = ok(dir.path(), &["kpi"]);
        stderr(&output).contains("[leads-fell]")
    };
    assert!(!told(&all));
    let mut june = 0;
    let fewer: Vec<&str> = (all.lines())
        .filter(|line| {
            june += usize::from(line.contains(",2026-06-") && !line.starts_with("id,"));
            june <= 30 || june % 10 == 0
        })
        .collect();
    assert!(told(&(fewer.join("\n") + "\n")));
}
