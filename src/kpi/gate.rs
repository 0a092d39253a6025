//! What may be claimed: estimates with their intervals, and false alarms controlled over all that is shown.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal};

/// Half-width of an 80 % interval in standard errors.
pub(crate) const Z80: f64 = 1.281_551_565_544_600_5;
/// Share of claims that may be false.
const FALSE_CLAIMS: f64 = 0.10;

/// An estimate with its 80 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measure {
    /// The estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end; none where the data do not bound it.
    pub high: Option<f64>,
}

impl Measure {
    /// From an estimate and its standard error.
    pub(crate) fn normal(value: f64, error: f64) -> Self {
        Self {
            value,
            low: value - Z80 * error,
            high: Some(value + Z80 * error),
        }
    }

    /// The same on the scale of exp.
    pub(crate) fn exp(value: f64, error: f64) -> Self {
        Self {
            value: value.exp(),
            low: (value - Z80 * error).exp(),
            high: Some((value + Z80 * error).exp()),
        }
    }
}

/// Two-sided p-value of a standard normal deviate; 1 where there is none.
pub(crate) fn p_value(z: f64) -> f64 {
    if z.is_finite() {
        (2.0 * Normal::standard().sf(z.abs())).min(1.0)
    } else {
        1.0
    }
}

/// Which of these may be claimed, if one claim in ten may be false (Benjamini and Hochberg 1995).
pub(crate) fn claims(p_values: &[f64]) -> Vec<bool> {
    let mut sorted = p_values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len().max(1) as f64;
    let limit = (sorted.iter().enumerate())
        .filter(|&(i, &p)| p <= FALSE_CLAIMS * (i + 1) as f64 / n)
        .map(|(_, &p)| p)
        .next_back();
    (p_values.iter())
        .map(|&p| limit.is_some_and(|limit| p <= limit))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the paper of 1995: at 5 % four of fifteen. At 10 % the ninth p-value, .0459, is still below
    /// 9/15 x 0.1 and the tenth, .3240, above 10/15 x 0.1.
    #[test]
    fn claims_are_those_of_benjamini_and_hochberg() {
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
            0.5719, 0.6528, 0.7590, 1.0,
        ];
        let claimed = claims(&p).iter().filter(|&&claim| claim).count();
        assert_eq!(claimed, 9);
        assert_eq!(claims(&[]), Vec::<bool>::new());
        assert!((p_value(1.959_964) - 0.05).abs() < 1e-6 && p_value(f64::NAN) == 1.0);
    }
}
