//! One owner against the others: how likely as many records with a sign are for one more owner of this team.
//!
//! Owners differ: the share of records with the sign is beta distributed over them (the beta-binomial of Skellam 1948). Its mean m has
//! the odds of their mix (months, products ...) times exp(mu); its variance is (tau m (1 - m))^2, so that tau is the spread of their
//! log odds. The likelihood of mu and tau is that of the other owners, tau has a half-normal prior, and what the owner at hand has is
//! held against the predictive distribution: a beta-binomial averaged over mu and tau. So a team that differs widely questions nobody who differs as
//! widely, and a team of few owners asks less.

use statrs::function::gamma::ln_gamma;

/// Records of an owner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tally {
    /// How many.
    pub(super) n: usize,
    /// Of them with the sign.
    pub(super) k: usize,
    /// What the mix lets expect, as a logit.
    pub(super) logit: f64,
}

/// Values of mu: from -LIMIT to LIMIT.
const MEANS: usize = 49;
const LIMIT: f64 = 6.0;
/// Values of tau. Owners always differ a little.
const SPREADS: [f64; 11] = [0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.2, 1.5, 1.9, 2.4, 3.0];
/// Scale of the prior of tau: honest habits whose odds differ by a factor of two are nothing unusual.
const PRIOR: f64 = 0.9;
/// Weight of a point of the grid that is not worth computing.
const NEGLIGIBLE: f64 = 1e-7;

fn points() -> impl Iterator<Item = (f64, f64)> {
    (0..MEANS).flat_map(|i| {
        let mu = -LIMIT + 2.0 * LIMIT * i as f64 / (MEANS - 1) as f64;
        SPREADS.into_iter().map(move |tau| (mu, tau))
    })
}

/// Logarithm of the prior: its density times the stretch of tau that the value stands for.
fn prior() -> impl Iterator<Item = f64> {
    let stretch = |i: usize| {
        let left = if i == 0 { 0.0 } else { SPREADS[i - 1] };
        let right = SPREADS.get(i + 1).copied().unwrap_or(SPREADS[i]);
        (right - left) / 2.0
    };
    let of_tau = move |i: usize| f64::ln(stretch(i)) - 0.5 * (SPREADS[i] / PRIOR).powi(2);
    (0..MEANS).flat_map(move |_| (0..SPREADS.len()).map(of_tau))
}

/// The two parameters of the beta distribution.
fn beta(tally: &Tally, mu: f64, tau: f64) -> (f64, f64) {
    let mean = 1.0 / (1.0 + (-(tally.logit + mu)).exp());
    let mean = mean.clamp(1e-7, 1.0 - 1e-7);
    // The correlation of two records of one owner.
    let rho = (tau * tau * mean * (1.0 - mean)).min(0.9);
    let size = (1.0 - rho) / rho;
    (mean * size, (1.0 - mean) * size)
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// Logarithm of the likelihood of an owner's records at every point of the grid.
pub(super) fn likelihood(tally: &Tally) -> Vec<f64> {
    let (k, rest) = (tally.k as f64, (tally.n - tally.k) as f64);
    let at = |(mu, tau)| {
        let (a, b) = beta(tally, mu, tau);
        ln_beta(a + k, b + rest) - ln_beta(a, b)
    };
    points().map(at).collect()
}

/// Chance of an owner's count or more (mid-p), given the sum of the logarithms of the likelihoods of the others.
pub(super) fn chance(tally: &Tally, others: &[f64]) -> f64 {
    let logs: Vec<f64> = others.iter().zip(prior()).map(|(a, b)| a + b).collect();
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logs.iter().map(|log| (log - most).exp()).collect();
    let sum: f64 = weights.iter().sum();
    (points().zip(&weights))
        .map(|(point, weight)| (point, weight / sum))
        .filter(|(_, weight)| *weight > NEGLIGIBLE)
        .map(|((mu, tau), weight)| weight * mid_tail(tally, beta(tally, mu, tau)))
        .sum::<f64>()
        .clamp(0.0, 1.0)
}

/// P(K > k) + P(K = k) / 2 of a beta-binomial count.
fn mid_tail(tally: &Tally, (a, b): (f64, f64)) -> f64 {
    let (n, k) = (tally.n as f64, tally.k as f64);
    let choose = ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    let at = (choose + ln_beta(a + k, b + n - k) - ln_beta(a, b)).exp();
    // Along the ratios of neighbouring terms, on the shorter side.
    if tally.n - tally.k <= tally.k {
        let (mut term, mut tail) = (at, at / 2.0);
        for j in tally.k..tally.n {
            let j = j as f64;
            term *= (n - j) / (j + 1.0) * (a + j) / (b + n - j - 1.0);
            tail += term;
        }
        return tail;
    }
    let (mut term, mut head) = (at, at / 2.0);
    for j in (1..=tally.k).rev() {
        let j = j as f64;
        term *= j / (n - j + 1.0) * (b + n - j) / (a + j - 1.0);
        head += term;
    }
    1.0 - head
}
