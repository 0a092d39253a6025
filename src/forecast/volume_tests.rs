use super::*;
use crate::domain::{Outcome, Role};
use crate::forecast::sample::{LeadsBuilder, day};
use rand::SeedableRng;
use rand_distr::{Distribution, Normal, Poisson};
use rand_pcg::Pcg64;

/// Leads with the rate of each source given by day (days before the as-of date, counted from 0 = yesterday).
fn world(
    as_of: &str,
    days: i32,
    rates: &[(&str, &dyn Fn(i32) -> f64)],
    seed: u64,
) -> (Leads, Groups) {
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut builder = LeadsBuilder::new(as_of);
    for back in (0..days).rev() {
        for &(source, rate) in rates {
            let n = Poisson::new(rate(back)).map_or(0.0, |poisson| poisson.sample(&mut rng));
            for _ in 0..n as usize {
                builder = builder.push(Some(day(as_of) - 1 - back), None, Outcome::Open);
                if let Some(row) = builder.rows.last_mut() {
                    row.source = Some(source.to_owned());
                }
            }
        }
    }
    let leads = builder.build();
    let sources = Groups::by(&leads, Role::Source);
    (leads, sources)
}

fn ahead(leads: &Leads, sources: &Groups, months: usize) -> Volume {
    let counts = Counts::new(leads, sources).expect("leads");
    forecast(
        &counts,
        &Span::new(leads.as_of, months).paced(leads),
        &vec![1.0; sources.len()],
        &[],
    )
}

/// Variance of the log of a month's leads beyond chance, the mean over the beliefs.
fn beyond(volume: &Volume, month: usize) -> f64 {
    let of = |belief: &Ahead| belief.root[month].iter().map(|r| r * r).sum::<f64>();
    volume.beliefs.iter().map(of).sum::<f64>() / volume.beliefs.len() as f64
}

#[test]
fn a_steady_rate_goes_on_and_a_part_of_a_month_is_a_part() {
    let (leads, sources) = world("2026-07-21", 400, &[("a", &|_| 10.0), ("b", &|_| 2.0)], 1);
    let volume = ahead(&leads, &sources, 3);
    assert!(!volume.seasonal);
    for (source, rate) in [(0, 10.0), (1, 2.0)] {
        for (month, days) in [11.0, 31.0, 30.0].into_iter().enumerate() {
            let ratio = volume.leads[source][month] / (rate * days);
            assert!((ratio - 1.0).abs() < 0.1, "{source} {month} {ratio}");
        }
    }
    let sd = beyond(&volume, 0).sqrt();
    assert!(sd < 0.1, "calm: {sd}");
}

#[test]
fn growth_is_followed_not_lagged_behind() {
    let grow = |back: i32| 20.0 * 1.05_f64.powf(-f64::from(back) / 30.4);
    let (leads, sources) = world("2026-07-01", 600, &[("a", &grow)], 2);
    let volume = ahead(&leads, &sources, 2);
    let ratio = volume.leads[0][0] / (20.0 * 31.0 * 1.05_f64.sqrt());
    assert!((ratio - 1.0).abs() < 0.08, "{ratio}");
}

#[test]
fn a_source_that_stopped_fades_and_a_new_one_is_not_blown_up() {
    let stopped = |back: i32| if back > 300 { 20.0 } else { 0.0 };
    let fresh = |back: i32| if back < 20 { 6.0 } else { 0.0 };
    let (leads, sources) = world(
        "2026-07-01",
        500,
        &[
            ("fresh", &fresh),
            ("main", &|_| 10.0),
            ("stopped", &stopped),
        ],
        3,
    );
    let volume = ahead(&leads, &sources, 1);
    assert!(volume.leads[2][0] < 0.1 * 31.0 * 20.0);
    assert!(
        (50.0..250.0).contains(&volume.leads[0][0]),
        "{}",
        volume.leads[0][0]
    );
}

#[test]
fn a_season_of_two_years_is_used() {
    let as_of = "2026-02-01";
    let rate = |back: i32| {
        let month = (day(as_of) - 1 - back).month().number();
        if month == 2 { 10.0 } else { 20.0 }
    };
    let (leads, sources) = world(as_of, 761, &[("a", &rate)], 4);
    let volume = ahead(&leads, &sources, 2);
    assert!(volume.seasonal);
    let (february, march) = (volume.leads[0][0] / 28.0, volume.leads[0][1] / 31.0);
    assert!(
        (0.5..0.75).contains(&(february / march)),
        "{}",
        february / march
    );
}

