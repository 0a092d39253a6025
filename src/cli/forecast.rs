//! `forerun forecast`.

use crate::cli::args::ForecastArgs;
use crate::cli::backtest;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::forecast::{self, Books, ForecastError, Outlook};
use crate::present;
use crate::score::Model;

/// Shows revenue by month.
pub(crate) fn run(
    args: &ForecastArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    let used = chain::model(&loaded, settings, out)?;
    let model = backtest::tried_in_use(used, &loaded, settings, out)?;
    let outlook = outlook(&loaded, &model, args.months.months, settings, out)?;
    out.say(&present::warnings_text(&outlook.warnings, &loaded.style));
    chain::warn_of(&model, &loaded.style, out);
    if let Some(file) = &args.out {
        write_file(file, present::outlook_csv(Some(&outlook)).as_bytes())?;
    }
    if settings.json {
        out.json(&present::outlook_json(&outlook, model.report()))?;
    } else if args.out.is_none() {
        if let Some(mark) = present::forecast_mark_text(model.report(), &loaded.style) {
            out.data(&format!("{mark}\n\n"))?;
        }
        out.data(&present::outlook_text(&outlook, &loaded.style))?;
    }
    Ok(loaded.done())
}

/// The stage, with progress.
pub(crate) fn outlook(
    loaded: &Loaded,
    model: &Model,
    months: u16,
    settings: &Settings,
    out: &Output,
) -> Result<Outlook, ForecastError> {
    let outlook = out.during("forecasting", |_| {
        forecast::outlook(model, &books(loaded), usize::from(months), settings.seed)
    })?;
    Ok(outlook.in_currency(&loaded.project.currency))
}

/// What the forecast reads of a project.
pub(crate) fn books(loaded: &Loaded) -> Books<'_> {
    Books {
        leads: &loaded.data.leads,
        rules: loaded.rules.as_ref(),
        spend: &loaded.data.spend,
        targets: &loaded.data.targets,
    }
}
