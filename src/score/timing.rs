//! When open leads will be won: one model under score and forecast.

use crate::domain::Leads;
use crate::features::{Code, Codes};
use crate::score::amount::AmountModel;
use crate::score::context::Context;
use crate::score::hazard::Etas;
use crate::score::landmarks::{self, Landmark};
use crate::score::timed::{all_codes, encode};
use crate::score::{Model, ScoreError};
use crate::segment::Rules;

/// Leads encoded once at one moment of each, ready to be passed through a model or any draw of it.
#[derive(Debug, Clone)]
pub struct Landmarks {
    rows: Vec<usize>,
    ages: Vec<i32>,
    codes: Codes,
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
    fn new(context: &Context<'_>, landmarks: &[Landmark]) -> Self {
        Self {
            rows: landmarks.iter().map(|lm| lm.row).collect(),
            ages: landmarks.iter().map(|lm| lm.age).collect(),
            codes: encode(context, landmarks),
        }
    }

    /// Rows of the leads encoded.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// Those at these positions.
    #[must_use]
    pub fn take(&self, positions: &[usize]) -> Self {
        let features = self.codes.features;
        let mut codes = Codes {
            features,
            codes: Vec::with_capacity(positions.len() * features),
        };
        for &i in positions {
            codes.codes.extend_from_slice(self.codes.row(i));
        }
        Self {
            rows: positions.iter().map(|&i| self.rows[i]).collect(),
            ages: positions.iter().map(|&i| self.ages[i]).collect(),
            codes,
        }
    }

    /// Their curves under `model`, which is the model they were encoded for or a draw of it.
    pub fn curves(&self, model: &Model) -> WinCurves {
        let edges = model.design.edges.clone();
        let mut curves = WinCurves {
            rows: self.rows.clone(),
            edges,
            win: Vec::new(),
            lost: Vec::new(),
        };
        let Some(ahead) = model.ahead() else {
            return curves;
        };
        for (i, &age) in self.ages.iter().enumerate() {
            let path = ahead.etas(age, self.codes.row(i)).path();
            curves.win.extend(path.win);
            curves.lost.extend(path.lost);
        }
        curves
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
        self.closed_within(curve, days).0
    }

    /// P(still open `days` days after the landmark) of a curve.
    pub fn open_after(&self, curve: usize, days: f64) -> f64 {
        let (won, lost) = self.closed_within(curve, days);
        (1.0 - won - lost).max(0.0)
    }

    /// P(won) and P(lost) within `days` days of the landmark.
    ///
    /// In a step of length L that S leads reach, w are won and l lost: the daily hazard of closing is
    /// -ln(1 - (w + l) / S) / L, so t days into the step (1 - (1 - q)^(t/L)) / q of its events have happened,
    /// q = (w + l) / S.
    fn closed_within(&self, curve: usize, days: f64) -> (f64, f64) {
        let steps = self.steps();
        let at = curve * steps..(curve + 1) * steps;
        let (win, lost) = (&self.win[at.clone()], &self.lost[at]);
        let (mut won, mut gone) = (0.0, 0.0);
        for step in 0..steps {
            let (start, end) = (f64::from(self.edges[step]), f64::from(self.edges[step + 1]));
            if days <= start {
                break;
            }
            let share = if days >= end {
                1.0
            } else {
                let open = 1.0 - won - gone;
                share_of_step(
                    (win[step] + lost[step]) / open,
                    (days - start) / (end - start),
                )
            };
            won += share * win[step];
            gone += share * lost[step];
        }
        (won, gone)
    }
}

/// The share of a step's events that have happened after the part `t` (0-1) of its length, if the daily hazard is
/// constant and `q` of those who reach the step close in it.
fn share_of_step(q: f64, t: f64) -> f64 {
    if q.is_nan() || q < 1e-12 {
        return t;
    }
    let q = q.min(1.0 - 1e-12);
    -(t * (-q).ln_1p()).exp_m1() / q
}

