//! `forerun train`.

use crate::cli::args::TrainArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::keep;
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::present;
use crate::score::{self, Model, ScoreError, TrainReport};

/// Learns the model, keeps it unless it is worse than that in use, and shows its record.
pub(crate) fn run(
    args: &TrainArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let loaded = chain::load(args.scorecard.as_deref(), settings, out)?;
    chain::near_the_data(&loaded, settings)?;
    if args.scorecard.is_some() && loaded.data.leads.dated() {
        return Err(chain::wrong_use(
            ScoreError::NoCard.to_string(),
            "leave out --scorecard, or `created` and `closed` under [leads] for a model without timing",
        ));
    }
    let used = keep::learn(&loaded, settings, args.force, out)?;
    let new = used.rejected.as_ref().unwrap_or(&used.model);
    let mut warnings = present::ordered_warnings(new.report());
    warnings.extend(keep::drift_warning(&loaded, new, false));
    out.say(&present::warnings_text(&warnings, &loaded.style));
    write_card(args, &loaded, new, out)?;
    if settings.json {
        let report = TrainReport {
            guard: used.guard.clone(),
            ..new.report().clone()
        };
        out.json(&report)?;
    } else {
        out.data(&present::train_text(new.report(), &loaded.style))?;
        let w = loaded.style.words;
        out.say(&format!(
            "{}{}`forerun score`, `forerun run`",
            w.next, w.colon
        ));
    }
    if used.rejected.is_some() {
        return Ok(Done::NotKept);
    }
    Ok(loaded.done())
}

/// Writes the card of points, where one is asked for.
fn write_card(
    args: &TrainArgs,
    loaded: &Loaded,
    model: &Model,
    out: &mut Output,
) -> Result<(), Failure> {
    let Some(file) = &args.scorecard else {
        return Ok(());
    };
    let scale = args.points.scale();
    let card = score::scorecard(model, scale)?;
    write_file(file, present::scorecard_csv(&card).as_bytes())?;
    let told = present::scale_text(scale, &loaded.style);
    out.say(&format!("{}: {told}", chain::shown(file)));
    Ok(())
}
