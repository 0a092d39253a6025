//! How soon leads were first contacted.

use crate::domain::{Column, Leads, Moment, Role};
use crate::kpi::owners::funnel::{claims, two_sided};
use crate::kpi::owners::lives::Lives;
use crate::kpi::owners::result::Band;

/// Upper ends of the bands, hours: by the clock, and by the day where only days are known.
const BY_CLOCK: [f64; 5] = [1.0, 4.0, 24.0, 72.0, 168.0];
const BY_DAY: [f64; 4] = [0.0, 24.0, 72.0, 168.0];
/// Days in which a lead without contact is not late yet.
const PATIENCE: i32 = 7;
/// Least share of leads with a first contact for it to be looked at.
const LEAST: f64 = 0.05;
/// Normal quantile of an 80 % interval.
const Z80: f64 = 1.281_551_565_544_600_5;

/// The first contact of each life.
#[derive(Debug, Clone)]
pub(super) struct Response {
    /// Upper ends of the bands, hours; a last band holds what is later or never.
    ends: Vec<f64>,
    /// By life: 0 if nothing can be said (closed or very young without a contact), else 1 + the band.
    pub(super) level: Vec<usize>,
}

impl Response {
    /// Reads first contacts; none where the data has none.
    pub(super) fn of(leads: &Leads, lives: &Lives) -> Option<Self> {
        let clock = moments(leads, Role::Created).zip(moments(leads, Role::Contacted));
        let hours = |i: usize| -> Option<f64> {
            let row = lives.row[i];
            let day = leads.contacted[row]?;
            if let Some((created, contacted)) = clock {
                let seconds = contacted[row]?.seconds() - created[row]?.seconds();
                return Some(seconds.max(0) as f64 / 3600.0);
            }
            let days = day - leads.created[row]?;
            Some(f64::from(days.max(0)) * 24.0)
        };
        let ends = if clock.is_some() {
            BY_CLOCK.to_vec()
        } else {
            BY_DAY.to_vec()
        };
        let known: Vec<Option<f64>> = (0..lives.len()).map(hours).collect();
        let contacted = known.iter().flatten().count();
        if contacted == 0 || (contacted as f64) < LEAST * lives.len() as f64 {
            return None;
        }
        let level = |i: usize| match known[i] {
            Some(hours) => 1 + ends.partition_point(|&end| end < hours),
            None if seen_for(leads, lives, i) > PATIENCE => 1 + ends.len(),
            None => 0,
        };
        Some(Self {
            level: (0..lives.len()).map(level).collect(),
            ends,
        })
    }

    /// Number of bands.
    pub(super) fn bands(&self) -> usize {
        self.ends.len() + 1
    }

    /// Whether a life was contacted within a day; none where nothing can be said.
    pub(super) fn within_a_day(&self, life: usize) -> Option<bool> {
        let level = self.level[life];
        let day = self.ends.partition_point(|&end| end <= 24.0);
        (level > 0).then_some(level <= day)
    }

    /// How the leads of each band did, against what they let expect.
    pub(super) fn table(&self, lives: &Lives, expected: &[f64]) -> Vec<Band> {
        let mut sums = vec![(0_usize, 0_usize, 0.0, 0.0); self.bands()];
        for (i, &level) in self.level.iter().enumerate() {
            if let Some(sum) = level.checked_sub(1).and_then(|band| sums.get_mut(band)) {
                sum.0 += 1;
                sum.1 += usize::from(lives.won[i]);
                sum.2 += expected[i];
                sum.3 += expected[i] * (1.0 - expected[i]);
            }
        }
        let chances: Vec<f64> = (sums.iter())
            .map(|&(_, won, expected, variance)| {
                let off = won as f64 - expected;
                if expected < 5.0 {
                    1.0
                } else {
                    two_sided(off / f64::sqrt(variance))
                }
            })
            .collect();
        let real = claims(&chances);
        (sums.into_iter().enumerate())
            .map(|(band, (leads, won, expected, variance))| {
                let ratio = (expected > 0.0).then(|| won as f64 / expected);
                let half = Z80 * f64::sqrt(variance) / expected;
                Band {
                    hours: self.ends.get(band).copied(),
                    leads,
                    won,
                    expected,
                    ratio,
                    interval: ratio.map(|ratio| [(ratio - half).max(0.0), ratio + half]),
                    real: real[band],
                }
            })
            .collect()
    }
}

/// A column that knows the time of day.
fn moments(leads: &Leads, role: Role) -> Option<&[Option<Moment>]> {
    match leads.role(role)? {
        Column::Moment(moments) => Some(moments),
        _ => None,
    }
}

/// Days that a life was open and could be contacted.
fn seen_for(leads: &Leads, lives: &Lives, i: usize) -> i32 {
    let row = lives.row[i];
    let end = leads.closed[row].unwrap_or(leads.as_of);
    leads.created[row].map_or(0, |created| end - created)
}
