//! The project file: what is read, and what is said about broken ones.

mod support;

use std::collections::BTreeSet;

use forerun::domain::{Kind, Known, Op, Role};
use forerun::project::{DateOrder, Language, OutcomeSpec, load};
use support::{Folder, day, minimal};

/// Every fault of every broken project file, in one snapshot a file.
#[test]
fn broken_project_files_are_explained() {
    insta::glob!("broken/project/*.toml", |path| {
        let path = path
            .strip_prefix(env!("CARGO_MANIFEST_DIR"))
            .expect("a file of this package");
        let faults = load(path).expect_err("a broken project file");
        insta::assert_snapshot!(faults.to_string());
    });
}

/// The files that the shipped project names, with nothing in them but headers.
fn demo_folder() -> Folder {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let shipped = |name: &str| std::fs::read_to_string(root.join(name)).expect("a shipped file");
    Folder::new()
        .with("forerun.toml", &shipped("forerun.toml"))
        .with("rules/intent.toml", &shipped("rules/intent.toml"))
        .with("data/demo/leads.csv", "lead_id\n")
        .with("data/demo/stages.csv", "lead_id,stage,entered_at\n")
        .with(
            "data/demo/activities.csv",
            "\u{feff}lead_id;\"at\";\"kind\"\r\n",
        )
        .with("data/demo/spend.csv", "month,source,spend,clicks\n")
        .with("data/demo/targets.csv", "month,target\n")
}

#[test]
fn the_shipped_project_and_rules_are_sound() {
    let folder = demo_folder();
    let project = load(&folder.path("forerun.toml")).expect("the shipped project");
    assert_eq!(project.currency, "CNY");
    assert_eq!(project.calendar.zone.iana_name(), Some("Asia/Shanghai"));
    assert_eq!(project.as_of, Some(day("2026-07-01")));
    assert_eq!(project.leads.files, [folder.path("data/demo/leads.csv")]);
    assert_eq!(project.leads.roles[&Role::Channel], "sales_method");
    assert_eq!(project.leads.known["lost_reason"], Known::Close);
    assert_eq!(project.leads.types["company_size"], Kind::Text);
    assert!(project.leads.creation_default);
    assert_eq!(project.calls.capacity, 20);
    let rules = forerun::segment::load(&project)
        .expect("the shipped rules and their tests")
        .expect("there are rules");
    let names: Vec<&str> = rules.rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(names, ["hot", "warm", "nurture", "cold"]);
    assert_eq!(rules.default, 3);
}

#[test]
fn a_column_under_its_usual_name_is_taken_only_where_the_file_has_it() {
    let folder = demo_folder();
    let project = load(&folder.path("forerun.toml")).expect("a project");
    let activities = project.activities.expect("activities");
    assert_eq!(activities.kind.as_deref(), Some("kind"));
    assert_eq!((activities.owner, activities.planned), (None, None));
    let spend = project.spend.expect("spend");
    assert_eq!(
        (spend.visits, spend.clicks.as_deref()),
        (None, Some("clicks"))
    );
    assert_eq!(project.targets.expect("targets").owner, None);
}

/// What a user copies explains itself: every key has a remark on its line.
#[test]
fn every_key_of_the_shipped_project_has_a_remark() {
    let text = include_str!("../forerun.toml");
    for line in text.lines() {
        let line = line.trim_start_matches("# ");
        let word = line.split([' ', '=']).next().unwrap_or_default();
        let is_key = !word.is_empty()
            && line[word.len()..].trim_start().starts_with('=')
            && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        assert!(
            !is_key || line.contains("# ") || line.starts_with("outcome = { won"),
            "no remark: {line}"
        );
    }
}

#[test]
fn a_minimal_project_gets_defaults_that_claim_nothing() {
    let folder = minimal("");
    let project = load(&folder.path("forerun.toml")).expect("a minimal project");
    assert_eq!(project.currency, "");
    assert_eq!(project.calendar.zone.iana_name(), Some("UTC"));
    assert_eq!(project.calendar.order, None);
    assert_eq!((project.as_of, project.language), (None, Language::En));
    assert_eq!(project.leads.id.as_deref(), Some("lead_id"));
    assert_eq!(project.leads.lost_after, None);
    assert_eq!(project.leads.max_rejects, 0.05);
    assert!(project.leads.creation_default && project.leads.known.is_empty());
    assert!(!project.values.yes.contains(&"1".to_owned()));
    assert!(project.stages.is_none() && project.rules.is_empty());
    assert_eq!((project.margin, project.calls.sla_share), (1.0, 0.2));
    assert_eq!(project.model, folder.path("models/lead.json"));
}

/// The outcome of a project written with this line.
fn outcome(line: &str) -> OutcomeSpec {
    let folder = Folder::new().with("leads.csv", "id\n").with(
        "forerun.toml",
        &format!("[leads]\nfile = \"leads.csv\"\nid = \"#row\"\noutcome = {line}\n"),
    );
    let project = load(&folder.path("forerun.toml")).expect("a project");
    assert_eq!(project.leads.id, None);
    project.leads.outcome
}

