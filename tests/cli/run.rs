//! `forerun run`: the whole chain and its files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

use crate::support::program::{
    FILES, code, column, company, forerun, json, lean_company, ok, own_company, read, small,
    stderr, stdout, undated_rows,
};

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
fn the_demo_that_comes_with_the_program_runs_whole() {
    let dir = crate::week::demo();
    ok(dir.path(), &["run"]);
    for file in FILES {
        assert!(
            !read(dir.path(), &format!("out/{file}")).is_empty(),
            "{file}"
        );
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

#[cfg(unix)]
#[test]
fn every_file_is_written_for_the_team() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let dir = lean_company();
    let own = dir.path().join("own.txt");
    fs::write(&own, "as the umask has it").expect("written");
    ok(dir.path(), &["run"]);
    for file in ["out/rejects.csv", "out/scores.csv", "models/lead.json"] {
        assert_eq!(mode(&dir.path().join(file)), mode(&own), "{file}");
    }
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
