//! What the comparison of owners gives.

use serde::Serialize;

use crate::domain::Day;
use crate::kpi::owners::shrink::Ratio;
use crate::kpi::refunds::Refunds;
use crate::score::Warning;

/// Why owners cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum OwnersError {
    /// Nothing says how long leads have had to be won.
    #[error(
        "what a salesperson should have won depends on the time that the leads have had: name the columns `created` and \
         `closed` under [leads]"
    )]
    Undated,
    /// The project names no owner.
    #[error("nothing says who holds a lead: name the column `owner` under [leads]")]
    NoOwner,
    /// No lead has both an owner and dates.
    #[error("no lead has an owner and the dates that tell its life: there is nothing to compare")]
    NoLead,
    /// Owners are known of won leads only.
    #[error(
        "the owner is written down once a lead is won: {won_named} of {won} won leads name one, but only {others_named} of \
         the {others} others. Who held the leads that were not won is not known, so nobody's wins can be held against his \
         leads; bring an export that names the owner of every lead from its assignment on"
    )]
    NamedLater {
        /// Won leads.
        won: usize,
        /// Of them with an owner.
        won_named: usize,
        /// Leads not won.
        others: usize,
        /// Of them with an owner.
        others_named: usize,
    },
}

/// What can be said of an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// More wins than his leads explain, beyond chance.
    Above,
    /// Fewer.
    Below,
    /// Within what chance does.
    Usual,
    /// Too few leads to tell.
    TooFew,
    /// His leads are of a kind that nobody else has: nothing tells him from them.
    Alone,
}

/// A part of the gap between an owner's revenue per lead and that of the team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// When his leads came in: the season, and the time that they have had.
    When,
    /// From which sources.
    Source,
    /// For which products.
    Product,
    /// What else was known of them when they came in.
    Rest,
    /// How soon they were first contacted (an association).
    Speed,
    /// More or fewer wins than all of that explains.
    Wins,
    /// Wins that brought more or less than such wins do.
    Amounts,
    /// Wins whose amount was given back: that, and what such wins bring. Only where there are refunds.
    Refunds,
}

/// A part of the gap of one owner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GapPart {
    /// Which.
    pub part: Part,
    /// Money per lead (deals per lead, without amounts).
    pub value: f64,
    /// Lower end of the 80 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Whether it is beyond chance, of all parts and owners shown at most one claim in ten being false.
    pub real: bool,
}

/// The gap of one owner.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gap {
    /// His revenue by now, per lead (deals, without amounts).
    pub per_lead: f64,
    /// The same less that of the team: the sum of the parts.
    pub gap: f64,
    /// Lower end of its 80 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What it is made of.
    pub parts: Vec<GapPart>,
}

/// One owner.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnerRow {
    /// Name.
    pub owner: String,
    /// Leads held, as the export names it now.
    pub leads: usize,
    /// Won by now.
    pub won: usize,
    /// Won by now / leads, 0-1: not to be compared, as leads differ.
    pub won_share: f64,
    /// Share still open, and not lost, of his leads that have had nine tenths of the time in which leads are won, or more,
    /// and are not won, 0-1; none without such leads.
    pub left_open: Option<f64>,
    /// Wins that the team would have made of these leads by now.
    pub expected: f64,
    /// Won / expected; none where nothing is expected.
    pub ratio: Option<f64>,
    /// (won - expected) in standard deviations of chance.
    pub z: f64,
    /// Chance of lying so far off, or farther, with nothing but chance.
    pub p: f64,
    /// Won / expected between which chance alone leaves 95 % of owners with such leads.
    pub limits_95: [f64; 2],
    /// The same for 99.8 %.
    pub limits_998: [f64; 2],
    /// Whether the ratio lies outside the 95 % limits; one in twenty does by chance.
    pub outside_95: bool,
    /// Whether it lies outside the 99.8 % limits.
    pub outside_998: bool,
    /// What can be said, of all owners together.
    pub verdict: Verdict,
    /// Won / expected, shrunken towards 1; none where nothing is expected.
    pub shrunken: Option<Ratio>,
    /// The gap in revenue per lead; none for owners with too few leads to tell.
    pub gap: Option<Gap>,
}

