//! The command line as typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::args_ahead::{BacktestArgs, FlowArgs, TargetArgs};
use crate::cli::args_budget::{self, BudgetArgs};
use crate::cli::args_calls::CallsQuestion;
use crate::cli::args_channels::{self, ChannelsArgs};
use crate::cli::args_explain::ExplainArgs;
use crate::cli::args_kpi::KpiArgs;
use crate::cli::args_log::{self, LogArgs};
use crate::cli::args_process::{self, ProcessArgs};
use crate::cli::args_profile::ProfileArgs;
use crate::cli::args_sources::SourcesArgs;
use crate::domain::Day;
use crate::score::PointsScale;

const ABOUT: &str = "Lets sales run ahead of the numbers";
const LONG_ABOUT: &str = "\
Lets sales run ahead of the numbers: rules sort customers by intent, a model learnt from your own closed deals scores \
every lead, and a forecast turns the pipeline into revenue by month. It reads your CRM export where it lies, sends \
nothing anywhere and changes nothing that you gave it.

Start with `forerun check`, then `forerun run`.";
const AFTER: &str = "\
Exit codes: 0 done, warnings included; 1 done, but rows were set aside or a worse model was not kept; 2 wrong use or a \
fault in a project or rule file; 3 failed.";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "forerun", version, about = ABOUT, long_about = LONG_ABOUT, after_help = AFTER)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What holds for every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// Run as if started in this folder
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(crate) dir: Option<PathBuf>,
    /// The project file
    #[arg(
        long,
        value_name = "FILE",
        default_value = "forerun.toml",
        global = true
    )]
    pub(crate) project: PathBuf,
    /// Know nothing of this day and after, e.g. 2026-07-01 [default: the project's, else the day after the newest date]
    #[arg(long, value_name = "DATE", global = true)]
    pub(crate) as_of: Option<Day>,
    /// Print the same result as data
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Seed of everything that is drawn; the same seed gives the same numbers
    #[arg(long, value_name = "N", default_value_t = 1, global = true)]
    pub(crate) seed: u64,
    /// Say nothing but the result and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read everything and say what it was taken for; change nothing
    #[command(long_about = "\
Reads the project file, the rules and all the data, and shows every fault at once: what is wrong, in which file, line \
and column, and what to do about it. Shows what each column was taken for, when its values become known, how many are \
missing, and which rows had to be set aside. Trains nothing. With --leaks, shows what speaks for each column having \
been known only after the outcome, which would make scores look better than they are.

Examples:
  forerun check
  forerun check --leaks

Next: mend what it names, then `forerun run`.")]
    Check(CheckArgs),
    /// Sort the leads by the rules
    #[command(long_about = "\
Sorts every lead into a segment by the rules and shows how many are in each and how they ended. With --explain, says \
for one lead why it is in its segment and why not in the others.

Examples:
  forerun segment
  forerun segment --explain L0000042
  forerun segment --out segments.csv

Next: change rules/intent.toml and look again; then `forerun run`.")]
    Segment(SegmentArgs),
    /// Learn the model from past outcomes and say how good it is
    #[command(long_about = "\
Learns from the leads whose outcome is known by the as-of date how likely an open one is to be won, and when; open \
leads are taken as not known yet, never as lost. Tests itself forward in time and prints the record, also when it is no \
better than the average win rate. Keeps the model in the file that [model] names, unless it is worse than the one \
there on outcomes that neither has seen: then the old one stays, the new one is written beside it, and the exit code is 1.

Examples:
  forerun train
  forerun train --force
  forerun train --scorecard card.csv

Next: `forerun score`, or `forerun run` for everything.")]
    Train(TrainArgs),
    /// How good the scores would have been, and what the model adds
    #[command(long_about = "\
