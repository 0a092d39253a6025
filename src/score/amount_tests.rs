use rand::SeedableRng;
use rand_distr::{Distribution, Gamma};
use rand_pcg::Pcg64;

use super::*;
use crate::domain::{Category, Day, Moment, StageHistory, Table, Timeline};
use crate::features::{Codes, Recipe};

const AS_OF: i32 = 800;

/// A won or open lead of a made-up company; its amounts have this mean and coefficient of variation.
struct Sale {
    closed: Option<i32>,
    mean: f64,
    cv: f64,
    stated: f64,
    product: &'static str,
    source: &'static str,
    stages: Vec<u32>,
}

impl Default for Sale {
    fn default() -> Self {
        Self {
            closed: Some(500),
            mean: 100.0,
            cv: 0.5,
            stated: f64::NAN,
            product: "p",
            source: "s",
            stages: vec![0],
        }
    }
}

fn day(day: i32) -> Day {
    Day::from_epoch_days(18_000 + day)
}

/// The company, its amounts drawn from gamma distributions.
fn company(sales: &[Sale], seed: u64) -> Leads {
    let mut rng = Pcg64::seed_from_u64(seed);
    let n = sales.len();
    let amounts: Vec<f64> = (sales.iter())
        .map(|sale| {
            let shape = 1.0 / (sale.cv * sale.cv);
            let gamma = Gamma::new(shape, sale.mean / shape).expect("valid");
            let amount = gamma.sample(&mut rng);
            if sale.closed.is_some() {
                amount
            } else {
                f64::NAN
            }
        })
        .collect();
    let created = vec![Some(day(0)); n];
    let closed: Vec<Option<Day>> = sales.iter().map(|sale| sale.closed.map(day)).collect();
    let mut table = Table::with_rows(n);
    table.insert("created", Column::Date(created.clone()));
    table.insert("closed", Column::Date(closed.clone()));
    table.insert("amount", Column::Number(amounts));
    table.insert(
        "stated",
        Column::Number(sales.iter().map(|sale| sale.stated).collect()),
    );
    let texts = |pick: fn(&Sale) -> &'static str| {
        Column::Text(Category::from_texts(
            sales.iter().map(|sale| Some(pick(sale))),
        ))
    };
    table.insert("product", texts(|sale| sale.product));
    table.insert("source", texts(|sale| sale.source));
    let events: Vec<(usize, Moment)> = (sales.iter().enumerate())
        .flat_map(|(row, sale)| {
            (1..)
                .zip(&sale.stages)
                .map(move |(at, _)| (row, day(at).start()))
        })
        .collect();
    let stages: Vec<u32> = sales.iter().flat_map(|sale| sale.stages.clone()).collect();
    let (timeline, order) = Timeline::new(n, &events);
    let outcome = |sale: &Sale| sale.closed.map_or(Outcome::Open, |_| Outcome::Won);
    Leads {
        as_of: day(AS_OF),
        ids: (0..n).map(|i| format!("L{i:05}")).collect(),
        input_row: (0..n as u32).collect(),
        outcome: sales.iter().map(outcome).collect(),
        created,
        closed,
        contacted: vec![None; n],
        table,
        roles: [
            (Role::Created, "created"),
            (Role::Closed, "closed"),
            (Role::Amount, "amount"),
            (Role::StatedAmount, "stated"),
            (Role::Product, "product"),
            (Role::Source, "source"),
        ]
        .map(|(role, name)| (role, name.to_owned()))
        .into(),
        known: BTreeMap::new(),
        stages: Some(StageHistory {
            timeline,
            stage: order.iter().map(|&i| stages[i]).collect(),
            names: ["New", "Discount", "Talk"].map(str::to_owned).to_vec(),
            ordered: 3,
        }),
        activities: None,
    }
}

/// The model without any feature.
fn learnt(leads: &Leads) -> AmountModel {
    AmountModel::learn(leads, &Recipe::default(), &Codes::default()).expect("enough wins")
}

fn many(n: usize, of: impl Fn(usize) -> Sale) -> Vec<Sale> {
    (0..n).map(of).collect()
}

fn sums(model: &AmountModel, leads: &Leads) -> (f64, f64) {
    let amounts = leads.numbers(Role::Amount).expect("amounts");
    let won = |&row: &usize| leads.outcome[row] == Outcome::Won;
    (0..leads.len())
        .filter(won)
        .fold((0.0, 0.0), |(told, came), row| {
            (told + model.expected(leads, row, &[]), came + amounts[row])
        })
}

