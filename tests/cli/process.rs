//! `forerun process`, as a user meets it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::program::{
    code, column, company, forerun, json, ok, own_company, read, stderr, stdout,
};
use forerun::domain::{Leads, Outcome, Role};
use tempfile::TempDir;

/// The files of a team and its project.
fn written(leads: &Leads, language: &str, days_only: bool) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let amounts = leads.numbers(Role::Amount).expect("amounts");
    let show = |role: Role, row: usize| leads.role(role).expect("a column").display(row);
    let at = |text: String| {
        if days_only {
            text[..10].to_owned()
        } else {
            text
        }
    };
    let mut rows =
        "id,created,contacted,closed,status,owner,product,list_price,amount\n".to_owned();
    for (row, &amount) in amounts.iter().enumerate() {
        let status = match leads.outcome[row] {
            Outcome::Open => "open",
            Outcome::Won => "won",
            Outcome::Lost => "lost",
        };
        let amount = if amount.is_nan() {
            String::new()
        } else {
            amount.to_string()
        };
        let closed = leads.closed[row]
            .map(|day| day.to_string())
            .unwrap_or_default();
        let _ = writeln!(
            rows,
            "{},{},{},{closed},{status},{},{},{},{amount}",
            leads.ids[row],
            at(show(Role::Created, row)),
            Some(show(Role::Contacted, row))
                .filter(|text| !text.is_empty())
                .map(at)
                .unwrap_or_default(),
            show(Role::Owner, row),
            show(Role::Product, row),
            show(Role::ListPrice, row),
        );
    }
    let done = leads.activities.as_ref().expect("activities");
    let mut acts = "id,at,kind\n".to_owned();
    for row in 0..leads.len() {
        for event in done.timeline.events(row) {
            let moment = at(done.timeline.at(event).to_string());
            let kind = done.said("kind", event).expect("a kind");
            let _ = writeln!(acts, "{},{moment},{kind}", leads.ids[row]);
        }
    }
    let stages = leads.stages.as_ref().expect("stages");
    let mut steps = "id,stage,entered\n".to_owned();
    for row in 0..leads.len() {
        for event in stages.timeline.events(row) {
            let moment = at(stages.timeline.at(event).to_string());
            let stage = &stages.names[stages.stage[event] as usize];
            let _ = writeln!(steps, "{},{stage},{moment}", leads.ids[row]);
        }
    }
    let project = format!(
        "[project]\nname = \"Team\"\ncurrency = \"CNY\"\nas_of = \"2026-07-01\"\nlanguage = \"{language}\"\n\n[leads]\nfile = \
         \"leads.csv\"\nid = \"id\"\noutcome = {{ column = \"status\", won = [\"won\"], lost = [\"lost\"] }}\ncreated = \
         \"created\"\ncontacted = \"contacted\"\nclosed = \"closed\"\nowner = \"owner\"\nproduct = \"product\"\nlist_price = \
         \"list_price\"\namount = \"amount\"\n\n[activities]\nfile = \"acts.csv\"\nid = \"id\"\nat = \"at\"\nkind = \
         \"kind\"\n\n[stages]\nfile = \"steps.csv\"\nid = \"id\"\nstage = \"stage\"\nentered = \"entered\"\norder = [\"New\", \
         \"Contacted\", \"Qualified\", \"Proposal\"]\n"
    );
    for (file, text) in [
        ("forerun.toml", project),
        ("leads.csv", rows),
        ("acts.csv", acts),
        ("steps.csv", steps),
    ] {
        fs::write(dir.path().join(file), text).expect("written");
    }
    dir
}

fn fakers() -> Leads {
    let team = crate::team::Team {
        fakes: vec![
            (2, crate::team::Fake::Visits(0.4)),
            (5, crate::team::Fake::BackDated(0.2)),
        ],
        ..crate::team::Team::default()
    };
    crate::team::team(&team, 3)
}

#[test]
fn a_team_with_two_fakers_in_both_languages() {
    let leads = fakers();
    let dir = written(&leads, "en", false);
    insta::assert_snapshot!("team_en", stdout(&ok(dir.path(), &["process"])));
    insta::assert_snapshot!(
        "team_owner",
        stdout(&ok(dir.path(), &["process", "--owner", "Owner 05"]))
    );
    let dir = written(&leads, "zh", false);
    insta::assert_snapshot!("team_zh", stdout(&ok(dir.path(), &["process"])));
}

