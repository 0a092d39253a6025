//! What ends a command early, how it is shown, and the exit code that it means.

use std::path::PathBuf;

use crate::cli::stages;
use crate::decide::SourcesError;
use crate::decide::budget::BudgetError;
use crate::domain::{Day, Faults, Rejects};
use crate::forecast::ForecastError;
use crate::kpi::bridge::ExplainError;
use crate::kpi::{FlowError, KpiError, OwnersError, ProcessError, ProfileError};
use crate::read::ReadError;
use crate::score::ScoreError;
use crate::simulate::SimulateError;

/// How a command ended that did end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// Everything was used.
    Clean,
    /// Rows were set aside.
    WithRejects,
    /// The new model was worse than that in use, and was not kept.
    NotKept,
}

impl Done {
    /// By the rows set aside.
    pub(crate) fn with(rejects: &Rejects) -> Self {
        if rejects.rows.is_empty() {
            Self::Clean
        } else {
            Self::WithRejects
        }
    }
}

/// Why a command did not end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Faults in the project file, the rules, or in how they meet the data.
    #[error("{}", headline(.0))]
    Faults(Faults),
    /// The folder of `-C`.
    #[error("cannot go to the folder {}: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Wrong use that clap cannot see.
    #[error("{message}")]
    Use {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The data could not be read.
    #[error("{0}")]
    Read(#[from] ReadError),
    /// No model, or one that does not fit.
    #[error("{0}")]
    Score(ScoreError),
    /// No model, as of a date far past the data.
    #[error(
        "{error}. The as-of date {day}, which the project fixes, lies {days} days past the newest date in the data: that may \
         well be why"
    )]
    PastData {
        /// What learning said.
        error: ScoreError,
        /// The as-of date.
        day: Day,
        /// Days past the newest date.
        days: i32,
    },
    /// No forecast.
    #[error("no forecast: {0}")]
    Forecast(#[from] ForecastError),
    /// No flow of the pipeline.
    #[error("no flow: {0}")]
    Flow(#[from] FlowError),
    /// No groups of numbers.
    #[error("no numbers: {0}")]
    Kpi(#[from] KpiError),
    /// No portrait of who wins.
    #[error("no portrait: {0}")]
    Profile(#[from] ProfileError),
    /// No explanation of a month.
    #[error("no explanation: {0}")]
    Explain(#[from] ExplainError),
    /// Owners cannot be compared.
    #[error("no comparison of owners: {0}")]
    Owners(#[from] OwnersError),
    /// No look at the process.
    #[error("no look at the process: {0}")]
    Process(#[from] ProcessError),
    /// No answer on sources.
    #[error("no answer on sources: {0}")]
    Sources(#[from] SourcesError),
    /// No answer on the budget.
    #[error("no answer on the budget: {0}")]
    Budget(#[from] BudgetError),
    /// A made-up company could not be written.
    #[error("{0}")]
    Simulate(#[from] SimulateError),
    /// A file could not be written.
    #[error("cannot write {}: {source}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The result could not be printed.
    #[error("cannot print the result: {0}")]
    Print(std::io::Error),
    /// A result could not be turned into JSON.
    #[error("cannot write the result as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Whoever read the output has gone: no failure of ours, and nothing to say.
    #[error("the reader of the output has gone")]
    ReaderGone,
}

fn headline(faults: &Faults) -> String {
    match faults.0.len() {
        1 => "1 fault".to_owned(),
        n => format!("{n} faults"),
    }
}

impl From<ScoreError> for Failure {
    /// Faults of the rules are the user's to mend, wherever they came to light.
    fn from(error: ScoreError) -> Self {
        match error {
            ScoreError::Rules(faults) => Self::Faults(faults),
            other => Self::Score(other),
        }
    }
}

impl Failure {
    /// The exit code: 2 for wrong use or config, 3 for everything else that failed.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::ReaderGone => 0,
            Self::Faults(_)
            | Self::Folder { .. }
            | Self::Use { .. }
            | Self::Budget(BudgetError::TooLittle { .. }) => 2,
            Self::Flow(error) if error.is_wrong_use() => 2,
            Self::Kpi(error) if error.is_wrong_use() => 2,
            Self::Explain(error) if error.is_wrong_use() => 2,
            Self::Sources(error) if error.is_wrong_use() => 2,
            Self::Read(error) => stages::read_exit(error),
            Self::Simulate(error) => stages::simulate_exit(error),
            _ => 3,
        }
    }

    /// What to do about it, where there is more to say than the message does.
    pub(crate) fn hint(&self) -> Option<&str> {
        match self {
            Self::Use { hint, .. } => Some(hint),
            Self::Simulate(SimulateError::Exists { .. }) => {
                Some("`--force` writes over the files of an earlier simulation")
            }
            Self::Score(ScoreError::TooFew { lost: 0, won, .. }) if *won > 0 => Some(
                "if nobody marks leads as lost, `lost_after = \"180d\"` under [leads] lets open ones count as lost at that \
                 age",
            ),
            _ => None,
        }
    }

    /// The failure as data: faults one by one, everything else as a sentence.
    pub(crate) fn as_data(&self) -> serde_json::Value {
        match self {
            Self::Faults(faults) => serde_json::json!({ "faults": faults }),
            other => serde_json::json!({ "error": other.to_string(), "hint": other.hint() }),
        }
    }
}
