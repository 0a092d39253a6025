//! Directions that the project declares, held against the columns that they name.

use crate::domain::{Column, Fault, Faults, Kind, Place, Role, Table};

use super::checked::{Monotone, Project};
use super::nearest::nearest;

/// Declares the directions of `[model] monotone` on the columns.
///
/// # Errors
/// Every column that is not there, holds no numbers, or can never be a feature, with its place in the project file.
pub fn declare_directions(project: &Project, table: &mut Table) -> Result<(), Faults> {
    let mut faults = Vec::new();
    for monotone in &project.monotone {
        match fault(project, monotone, table) {
            Some(fault) => {
                let place = Place::new(&project.file, &project.text, monotone.span.clone());
                faults.push(fault.at(place));
            }
            None => table.direct(&monotone.column, monotone.direction),
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Faults(faults))
    }
}

fn fault(project: &Project, monotone: &Monotone, table: &Table) -> Option<Fault> {
    let name = &monotone.column;
    let Some(kind) = table.get(name).map(Column::kind) else {
        let near = nearest(name, table.names().iter().map(String::as_str));
        let hint = near.map_or_else(
            || "`forerun check` lists the columns".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("there is no column `{name}` in the data");
        return Some(Fault::error("unknown-column", message).hint(hint));
    };
    if kind != Kind::Number {
        let message = format!(
            "`{name}` holds {}: only numbers have an up and a down",
            kind.noun()
        );
        return Some(Fault::error("direction-of-no-number", message).hint(
            "delete it from `monotone`; or, if it does hold numbers, say so under `types` in [leads]",
        ));
    }
    let role = project
        .leads
        .roles
        .iter()
        .find(|(_, column)| *column == name);
    let role = role
        .map(|(role, _)| *role)
        .filter(|role| !Role::may_be_feature(*role))?;
    let message = format!(
        "`{name}` is never a feature, as it is the `{}` of the lead: no direction can hold",
        role.key()
    );
    Some(Fault::error("direction-unused", message).hint("delete it from `monotone`"))
}
