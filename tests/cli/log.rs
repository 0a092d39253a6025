//! `forerun log`, as a user meets it: calls put on record, shown, taken back, and safe from a kill at any moment.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::program::{code, forerun, json, ok, own_company, read, stderr, stdout};
use tempfile::TempDir;

const ROWS: &str = "\
id,created,closed,status,owner,paid
A1,2026-06-01,,open,Li,
A2,2026-06-02,,open,Li,
A3,2026-06-03,2026-06-20,won,Wu,500
A4,2026-06-04,2026-06-21,lost,Wu,
A5,2026-06-29,,open,Wu,
";

fn project(language: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let text = format!(
        "[project]\nname = \"Small\"\ncurrency = \"CNY\"\nas_of = \"2026-07-01\"\nlanguage = \"{language}\"\n\n[leads]\n\
         file = \"leads.csv\"\nid = \"id\"\noutcome = {{ column = \"status\", won = [\"won\"], lost = [\"lost\"] }}\n\
         created = \"created\"\nclosed = \"closed\"\nowner = \"owner\"\namount = \"paid\"\n"
    );
    fs::write(dir.path().join("forerun.toml"), text).expect("written");
    fs::write(dir.path().join("leads.csv"), ROWS).expect("written");
    dir
}

/// Everything that a command says, with its exit code.
fn said(dir: &Path, args: &[&str]) -> String {
    let output = forerun(dir, args);
    format!(
        "$ forerun {}\n{}{}[{}]\n",
        args.join(" "),
        stdout(&output),
        stderr(&output),
        code(&output)
    )
}

#[test]
fn calls_are_logged_shown_and_taken_back() {
    for language in ["en", "zh"] {
        let dir = project(language);
        let dir = dir.path();
        let mut story = String::new();
        for args in [
            &["log", "show"][..],
            &[
                "log",
                "call",
                "A1",
                "--result",
                "reached",
                "--at",
                "2026-06-30 09:30",
                "--owner",
                "Li",
                "--note",
                "wants an offer",
            ],
            &[
                "log",
                "call",
                "A1",
                "--result",
                "reached",
                "--at",
                "2026-06-30 09:30",
                "--owner",
                "Li",
                "--note",
                "wants an offer",
            ],
            &[
                "log",
                "call",
                "A2",
                "--result",
                "won",
                "--at",
                "2026-06-30 10:00",
                "--amount",
                "12,000",
            ],
            &[
                "log",
                "call",
                "A5",
                "--result",
                "未接",
                "--at",
                "2026-07-01 08:00",
            ],
            &[
                "log",
                "call",
                "A3",
                "--result",
                "lost",
                "--at",
                "2026-06-30 11:00",
            ],
            &["log", "show"],
            &["log", "undo", "A3"],
            &["log", "show", "--lead", "A3"],
            &["check"],
        ] {
            story.push_str(&said(dir, args));
        }
        insta::assert_snapshot!(format!("story_{language}"), story);
    }
}

#[test]
fn what_cannot_be_is_refused_with_what_to_do() {
    let dir = project("en");
    let dir = dir.path();
    let mut story = String::new();
    for args in [
        &["log", "call", "A11", "--result", "won"][..],
        &["log", "call", "A1", "--result", "maybe"],
        &[
            "log",
            "call",
            "A1",
            "--result",
            "lost",
            "--at",
            "2026-05-01 10:00",
        ],
        &[
            "log",
            "call",
            "A1",
            "--result",
            "lost",
            "--at",
            "2199-05-01 10:00",
        ],
        &["log", "call", "A1", "--result", "lost", "--at", "soon"],
        &["log", "call", "A1", "--result", "lost", "--amount", "5"],
        &["log", "undo", "A1"],
        &["log", "import", "nothing.csv"],
    ] {
        story.push_str(&said(dir, args));
    }
    insta::assert_snapshot!("refused", story);
    assert!(!dir.join("calls").exists(), "nothing was written");
}

