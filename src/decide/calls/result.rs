//! What a call list says.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::decide::calls::attempts::ContactRate;
use crate::decide::calls::value::Freshness;
use crate::domain::{CallResult, Day, ListPlace, Moment, Probability, Shown};
use crate::score::{LeadScore, Reason};

/// One call to make.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedCall {
    /// Place in the owner's list, from 1.
    pub rank: usize,
    /// The lead.
    pub lead_id: String,
    /// Why it stands on the list.
    pub place: ListPlace,
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
    /// What a call is worth today, money (deals without amounts): what lists are ordered by. Before lots have taught
    /// anything, what it would bring if a call on the first day multiplied the odds by e; then, what it was learnt to add.
    pub call_value: f64,
    /// What is left of the effect of a call on the first day, 0-1; none without `created`.
    pub freshness: Option<f64>,
    /// What is lost by waiting a day, money (deals without amounts); 0 where waiting loses nothing, none for undated
    /// data, which cannot tell.
    pub value_of_today: Option<f64>,
    /// Calls made before.
    pub attempts: u32,
    /// What came of the last.
    pub last_result: Option<CallResult>,
    /// Chance that somebody answers, 0-1; none where the log does not tell.
    pub p_answer: Option<f64>,
    /// Not before this moment of the day, as too little time has gone by since the last attempt; none: at any time.
    pub not_before: Option<Moment>,
    /// Up to three reasons for the score.
    pub reasons: Vec<Reason>,
}

/// Reasons that stand beside a call.
const REASONS: usize = 3;

/// The strongest reasons for a score.
pub(super) fn strongest(score: &LeadScore) -> Vec<Reason> {
    score.reasons.iter().take(REASONS).cloned().collect()
}

/// Why an open lead is not on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyNot {
    /// Others are worth more and the day is full.
    NoRoom,
    /// A call to it is worth next to nothing today.
    NotWorth,
    /// A lot left it off for the day, to learn what a call changes.
    Held,
    /// The gap since the last attempt is not over.
    Waiting,
    /// Nobody knows its chance: it has no `created`.
    Unscored,
    /// The number was wrong.
    WrongNumber,
    /// It was logged as won or lost.
    ClosedInLog,
    /// After so many attempts without an answer a call costs more than it brings.
    GivenUp,
}

impl WhyNot {
    /// Every reason, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::NoRoom,
        Self::NotWorth,
        Self::Held,
        Self::Waiting,
        Self::Unscored,
        Self::WrongNumber,
        Self::ClosedInLog,
        Self::GivenUp,
    ];
}

/// Where an open lead stands.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadStanding {
    /// Row of the lead.
    pub row: usize,
    /// Whose it is: position in [`CallList::owners`].
    pub owner: usize,
    /// Place in the list, or why there is none.
    pub rank: Result<usize, WhyNot>,
    /// Why it is on the list; none where it is not.
    pub place: Option<ListPlace>,
    /// What a call is worth today, money (deals without amounts).
    pub call_value: f64,
    /// P(won within the horizon) x expected amount, money (deals without amounts).
    pub remaining: f64,
    /// Days left for a first touch in time, below 0 for one too late; none: touched, old, or nobody can tell.
    pub days_left: Option<i32>,
    /// Whether nobody has touched it; none where nobody can tell.
    pub untouched: Option<bool>,
    /// Calls made.
    pub attempts: u32,
    /// What came of the last.
    pub last_result: Option<CallResult>,
    /// When the last was made.
    pub last_call: Option<Moment>,
    /// When the next call is due; none before the first.
    pub next_due: Option<Moment>,
}

