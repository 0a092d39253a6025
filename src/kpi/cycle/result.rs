//! What is told of the cycle.

use serde::Serialize;

use crate::domain::{Day, Role};
use crate::kpi::gate::Measure;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum CycleError {
    /// Nothing says when leads come in and close.
    #[error(
        "nothing tells how long leads take: name the columns `created` and `closed` under [leads]"
    )]
    Undated,
    /// Not even a week of any lead has been seen.
    #[error(
        "too little has been seen: not even five leads (or half of them) have been followed for a week; come back when they \
         have, or bring older ones"
    )]
    TooShort,
}

/// A part of the answer that the project does not give the data for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lacking {
    /// No `source` under `[leads]`.
    Source,
    /// No `product` under `[leads]`.
    Product,
    /// No `channel` under `[leads]`.
    Channel,
    /// No `[stages]`.
    Stages,
    /// No `stated_amount` under `[leads]`: stuck deals have no money.
    StatedAmount,
    /// No `[activities]`.
    Activities,
    /// No `paid` under `[leads]`.
    Paid,
    /// No visits or clicks under `[spend]`.
    Visits,
}

impl Lacking {
    /// The key of the project file that would bring it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Product => "product",
            Self::Channel => "channel",
            Self::Stages => "[stages]",
            Self::StatedAmount => "stated_amount",
            Self::Activities => "[activities]",
            Self::Paid => "paid",
            Self::Visits => "[spend] visits, clicks",
        }
    }
}

/// Days from one moment of a deal to another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Days {
    /// Deals that have got there within the horizon.
    pub n: usize,
    /// Median, days, completed for those still to come; none with fewer than five.
    pub median: Option<Measure>,
    /// The 80th percentile, days, likewise; none with fewer than ten.
    pub p80: Option<Measure>,
    /// Median of those that have got there so far, days: too short where leads are young.
    pub so_far: Option<f64>,
}

/// Against the other leads, where that is more than chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// Wins come sooner.
    Faster,
    /// Wins come later.
    Slower,
}

/// The leads of one source, product or sales method.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CycleRow {
    /// Its name; none for leads without one.
    pub name: Option<String>,
    /// Leads with `created`.
    pub leads: usize,
    /// P(won within the horizon), completed for age, 0-1.
    pub conversion: Measure,
    /// Days to win.
    pub to_win: Days,
    /// Days to lose.
    pub to_lose: Days,
    /// Whether it has been followed long enough: its tenth-oldest lead for as long as nine in ten of all wins take.
    /// Without that there are no days.
    pub followed: bool,
    /// Whether its wins come sooner or later than those of the other leads, beyond chance.
    pub pace: Option<Pace>,
    /// P-value of that comparison; none where it cannot be made.
    pub p_value: Option<f64>,
}

/// The leads by a role.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CycleBy {
    /// The role.
    pub by: Role,
    /// Most leads first.
    pub rows: Vec<CycleRow>,
}

/// One stage: how long won deals stood in it, and how long open ones have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StageDwell {
    /// The stage; none for the whole life of a lead, where there is no stage history.
    pub stage: Option<String>,
    /// Stays of won deals in it.
    pub won: usize,
    /// Median days that won deals stood in it; none with fewer than five stays.
    pub median: Option<Measure>,
    /// 80th percentile, days; none with fewer than ten.
    pub p80: Option<Measure>,
    /// 90th percentile, days: the limit beyond which an open deal is called stuck; none with fewer than twenty.
    pub limit: Option<Measure>,
    /// The longest that any won deal on record stood in it, days, be it older than the record of closings.
    pub longest: Option<i32>,
    /// Leads that stand in it now.
    pub open: usize,
    /// Median days that they have stood in it.
    pub open_median: Option<f64>,
    /// Of them, stuck.
    pub stuck: usize,
    /// Of the stuck ones, longer there than any deal that was won.
    pub beyond: usize,
}

/// An open lead that stands in its stage for longer than nine in ten won deals did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StuckDeal {
    /// The lead.
    pub lead_id: String,
    /// Who holds it.
    pub owner: Option<String>,
    /// Where it came from.
    pub source: Option<String>,
    /// Its stage; none where there is no stage history.
    pub stage: Option<String>,
    /// Since when.
    pub since: Day,
    /// Days in it.
    pub days: i32,
    /// Days that nine in ten won deals stayed within.
    pub limit: f64,
    /// Longer than any deal that was won: more likely dead than late.
    pub beyond: bool,
    /// What it says it will spend, money; none where it does not say.
    pub amount: Option<f64>,
}

/// What a week costs an open lead that is of an age.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DelayRow {
    /// Age, days.
    pub age: i32,
    /// Leads that were open at this age.
    pub at_risk: usize,
    /// P(won within the days ahead, given open at this age), 0-1.
    pub chance: f64,
    /// The same a week later.
    pub chance_later: f64,
    /// chance - `chance_later`; below 0 where waiting went with a better chance.
    pub cost: Measure,
}

