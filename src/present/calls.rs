//! Call lists: a table an owner, CSV and JSON.

use serde::Serialize;

use crate::decide::{CallList, OwnerCalls, PlannedCall};
use crate::domain::Day;
use crate::present::csv::{self, Csv};
use crate::present::reason::{SHOWN, strongest};
use crate::present::segments::shown;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, money};
use crate::present::{Style, Words, fill};

/// The lists as text, one table an owner, with how many overdue leads cannot be reached today.
pub fn calls_text(list: &CallList, style: &Style) -> String {
    let w = style.words;
    let mut text = String::new();
    for owner in &list.owners {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&heading(owner, list, w));
        text.push('\n');
        if owner.calls.is_empty() {
            continue;
        }
        let rows: Vec<(Option<&str>, &PlannedCall)> =
            owner.calls.iter().map(|call| (None, call)).collect();
        text.push_str(&calls_table(&rows, SHOWN, style));
    }
    if text.is_empty() {
        text.push_str(w.no_calls);
        text.push('\n');
    }
    text
}

fn heading(owner: &OwnerCalls, list: &CallList, w: &Words) -> String {
    let mut heading = fill(
        w.calls_heading,
        &[
            ("owner", &owner.owner),
            ("date", &list.date.to_string()),
            ("calls", &count(owner.calls.len())),
            ("capacity", &count(list.capacity)),
            ("open", &count(owner.open)),
        ],
    );
    if owner.overdue > 0 {
        heading.push_str(&fill(
            w.calls_overdue,
            &[
                ("overdue", &count(owner.overdue)),
                ("missed", &count(owner.overdue_not_reached)),
            ],
        ));
    }
    if owner.not_worth_a_call > 0 {
        heading.push_str(&fill(
            w.calls_left_off,
            &[("left", &count(owner.not_worth_a_call))],
        ));
    }
    heading
}

/// A table of calls, with their owner in front if given, and with so many reasons.
pub(crate) fn calls_table(
    rows: &[(Option<&str>, &PlannedCall)],
    shown_reasons: usize,
    style: &Style,
) -> String {
    let w = style.words;
    let owned = rows.iter().any(|(owner, _)| owner.is_some());
    let segmented = rows.iter().any(|(_, call)| call.segment.is_some());
    let dated = rows.iter().any(|(_, call)| call.p_win_30d.is_some());
    let mut columns = vec![("#", Lean::Right)];
    if owned {
        columns.push((w.owner, Lean::Left));
    }
    columns.push((w.lead, Lean::Left));
    if segmented {
        columns.push((w.segment, Lean::Left));
    }
    if dated {
        columns.push((w.age, Lean::Right));
    }
    columns.extend([
        (if dated { w.p_win_30d } else { w.p_win }, Lean::Right),
        (w.expected_amount, Lean::Right),
        (w.value_of_today, Lean::Right),
        ("", Lean::Left),
        (w.why, Lean::Left),
    ]);
    let mut grid = Grid::new(style, &columns);
    for (i, (owner, call)) in rows.iter().enumerate() {
        let mut reasons = strongest(&call.reasons, w);
        reasons.truncate(shown_reasons);
        let rank = if owned { i + 1 } else { call.rank };
        let mut cells = vec![rank.to_string()];
        if owned {
            cells.push(owner.unwrap_or_default().to_owned());
        }
        cells.push(call.lead_id.clone());
        if segmented {
            let segment = call.segment.as_deref().unwrap_or_default();
            cells.push(style.segment(segment).to_owned());
        }
        if dated {
            cells.push(
                call.age_days
                    .map_or_else(|| "-".to_owned(), |age| age.to_string()),
            );
        }
        cells.extend([
            shown(if dated { call.p_win_30d } else { call.p_win }),
            call.expected_amount.map_or_else(|| "-".to_owned(), money),
            (call.value_of_today).map_or_else(|| "-".to_owned(), money),
            if call.overdue { w.overdue } else { "" }.to_owned(),
            reasons.join("; "),
        ]);
        grid.row(&cells);
    }
    grid.finish()
}

/// The lists as CSV, one row a call.
pub fn calls_csv(list: &CallList, style: &Style) -> String {
    let mut file = Csv::new(&[
        "owner",
        "rank",
        "lead_id",
        "segment",
        "age_days",
        "overdue",
        "p_win_30d",
        "p_win",
        "expected_amount",
        "value_of_today",
        "reason_1",
        "reason_2",
        "reason_3",
    ]);
    for owner in &list.owners {
        for call in &owner.calls {
            let mut reasons = strongest(&call.reasons, style.words).into_iter();
            let mut row = vec![
                owner.owner.clone(),
                call.rank.to_string(),
                call.lead_id.clone(),
                call.segment.clone().unwrap_or_default(),
                call.age_days.map(|age| age.to_string()).unwrap_or_default(),
                if call.overdue { "yes" } else { "no" }.to_owned(),
                csv::probability(call.p_win_30d),
                csv::probability(call.p_win),
                csv::money(call.expected_amount),
                csv::money(call.value_of_today),
            ];
            row.extend((0..SHOWN).map(|_| reasons.next().unwrap_or_default()));
            file.row(&row);
        }
    }
    file.finish()
}

/// The lists as data, with whether the model knows more than the base rate.
pub fn calls_json(list: &CallList, better_than_base_rate: bool) -> impl Serialize + '_ {
    CallsJson {
        date: list.date,
        capacity: list.capacity,
        better_than_base_rate,
        owners: &list.owners,
    }
}

#[derive(Serialize)]
struct CallsJson<'a> {
    date: Day,
    capacity: usize,
    better_than_base_rate: bool,
    owners: &'a [OwnerCalls],
}
