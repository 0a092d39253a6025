//! What came of calls, line by line: `results.csv`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::domain::{CallResult, Day, LoggedCall, Moment};
use crate::project::Project;
use crate::read::ReadError;
use crate::read::record::lines::{Fault, Line, Lines, fault};
use crate::read::record::store::{Target, whole_lines};
use crate::read::source::shown;
use crate::read::values::ValueReader;

/// The file in the folder of the record.
const FILE: &str = "results.csv";
/// Its columns.
pub(super) const COLUMNS: [&str; 6] = ["at", "lead_id", "result", "owner", "note", "amount"];
/// What stands before a result that is taken back.
const UNDO: &str = "undo ";

/// A line of the results: a call, or one taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The call.
    pub call: LoggedCall,
    /// Money that it brought, where told.
    pub amount: Option<f64>,
    /// Whether the line takes back what was logged of this lead, at this time, with this result.
    pub undo: bool,
}

/// What makes two lines speak of the same call.
type Identity<'a> = (Moment, &'a str, CallResult);

impl Entry {
    fn identity(&self) -> Identity<'_> {
        (self.call.at, self.call.lead_id.as_str(), self.call.result)
    }

    fn value(&self, column: &str) -> String {
        let call = &self.call;
        match column {
            "at" => call.at.to_string(),
            "lead_id" => call.lead_id.clone(),
            "result" => {
                let undo = if self.undo { UNDO } else { "" };
                let again = call.again.map_or_else(String::new, |day| format!(" {day}"));
                format!("{undo}{}{again}", call.result.word())
            }
            "owner" => call.owner.clone().unwrap_or_default(),
            "note" => call.note.clone(),
            "amount" => self
                .amount
                .map_or_else(String::new, |amount| amount.to_string()),
            _ => String::new(),
        }
    }

    /// The same as it will be read back: a line holds no ends of lines and no blanks around a value.
    fn written(mut self) -> Self {
        let plain = |text: &str| text.replace(['\r', '\n'], " ").trim().to_owned();
        self.call.lead_id = plain(&self.call.lead_id);
        self.call.note = plain(&self.call.note);
        let owner = self.call.owner.take().map(|owner| plain(&owner));
        self.call.owner = owner.filter(|owner| !owner.is_empty());
        self
    }
}

/// The file of the results of a project.
pub(super) fn file(project: &Project) -> PathBuf {
    project.log.join(FILE)
}

/// Reads lines of results, from the first to the last.
pub(super) fn parse(
    project: &Project,
    lines: &mut Lines<'_>,
) -> Result<Vec<(u64, Entry)>, ReadError> {
    let reader = ValueReader::new(project);
    lines.require(&["at", "lead_id", "result"])?;
    Ok(lines.each(|line| {
        let lead_id = id(line, "lead_id")?;
        let at = moment(line, "at", &reader)?;
        let at = at.ok_or_else(|| fault("at", "empty-date", "the row does not say when it was"))?;
        let (result, again, undo) = result(line, "result", &reader)?;
        Ok(Entry {
            call: LoggedCall {
                lead_id,
                at,
                result,
                again,
                owner: some(line.text("owner")),
                note: line.text("note").to_owned(),
            },
            amount: amount(line, "amount", &reader)?,
            undo,
        })
    }))
}

pub(super) fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// The lead that a line is of.
pub(super) fn id(line: &Line<'_>, column: &str) -> Result<String, Fault> {
    some(line.text(column)).ok_or_else(|| {
        fault(
            column,
            "empty-id",
            "the row does not say which lead it is of",
        )
    })
}

/// When it was; none where the line does not say.
pub(super) fn moment(
    line: &Line<'_>,
    column: &str,
    reader: &ValueReader<'_>,
) -> Result<Option<Moment>, Fault> {
    let text = line.text(column);
    let time = (reader.strict_time(text.as_bytes(), true))
        .map_err(|unfit| Fault::value(column, unfit, text))?;
    Ok(time.map(Moment::from_seconds))
}

/// What came of it, the day of the next call where one stands behind the word (`later 2026-12-03`), and whether it is
/// taken back.
pub(super) fn result(
    line: &Line<'_>,
    column: &str,
    reader: &ValueReader<'_>,
) -> Result<(CallResult, Option<Day>, bool), Fault> {
    let text = line.text(column);
    let (undo, said) = match text.strip_prefix(UNDO) {
        Some(said) => (true, said),
        None => (false, text),
    };
    let dated = said.rsplit_once(' ').and_then(|(word, date)| {
        let result = call_result(word).filter(|result| result.goes_on())?;
        let day = reader.strict_time(date.as_bytes(), true).ok()??;
        Some((result, Moment::from_seconds(day).day()))
    });
    if let Some((result, again)) = dated {
        return Ok((result, Some(again), undo));
    }
    match call_result(said) {
        Some(result) => Ok((result, None, undo)),
        None => Err(fault(
            column,
            "unknown-result",
            &format!(
                "`{column}` holds `{text}`, which is no result of a call; it is one of {}",
                result_words()
            ),
        )),
    }
}

