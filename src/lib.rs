//! forerun lets sales run ahead of the numbers.
//!
//! The way of the data, each step a module that shows one verb and one result:
//!
//! 1. [`project`]: `forerun.toml` as written becomes a checked project.
//! 2. [`read`]: the files of a CRM export become typed columns; what cannot be used is kept and explained.
//! 3. [`segment`]: TOML rules sort the leads by intent.
//! 4. [`features`]: a recipe learnt on training rows turns leads, as of a day, into encoded rows.
//! 5. [`score`]: logistic models learnt from past conversions say how likely a lead is to be won, and when.
//! 6. [`forecast`]: pipeline x conversion x amount becomes revenue by month, with its uncertainty.
//! 7. [`kpi`]: results, average order value, conversion and cycle.
//! 8. [`decide`]: whom to call, which source pays.
//! 9. [`present`]: tables, CSV and JSON. It computes no statistic.
//!
//! [`domain`] holds the words that all of them use; [`simulate`] writes companies whose truth is known, so that every
//! statistical claim can be tested; [`cli`] is the command line. A module imports those before it and never one after.

#[cfg(test)]
extern crate self as forerun;

pub mod cli;
pub mod decide;
pub mod domain;
pub mod features;
pub mod forecast;
pub mod kpi;
pub mod present;
pub mod project;
pub mod read;
pub mod score;
pub mod segment;
pub mod simulate;
