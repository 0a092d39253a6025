//! A source whose quality changes, found without being asked for.
//!
//! Each source's cohorts by month of creation, completed for age, are held against its own past: wins ~ Poisson(rate x leads
//! by how much is known of them), and a step of the rate in some month (likelihood ratio, the largest over all months, in units of how wild the
//! months are besides, for which a source leans on the others). The chance of seeing such a step where there is none is taken from draws; over all sources it is
//! held at 1.5 % by the rule of Holm (1979).

use rand::Rng;
use rand_distr::{Distribution, Poisson};
use rand_pcg::Pcg64;
use serde::Serialize;

use crate::domain::Month;
use crate::kpi::Range;
use crate::kpi::gate::Z80;
use crate::kpi::rates::Basis;

/// Least mean maturity of a cohort that is held against its past.
const MATURE: f64 = 0.5;
/// Months looked at, at most and at least; fewest on each side of a step.
const MONTHS: (i32, usize) = (36, 8);
const SIDE: usize = 2;
/// Fewest wins expected on each side of a step.
const WINS: f64 = 5.0;
/// Companies without a change in which one is claimed: fewer than the 2 in 100 of prices, as months may be wilder than they
/// have been.
const FALSE_ALARM: f64 = 0.015;
/// Months of the other sources that one of a source's own is worth, at most, where its wildness is told; how many times
/// wilder than usual it must be to be told by itself.
const LEAN: f64 = 2.0;
const FAR_WILDER: f64 = 1.8;
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
        leads > 0 && seen >= MATURE * leads as f64
    };
    // Up to the last month that brought leads: those after the end of an export say nothing.
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
    let found: Vec<(usize, Search)> = (0..table.len())
        .filter_map(|source| Some((source, Search::new(&table[source])?)))
        .collect();
    let all: Vec<&Search> = found.iter().map(|(_, search)| search).collect();
    let wild = Wild::of(&all);
    let of = |(source, search): &(usize, Search)| {
        // A stream of its own for each source, so that the draws of another do not move it.
        let mut rng = Pcg64::new(u128::from(seed), *source as u128);
        (*source, search.judge(&wild, &mut rng))
    };
    let mut steps: Vec<(usize, Step)> = found.iter().map(of).collect();
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
            Search::new(&rest)
                .map(|search| search.judge(&wild, &mut rng))
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

/// How wild months are beyond the chance of their wins, by all sources: the months of one tell too little of it.
#[derive(Debug, Clone, Copy)]
struct Wild {
    /// Variance of the logarithm of a month's rate.
    variance: f64,
    /// Months that it is learnt from, less those that the steps took up.
    freedom: f64,
}

impl Wild {
    fn of(sources: &[&Search]) -> Self {
        let sum = |of: fn(&Search) -> f64| sources.iter().map(|search| of(search)).sum::<f64>();
        let beyond = sum(|search| (search.noise - 1.0) * search.freedom());
        let wins = sum(|search| search.a_month() * search.freedom());
        Self {
            variance: (beyond / wins.max(f64::MIN_POSITIVE)).max(0.0),
            freedom: sum(Search::freedom),
        }
    }
}

/// The search of one source.
#[derive(Debug, Clone)]
struct Search {
    wins: Vec<f64>,
    exposure: Vec<f64>,
    rate: f64,
    places: Vec<usize>,
    /// The best of the places, its gain, and how wild the source's own months are around it.
    best: usize,
    gain: f64,
    noise: f64,
}

impl Search {
    /// None with too few months or wins.
    fn new(cohorts: &[Cohort]) -> Option<Self> {
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
        Some(Self {
            wins,
            exposure,
            rate,
            places,
            best,
            gain,
            noise,
        })
    }

    /// Months that tell how wild they are.
    fn freedom(&self) -> f64 {
        (self.wins.len() as f64 - 2.0).max(1.0)
    }

    /// Mean wins of a month.
    fn a_month(&self) -> f64 {
        self.wins.iter().sum::<f64>() / self.wins.len().max(1) as f64
    }

    /// How wild its months are: its own leaning on those of all sources, with the weight of the latter in months; by
    /// themselves where they are far wilder.
    fn wildness(&self, wild: &Wild) -> (f64, f64) {
        let usual = 1.0 + wild.variance * self.a_month();
        let own = self.freedom();
        let weight = (wild.freedom - own).clamp(0.0, LEAN * own);
        if self.noise > FAR_WILDER * usual {
            return (self.noise, 0.0);
        }
        let noise = (own * self.noise + weight * usual) / (own + weight);
        (noise, weight)
    }

    /// The chance of such a step where there is none.
    fn judge(&self, wild: &Wild, rng: &mut impl Rng) -> Step {
        let (noise, weight) = self.wildness(wild);
        // Without others the draws do not know how wild months are either, unless these are no wilder than chance.
        let alone = weight == 0.0 && noise > 1.0;
        let own = self.freedom();
        let stat = self.gain / noise.max(1.0);
        let drawn: Vec<Option<Poisson<f64>>> = self
            .exposure
            .iter()
            .map(|e| Poisson::new(self.rate * e).ok())
            .collect();
        let (mut above, mut draws) = (0, 0);
        // A source that is far from a step is seen to be so after a few draws (Besag and Clifford 1991).
        while draws < DRAWS && above < 40 {
            draws += 1;
            let wins: Vec<f64> = drawn
                .iter()
                .map(|of| of.as_ref().map_or(0.0, |of| of.sample(rng)))
                .collect();
            let step = best_step(&wins, &self.exposure, &self.places);
            let nothing = step.map_or(0.0, |(_, gain, noise)| {
                let noise = (own * noise + weight) / (own + weight);
                gain / noise.max(if alone { 1e-3 } else { 1.0 })
            });
            above += usize::from(nothing >= stat);
        }
        let noise = noise.max(1.0);
        let places = &self.places;
        let near = |i: &usize| {
            self.gain - likelihood_gain(&self.wins, &self.exposure, places[*i]) <= 3.84 * noise
        };
        let best = self.best;
        let first = (0..=best).rev().take_while(near).last().unwrap_or(best);
        let last = (best..places.len()).take_while(near).last().unwrap_or(best);
        Step {
            at: places[best],
            earliest: places[first],
            latest: places[last],
            noise,
            p: (above + 1) as f64 / (draws + 1) as f64,
        }
    }
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
