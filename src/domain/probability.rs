//! A number that is a probability, by construction.

use serde::{Deserialize, Serialize};

/// A number outside 0-1, or not a number, where a probability was wanted.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{0} is not a probability (0 to 1)")]
pub struct OutOfRange(pub f64);

/// A probability, 0 to 1, never NaN; reading one from a file goes through the same check.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl Probability {
    /// Takes a computed value, forgiving rounding beyond the ends; NaN becomes 0 and is a defect in debug builds.
    pub fn clamped(value: f64) -> Self {
        debug_assert!(!value.is_nan(), "a probability came out as NaN");
        Self(if value.is_nan() {
            0.0
        } else {
            value.clamp(0.0, 1.0)
        })
    }

    /// The number, 0 to 1.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Probability {
    type Error = OutOfRange;
    fn try_from(value: f64) -> Result<Self, OutOfRange> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(OutOfRange(value))
        }
    }
}

impl From<Probability> for f64 {
    fn from(probability: Probability) -> Self {
        probability.0
    }
}
