//! A file in blocks that end where a record ends, so that each can be read on its own.

use std::io::{self, ErrorKind, Read};

use csv::ByteRecord;
use memchr::{memchr, memrchr};

use crate::read::rows::{Rows, well_quoted};

/// Bytes of a block, about: with all that is made of it, it fits into the cache of a core.
pub(super) const SIZE: usize = 1 << 17;
/// Longest record, in bytes: what goes on for longer is a quotation mark that is never closed.
const LONGEST: usize = 1 << 26;

/// Whole records, one after the other.
pub(super) struct Block {
    /// Where in the file it starts.
    pub(super) offset: u64,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

/// Cuts what a reader gives into blocks.
pub(super) struct Blocks<R> {
    reader: R,
    size: usize,
    delimiter: u8,
    /// Read already, but part of the next block.
    rest: Vec<u8>,
    offset: u64,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    /// The blocks of `reader`, which stands at byte `offset` of its file, where a record starts.
    pub(super) const fn new(reader: R, offset: u64, delimiter: u8, size: usize) -> Self {
        Self {
            reader,
            size,
            delimiter,
            rest: Vec::new(),
            offset,
            ended: false,
        }
    }

    /// The next block; none at the end. `spare` is a buffer to be used again.
    ///
    /// # Errors
    /// If the file cannot be read, or a record is longer than any record is.
    pub(super) fn next(&mut self, spare: Vec<u8>) -> io::Result<Option<Block>> {
        let mut bytes = spare;
        bytes.clear();
        bytes.append(&mut self.rest);
        while !self.ended {
            let (before, wanted) = (
                bytes.len(),
                self.size.saturating_sub(bytes.len()).max(self.size / 2 + 1),
            );
            let read = self
                .reader
                .by_ref()
                .take(wanted as u64)
                .read_to_end(&mut bytes)?;
            debug_assert_eq!(bytes.len(), before + read);
            self.ended = read < wanted;
            let cut = if self.ended {
                bytes.len()
            } else {
                last_end(&bytes, self.delimiter)
            };
            if cut > 0 {
                self.rest.extend_from_slice(&bytes[cut..]);
                bytes.truncate(cut);
                break;
            }
            if bytes.len() > LONGEST {
                return Err(ErrorKind::InvalidData.into());
            }
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        let block = Block {
            offset: self.offset,
            bytes,
        };
        self.offset += block.bytes.len() as u64;
        Ok(Some(block))
    }
}

/// The end of the last record of which it is certain, whatever follows, that it ends there; 0 without one. `bytes` begin
/// where a record does.
fn last_end(bytes: &[u8], delimiter: u8) -> usize {
    let mut start = 0;
    loop {
        let newline =
            |from: usize, to: usize| memrchr(b'\n', &bytes[from..to]).map(|i| from + i + 1);
        let Some(quote) = memchr(b'"', &bytes[start..]).map(|i| start + i) else {
            return newline(start, bytes.len()).unwrap_or(start);
        };
        // Without a quotation mark, every newline ends a record.
        let line = newline(start, quote).unwrap_or(start);
        let Some(end) = memchr(b'\n', &bytes[quote..]).map(|i| quote + i) else {
            return line;
        };
        let text = bytes[line..end]
            .strip_suffix(b"\r")
            .unwrap_or(&bytes[line..end]);
        if memchr(b'\r', text).is_none() && well_quoted(text, delimiter) {
            start = end + 1;
            continue;
        }
        let mut rows = Rows::new(bytes, line, delimiter, 0);
        // What reaches the end may go on behind it: a record, and the search for the end of a quote.
        match rows.next(&mut ByteRecord::new()) {
            Some(_) if rows.reach() < bytes.len() => start = rows.place(),
            _ => return line,
        }
    }
}
