//! What an evaluation gives.

use serde::Serialize;

use crate::domain::Day;
use crate::score::Warning;

/// A figure with the interval that holds its true value with probability 80 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// How good probabilities were on some of the tested snapshots.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Lead snapshots; closed leads for undated data.
    pub n: usize,
    /// Distinct leads among them.
    pub leads: usize,
    /// Snapshots won within the days ahead.
    pub won: usize,
    /// `won` / `n`, 0-1.
    pub base_rate: f64,
    /// Mean probability predicted, 0-1.
    pub predicted: f64,
    /// Area under the ROC curve, ties counted half; none without both outcomes.
    pub auc: Option<Estimate>,
    /// Mean log loss, in nats.
    pub log_loss: Estimate,
    /// Mean squared error of the probability.
    pub brier: Estimate,
    /// Calibration slope: 1 is right, below 1 too extreme; none if it cannot be fitted.
    pub slope: Option<Estimate>,
    /// Wins observed / wins expected.
    pub observed_over_expected: Estimate,
    /// Expected calibration error over 10 bins of equal mass.
    pub ece: f64,
    /// What it stays below in 95 of 100 draws if every probability is exactly right, for this very n and these
    /// probabilities.
    pub ece_null: f64,
}

/// One origin: a model learnt from what was known that day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OriginRow {
    /// The day as of which the model was learnt, the first on which it was judged.
    pub origin: Day,
    /// The last day on which it was judged.
    pub until: Day,
    /// Leads won before it.
    pub learnt_from_won: usize,
    /// Half-life of the weights that training would have chosen then, days; none: all alike.
    pub half_life_days: Option<f64>,
    /// Whether training would have taken the segment as a feature then.
    pub segment_used: bool,
    /// How good it was.
    pub figures: Figures,
}

/// A bin of predictions of equal mass.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Snapshots in it.
    pub n: usize,
    /// Won among them.
    pub won: usize,
    /// Lowest probability in it.
    pub from: f64,
    /// Highest.
    pub to: f64,
    /// Mean probability.
    pub predicted: f64,
    /// Share won, with its 80 % Wilson interval; a lead seen several times within 90 days counts once for the interval.
    pub observed: Estimate,
}

/// What a list of calls reaches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LiftRow {
    /// Working days of calls of the whole team.
    pub days: usize,
    /// Leads called at each snapshot, at most.
    pub calls: usize,
    /// Share of the tested leads called, 0-1: what random calls would reach of the wins.
    pub share_called: f64,
    /// Share of all wins that is among the leads called, ranked by the model.
    pub wins_reached: f64,
    /// The same ranked by age alone; none for undated data.
    pub wins_reached_by_age: Option<f64>,
    /// `wins_reached` / `share_called`.
    pub lift: f64,
}

/// The leads of one segment or source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupRow {
    /// Its name; empty where the data has none.
    pub name: String,
    /// Snapshots tested.
    pub n: usize,
    /// Won among them.
    pub won: usize,
    /// Wins predicted.
    pub predicted: f64,
    /// Wins observed / wins expected; none where none was expected.
    pub observed_over_expected: Option<Estimate>,
    /// AUC within the group; none with fewer than 10 wins or 10 others.
    pub auc: Option<f64>,
}

/// A mean difference in log loss with its standard error; leads counted once each.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// Log loss of the baseline - log loss of the model, nats: above 0 the model is better.
    pub gain: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// A baseline on the same snapshots.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BaselineRow {
    /// `base_rate`, `age_alone`, `rules_alone`, `odoo`, or `recalibrated`: the model itself, recalibrated by its earlier errors.
    pub name: String,
    /// AUC; none without both outcomes.
    pub auc: Option<f64>,
    /// Mean log loss, nats.
    pub log_loss: f64,
    /// Mean squared error.
    pub brier: f64,
    /// Wins observed / wins expected.
    pub observed_over_expected: f64,
    /// What the model gains on it.
    pub model_gain: Difference,
}

/// One tested snapshot of a lead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prediction {
    /// Row of the lead.
    pub row: usize,
    /// Origin of the model; none for undated data.
    pub origin: Option<Day>,
    /// Day of the snapshot; none for undated data.
    pub day: Option<Day>,
    /// Whether it was won within the days ahead.
    pub won: bool,
    /// Probability by the model.
    pub p: f64,
    /// Probability by the base rate.
    pub base_rate: f64,
    /// By age alone; none for undated data.
    pub age_alone: Option<f64>,
    /// By the segment's own rate, shrunken; none without rules that can be tested.
    pub rules_alone: Option<f64>,
    /// By Odoo's algorithm; none unless asked for.
    pub odoo: Option<f64>,
    /// By the model, recalibrated on what had come true of earlier origins (of the other folds).
    pub recalibrated: Option<f64>,
}

/// How good the scores would have been: the contract of `forerun evaluate --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// `dated` or `undated`.
    pub model: String,
    /// As-of date.
    pub as_of: Day,
    /// `won_90d` or `won_30d`; `won_when_closed` for undated data.
    pub target: String,
    /// Days ahead; none for undated data.
    pub days_ahead: Option<i32>,
    /// Oldest origin first; empty for undated data.
    pub origins: Vec<OriginRow>,
    /// Over all origins, or all folds.
    pub pooled: Figures,
    /// Ten bins of equal mass, lowest first.
    pub reliability: Vec<Bin>,
    /// The baselines.
    pub baselines: Vec<BaselineRow>,
    /// Owners of the leads tested, for `lift`; 1 without an owner column.
    pub owners: usize,
    /// What calls by the ranking reach.
    pub lift: Vec<LiftRow>,
    /// By segment, in the order of the rules; empty without rules.
    pub segments: Vec<GroupRow>,
    /// By source, most snapshots first; empty without sources.
    pub sources: Vec<GroupRow>,
    /// Whether the log loss is lower than the base rate's, beyond chance.
    pub better_than_base_rate: bool,
    /// Whether it is lower than that of age alone, beyond chance; undated data: the same as the one above.
    pub columns_help: bool,
    /// What else must be known.
    pub warnings: Vec<Warning>,
    /// Every tested snapshot: what `--out` writes.
    #[serde(skip)]
    pub predictions: Vec<Prediction>,
}
