//! Texts of very many values: coded by their share of wins, without a look at the lead's own outcome.

mod common;

use common::{Life, leads, two_features};
use forerun::domain::{Category, Column, Leads, Role};
use forerun::features::Shares;
use forerun::score::{TrainReport, score, train};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

#[test]
fn shares_and_their_weight_are_those_of_scikit_learn() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/target.json");
    let text = std::fs::read_to_string(file).expect("golden values");
    let golden: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let numbers = |key: &str| -> Vec<f64> {
        let values = golden[key].as_array().expect("a list");
        values
            .iter()
            .map(|value| value.as_f64().unwrap_or(f64::NAN))
            .collect()
    };
    let shares = Shares::new(numbers("n"), numbers("won"));
    let m = golden["m"].as_f64().expect("a number");
    assert!(
        (shares.weight() - m).abs() < 1e-9 * m,
        "{} {m}",
        shares.weight()
    );
    let mut seen = 0;
    for (ours, theirs) in shares.log_odds().iter().zip(numbers("q")) {
        if theirs.is_nan() {
            continue; // A value that no lead had.
        }
        assert!((1.0 / (1.0 + (-ours).exp()) - theirs).abs() < 1e-9);
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
}

/// A company whose leads also have one of `values` landing pages; `tells` says how much the page has to do with winning.
fn with_pages(n: usize, values: usize, tells: f64, dated: bool, seed: u64) -> Leads {
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
    let effects: Vec<f64> = (0..values)
        .map(|_| StandardNormal.sample(&mut rng))
        .collect();
    let mut lives = two_features(n, 0.2, 720.0, seed);
    for life in &mut lives {
        // Few pages get most leads.
        let page = ((rng.random::<f64>().powi(2)) * values as f64) as usize;
        life.texts = vec![format!("page-{page:04}")];
        let keep = 1.0 / (1.0 + (-tells * effects[page]).exp());
        if tells > 0.0 {
            let rate = 0.45 * keep;
            let other: Life = life.clone();
            life.won = rng.random::<f64>() < rate;
            // Winners take 1.6 gamma steps of 20 days, losers a while longer: enough of a life for a test.
            life.closes_after = if life.won {
                10.0 + 40.0 * rng.random::<f64>()
            } else {
                other.closes_after.max(5.0)
            };
        }
    }
    let mut leads = leads(&lives, 720, &["x1", "x2"], &["page"]);
    if !dated {
        leads.roles.remove(&Role::Created);
        leads.roles.remove(&Role::Closed);
    }
    leads
}

fn auc(report: &TrainReport) -> f64 {
    let forward = report.forward.as_ref().and_then(|forward| forward.auc);
    let folds = report.cross_validation.as_ref().and_then(|cv| cv.auc);
    forward.or(folds).expect("it was tested")
}

fn without_pages(leads: &Leads) -> Leads {
    let mut without = leads.clone();
    without
        .known
        .insert("page".to_owned(), forerun::domain::Known::Close);
    without
}

#[test]
fn a_text_of_noise_gives_nothing_and_is_not_praised() {
    for dated in [true, false] {
        let noise = with_pages(6_000, 1_000, 0.0, dated, 41);
        let with = train(&noise, None, 1).expect("it trains").1;
        let without = train(&without_pages(&noise), None, 1).expect("it trains").1;
        assert!(
            auc(&with) < auc(&without) + 0.005,
            "dated {dated}: {} {}",
            auc(&with),
            auc(&without)
        );
        assert!(
            auc(&with) > auc(&without) - 0.02,
            "dated {dated}: {} {}",
            auc(&with),
            auc(&without)
        );
        // Alone it is not praised.
        let mut alone = noise.clone();
        for name in ["x1", "x2"] {
            alone
                .known
                .insert(name.to_owned(), forerun::domain::Known::Close);
        }
        let report = train(&alone, None, 1).expect("it trains").1;
        assert!(!report.columns_help, "dated {dated}");
    }
}

#[test]
fn a_text_that_tells_is_used_and_shown_by_its_value() {
    for dated in [true, false] {
        let pages = with_pages(6_000, 400, 1.5, dated, 42);
        let (model, report) = train(&pages, None, 1).expect("it trains");
        let without = train(&without_pages(&pages), None, 1).expect("it trains").1;
        assert!(report.columns_help, "dated {dated}");
        let gain = auc(&report) - auc(&without);
        assert!(gain > 0.03, "dated {dated}: {gain}");
        let mut other = pages.clone();
        let Some(Column::Text(category)) = pages.table.get("page") else {
            panic!("texts")
        };
        // Another export, with pages that were never seen.
        let texts: Vec<Option<&str>> = (0..pages.len())
            .map(|row| {
                if row % 2 == 0 {
                    Some("page-new")
                } else {
                    category.get(row)
                }
            })
            .collect();
        other
            .table
            .insert("page", Column::Text(Category::from_texts(texts.clone())));
        let scores = score(&model, &other, None, false).expect("it is scored");
        let mut shown = 0;
        for lead in &scores.leads {
            let reason = lead
                .reasons
                .iter()
                .find(|reason| reason.feature == "page")
                .expect("a reason");
            assert_eq!(Some(reason.value.as_str()), texts[lead.row]);
            shown += 1;
        }
        assert!(shown > 50, "{shown}");
    }
}

/// Won against the rest on all 8,000 leads, for evaluation only: in truth those not won are not known yet.
#[test]
fn the_olist_funnel_reaches_what_a_scorecard_does() {
    let Some(folder) = common::shared("data/olist_funnel") else {
        return;
    };
    let toml = r#"
        [leads]
        file = "FOLDER/olist_marketing_qualified_leads_dataset.csv"
        id = "mql_id"
        outcome = { won = { field = "won_date", present = true }, lost = { field = "won_date", missing = true } }
        source = "origin"
        [[leads.join]]
        file = "FOLDER/olist_closed_deals_dataset.csv"
        on = "mql_id"
        columns = ["won_date"]
    "#;
    let here = tempfile::tempdir().expect("a folder");
    let toml = toml.replace("FOLDER", &folder.display().to_string());
    std::fs::write(here.path().join("forerun.toml"), toml).expect("it is written");
    let project = forerun::project::load(&here.path().join("forerun.toml"))
        .unwrap_or_else(|faults| panic!("{faults}"));
    let data = forerun::read::dataset(&project, None).expect("it is read");
    let report = train(&data.leads, None, 1).expect("it trains").1;
    assert_eq!((report.rows, report.won), (8_000, 842));
    assert!(auc(&report) >= 0.671, "{}", auc(&report));
}
