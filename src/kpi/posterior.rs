//! Conversion of each source, completed for age and shrunken towards the others.
//!
//! A source converts with an unknown p = P(won within H of creation); a lead of age a has been won with probability
//! p G(a). So W leads that were won and the others at ages `a_i` have the likelihood p^W prod (1 - p G(`a_i`)): chain ladder
//! in the form of leads, of which (alpha + W) / (beta + sum G) is the approximation for small p. The log-odds of the sources
//! are normal around a common level, whose share has Jeffreys' prior; level and spread are not plugged in but averaged over, as
//! what is not known about them widens the interval.

/// Points of a source's posterior.
const POINTS: usize = 240;
/// Grid over the common level and the spread between sources.
const LEVELS: usize = 31;
const SPREADS: usize = 14;
/// The spread between sources before they are seen: half-normal, in log-odds.
const SPREAD_SCALE: f64 = 0.7;

/// What was seen of a source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// Leads won within H.
    pub(crate) won: f64,
    /// The other leads: by draw of the model, (G(age), number).
    pub(crate) others: Vec<Vec<(f64, f64)>>,
}

/// What is believed of a source's conversion: a distribution on a grid.
#[derive(Debug, Clone)]
pub(crate) struct Belief {
    log_odds: Vec<f64>,
    /// Running sum of probability up to and with each point, ending at 1.
    cumulative: Vec<f64>,
    /// Mean of p.
    pub(crate) mean: f64,
}

impl Belief {
    /// The value of p below which the share `u` (0-1) of the distribution lies.
    pub(crate) fn quantile(&self, u: f64) -> f64 {
        let i = self.cumulative.partition_point(|&sum| sum < u);
        let i = i.min(self.log_odds.len() - 1);
        let before = if i == 0 { 0.0 } else { self.cumulative[i - 1] };
        let mass = self.cumulative[i] - before;
        let part = if mass > 0.0 { (u - before) / mass } else { 0.5 };
        let step = self.log_odds[1] - self.log_odds[0];
        sigmoid(self.log_odds[i] + (part.clamp(0.0, 1.0) - 0.5) * step)
    }
}

/// Judges all sources together.
pub(crate) fn judge(sources: &[Seen]) -> Vec<Belief> {
    let curves: Vec<Curve> = sources.iter().map(Curve::new).collect();
    let (won, exposure) = sources
        .iter()
        .map(Seen::totals)
        .fold((0.5, 1.0), |sum, t| (sum.0 + t.0, sum.1 + t.1));
    let centre = logit((won / exposure).clamp(1e-6, 1.0 - 1e-6));
    let grid: Vec<(f64, f64)> = (0..LEVELS * SPREADS)
        .map(|i| {
            let level =
                centre + 4.0 * ((i % LEVELS) as f64 / (LEVELS - 1) as f64 * 2.0 - 1.0).powi(3);
            let spread = 0.03 * (2.5_f64 / 0.03).powf((i / LEVELS) as f64 / (SPREADS - 1) as f64);
            (level, spread)
        })
        .collect();
    let evidence: Vec<f64> = (grid.iter().enumerate())
        .map(|(i, &(level, spread))| {
            let seen: f64 = curves
                .iter()
                .map(|curve| curve.log_evidence(level, spread))
                .sum();
            // Cells of the grid: cubes in the level, logs in the spread.
            let x = (i % LEVELS) as f64 / (LEVELS - 1) as f64 * 2.0 - 1.0;
            let cell = (x * x).max(1e-3) * spread;
            // Jeffreys' prior of a share: log-odds as such would believe in nothing as soon as nothing is won.
            let share = sigmoid(level);
            let prior = 0.5 * (share * (1.0 - share)).max(1e-300).ln();
            seen + prior + cell.ln() - 0.5 * (spread / SPREAD_SCALE).powi(2)
        })
        .collect();
    let top = evidence.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<(f64, f64, f64)> = (grid.iter().zip(&evidence))
        .map(|(&(level, spread), log)| (level, spread, (log - top).exp()))
        .filter(|&(_, _, weight)| weight > 1e-9)
        .collect();
    curves.iter().map(|curve| curve.belief(&weights)).collect()
}

impl Seen {
    /// Wins, and leads weighted by how much of their cycle was seen.
    fn totals(&self) -> (f64, f64) {
        let models = self.others.len().max(1) as f64;
        let others: f64 = self.others.iter().flatten().map(|&(g, n)| g * n).sum();
        (self.won, self.won + others / models)
    }

