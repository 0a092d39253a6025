//! Thousands of possible futures, each drawn from its own stream of random numbers.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, Gamma, Poisson, StandardNormal};
use rand_pcg::Pcg64;

use crate::forecast::inflow::Purse;
use crate::forecast::series::Ahead;
use crate::forecast::shock::Shock;

/// Above so many open leads, or wins in a cell, sums are drawn from a gamma distribution of the same mean and variance:
/// with so many parts the difference cannot be seen.
const MANY_LEADS: usize = 20_000;
const MANY_WINS: f64 = 400.0;

/// Everything that is drawn from.
#[derive(Debug, Clone)]
pub(super) struct Ingredients {
    /// Number of months.
    pub(super) months: usize,
    /// Expected amount of each open lead, money.
    pub(super) amounts: Vec<f64>,
    /// P(won in the month) of each open lead: `chances[lead * months + month]`.
    pub(super) chances: Vec<f64>,
    /// Factors on the chances by draw of the model and month.
    pub(super) open_tilts: Vec<Vec<f64>>,
    /// Expected new leads by source and month.
    pub(super) leads: Vec<Vec<f64>>,
    /// Their chances, as `inflow::chances` gives them, by draw of the model (as many as `open_tilts`).
    pub(super) new_chances: Vec<Vec<f64>>,
    /// What a win of each source pays.
    pub(super) purses: Vec<Purse>,
    /// Equally likely beliefs about the number of leads: logs of factors on the expected ones.
    pub(super) volume: Vec<Ahead>,
    /// Months' shocks on conversion.
    pub(super) shock: Shock,
    /// Realised / expected amounts, mean 1; empty: every win counts its expected amount.
    pub(super) ratios: Vec<f64>,
}

/// Revenue drawn from open and from new leads: `open[draw * months + month]`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draws {
    pub(super) open: Vec<f64>,
    pub(super) new: Vec<f64>,
}

/// Draws `n` futures. The same seed gives the same ones on any number of threads.
pub(super) fn draw(ingredients: &Ingredients, n: usize, seed: u64) -> Draws {
    let months = ingredients.months;
    let mut draws = Draws {
        open: vec![0.0; n * months],
        new: vec![0.0; n * months],
    };
    let moments = Moments::new(ingredients);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let chunk = n.div_ceil(threads.min(16)).max(1);
    let size = (chunk * months).max(1);
    std::thread::scope(|scope| {
        let parts = draws.open.chunks_mut(size).zip(draws.new.chunks_mut(size));
        for (part, (open, new)) in parts.enumerate() {
            let moments = &moments;
            scope.spawn(move || {
                let futures = open.chunks_mut(months).zip(new.chunks_mut(months));
                for (i, (open, new)) in futures.enumerate() {
                    let stream = part * chunk + i;
                    ingredients.future(moments, seed, stream, open, new);
                }
            });
        }
    });
    draws
}

/// Sums over many open leads, by month: of chance x amount, chance x amount^2 and (chance x amount)^2.
struct Moments {
    many: bool,
    sums: Vec<(f64, f64, f64)>,
    /// Mean square of the ratios, and the deviation of their mean from what it is taken for.
    square: f64,
    level_sd: f64,
}

impl Moments {
    fn new(ingredients: &Ingredients) -> Self {
        let months = ingredients.months;
        let many = ingredients.amounts.len() > MANY_LEADS;
        let mut sums = vec![(0.0, 0.0, 0.0); months];
        if many {
            let leads = ingredients.chances.chunks(months).zip(&ingredients.amounts);
            for (chances, &amount) in leads {
                for (sum, &p) in sums.iter_mut().zip(chances) {
                    let mean = p * amount;
                    sum.0 += mean;
                    sum.1 += mean * amount;
                    sum.2 += mean * mean;
                }
            }
        }
        let n = ingredients.ratios.len() as f64;
        let square = if n > 0.0 {
            ingredients.ratios.iter().map(|r| r * r).sum::<f64>() / n
        } else {
            1.0
        };
        Self {
            many,
            sums,
            square,
            level_sd: if n > 1.0 {
                ((square - 1.0).max(0.0) / (n - 1.0)).sqrt().min(1.0)
            } else {
                0.0
            },
        }
    }
}

impl Moments {
    /// The sums of many open leads at once.
    fn open_leads(&self, factors: &[f64], rng: &mut Pcg64, revenue: &mut [f64]) {
        for (month, &(mean, square, own)) in self.sums.iter().enumerate() {
            let f = factors[month];
            let variance = f * square * self.square - f * f * own;
            revenue[month] += gamma(f * mean, variance, rng);
        }
    }
}

impl Ingredients {
    fn future(
        &self,
        moments: &Moments,
        seed: u64,
        number: usize,
        open: &mut [f64],
        new: &mut [f64],
    ) {
        // Each part of a future has its own generator, which depends on the seed and the future's number alone, and asks
        // it month by month: what follows a month cannot change it.
        let rng = |part: u128| Pcg64::new(u128::from(seed), part << 64 | number as u128);
        let model = number % self.open_tilts.len().max(1);
        let conversion = self.conversion_shocks(&mut rng(1));
        let volume = self.volume_shocks(&mut rng(2));
        let level = lognormal(moments.level_sd, &mut rng(3));
        let factors: Vec<f64> = (0..self.months)
            .map(|m| {
                let tilt = self.open_tilts.get(model).map_or(1.0, |tilts| tilts[m]);
                tilt * conversion[m]
            })
            .collect();
        if moments.many {
            moments.open_leads(&factors, &mut rng(4), open);
        } else {
            self.open_leads(&factors, &mut rng(4), open);
        }
        self.new_leads(moments, model, &conversion, &volume, &mut rng(5), new);
        for value in open.iter_mut().chain(new.iter_mut()) {
            *value *= level;
        }
    }

