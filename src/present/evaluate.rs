//! An evaluation, as tables; its predictions as CSV.

use std::fmt::Write as _;

use crate::domain::Leads;
use crate::present::csv::Csv;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, days, percent};
use crate::present::{Style, Words, fill, warnings_text};
use crate::score::{BaselineRow, Estimate, Evaluation, Figures, GroupRow};

/// Segments or sources shown on screen.
const MOST_ROWS: usize = 30;

/// The evaluation as text: one table for each question, and the verdict first.
pub fn evaluate_text(
    evaluation: &Evaluation,
    name: &str,
    capacity: usize,
    style: &Style,
) -> String {
    let w = style.words;
    let mut text = opening(evaluation, name, style);
    let mut part = |title: &str, body: &str| {
        if !body.is_empty() {
            let _ = write!(text, "\n{title}\n{body}");
        }
    };
    part(w.ranks_title, &ranks(evaluation, style));
    part(w.level_title, &levels(evaluation, style));
    part(w.reliability_title, &reliability(evaluation, style));
    part(w.baselines_title, &baselines(evaluation, style));
    part(w.lift_title, &lift(evaluation, capacity, style));
    let segments = groups(&evaluation.segments, w.segment, style);
    part(w.segments_title, &segments);
    let sources = groups(&evaluation.sources, w.source, style);
    part(w.sources_title, &sources);
    text
}

fn opening(evaluation: &Evaluation, name: &str, style: &Style) -> String {
    let w = style.words;
    let pooled = &evaluation.pooled;
    let template = if evaluation.days_ahead.is_some() {
        w.evaluate_line
    } else {
        w.evaluate_line_undated
    };
    let ahead = evaluation.days_ahead.map_or_else(String::new, days);
    let mut text = fill(
        template,
        &[
            ("name", name),
            ("date", &evaluation.as_of.to_string()),
            ("n", &count(pooled.n)),
            ("leads", &count(pooled.leads)),
            ("days", &ahead),
            ("won", &count(pooled.won)),
        ],
    );
    text.push('\n');
    if evaluation.better_than_base_rate && evaluation.columns_help {
        text.push_str(if evaluation.days_ahead.is_some() {
            w.praised
        } else {
            w.praised_undated
        });
        text.push('\n');
    }
    text.push_str(&warnings_text(&evaluation.warnings, style));
    text
}

/// Every origin with its figures, then all together.
fn rows<'a>(evaluation: &'a Evaluation, w: &'a Words) -> Vec<(String, &'a Figures)> {
    let origins = evaluation.origins.iter();
    let mut rows: Vec<_> = origins
        .map(|row| (row.origin.to_string(), &row.figures))
        .collect();
    rows.push((w.all_origins.to_owned(), &evaluation.pooled));
    rows
}

fn ranks(evaluation: &Evaluation, style: &Style) -> String {
    let w = style.words;
    let columns = [
        (w.origin, Lean::Left),
        (w.snapshots, Lean::Right),
        (w.won, Lean::Right),
        (w.base_rate, Lean::Right),
        (w.auc_80, Lean::Right),
        (w.log_loss_80, Lean::Right),
        (w.brier_80, Lean::Right),
    ];
    let mut grid = Grid::new(style, &columns);
    for (name, figures) in rows(evaluation, w) {
        grid.row(&[
            name,
            count(figures.n),
            count(figures.won),
            percent(figures.base_rate),
            with_interval(figures.auc, 3),
            with_interval(Some(figures.log_loss), 4),
            with_interval(Some(figures.brier), 4),
        ]);
    }
    grid.finish()
}

fn levels(evaluation: &Evaluation, style: &Style) -> String {
    let w = style.words;
    let columns = [
        (w.origin, Lean::Left),
        (w.predicted, Lean::Right),
        (w.won, Lean::Right),
        (w.ratio_80, Lean::Right),
        (w.slope_80, Lean::Right),
        (w.ece, Lean::Right),
        (w.ece_null, Lean::Right),
    ];
    let mut grid = Grid::new(style, &columns);
    for (name, figures) in rows(evaluation, w) {
        grid.row(&[
            name,
            percent(figures.predicted),
            percent(figures.base_rate),
            with_interval(Some(figures.observed_over_expected), 2),
            with_interval(figures.slope, 2),
            format!("{:.4}", figures.ece),
            format!("{:.4}", figures.ece_null),
        ]);
    }
    grid.finish() + w.level_note + "\n"
}

fn reliability(evaluation: &Evaluation, style: &Style) -> String {
    let w = style.words;
    let columns = [
        (w.probability, Lean::Right),
        (w.snapshots, Lean::Right),
        (w.won, Lean::Right),
        (w.predicted, Lean::Right),
        (w.observed_80, Lean::Right),
    ];
    let mut grid = Grid::new(style, &columns);
    for bin in &evaluation.reliability {
        let seen = bin.observed;
        grid.row(&[
            format!("{} - {}", percent(bin.from), percent(bin.to)),
            count(bin.n),
            count(bin.won),
            percent(bin.predicted),
            crate::present::estimate(seen.value, seen.low, seen.high),
        ]);
    }
    grid.finish()
}

