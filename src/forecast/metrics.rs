//! How good forecasts of revenue were: single numbers, quantiles, intervals and draws, in `f64`.
//!
//! Definitions as in Hyndman & Koehler (2006), *Another look at measures of forecast accuracy*, and Gneiting & Raftery
//! (2007), *Strictly proper scoring rules*. A measure of nothing, or one that would divide by 0, is none.

use serde::Serialize;

/// Weighted absolute percentage error: sum |forecast - actual| / sum |actual|. 0 is perfect. None without months, without
/// any revenue, or with lists of different lengths.
pub fn wape(forecast: &[f64], actual: &[f64]) -> Option<f64> {
    let error: f64 = pairs(forecast, actual)?.map(|(f, a)| (f - a).abs()).sum();
    ratio(error, actual.iter().map(|a| a.abs()).sum())
}

/// Bias: sum (forecast - actual) / sum actual; 0.05 is 5 % too high. None as for [`wape`], and where revenue is not above 0
/// in sum.
pub fn bias(forecast: &[f64], actual: &[f64]) -> Option<f64> {
    let error: f64 = pairs(forecast, actual)?.map(|(f, a)| f - a).sum();
    ratio(error, actual.iter().sum())
}

/// Mean absolute scaled error: mean |forecast - actual| / `scale`, with `scale` from [`naive_scale`] of the months before
/// the forecast. Below 1: better than a year ago's month was within the past.
pub fn mase(forecast: &[f64], actual: &[f64], scale: f64) -> Option<f64> {
    let error: f64 = pairs(forecast, actual)?.map(|(f, a)| (f - a).abs()).sum();
    ratio(error / actual.len() as f64, scale)
}

/// Mean |value - value `period` months before| of the past, money: the unit of [`mase`]. None if the past is not longer than
/// a period.
pub fn naive_scale(past: &[f64], period: usize) -> Option<f64> {
    let n = past.len().checked_sub(period).filter(|&n| n > 0)?;
    let sum: f64 = past[period..]
        .iter()
        .zip(past)
        .map(|(now, then)| (now - then).abs())
        .sum();
    Some(sum / n as f64)
}

/// Pinball loss of one quantile, money: (actual - quantile) x q above it, (quantile - actual) x (1 - q) below. `q` in 0-1.
pub fn pinball(quantile: f64, actual: f64, q: f64) -> f64 {
    let miss = actual - quantile;
    if miss >= 0.0 {
        q * miss
    } else {
        (q - 1.0) * miss
    }
}

/// Continuous ranked probability score of draws, money: E|X - actual| - E|X - X'| / 2, X and X' independent draws. Of a
/// single draw it is the absolute error. O(n log n). None without draws, or if one is not a number.
pub fn crps(draws: &[f64], actual: f64) -> Option<f64> {
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    crps_sorted(&sorted, actual)
}

/// [`crps`] of draws that are sorted already, lowest first: O(n).
pub fn crps_sorted(sorted: &[f64], actual: f64) -> Option<f64> {
    let n = sorted.len() as f64;
    // Sum over pairs of |x - x'| is twice the sum of x[i] (2 i + 1 - n), i from 0. The actual value is taken off first, so
    // that large numbers do not cancel.
    let (mut distance, mut spread) = (0.0, 0.0);
    for (i, x) in sorted.iter().enumerate() {
        let x = x - actual;
        distance += x.abs();
        spread += x * (2.0 * i as f64 + 1.0 - n);
    }
    let score = distance / n - spread / (n * n);
    score.is_finite().then_some(score.max(0.0))
}

/// Winkler (interval) score of one interval of `level` (0.8 for 80 %), money: its width, and 2 / (1 - `level`) times the
/// distance of an actual value outside. Lower is better; narrow intervals that hold are best.
pub fn winkler(low: f64, high: f64, actual: f64, level: f64) -> f64 {
    let miss = (low - actual).max(0.0) + (actual - high).max(0.0);
    high - low + 2.0 / (1.0 - level) * miss
}

