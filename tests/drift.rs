//! Drift: nothing where nothing has changed, and what has where something has.

mod common;

use common::{Life, leads, two_features};
use forerun::domain::Leads;
use forerun::score::{Counted, Drift, Model, drift, train};

const THEN: i32 = 540;

/// Two features and a source, which says nothing.
fn company(n: usize, span: f64, seed: u64) -> Vec<Life> {
    let mut lives = two_features(n, 0.1, span, seed);
    for (i, life) in lives.iter_mut().enumerate() {
        let source = ["Search", "Referral", "Event", "Social"][(i * 7 + i / 5) % 4];
        life.texts = vec![source.to_owned()];
    }
    lives
}

fn known(lives: &[Life], day: i32) -> Leads {
    leads(lives, day, &["x1", "x2"], &["source"])
}

fn learn(leads: &Leads) -> Model {
    train(leads, None, 1).expect("it can be trained").0
}

fn report(model: &Model, leads: &Leads) -> Drift {
    drift(model, leads, None, false).expect("it fits")
}

#[test]
fn nothing_alerts_where_nothing_has_changed() {
    let (mut alerts, mut features) = (0, 0);
    for seed in 1..=5 {
        let lives = company(4_000, 720.0, seed);
        let model = learn(&known(&lives, THEN));
        for day in [THEN, THEN + 90, THEN + 180] {
            let found = report(&model, &known(&lives, day));
            alerts += found.alerts().count();
            features += found.features.len();
            assert_eq!(found.outcomes.is_some(), day > THEN);
            if let Some(outcomes) = &found.outcomes {
                assert!(!outcomes.level_alert, "{outcomes:?}");
                let [ratio, low, high] = outcomes.observed_over_expected;
                assert!(low < ratio && ratio < high && (0.7..1.4).contains(&ratio));
                assert!((outcomes.expected * ratio - outcomes.won as f64).abs() < 1e-6);
            }
        }
    }
    assert!(features >= 45, "{features} features were compared");
    assert!(20 * alerts <= features, "{alerts} of {features} alert");
}

#[test]
fn a_planted_shift_is_found_and_named() {
    let mut lives = company(4_000, 720.0, 1);
    let model = learn(&known(&lives, THEN));
    for (i, life) in lives
        .iter_mut()
        .enumerate()
        .filter(|(_, l)| l.created > 640)
    {
        if i % 2 == 0 {
            life.texts = vec!["Livestream".to_owned()];
        }
        life.numbers[1] += 1.0;
    }
    let found = report(&model, &known(&lives, 720));
    let names: Vec<&str> = found.alerts().map(|f| f.feature.as_str()).collect();
    assert_eq!(names, ["source", "x2"], "the strongest first");
    let source = &found.features[0];
    assert_eq!(source.population, Counted::Created);
    assert!(source.unknown > 0.35 && source.unknown_reference == 0.0);
    assert_eq!(source.unknown_values[0].0, "Livestream");
    let warning = found.warning().expect("a warning");
    assert_eq!(warning.code, "leads-drifted");
    assert!(
        warning.message.contains("`source` (other: "),
        "{}",
        warning.message
    );
}

#[test]
fn values_that_went_missing_are_found() {
    let mut lives = company(4_000, 720.0, 2);
    let model = learn(&known(&lives, THEN));
    for life in lives.iter_mut().filter(|life| life.created > 650) {
        life.numbers[0] = f64::NAN;
    }
    let found = report(&model, &known(&lives, 720));
    let x1 = &found.features[0];
    assert_eq!((x1.feature.as_str(), x1.alert), ("x1", true));
    assert!(x1.missing > 0.5 && x1.missing_reference == 0.0);
    let shift = x1.windows[1].shift.as_ref().expect("a shift");
    assert_eq!((shift.level.as_str(), shift.from), ("", 0.0));
}

#[test]
fn outcomes_that_the_model_did_not_expect_are_found() {
    let mut lives = company(6_000, 720.0, 3);
    let model = learn(&known(&lives, THEN));
    // The team wins half of what it used to, from the day that the model was learnt.
    for (i, life) in lives.iter_mut().enumerate() {
        let closes = f64::from(life.created) + life.closes_after;
        if life.won && closes >= f64::from(THEN) && i % 2 == 0 {
            life.won = false;
        }
    }
    let found = report(&model, &known(&lives, 720));
    assert_eq!(found.alerts().count(), 0, "features tell nothing of it");
    let outcomes = found.outcomes.expect("outcomes since");
    assert!(outcomes.level_alert, "{outcomes:?}");
    assert!(outcomes.observed_over_expected[0] < 0.7);
    assert!(outcomes.loss_alert || outcomes.log_loss[0] < outcomes.log_loss_expected);
}

#[test]
fn another_export_is_compared_as_a_whole() {
    let lives = company(4_000, 720.0, 4);
    let model = learn(&known(&lives, THEN));
    let few = drift(&model, &known(&lives[..400], 720), None, true).expect("it fits");
    for feature in &few.features {
        assert_eq!(feature.windows.len(), 1);
        assert_eq!((feature.windows[0].days, feature.windows[0].n), (None, 400));
        assert!(!feature.alert, "{feature:?}");
    }
}
