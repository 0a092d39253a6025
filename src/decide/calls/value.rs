//! What a call is worth before any lot was drawn: P(1 - P) x amount x freshness.
//!
//! A call moves the log-odds of a win by some `g f(age)`; for a small move the chance changes by `P (1 - P) g f(age)`. What
//! `g` is nobody can tell without lots, and it does not change the order; `f`, how much of the effect of a call on the
//! first day is left at an age, the company's own record may tell: leads first contacted later are won less often.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{Day, Leads, Outcome, Probability, Role};
use crate::forecast::Groups;
use crate::score::LeadScore;
use crate::score::solver::{logit, sigmoid};

/// Days in which the effect of a call falls to 1/e: each doubling is held to be as likely as any other at first.
const FADES: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
/// Days after a first contact within which a win counts.
const WITHIN: i32 = 90;
/// Longest wait for a first contact that is looked at, days.
const LONGEST: i32 = 90;
/// Contacted leads, and wins among them, from which the record is asked at all.
const ENOUGH: (usize, usize) = (200, 20);
/// Contacted leads that a source's own conversion is shrunk by.
const WEIGHT: f64 = 20.0;

/// How much of the effect of a call on the first day is left at an age.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Freshness {
    /// Weight of each fading time, summing to 1.
    weights: [f64; FADES.len()],
    /// Leads, contacted and followed for 90 days, that it was learnt from; 0: none, it is the shape held before any record.
    pub contacted: usize,
    /// Won among them within 90 days of the contact.
    pub won: usize,
}

impl Default for Freshness {
    fn default() -> Self {
        Self {
            weights: [1.0 / FADES.len() as f64; FADES.len()],
            contacted: 0,
            won: 0,
        }
    }
}

impl Freshness {
    /// The share left at an age in days, 0-1; 1 on the first day.
    pub fn at(&self, age: i32) -> f64 {
        let age = f64::from(age.max(0));
        (self.weights.iter().zip(FADES))
            .map(|(weight, fade)| weight * (-age / fade).exp())
            .sum()
    }

    /// Age in days at which half is left; ten years at most.
    pub fn half_days(&self) -> i32 {
        const LONGEST: i32 = 3_650;
        (0..LONGEST)
            .find(|&age| self.at(age) <= 0.5)
            .unwrap_or(LONGEST)
    }

    /// Learns from when leads were first contacted and what became of them within 90 days, each source at its own level.
    /// Every fading time is weighed by how well it fits (its highest likelihood, with a standard normal prior on the
    /// effect); where contact dates tell nothing all keep the weight that they had before.
    pub fn learn(leads: &Leads) -> Self {
        let cells = Cell::count(leads);
        let (contacted, won) = cells
            .iter()
            .fold((0, 0), |(n, won), cell| (n + cell.n, won + cell.won));
        if contacted < ENOUGH.0 || won < ENOUGH.1 || won == contacted {
            return Self::default();
        }
        let fits = FADES.map(|fade| best_fit(&cells, fade));
        let best = fits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights = fits.map(|fit| (fit - best).exp());
        let sum: f64 = weights.iter().sum();
        Self {
            weights: weights.map(|weight| weight / sum),
            contacted,
            won,
        }
    }
}

/// What a call is worth before any lot was drawn, money (deals without amounts): what it would bring if a call on the
/// first day multiplied the odds by e. P(win) is that of 30 days, the horizon of the lots as well; of undated data that
/// of a closed lead.
pub(super) fn stage0(score: &LeadScore, freshness: f64) -> f64 {
    let p = score
        .p_win_30d
        .or(score.p_win)
        .map_or(0.0, Probability::get);
    p * (1.0 - p) * score.expected_amount.unwrap_or(1.0) * freshness
}

/// Leads of one source contacted after as many days.
#[derive(Debug, Clone, Copy)]
struct Cell {
    delay: f64,
    /// Log-odds of the source.
    level: f64,
    n: usize,
    won: usize,
}

impl Cell {
    fn count(leads: &Leads) -> Vec<Self> {
        let sources = Groups::by(leads, Role::Source);
        let mut counts: BTreeMap<(usize, i32), (usize, usize)> = BTreeMap::new();
        let mut totals = vec![(0.0, 0.0); sources.len()];
        for row in 0..leads.len() {
            let Some((delay, won)) = followed(leads, row) else {
                continue;
            };
            let count = counts.entry((sources.of[row], delay)).or_default();
            *count = (count.0 + 1, count.1 + usize::from(won));
            let total = &mut totals[sources.of[row]];
            *total = (total.0 + 1.0, total.1 + f64::from(u8::from(won)));
        }
        let (n, won) = totals
            .iter()
            .fold((0.0, 0.0), |sum, t| (sum.0 + t.0, sum.1 + t.1));
        let mean = won / f64::max(n, 1.0);
        (counts.into_iter())
            .map(|((source, delay), (n, won))| Self {
                delay: f64::from(delay),
                level: logit((totals[source].1 + WEIGHT * mean) / (totals[source].0 + WEIGHT)),
                n,
                won,
            })
            .collect()
    }
}

