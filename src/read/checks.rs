//! Rows that contradict themselves are set aside; gaps that can be lived with are counted.

use std::collections::HashMap;

use crate::domain::{Category, Day, MISSING, Outcome, Role};
use crate::project::Project;
use crate::read::error::grouped;
use crate::read::frame::Frame;
use crate::read::log::Log;
use crate::read::rowfault::RowFault;

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
        let fault = contradiction(project, facts, row).or_else(|| {
            let code = facts.ids.codes[row];
            let first = *first_with_id.entry(code).or_insert(row);
            (first != row).then(|| {
                let id = facts.ids.get(row).unwrap_or_default();
                RowFault::duplicate_id(column(project, Role::Id), id, &frame.at(first))
            })
        });
        match fault {
            None => sound.push(row),
            Some(fault) => log.rejects.rows.push(frame.reject(row, fault)),
        }
    }
    sound
}

/// The column in a role; empty without one.
fn column(project: &Project, role: Role) -> &str {
    let column = match role {
        Role::Id => project.leads.id.as_ref(),
        role => project.leads.roles.get(&role),
    };
    column.map_or("", String::as_str)
}

/// What is wrong with a row as a whole.
fn contradiction(project: &Project, facts: &Facts<'_>, row: usize) -> Option<RowFault> {
    let fault = |role, code, reason| Some(RowFault::of_column(column(project, role), code, reason));
    if facts.ids.codes[row] == MISSING {
        return Some(RowFault::empty_id(column(project, Role::Id)));
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
    if outcome == Outcome::Won && amount < 0.0 && !project.refunds {
        return Some(RowFault::negative_amount(
            column(project, Role::Amount),
            amount,
        ));
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
        let lacking = count(&|row| amount[row].is_nan() && facts.outcome[row] == Outcome::Won);
        note_amounts(lacking, log);
        note_refunds(facts, amount, rows, log);
    }
}

/// Says how much money was given back.
fn note_refunds(facts: &Facts<'_>, amount: &[f64], rows: &[usize], log: &mut Log) {
    let refund = |&&row: &&usize| facts.outcome[row] == Outcome::Won && amount[row] < 0.0;
    let refunds: Vec<f64> = rows.iter().filter(refund).map(|&row| amount[row]).collect();
    if !refunds.is_empty() {
        let message = format!(
            "Refunds (won leads with a negative amount): {}, {} in all. They lower the revenue of the month that they \
             closed in and what a win is expected to bring; order values are told without them, and each still counts as a won lead.",
            grouped(refunds.len() as u64),
            grouped(-refunds.iter().sum::<f64>().round() as u64)
        );
        log.note("refunds", None, message);
    }
}

/// Says how many won leads have no amount.
pub(super) fn note_amounts(lacking: u64, log: &mut Log) {
    if lacking > 0 {
        let message = format!(
            "Won leads without an amount: {}. They count for conversion, not for revenue or average order value.",
            grouped(lacking)
        );
        log.note("won-without-amount", None, message);
    }
}
