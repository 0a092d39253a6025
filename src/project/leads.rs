//! The `[leads]` table: files, outcome, roles, joins, and when columns become known.

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::DeValue;

use crate::domain::{Kind, Known, Role};

use super::checked::{Join, LeadsSpec, OutcomeSpec, Values};
use super::condition::{self, parse_span};
use super::paths;
use super::written::{At, Section, Written, noun, one_of, whole};

/// What `leads.id` says when no column identifies a lead.
const ROW_NUMBER: &str = "#row";

/// Reads `[leads]`. Faults go to the walk; what could not be read is left empty.
pub(super) fn leads(
    section: Section<'_, '_>,
    root: &Path,
    values: &Values,
    home: impl Fn(&str) -> Option<String>,
) -> LeadsSpec {
    if !section.has("file") {
        section.missing("file", "name the export: file = \"leads.csv\"");
    }
    let files = paths::files(&section, root, "file");
    let id = section.need_text(
        "id",
        "name the column that identifies a lead, or write id = \"#row\" if there is none",
    );
    let outcome = outcome(&section, values);
    let roles = roles(&section, id.as_ref());
    let (known, creation_default) = known(&section);
    let spec = LeadsSpec {
        files,
        id: id.map(|id| id.value).filter(|column| column != ROW_NUMBER),
        outcome: outcome.unwrap_or_else(|| OutcomeSpec::Values {
            column: String::new(),
            won: Vec::new(),
            lost: Vec::new(),
        }),
        lost_after: lost_after(&section),
        roles,
        types: types(&section),
        joins: section
            .sections("join")
            .into_iter()
            .filter_map(|join| self::join(join, root))
            .collect(),
        known,
        creation_default,
        max_rejects: section
            .number_in("max_rejects", (0.0, 1.0, false))
            .unwrap_or(0.05),
    };
    section.finish_with(home);
    spec
}

/// What stands for the leads in a project of campaign files only.
pub(super) fn none() -> LeadsSpec {
    LeadsSpec {
        files: Vec::new(),
        id: None,
        outcome: OutcomeSpec::Values {
            column: String::new(),
            won: Vec::new(),
            lost: Vec::new(),
        },
        lost_after: None,
        roles: BTreeMap::new(),
        types: BTreeMap::new(),
        joins: Vec::new(),
        known: BTreeMap::new(),
        creation_default: true,
        max_rejects: 0.05,
    }
}

fn outcome(section: &Section<'_, '_>, values: &Values) -> Option<OutcomeSpec> {
    const EXAMPLE: &str =
        "write outcome = { column = \"status\", won = [\"Won\"], lost = [\"Lost\"] }";
    let Some(value) = section.get("outcome") else {
        section.missing("outcome", EXAMPLE);
        return None;
    };
    if !matches!(value.get_ref(), DeValue::Table(_)) {
        section.walk.error(
            "wrong-type",
            value.span(),
            format!(
                "`leads.outcome` must say which column tells the outcome and which values mean won and lost, found {}",
                noun(value.get_ref())
            ),
            EXAMPLE,
        );
        return None;
    }
    let outcome = section.section("outcome")?;
    let read = if outcome.has("column") {
        by_values(&outcome, values)
    } else if is_condition(&outcome, "won") || is_condition(&outcome, "lost") {
        by_conditions(&outcome)
    } else {
        outcome.missing("column", EXAMPLE);
        let _ = (
            outcome.get("column"),
            outcome.get("won"),
            outcome.get("lost"),
        );
        None
    };
    outcome.finish();
    read
}

fn is_condition(outcome: &Section<'_, '_>, key: &'static str) -> bool {
    outcome
        .get(key)
        .is_some_and(|value| matches!(value.get_ref(), DeValue::Table(_)))
}

fn by_conditions(outcome: &Section<'_, '_>) -> Option<OutcomeSpec> {
    let Some(won) = outcome.get("won") else {
        outcome.missing("won", "say what makes a lead won");
        return None;
    };
    let won = condition::parse(outcome.walk, "leads.outcome.won", won);
    let lost = match outcome.get("lost") {
        Some(lost) => Some(condition::parse(outcome.walk, "leads.outcome.lost", lost)?),
        None => None,
    };
    Some(OutcomeSpec::Conditions { won: won?, lost })
}

