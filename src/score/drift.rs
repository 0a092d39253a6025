//! Whether leads are still what the model learnt from, and whether it still does what it did.
//!
//! The population stability index of a feature, `Σ (a - e) ln(a / e)` over its levels, is `chi2(B - 1) (1/n + 1/m)` by
//! chance alone (Yurdakul 2018). A fixed limit of 0.10 fires on noise where leads are few; the limit here is 0.10 or the
//! 95th percentile of chance, whichever is more.

use std::borrow::Cow;

use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF};

use crate::domain::{Day, Leads, Outcome};
use crate::features::{Encoding, Feature};
use crate::score::context::Context;
use crate::score::metrics::one_log_loss;
use crate::score::population::{Counted, Look, Population, counted, thinned};
use crate::score::since::{Since, since};
use crate::score::{Model, ScoreError, Warning, WhyNot};
use crate::segment::Rules;

/// Days before the as-of date of which leads are compared.
const WINDOWS: [i32; 2] = [90, 30];
/// Index below which nothing is made of a difference.
const FLOOR: f64 = 0.10;
/// Fewest leads of a level, in the smaller of the two groups, for it to stand alone.
const MIN_EXPECTED: f64 = 5.0;
/// Fewest leads that are compared.
const FEWEST: u32 = 20;
/// Values unknown to the model that are named.
const NAMED: usize = 5;
/// Standard errors of an 80 % interval, and of 95 % on one side.
const Z80: f64 = 1.281_551_565_544_6;
const Z95_ONE_SIDED: f64 = 1.645;
/// Share by which wins may be off what was expected before something is made of it.
const OFF: f64 = 0.25;

/// How leads and outcomes differ from what a model learnt.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drift {
    /// As-of date of the comparison; of no meaning for undated data.
    pub as_of: Day,
    /// Day as of which the model was learnt; likewise.
    pub learnt_as_of: Day,
    /// The features, those that alert first, then by how far they are beyond chance.
    pub features: Vec<FeatureDrift>,
    /// Features that are not compared: months of the year differ by themselves.
    pub not_compared: Vec<String>,
    /// What became of the leads since the model was learnt.
    pub outcomes: Option<OutcomeDrift>,
    /// Why that cannot be told.
    pub no_outcomes: Option<WhyNot>,
}

/// One feature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeatureDrift {
    /// The feature.
    pub feature: String,
    /// Who is compared: leads that came in, that were first contacted, or that are open and at most 90 days old.
    pub population: Counted,
    /// Leads of what the model learnt from.
    pub n_reference: u32,
    /// The comparisons: the last 90 days, the last 30; one only for open leads and for a file.
    pub windows: Vec<WindowDrift>,
    /// Share of missing values, 0-1, in what the model learnt from.
    pub missing_reference: f64,
    /// The same in the first window.
    pub missing: f64,
    /// Share of values, 0-1, that the model does not tell apart, as they were rare or not there, in what it learnt from.
    pub unknown_reference: f64,
    /// The same in the first window.
    pub unknown: f64,
    /// The most frequent of those values in the first window, and how often they are there.
    pub unknown_values: Vec<(String, u32)>,
    /// Whether any comparison is beyond its limit.
    pub alert: bool,
}

/// A feature in one group of leads, against what the model learnt from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WindowDrift {
    /// Days before the as-of date; none: the open leads, or the whole file.
    pub days: Option<i32>,
    /// Leads.
    pub n: u32,
    /// Population stability index; none with fewer than 20 leads.
    pub psi: Option<f64>,
    /// The index beyond which it alerts.
    pub limit: Option<f64>,
    /// The level whose share moved most.
    pub shift: Option<Shift>,
}

/// The level that moved most.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shift {
    /// The level: a value, a range; empty: missing.
    pub level: String,
    /// Its share then, 0-1.
    pub from: f64,
    /// Its share now.
    pub to: f64,
}