#[test]
fn days_without_a_time_of_day_say_what_cannot_be_told() {
    let dir = written(&fakers(), "en", true);
    let told = json(&ok(dir.path(), &["process", "--json"]));
    let signs = told["signs"].as_array().expect("signs");
    let why = |sign: &str| {
        let row = signs.iter().find(|row| row["sign"] == sign);
        row.unwrap_or_else(|| panic!("{sign}"))["untold"].clone()
    };
    for sign in ["bursts", "jumps", "off_hours"] {
        assert_eq!(why(sign), "no_clock", "{sign}");
    }
    assert!(why("month_end").is_null() && why("rest_days").is_null());
    assert_eq!(told["by_clock"], false);
    let text = stdout(&ok(dir.path(), &["process"]));
    assert!(
        text.contains("first touch, days") && text.contains("days only"),
        "{text}"
    );
}

#[test]
fn the_data_says_what_the_text_says() {
    let dir = written(&fakers(), "en", false);
    let told = json(&ok(dir.path(), &["process", "--json"]));
    let names: Vec<&str> = (told["owners"].as_array().expect("owners").iter())
        .filter_map(|row| row["owner"].as_str())
        .collect();
    assert!(names.is_sorted() && names.len() == 10, "{names:?}");
    let asked: Vec<(&str, &str)> = (told["signs"].as_array().expect("signs").iter())
        .flat_map(|row| {
            let owners = row["owners"].as_array().expect("owners").iter();
            let asked = owners.filter(|of| of["standing"] == "question");
            asked.map(move |of| {
                (
                    row["sign"].as_str().expect("a sign"),
                    of["owner"].as_str().expect("a name"),
                )
            })
        })
        .collect();
    let text = stdout(&ok(dir.path(), &["process"]));
    assert_eq!(text.matches("It may be innocent").count(), asked.len());
    assert!(asked.contains(&("month_end", "Owner 05")), "{asked:?}");
    let file = dir.path().join("process.csv");
    let quiet = ok(
        dir.path(),
        &["process", "--out", file.to_str().expect("UTF-8")],
    );
    assert!(stdout(&quiet).is_empty());
    let csv = read(dir.path(), "process.csv");
    let questions = column(&csv, 10).iter().filter(|s| *s == "question").count();
    assert_eq!(questions, asked.len());
    assert!(column(&csv, 1).contains(&"follow_up".to_owned()));
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let (one, other) = (
        written(&fakers(), "en", false),
        written(&fakers(), "en", false),
    );
    for file in ["leads.csv", "acts.csv", "steps.csv"] {
        let text = read(other.path(), file);
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        fs::write(other.path().join(file), lines.join("\n") + "\n").expect("written");
    }
    let of = |dir: &Path| stdout(&ok(dir, &["process", "--json"]));
    assert_eq!(of(one.path()), of(other.path()));
}

#[test]
fn a_simulated_company_is_asked_nothing() {
    let text = stdout(&ok(company(), &["process"]));
    insta::assert_snapshot!("company_en", text);
    let dir = own_company();
    let file = dir.path().join("forerun.toml");
    let project = fs::read_to_string(&file).expect("read");
    fs::write(
        &file,
        project.replace("language = \"en\"", "language = \"zh\""),
    )
    .expect("written");
    insta::assert_snapshot!("company_zh", stdout(&ok(dir.path(), &["process"])));
}

/// A project of these leads and, where given, these activities.
fn project(rows: &str, more: &str, activities: Option<&str>) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let mut text = format!(
        "[project]\nname = \"Small\"\ncurrency = \"EUR\"\nas_of = \"2026-07-01\"\n\n[leads]\nfile = \"leads.csv\"\nid = \
         \"id\"\noutcome = {{ column = \"status\", won = [\"won\"], lost = [\"lost\"] }}\n{more}"
    );
    if let Some(activities) = activities {
        text.push_str("\n[activities]\nfile = \"acts.csv\"\nid = \"id\"\nat = \"at\"\n");
        fs::write(dir.path().join("acts.csv"), activities).expect("written");
    }
    fs::write(dir.path().join("forerun.toml"), text).expect("written");
    fs::write(dir.path().join("leads.csv"), rows).expect("written");
    dir
}

const DATED: &str = "created = \"created\"\nclosed = \"closed\"\nowner = \"owner\"\n";
const SIX: &str = "id,created,closed,status,owner
L1,2026-05-01,,open,Ada
L2,2026-05-02,2026-05-30,won,Ada
L3,2026-05-03,,open,Ada
L4,2026-05-04,2026-05-06,lost,Bo
L5,2026-06-01,,open,Bo
L6,2026-06-29,,open,Bo
";

