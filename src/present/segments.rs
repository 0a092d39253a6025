//! Segments, as a table and as CSV.

use crate::domain::{Leads, Probability};
use crate::kpi::SegmentRow;
use crate::present::csv::Csv;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, estimate, percent};
use crate::present::{Style, fill};
use crate::segment::{Intent, Rules, Segments};

/// The segments in a table, with what the last column means below it.
pub fn segments_text(rows: &[SegmentRow], style: &Style) -> String {
    let w = style.words;
    let mut grid = Grid::new(
        style,
        &[
            (w.segment, Lean::Left),
            (w.intent, Lean::Left),
            (w.leads, Lean::Right),
            (w.share, Lean::Right),
            (w.open, Lean::Right),
            (w.won, Lean::Right),
            (w.lost, Lean::Right),
            (w.won_of_closed, Lean::Right),
            ("n", Lean::Right),
        ],
    );
    for row in rows {
        grid.row(&[
            row.label.clone(),
            intent(row.intent, style).to_owned(),
            count(row.leads),
            percent(row.share),
            count(row.open),
            count(row.won),
            count(row.lost),
            rate(row),
            count(row.won + row.lost),
        ]);
    }
    let mut text = grid.finish();
    text.push_str(&fill(w.won_of_closed_note, &[]));
    text.push('\n');
    text
}

fn rate(row: &SegmentRow) -> String {
    let bounds = row
        .won_of_closed
        .zip(row.won_of_closed_low)
        .zip(row.won_of_closed_high);
    bounds.map_or_else(
        || "-".to_owned(),
        |((rate, low), high)| estimate(rate.get(), low.get(), high.get()),
    )
}

fn intent(intent: Intent, style: &Style) -> &'static str {
    match intent {
        Intent::High => style.words.intent_high,
        Intent::Medium => style.words.intent_medium,
        Intent::Low => style.words.intent_low,
        Intent::None => style.words.intent_none,
    }
}

/// Every lead with its segment, in the order of the input: `lead_id,segment,tags,intent`; tags are split by `;`.
/// Without rules the last three are empty.
pub fn segments_csv(leads: &Leads, sorted: Option<(&Rules, &Segments)>) -> String {
    let mut csv = Csv::new(&["lead_id", "segment", "tags", "intent"]);
    let mut order: Vec<usize> = (0..leads.len()).collect();
    order.sort_by_key(|&row| leads.input_row[row]);
    for row in order {
        let id = leads.ids[row].as_str();
        let Some((rules, segments)) = sorted else {
            csv.row(&[id, "", "", ""]);
            continue;
        };
        let name = |segment: u32| {
            let name = segments.names.get(segment as usize);
            name.map_or("", String::as_str)
        };
        let segment = name(segments.segment[row]);
        let tags = segments.tags.get(row).map_or(&[][..], Vec::as_slice);
        let tags: Vec<&str> = tags.iter().map(|&tag| name(tag)).collect();
        let rule = rules.rules.iter().find(|rule| rule.name == segment);
        let intent = match rule.map(|rule| rule.intent) {
            Some(Intent::High) => "high",
            Some(Intent::Medium) => "medium",
            Some(Intent::Low) => "low",
            Some(Intent::None) | None => "none",
        };
        csv.row(&[id, segment, &tags.join(";"), intent]);
    }
    csv.finish()
}

/// The name of a lead's segment; empty without rules.
pub(crate) fn name_of(segments: Option<&Segments>, row: usize) -> &str {
    segments
        .and_then(|segments| {
            let segment = *segments.segment.get(row)? as usize;
            segments.names.get(segment)
        })
        .map_or("", String::as_str)
}

/// A probability on screen; a dash where there is none.
pub(crate) fn shown(value: Option<Probability>) -> String {
    value.map_or_else(|| "-".to_owned(), |p| percent(p.get()))
}
