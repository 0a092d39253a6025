//! What the columns in roles must hold.

use crate::domain::{Column, Day, Moment, Role};
use crate::project::{OutcomeSpec, Project};
use crate::read::column::Ask;
use crate::read::frame::Wish;

/// The columns in roles and that of the outcome, with what they must hold.
pub(super) fn role_wishes(project: &Project) -> Vec<Wish> {
    let spec = &project.leads;
    let mut wishes = Vec::new();
    if let OutcomeSpec::Values { column, won, lost } = &spec.outcome {
        let keep = won.iter().chain(lost).cloned().collect();
        wishes.push(Wish::new(
            column,
            "`outcome` in [leads]",
            Ask::Text { keep },
        ));
    }
    for (role, column) in &spec.roles {
        let named_by = format!("`{}` in [leads]", role.key());
        wishes.push(Wish::new(column, named_by, ask(*role)));
    }
    wishes
}

/// What a column in a role must hold.
fn ask(role: Role) -> Ask {
    match role {
        Role::Created | Role::Closed | Role::Contacted | Role::ExpectedClose | Role::Paid => {
            Ask::Time
        }
        Role::Amount | Role::StatedAmount | Role::ListPrice => Ask::Money,
        Role::Id
        | Role::Outcome
        | Role::Source
        | Role::Owner
        | Role::Stage
        | Role::Product
        | Role::Customer
        | Role::Region
        | Role::Channel => Ask::Text { keep: Vec::new() },
    }
}

/// The days of a column of dates; none if there is no such column.
pub(super) fn days(column: Option<&Column>) -> Option<Vec<Option<Day>>> {
    match column? {
        Column::Date(days) => Some(days.clone()),
        Column::Moment(moments) => Some(
            moments
                .iter()
                .map(|moment| moment.map(Moment::day))
                .collect(),
        ),
        _ => None,
    }
}
