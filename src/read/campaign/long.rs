//! Campaign files with a row for each channel (and period): counts, or daily means with rates.

use std::collections::BTreeMap;

use super::periods::{self, Periods};
use super::{Cells, Fault, File, fault, not_negative};
use crate::domain::{Campaign, CampaignLine, Column, Day, Measure};
use crate::project::{ChannelsForm, ChannelsSpec, MeansSpec, Project};
use crate::read::ReadError;
use crate::read::column::Ask;
use crate::read::error::grouped;
use crate::read::frame::Wish;
use crate::read::log::Log;

/// Most decimals that a rate is looked at for.
const DECIMALS: i32 = 9;

/// The columns asked for.
struct Asked<'a> {
    channel: &'a str,
    spend: Option<&'a str>,
    counts: Vec<(Measure, &'a str)>,
    means: Option<&'a MeansSpec>,
}

impl<'a> Asked<'a> {
    fn of(spec: &'a ChannelsSpec) -> Option<Self> {
        let ChannelsForm::Long {
            channel,
            spend,
            counts,
            means,
        } = &spec.form
        else {
            return None;
        };
        Some(Self {
            channel,
            spend: spend.as_deref(),
            counts: (counts.iter())
                .map(|(&measure, column)| (measure, column.as_str()))
                .collect(),
            means: means.as_ref(),
        })
    }

    fn wishes(&self) -> Vec<Wish> {
        let mut wishes = vec![Wish::new(
            self.channel,
            "`channel` in [channels]",
            Ask::Text { keep: Vec::new() },
        )];
        let mut money = |column: &str, key: &str| {
            wishes.push(Wish::new(
                column,
                format!("`{key}` in [channels]"),
                Ask::Money,
            ));
        };
        if let Some(spend) = self.spend {
            money(spend, "spend");
        }
        for (measure, column) in &self.counts {
            money(column, measure.key());
        }
        if let Some(means) = self.means {
            money(&means.visits_per_day, "visits_per_day");
            money(&means.days, "days");
            for (key, column) in [
                ("lead_rate", &means.lead_rate),
                ("order_rate", &means.order_rate),
            ] {
                if let Some(column) = column {
                    money(column, key);
                }
            }
        }
        wishes
    }

    fn given(&self) -> Vec<Measure> {
        if let Some(means) = self.means {
            let of = [
                (Measure::Clicks, true),
                (Measure::Leads, means.lead_rate.is_some()),
                (Measure::Orders, means.order_rate.is_some()),
            ];
            return of.iter().filter(|of| of.1).map(|of| of.0).collect();
        }
        self.counts.iter().map(|(measure, _)| *measure).collect()
    }
}

/// One sound row.
struct Good {
    row: usize,
    channel: String,
    geo: String,
    day: Option<Day>,
    spend: f64,
    counts: [f64; 5],
}

pub(super) fn read(
    project: &Project,
    spec: &ChannelsSpec,
    as_of: Option<Day>,
    log: &mut Log,
) -> Result<Campaign, ReadError> {
    let Some(asked) = Asked::of(spec) else {
        return Ok(Campaign::default());
    };
    let file = File::load(project, spec, asked.wishes(), log)?;
    let mut rows: Vec<Good> = Vec::with_capacity(file.rows());
    for row in 0..file.rows() {
        match good(&file, &asked, row) {
            Ok(good) => rows.push(good),
            Err(fault) => file.reject(row, fault, log),
        }
    }
    file.done(rows.len(), log)?;
    let days: Vec<Day> = rows.iter().filter_map(|row| row.day).collect();
    let periods = Periods::of(&days);
    let before = rows.len();
    if let Some(periods) = &periods {
        rows.retain(|row| row.day.is_some_and(|day| periods.over(day, as_of)));
    }
    periods::note_left_out(before - rows.len(), as_of, log);
    file.done(rows.len(), log)?;
    notes(&file, &asked, &rows, log);
    let days: Vec<Day> = rows.iter().filter_map(|row| row.day).collect();
    let periods = Periods::of(&days);
    let mut campaign = added_up(&file, rows, periods.as_ref(), log);
    campaign.given = asked.given();
    campaign.paid = asked.spend.is_some();
    campaign.rounding = asked.means.map(|means| rounding(&file, means));
    if let Some(periods) = periods {
        periods.into(&mut campaign);
    } else {
        campaign.periods = 1;
    }
    Ok(campaign)
}

