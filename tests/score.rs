//! The score against companies whose truth is known.

mod common;

use common::{Life, leads, life_of, truth, two_features};
use forerun::domain::{Column, Known, Leads, Outcome, Role};
use forerun::score::{LeadScore, Model, ScoreError, score, train};

fn scored(leads: &Leads) -> (Model, Vec<LeadScore>) {
    let (model, _) = train(leads, None, 1).expect("it can be trained");
    let scores = score(&model, leads, None, false).expect("it can be scored");
    (model, scores.leads)
}

fn log_odds(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

#[test]
fn open_leads_are_predicted_right_whether_losers_are_closed_or_not() {
    for never in [0.3, 0.0] {
        let (mut ratios, sims) = ([0.0; 2], 3_u32);
        let (mut inside, mut all) = (0_u32, 0_u32);
        for seed in 0..sims {
            let lives = two_features(6_000, never, 540.0, 100 + u64::from(seed));
            let leads = leads(&lives, 540, &["x1", "x2"], &[]);
            let (_, scores) = scored(&leads);
            let (mut predicted, mut expected) = ([0.0; 2], [0.0; 2]);
            for lead in &scores {
                assert_eq!(leads.outcome[lead.row], Outcome::Open);
                // A lead came in at some time of its day; at 00:00 it is half a day older than the dates say.
                let age = leads.age(lead.row, leads.as_of).map_or(0.0, f64::from) - 0.5;
                let life = life_of(&lives, &leads, lead.row);
                for (i, (p, days)) in [(lead.p_win_30d, 30.0), (lead.p_win_90d, 90.0)]
                    .into_iter()
                    .enumerate()
                {
                    predicted[i] += p.expect("dated").get();
                    expected[i] += truth(life, never, age, days);
                }
                let true_p = truth(life, never, age, 538.0);
                if true_p < 0.02 {
                    continue; // Dead leads: what counts of them is their sum, held above.
                }
                let (low, high) = (
                    lead.p_win_low.expect("open"),
                    lead.p_win_high.expect("open"),
                );
                inside += u32::from((low.get()..=high.get()).contains(&true_p));
                all += 1;
            }
            (0..2).for_each(|i| ratios[i] += predicted[i] / expected[i] / f64::from(sims));
        }
        for ratio in ratios {
            assert!(
                (0.93..1.07).contains(&ratio),
                "never {never}: predicted / true {ratio:.3}"
            );
        }
        let coverage = f64::from(inside) / f64::from(all);
        assert!(
            (0.62..0.9).contains(&coverage),
            "never {never}: 80 % intervals cover {coverage:.3}"
        );
    }
}

#[test]
fn probabilities_rise_with_the_horizon_and_lie_in_their_intervals() {
    let leads = leads(&two_features(3_000, 0.3, 540.0, 7), 540, &["x1", "x2"], &[]);
    let (model, scores) = scored(&leads);
    assert!(
        model
            .horizon()
            .is_some_and(|days| (400..=540).contains(&days))
    );
    for lead in scores {
        let p = |p: Option<forerun::domain::Probability>| p.expect("dated").get();
        assert!(
            p(lead.p_win_30d) <= p(lead.p_win_90d) && p(lead.p_win_90d) <= p(lead.p_win) + 1e-12
        );
        assert!(p(lead.p_win_low) <= p(lead.p_win) && p(lead.p_win) <= p(lead.p_win_high));
    }
}

#[test]
fn reasons_and_baseline_add_up_to_the_score() {
    let dated = leads(&two_features(3_000, 0.3, 540.0, 8), 540, &["x1", "x2"], &[]);
    let mut undated = dated.clone();
    undated.roles.remove(&Role::Created);
    for leads in [dated, undated] {
        for lead in scored(&leads).1 {
            let sum: f64 = lead.baseline
                + lead
                    .reasons
                    .iter()
                    .map(|reason| reason.contribution)
                    .sum::<f64>();
            assert!((sum - log_odds(lead.p_win.expect("open").get())).abs() < 1e-9);
        }
    }
}

#[test]
fn calling_open_leads_lost_changes_the_answer() {
    let honest = leads(&two_features(4_000, 0.3, 540.0, 9), 540, &["x1", "x2"], &[]);
    let mut toy = honest.clone();
    let open: Vec<usize> = (0..toy.len())
        .filter(|&row| toy.outcome[row] == Outcome::Open)
        .collect();
    for row in open.into_iter().filter(|row| row % 2 == 0) {
        toy.outcome[row] = Outcome::Lost;
        toy.closed[row] = toy.created[row];
    }
    let total = |leads: &Leads| -> f64 {
        let scores = scored(leads).1;
        scores
            .iter()
            .filter(|lead| lead.row % 2 == 1)
            .filter_map(|lead| lead.p_win_90d)
            .map(f64::from)
            .sum()
    };
    assert!((total(&toy) / total(&honest) - 1.0).abs() > 0.05);
}

#[test]
fn a_column_filled_in_by_the_outcome_is_refused_and_named() {
    let honest = leads(
        &two_features(4_000, 0.3, 540.0, 10),
        540,
        &["x1", "x2"],
        &[],
    );
    let mut leaky = honest.clone();
    let tags = (0..leaky.len()).map(|row| match leaky.outcome[row] {
        Outcome::Open => None,
        _ if row % 20 == 0 => Some("?"),
        Outcome::Won => Some("paid"),
        Outcome::Lost => Some("gone"),
    });
    let tags = forerun::domain::Category::from_texts(tags);
    let quality = (0..leaky.len())
        .map(|row| {
            f64::from(u8::from(leaky.outcome[row] == Outcome::Won)) + (row % 7) as f64 / 20.0
        })
        .collect();
    leaky.table.insert("tags", Column::Text(tags));
    leaky.table.insert("quality", Column::Number(quality));
    for name in ["tags", "quality"] {
        leaky
            .known
            .insert(name.to_owned(), Known::Creation { declared: false });
    }
    let (_, report) = train(&leaky, None, 1).expect("it trains");
    let code_of = |column: &str| {
        let of = report
            .warnings
            .iter()
            .find(|warning| warning.column.as_deref() == Some(column));
        of.map(|warning| warning.code.as_str())
    };
    assert_eq!(code_of("tags"), Some("filled-later"));
    assert_eq!(code_of("quality"), Some("leak"));
    assert_eq!(code_of("x1"), None);
    let (_, honest_report) = train(&honest, None, 1).expect("it trains");
    let auc = |report: &forerun::score::TrainReport| {
        report
            .forward
            .as_ref()
            .and_then(|forward| forward.auc)
            .expect("a forward test")
    };
    assert!((auc(&report) - auc(&honest_report)).abs() < 0.01);
}

#[test]
fn columns_of_noise_are_called_no_better_than_the_base_rate() {
    let mut noise = two_features(4_000, 0.0, 540.0, 11);
    // The outcomes stay, the features are those of another company.
    let other = two_features(4_000, 0.0, 540.0, 12);
    noise
        .iter_mut()
        .zip(other)
        .for_each(|(life, other)| life.numbers = other.numbers);
    let dated = leads(&noise, 540, &["x1", "x2"], &[]);
    let mut undated = dated.clone();
    undated.roles.remove(&Role::Created);
    for leads in [dated, undated] {
        let (_, report) = train(&leads, None, 1).expect("it trains");
        assert!(!report.columns_help);
        assert!(
            report
                .warnings
                .iter()
                .any(|warning| warning.code == "no-signal")
        );
    }
}

#[test]
fn too_little_is_refused_with_what_would_do() {
    let few = leads(&two_features(4, 0.3, 540.0, 13), 540, &["x1"], &[]);
    let error = train(&few, None, 1).expect_err("4 leads are too few");
    assert!(
        matches!(error, ScoreError::TooFew { .. } | ScoreError::TooShort),
        "{error}"
    );
    let nobody_won: Vec<Life> = two_features(2_000, 0.3, 540.0, 14)
        .into_iter()
        .map(|life| Life { won: false, ..life })
        .collect();
    let error = train(&leads(&nobody_won, 540, &["x1"], &[]), None, 1).expect_err("nobody won");
    assert!(error.to_string().contains("0 won"), "{error}");
}

#[test]
fn a_model_refuses_leads_that_it_does_not_fit_and_says_why() {
    let leads = leads(
        &two_features(3_000, 0.3, 540.0, 15),
        540,
        &["x1", "x2"],
        &[],
    );
    let (model, _) = train(&leads, None, 1).expect("it trains");
    let mut other = leads.clone();
    other.table = forerun::domain::Table::with_rows(leads.len());
    for (name, column) in leads.table.iter().filter(|(name, _)| *name != "x2") {
        other.table.insert(name, column.clone());
    }
    let names = (0..leads.len()).map(|_| Some("text"));
    other.table.insert(
        "x1",
        Column::Text(forerun::domain::Category::from_texts(names)),
    );
    let error = score(&model, &other, None, false)
        .expect_err("it does not fit")
        .to_string();
    assert!(error.contains("`x2` is not in the data"), "{error}");
    assert!(
        error.contains("`x1` holds text, the model learnt"),
        "{error}"
    );
}

#[test]
fn the_model_file_gives_the_same_model_and_the_same_bytes() {
    let leads = leads(
        &two_features(2_000, 0.3, 540.0, 16),
        540,
        &["x1", "x2"],
        &[],
    );
    let (model, _) = train(&leads, None, 1).expect("it trains");
    let (again, _) = train(&leads, None, 1).expect("it trains");
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (
        folder.path().join("one.json"),
        folder.path().join("two.json"),
    );
    model.save(&one).expect("it is written");
    again.save(&two).expect("it is written");
    assert!(std::fs::read(&one).expect("one") == std::fs::read(&two).expect("two"));
    let read = Model::load(&one).expect("it is read");
    assert!(read == model && read.learnt_from(&leads, None));
    let later = leads.as_of(leads.as_of - 1);
    assert!(!read.learnt_from(&later, None));
    std::fs::write(&one, "{\"format\": 99}").expect("it is written");
    let error = Model::load(&one).expect_err("another form").to_string();
    assert!(
        error.contains("form 99") && error.contains("forerun train"),
        "{error}"
    );
}

#[test]
fn the_future_changes_no_past_score() {
    let lives = two_features(3_000, 0.3, 540.0, 17);
    let now = leads(&lives, 400, &["x1", "x2"], &[]);
    let later = leads(&lives, 540, &["x1", "x2"], &[]).as_of(now.as_of);
    let (one, other) = (scored(&now).1, scored(&later).1);
    assert_eq!(one.len(), other.len());
    for (a, b) in one.iter().zip(&other) {
        assert_eq!(a.p_win_90d, b.p_win_90d);
    }
}
