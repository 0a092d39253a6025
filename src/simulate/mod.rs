//! Companies whose truth is known, so that every statistical claim of the program can be tested, and so that it can be
//! tried before there is data.
//!
//! A company has eight sources of different quality, quantity, cost and speed, twelve salespeople of different skill
//! and mix, five products, a Spring Festival, a history of stages and activities, losers that nobody ever closes, and
//! targets set the bad way: the best month so far. Everything follows from the seed, byte for byte, on any machine.
//!
//! What makes it useful is `truth/`. A lead's outcome is drawn from P(won) = logistic(log-odds of its features), the
//! time to a win from a gamma distribution and the time to a loss from a lognormal one, both in working time (see
//! `calendar`); the probabilities written there are computed from these very distributions. Three losers in ten are
//! never closed. The month's luck is part of the log-odds and of the truth.
//!
//! It imports `domain` only and shares no code with the stages that it tests.

mod calendar;
mod files;
mod lead;
mod ledger;
mod project;
mod random;
mod rows;
mod special;
mod story;
mod volume;
mod words;
mod world;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::domain::{Day, Month};
use calendar::Calendar;
use files::Folder;
use lead::{Birth, Lead};
use ledger::Ledger;
use random::{Draws, Stream};
use rows::Sheets;
use story::Story;
use volume::{Frame, Plan};
use words::Words;
use world::{SOURCES, World};

/// Language of the headers and values of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

/// The company to simulate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Leads created before `as_of`: exactly so many are written; 1 to 100,000,000.
    pub leads: u64,
    /// Everything else follows from it: another seed is another company.
    pub seed: u64,
    /// Calendar months of history up to the day before `as_of`; 1 to 120. If `as_of` is not the first of a month, the
    /// last of them is not over.
    pub months: i32,
    /// Nothing at or after 00:00 of this day is in the files, `truth/` excepted; in the years 2000 to 2100. The Spring
    /// Festival is known for 2020 to 2035.
    pub as_of: Day,
    /// Language of headers and values. `truth/` has English headers always.
    pub language: Language,
    /// Whether `forerun.toml` and `rules/intent.toml` are written too, so that the folder is a project.
    pub project_file: bool,
    /// Whether files that are there already may be replaced; if not they are refused before anything is written.
    pub overwrite: bool,
}

