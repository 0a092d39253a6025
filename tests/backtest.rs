//! The forecast on trial: nothing that came later is known, and the figures are what they say.

mod common;

use common::regimes::{self, NUMBERS, TEXTS};
use common::{leads, two_features};
use forerun::domain::Leads;
use forerun::forecast::{
    Backtest, Books, ForecastError, Tested, Who, backtest, keep, outlook, stored,
};
use forerun::score::train;

/// As of a day since the epoch: 546 is the first of July, 608 the first of September 1971.
fn company(as_of: i32) -> Leads {
    let lives = two_features(5_000, 0.3, 720.0, 11);
    leads(&lives, as_of, &["x1", "x2"], &[])
}

fn on_trial(leads: &Leads, origins: usize) -> Backtest {
    backtest(&Books::of(leads), origins, 3, 1).expect("enough data")
}

#[test]
fn rows_that_come_later_change_no_bit_of_an_earlier_forecast() {
    let (first, later) = (on_trial(&company(546), 6), on_trial(&company(608), 8));
    let mut pairs = Vec::new();
    for early in &first.tested {
        let key = (early.origin, early.month);
        let late = (later.tested.iter()).find(|late| (late.origin, late.month) == key);
        pairs.extend(late.map(|late| (early, late)));
    }
    assert_eq!(pairs.len(), first.tested.len());
    assert!(pairs.len() >= 12, "{}", pairs.len());
    for (early, late) in pairs {
        assert_eq!(early, late, "as of {}", early.origin);
    }
}

#[test]
fn the_figures_are_those_of_the_months() {
    let trial = on_trial(&company(608), 6);
    let months: Vec<&Tested> = trial.tested.iter().filter(|t| t.ahead == 2).collect();
    let figures = trial.figures(Who::Forecast, 2).expect("months");
    let sum = |of: &dyn Fn(&Tested) -> f64| months.iter().map(|t| of(t)).sum::<f64>();
    let came = sum(&|t| t.actual);
    let median = |t: &Tested| t.quantile(0.5).expect("a median");
    assert_eq!(figures.n, months.len());
    let wape = sum(&|t| (median(t) - t.actual).abs()) / came;
    assert!((figures.wape.expect("revenue") - wape).abs() < 1e-12);
    let inside = months
        .iter()
        .filter(|t| {
            let at = |p| t.quantile(p).expect("a quantile");
            (at(0.1)..=at(0.9)).contains(&t.actual)
        })
        .count();
    assert_eq!(figures.coverage.expect("ranges").inside, inside);
    assert_eq!(trial.figures(Who::Forecast, 9), None);
}

#[test]
fn what_came_is_what_the_data_says() {
    let known = company(608);
    let trial = on_trial(&known, 4);
    for tested in &trial.tested {
        let wins = (0..known.len())
            .filter(|&row| known.outcome[row] == forerun::domain::Outcome::Won)
            .filter(|&row| known.closed[row].is_some_and(|day| day.month() == tested.month));
        assert_eq!(tested.actual, 1_000.0 * wins.count() as f64);
        assert_eq!(tested.booked, 0.0, "as of the first of a month");
        assert!(tested.told.is_sorted() && tested.drawn.is_sorted());
    }
}

#[test]
fn the_record_travels_with_the_model_and_corrects_the_forecast() {
    let known = company(608);
    let (model, _) = train(&known, None, 1).expect("it can be trained");
    let books = Books::of(&known);
    let plain = outlook(&model, &books, 2, 1).expect("enough data");
    assert!(plain.record.is_empty());
    let mut trial = on_trial(&known, 6);
    let model = keep(model, &trial).expect("it can be written");
    assert_eq!(stored(&model, known.as_of).as_ref(), Some(&trial));
    assert_eq!(
        stored(&model, known.as_of - 1),
        None,
        "of another day, of other data"
    );
    let told = outlook(&model, &books, 2, 1).expect("enough data");
    assert_eq!(told.record, trial.summary());
    // Had revenue been three times what was forecast each time, more would be forecast now, and less surely.
    for tested in &mut trial.tested {
        tested.actual = 3.0 * tested.drawn[19];
    }
    let model = keep(model, &trial).expect("it can be written");
    let higher = outlook(&model, &books, 2, 1).expect("enough data");
    let (before, after) = (&plain.months[0], &higher.months[0]);
    assert!(after.p50 > 1.1 * before.p50);
    assert!(after.p90 - after.p10 > 1.5 * (before.p90 - before.p10));
    assert!((after.mean - after.booked - after.open_pipeline - after.new_leads).abs() < 0.01);
}

#[test]
fn a_short_past_has_no_record() {
    let known = company(150);
    assert!(on_trial(&known, 12).tested.len() < 6);
    let mut undated = company(608);
    undated.roles.remove(&forerun::domain::Role::Closed);
    let refused = backtest(&Books::of(&undated), 3, 3, 1);
    assert!(
        matches!(refused, Ok(ref trial) if trial.tested.is_empty())
            || matches!(
                refused,
                Err(ForecastError::Undated | ForecastError::Score(_))
            )
    );
}

#[test]
fn in_a_regime_of_known_truth_it_is_nearer_than_smoothing() {
    let lives = regimes::company(4, 1_001);
    let known = leads(&lives, regimes::as_of(46), &NUMBERS, &TEXTS);
    let trial = on_trial(&known, 12);
    let off = |who| trial.figures(who, 1).and_then(|f| f.wape).expect("months");
    assert!(off(Who::Forecast) < off(Who::Smoothing));
    let held: usize = (1..=3)
        .filter_map(|ahead| trial.figures(Who::Forecast, ahead)?.coverage)
        .map(|coverage| coverage.inside)
        .sum();
    // Nominal: 26 of 33, in months that overlap.
    assert!((19..=33).contains(&held), "{held}");
}
