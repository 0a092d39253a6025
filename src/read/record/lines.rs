//! Lines of a file of the record, or of one to be imported: values by column, faults with their place.

use csv::ByteRecord;

use crate::domain::{Reject, from_sheet};
use crate::read::ReadError;
use crate::read::rowfault::{RowFault, is_text, not_text, open_quote, wrong_width};
use crate::read::rows::{Row, Step};
use crate::read::source::Source;
use crate::read::values::Unfit;

/// What is wrong with a line.
pub(super) struct Fault(RowFault);

impl Fault {
    /// A value that does not fit its column.
    pub(super) fn value(column: &str, unfit: Unfit, text: &str) -> Self {
        Self(RowFault::value(column, unfit, text.as_bytes()))
    }
}

/// What is wrong with a line, in words.
pub(super) fn fault(column: &str, code: &'static str, reason: &str) -> Fault {
    Fault(RowFault::of_column(column, code, reason.to_owned()))
}

/// One line: its values by column.
pub(super) struct Line<'a> {
    header: &'a [String],
    record: &'a ByteRecord,
}

impl Line<'_> {
    /// The value in a column, without blanks around it; empty where there is no such column.
    pub(super) fn text(&self, column: &str) -> &str {
        let place = self.header.iter().position(|name| name == column);
        let field = place.and_then(|place| self.record.get(place));
        let text = std::str::from_utf8(field.unwrap_or_default()).map_or("", str::trim);
        from_sheet(text)
    }
}

/// The lines of a file.
pub(super) struct Lines<'a> {
    name: &'a str,
    source: Source,
    /// Lines set aside.
    pub(super) rejects: Vec<Reject>,
    /// Lines read, good and bad.
    pub(super) read: u64,
}

impl<'a> Lines<'a> {
    /// The lines of whole bytes; none where there is nothing, not even a header.
    pub(super) fn of(name: &'a str, bytes: &[u8]) -> Result<Option<Self>, ReadError> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        Source::new(name.to_owned(), bytes.to_vec()).map(|source| Some(Self::new(name, source)))
    }

    pub(super) const fn new(name: &'a str, source: Source) -> Self {
        Self {
            name,
            source,
            rejects: Vec::new(),
            read: 0,
        }
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.source.header
    }

    /// The columns that must be there.
    pub(super) fn require(&self, columns: &[&str]) -> Result<(), ReadError> {
        super::require(&self.source, columns)
    }

    /// What `take` makes of every line, with its place; lines that it refuses are set aside.
    pub(super) fn each<T>(
        &mut self,
        take: impl Fn(&Line<'_>) -> Result<T, Fault>,
    ) -> Vec<(u64, T)> {
        let (source, mut taken, mut record) = (&self.source, Vec::new(), ByteRecord::new());
        let width = source.header.len();
        let mut rows = source.rows();
        while let Some(row) = rows.next(&mut record) {
            if row.step == Step::Blank {
                continue;
            }
            self.read += 1;
            let good = match row.step {
                Step::Quote => Err(Fault(open_quote())),
                _ if !is_text(&record) => Err(Fault(not_text())),
                // A spreadsheet writes empty fields as far as any row of the sheet went.
                Step::Width
                    if record.len() < width || record.iter().skip(width).any(|f| !f.is_empty()) =>
                {
                    Err(Fault(wrong_width(&record, width, source.delimiter())))
                }
                _ => take(&Line {
                    header: &source.header,
                    record: &record,
                }),
            };
            match good {
                Ok(value) => taken.push((row.line, value)),
                Err(Fault(fault)) => self.rejects.push(fault.reject(source, &row)),
            }
        }
        taken
    }

    /// Sets a line aside that has been taken, by its place.
    pub(super) fn set_aside(&mut self, line: u64, text: String, fault: Fault) {
        let reject = fault.0.into_reject(self.name, line, text);
        self.rejects.push(reject);
    }

    /// The line at a place, as it stands in the file.
    pub(super) fn line_text(&self, line: u64) -> String {
        let mut rows = self.source.rows();
        let mut record = ByteRecord::new();
        let mut found: Option<Row> = None;
        while let Some(row) = rows.next(&mut record) {
            if row.line == line {
                found = Some(row);
                break;
            }
        }
        found.map_or_else(String::new, |row| self.source.text(row.range))
    }
}

/// The part of a file that was cut short, as a row set aside.
pub(super) fn torn(name: &str, bytes: &[u8], whole: usize) -> Option<Reject> {
    let torn = bytes.get(whole..).filter(|torn| !torn.is_empty())?;
    let line = memchr::memchr_iter(b'\n', &bytes[..whole]).count() as u64 + 1;
    let fault = RowFault::of_column(
        "",
        "torn-line",
        "the line does not end: it was cut short while it was written, and does not count; write the entry again"
            .to_owned(),
    );
    let text = String::from_utf8_lossy(torn).trim_end().to_owned();
    Some(fault.into_reject(name, line, text))
}
