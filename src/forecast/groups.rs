//! Leads by the text of a role column: by source, by owner.

use crate::domain::{Category, Column, Day, Leads, MISSING, Outcome, Role};
use crate::forecast::futures::SPLIT_BY;

/// Name of the group of leads that have no value.
pub(crate) const NOBODY: &str = "(none)";
/// Name of the group of all that are too many to be told apart.
const OTHERS: &str = "(others)";
/// Most groups of a role that revenue is told apart by; of more the smallest are taken together.
const MOST_GROUPS: usize = 200;

/// Which group each lead belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Groups {
    /// Names by bytes; [`NOBODY`] last, where some lead needs it.
    pub(crate) names: Vec<String>,
    /// Position in `names`, by lead.
    pub(crate) of: Vec<usize>,
}

impl Groups {
    /// The leads by a role; all in one group where the project does not name that role.
    pub(crate) fn by(leads: &Leads, role: Role) -> Self {
        Self::of_column(leads, leads.role(role))
    }

    /// The leads by the text of a column; all in one group without one.
    pub(crate) fn of_column(leads: &Leads, column: Option<&Column>) -> Self {
        let category = match column {
            None => Category {
                codes: vec![MISSING; leads.len()],
                levels: Vec::new(),
            },
            Some(Column::Text(category)) => category.clone(),
            Some(column) => {
                let texts: Vec<String> = (0..leads.len()).map(|row| column.display(row)).collect();
                Category::from_texts(
                    texts
                        .iter()
                        .map(|text| Some(text.as_str()).filter(|t| !t.is_empty())),
                )
            }
        };
        let mut names = category.levels;
        let last = names.len();
        let of: Vec<usize> = category
            .codes
            .iter()
            .map(|&code| (code as usize).min(last))
            .collect();
        if of.contains(&last) {
            names.push(NOBODY.to_owned());
        }
        Self { names, of }
    }

    /// Number of groups.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether a group is that of the leads without a value.
    pub(crate) fn is_nobody(&self, group: usize) -> bool {
        self.names.get(group).is_some_and(|name| name == NOBODY)
    }

    /// The rows of each group that have `created`, oldest first.
    pub(crate) fn created_rows(&self, leads: &Leads) -> Vec<Vec<usize>> {
        let mut rows = vec![Vec::new(); self.len()];
        for (row, &group) in self.of.iter().enumerate() {
            if leads.created[row].is_some() {
                rows[group].push(row);
            }
        }
        rows
    }
}

/// Of `rows`, oldest first: those created since a day, but at least the newest `least`; then evenly thinned to `most`.
pub(crate) fn newest(
    leads: &Leads,
    rows: &[usize],
    since: Day,
    least: usize,
    most: usize,
) -> Vec<usize> {
    let recent = rows.partition_point(|&row| leads.created[row].is_none_or(|day| day < since));
    thinned(
        &rows[recent.min(rows.len().saturating_sub(least))..],
        most.max(1),
    )
}

/// At most `most` of `rows`, evenly spread.
pub(crate) fn thinned(rows: &[usize], most: usize) -> Vec<usize> {
    if rows.len() <= most {
        return rows.to_vec();
    }
    (0..most).map(|i| rows[i * rows.len() / most]).collect()
}

/// Who has a share in the revenue ahead, by one role.
#[derive(Debug, Clone)]
pub(super) struct Members {
    /// The role.
    pub(super) role: Role,
    /// Names of its groups.
    pub(super) names: Vec<String>,
    /// Group of each open lead, in the order of their chances.
    pub(super) open: Vec<u32>,
    /// Group of each example, by source, in the order of the source's purse.
    pub(super) examples: Vec<Vec<u32>>,
    /// Revenue booked in the month of the as-of date, money, by group and win.
    pub(super) booked: Vec<(u32, f64)>,
}

impl Members {
    /// For each role that the project names, of the open leads and the examples (rows of leads; examples by source);
    /// every win counts 1 unless `priced`.
    pub(super) fn all(
        leads: &Leads,
        open: &[usize],
        examples: &[Vec<usize>],
        priced: bool,
    ) -> Vec<Self> {
        (SPLIT_BY.into_iter())
            .filter(|role| leads.role(*role).is_some())
            .map(|role| Self::by(role, leads, open, examples, priced))
            .collect()
    }

