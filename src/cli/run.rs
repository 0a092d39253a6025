//! `forerun run`: the whole chain, everything written to the folder of results.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::args::RunArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::numbers::{self, Finding};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::cli::{forecast, keep, score, segment, sources, stages};
use crate::decide::{self, CallList, CallsAsk, PlannedCall, Sources};
use crate::domain::{Probability, Role};
use crate::forecast::Outlook;
use crate::kpi::SegmentRow;
use crate::present::{self, Style, Summary};
use crate::score::{Guard, Model, Scores, TrainReport};

/// Calls shown in the summary.
const CALLS_SHOWN: usize = 5;
/// The files written, in the order that they come about.
const FILES: [&str; 17] = [
    chain::REJECTS,
    "segments.csv",
    "train.json",
    "scores.csv",
    "calls.csv",
    "forecast.csv",
    "forecast.json",
    "sources.csv",
    "sources.json",
    "kpi.csv",
    "kpi.json",
    "explain.json",
    "profile.csv",
    "profile.json",
    "owners.csv",
    "owners.json",
    "summary.txt",
];

/// What a run found.
struct Found {
    segments: Vec<SegmentRow>,
    report: TrainReport,
    /// The record of the model in use, and what it is if it is not of today.
    record: String,
    /// What the guard said of a new model, and whether it was refused.
    guard: Option<Guard>,
    refused: bool,
    scores: Scores,
    calls: CallList,
    outlook: Result<Outlook, String>,
    sources: Result<Sources, String>,
}

/// Runs the whole chain.
pub(crate) fn run(args: &RunArgs, settings: &Settings, out: &mut Output) -> Result<Done, Failure> {
    let project = chain::project(None, settings, out)?;
    let targets = FILES.map(|name| chain::out_file(&project, name));
    chain::spare_inputs(&project, targets.iter().map(PathBuf::as_path))?;
    for target in &targets {
        chain::spare(target, &project.model, "holds the model of the project")?;
    }
    let loaded = chain::load_from(project, None, settings, out)?;
    let segments = sorted(&loaded)?;
    let (found, numbers) = std::thread::scope(|scope| {
        let numbers = scope.spawn(|| numbers::find(&loaded, settings));
        let found = find(&loaded, segments, args, settings, out);
        (found, numbers.join())
    });
    let found = found?;
    let numbers = numbers.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    write(&loaded, &found)?;
    numbers.write(&loaded)?;
    let findings = numbers.findings(&loaded);
    let calls = best_calls(&found.calls);
    let plain = summary(&loaded, &found, &calls, &findings);
    let unwrapped = Style {
        width: None,
        ..loaded.style.clone()
    };
    let text = present::summary_text(&plain, &unwrapped);
    write_file(&loaded.out_file("summary.txt"), text.as_bytes())?;
    if settings.json {
        out.json(&data(&loaded, &found, &calls, &findings))?;
    } else {
        out.data(&present::summary_text(&plain, &loaded.style))?;
    }
    if found.refused {
        return Ok(Done::NotKept);
    }
    Ok(loaded.done())
}

/// Writes what needs no model: rows set aside and segments stay even if nothing can be learnt.
fn sorted(loaded: &Loaded) -> Result<Vec<SegmentRow>, Failure> {
    chain::make_folder(&loaded.out_file(chain::REJECTS))?;
    stages::write_rejects(&loaded.data.rejects, &loaded.out_file(chain::REJECTS))?;
    let sorted = loaded.rules.as_ref().zip(loaded.segments.as_ref());
    let rows = sorted.map(|(rules, segments)| segment::rows(loaded, rules, segments));
    let csv = present::segments_csv(&loaded.data.leads, sorted);
    write_file(&loaded.out_file("segments.csv"), csv.as_bytes())?;
    Ok(rows.unwrap_or_default())
}

