//! Won / expected of each owner, shrunken towards 1 as far as owners are alike.
//!
//! `(nu + O) / (nu + E)`: the owner's true ratio is gamma around 1 with variance 1/nu, his wins are Poisson. Where a good
//! part of the leads is won, wins vary less than Poisson: then O and E are counted as E / V times as many, V the variance
//! of O (1 for rare wins). What nu is, is not plugged in but averaged over, by the likelihood of all owners together.

use statrs::function::gamma::{gamma_lr, ln_gamma};

/// Grid of tau = 1 / sqrt(nu), the spread of true ratios.
const SPREADS: usize = 40;
const RANGE: (f64, f64) = (0.01, 1.5);
/// The spread before owners are seen: half-normal.
const SPREAD_SCALE: f64 = 0.4;

/// The ratio of an owner.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Ratio {
    /// Mean of what is believed of his ratio of wins to expected wins.
    pub mean: f64,
    /// Lower end of the 80 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The ratios of all owners.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratios {
    /// By owner; none where nothing was expected.
    pub of: Vec<Option<Ratio>>,
    /// Mean of what is believed of tau, the standard deviation of true ratios between owners.
    pub spread: f64,
    /// The nu = 1 / tau^2 of the highest density.
    pub nu: f64,
}

/// From (won, expected, variance of won - expected) of each owner; owners with no variance are left out.
pub fn shrink(owners: &[(f64, f64, f64)]) -> Ratios {
    let counts: Vec<Option<(f64, f64)>> = owners.iter().map(|&owner| scaled(owner)).collect();
    let step = (RANGE.1 / RANGE.0).ln() / (SPREADS - 1) as f64;
    let spreads: Vec<f64> = (0..SPREADS)
        .map(|i| RANGE.0 * (step * i as f64).exp())
        .collect();
    let logs: Vec<f64> = (spreads.iter())
        .map(|&tau| {
            let seen: f64 = (counts.iter().flatten())
                .map(|&(o, e)| log_evidence(o, e, tau.powi(-2)))
                .sum();
            // Cells of the grid are logs: each is as wide as its spread.
            seen + tau.ln() - 0.5 * (tau / SPREAD_SCALE).powi(2)
        })
        .collect();
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logs.iter().map(|log| (log - top).exp()).sum();
    let weights: Vec<(f64, f64)> = (spreads.iter().zip(&logs))
        .map(|(&tau, log)| (tau, (log - top).exp() / sum))
        .filter(|&(_, weight)| weight > 1e-5)
        .collect();
    let best = (weights.iter()).max_by(|a, b| a.1.total_cmp(&b.1));
    Ratios {
        of: (counts.iter())
            .map(|counts| counts.map(|(o, e)| ratio(o, e, &weights)))
            .collect(),
        spread: weights.iter().map(|(tau, weight)| tau * weight).sum(),
        nu: best.map_or(f64::INFINITY, |(tau, _)| tau.powi(-2)),
    }
}

/// Wins and expected wins, as many as tell of the ratio what these do.
fn scaled((won, expected, variance): (f64, f64, f64)) -> Option<(f64, f64)> {
    (expected > 0.0 && variance > 0.0)
        .then(|| (won * expected / variance, expected * expected / variance))
}

/// Log-likelihood of counts that are Poisson around a gamma: negative binomial, but for what does not depend on nu.
fn log_evidence(o: f64, e: f64, nu: f64) -> f64 {
    ln_gamma(nu + o) - ln_gamma(nu) + nu * (nu / (nu + e)).ln() - o * (nu + e).ln()
}

/// The mixture of Gamma(nu + o, nu + e) over nu.
fn ratio(o: f64, e: f64, weights: &[(f64, f64)]) -> Ratio {
    let parts: Vec<(f64, f64, f64)> = (weights.iter())
        .map(|&(tau, weight)| {
            let nu = tau.powi(-2);
            (nu + o, nu + e, weight)
        })
        .collect();
    let total: f64 = parts.iter().map(|part| part.2).sum();
    let mean = parts.iter().map(|(a, b, w)| w * a / b).sum::<f64>() / total;
    let below = |x: f64| {
        let sum: f64 = parts.iter().map(|(a, b, w)| w * gamma_lr(*a, b * x)).sum();
        sum / total
    };
    let quantile = |q: f64| {
        let (mut low, mut high) = (1e-9, 2.0 * mean + 1.0);
        while below(high) < q && high < 1e6 {
            high *= 2.0;
        }
        for _ in 0..45 {
            let middle = f64::midpoint(low, high);
            if below(middle) < q {
                low = middle;
            } else {
                high = middle;
            }
        }
        f64::midpoint(low, high)
    };
    Ratio {
        mean,
        low: quantile(0.1),
        high: quantile(0.9),
    }
}
