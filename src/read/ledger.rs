//! Spend and targets: the small side files by month.

use std::collections::BTreeMap;

use crate::domain::{Category, Column, Month, SpendLine, TargetLine};
use crate::project::Project;
use crate::read::ReadError;
use crate::read::column::Ask;
use crate::read::dates::{self, DateFault};
use crate::read::error::grouped;
use crate::read::frame::{Frame, Plan, Wish, load};
use crate::read::log::Log;
use crate::read::rowfault::RowFault;

/// Reads the spend by month and source, in that order; empty where the project has none.
pub(super) fn spend(project: &Project, log: &mut Log) -> Result<Vec<SpendLine>, ReadError> {
    let Some(spec) = &project.spend else {
        return Ok(Vec::new());
    };
    let text = || Ask::Text { keep: Vec::new() };
    let mut wishes = vec![
        Wish::new(&spec.month, "`month` in [spend]", text()),
        Wish::new(&spec.source, "`source` in [spend]", text()),
        Wish::new(&spec.spend, "`spend` in [spend]", Ask::Money),
    ];
    for (key, column) in [("visits", &spec.visits), ("clicks", &spec.clicks)] {
        if let Some(column) = column {
            wishes.push(Wish::new(column, format!("`{key}` in [spend]"), Ask::Money));
        }
    }
    let file = SideFile::load(project, &spec.file, wishes, log)?;
    let sources = file.texts(Some(&spec.source));
    let money = file.numbers(Some(&spec.spend));
    let visits = file.numbers(spec.visits.as_ref());
    let clicks = file.numbers(spec.clicks.as_ref());
    let mut lines: BTreeMap<(Month, String), SpendLine> = BTreeMap::new();
    let mut repeated = 0;
    for row in 0..file.frame.table.rows() {
        let fault = |column: &str, code, reason: &str| (column.to_owned(), code, reason.to_owned());
        let source = sources.get(row).map(String::as_str);
        let checked = file
            .month(project, &spec.month, row)
            .and_then(|month| match source {
                None => Err(fault(
                    &spec.source,
                    "empty-source",
                    "the row names no source",
                )),
                Some(_) if money[row].is_nan() => Err(fault(
                    &spec.spend,
                    "empty-spend",
                    "the row says no spend; write 0 for none",
                )),
                Some(_) if money[row] < 0.0 => Err(fault(
                    &spec.spend,
                    "negative-spend",
                    "the spend is below zero; take refunds from the month that they belong to",
                )),
                Some(source) => Ok((month, source.to_owned())),
            });
        let Some((month, source)) = file.accept(row, checked, log) else {
            continue;
        };
        let new = SpendLine {
            month,
            source: source.clone(),
            spend: money[row],
            visits: there(visits[row]),
            clicks: there(clicks[row]),
        };
        match lines.get_mut(&(month, source.clone())) {
            None => {
                lines.insert((month, source), new);
            }
            Some(line) => {
                repeated += 1;
                line.spend += new.spend;
                line.visits = sum(line.visits, new.visits);
                line.clicks = sum(line.clicks, new.clicks);
            }
        }
    }
    file.done(project, log)?;
    if repeated > 0 {
        let message = format!(
            "Rows of {} that repeat a month and source: {}. Their spend was added up.",
            file.frame.files().join(", "),
            grouped(repeated)
        );
        log.note("spend-added-up", Some(&spec.spend), message);
    }
    Ok(lines.into_values().collect())
}

