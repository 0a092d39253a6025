//! `forerun backtest`.

use crate::cli::args::BacktestArgs;
use crate::cli::chain;
use crate::cli::failure::{Done, Failure};
use crate::cli::forecast::books;
use crate::cli::output::Output;
use crate::cli::settings::Settings;
use crate::forecast;

/// Forecasts as of earlier days, and shows what came of it.
pub(crate) fn run(
    args: &BacktestArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    let backtest = out.during("forecasting the past", |_| {
        forecast::backtest(
            &books(&loaded),
            usize::from(args.origins),
            usize::from(args.months),
            settings.seed,
        )
    })?;
    out.json(&backtest)?;
    Ok(loaded.done())
}