#[test]
fn outcomes_may_be_texts_numbers_booleans_or_conditions() {
    let values = |line: &str| match outcome(line) {
        OutcomeSpec::Values { won, lost, .. } => (won, lost),
        OutcomeSpec::Conditions { .. } => panic!("values were written"),
    };
    let owned = |words: &[&str]| {
        words
            .iter()
            .map(|&word| word.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        values("{ column = \"Converted\", won = [1], lost = [0] }"),
        (owned(&["1"]), owned(&["0"]))
    );
    assert_eq!(
        values("{ column = \"y\", won = \"yes\", lost = [] }"),
        (owned(&["yes"]), owned(&[]))
    );
    let (won, lost) = values("{ column = \"won\", won = [true], lost = [false] }");
    assert!(won.contains(&"true".to_owned()) && won.contains(&"Yes".to_owned()));
    assert!(lost.contains(&"FALSE".to_owned()));
    match outcome("{ won = { field = \"won_date\", present = true } }") {
        OutcomeSpec::Conditions { won, lost: None } => {
            assert!(matches!(won.tests()[0].op, Op::Present));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_stage_may_be_the_column_of_the_outcome() {
    let folder = minimal("stage = \"status\"\n");
    let project = load(&folder.path("forerun.toml")).expect("many CRMs keep both in one");
    assert_eq!(project.leads.roles[&Role::Stage], "status");
}

#[test]
fn columns_that_are_not_named_are_known_at_creation_unless_said_otherwise() {
    for (known, default) in [
        ("creation = [\"*\"]\nclose = [\"a\"]", true),
        ("close = [\"a\"]", true),
        ("creation = [\"a\"]", false),
        ("close = [\"*\"]\ncreation = [\"a\"]", false),
        ("close = [\"*\"]", false),
    ] {
        let folder = minimal(&format!("[leads.known]\n{known}\n"));
        let project = load(&folder.path("forerun.toml")).expect("a project");
        assert_eq!(project.leads.creation_default, default, "{known}");
    }
}

#[test]
fn files_are_found_by_list_and_pattern_and_sorted() {
    let folder = Folder::new()
        .with("exports/b.csv", "id\n")
        .with("exports/a.csv", "id\n")
        .with("plus [1].csv", "id\n")
        .with(
            "forerun.toml",
            "[leads]\nfile = [\"exports/*.csv\", \"plus [1].csv\"]\nid = \"id\"\n\
             outcome = { column = \"x\", won = [1], lost = [0] }\nlost_after = \"180d\"\n\
             [values]\ndates = \"mdy\"\nmissing = [\"Select\"]\n",
        );
    let project = load(&folder.path("forerun.toml")).expect("a project");
    let files = ["exports/a.csv", "exports/b.csv", "plus [1].csv"];
    assert_eq!(project.leads.files, files.map(|file| folder.path(file)));
    assert_eq!(project.leads.lost_after, Some(180));
    assert_eq!(project.calendar.order, Some(DateOrder::MonthFirst));
    assert_eq!(project.values.missing, ["Select"]);
}

#[test]
fn joins_take_one_name_or_two() {
    let folder = minimal(
        "[[leads.join]]\nfile = \"leads.csv\"\non = \"lead_id\"\n\
         [[leads.join]]\nfile = \"leads.csv\"\non = { left = \"a\", right = \"b\" }\ncolumns = [\"c\"]\n",
    );
    let joins = load(&folder.path("forerun.toml"))
        .expect("a project")
        .leads
        .joins;
    assert_eq!(
        (joins[0].left.as_str(), joins[0].right.as_str()),
        ("lead_id", "lead_id")
    );
    assert_eq!(
        (joins[1].left.as_str(), joins[1].right.as_str()),
        ("a", "b")
    );
    assert!(joins[0].columns.is_empty());
    assert_eq!(joins[1].columns, ["c"]);
}

#[test]
fn a_file_with_a_byte_order_mark_or_windows_line_ends_is_read() {
    let folder = minimal("");
    let text = std::fs::read_to_string(folder.path("forerun.toml")).expect("text");
    std::fs::write(
        folder.path("forerun.toml"),
        format!("\u{feff}{}", text.replace('\n', "\r\n")),
    )
    .expect("written");
    load(&folder.path("forerun.toml")).expect("Notepad writes files like this");
}

#[test]
fn files_that_are_no_text_or_not_there_are_named() {
    let folder = Folder::new();
    std::fs::write(
        folder.path("gbk.toml"),
        b"[project]\nname = \"\xcf\xfa\xca\xdb\"\n",
    )
    .expect("written");
    let faults = load(&folder.path("gbk.toml")).expect_err("not UTF-8");
    assert_eq!(faults.0[0].code, "not-utf8");
    let place = faults.0[0].place.as_ref().expect("a place");
    assert_eq!((place.line, place.column), (2, 9));
    let faults = load(&folder.path("none.toml")).expect_err("not there");
    assert_eq!(faults.0[0].code, "file-not-found");
}

/// The files of source that fit a pattern below `src`, without their tests.
fn sources(pattern: &str) -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let tests = regex::Regex::new(r"(?m)^#\[cfg\(test\)\]\s+mod tests \{").expect("a pattern");
    let files = glob::glob(&root.join(pattern).to_string_lossy()).expect("a pattern");
    files
        .map(|file| file.expect("a file"))
        .filter(|file| !file.to_string_lossy().ends_with("_tests.rs"))
        .map(|file| {
            let text = std::fs::read_to_string(file).expect("source");
            let end = tests.find(&text).map_or(text.len(), |tests| tests.start());
            text[..end].to_owned()
        })
        .collect()
}

const PAGE: &str = include_str!("../docs/faults.md");

/// The page of faults lists exactly the codes of faults in the source, each once.
#[test]
fn every_code_is_documented() {
    let code = regex::Regex::new(r#"[.:](error|warning)\(\s*"([a-z0-9-]+)""#).expect("a pattern");
    let mut used = BTreeSet::new();
    for text in sources("**/*.rs") {
        for found in code.captures_iter(&text) {
            used.insert((found[2].to_owned(), found[1].to_owned()));
        }
    }
    let row =
        regex::Regex::new(r"(?m)^\| `([a-z0-9-]+)` \| (error|warning) \| \S").expect("a pattern");
    let listed: Vec<(String, String)> = row
        .captures_iter(PAGE)
        .map(|row| (row[1].to_owned(), row[2].to_owned()))
        .collect();
    let once: BTreeSet<_> = listed.iter().cloned().collect();
    assert_eq!(once.len(), listed.len(), "a code is listed twice");
    assert_eq!(once, used);
}

/// The page lists the codes of rejects, notes and warnings too, and no others; each section once and in order.
#[test]
fn every_code_about_the_data_is_documented() {
    // Any text of words joined by hyphens is a code; one word is a code where a reject, note or warning is made.
    let joined = regex::Regex::new(r#""([a-z]+(?:-[a-z0-9]+)+)""#).expect("a pattern");
    let single =
        regex::Regex::new(r#"\b(?:leave_out|note|out|reject|say|warn)\([^";{}]*"([a-z]+)""#)
            .expect("a pattern");
    let mut made = BTreeSet::new();
    for stage in ["read", "features", "score", "forecast", "kpi", "decide"] {
        for text in sources(&format!("{stage}/**/*.rs")) {
            // How names are spelt as data is no code.
            let text = text.replace("rename_all = \"kebab-case\"", "");
            for found in joined
                .captures_iter(&text)
                .chain(single.captures_iter(&text))
            {
                made.insert(found[1].to_owned());
            }
        }
    }
    let row =
        regex::Regex::new(r"(?m)^\| `([a-z0-9-]+)` \| \S.* \| \S.* \|\r?$").expect("a pattern");
    let mut listed = BTreeSet::new();
    for section in PAGE.split("\n## ").skip(2) {
        let codes: Vec<&str> = row
            .captures_iter(section)
            .map(|row| row.get(1).expect("a code").as_str())
            .collect();
        let heading = section.lines().next().unwrap_or_default();
        assert!(!codes.is_empty(), "no codes: {heading}");
        assert!(
            codes.windows(2).all(|pair| pair[0] < pair[1]),
            "twice or out of order: {heading}"
        );
        listed.extend(codes.into_iter().map(str::to_owned));
    }
    assert_eq!(listed, made);
}

mod any_text {
    use super::{Folder, load};
    use proptest::prelude::*;

    /// The shipped project or rules with a few pieces cut out, doubled or replaced.
    fn damaged(text: &'static str) -> impl Strategy<Value = String> {
        let edit = (
            0..text.len(),
            0_usize..40,
            "[\\[\\]{}=\",.#a-z0-9 \n*是-]{0,6}",
        );
        proptest::collection::vec(edit, 1..5).prop_map(move |edits| {
            let mut damaged: Vec<u8> = text.as_bytes().to_vec();
            for (at, length, put) in edits {
                let start = at.min(damaged.len());
                let end = (start + length).min(damaged.len());
                damaged.splice(start..end, put.bytes());
            }
            String::from_utf8_lossy(&damaged).into_owned()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

        #[test]
        fn never_panics_and_says_where(
            project in damaged(include_str!("../forerun.toml")),
            rules in damaged(include_str!("../rules/intent.toml")),
        ) {
            let folder = Folder::new().with("forerun.toml", &project).with("rules.toml", &rules);
            if let Err(faults) = load(&folder.path("forerun.toml")) {
                prop_assert!(!faults.0.is_empty());
                prop_assert!(faults.0.iter().all(|fault| fault.place.is_some()));
            }
            let project = super::support::project_with_rules(&folder.path("rules.toml"));
            match forerun::segment::load(&project) {
                Ok(rules) => prop_assert!(rules.is_some()),
                Err(faults) => prop_assert!(
                    !faults.0.is_empty()
                        && faults.0.iter().all(|fault| fault.place.as_ref().is_some_and(|place| place.line > 0))
                ),
            }
        }
    }
}
