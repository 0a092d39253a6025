//! The call list: per owner, what a call today is worth, within the day's capacity.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::{Activities, CallLog, Day, Leads, Outcome, Probability, Role, StageHistory};
use crate::forecast::Groups;
use crate::project::Calls;
use crate::score::{LeadScore, Reason, Scores};
use crate::segment::Segments;

/// A lead is left off where a call to it is worth less than this part of all the calls of the day: the thousandth.
const LEAST_SHARE: f64 = 0.001;
/// Days for which a lead counts as new, if ten times the SLA is not longer.
const NEW_DAYS: i32 = 30;

/// One call to make.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedCall {
    /// Place in the owner's list, from 1.
    pub rank: usize,
    /// The lead.
    pub lead_id: String,
    /// Its segment, as named in the rules; none without rules.
    pub segment: Option<String>,
    /// Days since it came in; none without `created`.
    pub age_days: Option<i32>,
    /// Whether it was never touched and is older than the SLA.
    pub overdue: bool,
    /// P(won within 30 days); none for undated data.
    pub p_win_30d: Option<Probability>,
    /// P(won within the horizon).
    pub p_win: Option<Probability>,
    /// E[amount, given won], money; none without amounts.
    pub expected_amount: Option<f64>,
    /// What is lost by waiting a day, money (deals without amounts); 0 where waiting loses nothing, none for undated
    /// data, which cannot tell.
    pub value_of_today: Option<f64>,
    /// Up to three reasons for the score.
    pub reasons: Vec<Reason>,
}

/// The list of one owner.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnerCalls {
    /// The owner; `(none)` for leads that nobody holds.
    pub owner: String,
    /// Open leads held.
    pub open: usize,
    /// Open leads never touched and older than the SLA.
    pub overdue: usize,
    /// Those of them that do not fit into today's list.
    pub overdue_not_reached: usize,
    /// Open leads left off because a call to them today is worth next to nothing, whether or not there is room.
    pub not_worth_a_call: usize,
    /// The calls, best first.
    pub calls: Vec<PlannedCall>,
}

/// The call lists of a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallList {
    /// The day.
    pub date: Day,
    /// Calls per owner.
    pub capacity: usize,
    /// One list an owner, by name.
    pub owners: Vec<OwnerCalls>,
}

/// Makes the call lists of the day `scores.as_of`, for one owner or all.
///
/// Leads are ranked by what waiting a day loses, (`p_win_30d` - the same tomorrow) x expected amount, where that is
/// positive; then come the others by `p_win_30d` x expected amount (undated data: by `p_win` x expected amount).
/// Without amounts a deal counts 1. Equal leads stand in the order (created, id).
///
/// The list is not filled up for its own sake: a lead whose `p_win_30d` x expected amount is less than a thousandth of
/// what the best leads that fit into the day are worth together is left off and counted, unless it is overdue and among
/// those that are sure of a place.
///
/// A new lead that nobody has touched (not contacted, no activity, no call logged, no step of the funnel beyond the first) is overdue
/// once it is older than the SLA. Overdue leads, longest waiting first, are sure of up to `sla_share` of the capacity;
/// beyond that they come in by their rank alone. New means created within the last 30 days, or ten times the SLA if
/// that is longer; older untouched leads are not counted as overdue and come in by their rank alone. Where the project
/// names neither `contacted` nor activities, nobody can say what is untouched and nothing is overdue.
///
/// An owner whom no open lead names gives no list.
pub fn calls(
    leads: &Leads,
    scores: &Scores,
    segments: Option<&Segments>,
    limits: Calls,
    log: Option<&CallLog>,
    owner: Option<&str>,
) -> CallList {
    let groups = Groups::by(leads, Role::Owner);
    let mut candidates: Vec<Vec<Candidate>> = vec![Vec::new(); groups.len()];
    for (position, score) in scores.leads.iter().enumerate() {
        if leads.outcome[score.row] == Outcome::Open {
            candidates[groups.of[score.row]].push(Candidate::new(position, score));
        }
    }
    let desk = Desk {
        leads,
        scores,
        segments,
        limits,
        called: (log.iter().flat_map(|log| &log.calls))
            .map(|call| call.lead_id.as_str())
            .collect(),
        touch_known: leads.roles.contains_key(&Role::Contacted) || leads.activities.is_some(),
    };
    let owners = groups
        .names
        .iter()
        .zip(candidates)
        .filter(|(name, candidates)| {
            !candidates.is_empty() && owner.is_none_or(|wanted| wanted == name.as_str())
        })
        .map(|(name, candidates)| desk.list(name, candidates))
        .collect();
    CallList {
        date: scores.as_of,
        capacity: limits.capacity,
        owners,
    }
}

