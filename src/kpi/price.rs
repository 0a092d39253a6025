//! Average order value: by month and product, and its spread.

use std::collections::BTreeMap;

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::domain::{Leads, Month, Role};
use crate::forecast::{Groups, quantile};
use crate::kpi::Range;
use crate::kpi::discounts::Discounts;
use crate::kpi::level::largest;
use crate::kpi::price_bands::PriceBands;
use crate::kpi::price_break::PriceBreaks;
use crate::kpi::price_change::PriceChange;
use crate::kpi::refunds::{Refunds, refunds, sold};

/// Most products shown.
const MOST_PRODUCTS: usize = 100;

/// Amounts of some wins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Amounts {
    /// The product; empty for all.
    pub name: String,
    /// Wins with an amount.
    pub deals: usize,
    /// Their share of all revenue before refunds, 0-1.
    pub revenue_share: f64,
    /// Mean, money, with its 80 % interval (Student's t); both ends are infinite (null in JSON) for fewer than five wins,
    /// which tell too little of the spread.
    pub mean: Range,
    /// Median, money.
    pub median: f64,
    /// The amounts that a quarter, and three quarters, of the wins lie below, money.
    pub quarter: f64,
    /// See `quarter`.
    pub three_quarters: f64,
}

/// Amounts of a month's wins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AmountMonth {
    /// The month of closing.
    pub month: Month,
    /// The amounts; none without a win.
    #[serde(flatten)]
    pub amounts: Option<Amounts>,
}

/// Why price and conversion cannot be judged together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unjudged {
    /// Nothing says at what price a lead that is not won was worked: no `list_price` or `stated_amount`.
    NoPrice,
    /// Nothing but its product does: bands of price would be products.
    Products,
    /// A column settles the list price: bands of price would be its values.
    Settled,
    /// Every lead has the same price.
    OnePrice,
    /// Too few wins.
    FewWins,
    /// The dates do not tell the age of leads, or less than a week of it.
    NoAge,
}

/// The second group: average order value, before refunds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Price {
    /// Won leads whose amount was given back: in no figure here; none without.
    pub refunds: Option<Refunds>,
    /// All wins with an amount.
    pub all: Amounts,
    /// By month of closing, the oldest first.
    pub months: Vec<AmountMonth>,
    /// By product, the largest revenue first; none where the project names none.
    pub products: Option<Vec<Amounts>>,
    /// Revenue per lead by price band; none where it cannot be judged, ...
    pub bands: Option<PriceBands>,
    /// ... for this reason.
    pub bands_unjudged: Option<Unjudged>,
    /// The column that settles the list price; none unless that is the reason.
    pub bands_settled_by: Option<String>,
    /// Bands of the price itself, as they are, with their own mix; none where `bands` are of the price itself.
    pub plain_bands: Option<PriceBands>,
    /// Discounts of won leads; none where the project names no `list_price`.
    pub discounts: Option<Discounts>,
    /// Breaks in the level of prices; none with fewer than eight complete months or 60 deals.
    pub breaks: Option<PriceBreaks>,
    /// Before and after a price change: the one asked for, else the latest step found; none without.
    pub change: Option<PriceChange>,
    /// Whether that one was asked for.
    pub change_asked: bool,
}

/// Fewest amounts whose spread is told.
const ENOUGH: usize = 5;

/// The mean of values; of fewer than five no end of its interval is known: a few that happen to lie close would make it look
/// sure. None without a value.
pub(crate) fn mean_of_enough(values: &[f64]) -> Option<Range> {
    let mean = mean_range(values)?;
    Some(if values.len() < ENOUGH {
        Range::new(mean.value, f64::NEG_INFINITY, f64::INFINITY)
    } else {
        mean
    })
}

/// The mean of values with its 80 % interval; none without a value.
pub(crate) fn mean_range(values: &[f64]) -> Option<Range> {
    let n = values.len() as f64;
    if values.is_empty() {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let Ok(student) = StudentsT::new(0.0, 1.0, (n - 1.0).max(1.0)) else {
        return Some(Range::new(mean, mean, mean));
    };
    if values.len() < 2 {
        // One win tells nothing of the spread: no end is known.
        return Some(Range::new(mean, f64::NEG_INFINITY, f64::INFINITY));
    }
    let variance = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / (n - 1.0);
    let half = student.inverse_cdf(0.9) * (variance / n).sqrt();
    let low = if values.iter().all(|&value| value >= 0.0) {
        (mean - half).max(0.0)
    } else {
        mean - half
    };
    Some(Range::new(mean, low, mean + half))
}

/// The median of values, which are sorted; none without a value.
pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    (!values.is_empty()).then(|| quantile(values, 0.5))
}

