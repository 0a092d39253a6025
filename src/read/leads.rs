//! The lead files become leads: identified, with an outcome and dates that make sense, sorted by (created, id).

use std::collections::BTreeMap;

use crate::domain::{Category, Column, Day, Kind, Known, Leads, Role, Table};
use crate::project::{OutcomeSpec, Project, declare_directions};
use crate::read::ReadError;
use crate::read::alike::note_alike;
use crate::read::checks::{self, Facts};
use crate::read::column::Ask;
use crate::read::frame::{Frame, Plan, Wish, load, require_any};
use crate::read::joins::join_all;
use crate::read::log::Log;
use crate::read::outcome;
use crate::read::roles::{days, role_wishes};

/// Least number of digits of an identifier made from the number of the row.
const ROW_DIGITS: usize = 6;

/// Reads the lead files with their side tables. `leads.as_of` is the day after the newest `created` and `closed`; stage
/// history and activities are not in yet.
pub(super) fn read(
    project: &Project,
    as_of: Option<Day>,
    kinds: &BTreeMap<String, Kind>,
    log: &mut Log,
) -> Result<Leads, ReadError> {
    let plan = plan(project, kinds);
    let mut frame = load(project, &project.leads.files, &plan, log)?;
    if frame.read == 0 {
        return Err(ReadError::NoRows {
            file: frame.files().join(", "),
        });
    }
    let mut table = std::mem::take(&mut frame.table);
    join_all(project, &mut table, log)?;
    require_named(project, &frame, &table)?;
    declare_directions(project, &mut table).map_err(ReadError::Outcome)?;

    let created = days(role_column(project, &table, Role::Created));
    let closed = days(role_column(project, &table, Role::Closed));
    let instant = as_of.unwrap_or_else(|| day_after(&[created.as_deref(), closed.as_deref()]));
    let (outcome, outcome_columns) = outcome::outcomes(project, &table, instant, log)?;
    let ids = ids(project, &frame, &table);
    let facts = Facts {
        ids: &ids,
        outcome: &outcome,
        created: created.as_deref(),
        closed: closed.as_deref(),
        amount: match role_column(project, &table, Role::Amount) {
            Some(Column::Number(amounts)) => Some(amounts),
            _ => None,
        },
    };
    let rows = checks::sound_rows(project, &frame, &facts, log);
    log.check_limit(&frame.files(), frame.read, project.leads.max_rejects)?;
    checks::note_gaps(&facts, &rows, log);
    for (role, days) in [(Role::Created, &created), (Role::Closed, &closed)] {
        if let (Some(days), Some(column)) = (days, project.leads.roles.get(&role)) {
            let known = rows.iter().filter_map(|&row| Some((row, days[row]?)));
            log.dates(&frame, column, known);
        }
    }

    let roles = roles(project);
    let known = known(project, &table, &roles, &outcome_columns);
    let order = sorted(rows, &ids, created.as_deref());
    let pick = |days: Option<Vec<Option<Day>>>| -> Vec<Option<Day>> {
        order
            .iter()
            .map(|&row| days.as_ref().and_then(|days| days[row]))
            .collect()
    };
    let contacted = days(role_column(project, &table, Role::Contacted));
    let mut leads = Leads {
        as_of: Day::default(),
        ids: order
            .iter()
            .map(|&row| ids.get(row).unwrap_or_default().to_owned())
            .collect(),
        input_row: order.iter().map(|&row| frame.ordinal(row)).collect(),
        outcome: order.iter().map(|&row| outcome[row]).collect(),
        created: pick(created),
        closed: pick(closed),
        contacted: pick(contacted),
        table: table.into_rows(&order),
        roles,
        known,
        stages: None,
        activities: None,
    };
    leads.as_of = day_after(&[Some(&leads.created), Some(&leads.closed)]);
    note_alike(&leads, log);
    Ok(leads)
}

