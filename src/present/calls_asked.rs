//! What is asked of the call list: one lead, the pool, who could take what, what lots have taught.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::decide::{CallList, LeadStanding, Lessons, Pool, PooledLead, Reassignment, WhyNot};
use crate::domain::{CallResult, Day, Leads, ListPlace, Moment, Outcome};
use crate::present::calls::{result_word, why_word, worth_of};
use crate::present::calls_words::{CallsWords, calls_words};
use crate::present::csv::Csv;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, percent};
use crate::present::{Style, fill, known_day};

/// Rows of a table on screen; the CSV file and the data have all.
const SHOWN: usize = 20;

/// One lead: where it stands and why; a lead without a standing is closed.
pub fn calls_why_text(
    list: &CallList,
    standing: Option<&LeadStanding>,
    leads: &Leads,
    row: usize,
    style: &Style,
) -> String {
    let c = calls_words(style.language);
    let id = &leads.ids[row];
    let Some(standing) = standing else {
        let outcome = if leads.outcome[row] == Outcome::Won {
            c.results[0]
        } else {
            c.results[1]
        };
        return fill(c.why_closed, &[("lead", id), ("outcome", outcome)]) + "\n";
    };
    let owner = &list.owners[standing.owner];
    let priced = owner
        .calls
        .iter()
        .any(|call| call.expected_amount.is_some());
    let mut values = vec![
        ("lead", id.clone()),
        ("owner", owner.owner.clone()),
        ("date", date(list.date, style)),
    ];
    let mut lines = Vec::new();
    match standing.rank {
        Ok(rank) => {
            values.push(("rank", count(rank)));
            values.push(("place", place_word(standing.place, c).to_owned()));
            lines.push(filled(c.why_on, &values));
        }
        Err(why) => {
            values.push(("why", why_word(why, c).to_owned()));
            lines.push(filled(c.why_off, &values));
        }
    }
    // What cannot be called, or has no chance that anybody knows, is worth nothing that could be named.
    let none = |why| {
        matches!(
            why,
            WhyNot::WrongNumber | WhyNot::ClosedInLog | WhyNot::Unscored
        )
    };
    if !standing.rank.is_err_and(none) {
        lines.push(fill(
            c.why_worth,
            &[("worth", &worth_of(standing.call_value, priced))],
        ));
    }
    if standing.rank == Err(WhyNot::NotWorth) {
        lines.push(c.why_little.to_owned());
    }
    let last = (owner.calls.iter().rev()).find(|call| call.place == ListPlace::Value);
    if let (Err(WhyNot::NoRoom), Some(last)) = (standing.rank, last) {
        lines.push(fill(
            c.why_last_worth,
            &[("worth", &worth_of(last.call_value, priced))],
        ));
    }
    lines.extend(tried(standing, list.date, c));
    lines.join("\n") + "\n"
}

/// What was tried, when the next call is due, and how long a first touch is in time.
fn tried(standing: &LeadStanding, today: Day, c: &CallsWords) -> Vec<String> {
    let mut lines = Vec::new();
    match (standing.last_result, standing.last_call) {
        (Some(result), Some(at)) => lines.push(fill(
            c.why_attempts,
            &[
                ("n", &count(standing.attempts as usize)),
                ("at", &time(at)),
                ("result", result_word(result, c)),
            ],
        )),
        _ => lines.push(c.why_no_attempts.to_owned()),
    }
    if let Some(due) = standing.next_due {
        lines.push(fill(c.why_due, &[("at", &time(due))]));
    }
    if let Some(days) = standing.days_left {
        let words = if days < 0 { c.why_late } else { c.why_touch };
        lines.push(fill(words, &[("date", &(today + days).to_string())]));
    } else if standing.untouched == Some(true) {
        lines.push(c.why_untouched.to_owned());
    }
    lines
}

/// A moment without the seconds, and without the hour where none was told: midnight.
fn time(at: Moment) -> String {
    let text = at.to_string();
    if at == at.day().start() {
        return at.day().to_string();
    }
    text.get(..16).unwrap_or(&text).to_owned()
}

fn filled(words: &str, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    fill(words, &values)
}

fn date(day: Day, style: &Style) -> String {
    known_day(day).map_or_else(String::new, |day| format!("{}{day}", style.words.comma))
}

fn place_word(place: Option<ListPlace>, c: &CallsWords) -> &'static str {
    match place {
        Some(ListPlace::FirstTouch) => c.places[1],
        Some(ListPlace::Drawn) => c.places[2],
        Some(ListPlace::Promised) => c.places[3],
        _ => c.places[0],
    }
}

