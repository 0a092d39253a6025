//! `forerun sources`.

use crate::cli::args_sources::SourcesArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::channels;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::decide::{self, Sources, SourcesError};
use crate::domain::Role;
use crate::present;

/// Shows which source pays.
pub(crate) fn run(
    args: &SourcesArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    if (args.by.is_some() || args.source.is_some()) && channels::alone(settings) {
        return Err(chain::wrong_use(
            "`--by` and `--source` divide leads, and the project has campaign files only",
            "leave them out: the page shows every channel",
        ));
    }
    if let Some(done) = channels::instead(None, 0.3, args.out.as_deref(), settings, out)? {
        return Ok(done);
    }
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    timed(&loaded)?;
    named(&loaded, args.by.as_deref())?;
    let mut sources = divided(&loaded, args.by.as_deref(), settings, out)?;
    if let Some(name) = &args.source {
        only(&mut sources, name)?;
    }
    out.say(&present::warnings_text(&sources.warnings, &loaded.style));
    if let Some(file) = &args.out {
        write_file(file, present::sources_csv(Some(&sources)).as_bytes())?;
    }
    if settings.json {
        out.json(&present::sources_json(&sources))?;
    } else if args.out.is_none() {
        let text = match (&args.source, sources.sources.first()) {
            (Some(_), Some(row)) => present::source_text(&sources, row, &loaded.style),
            _ => present::sources_story(&sources, &loaded.style),
        };
        out.data(&text)?;
    }
    Ok(loaded.done())
}

/// Keeps one source; an unknown one is refused, with the nearest name.
fn only(sources: &mut Sources, name: &str) -> Result<(), Failure> {
    if !sources.sources.iter().any(|row| row.source == name) {
        let names = || sources.sources.iter().map(|row| row.source.as_str());
        let hint = match chain::nearest(name, names()) {
            Some(near) => format!("is it `{near}`?"),
            None => format!(
                "there are: {}",
                names().take(20).collect::<Vec<_>>().join(", ")
            ),
        };
        return Err(chain::wrong_use(format!("no source `{name}`"), hint));
    }
    sources.sources.retain(|row| row.source == name);
    Ok(())
}

/// Without dates there is no answer on sources, named or not: that is said first.
fn timed(loaded: &Loaded) -> Result<(), SourcesError> {
    if loaded.data.leads.dated() {
        Ok(())
    } else {
        Err(SourcesError::Undated)
    }
}

/// Nor without a column to divide the leads by.
fn named(loaded: &Loaded, by: Option<&str>) -> Result<(), SourcesError> {
    if by.is_some() || loaded.data.leads.roles.contains_key(&Role::Source) {
        Ok(())
    } else {
        Err(SourcesError::NoSource)
    }
}

/// The stage, with progress.
pub(crate) fn sources(
    loaded: &Loaded,
    settings: &Settings,
    out: &Output,
) -> Result<Sources, SourcesError> {
    divided(loaded, None, settings, out)
}

fn divided(
    loaded: &Loaded,
    by: Option<&str>,
    settings: &Settings,
    out: &Output,
) -> Result<Sources, SourcesError> {
    timed(loaded)?;
    out.during("judging the sources", |_| {
        decide::sources_by(
            &loaded.data.leads,
            &loaded.data.spend,
            loaded.project.margin,
            settings.seed,
            by,
        )
    })
}
