//! Signs in what deals say: amounts exactly alike, stages entered in one instant.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Day, Role};
use crate::kpi::process::people::{Field, by_clock, has_clock};
use crate::kpi::process::rest::wins;
use crate::kpi::process::result::{Evidence, Sign, Untold};
use crate::kpi::process::signs::{Looked, Record};

/// An amount is held against so many of the owner's wins before it: the same for all, however many they have won.
const BACK: usize = 10;

/// Wins whose amount is exactly that of one of the owner's ten wins before, of another customer. An amount that is the list price, or
/// that others sell at too, is a price and no sign. Each product is a stratum.
pub(super) fn same_amounts(field: &Field<'_>) -> Looked {
    let leads = field.leads;
    let Some(amounts) = leads.numbers(Role::Amount) else {
        return Looked::untold(Sign::SameAmounts, Untold::NoAmount);
    };
    if !leads.roles.contains_key(&Role::Closed) {
        return Looked::untold(Sign::SameAmounts, Untold::NoClosed);
    }
    let list = leads.numbers(Role::ListPrice);
    let product = leads.text(Role::Product);
    let mut by_owner: BTreeMap<usize, Vec<(Day, usize, i64)>> = BTreeMap::new();
    for (row, day) in wins(leads) {
        if let Some(owner) = field.owner[row]
            && amounts[row] > 0.0
        {
            by_owner
                .entry(owner)
                .or_default()
                .push((day, row, cents(amounts[row])));
        }
    }
    let mut sellers: BTreeMap<i64, BTreeSet<usize>> = BTreeMap::new();
    for (&owner, won) in &by_owner {
        for (_, _, amount) in won {
            sellers.entry(*amount).or_default().insert(owner);
        }
    }
    let mut looked = Looked::at(Sign::SameAmounts);
    for (owner, mut won) in by_owner {
        won.sort_unstable();
        let mut alike: BTreeMap<i64, Vec<(Day, usize)>> = BTreeMap::new();
        for (i, &(day, row, amount)) in won.iter().enumerate() {
            let listed = list.is_some_and(|list| list[row] > 0.0 && cents(list[row]) == amount);
            let a_price = listed || sellers[&amount].len() > 1;
            let before = won[i.saturating_sub(BACK)..i].iter();
            let same: Vec<(Day, usize)> = (before.filter(|_| !a_price))
                .filter(|(_, other, sum)| *sum == amount && field.differ(row, *other))
                .map(|&(day, other, _)| (day, other))
                .collect();
            looked.records.push(Record {
                owner,
                stratum: product.map_or(0, |product| product.codes[row]),
                hit: !same.is_empty(),
            });
            if !same.is_empty() {
                let of = alike.entry(amount).or_default();
                of.extend(same);
                of.push((day, row));
            }
        }
        for (amount, mut deals) in alike {
            deals.sort_unstable();
            deals.dedup();
            let days = (deals.first().map(|d| d.0), deals.last().map(|d| d.0));
            looked.evidence.push((
                owner,
                Evidence {
                    leads: deals
                        .iter()
                        .map(|&(_, row)| leads.ids[row].clone())
                        .collect(),
                    from: days.0.unwrap_or_default().start(),
                    to: days.1.unwrap_or_default().start(),
                    clock: false,
                    what: Vec::new(),
                    amount: Some(amount as f64 / 100.0),
                    closed: None,
                },
            ));
        }
    }
    looked
}

fn cents(amount: f64) -> i64 {
    (100.0 * amount).round() as i64
}

/// Leads that entered two different stages or more in the same instant. Held against leads with as many stages on record.
pub(super) fn jumps(field: &Field<'_>) -> Looked {
    let Some(stages) = &field.leads.stages else {
        return Looked::untold(Sign::Jumps, Untold::NoStages);
    };
    let timeline = &stages.timeline;
    let all = (0..timeline.rows()).flat_map(|row| timeline.events(row));
    if !by_clock(all.map(|event| timeline.at(event))) {
        return Looked::untold(Sign::Jumps, Untold::NoClock);
    }
    let mut looked = Looked::at(Sign::Jumps);
    for row in 0..timeline.rows() {
        let Some(owner) = field.owner[row] else {
            continue;
        };
        let events: Vec<usize> = (timeline.events(row))
            .filter(|&event| has_clock(timeline.at(event)))
            .collect();
        if events.len() < 2 {
            continue;
        }
        let same = |a: usize, b: usize| {
            timeline.at(a) == timeline.at(b) && stages.stage[a] != stages.stage[b]
        };
        let at = (events.windows(2))
            .find(|two| same(two[0], two[1]))
            .map(|two| two[0]);
        looked.records.push(Record {
            owner,
            stratum: events.len().min(6) as u32,
            hit: at.is_some(),
        });
        if let Some(at) = at.map(|event| timeline.at(event)) {
            let entered = events.iter().filter(|&&event| timeline.at(event) == at);
            let what = entered.map(|&event| stages.names[stages.stage[event] as usize].clone());
            looked.evidence.push((
                owner,
                Evidence {
                    leads: vec![field.leads.ids[row].clone()],
                    from: at,
                    to: at,
                    clock: true,
                    what: what.collect(),
                    amount: None,
                    closed: None,
                },
            ));
        }
    }
    looked
}