impl Default for Company {
    /// The bundled demo: 12,000 leads over 24 months up to 2026-07-01, in English, data files only.
    fn default() -> Self {
        Self {
            leads: 12_000,
            seed: 20_260_701,
            months: 24,
            as_of: Month::new(2026, 7).first_day(),
            language: Language::En,
            project_file: false,
            overwrite: false,
        }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Leads in `leads.csv`.
    pub leads: u64,
    /// Those won before the as-of date.
    pub won: u64,
    /// Those lost, and written down as lost, before the as-of date.
    pub lost: u64,
    /// Those still open.
    pub open: u64,
    /// Rows of `stages.csv`.
    pub stages: u64,
    /// Rows of `activities.csv`.
    pub activities: u64,
    /// The files, sorted.
    pub files: Vec<PathBuf>,
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// A company that cannot be.
    #[error("{what} must be {range}, not {found}")]
    OutOfRange {
        /// The setting, in words.
        what: &'static str,
        /// What it may be.
        range: &'static str,
        /// What it is.
        found: String,
    },
    /// A file is there already.
    #[error("{} is there already; choose another folder, or say that it may be overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The disk, or the right to write, is missing.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Every file that is written but for those of [`project`].
const FILES: [&str; 8] = [
    "leads.csv",
    "stages.csv",
    "activities.csv",
    "spend.csv",
    "targets.csv",
    "truth/leads.csv",
    "truth/revenue.csv",
    "truth/sources.csv",
];

/// Simulates a company into `dir`, which is made if need be.
///
/// Written: `leads.csv`, `stages.csv`, `activities.csv`, `spend.csv`, `targets.csv`, `truth/leads.csv`,
/// `truth/revenue.csv`, `truth/sources.csv`, and `forerun.toml` with `rules/intent.toml` if asked for; each under
/// another name first, so that it is there whole or not at all. `data/README.md` describes every column of `truth/`.
///
/// Leads are made one after another in the order of creation and none is kept, so memory does not grow with them.
/// `progress` is told the number of leads made so far, now and then.
///
/// # Errors
/// If the company cannot be ([`SimulateError::OutOfRange`]), a file is there already ([`SimulateError::Exists`]), or
/// writing fails ([`SimulateError::Write`]).
pub fn write(
    company: &Company,
    dir: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary, SimulateError> {
    check(company)?;
    let words = Words::of(company.language);
    let project_files = if company.project_file {
        &project::FILES[..]
    } else {
        &[]
    };
    let names = FILES.iter().chain(project_files);
    let mut folder = Folder::new(dir, company.overwrite, names)?;
    let mut sheets = Sheets::open(&mut folder, words)?;
    let span = Span::of(company);
    let plan = volume::plan(&span.frame(company));
    let mut ledger = Ledger::new(span.first_month, span.months, company.as_of);
    let mut run = Run {
        company,
        span: &span,
        world: World::new(company.seed, span.months, company.months as usize),
        words,
        story: Story::default(),
    };
    run.leads(&plan, &mut sheets, &mut ledger, progress)?;
    ledger.write(&mut folder, words, &plan, &span)?;
    if company.project_file {
        project::write(&mut folder, company, words)?;
    }
    let (stages, activities) = (sheets.stages.rows(), sheets.activities.rows());
    sheets.close(&mut folder)?;
    Ok(Summary {
        leads: ledger.won + ledger.lost + ledger.open,
        won: ledger.won,
        lost: ledger.lost,
        open: ledger.open,
        stages,
        activities,
        files: folder.commit()?,
    })
}

/// Refuses companies that cannot be.
fn check(company: &Company) -> Result<(), SimulateError> {
    let fault = |what, range, found| Err(SimulateError::OutOfRange { what, range, found });
    if !(1..=100_000_000).contains(&company.leads) {
        return fault(
            "the number of leads",
            "from 1 to 100,000,000",
            company.leads.to_string(),
        );
    }
    if !(1..=120).contains(&company.months) {
        return fault(
            "the number of months",
            "from 1 to 120",
            company.months.to_string(),
        );
    }
    if !(2000..=2100).contains(&company.as_of.month().year()) {
        return fault(
            "the as-of date",
            "in the years 2000 to 2100",
            company.as_of.to_string(),
        );
    }
    Ok(())
}

/// The days that are simulated: history, and twelve months after it.
struct Span {
    calendar: Calendar,
    first_month: Month,
    /// Months in all.
    months: usize,
    /// Days before the as-of date.
    known: usize,
    /// Days in all.
    days: usize,
    /// Digits of an identifier: enough that identifiers sort as texts in the order of creation.
    digits: usize,
}

impl Span {
    fn of(company: &Company) -> Self {
        let last_known = (company.as_of - 1).month();
        let first_month = last_known - (company.months - 1);
        let end = (last_known + 13).first_day();
        let first = first_month.first_day();
        let days = (end - first) as usize;
        Self {
            // Most late closings lie within two more years; beyond, the calendar goes on without weekends.
            calendar: Calendar::new(first, days + 731),
            first_month,
            months: (company.months + 12) as usize,
            known: (company.as_of - first) as usize,
            days,
            digits: company.leads.to_string().len().max(7),
        }
    }

    fn frame<'a>(&'a self, company: &Company) -> Frame<'a> {
        Frame {
            calendar: &self.calendar,
            first_month: self.first_month,
            days: (self.known, self.days),
            history: company.months as usize,
            leads: company.leads,
            seed: company.seed,
        }
    }
}

/// One simulation under way.
struct Run<'a> {
    company: &'a Company,
    span: &'a Span,
    world: World,
    words: &'static Words,
    story: Story,
}

impl Run<'_> {
    /// Every lead in the order of creation: those before the as-of date into the files, all into the ledger.
    fn leads(
        &mut self,
        plan: &Plan,
        sheets: &mut Sheets,
        ledger: &mut Ledger,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), SimulateError> {
        let (calendar, seed) = (&self.span.calendar, self.company.seed);
        let known = calendar.start(self.span.known);
        let mut index = 0;
        for (day, counts) in plan.leads.iter().enumerate() {
            let month = (calendar.month(day) - self.span.first_month) as usize;
            for (share, source) in births(seed, day, counts) {
                let birth = Birth {
                    index,
                    day,
                    share,
                    month,
                    source,
                };
                let lead = Lead::new(seed, &self.world, calendar, birth);
                ledger.add(&lead, calendar, known, day < self.span.known);
                if day < self.span.known {
                    story::tell(seed, &self.world, &lead, known, &mut self.story);
                    sheets.lead(&lead, &self.story, self.span, self.words)?;
                }
                index += 1;
                if index % 10_000 == 0 {
                    progress(index.min(self.company.leads));
                }
            }
        }
        progress(self.company.leads);
        Ok(())
    }
}

/// The leads of a day in the order of their creation: share of the day's work done, and source.
fn births(seed: u64, day: usize, counts: &[u32; SOURCES]) -> Vec<(f64, usize)> {
    let mut draws = Draws::new(seed, Stream::Day, day as u64);
    let mut births: Vec<(f64, usize)> = counts
        .iter()
        .enumerate()
        .flat_map(|(source, &n)| (0..n).map(move |_| (0.0, source)))
        .collect();
    for birth in &mut births {
        birth.0 = draws.uniform();
    }
    births.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    births
}
