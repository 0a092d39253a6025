//! What training and scoring give.

use serde::{Deserialize, Serialize};

use crate::domain::{Day, Probability};
use crate::score::{Choices, Guard};

/// Why a model could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// No win to learn from, or no loss where there are no dates.
    #[error(
        "there are {won} won and {lost} lost leads to learn from: {}. Export a longer history, or check which values of the \
         outcome column mean won and lost",
        lacking(*.won)
    )]
    TooFew {
        /// Won.
        won: usize,
        /// Lost.
        lost: usize,
        /// Fewest of each.
        needed: usize,
    },
    /// Too little time seen.
    #[error(
        "too few leads have been followed for a week (50 are enough, or half of fewer than 100), so nothing can be learnt about when leads are won. Export a \
         longer history, or leave `created` and `closed` out for a model without timing"
    )]
    TooShort,
    /// There is nothing to evaluate by.
    #[error(
        "there is nothing to test the scores on: {0}. Export a longer history, or try again later"
    )]
    Untestable(String),
    /// Something that needs dates was asked of a model without.
    #[error(
        "the model was learnt from data without dates, so it cannot say when a lead will be won: name the columns `created` \
         and `closed` in [leads]"
    )]
    Undated,
    /// A card of points was asked of a model with dates.
    #[error(
        "a scorecard needs a model without dates: with dates, what a value is worth changes with the age of the lead and the \
         days ahead; `forerun score --points` gives each lead its points"
    )]
    NoCard,
    /// The model was learnt from other columns.
    #[error("the model does not fit these leads:{}", list(.0))]
    Unfit(Vec<String>),
    /// A fit failed.
    #[error(transparent)]
    Solver(#[from] crate::score::solver::SolverError),
    /// The rules do not fit the leads.
    #[error(transparent)]
    Rules(#[from] crate::domain::Faults),
    /// The model file could not be written.
    #[error("{}: {source}", .file.display())]
    File {
        /// The file.
        file: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The model file could not be read.
    #[error("{}: {message}", .file.display())]
    Unreadable {
        /// The file.
        file: std::path::PathBuf,
        /// Why, and what to do.
        message: String,
    },
    /// The model file is not one, or of another version.
    #[error("{}: {message}; run `forerun train` to make a new one", .file.display())]
    Format {
        /// The file.
        file: std::path::PathBuf,
        /// Why.
        message: String,
    },
}

fn lacking(won: usize) -> &'static str {
    if won == 0 {
        "without a single win nothing can be learnt about winning"
    } else {
        "without dates a win can only be told from a loss, and there is none"
    }
}

fn list(items: &[String]) -> String {
    items
        .iter()
        .fold(String::new(), |list, item| list + "\n  - " + item)
}

/// Something that training found out about the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Stable kebab-case code.
    pub code: String,
    /// The sentence.
    pub message: String,
    /// The column that it is about, if it is about one.
    pub column: Option<String>,
}

/// Evaluation forward in time: a model of the past on leads open later, won within 90 days or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forward {
    /// What is predicted: `won_90d`.
    pub target: String,
    /// First snapshot of the test.
    pub from: Day,
    /// Last snapshot of the test.
    pub to: Day,
    /// Lead snapshots tested.
    pub n: usize,
    /// Share won within 90 days, 0-1.
    pub base_rate: f64,
    /// Area under the ROC curve, ties counted half; none without both outcomes.
    pub auc: Option<f64>,
    /// Mean log loss, in nats.
    pub log_loss: f64,
    /// Mean squared error of the probability.
    pub brier: f64,
    /// The same for the base rate of the training data.
    pub brier_base: f64,
    /// Calibration slope: 1 is right, below 1 too extreme; none if it cannot be fitted.
    pub slope: Option<f64>,
    /// Wins observed / wins expected.
    pub observed_over_expected: f64,
}

/// Evaluation of undated data by stratified folds, out of fold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossValidation {
    /// Number of folds.
    pub folds: usize,
    /// Closed leads tested.
    pub n: usize,
    /// Pooled area under the ROC curve; none without both outcomes.
    pub auc: Option<f64>,
    /// Mean log loss, in nats.
    pub log_loss: f64,
    /// Mean squared error of the probability.
    pub brier: f64,
}

