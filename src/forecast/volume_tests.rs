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
        Counts::new(&leads, &sources).and_then(|counts| counts.fall())
    };
    let message = said(4.0, 20.0).expect("it fell");
    assert!(message.contains("in 2026-06 where"), "{message}");
    assert_eq!(said(14.0, 20.0), None);
    assert_eq!(said(0.1, 0.15), None, "few leads fall by chance");
}
