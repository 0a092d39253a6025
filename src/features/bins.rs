//! Numbers in bins, with a straight line between the middles of neighbours.

use serde::{Deserialize, Serialize};

use crate::domain::Direction;
use crate::features::{Code, MISSING, parallel};

/// Shares of the values at which bins are cut: tenths, and the tails apart, as what lies far out differs most.
const SHARES: [f64; 11] = [0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975];
/// Fewest training values of a bin.
pub(super) const MIN_ROWS: usize = 30;

/// Most values that cuts are learnt from.
const SAMPLE: usize = 100_000;

/// Values in rising order (that of `f64::total_cmp`).
pub(super) fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    // Whole numbers sort several times faster; this is the one order-keeping map to them that has an inverse.
    let turn = |bits: i64| bits ^ ((bits >> 63) as u64 >> 1) as i64;
    let mut keys: Vec<i64> = values.map(|value| turn(value.to_bits() as i64)).collect();
    keys.sort_unstable();
    keys.into_iter()
        .map(|key| f64::from_bits(turn(key) as u64))
        .collect()
}

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
    ///
    /// Of more than 100,000 values, one of every two, three ... stands for all: a cut that is meant to have a tenth of the
    /// values below it has that by a third of a percent at worst. Which ones depends on their places alone, so values
    /// must come in an order of their own, such as by lead id.
    pub fn of_at_least(least: usize, values: impl Iterator<Item = f64>) -> Self {
        let present: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
        let sorted = sorted(parallel::spread(present.len(), SAMPLE).map(|i| present[i]));
        let n = sorted.len();
        let least = (least * n / present.len().max(1)).max(MIN_ROWS.min(least));
        let common = (n / 10).max(least);
        let (mut cuts, mut below, mut start, mut share) = (Vec::new(), 0, 0, 0);
        while start < n {
            let value = sorted[start];
            let same = sorted[start..].iter().take_while(|&&other| other <= value);
            let end = start + same.count();
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
        let present: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
        let sorted = sorted(parallel::spread(present.len(), SAMPLE).map(|i| present[i]));
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

    /// The mean of the training values in a bin, counted from 0, and whether the bin stands alone; none beyond the last.
    pub fn centre(&self, bin: usize) -> Option<(f64, bool)> {
        Some((*self.centres.get(bin)?, *self.alone.get(bin)?))
    }

    /// The values of a bin, counted from 0: `up to 3`, `above 3 up to 7`, `above 7`; a single value where it holds one.
    pub fn label(&self, bin: usize) -> String {
        let below = bin.checked_sub(1).and_then(|bin| self.cuts.get(bin));
        match (below, self.cuts.get(bin), self.centre(bin)) {
            (_, _, Some((centre, true))) => format!("{centre}"),
            (None, Some(to), _) => format!("up to {to}"),
            (Some(from), Some(to), _) => format!("above {from} up to {to}"),
            (Some(from), None, _) => format!("above {from}"),
            (None, None, _) => "any number".to_owned(),
        }
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

/// [`Bins::code`] for whole columns: the stretches on which the code is one straight line, found without a branch.
#[derive(Debug)]
pub(super) struct Coder {
    /// Where every stretch but the first begins.
    starts: Vec<f64>,
    /// Of each stretch: the level, the value at which it has that level, and the way to the next (infinite where flat).
    lines: Vec<(u16, f64, f64)>,
}

impl Coder {
    pub(super) fn new(bins: &Bins) -> Self {
        let (mut starts, mut lines) = (Vec::new(), vec![(1, 0.0, f64::INFINITY)]);
        for low in 0..bins.len().saturating_sub(1) {
            let (from, to) = (bins.centres[low], bins.centres[low + 1]);
            if bins.alone[low] || bins.alone[low + 1] {
                // A value at the cut is below it.
                starts.push(bins.cuts[low].next_up());
            } else {
                starts.push(from);
                lines.push((1 + low as u16, from, to - from));
                starts.push(to);
            }
            lines.push((2 + low as u16, 0.0, f64::INFINITY));
        }
        Self { starts, lines }
    }

    pub(super) fn code(&self, value: f64) -> Code {
        if value.is_nan() {
            return MISSING;
        }
        let stretch = self
            .starts
            .iter()
            .fold(0, |sum, &start| sum + usize::from(start <= value));
        let (level, from, way) = self.lines[stretch];
        Code::between(level, (value - from) / way)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_column_is_coded_as_its_values_are(
            values in prop::collection::vec(prop_oneof![
                -3.0..3.0_f64, Just(0.0), Just(-0.0), Just(7.5), Just(f64::NAN), (-4..9_i32).prop_map(f64::from), Just(1e300),
                Just(0.1)
            ], 0..600),
            others in prop::collection::vec(prop_oneof![-5.0..12.0_f64, Just(f64::INFINITY), Just(f64::NEG_INFINITY)], 20),
        ) {
            let bins = Bins::learn(values.iter().copied());
            let coder = Coder::new(&bins);
            for value in values.into_iter().chain(others) {
                prop_assert_eq!(bins.code(value), coder.code(value), "{}", value);
            }
        }
    }

    #[test]
    fn values_sort_as_numbers_do() {
        let values = [
            3.5,
            -0.0,
            0.0,
            -7.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            1e-300,
            -1e-300,
            2.0,
        ];
        let mut expected = values.to_vec();
        expected.sort_by(f64::total_cmp);
        let found = sorted(values.into_iter());
        assert!(
            found
                .iter()
                .zip(&expected)
                .all(|(a, b)| a.to_bits() == b.to_bits())
        );
    }

    #[test]
    fn a_sample_cuts_where_all_values_would() {
        let n = 1_000_000;
        let bins = Bins::learn((0..n).map(|i| f64::from(i % 1_000) + f64::from(i) / f64::from(n)));
        assert_eq!(bins.len(), 12);
        for (cut, share) in bins.cuts.iter().zip(SHARES) {
            assert!((cut / 1_000.0 - share).abs() < 0.004, "{cut} {share}");
        }
    }

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
