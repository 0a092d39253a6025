//! Price and conversion together: revenue per lead by price band at the same mix.
//!
//! The amount is known of won leads only, so the price of a lead that was not won is what the data says of every lead: its
//! list price, else what it says it will spend. Where a column such as the product settles the list price, bands of it
//! would be products, and nothing is judged.

use serde::Serialize;

use crate::domain::{Leads, Outcome, Role};
use crate::forecast::Groups;
use crate::kpi::Range;
use crate::kpi::adjust::{Adjusted, Case, Mix, adjusted, borne_out};
use crate::kpi::conversion::named_at_win;
use crate::kpi::gate::claims;
use crate::kpi::level::{kinds, largest};
use crate::kpi::price::Unjudged;
use crate::kpi::rates::{Basis, Maturity};
use crate::kpi::refunds::sold;

/// Bands of price.
const BANDS: usize = 4;
/// Fewest wins that bands are judged by.
const LEAST_WINS: usize = 40;
/// Share of the leads that must have a price, and of those not won.
const LEAST_SHARE: f64 = 0.6;
/// Most levels of a factor of the mix, and most attributes in it beside the source.
const LEVELS: usize = 12;
const ATTRIBUTES: usize = 2;
/// An attribute enters the mix if it explains this share of what varies in price, and leaves this much of it (standard
/// deviation of the logarithm): one that settles the price leaves nothing to hold against it.
const TELLS: f64 = 0.02;
const LEAVES: f64 = 0.02;

/// What the price of a lead is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PricedBy {
    /// The column in the role `list_price`.
    ListPrice,
    /// The column in the role `stated_amount`: what the lead says it will spend, which is no price that was asked for.
    StatedAmount,
}

/// What a band is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BandOf {
    /// The price itself, money.
    Price,
    /// The price / what leads of the same mix are usually asked for.
    Relative,
}

/// One band; conversion, order value and revenue per lead as if it had the mix of all leads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PriceBand {
    /// Lowest price in it, money, or price / usual price.
    pub from: f64,
    /// Highest, likewise.
    pub to: f64,
    /// Leads.
    pub leads: usize,
    /// Those won.
    pub won: usize,
    /// Mean share of the cycle seen, in a word.
    pub status: Maturity,
    /// P(won within the horizon), completed for age, 0-1.
    pub conversion: Range,
    /// Mean amount of a win, money; none without one, and where the mix of all leads would make it one that no deal of the
    /// band had.
    pub aov: Option<Range>,
    /// Money of a lead, completed for age; none without amounts, and where `aov` is none.
    pub per_lead: Option<Range>,
    /// Money of a lead / that of the other bands.
    pub against_others: Option<Range>,
    /// Whether it is more or less than in the others: at most one such claim in ten is false.
    pub differs: bool,
}

/// Price bands at the same mix.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PriceBands {
    /// What the price of a lead is taken from.
    pub priced_by: PricedBy,
    /// What the bands are of.
    pub of: BandOf,
    /// Columns by which the usual price is told; empty for bands of the price itself.
    pub usual_by: Vec<String>,
    /// Leads without a price, which are in no band.
    pub unpriced: usize,
    /// Columns whose mix is made the same in all bands.
    pub mix: Vec<String>,
    /// The bands, the cheapest first.
    pub bands: Vec<PriceBand>,
}

/// The price of each lead (NaN: none), and where it comes from.
fn prices(leads: &Leads) -> Option<(PricedBy, Vec<f64>)> {
    let above_0 = |values: &[f64]| -> Vec<f64> {
        values
            .iter()
            .map(|&v| if v > 0.0 { v } else { f64::NAN })
            .collect()
    };
    for (role, by) in [
        (Role::ListPrice, PricedBy::ListPrice),
        (Role::StatedAmount, PricedBy::StatedAmount),
    ] {
        if let Some(prices) = leads.numbers(role).map(above_0)
            && enough(leads, &prices)
        {
            return Some((by, prices));
        }
    }
    None
}

/// The column that settles the list price, so that bands of it would be the values of that column: the product, else one of
/// those known at creation. None where list prices differ within each, or are not what prices are taken from.
pub(crate) fn settled_by(leads: &Leads) -> Option<String> {
    let (PricedBy::ListPrice, prices) = prices(leads)? else {
        return None;
    };
    let rows: Vec<usize> = (0..leads.len())
        .filter(|&row| prices[row].is_finite())
        .collect();
    let logs: Vec<f64> = rows.iter().map(|&row| prices[row].ln()).collect();
    // Levels of one lead say nothing of how prices differ within them.
    let settles = |levels: usize, of: &[usize]| {
        let (_, left) = explained(&logs, levels, rows.iter().map(|&row| of[row]));
        let mut used = vec![false; levels];
        rows.iter().for_each(|&row| used[of[row]] = true);
        let free = rows.len() as f64 - used.into_iter().filter(|&used| used).count() as f64;
        free > rows.len() as f64 / 2.0
            && left.iter().map(|left| left * left).sum::<f64>() < LEAVES * LEAVES * free
    };
    let product = leads.roles.get(&Role::Product).filter(|_| {
        let groups = Groups::by(leads, Role::Product);
        settles(groups.len(), &groups.of)
    });
    product.cloned().or_else(|| {
        let mut kinds = kinds(leads).into_iter();
        kinds
            .find(|(_, levels, of)| settles(*levels, of))
            .map(|(name, ..)| name)
    })
}

