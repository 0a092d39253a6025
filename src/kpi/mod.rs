//! The numbers that a sales team steers by: results, average order value, conversion and cycle.

mod columns;
mod segments;

pub use columns::{ColumnKnown, ColumnRow, columns};
pub use segments::{SegmentRow, by_segment};
