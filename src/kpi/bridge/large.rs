//! Large deals: from which size on a deal is one, and what chance does to their number and size.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, Exp1, Poisson};

use crate::domain::{Leads, Month, Outcome, Role};
use crate::forecast::{gamma, quantile};
use crate::kpi::bridge::cells::Fact;

/// Months before, of whose wins the size of a large deal is learnt, and the fewest such wins.
const PAST_MONTHS: i32 = 24;
const LEAST_WINS: usize = 20;
/// Deals a month that may be large.
const LARGE_A_MONTH: f64 = 0.25;
/// Index of the tail of large deals, where enough of them are known.
const TAIL: f64 = 3.0;
/// Most large deals that are drawn for a month.
const MOST: f64 = 1e5;

/// What is large, by the wins of the past.
#[derive(Debug, Clone, Copy)]
pub(super) struct Large {
    /// From which amount on: one that hardly one month in four has, money; infinite where nothing tells.
    pub(super) cap: f64,
    /// Money beyond it / up to it.
    pub(super) share: f64,
    /// Mean money of a large deal beyond it.
    mean: f64,
    /// Large deals that this is learnt from.
    count: f64,
}

impl Large {
    const NOTHING: Self = Self {
        cap: f64::INFINITY,
        share: 0.0,
        mean: 0.0,
        count: 0.0,
    };

    /// By the wins of the 24 months before `month`: a deal is large that hardly one month in four has. Without enough wins
    /// nothing is.
    pub(super) fn before(leads: &Leads, month: Month, priced: bool) -> Self {
        let Some(amounts) = leads.numbers(Role::Amount).filter(|_| priced) else {
            return Self::NOTHING;
        };
        let (from, to) = ((month - PAST_MONTHS).first_day(), month.first_day());
        let mut past = Vec::new();
        let mut first = to;
        for (row, &amount) in amounts.iter().enumerate() {
            let Some(day) = leads.closed[row].filter(|&day| from <= day && day < to) else {
                continue;
            };
            if leads.outcome[row] == Outcome::Won && amount > 0.0 {
                past.push(amount);
                first = first.min(day);
            }
        }
        if past.len() < LEAST_WINS {
            return Self::NOTHING;
        }
        past.sort_by(f64::total_cmp);
        let a_month = past.len() as f64 / f64::from((month - first.month()).max(1));
        let cap = quantile(&past, (1.0 - LARGE_A_MONTH / a_month).max(0.9));
        let capped: f64 = past.iter().map(|amount| amount.min(cap)).sum();
        let all: f64 = past.iter().sum();
        let above = past.len() - past.partition_point(|&amount| amount <= cap);
        Self {
            cap,
            share: (all - capped) / capped,
            mean: (all - capped) / above.max(1) as f64,
            count: above as f64,
        }
    }

    /// P(a win is large), so that on average such wins bring their share beyond the cap: `capped` is what a win of this lead
    /// is expected to bring up to it.
    pub(super) fn chance(&self, capped: f64) -> f64 {
        if self.mean > 0.0 {
            (self.share * capped / self.mean).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }

    /// How often large deals may really come, in times what the past shows: it is known as well as their count there tells.
    pub(super) fn often(&self, rng: &mut impl Rng) -> f64 {
        if self.count > 0.0 {
            gamma(1.0, 1.0 / self.count, rng)
        } else {
            1.0
        }
    }

    /// What a large deal brings beyond the cap at the part `u` (0-1) of all. The largest deal so far is no bound: the tail
    /// is that of a Pareto distribution (Lomax) of the same mean, index 3; of one or two deals it is what they
    /// tell of the next if sizes are exponential and their mean unknown: index 1 or 2.
    pub(super) fn beyond(&self, u: f64) -> f64 {
        let index = self.count.clamp(1.0, TAIL);
        let scale = if index < TAIL { index } else { TAIL - 1.0 };
        scale * self.mean * ((1.0 - u).powf(-1.0 / index) - 1.0)
    }

    /// What large deals bring beyond the cap in a month of this money up to it, had nothing changed.
    pub(super) fn month(&self, capped: f64, often: f64, rng: &mut impl Rng) -> f64 {
        if self.mean <= 0.0 {
            return 0.0;
        }
        let number = (often * self.share * capped / self.mean).min(MOST);
        let came = Poisson::new(number).map_or(0.0, |poisson| poisson.sample(rng));
        (0..came as usize).map(|_| self.beyond(rng.random())).sum()
    }

    /// What months would bring in the long run that brought these deals (money beyond the cap each), drawn: the mean of a
    /// Poisson number lies between the exact limits of Garwood (1936), gamma distributions of its count and of one more.
    pub(super) fn like(&self, deals: &[f64], rng: &mut impl Rng) -> f64 {
        let typical = if deals.is_empty() {
            self.mean
        } else {
            deals.iter().sum::<f64>() / deals.len() as f64
        };
        let sum: f64 = deals.iter().map(|deal| deal * exponential(rng)).sum();
        let one_more = typical * exponential(rng);
        if rng.random::<f64>() < 0.5 {
            sum + one_more
        } else {
            sum
        }
    }

    /// The large deals of a month: money beyond the cap each.
    pub(super) fn deals(&self, facts: &[Fact]) -> Vec<f64> {
        (facts.iter())
            .filter(|fact| fact.cell.is_some() && fact.won && fact.money > self.cap)
            .map(|fact| fact.money - self.cap)
            .collect()
    }
}

fn exponential(rng: &mut impl Rng) -> f64 {
    Exp1.sample(rng)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    const LARGE: Large = Large {
        cap: 100.0,
        share: 0.05,
        mean: 40.0,
        count: 6.0,
    };

    #[test]
    fn large_deals_come_as_often_as_they_are_counted_on() {
        assert!((LARGE.chance(80.0) * LARGE.mean - 0.05 * 80.0).abs() < 1e-12);
        assert_eq!(Large::NOTHING.chance(80.0), 0.0);
        let mut rng = Pcg64::seed_from_u64(1);
        let n = 200_000;
        let brought: f64 = (0..n).map(|_| LARGE.month(400.0, 1.0, &mut rng)).sum();
        assert!((brought / f64::from(n) - 20.0).abs() < 1.0, "{brought}");
        assert_eq!(Large::NOTHING.month(400.0, 1.0, &mut rng), 0.0);
    }

    #[test]
    fn a_handful_tells_little_of_the_next_one() {
        let one = Large {
            count: 1.0,
            ..LARGE
        };
        assert!(one.beyond(0.99) > 2.0 * LARGE.beyond(0.99));
        let mut rng = Pcg64::seed_from_u64(1);
        let mut spread = |large: Large| {
            let mut often: Vec<f64> = (0..2_000).map(|_| large.often(&mut rng)).collect();
            often.sort_by(f64::total_cmp);
            quantile(&often, 0.9) - quantile(&often, 0.1)
        };
        assert!(spread(one) > 1.5 * spread(LARGE));
    }

    #[test]
    fn four_deals_are_good_to_about_half() {
        let mut rng = Pcg64::seed_from_u64(1);
        let mut told: Vec<f64> = (0..20_000)
            .map(|_| LARGE.like(&[10.0; 4], &mut rng))
            .collect();
        told.sort_by(f64::total_cmp);
        let (low, high) = (quantile(&told, 0.1), quantile(&told, 0.9));
        // Exact limits of 4 at 80 %: 1.74 and 7.99, between those of a count of 4 and of 5.
        assert!((17.4..24.4).contains(&low), "{low}");
        assert!((66.8..80.0).contains(&high), "{high}");
    }
}
