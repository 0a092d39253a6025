use super::*;
use crate::domain::{Day, Month, Outcome, Role};
use crate::forecast::beliefs::Beliefs;
use crate::forecast::engine::enough;
use crate::forecast::groups::Groups;
use crate::forecast::sample::{LeadsBuilder, day, same_curves};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Normal, Poisson};
use rand_pcg::Pcg64;

const EDGES: [i32; 5] = [0, 7, 30, 90, 180];
const WIN: [f64; 4] = [0.03, 0.06, 0.06, 0.03];
const LOST: [f64; 4] = [0.05, 0.15, 0.20, 0.10];

/// A firm whose leads follow one curve, with a shock on each month's conversion and lead volume.
struct Firm {
    /// What is known on the as-of date.
    leads: Leads,
    /// Revenue of the three months from it.
    future: Vec<f64>,
}

fn firm(rate: f64, shock: f64, volume: f64, seed: u64) -> Firm {
    let mut rng = Pcg64::seed_from_u64(seed);
    let as_of = day("2026-07-01");
    let start = day("2025-01-01");
    let normal = Normal::new(0.0, 1.0).expect("a normal");
    let mut month_factors = |sd: f64| -> Vec<f64> {
        (0..24)
            .map(|_| (sd * normal.sample(&mut rng) - sd * sd / 2.0).exp())
            .collect()
    };
    let (conversion, inflow) = (month_factors(shock), month_factors(volume));
    let month_of = |day: Day| (day.month() - start.month()) as usize;
    let curve = same_curves(&[0], &EDGES, &WIN, &LOST);
    let (mut builder, mut future) = (LeadsBuilder::new("2026-07-01"), vec![0.0; 3]);
    for created in 0..(day("2026-10-01") - start) {
        let created = start + created;
        let n = Poisson::new(rate * inflow[month_of(created)])
            .expect("a rate")
            .sample(&mut rng);
        for _ in 0..n as usize {
            let end = fate(&curve, created, &conversion, &month_of, &mut rng);
            let amount = 100.0 * rng.random_range(0.2..1.8);
            if let (Some(closed), Outcome::Won) = end
                && closed >= as_of
                && let Some(sum) = future.get_mut((closed.month() - as_of.month()) as usize)
            {
                *sum += amount;
            }
            if created < as_of {
                let (closed, outcome) = match end {
                    (Some(closed), outcome) if closed < as_of => (Some(closed), outcome),
                    _ => (None, Outcome::Open),
                };
                builder = builder.push(Some(created), closed, outcome);
                if let (Some(row), Outcome::Won) = (builder.rows.last_mut(), outcome) {
                    row.amount = amount;
                }
            }
        }
    }
    Firm {
        leads: builder.build(),
        future,
    }
}

fn fate(
    curve: &crate::score::WinCurves,
    created: Day,
    conversion: &[f64],
    month_of: &impl Fn(Day) -> usize,
    rng: &mut Pcg64,
) -> (Option<Day>, Outcome) {
    for age in 0..180 {
        let at = |days: i32| {
            let (won, open) = (
                curve.won_within(0, f64::from(days)),
                curve.open_after(0, f64::from(days)),
            );
            (won, open)
        };
        let ((won, open), (later, left)) = (at(age), at(age + 1));
        let today = created + age;
        let win = (later - won) / open * conversion[month_of(today).min(23)];
        let lose = (open - left - (later - won)) / open;
        let u = rng.random::<f64>();
        if u < win {
            return (Some(today), Outcome::Won);
        }
        if u < win + lose {
            return (Some(today), Outcome::Lost);
        }
    }
    (None, Outcome::Lost)
}

