//! Evaluation against companies whose truth is known: what it says of good models, of noise, of change.

mod common;
#[path = "support/mod.rs"]
mod support;

use common::{Life, leads, two_features};
use forerun::domain::{Leads, Outcome, Role};
use forerun::score::{EvaluateOptions, Evaluation, ScoreError, evaluate, train};
use forerun::segment::{self, Rules};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Gamma, StandardNormal};

const OPTIONS: EvaluateOptions = EvaluateOptions {
    origins: 4,
    capacity: 20,
    odoo: true,
    seed: 1,
};

fn evaluated(leads: &Leads) -> Evaluation {
    evaluate(leads, None, OPTIONS).expect("it can be evaluated")
}

fn has(evaluation: &Evaluation, code: &str) -> bool {
    evaluation.warnings.iter().any(|w| w.code == code)
}

/// What calibration shows over seeds: slopes, ln O/E, and how often the calibration error stays below its null.
fn calibration(seeds: std::ops::Range<u64>, n: usize) -> (f64, f64, f64) {
    let (mut slopes, mut ratios, mut below) = (Vec::new(), Vec::new(), 0);
    let count = seeds.end - seeds.start;
    for seed in seeds {
        let world = leads(&two_features(n, 0.3, 700.0, seed), 700, &["x1", "x2"], &[]);
        let pooled = evaluated(&world).pooled;
        slopes.push(pooled.slope.expect("a slope").value);
        ratios.push(pooled.observed_over_expected.value.ln());
        below += u64::from(pooled.ece < pooled.ece_null);
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    (mean(&slopes), mean(&ratios), below as f64 / count as f64)
}

#[test]
fn a_model_of_the_right_form_is_found_calibrated() {
    let (slope, ratio, below) = calibration(300..304, 3_000);
    assert!((0.9..1.1).contains(&slope), "{slope}");
    assert!(ratio.abs() < 0.05, "{ratio}");
    assert!(below >= 0.5, "{below}");
}

#[test]
#[ignore = "minutes; run with --release"]
#[allow(clippy::print_stdout, reason = "the measurement is the point")]
fn a_model_of_the_right_form_is_found_calibrated_over_thirty_seeds() {
    let (slope, ratio, below) = calibration(300..330, 6_000);
    println!(
        "30 seeds of 6,000: slope {slope:.3}, ln O/E {ratio:+.3}, ECE below its null {below:.2}"
    );
    assert!((0.9..1.1).contains(&slope), "{slope}");
    assert!(ratio.abs() < 0.05, "{ratio}");
    assert!(below >= 0.8, "{below}");
}

#[test]
fn a_good_model_is_praised_and_every_figure_has_its_interval() {
    let world = leads(&two_features(4_000, 0.3, 700.0, 5), 700, &["x1", "x2"], &[]);
    let found = evaluated(&world);
    assert!(found.better_than_base_rate && found.columns_help);
    assert!(!has(&found, "no-signal"));
    assert_eq!(found.origins.len(), 4);
    for figures in found
        .origins
        .iter()
        .map(|o| &o.figures)
        .chain([&found.pooled])
    {
        for estimate in [figures.auc, figures.slope].into_iter().flatten().chain([
            figures.brier,
            figures.log_loss,
            figures.observed_over_expected,
        ]) {
            assert!(
                estimate.low < estimate.value && estimate.value < estimate.high,
                "{estimate:?}"
            );
        }
    }
    let rows: usize = found.origins.iter().map(|o| o.figures.n).sum();
    assert_eq!(rows, found.pooled.n);
    assert_eq!(
        found.reliability.iter().map(|bin| bin.n).sum::<usize>(),
        rows
    );
    // The model ranks by more than age, and age by more than nothing.
    let auc = |name: &str| {
        let row = found.baselines.iter().find(|row| row.name == name);
        row.and_then(|row| row.auc).expect("it is there")
    };
    assert!(found.pooled.auc.expect("told").value > auc("age_alone") + 0.02);
    assert!(auc("age_alone") > auc("base_rate") + 0.02);
    assert!(found.lift[0].wins_reached > found.lift[0].share_called);
}

#[test]
fn it_does_not_praise_itself_on_noise() {
    let mut noise = two_features(4_000, 0.0, 540.0, 11);
    let other = two_features(4_000, 0.0, 540.0, 12);
    noise
        .iter_mut()
        .zip(other)
        .for_each(|(life, other)| life.numbers = other.numbers);
    let dated = leads(&noise, 540, &["x1", "x2"], &[]);
    let found = evaluated(&dated);
    assert!(
        !found.columns_help && has(&found, "no-signal"),
        "{:?}",
        found.baselines
    );
    let mut undated = dated;
    undated.roles.remove(&Role::Created);
    let found = evaluated(&undated);
    assert!(!found.better_than_base_rate && has(&found, "no-signal"));
    let pooled = found.pooled.auc.expect("told");
    assert!(pooled.low < 0.52 && pooled.high > 0.48, "{pooled:?}");
}

#[test]
fn what_came_later_changes_no_prediction() {
    let lives = two_features(3_000, 0.3, 540.0, 21);
    let last = 540.0 - 90.0;
    let turned: Vec<Life> = lives
        .iter()
        .map(|life| {
            let late = f64::from(life.created) + life.closes_after >= last;
            Life {
                won: life.won != late,
                ..life.clone()
            }
        })
        .collect();
    let of = |lives: &[Life]| {
        let found = evaluated(&leads(lives, 540, &["x1", "x2"], &[]));
        let p: Vec<_> = found
            .predictions
            .iter()
            .map(|one| {
                (
                    one.row,
                    one.day,
                    one.p,
                    one.base_rate,
                    one.age_alone,
                    one.odoo,
                )
            })
            .collect();
        let won = found.predictions.iter().filter(|one| one.won).count();
        (p, won)
    };
    let (before, after) = (of(&lives), of(&turned));
    assert_eq!(before.0, after.0);
    assert_ne!(before.1, after.1, "the turned outcomes were judged on");
}

#[test]
fn the_same_input_gives_the_same_figures_and_the_seed_only_moves_intervals() {
    let world = leads(
        &two_features(2_000, 0.3, 540.0, 22),
        540,
        &["x1", "x2"],
        &[],
    );
    let (one, two) = (evaluated(&world), evaluated(&world));
    assert_eq!(one, two);
}

#[test]
fn history_too_short_is_said_in_words() {
    let world = leads(&two_features(900, 0.3, 80.0, 23), 80, &["x1"], &[]);
    let error = evaluate(&world, None, OPTIONS).expect_err("80 days are too few");
    assert!(matches!(error, ScoreError::Untestable(_)), "{error}");
    // Seven months are enough for one origin, and that is said; four for 30 days ahead.
    let world = leads(&two_features(2_500, 0.3, 215.0, 24), 215, &["x1"], &[]);
    let found = evaluated(&world);
    assert_eq!((found.origins.len(), found.days_ahead), (1, Some(90)));
    assert!(has(&found, "few-origins"));
    let world = leads(&two_features(2_500, 0.3, 150.0, 25), 150, &["x1"], &[]);
    let found = evaluated(&world);
    assert_eq!(found.days_ahead, Some(30));
    assert!(has(&found, "short-history"));
}

/// A company in which what `x1` means turns round in the middle of its history, or does not.
fn turning(n: usize, turns: bool, seed: u64) -> Leads {
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
    let lives: Vec<Life> = (0..n)
        .map(|i| {
            let created = rng.random::<f64>() * 900.0;
            let x1 = f64::from(u8::from(rng.random::<f64>() < 0.5));
            let x2: f64 = StandardNormal.sample(&mut rng);
            let effect = if turns {
                1.8 * (2.0 * (created / 900.0) - 1.0)
            } else {
                0.9
            };
            let p = 1.0 / (1.0 + (1.3 - effect * (2.0 * x1 - 1.0) - 0.4 * x2).exp());
            let won = rng.random::<f64>() < p;
            let time = Gamma::new(1.5, 20.0).expect("valid").sample(&mut rng);
            Life {
                id: format!("L{i:06}"),
                created: created as i32,
                closes_after: time,
                won,
                numbers: vec![x1, x2],
                texts: Vec::new(),
                amount: 1_000.0,
                truth: (p, 1.5, 20.0),
            }
        })
        .collect();
    leads(&lives, 900, &["x1", "x2"], &[])
}

#[test]
fn where_old_leads_mislead_they_fade() {
    let world = turning(4_000, true, 31);
    let choices = train(&world, None, 1)
        .expect("it trains")
        .1
        .choices
        .expect("it chose");
    let half_life = choices.half_life_days.expect("a finite half-life");
    assert!(half_life <= 365.0, "{choices:?}");
    let trial = choices
        .half_lives
        .iter()
        .find(|t| t.half_life_days == Some(half_life));
    let trial = trial.expect("it was tried");
    assert!(trial.gain > 0.0 && trial.gains.iter().filter(|&&gain| gain > 0.0).count() >= 3);
    // Forward, in `evaluate`, the origins chose for themselves, from their own past alone.
    let found = evaluated(&world);
    assert!(found.origins.iter().any(|o| o.half_life_days.is_some()));
}

/// The share of stationary companies that let old leads count in full.
fn kept(seeds: std::ops::Range<u64>, n: usize) -> f64 {
    let count = (seeds.end - seeds.start) as f64;
    let kept = seeds.filter(|&seed| {
        let (_, report) = train(&turning(n, false, seed), None, 1).expect("it trains");
        report.choices.expect("it chose").half_life_days.is_none()
    });
    kept.count() as f64 / count
}

#[test]
fn where_nothing_changes_old_leads_count_in_full() {
    let kept = kept(40..44, 2_500);
    assert!(kept >= 0.75, "{kept}");
}

#[test]
#[ignore = "minutes; run with --release"]
#[allow(clippy::print_stdout, reason = "the measurement is the point")]
fn where_nothing_changes_old_leads_count_in_full_over_forty_seeds() {
    let kept = kept(40..80, 4_000);
    println!("stationary companies that keep every lead in full: {kept:.3}");
    assert!(kept >= 0.8, "{kept}");
}

fn rules(when: &str) -> Rules {
    let text = format!(
        "[policy]\nhit = \"first\"\ndefault = \"rest\"\n[[segment]]\nname = \"best\"\nintent = \"high\"\nwhen = {when}\n\
         [[segment]]\nname = \"rest\"\nintent = \"low\"\n"
    );
    let folder = support::Folder::new().with("rules.toml", &text);
    segment::load(&support::project_with_rules(&folder.path("rules.toml")))
        .unwrap_or_else(|faults| panic!("{faults}"))
        .expect("there are rules")
}

/// A company in which leads with both `x1` and `x2` high are won far more often, and neither alone says anything.
fn together(n: usize, seed: u64) -> Leads {
    let mut lives = two_features(n, 0.2, 800.0, seed);
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed ^ 1);
    for life in &mut lives {
        let alike = (life.numbers[0] > 0.5) == (life.numbers[1] > 0.0);
        life.won = rng.random::<f64>() < if alike { 0.55 } else { 0.05 };
        life.closes_after = Gamma::new(1.5, 20.0).expect("valid").sample(&mut rng);
    }
    leads(&lives, 800, &["x1", "x2"], &[])
}

