//! Refunds: won leads with a negative amount, where the project declares them. They lower revenue; what a deal brings is
//! told without them, as a refund is no deal's price.

use serde::Serialize;

use crate::domain::{Leads, Outcome, Role};
use crate::kpi::results::worth;

/// Money that was given back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Refunds {
    /// Won leads with a negative amount.
    pub count: usize,
    /// What was given back, money above 0.
    pub money: f64,
    /// The same / what the other won leads brought, 0 and up; none where these brought nothing.
    pub share: Option<f64>,
}

/// The price of a deal (1 where the data has no amounts); none for other leads, and for refunds.
pub(crate) fn sold(leads: &Leads, row: usize) -> Option<f64> {
    worth(leads, row).filter(|&money| money >= 0.0)
}

/// The refunds among some leads; none without.
pub(crate) fn refunds(leads: &Leads, rows: impl Iterator<Item = usize>) -> Option<Refunds> {
    let amounts = leads.numbers(Role::Amount)?;
    let (mut count, mut money, mut sold) = (0, 0.0, 0.0);
    for row in rows.filter(|&row| leads.outcome[row] == Outcome::Won) {
        if amounts[row] < 0.0 {
            count += 1;
            money -= amounts[row];
        } else if amounts[row].is_finite() {
            sold += amounts[row];
        }
    }
    (count > 0).then(|| Refunds {
        count,
        money,
        share: (sold > 0.0).then(|| money / sold),
    })
}
