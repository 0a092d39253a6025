//! Companies whose truth is known: what is said of them, held against it. The large ones are ignored and run by `.ci/run`
//! in a release build.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/plant.rs"]
mod plant;
#[path = "../common/team.rs"]
mod team;

mod bridge_planted;
mod budget;
mod calls_world;
mod kpi;
mod owners;
mod process;
mod regimes;
mod simulated_company;
mod time_to_win;
mod volume;
