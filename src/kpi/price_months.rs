//! How far months lie apart by themselves, so that two times are not said to differ by what any two times do.
//!
//! The record is cut into stretches of some 30 days from the day of the change on, in both directions. The logarithm of
//! each stretch's figure at the same mix = level of its side + what sets the stretch apart + the luck of its wins. The
//! variance of the middle term is that at which the squares come to the median of their chi-squared distribution (the
//! estimate of Paule and Mandel 1982, too low as often as too high). It is added to the error of after / before; that of
//! money of a lead is the sum of those of its two factors.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::kpi::adjust::{Against, Case, Figures, Mix, figures};
use crate::kpi::figure::Range;
use crate::kpi::gate::{Z80, p_value};

/// Days of a stretch; they are doubled, tripled ... until a stretch holds so many wins on average.
const STRETCH: i32 = 30;
const WINS: f64 = 5.0;
/// Mean share of the cycle that must have been seen of a stretch.
const MATURE: f64 = 0.5;
/// Fewest stretches that tell how far they lie apart.
const LEAST: usize = 4;

/// A lead, and where it lies.
pub(crate) struct Placed {
    /// Days from the change to its creation, below 0 before.
    pub days: i32,
    /// Share of its cycle that was seen when its side ended.
    pub seen: f64,
    /// What became of it; the band is that of its side.
    pub case: Case,
}

/// How far stretches lie apart beyond the luck of their wins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Apart {
    /// Variance of the logarithm of conversion, order value, money of a lead.
    variance: [f64; 3],
    /// Stretches less sides.
    freedom: f64,
    /// Days of a stretch.
    length: i32,
}

/// The logarithm of a stretch's figure, the variance of its luck, and the side that it lies on.
type Point = (f64, f64, usize);

impl Apart {
    /// From all leads on record; none with too few stretches. `now` are they as they stand, `then` those of before as they
    /// stood on the day: of their wins none was made at what was asked after it.
    pub(crate) fn of(now: &[Placed], then: &[Placed], mix: &Mix) -> Option<Self> {
        let first = now.iter().map(|lead| lead.days).min()?;
        let last = now.iter().map(|lead| lead.days).max()?;
        let won = now.iter().filter(|lead| lead.case.won).count() as f64;
        let span = f64::from(last - first + 1);
        let times = (WINS * span / (won.max(1.0) * f64::from(STRETCH))).ceil();
        let length = STRETCH * (times.max(1.0) as i32);
        let conversion = Stretches::of(now, length, mix)?;
        let conversion = conversion.points(&conversion.figures.conversion, 0);
        let amounts = Stretches::of(then, length, mix)?;
        let amounts = amounts.points(&amounts.figures.aov, 1);
        let freedom = [&conversion, &amounts].map(|points| {
            (points.len() >= LEAST).then(|| points.len() as f64 - sides(points).count() as f64)
        });
        let (conversion, amounts) = (variance(&conversion), variance(&amounts));
        Some(Self {
            variance: [conversion, amounts, conversion + amounts],
            freedom: freedom[0]?.min(freedom[1]?),
            length,
        })
    }

    /// After / before with the error of both times added, and its p-value. `window` are the leads compared.
    pub(crate) fn added(&self, figure: usize, against: &Against, window: &[Placed]) -> Against {
        let more = self.variance[figure] * self.share(window);
        let luck = against.error.powi(2);
        let error = (luck + more).sqrt();
        // Satterthwaite: the luck of leads is known, what sets stretches apart is an estimate.
        let freedom = if more > 0.0 {
            self.freedom * ((luck + more) / more).powi(2)
        } else {
            1e6
        };
        let value = against.ratio.value;
        let student = StudentsT::new(0.0, 1.0, freedom.min(1e6)).ok();
        let (p, z80) = student.map_or((p_value(value.ln() / error), Z80), |student| {
            let t = (value.ln() / error).abs();
            let p = if t.is_finite() {
                2.0 * student.sf(t)
            } else {
                1.0
            };
            (p.min(1.0), student.inverse_cdf(0.9))
        });
        let wider = if against.error > 0.0 && error.is_finite() {
            (error * z80 / (against.error * Z80)).max(1.0)
        } else {
            1.0
        };
        let end = |end: f64| value * (end / value).powf(wider);
        Against {
            ratio: Range::new(value, end(against.ratio.low), end(against.ratio.high)),
            error,
            p,
        }
    }

    /// By how much the variance of a stretch counts in after / before: the sum over both sides of the squares of the shares
    /// that their stretches have in them.
    fn share(&self, window: &[Placed]) -> f64 {
        let side = |side: usize| {
            let mut of = std::collections::BTreeMap::new();
            for lead in window.iter().filter(|lead| lead.case.band == side) {
                *of.entry(lead.days.div_euclid(self.length)).or_insert(0.0) +=
                    lead.case.exposure.max(0.0);
            }
            let sum: f64 = of.values().sum();
            if sum > 0.0 {
                of.values().map(|of| (of / sum).powi(2)).sum()
            } else {
                1.0
            }
        };
        side(0) + side(1)
    }
}

