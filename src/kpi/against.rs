//! A group's conversion against that of all other leads: an exact test where there is no difference, and an interval that
//! inverts a score test, so that few wins claim no more than they tell.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::gamma::ln_gamma;

use crate::kpi::Range;
use crate::kpi::gate::{Z80, claims, p_value};
use crate::kpi::rates::{Maturity, Rate};

/// Fewest wins that a group and the others let expect if there were no difference: with fewer nothing is claimed.
const LEAST_EXPECTED: f64 = 5.0;

/// Wins in time among so many leads, counted by how much is known of them.
#[derive(Debug, Clone, Copy)]
struct Side {
    wins: f64,
    exposure: f64,
}

/// A group and all leads outside it.
#[derive(Debug, Clone, Copy)]
struct Pair {
    own: Side,
    others: Side,
    /// Standard error of the logarithm of own / other exposure.
    unsure: f64,
}

/// Whether a group, or what is outside it, lets expect too few wins for any claim.
pub(crate) fn too_few(rate: &Rate, all: &Rate) -> bool {
    let share = rate.exposure / all.exposure.max(f64::MIN_POSITIVE);
    all.wins * share.min(1.0 - share) < LEAST_EXPECTED
}

/// Each group against all leads outside it, and whether it differs from them: at most one such claim in ten is false, and
/// none is made too early or of too few wins.
pub(crate) fn compared(rates: &[Rate], all: &Rate) -> Vec<(Option<Range>, bool)> {
    let against: Vec<Option<(Range, f64)>> =
        rates.iter().map(|rate| against_others(rate, all)).collect();
    let judged = |rate: &Rate| rate.status != Maturity::TooEarly && !too_few(rate, all);
    let p: Vec<f64> = (rates.iter().zip(&against))
        .map(|(rate, of)| of.filter(|_| judged(rate)).map_or(1.0, |(_, p)| p))
        .collect();
    (against.into_iter().zip(claims(&p)))
        .map(|(of, differs)| {
            let apart = of.is_some_and(|(ratio, _)| ratio.low > 1.0 || ratio.high < 1.0);
            (of.map(|(ratio, _)| ratio), differs && apart)
        })
        .collect()
}

/// The conversion of a group / that of all leads outside it, and the probability of such a ratio by chance.
fn against_others(rate: &Rate, all: &Rate) -> Option<(Range, f64)> {
    let pair = Pair {
        own: Side {
            wins: rate.wins,
            exposure: rate.exposure,
        },
        others: Side {
            wins: all.wins - rate.wins,
            exposure: all.exposure - rate.exposure,
        },
        unsure: rate.unsure,
    };
    (pair.own.exposure >= 0.5 && pair.others.exposure >= 0.5 && pair.others.wins >= 1.0)
        .then(|| (pair.ratio(), pair.p()))
}

impl Pair {
    /// Own / other conversion, with the 80 % interval of the score test (Koopman 1984).
    fn ratio(&self) -> Range {
        let rate = |side: Side| side.wins / side.exposure;
        let value = rate(self.own) / rate(self.others);
        Range::new(value, self.bound(Z80), self.bound(-Z80))
    }