/// The money of a line; none where it says none.
pub(super) fn amount(
    line: &Line<'_>,
    column: &str,
    reader: &ValueReader<'_>,
) -> Result<Option<f64>, Fault> {
    let text = line.text(column);
    let amount = (reader.number(text.as_bytes(), true))
        .map_err(|unfit| Fault::value(column, unfit, text))?;
    match amount.map(|amount| amount.value) {
        Some(amount) if !(0.0..=1e15).contains(&amount) => Err(fault(
            column,
            "negative-amount",
            &format!(
                "`{column}` holds {text}: a deal brings 0 or more, and no more than 1,000,000,000,000,000"
            ),
        )),
        amount => Ok(amount),
    }
}

/// The words of every result, for messages.
pub fn result_words() -> String {
    CallResult::ALL.map(CallResult::word).join(", ")
}

/// The result that a word names, as people write it in English or Chinese; none for any other.
pub fn call_result(word: &str) -> Option<CallResult> {
    use CallResult::{Later, Lost, NoAnswer, Reached, Won, WrongNumber};
    let plain = word.trim().to_lowercase().replace(['-', '_'], " ");
    let named = CallResult::ALL.into_iter();
    if let Some(result) = (named.clone()).find(|result| result.word().replace('-', " ") == plain) {
        return Some(result);
    }
    Some(match plain.as_str() {
        "成交" | "已成交" | "赢单" | "签单" => Won,
        "无效" | "战败" | "输单" | "拒绝" | "无意向" => Lost,
        "已接通" | "接通" | "已联系" => Reached,
        "再联系" | "回头联系" | "稍后" | "稍后再联系" | "待再联系" => Later,
        "未接" | "未接通" | "没接" | "没人接" | "没有接" | "无人接听" | "无人应答" | "noanswer"
        | "no reply" => NoAnswer,
        "空号" | "停机" | "错号" | "号码错误" => WrongNumber,
        _ => return None,
    })
}

/// The lines that count: of those on the same call the last, unless it takes the call back. By (moment, lead), calls of
/// the same moment in the order in which they were written.
pub(super) fn counting(lines: &[Entry]) -> Vec<&Entry> {
    let mut last: BTreeMap<Identity<'_>, usize> = BTreeMap::new();
    for (i, entry) in lines.iter().enumerate() {
        last.insert(entry.identity(), i);
    }
    let mut kept: Vec<usize> = last.into_values().filter(|&i| !lines[i].undo).collect();
    kept.sort_by_key(|&i| (lines[i].call.at, &lines[i].call.lead_id, i));
    kept.into_iter().map(|i| &lines[i]).collect()
}

/// What became of entries that were to be written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Appended {
    /// Entries written now.
    pub written: usize,
    /// Entries that were there already.
    pub already_there: usize,
}

/// Whether what was taken back may be written again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It may: somebody says it now.
    Yes,
    /// It may not: the same list of entries is read once more.
    No,
}

/// Adds entries to the results, all in one write that has reached the disk when this returns. An entry that is there
/// already, equal in everything, is not written again.
///
/// # Errors
/// If the file cannot be read or written.
pub fn append_calls(
    project: &Project,
    entries: &[Entry],
    again: Again,
) -> Result<Appended, ReadError> {
    let path = file(project);
    let name = shown(project, &path);
    let target = Target {
        path: &path,
        name: &name,
        columns: &COLUMNS,
        whole: |bytes| whole_lines(bytes, b','),
    };
    target.append(|there, layout| {
        let mut lines = Lines::of(&name, there)?;
        let mut known: Vec<Entry> = match &mut lines {
            Some(lines) => (parse(project, lines)?.into_iter())
                .map(|(_, entry)| entry)
                .collect(),
            None => Vec::new(),
        };
        let mut by_call: BTreeMap<(Moment, String, CallResult), Vec<usize>> = BTreeMap::new();
        let key = |entry: &Entry| (entry.call.at, entry.call.lead_id.clone(), entry.call.result);
        for (i, entry) in known.iter().enumerate() {
            by_call.entry(key(entry)).or_default().push(i);
        }
        let (mut bytes, mut told) = (Vec::new(), Appended::default());
        for entry in entries {
            let entry = entry.clone().written();
            let same = by_call.entry(key(&entry)).or_default();
            let there = match again {
                Again::Yes => same.last().is_some_and(|&i| known[i] == entry),
                Again::No => same.iter().any(|&i| known[i] == entry),
            };
            if there {
                told.already_there += 1;
                continue;
            }
            let line = layout.line(|column| entry.value(column));
            bytes.extend(line.map_err(|error| target.unwritable(error))?);
            same.push(known.len());
            known.push(entry);
            told.written += 1;
        }
        Ok((bytes, told))
    })
}
