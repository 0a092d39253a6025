//! Leads for the training benchmark: 20 raw columns, numbers, texts and yes-or-no mixed, some missing, and an outcome that
//! bends with most of them.

use std::collections::BTreeMap;

use forerun::domain::{Category, Column, Day, Known, Leads, Outcome, Role, Table};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

/// Columns of numbers.
pub const NUMBERS: usize = 10;
/// Number of levels of each text column.
pub const TEXTS: [usize; 8] = [3, 4, 5, 6, 8, 10, 12, 25];
/// Columns of yes or no.
pub const BOOLEANS: usize = 2;

/// Raw values, column by column; NaN and -1 are missing.
pub struct Raw {
    pub numbers: Vec<Vec<f64>>,
    pub levels: Vec<Vec<i16>>,
    pub won: Vec<bool>,
}

/// `n` leads of a seed; the first ones of a longer run are the same.
pub fn raw(n: usize, seed: u64) -> Raw {
    let mut rng = rand_pcg::Pcg64Mcg::seed_from_u64(seed);
    let effects: Vec<Vec<f64>> = (TEXTS.iter())
        .map(|&levels| {
            (0..levels)
                .map(|_| {
                    let z: f64 = StandardNormal.sample(&mut rng);
                    0.5 * z
                })
                .collect()
        })
        .collect();
    let mut raw = Raw {
        numbers: vec![Vec::new(); NUMBERS],
        levels: vec![Vec::with_capacity(n); TEXTS.len() + BOOLEANS],
        won: Vec::with_capacity(n),
    };
    for _ in 0..n {
        let z: [f64; NUMBERS] = std::array::from_fn(|_| StandardNormal.sample(&mut rng));
        let x = [
            z[0],
            (0.8 * z[1]).exp(),
            (3.0 + 0.6 * z[0] + 0.8 * z[2]).exp().floor(),
            rng.random::<f64>() * 100.0,
            (z[4].abs() * 3.0).floor(),
            18.0 + 50.0 * rng.random::<f64>().sqrt(),
            z[6] * z[6],
            if rng.random::<f64>() < 0.6 {
                0.0
            } else {
                z[7].exp()
            },
            z[8] + 0.5 * z[3],
            z[9],
        ];
        let codes: [usize; 8] = std::array::from_fn(|j| {
            // Some levels are several times as common as others.
            let u: f64 = rng.random();
            ((u * u) * TEXTS[j] as f64) as usize
        });
        let yes: [bool; BOOLEANS] = [rng.random::<f64>() < 0.3, rng.random::<f64>() < 0.05];
        let effect: f64 = (codes.iter().zip(&effects))
            .map(|(&code, of)| of[code])
            .sum();
        let eta = -2.2 + 0.7 * x[0].tanh() + 0.5 * x[1].ln() - 0.4 * (x[2].ln_1p() - 3.0).abs()
            + 0.8 * (x[3] / 15.0).sin()
            - 0.15 * x[4].min(6.0)
            + 0.03 * (x[5] - 45.0).abs()
            - 0.3 * (x[6] > 2.0) as u8 as f64
            + 0.6 * (x[7] > 0.0) as u8 as f64
            + 0.4 * x[8]
            + 0.5 * yes[0] as u8 as f64
            + 0.8 * yes[1] as u8 as f64
            + 0.3 * x[0] * yes[0] as u8 as f64
            + effect;
        raw.won
            .push(rng.random::<f64>() < 1.0 / (1.0 + (-eta).exp()));
        for (j, &value) in x.iter().enumerate() {
            let missing = j % 3 == 1 && rng.random::<f64>() < 0.1;
            raw.numbers[j].push(if missing { f64::NAN } else { value });
        }
        for (j, &code) in codes.iter().enumerate() {
            let missing = j % 4 == 2 && rng.random::<f64>() < 0.05;
            raw.levels[j].push(if missing { -1 } else { code as i16 });
        }
        for (j, &yes) in yes.iter().enumerate() {
            raw.levels[TEXTS.len() + j].push(i16::from(yes));
        }
    }
    raw
}

/// The same as leads without dates, as reading a file would give them.
pub fn leads(raw: Raw) -> Leads {
    let n = raw.won.len();
    let mut table = Table::with_rows(n);
    for (j, values) in raw.numbers.into_iter().enumerate() {
        table.insert(format!("number_{j}"), Column::Number(values));
    }
    for (j, codes) in raw.levels.into_iter().enumerate() {
        let column = if j < TEXTS.len() {
            Column::Text(Category {
                levels: (0..TEXTS[j])
                    .map(|level| format!("level {level:02}"))
                    .collect(),
                codes: codes
                    .iter()
                    .map(|&code| u32::try_from(code).unwrap_or(u32::MAX))
                    .collect(),
            })
        } else {
            Column::Boolean(codes.iter().map(|&code| Some(code > 0)).collect())
        };
        table.insert(format!("column_{j}"), column);
    }
    let known = (table.names().iter())
        .map(|name| (name.clone(), Known::Creation { declared: false }))
        .collect();
    Leads {
        as_of: Day::from_epoch_days(20_000),
        ids: (0..n).map(|i| format!("L{i:08}")).collect(),
        input_row: (0..n as u32).collect(),
        outcome: (raw.won.iter())
            .map(|&won| if won { Outcome::Won } else { Outcome::Lost })
            .collect(),
        created: vec![None; n],
        closed: vec![None; n],
        contacted: vec![None; n],
        table,
        roles: BTreeMap::from([(Role::Source, "column_5".to_owned())]),
        known,
        stages: None,
        activities: None,
    }
}
