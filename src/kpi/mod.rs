//! The numbers that a sales team steers by: results, average order value, conversion and cycle.

pub mod bridge;
mod cents;
mod columns;
mod flow;
mod flow_result;
mod flow_sums;
mod owners;
mod segments;

pub use cents::Cents;
pub use columns::{ColumnKnown, ColumnRow, columns};
pub use flow::Pipeline;
pub use flow_result::{Basis, DueBy, Flow, FlowError, FlowRow, Part};
pub use owners::{
    Band, Funnel, Gap, GapPart, OwnerRow, Owners, OwnersError, Part as OwnerPart, Place, Practice,
    PracticeKind, PracticeOf, Ratio, Ratios, Tally, Verdict, funnel, owners, shrink,
};
pub use segments::{SegmentRow, by_segment};
