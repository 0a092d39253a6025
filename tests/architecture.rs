//! The rooms of the house are built one on the other: each imports only those before it.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in the order of the flow; each may use those before it.
const ORDER: [&str; 11] = [
    "domain", "project", "read", "segment", "features", "score", "forecast", "kpi", "decide",
    "present", "cli",
];

/// Longest source file, in lines.
const LONGEST: usize = 600;

/// Whether code in `room` may use `other`.
fn allowed(room: &str, other: &str) -> bool {
    if room == other {
        return true;
    }
    // The simulator must not know how its data will be judged.
    if room == "simulate" {
        return other == "domain";
    }
    if other == "simulate" {
        return room == "cli";
    }
    let place = |name: &str| ORDER.iter().position(|room| *room == name);
    place(room).zip(place(other)).is_some_and(|(a, b)| b < a)
}

/// The source without comments and without what stands in texts.
fn code_only(source: &str) -> String {
    let (mut code, mut rest) = (String::new(), source);
    while let Some(first) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) = raw_text(rest) {
            let end = format!("\"{}", "#".repeat(hashes));
            let open = hashes + 2;
            rest[open..]
                .find(&end)
                .map_or(rest.len(), |i| open + i + end.len())
        } else if first == '"' {
            text_end(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            rest[1..].find('\'').map_or(rest.len(), |i| i + 2)
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        code.push(' ');
        rest = &rest[skip..];
    }
    code
}

/// The number of `#` if a raw text begins here.
fn raw_text(rest: &str) -> Option<usize> {
    let tail = rest.strip_prefix('r')?;
    let hashes = tail.len() - tail.trim_start_matches('#').len();
    tail[hashes..].starts_with('"').then_some(hashes)
}

/// Where a quoted text that begins here ends.
fn text_end(rest: &str) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return i + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Every room that code names through `crate::room` or `crate::{room, ...}`, in paths and in `use` lines alike.
fn rooms_used(source: &str) -> Vec<String> {
    let words: Vec<_> = code_only(source)
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let mut code = words.join(" ");
    for mark in ["::", "{", "}", ","] {
        code = code.replace(&format!(" {mark}"), mark);
        code = code.replace(&format!("{mark} "), mark);
    }
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let tail = &code[at + "crate::".len()..];
        if let Some(group) = tail.strip_prefix('{') {
            rooms.extend(heads_of(group));
        } else {
            rooms.push(name_at(tail));
        }
    }
    rooms
}

/// The first names of a group `a::b, c::{d, e}}`.
fn heads_of(group: &str) -> Vec<String> {
    let (mut heads, mut depth, mut start) = (Vec::new(), 0, 0);
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                heads.push(name_at(&group[start..]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(name_at(&group[start..]));
                start = i + 1;
            }
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

fn name_at(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

fn sources_under(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the sources are there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources_under(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources_under(&root, &mut found);
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a readable source");
            let path = path.strip_prefix(&root).expect("under src").to_owned();
            (path, text)
        })
        .collect()
}

fn room_of(path: &Path) -> String {
    let first = path.components().next().expect("a name").as_os_str();
    let first = first.to_string_lossy();
    first.strip_suffix(".rs").unwrap_or(&first).to_owned()
}

#[test]
fn every_room_imports_only_those_before_it() {
    let mut breaches = Vec::new();
    let mut seen = 0;
    for (path, text) in all_sources() {
        let room = room_of(&path);
        if room == "lib" || room == "main" {
            continue;
        }
        assert!(
            room == "simulate" || ORDER.contains(&room.as_str()),
            "{} lies in no room of the house",
            path.display()
        );
        for used in rooms_used(&text) {
            seen += 1;
            if !allowed(&room, &used) {
                breaches.push(format!("{} uses crate::{used}", path.display()));
            }
        }
    }
    assert!(seen > 20, "the test has lost sight of the imports");
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn the_binary_knows_the_command_line_only() {
    let (_, main) = all_sources()
        .into_iter()
        .find(|(path, _)| path == Path::new("main.rs"))
        .expect("there is a main.rs");
    let code: String = code_only(&main).split_whitespace().collect();
    for (at, _) in code.match_indices("forerun::") {
        assert!(code[at..].starts_with("forerun::cli"), "{main}");
    }
    assert!(main.lines().count() < 20, "main.rs holds logic");
}

#[test]
fn no_source_file_is_too_long() {
    for (path, text) in all_sources() {
        let lines = text.lines().count();
        assert!(
            lines <= LONGEST,
            "{} has {lines} lines; a file has one subject",
            path.display()
        );
    }
}

#[test]
fn the_check_itself_sees_what_it_must() {
    let source = r##"
        use crate::domain::Day; // crate::cli in a comment
        /* crate::present */
        use crate::{score::{Model, Scores}, segment, read as r};
        const T: &str = "crate::forecast \" crate::kpi";
        const R: &str = r#"crate::decide " "#;
        fn f(q: char) -> bool { q == '"' && crate :: project :: load() }
        pub(crate) fn g() {}
    "##;
    assert_eq!(
        rooms_used(source),
        ["domain", "score", "segment", "read", "project"]
    );
    assert!(allowed("score", "domain") && allowed("cli", "simulate"));
    assert!(!allowed("domain", "score") && !allowed("forecast", "decide"));
    assert!(!allowed("simulate", "project") && !allowed("score", "simulate"));
    assert!(!allowed("read", "nowhere"));
}
