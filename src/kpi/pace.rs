//! How fast each group's ends come beside those of the others: the same curve, with time stretched.
//!
//! F of group s is B(t / c): B is common, log c ~ N(0, spread^2), and the spread is averaged over. What is seen of ends is cut
//! off on the right: of a lead that was seen `limit` days an end after `lag` of them has the likelihood
//! (B((lag + 1) / c) - B(lag / c)) / B((limit + 1) / c), whatever the number of ends. B is the product limit in reverse time
//! of the ends of all other groups at their own stretch, in steps of a seventh of the time; curves and stretches are learnt
//! by turns. So a slow group that grows, whose long waits are still to come, takes the end of its curve from groups that
//! are older, at its pace.

/// Step of B and of the stretch, logs of days.
const STEP: f64 = 0.15;
/// Log of the days at which B begins.
const BEGIN: f64 = -1.0;
/// Stretches looked at: logs, up to this far on both sides.
const FAR: f64 = 2.5;
/// Number of stretches looked at.
const STRETCHES: usize = 51;
/// Spreads of the stretches: least, most, number; and their scale beforehand (half-normal).
const SPREADS: (f64, f64, usize) = (0.05, 1.6, 9);
const SPREAD_SCALE: f64 = 0.7;
/// Share of B that is spread over all times, so that no end is impossible.
const ANYWHERE: f64 = 0.02;
/// Most ends of a group that its stretch is learnt from: more tell it from its own days alone.
const MOST: usize = 300;
/// Times that B and the stretches are learnt.
const ROUNDS: usize = 6;
/// Quantiles of a stretch at -1.2247, 0 and 1.2247 standard deviations: three equally likely values with the variance of a
/// normal.
pub(super) const NODES: [f64; 3] = [0.110_3, 0.5, 0.889_7];

/// An end: days to it, and the most days that would have been seen.
pub(super) type End = (i32, i32);

/// The pace of all groups.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    /// By group, the curve of all others.
    others: Vec<Curve>,
    /// Log of the stretch, by group: at the quantiles of `NODES`.
    stretch: Vec<[f64; NODES.len()]>,
}

impl Pace {
    /// From the ends of each group within `horizon` days; none where fewer than two groups have any.
    pub(super) fn learn(groups: &[Vec<End>], horizon: i32) -> Option<Self> {
        if groups.iter().filter(|ends| !ends.is_empty()).count() < 2 {
            return None;
        }
        let last = f64::from(horizon.max(2)).ln() + FAR;
        let steps = ((last - BEGIN) / STEP).ceil() as usize + 1;
        let mut centres = vec![0.0; groups.len()];
        let (mut others, mut beliefs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            others = without_own(groups, &centres, steps);
            let heights: Vec<Vec<f64>> = (groups.iter().zip(&others))
                .map(|(ends, others)| likelihood(others, ends))
                .collect();
            beliefs = believe(&heights);
            // Half of the way: two groups that are each learnt from the other would else pass by one another.
            for (centre, of) in centres.iter_mut().zip(&beliefs) {
                *centre = 0.5 * (*centre + quantile(of, 0.5));
            }
            recentre(&mut centres, &beliefs);
        }
        let stretch = (beliefs.iter())
            .map(|of| NODES.map(|u| quantile(of, u)))
            .collect();
        Some(Self { others, stretch })
    }

    /// By day: the share of the ends up to and with that day that come on it, at the stretch of a node.
    pub(super) fn hazards(&self, group: usize, node: usize, days: usize) -> Vec<f64> {
        let log = self.stretch[group][node];
        let by = |day: usize| at(&self.others[group], (day as f64).ln() - log);
        (0..days)
            .map(|day| {
                let end = by(day + 1);
                if end > 0.0 { 1.0 - by(day) / end } else { 1.0 }
            })
            .collect()
    }
}

/// Where step `step` begins, days: 0, then `BEGIN`, `BEGIN` + `STEP` ... as logs.
fn edge(step: usize) -> f64 {
    if step == 0 {
        0.0
    } else {
        (BEGIN + STEP * (step - 1) as f64).exp()
    }
}

/// The step of a log of days.
fn step_of(log: f64) -> usize {
    // From minus infinity, the first.
    ((log - BEGIN) / STEP + 1.0).max(0.0) as usize
}

/// A curve at a log of days.
fn at(curve: &Curve, log: f64) -> f64 {
    let step = step_of(log);
    if step + 1 >= curve.by.len() {
        return 1.0;
    }
    let (low, high) = (curve.edges[step], curve.edges[step + 1]);
    let part = (log.exp() - low) / (high - low);
    curve.by[step] * (1.0 - part) + curve.by[step + 1] * part
}

/// A curve: the share of ends by the edge of each step.
#[derive(Debug, Clone)]
struct Curve {
    edges: Vec<f64>,
    by: Vec<f64>,
}