/// Whether most leads have a price, won or not.
fn enough(leads: &Leads, prices: &[f64]) -> bool {
    let share = |won: bool| {
        let of = |row: &usize| (leads.outcome[*row] == Outcome::Won) == won;
        let all = (0..leads.len()).filter(of).count();
        let with = (0..leads.len())
            .filter(of)
            .filter(|&row| prices[row].is_finite())
            .count();
        all == 0 || with as f64 >= LEAST_SHARE * all as f64
    };
    share(true) && share(false)
}

/// Edges between the bands: quarters of the prices; each price its own band where there are no more than that.
fn edges(prices: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = prices
        .iter()
        .copied()
        .filter(|price| price.is_finite())
        .collect();
    sorted.sort_by(f64::total_cmp);
    let mut distinct = sorted.clone();
    distinct.dedup();
    if distinct.len() <= BANDS {
        return distinct.into_iter().skip(1).collect();
    }
    // Edges are prices that occur: the lowest of their band.
    let mut edges: Vec<f64> = (1..BANDS)
        .map(|i| sorted[i * sorted.len() / BANDS])
        .collect();
    edges.dedup();
    edges.retain(|&edge| edge > sorted[0]);
    edges
}

/// The factors that are made the same.
pub(crate) struct Factors {
    /// The columns: the source, where there is one, then those that tell prices apart without settling them.
    pub names: Vec<String>,
    /// Number of levels, and level of each lead.
    pub levels: Vec<(usize, Vec<usize>)>,
    /// How many of them are the source.
    pub sources: usize,
    /// The value of each lead less what its factors but the source explain; NaN where there is none.
    pub rest: Vec<f64>,
}

/// The source, and with `attributes` what else tells values apart.
pub(crate) fn factors(leads: &Leads, value: &[f64], attributes: bool) -> Factors {
    let mut found = Factors {
        names: Vec::new(),
        levels: Vec::new(),
        sources: 0,
        rest: vec![f64::NAN; leads.len()],
    };
    if let Some(column) =
        (leads.roles.get(&Role::Source)).filter(|_| !named_at_win(leads, Role::Source))
    {
        let groups = largest(&Groups::by(leads, Role::Source), LEVELS);
        found.names.push(column.clone());
        found.levels.push((groups.len(), groups.of));
        found.sources = 1;
    }
    let mut open: Vec<(String, usize, Vec<usize>)> = kinds(leads)
        .into_iter()
        .filter(|(name, levels, _)| !found.names.contains(name) && *levels <= LEVELS + 1)
        .collect();
    let rows: Vec<usize> = (0..leads.len())
        .filter(|&row| value[row].is_finite())
        .collect();
    let mean = rows.iter().map(|&row| value[row]).sum::<f64>() / rows.len().max(1) as f64;
    let mut rest: Vec<f64> = rows.iter().map(|&row| value[row] - mean).collect();
    for _ in 0..if attributes { ATTRIBUTES } else { 0 } {
        let told = open
            .iter()
            .map(|(_, levels, of)| explained(&rest, *levels, rows.iter().map(|&row| of[row])));
        let varies =
            |left: &[f64]| left.iter().map(|l| l * l).sum::<f64>() / left.len().max(1) as f64;
        let best = told
            .enumerate()
            .filter(|(_, told)| told.0 >= TELLS && varies(&told.1) >= LEAVES * LEAVES);
        let Some((at, (_, left))) = best.max_by(|a, b| a.1.0.total_cmp(&b.1.0).then(b.0.cmp(&a.0)))
        else {
            break;
        };
        rest = left;
        let (name, levels, of) = open.remove(at);
        found.names.push(name);
        found.levels.push((levels, of));
    }
    rows.into_iter()
        .zip(rest)
        .for_each(|(row, left)| found.rest[row] = left);
    found
}

/// The share of the squares that the levels explain, and what they leave.
fn explained(
    values: &[f64],
    levels: usize,
    of: impl Iterator<Item = usize> + Clone,
) -> (f64, Vec<f64>) {
    let mut sums = vec![(0.0, 0.0); levels];
    for (value, level) in values.iter().zip(of.clone()) {
        sums[level].0 += value;
        sums[level].1 += 1.0;
    }
    let left: Vec<f64> = values
        .iter()
        .zip(of)
        .map(|(value, level)| value - sums[level].0 / sums[level].1)
        .collect();
    let squares = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
    (
        1.0 - squares(&left) / squares(values).max(f64::MIN_POSITIVE),
        left,
    )
}

