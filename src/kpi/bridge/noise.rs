//! What chance alone does to an effect, and which effects are beyond it.

use rand::RngExt;
use rand_pcg::Pcg64;

use crate::forecast::quantile;

/// Draws behind every interval.
pub(super) const DRAWS: usize = 1000;
/// Share of draws to each side of an 80 % interval.
const OUTSIDE: f64 = 0.1;
/// How much larger an effect may be by what others did, or smaller, and still be told by its own draws.
const MOST_TIMES: f64 = 5.0;
/// Where nothing has changed, one answer in 25 calls the change as a whole real, ...
const WHOLE: f64 = 0.04;
/// ... and one in 25 an effect, unless the whole is, large deals apart: then a tenth of the effects called real may be false. Both together stay
/// below one in ten where months are a little wilder than they have been.
const EFFECTS: [f64; 2] = [0.04, 0.1];

/// An effect with what chance does to it. Both are read from the same draws: the interval is apart from 0 where p is below 0.2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Noise {
    /// 80 % interval.
    pub(super) low: f64,
    pub(super) high: f64,
    /// Two-sided p-value of no effect.
    pub(super) p: f64,
}

/// From draws of the effect itself (a bootstrap): percentiles.
pub(super) fn around(draws: &[f64]) -> Noise {
    let sorted = sorted(draws);
    Noise {
        low: quantile(&sorted, OUTSIDE),
        high: quantile(&sorted, 1.0 - OUTSIDE),
        p: two_sided(draws, 0.0),
    }
}

/// From draws of what the effect would be if nothing had changed: the interval holds every truth beside which what came is
/// no rarer than one in ten to its side. Chance is `scale` times as large where the factor is what it was in the month, as
/// drawn where it did not change, and in proportion between.
pub(super) fn beyond(effect: f64, nothing: &[f64], scale: f64) -> Noise {
    let sorted = sorted(nothing);
    let end = |p: f64| truth(effect, quantile(&sorted, p), scale);
    Noise {
        low: end(1.0 - OUTSIDE),
        high: end(OUTSIDE),
        p: two_sided(nothing, effect),
    }
}

/// The same of an effect that is `times` as large as what the factor alone did, by what all others did beside it: that says
/// nothing about whether it changed. `alone` is drawn likewise.
pub(super) fn of_its_own(effect: f64, times: f64, alone: &[f64], scale: f64) -> Noise {
    let own = beyond(effect / times, alone, scale);
    Noise {
        low: times * own.low,
        high: times * own.high,
        p: own.p,
    }
}

/// How many times as large the effects on the cells of a month are as what the factor alone did to them.
pub(super) fn times(effects: impl Iterator<Item = f64>, alone: impl Iterator<Item = f64>) -> f64 {
    let (effects, alone) = (
        effects.map(f64::abs).sum::<f64>(),
        alone.map(f64::abs).sum::<f64>(),
    );
    if alone > 0.0 {
        (effects / alone).clamp(1.0 / MOST_TIMES, MOST_TIMES)
    } else {
        1.0
    }
}

/// Of what is rare and large (one large deal, or none): `truths` are drawn from what the deals of both sides tell of
/// themselves, `nothing` is what chance does to such an effect where nothing changed. Both must speak for it; how rare it is
/// then is told by the second, as one deal tells of its number only that it is not none.
pub(super) fn rare(effect: f64, truths: &[f64], nothing: &[f64]) -> Noise {
    let own = around(truths);
    let p = two_sided(nothing, effect);
    let (low, high) = (own.low.min(effect), own.high.max(effect));
    if own.p < 2.0 * OUTSIDE && p < 2.0 * OUTSIDE {
        return Noise { low, high, p };
    }
    Noise {
        low: low.min(0.0),
        high: high.max(0.0),
        p: p.max(own.p),
    }
}

/// The truth that lies so far from the effect as `q`, a draw of it where nothing changed.
fn truth(effect: f64, q: f64, scale: f64) -> f64 {
    let still = effect - q;
    if still * effect <= 0.0 {
        still
    } else if q * effect <= 0.0 {
        effect - scale * q
    } else {
        still / (1.0 + (scale - 1.0) * q / effect)
    }
}

fn sorted(draws: &[f64]) -> Vec<f64> {
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Twice the share of draws on the rarer side of a value.
fn two_sided(draws: &[f64], at: f64) -> f64 {
    let above = draws.iter().filter(|d| **d >= at).count();
    let below = draws.iter().filter(|d| **d <= at).count();
    let rarer = above.min(below) as f64;
    (2.0 * (rarer + 1.0) / (draws.len() as f64 + 1.0)).min(1.0)
}

/// Which p-values of a month are of what.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked<'a> {
    /// Of the change as a whole, ...
    pub(super) whole: f64,
    /// ... and without large deals.
    pub(super) rest: f64,
    /// Of the effects but that of large deals.
    pub(super) effects: &'a [f64],
    /// Of large deals, where there are any.
    pub(super) large: Option<f64>,
}

