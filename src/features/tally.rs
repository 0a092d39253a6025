//! How many leads of each outcome have a value, month of creation by month.

use std::collections::BTreeMap;

use crate::domain::{Column, Leads, Outcome};

/// The month of creation of each lead, as a small number; leads without `created` share one.
pub(super) struct Months {
    of: Vec<u32>,
    count: usize,
}

impl Months {
    pub(super) fn new(leads: &Leads) -> Self {
        let mut places: BTreeMap<Option<i32>, u32> = BTreeMap::new();
        let mut last = (None, None);
        let of = leads.created.iter().map(|&day| {
            // Leads are sorted by creation: the day before was most often the same.
            if let (same, Some(place)) = last
                && same == day
            {
                return place;
            }
            let month = day.map(|day| day.month().year() * 12 + day.month().number());
            let next = places.len() as u32;
            let place = *places.entry(month).or_insert(next);
            last = (day, Some(place));
            place
        });
        let of: Vec<u32> = of.collect();
        Self {
            count: places.len(),
            of,
        }
    }
}

/// Leads, and those among them without a value, by month and outcome (open, won, lost).
pub(super) struct Tally(Vec<[[f64; 2]; 3]>);

/// Shares of missing values of two kinds of leads, compared within the months that they were created in.
pub(super) struct Gap {
    /// Months with both kinds count by the smaller (Mantel-Haenszel weights); their sum.
    pub(super) weight: f64,
    /// Share missing of either kind.
    pub(super) missing: [f64; 2],
    /// Their difference in standard errors.
    pub(super) z: f64,
}

impl Tally {
    /// Of the leads that `of` takes.
    pub(super) fn new(
        leads: &Leads,
        months: &Months,
        column: &Column,
        of: impl Fn(usize) -> bool,
    ) -> Self {
        let mut cells = vec![[[0.0; 2]; 3]; months.count];
        for row in (0..leads.len()).filter(|&row| of(row)) {
            let outcome = match leads.outcome[row] {
                Outcome::Open => 0,
                Outcome::Won => 1,
                Outcome::Lost => 2,
            };
            let cell = &mut cells[months.of[row] as usize][outcome];
            cell[0] += 1.0;
            cell[1] += f64::from(u8::from(column.is_missing(row)));
        }
        Self(cells)
    }

    /// Leads of an outcome (0 open, 1 won, 2 lost) in all months, and those with a value.
    pub(super) fn filled(&self, outcome: usize) -> (usize, usize) {
        let sum = self.0.iter().fold([0.0, 0.0], |sum, month| {
            [sum[0] + month[outcome][0], sum[1] + month[outcome][1]]
        });
        (sum[0] as usize, (sum[0] - sum[1]) as usize)
    }

    /// Open leads against closed ones.
    pub(super) fn open_and_closed(&self) -> Gap {
        gap(self
            .0
            .iter()
            .map(|[open, won, lost]| [*open, [won[0] + lost[0], won[1] + lost[1]]]))
    }

    /// Open leads against won ones.
    pub(super) fn open_and_won(&self) -> Gap {
        gap(self.0.iter().map(|[open, won, _]| [*open, *won]))
    }
}

fn gap(months: impl Iterator<Item = [[f64; 2]; 2]>) -> Gap {
    let (mut weight, mut gap, mut variance, mut missing) = (0.0, 0.0, 0.0, [0.0, 0.0]);
    for [a, b] in months {
        if a[0] < 1.0 || b[0] < 1.0 {
            continue;
        }
        let w = a[0] * b[0] / (a[0] + b[0]);
        let (pa, pb) = (a[1] / a[0], b[1] / b[0]);
        let p = (a[1] + b[1]) / (a[0] + b[0]);
        weight += w;
        gap += w * (pa - pb);
        missing = [missing[0] + w * pa, missing[1] + w * pb];
        variance += w * p * (1.0 - p);
    }
    Gap {
        weight,
        missing: missing.map(|sum: f64| sum / f64::max(weight, 1e-300)),
        z: gap / f64::max(variance, 1e-300).sqrt(),
    }
}

impl Gap {
    /// Whether the shares differ by at least so much, and by more than chance.
    pub(super) fn is_wide(&self, least: f64) -> bool {
        let wide = (self.missing[0] - self.missing[1]).abs() >= least;
        self.weight >= 10.0 && wide && self.z.abs() > 4.0
    }
}
