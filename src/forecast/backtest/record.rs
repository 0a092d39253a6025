//! What the trial found.

use serde::{Deserialize, Serialize};

use crate::domain::{Day, Month};

/// Quantiles kept of each forecast, at the levels 1/40, 2/40 ... 39/40.
pub(crate) const LEVELS: usize = 39;

/// The level of the `i`-th quantile kept.
pub(crate) fn level(i: usize) -> f64 {
    (i + 1) as f64 / (LEVELS + 1) as f64
}

/// What simpler ways would have said of a month, money; none where the past was too short for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Rivals {
    /// The same month a year before.
    pub seasonal_naive: Option<f64>,
    /// That, times the growth of the last twelve months over the twelve before.
    pub last_year_ratio: Option<f64>,
    /// Exponential smoothing of the revenue of past months.
    pub smoothing: Option<f64>,
    /// All open leads x the win rate of closed ones x their mean amount, as if all of it came in the first month.
    pub weighted_pipeline: Option<f64>,
}

impl Rivals {
    /// Those that may be mixed into the forecast, in this order: what is known of revenue alone.
    pub(crate) const fn of_revenue(&self) -> [Option<f64>; 3] {
        [self.seasonal_naive, self.last_year_ratio, self.smoothing]
    }
}

/// One month as it was forecast on one earlier day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    /// The day: nothing of it and after was known.
    pub origin: Day,
    /// The month forecast.
    pub month: Month,
    /// 1 for the month of `origin`, 2 for the next ...
    pub ahead: usize,
    /// What came, money.
    pub actual: f64,
    /// What of it had come before `origin`, money.
    pub booked: f64,
    /// Mean absolute difference of a month's revenue from that of a year before, in the past of `origin`, money: the
    /// unit of MASE. None in the first year.
    pub scale: Option<f64>,
    /// Mean forecast of what leads open then would bring, money.
    pub open: f64,
    /// Mean forecast of what leads yet to come would bring, money.
    pub new: f64,
    /// Quantiles of the forecast as it was drawn, at 1/40 ... 39/40, money.
    pub drawn: Vec<f64>,
    /// Quantiles of the forecast as it would have been told: level and spread corrected by the forecasts whose months
    /// were over by then.
    pub told: Vec<f64>,
    /// What simpler ways would have said.
    pub rivals: Rivals,
}

impl Tested {
    /// The quantile told at the level `p`, the nearest one kept (1/40 ... 39/40), money.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let i = (p * (LEVELS + 1) as f64).round() as usize;
        self.told.get(i.max(1) - 1).copied()
    }
}

/// What the trial found, day by day, month by month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// The day of the data: the last one of which anything is known.
    pub as_of: Day,
    /// What was forecast and what came, oldest day first.
    pub tested: Vec<Tested>,
}
