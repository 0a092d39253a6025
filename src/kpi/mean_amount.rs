//! Average order value of each source, shrunken towards that of all.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::kpi::Z80;

/// How different sources usually are: scale of the half-Cauchy prior of the standard deviation of the log. Five sources
/// with a dozen wins each are told apart by their own amounts; three with two wins each are mostly taken to be like this.
const USUALLY_APART: f64 = 0.5;
/// Standard deviations of the log that are looked at: the least, the greatest, and how many.
const APART: (f64, f64, u32) = (0.02, 4.0, 60);
/// Fewest amounts that tell anything.
const LEAST: usize = 3;
/// What is known of how much amounts vary before any is seen: as much as one amount that is off by its mean.
const BEFORE: f64 = 1.0;
/// How many wins the spread of all amounts counts as, beside a source's own.
const USUAL_SPREAD: f64 = 10.0;
/// Greatest square of a coefficient of variation looked at, and greatest variance of a log that is told.
const GREATEST: f64 = 1e4;
const WIDEST: f64 = 4.0;

/// Mean amount of a win, and how far it may be off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Aov {
    /// Money.
    pub(crate) mean: f64,
    /// Standard error, money.
    pub(crate) error: f64,
}

impl Aov {
    /// The middle 80 % of what the mean may be, money.
    pub(crate) fn interval(&self) -> (f64, f64) {
        (self.at(-Z80), self.at(Z80))
    }

