//! The sources beside each other and over time, in sentences; and the whole story of one.

use crate::decide::{Because, Direction, Quality, Quantity, SourceRow, Sources, Status};
use crate::kpi::Range;
use crate::present::sources::{sources_text, status};
use crate::present::sources_words::{SourcesWords, sources_words};
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, estimate, money, percent, signed_percent};
use crate::present::{Style, fill};

/// Sources shown in the table, and told of in a sentence.
const SHOWN: usize = 15;
const TOLD: usize = 4;

/// The table, and what it means: one screen.
pub fn sources_story(sources: &Sources, style: &Style) -> String {
    let w = sources_words(style.language);
    let rows = &sources.sources;
    let mut short = sources.clone();
    short.sources.truncate(SHOWN);
    let mut text = sources_text(&short, style);
    let mut say = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    if rows.len() > SHOWN {
        say(fill(w.more, &[("n", &count(rows.len() - SHOWN))]));
    }
    if let Some(pooled) = rows.iter().find(|row| row.standing.pooled > 0) {
        say(fill(w.others, &[("n", &count(pooled.standing.pooled))]));
    }
    for line in trends(rows, w).into_iter().chain(mixes(sources, w)) {
        say(line);
    }
    if let Some(day) = sources.record_begins {
        let n = count(sources.before_record);
        say(fill(w.record, &[("day", &day.to_string()), ("n", &n)]));
    }
    if rows.iter().all(|row| row.spend.is_none()) {
        say(w.no_spend.to_owned());
    }
    text
}

fn trends(rows: &[SourceRow], w: &SourcesWords) -> Vec<String> {
    let told = || {
        rows.iter()
            .filter_map(|row| Some((row, row.standing.trend.as_ref()?)))
    };
    let mut lines: Vec<String> = told()
        .filter(|(_, trend)| trend.direction != Direction::NotTold)
        .take(TOLD)
        .map(|(row, trend)| {
            let template = if trend.direction == Direction::Better {
                w.better
            } else {
                w.worse
            };
            ranged(template, &[("name", &row.source)], trend.per_quarter)
        })
        .collect();
    if lines.is_empty() && told().count() > 0 {
        lines.push(fill(w.steady, &[("n", &count(told().count()))]));
    }
    lines
}

/// A sentence with a ratio and its interval.
fn ranged(template: &str, values: &[(&str, &str)], range: Range) -> String {
    let [ratio, low, high] = [range.value, range.low, range.high].map(|x| format!("{x:.2}"));
    let mut all = values.to_vec();
    all.extend([("ratio", ratio.as_str()), ("low", &low), ("high", &high)]);
    fill(template, &all)
}

fn mixes(sources: &Sources, w: &SourcesWords) -> Vec<String> {
    let mut lines: Vec<String> = (sources.sources.iter())
        .filter_map(|row| {
            let mix = row.standing.same_mix.as_ref()?;
            let template = match mix.because? {
                Because::Source => w.by_source,
                Because::Mix => w.by_mix,
            };
            let here = &mix.conversion;
            Some(fill(
                template,
                &[
                    ("name", row.source.as_str()),
                    ("here", &estimate(here.value, here.low, here.high)),
                    ("own", &percent(row.conversion)),
                ],
            ))
        })
        .take(TOLD)
        .collect();
    if !lines.is_empty() {
        lines.push(fill(w.mix_note, &[("columns", &columns(&sources.mix_of))]));
    }
    lines
}

fn columns(names: &[String]) -> String {
    const MOST: usize = 8;
    let more = if names.len() > MOST { " ..." } else { "" };
    format!("{}{more}", names[..names.len().min(MOST)].join(", "))
}

/// Many or few, good or poor.
pub(super) fn standing<'a>(row: &SourceRow, w: &'a SourcesWords) -> &'a str {
    use {Quality as Q, Quantity as N};
    match (row.standing.quantity, row.standing.quality) {
        (None, _) => "",
        (Some(N::Many), Q::Good) => w.many_good,
        (Some(N::Many), Q::Poor) => w.many_poor,
        (Some(N::Few), Q::Good) => w.few_good,
        (Some(N::Few), Q::Poor) => w.few_poor,
        (Some(N::Many), Q::NotTold) => w.many,
        (Some(N::Few), Q::NotTold) => w.few,
    }
}

/// Days until the money is back.
pub(super) fn payback(row: &SourceRow, w: &SourcesWords) -> String {
    let Some(back) = &row.standing.payback else {
        return "-".to_owned();
    };
    let of =
        |days: Option<f64>| days.map_or_else(|| w.never.to_owned(), |days| format!("{days:.0}"));
    let range = format!("({}-{})", of(back.low), of(back.high));
    match (back.days, back.low) {
        (None, None) => w.never.to_owned(),
        (None, Some(_)) => format!("{} {range}", w.never),
        (Some(days), _) => {
            let own = fill(w.days, &[("days", &format!("{days:.0}"))]);
            format!("{own} {range}")
        }
    }
}