Goes back in time: as of several earlier days it learns a model from what was known then, and judges it on the leads that \
were open then and every 30 days after, each followed for 90 days. Shows how well it ranks, how right its probabilities \
are, how much chance is in each figure, what calls by its ranking reach, and the same by segment and by source. Beside it \
stand the base rate, the age of a lead alone, and the rules alone. Says so when the model is no better. Data without dates \
is judged on leads held back, five folds in turn. Nothing is kept but what --out writes.

Examples:
  forerun evaluate
  forerun evaluate --origins 6 --baseline odoo
  forerun evaluate --out predictions.csv

Next: if it is better than age alone, work by `forerun calls`; docs/evaluate.md says what each number means.")]
    Evaluate(EvaluateArgs),
    /// How good was the forecast: what it would have said on earlier days, and what came
    #[command(long_about = "\
Goes back to the same day of the last twelve months, learns from what was known then, forecasts the months that are over by \
now, and compares with what came: for the forecast and for simpler ones (the month of a year before, that with last \
year's growth, exponential smoothing, the weighted pipeline). What it finds is kept beside the model: later forecasts \
correct their level and their intervals by it and show it beside their numbers.

Examples:
  forerun backtest
  forerun backtest --origins 18 --months 6

Next: `forerun forecast` shows the months ahead with this record.")]
    Backtest(BacktestArgs),
    /// Score the open leads, or another export of the same shape
    #[command(long_about = "\
Writes one row for each open lead, in the order of the input: its probability to be won within 30 days, 90 days and \
the horizon, an 80 % interval, what it is expected to bring, and the three strongest reasons. Uses the stored model if \
it was learnt from this very data, else learns it anew. With FILE, scores another export with the same columns by the \
stored model as it is.

Examples:
  forerun score --out scores.csv
  forerun score new-leads.csv --out new-scores.csv

Next: `forerun calls` turns scores into a list for today.")]
    Score(ScoreArgs),
    /// Are the leads, and their outcomes, still what the model learnt from?
    #[command(long_about = "\
Holds the leads of the last 90 and 30 days, or another export, against those that the stored model learnt from: feature \
by feature how far their make-up has moved (population stability index, beside the limit that chance alone explains), \
values that the model does not know, missing values; and what became of the leads since against what the model said.

Examples:
  forerun drift
  forerun drift new-leads.csv

Next: mend the export if a column has changed its meaning, else `forerun train`.")]
    Drift(DriftArgs),
    /// Whom to call today, and why
    #[command(long_about = "\
Makes the call list of the day for every owner, within the capacity set in [calls]: by what a call can still change \
(chance, amount and freshness; once lots have taught it, what calls really changed), with places kept for first touches \
and for lots. Each with its three strongest reasons. docs/calls.md says what the numbers mean and when not to believe \
them.

Examples:
  forerun calls --owner \"Chen Wei\"
  forerun calls --why L0001234
  forerun calls --pool
  forerun calls --top 5 --date 2026-07-02
  forerun calls --out calls.csv

Next: call. `forerun segment --explain LEAD` says why a lead is in its segment.")]
    Calls(CallsArgs),
    /// Put on record what came of calls, and show the record
    #[command(long_about = args_log::LONG)]
    Log(LogArgs),
    /// Revenue by month, with its uncertainty
    #[command(long_about = "\
Adds up what is booked, what the open leads will bring and what leads yet to come will bring, month by month. Commit, \
plan and stretch are reached with probability 80, 50 and 20 %; beside a target set in [targets] stands the probability \
to reach it, and beside the plan what a naive forecast would say.

Examples:
  forerun forecast
  forerun forecast --months 12 --json

Next: `forerun sources` shows where the revenue comes from.")]
    Forecast(ForecastArgs),
    /// Which target is honest, and what would bring more
    #[command(long_about = "\
Targets as odds. Commit, plan and stretch of a month are reached with probability 80, 50 and 20 %; beside them stand the \
target set in [targets] and the popular rule, the best month so far, each with its odds. The amount is shared out among \
the owners by what their own leads and working days carry, each with the odds to reach it. For the current month it says \
what has to be booked by when. With --set, or a target in the file, it says what would have to change for even odds and \
for four in five: how many more leads, what conversion, what order value, what cycle, each alone and two together, beside \
the best of the last 24 months.

Examples:
  forerun target
  forerun target --set 2,500,000
  forerun target --month 2026-09 --out targets-september.csv

Next: the file that --out writes can stand under [targets]; `forerun calls` says whom to call for it.")]
    Target(TargetArgs),
    /// What became of the open pipeline between two days
    #[command(long_about = "\
Adds up, to the cent, how the open leads of one day became those of another: what was open, what came in, grew, shrank, was \
won and was lost, and what is open at the end, each end as it was known at the time. Of the leads open on the first day it \
says which were won, lost, slipped (expected to close, and still open) or are still open. A lead counts what it says it \
will spend, where the project names such a column, else what the model expects it to bring.

Examples:
  forerun flow
  forerun flow --from 2026-06-01 --to 2026-07-01 --by owner
  forerun flow --by stage --value expected --out flow.csv

Next: call those that slipped; `forerun forecast` says what the rest will bring.")]
    Flow(FlowArgs),
    /// The four groups of numbers: results, order value, conversion, cycle
    #[command(long_about = "\
Four groups of numbers that hang together, each with one sentence on what matters. Results: revenue and attainment, how much \
months vary and what of it is luck, what hangs on one customer. Order value: by product and price band, judged together with \
conversion at the same mix; a break in the level of prices is found by itself. Conversion, completed for the age of the \
leads: by month, source, stage and owner; a source whose quality changes is found by itself. Cycle: days to win, stages, \
stuck deals. Only differences that chance does not explain are called such.

Examples:
  forerun kpi
  forerun kpi --group conversion --by source
  forerun kpi --group aov --price-change 2026-03-01

Next: `forerun sources` sets what a source costs against what it brings.")]
    Kpi(KpiArgs),
    /// Who wins: which customers to aim at
    #[command(long_about = "\
A portrait of who wins, from what is known when a lead comes in: for each value of each attribute how many leads, how many are \
won (completed for age), what a win brings and how long it takes, and the same with all other attributes alike, so that a value is \
not praised for the company it keeps. Ends with whom to aim at, as far as it is more than chance.

Examples:
  forerun profile
  forerun profile --all --out profile.csv

Next: look for more leads like these; `forerun sources` says what they cost.")]
    Profile(ProfileArgs),
    /// Why the result of a month differs from the forecast, the target or another month
    #[command(long_about = "\
Shares out, to the cent, why a month brought more or less than the forecast made on its first day, than its target, than the \
month before or than the same month of last year: number of new leads and their quality, speed of decisions, win rate, \
order value, large deals; against another month also the pipeline at the start and the working days. Each effect stands \
beside what chance alone does to it; what is within normal variation is called so. It ends with the two or three levers \
that were large and real, or says that there were none.

Examples:
  forerun explain
  forerun explain --against last-month
  forerun explain --month 2026-05 --against target

Next: `forerun forecast` for the months ahead; docs/explain.md says when not to believe it.")]
    Explain(ExplainArgs),
    /// What sets salespeople apart, beyond their leads and beyond chance
    #[command(long_about = "\
Holds the wins of each owner against those that the team as a whole would have made of the same leads in the same time. \
Shows them within the limits of chance, says who lies outside of them with as many owners looked at, splits each gap in \
revenue per lead into when the leads came in, source, product, response and a remainder, and says which habits in the \
record go with more wins. In order of name: it is no ranking.

Example:
  forerun owners --out owners.csv

Next: `forerun calls --owner NAME` for one person's list.")]
    Owners(OutArgs),
    /// How leads are worked on, and which records are worth a question
    #[command(long_about = args_process::LONG_ABOUT)]
    Process(ProcessArgs),
    /// Which lead source pays
    #[command(long_about = "\
For each source: how many leads, how good they are, what they cost and what comes back. Conversion is completed for \
age, so that a young source is not called a bad one; where less than 30 % of the cycle has been seen it says too early \
instead of a return.

Examples:
  forerun sources
  forerun sources --by landing_page
  forerun sources --source Referral

Next: move money only where the intervals are apart; docs/sources.md says when not to believe it.")]
    Sources(SourcesArgs),
    /// What each advertising channel costs and brings, from campaign files without leads
    #[command(long_about = args_channels::LONG_ABOUT)]
    Channels(ChannelsArgs),
    /// Where the next yuan goes
    #[command(long_about = args_budget::LONG_ABOUT)]
    Budget(BudgetArgs),
    /// Everything: read, sort, learn, score, forecast; write it all to out/
    #[command(long_about = "\
Runs the whole chain and writes everything to the folder out/ beside the project file: rejects.csv, segments.csv, \
scores.csv, calls.csv, forecast.csv and .json, sources.csv and .json, train.json, summary.txt. A model learnt from this \
very data is used again; otherwise it is learnt, and kept unless it is worse than the stored one. Prints a summary that fits one screen.

Examples:
  forerun run
  forerun -C path/to/project run --json

Next: `forerun calls --owner NAME` for one person's list.")]
    Run(RunArgs),
    /// Write a made-up company whose truth is known
    #[command(long_about = "\
Writes the data of a believable company with a project file beside it, and into truth/ what no real company knows: \
each lead's true probability and its future. For trying forerun and for testing it.

Examples:
  forerun simulate --out demo --leads 12000
  forerun simulate --out demo-zh --leads 12000 --lang zh

Next: `forerun -C demo run`.")]
    Simulate(SimulateArgs),
    /// Print a completion script for your shell
    #[command(long_about = "\
Prints a script that lets your shell complete forerun's commands and options.

Example:
  forerun completions bash > ~/.local/share/bash-completion/completions/forerun

Next: open a new shell and press the tab key after `forerun `.")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// A file to write instead of the terminal.
#[derive(Debug, Args)]
pub(crate) struct OutArgs {
    /// Write CSV to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// `train`.
#[derive(Debug, Args)]
pub(crate) struct TrainArgs {
    /// Keep the new model even if it is worse than the one in use
    #[arg(long)]
    pub(crate) force: bool,
    /// Write the points of each value to this file, as CSV (data without dates)
    #[arg(long, value_name = "FILE")]
    pub(crate) scorecard: Option<PathBuf>,
    /// The scale of points.
    #[command(flatten)]
    pub(crate) points: PointsArgs,
}

/// `run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// How far.
    #[command(flatten)]
    pub(crate) months: ForecastMonths,
    /// Keep a new model even if it is worse than the one in use
    #[arg(long)]
    pub(crate) force: bool,
}

/// `drift`.
#[derive(Debug, Args)]
pub(crate) struct DriftArgs {
    /// Another export with the same columns, instead of the project's leads
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

/// A scale of points.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct PointsArgs {
    /// Show scores as points too; so many points double the odds [default: 20]
    #[arg(
        long,
        value_name = "PDO",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "20",
        value_parser = positive
    )]
    pub(crate) points: Option<f64>,
    /// Points at even odds, or at other odds to one: 600, 600@50
    #[arg(long, value_name = "POINTS[@ODDS]", default_value = "600", value_parser = base)]
    pub(crate) points_base: (f64, f64),
}

