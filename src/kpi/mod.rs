//! The numbers that a sales team steers by: results, average order value, conversion and cycle.

mod cents;
mod columns;
mod cycle;
mod flow;
mod flow_result;
mod flow_sums;
mod gate;
mod incidence;
mod owners;
mod profile;
mod segments;

pub use cents::Cents;
pub use columns::{ColumnKnown, ColumnRow, columns};
pub use cycle::{
    ActionRow, Actions, Cash, Cycle, CycleBy, CycleError, CycleRow, Days, Delay, DelayRow, Lacking,
    Link, MatchedSet, Pace, StageDwell, StepRow, Steps, StuckDeal, conditional_logistic, cycle,
};
pub use flow::Pipeline;
pub use flow_result::{Basis, DueBy, Flow, FlowError, FlowRow, Part};
pub use gate::Measure;
pub use owners::{
    Band, Funnel, Gap, GapPart, OwnerRow, Owners, OwnersError, Part as OwnerPart, Place, Practice,
    PracticeKind, PracticeOf, Ratio, Ratios, Tally, Verdict, funnel, owners, shrink,
};
pub use profile::{
    AttributeRow, ColumnLeftOut, LevelRow, MISSING_LEVEL, OTHER_LEVEL, Profile, ProfileError,
    Standing, WhyLeftOut, profile,
};
pub use segments::{SegmentRow, by_segment};
