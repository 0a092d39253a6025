//! A month under other conditions: more leads, better conversion, dearer deals, a faster cycle, on the same luck.
//!
//! Every draw is drawn again with the random numbers that it had: an open lead that was won at its chance is still won at
//! a better one, new leads win as before and more. So what a lever adds is what it adds, not chance.

use crate::domain::Day;
use crate::forecast::draws::{Ingredients, MANY_WINS, Path};
use crate::forecast::futures::Futures;
use crate::forecast::moments::Moments;
use crate::forecast::smooth;
use crate::forecast::span::Span;
use crate::score::WinCurves;

/// The furthest that levers are pulled, factors.
pub const MOST_LEADS: f64 = 4.0;
/// See [`MOST_LEADS`].
pub const MOST_CONVERSION: f64 = 3.0;
/// See [`MOST_LEADS`].
pub const MOST_AOV: f64 = 3.0;
/// See [`MOST_LEADS`].
pub const MOST_PACE: f64 = 2.5;
/// Conversion and pace, pulled together.
pub const MOST_TOGETHER: f64 = 2.0;
/// Above so many open leads their sum is multiplied instead of each being looked at.
const MANY_CASES: usize = 6_000;
/// Wins of new leads are laid out up to so many times those expected; what is beyond them counts its mean.
const LAID_OUT: f64 = 4.0;

/// What is different from now on, as factors on what the forecast expects; 1 each: nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levers {
    /// Number of leads yet to come, up to [`MOST_LEADS`].
    pub leads: f64,
    /// Chance to win, of open leads and of those yet to come, up to [`MOST_CONVERSION`].
    pub conversion: f64,
    /// Amount of a deal that is not signed yet, up to [`MOST_AOV`].
    pub aov: f64,
    /// Pace: everything takes 1 / pace of its time, up to [`MOST_PACE`].
    pub pace: f64,
}

impl Default for Levers {
    fn default() -> Self {
        Self {
            leads: 1.0,
            conversion: 1.0,
            aov: 1.0,
            pace: 1.0,
        }
    }
}

/// What the levers work on.
#[derive(Debug, Clone)]
pub(super) struct Works {
    pub(super) ingredients: Ingredients,
    /// Curves of the open leads.
    pub(super) open: WinCurves,
    /// P(won within 0, 1 ... days of creation), by source.
    pub(super) table: Vec<Vec<f64>>,
    pub(super) span: Span,
    pub(super) seed: u64,
}

/// One month of the forecast, ready to be drawn again under other conditions.
#[derive(Debug, Clone)]
pub struct Redraw {
    works: Works,
    month: usize,
    /// Cents in a unit of money.
    cents: f64,
    /// Revenue as forecast, money, by draw.
    base: Vec<f64>,
    booked: f64,
    /// What the forecast makes of what was drawn (it may have been scaled since), by draw.
    scale: Vec<f64>,
    shared: Vec<Shared>,
    open: Open,
    /// By draw and source.
    new: Vec<New>,
}

/// What all leads of a draw share.
#[derive(Debug, Clone)]
struct Shared {
    model: usize,
    conversion: f64,
    volume: Vec<f64>,
    factors: Vec<f64>,
    level: f64,
}

/// Open leads that are won in a draw, or would be under the best of conditions.
#[derive(Debug, Clone)]
enum Open {
    /// One by one: those of a draw are `cases[ends[draw - 1]..ends[draw]]`.
    Each { ends: Vec<usize>, cases: Vec<Case> },
    /// The sum by draw, cents.
    AtOnce(Vec<i64>),
}

#[derive(Debug, Clone, Copy)]
struct Case {
    lead: usize,
    /// Its place in the order of chances, 0-1.
    u: f64,
    cents: i64,
}

/// Wins of the new leads of a source in a draw.
#[derive(Debug, Clone)]
enum New {
    /// One by one, in the order in which more expected wins bring them: when, its place in the month, and the sum so far.
    Each(Vec<(f64, f64, i64)>),
    /// The sum, at so many wins expected.
    AtOnce { cents: i64, wins: f64 },
}