impl PointsArgs {
    /// The scale, whether or not it was asked for.
    pub(crate) fn scale(self) -> PointsScale {
        PointsScale {
            pdo: self.points.unwrap_or(20.0),
            base: self.points_base.0,
            base_odds: self.points_base.1,
        }
    }

    /// The scale that was asked for.
    pub(crate) fn asked(self) -> Option<PointsScale> {
        self.points.map(|_| self.scale())
    }
}

fn number(text: &str) -> Result<f64, String> {
    let number = text.trim().parse::<f64>().ok();
    number
        .filter(|number| number.abs() <= 1e9)
        .ok_or_else(|| format!("`{text}` is no number up to a billion"))
}

fn positive(text: &str) -> Result<f64, String> {
    let number = number(text)?;
    if number >= 1e-6 {
        Ok(number)
    } else {
        Err(format!("{text} is not above 0"))
    }
}

fn base(text: &str) -> Result<(f64, f64), String> {
    match text.split_once('@') {
        Some((points, odds)) => Ok((number(points)?, positive(odds)?)),
        None => Ok((number(text)?, 1.0)),
    }
}

/// `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Say for each column whether it looks known only after the outcome, with the figures, and how to settle it
    #[arg(long)]
    pub(crate) leaks: bool,
}

/// `segment`.
#[derive(Debug, Args)]
pub(crate) struct SegmentArgs {
    /// Say why this lead is in its segment and why not in the others
    #[arg(long, value_name = "LEAD", conflicts_with = "out")]
    pub(crate) explain: Option<String>,
    /// Write every lead with its segment to this file, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Another algorithm to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Baseline {
    /// Predictive lead scoring as Odoo's CRM does it
    Odoo,
}

