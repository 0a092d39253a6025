//! `forerun score FILE` by an undated model, block by block: the same results as of a file read at once, in a fraction of
//! the time and of the memory.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::cli::args::ScoreArgs;
use crate::cli::chain;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Draft, Output};
use crate::cli::settings::Settings;
use crate::domain::{Kind, Outcome, Role};
use crate::features::{BlockCoder, Code, Feature, Origin};
use crate::present::{self, ScoreRows, Shown, Style};
use crate::project::Project;
use crate::read::{Chunk, Stream, Streamed, Values};
use crate::score::{self, Model, RowScore, UndatedScorer, Warning};

/// Bytes of the result that are printed at once.
const PRINTED: usize = 1 << 20;

/// Where the rows go until they are known to be all.
enum Target {
    /// A file of the user's.
    File(Draft),
    /// A nameless one, to be printed.
    Print(File),
}

/// Scores the one lead file of `project`; none where it has to be read at once, and then nothing was said or written.
pub(crate) fn run(
    args: &ScoreArgs,
    settings: &Settings,
    project: &Project,
    model: &Model,
    out: &mut Output,
) -> Result<Option<Done>, Failure> {
    let style = Style::of(project, settings.width);
    let scored = out.during("scoring", |_| score(args, settings, project, model, &style));
    let Some((target, found, scored, counts)) = scored else {
        return Ok(None);
    };
    chain::keep_and_tell(project, &found.rejects, out)?;
    chain::tell_notes(found.notes.len(), out);
    let as_of = settings.as_of.or(project.as_of).unwrap_or_default();
    out.say(&present::used_text(model, as_of, &style).unwrap_or_default());
    let drifted: Vec<Warning> = score::drift_of_counts(model, counts).into_iter().collect();
    out.say(&present::warnings_text(&drifted, &style));
    chain::warn_of(model, &style, out);
    chain::mark(model.report(), &style, out);
    if scored == 0 {
        super::score::tell_nothing_open(false, out);
    }
    out.say(&present::reference_text(model.report(), &style));
    finish(args.out.as_deref(), target, scored, out)?;
    Ok(Some(Done::with(&found.rejects)))
}

fn finish(
    file: Option<&Path>,
    target: Target,
    scored: usize,
    out: &mut Output,
) -> Result<(), Failure> {
    match target {
        Target::File(draft) => {
            let file = file.unwrap_or(Path::new(""));
            draft.keep(file)?;
            super::score::tell_written(scored, file, out);
        }
        Target::Print(file) => print(file, out)?,
    }
    Ok(())
}

/// The rows written, what was found in the file, how many leads were scored, and how many leads have each code.
type Scored = (Target, Streamed, usize, Vec<Vec<u32>>);

fn score(
    args: &ScoreArgs,
    settings: &Settings,
    project: &Project,
    model: &Model,
    style: &Style,
) -> Option<Scored> {
    let plain =
        |feature: &Feature| matches!(feature.origin, Origin::Column(_) | Origin::DatePart(..));
    if settings.json || args.points.asked().is_some() || !model.recipe.features.iter().all(plain) {
        return None;
    }
    let mut kinds = model.kinds();
    let stated = project.leads.roles.get(&Role::StatedAmount);
    if let Some(column) = stated {
        kinds.insert(column.clone(), Kind::Number);
    }
    let stream = Stream::open(project, &kinds)?;
    let scorer = UndatedScorer::of(model)?;
    if scorer.with_amounts() && !project.leads.roles.contains_key(&Role::Amount) {
        return None;
    }
    let work = Work {
        scorer,
        coder: BlockCoder::new(&model.recipe, &stream)?,
        stated: stated.and_then(|column| stream.column(column)),
        features: &model.recipe.features,
        all: args.all,
        spare: Mutex::new(Vec::new()),
    };
    let mut target = Target::new(args.out.as_deref())?;
    let mut scored = 0;
    let features = &model.recipe.features;
    let mut counts: Vec<Vec<u32>> = (features.iter())
        .map(|feature| vec![0; feature.encoding.levels()])
        .collect();
    target.write(ScoreRows::header().as_bytes()).ok()?;
    let found = stream.run(
        |chunk| work.rows(chunk, || ScoreRows::new(&model.recipe.features, style)),
        |rows, again| {
            scored += rows.write(again, &mut target)?;
            rows.count(again, features.len(), &mut counts);
            work.give_back(rows);
            Ok(())
        },
    )?;
    Some((target, found, scored, counts))
}

