//! How much of the cycle of a lead has been seen at an age, from the days that wins took.
//!
//! G(a) = P(won within a days | won within H). Wins of young cohorts are seen only if they were quick; the estimate from
//! wins thus cut off on the right is the product limit in reverse time (Lagakos, Barraj and De Gruttola 1988), which is
//! chain ladder by the day: F(t) = prod over s > t of (1 - d(s) / n(s)), d wins after exactly s days, n wins within s days
//! of leads old enough to have been seen so long. It needs no losses, and does not mind cohorts of different quality.
//! A group's own wins are mixed with a few of the curve that all have in common, stretched to its own pace ([`Pace`]).
//!
//! A lost lead can no longer be won, and an open one may be lost tomorrow. With F(a) the share of those never won who are
//! lost within a days (their days likewise; the rest stay open for ever), an open lead of age a has the likelihood
//! 1 - p G - (1 - p) F = (1 - F) (1 - p g), g = (G - F) / (1 - F): it counts as the share g of a lead, below 0 where losses
//! come faster than wins. A lost one counts as a whole lead.

use crate::domain::{Day, Leads, Outcome};
use crate::forecast::Groups;
use crate::kpi::pace::{End, NODES, Pace};
use crate::score;

/// Ends of the common curve, at the group's own pace, that its own are mixed with.
const LEAN: f64 = 10.0;
/// Leads of all that a group's own are mixed with for a first estimate of how many are won, and lost.
const LEADS: f64 = 20.0;
/// Fewest wins to learn from among leads whose whole life is on record.
const LEAST_WINS: usize = 20;
/// Equally likely values: how unsure G is, given the group's pace, in standard errors. Their variance is 1.44 and not 1, as the
/// common curve is not known for certain either.
const DOUBTS: [f64; 3] = [-1.47, 0.0, 1.47];
/// Draws of G: each pace of a group with each doubt.
pub(crate) const DRAWN: usize = NODES.len() * DOUBTS.len();
/// The pace, and the draw, in the middle.
const MIDDLE: usize = 1;
/// G by group, and how unsure it is.
#[derive(Debug, Clone)]
pub(crate) struct Growth {
    /// H, days.
    pub(crate) horizon: i32,
    /// By group, for ages 0 to H.
    central: Vec<Vec<f64>>,
    /// The same for each of the draws.
    drawn: Vec<Vec<Vec<f64>>>,
    /// F by group, for ages 0 to H.
    lost: Vec<Vec<f64>>,
    /// A first estimate of p, by group.
    rate: Vec<f64>,
}

/// What is known of a lead on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Won within the horizon.
    Won,
    /// Lost, or won later than the horizon.
    Settled,
    /// Open at this age, days.
    Open(i32),
}

/// Wins by day, and those who could have been won on it.
#[derive(Debug, Clone)]
struct Wins {
    on: Vec<f64>,
    within: Vec<f64>,
    count: usize,
}

impl Wins {
    fn new(horizon: i32) -> Self {
        let days = horizon.max(1) as usize;
        Self {
            on: vec![0.0; days],
            within: vec![0.0; days + 1],
            count: 0,
        }
    }

    /// A win after `lag` days that would have been seen up to `limit` days.
    fn add(&mut self, lag: i32, limit: i32) {
        let last = self.on.len() as i32 - 1;
        if lag <= last {
            self.count += 1;
            self.on[lag as usize] += 1.0;
            self.within[lag as usize] += 1.0;
            self.within[limit.clamp(lag, last) as usize + 1] -= 1.0;
        }
    }

    /// From differences to sums.
    fn close(mut self) -> Self {
        let mut sum = 0.0;
        for within in &mut self.within {
            sum += *within;
            *within = sum;
        }
        self
    }
}

/// Ends of all groups.
struct Ends {
    own: Vec<Wins>,
    /// Pooled over the groups, as they are: share of the ends up to a day that come on it.
    pooled: Vec<f64>,
    pace: Option<Pace>,
}

