//! `forerun flow`.

use crate::cli::args_ahead::{FlowArgs, FlowValue};
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::domain::{Day, Role};
use crate::kpi::{Basis, Flow, Pipeline};
use crate::present;
use crate::score::{self, Model, ScoreError, Warning};

/// Shows what became of the open pipeline.
pub(crate) fn run(args: &FlowArgs, settings: &Settings, out: &mut Output) -> Result<Done, Failure> {
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    let leads = &loaded.data.leads;
    let to = args.to.unwrap_or(leads.as_of);
    let from = args.from.unwrap_or_else(|| last_month_end(to));
    let pipeline = Pipeline::between(leads, from, to)?;
    let by = args.by.map(Role::from);
    pipeline.check(by)?;
    let basis = basis(args.value, &pipeline)?;
    let model = values(&loaded, &pipeline, basis, settings, out)?;
    let (then, untold) = expectation(&loaded, &pipeline, settings, out)?;
    let then = then.as_ref().map(|then| (then, loaded.rules.as_ref()));
    let mut flow = pipeline.flow(basis, by, model.as_ref(), then)?;
    flow.warnings.extend(untold);
    show(
        &flow.in_currency(&loaded.project.currency),
        args,
        &loaded,
        settings,
        out,
    )?;
    Ok(loaded.done())
}

fn show(
    flow: &Flow,
    args: &FlowArgs,
    loaded: &Loaded,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), Failure> {
    out.say(&present::warnings_text(&flow.warnings, &loaded.style));
    if let Some(file) = &args.out {
        write_file(file, present::flow_csv(flow).as_bytes())?;
    }
    if settings.json {
        out.json(flow)?;
    } else if args.out.is_none() {
        out.data(&present::flow_text(flow, &loaded.style))?;
    }
    Ok(())
}

/// The first day of the month that was not over before `to`: on the first of July, the first of June.
fn last_month_end(to: Day) -> Day {
    (to - 1).month().first_day()
}

/// What a lead counts: as asked, if the data has it.
fn basis(asked: Option<FlowValue>, pipeline: &Pipeline<'_>) -> Result<Basis, Failure> {
    let usual = pipeline.basis();
    match asked {
        None => Ok(usual),
        Some(FlowValue::Deals) => Ok(Basis::Deals),
        Some(FlowValue::Stated) if usual == Basis::Stated => Ok(Basis::Stated),
        Some(FlowValue::Stated) => Err(chain::wrong_use(
            "the project file names no column of what leads say they will spend",
            "name it as `stated_amount` under [leads], or leave out --value",
        )),
        Some(FlowValue::Expected) if pipeline.has_amounts() => Ok(Basis::Expected),
        Some(FlowValue::Expected) => Err(chain::wrong_use(
            "the project file names no column of what won leads brought, so nothing can be expected",
            "name it as `amount` under [leads], or leave out --value",
        )),
    }
}

/// The model that values leads, where one is needed. Leads that state what they will spend can do without.
fn values(
    loaded: &Loaded,
    pipeline: &Pipeline<'_>,
    basis: Basis,
    settings: &Settings,
    out: &mut Output,
) -> Result<Option<Model>, Failure> {
    if !pipeline.needs_model(basis) {
        return Ok(None);
    }
    match chain::model(loaded, settings, out) {
        Ok(used) => Ok(Some(used.model)),
        Err(Failure::Score(_) | Failure::PastData { .. }) if basis == Basis::Stated => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// A model of the first day that says what was expected to close, where no column does; or why there is none.
fn expectation(
    loaded: &Loaded,
    pipeline: &Pipeline<'_>,
    settings: &Settings,
    out: &mut Output,
) -> Result<(Option<Model>, Option<Warning>), Failure> {
    if pipeline.has_expected_close() {
        return Ok((None, None));
    }
    let learnt = out.during("learning what was known on the first day", |_| {
        score::train(pipeline.start(), loaded.rules.as_ref(), settings.seed)
    });
    match learnt {
        Ok((model, _)) => Ok((Some(model), None)),
        Err(ScoreError::Rules(faults)) => Err(Failure::Faults(faults)),
        Err(error) => Ok((None, Some(Pipeline::slips_unknown(&error)))),
    }
}
