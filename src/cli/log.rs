//! `forerun log`: the record of calls.

use std::path::PathBuf;

use crate::cli::args_log::{CallArgs, ImportArgs, LogAction, LogArgs, ShowArgs, UndoArgs};
use crate::cli::chain::{self, wrong_use};
use crate::cli::failure::{Done, Failure};
use crate::cli::output::Output;
use crate::cli::settings::{self, Settings};
use crate::domain::{CallResult, Day, Leads, LoggedCall, Moment, Outcome, Rejects};
use crate::present::{self, Imported, LogShown, Logged, Style};
use crate::project::Project;
use crate::read::{self, Again, Entry, Terms};

/// Name of the file in the folder of results for rows of an imported file that were set aside.
const REJECTS: &str = "rejects-log.csv";
/// Entries of an imported file that are written at once.
const BLOCK: usize = 500;

/// Writes to the record, or shows it.
pub(crate) fn run(args: &LogArgs, settings: &Settings, out: &mut Output) -> Result<Done, Failure> {
    let project = chain::project(None, settings, out)?;
    if project.leads.id.is_none() {
        return Err(wrong_use(
            "the leads have no identifiers of their own: a row number is another lead in the next export, so no call can be \
             put on record",
            "name the column that identifies a lead as `id` under [leads]",
        ));
    }
    match &args.action {
        LogAction::Call(args) => call(args, &project, settings, out),
        LogAction::Import(args) => import(args, &project, settings, out),
        LogAction::Show(args) => show(args, &project, settings, out),
        LogAction::Undo(args) => undo(args, &project, settings, out),
    }
}

fn call(
    args: &CallArgs,
    project: &Project,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    if args.amount.is_some() && args.result != CallResult::Won {
        return Err(wrong_use(
            "--amount is what a deal brings, and this call won none",
            "leave it out, or say --result won",
        ));
    }
    if args.again.is_some() && !args.result.goes_on() {
        return Err(wrong_use(
            "--again is the day of the next call, and after this one there is none",
            "leave it out, or say --result later",
        ));
    }
    let roster = read::roster(project)?;
    let row = known_lead(&args.lead, &roster)?;
    let now = settings::now(&project.calendar.zone);
    let at = match &args.at {
        Some(text) => time(text, project)?,
        None => now,
    };
    read::possible(at, row, terms(project, &roster, now)).map_err(|(_, reason)| {
        wrong_use(reason, "say when the call was: --at \"2026-07-01 09:30\"")
    })?;
    let again = match &args.again {
        Some(text) => Some(next_day(text, at, project)?),
        None => None,
    };
    let entry = Entry {
        call: LoggedCall {
            lead_id: roster.ids[row].clone(),
            at,
            result: args.result,
            again,
            owner: args.owner.clone(),
            note: args.note.clone(),
        },
        amount: args.amount,
        undo: false,
    };
    let told = read::append_calls(project, std::slice::from_ref(&entry), Again::Yes)?;
    let ended =
        (roster.outcome[row] != Outcome::Open).then(|| (roster.outcome[row], roster.closed[row]));
    let logged = Logged::new(&entry, told.written > 0, ended, project.as_of);
    let style = Style::of(project, settings.width);
    out.say(&present::logged_warnings(&logged, &style));
    if settings.json {
        out.json(&logged)?;
    } else {
        out.data(&present::logged_text(&logged, &style))?;
    }
    Ok(Done::Clean)
}