    /// Mean 1 each; the log follows the month before.
    fn conversion_shocks(&self, rng: &mut Pcg64) -> Vec<f64> {
        let (sd, carry) = (one_of(&self.shock.sds, 0.0, rng), self.shock.carry);
        let mut log: f64 = sd * normal(rng);
        (0..self.months)
            .map(|m| {
                if m > 0 {
                    log = carry * log + sd * (1.0 - carry * carry).sqrt() * normal(rng);
                }
                (log - sd * sd / 2.0).exp()
            })
            .collect()
    }

    /// Mean 1 each.
    fn volume_shocks(&self, rng: &mut Pcg64) -> Vec<f64> {
        if self.volume.is_empty() {
            return vec![1.0; self.months];
        }
        let belief = &self.volume[rng.random_range(0..self.volume.len())];
        let mut normals = Vec::with_capacity(self.months);
        (belief.mean.iter().zip(&belief.root))
            .map(|(mean, root)| {
                normals.push(normal(rng));
                let shock: f64 = root.iter().zip(&normals).map(|(r, z)| r * z).sum();
                (mean + shock).exp()
            })
            .collect()
    }

    /// Each open lead is won in one of the months, or in none.
    fn open_leads(&self, factors: &[f64], rng: &mut Pcg64, revenue: &mut [f64]) {
        for (chances, &amount) in self.chances.chunks(self.months).zip(&self.amounts) {
            // Two numbers for every lead, won or not, or the next one would get others.
            let (mut u, luck) = (rng.random::<f64>(), rng.random::<f64>());
            for (month, (p, f)) in chances.iter().zip(factors).enumerate() {
                u -= p * f;
                if u < 0.0 {
                    revenue[month] += amount * self.ratio(luck);
                    break;
                }
            }
        }
    }

    /// New leads come in as a Poisson number and are won independently, so wins by month are Poisson too.
    fn new_leads(
        &self,
        moments: &Moments,
        model: usize,
        conversion: &[f64],
        volume: &[f64],
        rng: &mut Pcg64,
        revenue: &mut [f64],
    ) {
        let n = self.months;
        let Some(chances) = self.new_chances.get(model) else {
            return;
        };
        for closed in 0..n {
            for (source, leads) in self.leads.iter().enumerate() {
                let purse = &self.purses[source];
                let wins: f64 = (0..=closed)
                    .map(|created| {
                        let p = chances[(source * n + created) * n + closed] * conversion[closed];
                        leads[created] * volume[created] * p.min(1.0)
                    })
                    .sum();
                let wins = poisson(wins, rng);
                if wins > MANY_WINS {
                    let square = purse.square * moments.square;
                    let variance = wins * (square - purse.mean * purse.mean).max(0.0);
                    revenue[closed] += gamma(wins * purse.mean, variance, rng);
                } else {
                    for _ in 0..wins as usize {
                        let amount = purse.pick(rng.random());
                        revenue[closed] += amount * self.ratio(rng.random());
                    }
                }
            }
        }
    }

    /// The ratio at the part `u` (0-1) of all.
    fn ratio(&self, u: f64) -> f64 {
        let at = (u * self.ratios.len() as f64) as usize;
        let last = self.ratios.len().saturating_sub(1);
        self.ratios.get(at.min(last)).copied().unwrap_or(1.0)
    }
}

/// One of equally likely values; `otherwise` if there are none.
fn one_of(values: &[f64], otherwise: f64, rng: &mut Pcg64) -> f64 {
    if values.is_empty() {
        return otherwise;
    }
    values[rng.random_range(0..values.len())]
}

fn normal(rng: &mut impl Rng) -> f64 {
    StandardNormal.sample(rng)
}

fn lognormal(sd: f64, rng: &mut impl Rng) -> f64 {
    (sd * normal(rng) - sd * sd / 2.0).exp()
}

fn poisson(mean: f64, rng: &mut impl Rng) -> f64 {
    Poisson::new(mean).map_or(0.0, |poisson| poisson.sample(rng))
}

/// A gamma draw of a mean and a variance; the mean itself where there is no variance.
pub(crate) fn gamma(mean: f64, variance: f64, rng: &mut impl Rng) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    if variance <= mean * mean * 1e-18 {
        return mean;
    }
    Gamma::new(mean * mean / variance, variance / mean).map_or(mean, |gamma| gamma.sample(rng))
}

/// The value below which the share `p` (0-1) of sorted values lies, between neighbours in proportion.
pub(crate) fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let at = p.clamp(0.0, 1.0) * last as f64;
    let (low, part) = (at.floor() as usize, at.fract());
    let high = sorted[(low + 1).min(last)];
    sorted[low] + part * (high - sorted[low])
}

#[cfg(test)]
#[path = "draws_tests.rs"]
mod tests;
