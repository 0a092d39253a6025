//! Files -> typed columns. Every fault has a file, a row and a column; rows set aside are kept.
//!
//! A file becomes text with a header (`source`), its text rows (`rows`), its values numbers, dates, words (`values`,
//! `dates`) in typed columns (`column`, `frame`). The lead files with their side tables (`joins`) then become leads
//! (`leads`, `outcome`, `checks`) with their `history`, and everything is brought to one as-of date (`standing`).

mod alike;
mod answers;
mod campaign;
mod checks;
mod column;
mod dates;
mod draft;
mod encoding;
mod error;
mod frame;
mod history;
mod joins;
mod leads;
mod ledger;
mod log;
mod numbers;
mod order;
mod outcome;
mod record;
mod roles;
mod rowfault;
mod rows;
mod source;
mod standing;
mod stream;
mod team;
mod values;

pub use campaign::{CampaignData, campaign};
pub use draft::draft_in;
pub use error::{MissingColumn, ReadError, ReasonCount, TooMany};
pub use log::write_rejects;
pub use record::{
    Again, Appended, Entry, Imported, Record, Terms, append_calls, append_shown, call_result,
    can_be_recorded, import, possible, record, result_words,
};
pub use stream::{Chunk, Span, Stream, Streamed, Values};

use std::collections::BTreeMap;

use crate::domain::{CallLog, Day, Kind, Leads, Moment, Rejects, Role, SpendLine, TargetLine};
use crate::project::Project;

/// Something about the data that a person should know; counted, never fatal.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Note {
    /// Stable kebab-case code.
    pub code: &'static str,
    /// The sentence.
    pub message: String,
    /// The column that it is about, if it is about one.
    pub column: Option<String>,
}

/// Everything read from the files of a project, as of a day.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// The leads.
    pub leads: Leads,
    /// The newest date in the data that says that something has happened, whatever the as-of date; none without dates. A
    /// few that lie far after all others are taken for slips of the pen, and passed over.
    pub newest: Option<Day>,
    /// Spend by month and source, in that order; empty without `[spend]`.
    pub spend: Vec<SpendLine>,
    /// Targets; empty without `[targets]`.
    pub targets: Vec<TargetLine>,
    /// What call lists showed and what came of calls, as known on the day; empty for another export than the project's.
    pub log: CallLog,
    /// Rows set aside.
    pub rejects: Rejects,
    /// What else was noticed: keys that found no partner, stray values, leads without `created` ...
    pub notes: Vec<Note>,
}

/// Reads the leads of a project with all their side files, as of `as_of` (default: the project's, else the day after
/// the newest `created`, `closed`, `entered` or `at` in the data).
///
/// # Errors
/// See [`ReadError`]. With [`ReadError::TooManyRejects`] the rows set aside are in the error.
pub fn dataset(project: &Project, as_of: Option<Day>) -> Result<Dataset, ReadError> {
    dataset_like(project, as_of, &BTreeMap::new())
}

/// The same, with columns of the leads taken for the kinds that they had in another export, where the project declares
/// none and nearly all values fit: a few rows need not show what a column holds.
///
/// # Errors
/// As [`dataset`].
pub fn dataset_like(
    project: &Project,
    as_of: Option<Day>,
    kinds: &BTreeMap<String, Kind>,
) -> Result<Dataset, ReadError> {
    let mut log = log::Log::default();
    let as_of = as_of.or(project.as_of);
    // The files of events take about as long to read as the leads.
    let (leads, sides) = std::thread::scope(|scope| {
        let events = || {
            (
                history::stages_file(project),
                history::activities_file(project),
            )
        };
        let sides = scope.spawn(events);
        (leads::read(project, as_of, kinds, &mut log), sides.join())
    });
    let mut leads = leads?;
    let (stages, activities) = sides.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let finder = history::Finder::new(project, &leads);
    let stages = history::stages(project, stages?, &finder, &leads, &mut log)?;
    let activities = history::activities(project, activities?, &finder, &leads, &mut log)?;
    leads.stages = stages;
    leads.activities = activities;
    if !leads.roles.contains_key(&Role::Contacted)
        && let Some(activities) = &leads.activities
    {
        leads.contacted = history::first_days(activities);
    }
    let spend = ledger::spend(project, &mut log)?;
    let targets = ledger::targets(project, &mut log)?;
    let newest = standing::newest(&leads);
    // Calls logged do not move the as-of date: of the days after the export nobody knows what came in.
    let record = if kinds.is_empty() {
        record::record(project)?
    } else {
        Record::default()
    };
    let day = as_of.or(newest.map(|newest| newest.day + 1));
    let calls = record::apply(&mut leads, record, day, &mut log);
    let leads = standing::settle(project, leads, newest, as_of, &mut log);
    let newest = newest.map(|newest| newest.day);
    let targets = team::whole(targets, &leads, &mut log);
    Ok(Dataset {
        leads,
        newest,
        spend,
        targets,
        log: calls,
        rejects: log.sorted_rejects(),
        notes: log.notes,
    })
}

/// The leads of the lead files as they stand there, whatever the as-of date, without stage history and activities; as of the
/// day after the newest `created` and `closed`.
///
/// # Errors
/// As [`dataset`].
pub fn roster(project: &Project) -> Result<Leads, ReadError> {
    let mut log = log::Log::default();
    leads::read(project, project.as_of, &BTreeMap::new(), &mut log)
}

/// A time as people write it, in the project's zone; none for any other text.
pub fn moment(text: &str, project: &Project) -> Option<Moment> {
    let reader = values::ValueReader::new(project);
    let seconds = reader.strict_time(text.trim().as_bytes(), true);
    seconds.ok().flatten().map(Moment::from_seconds)
}
