//! A source whose quality changes, found without being asked for.
//!
//! Each source's cohorts by month of creation, completed for age, are held against its own past: wins ~ Poisson(rate x leads
//! by how much is known of them), and a step of the rate in some month (likelihood ratio, the largest over all months, in units of how wild the
//! months are besides). The chance of seeing such a step where there is none is taken from draws; over all sources it is
//! held at 2 % by the rule of Holm (1979).

use rand::Rng;
use rand_distr::{Distribution, Poisson};
use rand_pcg::Pcg64;
use serde::Serialize;

use crate::domain::Month;
use crate::kpi::Range;
use crate::kpi::gate::Z80;
use crate::kpi::price_break::FALSE_ALARM;
use crate::kpi::rates::Basis;

/// Least mean maturity of a cohort that is held against its past.
const MATURE: f64 = 0.5;
/// Months looked at, at most and at least; fewest on each side of a step.
const MONTHS: (i32, usize) = (36, 8);
const SIDE: usize = 2;
/// Fewest wins expected on each side of a step.
const WINS: f64 = 5.0;
/// Draws of a source that does not change.
const DRAWS: usize = 4_999;

/// A change of quality.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QualityChange {
    /// The source; none: the leads of all sources that have no change of their own.
    pub source: Option<String>,
    /// First month of creation of the changed leads.
    pub month: Month,
    /// First and last month that it may have been in (95 %).
    pub earliest: Month,
    /// See `earliest`.
    pub latest: Month,
    /// Conversion before, completed for age, 0-1.
    pub before: f64,
    /// Conversion since.
    pub after: f64,
    /// after / before, with its 80 % interval.
    pub ratio: Range,
    /// Leads before.
    pub leads_before: usize,
    /// Leads since.
    pub leads_after: usize,
    /// Probability of such a step where there is none, all months looked at, not yet all sources.
    pub p: f64,
}

/// The search and what it found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QualityChanges {
    /// First and last month of creation looked at.
    pub from: Month,
    /// See `from`: the last with half of the cycle seen.
    pub to: Month,
    /// Sources with leads and wins enough to be watched.
    pub watched: usize,
    /// Sources without.
    pub unwatched: usize,
    /// What was found, the surest first.
    pub changes: Vec<QualityChange>,
}

/// A cohort: leads, wins in time, leads by how much is known of them, and by the share of their cycle seen.
#[derive(Debug, Clone, Copy, Default)]
struct Cohort {
    leads: usize,
    wins: f64,
    exposure: f64,
    seen: f64,
}

/// Watches the sources; none with fewer than eight months that are half grown.
pub(crate) fn quality_changes(basis: &Basis<'_>, seed: u64) -> Option<QualityChanges> {
    let leads = basis.leads;
    let first = leads
        .created
        .iter()
        .copied()
        .flatten()
        .min()?
        .max(basis.since.unwrap_or_default());
    let whole = first.month() + i32::from(first.day_of_month() > 7);
    let from = whole.max(leads.as_of.month() - MONTHS.0);
    let months = usize::try_from(leads.as_of.month() - from).ok()?;
    let mut table = vec![vec![Cohort::default(); months]; basis.sources.len()];
    for (row, created) in leads.created.iter().enumerate() {
        let (Some(created), Some(age)) = (*created, basis.age(row)) else {
            continue;
        };
        if let Some(cohort) = usize::try_from(created.month() - from)
            .ok()
            .and_then(|m| table[basis.sources.of[row]].get_mut(m))
        {
            cohort.leads += 1;
            cohort.wins += f64::from(u8::from(basis.growth.won_in_time(leads, row)));
            cohort.exposure += basis.exposure(row, age);
            cohort.seen += basis.share(row, age);
        }
    }
    let grown = |m: usize| {
        let (seen, leads) = table.iter().fold((0.0, 0), |sum, of| {
            (sum.0 + of[m].seen, sum.1 + of[m].leads)
        });
        leads == 0 || seen >= MATURE * leads as f64
    };
    let used = (0..months).rfind(|&m| grown(m)).map_or(0, |m| m + 1);
    if used < MONTHS.1 {
        return None;
    }
    table.iter_mut().for_each(|of| of.truncate(used));
    let (changes, watched, unwatched) = watch(&table, &basis.sources.names, from, seed);
    Some(QualityChanges {
        from,
        to: from + used as i32 - 1,
        watched,
        unwatched,
        changes,
    })
}

