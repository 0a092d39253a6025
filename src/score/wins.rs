//! How many of the open leads will be won, all of them together.

use crate::domain::Leads;
use crate::features::Codes;
use crate::score::ExpectedWins;
use crate::score::context::Context;
use crate::score::interval::Z80;
use crate::score::landmarks;
use crate::score::scoring::{add_derivatives, variance_of};
use crate::score::timed::Ahead;

/// Days ahead, all of them ends of steps.
const DAYS: [i32; 3] = [30, 60, 90];

/// Sum of the derivatives of P(won within some days) over leads.
struct Total {
    steps: usize,
    mean: f64,
    /// Σ p (1-p): what chance does though every probability were known.
    chance: f64,
    by_column: [Vec<f64>; 2],
    by_tail: [[f64; 2]; 2],
}

/// Wins among the leads open as of `leads.as_of` within 30, 60 and 90 days, as far as the horizon reaches.
///
/// Variance: Σ p (1-p) + g' V g, with g the derivatives of Σ p by the coefficients and V their covariance.
pub(super) fn expected(
    ahead: &Ahead<'_>,
    context: &Context<'_>,
    leads: &Leads,
) -> Vec<ExpectedWins> {
    let sizes = [ahead.win.size(), ahead.lost.size()];
    let within = DAYS.into_iter().filter_map(|days| {
        let steps = ahead.design.edges.iter().position(|&edge| edge == days)?;
        let total = Total {
            steps,
            mean: 0.0,
            chance: 0.0,
            by_column: sizes.map(|size| vec![0.0; size]),
            by_tail: [[0.0; 2]; 2],
        };
        Some((days, total))
    });
    let mut totals: Vec<(i32, Total)> = within.collect();
    let mut open = 0;
    for landmark in (0..leads.len()).filter_map(|row| landmarks::at(leads, row, leads.as_of)) {
        let mut codes = Codes::default();
        context.push_on(&mut codes, landmark.row, leads.as_of);
        let etas = ahead.etas(landmark.age, &codes.codes);
        for (_, total) in &mut totals {
            let (p, gradient) = etas.first(total.steps).won_and_gradient();
            total.mean += p;
            total.chance += p * (1.0 - p);
            for (side, slopes) in [gradient.win, gradient.lost].iter().enumerate() {
                let (columns, tail) = (&mut total.by_column[side], &mut total.by_tail[side]);
                add_derivatives(ahead, landmark.age, &codes.codes, slopes, columns, tail);
            }
        }
        open += 1;
    }
    let one = |(days, total): (i32, Total)| {
        let known = variance_of(ahead.win, &total.by_column[0])
            + variance_of(ahead.lost, &total.by_column[1])
            + ahead.tail.map_or(0.0, |tail| {
                tail.win.variance(total.by_tail[0]) + tail.lost.variance(total.by_tail[1])
            });
        let error = (total.chance + known).sqrt();
        ExpectedWins {
            days,
            leads: open,
            mean: total.mean,
            low: (total.mean - Z80 * error).max(0.0),
            high: (total.mean + Z80 * error).min(open as f64),
        }
    };
    totals.into_iter().map(one).collect()
}
