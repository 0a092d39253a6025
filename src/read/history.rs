//! Stage history and activities: dated events of leads that the lead files name.

use std::collections::HashMap;

use crate::domain::{
    Activities, Category, Column, Day, Leads, Moment, Plan as Planned, StageHistory, Table,
    Timeline,
};
use crate::project::{ActivitiesSpec, Project, StagesSpec};
use crate::read::ReadError;
use crate::read::answers;
use crate::read::column::Ask;
use crate::read::error::grouped;
use crate::read::frame::{Frame, Plan, Wish, load};
use crate::read::log::Log;
use crate::read::rowfault::RowFault;

/// The row of each lead by its identifier.
pub(super) struct Finder<'a> {
    rows: HashMap<&'a str, usize>,
    /// Digits of identifiers that are numbers of rows; none where the file has identifiers of its own.
    digits: Option<usize>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(project: &Project, leads: &'a Leads) -> Self {
        let rows = leads.ids.iter().enumerate();
        let by_row_number = project.leads.id.is_none();
        Self {
            rows: rows.map(|(row, id)| (id.as_str(), row)).collect(),
            digits: leads.ids.first().filter(|_| by_row_number).map(String::len),
        }
    }

    fn find(&self, id: &str) -> Option<usize> {
        let padded = self.digits.map(|digits| format!("{id:0>digits$}"));
        self.rows.get(padded.as_deref().unwrap_or(id)).copied()
    }
}

/// A file of events as read, before its rows have met their leads.
pub(super) struct Side {
    frame: Frame,
    log: Log,
}

/// Reads the file of the stage history, where the project has one.
pub(super) fn stages_file(project: &Project) -> Result<Option<Side>, ReadError> {
    let Some(spec) = &project.stages else {
        return Ok(None);
    };
    let text = || Ask::Text { keep: Vec::new() };
    let wishes = vec![
        Wish::new(&spec.id, "`id` in [stages]", text()),
        Wish::new(&spec.stage, "`stage` in [stages]", text()),
        Wish::new(&spec.entered, "`entered` in [stages]", Ask::Time),
    ];
    side(project, &spec.file, wishes).map(Some)
}

/// The stage history, from its file.
pub(super) fn stages(
    project: &Project,
    side: Option<Side>,
    finder: &Finder<'_>,
    leads: &Leads,
    log: &mut Log,
) -> Result<Option<StageHistory>, ReadError> {
    let (Some(spec), Some(side)) = (&project.stages, side) else {
        return Ok(None);
    };
    log.merge(side.log);
    let frame = side.frame;
    let entered = moments(frame.table.get(&spec.entered), frame.table.rows());
    let stage = texts(&frame.table, &spec.stage);
    let mut events = Events::default();
    for (row, &at) in entered.iter().enumerate() {
        let fault = if stage.get(row).is_none() {
            Some((spec.stage.as_str(), "empty-stage", "the row names no stage"))
        } else if at.is_none() {
            Some((
                spec.entered.as_str(),
                "empty-date",
                "the row does not say when the stage was entered",
            ))
        } else {
            None
        };
        events.add(&frame, &spec.id, finder, row, at, fault, log);
    }
    events.note(&frame, log);
    log.dates(&frame, &spec.entered, events.days());
    log.check_limit(&frame.files(), frame.read, project.leads.max_rejects)?;
    Ok(Some(stage_history(spec, leads, stage, events)))
}

fn stage_history(
    spec: &StagesSpec,
    leads: &Leads,
    stage: &Category,
    mut events: Events,
) -> StageHistory {
    let mut names = spec.order.clone();
    names.extend(
        stage
            .levels
            .iter()
            .filter(|level| !spec.order.contains(level))
            .cloned(),
    );
    let position: Vec<u32> = stage
        .levels
        .iter()
        .map(|level| names.iter().position(|name| name == level).unwrap_or(0) as u32)
        .collect();
    let code = |row: usize| position[stage.codes[row] as usize];
    // Stages entered at the same moment follow the declared order, whatever the order of the rows.
    events
        .kept
        .sort_by_key(|&(lead, at, row)| (lead, at, code(row)));
    let (timeline, order) = events.timeline(leads.len());
    StageHistory {
        timeline,
        stage: order.iter().map(|&i| code(events.kept[i].2)).collect(),
        names,
        ordered: spec.order.len(),
    }
}

