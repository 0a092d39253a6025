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
    /// When its values become known.
    pub known: ColumnKnown,
    /// Share of leads without a value, 0-1.
    pub missing: f64,
    /// Distinct values.
    pub distinct: usize,
}

/// When the values of a column become known, and what that means for the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKnown {
    /// From the first day; `declared` if the project file names the column rather than leaving it to `*`.
    Creation {
        /// Named in the project file.
        declared: bool,
    },
    /// From the first contact.
    Contact,
    /// Only once the lead is closed, or never to be used: never a feature.
    Close,
    /// Decided by its role, in which it is never a feature.
    Role,
    /// The stage of today: a feature through the stage history, which says when it was entered.
    Stages,
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
            known: known(leads, name, role_of(name)),
            missing: missing as f64 / column.len().max(1) as f64,
            distinct: distinct(column),
        }
    };
    leads.table.iter().map(row).collect()
}

fn known(leads: &Leads, name: &str, role: Option<Role>) -> ColumnKnown {
    match role {
        Some(Role::Stage) if leads.stages.is_some() => return ColumnKnown::Stages,
        Some(role) if !role.may_be_feature() => return ColumnKnown::Role,
        _ => {}
    }
    match leads.known.get(name) {
        Some(&Known::Creation { declared }) => ColumnKnown::Creation { declared },
        Some(Known::Contact) => ColumnKnown::Contact,
        Some(Known::Close) | None => ColumnKnown::Close,
    }
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
