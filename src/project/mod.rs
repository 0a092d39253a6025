//! `forerun.toml` as written -> a checked [`Project`].

mod checked;

pub use checked::{
    ActivitiesSpec, Calendar, Calls, DateOrder, Join, Language, LeadsSpec, OutcomeSpec, Project,
    SpendSpec, StagesSpec, TargetsSpec, Values,
};