/// What became of leads since the model was learnt, against what it said.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomeDrift {
    /// The days on which leads were open.
    pub days: Vec<Day>,
    /// Days ahead.
    pub ahead: i32,
    /// Leads, each counted on every day that found it open.
    pub n: usize,
    /// Leads, each counted once.
    pub leads: usize,
    /// Won in time among `n`.
    pub won: usize,
    /// Wins that the model expected.
    pub expected: f64,
    /// Share won, 0-1, with its 80 % interval.
    pub base_rate: [f64; 3],
    /// Wins / expected, with its 80 % interval.
    pub observed_over_expected: [f64; 3],
    /// Log loss, nats, with its 80 % interval.
    pub log_loss: [f64; 3],
    /// The log loss that the model expects of itself if it is right.
    pub log_loss_expected: f64,
    /// Wins are off what was expected, beyond chance (95 %) and by more than a quarter.
    pub level_alert: bool,
    /// The log loss is worse than expected, beyond chance (95 %).
    pub loss_alert: bool,
}

impl Drift {
    /// The features that alert.
    pub fn alerts(&self) -> impl Iterator<Item = &FeatureDrift> {
        self.features.iter().filter(|feature| feature.alert)
    }

    /// One warning for the features that alert; none without.
    pub fn warning(&self) -> Option<Warning> {
        let told: Vec<String> = self.alerts().map(FeatureDrift::told).collect();
        if told.is_empty() {
            return None;
        }
        let message = format!(
            "the leads are not what the model learnt from: {}. Trust the order of the scores less where these matter; \
             `forerun drift` shows more",
            told.join("; ")
        );
        Some(Warning {
            code: "leads-drifted".to_owned(),
            message,
            column: None,
        })
    }
}

impl FeatureDrift {
    /// The comparison that is farthest beyond its limit.
    pub fn worst(&self) -> Option<&WindowDrift> {
        let beyond = |window: &&WindowDrift| window.beyond();
        (self.windows.iter()).max_by(|a, b| beyond(a).total_cmp(&beyond(b)))
    }

    fn told(&self) -> String {
        let shift = self.worst().and_then(|window| window.shift.as_ref());
        let shift = shift.map_or_else(String::new, |shift| {
            let level = if shift.level.is_empty() {
                "missing"
            } else {
                &shift.level
            };
            format!(
                " ({level}: {:.0} % of leads, was {:.0} %)",
                100.0 * shift.to,
                100.0 * shift.from
            )
        });
        format!("`{}`{shift}", self.feature)
    }
}

impl WindowDrift {
    fn beyond(&self) -> f64 {
        self.psi
            .zip(self.limit)
            .map_or(0.0, |(psi, limit)| psi / limit)
    }
}

/// Compares leads as of `leads.as_of` with what `model` learnt from, and what became of leads since with what it said.
/// With `whole`, the leads are another export, of which every lead is compared, but for what changes with age.
///
/// # Errors
/// A model that does not fit the leads.
pub fn drift(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    whole: bool,
) -> Result<Drift, ScoreError> {
    let misfits = model.misfits(leads, rules);
    if !misfits.is_empty() {
        return Err(ScoreError::Unfit(misfits));
    }
    let mut drift = feature_drift(model, leads, rules, whole)?;
    match outcomes(model, leads, rules, whole)? {
        Ok(outcomes) => drift.outcomes = Some(outcomes),
        Err(why) => drift.no_outcomes = Some(why),
    }
    Ok(drift)
}

/// The features alone, which takes a moment only.
///
/// # Errors
/// A model that does not fit the leads.
pub fn feature_drift(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    whole: bool,
) -> Result<Drift, ScoreError> {
    // Another export is counted whole, as it is where it is scored block by block.
    let leads = if whole {
        Cow::Borrowed(leads)
    } else {
        thinned(leads)
    };
    let context = Context::new(&model.recipe, &leads, rules, [leads.as_of])?;
    let looks: Vec<(Option<i32>, Look)> = if whole {
        vec![(None, Look::undated(&leads, |_| true))]
    } else if model.horizon().is_none() {
        let open = |outcome| outcome == Outcome::Open;
        vec![(None, Look::undated(&leads, open))]
    } else {
        let last = |days| (Some(days), Look::last(&leads, days));
        WINDOWS.into_iter().map(last).collect()
    };
    let now: Vec<(Option<i32>, Population)> = looks
        .iter()
        .map(|(days, look)| {
            let population = Population::of(&model.recipe, &leads, &context, look);
            (*days, population)
        })
        .collect();
    let (mut features, not_compared) = compared(model, &now, whole);
    for drift in features.iter_mut().filter(|drift| drift.unknown > 0.0) {
        let named = |feature: &Feature| feature.name == drift.feature;
        if let Some(j) = model.recipe.features.iter().position(named) {
            let feature = &model.recipe.features[j];
            drift.unknown_values = unknown_values(feature, &leads, &context, &looks[0].1, j);
        }
    }
    Ok(Drift {
        as_of: leads.as_of,
        learnt_as_of: model.as_of(),
        features,
        not_compared,
        outcomes: None,
        no_outcomes: None,
    })
}

