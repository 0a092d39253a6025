//! A file becomes UTF-8 text of rows with a header.
//!
//! This is the one place that knows what kinds of file there are. Another format (an older encoding, a spreadsheet, a
//! compressed file) joins by turning its bytes into such text in [`decode`]; everything after it stays as it is.

use std::path::{Path, PathBuf};

use csv::ByteRecord;

use crate::project::Project;
use crate::read::ReadError;
use crate::read::encoding::from_gb18030;
use crate::read::rows::{Rows, Step};

/// Signs that may stand between fields, the usual one first.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// Rows that settle which of several candidates is the delimiter.
const SNIFFED_ROWS: usize = 50;

/// One file of rows, in memory.
pub(super) struct Source {
    /// The file, as the project names it.
    pub(super) name: String,
    content: Vec<u8>,
    /// Bytes before the header: a byte order mark.
    start: usize,
    delimiter: u8,
    /// The column names, trimmed; unnamed ones are called `column 3`.
    pub(super) header: Vec<String>,
    /// Which columns had no name.
    pub(super) unnamed: Vec<bool>,
    /// Every byte is part of UTF-8 text.
    pub(super) valid_utf8: bool,
    /// The file is Chinese text in GB18030, and `content` what it says in UTF-8.
    pub(super) decoded: bool,
}

/// The name of a file as the project gives it: relative to the project's folder where it lies in it.
pub(super) fn shown(project: &Project, file: &Path) -> String {
    let inside = file.strip_prefix(&project.root).unwrap_or(file);
    inside.display().to_string()
}

impl Source {
    /// Reads a file and its header.
    pub(super) fn open(project: &Project, file: &Path) -> Result<Self, ReadError> {
        let bytes = std::fs::read(file).map_err(|source| ReadError::Unreadable {
            file: PathBuf::from(shown(project, file)),
            source,
        })?;
        Self::new(shown(project, file), bytes)
    }

    /// The file of that name with this content.
    pub(super) fn new(name: String, bytes: Vec<u8>) -> Result<Self, ReadError> {
        let mut content = decode(&name, bytes)?;
        let mut valid_utf8 = std::str::from_utf8(&content).is_ok();
        let text = Some(&content).filter(|_| !valid_utf8);
        let text = text.and_then(|bytes| from_gb18030(bytes));
        let decoded = text.is_some();
        if let Some(text) = text {
            (content, valid_utf8) = (text, true);
        }
        let start = if content.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        let delimiter = delimiter(&content[start..]);
        let mut source = Self {
            name,
            content,
            start,
            delimiter,
            header: Vec::new(),
            unnamed: Vec::new(),
            valid_utf8,
            decoded,
        };
        source.read_header()?;
        Ok(source)
    }

    fn read_header(&mut self) -> Result<(), ReadError> {
        let mut record = ByteRecord::new();
        let mut rows = Rows::new(&self.content, self.start, self.delimiter, 0);
        let found = loop {
            match rows.next(&mut record) {
                Some(row) if row.step == Step::Blank => {}
                Some(row) => break row,
                None => {
                    return Err(ReadError::Empty {
                        file: self.name.clone(),
                    });
                }
            }
        };
        let mut header = Vec::with_capacity(record.len());
        for (i, field) in record.iter().enumerate() {
            let text = std::str::from_utf8(field).map_err(|_| ReadError::NotUtf8 {
                file: self.name.clone(),
                line: found.line,
            })?;
            let text = text.trim();
            self.unnamed.push(text.is_empty());
            header.push(if text.is_empty() {
                format!("column {}", i + 1)
            } else {
                text.to_owned()
            });
        }
        self.header = header;
        let names = repeated(&self.header);
        if names.is_empty() {
            Ok(())
        } else {
            Err(ReadError::DuplicateColumns {
                file: self.name.clone(),
                names,
            })
        }
    }

