//! `forerun calls`.

use crate::cli::args::CallsArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::score::scores;
use crate::cli::settings::Settings;
use crate::decide::{self, CallsAsk};
use crate::domain::Role;
use crate::present;

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
        &CallsAsk {
            segments: loaded.segments.as_ref(),
            limits: loaded.project.calls,
            log: None,
            lessons: None,
            seed: settings.seed,
            owner: args.owner.as_deref(),
        },
    );
    if let Some(top) = args.top {
        list.truncate(top);
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
    Ok(loaded.done())
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
