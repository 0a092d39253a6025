use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;

fn all() -> impl Iterator<Item = &'static Text> {
    TEXTS.into_iter().flatten()
}

fn names(template: &str) -> BTreeSet<&str> {
    let place = |piece| match piece {
        Piece::Place(name) => Some(name),
        Piece::Text(_) => None,
    };
    pieces(template).into_iter().filter_map(place).collect()
}

fn plain(template: &str) -> impl Iterator<Item = &str> {
    pieces(template)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Place(_) => None,
        })
}

#[test]
fn both_sentences_have_the_same_values() {
    for (code, english, chinese) in all().chain(PHRASES) {
        let mut wanted = names(english);
        wanted.remove("s");
        assert_eq!(wanted, names(chinese), "{code}: {english}");
        assert_ne!(english, &"", "{code}");
    }
}

#[test]
fn no_frame_takes_any_message() {
    for (code, english, _) in all() {
        // A place that holds phrases only says as much as a word.
        let phrases = names(english)
            .iter()
            .filter(|name| !can_hold(name, "7"))
            .count();
        let said: usize = plain(english).map(|text| text.trim().len()).sum();
        let said = said + 8 * phrases;
        assert!(said >= 8, "{code}: `{english}` says too little of its own");
    }
}

#[test]
fn a_template_is_translated_by_itself_and_not_by_an_earlier_one() {
    for (code, english, chinese) in all() {
        // Places that hold phrases may be empty, all others hold anything.
        let message: String = (pieces(english).into_iter())
            .map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Place(name) if can_hold(name, "7") => "7",
                Piece::Place(_) => "",
            })
            .collect();
        let own = said(english, chinese, &message);
        assert!(own.is_some(), "{code}: {english}");
        assert_eq!(translated(&message), own, "{code}: {english}");
    }
}

fn sources_of(rooms: &[&str]) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for room in rooms {
        let pattern = root.join(room).join("**/*.rs");
        let found = glob::glob(&pattern.to_string_lossy()).expect("a pattern");
        files.extend(found.flatten().filter(|file| !is_test(file)));
    }
    assert!(!files.is_empty(), "no sources in {rooms:?}");
    files
}

fn is_test(file: &Path) -> bool {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    name.ends_with("tests")
}

/// A source without its tests, with strings that are written over several lines in one.
fn source(file: &Path) -> String {
    let text = std::fs::read_to_string(file).expect("a source");
    let end = text.find("#[cfg(test)]\nmod tests {");
    let broken = regex::Regex::new(r"\\\r?\n\s*").expect("a pattern");
    broken
        .replace_all(&text[..end.unwrap_or(text.len())], "")
        .into_owned()
}

/// What a string of a source stands for.
fn unescaped(text: &str) -> String {
    let text = text.replace("\\\"", "\"").replace("\\n", "\n");
    text.replace("\\u{0}", "\0")
}

const STAGES: [&str; 10] = [
    "domain", "project", "read", "segment", "features", "score", "forecast", "kpi", "decide", "cli",
];

#[test]
fn what_is_translated_is_what_the_stages_say() {
    let mut said = String::new();
    for file in sources_of(&STAGES) {
        said.push_str(&unescaped(&source(&file)));
    }
    let said = said.replace("{{", "{").replace("}}", "}");
    for (code, english, _) in all().chain(PHRASES) {
        if matches!(*code, "fault" | "io") {
            // Said by the parser of TOML and by the system.
            continue;
        }
        // What follows a colon may be a sentence of its own in the source.
        let parts = plain(english).flat_map(|piece| piece.split(": "));
        let parts = parts.map(|part| part.trim_matches([' ', '.', ',', ';', ':', '\n', '`']));
        for part in parts.filter(|part| part.len() > 12) {
            assert!(said.contains(part), "{code}: nobody says `{part}`");
        }
    }
}