/// Stretches of some leads.
struct Stretches {
    figures: Figures,
    /// By stretch: whether it tells anything, and its side.
    usable: Vec<bool>,
    side: Vec<usize>,
    /// Wins by stretch, and those with an amount.
    counts: Vec<[f64; 2]>,
    /// Variance of the logarithm of conversion and order value of one win; of n wins it is the n-th part.
    luck: [f64; 2],
}

impl Stretches {
    fn of(placed: &[Placed], length: i32, mix: &Mix) -> Option<Self> {
        let first = placed.iter().map(|lead| lead.days).min()?;
        let at = |days: i32| (days.div_euclid(length) - first.div_euclid(length)) as usize;
        let n = at(placed.iter().map(|lead| lead.days).max()?) + 1;
        let cases: Vec<Case> = placed
            .iter()
            .map(|lead| Case {
                band: at(lead.days),
                ..lead.case.clone()
            })
            .collect();
        let (mut seen, mut counts) = (vec![(0.0, 0.0); n], vec![[0.0; 2]; n]);
        for lead in placed {
            let b = at(lead.days);
            seen[b] = (seen[b].0 + lead.seen, seen[b].1 + 1.0);
            counts[b][0] += f64::from(u8::from(lead.case.won));
            counts[b][1] += f64::from(u8::from(lead.case.money.is_some()));
        }
        // The stretch at which the record begins may be hardly one.
        let begins = first.div_euclid(length) * length;
        let whole = |b: usize| b > 0 || 2 * (first - begins) <= length;
        Some(Self {
            figures: figures(&cases, n, mix),
            usable: (0..n)
                .map(|b| whole(b) && seen[b].0 >= MATURE * seen[b].1)
                .collect(),
            side: (0..n)
                .map(|b| usize::from(b as i32 + first.div_euclid(length) >= 0))
                .collect(),
            luck: luck(&cases, mix.cells),
            counts,
        })
    }

    fn points(&self, values: &[f64], figure: usize) -> Vec<Point> {
        (0..values.len())
            .filter(|&b| self.usable[b] && values[b] > 0.0)
            .map(|b| {
                let n = self.counts[b][figure].max(1.0);
                (values[b].ln(), self.luck[figure] / n, self.side[b])
            })
            .collect()
    }
}

/// The variance of one win's luck, for conversion and order value.
fn luck(cases: &[Case], cells: usize) -> [f64; 2] {
    let (mut won, mut exposure) = (0.0, 0.0);
    let mut of_cell = vec![(0.0, 0.0); cells];
    for case in cases {
        won += f64::from(u8::from(case.won));
        exposure += case.exposure;
        if let Some(money) = case.money {
            let sum = &mut of_cell[case.cell];
            *sum = (sum.0 + money, sum.1 + 1.0);
        }
    }
    let (mut n, mut left, mut usual) = (0.0, 0.0, 0.0);
    for case in cases {
        if let Some(money) = case.money {
            let mean = of_cell[case.cell].0 / of_cell[case.cell].1;
            n += 1.0;
            left += (money - mean).powi(2);
            usual += mean;
        }
    }
    let used = of_cell.iter().filter(|of| of.1 > 0.0).count() as f64;
    let free = f64::max(n - used, 1.0);
    [
        (1.0 - won / f64::max(exposure, 1.0)).clamp(0.0, 1.0),
        left * n * n / free / f64::max(usual * usual, f64::MIN_POSITIVE),
    ]
}

/// The sides that have a stretch.
fn sides(points: &[Point]) -> impl Iterator<Item = usize> {
    (0..2).filter(|&side| points.iter().any(|point| point.2 == side))
}

/// The variance beyond luck at which the squares around the level of each side are what they should be.
fn variance(points: &[Point]) -> f64 {
    let squares = |more: f64| -> f64 {
        sides(points)
            .map(|side| {
                let of = || points.iter().filter(move |point| point.2 == side);
                let weight = |point: &Point| 1.0 / (point.1 + more).max(1e-12);
                let sum: f64 = of().map(weight).sum();
                let level = of().map(|point| weight(point) * point.0).sum::<f64>() / sum;
                of().map(|point| weight(point) * (point.0 - level).powi(2))
                    .sum::<f64>()
            })
            .sum()
    };
    let median = points.len() as f64 - sides(points).count() as f64 - 2.0 / 3.0;
    if squares(0.0) <= median {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while squares(high) > median && high < 1e6 {
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if squares(middle) > median {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_distr::{Distribution, Normal};
    use rand_pcg::Pcg64;

    #[test]
    fn the_variance_beyond_luck_is_found_and_is_nothing_where_there_is_none() {
        let told = |apart: f64, seed: u64| {
            let mut rng = Pcg64::seed_from_u64(seed);
            let normal = Normal::new(0.0, (0.01 + apart).sqrt()).expect("a normal");
            let points: Vec<Point> = (0..24)
                .map(|i| (normal.sample(&mut rng), 0.01, usize::from(i > 13)))
                .collect();
            variance(&points)
        };
        let mut found: Vec<f64> = (0..99).map(|seed| told(0.04, seed)).collect();
        found.sort_by(f64::total_cmp);
        assert!((0.034..0.046).contains(&found[49]), "{}", found[49]);
        let none = (0..100).filter(|&seed| told(0.0, 500 + seed) > 0.0).count();
        assert!((30..70).contains(&none), "as often as not: {none}");
    }
}
