//! Files that a project names: one file under several names, and texts that are no project at all.

mod support;

use forerun::project::load;
use proptest::prelude::*;
use support::{Folder, minimal};

const START: &str = "[leads]\nid = \"lead_id\"\noutcome = { column = \"status\", won = [\"Won\"], lost = [\"Lost\"] }\n";

fn faults(folder: &Folder) -> String {
    load(&folder.path("forerun.toml"))
        .expect_err("a fault")
        .to_string()
}

#[test]
fn a_file_under_two_names_is_one_file() {
    let two = |names: &str| {
        let folder = Folder::new()
            .with("leads.csv", "lead_id,status\n1,Won\n")
            .with("other.csv", "lead_id,status\n2,Won\n")
            .with("forerun.toml", &format!("{START}file = {names}\n"));
        #[cfg(unix)]
        std::os::unix::fs::symlink("leads.csv", folder.path("link.csv")).expect("linked");
        folder
    };
    let mut cases = vec![
        "[\"leads.csv\", \"./leads.csv\"]",
        "[\"leads.csv\", \"*.csv\"]",
    ];
    if cfg!(unix) {
        cases.extend(["[\"leads.csv\", \"link.csv\"]", "\"*.csv\""]);
    }
    for names in cases {
        let said = faults(&two(names));
        assert!(said.contains("[file-twice]"), "{names}: {said}");
        assert!(said.contains("named twice"), "{names}: {said}");
    }
    let fine = two("[\"leads.csv\", \"./other.csv\"]");
    let project = load(&fine.path("forerun.toml")).expect("two files");
    assert_eq!(project.leads.files.len(), 2);
}

/// Pieces of project and rule files, and what people make of them.
const PIECES: [&str; 40] = [
    "[leads]",
    "[project]",
    "[[leads.join]]",
    "[leads.known]",
    "[values]",
    "[model]",
    "[rules]",
    "[policy]",
    "[[segment]]",
    "[[segment.test]]",
    "name",
    "file",
    "id",
    "outcome",
    "created",
    "when.all",
    "when",
    "field",
    "is",
    "at_least",
    "one_of",
    "within",
    "between",
    "matches",
    " = ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    "\n",
    "1e999",
    "-1",
    "nan",
    "2026-02-30",
    "\"7d\"",
    "\"[a\"",
    "true",
    "客户",
];

fn text() -> impl Strategy<Value = String> {
    let pieces = proptest::collection::vec(0..PIECES.len(), 0..60);
    pieces.prop_map(|pieces| pieces.into_iter().map(|i| PIECES[i]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parser_of_projects_panic(text in text(), any in ".{0,200}") {
        for written in [text.as_str(), &any, &format!("{START}file = \"leads.csv\"\n{text}")] {
            let folder = Folder::new().with("leads.csv", "lead_id,status\n").with("forerun.toml", written);
            if let Err(faults) = load(&folder.path("forerun.toml")) {
                prop_assert!(!faults.to_string().is_empty());
            }
        }
    }

    #[test]
    fn no_text_makes_the_parser_of_rules_panic(text in text(), any in ".{0,200}") {
        let whole = "[policy]\ndefault = \"cold\"\n[[segment]]\nname = \"cold\"\n[[segment]]\nname = \"hot\"\n";
        for written in [text.as_str(), &any, &format!("{whole}{text}")] {
            let folder = minimal("\n[rules]\nfiles = [\"rules.toml\"]\n").with("rules.toml", written);
            let project = load(&folder.path("forerun.toml")).expect("a project");
            if let Err(faults) = forerun::segment::load(&project) {
                prop_assert!(!faults.to_string().is_empty());
            }
        }
    }

    /// What a key may hold: wrong kinds, ends of ranges, and nothing.
    #[test]
    fn values_of_every_kind_are_judged(
        key in "(created|closed|amount|lost_after|max_rejects|types|id|margin|as_of|timezone)",
        value in "(-?[0-9]{1,20}(\\.[0-9]+)?|\"[^\"\\\\\n]{0,12}\"|\\[\\]|\\{\\}|true|nan|inf|-inf|2026-0[1-9]-31|1979-05-27T07:32:00Z)",
    ) {
        for (head, tail) in [("[leads]", ""), ("[project]", ""), ("[money]", "")] {
            let text = format!(
                "{}{head}\n{key} = {value}\n{tail}",
                if head == "[leads]" { "" } else { "[leads]\nfile = \"leads.csv\"\nid = \"lead_id\"\noutcome = { column = \"status\", won = [\"Won\"], lost = [\"Lost\"] }\n" },
            );
            let folder = Folder::new().with("leads.csv", "lead_id,status\n").with("forerun.toml", &text);
            if let Err(faults) = load(&folder.path("forerun.toml")) {
                prop_assert!(faults.to_string().contains("forerun.toml"));
            }
        }
    }
}
