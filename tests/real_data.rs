//! Public data sets whose honest accuracy is known. They may not be redistributed with the project, so that these tests
//! skip, and say so, where they are not at hand.

mod common;

use std::path::Path;

use forerun::domain::{Category, Column, Known, Leads, Outcome};
use forerun::features::{Encoder, Recipe, Sample, screen};
use forerun::score::solver::{self, CodeRows, Levels, Logistic, Newton, Problem};
use forerun::score::{Plain, TrainReport, train};
use forerun::{project, read};
use linfa::prelude::*;

/// The leads of a project whose file is `toml`, in the folder of the data.
fn leads(folder: &Path, toml: &str) -> Leads {
    let here = tempfile::tempdir().expect("a folder");
    let toml = toml.replace("FOLDER", &folder.display().to_string());
    std::fs::write(here.path().join("forerun.toml"), toml).expect("it is written");
    let project = project::load(&here.path().join("forerun.toml"))
        .unwrap_or_else(|faults| panic!("{faults}"));
    read::dataset(&project, None).expect("it is read").leads
}

/// Trains on a project whose file is `toml`.
fn report(folder: &Path, toml: &str) -> TrainReport {
    train(&leads(folder, toml), None, 1).expect("it trains").1
}

fn auc(report: &TrainReport) -> f64 {
    report
        .cross_validation
        .as_ref()
        .and_then(|cv| cv.auc)
        .expect("cross-validated")
}

fn code_of<'a>(report: &'a TrainReport, column: &str) -> Option<&'a str> {
    let warning = report
        .warnings
        .iter()
        .find(|warning| warning.column.as_deref() == Some(column));
    warning.map(|warning| warning.code.as_str())
}

const BANK: &str = r##"
    [leads]
    file = "FOLDER/bank-additional-full.csv"
    id = "#row"
    outcome = { column = "y", won = ["yes"], lost = ["no"] }
    [leads.known]
    close = ["duration"]
"##;

/// A plain scorecard has .794, `LightGBM` .804 on folds drawn likewise (`tests/peers/lightgbm_folds.py`).
#[test]
fn bank_marketing_without_duration() {
    let Some(folder) = common::shared("data/bank_marketing") else {
        return;
    };
    let report = report(&folder, BANK);
    assert!((0.793..0.81).contains(&auc(&report)), "{}", auc(&report));
    assert!(report.better_than_base_rate);
}

const X_EDUCATION: &str = r#"
    [leads]
    file = "FOLDER/Leads.csv"
    id = "Prospect ID"
    outcome = { column = "Converted", won = [1], lost = [0] }
    source = "Lead Source"
"#;

const POST_CONTACT: &str = r#"
    [leads.known]
    close = ["Tags", "Lead Quality", "Lead Profile", "Asymmetrique Activity Index", "Asymmetrique Profile Index",
             "Asymmetrique Activity Score", "Asymmetrique Profile Score", "Last Activity", "Last Notable Activity"]
"#;

/// A plain scorecard has .873, `LightGBM` .876.
#[test]
fn x_education_with_its_post_contact_columns_declared() {
    let Some(folder) = common::shared("data/x_education") else {
        return;
    };
    let report = report(&folder, &format!("{X_EDUCATION}{POST_CONTACT}"));
    assert!((0.872..0.89).contains(&auc(&report)), "{}", auc(&report));
}

/// Leads of Olist with the weekday of their first contact as a column.
fn olist(folder: &Path) -> Leads {
    let mut leads = leads(
        folder,
        r#"
        [leads]
        file = "FOLDER/olist_marketing_qualified_leads_dataset.csv"
        id = "mql_id"
        source = "origin"
        outcome = { won = { field = "won_date", present = true }, lost = { field = "won_date", missing = true } }
        [[leads.join]]
        file = "FOLDER/olist_closed_deals_dataset.csv"
        on = "mql_id"
        columns = ["won_date"]
        [leads.known]
        close = ["won_date", "first_contact_date"]
        "#,
    );
    let weekdays: Vec<Option<String>> = match leads.table.get("first_contact_date") {
        Some(Column::Date(days)) => (days.iter())
            .map(|day| day.map(|day| day.weekday().to_string()))
            .collect(),
        other => panic!("dates are read as {:?}", other.map(Column::kind)),
    };
    let weekdays = Category::from_texts(weekdays.iter().map(Option::as_deref));
    leads.table.insert("weekday", Column::Text(weekdays));
    let known = Known::Creation { declared: true };
    leads.known.insert("weekday".to_owned(), known);
    leads
}

/// Olist's leads: origin, landing page (495 of them) and weekday of the first contact; whoever is not won counts as lost,
/// for this comparison only. A plain scorecard has .671, `LightGBM` .666.
#[test]
fn olist_by_where_leads_come_from() {
    let Some(folder) = common::shared("data/olist_funnel") else {
        return;
    };
    let leads = olist(&folder);
    let report = train(&leads, None, 1).expect("it trains").1;
    assert!((report.rows, report.won) == (8_000, 842));
    assert!((0.667..0.69).contains(&auc(&report)), "{}", auc(&report));
}

