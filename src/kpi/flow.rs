//! What became of the open pipeline between two days.
//!
//! Open at the start + new + grew - shrank - won - lost = open at the end, in number and in money, to the cent; and of
//! what was open at the start: won + lost + slipped + still open. Both ends are as known at 00:00 of their day.

use std::collections::HashMap;

use serde::Serialize;

use crate::domain::{Column, Day, Leads, Outcome, Role};
use crate::kpi::Cents;
use crate::kpi::flow_sums::{Lives, sum};
use crate::score::{self, Model, ScoreError, Warning};
use crate::segment::Rules;

/// Why there is no flow.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// Nothing says when leads come in and close.
    #[error(
        "nothing tells which leads were open on a day: name the columns `created` and `closed` under [leads]; exports of \
         two days, each without dates, cannot be held against each other"
    )]
    Undated,
    /// The days are in the wrong order.
    #[error("it leads from an earlier day to a later one, and {from} is not before {to}")]
    Reversed {
        /// The day asked for as the first.
        from: Day,
        /// The day asked for as the last.
        to: Day,
    },
    /// The first day is not in the data.
    #[error(
        "the oldest lead came in on {first}: what was open on {from} is not known; begin on {} or later", *first + 1
    )]
    BeforeData {
        /// The day asked for.
        from: Day,
        /// When the oldest lead came in.
        first: Day,
    },
    /// The last day is not in the data.
    #[error(
        "nothing is known of {as_of} and after: end on {as_of}, or give a later day with --as-of"
    )]
    AfterData {
        /// The day asked for.
        to: Day,
        /// The as-of date.
        as_of: Day,
    },
    /// The project names no column to divide the leads by.
    #[error("{}", without_column(*.0))]
    NoColumn(Role),
    /// The model cannot be asked.
    #[error(transparent)]
    Score(#[from] ScoreError),
}

fn without_column(role: Role) -> String {
    match role {
        Role::Stage => "the stage of a lead on a past day is known from the stage history only: give it under [stages]"
            .to_owned(),
        role => format!(
            "the project file names no `{0}` column to divide the leads by: name it under [leads]",
            role.key()
        ),
    }
}

/// What a lead counts in the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// What it says it will spend (`stated_amount`); what the model expects where it does not say.
    Stated,
    /// What the model expects it to bring if it is won.
    Expected,
    /// One deal: the data has no money.
    Deals,
}

/// How it was known which leads would close before the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DueBy {
    /// The column in the role `expected_close`.
    ExpectedClose,
    /// A model learnt from what was known on the first day: closed by the last day with more than 50 %.
    Model,
}

/// Some leads, and their value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Part {
    /// Number of leads.
    pub leads: usize,
    /// Money; 0 where the data has none.
    pub value: Cents,
}

impl Part {
    /// Counts one lead more.
    pub(crate) fn add(&mut self, value: Cents) {
        self.leads += 1;
        self.value += value;
    }
}

/// The flow of all leads or of a group.
///
/// In number `open_from + new + moved_in - moved_out - won - lost = open_to`, in money the same with `+ grew - shrank`;
/// and `fate_won + fate_lost + slipped + still_open = open_from` in both.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FlowRow {
    /// The group; none for all leads.
    pub name: Option<String>,
    /// Open at the start, at their value then.
    pub open_from: Part,
    /// Came in since, at the value that they have at the end, or had when they closed.
    pub new: Part,
    /// Worth more than before: still open, or won for more than their value. Counted, not added, in number.
    pub grew: Part,
    /// Worth less than before, likewise; above 0.
    pub shrank: Part,
    /// Of `grew`, leads won for more than their value.
    pub grew_when_won: Part,
    /// Of `shrank`, leads won for less.
    pub shrank_when_won: Part,
    /// Won between the days, at the amount that they brought.
    pub won: Part,
    /// Lost between the days, at their value.
    pub lost: Part,
    /// Came from another group (stage), at their value at the end.
    pub moved_in: Part,
    /// Went to another group, likewise.
    pub moved_out: Part,
    /// Open at the end, at their value then.
    pub open_to: Part,
    /// Of `won`, leads that came in between the days.
    pub new_won: Part,
    /// Of `lost`, leads that came in between the days.
    pub new_lost: Part,
    /// Of `open_from`, won: at their value at the start.
    pub fate_won: Part,
    /// Of `open_from`, lost: likewise.
    pub fate_lost: Part,
    /// Of `open_from`, still open though they were expected to close before the last day: likewise. None in it where
    /// nothing says what was expected ([`Flow::due_by`]).
    pub slipped: Part,
    /// Of `slipped`, leads that were overdue on the first day already; 0 where the model says what was expected.
    pub overdue: Part,
    /// Of `open_from`, still open and not due: likewise.
    pub still_open: Part,
}

