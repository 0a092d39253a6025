//! The leads of one source, and what they brought.

use std::collections::BTreeMap;

use crate::decide::spend::Paid;
use crate::domain::{Leads, Month, Outcome, Role};
use crate::kpi::{DRAWN, Growth, RateBasis};

/// Leads, and what they have brought.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) leads: usize,
    pub(super) won: usize,
    /// Money of the wins.
    pub(super) money: f64,
    /// Leads whose conversion can be judged, the sum of the shares of their cycles seen, their wins in time.
    pub(super) judged: f64,
    pub(super) seen: f64,
    pub(super) in_time: f64,
    /// By how much of a lead their wins are divided, and the same by draw.
    pub(super) exposure: f64,
    pub(super) drawn: [f64; DRAWN],
}

impl Tally {
    pub(super) fn plus(mut self, other: &Self) -> Self {
        self.leads += other.leads;
        self.won += other.won;
        self.money += other.money;
        self.judged += other.judged;
        self.seen += other.seen;
        self.in_time += other.in_time;
        self.exposure += other.exposure;
        for (sum, own) in self.drawn.iter_mut().zip(other.drawn) {
            *sum += own;
        }
        self
    }

    /// Mean share of the cycle seen, 0-1.
    pub(super) fn maturity(&self) -> f64 {
        if self.judged > 0.0 {
            (self.seen / self.judged).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}

/// The leads of one source.
#[derive(Debug, Clone, Default)]
pub(super) struct Cohort {
    /// Leads by month of creation.
    pub(super) months: BTreeMap<Month, Tally>,
    pub(super) leads: usize,
    pub(super) won: usize,
    pub(super) amounts: Vec<f64>,
    /// Leads by what divides the curves: how fast each kind is won.
    pub(super) kinds: BTreeMap<usize, f64>,
}

impl Cohort {
    pub(super) fn add(&mut self, basis: &RateBasis<'_>, row: usize, month: Month) {
        let leads: &Leads = basis.leads;
        let won = leads.outcome[row] == Outcome::Won;
        let kind = basis.sources.of[row];
        self.leads += 1;
        self.won += usize::from(won);
        *self.kinds.entry(kind).or_insert(0.0) += 1.0;
        let tally = self.months.entry(month).or_default();
        tally.leads += 1;
        if won {
            let amounts = leads.numbers(Role::Amount);
            let amount = amounts.map(|of| of[row]).filter(|a| a.is_finite());
            self.amounts.extend(amount);
            tally.won += 1;
            tally.money += amount.unwrap_or(0.0);
        }
        let Some(age) = basis.age(row) else {
            return;
        };
        let open = leads.outcome[row] == Outcome::Open;
        let exposure = basis.exposure(row, age);
        tally.judged += 1.0;
        tally.seen += basis.share(row, age);
        tally.in_time += f64::from(u8::from(basis.growth.won_in_time(leads, row)));
        tally.exposure += exposure;
        let centre = basis.growth.counts(None, kind, age);
        for (draw, sum) in tally.drawn.iter_mut().enumerate() {
            *sum += exposure;
            if open {
                *sum += basis.growth.counts(Some(draw), kind, age) - centre;
            }
        }
    }

    /// Over the leads of the months that money was paid in; without money, over all.
    pub(super) fn tally(&self, paid: Option<&Paid>) -> Tally {
        (self.months.iter())
            .filter(|(month, _)| paid.is_none_or(|paid| paid.covers(**month)))
            .fold(Tally::default(), |sum, (_, tally)| sum.plus(tally))
    }

    /// The share of the wins within H that has come at each age from 0 to H days, by a draw (none: the central one).
    pub(super) fn growth(&self, growth: &Growth, draw: Option<usize>) -> Vec<f64> {
        let all: f64 = self.kinds.values().sum();
        (0..=growth.horizon)
            .map(|age| {
                let of = |(&kind, n): (&usize, &f64)| {
                    n / all
                        * match draw {
                            Some(draw) => growth.drawn(draw, kind, age),
                            None => growth.share(kind, age),
                        }
                };
                self.kinds.iter().map(of).sum()
            })
            .collect()
    }
}