/// What a model that knows the curve believes.
fn beliefs(leads: &Leads, span: &Span) -> Beliefs {
    let curve = same_curves(&[0], &EDGES, &WIN, &LOST);
    let rows: Vec<usize> = (0..leads.len())
        .filter(|&row| leads.outcome[row] == Outcome::Open && leads.created[row].is_some())
        .collect();
    let mut open_chances = Vec::new();
    for &row in &rows {
        let age = f64::from(leads.age(row, leads.as_of).unwrap_or(0));
        let open = curve.open_after(0, age).max(1e-9);
        for month in 0..span.len() {
            let (from, to) = span.window(month);
            let won = |days: i32| curve.won_within(0, age + f64::from(days));
            open_chances.push(if age < 180.0 {
                (won(to) - won(from)) / open
            } else {
                0.0
            });
        }
    }
    let ratios = (0..200)
        .map(|i| 0.2 + 1.6 * (f64::from(i) + 0.5) / 200.0)
        .collect();
    let ratios = (vec![ratios], Vec::new());
    Beliefs {
        timing: crate::forecast::purse::Timing::default(),
        horizon: 180,
        priced: true,
        open: same_curves(&rows, &EDGES, &WIN, &LOST),
        open_amounts: vec![100.0; rows.len()],
        open_chances,
        open_tilts: Vec::new(),
        new: curve,
        new_drawn: Vec::new(),
        examples: vec![(0, 0.18, 100.0)],
        ratios,
    }
}

fn forecast(leads: &Leads, targets: &[TargetLine], months: usize, seed: u64) -> Outlook {
    let sources = Groups::by(leads, Role::Source);
    let counts = enough(leads, &sources).expect("enough data");
    let span = Span::new(leads.as_of, months);
    let beliefs = beliefs(leads, &span);
    let drawn = Drawn::of(
        &Books::of(leads),
        &sources,
        &counts,
        beliefs,
        &span,
        DRAWS,
        seed,
    );
    compose(&drawn, leads, targets, &span)
}

#[test]
fn the_interval_covers_what_comes_and_the_mean_is_on_level() {
    // Shocks on conversion and on volume, as large as the prior thinks, none, and larger.
    for (shock, volume) in [(0.0, 0.0), (0.15, 0.15), (0.3, 0.3)] {
        let (mut inside, mut all, mut told, mut came) = (0, 0, 0.0, 0.0);
        for seed in 0..40 {
            let firm = firm(4.0, shock, volume, seed);
            let outlook = forecast(&firm.leads, &[], 3, seed);
            for (month, &revenue) in outlook.months.iter().zip(&firm.future) {
                inside += usize::from((month.p10..=month.p90).contains(&revenue));
                all += 1;
                told += month.mean;
                came += revenue;
            }
        }
        let coverage = inside as f64 / f64::from(all);
        // 120 months, three to a firm: of an honest 80 %, three standard errors down, two up.
        assert!(
            (0.69..=0.92).contains(&coverage),
            "shock {shock}: {coverage}"
        );
        assert!(
            // Wild months make the sum itself uncertain: by 4 % for the wildest, from 120 of them.
            (told / came - 1.0).abs() < 0.06 + 0.2 * shock,
            "shock {shock}: {}",
            told / came
        );
    }
}

#[test]
fn the_parts_add_up_and_targets_are_judged() {
    let firm = firm(4.0, 0.1, 0.1, 99);
    let july = Month::new(2026, 7);
    let aim = |month, target| TargetLine {
        month,
        owner: None,
        target,
    };
    let targets = [aim(july, 0.0), aim(july + 1, 1e12), aim(july + 40, 1.0)];
    let outlook = forecast(&firm.leads, &targets, 6, 1);
    for month in &outlook.months {
        assert_eq!(
            month.mean,
            month.booked + month.open_pipeline + month.new_leads
        );
        let rising = [month.p10, month.p20, month.p50, month.p80, month.p90];
        assert!(rising.is_sorted() && rising[0] >= month.booked);
    }
    let attain = |m: usize| outlook.months[m].p_attain.map(Probability::get);
    assert_eq!(
        (attain(0), attain(1), attain(2)),
        (Some(1.0), Some(0.0), None)
    );
    assert!(outlook.months[0].naive.is_some() && outlook.months[0].weighted_pipeline.is_some());
    let second = &outlook.months[1];
    assert_eq!(
        second.weighted_pipeline, None,
        "it says nothing of later months"
    );
    let json = serde_json::to_value(&outlook).expect("JSON");
    assert_eq!(
        json["months"][0]["last_year"].as_f64(),
        outlook.months[0].naive
    );
    assert!(json["months"][0]["weighted_pipeline"].as_f64() > Some(0.0));
    assert!(json["months"][1]["weighted_pipeline"].is_null());
    assert_eq!(outlook, forecast(&firm.leads, &targets, 6, 1));
    let p50 = outlook.months[0].p50;
    let outlook = forecast(&firm.leads, &[aim(july, p50)], 6, 1);
    let half = outlook.months[0].p_attain.map_or(0.0, Probability::get);
    assert!((half - 0.5).abs() < 0.01);
}

