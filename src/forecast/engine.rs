//! From what the model believes and the past shows to drawn futures.

use crate::domain::{Leads, Role};
use crate::forecast::backtest::{self, Backtest};
use crate::forecast::beliefs::Beliefs;
use crate::forecast::conversion;
use crate::forecast::draws::{self, Ingredients};
use crate::forecast::futures::Futures;
use crate::forecast::groups::{self, Groups, Members};
use crate::forecast::history::History;
use crate::forecast::inflow::daily;
use crate::forecast::lesson::Lesson;
use crate::forecast::levers::Works;
use crate::forecast::past::{self, PastMonth};
use crate::forecast::result::ForecastError;
use crate::forecast::span::Span;
use crate::forecast::volume::{self, Counts};
use crate::forecast::{Books, DRAWS};
use crate::score::Model;

/// Below so many dated wins, a month's revenue cannot be told from chance.
const LEAST_WINS: usize = 10;
/// Complete months of leads that a forecast of their number needs.
pub(super) const LEAST_MONTHS: usize = 3;
/// Draws of the model's coefficients.
const MODELS: usize = 40;
/// Futures drawn where a forecast of the past is judged: enough for its quantiles.
const DRAWS_OF_PAST: usize = 500;

/// How much is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Futures.
    pub(super) draws: usize,
    /// Draws of the model's coefficients; 0: the model is taken as it is.
    pub(super) models: usize,
}

impl Effort {
    /// For a forecast that is used.
    pub(super) const fn full() -> Self {
        Self {
            draws: DRAWS,
            models: MODELS,
        }
    }

    /// For a forecast of the past, whose model does not know how unsure it is.
    pub(super) const fn of_past() -> Self {
        Self {
            draws: DRAWS_OF_PAST,
            models: 0,
        }
    }
}

/// Drawn futures, before anything is learnt from how earlier ones came true.
#[derive(Debug, Clone)]
pub(super) struct Drawn {
    /// What the past months brought.
    pub(super) history: History,
    /// Revenue from open and from new leads.
    pub(super) futures: Futures,
    /// What it was drawn from.
    pub(super) works: Works,
    /// Up to 24 past months, oldest first.
    pub(super) past: Vec<PastMonth>,
    /// Whether amounts are money; if not, deals are counted.
    pub(super) priced: bool,
    /// H, days.
    pub(super) horizon: i32,
    /// Whether the number of new leads has a season.
    pub(super) seasonal: bool,
    /// What to say if wins come in waves.
    pub(super) waves: Option<String>,
    /// What to say if the number of leads fell at last.
    pub(super) fall: Option<String>,
}

impl Drawn {
    /// Draws the months of `span` from what is known at `leads.as_of`.
    pub(super) fn new(
        model: &Model,
        books: &Books<'_>,
        span: &Span,
        effort: &Effort,
        seed: u64,
    ) -> Result<Self, ForecastError> {
        let (leads, rules) = (books.leads, books.rules);
        if !leads.dated() {
            return Err(ForecastError::Undated);
        }
        let horizon = model.horizon().ok_or(ForecastError::Undated)?;
        let sources = Groups::by(leads, Role::Source);
        let counts = enough(leads, &sources)?;
        let beliefs = Beliefs::ask(
            model,
            leads,
            rules,
            &sources,
            span,
            horizon,
            seed,
            effort.models,
        )?;
        Ok(Self::of(
            books,
            &sources,
            &counts,
            beliefs,
            span,
            effort.draws,
            seed,
        ))
    }

    /// Puts together what the model believes and what the past shows.
    pub(super) fn of(
        books: &Books<'_>,
        sources: &Groups,
        counts: &Counts,
        beliefs: Beliefs,
        span: &Span,
        draws: usize,
        seed: u64,
    ) -> Self {
        let leads = books.leads;
        let history = History::new(leads, beliefs.priced);
        let examples = beliefs.by_source(leads, sources);
        let table = daily(&beliefs.new, span.days().max(beliefs.past_days(leads)));
        let worth: Vec<f64> = (examples.mean_amounts().iter().zip(&table))
            .map(|(amount, table)| amount * table.last().copied().unwrap_or(0.0))
            .collect();
        let volume = volume::forecast(counts, span, &worth, books.spend);
        let wins = conversion::months_of_wins(leads, sources, &table, &span.wins);
        let booked = groups::booked(leads, beliefs.priced);
        let spreads = beliefs.spreads(&examples);
        let fall = counts.fall(volume.a_month());
        let ingredients = Ingredients {
            months: span.len(),
            members: Members::all(leads, &beliefs.open.rows, &examples.rows, beliefs.priced),
            booked: booked.iter().map(|&(_, money)| money).collect(),
            new_chances: beliefs.new_chances(&table, span),
            purses: beliefs.purses(&examples, &spreads, &volume.leads, span.len()),
            amounts: beliefs.open_amounts,
            chances: beliefs.open_chances,
            open_tilts: beliefs.open_tilts,
            leads: volume.leads,
            volume: volume.beliefs,
            conversion: conversion::ahead(&wins, span),
            ratios: spreads,
        };
        Self {
            futures: draws::draw(&ingredients, span.months[0], draws, seed),
            past: past::months(leads, beliefs.priced, history.first(), &wins),
            history,
            priced: beliefs.priced,
            horizon: beliefs.horizon,
            seasonal: volume.seasonal,
            waves: conversion::waves(&wins, span.months[0]),
            fall,
            works: Works {
                ingredients,
                open: beliefs.open,
                table: daily(&beliefs.new, beliefs.horizon),
                span: span.clone(),
                seed,
            },
        }
    }
}

impl Drawn {
    /// Corrects level and spread by what past forecasts teach, where they were tried: whole and parts alike.
    pub(super) fn correct(&mut self, span: &Span, record: Option<&Backtest>) {
        let Some(record) = record else { return };
        let lesson = Lesson::learn(&record.tested.iter().collect::<Vec<_>>());
        let rivals = backtest::rivals(&self.history, span);
        let (n, draws) = (span.len(), self.futures.draws);
        let levels: Vec<f64> = (0..draws)
            .map(|i| (i as f64 + 0.5) / draws as f64)
            .collect();
        let mut factors = vec![1.0; n * draws];
        for (month, rivals) in rivals.iter().enumerate() {
            let total = self.futures.total(month);
            let booked = self.futures.booked(month);
            let mut order: Vec<usize> = (0..draws).collect();
            order.sort_by(|&a, &b| total[a].total_cmp(&total[b]));
            let sorted: Vec<f64> = order.iter().map(|&draw| total[draw]).collect();
            let corrected =
                lesson.correct(&sorted, &levels, booked, month + 1, &rivals.of_revenue());
            for ((&draw, before), after) in order.iter().zip(&sorted).zip(&corrected) {
                if before - booked > 0.0 {
                    factors[draw * n + month] = (after - booked) / (before - booked);
                }
            }
        }
        self.futures.scale(&factors);
    }
}

/// The past leads by month, if there is enough of a past.
pub(super) fn enough(leads: &Leads, sources: &Groups) -> Result<Counts, ForecastError> {
    let wins = History::new(leads, false).wins;
    if wins < LEAST_WINS {
        return Err(ForecastError::TooFewWins {
            wins,
            needed: LEAST_WINS,
        });
    }
    let counts = Counts::new(leads, sources).ok_or(ForecastError::Undated)?;
    match counts.complete_months() {
        months if months < LEAST_MONTHS => Err(ForecastError::TooShort {
            months,
            needed: LEAST_MONTHS,
        }),
        _ => Ok(counts),
    }
}
