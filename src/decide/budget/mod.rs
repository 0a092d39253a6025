//! Where the next yuan goes: response curves, what a lead is worth, and the split of a budget.

mod fit;
pub mod response;