/// An open lead and what ranks it.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    position: usize,
    row: usize,
    value_of_today: Option<f64>,
    worth: f64,
}

impl Candidate {
    fn new(position: usize, score: &LeadScore) -> Self {
        let amount = score.expected_amount.unwrap_or(1.0);
        let value = |p: Option<Probability>| p.map_or(0.0, Probability::get) * amount;
        let value_of_today = match (score.p_win_30d, score.p_win_30d_tomorrow) {
            (Some(today), Some(tomorrow)) => Some((today.get() - tomorrow.get()).max(0.0) * amount),
            _ => None,
        };
        Self {
            position,
            row: score.row,
            value_of_today,
            worth: value(score.p_win_30d.or(score.p_win)),
        }
    }

    /// Best first.
    fn rank(&self, other: &Self) -> std::cmp::Ordering {
        let today = |candidate: &Self| candidate.value_of_today.unwrap_or(0.0);
        (today(other).total_cmp(&today(self)))
            .then(other.worth.total_cmp(&self.worth))
            .then(self.row.cmp(&other.row))
    }
}

/// What the lists of all owners are made from.
struct Desk<'a> {
    leads: &'a Leads,
    scores: &'a Scores,
    segments: Option<&'a Segments>,
    limits: Calls,
    /// Leads of which a call is logged.
    called: BTreeSet<&'a str>,
    touch_known: bool,
}

impl Desk<'_> {
    fn list(&self, owner: &str, mut candidates: Vec<Candidate>) -> OwnerCalls {
        let (capacity, open) = (self.limits.capacity, candidates.len());
        candidates.sort_by(Candidate::rank);
        let mut overdue: Vec<usize> = (candidates.iter())
            .map(|candidate| candidate.row)
            .filter(|&row| self.overdue(row))
            .collect();
        overdue.sort_unstable();
        // Floating point must not take a place away: 0.3 x 10 is three places.
        let kept = (self.limits.sla_share.clamp(0.0, 1.0) * capacity as f64 + 1e-9) as usize;
        let sure = &overdue[..kept.min(overdue.len())];
        let least = LEAST_SHARE
            * (candidates.iter().take(capacity))
                .map(|c| c.worth)
                .sum::<f64>();
        let mut free = capacity - sure.len();
        let mut not_worth = 0;
        candidates.retain(|candidate| {
            if sure.binary_search(&candidate.row).is_ok() {
                return true;
            }
            let worthless = candidate.worth < least;
            not_worth += usize::from(worthless);
            let taken = !worthless && free > 0;
            free -= usize::from(taken);
            taken
        });
        let calls: Vec<PlannedCall> = (candidates.iter().enumerate())
            .map(|(i, candidate)| {
                let due = overdue.binary_search(&candidate.row).is_ok();
                self.planned(i + 1, candidate, due)
            })
            .collect();
        OwnerCalls {
            owner: owner.to_owned(),
            open,
            overdue: overdue.len(),
            overdue_not_reached: overdue.len() - calls.iter().filter(|call| call.overdue).count(),
            not_worth_a_call: not_worth,
            calls,
        }
    }

    fn overdue(&self, row: usize) -> bool {
        let today = self.scores.as_of;
        let sla = self.limits.sla_days.max(0);
        let Some(age) = self.leads.age(row, today) else {
            return false;
        };
        self.touch_known
            && age > sla
            && age <= sla.saturating_mul(10).max(NEW_DAYS)
            && !self.touched(row, today)
    }

    fn touched(&self, row: usize, today: Day) -> bool {
        let active = |activities: &Activities| activities.last_before(row, today).is_some();
        let moved = |stages: &StageHistory| stages.timeline.before(row, today.start()).len() > 1;
        self.leads.contacted[row].is_some_and(|day| day < today)
            || self.leads.activities.as_ref().is_some_and(active)
            || self.leads.stages.as_ref().is_some_and(moved)
            || self.called.contains(self.leads.ids[row].as_str())
    }

    fn planned(&self, rank: usize, candidate: &Candidate, overdue: bool) -> PlannedCall {
        let score = &self.scores.leads[candidate.position];
        let segment = self.segments.and_then(|segments| {
            let name = segments
                .names
                .get(*segments.segment.get(candidate.row)? as usize)?;
            Some(name.clone())
        });
        PlannedCall {
            rank,
            lead_id: self.leads.ids[candidate.row].clone(),
            segment,
            age_days: self.leads.age(candidate.row, self.scores.as_of),
            overdue,
            p_win_30d: score.p_win_30d,
            p_win: score.p_win,
            expected_amount: score.expected_amount,
            value_of_today: candidate.value_of_today,
            reasons: score.reasons.iter().take(3).cloned().collect(),
        }
    }
}

#[cfg(test)]
#[path = "calls_tests.rs"]
mod tests;
