//! How far chance could move a figure.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use statrs::distribution::{ContinuousCDF, Gamma};

use crate::score::evaluate::Estimate;
use crate::score::evaluate::tested::Sample;
use crate::score::metrics;
use crate::score::solver::logit;

/// Draws of the bootstrap.
const DRAWS: usize = 200;
/// Draws of outcomes for the null of the calibration error.
const NULL_DRAWS: usize = 400;
/// Bins of the calibration error and the reliability table.
pub(super) const BINS: usize = 10;
/// Standard normal quantile of 90 %: half-width of an 80 % interval in standard errors.
const Z80: f64 = 1.281_551_565_544_6;

/// AUC, log loss, Brier score and calibration slope with 80 % intervals.
#[derive(Debug, Clone)]
pub(super) struct Intervals {
    pub(super) auc: Option<Estimate>,
    pub(super) log_loss: Estimate,
    pub(super) brier: Estimate,
    pub(super) slope: Option<Estimate>,
}

/// Resamples leads (all snapshots of a lead together), as many as there are, 200 times; the 10th and 90th percentiles.
/// Every draw has a seed of its own, so that threads cannot change it.
pub(super) fn bootstrap(sample: &Sample, seed: u64) -> Intervals {
    let prepared = Prepared::new(sample);
    let draws: Vec<usize> = (0..DRAWS).collect();
    let (first, second) = draws.split_at(DRAWS / 2);
    let run = |draws: &[usize]| -> Vec<Draw> {
        draws
            .iter()
            .map(|&draw| prepared.draw(&resampled(sample.leads, seed, draw)))
            .collect()
    };
    let draws: Vec<Draw> = std::thread::scope(|scope| {
        let other = scope.spawn(|| run(second));
        let mut all = run(first);
        all.extend(
            other
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        );
        all
    });
    let ones = vec![1.0; sample.leads];
    let whole = prepared.draw(&ones);
    let estimate = |of: fn(&Draw) -> Option<f64>| {
        let mut drawn: Vec<f64> = draws.iter().filter_map(of).collect();
        drawn.sort_by(f64::total_cmp);
        let value = of(&whole)?;
        let at = |q: f64| {
            let place = (q * (drawn.len().saturating_sub(1)) as f64).round() as usize;
            drawn.get(place).copied().unwrap_or(value)
        };
        Some(Estimate {
            value,
            low: at(0.1).min(value),
            high: at(0.9).max(value),
        })
    };
    let certain = |estimate: Option<Estimate>| {
        estimate.unwrap_or(Estimate {
            value: f64::NAN,
            low: f64::NAN,
            high: f64::NAN,
        })
    };
    Intervals {
        auc: estimate(|draw| draw.auc),
        log_loss: certain(estimate(|draw| Some(draw.log_loss))),
        brier: certain(estimate(|draw| Some(draw.brier))),
        slope: estimate(|draw| draw.slope),
    }
}

