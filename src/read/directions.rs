//! Directions that the project declares, held against the columns that they name.

use crate::domain::{Fault, Faults, Kind, Place, Table};
use crate::project::{Project, nearest};

/// Declares the directions of `[model] monotone` on the columns.
///
/// # Errors
/// Every column that is not there, holds no numbers, or can never be a feature, with its place in the project file.
pub(super) fn declare(project: &Project, table: &mut Table) -> Result<(), Faults> {
    let mut faults = Vec::new();
    for monotone in &project.monotone {
        let name = &monotone.column;
        let found = table.get(name).map(crate::domain::Column::kind);
        let (code, message, hint) = match found {
            Some(Kind::Number) => {
                let roles = &project.leads.roles;
                let role = roles.iter().find(|(_, column)| *column == name);
                match role.filter(|(role, _)| !role.may_be_feature()) {
                    None => {
                        table.direct(name, monotone.direction);
                        continue;
                    }
                    Some((role, _)) => (
                        "direction-unused",
                        format!("`{name}` is never a feature, as it is the {} of the lead: no direction can hold", role.key()),
                        "delete it from `monotone`".to_owned(),
                    ),
                }
            }
            Some(kind) => (
                "direction-of-no-number",
                format!("`{name}` holds {}: only numbers have an up and a down", kind.noun()),
                "delete it from `monotone`; or, if it does hold numbers, say so under `types` in [leads]".to_owned(),
            ),
            None => (
                "unknown-column",
                format!("there is no column `{name}` in the data"),
                nearest(name, table.names().iter().map(String::as_str))
                    .map_or_else(|| "`forerun check` lists the columns".to_owned(), |near| format!("did you mean `{near}`?")),
            ),
        };
        let place = Place::new(&project.file, &project.text, monotone.span.clone());
        faults.push(Fault::error(code, message).at(place).hint(hint));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Faults(faults))
    }
}
