//! How many new leads will come, by source and month, and how far the months may be from that.

use crate::domain::{Day, Leads, Month, Role, SpendLine};
use crate::forecast::calendar::Pace;
use crate::forecast::groups::Groups;
use crate::forecast::series::{self, Ahead, Point, Seen, Sizes};
use crate::forecast::span::Span;
use crate::forecast::spend::Response;

/// Complete months from which on the months of the year are told apart.
pub(super) const SEASON_MONTHS: usize = 14;
/// Months of the past that are looked at.
const MOST_MONTHS: usize = 48;
/// Days of average worth that any period has at least.
const LEAST_DAYS: f64 = 0.05;
/// Standard deviation of growth a month: of all leads, and of a source against them.
const GROWTH: f64 = 0.012;
const SHARE_GROWTH: f64 = 0.03;

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
    /// Names of the sources.
    names: Vec<String>,
}

/// The number of new leads ahead.
#[derive(Debug, Clone)]
pub(super) struct Volume {
    /// Expected number of leads from the as-of date on, by source and month of the forecast.
    pub(super) leads: Vec<Vec<f64>>,
    /// Equally likely beliefs about how far the months will be from that: logs of factors that are 1 on average.
    pub(super) beliefs: Vec<Ahead>,
    /// Whether the months of the year were told apart.
    pub(super) seasonal: bool,
}

impl Volume {
    /// Mean leads a month, of the months ahead.
    pub(super) fn a_month(&self) -> f64 {
        let months = self.leads.first().map_or(0, Vec::len);
        self.leads.iter().flatten().sum::<f64>() / months.max(1) as f64
    }
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
            names: sources.names.clone(),
        })
    }

    /// How the leads of the complete months answered to spend.
    fn response(&self, spend: &[SpendLine], span: &Span) -> Response {
        if spend.is_empty() {
            return Response::none(self.leads.len());
        }
        let past: Vec<Vec<(Month, f64, f64)>> = (self.leads.iter())
            .map(|leads| {
                let periods = self.periods.iter().zip(leads);
                (periods.filter(|(period, _)| period.complete))
                    .map(|(period, &leads)| {
                        let days = span.new.worked(period.from, period.to).max(LEAST_DAYS);
                        (period.month, leads, days)
                    })
                    .collect()
            })
            .collect();
        // Spend of a month that has begun may be what was paid so far or the plan for all of it: it says nothing.
        let begun = span.as_of.month();
        let clear: Vec<SpendLine> = (spend.iter())
            .filter(|line| line.month != begun || span.as_of == begun.first_day())
            .cloned()
            .collect();
        Response::learn(&clear, &self.names, begun, &past)
    }

    /// Worth of the leads of the last twelve months, by source.
    fn recent(&self, worth: &[f64]) -> Vec<f64> {
        let from = self.periods.len().saturating_sub(12);
        let worth = usable(worth);
        (self.leads.iter().zip(worth))
            .map(|(leads, worth)| worth * leads[from..].iter().sum::<f64>())
            .collect()
    }

    /// Number of complete months.
    pub(super) fn complete_months(&self) -> usize {
        self.periods.iter().filter(|period| period.complete).count()
    }

    /// What to know if the last complete month brought less than half of the leads of the median month of the
    /// half year before it: a real fall, or an export in which the newest leads are still missing.
    pub(super) fn fell(&self) -> Option<Fall> {
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
        Some(Fall {
            month: self.periods[last].month,
            came,
            usual: median,
        })
    }

    /// The same as a sentence of the forecast; `ahead`: leads forecast a month.
    pub(super) fn fall(&self, ahead: f64) -> Option<String> {
        self.fell().map(|fall| {
            format!(
                "{:.0} leads came in {} where {:.0} a month were usual in the half year before, and {ahead:.0} a month are \
                 forecast. If leads will not come again as they did, that is too high; if the export ends early, or leads are \
                 entered late, it is too low",
                fall.came, fall.month, fall.usual
            )
        })
    }
}

/// A month that brought far fewer leads than those before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fall {
    /// The month, the last complete one.
    pub month: Month,
    /// Its leads.
    pub came: f64,
    /// Those of the median month of the half year before.
    pub usual: f64,
}

