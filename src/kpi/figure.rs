//! A number with its interval.

use serde::ser::{Serialize, SerializeStruct, Serializer};

/// An estimate with its 80 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The estimate, in the unit of its field.
    pub value: f64,
    /// Lower end of the interval; never above `value`; infinite, as the upper one, where too few values show no spread.
    pub low: f64,
    /// Upper end; never below `value`.
    pub high: f64,
}

/// Ends that are not known are null, with the reason.
impl Serialize for Range {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let known = self.low.is_finite() && self.high.is_finite();
        let mut map = serializer.serialize_struct("Range", if known { 3 } else { 4 })?;
        map.serialize_field("value", &self.value)?;
        map.serialize_field("low", &Some(self.low).filter(|_| known))?;
        map.serialize_field("high", &Some(self.high).filter(|_| known))?;
        if !known {
            map.serialize_field("no_interval", "too few values to tell the spread")?;
        }
        map.end()
    }
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
