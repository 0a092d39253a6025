//! What a history tells of a column: that it repeats something which happened after the lead came in.

use crate::domain::{Activities, Column, Leads, Moment, Outcome, StageHistory};
use crate::features::alone::Coded;

/// Share of leads in which a column must equal a piece of history to be taken for it.
const EQUAL: f64 = 0.9;
/// The same for yes-or-no columns, which agree by chance more often.
const EQUAL_YES: f64 = 0.98;
/// Share of the leads concerned for which that piece came after the day of creation, above which it was not known then.
const LATER: f64 = 0.05;
/// Fewest leads to judge on.
const MIN_ROWS: usize = 50;

/// A column found again in a history.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lookback {
    /// What is wrong, in a sentence.
    pub(super) message: String,
    /// Area under the ROC curve that the column alone would have with its values at creation; none if not known.
    pub(super) auc_at_creation: Option<f64>,
    /// Share of the closed leads for which the value first became known within a day of the closing; none if not known.
    pub(super) at_closing: Option<f64>,
}

/// Looks for the column in the stage history and the activities; none if it is not there, or was known at creation.
pub(super) fn look(
    leads: &Leads,
    column: &Column,
    closed: &[usize],
    won: &[bool],
) -> Option<Lookback> {
    let by_stage = leads.stages.as_ref().and_then(|stages| match column {
        Column::Text(_) => stage_of_today(leads, stages, column, closed, won),
        Column::Boolean(_) => stage_reached(leads, stages, column),
        Column::Number(values) => counts(
            leads,
            values,
            "stages entered in [stages]",
            |row, instant| stages.timeline.before(row, instant).len(),
        ),
        _ => None,
    });
    by_stage.or_else(|| {
        let activities = leads.activities.as_ref()?;
        match column {
            Column::Text(_) => last_activity(leads, activities, column),
            Column::Number(values) => counts(
                leads,
                values,
                "activities in [activities]",
                |row, instant| activities.timeline.before(row, instant).len(),
            ),
            _ => None,
        }
    })
}

/// A text that equals the stage of today.
fn stage_of_today(
    leads: &Leads,
    stages: &StageHistory,
    column: &Column,
    closed: &[usize],
    won: &[bool],
) -> Option<Lookback> {
    let Column::Text(category) = column else {
        return None;
    };
    let (mut seen, mut equal, mut later, mut closed_seen, mut at_closing) = (0, 0, 0, 0, 0);
    for row in 0..leads.len() {
        let (Some(text), Some((stage, entered))) =
            (category.get(row), stages.stage_as_of(row, leads.as_of))
        else {
            continue;
        };
        seen += 1;
        if stages.names[stage as usize] != text {
            continue;
        }
        equal += 1;
        later += usize::from(leads.created[row].is_some_and(|created| entered > created));
        if let Some(closed) = leads.closed[row] {
            closed_seen += 1;
            at_closing += usize::from((closed - entered).abs() <= 1);
        }
    }
    if seen < MIN_ROWS
        || (equal as f64) < EQUAL * seen as f64
        || later as f64 <= LATER * equal as f64
    {
        return None;
    }
    let at_creation: Vec<Option<&str>> = closed
        .iter()
        .map(|&row| {
            let (stage, _) = stages.stage_as_of(row, leads.created[row]? + 1)?;
            Some(stages.names[stage as usize].as_str())
        })
        .collect();
    let then = Column::Text(crate::domain::Category::from_texts(at_creation));
    let places: Vec<usize> = (0..closed.len()).collect();
    let auc = Coded::new(&then, &places).and_then(|coded| coded.alone(won));
    Some(Lookback {
        message: format!(
            "equals the stage of today in {} of leads, and {} of them entered it after the day they came in: it was not known \
             then, so it is not used. The stage itself is a feature, through [stages]",
            percent(equal, seen),
            percent(later, equal)
        ),
        auc_at_creation: auc.map(|alone| alone.auc),
        at_closing: (closed_seen > 0).then(|| share(at_closing, closed_seen)),
    })
}

