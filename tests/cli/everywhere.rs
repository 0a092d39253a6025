//! What holds for every command.

use std::fs;
use std::process::Stdio;

use crate::support::program::{
    code, company, forerun, json, ok, own_company, read, small, stderr, stdout, undated_rows,
};

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
fn completions_for_every_shell() {
    let dir = tempfile::tempdir().expect("a folder");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(stdout(&ok(dir.path(), &["completions", shell])).contains("forecast"));
    }
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
