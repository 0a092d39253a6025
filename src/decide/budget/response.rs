//! How outcomes follow spend, source by source: curves with their uncertainty.
//!
//! outcomes = a S^b x controls x noise, 0 < b < 1: each further unit of money brings less. The elasticities of the sources
//! are alike, `b_s` ~ N(mu, 0.15^2) with mu ~ N(0.7, 0.15^2), so that a source whose spend hardly ever moved keeps what is
//! usual and says so; three in ten are unlike the others (their leads hardly come
//! from money): anywhere between 0 and 1, the lower the likelier. Counts scatter as the negative binomial: by chance, and by sigma beyond it. On a grid of b and sigma
//! the rest (level and controls) is normal around its mode (Laplace), so nothing here is drawn but the draws.
//!
//! To call it: one [`Series`] a source, with one number a period (month, week, day; all of the same length, oldest first)
//! of spend and of outcomes (leads, conversions, orders; for money give `grain`, the money of a usual order, and outcomes
//! in money). Carry-over of spend is the caller's: give spend that is carried over already. Then [`curves`], and
//! [`Curves::draws`] for draws of `(a, b)` of all sources together. What follows demand is found as if it drove it:
//! put demand among the controls.

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

use crate::decide::budget::fit::{Cell, Fit};

/// The common elasticity before anything is seen: mean and standard deviation; and how far a source's is from it.
pub const COMMON: (f64, f64) = (0.7, 0.15);
/// Standard deviation of a source's elasticity around the common one.
pub const BETWEEN: f64 = 0.15;
/// Share of sources that are unlike the others: their elasticity may be anything, the likelier the lower (falling evenly to 0
/// at 1), as leads that come by themselves make it low.
pub const UNLIKE: f64 = 0.3;
/// Points of the grids of b, of the common elasticity, and of sigma.
const BS: usize = 50;
const COMMONS: usize = 40;
const SIGMAS: usize = 10;
/// Least and greatest noise beyond chance, and its usual size (half-normal): standard deviation of a log.
const SIGMA: (f64, f64, f64) = (0.02, 1.2, 0.3);
/// Above this share of the prior's standard deviation the data has not told the elasticity.
const UNTOLD: f64 = 0.8;
/// What else moves the outcomes: a column, whose coefficient in the log of outcomes is N(0, sd^2) beforehand.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// One value a period.
    pub values: Vec<f64>,
    /// The value at which the curve is read.
    pub ahead: f64,
    /// Standard deviation of the coefficient before anything is seen.
    pub sd: f64,
}

/// The past of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Money by period, not below 0.
    pub spend: Vec<f64>,
    /// Outcomes by period, not below 0.
    pub outcome: Vec<f64>,
    /// What one outcome counts: 1 for counts; for money the amount of a usual order, in which chance comes.
    pub grain: f64,
    /// What else moves them.
    pub controls: Vec<Control>,
    /// What no amount of data tells of b, as spend may follow demand: standard deviation, 0 for planned variation.
    pub doubt: f64,
}

impl Series {
    /// What one outcome counts, above 0.
    pub(super) fn grain(&self) -> f64 {
        if self.grain > 0.0 && self.grain.is_finite() {
            self.grain
        } else {
            1.0
        }
    }
}

/// The curve of one source.
#[derive(Debug, Clone)]
pub struct Curve {
    /// Spend at which the level is read, money a period.
    usual: f64,
    grain: f64,
    /// Likelihood of b, its top 1.
    likelihood: Vec<f64>,
    /// By b, by sigma.
    cells: Vec<Vec<Cell>>,
    /// What is believed of b beside what it has in common with the others, by b.
    lean: Vec<f64>,
    /// Standard deviation of b before anything is seen.
    before: f64,
    /// Likelihood of b with the doubt: what the data show is not quite what is true.
    doubted: Vec<f64>,
    /// By the true b, probability of the b that data without end would show; none without doubt.
    kernel: Option<Vec<Vec<f64>>>,
    /// Probability of b, doubt aside.
    posterior: Vec<f64>,
    /// Probability of b.
    believed: Vec<f64>,
    /// Noise beyond chance, mean.
    sigma: f64,
    /// Standard deviation of b that the data alone give, without a prior; infinite where spend never moved.
    data_sd: f64,
    /// Log of the likelihood that stands as 1 in `likelihood`, up to what hangs on the outcomes alone.
    height: f64,
}

