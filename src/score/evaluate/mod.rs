//! How good the scores would have been: models of the past on leads that were open later, against what became of them.
//!
//! Dated data is judged forward in time from several origins; undated data out of fold. Everything that is said of the
//! model is said of the baselines too, and every figure comes with how far chance could move it.

mod choose;
mod forward;
mod groups;
mod interval;
mod judge;
mod lift;
mod origins;
mod recalibrate;
mod result;
mod tested;
mod undated;

use crate::domain::Leads;
use crate::features::screen;
use crate::score::ScoreError;
use crate::segment::Rules;

pub(crate) use choose::choose;
pub use choose::{Choices, Trial};
pub(crate) use forward::{Record, forward, z_of};
pub use result::{
    BaselineRow, Bin, Difference, Estimate, Evaluation, Figures, GroupRow, LiftRow, OriginRow,
    Prediction,
};
pub(crate) use undated::segment_trial;

/// What is to be evaluated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EvaluateOptions {
    /// Origins at which a model is learnt; fewer where history is too short. Of no meaning for undated data.
    pub origins: usize,
    /// Calls that one owner can make in a day, for the lift.
    pub capacity: usize,
    /// Whether Odoo's predictive lead scoring stands among the baselines.
    pub odoo: bool,
    /// Seed of samples, folds and intervals.
    pub seed: u64,
}

/// Evaluates what [`crate::score::train`] would have made of these leads at earlier days (dated data) or of four fifths
/// of them (undated data).
///
/// # Errors
/// [`ScoreError::Untestable`] where history is too short or too little was won in it; and what training can fail with.
pub fn evaluate(
    leads: &Leads,
    rules: Option<&Rules>,
    options: EvaluateOptions,
) -> Result<Evaluation, ScoreError> {
    let screened = screen(leads);
    let mut tested = if leads.dated() {
        origins::tested(leads, rules, &screened, options)?
    } else {
        undated::tested(leads, rules, &screened, options)?
    };
    recalibrate::recalibrate(&mut tested, options.seed);
    judge::judge(leads, rules, tested, options)
}
