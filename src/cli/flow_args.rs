//! What `forerun flow` can be asked.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::domain::{Day, Role};

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
