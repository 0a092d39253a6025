//! Why the result of a month differs from its forecast, its target, or another month.
//!
//! A month is a product, source by source, of the leads open at its start and of those new in it: their number x the chance
//! that a model gives them x the calendar x how many decisions fell in the month (speed) x how many of them were wins x what a
//! win paid. Each factor of one month is held against that of the other, and the change is shared out so that nothing is
//! left over. What chance alone does to each effect is drawn, and what lies within it is called normal variation.

mod cells;
mod forecast;
mod kitagawa;
mod large;
mod lmdi;
mod measure;
mod noise;
mod period;
mod result;
mod shapley;
mod tell;
mod wave;

pub use cells::{Factor, Method};
pub use forecast::against_forecast;
pub use kitagawa::{RateChange, RateGroup, kitagawa};
pub use lmdi::{lmdi, log_mean};
pub use period::against_month;
pub use result::{Against, Effect, ExplainError, Explanation, LargeDeal};
pub use shapley::{shapley, shapley_product};
pub use wave::Wave;

use crate::domain::{Day, Leads, Month};
use crate::kpi::record::first_month_on_record;

/// Days of an average month.
const USUAL_DAYS: f64 = 365.2425 / 12.0;

/// The days of a month that are over at `leads.as_of`: up to, but without, the day given.
fn until(leads: &Leads, month: Month) -> Result<Day, ExplainError> {
    let to = (month + 1).first_day().min(leads.as_of);
    if to <= month.first_day() {
        return Err(ExplainError::NotBegun {
            month,
            as_of: leads.as_of,
        });
    }
    Ok(to)
}

/// Refuses months that the data does not hold as a whole.
fn on_record(leads: &Leads, month: Month) -> Result<(), ExplainError> {
    match first_month_on_record(leads) {
        Some(first) if month < first => Err(ExplainError::BeforeData { month, first }),
        _ => Ok(()),
    }
}