    /// The ratio at which the score is `z`: it falls as the ratio rises.
    fn bound(&self, z: f64) -> f64 {
        let (mut low, mut high) = (-14.0_f64, 14.0_f64);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if self.score(middle.exp()) > z {
                low = middle;
            } else {
                high = middle;
            }
        }
        if low <= -13.9 { 0.0 } else { low.exp() }
    }

    /// How far the own conversion lies above `ratio` x that of the others, in standard errors under that ratio.
    fn score(&self, ratio: f64) -> f64 {
        let (own, others) = (self.own, self.others);
        // The likeliest conversion of the others under the ratio (Miettinen and Nurminen 1985).
        let a = (own.exposure + others.exposure) * ratio;
        let b = own.exposure * ratio + own.wins + others.exposure + others.wins * ratio;
        let c = own.wins + others.wins;
        let q = 2.0 * c / (b + (b * b - 4.0 * a * c).max(0.0).sqrt());
        let p = (ratio * q).min(1.0);
        let chance = |p: f64, side: Side| p * (1.0 - p).max(0.0) / side.exposure;
        let variance =
            chance(p, own) + ratio * ratio * chance(q, others) + (p * self.unsure).powi(2);
        let gap = own.wins / own.exposure - ratio * others.wins / others.exposure;
        gap / variance.sqrt().max(f64::MIN_POSITIVE)
    }

    /// Two-sided mid-p of the wins of the group, given all wins and no difference (Fisher's exact test), made less sure by
    /// what is not known of the exposures.
    fn p(&self) -> f64 {
        let (own, others) = (self.own, self.others);
        let wins = own.wins + others.wins;
        let choose = |n: f64, k: f64| ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
        let first = (wins - others.exposure).max(0.0).ceil();
        let last = wins.min(own.exposure.floor());
        let ways = |k: f64| choose(own.exposure, k) + choose(others.exposure, wins - k);
        let all = choose(own.exposure + others.exposure, wins);
        let (mut below, mut at, mut above) = (0.0, 0.0, 0.0);
        let mut k = first;
        while k <= last {
            let part = (ways(k) - all).exp();
            if k < own.wins {
                below += part;
            } else if k > own.wins {
                above += part;
            } else {
                at = part;
            }
            k += 1.0;
        }
        let tail = (below.min(above) + at / 2.0) / (below + at + above);
        let z = Normal::standard().inverse_cdf(tail.clamp(1e-300, 0.5));
        let p = wins / (own.exposure + others.exposure);
        let chance = (1.0 - p).max(0.0) * (1.0 / (p * own.exposure) + 1.0 / (p * others.exposure));
        p_value(z * (chance / (chance + self.unsure * self.unsure).max(f64::MIN_POSITIVE)).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_distr::{Binomial, Distribution};
    use rand_pcg::Pcg64;

    fn rate(wins: f64, exposure: f64) -> Rate {
        Rate {
            wins,
            exposure,
            status: Maturity::Matured,
            ..Rate::none(String::new())
        }
    }

    /// Sums over groups, and the groups.
    fn company(rates: &[f64], leads: u64, rng: &mut Pcg64) -> (Vec<Rate>, Rate) {
        let groups: Vec<Rate> = (rates.iter())
            .map(|&p| {
                let wins = Binomial::new(leads, p).expect("a chance").sample(rng);
                rate(wins as f64, leads as f64)
            })
            .collect();
        let sum = |of: fn(&Rate) -> f64| groups.iter().map(of).sum();
        let all = rate(sum(|rate| rate.wins), sum(|rate| rate.exposure));
        (groups, all)
    }

    /// One company in ten may have a claim; 4 standard errors of 400 companies are 6 %.
    #[test]
    fn equal_groups_are_told_apart_in_one_company_of_ten_at_most() {
        for (seed, (groups, leads, p)) in
            [(12, 30, 0.1), (90, 5, 0.3), (12, 60, 0.1), (40, 100, 0.1)]
                .into_iter()
                .enumerate()
        {
            let mut rng = Pcg64::seed_from_u64(seed as u64);
            let claimed = (0..400)
                .filter(|_| {
                    let (groups, all) = company(&vec![p; groups], leads, &mut rng);
                    compared(&groups, &all).iter().any(|of| of.1)
                })
                .count();
            assert!(claimed <= 64, "{groups} x {leads}: {claimed} of 400");
        }
    }

    /// Found in seven companies of ten at least; 80 % of 400 intervals, give or take three standard errors.
    #[test]
    fn a_group_twice_as_good_is_found_and_the_interval_holds_the_ratio() {
        let mut rng = Pcg64::seed_from_u64(7);
        let (mut found, mut inside) = (0, 0);
        for _ in 0..400 {
            let (groups, all) = company(&[0.2, 0.1, 0.1, 0.1], 150, &mut rng);
            let (ratio, differs) = compared(&groups, &all)[0];
            let ratio = ratio.expect("wins on both sides");
            found += usize::from(differs);
            inside += usize::from(ratio.low <= 2.0 && 2.0 <= ratio.high);
        }
        assert!(found > 280, "{found}");
        assert!((296..=344).contains(&inside), "{inside}");
    }

    /// `scipy.stats.hypergeom`: 9 wins of 30 against 21 of 270.
    #[test]
    fn the_test_is_fishers_with_half_of_what_is_seen() {
        let groups = [rate(9.0, 30.0), rate(21.0, 270.0)];
        let (ratio, p) = against_others(&groups[0], &rate(30.0, 300.0)).expect("wins");
        assert!((p - 0.001_175_082_852_906_274_3).abs() < 1e-6, "{p}");
        assert!((ratio.value - 27.0 / 7.0).abs() < 1e-9);
        assert!(ratio.low > 2.0 && ratio.high < 7.0, "{ratio:?}");
    }

    #[test]
    fn four_leads_claim_nothing() {
        let (few, all) = (rate(4.0, 4.0), rate(404.0, 2_004.0));
        assert!(too_few(&few, &all) && !compared(&[few], &all)[0].1);
        let (none, all) = (rate(0.0, 40.0), rate(300.0, 2_040.0));
        let (ratio, _) = compared(&[none], &all)[0];
        let ratio = ratio.expect("wins of the others");
        assert!(
            ratio.value == 0.0 && ratio.low == 0.0 && ratio.high > 0.05,
            "{ratio:?}"
        );
    }
}
