//! Companies built in memory for the tests of the stages, without files.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]

pub mod regimes;

use std::collections::BTreeMap;
use std::path::PathBuf;

use forerun::domain::{Category, Column, Day, Known, Leads, Outcome, Role, Table};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Gamma, LogNormal, StandardNormal};
use statrs::distribution::ContinuousCDF;

#[allow(clippy::print_stderr, reason = "a skipped test says so")]
/// The folder of shared data sets, where there is one; tests that need it skip with a message without.
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("FORERUN_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let file = root.join(path);
    if file.exists() {
        Some(file)
    } else {
        eprintln!("skipped: {} is not here", file.display());
        None
    }
}

/// One lead of a simulated company, with its future.
#[derive(Debug, Clone)]
pub struct Life {
    pub id: String,
    pub created: i32,
    /// Days from creation to the closing; infinite if it never comes.
    pub closes_after: f64,
    pub won: bool,
    pub numbers: Vec<f64>,
    pub texts: Vec<String>,
    pub amount: f64,
    /// True parameters, for the oracle: P(win), shape and scale of the time to win.
    pub truth: (f64, f64, f64),
}

/// The leads of a company as known on day `as_of` (days since the epoch), with columns by these names.
pub fn leads(lives: &[Life], as_of: i32, numbers: &[&str], texts: &[&str]) -> Leads {
    let mut known: Vec<&Life> = lives.iter().filter(|life| life.created < as_of).collect();
    known.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    let n = known.len();
    let closing = |life: &Life| {
        let day = f64::from(life.created) + life.closes_after.floor();
        (day < f64::from(as_of)).then(|| Day::from_epoch_days(day as i32))
    };
    let outcome: Vec<Outcome> = known
        .iter()
        .map(|life| match closing(life) {
            None => Outcome::Open,
            Some(_) if life.won => Outcome::Won,
            Some(_) => Outcome::Lost,
        })
        .collect();
    let mut table = Table::with_rows(n);
    let created: Vec<Option<Day>> = known
        .iter()
        .map(|life| Some(Day::from_epoch_days(life.created)))
        .collect();
    let closed: Vec<Option<Day>> = known.iter().map(|life| closing(life)).collect();
    table.insert("created", Column::Date(created.clone()));
    table.insert("closed", Column::Date(closed.clone()));
    let amount = known
        .iter()
        .zip(&outcome)
        .map(|(life, outcome)| {
            if *outcome == Outcome::Won {
                life.amount
            } else {
                f64::NAN
            }
        })
        .collect();
    table.insert("amount", Column::Number(amount));
    for (i, name) in numbers.iter().enumerate() {
        table.insert(
            *name,
            Column::Number(known.iter().map(|life| life.numbers[i]).collect()),
        );
    }
    for (i, name) in texts.iter().enumerate() {
        let category = Category::from_texts(known.iter().map(|life| Some(life.texts[i].as_str())));
        table.insert(*name, Column::Text(category));
    }
    let mut roles = BTreeMap::from([
        (Role::Created, "created".to_owned()),
        (Role::Closed, "closed".to_owned()),
        (Role::Amount, "amount".to_owned()),
    ]);
    if texts.contains(&"source") {
        roles.insert(Role::Source, "source".to_owned());
    }
    let known_columns = numbers
        .iter()
        .chain(texts)
        .map(|name| ((*name).to_owned(), Known::Creation { declared: false }))
        .collect();
    Leads {
        as_of: Day::from_epoch_days(as_of),
        ids: known.iter().map(|life| life.id.clone()).collect(),
        input_row: (0..n as u32).collect(),
        outcome,
        created,
        closed,
        contacted: vec![None; n],
        table,
        roles,
        known: known_columns,
        stages: None,
        activities: None,
    }
}

/// The world of two features whose winners take a gamma time (faster with the first feature) and whose losers are
/// closed after a lognormal time, a share `never` of them never.
pub fn two_features(n: usize, never: f64, span: f64, seed: u64) -> Vec<Life> {
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
    let lost_after = LogNormal::new(30_f64.ln(), 0.8).expect("valid");
    (0..n)
        .map(|i| {
            let created = rng.random::<f64>() * span;
            let x1 = f64::from(u8::from(rng.random::<f64>() < 0.4));
            let x2: f64 = StandardNormal.sample(&mut rng);
            let p = 1.0 / (1.0 + (1.9 - 1.1 * x1 - 0.6 * x2).exp());
            let won = rng.random::<f64>() < p;
            let scale = if x1 > 0.0 { 18.0 } else { 30.0 };
            let win_time = Gamma::new(1.6, scale).expect("valid").sample(&mut rng);
            let loss_time = if rng.random::<f64>() < never {
                f64::INFINITY
            } else {
                lost_after.sample(&mut rng)
            };
            Life {
                id: format!("L{i:06}"),
                created: created as i32,
                closes_after: if won { win_time } else { loss_time },
                won,
                numbers: vec![x1, x2],
                texts: Vec::new(),
                amount: 1_000.0,
                truth: (p, 1.6, scale),
            }
        })
        .collect()
}

/// P(won within `days` more days | open at `age`) in the world of [`two_features`], of whose losers the share `never`
/// is never closed.
pub fn truth(life: &Life, never: f64, age: f64, days: f64) -> f64 {
    let (p, shape, scale) = life.truth;
    let time = statrs::distribution::Gamma::new(shape, 1.0 / scale).expect("valid");
    let loss = statrs::distribution::LogNormal::new(30_f64.ln(), 0.8).expect("valid");
    let open_losers = never + (1.0 - never) * loss.sf(age);
    p * (time.cdf(age + days) - time.cdf(age)) / (p * time.sf(age) + (1.0 - p) * open_losers)
}

/// The life behind a row of [`leads`].
pub fn life_of<'a>(lives: &'a [Life], leads: &Leads, row: usize) -> &'a Life {
    let i: usize = leads.ids[row][1..].parse().expect("a number");
    &lives[i]
}

/// Seeds of the companies of a large test; `FORERUN_SEEDS=101-120` takes others.
pub fn seeds(usual: std::ops::RangeInclusive<u64>) -> std::ops::RangeInclusive<u64> {
    let asked = std::env::var("FORERUN_SEEDS").unwrap_or_default();
    let parsed = asked
        .split_once('-')
        .and_then(|(a, b)| Some(a.parse().ok()?..=b.parse().ok()?));
    parsed.unwrap_or(usual)
}
