//! Everything brought to one as-of date.

use crate::domain::{Column, Day, Leads, Outcome, Role};
use crate::project::Project;
use crate::read::error::grouped;
use crate::read::log::Log;

/// Days without anything new that a full export can well end with.
const QUIET: i32 = 31;
/// Dates from which on one that lies far after all others can be told from a slow trickle, and from which on a few can.
const MIN_DATES: usize = 20;
const MANY_DATES: usize = 300;
/// Most dates that are taken for slips.
const MOST_SLIPS: usize = 3;
/// Days by which the newest date may lie beyond nearly all others before it looks like a slip of the pen.
const FAR_AHEAD: i32 = 366;

/// The leads as of the day asked for (default: the day after the newest date), with old open leads lost where the
/// project says so.
pub(super) fn settle(
    project: &Project,
    mut leads: Leads,
    newest: Option<Newest>,
    as_of: Option<Day>,
    log: &mut Log,
) -> Leads {
    let default = newest.map(|newest| newest.day + 1);
    let day = as_of.or(default).unwrap_or_default();
    match as_of {
        None => note_default(&leads, newest, log),
        Some(day) => {
            note_gap(day, newest.map(|newest| newest.day), log);
            note_slips(day, newest, log);
        }
    }
    // Also where the day is the default: a slip of the pen lies after it.
    if newest.is_some_and(|newest| day <= newest.last) {
        let before = leads.len();
        leads = leads.as_of(day);
        let later = before - leads.len();
        if later > 0 {
            let message = format!(
                "Leads left out as of {day}: {}. They came later, or are closed without a date that says when.",
                grouped(later as u64)
            );
            log.note("not-known-yet", None, message);
        }
    }
    leads.as_of = day;
    for contacted in &mut leads.contacted {
        *contacted = contacted.filter(|&contacted| contacted < day || default.is_none());
    }
    if let Some(days) = project.leads.lost_after {
        lose_old_ones(&mut leads, days, log);
    }
    leads
}

/// Every date that says that something has happened.
fn dates(leads: &Leads) -> Vec<Day> {
    let mut dates: Vec<Day> = leads
        .created
        .iter()
        .chain(&leads.closed)
        .flatten()
        .copied()
        .collect();
    let timelines = [
        leads.stages.as_ref().map(|stages| &stages.timeline),
        leads
            .activities
            .as_ref()
            .map(|activities| &activities.timeline),
    ];
    for timeline in timelines.into_iter().flatten() {
        for row in 0..timeline.rows() {
            dates.extend(timeline.events(row).map(|event| timeline.at(event).day()));
        }
    }
    dates
}

/// The newest date of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Newest {
    /// The newest date that has company.
    pub(super) day: Day,
    /// The newest date of all: later than that, if it looks like a slip of the pen.
    pub(super) last: Day,
}

/// The newest date, without those few that lie so far after all others that they are most likely mistyped: more than a
/// month, and more than three times as far as any two neighbours before them.
pub(super) fn newest(leads: &Leads) -> Option<Newest> {
    let mut dates = dates(leads);
    let n = dates.len();
    let last = dates.iter().max().copied()?;
    let most = match n {
        0..MIN_DATES => 0,
        MIN_DATES..MANY_DATES => 1,
        _ => MOST_SLIPS,
    };
    let plain = Newest { day: last, last };
    if most == 0 {
        return Some(plain);
    }
    dates.select_nth_unstable(n - 1 - most);
    let (rest, tail) = dates.split_at(n - most);
    let before = rest.iter().max().copied()?;
    let mut tail = tail.to_vec();
    tail.sort_unstable();
    // The first of the few newest that lies far after what comes before it.
    let mut previous = before;
    for day in tail {
        if day - previous > QUIET {
            let known = dates.iter().filter(|&&other| other <= previous);
            if day - previous > 3 * widest_gap(known) {
                let day = previous;
                return Some(Newest { day, last });
            }
        }
        previous = day;
    }
    Some(plain)
}

