//! `forerun target`.

use crate::cli::args_ahead::TargetArgs;
use crate::cli::backtest;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::forecast::books;
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::decide;
use crate::domain::Month;
use crate::forecast::{self, ForecastError};
use crate::present;

/// Most months ahead: those that `forerun forecast` can show.
const MOST_MONTHS: i32 = 36;

/// Shows which target is honest.
pub(crate) fn run(
    args: &TargetArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    // Without dates there is no forecast: that is said before anything is learnt.
    if !loaded.data.leads.dated() {
        return Err(ForecastError::Undated.into());
    }
    let month = month(args.month, &loaded)?;
    let used = chain::model(&loaded, settings, out)?;
    let model = backtest::tried_in_use(used, &loaded, settings, out)?;
    let (leads, targets) = (&loaded.data.leads, &loaded.data.targets);
    let plan = out.during("weighing the target", |_| -> Result<_, ForecastError> {
        let prospect = forecast::prospect(&model, &books(&loaded), month, settings.seed)?;
        Ok(decide::target(
            &prospect,
            leads,
            targets,
            loaded.project.calls,
            args.set,
        ))
    })?;
    let plan = plan.in_currency(&loaded.project.currency);
    out.say(&present::warnings_text(&plan.warnings, &loaded.style));
    chain::warn_of(&model, &loaded.style, out);
    if let Some(file) = &args.out {
        write_file(file, present::target_csv(&plan).as_bytes())?;
    }
    if settings.json {
        out.json(&present::target_json(&plan, model.report()))?;
    } else if args.out.is_none() {
        if let Some(mark) = present::forecast_mark_text(model.report(), &loaded.style) {
            out.data(&format!("{mark}\n\n"))?;
        }
        out.data(&present::target_text(&plan, &loaded.style))?;
    }
    Ok(loaded.done())
}

/// The month asked for, if there is something to say of it.
fn month(asked: Option<Month>, loaded: &Loaded) -> Result<Month, Failure> {
    let this = loaded.data.leads.as_of.month();
    let month = asked.unwrap_or(this);
    if month < this {
        return Err(chain::wrong_use(
            format!(
                "{month} is over: the as-of date is {}",
                loaded.data.leads.as_of
            ),
            format!("choose {this} or later, or look back with `--as-of`"),
        ));
    }
    if month - this >= MOST_MONTHS {
        return Err(chain::wrong_use(
            format!("{month} is more than {MOST_MONTHS} months ahead"),
            format!("choose a month up to {}", this + (MOST_MONTHS - 1)),
        ));
    }
    Ok(month)
}