#[test]
fn a_file_is_imported_once_and_its_faulty_rows_are_named() {
    let dir = project("en");
    let dir = dir.path();
    fs::write(
        dir.join("results.csv"),
        "线索,结果,时间,备注\nA1,未接,2026-06-30 09:00,\nA2,成交,2026-06-30 10:00,\"好, 签了\"\nA9,成交,2026-06-30 10:00,\n\
         A5,再联系,tomorrow,\n",
    )
    .expect("written");
    let mut story = String::new();
    for args in [
        &["log", "import", "results.csv"][..],
        &["log", "import", "results.csv"],
    ] {
        story.push_str(&said(dir, args));
    }
    insta::assert_snapshot!("imported", story);
    let rejects = read(dir, "out/rejects-log.csv");
    assert!(rejects.contains("results.csv,4") && rejects.contains("results.csv,5"));
}

#[test]
fn lists_are_logged_as_shown_and_a_called_lead_is_no_longer_overdue() {
    let dir = own_company();
    let dir = dir.path();
    let list = json(&ok(dir, &["calls", "--json"]));
    let shown = read(dir, "calls/shown.csv");
    let planned: usize = list["owners"]
        .as_array()
        .expect("owners")
        .iter()
        .map(|owner| owner["calls"].as_array().expect("calls").len())
        .sum();
    assert_eq!(shown.lines().count(), planned + 1);
    ok(dir, &["calls"]);
    assert_eq!(
        read(dir, "calls/shown.csv"),
        shown,
        "the same list is on record"
    );
    ok(dir, &["calls", "--date", "2026-06-15"]);
    assert_eq!(
        read(dir, "calls/shown.csv"),
        shown,
        "a look back is no list to call by"
    );
    let overdue = |list: &serde_json::Value| -> BTreeSet<String> {
        let owners = list["owners"].as_array().expect("owners").iter();
        let calls = owners.flat_map(|owner| owner["calls"].as_array().expect("calls"));
        calls
            .filter(|call| call["overdue"] == true)
            .map(|call| call["lead_id"].as_str().expect("an id").to_owned())
            .collect()
    };
    let before = overdue(&list);
    let lead = before.first().expect("somebody waits");
    ok(
        dir,
        &[
            "log",
            "call",
            lead,
            "--result",
            "no-answer",
            "--at",
            "2026-06-30 17:00",
        ],
    );
    let after = overdue(&json(&ok(dir, &["calls", "--json", "--no-log"])));
    assert!(!after.contains(lead), "{lead} was called");
}

/// A company whose days are too short for all that is worth a call, so that lots are drawn.
fn busy_company() -> TempDir {
    let dir = own_company();
    let file = dir.path().join("forerun.toml");
    let text = fs::read_to_string(&file).expect("a project");
    let short = "\n[calls]\ncapacity = 4\nsla_share = 0\nexplore_share = 0.5\n";
    fs::write(&file, text + short).expect("written");
    dir
}

/// The record in a folder that cannot be written is told, and the list is shown all the same.
#[test]
fn a_folder_that_cannot_be_written_costs_the_record_not_the_list() {
    let dir = busy_company();
    fs::write(dir.path().join("calls"), "in the way").expect("written");
    let output = ok(dir.path(), &["calls", "--top", "1"]);
    assert!(stderr(&output).contains("[log-not-written]"));
    assert!(stdout(&output).contains("lead"));
    // Nobody could learn from lots that are on no record.
    let places = |args: &[&str]| stdout(&ok(dir.path(), args)).matches("\"drawn\"").count();
    assert_eq!(places(&["calls", "--json"]), 0);
    fs::remove_file(dir.path().join("calls")).expect("removed");
    assert!(places(&["calls", "--json"]) > 0);
}