/// The most days between two neighbouring dates.
fn widest_gap<'a>(dates: impl Iterator<Item = &'a Day>) -> i32 {
    let mut days: Vec<Day> = dates.copied().collect();
    days.sort_unstable();
    let gaps = days.windows(2).map(|pair| pair[1] - pair[0]);
    gaps.max().unwrap_or(0)
}

fn note_default(leads: &Leads, newest: Option<Newest>, log: &mut Log) {
    let Some(Newest { day, last }) = newest else {
        return;
    };
    if last > day {
        let places = log.after(day);
        let message = format!(
            "Dates that lie more than a month after all others, and are taken for mistyped: {}. The as-of date is {}, the day \
             after the newest date without them. Correct them, or set `as_of` in [project].",
            places.join(", "),
            day + 1
        );
        return log.note("as-of-suspect", None, message);
    }
    log.note(
        "as-of-default",
        None,
        format!(
            "The as-of date is {}, the day after the newest date in the data.",
            day + 1
        ),
    );
    let mut dates = dates(leads);
    let near_the_end = (dates.len() - 1) * 999 / 1000;
    let (_, &mut usual, _) = dates.select_nth_unstable(near_the_end);
    if day - usual > FAR_AHEAD {
        let message = format!(
            "The newest date, {day}, lies {} days after nearly all others, and the as-of date follows it: if it is \
             a slip of the pen, correct it or set `as_of` in [project].",
            grouped(u64::from((day - usual).unsigned_abs()))
        );
        log.note("as-of-far-ahead", None, message);
    }
}

/// Says that the as-of date lies past the data: of the time between, it would be taken for known that nothing happened.
fn note_gap(day: Day, newest: Option<Day>, log: &mut Log) {
    let Some(newest) = newest.filter(|&newest| day - newest > QUIET) else {
        return;
    };
    let message = format!(
        "The as-of date {day} lies {} days past the newest date in the data, {newest}: of the time between, it is taken \
         for known that nothing came in and nothing closed. Use a newer export, or an as-of date near the end of this one.",
        grouped(u64::from((day - newest).unsigned_abs()))
    );
    log.note("as-of-far-ahead", None, message);
}

/// Names dates that look mistyped and lie after an as-of date at the end of the data: what they say is not known then, so
/// that a lead that they close is open.
fn note_slips(day: Day, newest: Option<Newest>, log: &mut Log) {
    let Some(newest) = newest.filter(|newest| newest.last > newest.day && day > newest.day) else {
        return;
    };
    let places = log.after(newest.day.max(day - 1));
    if !places.is_empty() {
        let message = format!(
            "Dates that lie more than a month after all others, and are taken for mistyped: {}. They lie after the as-of date \
             {day}, so nothing that they date is known yet: a lead that they close is open. Correct them.",
            places.join(", ")
        );
        log.note("as-of-suspect", None, message);
    }
}

/// Open leads of that age are lost on the day that they reached it.
fn lose_old_ones(leads: &mut Leads, days: i32, log: &mut Log) {
    let mut lost = Vec::new();
    for row in 0..leads.len() {
        if leads.outcome[row] == Outcome::Open
            && leads.age(row, leads.as_of).is_some_and(|age| age >= days)
        {
            leads.outcome[row] = Outcome::Lost;
            leads.closed[row] = leads.created[row].map(|created| created + days);
            lost.push(row);
        }
    }
    if lost.is_empty() {
        return;
    }
    let column = leads.roles.get(&Role::Closed).cloned();
    match column.and_then(|name| leads.table.get_mut(&name)) {
        Some(Column::Date(closed)) => {
            for &row in &lost {
                closed[row] = leads.closed[row];
            }
        }
        Some(Column::Moment(closed)) => {
            for &row in &lost {
                closed[row] = leads.closed[row].map(Day::start);
            }
        }
        _ => {}
    }
    let message = format!(
        "Open leads that count as lost on the day that they were {days} days old (`lost_after`): {}.",
        grouped(lost.len() as u64)
    );
    log.note("lost-by-age", None, message);
}
