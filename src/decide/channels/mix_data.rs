//! What the channels are told apart by where they have one outcome: sums of products of all columns that may explain it.

use nalgebra::DMatrix;

use crate::decide::channels::calendar;
use crate::decide::channels::carry::{CARRIES, carried};
use crate::domain::Campaign;

/// Elasticities tried.
pub(super) const BENDS: [f64; 10] = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95];
/// Columns of a channel: one for each carry-over and elasticity.
pub(super) const SHAPES: usize = CARRIES.len() * BENDS.len();
/// Least share of the scatter of spend that must be left for the periods of all regions to be compared within themselves.
const OWN_SCATTER: f64 = 0.2;
/// Rounds of taking out the means of regions and of periods by turns.
const ROUNDS: usize = 12;

/// One region of a campaign: period by period.
struct Region {
    scale: f64,
    outcome: Vec<f64>,
}

/// The data of a mix, ready to be asked.
pub(super) struct Mix {
    /// Channels that have spend at all.
    pub(super) channels: Vec<usize>,
    /// Products of all columns: those of the channels first, then the controls.
    pub(super) gram: DMatrix<f64>,
    /// Products with the outcome.
    pub(super) xy: Vec<f64>,
    pub(super) yy: f64,
    /// Observations that are free to speak.
    pub(super) freedom: f64,
    /// Standard deviation of the controls' coefficients before anything is seen.
    pub(super) sds: Vec<f64>,
    /// By column of a channel: what it sums to over all periods and regions, in outcomes at a strength of 1.
    pub(super) sums: Vec<f64>,
    /// By column of a channel: outcomes of a period at a strength of 1 and a spend of 1, spread over the regions as it was.
    pub(super) levels: Vec<f64>,
    /// Correlation of what is left from one period to the next.
    pub(super) carry: f64,
    /// Whether the periods of all regions were compared within themselves.
    pub(super) within: bool,
}

/// Shape of a column: carry-over and elasticity.
pub(super) const fn shape(k: usize) -> (f64, f64) {
    (CARRIES[k / BENDS.len()], BENDS[k % BENDS.len()])
}

impl Mix {
    /// How the log of the level of a channel changes with the elasticity, near `b`: exact for one region.
    pub(super) fn bend(&self, channel: usize, b: f64) -> f64 {
        let near = BENDS.partition_point(|bend| *bend < b - 1e-9);
        let low = near.clamp(1, BENDS.len() - 1) - 1;
        let level = |k: usize| self.levels[channel * SHAPES + k].max(f64::MIN_POSITIVE);
        (level(low + 1) / level(low)).ln() / (BENDS[low + 1] - BENDS[low])
    }
}

/// Columns over (region, period), region by region.
struct Panel {
    regions: usize,
    periods: usize,
    /// Whether an outcome is known.
    there: Vec<bool>,
}

impl Panel {
    /// Takes out the mean of each region and, with `both`, of each period.
    fn centre(&self, column: &mut [f64], both: bool) {
        for _ in 0..if both { ROUNDS } else { 1 } {
            for g in 0..self.regions {
                self.take_mean(column, &(0..self.periods).map(|t| g * self.periods + t));
            }
            if both {
                for t in 0..self.periods {
                    self.take_mean(column, &(0..self.regions).map(|g| g * self.periods + t));
                }
            }
        }
    }

    fn take_mean(&self, column: &mut [f64], places: &(impl Iterator<Item = usize> + Clone)) {
        let known = || places.clone().filter(|&i| self.there[i]);
        let n = known().count();
        if n > 0 {
            let mean = known().map(|i| column[i]).sum::<f64>() / n as f64;
            known().for_each(|i| column[i] -= mean);
        }
    }

    /// What of each period the one before does not explain; the first of a run stays out.
    fn whiten(&self, column: &[f64], carry: f64) -> Vec<f64> {
        (0..self.there.len())
            .filter(|&i| self.there[i])
            .filter_map(|i| {
                let follows = i % self.periods > 0 && self.there[i - 1];
                match (carry > 0.0, follows) {
                    (false, _) => Some(column[i]),
                    (true, true) => Some(column[i] - carry * column[i - 1]),
                    (true, false) => None,
                }
            })
            .collect()
    }
}

