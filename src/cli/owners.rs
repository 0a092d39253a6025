//! `forerun owners`.

use crate::cli::args::OutArgs;
use crate::cli::chain;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::kpi;
use crate::present;

/// Shows what sets salespeople apart.
pub(crate) fn run(args: &OutArgs, settings: &Settings, out: &mut Output) -> Result<Done, Failure> {
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    let compared = out.during("holding wins against leads", |_| {
        kpi::owners(&loaded.data.leads, settings.seed)
    })?;
    let owners = compared.in_currency(&loaded.project.currency);
    out.say(&present::warnings_text(&owners.warnings, &loaded.style));
    if let Some(file) = &args.out {
        write_file(file, present::owners_csv(Some(&owners)).as_bytes())?;
    }
    if settings.json {
        out.json(&owners)?;
    } else if args.out.is_none() {
        out.data(&present::owners_text(&owners, &loaded.style))?;
    }
    Ok(loaded.done())
}