/// The curves of all sources.
#[derive(Debug, Clone)]
pub struct Curves {
    /// One a source, in the order given.
    pub sources: Vec<Curve>,
    /// Probability of the common elasticity on its grid.
    common: Vec<f64>,
    /// Log of the evidence: what curves of the same outcomes learnt from other spend (carried over) are compared by.
    pub evidence: f64,
}

/// A curve as drawn: outcomes = a S^b.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Power {
    /// Level.
    pub a: f64,
    /// Elasticity, 0-1.
    pub b: f64,
}

impl Power {
    /// Outcomes of a period with this spend.
    pub fn at(&self, spend: f64) -> f64 {
        self.a * spend.max(0.0).powf(self.b)
    }

    /// Outcomes that one more unit of money brings.
    pub fn slope(&self, spend: f64) -> f64 {
        self.a * self.b * spend.max(f64::MIN_POSITIVE).powf(self.b - 1.0)
    }
}

fn b_at(i: usize) -> f64 {
    (i as f64 + 0.5) / BS as f64
}

fn common_at(i: usize) -> f64 {
    0.1 + 1.2 * (i as f64 + 0.5) / COMMONS as f64
}

fn sigma_at(i: usize) -> f64 {
    SIGMA.0 * (SIGMA.1 / SIGMA.0).powf(i as f64 / (SIGMAS - 1) as f64)
}

fn bell(x: f64, mean: f64, sd: f64) -> f64 {
    (-0.5 * ((x - mean) / sd).powi(2)).exp()
}

/// By the true elasticity, what data without end would show: a beta around it whose standard deviation is `doubt` in the
/// middle and goes to 0 at both ends. The doubt is in the likelihood and not added to what is believed: else sources would be held to be
/// as unlike as the errors of their estimates make them look, and what a split gains would be overstated.
fn doubting(doubt: f64) -> Vec<Vec<f64>> {
    let size = 0.25 / (doubt * doubt).min(0.2) - 1.0;
    (0..BS)
        .map(|i| {
            let (alpha, beta) = (size * b_at(i), size * (1.0 - b_at(i)));
            let logs: Vec<f64> = (0..BS)
                .map(|j| (alpha - 1.0) * b_at(j).ln() + (beta - 1.0) * (1.0 - b_at(j)).ln())
                .collect();
            let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            normalised(logs.iter().map(|log| (log - top).exp()).collect())
        })
        .collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Prior of b on its grid, given the common elasticity.
fn around(common: f64) -> Vec<f64> {
    let alike = normalised((0..BS).map(|i| bell(b_at(i), common, BETWEEN)).collect());
    let any = normalised((0..BS).map(|i| 1.0 - b_at(i)).collect());
    let mixed = |(p, any): (f64, f64)| (1.0 - UNLIKE) * p + UNLIKE * any;
    alike.into_iter().zip(any).map(mixed).collect()
}

fn normalised(mut weights: Vec<f64>) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    let n = weights.len() as f64;
    for weight in &mut weights {
        *weight = if sum > 0.0 { *weight / sum } else { 1.0 / n };
    }
    weights
}

/// Mean and standard deviation of b on its grid.
fn moments(weights: &[f64]) -> (f64, f64) {
    let mean: f64 = weights.iter().enumerate().map(|(i, w)| w * b_at(i)).sum();
    let square: f64 = (weights.iter().enumerate())
        .map(|(i, w)| w * (b_at(i) - mean).powi(2))
        .sum();
    (mean, square.sqrt())
}

/// Mean and standard deviation of the elasticity of a source before anything is seen.
pub fn prior() -> (f64, f64) {
    let mut weights = vec![0.0; BS];
    for i in 0..COMMONS {
        let common = common_at(i);
        let of = bell(common, COMMON.0, COMMON.1);
        for (sum, w) in weights.iter_mut().zip(around(common)) {
            *sum += of * w;
        }
    }
    moments(&normalised(weights))
}

/// Learns the curves of all sources together.
pub fn curves(series: &[Series]) -> Curves {
    curves_below(series, &[])
}

