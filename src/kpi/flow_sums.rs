//! The lives of leads between two days, added up.

use crate::domain::{Leads, Outcome, Role, StageHistory};
use crate::forecast::Groups;
use crate::kpi::Cents;
use crate::kpi::flow::{Due, Pipeline};
use crate::kpi::flow_result::{Basis, DueBy, FlowError, FlowRow};
use crate::score::Warning;

/// Name of the group of leads that have no value.
const NOBODY: &str = "(none)";

/// What happened to one lead between the days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Life {
    /// Row of the lead.
    row: usize,
    /// Whether it was open at the start; if not, it came in since.
    was_open: bool,
    /// How it stands at the end.
    outcome: Outcome,
    /// Its value at the start, or when it came in.
    before: Cents,
    /// Its value at the end; what a won lead brought.
    after: Cents,
    due: Due,
}

/// All of them.
pub(crate) struct Lives<'a> {
    pipeline: &'a Pipeline<'a>,
    all: Vec<Life>,
    /// Leads whose value nothing tells, and won ones whose amount is missing.
    unvalued: usize,
    unpriced: usize,
}

/// Which group each life belongs to, at the start and at the end.
pub(crate) struct Places {
    names: Vec<String>,
    of: Vec<[usize; 2]>,
    /// Whether the names stand in an order of their own.
    ordered: bool,
}

impl<'a> Lives<'a> {
    /// From the values of the leads at the start and at the end, NaN where they were not there or nothing tells.
    pub(crate) fn new(
        pipeline: &'a Pipeline<'a>,
        basis: Basis,
        values: Vec<[f64; 2]>,
        due: Vec<Due>,
    ) -> Self {
        let mut of = Self {
            pipeline,
            all: Vec::with_capacity(values.len()),
            unvalued: 0,
            unpriced: 0,
        };
        let amounts = pipeline
            .leads
            .numbers(Role::Amount)
            .filter(|_| basis != Basis::Deals);
        for ((&row, [start, end]), due) in pipeline.rows.iter().zip(values).zip(due) {
            let known = |day| pipeline.leads.outcome_as_of(row, day);
            let was_open = known(pipeline.from) == Some(Outcome::Open);
            let Some(outcome) = known(pipeline.to) else {
                continue;
            };
            let paid = amounts.map_or(f64::NAN, |amounts| amounts[row]);
            let before = match (was_open, outcome) {
                (true, _) => start,
                // What came in and was won since, and never had a value, came in at what it brought.
                (false, Outcome::Won) if !end.is_finite() => paid,
                (false, _) => end,
            };
            let after = match outcome {
                Outcome::Open => end,
                Outcome::Won if paid.is_finite() => paid,
                // Without an amount it leaves at the value that it had.
                Outcome::Won | Outcome::Lost => before,
            };
            of.unvalued += usize::from(!before.is_finite());
            of.unpriced += usize::from(outcome == Outcome::Won && !paid.is_finite());
            of.all.push(Life {
                row,
                was_open,
                outcome,
                before: Cents::of(before),
                after: Cents::of(after),
                due,
            });
        }
        of
    }
}

impl Lives<'_> {
    /// The groups by a role: stages as of each end, other columns as the export has them.
    pub(crate) fn groups(&self, role: Role) -> Result<Places, FlowError> {
        let leads = self.pipeline.leads;
        if role == Role::Stage {
            let stages = leads.stages.as_ref().ok_or(FlowError::NoColumn(role))?;
            return Ok(self.stages(stages));
        }
        if leads.role(role).is_none() {
            return Err(FlowError::NoColumn(role));
        }
        let groups = Groups::by(leads, role);
        let of = |life: &Life| [groups.of[life.row]; 2];
        Ok(Places {
            of: self.all.iter().map(of).collect(),
            names: groups.names,
            ordered: false,
        })
    }

    /// A lead that closed is in the stage that it closed from.
    fn stages(&self, stages: &StageHistory) -> Places {
        let (from, to) = (self.pipeline.from, self.pipeline.to);
        let nowhere = stages.names.len();
        let at = |row, day| {
            stages
                .stage_as_of(row, day)
                .map(|(stage, _)| stage as usize)
        };
        let of = |life: &Life| {
            let row = life.row;
            let end = || at(row, to).unwrap_or(nowhere);
            let start = at(row, from).unwrap_or(nowhere);
            match (life.was_open, life.outcome) {
                (true, Outcome::Open) => [start, end()],
                (true, _) => [start; 2],
                (false, Outcome::Open) => [end(); 2],
                (false, _) => {
                    let before = self.pipeline.leads.closed[row].and_then(|day| at(row, day));
                    let first = || {
                        let mut events = stages.timeline.events(row);
                        events.next().map(|event| stages.stage[event] as usize)
                    };
                    [before.or_else(first).unwrap_or(nowhere); 2]
                }
            }
        };
        let mut names = stages.names.clone();
        names.push(NOBODY.to_owned());
        Places {
            names,
            of: self.all.iter().map(of).collect(),
            ordered: true,
        }
    }

    /// What the reader of the sums must know.
    pub(crate) fn warnings(&self, basis: Basis, due_by: Option<DueBy>) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let mut warn = |n: usize, code: &str, message: String| {
            if n > 0 {
                warnings.push(Warning {
                    code: code.to_owned(),
                    message,
                    column: None,
                });
            }
        };
        let (came, closed) = outside(self.pipeline);
        warn(
            came,
            "open-without-created",
            format!(
                "{} without a creation date: nothing says whether it was there on the first day, so it is in no line",
                leads(came)
            ),
        );
        warn(
            closed,
            "closed-without-date",
            format!(
                "{} won or lost without a closing date: nothing says whether it was still open on the first day, so it is in no line",
                leads(closed)
            ),
        );
        if basis != Basis::Deals {
            warn(
                self.unvalued,
                "no-value",
                format!(
                    "{} whose value nothing tells: counted as 0 in money until it is known",
                    leads(self.unvalued)
                ),
            );
            warn(
                self.unpriced,
                "won-without-amount",
                format!(
                    "{} won without an amount: taken to have brought its value",
                    leads(self.unpriced)
                ),
            );
        }
        if due_by == Some(DueBy::ExpectedClose) {
            let undated = self.without_expected_close();
            warn(
                undated,
                "no-expected-close",
                format!(
                    "{} still open and without an expected closing date: it cannot slip",
                    leads(undated)
                ),
            );
        }
        warnings
    }

    fn without_expected_close(&self) -> usize {
        let column = self.pipeline.leads.role(Role::ExpectedClose);
        let missing = |life: &&Life| {
            let open = life.was_open && life.outcome == Outcome::Open;
            open && column.is_some_and(|column| column.is_missing(life.row))
        };
        self.all.iter().filter(missing).count()
    }
}

