//! What training found, and its warnings.

use forerun::present;
use forerun::project::Language;
use forerun::score::{CrossValidation, TrainReport, Warning};

use crate::made::{forward, noticed, style};

#[test]
fn warnings_are_told_once_a_code_and_the_gravest_first() {
    let english = style(Language::En);
    let warnings = present::ordered_warnings(&noticed());
    insta::assert_snapshot!(present::warnings_text(&warnings, &english), @r"
    warning: `closed_by` ranks alone [leak]
    warning: `sector` is empty in 69 % of open leads; likewise `revenue`, `account` [filled-later]
    warning: `phone` names leads [near-unique]
    ");
    let zh = present::warnings_text(&warnings, &style(Language::Zh));
    assert!(
        zh.contains("警告：`sector` is empty in 69 % of open leads；同样：`revenue`, `account`")
    );
    let grave = present::grave_warnings(&noticed());
    assert_eq!(grave.len(), 1, "{grave:?}");
    // Warnings that are about no column and name none stay apart: merged, their numbers would be lost.
    let plain = |message: &str| Warning {
        code: "no-season".to_owned(),
        message: message.to_owned(),
        column: None,
    };
    let text = present::warnings_text(&[plain("a"), plain("b")], &english);
    assert_eq!(text.lines().count(), 2);
}

#[test]
fn a_model_that_knows_nothing_says_so_first() {
    let english = style(Language::En);
    insta::assert_snapshot!("train_en", present::train_text(&forward(true), &english));
    let record = present::record_sentence(&forward(false), &english);
    assert!(
        record.starts_with("No better than the base rate: "),
        "{record}"
    );
    let untested = TrainReport {
        forward: None,
        ..forward(false)
    };
    let record = present::record_sentence(&untested, &english);
    assert!(record.starts_with("Not tested"), "{record}");
    assert!(present::mark_text(&forward(true), &english).is_none());
    let marks = [&forward(false), &untested].map(|report| present::mark_text(report, &english));
    insta::assert_debug_snapshot!(marks, @r#"
    [
        Some(
            "No better than the base rate: what is known of a lead tells no more than its age does. Do not rank leads of the same age by these scores.",
        ),
        Some(
            "These scores are untried: the history is too short to test the model on a part of it.",
        ),
    ]
    "#);
    let undated = TrainReport {
        model: "undated".to_owned(),
        horizon_days: None,
        forward: None,
        cross_validation: Some(CrossValidation {
            folds: 5,
            n: 41_188,
            auc: None,
            log_loss: 0.28,
            brier: 0.08,
        }),
        ..forward(true)
    };
    insta::assert_snapshot!("train_undated", present::train_text(&undated, &english));
    let failed = TrainReport {
        converged: false,
        ..forward(true)
    };
    assert!(present::train_text(&failed, &english).contains("[not-converged]"));
}
