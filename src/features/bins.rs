//! Numbers in bins, with a straight line between the middles of neighbours.

use serde::{Deserialize, Serialize};

use crate::domain::Direction;
use crate::features::{Code, MISSING};

/// Shares of the values at which bins are cut: tenths, and the tails apart, as what lies far out differs most.
const SHARES: [f64; 11] = [0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975];
/// Fewest training values of a bin.
pub(super) const MIN_ROWS: usize = 30;

/// Bins of a number.
///
/// The effect of a number runs straight from the mean of one bin to that of the next, so that two values just beside a
/// cut are alike; it is flat beyond the first and the last. A bin that holds one value only (0, 999 and their like)
/// stands alone: nothing runs into it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bins {
    /// Upper ends of all bins but the last, rising; a value at a cut is below it.
    cuts: Vec<f64>,
    /// Mean of the training values in each bin.
    centres: Vec<f64>,
    /// Whether a bin stands alone.
    alone: Vec<bool>,
    /// The direction that the user declared, which no effect may go against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    direction: Option<Direction>,
}

impl Bins {
    /// Learns bins of at least 30 values each; NaN is passed over. A value common enough for a bin has one of its own.
    pub fn learn(values: impl Iterator<Item = f64>) -> Self {
        Self::of_at_least(MIN_ROWS, values)
    }

    /// The same with at least `least` values each.
    pub fn of_at_least(least: usize, values: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        let common = (n / 10).max(least);
        let (mut cuts, mut below, mut start, mut share) = (Vec::new(), 0, 0, 0);
        while start < n {
            let value = sorted[start];
            let end = start + sorted[start..].partition_point(|&other| other <= value);
            // What came before a common value is closed off, if that is enough for a bin.
            if end - start >= common && start - below >= least {
                cuts.push(sorted[start - 1]);
                below = start;
            }
            let due = SHARES
                .get(share)
                .is_some_and(|share| end as f64 >= share * n as f64);
            if (due || end - start >= common) && end - below >= least && n - end >= least {
                cuts.push(value);
                below = end;
            }
            while SHARES
                .get(share)
                .is_some_and(|share| end as f64 >= share * n as f64)
            {
                share += 1;
            }
            start = end;
        }
        Self::with_cuts(cuts, &sorted)
    }

    fn with_cuts(cuts: Vec<f64>, sorted: &[f64]) -> Self {
        let (mut centres, mut alone, mut from) = (Vec::new(), Vec::new(), 0);
        for bin in 0..=cuts.len() {
            let to = cuts
                .get(bin)
                .map_or(sorted.len(), |&cut| sorted.partition_point(|&v| v <= cut));
            let values = &sorted[from..to];
            centres.push(values.iter().sum::<f64>() / values.len().max(1) as f64);
            alone.push(values.first() == values.last());
            from = to;
        }
        Self {
            cuts,
            centres,
            alone,
            direction: None,
        }
    }

    /// The whole numbers from `first` to `last`, each alone.
    pub fn whole(first: i32, last: i32) -> Self {
        Self {
            cuts: (first..last).map(f64::from).collect(),
            centres: (first..=last).map(f64::from).collect(),
            alone: vec![true; (last - first + 1).max(0) as usize],
            direction: None,
        }
    }

    /// The same bins with a declared direction.
    #[must_use]
    pub fn directed(mut self, direction: Option<Direction>) -> Self {
        self.direction = direction;
        self
    }

    /// The direction declared, if any.
    pub const fn direction(&self) -> Option<Direction> {
        self.direction
    }

    /// Upper ends of all bins but the last.
    pub fn cuts(&self) -> &[f64] {
        &self.cuts
    }

    /// The same without some of the cuts: the bins on both sides of them are one. `values` are those learnt from.
    #[must_use]
    pub fn without(&self, cuts: &[f64], values: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        let kept = self.cuts.iter().filter(|cut| !cuts.contains(cut));
        Self::with_cuts(kept.copied().collect(), &sorted).directed(self.direction)
    }

