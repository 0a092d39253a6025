//! What must be true: how far each lever has to be pulled for even odds, and for four in five.

use serde::Serialize;

use crate::domain::{Leads, Month, Outcome, Probability};
use crate::forecast::{
    Levers, MOST_AOV, MOST_CONVERSION, MOST_LEADS, MOST_PACE, MOST_TOGETHER, PastMonth, Prospect,
    Redraw,
};

/// The odds that are asked for.
const WANTED: [f64; 2] = [0.5, 0.8];
/// A solution is good if its odds are so near to those wanted, ...
const NEAR: f64 = 0.0025;
/// ... or if it is found so exactly, as a share of the lever.
const EXACT: f64 = 1e-4;
/// Steps in which a lever that may also do harm is tried.
const STEPS: u32 = 12;
/// Days over which the cycle of today is looked at.
const CYCLE_DAYS: i32 = 182;

/// What can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lever {
    /// More leads, spread over the days left.
    Leads,
    /// A higher chance to win each.
    Conversion,
    /// Dearer deals.
    Aov,
    /// A shorter cycle.
    Cycle,
}

impl Lever {
    const ALL: [Self; 4] = [Self::Leads, Self::Conversion, Self::Aov, Self::Cycle];

    fn most(self) -> f64 {
        match self {
            Self::Leads => MOST_LEADS,
            Self::Conversion => MOST_CONVERSION,
            Self::Aov => MOST_AOV,
            Self::Cycle => MOST_PACE,
        }
    }

    fn pull(self, levers: &mut Levers, factor: f64) {
        match self {
            Self::Leads => levers.leads = factor,
            Self::Conversion => levers.conversion = factor,
            Self::Aov => levers.aov = factor,
            Self::Cycle => levers.pace = factor,
        }
    }
}

/// How a value stands among those of the last 24 months.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Past {
    /// The best of them, ...
    pub best: f64,
    /// ... and its month.
    pub month: Month,
    /// How many months there are, ...
    pub of: usize,
    /// ... and how many of them were as good as what is needed.
    pub reached: usize,
}

/// How far levers have to be pulled for some odds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Need {
    /// The odds wanted.
    pub wanted: Probability,
    /// The factor: 1.2 for 20 % more leads, 20 % more conversion, 20 % dearer deals, a pace of 1.2 (a cycle shorter by a sixth);
    /// 1 if the odds are as good already, none if they cannot be reached by this alone.
    pub factor: Option<f64>,
    /// P(attain) with it; if it cannot be reached, with the lever as far as it was tried.
    pub p_attain: Probability,
    /// What each lever is then: leads of the month, conversion, money, days (of the cycle). None if it cannot be reached.
    pub values: Vec<Option<f64>>,
    /// Each of these among past months; none where the past does not tell.
    pub past: Vec<Option<Past>>,
}

/// One lever, or two pulled by the same factor, and what is needed of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeverNeed {
    /// The lever or levers.
    pub levers: Vec<Lever>,
    /// What each is as forecast: leads of the month, conversion, money, days. None where nobody knows.
    pub now: Vec<Option<f64>>,
    /// The furthest factor that was tried.
    pub tried: f64,
    /// More leads that are needed from now to the end of the month, for each unit of factor above 1; only with that lever.
    pub more_leads: Option<f64>,
    /// For 50 and for 80 %.
    pub needs: Vec<Need>,
}

/// What is needed of each lever, then of each two, for `amount`.
pub(super) fn needs(prospect: &Prospect, leads: &Leads, amount: f64) -> Vec<LeverNeed> {
    let gauge = Gauge::new(prospect, leads);
    let there: Vec<Lever> = (Lever::ALL.into_iter())
        .filter(|&lever| lever != Lever::Aov || prospect.priced)
        .collect();
    let mut sets: Vec<Vec<Lever>> = there.iter().map(|&lever| vec![lever]).collect();
    for (i, &one) in there.iter().enumerate() {
        sets.extend(there[i + 1..].iter().map(|&other| vec![one, other]));
    }
    sets.into_iter()
        .map(|set| gauge.need(set, &prospect.redraw, amount, prospect.number == 0))
        .collect()
}

/// What levers are now, and were.
struct Gauge<'a> {
    past: &'a [PastMonth],
    /// Leads of the month before the as-of date, and from it on.
    leads: (f64, f64),
    leads_until: f64,
    conversion: f64,
    aov: f64,
    cycle: Option<f64>,
}

