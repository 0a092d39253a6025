//! What a forecast gives.

use serde::Serialize;

use crate::domain::{Day, Month, Probability};
use crate::forecast::backtest::Figures;
use crate::score::{ScoreError, Warning};

/// Why there is no forecast.
#[derive(Debug, thiserror::Error)]
pub enum ForecastError {
    /// Nothing says when leads come in and close.
    #[error(
        "a forecast needs to know when leads come in and when they close: name the columns `created` and `closed` under [leads]"
    )]
    Undated,
    /// So few wins that any number would be chance.
    #[error(
        "won leads with a closing date: {wins}; a forecast needs {needed} at least: add older leads, or check which values of the outcome mean won"
    )]
    TooFewWins {
        /// Won leads with `closed`.
        wins: usize,
        /// The least.
        needed: usize,
    },
    /// So short a past that the number of new leads cannot be forecast.
    #[error(
        "complete months of leads: {months}; a forecast needs {needed} at least: add older leads, or choose a later as-of date"
    )]
    TooShort {
        /// Complete months of leads before the as-of date.
        months: usize,
        /// The least.
        needed: usize,
    },
    /// The model cannot be asked.
    #[error(transparent)]
    Score(#[from] ScoreError),
}

impl ForecastError {
    /// Whether there was too little of a past, and nothing wrong with it.
    pub(crate) const fn too_little(&self) -> bool {
        matches!(
            self,
            Self::TooFewWins { .. }
                | Self::TooShort { .. }
                | Self::Score(ScoreError::TooFew { .. } | ScoreError::TooShort)
        )
    }
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
    #[serde(rename = "last_year")]
    pub naive: Option<f64>,
    /// Weighted pipeline, as a spreadsheet has it: booked + all open leads x win rate of the closed ones x AOV, money. It
    /// says nothing of when, so all of it stands in the first month and there is none in the others, nor before
    /// anything is closed.
    pub weighted_pipeline: Option<f64>,
}

/// Revenue by month: the contract of `forerun forecast --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outlook {
    /// As-of date.
    pub as_of: Day,
    /// Currency; `deals` where the data has no amounts, empty until [`Outlook::in_currency`] names it.
    pub currency: String,
    /// The months, the one that contains the as-of date first.
    pub months: Vec<MonthOutlook>,
    /// Number of draws.
    pub draws: usize,
    /// How far off its own forecasts of the past were, and simpler ones; empty where they were not tried.
    pub record: Vec<Figures>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}

impl Outlook {
    /// The same outlook with its money named, as `CNY`; deals stay deals.
    #[must_use]
    pub fn in_currency(mut self, currency: &str) -> Self {
        if self.currency != "deals" {
            currency.clone_into(&mut self.currency);
        }
        self
    }
}
