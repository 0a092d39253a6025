//! Which lead source pays: conversion completed for age, cost and return, with intervals.

use serde::Serialize;

use crate::domain::{Day, Leads, SpendLine};
use crate::score::{Model, Warning};
use crate::segment::Rules;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// To be replaced.
    #[error("no sources")]
    Stub,
}

/// How much of the cycle of a source's leads has been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// More than 90 %.
    Matured,
    /// 30 to 90 %.
    Maturing,
    /// Less than 30 %: no ROI is shown.
    TooEarly,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceRow {
    /// The source; `(none)` for leads without one.
    pub source: String,
    /// Leads that it brought.
    pub leads: usize,
    /// Won so far.
    pub won: usize,
    /// Mean share of the cycle seen, 0-1.
    pub maturity: f64,
    /// P(won within H of creation), completed for age, 0-1.
    pub conversion: f64,
    /// Lower end of its 80 % interval.
    pub conversion_low: f64,
    /// Upper end.
    pub conversion_high: f64,
    /// Mean amount of a won lead, shrunken, money; none without amounts.
    pub aov: Option<f64>,
    /// leads x conversion x aov, money; none without amounts.
    pub expected_revenue: Option<f64>,
    /// Money paid; none where unknown.
    pub spend: Option<f64>,
    /// Money paid for each (expected) win; none without spend.
    pub cac: Option<f64>,
    /// expected revenue x margin / spend - 1; none without spend or amounts, or too early.
    pub roi: Option<f64>,
    /// Lower end of its 80 % interval.
    pub roi_low: Option<f64>,
    /// Upper end.
    pub roi_high: Option<f64>,
    /// How much has been seen.
    pub status: Status,
}

/// The sources: the contract of `forerun sources --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sources {
    /// As-of date.
    pub as_of: Day,
    /// One a source, most leads first.
    pub sources: Vec<SourceRow>,
    /// What was noticed.
    #[serde(skip)]
    pub warnings: Vec<Warning>,
}

/// Judges every source as of `leads.as_of`.
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
    let _ = (model, leads, rules, spend, margin, seed);
    Err(SourcesError::Stub)
}
