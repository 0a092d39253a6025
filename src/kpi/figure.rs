//! A number with its interval.

use serde::Serialize;

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
