//! Targets as odds: one screen for a meeting, the same as data, and the shares as CSV.

use serde::Serialize;

use crate::decide::{Basis, Lever, LeverNeed, Need, OwnerTarget, TargetPlan};
use crate::domain::Probability;
use crate::present::csv::{self, Csv};
use crate::present::record::all_warnings;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, deals, money, percent};
use crate::present::{Style, fill};
use crate::score::TrainReport;

/// Owners on the screen, the largest: it is to stay one screen.
const OWNERS_SHOWN: usize = 10;

/// Money; where the data has none, deals with one decimal.
fn amount(value: f64, plan: &TargetPlan) -> String {
    if plan.currency == "deals" {
        deals(value)
    } else {
        money(value)
    }
}

/// Odds of an amount: that no draw reached it, or every one, is not sure; that it is booked is.
fn odds(p: Probability, reached: bool) -> String {
    match p.get() {
        p if p <= 0.0 => percent(1e-4),
        p if p >= 1.0 && !reached => percent(1.0 - 1e-4),
        p => percent(p),
    }
}

/// The screen: the odds of the month, who carries what share, what is to be booked by when, and what would bring it.
pub fn target_text(plan: &TargetPlan, style: &Style) -> String {
    let mut parts = vec![
        heading(plan, style),
        marks(plan, style) + &verdict(plan, style),
    ];
    if !plan.owners.is_empty() {
        parts.push(owners(plan, style));
    }
    if !plan.days.is_empty() {
        parts.push(days(plan, style));
    }
    if !plan.levers.is_empty() {
        parts.push(levers(plan, style));
    }
    parts.push(fill(
        &format!("{}\n", style.words.target_note),
        &[
            ("currency", &plan.currency),
            ("draws", &count(plan.draws)),
            ("date", &plan.as_of.to_string()),
        ],
    ));
    parts.join("\n")
}

fn heading(plan: &TargetPlan, style: &Style) -> String {
    let w = style.words;
    let template = if plan.month == plan.as_of.month() {
        w.target_heading
    } else {
        w.target_heading_ahead
    };
    let days = if plan.days_left == 1 {
        w.one_day
    } else {
        w.some_days
    };
    let text = fill(
        template,
        &[
            ("month", &plan.month.to_string()),
            ("date", &plan.as_of.to_string()),
            ("booked", &amount(plan.booked, plan)),
            ("currency", &plan.currency),
            ("days", &fill(days, &[("n", &plan.days_left.to_string())])),
            ("working", &plan.working_days_left.to_string()),
        ],
    );
    text + "\n"
}

/// Commit, plan and stretch, and what others take for a target.
fn marks(plan: &TargetPlan, style: &Style) -> String {
    let w = style.words;
    let mut grid = Grid::new(
        style,
        &[
            ("", Lean::Left),
            (w.target_revenue, Lean::Right),
            (w.p_attain, Lean::Right),
        ],
    );
    let fixed = [
        (w.commit, plan.commit, 0.8),
        (w.plan, plan.plan, 0.5),
        (w.stretch, plan.stretch, 0.2),
    ];
    for (name, revenue, p) in fixed {
        let name = name.split(" (").next().unwrap_or(name);
        grid.row(&[
            name.to_owned(),
            amount(revenue, plan),
            format!("{:.0} %", p * 100.0),
        ]);
    }
    let mut row = |name: String, revenue: f64, p: Probability| {
        let p = odds(p, plan.booked >= revenue);
        grid.row(&[name, amount(revenue, plan), p]);
    };
    if let Some(last) = plan.last_year {
        row(w.target_last_year.to_owned(), last.revenue, last.p_attain);
    }
    if let Some(best) = plan.best_month {
        let name = fill(w.target_best, &[("month", &best.month.to_string())]);
        row(name, best.odds.revenue, best.odds.p_attain);
    }
    if let Some(set) = plan.file_target {
        row(w.target.to_owned(), set.revenue, set.p_attain);
    }
    if plan.basis == Basis::Asked {
        row(
            w.target_asked.to_owned(),
            plan.target.revenue,
            plan.target.p_attain,
        );
    }
    grid.finish()
}

/// The sentence to repeat in the meeting.
fn verdict(plan: &TargetPlan, style: &Style) -> String {
    let w = style.words;
    let template = match plan.target.p_attain.get() {
        _ if plan.is_fair => w.target_fair,
        p if p < 0.5 => w.target_beyond,
        _ => w.target_below,
    };
    let text = fill(
        template,
        &[
            ("amount", &amount(plan.target.revenue, plan)),
            (
                "p",
                &odds(plan.target.p_attain, plan.booked >= plan.target.revenue),
            ),
            ("low", &amount(plan.fair.0, plan)),
            ("high", &amount(plan.fair.1, plan)),
        ],
    );
    text + "\n"
}

