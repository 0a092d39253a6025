//! Forward in time: what a model of the past said of leads that were open later, against what became of them.

use std::collections::BTreeMap;

use crate::domain::{Day, Leads};
use crate::features::Screened;
use crate::score::evaluate::origins;
use crate::score::landmarks::{self, Landmark};
use crate::score::metrics;
use crate::score::model::Parts;
use crate::score::timed::{self, Plan};
use crate::score::{Forward, ScoreError};
use crate::segment::Rules;

/// Days ahead that are judged.
const TARGET: i32 = 90;
/// Fewest wins in the test.
const MIN_WINS: usize = 10;

/// The record of a forward test, and what it says of the features.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// Of the model that is used: the full one, or that of age alone where the features made it worse.
    pub(crate) forward: Forward,
    /// Standard errors by which that model's log loss beats the base rate's; leads counted once each.
    pub(crate) base_z: f64,
    /// Standard errors by which the features made the log loss better than age alone.
    pub(crate) gain_z: f64,
}

/// Learns from what was known 150 days before `leads.as_of` (90, where that is too early) and judges it on the leads
/// open then and at the month ends after, each followed for 90 days. `Err(why)` where there is too little history.
pub(crate) fn forward(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    plan: Plan,
) -> Result<Result<Record, String>, ScoreError> {
    let mut why = String::new();
    for back in [TARGET + 60, TARGET] {
        let origin = leads.as_of - back;
        let past = leads.as_of(origin);
        let Some(&first) = past.created.iter().flatten().min() else {
            why = format!("no lead had come in by {origin}");
            continue;
        };
        if origin - first < TARGET + 30 || landmarks::horizon(&past, origin).is_none() {
            why = format!("the leads known on {origin} had not been followed for {TARGET} days");
            continue;
        }
        let fits = |plan| timed::fit(&past, rules, screened, plan);
        let (full, age_only) = match (fits(plan), fits(plan.age_only())) {
            (Ok(full), Ok(age_only)) => (full, age_only),
            (Err(ScoreError::TooFew { won, lost, .. }), _) => {
                why = format!("by {origin} only {won} leads had been won and {lost} lost");
                continue;
            }
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        let days: Vec<Day> = (0..=back - TARGET)
            .step_by(30)
            .map(|later| origin + later)
            .collect();
        let base = origins::base_rate(&past, TARGET);
        match judge(leads, rules, &days, &full, &age_only, base)? {
            Some(record) => return Ok(Ok(record)),
            None => {
                why = format!(
                    "fewer than {MIN_WINS} of the leads open since {origin} were won within {TARGET} days"
                );
            }
        }
    }
    Ok(Err(why))
}

fn judge(
    leads: &Leads,
    rules: Option<&Rules>,
    days: &[Day],
    full: &Parts,
    age_only: &Parts,
    base: f64,
) -> Result<Option<Record>, ScoreError> {
    let tested = origins::open_on(leads, days);
    let won: Vec<bool> = tested
        .iter()
        .map(|landmark| origins::won_within(landmark, TARGET))
        .collect();
    let wins = won.iter().filter(|&&won| won).count();
    if wins < MIN_WINS {
        return Ok(None);
    }
    let with_features = origins::predict(leads, rules, full, &tested, TARGET)?;
    let by_age = origins::predict(leads, rules, age_only, &tested, TARGET)?;
    let at_base = vec![base; won.len()];
    let gain_z = gain(&tested, &won, &by_age, &with_features);
    let p = if gain_z < 0.0 { by_age } else { with_features };
    let forward = Forward {
        target: format!("won_{TARGET}d"),
        from: days[0],
        to: days[days.len() - 1],
        n: tested.len(),
        base_rate: wins as f64 / tested.len() as f64,
        auc: metrics::auc(&p, &won),
        log_loss: metrics::log_loss(&p, &won),
        brier: metrics::brier(&p, &won),
        brier_base: metrics::brier(&at_base, &won),
        slope: metrics::calibration_slope(&p, &won),
        observed_over_expected: metrics::observed_over_expected(&p, &won),
    };
    Ok(Some(Record {
        base_z: gain(&tested, &won, &at_base, &p),
        gain_z,
        forward,
    }))
}

/// Standard errors by which the log loss of `p` beats that of `other`, over leads.
fn gain(tested: &[Landmark], won: &[bool], other: &[f64], p: &[f64]) -> f64 {
    let mut gains: BTreeMap<usize, f64> = BTreeMap::new();
    for (i, landmark) in tested.iter().enumerate() {
        *gains.entry(landmark.row).or_default() +=
            metrics::one_log_loss(other[i], won[i]) - metrics::one_log_loss(p[i], won[i]);
    }
    z_of(&gains.into_values().collect::<Vec<_>>())
}

/// Sum over its standard error, around zero; 0 where nothing differs.
pub(crate) fn z_of(gains: &[f64]) -> f64 {
    let squares: f64 = gains.iter().map(|gain| gain * gain).sum();
    if squares > 0.0 {
        gains.iter().sum::<f64>() / squares.sqrt()
    } else {
        0.0
    }
}