fn by_values(outcome: &Section<'_, '_>, values: &Values) -> Option<OutcomeSpec> {
    let before = outcome.walk.count();
    let column = outcome.text("column");
    let won = words(outcome, "won", values);
    let lost = words(outcome, "lost", values);
    if !outcome.has("won") {
        outcome.missing("won", "list the values that mean won: won = [\"Won\"]");
    } else if won.is_empty() && outcome.walk.count() == before {
        outcome.walk.error(
            "empty-list",
            outcome.span.clone(),
            "`leads.outcome.won` has no values",
            "list the values that mean won",
        );
    }
    if !outcome.has("lost") {
        outcome.missing(
            "lost",
            "list the values that mean lost, or write lost = [] if the file never says so; every other value is open",
        );
    }
    for both in lost
        .iter()
        .filter(|lost| won.iter().any(|won| won.value == lost.value))
    {
        outcome.walk.error(
            "won-and-lost",
            both.span.clone(),
            format!("\"{}\" is both won and lost", both.value),
            "keep it in one of the two lists",
        );
    }
    let plain = |words: Vec<At<String>>| words.into_iter().map(|word| word.value).collect();
    Some(OutcomeSpec::Values {
        column: column?.value,
        won: plain(won),
        lost: plain(lost),
    })
}

/// The values of a list, or a single one, as the file would write them; true and false as the words for yes and no.
fn words(outcome: &Section<'_, '_>, key: &'static str, values: &Values) -> Vec<At<String>> {
    let Some(value) = outcome.get(key) else {
        return Vec::new();
    };
    let items: Vec<&Written<'_>> = match value.get_ref() {
        DeValue::Array(items) => items.iter().collect(),
        _ => vec![value],
    };
    items
        .into_iter()
        .flat_map(|item| word(outcome, key, item, values))
        .collect()
}

fn word(
    outcome: &Section<'_, '_>,
    key: &'static str,
    item: &Written<'_>,
    values: &Values,
) -> Vec<At<String>> {
    let name = outcome.path(key);
    let texts: Vec<String> = match item.get_ref() {
        DeValue::Integer(integer) => whole(integer).map(|n| n.to_string()).into_iter().collect(),
        DeValue::Float(_) => outcome
            .walk
            .number(&name, item)
            .map(|number| number.value.to_string())
            .into_iter()
            .collect(),
        DeValue::Boolean(true) => values.yes.clone(),
        DeValue::Boolean(false) => values.no.clone(),
        DeValue::String(_) => outcome
            .walk
            .text(&name, item)
            .map(|text| text.value)
            .into_iter()
            .collect(),
        other => {
            outcome.walk.error(
                "wrong-type",
                item.span(),
                format!(
                    "`{name}` must list values of the column, found {}",
                    noun(other)
                ),
                "write for example [\"Won\"]; conditions need both `column` gone and braces",
            );
            Vec::new()
        }
    };
    texts
        .into_iter()
        .map(|value| At {
            value,
            span: item.span(),
        })
        .collect()
}

/// The columns in roles; one column has one role, but the outcome's may be the stage too, as many CRMs keep both in one.
fn roles(section: &Section<'_, '_>, id: Option<&At<String>>) -> BTreeMap<Role, String> {
    let mut roles = BTreeMap::new();
    let mut taken: BTreeMap<String, Role> = BTreeMap::new();
    if let Some(id) = id.filter(|id| id.value != ROW_NUMBER) {
        taken.insert(id.value.clone(), Role::Id);
    }
    for role in Role::ALL {
        if matches!(role, Role::Id | Role::Outcome) {
            continue;
        }
        let Some(column) = section.text(role.key()) else {
            continue;
        };
        if let Some(other) = taken.get(&column.value) {
            let hint = if role == Role::StatedAmount && *other == Role::Amount {
                "a column that is overwritten on winning cannot say what an open lead wants to spend: keep `amount`"
            } else {
                "a column plays one part: keep the line that is right"
            };
            section.walk.error(
                "role-twice",
                column.span,
                format!(
                    "the column `{}` is named as `{}` and as `{}`",
                    column.value,
                    other.key(),
                    role.key()
                ),
                hint,
            );
            continue;
        }
        taken.insert(column.value.clone(), role);
        roles.insert(role, column.value);
    }
    roles
}

