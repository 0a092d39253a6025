//! `forerun simulate`.

use crate::cli::args::{Lang, SimulateArgs};
use crate::cli::failure::{Done, Failure};
use crate::cli::output::Output;
use crate::cli::settings::Settings;
use crate::domain::Day;
use crate::simulate::{self, Company, Language};

/// Writes a made-up company.
pub(crate) fn run(
    args: &SimulateArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let company = Company {
        leads: args.leads,
        seed: settings.seed,
        months: args.months,
        as_of: settings.as_of.unwrap_or_else(default_day),
        language: match args.lang {
            Lang::En => Language::En,
            Lang::Zh => Language::Zh,
        },
        project_file: !args.data_only,
        overwrite: args.force,
    };
    let summary = out.during("writing leads", |progress| {
        progress.set_total(args.leads);
        simulate::write(&company, &args.out, &mut |done| progress.set_done(done))
    })?;
    if settings.json {
        out.json(&summary)?;
    }
    out.say(&format!(
        "{} leads written to {}; next: `forerun -C {} run`",
        crate::present::count(args.leads as usize),
        args.out.display(),
        args.out.display()
    ));
    Ok(Done::Clean)
}

/// The day that the bundled demo ends on.
fn default_day() -> Day {
    Day::from_ymd(2026, 7, 1).unwrap_or_default()
}
