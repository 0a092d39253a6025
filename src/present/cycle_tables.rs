//! The tables of the cycle.

use crate::domain::Role;
use crate::kpi::{Cycle, CycleBy, CycleRow, Days, Link, Measure, Pace, StepRow, StuckDeal};
use crate::present::cycle::days;
use crate::present::cycle_words::CycleWords;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, deals, estimate, money, percent};
use crate::present::{Style, fill};

/// Rows of a table by source, product or sales method, and of the stuck deals; the data have all.
const ROWS: usize = 12;
const STUCK: usize = 15;

/// Every table that there is something for, each with its title.
pub(crate) fn all(cycle: &Cycle, style: &Style, w: &CycleWords) -> Vec<String> {
    let mut all: Vec<String> = cycle.by.iter().map(|by| division(by, style, w)).collect();
    all.extend(
        [
            stages(cycle, style, w),
            stuck(cycle, style, w),
            delay(cycle, style, w),
            actions(cycle, style, w),
            steps(cycle, style, w),
        ]
        .into_iter()
        .flatten(),
    );
    all
}

fn dash(measure: Option<&Measure>) -> String {
    measure.map_or("-".to_owned(), days)
}

fn share(measure: &Measure) -> String {
    estimate(measure.value, measure.low, measure.high.unwrap_or(1.0))
}

fn titled(title: &str, grid: Grid) -> String {
    format!("{title}\n{}", grid.finish())
}

/// What leads are divided by.
pub(crate) fn division_name(by: Role, w: &CycleWords) -> &'static str {
    match by {
        Role::Source => w.source,
        Role::Product => w.product,
        _ => w.channel,
    }
}

fn division(by: &CycleBy, style: &Style, w: &CycleWords) -> String {
    let name = division_name(by.by, w);
    let columns = [
        (name, Lean::Left),
        (w.leads, Lean::Right),
        (w.won, Lean::Right),
        (w.conversion, Lean::Right),
        (w.days_to_win, Lean::Right),
        (w.days_p80, Lean::Right),
        (w.of_wins, Lean::Right),
        (w.days_to_lose, Lean::Right),
        ("", Lean::Left),
    ];
    let mut grid = Grid::new(style, &columns);
    for row in by.rows.iter().take(ROWS) {
        grid.row(&group_cells(row, w));
    }
    if by.rows.len() > ROWS {
        let more = count(by.rows.len() - ROWS);
        grid.row(&[fill(w.others, &[("n", &more)])]);
    }
    titled(&fill(w.by_title, &[("by", name)]), grid)
}

fn group_cells(row: &CycleRow, w: &CycleWords) -> Vec<String> {
    let so_far = |days: &Days| days.so_far.map_or("-".to_owned(), |d| format!("{d:.0}"));
    let verdict = match (row.followed, row.pace) {
        (false, _) => w.too_young,
        (_, Some(Pace::Faster)) => w.is_sooner,
        (_, Some(Pace::Slower)) => w.is_later,
        (_, None) => "",
    };
    vec![
        row.name.clone().unwrap_or_else(|| w.none.to_owned()),
        count(row.leads),
        count(row.to_win.n),
        share(&row.conversion),
        dash(row.to_win.median.as_ref()),
        dash(row.to_win.p80.as_ref()),
        so_far(&row.to_win),
        dash(row.to_lose.median.as_ref()),
        verdict.to_owned(),
    ]
}

fn stages(cycle: &Cycle, style: &Style, w: &CycleWords) -> Option<String> {
    if cycle.stages.is_empty() {
        return None;
    }
    let columns = [
        (w.stage, Lean::Left),
        (w.stays, Lean::Right),
        (w.median, Lean::Right),
        (w.p80, Lean::Right),
        (w.p90, Lean::Right),
        (w.now, Lean::Right),
        (w.now_median, Lean::Right),
        (w.stuck_column, Lean::Right),
        (w.beyond_column, Lean::Right),
    ];
    let mut grid = Grid::new(style, &columns);
    for row in &cycle.stages {
        grid.row(&[
            row.stage.clone().unwrap_or_else(|| w.whole.to_owned()),
            count(row.won),
            dash(row.median.as_ref()),
            dash(row.p80.as_ref()),
            dash(row.limit.as_ref()),
            count(row.open),
            row.open_median
                .map_or("-".to_owned(), |days| format!("{days:.0}")),
            if row.limit.is_some() {
                count(row.stuck)
            } else {
                "-".to_owned()
            },
            if row.limit.is_some() {
                count(row.beyond)
            } else {
                "-".to_owned()
            },
        ]);
    }
    let title = if cycle.staged {
        w.stages_title
    } else {
        w.whole_title
    };
    Some(titled(title, grid))
}

