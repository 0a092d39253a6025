//! `forerun process`.

use crate::cli::args_process::ProcessArgs;
use crate::cli::chain;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::kpi::{self, Process};
use crate::present;

/// Shows how leads are worked on, and which records are worth a question.
pub(crate) fn run(
    args: &ProcessArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    let mut process = out.during("looking at the record", |_| {
        kpi::process(&loaded.data.leads, args.owner.as_deref())
    })?;
    if let Some(name) = &args.owner {
        only(&mut process, name)?;
    }
    out.say(&present::warnings_text(&process.warnings, &loaded.style));
    if let Some(file) = &args.out {
        write_file(file, present::process_csv(&process).as_bytes())?;
    }
    if settings.json {
        out.json(&process)?;
    } else if args.out.is_none() {
        let text = match &args.owner {
            Some(name) => present::process_owner_text(&process, name, &loaded.style),
            None => present::process_text(&process, &loaded.style),
        };
        out.data(&text)?;
    }
    Ok(loaded.done())
}

/// Keeps one owner; an unknown one is refused, with the nearest name.
fn only(process: &mut Process, name: &str) -> Result<(), Failure> {
    let names = || {
        process
            .owners
            .iter()
            .filter_map(|work| work.owner.as_deref())
    };
    if !names().any(|own| own == name) {
        let hint = match chain::nearest(name, names()) {
            Some(near) => format!("is it `{near}`?"),
            None => format!(
                "there are: {}",
                names().take(20).collect::<Vec<_>>().join(", ")
            ),
        };
        return Err(chain::wrong_use(format!("no owner `{name}`"), hint));
    }
    process
        .owners
        .retain(|work| work.owner.as_deref() == Some(name));
    for row in &mut process.signs {
        row.owners.retain(|of| of.owner == name);
    }
    Ok(())
}
