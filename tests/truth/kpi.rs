//! The groups of numbers against companies whose truth is known: a price rise in month 14 of 24, a source whose conversion
//! halves from some month, and nothing at all.
//!
//! The full sizes run with `cargo test --release --test truth kpi -- --ignored --nocapture`; they print what they measure.
#![allow(
    clippy::print_stdout,
    reason = "the measurements are the point of these tests"
)]

use crate::plant::{Shop, month_of, shop};
use forerun::domain::{Column, Day, Leads, Month, Outcome, Role};
use forerun::kpi::{Kpi, Question, Shape, kpi};
use forerun::simulate::{self, Company};
use forerun::{project, read};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// What a run of seeds found.
#[derive(Debug, Default)]
struct Tally {
    seeds: usize,
    /// Seeds in which what was planted was found: a rise of prices, or a fall of this source.
    found: usize,
    /// Those of them in which it was found in its month, give or take two.
    dated: usize,
    /// Those in which its month lies between the earliest and the latest that is told.
    held: usize,
    /// Seeds with any claim of a change of price that was not planted.
    price_alarms: usize,
    /// Seeds with any claim of a change of a source that was not planted.
    source_alarms: usize,
}

/// What is planted.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Plant {
    Nothing,
    /// From this month on prices are 15 % higher.
    Price(Month),
    /// From this month on this source converts half as often.
    Source(&'static str, Month),
}

impl Tally {
    fn add(&mut self, kpi: &Kpi, plant: Plant) {
        // Found, as planted: month, and the first and last that it may have been.
        let prices = kpi.aov.as_ref().and_then(|aov| aov.breaks.as_ref());
        let prices = prices.iter().flat_map(|found| &found.breaks).map(|found| {
            let hit = matches!(plant, Plant::Price(_))
                && found.shape == Shape::Step
                && found.factor.value > 1.0;
            (hit, [found.month, found.earliest, found.latest])
        });
        let changes = kpi.conversion.as_ref().and_then(|of| of.changes.as_ref());
        let sources = changes
            .iter()
            .flat_map(|found| &found.changes)
            .map(|found| {
                let hit = match plant {
                    Plant::Source(name, _) => {
                        found.source.as_deref() == Some(name) && found.ratio.value < 1.0
                    }
                    _ => false,
                };
                (hit, [found.month, found.earliest, found.latest])
            });
        let (prices, sources): (Vec<_>, Vec<_>) = (prices.collect(), sources.collect());
        let truth = match plant {
            Plant::Nothing => None,
            Plant::Price(month) | Plant::Source(_, month) => Some(month),
        };
        let hits = || {
            prices
                .iter()
                .chain(&sources)
                .filter(|(hit, _)| *hit)
                .zip(truth)
        };
        self.seeds += 1;
        self.found += usize::from(hits().next().is_some());
        self.dated +=
            usize::from(hits().any(|((_, [month, ..]), truth)| (*month - truth).abs() <= 2));
        self.held +=
            usize::from(hits().any(|((_, [_, from, to]), truth)| *from <= truth && truth <= *to));
        self.price_alarms += usize::from(prices.iter().any(|(hit, _)| !hit));
        self.source_alarms += usize::from(sources.iter().any(|(hit, _)| !hit));
    }
}

fn numbers(leads: &Leads, seed: u64) -> Kpi {
    let question = Question {
        seed,
        ..Question::default()
    };
    kpi(leads, &[], &question).expect("dated leads")
}

fn shops(plan: &Shop, plant: Plant, seeds: std::ops::Range<u64>) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        tally.add(&numbers(&shop(plan, seed), seed), plant);
    }
    tally
}

/// A company of `forerun simulate` with something planted into its rows.
fn simulated(plant: Plant, seed: u64) -> Leads {
    let folder = tempfile::tempdir().expect("a folder");
    let company = Company {
        seed,
        project_file: true,
        ..Company::default()
    };
    simulate::write(&company, folder.path(), &mut |_| {}).expect("it can be written");
    let project = project::load(&folder.path().join("forerun.toml")).expect("a project");
    let mut leads = read::dataset(&project, None).expect("it can be read").leads;
    match plant {
        Plant::Nothing => {}
        Plant::Price(month) => raise(&mut leads, month.first_day()),
        Plant::Source(name, month) => halve(&mut leads, name, month.first_day(), seed),
    }
    leads
}

fn amounts(leads: &mut Leads) -> &mut [f64] {
    let name = leads.roles[&Role::Amount].clone();
    match leads.table.get_mut(&name) {
        Some(Column::Number(amounts)) => amounts,
        _ => panic!("amounts are numbers"),
    }
}

fn raise(leads: &mut Leads, from: Day) {
    let closed = leads.closed.clone();
    for (amount, closed) in amounts(leads).iter_mut().zip(closed) {
        *amount *= if closed >= Some(from) { 1.15 } else { 1.0 };
    }
}