/// One lead as data.
pub fn calls_why_json<'a>(
    list: &'a CallList,
    standing: Option<&LeadStanding>,
    leads: &'a Leads,
    row: usize,
) -> impl Serialize + 'a {
    let owner = standing.map(|standing| list.owners[standing.owner].owner.as_str());
    WhyJson {
        lead_id: &leads.ids[row],
        date: known_day(list.date),
        outcome: leads.outcome[row],
        owner,
        rank: standing.and_then(|standing| standing.rank.ok()),
        place: standing.and_then(|standing| standing.place),
        why_not: standing.and_then(|standing| standing.rank.err()),
        call_value: standing.map(|standing| standing.call_value),
        attempts: standing.map(|standing| standing.attempts),
        last_result: standing.and_then(|standing| standing.last_result),
        last_call: standing
            .and_then(|standing| standing.last_call)
            .map(|at| at.to_string()),
        next_due: standing
            .and_then(|standing| standing.next_due)
            .map(|at| at.to_string()),
        first_touch_by: standing
            .and_then(|standing| standing.days_left)
            .map(|days| list.date + days),
    }
}

#[derive(Serialize)]
struct WhyJson<'a> {
    lead_id: &'a str,
    date: Option<Day>,
    outcome: Outcome,
    owner: Option<&'a str>,
    rank: Option<usize>,
    place: Option<ListPlace>,
    why_not: Option<WhyNot>,
    call_value: Option<f64>,
    attempts: Option<u32>,
    last_result: Option<CallResult>,
    last_call: Option<String>,
    next_due: Option<String>,
    first_touch_by: Option<Day>,
}

/// The pool as text.
pub fn pool_text(pool: &Pool, day: Day, priced: bool, style: &Style) -> String {
    let (w, c) = (style.words, calls_words(style.language));
    let held = count(pool.held);
    let takeover = &pool.takeover;
    let basis = filled(
        if takeover.on_record {
            c.pool_learnt
        } else {
            c.pool_assumed
        },
        &[
            ("part", percent(takeover.part)),
            ("n", count(takeover.n)),
            ("won", count(takeover.won)),
        ],
    );
    if !pool.can_be_told() && pool.leads.is_empty() {
        let fresh = count(pool.fresh);
        return fill(c.pool_untold, &[("held", &held), ("fresh", &fresh)]) + "\n";
    }
    if pool.leads.is_empty() {
        return format!("{}\n{basis}\n", fill(c.pool_none, &[("held", &held)]));
    }
    let title = filled(
        c.pool_title,
        &[
            ("date", date(day, style)),
            ("n", count(pool.leads.len())),
            ("held", held),
        ],
    );
    let mut grid = Grid::new(
        style,
        &[
            (w.lead, Lean::Left),
            (w.owner, Lean::Left),
            (w.source, Lean::Left),
            (w.age, Lean::Right),
            (c.idle, Lean::Right),
            (c.tried, Lean::Right),
            (c.remaining, Lean::Right),
            (c.other_hand, Lean::Right),
            (w.why, Lean::Left),
        ],
    );
    let dash = || "-".to_owned();
    for lead in pool.leads.iter().take(SHOWN) {
        grid.row(&[
            lead.lead_id.clone(),
            lead.owner.clone(),
            lead.source.clone(),
            lead.age_days.map_or_else(dash, |days| days.to_string()),
            lead.idle_days.map_or_else(dash, |days| days.to_string()),
            lead.attempts.to_string(),
            worth_of(lead.remaining, priced),
            worth_of(lead.other_hand, priced),
            c.pool_reasons[lead.reason as usize].to_owned(),
        ]);
    }
    format!(
        "{title}\n{}{}{basis}\n",
        grid.finish(),
        further(pool.leads.len(), c)
    )
}

/// That there are more rows than are shown.
fn further(n: usize, c: &CallsWords) -> String {
    if n > SHOWN {
        fill(c.more, &[("n", &count(n - SHOWN))]) + "\n"
    } else {
        String::new()
    }
}

/// The pool as CSV.
pub fn pool_csv(pool: &Pool) -> String {
    let mut file = Csv::new(&[
        "lead_id",
        "owner",
        "source",
        "age_days",
        "idle_days",
        "attempts",
        "remaining",
        "other_hand",
        "reason",
    ]);
    let number = |days: Option<i32>| days.map_or_else(String::new, |days| days.to_string());
    let row = |lead: &PooledLead| {
        vec![
            lead.lead_id.clone(),
            lead.owner.clone(),
            lead.source.clone(),
            number(lead.age_days),
            number(lead.idle_days),
            lead.attempts.to_string(),
            format!("{:.6}", lead.remaining),
            format!("{:.6}", lead.other_hand),
            ["other-hand", "call-cost"][lead.reason as usize].to_owned(),
        ]
    };
    for lead in &pool.leads {
        file.row(&row(lead));
    }
    file.finish()
}

