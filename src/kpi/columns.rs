//! What each column of the leads was taken for and how full it is.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::{Column, Kind, Known, Leads, Role};

/// One column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnRow {
    /// Its name in the file.
    pub column: String,
    /// What its values were taken for.
    pub kind: Kind,
    /// The role that the project file gives it.
    pub role: Option<Role>,
    /// When its values become known; none where the project file says nothing.
    pub known: Option<Known>,
    /// Share of leads without a value, 0-1.
    pub missing: f64,
    /// Distinct values.
    pub distinct: usize,
}

/// Every column of the leads, in the order of the files.
pub fn columns(leads: &Leads) -> Vec<ColumnRow> {
    let role_of = |name: &str| {
        let mut roles = leads.roles.iter();
        roles
            .find(|(_, column)| *column == name)
            .map(|(&role, _)| role)
    };
    let row = |(name, column): (&str, &Column)| {
        let rows = 0..column.len();
        let missing = rows.filter(|&row| column.is_missing(row)).count();
        ColumnRow {
            column: name.to_owned(),
            kind: column.kind(),
            role: role_of(name),
            known: leads.known.get(name).copied(),
            missing: missing as f64 / column.len().max(1) as f64,
            distinct: distinct(column),
        }
    };
    leads.table.iter().map(row).collect()
}

fn distinct(column: &Column) -> usize {
    fn count<T: Ord>(values: impl Iterator<Item = T>) -> usize {
        values.collect::<BTreeSet<T>>().len()
    }
    match column {
        Column::Text(category) => category.levels.len(),
        // Zeros of either sign are one value.
        Column::Number(values) => count(
            values
                .iter()
                .filter(|value| !value.is_nan())
                .map(|value| (value + 0.0).to_bits()),
        ),
        Column::Boolean(values) => count(values.iter().flatten()),
        Column::Date(values) => count(values.iter().flatten()),
        Column::Moment(values) => count(values.iter().flatten()),
    }
}
