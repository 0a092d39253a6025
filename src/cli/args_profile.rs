//! The command line of the portrait.

use std::path::PathBuf;

use clap::Args;

/// `profile`.
#[derive(Debug, Args)]
pub(crate) struct ProfileArgs {
    /// Show every attribute, also those within normal variation
    #[arg(long)]
    pub(crate) all: bool,
    /// Write every level of every attribute to this file, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
