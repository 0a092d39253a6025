//! The chain that most commands share: load, read, sort, and learn a model or use the stored one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::failure::{Done, Failure};
use crate::cli::keep::{self, Used};
use crate::cli::output::Output;
use crate::cli::settings::Settings;
use crate::cli::stages;
use crate::domain::{Day, Fault, Faults, Kind, Outcome, Rejects};
use crate::present::{self, Style};
use crate::project::Project;
use crate::read::Dataset;
use crate::score::{Model, ScoreError, TrainReport};
use crate::segment::{self, Rules, Segments};

/// Name of the folder beside the project file that results go to.
pub(crate) const OUT: &str = "out";
/// Name of the file in it for rows set aside.
pub(crate) const REJECTS: &str = "rejects.csv";
/// Name of the file in it for rows set aside of another export, which is scored by the stored model.
pub(crate) const REJECTS_OF_OTHER: &str = "rejects-score.csv";
/// Name of the file in it for rows set aside of campaign files.
pub(crate) const REJECTS_OF_CHANNELS: &str = "rejects-channels.csv";

/// Codes of the notes without which results mislead, as the as-of date or the outcome does not fit the data: said by
/// every command, not just `check`.
const GRAVE: [&str; 10] = [
    UNSEEN,
    "as-of-far-ahead",
    "as-of-suspect",
    "log-closed",
    "log-disagrees",
    "log-later",
    "not-known-yet",
    "outcome-value-unnamed",
    "target-without-leads",
    "targets-in-part",
];
/// The one of them that means nothing in a file of new leads, of which none is closed.
const UNSEEN: &str = "outcome-value-unseen";
/// Most days by which an as-of date that was typed may lie past the newest date in the data.
const MOST_AHEAD: i32 = 90;

/// Everything read and sorted.
pub(crate) struct Loaded {
    /// The project.
    pub(crate) project: Project,
    /// How results are shown.
    pub(crate) style: Style,
    /// The data.
    pub(crate) data: Dataset,
    /// The rules; none without rule files.
    pub(crate) rules: Option<Rules>,
    /// Everyone's segment; none without rules.
    pub(crate) segments: Option<Segments>,
}

impl Loaded {
    /// How a command that used all of this ended.
    pub(crate) fn done(&self) -> Done {
        Done::with(&self.data.rejects)
    }

    /// Number of leads, and of open, won and lost ones.
    pub(crate) fn counts(&self) -> [usize; 4] {
        let leads = &self.data.leads;
        let of = |outcome| leads.outcome.iter().filter(|&&o| o == outcome).count();
        [
            leads.len(),
            of(Outcome::Open),
            of(Outcome::Won),
            of(Outcome::Lost),
        ]
    }

    /// The as-of date; none for data without any date.
    pub(crate) fn as_of(&self) -> Option<Day> {
        present::known_day(self.data.leads.as_of)
    }

    /// A file in the folder of results.
    pub(crate) fn out_file(&self, name: &str) -> PathBuf {
        out_file(&self.project, name)
    }
}

/// A file in the folder of results, beside the project file.
pub(crate) fn out_file(project: &Project, name: &str) -> PathBuf {
    project.root.join(OUT).join(name)
}

/// Loads a project that has leads, as [`any_project`] does.
pub(crate) fn project(
    target: Option<&Path>,
    settings: &Settings,
    out: &mut Output,
) -> Result<Project, Failure> {
    let project = any_project(target, settings, out)?;
    if project.has_leads() {
        return Ok(project);
    }
    Err(wrong_use(
        "the project has campaign files only: without leads there is nothing to sort, score or forecast",
        "`forerun channels` judges the campaign files; add [leads] with the export of your CRM for everything else",
    ))
}

