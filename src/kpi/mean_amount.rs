//! Average order value of each source, shrunken towards that of all.

use crate::kpi::Z80;

/// How different sources are taken to be at the least: standard deviation of the log.
const LEAST_SPREAD: f64 = 0.05;
/// How many wins the spread of all amounts counts as, beside a source's own.
const USUAL_SPREAD: f64 = 10.0;
/// Greatest squares looked at: of a coefficient of variation, and of a standard deviation of a log.
const GREATEST: f64 = 1e4;

/// Mean amount of a win, and how far it may be off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Aov {
    /// Money.
    pub(crate) mean: f64,
    /// Standard error, money.
    pub(crate) error: f64,
}

impl Aov {
    /// The middle 80 % of what the mean may be, money: of a log-normal with this mean and error.
    pub(crate) fn interval(&self) -> (f64, f64) {
        if self.mean <= 0.0 {
            return (self.mean - Z80 * self.error, self.mean + Z80 * self.error);
        }
        let sd = (self.error / self.mean).powi(2).ln_1p().sqrt();
        let middle = self.mean * (-0.5 * sd * sd).exp();
        let at = |z: f64| middle * (z * sd).exp();
        (at(-Z80).min(self.mean), at(Z80).max(self.mean))
    }
}

/// The amounts of one source.
#[derive(Debug, Clone, Copy, Default)]
struct Own {
    n: f64,
    mean: f64,
    /// Sum of the squares of (amount / mean - 1).
    squares: f64,
}

impl Own {
    fn of(amounts: &[f64]) -> Self {
        let n = amounts.len() as f64;
        let mean = amounts.iter().sum::<f64>() / n.max(1.0);
        let squares = amounts.iter().map(|a| (a / mean - 1.0).powi(2)).sum();
        Self { n, mean, squares }
    }

    /// Whether its amounts can be compared as ratios: there are some, and refunds do not outweigh them.
    fn usable(&self) -> bool {
        self.n > 0.0 && self.mean > 0.0 && self.squares.is_finite()
    }

    /// Variance of the log of its mean, where single amounts vary by `square`, the square of the coefficient of
    /// variation: that of a log-normal with the same moments.
    fn variance(&self, square: f64) -> f64 {
        (square / self.n).ln_1p().max(1e-18)
    }
}

/// From the amounts of each source's wins; none if there is not one amount.
///
/// Sources differ by factors and dear goods vary by more money, so all is done on logs: a mean of n amounts that vary by
/// `c` (coefficient of variation) has a log of variance v = ln(1 + c^2 / n) around that of the source's true mean; those
/// vary by tau^2, by the moments of Paule and Mandel (1982). The estimate is own mean^(1 - v / (v + tau^2)) x mean of all
/// sources^(v / (v + tau^2)). In money, with one variance for all, the cheap sources would be drawn to the dear ones.
pub(crate) fn shrunken(amounts: &[Vec<f64>]) -> Option<Vec<Aov>> {
    let all: Vec<f64> = amounts.iter().flatten().copied().collect();
    if all.is_empty() {
        return None;
    }
    let own: Vec<Own> = amounts.iter().map(|of| Own::of(of)).collect();
    let told: Vec<Own> = own.iter().copied().filter(Own::usable).collect();
    let usual = variation(&told);
    let found: Vec<(f64, f64)> = (told.iter())
        .map(|of| {
            let v = of.variance(spread(of, usual));
            // The log of a mean is low by half its variance.
            (of.mean.ln() + 0.5 * v, v)
        })
        .collect();
    let centre = Centre::of(&found);
    let of_source = |of: &Own| match centre {
        Some(centre) if of.usable() => centre.with(of.mean, of.variance(spread(of, usual))),
        Some(centre) if of.n == 0.0 => centre.alone(),
        // Refunds outweigh sales here: nothing to compare by ratios.
        _ => Aov {
            mean: of.mean,
            error: (all.iter().map(|a| a * a).sum::<f64>() / all.len() as f64 / of.n.max(1.0))
                .sqrt(),
        },
    };
    Some(own.iter().map(of_source).collect())
}

/// Square of the coefficient of variation that the sources have in common: what their squares come to where amounts are of
/// a gamma, (n - 1) c^2 / (1 + c^2 / n) in each. With one win a source nothing shows it: as large as the mean, then.
fn variation(told: &[Own]) -> f64 {
    let seen: f64 = told.iter().map(|of| of.squares).sum();
    if told.iter().all(|of| of.n < 2.0) {
        return 1.0;
    }
    let expected = |square: f64| -> f64 {
        let of = told
            .iter()
            .map(|of| (of.n - 1.0) * square / (1.0 + square / of.n));
        of.sum()
    };
    root(|square| expected(square) >= seen)
}

/// The same of one source, by its own amounts and those of all.
fn spread(of: &Own, usual: f64) -> f64 {
    let own = of.squares * (1.0 + usual / of.n);
    (own + USUAL_SPREAD * usual) / (of.n - 1.0 + USUAL_SPREAD)
}

/// The least value from 0 to [`GREATEST`] from which on something holds.
fn root(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, GREATEST);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// The true means of all sources, as logs.
#[derive(Debug, Clone, Copy)]
struct Centre {
    /// Log of the mean of the sources' means.
    all: f64,
    /// Variance of the middle of the logs.
    error: f64,
    /// Variance between sources.
    tau: f64,
}

