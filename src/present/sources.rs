//! Sources, as a table and as CSV.

use serde::Serialize;

use crate::decide::{SourceRow, Sources, Status};
use crate::domain::Day;
use crate::present::csv::{self, Csv};
use crate::present::sources_story::{payback, standing};
use crate::present::sources_words::sources_words;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, estimate, money, percent, signed_percent};
use crate::present::{Style, Words, fill};
use crate::score::Warning;

/// The sources in a table: how many leads, how good, what they cost and return. Columns in which nothing stands are left
/// out.
pub fn sources_text(sources: &Sources, style: &Style) -> String {
    let w = style.words;
    let roi = if style.margin == 1.0 {
        w.revenue_roi
    } else {
        w.roi
    };
    let rows = &sources.sources;
    let any = |there: fn(&SourceRow) -> bool| rows.iter().any(there);
    let priced = any(|row| row.aov.is_some());
    let paid = any(|row| row.spend.is_some() || row.cac.is_some() || row.roi.is_some());
    let stands = any(|row| row.standing.quantity.is_some());
    let back = any(|row| row.standing.payback.is_some());
    let own = sources_words(style.language);
    let young = any(|row| row.status != Status::Matured);
    let mut columns = vec![
        (w.source, Lean::Left),
        (w.leads, Lean::Right),
        (w.won, Lean::Right),
        (w.maturity, Lean::Right),
        (w.conversion, Lean::Right),
    ];
    if priced {
        columns.extend([(own.aov, Lean::Right), (own.revenue, Lean::Right)]);
    }
    if paid {
        columns.extend([
            (w.spend, Lean::Right),
            (w.cac, Lean::Right),
            (roi, Lean::Right),
        ]);
    }
    if back {
        columns.push((own.payback, Lean::Right));
    }
    if stands {
        columns.push((own.standing, Lean::Left));
    }
    if young {
        columns.push((w.status, Lean::Left));
    }
    let mut grid = Grid::new(style, &columns);
    let amount = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), money);
    for row in rows {
        let mut cells = vec![
            row.source.clone(),
            count(row.leads),
            count(row.won),
            percent(row.maturity),
            estimate(row.conversion, row.conversion_low, row.conversion_high),
        ];
        if priced {
            cells.extend([aov(row), amount(row.revenue)]);
        }
        if paid {
            cells.extend([amount(row.spend), cac(row), roi_words(row)]);
        }
        if back {
            cells.push(payback(row, own));
        }
        if stands {
            cells.push(standing(row, own).to_owned());
        }
        cells.push(status(row.status, w).to_owned());
        grid.row(&cells);
    }
    let mut text = grid.finish();
    text.push_str(w.sources_note);
    let days = count(sources.horizon_days.max(0) as usize);
    text.push_str(&fill(own.horizon_note, &[("days", &days)]));
    if priced {
        text.push_str(own.aov_note);
    }
    text.push('\n');
    if paid {
        text.push_str(own.paid_note);
        text.push('\n');
    }
    text
}

fn aov(row: &SourceRow) -> String {
    match (row.aov, row.aov_low, row.aov_high) {
        (Some(mean), Some(low), Some(high)) => {
            format!("{} ({}-{})", money(mean), money(low), money(high))
        }
        _ => "-".to_owned(),
    }
}

fn cac(row: &SourceRow) -> String {
    let range = row.standing.cac_low.zip(row.standing.cac_high);
    match (row.cac, range) {
        (Some(cac), Some((low, high))) => {
            format!("{} ({}-{})", money(cac), money(low), money(high))
        }
        (Some(cac), None) => money(cac),
        _ => "-".to_owned(),
    }
}

fn roi_words(row: &SourceRow) -> String {
    let Some(roi) = row.roi else {
        return "-".to_owned();
    };
    match row.roi_low.zip(row.roi_high) {
        Some((low, high)) => format!(
            "{} ({} .. {})",
            signed_percent(roi),
            signed_percent(low).replace(" %", ""),
            signed_percent(high).replace(" %", "")
        ),
        None => signed_percent(roi),
    }
}

pub(super) fn status(status: Status, w: &Words) -> &'static str {
    match status {
        Status::Matured => "",
        Status::Maturing => w.maturing,
        Status::TooEarly => w.too_early,
    }
}

/// The sources as data, with what was noticed of them.
pub fn sources_json(sources: &Sources) -> impl Serialize + '_ {
    SourcesJson {
        as_of: sources.as_of,
        by: &sources.by,
        horizon_days: sources.horizon_days,
        record_begins: sources.record_begins,
        before_record: sources.before_record,
        mix_of: &sources.mix_of,
        sources: &sources.sources,
        warnings: &sources.warnings,
    }
}

#[derive(Serialize)]
struct SourcesJson<'a> {
    as_of: Day,
    by: &'a str,
    horizon_days: i32,
    record_begins: Option<Day>,
    before_record: usize,
    mix_of: &'a [String],
    sources: &'a [SourceRow],
    warnings: &'a [Warning],
}

/// The sources as CSV.
pub fn sources_csv(sources: Option<&Sources>) -> String {
    let mut file = Csv::new(&[
        "source",
        "leads",
        "won",
        "maturity",
        "conversion",
        "conversion_low",
        "conversion_high",
        "aov",
        "aov_low",
        "aov_high",
        "revenue",
        "spend",
        "cac",
        "roi",
        "roi_low",
        "roi_high",
        "status",
    ]);
    for row in sources.map_or(&[][..], |sources| &sources.sources) {
        file.row(&[
            row.source.clone(),
            row.leads.to_string(),
            row.won.to_string(),
            csv::share(Some(row.maturity)),
            csv::share(Some(row.conversion)),
            csv::share(Some(row.conversion_low)),
            csv::share(Some(row.conversion_high)),
            csv::money(row.aov),
            csv::money(row.aov_low),
            csv::money(row.aov_high),
            csv::money(row.revenue),
            csv::money(row.spend),
            csv::money(row.cac),
            csv::share(row.roi),
            csv::share(row.roi_low),
            csv::share(row.roi_high),
            match row.status {
                Status::Matured => "matured",
                Status::Maturing => "maturing",
                Status::TooEarly => "too_early",
            }
            .to_owned(),
        ]);
    }
    file.finish()
}
