//! Money paid for each source, over the complete months that it covers.

use std::collections::BTreeMap;

use crate::domain::{Month, SpendLine};

/// What was paid for a source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Paid {
    /// Money, over the months below.
    pub(super) money: f64,
    /// First month that spend is known of, and the last complete one.
    pub(super) from: Month,
    pub(super) to: Month,
}

impl Paid {
    /// Whether the leads of a month are among those that the money paid for.
    pub(super) fn covers(&self, month: Month) -> bool {
        (self.from..=self.to).contains(&month)
    }
}

/// Money by source, over the source's months from its first line to its last one before `this_month`, which is not over.
/// A month between without a line cost nothing. Also the money left out because its month is not over.
pub(super) fn by_source(lines: &[SpendLine], this_month: Month) -> (BTreeMap<&str, Paid>, f64) {
    let mut paid: BTreeMap<&str, Paid> = BTreeMap::new();
    let mut left_out = 0.0;
    for line in lines {
        if line.month >= this_month {
            left_out += line.spend;
            continue;
        }
        let entry = paid.entry(&line.source).or_insert(Paid {
            money: 0.0,
            from: line.month,
            to: line.month,
        });
        entry.money += line.spend;
        entry.from = entry.from.min(line.month);
        entry.to = entry.to.max(line.month);
    }
    (paid, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_that_are_not_over_are_left_out() {
        let line = |month: i32, source: &str, spend| SpendLine {
            month: Month::new(2026, month),
            source: source.to_owned(),
            spend,
            visits: None,
            clicks: None,
        };
        let lines = [
            line(3, "a", 10.0),
            line(1, "a", 5.0),
            line(7, "a", 100.0),
            line(7, "b", 1.0),
        ];
        let (paid, left_out) = by_source(&lines, Month::new(2026, 7));
        assert_eq!(left_out, 101.0);
        assert_eq!(paid.len(), 1);
        let a = paid["a"];
        assert_eq!(a.money, 15.0);
        assert!(a.covers(Month::new(2026, 2)) && !a.covers(Month::new(2026, 4)));
    }
}