/// What to ask of the columns of the lead files.
pub(super) fn plan<'a>(project: &'a Project, kinds: &'a BTreeMap<String, Kind>) -> Plan<'a> {
    let spec = &project.leads;
    let text = || Ask::Text { keep: Vec::new() };
    let mut wishes = Vec::new();
    if let Some(id) = &spec.id {
        wishes.push(Wish::new(id, "`id` in [leads]", text()));
    }
    // With side tables, these columns may be in one of them: what is nowhere is told after the joins.
    let in_lead_files = spec.joins.is_empty();
    wishes.extend(role_wishes(project).into_iter().map(|wish| Wish {
        required: in_lead_files,
        ..wish
    }));
    for join in &spec.joins {
        wishes.push(Wish {
            required: false,
            ..Wish::new(&join.left, "[[leads.join]]", text())
        });
    }
    // To score another file nothing but what the model reads is of interest; rules may name any column.
    let by_conditions = matches!(spec.outcome, OutcomeSpec::Conditions { .. });
    Plan {
        wishes,
        rest: kinds.is_empty() || !project.rules.is_empty() || by_conditions || !in_lead_files,
        types: Some(&spec.types),
        kinds: Some(kinds),
    }
}

/// Columns that roles, `types` and `known` name must be in the lead files or the joined ones.
fn require_named(project: &Project, frame: &Frame, table: &Table) -> Result<(), ReadError> {
    let types = project.leads.types.keys();
    let known = project.leads.known.keys();
    let names: Vec<(String, String)> = role_wishes(project)
        .into_iter()
        .map(|wish| (wish.column, wish.named_by))
        .chain(types.map(|name| (name.clone(), "`types` in [leads]".to_owned())))
        .chain(known.map(|name| (name.clone(), "[leads.known]".to_owned())))
        .collect();
    let found: Vec<String> = table.names().iter().chain(&frame.passed).cloned().collect();
    require_any(&frame.files().join(", "), &names, &found)
}

fn role_column<'a>(project: &Project, table: &'a Table, role: Role) -> Option<&'a Column> {
    table.get(project.leads.roles.get(&role)?)
}

/// The day after the newest of several columns of days; 1970-01-01 without any.
fn day_after(columns: &[Option<&[Option<Day>]>]) -> Day {
    let there = columns.iter().flatten();
    let newest = there.flat_map(|days| days.iter().flatten()).max();
    newest.map_or(Day::default(), |&day| day + 1)
}

/// The identifiers, by row: those of the file, or the numbers of the rows with leading zeros.
fn ids(project: &Project, frame: &Frame, table: &Table) -> Category {
    let column = project.leads.id.as_ref().and_then(|id| table.get(id));
    if let Some(Column::Text(ids)) = column {
        return ids.clone();
    }
    let digits = row_digits(frame.read);
    Category {
        codes: (0..table.rows() as u32).collect(),
        levels: (0..table.rows())
            .map(|row| format!("{:0digits$}", frame.ordinal(row) + 1))
            .collect(),
    }
}

/// Digits of an identifier made from the number of a row, so that the order of the texts is that of the rows.
fn row_digits(rows: u64) -> usize {
    rows.to_string().len().max(ROW_DIGITS)
}

/// Rows by (created, id), those without `created` last. Codes of identifiers are in the order of the identifiers.
fn sorted(mut rows: Vec<usize>, ids: &Category, created: Option<&[Option<Day>]>) -> Vec<usize> {
    rows.sort_by_key(|&row| {
        let created = created.and_then(|created| created[row]);
        (created.is_none(), created, ids.codes[row])
    });
    rows
}

fn roles(project: &Project) -> BTreeMap<Role, String> {
    let mut roles = project.leads.roles.clone();
    if let Some(id) = &project.leads.id {
        roles.insert(Role::Id, id.clone());
    }
    if let OutcomeSpec::Values { column, .. } = &project.leads.outcome {
        roles.insert(Role::Outcome, column.clone());
    }
    roles
}

/// When each column becomes known. Columns that tell the outcome, and roles that are no features, are known at close.
fn known(
    project: &Project,
    table: &Table,
    roles: &BTreeMap<Role, String>,
    outcome_columns: &[String],
) -> BTreeMap<String, Known> {
    let default = if project.leads.creation_default {
        Known::Creation { declared: false }
    } else {
        Known::Close
    };
    let known = |name: &String| {
        let no_feature = roles
            .iter()
            .any(|(role, column)| column == name && !role.may_be_feature());
        if no_feature || outcome_columns.contains(name) {
            return Known::Close;
        }
        project.leads.known.get(name).copied().unwrap_or(default)
    };
    table
        .names()
        .iter()
        .map(|name| (name.clone(), known(name)))
        .collect()
}
