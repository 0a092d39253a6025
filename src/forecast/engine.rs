//! From what the model believes and the past shows to drawn futures.

use crate::domain::{Leads, Role};
use crate::forecast::DRAWS;
use crate::forecast::beliefs::Beliefs;
use crate::forecast::draws::{self, Ingredients};
use crate::forecast::futures::Futures;
use crate::forecast::groups::{self, Groups, Members};
use crate::forecast::history::History;
use crate::forecast::inflow::daily;
use crate::forecast::levers::Works;
use crate::forecast::past::{self, PastMonth};
use crate::forecast::result::ForecastError;
use crate::forecast::shock::{self, Shock};
use crate::forecast::span::Span;
use crate::forecast::volume::{self, Counts};
use crate::score::Model;
use crate::segment::Rules;

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
    /// What to say if the number of leads fell at last.
    pub(super) fall: Option<String>,
}

impl Drawn {
    /// Draws the months of `span` from what is known at `leads.as_of`.
    pub(super) fn new(
        model: &Model,
        leads: &Leads,
        rules: Option<&Rules>,
        span: &Span,
        effort: &Effort,
        seed: u64,
    ) -> Result<Self, ForecastError> {
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
            leads,
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
        leads: &Leads,
        sources: &Groups,
        counts: &Counts,
        beliefs: Beliefs,
        span: &Span,
        draws: usize,
        seed: u64,
    ) -> Self {
        let history = History::new(leads, beliefs.priced);
        let (purses, examples) = beliefs.purses(leads, sources);
        let table = daily(&beliefs.new, span.days().max(beliefs.past_days(leads)));
        let worth: Vec<f64> = (purses.iter().zip(&table))
            .map(|(purse, table)| purse.mean * table.last().copied().unwrap_or(0.0))
            .collect();
        let volume = volume::forecast(counts, span, &worth, &span.spend);
        let wins = shock::months_of_wins(leads, sources, &table, &span.wins);
        let booked = groups::booked(leads, beliefs.priced);
        let ingredients = Ingredients {
            months: span.len(),
            members: Members::all(leads, &beliefs.open.rows, &examples, beliefs.priced),
            booked: booked.iter().map(|&(_, money)| money).collect(),
            new_chances: beliefs.new_chances(&table, span),
            amounts: beliefs.open_amounts,
            chances: beliefs.open_chances,
            open_tilts: beliefs.open_tilts,
            leads: volume.leads,
            purses,
            volume: volume.beliefs,
            shock: Shock::learn(&wins),
            ratios: beliefs.ratios,
        };
        Self {
            futures: draws::draw(&ingredients, span.months[0], draws, seed),
            past: past::months(leads, beliefs.priced, history.first(), &wins),
            history,
            priced: beliefs.priced,
            horizon: beliefs.horizon,
            seasonal: volume.seasonal,
            fall: counts.fall(),
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
