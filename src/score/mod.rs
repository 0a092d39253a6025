//! Logistic models learnt from past conversions: how likely a lead is to be won, and when.
//!
//! Dated data gets one model for everything that is asked about time: at landmarks in the life of each lead (its creation
//! and calendar snapshots that do not know how it ended) it looks ahead in steps, and two regressions give the chance to
//! be won in a step and, if not won, to be lost in it. Open leads count for as long as they were seen: open is never lost.
//! Undated data gets one regression on closed leads, and the program says what that cannot answer.

mod amount;
mod amount_learn;
mod amount_spread;
pub mod baseline;
pub mod calibrate;
mod context;
mod design;
mod drift;
mod evaluate;
mod fingerprint;
mod fit;
mod guard;
mod hazard;
mod interval;
mod landmarks;
pub mod metrics;
mod model;
mod monotone;
mod plain;
mod points;
mod population;
mod refit;
mod result;
mod row_scorer;
mod scoring;
mod since;
mod small;
pub mod solver;
mod tail;
mod thinning;
mod timed;
mod timing;
mod train;
mod undated;
mod wins;

pub use drift::{
    Drift, FeatureDrift, OutcomeDrift, Shift, WindowDrift, drift, drift_of_counts, feature_drift,
};
pub use evaluate::{
    BaselineRow, Bin, Choices, Difference, Estimate, EvaluateOptions, Evaluation, Figures,
    GroupRow, LiftRow, OriginRow, Prediction, Trial, evaluate,
};
pub use guard::{Comparison, Guard, WhyNot, compare};
pub(crate) use landmarks::horizon;
pub use model::Model;
pub use plain::Plain;
pub use points::{CardRow, PointsScale, scorecard};
pub use population::Counted;
pub use refit::refit;
pub use result::{
    CrossValidation, ExpectedWins, Forward, LeadScore, Reason, ReasonKind, Reference, ScoreError,
    Scores, TrainReport, Warning,
};
pub use row_scorer::{RowScore, UndatedScorer};
pub use scoring::{Scorer, score};
pub use timing::{
    Landmarks, WinCurves, amounts_at_creation, at_creation, expected_amounts, open_now,
};
pub use train::train;
