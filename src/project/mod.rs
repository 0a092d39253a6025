//! `forerun.toml` as written -> a checked [`Project`].
//!
//! [`load`] parses the file once, walks it with the place of every key, and gives either a project in which
//! everything fits or every fault at once. [`matches`] runs conditions, which outcomes and rules share, on columns.

mod calls;
mod channels;
mod checked;
pub(crate) mod condition;
mod directions;
mod language;
mod leads;
mod load;
mod matching;
mod nearest;
mod paths;
mod tables;
pub(crate) mod written;

pub use checked::{
    ActivitiesSpec, Calendar, Calls, ChannelsForm, ChannelsSpec, DateOrder, DecimalMark, Join,
    Language, LeadsSpec, MeansSpec, Monotone, OutcomeSpec, Project, SpendSpec, StagesSpec,
    TargetsSpec, Values,
};
pub use directions::declare_directions;
pub use language::language_of;
pub use load::load;
pub use matching::matches;
pub use nearest::nearest;
pub use written::Source;
