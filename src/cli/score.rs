//! `forerun score`.

use std::path::Path;

use crate::cli::args::ScoreArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::keep;
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::cli::{score_rows, stages};
use crate::domain::Day;
use crate::present;
use crate::project::Project;
use crate::score::{self, Model, ScoreError, Scores};

/// Scores the project's leads, or another export by the stored model.
pub(crate) fn run(
    args: &ScoreArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let mut project = chain::project(args.out.as_deref(), settings, out)?;
    let (loaded, model) = if let Some(file) = &args.file {
        if let Some(target) = &args.out {
            chain::spare(target, file, "is the file to be scored")?;
        }
        let model = pointed_at(file, &mut project)?;
        if let Some(done) = score_rows::run(args, settings, &project, &model, out)? {
            return Ok(done);
        }
        (read_other(file, project, &model, settings, out)?, model)
    } else {
        let loaded = chain::load_from(project, None, settings, out)?;
        let used = chain::model(&loaded, settings, out)?;
        keep::say_used(&used, &loaded, &loaded.style, out);
        (loaded, used.model)
    };
    let mut scores = scores(&loaded, &model, args.all, out)?;
    let whole = args.file.is_some();
    (scores.warnings).extend(keep::drift_warning(&loaded, &model, whole));
    show(args, settings, &loaded, &model, &scores, out)
}

/// Another export with the stored model that it is held against, as it is.
pub(crate) fn other_export(
    file: &Path,
    mut project: Project,
    settings: &Settings,
    out: &mut Output,
) -> Result<(Loaded, Model), Failure> {
    let model = pointed_at(file, &mut project)?;
    let loaded = read_other(file, project, &model, settings, out)?;
    Ok((loaded, model))
}

/// The stored model, and the project turned to another export.
fn pointed_at(file: &Path, project: &mut Project) -> Result<Model, Failure> {
    let rejects = chain::out_file(project, chain::REJECTS_OF_OTHER);
    chain::spare(&rejects, file, "is the file to be scored")?;
    project.leads.files = vec![file.to_owned()];
    stored(file, project)
}

fn read_other(
    file: &Path,
    project: Project,
    model: &Model,
    settings: &Settings,
    out: &mut Output,
) -> Result<Loaded, Failure> {
    let mut settings = settings.clone();
    if let Some(day) = later_day(&project, model, &settings) {
        out.note(&format!(
            "scored as of {day}, the day after the newest date in {}: it is later than the as-of date that the \
             project fixes; --as-of names another",
            file.display()
        ));
        settings.as_of = Some(day);
    }
    let loaded = chain::load_from(project, Some(&model.kinds()), &settings, out)?;
    let used = present::used_text(model, loaded.data.leads.as_of, &loaded.style);
    out.say(&used.unwrap_or_default());
    Ok(loaded)
}

/// The day after the newest date in the file to be scored, where it is later than the as-of date that the project fixes:
/// as of that, its newest leads would not be known yet. Whatever keeps the file from being read is told when it is read.
fn later_day(project: &Project, model: &Model, settings: &Settings) -> Option<Day> {
    let fixed = project.as_of.filter(|_| settings.as_of.is_none())?;
    let mut alone = project.clone();
    alone.stages = None;
    alone.activities = None;
    let data = stages::read(&alone, None, &model.kinds()).ok()?;
    // A newest date far after all others is no day to go by.
    let slip = data.notes.iter().any(|note| note.code == "as-of-far-ahead");
    let day = data.newest.filter(|_| !slip)? + 1;
    (day > fixed).then_some(day)
}

/// The stored model, to hold another file against.
fn stored(file: &Path, project: &Project) -> Result<Model, Failure> {
    if !file.exists() {
        return Err(chain::wrong_use(
            format!("there is no file {}", file.display()),
            "give an export with the columns that the project file names",
        ));
    }
    the_stored(project)
}

/// The stored model as it is.
pub(crate) fn the_stored(project: &Project) -> Result<Model, Failure> {
    if !project.model.exists() {
        let model = chain::shown(&project.model);
        return Err(chain::wrong_use(
            format!("there is no model {model} to score by"),
            "`forerun train` learns one from the project's own leads",
        ));
    }
    Ok(Model::load(&project.model)?)
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
    chain::warn_of(model, style, out);
    chain::mark(model.report(), style, out);
    if scores.leads.is_empty() {
        tell_nothing_open(model.horizon().is_some(), out);
    }
    let points = args.points.asked();
    if let Some(scale) = points {
        out.say(&present::scale_text(scale, style));
    }
    out.say(&present::expected_wins_text(scores, style));
    out.say(&present::reference_text(model.report(), style));
    let csv = || present::scores_csv(leads, scores, segments, points, style);
    if let Some(file) = &args.out {
        write_file(file, csv().as_bytes())?;
        tell_written(scores.leads.len(), file, out);
    }
    if settings.json {
        let report = model.report();
        out.json(&present::scores_json(
            leads, scores, segments, report, points, style,
        ))?;
    } else if args.out.is_none() {
        out.data(&csv())?;
    }
    Ok(loaded.done())
}

/// Says that nothing was scored.
pub(super) fn tell_nothing_open(dated: bool, out: &mut Output) {
    out.note(if dated {
        "no open leads to score; `--all` lists the closed ones too, without probabilities"
    } else {
        "no open leads to score; `--all` scores the closed ones too"
    });
}

/// Says what was written where.
pub(super) fn tell_written(leads: usize, file: &Path, out: &mut Output) {
    out.note(&format!(
        "{} leads scored: {}; next: `forerun calls`",
        present::count(leads),
        file.display()
    ));
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
