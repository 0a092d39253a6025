//! What a forecast gives.

use serde::Serialize;

use crate::domain::{Day, Month, Probability};
use crate::score::Warning;

/// Why there is no forecast.
#[derive(Debug, thiserror::Error)]
pub enum ForecastError {
    /// To be replaced.
    #[error("not forecast")]
    Stub,
}

/// Revenue of one month (deals, where the data has no amounts).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MonthOutlook {
    /// The month.
    pub month: Month,
    /// 10th percentile, money.
    pub p10: f64,
    /// 20th percentile, money: commit.
    pub p20: f64,
    /// Median, money: plan.
    pub p50: f64,
    /// 80th percentile, money: stretch.
    pub p80: f64,
    /// 90th percentile, money.
    pub p90: f64,
    /// Mean, money; the sum of the next three.
    pub mean: f64,
    /// Revenue before the as-of date in this month, money.
    pub booked: f64,
    /// Mean revenue from leads open now, money.
    pub open_pipeline: f64,
    /// Mean revenue from leads yet to come, money.
    pub new_leads: f64,
    /// The team's target, money; none if there is none.
    pub target: Option<f64>,
    /// P(revenue >= target); none without a target.
    pub p_attain: Option<Probability>,
    /// Revenue of the same month a year before, money; none where the data does not reach back.
    #[serde(skip)]
    pub naive: Option<f64>,
    /// Weighted pipeline: all open leads x historical win rate x AOV, all in the first month, money.
    #[serde(skip)]
    pub weighted_pipeline: Option<f64>,
}

/// Revenue by month: the contract of `forerun forecast --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outlook {
    /// As-of date.
    pub as_of: Day,
    /// Currency; `deals` where the data has no amounts.
    pub currency: String,
    /// The months, the one that contains the as-of date first.
    pub months: Vec<MonthOutlook>,
    /// Number of draws.
    pub draws: usize,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}