fn cv(ratios: &[f64]) -> f64 {
    let n = ratios.len() as f64;
    let mean = ratios.iter().sum::<f64>() / n;
    (ratios.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / n).sqrt() / mean
}

#[test]
fn product_and_source_count_where_they_are_no_features() {
    let dear = |i: usize| i % 3 == 0;
    let mut sales = many(900, |i| Sale {
        mean: if dear(i) { 600.0 } else { 50.0 } * if i % 2 == 0 { 1.0 } else { 2.0 },
        product: if dear(i) { "dear" } else { "cheap" },
        source: if i % 2 == 0 { "one" } else { "two" },
        ..Sale::default()
    });
    sales.extend(many(3, |_| Sale {
        mean: 4_000.0,
        product: "rare",
        source: "one",
        ..Sale::default()
    }));
    sales.push(Sale {
        product: "new",
        source: "one",
        closed: None,
        ..Sale::default()
    });
    let leads = company(&sales, 1);
    let model = learnt(&leads);
    let told = |product: &str, source: &str| {
        let row = sales
            .iter()
            .position(|sale| (sale.product, sale.source) == (product, source));
        model.expected(&leads, row.expect("a lead"), &[])
    };
    for (product, source, truth) in [
        ("dear", "one", 600.0),
        ("dear", "two", 1_200.0),
        ("cheap", "one", 50.0),
        ("cheap", "two", 100.0),
    ] {
        let error = told(product, source) / truth - 1.0;
        assert!(error.abs() < 0.1, "{product} {source}: {error}");
    }
    let rare = told("rare", "one");
    assert!(
        (told("dear", "one")..4_500.0).contains(&rare),
        "drawn towards the others: {rare}"
    );
    let (told_all, came) = sums(&model, &leads);
    assert!(
        (told_all / came - 1.0).abs() < 1e-9,
        "sums stay: {told_all} {came}"
    );
    assert!(told("new", "one") > 0.0);
}

#[test]
fn a_statement_is_scaled_by_the_stage_that_the_lead_is_in() {
    let stated = |i: usize| 100.0 + (i % 7) as f64 * 100.0;
    let through = |stage: u32| if stage == 1 { vec![0, 1] } else { vec![0, 2] };
    let share = |stage: u32| if stage == 1 { 0.7 } else { 1.0 };
    let mut sales = many(800, |i| {
        let stage = 1 + u32::from(i % 4 > 0);
        Sale {
            mean: stated(i) * share(stage),
            cv: 0.3,
            stated: stated(i),
            stages: through(stage),
            ..Sale::default()
        }
    });
    // The same, but three in all: what three wins say of a stage is not believed.
    let open = |stages: Vec<u32>, stated: f64| Sale {
        closed: None,
        stated,
        stages,
        ..Sale::default()
    };
    sales.extend([
        open(vec![0], 500.0),
        open(vec![0, 1], 500.0),
        open(vec![0, 2], 500.0),
        open(vec![0, 1], f64::NAN),
    ]);
    let leads = company(&sales, 2);
    let model = learnt(&leads);
    let told = |row: usize| model.expected(&leads, row, &[]);
    let overall = told(800) / 500.0;
    assert!(
        (overall - 0.925).abs() < 0.03,
        "New, through which all went: {overall}"
    );
    assert!((told(801) / 350.0 - 1.0).abs() < 0.06, "{}", told(801));
    assert!((told(802) / 500.0 - 1.0).abs() < 0.06, "{}", told(802));
    assert!(
        (told(803) / model.mean - 1.0).abs() < 1e-12,
        "what states nothing has no share"
    );
    assert_eq!(
        model.at_creation(&leads, 801, &[]),
        model.at_creation(&leads, 800, &[])
    );
    let came = sums(&model, &leads);
    assert!(
        (came.0 / came.1 - 1.0).abs() < 1e-9,
        "closed leads are in no stage"
    );
}

#[test]
fn stages_that_do_not_differ_say_nothing() {
    let (mut worst, companies) = (0.0_f64, 20);
    for seed in 0..companies {
        let sales = many(400, |i| Sale {
            mean: 100.0,
            stated: 120.0 + (i % 5) as f64,
            stages: vec![0, 1 + (i % 2) as u32],
            ..Sale::default()
        });
        let by_stage = learnt(&company(&sales, 40 + seed)).by_stage;
        let off = by_stage.values().map(|factor| (factor - 1.0).abs());
        worst = worst.max(off.fold(0.0, f64::max));
    }
    assert!(worst < 0.08, "{worst}");
}