/// The amounts of some wins; none without.
fn amounts(name: &str, values: &mut [f64], revenue: f64) -> Option<Amounts> {
    let mean = mean_of_enough(values)?;
    Some(Amounts {
        name: name.to_owned(),
        deals: values.len(),
        revenue_share: if revenue > 0.0 {
            values.iter().sum::<f64>() / revenue
        } else {
            0.0
        },
        mean,
        median: median(values)?,
        quarter: quantile(values, 0.25),
        three_quarters: quantile(values, 0.75),
    })
}

/// All but bands, breaks and changes; none without an amount.
pub(crate) fn price(leads: &Leads) -> Option<Price> {
    leads.numbers(Role::Amount)?;
    let won: Vec<(usize, f64)> = (0..leads.len())
        .filter_map(|row| Some((row, sold(leads, row)?)))
        .collect();
    let mut values: Vec<f64> = won.iter().map(|(_, money)| *money).collect();
    let revenue: f64 = values.iter().sum();
    Some(Price {
        refunds: refunds(leads, 0..leads.len()),
        all: amounts("", &mut values, revenue)?,
        months: by_month(leads, &won),
        products: leads
            .role(Role::Product)
            .is_some()
            .then(|| by_product(leads, &won, revenue)),
        bands: None,
        bands_unjudged: None,
        bands_settled_by: None,
        plain_bands: None,
        discounts: None,
        breaks: None,
        change: None,
        change_asked: false,
    })
}

fn by_month(leads: &Leads, won: &[(usize, f64)]) -> Vec<AmountMonth> {
    let mut months: BTreeMap<Month, Vec<f64>> = BTreeMap::new();
    for &(row, money) in won {
        if let Some(closed) = leads.closed[row] {
            months.entry(closed.month()).or_default().push(money);
        }
    }
    let (Some((&first, _)), Some((&last, _))) = (months.first_key_value(), months.last_key_value())
    else {
        return Vec::new();
    };
    (0..=last - first)
        .map(|i| {
            let month = first + i;
            let revenue = months.get(&month).map_or(0.0, |values| values.iter().sum());
            AmountMonth {
                month,
                amounts: months
                    .get_mut(&month)
                    .and_then(|values| amounts("", values, revenue)),
            }
        })
        .collect()
}

fn by_product(leads: &Leads, won: &[(usize, f64)], revenue: f64) -> Vec<Amounts> {
    let groups = largest(&Groups::by(leads, Role::Product), MOST_PRODUCTS);
    let mut of: Vec<Vec<f64>> = vec![Vec::new(); groups.len()];
    for &(row, money) in won {
        of[groups.of[row]].push(money);
    }
    let mut rows: Vec<Amounts> = (groups.names.iter().zip(&mut of))
        .filter_map(|(name, values)| amounts(name, values, revenue))
        .collect();
    rows.sort_by(|a, b| {
        b.revenue_share
            .total_cmp(&a.revenue_share)
            .then_with(|| a.name.cmp(&b.name))
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.t.interval(0.8, 4, mean, sem)` of 10, 20, 30, 40, 100.
    #[test]
    fn the_mean_has_students_interval() {
        let range = mean_range(&[10.0, 20.0, 30.0, 40.0, 100.0]).expect("values");
        assert!((range.value - 40.0).abs() < 1e-12);
        assert!(
            (range.high - 64.242_1).abs() < 1e-3 && (range.low - 15.757_9).abs() < 1e-3,
            "{range:?}"
        );
        assert_eq!(mean_range(&[]), None);
        let one = mean_range(&[7.0]).expect("a value");
        assert!(one.value == 7.0 && one.low.is_infinite() && one.high.is_infinite());
        let four = mean_of_enough(&[7.0; 4]).expect("values");
        assert!(four.value == 7.0 && four.high.is_infinite(), "{four:?}");
        assert_eq!(
            mean_of_enough(&[7.0, 8.0, 9.0, 7.0, 9.0]),
            mean_range(&[7.0, 8.0, 9.0, 7.0, 9.0])
        );
    }
}