/// A yes that stands where a stage was reached.
fn stage_reached(leads: &Leads, stages: &StageHistory, column: &Column) -> Option<Lookback> {
    let Column::Boolean(values) = column else {
        return None;
    };
    (0..stages.names.len()).find_map(|stage| {
        let (mut seen, mut equal, mut yes, mut later, mut closed_seen, mut at_closing) = (0_usize, 0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
        for (row, value) in values.iter().enumerate() {
            let events = stages.timeline.events(row);
            if events.is_empty() {
                continue;
            }
            seen += 1;
            let entered = events.into_iter().find(|&event| stages.stage[event] as usize == stage);
            let said = value.unwrap_or(false);
            equal += usize::from(said == entered.is_some());
            let Some(day) = entered.filter(|_| said).map(|event| stages.timeline.at(event).day()) else { continue };
            yes += 1;
            later += usize::from(leads.created[row].is_some_and(|created| day > created));
            if let Some(closed) = leads.closed[row] {
                closed_seen += 1;
                at_closing += usize::from((closed - day).abs() <= 1);
            }
        }
        let told = seen >= MIN_ROWS
            && (30..=seen - 30).contains(&yes)
            && equal as f64 >= EQUAL_YES * seen as f64
            && later as f64 > LATER * yes as f64;
        told.then(|| Lookback {
            message: format!(
                "says yes where the stage {} was reached ({} of leads), and {} of them reached it after the day they came in: it \
                 was not known then, so it is not used. The stage itself is a feature, through [stages]",
                stages.names[stage],
                percent(equal, seen),
                percent(later, yes)
            ),
            auc_at_creation: None,
            at_closing: (closed_seen > 0).then(|| share(at_closing, closed_seen)),
        })
    })
}

/// A number that counts the rows of a history up to the as-of date.
fn counts(
    leads: &Leads,
    values: &[f64],
    what: &str,
    count: impl Fn(usize, Moment) -> usize,
) -> Option<Lookback> {
    let (mut seen, mut equal, mut later, mut most) = (0_usize, 0_usize, 0_usize, 0_usize);
    for (row, value) in values
        .iter()
        .enumerate()
        .filter(|(_, value)| !value.is_nan())
    {
        let n = count(row, leads.as_of.start());
        seen += 1;
        if n as f64 == *value {
            equal += 1;
            most = most.max(n);
            let then = leads.created[row].map_or(0, |created| count(row, (created + 1).start()));
            later += usize::from(then < n);
        }
    }
    // A count that is hardly ever above 1 could be many things.
    let told = seen >= MIN_ROWS
        && most >= 3
        && equal as f64 >= EQUAL * seen as f64
        && later as f64 > LATER * equal as f64;
    told.then(|| Lookback {
        message: format!(
            "equals the number of {what} up to today in {} of leads: it counts what happens in the life of a lead, so it is not \
             used. Counts as of each day are features of their own where they are dated",
            percent(equal, seen)
        ),
        auc_at_creation: None,
        at_closing: None,
    })
}

/// A text that equals the kind or the result of the last activity.
fn last_activity(leads: &Leads, activities: &Activities, column: &Column) -> Option<Lookback> {
    let Column::Text(category) = column else {
        return None;
    };
    ["kind", "result"].into_iter().find_map(|key| {
        let Some(Column::Text(said)) = activities.table.get(key) else { return None };
        let (mut seen, mut equal, mut later, mut closed, mut near) = (0, 0, 0, 0, 0);
        for row in 0..leads.len() {
            let last = activities.timeline.before(row, leads.as_of.start()).next_back();
            let (Some(text), Some(event)) = (category.get(row), last) else { continue };
            seen += 1;
            if said.get(event) != Some(text) {
                continue;
            }
            equal += 1;
            let day = activities.timeline.at(event).day();
            later += usize::from(leads.created[row].is_some_and(|created| day > created));
            if let Some(end) = leads.closed[row].filter(|_| leads.outcome[row] != Outcome::Open) {
                closed += 1;
                near += usize::from((end - day).abs() <= 1);
            }
        }
        let told = seen >= MIN_ROWS
            && said.levels.len() > 1
            && equal as f64 >= EQUAL * seen as f64
            && later as f64 > LATER * equal as f64;
        told.then(|| Lookback {
            message: format!(
                "equals the {key} of the last activity in {} of leads, and in {} of them that was after the day they came in: it \
                 was not known then, so it is not used",
                percent(equal, seen),
                percent(later, equal)
            ),
            auc_at_creation: None,
            at_closing: (closed > 0).then(|| share(near, closed)),
        })
    })
}

fn share(part: usize, of: usize) -> f64 {
    part as f64 / of.max(1) as f64
}

fn percent(part: usize, of: usize) -> String {
    format!("{:.0} %", share(part, of) * 100.0)
}
