//! The command line of what looks ahead, and back at what was said: targets, flow, backtest.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::domain::{Day, Month, Role};

/// `backtest`.
#[derive(Debug, Args)]
pub(crate) struct BacktestArgs {
    /// Earlier days, a month apart, to go back to; fewer where history is too short
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=60))]
    pub(crate) origins: u16,
    /// Months looked ahead from each, the month of the day itself counted
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=24))]
    pub(crate) months: u16,
    /// Write every month forecast to this file, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// `target`.
#[derive(Debug, Args)]
pub(crate) struct TargetArgs {
    /// The month, e.g. 2026-09 [default: that of the as-of date]
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub(crate) month: Option<Month>,
    /// The revenue to reach (deals, where the data has no amounts), e.g. 2,500,000 [default: the target in the file, else the plan]
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    pub(crate) set: Option<f64>,
    /// Write the shares to this file, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// What a lead counts in the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FlowValue {
    /// What it says it will spend
    Stated,
    /// What the model expects it to bring if it is won
    Expected,
    /// One deal
    Deals,
}

/// What the flow is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FlowBy {
    /// The stage on the day
    Stage,
    /// Where the lead came from
    Source,
    /// Who holds it
    Owner,
    /// What is sold
    Product,
    /// Where
    Region,
}

impl From<FlowBy> for Role {
    fn from(by: FlowBy) -> Self {
        match by {
            FlowBy::Stage => Self::Stage,
            FlowBy::Source => Self::Source,
            FlowBy::Owner => Self::Owner,
            FlowBy::Product => Self::Product,
            FlowBy::Region => Self::Region,
        }
    }
}

/// `flow`.
#[derive(Debug, Args)]
pub(crate) struct FlowArgs {
    /// The first day [default: the first of the month that ends with, or contains, the last day]
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<Day>,
    /// The last day [default: the as-of date]
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<Day>,
    /// Divide the leads by this as well
    #[arg(long, value_enum)]
    pub(crate) by: Option<FlowBy>,
    /// What a lead counts [default: stated, else expected, else deals]
    #[arg(long, value_enum)]
    pub(crate) value: Option<FlowValue>,
    /// Write the lines to this file, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

pub(crate) fn month(text: &str) -> Result<Month, String> {
    Month::try_from(text.to_owned()).map_err(|error| error.to_string())
}

/// An amount above 0, with or without separators of thousands.
pub(crate) fn amount(text: &str) -> Result<f64, String> {
    let plain = text.replace(
        [',', '，', '_', ' ', '\'', '¥', '￥', '$', '€', '£', '元'],
        "",
    );
    match plain.parse::<f64>() {
        Ok(amount) if amount > 0.0 && amount < 1e15 => Ok(amount),
        Ok(_) => Err(format!("{text} is not an amount above 0")),
        Err(_) => Err(format!("{text} is not a number")),
    }
}
