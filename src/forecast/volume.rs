//! How many new leads will come, by source and month, and how wrong this very method has been.

use crate::domain::{Day, Leads, Month};
use crate::forecast::groups::Groups;
use crate::forecast::season::Season;
use crate::forecast::span::Span;
use crate::forecast::spread::{believed, mean_square};

/// Days in a month, on average.
const MONTH: f64 = 30.4375;
/// What a month's growth keeps of the growth of the month before, if there is a trend.
const DAMPING: f64 = 0.85;
/// Standard deviation of the log of a month's leads beyond chance, before any experience: its median for the first month
/// ahead, and the width of its log.
const PRIOR_SD: f64 = 0.15;
const PRIOR_WIDTH: f64 = 0.6;
/// Growth of the variance with each further month, as a share of the first one's, and how many past forecasts it counts
/// for.
const PRIOR_GROWTH: f64 = 0.25;
const PRIOR_WEIGHT: f64 = 4.0;
/// Months of origins that the backtest looks back.
const ORIGINS: usize = 18;
/// Months ahead that it looks at.
const AHEAD: usize = 3;

/// One month of history, or the part of it that was seen.
#[derive(Debug, Clone, Copy)]
struct Period {
    month: Month,
    /// Its first day that was seen.
    from: Day,
    /// The day after its last that was seen.
    to: Day,
    complete: bool,
}

/// The leads that came in, by source and month.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    periods: Vec<Period>,
    /// Leads, by source and period.
    leads: Vec<Vec<f64>>,
    /// First lead, by source.
    since: Vec<Day>,
}

/// How the level is followed: the half-life of a day's weight, and how far growth a month is allowed to be from none.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Manner {
    half_life: f64,
    trend_sd: f64,
}

/// The plain one first: another is taken only where it was clearly better in the past.
const MANNERS: [Manner; 4] = [
    Manner {
        half_life: 75.0,
        trend_sd: 0.0,
    },
    Manner {
        half_life: 40.0,
        trend_sd: 0.0,
    },
    Manner {
        half_life: 75.0,
        trend_sd: 0.05,
    },
    Manner {
        half_life: 150.0,
        trend_sd: 0.05,
    },
];

/// The number of new leads ahead.
#[derive(Debug, Clone)]
pub(super) struct Volume {
    /// Expected number of leads from the as-of date on, by source and month of the forecast.
    pub(super) leads: Vec<Vec<f64>>,
    /// Equally likely standard deviations of the log of the total beyond chance, first month.
    pub(super) sds: Vec<f64>,
    /// What each further month adds to the variance, as a share of the first one's.
    pub(super) growth: f64,
    /// Whether the months of the year were told apart.
    pub(super) seasonal: bool,
}

impl Counts {
    /// Counts the leads that have `created`; none without any.
    pub(super) fn new(leads: &Leads, sources: &Groups) -> Option<Self> {
        let days = || leads.created.iter().copied().flatten();
        let (first, as_of) = (days().min()?, leads.as_of);
        let mut periods = Vec::new();
        let mut month = first.month();
        while month.first_day() < as_of {
            let end = (month + 1).first_day();
            let from = first.max(month.first_day());
            periods.push(Period {
                month,
                from,
                to: end.min(as_of),
                complete: end <= as_of && from == month.first_day(),
            });
            month = month + 1;
        }
        let mut counts = vec![vec![0.0; periods.len()]; sources.len()];
        let mut since = vec![as_of; sources.len()];
        for (row, created) in leads.created.iter().enumerate() {
            if let Some(day) = *created {
                let source = sources.of[row];
                let period = (day.month() - first.month()) as usize;
                if let Some(count) = counts[source].get_mut(period) {
                    *count += 1.0;
                }
                since[source] = since[source].min(day);
            }
        }
        Some(Self {
            periods,
            leads: counts,
            since,
        })
    }

    /// Number of complete months.
    pub(super) fn complete_months(&self) -> usize {
        self.periods.iter().filter(|period| period.complete).count()
    }

    /// The sentence to say if the last complete month brought less than half of the leads of the median month of the
    /// half year before it: a real fall, or an export in which the newest leads are still missing.
    pub(super) fn fall(&self) -> Option<String> {
        let complete: Vec<usize> = (0..self.periods.len())
            .filter(|&p| self.periods[p].complete)
            .collect();
        let total = |p: usize| self.leads.iter().map(|source| source[p]).sum::<f64>();
        let (&last, before) = complete.split_last()?;
        let mut usual: Vec<f64> = before.iter().rev().take(6).map(|&p| total(p)).collect();
        usual.sort_by(f64::total_cmp);
        let median = *usual.get(usual.len() / 2).filter(|_| usual.len() >= 3)?;
        let came = total(last);
        // Half of a small number is nothing unusual: beyond chance as well.
        if came >= median / 2.0 || (median - came) < 3.0 * median.sqrt() {
            return None;
        }
        Some(format!(
            "{came:.0} leads came in {} where {median:.0} a month were usual in the half year before: new leads are \
             forecast from the lower number. If the export ends early, or leads are entered late, the forecast is too low",
            self.periods[last].month
        ))
    }