/// Loads the project and says what is worth knowing about it. Refuses to go on where `target`, the file that the result
/// is to be written to, is one that the project needs.
pub(crate) fn any_project(
    target: Option<&Path>,
    settings: &Settings,
    out: &mut Output,
) -> Result<Project, Failure> {
    let (project, warnings) = stages::load_project(&settings.project)?;
    out.speak(project.language);
    let rejects =
        [REJECTS, REJECTS_OF_OTHER, REJECTS_OF_CHANNELS].map(|name| out_file(&project, name));
    spare_inputs(&project, rejects.iter().map(PathBuf::as_path))?;
    if let Some(file) = target {
        spare_inputs(&project, [file])?;
        spare(file, &project.model, "holds the model of the project")?;
        let rejected = keep::rejected_file(&project.model);
        spare(file, &rejected, "holds a model that was not kept")?;
    }
    if !warnings.0.is_empty() {
        out.faults(&warnings);
    }
    Ok(project)
}

/// Refuses to write over a file that the project reads.
pub(crate) fn spare_inputs<'a>(
    project: &Project,
    targets: impl IntoIterator<Item = &'a Path>,
) -> Result<(), Failure> {
    match targets.into_iter().find(|target| project.reads(target)) {
        Some(file) => Err(not_over(file, "is a file that the project reads")),
        None => Ok(()),
    }
}

/// Refuses to write to `target` if it is the same file as `other`, whatever path or link leads to them.
pub(crate) fn spare(target: &Path, other: &Path, what: &str) -> Result<(), Failure> {
    match (target.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(two)) if one == two => Err(not_over(target, what)),
        _ => Ok(()),
    }
}

fn not_over(file: &Path, what: &str) -> Failure {
    wrong_use(
        format!("{} {what}: it would be overwritten", shown(file)),
        "write results to another file, and keep your own files out of the folder out/",
    )
}

/// Loads, reads and sorts, to write the result to `target` or nowhere.
pub(crate) fn load(
    target: Option<&Path>,
    settings: &Settings,
    out: &mut Output,
) -> Result<Loaded, Failure> {
    let project = project(target, settings, out)?;
    load_from(project, None, settings, out)
}

/// Reads and sorts the data of a project; with `kinds`, those of another export, by the kinds of columns that the stored
/// model learnt.
pub(crate) fn load_from(
    project: Project,
    kinds: Option<&BTreeMap<String, Kind>>,
    settings: &Settings,
    out: &mut Output,
) -> Result<Loaded, Failure> {
    let rules = segment::load(&project).map_err(Failure::Faults)?;
    let data = read(&project, kinds, settings, out)?;
    let (segments, warnings) = sort(rules.as_ref(), &data)?;
    let (told, counted): (Vec<_>, Vec<_>) =
        data.notes.iter().cloned().partition(|note| {
            GRAVE.contains(&note.code) && (note.code != UNSEEN || kinds.is_none())
        });
    out.say(&present::notes_text(&told, &Style::of(&project, None)));
    tell_notes(warnings.0.len() + counted.len(), out);
    let mut style = Style::of(&project, settings.width);
    if let Some(rules) = &rules {
        style = style.with_labels(rules);
    }
    Ok(Loaded {
        project,
        style,
        data,
        rules,
        segments,
    })
}

/// Reads the data and keeps the rows set aside, also where there are too many of them to go on.
pub(crate) fn read(
    project: &Project,
    kinds: Option<&BTreeMap<String, Kind>>,
    settings: &Settings,
    out: &mut Output,
) -> Result<Dataset, Failure> {
    let result = out.during("reading the data", |_| {
        stages::read(project, settings.as_of, kinds.unwrap_or(&BTreeMap::new()))
    });
    let name = if kinds.is_some() {
        REJECTS_OF_OTHER
    } else {
        REJECTS
    };
    let file = out_file(project, name);
    match &result {
        Ok(data) => keep_rejects_and_tell(project, &data.rejects, &file, out)?,
        // The failure itself tells the reasons; here only where the rows are.
        Err(failure) => {
            if let Some(rejects) = stages::rejects_of(failure)
                && keep_rejects(rejects, &file)?
            {
                out.note(&format!("the rows set aside are in {}", shown(&file)));
            }
        }
    }
    result
}

