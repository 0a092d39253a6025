//! Targets of owners: whether they add up to one of the team.

use std::collections::{BTreeMap, BTreeSet};

use super::log::Log;
use crate::domain::{Leads, Month, Role, TargetLine};

/// Share of the team's leads that the owners with a target must hold for their sum to be the team's.
const NEARLY_ALL: f64 = 0.8;
/// Days before the end of a month whose leads say who the team is.
const LATELY: i32 = 183;
/// Names and months told, at most.
const SHOWN: usize = 5;

/// The targets without those of owners in months in which they are few of the team: one owner's target is not the team's.
/// Months with a target of the team itself stay as they are.
pub(super) fn whole(lines: Vec<TargetLine>, leads: &Leads, log: &mut Log) -> Vec<TargetLine> {
    let Some(owners) = leads.text(Role::Owner) else {
        return lines;
    };
    let mut named: BTreeMap<Month, BTreeSet<&str>> = BTreeMap::new();
    for line in &lines {
        let of = named.entry(line.month).or_default();
        of.extend(line.owner.as_deref());
    }
    let all: BTreeSet<&str> = (0..leads.len()).filter_map(|row| owners.get(row)).collect();
    let strangers: BTreeSet<&str> = (named.values().flatten().copied())
        .filter(|owner| !all.contains(owner))
        .collect();
    if !strangers.is_empty() {
        let names: Vec<String> = strangers.iter().map(|owner| format!("`{owner}`")).collect();
        let message = format!(
            "Targets are of owners whom no lead names: {}. Write them as in the leads.",
            some(&names)
        );
        log.note("target-without-leads", None, message);
    }
    let team: BTreeSet<Month> = (lines.iter().filter(|line| line.owner.is_none()))
        .map(|line| line.month)
        .collect();
    let in_part: BTreeSet<Month> = (named.iter())
        .filter(|(month, of)| !team.contains(month) && !of.is_empty())
        .filter(|(month, of)| held(leads, **month, of) < NEARLY_ALL)
        .map(|(&month, _)| month)
        .collect();
    if !in_part.is_empty() {
        let months: Vec<String> = in_part.iter().map(Month::to_string).collect();
        let message = format!(
            "Targets of owners are left out, as those of other owners are missing and they are not the team's: {}. Add the \
             others, or a line without an owner.",
            some(&months)
        );
        log.note("targets-in-part", None, message);
    }
    drop(named);
    (lines.into_iter())
        .filter(|line| !in_part.contains(&line.month))
        .collect()
}

/// Share of the leads that came in the half year before the end of a month, or the as-of date, that some owners hold.
fn held(leads: &Leads, month: Month, named: &BTreeSet<&str>) -> f64 {
    let Some(owners) = leads.text(Role::Owner) else {
        return 1.0;
    };
    let end = (month + 1).first_day().min(leads.as_of);
    let (mut held, mut total) = (0_usize, 0_usize);
    for (row, created) in leads.created.iter().enumerate() {
        let lately = created.is_none_or(|day| day < end && day >= end - LATELY);
        if let Some(owner) = owners.get(row).filter(|_| lately) {
            total += 1;
            held += usize::from(named.contains(owner));
        }
    }
    if total == 0 {
        return 1.0;
    }
    held as f64 / total as f64
}

fn some(names: &[String]) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len() - more].join(", ");
    if more == 0 {
        shown
    } else {
        format!("{shown} and {more} more")
    }
}
