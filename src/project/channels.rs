//! The `[channels]` table: campaign files in long form, in wide form, and as daily means with rates.

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::DeValue;

use crate::domain::Measure;

use super::checked::{ChannelsForm, ChannelsSpec, MeansSpec};
use super::paths;
use super::tables::Home;
use super::written::{Section, noun};

const OUTCOME: &str = "write outcome = { revenue = \"sales\" }, or outcome = { orders = \"conversions\", worth = \"value\" } \
                       with the column of the money of one order";
const WIDE_SPEND: &str = "write spend = { \"TV\" = \"tv_spend\", \"Search\" = \"search_spend\" }: the channel, then its column";

/// Reads `[channels]`. Faults go to the walk.
pub(super) fn channels(
    section: Section<'_, '_>,
    root: &Path,
    home: Home<'_>,
) -> Option<ChannelsSpec> {
    if !section.has("file") {
        section.missing("file", "name the campaign file: file = \"campaigns.csv\"");
    }
    let before = section.walk.count();
    let files = paths::files(&section, root, "file");
    let column = |key| section.text(key).map(|text| text.value);
    let (date, geo) = (column("date"), column("geo"));
    let form = if is_wide(&section) {
        wide(&section)
    } else {
        long(&section)
    };
    if matches!(form, Some(ChannelsForm::Wide { .. })) && date.is_none() && !section.has("date") {
        section.missing(
            "date",
            "name the column of the first day of each week or day: without dates, what one channel did cannot be told from the others",
        );
    }
    let merge = merge(&section);
    let max_rejects = section.number_in("max_rejects", (0.0, 1.0, false));
    let walk = section.walk;
    section.finish_with(home);
    (walk.count() == before).then_some(ChannelsSpec {
        files,
        date,
        geo,
        form: form?,
        merge,
        max_rejects: max_rejects.unwrap_or(0.05),
    })
}

fn is_wide(section: &Section<'_, '_>) -> bool {
    let table = |key| {
        section
            .get(key)
            .is_some_and(|value| matches!(value.get_ref(), DeValue::Table(_)))
    };
    section.has("outcome") || table("spend")
}

fn long(section: &Section<'_, '_>) -> Option<ChannelsForm> {
    let channel = section.need_text(
        "channel",
        "name the column of the channel; or, if each channel has a column of its own, write spend = { \"TV\" = \"tv_spend\" } \
         and outcome = { revenue = \"sales\" }",
    );
    let spend = section.text("spend").map(|text| text.value);
    let mut counts = BTreeMap::new();
    for measure in Measure::ALL {
        if let Some(text) = section.text(measure.key()) {
            counts.insert(measure, text.value);
        }
    }
    let means = means(section);
    if means.is_some() && !counts.is_empty() {
        section.walk.error(
            "channels-form",
            section.span.clone(),
            "`visits_per_day` stands beside counts: a file gives either counts or daily means with rates",
            "keep `visits_per_day`, `days` and the rates, or the columns of counts",
        );
    }
    if spend.is_none() && counts.is_empty() && means.is_none() {
        section.missing(
            "spend",
            "name what the file says of a channel: spend, impressions, clicks, leads, orders or revenue",
        );
    }
    Some(ChannelsForm::Long {
        channel: channel?.value,
        spend,
        counts,
        means,
    })
}

/// Daily means and rates.
fn means(section: &Section<'_, '_>) -> Option<MeansSpec> {
    let column = |key| section.text(key).map(|text| text.value);
    let (visits_per_day, days) = (column("visits_per_day"), column("days"));
    let (lead_rate, order_rate) = (column("lead_rate"), column("order_rate"));
    if [&visits_per_day, &days, &lead_rate, &order_rate]
        .iter()
        .all(|given| given.is_none())
    {
        return None;
    }
    for (key, given) in [("visits_per_day", &visits_per_day), ("days", &days)] {
        if given.is_none() && !section.has(key) {
            section.missing(
                key,
                "counts are worked out as visits a day x days x rate: both columns are needed",
            );
        }
    }
    Some(MeansSpec {
        visits_per_day: visits_per_day?,
        days: days?,
        lead_rate,
        order_rate,
    })
}

fn wide(section: &Section<'_, '_>) -> Option<ChannelsForm> {
    let spend = spends(section);
    let controls = section.texts("controls").unwrap_or_default();
    let outcome = outcome(section);
    let (measure, outcome, worth) = outcome?;
    Some(ChannelsForm::Wide {
        spend: spend?,
        measure,
        outcome,
        worth,
        controls: controls.into_iter().map(|text| text.value).collect(),
    })
}

