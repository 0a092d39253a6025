//! `docs/week.md` is true: its commands, run on the demo in their order, print what stands there.
//!
//! `FORERUN_WRITE_DOCS=1 cargo test --test cli week` writes the page anew; then it is to be read.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::program::copy;

/// A copy of the demo project, without its folders of results.
pub(crate) fn demo() -> tempfile::TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir().expect("a folder");
    for folder in ["data", "rules"] {
        copy(&root.join(folder), &dir.path().join(folder));
    }
    fs::copy(root.join("forerun.toml"), dir.path().join("forerun.toml")).expect("copied");
    dir
}

/// What a line of the page prints; `forerun` is the program of this build.
fn run(dir: &Path, line: &str) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_forerun"));
    let folder = bin.parent().expect("a folder").display().to_string();
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .current_dir(dir)
        .env("PATH", format!("{folder}:{path}"))
        .env("COLUMNS", "120")
        .args(["-c", line])
        .output()
        .expect("a shell");
    assert!(
        output.status.success(),
        "{line}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_week_is_as_the_page_tells_it() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/week.md");
    let text = fs::read_to_string(&page).expect("the page");
    let dir = demo();
    let (mut told, mut commands) = (String::new(), 0);
    for (i, part) in text.split("```").enumerate() {
        let Some(block) = part.strip_prefix("console\n").filter(|_| i % 2 == 1) else {
            told.push_str(part);
            told.push_str("```");
            continue;
        };
        told.push_str("console\n");
        for line in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
            commands += 1;
            told.extend(["$ ", line, "\n", run(dir.path(), line).as_str()]);
        }
        told.push_str("```");
    }
    let told = told.strip_suffix("```").expect("the end").to_owned();
    assert!(commands >= 8, "{commands} commands");
    if std::env::var_os("FORERUN_WRITE_DOCS").is_some() {
        fs::write(&page, &told).expect("written");
    }
    assert_same(&text, &told);
}

/// The first line in which the page and the program differ.
fn assert_same(page: &str, told: &str) {
    for (i, (page, told)) in page.lines().zip(told.lines()).enumerate() {
        assert_eq!(page, told, "docs/week.md:{}", i + 1);
    }
    assert_eq!(
        page.lines().count(),
        told.lines().count(),
        "the same number of lines"
    );
}
