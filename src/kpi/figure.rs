//! A number with its interval, and which of many differences may be claimed.

use serde::Serialize;

/// The 90th percentile of the standard normal distribution: both ends of an 80 % interval.
pub(crate) const Z80: f64 = 1.281_551_565_544_600_5;

/// An estimate with its 80 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// The estimate, in the unit of its field.
    pub value: f64,
    /// Lower end of the interval; never above `value`.
    pub low: f64,
    /// Upper end; never below `value`.
    pub high: f64,
}

impl Range {
    /// An estimate, with an interval that holds it.
    pub(crate) fn new(value: f64, low: f64, high: f64) -> Self {
        Self {
            value,
            low: low.min(value),
            high: high.max(value),
        }
    }

    /// From draws around an estimate: their 10th and 90th percentile.
    pub(crate) fn of_draws(value: f64, mut draws: Vec<f64>) -> Self {
        draws.sort_by(f64::total_cmp);
        let at = |p| crate::forecast::quantile(&draws, p);
        if draws.is_empty() {
            return Self::new(value, value, value);
        }
        Self::new(value, at(0.1), at(0.9))
    }
}

/// Two-sided probability of a standard normal value as far from 0 as `z`.
pub(crate) fn two_sided(z: f64) -> f64 {
    if z.is_finite() {
        statrs::function::erf::erfc(z.abs() / std::f64::consts::SQRT_2)
    } else {
        1.0
    }
}

/// Which of the p-values may be claimed so that on average at most the share `rate` of the claims is false (Benjamini and
/// Hochberg 1995).
pub(crate) fn claimed(p: &[f64], rate: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]).then(a.cmp(&b)));
    let n = p.len() as f64;
    let last = (order.iter().enumerate()).rfind(|&(i, &at)| p[at] <= rate * (i + 1) as f64 / n);
    let limit = last.map_or(-1.0, |(_, &at)| p[at]);
    p.iter().map(|&p| p <= limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `statsmodels.stats.multitest.multipletests(p, 0.1, method="fdr_bh")`.
    #[test]
    fn claims_are_those_of_benjamini_and_hochberg() {
        let p = [0.001, 0.2, 0.03, 0.045, 0.9, 0.06];
        assert_eq!(claimed(&p, 0.1), [true, false, true, true, false, true]);
        assert_eq!(claimed(&[0.11, 0.5], 0.1), [false, false]);
        assert!(claimed(&[], 0.1).is_empty());
        assert!((two_sided(1.959_963_985) - 0.05).abs() < 1e-6);
    }
}