/// Keeps rows set aside in a file, and says so.
pub(crate) fn keep_rejects_and_tell(
    project: &Project,
    rejects: &Rejects,
    file: &Path,
    out: &mut Output,
) -> Result<(), Failure> {
    if keep_rejects(rejects, file)? {
        let style = Style::of(project, None);
        out.say(&present::rejects_text(rejects, &shown(file), &style));
    }
    Ok(())
}

/// Keeps the rows set aside of another export, and says so.
pub(crate) fn keep_and_tell(
    project: &Project,
    rejects: &Rejects,
    out: &mut Output,
) -> Result<(), Failure> {
    keep_rejects_and_tell(project, rejects, &out_file(project, REJECTS_OF_OTHER), out)
}

/// Says how much was noticed that only `check` shows.
pub(crate) fn tell_notes(noticed: usize, out: &mut Output) {
    if noticed > 0 {
        let plural = if noticed == 1 { "" } else { "s" };
        out.note(&format!(
            "{noticed} note{plural} about the data and the rules: `forerun check` shows them"
        ));
    }
}

/// Writes the rows set aside, if there are any or there were any before; whether it did.
fn keep_rejects(rejects: &Rejects, file: &Path) -> Result<bool, Failure> {
    if rejects.rows.is_empty() && !file.exists() {
        return Ok(false);
    }
    make_folder(file)?;
    stages::write_rejects(rejects, file)?;
    Ok(true)
}

/// Sorts the leads; gives the warnings that only the data shows.
pub(crate) fn sort(
    rules: Option<&Rules>,
    data: &Dataset,
) -> Result<(Option<Segments>, Faults), Failure> {
    let Some(rules) = rules else {
        return Ok((None, Faults::default()));
    };
    let lints = Faults(segment::lint(rules, &data.leads));
    if lints.any_error() {
        return Err(Failure::Faults(lints));
    }
    let segments = segment::assign(rules, &data.leads, data.leads.as_of);
    Ok((Some(segments.map_err(Failure::Faults)?), lints))
}

/// The stored model if it was learnt from exactly this data, else one learnt now. It is kept, unless it is worse than the
/// stored one, which is then used; or unless `--as-of` asks for another day than the project's: a look into the past must
/// not displace the model of today.
pub(crate) fn model(
    loaded: &Loaded,
    settings: &Settings,
    out: &mut Output,
) -> Result<Used, Failure> {
    if let Some(used) = stored(loaded, settings, out)? {
        return Ok(used);
    }
    if settings.as_of.is_none() {
        keep::learn(loaded, settings, false, out)
    } else {
        Ok(Used::plainly(learn(loaded, settings, out)?.0))
    }
}

/// The stored model, where nothing has to be learnt: it was learnt from this very data, or what was learnt from it was
/// worse.
pub(crate) fn stored(
    loaded: &Loaded,
    settings: &Settings,
    out: &mut Output,
) -> Result<Option<Used>, Failure> {
    near_the_data(loaded, settings)?;
    let file = &loaded.project.model;
    if !file.exists() {
        return Ok(None);
    }
    let model = match Model::load(file) {
        Ok(model) => model,
        Err(error) => {
            out.note(&format!("{error}; learning anew"));
            return Ok(None);
        }
    };
    if model.seed() == settings.seed && model.learnt_from(&loaded.data.leads, loaded.rules.as_ref())
    {
        return Ok(Some(Used::plainly(model)));
    }
    if let Some((guard, rejected)) = keep::refused_before(&model, loaded, settings) {
        let beside = shown(&keep::rejected_file(file));
        out.say(&present::guard_text(&guard, &beside, &loaded.style));
        return Ok(Some(Used {
            model,
            guard: Some(guard),
            rejected: Some(rejected),
        }));
    }
    out.note(&format!(
        "{} was learnt from other data, other rules, as of another day or with another seed: learning anew",
        shown(file)
    ));
    Ok(None)
}