fn stuck(cycle: &Cycle, style: &Style, w: &CycleWords) -> Option<String> {
    let late: Vec<&StuckDeal> = cycle.stuck.iter().filter(|deal| !deal.beyond).collect();
    if late.is_empty() {
        return None;
    }
    let priced = late.iter().any(|deal| deal.amount.is_some());
    let owned = late.iter().any(|deal| deal.owner.is_some());
    let mut columns = vec![(w.lead, Lean::Left)];
    if owned {
        columns.push((w.owner, Lean::Left));
    }
    if cycle.staged {
        columns.push((w.stage, Lean::Left));
    }
    columns.extend([(w.days, Lean::Right), (w.limit, Lean::Right)]);
    if priced {
        columns.push((w.amount, Lean::Right));
    }
    let mut grid = Grid::new(style, &columns);
    for deal in late.iter().take(STUCK) {
        let mut cells = vec![deal.lead_id.clone()];
        if owned {
            cells.push(deal.owner.clone().unwrap_or_default());
        }
        if cycle.staged {
            cells.push(deal.stage.clone().unwrap_or_default());
        }
        cells.extend([deal.days.to_string(), format!("{:.0}", deal.limit)]);
        if priced {
            cells.push(deal.amount.map_or("-".to_owned(), money));
        }
        grid.row(&cells);
    }
    let title = if priced {
        w.stuck_title
    } else {
        w.stuck_title_days
    };
    let (shown, n) = (count(late.len().min(STUCK)), count(late.len()));
    Some(titled(&fill(title, &[("shown", &shown), ("n", &n)]), grid))
}

fn delay(cycle: &Cycle, style: &Style, w: &CycleWords) -> Option<String> {
    let delay = cycle.delay.as_ref()?;
    let columns = [w.age, w.at_risk, w.chance, w.chance_later, w.cost].map(|c| (c, Lean::Right));
    let mut grid = Grid::new(style, &columns);
    for row in &delay.rows {
        let cost = &row.cost;
        let points = |share: f64| deals(share * 100.0);
        let high = cost.high.unwrap_or(cost.value);
        grid.row(&[
            row.age.to_string(),
            count(row.at_risk),
            percent(row.chance),
            percent(row.chance_later),
            format!(
                "{} ({} .. {})",
                points(cost.value),
                points(cost.low),
                points(high)
            ),
        ]);
    }
    let days = delay.ahead_days.to_string();
    Some(titled(&fill(w.delay_title, &[("days", &days)]), grid))
}

fn actions(cycle: &Cycle, style: &Style, w: &CycleWords) -> Option<String> {
    let actions = cycle.actions.as_ref()?;
    let columns = [
        (w.kind, Lean::Left),
        (w.with_won, Lean::Right),
        (w.with_open, Lean::Right),
        (w.odds, Lean::Right),
        ("", Lean::Left),
    ];
    let mut grid = Grid::new(style, &columns);
    for row in &actions.rows {
        let odds = &row.odds_ratio;
        let high = odds.high.unwrap_or(odds.value);
        let verdict = match row.link {
            Some(Link::More) => w.more,
            Some(Link::Less) => w.less,
            None => "",
        };
        grid.row(&[
            row.kind.clone().unwrap_or_else(|| w.any_kind.to_owned()),
            percent(row.won),
            percent(row.open),
            format!("{:.2} ({:.2}-{high:.2})", odds.value, odds.low),
            verdict.to_owned(),
        ]);
    }
    let days = actions.window_days.to_string();
    Some(titled(&fill(w.actions_title, &[("days", &days)]), grid))
}

fn steps(cycle: &Cycle, style: &Style, w: &CycleWords) -> Option<String> {
    let steps = cycle.steps.as_ref()?;
    let on = if steps.visits_first {
        w.step_on_clicks
    } else {
        w.step_on_visits
    };
    let mut columns = vec![(w.source, Lean::Left)];
    let right = [
        w.spend,
        w.visits,
        w.clicks,
        w.leads,
        w.wins,
        on,
        w.leads_of,
        w.conversion,
        w.per_visit,
        w.per_click,
        w.per_lead,
        w.per_win,
    ];
    columns.extend(right.map(|name| (name, Lean::Right)));
    let mut grid = Grid::new(style, &columns);
    for row in &steps.rows {
        grid.row(&step_cells(row, w));
    }
    Some(titled(w.steps_title, grid))
}

fn step_cells(row: &StepRow, w: &CycleWords) -> Vec<String> {
    let number = |n: Option<f64>| n.map_or("-".to_owned(), |n| count(n.max(0.0) as usize));
    let rate = |rate: Option<&Measure>| rate.map_or("-".to_owned(), share);
    let each = |n: Option<f64>| match n {
        Some(n) if n > 0.0 && row.spend > 0.0 => money(row.spend / n),
        _ => "-".to_owned(),
    };
    vec![
        row.source.clone().unwrap_or_else(|| w.all.to_owned()),
        money(row.spend),
        number(row.visits),
        number(row.clicks),
        count(row.leads),
        format!("{:.1}", row.wins),
        rate(row.on.as_ref()),
        rate(row.leads_of.as_ref()),
        share(&row.conversion),
        each(row.visits),
        each(row.clicks),
        each(Some(row.leads as f64)),
        each(Some(row.wins)),
    ]
}
