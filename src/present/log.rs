//! The record of calls: an entry written, a file imported, and what is there.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use crate::domain::{CallResult, Day, ListPlace, Moment, Outcome, Reject, Shown};
use crate::present::chinese::in_language;
use crate::present::log_words::{LogWords, log_words};
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, money};
use crate::present::{Style, fill};
use crate::read::{Entry, Record};

/// Lines set aside that are shown one by one.
const REJECTS: usize = 10;

/// An entry as data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntryData {
    /// When, on the project's clock.
    pub at: String,
    /// The lead.
    pub lead_id: String,
    /// What came of it.
    pub result: CallResult,
    /// The day that the next call was promised for; none where not told.
    pub again: Option<Day>,
    /// Who called; none where not told.
    pub owner: Option<String>,
    /// What was noted; empty for nothing.
    pub note: String,
    /// Money that it brought, where told.
    pub amount: Option<f64>,
}

impl EntryData {
    fn of(entry: &Entry) -> Self {
        let call = &entry.call;
        Self {
            at: minute(call.at),
            lead_id: call.lead_id.clone(),
            result: call.result,
            again: call.again,
            owner: call.owner.clone(),
            note: call.note.clone(),
            amount: entry.amount,
        }
    }
}

/// A time without seconds where there are none.
fn minute(at: Moment) -> String {
    let text = at.to_string();
    text.strip_suffix(":00").map_or(text.clone(), str::to_owned)
}

/// What was logged, and what it changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Logged {
    /// The entry.
    #[serde(flatten)]
    pub entry: EntryData,
    /// Whether it takes a call back.
    pub undo: bool,
    /// Whether it was written now; if not, it was there already.
    pub written: bool,
    /// The first day whose list knows of it.
    pub known_from: Day,
    /// The day that the project file fixes, where the entry is not known on it.
    pub fixed_as_of: Option<Day>,
    /// How the lead ended by the export, which counts before the record; none if it is open there.
    pub export_outcome: Option<Outcome>,
    /// When it closed by the export.
    pub export_closed: Option<Day>,
}

impl Logged {
    /// What is told of an entry, with how its lead ended by the export and the day that the project file fixes.
    pub fn new(
        entry: &Entry,
        written: bool,
        ended: Option<(Outcome, Option<Day>)>,
        fixed: Option<Day>,
    ) -> Self {
        let known_from = entry.call.at.day() + 1;
        Self {
            entry: EntryData::of(entry),
            undo: entry.undo,
            written,
            known_from,
            fixed_as_of: fixed.filter(|&fixed| fixed < known_from),
            export_outcome: ended.map(|(outcome, _)| outcome),
            export_closed: ended.and_then(|(_, closed)| closed),
        }
    }
}

/// What should be known of an entry that the export contradicts.
pub fn logged_warnings(logged: &Logged, style: &Style) -> String {
    let w = log_words(style.language);
    let Some(outcome) = logged.export_outcome else {
        return String::new();
    };
    let day = logged.export_closed.map_or_else(String::new, |day| {
        fill(w.on_day, &[("day", &day.to_string())])
    });
    let outcome = if outcome == Outcome::Won {
        w.won
    } else {
        w.lost
    };
    let text = fill(
        w.closed_already,
        &[
            ("lead", &logged.entry.lead_id),
            ("outcome", outcome),
            ("day", &day),
        ],
    );
    format!("{text} [log-closed-already]\n")
}

/// One line of what was written, and one of what it changes.
pub fn logged_text(logged: &Logged, style: &Style) -> String {
    let w = log_words(style.language);
    let entry = &logged.entry;
    let heading = if logged.written { w.logged } else { w.there };
    let mut text = fill(heading, &[("entry", &in_words(entry, w))]);
    text.push('\n');
    if logged.export_outcome.is_none() {
        let changes = match entry.result {
            CallResult::Won => w.changes_won,
            CallResult::Lost => w.changes_lost,
            _ if entry.again.is_some() => w.changes_promised,
            _ => w.changes_touched,
        };
        let from = logged.known_from.to_string();
        let day = (logged.known_from - 1).to_string();
        let amount = match (entry.result, entry.amount) {
            (CallResult::Won, Some(amount)) => fill(w.for_amount, &[("amount", &money(amount))]),
            (CallResult::Won, None) => w.without_amount.to_owned(),
            _ => String::new(),
        };
        let again = entry.again.map_or_else(String::new, |day| day.to_string());
        let values = [
            ("from", from.as_str()),
            ("day", &day),
            ("amount", &amount),
            ("again", &again),
        ];
        text.push_str(&fill(changes, &values));
        text.push('\n');
    }
    if let Some(fixed) = logged.fixed_as_of {
        text.push_str(&fill(w.fixed, &[("day", &fixed.to_string())]));
        text.push('\n');
    }
    text
}