/// Codes that the documentation lists in a section.
fn documented(section: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md");
    let text = std::fs::read_to_string(path).expect("the documentation");
    let start = text.find(&format!("\n## {section}")).expect("the section") + 4;
    let end = text[start..]
        .find("\n## ")
        .map_or(text.len(), |at| start + at);
    let rows = text[start..end].lines();
    rows.filter_map(|row| row.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_code_of_the_documentation_has_a_chinese_sentence() {
    // Told by the words of `forerun log`, which has them in both languages.
    const ELSEWHERE: [&str; 1] = ["log-closed-already"];
    for section in ["Project and rules", "Rows set aside", "Notes", "Warnings"] {
        let codes = documented(section);
        assert!(codes.len() > 20, "{section}: {} codes", codes.len());
        let lacking: Vec<&String> = (codes.iter())
            .filter(|code| !all().any(|(of, ..)| of == code))
            .filter(|code| !ELSEWHERE.contains(&code.as_str()))
            .collect();
        assert!(lacking.is_empty(), "{section}: {lacking:?}");
    }
}

/// The strings of a source that are shown to somebody, with the text before each.
fn strings(text: &str) -> Vec<(String, &str)> {
    let pattern = r#"(?s)//[^\n]*|'(?:[^'\\\n]|\\.)'|"((?:[^"\\]|\\.)*)""#;
    let pattern = regex::Regex::new(pattern).expect("a pattern");
    let found = pattern.captures_iter(text).filter_map(|found| {
        let inner = found.get(1)?;
        let before = text[..inner.start() - 1].trim_end();
        Some((unescaped(inner.as_str()), before))
    });
    found.collect()
}

/// A format string with nothing in its places.
fn emptied(format: &str) -> String {
    let place = regex::Regex::new(r"\{[^{}]*\}").expect("a pattern");
    let braces = format.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let empty = place.replace_all(&braces, "");
    empty.replace('\u{1}', "{").replace('\u{2}', "}")
}

#[test]
fn every_error_of_the_stages_has_a_chinese_sentence() {
    // Quoted by the command line's own messages, which are English; and the word of the system on a file.
    const ELSEWHERE: [&str; 4] = [
        " is not a probability (0 to 1)",
        "a probability came out as NaN",
        "`` is not ",
        "the reader of the output has gone",
    ];
    let mut seen = 0;
    for file in sources_of(&STAGES) {
        let text = source(&file);
        for (format, _) in strings(&text)
            .iter()
            .filter(|(_, before)| before.ends_with("#[error("))
        {
            let message = emptied(format);
            // `{0}` and `{}: {source}` say nothing themselves.
            if message.trim_matches([' ', ':']).is_empty() || ELSEWHERE.contains(&&*message) {
                continue;
            }
            seen += 1;
            assert!(
                translated(&message).is_some(),
                "{}: `{format}` has no Chinese sentence",
                file.display()
            );
        }
    }
    assert!(seen > 50, "{seen} errors were looked at");
}

/// Strings of the stages that no screen shows as a sentence.
const NO_SENTENCE: [&str; 3] = [
    // Of JSON alone.
    "too few values to tell the spread",
    // Said to nobody.
    "the reader of the output has gone",
    // Of `forerun simulate`, which has no project.
    "`--force` writes over the files of an earlier simulation",
];

#[test]
fn every_sentence_of_the_stages_has_a_chinese_one() {
    let rooms = &STAGES[1..];
    let english: Vec<&str> = all()
        .chain(PHRASES)
        .flat_map(|(_, english, _)| plain(english))
        .collect();
    let word = regex::Regex::new(r"[A-Za-z]{2,}").expect("a pattern");
    let mut lacking = Vec::new();
    for file in sources_of(rooms) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        // What clap says of arguments stays English.
        if name.starts_with("args") || name == "simulate.rs" {
            continue;
        }
        let text = source(&file);
        for (string, before) in strings(&text) {
            let code = ["expect(", "reason =", "doc ="];
            let shown = !code.iter().any(|code| before.ends_with(code));
            if !shown || word.find_iter(&string).count() < 5 || NO_SENTENCE.contains(&&*string) {
                continue;
            }
            let format = string.replace("{{", "\u{1}").replace("}}", "\u{2}");
            let parts = format.split(['{', '}']).step_by(2);
            let parts = parts.map(|part| part.replace('\u{1}', "{").replace('\u{2}', "}"));
            for part in parts {
                let part = part.trim_matches([' ', '.', ',', ';', ':', '\n']);
                if part.len() > 12 && !english.iter().any(|text| text.contains(part)) {
                    lacking.push(format!("{}: {part}", file.display()));
                }
            }
        }
    }
    assert!(
        lacking.is_empty(),
        "without Chinese:\n{}",
        lacking.join("\n")
    );
}

#[test]
fn values_are_taken_over_and_unknown_sentences_stay() {
    let said = |text: &str| in_language(text, Language::Zh).into_owned();
    assert_eq!(
        said("3 won leads without a day of closing: in no month"),
        "3 条赢单没有结束日：不计入任何月份"
    );
    assert_eq!(
        said("1 won lead without a day of closing: in no month"),
        "1 条赢单没有结束日：不计入任何月份"
    );
    assert_eq!(
        said("no explanation: 2026-09 has not begun on 2026-07-01: there is no result to explain"),
        "无法解释：2026-09 在 2026-07-01 尚未开始：没有结果可解释"
    );
    assert_eq!(said("something else"), "something else");
    assert_eq!(in_language("no numbers: x", Language::En), "no numbers: x");
}

#[test]
fn what_stands_in_a_place_is_translated_where_it_is_no_value() {
    let said = |text: &str| in_language(text, Language::Zh).into_owned();
    assert_eq!(
        said(
            "`rate` holds a number in nearly every row; other values, taken as missing: 2, the first `-` at a.csv:3:rate."
        ),
        "`rate` 几乎每行都是数字；其他值按缺失处理：2 个，首个为 a.csv:3:rate 的 `-`。"
    );
    assert_eq!(
        said("money was paid for `百度`, but no lead names it as its source; is it `百度 `?"),
        "`百度` 有花费，但没有线索以它为来源；是否就是 `百度 `？"
    );
    assert_eq!(
        said(
            "leads.csv: no column `等级`, which `id` in [leads] names; did you mean `级`?\n  the columns found are `编号`, `级`"
        ),
        "leads.csv：没有列 `等级`（[leads] 的 `id` 指明了它）；是否应为 `级`？\n  现有的列：`编号`, `级`"
    );
    assert_eq!(
        said(
            "3 of 9 rows of a.csv cannot be used (33.3 %; `max_rejects` allows 5 %)\n  3 x not-a-date, the first: a.csv:2: `日期` holds `明天`, which is not a date; write it like 2026-07-01 or 2026-07-01 09:30"
        ),
        "a.csv 的 9 行中有 3 行无法使用（33.3 %；`max_rejects` 允许 5 %）\n  3 x not-a-date，首例 a.csv:2：`日期` 为 `明天`，不是日期；请写成 2026-07-01 或 2026-07-01 09:30 的样子"
    );
    assert_eq!(
        said(
            "Rows with a spend of 0: `微信, 视频, with outcomes` 2 (the first at c.csv:8), `百度, without outcomes` 1 (the first at c.csv:9). They are kept."
        ),
        "花费为 0 的行：`微信, 视频`（有结果）2 个（首个在 c.csv:8），`百度`（没有结果）1 个（首个在 c.csv:9）。予以保留。"
    );
    // A brace that no name follows is a brace.
    assert_eq!(
        said("write any = [ { field = ..., is = ... }, ... ]"),
        "请写 any = [ { field = ..., is = ... }, ... ]"
    );
}
