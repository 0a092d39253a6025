//! How the month has to go: what is to be booked by when.

use serde::Serialize;

use crate::decide::target::reach;
use crate::domain::{Day, Probability};
use crate::forecast::{Prospect, quantile};

/// Marks in a month.
const MARKS: i32 = 5;

/// Where the month should stand on the evening of a day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DayMark {
    /// The day.
    pub day: Day,
    /// Booked by its evening with even odds, money.
    pub expected: f64,
    /// What has to be booked by then for even odds of the target, if the rest of the month goes as forecast today, money.
    pub needed: f64,
    /// P(the target is reached), if what is expected is booked by then.
    pub p_if_expected: Probability,
}

/// Days from one day up to, but without, another; and those of them from Monday to Friday.
pub(super) fn left(from: Day, to: Day) -> (i32, i32) {
    let days = (to - from).max(0);
    let working = (0..days).filter(|&day| (from + day).weekday() < 5).count();
    (days, working as i32)
}

/// Marks over the days left of the month that contains the as-of date; none for other months, nor on its last day.
///
/// Given what is booked by a day, the target is reached if the rest of the month brings what is missing; the rest is that
/// of the draws, so more booked never makes the target less likely.
pub(super) fn marks(prospect: &Prospect, as_of: Day, days_left: i32, target: f64) -> Vec<DayMark> {
    let step = if days_left > 14 {
        7
    } else {
        (days_left + MARKS) / MARKS
    };
    let days: Vec<i32> = (1..=MARKS)
        .map(|i| i * step.max(1))
        .filter(|&day| day < days_left)
        .collect();
    let total = prospect.futures.total(prospect.number);
    (prospect.redraw.by_day(&days).into_iter().zip(days))
        .map(|(mut booked, day)| {
            let mut rest: Vec<f64> = total.iter().zip(&booked).map(|(t, b)| t - b).collect();
            rest.sort_by(f64::total_cmp);
            booked.sort_by(f64::total_cmp);
            let expected = quantile(&booked, 0.5);
            DayMark {
                day: as_of + (day - 1),
                expected,
                needed: (target - quantile(&rest, 0.5)).max(0.0),
                p_if_expected: reach(&rest, target - expected),
            }
        })
        .collect()
}
