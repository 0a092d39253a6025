//! The guard of the stored model, as a user meets it.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::program::{
    code, company, copy, forerun, json, lean_company, ok, read, stderr, stdout,
};

const THEN: &str = "2026-01-01";

/// A company whose model was learnt half a year ago, from what is right; since then the export says the contrary of all
/// that closed before.
fn turned_round() -> TempDir {
    static TURNED: OnceLock<TempDir> = OnceLock::new();
    let dir = tempfile::tempdir().expect("a folder");
    copy(TURNED.get_or_init(turn_round).path(), dir.path());
    dir
}

fn turn_round() -> TempDir {
    let dir = lean_company();
    ok(dir.path(), &["train", "--as-of", THEN]);
    let mut rows = csv::Reader::from_path(dir.path().join("leads.csv")).expect("leads");
    let header = rows.headers().expect("a header").clone();
    let place = |name: &str| header.iter().position(|h| h == name).expect("a column");
    let (status, closed) = (place("status"), place("closed_at"));
    let mut turned = csv::Writer::from_path(dir.path().join("turned.csv")).expect("a file");
    turned.write_record(&header).expect("written");
    for row in rows.records().map(|row| row.expect("a row")) {
        let before = !row[closed].is_empty() && &row[closed] < THEN;
        let fields = row.iter().enumerate().map(|(i, field)| match field {
            "Won" if before && i == status => "Lost",
            "Lost" if before && i == status => "Won",
            other => other,
        });
        turned.write_record(fields).expect("written");
    }
    turned.flush().expect("written");
    fs::rename(dir.path().join("turned.csv"), dir.path().join("leads.csv")).expect("moved");
    dir
}

fn model(dir: &Path) -> Vec<u8> {
    fs::read(dir.join("models/lead.json")).expect("a model")
}

#[test]
fn a_worse_model_is_not_kept_unless_it_is_forced() {
    let dir = turned_round();
    let dir = dir.path();
    let live = model(dir);
    let trained = forerun(dir, &["train", "--json"]);
    let said = stderr(&trained);
    assert_eq!(code(&trained), 1, "{said}");
    assert!(said.contains("The new model is not kept, and the one learnt as of 2026-01-01 stays"));
    assert!(said.contains("models/lead.rejected.json") && said.contains("[model-refused]"));
    assert!(!said.contains("model kept in"), "{said}");
    let guard = &json(&trained)["guard"];
    assert_eq!(
        (&guard["replaced"], &guard["forced"]),
        (&Value::from(false), &Value::from(false))
    );
    let figure = |key: &str| guard["comparison"][key].as_f64().expect("a figure");
    assert!(figure("difference") > figure("standard_error"));
    assert_eq!(model(dir), live);
    assert!(dir.join("models/lead.rejected.json").exists());
    // Other commands use the model in use, say so, and learn nothing again.
    let calls = ok(dir, &["calls", "--top", "1"]);
    let said = stderr(&calls);
    assert!(said.contains("[model-refused]"), "{said}");
    assert!(!said.contains("learning anew"), "{said}");
    let run = forerun(dir, &["run", "--json"]);
    assert_eq!(code(&run), 1);
    assert_eq!(json(&run)["guard"]["replaced"], false);
    let summary = read(dir, "out/summary.txt");
    assert!(summary.contains("[model-refused]"), "{summary}");
    assert!(
        summary.contains("Model learnt as of 2026-01-01"),
        "{summary}"
    );
    assert_eq!(model(dir), live);
    let forced = ok(dir, &["train", "--force"]);
    let said = stderr(&forced);
    assert!(
        said.contains("as --force asks, though it is worse"),
        "{said}"
    );
    assert_ne!(model(dir), live);
    assert!(!dir.join("models/lead.rejected.json").exists());
    let again = ok(dir, &["run"]);
    assert!(
        !stderr(&again).contains("model-refused"),
        "{}",
        stderr(&again)
    );
}

