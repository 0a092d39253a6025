//! The summary of a whole run: one screen.

use crate::decide::{PlannedCall, Sources};
use crate::forecast::Outlook;
use crate::kpi::SegmentRow;
use crate::present::calls::calls_table;
use crate::present::chinese::in_language;
use crate::present::text::count;
use crate::present::{Style, fill, outlook_text, segments_text, sources_text, warnings_text};

/// Everything that a run found, ready to be shown.
#[derive(Debug)]
pub struct Summary<'a> {
    /// Name of the project.
    pub name: &'a str,
    /// As-of date; none for undated data.
    pub as_of: Option<String>,
    /// Data rows read.
    pub read: usize,
    /// Rows set aside.
    pub rejected: usize,
    /// Leads kept, and open, won, lost among them.
    pub leads: [usize; 4],
    /// Segments; empty without rules.
    pub segments: &'a [SegmentRow],
    /// The record of the model in a sentence; why there is none otherwise.
    pub record: String,
    /// What was noticed of the model and its scores, as text.
    pub warnings: String,
    /// The best calls over all owners, with their owner.
    pub calls: &'a [(&'a str, &'a PlannedCall)],
    /// The forecast, or why there is none.
    pub outlook: Result<&'a Outlook, String>,
    /// The sources, or why there are none.
    pub sources: Result<&'a Sources, String>,
    /// What stands out beyond chance, with the command that tells more of it.
    pub findings: &'a [(&'static str, String)],
    /// Folder of the files written.
    pub folder: String,
    /// Whether there is a list of calls for somebody by name.
    pub owned_calls: bool,
    /// The files written there.
    pub files: &'a [&'static str],
}

/// The summary as text.
pub fn summary_text(summary: &Summary<'_>, style: &Style) -> String {
    let w = style.words;
    let mut text = opening(summary, style);
    let mut part = |title: &str, body: &str| {
        text.push('\n');
        text.push_str(title);
        text.push('\n');
        text.push_str(body);
    };
    if !summary.segments.is_empty() {
        part(w.segments_title, &segments_text(summary.segments, style));
    }
    part(
        w.model_title,
        &format!("{}\n{}", summary.record, summary.warnings),
    );
    if !summary.calls.is_empty() {
        let rows: Vec<_> = summary
            .calls
            .iter()
            .map(|&(owner, call)| (Some(owner), call))
            .collect();
        part(w.calls_title, &calls_table(&rows, style));
    }
    let body = match &summary.outlook {
        Ok(outlook) => outlook_text(outlook, style) + &warnings_text(&outlook.warnings, style),
        Err(why) => format!(
            "{}\n",
            fill(w.no_forecast, &[("why", &in_language(why, style.language))])
        ),
    };
    part(w.forecast_title, &body);
    let body = match &summary.sources {
        Ok(sources) => sources_text(sources, style) + &warnings_text(&sources.warnings, style),
        Err(why) => format!(
            "{}\n",
            fill(w.no_sources, &[("why", &in_language(why, style.language))])
        ),
    };
    part(w.sources_title, &body);
    if !summary.findings.is_empty() {
        part(w.found_title, &findings(summary.findings));
    }
    text.push('\n');
    text.push_str(&closing(summary, style));
    text
}

/// One line each.
fn findings(found: &[(&'static str, String)]) -> String {
    let line = |(command, said): &(&str, String)| format!("{said} (`forerun {command}`)\n");
    found.iter().map(line).collect()
}

fn opening(summary: &Summary<'_>, style: &Style) -> String {
    let w = style.words;
    let [leads, open, won, lost] = summary.leads;
    let template = if summary.as_of.is_some() {
        w.read_line
    } else {
        w.read_line_undated
    };
    let mut text = fill(
        template,
        &[
            ("name", summary.name),
            ("date", summary.as_of.as_deref().unwrap_or_default()),
            ("leads", &count(leads)),
            ("open", &count(open)),
            ("won", &count(won)),
            ("lost", &count(lost)),
        ],
    );
    if summary.rejected > 0 {
        text.push_str(&fill(
            w.rejected_line,
            &[
                ("rejected", &count(summary.rejected)),
                ("read", &count(summary.read)),
            ],
        ));
    }
    text.push('\n');
    text
}

fn closing(summary: &Summary<'_>, style: &Style) -> String {
    let files = summary.files.join(", ");
    let mut text = fill(
        style.words.files_line,
        &[("folder", &summary.folder), ("files", &files)],
    );
    text.push('\n');
    text.push_str(if summary.owned_calls {
        style.words.next_line
    } else {
        style.words.next_check
    });
    text.push('\n');
    text
}
