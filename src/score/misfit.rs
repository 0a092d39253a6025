//! What the model does not fit: how far groups of leads differ from it beyond chance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::Leads;
use crate::features::Codes;
use crate::score::landmarks::Landmark;

/// Ages at which a band ends, days; one more band beyond.
const BANDS: [i32; 4] = [0, 30, 90, 180];
/// Days ahead that are compared.
const AHEAD: i32 = 90;
/// Deviation of log-odds from month to month before any experience, and the information that it counts for.
const PRIOR_MONTH: f64 = 0.15;
const PRIOR_WEIGHT: f64 = 50.0;

/// Variance of the true log-odds around the model's, by age band: added to that of the coefficients, so that an interval
/// is not surer than the model is right.
///
/// In each band, for each feature, and for the month of creation, the leads of a level won O times where the model
/// expects E = Σp with information V = Σp(1-p). If their log-odds differ from the model's by N(0, τ²), then
/// E(O - E)² = V + τ²V², which gives τ² by moments. Features add up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Misfit {
    variances: Vec<f64>,
}

/// O, E and V of a group.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    won: f64,
    expected: f64,
    information: f64,
}

fn band(age: i32) -> usize {
    BANDS.partition_point(|&to| to < age)
}

impl Misfit {
    /// Learns from the first landmark of each lead in each band whose 90 days have been seen. `p` gives P(won within 90
    /// days) of a landmark, by its position.
    pub(crate) fn learn(
        leads: &Leads,
        landmarks: &[Landmark],
        codes: &Codes,
        p: impl Fn(usize) -> f64,
    ) -> Self {
        let mut cells: Vec<Vec<BTreeMap<i32, Cell>>> =
            vec![vec![BTreeMap::new(); codes.features + 1]; BANDS.len() + 1];
        let mut seen: Option<(usize, usize)> = None;
        for (i, landmark) in landmarks.iter().enumerate() {
            let band = band(landmark.age);
            // Landmarks come lead by lead, in order of age.
            if landmark.day + AHEAD > leads.as_of || seen == Some((landmark.row, band)) {
                continue;
            }
            seen = Some((landmark.row, band));
            let p = p(i);
            let won = landmark
                .closing
                .is_some_and(|(days, won)| won && days < AHEAD);
            let month = leads.created[landmark.row]
                .map_or(0, |day| day.month() - crate::domain::Month::default());
            let levels = codes
                .row(i)
                .iter()
                .map(|code| i32::from(code.nearest()))
                .chain([month]);
            for (of, level) in cells[band].iter_mut().zip(levels) {
                let cell = of.entry(level).or_default();
                cell.won += f64::from(u8::from(won));
                cell.expected += p;
                cell.information += p * (1.0 - p);
            }
        }
        Self {
            variances: cells.iter().map(|of| variance(of)).collect(),
        }
    }

    /// The variance at an age.
    pub(crate) fn variance(&self, age: i32) -> f64 {
        self.variances.get(band(age)).copied().unwrap_or(0.0)
    }
}

/// Sum over features, the month of creation last.
fn variance(features: &[BTreeMap<i32, Cell>]) -> f64 {
    let last = features.len() - 1;
    let of = |(j, cells): (usize, &BTreeMap<i32, Cell>)| {
        let prior = if j == last {
            PRIOR_MONTH * PRIOR_MONTH
        } else {
            0.0
        };
        let (mut beyond, mut weight) = (PRIOR_WEIGHT * prior, PRIOR_WEIGHT);
        for cell in cells.values() {
            beyond += (cell.won - cell.expected).powi(2) - cell.information;
            weight += cell.information * cell.information;
        }
        beyond / weight
    };
    features.iter().enumerate().map(of).sum::<f64>().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(groups: usize, size: f64, spread: f64) -> BTreeMap<i32, Cell> {
        let cell = |i: usize| {
            let expected = size * 0.1;
            // Half of the groups above, half below, by chance alone plus `spread` in log-odds.
            let sign = if i.is_multiple_of(2) { 1.0 } else { -1.0 };
            let information = expected * 0.9;
            let off = (information + (spread * information).powi(2)).sqrt();
            (
                i as i32,
                Cell {
                    won: expected + sign * off,
                    expected,
                    information,
                },
            )
        };
        (0..groups).map(cell).collect()
    }

    #[test]
    fn groups_that_differ_by_chance_alone_add_nothing_but_the_prior_of_months() {
        let v = variance(&[cells(10, 2_000.0, 0.0), cells(24, 2_000.0, 0.0)]);
        assert!(v < 1e-4, "{v}");
        assert!((variance(&[BTreeMap::new()]) - 0.15 * 0.15).abs() < 1e-12);
    }

    #[test]
    fn what_groups_differ_beyond_chance_is_found() {
        let v = variance(&[cells(10, 5_000.0, 0.3), cells(24, 5_000.0, 0.0)]);
        assert!((v.sqrt() - 0.3).abs() < 0.01, "{v}");
    }
}
