//! What reading sets aside and notices, and the limit on it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use crate::domain::{Day, Reject, Rejects, sheet_text};
use crate::read::error::{ReasonCount, TooMany};
use crate::read::frame::Frame;
use crate::read::{Note, ReadError, draft_in};

/// Rows set aside and things noticed so far.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) rejects: Rejects,
    pub(super) notes: Vec<Note>,
    /// The newest dates that say that something has happened, newest first, and where they stand.
    latest: Vec<(Day, String)>,
}

/// Newest dates of which the place is kept.
const LATEST: usize = 3;

impl Log {
    /// Takes note of where the newest of the days of a column stand; each comes with its row.
    pub(super) fn dates(
        &mut self,
        frame: &Frame,
        column: &str,
        days: impl Iterator<Item = (usize, Day)>,
    ) {
        let mut newest: Vec<(Day, usize)> = Vec::with_capacity(LATEST + 1);
        for (row, day) in days {
            if newest.len() < LATEST || newest.last().is_some_and(|last| last.0 < day) {
                let place = newest.partition_point(|other| other.0 >= day);
                newest.insert(place, (day, row));
                newest.truncate(LATEST);
            }
        }
        let placed = newest.into_iter();
        self.latest
            .extend(placed.map(|(day, row)| (day, format!("{}:{column}", frame.at(row)))));
        self.latest.sort_by(|a, b| b.cmp(a));
    }

    /// Where the dates after a day stand, newest first, as far as is known.
    pub(super) fn after(&self, day: Day) -> Vec<String> {
        let later = self.latest.iter().take_while(|(other, _)| *other > day);
        later
            .map(|(other, place)| format!("{other} at {place}"))
            .collect()
    }

    /// Takes over what was set aside and noticed elsewhere, after what is here.
    pub(super) fn merge(&mut self, other: Self) {
        self.rejects.rows.extend(other.rejects.rows);
        self.rejects.read += other.rejects.read;
        self.notes.extend(other.notes);
        self.latest.extend(other.latest);
        self.latest.sort_by(|a, b| b.cmp(a));
    }

    /// Adds a note; `column` is the one that it is about.
    pub(super) fn note(&mut self, code: &'static str, column: Option<&str>, message: String) {
        self.notes.push(Note {
            code,
            message,
            column: column.map(str::to_owned),
        });
    }

    /// Stops when more than `limit` (a share, 0-1) of the `read` rows of `files` were set aside.
    pub(super) fn check_limit(
        &self,
        files: &[&str],
        read: u64,
        limit: f64,
    ) -> Result<(), ReadError> {
        let of_files: Vec<&Reject> = self
            .rejects
            .rows
            .iter()
            .filter(|reject| files.contains(&reject.file.as_str()))
            .collect();
        let rejected = of_files.len() as u64;
        if rejected as f64 <= limit * read as f64 {
            return Ok(());
        }
        Err(ReadError::TooManyRejects(Box::new(TooMany {
            files: files.join(", "),
            rejected,
            read,
            allowed_percent: format!("{}", (limit * 1e4).round() / 1e2),
            reasons: reasons(&of_files),
            first: self.outcome_unseen(),
            rejects: self.sorted_rejects(),
        })))
    }

    /// What was noticed that may well be the cause of every reject: an outcome spelled otherwise than in the data.
    fn outcome_unseen(&self) -> Vec<Note> {
        let spelled =
            |note: &&Note| matches!(note.code, "outcome-value-unseen" | "outcome-value-unnamed");
        self.notes.iter().filter(spelled).cloned().collect()
    }

    /// The rows set aside, by file and row.
    pub(super) fn sorted_rejects(&self) -> Rejects {
        let mut rejects = self.rejects.clone();
        rejects.rows.sort();
        rejects
    }
}

/// The commonest reasons, with one example each.
fn reasons(rejects: &[&Reject]) -> Vec<ReasonCount> {
    const SHOWN: usize = 5;
    let mut by_reason: BTreeMap<(&str, &str), Vec<&Reject>> = BTreeMap::new();
    for reject in rejects {
        by_reason
            .entry((reject.code, &reject.column))
            .or_default()
            .push(reject);
    }
    let mut reasons: Vec<ReasonCount> = by_reason
        .into_values()
        .filter_map(|rows| {
            let first = rows.iter().min()?;
            Some(ReasonCount {
                code: first.code,
                rows: rows.len(),
                example: format!("{}:{}: {}", first.file, first.row, first.reason),
            })
        })
        .collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.rows));
    reasons.truncate(SHOWN);
    reasons
}

/// Writes the rows set aside as CSV (`file,row,column,code,reason,line`), whole or not at all.
///
/// # Errors
/// If the file cannot be written.
pub fn write_rejects(rejects: &Rejects, file: &Path) -> Result<(), ReadError> {
    write_whole(rejects, file).map_err(|source| ReadError::Unwritable {
        file: file.to_owned(),
        source,
    })
}

fn write_whole(rejects: &Rejects, file: &Path) -> std::io::Result<()> {
    let folder = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut draft = draft_in(folder)?;
    let mut writer = csv::Writer::from_writer(&mut draft);
    writer.write_record(["file", "row", "column", "code", "reason", "line"])?;
    for reject in &rejects.rows {
        writer.write_record([
            reject.file.as_str(),
            &reject.row.to_string(),
            &*sheet_text(&reject.column),
            reject.code,
            &sheet_text(&reject.reason),
            &sheet_text(&reject.line),
        ])?;
    }
    writer.flush()?;
    drop(writer);
    draft.flush()?;
    draft.as_file().sync_all()?;
    draft.persist(file)?;
    Ok(())
}