    /// Number of bins.
    pub fn len(&self) -> usize {
        self.centres.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.centres.is_empty()
    }

    /// Where each bin lies on a straight scale: (mean - median) / spread, within ±3, and 0 for a bin that stands alone; none
    /// with fewer than four bins that do not.
    pub fn places(&self) -> Option<Vec<f64>> {
        let own: Vec<f64> = (self.centres.iter().zip(&self.alone))
            .filter(|(_, alone)| !**alone)
            .map(|(&centre, _)| centre)
            .collect();
        let n = own.len();
        if n < 4 {
            return None;
        }
        let (median, quarters) = (own[n / 2], own[n * 3 / 4] - own[n / 4]);
        // Of a normal distribution the quarters lie 1.35 standard deviations apart.
        let spread = (quarters / 1.35).max(1e-300);
        let place = |(&centre, &alone): (&f64, &bool)| {
            if alone {
                0.0
            } else {
                ((centre - median) / spread).clamp(-3.0, 3.0)
            }
        };
        Some(self.centres.iter().zip(&self.alone).map(place).collect())
    }

    /// The code of a value: level 1 is the first bin; a fraction leads on to the next.
    pub fn code(&self, value: f64) -> Code {
        if value.is_nan() {
            return MISSING;
        }
        let bin = self.cuts.partition_point(|&cut| cut < value);
        let between = |low: usize| {
            let (from, to) = (self.centres[low], self.centres[low + 1]);
            Code::between(1 + low as u16, (value - from) / (to - from))
        };
        let runs = |low: usize| !self.alone[low] && low + 1 < self.len() && !self.alone[low + 1];
        if value >= self.centres[bin] && runs(bin) {
            between(bin)
        } else if value < self.centres[bin] && bin > 0 && runs(bin - 1) {
            between(bin - 1)
        } else {
            Code::level(1 + bin as u16)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_value_stands_alone() {
        let mostly_999 = (0..1_000).map(|i| if i % 20 == 0 { f64::from(i % 7) } else { 999.0 });
        let bins = Bins::learn(mostly_999);
        assert_eq!(
            (bins.cuts.as_slice(), bins.alone.as_slice()),
            (&[6.0][..], &[false, true][..])
        );
        assert_eq!(bins.code(900.0), Code::level(2));
        assert_eq!(bins.code(6.0), Code::level(1));
        let mostly_0 = (0..1_000).map(|i| {
            if i % 20 == 0 {
                f64::from(i % 7) + 1.0
            } else {
                0.0
            }
        });
        assert_eq!(Bins::learn(mostly_0).cuts, [0.0]);
    }

    #[test]
    fn spread_values_fall_into_tenths_with_the_tails_apart() {
        let bins = Bins::learn((0..2_000).map(f64::from));
        assert_eq!(bins.len(), 12);
        assert_eq!((bins.cuts[0], bins.cuts[1]), (49.0, 199.0));
        assert_eq!(Bins::learn((0..59).map(f64::from)).len(), 1);
        assert_eq!(Bins::learn(std::iter::empty()).code(3.0), Code::level(1));
        assert_eq!(bins.code(f64::NAN), MISSING);
    }

    #[test]
    fn codes_run_straight_between_the_middles_of_bins_and_are_flat_beyond() {
        let bins = Bins::learn((0..2_000).map(f64::from));
        let place = |value: f64| {
            let code = bins.code(value);
            f64::from(code.nearest().min(code.lower())) + f64::from(code.fraction())
        };
        let places: Vec<f64> = (0..2_000).map(|v| place(f64::from(v))).collect();
        assert!(
            places
                .windows(2)
                .all(|pair| pair[1] >= pair[0] && pair[1] - pair[0] < 0.03)
        );
        assert_eq!(bins.code(0.0), Code::level(1));
        assert_eq!(bins.code(1e9), Code::level(12));
    }
}
