//! Files of one kind become one table of typed columns; every row that cannot is set aside with its reason.

use std::collections::BTreeMap;
use std::path::PathBuf;

use csv::ByteRecord;

use crate::domain::{Column, Kind, Reject, Table};
use crate::project::{Project, nearest};
use crate::read::ReadError;
use crate::read::column::{self, Ask, Builder, Strays};
use crate::read::dates::DateFault;
use crate::read::error::{MissingColumn, grouped};
use crate::read::log::Log;
use crate::read::order::OrderEvidence;
use crate::read::rowfault::{RowFault, is_text, not_text, open_quote, wrong_width};
use crate::read::rows::Step;
use crate::read::source::Source;
use crate::read::values::{self, Tally, Unfit, ValueReader};

/// Rows from which the kind of an undeclared column is first guessed. The guess only saves work: the decision is made
/// over all rows.
const SAMPLE: usize = 4_000;
/// A column that the project names.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    /// Its name.
    pub(super) column: String,
    /// What names it: `` `created` in [leads] ``.
    pub(super) named_by: String,
    /// What it must hold.
    pub(super) ask: Ask,
    /// Whether the file must have it.
    pub(super) required: bool,
}

impl Wish {
    pub(super) fn new(column: &str, named_by: impl Into<String>, ask: Ask) -> Self {
        Self {
            column: column.to_owned(),
            named_by: named_by.into(),
            ask,
            required: true,
        }
    }
}

/// What to read of a file.
pub(super) struct Plan<'a> {
    /// Columns that it names. For a column named twice the first wish counts, but `Ask::Guess` never does.
    pub(super) wishes: Vec<Wish>,
    /// Whether the columns are read as well that neither wishes nor `types` nor `kinds` name.
    pub(super) rest: bool,
    /// Declared kinds of columns that no wish decides.
    pub(super) types: Option<&'a BTreeMap<String, Kind>>,
    /// Kinds that columns had in another export: tried first where nothing declares one.
    pub(super) kinds: Option<&'a BTreeMap<String, Kind>>,
}

/// Where a row of a frame stands in its file.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u64,
    length: u32,
    line: u32,
    ordinal: u32,
    source: u16,
}

/// A table read from files, each row with its place.
pub(super) struct Frame {
    /// The columns, in the order of the first file.
    pub(super) table: Table,
    /// Data rows in the files, good and bad, without blank ones.
    pub(super) read: u64,
    /// Names of the columns that were passed over.
    pub(super) passed: Vec<String>,
    places: Vec<Place>,
    sources: Vec<Source>,
}

impl Frame {
    /// The names of the files.
    pub(super) fn files(&self) -> Vec<&str> {
        self.sources.iter().map(|s| s.name.as_str()).collect()
    }

    /// Place of a row among all data rows of the files, from 0.
    pub(super) fn ordinal(&self, row: usize) -> u32 {
        self.places[row].ordinal
    }

    /// Line of its file that a row starts on.
    pub(super) fn line(&self, row: usize) -> u64 {
        u64::from(self.places[row].line)
    }

    /// A row's file and line, as messages name it.
    pub(super) fn at(&self, row: usize) -> String {
        let place = self.places[row];
        format!(
            "{}:{}",
            self.sources[usize::from(place.source)].name,
            place.line
        )
    }

    /// A row set aside.
    pub(super) fn reject(&self, row: usize, fault: RowFault) -> Reject {
        let place = self.places[row];
        let source = &self.sources[usize::from(place.source)];
        let start = place.start as usize;
        let text = source.text(start..start + place.length as usize);
        fault.into_reject(&source.name, u64::from(place.line), text)
    }
}

/// Reads files with the same columns into one frame.
pub(super) fn load(
    project: &Project,
    files: &[PathBuf],
    plan: &Plan<'_>,
    log: &mut Log,
) -> Result<Frame, ReadError> {
    let mut sources = Vec::with_capacity(files.len());
    for file in files {
        sources.push(Source::open(project, file)?);
    }
    note_decoded(&sources, log);
    let mut loader = Loader::new(project, plan, &sources)?;
    loader.guess(&sources);
    for i in 0..sources.len() {
        loader.read_file(&sources, i, log)?;
    }
    loader.require_order(&sources)?;
    loader.read_again(&sources);
    loader.finish(sources, log)
}

/// Says which files are in another encoding: the guess should be seen.
fn note_decoded(sources: &[Source], log: &mut Log) {
    let names: Vec<&str> = (sources.iter().filter(|source| source.decoded))
        .map(|source| source.name.as_str())
        .collect();
    if !names.is_empty() {
        let message = format!(
            "Not UTF-8, read as Chinese text in GB18030 (GBK): {}. If names look wrong, save the file as `CSV UTF-8`.",
            names.join(", ")
        );
        log.note("read-as-gb18030", None, message);
    }
}

