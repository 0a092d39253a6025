//! Revenue by month: booked + run-off of the open pipeline + new inflow, with its uncertainty.

mod groups;
mod result;
#[cfg(test)]
pub(crate) mod sample;

pub(crate) use groups::{Groups, newest, thinned};

pub use result::{ForecastError, MonthOutlook, Outlook};

use crate::domain::{Leads, TargetLine};
use crate::score::Model;
use crate::segment::Rules;

/// Forecasts `months` months from the one that contains `leads.as_of`.
///
/// # Errors
/// See [`ForecastError`]: undated data, no wins, too little history.
pub fn outlook(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    targets: &[TargetLine],
    months: usize,
    seed: u64,
) -> Result<Outlook, ForecastError> {
    let _ = (model, leads, rules, targets, months, seed);
    Err(ForecastError::Stub)
}
