//! Small hand-made leads for tests.

use std::collections::BTreeMap;

use crate::domain::{Category, Column, Day, Leads, Outcome, Role, Table};
use crate::score::WinCurves;

/// One lead of a test.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) created: Option<Day>,
    pub(crate) closed: Option<Day>,
    pub(crate) outcome: Outcome,
    pub(crate) source: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) amount: f64,
    pub(crate) contacted: Option<Day>,
}

/// Builds leads row by row.
#[derive(Debug, Clone)]
pub(crate) struct LeadsBuilder {
    as_of: Day,
    pub(crate) rows: Vec<Row>,
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

impl LeadsBuilder {
    pub(crate) fn new(as_of: &str) -> Self {
        Self {
            as_of: day(as_of),
            rows: Vec::new(),
        }
    }

    pub(crate) fn push(
        mut self,
        created: Option<Day>,
        closed: Option<Day>,
        outcome: Outcome,
    ) -> Self {
        self.rows.push(Row {
            created,
            closed,
            outcome,
            source: None,
            owner: None,
            amount: f64::NAN,
            contacted: None,
        });
        self
    }

    pub(crate) fn open(self, created: &str, source: Option<&str>) -> Self {
        let mut next = self.push(Some(day(created)), None, Outcome::Open);
        if let Some(row) = next.rows.last_mut() {
            row.source = source.map(str::to_owned);
        }
        next
    }

    pub(crate) fn won(
        self,
        created: &str,
        closed: &str,
        source: Option<&str>,
        amount: f64,
    ) -> Self {
        let mut next = self.push(Some(day(created)), Some(day(closed)), Outcome::Won);
        if let Some(row) = next.rows.last_mut() {
            row.source = source.map(str::to_owned);
            row.amount = amount;
        }
        next
    }

    /// Sorted by created, with the roles created, closed, contacted and amount, and source and owner where some row
    /// has one.
    pub(crate) fn build(mut self) -> Leads {
        self.rows
            .sort_by_key(|row| (row.created.is_none(), row.created));
        let n = self.rows.len();
        let mut table = Table::with_rows(n);
        let mut roles: BTreeMap<Role, String> = [
            (Role::Created, "created"),
            (Role::Closed, "closed"),
            (Role::Contacted, "contacted"),
            (Role::Amount, "amount"),
        ]
        .map(|(role, name)| (role, name.to_owned()))
        .into();
        let dates =
            |pick: fn(&Row) -> Option<Day>| Column::Date(self.rows.iter().map(pick).collect());
        table.insert("created", dates(|row| row.created));
        table.insert("closed", dates(|row| row.closed));
        table.insert("contacted", dates(|row| row.contacted));
        table.insert(
            "amount",
            Column::Number(self.rows.iter().map(|row| row.amount).collect()),
        );
        let texts = |pick: fn(&Row) -> Option<&str>| {
            Column::Text(Category::from_texts(self.rows.iter().map(pick)))
        };
        if self.rows.iter().any(|row| row.source.is_some()) {
            table.insert("source", texts(|row| row.source.as_deref()));
            roles.insert(Role::Source, "source".to_owned());
        }
        if self.rows.iter().any(|row| row.owner.is_some()) {
            table.insert("owner", texts(|row| row.owner.as_deref()));
            roles.insert(Role::Owner, "owner".to_owned());
        }
        Leads {
            as_of: self.as_of,
            ids: (0..n).map(|i| format!("L{i:05}")).collect(),
            input_row: (0..n as u32).collect(),
            outcome: self.rows.iter().map(|row| row.outcome).collect(),
            created: self.rows.iter().map(|row| row.created).collect(),
            closed: self.rows.iter().map(|row| row.closed).collect(),
            contacted: self.rows.iter().map(|row| row.contacted).collect(),
            table,
            roles,
            known: BTreeMap::new(),
            stages: None,
            activities: None,
        }
    }
}

/// The same curve for every row: P(won), P(lost) in each step.
pub(crate) fn same_curves(rows: &[usize], edges: &[i32], win: &[f64], lost: &[f64]) -> WinCurves {
    WinCurves {
        rows: rows.to_vec(),
        edges: edges.to_vec(),
        win: win.repeat(rows.len()),
        lost: lost.repeat(rows.len()),
    }
}