/// The row of a lead in the lead files; refused with the nearest name where there is none.
fn known_lead(lead: &str, roster: &Leads) -> Result<usize, Failure> {
    let names = || roster.ids.iter().map(String::as_str);
    if let Some(row) = names().position(|id| id == lead.trim()) {
        return Ok(row);
    }
    let hint = chain::nearest(lead, names()).map_or_else(
        || "give its identifier as it stands in the lead files".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(wrong_use(
        format!("the lead `{lead}` is not in the lead files"),
        hint,
    ))
}

fn time(text: &str, project: &Project) -> Result<Moment, Failure> {
    read::moment(text, project).ok_or_else(|| {
        wrong_use(
            format!("`{text}` is no time"),
            "write it like \"2026-07-01 09:30\"",
        )
    })
}

/// The day of the next call: later than the call itself.
fn next_day(text: &str, at: Moment, project: &Project) -> Result<Day, Failure> {
    let day = time(text, project)?.day();
    if day > at.day() {
        return Ok(day);
    }
    Err(wrong_use(
        format!("{day} is not after the call, on {}", at.day()),
        "say the day of the next call: --again 2026-07-15",
    ))
}

/// What can be said of calls: none later than now, or than the day that the project stands at, if that is later.
fn terms<'a>(project: &Project, roster: &'a Leads, now: Moment) -> Terms<'a> {
    let today = project.as_of.unwrap_or(roster.as_of);
    let end = Moment::from_seconds((today + 1).start().seconds() - 1);
    Terms {
        roster,
        latest: now.max(end),
        at: None,
    }
}

fn import(
    args: &ImportArgs,
    project: &Project,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let rejects_file = chain::out_file(project, REJECTS);
    chain::spare(&rejects_file, &args.file, "is the file to be imported")?;
    let roster = out.during("reading the leads", |_| read::roster(project))?;
    let mut terms = terms(project, &roster, settings::now(&project.calendar.zone));
    terms.at = match &args.at {
        Some(text) => Some(time(text, project)?),
        None => None,
    };
    let mut found = read::import(project, &args.file, terms)?;
    let (mut written, mut there) = (0, 0);
    for block in found.entries.chunks(BLOCK) {
        let told = read::append_calls(project, block, Again::No)?;
        written += told.written;
        there += told.already_there;
        if found.entries.len() > BLOCK {
            out.say(&format!(
                "{} of {} done",
                written + there,
                found.entries.len()
            ));
        }
    }
    found.rejects.sort();
    let rejects = Rejects {
        rows: found.rejects,
        read: found.read,
    };
    let told = Imported {
        file: args.file.display().to_string(),
        read: found.read,
        written,
        already_there: there,
        set_aside: rejects.rows.len(),
    };
    chain::keep_rejects_and_tell(project, &rejects, &rejects_file, out)?;
    if settings.json {
        out.json(&told)?;
    } else {
        out.data(&present::imported_text(
            &told,
            &Style::of(project, settings.width),
        ))?;
    }
    Ok(Done::with(&rejects))
}

fn show(
    args: &ShowArgs,
    project: &Project,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let mut record = read::record(project)?;
    if let Some(day) = settings.as_of {
        record.entries.retain(|entry| entry.call.at < day.start());
        record.shown.retain(|shown| shown.day < day);
    }
    let folder: PathBuf = chain::shown(&project.log).into();
    let shown = LogShown::of(&record, &folder, args.lead.as_deref(), args.top);
    if settings.json {
        out.json(&shown)?;
    } else {
        out.data(&present::log_text(
            &shown,
            &Style::of(project, settings.width),
        ))?;
    }
    Ok(if record.rejects.is_empty() {
        Done::Clean
    } else {
        Done::WithRejects
    })
}

fn undo(
    args: &UndoArgs,
    project: &Project,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let at = match &args.at {
        Some(text) => Some(time(text, project)?),
        None => None,
    };
    let record = read::record(project)?;
    let of_lead = |entry: &&Entry| entry.call.lead_id == args.lead.trim();
    let last = (record.entries.iter().filter(of_lead))
        .rfind(|entry| at.is_none_or(|at| entry.call.at == at));
    let Some(last) = last else {
        return Err(wrong_use(
            format!(
                "no call of `{}` is on record{}",
                args.lead,
                at.map_or_else(String::new, |at| format!(" at {at}"))
            ),
            format!("`forerun log show --lead {}` shows what is", args.lead),
        ));
    };
    let back = Entry {
        undo: true,
        ..last.clone()
    };
    read::append_calls(project, std::slice::from_ref(&back), Again::Yes)?;
    let style = Style::of(project, settings.width);
    if settings.json {
        out.json(&Logged::new(&back, true, None, None))?;
    } else {
        out.data(&present::undone_text(&back, &style))?;
    }
    Ok(Done::Clean)
}
