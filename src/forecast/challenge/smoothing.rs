//! Exponential smoothing of monthly revenue, averaged.
//!
//! Which smoothing a series wants - how fast, with a trend, with a season, on money or on its logs - is not picked but
//! averaged over: every smoothing of a grid counts by how well it foretold each month of the past from those before
//! (its evidence; Bayesian model averaging, Hoeting et al. 1999). With few months many count, with many few do, and a
//! little more data changes the forecast a little. On logs the errors, the growth and the season are factors.

use super::ets::{Errors, Pace, Prior, Smoothing};

/// How fast the level follows.
const LEVELS: [f64; 7] = [0.03, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9];
/// Trends: pace as a share of the level's, damping. None; one that stays; two that change, fading fast or slowly; and one
/// against the jumps: about half of a jump is taken back in the months after it.
const TRENDS: [(f64, f64); 5] = [
    (0.0, 0.0),
    (0.0, 1.0),
    (0.2, 0.9),
    (0.1, 0.98),
    (-0.15, 0.8),
];
/// How fast the season follows, as a share of what the level leaves.
const SEASONS: [f64; 4] = [0.0, 0.05, 0.15, 0.3];
/// Variance of the months of the year, in units of the variance of a month's error.
const STRENGTHS: [f64; 4] = [0.25, 1.0, 4.0, 16.0];
/// Prior weight of a smoothing with a season against the one without: each of the grid's counts the same part of 1.
const SEASONAL: f64 = 1.0 / (SEASONS.len() * STRENGTHS.len()) as f64;
/// Variance of the growth of a month, in the same unit: a fourteenth of an error. With more, a few months of luck go on as
/// growth.
const GROWTH: f64 = 0.005;
/// Before anything is seen, one error of 2 % of a month: a past without any noise is luck.
const NOISE: f64 = 0.02 * 0.02;
/// Evidence, in logs below the best, from which on a smoothing does not count.
const NEGLIGIBLE: f64 = 9.0;
/// No month ahead is above so many times the best month of the past: growth of a few months does not go on for ever.
pub(super) const CEILING: f64 = 10.0;

/// A smoothing and the numbers that it smooths.
struct Member<'a> {
    logs: bool,
    values: &'a [f64],
    smoothing: Smoothing,
    /// Log of its weight, up to a constant.
    weight: f64,
}

impl Member<'_> {
    /// The months ahead; medians.
    fn ahead(&self, months: usize, ceiling: f64) -> Vec<f64> {
        let mut values = self.smoothing.ahead(self.values, months);
        for value in &mut values {
            if self.logs {
                *value = value.min(ceiling.ln()).exp();
            }
            *value = value.clamp(0.0, ceiling);
        }
        values
    }
}

/// The months after `past`, which holds finite numbers, at least one above 0.
pub(super) fn ahead(past: &[f64], months: usize) -> Vec<f64> {
    // Months before the first sale are not of this business.
    let start = past.iter().position(|&value| value != 0.0).unwrap_or(0);
    let past = &past[start..];
    let size = past
        .iter()
        .map(|value| value.abs() / past.len() as f64)
        .sum::<f64>();
    let best = past.iter().fold(0.0, |best: f64, &value| best.max(value));
    let plain: Vec<f64> = past.iter().map(|value| value / size).collect();
    let logs: Vec<f64> = plain.iter().map(|value| value.ln()).collect();
    let mut members = smoothings(&plain, false);
    if plain.iter().all(|&value| value > 0.0) {
        members.extend(smoothings(&logs, true));
    }
    average(&members, months, CEILING * best / size)
        .iter()
        .map(|value| value * size)
        .collect()
}

/// Mean of the members' forecasts by weight; zeros without members.
fn average(members: &[Member<'_>], months: usize, ceiling: f64) -> Vec<f64> {
    let top = (members.iter()).fold(f64::NEG_INFINITY, |top, member| top.max(member.weight));
    let (mut sums, mut total) = (vec![0.0; months], 0.0);
    for member in members.iter().filter(|m| m.weight > top - NEGLIGIBLE) {
        let weight = (member.weight - top).exp();
        total += weight;
        for (sum, value) in sums.iter_mut().zip(member.ahead(months, ceiling)) {
            *sum += weight * value;
        }
    }
    sums.iter().map(|sum| sum / f64::max(total, 1.0)).collect()
}

/// Every smoothing of the grid for these values.
fn smoothings(values: &[f64], logs: bool) -> Vec<Member<'_>> {
    // Densities of logs become densities of money.
    let scale = if logs {
        -values.iter().sum::<f64>()
    } else {
        0.0
    };
    let mut members = Vec::new();
    for level in LEVELS {
        for (trend, damping) in TRENDS {
            for season in SEASONS {
                let pace = Pace {
                    level,
                    trend: trend * level,
                    damping,
                    season: season * (1.0 - level),
                };
                let errors = Errors::new(values, pace);
                for (prior, share) in priors(pace) {
                    members.extend(errors.smoothing(prior, NOISE).map(|smoothing| Member {
                        logs,
                        values,
                        weight: smoothing.evidence + scale + share.ln(),
                        smoothing,
                    }));
                }
            }
        }
    }
    members
}

/// What is believed of the initial states, with its prior weight.
fn priors(pace: Pace) -> Vec<(Prior, f64)> {
    let trend = if pace.damping > 0.0 { GROWTH } else { 0.0 };
    let prior = |season: f64| Prior { trend, season };
    let mut priors: Vec<_> = (STRENGTHS.iter())
        .map(|&strength| (prior(strength), SEASONAL))
        .collect();
    if pace.season == 0.0 {
        priors.push((prior(0.0), 1.0));
    }
    priors
}
