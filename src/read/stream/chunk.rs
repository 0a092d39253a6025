//! A block of rows, read: values of the wanted columns, and what is wrong with the rest.

use csv::ByteRecord;
use memchr::{memchr, memchr_iter, memchr2_iter};

use crate::domain::{Kind, Outcome, Reject, text_hash};
use crate::read::column::{Ask, Builder, NO_TIME, trim};
use crate::read::dates::DateFault;
use crate::read::outcome::same;
use crate::read::rowfault::{RowFault, not_text, open_quote, wrong_width};
use crate::read::rows::{Rows, Step};
use crate::read::values::Unfit;

use super::blocks::Block;
use super::layout::Layout;

/// Most different outcomes that are told apart; a column with more is no outcome.
const MOST_OUTCOMES: usize = 256;

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    start: u32,
    length: u32,
}

/// Values of a column, by row.
#[derive(Debug, Clone, Copy)]
pub enum Values<'a> {
    /// Numbers, NaN where missing, and how each is written.
    Number(&'a [f64], &'a [Span]),
    /// Texts; empty where missing.
    Text(&'a [Span]),
    /// Yes or no.
    Boolean(&'a [Option<bool>]),
    /// Civil seconds; [`Values::NO_TIME`] where missing.
    Time(&'a [i64]),
}

/// A column of the block.
enum Content {
    Text(Vec<Span>),
    Built(Builder, Vec<Span>),
}

/// A value of the outcome column.
pub(super) struct Level {
    pub(super) text: Vec<u8>,
    pub(super) outcome: Outcome,
    pub(super) missing: bool,
    /// Rows that hold it.
    pub(super) count: u64,
}

/// Rows of a block that can be used, in their order.
pub struct Chunk {
    pub(super) block: Block,
    /// What the spans point into, where it is not the block itself: texts out of quotation marks.
    unquoted: Option<Vec<u8>>,
    ids: Vec<Span>,
    outcomes: Vec<Outcome>,
    contents: Vec<Content>,
    /// By row: line that it starts on, counted from 0 within the block, and its bytes.
    pub(super) places: Vec<(u32, Span)>,
    /// By row: hash of the identifier.
    pub(super) hashes: Vec<u64>,
    /// Each identifier is greater than the one before.
    pub(super) rising: bool,
    /// Rows won without an amount.
    pub(super) gaps: Vec<u32>,
    pub(super) levels: Vec<Level>,
    /// Rows set aside; their lines are counted as in `places`.
    pub(super) rejects: Vec<Reject>,
    /// Rows, good and bad, without blank ones; and the blank ones.
    pub(super) read: u64,
    pub(super) blank: u64,
    /// Rows that are no text.
    pub(super) unreadable: u64,
    /// Newlines of the block.
    pub(super) lines: u64,
    /// Something that takes the whole file to judge.
    pub(super) beyond: bool,
}

impl Values<'_> {
    /// Stands for a missing time.
    pub const NO_TIME: i64 = NO_TIME;
}

impl Span {
    const fn new(start: usize, length: usize) -> Self {
        Self {
            start: start as u32,
            length: length as u32,
        }
    }

    fn of(self, text: &[u8]) -> &[u8] {
        &text[self.start as usize..][..self.length as usize]
    }
}

impl Chunk {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.ids.len()
    }

    /// The identifier of a row.
    pub fn id(&self, row: usize) -> &[u8] {
        self.text(self.ids[row])
    }

    /// The outcome of a row.
    pub fn outcome(&self, row: usize) -> Outcome {
        self.outcomes[row]
    }

    /// The text of a span, UTF-8.
    pub fn text(&self, span: Span) -> &[u8] {
        span.of(self.unquoted.as_ref().unwrap_or(&self.block.bytes))
    }

    /// The values of a column, by the place that [`super::Stream::column`] gives.
    pub fn values(&self, column: usize) -> Values<'_> {
        match &self.contents[column] {
            Content::Text(spans) => Values::Text(spans),
            Content::Built(builder, spans) => {
                if let Some(numbers) = builder.numbers() {
                    Values::Number(numbers, spans)
                } else if let Some(booleans) = builder.booleans() {
                    Values::Boolean(booleans)
                } else {
                    Values::Time(builder.times().unwrap_or_default())
                }
            }
        }
    }

    /// The block's buffer, to be used again.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.block.bytes
    }

    /// What the column's values were like; none for texts.
    pub(super) fn builder(&self, column: usize) -> Option<&Builder> {
        match &self.contents[column] {
            Content::Text(_) => None,
            Content::Built(builder, _) => Some(builder),
        }
    }

    /// The bytes of a row, as they stand in the file.
    pub(super) fn raw(&self, row: usize) -> String {
        String::from_utf8_lossy(self.places[row].1.of(&self.block.bytes)).into_owned()
    }
}

