//! Whom to call, which target is honest, and which source pays.

pub mod budget;
mod calls;
pub mod channels;

mod sources;
mod spend;
mod target;

pub use calls::{CallList, OwnerCalls, PlannedCall, calls};
pub use sources::{
    Because, Direction, Payback, Quality, Quantity, QuarterRow, SameMix, SourceRow, Sources,
    SourcesError, Standing, Status, Trend, sources, sources_by,
};
pub use target::{
    Basis, BestMonth, DayMark, Lever, LeverNeed, Need, Odds, OwnerTarget, Past, TargetPlan, target,
};
