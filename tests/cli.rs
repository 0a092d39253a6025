//! The program as a user meets it: commands, files, exit codes.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::OnceLock;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const FILES: [&str; 10] = [
    "rejects.csv",
    "segments.csv",
    "train.json",
    "scores.csv",
    "calls.csv",
    "forecast.csv",
    "forecast.json",
    "sources.csv",
    "sources.json",
    "summary.txt",
];

fn forerun(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forerun"));
    command.current_dir(dir).args(args).env_remove("COLUMNS");
    command.output().expect("the program starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("JSON on stdout")
}

/// The output of a command that must end well.
fn ok(dir: &Path, args: &[&str]) -> Output {
    let output = forerun(dir, args);
    assert_eq!(code(&output), 0, "{args:?}: {}", stderr(&output));
    output
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry").path();
        let target = to.join(entry.file_name().expect("a name"));
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            fs::copy(&entry, &target).expect("copied");
        }
    }
}

/// A small simulated company after one `forerun run`, made once.
fn company() -> &'static Path {
    static COMPANY: OnceLock<TempDir> = OnceLock::new();
    COMPANY
        .get_or_init(|| {
            let dir = tempfile::tempdir().expect("a folder");
            let args = ["simulate", "--out", ".", "--leads", "1500", "--seed", "7"];
            ok(dir.path(), &args);
            ok(dir.path(), &["run"]);
            dir
        })
        .path()
}

/// A copy of it, to change.
fn own_company() -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    copy(company(), dir.path());
    dir
}

/// A project of a few undated leads, with these rows and these lines more in its file.
fn small(rows: &str, more: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let project = format!(
        "[project]\nname = \"Small\"\ncurrency = \"EUR\"\ntimezone = \"Europe/Berlin\"\n\n[leads]\nfile = \
         \"leads.csv\"\nid = \"id\"\noutcome = {{ column = \"status\", won = [\"won\"], lost = [\"lost\"] }}\n{more}"
    );
    fs::write(dir.path().join("forerun.toml"), project).expect("written");
    fs::write(dir.path().join("leads.csv"), rows).expect("written");
    dir
}

/// Rows of undated leads: `size` decides who is won, more or less.
fn undated_rows(n: usize) -> String {
    let mut rows = "id,status,size\n".to_owned();
    for i in 0..n {
        let size = i % 10;
        let status = match (i * 7) % 11 {
            0..=2 => "open",
            k if k < size + 2 => "won",
            _ => "lost",
        };
        rows.extend([format!("L{i:04},{status},{size}\n")]);
    }
    rows
}