/// What was taken back.
pub fn undone_text(entry: &Entry, style: &Style) -> String {
    let w = log_words(style.language);
    let entry = in_words(&EntryData::of(entry), w);
    format!("{}\n", fill(w.undone, &[("entry", &entry)]))
}

fn in_words(entry: &EntryData, w: &LogWords) -> String {
    let mut parts = vec![
        entry.lead_id.clone(),
        result_words(entry, w),
        entry.at.clone(),
    ];
    parts.extend(entry.owner.clone());
    parts.extend(entry.amount.map(money));
    if !entry.note.is_empty() {
        parts.push(format!("\"{}\"", entry.note));
    }
    parts.join(w.comma)
}

/// What came of a call, with the day of the next.
fn result_words(entry: &EntryData, w: &LogWords) -> String {
    let result = w.result(entry.result);
    entry.again.map_or_else(
        || result.to_owned(),
        |day| fill(w.again, &[("result", result), ("day", &day.to_string())]),
    )
}

/// What became of an imported file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// The file.
    pub file: String,
    /// Rows read, good and bad.
    pub read: u64,
    /// Entries written now.
    pub written: usize,
    /// Entries that were on record already.
    pub already_there: usize,
    /// Rows set aside.
    pub set_aside: usize,
}

/// What became of an imported file, in a line.
pub fn imported_text(told: &Imported, style: &Style) -> String {
    let values = [
        ("file", told.file.clone()),
        ("read", count(told.read as usize)),
        ("written", count(told.written)),
        ("there", count(told.already_there)),
        ("aside", count(told.set_aside)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    format!("{}\n", fill(log_words(style.language).imported, &values))
}

/// How often a result was logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResultCount {
    /// The result.
    pub result: CallResult,
    /// Calls.
    pub calls: usize,
}

/// A place on a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OnList {
    /// The day of the list.
    pub day: Day,
    /// Whose list.
    pub owner: String,
    /// Place in it, from 1; none where the lead was held back.
    pub rank: Option<u32>,
    /// Why it stood there.
    pub place: ListPlace,
}

/// What is on record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogShown {
    /// The folder.
    pub folder: String,
    /// The lead that was asked for; none for all.
    pub lead_id: Option<String>,
    /// Calls.
    pub calls: usize,
    /// Leads called.
    pub leads: usize,
    /// Calls by result, those that there are.
    pub results: Vec<ResultCount>,
    /// Money of calls that won, where told.
    pub amount: f64,
    /// Lines that count no longer: corrected, or taken back.
    pub superseded: usize,
    /// Lists shown, and their lines and days.
    pub lists: usize,
    /// Lines of these lists.
    pub list_lines: usize,
    /// Days of these lists.
    pub list_days: usize,
    /// The newest calls, newest first.
    pub entries: Vec<EntryData>,
    /// Where the lead stood on lists, newest first; empty if none was asked for.
    pub on_lists: Vec<OnList>,
    /// Lines set aside.
    pub set_aside: Vec<Reject>,
}

impl LogShown {
    /// What a record holds, of one lead or of all, with at most `top` of the newest calls.
    pub fn of(record: &Record, folder: &Path, lead: Option<&str>, top: usize) -> Self {
        let asked = |id: &str| lead.is_none_or(|lead| lead.trim() == id);
        let entries: Vec<&Entry> = (record.entries.iter())
            .filter(|entry| asked(&entry.call.lead_id))
            .collect();
        let shown: Vec<&Shown> = (record.shown.iter())
            .filter(|shown| asked(&shown.lead_id))
            .collect();
        let of = |result: CallResult| {
            let calls = entries
                .iter()
                .filter(|entry| entry.call.result == result)
                .count();
            (calls > 0).then_some(ResultCount { result, calls })
        };
        let leads: BTreeSet<&str> = (entries.iter()).map(|e| e.call.lead_id.as_str()).collect();
        let days: BTreeSet<Day> = shown.iter().map(|shown| shown.day).collect();
        let lists: BTreeSet<(Day, &str)> = (shown.iter())
            .map(|shown| (shown.day, shown.owner.as_str()))
            .collect();
        let on_list = |shown: &&Shown| OnList {
            day: shown.day,
            owner: shown.owner.clone(),
            rank: shown.rank,
            place: shown.place,
        };
        let won = |entry: &&&Entry| entry.call.result == CallResult::Won;
        Self {
            folder: folder.display().to_string(),
            lead_id: lead.map(str::to_owned),
            calls: entries.len(),
            leads: leads.len(),
            results: CallResult::ALL.into_iter().filter_map(of).collect(),
            amount: entries
                .iter()
                .filter(won)
                .filter_map(|entry| entry.amount)
                .fold(0.0, |sum, amount| sum + amount),
            superseded: record.superseded,
            lists: lists.len(),
            list_lines: shown.len(),
            list_days: days.len(),
            entries: (entries.iter().rev().take(top))
                .map(|entry| EntryData::of(entry))
                .collect(),
            on_lists: (shown.iter().rev().filter(|_| lead.is_some()))
                .map(on_list)
                .collect(),
            set_aside: record.rejects.clone(),
        }
    }
}

