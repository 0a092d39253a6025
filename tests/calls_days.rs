//! A year of call lists, day after day: first touches are in time wherever they can be.

mod common;

use std::collections::BTreeMap;

use forerun::decide::{CallsAsk, calls};
use forerun::domain::{CallLog, Column, Day, Leads, Outcome, Probability, Role, Table};
use forerun::project::Calls;
use forerun::score::{LeadScore, Scores};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

const START: i32 = 20_000;
const DAYS: i32 = 365;

/// A lead that comes in, with what a model would say of it.
#[derive(Clone)]
struct Coming {
    created: i32,
    chance: f64,
    amount: f64,
    touched: Option<i32>,
}

/// How many leads come in on a day.
type Arrivals = fn(i32, &mut Pcg64) -> usize;

fn coming(arrivals: Arrivals, seed: u64) -> Vec<Coming> {
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut all = Vec::new();
    for day in 0..DAYS {
        for _ in 0..arrivals(day, &mut rng) {
            all.push(Coming {
                created: START + day,
                chance: rng.random::<f64>().powi(3) * 0.5,
                amount: 100.0 + 1_000.0 * rng.random::<f64>(),
                touched: None,
            });
        }
    }
    all
}

/// The open leads of a day, and their scores.
fn known(all: &[Coming], today: i32) -> (Vec<usize>, Leads, Scores) {
    // Who was touched stays open for three weeks.
    let open: Vec<usize> = (0..all.len())
        .filter(|&i| all[i].created < today || (all[i].created == today - 1))
        .filter(|&i| all[i].touched.is_none_or(|day| today - day < 21))
        .collect();
    let n = open.len();
    let date = |day: i32| Day::from_epoch_days(day);
    let created: Vec<Option<Day>> = open.iter().map(|&i| Some(date(all[i].created))).collect();
    let contacted: Vec<Option<Day>> = open.iter().map(|&i| all[i].touched.map(date)).collect();
    let mut table = Table::with_rows(n);
    table.insert("created", Column::Date(created.clone()));
    table.insert("contacted", Column::Date(contacted.clone()));
    let leads = Leads {
        as_of: date(today),
        ids: open.iter().map(|i| format!("L{i:06}")).collect(),
        input_row: (0..n as u32).collect(),
        outcome: vec![Outcome::Open; n],
        created,
        closed: vec![None; n],
        contacted,
        table,
        roles: BTreeMap::from([
            (Role::Created, "created".to_owned()),
            (Role::Contacted, "contacted".to_owned()),
        ]),
        known: BTreeMap::new(),
        stages: None,
        activities: None,
    };
    let p = |value: f64| Probability::try_from(value).ok();
    let scores = Scores {
        as_of: date(today),
        horizon_days: Some(90),
        expected_wins: Vec::new(),
        leads: (open.iter().enumerate())
            .map(|(row, &i)| LeadScore {
                row,
                p_win: p(all[i].chance),
                p_win_low: None,
                p_win_high: None,
                p_win_30d: p(all[i].chance),
                p_win_90d: p(all[i].chance),
                p_win_30d_tomorrow: p(all[i].chance),
                expected_amount: Some(all[i].amount),
                expected_value: None,
                reasons: Vec::new(),
                baseline: 0.0,
            })
            .collect(),
        warnings: Vec::new(),
    };
    (open, leads, scores)
}

/// What a year came to.
#[derive(Debug, Default)]
struct Year {
    late: usize,
    said: usize,
    touches: usize,
    untouched: usize,
    calls: usize,
    value: usize,
}

const LIMITS: Calls = Calls {
    capacity: 20,
    sla_days: 3,
    ..Calls::USUAL
};

