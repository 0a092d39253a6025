//! Files that are there whole or not at all.

use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::SimulateError;

/// A folder whose new files get their names only when all of them are written.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    finished: Vec<(NamedTempFile, PathBuf)>,
}

impl Folder {
    /// The folder, made if it is not there. Unless files may be overwritten, none of `names` may be there.
    pub(super) fn new<'a>(
        dir: &Path,
        overwrite: bool,
        names: impl IntoIterator<Item = &'a &'a str>,
    ) -> Result<Self, SimulateError> {
        let mut paths = names.into_iter().map(|name| dir.join(name));
        if !overwrite && let Some(path) = paths.find(|path| path.exists()) {
            return Err(SimulateError::Exists { path });
        }
        make(dir)?;
        Ok(Self {
            dir: dir.to_owned(),
            finished: Vec::new(),
        })
    }

    /// A new file of rows under a name like `truth/leads.csv`, with its header.
    pub(super) fn sheet(&mut self, name: &str, header: &[&str]) -> Result<Sheet, SimulateError> {
        let path = self.dir.join(name);
        let parent = path.parent().unwrap_or(&self.dir);
        make(parent)?;
        let file = temporary(parent).map_err(|source| SimulateError::Write {
            path: path.clone(),
            source,
        })?;
        let mut sheet = Sheet {
            path,
            out: BufWriter::with_capacity(1 << 16, file),
            line: String::new(),
            rows: 0,
        };
        for column in header {
            sheet.text(column);
        }
        if !header.is_empty() {
            sheet.end()?;
            sheet.rows = 0;
        }
        Ok(sheet)
    }

    /// A file of plain text.
    pub(super) fn text(&mut self, name: &str, text: &str) -> Result<(), SimulateError> {
        let mut sheet = self.sheet(name, &[])?;
        sheet.line.push_str(text);
        sheet.put()?;
        self.finish(sheet)
    }

    /// Takes a file whose rows are all written.
    pub(super) fn finish(&mut self, sheet: Sheet) -> Result<(), SimulateError> {
        let Sheet { path, out, .. } = sheet;
        match out.into_inner() {
            Ok(file) => {
                self.finished.push((file, path));
                Ok(())
            }
            Err(error) => Err(SimulateError::Write {
                path,
                source: error.into_error(),
            }),
        }
    }

    /// Gives every file its name; returns the names, sorted.
    pub(super) fn commit(self) -> Result<Vec<PathBuf>, SimulateError> {
        let mut names = Vec::new();
        for (file, path) in self.finished {
            file.persist(&path).map_err(|error| SimulateError::Write {
                path: path.clone(),
                source: error.error,
            })?;
            names.push(path);
        }
        names.sort();
        Ok(names)
    }
}

fn make(dir: &Path) -> Result<(), SimulateError> {
    std::fs::create_dir_all(dir).map_err(|source| SimulateError::Write {
        path: dir.to_owned(),
        source,
    })
}

/// A temporary file that others may read once it has its name, as any file of the user's.
fn temporary(dir: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".forerun-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(dir)
}

/// A file of rows, written cell by cell. No value in here holds a comma, a quote or a line end.
#[derive(Debug)]
pub(super) struct Sheet {
    path: PathBuf,
    out: BufWriter<NamedTempFile>,
    line: String,
    rows: u64,
}

impl Sheet {
    /// A cell that `fill` writes.
    pub(super) fn cell(&mut self, fill: impl FnOnce(&mut String)) {
        fill(&mut self.line);
        self.line.push(',');
    }

    /// An empty cell.
    pub(super) fn empty(&mut self) {
        self.line.push(',');
    }

    /// A cell of text.
    pub(super) fn text(&mut self, text: &str) {
        debug_assert!(!text.contains([',', '"', '\n']), "{text} needs quotes");
        self.cell(|to| to.push_str(text));
    }

    /// A cell that shows a value. (Writing to a text cannot fail.)
    pub(super) fn show(&mut self, value: impl std::fmt::Display) {
        self.cell(|to| {
            let _ = write!(to, "{value}");
        });
    }

    /// A cell that shows a value if there is one.
    pub(super) fn show_some(&mut self, value: Option<impl std::fmt::Display>) {
        match value {
            Some(value) => self.show(value),
            None => self.empty(),
        }
    }

    /// The end of a row.
    pub(super) fn end(&mut self) -> Result<(), SimulateError> {
        self.line.pop();
        self.line.push('\n');
        self.rows += 1;
        self.put()
    }

    /// Rows so far, the header not counted.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    fn put(&mut self) -> Result<(), SimulateError> {
        let written = self.out.write_all(self.line.as_bytes());
        self.line.clear();
        written.map_err(|source| SimulateError::Write {
            path: self.path.clone(),
            source,
        })
    }
}
