//! `forerun evaluate` as a user meets it.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

fn forerun(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forerun"));
    command.current_dir(dir).args(args).env_remove("COLUMNS");
    command.output().expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn ok(dir: &Path, args: &[&str]) -> Output {
    let output = forerun(dir, args);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{args:?}: {}",
        stderr(&output)
    );
    output
}

fn company(leads: &str, lang: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let args = [
        "simulate", "--out", ".", "--leads", leads, "--seed", "7", "--lang", lang,
    ];
    ok(dir.path(), &args);
    dir
}

fn undated(rows: usize) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let project = "[project]\nname = \"Small\"\ncurrency = \"EUR\"\n\n[leads]\nfile = \"leads.csv\"\nid = \"id\"\noutcome = \
                   { column = \"status\", won = [\"won\"], lost = [\"lost\"] }\n";
    fs::write(dir.path().join("forerun.toml"), project).expect("written");
    let mut csv = "id,status,size\n".to_owned();
    for i in 0..rows {
        let size = i % 10;
        let status = match (i * 7) % 11 {
            0..=2 => "open",
            k if k < size + 2 => "won",
            _ => "lost",
        };
        csv.extend([format!("L{i:04},{status},{size}\n")]);
    }
    fs::write(dir.path().join("leads.csv"), csv).expect("written");
    dir
}

#[test]
fn text_data_and_file_tell_the_same_and_nothing_else_is_touched() {
    let dir = company("1500", "en");
    let text = ok(
        dir.path(),
        &["evaluate", "--baseline", "odoo", "--origins", "2"],
    );
    let screen = stdout(&text);
    let mut parts = [
        "Simulated company, as of 2026-07-01",
        "HOW WELL IT RANKS",
        "HOW RIGHT THE LEVEL IS",
        "PREDICTED AND SEEN",
        "WHAT THE MODEL ADDS",
        "age alone",
        "rules alone",
        "Odoo",
        "WHAT CALLS REACH",
        "SEGMENTS",
        "SOURCES",
    ]
    .into_iter();
    let after = parts.try_fold(0, |from, part| {
        let place = screen[from..].find(part)?;
        Some(from + place + part.len())
    });
    assert!(
        after.is_some(),
        "a part is missing or out of order: {screen}"
    );
    assert!(stderr(&text).contains("next: "), "{}", stderr(&text));
    let args = [
        "evaluate",
        "--baseline",
        "odoo",
        "--origins",
        "2",
        "--json",
        "--out",
        "p.csv",
    ];
    let data: Value = serde_json::from_str(&stdout(&ok(dir.path(), &args))).expect("JSON");
    assert_eq!(data["origins"].as_array().map(Vec::len), Some(2));
    assert_eq!(data["target"], "won_90d");
    let n = data["pooled"]["n"].as_u64().expect("a number") as usize;
    let file = fs::read_to_string(dir.path().join("p.csv")).expect("written");
    let mut lines = file.lines();
    assert_eq!(
        lines.next(),
        Some("origin,day,lead_id,won,p,base_rate,age_alone,rules_alone,odoo,recalibrated")
    );
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), n);
    // The figures are those of the file.
    let p = |row: &[&str]| row[4].parse::<f64>().expect("a probability");
    let mean = rows.iter().map(|row| p(row)).sum::<f64>() / n as f64;
    let told = data["pooled"]["predicted"].as_f64().expect("a number");
    assert!((mean - told).abs() < 1e-6, "{mean} {told}");
    let won = rows.iter().filter(|row| row[3] == "1").count();
    assert_eq!(data["pooled"]["won"].as_u64(), Some(won as u64));
    assert!(!dir.path().join("models").exists(), "no model is kept");
    assert!(
        !dir.path().join("out").exists(),
        "nothing is written to out/"
    );
}

#[test]
fn undated_data_is_judged_by_folds() {
    let dir = undated(600);
    let text = stdout(&ok(dir.path(), &["evaluate"]));
    assert!(
        text.starts_with("Small, without dates: 436 closed leads"),
        "{text}"
    );
    assert!(text.contains("Not forward in time."), "{text}");
    for absent in ["age alone", "SEGMENTS", "SOURCES"] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
}

#[test]
fn chinese_screens_are_chinese() {
    let dir = company("900", "zh");
    let text = stdout(&ok(dir.path(), &["evaluate", "--origins", "1"]));
    for word in ["排序能力", "概率水平", "模型的增益", "来源"] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn what_cannot_be_judged_is_refused_in_words() {
    let dir = undated(2);
    let failed = forerun(dir.path(), &["evaluate"]);
    assert_eq!(failed.status.code(), Some(3), "{}", stderr(&failed));
    assert!(
        stderr(&failed).contains("to learn from"),
        "{}",
        stderr(&failed)
    );
    let short = tempfile::tempdir().expect("a folder");
    let args = [
        "simulate", "--out", ".", "--leads", "300", "--months", "2", "--seed", "7",
    ];
    ok(short.path(), &args);
    let failed = forerun(short.path(), &["evaluate"]);
    assert_eq!(failed.status.code(), Some(3));
    assert!(
        stderr(&failed).contains("nothing to test the scores on"),
        "{}",
        stderr(&failed)
    );
    // A file that the project reads is not written over.
    let failed = forerun(dir.path(), &["evaluate", "--out", "leads.csv"]);
    assert_eq!(failed.status.code(), Some(2));
    let wrong = forerun(dir.path(), &["evaluate", "--origins", "0"]);
    assert_eq!(wrong.status.code(), Some(2));
}
