//! `forerun check`.

use crate::cli::args::CheckArgs;
use crate::cli::chain;
use crate::cli::channels;
use crate::cli::failure::{Done, Failure};
use crate::cli::output::Output;
use crate::cli::settings::Settings;
use crate::domain::{Fault, Faults};
use crate::features;
use crate::kpi;
use crate::present::{self, Style};
use crate::project::Project;
use crate::read::Dataset;
use crate::segment::{self, Rules};

/// Reads everything and shows what it was taken for. Faults of the rules and of the data are shown together.
pub(crate) fn run(
    args: &CheckArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let project = chain::any_project(None, settings, out)?;
    if !project.has_leads() {
        return channels::check(&project, settings, out);
    }
    if args.leaks {
        return leaks(&project, settings, out);
    }
    let rules = segment::load(&project);
    let data = chain::read(&project, None, settings, out);
    let (rules, data) = match (rules, data) {
        (Ok(rules), Ok(data)) => (rules, data),
        (Err(faults), Ok(_)) => return Err(Failure::Faults(faults)),
        (Ok(_), Err(failure)) => return Err(failure),
        (Err(faults), Err(failure)) => {
            out.faults(&faults);
            return Err(failure);
        }
    };
    let mut lints = rules
        .as_ref()
        .map_or_else(Vec::new, |rules| segment::lint(rules, &data.leads));
    if let Some(rules) = &rules {
        lints.extend(undated(rules, &data));
    }
    let lints = Faults(lints);
    show(&project, &data, &lints, settings, out)?;
    if lints.any_error() {
        return Err(Failure::Faults(lints));
    }
    if !lints.0.is_empty() {
        out.faults(&lints);
    }
    if data.rejects.rows.is_empty() {
        let w = Style::of(&project, None).words;
        out.say(&format!(
            "{}{}{}`forerun run`",
            w.all_is_well, w.next, w.colon
        ));
    }
    Ok(Done::with(&data.rejects))
}

/// What speaks for each column having been known only after the outcome. What it finds is no failure.
fn leaks(project: &Project, settings: &Settings, out: &mut Output) -> Result<Done, Failure> {
    let data = chain::read(project, None, settings, out)?;
    let style = Style::of(project, settings.width);
    let (findings, unseen) = out.during("looking at the columns", |_| {
        (
            features::inspect(&data.leads),
            features::unseen(&data.leads),
        )
    });
    if settings.json {
        out.json(&serde_json::json!({
            "project": project.name,
            "as_of": present::known_day(data.leads.as_of),
            "columns": findings,
            "not_seen": unseen,
        }))?;
    } else {
        let file = chain::shown(&project.file);
        out.data(&present::leaks_text(&findings, &unseen, &file, &style))?;
    }
    Ok(Done::with(&data.rejects))
}

fn undated(rules: &Rules, data: &Dataset) -> Option<Fault> {
    let fields = segment::undated_fields(rules, &data.leads);
    (!fields.is_empty()).then(|| {
        Fault::warning(
            "segment-undated",
            format!(
                "the segment is shown but is no feature of the model: the rules read {}, and no date says when that \
                 became known",
                fields.join(", ")
            ),
        )
    })
}

fn show(
    project: &Project,
    data: &Dataset,
    lints: &Faults,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), Failure> {
    let style = Style::of(project, settings.width);
    let columns = kpi::columns(&data.leads);
    if settings.json {
        return out.json(&serde_json::json!({
            "project": project.name,
            "as_of": present::known_day(data.leads.as_of),
            "leads": data.leads.len(),
            "columns": columns,
            "notes": data.notes,
            "faults": lints,
            "rejects": data.rejects,
        }));
    }
    out.data(&present::check_text(&columns, &style))?;
    out.data(&present::notes_text(&data.notes, &style))?;
    let w = style.words;
    let template = if data.leads.dated() {
        w.check_line
    } else {
        w.check_line_undated
    };
    let line = present::fill(
        template,
        &[
            ("file", &chain::shown(&project.file)),
            ("leads", &present::count(data.leads.len())),
            ("date", &data.leads.as_of.to_string()),
            ("rejected", &present::count(data.rejects.rows.len())),
            ("read", &present::count(data.rejects.read as usize)),
        ],
    );
    out.data(&format!("{line}\n"))
}
