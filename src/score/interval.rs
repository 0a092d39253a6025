//! The 80 % interval of a probability that is known by its log-odds and their variance.

/// The 90 % quantile of the standard normal distribution.
pub(crate) const Z80: f64 = 1.281_551_565_544_6;
/// Fewest events, or non-events, that an interval is taken to rest on.
const MIN_EVENTS: f64 = 0.25;

/// The 10 % and 90 % quantiles of the beta distribution with mean `p` whose log-odds curve at their mode as ones of
/// variance `v` do: α = 1 / (v (1-p)), β = 1 / (v p).
///
/// With much data that is σ(η ± 1.28 √v). A probability that rests on few wins is skewed, as a count is: it may be far
/// smaller than it looks, but not many times larger. Quantiles by Paulson's approximation of the F distribution
/// (Biometrics 1942), right to a hundredth of `p` from one event on.
pub(crate) fn beta_interval(p: f64, v: f64) -> (f64, f64) {
    if v <= 0.0 || p <= 0.0 || p >= 1.0 {
        return (p, p);
    }
    // The formula wants the smaller parameter first.
    if p > 0.5 {
        let (low, high) = beta_interval(1.0 - p, v);
        return (1.0 - high, 1.0 - low);
    }
    let a = (1.0 / (v * (1.0 - p))).max(MIN_EVENTS);
    let b = (a * (1.0 - p) / p).max(2.0 * MIN_EVENTS);
    let (of_a, of_b) = (1.0 / (9.0 * a), 1.0 / (9.0 * b));
    let (u, w) = (1.0 - of_a, 1.0 - of_b);
    let quantile = |z: f64| {
        let root = (u * u * of_b + w * w * of_a - z * z * of_a * of_b)
            .max(0.0)
            .sqrt();
        let odds = a / b
            * ((u * w + z * root) / (w * w - z * z * of_b))
                .max(0.0)
                .powi(3);
        odds / (1.0 + odds)
    };
    (quantile(-Z80).min(p), quantile(Z80).max(p))
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Beta, ContinuousCDF};

    #[test]
    fn ends_are_the_quantiles_of_the_beta_distribution() {
        for p in [1e-4, 0.01, 0.1, 0.3, 0.5, 0.8] {
            for v in [0.01, 0.04, 0.25, 1.0] {
                let beta = Beta::new(1.0 / (v * (1.0 - p)), 1.0 / (v * p)).expect("valid");
                let (low, high) = beta_interval(p, v);
                let scale = p.min(1.0 - p);
                assert!(
                    (low - beta.inverse_cdf(0.1)).abs() < 0.02 * scale.max(0.1 * p),
                    "low of {p}, {v}"
                );
                assert!(
                    (high - beta.inverse_cdf(0.9)).abs() < 0.03 * scale.max(0.1 * p),
                    "high of {p}, {v}"
                );
            }
        }
    }

    #[test]
    fn an_interval_holds_its_probability_and_widens_with_the_variance() {
        for p in [1e-9, 0.003, 0.2, 0.5, 0.51, 0.97] {
            let mut last = 0.0;
            for v in [0.0, 1e-6, 0.01, 0.3, 1.0, 2.0] {
                let (low, high) = beta_interval(p, v);
                assert!((0.0..=p).contains(&low) && (p..=1.0).contains(&high));
                assert!(high - low >= last, "{p} {v}");
                last = high - low;
            }
            let (low, high) = beta_interval(p, 1e9);
            assert!((0.0..=p).contains(&low) && (p..=1.0).contains(&high));
        }
    }
}
