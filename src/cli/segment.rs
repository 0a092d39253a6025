//! `forerun segment`.

use crate::cli::args::SegmentArgs;
use crate::cli::chain::{self, Loaded};
use crate::cli::failure::{Done, Failure};
use crate::cli::output::{Output, write_file};
use crate::cli::settings::Settings;
use crate::kpi;
use crate::present;
use crate::project::Language;
use crate::segment::{self, Rules, Segments};

/// Shows the segments, or why a lead is in its own.
pub(crate) fn run(
    args: &SegmentArgs,
    settings: &Settings,
    out: &mut Output,
) -> Result<Done, Failure> {
    let loaded = chain::load(args.out.as_deref(), settings, out)?;
    let (Some(rules), Some(segments)) = (&loaded.rules, &loaded.segments) else {
        return Err(chain::no_rules(&loaded.project));
    };
    if let Some(lead) = &args.explain {
        explain(lead, &loaded, rules, settings, out)?;
        return Ok(loaded.done());
    }
    if let Some(file) = &args.out {
        let csv = present::segments_csv(&loaded.data.leads, Some((rules, segments)));
        write_file(file, csv.as_bytes())?;
    }
    let rows = rows(&loaded, rules, segments);
    if settings.json {
        out.json(&serde_json::json!({
            "as_of": loaded.as_of(),
            "segments": rows,
        }))?;
    } else if args.out.is_none() {
        out.data(&present::segments_text(&rows, &loaded.style))?;
    }
    say_undated(rules, &loaded, out);
    Ok(loaded.done())
}

/// The segments in numbers.
pub(crate) fn rows(loaded: &Loaded, rules: &Rules, segments: &Segments) -> Vec<kpi::SegmentRow> {
    let language = match loaded.project.language {
        Language::En => "en",
        Language::Zh => "zh",
    };
    kpi::by_segment(&loaded.data.leads, rules, segments, language)
}

/// Says where the segment is no feature of the model, and why.
pub(crate) fn say_undated(rules: &Rules, loaded: &Loaded, out: &mut Output) {
    let fields = segment::undated_fields(rules, &loaded.data.leads);
    if !fields.is_empty() {
        out.note(&format!(
            "the segment is shown but is no feature of the model: the rules read {}, and no date says when that became \
             known",
            fields.join(", ")
        ));
    }
}

fn explain(
    lead: &str,
    loaded: &Loaded,
    rules: &Rules,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), Failure> {
    let leads = &loaded.data.leads;
    let Some(row) = leads.ids.iter().position(|id| id == lead) else {
        let near = chain::nearest(lead, leads.ids.iter().map(String::as_str));
        return Err(chain::wrong_use(
            format!("there is no lead `{lead}`"),
            near.map_or_else(
                || "give the lead's id as it stands in the file".to_owned(),
                |near| format!("did you mean `{near}`?"),
            ),
        ));
    };
    let all = segment::explain(rules, leads, row, leads.as_of).map_err(Failure::Faults)?;
    if settings.json {
        out.json(&serde_json::json!({ "lead_id": lead, "rules": all }))
    } else {
        out.data(&present::explain_text(lead, &all, rules, &loaded.style))
    }
}
