//! Channels that have one outcome together, told apart by how the outcome followed the spend of each.
//!
//! outcome = level + controls + season + sum of strength x (spend carried over / usual spend)^b + noise, in each region per unit
//! of its usual outcome. Strength is not below 0 (half-normal, 0.3 of the outcome), b ~ N(0.7, 0.21^2) within 0-1, the
//! carry-over a geometric share of the period before (see `carry`). Noise carries on from period to period, which is taken
//! out beforehand. By Gibbs sampling: shape and strength of a channel given the others, the controls together, the noise.
//! All sums of products are known beforehand, so that a step does not look at the data again.

use nalgebra::{Cholesky, DMatrix, DVector};
use rand::RngExt;
use rand_distr::{Distribution, Gamma, StandardNormal};
use rand_pcg::Pcg64;
use statrs::distribution::{ContinuousCDF, Normal};

use crate::decide::budget::response::Power;
use crate::decide::channels::carry::log_prior;
use crate::decide::channels::mix_data::{BENDS, Mix, SHAPES, mix, shape};
use crate::decide::channels::respond::{Belief, DOUBT, Learnt, recent};
use crate::decide::channels::result::Still;
use crate::domain::Campaign;

/// Strength of a channel at its usual spend before anything is seen: half-normal, share of the outcome.
const STRENGTH: f64 = 0.3;
/// Elasticity before anything is seen, as that of a source is.
const BEND: (f64, f64) = (0.7, 0.21);
/// Steps thrown away, and steps from one draw to the next.
const WARM_UP: usize = 1_000;
const APART: usize = 8;
/// An effect whose upper end is more than so many times its lower one is not told from none.
const TOLD: f64 = 5.0;

/// Where a chain is.
struct Chain<'m> {
    mix: &'m Mix,
    normal: Normal,
    prior: Vec<f64>,
    shapes: Vec<usize>,
    strength: Vec<f64>,
    controls: Vec<f64>,
    /// Variance of the noise.
    noise: f64,
    rng: Pcg64,
}

impl<'m> Chain<'m> {
    fn new(mix: &'m Mix, normal: Normal, step: i32, seed: u64) -> Self {
        let prior = (0..SHAPES).map(|k| {
            let (theta, b) = shape(k);
            log_prior(theta, step) - 0.5 * ((b - BEND.0) / BEND.1).powi(2)
        });
        Self {
            mix,
            normal,
            prior: prior.collect(),
            shapes: vec![3 * SHAPES / 9 + 6; mix.channels.len()],
            strength: vec![0.05; mix.channels.len()],
            controls: vec![0.0; mix.sds.len()],
            noise: (mix.yy / mix.freedom).max(1e-12),
            rng: Pcg64::new(u128::from(seed), 0x00c4_a22e),
        }
    }

    /// Place of a channel's column, and of a control's.
    fn column(&self, channel: usize) -> usize {
        channel * SHAPES + self.shapes[channel]
    }

    fn control(&self, j: usize) -> usize {
        self.mix.channels.len() * SHAPES + j
    }

    fn step(&mut self) {
        for channel in 0..self.shapes.len() {
            self.channel(channel);
        }
        self.all_controls();
        self.spread();
    }

    /// What of the outcome a column meets once all else is taken out.
    fn left(&self, column: usize, but: usize) -> f64 {
        let gram = &self.mix.gram;
        let mut left = self.mix.xy[column];
        for channel in (0..self.shapes.len()).filter(|&channel| channel != but) {
            left -= self.strength[channel] * gram[(self.column(channel), column)];
        }
        for (j, weight) in self.controls.iter().enumerate() {
            left -= weight * gram[(self.control(j), column)];
        }
        left
    }

