//! Won, lost or open: by the value of a column or by conditions.

use crate::domain::{Column, Condition, Day, MISSING, Outcome, Role, Table};
use crate::project::{OutcomeSpec, Project, matches, nearest};
use crate::read::ReadError;
use crate::read::error::{grouped, list};
use crate::read::log::Log;
use crate::read::numbers::plain_number;

/// The outcome of every row, and the columns that tell it.
pub(super) fn outcomes(
    project: &Project,
    table: &Table,
    as_of: Day,
    log: &mut Log,
) -> Result<(Vec<Outcome>, Vec<String>), ReadError> {
    match &project.leads.outcome {
        OutcomeSpec::Values { column, won, lost } => {
            let outcome = by_value(table, column, won, lost, log);
            Ok((outcome, vec![column.clone()]))
        }
        OutcomeSpec::Conditions { won, lost } => {
            by_conditions(project, table, won, lost.as_ref(), as_of)
        }
    }
}

fn by_value(
    table: &Table,
    column: &str,
    won: &[String],
    lost: &[String],
    log: &mut Log,
) -> Vec<Outcome> {
    let Some(Column::Text(values)) = table.get(column) else {
        return vec![Outcome::Open; table.rows()];
    };
    let among = |words: &[String], level: &str| words.iter().any(|word| same(word, level));
    let by_level: Vec<Outcome> = values
        .levels
        .iter()
        .map(|level| {
            if among(won, level) {
                Outcome::Won
            } else if among(lost, level) {
                Outcome::Lost
            } else {
                Outcome::Open
            }
        })
        .collect();
    let empty = values.codes.iter().filter(|&&code| code == MISSING).count();
    note_levels(column, (won, lost), &values.levels, empty as u64, log);
    values
        .codes
        .iter()
        .map(|&code| {
            by_level
                .get(code as usize)
                .copied()
                .unwrap_or(Outcome::Open)
        })
        .collect()
}

/// Says where words for won and lost are not among the values of the column, and how many rows have none.
pub(super) fn note_levels(
    column: &str,
    (won, lost): (&[String], &[String]),
    levels: &[String],
    empty: u64,
    log: &mut Log,
) {
    let unseen: Vec<String> = won
        .iter()
        .chain(lost)
        .filter(|word| !levels.iter().any(|level| same(word, level)))
        .cloned()
        .collect();
    if !unseen.is_empty() {
        let named = |level: &&str| won.iter().chain(lost).any(|word| same(word, level));
        let unnamed: Vec<&str> = levels
            .iter()
            .map(String::as_str)
            .filter(|level| !named(level))
            .collect();
        log.note(
            "outcome-value-unseen",
            Some(column),
            format!(
                "No row of `{column}` holds {}, which `outcome` names{}; it holds {}. Every value that `outcome` does \
                 not name is open.",
                list(&unseen),
                meant(&unseen, &unnamed),
                list(levels)
            ),
        );
    }
    let folded = |level: &str| level.trim().to_lowercase();
    let named = || won.iter().chain(lost);
    let otherwise: Vec<String> = (levels.iter())
        .filter(|level| !named().any(|word| same(word, level)))
        .filter(|level| named().any(|word| folded(word) == folded(level)))
        .cloned()
        .collect();
    // Where the named one does not occur, the note on it asks whether this one is meant.
    if !otherwise.is_empty() && unseen.is_empty() {
        log.note(
            "outcome-value-unnamed",
            Some(column),
            format!(
                "`{column}` holds {}, which `outcome` names in another spelling only. They count as open: add them to `outcome`.",
                list(&otherwise)
            ),
        );
    }
    if empty > 0 {
        log.note(
            "outcome-empty",
            Some(column),
            format!(
                "Rows in which `{column}` is empty: {}. They count as open.",
                grouped(empty)
            ),
        );
    }
}

/// The values that no outcome names and that are nearest to those that do not occur: mostly the case differs. Nothing
/// where none is near.
fn meant(unseen: &[String], unnamed: &[&str]) -> String {
    let near: Vec<String> = unseen
        .iter()
        .filter_map(|word| {
            let folded = word.trim().to_lowercase();
            let same = unnamed.iter().find(|level| level.to_lowercase() == folded);
            let near = || nearest(word, unnamed.iter().copied());
            same.copied().or_else(near).map(str::to_owned)
        })
        .collect();
    if near.is_empty() {
        String::new()
    } else {
        format!(" (did you mean {}?)", list(&near))
    }
}

/// Whether two values are the same: as texts, or as numbers (`1` and `1.0`).
pub(super) fn same(word: &str, level: &str) -> bool {
    let word = word.trim();
    word == level
        || matches!(
            (plain_number(word.as_bytes()), plain_number(level.as_bytes())),
            (Some(a), Some(b)) if a == b
        )
}

fn by_conditions(
    project: &Project,
    table: &Table,
    won: &Condition,
    lost: Option<&Condition>,
    as_of: Day,
) -> Result<(Vec<Outcome>, Vec<String>), ReadError> {
    let mut fields: Vec<&str> = won
        .tests()
        .into_iter()
        .chain(lost.into_iter().flat_map(Condition::tests))
        .map(|test| test.field.as_str())
        .collect();
    fields.sort_unstable();
    fields.dedup();
    let (view, columns) = view(project, table, &fields);
    let holds = |condition: &Condition| {
        matches(condition, &view, as_of.start())
            .map_err(|faults| ReadError::Outcome(faults.located(&project.file, &project.text)))
    };
    let won = holds(won)?;
    let lost = lost.map(holds).transpose()?;
    let outcome = (0..table.rows())
        .map(|row| {
            if won[row] {
                Outcome::Won
            } else if lost.as_ref().is_some_and(|lost| lost[row]) {
                Outcome::Lost
            } else {
                Outcome::Open
            }
        })
        .collect();
    Ok((outcome, columns))
}

/// The columns that conditions read, under the names that they use (the file's, or those of roles), and the names of
/// these columns in the file. With a field that is in neither, the whole table, so that a message can name its columns.
fn view(project: &Project, table: &Table, fields: &[&str]) -> (Table, Vec<String>) {
    let mut view = Table::with_rows(table.rows());
    let mut columns = Vec::new();
    for &field in fields {
        let role = Role::ALL.into_iter().find(|role| role.key() == field);
        let by_role = || {
            let name = project.leads.roles.get(&role?)?;
            table.get(name).map(|column| (name.as_str(), column))
        };
        let Some((name, column)) = table.get(field).map(|c| (field, c)).or_else(by_role) else {
            return (table.clone(), columns);
        };
        view.insert(field, column.clone());
        columns.push(name.to_owned());
    }
    (view, columns)
}