/// Numbers under which leads are drawn together: the customer, else each lead by itself.
pub(crate) fn clusters(leads: &Leads) -> Vec<usize> {
    let Some(column) = leads.role(Role::Customer) else {
        return (0..leads.len()).collect();
    };
    let groups = Groups::by(leads, Role::Customer);
    (0..leads.len())
        .map(|row| {
            if column.is_missing(row) {
                groups.len() + row
            } else {
                groups.of[row]
            }
        })
        .collect()
}

/// Bands of price, judged together with conversion: of the price against the usual one at the same mix, where something
/// tells what is usual; and then of the price itself as well, at no mix.
pub(crate) fn bands(
    basis: &Basis<'_>,
    seed: u64,
) -> Result<(PriceBands, Option<PriceBands>), Unjudged> {
    let leads = basis.leads;
    let (priced_by, prices) = prices(leads).ok_or(if leads.role(Role::Product).is_some() {
        Unjudged::Products
    } else {
        Unjudged::NoPrice
    })?;
    if edges(&prices).is_empty() {
        return Err(Unjudged::OnePrice);
    }
    if settled_by(leads).is_some() {
        return Err(Unjudged::Settled);
    }
    let logs: Vec<f64> = prices.iter().map(|price| price.ln()).collect();
    let told = factors(leads, &logs, true);
    let by = told.names[told.sources..].to_vec();
    if by.is_empty() {
        let plan = Plan {
            priced_by,
            of: BandOf::Price,
            usual_by: by,
            prices,
            factors: Some(told),
        };
        return Ok((plan.bands(basis, seed)?, None));
    }
    let relative = told.rest.iter().map(|rest| rest.exp()).collect();
    let plain = Plan {
        priced_by,
        of: BandOf::Price,
        usual_by: Vec::new(),
        prices,
        factors: None,
    };
    let plan = Plan {
        priced_by,
        of: BandOf::Relative,
        usual_by: by,
        prices: relative,
        factors: Some(told),
    };
    Ok((plan.bands(basis, seed)?, Some(plain.bands(basis, seed)?)))
}

/// What bands are made of.
struct Plan {
    priced_by: PricedBy,
    of: BandOf,
    usual_by: Vec<String>,
    prices: Vec<f64>,
    factors: Option<Factors>,
}

impl Plan {
    fn bands(self, basis: &Basis<'_>, seed: u64) -> Result<PriceBands, Unjudged> {
        let (leads, prices) = (basis.leads, &self.prices);
        let edges = edges(prices);
        if edges.is_empty() {
            return Err(Unjudged::OnePrice);
        }
        let (names, levels) = self
            .factors
            .map_or_else(Default::default, |told| (told.names, told.levels));
        let (mix, cells) = Mix::of(&levels, leads.len());
        let together = clusters(leads);
        let case = |row: usize| -> Option<(usize, Case)> {
            let age = basis.age(row).filter(|_| prices[row].is_finite())?;
            let won = basis.growth.won_in_time(leads, row);
            let case = Case {
                band: edges.partition_point(|&edge| edge <= prices[row]),
                cell: cells[row],
                exposure: basis.exposure(row, age),
                won,
                money: sold(leads, row).filter(|_| won),
                cluster: together[row],
            };
            Some((row, case))
        };
        let (rows, cases): (Vec<usize>, Vec<Case>) = (0..leads.len()).filter_map(case).unzip();
        if cases.iter().filter(|case| case.won).count() < LEAST_WINS {
            return Err(Unjudged::FewWins);
        }
        let judged = borne_out(adjusted(&cases, edges.len() + 1, &mix, seed), &cases);
        let p: Vec<f64> = judged
            .iter()
            .map(|band| band.per_lead_ratio.map_or(1.0, |against| against.p))
            .collect();
        let seen: Vec<f64> = rows
            .iter()
            .map(|&row| basis.age(row).map_or(0.0, |age| basis.share(row, age)))
            .collect();
        let bands = (judged.into_iter().zip(claims(&p)).enumerate())
            .filter_map(|(b, (band, differs))| row(b, &band, differs, &cases, &rows, prices, &seen))
            .collect();
        Ok(PriceBands {
            priced_by: self.priced_by,
            of: self.of,
            usual_by: self.usual_by,
            unpriced: prices.iter().filter(|price| !price.is_finite()).count(),
            mix: names,
            bands,
        })
    }
}

