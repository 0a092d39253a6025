//! Records of delimited text, each with the line that it starts on, and sound again after a quote that is never closed.

use std::ops::Range;

use csv::{ByteRecord, Reader, ReaderBuilder};

/// What stands at a place of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A record of as many fields as the header.
    Record,
    /// Nothing but blanks or delimiters.
    Blank,
    /// A record of more or fewer fields than the header.
    Width,
    /// A quote that is opened and not closed as it should be; the row is the one line that it stands on.
    Quote,
}

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// What it is.
    pub(super) step: Step,
    /// Line that it starts on, from 1.
    pub(super) line: u64,
    /// Its bytes, without the end of the line.
    pub(super) range: Range<usize>,
}

/// The rows of a text, one after the other.
pub(super) struct Rows<'a> {
    content: &'a [u8],
    delimiter: u8,
    /// Fields of the header; 0: any number will do.
    width: usize,
    /// Where in `content` the text of `reader` starts, and the line of that place.
    base: usize,
    base_line: u64,
    /// The furthest byte that has been looked at.
    reach: usize,
    reader: Reader<&'a [u8]>,
}

impl<'a> Rows<'a> {
    /// The rows from byte `start` on, taken as line 1.
    pub(super) fn new(content: &'a [u8], start: usize, delimiter: u8, width: usize) -> Self {
        Self {
            content,
            delimiter,
            width,
            base: start,
            base_line: 1,
            reach: start,
            reader: reader(&content[start..], delimiter),
        }
    }

    /// Where the next row starts, or the end of the line before it.
    pub(super) fn place(&self) -> usize {
        self.base + self.reader.position().byte() as usize
    }

    /// The furthest byte that has been looked at: up to it, nothing behind can change what the rows are.
    pub(super) const fn reach(&self) -> usize {
        self.reach
    }

    /// From now on, rows are to have this many fields.
    pub(super) fn expect_width(&mut self, width: usize) {
        self.width = width;
    }

    /// Reads the next row into `record`; none at the end. For a [`Step::Quote`] the record is of no use.
    pub(super) fn next(&mut self, record: &mut ByteRecord) -> Option<Row> {
        let mut start = self.place();
        let mut line = self.base_line + self.reader.position().line() - 1;
        // Reading from memory into a flexible reader does not fail.
        if !self.reader.read_byte_record(record).unwrap_or(false) {
            return None;
        }
        let mut end = self.place();
        self.reach = self.reach.max(end);
        // The rest of the last line end, and empty lines, are before the record and no part of it.
        while let Some(byte @ (b'\r' | b'\n')) = self.content.get(start) {
            line += u64::from(*byte == b'\n');
            start += 1;
        }
        while end > start && matches!(self.content[end - 1], b'\r' | b'\n') {
            end -= 1;
        }
        let raw = &self.content[start..end];
        if raw.contains(&b'\n') && !well_quoted(raw, self.delimiter) {
            return Some(self.only_the_first_line(start, line));
        }
        let step = if is_blank(record) {
            Step::Blank
        } else if self.width != 0 && record.len() != self.width {
            Step::Width
        } else {
            Step::Record
        };
        Some(Row {
            step,
            line,
            range: start..end,
        })
    }

    /// A quote has swallowed lines that are none of its business: gives up its line alone and goes on with the next.
    fn only_the_first_line(&mut self, start: usize, line: u64) -> Row {
        let rest = &self.content[start..];
        let length = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
        self.base = (start + length + 1).min(self.content.len());
        self.base_line = line + 1;
        self.reader = reader(&self.content[self.base..], self.delimiter);
        let shown = rest[..length]
            .strip_suffix(b"\r")
            .unwrap_or(&rest[..length]);
        Row {
            step: Step::Quote,
            line,
            range: start..start + shown.len(),
        }
    }
}

fn reader(content: &[u8], delimiter: u8) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(content)
}

/// Nothing but blanks in any field.
fn is_blank(record: &ByteRecord) -> bool {
    record.as_slice().iter().all(u8::is_ascii_whitespace)
}

/// Whether every quoted field of a record ends with a quote before a delimiter or the end of the record.
pub(super) fn well_quoted(raw: &[u8], delimiter: u8) -> bool {
    let mut at = 0;
    while at < raw.len() {
        if raw[at] == b'"' {
            let Some(after) = after_quoted(raw, at) else {
                return false;
            };
            at = after;
            if at < raw.len() && raw[at] != delimiter {
                return false;
            }
        } else {
            let rest = &raw[at..];
            at += rest
                .iter()
                .position(|&b| b == delimiter)
                .unwrap_or(rest.len());
        }
        at += 1;
    }
    true
}

/// The place after the quote that closes the field opened at `open`; none if nothing closes it.
fn after_quoted(raw: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += raw.get(at..)?.iter().position(|&b| b == b'"')? + 1;
        if raw.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, width: usize) -> Vec<(Step, u64, String)> {
        let mut rows = Rows::new(text.as_bytes(), 0, b',', width);
        let mut record = ByteRecord::new();
        let mut seen = Vec::new();
        while let Some(row) = rows.next(&mut record) {
            seen.push((row.step, row.line, text[row.range].to_owned()));
        }
        seen
    }

    #[test]
    fn lines_are_right_after_quoted_newlines_and_empty_lines() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "1,\"x", "y\"", "", "2,z", "", "3,w"].join(end);
            let lines: Vec<u64> = all(&text, 2).iter().map(|row| row.1).collect();
            assert_eq!(lines, [1, 2, 5, 7], "{end:?}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_one_row() {
        let text = "a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n";
        let steps: Vec<(Step, u64)> = all(text, 2).iter().map(|row| (row.0, row.1)).collect();
        assert_eq!(
            steps,
            [
                (Step::Record, 1),
                (Step::Quote, 2),
                (Step::Record, 3),
                (Step::Record, 4),
                (Step::Record, 5)
            ]
        );
        assert_eq!(all("a,b\r\n1,\"x\r\n2,y", 2)[1].2, "1,\"x");
    }

    #[test]
    fn blank_and_ragged_rows_are_told_apart() {
        let steps: Vec<Step> = all("a,b\n,\n  \n1\n1,2,3\n\"1,2\"\n", 2)
            .iter()
            .map(|row| row.0)
            .collect();
        assert_eq!(
            steps,
            [
                Step::Record,
                Step::Blank,
                Step::Blank,
                Step::Width,
                Step::Width,
                Step::Width
            ]
        );
    }

    #[test]
    fn doubled_quotes_close_nothing() {
        assert!(well_quoted(b"1,\"say \"\"yes\"\"\nplease\",2", b','));
        assert!(!well_quoted(b"1,\"say \"yes\"\nplease\",2", b','));
        assert!(!well_quoted(b"1,\"x\n", b','));
    }
}