impl Redraw {
    /// Lays out a month (its number in the span) of the futures that were drawn from the same ingredients.
    pub(super) fn new(works: Works, futures: &Futures, month: usize) -> Self {
        let moments = Moments::new(&works.ingredients);
        let mut redraw = Self {
            month,
            cents: futures.cents,
            base: futures.total(month),
            booked: futures.booked(month),
            scale: Vec::new(),
            shared: Vec::with_capacity(futures.draws),
            open: if works.ingredients.amounts.len() > MANY_CASES {
                Open::AtOnce(Vec::with_capacity(futures.draws))
            } else {
                Open::Each {
                    ends: Vec::with_capacity(futures.draws),
                    cases: Vec::new(),
                }
            },
            new: Vec::with_capacity(futures.draws * works.ingredients.purses.len()),
            works,
        };
        let bounds = redraw.bounds();
        for draw in 0..futures.draws {
            redraw.lay_out(draw, futures, &moments, &bounds);
        }
        let drawn = redraw.drawn(&Levers::default());
        redraw.scale = (drawn.iter().zip(&redraw.base))
            .map(|(&drawn, base)| {
                let ahead = base - redraw.booked;
                if drawn > 0.0 { ahead / drawn } else { 1.0 }
            })
            .collect();
        redraw
    }

    /// The highest place in the order of chances at which an open lead could be won by the end of the month, given
    /// average conversion.
    fn bounds(&self) -> Vec<f64> {
        let end = self.works.span.worked(self.month);
        (0..self.works.open.rows.len())
            .map(|lead| {
                let at = |pace: f64| smooth::won_within(&self.works.open, lead, end * pace);
                let n = self.works.ingredients.months;
                let told = &self.works.ingredients.chances[lead * n..=lead * n + self.month];
                // Chances as told may differ a little from the curves.
                let more = (told.iter().sum::<f64>() - at(1.0)).max(0.0);
                (MOST_CONVERSION * (at(1.0) + more))
                    .max(MOST_TOGETHER * (at(MOST_TOGETHER) + more))
                    .max(at(MOST_PACE) + more)
            })
            .collect()
    }

    fn lay_out(&mut self, draw: usize, futures: &Futures, moments: &Moments, bounds: &[f64]) {
        let ingredients = &self.works.ingredients;
        let path = Path::new(ingredients, moments, self.works.seed, draw, self.cents);
        match &mut self.open {
            Open::AtOnce(sums) => {
                sums.push(futures.open[draw * futures.months.len() + self.month]);
            }
            Open::Each { ends, cases } => {
                let most = path.factors[..=self.month]
                    .iter()
                    .copied()
                    .fold(0.0, f64::max);
                path.each_open(|lead, u, luck| {
                    if u < bounds[lead] * most {
                        let cents = path.open_pays(lead, luck);
                        cases.push(Case { lead, u, cents });
                    }
                });
                ends.push(cases.len());
            }
        }
        for source in 0..ingredients.purses.len() {
            let wins = path.new_wins(source, self.month);
            self.new.push(if wins > MANY_WINS {
                let (cents, _) = path.new_sum(source, self.month, wins);
                New::AtOnce { cents, wins }
            } else {
                let mut sum = 0;
                let arrivals = path.arrivals(source, self.month);
                let laid_out = arrivals.take_while(|a| a.at < LAID_OUT * wins + 3.0);
                let running = laid_out.map(|arrival| {
                    sum += path.new_pays(source, self.month, &arrival).1;
                    (arrival.at, arrival.day, sum)
                });
                New::Each(running.collect())
            });
        }
        self.shared.push(Shared {
            model: path.model,
            conversion: path.conversion[self.month],
            level: path.level,
            volume: path.volume,
            factors: path.factors,
        });
    }

    /// Number of draws.
    pub fn draws(&self) -> usize {
        self.base.len()
    }

    /// Revenue of the month under these conditions, booked included, money, by draw. More of a lever never gives less in
    /// the month that contains the as-of date; in later ones faster and better may mean that a deal is signed before.
    pub fn revenue(&self, levers: &Levers) -> Vec<f64> {
        if *levers == Levers::default() {
            return self.base.clone();
        }
        (self.drawn(levers).iter().zip(&self.scale))
            .map(|(drawn, scale)| self.booked + levers.aov * scale * drawn)
            .collect()
    }

