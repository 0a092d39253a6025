//! Call lists: a table an owner, CSV and JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::decide::{CallList, ContactRate, LotsSoFar, OwnerCalls, PlannedCall, Untouched, WhyNot};
use crate::domain::{CallResult, Day, ListPlace, Probability};
use crate::forecast::NOBODY;
use crate::present::calls_words::{CallsWords, calls_words};
use crate::present::csv::{self, Csv};
use crate::present::reason::{
    ReasonJson, SHOWN, in_short, lever_json, lever_words, strongest_json, strongest_words,
};
use crate::present::record::all_warnings;
use crate::present::segments::shown;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, days, money, percent};
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
        text.push_str(&heading(owner, list, style));
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
        return text;
    }
    text.push_str(&closing(list, style));
    text
}

/// What the lists are ordered by, what is lacking, and who could help whom.
fn closing(list: &CallList, style: &Style) -> String {
    let c = calls_words(style.language);
    let mut text = String::new();
    let mut line = |sentence: String| {
        text.push('\n');
        text.push_str(&sentence);
    };
    let dated =
        (list.owners.iter()).any(|owner| owner.calls.iter().any(|call| call.p_win_30d.is_some()));
    let lots = list.lots.unwrap_or_default();
    let n = ("n", count(lots.complete));
    let order = match (list.learnt, dated) {
        (true, _) => c.order_learnt,
        (false, true) => c.order_plain,
        (false, false) => c.order_undated,
    };
    line(fill(order, &[(n.0, &n.1)]));
    if dated {
        let fresh = &list.freshness;
        let told = if fresh.contacted > 0 {
            c.fresh_learnt
        } else {
            c.fresh_assumed
        };
        line(fill(
            told,
            &[
                ("days", &days(fresh.half_days())),
                ("n", &count(fresh.contacted)),
                ("won", &count(fresh.won)),
            ],
        ));
    }
    if list.lots.is_some() && !list.learnt {
        let ready = lots.lacking == 0 && lots.wins_lacking == 0;
        let values = [
            ("n", count(lots.complete)),
            ("won", count(lots.won)),
            ("lacking", count(lots.lacking)),
            ("wins", count(lots.wins_lacking)),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        line(fill(if ready { c.lots_no_better } else { c.lots }, &values));
    }
    for sentence in [balance(list, c), untouched(list, c)].into_iter().flatten() {
        line(sentence);
    }
    let waiting = |owner: &OwnerCalls| owner.off.contains_key(&WhyNot::NoRoom);
    let room = |owner: &OwnerCalls| owner.calls.len() < list.capacity && owner.owner != NOBODY;
    if list.owners.iter().any(waiting) && list.owners.iter().any(room) {
        line(c.ask_reassign.to_owned());
    }
    text.push('\n');
    text
}

/// Owners whose day is worth 15 % more or less than the mean.
fn balance(list: &CallList, c: &CallsWords) -> Option<String> {
    const OFF: f64 = 0.15;
    let parts: Vec<String> = (list.owners.iter())
        .filter_map(|owner| Some((owner, owner.value_to_mean?)))
        .filter(|(_, share)| (share - 1.0).abs() > OFF)
        .map(|(owner, share)| {
            fill(
                c.balance_part,
                &[("owner", &owner.owner), ("share", &percent(share))],
            )
        })
        .collect();
    (!parts.is_empty()).then(|| fill(c.balance, &[("parts", &parts.join(c.list_separator))]))
}

/// The sources with leads that nobody has touched, most first.
fn untouched(list: &CallList, c: &CallsWords) -> Option<String> {
    const SHOWN: usize = 6;
    let mut some: Vec<_> = list
        .untouched
        .iter()
        .filter(|row| row.untouched > 0)
        .collect();
    some.sort_by_key(|row| std::cmp::Reverse(row.untouched));
    let parts: Vec<String> = (some.iter().take(SHOWN))
        .map(|row| {
            fill(
                c.untouched_part,
                &[
                    ("source", &row.source),
                    ("n", &count(row.untouched)),
                    ("open", &count(row.open)),
                ],
            )
        })
        .collect();
    (!parts.is_empty()).then(|| fill(c.untouched, &[("parts", &parts.join(c.list_separator))]))
}

/// What stands beside a call: a first touch, a lot, what was tried, from when on.
fn remark(call: &PlannedCall, style: &Style) -> String {
    let c = calls_words(style.language);
    let mut parts = Vec::new();
    match (call.overdue, call.place) {
        (_, ListPlace::Promised) => parts.push(c.promised.to_owned()),
        (true, _) => parts.push(style.words.overdue.to_owned()),
        (false, ListPlace::FirstTouch) => parts.push(c.first_touch.to_owned()),
        (false, ListPlace::Drawn) => parts.push(c.by_lot.to_owned()),
        _ => {}
    }
    if let Some(result) = call.last_result {
        let next = count(call.attempts as usize + 1);
        parts.push(fill(
            c.attempts,
            &[("n", &next), ("result", result_word(result, c))],
        ));
    }
    if let Some(moment) = call.not_before {
        let text = moment.to_string();
        let time = text.get(11..16).unwrap_or_default();
        parts.push(fill(c.from_time, &[("time", time)]));
    }
    parts.join(c.list_separator)
}

/// What came of a call, in the words of the screen.
pub(crate) fn result_word(result: CallResult, c: &CallsWords) -> &'static str {
    let at = CallResult::ALL.iter().position(|&each| each == result);
    at.map_or("", |at| c.results[at])
}

