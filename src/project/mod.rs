//! `forerun.toml` as written -> a checked [`Project`].

mod checked;
mod matching;

pub use checked::{
    ActivitiesSpec, Calendar, Calls, DateOrder, Join, Language, LeadsSpec, OutcomeSpec, Project,
    SpendSpec, StagesSpec, TargetsSpec, Values,
};
pub use matching::matches;
