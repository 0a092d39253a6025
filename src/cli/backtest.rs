//! `forerun backtest`, and the record that every forecast brings along.

use crate::cli::args_ahead::BacktestArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::forecast::books;
use crate::cli::keep::Used;
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::forecast::{self, Backtest, ForecastError};
use crate::present;
use crate::score::Model;

/// Earlier days, and months ahead, that a record kept without being asked for has.
const ORIGINS: usize = 12;
const MONTHS: usize = 6;

/// Forecasts as of earlier days, shows what came of it, and keeps it beside the model.
pub(crate) fn run(
    args: &BacktestArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    if !loaded.data.leads.dated() {
        return Err(ForecastError::Undated.into());
    }
    let (origins, months) = (usize::from(args.origins), usize::from(args.months));
    let backtest = on_trial(&loaded, origins, months, settings, out)?;
    if let Some(file) = &args.out {
        write_file(file, present::backtest_csv(&backtest).as_bytes())?;
    }
    if settings.json {
        out.json(&present::backtest_json(&backtest))?;
    } else if args.out.is_none() {
        out.data(&present::backtest_text(&backtest, &loaded.style))?;
    }
    if settings.as_of.is_none()
        && let Some(used) = chain::stored(&loaded, settings, out)?
        && used.guard.is_none()
    {
        keep(used.model, &backtest, &loaded, out)?;
    }
    Ok(loaded.done())
}

fn on_trial(
    loaded: &Loaded,
    origins: usize,
    months: usize,
    settings: &Settings,
    out: &Output,
) -> Result<Backtest, ForecastError> {
    out.during("forecasting the past", |_| {
        forecast::backtest(&books(loaded), origins, months, settings.seed)
    })
}

fn keep(
    model: Model,
    backtest: &Backtest,
    loaded: &Loaded,
    out: &mut Output,
) -> Result<Model, Failure> {
    let file = &loaded.project.model;
    let model = with_record(model, backtest);
    model.save(file)?;
    out.note(&format!("record kept in {}", chain::shown(file)));
    Ok(model)
}

fn with_record(model: Model, backtest: &Backtest) -> Model {
    // A record is numbers and dates: it can be written. If it could not, forecasts would go without.
    forecast::keep(model.clone(), backtest).unwrap_or(model)
}

/// The model with the record of its forecasts; as it is, where there is too little of a past for any.
pub(crate) fn tried(
    model: Model,
    loaded: &Loaded,
    settings: &Settings,
    out: &Output,
) -> Result<Model, Failure> {
    let leads = &loaded.data.leads;
    if !leads.dated() || forecast::stored(&model, leads.as_of).is_some() {
        return Ok(model);
    }
    match on_trial(loaded, ORIGINS, MONTHS, settings, out) {
        Ok(backtest) => Ok(with_record(model, &backtest)),
        Err(ForecastError::Score(error)) => Err(error.into()),
        // There is no forecast either: whoever asks for one is told why.
        Err(_) => Ok(model),
    }
}

/// The same for a model in use, whose file then holds the record too, if it is that of this very data.
pub(crate) fn tried_in_use(
    used: Used,
    loaded: &Loaded,
    settings: &Settings,
    out: &Output,
) -> Result<Model, Failure> {
    let had = used.model.forecast_record().is_some();
    let model = tried(used.model, loaded, settings, out)?;
    let rules = loaded.rules.as_ref();
    let of_today = settings.as_of.is_none() && model.learnt_from(&loaded.data.leads, rules);
    if !had && of_today && used.guard.is_none() && loaded.project.model.exists() {
        model.save(&loaded.project.model)?;
    }
    Ok(model)
}
