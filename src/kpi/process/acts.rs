//! Signs in the activities: bursts, days of rest, hours off.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Day, Moment};
use crate::kpi::process::people::{Act, DAY, Field, has_clock};
use crate::kpi::process::rest::Rest;
use crate::kpi::process::result::{Evidence, Sign, Untold};
use crate::kpi::process::signs::{Looked, Record};

/// Words of kinds that bring two people to one place.
const IN_PERSON: [&str; 13] = [
    "visit",
    "meeting",
    "on site",
    "onsite",
    "face to face",
    "拜访",
    "上门",
    "面谈",
    "走访",
    "会面",
    "见面",
    "实地",
    "到访",
];
/// Words of kinds that can be sent to many at once.
const IN_BULK: [&str; 16] = [
    "message",
    "mail",
    "sms",
    "wechat",
    "whatsapp",
    "letter",
    "note",
    "newsletter",
    "短信",
    "微信",
    "邮件",
    "消息",
    "备注",
    "群发",
    "信息",
    "留言",
];
/// Minutes within which two visits cannot both be, and two calls are hardly both real.
const NEAR_IN_PERSON: i64 = 5;
const NEAR: i64 = 2;
/// Minutes after a burst from which on a further activity shows that the day went on.
const PAUSE: i64 = 30;
/// So many customers make a burst.
const CUSTOMERS: usize = 3;
/// Share of the middle owner's activities below which an hour is off.
const OFF: f64 = 0.005;
/// Fewest activities of an owner for his hours to count.
const LEAST_FOR_HOURS: usize = 50;

fn says(kind: Option<&str>, words: &[&str]) -> bool {
    kind.is_some_and(|kind| {
        let kind = kind.to_lowercase().replace(['-', '_'], " ");
        words.iter().any(|word| kind.contains(word))
    })
}

/// Bursts, kind by kind, before the end of the day and at any time; kinds that can be sent to many at once are left out.
pub(super) fn bursts(field: &Field<'_>) -> Vec<Looked> {
    if field.leads.activities.is_none() {
        return vec![Looked::untold(Sign::Bursts, Untold::NoActivities)];
    }
    if !field.clock {
        return vec![Looked::untold(Sign::Bursts, Untold::NoClock)];
    }
    let mut kinds: BTreeMap<Option<&str>, Vec<Act>> = BTreeMap::new();
    let mut last: BTreeMap<(usize, Day), Moment> = BTreeMap::new();
    for act in field.acts.iter().filter(|act| has_clock(act.at)) {
        let Some(owner) = act.owner else {
            continue;
        };
        let end = last.entry((owner, act.at.day())).or_insert(act.at);
        *end = act.at.max(*end);
        let kind = field.kind(act);
        if !says(kind, &IN_BULK) {
            kinds.entry(kind).or_default().push(*act);
        }
    }
    if kinds.is_empty() {
        return vec![Looked::untold(Sign::Bursts, Untold::TooFewOwners)];
    }
    (kinds.into_iter())
        .flat_map(|(kind, acts)| burst(field, kind, acts, &last))
        .collect()
}

/// The bursts of one kind: those that do not end the day, and all.
fn burst(
    field: &Field<'_>,
    kind: Option<&str>,
    mut acts: Vec<Act>,
    last: &BTreeMap<(usize, Day), Moment>,
) -> [Looked; 2] {
    let in_person = says(kind, &IN_PERSON);
    let minutes = if in_person { NEAR_IN_PERSON } else { NEAR };
    acts.sort_by_key(|act| (act.owner, act.at, act.lead, act.event));
    let near = |a: &Act, b: &Act| {
        a.owner == b.owner && (b.at.seconds() - a.at.seconds()).abs() <= 60 * minutes
    };
    let mut hits = vec![false; acts.len()];
    for first in 0..acts.len() {
        let length = (acts[first..].iter())
            .take_while(|act| near(&acts[first], act))
            .count();
        if customers(field, &acts[first..first + length]) >= CUSTOMERS {
            hits[first..first + length].fill(true);
        }
    }
    // Runs of activities near one another: a piece of evidence each.
    let mut runs: Vec<Vec<&Act>> = Vec::new();
    for (act, _) in acts.iter().zip(&hits).filter(|(_, hit)| **hit) {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| near(last, act)) => run.push(act),
            _ => runs.push(vec![act]),
        }
    }
    let goes_on = |run: &Vec<&Act>| {
        let end = run.last().map(|act| act.at).unwrap_or_default();
        let of_day = run[0].owner.and_then(|owner| last.get(&(owner, end.day())));
        of_day.is_some_and(|last| last.seconds() > end.seconds() + 60 * PAUSE)
    };
    let days: BTreeSet<(Option<usize>, Day)> =
        (acts.iter()).map(|act| (act.owner, act.at.day())).collect();
    [Sign::Bursts, Sign::Batches].map(|sign| {
        let counted = runs
            .iter()
            .filter(|run| sign == Sign::Batches || goes_on(run));
        let hit: BTreeSet<(Option<usize>, Day)> = (counted.clone())
            .map(|run| (run[0].owner, run[0].at.day()))
            .collect();
        let records = days.iter().filter_map(|day| {
            Some(Record {
                owner: day.0?,
                stratum: 0,
                hit: hit.contains(day),
            })
        });
        Looked {
            kind: kind.map(str::to_owned),
            in_person,
            minutes,
            records: records.collect(),
            evidence: counted.filter_map(|run| evidence(field, run)).collect(),
            ..Looked::at(sign)
        }
    })
}

