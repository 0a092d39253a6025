//! Campaign files with a row for each period (and region), a column of spend for each channel, and one outcome.

use std::collections::BTreeMap;

use super::periods::{self, Periods};
use super::{Cells, Fault, File, fault, not_negative};
use crate::domain::{
    Campaign, CampaignLine, Column, CommonLine, CommonOutcome, Day, MISSING, Measure,
};
use crate::project::{ChannelsForm, ChannelsSpec, Project};
use crate::read::ReadError;
use crate::read::column::Ask;
use crate::read::frame::Wish;
use crate::read::log::Log;

/// The columns asked for.
struct Asked<'a> {
    spend: &'a [(String, String)],
    measure: Measure,
    outcome: &'a str,
    worth: Option<&'a str>,
    controls: &'a [String],
}

fn wishes(asked: &Asked<'_>) -> Vec<Wish> {
    let mut wishes: Vec<Wish> = (asked.spend.iter())
        .map(|(name, column)| {
            Wish::new(column, format!("`spend.{name}` in [channels]"), Ask::Money)
        })
        .collect();
    wishes.push(Wish::new(
        asked.outcome,
        "`outcome` in [channels]",
        Ask::Money,
    ));
    if let Some(worth) = asked.worth {
        wishes.push(Wish::new(
            worth,
            "`outcome.worth` in [channels]",
            Ask::Money,
        ));
    }
    for control in asked.controls {
        wishes.push(Wish::new(control, "`controls` in [channels]", Ask::Guess));
    }
    wishes
}

/// One sound row.
struct Good {
    row: usize,
    day: Day,
    geo: String,
    spend: Vec<f64>,
    outcome: f64,
    worth: f64,
}

pub(super) fn read(
    project: &Project,
    spec: &ChannelsSpec,
    as_of: Option<Day>,
    log: &mut Log,
) -> Result<Campaign, ReadError> {
    let ChannelsForm::Wide {
        spend,
        measure,
        outcome,
        worth,
        controls,
    } = &spec.form
    else {
        return Ok(Campaign::default());
    };
    let asked = Asked {
        spend,
        measure: *measure,
        outcome,
        worth: worth.as_deref(),
        controls,
    };
    let file = File::load(project, spec, wishes(&asked), log)?;
    let mut rows = sound(&file, &asked, log);
    file.done(rows.len(), log)?;
    let days = |rows: &[Good]| -> Vec<Day> { rows.iter().map(|row| row.day).collect() };
    let before = rows.len();
    if let Some(periods) = Periods::of(&days(&rows)) {
        rows.retain(|row| periods.over(row.day, as_of));
    }
    periods::note_left_out(before - rows.len(), as_of, log);
    file.done(rows.len(), log)?;
    let Some(periods) = Periods::of(&days(&rows)) else {
        return Ok(Campaign::default());
    };
    let (names, columns) = controls_of(&file, &asked, &rows, log);
    let mut campaign = table(&asked, &rows, &periods, &columns);
    campaign.controls = names;
    notes(&file, &asked, &rows, log);
    periods.into(&mut campaign);
    Ok(campaign)
}

/// The rows that can be used; the others are set aside.
fn sound(file: &File<'_>, asked: &Asked<'_>, log: &mut Log) -> Vec<Good> {
    let mut seen: BTreeMap<(Day, String), usize> = BTreeMap::new();
    let mut rows = Vec::with_capacity(file.rows());
    for row in 0..file.rows() {
        let checked = good(file, asked, row).and_then(|good| {
            let key = (good.day, good.geo.clone());
            let Some(&first) = seen.get(&key) else {
                seen.insert(key, row);
                return Ok(good);
            };
            let advice = if file.spec.geo.is_some() {
                "keep one row of each date and region"
            } else {
                "keep one, or, if the rows are of regions, name their column as `geo` under [channels]"
            };
            fault(
                file.spec.date.as_deref().unwrap_or_default(),
                "repeated-period",
                format!("{} has a row already, at {}; {advice}", good.day, file.frame.at(first)),
            )
        });
        match checked {
            Ok(good) => rows.push(good),
            Err(fault) => file.reject(row, fault, log),
        }
    }
    rows
}

fn good(file: &File<'_>, asked: &Asked<'_>, row: usize) -> Result<Good, Fault> {
    let Some(day) = file.day(row)? else {
        return fault("", "empty-date", "the row has no date");
    };
    let spend = (asked.spend.iter())
        .map(|(_, column)| file.spend(column, row))
        .collect::<Result<Vec<f64>, Fault>>()?;
    let outcome = not_negative(
        asked.outcome,
        file.number(asked.outcome, row),
        "negative-count",
    )?;
    let worth = match asked.worth {
        _ if asked.measure == Measure::Revenue => 1.0,
        Some(column) => not_negative(column, file.number(column, row), "negative-count")?,
        None => f64::NAN,
    };
    Ok(Good {
        row,
        day,
        geo: file.geo(row)?,
        spend,
        outcome,
        worth,
    })
}

