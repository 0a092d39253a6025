//! A file of the record on disk: added to one whole entry at a time, and sound after a kill at any moment.
//!
//! An entry counts only with the end of its line, so one that was cut short is never taken for a whole one, and the next
//! is never glued to it: what was cut short is moved to a file of its own before anything is added.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use csv::ByteRecord;

use crate::domain::to_sheet;
use crate::read::ReadError;
use crate::read::encoding::as_in;
use crate::read::rows::{Rows, Step};
use crate::read::source::Source;

/// The file beside the record that lines cut short are moved to.
const TORN: &str = "torn.txt";
/// How often, and how long apart, somebody else's lock is waited for.
const TRIES: u32 = 500;
const PAUSE: Duration = Duration::from_millis(20);

/// Whether a file of the record can be added to.
pub(super) fn can_add_to(path: &Path) -> bool {
    let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    let open = |()| OpenOptions::new().append(true).create(true).open(path);
    folder.and_then(open).is_ok()
}

/// The bytes of a file of the record; none where it is not there.
pub(super) fn bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut open = match File::open(file) {
        Ok(open) => open,
        Err(error) if nothing_there(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    // Where there are no locks, or one is never given back, a line under way is still told from a whole one by its end.
    let _ = locked(|| open.try_lock_shared());
    let mut bytes = Vec::new();
    open.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Also where a file has the name of the folder: then there is no record.
fn nothing_there(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Waits for a lock; whether it was had. Where the file system knows no locks, nobody can be waited for.
fn locked(attempt: impl Fn() -> Result<(), TryLockError>) -> std::io::Result<()> {
    for _ in 0..TRIES {
        match attempt() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(()),
        }
    }
    Err(std::io::Error::new(
        ErrorKind::WouldBlock,
        "another forerun has been writing it for ten seconds",
    ))
}

/// The length of the part of the lines that is whole: up to the last end of a line that stands in no quotes.
pub(super) fn whole_lines(bytes: &[u8], delimiter: u8) -> usize {
    let end = memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1);
    let mut rows = Rows::new(&bytes[..end], 0, delimiter, 0);
    let mut record = ByteRecord::new();
    let mut last = None;
    while let Some(row) = rows.next(&mut record) {
        last = Some(row);
    }
    match last {
        Some(row) if row.step == Step::Quote => row.range.start,
        _ => end,
    }
}

/// A file of the record, opened to be added to, by nobody else.
struct Opened {
    file: File,
    bytes: Vec<u8>,
}

impl Opened {
    fn open(path: &Path) -> std::io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let new = !path.exists();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        locked(|| file.try_lock())?;
        if new && let Some(folder) = path.parent() {
            // The name must outlast a failure of power as well; where folders cannot be opened, nothing can be done.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Self { file, bytes })
    }

    /// Moves what was cut short out of the way; it is in the other file before it leaves this one.
    fn set_torn_aside(&mut self, path: &Path, whole: usize) -> std::io::Result<()> {
        let torn = &self.bytes[whole..];
        if torn.is_empty() {
            return Ok(());
        }
        let mut aside = OpenOptions::new()
            .append(true)
            .create(true)
            .open(path.with_file_name(TORN))?;
        let mut text = torn.to_vec();
        if text.last() != Some(&b'\n') {
            text.push(b'\n');
        }
        aside.write_all(&text)?;
        aside.sync_data()?;
        self.file.set_len(whole as u64)?;
        self.file.sync_data()?;
        self.bytes.truncate(whole);
        Ok(())
    }

    /// Adds lines in one write. What could not be written whole, on a full disk, is taken back.
    fn add(&mut self, lines: &[u8]) -> std::io::Result<()> {
        let end = self.bytes.len() as u64;
        self.file.seek(SeekFrom::Start(end))?;
        let written = (self.file.write_all(lines)).and_then(|()| self.file.sync_data());
        if written.is_err() {
            let _ = self.file.set_len(end);
        }
        written
    }
}

/// How the lines of a file are laid out: the columns in their order, and the sign between them.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    columns: Vec<String>,
    delimiter: u8,
    /// The file is in GB18030, as a spreadsheet saved it: so must be what is added.
    gb18030: bool,
}

impl Layout {
    /// The layout of a new file.
    fn usual(columns: &[&str]) -> Self {
        Self {
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            delimiter: b',',
            gb18030: false,
        }
    }

    /// The header as a line.
    fn header(&self) -> Result<Vec<u8>, csv::Error> {
        self.line(str::to_owned)
    }

    /// A line by the values of the columns.
    pub(super) fn line(&self, value: impl Fn(&str) -> String) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter)
            .from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|name| {
            let value = one_line(&value(name));
            to_sheet(&value).into_owned()
        }))?;
        writer
            .into_inner()
            .map_err(|error| error.into_error().into())
    }
}

/// Ends of lines within a value would make a line cut short look like a whole one.
fn one_line(value: &str) -> String {
    value.replace(['\r', '\n'], " ")
}

/// A file of the record that is added to.
pub(super) struct Target<'a> {
    /// The file.
    pub(super) path: &'a Path,
    /// Its name in messages.
    pub(super) name: &'a str,
    /// The columns that it must have.
    pub(super) columns: &'a [&'static str],
    /// The length of the part of it that is whole.
    pub(super) whole: fn(&[u8]) -> usize,
}

impl Target<'_> {
    /// Adds what `decide` says on what is there (the whole lines, header included; nothing at first): all of it in one
    /// write that has reached the disk before this returns, while nobody else writes.
    ///
    /// # Errors
    /// If the file cannot be written, or its header lacks a column.
    pub(super) fn append<T>(
        &self,
        decide: impl FnOnce(&[u8], &Layout) -> Result<(Vec<u8>, T), ReadError>,
    ) -> Result<T, ReadError> {
        let failed = |source| ReadError::Unwritable {
            file: self.path.to_owned(),
            source,
        };
        let mut opened = Opened::open(self.path).map_err(failed)?;
        let whole = (self.whole)(&opened.bytes);
        opened.set_torn_aside(self.path, whole).map_err(failed)?;
        let (layout, mut lines) = self.layout(&opened.bytes)?;
        let (added, told) = decide(&opened.bytes, &layout)?;
        if added.is_empty() {
            return Ok(told);
        }
        lines.extend(as_in(layout.gb18030, added));
        opened.add(&lines).map_err(failed)?;
        Ok(told)
    }

    /// The layout of the file, and the header where it has none yet.
    fn layout(&self, there: &[u8]) -> Result<(Layout, Vec<u8>), ReadError> {
        if there.is_empty() {
            let layout = Layout::usual(self.columns);
            let header = layout.header().map_err(|error| self.unwritable(error))?;
            return Ok((layout, header));
        }
        let source = Source::new(self.name.to_owned(), there.to_vec())?;
        super::require(&source, self.columns)?;
        let layout = Layout {
            delimiter: source.delimiter(),
            gb18030: source.decoded,
            columns: source.header,
        };
        Ok((layout, Vec::new()))
    }

    /// What a line that cannot be put together means.
    pub(super) fn unwritable(&self, error: csv::Error) -> ReadError {
        ReadError::Unwritable {
            file: self.path.to_owned(),
            source: error.into(),
        }
    }
}
