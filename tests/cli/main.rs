//! The program as a user meets it: commands, files, exit codes.

#[path = "../common/mod.rs"]
mod common;
#[path = "../support/mod.rs"]
mod support;

mod check;
mod docs;
mod drift;
mod everywhere;
mod guard;
mod model;
mod results;
mod run;
mod score;
mod simulate;
