//! The public pool: open leads that are worth more in another hand, by what is left in them rather than after so many hours.

use serde::Serialize;

use crate::decide::calls::CallList;
use crate::decide::calls::result::WhyNot;
use crate::domain::{CallResult, Category, Column, Day, Leads, Moment, Outcome, Role};
use crate::forecast::{Groups, NOBODY};
use crate::project::Calls;

/// Days for which an open lead counts as fresh.
const FRESH_DAYS: i32 = 7;
/// Fewest fresh leads of a source that its own mean is taken from; with fewer, that of all sources.
const FEWEST: usize = 10;
/// Days after a change of hands, or after creation, within which a win counts.
const WITHIN: i32 = 90;
/// Leads that changed hands, from which their rate is told.
const ENOUGH: usize = 50;
/// Leads at the assumed part that the part on record is shrunk by.
const WEIGHT: f64 = 50.0;
/// What a lead in another hand is held to be worth, as a part of a fresh one, before any record.
const ASSUMED: f64 = 0.25;

/// Why a lead would go to the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PoolReason {
    /// What is left in it is less than what it would be worth in another hand.
    OtherHand,
    /// What is left in it is less than what a call costs.
    CallCost,
}

/// What leads did that changed hands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Takeover {
    /// What a lead in another hand is worth, as a part of a fresh one of its source: used.
    pub part: f64,
    /// Leads of the record that changed hands and were followed for 90 days after it.
    pub n: usize,
    /// Won within those 90 days.
    pub won: usize,
    /// Whether `part` comes from the record; otherwise it is an assumption.
    pub on_record: bool,
}

/// A lead for the pool.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PooledLead {
    /// The lead.
    pub lead_id: String,
    /// Who holds it.
    pub owner: String,
    /// Where it came from; `(none)` without a source.
    pub source: String,
    /// Days since it came in; none without `created`.
    pub age_days: Option<i32>,
    /// Days since the last touch on record; none without one.
    pub idle_days: Option<i32>,
    /// Calls made.
    pub attempts: u32,
    /// P(won within the horizon) x expected amount, money (deals without amounts).
    pub remaining: f64,
    /// What it would be worth in another hand, likewise.
    pub other_hand: f64,
    /// Why.
    pub reason: PoolReason,
}

/// The pool of a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pool {
    /// Open leads held by somebody.
    pub held: usize,
    /// Open leads that came in during the last week, which others are held against; with fewer than ten nothing can be told.
    pub fresh: usize,
    /// What leads in another hand did.
    pub takeover: Takeover,
    /// The leads, the least left in them first.
    pub leads: Vec<PooledLead>,
}

impl Pool {
    /// Whether there are fresh leads enough to hold others against.
    pub fn can_be_told(&self) -> bool {
        self.fresh >= FEWEST
    }
}

/// Open leads, held by somebody, not on today's list and not new, that would do better in the pool: what is left in them
/// (P(win) x amount) is below `part` x the mean of the fresh leads of their source, or below the cost of a call.
///
/// Leads that wait for their next attempt, or were held by a lot, or whose first touch is still in time, stay.
pub fn pool(leads: &Leads, list: &CallList, limits: Calls) -> Pool {
    let sources = Groups::by(leads, Role::Source);
    let takeover = takeover(leads, &sources);
    let (n, fresh) = fresh_worth(leads, list, &sources);
    let mut found = Pool {
        held: 0,
        fresh: n,
        takeover,
        leads: Vec::new(),
    };
    for standing in &list.standings {
        let owner = &list.owners[standing.owner].owner;
        if owner == NOBODY {
            continue;
        }
        found.held += 1;
        let (row, age) = (standing.row, leads.age(standing.row, list.date));
        let resting = matches!(
            standing.rank,
            Ok(_) | Err(WhyNot::Waiting | WhyNot::Held | WhyNot::ClosedInLog)
        );
        let new = standing.days_left.is_some_and(|days| days >= 0)
            || age.is_some_and(|age| age <= FRESH_DAYS);
        let other_hand = takeover.part * fresh[sources.of[row]];
        let reason = if standing.remaining < limits.call_cost {
            PoolReason::CallCost
        } else if standing.remaining < other_hand
            && standing.last_result != Some(CallResult::WrongNumber)
        {
            PoolReason::OtherHand
        } else {
            continue;
        };
        if resting || new {
            continue;
        }
        found.leads.push(PooledLead {
            lead_id: leads.ids[row].clone(),
            owner: owner.clone(),
            source: sources.names[sources.of[row]].clone(),
            age_days: age,
            idle_days: last_touch(leads, row, list.date, standing.last_call),
            attempts: standing.attempts,
            remaining: standing.remaining,
            other_hand,
            reason,
        });
    }
    (found.leads).sort_by(|a, b| {
        a.remaining
            .total_cmp(&b.remaining)
            .then(a.lead_id.cmp(&b.lead_id))
    });
    found
}

