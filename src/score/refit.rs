//! A model for looking back: learnt from what was known on an earlier day, cheaply.

use crate::domain::Leads;
use crate::features::screen;
use crate::score::amount::AmountModel;
use crate::score::context::Context;
use crate::score::timed::{self, Plan};
use crate::score::{Model, ScoreError};
use crate::segment::Rules;

/// Leads beyond which rows are thinned, and to one in how many of those of a model that is used.
const MANY: usize = 3_000;
const THINNER: usize = 8;

/// Learns the dated model from `leads` as they are known at `leads.as_of`, for judging forecasts of the past: from fewer
/// rows, near the optimum, without a choice of half-life, segment, uncertainty, reasons or a test. Nothing but `leads`
/// decides, so that leads that come later cannot change it.
///
/// # Errors
/// See [`ScoreError`]: undated data, too few won leads, too little time seen.
pub fn refit(leads: &Leads, rules: Option<&Rules>, seed: u64) -> Result<Model, ScoreError> {
    if !leads.dated() {
        return Err(ScoreError::Undated);
    }
    let plan = Plan {
        segment: false,
        thinner: if leads.len() > MANY { THINNER } else { 1 },
        ..Plan::all(seed)
    };
    let mut parts = timed::trials(leads, rules, &screen(leads), plan, &[None])?.remove(0);
    let amount = {
        let context = Context::new(&parts.recipe, leads, rules, [leads.as_of])?;
        let codes = timed::all_codes(leads, &context);
        AmountModel::learn(leads, &parts.recipe, &codes)
    };
    parts.amount = amount;
    Ok(Model::of_the_past(parts, leads, seed))
}

#[cfg(test)]
mod probe {
    use super::*;
    #[test]
    #[ignore]
    fn probe() {
        let project =
            crate::project::load(std::path::Path::new("/tmp/c5/s501/forerun.toml")).unwrap();
        let rules = crate::segment::load(&project).unwrap();
        let data = crate::read::dataset(&project, None).unwrap();
        let leads = data.leads.as_of("2026-04-01".parse().unwrap());
        let screened = screen(&leads);
        for (thinner, horizon) in [(1, None), (8, None), (8, Some(90))] {
            let plan = Plan {
                segment: false,
                thinner,
                horizon,
                ..Plan::all(1)
            };
            let t = std::time::Instant::now();
            let parts = timed::trials(&leads, rules.as_ref(), &screened, plan, &[None])
                .unwrap()
                .remove(0);
            let el = t.elapsed();
            let mut model = Model::of_the_past(parts, &leads, 1);
            model.report.model = "dated".into();
            let open = crate::score::open_now(&model, &leads, rules.as_ref()).unwrap();
            let curves = open.curves(&model);
            let sum = |d: f64| (0..curves.rows.len()).map(|c| curves.won_within(c, d)).sum::<f64>();
            eprintln!("{thinner} {horizon:?}: 30 d {:.1} 90 d {:.1} all {:.1} in {el:?} cols {}", sum(30.), sum(90.), sum(720.), model.design.columns());
        }
        if true {
            let plan = Plan { segment: false, ..Plan::all(1) };
            let parts = timed::fit(&leads, rules.as_ref(), &screened, plan).unwrap();
            let model = Model::of_the_past(parts, &leads, 1);
            let open = crate::score::open_now(&model, &leads, rules.as_ref()).unwrap();
            let curves = open.curves(&model);
            let sum = |d: f64| (0..curves.rows.len()).map(|c| curves.won_within(c, d)).sum::<f64>();
            eprintln!("full: 30 d {:.1} 90 d {:.1} all {:.1}", sum(30.), sum(90.), sum(720.));
        }
    }
}
