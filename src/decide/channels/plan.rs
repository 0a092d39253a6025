//! The verb: channels judged, and a month's money split among them.

use crate::decide::budget::drawn::{Draw, Drawn, range};
use crate::decide::budget::response::Power;
use crate::decide::budget::{Range, Verdict};
use crate::decide::channels::calendar::MONTH;
use crate::decide::channels::mix::{self, Told};
use crate::decide::channels::respond::{self, Learnt, recent};
use crate::decide::channels::result::{
    ChannelRow, Channels, ChannelsForm, Effect, NoSplit, Split, SplitRow,
};
use crate::decide::channels::table::{Table, table};
use crate::domain::{Campaign, Measure};
use crate::score::Warning;

/// Draws of what is believed.
const DRAWS: usize = 1_000;
/// Probability of a gain from which a split is recommended.
const SURE: f64 = 0.8;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelsAsk {
    /// Money a month to split; none: what is spent now.
    pub total: Option<f64>,
    /// How far a channel may move, as a share of what it would get at the present mix, 0-1.
    pub bounds: f64,
    /// Gross margin of a unit of revenue, above 0 and at most 1.
    pub margin: f64,
    /// Seed of the draws.
    pub seed: u64,
}

/// Judges the channels of campaign files: sums, costs, conversion of each step with what scatter by period leaves unsure, return,
/// how the outcome follows spend, and the best split of a month's money.
///
/// Where each channel has outcomes of its own, ROI is of what is booked to it; where there is one outcome, of what the
/// channel is believed to have brought. The split is the median of the best splits of 1,000 draws.
pub fn channels(campaign: &Campaign, ask: &ChannelsAsk) -> Channels {
    let table = table(campaign, ask.margin);
    let mut found = frame(campaign, table, ask);
    if !campaign.paid {
        found.no_split = Some(NoSplit::NoSpend);
    } else if campaign.first.is_none() {
        found.no_split = Some(NoSplit::Undated);
    } else {
        let told = mix::learn(campaign, DRAWS, ask.seed);
        match told {
            Some(told) => {
                brought(&mut found, &told, ask.margin);
                notes_of_mix(&mut found, &told);
                finish(campaign, &mut found, &told.learnt, ask);
            }
            None if campaign.common.is_empty() => {
                match respond::learn(campaign, &found.channels, DRAWS, ask.seed) {
                    Some(learnt) => finish(campaign, &mut found, &learnt, ask),
                    None => found.no_split = Some(NoSplit::FewPeriods),
                }
            }
            None => found.no_split = Some(NoSplit::FewPeriods),
        }
    }
    sort(&mut found);
    found
}

fn frame(campaign: &Campaign, table: Table, ask: &ChannelsAsk) -> Channels {
    let mut found = Channels {
        form: match (&campaign.outcome, campaign.rounding) {
            (Some(_), _) => ChannelsForm::CommonOutcome,
            (None, Some(_)) => ChannelsForm::Means,
            (None, None) => ChannelsForm::OwnOutcomes,
        },
        from: campaign.first,
        until: campaign.end,
        period_days: campaign.step,
        periods: campaign.periods,
        regions: campaign.geos.len(),
        given: campaign.given.clone(),
        outcome: campaign.outcome.as_ref().map(|outcome| outcome.measure),
        priced: campaign.outcome.as_ref().map_or_else(
            || campaign.given.contains(&Measure::Revenue),
            |outcome| outcome.priced,
        ),
        margin: ask.margin,
        all: table.all,
        channels: table.rows,
        split: None,
        no_split: None,
        warnings: Vec::new(),
    };
    if !table.measured {
        let message = "the file shows no scatter from period to period: intervals know only the chance in single leads and orders, \
                       and are too narrow where days are good or bad together";
        warn(&mut found, "channels-scatter-unknown", message.to_owned());
    }
    found
}

fn warn(found: &mut Channels, code: &str, message: String) {
    found.warnings.push(Warning {
        code: code.to_owned(),
        message,
        column: None,
    });
}