#[test]
fn growth_of_a_year_goes_on_for_half_a_year() {
    // 18 % a year, as many a company grows: the level of the last months alone would be 10 % low in December.
    let (mut told, mut came) = (0.0, 0.0);
    for seed in 0..8 {
        let mut rng = Pcg64::seed_from_u64(40 + seed);
        let normal = Normal::new(0.0, 0.08).expect("a normal");
        let luck: Vec<f64> = (0..26).map(|_| normal.sample(&mut rng)).collect();
        let as_of = day("2026-07-01");
        let grow = |back: i32| {
            let month = (as_of.month() - (as_of - 1 - back).month()) as usize;
            15.0 * (luck[month] - 0.18 * f64::from(back) / 365.0).exp()
        };
        let (leads, sources) = world("2026-07-01", 730, &[("a", &grow)], seed);
        told += ahead(&leads, &sources, 6).leads[0][5];
        came += 15.0 * 31.0 * (0.18_f64 * 168.0 / 365.0).exp();
    }
    assert!((told / came - 1.0).abs() < 0.06, "{}", told / came);
}

#[test]
fn a_source_keeps_its_own_season() {
    let as_of = "2026-07-01";
    let month = |back: i32| (day(as_of) - 1 - back).month().number();
    let fairs = |back: i32| {
        if (3..=5).contains(&month(back)) {
            6.0
        } else {
            1.5
        }
    };
    let (leads, sources) = world(as_of, 730, &[("fairs", &fairs), ("web", &|_| 15.0)], 5);
    let volume = ahead(&leads, &sources, 2);
    let (fairs, web) = (volume.leads[0][1] / 31.0, volume.leads[1][1] / 31.0);
    assert!(
        (1.0..2.2).contains(&fairs),
        "August is no month of fairs: {fairs}"
    );
    assert!((13.0..17.0).contains(&web), "{web}");
}

/// The claim of the spread: 80 % of months come within it, whatever the shocks of the world.
#[test]
fn the_spread_covers_what_comes() {
    for shock in [0.05, 0.15, 0.35] {
        let (mut inside, mut all) = (0, 0);
        for seed in 0..60 {
            let mut rng = Pcg64::seed_from_u64(1_000 + seed);
            let normal = Normal::new(0.0, shock).expect("a normal");
            let months: Vec<f64> = (0..20).map(|_| normal.sample(&mut rng)).collect();
            let as_of = day("2026-07-01");
            let rate = |back: i32| {
                let month = (as_of.month() - (as_of - 1 - back).month()) as usize;
                10.0 * months[month].exp()
            };
            let (leads, sources) = world("2026-07-01", 546, &[("a", &rate)], seed);
            let volume = ahead(&leads, &sources, 3);
            for month in 0..3 {
                let rate = 10.0 * normal.sample(&mut rng).exp();
                let days = f64::from((as_of.month() + month).days());
                let came = Poisson::new(rate * days).expect("a mean").sample(&mut rng);
                let expected = volume.leads[0][month as usize];
                let variance = beyond(&volume, month as usize) + 1.0 / expected;
                all += 1;
                inside += usize::from((came / expected).ln().abs() < 1.2816 * variance.sqrt());
            }
        }
        let coverage = inside as f64 / f64::from(all);
        assert!(
            (0.72..=0.97).contains(&coverage),
            "shock {shock}: {coverage}"
        );
    }
}

#[test]
fn a_fall_of_the_last_month_is_said_and_a_quiet_month_is_not() {
    let said = |now: f64, before: f64| {
        let rate = move |back: i32| if back < 30 { now } else { before };
        let (leads, sources) = world("2026-07-01", 365, &[("a", &rate)], 6);
        Counts::new(&leads, &sources).and_then(|counts| counts.fall(12.0))
    };
    let message = said(4.0, 20.0).expect("it fell");
    assert!(message.contains("in 2026-06 where"), "{message}");
    assert_eq!(said(14.0, 20.0), None);
    assert_eq!(said(0.1, 0.15), None, "few leads fall by chance");
}