/// Every second win of a source becomes a loss.
fn halve(leads: &mut Leads, name: &str, from: Day, seed: u64) {
    let mut rng = Pcg64::seed_from_u64(seed);
    let sources = leads.text(Role::Source).expect("sources").clone();
    for row in 0..leads.len() {
        let hit = sources.get(row) == Some(name)
            && leads.created[row] >= Some(from)
            && leads.outcome[row] == Outcome::Won;
        if hit && rng.random::<f64>() < 0.5 {
            leads.outcome[row] = Outcome::Lost;
            amounts(leads)[row] = f64::NAN;
        }
    }
}

fn told(name: &str, tally: &Tally) {
    println!("{name}: {tally:?}");
}

#[test]
fn what_was_planted_is_found_and_nothing_else() {
    let plan = Shop {
        luck: 0.1,
        ..Shop::default()
    };
    let month = month_of(&plan, 14);
    let rise = Shop {
        price_rise: Some((14, 1.15)),
        ..plan.clone()
    };
    let tally = shops(&rise, Plant::Price(month), 0..4);
    assert!(
        tally.found >= 3 && tally.price_alarms + tally.source_alarms <= 1,
        "{tally:?}"
    );
    let worse = Shop {
        quality: Some((3, 14, 0.5)),
        ..plan.clone()
    };
    let tally = shops(&worse, Plant::Source("Search", month), 0..4);
    assert!(
        tally.found >= 3 && tally.price_alarms + tally.source_alarms <= 1,
        "{tally:?}"
    );
    let tally = shops(&plan, Plant::Nothing, 0..4);
    assert!(tally.price_alarms + tally.source_alarms <= 1, "{tally:?}");
}

#[test]
fn permuted_rows_and_repeated_runs_give_the_same() {
    let leads = shop(
        &Shop {
            leads: 2_000,
            ..Shop::default()
        },
        3,
    );
    assert_eq!(numbers(&leads, 1), numbers(&leads, 1));
}

/// 20 seeds of each kind; 60 without anything planted.
#[test]
#[ignore = "a minute in release; run by .ci/run"]
fn twenty_seeds_of_every_kind() {
    let plan = Shop {
        luck: 0.1,
        ..Shop::default()
    };
    let month = month_of(&plan, 14);
    let rise = Shop {
        price_rise: Some((14, 1.15)),
        ..plan.clone()
    };
    let tally = shops(&rise, Plant::Price(month), 100..120);
    told("shop, prices +15 % from month 14", &tally);
    assert!(tally.found >= 16 && tally.price_alarms <= 1 && tally.source_alarms <= 1);
    // A source of 15 % of the leads, some 250 wins, is found a little less often at this rate of false alarms.
    for (source, name, from, least) in [(3, "Search", 14, 16), (1, "Partner", 12, 14)] {
        let worse = Shop {
            quality: Some((source, from, 0.5)),
            ..plan.clone()
        };
        let tally = shops(&worse, Plant::Source(name, month_of(&plan, from)), 200..220);
        told(&format!("shop, {name} halves from month {from}"), &tally);
        assert!(tally.found >= least && tally.price_alarms <= 1 && tally.source_alarms <= 1);
    }
    let tally = shops(&plan, Plant::Nothing, 300..360);
    told("shop, nothing planted", &tally);
    assert!(
        tally.price_alarms + tally.source_alarms <= 5,
        "at most 5 % and chance"
    );
    let plants = [
        (
            "simulated, prices +15 % from 2025-09",
            Plant::Price(Month::new(2025, 9)),
            20,
        ),
        (
            "simulated, Search halves from 2025-09",
            Plant::Source("Search", Month::new(2025, 9)),
            20,
        ),
        ("simulated, nothing planted", Plant::Nothing, 40),
    ];
    for (name, plant, seeds) in plants {
        let mut tally = Tally::default();
        for seed in 0..seeds {
            tally.add(&numbers(&simulated(plant, 500 + seed), seed), plant);
        }
        told(name, &tally);
        assert!(
            plant == Plant::Nothing || tally.found >= 16,
            "{name}: {tally:?}"
        );
        assert!(
            tally.price_alarms + tally.source_alarms <= 3,
            "{name}: {tally:?}"
        );
    }
}

/// Alarms where nothing is planted, on companies that no level was chosen on: `FORERUN_SEEDS=1000-1199` counts 200.
#[test]
#[ignore = "run in release"]
fn where_nothing_changed_few_companies_hear_of_a_change() {
    let plan = Shop {
        luck: 0.1,
        ..Shop::default()
    };
    let asked = crate::common::seeds(1000..=1019);
    let n = asked.clone().count();
    let tally = shops(&plan, Plant::Nothing, *asked.start()..*asked.end() + 1);
    told(&format!("{n} shops, nothing planted"), &tally);
    let alarms = tally.price_alarms + tally.source_alarms;
    assert!(alarms <= 2 + n / 10, "{tally:?}");
}