/// Reads the file of the activities, where the project has one.
pub(super) fn activities_file(project: &Project) -> Result<Option<Side>, ReadError> {
    let Some(spec) = &project.activities else {
        return Ok(None);
    };
    let text = || Ask::Text { keep: Vec::new() };
    let mut wishes = vec![
        Wish::new(&spec.id, "`id` in [activities]", text()),
        Wish::new(&spec.at, "`at` in [activities]", Ask::Time),
    ];
    for (key, column) in &named_columns(spec) {
        let ask = if *key == "planned" { Ask::Time } else { text() };
        wishes.push(Wish::new(column, format!("`{key}` in [activities]"), ask));
    }
    side(project, &spec.file, wishes).map(Some)
}

/// The activities, from their file.
pub(super) fn activities(
    project: &Project,
    side: Option<Side>,
    finder: &Finder<'_>,
    leads: &Leads,
    log: &mut Log,
) -> Result<Option<Activities>, ReadError> {
    let (Some(spec), Some(side)) = (&project.activities, side) else {
        return Ok(None);
    };
    log.merge(side.log);
    let (frame, named) = (side.frame, named_columns(spec));
    let at = moments(frame.table.get(&spec.at), frame.table.rows());
    let planned = moments(
        spec.planned
            .as_ref()
            .and_then(|column| frame.table.get(column)),
        frame.table.rows(),
    );
    let mut events = Events::default();
    let (mut not_made, mut plans) = (0, Vec::new());
    for (row, &at) in at.iter().enumerate() {
        if at.is_none()
            && let Some(planned) = planned[row]
        {
            not_made += 1;
            plans.extend(plan(spec, &frame.table, finder, row, planned));
            continue;
        }
        let fault = at.is_none().then_some((
            spec.at.as_str(),
            "empty-date",
            "the row does not say when the activity was",
        ));
        events.add(&frame, &spec.id, finder, row, at, fault, log);
    }
    if not_made > 0 {
        let message = format!(
            "Activities of {} that are planned and not made yet: {}. They do not count as activities.",
            frame.files().join(", "),
            grouped(not_made)
        );
        log.note("activities-not-made", None, message);
    }
    events.note(&frame, log);
    log.dates(&frame, &spec.at, events.days());
    log.check_limit(&frame.files(), frame.read, project.leads.max_rejects)?;
    let mut log_of = activity_log(&named, leads, &frame.table, events);
    plans.sort();
    log_of.not_made = plans;
    answers::add(&mut log_of.table, spec.answered.as_deref());
    Ok(Some(log_of))
}

/// What a row plans that is not made; none if it is about no lead.
fn plan(
    spec: &ActivitiesSpec,
    table: &Table,
    finder: &Finder<'_>,
    row: usize,
    planned: Moment,
) -> Option<Planned> {
    let said = |column: Option<&String>| Some(texts(table, column?).get(row)?.to_owned());
    Some(Planned {
        lead: finder.find(texts(table, &spec.id).get(row)?)?,
        planned,
        kind: said(spec.kind.as_ref()),
        owner: said(spec.owner.as_ref()),
    })
}

/// The optional columns that the project names, under the names that they get.
fn named_columns(spec: &ActivitiesSpec) -> Vec<(&'static str, &str)> {
    [
        ("kind", &spec.kind),
        ("owner", &spec.owner),
        ("result", &spec.result),
        ("planned", &spec.planned),
    ]
    .into_iter()
    .filter_map(|(key, column)| Some((key, column.as_deref()?)))
    .collect()
}

