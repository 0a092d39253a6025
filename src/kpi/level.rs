//! Groups of leads for the reports: the largest by name, the rest together.

use crate::domain::{Column, Known, Leads, Role};
use crate::forecast::Groups;

/// Name of the rest.
pub(crate) const REST: &str = "(others)";

/// The groups of a role with the smallest beyond `most` taken together, so that no table grows without end; the rest is
/// the last.
pub(crate) fn largest(groups: &Groups, most: usize) -> Groups {
    if groups.len() <= most {
        return groups.clone();
    }
    let mut counts = vec![0_usize; groups.len()];
    for &of in &groups.of {
        counts[of] += 1;
    }
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|&group| (std::cmp::Reverse(counts[group]), group));
    let mut kept: Vec<usize> = order.into_iter().take(most.max(2) - 1).collect();
    kept.sort_unstable();
    let mut place = vec![kept.len(); groups.len()];
    for (at, &group) in kept.iter().enumerate() {
        place[group] = at;
    }
    let mut names: Vec<String> = kept
        .iter()
        .map(|&group| groups.names[group].clone())
        .collect();
    names.push(REST.to_owned());
    Groups {
        names,
        of: groups.of.iter().map(|&group| place[group]).collect(),
    }
}

/// The texts known at creation that may say what kind of customer a lead is: columns of 2 to 30 values, the owner, the
/// customer and the stage apart. Name, number of levels, level of each lead (missing is a level).
pub(crate) fn kinds(leads: &Leads) -> Vec<(String, usize, Vec<usize>)> {
    const MOST: usize = 30;
    let role_of = |name: &str| {
        leads
            .roles
            .iter()
            .find(|(_, column)| *column == name)
            .map(|(&role, _)| role)
    };
    let usable = |name: &str| {
        let known = matches!(leads.known.get(name), Some(Known::Creation { .. }));
        let role = role_of(name);
        known
            && role.is_none_or(|role| {
                matches!(
                    role,
                    Role::Source | Role::Product | Role::Region | Role::Channel
                )
            })
    };
    let mut found = Vec::new();
    for (name, column) in leads.table.iter().filter(|(name, _)| usable(name)) {
        let (levels, of): (usize, Vec<usize>) = match column {
            Column::Text(category) if (2..=MOST).contains(&category.levels.len()) => {
                let n = category.levels.len();
                (
                    n + 1,
                    category
                        .codes
                        .iter()
                        .map(|&code| (code as usize).min(n))
                        .collect(),
                )
            }
            Column::Boolean(values) => (
                3,
                values
                    .iter()
                    .map(|value| value.map_or(2, usize::from))
                    .collect(),
            ),
            _ => continue,
        };
        found.push((name.to_owned(), levels, of));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}
