//! Drift: a table of features, those that matter first, and what became of the leads since.

use std::fmt::Write as _;

use serde::Serialize;

use crate::domain::Day;
use crate::present::chinese::level_in;
use crate::present::guard::why_not;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, percent};
use crate::present::{Style, fill, known_day};
use crate::score::{Counted, Drift, FeatureDrift, Model, OutcomeDrift, WindowDrift};

/// The report as text.
pub fn drift_text(drift: &Drift, model: &Model, style: &Style) -> String {
    let w = style.words;
    let mut text = heading(drift, model, style);
    text.push('\n');
    if drift.features.is_empty() {
        text.push_str(w.drift_none);
        text.push('\n');
    } else {
        text.push_str(&table(drift, style));
        text.push_str(&unknown_lines(drift, style));
        text.push_str(w.drift_note);
        text.push('\n');
    }
    if !drift.not_compared.is_empty() {
        let names = drift.not_compared.join(", ");
        text.push_str(&fill(w.drift_not_compared, &[("names", &names)]));
        text.push('\n');
    }
    text.push('\n');
    match (&drift.outcomes, &drift.no_outcomes) {
        (Some(outcomes), _) => text.push_str(&outcome_text(outcomes, drift, style)),
        (None, Some(why)) => {
            text.push_str(&fill(w.drift_no_outcomes, &[("why", &why_not(why, style))]));
        }
        (None, None) => {}
    }
    text.push('\n');
    text
}

fn heading(drift: &Drift, model: &Model, style: &Style) -> String {
    let w = style.words;
    let alerts = drift.alerts().count();
    let verdict = match alerts {
        0 => w.drift_steady.to_owned(),
        n => fill(w.drift_moved, &[("n", &count(n))]),
    };
    let rows = count(model.report().rows);
    let learnt = drift.learnt_as_of.to_string();
    let template = if model.horizon().is_none() {
        w.drift_heading_undated
    } else {
        w.drift_heading
    };
    let day = drift.as_of.to_string();
    fill(
        template,
        &[
            ("date", &day),
            ("learnt", &learnt),
            ("rows", &rows),
            ("verdict", &verdict),
        ],
    )
}

fn table(drift: &Drift, style: &Style) -> String {
    let w = style.words;
    let mut grid = Grid::new(
        style,
        &[
            (w.drift_feature, Lean::Left),
            (w.drift_who, Lean::Left),
            (w.leads, Lean::Right),
            (w.drift_psi, Lean::Right),
            (w.drift_limit, Lean::Right),
            ("", Lean::Left),
            (w.drift_missing, Lean::Right),
            (w.drift_unknown, Lean::Right),
            (w.drift_shift, Lean::Left),
        ],
    );
    for feature in &drift.features {
        for (i, window) in feature.windows.iter().enumerate() {
            grid.row(&row(feature, window, i == 0, style));
        }
    }
    grid.finish()
}

fn row(feature: &FeatureDrift, window: &WindowDrift, first: bool, style: &Style) -> Vec<String> {
    let w = style.words;
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |x| format!("{x:.3}"));
    let beyond = window
        .psi
        .zip(window.limit)
        .is_some_and(|(psi, limit)| psi > limit);
    let once = |text: String| if first { text } else { String::new() };
    let was = |now: f64, then: f64| {
        fill(
            w.drift_was,
            &[("now", &percent(now)), ("then", &percent(then))],
        )
    };
    let shift = window.shift.as_ref().filter(|_| window.psi.is_some());
    let shift = shift.map_or_else(String::new, |shift| {
        let level = if shift.level.is_empty() {
            w.missing
        } else {
            &level_in(&shift.level, style.language)
        };
        format!("{level}{}{}", w.colon, was(shift.to, shift.from))
    });
    vec![
        once(feature.feature.clone()),
        who(feature.population, window, style),
        count(window.n as usize),
        number(window.psi),
        number(window.limit),
        if beyond { w.drift_alert } else { "" }.to_owned(),
        once(was(feature.missing, feature.missing_reference)),
        once(was(feature.unknown, feature.unknown_reference)),
        shift,
    ]
}

