//! Whom to call, and which source pays.

mod aov;
mod calls;
mod conversion;
mod sources;
mod spend;

pub use calls::{CallList, OwnerCalls, PlannedCall, calls};
pub use sources::{SourceRow, Sources, SourcesError, Status, sources};