fn row(
    b: usize,
    band: &Adjusted,
    differs: bool,
    cases: &[Case],
    rows: &[usize],
    prices: &[f64],
    seen: &[f64],
) -> Option<PriceBand> {
    let of = || cases.iter().zip(rows).filter(|(case, _)| case.band == b);
    let leads = of().count();
    let price = |pick: fn(f64, f64) -> f64| of().map(|(_, &row)| prices[row]).reduce(pick);
    let of_band = cases.iter().zip(seen).filter(|(case, _)| case.band == b);
    let seen = of_band.map(|(_, seen)| seen).sum::<f64>() / leads.max(1) as f64;
    Some(PriceBand {
        from: price(f64::min)?,
        to: price(f64::max)?,
        leads,
        won: of().filter(|(case, _)| case.won).count(),
        status: Maturity::of(seen),
        conversion: band.conversion,
        aov: band.aov,
        per_lead: band.per_lead,
        against_others: band.per_lead_ratio.map(|against| against.ratio),
        differs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Category, Column, Known};
    use crate::kpi::growth::Growth;
    use crate::kpi::plant::{Shop, shop};

    fn judged(plan: &Shop, seed: u64) -> PriceBands {
        let leads = shop(plan, seed);
        let sources = Groups::by(&leads, Role::Source);
        let growth = Growth::learn(&leads, &sources, None).expect("dated");
        let basis = Basis {
            leads: &leads,
            growth: &growth,
            sources: &sources,
            since: None,
        };
        bands(&basis, seed).expect("bands").0
    }

    #[test]
    fn where_price_costs_no_conversion_the_dear_band_brings_more() {
        let found = judged(&Shop::default(), 1);
        assert_eq!(
            (found.priced_by, &found.mix[..]),
            (
                PricedBy::ListPrice,
                &["source".to_owned(), "product".to_owned()][..]
            )
        );
        let (cheap, dear) = (&found.bands[0], &found.bands[3]);
        assert_eq!(
            (found.of, &found.usual_by[..]),
            (BandOf::Relative, &["product".to_owned()][..])
        );
        assert!(cheap.differs && dear.differs && cheap.to < 1.0 && dear.from > 1.0);
        let conversion = dear.conversion.value / cheap.conversion.value;
        assert!((0.75..1.3).contains(&conversion), "{conversion}");
        assert!(dear.per_lead.expect("money").low > cheap.per_lead.expect("money").high);
    }

    #[test]
    fn where_price_costs_conversion_it_is_seen() {
        let found = judged(
            &Shop {
                price_sense: 2.0,
                ..Shop::default()
            },
            2,
        );
        let (cheap, dear) = (&found.bands[0], &found.bands[3]);
        assert!(
            dear.conversion.high < cheap.conversion.low,
            "{cheap:?} {dear:?}"
        );
    }

    #[test]
    fn without_a_price_of_the_lost_nothing_is_judged() {
        let mut leads = shop(
            &Shop {
                leads: 2_000,
                ..Shop::default()
            },
            3,
        );
        leads.roles.remove(&Role::ListPrice);
        assert_eq!(unjudged(&leads), Some(Unjudged::Products));
        leads.roles.remove(&Role::Product);
        assert_eq!(unjudged(&leads), Some(Unjudged::NoPrice));
    }

    fn unjudged(leads: &Leads) -> Option<Unjudged> {
        let sources = Groups::by(leads, Role::Source);
        let growth = Growth::learn(leads, &sources, None).expect("dated");
        let basis = Basis {
            leads,
            growth: &growth,
            sources: &sources,
            since: None,
        };
        bands(&basis, 1).err()
    }

    #[test]
    fn bands_that_would_be_products_are_none() {
        let plan = Shop {
            leads: 2_000,
            ..Shop::default()
        };
        let mut leads = shop(&plan, 3);
        assert_eq!(settled_by(&leads), None);
        // One list price a product; within each series prices differ, by product.
        let products = leads.text(Role::Product).expect("products").clone();
        let lists: Vec<f64> = (0..leads.len())
            .map(|row| match products.get(row) {
                Some("Basic") => 2_000.0,
                Some("Plus") => 6_000.0,
                _ => 20_000.0,
            })
            .collect();
        let of = (0..leads.len()).map(|row| {
            Some(if products.get(row) == Some("Pro") {
                "large"
            } else {
                "small"
            })
        });
        leads
            .table
            .insert("series", Column::Text(Category::from_texts(of)));
        leads
            .known
            .insert("series".to_owned(), Known::Creation { declared: true });
        leads.table.insert("list_price", Column::Number(lists));
        assert_eq!(settled_by(&leads).as_deref(), Some("product"));
        assert_eq!(unjudged(&leads), Some(Unjudged::Settled));
        // The coarse column in the role of the product: what settles the price is known all the same.
        leads.roles.insert(Role::Product, "series".to_owned());
        assert_eq!(settled_by(&leads).as_deref(), Some("product"));
    }
}
