//! The record of calls: what is said to be written is there, whole and once, whatever happened in between.

mod support;

use std::fs;
use std::path::Path;

use forerun::domain::{CallResult, ListPlace, LoggedCall, Moment, Outcome, Shown};
use forerun::project::{Project, load};
use forerun::read::{self, Again, Appended, Entry, Terms};
use proptest::prelude::*;
use support::{Folder, day};

/// A project of a few leads; `more` goes below [leads].
fn company(more: &str) -> Folder {
    Folder::new()
        .with(
            "leads.csv",
            "lead_id,status,created,closed,amount,owner\n\
             A1,Open,2026-06-01,,,Li\n\
             A2,Open,2026-06-02,,,Li\n\
             A3,Won,2026-06-03,2026-06-20,500,Wu\n\
             A4,Lost,2026-06-04,2026-06-21,,Wu\n\
             A5,Open,2026-06-29,,,Wu\n",
        )
        .with(
            "forerun.toml",
            &format!(
                "[leads]\nfile = \"leads.csv\"\nid = \"lead_id\"\ncreated = \"created\"\nclosed = \"closed\"\n\
                 amount = \"amount\"\nowner = \"owner\"\n\
                 outcome = {{ column = \"status\", won = [\"Won\"], lost = [\"Lost\"] }}\n{more}"
            ),
        )
}

fn project(folder: &Folder) -> Project {
    load(&folder.path("forerun.toml")).expect("a project")
}

fn at(text: &str) -> Moment {
    let (date, time) = text.split_once(' ').expect("a date and a time");
    let (hour, minute) = time.split_once(':').expect("hours and minutes");
    let seconds: i64 =
        hour.parse::<i64>().expect("hours") * 3600 + minute.parse::<i64>().expect("minutes") * 60;
    Moment::from_seconds(day(date).start().seconds() + seconds)
}

fn entry(lead: &str, when: &str, result: CallResult) -> Entry {
    Entry {
        call: LoggedCall {
            lead_id: lead.to_owned(),
            at: at(when),
            result,
            again: (result == CallResult::Later).then(|| day("2027-01-05")),
            owner: Some("Li, 伟".to_owned()),
            note: "said \"call\"; next week".to_owned(),
        },
        amount: (result == CallResult::Won).then_some(1234.5),
        undo: false,
    }
}

fn entries(n: usize) -> Vec<Entry> {
    (0..n)
        .map(|i| {
            let result = CallResult::ALL[i % CallResult::ALL.len()];
            entry(
                &format!("A{}", i % 5 + 1),
                &format!("2026-06-30 09:{i:02}"),
                result,
            )
        })
        .collect()
}

fn append(project: &Project, entries: &[Entry]) -> Appended {
    read::append_calls(project, entries, Again::No).expect("written")
}

fn lists(date: &str, n: u32) -> Vec<Shown> {
    (1..=n)
        .map(|rank| Shown {
            day: day(date),
            owner: "Li, 伟".to_owned(),
            lead_id: format!("A{rank}"),
            rank: (rank < n).then_some(rank),
            place: ListPlace::ALL[rank as usize % 5],
            draw: (rank % 2 == 0).then(|| 0.1 + f64::from(rank) / 3.0 * 0.1),
            propensity: 1.0 / (f64::from(rank) + 0.7),
            value: (rank != 2).then(|| f64::from(rank).sqrt() * 1e5 / 7.0),
        })
        .collect()
}

#[test]
fn what_is_written_comes_back_bit_for_bit() {
    let folder = company("");
    let project = project(&folder);
    let calls = entries(12);
    assert_eq!(append(&project, &calls).written, 12);
    let list = lists("2026-06-30", 4);
    assert_eq!(read::append_shown(&project, &list).expect("written"), 1);
    let record = read::record(&project).expect("read");
    assert_eq!(record.entries, calls, "in the order of their times");
    assert_eq!(record.shown.len(), 4);
    for (one, two) in record.shown.iter().zip(&list) {
        assert_eq!(one, two);
        let bits = |shown: &Shown| {
            (
                shown.draw.map(f64::to_bits),
                shown.propensity.to_bits(),
                shown.value.map(f64::to_bits),
            )
        };
        assert_eq!(bits(one), bits(two));
    }
    assert!(record.rejects.is_empty(), "{:?}", record.rejects);
}

