//! Rows set aside: counted, kept and explained, never dropped in silence.

use serde::Serialize;

/// One row of a file that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reject {
    /// The file, as the project names it.
    pub file: String,
    /// Line of the file that the row starts on, from 1; the header is line 1.
    pub row: u64,
    /// The column at fault; empty if it is the row as a whole.
    pub column: String,
    /// Stable kebab-case code.
    pub code: &'static str,
    /// What is wrong and what was expected, in words.
    pub reason: String,
    /// The row as it stands in the file.
    pub line: String,
}

/// All rows set aside, and how many were read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rejects {
    /// The rows, by file and row.
    pub rows: Vec<Reject>,
    /// Number of data rows read, good and bad, over all files.
    pub read: u64,
}
