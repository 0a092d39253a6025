//! The numbers that a sales team steers by: results, average order value, conversion and cycle.

mod cents;
mod columns;
mod flow;
mod flow_result;
mod flow_sums;
mod mean_amount;
mod posterior;
mod segments;

pub use cents::Cents;
pub use columns::{ColumnKnown, ColumnRow, columns};
pub use flow::Pipeline;
pub use flow_result::{Basis, DueBy, Flow, FlowError, FlowRow, Part};
pub(crate) use mean_amount::{Aov, shrunken as mean_amounts};
pub(crate) use posterior::{Belief, Seen, judge as posterior};
pub use segments::{SegmentRow, by_segment};
