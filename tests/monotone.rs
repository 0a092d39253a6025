//! A declared direction holds for every score.

mod common;
mod support;

use common::{leads, two_features};
use forerun::domain::{Column, Day, Direction, Known, Leads, Outcome, Role};
use forerun::score::{Model, score, train};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};

/// A company whose column `price` acts on winning by `effect`, a function of its value in 0-10.
fn company(n: usize, dated: bool, seed: u64, effect: impl Fn(f64) -> f64) -> Leads {
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
    let mut lives = two_features(n, 0.2, 540.0, seed);
    for life in &mut lives {
        let price = (rng.random::<f64>() * 40.0).round() / 4.0;
        life.numbers = vec![price, rng.random::<f64>()];
        let was = life.won;
        life.won = rng.random::<f64>() < 1.0 / (1.0 + (0.8 - effect(price)).exp());
        if life.won != was || life.closes_after.is_infinite() {
            life.closes_after = 3.0 + 60.0 * rng.random::<f64>();
        }
        if rng.random::<f64>() < 0.05 {
            life.numbers[0] = f64::NAN;
        }
    }
    let mut leads = leads(&lives, 540, &["price", "other"], &[]);
    if !dated {
        leads.roles.remove(&Role::Created);
        leads.roles.remove(&Role::Closed);
    }
    leads
}

/// The probabilities of one open lead, were its price each of these.
fn at_prices(model: &Model, leads: &Leads, prices: &[f64]) -> Vec<[f64; 3]> {
    let row = (0..leads.len())
        .rev()
        .find(|&row| leads.outcome[row] == Outcome::Open)
        .expect("an open lead");
    let mut many = leads.take(&vec![row; prices.len()], leads.as_of);
    many.table.insert("price", Column::Number(prices.to_vec()));
    let scores = score(model, &many, None, false).expect("it is scored");
    let of = |p: Option<forerun::domain::Probability>| p.map_or(0.0, f64::from);
    scores
        .leads
        .iter()
        .map(|lead| [of(lead.p_win), of(lead.p_win_30d), of(lead.p_win_90d)])
        .collect()
}

fn against(model: &Model, leads: &Leads, direction: Direction) -> f64 {
    let prices: Vec<f64> = (-20..=220).map(|i| f64::from(i) / 20.0).collect();
    let scores = at_prices(model, leads, &prices);
    let falls = scores
        .windows(2)
        .flat_map(|pair| (0..3).map(move |i| direction.sign() * (pair[0][i] - pair[1][i])));
    falls.fold(f64::NEG_INFINITY, f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn no_score_goes_against_it(
        seed in 0_u64..1_000, up in any::<bool>(), dated in any::<bool>(),
        waves in 0.0..2.0_f64, slope in -0.3..0.3_f64,
    ) {
        let mut leads = company(1_500, dated, seed, |price| slope * (price - 5.0) + waves * (price * 1.3).sin());
        let direction = if up { Direction::Up } else { Direction::Down };
        leads.table.direct("price", direction);
        let (model, _) = train(&leads, None, 1).expect("it trains");
        let worst = against(&model, &leads, direction);
        prop_assert!(worst < 1e-9, "{worst}");
    }
}

#[test]
fn a_true_direction_costs_nothing_and_a_wrong_one_makes_it_flat() {
    let rising = |price: f64| 0.35 * (price - 5.0);
    let free = company(3_000, false, 7, rising);
    let (mut up, mut down) = (free.clone(), free.clone());
    up.table.direct("price", Direction::Up);
    down.table.direct("price", Direction::Down);
    let auc = |leads: &Leads| {
        train(leads, None, 1)
            .expect("it trains")
            .1
            .cross_validation
            .and_then(|cv| cv.auc)
            .expect("tested")
    };
    let (with, without) = (auc(&up), auc(&free));
    assert!((with - without).abs() < 0.005, "{with} {without}");
    let (model, _) = train(&down, None, 1).expect("it trains");
    let scores = at_prices(&model, &down, &[0.0, 3.0, 7.0, 10.0]);
    assert!(
        scores.iter().all(|p| (p[0] - scores[0][0]).abs() < 1e-9),
        "{scores:?}"
    );
    // Without a direction it follows the data.
    let (model, _) = train(&free, None, 1).expect("it trains");
    assert!(against(&model, &free, Direction::Down) > 0.001);
}

#[test]
fn a_direction_is_part_of_what_a_model_was_learnt_from() {
    let mut leads = company(1_500, true, 8, |price| 0.2 * price);
    let (model, _) = train(&leads, None, 1).expect("it trains");
    assert!(model.learnt_from(&leads, None));
    leads.table.direct("price", Direction::Up);
    assert!(!model.learnt_from(&leads, None));
    assert_eq!(leads.as_of(leads.as_of - 30).table.directions().len(), 1);
}

const DATA: &str =
    "lead_id,status,price,colour,amount\n1,Won,3,red,10\n2,Lost,4,blue,\n3,Open,5,red,\n";

fn faults(monotone: &str) -> String {
    let folder = support::minimal(&format!(
        "amount = \"amount\"\n[model]\nmonotone = {monotone}\n"
    ))
    .with("leads.csv", DATA);
    let project = match forerun::project::load(&folder.path("forerun.toml")) {
        Ok(project) => project,
        Err(faults) => return faults.to_string(),
    };
    match forerun::read::dataset(&project, None) {
        Ok(data) => format!("{:?}", data.leads.table.directions()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_written_is_checked() {
    assert_eq!(faults("{ price = \"up\" }"), "{\"price\": Up}");
    for (written, said) in [
        ("{ prise = \"down\" }", "did you mean `price`?"),
        ("{ colour = \"up\" }", "only numbers have an up and a down"),
        ("{ amount = \"up\" }", "never a feature"),
        ("{ price = \"higher\" }", "cannot be \"higher\""),
        ("{ price = 1 }", "must be text"),
        ("[\"price\"]", "must be a table"),
    ] {
        let message = faults(written);
        assert!(message.contains(said), "{written}: {message}");
    }
}

#[test]
fn other_rules_of_columns_are_not_touched() {
    let mut leads = company(1_500, true, 9, |price| 0.2 * price);
    leads.table.direct("price", Direction::Up);
    leads.known.insert("price".to_owned(), Known::Close);
    assert!(
        train(&leads, None, 1).is_ok(),
        "a direction of a column that is no feature does no harm"
    );
    assert!(
        leads
            .created
            .iter()
            .flatten()
            .all(|&day| day < Day::from_epoch_days(540))
    );
}