#[test]
fn the_same_entry_is_one_however_often_it_is_written() {
    let folder = company("");
    let project = project(&folder);
    let calls = entries(6);
    append(&project, &calls);
    let told = append(&project, &entries(8));
    assert_eq!((told.written, told.already_there), (2, 6));
    let twice: Vec<Entry> = [calls.clone(), calls].concat();
    let told = append(&project, &twice);
    assert_eq!((told.written, told.already_there), (0, 12));
    assert_eq!(read::record(&project).expect("read").entries.len(), 8);
}

#[test]
fn the_last_word_on_a_call_counts_and_a_call_can_be_taken_back() {
    let folder = company("");
    let project = project(&folder);
    let first = entry("A1", "2026-06-30 09:00", CallResult::Won);
    let mut corrected = first.clone();
    corrected.amount = Some(99.0);
    append(&project, &[first.clone(), corrected.clone()]);
    let kept = |project: &Project| read::record(project).expect("read").entries;
    assert_eq!(kept(&project), [corrected.clone()]);
    let back = Entry {
        undo: true,
        ..corrected.clone()
    };
    append(&project, &[back]);
    assert_eq!(kept(&project), []);
    // A file that is imported once more does not undo the undoing; somebody who says it again does.
    assert_eq!(append(&project, std::slice::from_ref(&first)).written, 0);
    assert_eq!(kept(&project), []);
    read::append_calls(&project, std::slice::from_ref(&first), Again::Yes).expect("written");
    assert_eq!(kept(&project), [first]);
}

/// Cuts a file at every byte; reads it, adds to it, and reads it again.
fn cut_everywhere(
    project: &Project,
    file: &Path,
    whole_before: impl Fn(&[u8]) -> usize,
    count: impl Fn(&Project) -> usize,
    add: impl Fn(&Project) -> usize,
) {
    let bytes = fs::read(file).expect("a file");
    let torn = file.with_file_name("torn.txt");
    for length in 0..=bytes.len() {
        fs::write(file, &bytes[..length]).expect("cut");
        let _ = fs::remove_file(&torn);
        let whole = whole_before(&bytes[..length]);
        assert_eq!(count(project), whole, "read after a cut at {length}");
        let record = read::record(project).expect("read");
        let dirty = bytes[..length].last().is_some_and(|&byte| byte != b'\n');
        assert!(!dirty || !record.rejects.is_empty(), "told at {length}");
        let more = add(project);
        assert_eq!(
            count(project),
            whole + more,
            "added after a cut at {length}"
        );
        let after = read::record(project).expect("read");
        assert!(after.rejects.is_empty(), "at {length}: {:?}", after.rejects);
        // Nothing is lost: what was there is in the one file or in the other.
        let now = fs::read(file).expect("a file");
        let kept = (0..=length)
            .rev()
            .find(|&n| now.starts_with(&bytes[..n]))
            .unwrap_or(0);
        if dirty {
            let aside = fs::read(&torn).expect("what was cut short");
            assert!(aside.len() > length - kept.min(length), "at {length}");
        }
    }
}

#[test]
fn results_cut_at_every_byte_lose_no_more_than_the_entry_that_was_cut() {
    let folder = company("");
    let project = project(&folder);
    append(&project, &entries(7));
    let ends = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count();
    cut_everywhere(
        &project,
        &folder.path("calls/results.csv"),
        |bytes| ends(bytes).saturating_sub(1),
        |project| read::record(project).expect("read").entries.len(),
        |project| {
            append(
                project,
                &[entry("A2", "2026-06-30 23:00", CallResult::Later)],
            )
            .written
        },
    );
}

