//! Revenue by month: booked + run-off of the open pipeline + new inflow, with its uncertainty.
//!
//! The model gives each open lead its chance to be won in each month ahead, and each source a curve for the leads yet
//! to come; the number of those is forecast from the past. What is not known - the model itself, the number of leads,
//! good and bad months, who is won, what a deal pays - is drawn 2,000 times.

mod beliefs;
mod draws;
mod festival;
mod futures;
mod groups;
mod history;
mod inflow;
mod levers;
mod moments;
mod past;
mod prospect;
mod result;
mod runoff;
#[cfg(test)]
pub(crate) mod sample;
mod series;
mod shock;
mod smooth;
mod span;
mod spread;
mod volume;

pub(crate) use draws::{gamma, quantile};
pub use futures::{Futures, Split, allot};
pub(crate) use groups::{Groups, thinned};
pub(crate) use history::team_target;
pub(crate) use inflow::{daily, mean_curves};
pub use levers::{Levers, MOST_AOV, MOST_CONVERSION, MOST_LEADS, MOST_PACE, MOST_TOGETHER, Redraw};
pub use past::PastMonth;
pub use prospect::{Prospect, prospect};
#[cfg(test)]
pub(crate) use prospect::{sample as sample_prospect, sample_futures};
pub use result::{ForecastError, MonthOutlook, Outlook};
pub(crate) use runoff::factors;

use beliefs::Beliefs;
use draws::Ingredients;
use groups::Members;
use history::History;
use shock::Shock;
use span::Span;
use volume::{Counts, Volume};

use crate::domain::{Leads, Probability, Role, TargetLine};
use crate::score::{Model, Warning};
use crate::segment::Rules;

/// Number of futures drawn.
const DRAWS: usize = 2_000;
/// Below so many dated wins, a month's revenue cannot be told from chance.
const LEAST_WINS: usize = 10;
/// Complete months of leads that a forecast of their number needs.
const LEAST_MONTHS: usize = 3;

/// Forecasts `months` months (at least one) from the one that contains `leads.as_of`.
///
/// `seed` draws the futures: the same seed gives the same numbers. Targets of months that are not forecast are passed
/// over. The outlook is in money where the data has amounts, in deals otherwise; [`Outlook::in_currency`] names the
/// money.
///
/// # Errors
/// See [`ForecastError`]: undated data, no wins, too little history.
pub fn outlook(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    targets: &[TargetLine],
    months: usize,
    seed: u64,
) -> Result<Outlook, ForecastError> {
    if !leads.dated() {
        return Err(ForecastError::Undated);
    }
    let horizon = model.horizon().ok_or(ForecastError::Undated)?;
    let sources = Groups::by(leads, Role::Source);
    let counts = enough(leads, &sources)?;
    let span = Span::new(leads.as_of, months);
    let beliefs = Beliefs::ask(model, leads, rules, &sources, &span, horizon, seed)?;
    let composed = compose(leads, &sources, &counts, beliefs, targets, &span, seed);
    Ok(composed.outlook)
}

/// A forecast with all that it came from.
struct Composed {
    outlook: Outlook,
    futures: Futures,
    works: levers::Works,
    past: Vec<PastMonth>,
}

