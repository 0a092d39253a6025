//! How much of the cycle of a lead has been seen at an age, from the days that wins took.
//!
//! G(a) = P(won within a days | won within H). Wins of young cohorts are seen only if they were quick; the estimate from
//! wins thus cut off on the right is the product limit in reverse time (Lagakos, Barraj and De Gruttola 1988), which is
//! chain ladder by the day: F(t) = prod over s > t of (1 - d(s) / n(s)), d wins after exactly s days, n wins within s days
//! of leads old enough to have been seen so long. It needs no losses, and does not mind cohorts of different quality.

use crate::domain::{Day, Leads, Outcome};
use crate::forecast::Groups;
use crate::score;

/// Wins of all that a group's own are mixed with: a group of few wins is as fast as the others.
const LEAN: f64 = 20.0;
/// Fewest wins to learn from among leads whose whole life is on record.
const LEAST_WINS: usize = 20;
/// Equally likely values of a standard normal: how unsure G is.
const NODES: [f64; 5] = [-1.281_552, -0.524_401, 0.0, 0.524_401, 1.281_552];
/// G by group, and how unsure it is.
#[derive(Debug, Clone)]
pub(crate) struct Growth {
    /// H, days.
    pub(crate) horizon: i32,
    /// By group, for ages 0 to H.
    central: Vec<Vec<f64>>,
    /// The same for each of the nodes.
    drawn: Vec<Vec<Vec<f64>>>,
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
        let mut all = Wins::new(horizon);
        let mut own = vec![Wins::new(horizon); groups.len()];
        for row in used {
            if let (Some(lag), Some(age)) = (win_days(leads, row), leads.age(row, leads.as_of)) {
                all.add(lag, age - 1);
                own[groups.of[row]].add(lag, age - 1);
            }
        }
        let all = all.close();
        let pooled: Vec<f64> = (all.on.iter().zip(&all.within))
            .map(|(d, n)| d / (n + 1.0))
            .collect();
        let mut growth = Self {
            horizon,
            central: Vec::new(),
            drawn: vec![Vec::new(); NODES.len()],
        };
        for wins in own.into_iter().map(Wins::close) {
            growth.push(&wins, &pooled, all.count == 0);
        }
        Some(growth)
    }

    fn push(&mut self, wins: &Wins, pooled: &[f64], blind: bool) {
        let days = pooled.len();
        let (mut log, mut variance) = (0.0_f64, 0.0_f64);
        let mut central = vec![1.0; days + 1];
        let mut drawn = vec![vec![1.0; days + 1]; NODES.len()];
        // Age a has seen the days before it: G(a) = F(a - 1).
        for age in (0..days).rev() {
            let n = wins.within[age] + LEAN;
            let d = wins.on[age] + LEAN * pooled[age];
            log += (-(d / n).min(0.999)).ln_1p();
            variance += d / (n * (n - d).max(0.5));
            let g = if age == 0 {
                0.0
            } else if blind {
                age as f64 / days as f64
            } else {
                log.exp().clamp(1e-6, 1.0)
            };
            central[age] = g;
            let to_come = (1.0 - g).max(0.0) / g.max(1e-9);
            let spread = variance.sqrt() / (1.0 - g).max(0.02);
            for (table, z) in drawn.iter_mut().zip(NODES) {
                table[age] = if age == 0 {
                    0.0
                } else {
                    1.0 / (1.0 + to_come * (spread.min(3.0) * z).exp())
                };
            }
        }
        self.central.push(central);
        for (all, table) in self.drawn.iter_mut().zip(drawn) {
            all.push(table);
        }
    }

    /// G of a group at an age, days.
    pub(crate) fn share(&self, group: usize, age: i32) -> f64 {
        self.central.get(group).map_or(1.0, |table| at(table, age))
    }

    /// Number of draws.
    pub(crate) const fn draws() -> usize {
        NODES.len()
    }

    /// The same of one of the draws.
    pub(crate) fn drawn(&self, draw: usize, group: usize, age: i32) -> f64 {
        self.drawn[draw]
            .get(group)
            .map_or(1.0, |table| at(table, age))
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
    let won = leads.outcome[row] == Outcome::Won;
    let (created, closed) = (leads.created[row]?, leads.closed[row]?);
    won.then(|| (closed - created).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Role;
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
                assert!(
                    growth.drawn(0, source, age) >= seen && seen >= growth.drawn(4, source, age)
                );
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
        let blind = Growth::learn(&leads, &groups, None).expect("dated");
        assert!(
            blind.share(0, 40) < growth.share(0, 40),
            "old leads show slow wins only"
        );
    }
}
