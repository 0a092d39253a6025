//! What the lots of past lists have taught: outcomes, the S-learner if it ranks better, and what each order is worth.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::decide::calls::lots::LOT_DAYS;
use crate::decide::calls::policy_value::{self, PolicyValue, Trial, effect, policy_value};
use crate::decide::calls::result::LotsSoFar;
use crate::decide::calls::uplift::{HANDFUL, Known, Lesson, SLearner};
use crate::decide::calls::value::{Freshness, stage0};
use crate::domain::{CallLog, Day, Leads, ListPlace, Outcome, Role, Shown};
use crate::score::{self, LeadScore, Model, ScoreError};
use crate::segment::Rules;

/// Lots, and wins among them, from which a call is ranked by what it was learnt to change.
const ENOUGH: (usize, usize) = (500, 50);
/// Newest lots that are looked at: older ones tell of another team.
const MOST: usize = 8_000;
/// Parts that the lots are cut into, each judged by what the others taught.
const FOLDS: usize = 5;
/// Ridges on how the effect of a call departs from the plain order, from hardly bound to bound: each is believed as far as
/// it foretells lots that it has not seen, which beats choosing one of them.
const RIDGES: [f64; 4] = [10.0, 100.0, 300.0, 1_000.0];
/// How much worse the learnt order may have done, in standard errors, on lots that it had not seen: one-sided 95 %. It
/// departs from the plain one only as far as lots show, so nothing else speaks against it.
const WORSE: f64 = -1.644_853_626_951_472_2;

/// An order to call in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// As the list had it: by the value that it showed.
    List,
    /// By chance x (1 - chance) x amount x freshness.
    Stage0,
    /// By what a call was learnt to change, each lot by what the others taught.
    Learnt,
    /// By P(won within 30 days).
    Chance,
    /// Newest first.
    Newest,
    /// No order: every lead is called.
    Everyone,
    /// No order: no lead is called.
    NoOne,
}

/// What an order is worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrderValue {
    /// The order.
    pub order: Order,
    /// What a lead brings within 30 days if the better half by this order is called and the other is not.
    pub value: PolicyValue,
}

/// What the lots have taught.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Lessons {
    /// Lots on record, called and held.
    pub on_record: usize,
    /// Those of them whose 30 days are over and whose lead is in the export.
    pub complete: usize,
    /// Called among the complete ones.
    pub called: usize,
    /// Won within 30 days among the complete ones.
    pub won: usize,
    /// Lots whose lead is not in the export any more, or was not open on the day.
    pub lost_sight: usize,
    /// Lots that are lacking before the list can learn.
    pub lacking: usize,
    /// Wins that are lacking.
    pub wins_lacking: usize,
    /// How much better the learnt order did than the plain one on lots that it had not seen, in standard errors; none
    /// where there are too few.
    pub gain: Option<f64>,
    /// What each order is worth; empty where there are too few lots to tell.
    pub orders: Vec<OrderValue>,
    /// What a call adds to what a lead in a lot brings within 30 days, money (deals without amounts); none where there are
    /// too few lots to tell.
    pub effect: Option<PolicyValue>,
    /// The learner, where it is used.
    #[serde(skip)]
    pub(super) learner: Option<Learner>,
}

impl Lessons {
    /// How far the lots have come; none where there are none.
    pub(super) fn so_far(&self) -> Option<LotsSoFar> {
        (self.on_record > 0).then_some(LotsSoFar {
            complete: self.complete,
            won: self.won,
            lacking: self.lacking,
            wins_lacking: self.wins_lacking,
        })
    }

    /// Whether the list ranks by what was learnt.
    pub fn used(&self) -> bool {
        self.learner.is_some()
    }
}

/// Learners with the features that they look at, each with its weight.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Learner {
    names: Vec<String>,
    weighed: Vec<(f64, SLearner)>,
}

impl Learner {
    fn fit(names: Vec<String>, lessons: &[Lesson], weights: [f64; RIDGES.len()]) -> Option<Self> {
        let every: Vec<&Lesson> = lessons.iter().collect();
        let weighed = (RIDGES.into_iter().zip(weights))
            .map(|(ridge, weight)| Some((weight, SLearner::fit(&every, ridge).ok()?)))
            .collect::<Option<_>>()?;
        Some(Self { names, weighed })
    }