fn read(dir: &Path, file: &str) -> String {
    fs::read_to_string(dir.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn column(csv: &str, index: usize) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader
        .records()
        .map(|row| row.expect("a row")[index].to_owned())
        .collect()
}

#[test]
fn help_teaches() {
    let dir = tempfile::tempdir().expect("a folder");
    insta::assert_snapshot!("help", stdout(&ok(dir.path(), &["--help"])));
    for command in ["calls", "score", "run"] {
        let help = stdout(&ok(dir.path(), &[command, "--help"]));
        insta::assert_snapshot!(format!("help_{command}"), help);
    }
}

#[test]
fn wrong_use_is_told_with_code_2() {
    let dir = tempfile::tempdir().expect("a folder");
    let cases: [&[&str]; 6] = [
        &[],
        &["nonsense"],
        &["run", "--as-of", "July"],
        &["forecast", "--months", "0"],
        &["-C", "no-such-folder", "check"],
        &["check"],
    ];
    for args in cases {
        let output = forerun(dir.path(), args);
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(!output.stderr.is_empty(), "{args:?} says nothing");
        assert!(output.stdout.is_empty(), "{args:?} writes to stdout");
    }
    let message = stderr(&forerun(dir.path(), &["check"]));
    assert!(message.contains("forerun.toml"), "{message}");
    let faults = json(&forerun(dir.path(), &["check", "--json"]));
    assert!(faults["faults"][0]["code"].is_string(), "{faults}");
}

#[test]
fn every_fault_is_shown_in_its_own_line() {
    let dir = small(&undated_rows(20), "creatd = \"x\"\nmax_rejects = 7\n");
    let output = forerun(dir.path(), &["run"]);
    assert_eq!(code(&output), 2);
    insta::assert_snapshot!(stderr(&output), @r#"
    forerun.toml:10:1: error: `creatd` means nothing in [leads] [unknown-key]
      9 │ outcome = { column = "status", won = ["won"], lost = ["lost"] }
     10 │ creatd = "x"
        · ──────
     11 │ max_rejects = 7
      hint: did you mean `created`?
    forerun.toml:11:15: error: `leads.max_rejects` must be between 0 and 1, found 7 [out-of-range]
     10 │ creatd = "x"
     11 │ max_rejects = 7
        ·               ─
      hint: a share is written as a fraction: 0.4 for 40 %
    2 faults
    "#);
    assert!(!dir.path().join("out").exists(), "nothing is written");
    let faults = json(&forerun(dir.path(), &["run", "--json"]));
    assert_eq!(faults["faults"].as_array().map(Vec::len), Some(2));
    assert_eq!(faults["faults"][0]["place"]["line"], 10);
}

#[test]
fn a_run_writes_everything_and_says_it_on_one_screen() {
    let dir = company();
    for file in FILES {
        assert!(!read(dir, &format!("out/{file}")).is_empty(), "{file}");
    }
    let left = fs::read_dir(dir.join("out")).expect("a folder");
    assert_eq!(left.count(), FILES.len(), "nothing else is left there");
    let summary = read(dir, "out/summary.txt");
    assert!(summary.lines().count() <= 60, "{summary}");
    for part in [
        "SEGMENTS",
        "MODEL",
        "CALL FIRST",
        "FORECAST",
        "SOURCES",
        "Next:",
    ] {
        assert!(summary.contains(part), "{part} is missing");
    }
}

#[test]
fn the_same_again_uses_the_stored_model_and_gives_the_same_bytes() {
    let dir = own_company();
    let first: BTreeMap<&str, String> = FILES
        .iter()
        .map(|file| (*file, read(dir.path(), &format!("out/{file}"))))
        .collect();
    let again = ok(dir.path(), &["run"]);
    assert!(!stderr(&again).contains("model kept"), "{}", stderr(&again));
    assert_eq!(stdout(&again), first["summary.txt"]);
    let model = fs::read(dir.path().join("models/lead.json")).expect("a model");
    fs::remove_file(dir.path().join("models/lead.json")).expect("removed");
    let mut command = Command::new(env!("CARGO_BIN_EXE_forerun"));
    command
        .current_dir(dir.path())
        .env("RAYON_NUM_THREADS", "1");
    let anew = command.arg("run").output().expect("it starts");
    assert!(stderr(&anew).contains("model kept"), "{}", stderr(&anew));
    assert_eq!(
        fs::read(dir.path().join("models/lead.json")).expect("a model"),
        model
    );
    for file in FILES {
        assert_eq!(
            read(dir.path(), &format!("out/{file}")),
            first[file],
            "{file}"
        );
    }
}

#[test]
fn permuted_input_gives_the_same_rows_in_its_own_order() {
    let dir = own_company();
    let before = read(dir.path(), "out/scores.csv");
    let text = read(dir.path(), "leads.csv");
    let (header, rows) = text.split_once('\n').expect("a header");
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.reverse();
    let turned = format!("{header}\n{}\n", rows.join("\n"));
    fs::write(dir.path().join("leads.csv"), turned).expect("written");
    ok(dir.path(), &["run"]);
    let after = read(dir.path(), "out/scores.csv");
    let ids = column(&after, 0);
    assert!(ids.windows(2).all(|pair| pair[0] > pair[1]), "input order");
    let sorted = |text: &str| {
        let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
        rows.sort();
        rows
    };
    assert_eq!(sorted(&before), sorted(&after));
}

#[test]
fn scores_keep_their_contract() {
    let dir = company();
    let csv = stdout(&ok(dir, &["score"]));
    let header = csv.lines().next().expect("a header");
    assert_eq!(
        header,
        "lead_id,segment,p_win,p_win_low,p_win_high,p_win_30d,p_win_90d,expected_amount,expected_value,reason_1,\
         reason_2,reason_3"
    );
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    assert!(rows.len() > 100);
    for row in &rows {
        let [p, low, high, p30, p90] = [2, 3, 4, 5, 6].map(|i| number(&row[i]));
        assert!(p30 <= p90 && p90 <= p && low <= p && p <= high, "{row:?}");
        assert!(0.0 <= low && high <= 1.0 && !row[9].is_empty(), "{row:?}");
        // Six decimals of the probability and two of the amount bound the product.
        let value = number(&row[8]);
        assert!((value - p * number(&row[7])).abs() <= 0.01 + 1e-6 * number(&row[7]));
    }
    let all = stdout(&ok(dir, &["score", "--all"]));
    let (statuses, ids) = (
        column(&read(dir, "leads.csv"), 4),
        column(&read(dir, "leads.csv"), 0),
    );
    assert_eq!(
        column(&all, 0),
        ids,
        "every lead, in the order of the input"
    );
    for (row, status) in column(&all, 2).iter().zip(&statuses) {
        assert_eq!(row.is_empty(), status != "Open");
    }
    let data = json(&ok(dir, &["score", "--json"]));
    assert_eq!(data["leads"].as_array().map(Vec::len), Some(rows.len()));
}

#[test]
fn another_export_is_scored_by_the_stored_model() {
    let dir = own_company();
    fs::copy(dir.path().join("leads.csv"), dir.path().join("new.csv")).expect("copied");
    ok(
        dir.path(),
        &["score", "new.csv", "--out", "there/new-scores.csv"],
    );
    assert_eq!(
        read(dir.path(), "there/new-scores.csv"),
        read(dir.path(), "out/scores.csv")
    );
    let missing = forerun(dir.path(), &["score", "gone.csv"]);
    assert_eq!(code(&missing), 2);
    fs::remove_file(dir.path().join("models/lead.json")).expect("removed");
    let unlearnt = forerun(dir.path(), &["score", "new.csv"]);
    assert_eq!(code(&unlearnt), 2);
    assert!(
        stderr(&unlearnt).contains("forerun train"),
        "{}",
        stderr(&unlearnt)
    );
    fs::write(dir.path().join("models/lead.json"), "{}").expect("written");
    let damaged = forerun(dir.path(), &["score", "new.csv"]);
    assert_eq!(code(&damaged), 3);
}

#[test]
fn files_of_the_user_are_never_written_over() {
    let dir = small(&undated_rows(800), "[model]\nfile = \"kept.json\"\n");
    let refused = |args: &[&str], file: &str, named: &str| {
        let before = read(dir.path(), file);
        let output = forerun(dir.path(), args);
        let said = stderr(&output);
        assert_eq!(code(&output), 2, "{args:?}: {said}");
        assert!(said.contains(named), "{args:?}: {said}");
        assert_eq!(read(dir.path(), file), before, "{args:?}");
    };
    let project = read(dir.path(), "forerun.toml");
    refused(
        &["score", "--out", "./leads.csv"],
        "leads.csv",
        "the project reads",
    );
    refused(
        &["score", "--out", "forerun.toml"],
        "forerun.toml",
        "the project reads",
    );
    #[cfg(unix)]
    {
        let link = dir.path().join("link.csv");
        std::os::unix::fs::symlink("leads.csv", link).expect("linked");
        refused(
            &["segment", "--out", "link.csv"],
            "leads.csv",
            "the project reads",
        );
    }
    fs::write(dir.path().join("kept.json"), "{\"mine\": 1}").expect("written");
    refused(&["train"], "kept.json", "no model file");
    fs::remove_file(dir.path().join("kept.json")).expect("removed");
    ok(dir.path(), &["train"]);
    refused(
        &["score", "--out", "kept.json"],
        "kept.json",
        "holds the model",
    );
    fs::copy(dir.path().join("leads.csv"), dir.path().join("new.csv")).expect("copied");
    refused(
        &["score", "new.csv", "--out", "new.csv"],
        "new.csv",
        "to be scored",
    );
    let over = project.replace("kept.json", "leads.csv");
    fs::write(dir.path().join("forerun.toml"), over).expect("written");
    refused(&["train"], "leads.csv", "[model-over-input]");
    fs::create_dir_all(dir.path().join("out")).expect("made");
    fs::copy(
        dir.path().join("leads.csv"),
        dir.path().join("out/scores.csv"),
    )
    .expect("copied");
    let inside = project.replace("leads.csv", "out/scores.csv");
    fs::write(dir.path().join("forerun.toml"), inside).expect("written");
    refused(&["run"], "out/scores.csv", "the project reads");
}

/// Undated leads with a column of yes and no that is text to the model: `unknown` is among its values.
fn answers(n: usize) -> String {
    let mut rows = "id,status,loan,size\n".to_owned();
    for i in 0..n {
        let loan = ["no", "yes", "no", "yes", "unknown"][i % 5];
        let won = (i * 7) % 11 < if loan == "yes" { 8 } else { 3 };
        let status = if won { "won" } else { "lost" };
        rows.extend([format!("L{i:04},{status},{loan},{}\n", i % 7)]);
    }
    rows
}

#[test]
fn a_few_rows_are_read_as_the_model_learnt_their_columns() {
    let dir = small(&answers(800), "");
    ok(dir.path(), &["train"]);
    // Alone, these rows would be yes and no, and a number would be a text.
    let few = "id,status,loan,size\nN1,,yes,3\nN2,,no,\n";
    fs::write(dir.path().join("new.csv"), few).expect("written");
    let scored = ok(dir.path(), &["score", "new.csv"]);
    let p = column(&stdout(&scored), 2);
    let p: Vec<f64> = p.iter().map(|p| p.parse().expect("a number")).collect();
    assert!(p[0] > p[1], "the text decides: {p:?}");
    let said = stderr(&scored);
    assert!(
        said.contains("Model learnt from 800 closed leads"),
        "{said}"
    );
    // What does not fit at all is still refused.
    let wrong = "id,status,loan,size\nN1,,yes,big\nN2,,no,small\n";
    fs::write(dir.path().join("new.csv"), wrong).expect("written");
    let refused = forerun(dir.path(), &["score", "new.csv"]);
    assert_eq!(code(&refused), 3);
    assert!(
        stderr(&refused).contains("`size` holds text"),
        "{}",
        stderr(&refused)
    );
}

#[test]
fn a_model_of_another_day_says_so() {
    let dir = own_company();
    fs::copy(dir.path().join("leads.csv"), dir.path().join("new.csv")).expect("copied");
    let later = ["score", "new.csv", "--as-of", "2026-07-15"];
    let said = stderr(&ok(dir.path(), &later));
    assert!(
        said.contains("learnt as of 2026-07-01 from 1,500 leads")
            && said.contains("used as of 2026-07-15"),
        "{said}"
    );
    let same = stderr(&ok(dir.path(), &["score", "new.csv"]));
    assert!(!same.contains("used as of"), "{same}");
}

#[test]
fn new_leads_are_scored_though_the_project_fixes_an_earlier_day() {
    let dir = own_company();
    let project = read(dir.path(), "forerun.toml");
    let fixed: Vec<&str> = project
        .lines()
        .filter(|line| !line.starts_with("as_of"))
        .collect();
    let fixed = fixed
        .join("\n")
        .replacen("[project]", "[project]\nas_of = \"2026-06-15\"", 1);
    fs::write(dir.path().join("forerun.toml"), fixed).expect("written");
    let told = stderr(&ok(dir.path(), &["train"]));
    assert!(told.contains("[not-known-yet]"), "{told}");
    fs::copy(dir.path().join("leads.csv"), dir.path().join("new.csv")).expect("copied");
    let said = stderr(&ok(dir.path(), &["score", "new.csv"]));
    assert!(said.contains("scored as of 2026-07-01"), "{said}");
    assert!(!said.contains("[not-known-yet]"), "{said}");
    let asked = stderr(&ok(
        dir.path(),
        &["score", "new.csv", "--as-of", "2026-06-20"],
    ));
    assert!(
        !asked.contains("scored as of") && asked.contains("[not-known-yet]"),
        "{asked}"
    );
}

#[test]
fn rows_set_aside_of_another_export_leave_those_of_the_project() {
    let rows = undated_rows(800) + "L0000,won,1\n";
    let dir = small(&rows, "");
    assert_eq!(code(&forerun(dir.path(), &["train"])), 1);
    let before = read(dir.path(), "out/rejects.csv");
    assert!(before.contains("duplicate-id"), "{before}");
    fs::write(dir.path().join("new.csv"), undated_rows(40)).expect("written");
    ok(dir.path(), &["score", "new.csv"]);
    assert_eq!(read(dir.path(), "out/rejects.csv"), before);
    assert!(!dir.path().join("out/rejects-score.csv").exists());
    fs::write(
        dir.path().join("new.csv"),
        undated_rows(40) + "L0000,open,1\n",
    )
    .expect("written");
    assert_eq!(code(&forerun(dir.path(), &["score", "new.csv"])), 1);
    assert_eq!(read(dir.path(), "out/rejects.csv"), before);
    let own = read(dir.path(), "out/rejects-score.csv");
    assert!(own.contains("new.csv"), "{own}");
}

#[test]
fn a_damaged_model_is_learnt_anew_but_scores_no_other_file() {
    let dir = small(&undated_rows(800), "");
    ok(dir.path(), &["train"]);
    let model = dir.path().join("models/lead.json");
    let whole = read(dir.path(), "models/lead.json");
    fs::copy(dir.path().join("leads.csv"), dir.path().join("new.csv")).expect("copied");
    for damaged in [&whole[..whole.len() / 2], &whole.replacen("won", "wom", 1)] {
        fs::write(&model, damaged).expect("written");
        let refused = forerun(dir.path(), &["score", "new.csv"]);
        assert_eq!(code(&refused), 3);
        assert!(
            stderr(&refused).contains("lead.json"),
            "{}",
            stderr(&refused)
        );
        let anew = stderr(&ok(dir.path(), &["run"]));
        assert!(anew.contains("learning anew"), "{anew}");
        assert_eq!(read(dir.path(), "models/lead.json"), whole);
    }
}

#[test]
fn warnings_of_the_model_stay_when_it_is_used_again() {
    // `size` names the outcome: a leak that must be told every time.
    let mut rows = "id,status,hint\n".to_owned();
    for i in 0..400 {
        let status = ["won", "lost", "lost", "open"][i % 4];
        let hint = if status == "open" { "lost" } else { status };
        rows.extend([format!("L{i:04},{status},{hint}\n")]);
    }
    let dir = small(&rows, "");
    let first = stdout(&ok(dir.path(), &["run"]));
    let again = ok(dir.path(), &["run"]);
    assert!(
        !stderr(&again).contains("model kept"),
        "the stored model is used"
    );
    for text in [first, stdout(&again), read(dir.path(), "out/summary.txt")] {
        assert!(text.contains("`hint`") && text.contains("[leak]"), "{text}");
    }
    for command in ["score", "calls"] {
        let output = ok(dir.path(), &[command]);
        assert!(stderr(&output).contains("[leak]"), "{}", stderr(&output));
        let data = json(&ok(dir.path(), &[command, "--json", "--quiet"]));
        assert_eq!(data["warnings"][0]["code"], "leak", "{command}");
    }
    // No rules: every lead stands there, with no segment.
    let segments = read(dir.path(), "out/segments.csv");
    assert_eq!(segments.lines().count(), 401);
    assert!(segments.lines().skip(1).all(|line| line.ends_with(",,,")));
}

#[test]
fn undated_data_has_no_day() {
    let dir = small(&undated_rows(400), "");
    let mut shown = stdout(&ok(dir.path(), &["run"]));
    for command in ["check", "score", "calls", "train"] {
        let output = ok(dir.path(), &[command]);
        shown += &(stdout(&output) + &stderr(&output));
        let data = ok(dir.path(), &[command, "--json"]);
        shown += &stdout(&data);
        if command != "train" {
            let key = if command == "calls" { "date" } else { "as_of" };
            assert!(json(&data)[key].is_null(), "{command}");
        }
    }
    let run = ok(dir.path(), &["run", "--json"]);
    assert!(json(&run)["as_of"].is_null() && json(&run)["forecast"]["as_of"].is_null());
    assert!(!(shown + &stdout(&run)).contains("1970"));
    assert!(
        !read(dir.path(), "out/summary.txt").contains("--owner"),
        "nobody owns these leads"
    );
    // The missing dates are named before the missing column of sources.
    let refused = forerun(dir.path(), &["sources"]);
    assert!(
        stderr(&refused).contains("`created`"),
        "{}",
        stderr(&refused)
    );
}

#[test]
fn a_day_far_past_the_data_is_refused_and_a_later_one_named() {
    let dir = own_company();
    for command in ["train", "run", "forecast"] {
        let output = forerun(dir.path(), &[command, "--as-of", "2030-01-01"]);
        assert_eq!(code(&output), 2, "{command}");
        assert!(
            stderr(&output).contains("lies past the data"),
            "{}",
            stderr(&output)
        );
    }
    let later = ok(dir.path(), &["train", "--as-of", "2026-08-15"]);
    assert!(
        stderr(&later).contains("[as-of-far-ahead]"),
        "{}",
        stderr(&later)
    );
    let near = ok(dir.path(), &["check", "--as-of", "2026-07-05"]);
    assert!(!stdout(&near).contains("as-of-far-ahead"));
}

#[test]
fn dates_without_an_order_are_told_once_a_column() {
    let mut rows = "id,status,in,out\n".to_owned();
    for i in 0..300 {
        let (month, day) = (1 + i % 12, 1 + i % 28);
        rows.extend([format!("L{i},won,{month}/{day}/2025,{month}/{day}/2026\n")]);
    }
    let dir = small(&rows, "created = \"in\"\nclosed = \"out\"\n");
    let output = forerun(dir.path(), &["check"]);
    assert_eq!(code(&output), 2);
    insta::assert_snapshot!(stderr(&output), @r#"
    error: leads.csv: the project file does not say which part of a date is the day
      `in` holds dates like 1/13/2025: set `dates = "mdy"` under [values]
      `out` holds dates like 1/13/2026: set `dates = "mdy"` under [values]
    "#);
    assert!(!dir.path().join("out").exists(), "no reject for each row");
}

#[test]
fn without_lost_leads_the_hint_names_lost_after() {
    let rows = undated_rows(200).replace(",lost,", ",open,");
    let output = forerun(small(&rows, "").path(), &["train"]);
    assert_eq!(code(&output), 3);
    assert!(
        stderr(&output).contains("lost_after"),
        "{}",
        stderr(&output)
    );
}

#[cfg(unix)]
#[test]
fn every_file_is_written_for_the_team() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let dir = own_company();
    let own = dir.path().join("own.txt");
    fs::write(&own, "as the umask has it").expect("written");
    fs::remove_file(dir.path().join("models/lead.json")).expect("removed");
    ok(dir.path(), &["run"]);
    for file in ["out/rejects.csv", "out/scores.csv", "models/lead.json"] {
        assert_eq!(mode(&dir.path().join(file)), mode(&own), "{file}");
    }
}

#[test]
fn check_says_the_same_of_a_role_as_text_and_as_data() {
    let dir = company();
    let columns = json(&ok(dir, &["check", "--json"]));
    let known = |role: &str| {
        let columns = columns["columns"].as_array().expect("columns");
        let column = columns.iter().find(|column| column["role"] == role);
        column
            .map(|column| column["known"].clone())
            .expect("a role")
    };
    assert_eq!(
        (known("id"), known("stage")),
        ("role".into(), "stages".into())
    );
    assert_eq!(known("source")["creation"]["declared"], false);
    let text = stdout(&ok(dir, &["check"]));
    assert!(text.contains("by the stage history"), "{text}");
}

#[test]
fn the_forecast_keeps_its_contract() {
    let dir = company();
    let data = json(&ok(dir, &["forecast", "--months", "4", "--json"]));
    let months = data["months"].as_array().expect("months");
    assert_eq!(months.len(), 4);
    assert_eq!(
        (&data["as_of"], &data["currency"]),
        (&"2026-07-01".into(), &"CNY".into())
    );
    assert_eq!(months[0]["month"], "2026-07");
    for month in months {
        let of = |key: &str| {
            month[key]
                .as_f64()
                .unwrap_or_else(|| panic!("{key} is no number"))
        };
        let parts = of("booked") + of("open_pipeline") + of("new_leads");
        assert!((parts - of("mean")).abs() <= 1e-6 * parts, "{month}");
        let steps = ["p10", "p20", "p50", "p80", "p90"].map(of);
        assert!(steps.windows(2).all(|pair| pair[0] <= pair[1]), "{month}");
        assert!((0.0..=1.0).contains(&of("p_attain")) && of("target") > 0.0);
    }
    let file: Value = serde_json::from_str(&read(dir, "out/forecast.json")).expect("JSON");
    assert_eq!(file["months"].as_array().map(Vec::len), Some(6));
}

#[test]
fn sources_and_training_keep_their_contracts() {
    let dir = company();
    let data = json(&ok(dir, &["sources", "--json"]));
    let keys = "source leads won maturity conversion conversion_low conversion_high aov expected_revenue spend cac roi \
                roi_low roi_high status";
    for row in data["sources"].as_array().expect("sources") {
        let row = row.as_object().expect("a source");
        for key in keys.split(' ') {
            assert!(row.contains_key(key), "{key} is missing");
        }
    }
    let own = own_company();
    let report = json(&ok(own.path(), &["train", "--json", "--quiet"]));
    let keys = "model rows won horizon_days forward cross_validation converged warnings";
    for key in keys.split(' ') {
        assert!(report.get(key).is_some(), "{key} is missing");
    }
    let keys =
        "target from to n base_rate auc log_loss brier brier_base slope observed_over_expected";
    for key in keys.split(' ') {
        assert!(report["forward"].get(key).is_some(), "{key} is missing");
    }
    assert!(report["cross_validation"].is_null());
}

#[test]
fn calls_by_owner_within_reason() {
    let dir = company();
    let owner = column(&read(dir, "out/calls.csv"), 0).remove(0);
    let list = json(&ok(
        dir,
        &["calls", "--owner", &owner, "--top", "2", "--json"],
    ));
    let owners = list["owners"].as_array().expect("owners");
    assert_eq!(
        (owners.len(), &owners[0]["owner"]),
        (1, &Value::from(owner.clone()))
    );
    assert_eq!(owners[0]["calls"].as_array().map(Vec::len), Some(2));
    let mistyped = forerun(dir, &["calls", "--owner", &owner.to_lowercase()]);
    assert_eq!(code(&mistyped), 2);
    let hint = format!("did you mean `{owner}`?");
    assert!(stderr(&mistyped).contains(&hint), "{}", stderr(&mistyped));
    let both = ["calls", "--date", "2026-06-01", "--as-of", "2026-06-01"];
    assert_eq!(code(&forerun(dir, &both)), 2);
}

#[test]
fn a_look_into_the_past_does_not_displace_the_model_of_today() {
    let dir = own_company();
    let model = || fs::read(dir.path().join("models/lead.json")).expect("a model");
    let today = model();
    let list = json(&ok(
        dir.path(),
        &["calls", "--date", "2026-06-01", "--json"],
    ));
    assert_eq!(list["date"], "2026-06-01");
    assert_eq!(model(), today);
}

#[test]
fn one_lead_is_explained() {
    let dir = company();
    let text = stdout(&ok(dir, &["segment", "--explain", "L0000042"]));
    assert!(text.contains("L0000042 is "), "{text}");
    assert!(text.contains("L0000042 is not "), "{text}");
    let unknown = forerun(dir, &["segment", "--explain", "L000042"]);
    assert_eq!(code(&unknown), 2);
    assert!(
        stderr(&unknown).contains("did you mean"),
        "{}",
        stderr(&unknown)
    );
    let rows = json(&ok(dir, &["segment", "--json"]));
    let rows = rows["segments"].as_array().expect("segments");
    let leads: u64 = rows.iter().filter_map(|row| row["leads"].as_u64()).sum();
    assert_eq!(leads, 1500);
}

#[test]
fn rows_set_aside_are_kept_and_give_code_1() {
    let rows = undated_rows(200) + "L0003,won,4\n";
    let dir = small(&rows, "");
    for command in [&["check"][..], &["train"], &["run"]] {
        let output = forerun(dir.path(), command);
        assert_eq!(code(&output), 1, "{command:?}: {}", stderr(&output));
        let rejects = read(dir.path(), "out/rejects.csv");
        assert_eq!(rejects.lines().count(), 2, "{rejects}");
        assert!(rejects.contains("leads.csv,202,"), "{rejects}");
    }
    // Mended, the file of rejects is there with its header only.
    fs::write(dir.path().join("leads.csv"), undated_rows(200)).expect("written");
    ok(dir.path(), &["check"]);
    assert_eq!(read(dir.path(), "out/rejects.csv").lines().count(), 1);
}

#[test]
fn too_many_faulty_rows_stop_with_code_3_and_are_kept() {
    let rows = undated_rows(50) + &"L0003,won,4\n".repeat(10);
    let dir = small(&rows, "");
    let output = forerun(dir.path(), &["run"]);
    assert_eq!(code(&output), 3);
    assert!(
        stderr(&output).contains("max_rejects"),
        "{}",
        stderr(&output)
    );
    assert_eq!(read(dir.path(), "out/rejects.csv").lines().count(), 11);
}

#[test]
fn without_dates_there_are_scores_but_no_forecast() {
    let dir = small(&undated_rows(400), "");
    let run = ok(dir.path(), &["run"]);
    let text = stdout(&run);
    assert!(
        text.contains("No forecast: ") && text.contains("without dates"),
        "{text}"
    );
    let forecast: Value =
        serde_json::from_str(&read(dir.path(), "out/forecast.json")).expect("JSON");
    assert_eq!(forecast["months"].as_array().map(Vec::len), Some(0));
    assert!(forecast["why_not"].is_string());
    let scores = read(dir.path(), "out/scores.csv");
    assert!(column(&scores, 2).iter().all(|p| !p.is_empty()));
    assert!(column(&scores, 5).iter().all(String::is_empty));
    let refused = forerun(dir.path(), &["forecast", "--json"]);
    assert_eq!(code(&refused), 3);
    assert!(json(&refused)["error"].is_string());
}

#[test]
fn columns_that_are_not_there_are_a_fault_of_the_project() {
    let dir = small(&undated_rows(20), "source = \"sorce\"\n");
    let output = forerun(dir.path(), &["check"]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    assert!(stderr(&output).contains("sorce"));
}

#[test]
fn quiet_says_nothing_but_the_result() {
    let output = ok(company(), &["forecast", "--quiet"]);
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
    assert!(stdout(&output).contains("2026-07"));
}

#[test]
fn no_colour_codes_where_there_is_no_terminal() {
    let output = forerun(company(), &["calls"]);
    assert!(!stdout(&output).contains('\u{1b}') && !stderr(&output).contains('\u{1b}'));
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_forerun"))
        .args(["score", "--all"])
        .current_dir(company())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(!stderr(&output).contains("panicked"));
}

#[test]
fn the_folder_of_c_is_where_everything_happens() {
    let dir = own_company();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let folder = dir.path().to_string_lossy().into_owned();
    ok(
        elsewhere.path(),
        &["-C", &folder, "sources", "--out", "here.csv"],
    );
    assert_eq!(
        read(dir.path(), "here.csv"),
        read(dir.path(), "out/sources.csv")
    );
    assert_eq!(fs::read_dir(elsewhere.path()).expect("a folder").count(), 0);
}

#[test]
fn nothing_is_simulated_over_what_is_there() {
    let dir = own_company();
    let before = read(dir.path(), "leads.csv");
    let again = ["simulate", "--out", ".", "--leads", "200", "--seed", "8"];
    let output = forerun(dir.path(), &again);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("--force"), "{}", stderr(&output));
    assert_eq!(read(dir.path(), "leads.csv"), before);
}

#[test]
fn a_chinese_company_is_shown_in_chinese() {
    let dir = tempfile::tempdir().expect("a folder");
    ok(
        dir.path(),
        &[
            "simulate", "--out", ".", "--leads", "1500", "--seed", "7", "--lang", "zh",
        ],
    );
    let text = stdout(&ok(dir.path(), &["run"]));
    for part in [
        "客户分类",
        "收入预测",
        "保底 (80 %)",
        "转化率 (80 %)",
        "下一步",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(text.contains("计划 (50 %)") && !text.contains("目标 (50 %)"));
    let check = ok(dir.path(), &["check"]);
    assert!(stdout(&check).contains("截止日 2026-07-01") && stderr(&check).contains("下一步"));
    let why = stdout(&ok(dir.path(), &["segment", "--explain", "L0000042"]));
    assert!(why.contains("不属于") && !why.contains(" is "), "{why}");
}

#[test]
fn completions_for_every_shell() {
    let dir = tempfile::tempdir().expect("a folder");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(stdout(&ok(dir.path(), &["completions", shell])).contains("forecast"));
    }
}

#[test]
fn the_page_of_commands_names_the_columns_that_are_written() {
    let page = read(Path::new(env!("CARGO_MANIFEST_DIR")), "docs/commands.md");
    for file in [
        "rejects.csv",
        "segments.csv",
        "calls.csv",
        "forecast.csv",
        "sources.csv",
    ] {
        let csv = read(company(), &format!("out/{file}"));
        let header = csv.lines().next().expect("a header");
        assert!(page.contains(&format!("`{header}`")), "{file}: {header}");
    }
}

/// The worked examples of the README, word for word, on the data that they are about.
#[test]
fn the_examples_of_the_readme_work_as_written() {
    let readme = read(Path::new(env!("CARGO_MANIFEST_DIR")), "README.md");
    let projects: Vec<&str> = readme
        .split("```toml\n")
        .skip(1)
        .filter_map(|part| part.split("```").next())
        .collect();
    let commands: Vec<Vec<&str>> = readme
        .split("```sh\n")
        .skip(1)
        .filter_map(|part| part.split("```").next())
        .map(|block| {
            let lines = block.lines().skip_while(|line| line.starts_with("cargo "));
            lines.filter(|line| !line.is_empty()).collect()
        })
        .filter(|block: &Vec<&str>| !block.is_empty())
        .collect();
    assert_eq!((projects.len(), commands.len()), (2, 2));
    for (i, name) in ["maven_crm", "bank_marketing"].into_iter().enumerate() {
        let Some(data) = common::shared(&format!("data/{name}")) else {
            continue;
        };
        let dir = tempfile::tempdir().expect("a folder");
        copy(&data, dir.path());
        fs::write(dir.path().join("forerun.toml"), projects[i]).expect("written");
        for line in &commands[i] {
            if !line.starts_with("forerun ") {
                let shell = Command::new("sh")
                    .current_dir(dir.path())
                    .args(["-c", line])
                    .output();
                assert_eq!(code(&shell.expect("a shell")), 0, "{line}");
                continue;
            }
            let line = line.replace("\"Darcel Schlecht\"", "Darcel_Schlecht");
            let args: Vec<String> = line
                .split_whitespace()
                .skip(1)
                .map(|arg| arg.replace('_', " "))
                .collect();
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            ok(dir.path(), &args);
        }
        if name == "maven_crm" {
            let checked = stdout(&ok(dir.path(), &["check"]));
            assert!(
                checked.contains("`GTXPro` (1,480)")
                    && checked.contains("without a creation date: 500")
            );
            let summary = read(dir.path(), "out/summary.txt");
            assert!(
                summary.contains("No better than the base rate"),
                "{summary}"
            );
            assert!(summary.contains("2018-01"), "{summary}");
            assert!(summary.contains("[leads-fell]"), "{summary}");
        } else {
            let scored = json(&ok(dir.path(), &["score", "new.csv", "--json"]));
            assert_eq!(scored["leads"].as_array().map(Vec::len), Some(100));
        }
    }
}