/// Most money first, else most clicks.
fn sort(found: &mut Channels) {
    let size = |row: &ChannelRow| {
        let sums = &row.sums;
        let order = [sums.spend, sums.clicks, sums.impressions, sums.orders];
        order.into_iter().flatten().next().unwrap_or(0.0)
    };
    found.channels.sort_by(|a, b| {
        size(b)
            .total_cmp(&size(a))
            .then_with(|| a.channel.cmp(&b.channel))
    });
    if let Some(split) = &mut found.split {
        let order = |a: &SplitRow, b: &SplitRow| {
            b.current
                .total_cmp(&a.current)
                .then_with(|| a.channel.cmp(&b.channel))
        };
        split.channels.sort_by(order);
    }
}

/// Returns of what channels are believed to have brought.
fn brought(found: &mut Channels, told: &Told, margin: f64) {
    let learnt = &told.learnt;
    for (i, &c) in learnt.free.iter().enumerate() {
        let spend = found.channels[c].sums.spend.filter(|spend| *spend > 0.0);
        if let Some(spend) = spend.filter(|_| learnt.priced) {
            let of = |brought: f64, worth: f64| brought * worth * margin / spend - 1.0;
            let draws = learnt
                .draws
                .iter()
                .map(|draw| of(draw.brought[i], draw.worth[i]));
            found.channels[c].roi = Some(range(draws.collect()));
        }
    }
    if let Some(spend) = found
        .all
        .sums
        .spend
        .filter(|spend| *spend > 0.0 && learnt.priced)
    {
        let draws = learnt.draws.iter().map(|draw| {
            let sum: f64 = draw
                .brought
                .iter()
                .zip(&draw.worth)
                .map(|(b, w)| b * w)
                .sum();
            sum * margin / spend - 1.0
        });
        found.all.roi = Some(range(draws.collect()));
    }
}

fn notes_of_mix(found: &mut Channels, told: &Told) {
    if told.noise_carry > 0.5 {
        let message = format!(
            "what the model leaves unexplained carries on from period to period ({:.2}): something moves the outcome that is in no \
             column; name it under `controls` if it is known",
            told.noise_carry
        );
        warn(found, "channels-unexplained", message);
    }
    if found.regions > 2 && !told.within {
        let message = "spend moved in all regions at once: they are not compared with each other, and a demand that moved both \
                       spend and outcome would be taken for an effect";
        warn(found, "channels-regions-alike", message.to_owned());
    }
}

/// Effects, and the split.
fn finish(campaign: &Campaign, found: &mut Channels, learnt: &Learnt, ask: &ChannelsAsk) {
    found.outcome = Some(learnt.outcome);
    found.priced = learnt.priced;
    for (i, &c) in learnt.free.iter().enumerate() {
        let of = |f: &dyn Fn(&respond::Belief) -> f64| range(learnt.draws.iter().map(f).collect());
        let brought = learnt
            .draws
            .first()
            .is_some_and(|draw| !draw.brought.is_empty());
        let all: f64 = campaign.common.iter().map(|line| line.outcome).sum();
        found.channels[c].effect = Some(Effect {
            elasticity: of(&|draw| draw.curves[i].b),
            carry: of(&|draw| draw.carry[i]),
            brought: brought.then(|| of(&|draw| draw.brought[i])),
            share: (brought && all > 0.0).then(|| of(&|draw| draw.brought[i] / all)),
            told: learnt.told[i],
            follows_demand: learnt.follows[i],
            follows_outcome: learnt.edge[i],
        });
    }
    if learnt.follows.iter().any(|follows| *follows) {
        let message = "spend seems to follow demand: it was higher when other channels brought more than their spend explains; \
                       elasticities are then too high, and more data of this kind makes them only surer";
        warn(found, "spend-follows-demand", message.to_owned());
    }
    let edge: Vec<String> = (learnt.free.iter().zip(&learnt.edge))
        .filter(|(_, edge)| **edge)
        .map(|(&c, _)| found.channels[c].channel.clone())
        .collect();
    if !edge.is_empty() {
        let message = format!(
            "of these channels spend and outcome rise and fall as one: {}. Money that is paid by the click or the lead follows the \
             outcome and does not make it: what more money would bring is taken as believed beforehand",
            edge.join(", ")
        );
        warn(found, "spend-follows-outcome", message);
    }
    found.split = Some(split(campaign, found, learnt, ask));
}

/// Spend a month of late, by channel.
fn current(campaign: &Campaign) -> Vec<f64> {
    let mut spend = vec![vec![0.0; campaign.periods]; campaign.channels.len()];
    for line in campaign.lines.iter().filter(|line| line.spend > 0.0) {
        spend[line.channel][line.period] += line.spend;
    }
    let month = MONTH / f64::from(campaign.step.max(1));
    spend
        .iter()
        .map(|of| recent(of, campaign.step) * month)
        .collect()
}

