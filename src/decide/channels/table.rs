//! Sums, costs, conversion of each step and returns of the channels.

use crate::decide::budget::Range;
use crate::decide::channels::calendar::block;
use crate::decide::channels::ratio::{LogRatio, Seen, scatters, shrunken};
use crate::decide::channels::result::{ChannelRow, Figures, Quality, Quantity, Step};
use crate::domain::{Campaign, CampaignLine, Measure};
use crate::kpi;

/// 90th percentile of the standard normal: the ends of an 80 % interval.
pub(super) const END: f64 = 1.281_551_565_544_6;
/// Scatter of revenue, in orders, where no period shows any: orders by chance, and amounts that scatter by their mean.
const BY_CHANCE: f64 = 2.0;

/// What the table says of the channels.
pub(super) struct Table {
    pub(super) all: ChannelRow,
    pub(super) rows: Vec<ChannelRow>,
    /// Whether scatter between periods could be measured, so that intervals know more than the chance of single orders.
    pub(super) measured: bool,
}

pub(super) fn table(campaign: &Campaign, margin: f64) -> Table {
    let mut rows: Vec<ChannelRow> = (0..campaign.channels.len())
        .map(|channel| row(campaign, Some(channel)))
        .collect();
    let mut all = row(campaign, None);
    all.spend_share = all.sums.spend.filter(|spend| *spend > 0.0).map(|_| 1.0);
    for row in &mut rows {
        row.spend_share = (row.sums.spend.zip(all.sums.spend))
            .filter(|(_, all)| *all > 0.0)
            .map(|(spend, all)| spend / all);
    }
    let mut measured = true;
    for (from, to) in steps(campaign) {
        measured &= convert(campaign, from, to, &mut rows, &mut all);
    }
    measured &= returns(campaign, margin, &mut rows, &mut all);
    place(campaign, &mut rows, &all);
    Table {
        all,
        rows,
        measured,
    }
}

