//! The cycle: sentences first, then the tables behind them.

use crate::domain::Role;
use crate::kpi::{Cycle, CycleRow, Days, Lacking, Link, Measure, Pace};
use crate::present::cycle_tables as tables;
use crate::present::cycle_words::{CycleWords, cycle_words};
use crate::present::text::{count, deals, money};
use crate::present::{Style, fill};

/// Names in a sentence.
const NAMED: usize = 4;

/// The cycle as text: in short the sentences that matter, in full every table behind them.
pub fn cycle_text(cycle: &Cycle, style: &Style, full: bool) -> String {
    let w = cycle_words(style.language);
    let mut text = sentences(cycle, style, w, full).join("\n");
    text.push('\n');
    if full {
        for table in tables::all(cycle, style, w) {
            text.push('\n');
            text.push_str(&table);
        }
    }
    let notes = notes(cycle, w, full);
    if !notes.is_empty() {
        if full {
            text.push('\n');
        }
        text.push_str(&notes.join("\n"));
        text.push('\n');
    }
    text
}

/// Days with their interval: `21 (19-23)`; an end that the data do not bound is left open: `21 (19+)`.
pub(crate) fn days(measure: &Measure) -> String {
    let Measure { value, low, high } = measure;
    match high {
        Some(high) => format!("{value:.0} ({low:.0}-{high:.0})"),
        None => format!("{value:.0} ({low:.0}+)"),
    }
}

fn sentences(cycle: &Cycle, style: &Style, w: &CycleWords, full: bool) -> Vec<String> {
    let mut said = vec![to_win(cycle, w)];
    if let (Some(so_far), Some(median)) = (cycle.to_win.so_far, &cycle.to_win.median)
        && so_far < median.low
    {
        said.push(fill(w.so_far, &[("days", &format!("{so_far:.0}"))]));
    }
    if let Some(median) = cycle.to_lose.median.filter(|_| full) {
        said.push(fill(w.to_lose, &[("median", &days(&median))]));
    }
    said.extend(paces(cycle, w));
    said.extend(stuck(cycle, style, w));
    said.extend(delay(cycle, style, w));
    said.extend(actions(cycle, w));
    said.extend(cash(cycle, style, w));
    said
}

fn to_win(cycle: &Cycle, w: &CycleWords) -> String {
    let values = [
        ("n", count(cycle.to_win.n)),
        ("horizon", count(cycle.horizon_days as usize)),
        (
            "median",
            cycle.to_win.median.as_ref().map_or(String::new(), days),
        ),
        ("p80", p80(&cycle.to_win, w)),
    ];
    let template = if cycle.to_win.median.is_some() {
        w.to_win
    } else {
        w.few_wins
    };
    filled(template, &values)
}

fn p80(of: &Days, w: &CycleWords) -> String {
    match &of.p80 {
        Some(p80) => fill(w.p80_within, &[("p80", &days(p80))]),
        None => w.p80_unknown.to_owned(),
    }
}

fn filled(template: &str, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    fill(template, &values)
}

/// Who is faster and who slower; one sentence where nobody is.
fn paces(cycle: &Cycle, w: &CycleWords) -> Vec<String> {
    let rows = || cycle.by.iter().flat_map(|by| &by.rows);
    if rows().all(|row| row.p_value.is_none()) {
        return Vec::new();
    }
    let named = |pace: Pace| -> Vec<String> {
        let mut found: Vec<&CycleRow> = rows().filter(|row| row.pace == Some(pace)).collect();
        let median = |row: &CycleRow| row.to_win.median.map_or(0.0, |median| median.value);
        // The most extreme first.
        found.sort_by(|a, b| match pace {
            Pace::Faster => median(a).total_cmp(&median(b)),
            Pace::Slower => median(b).total_cmp(&median(a)),
        });
        let name = |row: &&CycleRow| {
            let name = row.name.clone().unwrap_or_else(|| w.none.to_owned());
            let median = row.to_win.median.as_ref().map_or("-".to_owned(), days);
            filled(w.named_days, &[("name", name), ("days", median)])
        };
        let mut names: Vec<String> = found.iter().take(NAMED).map(name).collect();
        if found.len() > NAMED {
            names.push(fill(w.others, &[("n", &count(found.len() - NAMED))]));
        }
        names
    };
    let said: Vec<String> = [(Pace::Faster, w.sooner), (Pace::Slower, w.later)]
        .into_iter()
        .filter_map(|(pace, template)| {
            let names = named(pace);
            (!names.is_empty()).then(|| fill(template, &[("names", &names.join(w.list))]))
        })
        .collect();
    if said.is_empty() {
        return vec![w.no_pace.to_owned()];
    }
    said
}

fn stuck(cycle: &Cycle, style: &Style, w: &CycleWords) -> Option<String> {
    cycle.stages.iter().find(|stage| stage.limit.is_some())?;
    let beyond = cycle.stuck.iter().filter(|deal| deal.beyond).count();
    let worth = cycle.stuck_money.map_or(String::new(), |sum| {
        fill(
            w.of_money,
            &[("money", &money(sum)), ("currency", &style.currency)],
        )
    });
    let template = if cycle.staged {
        w.stuck
    } else {
        w.stuck_unstaged
    };
    Some(filled(
        template,
        &[
            ("n", count(cycle.stuck.len() - beyond)),
            ("beyond", count(beyond)),
            ("money", worth),
        ],
    ))
}

