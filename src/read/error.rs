//! Why reading had to stop, in words that the owner of the file understands.

use std::fmt;
use std::path::PathBuf;

use crate::domain::{Faults, Rejects};
use crate::read::Note;

/// Why reading had to stop.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file cannot be opened or read.
    #[error("cannot read {}: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not delimited text, whatever its name says.
    #[error("{file} is {what}; {hint}")]
    NotDelimited {
        /// The file, as the project names it.
        file: String,
        /// What it is.
        what: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// A text file in another encoding than UTF-8.
    #[error(
        "{file} is not written in UTF-8: line {line} holds bytes that are no text in it; \
         save the file as `CSV UTF-8`"
    )]
    NotUtf8 {
        /// The file, as the project names it.
        file: String,
        /// First line with such bytes, from 1.
        line: u64,
    },
    /// Nothing in the file.
    #[error("{file} is empty; its first line must hold the column names")]
    Empty {
        /// The file, as the project names it.
        file: String,
    },
    /// Column names, but no row that can be used.
    #[error("{file} has column names but no rows")]
    NoRows {
        /// The file or files, as the project names them.
        file: String,
    },
    /// Two columns of one name.
    #[error(
        "{file}:1: two columns are called {}; give each its own name",
        list(names)
    )]
    DuplicateColumns {
        /// The file, as the project names it.
        file: String,
        /// The names that appear more than once.
        names: Vec<String>,
    },
    /// Columns that the project names and the file does not have.
    #[error(
        "{file}: {}\n  the columns found are {}{}",
        missing_lines(missing),
        list(found),
        no_header(missing)
    )]
    MissingColumns {
        /// The file, as the project names it.
        file: String,
        /// The columns missed.
        missing: Vec<MissingColumn>,
        /// The columns that the file has.
        found: Vec<String>,
    },
    /// Several lead files whose columns are not the same.
    #[error(
        "{file}:1: the columns are not those of {first}: {}; files of one list need the same columns",
        difference(missing, extra)
    )]
    HeaderDiffers {
        /// The file that differs.
        file: String,
        /// The file that it is compared with.
        first: String,
        /// Columns of the first file that it lacks.
        missing: Vec<String>,
        /// Columns that the first file lacks.
        extra: Vec<String>,
    },
    /// A side table whose key stands for several rows.
    #[error(
        "{file}: `{column}` must name each row once, but `{value}` is there {count} times \
         (lines {first_line} and {second_line}); values repeated in all: {keys}"
    )]
    RepeatedKeys {
        /// The side table.
        file: String,
        /// Its key column.
        column: String,
        /// A repeated value.
        value: String,
        /// How often it is there.
        count: usize,
        /// Line of its first row.
        first_line: u64,
        /// Line of its second row.
        second_line: u64,
        /// How many values are repeated.
        keys: usize,
    },
    /// Money of several currencies in one column.
    #[error(
        "{file}: `{column}` holds money of several currencies ({}); amounts can only be added in one: \
         convert them, or keep one currency in the file",
        signs.iter().map(char::to_string).collect::<Vec<_>>().join(" ")
    )]
    MixedCurrencies {
        /// The file or files, as the project names them.
        file: String,
        /// The column.
        column: String,
        /// The currency signs found.
        signs: Vec<char>,
    },
    /// Dates like 03/04/2026 where the project does not say which part is the day.
    #[error("{file}: {}", unclear_lines(columns))]
    UnclearDates {
        /// The file or files, as the project names them.
        file: String,
        /// The columns, each with what it holds and what to do.
        columns: Vec<(String, String)>,
    },
    /// Conditions of the outcome that the data does not bear.
    #[error("the conditions of `outcome` do not fit the data:\n{0}")]
    Outcome(Faults),
    /// Too many rows had to be set aside.
    #[error("{0}")]
    TooManyRejects(Box<TooMany>),
    /// The rows set aside could not be written.
    #[error("cannot write {}: {source}", file.display())]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A column that the project names and a file does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingColumn {
    /// The name as the project gives it.
    pub name: String,
    /// The key of the project file that names it.
    pub named_by: String,
    /// The column of the file with the nearest name, if one is near.
    pub nearest: Option<String>,
}

/// How often rows were set aside for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonCount {
    /// Code of the rejects.
    pub code: &'static str,
    /// How many rows.
    pub rows: usize,
    /// The first of them: place and reason.
    pub example: String,
}

/// More rows set aside than the project allows; the rows themselves are here to be written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooMany {
    /// The files that the rows are from.
    pub files: String,
    /// Rows set aside.
    pub rejected: u64,
    /// Rows read.
    pub read: u64,
    /// Share allowed, in percent.
    pub allowed_percent: String,
    /// Notes that may well tell the cause of all the reasons.
    pub first: Vec<Note>,
    /// Reasons, the most common first.
    pub reasons: Vec<ReasonCount>,
    /// Every row set aside so far, of every file.
    pub rejects: Rejects,
}

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = 100.0 * self.rejected as f64 / self.read.max(1) as f64;
        write!(
            f,
            "{} of {} rows of {} cannot be used ({share:.1} %; `max_rejects` allows {} %)",
            grouped(self.rejected),
            grouped(self.read),
            self.files,
            self.allowed_percent,
        )?;
        for note in &self.first {
            write!(f, "\n  {} [{}]", note.message, note.code)?;
        }
        for reason in &self.reasons {
            write!(
                f,
                "\n  {} x {}, the first: {}",
                grouped(reason.rows as u64),
                reason.code,
                reason.example
            )?;
        }
        Ok(())
    }
}

/// A count with thousands separators: `1,480`.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Names in backquotes with commas between, the first twelve of them.
pub(super) fn list(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn missing_lines(missing: &[MissingColumn]) -> String {
    missing
        .iter()
        .map(|column| {
            let near = column.nearest.as_ref().map_or(String::new(), |nearest| {
                format!("; did you mean `{nearest}`?")
            });
            format!(
                "no column `{}`, which {} names{near}",
                column.name, column.named_by
            )
        })
        .collect::<Vec<_>>()
        .join("\n  ")
}

fn unclear_lines(columns: &[(String, String)]) -> String {
    let line = |(name, advice): &(String, String)| format!("\n  `{name}` {advice}");
    let lines: String = columns.iter().map(line).collect();
    format!("the project file does not say which part of a date is the day{lines}")
}

/// A hint for a file that seems to start with data.
fn no_header(missing: &[MissingColumn]) -> &'static str {
    if missing.len() > 1 && missing.iter().all(|column| column.nearest.is_none()) {
        "\n  does the file have a first line with the column names?"
    } else {
        ""
    }
}

fn difference(missing: &[String], extra: &[String]) -> String {
    let mut parts = Vec::new();
    if !missing.is_empty() {
        parts.push(format!("it lacks {}", list(missing)));
    }
    if !extra.is_empty() {
        parts.push(format!("it has {} beside them", list(extra)));
    }
    parts.join(" and ")
}