/// The steps of the funnel that the file tells of.
fn steps(campaign: &Campaign) -> Vec<(Measure, Measure)> {
    let counts: Vec<Measure> = (campaign.given.iter().copied())
        .filter(|measure| *measure != Measure::Revenue)
        .collect();
    if campaign.rounding.is_some() {
        // Rates are of visits, each by itself.
        return counts
            .iter()
            .skip(1)
            .map(|&to| (Measure::Clicks, to))
            .collect();
    }
    counts.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// Lines of a channel, or of all.
fn lines(campaign: &Campaign, channel: Option<usize>) -> impl Iterator<Item = &CampaignLine> {
    (campaign.lines.iter())
        .filter(move |line| channel.is_none_or(|channel| line.channel == channel))
}

fn row(campaign: &Campaign, channel: Option<usize>) -> ChannelRow {
    let sum = |of: &dyn Fn(&CampaignLine) -> f64| -> f64 {
        lines(campaign, channel)
            .map(of)
            .filter(|x| x.is_finite())
            .sum()
    };
    let counted = |measure: Measure| {
        (campaign.given.contains(&measure)).then(|| sum(&|line| line.counts[measure.place()]))
    };
    let mut periods: Vec<usize> = lines(campaign, channel)
        .filter(|line| !campaign.paid || line.spend > 0.0)
        .map(|line| line.period)
        .collect();
    periods.sort_unstable();
    periods.dedup();
    ChannelRow {
        channel: channel.map_or_else(String::new, |channel| campaign.channels[channel].clone()),
        periods: periods.len(),
        sums: Figures {
            spend: campaign.paid.then(|| sum(&|line| line.spend)),
            impressions: counted(Measure::Impressions),
            clicks: counted(Measure::Clicks),
            leads: counted(Measure::Leads),
            orders: counted(Measure::Orders),
            revenue: counted(Measure::Revenue),
        },
        spend_share: None,
        steps: Vec::new(),
        roi_booked: None,
        roi: None,
        quantity: None,
        quality: None,
        effect: None,
    }
}

/// Pairs by period, regions added up, over the rows in which both are known.
pub(super) fn pairs(
    campaign: &Campaign,
    channel: Option<usize>,
    above: impl Fn(&CampaignLine) -> f64,
    below: impl Fn(&CampaignLine) -> f64,
) -> Seen {
    let mut pairs = vec![(0.0, 0.0); campaign.periods.max(1)];
    for line in lines(campaign, channel) {
        let (a, b) = (above(line), below(line));
        if a.is_finite() && b.is_finite() {
            pairs[line.period].0 += a;
            pairs[line.period].1 += b;
        }
    }
    Seen { pairs }
}

fn each(campaign: &Campaign, of: impl Fn(Option<usize>) -> Seen) -> Vec<Seen> {
    (0..campaign.channels.len())
        .map(|channel| of(Some(channel)))
        .collect()
}

/// Conversion of one step; whether its scatter was measured.
fn convert(
    campaign: &Campaign,
    from: Measure,
    to: Measure,
    rows: &mut [ChannelRow],
    all: &mut ChannelRow,
) -> bool {
    let of = |channel| {
        pairs(
            campaign,
            channel,
            |line| line.counts[to.place()],
            |line| line.counts[from.place()],
        )
    };
    let (seen, whole) = (each(campaign, of), of(None));
    let block = block(campaign.step);
    let measured = scatters(&seen, block, true, 1.0);
    let half = campaign
        .rounding
        .map_or(0.0, |rounding| rounding[to.place()]);
    let counts: Vec<(f64, f64, f64)> = (seen.iter().enumerate())
        .map(|(i, seen)| {
            let (k, n) = seen.totals();
            // A rate that was rounded to 4 decimals tells less than its visits would.
            let rounded = (n * half).powi(2) / 3.0 / k.max(n * half).max(1.0);
            let scatter = measured.as_ref().map_or(1.0, |scatters| scatters[i]) + rounded;
            (k, n, scatter)
        })
        .collect();
    let beliefs = kpi::posterior(&counts.iter().map(|&of| believed(of)).collect::<Vec<_>>());
    for ((row, belief), (k, n, _)) in rows.iter_mut().zip(&beliefs).zip(&counts) {
        row.steps.push(Step {
            from,
            to,
            n: *n,
            k: *k,
            rate: belief.mean,
            low: belief.quantile(0.1),
            high: belief.quantile(0.9),
        });
    }
    let (k, n) = whole.totals();
    let one = scatters(std::slice::from_ref(&whole), block, true, 1.0).map_or(1.0, |s| s[0]);
    let belief = &kpi::posterior(&[believed((k, n, one))])[0];
    let rate = if n > 0.0 { k / n } else { f64::NAN };
    all.steps.push(Step {
        from,
        to,
        n,
        k,
        rate,
        low: belief.quantile(0.1).min(rate),
        high: belief.quantile(0.9).max(rate),
    });
    measured.is_some()
}

/// Counts as many as they tell: by chance alone each would count once.
fn believed((k, n, scatter): (f64, f64, f64)) -> kpi::Seen {
    kpi::Seen {
        won: k / scatter,
        others: vec![vec![(1.0, (n - k).max(0.0) / scatter)]],
    }
}

/// Revenue over spend; whether its scatter was measured (true also where there is none to measure).
fn returns(
    campaign: &Campaign,
    margin: f64,
    rows: &mut [ChannelRow],
    all: &mut ChannelRow,
) -> bool {
    if !campaign.paid || !campaign.given.contains(&Measure::Revenue) {
        return true;
    }
    let of = |channel| {
        pairs(
            campaign,
            channel,
            |line| line.counts[Measure::Revenue.place()],
            |line| line.spend,
        )
    };
    let (seen, whole) = (each(campaign, of), of(None));
    let booked = |seen: &Seen| {
        let (revenue, spend) = seen.totals();
        (spend > 0.0).then(|| revenue * margin / spend - 1.0)
    };
    for (row, seen) in rows.iter_mut().zip(&seen) {
        row.roi_booked = booked(seen);
    }
    all.roi_booked = booked(&whole);
    let Some(scatter) = money_scatter(campaign, &seen, rows) else {
        return false;
    };
    for (row, log) in rows.iter_mut().zip(shrunken(&seen, &scatter.0)) {
        row.roi = log.map(|log| roi(log, margin));
    }
    let one = scatters(
        std::slice::from_ref(&whole),
        block(campaign.step),
        false,
        0.0,
    );
    let one = one.map_or_else(|| mean(&scatter.0), |one| one[0].max(mean(&scatter.0)));
    all.roi = shrunken(std::slice::from_ref(&whole), &[one])[0].map(|log| roi(log, margin));
    scatter.1
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Scatter of money by channel, and whether it was measured; none where nothing tells it.
pub(super) fn money_scatter(
    campaign: &Campaign,
    seen: &[Seen],
    rows: &[ChannelRow],
) -> Option<(Vec<f64>, bool)> {
    // In orders, so that channels of dear and of cheap orders can lean on each other.
    let values: Option<Vec<f64>> = rows.iter().map(|row| row.sums.order_value()).collect();
    let all = |rows: &[ChannelRow]| {
        let sum = |of: fn(&Figures) -> Option<f64>| -> f64 {
            rows.iter().filter_map(|row| of(&row.sums)).sum()
        };
        let (orders, revenue) = (sum(|s| s.orders), sum(|s| s.revenue));
        (orders > 0.0 && revenue > 0.0).then(|| revenue / orders)
    };
    let common = all(rows);
    let units: Vec<f64> = match (values, common) {
        (_, None) => vec![1.0; rows.len()],
        (_, Some(common)) => (rows.iter())
            .map(|row| {
                row.sums
                    .order_value()
                    .filter(|v| *v > 0.0)
                    .unwrap_or(common)
            })
            .collect(),
    };
    let scaled: Vec<Seen> = (seen.iter().zip(&units))
        .map(|(seen, unit)| Seen {
            pairs: seen.pairs.iter().map(|(a, b)| (a / unit, *b)).collect(),
        })
        .collect();
    let least = if common.is_some() { 1.0 } else { 0.0 };
    let found = scatters(&scaled, block(campaign.step), false, least);
    let measured = found.is_some();
    let found = found.or_else(|| common.map(|_| vec![BY_CHANCE; rows.len()]))?;
    let money = found.iter().zip(&units).map(|(s, unit)| s * unit).collect();
    Some((money, measured))
}

/// Return with its interval, from the log of revenue over spend.
pub(super) fn roi(log: LogRatio, margin: f64) -> Range {
    let of = |log: f64| log.exp() * margin - 1.0;
    Range {
        // The mean of a log-normal, not its median.
        mean: of(log.mean + 0.5 * log.sd * log.sd),
        low: of(log.mean - END * log.sd),
        high: of(log.mean + END * log.sd.max(0.5 * log.sd * log.sd / END)),
    }
}

/// Quantity by share of the first count that leads onwards, quality by what becomes of it.
fn place(campaign: &Campaign, rows: &mut [ChannelRow], all: &ChannelRow) {
    let quantity = [Measure::Leads, Measure::Clicks, Measure::Orders];
    let Some(counted) = quantity.into_iter().find(|m| campaign.given.contains(m)) else {
        return;
    };
    let counted = if campaign.rounding.is_some() {
        Measure::Clicks
    } else {
        counted
    };
    let of = |row: &ChannelRow| row.sums.of(counted).unwrap_or(0.0);
    let (sum, n) = (of(all), rows.len() as f64);
    let onward = all.steps.iter().rposition(|step| step.from == counted);
    for row in rows.iter_mut() {
        row.quantity = (sum > 0.0).then(|| {
            if of(row) * n >= sum {
                Quantity::Many
            } else {
                Quantity::Few
            }
        });
        row.quality = onward.map(|i| {
            let (own, whole) = (&row.steps[i], all.steps[i].rate);
            if own.low > whole {
                Quality::Good
            } else if own.high < whole {
                Quality::Poor
            } else {
                Quality::Usual
            }
        });
    }
}
