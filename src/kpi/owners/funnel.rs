//! The funnel: how far each owner lies from what was expected, and how far chance alone would let him.

use crate::kpi::owners::result::Verdict;

/// Normal quantiles of the limits: two-sided 95 % and 99.8 %.
pub(super) const LIMITS: [f64; 2] = [1.959_963_984_540_054, 3.090_232_306_167_813_5];
/// Fewest expected wins, and fewest expected not to be won, of an owner who is judged.
pub(super) const MIN_EXPECTED: f64 = 5.0;
/// Least share of the variance that the other owners' leads leave him, for an owner to be told from his leads.
const ALONE: f64 = 0.25;
/// Share of the lowest and of the highest z that is moved to their edge (Spiegelhalter 2005).
const WINSORISED: f64 = 0.1;
/// Fewest owners for an overdispersion: below, one strong owner would widen the limits that show him.
const MIN_OWNERS: usize = 10;
/// False claims allowed among all claims (Benjamini and Hochberg 1995).
const FALSE_CLAIMS: f64 = 0.1;

/// What an owner won and was expected to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tally {
    /// Leads.
    pub leads: f64,
    /// Wins.
    pub won: f64,
    /// Sum of the chances of his leads.
    pub expected: f64,
    /// Sum of p (1 - p).
    pub plain_variance: f64,
    /// Variance of won - expected: less than the plain one, as his leads took part in what was expected.
    pub variance: f64,
    /// Sum of p (1 - p) (1 - 2 p), over the plain variance to the power 1.5: how lopsided chance is.
    pub skew: f64,
}

/// An owner in the funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// (won - expected) / sqrt(phi x variance); 0 where there is no variance.
    pub z: f64,
    /// Chance of lying as far off or farther, by a normal distribution corrected for skewness.
    pub p: f64,
    /// Won / expected at the 95 % limits, at 0 or above.
    pub limits_95: [f64; 2],
    /// The same at the 99.8 % limits.
    pub limits_998: [f64; 2],
    /// What can be said.
    pub verdict: Verdict,
}

/// The whole funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// By owner.
    pub places: Vec<Place>,
    /// Overdispersion: by how many times the variance of all owners together exceeds that of chance; 1 where chance
    /// explains it.
    pub phi: f64,
    /// Owners judged.
    pub judged: usize,
    /// Chance that owners who do not differ lie as far apart as these; none below two.
    pub p_all: Option<f64>,
}

/// Places owners in their limits.
pub fn funnel(tallies: &[Tally]) -> Funnel {
    let judged: Vec<usize> = (0..tallies.len())
        .filter(|&i| standing(&tallies[i]) == Verdict::Usual)
        .collect();
    let plain: Vec<f64> = judged.iter().map(|&i| z(&tallies[i], 1.0)).collect();
    let phi = overdispersion(&plain);
    let mut places: Vec<Place> = tallies.iter().map(|tally| place(tally, phi)).collect();
    let chances: Vec<f64> = judged.iter().map(|&i| places[i].p).collect();
    for (&i, claimed) in judged.iter().zip(claims(&chances)) {
        if claimed {
            places[i].verdict = if places[i].z > 0.0 {
                Verdict::Above
            } else {
                Verdict::Below
            };
        }
    }
    let squares: f64 = (judged.iter())
        .map(|&i| straight(z(&tallies[i], 1.0), tallies[i].skew).powi(2))
        .sum();
    let freedom = judged.len().saturating_sub(1) as f64;
    Funnel {
        p_all: (judged.len() > 1)
            .then(|| statrs::function::gamma::gamma_ur(freedom / 2.0, (squares / 2.0).max(1e-12))),
        places,
        phi,
        judged: judged.len(),
    }
}

/// Whether an owner can be judged.
fn standing(tally: &Tally) -> Verdict {
    let rest = tally.leads - tally.expected;
    if tally.expected < MIN_EXPECTED || rest < MIN_EXPECTED {
        Verdict::TooFew
    } else if tally.variance < ALONE * tally.plain_variance {
        Verdict::Alone
    } else {
        Verdict::Usual
    }
}

fn z(tally: &Tally, phi: f64) -> f64 {
    let deviation = (phi * tally.variance).sqrt();
    if deviation > 0.0 {
        (tally.won - tally.expected) / deviation
    } else {
        0.0
    }
}

