//! Leads by the text of a role column: by source, by owner.

use crate::domain::{Category, Column, Day, Leads, MISSING, Role};

/// Name of the group of leads that have no value.
pub(crate) const NOBODY: &str = "(none)";

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
        let category = match leads.role(role) {
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
}
