//! A break in the level of prices, found without being asked for.
//!
//! The logarithm of the amounts of won leads = mix (product, source and whatever else known at creation tells amounts
//! apart) + month of closing, by robust least squares. The months' effects are then searched for a step (Andrews 1993, the
//! largest F over all months), the chance of seeing one where there is none taken from draws. Months may differ by more
//! than their deals let expect; the step must stand out from that as well.

use nalgebra::{DMatrix, DVector};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;
use serde::Serialize;

use crate::domain::{Leads, Month};
use crate::kpi::figure::Range;
use crate::kpi::gate::Z80;
use crate::kpi::level::kinds;
use crate::kpi::record::first_month_on_record;
use crate::kpi::refunds::sold;

/// Probability with which a step may be claimed where there is none.
pub const FALSE_ALARM: f64 = 0.02;
/// Months looked at, at most and at least.
const MONTHS: (i32, usize) = (36, 8);
/// Fewest months and deals on each side of a step.
const LEAST: (usize, usize) = (2, 15);
/// Most steps told.
const STEPS: usize = 3;
/// Draws of months without a step.
const DRAWS: usize = 2_999;
/// Most attributes that the mix is made of, and the least share of the variance that one must explain.
const KINDS: usize = 5;
const TELLS: f64 = 0.02;

/// What the prices did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// A new level from a month on.
    Step,
    /// A steady rise or fall, which a step describes worse.
    Drift,
}

/// A change of the price level.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PriceBreak {
    /// Step or drift.
    pub shape: Shape,
    /// First month of the new level; first month looked at, for a drift.
    pub month: Month,
    /// First and last month that it may have been in (95 %); the same as `month` for a drift.
    pub earliest: Month,
    /// See `earliest`.
    pub latest: Month,
    /// New level / old level at the same mix; for a drift, level a year later / level. With its 80 % interval.
    pub factor: Range,
    /// Deals before.
    pub deals_before: usize,
    /// Deals from then on.
    pub deals_after: usize,
    /// Probability of such a step where there is none, all months looked at.
    pub p: f64,
}

/// The search and what it found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PriceBreaks {
    /// First and last complete month looked at.
    pub from: Month,
    /// See `from`.
    pub to: Month,
    /// Deals looked at.
    pub deals: usize,
    /// Columns that the mix is made of.
    pub mix: Vec<String>,
    /// The smallest step that would be claimed half of the time if it came in the middle, as a share of the price.
    pub smallest: f64,
    /// The changes found, in the order of time; empty where none stands out.
    pub breaks: Vec<PriceBreak>,
}

/// Searches the amounts of won leads; none with fewer than eight months or 60 deals.
pub(crate) fn price_breaks(leads: &Leads, seed: u64) -> Option<PriceBreaks> {
    let now = leads.as_of.month();
    let from = first_month_on_record(leads)?.max(now - MONTHS.0);
    let months = usize::try_from(now - from)
        .ok()
        .filter(|&n| n >= MONTHS.1)?;
    let deals: Vec<(usize, usize, f64)> = (0..leads.len())
        .filter_map(|row| {
            let month = usize::try_from(leads.closed[row]?.month() - from).ok()?;
            let amount = sold(leads, row).filter(|&amount| amount > 0.0 && month < months)?;
            Some((row, month, amount.ln()))
        })
        .collect();
    if deals.len() < 4 * LEAST.1 || leads.numbers(crate::domain::Role::Amount).is_none() {
        return None;
    }
    let (mix, names) = mix(leads, &deals);
    let effects = month_effects(&deals, &mix, months)?;
    let mut counts = vec![0; months];
    deals.iter().for_each(|&(_, month, _)| counts[month] += 1);
    let search = Search {
        counts,
        effects,
        from,
    };
    let (found, threshold) = search.steps(seed);
    Some(PriceBreaks {
        from,
        to: now - 1,
        deals: deals.len(),
        mix: names,
        smallest: search.smallest(threshold),
        breaks: found,
    })
}