    /// What the mean may be, money, for a standard normal z: as likely above as below, and by ratios. Few amounts of a skew
    /// distribution are below its mean more often than above: one that keeps the mean would lie too low.
    pub(crate) fn at(&self, z: f64) -> f64 {
        if self.mean <= 0.0 {
            return self.mean + z * self.error;
        }
        let sd = (self.error / self.mean).powi(2).ln_1p().sqrt();
        self.mean * (z * sd).exp()
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

/// From the amounts of each source's wins; none with fewer than [`LEAST`] in all.
///
/// Sources differ by factors and dear goods vary by more money, so all is done on logs: a mean of n amounts that vary by
/// `c` (coefficient of variation) has a log of variance v = ln(1 + c^2 / n) around that of the source's true mean; those
/// vary by tau^2. For a given tau the estimate is own mean^(1 - v / (v + tau^2)) x mean of all sources^(v / (v + tau^2));
/// what it is for every tau is weighed by how likely the means make that tau (Gelman et al., Bayesian Data Analysis, 5.4),
/// as a few sources do not tell it. In money, with one variance for all, the cheap sources would be drawn to the dear ones.
pub(crate) fn shrunken(amounts: &[Vec<f64>]) -> Option<Vec<Aov>> {
    let all: Vec<f64> = amounts.iter().flatten().copied().collect();
    if all.len() < LEAST {
        return None;
    }
    let own: Vec<Own> = amounts.iter().map(|of| Own::of(of)).collect();
    let told: Vec<Own> = own.iter().copied().filter(Own::usable).collect();
    let usual = variation(&told);
    let found: Vec<(f64, f64)> = (told.iter())
        .map(|of| (of.mean.ln(), of.variance(spread(of, usual))))
        .collect();
    let sources = Sources::of(&found, wider(&told));
    let of_source = |of: &Own| match &sources {
        Some(sources) if of.usable() => {
            sources.with(Some((of.mean.ln(), of.variance(spread(of, usual)))))
        }
        Some(sources) if of.n == 0.0 => sources.with(None),
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
/// a gamma, (n - 1) c^2 / (1 + c^2 / n) in each, and [`BEFORE`]. With one win a source nothing shows it: as large as the
/// mean, then.
fn variation(told: &[Own]) -> f64 {
    let seen: f64 = BEFORE + told.iter().map(|of| of.squares).sum::<f64>();
    let expected = |square: f64| -> f64 {
        let of = told
            .iter()
            .map(|of| (of.n - 1.0) * square / (1.0 + square / of.n));
        BEFORE * square + of.sum::<f64>()
    };
    least(|square| expected(square) >= seen)
}

/// How much wider than a normal an 80 % interval is, as that variation is itself known from so few amounts: Student's t.
fn wider(told: &[Own]) -> f64 {
    let free = BEFORE + told.iter().map(|of| of.n - 1.0).sum::<f64>();
    let student = StudentsT::new(0.0, 1.0, free.max(BEFORE));
    student.map_or(1.0, |t| t.inverse_cdf(0.9) / Z80)
}

/// The same of one source, by its own amounts and those of all.
fn spread(of: &Own, usual: f64) -> f64 {
    let own = of.squares * (1.0 + usual / of.n);
    (own + USUAL_SPREAD * usual) / (of.n - 1.0 + USUAL_SPREAD)
}

/// The least value from 0 to [`GREATEST`] from which on something holds.
fn least(holds: impl Fn(f64) -> bool) -> f64 {
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

/// The true means of all sources, as logs, for one guess of how far they are apart.
#[derive(Debug, Clone, Copy)]
struct Guess {
    /// Probability of this guess.
    weight: f64,
    /// Variance between sources.
    tau: f64,
    /// Log of the mean of the sources' means.
    all: f64,
    /// Variance of the middle of the logs.
    error: f64,
}

impl Guess {
    /// From logs of means with their variances; the weight is a log, less a constant.
    fn of(found: &[(f64, f64)], apart: f64) -> Self {
        let tau = apart * apart;
        let weights: Vec<f64> = found.iter().map(|(_, v)| 1.0 / (v + tau)).collect();
        let sum: f64 = weights.iter().sum();
        // The log of a mean is low by half its variance.
        let middle = (found.iter().zip(&weights))
            .map(|((log, v), w)| w * (log + 0.5 * v))
            .sum::<f64>()
            / sum;
        let off: f64 = (found.iter().zip(&weights))
            .map(|((log, v), w)| w * (log + 0.5 * v - middle).powi(2))
            .sum();
        let means = found
            .iter()
            .zip(&weights)
            .map(|((log, _), w)| w * log.exp());
        let likely = weights.iter().map(|w| w.ln()).sum::<f64>() - sum.ln() - off;
        // The guesses are as far apart as they are large.
        let prior = apart.ln() - (apart / USUALLY_APART).powi(2).ln_1p();
        Self {
            weight: prior + 0.5 * likely,
            tau,
            all: (means.sum::<f64>() / sum).ln(),
            error: 1.0 / sum,
        }
    }

    /// Log of the mean of a source, and its variance, where its own amounts have a mean with this log and variance.
    fn source(&self, own: Option<(f64, f64)>) -> (f64, f64) {
        let lean = own.map_or(1.0, |(_, v)| v / (v + self.tau));
        let log = own.map_or(0.0, |(log, _)| (1.0 - lean) * log) + lean * self.all;
        (log, self.tau * lean + lean * lean * self.error)
    }
}

/// All guesses of how far the sources are apart.
#[derive(Debug, Clone)]
struct Sources {
    guesses: Vec<Guess>,
    wider: f64,
}

impl Sources {
    /// From logs of means with their variances; none without one.
    fn of(found: &[(f64, f64)], wider: f64) -> Option<Self> {
        let (from, to, n) = APART;
        let apart = |i: u32| from * (to / from).powf(f64::from(i) / f64::from(n - 1));
        let mut guesses: Vec<Guess> = (0..n).map(|i| Guess::of(found, apart(i))).collect();
        let top = (guesses.iter()).fold(f64::NEG_INFINITY, |top, of| top.max(of.weight));
        let sum: f64 = guesses.iter().map(|of| (of.weight - top).exp()).sum();
        for guess in &mut guesses {
            guess.weight = (guess.weight - top).exp() / sum;
        }
        (!found.is_empty()).then_some(Self { guesses, wider })
    }

    /// A source whose own amounts have a mean with this log and variance; one without an amount.
    fn with(&self, own: Option<(f64, f64)>) -> Aov {
        let each = || {
            self.guesses
                .iter()
                .map(|guess| (guess.weight, guess.source(own)))
        };
        let log: f64 = each().map(|(weight, (log, _))| weight * log).sum();
        let variance: f64 = each()
            .map(|(weight, (of, variance))| weight * (variance + (of - log).powi(2)))
            .sum();
        let wide = (self.wider.powi(2) * variance).min(WIDEST);
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
        assert_eq!(shrunken(&[vec![70.0], vec![90.0]]), None);
        let many: Vec<f64> = (0..500).map(|i| 80.0 + f64::from(i % 41)).collect();
        let dear: Vec<f64> = many.iter().map(|a| a * 3.0).collect();
        let aov = shrunken(&[many, dear, vec![1000.0], Vec::new()]).expect("amounts");
        assert!((aov[0].mean - 100.0).abs() < 1.0 && (aov[1].mean - 300.0).abs() < 2.0);
        assert!(aov[2].mean < 1000.0 && aov[2].error > aov[1].error);
        assert!((200.0..700.0).contains(&aov[3].mean), "{}", aov[3].mean);
        assert!(aov[3].error > 50.0, "{}", aov[3].error);
        let same = shrunken(&[vec![5.0; 400], vec![5.0; 300]]).expect("amounts");
        assert!(
            same.iter()
                .all(|aov| (aov.mean - 5.0).abs() < 1e-9 && aov.error < 0.03),
            "{same:?}"
        );
        let zero = shrunken(&[vec![0.0, 0.0, 0.0]]).expect("amounts");
        assert_eq!(zero[0].mean, 0.0);
        assert!(!zero[0].error.is_nan());
    }

    /// Companies whose sources' true means are apart by `spread` (sd of the log) and have so many `wins`.
    struct Company {
        wins: Vec<usize>,
        spread: f64,
        shape: f64,
    }

    /// Bias and coverage of the 80 % interval over companies, of those sources only that are picked by wins and true mean.
    fn measured(seed: u64, company: &Company, pick: impl Fn(usize, f64) -> bool) -> (f64, f64) {
        let mut rng = Pcg64::seed_from_u64(seed);
        let apart = Normal::new(0.0, company.spread).expect("a normal");
        let (mut inside, mut off, mut all) = (0.0, 0.0, 0.0);
        for _ in 0..800 / company.wins.len() {
            let truth: Vec<f64> = (company.wins.iter())
                .map(|_| 100.0 * f64::exp(apart.sample(&mut rng)))
                .collect();
            let amounts: Vec<Vec<f64>> = (truth.iter().zip(&company.wins))
                .map(|(mean, &wins)| {
                    let gamma = Gamma::new(company.shape, mean / company.shape).expect("a gamma");
                    (0..wins).map(|_| gamma.sample(&mut rng)).collect()
                })
                .collect();
            let found = shrunken(&amounts).expect("amounts");
            for ((aov, &truth), &wins) in found.iter().zip(&truth).zip(&company.wins) {
                if pick(wins, truth) {
                    let (low, high) = aov.interval();
                    inside += f64::from(u8::from(low <= truth && truth <= high));
                    off += aov.mean / truth - 1.0;
                    all += 1.0;
                }
            }
        }
        (off / all, inside / all)
    }

    fn company(wins: &[usize], spread: f64, shape: f64) -> Company {
        Company {
            wins: wins.to_vec(),
            spread,
            shape,
        }
    }

    const MANY: [usize; 8] = [3, 10, 40, 150, 3, 10, 40, 150];

    #[test]
    fn the_interval_is_as_wide_as_it_says() {
        for (seed, spread, shape) in [(5, 0.3, 2.0), (6, 1.0, 0.6), (7, 0.8, 1.0)] {
            let (_, coverage) = measured(seed, &company(&MANY, spread, shape), |_, _| true);
            assert!((0.74..=0.86).contains(&coverage), "{spread} {coverage}");
        }
    }

    /// Too wide is allowed here, too narrow is not: amounts that vary little are not known to from six of them.
    #[test]
    fn with_few_wins_the_interval_is_not_too_narrow() {
        for (seed, wins) in [[2, 2, 2, 0].as_slice(), &[6, 5], &[4], &[1, 3, 8]]
            .into_iter()
            .enumerate()
        {
            for (spread, shape) in [(0.05, 1.0), (0.3, 2.0), (0.6, 1.0)] {
                let (_, coverage) =
                    measured(seed as u64, &company(wins, spread, shape), |_, _| true);
                assert!(coverage > 0.7, "{wins:?} {spread} {shape}: {coverage}");
            }
        }
    }

    /// Six wins in three sources with as much on average in each: nothing shows that sources are alike.
    #[test]
    fn three_sources_alike_by_chance_are_not_said_to_be_alike() {
        let few = [
            vec![2_000.0, 4_000.0],
            vec![3_500.0, 2_500.0],
            vec![3_000.0, 3_000.0],
        ];
        let aov = shrunken(&[few.to_vec(), vec![Vec::new()]].concat()).expect("amounts");
        let (low, high) = aov[3].interval();
        assert!(low < 1_900.0 && high > 4_600.0, "{low} {high}");
        let many: Vec<Vec<f64>> = few.iter().map(|of| of.repeat(100)).collect();
        let aov = shrunken(&[many, vec![Vec::new()]].concat()).expect("amounts");
        let (low, high) = aov[3].interval();
        assert!(low > 2_300.0 && high < 3_900.0, "{low} {high}");
    }

    #[test]
    fn cheap_sources_are_not_drawn_to_the_dear_ones() {
        let cheap = |wins, truth| wins >= 40 && truth <= 100.0;
        let (off, coverage) = measured(8, &company(&MANY, 1.0, 0.6), cheap);
        assert!(off.abs() < 0.1, "{off}");
        assert!(coverage > 0.72, "{coverage}");
    }
}
