//! Where the next yuan goes: response curves, what a lead is worth, and the split of a budget.

pub mod demand;
mod fit;
pub mod response;
pub mod split;
