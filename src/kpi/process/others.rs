//! One owner against the others: how likely as many records with a sign are for one more owner of this team.
//!
//! Owners differ: the share of records with the sign is beta distributed over them (the beta-binomial of Skellam 1948). Its mean m has
//! the odds of their mix (months, products ...) times exp(mu); its variance is (tau m (1 - m))^2, so that tau is the spread of their
//! log odds. A share w of owners never has the sign: some never work at weekends, and that they do not says nothing of how far those
//! differ who do. The likelihood of mu, tau and w is that of the other owners, tau has a half-normal prior, and what the owner at hand
//! has is held against the predictive distribution: a beta-binomial averaged over the three. So a team that differs widely questions nobody who differs as
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

/// Values of w, equally likely; 0 alone where fewer than [`SOME`] of the others have the sign, as nothing tells then how far those
/// differ who have it.
const NEVER: [f64; 4] = [0.0, 0.25, 0.5, 0.75];

/// See [`NEVER`].
pub(super) const SOME: usize = 3;

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

/// Logarithm of the likelihood of an owner's records at every point of the grid, for each w.
pub(super) fn likelihood(tally: &Tally) -> Vec<f64> {
    let (k, rest) = (tally.k as f64, (tally.n - tally.k) as f64);
    let at = |(mu, tau)| {
        let (a, b) = beta(tally, mu, tau);
        ln_beta(a + k, b + rest) - ln_beta(a, b)
    };
    let counted: Vec<f64> = points().map(at).collect();
    let with = |never: f64| {
        let of_all = move |log: &f64| match tally.k {
            0 => (never + (1.0 - never) * log.exp()).max(1e-300).ln(),
            _ => (1.0 - never).ln() + log,
        };
        counted.iter().map(of_all)
    };
    NEVER.into_iter().flat_map(with).collect()
}

/// Chance of an owner's count or more (mid-p), given the sum of the logarithms of the likelihoods of the others, and of how many of
/// them have the sign.
pub(super) fn chance(tally: &Tally, others: &[f64], with_sign: usize) -> f64 {
    let prior: Vec<f64> = prior().collect();
    let shares = if with_sign < SOME { 1 } else { NEVER.len() };
    let logs: Vec<f64> = (others.iter().zip(prior.iter().cycle()))
        .take(shares * prior.len())
        .map(|(a, b)| a + b)
        .collect();
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logs.iter().map(|log| (log - most).exp()).collect();
    let sum: f64 = weights.iter().sum();
    let mut chance = 0.0;
    for (i, (mu, tau)) in points().enumerate() {
        let of_w = |(w, never): (usize, f64)| {
            let weight = weights[w * prior.len() + i] / sum;
            (weight * (1.0 - never), weight * never)
        };
        let (often, never) = (NEVER.into_iter().take(shares).enumerate())
            .map(of_w)
            .fold((0.0, 0.0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
        if often > NEGLIGIBLE {
            chance += often * mid_tail(tally, beta(tally, mu, tau));
        }
        if tally.k == 0 {
            chance += never / 2.0;
        }
    }
    chance.clamp(0.0, 1.0)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(n: usize, k: usize) -> Tally {
        Tally {
            n,
            k,
            logit: f64::ln(0.1 / 0.9),
        }
    }

    /// Sums of the probabilities of 60 records with a = 2, b = 18, worked outside this program.
    #[test]
    fn tails_are_those_of_the_beta_binomial() {
        let both = [
            (12, 0.106_579_123_208_240_91),
            (40, 1.228_725_450_930_134_5e-6),
        ];
        for (k, known) in both {
            let tail = mid_tail(&tally(60, k), (2.0, 18.0));
            assert!((tail / known - 1.0).abs() < 1e-6, "{k}: {tail}");
        }
        let all: f64 = (0..=60)
            .map(|k| 2.0 * mid_tail(&tally(60, k), (2.0, 18.0)))
            .sum();
        // The sum of P(K > k) + P(K >= k) is twice the mean, and 1 more.
        assert!((all - 13.0).abs() < 1e-9, "{all}");
    }

    #[test]
    fn alike_others_make_an_outlier_rare_and_different_ones_do_not() {
        let sum = |counts: &[(usize, usize)]| {
            let mut all = vec![0.0; likelihood(&tally(1, 0)).len()];
            for &(n, k) in counts {
                for (sum, log) in all.iter_mut().zip(likelihood(&tally(n, k))) {
                    *sum += log;
                }
            }
            all
        };
        let alike = sum(&[(200, 20), (180, 17), (220, 24), (150, 15), (210, 22)]);
        let apart = sum(&[(200, 2), (180, 90), (220, 24), (150, 0), (210, 70)]);
        let one = |others: &[f64], k| chance(&tally(200, k), others, 4);
        assert!(one(&alike, 80) < 1e-3, "{}", one(&alike, 80));
        assert!(one(&apart, 80) > 0.02, "{}", one(&apart, 80));
        assert!((0.3..0.7).contains(&one(&alike, 20)), "{}", one(&alike, 20));
        assert!(one(&alike, 0) > 0.9 && one(&alike, 200) < 1e-6);
        // Nobody else has any.
        let none = sum(&[(200, 0), (180, 0), (220, 0), (150, 0)]);
        let p = chance(&tally(200, 30), &none, 0);
        assert!(p < 5e-3, "{p}");
    }
}