fn baselines(evaluation: &Evaluation, style: &Style) -> String {
    let w = style.words;
    let columns = [
        ("", Lean::Left),
        (w.auc, Lean::Right),
        (w.log_loss, Lean::Right),
        (w.brier, Lean::Right),
        (w.ratio, Lean::Right),
        (w.model_gain, Lean::Right),
    ];
    let mut grid = Grid::new(style, &columns);
    let pooled = &evaluation.pooled;
    grid.row(&[
        w.the_model.to_owned(),
        number(pooled.auc.map(|auc| auc.value), 3),
        number(Some(pooled.log_loss.value), 4),
        number(Some(pooled.brier.value), 4),
        number(Some(pooled.observed_over_expected.value), 2),
        String::new(),
    ]);
    for row in &evaluation.baselines {
        let gain = row.model_gain;
        grid.row(&[
            baseline(row, w).to_owned(),
            number(row.auc, 3),
            number(Some(row.log_loss), 4),
            number(Some(row.brier), 4),
            number(Some(row.observed_over_expected), 2),
            format!("{:+.4} ({:.4})", gain.gain, gain.standard_error),
        ]);
    }
    let mut text = grid.finish() + w.gain_note + "\n";
    if evaluation.days_ahead.is_some() && evaluation.baselines.iter().any(|b| b.name == "odoo") {
        text.push_str(w.odoo_note);
        text.push('\n');
    }
    text
}

fn baseline(row: &BaselineRow, w: &Words) -> &'static str {
    match row.name.as_str() {
        "base_rate" => w.baseline_base_rate,
        "age_alone" => w.baseline_age_alone,
        "rules_alone" => w.baseline_rules_alone,
        "odoo" => w.baseline_odoo,
        _ => w.baseline_recalibrated,
    }
}

fn lift(evaluation: &Evaluation, capacity: usize, style: &Style) -> String {
    let w = style.words;
    let by_age = |row: &crate::score::LiftRow| row.wins_reached_by_age.is_some();
    let aged = evaluation.lift.iter().any(by_age);
    let mut columns = vec![
        (w.working_days, Lean::Right),
        (w.called, Lean::Right),
        (w.reached, Lean::Right),
        (w.lift, Lean::Right),
    ];
    if aged {
        columns.push((w.reached_by_age, Lean::Right));
    }
    if evaluation.lift.is_empty() {
        return String::new();
    }
    let mut grid = Grid::new(style, &columns);
    for row in &evaluation.lift {
        grid.row(&[
            count(row.days),
            percent(row.share_called),
            percent(row.wins_reached),
            format!("{:.1}", row.lift),
            row.wins_reached_by_age.map_or_else(String::new, percent),
        ]);
    }
    let template = if evaluation.owners > 1 && evaluation.days_ahead.is_some() {
        w.lift_note
    } else {
        w.lift_note_one
    };
    let calls = if evaluation.days_ahead.is_some() {
        capacity
    } else {
        capacity * evaluation.owners
    };
    let note = fill(
        template,
        &[
            ("owners", &count(evaluation.owners)),
            ("capacity", &count(calls)),
        ],
    );
    grid.finish() + &note + "\n"
}

fn groups(groups: &[GroupRow], heading: &str, style: &Style) -> String {
    let w = style.words;
    if groups.is_empty() {
        return String::new();
    }
    let columns = [
        (heading, Lean::Left),
        (w.snapshots, Lean::Right),
        (w.won, Lean::Right),
        (w.predicted, Lean::Right),
        (w.ratio_80, Lean::Right),
        (w.auc, Lean::Right),
    ];
    let mut grid = Grid::new(style, &columns);
    for group in groups.iter().take(MOST_ROWS) {
        let name = if group.name.is_empty() {
            format!("({})", w.missing)
        } else {
            style.segment(&group.name).to_owned()
        };
        grid.row(&[
            name,
            count(group.n),
            count(group.won),
            crate::present::text::deals(group.predicted),
            with_interval(group.observed_over_expected, 2),
            number(group.auc, 3),
        ]);
    }
    let more = groups.len().saturating_sub(MOST_ROWS);
    let note = if more > 0 {
        fill(w.more_groups, &[("n", &count(more))]) + "\n"
    } else {
        String::new()
    };
    grid.finish() + &note
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value
        .filter(|value| value.is_finite())
        .map_or_else(|| "-".to_owned(), |value| format!("{value:.decimals$}"))
}

fn with_interval(estimate: Option<Estimate>, decimals: usize) -> String {
    match estimate.filter(|estimate| estimate.value.is_finite()) {
        None => "-".to_owned(),
        Some(Estimate { value, low, high }) => {
            format!("{value:.decimals$} ({low:.decimals$}-{high:.decimals$})")
        }
    }
}

/// With digits enough that a log loss can be worked out from it.
fn chance(p: Option<f64>) -> String {
    p.map_or_else(String::new, |p| format!("{p:.9}"))
}

/// Every tested prediction: `origin,day,lead_id,won,p,base_rate,age_alone,rules_alone,odoo,recalibrated`; what there is none of is
/// empty.
pub fn predictions_csv(evaluation: &Evaluation, leads: &Leads) -> String {
    let mut file = Csv::new(&[
        "origin",
        "day",
        "lead_id",
        "won",
        "p",
        "base_rate",
        "age_alone",
        "rules_alone",
        "odoo",
        "recalibrated",
    ]);
    let day = |day: Option<crate::domain::Day>| day.map_or_else(String::new, |day| day.to_string());
    for one in &evaluation.predictions {
        file.row(&[
            day(one.origin),
            day(one.day),
            leads.ids[one.row].clone(),
            u8::from(one.won).to_string(),
            chance(Some(one.p)),
            chance(Some(one.base_rate)),
            chance(one.age_alone),
            chance(one.rules_alone),
            chance(one.odoo),
            chance(one.recalibrated),
        ]);
    }
    file.finish()
}