impl Centre {
    /// From logs of means with their variances.
    fn of(found: &[(f64, f64)]) -> Option<Self> {
        let weighed = |tau: f64| {
            let sum: f64 = found.iter().map(|(_, v)| 1.0 / (v + tau)).sum();
            let mu = found.iter().map(|(log, v)| log / (v + tau)).sum::<f64>() / sum;
            (mu, sum)
        };
        let apart = |tau: f64| -> f64 {
            let (mu, _) = weighed(tau);
            found
                .iter()
                .map(|(log, v)| (log - mu).powi(2) / (v + tau))
                .sum()
        };
        let free = found.len().checked_sub(1)? as f64;
        let tau = root(|tau| apart(tau) <= free).max(LEAST_SPREAD * LEAST_SPREAD);
        let (_, sum) = weighed(tau);
        let means = found
            .iter()
            .map(|(log, v)| (log - 0.5 * v).exp() / (v + tau));
        Some(Self {
            all: (means.sum::<f64>() / sum).ln(),
            error: 1.0 / sum,
            tau,
        })
    }

    /// A source whose own amounts have this mean, the log of which has variance `v`.
    fn with(&self, mean: f64, v: f64) -> Aov {
        let lean = v / (v + self.tau);
        self.aov((1.0 - lean) * mean.ln() + lean * self.all, lean)
    }

    /// A source without an amount.
    fn alone(&self) -> Aov {
        self.aov(self.all, 1.0)
    }

    fn aov(&self, log: f64, lean: f64) -> Aov {
        let variance = self.tau * lean + lean * lean * self.error;
        // What leans on the others is a little wider: how much they differ is itself an estimate.
        let wide = (1.0 + 0.2 * lean).powi(2) * variance;
        Aov {
            mean: log.exp(),
            error: log.exp() * wide.exp_m1().sqrt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_distr::{Distribution, Gamma, Normal};
    use rand_pcg::Pcg64;

    #[test]
    fn few_wins_lean_on_all_and_no_wins_take_their_mean() {
        assert_eq!(shrunken(&[Vec::new()]), None);
        let many: Vec<f64> = (0..500).map(|i| 80.0 + f64::from(i % 41)).collect();
        let dear: Vec<f64> = many.iter().map(|a| a * 3.0).collect();
        let aov = shrunken(&[many, dear, vec![1000.0], Vec::new()]).expect("amounts");
        assert!((aov[0].mean - 100.0).abs() < 1.0 && (aov[1].mean - 300.0).abs() < 2.0);
        assert!(aov[2].mean < 1000.0 && aov[2].error > aov[1].error);
        assert!((200.0..700.0).contains(&aov[3].mean), "{}", aov[3].mean);
        assert!(aov[3].error > 50.0, "{}", aov[3].error);
        let same = shrunken(&[vec![5.0, 5.0], vec![5.0]]).expect("amounts");
        assert!(
            same.iter()
                .all(|aov| (aov.mean - 5.0).abs() < 1e-9 && aov.error < 1e-6)
        );
        let zero = shrunken(&[vec![0.0, 0.0]]).expect("amounts");
        assert_eq!(zero[0].mean, 0.0);
        assert!(!zero[0].error.is_nan());
    }

    /// Bias and coverage of the 80 % interval, over sources whose means are apart by `spread` (sd of the log); `cheap`: only of
    /// the cheaper half with 40 wins or more.
    fn measured(seed: u64, spread: f64, shape: f64, cheap: bool) -> (f64, f64) {
        let mut rng = Pcg64::seed_from_u64(seed);
        let apart = Normal::new(0.0, spread).expect("a normal");
        let (mut inside, mut off, mut all) = (0.0, 0.0, 0.0);
        for _ in 0..100 {
            let truth: Vec<f64> = (0..8)
                .map(|_| 100.0 * f64::exp(apart.sample(&mut rng)))
                .collect();
            let amounts: Vec<Vec<f64>> = (truth.iter().enumerate())
                .map(|(i, mean)| {
                    let gamma = Gamma::new(shape, mean / shape).expect("a gamma");
                    (0..[3, 10, 40, 150][i % 4])
                        .map(|_| gamma.sample(&mut rng))
                        .collect()
                })
                .collect();
            let found = shrunken(&amounts).expect("amounts");
            for (i, (aov, truth)) in found.iter().zip(&truth).enumerate() {
                if cheap && (i % 4 < 2 || *truth > 100.0) {
                    continue;
                }
                let (low, high) = aov.interval();
                inside += f64::from(u8::from(low <= *truth && *truth <= high));
                off += aov.mean / truth - 1.0;
                all += 1.0;
            }
        }
        (off / all, inside / all)
    }

    #[test]
    fn the_interval_is_as_wide_as_it_says() {
        for (seed, spread, shape) in [(5, 0.3, 2.0), (6, 1.0, 0.6), (7, 0.8, 1.0)] {
            let (_, coverage) = measured(seed, spread, shape, false);
            assert!((0.74..=0.86).contains(&coverage), "{spread} {coverage}");
        }
    }

    #[test]
    fn cheap_sources_are_not_drawn_to_the_dear_ones() {
        let (off, coverage) = measured(8, 1.0, 0.6, true);
        assert!(off.abs() < 0.1, "{off}");
        assert!(coverage > 0.72, "{coverage}");
    }
}