/// What is on record, as text.
pub fn log_text(shown: &LogShown, style: &Style) -> String {
    let w = log_words(style.language);
    let mut text = String::new();
    if shown.calls == 0 {
        let none = if shown.lead_id.is_some() {
            w.none_of_lead
        } else {
            w.none
        };
        let lead = shown.lead_id.as_deref().unwrap_or_default();
        let _ = writeln!(text, "{}", fill(none, &[("lead", lead)]));
    } else {
        text.push_str(&sums(shown, w));
    }
    if shown.lists > 0 && shown.lead_id.is_none() {
        let values = [
            ("lists", count(shown.lists)),
            ("days", count(shown.list_days)),
            ("lines", count(shown.list_lines)),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let _ = writeln!(text, "{}", fill(w.lists, &values));
    }
    if !shown.entries.is_empty() {
        text.push('\n');
        text.push_str(&entries(shown, style, w));
    }
    if !shown.on_lists.is_empty() {
        text.push('\n');
        text.push_str(&on_lists(shown, style, w));
    }
    text.push_str(&set_aside(&shown.set_aside, style));
    text
}

fn sums(shown: &LogShown, w: &LogWords) -> String {
    let results: Vec<String> = (shown.results.iter())
        .map(|of| format!("{} {}", w.result(of.result), count(of.calls)))
        .collect();
    let amount = if shown.amount > 0.0 {
        fill(w.for_amount, &[("amount", &money(shown.amount))])
    } else {
        String::new()
    };
    let values = [
        ("folder", shown.folder.clone()),
        ("calls", count(shown.calls)),
        ("leads", count(shown.leads)),
        ("results", results.join(w.comma)),
        ("amount", amount),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let heading = if shown.lead_id.is_some() {
        w.sums_of_lead
    } else {
        w.sums
    };
    format!("{}\n", fill(heading, &values))
}

fn entries(shown: &LogShown, style: &Style, w: &LogWords) -> String {
    let mut grid = Grid::new(
        style,
        &[
            (w.at, Lean::Left),
            (w.lead, Lean::Left),
            (w.result, Lean::Left),
            (w.owner, Lean::Left),
            (w.amount, Lean::Right),
            (w.note, Lean::Left),
        ],
    );
    for entry in &shown.entries {
        grid.row(&[
            entry.at.clone(),
            entry.lead_id.clone(),
            result_words(entry, w),
            entry.owner.clone().unwrap_or_default(),
            entry.amount.map_or_else(String::new, money),
            entry.note.clone(),
        ]);
    }
    let mut text = grid.finish();
    if shown.entries.len() < shown.calls {
        let values = [
            ("n", count(shown.entries.len())),
            ("calls", count(shown.calls)),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let _ = writeln!(text, "{}", fill(w.newest, &values));
    }
    text
}

fn on_lists(shown: &LogShown, style: &Style, w: &LogWords) -> String {
    let columns = [
        (w.list_of, Lean::Left),
        (w.owner, Lean::Left),
        ("#", Lean::Right),
        (w.place, Lean::Left),
    ];
    let mut grid = Grid::new(style, &columns);
    for place in &shown.on_lists {
        grid.row(&[
            place.day.to_string(),
            place.owner.clone(),
            place
                .rank
                .map_or_else(|| "-".to_owned(), |rank| rank.to_string()),
            w.place(place.place).to_owned(),
        ]);
    }
    grid.finish()
}

fn set_aside(rejects: &[Reject], style: &Style) -> String {
    let w = log_words(style.language);
    let mut text = String::new();
    for reject in rejects.iter().take(REJECTS) {
        let column = if reject.column.is_empty() {
            String::new()
        } else {
            format!(":{}", reject.column)
        };
        let _ = writeln!(
            text,
            "{}{}:{}{column}: {} [{}]",
            w.set_aside,
            reject.file,
            reject.row,
            in_language(&reject.reason, style.language),
            reject.code
        );
    }
    if rejects.len() > REJECTS {
        let _ = writeln!(
            text,
            "{}",
            fill(w.more, &[("n", &count(rejects.len() - REJECTS))])
        );
    }
    text
}