/// What is real.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Claims {
    pub(super) whole: bool,
    pub(super) effects: Vec<bool>,
    pub(super) large: bool,
}

/// Whether the change as a whole is real, and which effects are. One large deal says nothing of the others: it is judged by
/// itself, as one among all effects. Where nothing has changed at most one answer in ten makes any claim.
pub(super) fn claims(asked: &Asked<'_>) -> Claims {
    let level = EFFECTS[usize::from(asked.rest <= WHOLE)];
    let among = asked.effects.len() + 1;
    Claims {
        whole: asked.whole <= WHOLE,
        effects: discoveries(asked.effects, level),
        large: (asked.large).is_some_and(|p| p <= EFFECTS[0] / among as f64),
    }
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
        let told = |[whole, rest]: [f64; 2], large: Option<f64>| {
            let of = claims(&Asked {
                whole,
                rest,
                effects: &[0.04, 0.9],
                large,
            });
            (of.whole, of.effects, of.large)
        };
        assert_eq!(told([0.2; 2], None), (false, vec![false; 2], false));
        assert_eq!(told([0.01; 2], None), (true, vec![true, false], false));
        // A large deal makes the whole real, and nothing else.
        let large = told([0.01, 0.2], Some(0.002));
        assert_eq!(large, (true, vec![false; 2], true));
        assert!(!told([0.2; 2], Some(0.03)).2);
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

    /// Draws as skewed as wins of small months are.
    fn skewed() -> Vec<f64> {
        (0..1000)
            .map(|i| -(f64::from(i) + 0.5).mul_add(-1e-3, 1.0).ln() * 10.0 - 10.0)
            .collect()
    }

    #[test]
    fn an_interval_apart_from_nothing_has_a_p_below_a_fifth() {
        let draws = skewed();
        let turned: Vec<f64> = draws.iter().map(|d| -d).collect();
        for tenth in -300..300 {
            let effect = f64::from(tenth) / 10.0;
            for (draws, scale) in [(&draws, 0.5), (&draws, 2.0), (&turned, 0.7), (&turned, 1.0)] {
                let own = beyond(effect, draws, scale);
                assert!(own.low <= own.high, "{effect} {own:?}");
                let apart = own.low > 0.0 || own.high < 0.0;
                // The last draw to either side is shared between the two.
                assert!(!apart || own.p < 0.204, "{effect} {own:?}");
                assert!(apart || own.p > 0.196, "{effect} {own:?}");
                let of = of_its_own(3.0 * effect, 3.0, draws, scale);
                assert!(
                    effect == 0.0 || (of.low - 3.0 * own.low).abs() < 1e-9,
                    "{of:?}"
                );
            }
        }
    }

    #[test]
    fn what_others_did_makes_no_effect_more_real() {
        let draws: Vec<f64> = (-500..500).map(f64::from).collect();
        let (plain, beside) = (
            of_its_own(300.0, 1.0, &draws, 1.0),
            of_its_own(1200.0, 4.0, &draws, 1.0),
        );
        assert_eq!(plain.p, beside.p);
        assert_eq!(beside.low, 4.0 * plain.low);
        assert!(plain.low < 0.0 && plain.p > 0.2);
        let cells = |sizes: [f64; 2]| sizes.into_iter();
        assert_eq!(times(cells([30.0, -30.0]), cells([10.0, -20.0])), 2.0);
        assert_eq!(times(cells([3.0, 0.0]), cells([0.0, 0.0])), 1.0);
    }

    #[test]
    fn the_interval_of_what_is_rare_holds_its_effect_and_nothing_unless_both_speak_for_it() {
        let chance: Vec<f64> = (0..100).map(|i| if i < 75 { -3.0 } else { 60.0 }).collect();
        let truths: Vec<f64> = (1..=100).map(f64::from).collect();
        let usual = rare(50.0, &truths, &chance);
        assert!(
            usual.low <= 0.0 && usual.high > 50.0 && usual.p > 0.2,
            "{usual:?}"
        );
        let unheard = rare(500.0, &truths, &chance);
        assert!(
            unheard.low > 0.0 && unheard.high >= 500.0 && unheard.p < 0.05,
            "{unheard:?}"
        );
    }

    #[test]
    fn an_effect_without_any_noise_is_real_unless_it_is_nothing() {
        assert!(around(&[3.0; 100]).p < 0.04);
        let nothing = around(&[0.0; 100]);
        assert_eq!((nothing.low, nothing.high, nothing.p), (0.0, 0.0, 1.0));
    }
}
