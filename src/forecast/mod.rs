//! Revenue by month: booked + run-off of the open pipeline + new inflow, with its uncertainty.
//!
//! The model gives each open lead its chance to be won in each month ahead, and each source a curve for the leads yet
//! to come; the number of those is forecast from the past. What is not known - the model itself, the number of leads,
//! good and bad months, who is won, what a deal pays - is drawn 2,000 times.

mod backtest;
mod beliefs;
mod calendar;
pub mod challenge;
mod conversion;
mod draws;
mod engine;
mod festival;
mod futures;
mod groups;
mod history;
mod inflow;
mod leads_ahead;
mod lesson;
mod levers;
mod lunar;
pub mod metrics;
mod moments;
mod opening;
mod past;
mod prospect;
mod purse;
mod result;
mod ruler;
mod runoff;
#[cfg(test)]
pub(crate) mod sample;
mod series;
mod smooth;
mod span;
mod spend;
mod spreads;
mod volume;

pub use backtest::{Backtest, Figures, Rivals, Tested, Who, backtest, keep, stored};
pub(crate) use draws::{gamma, quantile};
pub use futures::{Futures, Split, allot};
pub(crate) use groups::{Groups, NOBODY};
pub(crate) use history::{first_whole_month, team_target};
pub use leads_ahead::{LeadsAhead, LeadsMonth, leads_ahead};
pub use levers::{Levers, MOST_AOV, MOST_CONVERSION, MOST_LEADS, MOST_PACE, MOST_TOGETHER, Redraw};
pub(crate) use lunar::spring_festival;
pub(crate) use opening::Opening;
pub use past::PastMonth;
pub use prospect::{Prospect, prospect};
#[cfg(test)]
pub(crate) use prospect::{sample as sample_prospect, sample_futures};
pub use result::{ForecastError, MonthOutlook, Outlook};
pub(crate) use ruler::{Chance, Ruler, Window};
pub(crate) use volume::leads_fell;

use engine::{Drawn, Effort};
use history::History;
use span::Span;

use crate::domain::{Day, Leads, Probability, SpendLine, TargetLine};
use crate::score::{Model, Warning};
use crate::segment::Rules;

/// Number of futures drawn.
const DRAWS: usize = 2_000;

/// What a forecast reads.
#[derive(Debug, Clone, Copy)]
pub struct Books<'a> {
    /// The leads, as of the day of the forecast.
    pub leads: &'a Leads,
    /// The rules, where the model has a segment.
    pub rules: Option<&'a Rules>,
    /// Spend by month and source, also what is planned; may be empty.
    pub spend: &'a [SpendLine],
    /// Targets by month; may be empty.
    pub targets: &'a [TargetLine],
}

impl<'a> Books<'a> {
    /// Leads alone.
    pub const fn of(leads: &'a Leads) -> Self {
        Self {
            leads,
            rules: None,
            spend: &[],
            targets: &[],
        }
    }
}

/// What [`Books`] knew on an earlier day.
pub(crate) struct Past {
    /// The leads as of that day.
    pub(crate) leads: Leads,
    /// The spend of the months before it: plans of those days are not on record.
    spend: Vec<SpendLine>,
}

impl Past {
    /// As of `day`.
    pub(crate) fn of(books: &Books<'_>, day: Day) -> Self {
        let spend = (books.spend.iter())
            .filter(|line| line.month < day.month())
            .cloned()
            .collect();
        Self {
            leads: books.leads.as_of(day),
            spend,
        }
    }

    /// The books of that day, which have no targets.
    pub(crate) fn books<'a>(&'a self, today: &Books<'a>) -> Books<'a> {
        Books {
            leads: &self.leads,
            rules: today.rules,
            spend: &self.spend,
            targets: &[],
        }
    }
}

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
    books: &Books<'_>,
    months: usize,
    seed: u64,
) -> Result<Outlook, ForecastError> {
    let span = Span::new(books.leads.as_of, months).paced(books.leads);
    let mut drawn = Drawn::new(model, books, &span, &Effort::full(), seed)?;
    let record = backtest::stored(model, books.leads.as_of);
    drawn.correct(&span, record.as_ref());
    let mut outlook = compose(&drawn, books.leads, books.targets, &span);
    outlook.record = record.map(|record| record.summary()).unwrap_or_default();
    Ok(outlook)
}

/// Puts together what was drawn and what the past shows.
fn compose(drawn: &Drawn, leads: &Leads, targets: &[TargetLine], span: &Span) -> Outlook {
    let mut warnings = warnings(leads, span, drawn);
    let said = [("leads-fell", &drawn.fall), ("quarter-waves", &drawn.waves)];
    warnings.extend(said.into_iter().filter_map(|(code, message)| {
        Some(Warning {
            code: code.to_owned(),
            message: message.clone()?,
            column: None,
        })
    }));
    let months = (0..span.len())
        .map(|m| month_outlook(m, &drawn.history, &drawn.futures, targets))
        .collect();
    Outlook {
        as_of: leads.as_of,
        currency: if drawn.priced { "" } else { "deals" }.to_owned(),
        months,
        draws: DRAWS,
        record: Vec::new(),
        warnings,
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
fn warnings(leads: &Leads, span: &Span, drawn: &Drawn) -> Vec<Warning> {
    let history = &drawn.history;
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
    if span.days() > drawn.horizon {
        warn(
            "beyond-horizon",
            format!(
                "the data shows how leads close up to {} days ahead; leads open now are taken to bring nothing after {}",
                drawn.horizon,
                leads.as_of + drawn.horizon
            ),
        );
    }
    if !drawn.seasonal {
        warn(
            "no-season",
            format!(
                "with less than {} complete months of leads the months of the year cannot be told apart: new leads are forecast without a season",
                volume::SEASON_MONTHS
            ),
        );
    }
    if let Some(message) = festival::warning(span) {
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
