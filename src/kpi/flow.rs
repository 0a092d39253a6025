//! What became of the open pipeline between two days.
//!
//! Open at the start + new + grew - shrank - won - lost = open at the end, in number and in money, to the cent; and of
//! what was open at the start: won + lost + slipped + still open. Both ends are as known at 00:00 of their day.

use std::collections::HashMap;

use crate::domain::{Column, Day, Leads, Outcome, Role};
use crate::kpi::flow_result::{Basis, DueBy, Flow, FlowError};
use crate::kpi::flow_sums::{Lives, sum};
use crate::score::{self, Model, ScoreError, Warning};
use crate::segment::Rules;

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

    /// Whether the leads can be divided by a role.
    ///
    /// # Errors
    /// The project names no column in it; for the stage, no history.
    pub fn check(&self, by: Option<Role>) -> Result<(), FlowError> {
        match by {
            Some(Role::Stage) if self.leads.stages.is_none() => {
                Err(FlowError::NoColumn(Role::Stage))
            }
            Some(role) if role != Role::Stage && self.leads.role(role).is_none() => {
                Err(FlowError::NoColumn(role))
            }
            _ => Ok(()),
        }
    }

    /// Why no lead is called slipped: nothing says when leads were expected to close.
    pub fn slips_unknown(error: &ScoreError) -> Warning {
        Warning {
            code: "slipped-unknown".to_owned(),
            message: format!(
                "nothing says which leads were expected to close, so none is called slipped: [leads] names no \
                 `expected_close`, and of what was known on the first day no model can be learnt ({error})"
            ),
            column: None,
        }
    }

    /// Whether the data says what won leads brought.
    pub fn has_amounts(&self) -> bool {
        self.leads.numbers(Role::Amount).is_some()
    }

    /// What leads count where nothing else is asked for: what they state, else what the model expects, else one deal.
    pub fn basis(&self) -> Basis {
        if self.leads.numbers(Role::StatedAmount).is_some() {
            Basis::Stated
        } else if self.has_amounts() {
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
                self.has_amounts() && {
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
                let expected = expected.as_ref().map(|expected| rounded(expected[i]));
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
            Some(day) if day < self.to => Due::Between,
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
                Some(row) if likely[*row] => Due::Between,
                _ => Due::Later,
            })
            .collect();
        Ok((due, Some(DueBy::Model)))
    }
}

/// An estimate without cents, which would say more than is known.
fn rounded(money: f64) -> f64 {
    if money.abs() < 100.0 {
        money
    } else {
        money.round()
    }
}

/// When a lead was expected to close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Before the first day.
    Overdue,
    /// Between the days.
    Between,
    /// Later, or nobody says.
    Later,
}
