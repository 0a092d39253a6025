//! What the record changes in the leads: those that it closed and the export still calls open.

use std::collections::{BTreeMap, HashMap};

use crate::domain::{CallLog, CallResult, Column, Day, Leads, Moment, Outcome, Role};
use crate::read::error::grouped;
use crate::read::log::Log;
use crate::read::record::{Entry, Record};

/// Leads that a message names.
const NAMED: usize = 5;

/// Closes the leads that were logged won or lost before `day` and that the export calls open; gives the record as it was
/// known on that day (undated data: all of it). Where the export has closed a lead, the export counts.
pub(in crate::read) fn apply(
    leads: &mut Leads,
    record: Record,
    day: Option<Day>,
    log: &mut Log,
) -> CallLog {
    log.rejects.read += record.read;
    log.rejects.rows.extend(record.rejects);
    let start = day.map(Day::start);
    let (known, later): (Vec<Entry>, Vec<Entry>) = (record.entries.into_iter())
        .partition(|entry| start.is_none_or(|start| entry.call.at < start));
    note_later(&later, day, log);
    let rows: HashMap<&str, usize> = (leads.ids.iter().enumerate())
        .map(|(row, id)| (id.as_str(), row))
        .collect();
    let place = |entry: &Entry| rows.get(entry.call.lead_id.as_str()).copied();
    note_strangers(known.iter().filter(|entry| place(entry).is_none()), log);
    let early = |entry: &Entry| {
        let created = place(entry).and_then(|row| leads.created[row]);
        created.is_some_and(|created| entry.call.at.day() < created)
    };
    let (too_early, known): (Vec<Entry>, Vec<Entry>) = known.into_iter().partition(early);
    note_early(&too_early, log);
    // The last word on how a lead ended; calls made afterwards do not open it again.
    let mut ends: BTreeMap<usize, &Entry> = BTreeMap::new();
    for entry in &known {
        let end = matches!(entry.call.result, CallResult::Won | CallResult::Lost);
        if let (true, Some(row)) = (end, place(entry)) {
            ends.insert(row, entry);
        }
    }
    close(leads, &ends, log);
    let calls = known.iter().map(|entry| entry.call.clone()).collect();
    let whole = CallLog {
        shown: record.shown,
        calls,
    };
    match day {
        Some(day) => whole.before(day, day.start()),
        None => whole,
    }
}

/// The outcome that a result means.
fn outcome(entry: &Entry) -> Outcome {
    match entry.call.result {
        CallResult::Won => Outcome::Won,
        _ => Outcome::Lost,
    }
}

fn close(leads: &mut Leads, ends: &BTreeMap<usize, &Entry>, log: &mut Log) {
    let (mut counts, mut unpaid, mut disputed) = ([0_u64; 2], 0_u64, Vec::new());
    let column = |role: Role| leads.roles.get(&role).cloned();
    let (closed, amount) = (column(Role::Closed), column(Role::Amount));
    for (&row, &entry) in ends {
        let outcome = outcome(entry);
        if leads.outcome[row] != Outcome::Open {
            if leads.outcome[row] != outcome {
                disputed.push(leads.ids[row].clone());
            }
            continue;
        }
        let won = outcome == Outcome::Won;
        counts[usize::from(!won)] += 1;
        leads.outcome[row] = outcome;
        if let Some(column) = &closed {
            leads.closed[row] = Some(entry.call.at.day());
            if let Some(column) = leads.table.get_mut(column) {
                write_time(column, row, entry.call.at);
            }
        }
        if let (true, Some(column)) = (won, &amount) {
            unpaid += u64::from(entry.amount.is_none());
            if let Some(Column::Number(amounts)) = leads.table.get_mut(column) {
                amounts[row] = entry.amount.unwrap_or(f64::NAN);
            }
        }
    }
    note_closed(counts, unpaid, log);
    note_disputed(&disputed, log);
}

fn write_time(column: &mut Column, row: usize, at: Moment) {
    match column {
        Column::Date(days) => days[row] = Some(at.day()),
        Column::Moment(moments) => moments[row] = Some(at),
        _ => {}
    }
}

fn note_closed([won, lost]: [u64; 2], unpaid: u64, log: &mut Log) {
    if won + lost == 0 {
        return;
    }
    let without = if unpaid == 0 {
        String::new()
    } else {
        format!(
            " Won without an amount: {}; they count as deals, not for revenue, until the export has it.",
            grouped(unpaid)
        )
    };
    let message = format!(
        "Leads closed by the record of calls, not yet in the export: {} ({} won, {} lost). They count as closed on the day \
         of the call, until the export says how they ended.{without}",
        grouped(won + lost),
        grouped(won),
        grouped(lost)
    );
    log.note("log-closed", None, message);
}

fn note_disputed(leads: &[String], log: &mut Log) {
    if leads.is_empty() {
        return;
    }
    let message = format!(
        "Leads that the record of calls and the export say to have ended otherwise: {}, {}. The export counts; correct the one \
         or the other.",
        grouped(leads.len() as u64),
        named(leads.iter().map(String::as_str))
    );
    log.note("log-disagrees", None, message);
}

fn note_later(later: &[Entry], day: Option<Day>, log: &mut Log) {
    let (Some(first), Some(day)) = (later.first(), day) else {
        return;
    };
    let message = format!(
        "Calls logged on or after the as-of date {day}: {}, the first at {}. They are not known yet: a newer export, or a \
         later as-of date, brings them in.",
        grouped(later.len() as u64),
        first.call.at
    );
    log.note("log-later", None, message);
}

fn note_strangers<'a>(strangers: impl Iterator<Item = &'a Entry>, log: &mut Log) {
    let mut ids: Vec<&str> = strangers.map(|entry| entry.call.lead_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return;
    }
    let message = format!(
        "Leads in the record of calls that are not in the lead files or were set aside: {}, {}. Their calls change nothing.",
        grouped(ids.len() as u64),
        named(ids.iter().copied())
    );
    log.note("log-unknown-lead", None, message);
}

fn note_early(early: &[Entry], log: &mut Log) {
    let Some(first) = early.first() else {
        return;
    };
    let message = format!(
        "Calls logged before their lead came in: {}, the first of {} at {}. They do not count; take them back with `forerun \
         log undo`, or correct the creation date.",
        grouped(early.len() as u64),
        first.call.lead_id,
        first.call.at
    );
    log.note("log-before-created", None, message);
}

/// The first few of some leads.
fn named<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let ids: Vec<&str> = ids.collect();
    let more = if ids.len() > NAMED { " ..." } else { "" };
    format!("{}{more}", ids[..ids.len().min(NAMED)].join(", "))
}
