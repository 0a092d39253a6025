//! The command line of `sources`.

use std::path::PathBuf;

use clap::Args;

/// `sources`.
#[derive(Debug, Args)]
pub(crate) struct SourcesArgs {
    /// Divide the leads by this column, known when a lead comes in [default: the source]
    #[arg(long, value_name = "COLUMN")]
    pub(crate) by: Option<String>,
    /// The whole story of one source
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Write CSV to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
