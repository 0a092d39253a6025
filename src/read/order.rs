//! Which part of dates like 03/04/2026 is the day: what a column shows of it. It is proposed, never assumed.

use crate::project::{Calendar, DateOrder};
use crate::read::dates::{self, ShownOrder};

/// Dates of one column whose order of day and month the project does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OrderEvidence {
    /// How many.
    pub(super) count: u64,
    /// The first of them.
    any: Option<String>,
    /// The first whose first part is no month.
    day_first: Option<String>,
    /// The first whose second part is no month.
    month_first: Option<String>,
}

impl OrderEvidence {
    /// Looks at a value; anything but such a date says nothing.
    pub(super) fn see(&mut self, text: &[u8], calendar: &Calendar) {
        let value = || String::from_utf8_lossy(text).into_owned();
        match dates::shown_order(text, calendar) {
            ShownOrder::NotOne => return,
            ShownOrder::Either => {}
            ShownOrder::Only(DateOrder::DayFirst) => {
                self.day_first.get_or_insert_with(value);
            }
            ShownOrder::Only(DateOrder::MonthFirst) => {
                self.month_first.get_or_insert_with(value);
            }
        }
        self.count += 1;
        self.any.get_or_insert_with(value);
    }

    /// What the column holds and what to do, to follow its name; none without such dates.
    pub(super) fn advice(&self) -> Option<String> {
        let any = self.any.as_ref()?;
        Some(match (&self.day_first, &self.month_first) {
            (Some(value), None) => {
                format!("holds dates like {value}: set `dates = \"dmy\"` under [values]")
            }
            (None, Some(value)) => {
                format!("holds dates like {value}: set `dates = \"mdy\"` under [values]")
            }
            (Some(one), Some(other)) => format!(
                "holds dates in two orders, like {one} and {other}: write all of them like 2026-07-01"
            ),
            (None, None) => format!(
                "holds dates like {any}, and none of them shows which part is the day: set `dates = \"dmy\"` or \
                 `\"mdy\"` under [values]"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(values: &[&str]) -> Option<String> {
        let calendar = Calendar {
            zone: jiff::tz::TimeZone::UTC,
            order: None,
        };
        let mut evidence = OrderEvidence::default();
        for value in values {
            evidence.see(value.as_bytes(), &calendar);
        }
        evidence.advice()
    }

    #[test]
    fn an_order_is_proposed_where_one_value_shows_it_and_none_contradicts() {
        let said = |values: &[&str]| advice(values).expect("such dates");
        assert!(
            said(&["03/04/2016", "10/20/2016"]).contains("like 10/20/2016: set `dates = \"mdy\"`")
        );
        assert!(said(&["26-02-2018 10:00", "01-02-2018"]).contains("set `dates = \"dmy\"`"));
        assert!(said(&["03/04/2016"]).contains("none of them shows"));
        assert!(
            said(&["10/20/2016", "20/10/2016"])
                .contains("two orders, like 20/10/2016 and 10/20/2016")
        );
        assert_eq!(advice(&["2016-10-20", "x", "", "30/30/2016"]), None);
    }
}
