//! How leads are worked on, and records that do not look real, as questions rather than accusations.
//!
//! The process is told for the team and by owner: follow-up, time to the first touch, leads that nobody touched, plans kept.
//! Eight signs of a record written for show are counted by owner and held against the other owners: what differs from them by more
//! than chance and the habits of this team is worth a question. No league table: owners stand in order of name.

mod acts;
mod closings;
mod deals;
mod limit;
mod others;
mod people;
mod rest;
mod result;
mod signs;
mod work;

pub use result::{
    Evidence, KindRow, Plans, Process, ProcessError, Response, Share, Sign, SignOf, SignRow,
    Standing, Untold, Untouched, Wait, Work, WorkPart,
};

use crate::domain::{Leads, Role};
use crate::kpi::process::people::Field;
use crate::kpi::process::signs::Looked;
use crate::score::Warning;

/// Looks at how leads are worked on. `owner` is one whose evidence is shown in full, questions or none.
///
/// # Errors
/// See [`ProcessError`]: no leads, or nothing that tells of work on them.
pub fn process(leads: &Leads, owner: Option<&str>) -> Result<Process, ProcessError> {
    if leads.is_empty() {
        return Err(ProcessError::NoLead);
    }
    let has = |role: Role| leads.roles.contains_key(&role);
    if leads.activities.is_none()
        && leads.stages.is_none()
        && !has(Role::Contacted)
        && !has(Role::Closed)
    {
        return Err(ProcessError::Nothing);
    }
    let field = Field::of(leads);
    let told = work::work(&field);
    let rest = rest::Rest::of(&field);
    let shown = owner.and_then(|name| field.owners.iter().position(|own| own == name));
    let signs = signs::judge(looked(&field, rest.as_ref()), &field, shown);
    let without_owner = field.owner.iter().filter(|owner| owner.is_none()).count();
    Ok(Process {
        as_of: leads.as_of,
        leads: leads.len(),
        activities: field.acts.len(),
        by_clock: told.by_clock,
        follow_up_days: work::FOLLOW_UP,
        team: told.team,
        owners: told.owners,
        kinds: told.kinds,
        judged: signs.iter().map(|row| row.judged).sum(),
        signs,
        untold: told.untold,
        warnings: warnings(leads, without_owner, has(Role::Owner)),
        without_owner,
        rest_weekdays: rest.map(|rest| rest.weekdays()).unwrap_or_default(),
    })
}

/// Every sign with its records.
fn looked(field: &Field<'_>, rest: Option<&rest::Rest>) -> Vec<Looked> {
    let mut all = acts::bursts(field);
    all.push(closings::month_end(field));
    all.push(closings::after_closing(field));
    all.push(closings::rest_days(field, rest));
    all.push(deals::same_amounts(field));
    all.push(deals::jumps(field));
    all.push(acts::rest_days(field, rest));
    all.push(acts::off_hours(field));
    if !field.leads.roles.contains_key(&Role::Owner) {
        for looked in &mut all {
            // Without owners neither days of rest nor hours can be learnt: that is the reason to tell.
            looked.untold = match looked.untold {
                None | Some(Untold::TooFewOwners | Untold::NoRest) => Some(Untold::NoOwner),
                other => other,
            };
            looked.records.clear();
            looked.evidence.clear();
        }
    }
    all
}

fn warnings(leads: &Leads, without_owner: usize, named: bool) -> Vec<Warning> {
    let mut told = Vec::new();
    if named && 10 * without_owner > leads.len() {
        told.push(Warning {
            code: "without-owner".to_owned(),
            message: format!(
                "{without_owner} of {} leads name no owner: they count for the team and for nobody",
                leads.len()
            ),
            column: leads.roles.get(&Role::Owner).cloned(),
        });
    }
    told
}