/// A factor of the mix: levels, and level by deal.
type Factor = (usize, Vec<usize>);

/// The attributes that tell amounts apart, the most telling first, each beside those before it.
fn mix(leads: &Leads, deals: &[(usize, usize, f64)]) -> (Vec<Factor>, Vec<String>) {
    let mut open: Vec<(String, usize, Vec<usize>)> = kinds(leads)
        .into_iter()
        .map(|(name, levels, of)| (name, levels, deals.iter().map(|deal| of[deal.0]).collect()))
        .collect();
    let mean = deals.iter().map(|deal| deal.2).sum::<f64>() / deals.len() as f64;
    let mut rest: Vec<f64> = deals.iter().map(|deal| deal.2 - mean).collect();
    let squares = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
    let (mut chosen, mut names) = (Vec::new(), Vec::new());
    while chosen.len() < KINDS {
        let fits = open
            .iter()
            .map(|(_, levels, of)| without(&rest, *levels, of));
        let best = fits
            .enumerate()
            .min_by(|a, b| squares(&a.1).total_cmp(&squares(&b.1)));
        let Some((at, left)) =
            best.filter(|(_, left)| squares(left) < (1.0 - TELLS) * squares(&rest))
        else {
            break;
        };
        rest = left;
        let (name, levels, of) = open.remove(at);
        names.push(name);
        chosen.push((levels, of));
    }
    (chosen, names)
}

/// Values less the mean of their level.
fn without(values: &[f64], levels: usize, of: &[usize]) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); levels];
    for (value, &level) in values.iter().zip(of) {
        sums[level].0 += value;
        sums[level].1 += 1.0;
    }
    (values.iter().zip(of))
        .map(|(value, &level)| value - sums[level].0 / sums[level].1)
        .collect()
}

/// The months' effects and the Cholesky factor of their covariance; months without a deal have a huge variance.
struct Effects {
    value: DVector<f64>,
    root: DMatrix<f64>,
}

