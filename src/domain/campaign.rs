//! Campaign files: what was paid for advertising and what came of it, by channel and period, without any lead.

use serde::Serialize;

use crate::domain::Day;

/// What a campaign file counts for a channel, in the order of the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Times an advertisement was shown.
    Impressions,
    /// Clicks, or visits.
    Clicks,
    /// Leads, registrations.
    Leads,
    /// Orders, conversions.
    Orders,
    /// Money that the orders brought.
    Revenue,
}

impl Measure {
    /// All of them, in the order of the funnel.
    pub const ALL: [Self; 5] = [
        Self::Impressions,
        Self::Clicks,
        Self::Leads,
        Self::Orders,
        Self::Revenue,
    ];

    /// Its key in the project file.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Impressions => "impressions",
            Self::Clicks => "clicks",
            Self::Leads => "leads",
            Self::Orders => "orders",
            Self::Revenue => "revenue",
        }
    }

    /// Its place in [`CampaignLine::counts`].
    pub const fn place(self) -> usize {
        self as usize
    }
}

/// One channel in one period and region.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignLine {
    /// Position in [`Campaign::channels`].
    pub channel: usize,
    /// Position of the period; 0 in undated files.
    pub period: usize,
    /// Position in [`Campaign::geos`].
    pub geo: usize,
    /// Money paid, not below 0; NaN where the file does not say.
    pub spend: f64,
    /// By [`Measure`]; NaN where the file does not say.
    pub counts: [f64; 5],
}

/// The outcome of all channels together, in one period and region.
#[derive(Debug, Clone, PartialEq)]
pub struct CommonLine {
    /// Position of the period.
    pub period: usize,
    /// Position in [`Campaign::geos`].
    pub geo: usize,
    /// The outcome, not below 0.
    pub outcome: f64,
    /// Money of one outcome; 1 where the outcome is money; NaN where unknown.
    pub worth: f64,
    /// By [`Campaign::controls`].
    pub controls: Vec<f64>,
}

/// What spend is to move, where a file has one outcome for all channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommonOutcome {
    /// What it counts.
    pub measure: Measure,
    /// Whether its worth in money is known.
    pub priced: bool,
}

/// Everything read of campaign files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Campaign {
    /// The channels, by name.
    pub channels: Vec<String>,
    /// The regions, by name; one without a name where the file has none.
    pub geos: Vec<String>,
    /// First day of the first period; none in undated files.
    pub first: Option<Day>,
    /// Days of a period; 0 in undated files and where dates follow no step.
    pub step: i32,
    /// Number of periods, gaps among them.
    pub periods: usize,
    /// The day after the last period.
    pub end: Option<Day>,
    /// By channel, period, region.
    pub lines: Vec<CampaignLine>,
    /// Which measures the channels have.
    pub given: Vec<Measure>,
    /// Whether spend is known.
    pub paid: bool,
    /// Whether counts were worked out from daily means and rates, and half a unit of the last digit of the rates, by
    /// measure (0 where it was counted).
    pub rounding: Option<[f64; 5]>,
    /// Names of what else moves the common outcome.
    pub controls: Vec<String>,
    /// One a period and region; empty where each channel has outcomes of its own.
    pub common: Vec<CommonLine>,
    /// What `common` counts.
    pub outcome: Option<CommonOutcome>,
}

impl Campaign {
    /// First day of a period.
    pub fn day(&self, period: usize) -> Option<Day> {
        self.first.map(|first| first + self.step * period as i32)
    }
}