/// The list of one owner.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnerCalls {
    /// The owner; `(none)` for leads that nobody holds.
    pub owner: String,
    /// Open leads held.
    pub open: usize,
    /// Open leads never touched and older than the SLA.
    pub overdue: usize,
    /// Those of them that do not fit into today's list.
    pub overdue_not_reached: usize,
    /// First touches for which today is the last day in time.
    pub due_today: usize,
    /// Those of them that do not fit into the day, be it given to them altogether.
    pub due_not_reached: usize,
    /// Places that first touches took beyond their share, so that none is late.
    pub beyond_share: usize,
    /// Open leads left off because too little is left in them, whether or not there is room: see [`WhyNot::NotWorth`].
    pub not_worth_a_call: usize,
    /// Open leads off the list, by reason.
    pub off: BTreeMap<WhyNot, usize>,
    /// What the calls are worth together, money (deals without amounts).
    pub value: f64,
    /// That over the mean of all owners who have calls; none with fewer than two.
    pub value_to_mean: Option<f64>,
    /// The calls, best first.
    pub calls: Vec<PlannedCall>,
    /// Calls of the list that are not shown, as only the first were asked for.
    pub cut: usize,
}

/// How many of a source's open leads nobody has touched.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Untouched {
    /// The source; `(none)` for leads without one.
    pub source: String,
    /// Open leads.
    pub open: usize,
    /// Never touched.
    pub untouched: usize,
}

/// How far the lots of past lists have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LotsSoFar {
    /// Lots with a known outcome.
    pub complete: usize,
    /// Won within 30 days among them.
    pub won: usize,
    /// Lots that are lacking before the list can learn from them.
    pub lacking: usize,
    /// Wins that are lacking.
    pub wins_lacking: usize,
}

/// The call lists of a day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallList {
    /// The day.
    pub date: Day,
    /// Calls per owner.
    pub capacity: usize,
    /// One list an owner, by name.
    pub owners: Vec<OwnerCalls>,
    /// Every line as it is shown, and those held, by owner and rank, held ones last.
    pub shown: Vec<Shown>,
    /// Where every open lead of these owners stands, by row.
    pub standings: Vec<LeadStanding>,
    /// How the effect of a call fades with age.
    pub freshness: Freshness,
    /// The chance of an answer by attempt; empty where the log does not tell.
    pub contact_rates: Vec<ContactRate>,
    /// Whether calls are ranked by what lots have taught.
    pub learnt: bool,
    /// How far the lots have come; none where no list has drawn any.
    pub lots: Option<LotsSoFar>,
    /// Open leads never touched, by source; empty where nobody can tell.
    pub untouched: Vec<Untouched>,
}

impl CallList {
    /// Rows of the leads that are called.
    pub fn rows(&self) -> Vec<usize> {
        let called = self.standings.iter().filter(|lead| lead.rank.is_ok());
        called.map(|lead| lead.row).collect()
    }

    /// Gives calls the three strongest reasons of these scores, where the list was made of chances alone.
    pub fn give_reasons(&mut self, scores: &[LeadScore]) {
        for score in scores {
            let Ok(at) = (self.standings).binary_search_by_key(&score.row, |lead| lead.row) else {
                continue;
            };
            let standing = &self.standings[at];
            let calls = &mut self.owners[standing.owner].calls;
            if let Ok(rank) = standing.rank
                && let Some(call) = calls.get_mut(rank - 1)
            {
                call.reasons = strongest(score);
            }
        }
    }

    /// Keeps at most so many calls for each owner. Lots of which one lead is not shown any more were not drawn.
    pub fn truncate(&mut self, top: usize) {
        for owner in &mut self.owners {
            owner.cut += owner.calls.len().saturating_sub(top);
            owner.calls.truncate(top);
        }
        let gone: Vec<(String, Option<u64>)> = (self.shown.iter())
            .filter(|shown| shown.rank.is_some_and(|rank| rank as usize > top))
            .filter(|shown| shown.draw.is_some())
            .map(|shown| (shown.owner.clone(), shown.draw.map(f64::to_bits)))
            .collect();
        self.shown.retain(|shown| {
            let lot = (shown.owner.clone(), shown.draw.map(f64::to_bits));
            shown.rank.is_none_or(|rank| rank as usize <= top) && !gone.contains(&lot)
        });
    }
}