/// The warning of another export whose leads have these codes, by feature and level: `counts[feature][level]`. None where
/// nothing alerts.
pub fn drift_of_counts(model: &Model, counts: Vec<Vec<u32>>) -> Option<Warning> {
    let now = [(None, Population { counts })];
    let (features, not_compared) = compared(model, &now, true);
    let drift = Drift {
        as_of: model.as_of(),
        learnt_as_of: model.as_of(),
        features,
        not_compared,
        outcomes: None,
        no_outcomes: None,
    };
    drift.warning()
}

/// The features that are compared, those farthest beyond chance first, and the names of the others.
fn compared(
    model: &Model,
    now: &[(Option<i32>, Population)],
    whole: bool,
) -> (Vec<FeatureDrift>, Vec<String>) {
    let (mut features, mut not_compared) = (Vec::new(), Vec::new());
    for (j, feature) in model.recipe.features.iter().enumerate() {
        let ages = counted(feature) == Counted::Open && whole && model.horizon().is_some();
        if counted(feature) == Counted::Nobody || ages {
            not_compared.push(feature.name.clone());
            continue;
        }
        features.push(one(feature, &model.population.counts[j], now, j));
    }
    features.sort_by(|a, b| {
        let beyond = |drift: &FeatureDrift| drift.worst().map_or(0.0, WindowDrift::beyond);
        beyond(b)
            .total_cmp(&beyond(a))
            .then_with(|| a.feature.cmp(&b.feature))
    });
    (features, not_compared)
}

fn one(
    feature: &Feature,
    reference: &[u32],
    now: &[(Option<i32>, Population)],
    j: usize,
) -> FeatureDrift {
    let of = counted(feature);
    let shown = if of == Counted::Open { 1 } else { now.len() };
    let windows: Vec<WindowDrift> = now[..shown]
        .iter()
        .map(|(days, population)| {
            let recent = &population.counts[j];
            let index = psi(reference, recent);
            WindowDrift {
                days: days.filter(|_| of != Counted::Open),
                n: recent.iter().sum(),
                psi: index.map(|index| index.psi),
                limit: index.map(|index| index.limit),
                shift: shift(feature, reference, recent),
            }
        })
        .collect();
    let first = &now[0].1.counts[j];
    let other = match &feature.encoding {
        Encoding::Levels(levels) => Some(levels.len() + 1),
        _ => None,
    };
    let unknown = |counts: &[u32]| other.map_or(0.0, |level| share(counts, level));
    FeatureDrift {
        feature: feature.name.clone(),
        population: of,
        n_reference: reference.iter().sum(),
        alert: windows.iter().any(|window| window.beyond() > 1.0),
        windows,
        missing_reference: share(reference, 0),
        missing: share(first, 0),
        unknown_reference: unknown(reference),
        unknown: unknown(first),
        unknown_values: Vec::new(),
    }
}

fn share(counts: &[u32], level: usize) -> f64 {
    let n: u32 = counts.iter().sum();
    f64::from(counts.get(level).copied().unwrap_or(0)) / f64::from(n.max(1))
}

