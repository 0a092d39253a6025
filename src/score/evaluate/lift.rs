//! What a ranking is worth to a team that cannot call everyone.

use std::collections::BTreeMap;

use crate::domain::Day;
use crate::score::evaluate::{LiftRow, Prediction};

/// Working days of calls: a day, a week, a month.
const DAYS: [usize; 3] = [1, 5, 21];

/// Of the leads open on each snapshot, what share of the wins is among those that the team can call.
pub(super) fn lift(
    predictions: &[Prediction],
    owners: usize,
    capacity: usize,
    days_ahead: Option<i32>,
) -> Vec<LiftRow> {
    // Five working days in seven: over the whole time looked ahead.
    let whole = days_ahead.map(|days| (days as usize * 5).div_ceil(7));
    let mut lists: BTreeMap<Option<Day>, Vec<&Prediction>> = BTreeMap::new();
    for one in predictions {
        lists.entry(one.day).or_default().push(one);
    }
    let wins = predictions.iter().filter(|one| one.won).count();
    let mut rows = Vec::new();
    for days in DAYS.into_iter().chain(whole) {
        let calls = days * owners * capacity;
        if wins == 0 || calls == 0 {
            break;
        }
        let by_age = predictions.iter().all(|one| one.age_alone.is_some());
        let reached = |of: fn(&Prediction) -> f64| {
            let lists = lists.values();
            lists.map(|list| wins_among(list, calls, of)).sum::<f64>() / wins as f64
        };
        let called: usize = lists.values().map(|list| list.len().min(calls)).sum();
        let share_called = called as f64 / predictions.len() as f64;
        let wins_reached = reached(|one| one.p);
        rows.push(LiftRow {
            days,
            calls,
            share_called,
            wins_reached,
            wins_reached_by_age: by_age.then(|| reached(|one| one.age_alone.unwrap_or(0.0))),
            lift: wins_reached / share_called,
        });
        if called == predictions.len() {
            break;
        }
    }
    rows
}

/// Wins among the `calls` highest; leads that tie at the edge are called with equal chance.
fn wins_among(list: &[&Prediction], calls: usize, of: fn(&Prediction) -> f64) -> f64 {
    let mut sorted: Vec<&&Prediction> = list.iter().collect();
    sorted.sort_by(|a, b| of(b).total_cmp(&of(a)));
    let Some(edge) = calls.checked_sub(1).and_then(|last| sorted.get(last)) else {
        return sorted.iter().filter(|one| one.won).count() as f64;
    };
    let edge = of(edge);
    let wins = |keep: &dyn Fn(f64) -> bool| {
        sorted.iter().filter(|one| one.won && keep(of(one))).count() as f64
    };
    let above = sorted.iter().filter(|one| of(one) > edge).count();
    let tied = sorted.iter().filter(|one| of(one) == edge).count();
    wins(&|p| p > edge) + wins(&|p| p == edge) * (calls - above) as f64 / tied as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prediction(row: usize, p: f64, won: bool) -> Prediction {
        Prediction {
            row,
            origin: None,
            day: None,
            won,
            p,
            base_rate: 0.5,
            age_alone: None,
            rules_alone: None,
            odoo: None,
            recalibrated: None,
        }
    }

    #[test]
    fn the_best_are_called_first_and_ties_share() {
        let list: Vec<Prediction> = [(0.9, true), (0.5, false), (0.5, true), (0.1, false)]
            .into_iter()
            .enumerate()
            .map(|(row, (p, won))| prediction(row, p, won))
            .collect();
        let rows = lift(&list, 1, 2, None);
        assert_eq!(rows[0].calls, 2);
        assert!((rows[0].wins_reached - 0.75).abs() < 1e-12, "{rows:?}");
        assert!((rows[0].lift - 1.5).abs() < 1e-12);
        assert!((rows[1].wins_reached - 1.0).abs() < 1e-12);
        assert_eq!(rows.len(), 2, "more calls than leads tell nothing more");
    }
}