fn leads(n: usize) -> String {
    format!("{n} lead{}", if n == 1 { "" } else { "s" })
}

/// Leads that may have been open between the days, and are in no line for want of a date: of creation, of closing.
fn outside(pipeline: &Pipeline<'_>) -> (usize, usize) {
    let leads: &Leads = pipeline.leads;
    let rows = || 0..leads.len();
    let came = rows().filter(|&row| {
        let still = leads.outcome[row] == Outcome::Open
            || leads.closed[row].is_some_and(|closed| closed >= pipeline.from);
        leads.created[row].is_none() && still
    });
    let closed = rows().filter(|&row| {
        let before = leads.created[row].is_some_and(|created| created < pipeline.to);
        before && leads.outcome[row] != Outcome::Open && leads.closed[row].is_none()
    });
    (came.count(), closed.count())
}

/// The flow of all leads, and of each group that has any.
pub(crate) fn sum(lives: &Lives<'_>, places: Option<&Places>) -> (FlowRow, Vec<FlowRow>) {
    let mut total = [FlowRow::default()];
    for life in &lives.all {
        book(life, [0; 2], &mut total);
    }
    let [total] = total;
    let Some(places) = places else {
        return (total, Vec::new());
    };
    let named = |name: &String| FlowRow {
        name: Some(name.clone()),
        ..FlowRow::default()
    };
    let mut rows: Vec<FlowRow> = places.names.iter().map(named).collect();
    for (life, &of) in lives.all.iter().zip(&places.of) {
        book(life, of, &mut rows);
    }
    rows.retain(|row| row.open_from.leads + row.new.leads + row.moved_in.leads > 0);
    if !places.ordered {
        let size = |row: &FlowRow| (row.open_from.value, row.open_from.leads);
        rows.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| a.name.cmp(&b.name)));
    }
    (total, rows)
}

/// Adds a lead to every line that it belongs to; `at` is its group at the start and at the end.
fn book(life: &Life, at: [usize; 2], rows: &mut [FlowRow]) {
    let home = at[usize::from(!life.was_open)];
    let row = &mut rows[home];
    if life.was_open {
        row.open_from.add(life.before);
    } else {
        row.new.add(life.before);
    }
    let (change, won) = (life.after - life.before, life.outcome == Outcome::Won);
    if change > Cents::ZERO {
        row.grew.add(change);
        if won {
            row.grew_when_won.add(change);
        }
    } else if change < Cents::ZERO {
        row.shrank.add(-change);
        if won {
            row.shrank_when_won.add(-change);
        }
    }
    match (life.outcome, life.was_open) {
        (Outcome::Won, true) => row.fate_won.add(life.before),
        (Outcome::Won, false) => row.new_won.add(life.after),
        (Outcome::Lost, true) => row.fate_lost.add(life.before),
        (Outcome::Lost, false) => row.new_lost.add(life.after),
        (Outcome::Open, true) if life.due == Due::Later => row.still_open.add(life.before),
        (Outcome::Open, true) => {
            row.slipped.add(life.before);
            if life.due == Due::Overdue {
                row.overdue.add(life.before);
            }
        }
        (Outcome::Open, false) => {}
    }
    match life.outcome {
        Outcome::Won => row.won.add(life.after),
        Outcome::Lost => row.lost.add(life.after),
        Outcome::Open => {
            if at[0] != at[1] {
                row.moved_out.add(life.after);
                rows[at[1]].moved_in.add(life.after);
            }
            rows[at[1]].open_to.add(life.after);
        }
    }
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;
