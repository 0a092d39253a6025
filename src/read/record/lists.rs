//! What the lists showed, line by line: `shown.csv`. A list counts only if all of its lines are there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use csv::ByteRecord;

use crate::domain::{Day, ListPlace, Shown};
use crate::project::Project;
use crate::read::ReadError;
use crate::read::record::lines::{Fault, Line, Lines, fault};
use crate::read::record::store::{Target, can_add_to, whole_lines};
use crate::read::rows::Rows;
use crate::read::source::shown;

/// The file in the folder of the record.
const FILE: &str = "shown.csv";
/// Its columns: the number of the list and of its lines, then what a line says.
const COLUMNS: [&str; 10] = [
    "list",
    "lines",
    "day",
    "owner",
    "lead_id",
    "rank",
    "place",
    "draw",
    "propensity",
    "value",
];

/// A line with the number of its list, and the number of lines that the list has.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numbered {
    list: u64,
    lines: usize,
    shown: Shown,
}

/// The file of the lists shown of a project.
pub(super) fn file(project: &Project) -> PathBuf {
    project.log.join(FILE)
}

/// Reads lines of lists.
pub(super) fn parse(lines: &mut Lines<'_>) -> Result<Vec<(u64, Numbered)>, ReadError> {
    lines.require(&COLUMNS)?;
    Ok(lines.each(|line| {
        Ok(Numbered {
            list: number(line, "list")?,
            lines: number(line, "lines")?,
            shown: Shown {
                day: number(line, "day")?,
                owner: line.text("owner").to_owned(),
                lead_id: line.text("lead_id").to_owned(),
                rank: optional(line, "rank")?,
                place: ListPlace::of(line.text("place"))
                    .ok_or_else(|| unreadable("place", line))?,
                draw: share(line, "draw")?,
                propensity: share(line, "propensity")?
                    .ok_or_else(|| unreadable("propensity", line))?,
                value: finite(line, "value")?,
            },
        })
    }))
}

fn number<T: std::str::FromStr>(line: &Line<'_>, column: &str) -> Result<T, Fault> {
    let text = line.text(column);
    text.parse().map_err(|_| unreadable(column, line))
}

fn optional<T: std::str::FromStr>(line: &Line<'_>, column: &str) -> Result<Option<T>, Fault> {
    if line.text(column).is_empty() {
        return Ok(None);
    }
    number(line, column).map(Some)
}

fn finite(line: &Line<'_>, column: &str) -> Result<Option<f64>, Fault> {
    let value: Option<f64> = optional(line, column)?;
    if value.is_some_and(|value| !value.is_finite()) {
        return Err(unreadable(column, line));
    }
    Ok(value)
}

fn share(line: &Line<'_>, column: &str) -> Result<Option<f64>, Fault> {
    let value = finite(line, column)?;
    if value.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
        return Err(unreadable(column, line));
    }
    Ok(value)
}

fn unreadable(column: &str, line: &Line<'_>) -> Fault {
    let reason = format!(
        "`{column}` holds `{}`, which forerun has not written; take this file as it is, or move it away",
        line.text(column)
    );
    fault(column, "list-changed", &reason)
}

/// The lines that count, by (day, owner, rank), those without a rank last: of every day and owner the whole list with the
/// highest number. Also the places of the lines of lists that are not whole.
pub(super) fn counting(lines: &[(u64, Numbered)]) -> (Vec<Shown>, Vec<u64>) {
    let mut lists: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (i, (_, line)) in lines.iter().enumerate() {
        lists.entry(line.list).or_default().push(i);
    }
    let (mut newest, mut torn): (BTreeMap<(Day, &str), &[usize]>, _) =
        (BTreeMap::new(), Vec::new());
    for members in lists.values() {
        let first = &lines[members[0]].1;
        let whole = (members.iter()).all(|&i| {
            let line = &lines[i].1;
            line.lines == members.len()
                && (line.shown.day, &line.shown.owner) == (first.shown.day, &first.shown.owner)
        });
        if whole {
            newest.insert((first.shown.day, first.shown.owner.as_str()), members);
        } else {
            torn.extend(members.iter().map(|&i| lines[i].0));
        }
    }
    let mut shown: Vec<Shown> = (newest.into_values().flatten())
        .map(|&i| lines[i].1.shown.clone())
        .collect();
    shown.sort_by(|a, b| key(a).cmp(&key(b)));
    (shown, torn)
}

