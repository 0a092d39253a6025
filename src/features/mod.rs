//! Leads, as of a day, become rows of codes: numbers in bins, texts in levels, missing values in a level of their own.
//!
//! A [`Recipe`] is learnt on training leads only and stored with the model, so that a lead scored next year is encoded
//! just as those that the model learnt from. Columns that would leak the outcome are kept out by [`screen`].

mod activity;
mod alone;
mod auc;
mod bins;
mod blocks;
mod code;
mod encode;
mod lookback;

mod pace;
pub(crate) mod parallel;
mod recipe;
mod screen;
mod signs;
mod tally;
mod target;
mod telling;

pub use activity::ActivityFact;
pub use alone::Alone;
pub use auc::auc;
pub use bins::Bins;
pub use blocks::BlockCoder;
pub use code::{Code, MISSING};
pub use encode::{Codes, Encoder, UnfitColumn};
pub use pace::Pace;
pub(crate) use recipe::OutOfFold;
pub use recipe::{DatePart, Encoding, Feature, LeftOut, Origin, Recipe, Sample};
pub use screen::{Filled, Finding, Screened, Sign, Verdict, inspect, screen, unseen};
pub use target::{Shares, Target};