/// What a week's delay goes with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Delay {
    /// Days looked ahead, from every age alike.
    pub ahead_days: i32,
    /// By age.
    pub rows: Vec<DelayRow>,
    /// Leads open now, of an age at which this can be told.
    pub open: usize,
    /// Wins that they would have less, all together, were they still open a week from now.
    pub wins: Measure,
    /// The same as money: wins x mean amount of a won deal; none without amounts.
    pub money: Option<f64>,
    /// Whether `wins` differs from 0 beyond chance (two-sided, 10 %).
    pub claimed: bool,
}

/// What goes with a win, where that is more than chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Won deals had it more often.
    More,
    /// Won deals had it less often.
    Less,
}

/// One kind of activity in the days before a win.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActionRow {
    /// The kind; none where the file names none, and all are counted alike.
    pub kind: Option<String>,
    /// Share of won deals that had one in the window, 0-1.
    pub won: f64,
    /// Share of the leads compared with, each won deal's counting alike, 0-1.
    pub open: f64,
    /// Odds of a win with one against without, other kinds held.
    pub odds_ratio: Measure,
    /// P-value.
    pub p_value: f64,
    /// What may be claimed of it.
    pub link: Option<Link>,
}

/// What happened before wins, against leads that stayed open.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Actions {
    /// Days before the win, its own day not counted.
    pub window_days: i32,
    /// Won deals that it rests on.
    pub won: usize,
    /// Leads that they were compared with.
    pub compared: usize,
    /// Won deals for which no lead like them was open.
    pub unmatched: usize,
    /// What else the leads compared with have alike, beside age and whether they were worked on before.
    pub alike: Vec<Role>,
    /// By kind, the most frequent before wins first.
    pub rows: Vec<ActionRow>,
}

/// From win to cash.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cash {
    /// Days from win to payment.
    pub days: Days,
    /// Won deals, paid or not.
    pub won: usize,
    /// Won and not paid.
    pub unpaid: usize,
    /// Money of these; none without amounts.
    pub unpaid_money: Option<f64>,
    /// Days within which nine in ten payments come; none with fewer than twenty.
    pub limit: Option<f64>,
    /// Unpaid for longer than that.
    pub overdue: usize,
    /// Money of these; none without amounts.
    pub overdue_money: Option<f64>,
}

/// The steps from money to a win, of one source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepRow {
    /// The source; none for all together.
    pub source: Option<String>,
    /// Money paid in the months that are counted.
    pub spend: f64,
    /// Visits; none where not known.
    pub visits: Option<f64>,
    /// Clicks; none where not known.
    pub clicks: Option<f64>,
    /// Leads that came in in these months.
    pub leads: usize,
    /// Won so far.
    pub won: usize,
    /// Wins so far and those still expected of the open ones within the horizon.
    pub wins: f64,
    /// Share of the first step that goes on to the second, where both are known (visits to clicks, or clicks to visits,
    /// whichever are more).
    pub on: Option<Measure>,
    /// Leads for each of the last step before them.
    pub leads_of: Option<Measure>,
    /// P(won within the horizon), completed for age.
    pub conversion: Measure,
}

/// The steps before leads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Steps {
    /// Whether visits come before clicks: there are more of them.
    pub visits_first: bool,
    /// All together first, then the sources, most money first.
    pub rows: Vec<StepRow>,
}

/// The cycle: how long deals take, where they stand still, and what goes with winning.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cycle {
    /// As-of date.
    pub as_of: Day,
    /// Days within which wins and losses are counted.
    pub horizon_days: i32,
    /// Leads that the days rest on.
    pub leads: usize,
    /// Where closings are on record from this day only: leads that came in before are left out of everything but the
    /// stuck deals, as those closed early are missing and look open.
    pub record_from: Option<Day>,
    /// Leads left out for that.
    pub before_record: usize,
    /// When the last lead came in, where that is long before the as-of date.
    pub last_lead: Option<Day>,
    /// Leads without `created`, or closed without `closed`: left out.
    pub untimed: usize,
    /// Days to win.
    pub to_win: Days,
    /// Days to lose.
    pub to_lose: Days,
    /// The same by source, product and sales method, as far as the project names them.
    pub by: Vec<CycleBy>,
    /// Those of these that are written down when a lead is won, and for few others: nothing is told by them.
    pub at_win: Vec<Role>,
    /// Whether stages are known; if not, the one row of `stages` is the whole life.
    pub staged: bool,
    /// Dwell by stage.
    pub stages: Vec<StageDwell>,
    /// Stuck deals, most money first, then the longest over their limit.
    pub stuck: Vec<StuckDeal>,
    /// Money of the stuck deals that have been won from so late before; none without stated amounts.
    pub stuck_money: Option<f64>,
    /// What a week's delay goes with; none where too few wins tell.
    pub delay: Option<Delay>,
    /// What happened before wins; none without activities or with too few wins.
    pub actions: Option<Actions>,
    /// From win to cash; none without `paid`.
    pub cash: Option<Cash>,
    /// Visits and clicks before leads; none where not given.
    pub steps: Option<Steps>,
    /// What the project does not give the data for.
    pub lacking: Vec<Lacking>,
}
