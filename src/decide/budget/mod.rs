//! Where the next yuan goes: response curves, what a lead is worth, and the split of a budget.
//!
//! [`response`] learns how outcomes follow spend from plain series, [`demand`] asks whether spend follows demand, [`split`] finds
//! the best split of given curves; [`budget`] puts them together with what the leads of each source are worth.

pub mod demand;
pub(in crate::decide) mod drawn;
mod experiment;
mod fit;
mod history;
mod notes;
mod plan;
pub mod response;
mod result;
pub mod split;
mod worth;

pub use plan::{Ask, budget};
pub use result::{Budget, BudgetError, BudgetRow, Experiment, Explore, Fixed, Range, Verdict};
