//! The day of a win inside a step of the model.
//!
//! The model says how many are won by the end of each step; the last steps are months long. Within them wins thin out
//! from day to day, as they do from step to step: with the same hazard all through, those of the fourth month came out
//! too few and those of the sixth too many. So the curve runs smoothly through the ends of the steps, rising all the way:
//! cubic pieces whose slopes are weighted harmonic means of the steps' rates (Fritsch & Butland 1984).

use crate::score::WinCurves;

/// P(won within `days` days of the landmark) of a curve: the model's own at the ends of its steps, nondecreasing, flat
/// after H.
pub(super) fn won_within(curves: &WinCurves, curve: usize, days: f64) -> f64 {
    within(curves, &curves.win, curve, days)
}

/// P(lost within `days` days of the landmark) of a curve, likewise.
pub(super) fn lost_within(curves: &WinCurves, curve: usize, days: f64) -> f64 {
    within(curves, &curves.lost, curve, days)
}

fn within(curves: &WinCurves, events: &[f64], curve: usize, days: f64) -> f64 {
    let (edges, steps) = (&curves.edges, curves.steps());
    let win = &events[curve * steps..(curve + 1) * steps];
    let length = |step: usize| f64::from(edges[step + 1] - edges[step]);
    let mut before = 0.0;
    for step in 0..steps {
        let (start, end) = (f64::from(edges[step]), f64::from(edges[step + 1]));
        if days <= start {
            break;
        }
        if days >= end {
            before += win[step];
            continue;
        }
        let rate = |step: usize| win[step] / length(step);
        let slope_at = |edge: usize| {
            if edge == 0 {
                outer(
                    (length(0), rate(0)),
                    (steps > 1).then(|| (length(1), rate(1))),
                )
            } else if edge == steps {
                let beside = (steps > 1).then(|| (length(steps - 2), rate(steps - 2)));
                outer((length(steps - 1), rate(steps - 1)), beside)
            } else {
                inner(
                    (length(edge - 1), rate(edge - 1)),
                    (length(edge), rate(edge)),
                )
            }
        };
        let (h, t) = (length(step), (days - start) / (end - start));
        let (left, right) = (slope_at(step) * h, slope_at(step + 1) * h);
        let rise = win[step] * t * t * (3.0 - 2.0 * t);
        let bend = left * t * (1.0 - t) * (1.0 - t) - right * t * t * (1.0 - t);
        return before + (rise + bend).clamp(0.0, win[step]);
    }
    before
}

/// Slope between two steps, each of a length and a rate.
fn inner((h0, r0): (f64, f64), (h1, r1): (f64, f64)) -> f64 {
    if r0 <= 0.0 || r1 <= 0.0 {
        return 0.0;
    }
    let (w0, w1) = (2.0 * h1 + h0, h1 + 2.0 * h0);
    (w0 + w1) / (w0 / r0 + w1 / r1)
}

/// Slope at an outer end of a step, next to which lies another: of the parabola through both, kept rising.
fn outer((h0, r0): (f64, f64), beside: Option<(f64, f64)>) -> f64 {
    let Some((h1, r1)) = beside else {
        return r0;
    };
    (((2.0 * h0 + h1) * r0 - h0 * r1) / (h0 + h1)).clamp(0.0, 3.0 * r0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::sample::same_curves;
    use proptest::prelude::*;

    #[test]
    fn wins_thin_out_inside_a_step() {
        let curves = same_curves(
            &[0],
            &[0, 30, 60, 180],
            &[0.12, 0.06, 0.06],
            &[0.1, 0.1, 0.1],
        );
        let at = |days: f64| won_within(&curves, 0, days);
        for (day, won) in [
            (0.0, 0.0),
            (30.0, 0.12),
            (60.0, 0.18),
            (180.0, 0.24),
            (999.0, 0.24),
        ] {
            assert!((at(day) - won).abs() < 1e-12, "{day}");
        }
        let months = [at(90.0) - at(60.0), at(150.0) - at(120.0)];
        assert!(months[0] > 1.3 * months[1], "{months:?}");
        assert!(at(15.0) > 0.06, "{}", at(15.0));
    }

    proptest! {
        #[test]
        fn it_never_falls(win in proptest::collection::vec(0.0..0.2_f64, 4), days in proptest::collection::vec(0.0..800.0_f64, 2..30)) {
            let curves = same_curves(&[0], &[0, 7, 30, 180, 730], &win, &[0.0; 4]);
            let mut days = days;
            days.sort_by(f64::total_cmp);
            let won: Vec<f64> = days.iter().map(|&day| won_within(&curves, 0, day)).collect();
            prop_assert!(won.is_sorted_by(|a, b| *a <= b + 1e-12));
        }
    }
}