/// What is done with each block.
struct Work<'a> {
    scorer: UndatedScorer<'a>,
    coder: BlockCoder<'a>,
    /// The column of what a lead says it will spend.
    stated: Option<usize>,
    features: &'a [Feature],
    all: bool,
    /// Writers and buffers to be used again.
    spare: Mutex<Vec<Rows<'a>>>,
}

/// Rows of a block, written.
struct Rows<'a> {
    writer: ScoreRows<'a>,
    bytes: Vec<u8>,
    /// By row of the block: where it ends.
    ends: Vec<usize>,
    /// The codes of the rows, one after the other.
    codes: Vec<Code>,
}

impl<'a> Work<'a> {
    fn rows(&self, chunk: &Chunk, writer: impl FnOnce() -> ScoreRows<'a>) -> Rows<'a> {
        let spare = self.lock().pop();
        let mut rows = spare.unwrap_or_else(|| Rows {
            writer: writer(),
            bytes: Vec::new(),
            ends: Vec::new(),
            codes: Vec::new(),
        });
        rows.bytes.clear();
        rows.ends.clear();
        let codes = self.coder.codes(chunk);
        let width = self.features.len();
        let stated = self.stated.map(|column| chunk.values(column));
        let mut score = RowScore::default();
        for row in 0..chunk.rows() {
            if self.all || chunk.outcome(row) == Outcome::Open {
                let codes = &codes[row * width..(row + 1) * width];
                let stated = match stated {
                    Some(Values::Number(numbers, _)) => Some(numbers[row]),
                    _ => None,
                };
                self.scorer.score(codes, stated, &mut score);
                let shown = |feature| self.shown(chunk, feature, row);
                (rows.writer).row(&mut rows.bytes, chunk.id(row), &score, codes, shown);
            }
            rows.ends.push(rows.bytes.len());
        }
        rows.codes = codes;
        rows
    }

    /// The value of a feature.
    fn shown<'c>(&self, chunk: &'c Chunk, feature: usize, row: usize) -> Shown<'c> {
        match chunk.values(self.coder.column(feature)) {
            Values::Number(numbers, spans) => Shown::Number(numbers[row], chunk.text(spans[row])),
            Values::Text(spans) => Shown::Text(chunk.text(spans[row])),
            Values::Boolean(values) => Shown::Text(match values[row] {
                Some(true) => b"yes",
                Some(false) => b"no",
                None => b"",
            }),
            Values::Time(times) => match &self.features[feature].origin {
                Origin::DatePart(_, part) => Shown::Text(part.shown(times[row]).as_bytes()),
                _ => Shown::Text(b""),
            },
        }
    }

    fn give_back(&self, rows: Rows<'a>) {
        self.lock().push(rows);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Rows<'a>>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows<'_> {
    /// Counts the codes of all but the rows named.
    fn count(&self, but: &[u32], width: usize, counts: &mut [Vec<u32>]) {
        let mut but = but.iter().map(|&row| row as usize).peekable();
        for (row, codes) in self.codes.chunks(width.max(1)).enumerate() {
            if but.next_if_eq(&row).is_some() {
                continue;
            }
            for (code, counts) in codes.iter().zip(counts.iter_mut()) {
                if let Some(count) = counts.get_mut(usize::from(code.nearest())) {
                    *count += 1;
                }
            }
        }
    }

    /// Writes all but the rows named; gives how many it wrote.
    fn write(&self, but: &[u32], target: &mut Target) -> io::Result<usize> {
        let (mut from, mut written) = (0, 0);
        let mut start = 0;
        let mut but = but.iter().map(|&row| row as usize).peekable();
        for (row, &end) in self.ends.iter().enumerate() {
            if but.next_if_eq(&row).is_some() {
                target.write(&self.bytes[from..start])?;
                from = end;
            } else {
                written += usize::from(end > start);
            }
            start = end;
        }
        target.write(&self.bytes[from..])?;
        Ok(written)
    }
}

impl Target {
    fn new(file: Option<&Path>) -> Option<Self> {
        match file {
            Some(file) => Draft::of(file).ok().flatten().map(Self::File),
            None => tempfile::tempfile().ok().map(Self::Print),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::File(draft) => draft.write(bytes),
            Self::Print(file) => file.write_all(bytes),
        }
    }
}

fn print(mut file: File, out: &mut Output) -> Result<(), Failure> {
    file.seek(SeekFrom::Start(0)).map_err(Failure::Print)?;
    let mut part = Vec::with_capacity(PRINTED);
    loop {
        part.clear();
        let read = (&file).take(PRINTED as u64).read_to_end(&mut part);
        if read.map_err(Failure::Print)? == 0 {
            return out.flush();
        }
        out.bytes(&part)?;
    }
}
