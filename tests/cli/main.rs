//! The program as a user meets it: commands, files, exit codes.

#[path = "../common/mod.rs"]
mod common;
#[path = "../support/mod.rs"]
mod support;
#[path = "../common/team.rs"]
mod team;

mod backtest;
mod budget;
mod calls;
mod channels;
mod check;
mod chinese;
mod docs;
mod drift;
mod evaluate;
mod everywhere;
mod explain;
mod flow;
mod guard;
mod honest;
mod kpi;
mod leaks;
mod log;
mod model;
mod owners;
mod process;
mod profile;
mod refunds;
mod results;
mod run;
mod score;
mod score_rows;
mod simulate;
mod sources;
mod target;
mod volume;
mod week;
