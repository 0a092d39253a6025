//! `forerun budget`.

use crate::cli::args_budget::BudgetArgs;
use crate::cli::chain;
use crate::cli::channels;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::cli::sources;
use crate::decide::SourcesError;
use crate::decide::budget::{Ask, BudgetError, budget};
use crate::present;

/// Shows how to split a month's money.
pub(crate) fn run(
    args: &BudgetArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let instead = channels::instead(args.total, args.bounds, args.out.as_deref(), settings, out)?;
    if let Some(done) = instead {
        return Ok(done);
    }
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    // What cannot be answered is said first.
    if !loaded.data.leads.dated() {
        return Err(SourcesError::Undated.into());
    }
    if loaded.data.spend.is_empty() {
        return Err(BudgetError::NoSpend.into());
    }
    let judged = sources::sources(&loaded, settings, out)?;
    let ask = Ask {
        total: args.total,
        bounds: args.bounds,
        margin: loaded.project.margin,
        seed: settings.seed,
        explore: args.explore,
    };
    let mut found = out.during("splitting the budget", |_| {
        budget(&judged, &loaded.data.leads, &loaded.data.spend, &ask)
    })?;
    let kept = |code: &str| matches!(code, "spend-without-leads" | "spend-left-out");
    let of_sources = judged.warnings.into_iter().filter(|w| kept(&w.code));
    found.warnings.extend(of_sources);
    out.say(&present::warnings_text(&found.warnings, &loaded.style));
    if let Some(file) = &args.out {
        write_file(file, present::budget_csv(&found).as_bytes())?;
    }
    if settings.json {
        out.json(&present::budget_json(&found))?;
    } else if args.out.is_none() {
        out.data(&present::budget_text(&found, &loaded.style))?;
    }
    Ok(loaded.done())
}
