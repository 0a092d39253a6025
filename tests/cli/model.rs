//! `forerun train`, and the stored model.

use std::fs;

use crate::support::program::{
    code, forerun, json, lean_company, ok, own_company, read, small, stderr, stdout, undated_rows,
};

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
    let dir = lean_company();
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
