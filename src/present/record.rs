//! What the model has shown that it can do, and what training noticed.

use std::fmt::Write as _;

use crate::present::text::{count, days, percent};
use crate::present::{Style, fill};
use crate::score::{CrossValidation, Forward, TrainReport, Warning};

/// The record of the model in one honest sentence; one that is no better than the base rate begins with saying so.
pub fn record_sentence(report: &TrainReport, style: &Style) -> String {
    let w = style.words;
    let evidence = match (&report.forward, &report.cross_validation) {
        (Some(forward), _) => forward_words(forward, style),
        (None, Some(folds)) => folds_words(folds, style),
        (None, None) => w.record_none.to_owned(),
    };
    let evaluated = report.forward.is_some() || report.cross_validation.is_some();
    if report.better_than_base_rate || !evaluated {
        evidence
    } else {
        format!("{} {evidence}", no_better(report, style))
    }
}

fn no_better(report: &TrainReport, style: &Style) -> &'static str {
    if report.forward.is_some() {
        style.words.no_better_dated
    } else {
        style.words.no_better_undated
    }
}

/// What must stand beside every score of a model that is no better than the base rate, or was never tested.
pub fn mark_text(report: &TrainReport, style: &Style) -> Option<String> {
    let w = style.words;
    let advice = match (&report.forward, &report.cross_validation) {
        (None, None) => return Some(w.scores_untested.to_owned()),
        _ if report.better_than_base_rate => return None,
        (Some(_), _) => w.scores_marked_dated,
        (None, Some(_)) => w.scores_marked,
    };
    Some(format!("{} {advice}", no_better(report, style)))
}

fn forward_words(forward: &Forward, style: &Style) -> String {
    fill(
        style.words.record_forward,
        &[
            ("n", &count(forward.n)),
            ("from", &forward.from.to_string()),
            ("to", &forward.to.to_string()),
            ("base", &percent(forward.base_rate)),
            ("auc", &number(forward.auc, 3)),
            ("logloss", &number(Some(forward.log_loss), 3)),
            ("brier", &number(Some(forward.brier), 4)),
            ("brier_base", &number(Some(forward.brier_base), 4)),
            ("slope", &number(forward.slope, 2)),
            ("ratio", &number(Some(forward.observed_over_expected), 2)),
        ],
    )
}

fn folds_words(folds: &CrossValidation, style: &Style) -> String {
    fill(
        style.words.record_folds,
        &[
            ("n", &count(folds.n)),
            ("folds", &count(folds.folds)),
            ("auc", &number(folds.auc, 3)),
            ("logloss", &number(Some(folds.log_loss), 3)),
            ("brier", &number(Some(folds.brier), 4)),
        ],
    )
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value
        .filter(|value| value.is_finite())
        .map_or_else(|| "-".to_owned(), |value| format!("{value:.decimals$}"))
}

/// What a training did, in a few lines.
pub fn train_text(report: &TrainReport, style: &Style) -> String {
    let w = style.words;
    let horizon = report.horizon_days.map_or_else(|| "-".to_owned(), days);
    let learnt = if report.model == "dated" {
        w.learnt_dated
    } else {
        w.learnt_undated
    };
    let mut text = fill(
        learnt,
        &[
            ("rows", &count(report.rows)),
            ("won", &count(report.won)),
            ("horizon", &horizon),
        ],
    );
    text.push('\n');
    text.push_str(&record_sentence(report, style));
    text.push('\n');
    if !report.converged {
        text.push_str(w.not_converged);
        text.push('\n');
    }
    text
}

/// Warnings, one a line, each with its code; nothing without any.
pub fn warnings_text(warnings: &[Warning], style: &Style) -> String {
    let mut text = String::new();
    for warning in warnings {
        let _ = writeln!(
            text,
            "{}: {} [{}]",
            style.words.warning, warning.message, warning.code
        );
    }
    text
}