/// Reads a block.
pub(super) fn read(layout: &Layout<'_>, file: &str, block: Block) -> Chunk {
    let rows = block.bytes.len() / 64;
    let contents = layout.wanted.iter().map(|column| match column.ask {
        Ask::Text { .. } => Content::Text(Vec::with_capacity(rows)),
        _ => Content::Built(Builder::new(&column.ask, column.kind), Vec::new()),
    });
    let mut filling = Filling {
        layout,
        file,
        valid: std::str::from_utf8(&block.bytes).is_ok(),
        last_level: 0,
        chunk: Chunk {
            block: Block {
                bytes: Vec::new(),
                ..block
            },
            unquoted: None,
            ids: Vec::with_capacity(rows),
            outcomes: Vec::with_capacity(rows),
            contents: contents.collect(),
            places: Vec::with_capacity(rows),
            hashes: Vec::with_capacity(rows),
            rising: true,
            gaps: Vec::new(),
            levels: Vec::new(),
            rejects: Vec::new(),
            read: 0,
            blank: 0,
            unreadable: 0,
            lines: 0,
            beyond: false,
        },
    };
    let bytes = block.bytes;
    if is_plain(&bytes) {
        filling.plain(&bytes);
    } else {
        filling.quoted(&bytes);
    }
    let mut chunk = filling.chunk;
    chunk.block.bytes = bytes;
    chunk.rising = (1..chunk.rows()).all(|row| chunk.id(row - 1) < chunk.id(row));
    chunk
}

/// Without a quotation mark, and with a newline after each carriage return, lines are records.
fn is_plain(bytes: &[u8]) -> bool {
    memchr(b'"', bytes).is_none()
        && memchr_iter(b'\r', bytes).all(|i| bytes.get(i + 1) == Some(&b'\n'))
}

/// A row of the file.
#[derive(Clone, Copy)]
struct At {
    line: u32,
    raw: Span,
}

struct Filling<'a> {
    layout: &'a Layout<'a>,
    file: &'a str,
    /// All of the block is UTF-8 text.
    valid: bool,
    last_level: usize,
    chunk: Chunk,
}

