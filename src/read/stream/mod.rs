//! Another export read block by block, for work that looks at one row at a time: no more than a few blocks are in memory.
//!
//! It gives what [`super::dataset_like`] gives, and nothing where a row cannot be read on its own or where the reading
//! would fail: the whole file is then read at once, which tells why.

mod blocks;
mod chunk;
mod ids;
mod layout;
mod pipe;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::domain::{Kind, Rejects, Role};
use crate::project::Project;
use crate::read::column::Builder;
use crate::read::error::grouped;
use crate::read::log::Log;
use crate::read::outcome::note_levels;
use crate::read::source::{Source, settled, shown};
use crate::read::{Note, checks, leads, ledger, values};

use blocks::Blocks;
use layout::Layout;

pub use chunk::{Chunk, Span, Values};

/// Bytes that the header, the delimiter and the kind of the file are told from.
const HEAD: usize = 1 << 18;

/// What was read, but for the rows themselves.
#[derive(Debug, Clone)]
pub struct Streamed {
    /// Rows set aside.
    pub rejects: Rejects,
    /// What else was noticed.
    pub notes: Vec<Note>,
}

/// A file to be read block by block.
pub struct Stream<'a> {
    project: &'a Project,
    path: PathBuf,
    name: String,
    layout: Layout<'a>,
    /// Byte and line that the rows start at.
    start: (u64, u64),
    block: usize,
}

impl<'a> Stream<'a> {
    /// Opens the one lead file of a project whose leads have no dates, its columns taken for the kinds that they had in
    /// another export; none where that is not what the project has, or where it takes the whole file to read a row.
    pub fn open(project: &'a Project, kinds: &BTreeMap<String, Kind>) -> Option<Self> {
        let spec = &project.leads;
        let dated = [Role::Created, Role::Closed, Role::Contacted];
        let [path] = spec.files.as_slice() else {
            return None;
        };
        if dated.iter().any(|role| spec.roles.contains_key(role))
            || !spec.joins.is_empty()
            || !project.rules.is_empty()
            || project.stages.is_some()
            || project.activities.is_some()
            || kinds.is_empty()
        {
            return None;
        }
        let (head, whole) = head(path)?;
        let source = Source::new(shown(project, path), head).ok()?;
        // Places in the file are told in bytes of the file itself.
        if source.decoded {
            return None;
        }
        let settled = whole || settled(&source);
        let plan = leads::plan(project, kinds);
        let layout = Layout::new(project, &plan, &source, kinds).filter(|_| settled)?;
        Some(Self {
            project,
            path: path.clone(),
            start: source.after_header(),
            name: source.name,
            layout,
            block: blocks::SIZE,
        })
    }

    /// The same with blocks of another size, in bytes: it changes nothing in what is read.
    #[must_use]
    pub const fn in_blocks_of(mut self, bytes: usize) -> Self {
        self.block = bytes;
        self
    }

    /// The place of a column among the values of a [`Chunk`].
    pub fn column(&self, name: &str) -> Option<usize> {
        let mut wanted = self.layout.wanted.iter();
        wanted.position(|column| column.given && column.name == name)
    }

    /// Does `work` on every block, on all cores, and gives what it makes to `take`, in the order of the file, with the
    /// rows of the block that are there a second time and must be passed over. None if the reading failed, `take` did, or
    /// more than the blocks would have to be known: what was made is then of no use.
    pub fn run<T: Send>(
        &self,
        work: impl Fn(&Chunk) -> T + Sync,
        mut take: impl FnMut(T, &[u32]) -> std::io::Result<()>,
    ) -> Option<Streamed> {
        let mut file = File::open(&self.path).ok()?;
        file.seek(SeekFrom::Start(self.start.0)).ok()?;
        let blocks = Blocks::new(file, self.start.0, self.layout.delimiter, self.block);
        let mut found = Found::new(self);
        let read = |block| {
            let chunk = chunk::read(&self.layout, &self.name, block);
            let made = work(&chunk);
            (chunk, made)
        };
        let complete = pipe::in_order(blocks, read, |(mut chunk, made)| {
            let again = found.add(&mut chunk)?;
            take(made, &again).ok()?;
            Some(chunk.into_buffer())
        });
        complete?;
        found.finish()
    }

    /// Reads one block again.
    fn reread(&self, offset: u64, length: usize) -> Option<Chunk> {
        let mut file = File::open(&self.path).ok()?;
        file.seek(SeekFrom::Start(offset)).ok()?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes).ok()?;
        let block = blocks::Block { offset, bytes };
        Some(chunk::read(&self.layout, &self.name, block))
    }
}

/// The first bytes of an ordinary file, and whether they are all of it.
fn head(path: &Path) -> Option<(Vec<u8>, bool)> {
    // What is no file can be read but once, and not by us.
    let meta = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mut head = Vec::new();
    File::open(path)
        .ok()?
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .ok()?;
    let whole = head.len() as u64 >= meta.len();
    Some((head, whole))
}

/// What the blocks so far told of the file.
struct Found<'s, 'a> {
    stream: &'s Stream<'a>,
    log: Log,
    ids: ids::Ids,
    /// Line that the next block starts on.
    line: u64,
    read: u64,
    blank: u64,
    unreadable: u64,
    gaps: u64,
    /// By wanted column: values, those that did not fit, whether the kind is ruled out, currency signs.
    columns: Vec<(u64, u64, bool, Vec<char>)>,
    /// By value of the outcome column: whether it stands for none, and its rows.
    levels: BTreeMap<Vec<u8>, (bool, u64)>,
}

