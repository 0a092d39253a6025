//! Side tables joined to the leads.

use std::collections::{BTreeMap, HashMap};

use crate::domain::{Category, Column, MISSING, Table};
use crate::project::{Join, Project};
use crate::read::ReadError;
use crate::read::column::Ask;
use crate::read::error::grouped;
use crate::read::frame::{Frame, Plan, Wish, load, require_any};
use crate::read::log::Log;
use crate::read::roles::role_wishes;
use crate::read::source::shown;

/// Values that a note names of those without a partner.
const NAMED: usize = 5;

/// Adds the columns of every side table to the leads.
pub(super) fn join_all(
    project: &Project,
    table: &mut Table,
    log: &mut Log,
) -> Result<(), ReadError> {
    for join in &project.leads.joins {
        join_one(project, join, table, log)?;
    }
    Ok(())
}

fn join_one(
    project: &Project,
    join: &Join,
    table: &mut Table,
    log: &mut Log,
) -> Result<(), ReadError> {
    let file = shown(project, &join.file);
    let named_by = format!("the join of {file}");
    let Some(keys) = table.get(&join.left).map(text) else {
        let wanted = [(join.left.clone(), named_by)];
        return require_any("the lead files", &wanted, table.names());
    };
    let side = read_side(project, join, table, &named_by, log)?;
    let Some(Column::Text(right)) = side.table.get(&join.right) else {
        return Ok(());
    };
    let rows = rows_by_key(&side, join, right)?;
    let partner: Vec<Option<usize>> = keys
        .levels
        .iter()
        .map(|key| rows.get(key.as_str()).copied())
        .collect();
    let partner_of: Vec<Option<usize>> = keys
        .codes
        .iter()
        .map(|&code| partner.get(code as usize).copied().flatten())
        .collect();
    note_unmatched(&file, &join.left, &keys, &partner, log);
    for (name, column) in side.table.iter() {
        let wanted = join.columns.is_empty() || join.columns.iter().any(|column| column == name);
        if name == join.right || !wanted {
            continue;
        }
        let name = free_name(table, join, name, &file, log);
        table.insert(name, gather(column, &partner_of));
    }
    Ok(())
}

fn read_side(
    project: &Project,
    join: &Join,
    table: &Table,
    named_by: &str,
    log: &mut Log,
) -> Result<Frame, ReadError> {
    let key = Ask::Text { keep: Vec::new() };
    let mut wishes = vec![Wish::new(&join.right, named_by, key)];
    wishes.extend(
        join.columns
            .iter()
            .map(|column| Wish::new(column, named_by, Ask::Guess)),
    );
    // A role may be played by a joined column, unless the leads have a column of that name themselves.
    let roles = role_wishes(project).into_iter();
    let joined = roles.filter(|wish| table.position(&wish.column).is_none());
    wishes.extend(joined.map(|wish| Wish {
        required: false,
        ..wish
    }));
    let plan = Plan {
        wishes,
        rest: join.columns.is_empty(),
        types: Some(&project.leads.types),
        kinds: None,
    };
    let side = load(project, std::slice::from_ref(&join.file), &plan, log)?;
    log.check_limit(&side.files(), side.read, project.leads.max_rejects)?;
    Ok(side)
}

/// The row of each key; a key that stands for several rows is an error, an empty one stands for none.
fn rows_by_key<'a>(
    side: &Frame,
    join: &Join,
    keys: &'a Category,
) -> Result<HashMap<&'a str, usize>, ReadError> {
    let mut rows: HashMap<&str, usize> = HashMap::new();
    let mut repeated: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for row in 0..keys.codes.len() {
        if let Some(key) = keys.get(row)
            && rows.insert(key, row).is_some()
        {
            repeated.entry(keys.codes[row]).or_default();
        }
    }
    for (row, code) in keys.codes.iter().enumerate() {
        if let Some(at) = repeated.get_mut(code) {
            at.push(row);
        }
    }
    let Some((&code, at)) = repeated.iter().next() else {
        return Ok(rows);
    };
    Err(ReadError::RepeatedKeys {
        file: side.files().join(", "),
        column: join.right.clone(),
        value: keys.levels[code as usize].clone(),
        count: at.len(),
        first_line: side.line(at[0]),
        second_line: side.line(at[1]),
        keys: repeated.len(),
    })
}

fn note_unmatched(
    file: &str,
    left: &str,
    keys: &Category,
    partner: &[Option<usize>],
    log: &mut Log,
) {
    let mut counts = vec![0_u64; keys.levels.len()];
    for &code in &keys.codes {
        if code != MISSING {
            counts[code as usize] += 1;
        }
    }
    let mut lonely: Vec<(u64, &str)> = (0..counts.len())
        .filter(|&level| partner[level].is_none() && counts[level] > 0)
        .map(|level| (counts[level], keys.levels[level].as_str()))
        .collect();
    if lonely.is_empty() {
        return;
    }
    lonely.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let total: u64 = lonely.iter().map(|(count, _)| count).sum();
    let named: Vec<String> = lonely
        .iter()
        .take(NAMED)
        .map(|(count, value)| format!("`{value}` ({})", grouped(*count)))
        .collect();
    let more = match lonely.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {} more values", grouped(more as u64)),
    };
    let (total, named) = (grouped(total), named.join(", "));
    log.note(
        "unmatched-key",
        Some(left),
        format!(
            "Leads that find no row in {file} by `{left}`: {total}, with the values {named}{more}. The joined columns \
             are empty there."
        ),
    );
}

/// The name for a joined column: its own, or with the name of its file before it where that is taken.
fn free_name(table: &Table, join: &Join, name: &str, file: &str, log: &mut Log) -> String {
    if table.position(name).is_none() {
        return name.to_owned();
    }
    let stem = join
        .file
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut free = format!("{stem}.{name}");
    while table.position(&free).is_some() {
        free.push('\'');
    }
    log.note(
        "joined-column-renamed",
        Some(&free),
        format!("`{name}` of {file} is called `{free}`, as the leads have a column `{name}`."),
    );
    free
}

/// A column as text, for comparing keys.
fn text(column: &Column) -> Category {
    match column {
        Column::Text(category) => category.clone(),
        other => {
            let shown: Vec<String> = (0..other.len()).map(|row| other.display(row)).collect();
            Category::from_texts(
                shown
                    .iter()
                    .map(|text| Some(text.as_str()).filter(|text| !text.is_empty())),
            )
        }
    }
}

/// The rows named of a column, missing where none is.
fn gather(column: &Column, rows: &[Option<usize>]) -> Column {
    fn pick<T: Copy>(values: &[T], rows: &[Option<usize>], missing: T) -> Vec<T> {
        rows.iter()
            .map(|row| row.map_or(missing, |row| values[row]))
            .collect()
    }
    match column {
        Column::Number(values) => Column::Number(pick(values, rows, f64::NAN)),
        Column::Boolean(values) => Column::Boolean(pick(values, rows, None)),
        Column::Date(values) => Column::Date(pick(values, rows, None)),
        Column::Moment(values) => Column::Moment(pick(values, rows, None)),
        Column::Text(category) => Column::Text(Category {
            codes: pick(&category.codes, rows, MISSING),
            levels: category.levels.clone(),
        }),
    }
}