/// `spend = { "TV" = "tv_S" }`.
fn spends(section: &Section<'_, '_>) -> Option<Vec<(String, String)>> {
    let Some(value) = section.get("spend") else {
        section.missing("spend", WIDE_SPEND);
        return None;
    };
    if !matches!(value.get_ref(), DeValue::Table(_)) {
        section.walk.error(
            "wrong-type",
            value.span(),
            format!(
                "with one `outcome` for all channels, `channels.spend` must name a column for each channel, found {}",
                noun(value.get_ref())
            ),
            WIDE_SPEND,
        );
        return None;
    }
    let table = section.section("spend")?;
    let mut spend: Vec<(String, String)> = Vec::new();
    for (name, value) in table.entries() {
        let path = format!("{}.{}", table.name, name.value);
        let Some(column) = section.walk.text(&path, value) else {
            continue;
        };
        if let Some((other, _)) = spend.iter().find(|(_, named)| *named == column.value) {
            section.walk.error(
                "column-twice",
                column.span,
                format!(
                    "`{}` is the spend of \"{other}\" already: its money would count twice",
                    column.value
                ),
                "each channel has a column of its own",
            );
            continue;
        }
        spend.push((name.value, column.value));
    }
    if spend.is_empty() && table.entries().is_empty() {
        section.walk.error(
            "empty-list",
            table.span.clone(),
            "`channels.spend` names no channel",
            WIDE_SPEND,
        );
    }
    spend.sort();
    Some(spend)
}

/// `outcome = { orders = "conversions", worth = "revenue_per_conversion" }`.
fn outcome(section: &Section<'_, '_>) -> Option<(Measure, String, Option<String>)> {
    let Some(value) = section.get("outcome") else {
        section.missing("outcome", OUTCOME);
        return None;
    };
    if !matches!(value.get_ref(), DeValue::Table(_)) {
        section.walk.error(
            "wrong-type",
            value.span(),
            format!(
                "`channels.outcome` must say what the column counts, found {}",
                noun(value.get_ref())
            ),
            OUTCOME,
        );
        return None;
    }
    let table = section.section("outcome")?;
    let mut found = Vec::new();
    for measure in [
        Measure::Revenue,
        Measure::Orders,
        Measure::Leads,
        Measure::Clicks,
    ] {
        if let Some(text) = table.text(measure.key()) {
            found.push((measure, text.value));
        }
    }
    let worth = table.text("worth").map(|text| text.value);
    let (span, faults) = (table.span.clone(), section.walk.count());
    table.finish();
    match (found.len(), worth) {
        (1, worth) if worth.is_none() || found[0].0 != Measure::Revenue => {
            let (measure, column) = found.remove(0);
            Some((measure, column, worth))
        }
        (1, _) => {
            section.walk.error(
                "channels-form",
                span,
                "revenue is money already: it has no `worth`",
                "delete `worth`; or, if the column counts orders, write outcome = { orders = ..., worth = ... }",
            );
            None
        }
        _ => {
            if section.walk.count() == faults {
                section.walk.error(
                    "channels-form",
                    span,
                    "`channels.outcome` must name exactly one of revenue, orders, leads and clicks",
                    OUTCOME,
                );
            }
            None
        }
    }
}

/// `merge = { "facebook" = ["FaceBook", "fb"] }`.
fn merge(section: &Section<'_, '_>) -> BTreeMap<String, Vec<String>> {
    let mut merge: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let Some(table) = section.section("merge") else {
        return merge;
    };
    for (name, value) in table.entries() {
        let path = format!("{}.{}", table.name, name.value);
        let items: Vec<String> = match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .filter_map(|item| section.walk.text(&path, item))
                .map(|text| text.value)
                .collect(),
            _ => section
                .walk
                .text(&path, value)
                .map(|text| text.value)
                .into_iter()
                .collect(),
        };
        for item in &items {
            if let Some(other) = merge
                .iter()
                .find_map(|(other, names)| names.contains(item).then_some(other))
            {
                section.walk.error(
                    "merged-twice",
                    name.span.clone(),
                    format!("\"{item}\" is merged into \"{other}\" already"),
                    "a name can be only one channel",
                );
            }
        }
        merge.insert(name.value, items);
    }
    merge
}
