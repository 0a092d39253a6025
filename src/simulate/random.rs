//! Seeded draws whose bytes are the same on every machine.
//!
//! A stream of draws is named by (seed, stream, index), so that each lead has its own and leads can be made one after
//! another without keeping any. Transcendental functions come from `libm`, never from the platform.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng as _;

/// What a stream of draws is for; streams of different kinds are independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// What the company is like: skills, shocks, spend plans.
    World = 1,
    /// How many leads come on each day from each source.
    Volume = 2,
    /// Order and time of the leads of one day.
    Day = 3,
    /// Features and fate of one lead.
    Lead = 4,
    /// What happened to one lead on its way: contact, stages, activities.
    Story = 5,
    /// One account: name, region, size.
    Account = 6,
}

/// One step of splitmix64 (Steele, Lea and Flood 2014): a bijection of 64 bits that mixes well.
pub(super) const fn splitmix64(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A stream of draws: PCG64-MCG, its 128 bits of state mixed from (seed, stream, index) by splitmix64.
#[derive(Debug)]
pub(super) struct Draws(Pcg64Mcg);

impl Draws {
    /// The stream of a kind and index under a seed.
    pub(super) fn new(seed: u64, stream: Stream, index: u64) -> Self {
        let high = splitmix64(splitmix64(seed ^ splitmix64(stream as u64)) ^ index);
        let low = splitmix64(high ^ 0x5851_f42d_4c95_7f2d);
        Self(Pcg64Mcg::new((u128::from(high) << 64) | u128::from(low)))
    }

    /// Uniform on [0, 1), a multiple of 2^-53.
    pub(super) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// True with probability `p`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// A whole number from 0 to `n` - 1; 0 if `n` is 0. (The bias of the multiplication is below 2^-50 here.)
    pub(super) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// A position in `weights`, drawn in proportion to them.
    pub(super) fn pick(&mut self, weights: &[f64]) -> usize {
        let mut left = self.uniform() * weights.iter().sum::<f64>();
        for (i, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return i;
            }
        }
        // Rounding may leave a crumb: the last one with any weight has it.
        weights.iter().rposition(|&w| w > 0.0).unwrap_or(0)
    }

    /// Standard normal, by the polar method of Marsaglia (1964).
    pub(super) fn normal(&mut self) -> f64 {
        loop {
            let (u, v) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                return u * (-2.0 * libm::log(s) / s).sqrt();
            }
        }
    }

    /// Lognormal with that median and standard deviation of the logarithm.
    pub(super) fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// Exponential with that mean.
    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.uniform())
    }

    /// Gamma with shape of at least 1 and scale 1, by Marsaglia and Tsang (2000).
    pub(super) fn gamma(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let t = 1.0 + c * x;
            if t <= 0.0 {
                continue;
            }
            let v = t * t * t;
            let u = 1.0 - self.uniform();
            if libm::log(u) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return d * v;
            }
        }
    }

    /// Poisson: by multiplication (Knuth) for means below 30, beyond that the rounded normal approximation, which is
    /// near enough for numbers of leads a day.
    pub(super) fn poisson(&mut self, mean: f64) -> u32 {
        if mean >= 30.0 {
            let drawn = mean + mean.sqrt() * self.normal();
            return drawn.round().max(0.0) as u32;
        }
        let floor = libm::exp(-mean);
        let mut product = self.uniform();
        let mut n = 0;
        while product > floor {
            n += 1;
            product *= self.uniform();
        }
        n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of 200,000 draws.
    fn moments(mut draw: impl FnMut(&mut Draws) -> f64) -> (f64, f64) {
        let mut draws = Draws::new(7, Stream::World, 0);
        let n = 200_000.0;
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..200_000 {
            let x = draw(&mut draws);
            sum += x;
            squares += x * x;
        }
        let mean = sum / n;
        (mean, squares / n - mean * mean)
    }

    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!(
            (found - expected).abs() < tolerance,
            "{found} is not {expected} within {tolerance}"
        );
    }

    #[test]
    fn samplers_have_their_moments() {
        let (mean, variance) = moments(Draws::uniform);
        near(mean, 0.5, 0.003);
        near(variance, 1.0 / 12.0, 0.001);
        let (mean, variance) = moments(Draws::normal);
        near(mean, 0.0, 0.01);
        near(variance, 1.0, 0.015);
        let (mean, variance) = moments(|d| d.gamma(1.8));
        near(mean, 1.8, 0.015);
        near(variance, 1.8, 0.04);
        let (mean, variance) = moments(|d| f64::from(d.poisson(3.2)));
        near(mean, 3.2, 0.02);
        near(variance, 3.2, 0.05);
        let (mean, variance) = moments(|d| f64::from(d.poisson(80.0)));
        near(mean, 80.0, 0.1);
        near(variance, 80.0, 1.2);
        let (mean, _) = moments(|d| d.exponential(4.0));
        near(mean, 4.0, 0.04);
        let (mean, _) = moments(|d| d.below(10) as f64);
        near(mean, 4.5, 0.03);
    }

    #[test]
    fn streams_differ_by_every_part_of_their_name() {
        let first = |seed, stream, index| Draws::new(seed, stream, index).uniform();
        let base = first(1, Stream::Lead, 0);
        assert_eq!(base, first(1, Stream::Lead, 0));
        assert_ne!(base, first(2, Stream::Lead, 0));
        assert_ne!(base, first(1, Stream::Story, 0));
        assert_ne!(base, first(1, Stream::Lead, 1));
    }

    #[test]
    fn a_weight_of_zero_is_never_picked() {
        let mut draws = Draws::new(3, Stream::World, 0);
        let mut counts = [0_u32; 3];
        for _ in 0..10_000 {
            counts[draws.pick(&[1.0, 0.0, 3.0])] += 1;
        }
        assert_eq!(counts[1], 0);
        near(f64::from(counts[2]), 7_500.0, 200.0);
    }
}