    /// What a call adds to the chance of a win.
    pub(super) fn uplift(&self, score: &LeadScore, age: Option<i32>, freshness: f64) -> f64 {
        let known = Known::of(score, age, freshness, &self.names);
        (self.weighed.iter())
            .map(|(weight, learner)| weight * learner.uplift(&known))
            .sum()
    }
}

/// Learns from the lots in the log as of `leads.as_of`. The state of each lead is that of the day of its lot; its outcome
/// is whether it was won within 30 days of it, and only lots whose 30 days are over count.
///
/// # Errors
/// A model that does not fit the leads.
pub fn lessons(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    log: &CallLog,
) -> Result<Lessons, ScoreError> {
    let freshness = Freshness::learn(leads);
    let (mut found, lots) = collect(model, leads, rules, log)?;
    found.lacking = ENOUGH.0.saturating_sub(found.complete);
    found.wins_lacking = ENOUGH.1.saturating_sub(found.won);
    let names = handful(&lots);
    let lessons: Vec<Lesson> = (lots.iter())
        .map(|lot| Lesson {
            known: Known::of(
                &lot.score,
                lot.age,
                freshness.at(lot.age.unwrap_or(0)),
                &names,
            ),
            called: lot.called,
            won: lot.won,
        })
        .collect();
    let plain: Vec<f64> = (lots.iter())
        .map(|lot| stage0(&lot.score, freshness.at(lot.age.unwrap_or(0))))
        .collect();
    let mut learnt = None;
    if found.lacking == 0
        && found.wins_lacking == 0
        && let Some(tried) = Tried::on(&lessons, &lots)
    {
        let gain = gain(&lots, &tried.mean, &tried.uplift, &plain);
        found.gain = Some(gain);
        if gain > WORSE {
            found.learner = Learner::fit(names, &lessons, tried.weights);
        }
        learnt = Some(tried.uplift);
    }
    found.orders = orders(&lots, &plain, learnt.as_deref());
    if !found.orders.is_empty() {
        found.effect = effect(&trials(&lots, |lot| lot.called));
    }
    Ok(found)
}

/// A lot whose outcome is known.
struct Lot {
    called: bool,
    won: bool,
    propensity: f64,
    shown_value: f64,
    age: Option<i32>,
    amount: f64,
    reward: f64,
    cluster: usize,
    score: LeadScore,
}