fn find(
    loaded: &Loaded,
    segments: Vec<SegmentRow>,
    args: &RunArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Found, Failure> {
    let used = match chain::stored(loaded, settings, out)? {
        // What was refused before is taken now, if it is asked for.
        Some(used) if used.rejected.is_none() || !args.force => used,
        _ => keep::learn(loaded, settings, args.force, out)?,
    };
    keep::say_used(&used, loaded, &loaded.style, out);
    let (guard, refused) = (used.guard, used.rejected.is_some());
    let model = used.model;
    let mut scores = score::scores(loaded, &model, false, out)?;
    (scores.warnings).extend(keep::drift_warning(loaded, &model, false));
    let calls = decide::calls(
        &loaded.data.leads,
        &scores,
        &CallsAsk {
            segments: loaded.segments.as_ref(),
            limits: loaded.project.calls,
            log: Some(&loaded.data.log),
            seed: settings.seed,
            ..CallsAsk::default()
        },
    );
    let outlook = forecast::outlook(loaded, &model, args.months.months, settings, out);
    let sources = sources::sources(loaded, settings, out);
    Ok(Found {
        segments,
        record: record(&model, guard.as_ref().filter(|_| refused), loaded),
        report: model.report().clone(),
        guard,
        refused,
        scores,
        calls,
        outlook: outlook.map_err(|error| error.to_string()),
        sources: sources.map_err(|error| error.to_string()),
    })
}

/// The record of the model in use; where a new one was refused, what the one in use was learnt from, and why.
fn record(model: &Model, refused: Option<&Guard>, loaded: &Loaded) -> String {
    let style = &loaded.style;
    let mut record = present::record_sentence(model.report(), style);
    if let Some(guard) = refused {
        let used = present::used_text(model, loaded.data.leads.as_of, style).unwrap_or_default();
        let beside = chain::shown(&keep::rejected_file(&loaded.project.model));
        let told = present::guard_text(guard, &beside, style);
        record = format!("{told}\n{used}\n{record}");
    }
    record
}

fn write(loaded: &Loaded, found: &Found) -> Result<(), Failure> {
    let (leads, style) = (&loaded.data.leads, &loaded.style);
    let file = |name: &str, text: String| -> Result<(), Failure> {
        write_file(&loaded.out_file(name), text.as_bytes())
    };
    file("train.json", present::json(&found.report)?)?;
    file(
        "scores.csv",
        present::scores_csv(leads, &found.scores, loaded.segments.as_ref(), None, style),
    )?;
    file("calls.csv", present::calls_csv(&found.calls, style))?;
    let outlook = found.outlook.as_ref();
    file("forecast.csv", present::outlook_csv(outlook.ok()))?;
    file(
        "forecast.json",
        present::json(&outlook_data(loaded, found))?,
    )?;
    let sources = found.sources.as_ref();
    file("sources.csv", present::sources_csv(sources.ok()))?;
    file("sources.json", present::json(&sources_data(loaded, found))?)?;
    Ok(())
}

/// The forecast as data; where there is none, no months and why.
fn outlook_data(loaded: &Loaded, found: &Found) -> serde_json::Value {
    match &found.outlook {
        Ok(outlook) => json!(present::outlook_json(outlook, &found.report)),
        Err(why) => json!({
            "as_of": loaded.as_of(),
            "currency": loaded.project.currency,
            "months": [],
            "why_not": why,
        }),
    }
}

/// The sources as data; where there is no answer, none and why.
fn sources_data(loaded: &Loaded, found: &Found) -> serde_json::Value {
    match &found.sources {
        Ok(sources) => json!(present::sources_json(sources)),
        Err(why) => json!({
            "as_of": loaded.as_of(),
            "sources": [],
            "why_not": why,
        }),
    }
}

/// The best calls over all owners.
fn best_calls(list: &CallList) -> Vec<(&str, &PlannedCall)> {
    let worth = |call: &PlannedCall| {
        let p = call.p_win_30d.or(call.p_win).map_or(0.0, Probability::get);
        p * call.expected_amount.unwrap_or(1.0)
    };
    let mut calls: Vec<(&str, &PlannedCall)> = list
        .owners
        .iter()
        .flat_map(|owner| owner.calls.iter().map(|call| (owner.owner.as_str(), call)))
        .collect();
    calls.sort_by(|(_, a), (_, b)| {
        (b.call_value.total_cmp(&a.call_value))
            .then_with(|| worth(b).total_cmp(&worth(a)))
            .then_with(|| a.lead_id.cmp(&b.lead_id))
    });
    calls.truncate(CALLS_SHOWN);
    calls
}

fn summary<'a>(
    loaded: &'a Loaded,
    found: &'a Found,
    calls: &'a [(&'a str, &'a PlannedCall)],
    findings: &'a [Finding],
) -> Summary<'a> {
    let leads = &loaded.data.leads;
    Summary {
        name: &loaded.project.name,
        as_of: leads.dated().then(|| leads.as_of.to_string()),
        read: loaded.data.rejects.read as usize,
        rejected: loaded.data.rejects.rows.len(),
        leads: loaded.counts(),
        segments: &found.segments,
        record: found.record.clone(),
        warnings: warnings(found, &loaded.style),
        calls,
        outlook: found.outlook.as_ref().map_err(Clone::clone),
        sources: found.sources.as_ref().map_err(Clone::clone),
        findings,
        folder: chain::shown(&loaded.project.root.join(chain::OUT)),
        owned_calls: !found.calls.owners.is_empty() && leads.roles.contains_key(&Role::Owner),
        files: &FILES,
    }
}

/// What was noticed of the model and its scores, as text.
fn warnings(found: &Found, style: &Style) -> String {
    let mut warnings = present::ordered_warnings(&found.report);
    warnings.extend(found.scores.warnings.iter().cloned());
    present::warnings_text(&warnings, style)
}

fn data(
    loaded: &Loaded,
    found: &Found,
    calls: &[(&str, &PlannedCall)],
    findings: &[Finding],
) -> serde_json::Value {
    let [leads, open, won, lost] = loaded.counts();
    let findings: Vec<_> = findings
        .iter()
        .map(|(command, said)| json!({ "command": command, "said": said }))
        .collect();
    let calls: Vec<_> = calls
        .iter()
        .map(|(owner, call)| json!({ "owner": owner, "call": present::call_json(call, &loaded.style) }))
        .collect();
    json!({
        "project": loaded.project.name,
        "as_of": loaded.as_of(),
        "read": loaded.data.rejects.read,
        "rejected": loaded.data.rejects.rows.len(),
        "leads": { "all": leads, "open": open, "won": won, "lost": lost },
        "segments": found.segments,
        "train": found.report,
        "guard": found.guard,
        "warnings": found.scores.warnings,
        "calls": calls,
        "forecast": outlook_data(loaded, found),
        "sources": sources_data(loaded, found),
        "findings": findings,
        "folder": chain::shown(&loaded.project.root.join(chain::OUT)),
        "files": FILES,
    })
}
