//! A model for looking back: learnt from what was known on an earlier day, cheaply.

use crate::domain::Leads;
use crate::features::screen;
use crate::score::amount::AmountModel;
use crate::score::context::Context;
use crate::score::timed::{self, Plan};
use crate::score::{Model, ScoreError};
use crate::segment::Rules;

/// Leads beyond which rows are thinned, and to one in how many of those of a model that is used.
const MANY: usize = 3_000;
const THINNER: usize = 5;

/// Learns the dated model from `leads` as they are known at `leads.as_of`, for judging forecasts of the past: from fewer
/// rows, near the optimum, without a choice of half-life, segment, uncertainty, reasons or a test. Nothing but `leads`
/// decides, so that leads that come later cannot change it.
///
/// # Errors
/// See [`ScoreError`]: undated data, too few won leads, too little time seen.
pub fn refit(leads: &Leads, rules: Option<&Rules>, seed: u64) -> Result<Model, ScoreError> {
    if !leads.dated() {
        return Err(ScoreError::Undated);
    }
    let plan = Plan {
        segment: false,
        thinner: if leads.len() > MANY { THINNER } else { 1 },
        ..Plan::all(seed)
    };
    let mut parts = timed::trials(leads, rules, &screen(leads), plan, &[None])?.remove(0);
    let amount = {
        let context = Context::new(&parts.recipe, leads, rules, [leads.as_of])?;
        let codes = timed::all_codes(leads, &context);
        AmountModel::learn(leads, &parts.recipe, &codes)
    };
    parts.amount = amount;
    Ok(Model::of_the_past(parts, leads, seed))
}