/// The curve of one lead.
pub(crate) fn curve(edges: &[i32], etas: &Etas) -> WinCurves {
    let path = etas.path();
    WinCurves {
        rows: vec![0],
        edges: edges.to_vec(),
        win: path.win,
        lost: path.lost,
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
    let context = context(model, leads, rules)?;
    let open: Vec<Landmark> = (0..leads.len())
        .filter_map(|row| landmarks::at(leads, row, leads.as_of))
        .collect();
    Ok(Landmarks::new(&context, &open))
}

/// The leads `rows` at the start of the day of their creation, with what is known then (age 0): what a new lead like
/// them is worth. Rows without a known life are left out.
///
/// # Errors
/// A model that does not fit the leads; undated data.
pub fn at_creation(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    rows: &[usize],
) -> Result<Landmarks, ScoreError> {
    let context = context(model, leads, rules)?;
    let new: Vec<Landmark> = rows
        .iter()
        .filter_map(|&row| landmarks::creation(leads, row))
        .collect();
    Ok(Landmarks::new(&context, &new))
}

fn context<'a>(
    model: &'a Model,
    leads: &'a Leads,
    rules: Option<&Rules>,
) -> Result<Context<'a>, ScoreError> {
    if model.lost.is_none() {
        return Err(ScoreError::Undated);
    }
    let misfits = model.misfits(leads, rules);
    if !misfits.is_empty() {
        return Err(ScoreError::Unfit(misfits));
    }
    Context::new(&model.recipe, leads, rules, [leads.as_of])
}

/// E[amount, given won] of the leads `rows`, money, open ones by the stage that they are in; none where the data has no
/// amounts.
pub fn expected_amounts(model: &Model, leads: &Leads, rows: &[usize]) -> Option<Vec<f64>> {
    amounts_by(model, leads, rows, AmountModel::expected)
}

/// The same of the leads as they came in, in no stage yet: what a new lead like them will bring if it is won.
pub fn amounts_at_creation(model: &Model, leads: &Leads, rows: &[usize]) -> Option<Vec<f64>> {
    amounts_by(model, leads, rows, AmountModel::at_creation)
}

fn amounts_by(
    model: &Model,
    leads: &Leads,
    rows: &[usize],
    of: impl Fn(&AmountModel, &Leads, usize, &[Code]) -> f64,
) -> Option<Vec<f64>> {
    let amount = model.amount.as_ref()?;
    let context = Context::new(&model.recipe, leads, None, []).ok()?;
    let codes = all_codes(leads, &context);
    let of = |&row: &usize| of(amount, leads, row, codes.row(row));
    Some(rows.iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn curves(masses: &[(f64, f64)]) -> WinCurves {
        // Each pair: the share of those still open that is won, then lost, in the step.
        let (mut open, mut win, mut lost) = (1.0, Vec::new(), Vec::new());
        for &(w, l) in masses {
            win.push(open * w);
            lost.push(open * (1.0 - w) * l);
            open *= (1.0 - w) * (1.0 - l);
        }
        WinCurves {
            rows: vec![0],
            edges: vec![0, 7, 30, 90],
            win,
            lost,
        }
    }

    #[test]
    fn edges_are_exact_and_the_inside_has_a_constant_hazard() {
        let curve = curves(&[(0.1, 0.2), (0.3, 0.0), (0.0, 0.0)]);
        assert!((curve.won_within(0, 7.0) - 0.1).abs() < 1e-15);
        let (half, full) = (curve.open_after(0, 3.5), curve.open_after(0, 7.0));
        assert!(
            (half * half - full).abs() < 1e-12,
            "survival is a power of time"
        );
        assert_eq!(curve.won_within(0, 30.0), curve.won_within(0, 90.0));
        assert_eq!(curve.won_within(0, -3.0), 0.0);
    }

    proptest! {
        #[test]
        fn monotone_flat_after_the_horizon_and_sums_to_one(
            masses in proptest::collection::vec((0.0..=1.0_f64, 0.0..=1.0_f64), 3),
            days in proptest::collection::vec(0.0..200.0_f64, 2..20),
        ) {
            let curve = curves(&masses);
            let mut days = days;
            days.sort_by(f64::total_cmp);
            let mut before = (0.0, 1.0);
            for &day in &days {
                let (won, lost) = curve.closed_within(0, day);
                let now = (won, curve.open_after(0, day));
                prop_assert!(now.0 >= before.0 - 1e-12 && now.1 <= before.1 + 1e-12);
                prop_assert!((won + lost + now.1 - 1.0).abs() < 1e-12);
                before = now;
            }
            prop_assert_eq!(curve.won_within(0, 90.0), curve.won_within(0, 1000.0));
        }
    }
}
