//! Which way a number may act on the chance to win, where a person knows.

use serde::{Deserialize, Serialize};

/// A direction that the user declares: the score never goes against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// A higher value never makes a win less likely.
    Up,
    /// A higher value never makes a win more likely.
    Down,
}

impl Direction {
    /// 1 for up, -1 for down.
    pub const fn sign(self) -> f64 {
        match self {
            Self::Up => 1.0,
            Self::Down => -1.0,
        }
    }
}