#[test]
fn lists_cut_at_every_byte_count_whole_or_not_at_all() {
    let folder = company("");
    let project = project(&folder);
    read::append_shown(&project, &lists("2026-06-29", 3)).expect("written");
    read::append_shown(&project, &lists("2026-06-30", 4)).expect("written");
    let ends = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count();
    cut_everywhere(
        &project,
        &folder.path("calls/shown.csv"),
        |bytes| match ends(bytes) {
            0..=3 => 0,
            4..=7 => 3,
            _ => 7,
        },
        |project| read::record(project).expect("read").shown.len(),
        |project| {
            let list = lists("2026-07-01", 2);
            read::append_shown(project, &list).expect("written") * list.len()
        },
    );
}

#[test]
fn the_lines_of_a_list_that_is_not_whole_are_named() {
    let folder = company("");
    let project = project(&folder);
    read::append_shown(&project, &lists("2026-06-29", 3)).expect("written");
    let file = folder.path("calls/shown.csv");
    let text = fs::read_to_string(&file).expect("a file");
    let cut: Vec<&str> = text.lines().take(3).collect();
    fs::write(&file, cut.join("\n") + "\n").expect("cut");
    let record = read::record(&project).expect("read");
    let places: Vec<_> = (record.rejects.iter())
        .map(|reject| (reject.file.as_str(), reject.row, reject.code))
        .collect();
    assert_eq!(
        places,
        [
            ("calls/shown.csv", 2, "half-list"),
            ("calls/shown.csv", 3, "half-list")
        ]
    );
}

#[test]
fn a_list_is_logged_again_only_if_it_shows_something_new_and_the_newest_counts() {
    let folder = company("");
    let project = project(&folder);
    let list = lists("2026-06-30", 4);
    let written = |list: &[Shown]| read::append_shown(&project, list).expect("written");
    assert_eq!((written(&list), written(&list)), (1, 0));
    assert_eq!(written(&list[..2]), 0, "less of the same");
    let mut changed = list.clone();
    changed[0].propensity = f64::from_bits(changed[0].propensity.to_bits() + 1);
    assert_eq!(written(&changed), 1, "one bit is a change");
    assert_eq!(read::record(&project).expect("read").shown, changed);
}

/// The data as of a day.
fn data(project: &Project, as_of: Option<&str>) -> read::Dataset {
    read::dataset(project, as_of.map(day)).expect("read")
}

fn note<'a>(data: &'a read::Dataset, code: &str) -> Option<&'a str> {
    let note = data.notes.iter().find(|note| note.code == code);
    note.map(|note| note.message.as_str())
}

#[test]
fn a_lead_closed_by_the_record_is_closed_from_that_day_on() {
    let folder = company("");
    let project = project(&folder);
    let won = entry("A1", "2026-06-28 10:00", CallResult::Won);
    let mut unpaid = entry("A2", "2026-06-29 10:00", CallResult::Won);
    unpaid.amount = None;
    // A call after the deal does not open it again; a later word on the end counts.
    let after = entry("A1", "2026-06-29 10:00", CallResult::Reached);
    let later = entry("A5", "2026-06-30 10:00", CallResult::Lost);
    append(&project, &[won, unpaid, after, later]);
    let all = data(&project, Some("2026-07-01"));
    let place = |data: &read::Dataset, id: &str| {
        data.leads
            .ids
            .iter()
            .position(|lead| lead == id)
            .expect("a lead")
    };
    let of = |data: &read::Dataset, id: &str| {
        let row = place(data, id);
        let amounts = data.leads.numbers(forerun::domain::Role::Amount);
        (
            data.leads.outcome[row],
            data.leads.closed[row],
            amounts.expect("amounts")[row].to_bits(),
        )
    };
    assert_eq!(
        of(&all, "A1"),
        (Outcome::Won, Some(day("2026-06-28")), 1234.5_f64.to_bits())
    );
    assert_eq!(of(&all, "A2").0, Outcome::Won);
    assert!(f64::from_bits(of(&all, "A2").2).is_nan());
    assert_eq!(of(&all, "A5").0, Outcome::Lost);
    let told = note(&all, "log-closed").expect("told");
    assert!(
        told.contains("3 (2 won, 1 lost)") && told.contains("without an amount: 1"),
        "{told}"
    );
    assert_eq!(all.log.calls.len(), 4);
    // The day before, the last two have not happened.
    let before = data(&project, Some("2026-06-29"));
    assert_eq!(of(&before, "A2").0, Outcome::Open);
    assert_eq!(before.log.calls.len(), 1);
    assert!(
        note(&before, "log-later")
            .expect("told")
            .contains(": 3, the first at 2026-06-29")
    );
    // On the day of the call itself it is not known yet.
    assert_eq!(
        of(&data(&project, Some("2026-06-28")), "A1").0,
        Outcome::Open
    );
}