    /// The share of the draws that reach a target under these conditions, 0-1.
    pub fn p_reach(&self, target: f64, levers: &Levers) -> f64 {
        let revenue = self.revenue(levers);
        let reached = revenue.iter().filter(|&&value| value >= target).count();
        reached as f64 / revenue.len().max(1) as f64
    }

    /// What is drawn for open and new leads together, money at plain amounts.
    fn drawn(&self, levers: &Levers) -> Vec<f64> {
        let chances = self.open_chances(levers);
        let paced = self.new_chances(levers);
        let at_once = self.times_at_once(levers, &chances);
        (0..self.base.len())
            .map(|draw| {
                let open = match &self.open {
                    Open::AtOnce(sums) => sums[draw] as f64 * at_once,
                    Open::Each { ends, cases } => {
                        let from = if draw == 0 { 0 } else { ends[draw - 1] };
                        self.open_of(&cases[from..ends[draw]], &chances, draw) as f64
                    }
                };
                (open + self.new_of(draw, levers, &paced)) / self.cents
            })
            .collect()
    }

    /// P(won) of each open lead in each month up to this one, under these conditions.
    fn open_chances(&self, levers: &Levers) -> Vec<f64> {
        let (n, wide) = (self.works.ingredients.months, self.month + 1);
        let told = &self.works.ingredients.chances;
        let leads = self.works.ingredients.amounts.len();
        let mut chances = Vec::with_capacity(leads * wide);
        for lead in 0..leads {
            let (mut paced, mut plain) = (0.0, 0.0);
            for month in 0..wide {
                let mut chance = told[lead * n + month];
                if levers.pace != 1.0 {
                    let end = self.works.span.worked(month);
                    let at = |days: f64| smooth::won_within(&self.works.open, lead, days);
                    let (faster, as_told) = (at(end * levers.pace), at(end));
                    chance += (faster - paced) - (as_told - plain);
                    (paced, plain) = (faster, as_told);
                }
                chances.push(chance.max(0.0) * levers.conversion);
            }
        }
        chances
    }

    fn open_of(&self, cases: &[Case], chances: &[f64], draw: usize) -> i64 {
        let wide = self.month + 1;
        let factors = &self.shared[draw].factors;
        (cases.iter())
            .filter(|case| {
                let mut left = case.u;
                let of = &chances[case.lead * wide..(case.lead + 1) * wide];
                for (month, (p, f)) in of.iter().zip(factors).enumerate() {
                    left -= p * f;
                    if left < 0.0 {
                        return month == self.month;
                    }
                }
                false
            })
            .map(|case| case.cents)
            .sum()
    }

    /// Factor on the sum of many open leads.
    fn times_at_once(&self, levers: &Levers, chances: &[f64]) -> f64 {
        let (n, wide) = (self.works.ingredients.months, self.month + 1);
        if matches!(self.open, Open::Each { .. }) || *levers == Levers::default() {
            return 1.0;
        }
        let (mut now, mut then) = (0.0, 0.0);
        for (lead, amount) in self.works.ingredients.amounts.iter().enumerate() {
            let of = &chances[lead * wide..(lead + 1) * wide];
            let before: f64 = of[..self.month].iter().sum();
            now += amount * self.works.ingredients.chances[lead * n + self.month];
            then += amount * of[self.month].min((1.0 - before).max(0.0));
        }
        if now > 0.0 { then / now } else { 1.0 }
    }

    /// Chances of new leads, by source and month of creation, over those at the usual pace; and where those are nothing,
    /// the chance itself.
    fn new_chances(&self, levers: &Levers) -> Vec<(f64, f64)> {
        let wide = self.month + 1;
        let mut times = Vec::with_capacity(self.works.table.len() * wide);
        for table in &self.works.table {
            for created in 0..wide {
                if levers.pace == 1.0 {
                    times.push((1.0, 0.0));
                    continue;
                }
                let chance = |pace: f64| paced(table, &self.works.span, created, self.month, pace);
                let (now, then) = (chance(1.0), chance(levers.pace));
                times.push(if now > 0.0 {
                    (then / now, 0.0)
                } else {
                    (1.0, then)
                });
            }
        }
        times
    }

