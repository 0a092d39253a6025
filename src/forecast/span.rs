//! The months ahead, in days from the as-of date.

use crate::domain::{Day, Leads, Month, Outcome};
use crate::forecast::calendar::Pace;

/// The months of a forecast, the one that contains the as-of date first.
#[derive(Debug, Clone)]
pub(super) struct Span {
    /// As-of date.
    pub(super) as_of: Day,
    /// The months, in order.
    pub(super) months: Vec<Month>,
    /// What each day is worth: of new leads, ...
    pub(super) new: Pace,
    /// ... and of wins.
    pub(super) wins: Pace,
}

impl Span {
    pub(super) fn new(as_of: Day, months: usize) -> Self {
        let first = as_of.month();
        Self {
            as_of,
            months: (0..months.max(1)).map(|i| first + i as i32).collect(),
            new: Pace::even(),
            wins: Pace::even(),
        }
    }

    /// The same months, with what their days are worth learned from the past.
    pub(super) fn paced(self, leads: &Leads) -> Self {
        let created = leads.created.iter().copied().flatten();
        let closed = (leads.outcome.iter().zip(&leads.closed))
            .filter(|(outcome, _)| **outcome == Outcome::Won)
            .filter_map(|(_, closed)| *closed);
        Self {
            new: Pace::learn(created, self.as_of),
            wins: Pace::learn(closed, self.as_of),
            ..self
        }
    }

    /// Days of average working time until the end of a month: what the curves of wins run on.
    pub(super) fn worked(&self, month: usize) -> f64 {
        let end = (self.months[month] + 1).first_day();
        self.wins.worked(self.as_of, end)
    }

    /// Number of months.
    pub(super) fn len(&self) -> usize {
        self.months.len()
    }

    /// The part of a month that lies ahead, days from the as-of date: from the first up to, but without, the second.
    pub(super) fn window(&self, month: usize) -> (i32, i32) {
        let month = self.months[month];
        let from = (month.first_day() - self.as_of).max(0);
        (from, (month + 1).first_day() - self.as_of)
    }

    /// Days until the end of the last month.
    pub(super) fn days(&self) -> i32 {
        self.window(self.len() - 1).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_month_is_what_is_left_of_it() {
        let as_of = Day::from_ymd(2026, 2, 11).expect("a day");
        let span = Span::new(as_of, 3);
        assert_eq!(span.window(0), (0, 18));
        assert_eq!(span.window(1), (18, 49));
        assert_eq!(span.days(), 79);
        let span = Span::new(Day::from_ymd(2026, 3, 1).expect("a day"), 0);
        assert_eq!((span.len(), span.window(0)), (1, (0, 31)));
    }
}