    /// Shape and strength of a channel given all else.
    fn channel(&mut self, channel: usize) {
        let mut found = Vec::with_capacity(SHAPES);
        for k in 0..SHAPES {
            let column = channel * SHAPES + k;
            let precision = self.mix.gram[(column, column)] / self.noise + STRENGTH.powi(-2);
            let mean = self.left(column, channel) / self.noise / precision;
            let z = mean * precision.sqrt();
            let above = self.normal.cdf(z).max(1e-300);
            let log = 0.5 * z * z - 0.5 * precision.ln() + above.ln() + self.prior[k];
            found.push((log, mean, precision.sqrt().recip()));
        }
        let top = found.iter().map(|f| f.0).fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = found.iter().map(|f| (f.0 - top).exp()).sum();
        let mut u = self.rng.random::<f64>() * sum;
        let picked = found.iter().position(|f| {
            u -= (f.0 - top).exp();
            u <= 0.0
        });
        let k = picked.unwrap_or(SHAPES - 1);
        let (_, mean, sd) = found[k];
        self.shapes[channel] = k;
        self.strength[channel] = self.above_zero(mean, sd);
    }

    /// A normal that is not below 0.
    fn above_zero(&mut self, mean: f64, sd: f64) -> f64 {
        let below = self.normal.cdf(-mean / sd);
        let u: f64 = self.rng.random();
        if below > 1.0 - 1e-9 {
            // Far in the tail a normal falls like an exponential.
            return -(1.0 - u).max(1e-300).ln() * sd * sd / mean.abs().max(sd);
        }
        let z = self
            .normal
            .inverse_cdf((below + u * (1.0 - below)).clamp(1e-15, 1.0 - 1e-15));
        (mean + sd * z).max(0.0)
    }

    fn all_controls(&mut self) {
        let p = self.controls.len();
        if p == 0 {
            return;
        }
        let gram = &self.mix.gram;
        let precision = DMatrix::from_fn(p, p, |i, j| {
            let own = if i == j {
                self.mix.sds[i].powi(-2)
            } else {
                0.0
            };
            gram[(self.control(i), self.control(j))] / self.noise + own
        });
        let right = DVector::from_fn(p, |j, _| {
            let mut left = self.mix.xy[self.control(j)];
            for channel in 0..self.shapes.len() {
                left -= self.strength[channel] * gram[(self.column(channel), self.control(j))];
            }
            left / self.noise
        });
        let Some(factor) = Cholesky::new(precision) else {
            return;
        };
        let rng = &mut self.rng;
        let chance = DVector::from_fn(p, |_, _| -> f64 { StandardNormal.sample(rng) });
        let moved = factor.l().transpose().solve_upper_triangular(&chance);
        let mean = factor.solve(&right);
        self.controls = (mean + moved.unwrap_or_else(|| DVector::zeros(p)))
            .iter()
            .copied()
            .collect();
    }

    fn spread(&mut self) {
        let active: Vec<(usize, f64)> = (0..self.shapes.len())
            .map(|channel| (self.column(channel), self.strength[channel]))
            .chain((0..self.controls.len()).map(|j| (self.control(j), self.controls[j])))
            .collect();
        let mut squares = self.mix.yy;
        for &(i, x) in &active {
            squares -= 2.0 * x * self.mix.xy[i];
            squares += active
                .iter()
                .map(|&(j, y)| x * y * self.mix.gram[(i, j)])
                .sum::<f64>();
        }
        let rate = 0.5 * squares.max(1e-12);
        if let Ok(gamma) = Gamma::new(0.5 * self.mix.freedom, rate.recip()) {
            self.noise = gamma.sample(&mut self.rng).max(1e-300).recip();
        }
    }

    fn belief(&self, money: f64, free: &[usize]) -> Belief {
        let place = |c: &usize| self.mix.channels.iter().position(|own| own == c);
        let of: Vec<usize> = free.iter().filter_map(place).collect();
        Belief {
            curves: (of.iter())
                .map(|&i| Power {
                    a: (self.strength[i] * self.mix.levels[self.column(i)]).max(0.0),
                    b: shape(self.shapes[i]).1,
                })
                .collect(),
            worth: vec![money; of.len()],
            carry: of.iter().map(|&i| shape(self.shapes[i]).0).collect(),
            brought: of
                .iter()
                .map(|&i| self.strength[i] * self.mix.sums[self.column(i)])
                .collect(),
        }
    }
}