/// Whether the last complete month brought far fewer leads than usual.
pub(crate) fn leads_fell(leads: &Leads) -> Option<Fall> {
    Counts::new(leads, &Groups::by(leads, Role::Source))?.fell()
}

/// Forecasts the leads of each source. `worth` is what a lead of each source is worth (any unit): the worth of all
/// leads is forecast, which is what matters to revenue, and what share of it each source has. Rates are by days of
/// average worth (see [`Pace`]), so that weekends and holidays are no good or bad months. `spend` of the past explains
/// months; that of the months ahead is the plan.
pub(super) fn forecast(counts: &Counts, span: &Span, worth: &[f64], spend: &[SpendLine]) -> Volume {
    let seasonal = counts.complete_months() >= SEASON_MONTHS;
    let past = Past {
        counts,
        worth: usable(worth),
        pace: &span.new,
        response: counts.response(spend, span),
        recent: counts.recent(worth),
    };
    let windows: Vec<(Point, f64)> = (0..span.len())
        .map(|m| {
            let (from, to) = span.window(m);
            let (from, to) = (span.as_of + from, span.as_of + to);
            (
                past.point(span.months[m], from, to),
                past.pace.worked(from, to),
            )
        })
        .collect();
    let points: Vec<Point> = windows.iter().map(|&(point, _)| point).collect();
    let months: Vec<(Month, Point)> = (span.months.iter().copied())
        .zip(points.iter().copied())
        .collect();
    let beliefs = series::ahead(&past.total(), &points, &of_all(seasonal));
    let rates: Vec<f64> = (0..windows.len())
        .map(|m| beliefs.iter().map(|b| b.rate(m)).sum::<f64>() / beliefs.len().max(1) as f64)
        .collect();
    let shares: Vec<Vec<f64>> = (0..counts.leads.len())
        .map(|source| past.share(source, span.as_of, &months, &of_shares(seasonal)))
        .collect();
    let leads = (0..counts.leads.len())
        .map(|source| {
            (windows.iter().enumerate())
                .map(|(m, &(_, days))| {
                    let all: f64 = (shares.iter().zip(&past.worth))
                        .map(|(s, w)| s[m] * w)
                        .sum();
                    if all > 0.0 {
                        rates[m] * days * shares[source][m] / all
                    } else {
                        0.0
                    }
                })
                .collect()
        })
        .collect();
    Volume {
        leads,
        beliefs: centred(beliefs, &rates),
        seasonal,
    }
}

/// How large the parts of the number of all leads may be.
fn of_all(seasonal: bool) -> Sizes<'static> {
    Sizes {
        shock: (&[0.03, 0.06, 0.12, 0.24, 0.48], 0.09),
        carry: &[0.0, 0.4, 0.8],
        walk: (&[0.006, 0.02, 0.06, 0.2], 0.012),
        season: (if seasonal { &[0.05, 0.12, 0.3] } else { &[] }, 0.1),
        wave: &[0.2, 0.8],
        growth: GROWTH,
        quarter: (&[], 0.0),
        level: None,
    }
}

/// And of the share that one source has of it.
fn of_shares(seasonal: bool) -> Sizes<'static> {
    Sizes {
        shock: (&[0.04, 0.1, 0.25], 0.08),
        carry: &[0.0],
        walk: (&[0.01, 0.05, 0.15], 0.04),
        season: (if seasonal { &[0.02, 0.12, 0.6] } else { &[] }, 0.08),
        wave: &[0.0],
        growth: SHARE_GROWTH,
        quarter: (&[], 0.0),
        level: None,
    }
}

/// The same beliefs, as logs of factors of mean 1 on `rates`.
fn centred(mut beliefs: Vec<Ahead>, rates: &[f64]) -> Vec<Ahead> {
    for belief in &mut beliefs {
        for (mean, rate) in belief.mean.iter_mut().zip(rates) {
            *mean -= rate.ln();
        }
    }
    beliefs
}