impl<'s, 'a> Found<'s, 'a> {
    fn new(stream: &'s Stream<'a>) -> Self {
        Self {
            stream,
            log: Log::default(),
            ids: ids::Ids::default(),
            line: stream.start.1,
            read: 0,
            blank: 0,
            unreadable: 0,
            gaps: 0,
            columns: vec![(0, 0, false, Vec::new()); stream.layout.wanted.len()],
            levels: BTreeMap::new(),
        }
    }

    /// Takes the next block; gives its rows that are there a second time.
    fn add(&mut self, chunk: &mut Chunk) -> Option<Vec<u32>> {
        if chunk.beyond {
            return None;
        }
        let again = self.ids.add(chunk, self.line);
        let gap = |row: &&u32| !again.contains(row);
        self.gaps += chunk.gaps.iter().filter(gap).count() as u64;
        for level in &chunk.levels {
            let known = self.levels.entry(level.text.clone());
            known.or_insert((level.missing, 0)).1 += level.count;
        }
        for (i, (filled, strays, ruled_out, signs)) in self.columns.iter_mut().enumerate() {
            let Some(builder) = chunk.builder(i) else {
                continue;
            };
            *filled += builder.filled;
            *strays += builder.strays.count;
            *ruled_out |= builder.ruled_out;
            signs.extend(&builder.signs);
            signs.sort_unstable();
            signs.dedup();
        }
        for reject in &chunk.rejects {
            let mut reject = reject.clone();
            reject.row += self.line;
            self.log.rejects.rows.push(reject);
        }
        self.read += chunk.read;
        self.blank += chunk.blank;
        self.unreadable += chunk.unreadable;
        self.line += chunk.lines;
        Some(again)
    }

    /// Judges the file as a whole, as a reading of all of it would.
    fn finish(mut self) -> Option<Streamed> {
        // Rows that are no UTF-8 may be Chinese text in another encoding: only the whole file tells.
        let project = self.stream.project;
        let whole = || Source::open(project, &self.stream.path);
        if self.unreadable > 0 && whole().ok()?.decoded {
            return None;
        }
        let readable = values::mostly(self.read - self.unreadable, self.read);
        let one_currency = self.columns.iter().all(|(.., signs)| signs.len() < 2);
        if self.read == 0 || !readable || !one_currency || !self.kinds_hold() {
            return None;
        }
        self.log.rejects.read = self.read;
        let duplicates = self.ids.rejects(self.stream)?;
        self.log.rejects.rows.extend(duplicates);
        let file = [self.stream.name.as_str()];
        (self.log)
            .check_limit(&file, self.read, project.leads.max_rejects)
            .ok()?;
        self.note();
        ledger::spend(project, &mut self.log).ok()?;
        ledger::targets(project, &mut self.log).ok()?;
        Some(Streamed {
            rejects: self.log.sorted_rejects(),
            notes: self.log.notes,
        })
    }

    /// Whether the columns are of the kinds that they were taken for.
    fn kinds_hold(&self) -> bool {
        let wanted = self.stream.layout.wanted.iter();
        let mut columns = wanted.zip(&self.columns);
        columns.all(|(wanted, &(filled, strays, ruled_out, _))| {
            !Builder::guess_fails(&wanted.ask, filled, strays, ruled_out)
        })
    }

    fn note(&mut self) {
        if self.blank > 0 {
            let rows = grouped(self.blank);
            let message = format!(
                "Rows of {} that hold nothing: {rows}. They were passed over.",
                self.stream.name
            );
            self.log.note("blank-rows", None, message);
        }
        let wanted = self.stream.layout.wanted.iter();
        for (wanted, (_, strays, ..)) in wanted.zip(&self.columns) {
            if *strays > 0 && !wanted.ask.strict() {
                let message = format!(
                    "`{}` holds {} in nearly every row; other values, taken as missing: {}.",
                    wanted.name,
                    wanted.kind.noun(),
                    grouped(*strays)
                );
                self.log.note("stray-values", Some(&wanted.name), message);
            }
        }
        let (_, column, won, lost) = self.stream.layout.outcome;
        let empty = self.levels.values().filter(|level| level.0);
        let empty = empty.map(|level| level.1).sum();
        let levels: Vec<String> = (self.levels.iter())
            .filter(|(_, level)| !level.0)
            .map(|(text, _)| String::from_utf8_lossy(text).into_owned())
            .collect();
        note_levels(column, (won, lost), &levels, empty, &mut self.log);
        if self.stream.layout.amount.is_some() {
            checks::note_amounts(self.gaps, &mut self.log);
        }
    }
}

#[cfg(test)]
mod tests {
    use csv::ByteRecord;

    use super::*;

    #[test]
    fn blocks_end_where_records_do() {
        let text =
            "1,\"a\nb\"\n2,x\n3,\"never closed\n4,\"y\"\n\n5,5\" wide\r\n6,\"\"\"q\"\"\n\"\n7,z";
        let all = rows(text.as_bytes());
        for size in 1..text.len() + 2 {
            let mut blocks = Blocks::new(text.as_bytes(), 0, b',', size);
            let mut seen = Vec::new();
            let mut offset = 0;
            while let Some(block) = blocks.next(Vec::new()).expect("memory is read") {
                assert_eq!(block.offset, offset);
                offset += block.bytes.len() as u64;
                seen.extend(rows(&block.bytes));
            }
            assert_eq!(seen, all, "blocks of {size}");
        }
    }

    fn rows(bytes: &[u8]) -> Vec<String> {
        let mut rows = crate::read::rows::Rows::new(bytes, 0, b',', 2);
        let (mut record, mut all) = (ByteRecord::new(), Vec::new());
        while let Some(row) = rows.next(&mut record) {
            let text = String::from_utf8_lossy(&bytes[row.range]).into_owned();
            all.push(format!("{:?} {text}", row.step));
        }
        all
    }
}