/// Days to the first contact of a lead followed for long enough after it, and whether it was won in that time.
fn followed(leads: &Leads, row: usize) -> Option<(i32, bool)> {
    let contact = first_contact(leads, row)?;
    let delay = contact - leads.created[row]?;
    let closed = leads.closed[row];
    let dated = leads.outcome[row] == Outcome::Open || closed.is_some();
    let in_order = closed.is_none_or(|closed| closed >= contact);
    if !(0..=LONGEST).contains(&delay) || contact + WITHIN > leads.as_of || !dated || !in_order {
        return None;
    }
    let won = leads.outcome[row] == Outcome::Won
        && closed.is_some_and(|closed| closed < contact + WITHIN);
    Some((delay, won))
}

/// The day of the first contact, or of the first activity.
fn first_contact(leads: &Leads, row: usize) -> Option<Day> {
    leads.contacted[row].or_else(|| {
        let timeline = &leads.activities.as_ref()?.timeline;
        let first = timeline.events(row).next()?;
        Some(timeline.at(first).day())
    })
}

/// The highest log-likelihood of `logit P = level + b + g exp(-delay / fade)`, `g` not below 0, less g²/2.
fn best_fit(cells: &[Cell], fade: f64) -> f64 {
    let shape: Vec<f64> = cells
        .iter()
        .map(|cell| (-cell.delay / fade).exp())
        .collect();
    let (mut b, mut g) = (0.0, 0.0);
    for _ in 0..50 {
        let (mut u, mut v) = (0.0, -g);
        let (mut bb, mut bg, mut gg) = (1e-9, 0.0, 1.0);
        for (cell, &x) in cells.iter().zip(&shape) {
            let p = sigmoid(cell.level + b + g * x);
            let miss = cell.won as f64 - cell.n as f64 * p;
            let weight = cell.n as f64 * p * (1.0 - p);
            (u, v) = (u + miss, v + miss * x);
            (bb, bg, gg) = (bb + weight, bg + weight * x, gg + weight * x * x);
        }
        // At the bound g stays where it is.
        let (step_b, step_g) = if g <= 0.0 && v * bb - u * bg <= 0.0 {
            (u / bb, -g)
        } else {
            let det = bb * gg - bg * bg;
            ((u * gg - v * bg) / det, (v * bb - u * bg) / det)
        };
        b += step_b.clamp(-2.0, 2.0);
        g = f64::max(g + step_g.clamp(-2.0, 2.0), 0.0);
        if step_b.abs() + step_g.abs() < 1e-9 {
            break;
        }
    }
    let ll = |(cell, &x): (&Cell, &f64)| {
        let p = sigmoid(cell.level + b + g * x).clamp(1e-12, 1.0 - 1e-12);
        cell.won as f64 * p.ln() + (cell.n - cell.won) as f64 * (1.0 - p).ln()
    };
    cells.iter().zip(&shape).map(ll).sum::<f64>() - g * g / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::sample::LeadsBuilder;

    #[test]
    fn before_any_record_half_is_left_after_a_few_days() {
        let shape = Freshness::default();
        assert!((shape.at(0) - 1.0).abs() < 1e-12);
        assert_eq!(shape.half_days(), 5);
        assert!((1..400).all(|age| shape.at(age) < shape.at(age - 1)));
        assert!(shape.at(30) > 0.1 && shape.at(365) > 0.0);
    }

    /// Leads contacted after 0-19 days, of whom so many of 100 are won.
    fn company(wins: impl Fn(i32) -> usize) -> Leads {
        let start: Day = "2025-01-01".parse().expect("a day");
        let mut builder = LeadsBuilder::new("2026-07-01");
        for delay in 0..20 {
            for i in 0..100 {
                let created = start + i as i32;
                let contact = created + delay;
                let (won, outcome) = if i * 37 % 100 < wins(delay) {
                    (contact + 5, Outcome::Won)
                } else {
                    (contact + 20, Outcome::Lost)
                };
                builder = builder.push(Some(created), Some(won), outcome);
                if let Some(row) = builder.rows.last_mut() {
                    row.contacted = Some(contact);
                }
            }
        }
        builder.build()
    }

    #[test]
    fn the_record_tells_how_soon_a_call_stops_helping() {
        // 5 % whatever is done, and up to 25 more that fade with 2, with 16 days, or not at all.
        let fading = |tau: f64| {
            company(move |delay| 5 + (25.0 * (-f64::from(delay) / tau).exp()).round() as usize)
        };
        let quick = Freshness::learn(&fading(2.0));
        let slow = Freshness::learn(&fading(16.0));
        assert_eq!(quick.contacted, 2_000);
        assert!((1..=3).contains(&quick.half_days()), "{quick:?}");
        assert!((7..=25).contains(&slow.half_days()), "{slow:?}");
        let none = Freshness::learn(&company(|_| 10));
        assert_eq!(none.contacted, 2_000);
        for age in [1, 7, 30] {
            let (told, held) = (none.at(age), Freshness::default().at(age));
            assert!((told - held).abs() < 0.05, "nothing is told: {told} {held}");
        }
    }

    #[test]
    fn few_contacts_tell_nothing() {
        let leads = LeadsBuilder::new("2026-07-01")
            .open("2026-06-01", None)
            .build();
        assert_eq!(Freshness::learn(&leads), Freshness::default());
    }
}
