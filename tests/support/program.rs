//! The program as a user meets it: run in a folder, and what came of it.

use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::OnceLock;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const FILES: [&str; 17] = [
    "rejects.csv",
    "segments.csv",
    "train.json",
    "scores.csv",
    "calls.csv",
    "forecast.csv",
    "forecast.json",
    "sources.csv",
    "sources.json",
    "kpi.csv",
    "kpi.json",
    "explain.json",
    "profile.csv",
    "profile.json",
    "owners.csv",
    "owners.json",
    "summary.txt",
];

pub(crate) fn forerun(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forerun"));
    command.current_dir(dir).args(args).env_remove("COLUMNS");
    command.output().expect("the program starts")
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself")
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("JSON on stdout")
}

/// The output of a command that must end well.
pub(crate) fn ok(dir: &Path, args: &[&str]) -> Output {
    let output = forerun(dir, args);
    assert_eq!(code(&output), 0, "{args:?}: {}", stderr(&output));
    output
}

pub(crate) fn copy(from: &Path, to: &Path) {
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

/// A small simulated company after one `forerun run`, made once and never written to again: commands that keep files
/// of their own would pull them from under a test that copies.
fn pristine() -> &'static Path {
    static PRISTINE: OnceLock<TempDir> = OnceLock::new();
    PRISTINE
        .get_or_init(|| {
            let dir = tempfile::tempdir().expect("a folder");
            let args = ["simulate", "--out", ".", "--leads", "1500", "--seed", "7"];
            ok(dir.path(), &args);
            ok(dir.path(), &["run"]);
            dir
        })
        .path()
}

/// The small simulated company after one `forerun run` that the tests of one binary share.
pub(crate) fn company() -> &'static Path {
    static COMPANY: OnceLock<TempDir> = OnceLock::new();
    COMPANY.get_or_init(own_company).path()
}

/// A copy of it, to change.
pub(crate) fn own_company() -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    copy(pristine(), dir.path());
    dir
}

/// A copy of few columns and without a model: models of it are learnt in a moment.
pub(crate) fn lean_company() -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    copy(pristine(), dir.path());
    fs::remove_file(dir.path().join("models/lead.json")).expect("removed");
    let file = dir.path().join("forerun.toml");
    let text = fs::read_to_string(&file).expect("a project");
    let kept = text.split("\n[").filter(|section| {
        let left_out = ["stages]", "activities]", "rules]", "leads.known]"];
        !left_out.iter().any(|name| section.starts_with(name))
    });
    let kept: Vec<&str> = kept.collect();
    let known =
        "leads.known]\ncreation = [\"source\", \"product\", \"requested_demo\"]\nclose = [\"*\"]\n";
    fs::write(&file, format!("{}\n[{known}", kept.join("\n["))).expect("written");
    dir
}

/// A project of a few undated leads, with these rows and these lines more in its file.
pub(crate) fn small(rows: &str, more: &str) -> TempDir {
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
pub(crate) fn undated_rows(n: usize) -> String {
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

pub(crate) fn read(dir: &Path, file: &str) -> String {
    fs::read_to_string(dir.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

pub(crate) fn column(csv: &str, index: usize) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader
        .records()
        .map(|row| row.expect("a row")[index].to_owned())
        .collect()
}
