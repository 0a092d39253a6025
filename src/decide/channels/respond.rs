//! How the outcomes of a channel follow its own spend: curves of all channels together, with the carry-over that the data
//! favour.

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

use crate::decide::budget::demand::{Follows, Past, follows};
use crate::decide::budget::response::{Control, Curve, Curves, Power, Series, curves};
use crate::decide::channels::calendar;
use crate::decide::channels::carry::{CARRIES, carried, log_prior};
use crate::decide::channels::ratio::{LogRatio, Seen, scatters, shrunken};
use crate::decide::channels::result::{ChannelRow, Still};
use crate::decide::channels::table::{money_scatter, pairs};
use crate::domain::{Campaign, CampaignLine, Measure};

/// Periods with spend that a curve needs.
const LEAST_PERIODS: usize = 8;
/// Daily periods beyond which days are taken together to weeks.
const MOST_DAYS: usize = 140;
/// What no amount of data tells without a trial: standard deviation of the elasticity; and where spend follows demand.
pub(super) const DOUBT: f64 = 0.15;
const MORE_DOUBT: f64 = 0.25;
/// Elasticity from which 1, spend and outcome that rise and fall as one, cannot be ruled out with that doubt (80 %).
const EDGE: f64 = 1.0 - 1.28 * DOUBT;
/// A carry-over less likely than this is not drawn.
const UNLIKELY: f64 = 0.01;

/// A belief drawn: of each channel that may move, its curve by period, what one outcome is worth, and the carry-over.
pub(super) struct Belief {
    pub(super) curves: Vec<Power>,
    pub(super) worth: Vec<f64>,
    pub(super) carry: Vec<f64>,
    /// What each channel brought, in units of the outcome; empty where it is known.
    pub(super) brought: Vec<f64>,
}

/// What was learnt of how outcomes follow spend.
pub(super) struct Learnt {
    /// What was held against spend.
    pub(super) outcome: Measure,
    /// Whether worth is money.
    pub(super) priced: bool,
    /// Days of a period of the curves.
    pub(super) step: i32,
    /// Channels that have a curve.
    pub(super) free: Vec<usize>,
    /// Why the others have none, by channel.
    pub(super) still: Vec<Option<Still>>,
    /// By place in `free`: whether the data say more than was believed beforehand.
    pub(super) told: Vec<bool>,
    /// By place in `free`: whether spend follows demand.
    pub(super) follows: Vec<bool>,
    /// By place in `free`: whether spend and outcome rise and fall as one, so that the outcome may make the spend.
    pub(super) edge: Vec<bool>,
    pub(super) draws: Vec<Belief>,
}

/// The series of the channels, days taken together to weeks where they are many.
struct History {
    step: i32,
    spend: Vec<Vec<f64>>,
    /// NaN where there is no row.
    outcome: Vec<Vec<f64>>,
}

/// The count that is best held against spend: leads, else orders, else money, else clicks.
fn outcome(campaign: &Campaign) -> Option<Measure> {
    [
        Measure::Leads,
        Measure::Orders,
        Measure::Revenue,
        Measure::Clicks,
    ]
    .into_iter()
    .find(|measure| campaign.given.contains(measure))
}

pub(super) fn learn(
    campaign: &Campaign,
    rows: &[ChannelRow],
    n: usize,
    seed: u64,
) -> Option<Learnt> {
    let outcome = outcome(campaign)?;
    let past = series(campaign, outcome);
    let still: Vec<Option<Still>> = (0..rows.len()).map(|c| still(&past, c)).collect();
    let free: Vec<usize> = (0..rows.len()).filter(|&c| still[c].is_none()).collect();
    if free.is_empty() {
        return None;
    }
    let follows = demand(&past, &free);
    let grain = grain(campaign, outcome, &past);
    let of = |theta: f64, edge: &[bool]| -> Vec<Series> {
        (free.iter().enumerate())
            .map(|(i, &c)| {
                let series = one(campaign, &past, c, theta, grain, follows.of(i));
                if edge[i] { still_spent(series) } else { series }
            })
            .collect()
    };
    let all = |edge: &[bool]| -> Vec<(f64, Curves)> {
        let each = CARRIES.iter();
        each.map(|&theta| (theta, curves(&of(theta, edge))))
            .collect()
    };
    let mut found = all(&vec![false; free.len()]);
    let edge = edge(&found, past.step);
    if edge.contains(&true) {
        // The outcome may have made such spend: how the two moved is not looked at again.
        found = all(&edge);
    }
    let (draws, told) = drawn(&found, &past, n, seed);
    let (worth, priced) = worth(campaign, outcome, rows, &free);
    let mut rng = Pcg64::new(u128::from(seed), 0x00c4_a11e);
    let draws = draws.into_iter().map(|(theta, curves)| {
        let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
        Belief {
            worth: worth
                .iter()
                .map(|w| (w.mean + w.sd * normal()).exp())
                .collect(),
            carry: vec![theta; curves.len()],
            brought: Vec::new(),
            curves,
        }
    });
    Some(Learnt {
        outcome,
        priced,
        step: past.step,
        draws: draws.collect(),
        told,
        edge,
        follows: (0..free.len()).map(|i| follows.of(i)).collect(),
        free,
        still,
    })
}

