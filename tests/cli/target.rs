//! `forerun target` as a user meets it.

use std::fs;

use crate::support::program::{
    code, company, forerun, json, ok, own_company, small, stderr, stdout, undated_rows,
};
use serde_json::Value;

/// Whether these stand on the screen, in this order.
fn in_order(screen: &str, parts: &[&str]) -> bool {
    let found = parts.iter().try_fold(0, |from, part| {
        let place = screen[from..].find(part)?;
        Some(from + place + part.len())
    });
    found.is_some()
}

#[test]
fn one_screen_says_the_odds_the_shares_and_what_would_bring_more() {
    let output = ok(company(), &["target", "--quiet", "--set", "300,000"]);
    let screen = stdout(&output);
    let parts = [
        "2026-07, as of 2026-07-01: 0 CNY booked, 31 days left, of them working days: 23.",
        "commit",
        "plan",
        "stretch",
        "same month last year",
        "best month so far (2024-09)",
        "target set",
        "asked for",
        "300,000 has a chance of",
        "share of 300,000",
        "team",
        "by the evening of",
        "2026-07-07",
        "2026-07-28",
        "What would bring 300,000:",
        "leads in the month",
        "conversion",
        "order value",
        "cycle (median days)",
        "leads and conversion",
        "order value and cycle",
    ];
    assert!(in_order(&screen, &parts), "{screen}");
    assert!(screen.lines().count() <= 52, "one screen: {screen}");
}

#[test]
fn in_chinese_too() {
    let dir = own_company();
    let file = dir.path().join("forerun.toml");
    let project = fs::read_to_string(&file).expect("there");
    let chinese = project.replace("language = \"en\"", "language = \"zh\"");
    fs::write(&file, chinese.clone()).expect("written");
    if !chinese.contains("language = \"zh\"") {
        let named = project.replacen("[project]", "[project]\nlanguage = \"zh\"", 1);
        fs::write(&file, named).expect("written");
    }
    let screen = stdout(&ok(dir.path(), &["target", "--quiet", "--set", "300000"]));
    let parts = [
        "截止 2026-07-01",
        "保底",
        "拟定指标",
        "300,000 的分配",
        "怎样才能达到 300,000",
        "转化率与客单价",
    ];
    assert!(in_order(&screen, &parts), "{screen}");
}

#[test]
fn data_and_file_say_the_same_and_the_odds_are_those_of_the_forecast() {
    let dir = own_company();
    let args = ["target", "--quiet", "--json", "--out", "shares.csv"];
    let plan = json(&ok(dir.path(), &args));
    let forecast = json(&ok(dir.path(), &["forecast", "--quiet", "--json"]));
    let month = &forecast["months"][0];
    for (here, there) in [
        ("month", "month"),
        ("commit", "p20"),
        ("plan", "p50"),
        ("stretch", "p80"),
        ("booked", "booked"),
        ("open_pipeline", "open_pipeline"),
        ("new_leads", "new_leads"),
    ] {
        assert_eq!(plan[here], month[there], "{here}");
    }
    assert_eq!(plan["basis"], "file");
    assert_eq!(plan["target"]["p_attain"], month["p_attain"]);
    assert_eq!(plan["target"]["revenue"], month["target"]);
    let number = |value: &Value| value.as_f64().expect("a number");
    let owners = plan["owners"].as_array().expect("a list");
    let shares: f64 = owners.iter().map(|owner| number(&owner["target"])).sum();
    assert_eq!(shares, number(&plan["target"]["revenue"]));
    let means: f64 = owners.iter().map(|owner| number(&owner["mean"])).sum();
    let team: f64 = ["booked", "open_pipeline", "new_leads"]
        .map(|part| number(&plan[part]))
        .iter()
        .sum();
    assert!((means + number(&plan["others"]) - team).abs() < 0.01);
    // The file can stand under [targets]: the team keeps its target, and the odds stay.
    let csv = fs::read_to_string(dir.path().join("shares.csv")).expect("written");
    let header = csv.lines().next().expect("a header");
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/commands.md"))
        .expect("there");
    assert!(page.contains(&format!("`{header}`")), "{header}");
    assert_eq!(csv.lines().count(), 2 + owners.len());
    let project = fs::read_to_string(dir.path().join("forerun.toml")).expect("there");
    let targets = project
        .lines()
        .skip_while(|line| !line.starts_with("[targets]"))
        .find(|line| line.starts_with("file"))
        .expect("a file of targets");
    fs::write(
        dir.path().join("forerun.toml"),
        project.replace(targets, "file = \"shares.csv\""),
    )
    .expect("written");
    let again = json(&ok(dir.path(), &["target", "--quiet", "--json"]));
    assert_eq!(again["target"], plan["target"]);
    assert_eq!(again["owners"], plan["owners"]);
}

#[test]
fn a_later_month_has_no_days_and_the_same_odds_as_in_the_forecast() {
    let dir = company();
    let plan = json(&ok(
        dir,
        &["target", "--quiet", "--json", "--month", "2026-09"],
    ));
    let forecast = json(&ok(dir, &["forecast", "--quiet", "--json"]));
    assert_eq!(plan["month"], "2026-09");
    assert_eq!(plan["plan"], forecast["months"][2]["p50"]);
    assert_eq!(plan["days"].as_array().map(Vec::len), Some(0));
}

#[test]
fn what_cannot_be_answered_is_refused_with_what_would_help() {
    let dir = company();
    for (args, message) in [
        (&["target", "--month", "2026-06"][..], "2026-06 is over"),
        (
            &["target", "--month", "2031-01"],
            "more than 36 months ahead",
        ),
        (&["target", "--month", "July"], "July"),
        (&["target", "--set", "0"], "not an amount above 0"),
        (&["target", "--set", "much"], "not a number"),
    ] {
        let output = forerun(dir, args);
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
    }
    let dir = small(&undated_rows(200), "");
    let output = forerun(dir.path(), &["target"]);
    assert_eq!(code(&output), 3);
    assert!(
        stderr(&output).contains("name the columns `created` and `closed`"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn without_amounts_it_counts_deals_and_without_owners_it_shares_nothing() {
    let dir = own_company();
    let file = dir.path().join("forerun.toml");
    let project = fs::read_to_string(&file).expect("there");
    let plain: Vec<&str> = (project.lines())
        .filter(|line| {
            let key = line.split('=').next().unwrap_or_default().trim();
            !["amount", "owner", "stated_amount", "list_price"].contains(&key)
        })
        .collect();
    fs::write(&file, plain.join("\n")).expect("written");
    let plan = json(&ok(
        dir.path(),
        &["target", "--quiet", "--json", "--set", "12"],
    ));
    assert_eq!(plan["currency"], "deals");
    assert_eq!(plan["owners"].as_array().map(Vec::len), Some(0));
    let levers = plan["levers"].as_array().expect("a list");
    assert!(
        levers
            .iter()
            .all(|need| need["levers"] != serde_json::json!(["aov"]))
    );
    assert_eq!(levers.len(), 3 + 3);
    let screen = stdout(&ok(dir.path(), &["target", "--quiet", "--set", "12"]));
    assert!(
        screen.contains("0.0 deals booked") && !screen.contains("order value"),
        "{screen}"
    );
}
