//! Outcomes since a model was learnt: what it has not seen, and can be judged by.

use std::collections::BTreeMap;

use crate::domain::{Day, Leads};
use crate::features::{Codes, Recipe};
use crate::score::context::Context;
use crate::score::landmarks::{self, Landmark};
use crate::score::timed::Ahead;
use crate::score::timing::curve;
use crate::score::{ScoreError, WhyNot};
use crate::segment::Rules;

/// Days ahead that can be judged, the best first: what is bet on is months away.
const AHEAD: [i32; 5] = [90, 60, 30, 14, 7];
/// Most days on which leads are looked at.
const MOST_DAYS: usize = 3;
/// Fewest wins that can tell one model from another.
pub(crate) const MIN_WINS: usize = 10;

/// Leads open on days since, and whether each was won in time.
#[derive(Debug, Clone)]
pub(crate) struct Since {
    /// Days ahead.
    pub ahead: i32,
    /// The days on which they were open, rising; each ends before the next begins.
    pub days: Vec<Day>,
    /// The leads on those days.
    pub landmarks: Vec<Landmark>,
    /// Won within `ahead` days.
    pub won: Vec<bool>,
}

impl Since {
    /// Number of wins.
    pub(crate) fn wins(&self) -> usize {
        self.won.iter().filter(|&&won| won).count()
    }

    /// Looks at leads on `days`, each followed for `ahead` days.
    pub(crate) fn on(leads: &Leads, days: Vec<Day>, ahead: i32) -> Self {
        let landmarks: Vec<Landmark> = days
            .iter()
            .flat_map(|&day| (0..leads.len()).filter_map(move |row| landmarks::at(leads, row, day)))
            .collect();
        let in_time = |lm: &Landmark| lm.closing.is_some_and(|(days, won)| won && days < ahead);
        Self {
            ahead,
            won: landmarks.iter().map(in_time).collect(),
            days,
            landmarks,
        }
    }

    /// P(won within `ahead` days) by a model.
    pub(crate) fn predict(
        &self,
        recipe: &Recipe,
        by: &Ahead<'_>,
        leads: &Leads,
        rules: Option<&Rules>,
    ) -> Result<Vec<f64>, ScoreError> {
        let context = Context::new(recipe, leads, rules, self.days.iter().copied())?;
        let mut codes = Codes::default();
        let p = |landmark: &Landmark| {
            codes.codes.clear();
            context.push(&mut codes, landmark);
            let etas = by.etas(landmark.age, &codes.codes);
            curve(&by.design.edges, &etas).won_within(0, f64::from(self.ahead))
        };
        Ok(self.landmarks.iter().map(p).collect())
    }

    /// Mean of a value of each lead and day, with its standard error by leads: those seen twice count once.
    pub(crate) fn mean(&self, values: &[f64]) -> (f64, f64) {
        let n = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / n;
        let mut by_lead: BTreeMap<usize, f64> = BTreeMap::new();
        for (landmark, value) in self.landmarks.iter().zip(values) {
            *by_lead.entry(landmark.row).or_default() += value - mean;
        }
        let squares: f64 = by_lead.values().map(|sum| sum * sum).sum();
        (mean, squares.sqrt() / n)
    }

    /// Number of leads.
    pub(crate) fn leads(&self) -> usize {
        let mut rows: Vec<usize> = self.landmarks.iter().map(|lm| lm.row).collect();
        rows.sort_unstable();
        rows.dedup();
        rows.len()
    }
}

/// What can be looked at between `learnt` and `leads.as_of`, the best first: the latest days that do not overlap, as
/// far ahead as leaves two of them, else one.
pub(crate) fn plans(learnt: Day, now: Day) -> Vec<(i32, Vec<Day>)> {
    let span = now - learnt;
    let fits = |times: i32| AHEAD.into_iter().filter(move |ahead| times * ahead <= span);
    let best = fits(2).next();
    let shorter_first = fits(1).rev().filter(|ahead| Some(*ahead) != best);
    let aheads: Vec<i32> = best.into_iter().chain(shorter_first).collect();
    let days = |ahead: i32| -> Vec<Day> {
        let back = (1..=MOST_DAYS as i32).map(|k| now - k * ahead);
        let mut days: Vec<Day> = back.filter(|&day| day >= learnt).collect();
        days.reverse();
        days
    };
    aheads
        .into_iter()
        .map(|ahead| (ahead, days(ahead)))
        .collect()
}

/// The best look at the outcomes since a model was learnt that has wins enough to judge it by.
pub(crate) fn since(leads: &Leads, learnt: Day) -> Result<Since, WhyNot> {
    let plans = plans(learnt, leads.as_of);
    if plans.is_empty() {
        let days = leads.as_of - learnt;
        return Err(WhyNot::TooSoon { days });
    }
    let mut most = 0;
    for (ahead, days) in plans {
        let since = Since::on(leads, days, ahead);
        if since.wins() >= MIN_WINS {
            return Ok(since);
        }
        most = most.max(since.wins());
    }
    Err(WhyNot::FewOutcomes {
        won: most,
        needed: MIN_WINS,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a date")
    }

    #[test]
    fn days_follow_the_learning_and_never_overlap() {
        assert!(plans(day("2026-06-25"), day("2026-07-01")).is_empty());
        assert!(plans(day("2026-07-02"), day("2026-07-01")).is_empty());
        let month = plans(day("2026-06-01"), day("2026-07-02"));
        assert_eq!(
            month[0],
            (14, vec![day("2026-06-04"), day("2026-06-18")]),
            "two looks ahead"
        );
        let aheads: Vec<i32> = month.iter().map(|plan| plan.0).collect();
        assert_eq!(aheads, [14, 7, 30]);
        let year = plans(day("2025-07-01"), day("2026-07-01"));
        assert_eq!((year[0].0, year[0].1.len()), (90, 3));
        for (ahead, days) in year.into_iter().chain(month) {
            assert!(days.windows(2).all(|pair| pair[1] - pair[0] == ahead));
        }
    }
}