/// The same, where it is known of some sources from which elasticity on it would be odd: log of that elasticity, above
/// which it is believed as the tail of a normal with this standard deviation. A source whose leads are far cheaper than
/// the others' would return far more on the margin as well, if they came from money.
pub fn curves_below(series: &[Series], odd: &[Option<(f64, f64)>]) -> Curves {
    let mut sources: Vec<Curve> = series.iter().map(Curve::alone).collect();
    for (curve, odd) in sources.iter_mut().zip(odd) {
        if let Some((centre, sd)) = *odd {
            let above = |i: usize| (b_at(i).ln() - centre).max(0.0);
            curve.lean = (0..BS).map(|i| bell(above(i), 0.0, sd.max(1e-3))).collect();
        }
    }
    let priors: Vec<Vec<f64>> = (0..COMMONS).map(|i| around(common_at(i))).collect();
    let believed: Vec<f64> = (0..COMMONS)
        .map(|i| bell(common_at(i), COMMON.0, COMMON.1))
        .collect();
    let evidence = |curve: &Curve, prior: &[f64]| -> f64 {
        let own = curve.leaning(prior);
        let sum: f64 = own.iter().zip(&curve.doubted).map(|(p, l)| p * l).sum();
        sum.max(f64::MIN_POSITIVE).ln()
    };
    let logs: Vec<f64> = (priors.iter().zip(&believed))
        .map(|(prior, believed)| {
            let seen: f64 = sources.iter().map(|curve| evidence(curve, prior)).sum();
            seen + believed.max(f64::MIN_POSITIVE).ln()
        })
        .collect();
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let common: Vec<f64> = logs.iter().map(|log| (log - top).exp()).collect();
    let heights: f64 = sources.iter().map(|curve| curve.height).sum();
    let evidence = heights + top + common.iter().sum::<f64>().max(f64::MIN_POSITIVE).ln();
    let common = normalised(common);
    let before = normalised(believed);
    for curve in &mut sources {
        let mean = |weights: &[f64], of: &dyn Fn(&[f64]) -> Vec<f64>| {
            let mut sum = vec![0.0; BS];
            for (prior, weight) in priors.iter().zip(weights) {
                for (s, p) in sum.iter_mut().zip(of(prior)) {
                    *s += weight * p;
                }
            }
            normalised(sum)
        };
        curve.before = moments(&mean(&before, &|prior| curve.leaning(prior))).1;
        curve.posterior = mean(&common, &|prior| curve.given(prior, &curve.likelihood));
        curve.believed = mean(&common, &|prior| curve.given(prior, &curve.doubted));
    }
    Curves {
        sources,
        common,
        evidence,
    }
}

impl Curves {
    /// Draws of all curves together: one row a draw, in it one curve a source.
    pub fn draws(&self, n: usize, seed: u64) -> Vec<Vec<Power>> {
        let mut rng = Pcg64::new(u128::from(seed), 0x00b0_d6e7);
        (0..n)
            .map(|_| {
                let prior = around(common_at(pick(&self.common, rng.random())));
                (self.sources.iter())
                    .map(|curve| curve.draw(&prior, &mut rng))
                    .collect()
            })
            .collect()
    }
}

/// The place in a list of probabilities at which the running sum passes `u`.
fn pick(weights: &[f64], u: f64) -> usize {
    let mut sum = 0.0;
    for (i, weight) in weights.iter().enumerate() {
        sum += weight;
        if u < sum {
            return i;
        }
    }
    weights.len() - 1
}

impl Curve {
    /// Mean and standard deviation of the elasticity, the doubt included.
    pub fn elasticity(&self) -> (f64, f64) {
        moments(&self.believed)
    }

    /// Noise beyond chance: standard deviation of the log of outcomes.
    pub fn sigma(&self) -> f64 {
        self.sigma
    }

    /// Standard deviation that the elasticity would have by the data alone; infinite where spend never moved.
    pub fn data_sd(&self) -> f64 {
        self.data_sd
    }

    /// Standard deviation by prior and data, without doubt.
    pub fn posterior_sd(&self) -> f64 {
        moments(&self.posterior).1
    }

    /// The elasticity below which the share `u` (0-1) lies, without doubt.
    pub fn quantile(&self, u: f64) -> f64 {
        let i = pick(&self.posterior, u);
        let before: f64 = self.posterior[..i].iter().sum();
        let part = (u - before) / self.posterior[i].max(f64::MIN_POSITIVE);
        b_at(i) + (part.clamp(0.0, 1.0) - 0.5) / BS as f64
    }