/// The past leads by month, if there is enough of a past.
fn enough(leads: &Leads, sources: &Groups) -> Result<Counts, ForecastError> {
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

/// Puts together what the model believes and what the past shows.
fn compose(
    leads: &Leads,
    sources: &Groups,
    counts: &Counts,
    beliefs: Beliefs,
    targets: &[TargetLine],
    span: &Span,
    seed: u64,
) -> Composed {
    let history = History::new(leads, beliefs.priced);
    let (purses, examples) = beliefs.purses(leads, sources);
    let table = daily(&beliefs.new, span.days().max(beliefs.past_days(leads)));
    let worth: Vec<f64> = (purses.iter().zip(&table))
        .map(|(purse, table)| purse.mean * table.last().copied().unwrap_or(0.0))
        .collect();
    let dips = festival::dip(leads, span.as_of).is_some();
    let volume = volume::forecast(counts, span, &worth, dips);
    let wins = shock::months_of_wins(leads, sources, &table);
    let past = past::months(leads, beliefs.priced, history.first(), &wins);
    let shock = Shock::learn(&wins);
    let mut warnings = warnings(leads, span, &history, &volume, &beliefs);
    warnings.extend(counts.fall().map(|message| Warning {
        code: "leads-fell".to_owned(),
        message,
        column: None,
    }));
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
        shock,
        ratios: beliefs.ratios,
    };
    let futures = draws::draw(&ingredients, span.months[0], DRAWS, seed);
    let months = (0..span.len())
        .map(|m| month_outlook(m, &history, &futures, targets))
        .collect();
    let outlook = Outlook {
        as_of: leads.as_of,
        currency: if beliefs.priced { "" } else { "deals" }.to_owned(),
        months,
        draws: DRAWS,
        warnings,
    };
    let works = levers::Works {
        ingredients,
        open: beliefs.open,
        table: daily(&beliefs.new, beliefs.horizon),
        span: span.clone(),
        seed,
    };
    Composed {
        outlook,
        futures,
        works,
        past,
    }
}

fn month_outlook(
    m: usize,
    history: &History,
    futures: &Futures,
    targets: &[TargetLine],
) -> MonthOutlook {
    let month = futures.months[m];
    let booked = futures.booked(m);
    let (open, new) = (futures.open(m), futures.new_leads(m));
    let mut revenue = futures.total(m);
    revenue.sort_by(f64::total_cmp);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (open_pipeline, new_leads) = (mean(&open), mean(&new));
    let target = team_target(targets, month);
    let p_attain = target.map(|target| {
        let reached = revenue.len() - revenue.partition_point(|&value| value < target);
        Probability::clamped(reached as f64 / revenue.len() as f64)
    });
    MonthOutlook {
        month,
        p10: quantile(&revenue, 0.1),
        p20: quantile(&revenue, 0.2),
        p50: quantile(&revenue, 0.5),
        p80: quantile(&revenue, 0.8),
        p90: quantile(&revenue, 0.9),
        mean: booked + open_pipeline + new_leads,
        booked,
        open_pipeline,
        new_leads,
        target,
        p_attain,
        naive: history.year_before(month),
        weighted_pipeline: (history.weighted_pipeline)
            .filter(|_| m == 0)
            .map(|money| booked + money),
    }
}

/// What the reader of the numbers must know.
fn warnings(
    leads: &Leads,
    span: &Span,
    history: &History,
    volume: &Volume,
    beliefs: &Beliefs,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |code: &str, message: String| {
        warnings.push(Warning {
            code: code.to_owned(),
            message,
            column: None,
        });
    };
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    if history.open_without_created > 0 {
        warn(
            "open-without-created",
            format!(
                "of {}, {} without a creation date: nothing says when they could be won, and they are not in the forecast",
                count(history.open, "open lead"),
                history.open_without_created
            ),
        );
    }
    if history.undated_wins > 0 {
        warn(
            "won-without-closed",
            format!(
                "{} without a closing date: in no month's revenue",
                count(history.undated_wins, "won lead")
            ),
        );
    }
    if history.unpriced_wins > 0 {
        warn(
            "won-without-amount",
            format!(
                "{} without an amount: counted as 0 in the revenue of the past and of this month",
                count(history.unpriced_wins, "won lead")
            ),
        );
    }
    if span.days() > beliefs.horizon {
        warn(
            "beyond-horizon",
            format!(
                "the data shows how leads close up to {} days ahead; leads open now are taken to bring nothing after {}",
                beliefs.horizon,
                leads.as_of + beliefs.horizon
            ),
        );
    }
    if !volume.seasonal {
        warn(
            "no-season",
            "with less than 24 complete months of leads the months of the year cannot be told apart: new leads are forecast without a season".to_owned(),
        );
    }
    if let Some(message) = festival::warning(leads, span) {
        warn("spring-festival", message);
    }
    warnings
}

#[cfg(test)]
#[path = "outlook_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "attain_tests.rs"]
mod attain_tests;
