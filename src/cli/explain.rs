//! `forerun explain`.

use crate::cli::args_explain::ExplainArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::forecast::books;
use crate::cli::output::Output;
use crate::cli::settings::Settings;
use crate::domain::Month;
use crate::forecast::Books;
use crate::kpi::bridge::{self, Against, ExplainError, Explanation};
use crate::present;

/// Shows why the result of a month differs.
pub(crate) fn run(
    args: &ExplainArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let loaded = chain::load(None, settings, out)?;
    let month = args.month.unwrap_or(loaded.data.leads.as_of.month() - 1);
    let explanation = out.during("explaining the month", |_| {
        explain(&books(&loaded), month, args.against.into(), settings.seed)
    })?;
    let explanation = explanation.in_currency(&loaded.project.currency);
    out.say(&present::warnings_text(
        &explanation.warnings,
        &loaded.style,
    ));
    if settings.json {
        out.json(&explanation)?;
    } else {
        out.data(&present::why_text(&explanation, &loaded.style))?;
    }
    Ok(loaded.done())
}

/// Explains the last month that is over.
pub(crate) fn last_month(
    loaded: &Loaded,
    against: Against,
    seed: u64,
) -> Result<Explanation, ExplainError> {
    let month = loaded.data.leads.as_of.month() - 1;
    explain(&books(loaded), month, against, seed)
}

fn explain(
    books: &Books<'_>,
    month: Month,
    against: Against,
    seed: u64,
) -> Result<Explanation, ExplainError> {
    match against {
        Against::Forecast | Against::Target => {
            bridge::against_forecast(books, month, against, seed)
        }
        Against::LastMonth => bridge::against_month(books, month, month - 1, against, seed),
        Against::LastYear => bridge::against_month(books, month, month - 12, against, seed),
    }
}