fn delay(cycle: &Cycle, style: &Style, w: &CycleWords) -> Option<String> {
    let delay = cycle.delay.as_ref().filter(|delay| delay.open > 0)?;
    let (low, high) = (delay.wins.low, delay.wins.high.unwrap_or(delay.wins.low));
    let gain = delay.claimed && delay.wins.value < 0.0;
    let template = match (delay.claimed, gain) {
        (false, _) => w.delay_none,
        (true, false) => w.delay_cost,
        (true, true) => w.delay_gain,
    };
    let (low, high) = if gain { (-high, -low) } else { (low, high) };
    let worth = delay.money.map_or(String::new(), |sum| {
        fill(
            w.about_money,
            &[("money", &money(sum)), ("currency", &style.currency)],
        )
    });
    Some(filled(
        template,
        &[
            ("wins", format!("{:.1}", delay.wins.value.abs())),
            ("low", deals(low)),
            ("high", deals(high)),
            ("n", count(delay.open)),
            ("money", worth),
        ],
    ))
}

fn actions(cycle: &Cycle, w: &CycleWords) -> Vec<String> {
    let Some(actions) = &cycle.actions else {
        return Vec::new();
    };
    let window = actions.window_days.to_string();
    let named = |link: Link| -> Option<String> {
        let rows = actions.rows.iter().filter(|row| row.link == Some(link));
        let names: Vec<String> = rows
            .map(|row| {
                let odds = &row.odds_ratio;
                filled(
                    w.action_named,
                    &[
                        (
                            "name",
                            row.kind.clone().unwrap_or_else(|| w.any_kind.to_owned()),
                        ),
                        ("odds", format!("{:.1}", odds.value)),
                        ("low", format!("{:.1}", odds.low)),
                        ("high", format!("{:.1}", odds.high.unwrap_or(odds.value))),
                    ],
                )
            })
            .collect();
        (!names.is_empty()).then(|| names.join(w.list))
    };
    let mut said = Vec::new();
    if let Some(names) = named(Link::More) {
        said.push(fill(w.action_more, &[("days", &window), ("names", &names)]));
    }
    if let Some(names) = named(Link::Less) {
        said.push(fill(w.action_less, &[("names", &names)]));
    }
    if said.is_empty() {
        said.push(fill(w.action_none, &[("days", &window)]));
    }
    said
}

fn cash(cycle: &Cycle, style: &Style, w: &CycleWords) -> Vec<String> {
    let Some(cash) = &cycle.cash else {
        return Vec::new();
    };
    let worth = |sum: Option<f64>| {
        sum.map_or(String::new(), |sum| {
            fill(
                w.of_money,
                &[("money", &money(sum)), ("currency", &style.currency)],
            )
        })
    };
    let Some(median) = &cash.days.median else {
        let values = [("n", count(cash.days.n)), ("won", count(cash.won))];
        return vec![filled(w.cash_few, &values)];
    };
    let mut said = vec![filled(
        w.cash,
        &[
            ("median", days(median)),
            ("p80", p80(&cash.days, w)),
            ("unpaid", count(cash.unpaid)),
            ("won", count(cash.won)),
            ("money", worth(cash.unpaid_money)),
        ],
    )];
    if let Some(limit) = cash.limit.filter(|_| cash.overdue > 0) {
        said.push(filled(
            w.cash_overdue,
            &[
                ("n", count(cash.overdue)),
                ("limit", format!("{limit:.0}")),
                ("money", worth(cash.overdue_money)),
            ],
        ));
    }
    said
}

/// What must be known of the numbers, and what would bring more.
fn notes(cycle: &Cycle, w: &CycleWords, full: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(from) = cycle.record_from {
        let values = [("day", from.to_string()), ("n", count(cycle.before_record))];
        notes.push(filled(w.record, &values));
    }
    if let Some(day) = cycle.last_lead {
        notes.push(fill(w.last_lead, &[("day", &day.to_string())]));
    }
    if !full {
        return notes;
    }
    for &role in &cycle.at_win {
        notes.push(fill(w.at_win, &[("by", tables::division_name(role, w))]));
    }
    if cycle.untimed > 0 {
        notes.push(fill(w.untimed, &[("n", &count(cycle.untimed))]));
    }
    if cycle.delay.is_some() {
        notes.push(w.delay_note.to_owned());
    }
    if let Some(actions) = &cycle.actions {
        let names: Vec<&str> = (actions.alike.iter())
            .map(|role| {
                if *role == Role::Source {
                    w.source
                } else {
                    w.stage
                }
            })
            .collect();
        let alike = if names.is_empty() {
            String::new()
        } else {
            fill(w.alike, &[("names", &names.join(w.list))])
        };
        notes.push(filled(
            w.action_note,
            &[
                ("won", count(actions.won)),
                ("compared", count(actions.compared)),
                ("unmatched", count(actions.unmatched)),
                ("alike", alike),
            ],
        ));
    }
    if !cycle.lacking.is_empty() {
        let parts: Vec<&str> = cycle.lacking.iter().map(|part| lacking(*part, w)).collect();
        notes.push(fill(w.lacking, &[("parts", &parts.join(w.semicolon))]));
    }
    notes
}

fn lacking(part: Lacking, w: &CycleWords) -> &'static str {
    match part {
        Lacking::Source => w.lack_source,
        Lacking::Product => w.lack_product,
        Lacking::Channel => w.lack_channel,
        Lacking::Stages => w.lack_stages,
        Lacking::StatedAmount => w.lack_stated,
        Lacking::Activities => w.lack_activities,
        Lacking::Paid => w.lack_paid,
        Lacking::Visits => w.lack_visits,
    }
}
