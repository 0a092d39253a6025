//! Results of calls that somebody else wrote down: a file of theirs becomes entries of the record.

use std::collections::HashMap;
use std::path::Path;

use crate::domain::{Leads, LoggedCall, Moment, Reject, Role};
use crate::project::{Project, nearest};
use crate::read::record::lines::{Fault, Line, Lines, fault};
use crate::read::record::results::{Entry, amount, id, moment, result, some};
use crate::read::source::{Source, shown};
use crate::read::values::ValueReader;
use crate::read::{MissingColumn, ReadError};

/// Names under which people keep the columns, those of the record first.
const LEAD: [&str; 8] = [
    "lead_id",
    "lead",
    "id",
    "线索",
    "线索编号",
    "线索id",
    "客户编号",
    "编号",
];
const RESULT: [&str; 5] = ["result", "outcome", "结果", "通话结果", "跟进结果"];
const AT: [&str; 9] = [
    "at",
    "time",
    "date",
    "called at",
    "called on",
    "时间",
    "日期",
    "通话时间",
    "跟进时间",
];
const OWNER: [&str; 5] = ["owner", "salesperson", "负责人", "销售", "跟进人"];
const NOTE: [&str; 5] = ["note", "notes", "comment", "备注", "说明"];
const AGAIN: [&str; 8] = [
    "again",
    "call again",
    "next call",
    "再联系时间",
    "下次联系",
    "下次联系时间",
    "下次跟进",
    "下次跟进时间",
];
const AMOUNT: [&str; 4] = ["amount", "金额", "成交金额", "成交额"];

/// What can be said of an entry before it is written.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The leads.
    pub roster: &'a Leads,
    /// Nothing that is logged may be later.
    pub latest: Moment,
    /// When calls were that the file gives no time; none: such rows are set aside.
    pub at: Option<Moment>,
}

/// What a file holds.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// The entries, in the order of the file.
    pub entries: Vec<Entry>,
    /// Rows set aside.
    pub rejects: Vec<Reject>,
    /// Rows read, good and bad.
    pub read: u64,
}

/// The columns of a file, as it calls them.
struct Columns {
    lead: String,
    result: String,
    at: Option<String>,
    owner: Option<String>,
    note: Option<String>,
    again: Option<String>,
    amount: Option<String>,
}

/// Reads a file of results; nothing is written.
///
/// # Errors
/// If the file cannot be read, or names no lead, no result, or no time (unless the terms give one).
pub fn import(project: &Project, file: &Path, terms: Terms<'_>) -> Result<Imported, ReadError> {
    let source = Source::open(project, file)?;
    let name = shown(project, file);
    let mut lines = Lines::new(&name, source);
    let columns = Columns::of(project, &lines, &name, terms.at.is_some())?;
    let rows: HashMap<&str, usize> = (terms.roster.ids.iter().enumerate())
        .map(|(row, id)| (id.as_str(), row))
        .collect();
    let reader = ValueReader::new(project);
    let entries = lines.each(|line| entry(line, &columns, &reader, &rows, terms));
    Ok(Imported {
        entries: entries.into_iter().map(|(_, entry)| entry).collect(),
        read: lines.read,
        rejects: lines.rejects,
    })
}

fn entry(
    line: &Line<'_>,
    columns: &Columns,
    reader: &ValueReader<'_>,
    rows: &HashMap<&str, usize>,
    terms: Terms<'_>,
) -> Result<Entry, Fault> {
    let lead_id = id(line, &columns.lead)?;
    let row = rows.get(lead_id.as_str()).copied();
    let row = row.ok_or_else(|| {
        let reason = format!("the lead `{lead_id}` is not in the lead files");
        fault(&columns.lead, "call-of-unknown-lead", &reason)
    })?;
    let column = columns.at.as_deref().unwrap_or_default();
    let at = match &columns.at {
        Some(column) => moment(line, column, reader)?,
        None => None,
    };
    let at = at
        .or(terms.at)
        .ok_or_else(|| fault(column, "empty-date", "the row does not say when it was"))?;
    possible(at, row, terms).map_err(|(code, reason)| fault(column, code, &reason))?;
    let (result, mut again, undo) = result(line, &columns.result, reader)?;
    // A day for the next call says nothing where there will be none.
    if let Some(column) = columns.again.as_ref().filter(|_| result.goes_on()) {
        again = moment(line, column, reader)?.map(Moment::day).or(again);
    }
    let text = |column: &Option<String>| column.as_deref().map_or("", |column| line.text(column));
    Ok(Entry {
        call: LoggedCall {
            lead_id: lead_id.clone(),
            at,
            result,
            again,
            owner: some(text(&columns.owner)),
            note: text(&columns.note).to_owned(),
        },
        amount: match &columns.amount {
            Some(column) => amount(line, column, reader)?,
            None => None,
        },
        undo,
    })
}

/// Why a call of the lead in a row of the roster cannot have been made at a time; code and reason.
///
/// # Errors
/// If it is later than the terms allow, or before the lead came in.
pub fn possible(at: Moment, row: usize, terms: Terms<'_>) -> Result<(), (&'static str, String)> {
    if at > terms.latest {
        let reason = format!("{at} is in the future: what has not happened cannot be logged");
        return Err(("call-in-future", reason));
    }
    match terms.roster.created[row] {
        Some(created) if at.day() < created => {
            let reason = format!("{at} is before the lead came in, on {created}");
            Err(("call-before-created", reason))
        }
        _ => Ok(()),
    }
}

impl Columns {
    fn of(
        project: &Project,
        lines: &Lines<'_>,
        file: &str,
        timed: bool,
    ) -> Result<Self, ReadError> {
        let header = lines.header();
        // The column of the record first, then the one of the lead files, then what people call it.
        let find = |names: &[&str], own: Option<&String>| -> Option<String> {
            let wanted = names.iter().take(1).copied();
            let wanted = wanted.chain(own.map(String::as_str));
            let wanted = wanted.chain(names.iter().skip(1).copied());
            let same = |name: &str| header.iter().find(|there| plain(there) == plain(name));
            wanted.into_iter().find_map(same).cloned()
        };
        let roles = &project.leads.roles;
        let mut missing = Vec::new();
        let mut need = |found: Option<String>, name: &str| {
            found.unwrap_or_else(|| {
                missing.push(MissingColumn {
                    name: name.to_owned(),
                    named_by: "a file of results".to_owned(),
                    nearest: nearest(name, header.iter().map(String::as_str)).map(str::to_owned),
                });
                String::new()
            })
        };
        let at = find(&AT, None);
        if at.is_none() && !timed {
            need(None, AT[0]);
        }
        let columns = Self {
            lead: need(find(&LEAD, project.leads.id.as_ref()), LEAD[0]),
            result: need(find(&RESULT, None), RESULT[0]),
            at,
            owner: find(&OWNER, roles.get(&Role::Owner)),
            note: find(&NOTE, None),
            again: find(&AGAIN, None),
            amount: find(&AMOUNT, None),
        };
        if missing.is_empty() {
            return Ok(columns);
        }
        Err(ReadError::MissingColumns {
            file: file.to_owned(),
            missing,
            found: header.to_vec(),
        })
    }
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', '-'], " ")
}
