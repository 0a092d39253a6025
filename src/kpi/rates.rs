//! Conversion of groups of leads, completed for age.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{Day, Leads, Outcome};
use crate::forecast::Groups;
use crate::kpi::growth::{Growth, State};
use crate::kpi::{Belief, Range, Seen, posterior};

/// Steps of maturity that leads of a group are counted by.
const STEPS: f64 = 64.0;

/// How much of the cycle of a group's leads has been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Maturity {
    /// More than 90 %.
    Matured,
    /// 30 to 90 %.
    Maturing,
    /// Less than 30 %: nothing is said of it.
    TooEarly,
}

impl Maturity {
    /// Of the mean share of the cycle seen.
    pub(crate) fn of(seen: f64) -> Self {
        match seen {
            seen if seen > 0.9 => Self::Matured,
            seen if seen < 0.3 => Self::TooEarly,
            _ => Self::Maturing,
        }
    }
}

/// The conversion of a group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rate {
    /// The group.
    pub name: String,
    /// Its leads, those that came while closings were on record.
    pub leads: usize,
    /// Won so far.
    pub won: usize,
    /// Of them within the horizon of creation: the wins that `conversion` counts.
    pub won_in_time: usize,
    /// Lost so far.
    pub lost: usize,
    /// Open.
    pub open: usize,
    /// Mean share of the cycle seen, 0-1.
    pub maturity: f64,
    /// The same in a word.
    pub status: Maturity,
    /// P(won within the horizon of creation), 0-1, completed for age and shrunken towards the other groups of the table;
    /// none without leads, and of groups that are written down when a lead is won.
    pub conversion: Option<Range>,
    /// Wins in time.
    #[serde(skip)]
    pub(crate) wins: f64,
    /// Leads by how much is known of them: 1 for a closed one, less for an open one.
    #[serde(skip)]
    pub(crate) exposure: f64,
    /// How unsure the logarithm of the exposure is.
    #[serde(skip)]
    pub(crate) unsure: f64,
}

impl Rate {
    /// The same without its conversion.
    pub(crate) fn untold(self) -> Self {
        Self {
            conversion: None,
            ..self
        }
    }

    /// Of a group of which nothing is known.
    pub(crate) const fn none(name: String) -> Self {
        Self {
            name,
            leads: 0,
            won: 0,
            won_in_time: 0,
            lost: 0,
            open: 0,
            maturity: 0.0,
            status: Maturity::TooEarly,
            conversion: None,
            wins: 0.0,
            exposure: 0.0,
            unsure: 0.0,
        }
    }
}

/// What the rates are made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Basis<'a> {
    /// The leads.
    pub leads: &'a Leads,
    /// How fast they are won, ...
    pub growth: &'a Growth,
    /// ... by source.
    pub sources: &'a Groups,
    /// The day from which on closings are on record; none: always.
    pub since: Option<Day>,
}

impl Basis<'_> {
    /// The age of a lead whose conversion can be judged: it has a day of creation, while closings are on record.
    pub(crate) fn age(&self, row: usize) -> Option<i32> {
        let created = self.leads.created[row]?;
        let told = self.leads.outcome[row] == Outcome::Open || self.leads.closed[row].is_some();
        (told && self.since.is_none_or(|since| created >= since))
            .then(|| self.leads.as_of - created)
    }

    /// What is known of a lead.
    pub(crate) fn state(&self, row: usize, age: i32) -> State {
        match self.leads.outcome[row] {
            Outcome::Open => State::Open(age),
            _ if self.growth.won_in_time(self.leads, row) => State::Won,
            _ => State::Settled,
        }
    }

    /// By how much of a lead wins are divided so that wins / leads estimates the conversion.
    pub(crate) fn exposure(&self, row: usize, age: i32) -> f64 {
        self.growth
            .exposure(self.sources.of[row], self.state(row, age))
    }

    /// Share of a lead's cycle that was seen.
    pub(crate) fn share(&self, row: usize, age: i32) -> f64 {
        self.growth.share(self.sources.of[row], age)
    }
}