#[test]
fn the_record_does_not_move_the_default_day() {
    let folder = company("");
    let project = project(&folder);
    let plain = data(&project, None).leads.as_of;
    append(
        &project,
        &[entry("A1", "2026-07-20 10:00", CallResult::Won)],
    );
    let after = data(&project, None);
    assert_eq!(
        (plain, after.leads.as_of),
        (day("2026-06-30"), day("2026-06-30"))
    );
    assert!(after.log.calls.is_empty());
}

#[test]
fn where_the_export_closed_a_lead_the_export_counts_and_a_contradiction_is_named() {
    let folder = company("");
    let project = project(&folder);
    append(
        &project,
        &[
            entry("A3", "2026-06-10 10:00", CallResult::Lost),
            entry("A4", "2026-06-28 10:00", CallResult::Lost),
            entry("ZZ", "2026-06-28 10:00", CallResult::Lost),
            entry("A5", "2026-06-27 10:00", CallResult::Lost),
        ],
    );
    let data = data(&project, Some("2026-07-01"));
    let outcome = |id: &str| {
        let row = data
            .leads
            .ids
            .iter()
            .position(|lead| lead == id)
            .expect("a lead");
        (data.leads.outcome[row], data.leads.closed[row])
    };
    assert_eq!(outcome("A3"), (Outcome::Won, Some(day("2026-06-20"))));
    assert_eq!(outcome("A4"), (Outcome::Lost, Some(day("2026-06-21"))));
    assert_eq!(outcome("A5"), (Outcome::Open, None), "before it came in");
    assert!(
        note(&data, "log-disagrees")
            .expect("told")
            .contains("1, A3.")
    );
    assert!(
        note(&data, "log-unknown-lead")
            .expect("told")
            .contains("1, ZZ.")
    );
    assert!(
        note(&data, "log-before-created")
            .expect("told")
            .contains("A5")
    );
    assert_eq!(note(&data, "log-closed"), None);
}

#[test]
fn calls_enter_no_feature_of_the_score() {
    let folder = company("");
    let project = project(&folder);
    let before = data(&project, Some("2026-07-01")).leads;
    append(
        &project,
        &[
            entry("A1", "2026-06-30 10:00", CallResult::Reached),
            entry("A2", "2026-06-30 10:00", CallResult::NoAnswer),
        ],
    );
    let after = data(&project, Some("2026-07-01")).leads;
    // As text: an amount that is missing is no number, and no such is equal to itself.
    assert_eq!(format!("{:?}", before.table), format!("{:?}", after.table));
    assert_eq!(before.contacted, after.contacted);
    assert_eq!(before.activities, after.activities);
    assert_eq!(before.outcome, after.outcome);
}

fn import(folder: &Folder, text: &str) -> read::Imported {
    let file = folder.path("them.csv");
    fs::write(&file, text).expect("written");
    let project = project(folder);
    let roster = read::roster(&project).expect("read");
    let terms = Terms {
        roster: &roster,
        latest: at("2026-07-01 12:00"),
        at: None,
    };
    read::import(&project, &file, terms).expect("read")
}

