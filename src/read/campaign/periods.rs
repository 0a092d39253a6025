//! The periods of a campaign file: days, weeks, months, told from the dates themselves.

use crate::domain::{Campaign, Day};
use crate::read::log::Log;

/// Periods found.
pub(super) struct Periods {
    first: Day,
    step: i32,
    monthly: bool,
    pub(super) count: usize,
    pub(super) end: Day,
}

impl Periods {
    /// From all the days of a file; none without any.
    pub(super) fn of(days: &[Day]) -> Option<Self> {
        let mut days = days.to_vec();
        days.sort_unstable();
        days.dedup();
        let (&first, &last) = (days.first()?, days.last()?);
        let gaps = || days.windows(2).map(|pair| pair[1] - pair[0]);
        let monthly = days.len() > 1
            && gaps().all(|gap| gap >= 28)
            && days
                .iter()
                .all(|day| day.day_of_month() == first.day_of_month());
        if monthly {
            let count = (last.month() - first.month()) as usize + 1;
            let next = (last.month() + 1).first_day();
            return Some(Self {
                first,
                step: 30,
                monthly,
                count,
                end: next + (first.day_of_month() - 1),
            });
        }
        // A single day is a day; else the step that all gaps are multiples of.
        let step = gaps().fold(0, gcd).max(1);
        Some(Self {
            first,
            step,
            monthly,
            count: ((last - first) / step) as usize + 1,
            end: last + step,
        })
    }

    /// The period of a day.
    pub(super) fn at(&self, day: Day) -> usize {
        let place = if self.monthly {
            day.month() - self.first.month()
        } else {
            (day - self.first) / self.step
        };
        place.max(0) as usize
    }

    /// Whether the period that starts on a day was over at `as_of`.
    pub(super) fn over(&self, day: Day, as_of: Option<Day>) -> bool {
        let days = if self.monthly {
            day.month().days()
        } else {
            self.step
        };
        as_of.is_none_or(|as_of| day + days <= as_of)
    }

    pub(super) fn into(self, campaign: &mut Campaign) {
        campaign.first = Some(self.first);
        campaign.step = self.step;
        campaign.periods = self.count;
        campaign.end = Some(self.end);
    }
}

/// Says how many rows the as-of date leaves out.
pub(super) fn note_left_out(rows: usize, as_of: Option<Day>, log: &mut Log) {
    if let (1.., Some(as_of)) = (rows, as_of) {
        let message = format!(
            "Rows of periods that were not over at {as_of}: {rows}. They are left out; a date is taken as the first day of its \
             period."
        );
        log.note("channels-left-out", None, message);
    }
}

fn gcd(a: i32, b: i32) -> i32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(days: &[&str]) -> Periods {
        let days: Vec<Day> = days.iter().map(|day| day.parse().expect("a day")).collect();
        Periods::of(&days).expect("days")
    }

    #[test]
    fn days_weeks_and_months_are_told_apart() {
        let daily = of(&["2026-01-01", "2026-01-02", "2026-01-05"]);
        assert_eq!((daily.step, daily.count), (1, 5));
        let weekly = of(&["2026-01-05", "2026-01-12", "2026-01-26"]);
        assert_eq!((weekly.step, weekly.count), (7, 4));
        assert_eq!(weekly.end.to_string(), "2026-02-02");
        let monthly = of(&["2026-01-01", "2026-02-01", "2026-04-01"]);
        assert_eq!((monthly.step, monthly.count), (30, 4));
        assert_eq!(monthly.end.to_string(), "2026-05-01");
        assert_eq!(monthly.at("2026-04-01".parse().expect("a day")), 3);
        assert!(!monthly.over(
            "2026-04-01".parse().expect("a day"),
            "2026-04-30".parse().ok()
        ));
        assert_eq!(of(&["2026-01-05"]).step, 1);
        assert!(Periods::of(&[]).is_none());
    }
}