#[derive(Debug, Clone)]
struct Count {
    leads: usize,
    by_outcome: [usize; 3],
    wins: f64,
    seen: f64,
    exposure: f64,
    exposures: Vec<f64>,
    /// By draw and step, of the leads not won in time: sum of what they count, number.
    others: Vec<BTreeMap<i32, (f64, f64)>>,
}

/// The rates of the groups `of` (none: in no group), in their order.
pub(crate) fn rates(
    basis: &Basis<'_>,
    names: &[String],
    of: impl Fn(usize) -> Option<usize>,
) -> Vec<Rate> {
    (believed(basis, names, of).into_iter())
        .map(|(rate, _)| rate)
        .collect()
}

/// The same, each with all that is believed of its conversion.
pub(crate) fn believed(
    basis: &Basis<'_>,
    names: &[String],
    of: impl Fn(usize) -> Option<usize>,
) -> Vec<(Rate, Belief)> {
    let draws = Growth::draws();
    let empty = Count {
        leads: 0,
        by_outcome: [0; 3],
        wins: 0.0,
        seen: 0.0,
        exposure: 0.0,
        exposures: vec![0.0; draws],
        others: vec![BTreeMap::new(); draws],
    };
    let mut counts = vec![empty; names.len()];
    for row in 0..basis.leads.len() {
        if let (Some(age), Some(group)) = (basis.age(row), of(row)) {
            counts[group].add(basis, row, age);
        }
    }
    let seen: Vec<Seen> = counts.iter().map(Count::seen).collect();
    let beliefs = posterior(&seen);
    (names.iter().zip(counts).zip(beliefs))
        .map(|((name, count), belief)| {
            let maturity = if count.leads > 0 {
                count.seen / count.leads as f64
            } else {
                0.0
            };
            let rate = Rate {
                name: name.clone(),
                leads: count.leads,
                won: count.by_outcome[Outcome::Won as usize],
                won_in_time: count.wins as usize,
                lost: count.by_outcome[Outcome::Lost as usize],
                open: count.by_outcome[Outcome::Open as usize],
                maturity,
                status: Maturity::of(maturity),
                conversion: (count.leads > 0)
                    .then(|| Range::new(belief.mean, belief.quantile(0.1), belief.quantile(0.9))),
                wins: count.wins,
                exposure: count.exposure,
                unsure: count.unsure(),
            };
            (rate, belief)
        })
        .collect()
}

impl Count {
    fn add(&mut self, basis: &Basis<'_>, row: usize, age: i32) {
        let source = basis.sources.of[row];
        let state = basis.state(row, age);
        self.leads += 1;
        self.by_outcome[basis.leads.outcome[row] as usize] += 1;
        self.wins += f64::from(u8::from(state == State::Won));
        self.seen += basis.growth.share(source, age);
        self.exposure += basis.growth.exposure(source, state);
        for draw in 0..self.exposures.len() {
            let counts = match state {
                State::Open(age) => basis.growth.counts(Some(draw), source, age),
                State::Won | State::Settled => 1.0,
            };
            self.exposures[draw] += counts;
            if state != State::Won {
                let step = self.others[draw]
                    .entry((counts * STEPS).floor() as i32)
                    .or_default();
                step.0 += counts;
                step.1 += 1.0;
            }
        }
    }

    fn seen(&self) -> Seen {
        let mean = |&(sum, n): &(f64, f64)| (sum / n, n);
        Seen {
            won: self.wins,
            others: self
                .others
                .iter()
                .map(|of| of.values().map(mean).collect())
                .collect(),
        }
    }

    fn unsure(&self) -> f64 {
        let logs: Vec<f64> = self.exposures.iter().map(|sum| sum.max(0.1).ln()).collect();
        let mean = logs.iter().sum::<f64>() / logs.len() as f64;
        (logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / logs.len() as f64).sqrt()
    }
}
