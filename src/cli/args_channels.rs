//! The command line of `channels`.

use std::path::PathBuf;

use clap::Args;

/// What `channels --help` says.
pub(crate) const LONG_ABOUT: &str = "\
Judges campaign files, which count spend, impressions, clicks, leads, orders and revenue by channel without a row for each lead: \
what each channel costs, how much of each step of the funnel it keeps and what comes back, with intervals, small channels leaning \
on all; how the outcome follows the spend, with what works on in later periods; and how a month's money is split best. The files \
stand under [channels]. Where all channels have one outcome together, they are told apart by how it followed the spend of each. In a \
project of campaign files only, `forerun sources` and `forerun budget` show the same.

Examples:
  forerun channels
  forerun channels --total 250,000
  forerun channels --bounds 0.5 --out channels.csv

Next: move a part, and look again; docs/channels.md says what each number means.";

/// `channels`.
#[derive(Debug, Args)]
pub(crate) struct ChannelsArgs {
    /// Money to split, for a month, e.g. 250,000 [default: what a month costs now, the mean of the last three]
    #[arg(long, value_name = "AMOUNT", value_parser = crate::cli::args_budget::amount)]
    pub(crate) total: Option<f64>,
    /// How far a channel may move from the present mix, as a share of it: 0.3 is 30 % up or down
    #[arg(long, value_name = "SHARE", default_value_t = 0.3, value_parser = crate::cli::args_budget::share)]
    pub(crate) bounds: f64,
    /// Write every channel to this file, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