pub(super) fn mix(campaign: &Campaign) -> Option<Mix> {
    let (regions, periods) = (campaign.geos.len().max(1), campaign.periods);
    let all = areas(campaign, regions, periods);
    let panel = Panel {
        regions,
        periods,
        there: all
            .iter()
            .flat_map(|r| r.outcome.iter().map(|y| y.is_finite()))
            .collect(),
    };
    let known = panel.there.iter().filter(|there| **there).count();
    let spend = spends(campaign, regions, periods);
    let channels: Vec<usize> = (0..campaign.channels.len())
        .filter(|&c| spend[c].iter().any(|s| *s > 0.0))
        .collect();
    if channels.is_empty() || known < 8 {
        return None;
    }
    let within = regions > 2
        && channels
            .iter()
            .all(|&c| own_scatter(&panel, &all, &spend[c]) > OWN_SCATTER);
    let mut y: Vec<f64> = (all.iter())
        .flat_map(|r| {
            r.outcome
                .iter()
                .map(|y| if y.is_finite() { y / r.scale } else { 0.0 })
        })
        .collect();
    panel.centre(&mut y, within);
    let mut columns = Vec::new();
    let (mut sums, mut levels) = (Vec::new(), Vec::new());
    for &c in &channels {
        shapes(
            &panel,
            &all,
            &spend[c],
            &mut columns,
            &mut sums,
            &mut levels,
        );
    }
    let mut sds = Vec::new();
    for (column, sd) in controls(campaign, &panel, within) {
        columns.push(column);
        sds.push(sd);
    }
    for column in &mut columns {
        panel.centre(column, within);
    }
    let carry = residual_carry(&panel, &columns, channels.len(), &y);
    let columns: Vec<Vec<f64>> = columns.iter().map(|c| panel.whiten(c, carry)).collect();
    let y = panel.whiten(&y, carry);
    let n = y.len();
    let matrix = DMatrix::from_fn(n, columns.len(), |i, j| columns[j][i]);
    let outcome = nalgebra::DVector::from_vec(y);
    let taken = regions + if within { periods.saturating_sub(1) } else { 0 };
    Some(Mix {
        channels,
        gram: matrix.tr_mul(&matrix),
        xy: matrix.tr_mul(&outcome).iter().copied().collect(),
        yy: outcome.dot(&outcome),
        freedom: (n as f64 - taken as f64).max(2.0),
        sds,
        sums,
        levels,
        carry,
        within,
    })
}

fn areas(campaign: &Campaign, regions: usize, periods: usize) -> Vec<Region> {
    let mut all: Vec<Vec<f64>> = vec![vec![f64::NAN; periods]; regions];
    for line in &campaign.common {
        all[line.geo][line.period] = line.outcome;
    }
    (all.into_iter())
        .map(|outcome| {
            let known: Vec<f64> = outcome.iter().copied().filter(|y| y.is_finite()).collect();
            let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
            Region {
                scale: if mean > 0.0 { mean } else { 1.0 },
                outcome,
            }
        })
        .collect()
}

/// Spend by channel, region by region.
fn spends(campaign: &Campaign, regions: usize, periods: usize) -> Vec<Vec<f64>> {
    let mut spend = vec![vec![0.0; regions * periods]; campaign.channels.len()];
    for line in &campaign.lines {
        if line.spend > 0.0 {
            spend[line.channel][line.geo * periods + line.period] += line.spend;
        }
    }
    spend
}

/// Share of the scatter of spend within regions that is left once each period's mean is taken out too.
fn own_scatter(panel: &Panel, all: &[Region], spend: &[f64]) -> f64 {
    let scaled = || -> Vec<f64> {
        (spend.iter().enumerate())
            .map(|(i, s)| s / all[i / panel.periods].scale)
            .collect()
    };
    let (mut one, mut both) = (scaled(), scaled());
    panel.centre(&mut one, false);
    panel.centre(&mut both, true);
    let size = |x: &[f64]| -> f64 { x.iter().map(|x| x * x).sum() };
    if size(&one) > 0.0 {
        size(&both) / size(&one)
    } else {
        1.0
    }
}

