//! When the money comes back.

use crate::decide::sources::result::Payback;

/// The days by which `needed` of all wins within H have come, H days being seen as `growth` (0 to H); infinite where more
/// than all are needed.
pub(super) fn days(growth: &[f64], needed: f64) -> f64 {
    if needed.is_nan() || needed > 1.0 {
        return f64::INFINITY;
    }
    growth.partition_point(|&come| come < needed - 1e-12) as f64
}

/// From the days of draws, none of them NaN.
pub(super) fn payback(mut draws: Vec<f64>) -> Option<Payback> {
    draws.sort_by(f64::total_cmp);
    let last = draws.len().checked_sub(1)?;
    let at = |p: f64| {
        let days = draws[(p * last as f64).round() as usize];
        days.is_finite().then_some(days)
    };
    let never = draws.iter().filter(|days| days.is_infinite()).count();
    Some(Payback {
        days: at(0.5),
        low: at(0.1),
        high: at(0.9),
        never: never as f64 / draws.len() as f64,
    })
}