fn place(tally: &Tally, phi: f64) -> Place {
    let z = z(tally, phi);
    let limits = |u: f64| {
        [-u, u].map(|u| {
            let off = skewed(u, tally.skew) * (phi * tally.variance).sqrt();
            (1.0 + off / tally.expected.max(1e-12)).max(0.0)
        })
    };
    Place {
        z,
        p: two_sided(straight(z, tally.skew)),
        limits_95: limits(LIMITS[0]),
        limits_998: limits(LIMITS[1]),
        verdict: standing(tally),
    }
}

/// The quantile of a skewed sum where a normal one has `u`, to the first order (Cornish and Fisher 1938).
fn skewed(u: f64, skew: f64) -> f64 {
    u + skew * (u * u - 1.0) / 6.0
}

/// The `u` whose [`skewed`] is `z`.
fn straight(z: f64, skew: f64) -> f64 {
    let a = skew / 6.0;
    if a.abs() < 1e-9 {
        return z;
    }
    let root = (1.0 + 4.0 * a * (a + z)).max(0.0).sqrt();
    (root - 1.0) / (2.0 * a)
}

/// Chance of a normal value as far from 0 as this one, or farther.
pub(super) fn two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// Mean square of the z after winsorising: the lowest and the highest tenth are moved to the tenth and the ninetieth
/// percentile. 1 with fewer than ten owners, and where chance explains it at the 5 % level.
fn overdispersion(z: &[f64]) -> f64 {
    let n = z.len();
    if n < MIN_OWNERS {
        return 1.0;
    }
    let phi = winsorised(z);
    let chance = statrs::function::gamma::gamma_ur(n as f64 / 2.0, n as f64 * phi / 2.0);
    if chance < 0.05 { phi.max(1.0) } else { 1.0 }
}

/// Mean square of z after winsorising a tenth at each end, percentiles as numpy has them (linear between order
/// statistics).
fn winsorised(z: &[f64]) -> f64 {
    let mut sorted = z.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = |q: f64| {
        let place = q * (sorted.len() - 1) as f64;
        let (below, above) = (place.floor() as usize, place.ceil() as usize);
        sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below])
    };
    let (low, high) = (at(WINSORISED), at(1.0 - WINSORISED));
    z.iter().map(|z| z.clamp(low, high).powi(2)).sum::<f64>() / z.len() as f64
}

/// Which of these chances are small enough to speak of, so that at most one claim in ten is false.
pub(super) fn claims(chances: &[f64]) -> Vec<bool> {
    let n = chances.len() as f64;
    let mut sorted = chances.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let bar = (sorted.iter().enumerate())
        .filter(|&(i, &p)| p <= FALSE_CLAIMS * (i + 1) as f64 / n)
        .map(|(_, &p)| p)
        .next_back();
    (chances.iter())
        .map(|&p| bar.is_some_and(|bar| p <= bar))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_undoes_skewed() {
        for skew in [-0.5, 0.0, 1e-12, 0.3, 0.6] {
            for u in [-2.5, -1.0, 0.0, 1.96, 3.09] {
                assert!(
                    (straight(skewed(u, skew), skew) - u).abs() < 1e-6,
                    "{skew} {u}"
                );
            }
        }
        assert!(straight(-100.0, 0.4).is_finite());
    }

    #[test]
    fn claims_follow_benjamini_and_hochberg() {
        let told = claims(&[0.001, 0.2, 0.06, 0.04, 0.9]);
        // Sorted: .001 <= .02, .04 <= .04, .06 <= .06, .2 > .08.
        assert_eq!(told, [true, false, true, true, false]);
        assert!(claims(&[]).is_empty());
    }

    #[test]
    fn few_leads_and_leads_that_nobody_else_has_are_not_judged() {
        let usual = Tally {
            leads: 100.0,
            won: 40.0,
            expected: 10.0,
            plain_variance: 9.0,
            variance: 8.5,
            skew: 0.27,
        };
        let few = Tally {
            expected: 4.0,
            ..usual
        };
        let sure = Tally {
            expected: 97.0,
            ..usual
        };
        let alone = Tally {
            variance: 1.0,
            ..usual
        };
        let told = funnel(&[usual, few, sure, alone]);
        let verdicts: Vec<Verdict> = told.places.iter().map(|place| place.verdict).collect();
        assert_eq!(
            verdicts,
            [
                Verdict::Above,
                Verdict::TooFew,
                Verdict::TooFew,
                Verdict::Alone
            ]
        );
        assert_eq!((told.judged, told.phi, told.p_all), (1, 1.0, None));
    }
}