/// The columns of a channel: spend carried over and bent, 1 at its usual size.
fn shapes(
    panel: &Panel,
    all: &[Region],
    spend: &[f64],
    columns: &mut Vec<Vec<f64>>,
    sums: &mut Vec<f64>,
    levels: &mut Vec<f64>,
) {
    let scaled: Vec<f64> = (spend.iter().enumerate())
        .map(|(i, s)| s / all[i / panel.periods].scale)
        .collect();
    let some: Vec<f64> = scaled.iter().copied().filter(|s| *s > 0.0).collect();
    let usual = some.iter().sum::<f64>() / some.len().max(1) as f64;
    let whole: f64 = spend.iter().sum();
    let share = |g: usize| -> f64 {
        spend[g * panel.periods..(g + 1) * panel.periods]
            .iter()
            .sum::<f64>()
            / whole
    };
    for k in 0..SHAPES {
        let (theta, b) = shape(k);
        let mut column = Vec::with_capacity(spend.len());
        for g in 0..panel.regions {
            let own = carried(&scaled[g * panel.periods..(g + 1) * panel.periods], theta);
            column.extend(own.iter().map(|s| (s / usual).max(0.0).powf(b)));
        }
        let sum = (column.iter().enumerate())
            .filter(|(i, _)| panel.there[*i])
            .map(|(i, x)| x * all[i / panel.periods].scale);
        sums.push(sum.sum());
        let level = (all.iter().enumerate())
            .map(|(g, region)| region.scale * (share(g) / (region.scale * usual)).powf(b));
        levels.push(level.sum());
        columns.push(column);
    }
}

/// Controls of the file and of the calendar, each scaled to a standard deviation of 1, with its usual size.
fn controls(campaign: &Campaign, panel: &Panel, within: bool) -> Vec<(Vec<f64>, f64)> {
    let mut found: Vec<(Vec<f64>, f64)> = Vec::new();
    for j in 0..campaign.controls.len() {
        let mut column = vec![0.0; panel.there.len()];
        for line in &campaign.common {
            column[line.geo * panel.periods + line.period] = line.controls[j];
        }
        let mut spread = column.clone();
        panel.centre(&mut spread, within);
        let size = spread.iter().map(|x| x * x).sum::<f64>() / spread.len() as f64;
        if size.sqrt() > 1e-9 {
            column.iter_mut().for_each(|x| *x /= size.sqrt());
            found.push((column, 0.3));
        }
    }
    if let Some(first) = campaign.first.filter(|_| !within) {
        for (values, sd) in calendar::columns(first, campaign.step, panel.periods) {
            let column = (0..panel.there.len()).map(|i| values[i % panel.periods]);
            found.push((column.collect(), sd));
        }
    }
    found
}

/// How far what a usual shape of all channels leaves unexplained carries on from period to period.
fn residual_carry(panel: &Panel, columns: &[Vec<f64>], channels: usize, y: &[f64]) -> f64 {
    // Carry-over 0.3, elasticity 0.65.
    let usual = 3 * BENDS.len() + 6;
    let mut taken: Vec<Vec<f64>> = (0..channels)
        .map(|c| columns[c * SHAPES + usual].clone())
        .collect();
    taken.extend(columns[channels * SHAPES..].iter().cloned());
    let left = super::super::budget::demand::left_by(y, &taken);
    let (mut both, mut own, mut n) = (0.0, 0.0, 0.0_f64);
    for i in
        (1..left.len()).filter(|i| i % panel.periods > 0 && panel.there[*i] && panel.there[i - 1])
    {
        both += left[i] * left[i - 1];
        own += 0.5 * (left[i].powi(2) + left[i - 1].powi(2));
        n += 1.0;
    }
    let found = if own > 0.0 { both / own } else { 0.0 };
    // What is left of a regression looks less alike than it is.
    let lost = (1.0 + taken.len() as f64) / n.max(1.0);
    if found + lost < 2.0 / n.max(1.0).sqrt() {
        0.0
    } else {
        (found + lost).clamp(0.0, 0.9)
    }
}
