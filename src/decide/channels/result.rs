//! What is found of the channels.

use serde::Serialize;

use crate::decide::budget::{Range, Verdict};
use crate::domain::{Day, Measure};
use crate::score::Warning;

/// How the file tells of channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelsForm {
    /// Each channel has outcomes of its own.
    OwnOutcomes,
    /// One outcome of all channels together.
    CommonOutcome,
    /// Daily means and rates, from which counts are worked out.
    Means,
}

/// Sums over the periods; none where the file does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Money paid.
    pub spend: Option<f64>,
    /// Times shown.
    pub impressions: Option<f64>,
    /// Clicks or visits.
    pub clicks: Option<f64>,
    /// Leads.
    pub leads: Option<f64>,
    /// Orders.
    pub orders: Option<f64>,
    /// Money brought.
    pub revenue: Option<f64>,
}

impl Figures {
    /// The sum of a measure.
    pub const fn of(&self, measure: Measure) -> Option<f64> {
        match measure {
            Measure::Impressions => self.impressions,
            Measure::Clicks => self.clicks,
            Measure::Leads => self.leads,
            Measure::Orders => self.orders,
            Measure::Revenue => self.revenue,
        }
    }

    /// Money paid for one of a measure, over all periods; none without spend or outcomes.
    pub fn cost(&self, measure: Measure) -> Option<f64> {
        let count = self.of(measure).filter(|count| *count > 0.0)?;
        self.spend.map(|spend| spend / count)
    }

    /// Money of an order.
    pub fn order_value(&self) -> Option<f64> {
        let orders = self.orders.filter(|orders| *orders > 0.0)?;
        self.revenue.map(|revenue| revenue / orders)
    }
}

/// One step of the funnel of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step {
    /// From.
    pub from: Measure,
    /// To.
    pub to: Measure,
    /// How many took the first step, in the rows in which both are known.
    pub n: f64,
    /// How many of these took the next one.
    pub k: f64,
    /// Share, shrunken towards all channels, 0-1.
    pub rate: f64,
    /// Lower end of its 80 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// How much a channel brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// More than an equal share.
    Many,
    /// Less.
    Few,
}

/// How good it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// The whole 80 % interval lies above that of all channels.
    Good,
    /// The whole interval lies below.
    Poor,
    /// Not told apart from all channels.
    Usual,
}

/// What spend does, as learnt from how it moved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Effect {
    /// Elasticity: one per cent more money brings so many per cent more of what the channel brings.
    pub elasticity: Range,
    /// Share of a period's effect that is left in the next.
    pub carry: Range,
    /// What the spend brought, in units of the outcome: only where the outcome is common.
    pub brought: Option<Range>,
    /// The same as a share of the whole outcome.
    pub share: Option<Range>,
    /// Whether the data say more than was believed beforehand.
    pub told: bool,
    /// Whether the spend seems to follow demand.
    pub follows_demand: bool,
    /// Whether spend and outcome rise and fall as one, as where money is paid by the click: the elasticity is then what was
    /// believed beforehand.
    pub follows_outcome: bool,
}

/// One channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelRow {
    /// The channel.
    pub channel: String,
    /// Periods with spend (with a row, where spend is not known).
    pub periods: usize,
    /// Sums.
    pub sums: Figures,
    /// Share of all spend, 0-1.
    pub spend_share: Option<f64>,
    /// Steps of the funnel.
    pub steps: Vec<Step>,
    /// Revenue x margin / spend - 1 as booked, over the rows in which both are known.
    pub roi_booked: Option<f64>,
    /// The same as it is to be expected of the channel, shrunken towards all, with its 80 % interval. Where the outcome is
    /// common, of what the channel is believed to have brought.
    pub roi: Option<Range>,
    /// How much it brings, and
    pub quantity: Option<Quantity>,
    /// how good that is.
    pub quality: Option<Quality>,
    /// What its spend does.
    pub effect: Option<Effect>,
}

/// Why there is no split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoSplit {
    /// The file has no dates.
    Undated,
    /// The file does not say what was paid.
    NoSpend,
    /// No channel has enough periods with spend and outcomes.
    FewPeriods,
}

/// Why a channel is left at what it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Still {
    /// Nothing was paid for it of late.
    NoSpend,
    /// Too few periods with spend.
    FewPeriods,
    /// Nothing came of it.
    NoOutcome,
}

/// One channel of a split. All money is a month's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SplitRow {
    /// The channel.
    pub channel: String,
    /// What it gets now.
    pub current: f64,
    /// What it would get of the total at the present mix.
    pub same_mix: f64,
    /// The best split.
    pub split: f64,
    /// Why it is left as it is.
    pub still: Option<Still>,
    /// What one more unit of money brings at the present mix: gross margin, or outcomes.
    pub marginal_same_mix: Option<Range>,
    /// At the split.
    pub marginal_split: Option<Range>,
    /// Probability that more than at the present mix is better for it, 0-1.
    pub p_more: Option<f64>,
}

/// A month's money split.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Split {
    /// What is split, money a month.
    pub total: f64,
    /// What is spent now, money a month: mean of the last three months of the file.
    pub current_total: f64,
    /// How far a channel may move, as a share of what it would get at the present mix.
    pub bounds: f64,
    /// Most money first.
    pub channels: Vec<SplitRow>,
    /// What the split brings more a month than the present mix: gross margin, or outcomes.
    pub gain: Option<Range>,
    /// Probability that it brings more, 0-1.
    pub p_gain: Option<f64>,
    /// What can be said.
    pub verdict: Verdict,
}

/// The channels: the contract of `forerun channels --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Channels {
    /// How the file tells of them.
    pub form: ChannelsForm,
    /// First day; none in undated files.
    pub from: Option<Day>,
    /// The day after the last period.
    pub until: Option<Day>,
    /// Days of a period; 0 in undated files.
    pub period_days: i32,
    /// Number of periods.
    pub periods: usize,
    /// Number of regions.
    pub regions: usize,
    /// What the file counts.
    pub given: Vec<Measure>,
    /// What the outcome is that spend is held against; none without.
    pub outcome: Option<Measure>,
    /// Whether returns are money.
    pub priced: bool,
    /// Margin that returns are counted with.
    pub margin: f64,
    /// All channels together.
    pub all: ChannelRow,
    /// One a channel, most money (else most clicks) first.
    pub channels: Vec<ChannelRow>,
    /// The split; none where there can be none.
    pub split: Option<Split>,
    /// Why there is none.
    pub no_split: Option<NoSplit>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}
