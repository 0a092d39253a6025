//! `forerun check --leaks`, and what is written about columns, as a user meets it.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

fn forerun(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forerun"));
    command.current_dir(dir).args(args).env_remove("COLUMNS");
    command.output().expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// A small company: `reason` is filled by losing, `rating` by people who know the end, `size` is honest, `score` comes with
/// the first contact.
fn company(extra: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let mut text = "id,created,closed,contacted,status,reason,rating,size,score\n".to_owned();
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let start: forerun::domain::Day = "2025-01-01".parse().expect("a date");
    for i in 0..900_i32 {
        let created = start + i / 3;
        let (size, fate) = (draw(5), draw(100));
        let won = fate < 15 + 4 * size;
        let (contact, life) = (1 + draw(6) as i32, 5 + draw(70) as i32);
        let end = created + life;
        let closed = end < start + 300 && fate < 80;
        let status = match (closed, won) {
            (false, _) => "Open",
            (true, true) => "Won",
            (true, false) => "Lost",
        };
        let day = |there: bool, day: forerun::domain::Day| {
            if there {
                day.to_string()
            } else {
                String::new()
            }
        };
        let contacted = created + contact < start + 300 && draw(4) > 0;
        let reason = if status == "Lost" {
            ["price", "rival"][draw(2) as usize]
        } else {
            ""
        };
        let rating = if status == "Won" {
            6 + draw(4)
        } else {
            draw(7)
        };
        let score = if contacted {
            draw(100).to_string()
        } else {
            String::new()
        };
        let (closed, contacted) = (day(closed, end), day(contacted, created + contact));
        let _ = writeln!(
            text,
            "L{i:04},{created},{closed},{contacted},{status},{reason},{rating},{size},{score}"
        );
    }
    std::fs::write(dir.path().join("leads.csv"), text).expect("written");
    let project = format!(
        "[project]\nas_of = \"2025-10-28\"\n[leads]\nfile = \"leads.csv\"\nid = \"id\"\ncreated = \"created\"\nclosed = \"closed\"\n\
         contacted = \"contacted\"\noutcome = {{ column = \"status\", won = [\"Won\"], lost = [\"Lost\"] }}\n{extra}"
    );
    std::fs::write(dir.path().join("forerun.toml"), project).expect("written");
    dir
}

#[test]
fn the_table_names_each_leak_with_its_figures_and_what_to_write() {
    let dir = company("");
    let output = forerun(dir.path(), &["check", "--leaks"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(stdout(&output));
    let data: Value =
        serde_json::from_slice(&forerun(dir.path(), &["check", "--leaks", "--json"]).stdout)
            .expect("JSON");
    let verdict = |name: &str| {
        let columns = data["columns"].as_array().expect("columns");
        let column = columns
            .iter()
            .find(|column| column["column"] == name)
            .expect("it is there");
        column["verdict"].as_str().expect("a word").to_owned()
    };
    let verdicts = ["reason", "rating", "size", "score"].map(verdict);
    assert_eq!(verdicts, ["refused", "refused", "used", "refused"]);
    assert!(
        data["not_seen"]
            .as_array()
            .is_some_and(|list| !list.is_empty())
    );
}

#[test]
fn what_it_says_to_write_settles_it() {
    let settled =
        company("[leads.known]\nclose = [\"reason\", \"rating\"]\ncontact = [\"score\"]\n");
    let text = stdout(&forerun(settled.path(), &["check", "--leaks"]));
    assert!(text.contains("Nothing to settle"), "{text}");
    let held = company("[leads.known]\ncreation = [\"*\", \"rating\"]\n");
    let text = stdout(&forerun(held.path(), &["check", "--leaks"]));
    assert!(text.contains("It is used all the same"), "{text}");
}

#[test]
fn a_chinese_project_is_answered_in_chinese() {
    let dir = company("");
    let file = dir.path().join("forerun.toml");
    let project = std::fs::read_to_string(&file).expect("read");
    std::fs::write(
        &file,
        project.replace("[project]", "[project]\nlanguage = \"zh\""),
    )
    .expect("written");
    let text = stdout(&forerun(dir.path(), &["check", "--leaks"]));
    assert!(
        text.contains("拒用：事后才知") && text.contains("这里看不出的"),
        "{text}"
    );
}

#[test]
fn a_wrong_direction_is_shown_in_the_projects_own_lines() {
    let dir = company("[model]\nmonotone = { sise = \"up\", status = \"down\" }\n");
    let output = forerun(dir.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(said.contains("did you mean `size`?"), "{said}");
    assert!(said.contains("monotone = { sise"), "{said}");
    let dir = company("[model]\nmonotone = { size = \"up\" }\n");
    assert_eq!(forerun(dir.path(), &["train", "-q"]).status.code(), Some(0));
}

#[test]
fn five_wins_are_enough_for_scores_and_calls() {
    let dir = company("");
    let leads = std::fs::read_to_string(dir.path().join("leads.csv")).expect("read");
    let mut wins = 0;
    let few: Vec<&str> = leads
        .lines()
        .filter(|line| {
            wins += usize::from(line.contains(",Won,"));
            !line.contains(",Won,") || wins <= 5
        })
        .collect();
    std::fs::write(dir.path().join("leads.csv"), few.join("\n") + "\n").expect("written");
    let output = forerun(dir.path(), &["train"]);
    let said = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("5 wins to learn from") && said.contains("[very-few-wins]"),
        "{said}"
    );
    for command in ["score", "calls"] {
        let output = forerun(dir.path(), &[command]);
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).lines().count() > 5);
    }
}
