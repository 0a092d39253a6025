//! Campaign files -> one table by channel and period.

mod long;
mod periods;
mod wide;

use std::collections::BTreeMap;

use crate::domain::{Campaign, Column, Day, Moment, Rejects};
use crate::project::{ChannelsForm, ChannelsSpec, Project};
use crate::read::column::Ask;
use crate::read::frame::{Frame, Plan, Wish, load};
use crate::read::log::Log;
use crate::read::rowfault::RowFault;
use crate::read::{Note, ReadError};

/// What was read of campaign files.
#[derive(Debug, Clone)]
pub struct CampaignData {
    /// The table.
    pub campaign: Campaign,
    /// Rows set aside.
    pub rejects: Rejects,
    /// What else was noticed.
    pub notes: Vec<Note>,
}

/// Reads the campaign files of a project; nothing of a period that was not over at `as_of` (default: the project's, else
/// the end of the last period). None without `[channels]`.
///
/// # Errors
/// See [`ReadError`].
pub fn campaign(project: &Project, as_of: Option<Day>) -> Result<Option<CampaignData>, ReadError> {
    let Some(spec) = &project.channels else {
        return Ok(None);
    };
    let mut log = Log::default();
    let as_of = as_of.or(project.as_of);
    let campaign = match &spec.form {
        ChannelsForm::Long { .. } => long::read(project, spec, as_of, &mut log)?,
        ChannelsForm::Wide { .. } => wide::read(project, spec, as_of, &mut log)?,
    };
    Ok(Some(CampaignData {
        campaign,
        rejects: log.sorted_rejects(),
        notes: log.notes,
    }))
}

/// A campaign file with the columns asked for.
struct File<'p> {
    spec: &'p ChannelsSpec,
    frame: Frame,
}

/// Column at fault, code and reason.
type Fault = (String, &'static str, String);

fn fault<T>(column: &str, code: &'static str, reason: impl Into<String>) -> Result<T, Fault> {
    Err((column.to_owned(), code, reason.into()))
}

/// A count or an amount that is not below 0, or not known.
fn not_negative(column: &str, value: f64, code: &'static str) -> Result<f64, Fault> {
    if value < 0.0 {
        return fault(
            column,
            code,
            format!(
                "`{column}` holds {value}, which is below zero; take corrections from the period that they belong to"
            ),
        );
    }
    Ok(value)
}

impl<'p> File<'p> {
    fn load(
        project: &Project,
        spec: &'p ChannelsSpec,
        mut wishes: Vec<Wish>,
        log: &mut Log,
    ) -> Result<Self, ReadError> {
        if let Some(date) = &spec.date {
            wishes.push(Wish::new(date, "`date` in [channels]", Ask::Time));
        }
        if let Some(geo) = &spec.geo {
            let text = Ask::Text { keep: Vec::new() };
            wishes.push(Wish::new(geo, "`geo` in [channels]", text));
        }
        let plan = Plan {
            wishes,
            rest: false,
            types: None,
            kinds: None,
        };
        let frame = load(project, &spec.files, &plan, log)?;
        Ok(Self { spec, frame })
    }

    fn rows(&self) -> usize {
        self.frame.table.rows()
    }

    fn text(&self, column: &str, row: usize) -> Option<&str> {
        match self.frame.table.get(column) {
            Some(Column::Text(category)) => category.get(row).map(str::trim),
            _ => None,
        }
    }

    fn number(&self, column: &str, row: usize) -> f64 {
        match self.frame.table.get(column) {
            Some(Column::Number(numbers)) => numbers[row],
            _ => f64::NAN,
        }
    }

    /// The first day of the period of a row; none in undated files.
    fn day(&self, row: usize) -> Result<Option<Day>, Fault> {
        let Some(date) = &self.spec.date else {
            return Ok(None);
        };
        let day = match self.frame.table.get(date) {
            Some(Column::Date(days)) => days[row],
            Some(Column::Moment(moments)) => moments[row].map(Moment::day),
            _ => None,
        };
        match day {
            Some(day) => Ok(Some(day)),
            None => fault(date, "empty-date", "the row has no date"),
        }
    }

    /// The region of a row; empty in files without.
    fn geo(&self, row: usize) -> Result<String, Fault> {
        let Some(geo) = &self.spec.geo else {
            return Ok(String::new());
        };
        match self.text(geo, row).filter(|text| !text.is_empty()) {
            Some(text) => Ok(text.to_owned()),
            None => fault(geo, "empty-geo", "the row names no region"),
        }
    }

    /// Money paid: there, and not below 0.
    fn spend(&self, column: &str, row: usize) -> Result<f64, Fault> {
        let spend = self.number(column, row);
        if spend.is_nan() {
            return fault(
                column,
                "empty-spend",
                "the row says no spend; write 0 for none",
            );
        }
        not_negative(column, spend, "negative-spend")
    }

    /// Sets a row aside.
    fn reject(&self, row: usize, (column, code, reason): Fault, log: &mut Log) {
        let fault = RowFault::of_column(&column, code, reason);
        log.rejects.rows.push(self.frame.reject(row, fault));
    }

    /// Stops where too many rows were set aside, or none is left.
    fn done(&self, used: usize, log: &Log) -> Result<(), ReadError> {
        let files = self.frame.files();
        log.check_limit(&files, self.frame.read, self.spec.max_rejects)?;
        if used == 0 {
            return Err(ReadError::NoRows {
                file: files.join(", "),
            });
        }
        Ok(())
    }
}

/// Cells that are worth a word, by what they are about: how many, and where the first is.
#[derive(Default)]
struct Cells(BTreeMap<String, (usize, String)>);

impl Cells {
    fn see(&mut self, what: &str, place: impl FnOnce() -> String) {
        let first = self
            .0
            .entry(what.to_owned())
            .or_insert_with(|| (0, place()));
        first.0 += 1;
    }

    /// `` `orders` 3 (the first at a.csv:7) ``, for each.
    fn told(&self) -> String {
        const SHOWN: usize = 6;
        let each = self.0.iter().take(SHOWN);
        let mut told: Vec<String> = each
            .map(|(what, (n, first))| format!("`{what}` {n} (the first at {first})"))
            .collect();
        if self.0.len() > SHOWN {
            told.push(format!("and {} more", self.0.len() - SHOWN));
        }
        told.join(", ")
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