/// Ends by step of the log of stretched days, and those who could have come in it.
#[derive(Clone)]
struct Steps {
    on: Vec<f64>,
    within: Vec<f64>,
}

impl Steps {
    fn new(ends: &[End], stretch: f64, steps: usize) -> Self {
        let (mut on, mut within) = (vec![0.0_f64; steps], vec![0.0_f64; steps]);
        let edges: Vec<f64> = (0..=steps).map(edge).collect();
        let shrink = (-stretch).exp();
        for &(lag, limit) in ends {
            let day = |days: i32| (f64::from(days) * shrink).min(edges[steps]);
            let (from, to, seen) = (day(lag), day(lag + 1), day(limit.max(lag) + 1));
            let first = step_of(from.ln()).min(steps - 1);
            let mut before = 0.0;
            for step in first..steps {
                let (low, high) = (edges[step], edges[step + 1]);
                // An end is anywhere in its day; what is later than all steps is in the last.
                let own = if to - from < 1e-9 {
                    f64::from(u8::from(step == first))
                } else {
                    (to.min(high) - from.max(low)).max(0.0) / (to - from)
                };
                let covered = ((seen - low) / (high - low)).clamp(0.0, 1.0);
                if covered <= 0.0 && own <= 0.0 {
                    break;
                }
                before += own;
                on[step] += own;
                within[step] += (before * covered).max(own);
            }
        }
        Self { on, within }
    }

    fn plus(mut self, other: &Self, sign: f64) -> Self {
        let add = |to: &mut Vec<f64>, from: &[f64]| {
            to.iter_mut()
                .zip(from)
                .for_each(|(sum, x)| *sum += sign * x);
        };
        add(&mut self.on, &other.on);
        add(&mut self.within, &other.within);
        self
    }

    /// The product limit in reverse time.
    fn curve(&self) -> Curve {
        let steps = self.on.len();
        let mut by = vec![1.0; steps + 1];
        for step in (0..steps).rev() {
            let left = if self.within[step] > 1e-9 {
                1.0 - self.on[step] / self.within[step]
            } else {
                1.0
            };
            by[step] = by[step + 1] * left.max(1e-3);
        }
        for (step, by) in by.iter_mut().enumerate() {
            *by = (1.0 - ANYWHERE) * *by + ANYWHERE * step as f64 / steps as f64;
        }
        by[0] = 0.0;
        let edges = (0..=steps).map(edge).collect();
        Curve { edges, by }
    }
}

/// For each group the curve of all other groups, each at its own stretch: with its own ends in it, the curve would give way to
/// a slow group instead of the stretch.
fn without_own(groups: &[Vec<End>], stretches: &[f64], steps: usize) -> Vec<Curve> {
    let own: Vec<Steps> = (groups.iter().zip(stretches))
        .map(|(ends, stretch)| Steps::new(ends, *stretch, steps))
        .collect();
    let none = Steps::new(&[], 0.0, steps);
    let all = own.iter().fold(none, |sum, own| sum.plus(own, 1.0));
    own.iter()
        .map(|own| all.clone().plus(own, -1.0).curve())
        .collect()
}

fn stretch_at(i: usize) -> f64 {
    FAR * (2.0 * i as f64 / (STRETCHES - 1) as f64 - 1.0)
}

/// Log of the likelihood of each stretch.
fn likelihood(common: &Curve, ends: &[End]) -> Vec<f64> {
    let every = ends.len().div_ceil(MOST).max(1);
    let logs: Vec<[f64; 3]> = (ends.iter().step_by(every))
        .map(|&(lag, limit)| [lag, lag + 1, limit.max(lag) + 1].map(|day| f64::from(day).ln()))
        .collect();
    (0..STRETCHES)
        .map(|i| {
            let stretch = stretch_at(i);
            let of = |[from, to, seen]: &[f64; 3]| {
                let on = at(common, to - stretch) - at(common, from - stretch);
                (on.max(1e-12) / at(common, seen - stretch).max(1e-12)).ln()
            };
            logs.iter().map(of).sum()
        })
        .collect()
}