fn names(sources: &[Source]) -> String {
    let names: Vec<&str> = sources.iter().map(|s| s.name.as_str()).collect();
    names.join(", ")
}

/// A frame while it is being read.
struct Loader<'a> {
    reader: ValueReader<'a>,
    header: Vec<String>,
    asks: Vec<Ask>,
    /// The kind that each column had in another export, to be tried before any guess.
    expected: Vec<Option<Kind>>,
    builders: Vec<Builder>,
    /// By column: dates whose order of day and month is not said, where rows are set aside for it.
    evidence: Vec<OrderEvidence>,
    /// The columns, those first for which a row may be set aside, so that the rest never see such a row.
    sequence: Vec<usize>,
    /// By file: for each column of the frame its position in the file.
    orders: Vec<Vec<usize>>,
    places: Vec<Place>,
    read: u64,
    blank: u64,
    /// Share of rows that may be set aside.
    allowed: f64,
}

impl<'a> Loader<'a> {
    fn new(project: &'a Project, plan: &Plan<'_>, sources: &[Source]) -> Result<Self, ReadError> {
        let Some(first) = sources.first() else {
            return Err(ReadError::NoRows {
                file: "the list of files".to_owned(),
            });
        };
        require(first, &plan.wishes)?;
        let orders = sources
            .iter()
            .map(|source| order(first, source))
            .collect::<Result<_, _>>()?;
        let mut reader = ValueReader::new(project);
        reader.numbers.semicolons = sources.iter().any(|source| source.delimiter() == b';');
        let asks: Vec<Ask> = first.header.iter().map(|name| plan.ask(name)).collect();
        let expected = first.header.iter().map(|name| plan.expected(name));
        let mut sequence: Vec<usize> = (0..asks.len()).collect();
        sequence.sort_by_key(|&i| !asks[i].strict());
        Ok(Self {
            reader,
            header: first.header.clone(),
            expected: expected.collect(),
            asks,
            builders: Vec::new(),
            evidence: vec![OrderEvidence::default(); first.header.len()],
            sequence,
            orders,
            places: Vec::new(),
            read: 0,
            blank: 0,
            allowed: project.leads.max_rejects,
        })
    }

    /// Makes the builders, with a first guess where the project declares no kind.
    fn guess(&mut self, sources: &[Source]) {
        let mut tallies = vec![Tally::default(); self.header.len()];
        let mut record = ByteRecord::new();
        let mut rows = sources[0].rows();
        let mut sampled = 0;
        while sampled < SAMPLE
            && let Some(row) = rows.next(&mut record)
        {
            if row.step != Step::Record {
                continue;
            }
            sampled += 1;
            for (i, tally) in tallies.iter_mut().enumerate() {
                if self.asks[i] == Ask::Guess
                    && let Some(field) = record.get(i)
                    && let text = column::trim(field)
                    && !text.is_empty()
                {
                    tally.add(self.reader.shape(text), 1);
                }
            }
        }
        self.builders = self
            .asks
            .iter()
            .zip(self.expected.iter().zip(&tallies))
            .map(|(ask, (expected, tally))| {
                Builder::new(ask, expected.unwrap_or_else(|| tally.kind()))
            })
            .collect();
    }

    fn read_file(
        &mut self,
        sources: &[Source],
        index: usize,
        log: &mut Log,
    ) -> Result<(), ReadError> {
        let source = &sources[index];
        let mut record = ByteRecord::new();
        let mut rows = source.rows();
        let (mut unreadable, mut first_unreadable, before) = (0_u64, None, self.read);
        while let Some(row) = rows.next(&mut record) {
            if row.step == Step::Blank {
                self.blank += 1;
                continue;
            }
            let ordinal = self.read;
            self.read += 1;
            log.rejects.read += 1;
            let fault = match row.step {
                Step::Record if !source.valid_utf8 && !is_text(&record) => {
                    unreadable += 1;
                    first_unreadable.get_or_insert(row.line);
                    Some(not_text())
                }
                Step::Record => self.push(&record, index),
                Step::Quote => Some(open_quote()),
                Step::Width | Step::Blank => {
                    Some(wrong_width(&record, self.header.len(), source.delimiter()))
                }
            };
            match fault {
                None => self.places.push(Place {
                    start: row.range.start as u64,
                    length: row.range.len() as u32,
                    line: row.line as u32,
                    ordinal: ordinal as u32,
                    source: index as u16,
                }),
                Some(fault) => log.rejects.rows.push(fault.reject(source, &row)),
            }
        }
        // A few bad bytes are a few bad rows; many are a file in another encoding.
        match first_unreadable {
            Some(line) if !values::mostly(self.read - before - unreadable, self.read - before) => {
                Err(ReadError::NotUtf8 {
                    file: source.name.clone(),
                    line,
                })
            }
            _ => Ok(()),
        }
    }

