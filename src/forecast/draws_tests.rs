use super::*;
use crate::domain::Role;
use crate::forecast::moments::MANY_LEADS;
use crate::forecast::purse::Purse;
use proptest::prelude::*;

fn draw(parts: &Ingredients, n: usize, seed: u64) -> Futures {
    super::draw(parts, Month::new(2026, 7), n, seed)
}

fn members(role: Role, groups: u32, leads: usize) -> Members {
    Members {
        role,
        names: (0..groups).map(|g| format!("g{g}")).collect(),
        open: (0..leads as u32).map(|lead| lead * 7 % groups).collect(),
        examples: vec![vec![0, groups - 1], Vec::new()],
        booked: vec![(0, 12.34), (groups - 1, 0.01)],
    }
}

/// Whether every group sums to the whole, in every draw.
fn adds_up(futures: &Futures) -> bool {
    futures.splits.iter().all(|split| {
        let groups = split.names.len();
        let sums = |parts: &[i64]| -> Vec<i64> {
            parts.chunks(groups).map(|cell| cell.iter().sum()).collect()
        };
        sums(&split.open) == futures.open
            && sums(&split.new) == futures.new
            && split.booked.iter().sum::<i64>() == futures.booked
    })
}

/// Luck of two months whose factors have the mean 1, the second following the first.
fn luck(sd: f64) -> Ahead {
    Ahead {
        mean: vec![-sd * sd / 2.0; 2],
        root: vec![vec![sd], vec![0.3 * sd, 0.91_f64.sqrt() * sd]],
    }
}

fn ingredients(leads: usize) -> Ingredients {
    Ingredients {
        months: 2,
        amounts: (0..leads).map(|i| 100.0 + (i % 7) as f64 * 50.0).collect(),
        chances: (0..leads)
            .flat_map(|i| [0.05 + 0.01 * (i % 5) as f64, 0.03])
            .collect(),
        open_tilts: vec![vec![0.9, 1.0], vec![1.1, 1.0]],
        leads: vec![vec![40.0, 60.0], vec![0.0, 0.0]],
        new_chances: vec![
            vec![0.10, 0.05, 0.0, 0.10, 0.0, 0.0, 0.0, 0.0],
            vec![0.12, 0.05, 0.0, 0.12, 0.0, 0.0, 0.0, 0.0],
        ],
        purses: vec![
            Purses::same(Purse::new(&[(0.2, 100.0), (0.2, 300.0)])),
            Purses::default(),
        ],
        volume: [0.1_f64, 0.2]
            .map(|sd| Ahead {
                mean: vec![-sd * sd / 2.0, -sd * sd],
                root: vec![vec![sd], vec![sd, sd]],
            })
            .to_vec(),
        conversion: [0.1, 0.2].map(luck).to_vec(),
        ratios: Spreads::same(&[0.5, 0.8, 1.0, 1.7]),
        members: vec![
            members(Role::Owner, 3, leads),
            members(Role::Product, 5, leads),
        ],
        booked: vec![12.34, 0.01],
    }
}

fn mean_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    (mean, variance.sqrt())
}

#[test]
fn the_mean_of_the_draws_is_the_product_of_the_parts() {
    let parts = ingredients(300);
    let draws = draw(&parts, 20_000, 7);
    for month in 0..2 {
        let (mean, sd) = mean_sd(&draws.open(month));
        let expected: f64 = (0..300)
            .map(|i| parts.amounts[i] * parts.chances[i * 2 + month])
            .sum();
        let error = sd / 20_000_f64.sqrt();
        assert!(
            (mean - expected).abs() < 4.0 * error,
            "open {mean} {expected}"
        );
        let (mean, sd) = mean_sd(&draws.new_leads(month));
        let wins = [40.0 * 0.11, 40.0 * 0.05 + 60.0 * 0.11][month];
        let error = sd / 20_000_f64.sqrt();
        assert!(
            (mean - 200.0 * wins).abs() < 4.0 * error,
            "new {mean} {wins}"
        );
    }
}