/// What became of the open pipeline: the contract of `forerun flow --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flow {
    /// The first day: open at its 00:00.
    pub from: Day,
    /// The last day: open at its 00:00.
    pub to: Day,
    /// Currency; `deals` where the data has no money, empty until [`Flow::in_currency`] names it.
    pub currency: String,
    /// What a lead counts.
    pub value: Basis,
    /// Leads in the flow valued by the model: their own value is not known.
    pub valued_by_model: usize,
    /// How it was known which leads would close; none where nothing says.
    pub due_by: Option<DueBy>,
    /// All leads.
    pub total: FlowRow,
    /// What the leads are divided by; none where that was not asked for.
    pub by: Option<Role>,
    /// The groups: stages in the order of the funnel, others by their value at the start, the largest first.
    pub groups: Vec<FlowRow>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}

impl Flow {
    /// The same flow with its money named, as `CNY`; deals stay deals.
    #[must_use]
    pub fn in_currency(mut self, currency: &str) -> Self {
        if self.value != Basis::Deals {
            currency.clone_into(&mut self.currency);
        }
        self
    }
}

/// The leads at two days.
#[derive(Debug, Clone)]
pub struct Pipeline<'a> {
    pub(crate) leads: &'a Leads,
    pub(crate) from: Day,
    pub(crate) to: Day,
    /// The leads as known at the start, and at the end.
    pub(crate) start: Leads,
    pub(crate) end: Leads,
    /// Rows of `leads` that were open at the start or came in between the days.
    pub(crate) rows: Vec<usize>,
}

impl<'a> Pipeline<'a> {
    /// The leads as they were known at 00:00 of `from` and of `to`.
    ///
    /// # Errors
    /// Undated data; days in the wrong order, or outside the data.
    pub fn between(leads: &'a Leads, from: Day, to: Day) -> Result<Self, FlowError> {
        if !leads.dated() {
            return Err(FlowError::Undated);
        }
        if from >= to {
            return Err(FlowError::Reversed { from, to });
        }
        if to > leads.as_of {
            let as_of = leads.as_of;
            return Err(FlowError::AfterData { to, as_of });
        }
        let first = leads.created.iter().copied().flatten().min();
        let first = first.ok_or(FlowError::Undated)?;
        if from <= first {
            return Err(FlowError::BeforeData { from, first });
        }
        let rows = (0..leads.len()).filter(|&row| {
            let open = leads.outcome_as_of(row, from) == Some(Outcome::Open);
            let came = leads.created[row].is_some_and(|created| created >= from);
            open || came && leads.outcome_as_of(row, to).is_some()
        });
        Ok(Self {
            leads,
            from,
            to,
            start: leads.as_of(from),
            end: leads.as_of(to),
            rows: rows.collect(),
        })
    }

    /// The leads as known at the start, for learning a model that knows no more.
    pub const fn start(&self) -> &Leads {
        &self.start
    }

    /// What leads count where nothing else is asked for: what they state, else what the model expects, else one deal.
    pub fn basis(&self) -> Basis {
        if self.leads.numbers(Role::StatedAmount).is_some() {
            Basis::Stated
        } else if self.leads.numbers(Role::Amount).is_some() {
            Basis::Expected
        } else {
            Basis::Deals
        }
    }

    /// Whether values must be asked of a model: of all leads, or of those that state nothing.
    pub fn needs_model(&self, basis: Basis) -> bool {
        match basis {
            Basis::Deals => false,
            Basis::Expected => true,
            Basis::Stated => {
                self.leads.numbers(Role::Amount).is_some() && {
                    let stated = self.leads.numbers(Role::StatedAmount);
                    let stated = |&row: &usize| stated.is_some_and(|stated| stated[row] > 0.0);
                    !self.rows.iter().all(stated)
                }
            }
        }
    }

    /// Whether the project says itself when each lead is expected to close.
    pub fn has_expected_close(&self) -> bool {
        matches!(
            self.leads.role(Role::ExpectedClose),
            Some(Column::Date(_) | Column::Moment(_))
        )
    }

