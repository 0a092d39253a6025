//! What is told of the sources.

use serde::Serialize;

use crate::domain::Day;
use crate::score::Warning;

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
    /// Leads that it brought; those without `created` are counted in a warning only.
    pub leads: usize,
    /// Won so far.
    pub won: usize,
    /// Mean share of the cycle seen, 0-1.
    pub maturity: f64,
    /// P(won within H of creation) of the source, completed for age and shrunken towards the other sources, 0-1: what
    /// the next lead is worth. It leaves out wins later than H, and is no share of these very leads (`expected_wins` is).
    pub conversion: f64,
    /// Lower end of its 80 % interval.
    pub conversion_low: f64,
    /// Upper end.
    pub conversion_high: f64,
    /// Mean amount of a won lead, shrunken, money; none without amounts.
    pub aov: Option<f64>,
    /// Won so far, and the sum of `p_win` over the leads still open: what these very leads will have brought H from now.
    pub expected_wins: f64,
    /// Money of the wins so far, and the sum of `p_win` x expected amount over the leads still open, money; a win without
    /// an amount counts `aov`. Never below what is won already, and the same as the scores say. None without amounts.
    pub expected_revenue: Option<f64>,
    /// Money paid up to the last complete month; none where unknown.
    pub spend: Option<f64>,
    /// Money paid for each expected win among the leads of the months with spend; none without spend or such leads.
    pub cac: Option<f64>,
    /// expected revenue x margin / spend - 1, over the leads of the months with spend; none without spend or amounts, or
    /// too early.
    pub roi: Option<f64>,
    /// Lower end of the 80 % interval of what the source returns, leads x conversion x aov x margin / spend - 1: not what
    /// these very leads may still bring, but what luck they may have had. It holds `roi`.
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
