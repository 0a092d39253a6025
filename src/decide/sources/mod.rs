//! Which lead source pays: conversion completed for age, cost and return, with intervals.

mod cohort;
mod judge;
mod maturing;
mod notes;
mod result;

pub use result::{SourceRow, Sources, Status};

use crate::domain::{Leads, Role, SpendLine};
use crate::forecast::{Groups, daily, mean_curves, thinned};
use crate::score::{self, Model, ScoreError};
use crate::segment::Rules;
use judge::judge;
use maturing::Maturing;

/// Draws of the model's coefficients, for how unsure the completion for age is.
const MODELS: u64 = 20;
/// Leads that the curves at creation are learnt from, all sources together.
const MOST_EXAMPLES: usize = 40_000;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// Nothing says when leads come in and close, so an open lead cannot be told from a lost one.
    #[error(
        "to complete conversion for the age of the leads, sources need to know when leads come in and when they close: name the columns `created` and `closed` under [leads]"
    )]
    Undated,
    /// The project names no source.
    #[error(
        "no column says where a lead came from: name it as `source` under [leads], for example source = \"lead_source\""
    )]
    NoSource,
    /// The model cannot be asked.
    #[error(transparent)]
    Score(#[from] ScoreError),
}
/// Judges every source as of `leads.as_of`, over the leads that have `created`.
///
/// Conversion is completed for age by the model's curves at creation and shrunken towards the other sources; so is the
/// average order value: these tell what the source is like. Expected wins and revenue are of the leads at hand: what they
/// have brought, and what the scores of those still open let expect. ROI and CAC compare the money with the leads of the
/// months that it was paid in, and with their expected revenue. `margin` is the gross margin of a won unit of money, `seed` draws the intervals.
///
/// # Errors
/// See [`SourcesError`]: undated data, no source column.
pub fn sources(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    spend: &[SpendLine],
    margin: f64,
    seed: u64,
) -> Result<Sources, SourcesError> {
    if !leads.roles.contains_key(&Role::Source) {
        return Err(SourcesError::NoSource);
    }
    let horizon = model.horizon().filter(|_| leads.dated());
    let horizon = horizon.ok_or(SourcesError::Undated)?;
    let groups = Groups::by(leads, Role::Source);
    let most = (MOST_EXAMPLES / groups.len().max(1)).clamp(200, 2_000);
    let mut rows: Vec<usize> = (groups.created_rows(leads).iter())
        .flat_map(|rows| thinned(rows, most))
        .collect();
    rows.sort_unstable();
    let created = score::at_creation(model, leads, rules, &rows)?;
    let growth = |model: &Model| {
        let mean = mean_curves(&created.curves(model), &groups);
        daily(&mean, horizon)
    };
    let central = growth(model);
    let drawn: Vec<_> = (0..MODELS)
        .map(|k| growth(&model.drawn(seed.wrapping_add(k))))
        .collect();
    let seen = Maturing::new(central, drawn);
    let open = pending(model, leads, rules, horizon)?;
    Ok(judge(leads, &groups, &seen, &open, spend, margin, seed))
}

/// An open lead: what it will bring.
struct Pending {
    row: usize,
    /// P(won within H from now).
    p_win: f64,
    /// Its expected amount, money; none without amounts.
    amount: Option<f64>,
}

/// The open leads, with the numbers of their scores.
fn pending(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    horizon: i32,
) -> Result<Vec<Pending>, SourcesError> {
    let curves = score::open_now(model, leads, rules)?.curves(model);
    let amounts = score::expected_amounts(model, leads, &curves.rows);
    let amount = |i: usize| amounts.as_ref().map(|amounts| amounts[i]);
    Ok((curves.rows.iter().enumerate())
        .map(|(i, &row)| Pending {
            row,
            p_win: curves.won_within(i, f64::from(horizon)),
            amount: amount(i),
        })
        .collect())
}

#[cfg(test)]
mod tests;