fn owners(plan: &TargetPlan, style: &Style) -> String {
    let w = style.words;
    let share = fill(
        w.target_share,
        &[("amount", &amount(plan.target.revenue, plan))],
    );
    let mut grid = Grid::new(
        style,
        &[
            (w.owner, Lean::Left),
            (w.booked, Lean::Right),
            (w.open_pipeline, Lean::Right),
            (w.new_leads, Lean::Right),
            (w.target_expected, Lean::Right),
            (&share, Lean::Right),
            (w.p_attain, Lean::Right),
            (w.target_remark, Lean::Left),
        ],
    );
    for owner in plan.owners.iter().take(OWNERS_SHOWN) {
        grid.row(&[
            owner.owner.clone(),
            amount(owner.booked, plan),
            amount(owner.open_pipeline, plan),
            amount(owner.new_leads, plan),
            amount(owner.mean, plan),
            amount(owner.target, plan),
            odds(owner.p_attain, owner.booked >= owner.target),
            remark(owner, plan, style),
        ]);
    }
    if plan.others.abs() >= 0.005 {
        let others = amount(plan.others, plan);
        let empty = String::new;
        grid.row(&[
            w.target_others.to_owned(),
            empty(),
            empty(),
            empty(),
            others,
        ]);
    }
    grid.row(&[
        w.target_team.to_owned(),
        amount(plan.booked, plan),
        amount(plan.open_pipeline, plan),
        amount(plan.new_leads, plan),
        amount(plan.booked + plan.open_pipeline + plan.new_leads, plan),
        amount(plan.target.revenue, plan),
        odds(plan.target.p_attain, plan.booked >= plan.target.revenue),
    ]);
    let mut text = grid.finish();
    if let Some(more @ 1..) = plan.owners.len().checked_sub(OWNERS_SHOWN) {
        text.push_str(&fill(w.more_groups, &[("n", &count(more))]));
        text.push('\n');
    }
    text + w.target_shares_note + "\n"
}

fn remark(owner: &OwnerTarget, plan: &TargetPlan, style: &Style) -> String {
    let w = style.words;
    let mut notes = Vec::new();
    if let Some(since) = owner.new_since {
        notes.push(fill(w.target_new_since, &[("date", &since.to_string())]));
    }
    if let Some(most) = owner.capacity.filter(|_| owner.capped) {
        notes.push(fill(
            w.target_capacity_of,
            &[("amount", &amount(most, plan))],
        ));
    }
    // Where the whole is out of reach, or too easy, so are the shares: that is said once.
    if plan.is_fair && !owner.is_fair {
        let low = owner.p_attain.get() < 0.5;
        notes.push(
            if low {
                w.target_above_note
            } else {
                w.target_below_note
            }
            .to_owned(),
        );
    }
    notes.join(w.comma)
}

fn days(plan: &TargetPlan, style: &Style) -> String {
    let w = style.words;
    let mut grid = Grid::new(
        style,
        &[
            (w.target_by, Lean::Left),
            (w.target_day_expected, Lean::Right),
            (w.target_day_p, Lean::Right),
            (w.target_day_needed, Lean::Right),
        ],
    );
    for mark in &plan.days {
        grid.row(&[
            mark.day.to_string(),
            amount(mark.expected, plan),
            odds(mark.p_if_expected, mark.expected >= plan.target.revenue),
            amount(mark.needed, plan),
        ]);
    }
    grid.finish()
}

fn levers(plan: &TargetPlan, style: &Style) -> String {
    let w = style.words;
    let wanted: Vec<String> = (plan.levers.first())
        .map(|lever| {
            (lever.needs.iter())
                .map(|need| format!("{:.0} %", need.wanted.get() * 100.0))
                .collect()
        })
        .unwrap_or_default();
    let titles: Vec<String> = wanted
        .iter()
        .map(|p| fill(w.target_for, &[("p", p)]))
        .collect();
    let mut columns = vec![(w.target_lever, Lean::Left), (w.target_now, Lean::Right)];
    for title in &titles {
        columns.extend([
            (title.as_str(), Lean::Right),
            (w.target_reached, Lean::Right),
        ]);
    }
    columns.push((w.target_best_past, Lean::Right));
    let mut grid = Grid::new(style, &columns);
    let (single, pairs): (Vec<&LeverNeed>, Vec<&LeverNeed>) =
        plan.levers.iter().partition(|need| need.levers.len() == 1);
    for need in single {
        grid.row(&alone(need, plan, style));
    }
    for need in pairs {
        grid.row(&together(need, style));
    }
    let title = fill(
        w.target_pull_title,
        &[("amount", &amount(plan.target.revenue, plan))],
    );
    let more = plan
        .levers
        .iter()
        .find_map(|need| need.more_leads)
        .unwrap_or(0.0);
    let extra = fill(
        w.target_extra,
        &[("n", &count((more * 0.1).round() as usize))],
    );
    let note = fill(w.target_pull_note, &[("extra", &extra)]);
    format!("{title}\n{}{note}\n", grid.finish())
}

