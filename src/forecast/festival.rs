//! Spring Festival moves between January and February, and so does the dip that it brings.

use crate::domain::{Day, Leads};
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

/// Says so where the months ahead hold a festival and past ones were followed by fewer leads than the weeks around.
pub(super) fn warning(leads: &Leads, span: &Span) -> Option<String> {
    let end = span.as_of + span.days();
    let years = span.as_of.month().year()..=end.month().year();
    let ahead = years
        .filter_map(first_day)
        .find(|&day| day + 7 > span.as_of && day - 3 < end)?;
    let (before, during, after) = past(leads, span.as_of);
    let expected = (before + after) * 10.0 / 40.0;
    // Clearly fewer than both before and after, or growth would look like a dip; and beyond what chance gives.
    let dips = during < 0.85 * before.min(after) * 10.0 / 20.0;
    (dips && expected >= 5.0 && during < expected - 2.0 * expected.sqrt()).then(|| {
        format!(
            "Spring Festival begins on {ahead}; around past ones {:.0} % fewer leads came in. The forecast does not move that dip with the festival: shift what you expect between {} and its neighbour by hand",
            100.0 * (1.0 - during / expected),
            ahead.month()
        )
    })
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
