//! The leads: one row each, sorted by (created, id), with everything known about them as of a day.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Activities, Category, Column, Day, StageHistory, Table};

/// How a lead ended, or that it has not: open is unknown yet, never lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Not closed; its outcome is censored.
    Open,
    /// Closed with a deal.
    Won,
    /// Closed without one.
    Lost,
}

/// A part that a column plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Identifies the lead.
    Id,
    /// Says won, lost or open.
    Outcome,
    /// When the lead came in.
    Created,
    /// When it was won or lost.
    Closed,
    /// When it was first contacted.
    Contacted,
    /// The channel that brought it.
    Source,
    /// The salesperson who holds it.
    Owner,
    /// Its step of the funnel today.
    Stage,
    /// Money realised.
    Amount,
    /// Money that an open lead says it will spend.
    StatedAmount,
    /// Price before discount.
    ListPrice,
    /// When somebody expects it to close.
    ExpectedClose,
    /// What is sold.
    Product,
    /// The account.
    Customer,
    /// Where.
    Region,
    /// How it is sold: phone, visit, online.
    Channel,
    /// When the money came.
    Paid,
}

impl Role {
    /// Every role, in the order of the project file.
    pub const ALL: [Self; 17] = [
        Self::Id,
        Self::Outcome,
        Self::Created,
        Self::Closed,
        Self::Contacted,
        Self::Source,
        Self::Owner,
        Self::Stage,
        Self::Amount,
        Self::StatedAmount,
        Self::ListPrice,
        Self::ExpectedClose,
        Self::Product,
        Self::Customer,
        Self::Region,
        Self::Channel,
        Self::Paid,
    ];

    /// Its key in the project file, also a name that rules may use for the column.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Outcome => "outcome",
            Self::Created => "created",
            Self::Closed => "closed",
            Self::Contacted => "contacted",
            Self::Source => "source",
            Self::Owner => "owner",
            Self::Stage => "stage",
            Self::Amount => "amount",
            Self::StatedAmount => "stated_amount",
            Self::ListPrice => "list_price",
            Self::ExpectedClose => "expected_close",
            Self::Product => "product",
            Self::Customer => "customer",
            Self::Region => "region",
            Self::Channel => "channel",
            Self::Paid => "paid",
        }
    }

    /// Whether a column in this role may be a feature of the model. `stage` is one through the stage history only.
    pub const fn may_be_feature(self) -> bool {
        matches!(
            self,
            Self::Source
                | Self::Owner
                | Self::Product
                | Self::Customer
                | Self::Region
                | Self::Channel
                | Self::StatedAmount
        )
    }
}

/// When the value of a column becomes known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Known {
    /// From the first day; `declared` if the project file names the column rather than leaving it to `*`.
    Creation {
        /// Named in the project file.
        declared: bool,
    },
    /// From the first contact.
    Contact,
    /// Only once the lead is closed, or never to be used: never a feature.
    Close,
}

/// All the leads, sorted by (created, id), those without `created` last.
#[derive(Debug, Clone, PartialEq)]
pub struct Leads {
    /// Nothing at or after 00:00 of this day is in here.
    pub as_of: Day,
    /// One identifier a lead, distinct.
    pub ids: Vec<String>,
    /// Place of the lead in the input, from 0, over all lead files.
    pub input_row: Vec<u32>,
    /// How each ended.
    pub outcome: Vec<Outcome>,
    /// When each came in; none where the file does not say.
    pub created: Vec<Option<Day>>,
    /// When each closed; none for open leads and where the file does not say.
    pub closed: Vec<Option<Day>>,
    /// When each was first contacted; all none without that role and without activities.
    pub contacted: Vec<Option<Day>>,
    /// Every column of the files and of the joined ones, under its own name; role columns among them.
    pub table: Table,
    /// The column in each role that the project names. `Role::Id` may be absent (row numbers).
    pub roles: BTreeMap<Role, String>,
    /// When each column of `table` becomes known.
    pub known: BTreeMap<String, Known>,
    /// Stage history, where the project has one.
    pub stages: Option<StageHistory>,
    /// Activities, where the project has them.
    pub activities: Option<Activities>,
}

impl Leads {
    /// Number of leads.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The column in a role.
    pub fn role(&self, role: Role) -> Option<&Column> {
        self.table.get(self.roles.get(&role)?)
    }

    /// The column in a role, if it holds text.
    pub fn text(&self, role: Role) -> Option<&Category> {
        match self.role(role)? {
            Column::Text(category) => Some(category),
            _ => None,
        }
    }

    /// The column in a role, if it holds numbers (NaN where missing).
    pub fn numbers(&self, role: Role) -> Option<&[f64]> {
        match self.role(role)? {
            Column::Number(values) => Some(values),
            _ => None,
        }
    }

    /// Whether the project names both `created` and `closed`, so that timing can be learnt.
    pub fn dated(&self) -> bool {
        self.roles.contains_key(&Role::Created) && self.roles.contains_key(&Role::Closed)
    }