/// Adds to each elasticity what no data tell of it without a trial, but no more than was unknown beforehand, and the width
/// of the grid. What a channel brought at its usual spend stays.
fn doubted(draws: &mut [Belief], mix: &Mix, prior: Vec<f64>, seed: u64) {
    let mut rng = Pcg64::new(u128::from(seed), 0x00d0_0b75);
    let weights = prior.into_iter().map(f64::exp).enumerate();
    let before = variance(weights.map(|(k, weight)| (shape(k).1, weight)));
    for i in 0..mix.channels.len() {
        let after = variance(draws.iter().map(|draw| (draw.curves[i].b, 1.0)));
        let doubt = (before - after).max(0.0).sqrt().min(DOUBT);
        for draw in draws.iter_mut() {
            let z: f64 = StandardNormal.sample(&mut rng);
            let within = (rng.random::<f64>() - 0.5) * (BENDS[1] - BENDS[0]);
            let old = draw.curves[i];
            let b = (old.b + doubt * z + within).abs();
            let b = if b > 1.0 { 2.0 - b } else { b }.clamp(0.01, 0.99);
            draw.curves[i] = Power {
                a: old.a * (mix.bend(i, old.b) * (b - old.b)).exp(),
                b,
            };
        }
    }
}

fn variance(of: impl Iterator<Item = (f64, f64)>) -> f64 {
    let sums = of.fold((0.0, 0.0, 0.0), |s, (x, w)| {
        (s.0 + w, s.1 + w * x, s.2 + w * x * x)
    });
    let mean = sums.1 / sums.0.max(f64::MIN_POSITIVE);
    (sums.2 / sums.0.max(f64::MIN_POSITIVE) - mean * mean).max(0.0)
}

/// What a mix has learnt.
pub(super) struct Told {
    pub(super) learnt: Learnt,
    /// Whether regions were compared with each other.
    pub(super) within: bool,
    /// How far noise carries on.
    pub(super) noise_carry: f64,
}

pub(super) fn learn(campaign: &Campaign, n: usize, seed: u64) -> Option<Told> {
    let outcome = campaign.outcome.as_ref()?;
    let mix = mix(campaign)?;
    let normal = Normal::new(0.0, 1.0).ok()?;
    let still: Vec<Option<Still>> = (0..campaign.channels.len())
        .map(|c| still(campaign, &mix, c))
        .collect();
    let free = mix.channels.clone();
    let money = worth(campaign);
    let mut chain = Chain::new(&mix, normal, campaign.step, seed);
    for _ in 0..WARM_UP {
        chain.step();
    }
    let mut draws = Vec::with_capacity(n);
    for _ in 0..n {
        for _ in 0..APART {
            chain.step();
        }
        draws.push(chain.belief(money.unwrap_or(1.0), &free));
    }
    doubted(&mut draws, &mix, chain.prior, seed);
    let told = (0..free.len()).map(|i| {
        let mut of: Vec<f64> = draws.iter().map(|draw| draw.brought[i]).collect();
        of.sort_by(f64::total_cmp);
        of[n / 10] > 0.0 && of[n - 1 - n / 10] < TOLD * of[n / 10]
    });
    Some(Told {
        learnt: Learnt {
            outcome: outcome.measure,
            priced: money.is_some(),
            step: campaign.step,
            told: told.collect(),
            follows: vec![false; free.len()],
            edge: vec![false; free.len()],
            free,
            still,
            draws,
        },
        within: mix.within,
        noise_carry: mix.carry,
    })
}

fn still(campaign: &Campaign, mix: &Mix, channel: usize) -> Option<Still> {
    if !mix.channels.contains(&channel) {
        return Some(Still::NoSpend);
    }
    let mut spend = vec![0.0; campaign.periods];
    for line in campaign.lines.iter().filter(|line| line.channel == channel) {
        spend[line.period] += line.spend;
    }
    (recent(&spend, campaign.step) <= 0.0).then_some(Still::NoSpend)
}

/// Money of one outcome, over all; none where unknown.
fn worth(campaign: &Campaign) -> Option<f64> {
    let priced = campaign
        .outcome
        .as_ref()
        .is_some_and(|outcome| outcome.priced);
    let known = campaign.common.iter().filter(|line| line.worth.is_finite());
    let sum = known.fold((0.0, 0.0), |s, line| {
        (s.0 + line.outcome * line.worth, s.1 + line.outcome)
    });
    (priced && sum.1 > 0.0).then(|| sum.0 / sum.1)
}
