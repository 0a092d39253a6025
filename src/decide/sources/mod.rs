//! Which lead source pays: conversion completed for age, cost and return, with intervals.

mod cohort;
mod division;
mod judge;
mod notes;
mod payback;
mod result;
mod trend;

pub use result::{
    Because, Direction, Payback, Quality, Quantity, QuarterRow, SameMix, SourceRow, Sources,
    Standing, Status, Trend,
};

use crate::domain::{Leads, Role, SpendLine};
use crate::forecast::Groups;
use crate::kpi::{Growth, RateBasis, record_from};
use division::Division;
use judge::Case;

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
        "no column says where a lead came from: name it as `source` under [leads], for example source = \"lead_source\", or divide the leads by another column: --by COLUMN"
    )]
    NoSource,
    /// No such column.
    #[error(
        "there is no column `{name}` to divide the leads by; known when a lead comes in: {}",
        list(columns)
    )]
    NoColumn {
        /// What was asked for.
        name: String,
        /// What there is.
        columns: Vec<String>,
    },
    /// The column is filled in later.
    #[error(
        "`{0}` is no column of texts or numbers known when a lead comes in: divided by what is filled in later, good leads \
         would be good because they were won"
    )]
    KnownLater(String),
    /// Nearly every lead has its own value.
    #[error("nearly every lead has a value of its own in `{0}`: there are no groups to compare")]
    AllDifferent(String),
}

impl SourcesError {
    /// Whether another question would be answered: what was asked is wrong, not the data.
    pub const fn is_wrong_use(&self) -> bool {
        matches!(
            self,
            Self::NoColumn { .. } | Self::KnownLater(_) | Self::AllDifferent(_)
        )
    }
}

fn list(columns: &[String]) -> String {
    const MOST: usize = 20;
    let more = if columns.len() > MOST { " ..." } else { "" };
    if columns.is_empty() {
        return "none".to_owned();
    }
    format!("{}{more}", columns[..columns.len().min(MOST)].join(", "))
}

/// Judges every source as of `leads.as_of`, over the leads that have `created`.
///
/// Conversion is completed for age by the days that wins of the source take, as in `kpi`, and shrunken towards the other
/// sources; so is the average order value: these tell what the source is like. ROI and CAC compare the money with the
/// leads of the months that it was paid in, at that conversion and value; what open leads will bring, the forecast tells. `margin` is the gross margin of a won unit of
/// money, `seed` draws the intervals.
///
/// # Errors
/// See [`SourcesError`]: undated data, no source column.
pub fn sources(
    leads: &Leads,
    spend: &[SpendLine],
    margin: f64,
    seed: u64,
) -> Result<Sources, SourcesError> {
    sources_by(leads, spend, margin, seed, None)
}

/// The same of the values of any column known at creation: `by`, a column or the name of a role; none: the source. Of many
/// small groups the smallest are taken together. Spend is known by source only.
///
/// # Errors
/// See [`SourcesError`].
pub fn sources_by(
    leads: &Leads,
    spend: &[SpendLine],
    margin: f64,
    seed: u64,
    by: Option<&str>,
) -> Result<Sources, SourcesError> {
    let division = Division::of(leads, by, spend)?;
    if !leads.dated() {
        return Err(SourcesError::Undated);
    }
    judged(leads, &division, spend, margin, seed)
}

/// Where the leads can be divided and are dated.
fn judged(
    leads: &Leads,
    division: &Division,
    spend: &[SpendLine],
    margin: f64,
    seed: u64,
) -> Result<Sources, SourcesError> {
    let since = record_from(leads);
    // By source also where the leads are divided otherwise, as in `kpi`: how fast leads are won hangs on it.
    let kinds = if leads.role(Role::Source).is_some() {
        Groups::by(leads, Role::Source)
    } else {
        division.groups.clone()
    };
    let growth = Growth::learn(leads, &kinds, since).ok_or(SourcesError::Undated)?;
    let basis = RateBasis {
        leads,
        growth: &growth,
        sources: &kinds,
        since,
    };
    Ok(Case {
        basis: &basis,
        division,
        spend,
        margin,
        seed,
    }
    .judge())
}

#[cfg(test)]
mod coverage_tests;
#[cfg(test)]
mod tests;
