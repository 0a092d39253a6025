//! The third group: conversion.

use crate::kpi::{Conversion, Maturity, QualityChange, Rate, SourceQuality, StageRow};
use crate::present::fill;
use crate::present::kpi::{Page, dash};
use crate::present::names::says_nothing;
use crate::present::table::{Grid, Lean};
use crate::present::text::{count, percent};

/// Sources shown in short.
const FIRST: usize = 6;

/// Sentences, then the sources; in full every table.
pub(crate) fn conversion_text(page: &Page<'_>) -> String {
    let w = page.w;
    let Some(conversion) = &page.kpi.conversion else {
        return format!("{}\n", w.no_conversion);
    };
    let mut text = changes(conversion, page);
    let days = count(conversion.horizon_days.max(0) as usize);
    let values = [
        (
            "rate",
            conversion
                .all
                .conversion
                .as_ref()
                .map_or_else(dash, Page::share),
        ),
        ("days", days.clone()),
        ("in_time", count(conversion.all.won_in_time)),
        (
            "later",
            count(conversion.all.won - conversion.all.won_in_time),
        ),
        ("leads", count(conversion.all.leads)),
    ];
    text += &Page::said(w.all_rate, &values);
    if let Some(day) = conversion.record_begins {
        text += &Page::said(
            w.record,
            &[
                ("day", day.to_string()),
                ("n", count(conversion.before_record)),
            ],
        );
    }
    match &conversion.sources {
        Some(sources) => text += &sources_text(sources, page),
        None if conversion.sources_at_win => text.extend([format!("{}\n", w.sources_at_win)]),
        None => text.extend([format!("{}\n", w.need_source)]),
    }
    if page.full {
        text += &months(&conversion.months, page);
        text += &stages(conversion.stages.as_deref(), page);
        text += &owners(conversion, page);
        text.extend([format!("\n{}", Page::said(w.shrunken, &[("days", days)]))]);
    }
    text
}

fn changes(conversion: &Conversion, page: &Page<'_>) -> String {
    let w = page.w;
    let Some(found) = &conversion.changes else {
        return format!("{}\n", w.quality_short);
    };
    if found.changes.is_empty() {
        let template = if conversion.sources.is_some() {
            w.quality_same
        } else {
            w.quality_same_all
        };
        let values = [
            ("from", found.from.to_string()),
            ("to", found.to.to_string()),
            ("n", count(found.watched)),
            ("all", count(found.watched + found.unwatched)),
        ];
        let Some(differ) = &conversion.months_differ else {
            return Page::said(template, &values);
        };
        let months = [
            ("low", percent(differ.low)),
            ("lowest", differ.lowest.clone()),
            ("high", percent(differ.high)),
            ("highest", differ.highest.clone()),
            ("n", count(differ.months)),
        ];
        let months = Page::said(w.months_differ, &months);
        return if conversion.sources.is_some() {
            Page::said(template, &values) + &months
        } else {
            months
        };
    }
    changed_sources(page)
}

/// The sources whose quality changed.
pub(crate) fn changed_sources(page: &Page<'_>) -> String {
    let Some(conversion) = &page.kpi.conversion else {
        return String::new();
    };
    let found = conversion.changes.iter().flat_map(|found| &found.changes);
    found
        .map(|change| change_text(change, conversion.sources.is_some(), page))
        .collect()
}

fn change_text(change: &QualityChange, sourced: bool, page: &Page<'_>) -> String {
    let w = page.w;
    let whole = if sourced {
        w.other_sources
    } else {
        w.all_leads
    };
    let values = [
        (
            "source",
            change.source.clone().unwrap_or_else(|| whole.to_owned()),
        ),
        ("month", change.month.to_string()),
        ("earliest", change.earliest.to_string()),
        ("latest", change.latest.to_string()),
        ("ratio", page.times(&change.ratio)),
        ("before", percent(change.before)),
        ("after", percent(change.after)),
        ("n1", count(change.leads_before)),
        ("n2", count(change.leads_after)),
    ];
    Page::said(
        if change.ratio.value < 1.0 {
            w.quality_fell
        } else {
            w.quality_rose
        },
        &values,
    )
}