#[test]
fn a_segment_is_a_feature_only_where_it_tells_what_the_columns_do_not() {
    let world = together(3_000, 51);
    let alike = "{ any = [{ all = [{ field = \"x1\", more_than = 0.5 }, { field = \"x2\", more_than = 0 }] }, \
                 { none = [{ field = \"x1\", more_than = 0.5 }, { field = \"x2\", more_than = 0 }] }] }";
    let chosen = |leads: &Leads, when: &str| {
        let (_, report) = train(leads, Some(&rules(when)), 1).expect("it trains");
        report.choices.expect("it chose")
    };
    let choices = chosen(&world, alike);
    assert!(choices.segment, "{choices:?}");
    let trial = choices.segment_trial.expect("tried");
    assert!(trial.gains.iter().filter(|&&gain| gain > 0.0).count() >= 3);
    // A rule that repeats a column adds nothing to it.
    let plain = leads(
        &two_features(3_000, 0.3, 800.0, 52),
        800,
        &["x1", "x2"],
        &[],
    );
    let choices = chosen(&plain, "{ field = \"x2\", more_than = 0 }");
    assert!(
        choices.segment_trial.is_some() && !choices.segment,
        "{choices:?}"
    );
    // The same by folds, where there are no dates.
    let mut undated = world;
    undated.roles.remove(&Role::Created);
    let closed = undated
        .outcome
        .iter()
        .filter(|&&o| o != Outcome::Open)
        .count();
    assert!(closed > 1_000);
    assert!(chosen(&undated, alike).segment);
}