#[test]
fn the_level_is_that_of_late_and_sums_are_kept() {
    // Three in ten wins are of the last half year, at 140 instead of 100.
    let sales = many(1_000, |i| {
        let late = i % 10 < 3;
        Sale {
            closed: Some(if late {
                650 + i as i32 % 140
            } else {
                120 + i as i32 % 490
            }),
            mean: if late { 140.0 } else { 100.0 },
            ..Sale::default()
        }
    });
    let leads = company(&sales, 3);
    let model = learnt(&leads);
    let late = model.expected(&leads, 0, &[]);
    assert!((late / 140.0 - 1.0).abs() < 0.05, "{late}");
    assert!(
        (cv(&model.ratios) / 0.5 - 1.0).abs() < 0.08,
        "what drifts is no spread: {}",
        cv(&model.ratios)
    );
}

#[test]
fn without_drift_the_level_is_that_of_all_but_for_chance() {
    let (mut sum, mut square, companies) = (0.0, 0.0, 60);
    for seed in 0..companies {
        let sales = many(500, |i| Sale {
            closed: Some(100 + i as i32),
            mean: 100.0,
            cv: 1.0,
            ..Sale::default()
        });
        let leads = company(&sales[..], 100 + seed);
        let off = learnt(&leads).expected(&leads, 0, &[]) / 100.0 - 1.0;
        sum += off;
        square += off * off;
    }
    let (mean, rms) = (
        sum / f64::from(companies as u32),
        (square / f64::from(companies as u32)).sqrt(),
    );
    // 500 wins with cv 1: the mean of all is off by 0.045, that of the last half year alone by 0.08.
    assert!(mean.abs() < 0.02 && rms < 0.068, "{mean} {rms}");
}

#[test]
fn groups_have_a_spread_of_their_own_only_where_they_clearly_differ() {
    let wild = |i: usize| i % 2 == 0;
    let sales = |differ: bool| {
        many(4_000, |i| Sale {
            cv: if differ && wild(i) { 1.2 } else { 0.3 },
            source: if wild(i) { "wild" } else { "calm" },
            ..Sale::default()
        })
    };
    let leads = company(&sales(true), 5);
    let model = learnt(&leads);
    let (lists, of) = model.spreads(&leads);
    assert_eq!(lists.len(), 3);
    for (row, truth) in [(0, 1.2), (1, 0.3)] {
        let own = lists[of[row]];
        assert!(
            (cv(own) / truth - 1.0).abs() < 0.15,
            "{} instead of {truth}",
            cv(own)
        );
        assert!((own.iter().sum::<f64>() / own.len() as f64 - 1.0).abs() < 1e-12);
    }
    for seed in 0..10 {
        let leads = company(&sales(false), 60 + seed);
        let (lists, of) = (learnt(&leads), vec![0; leads.len()]);
        assert_eq!(
            lists.spreads(&leads),
            (vec![lists.ratios.as_slice()], of),
            "seed {seed}"
        );
    }
}

#[test]
fn refunds_lower_the_mean_and_nothing_is_drawn_below_0() {
    let sales = many(300, |_| Sale::default());
    let mut leads = company(&sales, 6);
    let name = leads.roles[&Role::Amount].clone();
    if let Some(Column::Number(amounts)) = leads.table.get_mut(&name) {
        (0..30).for_each(|row| amounts[row * 10] *= -0.5);
    }
    let model = learnt(&leads);
    let (told, came) = sums(&model, &leads);
    assert!((told / came - 1.0).abs() < 1e-9);
    assert!(model.ratios.iter().all(|&ratio| ratio >= 0.0));
}

#[test]
fn few_wins_or_no_money_give_no_model() {
    let few = company(&many(4, |_| Sale::default()), 7);
    assert_eq!(
        AmountModel::learn(&few, &Recipe::default(), &Codes::default()),
        None
    );
    let nothing = company(
        &many(40, |_| Sale {
            mean: 1e-300,
            ..Sale::default()
        }),
        8,
    );
    let mut nothing = nothing;
    if let Some(Column::Number(amounts)) = nothing.table.get_mut("amount") {
        amounts.fill(0.0);
    }
    assert_eq!(
        AmountModel::learn(&nothing, &Recipe::default(), &Codes::default()),
        None
    );
}
