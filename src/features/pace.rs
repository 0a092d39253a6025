//! How fast leads of a kind are usually won: what long is long for.
//!
//! Forty days in a stage mean a dead lead where deals take three weeks, and nothing at all where they take half a year. So
//! days since something happened are measured in the usual pace of the lead's kind.

use serde::{Deserialize, Serialize};

use crate::domain::{Leads, Outcome};
use crate::features::{Encoding, Feature, Sample};

/// Wins that the belief in the usual pace counts for, in each level.
const BELIEF: f64 = 20.0;
/// Rounds of fitting one feature's levels given the others'.
const ROUNDS: usize = 8;

/// Logs of factors on the usual time to a win, by feature and level: additive, so that a slow source of a slow product
/// is slower than either.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// Position of a feature in the recipe, and the log of each of its levels.
    of: Vec<(usize, Vec<f64>)>,
}

impl Pace {
    /// Learns from the days to the wins among the sample's rows: a regression of ln(1 + days) on the levels of the
    /// features that may tell speed, each shrunken as if 20 wins of usual pace had been seen beside.
    pub(super) fn learn(features: &[Feature], sample: Sample<'_>) -> Self {
        let (rows, mut rest) = won(sample.leads, sample.rows);
        if rows.is_empty() {
            return Self::default();
        }
        let mean = rest.iter().sum::<f64>() / rest.len() as f64;
        rest.iter_mut().for_each(|y| *y -= mean);
        let mut of: Vec<(usize, Vec<u16>, Vec<f64>)> = (features.iter().enumerate())
            .filter(|(_, feature)| tells(feature))
            .map(|(j, feature)| {
                let code = |&row: &usize| feature.code_of_column(sample.leads, row).nearest();
                let levels = feature.encoding.levels();
                (j, rows.iter().map(code).collect(), vec![0.0; levels])
            })
            .collect();
        for _ in 0..ROUNDS {
            for (_, codes, effects) in &mut of {
                let mut sums = vec![(0.0, BELIEF); effects.len()];
                for (&code, y) in codes.iter().zip(&rest) {
                    let sum = &mut sums[usize::from(code)];
                    *sum = (sum.0 + y + effects[usize::from(code)], sum.1 + 1.0);
                }
                let new: Vec<f64> = sums.iter().map(|(sum, n)| sum / n).collect();
                for (&code, y) in codes.iter().zip(&mut rest) {
                    *y += effects[usize::from(code)] - new[usize::from(code)];
                }
                *effects = new;
            }
        }
        Self {
            of: of.into_iter().map(|(j, _, logs)| (j, logs)).collect(),
        }
    }

    /// Usual time to a win of the kind of every lead, over that of all: above 1 is slow.
    pub(super) fn of_leads(&self, features: &[Feature], leads: &Leads) -> Vec<f64> {
        let mut logs = vec![0.0; leads.len()];
        for (j, effects) in &self.of {
            for (row, log) in logs.iter_mut().enumerate() {
                let code = features[*j].code_of_column(leads, row).nearest();
                *log += effects.get(usize::from(code)).copied().unwrap_or(0.0);
            }
        }
        logs.into_iter().map(f64::exp).collect()
    }
}

/// Whether a feature may tell how fast leads are won, and is known from the beginning.
fn tells(feature: &Feature) -> bool {
    feature.speed
        && !feature.origin.moves()
        && matches!(feature.encoding, Encoding::Levels(_) | Encoding::Boolean)
}

/// The rows won, and ln(1 + days to the win) of each.
fn won(leads: &Leads, rows: &[usize]) -> (Vec<usize>, Vec<f64>) {
    (rows.iter())
        .filter(|&&row| leads.outcome[row] == Outcome::Won)
        .filter_map(|&row| {
            let days = leads.closed[row]? - leads.created[row]?;
            Some((row, f64::from(days.max(0)).ln_1p()))
        })
        .unzip()
}
