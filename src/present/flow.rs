//! The flow of the pipeline: a table with a drawing of how each line moves the sum, what became of the leads open at the
//! start, and the groups.

use std::fmt::Write as _;

use crate::domain::Role;
use crate::kpi::{Basis, Cents, DueBy, Flow, FlowRow, Part};
use crate::present::csv::Csv;
use crate::present::flow_lines::{Line, bars, fates, lines};
use crate::present::flow_words::{FlowWords, flow_words};
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, group, percent};
use crate::present::{Style, fill};

/// The flow as text: line by line, then what became of the leads open at the start, then the groups.
pub fn flow_text(flow: &Flow, style: &Style) -> String {
    let w = flow_words(style.language);
    let shown = Shown::of(flow);
    let (from, to) = (flow.from.to_string(), flow.to.to_string());
    let head = [
        ("from", from.as_str()),
        ("to", &to),
        ("currency", &flow.currency),
    ];
    let title = if shown.deals || flow.currency.is_empty() {
        w.title_deals
    } else {
        w.title
    };
    let mut text = format!("{}\n\n", fill(title, &head));
    text.push_str(&lines_text(flow, &shown, style, w));
    let _ = write!(text, "\n{}\n\n", fill(w.fates_title, &head));
    text.push_str(&fates_text(flow, &shown, style, w));
    if flow.by.is_some() {
        text.push('\n');
        text.push_str(&groups_text(flow, &shown, style, w));
    }
    text.push('\n');
    for note in notes(flow, w) {
        text.push_str(&fill(note, &head));
        text.push('\n');
    }
    text
}

/// How money is written here: to the cent wherever one line is not whole, so that what is read adds up.
struct Shown {
    deals: bool,
    cents: bool,
}

impl Shown {
    fn of(flow: &Flow) -> Self {
        let rows = std::iter::once(&flow.total).chain(&flow.groups);
        let mut parts = rows.flat_map(|row| lines(row).into_iter().chain(fates(row)));
        Self {
            deals: flow.value == Basis::Deals,
            cents: parts.any(|(_, part)| !part.value.exact().ends_with(".00")),
        }
    }

    fn money(&self, value: Cents) -> String {
        let (exact, sign) = (
            value.abs().exact(),
            if value < Cents::ZERO { "-" } else { "" },
        );
        match exact.split_once('.') {
            Some((whole, cents)) if self.cents => format!("{sign}{}.{cents}", group(whole)),
            Some((whole, _)) => format!("{sign}{}", group(whole)),
            None => exact,
        }
    }
}

fn lines_text(flow: &Flow, shown: &Shown, style: &Style, w: &FlowWords) -> String {
    let mut columns = vec![(w.line, Lean::Left), (style.words.leads, Lean::Right)];
    if !shown.deals {
        columns.push((w.value, Lean::Right));
    }
    columns.push(("", Lean::Left));
    let used: Vec<(Line, Part)> = lines(&flow.total)
        .into_iter()
        .filter(|(line, part)| line.sign() == 0 || part.leads > 0)
        .filter(|(line, _)| !matches!(line, Line::MovedIn | Line::MovedOut))
        .collect();
    let steps: Vec<(i128, i128)> = (used.iter())
        .map(|&(line, part)| {
            let leads = part.leads as i128;
            (
                line.sign(),
                if shown.deals {
                    leads
                } else {
                    part.value.count()
                },
            )
        })
        .collect();
    let mut grid = Grid::new(style, &columns);
    for (&(line, part), bar) in used.iter().zip(bars(&steps)) {
        let sign = match line {
            Line::OpenTo => "= ",
            line => ["- ", "", "+ "][(line.sign() + 1) as usize],
        };
        let leads = if line.counts_leads() {
            count(part.leads)
        } else {
            format!("({})", count(part.leads))
        };
        let mut cells = vec![format!("{sign}{}", named(line, flow, w)), leads];
        if !shown.deals {
            cells.push(shown.money(part.value));
        }
        cells.push(bar);
        grid.row(&cells);
    }
    grid.finish() + &of_which_text(&flow.total, shown, w)
}

/// What the lines hold that is worth a word; nothing where there is nothing.
fn of_which_text(row: &FlowRow, shown: &Shown, w: &FlowWords) -> String {
    let parts = [
        (w.higher_when_won, row.grew_when_won),
        (w.lower_when_won, row.shrank_when_won),
        (w.new_won, row.new_won),
        (w.new_lost, row.new_lost),
    ];
    let told: Vec<String> = (parts.iter())
        .filter(|(_, part)| part.leads > 0)
        .map(|(template, part)| {
            let value = if shown.deals {
                String::new()
            } else {
                fill(w.in_brackets, &[("value", &shown.money(part.value))])
            };
            fill(template, &[("n", &count(part.leads)), ("value", &value)])
        })
        .collect();
    if told.is_empty() {
        return String::new();
    }
    fill(w.of_which, &[("parts", &told.join(w.semicolon))]) + "\n"
}