    /// Wins expected of a source's new leads in a draw.
    fn wins(&self, draw: usize, source: usize, levers: &Levers, times: &[(f64, f64)]) -> f64 {
        let (n, wide) = (self.works.ingredients.months, self.month + 1);
        let shared = &self.shared[draw];
        let Some(chances) = self.works.ingredients.new_chances.get(shared.model) else {
            return 0.0;
        };
        (0..wide)
            .map(|created| {
                let (factor, more) = times[source * wide + created];
                let p = chances[(source * n + created) * n + self.month] * factor + more;
                let p = p * shared.conversion * levers.conversion;
                let leads = self.works.ingredients.leads[source][created] * levers.leads;
                leads * shared.volume[created] * p.min(1.0)
            })
            .sum()
    }

    /// Cents of the new leads of a draw.
    fn new_of(&self, draw: usize, levers: &Levers, times: &[(f64, f64)]) -> f64 {
        let sources = self.works.ingredients.purses.len();
        (0..sources)
            .map(|source| {
                let wins = self.wins(draw, source, levers, times);
                match &self.new[draw * sources + source] {
                    New::AtOnce { cents, wins: then } => *cents as f64 * wins / then,
                    New::Each(arrivals) => {
                        let came = arrivals.partition_point(|arrival| arrival.0 < wins);
                        let sum = came.checked_sub(1).map_or(0, |last| arrivals[last].2) as f64;
                        if came < arrivals.len() || came == 0 {
                            return sum;
                        }
                        // Beyond what is laid out, the mean.
                        let purse = self.works.ingredients.purses[source].of(self.month);
                        let over = wins - arrivals[came - 1].0;
                        sum + over.max(0.0) * purse.mean * self.shared[draw].level * self.cents
                    }
                }
            })
            .sum()
    }

    /// What is signed before each of these days (days from the as-of date, rising) of the month that contains the as-of
    /// date, money, booked included, by draw: `by_day[day][draw]`. Empty for other months.
    pub fn by_day(&self, days: &[i32]) -> Vec<Vec<f64>> {
        if self.month > 0 {
            return Vec::new();
        }
        days.iter().map(|&day| self.until(day)).collect()
    }

    fn until(&self, day: i32) -> Vec<f64> {
        let span = &self.works.span;
        let (end, plain) = (span.window(0).1, Levers::default());
        let (chances, times) = (self.open_chances(&plain), self.new_chances(&plain));
        // Shares of the month's chances that fall before the day.
        let share = |won: f64, of: f64| {
            if of > 0.0 {
                (won / of).clamp(0.0, 1.0)
            } else {
                0.0
            }
        };
        let worked = |day: i32| span.wins.worked(span.as_of, span.as_of + day);
        let (then, by_end) = (worked(day), worked(end));
        let open: Vec<f64> = (0..self.works.open.rows.len())
            .map(|lead| {
                let at = |days: f64| smooth::won_within(&self.works.open, lead, days);
                share(at(then), at(by_end))
            })
            .collect();
        let new: Vec<f64> = (self.works.table.iter())
            .map(|table| share(wins_until(table, span, day), wins_until(table, span, end)))
            .collect();
        let (mut sum, mut part) = (0.0, 0.0);
        for (lead, amount) in self.works.ingredients.amounts.iter().enumerate() {
            sum += chances[lead] * amount;
            part += chances[lead] * amount * open[lead];
        }
        let early: Vec<f64> = chances
            .iter()
            .zip(&open)
            .map(|(p, share)| p * share)
            .collect();
        (0..self.base.len())
            .map(|draw| {
                let open = match &self.open {
                    Open::AtOnce(sums) => sums[draw] as f64 * share(part, sum),
                    Open::Each { ends, cases } => {
                        let from = if draw == 0 { 0 } else { ends[draw - 1] };
                        self.open_of(&cases[from..ends[draw]], &early, draw) as f64
                    }
                };
                let cents = open + self.new_until(draw, &new, &times);
                self.booked + self.scale[draw] * cents / self.cents
            })
            .collect()
    }

    fn new_until(&self, draw: usize, shares: &[f64], times: &[(f64, f64)]) -> f64 {
        let sources = self.works.ingredients.purses.len();
        (0..sources)
            .map(|source| match &self.new[draw * sources + source] {
                New::AtOnce { cents, .. } => *cents as f64 * shares[source],
                New::Each(arrivals) => {
                    let wins = self.wins(draw, source, &Levers::default(), times);
                    let (mut before, mut cents) = (0, 0);
                    for &(at, day, sum) in arrivals {
                        if at >= wins {
                            break;
                        }
                        if day < shares[source] {
                            cents += sum - before;
                        }
                        before = sum;
                    }
                    cents as f64
                }
            })
            .sum()
    }

