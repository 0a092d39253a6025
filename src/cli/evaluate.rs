//! `forerun evaluate`.

use crate::cli::args::{Baseline, EvaluateArgs};
use crate::cli::chain;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::present;
use crate::score::{EvaluateOptions, evaluate};

/// Judges models of the past and shows what came of it.
pub(crate) fn run(
    args: &EvaluateArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    let capacity = loaded.project.calls.capacity;
    let options = EvaluateOptions {
        origins: usize::from(args.origins),
        capacity,
        odoo: args.baseline == Some(Baseline::Odoo),
        seed: settings.seed,
    };
    let evaluation = out.during("going back in time", |_| {
        evaluate(&loaded.data.leads, loaded.rules.as_ref(), options)
    })?;
    if let Some(file) = &args.out {
        let csv = present::predictions_csv(&evaluation, &loaded.data.leads);
        write_file(file, csv.as_bytes())?;
    }
    if settings.json {
        out.json(&evaluation)?;
        return Ok(loaded.done());
    }
    let name = &loaded.project.name;
    out.data(&present::evaluate_text(
        &evaluation,
        name,
        capacity,
        &loaded.style,
    ))?;
    let w = loaded.style.words;
    let next = if evaluation.columns_help {
        "`forerun calls`"
    } else {
        "`forerun check`"
    };
    out.say(&format!("{}{}{next}", w.next, w.colon));
    Ok(loaded.done())
}