#[test]
fn a_command_that_learns_anew_goes_through_the_guard_too() {
    let dir = turned_round();
    let dir = dir.path();
    let live = model(dir);
    let scored = ok(dir, &["score"]);
    let said = stderr(&scored);
    assert!(
        said.contains("learning anew") && said.contains("[model-refused]"),
        "{said}"
    );
    assert!(said.contains("Model learnt as of 2026-01-01"), "{said}");
    assert_eq!(model(dir), live);
    // A run can be told to take it after all.
    let forced = ok(dir, &["run", "--force"]);
    assert!(
        stderr(&forced).contains("as --force asks"),
        "{}",
        stderr(&forced)
    );
    assert_ne!(model(dir), live);
    assert_ne!(stdout(&scored), read(dir, "out/scores.csv"));
}

#[test]
fn a_model_that_is_not_worse_takes_the_place_and_says_how_it_did() {
    let dir = lean_company();
    let first = stderr(&ok(dir.path(), &["train", "--as-of", THEN]));
    assert!(!first.contains("takes the place"), "{first}");
    let second = stderr(&ok(dir.path(), &["train"]));
    assert!(
        second.contains("It takes the place of the model learnt as of 2026-01-01: not worse on"),
        "{second}"
    );
    let kept = model(dir.path());
    let third = stderr(&ok(dir.path(), &["train"]));
    assert!(!third.contains("takes the place"), "{third}");
    assert_eq!(
        model(dir.path()),
        kept,
        "learnt again from the same, the same bytes"
    );
    let soon = stderr(&ok(dir.path(), &["train", "--seed", "2"]));
    assert!(
        soon.contains("without a comparison: 0 days lie between them"),
        "{soon}"
    );
}

#[test]
fn every_damage_of_a_model_file_is_told_for_what_it_is() {
    let dir = tempfile::tempdir().expect("a folder");
    copy(company(), dir.path());
    let file = dir.path().join("models/lead.json");
    let whole = read(dir.path(), "models/lead.json");
    fs::copy(dir.path().join("leads.csv"), dir.path().join("new.csv")).expect("copied");
    let intercept = whole.split("\"intercept\":").nth(1).expect("an intercept");
    let intercept = intercept.split(',').next().expect("a number").to_owned();
    let with = |number: &str| {
        whole.replacen(
            &format!("\"intercept\":{intercept}"),
            &format!("\"intercept\":{number}"),
            1,
        )
    };
    let cases: [(Vec<u8>, &str); 9] = [
        (
            whole.as_bytes()[..whole.len() / 2].to_vec(),
            "ends in the middle",
        ),
        (Vec::new(), "is empty"),
        (b"{\"format\":3}".to_vec(), "is damaged: missing field"),
        (b"[1, 2]".to_vec(), "is no model file"),
        (vec![0xff, 0xfe, 0x00], "not even text"),
        (
            b"{\"format\":1}".to_vec(),
            "of form 1, this program reads form 3",
        ),
        (
            with("1e999").into_bytes(),
            "is damaged: number out of range",
        ),
        (with("NaN").into_bytes(), "is no model file"),
        (
            with("0.5").into_bytes(),
            "changed or damaged after it was written",
        ),
    ];
    for (bytes, told) in cases {
        fs::write(&file, &bytes).expect("written");
        for args in [&["score", "new.csv"][..], &["drift"]] {
            let output = forerun(dir.path(), args);
            let said = stderr(&output);
            assert_eq!(code(&output), 3, "{args:?}: {said}");
            assert!(
                said.contains(told) && said.contains("lead.json"),
                "{told}: {said}"
            );
            assert_eq!(fs::read(&file).expect("there"), bytes, "{told}");
        }
    }
    fs::remove_file(&file).expect("removed");
    fs::create_dir(&file).expect("made");
    let scored = forerun(dir.path(), &["score", "new.csv"]);
    assert_eq!(code(&scored), 3);
    assert!(stderr(&scored).contains("is a folder, not a model file"));
    let trained = forerun(dir.path(), &["train"]);
    assert_eq!(code(&trained), 2);
    assert!(stderr(&trained).contains("is a folder: a model is kept in a file"));
    fs::remove_dir(&file).expect("removed");
    // What holds something else beside it is not written over either.
    fs::write(dir.path().join("models/lead.rejected.json"), "notes").expect("written");
    let trained = forerun(dir.path(), &["train"]);
    assert_eq!(code(&trained), 2);
    assert!(stderr(&trained).contains("lead.rejected.json is no model file"));
}
