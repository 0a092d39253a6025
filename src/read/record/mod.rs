//! The record of calls: what the lists showed and what came of the calls, in two files that a person can open.
//!
//! `results` and `lists` know what a line says, `store` how a file is added to so that a kill at any moment leaves it sound,
//! `closings` what the record changes in the leads, `import` how results of other hands come in.

mod closings;
mod import;
mod lines;
mod lists;
mod results;
mod store;

pub use import::{Imported, Terms, import, possible};
pub use lists::{append_shown, can_be_recorded};
pub use results::{Again, Appended, Entry, append_calls, call_result, result_words};

pub(super) use closings::apply;

use std::path::Path;

use crate::domain::{Reject, Shown};
use crate::project::{Project, nearest};
use crate::read::source::{Source, shown};
use crate::read::{MissingColumn, ReadError};

use lines::{Lines, fault, torn};
use store::whole_lines;

/// Everything that the two files hold.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// The calls that count, by (moment, lead): without those taken back, and each once.
    pub entries: Vec<Entry>,
    /// Lines of results that count no longer: corrected by a later one, taken back, or taking back.
    pub superseded: usize,
    /// The newest list of every day and owner, by (day, owner, rank).
    pub shown: Vec<Shown>,
    /// Lines set aside, by file and line.
    pub rejects: Vec<Reject>,
    /// Lines read, good and bad.
    pub read: u64,
}

/// Reads the record of a project; nothing where it has none, or where leads have no identifiers of their own, as the
/// number of a row is another lead in the next export.
///
/// # Errors
/// If a file of it is there and cannot be read, or lacks a column.
pub fn record(project: &Project) -> Result<Record, ReadError> {
    if project.leads.id.is_none() {
        return Ok(Record::default());
    }
    let mut record = Record::default();
    results_of(project, &mut record)?;
    lists_of(project, &mut record)?;
    record.rejects.sort();
    Ok(record)
}

fn results_of(project: &Project, record: &mut Record) -> Result<(), ReadError> {
    let path = results::file(project);
    let name = shown(project, &path);
    let bytes = bytes(&path, &name)?;
    let whole = whole_lines(&bytes, b',');
    record.rejects.extend(torn(&name, &bytes, whole));
    let Some(mut lines) = Lines::of(&name, &bytes[..whole])? else {
        return Ok(());
    };
    let entries = results::parse(project, &mut lines)?;
    let entries: Vec<Entry> = entries.into_iter().map(|(_, entry)| entry).collect();
    record.entries = results::counting(&entries).into_iter().cloned().collect();
    record.superseded = entries.len() - record.entries.len();
    record.rejects.append(&mut lines.rejects);
    record.read += lines.read;
    Ok(())
}

fn lists_of(project: &Project, record: &mut Record) -> Result<(), ReadError> {
    let path = lists::file(project);
    let name = shown(project, &path);
    let bytes = bytes(&path, &name)?;
    let whole = whole_lines(&bytes, b',');
    record.rejects.extend(torn(&name, &bytes, whole));
    let Some(mut lines) = Lines::of(&name, &bytes[..whole])? else {
        return Ok(());
    };
    let numbered = lists::parse(&mut lines)?;
    let (shown, torn) = lists::counting(&numbered);
    for line in torn {
        let text = lines.line_text(line);
        let reason = "the list of this line is not whole: it was cut short while it was written, and does not count";
        lines.set_aside(line, text, fault("list", "half-list", reason));
    }
    record.shown = shown;
    record.rejects.append(&mut lines.rejects);
    record.read += lines.read;
    Ok(())
}

fn bytes(path: &Path, name: &str) -> Result<Vec<u8>, ReadError> {
    store::bytes(path).map_err(|source| ReadError::Unreadable {
        file: name.into(),
        source,
    })
}

/// Every column must be in the header.
fn require(source: &Source, columns: &[&str]) -> Result<(), ReadError> {
    let header = &source.header;
    let absent = columns
        .iter()
        .filter(|&&name| !header.iter().any(|there| there == name));
    let missing: Vec<MissingColumn> = absent
        .map(|&name| MissingColumn {
            name: name.to_owned(),
            named_by: "the record of calls".to_owned(),
            nearest: nearest(name, header.iter().map(String::as_str)).map(str::to_owned),
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ReadError::MissingColumns {
        file: source.name.clone(),
        missing,
        found: header.clone(),
    })
}
