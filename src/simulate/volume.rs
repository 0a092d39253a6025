//! How many leads come on each day from each source, and the money that brought them.

use super::calendar::{Calendar, days_from_spring_festival};
use super::random::{Draws, Stream};
use super::world::{SEASON, SOURCE, SOURCES};
use crate::domain::Month;

/// Leads by weekday, Monday to Sunday, before the source's own weekend.
const WEEKDAY: [f64; 7] = [1.2, 1.15, 1.12, 1.1, 1.03, 0.7, 0.6];

/// One month of one source.
#[derive(Debug, Clone, Copy)]
pub(super) struct Campaign {
    /// Yuan.
    pub(super) spend: f64,
    /// Clicks per lead and visits per click that month; 0 where none are counted.
    pub(super) clicks: f64,
    /// Visits per click that month.
    pub(super) visits: f64,
}

/// The plan: leads by day and source, campaigns by month and source.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) leads: Vec<[u32; SOURCES]>,
    pub(super) campaigns: Vec<[Campaign; SOURCES]>,
}

/// What the plan is made for.
pub(super) struct Frame<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) first_month: Month,
    /// Days before the as-of date, and days in all.
    pub(super) days: (usize, usize),
    /// Months of history.
    pub(super) history: usize,
    /// Leads before the as-of date.
    pub(super) leads: u64,
    pub(super) seed: u64,
}

/// Plans spend, turns it into leads, and allots exactly `frame.leads` of them to the days before the as-of date.
pub(super) fn plan(frame: &Frame<'_>) -> Plan {
    let mut draws = Draws::new(frame.seed, Stream::Volume, 0);
    let months = (frame.calendar.month(frame.days.1 - 1) - frame.first_month + 1) as usize;
    let (campaigns, pull) = campaigns(frame, months, &mut draws);
    let mut rates: Vec<[f64; SOURCES]> = (0..frame.days.1)
        .map(|day| day_rates(frame, &pull, day))
        .collect();
    let known: f64 = rates[..frame.days.0].iter().flatten().sum();
    let scale = frame.leads as f64 / known;
    for rate in rates.iter_mut().flatten() {
        *rate *= scale;
    }
    let mut leads: Vec<[u32; SOURCES]> = rates
        .iter()
        .map(|day| std::array::from_fn(|source| draws.poisson(day[source])))
        .collect();
    settle(
        &mut leads[..frame.days.0],
        &rates[..frame.days.0],
        frame.leads,
        &mut draws,
    );
    Plan { leads, campaigns }
}

/// Spend by month and source, and the pull that it has together with trend and the months' shocks.
fn campaigns(
    frame: &Frame<'_>,
    months: usize,
    draws: &mut Draws,
) -> (Vec<[Campaign; SOURCES]>, Vec<[f64; SOURCES]>) {
    let monthly = frame.leads as f64 / frame.history as f64;
    let (mut campaigns, mut pull) = (Vec::new(), Vec::new());
    let (mut company, mut own) = (0.0, [0.0; SOURCES]);
    for m in 0..months {
        company = 0.5 * company + 0.07 * draws.normal();
        let years = (m as f64 - frame.history as f64 / 2.0) / 12.0;
        let november = (frame.first_month + m as i32).number() == 11;
        let mut row = [Campaign {
            spend: 0.0,
            clicks: 0.0,
            visits: 0.0,
        }; SOURCES];
        let mut pulls = [0.0; SOURCES];
        for (i, source) in SOURCE.iter().enumerate() {
            own[i] = 0.4 * own[i] + 0.09 * draws.normal();
            let sale = if november && source.clicks > 0.0 {
                1.4
            } else {
                1.0
            };
            let plan = sale * libm::exp(source.spend_growth * years + 0.25 * draws.normal());
            row[i] = Campaign {
                spend: (source.cost * source.share * monthly * plan / 100.0).round() * 100.0,
                clicks: source.clicks * draws.lognormal(1.0, 0.08),
                visits: draws.lognormal(1.6, 0.06),
            };
            pulls[i] = source.share
                * libm::pow(plan, source.spend_exponent)
                * libm::exp((source.growth + 0.06) * years + company + own[i]);
        }
        campaigns.push(row);
        pull.push(pulls);
    }
    (campaigns, pull)
}

/// Leads expected on a day, before they are scaled to the number asked for.
fn day_rates(frame: &Frame<'_>, pull: &[[f64; SOURCES]], position: usize) -> [f64; SOURCES] {
    let day = frame.calendar.day(position);
    let month = day.month();
    let of_year = (month.number() - 1) as usize;
    let weekday = day.weekday() as usize;
    let festival = match days_from_spring_festival(day) {
        Some(since @ -7..=-1) => 0.3 + 0.08 * f64::from(-since - 1),
        Some(0..=6) => 0.1,
        Some(since) => 0.5 + 0.1 * f64::from(since - 7),
        None => 1.0,
    };
    std::array::from_fn(|i| {
        let source = &SOURCE[i];
        let weekend = if weekday >= 5 { source.weekend } else { 1.0 };
        let season = source.season.as_ref().unwrap_or(&SEASON)[of_year];
        pull[(month - frame.first_month) as usize][i]
            * season
            * WEEKDAY[weekday]
            * weekend
            * festival
    })
}

/// Adds leads to or takes leads from days and sources, drawn in proportion to their rates, until there are `wanted`.
fn settle(leads: &mut [[u32; SOURCES]], rates: &[[f64; SOURCES]], wanted: u64, draws: &mut Draws) {
    let mut sums = Vec::with_capacity(rates.len() * SOURCES);
    let mut sum = 0.0;
    for rate in rates.iter().flatten() {
        sum += rate;
        sums.push(sum);
    }
    let mut have: u64 = leads.iter().flatten().map(|&n| u64::from(n)).sum();
    while have != wanted {
        let at = draws.uniform() * sum;
        let cell = sums.partition_point(|&s| s <= at).min(sums.len() - 1);
        let count = &mut leads[cell / SOURCES][cell % SOURCES];
        if have < wanted {
            *count += 1;
            have += 1;
        } else if *count > 0 {
            *count -= 1;
            have -= 1;
        }
    }
}
