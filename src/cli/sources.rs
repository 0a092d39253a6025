//! `forerun sources`.

use crate::cli::args::OutArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::channels;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::decide::{self, Sources, SourcesError};
use crate::present;
use crate::score::Model;

/// Shows which source pays.
pub(crate) fn run(args: &OutArgs, settings: &Settings, out: &mut Output) -> Result<Done, Failure> {
    if let Some(done) = channels::instead(None, 0.3, args.out.as_deref(), settings, out)? {
        return Ok(done);
    }
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    timed(&loaded)?;
    let model = chain::model(&loaded, settings, out)?.model;
    let sources = sources(&loaded, &model, settings, out)?;
    out.say(&present::warnings_text(&sources.warnings, &loaded.style));
    let grave = present::grave_warnings(model.report());
    out.say(&present::warnings_text(&grave, &loaded.style));
    if let Some(file) = &args.out {
        write_file(file, present::sources_csv(Some(&sources)).as_bytes())?;
    }
    if settings.json {
        out.json(&present::sources_json(&sources, model.report()))?;
    } else if args.out.is_none() {
        out.data(&present::sources_text(&sources, &loaded.style))?;
    }
    Ok(loaded.done())
}

/// Without dates there is no answer on sources, named or not: that is said first, and before anything is learnt.
fn timed(loaded: &Loaded) -> Result<(), SourcesError> {
    if loaded.data.leads.dated() {
        Ok(())
    } else {
        Err(SourcesError::Undated)
    }
}

/// The stage, with progress.
pub(crate) fn sources(
    loaded: &Loaded,
    model: &Model,
    settings: &Settings,
    out: &Output,
) -> Result<Sources, SourcesError> {
    timed(loaded)?;
    out.during("judging the sources", |_| {
        decide::sources(
            model,
            &loaded.data.leads,
            loaded.rules.as_ref(),
            &loaded.data.spend,
            loaded.project.margin,
            settings.seed,
        )
    })
}
