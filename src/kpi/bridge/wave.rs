//! What the quarter does to a change: a rush before its end, a lull after it.

use serde::Serialize;

use crate::domain::{Leads, Month};
use crate::kpi::quarter::QuarterWaves;
use crate::kpi::results::results;

/// A wave is told if it moves at least this share of what the month is held against.
const LEAST: f64 = 0.05;

/// What a change owes to the place of its months in the quarter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Wave {
    /// The month of a quarter with most deals, 1-3.
    pub best: u8,
    /// The one with fewest, 1-3.
    pub weakest: u8,
    /// Deals of the best / of the weakest.
    pub times: f64,
    /// Complete months that it is read from: all that are known, also after the month explained.
    pub months: usize,
    /// About what it brought of the change, money; it is counted as speed and win rate.
    pub effect: f64,
}

/// Of what `month` brought against `other`, or against a forecast that knows of no waves: none where they moved little or the
/// data shows none.
pub(super) fn wave(leads: &Leads, month: Month, other: Option<Month>, base: f64) -> Option<Wave> {
    results(leads, &[])
        .waves
        .and_then(|waves| moved(&waves, month, other, base))
}

fn moved(waves: &QuarterWaves, month: Month, other: Option<Month>, base: f64) -> Option<Wave> {
    let of = |month: Month| waves.of[(month.number() as usize - 1) % 3];
    let usual = || waves.of.iter().map(|log| log.exp()).sum::<f64>() / 3.0;
    let before = other.map_or_else(usual, |other| of(other).exp());
    let effect = base * (of(month).exp() / before - 1.0);
    (effect.abs() >= LEAST * base.abs() && base > 0.0).then_some(Wave {
        best: waves.best,
        weakest: waves.weakest,
        times: waves.times,
        months: waves.months,
        effect,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_after_the_end_of_a_quarter_is_weaker_by_as_much() {
        let waves = QuarterWaves {
            best: 3,
            weakest: 1,
            times: 2.0,
            months: 12,
            f: 50.0,
            p: 1e-6,
            of: [0.0, 0.0, 2.0_f64.ln()],
        };
        let (september, october) = (Month::new(2026, 9), Month::new(2026, 10));
        let told = moved(&waves, october, Some(september), 1000.0).expect("a wave");
        assert!((told.effect + 500.0).abs() < 1e-9);
        let alone = moved(&waves, september, None, 900.0).expect("a wave");
        assert!((alone.effect - 450.0).abs() < 1e-9, "twice of 1, 1 and 2");
        let year = moved(&waves, october, Some(october - 12), 1000.0);
        assert_eq!(year, None, "the same month of its quarter");
    }
}
