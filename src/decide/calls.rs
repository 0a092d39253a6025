//! The call list: per owner, what a call today is worth, within the day's capacity.

use serde::Serialize;

use crate::domain::{Day, Leads, Probability};
use crate::project::Calls;
use crate::score::{Reason, Scores};
use crate::segment::Segments;

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
    /// What is lost by waiting a day, money (deals without amounts); 0 where waiting loses nothing.
    pub value_of_today: f64,
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
pub fn calls(
    leads: &Leads,
    scores: &Scores,
    segments: Option<&Segments>,
    limits: Calls,
    owner: Option<&str>,
) -> CallList {
    let _ = (leads, scores, segments, owner);
    CallList {
        date: scores.as_of,
        capacity: limits.capacity,
        owners: Vec::new(),
    }
}
