//! The command line of `process`.

use std::path::PathBuf;

use clap::Args;

pub(crate) const LONG_ABOUT: &str = "\
How leads are worked on, for the team and by owner: the share followed up within a week of the first touch, the time to the first \
touch (leads not touched yet count as waiting still), open leads that nobody has touched, and plans kept. Then the record itself: \
bursts of visits, closings dated back over the turn of a month, work recorded after the closing, amounts exactly alike, stages jumped \
in one second, days of rest, hours off. Each owner is held against the others; what differs by more than chance and the habits of the \
team is put as a question, with its evidence and what may be innocent about it. In order of name: it is no ranking, and no proof.

Examples:
  forerun process
  forerun process --owner \"Wang Fang\"
  forerun process --out process.csv

Next: ask before you judge; docs/process.md says when not to believe it.";

/// `process`.
#[derive(Debug, Args)]
pub(crate) struct ProcessArgs {
    /// The figures and the evidence of one owner in full
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// Write CSV to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
