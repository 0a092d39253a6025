//! What the model has shown that it can do, and what training noticed.

use std::fmt::Write as _;

use crate::domain::Day;
use crate::present::chinese::in_language;
use crate::present::choices::choices_text;
use crate::present::text::{count, days, percent};
use crate::present::{Style, fill};
use crate::score::{CrossValidation, Forward, Model, TrainReport, Warning};

/// The record of the model in one honest sentence; one that is no better than the base rate begins with saying so.
pub fn record_sentence(report: &TrainReport, style: &Style) -> String {
    let w = style.words;
    let evidence = match (&report.forward, &report.cross_validation) {
        (Some(forward), _) => forward_words(forward, style),
        (None, Some(folds)) => folds_words(folds, style),
        (None, None) => w.record_none.to_owned(),
    };
    let evaluated = report.forward.is_some() || report.cross_validation.is_some();
    if shows_signal(report) || !evaluated {
        evidence
    } else {
        format!("{} {evidence}", no_better(report, style))
    }
}

/// Whether the test shows that the scores tell leads apart, beyond what their age does.
fn shows_signal(report: &TrainReport) -> bool {
    report.better_than_base_rate && report.columns_help
}

fn no_better(report: &TrainReport, style: &Style) -> &'static str {
    if report.forward.is_some() && report.better_than_base_rate {
        style.words.no_better_than_age
    } else if report.forward.is_some() {
        style.words.no_better_dated
    } else {
        style.words.no_better_undated
    }
}

/// What must stand beside a forecast of a model that is no better than the base rate, or was never tested.
pub fn forecast_mark_text(report: &TrainReport, style: &Style) -> Option<String> {
    let w = style.words;
    match (&report.forward, &report.cross_validation) {
        (None, None) => Some(w.forecast_untested.to_owned()),
        _ if shows_signal(report) => None,
        _ => Some(format!(
            "{} {}",
            no_better(report, style),
            w.forecast_marked
        )),
    }
}

/// What must stand beside every score of a model that is no better than the base rate, or was never tested.
pub fn mark_text(report: &TrainReport, style: &Style) -> Option<String> {
    let w = style.words;
    let advice = match (&report.forward, &report.cross_validation) {
        (None, None) => return Some(w.scores_untested.to_owned()),
        _ if shows_signal(report) => return None,
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
    if let Some(choices) = &report.choices {
        text.push_str(&choices_text(choices, style));
    }
    if !report.converged {
        text.push_str(w.not_converged);
        text.push('\n');
    }
    text
}

/// What a stored model was learnt from and as of when, and the day that it is used for; nothing where it is used as of
/// the very day that it was learnt.
pub fn used_text(model: &Model, as_of: Day, style: &Style) -> Option<String> {
    let (w, report) = (style.words, model.report());
    let template = if model.horizon().is_none() {
        w.used_undated
    } else if model.as_of() == as_of {
        return None;
    } else {
        w.used_as_of
    };
    Some(fill(
        template,
        &[
            ("learnt", &model.as_of().to_string()),
            ("used", &as_of.to_string()),
            ("rows", &count(report.rows)),
            ("won", &count(report.won)),
        ],
    ))
}

/// Codes of what must be known wherever the model's scores are used, the gravest first.
const GRAVE: [&str; 4] = ["leak", "leak-suspect", "no-signal", "no-forward-test"];

/// What training noticed that must be known wherever the scores are used, the gravest first.
pub fn grave_warnings(report: &TrainReport) -> Vec<Warning> {
    GRAVE
        .iter()
        .flat_map(|code| report.warnings.iter().filter(move |w| w.code == *code))
        .cloned()
        .collect()
}

/// What training noticed, the gravest first, then in the order that it was noticed.
pub fn ordered_warnings(report: &TrainReport) -> Vec<Warning> {
    let mut warnings = grave_warnings(report);
    let others = report.warnings.iter();
    warnings.extend(
        others
            .filter(|warning| !GRAVE.contains(&warning.code.as_str()))
            .cloned(),
    );
    warnings
}

/// Warnings, one line for each code, with the columns that it is about; nothing without any.
pub fn warnings_text(warnings: &[Warning], style: &Style) -> String {
    let w = style.words;
    let mut told: Vec<(&Warning, Vec<&str>)> = Vec::new();
    for warning in warnings {
        let subject = subject(warning);
        let same = subject.and_then(|subject| {
            let same = told
                .iter_mut()
                .find(|(first, _)| first.code == warning.code);
            same.map(|(_, others)| (subject, others))
        });
        match same {
            Some((subject, others)) => others.push(subject),
            None => told.push((warning, Vec::new())),
        }
    }
    let mut text = String::new();
    for (warning, others) in told {
        let mut message = in_language(&warning.message, style.language).into_owned();
        if !others.is_empty() {
            let names: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
            message.push_str(&fill(w.likewise, &[("names", &names.join(", "))]));
        }
        let _ = writeln!(text, "{}{}{message} [{}]", w.warning, w.colon, warning.code);
    }
    text
}

/// What a warning is about: its column, or the first name that its message quotes.
fn subject(warning: &Warning) -> Option<&str> {
    let quoted = || warning.message.split('`').nth(1);
    warning.column.as_deref().or_else(quoted)
}

/// Warnings of a stage as data, after those of the model that must be known wherever it is used.
pub(crate) fn all_warnings(report: &TrainReport, stage: &[Warning]) -> Vec<Warning> {
    let mut warnings = grave_warnings(report);
    warnings.extend(stage.iter().cloned());
    warnings
}