    /// Adds a record to the columns, or says why it cannot be and leaves them as they were.
    fn push(&mut self, record: &ByteRecord, source: usize) -> Option<RowFault> {
        let row = self.places.len();
        let order = &self.orders[source];
        for &i in &self.sequence {
            let field = record.get(order[i]).unwrap_or_default();
            let Err(unfit) = self.builders[i].push(field, &self.reader) else {
                continue;
            };
            if self.asks[i].strict() {
                if unfit == Unfit::Date(DateFault::NoOrder) {
                    self.see_orders(record, source);
                }
                for builder in &mut self.builders {
                    builder.truncate(row);
                }
                return Some(RowFault::value(&self.header[i], unfit, field));
            }
            self.builders[i].note_stray(row, field);
        }
        None
    }

    /// Looks at every date of a row that is set aside as the order of day and month is not said.
    fn see_orders(&mut self, record: &ByteRecord, source: usize) {
        for (i, ask) in self.asks.iter().enumerate() {
            if matches!(ask, Ask::Time | Ask::Declared(Kind::Date | Kind::Moment)) {
                let field = record.get(self.orders[source][i]).unwrap_or_default();
                self.evidence[i].see(column::trim(field), self.reader.calendar);
            }
        }
    }

    /// Stops where a whole column lacks the order of day and month: one sentence says more than a reject for each row.
    fn require_order(&self, sources: &[Source]) -> Result<(), ReadError> {
        let most = self.evidence.iter().map(|seen| seen.count).max();
        // A single such date is a fault of its row.
        if most.is_none_or(|most| most < 2 || most as f64 <= self.allowed * self.read as f64) {
            return Ok(());
        }
        let columns = self.header.iter().zip(&self.evidence);
        Err(ReadError::UnclearDates {
            file: names(sources),
            columns: columns
                .filter_map(|(name, seen)| Some((name.clone(), seen.advice()?)))
                .collect(),
        })
    }

    /// Reads columns again as text whose first guess does not hold over all rows; their kind is then decided over all.
    fn read_again(&mut self, sources: &[Source]) {
        let wrong: Vec<usize> = (0..self.builders.len())
            .filter(|&i| self.builders[i].wrong_guess())
            .collect();
        if wrong.is_empty() {
            return;
        }
        for &i in &wrong {
            self.builders[i] = Builder::new(&Ask::Guess, Kind::Text);
        }
        let mut record = ByteRecord::new();
        let mut places = self.places.iter().peekable();
        for (index, source) in sources.iter().enumerate() {
            let mut rows = source.rows();
            while let Some(row) = rows.next(&mut record) {
                let wanted = places.next_if(|place| {
                    usize::from(place.source) == index && place.start == row.range.start as u64
                });
                if wanted.is_none() {
                    continue;
                }
                for &i in &wrong {
                    let field = record.get(self.orders[index][i]).unwrap_or_default();
                    // Text takes every value.
                    let _ = self.builders[i].push(field, &self.reader);
                }
            }
        }
    }

    fn finish(self, sources: Vec<Source>, log: &mut Log) -> Result<Frame, ReadError> {
        let mut frame = Frame {
            table: Table::with_rows(self.places.len()),
            read: self.read,
            passed: Vec::new(),
            places: self.places,
            sources,
        };
        if self.blank > 0 {
            let rows = grouped(self.blank);
            let files = frame.files().join(", ");
            log.note(
                "blank-rows",
                None,
                format!("Rows of {files} that hold nothing: {rows}. They were passed over."),
            );
        }
        for ((name, builder), i) in self.header.into_iter().zip(self.builders).zip(0..) {
            if builder.signs.len() > 1 {
                let mut signs = builder.signs;
                signs.sort_unstable();
                return Err(ReadError::MixedCurrencies {
                    file: names(&frame.sources),
                    column: name,
                    signs,
                });
            }
            let Some((column, strays, unordered)) = builder.finish(&self.reader) else {
                frame.passed.push(name);
                continue;
            };
            let unnamed = frame.sources[0].unnamed[i];
            if unnamed && (0..column.len()).all(|row| column.is_missing(row)) {
                continue;
            }
            if unnamed {
                log.note(
                    "unnamed-column",
                    Some(&name),
                    format!("A column without a name is called `{name}` after its place."),
                );
            }
            note_strays(&frame, &name, column.kind(), &strays, log);
            if unordered && let Some(advice) = order_of(&column, &self.reader).advice() {
                let message =
                    format!("`{name}` is read as text: it {advice} to read them as dates.");
                log.note("dates-without-order", Some(&name), message);
            }
            frame.table.insert(name, column);
        }
        Ok(frame)
    }
}

