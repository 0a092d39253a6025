//! x
use crate::kpi::bridge::Explanation;
use crate::present::Style;
/// t
pub fn why_text(e: &Explanation, _style: &Style) -> String { format!("{e:#?}") }
