//! `forerun profile`.

use crate::cli::args_profile::ProfileArgs;
use crate::cli::chain;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::kpi;
use crate::present;

/// Shows who wins.
pub(crate) fn run(
    args: &ProfileArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    chain::near_the_data(&loaded, settings)?;
    let profile = kpi::profile(&loaded.data.leads)?;
    if let Some(file) = &args.out {
        write_file(file, present::profile_csv(Some(&profile)).as_bytes())?;
    }
    if settings.json {
        out.json(&profile)?;
    } else if args.out.is_none() {
        out.data(&present::profile_text(&profile, &loaded.style, args.all))?;
    }
    Ok(loaded.done())
}