#[test]
fn chance_alone_is_the_sum_of_its_variances() {
    let mut parts = ingredients(300);
    (parts.conversion, parts.leads) = (Vec::new(), vec![vec![0.0; 2]; 2]);
    parts.open_tilts = vec![vec![1.0, 1.0]];
    parts.ratios = Spreads::default();
    let (_, sd) = mean_sd(&draw(&parts, 20_000, 1).open(0));
    let variance: f64 = (0..300)
        .map(|i| {
            let (p, a) = (parts.chances[i * 2], parts.amounts[i]);
            p * (1.0 - p) * a * a
        })
        .sum();
    assert!((sd / variance.sqrt() - 1.0).abs() < 0.03);
}

#[test]
fn what_spreads_wider_varies_more_one_by_one_and_at_once() {
    // Ratios of every other lead are 0 or 4 with mean square 4, of the others 1.
    let (alike, wide): (&[f64], &[f64]) = (&[1.0, 1.0], &[0.0, 0.0, 0.0, 4.0]);
    for leads in [300, MANY_LEADS + 1] {
        let mut parts = ingredients(leads);
        (parts.conversion, parts.leads) = (Vec::new(), vec![vec![0.0; 2]; 2]);
        parts.open_tilts = vec![vec![1.0, 1.0]];
        let own = (0..leads).map(|lead| lead % 2).collect();
        parts.ratios = Spreads::new(&[alike, wide], own, Vec::new());
        let (_, sd) = mean_sd(&draw(&parts, 4_000, 1).open(0));
        let variance: f64 = (0..leads)
            .map(|i| {
                let (p, a) = (parts.chances[i * 2], parts.amounts[i]);
                let square = if i % 2 == 1 { 4.0 } else { 1.0 };
                p * a * a * square - p * p * a * a
            })
            .sum();
        assert!((sd / variance.sqrt() - 1.0).abs() < 0.05, "{leads}: {sd}");
    }
}

#[test]
fn many_leads_at_once_are_like_each_by_itself() {
    let few = ingredients(MANY_LEADS);
    let many = ingredients(MANY_LEADS + 1);
    for month in 0..2 {
        let a = mean_sd(&draw(&few, 600, 3).open(month));
        let b = mean_sd(&draw(&many, 600, 3).open(month));
        assert!((a.0 / b.0 - 1.0).abs() < 0.03, "{a:?} {b:?}");
        assert!((a.1 / b.1 - 1.0).abs() < 0.15, "{a:?} {b:?}");
    }
}

#[test]
fn groups_at_once_are_like_each_by_itself() {
    // New wins, a little below and above the number from which they are drawn at once.
    let parts = |wins: f64| {
        let mut parts = ingredients(10);
        parts.leads[0] = vec![wins * 10.0, 0.0];
        (parts.conversion, parts.volume) = (Vec::new(), Vec::new());
        parts.new_chances = vec![vec![0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]];
        parts.open_tilts = vec![vec![1.0, 1.0]];
        parts
    };
    let (few, many) = (draw(&parts(399.0), 4_000, 3), draw(&parts(401.0), 4_000, 3));
    for (a, b) in few.splits.iter().zip(&many.splits) {
        for group in [0, a.names.len() - 1] {
            let new = |futures: &Futures, split: &Split| -> (f64, f64) {
                let values = split.new.iter().skip(group).step_by(2 * split.names.len());
                mean_sd(
                    &values
                        .map(|&cents| futures.money(cents))
                        .collect::<Vec<f64>>(),
                )
            };
            let (a, b) = (new(&few, a), new(&many, b));
            assert!(
                (a.0 / b.0 * 401.0 / 399.0 - 1.0).abs() < 0.02,
                "{a:?} {b:?}"
            );
            assert!((a.1 / b.1 - 1.0).abs() < 0.08, "{a:?} {b:?}");
        }
    }
    let (a, b) = (mean_sd(&few.new_leads(0)), mean_sd(&many.new_leads(0)));
    assert!((a.1 / b.1 - 1.0).abs() < 0.08, "{a:?} {b:?}");
}