/// The proposal as text.
pub fn reassign_text(found: &Reassignment, day: Day, priced: bool, style: &Style) -> String {
    let (w, c) = (style.words, calls_words(style.language));
    let counts = |words: &str, counts: &BTreeMap<String, usize>| {
        let parts: Vec<String> = counts
            .iter()
            .map(|(owner, n)| format!("{owner} {}", count(*n)))
            .collect();
        fill(words, &[("parts", &parts.join(c.list_separator))]) + "\n"
    };
    let mut text = String::new();
    if found.moves.is_empty() {
        text.push_str(c.move_none);
        text.push('\n');
    } else {
        text.push_str(&filled(
            c.move_title,
            &[("date", date(day, style)), ("n", count(found.moves.len()))],
        ));
        text.push('\n');
        let mut grid = Grid::new(
            style,
            &[
                (w.lead, Lean::Left),
                (c.from, Lean::Left),
                (c.to, Lean::Left),
                (c.worth, Lean::Right),
                (c.factor, Lean::Right),
                (w.remark, Lean::Left),
            ],
        );
        for each in found.moves.iter().take(SHOWN) {
            grid.row(&[
                each.lead_id.clone(),
                each.from.clone(),
                each.to.clone(),
                worth_of(each.value, priced),
                format!("{:.2}", each.factor),
                if each.first_touch { c.first_touch } else { "" }.to_owned(),
            ]);
        }
        text.push_str(&grid.finish());
        text.push_str(&further(found.moves.len(), c));
    }
    if !found.over.is_empty() {
        text.push_str(&counts(c.move_over, &found.over));
    }
    if !found.room.is_empty() {
        text.push_str(&counts(c.move_room, &found.room));
    }
    if !found.moves.is_empty() {
        text.push_str(c.move_note);
        text.push('\n');
    }
    text
}

/// The proposal as CSV.
pub fn reassign_csv(found: &Reassignment) -> String {
    let mut file = Csv::new(&["lead_id", "from", "to", "first_touch", "value", "factor"]);
    for each in &found.moves {
        file.row(&[
            each.lead_id.clone(),
            each.from.clone(),
            each.to.clone(),
            if each.first_touch { "yes" } else { "no" }.to_owned(),
            format!("{:.6}", each.value),
            format!("{:.4}", each.factor),
        ]);
    }
    file.finish()
}

/// What the lots say.
pub fn review_text(lessons: &Lessons, priced: bool, style: &Style) -> String {
    let c = calls_words(style.language);
    let mut text = filled(
        c.review_title,
        &[
            ("n", count(lessons.complete)),
            ("called", count(lessons.called)),
            ("held", count(lessons.complete - lessons.called)),
            ("won", count(lessons.won)),
        ],
    );
    text.push('\n');
    if lessons.orders.is_empty() {
        text.push_str(c.review_few);
        text.push('\n');
    } else {
        let mut grid = Grid::new(
            style,
            &[
                (c.review_order, Lean::Left),
                (c.review_value, Lean::Right),
                ("80 %", Lean::Right),
                (c.review_n, Lean::Right),
            ],
        );
        for order in &lessons.orders {
            let value = |value: f64| worth_of(value, priced);
            grid.row(&[
                c.orders[order.order as usize].to_owned(),
                value(order.value.per_lead),
                format!("{} .. {}", value(order.value.low), value(order.value.high)),
                count(order.value.n),
            ]);
        }
        text.push_str(&grid.finish());
        text.push_str(c.review_note);
        text.push('\n');
    }
    if let Some(effect) = lessons.effect {
        let value = |value: f64| worth_of(value, priced);
        let values = [
            ("value", value(effect.per_lead)),
            ("low", value(effect.low)),
            ("high", value(effect.high)),
        ];
        text.push_str(&filled(c.review_effect, &values));
        text.push('\n');
    }
    text.push_str(&verdict(lessons, c));
    text
}

/// Whether the list goes by the lots, and how many could not be told.
fn verdict(lessons: &Lessons, c: &CallsWords) -> String {
    let mut text = match lessons.gain {
        Some(gain) => {
            let words = match (lessons.used(), gain >= 0.0) {
                (true, true) => c.review_used,
                (true, false) => c.review_used_worse,
                (false, _) => c.review_unused,
            };
            fill(words, &[("gain", &format!("{:.2}", gain.abs()))])
        }
        None => filled(
            c.lots,
            &[
                ("n", count(lessons.complete)),
                ("won", count(lessons.won)),
                ("lacking", count(lessons.lacking)),
                ("wins", count(lessons.wins_lacking)),
            ],
        ),
    };
    text.push('\n');
    if lessons.lost_sight > 0 {
        text.push_str(&fill(c.review_untold, &[("n", &count(lessons.lost_sight))]));
        text.push('\n');
    }
    text
}