impl Ends {
    fn new(mut ends: Vec<Vec<End>>, horizon: i32) -> Self {
        let mut all = Wins::new(horizon);
        let mut own = vec![Wins::new(horizon); ends.len()];
        for (ends, own) in ends.iter_mut().zip(&mut own) {
            for &(lag, limit) in ends.iter() {
                all.add(lag, limit);
                own.add(lag, limit);
            }
            ends.retain(|end| end.0 < horizon.max(1));
            for end in ends {
                end.1 = end.1.clamp(end.0, horizon.max(1) - 1);
            }
        }
        let all = all.close();
        let days = all.on.len();
        let pooled = if all.count == 0 {
            // Nothing is known: evenly over the days.
            (0..days).map(|day| 1.0 / (day as f64 + 1.0)).collect()
        } else {
            (all.on.iter().zip(&all.within))
                .map(|(d, n)| d / (n + 1.0))
                .collect()
        };
        Self {
            pace: Pace::learn(&ends, horizon),
            own: own.into_iter().map(Wins::close).collect(),
            pooled,
        }
    }

    /// What a group leans on: the common curve at its pace.
    fn usual(&self, group: usize, node: usize) -> Vec<f64> {
        self.pace.as_ref().map_or_else(
            || self.pooled.clone(),
            |pace| pace.hazards(group, node, self.pooled.len()),
        )
    }
}

impl Growth {
    /// From the leads, by group; those that came before `since` are older than the record of closings and tell nothing. None where nothing tells how long a win takes: undated data, or less than a week of it.
    pub(crate) fn learn(leads: &Leads, groups: &Groups, since: Option<Day>) -> Option<Self> {
        let whole = |row: &usize| leads.created[*row] >= since;
        let horizon = score_horizon(leads, since)?;
        let wins: Vec<usize> = (0..leads.len())
            .filter(|&row| win_days(leads, row).is_some())
            .collect();
        let on_record: Vec<usize> = wins.iter().copied().filter(whole).collect();
        let used = if on_record.len() >= LEAST_WINS {
            on_record
        } else {
            wins
        };
        let mut ends = vec![Vec::new(); groups.len()];
        for row in used {
            if let (Some(lag), Some(age)) = (win_days(leads, row), leads.age(row, leads.as_of)) {
                ends[groups.of[row]].push((lag, age - 1));
            }
        }
        let ends = Ends::new(ends, horizon);
        let mut growth = Self::empty(horizon);
        for group in 0..groups.len() {
            growth.push(&ends, group);
        }
        growth.learn_losses(leads, groups, since);
        Some(growth)
    }

    fn empty(horizon: i32) -> Self {
        Self {
            horizon,
            central: Vec::new(),
            drawn: vec![Vec::new(); DRAWN],
            lost: Vec::new(),
            rate: Vec::new(),
        }
    }

