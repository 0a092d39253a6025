//! The command line of `kpi`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::domain::Day;
use crate::kpi::Dimension;
use crate::present::KpiGroup;

/// What the leads are divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KpiBy {
    /// Where the lead came from
    Source,
    /// Who holds it
    Owner,
    /// The segment that the rules give
    Segment,
    /// What is sold
    Product,
    /// Where
    Region,
    /// How it is sold: by phone, by visit, online
    Channel,
}

impl From<KpiBy> for Dimension {
    fn from(by: KpiBy) -> Self {
        match by {
            KpiBy::Source => Self::Source,
            KpiBy::Owner => Self::Owner,
            KpiBy::Segment => Self::Segment,
            KpiBy::Product => Self::Product,
            KpiBy::Region => Self::Region,
            KpiBy::Channel => Self::Channel,
        }
    }
}

/// A group of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KpiGroupArg {
    /// Revenue, deals, attainment, how much months vary, and what hangs on one customer
    Results,
    /// Order value: by product and price band, together with conversion; price changes
    Aov,
    /// By month of creation, source, stage and owner; sources whose quality changes
    Conversion,
    /// Days to win, stages, stuck deals, closing actions
    Cycle,
}

impl From<KpiGroupArg> for KpiGroup {
    fn from(group: KpiGroupArg) -> Self {
        match group {
            KpiGroupArg::Results => Self::Results,
            KpiGroupArg::Aov => Self::Aov,
            KpiGroupArg::Conversion => Self::Conversion,
            KpiGroupArg::Cycle => Self::Cycle,
        }
    }
}

/// `kpi`.
#[derive(Debug, Args)]
pub(crate) struct KpiArgs {
    /// Divide the leads by this as well
    #[arg(long, value_enum)]
    pub(crate) by: Option<KpiBy>,
    /// One group with all its tables [default: all four in short]
    #[arg(long, value_enum)]
    pub(crate) group: Option<KpiGroupArg>,
    /// The first day of a new price: before and after are compared
    #[arg(long, value_name = "DATE")]
    pub(crate) price_change: Option<Day>,
    /// Write every number to this file, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