    /// Leads expected in the month itself, from the as-of date on.
    pub fn leads_in_month(&self) -> f64 {
        let leads = self.works.ingredients.leads.iter();
        leads.map(|of| of[self.month]).sum()
    }

    /// Leads expected from the as-of date to the end of the month.
    pub fn leads_until(&self) -> f64 {
        let leads = self.works.ingredients.leads.iter();
        leads.map(|of| of[..=self.month].iter().sum::<f64>()).sum()
    }

    /// Conversion of the month over that of the curves, mean of the draws.
    fn times(&self) -> f64 {
        let sum: f64 = self.shared.iter().map(|shared| shared.conversion).sum();
        sum / self.shared.len().max(1) as f64
    }

    /// The share of the leads yet to come that is won sooner or later, 0-1, if conversion stays what it is expected to be in
    /// the month: by how many of each source are expected.
    pub fn conversion(&self) -> f64 {
        let (mut won, mut all) = (0.0, 0.0);
        for (leads, table) in self.works.ingredients.leads.iter().zip(&self.works.table) {
            let leads: f64 = leads[..=self.month].iter().sum();
            won += leads * table.last().copied().unwrap_or(0.0);
            all += leads;
        }
        if all > 0.0 {
            (self.times() * won / all).min(1.0)
        } else {
            0.0
        }
    }

    /// Wins expected in the month from the as-of date on, and their mean amount, money (0 without wins).
    pub fn expected_wins(&self) -> (f64, f64) {
        let parts = &self.works.ingredients;
        let open = parts.chances.iter().skip(self.month).step_by(parts.months);
        let (mut wins, mut revenue) = (0.0, 0.0);
        for (chance, amount) in open.zip(&parts.amounts) {
            wins += chance;
            revenue += chance * amount;
        }
        for (source, table) in self.works.table.iter().enumerate() {
            let won = |created: usize| {
                let chance = paced(table, &self.works.span, created, self.month, 1.0);
                parts.leads[source][created] * chance
            };
            let new: f64 = (0..=self.month).map(won).sum();
            wins += new;
            revenue += new * parts.purses[source].of(self.month).mean;
        }
        let amount = if wins > 0.0 { revenue / wins } else { 0.0 };
        (wins * self.times(), amount)
    }
}

/// P(a lead that comes in during one month is won in another) if everything goes `pace` times as fast; as
/// `inflow::chances` has it, leads come as they usually do and wins run on working time.
fn paced(table: &[f64], span: &Span, created: usize, closed: usize, pace: f64) -> f64 {
    let ((from, to), (start, end)) = (span.window(created), span.window(closed));
    let (start, end) = (span.as_of + start, span.as_of + end);
    let (mut sum, mut all) = (0.0, 0.0);
    for day in from..to {
        let day = span.as_of + day;
        let worth = span.new.worked(day, day + 1);
        let until = |end: Day| at(table, span.wins.worked(day, end) * pace);
        sum += worth * (until(end) - until(start));
        all += worth;
    }
    sum / all.max(f64::MIN_POSITIVE)
}

/// Wins until a day of the leads that come in from today on, by what their days are worth.
fn wins_until(table: &[f64], span: &Span, day: i32) -> f64 {
    let end = span.as_of + day;
    (0..day)
        .map(|came| {
            let came = span.as_of + came;
            span.new.worked(came, came + 1) * at(table, span.wins.worked(came, end))
        })
        .sum()
}

/// A daily table between its days.
fn at(table: &[f64], days: f64) -> f64 {
    let last = table.len().saturating_sub(1);
    let low = (days.max(0.0).floor() as usize).min(last);
    let high = (low + 1).min(last);
    let part = (days - low as f64).clamp(0.0, 1.0);
    table
        .get(low)
        .map_or(0.0, |&value| value + part * (table[high] - value))
}

#[cfg(test)]
#[path = "levers_tests.rs"]
pub(super) mod tests;
