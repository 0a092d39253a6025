//! The months ahead, in days from the as-of date.

use crate::domain::{Day, Month};

/// The months of a forecast, the one that contains the as-of date first.
#[derive(Debug, Clone)]
pub(super) struct Span {
    /// As-of date.
    pub(super) as_of: Day,
    /// The months, in order.
    pub(super) months: Vec<Month>,
}

impl Span {
    pub(super) fn new(as_of: Day, months: usize) -> Self {
        let first = as_of.month();
        Self {
            as_of,
            months: (0..months.max(1)).map(|i| first + i as i32).collect(),
        }
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