/// Every figure worked out by hand.
#[test]
fn follow_up_waits_and_plans_are_those_of_a_hand_count() {
    let acts = "id,at,kind,owner,planned_at
L1,2026-05-03,call,Ada,
L1,2026-05-10,visit,Ada,2026-05-10
L2,2026-05-02,call,Ada,
L2,2026-05-20,visit,Ada,2026-05-18
L4,2026-05-05,call,Bo,
L5,2026-06-02,call,Bo,
L5,,visit,Bo,2026-06-20
L5,,visit,Bo,2026-07-20
L6,2026-06-29,call,Bo,2026-06-29
";
    let dir = project(SIX, DATED, Some(acts));
    let told = json(&ok(dir.path(), &["process", "--json"]));
    let (team, ada, bo) = (&told["team"], &told["owners"][0], &told["owners"][1]);
    // L1 is touched on day 3 and again seven days later; L2 only after eighteen; L4 closes too soon; L5 is not touched again; L6
    // was touched two days ago.
    assert_eq!(
        (&team["follow_up"]["k"], &team["follow_up"]["n"]),
        (&1.into(), &3.into())
    );
    assert_eq!(
        (&ada["follow_up"]["k"], &ada["follow_up"]["n"]),
        (&1.into(), &2.into())
    );
    assert_eq!(
        (&bo["follow_up"]["k"], &bo["follow_up"]["n"]),
        (&0.into(), &1.into())
    );
    // Waits in days: 2, 0, more than 59, 1, 1, 0.
    assert_eq!(
        (&team["response"]["n"], &team["response"]["touched"]),
        (&6.into(), &5.into())
    );
    assert_eq!(team["response"]["median"]["value"], 1.0);
    assert!(
        team["response"]["p80"].is_null(),
        "five touches are too few"
    );
    assert_eq!(team["untouched"]["oldest"], "L3");
    assert_eq!(team["untouched"]["oldest_days"], 59);
    assert_eq!(
        (
            &team["untouched"]["share"]["k"],
            &team["untouched"]["share"]["n"]
        ),
        (&1.into(), &4.into())
    );
    // Due: the visits of L1 (in time), L2 (two days late), L5 (not made), and the call of L6.
    let plans = &team["plans"];
    assert_eq!(
        (&plans["done"]["k"], &plans["done"]["n"]),
        (&3.into(), &4.into())
    );
    assert_eq!(
        (&plans["on_time"]["k"], &plans["late"], &plans["undone"]),
        (&2.into(), &1.into(), &1.into())
    );
    assert_eq!(bo["plans"]["undone"], 1);
    assert_eq!(team["activities"], 7, "a plan is no activity");
    // Earlier, what was made later was not made yet, and the later plan was not due.
    let told = json(&ok(
        dir.path(),
        &["process", "--json", "--as-of", "2026-05-19"],
    ));
    let plans = &told["team"]["plans"];
    assert_eq!(
        (&plans["done"]["k"], &plans["done"]["n"]),
        (&1.into(), &2.into())
    );
    assert_eq!(plans["undone"], 1);
    let text = stdout(&ok(dir.path(), &["process"]));
    insta::assert_snapshot!("by_hand", text);
}

#[test]
fn what_is_missing_is_said() {
    let text = |dir: &TempDir| stdout(&ok(dir.path(), &["process"]));
    let no_owner = project(SIX, "created = \"created\"\nclosed = \"closed\"\n", None);
    insta::assert_snapshot!("no_owner", text(&no_owner));
    let alone = SIX.replace(",Bo", ",Ada");
    let acts = "id,at\nL1,2026-05-03 10:00\nL2,2026-05-02 11:00\n";
    let alone = text(&project(&alone, DATED, Some(acts)));
    assert!(alone.contains("fewer than three owners"), "{alone}");
    let dir = project(SIX, DATED, None);
    let output = forerun(dir.path(), &["process", "--owner", "Adda"]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("is it `Ada`?"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn nothing_of_work_is_refused_with_what_would_help() {
    for (language, said) in [("en", "bring [activities]"), ("zh", "请提供 [activities]")] {
        let dir = project(SIX, "owner = \"owner\"\n", None);
        let file = dir.path().join("forerun.toml");
        let text = fs::read_to_string(&file).expect("read");
        let text = text.replace(
            "[project]\n",
            &format!("[project]\nlanguage = \"{language}\"\n"),
        );
        fs::write(&file, text).expect("written");
        let output = forerun(dir.path(), &["process"]);
        assert_eq!(code(&output), 3, "{}", stderr(&output));
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
}

/// Agents of this file carry no signal: who is asked is asked by chance.
#[test]
fn agents_of_a_real_file_are_asked_nothing_beyond_chance() {
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
    let told = json(&ok(dir.path(), &["process", "--json"]));
    let signs = told["signs"].as_array().expect("signs").iter();
    let owners = signs.flat_map(|row| row["owners"].as_array().expect("owners").clone());
    let asked = owners.filter(|of| of["standing"] == "question").count();
    assert_eq!(asked, 0, "{told}");
    assert!(told["judged"].as_u64().expect("a number") >= 30);
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