fn series(campaign: &Campaign, outcome: Measure) -> History {
    let group = if campaign.step == 1 && campaign.periods > MOST_DAYS {
        7
    } else {
        1
    };
    let periods = campaign.periods / group;
    // The oldest days that make no whole week are left out.
    let skip = campaign.periods - periods * group;
    let channels = campaign.channels.len();
    let mut past = History {
        step: campaign.step * group as i32,
        spend: vec![vec![0.0; periods]; channels],
        outcome: vec![vec![f64::NAN; periods]; channels],
    };
    for line in campaign.lines.iter().filter(|line| line.period >= skip) {
        let t = (line.period - skip) / group;
        past.spend[line.channel][t] += if line.spend > 0.0 { line.spend } else { 0.0 };
        let count = line.counts[outcome.place()];
        let sum = &mut past.outcome[line.channel][t];
        *sum = if sum.is_nan() { count } else { *sum + count };
    }
    past
}

fn still(past: &History, channel: usize) -> Option<Still> {
    let spend = &past.spend[channel];
    let seen =
        (spend.iter().zip(&past.outcome[channel])).filter(|(s, y)| **s > 0.0 && y.is_finite());
    let brought: f64 = past.outcome[channel].iter().filter(|y| y.is_finite()).sum();
    if recent(spend, past.step) <= 0.0 {
        Some(Still::NoSpend)
    } else if brought <= 0.0 {
        Some(Still::NoOutcome)
    } else if seen.count() < LEAST_PERIODS {
        Some(Still::FewPeriods)
    } else {
        None
    }
}

/// Mean spend a period of the last three months (of all, where there are fewer).
pub(super) fn recent(spend: &[f64], step: i32) -> f64 {
    let periods = (3.0 * calendar::MONTH / f64::from(step.max(1))).round() as usize;
    let last = &spend[spend.len() - spend.len().min(periods.max(1))..];
    last.iter().sum::<f64>() / last.len().max(1) as f64
}

/// What one outcome counts: a lead is one; money comes in orders, or in what scatter says.
fn grain(campaign: &Campaign, outcome: Measure, past: &History) -> f64 {
    if outcome != Measure::Revenue {
        return 1.0;
    }
    let seen: Vec<Seen> = (past.outcome.iter())
        .map(|y| Seen {
            pairs: y
                .iter()
                .filter(|y| y.is_finite())
                .map(|y| (*y, 1.0))
                .collect(),
        })
        .collect();
    let found = scatters(&seen, calendar::block(campaign.step), false, 0.0);
    found.map_or(1.0, |s| {
        (s.iter().sum::<f64>() / s.len().max(1) as f64 / 4.0).max(1e-9)
    })
}

fn one(
    campaign: &Campaign,
    past: &History,
    c: usize,
    theta: f64,
    grain: f64,
    doubt: bool,
) -> Series {
    let outcome = &past.outcome[c];
    let there: Vec<usize> = (0..outcome.len())
        .filter(|&t| outcome[t].is_finite())
        .collect();
    let keep = |values: &[f64]| -> Vec<f64> { there.iter().map(|&t| values[t]).collect() };
    let first = campaign
        .end
        .map(|end| end - past.step * outcome.len() as i32)
        .unwrap_or_default();
    let controls = calendar::columns(first, past.step, outcome.len())
        .into_iter()
        .map(|(values, sd)| Control {
            ahead: ahead(&values, past.step),
            values: keep(&values),
            sd,
        });
    Series {
        spend: keep(&carried(&past.spend[c], theta)),
        outcome: keep(outcome),
        grain,
        controls: controls.collect(),
        doubt: if doubt { MORE_DOUBT } else { DOUBT },
    }
}

/// The same series with spend that never moved: it tells the level and nothing of the elasticity.
fn still_spent(mut series: Series) -> Series {
    let mean = series.spend.iter().sum::<f64>() / series.spend.len().max(1) as f64;
    series.spend.fill(mean);
    series
}

/// The channels whose spend and outcome rise and fall as one.
fn edge(all: &[(f64, Curves)], step: i32) -> Vec<bool> {
    let likeliest = all.iter().max_by(|a, b| {
        let log = |of: &(f64, Curves)| of.1.evidence + log_prior(of.0, step);
        log(a).total_cmp(&log(b))
    });
    let curves = likeliest.map(|of| &of.1.sources);
    (curves.into_iter().flatten())
        .map(|curve| curve.told() && curve.shown() >= EDGE)
        .collect()
}