/// What the texts of a column show of the order of day and month.
fn order_of(column: &Column, reader: &ValueReader<'_>) -> OrderEvidence {
    let mut evidence = OrderEvidence::default();
    if let Column::Text(category) = column {
        for level in &category.levels {
            evidence.see(level.as_bytes(), reader.calendar);
        }
    }
    evidence
}

fn note_strays(frame: &Frame, name: &str, kind: Kind, strays: &Strays, log: &mut Log) {
    let Some(first) = &strays.first else { return };
    let noun = match kind {
        Kind::Moment => Kind::Date.noun(),
        kind => kind.noun(),
    };
    log.note(
        "stray-values",
        Some(name),
        format!(
            "`{name}` holds {noun} in nearly every row; other values, taken as missing: {}, the first `{}` at {}:{name}.",
            grouped(strays.count),
            values::shorten(&first.value),
            frame.at(first.row),
        ),
    );
}

impl Plan<'_> {
    /// What is asked of a column: the first wish that asks something, else the declared kind, else what its values say.
    pub(super) fn ask(&self, name: &str) -> Ask {
        let wished = self
            .wishes
            .iter()
            .find(|wish| wish.column == name && wish.ask != Ask::Guess);
        if let Some(wish) = wished {
            return wish.ask.clone();
        }
        let named = self.rest
            || self.wishes.iter().any(|wish| wish.column == name)
            || self.types.is_some_and(|types| types.contains_key(name))
            || self.expected(name).is_some();
        match self.types.and_then(|types| types.get(name)) {
            _ if !named => Ask::Ignore,
            Some(Kind::Text) => Ask::Text { keep: Vec::new() },
            Some(Kind::Boolean) => Ask::YesNo,
            Some(&kind) => Ask::Declared(kind),
            // Any text is a text, so there is nothing to be tried.
            None if self.expected(name) == Some(Kind::Text) => Ask::Text { keep: Vec::new() },
            None => Ask::Guess,
        }
    }

    fn expected(&self, name: &str) -> Option<Kind> {
        self.kinds.and_then(|kinds| kinds.get(name)).copied()
    }
}

/// Every wished column must be in the header.
fn require(source: &Source, wishes: &[Wish]) -> Result<(), ReadError> {
    let mut missing: Vec<MissingColumn> = Vec::new();
    for wish in wishes {
        if !wish.required
            || source.header.contains(&wish.column)
            || missing.iter().any(|column| column.name == wish.column)
        {
            continue;
        }
        missing.push(MissingColumn {
            name: wish.column.clone(),
            named_by: wish.named_by.clone(),
            nearest: nearest_of(&wish.column, &source.header),
        });
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(ReadError::MissingColumns {
        file: source.name.clone(),
        missing,
        found: source.header.clone(),
    })
}

fn nearest_of(name: &str, among: &[String]) -> Option<String> {
    nearest(name, among.iter().map(String::as_str)).map(str::to_owned)
}

/// For each column of the first file its position in another one, which must have the same columns.
fn order(first: &Source, other: &Source) -> Result<Vec<usize>, ReadError> {
    let lacking = |from: &Source, of: &Source| -> Vec<String> {
        let absent = of.header.iter().filter(|name| !from.header.contains(name));
        absent.cloned().collect()
    };
    let (missing, extra) = (lacking(other, first), lacking(first, other));
    if missing.is_empty() && extra.is_empty() {
        let position = |name| other.header.iter().position(|candidate| candidate == name);
        return Ok(first.header.iter().filter_map(position).collect());
    }
    Err(ReadError::HeaderDiffers {
        file: other.name.clone(),
        first: first.name.clone(),
        missing,
        extra,
    })
}

/// Adds a fault for each column of `names` that is in none of `tables`.
pub(super) fn require_any(
    file: &str,
    names: &[(String, String)],
    found: &[String],
) -> Result<(), ReadError> {
    let missing: Vec<MissingColumn> = names
        .iter()
        .filter(|(name, _)| !found.contains(name))
        .map(|(name, named_by)| MissingColumn {
            name: name.clone(),
            named_by: named_by.clone(),
            nearest: nearest_of(name, found),
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ReadError::MissingColumns {
        file: file.to_owned(),
        missing,
        found: found.to_vec(),
    })
}