    /// What became of the leads. `model` gives values; `then` and its rules, learnt as of the first day, what was
    /// expected to close; `by` divides the leads.
    ///
    /// # Errors
    /// A model that does not fit the leads; a role that the project does not name.
    pub fn flow(
        &self,
        basis: Basis,
        by: Option<Role>,
        model: Option<&Model>,
        then: Option<(&Model, Option<&Rules>)>,
    ) -> Result<Flow, FlowError> {
        let (values, by_model) = self.values(basis, model);
        let (due, due_by) = self.due(then)?;
        let lives = Lives::new(self, basis, values, due);
        let groups = by.map(|role| lives.groups(role)).transpose()?;
        let warnings = lives.warnings(basis, due_by);
        let (total, groups) = sum(&lives, groups.as_ref());
        Ok(Flow {
            from: self.from,
            to: self.to,
            currency: if basis == Basis::Deals { "deals" } else { "" }.to_owned(),
            value: basis,
            valued_by_model: by_model,
            due_by,
            total,
            by,
            groups,
            warnings,
        })
    }

    /// The value of each of `rows` at the start (none if it was not there) and at the end, money; NaN where nothing
    /// tells it. Also how many of them only the model values.
    fn values(&self, basis: Basis, model: Option<&Model>) -> (Vec<[f64; 2]>, usize) {
        let mut by_model = 0;
        let mut at = |known: &Leads, here: &[Option<usize>]| -> Vec<f64> {
            let there: Vec<usize> = here.iter().copied().flatten().collect();
            let expected = model.filter(|_| basis != Basis::Deals);
            let expected = expected.and_then(|m| score::expected_amounts(m, known, &there));
            let stated = known.numbers(Role::StatedAmount);
            let stated = stated.filter(|_| basis == Basis::Stated);
            let (mut values, mut i) = (Vec::with_capacity(here.len()), 0);
            by_model = 0;
            for &row in here {
                let Some(row) = row else {
                    values.push(f64::NAN);
                    continue;
                };
                let own = stated.map(|stated| stated[row]).filter(|&own| own > 0.0);
                let expected = expected.as_ref().map(|expected| expected[i]);
                by_model += usize::from(own.is_none() && expected.is_some());
                values.push(own.or(expected).unwrap_or(f64::NAN));
                i += 1;
            }
            values
        };
        let start = at(&self.start, &self.places(&self.start));
        let end = at(&self.end, &self.places(&self.end));
        let values = start.into_iter().zip(end).map(|(s, e)| [s, e]).collect();
        (values, by_model)
    }

    /// Where each of `rows` stands in the leads as known at one end.
    pub(crate) fn places(&self, known: &Leads) -> Vec<Option<usize>> {
        let place: HashMap<&str, usize> = (known.ids.iter().enumerate())
            .map(|(row, id)| (id.as_str(), row))
            .collect();
        (self.rows.iter())
            .map(|&row| place.get(self.leads.ids[row].as_str()).copied())
            .collect()
    }

    /// When each of `rows` was expected to close: before the start, before the end, or not.
    fn due(
        &self,
        then: Option<(&Model, Option<&Rules>)>,
    ) -> Result<(Vec<Due>, Option<DueBy>), FlowError> {
        let by_day = |day: Option<Day>| match day {
            Some(day) if day < self.from => Due::Overdue,
            Some(day) if day < self.to => Due::Due,
            _ => Due::Later,
        };
        let expected: Option<Vec<Due>> = match self.leads.role(Role::ExpectedClose) {
            Some(Column::Date(days)) => Some(self.rows.iter().map(|&r| by_day(days[r])).collect()),
            Some(Column::Moment(moments)) => {
                let day = |row: usize| moments[row].map(crate::domain::Moment::day);
                Some(self.rows.iter().map(|&row| by_day(day(row))).collect())
            }
            _ => None,
        };
        if let Some(due) = expected {
            return Ok((due, Some(DueBy::ExpectedClose)));
        }
        let Some((model, rules)) = then else {
            return Ok((vec![Due::Later; self.rows.len()], None));
        };
        let curves = score::open_now(model, &self.start, rules)?.curves(model);
        let ahead = f64::from(self.to - self.from);
        let mut likely = vec![false; self.start.len()];
        for (curve, &row) in curves.rows.iter().enumerate() {
            likely[row] = curves.open_after(curve, ahead) < 0.5;
        }
        let due = (self.places(&self.start).iter())
            .map(|place| match place {
                Some(row) if likely[*row] => Due::Due,
                _ => Due::Later,
            })
            .collect();
        Ok((due, Some(DueBy::Model)))
    }
}

/// When a lead was expected to close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Before the first day.
    Overdue,
    /// Between the days.
    Due,
    /// Later, or nobody says.
    Later,
}
