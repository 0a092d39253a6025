//! Call lists: a table an owner, CSV and JSON.

use serde::Serialize;

use crate::decide::{CallList, OwnerCalls, PlannedCall};
use crate::domain::{Day, Probability};
use crate::present::csv::{self, Csv};
use crate::present::reason::{
    ReasonJson, SHOWN, in_short, lever_json, lever_words, strongest_json, strongest_words,
};
use crate::present::record::all_warnings;
use crate::present::segments::shown;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, money};
use crate::present::{Style, Words, fill, known_day};
use crate::score::{Reference, TrainReport, Warning};

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
        text.push_str(&calls_table(&rows, style));
    }
    if text.is_empty() {
        text.push_str(w.no_calls);
        text.push('\n');
    }
    text
}

fn heading(owner: &OwnerCalls, list: &CallList, w: &Words) -> String {
    let calls = match owner.calls.len() {
        1 => fill(w.one_call, &[]),
        n => fill(w.some_calls, &[("n", &count(n))]),
    };
    let date = known_day(list.date).map_or_else(String::new, |day| format!("{}{day}", w.comma));
    let mut heading = fill(
        w.calls_heading,
        &[
            ("owner", &owner.owner),
            ("date", &date),
            ("calls", &calls),
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

/// Columns of a terminal that reasons may take; further ones are in the CSV file and in the data. With the owner in
/// front there is less room.
const ROOM: [usize; 2] = [76, 66];

/// A table of calls, with their owner in front if given. Columns in which nothing stands are left out.
pub(crate) fn calls_table(rows: &[(Option<&str>, &PlannedCall)], style: &Style) -> String {
    let w = style.words;
    let owned = rows.iter().any(|(owner, _)| owner.is_some());
    let segmented = rows.iter().any(|(_, call)| call.segment.is_some());
    let dated = rows.iter().any(|(_, call)| call.p_win_30d.is_some());
    let overdue = rows.iter().any(|(_, call)| call.overdue);
    let priced = (rows.iter()).any(|(_, call)| call.expected_amount.is_some());
    let lean = |there: bool, name, lean| there.then_some((name, lean));
    let p_win = if dated { w.p_win_30d } else { w.p_win };
    let columns: Vec<(&str, Lean)> = [
        lean(true, "#", Lean::Right),
        lean(owned, w.owner, Lean::Left),
        lean(true, w.lead, Lean::Left),
        lean(segmented, w.segment, Lean::Left),
        lean(dated, w.age, Lean::Right),
        lean(true, p_win, Lean::Right),
        lean(priced, w.expected_amount, Lean::Right),
        lean(dated, w.value_of_today, Lean::Right),
        lean(overdue, w.remark, Lean::Left),
        lean(true, w.why, Lean::Left),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut grid = Grid::new(style, &columns);
    let dash = || "-".to_owned();
    for (i, (owner, call)) in rows.iter().enumerate() {
        let segment = call.segment.as_deref().unwrap_or_default();
        let rank = if owned { i + 1 } else { call.rank };
        let cell = |there: bool, text: String| there.then_some(text);
        let p_win = shown(if dated { call.p_win_30d } else { call.p_win });
        let cells: Vec<String> = [
            cell(true, rank.to_string()),
            cell(owned, owner.unwrap_or_default().to_owned()),
            cell(true, call.lead_id.clone()),
            cell(segmented, style.segment(segment).to_owned()),
            cell(
                dated,
                call.age_days.map_or_else(dash, |age| age.to_string()),
            ),
            cell(true, p_win),
            cell(priced, call.expected_amount.map_or_else(dash, money)),
            cell(dated, call.value_of_today.map_or_else(dash, money)),
            cell(
                overdue,
                if call.overdue { w.overdue } else { "" }.to_owned(),
            ),
            cell(true, in_short(&call.reasons, ROOM[usize::from(owned)], w)),
        ]
        .into_iter()
        .flatten()
        .collect();
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
        "can_change",
    ]);
    for owner in &list.owners {
        for call in &owner.calls {
            let mut reasons = strongest_words(&call.reasons, style.words).into_iter();
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
            row.push(lever_words(&call.reasons, style.words));
            file.row(&row);
        }
    }
    file.finish()
}

/// The lists as data, with whether the model knows more than the base rate and what else must be known of it.
pub fn calls_json<'a>(
    list: &'a CallList,
    report: &TrainReport,
    warnings: &[Warning],
    style: &Style,
) -> impl Serialize + 'a {
    let owner = |owner: &'a OwnerCalls| OwnerJson {
        owner: &owner.owner,
        open: owner.open,
        overdue: owner.overdue,
        overdue_not_reached: owner.overdue_not_reached,
        calls: (owner.calls.iter())
            .map(|call| CallJson::of(call, style.words))
            .collect(),
    };
    CallsJson {
        date: known_day(list.date),
        capacity: list.capacity,
        better_than_base_rate: report.better_than_base_rate,
        reference: report.reference.clone(),
        owners: list.owners.iter().map(owner).collect(),
        warnings: all_warnings(report, warnings),
    }
}

/// One call as data, reasons with their words.
pub fn call_json<'a>(call: &'a PlannedCall, style: &Style) -> impl Serialize + 'a {
    CallJson::of(call, style.words)
}

#[derive(Serialize)]
struct CallsJson<'a> {
    date: Option<Day>,
    capacity: usize,
    better_than_base_rate: bool,
    reference: Option<Reference>,
    owners: Vec<OwnerJson<'a>>,
    warnings: Vec<Warning>,
}

#[derive(Serialize)]
struct OwnerJson<'a> {
    owner: &'a str,
    open: usize,
    overdue: usize,
    overdue_not_reached: usize,
    calls: Vec<CallJson<'a>>,
}

#[derive(Serialize)]
struct CallJson<'a> {
    rank: usize,
    lead_id: &'a str,
    segment: Option<&'a str>,
    age_days: Option<i32>,
    overdue: bool,
    p_win_30d: Option<Probability>,
    p_win: Option<Probability>,
    expected_amount: Option<f64>,
    value_of_today: Option<f64>,
    reasons: Vec<ReasonJson<'a>>,
    can_change: Option<ReasonJson<'a>>,
}

impl<'a> CallJson<'a> {
    fn of(call: &'a PlannedCall, words: &Words) -> Self {
        Self {
            rank: call.rank,
            lead_id: &call.lead_id,
            segment: call.segment.as_deref(),
            age_days: call.age_days,
            overdue: call.overdue,
            p_win_30d: call.p_win_30d,
            p_win: call.p_win,
            expected_amount: call.expected_amount,
            value_of_today: call.value_of_today,
            reasons: strongest_json(&call.reasons, words),
            can_change: lever_json(&call.reasons, words),
        }
    }
}