/// One source: what it is beside the others, what it costs, and its cohorts.
pub fn source_text(sources: &Sources, row: &SourceRow, style: &Style) -> String {
    let w = sources_words(style.language);
    let mut lines = vec![fill(
        w.story,
        &[
            ("name", row.source.as_str()),
            ("day", &sources.as_of.to_string()),
            ("leads", &count(row.leads)),
            ("share", &percent(row.standing.share)),
            ("won", &count(row.won)),
            ("maturity", &percent(row.maturity)),
        ],
    )];
    lines.extend(sentences(row, w));
    let one = Sources {
        sources: vec![row.clone()],
        ..sources.clone()
    };
    format!(
        "{}\n\n{}\n{}",
        lines.join("\n"),
        sources_text(&one, style),
        quarters(row, style, w)
    )
}

fn sentences(row: &SourceRow, w: &SourcesWords) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(ratio) = row.standing.against_others {
        let told = standing(row, w);
        lines.push(ranged(w.against, &[("standing", told)], ratio));
    }
    if let Some(mix) = &row.standing.same_mix {
        let here = &mix.conversion;
        let here = estimate(here.value, here.low, here.high);
        let own = format!("{:.2}", mix.mix);
        lines.push(fill(w.same_mix, &[("here", &here), ("mix", &own)]));
    }
    if let Some(trend) = &row.standing.trend {
        let direction = match trend.direction {
            Direction::NotTold => w.no_trend.to_owned(),
            Direction::Better => "+".to_owned(),
            Direction::Worse => "-".to_owned(),
        };
        let own = [("direction", direction.as_str())];
        lines.push(ranged(w.own_trend, &own, trend.per_quarter));
    }
    if let (Some(cac), Some(low), Some(high)) =
        (row.cac, row.standing.cac_low, row.standing.cac_high)
    {
        let [cac, low, high] = [cac, low, high].map(money);
        lines.push(fill(
            w.cost,
            &[("cac", cac.as_str()), ("low", &low), ("high", &high)],
        ));
    }
    if let Some(back) = &row.standing.payback {
        let of = |days: Option<f64>| {
            days.map_or_else(|| w.never.to_owned(), |days| format!("{days:.0}"))
        };
        let template = if back.days.is_some() {
            w.comes_back
        } else {
            w.never_back
        };
        let values = [
            of(back.days),
            of(back.low),
            of(back.high),
            percent(back.never),
        ];
        let names = ["days", "low", "high", "never"];
        let values: Vec<(&str, &str)> = (names.into_iter())
            .zip(values.iter().map(String::as_str))
            .collect();
        lines.push(fill(template, &values));
    }
    lines
}

fn quarters(row: &SourceRow, style: &Style, w: &SourcesWords) -> String {
    let words = style.words;
    let paid = row.standing.quarters.iter().any(|q| q.spend.is_some());
    let mut columns = vec![
        (w.quarter, Lean::Left),
        (words.leads, Lean::Right),
        (words.won, Lean::Right),
        (words.maturity, Lean::Right),
        (words.conversion, Lean::Right),
    ];
    if paid {
        let roi = if style.margin == 1.0 {
            words.revenue_roi
        } else {
            words.roi
        };
        columns.extend([
            (words.spend, Lean::Right),
            (words.cac, Lean::Right),
            (roi, Lean::Right),
        ]);
    }
    columns.push((words.status, Lean::Left));
    let mut grid = Grid::new(style, &columns);
    let dash = || "-".to_owned();
    for of in &row.standing.quarters {
        let mut cells = vec![
            of.quarter.clone(),
            count(of.leads),
            count(of.won),
            percent(of.maturity),
            of.conversion
                .map_or_else(dash, |c| estimate(c.value, c.low, c.high)),
        ];
        if paid {
            cells.extend([
                of.spend.map_or_else(dash, money),
                of.cac.map_or_else(dash, |cac| money(cac.value)),
                of.roi.map_or_else(dash, |roi| {
                    let plain = |x: f64| signed_percent(x).replace(" %", "");
                    format!(
                        "{} ({} .. {})",
                        signed_percent(roi.value),
                        plain(roi.low),
                        plain(roi.high)
                    )
                }),
            ]);
        }
        cells.push(if of.status == Status::Matured {
            String::new()
        } else {
            status(of.status, words).to_owned()
        });
        grid.row(&cells);
    }
    grid.finish()
}