#[test]
fn the_first_calls_of_a_list_do_not_displace_the_whole_of_it() {
    let dir = busy_company();
    let list = json(&ok(dir.path(), &["calls", "--json"]));
    let shown = read(dir.path(), "calls/shown.csv");
    assert!(shown.contains(",drawn,"), "{shown}");
    let owner = list["owners"][0]["owner"].as_str().expect("an owner");
    let args = ["--seed", "9", "calls", "--owner", owner, "--top", "2"];
    ok(dir.path(), &args);
    assert_eq!(read(dir.path(), "calls/shown.csv"), shown);
}

/// A spreadsheet in China saves text in GB18030; what is added must not make half of the file unreadable.
#[test]
fn a_record_that_a_spreadsheet_saved_goes_on_in_its_encoding() {
    let dir = project("zh");
    let dir = dir.path();
    let log = |lead: &str, note: &str| {
        let args = ["log", "call", lead, "--result", "未接", "--note", note];
        ok(dir, &[&args[..], &["--at", "2026-06-30 09:30"]].concat());
    };
    log("A1", "客户要报价");
    let file = dir.join("calls/results.csv");
    let text = fs::read_to_string(&file).expect("UTF-8");
    fs::write(&file, encoding_rs::GB18030.encode(&text).0).expect("written");
    log("A2", "下周再打电话");
    let shown = json(&ok(dir, &["log", "show", "--json"]));
    let notes = |i: usize| shown["entries"][i]["note"].as_str().expect("a note");
    assert_eq!(shown["calls"], 2);
    assert_eq!([notes(0), notes(1)], ["下周再打电话", "客户要报价"]);
    // Empty fields that a spreadsheet adds on the right say nothing.
    let text = encoding_rs::GB18030
        .decode(&fs::read(&file).expect("read"))
        .0
        .replace("客户要报价,", "客户要报价,,,");
    fs::write(&file, text).expect("written");
    assert_eq!(json(&ok(dir, &["log", "show", "--json"]))["calls"], 2);
}

/// A process killed at any moment of an import leaves whole entries; the next import adds what lacks, and no more.
#[test]
fn the_record_survives_a_kill_at_any_moment() {
    let dir = project("en");
    let dir = dir.path();
    let mut text = String::from("lead_id,result,at,note\n");
    let entries = 20_000;
    for i in 0..entries {
        let (hour, minute, second) = (i / 3600, i / 60 % 60, i % 60);
        let _ = writeln!(
            text,
            "A1,no-answer,2026-06-30 {hour:02}:{minute:02}:{second:02},call {i}"
        );
    }
    fs::write(dir.join("many.csv"), text).expect("written");
    let mut partial = 0;
    for round in 0..12_u64 {
        let size = || fs::metadata(dir.join("calls/results.csv")).map_or(0, |file| file.len());
        let before = size();
        let mut import = Command::new(env!("CARGO_BIN_EXE_forerun"))
            .args(["log", "import", "many.csv", "-C"])
            .arg(dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        // Killed some moments after it has begun to write, whatever the machine has to do besides.
        while size() == before && import.try_wait().expect("a state").is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(700 * round));
        let _ = import.kill();
        let _ = import.wait();
        // A line that was cut short is told, with the exit code of rows set aside.
        let shown = forerun(dir, &["log", "show", "--json", "--top", "0"]);
        assert!(code(&shown) <= 1, "{}", stderr(&shown));
        let shown = json(&shown);
        let calls = shown["calls"].as_u64().expect("a count");
        partial += u32::from(calls > 0 && calls < entries);
        assert!(calls <= entries);
    }
    assert!(partial > 0, "no kill came in the middle");
    ok(dir, &["log", "import", "many.csv"]);
    let lines = read(dir, "calls/results.csv");
    let notes: BTreeSet<&str> = lines.lines().skip(1).collect();
    assert_eq!(
        lines.lines().count() as u64,
        entries + 1,
        "no entry is there twice"
    );
    assert_eq!(notes.len() as u64, entries, "every entry is there");
}
