//! What several test files share.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod program;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use forerun::domain::{Category, Column, Day, Known, Leads, Outcome, Role, Table};
use forerun::project::{Project, load};

/// A day written as 2026-07-01.
pub(crate) fn day(text: &str) -> Day {
    text.parse().expect("a date")
}

/// A project on disk: its folder goes when this does.
pub(crate) struct Folder(pub(crate) tempfile::TempDir);

impl Folder {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// Writes a file into it.
    pub(crate) fn with(self, name: &str, text: &str) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
        self
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// The least that a project file needs, and what is added to it.
pub(crate) fn minimal(rest: &str) -> Folder {
    Folder::new()
        .with("leads.csv", "lead_id,status\n1,Won\n")
        .with(
            "forerun.toml",
            &format!(
                "[leads]\nfile = \"leads.csv\"\nid = \"lead_id\"\n\
                 outcome = {{ column = \"status\", won = [\"Won\"], lost = [\"Lost\"] }}\n{rest}"
            ),
        )
}

/// A project whose only rule file is this one.
pub(crate) fn project_with_rules(rules: &Path) -> Project {
    let folder = minimal("created = \"created_at\"\n");
    let mut project = load(&folder.path("forerun.toml")).expect("a project");
    project.rules = vec![rules.to_path_buf()];
    project
}

/// Columns by hand.
pub(crate) fn texts(values: &[&str]) -> Column {
    let given = values
        .iter()
        .map(|text| Some(*text).filter(|text| !text.is_empty()));
    Column::Text(Category::from_texts(given))
}

/// Leads by hand: one for each (created, closed, outcome); open leads close never.
pub(crate) fn leads(as_of: &str, lives: &[(&str, &str, Outcome)]) -> Leads {
    let dates = |of: &dyn Fn(&(&str, &str, Outcome)) -> String| -> Vec<Option<Day>> {
        lives.iter().map(|life| of(life).parse().ok()).collect()
    };
    let created = dates(&|life| life.0.to_owned());
    let closed = dates(&|life| life.1.to_owned());
    let mut table = Table::with_rows(lives.len());
    table.insert("created_at", Column::Date(created.clone()));
    table.insert("closed_at", Column::Date(closed.clone()));
    Leads {
        as_of: day(as_of),
        ids: (0..lives.len()).map(|i| format!("L{i}")).collect(),
        input_row: (0..lives.len() as u32).collect(),
        outcome: lives.iter().map(|life| life.2).collect(),
        created,
        closed,
        contacted: vec![None; lives.len()],
        table,
        roles: BTreeMap::from([
            (Role::Created, "created_at".to_owned()),
            (Role::Closed, "closed_at".to_owned()),
        ]),
        known: BTreeMap::new(),
        stages: None,
        activities: None,
    }
}

/// Adds a column to leads.
pub(crate) fn add(leads: &mut Leads, name: &str, column: Column, known: Known) {
    leads.table.insert(name, column);
    leads.known.insert(name.to_owned(), known);
}