fn table(asked: &Asked<'_>, rows: &[Good], periods: &Periods, controls: &[Vec<f64>]) -> Campaign {
    let mut geos: Vec<String> = rows.iter().map(|row| row.geo.clone()).collect();
    geos.sort();
    geos.dedup();
    let (mut lines, mut common) = (Vec::new(), Vec::new());
    for (i, row) in rows.iter().enumerate() {
        let (period, geo) = (
            periods.at(row.day),
            geos.binary_search(&row.geo).unwrap_or(0),
        );
        lines.extend(
            (row.spend.iter().enumerate()).map(|(channel, &spend)| CampaignLine {
                channel,
                period,
                geo,
                spend,
                counts: [f64::NAN; 5],
            }),
        );
        if row.outcome.is_finite() {
            common.push(CommonLine {
                period,
                geo,
                outcome: row.outcome,
                worth: row.worth,
                controls: controls.iter().map(|column| column[i]).collect(),
            });
        }
    }
    lines.sort_by_key(|line| (line.channel, line.period, line.geo));
    common.sort_by_key(|line| (line.period, line.geo));
    Campaign {
        channels: asked.spend.iter().map(|(name, _)| name.clone()).collect(),
        geos,
        lines,
        paid: true,
        common,
        outcome: Some(CommonOutcome {
            measure: asked.measure,
            priced: asked.measure == Measure::Revenue || asked.worth.is_some(),
        }),
        ..Campaign::default()
    }
}

/// The controls as numbers: a text becomes a column for each of its values but the commonest.
fn controls_of(
    file: &File<'_>,
    asked: &Asked<'_>,
    rows: &[Good],
    log: &mut Log,
) -> (Vec<String>, Vec<Vec<f64>>) {
    let (mut names, mut columns) = (Vec::new(), Vec::new());
    let mut filled = Cells::default();
    for control in asked.controls {
        let mut push = |name: String, column: Vec<f64>| {
            names.push(name);
            columns.push(column);
        };
        match file.frame.table.get(control) {
            Some(Column::Text(category)) => {
                let mut often: BTreeMap<u32, usize> = BTreeMap::new();
                for row in rows {
                    *often.entry(category.codes[row.row]).or_insert(0) += 1;
                }
                let usual = often.iter().max_by_key(|(_, n)| **n).map(|(&code, _)| code);
                for &code in often
                    .keys()
                    .filter(|&&code| Some(code) != usual && code != MISSING)
                {
                    let level = category.levels.get(code as usize).cloned();
                    let is = |row: &Good| f64::from(u8::from(category.codes[row.row] == code));
                    push(
                        format!("{control} = {}", level.unwrap_or_default()),
                        rows.iter().map(is).collect(),
                    );
                }
            }
            Some(Column::Boolean(values)) => push(
                control.clone(),
                (rows.iter())
                    .map(|row| f64::from(u8::from(values[row.row] == Some(true))))
                    .collect(),
            ),
            Some(Column::Number(values)) => {
                let there: Vec<f64> = (rows.iter())
                    .map(|row| values[row.row])
                    .filter(|value| value.is_finite())
                    .collect();
                let mean = there.iter().sum::<f64>() / there.len().max(1) as f64;
                let column = rows.iter().map(|row| {
                    if values[row.row].is_finite() {
                        return values[row.row];
                    }
                    filled.see(control, || file.frame.at(row.row));
                    mean
                });
                push(control.clone(), column.collect());
            }
            _ => log.note(
                "channels-control-unused",
                Some(control),
                format!("`{control}` holds neither numbers nor words: it controls for nothing."),
            ),
        }
    }
    if !filled.is_empty() {
        let message = format!(
            "Controls without a number: {}. Their mean stands in.",
            filled.told()
        );
        log.note("channels-empty-cells", None, message);
    }
    (names, columns)
}

fn notes(file: &File<'_>, asked: &Asked<'_>, rows: &[Good], log: &mut Log) {
    let mut unpaid: BTreeMap<&str, usize> = BTreeMap::new();
    let mut empty = Cells::default();
    for row in rows {
        for ((name, _), &spend) in asked.spend.iter().zip(&row.spend) {
            if spend == 0.0 {
                *unpaid.entry(name).or_insert(0) += 1;
            }
        }
        if row.outcome.is_nan() {
            empty.see(asked.outcome, || file.frame.at(row.row));
        }
        if row.worth.is_nan() && asked.worth.is_some() {
            empty.see(asked.worth.unwrap_or_default(), || file.frame.at(row.row));
        }
    }
    if !unpaid.is_empty() {
        let told: Vec<String> = (unpaid.iter())
            .map(|(name, n)| format!("`{name}` {n}"))
            .collect();
        let message = format!(
            "Rows with a spend of 0, of {}: {}. They are kept.",
            rows.len(),
            told.join(", ")
        );
        log.note("channels-no-spend", None, message);
    }
    if !empty.is_empty() {
        let message = format!(
            "Cells without a number: {}. They are taken as not known.",
            empty.told()
        );
        log.note("channels-empty-cells", None, message);
    }
}