/// Why a lead is off the list, in the words of the screen.
pub(crate) fn why_word(why: WhyNot, c: &CallsWords) -> &'static str {
    let at = WhyNot::ALL.iter().position(|&each| each == why);
    at.map_or("", |at| c.why_not[at])
}

fn heading(owner: &OwnerCalls, list: &CallList, style: &Style) -> String {
    let w = style.words;
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
    let c = calls_words(style.language);
    for (n, words) in [
        (owner.due_not_reached, c.due_missed),
        (owner.beyond_share, c.beyond_share),
    ] {
        if n > 0 {
            heading.push_str(&fill(words, &[("n", &count(n))]));
        }
    }
    if owner.cut > 0 {
        heading.push_str(&fill(c.cut, &[("n", &count(owner.cut))]));
    }
    // Those in which too little is left are told above already.
    let parts: Vec<String> = (owner.off.iter())
        .filter(|(why, _)| **why != WhyNot::NotWorth)
        .map(|(why, n)| fill(c.off_part, &[("why", why_word(*why, c)), ("n", &count(*n))]))
        .collect();
    if !parts.is_empty() {
        heading.push('\n');
        heading.push_str(&fill(c.off, &[("parts", &parts.join(c.list_separator))]));
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
    let remarked = rows.iter().any(|(_, call)| !remark(call, style).is_empty());
    let worth = calls_words(style.language).worth;
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
        lean(true, worth, Lean::Right),
        lean(remarked, w.remark, Lean::Left),
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
            cell(true, worth_text(call)),
            cell(remarked, remark(call, style)),
            cell(true, in_short(&call.reasons, ROOM[usize::from(owned)], w)),
        ]
        .into_iter()
        .flatten()
        .collect();
        grid.row(&cells);
    }
    grid.finish()
}

/// The worth of a call: money, or deals to three places.
fn worth_text(call: &PlannedCall) -> String {
    worth_of(call.call_value, call.expected_amount.is_some())
}

/// A worth as money, or in deals to three places.
pub(crate) fn worth_of(value: f64, priced: bool) -> String {
    if priced {
        money(value)
    } else {
        format!("{value:.3}")
    }
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
        "place",
        "call_value",
        "freshness",
        "attempts",
        "last_result",
        "p_answer",
        "not_before",
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
            let share = |share: Option<f64>| share.map_or_else(String::new, |s| format!("{s:.4}"));
            row.extend([
                call.place.word().to_owned(),
                format!("{:.6}", call.call_value),
                share(call.freshness),
                call.attempts.to_string(),
                call.last_result
                    .map_or_else(String::new, |result| result.word().to_owned()),
                share(call.p_answer),
                call.not_before
                    .map_or_else(String::new, |moment| moment.to_string()),
            ]);
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
        due_today: owner.due_today,
        due_not_reached: owner.due_not_reached,
        beyond_share: owner.beyond_share,
        off: &owner.off,
        value: owner.value,
        value_to_mean: owner.value_to_mean,
        calls: (owner.calls.iter())
            .map(|call| CallJson::of(call, style.words))
            .collect(),
    };
    CallsJson {
        date: known_day(list.date),
        capacity: list.capacity,
        better_than_base_rate: report.better_than_base_rate,
        reference: report.reference.clone(),
        learnt: list.learnt,
        freshness: FreshnessJson {
            half_days: list.freshness.half_days(),
            contacted: list.freshness.contacted,
            won: list.freshness.won,
        },
        lots: list.lots,
        contact_rates: &list.contact_rates,
        untouched: &list.untouched,
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
    learnt: bool,
    freshness: FreshnessJson,
    lots: Option<LotsSoFar>,
    contact_rates: &'a [ContactRate],
    untouched: &'a [Untouched],
    owners: Vec<OwnerJson<'a>>,
    warnings: Vec<Warning>,
}

#[derive(Serialize)]
struct FreshnessJson {
    half_days: i32,
    contacted: usize,
    won: usize,
}

#[derive(Serialize)]
struct OwnerJson<'a> {
    owner: &'a str,
    open: usize,
    overdue: usize,
    overdue_not_reached: usize,
    due_today: usize,
    due_not_reached: usize,
    beyond_share: usize,
    off: &'a BTreeMap<WhyNot, usize>,
    value: f64,
    value_to_mean: Option<f64>,
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
    place: ListPlace,
    call_value: f64,
    freshness: Option<f64>,
    value_of_today: Option<f64>,
    attempts: u32,
    last_result: Option<CallResult>,
    p_answer: Option<f64>,
    not_before: Option<String>,
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
            place: call.place,
            call_value: call.call_value,
            freshness: call.freshness,
            value_of_today: call.value_of_today,
            attempts: call.attempts,
            last_result: call.last_result,
            p_answer: call.p_answer,
            not_before: call.not_before.map(|moment| moment.to_string()),
            reasons: strongest_json(&call.reasons, words),
            can_change: lever_json(&call.reasons, words),
        }
    }
}
