//! Values that are one to a reader and two to a program: `Web`, `web ` and `ＷＥＢ`.

use std::collections::BTreeMap;

use crate::domain::{Column, Leads, Role};
use crate::read::log::Log;
use crate::read::values::shorten;

/// Roles whose values are counted one by one.
const ROLES: [Role; 6] = [
    Role::Source,
    Role::Owner,
    Role::Stage,
    Role::Product,
    Role::Region,
    Role::Channel,
];
/// Most groups of values that one note shows.
const SHOWN: usize = 5;

/// Notes columns of the usual roles in which values differ by case, spaces or width alone. They are kept apart: only the
/// owner of the data knows whether they are one.
pub(super) fn note_alike(leads: &Leads, log: &mut Log) {
    for role in ROLES {
        let Some(column) = leads.roles.get(&role) else {
            continue;
        };
        let Some(Column::Text(category)) = leads.table.get(column) else {
            continue;
        };
        let groups = alike(&category.levels);
        if groups.is_empty() {
            continue;
        }
        let shown: Vec<String> = (groups.iter().take(SHOWN))
            .map(|group| {
                let names: Vec<String> = (group.iter())
                    .map(|level| format!("`{}`", shorten(level)))
                    .collect();
                names.join(" and ")
            })
            .collect();
        let more = groups.len().saturating_sub(SHOWN);
        let more = if more == 0 {
            String::new()
        } else {
            format!(" and {more} more")
        };
        let message = format!(
            "`{column}` holds values that differ only in case, spaces or width of letters, and counts them apart: {}{more}. \
             If they are one, write them alike in the export.",
            shown.join("; ")
        );
        log.note("values-alike", Some(column), message);
    }
}

/// The groups of two levels and more that read the same, by name.
fn alike(levels: &[String]) -> Vec<Vec<&str>> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for level in levels {
        groups.entry(plain(level)).or_default().push(level);
    }
    groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect()
}

/// Without spaces, in small letters, letters of full width as the usual ones.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xff01 + 0x21).unwrap_or(c),
            c => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_and_width_make_no_other_value() {
        let levels = [
            "Cold call",
            "Web",
            "cold  call",
            "web",
            "ＷＥＢ",
            "展会",
            "展会 ",
        ];
        let levels: Vec<String> = levels.iter().map(|&level| level.to_owned()).collect();
        assert_eq!(
            alike(&levels),
            [
                vec!["Cold call", "cold  call"],
                vec!["Web", "web", "ＷＥＢ"],
                vec!["展会", "展会 "]
            ]
        );
        assert!(alike(&["A".to_owned(), "B".to_owned()]).is_empty());
    }
}