/// Days since the last touch on record.
fn last_touch(leads: &Leads, row: usize, today: Day, called: Option<Moment>) -> Option<i32> {
    let active = leads
        .activities
        .as_ref()
        .and_then(|activities| activities.last_before(row, today));
    let days = [
        active.map(Moment::day),
        called.map(Moment::day),
        leads.contacted[row],
    ];
    days.into_iter().flatten().max().map(|day| today - day)
}

/// How many open leads are fresh, and the mean P(win) x amount of those of each source; 0 where there are too few.
fn fresh_worth(leads: &Leads, list: &CallList, sources: &Groups) -> (usize, Vec<f64>) {
    let mut sums = vec![(0, 0.0); sources.len()];
    for standing in &list.standings {
        let age = leads.age(standing.row, list.date);
        if age.is_some_and(|age| (0..=FRESH_DAYS).contains(&age)) {
            let sum: &mut (usize, f64) = &mut sums[sources.of[standing.row]];
            *sum = (sum.0 + 1, sum.1 + standing.remaining);
        }
    }
    let (n, all) = sums
        .iter()
        .fold((0, 0.0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
    let mean = if n >= FEWEST { all / n as f64 } else { 0.0 };
    let by_source = (sums.into_iter())
        .map(|(n, sum)| if n >= FEWEST { sum / n as f64 } else { mean })
        .collect();
    (n, by_source)
}

/// What leads did that changed hands, as the owners of their activities tell, beside what leads of the same sources do.
fn takeover(leads: &Leads, sources: &Groups) -> Takeover {
    let assumed = Takeover {
        part: ASSUMED,
        n: 0,
        won: 0,
        on_record: false,
    };
    let owners =
        leads
            .activities
            .as_ref()
            .and_then(|activities| match activities.table.get("owner") {
                Some(Column::Text(owners)) => Some((&activities.timeline, owners)),
                _ => None,
            });
    let Some((timeline, owners)) = owners else {
        return assumed;
    };
    let usual = usual_rates(leads, sources);
    let (mut n, mut won, mut expected) = (0, 0, 0.0);
    for row in 0..leads.len() {
        let events = timeline.before(row, leads.as_of.start());
        let mut hands = events.map(|event| (owner_of(owners, event), timeline.at(event).day()));
        let first = hands.find_map(|(owner, _)| owner);
        let change = hands.find(|(owner, _)| owner.is_some() && *owner != first);
        let Some((_, day)) = change else { continue };
        if let Some(win) = won_within(leads, row, day) {
            n += 1;
            won += usize::from(win);
            expected += usual[sources.of[row]];
        }
    }
    if n < ENOUGH || expected <= 0.0 {
        return Takeover { n, won, ..assumed };
    }
    let mean = expected / n as f64;
    let part = (won as f64 + WEIGHT * ASSUMED * mean) / (expected + WEIGHT * mean);
    Takeover {
        part: part.min(1.0),
        n,
        won,
        on_record: true,
    }
}

fn owner_of(owners: &Category, event: usize) -> Option<&str> {
    owners.get(event)
}

/// Whether a lead open on a day was won within 90 days of it; none where that is not known yet.
fn won_within(leads: &Leads, row: usize, day: Day) -> Option<bool> {
    let closed = leads.closed[row];
    let dated = leads.outcome[row] == Outcome::Open || closed.is_some();
    if day + WITHIN > leads.as_of || !dated || closed.is_some_and(|closed| closed < day) {
        return None;
    }
    Some(leads.outcome[row] == Outcome::Won && closed.is_some_and(|closed| closed < day + WITHIN))
}

/// Share of the leads of each source that are won within 90 days of creation.
fn usual_rates(leads: &Leads, sources: &Groups) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); sources.len()];
    for row in 0..leads.len() {
        let won = leads.created[row].and_then(|created| won_within(leads, row, created));
        if let Some(won) = won {
            let sum: &mut (f64, f64) = &mut sums[sources.of[row]];
            *sum = (sum.0 + f64::from(u8::from(won)), sum.1 + 1.0);
        }
    }
    sums.into_iter()
        .map(|(won, n)| won / f64::max(n, 1.0))
        .collect()
}