fn who(counted: Counted, window: &WindowDrift, style: &Style) -> String {
    let w = style.words;
    let template = match (counted, window.days) {
        (Counted::Open, _) => w.drift_open,
        (_, None) => w.drift_all,
        (Counted::Contacted, Some(_)) => w.drift_contacted,
        (_, Some(_)) => w.drift_created,
    };
    let days = window.days.unwrap_or_default().to_string();
    fill(template, &[("days", &days)])
}

fn unknown_lines(drift: &Drift, style: &Style) -> String {
    let w = style.words;
    let mut text = String::new();
    // What was as rare before is told in the table; values are named where they have become frequent.
    let grown = |feature: &&FeatureDrift| feature.unknown > feature.unknown_reference + 0.01;
    for feature in drift.features.iter().filter(grown) {
        let values: Vec<String> = (feature.unknown_values.iter())
            .map(|(value, n)| format!("{value} ({})", count(*n as usize)))
            .collect();
        let _ = writeln!(
            text,
            "{}",
            fill(
                w.drift_unknown_values,
                &[
                    ("feature", &feature.feature),
                    ("values", &values.join(", "))
                ]
            )
        );
    }
    text
}

fn outcome_text(outcomes: &OutcomeDrift, drift: &Drift, style: &Style) -> String {
    let w = style.words;
    let span = |values: [f64; 3], show: &dyn Fn(f64) -> String| {
        let [value, low, high] = values.map(show);
        format!("{value} ({low}-{high})")
    };
    let two = |x: f64| format!("{x:.2}");
    let four = |x: f64| format!("{x:.4}");
    let share = |x: f64| format!("{:.1}", 100.0 * x);
    let day = |at: usize| outcomes.days.get(at).map(ToString::to_string);
    let mut text = fill(
        w.drift_outcomes,
        &[
            ("learnt", &drift.learnt_as_of.to_string()),
            ("n", &count(outcomes.n)),
            ("from", &day(0).unwrap_or_default()),
            (
                "to",
                &day(outcomes.days.len().saturating_sub(1)).unwrap_or_default(),
            ),
            ("won", &count(outcomes.won)),
            ("ahead", &outcomes.ahead.to_string()),
            ("rate", &span(outcomes.base_rate, &share)),
            ("expected", &format!("{:.1}", outcomes.expected)),
            ("ratio", &span(outcomes.observed_over_expected, &two)),
            ("loss", &span(outcomes.log_loss, &four)),
            ("own", &four(outcomes.log_loss_expected)),
        ],
    );
    for (alert, told) in [
        (outcomes.level_alert, w.drift_level),
        (outcomes.loss_alert, w.drift_loss),
    ] {
        if alert {
            let _ = write!(text, "\n{}{}{told}", w.warning, w.colon);
        }
    }
    text
}

/// The report as data.
pub fn drift_json<'a>(drift: &'a Drift, model: &Model) -> impl Serialize + 'a {
    DriftJson {
        as_of: known_day(drift.as_of).filter(|_| model.horizon().is_some()),
        learnt_as_of: known_day(drift.learnt_as_of).filter(|_| model.horizon().is_some()),
        learnt_from: model.report().rows,
        alerts: drift
            .alerts()
            .map(|feature| feature.feature.as_str())
            .collect(),
        drift: DriftRest {
            features: &drift.features,
            not_compared: &drift.not_compared,
            outcomes: drift.outcomes.as_ref(),
            no_outcomes: drift.no_outcomes.as_ref(),
        },
    }
}

#[derive(Serialize)]
struct DriftJson<'a> {
    as_of: Option<Day>,
    learnt_as_of: Option<Day>,
    learnt_from: usize,
    alerts: Vec<&'a str>,
    #[serde(flatten)]
    drift: DriftRest<'a>,
}

#[derive(Serialize)]
struct DriftRest<'a> {
    features: &'a [FeatureDrift],
    not_compared: &'a [String],
    outcomes: Option<&'a OutcomeDrift>,
    no_outcomes: Option<&'a crate::score::WhyNot>,
}
