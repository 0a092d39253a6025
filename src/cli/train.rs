//! `forerun train`.

use crate::cli::chain;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::Output;
use crate::cli::settings::Settings;
use crate::present;

/// Learns the model, keeps it and shows its record.
pub(crate) fn run(settings: &Settings, out: &mut Output) -> Result<Done, Failure> {
    let loaded = chain::load(None, settings, out)?;
    let (_, report) = chain::train(&loaded, settings, out)?;
    let warnings = present::ordered_warnings(&report);
    out.say(&present::warnings_text(&warnings, &loaded.style));
    if settings.json {
        out.json(&report)?;
    } else {
        out.data(&present::train_text(&report, &loaded.style))?;
        let w = loaded.style.words;
        out.say(&format!(
            "{}{}`forerun score`, `forerun run`",
            w.next, w.colon
        ));
    }
    Ok(loaded.done())
}