    /// Likelihood on a grid of log-odds, its top 1: the mean over the draws of the model, each brought to the same top.
    ///
    /// The draws say how unsure G is after all that was seen. Which of them is right cannot be asked of the number of
    /// wins again: p^W alone, without the days of the wins, would always favour the slowest G.
    fn likelihood(&self, grid: &[f64]) -> Vec<f64> {
        let none = [Vec::new()];
        let draws: &[Vec<(f64, f64)>] = if self.others.is_empty() {
            &none
        } else {
            &self.others
        };
        let mut mean = vec![0.0; grid.len()];
        for others in draws {
            let logs: Vec<f64> = (grid.iter())
                .map(|&x| {
                    let p = sigmoid(x);
                    let lost = |&(g, n): &(f64, f64)| n * (-p * g.min(1.0)).ln_1p();
                    self.won * p.ln() + others.iter().map(lost).sum::<f64>()
                })
                .collect();
            let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            for (sum, log) in mean.iter_mut().zip(&logs) {
                *sum += (log - top).exp() / draws.len() as f64;
            }
        }
        mean
    }
}

/// The likelihood of a source on its own grid of log-odds.
struct Curve {
    log_odds: Vec<f64>,
    likelihood: Vec<f64>,
    step: f64,
}

impl Curve {
    fn new(seen: &Seen) -> Self {
        let (won, exposure) = seen.totals();
        let left = (exposure - won).max(0.0);
        let centre = logit((won + 0.5) / (won + left + 1.0));
        let width = 6.0 * (1.0 / (won + 0.5) + 1.0 / (left + 0.5)).sqrt();
        let (low, high) = ((centre - width).max(-14.0), (centre + width).min(12.0));
        let step = (high - low) / POINTS as f64;
        let log_odds: Vec<f64> = (0..POINTS).map(|i| low + (i as f64 + 0.5) * step).collect();
        Self {
            likelihood: seen.likelihood(&log_odds),
            log_odds,
            step,
        }
    }

    /// Log of the mean likelihood of sources around a level, but for a constant.
    fn log_evidence(&self, level: f64, spread: f64) -> f64 {
        let sum: f64 = (self.log_odds.iter().zip(&self.likelihood))
            .map(|(x, likelihood)| likelihood * normal(*x, level, spread))
            .sum();
        (sum * self.step).max(1e-300).ln()
    }

    /// The posterior, averaged over (level, spread, weight).
    fn belief(&self, weights: &[(f64, f64, f64)]) -> Belief {
        let mut density = vec![0.0; POINTS];
        for &(level, spread, weight) in weights {
            let prior: Vec<f64> = (self.log_odds.iter().zip(&self.likelihood))
                .map(|(x, likelihood)| likelihood * normal(*x, level, spread))
                .collect();
            let evidence: f64 = prior.iter().sum();
            if evidence > 0.0 {
                for (sum, value) in density.iter_mut().zip(&prior) {
                    *sum += weight * value / evidence;
                }
            }
        }
        let total: f64 = density.iter().sum();
        let (mut sum, mut mean) = (0.0, 0.0);
        let cumulative = (density.iter().zip(&self.log_odds))
            .map(|(value, &x)| {
                sum += value / total;
                mean += value / total * sigmoid(x);
                sum
            })
            .collect();
        Belief {
            log_odds: self.log_odds.clone(),
            cumulative,
            mean,
        }
    }
}