fn key(shown: &Shown) -> (Day, &str, bool, Option<u32>, &str) {
    let rank = shown.rank;
    (
        shown.day,
        &shown.owner,
        rank.is_none(),
        rank,
        &shown.lead_id,
    )
}

/// The length of the part of the file that is whole: without a last line cut short, and without a last list that lacks
/// lines.
fn whole(bytes: &[u8]) -> usize {
    let end = whole_lines(bytes, b',');
    let mut rows = Rows::new(&bytes[..end], 0, b',', 0);
    let mut record = ByteRecord::new();
    if rows.next(&mut record).is_none() {
        return end;
    }
    let place = |name: &str| record.iter().position(|field| field == name.as_bytes());
    let (Some(list), Some(lines)) = (place("list"), place("lines")) else {
        return end;
    };
    let mut last: Option<(Vec<u8>, usize, usize)> = None;
    let mut needed = 0;
    while let Some(row) = rows.next(&mut record) {
        let number = record.get(list).unwrap_or_default();
        needed = (record.get(lines))
            .and_then(|field| std::str::from_utf8(field).ok()?.parse().ok())
            .unwrap_or(0);
        match &mut last {
            Some((same, _, count)) if same == number => *count += 1,
            _ => last = Some((number.to_vec(), row.range.start, 1)),
        }
    }
    match last {
        Some((_, start, count)) if count < needed => start,
        _ => end,
    }
}

impl Numbered {
    fn value(&self, column: &str) -> String {
        let shown = &self.shown;
        // The shortest text that gives the very same number back.
        let exact = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        match column {
            "list" => self.list.to_string(),
            "lines" => self.lines.to_string(),
            "day" => shown.day.to_string(),
            "owner" => shown.owner.clone(),
            "lead_id" => shown.lead_id.clone(),
            "rank" => shown.rank.map_or_else(String::new, |rank| rank.to_string()),
            "place" => shown.place.word().to_owned(),
            "draw" => exact(shown.draw),
            "propensity" => exact(Some(shown.propensity)),
            "value" => exact(shown.value),
            _ => String::new(),
        }
    }
}

/// The same as it will be read back.
fn as_written(shown: &Shown) -> Shown {
    let plain = |text: &str| text.replace(['\r', '\n'], " ").trim().to_owned();
    Shown {
        owner: plain(&shown.owner),
        lead_id: plain(&shown.lead_id),
        ..shown.clone()
    }
}

/// Whether lists can be put on record: the folder is there, or can be made, and may be written to.
pub fn can_be_recorded(project: &Project) -> bool {
    can_add_to(&file(project))
}

/// Adds the lists of a day, all in one write that has reached the disk when this returns; gives how many lists were
/// written. A list of which every line stands in the newest one of that day and owner is there already: the same was
/// shown, or less of it.
///
/// # Errors
/// If the file cannot be read or written.
pub fn append_shown(project: &Project, lists: &[Shown]) -> Result<usize, ReadError> {
    let path = file(project);
    let name = shown(project, &path);
    let target = Target {
        path: &path,
        name: &name,
        columns: &COLUMNS,
        whole,
    };
    let mut new: BTreeMap<(Day, String), Vec<Shown>> = BTreeMap::new();
    for line in lists.iter().map(as_written) {
        let list = new.entry((line.day, line.owner.clone())).or_default();
        list.push(line);
    }
    target.append(|there, layout| {
        let known = match &mut Lines::of(&name, there)? {
            Some(lines) => parse(lines)?,
            None => Vec::new(),
        };
        let mut next = (known.iter().map(|(_, line)| line.list).max()).map_or(1, |last| last + 1);
        let (kept, _) = counting(&known);
        let (mut bytes, mut written) = (Vec::new(), 0);
        for ((day, owner), list) in new {
            let there: Vec<&Shown> = (kept.iter())
                .filter(|line| line.day == day && line.owner == owner)
                .collect();
            if list.iter().all(|line| there.contains(&line)) {
                continue;
            }
            let lines = list.len();
            for shown in list {
                let line = Numbered {
                    list: next,
                    lines,
                    shown,
                };
                let line = layout.line(|column| line.value(column));
                bytes.extend(line.map_err(|error| target.unwritable(error))?);
            }
            next += 1;
            written += 1;
        }
        Ok((bytes, written))
    })
}
