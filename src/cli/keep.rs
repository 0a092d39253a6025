//! The stored model and its guard: a newly learnt model takes its place only if it is not worse.

use std::path::{Path, PathBuf};

use crate::cli::backtest;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::settings::Settings;
use crate::present::{self, Style};
use crate::score::{self, Guard, Model, ScoreError, WhyNot};

/// A model to be used, and what the guard said of the new one.
#[derive(Debug)]
pub(crate) struct Used {
    /// The model: the new one, or that in use where the new one is worse.
    pub(crate) model: Model,
    /// What the guard said; none where nothing was to be replaced.
    pub(crate) guard: Option<Guard>,
    /// The new one, where it was not kept.
    pub(crate) rejected: Option<Model>,
}

impl Used {
    /// A model that nothing was held against.
    pub(crate) const fn plainly(model: Model) -> Self {
        Self {
            model,
            guard: None,
            rejected: None,
        }
    }
}

/// Where a model that is not kept goes: `models/lead.rejected.json` beside `models/lead.json`.
pub(crate) fn rejected_file(file: &Path) -> PathBuf {
    file.with_extension("rejected.json")
}

/// Learns a model and puts it in the place of that in use, unless it is worse; `force` does so all the same.
pub(crate) fn learn(
    loaded: &Loaded,
    settings: &Settings,
    force: bool,
    out: &mut Output,
) -> Result<Used, Failure> {
    let file = &loaded.project.model;
    let beside = rejected_file(file);
    only_over_models(file)?;
    only_over_models(&beside)?;
    let live = if file.exists() {
        Model::load(file).map(Some)
    } else {
        Ok(None)
    };
    let (new, _) = chain::learn(loaded, settings, out)?;
    let new = backtest::tried(new, loaded, settings, out)?;
    let guard = judge(&live, &new, force, loaded, out);
    let told = present::guard_text(&guard, &chain::shown(&beside), &loaded.style);
    match live {
        Ok(Some(live)) if !guard.replaced => {
            let new = new.with_guard(guard.clone());
            save(&new, &beside)?;
            out.say(&told);
            Ok(Used {
                model: live,
                guard: Some(guard),
                rejected: Some(new),
            })
        }
        live => {
            save(&new, file)?;
            // What was refused before is out of date now; that it cannot be removed changes nothing.
            let _ = std::fs::remove_file(&beside);
            out.note(&format!("model kept in {}", chain::shown(file)));
            // Learnt again from the same: nothing was replaced.
            let replaced = !live.is_ok_and(|live| live.is_some_and(|live| same(&live, &new)));
            if replaced {
                out.say(&told);
            }
            Ok(Used {
                model: new,
                guard: Some(guard).filter(|_| replaced),
                rejected: None,
            })
        }
    }
}

/// Whether two models were learnt from the same data in the same way.
fn same(one: &Model, other: &Model) -> bool {
    one.fingerprint() == other.fingerprint()
}

fn judge(
    live: &Result<Option<Model>, ScoreError>,
    new: &Model,
    force: bool,
    loaded: &Loaded,
    out: &Output,
) -> Guard {
    let (leads, rules) = (&loaded.data.leads, loaded.rules.as_ref());
    let found = match live {
        Err(_) => Err(WhyNot::Unreadable),
        Ok(None) => Err(WhyNot::First),
        Ok(Some(live)) if same(live, new) => Err(WhyNot::First),
        Ok(Some(live)) => out.during("comparing with the model in use", |_| {
            score::compare(live, new, leads, rules).unwrap_or_else(|error| {
                let what = error.to_string();
                Err(WhyNot::Failed { what })
            })
        }),
    };
    let worse = found.as_ref().is_ok_and(score::Comparison::worse);
    let live = live.as_ref().ok().and_then(Option::as_ref);
    Guard {
        replaced: force || !worse,
        forced: force && worse,
        live: live.map(|live| live.fingerprint().to_owned()),
        why_not: found.as_ref().err().cloned(),
        comparison: found.ok(),
    }
}

/// What the guard said before of a model learnt from this very data, where that was worse than the one in use; with it.
pub(crate) fn refused_before(
    live: &Model,
    loaded: &Loaded,
    settings: &Settings,
) -> Option<(Guard, Model)> {
    let beside = rejected_file(&loaded.project.model);
    let rejected = Model::load(&beside).ok()?;
    let of_this = rejected.seed() == settings.seed
        && rejected.learnt_from(&loaded.data.leads, loaded.rules.as_ref());
    let guard = rejected.report().guard.clone()?;
    let of_that = !guard.replaced && guard.live.as_deref() == Some(live.fingerprint());
    (of_this && of_that).then_some((guard, rejected))
}

/// Says that the leads are not what the model learnt from, where that is so.
pub(crate) fn drift_warning(loaded: &Loaded, model: &Model, whole: bool) -> Vec<score::Warning> {
    let leads = &loaded.data.leads;
    let drift = score::feature_drift(model, leads, loaded.rules.as_ref(), whole);
    drift
        .ok()
        .and_then(|drift| drift.warning())
        .into_iter()
        .collect()
}

/// What a model in use was learnt from, where it is not that of today.
pub(crate) fn say_used(used: &Used, loaded: &Loaded, style: &Style, out: &mut Output) {
    if used.rejected.is_some() {
        let told = present::used_text(&used.model, loaded.data.leads.as_of, style);
        out.say(&told.unwrap_or_default());
    }
}

/// Refuses to write a model over a file that holds something else.
fn only_over_models(file: &Path) -> Result<(), Failure> {
    use std::io::{ErrorKind, Read};
    const START: &[u8] = b"{\"format\"";
    if file.is_dir() {
        return Err(chain::wrong_use(
            format!(
                "{} is a folder: a model is kept in a file",
                chain::shown(file)
            ),
            "name a file under [model], for example \"models/lead.json\"",
        ));
    }
    let mut there = match std::fs::File::open(file) {
        Ok(there) => there,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => {
            return Err(chain::wrong_use(
                format!(
                    "{} cannot be read ({source}): no model is written over what is not known",
                    chain::shown(file)
                ),
                "ask whoever owns the file to let you read it, or name another file under [model]",
            ));
        }
    };
    let mut start = Vec::new();
    let read = there
        .by_ref()
        .take(START.len() as u64)
        .read_to_end(&mut start);
    if read.is_ok() && (start.is_empty() || start == START) {
        return Ok(());
    }
    Err(chain::wrong_use(
        format!(
            "{} is no model file: the model is not written over it",
            chain::shown(file)
        ),
        "name another file under [model], or move this one away",
    ))
}

fn save(model: &Model, file: &Path) -> Result<(), Failure> {
    chain::make_folder(file)?;
    Ok(model.save(file)?)
}
