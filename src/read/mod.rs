//! Files -> typed columns. Every fault has a file, a row and a column; rows set aside are kept.

use crate::domain::{Day, Leads, Rejects, SpendLine, TargetLine};
use crate::project::Project;

/// Why reading had to stop.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// To be replaced.
    #[error("not read")]
    Stub,
    /// Columns that the project names and the file does not have.
    #[error("missing columns")]
    MissingColumns {},
    /// Conditions of the outcome that the data does not bear.
    #[error("{0}")]
    Outcome(crate::domain::Faults),
    /// Too many rows had to be set aside.
    #[error("too many")]
    TooManyRejects(Box<TooMany>),
}

/// (temporary stand-in, to be dropped when the room is merged)
#[derive(Debug)]
pub struct TooMany {
    /// Every row set aside so far.
    pub rejects: Rejects,
}

/// (temporary stand-in, to be dropped when the room is merged)
///
/// # Errors
/// Never.
pub fn write_rejects(rejects: &Rejects, file: &std::path::Path) -> Result<(), ReadError> {
    let _ = (rejects, file);
    Ok(())
}

/// Something about the data that a person should know; counted, never fatal.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Note {
    /// Stable kebab-case code.
    pub code: &'static str,
    /// The sentence.
    pub message: String,
    /// The column that it is about, if it is about one.
    pub column: Option<String>,
}

/// Everything read from the files of a project, as of a day.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// The leads.
    pub leads: Leads,
    /// Spend by month and source; empty without `[spend]`.
    pub spend: Vec<SpendLine>,
    /// Targets; empty without `[targets]`.
    pub targets: Vec<TargetLine>,
    /// Rows set aside.
    pub rejects: Rejects,
    /// What else was noticed: keys that found no partner, stray values, leads without `created` ...
    pub notes: Vec<Note>,
}

/// Reads the leads of a project with all their side files, as of `as_of` (default: the project's, else the day after
/// the newest date in the data).
///
/// # Errors
/// See [`ReadError`].
pub fn dataset(project: &Project, as_of: Option<Day>) -> Result<Dataset, ReadError> {
    let _ = (project, as_of);
    Err(ReadError::Stub)
}
