//! Companies whose months are known to the last parameter: eight regimes of cycle length, swing of the number of leads
//! and size, and a company whose pipeline says nothing of its revenue.
//!
//! 54 calendar months from January 2021: two sources, one number `x`, a yearly season with a dip in February, growth
//! of 0.6 % a month, a number of leads that swings (AR 0.6), and log-odds of winning that drift (AR 0.9).

use std::collections::BTreeMap;

use forerun::domain::{Day, Month};
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, Gamma, LogNormal, Poisson, StandardNormal};
use rand_pcg::Pcg64;

use super::Life;

/// Mean days to win at the first source (the second takes half as long again), standard deviation of the monthly shock
/// of the log number of leads, and leads a month at the start.
pub const REGIMES: [(f64, f64, usize); 8] = [
    (10.0, 0.15, 300),
    (10.0, 0.35, 300),
    (45.0, 0.15, 300),
    (45.0, 0.35, 300),
    (120.0, 0.15, 300),
    (120.0, 0.35, 300),
    (45.0, 0.35, 2_000),
    (120.0, 0.35, 2_000),
];

/// Months of a company.
pub const MONTHS: usize = 54;
/// The first of them.
pub const FIRST: Month = Month::new(2021, 1);
/// Names of the columns of a company, as [`super::leads`] wants them.
pub const NUMBERS: [&str; 1] = ["x"];
/// Names of the text columns.
pub const TEXTS: [&str; 1] = ["source"];
/// The sources.
pub const SOURCES: [&str; 2] = ["Ads", "Fair"];

/// Share of the leads of each source, log-odds of winning at x = 0 without drift, length of its cycle against the
/// regime's, and centre of the log amount above log 1,000.
const WAYS: [(f64, f64, f64, f64); 2] = [(0.6, -1.6, 1.0, 0.0), (0.4, -2.6, 1.5, 0.3)];
/// What one unit of x adds to the log-odds.
pub const SLOPE: f64 = 0.7;
/// Width of the log amount; also of the log time to lose.
pub const WIDTH: f64 = 0.8;

/// What is true of a company, for an oracle.
#[derive(Debug, Clone)]
pub struct Truth {
    /// Drift of the log-odds of winning by month of creation.
    pub drift: Vec<f64>,
    /// Expected leads by month, for each source.
    pub leads: [Vec<f64>; 2],
    /// The same without the shock of the number of leads: what can be known beforehand of a far month.
    pub usual: [Vec<f64>; 2],
}

/// Log-odds of winning of a lead, by its source, x and the drift of its month.
pub fn log_odds(source: usize, x: f64, drift: f64) -> f64 {
    WAYS[source].1 + SLOPE * x + drift
}

/// Mean amount of a won lead of a source.
pub fn mean_amount(source: usize) -> f64 {
    1_000.0 * (WAYS[source].3 + WIDTH * WIDTH / 2.0).exp()
}

/// Median of the days to the closing of a lost lead (lognormal of width [`WIDTH`]).
pub fn median_loss(regime: usize, source: usize) -> f64 {
    1.2 * REGIMES[regime].0 * WAYS[source].2
}

/// The as-of date when the first `months` months are known: the day after them.
pub fn as_of(months: usize) -> i32 {
    (FIRST + months as i32).first_day().epoch_days()
}

/// The leads of a company; equal arguments give equal leads. `truth` of a life holds P(win), shape and scale of the gamma
/// time to win, in days.
pub fn company(regime: usize, seed: u64) -> Vec<Life> {
    world(regime, seed).0
}

/// The leads of a company and what is true of it.
pub fn world(regime: usize, seed: u64) -> (Vec<Life>, Truth) {
    let (cycle, swing, size) = REGIMES[regime];
    let mut rng = Pcg64::seed_from_u64(seed ^ ((regime as u64 + 1) << 40));
    let shock = walk(&mut rng, 0.6, swing);
    let drift = walk(&mut rng, 0.9, 0.06);
    let usual = WAYS.map(|(share, ..)| {
        (0..MONTHS)
            .map(|m| size as f64 * share * 1.006_f64.powi(m as i32) * season(m))
            .collect::<Vec<f64>>()
    });
    let leads = usual.clone().map(|usual| {
        (usual.iter().zip(&shock))
            .map(|(usual, shock)| usual * shock.exp())
            .collect::<Vec<f64>>()
    });
    let mut lives = Vec::new();
    for month in 0..MONTHS {
        for source in 0..WAYS.len() {
            let n = count(&mut rng, leads[source][month]);
            for _ in 0..n {
                let x: f64 = StandardNormal.sample(&mut rng);
                let p = 1.0 / (1.0 + (-log_odds(source, x, drift[month])).exp());
                let scale = cycle * WAYS[source].2 / 2.0;
                let mut life = lead(&mut rng, lives.len(), month, source, x);
                life.won = rng.random::<f64>() < p;
                let win = gamma(2.0, scale).sample(&mut rng);
                let loss = lognormal(median_loss(regime, source)).sample(&mut rng);
                life.closes_after = if life.won { win } else { loss };
                life.truth = (p, 2.0, scale);
                lives.push(life);
            }
        }
    }
    let truth = Truth {
        drift,
        leads,
        usual,
    };
    (lives, truth)
}

