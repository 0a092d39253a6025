//! What the leads are divided by, with the smallest groups taken together.

use std::collections::BTreeSet;

use crate::decide::sources::SourcesError;
use crate::domain::{Column, Known, Leads, Role, SpendLine};
use crate::forecast::{Groups, NOBODY};
use crate::kpi::REST;

/// Most groups that are told apart, and up to which number all are, however small.
const MOST: usize = 60;
const FEW: usize = 15;
/// Fewest leads of a group that is told apart among many.
const LEAST: usize = 10;

/// The groups.
pub(super) struct Division {
    /// The column.
    pub(super) column: String,
    /// Whether it is the source, by which spend is known.
    pub(super) is_source: bool,
    /// The groups.
    pub(super) groups: Groups,
    /// How many small ones the last of them stands for.
    pub(super) pooled: usize,
}

impl Division {
    /// By source, or by any column known at creation.
    pub(super) fn of(
        leads: &Leads,
        by: Option<&str>,
        spend: &[SpendLine],
    ) -> Result<Self, SourcesError> {
        let source = leads.roles.get(&Role::Source);
        let column = match by {
            None => source.ok_or(SourcesError::NoSource)?.clone(),
            Some(name) => named(leads, name)?,
        };
        let is_source = source == Some(&column);
        let values = leads.table.get(&column);
        let groups = Groups::of_column(leads, values);
        let filled = values.map_or(0, |of| {
            (0..leads.len()).filter(|&r| !of.is_missing(r)).count()
        });
        if !is_source && groups.len() > FEW && 2 * groups.len() > filled {
            return Err(SourcesError::AllDifferent(column));
        }
        let paid: BTreeSet<&str> = (spend.iter().filter(|_| is_source))
            .map(|line| line.source.as_str())
            .collect();
        let (groups, pooled) = pooled(groups, &paid);
        Ok(Self {
            column,
            is_source,
            groups,
            pooled,
        })
    }
}

/// The column of a name, or of a role; it must be known when a lead comes in.
fn named(leads: &Leads, name: &str) -> Result<String, SourcesError> {
    let by_role = || {
        let mut roles = leads.roles.iter();
        roles
            .find(|(role, _)| role.key() == name)
            .map(|(_, column)| column.clone())
    };
    let column = if leads.table.get(name).is_some() {
        Some(name.to_owned())
    } else {
        by_role()
    };
    let at_creation = |column: &str| {
        let role = leads.roles.iter().find(|(_, own)| *own == column);
        matches!(leads.known.get(column), Some(Known::Creation { .. }))
            && role.is_none_or(|(role, _)| role.may_be_feature())
            && !matches!(
                leads.table.get(column),
                None | Some(Column::Date(_) | Column::Moment(_))
            )
    };
    match column {
        Some(column) if at_creation(&column) => Ok(column),
        Some(column) => Err(SourcesError::KnownLater(column)),
        None => Err(SourcesError::NoColumn {
            name: name.to_owned(),
            columns: (leads.table.iter())
                .map(|(name, _)| name)
                .filter(|name| at_creation(name))
                .map(str::to_owned)
                .collect(),
        }),
    }
}

/// The largest groups and those that money was paid for; the others together, last. Also how many these are.
fn pooled(groups: Groups, paid: &BTreeSet<&str>) -> (Groups, usize) {
    let mut counts = vec![0_usize; groups.len()];
    for &of in &groups.of {
        counts[of] += 1;
    }
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|&group| (std::cmp::Reverse(counts[group]), group));
    let stays = |place: usize, group: usize| {
        let name = groups.names[group].as_str();
        paid.contains(name) || name == NOBODY || (place < MOST && counts[group] >= LEAST)
    };
    let mut kept: Vec<usize> = (order.into_iter().enumerate())
        .filter(|&(place, group)| stays(place, group))
        .map(|(_, group)| group)
        .collect();
    let rest = groups.len() - kept.len();
    if groups.len() <= FEW || rest < 2 {
        return (groups, 0);
    }
    kept.sort_unstable();
    let mut place = vec![kept.len(); groups.len()];
    for (at, &group) in kept.iter().enumerate() {
        place[group] = at;
    }
    let mut names: Vec<String> = kept.iter().map(|&g| groups.names[g].clone()).collect();
    names.push(REST.to_owned());
    let of = groups.of.iter().map(|&group| place[group]).collect();
    (Groups { names, of }, rest)
}
