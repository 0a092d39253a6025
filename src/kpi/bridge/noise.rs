//! What chance alone does to an effect, and which effects are beyond it.

use rand::RngExt;
use rand_pcg::Pcg64;
use statrs::distribution::{ContinuousCDF, Normal};

use crate::forecast::quantile;

/// Draws behind every interval.
pub(super) const DRAWS: usize = 400;
/// Where nothing has changed, one answer in 25 calls the change as a whole real, ...
const WHOLE: f64 = 0.04;
/// ... and one in 25 an effect, unless the whole is: then a tenth of the effects called real may be false. Both together stay
/// below one in ten where months are a little wilder than they have been.
const EFFECTS: [f64; 2] = [0.04, 0.1];

/// An effect with what chance does to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Noise {
    /// 80 % interval.
    pub(super) low: f64,
    pub(super) high: f64,
    /// Whether the 90 % interval excludes 0.
    pub(super) apart: bool,
    /// Two-sided p-value of no effect.
    pub(super) p: f64,
}

impl Noise {
    /// With an interval that holds the effect. What is rare and large (one large deal, or none) has draws so far to one side
    /// that the middle of them can miss it.
    pub(super) fn holding(self, effect: f64) -> Self {
        Self {
            low: self.low.min(effect),
            high: self.high.max(effect),
            ..self
        }
    }
}

/// From draws of the effect itself (a bootstrap): percentiles.
pub(super) fn around(effect: f64, draws: &[f64]) -> Noise {
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |p: f64| quantile(&sorted, p);
    let off: Vec<f64> = draws.iter().map(|draw| draw - effect).collect();
    noise([at(0.05), at(0.1), at(0.9), at(0.95)], effect, &off)
}

/// From draws of what the effect would be if nothing had changed: the effect less each of them, `scale` times as large as
/// chance is where the factor has changed. Whether it has is asked of the draws as they are.
pub(super) fn beyond(effect: f64, nothing: &[f64], scale: f64) -> Noise {
    let mut sorted: Vec<f64> = nothing.iter().map(|draw| effect - scale * draw).collect();
    sorted.sort_by(f64::total_cmp);
    let at = |p: f64| quantile(&sorted, p);
    noise([at(0.05), at(0.1), at(0.9), at(0.95)], effect, nothing)
}

fn noise([least, low, high, most]: [f64; 4], effect: f64, off: &[f64]) -> Noise {
    let n = off.len() as f64;
    let square = off.iter().map(|d| d * d).sum::<f64>() / n.max(1.0);
    let by_normal = if square > 0.0 {
        2.0 * Normal::standard().cdf(-effect.abs() / square.sqrt())
    } else {
        f64::from(u8::from(effect == 0.0))
    };
    // Where chance has a heavier tail than the normal distribution its own draws show it.
    let beyond = off.iter().filter(|d| d.abs() >= effect.abs()).count() as f64;
    Noise {
        low,
        high,
        apart: least > 0.0 || most < 0.0,
        p: by_normal.max((beyond + 1.0) / (n + 1.0)).min(1.0),
    }
}

/// Whether the change as a whole is real, and which effects are, by their p-values. Where nothing has changed at most one
/// answer in ten makes any claim.
pub(super) fn claims(whole: f64, effects: &[f64]) -> (bool, Vec<bool>) {
    let real = whole <= WHOLE;
    (real, discoveries(effects, EFFECTS[usize::from(real)]))
}

/// Which of some p-values are discoveries if at most the share `q` of them may be false (Benjamini & Hochberg 1995).
fn discoveries(p: &[f64], q: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let bound = |rank: usize| q * (rank + 1) as f64 / p.len() as f64;
    let last = (0..order.len())
        .rev()
        .find(|&rank| p[order[rank]] <= bound(rank));
    let mut claims = vec![false; p.len()];
    for &i in order.iter().take(last.map_or(0, |rank| rank + 1)) {
        claims[i] = true;
    }
    claims
}

/// Poisson numbers of mean 1: how often each of `n` is drawn in one bootstrap sample of an unknown number.
pub(super) fn weights(n: usize, rng: &mut Pcg64) -> Vec<f64> {
    (0..n)
        .map(|_| {
            let (mut left, mut term, mut k) = (rng.random::<f64>(), (-1.0_f64).exp(), 0.0);
            while left >= term && k < 12.0 {
                left -= term;
                k += 1.0;
                term /= k;
            }
            k
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn claims_follow_benjamini_and_hochberg() {
        // Python: statsmodels.stats.multitest.multipletests(p, 0.1, method="fdr_bh")
        let p = [0.03, 0.2, 0.001, 0.055, 0.9];
        assert_eq!(discoveries(&p, 0.1), [true, false, true, true, false]);
        assert_eq!(discoveries(&[0.09, 0.3], 0.1), [false, false]);
        assert_eq!(claims(0.2, &[0.04, 0.9]), (false, vec![false, false]));
        assert_eq!(claims(0.01, &[0.04, 0.9]), (true, vec![true, false]));
        assert_eq!(claims(0.5, &[]), (false, Vec::new()));
    }

    #[test]
    fn weights_are_poisson_of_mean_one() {
        let mut rng = Pcg64::seed_from_u64(1);
        let weights = weights(100_000, &mut rng);
        let n = weights.len() as f64;
        let mean = weights.iter().sum::<f64>() / n;
        let variance = weights.iter().map(|w| (w - mean).powi(2)).sum::<f64>() / n;
        assert!((mean - 1.0).abs() < 0.01 && (variance - 1.0).abs() < 0.02);
        let none = weights.iter().filter(|w| **w == 0.0).count() as f64 / n;
        assert!((none - (-1.0_f64).exp()).abs() < 0.005);
    }

    #[test]
    fn the_interval_of_what_is_rare_holds_its_effect() {
        let draws: Vec<f64> = (0..100).map(|i| if i < 95 { -3.0 } else { 60.0 }).collect();
        let raw = beyond(-4.0, &draws, 1.0);
        assert!(raw.low > -4.0, "{raw:?}");
        let held = raw.holding(-4.0);
        assert_eq!((held.low, held.high, held.p), (-4.0, raw.high, raw.p));
    }

    #[test]
    fn an_effect_without_any_noise_is_real_unless_it_is_nothing() {
        assert!(around(3.0, &[3.0; 10]).apart);
        let nothing = around(0.0, &[0.0; 10]);
        assert!(!nothing.apart && nothing.p == 1.0);
    }
}