    /// How fast those who are never won are lost, and how many of them ever are.
    fn learn_losses(&mut self, leads: &Leads, groups: &Groups, since: Option<Day>) {
        let mut ends = vec![Vec::new(); groups.len()];
        // By group: leads by the share of their cycle seen, wins; losses.
        let mut seen = vec![(0.0, 0.0, 0.0); groups.len()];
        let rows = || {
            (0..leads.len())
                .filter(|&row| leads.created[row] >= since && leads.created[row].is_some())
        };
        for row in rows() {
            let (of, age) = (groups.of[row], leads.age(row, leads.as_of).unwrap_or(0));
            seen[of].0 += self.share(of, age);
            seen[of].1 += f64::from(u8::from(self.won_in_time(leads, row)));
            if let Some(lag) = days_to(leads, row, Outcome::Lost) {
                ends[of].push((lag, age - 1));
                seen[of].2 += f64::from(u8::from(lag < self.horizon));
            }
        }
        let ends = Ends::new(ends, self.horizon);
        let sum = seen
            .iter()
            .fold((0.0, 0.0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
        let usual = (sum.1 + 0.5) / (sum.0 + 1.0);
        self.rate = seen
            .iter()
            .map(|of| ((of.1 + LEADS * usual) / (of.0 + LEADS)).min(0.99))
            .collect();
        let shapes: Vec<Vec<f64>> = (0..groups.len())
            .map(|of| shape(&ends.own[of], &ends.usual(of, MIDDLE)).0)
            .collect();
        let mut reached = vec![0.0; groups.len()];
        for row in rows() {
            let (of, age) = (groups.of[row], leads.age(row, leads.as_of).unwrap_or(0));
            reached[of] += (1.0 - self.rate[of]) * at(&shapes[of], age);
        }
        let ever = |lost: f64, reached: f64| if reached > 0.0 { lost / reached } else { 0.0 };
        let usual = ever(seen.iter().map(|of| of.2).sum(), reached.iter().sum());
        self.lost = (shapes.into_iter().enumerate())
            .map(|(of, mut shape)| {
                let share = ever(seen[of].2 + LEADS * usual, reached[of] + LEADS).min(0.999);
                shape.iter_mut().for_each(|lost| *lost *= share);
                shape
            })
            .collect();
    }

    fn push(&mut self, ends: &Ends, group: usize) {
        for pace in 0..NODES.len() {
            let (central, spread) = shape(&ends.own[group], &ends.usual(group, pace));
            for (doubt, z) in DOUBTS.iter().enumerate() {
                let table = central.iter().zip(&spread).map(|(g, spread)| {
                    let to_come = (1.0 - g).max(0.0) / g.max(1e-9);
                    let odds = to_come * (spread.min(3.0) * z).exp();
                    if *g > 0.0 { 1.0 / (1.0 + odds) } else { 0.0 }
                });
                self.drawn[pace * DOUBTS.len() + doubt].push(table.collect());
            }
            if pace == MIDDLE {
                self.central.push(central);
            }
        }
    }

    /// G of a group at an age, days.
    pub(crate) fn share(&self, group: usize, age: i32) -> f64 {
        self.central.get(group).map_or(1.0, |table| at(table, age))
    }

    /// Number of draws.
    pub(crate) const fn draws() -> usize {
        DRAWN
    }

    /// The same of one of the draws.
    pub(crate) fn drawn(&self, draw: usize, group: usize, age: i32) -> f64 {
        self.drawn[draw]
            .get(group)
            .map_or(1.0, |table| at(table, age))
    }

    /// How much an open lead of a group counts at an age, by a draw of G (none: the central one): g.
    pub(crate) fn counts(&self, draw: Option<usize>, group: usize, age: i32) -> f64 {
        let lost = self.lost.get(group).map_or(0.0, |table| at(table, age));
        let won = draw.map_or_else(
            || self.share(group, age),
            |draw| self.drawn(draw, group, age),
        );
        (won - lost) / (1.0 - lost)
    }

    /// By how much of a lead wins are divided so that wins / leads estimates p: 1 for a closed one, for an open one
    /// g (1 - p) / (1 - p g), at which the score of the likelihood is 0.
    pub(crate) fn exposure(&self, group: usize, state: State) -> f64 {
        let State::Open(age) = state else {
            return 1.0;
        };
        let (g, p) = (
            self.counts(None, group, age),
            self.rate.get(group).copied().unwrap_or(0.0),
        );
        g * (1.0 - p) / (1.0 - p * g)
    }

    /// Whether a lead was won within the horizon.
    pub(crate) fn won_in_time(&self, leads: &Leads, row: usize) -> bool {
        leads.outcome[row] == Outcome::Won
            && leads.closed[row].is_some()
            && win_days(leads, row).is_some_and(|days| days < self.horizon)
    }
}

fn at(table: &[f64], age: i32) -> f64 {
    table[(age.max(0) as usize).min(table.len() - 1)]
}

/// The same horizon as the model's: the longest with 50 leads at risk, of those on record.
fn score_horizon(leads: &Leads, since: Option<Day>) -> Option<i32> {
    if !leads.dated() {
        return None;
    }
    if since.is_none() {
        return score::horizon(leads, leads.as_of);
    }
    let rows: Vec<usize> = (0..leads.len())
        .filter(|&row| leads.created[row] >= since)
        .collect();
    score::horizon(&leads.take(&rows, leads.as_of), leads.as_of)
}

/// Days that a win took; none for other leads, and where a date is missing.
fn win_days(leads: &Leads, row: usize) -> Option<i32> {
    days_to(leads, row, Outcome::Won)
}

/// The same of another end.
fn days_to(leads: &Leads, row: usize, end: Outcome) -> Option<i32> {
    let ended = leads.outcome[row] == end;
    let (created, closed) = (leads.created[row]?, leads.closed[row]?);
    ended.then(|| (closed - created).max(0))
}

/// The share of ends that have come at each age, of those that come within the horizon, and how unsure the log-odds of it
/// are; all at once where none is known.
fn shape(ends: &Wins, usual: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let days = usual.len();
    let (mut table, mut unsure) = (vec![1.0; days + 1], vec![0.0; days + 1]);
    let (mut log, mut variance) = (0.0_f64, 0.0_f64);
    // Age a has seen the days before it: G(a) = F(a - 1).
    for age in (0..days).rev() {
        let (n, d) = (ends.within[age] + LEAN, ends.on[age] + LEAN * usual[age]);
        log += (-(d / n).min(0.999)).ln_1p();
        variance += d / (n * (n - d).max(0.5));
        let g = log.exp().clamp(1e-6, 1.0);
        table[age] = if age == 0 { 0.0 } else { g };
        unsure[age] = variance.sqrt() / (1.0 - g).max(0.02);
    }
    (table, unsure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Month, Role};
    use crate::kpi::incidence::record_from;
    use crate::kpi::plant::{Shop, shop};

    #[test]
    fn growth_is_that_of_the_days_that_wins_take() {
        // Gamma(2, 20 days): P(T < 20) = 1 - 2 / e ... of those within H, nearly all.
        let leads = shop(
            &Shop {
                leads: 30_000,
                ..Shop::default()
            },
            1,
        );
        let groups = Groups::by(&leads, Role::Source);
        let growth = Growth::learn(&leads, &groups, None).expect("dated");
        for (age, x) in [(10, 0.5_f64), (20, 1.0), (40, 2.0), (80, 4.0)] {
            let truth = 1.0 - (1.0 + x) * (-x).exp();
            let mean = (0..groups.len())
                .map(|source| growth.share(source, age))
                .sum::<f64>();
            assert!(
                (mean / groups.len() as f64 - truth).abs() < 0.025,
                "{age}: {mean} {truth}"
            );
            for source in 0..groups.len() {
                let seen = growth.share(source, age);
                // 270 wins of the smallest source: three standard errors.
                assert!((seen - truth).abs() < 0.09, "{age}: {seen} {truth}");
                let slow = growth.drawn(DRAWN - 1, source, age);
                assert!(growth.drawn(0, source, age) >= seen && seen >= slow);
            }
        }
        assert!((growth.share(0, 10_000) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn leads_older_than_the_record_tell_nothing_of_the_days() {
        let mut leads = shop(
            &Shop {
                leads: 6_000,
                ..Shop::default()
            },
            2,
        );
        let from = leads.as_of - 240;
        for row in 0..leads.len() {
            if leads.closed[row].is_some_and(|closed| closed < from) {
                leads.closed[row] = None;
                leads.outcome[row] = Outcome::Open;
            }
        }
        let groups = Groups::by(&leads, Role::Source);
        let since = record_from(&leads).expect("late");
        assert!((since - from).abs() < 32);
        let growth = Growth::learn(&leads, &groups, Some(since)).expect("dated");
        assert!(
            (growth.share(0, 40) - 0.594).abs() < 0.07,
            "{}",
            growth.share(0, 40)
        );
    }

    /// 400 leads of two years, a third of them won: wins and losses after so many days.
    fn company(win: impl Fn(usize) -> i32, loss: impl Fn(usize) -> i32) -> Leads {
        let mut leads = shop(
            &Shop {
                leads: 400,
                ..Shop::default()
            },
            1,
        );
        for row in 0..leads.len() {
            let won = row % 3 == 0;
            let days = if won { win(row / 3) } else { loss(row) };
            let closed = leads.created[row].expect("dated") + days;
            let known = closed < leads.as_of;
            leads.closed[row] = known.then_some(closed);
            leads.outcome[row] = match (known, won) {
                (false, _) => Outcome::Open,
                (true, true) => Outcome::Won,
                (true, false) => Outcome::Lost,
            };
        }
        leads
    }

    #[test]
    fn late_wins_are_within_the_horizon_though_losses_come_soon() {
        // Wins after 60 to 192 days, losses within ten.
        let leads = company(|i| 60 + i as i32, |row| (row % 10) as i32);
        let horizon = score::horizon(&leads, leads.as_of).expect("two years");
        let wins = || {
            (0..leads.len())
                .filter(|&row| leads.outcome[row] == Outcome::Won)
                .filter_map(|row| Some(leads.closed[row]? - leads.created[row]?))
        };
        // But for the five longest lives: a hazard needs leads at risk.
        let later = wins().filter(|&days| days >= horizon).count();
        assert!(later <= 5, "{later} of {} after {horizon}", wins().count());
    }

    #[test]
    fn leads_that_all_close_in_days_have_been_followed_for_a_week() {
        let leads = company(|i| (i % 4) as i32, |row| (row % 5) as i32);
        assert_eq!(score::horizon(&leads, leads.as_of), Some(7));
        let first = Month::new(2024, 7).first_day();
        let young = leads.as_of(first + 6);
        assert!(young.len() >= 3, "{}", young.len());
        assert_eq!(score::horizon(&young, young.as_of), None);
    }
}