/// What a number of the record counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PracticeKind {
    /// Share of leads first contacted within a day.
    Response,
    /// Activities per lead in its first 14 days.
    Activities,
    /// The same of one kind.
    Kind,
    /// Share of leads that reached a stage within 30 days.
    Stage,
    /// Share of leads sold in a way.
    Channel,
}

/// What an owner does, in the record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PracticeOf {
    /// Name.
    pub owner: String,
    /// The number.
    pub value: f64,
    /// Leads that it is taken from.
    pub leads: usize,
}

/// Something in the record that owners do more or less of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Practice {
    /// What is counted.
    pub kind: PracticeKind,
    /// The kind of activity, the stage, the way of selling; empty for the others.
    pub what: String,
    /// By owner; owners with too few leads are left out.
    pub by_owner: Vec<PracticeOf>,
    /// Correlation with won / expected between owners, each weighted by how well his ratio is known; none with fewer than
    /// five.
    pub correlation: Option<f64>,
    /// Chance of a correlation as large with nothing behind it.
    pub p: Option<f64>,
    /// Whether it is beyond chance, of all practices shown at most one claim in ten being false.
    pub real: bool,
}

/// Leads first contacted after a while.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Band {
    /// Hours from creation to the first contact, up to and with; none: later or not at all.
    pub hours: Option<f64>,
    /// Leads.
    pub leads: usize,
    /// Won by now.
    pub won: usize,
    /// Expected by what the leads are.
    pub expected: f64,
    /// Won / expected.
    pub ratio: Option<f64>,
    /// 80 % interval of chance around the ratio.
    pub interval: Option<[f64; 2]>,
    /// Whether it differs from 1 beyond chance, of all bands shown at most one claim in ten being false.
    pub real: bool,
}

/// Owners held against what their leads let expect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Owners {
    /// Nothing on or after this day is known.
    pub as_of: Day,
    /// ISO code of the currency; empty where gaps are in deals.
    pub currency: String,
    /// Leads compared.
    pub leads: usize,
    /// Of them won.
    pub won: usize,
    /// Leads that have had less than nine tenths of the time in which leads are won.
    pub young: usize,
    /// Whether owners leave different shares of such old leads open, beyond chance (1 %).
    pub left_open_differs: bool,
    /// Revenue by now per lead (deals, without amounts).
    pub per_lead: f64,
    /// Won leads whose amount was given back; none without.
    pub refunds: Option<Refunds>,
    /// Owners judged: with leads enough, of kinds that others have too.
    pub judged: usize,
    /// Of them outside the 95 % limits.
    pub outside_95: usize,
    /// Of them outside the 99.8 % limits.
    pub outside_998: usize,
    /// How many would be outside the 95 % limits if chance alone were at work.
    pub outside_95_by_chance: f64,
    /// Chance that owners who do not differ lie as far apart; none with fewer than two.
    pub p_all: Option<f64>,
    /// Overdispersion by which the limits are widened, as a variance.
    pub phi: f64,
    /// Standard deviation of true ratios between owners, as believed.
    pub spread: f64,
    /// The nu of the shrunken ratio (nu + won) / (nu + expected), where it is most likely.
    pub nu: f64,
    /// The owners, by name.
    pub owners: Vec<OwnerRow>,
    /// How wins go with the time to the first contact; empty where it is not known.
    pub response: Vec<Band>,
    /// What owners do, in the record.
    pub practices: Vec<Practice>,
    /// Keys of the project file that would bring the parts that are left out.
    pub missing: Vec<String>,
    /// Leads left out, as nobody holds them.
    pub without_owner: usize,
    /// Leads left out, as their dates do not tell their life.
    pub undated: usize,
    /// What must be known of the numbers.
    pub warnings: Vec<Warning>,
}

impl Owners {
    /// The same with the currency of the project, where gaps are in money.
    #[must_use]
    pub fn in_currency(mut self, currency: &str) -> Self {
        if !self.missing.iter().any(|key| key == "amount") {
            currency.clone_into(&mut self.currency);
        }
        self
    }
}