fn activity_log(
    named: &[(&'static str, &str)],
    leads: &Leads,
    table: &Table,
    mut events: Events,
) -> Activities {
    let columns: Vec<&Column> = named
        .iter()
        .filter_map(|(_, column)| table.get(column))
        .collect();
    // Activities of the same moment stand in the order of what they say, whatever the order of the rows.
    events.kept.sort_by(|a, b| {
        let same_time = (a.0, a.1).cmp(&(b.0, b.1));
        same_time.then_with(|| {
            let said = |row: usize| columns.iter().map(move |column| column.display(row));
            said(a.2).cmp(said(b.2))
        })
    });
    let (timeline, order) = events.timeline(leads.len());
    let rows: Vec<usize> = order.iter().map(|&i| events.kept[i].2).collect();
    let mut said = Table::with_rows(rows.len());
    for (key, column) in named {
        if let Some(column) = table.get(column) {
            said.insert(*key, column.take(&rows));
        }
    }
    Activities {
        timeline,
        table: said,
        not_made: Vec::new(),
    }
}

/// The first day with an activity, by lead.
pub(super) fn first_days(activities: &Activities) -> Vec<Option<Day>> {
    let timeline = &activities.timeline;
    (0..timeline.rows())
        .map(|row| {
            timeline
                .events(row)
                .next()
                .map(|event| timeline.at(event).day())
        })
        .collect()
}

/// Events that belong to a lead, and a count of those that do not.
#[derive(Default)]
struct Events {
    /// Row of the lead, moment, row of the file.
    kept: Vec<(usize, Moment, usize)>,
    unknown: u64,
    first_unknown: Option<(usize, String)>,
}

impl Events {
    /// The rows of the file that were taken, with their days.
    fn days(&self) -> impl Iterator<Item = (usize, Day)> {
        self.kept.iter().map(|&(_, at, row)| (row, at.day()))
    }

    /// Takes a row of the file, unless it is faulty or of a lead that is not there.
    #[allow(
        clippy::too_many_arguments,
        reason = "one row with all that is needed to judge it"
    )]
    fn add(
        &mut self,
        frame: &Frame,
        id_column: &str,
        finder: &Finder<'_>,
        row: usize,
        at: Option<Moment>,
        fault: Option<(&str, &'static str, &str)>,
        log: &mut Log,
    ) {
        let id = texts(&frame.table, id_column).get(row);
        let fault = match id {
            None => Some((
                id_column,
                "empty-id",
                "the row does not say which lead it is of",
            )),
            Some(_) => fault,
        };
        if let Some((column, code, reason)) = fault {
            let reject = frame.reject(row, RowFault::of_column(column, code, reason.to_owned()));
            log.rejects.rows.push(reject);
            return;
        }
        let (Some(id), Some(at)) = (id, at) else {
            return;
        };
        if let Some(lead) = finder.find(id) {
            self.kept.push((lead, at, row));
        } else {
            self.unknown += 1;
            self.first_unknown
                .get_or_insert_with(|| (row, id.to_owned()));
        }
    }

    fn timeline(&self, leads: usize) -> (Timeline, Vec<usize>) {
        let events: Vec<(usize, Moment)> =
            self.kept.iter().map(|&(lead, at, _)| (lead, at)).collect();
        Timeline::new(leads, &events)
    }

    fn note(&self, frame: &Frame, log: &mut Log) {
        let Some((row, id)) = &self.first_unknown else {
            return;
        };
        let message = format!(
            "Rows of {} about leads that are not in the lead files or were set aside: {} of {}, the first `{id}` at {}.",
            frame.files().join(", "),
            grouped(self.unknown),
            grouped(frame.read),
            frame.at(*row)
        );
        log.note("unknown-lead", None, message);
    }
}

fn side(project: &Project, file: &std::path::Path, wishes: Vec<Wish>) -> Result<Side, ReadError> {
    let mut log = Log::default();
    let plan = Plan {
        wishes,
        rest: false,
        types: None,
        kinds: None,
    };
    let frame = load(project, &[file.to_owned()], &plan, &mut log)?;
    Ok(Side { frame, log })
}

/// A text column; an empty one where there is none.
fn texts<'a>(table: &'a Table, column: &str) -> &'a Category {
    static NONE: Category = Category {
        codes: Vec::new(),
        levels: Vec::new(),
    };
    match table.get(column) {
        Some(Column::Text(category)) => category,
        _ => &NONE,
    }
}

/// The moments of a column of dates; all none where there is no such column.
fn moments(column: Option<&Column>, rows: usize) -> Vec<Option<Moment>> {
    match column {
        Some(Column::Date(days)) => days.iter().map(|day| day.map(Day::start)).collect(),
        Some(Column::Moment(moments)) => moments.clone(),
        _ => vec![None; rows],
    }
}
