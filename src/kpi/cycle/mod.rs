//! How long deals take, where they stand still, and what goes with winning.

mod actions;
mod cash;
mod delay;
mod divisions;
mod dwell;
mod matched;
mod result;
mod steps;

pub use matched::{MatchedSet, conditional_logistic};
pub use result::{
    ActionRow, Actions, Cash, Cycle, CycleBy, CycleError, CycleRow, Days, Delay, DelayRow, Lacking,
    Link, Pace, StageDwell, StepRow, Steps, StuckDeal,
};

pub(crate) use divisions::sooner;

use crate::domain::{Day, Leads, Outcome, Role, SpendLine};
use crate::kpi::incidence::{Incidence, Span, life, median_so_far, record_from};
use crate::score;

/// Fewest ends that a median is told from, and an 80th percentile.
const LEAST: (usize, usize) = (5, 10);
/// Days without a new lead at the end of the data that are said.
const QUIET_DAYS: i32 = 30;

/// The leads whose lives tell the cycle.
pub(crate) struct Field<'a> {
    pub(crate) leads: &'a Leads,
    /// Days 0 to `horizon` - 1 of a life are counted.
    pub(crate) horizon: i32,
    /// Rows with dates that tell their life, within the record of closings.
    pub(crate) rows: Vec<usize>,
    /// Lives up to a win, by row of `rows`.
    pub(crate) wins: Vec<Span>,
    /// The same up to a loss.
    pub(crate) losses: Vec<Span>,
    pub(crate) all: Incidence,
    /// From when closings are on record, if that is later than leads are.
    pub(crate) record: Option<Day>,
}

impl<'a> Field<'a> {
    /// The leads as of `leads.as_of`.
    ///
    /// # Errors
    /// Undated data; leads that have not been followed for a week.
    pub(crate) fn new(leads: &'a Leads) -> Result<Self, CycleError> {
        if !leads.dated() {
            return Err(CycleError::Undated);
        }
        let record = record_from(leads);
        let on_record =
            |row: &usize| record.is_none_or(|from| leads.created[*row].is_some_and(|c| c >= from));
        let rows: Vec<usize> = (0..leads.len())
            .filter(on_record)
            .filter(|&row| life(leads, row, Outcome::Won).is_some())
            .collect();
        let horizon = if record.is_some() {
            score::horizon(&leads.take(&rows, leads.as_of), leads.as_of)
        } else {
            score::horizon(leads, leads.as_of)
        };
        let horizon = horizon.ok_or(CycleError::TooShort)?;
        let lives = |event| -> Vec<Span> {
            (rows.iter().filter_map(|&row| life(leads, row, event))).collect()
        };
        let (wins, losses) = (lives(Outcome::Won), lives(Outcome::Lost));
        let all = Incidence::new(wins.iter().copied(), horizon);
        Ok(Self {
            leads,
            horizon,
            rows,
            wins,
            losses,
            all,
            record,
        })
    }

    /// When the last lead came in, where that is long before the as-of date.
    pub(crate) fn last_lead(&self) -> Option<Day> {
        let late = |last: &Day| self.leads.as_of - *last > QUIET_DAYS;
        self.leads
            .created
            .iter()
            .flatten()
            .max()
            .copied()
            .filter(late)
    }

    /// By which day nine in ten of all wins have come.
    pub(crate) fn nearly_all(&self) -> usize {
        let total = self.all.total();
        (1..=self.all.days())
            .find(|&day| self.all.by(day) >= 0.9 * total)
            .unwrap_or(self.all.days())
    }
}

/// The cycle as of `leads.as_of`. `spend` brings visits and clicks; `seed` draws the leads that won deals are compared
/// with.
///
/// # Errors
/// See [`CycleError`].
pub fn cycle(leads: &Leads, spend: &[SpendLine], seed: u64) -> Result<Cycle, CycleError> {
    let field = Field::new(leads)?;
    let (stages, stuck) = dwell::dwell(&field);
    let steps = steps::steps(&field, spend);
    let mut cycle = Cycle {
        as_of: leads.as_of,
        horizon_days: field.horizon,
        leads: field.rows.len(),
        record_from: field.record,
        before_record: field.record.map_or(0, |from| {
            let before = |created: &&Day| **created < from;
            leads.created.iter().flatten().filter(before).count()
        }),
        last_lead: field.last_lead(),
        untimed: (0..leads.len())
            .filter(|&row| life(leads, row, Outcome::Won).is_none())
            .count(),
        to_win: days(&field.all, &field.wins),
        to_lose: days_of(&field.losses, field.horizon),
        by: divisions::divisions(&field),
        at_win: divisions::at_win(leads),
        staged: leads.stages.is_some(),
        stages,
        stuck_money: dwell::money(&stuck),
        stuck,
        delay: delay::delay(&field),
        actions: actions::actions(&field, seed),
        cash: cash::cash(leads),
        steps,
        lacking: Vec::new(),
    };
    cycle.lacking = lacking(leads, &cycle);
    Ok(cycle)
}

/// What the project file could name and does not.
fn lacking(leads: &Leads, cycle: &Cycle) -> Vec<Lacking> {
    let unnamed = |role: Role, lacking: Lacking| (leads.role(role).is_none(), lacking);
    [
        unnamed(Role::Source, Lacking::Source),
        unnamed(Role::Product, Lacking::Product),
        unnamed(Role::Channel, Lacking::Channel),
        (leads.stages.is_none(), Lacking::Stages),
        unnamed(Role::StatedAmount, Lacking::StatedAmount),
        (leads.activities.is_none(), Lacking::Activities),
        unnamed(Role::Paid, Lacking::Paid),
        (cycle.steps.is_none(), Lacking::Visits),
    ]
    .into_iter()
    .filter_map(|(lacks, lacking)| lacks.then_some(lacking))
    .collect()
}

/// Days of some lives, of which the incidence is known.
pub(crate) fn days(incidence: &Incidence, spans: &[Span]) -> Days {
    Days {
        n: incidence.events,
        median: incidence.quantile(0.5, LEAST.0),
        p80: incidence.quantile(0.8, LEAST.1),
        so_far: median_so_far(spans, incidence.days() as i32),
    }
}

/// Days of some lives.
pub(crate) fn days_of(spans: &[Span], horizon: i32) -> Days {
    days(&Incidence::new(spans.iter().copied(), horizon), spans)
}