fn good(file: &File<'_>, asked: &Asked<'_>, row: usize) -> Result<Good, Fault> {
    let day = file.day(row)?;
    let Some(channel) = file
        .text(asked.channel, row)
        .filter(|text| !text.is_empty())
    else {
        return fault(asked.channel, "empty-channel", "the row names no channel");
    };
    let spend = asked
        .spend
        .map_or(Ok(f64::NAN), |column| file.spend(column, row))?;
    let mut counts = [f64::NAN; 5];
    for (measure, column) in &asked.counts {
        let value = file.number(column, row);
        counts[measure.place()] = not_negative(column, value, "negative-count")?;
    }
    if let Some(means) = asked.means {
        worked_out(file, means, row, &mut counts)?;
    }
    Ok(Good {
        row,
        channel: merged(file.spec, channel),
        geo: file.geo(row)?,
        day,
        spend,
        counts,
    })
}

/// Counts from daily means and rates.
fn worked_out(
    file: &File<'_>,
    means: &MeansSpec,
    row: usize,
    counts: &mut [f64; 5],
) -> Result<(), Fault> {
    let there = |column: &str| -> Result<f64, Fault> {
        let value = not_negative(column, file.number(column, row), "negative-count")?;
        if value.is_nan() {
            return fault(
                column,
                "empty-count",
                "without it no count can be worked out",
            );
        }
        Ok(value)
    };
    let visits = there(&means.visits_per_day)? * there(&means.days)?;
    counts[Measure::Clicks.place()] = visits;
    for (measure, column) in [
        (Measure::Leads, &means.lead_rate),
        (Measure::Orders, &means.order_rate),
    ] {
        let Some(column) = column else { continue };
        let rate = not_negative(column, file.number(column, row), "negative-count")?;
        if rate > 1.0 {
            let reason = format!(
                "`{column}` holds {rate}, which is above 1: a rate is written as a fraction, 0.02 for 2 %"
            );
            return fault(column, "rate-above-one", reason);
        }
        counts[measure.place()] = visits * rate;
    }
    Ok(())
}

/// The channel that a name stands for.
fn merged(spec: &ChannelsSpec, name: &str) -> String {
    let told = spec
        .merge
        .iter()
        .find(|(_, names)| names.iter().any(|other| other == name));
    told.map_or_else(|| name.to_owned(), |(channel, _)| channel.clone())
}

/// Half a unit of the last digit that the rates are written with.
fn rounding(file: &File<'_>, means: &MeansSpec) -> [f64; 5] {
    let mut half = [0.0; 5];
    for (measure, column) in [
        (Measure::Leads, &means.lead_rate),
        (Measure::Orders, &means.order_rate),
    ] {
        let Some(Column::Number(values)) = column.as_ref().and_then(|c| file.frame.table.get(c))
        else {
            continue;
        };
        let whole = |value: f64, d: i32| {
            let scaled = value * 10_f64.powi(d);
            (scaled - scaled.round()).abs() < 1e-6
        };
        let there = || values.iter().filter(|value| value.is_finite());
        let digits = (0..DECIMALS).find(|&d| there().all(|&value| whole(value, d)));
        half[measure.place()] = digits.map_or(0.0, |d| 0.5 * 10_f64.powi(-d));
    }
    half
}