    /// Days from creation to a day; none without `created`, negative before it.
    pub fn age(&self, row: usize, day: Day) -> Option<i32> {
        self.created[row].map(|created| day - created)
    }

    /// How a lead stood as of a day, by its dates: none if it had not come in yet, if it has no `created`, or if it is
    /// closed without a date.
    pub fn outcome_as_of(&self, row: usize, day: Day) -> Option<Outcome> {
        if self.created[row]? >= day {
            return None;
        }
        match (self.outcome[row], self.closed[row]) {
            (Outcome::Open, _) => Some(Outcome::Open),
            (outcome, Some(closed)) => Some(if closed < day { outcome } else { Outcome::Open }),
            (_, None) => None,
        }
    }

    /// The same leads as they were known at 00:00 of an earlier day: later leads are not there, later closings are
    /// open and without amount, columns known at contact or close are empty until then, and the stage comes from the
    /// stage history only. Leads without `created` stay, as no date says when they came; a closed lead without
    /// `closed` leaves, as no date says whether it was open. Where the project names neither column nothing says what
    /// was known when, and all leads stay as they are; only their history is cut.
    #[must_use]
    pub fn as_of(&self, day: Day) -> Self {
        if !self.roles.contains_key(&Role::Created) && !self.roles.contains_key(&Role::Closed) {
            let all: Vec<usize> = (0..self.len()).collect();
            return self.take(&all, day);
        }
        let rows: Vec<usize> = (0..self.len())
            .filter(|&row| match self.created[row] {
                None => self.outcome[row] == Outcome::Open || self.closed[row].is_some(),
                Some(_) => self.outcome_as_of(row, day).is_some(),
            })
            .collect();
        let mut cut = self.take(&rows, day);
        for row in 0..cut.len() {
            if cut.closed[row].is_some_and(|closed| closed >= day) {
                cut.closed[row] = None;
                cut.outcome[row] = Outcome::Open;
            }
            cut.contacted[row] = cut.contacted[row].filter(|&contacted| contacted < day);
        }
        cut.hide_later_values();
        cut
    }

    /// The leads named, in that order, with their history before `day`.
    #[must_use]
    pub fn take(&self, rows: &[usize], day: Day) -> Self {
        let instant = day.start();
        Self {
            as_of: day,
            ids: rows.iter().map(|&row| self.ids[row].clone()).collect(),
            input_row: rows.iter().map(|&row| self.input_row[row]).collect(),
            outcome: rows.iter().map(|&row| self.outcome[row]).collect(),
            created: rows.iter().map(|&row| self.created[row]).collect(),
            closed: rows.iter().map(|&row| self.closed[row]).collect(),
            contacted: rows.iter().map(|&row| self.contacted[row]).collect(),
            table: self.table.take(rows),
            roles: self.roles.clone(),
            known: self.known.clone(),
            stages: self
                .stages
                .as_ref()
                .map(|stages| stages.take(rows, instant)),
            activities: self
                .activities
                .as_ref()
                .map(|activities| activities.take(rows, instant)),
        }
    }

    /// Empties what was not known yet: values known at contact or close, the role columns that the outcome fills, what
    /// was paid later, and the stage of today.
    fn hide_later_values(&mut self) {
        const FILLED_BY_OUTCOME: [Role; 4] =
            [Role::Outcome, Role::Closed, Role::Amount, Role::Paid];
        let roles: BTreeMap<&str, Role> = self
            .roles
            .iter()
            .map(|(&role, name)| (name.as_str(), role))
            .collect();
        let names: Vec<String> = self.table.names().to_vec();
        for name in names {
            let role = roles.get(name.as_str()).copied();
            let (open, contacted) = (&self.outcome, &self.contacted);
            let hidden = |row: usize| match (role, self.known.get(&name)) {
                (Some(Role::Stage), _) => true,
                (Some(Role::Contacted), _) => contacted[row].is_none(),
                (Some(role), _) if !role.may_be_feature() => {
                    FILLED_BY_OUTCOME.contains(&role) && open[row] == Outcome::Open
                }
                (_, Some(Known::Contact)) => contacted[row].is_none(),
                (_, Some(Known::Close)) => open[row] == Outcome::Open,
                (_, _) => false,
            };
            let later = |row: usize| match (role, self.table.get(&name)) {
                (Some(Role::Paid), Some(Column::Date(paid))) => {
                    paid[row].is_some_and(|paid| paid >= self.as_of)
                }
                (Some(Role::Paid), Some(Column::Moment(paid))) => {
                    paid[row].is_some_and(|paid| paid >= self.as_of.start())
                }
                _ => false,
            };
            let rows: Vec<usize> = (0..open.len())
                .filter(|&row| hidden(row) || later(row))
                .collect();
            if let Some(column) = self.table.get_mut(&name) {
                for row in rows {
                    column.clear(row);
                }
            }
        }
    }
}