    fn by(
        role: Role,
        leads: &Leads,
        open: &[usize],
        examples: &[Vec<usize>],
        priced: bool,
    ) -> Self {
        let groups = Groups::by(leads, role);
        let booked = booked(leads, priced);
        let rows = (open.iter().chain(examples.iter().flatten())).copied();
        let rows = rows.chain(booked.iter().map(|&(row, _)| row));
        let (names, place) = largest(&groups, rows);
        let of = |row: usize| place[groups.of[row]];
        Self {
            role,
            open: open.iter().map(|&row| of(row)).collect(),
            examples: (examples.iter())
                .map(|rows| rows.iter().map(|&row| of(row)).collect())
                .collect(),
            booked: (booked.iter())
                .map(|&(row, money)| (of(row), money))
                .collect(),
            names,
        }
    }
}

/// Wins of the month of the as-of date: row and amount (0 where it is missing; 1 each unless `priced`).
pub(super) fn booked(leads: &Leads, priced: bool) -> Vec<(usize, f64)> {
    let amounts = leads.numbers(Role::Amount).filter(|_| priced);
    let this_month = leads.as_of.month();
    (0..leads.len())
        .filter(|&row| {
            leads.outcome[row] == Outcome::Won
                && leads.closed[row].is_some_and(|closed| closed.month() == this_month)
        })
        .map(|row| {
            let amount = amounts.map_or(1.0, |amounts| amounts[row]);
            (row, if amount.is_finite() { amount } else { 0.0 })
        })
        .collect()
}

/// The groups that `rows` belong to, by name, the smallest beyond [`MOST_GROUPS`] taken together; and the place of every
/// group among them.
fn largest(groups: &Groups, rows: impl Iterator<Item = usize>) -> (Vec<String>, Vec<u32>) {
    let mut counts = vec![0_usize; groups.len()];
    for row in rows {
        counts[groups.of[row]] += 1;
    }
    let mut kept: Vec<usize> = (0..groups.len()).filter(|&g| counts[g] > 0).collect();
    let others = kept.len() > MOST_GROUPS;
    if others {
        kept.sort_by_key(|&g| (std::cmp::Reverse(counts[g]), g));
        kept.truncate(MOST_GROUPS - 1);
        kept.sort_unstable();
    }
    let mut place = vec![kept.len() as u32; groups.len()];
    for (at, &group) in kept.iter().enumerate() {
        place[group] = at as u32;
    }
    let mut names: Vec<String> = kept.iter().map(|&g| groups.names[g].clone()).collect();
    if others || names.is_empty() {
        names.push(OTHERS.to_owned());
    }
    (names, place)
}