/// A company whose pipeline says nothing: the number of leads of a month is noise, the number of its wins a series of its
/// own, and who wins is settled within two days. 300 leads and about 60 wins a month.
pub fn no_signal(seed: u64) -> Vec<Life> {
    let mut rng = Pcg64::seed_from_u64(seed ^ (99 << 40));
    let level = walk(&mut rng, 0.9, 0.12);
    let mut lives = Vec::new();
    for (month, level) in level.iter().enumerate() {
        let luck: f64 = StandardNormal.sample(&mut rng);
        let n = count(&mut rng, 300.0 * (0.35 * luck).exp()).max(2);
        let wins = count(&mut rng, 60.0 * season(month) * level.exp()).min(n / 2);
        for i in 0..n {
            let source = usize::from(rng.random::<f64>() < WAYS[1].0);
            let x: f64 = StandardNormal.sample(&mut rng);
            let mut life = lead(&mut rng, lives.len(), month, source, x);
            life.won = i < wins;
            // A win closes in the month of its lead, so that no win is of a lead of another month.
            let end = (FIRST + month as i32 + 1).first_day().epoch_days();
            let days = rng.random_range(0..3_i32);
            life.created = life.created.min(end - 1 - days);
            let loss = lognormal(20.0).sample(&mut rng);
            life.closes_after = if life.won { f64::from(days) } else { loss };
            life.truth = (wins as f64 / n as f64, f64::NAN, f64::NAN);
            lives.push(life);
        }
    }
    lives
}

/// Revenue of each of the [`MONTHS`] months.
pub fn revenue(lives: &[Life]) -> Vec<f64> {
    let mut by_month: BTreeMap<Month, f64> = BTreeMap::new();
    for life in lives.iter().filter(|life| life.won) {
        let day = Day::from_epoch_days(life.created + life.closes_after.floor() as i32);
        *by_month.entry(day.month()).or_default() += life.amount;
    }
    (0..MONTHS as i32)
        .map(|m| by_month.get(&(FIRST + m)).copied().unwrap_or(0.0))
        .collect()
}

/// What a month has of the usual number of leads.
fn season(month: usize) -> f64 {
    let turn = 2.0 * std::f64::consts::PI * (month % 12) as f64 / 12.0;
    1.0 + 0.25 * turn.sin() - if month % 12 == 1 { 0.25 } else { 0.0 }
}

/// A series that keeps `keep` of itself from month to month, from 0.
fn walk(rng: &mut impl Rng, keep: f64, width: f64) -> Vec<f64> {
    let mut values = vec![0.0];
    for m in 1..MONTHS {
        let step: f64 = StandardNormal.sample(rng);
        values.push(keep * values[m - 1] + width * step);
    }
    values
}

/// A lead of a month with its price, not closed yet.
fn lead(rng: &mut impl Rng, i: usize, month: usize, source: usize, x: f64) -> Life {
    let month = FIRST + month as i32;
    let z: f64 = StandardNormal.sample(rng);
    Life {
        id: format!("L{i:06}"),
        created: month.first_day().epoch_days() + rng.random_range(0..month.days()),
        closes_after: f64::INFINITY,
        won: false,
        numbers: vec![x],
        texts: vec![SOURCES[source].to_owned()],
        amount: 1_000.0 * (WAYS[source].3 + WIDTH * z).exp(),
        truth: (0.0, 0.0, 0.0),
    }
}

fn count(rng: &mut impl Rng, mean: f64) -> usize {
    Poisson::new(mean).expect("a positive mean").sample(rng) as usize
}

fn gamma(shape: f64, scale: f64) -> Gamma<f64> {
    Gamma::new(shape, scale).expect("valid")
}

fn lognormal(median: f64) -> LogNormal<f64> {
    LogNormal::new(median.ln(), WIDTH).expect("valid")
}