/// How many customers activities are with, up to [`CUSTOMERS`].
fn customers(field: &Field<'_>, acts: &[Act]) -> usize {
    let mut seen: Vec<usize> = Vec::new();
    for act in acts {
        if seen.len() < CUSTOMERS && seen.iter().all(|&lead| field.differ(lead, act.lead)) {
            seen.push(act.lead);
        }
    }
    seen.len()
}

/// What is shown of activities of one owner, given in order of time.
fn evidence(field: &Field<'_>, run: &[&Act]) -> Option<(usize, Evidence)> {
    let (first, last) = (run.first()?, run.last()?);
    let what = Evidence {
        leads: ids(field, run.iter().map(|act| act.lead)),
        from: first.at,
        to: last.at,
        clock: has_clock(first.at),
        what: Vec::new(),
        amount: None,
        closed: None,
    };
    Some((first.owner?, what))
}

/// Identifiers, each once, in the order given.
fn ids(field: &Field<'_>, rows: impl Iterator<Item = usize>) -> Vec<String> {
    let mut seen: Vec<usize> = Vec::new();
    for row in rows {
        if !seen.contains(&row) {
            seen.push(row);
        }
    }
    seen.iter()
        .map(|&row| field.leads.ids[row].clone())
        .collect()
}

/// The activities of each owner and day.
fn days<'a>(field: &'a Field<'_>) -> BTreeMap<(usize, Day), Vec<&'a Act>> {
    let mut days: BTreeMap<(usize, Day), Vec<&Act>> = BTreeMap::new();
    for act in &field.acts {
        if let Some(owner) = act.owner {
            days.entry((owner, act.at.day())).or_default().push(act);
        }
    }
    days
}

/// Days of rest with activities, of all days with activities.
pub(super) fn rest_days(field: &Field<'_>, rest: Option<&Rest>) -> Looked {
    if field.leads.activities.is_none() {
        return Looked::untold(Sign::RestDays, Untold::NoActivities);
    }
    let Some(rest) = rest else {
        return Looked::untold(Sign::RestDays, Untold::NoRest);
    };
    by_day(field, Sign::RestDays, |act| rest.is_rest(act.at.day()))
}

/// Days with activities outside the hours of the team, of all days with activities.
pub(super) fn off_hours(field: &Field<'_>) -> Looked {
    if field.leads.activities.is_none() {
        return Looked::untold(Sign::OffHours, Untold::NoActivities);
    }
    if !field.clock {
        return Looked::untold(Sign::OffHours, Untold::NoClock);
    }
    match hours_off(field) {
        None => Looked::untold(Sign::OffHours, Untold::TooFewOwners),
        Some(off) if !off.contains(&true) => Looked::untold(Sign::OffHours, Untold::NoOffHours),
        Some(off) => by_day(field, Sign::OffHours, |act| {
            has_clock(act.at) && off[hour(act.at)]
        }),
    }
}

fn by_day(field: &Field<'_>, sign: Sign, hit: impl Fn(&Act) -> bool) -> Looked {
    let mut looked = Looked::at(sign);
    for ((owner, _), acts) in days(field) {
        let mut hits: Vec<&Act> = acts.into_iter().filter(|act| hit(act)).collect();
        hits.sort_by_key(|act| (act.at, act.lead));
        looked.records.push(Record {
            owner,
            stratum: 0,
            hit: !hits.is_empty(),
        });
        looked.evidence.extend(evidence(field, &hits));
    }
    looked
}

fn hour(moment: Moment) -> usize {
    (moment.seconds().rem_euclid(DAY) / 3600) as usize
}

/// Hours in which the middle owner does next to nothing; none with too few activities.
fn hours_off(field: &Field<'_>) -> Option<[bool; 24]> {
    let mut by_owner = vec![[0_usize; 24]; field.owners.len()];
    for act in field.acts.iter().filter(|act| has_clock(act.at)) {
        if let Some(owner) = act.owner {
            by_owner[owner][hour(act.at)] += 1;
        }
    }
    let shares: Vec<[f64; 24]> = (by_owner.iter())
        .filter(|hours| hours.iter().sum::<usize>() >= LEAST_FOR_HOURS)
        .map(|hours| hours.map(|n| n as f64 / hours.iter().sum::<usize>() as f64))
        .collect();
    if shares.is_empty() {
        return None;
    }
    Some(std::array::from_fn(|hour| {
        let mut values: Vec<f64> = shares.iter().map(|share| share[hour]).collect();
        values.sort_by(f64::total_cmp);
        values[(values.len() - 1) / 2] < OFF
    }))
}
