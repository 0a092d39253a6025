//! Targets as odds: what a month carries, for the team and for each owner, and what would have to change for more.

mod days;
mod owners;
mod pull;

pub use days::DayMark;
pub use owners::OwnerTarget;
pub use pull::{Lever, LeverNeed, Need, Past};

use serde::Serialize;

use crate::domain::{Day, Leads, Month, Probability, Role, TargetLine};
use crate::forecast::{Prospect, quantile, team_target};
use crate::project::Calls;
use crate::score::Warning;

/// The odds between which a target pulls: below, nobody believes in it; above, nobody has to do anything for it.
const FAIR: (f64, f64) = (0.35, 0.65);

/// A revenue and how likely it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Odds {
    /// Money (deals, where the data has no amounts).
    pub revenue: f64,
    /// P(the month reaches it).
    pub p_attain: Probability,
}

/// Where the amount that is shared out comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Asked for on the command line.
    Asked,
    /// The file of targets.
    File,
    /// The plan: the revenue reached with even odds.
    Plan,
}

/// The best of the last 24 complete months, the popular rule for targets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BestMonth {
    /// The month.
    pub month: Month,
    /// Its revenue as a target.
    #[serde(flatten)]
    pub odds: Odds,
}

/// Targets of a month: the contract of `forerun target --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TargetPlan {
    /// As-of date.
    pub as_of: Day,
    /// The month.
    pub month: Month,
    /// Currency; `deals` where the data has no amounts, empty until [`TargetPlan::in_currency`] names it.
    pub currency: String,
    /// Number of draws.
    pub draws: usize,
    /// Days of the month from the as-of date on.
    pub days_left: i32,
    /// Those of them from Monday to Friday.
    pub working_days_left: i32,
    /// Revenue before the as-of date in this month, money.
    pub booked: f64,
    /// Mean revenue from leads open now, money.
    pub open_pipeline: f64,
    /// Mean revenue from leads yet to come, money.
    pub new_leads: f64,
    /// The revenue reached with 80 % probability.
    pub commit: f64,
    /// With 50 %.
    pub plan: f64,
    /// With 20 %.
    pub stretch: f64,
    /// The revenues reached with 65 % and 35 %: between them a target pulls.
    pub fair: (f64, f64),
    /// Revenue of the same month a year before, and its odds as a target; none where the data does not reach back.
    pub last_year: Option<Odds>,
    /// The best month so far; none without a complete month.
    pub best_month: Option<BestMonth>,
    /// What the file of targets says of the team; none if it says nothing.
    pub file_target: Option<Odds>,
    /// The amount that is shared out and that the levers are for, ...
    pub target: Odds,
    /// ... where it comes from, ...
    pub basis: Basis,
    /// ... and whether its odds let it pull: between 35 and 65 %.
    pub is_fair: bool,
    /// Shares of it by owner, the largest first; empty where the project names no owner.
    pub owners: Vec<OwnerTarget>,
    /// Mean revenue of the month that none of these owners has: leads that nobody holds, owners who left, money.
    pub others: f64,
    /// How the month has to go, day by day; empty for later months than that of the as-of date.
    pub days: Vec<DayMark>,
    /// What would have to change, one thing at a time, then two together; empty if the amount is the plan itself.
    pub levers: Vec<LeverNeed>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}

impl TargetPlan {
    /// The same with its money named, as `CNY`; deals stay deals.
    #[must_use]
    pub fn in_currency(mut self, currency: &str) -> Self {
        if self.currency != "deals" {
            currency.clone_into(&mut self.currency);
        }
        self
    }
}

/// Targets of the month of `prospect`, on its draws: commit, plan and stretch, an amount (`asked`, or that of the file of
/// targets, or the plan) shared out among the owners, and what would bring more of it.
///
/// `leads` are those that the prospect is of; `calls` is what an owner can do in a day.
pub fn target(
    prospect: &Prospect,
    leads: &Leads,
    targets: &[TargetLine],
    calls: Calls,
    asked: Option<f64>,
) -> TargetPlan {
    let outlook = &prospect.month;
    let (month, as_of) = (outlook.month, leads.as_of);
    let mut revenue = prospect.futures.total(prospect.number);
    revenue.sort_by(f64::total_cmp);
    let odds = |amount: f64| Odds {
        revenue: amount,
        p_attain: reach(&revenue, amount),
    };
    let file = team_target(targets, month);
    // The plan in whole units: a target is a number that people say.
    let (amount, basis) = match (asked, file) {
        (Some(amount), _) => (amount, Basis::Asked),
        (None, Some(amount)) => (amount, Basis::File),
        (None, None) if prospect.priced => (outlook.p50.round(), Basis::Plan),
        (None, None) => (outlook.p50, Basis::Plan),
    };
    let start = month.first_day().max(as_of);
    let (days_left, working_days_left) = days::left(start, (month + 1).first_day());
    let mut warnings = prospect.warnings.clone();
    let shares = owners::shares(
        prospect,
        leads,
        calls,
        working_days_left,
        amount,
        &mut warnings,
    );
    let best = (prospect.past.iter()).max_by(|a, b| a.revenue.total_cmp(&b.revenue));
    TargetPlan {
        as_of,
        month,
        currency: if prospect.priced { "" } else { "deals" }.to_owned(),
        draws: prospect.futures.draws,
        days_left,
        working_days_left,
        booked: outlook.booked,
        open_pipeline: outlook.open_pipeline,
        new_leads: outlook.new_leads,
        commit: outlook.p20,
        plan: outlook.p50,
        stretch: outlook.p80,
        fair: (
            quantile(&revenue, 1.0 - FAIR.1),
            quantile(&revenue, 1.0 - FAIR.0),
        ),
        last_year: outlook.naive.map(odds),
        best_month: best.map(|best| BestMonth {
            month: best.month,
            odds: odds(best.revenue),
        }),
        file_target: file.map(odds),
        target: odds(amount),
        basis,
        is_fair: is_fair(odds(amount).p_attain),
        others: outlook.mean - shares.iter().map(|share| share.mean).sum::<f64>(),
        owners: shares,
        days: days::marks(prospect, as_of, days_left, amount),
        levers: if basis == Basis::Plan {
            Vec::new()
        } else {
            pull::needs(prospect, leads, amount)
        },
        warnings,
    }
}

/// The share of sorted values that reach an amount.
fn reach(sorted: &[f64], amount: f64) -> Probability {
    let reached = sorted.len() - sorted.partition_point(|&value| value < amount);
    Probability::clamped(reached as f64 / sorted.len().max(1) as f64)
}

/// Whether a probability lets a target pull.
fn is_fair(p: Probability) -> bool {
    (FAIR.0..=FAIR.1).contains(&p.get())
}

/// Whether the project says who holds a lead.
fn owned(leads: &Leads) -> bool {
    leads.role(Role::Owner).is_some()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