fn shift(feature: &Feature, reference: &[u32], recent: &[u32]) -> Option<Shift> {
    if recent.iter().sum::<u32>() == 0 || reference.iter().sum::<u32>() == 0 {
        return None;
    }
    let moved = |level: usize| (share(recent, level) - share(reference, level)).abs();
    // Of equals the first.
    let level = (0..reference.len())
        .rev()
        .max_by(|&a, &b| moved(a).total_cmp(&moved(b)))?;
    Some(Shift {
        level: feature.label(level),
        from: share(reference, level),
        to: share(recent, level),
    })
}

/// The most frequent values of a text that the model does not know apart.
fn unknown_values(
    feature: &Feature,
    leads: &Leads,
    context: &Context<'_>,
    look: &Look,
    j: usize,
) -> Vec<(String, u32)> {
    let Encoding::Levels(levels) = &feature.encoding else {
        return Vec::new();
    };
    let mut seen: std::collections::BTreeMap<String, u32> = std::collections::BTreeMap::new();
    for &row in look
        .rows
        .iter()
        .filter(|&&row| look.holds(leads, row, feature))
    {
        let value = context.display(j, row, leads.as_of);
        if !value.is_empty() && levels.binary_search(&value).is_err() {
            *seen.entry(value).or_default() += 1;
        }
    }
    let mut values: Vec<(String, u32)> = seen.into_iter().collect();
    values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    values.truncate(NAMED);
    values
}

/// A population stability index and its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Index {
    pub psi: f64,
    pub limit: f64,
}

/// The index of two groups by level. Levels too rare to tell are taken together; a level that is in one group only counts
/// there for half a lead, as a logarithm of nothing is none. None with fewer than 20 leads in a group.
pub(crate) fn psi(reference: &[u32], recent: &[u32]) -> Option<Index> {
    let (m, n) = (reference.iter().sum::<u32>(), recent.iter().sum::<u32>());
    if m < FEWEST || n < FEWEST {
        return None;
    }
    let (m, n) = (f64::from(m), f64::from(n));
    let expected = |a: f64, b: f64| (a + b) / (m + n) * m.min(n);
    let mut cells: Vec<(f64, f64)> = Vec::new();
    let mut rest = (0.0, 0.0);
    for (&a, &b) in reference.iter().zip(recent) {
        let (a, b) = (f64::from(a), f64::from(b));
        if expected(a, b) >= MIN_EXPECTED {
            cells.push((a, b));
        } else {
            rest = (rest.0 + a, rest.1 + b);
        }
    }
    if expected(rest.0, rest.1) >= MIN_EXPECTED {
        cells.push(rest);
    } else if let Some(smallest) =
        (cells.iter_mut()).min_by(|a, b| (a.0 + a.1).total_cmp(&(b.0 + b.1)))
    {
        *smallest = (smallest.0 + rest.0, smallest.1 + rest.1);
    }
    let psi = cells
        .iter()
        .map(|&(a, b)| {
            let (e, a) = (a.max(0.5) / m, b.max(0.5) / n);
            (a - e) * (a / e).ln()
        })
        .sum();
    let chance = if cells.len() > 1 {
        let chi2 = ChiSquared::new(cells.len() as f64 - 1.0).ok()?;
        chi2.inverse_cdf(0.95) * (1.0 / n + 1.0 / m)
    } else {
        0.0
    };
    Some(Index {
        psi,
        limit: chance.max(FLOOR),
    })
}

fn outcomes(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    whole: bool,
) -> Result<Result<OutcomeDrift, WhyNot>, ScoreError> {
    let Some(ahead) = model.ahead() else {
        return Ok(Err(WhyNot::Undated));
    };
    // Another export need not hold the leads that closed.
    if whole
        && leads
            .outcome
            .iter()
            .all(|&outcome| outcome == Outcome::Open)
    {
        return Ok(Err(WhyNot::FewOutcomes {
            won: 0,
            needed: crate::score::since::MIN_WINS,
        }));
    }
    let since = match since(leads, model.as_of()) {
        Ok(since) => since,
        Err(why) => return Ok(Err(why)),
    };
    let p = since.predict(&model.recipe, &ahead, leads, rules)?;
    Ok(Ok(judge(&since, &p)))
}