/// How much more or less often the owner of each example is given leads of its source now than over all of the examples:
/// the owner's share of the source's leads of the last 90 days, with 20 leads at the old shares added, over the old
/// share. Whoever left gets none any more, whoever is new gets what is given now. What nobody holds counts 1.
///
/// `examples` are rows of leads by source; the factors stand in the same order.
pub(super) fn now_given(leads: &Leads, sources: &Groups, examples: &[Vec<usize>]) -> Vec<Vec<f64>> {
    const DAYS: i32 = 90;
    const WEIGHT: f64 = 20.0;
    if leads.role(Role::Owner).is_none() {
        return examples.iter().map(|rows| vec![1.0; rows.len()]).collect();
    }
    let owners = Groups::by(leads, Role::Owner);
    let held = |row: usize| owners.names[owners.of[row]] != NOBODY;
    let since = leads.as_of - DAYS;
    let mut lately = vec![Vec::new(); sources.len()];
    for row in 0..leads.len() {
        if held(row) && leads.created[row].is_some_and(|day| day >= since) {
            lately[sources.of[row]].push(row);
        }
    }
    let counts = |rows: &[usize]| {
        let mut counts = vec![0.0; owners.len()];
        for &row in rows.iter().filter(|&&row| held(row)) {
            counts[owners.of[row]] += 1.0;
        }
        let all = counts.iter().sum::<f64>();
        (counts, all)
    };
    (examples.iter().zip(&lately))
        .map(|(rows, lately)| {
            let ((before, all_before), (now, all_now)) = (counts(rows), counts(lately));
            let factor = |row: usize| {
                let owner = owners.of[row];
                let old = before[owner] / all_before;
                if held(row) {
                    (now[owner] + WEIGHT * old) / (all_now + WEIGHT) / old
                } else {
                    1.0
                }
            };
            rows.iter().map(|&row| factor(row)).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::sample::LeadsBuilder;

    #[test]
    fn leads_without_a_value_are_a_group_of_their_own() {
        let leads = LeadsBuilder::new("2026-01-10")
            .open("2026-01-01", Some("Web"))
            .open("2026-01-02", None)
            .open("2026-01-03", Some("Fair"))
            .build();
        let groups = Groups::by(&leads, Role::Source);
        assert_eq!(groups.names, ["Fair", "Web", NOBODY]);
        assert_eq!(groups.of, [1, 2, 0]);
        let none = Groups::by(&leads, Role::Owner);
        assert_eq!(none.names, [NOBODY]);
    }

    #[test]
    fn the_newest_are_kept_and_thinned_evenly() {
        let mut builder = LeadsBuilder::new("2026-01-10");
        for day in 1..10 {
            builder = builder.open(&format!("2026-01-{day:02}"), None);
        }
        let leads = builder.build();
        let rows: Vec<usize> = (0..9).collect();
        let since = Day::from_ymd(2026, 1, 6).expect("a day");
        assert_eq!(newest(&leads, &rows, since, 2, 100), [5, 6, 7, 8]);
        assert_eq!(newest(&leads, &rows, since, 6, 100), [3, 4, 5, 6, 7, 8]);
        assert_eq!(newest(&leads, &rows, since, 2, 2), [5, 7]);
    }

    #[test]
    fn new_leads_go_to_those_who_are_given_some_now() {
        let mut builder = LeadsBuilder::new("2026-07-01");
        for day in 1..29 {
            let (old, new) = (format!("2026-01-{day:02}"), format!("2026-06-{day:02}"));
            for (date, owner) in [
                (&old, "left"),
                (&old, "stays"),
                (&new, "stays"),
                (&new, "new"),
            ] {
                builder = builder.open(date, None);
                if let Some(row) = builder.rows.last_mut() {
                    row.owner = Some(owner.to_owned());
                }
            }
        }
        let leads = builder.build();
        let rows: Vec<usize> = (0..leads.len()).collect();
        let sources = Groups::by(&leads, Role::Source);
        let factors = now_given(&leads, &sources, std::slice::from_ref(&rows)).remove(0);
        let owners = Groups::by(&leads, Role::Owner);
        let of = |name: &str| {
            let group = owners.names.iter().position(|n| n == name);
            let row = rows.iter().find(|&&row| Some(owners.of[row]) == group);
            factors[*row.expect("a row")]
        };
        assert!(of("left") < 0.3 && of("new") > 1.6, "{factors:?}");
        assert!((of("stays") - 1.0).abs() < 1e-9);
        let mean = factors.iter().sum::<f64>() / factors.len() as f64;
        assert!((mean - 1.0).abs() < 1e-9, "shares sum to 1");
    }

    #[test]
    fn of_too_many_groups_the_smallest_are_one() {
        let mut builder = LeadsBuilder::new("2026-07-01");
        for i in 0..2 * MOST_GROUPS {
            let name = format!("s{i:04}");
            for _ in 0..=usize::from(i % 2 == 0) {
                builder = builder.open("2026-06-01", Some(&name));
            }
        }
        let leads = builder.build();
        let rows: Vec<usize> = (0..leads.len()).collect();
        let members = Members::all(&leads, &rows, std::slice::from_ref(&rows), false);
        assert_eq!(members.len(), 1, "only the source is named");
        let sources = &members[0];
        assert_eq!(sources.names.len(), MOST_GROUPS);
        assert_eq!(sources.names.last().map(String::as_str), Some(OTHERS));
        assert!(sources.names[..MOST_GROUPS - 1].is_sorted());
        let last = sources
            .open
            .iter()
            .filter(|&&g| g as usize == MOST_GROUPS - 1)
            .count();
        assert_eq!(last, leads.len() - 2 * (MOST_GROUPS - 1));
    }
}
