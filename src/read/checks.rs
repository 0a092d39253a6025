//! Rows that contradict themselves are set aside; gaps that can be lived with are counted.

use std::collections::HashMap;

use crate::domain::{Category, Day, MISSING, Outcome, Role};
use crate::project::Project;
use crate::read::error::grouped;
use crate::read::frame::Frame;
use crate::read::log::Log;

/// What is known of the rows of the lead files.
pub(super) struct Facts<'a> {
    pub(super) ids: &'a Category,
    pub(super) outcome: &'a [Outcome],
    /// None without that role; likewise below.
    pub(super) created: Option<&'a [Option<Day>]>,
    pub(super) closed: Option<&'a [Option<Day>]>,
    /// NaN where missing.
    pub(super) amount: Option<&'a [f64]>,
}

/// What is wrong with a row as a whole.
struct Contradiction {
    role: Role,
    code: &'static str,
    reason: String,
}

/// The rows that can be used; the others are set aside.
pub(super) fn sound_rows(
    project: &Project,
    frame: &Frame,
    facts: &Facts<'_>,
    log: &mut Log,
) -> Vec<usize> {
    let mut sound = Vec::with_capacity(facts.outcome.len());
    let mut first_with_id: HashMap<u32, usize> = HashMap::with_capacity(facts.outcome.len());
    for row in 0..facts.outcome.len() {
        let fault = contradiction(facts, row).or_else(|| {
            let code = facts.ids.codes[row];
            let first = *first_with_id.entry(code).or_insert(row);
            (first != row).then(|| duplicate(facts, frame, first, row))
        });
        let Some(fault) = fault else {
            sound.push(row);
            continue;
        };
        let column = match fault.role {
            Role::Id => project.leads.id.as_deref(),
            role => project.leads.roles.get(&role).map(String::as_str),
        };
        let reject = frame.reject(row, column.unwrap_or_default(), fault.code, fault.reason);
        log.rejects.rows.push(reject);
    }
    sound
}

fn duplicate(facts: &Facts<'_>, frame: &Frame, first: usize, row: usize) -> Contradiction {
    Contradiction {
        role: Role::Id,
        code: "duplicate-id",
        reason: format!(
            "the lead `{}` is already at {}; keep one row of each lead",
            facts.ids.get(row).unwrap_or_default(),
            frame.at(first)
        ),
    }
}

fn contradiction(facts: &Facts<'_>, row: usize) -> Option<Contradiction> {
    let fault = |role, code, reason| Some(Contradiction { role, code, reason });
    if facts.ids.codes[row] == MISSING {
        let reason = "the row has no identifier; every lead needs one of its own".to_owned();
        return fault(Role::Id, "empty-id", reason);
    }
    let created = facts.created.and_then(|days| days[row]);
    let closed = facts.closed.and_then(|days| days[row]);
    let outcome = facts.outcome[row];
    if let (Outcome::Open, Some(closed)) = (outcome, closed) {
        let reason = format!(
            "the lead is open by its outcome but was closed on {closed}; correct the one or the other, or, if the \
             column holds the day on which the deal is expected, name it as `expected_close`"
        );
        return fault(Role::Closed, "open-but-closed", reason);
    }
    if let (Some(created), Some(closed)) = (created, closed)
        && closed < created
    {
        let reason = format!("the lead was closed on {closed}, before it was created on {created}");
        return fault(Role::Closed, "closed-before-created", reason);
    }
    let amount = facts.amount.map_or(f64::NAN, |amounts| amounts[row]);
    if outcome == Outcome::Won && amount < 0.0 {
        let reason = format!(
            "the lead was won for {amount}; a refund is no deal: take it from the amount of the deal that it belongs to"
        );
        return fault(Role::Amount, "negative-amount", reason);
    }
    None
}

/// Counts what is missing in rows that are kept all the same.
pub(super) fn note_gaps(facts: &Facts<'_>, rows: &[usize], log: &mut Log) {
    let count = |gap: &dyn Fn(usize) -> bool| rows.iter().filter(|&&row| gap(row)).count() as u64;
    let mut note = |code, count: u64, what: &str, then: &str| {
        if count > 0 {
            log.note(code, None, format!("{what}: {}. {then}", grouped(count)));
        }
    };
    if let Some(created) = facts.created {
        let open = |row: usize| facts.outcome[row] == Outcome::Open;
        note(
            "open-without-created",
            count(&|row| created[row].is_none() && open(row)),
            "Open leads without a creation date",
            "They are sorted and listed, but left out of timing and of the forecast.",
        );
        note(
            "closed-without-created",
            count(&|row| created[row].is_none() && !open(row)),
            "Closed leads without a creation date",
            "They count for revenue, but no timing can be learnt from them.",
        );
    }
    if let Some(closed) = facts.closed {
        note(
            "closed-without-date",
            count(&|row| closed[row].is_none() && facts.outcome[row] != Outcome::Open),
            "Won or lost leads without a closing date",
            "They count for conversion only.",
        );
    }
    if let Some(amount) = facts.amount {
        note(
            "won-without-amount",
            count(&|row| amount[row].is_nan() && facts.outcome[row] == Outcome::Won),
            "Won leads without an amount",
            "They count for conversion, not for revenue or average order value.",
        );
    }
}
