//! Public data sets whose honest accuracy is known. They may not be redistributed with the project, so that these tests
//! skip, and say so, where they are not at hand.

mod common;

use std::path::Path;

use forerun::score::{TrainReport, train};
use forerun::{project, read, segment};

/// Trains on a project whose file is `toml`, in the folder of the data.
fn report(folder: &Path, toml: &str) -> TrainReport {
    let here = tempfile::tempdir().expect("a folder");
    let toml = toml.replace("FOLDER", &folder.display().to_string());
    std::fs::write(here.path().join("forerun.toml"), toml).expect("it is written");
    let project = project::load(&here.path().join("forerun.toml"))
        .unwrap_or_else(|faults| panic!("{faults}"));
    let rules = segment::load(&project).expect("no rules");
    let data = read::dataset(&project, None).expect("it is read");
    train(&data.leads, rules.as_ref(), 1).expect("it trains").1
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

#[test]
fn bank_marketing_without_duration() {
    let Some(folder) = common::shared("data/bank_marketing") else {
        return;
    };
    let report = report(
        &folder,
        r##"
        [leads]
        file = "FOLDER/bank-additional-full.csv"
        id = "#row"
        outcome = { column = "y", won = ["yes"], lost = ["no"] }
        [leads.known]
        close = ["duration"]
        "##,
    );
    assert!(auc(&report) >= 0.785, "{}", auc(&report));
    assert!(report.better_than_base_rate);
}

const X_EDUCATION: &str = r#"
    [leads]
    file = "FOLDER/Leads.csv"
    id = "Prospect ID"
    outcome = { column = "Converted", won = [1], lost = [0] }
    source = "Lead Source"
"#;

#[test]
fn x_education_with_its_post_contact_columns_declared() {
    let Some(folder) = common::shared("data/x_education") else {
        return;
    };
    let known = r#"
    [leads.known]
    close = ["Tags", "Lead Quality", "Lead Profile", "Asymmetrique Activity Index", "Asymmetrique Profile Index",
             "Asymmetrique Activity Score", "Asymmetrique Profile Score", "Last Activity", "Last Notable Activity"]
    "#;
    let report = report(&folder, &format!("{X_EDUCATION}{known}"));
    assert!((0.86..0.89).contains(&auc(&report)), "{}", auc(&report));
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
