//! The words of the trade as types: days, months, money, probabilities, leads and their history.
//!
//! Nothing here belongs to one stage; every other room builds on this one and this one on none.

mod call_log;
mod campaign;
mod condition;
mod direction;
mod fault;
mod hash;
mod history;
mod leads;
mod ledger;
mod probability;
mod rejects;
mod sheet;
mod table;
mod time;

pub use call_log::{CallLog, CallResult, ListPlace, LoggedCall, Shown};
pub use campaign::{Campaign, CampaignLine, CommonLine, CommonOutcome, Measure};
pub use condition::{Condition, Op, Scalar, Span, Test};
pub use direction::Direction;
pub use fault::{Fault, Faults, Place, Severity};
pub use hash::{Mixer, text_hash, word_of};
pub use history::{Activities, Plan, StageHistory, Timeline};
pub use leads::{Known, Leads, Outcome, Role};
pub use ledger::{SpendLine, TargetLine};
pub use probability::{OutOfRange, Probability};
pub use rejects::{Reject, Rejects};
pub use sheet::{from_sheet, sheet_text, to_sheet};
pub use table::{Category, Column, Kind, MISSING, Table};
pub use time::{Day, Moment, Month, ParseTimeError};