#[test]
fn files_in_english_and_chinese_come_in_by_the_names_of_their_columns() {
    let folder = company("");
    let english = import(
        &folder,
        "Owner,Lead,Result,Time,Notes,Amount\nLi,A1,Won,2026-06-30 09:00,good,\"1,500\"\n,A2,no answer,2026-06-30,,\n",
    );
    assert!(english.rejects.is_empty(), "{:?}", english.rejects);
    assert_eq!(english.entries[0].amount, Some(1500.0));
    assert_eq!(english.entries[0].call.owner.as_deref(), Some("Li"));
    assert_eq!(english.entries[1].call.result, CallResult::NoAnswer);
    let words = ["成交", "战败", "已接通", "再联系", "未接", "空号", "无效"];
    let rows: Vec<String> = (words.iter().enumerate())
        .map(|(i, word)| format!("A{},{word},2026年6月30日 10:0{i},李伟,好\n", i % 5 + 1))
        .collect();
    let chinese = import(
        &folder,
        &format!("线索,结果,时间,负责人,备注\n{}", rows.concat()),
    );
    assert!(chinese.rejects.is_empty(), "{:?}", chinese.rejects);
    let results: Vec<CallResult> = (chinese.entries.iter()).map(|e| e.call.result).collect();
    assert_eq!(results[..6], CallResult::ALL);
    assert_eq!(results[6], CallResult::Lost);
    assert_eq!(chinese.entries[0].call.note, "好");
}

#[test]
fn faulty_rows_are_set_aside_with_their_place() {
    let folder = company("");
    let found = import(
        &folder,
        "lead_id,result,at,amount\n\
         A1,won,2026-06-30,100\n\
         A9,won,2026-06-30,\n\
         A1,maybe,2026-06-30,\n\
         A1,won,yesterday,\n\
         A1,won,,\n\
         ,won,2026-06-30,\n\
         A1,won,2026-07-02,\n\
         A5,lost,2026-06-28,\n\
         A1,won,2026-06-30,-5\n\
         A1,won\n",
    );
    assert_eq!((found.entries.len(), found.read), (1, 10));
    let places: Vec<(u64, &str, &str)> = (found.rejects.iter())
        .map(|reject| (reject.row, reject.column.as_str(), reject.code))
        .collect();
    assert_eq!(
        places,
        [
            (3, "lead_id", "call-of-unknown-lead"),
            (4, "result", "unknown-result"),
            (5, "at", "not-a-date"),
            (6, "at", "empty-date"),
            (7, "lead_id", "empty-id"),
            (8, "at", "call-in-future"),
            (9, "at", "call-before-created"),
            (10, "amount", "negative-amount"),
            (11, "", "wrong-field-count"),
        ]
    );
}

proptest! {
    /// Whatever stands in a note or name, an entry is one line and comes back the same but for blanks.
    #[test]
    fn any_text_comes_back(note in "\\PC{0,30}|[\",;\n\r\t =+\\-]{0,12}", owner in "\\PC{0,12}") {
        let folder = company("");
        let project = project(&folder);
        let mut one = entry("A1", "2026-06-30 09:00", CallResult::Reached);
        one.call.note = note;
        one.call.owner = Some(owner);
        append(&project, &[one.clone(), entry("A2", "2026-06-30 09:01", CallResult::Later)]);
        let told = append(&project, &[one.clone()]);
        prop_assert_eq!((told.written, told.already_there), (0, 1));
        let record = read::record(&project).expect("read");
        prop_assert!(record.rejects.is_empty());
        prop_assert_eq!(record.entries.len(), 2);
        let plain = |text: &str| text.replace(['\n', '\r'], " ").trim().to_owned();
        prop_assert_eq!(&record.entries[0].call.note, &plain(&one.call.note));
    }
}