fn types(section: &Section<'_, '_>) -> BTreeMap<String, Kind> {
    const KINDS: [(&str, Kind); 5] = [
        ("number", Kind::Number),
        ("text", Kind::Text),
        ("boolean", Kind::Boolean),
        ("date", Kind::Date),
        ("moment", Kind::Moment),
    ];
    let mut types = BTreeMap::new();
    let Some(table) = section.section("types") else {
        return types;
    };
    for (column, value) in table.entries() {
        let Some(word) = section.walk.text(&table.path(&column.value), value) else {
            continue;
        };
        if let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == word.value) {
            types.insert(column.value, *kind);
        } else {
            section.walk.error(
                "unknown-choice",
                word.span,
                format!("a column cannot be \"{}\"", word.value),
                one_of(&word.value, &KINDS.map(|(name, _)| name)),
            );
        }
    }
    types
}

fn lost_after(section: &Section<'_, '_>) -> Option<i32> {
    let written = section.text("lost_after")?;
    if let Some(crate::domain::Span::Days(days)) = parse_span(&written.value) {
        return Some(days);
    }
    section.walk.error(
        "bad-duration",
        written.span,
        format!(
            "`leads.lost_after` cannot read \"{}\" as a number of days",
            written.value
        ),
        "write for example \"180d\"",
    );
    None
}

fn join(section: Section<'_, '_>, root: &Path) -> Option<Join> {
    let file = paths::file(&section, root, "file");
    let keys = match section.get("on").map(|on| (on, on.get_ref())) {
        None => {
            section.missing(
                "on",
                "name the column that both files have: on = \"product\"; or on = { left = ..., right = ... }",
            );
            None
        }
        Some((_, DeValue::Table(_))) => section.section("on").and_then(|on| {
            let left = on.need_text("left", "the key column in the leads");
            let right = on.need_text("right", "the key column in the joined file");
            on.finish();
            Some((left?.value, right?.value))
        }),
        Some(_) => section.text("on").map(|on| (on.value.clone(), on.value)),
    };
    let columns = section.texts("columns").unwrap_or_default();
    section.finish();
    let (left, right) = keys?;
    Some(Join {
        file: file?,
        left,
        right,
        columns: columns.into_iter().map(|column| column.value).collect(),
    })
}

/// When the named columns become known, and whether all others are known at creation.
fn known(section: &Section<'_, '_>) -> (BTreeMap<String, Known>, bool) {
    let mut known = BTreeMap::new();
    let Some(table) = section.section("known") else {
        return (known, true);
    };
    let lists = [
        ("creation", Known::Creation { declared: true }),
        ("contact", Known::Contact),
        ("close", Known::Close),
    ];
    let mut star: Option<&str> = None;
    for (key, when) in lists {
        for column in table.texts(key).unwrap_or_default() {
            if column.value == "*" {
                place_star(&table, key, &column, &mut star);
                continue;
            }
            if known.insert(column.value.clone(), when).is_some() {
                table.walk.error(
                    "known-twice",
                    column.span,
                    format!(
                        "the column `{}` stands in two lists of [leads.known]",
                        column.value
                    ),
                    "keep it where its value becomes known last",
                );
            }
        }
    }
    let default = match star {
        Some(key) => key == "creation",
        None => !table.has("creation"),
    };
    table.finish();
    (known, default)
}

/// `*` stands for all other columns: once, under `creation` or under `close`.
fn place_star<'k>(
    table: &Section<'_, '_>,
    key: &'k str,
    star: &At<String>,
    seen: &mut Option<&'k str>,
) {
    if key == "contact" {
        table.walk.error(
            "star-misplaced",
            star.span.clone(),
            "`*` cannot stand under `contact`",
            "name the columns that are known at the first contact; `*` stands under `creation` or `close`",
        );
    } else if let Some(other) = seen {
        table.walk.error(
            "star-misplaced",
            star.span.clone(),
            format!("`*` stands under `{other}` and under `{key}`"),
            "it means all other columns: keep one",
        );
    } else {
        *seen = Some(key);
    }
}
