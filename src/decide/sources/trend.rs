//! Whether the leads of a source get better: its cohorts by quarter, completed for age.
//!
//! Wins of a quarter's leads ~ Poisson(exposure x exp(a + b quarter)), the spread of the quarters around the line and what
//! is not known of the days to win added to the error of b.

use crate::decide::sources::cohort::{Cohort, Tally};
use crate::decide::sources::result::{Direction, QuarterRow, Status, Trend};
use crate::decide::spend::Paid;
use crate::domain::Month;
use crate::kpi::{Aov, DRAWN, Range, Z80, claims, p_value};

/// Fewest quarters, and fewest wins in them.
const QUARTERS: usize = 4;
const WINS: f64 = 10.0;

/// The leads of a source by quarter of creation, the oldest first: first month, sums.
pub(super) fn quarters(cohort: &Cohort) -> Vec<(Month, Tally)> {
    let mut all: Vec<(Month, Tally)> = Vec::new();
    for (&month, tally) in &cohort.months {
        let from = month - (month.number() - 1).rem_euclid(3);
        match all.last_mut() {
            Some((last, sum)) if *last == from => *sum = sum.plus(tally),
            _ => all.push((from, *tally)),
        }
    }
    all
}

/// The log of the change from one quarter to the next, and its standard error; none with too little to tell.
pub(super) fn slope(quarters: &[(Month, Tally)]) -> Option<(f64, f64, usize)> {
    let used: Vec<&(Month, Tally)> = (quarters.iter())
        .filter(|(_, tally)| tally.maturity() >= 0.3 && tally.exposure > 0.5)
        .collect();
    let wins: f64 = used.iter().map(|(_, tally)| tally.in_time).sum();
    if used.len() < QUARTERS || wins < WINS {
        return None;
    }
    let first = used[0].0;
    let at = |exposure: &dyn Fn(&Tally) -> f64| -> Vec<(f64, f64, f64)> {
        (used.iter())
            .map(|(from, tally)| {
                let x = f64::from(*from - first) / 3.0;
                (x, tally.in_time, exposure(tally).max(0.1))
            })
            .collect()
    };
    let central = at(&|tally| tally.exposure);
    let (b, variance) = fit(&central)?;
    let drawn: Vec<f64> = (0..DRAWN)
        .filter_map(|k| fit(&at(&|tally| tally.drawn[k])).map(|(b, _)| b))
        .collect();
    let spread = drawn.iter().map(|own| (own - b).powi(2)).sum::<f64>() / drawn.len().max(1) as f64;
    Some((b, (variance + spread).sqrt(), used.len()))
}

/// The slope of a log-linear Poisson regression of (x, wins, exposure) and its variance, over-dispersion included.
fn fit(points: &[(f64, f64, f64)]) -> Option<(f64, f64)> {
    let wins: f64 = points.iter().map(|p| p.1).sum();
    let exposure: f64 = points.iter().map(|p| p.2).sum();
    let (mut a, mut b) = ((wins / exposure).ln(), 0.0);
    let mut inverse = (0.0, 0.0, 1.0);
    for _ in 0..50 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
        for &(x, y, e) in points {
            let mean = e * f64::exp(a + b * x);
            g0 += y - mean;
            g1 += x * (y - mean);
            h00 += mean;
            h01 += x * mean;
            h11 += x * x * mean;
        }
        let det = h00 * h11 - h01 * h01;
        if det <= 0.0 || !det.is_finite() {
            return None;
        }
        inverse = (h00, h01, det);
        let (da, db) = ((h11 * g0 - h01 * g1) / det, (h00 * g1 - h01 * g0) / det);
        let short = 1.0 / f64::max(1.0, da.abs().max(db.abs()));
        a += da * short;
        b += db * short;
        if da.abs() + db.abs() < 1e-9 {
            break;
        }
    }
    let pearson: f64 = (points.iter())
        .map(|&(x, y, e)| {
            let mean = e * (a + b * x).exp();
            (y - mean).powi(2) / mean.max(1e-9)
        })
        .sum();
    let wild = (pearson / (points.len() as f64 - 2.0).max(1.0)).max(1.0);
    let found = (b, wild * inverse.0 / inverse.2);
    (found.0.is_finite() && found.1.is_finite()).then_some(found)
}

/// The trends of all sources, with what may be claimed over all of them.
pub(super) fn trends(slopes: &[Option<(f64, f64, usize)>]) -> Vec<Option<Trend>> {
    let p: Vec<f64> = (slopes.iter())
        .map(|slope| slope.map_or(1.0, |(b, error, _)| p_value(b / error)))
        .collect();
    (slopes.iter().zip(claims(&p)))
        .map(|(slope, claimed)| {
            let (b, error, quarters) = (*slope)?;
            Some(Trend {
                per_quarter: Range::new(b.exp(), (b - Z80 * error).exp(), (b + Z80 * error).exp()),
                quarters,
                direction: match (claimed, b > 0.0) {
                    (false, _) => Direction::NotTold,
                    (true, true) => Direction::Better,
                    (true, false) => Direction::Worse,
                },
            })
        })
        .collect()
}

/// A quarter as it is shown.
pub(super) fn quarter_row(
    (from, tally): &(Month, Tally),
    cohort: &Cohort,
    paid: Option<(&Paid, &[(Month, f64)])>,
    aov: Option<Aov>,
    margin: f64,
) -> QuarterRow {
    let maturity = tally.maturity();
    let status = Status::of(maturity);
    let told = status != Status::TooEarly && tally.exposure > 0.5;
    let rate = ((tally.in_time + 0.5) / (tally.exposure + 1.0)).clamp(1e-9, 1.0);
    let logs = tally.drawn.map(|sum| sum.max(0.1).ln());
    let mean = logs.iter().sum::<f64>() / DRAWN as f64;
    let unsure = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / DRAWN as f64;
    let error = ((1.0 - rate) / (tally.in_time + 0.5) + unsure).sqrt();
    let around = |value: f64, error: f64| {
        Range::new(
            value,
            value * (-Z80 * error).exp(),
            value * (Z80 * error).exp(),
        )
    };
    let conversion = told.then(|| {
        let of = around(rate, error);
        Range::new(of.value, of.low, of.high.min(1.0))
    });
    let covered: Vec<Month> = (0..3)
        .map(|i| *from + i)
        .filter(|&month| paid.is_some_and(|(paid, _)| paid.covers(month)))
        .collect();
    let money = paid.filter(|_| !covered.is_empty()).map(|(_, lines)| {
        (lines.iter())
            .filter(|(month, _)| covered.contains(month))
            .map(|(_, money)| money)
            .sum::<f64>()
    });
    let bought: f64 = (covered.iter())
        .filter_map(|month| cohort.months.get(month))
        .map(|tally| tally.leads as f64)
        .sum();
    let wins = bought * rate;
    let spent = money.filter(|&money| told && money > 0.0 && wins > 0.0);
    QuarterRow {
        from: *from,
        quarter: format!("{}-Q{}", from.year(), (from.number() - 1) / 3 + 1),
        leads: tally.leads,
        won: tally.won,
        maturity,
        status,
        conversion,
        spend: money,
        cac: spent.map(|money| around(money / wins, error)),
        roi: spent.zip(aov).map(|(money, aov)| {
            let error = error.hypot(aov.error / aov.mean.max(f64::MIN_POSITIVE));
            let of = around(wins * aov.mean * margin / money, error);
            Range::new(of.value - 1.0, of.low - 1.0, of.high - 1.0)
        }),
    }
}
