//! What else can be asked of the call list.

use clap::Args;

/// One question instead of the lists.
#[derive(Debug, Default, Args)]
#[group(multiple = false)]
pub(crate) struct CallsQuestion {
    /// One lead: its place or why it has none, what a call is worth, attempts, when the next is due
    #[arg(long, value_name = "LEAD")]
    pub(crate) why: Option<String>,
    /// Which leads that do not fit into their owner's day others have time for
    #[arg(long)]
    pub(crate) reassign: bool,
    /// Candidates for the public pool: open leads in which less is left than another hand is taken to make of them
    #[arg(long)]
    pub(crate) pool: bool,
    /// What the lots of past lists have taught: the worth of each order, with its interval
    #[arg(long)]
    pub(crate) review: bool,
}
