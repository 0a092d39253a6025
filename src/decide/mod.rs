//! Whom to call, which target is honest, and which source pays.

pub mod budget;
mod calls;
pub mod channels;

mod sources;
mod spend;
mod target;

pub use calls::{
    CallList, CallsAsk, ContactRate, Freshness, Known, LeadStanding, Lesson, Lessons, LotsSoFar,
    Move, Order, OrderValue, OwnerCalls, PlannedCall, PolicyValue, Pool, PoolReason, PooledLead,
    Reassignment, SLearner, Takeover, Trial, Untouched, WhyNot, assign, calls, lessons,
    policy_value, pool, reassign,
};
pub use sources::{
    Because, Direction, Payback, Quality, Quantity, QuarterRow, SameMix, SourceRow, Sources,
    SourcesError, Standing, Status, Trend, sources, sources_by,
};
pub use target::{
    Basis, BestMonth, DayMark, Lever, LeverNeed, Need, Odds, OwnerTarget, Past, TargetPlan, target,
};
