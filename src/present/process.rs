//! Process and records as text and CSV.

use crate::kpi::{Plans, Process, Share, Wait, Work, WorkPart};
use crate::present::csv::{Csv, share as csv_share};
use crate::present::process_signs::{questions_text, signs_of_owner, signs_text};
use crate::present::process_words::{ProcessWords, part_name, process_words, why};
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, deals, percent};
use crate::present::{Style, estimate, fill};

/// Process and records as text.
pub fn process_text(process: &Process, style: &Style) -> String {
    let w = process_words(style.language);
    let mut parts = vec![head(process, w), format!("{}\n", w.process)];
    parts.extend(work_text(process, &with_team(process), style, w));
    parts.extend(kinds_text(process, style, w));
    parts.push(legends(process, style, w).join("\n") + "\n");
    parts.push(format!("{}\n", w.questions));
    parts.push(questions_text(process, w));
    parts.push(format!("{}\n", w.looked_at));
    parts.push(signs_text(process, style, w));
    parts.push(notes(process, w).join("\n") + "\n");
    parts.join("\n")
}

/// One owner in full.
pub fn process_owner_text(process: &Process, owner: &str, style: &Style) -> String {
    let w = process_words(style.language);
    let mut parts = vec![
        head(process, w),
        format!("{owner}\n", owner = crate::present::names::on_screen(owner)),
    ];
    parts.extend(work_text(process, &with_team(process), style, w));
    parts.push(legends(process, style, w).join("\n") + "\n");
    parts.push(signs_of_owner(process, style, w));
    parts.push(notes(process, w).join("\n") + "\n");
    parts.join("\n")
}

fn head(process: &Process, w: &ProcessWords) -> String {
    let values = [
        ("day", &*process.as_of.to_string()),
        ("leads", &count(process.leads)),
        ("activities", &count(process.activities)),
    ];
    format!("{}\n", fill(w.title, &values))
}

fn with_team(process: &Process) -> Vec<&Work> {
    std::iter::once(&process.team)
        .chain(&process.owners)
        .collect()
}

fn told(process: &Process, part: WorkPart) -> bool {
    !process.untold.iter().any(|(of, _)| *of == part)
}

/// A share with its interval, or a dash.
pub(super) fn shown(share: &Share) -> String {
    share.rate.map_or_else(
        || "-".to_owned(),
        |rate| estimate(rate.value, rate.low, rate.high),
    )
}

fn wait(wait: Option<Wait>) -> String {
    wait.map_or_else(
        || "-".to_owned(),
        |wait| {
            let high = wait.high.map_or_else(|| "...".to_owned(), deals);
            format!("{} ({}-{high})", deals(wait.value), deals(wait.low))
        },
    )
}

/// The table of the process; none where nothing of it can be told.
fn work_text(process: &Process, rows: &[&Work], style: &Style, w: &ProcessWords) -> Option<String> {
    let words = style.words;
    let mut columns = vec![(words.owner, Lean::Left), (words.leads, Lean::Right)];
    if process.activities > 0 {
        columns.push((w.activities, Lean::Right));
    }
    if told(process, WorkPart::FollowUp) {
        columns.extend([(w.followed, Lean::Right), (w.of, Lean::Right)]);
    }
    if told(process, WorkPart::Response) {
        let median = if process.by_clock {
            w.median_hours
        } else {
            w.median_days
        };
        columns.extend([
            (median, Lean::Right),
            (w.p80, Lean::Right),
            (w.waits, Lean::Right),
        ]);
    }
    if told(process, WorkPart::Untouched) {
        columns.extend([
            (w.untouched, Lean::Right),
            (w.open, Lean::Right),
            (w.oldest, Lean::Right),
        ]);
    }
    if told(process, WorkPart::Plans) {
        columns.extend(plan_columns(w));
    }
    if columns.len() < 3 {
        return None;
    }
    let mut grid = Grid::new(style, &columns);
    for row in rows {
        let mut cells = vec![
            row.owner.clone().unwrap_or_else(|| w.team.to_owned()),
            count(row.leads),
        ];
        if process.activities > 0 {
            cells.push(count(row.activities));
        }
        if let Some(follow_up) = &row.follow_up {
            cells.extend([shown(follow_up), count(follow_up.n)]);
        }
        if let Some(response) = &row.response {
            cells.extend([wait(response.median), wait(response.p80), count(response.n)]);
        }
        if let Some(untouched) = &row.untouched {
            let oldest = untouched
                .oldest_days
                .map_or_else(|| "-".to_owned(), |d| format!("{d}d"));
            cells.extend([shown(&untouched.share), count(untouched.share.n), oldest]);
        }
        if let Some(plans) = &row.plans {
            cells.extend(plan_cells(plans));
        }
        grid.row(&cells);
    }
    Some(grid.finish())
}

