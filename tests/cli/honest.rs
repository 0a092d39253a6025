//! What a reader could take for more than the data says: records that begin late, counts beside rates, odd names.

use std::fmt::Write as _;
use std::fs;

use crate::support::program::{code, forerun, json, ok, read, stderr, stdout};
use forerun::domain::Day;
use serde_json::Value;
use tempfile::TempDir;

/// One lead as it is written.
struct Row {
    created: Day,
    closed: Option<Day>,
    won: bool,
    source: String,
    amount: Option<u32>,
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn project(rows: &[Row], as_of: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record([
        "id", "created", "closed", "status", "source", "owner", "amount",
    ])
    .expect("memory");
    for (i, row) in rows.iter().enumerate() {
        let status = match (row.closed, row.won) {
            (None, _) => "open",
            (_, true) => "won",
            (_, false) => "lost",
        };
        let closed = row.closed.map_or(String::new(), |day| day.to_string());
        let amount = row.amount.filter(|_| row.won && row.closed.is_some());
        let amount = amount.map_or(String::new(), |amount| amount.to_string());
        let record = [
            format!("L{i:05}"),
            row.created.to_string(),
            closed,
            status.to_owned(),
            row.source.clone(),
            row.source.clone(),
            amount,
        ];
        csv.write_record(record).expect("memory");
    }
    let mut text = format!("[project]\ncurrency = \"EUR\"\nas_of = \"{as_of}\"\n\n");
    let _ = write!(
        text,
        "[leads]\nfile = \"leads.csv\"\nid = \"id\"\noutcome = {{ column = \"status\", won = [\"won\"], lost = [\"lost\"] }}\n\
         created = \"created\"\nclosed = \"closed\"\nsource = \"source\"\nowner = \"owner\"\namount = \"amount\"\n"
    );
    fs::write(dir.path().join("forerun.toml"), text).expect("written");
    fs::write(
        dir.path().join("leads.csv"),
        csv.into_inner().expect("memory"),
    )
    .expect("written");
    dir
}

/// Leads of 20 months, three a day, a third of them won within 40 days and a third lost; closings before `record` are not on file.
fn late_record(record: Day) -> TempDir {
    let (start, as_of) = (day("2024-11-01"), day("2026-07-01"));
    let rows: Vec<Row> = (0..(as_of - start) * 3)
        .map(|i| {
            let created = start + i / 3;
            let closed = created + 1 + (i * 7) % 40;
            let closes = (i * i + i / 5) % 3 != 2;
            Row {
                created,
                closed: Some(closed).filter(|&day| closes && day < as_of && day >= record),
                won: (i * i + i / 5) % 3 == 0,
                source: ["web", "fair"][(i / 2) as usize % 2].to_owned(),
                amount: Some(1000),
            }
        })
        .collect();
    project(&rows, "2026-07-01")
}

#[test]
fn kpi_and_explain_have_one_record_and_no_rate_above_all_of_it() {
    let dir = late_record(day("2025-06-01"));
    let kpi = json(&ok(dir.path(), &["kpi", "--json"]));
    let months = kpi["results"]["months"].as_array().expect("months");
    let first = months
        .iter()
        .find(|month| month["whole"] == true)
        .expect("a month")["month"]
        .clone();
    let said = |result: &Value| {
        let all = result["warnings"].as_array().expect("warnings").clone();
        let found = all
            .into_iter()
            .find(|warning| warning["code"] == "record-begins-late");
        let text = found.expect("a warning")["message"]
            .as_str()
            .expect("a text")
            .to_owned();
        text.split(" came before")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let month = json(&ok(
        dir.path(),
        &["explain", "--against", "last-month", "--json"],
    ));
    assert_eq!(said(&kpi), said(&month));

    let first = first.as_str().expect("a month");
    let refused = forerun(
        dir.path(),
        &["explain", "--month", first, "--against", "last-month"],
    );
    assert_eq!(code(&refused), 2);
    assert!(
        stderr(&refused).contains(&format!("on record from {first} on")),
        "{}",
        stderr(&refused)
    );

    // Chances are learnt from leads of the record: what came is about what was to be expected.
    for effect in month["effects"].as_array().expect("effects") {
        if effect["factor"] == "win_rate" {
            let after = effect["after"].as_f64().expect("a ratio");
            assert!((0.6..1.6).contains(&after), "{effect}");
        }
    }
    let text = stdout(&ok(dir.path(), &["explain", "--against", "last-month"]));
    let line = text
        .lines()
        .find(|line| line.starts_with("win rate"))
        .expect("a line");
    assert!(line.contains(" x ") && !line.contains('%'), "{line}");
}

#[test]
fn where_all_are_won_the_wins_in_time_stand_beside_the_rate() {
    let start = day("2025-01-01");
    let rows: Vec<Row> = (0..400)
        .map(|i| {
            let created = start + i;
            Row {
                created,
                closed: Some(created + 1 + (i * 13) % 80),
                won: true,
                source: "web".to_owned(),
                amount: Some(100),
            }
        })
        .filter(|row| row.closed < Some(day("2026-03-01")))
        .collect();
    let dir = project(&rows, "2026-03-01");
    let kpi = json(&ok(dir.path(), &["kpi", "--json"]));
    let (all, horizon) = (
        &kpi["conversion"]["all"],
        &kpi["conversion"]["horizon_days"],
    );
    let horizon = horizon.as_i64().expect("days") as i32;
    let days = |row: &Row| row.closed.map_or(0, |closed| closed - row.created);
    let in_time = rows.iter().filter(|row| days(row) < horizon).count();
    assert!(
        in_time < rows.len() && in_time > 0,
        "{in_time} of {}",
        rows.len()
    );
    assert_eq!(
        (&all["won"], &all["won_in_time"]),
        (&Value::from(rows.len()), &Value::from(in_time))
    );
    let text = stdout(&ok(dir.path(), &["kpi"]));
    let said = format!(
        "so far {in_time} of {} within those days, {} later",
        rows.len(),
        rows.len() - in_time
    );
    assert!(text.contains(&said), "{text}");
    // The cycle counts the same wins.
    assert_eq!(kpi["cycle"]["to_win"]["n"], in_time);
}

#[test]
fn a_single_deal_has_no_interval() {
    let rows = [Row {
        created: day("2026-01-05"),
        closed: Some(day("2026-02-05")),
        won: true,
        source: "web".to_owned(),
        amount: Some(300),
    }];
    let dir = project(&rows, "2026-03-01");
    let kpi = json(&ok(dir.path(), &["kpi", "--by", "source", "--json"]));
    for mean in [&kpi["aov"]["all"]["mean"], &kpi["by"]["groups"][0]["aov"]] {
        assert_eq!(mean["value"], 300.0);
        assert_eq!((&mean["low"], &mean["high"]), (&Value::Null, &Value::Null));
        assert!(mean["no_interval"].is_string(), "{mean}");
    }
    ok(dir.path(), &["kpi", "--out", "kpi.csv"]);
    let table = read(dir.path(), "kpi.csv");
    assert!(table.contains("mean") && !table.contains("inf"), "{table}");
    assert!(!stdout(&ok(dir.path(), &["kpi", "--by", "source"])).contains("inf"));
}

/// 2,000 leads of sources with names that do harm; those of "unknown" and of no name at all are won most.
fn odd_names() -> TempDir {
    let long = "n".repeat(3000);
    let names = [
        "=1+1",
        "ctl\u{7}\u{1b}[31mred",
        "\u{202e}evil",
        "x\ny",
        &long,
        "unknown",
        "",
        "+cmd|calc",
        "web",
        "fair",
    ];
    let start = day("2025-01-01");
    let rows: Vec<Row> = (0..2000)
        .map(|i: i32| {
            let created = start + i / 5;
            let source = names[(i * i + i / 7) as usize % names.len()];
            let often = ["unknown", ""].contains(&source);
            Row {
                created,
                closed: Some(created + 1 + (i * 7) % 30),
                won: i % if often { 2 } else { 5 } == 0,
                source: source.to_owned(),
                amount: Some(1000 + (i as u32 * 37) % 400),
            }
        })
        .collect();
    project(&rows, "2026-04-01")
}

#[test]
fn names_do_no_harm_on_screen_nor_in_a_spreadsheet() {
    let dir = odd_names();
    for args in [
        &["kpi", "--by", "source"][..],
        &["profile", "--all"],
        &["owners"],
        &["kpi", "--group", "cycle"],
    ] {
        let text = stdout(&ok(dir.path(), args));
        let harm = |letter: char| (letter.is_control() && letter != '\n') || letter == '\u{202e}';
        assert!(!text.contains(harm), "{args:?}: {text:?}");
        assert!(
            !text.contains(&"n".repeat(100)),
            "{args:?} shows a name of 3,000 letters"
        );
        assert!(
            text.contains("<202E>evil") && text.contains("x␊y") && text.contains("=1+1"),
            "{args:?}: {text}"
        );
    }
    for args in [
        ["profile", "--out", "t.csv"],
        ["owners", "--out", "t.csv"],
        ["kpi", "--out", "t.csv"],
    ] {
        ok(dir.path(), &args);
        let table = read(dir.path(), "t.csv");
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let cells: Vec<String> = (reader.records())
            .flat_map(|row| {
                row.expect("a row")
                    .iter()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect();
        let runs =
            |cell: &&String| cell.starts_with(['=', '+', '@']) && cell.parse::<f64>().is_err();
        assert_eq!(cells.iter().find(runs), None, "{args:?}");
        assert!(
            cells.iter().any(|cell| cell == "'=1+1"),
            "{args:?}: {table}"
        );
    }
}

#[test]
fn nobody_is_told_to_aim_at_the_unknown() {
    let dir = odd_names();
    let profile = json(&ok(dir.path(), &["profile", "--json"]));
    let levels = profile["attributes"][0]["levels"]
        .as_array()
        .expect("levels");
    let unknown = levels
        .iter()
        .find(|level| level["level"] == "unknown")
        .expect("the level");
    assert_eq!(unknown["converts"], "above", "it is won most: {unknown}");
    let text = stdout(&ok(dir.path(), &["profile"]));
    let advice: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("Aim at") || line.starts_with("A lead is worth most"))
        .collect();
    assert!(
        advice
            .iter()
            .all(|line| !line.contains("unknown") && !line.contains("(none)")),
        "{advice:?}"
    );
    let kpi = stdout(&ok(dir.path(), &["kpi"]));
    let said = kpi
        .lines()
        .filter(|line| line.starts_with("Large and") || line.starts_with("Small and"));
    for line in said {
        assert!(
            !line.contains("unknown") && !line.contains("(none)"),
            "{line}"
        );
    }
    // Leads without a value have one name everywhere.
    assert!(text.contains("(none)") && !text.contains("(missing)"));
}

#[test]
fn a_chinese_project_is_warned_and_refused_in_chinese() {
    let dir = late_record(day("2025-06-01"));
    let file = dir.path().join("forerun.toml");
    let text = fs::read_to_string(&file).expect("a project");
    let text = text.replace("[project]\n", "[project]\nlanguage = \"zh\"\n");
    fs::write(&file, &text).expect("written");
    let chinese = |line: &str| {
        line.chars()
            .any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
    };
    let commands: [(&[&str], i32); 7] = [
        (&["kpi"], 0),
        (&["explain", "--against", "last-month"], 0),
        (&["owners"], 0),
        (&["profile"], 0),
        (&["explain", "--month", "2027-01"], 2),
        (&["explain", "--month", "2024-11"], 2),
        (&["explain", "--against", "target"], 2),
    ];
    let mut lines = 0;
    for (args, exit) in commands {
        let output = forerun(dir.path(), args);
        assert_eq!(code(&output), exit, "{}", stderr(&output));
        for line in stderr(&output)
            .lines()
            .filter(|line| !line.trim().is_empty())
        {
            assert!(chinese(line), "{args:?}: {line}");
            let bare = line.rsplit_once(" [").map_or(line, |(text, _)| text);
            for english in [" the ", " are ", " is ", "error", "warning", "hint"] {
                assert!(!bare.contains(english), "{args:?}: {line}");
            }
            lines += 1;
        }
    }
    assert!(lines >= 6, "{lines} messages");
    fs::write(
        &file,
        text.replace("owner = \"owner\"\n", "")
            .replace("closed = \"closed\"\n", ""),
    )
    .expect("written");
    for command in ["kpi", "owners", "profile"] {
        let output = forerun(dir.path(), &[command]);
        assert_eq!(code(&output), 3, "{}", stderr(&output));
        assert!(
            stderr(&output)
                .lines()
                .any(|line| line.starts_with("错误") && chinese(line)),
            "{}",
            stderr(&output)
        );
    }
}