/// What a training did: the contract of `forerun train --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainReport {
    /// `dated` or `undated`.
    pub model: String,
    /// Leads that it learnt from.
    pub rows: usize,
    /// Won among them.
    pub won: usize,
    /// H, days; none for undated data.
    pub horizon_days: Option<i32>,
    /// Forward evaluation; none for undated data and where history is too short.
    pub forward: Option<Forward>,
    /// Cross-validation; none for dated data.
    pub cross_validation: Option<CrossValidation>,
    /// How it was learnt, and what the past said for it; none in models of an earlier version.
    #[serde(default)]
    pub choices: Option<Choices>,
    /// Whether every fit reached its optimum (checked by the gradient).
    pub converged: bool,
    /// Whether the evaluation shows that the model knows more than the base rate: its log loss is lower, beyond chance.
    pub better_than_base_rate: bool,
    /// Whether what is known of the leads adds to that: dated data, the log loss is lower than that of age alone, beyond
    /// chance; undated data, the same as `better_than_base_rate`.
    pub columns_help: bool,
    /// The leads that reasons compare with.
    #[serde(default)]
    pub reference: Option<Reference>,
    /// How it was held against the model that it was to replace. A model that was kept does not remember it: the same
    /// data give the same file, whatever was there before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<Guard>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}

impl TrainReport {
    /// Nothing learnt and nothing noticed yet; `converged`, as a fit that does not converge is an error.
    pub(crate) const fn empty() -> Self {
        Self {
            model: String::new(),
            rows: 0,
            won: 0,
            horizon_days: None,
            forward: None,
            cross_validation: None,
            choices: None,
            converged: true,
            better_than_base_rate: false,
            columns_help: false,
            reference: None,
            guard: None,
            warnings: Vec::new(),
        }
    }
}

/// Whether a reason is what a lead is, or something that the team can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// What it is: where it came from, what it wants, how old it is, its segment.
    Is,
    /// What the team can change: who holds it, how it is sold to, how soon it was contacted, its stage and the days in
    /// it, what was done.
    CanChange,
}

/// The leads that reasons compare with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Who they are: `open_recent` (open, at most 90 days old), `open`, `created` (all, as they came in), `closed`
    /// (undated data).
    pub population: String,
    /// The day as of which; none for undated data.
    pub date: Option<Day>,
    /// How many.
    pub n: usize,
}

impl Reference {
    /// Of a model that gives no reasons.
    pub(crate) const fn nobody() -> Self {
        Self {
            population: String::new(),
            date: None,
            n: 0,
        }
    }
}

/// One reason for a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// Whether it can be changed.
    pub kind: ReasonKind,
    /// The feature, under the name that the user gave it.
    pub feature: String,
    /// Its value for this lead, as shown; empty where missing.
    pub value: String,
    /// What it adds to the log-odds of `p_win`. All contributions and the baseline sum to the log-odds.
    pub contribution: f64,
}

/// The score of one lead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeadScore {
    /// Row of the lead in the leads scored.
    pub row: usize,
    /// P(won within H days after the as-of date, given open then); none for closed leads.
    pub p_win: Option<Probability>,
    /// Lower end of the 80 % interval of that probability.
    pub p_win_low: Option<Probability>,
    /// Upper end.
    pub p_win_high: Option<Probability>,
    /// P(won within 30 days); none for undated data and closed leads.
    pub p_win_30d: Option<Probability>,
    /// P(won within 90 days); likewise.
    pub p_win_90d: Option<Probability>,
    /// P(won within 30 days of tomorrow, given open tomorrow), for what waiting a day costs; likewise.
    pub p_win_30d_tomorrow: Option<Probability>,
    /// E[amount, given won], money; none without amounts.
    pub expected_amount: Option<f64>,
    /// `p_win` x `expected_amount`, money.
    pub expected_value: Option<f64>,
    /// Every feature's contribution, largest first; empty for closed leads.
    pub reasons: Vec<Reason>,
    /// Log-odds of the reference population, to which the contributions add.
    pub baseline: f64,
}

/// How many of the leads open as of a day will be won within some days of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ExpectedWins {
    /// Days ahead.
    pub days: i32,
    /// Open leads.
    pub leads: usize,
    /// Expected wins.
    pub mean: f64,
    /// 80 % interval of the number of wins, if what moves the market as a whole stays as it was.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// The scores of leads, in the order of the leads' rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    /// As-of date.
    pub as_of: Day,
    /// H, days; none for undated data.
    pub horizon_days: Option<i32>,
    /// Of all open leads together, within 30, 60 and 90 days; empty for undated data.
    pub expected_wins: Vec<ExpectedWins>,
    /// One a lead scored.
    pub leads: Vec<LeadScore>,
    /// What was noticed: levels never seen in training, open leads without `created` ...
    pub warnings: Vec<Warning>,
}