fn sources_text(sources: &[SourceQuality], page: &Page<'_>) -> String {
    let w = page.w;
    let better =
        |source: &SourceQuality| source.against_others.is_some_and(|ratio| ratio.value > 1.0);
    let list = |large: bool, good: bool| -> Vec<String> {
        sources
            .iter()
            .filter(|source| source.differs && source.large == large && better(source) == good)
            .filter(|source| !says_nothing(&source.rate.name))
            .filter_map(|source| {
                let ratio = page.times(source.against_others.as_ref()?);
                let values = [
                    ("source", &*page.level(&source.rate.name)),
                    ("share", &percent(source.share)),
                    ("ratio", &ratio),
                ];
                Some(fill(w.quality_item, &values))
            })
            .collect()
    };
    let mut text = String::new();
    for (template, large, good) in [
        (w.large_poor, true, false),
        (w.large_good, true, true),
        (w.small_good, false, true),
    ] {
        let list = list(large, good);
        if !list.is_empty() {
            text += &Page::said(template, &[("list", list.join(w.and))]);
        }
    }
    if !sources.iter().any(|source| source.differs) {
        text.extend([format!("{}\n", w.sources_alike)]);
    }
    if page.full {
        text.extend([format!("\n{}\n", w.sources_title)]);
    }
    let columns = [
        (w.source, Lean::Left),
        (page.style.words.leads, Lean::Right),
        (w.share, Lean::Right),
        (w.won_in_time, Lean::Right),
        (w.rate_shrunken, Lean::Right),
        (w.seen, Lean::Left),
        (w.against_others, Lean::Right),
        (w.verdict, Lean::Left),
    ];
    let mut grid = Grid::new(page.style, &columns);
    for source in sources
        .iter()
        .take(if page.full { usize::MAX } else { FIRST })
    {
        let mut cells = vec![
            page.level(&source.rate.name),
            count(source.rate.leads),
            percent(source.share),
            count(source.rate.won_in_time),
        ];
        cells.extend(rate_cells(&source.rate, page));
        cells.push(
            source
                .against_others
                .as_ref()
                .map_or_else(dash, |ratio| page.times(ratio)),
        );
        let word = match (source.rate.status, source.differs) {
            (Maturity::TooEarly, _) => w.too_early,
            (_, false) if source.few => w.too_few,
            (_, false) => w.usual,
            (_, true) if better(source) => w.better,
            (_, true) => w.worse,
        };
        cells.push(word.to_owned());
        grid.row(&cells);
    }
    text + "\n" + &grid.finish()
}

/// Conversion with its interval, and how much of the cycle was seen.
pub(crate) fn rate_cells(rate: &Rate, page: &Page<'_>) -> [String; 2] {
    if rate.leads == 0 {
        return [dash(), dash()];
    }
    let shown = rate
        .conversion
        .as_ref()
        .filter(|_| rate.status != Maturity::TooEarly);
    let seen = if rate.status == Maturity::TooEarly {
        page.w.too_early.to_owned()
    } else {
        format!("{} ({})", page.status(rate.status), percent(rate.maturity))
    };
    [shown.map_or_else(dash, Page::share), seen]
}

fn rates(name: &str, rates: &[Rate], page: &Page<'_>) -> String {
    let w = page.w;
    let columns = [
        (name, Lean::Left),
        (page.style.words.leads, Lean::Right),
        (w.won_in_time, Lean::Right),
        (w.lost, Lean::Right),
        (w.rate_shrunken, Lean::Right),
        (w.seen, Lean::Left),
    ];
    let mut grid = Grid::new(page.style, &columns);
    for rate in rates {
        let mut cells = vec![
            page.level(&rate.name),
            count(rate.leads),
            count(rate.won_in_time),
            count(rate.lost),
        ];
        cells.extend(rate_cells(rate, page));
        grid.row(&cells);
    }
    grid.finish()
}

fn months(months: &[Rate], page: &Page<'_>) -> String {
    format!(
        "\n{}\n\n{}",
        page.w.months_title,
        rates(page.w.created_in, months, page)
    )
}

fn owners(conversion: &Conversion, page: &Page<'_>) -> String {
    match &conversion.owners {
        _ if conversion.owners_at_win => format!("\n{}\n", page.w.owners_at_win),
        Some(owners) => format!(
            "\n{}\n\n{}",
            page.w.owners_title,
            rates(page.w.owner, owners, page)
        ),
        None => format!("\n{}\n", page.w.need_owner),
    }
}

fn stages(stages: Option<&[StageRow]>, page: &Page<'_>) -> String {
    let w = page.w;
    let Some(stages) = stages else {
        return format!("\n{}\n", w.need_stages);
    };
    let columns = [
        (w.stage, Lean::Left),
        (w.reached, Lean::Right),
        (w.went_on, Lean::Right),
        (w.lost, Lean::Right),
        (w.open, Lean::Right),
        (w.went_on_share, Lean::Right),
    ];
    let mut grid = Grid::new(page.style, &columns);
    for stage in stages {
        grid.row(&[
            stage.stage.clone(),
            count(stage.reached),
            count(stage.went_on),
            count(stage.lost),
            count(stage.open),
            stage.went_on_share.as_ref().map_or_else(dash, Page::share),
        ]);
    }
    format!("\n{}\n\n{}", w.stages_title, grid.finish())
}