#[test]
fn better_conversion_keeps_the_wins_of_worse() {
    let worse = ingredients(200);
    let mut better = worse.clone();
    better.chances.iter_mut().for_each(|p| *p *= 1.3);
    better
        .new_chances
        .iter_mut()
        .flatten()
        .for_each(|p| *p *= 1.3);
    let (worse, better) = (draw(&worse, 300, 4), draw(&better, 300, 4));
    // Of the first month; in the second some have been won before.
    let more = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(&b).all(|(a, b)| a <= b);
    assert!(more(worse.open(0), better.open(0)));
    assert!(more(worse.new_leads(0), better.new_leads(0)));
    assert!(more(worse.new_leads(1), better.new_leads(1)));
}

#[test]
fn a_seed_gives_one_set_of_futures_and_another_seed_another() {
    let parts = ingredients(50);
    assert_eq!(draw(&parts, 100, 5), draw(&parts, 100, 5));
    assert_ne!(draw(&parts, 100, 5), draw(&parts, 100, 6));
    // A future depends on its number, not on how many there are or who draws it.
    let (few, more) = (draw(&parts, 10, 5), draw(&parts, 100, 5));
    assert_eq!(few.open[..], more.open[..20]);
}

#[test]
fn the_first_month_is_the_same_whatever_follows() {
    for leads in [50, MANY_LEADS + 1] {
        let two = ingredients(leads);
        let mut one = two.clone();
        one.months = 1;
        one.chances = two.chances.iter().step_by(2).copied().collect();
        one.leads = two.leads.iter().map(|of| of[..1].to_vec()).collect();
        one.new_chances = two
            .new_chances
            .iter()
            .map(|of| vec![of[0], of[4]])
            .collect();
        for belief in &mut one.volume {
            belief.mean.truncate(1);
            belief.root.truncate(1);
        }
        let (one, two) = (draw(&one, 40, 9), draw(&two, 40, 9));
        assert_eq!(one.open(0), two.open(0));
        assert_eq!(one.new_leads(0), two.new_leads(0));
        for (one_split, two_split) in one.splits.iter().zip(&two.splits) {
            for group in 0..one_split.names.len() {
                assert_eq!(
                    one.of_group(one_split, group, 0),
                    two.of_group(two_split, group, 0)
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn nothing_is_negative_or_won_twice(
        chances in proptest::collection::vec(0.0..1.0_f64, 8),
        sd in 0.0..1.0_f64,
        seed in 0_u64..1000,
    ) {
        let mut parts = ingredients(4);
        (parts.chances, parts.conversion) = (chances, vec![luck(sd)]);
        (parts.amounts, parts.ratios) = (vec![1.0; 4], Spreads::default());
        let draws = draw(&parts, 50, seed);
        prop_assert!(draws.open.iter().chain(&draws.new).all(|value| *value >= 0));
        prop_assert!(draws.open.chunks(2).all(|future| future.iter().sum::<i64>() <= 400));
    }

    #[test]
    fn groups_sum_to_the_whole_in_every_draw(
        leads in 0..60_usize,
        many in proptest::bool::ANY,
        wins in 0.0..3000.0_f64,
        size in -3.0..14.0_f64,
        factor in 0.0..2.5_f64,
        seed in 0_u64..1000,
    ) {
        let mut parts = ingredients(if many { MANY_LEADS + 1 + leads } else { leads });
        parts.leads[0] = vec![10.0 * wins, wins];
        for amount in &mut parts.amounts {
            *amount *= 10_f64.powf(size);
        }
        let mut futures = draw(&parts, 12, seed);
        prop_assert!(adds_up(&futures));
        let before = futures.total(1);
        futures.scale(&[factor; 24]);
        prop_assert!(adds_up(&futures));
        for (after, before) in futures.total(1).iter().zip(before) {
            prop_assert!((after - factor * before).abs() <= 1.01 / futures.cents + 1e-9 * before);
        }
    }

    #[test]
    fn quantiles_rise_and_stay_within(
        mut values in proptest::collection::vec(-10.0..10.0_f64, 1..50),
        mut shares in proptest::collection::vec(0.0..=1.0_f64, 2..10),
    ) {
        values.sort_by(f64::total_cmp);
        shares.sort_by(f64::total_cmp);
        let quantiles: Vec<f64> = shares.iter().map(|&p| quantile(&values, p)).collect();
        prop_assert!(quantiles.is_sorted());
        prop_assert!(quantiles[0] >= values[0] && quantiles[quantiles.len() - 1] <= values[values.len() - 1]);
    }
}
