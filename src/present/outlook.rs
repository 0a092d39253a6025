//! The forecast, as a table and as CSV.

use serde::Serialize;

use crate::domain::Day;
use crate::forecast::{Figures, MonthOutlook, Outlook};
use crate::present::backtest::record_line;
use crate::present::csv::{self, Csv};
use crate::present::record::all_warnings;
use crate::present::segments::shown;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, deals, money};
use crate::present::{Style, fill};
use crate::score::{TrainReport, Warning};

/// The forecast in a table: where the revenue comes from, commit, plan and stretch, the target and its chance.
pub fn outlook_text(outlook: &Outlook, style: &Style) -> String {
    let w = style.words;
    let months = &outlook.months;
    let targets = months.iter().any(|month| month.target.is_some());
    let naive = months.iter().any(|month| month.naive.is_some());
    let mut columns = vec![
        (w.month, Lean::Left),
        (w.booked, Lean::Right),
        (w.open_pipeline, Lean::Right),
        (w.new_leads, Lean::Right),
        (w.commit, Lean::Right),
        (w.plan, Lean::Right),
        (w.stretch, Lean::Right),
        (w.range_80, Lean::Right),
    ];
    if targets {
        columns.extend([(w.target, Lean::Right), (w.p_attain, Lean::Right)]);
    }
    if naive {
        columns.push((w.last_year, Lean::Right));
    }
    let amount = |value: f64| amount(value, outlook);
    let mut grid = Grid::new(style, &columns);
    for month in months {
        let mut cells = vec![
            month.month.to_string(),
            amount(month.booked),
            amount(month.open_pipeline),
            amount(month.new_leads),
            amount(month.p20),
            amount(month.p50),
            amount(month.p80),
            format!("{} - {}", amount(month.p10), amount(month.p90)),
        ];
        if targets {
            cells.push(month.target.map_or_else(|| "-".to_owned(), &amount));
            cells.push(shown(month.p_attain));
        }
        if naive {
            cells.push(month.naive.map_or_else(|| "-".to_owned(), &amount));
        }
        grid.row(&cells);
    }
    let mut text = grid.finish();
    text.push_str(&meeting(outlook, style));
    text.push_str(&footnote(outlook, style));
    text
}

/// Money; where the data has none, deals with one decimal.
fn amount(value: f64, outlook: &Outlook) -> String {
    if outlook.currency == "deals" {
        deals(value)
    } else {
        money(value)
    }
}

/// What a manager would repeat in a meeting: the first month in a sentence.
fn meeting(outlook: &Outlook, style: &Style) -> String {
    let w = style.words;
    let Some(first) = outlook.months.first() else {
        return String::new();
    };
    let amount = |value: f64| amount(value, outlook);
    let mut text = fill(
        w.meeting,
        &[
            ("month", &first.month.to_string()),
            ("commit", &amount(first.p20)),
            ("plan", &amount(first.p50)),
            ("stretch", &amount(first.p80)),
        ],
    );
    if let (Some(target), Some(p)) = (first.target, first.p_attain) {
        text.push_str(&fill(
            w.meeting_target,
            &[("target", &amount(target)), ("p", &shown(Some(p)))],
        ));
    }
    text.push('\n');
    text
}

fn footnote(outlook: &Outlook, style: &Style) -> String {
    let w = style.words;
    let mut text = fill(
        w.outlook_note,
        &[
            ("currency", &outlook.currency),
            ("draws", &count(outlook.draws)),
            ("date", &outlook.as_of.to_string()),
        ],
    );
    text.push('\n');
    if let Some(line) = record_line(&outlook.record, style) {
        text.push_str(&line);
        text.push('\n');
    }
    let amount = |value: f64| amount(value, outlook);
    let weighted = outlook
        .months
        .first()
        .and_then(|month: &MonthOutlook| month.weighted_pipeline);
    if let Some(weighted) = weighted {
        text.push_str(&fill(w.weighted_note, &[("weighted", &amount(weighted))]));
        text.push('\n');
    }
    text
}

/// The forecast as data, with whether the model behind it knows more than the base rate and what else must be known of
/// it.
pub fn outlook_json<'a>(outlook: &'a Outlook, report: &TrainReport) -> impl Serialize + 'a {
    OutlookJson {
        as_of: outlook.as_of,
        currency: &outlook.currency,
        better_than_base_rate: report.better_than_base_rate,
        months: &outlook.months,
        draws: outlook.draws,
        record: &outlook.record,
        warnings: all_warnings(report, &outlook.warnings),
    }
}

#[derive(Serialize)]
struct OutlookJson<'a> {
    as_of: Day,
    currency: &'a str,
    better_than_base_rate: bool,
    months: &'a [MonthOutlook],
    draws: usize,
    record: &'a [Figures],
    warnings: Vec<Warning>,
}

/// The forecast as CSV, one row a month, money with two decimals.
pub fn outlook_csv(outlook: Option<&Outlook>) -> String {
    let mut file = Csv::new(&[
        "month",
        "p10",
        "p20",
        "p50",
        "p80",
        "p90",
        "mean",
        "booked",
        "open_pipeline",
        "new_leads",
        "target",
        "p_attain",
        "last_year",
        "weighted_pipeline",
    ]);
    for month in outlook.map_or(&[][..], |outlook| &outlook.months) {
        file.row(&[
            month.month.to_string(),
            csv::money(Some(month.p10)),
            csv::money(Some(month.p20)),
            csv::money(Some(month.p50)),
            csv::money(Some(month.p80)),
            csv::money(Some(month.p90)),
            csv::money(Some(month.mean)),
            csv::money(Some(month.booked)),
            csv::money(Some(month.open_pipeline)),
            csv::money(Some(month.new_leads)),
            csv::money(month.target),
            csv::probability(month.p_attain),
            csv::money(month.naive),
            csv::money(month.weighted_pipeline),
        ]);
    }
    file.finish()
}