/// The value at which a curve is read: the mean of the last year, or of all, so that no season counts.
fn ahead(values: &[f64], step: i32) -> f64 {
    let year = (365.25 / f64::from(step.max(1))).round() as usize;
    let last = &values[values.len() - values.len().min(year.max(1))..];
    last.iter().sum::<f64>() / last.len().max(1) as f64
}

/// Whether spend follows what the other channels bring.
fn demand(past: &History, free: &[usize]) -> Follows {
    let log = |values: &[f64], floor: f64| -> Vec<f64> {
        values.iter().map(|v| v.max(floor).ln()).collect()
    };
    let sums = |of: &[Vec<f64>], but: usize| -> Vec<f64> {
        (0..of[but].len())
            .map(|t| {
                let others = free.iter().filter(|&&c| c != but);
                others.map(|&c| of[c][t]).filter(|v| v.is_finite()).sum()
            })
            .collect()
    };
    let pasts: Vec<Past> = (free.iter())
        .filter(|_| free.len() > 1)
        .map(|&c| {
            let mean = past.spend[c].iter().sum::<f64>() / past.spend[c].len().max(1) as f64;
            let (others, paid) = (sums(&past.outcome, c), sums(&past.spend, c));
            let usual = paid.iter().sum::<f64>() / paid.len().max(1) as f64;
            Past {
                spend: log(&past.spend[c], (0.05 * mean).max(1e-9)),
                others: log(&others, 0.5),
                others_spend: log(&paid, (0.05 * usual).max(1e-9)),
            }
        })
        .collect();
    if pasts.is_empty() {
        return follows(&vec![
            Past {
                spend: Vec::new(),
                others: Vec::new(),
                others_spend: Vec::new()
            };
            free.len()
        ]);
    }
    follows(&pasts)
}

/// Curves drawn, each with its carry-over, by how likely the data make it; and what the data told.
fn drawn(
    all: &[(f64, Curves)],
    past: &History,
    n: usize,
    seed: u64,
) -> (Vec<(f64, Vec<Power>)>, Vec<bool>) {
    let logs: Vec<f64> = (all.iter())
        .map(|(theta, of)| of.evidence + log_prior(*theta, past.step))
        .collect();
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut weights: Vec<f64> = logs.iter().map(|log| (log - top).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights
        .iter_mut()
        .for_each(|w| *w = if *w / sum < UNLIKELY { 0.0 } else { *w });
    let sum: f64 = weights.iter().sum();
    let mut draws: Vec<(f64, Vec<Power>)> = Vec::with_capacity(n);
    let (mut done, mut cumulative) = (0, 0.0);
    for ((theta, of), weight) in all.iter().zip(&weights) {
        cumulative += weight / sum;
        let until = (cumulative * n as f64).round() as usize;
        if until > done {
            draws.extend(
                of.draws(until - done, seed)
                    .into_iter()
                    .map(|powers| (*theta, powers)),
            );
            done = until;
        }
    }
    // So that no stretch of the draws has a carry-over of its own.
    let mut rng = Pcg64::new(u128::from(seed), 0x5a_ff1e);
    for i in (1..draws.len()).rev() {
        draws.swap(i, rng.random_range(0..=i));
    }
    let best = weights
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1))
        .map_or(0, |(i, _)| i);
    let told = all[best].1.sources.iter().map(Curve::told);
    (draws, told.collect())
}

/// Log of what one outcome of each channel is worth, and whether that is money.
fn worth(
    campaign: &Campaign,
    outcome: Measure,
    rows: &[ChannelRow],
    free: &[usize],
) -> (Vec<LogRatio>, bool) {
    let sure = |priced| (vec![LogRatio { mean: 0.0, sd: 0.0 }; free.len()], priced);
    if outcome == Measure::Revenue {
        return sure(true);
    }
    let later = [Measure::Revenue, Measure::Orders];
    let Some(to) = later
        .into_iter()
        .find(|m| campaign.given.contains(m) && *m > outcome)
    else {
        return sure(false);
    };
    let count = |measure: Measure| move |line: &CampaignLine| line.counts[measure.place()];
    let seen: Vec<Seen> = (0..rows.len())
        .map(|c| pairs(campaign, Some(c), count(to), count(outcome)))
        .collect();
    let scatter = if to == Measure::Revenue {
        money_scatter(campaign, &seen, rows).map(|of| of.0)
    } else {
        scatters(&seen, calendar::block(campaign.step), false, 1.0)
    };
    let scatter = scatter.unwrap_or_else(|| vec![1.0; rows.len()]);
    let logs = shrunken(&seen, &scatter);
    let of = |&c: &usize| {
        logs[c].unwrap_or(LogRatio {
            mean: -30.0,
            sd: 0.0,
        })
    };
    (free.iter().map(of).collect(), to == Measure::Revenue)
}
