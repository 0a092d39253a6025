//! `forerun calls`.

use crate::cli::args::CallsArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::score::scores;
use crate::cli::settings::Settings;
use crate::decide::{self, CallList, OwnerCalls, PlannedCall};
use crate::domain::{ListPlace, Role, Shown};
use crate::present;
use crate::project::Project;
use crate::read;

/// Shows whom to call.
pub(crate) fn run(
    args: &CallsArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let mut settings = settings.clone();
    settings.as_of = args.date.or(settings.as_of);
    let loaded = chain::load(args.out.as_deref(), &settings, out)?;
    if let Some(owner) = &args.owner {
        known_owner(owner, &loaded)?;
    }
    let model = chain::model(&loaded, &settings, out)?.model;
    let scores = scores(&loaded, &model, false, out)?;
    out.say(&present::warnings_text(&scores.warnings, &loaded.style));
    chain::warn_of(&model, &loaded.style, out);
    out.say(&present::reference_text(model.report(), &loaded.style));
    if args.out.is_some() || settings.json {
        chain::mark(model.report(), &loaded.style, out);
    }
    let mut list = decide::calls(
        &loaded.data.leads,
        &scores,
        loaded.segments.as_ref(),
        loaded.project.calls,
        Some(&loaded.data.log),
        args.owner.as_deref(),
    );
    if let Some(top) = args.top {
        for owner in &mut list.owners {
            owner.calls.truncate(top);
        }
    }
    if let Some(file) = &args.out {
        write_file(file, present::calls_csv(&list, &loaded.style).as_bytes())?;
    }
    if settings.json {
        let (report, warnings) = (model.report(), &scores.warnings);
        out.json(&present::calls_json(&list, report, warnings, &loaded.style))?;
    } else if args.out.is_none() {
        if let Some(mark) = present::mark_text(model.report(), &loaded.style) {
            out.data(&format!("{mark}\n\n"))?;
        }
        out.data(&present::calls_text(&list, &loaded.style))?;
    }
    if !args.no_log && of_today(&loaded) {
        append_shown(&loaded.project, &shown(&list), out);
    }
    Ok(loaded.done())
}

/// Whether the list is one to call by: of the day that the project stands at, or later. A look into the past shows nobody
/// whom to call, and undated data have no day.
fn of_today(loaded: &Loaded) -> bool {
    let own = loaded.project.as_of;
    let own = own.or(loaded.data.newest.map(|newest| newest + 1));
    let named = loaded.project.leads.id.is_some();
    named && own.is_some_and(|own| loaded.data.leads.as_of >= own)
}

/// The lines of the lists as they were shown.
fn shown(list: &CallList) -> Vec<Shown> {
    let line = |owner: &OwnerCalls, call: &PlannedCall| Shown {
        day: list.date,
        owner: owner.owner.clone(),
        lead_id: call.lead_id.clone(),
        rank: u32::try_from(call.rank).ok(),
        place: if call.overdue {
            ListPlace::FirstTouch
        } else {
            ListPlace::Value
        },
        draw: None,
        propensity: 1.0,
        value: call.value_of_today,
    };
    let of = |owner: &OwnerCalls| -> Vec<Shown> {
        owner.calls.iter().map(|call| line(owner, call)).collect()
    };
    list.owners.iter().flat_map(of).collect()
}

/// Puts lists on record as they were shown. That they cannot be, in a folder that is only read for example, is told; it
/// is no failure.
pub(crate) fn append_shown(project: &Project, lists: &[Shown], out: &mut Output) {
    if lists.is_empty() {
        return;
    }
    if let Err(error) = read::append_shown(project, lists) {
        let told = format!(
            "the lists were not put on record: {error}; --no-log leaves it out [log-not-written]"
        );
        out.say(&told);
    }
}

/// Refuses an owner who is not in the data, with the nearest name: an empty list would look like a day off.
fn known_owner(owner: &str, loaded: &Loaded) -> Result<(), Failure> {
    let leads = &loaded.data.leads;
    let Some(owners) = leads.text(Role::Owner) else {
        return Err(chain::wrong_use(
            "the project file names no `owner` column, so there are no lists by owner",
            "name it under [leads], or leave out --owner",
        ));
    };
    let names = || owners.levels.iter().map(String::as_str);
    if owner == "(none)" || names().any(|name| name == owner) {
        return Ok(());
    }
    let hint = chain::nearest(owner, names()).map_or_else(
        || "`forerun calls` without --owner shows everyone".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(chain::wrong_use(
        format!("no lead has the owner `{owner}`"),
        hint,
    ))
}
