//! What the money put into a source did to its leads, and will do if more or less is planned.
//!
//! leads = a x spend^b x season x the rest, with an elasticity b of each source: before anything is seen b is about 0.7
//! (standard deviation 0.21, METHOD's prior for a source among others), and the months of the past say more. What counts
//! is how far a month's spend was from the source's usual, a line through the logs of its past: a month of double spend
//! is then no higher level, and a planned one brings more leads, though not twice as many. Who spends when demand is high
//! finds a b that is too large, so even a well measured one is taken to be unsure.

use std::collections::BTreeMap;

use crate::domain::{Month, SpendLine};

/// Elasticity before anything is seen: mean and standard deviation.
const PRIOR: (f64, f64) = (0.7, 0.21);
/// What no amount of data tells, because spend follows demand: standard deviation.
const ALWAYS_UNSURE: f64 = 0.15;
/// Months with spend that a source needs, among the newest of which its usual is sought.
const LEAST_MONTHS: usize = 6;
const MOST_MONTHS: usize = 36;
/// Least spend that is told from none, as a share of the usual: leads do not come from money alone.
const LEAST_SHARE: f64 = 0.05;
/// Standard deviation of a source's growth of spend, a month.
const GROWTH: f64 = 0.1;
/// Share of what was spent beyond the usual in the same month of past years that is taken to come again.
const EVERY_YEAR: f64 = 0.6;
/// Smallest variance of the change of a month's leads beyond chance.
const LEAST_NOISE: f64 = 0.02;

/// How spend and leads of the sources hang together.
#[derive(Debug, Clone)]
pub(super) struct Response {
    sources: Vec<Option<Of>>,
}

/// One source.
#[derive(Debug, Clone)]
struct Of {
    /// Log of spend over the usual, by month of the past and of the plan.
    deviation: BTreeMap<Month, f64>,
    /// The deviation to expect in a month of the year for which nothing is planned, January first.
    expected: [f64; 12],
    /// Elasticity: mean and standard deviation.
    elasticity: (f64, f64),
    /// Variance of the deviation in the past.
    variance: f64,
}

impl Response {
    /// From spend lines and the complete months of the past, by source: month, leads, days of average worth. Spend of
    /// months from `now` on is the plan.
    pub(super) fn learn(
        lines: &[SpendLine],
        names: &[String],
        now: Month,
        past: &[Vec<(Month, f64, f64)>],
    ) -> Self {
        let mut money: BTreeMap<&str, BTreeMap<Month, f64>> = BTreeMap::new();
        for line in lines.iter().filter(|line| line.spend.is_finite()) {
            *(money.entry(&line.source).or_default())
                .entry(line.month)
                .or_default() += line.spend.max(0.0);
        }
        let sources = (names.iter().zip(past))
            .map(|(name, past)| Of::learn(money.get(name.as_str())?, now, past))
            .collect();
        Self { sources }
    }

    /// Nothing is known about spend.
    pub(super) fn none(sources: usize) -> Self {
        Self {
            sources: vec![None; sources],
        }
    }

    /// What the spend of a month does to the leads of a source: the log of a factor, 0 where it is usual or unknown.
    pub(super) fn effect(&self, source: usize, month: Month) -> f64 {
        self.of(source).map_or(0.0, |of| {
            let unplanned = of.expected[(month.number() - 1) as usize];
            of.elasticity.0 * of.deviation.get(&month).copied().unwrap_or(unplanned)
        })
    }

    /// The same for all sources together, of which each has a weight; and the standard deviation of what is unsure in it.
    pub(super) fn total(&self, weights: &[f64], month: Month) -> (f64, f64) {
        let all: f64 = weights.iter().sum();
        if all <= 0.0 {
            return (0.0, 0.0);
        }
        let (mut sum, mut variance) = (0.0, 0.0);
        for (source, weight) in weights.iter().enumerate() {
            let factor = self.effect(source, month).exp();
            sum += weight / all * factor;
            let Some(of) = self.of(source) else {
                continue;
            };
            variance += (weight / all).powi(2)
                * match of.deviation.get(&month) {
                    Some(deviation) => (factor * deviation * of.elasticity.1).powi(2),
                    None => of.elasticity.0.powi(2) * of.variance,
                };
        }
        (sum.ln(), variance.sqrt() / sum)
    }

    fn of(&self, source: usize) -> Option<&Of> {
        self.sources.get(source)?.as_ref()
    }
}