/// Rows of the same channel, period and region, added up.
fn added_up(
    file: &File<'_>,
    rows: Vec<Good>,
    periods: Option<&Periods>,
    log: &mut Log,
) -> Campaign {
    let sorted = |of: &dyn Fn(&Good) -> &String| -> Vec<String> {
        let mut names: Vec<String> = rows.iter().map(|row| of(row).clone()).collect();
        names.sort();
        names.dedup();
        names
    };
    let (channels, geos) = (sorted(&|row| &row.channel), sorted(&|row| &row.geo));
    let place = |names: &[String], name: &String| names.binary_search(name).unwrap_or(0);
    let mut lines: BTreeMap<(usize, usize, usize), CampaignLine> = BTreeMap::new();
    let mut repeated = 0_u64;
    for row in rows {
        let channel = place(&channels, &row.channel);
        let geo = place(&geos, &row.geo);
        let period = row
            .day
            .zip(periods)
            .map_or(0, |(day, periods)| periods.at(day));
        let line = CampaignLine {
            channel,
            period,
            geo,
            spend: row.spend,
            counts: row.counts,
        };
        match lines.get_mut(&(channel, period, geo)) {
            None => {
                lines.insert((channel, period, geo), line);
            }
            Some(sum) => {
                repeated += 1;
                sum.spend += line.spend;
                for (sum, count) in sum.counts.iter_mut().zip(line.counts) {
                    *sum += count;
                }
            }
        }
    }
    if repeated > 0 {
        let what = if periods.is_some() {
            "a channel and date"
        } else {
            "a channel"
        };
        let message = format!(
            "Rows of {} that repeat {what}: {}. They were added up.",
            file.frame.files().join(", "),
            grouped(repeated)
        );
        log.note("channels-added-up", None, message);
    }
    let absent =
        channels.len() * geos.len() * periods.map_or(1, |periods| periods.count) - lines.len();
    if absent > 0 && periods.is_some() {
        let message = format!(
            "Periods of a channel without a row: {}. They are taken as without spend, and tell nothing of the outcome.",
            grouped(absent as u64)
        );
        log.note("channels-gaps", None, message);
    }
    Campaign {
        channels,
        geos,
        lines: lines.into_values().collect(),
        ..Campaign::default()
    }
}

/// Cells that are empty, zero or larger than can be; names that may be the same.
fn notes(file: &File<'_>, asked: &Asked<'_>, rows: &[Good], log: &mut Log) {
    let (mut empty, mut unpaid, mut above) = (Cells::default(), Cells::default(), Cells::default());
    for good in rows {
        let at = || file.frame.at(good.row);
        for (measure, column) in &asked.counts {
            if good.counts[measure.place()].is_nan() {
                empty.see(column, at);
            }
        }
        if good.spend == 0.0 {
            let some = good.counts.iter().any(|&count| count > 0.0);
            let what = if some {
                "with outcomes"
            } else {
                "without outcomes"
            };
            unpaid.see(&format!("{}, {what}", good.channel), at);
        }
        if asked.means.is_none() {
            for pair in asked
                .counts
                .windows(2)
                .filter(|pair| pair[1].0 != Measure::Revenue)
            {
                if good.counts[pair[1].0.place()] > good.counts[pair[0].0.place()] {
                    above.see(&format!("{} > {}", pair[1].1, pair[0].1), at);
                }
            }
        }
    }
    let mut tell = |code, cells: &Cells, what: &str, meaning: &str| {
        if !cells.is_empty() {
            log.note(code, None, format!("{what}: {}. {meaning}", cells.told()));
        }
    };
    tell(
        "channels-empty-cells",
        &empty,
        "Cells without a number",
        "They are taken as not known, not as 0: the rows are left out of every rate that needs them.",
    );
    tell(
        "channels-no-spend",
        &unpaid,
        "Rows with a spend of 0",
        "They are kept.",
    );
    tell(
        "channels-above",
        &above,
        "Rows with more of a later step than of the one before",
        "They are kept; are the columns named rightly?",
    );
    alike(rows, log);
}

/// Names that differ in case, spaces, hyphens or underscores alone.
fn alike(rows: &[Good], log: &mut Log) {
    let mut names: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for row in rows {
        let plain = row.channel.to_lowercase().replace([' ', '-', '_'], "");
        let same = names.entry(plain).or_default();
        if !same.contains(&row.channel.as_str()) {
            same.push(&row.channel);
        }
    }
    for same in names.values_mut().filter(|same| same.len() > 1) {
        same.sort_unstable();
        let quoted: Vec<String> = same.iter().map(|name| format!("\"{name}\"")).collect();
        let message = format!(
            "The channels {} are kept apart though they differ in spelling alone: if they are one, write \
             merge = {{ {} = [{}] }} under [channels].",
            quoted.join(" and "),
            quoted[0],
            quoted[1..].join(", ")
        );
        log.note("channels-alike", None, message);
    }
}