fn watch(
    table: &[Vec<Cohort>],
    names: &[String],
    from: Month,
    seed: u64,
) -> (Vec<QualityChange>, usize, usize) {
    let of = |source: usize| {
        // A stream of its own for each source, so that another source does not move it.
        let mut rng = Pcg64::new(u128::from(seed), source as u128);
        Some((source, step(&table[source], &mut rng)?))
    };
    let mut steps: Vec<(usize, Step)> = (0..table.len()).filter_map(of).collect();
    let watched = steps.len();
    let unwatched = table
        .iter()
        .filter(|of| of.iter().any(|cohort| cohort.leads > 0))
        .count()
        - watched;
    steps.sort_by(|a, b| a.1.p.total_cmp(&b.1.p).then(a.0.cmp(&b.0)));
    // The leads of all other sources together are one more that is looked at.
    let family = if table.len() > 1 {
        watched + 1
    } else {
        watched
    };
    let limit = |claimed: usize| FALSE_ALARM / (family - claimed) as f64;
    let claims = (0..watched)
        .take_while(|&i| steps[i].1.p <= limit(i))
        .count();
    let own = |i: usize| steps[i].0;
    let name = |source: usize| (table.len() > 1).then(|| names[source].clone());
    let mut changes: Vec<QualityChange> = (0..claims)
        .map(|i| steps[i].1.told(name(own(i)), from, &table[own(i)]))
        .collect();
    if table.len() > 1 {
        let apart: Vec<usize> = (0..claims).map(own).collect();
        let rest = together(table, &apart);
        let mut rng = Pcg64::new(u128::from(seed), table.len() as u128);
        changes.extend(
            step(&rest, &mut rng)
                .filter(|step| step.p <= limit(claims))
                .map(|step| step.told(None, from, &rest)),
        );
    }
    (changes, watched, unwatched)
}

/// The cohorts of all sources but some; exposure in wins expected at each source's own rate, so that a change of the mix
/// of sources is none.
fn together(table: &[Vec<Cohort>], apart: &[usize]) -> Vec<Cohort> {
    let mut all = vec![Cohort::default(); table.first().map_or(0, Vec::len)];
    let others = || {
        table
            .iter()
            .enumerate()
            .filter(|(source, _)| !apart.contains(source))
            .map(|(_, of)| of)
    };
    let sum = |of: &[Cohort], pick: fn(&Cohort) -> f64| of.iter().map(pick).sum::<f64>();
    let wins: f64 = others().map(|of| sum(of, |c| c.wins)).sum();
    let exposure: f64 = others().map(|of| sum(of, |c| c.exposure)).sum();
    for of in others() {
        let rate = sum(of, |c| c.wins) / sum(of, |c| c.exposure).max(f64::MIN_POSITIVE);
        for (all, cohort) in all.iter_mut().zip(of) {
            all.leads += cohort.leads;
            all.wins += cohort.wins;
            // In leads of the usual rate, so that wins / exposure is a conversion.
            all.exposure += cohort.exposure * rate * exposure / wins.max(f64::MIN_POSITIVE);
        }
    }
    all
}

/// The step that explains the cohorts best.
#[derive(Debug, Clone)]
struct Step {
    at: usize,
    earliest: usize,
    latest: usize,
    noise: f64,
    p: f64,
}

/// Searches one source; none with too few months or wins.
fn step(cohorts: &[Cohort], rng: &mut impl Rng) -> Option<Step> {
    // A month of few and young leads may count as less than nothing.
    let exposure: Vec<f64> = cohorts
        .iter()
        .map(|cohort| cohort.exposure.max(1e-6))
        .collect();
    let wins: Vec<f64> = cohorts.iter().map(|cohort| cohort.wins).collect();
    let rate = wins.iter().sum::<f64>() / exposure.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let expected = |of: &[f64]| rate * of.iter().sum::<f64>();
    let places: Vec<usize> = (SIDE..=cohorts.len().saturating_sub(SIDE))
        .filter(|&at| expected(&exposure[..at]) >= WINS && expected(&exposure[at..]) >= WINS)
        .collect();
    let (best, gain, noise) = best_step(&wins, &exposure, &places)?;
    let known = noise <= 1.0;
    let stat = gain / noise.max(1.0);
    let drawn: Vec<Option<Poisson<f64>>> = exposure
        .iter()
        .map(|e| Poisson::new(rate * e).ok())
        .collect();
    let (mut above, mut draws) = (0, 0);
    // A source that is far from a step is seen to be so after a few draws (Besag and Clifford 1991).
    while draws < DRAWS && above < 40 {
        draws += 1;
        let wins: Vec<f64> = drawn
            .iter()
            .map(|of| of.as_ref().map_or(0.0, |of| of.sample(rng)))
            .collect();
        let nothing = best_step(&wins, &exposure, &places).map_or(0.0, |(_, gain, noise)| {
            gain / if known {
                noise.max(1.0)
            } else {
                noise.max(1e-3)
            }
        });
        above += usize::from(nothing >= stat);
    }
    let noise = noise.max(1.0);
    let near = |i: &usize| gain - likelihood_gain(&wins, &exposure, places[*i]) <= 3.84 * noise;
    let first = (0..=best).rev().take_while(near).last().unwrap_or(best);
    let last = (best..places.len()).take_while(near).last().unwrap_or(best);
    Some(Step {
        at: places[best],
        earliest: places[first],
        latest: places[last],
        noise,
        p: (above + 1) as f64 / (draws + 1) as f64,
    })
}