fn collect(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    log: &CallLog,
) -> Result<(Lessons, Vec<Lot>), ScoreError> {
    let mut found = Lessons::default();
    let mut by_day: BTreeMap<Day, Vec<(usize, &Shown)>> = BTreeMap::new();
    let row_of: BTreeMap<&str, usize> = (leads.ids.iter().enumerate())
        .map(|(row, id)| (id.as_str(), row))
        .collect();
    let lot = |shown: &&Shown| matches!(shown.place, ListPlace::Drawn | ListPlace::Held);
    let mut all: Vec<&Shown> = log.shown.iter().filter(lot).collect();
    all.sort_by(|a, b| {
        key(a)
            .partial_cmp(&key(b))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    found.on_record = all.len();
    all.retain(|shown| shown.day + LOT_DAYS <= leads.as_of && shown.propensity > 0.0);
    let newest = all.len().saturating_sub(MOST);
    for shown in all.into_iter().skip(newest) {
        match row_of.get(shown.lead_id.as_str()) {
            Some(&row) if leads.outcome_as_of(row, shown.day) == Some(Outcome::Open) => {
                by_day.entry(shown.day).or_default().push((row, shown));
            }
            _ => found.lost_sight += 1,
        }
    }
    let amounts = leads.numbers(Role::Amount);
    let mut lots = Vec::new();
    let (mut cluster, mut last) = (0, None);
    for (day, shown) in &by_day {
        for (score, &(row, shown)) in scored_on(model, leads, rules, *day, shown)?
            .into_iter()
            .zip(shown)
        {
            let pair = (shown.day, &shown.owner, shown.draw.map(f64::to_bits));
            if shown.draw.is_none() || last != Some(pair) {
                cluster += 1;
            }
            last = Some(pair);
            let closed = leads.closed[row];
            let won = leads.outcome[row] == Outcome::Won
                && closed.is_some_and(|closed| closed < *day + LOT_DAYS);
            let amount = score.expected_amount.unwrap_or(1.0);
            let realised = amounts
                .map(|amounts| amounts[row])
                .filter(|amount| amount.is_finite());
            lots.push(Lot {
                called: shown.place == ListPlace::Drawn,
                won,
                propensity: shown.propensity,
                shown_value: shown.value.unwrap_or(0.0),
                age: leads.age(row, *day),
                amount,
                reward: if won { realised.unwrap_or(amount) } else { 0.0 },
                cluster,
                score,
            });
        }
    }
    found.complete = lots.len();
    found.called = lots.iter().filter(|lot| lot.called).count();
    found.won = lots.iter().filter(|lot| lot.won).count();
    Ok((found, lots))
}

/// Oldest first, pairs together.
fn key(shown: &Shown) -> (Day, &str, f64, &str) {
    (
        shown.day,
        &shown.owner,
        shown.draw.unwrap_or(2.0),
        &shown.lead_id,
    )
}

/// The scores of the leads shown on a day, as they stood then, in that order.
fn scored_on(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    day: Day,
    shown: &[(usize, &Shown)],
) -> Result<Vec<LeadScore>, ScoreError> {
    let mut rows: Vec<usize> = shown.iter().map(|(row, _)| *row).collect();
    rows.sort_unstable();
    rows.dedup();
    let then = leads.take(&rows, leads.as_of).as_of(day);
    let scores = score::score(model, &then, rules, false)?.leads;
    // All of them were open on that day, so none is missing.
    let at = |row: usize| {
        rows.binary_search(&row)
            .ok()
            .and_then(|at| scores.get(at).cloned())
    };
    Ok(shown.iter().filter_map(|(row, _)| at(*row)).collect())
}

/// The features that tell the lots apart the most, by the deviation of what they add.
fn handful(lots: &[Lot]) -> Vec<String> {
    let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for reason in lots.iter().flat_map(|lot| &lot.score.reasons) {
        let sum = sums.entry(&reason.feature).or_default();
        *sum = (
            sum.0 + reason.contribution,
            sum.1 + reason.contribution.powi(2),
        );
    }
    let n = lots.len().max(1) as f64;
    let mut spread: Vec<(f64, &str)> = (sums.into_iter())
        .map(|(name, (sum, squares))| (squares / n - (sum / n).powi(2), name))
        .collect();
    spread.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    (spread.iter().take(HANDFUL))
        .map(|(_, name)| (*name).to_owned())
        .collect()
}

/// Lessons of the other folds, by fold; a pair is in one fold.
fn others(lessons: &[Lesson], fold: usize, of: impl Fn(usize) -> usize) -> Vec<&Lesson> {
    (lessons.iter().enumerate())
        .filter(|(i, _)| of(*i) != fold)
        .map(|(_, lesson)| lesson)
        .collect()
}

/// What learners that had not seen a lot say of it.
struct Tried {
    /// Uplift x amount.
    uplift: Vec<f64>,
    /// Mean of the two chances.
    mean: Vec<f64>,
    /// Weight of each ridge, in proportion to the likelihood of the lots that it had not seen.
    weights: [f64; RIDGES.len()],
}

impl Tried {
    fn on(lessons: &[Lesson], lots: &[Lot]) -> Option<Self> {
        let mut answers = Vec::new();
        for ridge in RIDGES {
            answers.push(unseen(lessons, lots, ridge)?);
        }
        let fits: Vec<f64> = answers
            .iter()
            .map(|told| likelihood(lessons, told))
            .collect();
        let best = fits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = fits.iter().map(|fit| (fit - best).exp()).sum();
        let weights = std::array::from_fn(|k| (fits[k] - best).exp() / sum);
        let weighed = |of: fn((f64, f64)) -> f64, i: usize| -> f64 {
            (answers.iter().zip(weights))
                .map(|(told, weight)| weight * of(told[i]))
                .sum()
        };
        Some(Self {
            uplift: (0..lots.len())
                .map(|i| weighed(|(called, held)| called - held, i) * lots[i].amount)
                .collect(),
            mean: (0..lots.len())
                .map(|i| weighed(|(called, held)| f64::midpoint(called, held), i))
                .collect(),
            weights,
        })
    }
}

/// P(win) of every lot if called and if not, by what the other folds taught.
fn unseen(lessons: &[Lesson], lots: &[Lot], ridge: f64) -> Option<Vec<(f64, f64)>> {
    let fold_of = |i: usize| lots[i].cluster % FOLDS;
    let mut told = vec![(0.0, 0.0); lots.len()];
    for fold in 0..FOLDS {
        let learner = SLearner::fit(&others(lessons, fold, fold_of), ridge).ok()?;
        for i in (0..lots.len()).filter(|&i| fold_of(i) == fold) {
            told[i] = learner.chances(&lessons[i].known);
        }
    }
    Some(told)
}

/// Log-likelihood of what came of the lots.
fn likelihood(lessons: &[Lesson], told: &[(f64, f64)]) -> f64 {
    (lessons.iter().zip(told))
        .map(|(lesson, &(called, held))| {
            let p = if lesson.called { called } else { held }.clamp(1e-9, 1.0 - 1e-9);
            if lesson.won { p.ln() } else { (1.0 - p).ln() }
        })
        .sum()
}

/// How much more the learnt order gains than the plain one, over all places where a list may end, in standard errors: the
/// sum of (rank by the plain order - rank by the learnt one) x what the lot says of the effect of its call,
/// `(t - e) / (e (1 - e)) x (won - its mean chance) x amount`.
fn gain(lots: &[Lot], mean: &[f64], learnt: &[f64], plain: &[f64]) -> f64 {
    let (learnt, plain) = (ranks(learnt), ranks(plain));
    let terms: Vec<f64> = (0..lots.len())
        .map(|i| {
            let lot = &lots[i];
            let sign = if lot.called { 1.0 } else { -1.0 };
            let won = f64::from(u8::from(lot.won));
            let effect = sign / lot.propensity * (won - mean[i]) * lot.amount;
            (plain[i] - learnt[i]) * effect
        })
        .collect();
    let sum: f64 = terms.iter().sum();
    let error = terms.iter().map(|term| term * term).sum::<f64>().sqrt();
    if error > 0.0 { sum / error } else { 0.0 }
}

/// Rank of each, best 0, ties in order.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]).then(a.cmp(&b)));
    let mut ranks = vec![0.0; values.len()];
    for (rank, &i) in order.iter().enumerate() {
        ranks[i] = rank as f64;
    }
    ranks
}

/// What each order is worth, where there are lots enough.
fn orders(lots: &[Lot], plain: &[f64], learnt: Option<&[f64]>) -> Vec<OrderValue> {
    let won = lots.iter().filter(|lot| lot.won).count();
    if lots.len() < policy_value::ENOUGH.0 || won < policy_value::ENOUGH.1 {
        return Vec::new();
    }
    let by = |of: fn(&Lot) -> f64| lots.iter().map(of).collect::<Vec<f64>>();
    let mut orders = vec![
        (Order::List, by(|lot| lot.shown_value)),
        (Order::Stage0, plain.to_vec()),
    ];
    orders.extend(learnt.map(|learnt| (Order::Learnt, learnt.to_vec())));
    orders.push((
        Order::Chance,
        by(|lot| {
            lot.score
                .p_win_30d
                .or(lot.score.p_win)
                .map_or(0.0, f64::from)
        }),
    ));
    orders.push((
        Order::Newest,
        by(|lot| -lot.age.map_or(f64::INFINITY, f64::from)),
    ));
    (orders.into_iter())
        .filter_map(|(order, values)| {
            let half = lots.len() as f64 / 2.0;
            let ranks = ranks(&values);
            let mut at = ranks.iter();
            let agrees = |lot: &Lot| at.next().is_some_and(|&rank| lot.called == (rank < half));
            let value = policy_value(&trials(lots, agrees))?;
            Some(OrderValue { order, value })
        })
        .chain(
            [(Order::Everyone, true), (Order::NoOne, false)]
                .into_iter()
                .filter_map(|(order, call)| {
                    let value = policy_value(&trials(lots, |lot| lot.called == call))?;
                    Some(OrderValue { order, value })
                }),
        )
        .collect()
}

/// Lots as a policy sees them.
fn trials(lots: &[Lot], mut agrees: impl FnMut(&Lot) -> bool) -> Vec<Trial> {
    (lots.iter())
        .map(|lot| Trial {
            agrees: agrees(lot),
            propensity: lot.propensity,
            reward: lot.reward,
            cluster: lot.cluster,
        })
        .collect()
}