/// How often each lead was drawn.
fn resampled(leads: usize, seed: u64, draw: usize) -> Vec<f64> {
    let mut rng =
        Pcg64::seed_from_u64(seed ^ (draw as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut counts = vec![0.0; leads];
    for _ in 0..leads {
        counts[rng.random_range(0..leads)] += 1.0;
    }
    counts
}

struct Draw {
    auc: Option<f64>,
    log_loss: f64,
    brier: f64,
    slope: Option<f64>,
}

/// What every draw needs of a sample, worked out once.
struct Prepared<'a> {
    sample: &'a Sample,
    order: Vec<usize>,
    log_odds: Vec<f64>,
    counts: Vec<f64>,
    losses: Vec<f64>,
    squares: Vec<f64>,
    start: (f64, f64),
}

impl<'a> Prepared<'a> {
    fn new(sample: &'a Sample) -> Self {
        let log_odds: Vec<f64> = sample.p.iter().map(|&p| logit(p)).collect();
        let won = |i: usize| f64::from(u8::from(sample.won[i]));
        let ones = vec![1.0; sample.len()];
        let start = metrics::calibration_line(&log_odds, &sample.won, &ones, (0.0, 1.0));
        Self {
            order: sample.order(),
            counts: sample.by_lead(|_| 1.0),
            losses: sample.by_lead(|i| metrics::one_log_loss(sample.p[i], sample.won[i])),
            squares: sample.by_lead(|i| (sample.p[i] - won(i)).powi(2)),
            start: start.unwrap_or((0.0, 1.0)),
            sample,
            log_odds,
        }
    }

    fn draw(&self, weights: &[f64]) -> Draw {
        let sample = self.sample;
        let sum = |values: &[f64]| values.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>();
        let n = sum(&self.counts).max(1e-300);
        let by_row: Vec<f64> = sample.lead.iter().map(|&lead| weights[lead]).collect();
        Draw {
            auc: self.auc(&by_row),
            log_loss: sum(&self.losses) / n,
            brier: sum(&self.squares) / n,
            slope: metrics::calibration_line(&self.log_odds, &sample.won, &by_row, self.start)
                .map(|line| line.1),
        }
    }

    /// Weighted AUC over the prepared order, ties counted half.
    fn auc(&self, weights: &[f64]) -> Option<f64> {
        let (mut below, mut pairs, mut wins, mut start) = (0.0, 0.0, 0.0, 0);
        while start < self.order.len() {
            let p = self.sample.p[self.order[start]];
            let tied = self.order[start..]
                .iter()
                .take_while(|&&i| self.sample.p[i] == p)
                .count();
            let mut here = [0.0; 2];
            for &i in &self.order[start..start + tied] {
                here[usize::from(self.sample.won[i])] += weights[i];
            }
            pairs += here[1] * (below + here[0] / 2.0);
            below += here[0];
            wins += here[1];
            start += tied;
        }
        (wins > 0.0 && below > 0.0).then(|| pairs / (wins * below))
    }
}

/// Wins observed / expected with its 80 % interval.
///
/// Snapshots of one stretch of a lead are taken as one draw (they look at nearly the same days), so the count of wins
/// varies by φ times its mean, φ = Var / E under the model; the interval is the exact one of a Poisson mean
/// (Garwood 1936), on wins / φ. It is not empty where nothing was won. `dispersion` (at least 1) widens it for what chance in single leads
/// does not explain.
pub(super) fn observed_over_expected(sample: &Sample, dispersion: f64) -> Option<Estimate> {
    let expected: f64 = sample.p.iter().sum();
    if expected <= 0.0 {
        return None;
    }
    let phi = (dispersion * variance_of_wins(sample) / expected).max(1e-6);
    let won = sample.wins() as f64;
    let count = won / phi;
    let quantile =
        |shape: f64, q: f64| Gamma::new(shape, 1.0).map_or(f64::NAN, |gamma| gamma.inverse_cdf(q));
    let low = if count > 0.0 {
        quantile(count, 0.1)
    } else {
        0.0
    };
    let high = quantile(count + 1.0, 0.9);
    Some(Estimate {
        value: won / expected,
        low: (low * phi / expected).min(won / expected),
        high: (high * phi / expected).max(won / expected),
    })
}

/// How much more the origins differ in wins observed / expected than chance in single leads explains: Pearson's χ² over its
/// degrees of freedom, at least 1. Good and bad months hit all leads at once.
pub(super) fn dispersion(origins: &[Sample]) -> f64 {
    let expected = |sample: &Sample| sample.p.iter().sum::<f64>();
    let total: f64 = origins.iter().map(expected).sum();
    let won: usize = origins.iter().map(Sample::wins).sum();
    let ratio = won as f64 / total;
    if origins.len() < 2 || !(ratio.is_finite() && ratio > 0.0) {
        return 1.0;
    }
    let chi_square: f64 = origins
        .iter()
        .map(|sample| {
            let off = sample.wins() as f64 - ratio * expected(sample);
            off * off / (ratio * variance_of_wins(sample)).max(1e-9)
        })
        .sum();
    (chi_square / (origins.len() - 1) as f64).max(1.0)
}

/// Variance of the number of wins if each stretch is one draw: `Σ min(p_i, p_j) - p_i p_j` over the pairs of a stretch.
fn variance_of_wins(sample: &Sample) -> f64 {
    let mut stretches: Vec<Vec<f64>> = vec![Vec::new(); sample.stretches];
    for (&p, &stretch) in sample.p.iter().zip(&sample.stretch) {
        stretches[stretch].push(p);
    }
    let of = |ps: &Vec<f64>| {
        let pairs = ps.iter().flat_map(|&a| ps.iter().map(move |&b| (a, b)));
        pairs.map(|(a, b)| a.min(b) - a * b).sum::<f64>()
    };
    stretches.iter().map(of).sum()
}

/// The bin of each snapshot: ten of equal mass, by rising probability.
pub(super) fn bins(sample: &Sample) -> Vec<usize> {
    let n = sample.len();
    let mut bin = vec![0; n];
    for (rank, &i) in sample.order().iter().enumerate() {
        bin[i] = rank * BINS / n.max(1);
    }
    bin
}

/// Expected calibration error over the bins, and the value below which it stays in 95 of 100 draws of outcomes from the
/// very probabilities: one number between 0 and 1 is drawn for each stretch of a lead, and a snapshot is won if it lies
/// below its probability.
pub(super) fn calibration_error(sample: &Sample, bin: &[usize], seed: u64) -> (f64, f64) {
    let n = sample.len().max(1) as f64;
    let mut expected = [0.0; BINS];
    for (&p, &bin) in sample.p.iter().zip(bin) {
        expected[bin] += p;
    }
    let error = |won: &[f64; BINS]| -> f64 {
        let gaps = expected.iter().zip(won).map(|(e, o)| (e - o).abs());
        gaps.sum::<f64>() / n
    };
    let mut won = [0.0; BINS];
    for (&outcome, &bin) in sample.won.iter().zip(bin) {
        won[bin] += f64::from(u8::from(outcome));
    }
    let mut rng = Pcg64::seed_from_u64(seed ^ 0x00ec_e000);
    let mut null: Vec<f64> = (0..NULL_DRAWS)
        .map(|_| {
            let luck: Vec<f64> = (0..sample.stretches).map(|_| rng.random()).collect();
            let mut won = [0.0; BINS];
            for (i, &p) in sample.p.iter().enumerate() {
                won[bin[i]] += f64::from(u8::from(luck[sample.stretch[i]] < p));
            }
            error(&won)
        })
        .collect();
    null.sort_by(f64::total_cmp);
    (error(&won), null[NULL_DRAWS * 95 / 100])
}

/// Wilson's 80 % interval of a share of `n` seen once each.
pub(super) fn wilson(share: f64, n: f64) -> Estimate {
    let z2 = Z80 * Z80;
    let n = n.max(1.0);
    let centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z80 / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    Estimate {
        value: share,
        low: (centre - half).max(0.0).min(share),
        high: (centre + half).min(1.0).max(share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(p: &[f64], won: &[bool], stretch: &[usize]) -> Sample {
        Sample {
            p: p.to_vec(),
            won: won.to_vec(),
            lead: stretch.to_vec(),
            stretch: stretch.to_vec(),
            leads: stretch.iter().max().map_or(0, |&last| last + 1),
            stretches: stretch.iter().max().map_or(0, |&last| last + 1),
        }
    }

    #[test]
    fn one_lead_seen_three_times_is_one_outcome() {
        let alone = sample(&[0.2], &[true], &[0]);
        let thrice = sample(&[0.2; 3], &[true; 3], &[0; 3]);
        let (a, b) = (
            observed_over_expected(&alone, 1.0).expect("expected"),
            observed_over_expected(&thrice, 1.0).expect("expected"),
        );
        assert!((a.low - b.low).abs() < 1e-12 && (a.high - b.high).abs() < 1e-12);
        assert!(b.low < 2.0 && b.high > 5.0);
    }

    #[test]
    fn nothing_won_is_not_certain_to_stay_so() {
        let none = sample(&[0.05; 40], &[false; 40], &(0..40).collect::<Vec<_>>());
        let ratio = observed_over_expected(&none, 1.0).expect("two were expected");
        assert_eq!(ratio.value, 0.0);
        assert!(ratio.high > 0.3, "{ratio:?}");
        assert!(observed_over_expected(&sample(&[], &[], &[]), 1.0).is_none());
    }

    /// Exact probabilities of `leads` leads seen three times within one stretch each.
    fn exact(leads: usize, seed: u64) -> Sample {
        let mut rng = Pcg64::seed_from_u64(seed);
        let mut exact = Sample {
            leads,
            stretches: leads,
            ..Sample::default()
        };
        for lead in 0..leads {
            let (p, luck): (f64, f64) = (rng.random::<f64>().powi(3), rng.random());
            for later in 0..3 {
                let p = p * (1.0 - 0.1 * f64::from(later));
                exact.p.push(p);
                exact.won.push(luck < p);
                exact.lead.push(lead);
                exact.stretch.push(lead);
            }
        }
        exact
    }

    #[test]
    fn exact_probabilities_are_found_exact() {
        let (mut below, mut ratio_held, mut slope_held) = (0, 0, 0);
        for seed in 0..60 {
            let exact = exact(400, seed);
            let (ece, null) = calibration_error(&exact, &bins(&exact), seed);
            below += usize::from(ece < null);
            let ratio = observed_over_expected(&exact, 1.0).expect("expected");
            ratio_held += usize::from(ratio.low < 1.0 && 1.0 < ratio.high);
            let slope = bootstrap(&exact, seed).slope.expect("a slope");
            slope_held += usize::from(slope.low < 1.0 && 1.0 < slope.high);
        }
        assert!(below >= 54, "the null is of 95 %: {below} of 60");
        assert!((41..=56).contains(&ratio_held), "80 % of 60: {ratio_held}");
        assert!((41..=56).contains(&slope_held), "80 % of 60: {slope_held}");
    }

    #[test]
    fn wrong_probabilities_are_found_wrong() {
        let mut wrong = exact(400, 7);
        wrong.p.iter_mut().for_each(|p| *p *= 0.6);
        let (ece, null) = calibration_error(&wrong, &bins(&wrong), 7);
        assert!(ece > null);
        let ratio = observed_over_expected(&wrong, 1.0).expect("expected");
        assert!(ratio.low > 1.0, "{ratio:?}");
    }

    #[test]
    fn good_and_bad_months_widen_the_interval_of_all() {
        let months = |factors: [f64; 4]| -> Vec<Sample> {
            let of = |(seed, factor): (u64, f64)| {
                let mut month = exact(400, seed);
                month.p.iter_mut().for_each(|p| *p = (*p * factor).min(1.0));
                month
            };
            (0..).zip(factors).map(of).collect()
        };
        assert!(dispersion(&months([1.0; 4])) < 3.0);
        assert!(dispersion(&months([0.5, 1.0, 1.5, 0.7])) > 8.0);
        assert_eq!(dispersion(&months([1.0; 4])[..1]), 1.0);
    }

    #[test]
    fn wilson_is_that_of_statsmodels() {
        // proportion_confint(7, 50, alpha=0.2, method="wilson")
        let seven = wilson(0.14, 50.0);
        assert!((seven.low - 0.088_519).abs() < 1e-5, "{seven:?}");
        assert!((seven.high - 0.214_379).abs() < 1e-5, "{seven:?}");
    }
}
