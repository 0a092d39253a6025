use super::*;
use crate::domain::{Month, Outcome};
use crate::forecast::sample::{LeadsBuilder, day};
use rand::{RngExt, SeedableRng};
use rand_distr::{Beta, Distribution};
use rand_pcg::Pcg64;

pub(super) fn judge(leads: &Leads, spend: &[SpendLine], margin: f64) -> Sources {
    let division = Division::of(leads, None, spend).expect("a source");
    judged(leads, &division, spend, margin, 1).expect("dated")
}

pub(super) fn spend(month: Month, source: &str, spend: f64) -> SpendLine {
    SpendLine {
        month,
        source: source.to_owned(),
        spend,
        visits: None,
        clicks: None,
    }
}

/// `old`: 300 leads of January to March, each fifth won for 100. `young`: 50 leads of the last two days.
fn leads() -> Leads {
    let mut builder = LeadsBuilder::new("2026-07-01");
    for i in 0..300 {
        let created = day("2026-01-01") + i % 90;
        if i % 5 == 0 {
            builder = builder.push(Some(created), Some(created), Outcome::Won);
            builder.rows[i as usize].amount = 100.0;
        } else {
            builder = builder.push(Some(created), None, Outcome::Open);
        }
        builder.rows[i as usize].source = Some("old".to_owned());
    }
    for i in 0..50 {
        let created = day("2026-06-29") + i % 2;
        builder = builder.push(Some(created), None, Outcome::Open);
        builder.rows[300 + i as usize].source = Some("young".to_owned());
    }
    builder.push(None, None, Outcome::Open).build()
}

fn paid(spend: &[SpendLine]) -> Sources {
    judge(&leads(), spend, 0.5)
}

#[test]
fn cost_and_return_are_of_the_leads_that_the_money_bought() {
    let january = Month::new(2026, 1);
    let lines = [
        spend(january, "old", 400.0),
        spend(january + 1, "old", 400.0),
        spend(january + 6, "old", 999.0),
    ];
    let sources = paid(&lines);
    let old = &sources.sources[0];
    assert_eq!((old.source.as_str(), old.leads, old.won), ("old", 300, 60));
    assert!((old.conversion - 0.2).abs() < 0.005, "{}", old.conversion);
    assert!((old.maturity - 0.99).abs() < 0.02 && old.status == Status::Matured);
    assert_eq!(old.spend, Some(800.0));
    // Of the leads of January and February, each fifth is won: by the source's conversion, not by their own luck.
    let bought = (leads().created.iter().flatten())
        .filter(|day| day.month() < january + 2)
        .count();
    let wins = bought as f64 * old.conversion;
    let aov = old.aov.expect("amounts");
    assert!((aov - 100.0).abs() < 1e-6);
    assert!((old.cac.expect("wins") - 800.0 / wins).abs() < 1e-9);
    let roi = old.roi.expect("spend");
    assert!((roi - (wins * 100.0 * 0.5 / 800.0 - 1.0)).abs() < 1e-9);
    assert!(old.roi_low.expect("low") < roi && roi < old.roi_high.expect("high"));
    assert_eq!(old.revenue, Some(6_000.0));
}