/// What is believed of each group's stretch, on the grid: averaged over the spread between groups.
fn believe(heights: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let curves: Vec<Vec<f64>> = (heights.iter())
        .map(|logs| {
            let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            logs.iter().map(|log| (log - top).exp()).collect()
        })
        .collect();
    let (least, most, n) = SPREADS;
    let spreads: Vec<(Vec<f64>, f64)> = (0..n)
        .map(|i| {
            let spread = least * (most / least).powf(i as f64 / (n - 1) as f64);
            let bell = |i: usize| (-0.5 * (stretch_at(i) / spread).powi(2)).exp();
            let sum: f64 = (0..STRETCHES).map(bell).sum();
            let prior: Vec<f64> = (0..STRETCHES).map(|i| bell(i) / sum).collect();
            let seen: f64 = (curves.iter())
                .map(|curve| dot(curve, &prior).max(1e-300).ln())
                .sum();
            // Steps of the spread are equal in its log.
            let log = seen + spread.ln() - 0.5 * (spread / SPREAD_SCALE).powi(2);
            (prior, log)
        })
        .collect();
    let top = spreads
        .iter()
        .map(|of| of.1)
        .fold(f64::NEG_INFINITY, f64::max);
    (curves.iter())
        .map(|curve| {
            let mut belief = vec![0.0; STRETCHES];
            for (prior, log) in &spreads {
                let weight = (log - top).exp() / dot(curve, prior).max(1e-300);
                for ((sum, seen), before) in belief.iter_mut().zip(curve).zip(prior) {
                    *sum += weight * seen * before;
                }
            }
            let sum: f64 = belief.iter().sum();
            belief.iter_mut().for_each(|p| *p /= sum);
            belief
        })
        .collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The stretch below which this share of a belief lies.
fn quantile(belief: &[f64], u: f64) -> f64 {
    let mut sum = 0.0;
    for (i, p) in belief.iter().enumerate() {
        if sum + p >= u {
            let width = 2.0 * FAR / (STRETCHES - 1) as f64;
            return stretch_at(i) + ((u - sum) / p.max(1e-300) - 0.5) * width;
        }
        sum += p;
    }
    FAR
}

/// Moves the stretches so that their mean is 0, those that are known better counting more.
fn recentre(centres: &mut [f64], beliefs: &[Vec<f64>]) {
    let weight = |(belief, centre): (&Vec<f64>, &f64)| {
        let square = |(i, p): (usize, &f64)| p * (stretch_at(i) - centre).powi(2);
        1.0 / (0.05 + belief.iter().enumerate().map(square).sum::<f64>())
    };
    let weights: Vec<f64> = beliefs.iter().zip(centres.iter()).map(weight).collect();
    let mean = dot(&weights, centres) / weights.iter().sum::<f64>();
    centres.iter_mut().for_each(|centre| *centre -= mean);
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64;

    /// Ends of exponential days; leads come evenly over so many days, of a growing group in the last of them.
    fn ends(rng: &mut Pcg64, mean: f64, leads: usize, seen: f64) -> Vec<End> {
        (0..leads)
            .filter_map(|_| {
                let age = (seen * rng.random::<f64>()) as i32;
                let lag = (-mean * rng.random::<f64>().ln()) as i32;
                (lag < age).then_some((lag, age - 1))
            })
            .collect()
    }

    #[test]
    fn a_slow_group_that_is_young_is_seen_to_be_slow() {
        let (mut inside, mut centre, runs) = (0, 0.0, 40);
        for seed in 0..runs {
            let mut rng = Pcg64::seed_from_u64(40 + seed);
            let groups = [
                ends(&mut rng, 25.0, 400, 500.0),
                ends(&mut rng, 40.0, 200, 500.0),
                ends(&mut rng, 100.0, 120, 150.0),
            ];
            let pace = Pace::learn(&groups, 500).expect("three groups");
            let [low, middle, high] = [0, 1, 2].map(|node| {
                let after = pace.hazards(2, node, 500);
                // Share of those within 500 days that end within 60.
                after[60..].iter().map(|h| 1.0 - h).product::<f64>()
            });
            let truth = (1.0 - f64::exp(-0.6)) / (1.0 - f64::exp(-5.0));
            inside += usize::from(high <= truth && truth <= low);
            centre += middle / truth / f64::from(runs as u32);
        }
        // The nodes span 78 % of what is believed, of a group as far from the others as this one less; pooled with the
        // others it would be 0.8, 1.75 of the truth.
        assert!(inside >= 20, "{inside} of {runs}");
        assert!((centre - 1.0).abs() < 0.25, "{centre}");
    }

    #[test]
    fn one_group_has_nobody_to_be_compared_with_and_nothing_breaks_on_odd_days() {
        assert!(Pace::learn(&[vec![(3, 9)], Vec::new()], 30).is_none());
        let odd = [vec![(0, 0); 5], vec![(29, 29), (0, 29)], Vec::new()];
        let pace = Pace::learn(&odd, 30).expect("two groups");
        for group in 0..3 {
            for node in 0..NODES.len() {
                let hazards = pace.hazards(group, node, 30);
                assert!(
                    hazards.iter().all(|h| (0.0..=1.0).contains(h)),
                    "{hazards:?}"
                );
                assert!(
                    (hazards[0] - 1.0).abs() < 1e-12,
                    "the first day has seen none before"
                );
            }
        }
    }
}
