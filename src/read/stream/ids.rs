//! Identifiers that stand in a file twice, told by their hashes: 24 bytes or so a lead, however long they are.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use crate::domain::Reject;
use crate::read::rowfault::RowFault;

use super::{Chunk, Stream};

/// A row: the number of its block and its place among the rows of the block.
type At = (u32, u32);

/// The identifiers so far.
///
/// As long as each is greater than the one before, as in most exports, none can be there twice, and nothing is looked up.
#[derive(Default)]
pub(super) struct Ids {
    first: HashMap<u64, At, BuildHasherDefault<Already>>,
    /// By block: hashes that are not in `first` yet.
    rising: Vec<Vec<u64>>,
    /// The greatest identifier, while they rise.
    last: Vec<u8>,
    mixed: bool,
    /// By block: where it starts, its length, and the line that it starts on.
    blocks: Vec<(u64, usize, u64)>,
    /// Rows whose identifier has been there before, by the block of the first.
    again: BTreeMap<u32, Vec<Again>>,
}

/// A row whose identifier has been there before.
struct Again {
    /// Its place in the block of the first.
    first: u32,
    id: String,
    line: u64,
    raw: String,
}

impl Ids {
    /// Adds the rows of the next block, which starts on a line; gives those that have been there before.
    pub(super) fn add(&mut self, chunk: &mut Chunk, line: u64) -> Vec<u32> {
        let block = self.blocks.len() as u32;
        let (offset, bytes) = (chunk.block.offset, chunk.block.bytes.len());
        self.blocks.push((offset, bytes, line));
        if !self.mixed && self.rises(chunk) {
            self.rising.push(std::mem::take(&mut chunk.hashes));
            return Vec::new();
        }
        self.mixed = true;
        for (block, hashes) in std::mem::take(&mut self.rising).into_iter().enumerate() {
            let rows = hashes.into_iter().zip(0..);
            (self.first).extend(rows.map(|(hash, row)| (hash, (block as u32, row))));
        }
        let mut again = Vec::new();
        for (row, &hash) in chunk.hashes.iter().enumerate() {
            let here = (block, row as u32);
            let first = *self.first.entry(hash).or_insert(here);
            if first == here {
                continue;
            }
            again.push(row as u32);
            self.again.entry(first.0).or_default().push(Again {
                first: first.1,
                id: String::from_utf8_lossy(chunk.id(row)).into_owned(),
                line: line + u64::from(chunk.places[row].0),
                raw: chunk.raw(row),
            });
        }
        again
    }

    /// Whether the identifiers of a block go on rising.
    fn rises(&mut self, chunk: &Chunk) -> bool {
        let Some(last) = chunk.rows().checked_sub(1) else {
            return true;
        };
        let rises = chunk.rising && self.last.as_slice() < chunk.id(0);
        self.last.clear();
        self.last.extend_from_slice(chunk.id(last));
        rises
    }

    /// The rows set aside as their identifier has been there before; none if two different ones have the same hash.
    pub(super) fn rejects(&self, stream: &Stream<'_>) -> Option<Vec<Reject>> {
        let mut rejects = Vec::new();
        for (&block, again) in &self.again {
            let (offset, bytes, line) = self.blocks[block as usize];
            let chunk = stream.reread(offset, bytes)?;
            for row in again {
                let first = row.first as usize;
                if first >= chunk.rows() || chunk.id(first) != row.id.as_bytes() {
                    return None;
                }
                let at = format!(
                    "{}:{}",
                    stream.name,
                    line + u64::from(chunk.places[first].0)
                );
                let fault = RowFault::duplicate_id(stream.layout.id.1, &row.id, &at);
                rejects.push(fault.into_reject(&stream.name, row.line, row.raw.clone()));
            }
        }
        Some(rejects)
    }
}

/// Takes a hash as it is.
#[derive(Default)]
struct Already(u64);

impl Hasher for Already {
    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
