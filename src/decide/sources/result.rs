//! What is told of the sources.

use serde::Serialize;

use crate::domain::{Day, Month};
use crate::kpi::Range;
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

impl Status {
    /// Of the mean share of the cycle seen.
    pub(super) fn of(maturity: f64) -> Self {
        match maturity {
            seen if seen > 0.9 => Self::Matured,
            seen if seen < 0.3 => Self::TooEarly,
            _ => Self::Maturing,
        }
    }
}

/// How many leads a source brings, beside the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// At least an equal share of all leads.
    Many,
    /// Less.
    Few,
}

/// How good they are, beside those of all other sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// Better, beyond chance.
    Good,
    /// Worse, beyond chance.
    Poor,
    /// The data do not tell.
    #[default]
    NotTold,
}

/// Why a source is good or poor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Its leads are so also at the mix of all leads.
    Source,
    /// At the mix of all leads nothing is left of it: it brings other kinds of leads.
    Mix,
}

/// A source at the mix of all leads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SameMix {
    /// P(won within H) if its leads had the attributes of all leads, 0-1.
    pub conversion: Range,
    /// By how much its own mix multiplies its conversion: above 1, it brings kinds of leads that convert better.
    pub mix: f64,
    /// Why it is good or poor; none where it is neither.
    pub because: Option<Because>,
}

/// Whether a source gets better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Newer leads convert better.
    Better,
    /// Newer leads convert worse.
    Worse,
    /// Within normal variation.
    NotTold,
}

/// The trend of a source over its cohorts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// Conversion of a quarter's leads / that of the quarter before, completed for age.
    pub per_quarter: Range,
    /// Quarters looked at: those with at least 30 % of their cycle seen.
    pub quarters: usize,
    /// What may be claimed: at most one claim in ten over all sources is false.
    pub direction: Direction,
}

/// When the money comes back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Payback {
    /// Days from the creation of leads until the margin of their wins has paid what they cost; none: never within H.
    pub days: Option<f64>,
    /// Lower end of the 80 % interval; none: never.
    pub low: Option<f64>,
    /// Upper end; none: never.
    pub high: Option<f64>,
    /// Probability that it never does within H, 0-1.
    pub never: f64,
}

/// The leads of one quarter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuarterRow {
    /// First month of the quarter.
    pub from: Month,
    /// As `2026-Q1`.
    pub quarter: String,
    /// Leads that came in it.
    pub leads: usize,
    /// Won so far.
    pub won: usize,
    /// Mean share of the cycle seen, 0-1.
    pub maturity: f64,
    /// The same in a word.
    pub status: Status,
    /// P(won within H), completed for age, not shrunken; none too early.
    pub conversion: Option<Range>,
    /// Money paid in its months; none where unknown.
    pub spend: Option<f64>,
    /// Spend for each win that its leads are expected to bring; none without spend, or too early.
    pub cac: Option<Range>,
    /// Return on it; none without spend or amounts, or too early.
    pub roi: Option<Range>,
}

/// What a source is beside the others, and how it changes.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Standing {
    /// Share of all leads, 0-1.
    pub share: f64,
    /// Many leads or few; none without leads.
    pub quantity: Option<Quantity>,
    /// Good leads or poor ones.
    pub quality: Quality,
    /// Its conversion / that of all other leads, both completed for age and neither shrunken; none without either.
    pub against_others: Option<Range>,
    /// The same at the mix of all leads; none without attributes to make the same.
    pub same_mix: Option<SameMix>,
    /// Lower end of the 80 % interval of `cac`.
    pub cac_low: Option<f64>,
    /// Upper end.
    pub cac_high: Option<f64>,
    /// When the money comes back; none without spend or amounts, or too early.
    pub payback: Option<Payback>,
    /// Whether it gets better; none with fewer than four quarters or hardly a win.
    pub trend: Option<Trend>,
    /// Its cohorts, the oldest first.
    pub quarters: Vec<QuarterRow>,
    /// Number of small groups that this row stands for; 0: it is one group.
    pub pooled: usize,
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
    /// the next lead is worth. It leaves out wins later than H, and is no share of these very leads.
    pub conversion: f64,
    /// Lower end of its 80 % interval.
    pub conversion_low: f64,
    /// Upper end.
    pub conversion_high: f64,
    /// Mean amount of a won lead, shrunken, money; none without amounts.
    pub aov: Option<f64>,
    /// Lower end of its 80 % interval.
    pub aov_low: Option<f64>,
    /// Upper end.
    pub aov_high: Option<f64>,
    /// Money of the wins so far; none without amounts.
    pub revenue: Option<f64>,
    /// Money paid up to the last complete month; none where unknown.
    pub spend: Option<f64>,
    /// Money paid for each win of the leads of the months with spend, by the conversion of the source: spend / (leads x
    /// conversion). What luck these very leads had is left out, as it will not come again. None without spend or such
    /// leads, or too early.
    pub cac: Option<f64>,
    /// What the source returns, in the same way: leads x conversion x aov x margin / spend - 1; none without spend or
    /// amounts, or too early.
    pub roi: Option<f64>,
    /// Lower end of its 80 % interval.
    pub roi_low: Option<f64>,
    /// Upper end.
    pub roi_high: Option<f64>,
    /// How much has been seen.
    pub status: Status,
    /// Beside the others, and over time.
    #[serde(flatten)]
    pub standing: Standing,
}

/// The sources: the contract of `forerun sources --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Sources {
    /// As-of date.
    pub as_of: Day,
    /// One a source, most leads first.
    pub sources: Vec<SourceRow>,
    /// The column that the leads are divided by.
    pub by: String,
    /// H: conversion is P(won within so many days of creation).
    pub horizon_days: i32,
    /// The first closing on record, if leads that came before it must have brought wins that are not on record: such leads
    /// are in no conversion.
    pub record_begins: Option<Day>,
    /// Leads left out of conversions for it.
    pub before_record: usize,
    /// The columns held the same in `same_mix`.
    pub mix_of: Vec<String>,
    /// What was noticed.
    #[serde(skip)]
    pub warnings: Vec<Warning>,
}
