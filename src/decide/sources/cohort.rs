//! The leads of one source, and what they bring.

use std::collections::BTreeMap;

use crate::decide::sources::Pending;
use crate::decide::sources::maturing::share;
use crate::decide::spend::Paid;
use crate::domain::{Day, Leads, Month, Outcome, Role};
use crate::kpi::Seen;

/// Leads, what they have brought, and what they are expected to bring yet.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) leads: usize,
    pub(super) won: usize,
    /// Money of the wins.
    pub(super) money: f64,
    /// Wins without an amount, with the expected ones of which no amount is known.
    pub(super) unpriced: f64,
    /// Wins still expected, and their money.
    pub(super) wins_to_come: f64,
    pub(super) money_to_come: f64,
}

impl Tally {
    pub(super) fn plus(self, other: &Self) -> Self {
        Self {
            leads: self.leads + other.leads,
            won: self.won + other.won,
            money: self.money + other.money,
            unpriced: self.unpriced + other.unpriced,
            wins_to_come: self.wins_to_come + other.wins_to_come,
            money_to_come: self.money_to_come + other.money_to_come,
        }
    }

    pub(super) fn wins(&self) -> f64 {
        self.won as f64 + self.wins_to_come
    }

    pub(super) fn revenue(&self, aov: f64) -> f64 {
        self.money + self.money_to_come + self.unpriced * aov
    }
}

/// The leads of one source.
#[derive(Debug, Clone, Default)]
pub(super) struct Cohort {
    /// Leads by month of creation.
    pub(super) months: BTreeMap<Month, Tally>,
    pub(super) leads: usize,
    pub(super) won: usize,
    pub(super) won_in_time: usize,
    /// The leads not won in time, by age in days.
    pub(super) others: BTreeMap<i32, usize>,
    pub(super) amounts: Vec<f64>,
    /// Sum of G(age) over all leads.
    pub(super) maturity: f64,
}

impl Cohort {
    pub(super) fn add(&mut self, leads: &Leads, row: usize, created: Day, table: &[f64]) {
        let age = leads.as_of - created;
        let horizon = table.len().saturating_sub(1) as i32;
        self.leads += 1;
        self.maturity += share(table, age);
        let won = leads.outcome[row] == Outcome::Won;
        self.won += usize::from(won);
        // A win without a date counts for conversion: most are won in time.
        if won && leads.closed[row].is_none_or(|closed| closed - created < horizon) {
            self.won_in_time += 1;
        } else {
            *self.others.entry(age.min(horizon)).or_insert(0) += 1;
        }
        let tally = self.months.entry(created.month()).or_default();
        tally.leads += 1;
        if won {
            let amounts = leads.numbers(Role::Amount);
            let amount = amounts.map(|of| of[row]).filter(|a| a.is_finite());
            self.amounts.extend(amount);
            tally.won += 1;
            tally.money += amount.unwrap_or(0.0);
            tally.unpriced += f64::from(u8::from(amount.is_none()));
        }
    }

    pub(super) fn expect(&mut self, created: Day, open: &Pending) {
        let tally = self.months.entry(created.month()).or_default();
        tally.wins_to_come += open.p_win;
        match open.amount {
            Some(amount) => tally.money_to_come += open.p_win * amount,
            None => tally.unpriced += open.p_win,
        }
    }

    pub(super) fn seen(&self, source: usize, drawn: &[Vec<Vec<f64>>]) -> Seen {
        Seen {
            won: self.won_in_time as f64,
            others: (drawn.iter())
                .map(|tables| {
                    (self.others.iter())
                        .map(|(&age, &n)| (share(&tables[source], age), n as f64))
                        .collect()
                })
                .collect(),
        }
    }

    /// Over the leads of the months that money was paid in; without money, over all.
    pub(super) fn tally(&self, paid: Option<&Paid>) -> Tally {
        (self.months.iter())
            .filter(|(month, _)| paid.is_none_or(|paid| paid.covers(**month)))
            .fold(Tally::default(), |sum, (_, tally)| sum.plus(tally))
    }
}