/// Reads the targets by month and owner, in that order, the team's first; empty where the project has none.
pub(super) fn targets(project: &Project, log: &mut Log) -> Result<Vec<TargetLine>, ReadError> {
    let Some(spec) = &project.targets else {
        return Ok(Vec::new());
    };
    let text = || Ask::Text { keep: Vec::new() };
    let mut wishes = vec![
        Wish::new(&spec.month, "`month` in [targets]", text()),
        Wish::new(&spec.target, "`target` in [targets]", Ask::Money),
    ];
    if let Some(owner) = &spec.owner {
        wishes.push(Wish::new(owner, "`owner` in [targets]", text()));
    }
    let file = SideFile::load(project, &spec.file, wishes, log)?;
    let owners = file.texts(spec.owner.as_ref());
    let money = file.numbers(Some(&spec.target));
    let mut lines: BTreeMap<(Month, Option<String>), (usize, TargetLine)> = BTreeMap::new();
    for (row, &target) in money.iter().enumerate() {
        let fault = |column: &str, code, reason: String| (column.to_owned(), code, reason);
        let owner = owners.get(row).map(String::as_str);
        let checked = file.month(project, &spec.month, row).and_then(|month| {
            let key = (month, owner.map(str::to_owned));
            if target.is_nan() {
                let reason = "the row says no target".to_owned();
                return Err(fault(&spec.target, "empty-target", reason));
            }
            if target < 0.0 {
                let reason = "the target is below zero".to_owned();
                return Err(fault(&spec.target, "negative-target", reason));
            }
            match lines.get(&key) {
                None => Ok(key),
                Some((first, _)) => {
                    let who = owner.map_or("the team".to_owned(), |owner| format!("`{owner}`"));
                    let reason = format!(
                        "{who} already has a target for {month} at {}; keep one",
                        file.frame.at(*first)
                    );
                    Err(fault(&spec.month, "repeated-target", reason))
                }
            }
        });
        if let Some((month, owner)) = file.accept(row, checked, log) {
            let line = TargetLine {
                month,
                owner: owner.clone(),
                target,
            };
            lines.insert((month, owner), (row, line));
        }
    }
    file.done(project, log)?;
    Ok(lines.into_values().map(|(_, line)| line).collect())
}

/// Column at fault, code and reason.
type Fault = (String, &'static str, String);

/// A side file with a month in each row.
struct SideFile {
    frame: Frame,
}

impl SideFile {
    fn load(
        project: &Project,
        file: &std::path::Path,
        wishes: Vec<Wish>,
        log: &mut Log,
    ) -> Result<Self, ReadError> {
        let plan = Plan {
            wishes,
            rest: false,
            types: None,
            kinds: None,
        };
        let frame = load(project, &[file.to_owned()], &plan, log)?;
        Ok(Self { frame })
    }

    /// The texts of a column; all missing where the project names none.
    fn texts(&self, column: Option<&String>) -> Texts<'_> {
        match column.and_then(|column| self.frame.table.get(column)) {
            Some(Column::Text(category)) => Texts(Some(category)),
            _ => Texts(None),
        }
    }

    /// The numbers of a column; all NaN where the project names none.
    fn numbers(&self, column: Option<&String>) -> Vec<f64> {
        match column.and_then(|column| self.frame.table.get(column)) {
            Some(Column::Number(numbers)) => numbers.clone(),
            _ => vec![f64::NAN; self.frame.table.rows()],
        }
    }

    fn month(&self, project: &Project, column: &str, row: usize) -> Result<Month, Fault> {
        let fault = |code, reason: String| Err((column.to_owned(), code, reason));
        let Some(text) = self.texts(Some(&column.to_owned())).get(row) else {
            return fault("empty-month", "the row names no month".to_owned());
        };
        match dates::month(text.as_bytes(), &project.calendar) {
            Ok((year @ 1970..=2200, month)) => Ok(Month::new(year as i32, month as i32)),
            Err(DateFault::NoOrder) => fault(
                "unclear-date-order",
                format!(
                    "`{column}` holds `{text}`, where it is not clear which is the day and which the month; \
                     set `[values] dates = \"dmy\"` or `\"mdy\"` in the project file, or write 2026-07"
                ),
            ),
            _ => fault(
                "not-a-month",
                format!("`{column}` holds `{text}`, which is not a month; write it like 2026-07"),
            ),
        }
    }

    /// What was checked; a fault is set aside.
    fn accept<T>(&self, row: usize, checked: Result<T, Fault>, log: &mut Log) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err((column, code, reason)) => {
                let reject = self
                    .frame
                    .reject(row, RowFault::of_column(&column, code, reason));
                log.rejects.rows.push(reject);
                None
            }
        }
    }

    fn done(&self, project: &Project, log: &Log) -> Result<(), ReadError> {
        log.check_limit(
            &self.frame.files(),
            self.frame.read,
            project.leads.max_rejects,
        )
    }
}

/// A text column that may not be there.
struct Texts<'a>(Option<&'a Category>);

impl<'a> Texts<'a> {
    fn get(&self, row: usize) -> Option<&'a String> {
        let category = self.0?;
        category.levels.get(category.codes[row] as usize)
    }
}

fn there(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

fn sum(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    }
}
