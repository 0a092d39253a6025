//! What leads brought, and what wins of their kind bring.

use crate::domain::{Leads, Role};
use crate::kpi::owners::design::Design;
use crate::kpi::owners::expect::{self, Expected};
use crate::kpi::owners::lives::Lives;
use crate::kpi::owners::response::Response;
use crate::kpi::owners::result::Gap;
use crate::kpi::owners::split::{Sources, split};
use crate::score::Warning;

/// What is known of the leads and their chances.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) lives: &'a Lives,
    pub(super) design: &'a Design,
    pub(super) reach: &'a [f64],
    pub(super) chance: &'a Expected,
    pub(super) response: Option<&'a Response>,
    pub(super) source: Option<&'a [usize]>,
    pub(super) product: Option<&'a [usize]>,
}

/// What leads brought.
#[derive(Debug)]
pub(super) struct Money {
    /// By life: revenue by now, 0 if not won; 1 for a win where the data has no money. A win without an amount counts as
    /// much as such wins bring, a refund what was given back.
    pub(super) revenue: Vec<f64>,
    /// Amounts of wins, in units of their mean; refunds teach nothing of it.
    amount: Expected,
    /// Their mean; 1 where the data has no money.
    unit: f64,
    /// Whether the data has money.
    pub(super) known: bool,
}

impl Money {
    /// Reads and learns amounts; says how many wins lack one.
    pub(super) fn of(
        leads: &Leads,
        lives: &Lives,
        design: &Design,
        warnings: &mut Vec<Warning>,
    ) -> Self {
        let given: Vec<f64> = (lives.amount.iter().copied())
            .filter(|amount| *amount >= 0.0)
            .collect();
        let refunds = lives.amount.iter().filter(|amount| **amount < 0.0).count();
        let mean = given.iter().sum::<f64>() / given.len().max(1) as f64;
        let known = leads.roles.contains_key(&Role::Amount) && mean > 0.0;
        let (unit, relative): (f64, Vec<f64>) = if known {
            (
                mean,
                (lives.amount.iter())
                    .map(|&amount| {
                        if amount < 0.0 {
                            f64::NAN
                        } else {
                            amount / mean
                        }
                    })
                    .collect(),
            )
        } else {
            (1.0, vec![f64::NAN; lives.len()])
        };
        let lacking = lives.wins() - given.len() - refunds;
        if known && lacking > 0 {
            warnings.push(Warning {
                code: "won-without-amount".to_owned(),
                message: format!(
                    "{lacking} won leads have no amount: they count as much as such wins bring"
                ),
                column: leads.roles.get(&Role::Amount).cloned(),
            });
        }
        let amount = expect::amount(design, lives, &relative);
        let revenue = |i: usize| match (lives.won[i], relative[i]) {
            (false, _) => 0.0,
            (true, _) if known && lives.amount[i] < 0.0 => lives.amount[i],
            (true, relative) if relative.is_nan() => unit * amount.mean[i],
            (true, relative) => unit * relative,
        };
        Self {
            revenue: (0..lives.len()).map(revenue).collect(),
            amount,
            unit,
            known,
        }
    }

    /// The gap of each owner among `shown`.
    pub(super) fn gaps(
        &self,
        known: &Known<'_>,
        shown: &[bool],
        phi: f64,
        seed: u64,
    ) -> Vec<Option<Gap>> {
        let with_response = known.response.map(|response| {
            let design = known.design.with_levels(&response.level);
            let chance = expect::chance(&design, known.lives, known.reach);
            (design, chance)
        });
        let (chance_design, chance) = match &with_response {
            Some((design, chance)) => (design, chance),
            None => (known.design, known.chance),
        };
        let sources = Sources {
            lives: known.lives,
            reach: known.reach,
            design: chance_design,
            chance,
            response: known.response.map_or(&[], |response| &response.level),
            amount_design: known.design,
            amount: &self.amount,
            unit: self.unit,
            money: self.known,
            revenue: &self.revenue,
            source: known.source,
            product: known.product,
            phi,
        };
        split(&sources, shown, seed)
    }
}
