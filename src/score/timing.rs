//! When open leads will be won: one model under score and forecast.

use crate::domain::Leads;
use crate::score::{Model, ScoreError};
use crate::segment::Rules;

/// Leads encoded once at one moment of each, ready to be passed through a model or any draw of it.
#[derive(Debug, Clone)]
pub struct Landmarks {
    rows: Vec<usize>,
}

/// For each lead, the chance to be won, and to be lost, in each step after its landmark.
#[derive(Debug, Clone)]
pub struct WinCurves {
    /// Rows of the leads, in the order of the curves.
    pub rows: Vec<usize>,
    /// Edges of the steps, days after the landmark: 0, 7, 30 ... H.
    pub edges: Vec<i32>,
    /// P(won in the step, and open until it began), curve by curve: `win[curve * steps + step]`.
    pub win: Vec<f64>,
    /// P(lost in the step, and open until it began), likewise.
    pub lost: Vec<f64>,
}

impl Landmarks {
    /// Rows of the leads encoded.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// Their curves under `model`, which is the model they were encoded for or a draw of it.
    pub fn curves(&self, model: &Model) -> WinCurves {
        let _ = model;
        WinCurves {
            rows: self.rows.clone(),
            edges: vec![0],
            win: Vec::new(),
            lost: Vec::new(),
        }
    }
}

impl WinCurves {
    /// Number of steps.
    pub fn steps(&self) -> usize {
        self.edges.len() - 1
    }

    /// P(won within `days` days of the landmark) of a curve; constant daily hazards inside a step, flat after H.
    /// Nondecreasing in `days`.
    pub fn won_within(&self, curve: usize, days: f64) -> f64 {
        let _ = (curve, days);
        0.0
    }

    /// P(still open `days` days after the landmark) of a curve.
    pub fn open_after(&self, curve: usize, days: f64) -> f64 {
        let _ = (curve, days);
        1.0
    }
}

/// The open leads that have `created`, as of `leads.as_of`.
///
/// # Errors
/// A model that does not fit the leads; undated data.
pub fn open_now(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
) -> Result<Landmarks, ScoreError> {
    let _ = (model, leads, rules);
    Err(ScoreError::Stub)
}

/// The leads `rows` at the start of the day of their creation, with what is known then (age 0): what a new lead like
/// them is worth.
///
/// # Errors
/// A model that does not fit the leads; undated data.
pub fn at_creation(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    rows: &[usize],
) -> Result<Landmarks, ScoreError> {
    let _ = (model, leads, rules, rows);
    Err(ScoreError::Stub)
}

/// E[amount, given won] of the leads `rows`, money; none where the data has no amounts.
pub fn expected_amounts(model: &Model, leads: &Leads, rows: &[usize]) -> Option<Vec<f64>> {
    let _ = (model, leads, rows);
    None
}
