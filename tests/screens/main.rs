//! What results look like: text, CSV and JSON of results made by hand.

#[path = "../support/mod.rs"]
mod support;

mod calls;
mod evaluations;
mod forecasts;
mod made;
mod run;
mod scores;
mod segments;
mod sources;
mod targets;
mod training;
mod why;