/// `evaluate`.
#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    /// Days in the past as of which a model is learnt; fewer where history is too short
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=24))]
    pub(crate) origins: u16,
    /// Another algorithm to compare with
    #[arg(long, value_enum)]
    pub(crate) baseline: Option<Baseline>,
    /// Write every tested prediction to this file, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// `score`.
#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    /// Another export with the same columns, to be scored by the stored model
    pub(crate) file: Option<PathBuf>,
    /// Write to this file instead of the terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// One row for every lead, closed ones included (a dated model leaves their probabilities empty)
    #[arg(long)]
    pub(crate) all: bool,
    /// The scale of points.
    #[command(flatten)]
    pub(crate) points: PointsArgs,
}

/// `calls`.
#[derive(Debug, Args)]
pub(crate) struct CallsArgs {
    /// Only this owner's list
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// At most this many calls for each owner
    #[arg(long, value_name = "N")]
    pub(crate) top: Option<usize>,
    /// The day to call on; the same as --as-of
    #[arg(long, value_name = "DATE", conflicts_with = "as_of")]
    pub(crate) date: Option<Day>,
    /// Write the lists to this file, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Do not put the lists on record
    #[arg(long)]
    pub(crate) no_log: bool,
    #[command(flatten)]
    pub(crate) question: CallsQuestion,
}

