//! The command line: arguments as typed, settings as resolved, one file per command.
//!
//! A command is a chain of the stages' verbs; what it finds is shown by [`crate::present`].

mod args;
mod args_ahead;
mod args_budget;
mod args_calls;
mod args_channels;
mod args_explain;
mod args_kpi;
mod args_log;
mod args_process;
mod args_profile;
mod args_sources;
mod backtest;
mod budget;
mod calls;
mod chain;
mod channels;
mod check;
mod completions;
mod drift;
mod evaluate;
mod explain;
mod failure;
mod faults;
mod flow;
mod forecast;
mod keep;
mod kpi;
mod log;
mod numbers;
mod output;
mod owners;
mod process;
mod profile;
mod progress;
mod run;
mod score;
mod score_rows;
mod segment;
mod settings;
mod simulate;
mod sources;
mod stages;
mod target;
mod train;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use failure::{Done, Failure};
use output::Output;
use settings::Settings;

/// Runs the program: parses the command line, resolves settings, runs the command, gives the exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let (mut out, settings) = match Settings::resolve(&cli.global) {
        Ok(settings) => (Output::of(&settings), settings),
        Err(failure) => {
            let settings = Settings::unresolved(&cli.global);
            return ended(Err(failure), &settings, &mut Output::of(&settings));
        }
    };
    let done = run(cli.command, &settings, &mut out);
    ended(done, &settings, &mut out)
}

fn run(command: Command, settings: &Settings, out: &mut Output) -> Result<Done, Failure> {
    match command {
        Command::Check(args) => check::run(&args, settings, out),
        Command::Segment(args) => segment::run(&args, settings, out),
        Command::Train(args) => train::run(&args, settings, out),
        Command::Backtest(args) => backtest::run(&args, settings, out),
        Command::Evaluate(args) => evaluate::run(&args, settings, out),
        Command::Score(args) => score::run(&args, settings, out),
        Command::Drift(args) => drift::run(&args, settings, out),
        Command::Calls(args) => calls::run(&args, settings, out),
        Command::Log(args) => log::run(&args, settings, out),
        Command::Forecast(args) => forecast::run(&args, settings, out),
        Command::Target(args) => target::run(&args, settings, out),
        Command::Flow(args) => flow::run(&args, settings, out),
        Command::Kpi(args) => kpi::run(&args, settings, out),
        Command::Profile(args) => profile::run(&args, settings, out),
        Command::Explain(args) => explain::run(&args, settings, out),
        Command::Owners(args) => owners::run(&args, settings, out),
        Command::Process(args) => process::run(&args, settings, out),
        Command::Sources(args) => sources::run(&args, settings, out),
        Command::Channels(args) => channels::run(&args, settings, out),
        Command::Budget(args) => budget::run(&args, settings, out),
        Command::Run(args) => run::run(&args, settings, out),
        Command::Simulate(args) => simulate::run(&args, settings, out),
        Command::Completions { shell } => completions::run(shell, out),
    }
}

/// Shows how it ended, where it did not end well, and gives the exit code.
fn ended(done: Result<Done, Failure>, settings: &Settings, out: &mut Output) -> ExitCode {
    let failure = match done {
        Ok(Done::Clean) => return ExitCode::SUCCESS,
        Ok(Done::WithRejects | Done::NotKept) => return ExitCode::from(1),
        Err(failure) => failure,
    };
    out.speak_first(|| crate::project::language_of(&settings.project));
    match &failure {
        Failure::ReaderGone => return ExitCode::SUCCESS,
        Failure::Faults(faults) => out.faults(faults),
        other => {
            let told = out.sentence(&other.to_string());
            let w = out.words();
            out.tell(&format!("{}{}{told}", w.error, w.colon));
            if let Some(hint) = other.hint() {
                let hint = out.sentence(hint);
                out.tell(&format!("  {}{}{hint}", w.hint, w.colon));
            }
        }
    }
    if settings.json {
        // The failure is on its way already; that it cannot be printed as well adds nothing.
        let _ = out.json(&failure.as_data());
    }
    ExitCode::from(failure.exit_code())
}