    /// The elasticity that the data show, doubt aside: mean.
    pub fn shown(&self) -> f64 {
        moments(&self.posterior).0
    }

    /// Whether the data say more of the elasticity than was believed beforehand, doubt aside.
    pub fn told(&self) -> bool {
        self.posterior_sd() < UNTOLD * self.before
    }

    /// A prior of b, with what is believed of this source beside it.
    fn leaning(&self, prior: &[f64]) -> Vec<f64> {
        normalised(prior.iter().zip(&self.lean).map(|(p, l)| p * l).collect())
    }

    /// Probability of b given a prior of it, by this likelihood.
    fn given(&self, prior: &[f64], likelihood: &[f64]) -> Vec<f64> {
        let own = self.leaning(prior);
        normalised(own.iter().zip(likelihood).map(|(p, l)| p * l).collect())
    }

    fn draw(&self, prior: &[f64], rng: &mut Pcg64) -> Power {
        let i = pick(&self.given(prior, &self.doubted), rng.random());
        // The elasticity that the data show, where the true one is this; the level goes with it.
        let shown = self.kernel.as_ref().map_or(i, |kernel| {
            let of = kernel[i].iter().zip(&self.likelihood).map(|(k, l)| k * l);
            pick(&normalised(of.collect()), rng.random())
        });
        let cells: Vec<f64> = self.cells[shown].iter().map(|cell| cell.weight).collect();
        let cell = self.cells[shown][pick(&cells, rng.random())];
        let normal = |rng: &mut Pcg64| -> f64 { StandardNormal.sample(rng) };
        let b = (b_at(i) + (rng.random::<f64>() - 0.5) / BS as f64).clamp(0.002, 0.998);
        let level = cell.level + cell.error * normal(rng);
        Power {
            a: (level - b * self.usual.ln()).exp() * self.grain,
            b,
        }
    }

    /// By its own data: likelihood of b, and the level given b.
    fn alone(series: &Series) -> Self {
        let fit = Fit::new(series);
        let mut cells = vec![vec![Cell::default(); SIGMAS]; BS];
        let mut logs = vec![vec![f64::NEG_INFINITY; SIGMAS]; BS];
        let mut data_sd = [0.0; SIGMAS];
        for s in 0..SIGMAS {
            let sigma = sigma_at(s);
            let chance = fit.constant(sigma);
            let mut start = fit.start.clone();
            for b in 0..BS {
                let (theta, found) = fit.at(b_at(b), sigma, start);
                // Cells of sigma: logs.
                logs[b][s] = found.log + chance + sigma.ln() - 0.5 * (sigma / SIGMA.2).powi(2);
                cells[b][s] = found.cell;
                if b == BS / 2 {
                    data_sd[s] = fit.data_sd(b_at(b), sigma, &theta);
                }
                start = theta;
            }
        }
        let top = logs
            .iter()
            .flatten()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        let mut of_sigma = [0.0; SIGMAS];
        let mut likelihood = vec![0.0; BS];
        for b in 0..BS {
            for s in 0..SIGMAS {
                let weight = (logs[b][s] - top).exp();
                cells[b][s].weight = weight;
                likelihood[b] += weight;
                of_sigma[s] += weight;
            }
            let sum = likelihood[b].max(f64::MIN_POSITIVE);
            cells[b].iter_mut().for_each(|cell| cell.weight /= sum);
        }
        let of_sigma = normalised(of_sigma.to_vec());
        let mean = |of: &dyn Fn(usize) -> f64| -> f64 {
            of_sigma.iter().enumerate().map(|(s, w)| w * of(s)).sum()
        };
        let best = likelihood.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        likelihood.iter_mut().for_each(|l| *l /= best);
        let kernel = (series.doubt > 0.0).then(|| doubting(series.doubt));
        let doubted = kernel.as_ref().map_or_else(
            || likelihood.clone(),
            |kernel| kernel.iter().map(|of| dot(of, &likelihood)).collect(),
        );
        Self {
            usual: fit.usual,
            grain: series.grain(),
            likelihood,
            doubted,
            kernel,
            believed: vec![1.0 / BS as f64; BS],
            cells,
            lean: vec![1.0; BS],
            before: prior().1,
            posterior: vec![1.0 / BS as f64; BS],
            sigma: mean(&sigma_at),
            data_sd: mean(&|s| data_sd[s]),
            height: top + best.ln(),
        }
    }
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