/// How far to forecast.
#[derive(Debug, Args)]
pub(crate) struct ForecastMonths {
    /// Months to forecast, the current one included
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=36))]
    pub(crate) months: u16,
}

/// `forecast`.
#[derive(Debug, Args)]
pub(crate) struct ForecastArgs {
    /// How far.
    #[command(flatten)]
    pub(crate) months: ForecastMonths,
    /// Write the months to this file, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Language of what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// English
    En,
    /// Chinese
    Zh,
}

/// `simulate`.
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Number of leads
    #[arg(long, value_name = "N", default_value_t = 12_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) leads: u64,
    /// Months of history
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(i32).range(1..=120))]
    pub(crate) months: i32,
    /// Language of the values and the column names
    #[arg(long, value_enum, default_value_t = Lang::En)]
    pub(crate) lang: Lang,
    /// Write the data only, without a project file and rules
    #[arg(long)]
    pub(crate) data_only: bool,
    /// Write even where there are files already
    #[arg(long)]
    pub(crate) force: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound_and_every_command_teaches() {
        Cli::command().debug_assert();
        for command in Cli::command().get_subcommands() {
            let help = command.get_long_about().map(ToString::to_string);
            let help = help.unwrap_or_default();
            assert!(
                help.contains("Example") && help.contains("Next:"),
                "{} does not teach",
                command.get_name()
            );
        }
    }
}