impl Of {
    fn learn(money: &BTreeMap<Month, f64>, now: Month, past: &[(Month, f64, f64)]) -> Option<Self> {
        let spent: Vec<(Month, f64)> = (past.iter())
            .filter_map(|&(month, ..)| Some((month, *money.get(&month)?)))
            .collect();
        let spent = &spent[spent.len().saturating_sub(MOST_MONTHS)..];
        let some: Vec<f64> = spent.iter().map(|s| s.1).filter(|s| *s > 0.0).collect();
        if some.len() < LEAST_MONTHS {
            return None;
        }
        let least = LEAST_SHARE * some.iter().sum::<f64>() / some.len() as f64;
        let usual = Usual::of(spent, now, least);
        let mut deviation: BTreeMap<Month, f64> = (spent.iter())
            .map(|&(month, spend)| (month, spend.max(least).ln() - usual.at(month)))
            .collect();
        let variance =
            deviation.values().map(|x| x * x).sum::<f64>() / deviation.len().max(1) as f64;
        let elasticity = elasticity(past, &deviation);
        let expected = std::array::from_fn(|m| {
            let same = deviation
                .iter()
                .filter(|(month, _)| month.number() == m as i32 + 1);
            let (sum, n) = same.fold((0.0, 0.0_f64), |(sum, n), (_, x)| (sum + x, n + 1.0));
            EVERY_YEAR * sum / n.max(1.0)
        });
        for (&month, &spend) in money.range(now..) {
            deviation.insert(month, spend.max(least).ln() - usual.at(month));
        }
        Some(Self {
            deviation,
            expected,
            elasticity,
            variance,
        })
    }
}

/// A line through the logs of spend, whose slope is drawn towards none.
struct Usual {
    now: Month,
    level: f64,
    slope: f64,
}

impl Usual {
    fn of(spent: &[(Month, f64)], now: Month, least: f64) -> Self {
        let n = spent.len() as f64;
        let points: Vec<(f64, f64)> = (spent.iter())
            .map(|&(month, spend)| (f64::from(month - now), spend.max(least).ln()))
            .collect();
        let mean = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
        let (t, y) = (mean(&|p| p.0), mean(&|p| p.1));
        let tt = points.iter().map(|p| (p.0 - t).powi(2)).sum::<f64>();
        let ty: f64 = points.iter().map(|p| (p.0 - t) * (p.1 - y)).sum();
        let noise = points.iter().map(|p| (p.1 - y).powi(2)).sum::<f64>() / n;
        let slope = ty / (tt + noise / (GROWTH * GROWTH)).max(f64::MIN_POSITIVE);
        Self {
            now,
            level: y - slope * t,
            slope,
        }
    }

    /// Log of the usual spend of a month; the line ends with the past.
    fn at(&self, month: Month) -> f64 {
        self.level + self.slope * f64::from((month - self.now).min(0))
    }
}

/// From the changes from month to month, which neither level nor slow growth can be mistaken for: the normal posterior of
/// the elasticity, with what is never sure.
fn elasticity(past: &[(Month, f64, f64)], deviation: &BTreeMap<Month, f64>) -> (f64, f64) {
    let changes: Vec<(f64, f64, f64)> = (past.windows(2))
        .filter(|pair| pair[1].0 - pair[0].0 == 1)
        .filter_map(|pair| {
            let x = deviation.get(&pair[1].0)? - deviation.get(&pair[0].0)?;
            let log = |(_, leads, days): (Month, f64, f64)| ((leads + 0.5) / days).ln();
            let chance = 1.0 / (pair[0].1 + 0.5) + 1.0 / (pair[1].1 + 0.5);
            Some((x, log(pair[1]) - log(pair[0]), chance))
        })
        .collect();
    // Noise beyond chance is what the prior's elasticity leaves unexplained.
    let left: f64 = (changes.iter())
        .map(|(x, y, chance)| (y - PRIOR.0 * x).powi(2) - chance)
        .sum::<f64>()
        / changes.len().max(1) as f64;
    let noise = left.max(LEAST_NOISE);
    let prior = (PRIOR.1 * PRIOR.1).recip();
    let (mut precision, mut pull) = (prior, prior * PRIOR.0);
    for (x, y, chance) in changes {
        precision += x * x / (noise + chance);
        pull += x * y / (noise + chance);
    }
    let mean = (pull / precision).clamp(0.0, 1.0);
    (
        mean,
        (1.0 / precision + ALWAYS_UNSURE * ALWAYS_UNSURE).sqrt(),
    )
}