/// What Spring Festival leaves of a day.
fn festive(day: Day) -> f64 {
    let since = |year| crate::forecast::lunar::spring_festival(year).map(|first| day - first);
    match since(day.month().year()) {
        Some(-7..=-1) => 0.55,
        Some(0..=6) => 0.1,
        Some(7..=10) => 0.65,
        _ => 1.0,
    }
}

/// Mean absolute error of the log of the leads of the months ahead, with and without what days are worth.
fn festival_errors(as_of: &str, months: usize, factor: &dyn Fn(Day) -> f64) -> (f64, f64) {
    let (mut with, mut without) = (0.0, 0.0);
    for seed in 0..8 {
        let rate = |back: i32| 25.0 * factor(day(as_of) - 1 - back);
        let (leads, sources) = world(as_of, 1_000, &[("a", &rate)], seed);
        let counts = Counts::new(&leads, &sources).expect("leads");
        let error = |span: &Span| {
            let told = forecast(&counts, span, &[1.0], &[]);
            (0..months)
                .map(|m| {
                    let (from, to) = span.window(m);
                    let came: f64 = (from..to).map(|i| 25.0 * factor(day(as_of) + i)).sum();
                    (told.leads[0][m] / came).ln().abs()
                })
                .sum::<f64>()
        };
        let plain = Span::new(leads.as_of, months);
        without += error(&plain);
        with += error(&plain.paced(&leads));
    }
    (with / 8.0 / months as f64, without / 8.0 / months as f64)
}

#[test]
fn a_festival_that_moves_from_january_to_february_is_followed() {
    // 2023-01-22, 2024-02-10 and 2025-01-29 were seen; 2026-02-17 is ahead.
    let (with, without) = festival_errors("2026-01-01", 3, &festive);
    assert!(with < 0.5 * without, "{with} against {without}");
    assert!(with < 0.04, "{with}");
    // And back: 2028-01-26, after 2026-02-17 and 2027-02-06.
    let (with, without) = festival_errors("2028-01-01", 2, &festive);
    assert!(with < 0.5 * without, "{with} against {without}");
}

#[test]
fn weekends_make_no_good_or_bad_months() {
    // Leads on working days only: months of 20 to 23 of them.
    let weekdays = |day: Day| if day.weekday() < 5 { 1.4 } else { 0.0 };
    let (with, without) = festival_errors("2026-01-20", 6, &weekdays);
    assert!(with < 0.6 * without, "{with} against {without}");
    assert!(with < 0.02, "{with}");
}

fn spend_lines(months: &[(Month, f64)]) -> Vec<SpendLine> {
    (months.iter())
        .map(|&(month, spend)| SpendLine {
            month,
            source: "a".to_owned(),
            spend,
            visits: None,
            clicks: None,
        })
        .collect()
}

#[test]
fn planned_spend_brings_more_leads_but_not_in_proportion() {
    let as_of = day("2026-07-01");
    let paid =
        |month: Month| [700.0, 1_500.0, 1_000.0, 1_300.0, 800.0][(month.number() % 5) as usize];
    let rate = |back: i32| 12.0 * (paid((as_of - 1 - back).month()) / 1_000.0_f64).powf(0.5);
    let (leads, sources) = world("2026-07-01", 730, &[("a", &rate), ("b", &|_| 6.0)], 9);
    let counts = Counts::new(&leads, &sources).expect("leads");
    let span = Span::new(as_of, 3).paced(&leads);
    let past: Vec<(Month, f64)> = (1..=24)
        .map(|m| (as_of.month() - m, paid(as_of.month() - m)))
        .collect();
    let told = |plan: &[f64]| {
        let months = plan.iter().enumerate();
        let plan = months.map(|(m, &spend)| (as_of.month() + m as i32, spend));
        let lines: Vec<(Month, f64)> = past.iter().copied().chain(plan).collect();
        forecast(&counts, &span, &[1.0, 1.0], &spend_lines(&lines))
    };
    let (usual, double) = (told(&[1_000.0; 3]), told(&[1_000.0, 2_000.0, 1_000.0]));
    let ratio = |source: usize, m: usize| double.leads[source][m] / usual.leads[source][m];
    assert!(
        (ratio(0, 1) / 2.0_f64.sqrt() - 1.0).abs() < 0.12,
        "{}",
        ratio(0, 1)
    );
    assert!(
        (ratio(1, 1) - 1.0).abs() < 0.02,
        "another source: {}",
        ratio(1, 1)
    );
    assert!(
        (ratio(0, 2) - 1.0).abs() < 0.02,
        "another month: {}",
        ratio(0, 2)
    );
    let sd = |volume: &Volume| beyond(volume, 1).sqrt();
    assert!(
        sd(&double) > sd(&usual),
        "further from the usual is less sure"
    );
    // Truth of a usual month: 12 a day.
    let level = usual.leads[0][0] / 31.0 / 12.0;
    assert!((level - 1.0).abs() < 0.12, "{level}");
    assert_eq!(
        forecast(&counts, &span, &[1.0, 1.0], &[]).leads,
        forecast(
            &counts,
            &span,
            &[1.0, 1.0],
            &spend_lines(&[(as_of.month(), 5e3)])
        )
        .leads,
        "a plan without a past says nothing"
    );
}

