//! Spring Festival moves between January and February, and so does the dip that it brings.

use crate::domain::{Day, Leads, Month};
use crate::forecast::span::Span;

/// First day of Spring Festival (Chinese lunar new year) by year, 2015 to 2040: month, day.
const FIRST_DAYS: [(i8, i8); 26] = [
    (2, 19),
    (2, 8),
    (1, 28),
    (2, 16),
    (2, 5),
    (1, 25),
    (2, 12),
    (2, 1),
    (1, 22),
    (2, 10),
    (1, 29),
    (2, 17),
    (2, 6),
    (1, 26),
    (2, 13),
    (2, 3),
    (1, 23),
    (2, 11),
    (1, 31),
    (2, 19),
    (2, 8),
    (1, 28),
    (2, 15),
    (2, 4),
    (1, 24),
    (2, 12),
];

/// First day of the festival in a year; none outside 2015-2040.
fn first_day(year: i32) -> Option<Day> {
    let (month, day) = *FIRST_DAYS.get(usize::try_from(year - 2015).ok()?)?;
    Day::from_ymd(year as i16, month, day)
}

/// Share of the days of a month that lie around Spring Festival: from a week before its first day to ten days after it.
pub(super) fn share(month: Month) -> f64 {
    let (from, to) = (month.first_day(), (month + 1).first_day());
    let near = |first: Day| ((first + 11).min(to) - (first - 7).max(from)).max(0);
    let days: i32 = first_day(month.year()).map_or(0, near);
    f64::from(days) / f64::from(to - from)
}

/// Says so where the months ahead hold a festival and past ones were followed by fewer leads than the weeks around.
pub(super) fn warning(leads: &Leads, span: &Span) -> Option<String> {
    let end = span.as_of + span.days();
    let years = span.as_of.month().year()..=end.month().year();
    let ahead = years
        .filter_map(first_day)
        .find(|&day| day + 7 > span.as_of && day - 3 < end)?;
    let dip = dip(leads, span.as_of)?;
    Some(format!(
        "Spring Festival begins on {ahead}; around past ones {:.0} % fewer leads came in. The number of new leads is forecast with such a dip; that fewer deals close in those days, and more after them, is not in the forecast",
        100.0 * dip
    ))
}

/// The share of leads that was missing around past festivals; none where the data shows no dip.
pub(super) fn dip(leads: &Leads, as_of: Day) -> Option<f64> {
    let (before, during, after) = past(leads, as_of);
    let expected = (before + after) * 10.0 / 40.0;
    // Clearly fewer than both before and after, or growth would look like a dip; and beyond what chance gives.
    let dips = during < 0.85 * before.min(after) * 10.0 / 20.0;
    (dips && expected >= 5.0 && during < expected - 2.0 * expected.sqrt())
        .then(|| 1.0 - during / expected)
}

/// Leads in the 20 days from 30 before past festivals on, the ten from three before, and the 20 from 15 after.
fn past(leads: &Leads, as_of: Day) -> (f64, f64, f64) {
    let mut sums = (0.0, 0.0, 0.0);
    let oldest = leads.created.iter().copied().flatten().min();
    let festivals: Vec<Day> = (2015..=as_of.month().year())
        .filter_map(first_day)
        .filter(|&day| oldest.is_some_and(|oldest| oldest <= day - 30) && day + 35 <= as_of)
        .collect();
    for created in leads.created.iter().copied().flatten() {
        for &festival in &festivals {
            match created - festival {
                -30..=-11 => sums.0 += 1.0,
                -3..=6 => sums.1 += 1.0,
                15..=34 => sums.2 += 1.0,
                _ => {}
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Outcome;
    use crate::forecast::sample::{LeadsBuilder, day};

    fn leads(during: bool) -> Leads {
        let mut builder = LeadsBuilder::new("2026-11-01");
        for i in 0..400 {
            let created = day("2025-11-01") + i / 2;
            let quiet = (-3..=6).contains(&(created - day("2026-02-17")));
            if during || !quiet {
                builder = builder.push(Some(created), None, Outcome::Open);
            }
        }
        builder.build()
    }

    #[test]
    fn a_festival_at_the_turn_of_a_month_is_in_both() {
        // 2025-01-29: from January 22 to February 8.
        assert!((share(Month::new(2025, 1)) - 10.0 / 31.0).abs() < 1e-12);
        assert!((share(Month::new(2025, 2)) - 8.0 / 28.0).abs() < 1e-12);
        assert_eq!(share(Month::new(2025, 3)), 0.0);
    }

    #[test]
    fn it_speaks_only_of_a_dip_that_the_data_shows() {
        let as_of = day("2026-11-01");
        let message = warning(&leads(false), &Span::new(as_of, 6)).expect("a dip");
        assert!(
            message.contains("2027-02-06") && message.contains("100 %"),
            "{message}"
        );
        assert!(warning(&leads(true), &Span::new(as_of, 6)).is_none());
        assert!(
            warning(&leads(false), &Span::new(as_of, 2)).is_none(),
            "not ahead"
        );
    }
}
