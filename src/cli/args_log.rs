//! The command line of `log`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::args_ahead::amount;
use crate::domain::CallResult;
use crate::read;

/// What `--help` says.
pub(crate) const LONG: &str = "\
Keeps the record of calls, in two files beside the project that a person can open: calls/results.csv, what came of each \
call, and calls/shown.csv, what the lists showed. Lines are only ever added, each whole or not at all. The next list \
knows what is logged before its day: a lead that was called counts as touched, one logged won or lost counts as closed \
until the export says how it ended.

Examples:
  forerun log call L0000042 --result reached --note \"wants an offer\"
  forerun log call L0000042 --result later --again 2026-07-15
  forerun log call L0000042 --result won --amount 12,000 --at \"2026-07-01 09:30\"
  forerun log import results.csv
  forerun log show --lead L0000042
  forerun log undo L0000042

Next: `forerun calls` makes the next list.";

/// `log`.
#[derive(Debug, Args)]
pub(crate) struct LogArgs {
    /// What to do.
    #[command(subcommand)]
    pub(crate) action: LogAction,
}

/// What can be done with the record.
#[derive(Debug, Subcommand)]
pub(crate) enum LogAction {
    /// Put a call on record
    Call(CallArgs),
    /// Put the calls of a file on record: columns `lead_id`, `result`, `at`, and `owner`, `note`, `amount`, `again` where there are
    Import(ImportArgs),
    /// Show the newest calls, and what the record holds
    Show(ShowArgs),
    /// Take a call back
    Undo(UndoArgs),
}

/// `log call`.
#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// The lead, as its identifier stands in the lead files
    #[arg(value_name = "LEAD")]
    pub(crate) lead: String,
    /// What came of it: won, lost, reached, later, no-answer, wrong-number
    #[arg(long, value_name = "RESULT", value_parser = result)]
    pub(crate) result: CallResult,
    /// When, e.g. "2026-07-01 09:30", in the project's time zone [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// Who called
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// What to remember
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) note: String,
    /// The day to call again: the list of that day has the lead, and none before it
    #[arg(long, value_name = "DATE")]
    pub(crate) again: Option<String>,
    /// What the deal brings, with --result won
    #[arg(long, value_name = "MONEY", value_parser = amount)]
    pub(crate) amount: Option<f64>,
}

/// `log import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// When the calls were of which the file does not say it
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
}

/// `log show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Everything on record of this lead
    #[arg(long, value_name = "ID")]
    pub(crate) lead: Option<String>,
    /// At most this many of the newest calls
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) top: usize,
}

/// `log undo`.
#[derive(Debug, Args)]
pub(crate) struct UndoArgs {
    /// The lead
    #[arg(value_name = "LEAD")]
    pub(crate) lead: String,
    /// The time of the call [default: the newest of the lead]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
}

fn result(text: &str) -> Result<CallResult, String> {
    read::call_result(text).ok_or_else(|| {
        format!(
            "{text} is no result of a call; it is one of {}",
            read::result_words()
        )
    })
}
