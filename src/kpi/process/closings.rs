//! Signs in the closings: the turn of the month, work recorded after the closing, days of rest.

use crate::domain::{Day, Role};
use crate::kpi::process::people::{Field, has_clock};
use crate::kpi::process::rest::{Rest, wins};
use crate::kpi::process::result::{Evidence, Sign, Untold};
use crate::kpi::process::signs::{Looked, Record};

/// Days on either side of the turn of a month.
const TURN: i32 = 5;
/// Days after the closing within which what is recorded counts; older wins only.
const AFTER: i32 = 14;

/// Of the wins of the last five days of a month and the first five of the next, those dated before the turn. A closing dated back
/// over the turn adds one before it and takes one away after it. Each turn is a stratum: rushes and holidays of all are no sign.
pub(super) fn month_end(field: &Field<'_>) -> Looked {
    if !field.leads.roles.contains_key(&Role::Closed) {
        return Looked::untold(Sign::MonthEnd, Untold::NoClosed);
    }
    let mut looked = Looked::at(Sign::MonthEnd);
    for (row, day) in wins(field.leads) {
        let (month, of_month) = (day.month(), day.day_of_month());
        let before = of_month > month.days() - TURN;
        // The month that begins at the turn, whose first days must be known.
        let next = if before {
            month + 1
        } else if of_month <= TURN {
            month
        } else {
            continue;
        };
        let Some(owner) = field.owner[row] else {
            continue;
        };
        if next.first_day() + TURN > field.leads.as_of {
            continue;
        }
        looked.records.push(Record {
            owner,
            stratum: (next.year() * 12 + next.number()) as u32,
            hit: before,
        });
        if before {
            // Work recorded after the day is the plainer for it.
            let found = later(field, row, day);
            let found = found.unwrap_or_else(|| closing(field, row, day));
            looked.evidence.push((owner, found));
        }
    }
    looked
}

fn closing(field: &Field<'_>, row: usize, day: Day) -> Evidence {
    Evidence {
        leads: vec![field.leads.ids[row].clone()],
        from: day.start(),
        to: day.start(),
        clock: false,
        what: Vec::new(),
        amount: None,
        closed: None,
    }
}

/// Wins with an activity, a stage or the first contact dated after the day of closing.
pub(super) fn after_closing(field: &Field<'_>) -> Looked {
    let leads = field.leads;
    if !leads.roles.contains_key(&Role::Closed) {
        return Looked::untold(Sign::AfterClosing, Untold::NoClosed);
    }
    if leads.activities.is_none()
        && leads.stages.is_none()
        && !leads.roles.contains_key(&Role::Contacted)
    {
        return Looked::untold(Sign::AfterClosing, Untold::NoTrace);
    }
    let mut looked = Looked::at(Sign::AfterClosing);
    for (row, day) in wins(leads).filter(|&(_, day)| day + AFTER < leads.as_of) {
        let Some(owner) = field.owner[row] else {
            continue;
        };
        let found = later(field, row, day);
        looked.records.push(Record {
            owner,
            stratum: 0,
            hit: found.is_some(),
        });
        looked.evidence.extend(found.map(|found| (owner, found)));
    }
    looked
}

/// What is recorded of a lead in the days after its closing.
fn later(field: &Field<'_>, row: usize, closed: Day) -> Option<Evidence> {
    let leads = field.leads;
    let within = |day: Day| day > closed && day <= closed + AFTER;
    let mut found = Vec::new();
    if let Some(done) = &leads.activities {
        for event in done.timeline.events(row) {
            let at = done.timeline.at(event);
            if within(at.day()) {
                found.push((at, done.said("kind", event).unwrap_or_default().to_owned()));
            }
        }
    }
    if let Some(stages) = &leads.stages {
        for event in stages.timeline.events(row) {
            let (at, stage) = (stages.timeline.at(event), stages.stage[event] as usize);
            // What stands beside the declared stages may be the closing itself.
            if within(at.day()) && stage < stages.ordered {
                found.push((at, stages.names[stage].clone()));
            }
        }
    }
    if leads.roles.contains_key(&Role::Contacted)
        && let Some(day) = leads.contacted[row].filter(|&day| within(day))
    {
        found.push((day.start(), leads.roles[&Role::Contacted].clone()));
    }
    found.sort();
    let (first, last) = (found.first()?.0, found.last()?.0);
    Some(Evidence {
        from: first,
        to: last,
        clock: has_clock(first),
        what: found.iter().map(|(_, what)| what.clone()).collect(),
        closed: Some(closed),
        ..closing(field, row, closed)
    })
}

/// Wins closed on days of rest.
pub(super) fn rest_days(field: &Field<'_>, rest: Option<&Rest>) -> Looked {
    if !field.leads.roles.contains_key(&Role::Closed) {
        return Looked::untold(Sign::RestDayClosings, Untold::NoClosed);
    }
    let Some(rest) = rest else {
        return Looked::untold(Sign::RestDayClosings, Untold::NoRest);
    };
    let mut looked = Looked::at(Sign::RestDayClosings);
    for (row, day) in wins(field.leads) {
        if let Some(owner) = field.owner[row] {
            let hit = rest.is_rest(day);
            looked.records.push(Record {
                owner,
                stratum: 0,
                hit,
            });
            if hit {
                looked.evidence.push((owner, closing(field, row, day)));
            }
        }
    }
    looked
}