/// Learns a model and keeps it nowhere.
pub(crate) fn learn(
    loaded: &Loaded,
    settings: &Settings,
    out: &mut Output,
) -> Result<(Model, TrainReport), Failure> {
    let trained = out.during("learning the model", |_| {
        crate::score::train(&loaded.data.leads, loaded.rules.as_ref(), settings.seed)
    });
    let past = days_past(loaded).filter(|&days| days > MOST_AHEAD);
    trained.map_err(|error| match (error, past) {
        (ScoreError::Rules(faults), _) => Failure::Faults(faults),
        (error, Some(days)) => Failure::PastData {
            error,
            day: loaded.data.leads.as_of,
            days,
        },
        (error, None) => Failure::Score(error),
    })
}

/// Days by which the as-of date lies past the newest date in the data; none without dates.
fn days_past(loaded: &Loaded) -> Option<i32> {
    Some(loaded.data.leads.as_of - loaded.data.newest?)
}

/// Refuses to learn as of a typed date far past the data: most likely the year is mistyped, and a model would learn from
/// it that nothing happens for years. A project that fixes such a date itself is told, but means it.
pub(crate) fn near_the_data(loaded: &Loaded, settings: &Settings) -> Result<(), Failure> {
    let Some((day, newest)) = settings.as_of.zip(loaded.data.newest) else {
        return Ok(());
    };
    if day - newest <= MOST_AHEAD {
        return Ok(());
    }
    Err(wrong_use(
        format!(
            "the as-of date {day} lies past the data: its newest date is {newest}, and of the {} days between nothing \
             is known",
            present::count((day - newest).unsigned_abs() as usize)
        ),
        format!(
            "choose a date up to {}, or bring a newer export; `as_of` under [project] fixes a later date all the same",
            newest + MOST_AHEAD
        ),
    ))
}

/// Makes the folder that a file is to lie in.
pub(crate) fn make_folder(file: &Path) -> Result<(), Failure> {
    let Some(folder) = file.parent() else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|source| Failure::Write {
        file: file.to_owned(),
        source,
    })
}

/// Says that the model knows no more than the base rate, or that nobody knows, where that is so.
pub(crate) fn mark(report: &TrainReport, style: &Style, out: &mut Output) {
    if let Some(text) = present::mark_text(report, style) {
        out.say(&text);
    }
}

/// Says what else must be known of a model wherever its scores are used. What [`mark`] says is not said twice.
pub(crate) fn warn_of(model: &Model, style: &Style, out: &mut Output) {
    let mut warnings = present::grave_warnings(model.report());
    warnings.retain(|warning| warning.code != "no-signal");
    out.say(&present::warnings_text(&warnings, style));
}

/// A file as a person would type it.
pub(crate) fn shown(file: &Path) -> String {
    let plain = file.strip_prefix(".").unwrap_or(file);
    plain.display().to_string()
}

/// The name nearest to one that is not there.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = |candidate: &'a str| (strsim::jaro_winkler(name, candidate), candidate);
    names
        .map(near)
        .filter(|&(likeness, _)| likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

/// A fault of a kind as wrong use of the command line.
pub(crate) fn wrong_use(message: impl Into<String>, hint: impl Into<String>) -> Failure {
    Failure::Use {
        message: message.into(),
        hint: hint.into(),
    }
}

/// A fault without a place, as several commands make it.
pub(crate) fn no_rules(project: &Project) -> Failure {
    let fault = Fault::error("no-rules", "the project has no rule files to sort leads by");
    let hint = format!(
        "add `[rules]` with `files = [\"rules/intent.toml\"]` to {}",
        shown(&project.file)
    );
    Failure::Faults(Faults(vec![fault.hint(hint)]))
}
