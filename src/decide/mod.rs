//! Whom to call, and which source pays.

mod calls;
mod sources;

pub use calls::{CallList, OwnerCalls, PlannedCall, calls};
pub use sources::{SourceRow, Sources, SourcesError, Status, sources};
