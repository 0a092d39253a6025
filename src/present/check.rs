//! What was read, what it was taken for, and what was set aside.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::domain::{Kind, Rejects, Role};
use crate::kpi::{ColumnKnown, ColumnRow};
use crate::present::chinese::in_language;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, percent};
use crate::present::{Style, Words, fill};
use crate::read::Note;

/// Kinds of faulty rows that are shown one by one.
const EXAMPLES: usize = 10;

/// Every column with what it was taken for.
pub fn check_text(columns: &[ColumnRow], style: &Style) -> String {
    let w = style.words;
    let mut grid = Grid::new(
        style,
        &[
            (w.column, Lean::Left),
            (w.kind, Lean::Left),
            (w.role, Lean::Left),
            (w.known, Lean::Left),
            (w.missing_share, Lean::Right),
            (w.distinct, Lean::Right),
        ],
    );
    for row in columns {
        grid.row(&[
            row.column.clone(),
            kind(row.kind, w).to_owned(),
            row.role.map_or("", Role::key).to_owned(),
            known(row.known, w).to_owned(),
            percent(row.missing),
            count(row.distinct),
        ]);
    }
    grid.finish()
}

const fn kind(kind: Kind, w: &Words) -> &'static str {
    match kind {
        Kind::Number => w.kind_number,
        Kind::Text => w.kind_text,
        Kind::Boolean => w.kind_boolean,
        Kind::Date => w.kind_date,
        Kind::Moment => w.kind_moment,
    }
}

const fn known(known: ColumnKnown, w: &Words) -> &'static str {
    match known {
        ColumnKnown::Creation { declared: true } => w.known_creation,
        ColumnKnown::Creation { declared: false } => w.known_creation_default,
        ColumnKnown::Contact => w.known_contact,
        ColumnKnown::Close => w.known_close,
        ColumnKnown::Role => w.known_role,
        ColumnKnown::Stages => w.known_stages,
    }
}

/// Notes about the data, one a line.
pub fn notes_text(notes: &[Note], style: &Style) -> String {
    let mut text = String::new();
    for note in notes {
        let _ = writeln!(
            text,
            "{}{}{} [{}]",
            style.words.note,
            style.words.colon,
            in_language(&note.message, style.language),
            note.code
        );
    }
    text
}

/// How many rows were set aside, why, with one example of each reason.
pub fn rejects_text(rejects: &Rejects, file: &str, style: &Style) -> String {
    let w = style.words;
    if rejects.rows.is_empty() {
        return String::new();
    }
    let mut text = fill(
        w.rejects_heading,
        &[
            ("rejected", &count(rejects.rows.len())),
            ("read", &count(rejects.read as usize)),
            ("file", file),
        ],
    );
    text.push('\n');
    // Reason codes with how often each occurs, the most frequent first.
    let mut codes: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (i, reject) in rejects.rows.iter().enumerate() {
        codes.entry(reject.code).or_insert((0, i)).0 += 1;
    }
    let mut codes: Vec<(&str, (usize, usize))> = codes.into_iter().collect();
    codes.sort_by_key(|&(_, (n, first))| (std::cmp::Reverse(n), first));
    for &(code, (n, first)) in codes.iter().take(EXAMPLES) {
        let reject = &rejects.rows[first];
        let column = if reject.column.is_empty() {
            String::new()
        } else {
            format!(":{}", reject.column)
        };
        let _ = writeln!(
            text,
            "  {} x {code}, {} {}:{}{column}: {}",
            count(n),
            w.for_example,
            reject.file,
            reject.row,
            in_language(&reject.reason, style.language)
        );
    }
    text
}
