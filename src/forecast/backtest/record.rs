//! What the trial found.

use serde::{Deserialize, Serialize};

use crate::domain::{Day, Month};

/// Quantiles kept of each forecast, at the levels 1/40, 2/40 ... 39/40.
pub(super) const LEVELS: usize = 39;

/// The level of the `i`-th quantile kept.
pub(super) fn level(i: usize) -> f64 {
    (i + 1) as f64 / (LEVELS + 1) as f64
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
    /// Mean forecast of what leads open then would bring, money.
    pub open: f64,
    /// Mean forecast of what leads yet to come would bring, money.
    pub new: f64,
    /// Quantiles of the forecast as it was drawn, at 1/40 ... 39/40, money.
    pub quantiles: Vec<f64>,
}

/// What the trial found, day by day, month by month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// The day of the data: the last one of which anything is known.
    pub as_of: Day,
    /// What was forecast and what came, oldest day first.
    pub tested: Vec<Tested>,
}
