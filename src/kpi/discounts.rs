//! What discounts gave away.

use serde::Serialize;

use crate::domain::{Leads, Role};
use crate::forecast::quantile;
use crate::kpi::refunds::sold;

/// Won leads by discount.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiscountBand {
    /// Lowest discount in it, 0-1; below 0 for the band of deals above the list price.
    pub from: f64,
    /// Highest, not included.
    pub to: f64,
    /// Deals.
    pub deals: usize,
    /// Their money.
    pub revenue: f64,
    /// List price less amount, money; below 0 for deals above the list price.
    pub given: f64,
}

/// What discounts gave away. Nothing says what discount the leads that were not won had been offered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Discounts {
    /// Won leads with an amount and a list price.
    pub deals: usize,
    /// Those of them sold below it.
    pub below: usize,
    /// 1 - money / list price of those sold below it, 0-1; 0 without any.
    pub mean: f64,
    /// List price less amount of those sold below it, money.
    pub given: f64,
    /// The same / list price of all deals, 0-1.
    pub given_share: f64,
    /// Money of all / their list price.
    pub net: f64,
    /// Deals sold above the list price.
    pub above: usize,
    /// Amount less list price of those, money.
    pub gained: f64,
    /// How many times as high conversion must be with the mean discount as without it for the same revenue: 1 / (1 - mean).
    pub break_even: f64,
    /// By discount, the smallest first.
    pub bands: Vec<DiscountBand>,
}

/// Discounts of won leads; none without a list price.
pub(crate) fn discounts(leads: &Leads) -> Option<Discounts> {
    const NONE: f64 = 0.001;
    const EDGES: [f64; 7] = [
        f64::NEG_INFINITY,
        -NONE,
        NONE,
        0.05,
        0.1,
        0.2,
        f64::INFINITY,
    ];
    let list = leads.numbers(Role::ListPrice)?;
    leads.numbers(Role::Amount)?;
    let deals: Vec<(f64, f64)> = (0..leads.len())
        .filter(|&row| list[row] > 0.0)
        .filter_map(|row| Some((list[row], sold(leads, row).filter(|&amount| amount > 0.0)?)))
        .collect();
    if deals.is_empty() {
        return None;
    }
    let discount = |(list, amount): &(f64, f64)| 1.0 - amount / list;
    // Count, list price and money of the deals on one side of the list price.
    let side = |on: &dyn Fn(f64) -> bool| {
        let of = deals.iter().filter(|deal| on(discount(deal)));
        of.fold((0, 0.0, 0.0), |sum, (list, amount)| {
            (sum.0 + 1, sum.1 + list, sum.2 + amount)
        })
    };
    let (below, above) = (side(&|off| off >= NONE), side(&|off| off < -NONE));
    let (all, given) = (side(&|_| true), below.1 - below.2);
    let mut found: Vec<f64> = deals.iter().map(discount).collect();
    found.sort_by(f64::total_cmp);
    let (least, most) = (quantile(&found, 0.0), quantile(&found, 1.0));
    let bands = EDGES.windows(2).filter_map(|edge| {
        let of: Vec<&(f64, f64)> = deals
            .iter()
            .filter(|deal| (edge[0]..edge[1]).contains(&discount(deal)))
            .collect();
        (!of.is_empty()).then(|| DiscountBand {
            from: edge[0].max(least),
            to: edge[1].min(most.max(edge[0])),
            deals: of.len(),
            revenue: of.iter().map(|deal| deal.1).sum(),
            given: of.iter().map(|deal| deal.0 - deal.1).sum(),
        })
    });
    let mean = if below.0 > 0 { given / below.1 } else { 0.0 };
    Some(Discounts {
        deals: deals.len(),
        below: below.0,
        mean,
        given,
        given_share: given / all.1,
        net: all.2 / all.1,
        above: above.0,
        gained: above.2 - above.1,
        break_even: 1.0 / (1.0 - mean),
        bands: bands.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::plant::{Shop, shop};

    #[test]
    fn discounts_add_up() {
        let leads = shop(
            &Shop {
                leads: 3_000,
                ..Shop::default()
            },
            4,
        );
        let found = discounts(&leads).expect("list prices");
        assert_eq!(
            found.bands.iter().map(|band| band.deals).sum::<usize>(),
            found.deals
        );
        assert!((found.break_even * (1.0 - found.mean) - 1.0).abs() < 1e-12);
        let sum = |of: fn(&DiscountBand) -> bool| -> f64 {
            let of = found.bands.iter().filter(|band| of(band));
            of.map(|band| band.given).sum()
        };
        // What is told is what the table adds up to, and what was gained is no discount.
        assert!((sum(|band| band.from >= 0.001) - found.given).abs() < 1e-6 * found.given);
        assert!((sum(|band| band.to <= 0.0) + found.gained).abs() < 1e-6 * found.gained);
        assert!(found.above > 0 && found.below + found.above <= found.deals);
        let net = (found.given - found.gained) * found.given_share / found.given;
        assert!((1.0 - net - found.net).abs() < 1e-3);
        assert!(
            (found.net - 0.91).abs() < 0.02,
            "0.9 x exp(0.15^2 / 2): {}",
            found.net
        );
    }
}