/// How often intervals held.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coverage {
    /// Intervals that held the actual value, ends included.
    pub inside: usize,
    /// Intervals.
    pub of: usize,
    /// `inside` / `of`, 0-1.
    pub share: f64,
    /// Lower end of the 95 % interval of the share, by chance alone and as if months were independent (Wilson 1927).
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Coverage {
    /// Of `inside` among `of`; none if there are no intervals, or fewer than lie inside.
    pub fn new(inside: usize, of: usize) -> Option<Self> {
        if of == 0 || inside > of {
            return None;
        }
        let (n, z) = (of as f64, 1.959_963_984_540_054_f64);
        let share = inside as f64 / n;
        let widened = 1.0 + z * z / n;
        let centre = (share + z * z / (2.0 * n)) / widened;
        let half = z / widened * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
        Some(Self {
            inside,
            of,
            share,
            // The ends of shares of 0 and 1 are exact, whatever rounding says.
            low: if inside == 0 {
                0.0
            } else {
                (centre - half).max(0.0)
            },
            high: if inside == of {
                1.0
            } else {
                (centre + half).min(1.0)
            },
        })
    }

    /// Of intervals (lower, upper end) around actual values; none without any or with lists of different lengths.
    pub fn count(intervals: &[(f64, f64)], actual: &[f64]) -> Option<Self> {
        if intervals.len() != actual.len() {
            return None;
        }
        let inside = (intervals.iter().zip(actual))
            .filter(|((low, high), a)| (low..=high).contains(a))
            .count();
        Self::new(inside, actual.len())
    }
}

/// The months of two lists side by side; none if there are none or the lists do not match.
fn pairs<'a>(
    forecast: &'a [f64],
    actual: &'a [f64],
) -> Option<impl Iterator<Item = (&'a f64, &'a f64)>> {
    (!actual.is_empty() && forecast.len() == actual.len()).then(|| forecast.iter().zip(actual))
}

fn ratio(above: f64, below: f64) -> Option<f64> {
    let ratio = above / below;
    (below > 0.0 && ratio.is_finite()).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_measured_where_there_is_nothing() {
        assert_eq!(wape(&[], &[]), None);
        assert_eq!(wape(&[1.0], &[1.0, 2.0]), None);
        assert_eq!(wape(&[1.0], &[0.0]), None);
        assert_eq!(bias(&[1.0, 2.0], &[-4.0, 1.0]), None);
        assert_eq!(mase(&[1.0], &[2.0], 0.0), None);
        assert_eq!(naive_scale(&[1.0; 12], 12), None);
        assert_eq!(crps(&[], 1.0), None);
        assert_eq!(crps(&[f64::NAN, 1.0], 1.0), None);
        assert_eq!(Coverage::new(0, 0), None);
        assert_eq!(Coverage::new(2, 1), None);
        assert_eq!(Coverage::count(&[(0.0, 1.0)], &[]), None);
    }

    #[test]
    fn refunds_count_by_their_size() {
        // One month of refunds: an error of 30 of a turnover of 120, 10 % too high of 100 in sum.
        assert_eq!(wape(&[110.0, 10.0], &[110.0, -10.0]), Some(20.0 / 120.0));
        assert_eq!(bias(&[110.0, 0.0], &[110.0, -10.0]), Some(0.1));
    }

    #[test]
    fn one_draw_scores_its_error_and_large_numbers_do_not_cancel() {
        assert_eq!(crps(&[3.0], 5.0), Some(2.0));
        let small = crps(&[1.0, 2.0, 4.0], 2.5).expect("a score");
        let large = crps(&[1.0 + 1e12, 2.0 + 1e12, 4.0 + 1e12], 2.5 + 1e12).expect("a score");
        assert!((small - large).abs() < 1e-9, "{small} {large}");
    }

    proptest! {
        #[test]
        fn crps_is_the_mean_pinball_over_all_quantiles(draws in proptest::collection::vec(-1e3..1e3_f64, 1..30), actual in -1e3..1e3_f64) {
            // Twice the integral of the pinball loss over q: exact on the steps of the draws' own distribution.
            let mut sorted = draws.clone();
            sorted.sort_by(f64::total_cmp);
            let n = sorted.len() as f64;
            // Linear in q on each step: its middle is exact.
            let integral: f64 = (sorted.iter().enumerate())
                .map(|(i, x)| 2.0 * pinball(*x, actual, (i as f64 + 0.5) / n) / n)
                .sum();
            let score = crps(&draws, actual).expect("a score");
            prop_assert!((score - integral).abs() < 1e-9 * (1.0 + integral), "{score} {integral}");
        }

        #[test]
        fn a_share_lies_inside_its_own_interval(of in 1_usize..400, part in 0.0..=1.0_f64) {
            let inside = (part * of as f64) as usize;
            let coverage = Coverage::new(inside, of).expect("some");
            prop_assert!(0.0 <= coverage.low && coverage.low <= coverage.share);
            prop_assert!(coverage.share <= coverage.high && coverage.high <= 1.0);
        }
    }
}
