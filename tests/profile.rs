//! Who wins, against truth that is known.

mod common;

use common::{Life, leads};
use forerun::kpi::{self, LevelRow, Pace, Profile, ProfileError, Standing};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp, Gamma, LogNormal};
use rand_pcg::Pcg64;

const SPAN: i32 = 365;

/// What a company is like.
#[derive(Clone, Copy, Default)]
struct Plan {
    /// Log-odds that the source "fair" adds.
    fair: f64,
    /// Log-odds that size "big" adds; big ones come from the fair.
    big: f64,
    /// How many times as long leads from the fair take to be won.
    slow: f64,
    /// How many times as much big ones bring.
    dear: f64,
}

fn company(n: usize, seed: u64, plan: Plan) -> Vec<Life> {
    let mut rng = Pcg64::seed_from_u64(seed);
    let loss = Exp::new(1.0 / 40.0).expect("a rate");
    (0..n)
        .map(|i| {
            let fair = rng.random::<f64>() < 0.4;
            let big = rng.random::<f64>() < if fair { 0.75 } else { 0.25 };
            let eta =
                -1.8 + plan.fair * f64::from(u8::from(fair)) + plan.big * f64::from(u8::from(big));
            let won = rng.random::<f64>() < 1.0 / (1.0 + (-eta).exp());
            let scale = if fair {
                15.0 * plan.slow.max(1.0)
            } else {
                15.0
            };
            let amount = LogNormal::new(7.0, 0.5)
                .expect("a lognormal")
                .sample(&mut rng);
            Life {
                id: format!("L{i:05}"),
                // Ever more of the leads that come in now.
                created: (f64::from(SPAN) * rng.random::<f64>().powf(0.6)) as i32,
                closes_after: if won {
                    Gamma::new(2.0, scale).expect("a gamma").sample(&mut rng)
                } else if rng.random::<f64>() < 0.4 {
                    f64::INFINITY
                } else {
                    loss.sample(&mut rng)
                },
                won,
                numbers: vec![f64::from(rng.random_range(0..60_u8))],
                texts: [
                    if fair { "fair" } else { "web" },
                    if big { "big" } else { "small" },
                    ["north", "south", "east", "west"][rng.random_range(0..4)],
                ]
                .map(str::to_owned)
                .to_vec(),
                amount: amount * if big { plan.dear.max(1.0) } else { 1.0 },
                truth: (0.0, 0.0, 0.0),
            }
        })
        .collect()
}

fn profile(n: usize, seed: u64, plan: Plan) -> Profile {
    let lives = company(n, seed, plan);
    let data = leads(&lives, SPAN, &["staff"], &["source", "size", "region"]);
    kpi::profile(&data).expect("a portrait")
}

fn level<'a>(profile: &'a Profile, attribute: &str, level: &str) -> &'a LevelRow {
    let mut rows = profile.attributes.iter();
    let row = rows
        .find(|row| row.column == attribute)
        .expect("an attribute");
    let mut levels = row.levels.iter();
    levels.find(|row| row.level == level).expect("a level")
}

#[test]
fn where_nothing_differs_nothing_is_claimed() {
    let seeds = 60;
    let mut alarms = [0; 3];
    for seed in 0..seeds {
        let told = profile(1_500, seed, Plan::default());
        let any = |claimed: fn(&LevelRow) -> bool| {
            told.attributes
                .iter()
                .flat_map(|row| &row.levels)
                .any(claimed)
        };
        alarms[0] += usize::from(any(|row| row.converts.is_some()));
        alarms[1] += usize::from(any(|row| row.earns.is_some()));
        alarms[2] += usize::from(any(|row| row.pace.is_some()));
    }
    // One in ten each, with what chance adds to 60 draws.
    assert!(alarms.iter().all(|&n| n <= 11), "{alarms:?} of {seeds}");
}

#[test]
fn what_a_value_owes_to_the_company_it_keeps_is_not_credited_to_it() {
    let plan = Plan {
        fair: 1.2,
        ..Plan::default()
    };
    let seeds = 40;
    let (mut false_claims, mut raw, mut found, mut odds) = (0, 0, 0, 0.0);
    for seed in 0..seeds {
        let told = profile(2_500, 500 + seed, plan);
        let (big, small) = (level(&told, "size", "big"), level(&told, "size", "small"));
        // As it is, big looks far better.
        raw += usize::from(big.conversion.low > small.conversion.high.expect("an end"));
        false_claims += usize::from(big.converts.is_some());
        found += usize::from(level(&told, "source", "fair").converts == Some(Standing::Above));
        odds += (big.odds_ratio.expect("odds").value / small.odds_ratio.expect("odds").value).ln()
            / f64::from(seeds as u32);
    }
    assert!(raw >= 36, "{raw}");
    assert!(false_claims <= 8, "{false_claims} of {seeds}");
    assert_eq!(found, seeds as usize);
    assert!(odds.abs() < 0.06, "{odds}");
}

