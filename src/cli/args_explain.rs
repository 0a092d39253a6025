//! The command line of `explain`.

use clap::{Args, ValueEnum};

use crate::cli::args_ahead::month;
use crate::domain::Month;
use crate::kpi::bridge::Against;

/// What a month is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainAgainst {
    /// The forecast made on its first day, from what was known then
    Forecast,
    /// Its target in [targets], through that forecast
    Target,
    /// The month before
    LastMonth,
    /// The same month of the year before
    LastYear,
}

impl From<ExplainAgainst> for Against {
    fn from(against: ExplainAgainst) -> Self {
        match against {
            ExplainAgainst::Forecast => Self::Forecast,
            ExplainAgainst::Target => Self::Target,
            ExplainAgainst::LastMonth => Self::LastMonth,
            ExplainAgainst::LastYear => Self::LastYear,
        }
    }
}

/// `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The month, e.g. 2026-06 [default: the last one that is over]
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub(crate) month: Option<Month>,
    /// What it is held against
    #[arg(long, value_enum, default_value = "forecast")]
    pub(crate) against: ExplainAgainst,
}