#[test]
fn everything_left_out_is_said() {
    let june = Month::new(2026, 6);
    let lines = [
        spend(june, "Yuong", 50.0),
        spend(june - 5, "old", 50.0),
        spend(june + 1, "old", 70.0),
        spend(june, "fair", 0.0),
    ];
    let sources = paid(&lines);
    let names: Vec<&str> = sources
        .sources
        .iter()
        .map(|row| row.source.as_str())
        .collect();
    assert_eq!(names, ["old", "young", "Yuong", "fair"]);
    let unmet = &sources.sources[2];
    assert_eq!(
        (unmet.leads, unmet.spend, unmet.cac, unmet.roi),
        (0, Some(50.0), None, None)
    );
    let text: Vec<String> = (sources.warnings.iter())
        .map(|warning| format!("{}: {}", warning.code, warning.message))
        .collect();
    insta::assert_snapshot!(text.join("\n"), @r"
    spend-left-out: spend of 70 from 2026-07 on is left out: by the as-of date that month is not over
    spend-without-leads: money was paid for `Yuong`, but no lead names it as its source; is it `young`?
    spend-without-leads: money was paid for `fair`, but no lead names it as its source
    spend-covers-part: spend of `old` is known from 2026-01 to 2026-01: its CAC and ROI are of the 123 leads of these months, out of 300
    leads-without-created: 1 of 351 leads have no creation date: nothing says how old they are, and they are in no source's numbers
    ");
    assert_eq!(sources, paid(&lines), "the same seed, the same numbers");
}

#[test]
fn without_amounts_there_is_no_money() {
    let mut builder = LeadsBuilder::new("2026-07-01");
    for i in 0..40 {
        let created = day("2025-01-01") + i;
        builder = builder.push(Some(created), Some(created + 90 + i), Outcome::Won);
        builder.rows[i as usize].source = Some("a".to_owned());
    }
    let leads = builder.build();
    let sources = judge(&leads, &[], 1.0);
    let row = &sources.sources[0];
    assert_eq!(row.won, 40);
    assert_eq!((row.aov, row.revenue, row.spend), (None, None, None));
}

/// Forty small sources of which a few are good: what is picked as the best is better than what counting picks.
#[test]
fn of_many_small_sources_the_best_is_picked_better_than_by_counting() {
    let mut rng = Pcg64::seed_from_u64(9);
    let names: Vec<String> = (0..40).map(|i| format!("s{i:02}")).collect();
    let (mut raw, mut told, mut pick_raw, mut pick_told) = (0.0, 0.0, 0.0, 0.0);
    let runs = 12;
    for _ in 0..runs {
        let mut builder = LeadsBuilder::new("2026-07-01");
        let beta = Beta::new(3.0, 27.0).expect("a beta");
        let truth: Vec<f64> = names.iter().map(|_| beta.sample(&mut rng)).collect();
        for (k, (name, &p)) in names.iter().zip(&truth).enumerate() {
            // Of equal size they would be ranked alike.
            for i in 0..[24, 48, 96][k % 3] {
                let created = day("2025-07-01") + i * 2;
                let won = rng.random::<f64>() < p;
                let outcome = if won { Outcome::Won } else { Outcome::Lost };
                builder = builder.push(Some(created), Some(created + 10 + i % 7), outcome);
                builder.rows.last_mut().expect("a row").source = Some(name.clone());
            }
        }
        let rows = judge(&builder.build(), &[], 1.0).sources;
        assert_eq!(rows.len(), 40);
        let p = |row: &SourceRow| truth[names.iter().position(|n| *n == row.source).expect("one")];
        let counted = |row: &SourceRow| row.won as f64 / row.leads as f64;
        for row in &rows {
            raw += (counted(row) - p(row)).powi(2);
            told += (row.conversion - p(row)).powi(2);
        }
        let best = |f: &dyn Fn(&SourceRow) -> f64| {
            let most = rows.iter().map(f).fold(0.0, f64::max);
            let ties: Vec<f64> = rows.iter().filter(|row| f(row) == most).map(p).collect();
            ties.iter().sum::<f64>() / ties.len() as f64
        };
        pick_raw += best(&counted);
        pick_told += best(&|row| row.conversion);
    }
    assert!(told < 0.85 * raw, "{told} {raw}");
    assert!(pick_told >= pick_raw - 1e-9, "{pick_told} {pick_raw}");
}

#[test]
fn a_lost_lead_counts_whole() {
    // 60 leads of the last two weeks, each fifth won within days and the others lost: at most 12 of 60 can be won.
    let mut builder = LeadsBuilder::new("2026-07-01");
    for i in 0..460 {
        let old = i < 400;
        let created = if old {
            day("2025-09-01") + i / 2
        } else {
            day("2026-06-16") + i % 10
        };
        let won = i % 5 == 0;
        let days = if old && won { 60 + i % 50 } else { 4 };
        let outcome = if won { Outcome::Won } else { Outcome::Lost };
        builder = builder.push(Some(created), Some(created + days), outcome);
        let name = if old { "old" } else { "young" };
        builder.rows.last_mut().expect("a row").source = Some(name.to_owned());
    }
    let rows = judge(&builder.build(), &[], 1.0).sources;
    let young = &rows[1];
    assert!(
        young.source == "young" && young.conversion < 0.27,
        "{}",
        young.conversion
    );
}

#[test]
fn a_source_that_gets_worse_is_told_and_chance_is_not() {
    let planted = |fall: f64, seed: u64| {
        let mut rng = Pcg64::seed_from_u64(seed);
        let mut builder = LeadsBuilder::new("2026-07-01");
        for i in 0..6_000 {
            let created = day("2024-07-01") + i * 730 / 6_000;
            let name = ["falls", "b", "c", "d"][i as usize % 4];
            let years = f64::from(i) / 3_000.0;
            let p = if name == "falls" {
                0.3 * fall.powf(years)
            } else {
                0.15
            };
            let won = rng.random::<f64>() < p;
            let closed = created + (-rng.random::<f64>().ln() * 30.0) as i32;
            let known = closed < day("2026-07-01");
            let outcome = match (known, won) {
                (false, _) => Outcome::Open,
                (true, true) => Outcome::Won,
                (true, false) => Outcome::Lost,
            };
            builder = builder.push(Some(created), Some(closed).filter(|_| known), outcome);
            builder.rows.last_mut().expect("a row").source = Some(name.to_owned());
        }
        judge(&builder.build(), &[], 1.0).sources
    };
    let claimed = |rows: &[SourceRow]| -> Vec<(String, Direction)> {
        (rows.iter())
            .filter_map(|row| Some((row.source.clone(), row.standing.trend.as_ref()?.direction)))
            .filter(|(_, direction)| *direction != Direction::NotTold)
            .collect()
    };
    let mut found = 0;
    for seed in 0..6 {
        found += usize::from(
            claimed(&planted(0.5, seed)).contains(&("falls".to_owned(), Direction::Worse)),
        );
    }
    assert!(found >= 5, "{found} of 6");
    let alarms: usize = (0..20)
        .map(|seed| usize::from(!claimed(&planted(1.0, 50 + seed)).is_empty()))
        .sum();
    assert!(alarms <= 5, "{alarms} of 20");
}

#[test]
fn the_money_comes_back_when_the_wins_have_paid_it() {
    let growth: Vec<f64> = (0..=100).map(|age| f64::from(age) / 100.0).collect();
    assert_eq!(payback::days(&growth, 0.5), 50.0);
    assert_eq!(payback::days(&growth, 1.0), 100.0);
    assert!(
        payback::days(&growth, 1.01).is_infinite()
            && payback::days(&growth, f64::NAN).is_infinite()
    );
    let draws = (0..=10).map(|i| {
        if i < 7 {
            f64::from(10 * i)
        } else {
            f64::INFINITY
        }
    });
    let told = payback::payback(draws.collect()).expect("draws");
    assert_eq!(
        (told.days, told.low, told.high),
        (Some(50.0), Some(10.0), None)
    );
    assert!((told.never - 4.0 / 11.0).abs() < 1e-12);
}

/// Chain ladder of Mack (1993), in numpy: `tests/peers/source_posterior.py`. Cohorts of 200 leads, 30 days apart.
#[test]
fn the_share_seen_is_that_of_chain_ladder() {
    let won = [&[6, 8, 5, 3][..], &[5, 7, 6], &[7, 8], &[6]];
    let mut builder = LeadsBuilder::new("2026-07-01");
    let first = day("2026-07-01") - 120;
    for (cohort, wins) in won.iter().enumerate() {
        let created = first + 30 * cohort as i32;
        let mut rest = 200;
        for (period, &n) in wins.iter().enumerate() {
            for _ in 0..n {
                let closed = created + 10 + 30 * period as i32;
                builder = builder.push(Some(created), Some(closed), Outcome::Won);
            }
            rest -= n;
        }
        for _ in 0..rest {
            builder = builder.push(Some(created), None, Outcome::Open);
        }
    }
    let leads = builder.build();
    let groups = Groups::by(&leads, Role::Source);
    let growth = Growth::learn(&leads, &groups, None).expect("dated");
    for (age, share) in [(90, 0.8636), (60, 0.6069), (30, 0.2664)] {
        let own = growth.share(0, age);
        assert!((own - share).abs() < 0.02, "{age}: {own} {share}");
    }
}
