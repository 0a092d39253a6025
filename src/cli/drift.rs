//! `forerun drift`.

use crate::cli::args::DriftArgs;
use crate::cli::chain;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::Output;
use crate::cli::score::{other_export, the_stored};
use crate::cli::settings::Settings;
use crate::present;
use crate::score;

/// Holds the project's leads, or another export, against what the stored model learnt from.
pub(crate) fn run(
    args: &DriftArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let project = chain::project(None, settings, out)?;
    let (loaded, model) = if let Some(file) = &args.file {
        other_export(file, project, settings, out)?
    } else {
        let model = the_stored(&project)?;
        let loaded = chain::load_from(project, None, settings, out)?;
        (loaded, model)
    };
    chain::near_the_data(&loaded, settings)?;
    let (leads, rules) = (&loaded.data.leads, loaded.rules.as_ref());
    let drift = out.during("comparing", |_| {
        score::drift(&model, leads, rules, args.file.is_some())
    })?;
    if settings.json {
        out.json(&present::drift_json(&drift, &model))?;
    } else {
        out.data(&present::drift_text(&drift, &model, &loaded.style))?;
    }
    Ok(loaded.done())
}
