//! Conditions evaluated on the columns of a table (to be replaced by the evaluator of rules).

use crate::domain::{Condition, Fault, Faults, Moment, Table};

/// Whether each row of a table meets a condition, as of an instant.
///
/// # Errors
/// Unknown fields and comparisons of the wrong type.
pub fn matches(condition: &Condition, table: &Table, as_of: Moment) -> Result<Vec<bool>, Faults> {
    let _ = (condition, table, as_of);
    Err(Faults(vec![Fault::error(
        "not-evaluated",
        "conditions are not evaluated yet",
    )]))
}