/// The place of the best step, twice its gain in log-likelihood, and how wild the months are around it: Pearson's chi
/// square by its degrees of freedom.
fn best_step(wins: &[f64], exposure: &[f64], places: &[usize]) -> Option<(usize, f64, f64)> {
    let gains = places
        .iter()
        .map(|&at| likelihood_gain(wins, exposure, at))
        .enumerate();
    let (best, gain) = gains.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    let at = places[best];
    let chi = |wins: &[f64], exposure: &[f64]| -> f64 {
        let rate = wins.iter().sum::<f64>() / exposure.iter().sum::<f64>();
        let of = |(w, e): (&f64, &f64)| {
            if rate * e > 0.0 {
                (w - rate * e).powi(2) / (rate * e)
            } else {
                0.0
            }
        };
        wins.iter().zip(exposure).map(of).sum()
    };
    let chi = chi(&wins[..at], &exposure[..at]) + chi(&wins[at..], &exposure[at..]);
    Some((best, gain, chi / (wins.len() as f64 - 2.0).max(1.0)))
}

/// Twice the gain in log-likelihood of a step before month `at`.
fn likelihood_gain(wins: &[f64], exposure: &[f64], at: usize) -> f64 {
    let part = |wins: &[f64], exposure: &[f64]| {
        let (w, e) = (wins.iter().sum::<f64>(), exposure.iter().sum::<f64>());
        if w > 0.0 && e > 0.0 {
            w * (w / e).ln()
        } else {
            0.0
        }
    };
    let split = part(&wins[..at], &exposure[..at]) + part(&wins[at..], &exposure[at..]);
    2.0 * (split - part(wins, exposure)).max(0.0)
}

impl Step {
    fn told(&self, source: Option<String>, from: Month, cohorts: &[Cohort]) -> QualityChange {
        let side = |of: &[Cohort]| {
            of.iter().fold((0.0, 0.0, 0), |sum, c| {
                (sum.0 + c.wins, sum.1 + c.exposure, sum.2 + c.leads)
            })
        };
        let (before, after) = (side(&cohorts[..self.at]), side(&cohorts[self.at..]));
        let rate = |side: (f64, f64, usize)| (side.0 / side.1.max(f64::MIN_POSITIVE)).min(1.0);
        let ratio = (after.0 + 0.5) / after.1 / ((before.0 + 0.5) / before.1);
        let error = (self.noise * (1.0 / (after.0 + 0.5) + 1.0 / (before.0 + 0.5))).sqrt();
        QualityChange {
            source,
            month: from + self.at as i32,
            earliest: from + self.earliest as i32,
            latest: from + self.latest as i32,
            before: rate(before),
            after: rate(after),
            ratio: Range::new(
                ratio,
                ratio * (-Z80 * error).exp(),
                ratio * (Z80 * error).exp(),
            ),
            leads_before: before.2,
            leads_after: after.2,
            p: self.p,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Role;
    use crate::forecast::Groups;
    use crate::kpi::growth::Growth;
    use crate::kpi::plant::{Shop, month_of, shop};

    fn changes(plan: &Shop, seed: u64) -> Vec<QualityChange> {
        let leads = shop(plan, seed);
        let sources = Groups::by(&leads, Role::Source);
        let growth = Growth::learn(&leads, &sources, None).expect("dated");
        let basis = Basis {
            leads: &leads,
            growth: &growth,
            sources: &sources,
            since: None,
        };
        quality_changes(&basis, seed).expect("two years").changes
    }

    #[test]
    fn a_source_that_halves_is_found_and_no_other_is_accused() {
        let plan = Shop {
            quality: Some((3, 14, 0.5)),
            luck: 0.1,
            ..Shop::default()
        };
        let (mut found, mut others) = (0, 0);
        for seed in 0..10 {
            for change in changes(&plan, 700 + seed) {
                let hit = change.source.as_deref() == Some("Search") && change.ratio.value < 0.8;
                found += usize::from(hit && (change.month - month_of(&plan, 14)).abs() <= 2);
                others += usize::from(!hit);
            }
        }
        assert!(found >= 9 && others <= 1, "{found} of 10, {others} others");
    }

    #[test]
    fn where_quality_stays_nothing_is_found() {
        let plan = Shop {
            leads: 6_000,
            luck: 0.1,
            ..Shop::default()
        };
        let alarms: usize = (0..40)
            .map(|seed| usize::from(!changes(&plan, 900 + seed).is_empty()))
            .sum();
        assert!(alarms <= 3, "{alarms} of 40");
    }
}