    fn season(&self) -> Option<Season> {
        let months: Vec<(Month, f64, f64)> = (self.periods.iter().enumerate())
            .filter(|(_, period)| period.complete)
            .map(|(p, period)| {
                let total = self.leads.iter().map(|source| source[p]).sum();
                (period.month, total, f64::from(period.month.days()))
            })
            .collect();
        Season::learn(&months)
    }
}

/// Forecasts the leads of each source. `worth` is what a lead of each source is worth (any unit): the error of the past
/// is measured on the worth of the leads, which is what matters to revenue.
pub(super) fn forecast(counts: &Counts, span: &Span, worth: &[f64]) -> Volume {
    let season = counts.season();
    let past = Past {
        counts,
        season: season.as_ref(),
        worth,
    };
    let (manner, errors) = past.choose();
    let windows: Vec<(Month, Day, Day)> = (0..span.len())
        .map(|m| {
            let (from, to) = span.window(m);
            (span.months[m], span.as_of + from, span.as_of + to)
        })
        .collect();
    let known = counts.periods.len();
    let leads = (0..counts.leads.len())
        .map(|source| past.ahead(source, known, span.as_of, manner, &windows))
        .collect();
    let (sds, growth) = spread(&errors, season.as_ref());
    Volume {
        leads,
        sds,
        growth,
        seasonal: season.is_some(),
    }
}

/// A past forecast of the worth of a month's leads against what came.
#[derive(Debug, Clone, Copy)]
struct Miss {
    /// Months ahead, from 0.
    ahead: usize,
    /// ln(came / forecast).
    error: f64,
    /// Variance of that by chance alone (Poisson).
    chance: f64,
}

struct Past<'a> {
    counts: &'a Counts,
    season: Option<&'a Season>,
    worth: &'a [f64],
}

impl Past<'_> {
    fn factor(&self, month: Month) -> f64 {
        self.season.map_or(1.0, |season| season.factor(month))
    }

    /// The manner that forecast best, and its misses.
    fn choose(&self) -> (Manner, Vec<Miss>) {
        let mut best = (MANNERS[0], self.misses(MANNERS[0]));
        if best.1.len() < 6 * AHEAD {
            return best;
        }
        let mean = |misses: &[Miss]| {
            misses.iter().map(|m| m.error * m.error).sum::<f64>() / misses.len() as f64
        };
        let mut bar = 0.9 * mean(&best.1);
        for manner in &MANNERS[1..] {
            let misses = self.misses(*manner);
            let score = mean(&misses);
            if score < bar {
                bar = score;
                best = (*manner, misses);
            }
        }
        best
    }

    /// Forecasts made at the end of each complete month of the past, against what came.
    fn misses(&self, manner: Manner) -> Vec<Miss> {
        let periods = &self.counts.periods;
        let complete: Vec<usize> = (0..periods.len())
            .filter(|&p| periods[p].complete)
            .collect();
        let mut misses = Vec::new();
        let start = complete.len().saturating_sub(ORIGINS + 1).max(3);
        for &target in complete.iter().skip(start) {
            let known = target; // periods before it
            let as_of = periods[target].from;
            let windows: Vec<(Month, Day, Day)> = periods[target..]
                .iter()
                .take(AHEAD)
                .filter(|period| period.complete)
                .map(|period| (period.month, period.from, period.to))
                .collect();
            let mut sums = vec![(0.0, 0.0, 0.0); windows.len()];
            for (source, &worth) in self.worth.iter().enumerate() {
                let ahead = self.ahead(source, known, as_of, manner, &windows);
                for (i, sum) in sums.iter_mut().enumerate() {
                    sum.0 += worth * self.counts.leads[source][target + i];
                    sum.1 += worth * ahead[i];
                    sum.2 += worth * worth * ahead[i];
                }
            }
            for (ahead, &(came, forecast, square)) in sums.iter().enumerate() {
                if came > 0.0 && forecast > 0.0 {
                    misses.push(Miss {
                        ahead,
                        error: (came / forecast).ln(),
                        chance: square / (forecast * forecast),
                    });
                }
            }
        }
        misses
    }

    /// Leads a day of a source over the first `known` periods.
    fn usual(&self, source: usize, known: usize, start: Day) -> f64 {
        let leads: f64 = self.counts.leads[source][..known].iter().sum();
        let end = (known.checked_sub(1)).map_or(start, |last| self.counts.periods[last].to);
        leads / f64::from((end - start).max(1))
    }

    /// Expected leads of a source in windows (month, from, to) after `as_of`, from the first `known` periods.
    ///
    /// The log of the daily rate is a level and a growth a month, ln r(t) = a + b t; a day's weight halves with the
    /// half-life, and a month's weight saturates, as its own shock does not average out. b ~ N(0, `trend_sd`^2), and is
    /// damped in the future.
    fn ahead(
        &self,
        source: usize,
        known: usize,
        as_of: Day,
        manner: Manner,
        windows: &[(Month, Day, Day)],
    ) -> Vec<f64> {
        let start = self.counts.since[source].min(as_of - 30);
        let usual = self.usual(source, known, start);
        let bins: Vec<Bin> = (0..known)
            .filter_map(|p| {
                let period = &self.counts.periods[p];
                let from = period.from.max(start);
                if from >= period.to {
                    return None;
                }
                let days = f64::from(period.to - from);
                let age = f64::from(as_of - period.to) + days / 2.0;
                Some(Bin {
                    leads: self.counts.leads[source][p],
                    exposure: days * self.factor(period.month),
                    time: -age / MONTH,
                    weight: (-age / manner.half_life).exp2()
                        / (1.0 + PRIOR_SD * PRIOR_SD * usual * days),
                })
            })
            .collect();
        let (rate, trend) = fit(&bins, manner.trend_sd);
        windows
            .iter()
            .map(|&(month, from, to)| {
                let days = f64::from(to - from);
                let later = (f64::from(from - as_of) + days / 2.0) / MONTH;
                let grown = trend * (1.0 - DAMPING.powf(later)) / -DAMPING.ln();
                rate * grown.exp() * days * self.factor(month)
            })
            .collect()
    }
}