const fn plan_columns(w: &ProcessWords) -> [(&'static str, Lean); 5] {
    [
        (w.due, Lean::Right),
        (w.made, Lean::Right),
        (w.on_time, Lean::Right),
        (w.late, Lean::Right),
        (w.not_made, Lean::Right),
    ]
}

fn plan_cells(plans: &Plans) -> [String; 5] {
    [
        count(plans.done.n),
        shown(&plans.done),
        shown(&plans.on_time),
        count(plans.late),
        count(plans.undone),
    ]
}

/// Activities by kind, where the file says of which kind they are.
fn kinds_text(process: &Process, style: &Style, w: &ProcessWords) -> Option<String> {
    if !process.kinds.iter().any(|row| row.kind.is_some()) {
        return None;
    }
    let mut columns = vec![(w.kind, Lean::Left), (w.activities, Lean::Right)];
    if told(process, WorkPart::Plans) {
        columns.extend(plan_columns(w));
    }
    let mut grid = Grid::new(style, &columns);
    for row in &process.kinds {
        let name = row.kind.clone().unwrap_or_else(|| w.no_kind.to_owned());
        let mut cells = vec![name, count(row.activities)];
        if let Some(plans) = &row.plans {
            cells.extend(plan_cells(plans));
        }
        grid.row(&cells);
    }
    Some(grid.finish())
}

/// What the columns mean, and what is not told.
fn legends(process: &Process, style: &Style, w: &ProcessWords) -> Vec<String> {
    let parts = [
        (WorkPart::FollowUp, w.legend_follow_up),
        (WorkPart::Response, w.legend_response),
        (WorkPart::Untouched, w.legend_untouched),
        (WorkPart::Plans, w.legend_plans),
    ];
    let mut lines = Vec::new();
    for (part, legend) in parts {
        let values = [
            ("days", process.follow_up_days.to_string()),
            ("day", process.as_of.to_string()),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        if told(process, part) {
            lines.push(fill(legend, &values));
        }
    }
    if process
        .team
        .plans
        .is_some_and(|plans| plans.done.n > 0 && plans.undone == 0)
    {
        lines.push(w.all_made.to_owned());
    }
    if let Some(untouched) = &process.team.untouched
        && let Some((lead, days)) = untouched.oldest.as_ref().zip(untouched.oldest_days)
    {
        lines.push(fill(
            w.oldest_of,
            &[("lead", lead), ("days", &days.to_string())],
        ));
    }
    for &(part, untold) in &process.untold {
        let (what, why) = (part_name(part, style.language), why(untold, style.language));
        lines.push(fill(w.untold, &[("what", what), ("why", why)]));
    }
    lines
}

/// How the record was judged.
fn notes(process: &Process, w: &ProcessWords) -> Vec<String> {
    let mut lines = Vec::new();
    if process.judged > 0 {
        lines.push(fill(w.how, &[("judged", &count(process.judged))]));
    }
    if !process.rest_weekdays.is_empty() {
        let days: Vec<&str> = (process.rest_weekdays.iter())
            .map(|&day| w.weekdays[day as usize])
            .collect();
        lines.push(fill(w.rest, &[("days", &days.join(w.comma))]));
    }
    lines.push(w.owner_now.to_owned());
    lines
}

/// Process and records as CSV: a row for each owner and number; the team's have an empty owner.
pub fn process_csv(process: &Process) -> String {
    let mut file = Csv::new(&[
        "owner", "what", "kind", "k", "n", "value", "low", "high", "expected", "p", "standing",
    ]);
    let number = |value: Option<f64>| csv_share(value);
    for work in with_team(process) {
        let owner = work.owner.clone().unwrap_or_default();
        let mut share = |what: &str, share: &Share| {
            let rate = share.rate;
            file.row(&[
                &*owner,
                what,
                "",
                &share.k.to_string(),
                &share.n.to_string(),
                &number(rate.map(|r| r.value)),
                &number(rate.map(|r| r.low)),
                &number(rate.map(|r| r.high)),
                "",
                "",
                "",
            ]);
        };
        if let Some(follow_up) = &work.follow_up {
            share("follow_up", follow_up);
        }
        if let Some(untouched) = &work.untouched {
            share("untouched", &untouched.share);
        }
        if let Some(plans) = &work.plans {
            share("plans_made", &plans.done);
            share("plans_in_time", &plans.on_time);
        }
        let Some(response) = &work.response else {
            continue;
        };
        let unit = if process.by_clock { "hours" } else { "days" };
        for (what, wait) in [("median", response.median), ("p80", response.p80)] {
            file.row(&[
                &*owner,
                &format!("first_touch_{what}_{unit}"),
                "",
                &response.touched.to_string(),
                &response.n.to_string(),
                &number(wait.map(|w| w.value)),
                &number(wait.map(|w| w.low)),
                &number(wait.and_then(|w| w.high)),
                "",
                "",
                "",
            ]);
        }
    }
    for row in &process.signs {
        for of in &row.owners {
            file.row(&[
                &*of.owner,
                row.sign.key(),
                row.kind.as_deref().unwrap_or_default(),
                &of.k.to_string(),
                &of.n.to_string(),
                &number(Some(of.k as f64 / of.n as f64)),
                "",
                "",
                &number(Some(of.expected)),
                &of.p.map_or_else(String::new, |p| format!("{p:.2e}")),
                of.standing.key(),
            ]);
        }
    }
    file.finish()
}

/// A probability for the screen.
pub(super) fn chance(p: f64) -> String {
    percent(p)
}