#[test]
fn a_month_does_not_depend_on_how_many_follow() {
    let firm = firm(4.0, 0.1, 0.1, 5);
    let target = TargetLine {
        month: Month::new(2026, 7),
        owner: None,
        target: 5_000.0,
    };
    let all = forecast(&firm.leads, std::slice::from_ref(&target), 14, 1);
    for months in [1, 2, 3, 6, 12] {
        let few = forecast(&firm.leads, std::slice::from_ref(&target), months, 1);
        assert_eq!(few.months, all.months[..months]);
    }
}

#[test]
fn what_is_left_out_is_said() {
    let mut builder = LeadsBuilder::new("2026-07-10");
    for month in 1..7 {
        for day in 1..6 {
            let date = format!("2026-{month:02}-{day:02}");
            builder = builder.won(&date, &date, None, 10.0);
        }
    }
    builder = builder
        .won("2026-07-01", "2026-07-02", None, f64::NAN)
        .push(None, None, Outcome::Open)
        .push(None, None, Outcome::Won);
    let outlook = forecast(&builder.build(), &[], 12, 1);
    let codes: Vec<&str> = outlook.warnings.iter().map(|w| w.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "open-without-created",
            "won-without-closed",
            "won-without-amount",
            "beyond-horizon",
            "no-season"
        ]
    );
    assert_eq!(outlook.clone().in_currency("CNY").currency, "CNY");
    let texts: Vec<&str> = outlook
        .warnings
        .iter()
        .map(|w| w.message.as_str())
        .collect();
    insta::assert_snapshot!(texts.join("\n"), @r"
    of 1 open lead, 1 without a creation date: nothing says when they could be won, and they are not in the forecast
    1 won lead without a closing date: in no month's revenue
    1 won lead without an amount: counted as 0 in the revenue of the past and of this month
    the data shows how leads close up to 180 days ahead; leads open now are taken to bring nothing after 2027-01-06
    with less than 14 complete months of leads the months of the year cannot be told apart: new leads are forecast without a season
    ");
}

#[test]
fn too_little_is_refused_in_words() {
    let leads = LeadsBuilder::new("2026-07-10")
        .won("2026-07-01", "2026-07-02", None, 1.0)
        .build();
    let sources = Groups::by(&leads, Role::Source);
    let few = enough(&leads, &sources).expect_err("one win");
    let mut builder = LeadsBuilder::new("2026-07-10");
    for i in 1..9 {
        builder = builder
            .won(&format!("2026-05-0{i}"), "2026-06-09", None, 1.0)
            .won(&format!("2026-06-0{i}"), "2026-06-09", None, 1.0);
    }
    let leads = builder.build();
    let sources = Groups::by(&leads, Role::Source);
    let short = enough(&leads, &sources).expect_err("two months");
    insta::assert_snapshot!(format!("{few}\n{short}\n{}", ForecastError::Undated), @r"
    won leads with a closing date: 1; a forecast needs 10 at least: add older leads, or check which values of the outcome mean won
    complete months of leads: 2; a forecast needs 3 at least: add older leads, or choose a later as-of date
    a forecast needs to know when leads come in and when they close: name the columns `created` and `closed` under [leads]
    ");
}