fn alone(need: &LeverNeed, plan: &TargetPlan, style: &Style) -> Vec<String> {
    let w = style.words;
    let lever = need.levers.first().copied().unwrap_or(Lever::Leads);
    let shown =
        |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |v| value_text(lever, v, plan));
    let mut cells = vec![
        lever_name(lever, style).to_owned(),
        shown(need.now.first().copied().flatten()),
    ];
    let mut best = "-".to_owned();
    for wanted in &need.needs {
        let past = wanted.past.first().copied().flatten();
        if let Some(past) = past {
            best = format!("{} ({})", value_text(lever, past.best, plan), past.month);
        }
        cells.push(match wanted.factor {
            None => w.target_alone.to_owned(),
            Some(1.0) => w.target_as_it_is.to_owned(),
            Some(factor) => {
                let value = shown(wanted.values.first().copied().flatten());
                format!("{value} ({})", change(lever, factor))
            }
        });
        let reached = past.filter(|_| wanted.factor.is_some_and(|factor| factor > 1.0));
        cells.push(reached.map_or_else(String::new, |past| {
            format!("{} / {}", past.reached, past.of)
        }));
    }
    cells.push(best);
    cells
}

fn together(need: &LeverNeed, style: &Style) -> Vec<String> {
    let w = style.words;
    let short = |lever: &Lever| match lever {
        Lever::Leads => w.target_more_leads,
        Lever::Cycle => w.target_pace,
        &other => lever_name(other, style),
    };
    let names: Vec<&str> = need.levers.iter().map(short).collect();
    let (one, other) = (names.first().copied(), names.get(1).copied());
    let pair = [
        ("one", one.unwrap_or_default()),
        ("other", other.unwrap_or_default()),
    ];
    let mut cells = vec![fill(w.target_and, &pair), String::new()];
    for wanted in &need.needs {
        cells.push(both(wanted, need, style));
        cells.push(String::new());
    }
    cells
}

/// Two levers, pulled by the same factor.
fn both(wanted: &Need, need: &LeverNeed, style: &Style) -> String {
    let w = style.words;
    match wanted.factor {
        None => w.target_together.to_owned(),
        Some(1.0) => w.target_as_it_is.to_owned(),
        Some(factor) => {
            let mut changes: Vec<String> =
                (need.levers.iter()).map(|&l| change(l, factor)).collect();
            changes.dedup();
            match changes.as_slice() {
                [same] => fill(w.target_each, &[("change", same)]),
                _ => changes.join(w.comma),
            }
        }
    }
}

fn lever_name(lever: Lever, style: &Style) -> &'static str {
    let w = style.words;
    match lever {
        Lever::Leads => w.target_leads,
        Lever::Conversion => w.target_conversion,
        Lever::Aov => w.target_aov,
        Lever::Cycle => w.target_cycle,
    }
}

fn value_text(lever: Lever, value: f64, plan: &TargetPlan) -> String {
    match lever {
        Lever::Leads => count(value.round().max(0.0) as usize),
        Lever::Conversion => percent(value),
        Lever::Aov => amount(value, plan),
        Lever::Cycle => format!("{value:.0}"),
    }
}

/// By how much a lever changes: a pace of 1.25 is a cycle shorter by 20 %.
fn change(lever: Lever, factor: f64) -> String {
    let share = match lever {
        Lever::Cycle => 1.0 / factor - 1.0,
        _ => factor - 1.0,
    };
    format!("{:+.0} %", share * 100.0)
}

/// The plan as data, with whether the model behind it knows more than the base rate and what else must be known of it.
pub fn target_json(plan: &TargetPlan, report: &TrainReport) -> impl Serialize {
    TargetJson {
        better_than_base_rate: report.better_than_base_rate,
        plan: TargetPlan {
            warnings: all_warnings(report, &plan.warnings),
            ..plan.clone()
        },
    }
}

#[derive(Serialize)]
struct TargetJson {
    better_than_base_rate: bool,
    #[serde(flatten)]
    plan: TargetPlan,
}

/// The shares as CSV, the team first with an empty owner: a file that [targets] can name. Money with two decimals.
pub fn target_csv(plan: &TargetPlan) -> String {
    let mut file = Csv::new(&[
        "month",
        "owner",
        "target",
        "p_attain",
        "commit",
        "plan",
        "stretch",
        "booked",
        "open_pipeline",
        "new_leads",
        "mean",
        "capacity",
    ]);
    let mut row =
        |owner: &str, odds: (f64, Probability), marks: [f64; 3], parts: [f64; 3], capacity| {
            let [commit, even, stretch] = marks.map(|value| csv::money(Some(value)));
            let [booked, open, new] = parts.map(|value| csv::money(Some(value)));
            file.row(&[
                plan.month.to_string(),
                owner.to_owned(),
                csv::money(Some(odds.0)),
                csv::probability(Some(odds.1)),
                commit,
                even,
                stretch,
                booked,
                open,
                new,
                csv::money(Some(parts.iter().sum())),
                csv::money(capacity),
            ]);
        };
    row(
        "",
        (plan.target.revenue, plan.target.p_attain),
        [plan.commit, plan.plan, plan.stretch],
        [plan.booked, plan.open_pipeline, plan.new_leads],
        None,
    );
    for owner in &plan.owners {
        row(
            &owner.owner,
            (owner.target, owner.p_attain),
            [owner.commit, owner.plan, owner.stretch],
            [owner.booked, owner.open_pipeline, owner.new_leads],
            owner.capacity,
        );
    }
    file.finish()
}
