//! `forerun score`.

use crate::cli::args::ScoreArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::present;
use crate::score::{self, Model, ScoreError, Scores};

/// Scores the project's leads, or another export by the stored model.
pub(crate) fn run(
    args: &ScoreArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let mut project = chain::project(settings, out)?;
    let (loaded, model) = if let Some(file) = &args.file {
        if !file.exists() {
            return Err(chain::wrong_use(
                format!("there is no file {}", file.display()),
                "give an export with the columns that the project file names",
            ));
        }
        project.leads.files = vec![file.clone()];
        if !project.model.exists() {
            return Err(chain::wrong_use(
                format!(
                    "there is no model {} to score by",
                    chain::shown(&project.model)
                ),
                "`forerun train` learns one from the project's own leads",
            ));
        }
        let model = Model::load(&project.model)?;
        (chain::load_from(project, settings, out)?, model)
    } else {
        let loaded = chain::load_from(project, settings, out)?;
        let model = chain::model(&loaded, settings, false, out)?;
        (loaded, model)
    };
    let scores = scores(&loaded, &model, args.all, out)?;
    show(args, settings, &loaded, &model, &scores, out)
}

fn show(
    args: &ScoreArgs,
    settings: &Settings,
    loaded: &Loaded,
    model: &Model,
    scores: &Scores,
    out: &mut Output,
) -> Result<Done, Failure> {
    let (leads, style) = (&loaded.data.leads, &loaded.style);
    let segments = loaded.segments.as_ref();
    out.say(&present::warnings_text(&scores.warnings, style));
    chain::mark(model.report(), style, out);
    if scores.leads.is_empty() {
        out.say("no open leads to score; `--all` lists the closed ones too, without probabilities");
    }
    let csv = || present::scores_csv(leads, scores, segments, style);
    if let Some(file) = &args.out {
        write_file(file, csv().as_bytes())?;
        out.say(&format!(
            "{} leads scored: {}; next: `forerun calls`",
            present::count(scores.leads.len()),
            file.display()
        ));
    }
    if settings.json {
        let better = model.report().better_than_base_rate;
        out.json(&present::scores_json(
            leads, scores, segments, better, style,
        ))?;
    } else if args.out.is_none() {
        out.data(&csv())?;
    }
    Ok(loaded.done())
}

/// The stage, with progress.
pub(crate) fn scores(
    loaded: &Loaded,
    model: &Model,
    all: bool,
    out: &Output,
) -> Result<Scores, ScoreError> {
    out.during("scoring", |_| {
        score::score(model, &loaded.data.leads, loaded.rules.as_ref(), all)
    })
}
