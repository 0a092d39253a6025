//! `forerun kpi`.

use crate::cli::args_kpi::KpiArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::kpi::{self, Cycle, Dimension, Kpi, KpiError, Question};
use crate::present;

/// Shows the four groups of numbers.
pub(crate) fn run(args: &KpiArgs, settings: &Settings, out: &mut Output) -> Result<Done, Failure> {
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    let question = Question {
        by: args.by.map(Dimension::from),
        segments: loaded.segments.as_ref(),
        price_change: args.price_change,
        seed: settings.seed,
    };
    let (kpi, cycle) = out.during("adding up the four groups of numbers", |_| {
        numbers(&loaded, &question, settings.seed)
    })?;
    let kpi = kpi.in_currency(&loaded.project.currency);
    show(&kpi, cycle.as_ref(), args, &loaded, settings, out)?;
    Ok(loaded.done())
}

/// The stages: the first three groups, and the cycle, side by side.
pub(crate) fn numbers(
    loaded: &Loaded,
    question: &Question<'_>,
    seed: u64,
) -> Result<(Kpi, Option<Cycle>), KpiError> {
    let leads = &loaded.data.leads;
    std::thread::scope(|scope| {
        let cycle = scope.spawn(|| kpi::cycle(leads, &loaded.data.spend, seed));
        let mut kpi = kpi::kpi(leads, &loaded.data.targets, question)?;
        let cycle = match cycle.join() {
            Ok(Ok(cycle)) => Some(cycle),
            Ok(Err(error)) => {
                kpi.without_cycle(&error);
                None
            }
            Err(panic) => std::panic::resume_unwind(panic),
        };
        Ok((kpi, cycle))
    })
}

fn show(
    kpi: &Kpi,
    cycle: Option<&Cycle>,
    args: &KpiArgs,
    loaded: &Loaded,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), Failure> {
    out.say(&present::warnings_text(&kpi.warnings, &loaded.style));
    if let Some(file) = &args.out {
        write_file(file, present::kpi_csv(Some(kpi)).as_bytes())?;
    }
    if settings.json {
        out.json(&present::kpi_json(kpi, cycle))?;
    } else if args.out.is_none() {
        let group = args.group.map(Into::into);
        out.data(&present::kpi_text(kpi, cycle, group, &loaded.style))?;
    }
    Ok(())
}