/// A period as the fit sees it.
#[derive(Debug, Clone, Copy)]
struct Bin {
    leads: f64,
    /// Days, seasonally adjusted.
    exposure: f64,
    /// Months from the as-of date to its middle; negative.
    time: f64,
    weight: f64,
}

/// Weighted Poisson fit of leads = exposure x rate x exp(trend x time): the daily rate today and the growth a month.
fn fit(bins: &[Bin], trend_sd: f64) -> (f64, f64) {
    let came: f64 = bins.iter().map(|bin| bin.weight * bin.leads).sum();
    let sums = |trend: f64| {
        let mut sums = (0.0, 0.0, 0.0);
        for bin in bins {
            let e = bin.weight * bin.exposure * (trend * bin.time).exp();
            sums.0 += e;
            sums.1 += e * bin.time;
            sums.2 += e * bin.time * bin.time;
        }
        sums
    };
    if came <= 0.0 {
        return (0.0, 0.0);
    }
    let mut trend = 0.0_f64;
    if trend_sd > 0.0 {
        let moment: f64 = (bins.iter())
            .map(|bin| bin.weight * bin.leads * bin.time)
            .sum();
        let prior = trend_sd.powi(-2);
        for _ in 0..30 {
            // The rate is profiled out: came / e0.
            let (e0, e1, e2) = sums(trend);
            let mean = e1 / e0;
            let gradient = moment - came * mean - prior * trend;
            let curvature = came * (e2 / e0 - mean * mean) + prior;
            let step = (gradient / curvature).clamp(-0.1, 0.1);
            trend = (trend + step).clamp(-0.2, 0.2);
            if step.abs() < 1e-10 {
                break;
            }
        }
    }
    let (exposure, _, _) = sums(trend);
    (came / exposure, trend)
}

/// Standard deviations beyond chance of the first month ahead, and the growth of the variance, from past misses and the
/// prior.
fn spread(misses: &[Miss], season: Option<&Season>) -> (Vec<f64>, f64) {
    let of = |ahead: usize| misses.iter().filter(move |miss| miss.ahead == ahead);
    // The season was learnt from the very months that it is tested on.
    let unseen = season.map_or(1.0, |season| 1.0 + 1.0 / season.years as f64);
    let sds = believed(PRIOR_SD, PRIOR_WIDTH, |sd| {
        of(0)
            .map(|miss| {
                let variance = sd * sd / unseen + miss.chance;
                -0.5 * (variance.ln() + miss.error * miss.error / variance)
            })
            .sum()
    });
    let first = mean_square(&sds);
    let last = AHEAD - 1;
    // Forecasts of overlapping months share their errors.
    let share = 1.0 / AHEAD as f64;
    let (mut sum, mut weight) = (
        PRIOR_WEIGHT * (1.0 + PRIOR_GROWTH * last as f64) * first,
        PRIOR_WEIGHT,
    );
    for miss in of(last) {
        sum += share * (miss.error * miss.error - miss.chance) * unseen;
        weight += share;
    }
    let growth = (sum / weight / first - 1.0) / last as f64;
    (sds, growth.clamp(0.02, 1.0))
}

#[cfg(test)]
#[path = "volume_tests.rs"]
mod tests;