fn split(campaign: &Campaign, found: &Channels, learnt: &Learnt, ask: &ChannelsAsk) -> Split {
    let current = current(campaign);
    let current_total: f64 = current.iter().sum();
    let total = ask.total.unwrap_or(current_total);
    let factor = if current_total > 0.0 {
        total / current_total
    } else {
        1.0
    };
    let mut rows: Vec<SplitRow> = (current.iter().enumerate())
        .map(|(c, &current)| SplitRow {
            channel: found.channels[c].channel.clone(),
            current,
            same_mix: current * factor,
            split: current * factor,
            still: learnt.still[c],
            marginal_same_mix: None,
            marginal_split: None,
            p_more: None,
        })
        .collect();
    // Curves are by period, money is a month's.
    let periods = MONTH / f64::from(learnt.step.max(1));
    let places: Vec<usize> = (0..learnt.free.len())
        .filter(|&i| rows[learnt.free[i]].still.is_none())
        .collect();
    let month = |curve: &Power| Power {
        a: curve.a * periods.powf(1.0 - curve.b),
        b: curve.b,
    };
    let drawn = Drawn {
        floor: 0.0,
        draws: (learnt.draws.iter())
            .map(|draw| Draw {
                curves: places.iter().map(|&i| month(&draw.curves[i])).collect(),
                worth: places.iter().map(|&i| draw.worth[i]).collect(),
            })
            .collect(),
        same_mix: places
            .iter()
            .map(|&i| rows[learnt.free[i]].same_mix)
            .collect(),
        bounds: ask.bounds,
        margin: if learnt.priced { ask.margin } else { 1.0 },
    };
    let mut split = Split {
        total,
        current_total,
        bounds: ask.bounds,
        channels: Vec::new(),
        gain: None,
        p_gain: None,
        verdict: Verdict::NothingToMove,
    };
    if places.len() > 1 {
        let splits = drawn.splits();
        let best = drawn.median(&splits.iter().collect::<Vec<_>>());
        for (j, &i) in places.iter().enumerate() {
            describe(&mut rows[learnt.free[i]], &drawn, j, best[j], &splits);
        }
        let (now, then) = (drawn.values(&drawn.same_mix), drawn.values(&best));
        let gains: Vec<f64> = then
            .iter()
            .zip(&now)
            .map(|(then, now)| then - now)
            .collect();
        let p = gains.iter().filter(|gain| **gain > 0.0).count() as f64 / gains.len().max(1) as f64;
        split.verdict = verdict(&rows, learnt, &places, p);
        split.gain = Some(range(gains));
        split.p_gain = Some(p);
    }
    split.channels = rows;
    split
}

fn describe(row: &mut SplitRow, drawn: &Drawn, j: usize, split: f64, splits: &[Vec<f64>]) {
    let marginal = |spend: f64| -> Option<Range> {
        Some(drawn.range(|draw| draw.curves[j].slope(spend) * draw.worth[j] * drawn.margin))
    };
    row.split = split;
    row.marginal_same_mix = marginal(row.same_mix);
    row.marginal_split = marginal(split);
    let more = splits
        .iter()
        .filter(|of| of[j] > row.same_mix * (1.0 + 1e-9));
    row.p_more = Some(more.count() as f64 / splits.len().max(1) as f64);
}

/// A split that rests on what was believed beforehand is no advice.
fn verdict(rows: &[SplitRow], learnt: &Learnt, places: &[usize], p: f64) -> Verdict {
    let moved = |&i: &usize| (rows[learnt.free[i]].split - rows[learnt.free[i]].same_mix).abs();
    let all: f64 = places.iter().map(moved).sum();
    let told: f64 = places.iter().filter(|&&i| learnt.told[i]).map(moved).sum();
    let any = places.iter().any(|&i| learnt.told[i]);
    if !any || told < 0.5 * all {
        Verdict::NotEnoughVariation
    } else if p >= SURE {
        Verdict::Move
    } else {
        Verdict::Stay
    }
}

/// Whether a channel may move.
impl SplitRow {
    /// Whether the channel may get more or less.
    pub const fn free(&self) -> bool {
        self.still.is_none()
    }
}