/// Worth by source; where a source has none a fiftieth of the mean, so that its leads are counted at all.
fn usable(worth: &[f64]) -> Vec<f64> {
    let some: Vec<f64> = (worth.iter().copied())
        .filter(|w| w.is_finite() && *w > 0.0)
        .collect();
    if some.is_empty() {
        return vec![1.0; worth.len()];
    }
    let least = some.iter().sum::<f64>() / some.len() as f64 / 50.0;
    worth
        .iter()
        .map(|w| if w.is_finite() { w.max(least) } else { least })
        .collect()
}

struct Past<'a> {
    counts: &'a Counts,
    worth: Vec<f64>,
    pace: &'a Pace,
    response: Response,
    /// Worth of the leads of the last year, by source.
    recent: Vec<f64>,
}

impl Past<'_> {
    fn point(&self, month: Month, from: Day, to: Day) -> Point {
        Point {
            month: month - Month::new(2000, 1),
            of_year: (month.number() - 1) as usize,
            festival: self.pace.festival_log(from, to),
            spend: self.response.total(&self.recent, month),
        }
    }

    /// The periods that are looked at: the last four years, parts of a month only where they are a week at least.
    fn periods(&self) -> impl Iterator<Item = (usize, &Period)> {
        let periods = &self.counts.periods;
        (periods.iter().enumerate())
            .skip(periods.len().saturating_sub(MOST_MONTHS))
            .filter(|(_, period)| period.complete || period.to - period.from >= 7)
    }

    /// Days of average worth, of which there is always something.
    fn days(&self, from: Day, to: Day) -> f64 {
        self.pace.worked(from, to).max(LEAST_DAYS)
    }

    /// Worth of the leads of a period and the sum of its squares, with half a lead of the mean worth more: the log of
    /// nothing is not known.
    fn worth_of(&self, p: usize) -> (f64, f64) {
        let half = 0.5 * self.worth.iter().sum::<f64>() / self.worth.len().max(1) as f64;
        let counts = self.counts.leads.iter().map(|of| of[p]);
        counts
            .zip(&self.worth)
            .fold((half, 2.0 * half * half), |sum, (n, w)| {
                (sum.0 + n * w, sum.1 + n * w * w)
            })
    }

    fn total(&self) -> Vec<Seen> {
        (self.periods())
            .map(|(p, period)| {
                let (worth, square) = self.worth_of(p);
                Seen {
                    point: self.point(period.month, period.from, period.to),
                    log: (worth / self.days(period.from, period.to)).ln(),
                    chance: square / (worth * worth),
                }
            })
            .collect()
    }

    /// The point of a month for the share of a source: what its spend did beyond what all spend did.
    fn share_point(&self, source: usize, point: Point, month: Month) -> Point {
        Point {
            festival: 0.0,
            spend: (self.response.effect(source, month) - point.spend.0, 0.0),
            ..point
        }
    }

    /// Leads of a source for each unit of worth of all, in the months ahead.
    fn share(
        &self,
        source: usize,
        as_of: Day,
        ahead: &[(Month, Point)],
        sizes: &Sizes<'_>,
    ) -> Vec<f64> {
        let start = self.counts.since[source].min(as_of - 30);
        let seen: Vec<Seen> = (self.periods())
            .filter_map(|(p, period)| {
                let from = period.from.max(start);
                if from >= period.to {
                    return None;
                }
                let leads = self.counts.leads[source][p] + 0.5;
                let rate = leads / self.days(from, period.to);
                let all = self.worth_of(p).0 / self.days(period.from, period.to);
                Some(Seen {
                    point: self.share_point(
                        source,
                        self.point(period.month, from, period.to),
                        period.month,
                    ),
                    log: (rate / all).ln(),
                    chance: 1.0 / leads,
                })
            })
            .collect();
        if self.counts.leads[source].iter().sum::<f64>() <= 0.0 {
            return vec![0.0; ahead.len()];
        }
        let ahead: Vec<Point> = (ahead.iter())
            .map(|&(month, point)| self.share_point(source, point, month))
            .collect();
        series::mean_ahead(&seen, &ahead, sizes)
            .iter()
            .map(|log| log.exp())
            .collect()
    }
}

#[cfg(test)]
#[path = "volume_tests.rs"]
mod tests;