    /// The rows after the header.
    pub(super) fn rows(&self) -> Rows<'_> {
        let mut rows = Rows::new(&self.content, self.start, self.delimiter, 0);
        let mut header = ByteRecord::new();
        while rows
            .next(&mut header)
            .is_some_and(|row| row.step == Step::Blank)
        {}
        rows.expect_width(self.header.len());
        rows
    }

    /// The byte after the header, and the line that it is on.
    pub(super) fn after_header(&self) -> (u64, u64) {
        let mut rows = Rows::new(&self.content, self.start, self.delimiter, 0);
        let mut header = ByteRecord::new();
        let mut line = 1;
        let mut end = self.start;
        while let Some(row) = rows.next(&mut header) {
            let newlines = self.content[row.range.clone()]
                .iter()
                .filter(|&&b| b == b'\n');
            line = row.line + newlines.count() as u64;
            end = row.range.end;
            if row.step != Step::Blank {
                break;
            }
        }
        (end as u64, line)
    }

    /// A stretch of the file, as text.
    pub(super) fn text(&self, range: std::ops::Range<usize>) -> String {
        String::from_utf8_lossy(&self.content[range]).into_owned()
    }

    /// The sign between fields.
    pub(super) const fn delimiter(&self) -> u8 {
        self.delimiter
    }
}

/// Turns the bytes of a file into UTF-8 text, or says what the file is instead.
fn decode(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, ReadError> {
    const RESAVE: &str = "open it and save it as `CSV UTF-8`";
    let kinds: [(&[u8], &'static str, &'static str); 7] = [
        (
            b"PK\x03\x04",
            "a spreadsheet or another zip archive, whatever its name says",
            RESAVE,
        ),
        (
            b"\xD0\xCF\x11\xE0",
            "a spreadsheet of the old kind (.xls), whatever its name says",
            RESAVE,
        ),
        (b"\x1F\x8B", "compressed (gzip)", "unpack it first"),
        (b"\xFF\xFE", "text in UTF-16", RESAVE),
        (b"\xFE\xFF", "text in UTF-16", RESAVE),
        (b"PAR1", "a Parquet file", "export it as CSV"),
        (b"%PDF", "a PDF", "export it as CSV"),
    ];
    let what = kinds
        .iter()
        .find(|(start, _, _)| bytes.starts_with(start))
        .map(|&(_, what, hint)| (what, hint))
        .or_else(|| {
            let head = &bytes[..bytes.len().min(4096)];
            head.contains(&0)
                .then_some(("binary data or text in UTF-16", RESAVE))
        });
    match what {
        Some((what, hint)) => Err(ReadError::NotDelimited {
            file: name.to_owned(),
            what,
            hint,
        }),
        None => Ok(bytes),
    }
}

/// Whether the delimiter and the header would be the same if the content went on: no row that settles them reaches its
/// end, whatever the delimiter.
pub(super) fn settled(source: &Source) -> bool {
    DELIMITERS.iter().all(|&candidate| {
        let mut rows = Rows::new(&source.content, source.start, candidate, 0);
        let mut record = ByteRecord::new();
        let mut seen = 0;
        while seen <= SNIFFED_ROWS {
            match rows.next(&mut record) {
                None => return false,
                Some(row) => seen += usize::from(row.step != Step::Blank),
            }
        }
        rows.reach() < source.content.len()
    })
}

/// The sign between fields: the one that cuts the first rows into the same number of fields, more than one; among
/// several such the one that gives the most fields in the header.
fn delimiter(content: &[u8]) -> u8 {
    let mut best = (DELIMITERS[0], (0, 0));
    for candidate in DELIMITERS {
        let mut rows = Rows::new(content, 0, candidate, 0);
        let mut record = ByteRecord::new();
        let (mut header, mut seen, mut same) = (0, 0_usize, 0_usize);
        while seen < SNIFFED_ROWS {
            match rows.next(&mut record) {
                None => break,
                Some(row) if row.step == Step::Blank => {}
                Some(_) if header == 0 => header = record.len(),
                Some(_) => {
                    seen += 1;
                    same += usize::from(record.len() == header);
                }
            }
        }
        // In tenths, so that a few broken rows do not weigh more than the header does.
        let agreement = (same * 10).checked_div(seen).unwrap_or(10);
        let score = (agreement, header);
        if header > 1 && score > best.1 {
            best = (candidate, score);
        }
    }
    best.0
}

/// Names that stand more than once, in order.
fn repeated(names: &[String]) -> Vec<String> {
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort();
    let mut twice: Vec<String> = sorted
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0].clone())
        .collect();
    twice.dedup();
    twice
}
