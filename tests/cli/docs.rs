//! The documentation says what the program does.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

use crate::support::program::{code, company, copy, json, ok, read, stdout};

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
        let Some(data) = crate::common::shared(&format!("data/{name}")) else {
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
            assert!(
                summary.contains("in the third month of a quarter 2.3 times"),
                "{summary}"
            );
        } else {
            let scored = json(&ok(dir.path(), &["score", "new.csv", "--json"]));
            assert_eq!(scored["leads"].as_array().map(Vec::len), Some(100));
        }
    }
}
