//! `forerun completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::args::Cli;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::Output;

/// Prints the completion script of a shell.
pub(crate) fn run(shell: Shell, out: &mut Output) -> Result<Done, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "forerun", &mut script);
    out.data(&String::from_utf8_lossy(&script))?;
    Ok(Done::Clean)
}