fn judge(since: &Since, p: &[f64]) -> OutcomeDrift {
    let won: Vec<f64> = since
        .won
        .iter()
        .map(|&won| f64::from(u8::from(won)))
        .collect();
    let expected: f64 = p.iter().sum();
    let n = won.len();
    let around = |(mean, error): (f64, f64), low: f64| {
        [mean, (mean - Z80 * error).max(low), mean + Z80 * error]
    };
    let residuals: Vec<f64> = won.iter().zip(p).map(|(won, p)| won - p).collect();
    let (off, off_error) = since.mean(&residuals);
    let by_expected = |share: f64| 1.0 + share * n as f64 / expected.max(1e-12);
    let losses: Vec<f64> = (p.iter().zip(&since.won))
        .map(|(&p, &won)| one_log_loss(p, won))
        .collect();
    let entropy = |&p: &f64| p * one_log_loss(p, true) + (1.0 - p) * one_log_loss(p, false);
    let own: Vec<f64> = p.iter().map(entropy).collect();
    let excess: Vec<f64> = losses.iter().zip(&own).map(|(a, b)| a - b).collect();
    let (excess, excess_error) = since.mean(&excess);
    let ratio = by_expected(off);
    OutcomeDrift {
        days: since.days.clone(),
        ahead: since.ahead,
        n,
        leads: since.leads(),
        won: since.wins(),
        expected,
        base_rate: around(since.mean(&won), 0.0),
        observed_over_expected: [
            ratio,
            by_expected(off - Z80 * off_error).max(0.0),
            by_expected(off + Z80 * off_error),
        ],
        log_loss: around(since.mean(&losses), 0.0),
        log_loss_expected: since.mean(&own).0,
        level_alert: off.abs() > 1.96 * off_error && ratio.ln().abs() > OFF,
        loss_alert: excess > Z95_ONE_SIDED * excess_error,
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// Ten bins of equal chance, 200 leads on both sides, no drift: 10,000 pairs. The mean and the 95th percentile by
    /// chance are those that the theory gives, and the limit keeps its promise where the fixed one does not.
    #[test]
    fn chance_alone_makes_an_index_of_a_tenth() {
        let mut rng = rand_pcg::Pcg64::seed_from_u64(17);
        let mut draw = || {
            let mut counts = [0_u32; 10];
            (0..200).for_each(|_| counts[rng.random_range(0..10)] += 1);
            counts
        };
        let mut found: Vec<Index> = (0..10_000).filter_map(|_| psi(&draw(), &draw())).collect();
        let limit = found[0].limit;
        found.sort_by(|a, b| a.psi.total_cmp(&b.psi));
        let mean = found.iter().map(|index| index.psi).sum::<f64>() / found.len() as f64;
        let p95 = found[9_500].psi;
        assert!((mean - 0.092).abs() < 0.002, "{mean}");
        assert!((p95 - 0.172).abs() < 0.005, "{p95}");
        assert!(
            (limit - 0.169_19).abs() < 1e-4,
            "chi2_.95(9) / 100: {limit}"
        );
        let share = |limit: f64| found.iter().filter(|index| index.psi > limit).count();
        assert!((400..650).contains(&share(limit)), "{}", share(limit));
        assert!(share(FLOOR) > 3_000, "the fixed limit fires on noise");
    }

    #[test]
    fn rare_levels_are_taken_together_and_new_ones_count() {
        // Three levels with four leads each stand as one.
        let few = psi(&[100, 4, 4, 4], &[100, 4, 4, 4]).expect("enough");
        assert!(few.psi.abs() < 1e-12);
        // A level that only one side has does not make the index infinite.
        let new = psi(&[1_000, 0], &[700, 300]).expect("enough");
        assert!(new.psi.is_finite() && new.psi > 1.0, "{new:?}");
        assert_eq!(psi(&[19, 0], &[700, 300]), None);
        let alone = psi(&[500], &[500]).expect("enough");
        assert_eq!((alone.psi, alone.limit), (0.0, FLOOR));
        // Many leads: the floor holds.
        let many = psi(&[5_000; 10], &[5_000; 10]).expect("enough");
        assert_eq!(many.limit, FLOOR);
    }
}