fn named(line: Line, flow: &Flow, w: &FlowWords) -> String {
    match line {
        Line::OpenFrom => fill(w.open_on, &[("day", &flow.from.to_string())]),
        Line::OpenTo => fill(w.open_on, &[("day", &flow.to.to_string())]),
        line => line.name(w).to_owned(),
    }
}

fn fates_text(flow: &Flow, shown: &Shown, style: &Style, w: &FlowWords) -> String {
    let mut columns = vec![
        (w.fate, Lean::Left),
        (style.words.leads, Lean::Right),
        (style.words.share, Lean::Right),
    ];
    if !shown.deals {
        columns.extend([
            (w.value_then, Lean::Right),
            (style.words.share, Lean::Right),
        ]);
    }
    let all = flow.total.open_from;
    let share = |part: f64, all: f64| {
        if all > 0.0 {
            percent(part / all)
        } else {
            "-".to_owned()
        }
    };
    let mut grid = Grid::new(style, &columns);
    let fates = fates(&flow.total).into_iter();
    for (line, part) in fates.filter(|(line, _)| *line != Line::Slipped || flow.due_by.is_some()) {
        let mut name = line.name(w).to_owned();
        let overdue = flow.total.overdue.leads;
        if line == Line::Slipped && overdue > 0 {
            name.push_str(&fill(
                w.overdue,
                &[("n", &count(overdue)), ("day", &flow.from.to_string())],
            ));
        }
        let mut cells = vec![
            name,
            count(part.leads),
            share(part.leads as f64, all.leads as f64),
        ];
        if !shown.deals {
            cells.push(shown.money(part.value));
            cells.push(share(part.value.money(), all.value.money()));
        }
        grid.row(&cells);
    }
    grid.finish()
}

fn groups_text(flow: &Flow, shown: &Shown, style: &Style, w: &FlowWords) -> String {
    let by = match flow.by {
        Some(Role::Stage) => w.stage,
        Some(Role::Owner) => style.words.owner,
        Some(Role::Source) => style.words.source,
        Some(Role::Product) => w.product,
        _ => w.region,
    };
    let used = |line: Line| {
        line.sign() == 0
            || (flow.groups.iter().flat_map(lines))
                .any(|(other, part)| other == line && part.leads > 0)
    };
    let names: Vec<(Line, String)> = lines(&flow.total)
        .iter()
        .filter(|(line, _)| used(*line))
        .map(|&(line, _)| {
            let sign = ["-\u{a0}", "", "+\u{a0}"][(line.sign() + 1) as usize];
            (line, format!("{sign}{}", named(line, flow, w)))
        })
        .collect();
    let mut columns = vec![(by, Lean::Left)];
    columns.extend(names.iter().map(|(_, name)| (name.as_str(), Lean::Right)));
    if flow.due_by.is_some() {
        columns.push((w.slipped, Lean::Right));
    }
    let mut grid = Grid::new(style, &columns);
    let amount = |part: Part| {
        if shown.deals {
            count(part.leads)
        } else {
            shown.money(part.value)
        }
    };
    for row in &flow.groups {
        let mut cells = vec![row.name.clone().unwrap_or_default()];
        let parts = lines(row);
        let of = |line: Line| parts.iter().find(|(other, _)| *other == line);
        cells.extend(
            names
                .iter()
                .filter_map(|(line, _)| of(*line))
                .map(|&(_, part)| amount(part)),
        );
        if flow.due_by.is_some() {
            cells.push(amount(row.slipped));
        }
        grid.row(&cells);
    }
    grid.finish()
}

/// What the numbers mean, as far as these hold.
fn notes(flow: &Flow, w: &FlowWords) -> Vec<&'static str> {
    let value = match flow.value {
        Basis::Stated => Some(w.value_stated),
        Basis::Expected => Some(w.value_expected),
        Basis::Deals => None,
    };
    let by_model =
        (flow.value == Basis::Stated && flow.valued_by_model > 0).then_some(w.value_mixed);
    let due = match flow.due_by {
        Some(DueBy::ExpectedClose) => w.due_expected_close,
        Some(DueBy::Model) => w.due_model,
        None => w.due_unknown,
    };
    let as_now = flow
        .by
        .filter(|&by| by != Role::Stage)
        .map(|_| w.groups_as_now);
    let moved = flow
        .by
        .filter(|&by| by == Role::Stage)
        .map(|_| w.groups_by_stage);
    [value, by_model, Some(due), as_now, moved]
        .into_iter()
        .flatten()
        .collect()
}

/// The flow as CSV: one row a line, those of all leads first, with an empty group; money to the cent, empty in deals.
pub fn flow_csv(flow: &Flow) -> String {
    let mut file = Csv::new(&["group", "line", "leads", "value"]);
    for row in std::iter::once(&flow.total).chain(&flow.groups) {
        for (line, part) in lines(row).into_iter().chain(fates(row)) {
            let value = if flow.value == Basis::Deals {
                String::new()
            } else {
                part.value.exact()
            };
            if line != Line::Slipped || flow.due_by.is_some() {
                file.row(&[
                    row.name.clone().unwrap_or_default(),
                    line.key().to_owned(),
                    part.leads.to_string(),
                    value,
                ]);
            }
        }
    }
    file.finish()
}
