//! What a budget gives.

use serde::Serialize;

use crate::domain::{Day, Month};
use crate::score::Warning;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum BudgetError {
    /// Nothing says what was paid.
    #[error(
        "nothing says what was paid for each source: give a file of month, source and spend under [spend], for example file = \"spend.csv\""
    )]
    NoSpend,
    /// No month has both spend and leads.
    #[error(
        "no complete month before {as_of} has both spend and leads: spend is known from {from} to {to}, the leads from {first} on"
    )]
    NoMonth {
        /// As-of date.
        as_of: Day,
        /// First month of spend.
        from: Month,
        /// Last one.
        to: Month,
        /// Month of the first lead.
        first: Month,
    },
    /// The amount does not even pay for what stays as it is.
    #[error(
        "a total of {total:.0} does not pay for the sources that stay as they are ({fixed:.0} a month): give more"
    )]
    TooLittle {
        /// The total asked for, money.
        total: f64,
        /// What is fixed, money.
        fixed: f64,
    },
}

/// An estimate with its 80 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// Mean over the draws.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Why a source is left at what it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fixed {
    /// Nothing was paid for it in the last three months of spend.
    NoSpend,
    /// Less than 30 % of its leads' cycle was seen, so nobody knows what they are worth.
    TooEarly,
    /// Fewer than six months with spend.
    FewMonths,
    /// No lead came from it in these months.
    NoLeads,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BudgetRow {
    /// The source.
    pub source: String,
    /// Months that its curve is learnt from.
    pub months: usize,
    /// What it gets now, money a month: mean of the last three months of spend.
    pub current: f64,
    /// What it would get of the total if the mix stayed as it is, money a month.
    pub same_mix: f64,
    /// The best split, money a month; to be followed only where the verdict says so.
    pub split: f64,
    /// Why it is left as it is; none where it may get more or less.
    pub fixed: Option<Fixed>,
    /// Elasticity of leads: one per cent more money brings so many per cent more leads. None where fixed.
    pub elasticity: Option<Range>,
    /// Whether the data say more of the elasticity than was believed beforehand.
    pub told: bool,
    /// Leads a month at the same mix, and at the split.
    pub leads_same_mix: Option<Range>,
    /// At the split.
    pub leads_split: Option<Range>,
    /// What one more unit of money brings at the same mix: gross margin (deals, where the data has no amounts).
    pub marginal_same_mix: Option<Range>,
    /// At the split.
    pub marginal_split: Option<Range>,
    /// Probability that more than at the same mix is better for it, 0-1.
    pub p_more: Option<f64>,
    /// Whether its spend seems to follow demand.
    pub follows_demand: bool,
}

/// What can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Follow the split: it gains with a probability of at least 80 %.
    Move,
    /// The split may as well lose.
    Stay,
    /// Spend moved too little to tell what it does.
    NotEnoughVariation,
    /// Fewer than two sources may get more or less.
    NothingToMove,
}

/// A trial that would tell an elasticity: a source gets 20 % more and 20 % less by turns, a month each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Experiment {
    /// The source.
    pub source: String,
    /// Share by which its spend goes up and down, 0-1.
    pub swing: f64,
    /// Months until the standard deviation of its elasticity is 0.1.
    pub months: u32,
    /// What uneven spend loses in all these months, gross margin (deals without amounts).
    pub cost: f64,
    /// What knowing it lets a split gain more, a month.
    pub gain: f64,
}

/// A split that learns as it earns: the best split of one draw of what is believed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Explore {
    /// Least money a month that each source gets where the bounds let it, so that it goes on telling.
    pub floor: f64,
    /// What the split is expected to bring less than the best guess, gross margin a month (deals without amounts).
    pub cost: f64,
}

/// A budget: the contract of `forerun budget --json`. All money is a month's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Budget {
    /// As-of date.
    pub as_of: Day,
    /// First and last month that the curves are learnt from.
    pub from: Month,
    /// The last.
    pub to: Month,
    /// Whether returns are money; otherwise deals, as the data has no amounts.
    pub priced: bool,
    /// What is to be split, money a month.
    pub total: f64,
    /// What is spent now, money a month.
    pub current_total: f64,
    /// How far a source may move from the same mix, as a share of it.
    pub bounds: f64,
    /// One a source, most money first.
    pub sources: Vec<BudgetRow>,
    /// Revenue of the leads of a month at the same mix (deals without amounts): of the sources that may move.
    pub revenue_same_mix: Option<Range>,
    /// At the split.
    pub revenue_split: Option<Range>,
    /// Gross margin that the split brings more than the same mix, a month.
    pub gain: Option<Range>,
    /// Probability that the split brings more, 0-1.
    pub p_gain: Option<f64>,
    /// What the same mix is expected to fall short of the best split, if that were known.
    pub regret_same_mix: Option<f64>,
    /// What the split falls short of it.
    pub regret_split: Option<f64>,
    /// What can be said.
    pub verdict: Verdict,
    /// Whether spend follows demand.
    pub follows_demand: bool,
    /// The cheapest trial that would tell more; none where none would within two years.
    pub experiment: Option<Experiment>,
    /// Where the split is to learn, and not the best guess: what that costs; none otherwise.
    pub explore: Option<Explore>,
    /// What was noticed.
    #[serde(skip)]
    pub warnings: Vec<Warning>,
}
