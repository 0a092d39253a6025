//! Logistic models learnt from past conversions: how likely a lead is to be won, and when.

mod result;
mod timing;

pub use result::{
    CrossValidation, Forward, LeadScore, Model, Reason, ScoreError, Scores, TrainReport, Warning,
};

pub use timing::{Landmarks, WinCurves, at_creation, expected_amounts, open_now};

use crate::domain::{Day, Leads};
use crate::segment::Rules;

/// Learns a model from the leads as of `leads.as_of`. `seed` draws the folds and samples.
///
/// # Errors
/// See [`ScoreError`].
pub fn train(
    leads: &Leads,
    rules: Option<&Rules>,
    seed: u64,
) -> Result<(Model, TrainReport), ScoreError> {
    let _ = (leads, rules, seed);
    Err(ScoreError::Stub)
}

/// Scores leads as of `leads.as_of`: the open ones, or every one with `all`.
///
/// # Errors
/// A model that does not fit the leads is refused, with a list of what differs.
pub fn score(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    all: bool,
) -> Result<Scores, ScoreError> {
    let _ = (model, leads, rules, all, Day::default());
    Err(ScoreError::Stub)
}