impl Filling<'_> {
    /// Reads a block in which lines are records.
    fn plain(&mut self, bytes: &[u8]) {
        let width = self.layout.width;
        let mut fields: Vec<Span> = Vec::with_capacity(width);
        let (mut row, mut start, mut count, mut line) = (0, 0, 0, 0_u32);
        let delimiter = self.layout.delimiter;
        let ends = memchr2_iter(delimiter, b'\n', bytes).chain(std::iter::once(bytes.len()));
        for end in ends {
            count += 1;
            let over = bytes.get(end) != Some(&delimiter);
            let stop = if over && end > start && bytes[end - 1] == b'\r' && end < bytes.len() {
                end - 1
            } else {
                end
            };
            if count <= width {
                fields.push(Span::new(start, stop - start));
            }
            start = end + 1;
            if !over {
                continue;
            }
            if stop > row {
                let at = At {
                    line,
                    raw: Span::new(row, stop - row),
                };
                self.line(bytes, &fields, count, at);
            }
            fields.clear();
            line += 1;
            count = 0;
            row = start;
        }
        self.chunk.lines = u64::from(line) - 1;
    }

    /// A line that is a record.
    fn line(&mut self, bytes: &[u8], fields: &[Span], count: usize, at: At) {
        let delimiter = self.layout.delimiter;
        let nothing = |byte: &u8| byte.is_ascii_whitespace() || *byte == delimiter;
        let raw = at.raw.of(bytes);
        if nothing(&raw[0]) && raw.iter().all(nothing) {
            self.chunk.blank += 1;
            return;
        }
        self.chunk.read += 1;
        if count == self.layout.width {
            self.record(bytes, fields, raw, at);
            return;
        }
        let record: ByteRecord = raw.split(|&byte| byte == delimiter).collect();
        self.refuse(
            wrong_width(&record, self.layout.width, delimiter),
            raw,
            at.line,
        );
    }

    /// Reads any block.
    fn quoted(&mut self, bytes: &[u8]) {
        let mut unquoted: Vec<u8> = Vec::with_capacity(bytes.len());
        let mut rows = Rows::new(bytes, 0, self.layout.delimiter, self.layout.width);
        let (mut record, mut fields) = (ByteRecord::new(), Vec::new());
        while let Some(row) = rows.next(&mut record) {
            if row.step == Step::Blank {
                self.chunk.blank += 1;
                continue;
            }
            self.chunk.read += 1;
            let at = At {
                line: (row.line - 1) as u32,
                raw: Span::new(row.range.start, row.range.len()),
            };
            let raw = &bytes[row.range];
            match row.step {
                Step::Quote => self.refuse(open_quote(), raw, at.line),
                Step::Width | Step::Blank => {
                    let fault = wrong_width(&record, self.layout.width, self.layout.delimiter);
                    self.refuse(fault, raw, at.line);
                }
                Step::Record => {
                    let base = unquoted.len();
                    unquoted.extend_from_slice(record.as_slice());
                    fields.clear();
                    let ranges = (0..record.len()).filter_map(|i| record.range(i));
                    fields.extend(ranges.map(|range| Span::new(base + range.start, range.len())));
                    self.record(&unquoted, &fields, raw, at);
                }
            }
        }
        self.chunk.lines = memchr_iter(b'\n', bytes).count() as u64;
        self.chunk.unquoted = Some(unquoted);
    }

    /// Adds a record of the right width, or sets it aside.
    fn record(&mut self, text: &[u8], fields: &[Span], raw: &[u8], at: At) {
        if !self.valid && std::str::from_utf8(raw).is_err() {
            self.chunk.unreadable += 1;
            self.refuse(not_text(), raw, at.line);
            return;
        }
        let rows = self.chunk.rows();
        if let Err(fault) = self.values(text, fields) {
            self.truncate(rows);
            self.refuse(fault, raw, at.line);
            return;
        }
        let outcome = self.outcome(trim(fields[self.layout.outcome.0].of(text)));
        let id = trimmed(text, fields[self.layout.id.0]);
        if let Err(fault) = self.sound(id.of(text), outcome) {
            self.truncate(rows);
            self.refuse(fault, raw, at.line);
            return;
        }
        self.chunk.ids.push(id);
        self.chunk.hashes.push(text_hash(id.of(text)));
        self.chunk.outcomes.push(outcome);
        self.chunk.places.push((at.line, at.raw));
    }

    /// Adds the values of a record to the columns.
    fn values(&mut self, text: &[u8], fields: &[Span]) -> Result<(), RowFault> {
        let layout = self.layout;
        for (wanted, content) in layout.wanted.iter().zip(&mut self.chunk.contents) {
            let field = fields[wanted.field];
            match content {
                Content::Text(spans) => {
                    let span = trimmed(text, field);
                    let missing = layout.reader.is_missing_word(span.of(text));
                    spans.push(if missing { Span::default() } else { span });
                }
                Content::Built(builder, spans) => {
                    if let Err(unfit) = builder.push(field.of(text), &layout.reader)
                        && wanted.ask.strict()
                    {
                        // Whether the order of day and month is unclear takes more than one row to say.
                        self.chunk.beyond |= unfit == Unfit::Date(DateFault::NoOrder);
                        return Err(RowFault::value(&wanted.name, unfit, field.of(text)));
                    }
                    if wanted.given && wanted.kind == Kind::Number {
                        spans.push(field);
                    }
                }
            }
        }
        Ok(())
    }

    fn outcome(&mut self, text: &[u8]) -> Outcome {
        let levels = &mut self.chunk.levels;
        if levels
            .get(self.last_level)
            .is_none_or(|level| level.text != text)
        {
            let place = levels.iter().position(|level| level.text == text);
            self.last_level = place.unwrap_or(levels.len());
            if place.is_none() {
                self.chunk.beyond |= levels.len() >= MOST_OUTCOMES;
                levels.push(level(self.layout, text));
            }
        }
        levels[self.last_level].count += 1;
        levels[self.last_level].outcome
    }

    /// Whether a row makes sense as a whole.
    fn sound(&mut self, id: &[u8], outcome: Outcome) -> Result<(), RowFault> {
        if id.is_empty() || self.layout.reader.is_missing_word(id) {
            return Err(RowFault::empty_id(self.layout.id.1));
        }
        let Some((place, name)) = self.layout.amount else {
            return Ok(());
        };
        let amounts = self.chunk.builder(place).and_then(Builder::numbers);
        let amount = amounts.and_then(<[f64]>::last).copied().unwrap_or(f64::NAN);
        if outcome == Outcome::Won && amount < 0.0 && !self.layout.refunds {
            return Err(RowFault::negative_amount(name, amount));
        }
        if outcome == Outcome::Won && amount.is_nan() {
            self.chunk.gaps.push(self.chunk.ids.len() as u32);
        }
        Ok(())
    }

    fn truncate(&mut self, rows: usize) {
        for content in &mut self.chunk.contents {
            match content {
                Content::Text(spans) => spans.truncate(rows),
                Content::Built(builder, spans) => {
                    builder.truncate(rows);
                    spans.truncate(rows);
                }
            }
        }
    }

    fn refuse(&mut self, fault: RowFault, raw: &[u8], line: u32) {
        let text = String::from_utf8_lossy(raw).into_owned();
        let reject = fault.into_reject(self.file, u64::from(line), text);
        self.chunk.rejects.push(reject);
    }
}

fn trimmed(text: &[u8], field: Span) -> Span {
    let bytes = field.of(text);
    let inner = trim(bytes);
    if inner.len() == bytes.len() {
        return field;
    }
    let before = inner.as_ptr() as usize - bytes.as_ptr() as usize;
    Span::new(field.start as usize + before, inner.len())
}

/// What a value of the outcome column means: the words for won and lost are values even where they are words for missing.
fn level(layout: &Layout<'_>, text: &[u8]) -> Level {
    let (_, _, won, lost) = layout.outcome;
    let kept = won
        .iter()
        .chain(lost)
        .any(|word| word.trim().as_bytes() == text);
    let missing = text.is_empty() || !kept && layout.reader.is_missing_word(text);
    let among = |words: &[String]| {
        let text = String::from_utf8_lossy(text);
        words.iter().any(|word| same(word, &text))
    };
    let outcome = if missing {
        Outcome::Open
    } else if among(won) {
        Outcome::Won
    } else if among(lost) {
        Outcome::Lost
    } else {
        Outcome::Open
    };
    Level {
        text: text.to_vec(),
        outcome,
        missing,
        count: 0,
    }
}