/// A year by the lists; every call on them is made.
fn by_lists(arrivals: Arrivals, seed: u64) -> Year {
    let mut all = coming(arrivals, seed);
    let (mut year, mut log) = (Year::default(), CallLog::default());
    for today in START + 1..START + DAYS {
        let (open, leads, scores) = known(&all, today);
        let ask = CallsAsk {
            limits: LIMITS,
            log: Some(&log),
            draw_lots: true,
            seed,
            ..CallsAsk::default()
        };
        let mut list = calls(&leads, &scores, &ask);
        let Some(owner) = list.owners.pop() else {
            continue;
        };
        assert!(owner.calls.len() <= LIMITS.capacity);
        year.calls += owner.calls.len();
        // Those for whom today is the last day and who do not fit are late from tomorrow; the list says so.
        year.said += owner.due_not_reached;
        for standing in list
            .standings
            .iter()
            .filter(|standing| standing.rank.is_ok())
        {
            let lead = &mut all[open[standing.row]];
            if lead.touched.is_none() {
                lead.touched = Some(today);
                year.touches += 1;
                year.late += usize::from(today - lead.created > LIMITS.sla_days);
            } else {
                year.value += 1;
            }
        }
        log.shown
            .extend(list.shown.into_iter().filter(|shown| shown.draw.is_some()));
    }
    let end = START + DAYS - 1;
    let waiting = all.iter().filter(|lead| lead.touched.is_none());
    year.untouched = waiting.clone().count();
    year.late += waiting
        .filter(|lead| end - lead.created >= LIMITS.sla_days)
        .count();
    year
}

/// First touches late by earliest due first alone, with the whole day for it.
fn earliest_due_first(arrivals: Arrivals, seed: u64) -> usize {
    let all = coming(arrivals, seed);
    let (mut next, mut late) = (0, 0);
    for today in START + 1..START + DAYS {
        for _ in 0..LIMITS.capacity {
            if next < all.len() && all[next].created < today {
                late += usize::from(today - all[next].created > LIMITS.sla_days);
                next += 1;
            }
        }
    }
    let end = START + DAYS - 1;
    late + all[next..]
        .iter()
        .filter(|lead| end - lead.created >= LIMITS.sla_days)
        .count()
}

fn poisson(mean: f64, rng: &mut Pcg64) -> usize {
    let (mut n, mut product) = (0, rng.random::<f64>());
    while product > (-mean).exp() {
        product *= rng.random::<f64>();
        n += 1;
    }
    n
}

/// Five a day, none at weekends.
fn light(day: i32, rng: &mut Pcg64) -> usize {
    if day % 7 < 5 { poisson(5.0, rng) } else { 0 }
}

/// As many as can be called.
fn steady(_: i32, rng: &mut Pcg64) -> usize {
    poisson(14.0, rng)
}

/// Six a day, and forty on the day of a campaign every third week.
fn campaigns(day: i32, rng: &mut Pcg64) -> usize {
    poisson(if day % 21 == 20 { 40.0 } else { 6.0 }, rng)
}

/// A fair brings twice what a week can do.
fn fairs(day: i32, rng: &mut Pcg64) -> usize {
    poisson(if day % 60 == 30 { 160.0 } else { 8.0 }, rng)
}

/// A quarter more than can be called, every day.
fn overload(_: i32, rng: &mut Pcg64) -> usize {
    poisson(25.0, rng)
}

#[test]
fn in_a_year_no_first_touch_is_late_where_those_due_fit() {
    for (arrivals, name) in [
        (light as Arrivals, "light"),
        (steady, "steady"),
        (campaigns, "campaigns"),
    ] {
        for seed in 0..3 {
            assert_eq!(
                earliest_due_first(arrivals, seed),
                0,
                "{name}: it can be done"
            );
            let year = by_lists(arrivals, seed);
            assert_eq!((year.late, year.said), (0, 0), "{name} {seed}: {year:?}");
            assert!(
                year.value > year.calls / 10,
                "{name}: the rest goes by value: {year:?}"
            );
        }
    }
}

#[test]
fn where_they_do_not_fit_no_more_are_late_than_earliest_due_first_alone_leaves() {
    for (arrivals, name) in [(fairs as Arrivals, "fairs"), (overload, "overload")] {
        for seed in 0..3 {
            let alone = earliest_due_first(arrivals, seed);
            let year = by_lists(arrivals, seed);
            assert!(
                alone > 0 && year.late <= alone,
                "{name} {seed}: {alone} {year:?}"
            );
            // Whoever became late was announced on the last day in time.
            assert_eq!(year.said, year.late, "{name} {seed}: {year:?}");
        }
    }
}