impl<'a> Gauge<'a> {
    fn new(prospect: &'a Prospect, leads: &Leads) -> Self {
        let month = prospect.month.month;
        let came = leads
            .created
            .iter()
            .flatten()
            .filter(|day| day.month() == month);
        let mut days: Vec<f64> = (0..leads.len())
            .filter(|&row| leads.outcome[row] == Outcome::Won)
            .filter_map(|row| {
                let closed = leads.closed[row].filter(|&day| leads.as_of - day <= CYCLE_DAYS)?;
                Some(f64::from(closed - leads.created[row]?))
            })
            .collect();
        days.sort_by(f64::total_cmp);
        Self {
            past: &prospect.past,
            leads: (came.count() as f64, prospect.redraw.leads_in_month()),
            leads_until: prospect.redraw.leads_until(),
            conversion: prospect.redraw.conversion(),
            aov: prospect.redraw.expected_wins().1,
            cycle: (days.len() >= 5).then(|| crate::forecast::quantile(&days, 0.5)),
        }
    }

    fn need(&self, levers: Vec<Lever>, redraw: &Redraw, amount: f64, rises: bool) -> LeverNeed {
        let mut most = levers
            .iter()
            .map(|lever| lever.most())
            .fold(f64::INFINITY, f64::min);
        if levers.len() > 1 {
            most = most.min(MOST_TOGETHER);
        }
        if levers.contains(&Lever::Conversion) && self.conversion > 0.0 {
            most = most.min(1.0 / self.conversion);
        }
        let odds = |factor: f64| {
            let mut pulled = Levers::default();
            levers
                .iter()
                .for_each(|lever| lever.pull(&mut pulled, factor));
            redraw.p_reach(amount, &pulled)
        };
        let needs = (WANTED.iter())
            .map(|&wanted| {
                let (factor, p) = match solve(&odds, wanted, most, rises) {
                    Ok((factor, p)) => (Some(factor), p),
                    Err(p) => (None, p),
                };
                let value = |&lever: &Lever| self.value(lever, factor?);
                let values: Vec<Option<f64>> = levers.iter().map(value).collect();
                let past = (levers.iter().zip(&values)).map(|(&lever, v)| self.place(lever, *v));
                Need {
                    wanted: Probability::clamped(wanted),
                    factor,
                    p_attain: Probability::clamped(p),
                    past: past.collect(),
                    values,
                }
            })
            .collect();
        LeverNeed {
            now: levers.iter().map(|&lever| self.value(lever, 1.0)).collect(),
            tried: most,
            more_leads: levers.contains(&Lever::Leads).then_some(self.leads_until),
            levers,
            needs,
        }
    }

    /// What a lever is at a factor.
    fn value(&self, lever: Lever, factor: f64) -> Option<f64> {
        match lever {
            Lever::Leads => Some(self.leads.0 + self.leads.1 * factor),
            Lever::Conversion => Some(self.conversion * factor),
            Lever::Aov => Some(self.aov * factor),
            Lever::Cycle => self.cycle.map(|days| days / factor),
        }
    }

    /// How a value stands among past months; without a value, how good the best was.
    fn place(&self, lever: Lever, value: Option<f64>) -> Option<Past> {
        let of = |month: &PastMonth| match lever {
            Lever::Leads => Some(month.leads as f64),
            Lever::Conversion => month.conversion_times.map(|times| times * self.conversion),
            Lever::Aov => month.aov,
            Lever::Cycle => month.cycle_days,
        };
        let better = |a: f64, b: f64| if lever == Lever::Cycle { a < b } else { a > b };
        let months: Vec<(Month, f64)> = (self.past.iter())
            .filter_map(|month| Some((month.month, of(month)?)))
            .collect();
        let (month, best) = (months.iter().copied())
            .reduce(|best, other| if better(other.1, best.1) { other } else { best })?;
        let reached = value.map_or(0, |value| {
            months
                .iter()
                .filter(|(_, past)| !better(value, *past))
                .count()
        });
        Some(Past {
            best,
            month,
            of: months.len(),
            reached,
        })
    }
}

/// The least factor from 1 to `most` whose odds are at least those wanted, with these odds; if there is none, the best odds
/// that were seen. `rises`: more never gives worse odds; else the range is searched in steps.
fn solve(
    odds: &impl Fn(f64) -> f64,
    wanted: f64,
    most: f64,
    rises: bool,
) -> Result<(f64, f64), f64> {
    let start = odds(1.0);
    if start >= wanted {
        return Ok((1.0, start));
    }
    let steps = if rises { 1 } else { STEPS };
    let (mut low, mut found, mut seen) = (1.0, None, start);
    for step in 1..=steps {
        let factor = 1.0 + (most - 1.0) * f64::from(step) / f64::from(steps);
        let p = odds(factor);
        seen = seen.max(p);
        if p >= wanted {
            found = Some((factor, p));
            break;
        }
        low = factor;
    }
    let (mut high, mut p) = found.ok_or(seen)?;
    while high - low > EXACT * high && p - wanted > NEAR {
        let middle = f64::midpoint(low, high);
        let there = odds(middle);
        if there >= wanted {
            (high, p) = (middle, there);
        } else {
            low = middle;
        }
    }
    Ok((high, p))
}