/// The months of a simulated process, and what exponential smoothing says six months ahead of each origin.
struct Golden {
    shock: f64,
    came: Vec<f64>,
    smoothed: Vec<f64>,
}

/// See `tests/peers/lead_volume.py`.
fn golden() -> Vec<Golden> {
    let file = include_str!("../../tests/golden/lead_volume.csv");
    (file.lines().filter(|line| !line.starts_with('#')))
        .map(|line| {
            let numbers: Vec<f64> = line
                .split(',')
                .map(|n| n.parse().expect("a number"))
                .collect();
            Golden {
                shock: numbers[0],
                came: numbers[2..56].to_vec(),
                smoothed: numbers[56..].to_vec(),
            }
        })
        .collect()
}

/// Beliefs about six months ahead of an origin.
fn ahead_of(came: &[f64], origin: usize) -> Vec<Ahead> {
    let point = |month: usize| Point {
        month: month as i32,
        of_year: month % 12,
        festival: 0.0,
        spend: (0.0, 0.0),
    };
    let seen: Vec<Seen> = (came[..origin].iter().enumerate())
        .map(|(month, came)| Seen {
            point: point(month),
            log: (came + 0.5).ln(),
            chance: 1.0 / (came + 0.5),
        })
        .collect();
    let months: Vec<Point> = (origin..origin + 6).map(point).collect();
    series::ahead(&seen, &months, &of_all(true))
}

#[test]
fn where_shocks_carry_on_it_beats_exponential_smoothing_and_knows_how_far_off_it_is() {
    for shock in [0.15, 0.35] {
        let mut squares = [[0.0; 2]; 6];
        let (mut inside, mut all) = (0, 0);
        for world in golden().iter().filter(|world| world.shock == shock) {
            for (i, origin) in [30, 36, 42, 48].into_iter().enumerate() {
                let beliefs = ahead_of(&world.came, origin);
                for (h, square) in squares.iter_mut().enumerate() {
                    let came = world.came[origin + h].ln();
                    let rate = |b: &Ahead| b.rate(h);
                    let told = beliefs.iter().map(rate).sum::<f64>() / beliefs.len() as f64;
                    square[0] += (came - told.ln()).powi(2);
                    square[1] += (came - world.smoothed[6 * i + h].ln()).powi(2);
                    all += 1;
                    inside += usize::from((0.1..=0.9).contains(&below(&beliefs, h, came)));
                }
            }
        }
        let n = f64::from(all) / 6.0;
        let rms = [0, 1].map(|who| squares.map(|sums| (sums[who] / n).sqrt()));
        let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
        assert!(mean(&rms[0]) < 0.87 * mean(&rms[1]), "{rms:?}");
        assert!(rms[0][0] < rms[1][0], "{rms:?}");
        let coverage = inside as f64 / f64::from(all);
        assert!((0.74..=0.86).contains(&coverage), "{coverage}");
    }
}

/// Probability that the log of a month's leads is below a value, chance of the count included.
fn below(beliefs: &[Ahead], month: usize, log: f64) -> f64 {
    let of = |belief: &Ahead| {
        let variance: f64 = belief.root[month].iter().map(|r| r * r).sum();
        let sd = (variance + (-belief.mean[month]).exp()).sqrt();
        let z = (log - belief.mean[month]) / sd;
        0.5 * statrs::function::erf::erfc(-z / std::f64::consts::SQRT_2)
    };
    beliefs.iter().map(of).sum::<f64>() / beliefs.len() as f64
}
