//! Money paid for leads and money aimed at: the small side files.

use serde::{Deserialize, Serialize};

use crate::domain::Month;

/// What was paid for a source in a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpendLine {
    /// The month.
    pub month: Month,
    /// The lead source.
    pub source: String,
    /// Money, in the project's currency.
    pub spend: f64,
    /// Visits that it brought, where known.
    pub visits: Option<f64>,
    /// Clicks that it brought, where known.
    pub clicks: Option<f64>,
}

/// A target for a month, of the team or of one owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetLine {
    /// The month.
    pub month: Month,
    /// The owner; none for the whole team.
    pub owner: Option<String>,
    /// Money, in the project's currency (deals, where the project has no amounts).
    pub target: f64,
}