/// `linfa_logistic`, Newton on sparse rows and Newton on codes: one optimum on real columns, up to 1e-4 on coefficients
/// and 1e-5 on probabilities.
fn solvers_agree(leads: &Leads, most: usize) {
    let closed = (0..leads.len()).filter(|&row| leads.outcome[row] != Outcome::Open);
    let rows: Vec<usize> = closed.take(most).collect();
    let outcomes: Vec<bool> = (rows.iter())
        .map(|&row| leads.outcome[row] == Outcome::Won)
        .collect();
    let sample = Sample {
        leads,
        rows: &rows,
        won: outcomes.iter().filter(|&&won| won).count(),
        moments: &[],
        segments: None,
    };
    let recipe = Recipe::learn(sample, &screen(leads));
    let levels: Vec<Levels> = (recipe.features.iter())
        .map(|feature| Levels {
            levels: feature.encoding.levels() as u16,
            reference: feature.reference,
        })
        .collect();
    let encoder = Encoder::new(&recipe, leads, &[]).expect("it fits");
    let codes = encoder.codes(&rows, leads.as_of, None).codes;
    let coded = CodeRows::new(levels, codes, rows.len()).expect("codes within levels");
    let penalty = vec![3.0; coded.columns()];
    let outcomes = ndarray::Array1::from(outcomes);
    let sparse: Problem = DatasetBase::new(coded.to_sparse(), outcomes.clone());
    let coded = DatasetBase::new(coded, outcomes);
    let newton = Newton::new(penalty.clone()).check().expect("valid");
    let fits: [Logistic; 3] = [
        newton.fit(&coded).expect("it converges"),
        newton.fit(&sparse).expect("it converges"),
        solver::fit_dense(&sparse, &penalty).expect("it converges"),
    ];
    let p = fits.each_ref().map(|fit| {
        let mut p = ndarray::Array1::zeros(rows.len());
        fit.predict_inplace(coded.records(), &mut p);
        p
    });
    for (other, (coefficient, probability)) in [(1, (1e-6, 1e-7)), (2, (1e-4, 1e-5))] {
        let pairs = fits[0].coefficients.iter().zip(&fits[other].coefficients);
        let furthest = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(furthest < coefficient, "solver {other}: {furthest}");
        let pairs = p[0].iter().zip(&p[other]);
        let furthest = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(furthest < probability, "solver {other}: {furthest}");
    }
}

#[test]
fn solvers_agree_on_bank_marketing() {
    let Some(folder) = common::shared("data/bank_marketing") else {
        return;
    };
    solvers_agree(&leads(&folder, BANK), 10_000);
}

#[test]
fn solvers_agree_on_x_education() {
    let Some(folder) = common::shared("data/x_education") else {
        return;
    };
    let toml = format!("{X_EDUCATION}{POST_CONTACT}");
    solvers_agree(&leads(&folder, &toml), 10_000);
}

#[test]
fn x_education_undeclared_has_its_leak_refused_and_its_suspect_named() {
    let Some(folder) = common::shared("data/x_education") else {
        return;
    };
    let report = report(&folder, X_EDUCATION);
    assert_eq!(code_of(&report, "Tags"), Some("leak"));
    assert_eq!(code_of(&report, "Lead Quality"), Some("leak-suspect"));
    assert_eq!(code_of(&report, "Total Time Spent on Website"), None);
}

#[test]
fn maven_columns_at_creation_carry_no_signal() {
    let Some(folder) = common::shared("data/maven_crm") else {
        return;
    };
    let report = report(
        &folder,
        r#"
        [leads]
        file = "FOLDER/sales_pipeline.csv"
        id = "opportunity_id"
        outcome = { column = "deal_stage", won = ["Won"], lost = ["Lost"] }
        created = "engage_date"
        closed = "close_date"
        amount = "close_value"
        owner = "sales_agent"
        product = "product"
        customer = "account"
        [[leads.join]]
        file = "FOLDER/accounts.csv"
        on = "account"
        [[leads.join]]
        file = "FOLDER/products.csv"
        on = "product"
        [[leads.join]]
        file = "FOLDER/sales_teams.csv"
        on = "sales_agent"
        "#,
    );
    assert!(!report.columns_help);
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.code == "no-signal")
    );
    assert_eq!(code_of(&report, "account"), Some("filled-later"));
    assert_eq!(code_of(&report, "close_value"), None);
}

/// One line a lead, by id: the fold that it is tested in; for `tests/peers/lightgbm_folds.py`.
#[test]
#[ignore = "writes the folds for other packages into the folder FORERUN_FOLDS"]
fn write_the_folds() {
    let Some(out) = std::env::var_os("FORERUN_FOLDS").map(std::path::PathBuf::from) else {
        return;
    };
    let Some(data) = common::shared("data") else {
        return;
    };
    std::fs::create_dir_all(&out).expect("a folder");
    let x_education = leads(
        &data.join("x_education"),
        &format!("{X_EDUCATION}{POST_CONTACT}"),
    );
    for (name, leads) in [
        ("bank", leads(&data.join("bank_marketing"), BANK)),
        ("x_education", x_education),
        ("olist", olist(&data.join("olist_funnel"))),
    ] {
        let won: Vec<bool> = leads.outcome.iter().map(|&o| o == Outcome::Won).collect();
        let folds = Plain::folds(&won, 1);
        let lines: Vec<String> = (leads.ids.iter().zip(folds))
            .map(|(id, fold)| format!("{id},{fold}\n"))
            .collect();
        std::fs::write(out.join(format!("{name}.csv")), lines.concat()).expect("it is written");
    }
}