#[test]
fn a_planted_effect_is_recovered_with_all_else_alike() {
    let plan = Plan {
        fair: -0.9,
        big: 1.0,
        dear: 3.0,
        ..Plan::default()
    };
    let seeds = 40;
    let (mut effect, mut inside, mut earned) = (0.0, 0, 0);
    for seed in 0..seeds {
        let told = profile(2_500, 900 + seed, plan);
        let (big, small) = (level(&told, "size", "big"), level(&told, "size", "small"));
        let (a, b) = (
            big.odds_ratio.expect("odds"),
            small.odds_ratio.expect("odds"),
        );
        effect += (a.value / b.value).ln() / f64::from(seeds as u32);
        // The truth against the mean of the attribute, by the shares of its levels.
        let truth = (1.0 - big.share).exp();
        inside += usize::from(a.low <= truth && truth <= a.high.expect("an end"));
        earned += usize::from(
            big.earns == Some(Standing::Above) && big.converts == Some(Standing::Above),
        );
    }
    assert!((0.88..1.08).contains(&effect), "{effect}");
    assert!((26..=38).contains(&inside), "{inside} of {seeds}");
    assert_eq!(earned, seeds as usize);
}

/// Leads from the fair are won as often as others, but take five times as long, and ever more come in.
#[test]
fn a_slow_growing_source_is_not_called_a_bad_one() {
    let plan = Plan {
        slow: 3.0,
        ..Plan::default()
    };
    let seeds = 40;
    let (mut called, mut slower, mut ratio, mut so_far) = (0, 0, 0.0, 0.0);
    for seed in 0..seeds {
        let told = profile(2_500, 1_500 + seed, plan);
        let (fair, web) = (
            level(&told, "source", "fair"),
            level(&told, "source", "web"),
        );
        called += usize::from(fair.converts.is_some());
        slower += usize::from(fair.pace == Some(Pace::Slower));
        ratio += fair.adjusted.expect("a rate").value
            / web.adjusted.expect("a rate").value
            / f64::from(seeds as u32);
        let won = |row: &LevelRow| row.won as f64 / row.leads as f64;
        so_far += won(fair) / won(web) / f64::from(seeds as u32);
    }
    assert!(so_far < 0.85, "{so_far}");
    assert!((0.94..1.06).contains(&ratio), "{ratio}");
    assert!(called <= 8, "{called} of {seeds}");
    assert!(slower >= 38, "{slower}");
}

#[test]
fn standardised_conversions_average_to_that_of_all_and_never_leave_their_interval() {
    let told = profile(
        2_000,
        3,
        Plan {
            fair: 0.8,
            big: 0.5,
            ..Plan::default()
        },
    );
    for attribute in &told.attributes {
        let mut mean = 0.0;
        for row in &attribute.levels {
            let adjusted = row.adjusted.expect("a rate");
            mean += row.share * adjusted.value;
            assert!(
                adjusted.low <= adjusted.value && adjusted.value <= adjusted.high.expect("an end")
            );
            let revenue = row.revenue_per_lead.expect("money");
            assert!(revenue.low <= revenue.value && revenue.value <= revenue.high.expect("an end"));
        }
        assert!(
            (mean / told.conversion.value - 1.0).abs() < 0.08,
            "{}: {mean}",
            attribute.column
        );
    }
}

#[test]
fn small_data_are_told_as_they_are_and_never_panic() {
    let few = profile(60, 4, Plan::default());
    assert!(
        few.attributes
            .iter()
            .flat_map(|row| &row.levels)
            .all(|row| row.earns.is_none())
    );
    let of = |lives: &[Life]| {
        kpi::profile(&leads(
            lives,
            SPAN,
            &["staff"],
            &["source", "size", "region"],
        ))
    };
    assert!(of(&company(1, 1, Plan::default())).is_err());
    assert!(of(&[]).is_err());
    let mut open = company(50, 5, Plan::default());
    for life in &mut open {
        life.closes_after = f64::INFINITY;
    }
    assert!(matches!(of(&open), Err(ProfileError::NoWins)));
    let bare = kpi::profile(&leads(&company(200, 6, Plan::default()), SPAN, &[], &[]));
    assert!(matches!(bare, Err(ProfileError::NoAttributes)));
}

/// What is said twice is told once, and credited.
#[test]
fn an_attribute_that_follows_from_another_one_takes_nothing_from_it() {
    let plan = Plan {
        big: 1.2,
        ..Plan::default()
    };
    let mut lives = company(2_500, 21, plan);
    for life in &mut lives {
        let code = if life.texts[1] == "big" { 9.0 } else { 4.0 };
        life.numbers.push(code);
    }
    let names = ["staff", "size_code"];
    let data = leads(&lives, SPAN, &names, &["source", "size", "region"]);
    let told = kpi::profile(&data).expect("a portrait");
    let left: Vec<_> = (told.left_out.iter())
        .map(|column| (column.column.as_str(), column.from.as_deref()))
        .collect();
    assert_eq!(left, [("size", Some("size_code"))]);
    let big = level(&told, "size_code", "9");
    assert_eq!(big.converts, Some(Standing::Above));
}