fn normal(x: f64, level: f64, spread: f64) -> f64 {
    let z = (x - level) / spread;
    (-0.5 * z * z).exp() / spread
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn logit(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_distr::{Distribution, Normal};
    use rand_pcg::Pcg64;

    fn seen(won: usize, lost: usize, g: f64) -> Seen {
        Seen {
            won: won as f64,
            others: vec![vec![(g, lost as f64)]],
        }
    }

    #[test]
    fn one_old_source_converts_as_it_did_and_a_young_one_is_completed() {
        let old = &judge(&[seen(100, 900, 1.0)])[0];
        assert!((old.mean - 0.1).abs() < 0.002, "{}", old.mean);
        // The interval of a plain binomial: 0.1 -+ 1.2816 x 0.0095.
        assert!((old.quantile(0.1) - 0.088).abs() < 0.002);
        assert!((old.quantile(0.9) - 0.1125).abs() < 0.002);
        // Half of the cycle was seen.
        let young = &judge(&[seen(50, 950, 0.5)])[0];
        assert!((young.mean - 0.1).abs() < 0.004, "{}", young.mean);
        assert!(young.quantile(0.9) - young.quantile(0.1) > old.quantile(0.9) - old.quantile(0.1));
    }

    /// Quadrature of `SciPy`: `tests/peers/source_posterior.py`, which also gives the means of the gamma posterior, its like for
    /// small p.
    #[test]
    fn the_posterior_is_that_of_scipy() {
        let golden = [
            (12, 200, 0.06333, 0.04409, 0.08388, 0.0638),
            (3, 30, 0.08879, 0.04701, 0.13848, 0.0890),
            (40, 900, 0.04657, 0.03778, 0.05566, 0.0465),
            (7, 60, 0.10130, 0.06263, 0.14561, 0.1009),
            (0, 25, 0.05255, 0.01968, 0.08899, 0.0496),
            (22, 150, 0.13195, 0.09770, 0.16809, 0.1293),
        ];
        let sources: Vec<Seen> =
            (golden.iter().map(|row| seen(row.0, row.1 - row.0, 1.0))).collect();
        for (belief, row) in judge(&sources).iter().zip(golden) {
            for (own, theirs) in [
                (belief.mean, row.2),
                (belief.quantile(0.1), row.3),
                (belief.quantile(0.9), row.4),
            ] {
                assert!((own / theirs - 1.0).abs() < 0.03, "{own} {theirs}");
            }
            assert!(
                (belief.mean / row.5 - 1.0).abs() < 0.07,
                "{} {}",
                belief.mean,
                row.5
            );
        }
    }

    #[test]
    fn not_knowing_the_cycle_widens_the_interval_and_moves_nothing() {
        let unsure = Seen {
            won: 100.0,
            others: [0.4, 0.5, 0.5, 0.6].map(|g| vec![(g, 1900.0)]).to_vec(),
        };
        let (sure, unsure) = (&judge(&[seen(100, 1900, 0.5)])[0], &judge(&[unsure])[0]);
        assert!(
            (unsure.mean / sure.mean - 1.0).abs() < 0.04,
            "{}",
            unsure.mean
        );
        let width = |belief: &Belief| belief.quantile(0.9) - belief.quantile(0.1);
        assert!(width(unsure) > 1.2 * width(sure));
    }

    #[test]
    fn a_high_conversion_is_a_share_and_not_a_count() {
        // A Poisson interval would be 1.6 times as wide.
        let high = &judge(&[seen(630, 370, 1.0)])[0];
        let width = high.quantile(0.9) - high.quantile(0.1);
        assert!((width / (2.0 * 1.2816 * (0.63_f64 * 0.37 / 1000.0).sqrt()) - 1.0).abs() < 0.05);
    }

    #[test]
    fn a_few_leads_lean_on_the_other_sources_and_many_do_not() {
        let beliefs = judge(&[
            seen(100, 900, 1.0),
            seen(110, 890, 1.0),
            seen(90, 910, 1.0),
            seen(2, 3, 1.0),
            seen(400, 600, 1.0),
            Seen::default(),
        ]);
        assert!(beliefs[3].mean < 0.35, "shrunken: {}", beliefs[3].mean);
        assert!((beliefs[4].mean - 0.4).abs() < 0.01);
        let unseen = &beliefs[5];
        assert!(
            unseen.quantile(0.1) < 0.09 && unseen.quantile(0.9) > 0.2,
            "wide"
        );
    }

    /// Nothing won of 60 leads: with a chance of 3.8 % that happens one time in ten.
    #[test]
    fn nothing_won_bounds_a_conversion_and_does_not_make_it_nothing() {
        let one = &judge(&[seen(0, 60, 1.0)])[0];
        assert!(
            (0.015..0.04).contains(&one.quantile(0.9)),
            "{}",
            one.quantile(0.9)
        );
        // In two groups, neither of which is believed to be without any.
        let two = judge(&[seen(0, 35, 1.0), seen(0, 25, 1.0)]);
        for group in &two {
            assert!(group.quantile(0.9) > 0.015, "{}", group.quantile(0.9));
        }
    }

    /// The claim of the interval: it covers the true conversion of 80 % of sources, big and small, old and young.
    #[test]
    fn the_interval_covers_the_truth() {
        let mut rng = Pcg64::seed_from_u64(3);
        let normal = Normal::new(0.0, 1.0).expect("a normal");
        for (level, spread) in [(0.08_f64, 0.2), (0.15, 0.5), (0.4, 0.8)] {
            let (mut inside, mut all) = (0, 0);
            let (mut raw, mut shrunken) = (0.0, 0.0);
            for _ in 0..60 {
                let truth: Vec<f64> = (0..8)
                    .map(|_| sigmoid(logit(level) + spread * normal.sample(&mut rng)))
                    .collect();
                let sources: Vec<Seen> = (truth.iter().enumerate())
                    .map(|(i, &p)| {
                        let n = [20, 60, 200, 800][i % 4];
                        let mut seen = Seen {
                            won: 0.0,
                            others: vec![Vec::new()],
                        };
                        for _ in 0..n {
                            let g = if i < 4 {
                                1.0
                            } else {
                                rng.random_range(0.2..1.0)
                            };
                            if rng.random::<f64>() < p * g {
                                seen.won += 1.0;
                            } else {
                                seen.others[0].push((g, 1.0));
                            }
                        }
                        seen
                    })
                    .collect();
                for ((belief, seen), &p) in judge(&sources).iter().zip(&sources).zip(&truth) {
                    inside += usize::from(belief.quantile(0.1) <= p && p <= belief.quantile(0.9));
                    all += 1;
                    let (won, exposure) = seen.totals();
                    raw += (won / exposure - p).powi(2);
                    shrunken += (belief.mean - p).powi(2);
                }
            }
            let coverage = f64::from(inside as u32) / f64::from(all);
            assert!(
                (0.74..=0.86).contains(&coverage),
                "level {level}: {coverage}"
            );
            assert!(shrunken < raw);
        }
    }
}