/// Least squares of month and mix, residuals cut at three times their usual size, twice.
fn month_effects(deals: &[(usize, usize, f64)], mix: &[Factor], months: usize) -> Option<Effects> {
    let mut offsets = Vec::new();
    let mut width = months;
    for (levels, _) in mix {
        offsets.push(width);
        width += levels;
    }
    let places = |i: usize, month: usize| {
        let mut at = vec![month];
        at.extend(
            mix.iter()
                .zip(&offsets)
                .map(|((_, of), offset)| offset + of[i]),
        );
        at
    };
    // A trace of ridge keeps the levels apart from the months and empty ones at 0.
    let mut gram = DMatrix::<f64>::identity(width, width) * 1e-6;
    for (i, deal) in deals.iter().enumerate() {
        let at = places(i, deal.1);
        for &a in &at {
            for &b in &at {
                gram[(a, b)] += 1.0;
            }
        }
    }
    // The mix is measured around 0: a level is a difference from the mean, not part of the month.
    for (offset, (levels, _)) in offsets.iter().zip(mix) {
        for a in *offset..offset + levels {
            gram[(a, a)] += 1e-3;
        }
    }
    let solver = gram.cholesky()?;
    let centre = deals.iter().map(|deal| deal.2).sum::<f64>() / deals.len() as f64;
    let mut target: Vec<f64> = deals.iter().map(|deal| deal.2 - centre).collect();
    let (mut solution, mut variance) = (DVector::zeros(width), 0.0);
    for pass in 0..3 {
        let mut right = DVector::<f64>::zeros(width);
        for (i, deal) in deals.iter().enumerate() {
            places(i, deal.1)
                .into_iter()
                .for_each(|at| right[at] += target[i]);
        }
        solution = solver.solve(&right);
        let fitted = |i: usize| {
            places(i, deals[i].1)
                .into_iter()
                .map(|at| solution[at])
                .sum::<f64>()
        };
        let rest: Vec<f64> = (0..deals.len())
            .map(|i| deals[i].2 - centre - fitted(i))
            .collect();
        let mut sizes: Vec<f64> = rest.iter().map(|value| value.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        let usual = 1.4826 * crate::forecast::quantile(&sizes, 0.5);
        let cut = |value: f64| {
            if usual > 0.0 {
                value.clamp(-3.0 * usual, 3.0 * usual)
            } else {
                value
            }
        };
        let free = (deals.len() as f64 - width as f64).max(deals.len() as f64 / 4.0);
        variance = rest.iter().map(|&value| cut(value).powi(2)).sum::<f64>() / free;
        if pass < 2 {
            target = (0..deals.len()).map(|i| fitted(i) + cut(rest[i])).collect();
        }
    }
    let covariance = solver.inverse().view((0, 0), (months, months)) * variance.max(1e-8);
    let root = covariance.cholesky()?.l();
    Some(Effects {
        value: solution.rows(0, months).into_owned(),
        root,
    })
}

struct Search {
    counts: Vec<usize>,
    effects: Effects,
    from: Month,
}

impl Search {
    fn months(&self) -> usize {
        self.counts.len()
    }

    /// A column of the months, in units of their standard errors.
    fn white(&self, column: &DVector<f64>) -> DVector<f64> {
        self.effects
            .root
            .solve_lower_triangular(column)
            .unwrap_or_else(|| column.clone())
    }

    fn step(&self, at: usize) -> DVector<f64> {
        DVector::from_fn(self.months(), |month, _| f64::from(u8::from(month >= at)))
    }

    /// Months at which a step may begin.
    fn places(&self) -> Vec<usize> {
        let deals = |of: &[usize]| of.iter().sum::<usize>();
        (LEAST.0..=self.months().saturating_sub(LEAST.0))
            .filter(|&at| {
                deals(&self.counts[..at]) >= LEAST.1 && deals(&self.counts[at..]) >= LEAST.1
            })
            .collect()
    }

    /// Steps that stand out, one after the other; and the size in standard errors from which on one does.
    fn steps(&self, seed: u64) -> (Vec<PriceBreak>, f64) {
        let y = self.white(&self.effects.value);
        let mut base = vec![self.white(&DVector::from_element(self.months(), 1.0))];
        orthonormal(&mut base);
        let mut taken: Vec<usize> = Vec::new();
        let (mut found, mut threshold) = (Vec::new(), f64::INFINITY);
        while found.len() < STEPS {
            let places: Vec<usize> = self
                .places()
                .into_iter()
                .filter(|&at| taken.iter().all(|&other| at.abs_diff(other) >= LEAST.0))
                .collect();
            let axes: Vec<DVector<f64>> = places
                .iter()
                .map(|&at| across(&base, self.white(&self.step(at))))
                .collect();
            let Some((best, gain, noise)) = largest(&y, &base, &axes) else {
                break;
            };
            // Months no wilder than their deals: noise is known to be 1, in the draws as well.
            let known = noise <= 1.0;
            let stat = gain / noise.max(1.0);
            let nothing = self.draws(&base, &axes, known, seed);
            let above = nothing.iter().filter(|&&drawn| drawn >= stat).count();
            let p = (above + 1) as f64 / (nothing.len() + 1) as f64;
            if found.is_empty() {
                threshold = crate::forecast::quantile(&nothing, 1.0 - FALSE_ALARM).sqrt();
            }
            if p > FALSE_ALARM {
                break;
            }
            if found.is_empty()
                && let Some(drift) = self.drift(&y, &base, &axes[best], p)
            {
                return (vec![drift], threshold);
            }
            found.push(self.told(&y, &base, &places, &axes, best, p));
            taken.push(places[best]);
            base.push(axes[best].clone());
        }
        found.sort_by_key(|change| change.month);
        (found, threshold)
    }

    /// The largest step of months that have none, sorted.
    fn draws(
        &self,
        base: &[DVector<f64>],
        axes: &[DVector<f64>],
        known: bool,
        seed: u64,
    ) -> Vec<f64> {
        let mut rng = Pcg64::seed_from_u64(seed);
        let mut drawn: Vec<f64> = (0..DRAWS)
            .map(|_| {
                let y = DVector::from_fn(self.months(), |_, _| StandardNormal.sample(&mut rng));
                largest(&y, base, axes).map_or(0.0, |(_, gain, noise)| {
                    gain / if known {
                        noise.max(1.0)
                    } else {
                        noise.max(1e-3)
                    }
                })
            })
            .collect();
        drawn.sort_by(f64::total_cmp);
        drawn
    }

    /// The step as it is told: its size is that of a fit with the steps found before it.
    fn told(
        &self,
        y: &DVector<f64>,
        base: &[DVector<f64>],
        places: &[usize],
        axes: &[DVector<f64>],
        best: usize,
        p: f64,
    ) -> PriceBreak {
        let at = places[best];
        let raw = self.white(&self.step(at));
        let length = raw.dot(&axes[best]);
        let size = y.dot(&axes[best]) / length;
        let noise = noise(y, base, &axes[best]).max(1.0);
        let error = noise.sqrt() / length;
        let gain = |i: usize| y.dot(&axes[i]).powi(2);
        let near = |i: &usize| gain(best) - gain(*i) <= 3.84 * noise;
        // Months beside the best one that explain the data as well; others further off belong to another step.
        let first = (0..=best).rev().take_while(near).last().unwrap_or(best);
        let last = (best..places.len()).take_while(near).last().unwrap_or(best);
        PriceBreak {
            shape: Shape::Step,
            month: self.from + at as i32,
            earliest: self.from + places[first] as i32,
            latest: self.from + places[last] as i32,
            factor: Range::new(
                size.exp(),
                (size - Z80 * error).exp(),
                (size + Z80 * error).exp(),
            ),
            deals_before: self.counts[..at].iter().sum(),
            deals_after: self.counts[at..].iter().sum(),
            p,
        }
    }

    /// A steady rise, where it explains the months better than the best step does.
    fn drift(
        &self,
        y: &DVector<f64>,
        base: &[DVector<f64>],
        step: &DVector<f64>,
        p: f64,
    ) -> Option<PriceBreak> {
        let raw = self.white(&DVector::from_fn(self.months(), |month, _| {
            month as f64 / 12.0
        }));
        let axis = across(base, raw.clone());
        if y.dot(&axis).powi(2) <= y.dot(step).powi(2) {
            return None;
        }
        let length = raw.dot(&axis);
        let (size, error) = (
            y.dot(&axis) / length,
            noise(y, base, &axis).max(1.0).sqrt() / length,
        );
        Some(PriceBreak {
            shape: Shape::Drift,
            month: self.from,
            earliest: self.from,
            latest: self.from,
            factor: Range::new(
                size.exp(),
                (size - Z80 * error).exp(),
                (size + Z80 * error).exp(),
            ),
            deals_before: 0,
            deals_after: self.counts.iter().sum(),
            p,
        })
    }

    /// The step in the middle that would be claimed half of the time.
    fn smallest(&self, threshold: f64) -> f64 {
        let mut base = vec![self.white(&DVector::from_element(self.months(), 1.0))];
        orthonormal(&mut base);
        let raw = self.white(&self.step(self.months() / 2));
        let length = raw.dot(&across(&base, raw.clone()));
        (threshold / length.max(1e-9)).exp_m1()
    }
}

fn orthonormal(base: &mut Vec<DVector<f64>>) {
    let all = std::mem::take(base);
    for column in all {
        let axis = across(base, column);
        base.push(axis);
    }
}

/// The part of a column that the base does not hold, of length 1.
fn across(base: &[DVector<f64>], mut column: DVector<f64>) -> DVector<f64> {
    for axis in base {
        let part = column.dot(axis);
        column -= axis * part;
    }
    let length = column.norm();
    if length > 1e-9 {
        column / length
    } else {
        column * 0.0
    }
}

/// By how much more than their deals let expect the months differ once base and step are taken out.
fn noise(y: &DVector<f64>, base: &[DVector<f64>], step: &DVector<f64>) -> f64 {
    let explained: f64 = base.iter().map(|axis| y.dot(axis).powi(2)).sum();
    let left = y.norm_squared() - explained - y.dot(step).powi(2);
    (left / (y.len() as f64 - base.len() as f64 - 1.0).max(1.0)).max(0.0)
}

/// The axis that explains most, how much, and the noise left over.
fn largest(
    y: &DVector<f64>,
    base: &[DVector<f64>],
    axes: &[DVector<f64>],
) -> Option<(usize, f64, f64)> {
    let gains = axes.iter().map(|axis| y.dot(axis).powi(2)).enumerate();
    let (best, gain) = gains.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    Some((best, gain, noise(y, base, &axes[best])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::plant::{Shop, month_of, shop};

    #[test]
    fn a_price_rise_is_found_in_its_month_and_with_its_size() {
        let mut found = 0;
        for seed in 0..10 {
            let plan = Shop {
                price_rise: Some((14, 1.15)),
                ..Shop::default()
            };
            let breaks = price_breaks(&shop(&plan, 40 + seed), seed).expect("two years");
            let hit = breaks.breaks.iter().any(|change| {
                change.shape == Shape::Step
                    && (change.month - month_of(&plan, 14)).abs() <= 2
                    && (1.05..1.26).contains(&change.factor.value)
            });
            found += usize::from(hit);
        }
        assert!(found >= 9, "{found} of 10");
    }

    #[test]
    fn where_prices_stay_none_is_found() {
        let mut alarms = 0;
        for seed in 0..40 {
            let leads = shop(
                &Shop {
                    leads: 6_000,
                    ..Shop::default()
                },
                400 + seed,
            );
            let breaks = price_breaks(&leads, seed).expect("two years");
            alarms += usize::from(!breaks.breaks.is_empty());
        }
        assert!(alarms <= 3, "{alarms} of 40");
    }

    #[test]
    fn two_price_rises_are_two() {
        let mut leads = shop(
            &Shop {
                price_rise: Some((8, 1.2)),
                ..Shop::default()
            },
            5,
        );
        let later = month_of(&Shop::default(), 16).first_day();
        let closed = leads.closed.clone();
        if let Some(crate::domain::Column::Number(amounts)) = leads.table.get_mut("amount") {
            for (amount, closed) in amounts.iter_mut().zip(closed) {
                *amount *= if closed.is_some_and(|day| day >= later) {
                    1.25
                } else {
                    1.0
                };
            }
        }
        let breaks = price_breaks(&leads, 1).expect("two years").breaks;
        assert_eq!(breaks.len(), 2, "{breaks:?}");
    }

    #[test]
    fn a_steady_rise_is_no_step() {
        let mut leads = shop(&Shop::default(), 6);
        let first = month_of(&Shop::default(), 0).first_day();
        let closed = leads.closed.clone();
        if let Some(crate::domain::Column::Number(amounts)) = leads.table.get_mut("amount") {
            for (amount, closed) in amounts.iter_mut().zip(closed) {
                *amount *= closed.map_or(1.0, |day| 1.2_f64.powf(f64::from(day - first) / 365.0));
            }
        }
        let breaks = price_breaks(&leads, 1).expect("two years").breaks;
        assert!(
            breaks.len() == 1 && breaks[0].shape == Shape::Drift,
            "{breaks:?}"
        );
        assert!((breaks[0].factor.value - 1.2).abs() < 0.06);
    }
}
