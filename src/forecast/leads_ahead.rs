//! The number of new leads by itself: what the revenue forecast counts on, open to the eye.

use serde::Serialize;

use crate::domain::{Leads, Month, Role, SpendLine};
use crate::forecast::draws::quantile;
use crate::forecast::engine::LEAST_MONTHS;
use crate::forecast::groups::Groups;
use crate::forecast::result::ForecastError;
use crate::forecast::series::Ahead;
use crate::forecast::span::Span;
use crate::forecast::volume::{self, Counts};

/// Parts of equal probability that each belief is cut into.
const PARTS: usize = 64;

/// New leads of one month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeadsMonth {
    /// The month.
    pub month: Month,
    /// Leads that came in it before the as-of date; not part of the numbers below.
    pub known: usize,
    /// Expected number of leads from the as-of date on.
    pub mean: f64,
    /// Their number is below this with probability 10 %.
    pub p10: f64,
    /// With probability 50 %.
    pub p50: f64,
    /// With probability 90 %.
    pub p90: f64,
    /// Expected number by source, in the order of [`LeadsAhead::sources`].
    pub by_source: Vec<f64>,
}

/// The number of new leads by month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeadsAhead {
    /// The sources, by name.
    pub sources: Vec<String>,
    /// The months from the as-of date on.
    pub months: Vec<LeadsMonth>,
}

/// Forecasts the number of new leads over `months` months (at least one) from the one that contains `leads.as_of`, every
/// lead counting the same.
///
/// `spend` of complete months explains how many came; that of the months ahead, where there is any, is the plan (of the
/// month that contains the as-of date only if that is its first day: later a line may be what was paid so far). Whoever
/// looks back must leave out what was not known then.
///
/// # Errors
/// [`ForecastError::Undated`] without dates of creation, [`ForecastError::TooShort`] with fewer than three complete
/// months of them.
pub fn leads_ahead(
    leads: &Leads,
    spend: &[SpendLine],
    months: usize,
) -> Result<LeadsAhead, ForecastError> {
    let sources = Groups::by(leads, Role::Source);
    let counts = Counts::new(leads, &sources).ok_or(ForecastError::Undated)?;
    let complete = counts.complete_months();
    if complete < LEAST_MONTHS {
        return Err(ForecastError::TooShort {
            months: complete,
            needed: LEAST_MONTHS,
        });
    }
    let span = Span::new(leads.as_of, months).paced(leads);
    let volume = volume::forecast(&counts, &span, &vec![1.0; sources.len()], spend);
    let created = leads.created.iter().flatten();
    let known = created.filter(|day| day.month() == span.months[0]).count();
    let months = (0..span.len())
        .map(|m| {
            let by_source: Vec<f64> = volume.leads.iter().map(|of| of[m]).collect();
            let mean: f64 = by_source.iter().sum();
            let numbers = numbers(&volume.beliefs, m, mean);
            LeadsMonth {
                month: span.months[m],
                known: if m == 0 { known } else { 0 },
                mean,
                p10: quantile(&numbers, 0.1),
                p50: quantile(&numbers, 0.5),
                p90: quantile(&numbers, 0.9),
                by_source,
            }
        })
        .collect();
    Ok(LeadsAhead {
        sources: sources.names,
        months,
    })
}

/// Equally likely numbers of leads of a month, sorted: each belief's normal cut into parts, and the luck of the count in it
/// (variance of the log 1 / mean).
fn numbers(beliefs: &[Ahead], month: usize, mean: f64) -> Vec<f64> {
    let normal = statrs::distribution::Normal::standard();
    let mut numbers: Vec<f64> = Vec::with_capacity(beliefs.len() * PARTS);
    for belief in beliefs {
        let variance: f64 = belief.root[month].iter().map(|r| r * r).sum();
        let sd = (variance + 1.0 / mean.max(1.0)).sqrt();
        for part in 0..PARTS {
            let p = (part as f64 + 0.5) / PARTS as f64;
            let z = statrs::distribution::ContinuousCDF::inverse_cdf(&normal, p);
            numbers.push(mean * (belief.mean[month] + sd * z).exp());
        }
    }
    numbers.sort_by(f64::total_cmp);
    numbers
}
