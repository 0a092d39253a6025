//! Many possible futures of the revenue, each adding up in every direction.
//!
//! Money is held in whole cents, so that owners, sources, products and regions sum to the whole exactly, in every draw
//! and after every scaling.

use crate::domain::{Month, Role};

/// Roles by which revenue is told apart, where the project names them.
pub(crate) const SPLIT_BY: [Role; 4] = [Role::Owner, Role::Source, Role::Product, Role::Region];

/// Revenue by draw and month, as a whole and by group.
#[derive(Debug, Clone, PartialEq)]
pub struct Futures {
    /// The months, the one that contains the as-of date first.
    pub months: Vec<Month>,
    /// Number of draws.
    pub draws: usize,
    /// Cents in a unit of money: 100, fewer where amounts are astronomical (then a "cent" is that much more).
    pub cents: f64,
    /// Revenue before the as-of date in the first month, cents.
    pub booked: i64,
    /// Revenue from leads open now, cents: `open[draw * months + month]`.
    pub open: Vec<i64>,
    /// Revenue from leads yet to come, cents, likewise.
    pub new: Vec<i64>,
    /// The same by group, one for each role that the project names.
    pub splits: Vec<Split>,
}

/// The revenue of [`Futures`] told apart by one role.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// The role.
    pub role: Role,
    /// The groups, by name; `(none)` and `(others)` last, where there are such.
    pub names: Vec<String>,
    /// Revenue before the as-of date in the first month, cents, by group.
    pub booked: Vec<i64>,
    /// Revenue from leads open now, cents: `open[(draw * months + month) * groups + group]`.
    pub open: Vec<i64>,
    /// Revenue from leads yet to come, cents, likewise.
    pub new: Vec<i64>,
}

impl Futures {
    /// Money of an amount in cents.
    pub fn money(&self, cents: i64) -> f64 {
        cents as f64 / self.cents
    }

    /// Booked revenue of a month (its number in `months`), money: nothing but in the first.
    pub fn booked(&self, month: usize) -> f64 {
        if month == 0 {
            self.money(self.booked)
        } else {
            0.0
        }
    }

    /// What leads open now bring in a month, money, by draw.
    pub fn open(&self, month: usize) -> Vec<f64> {
        self.column(&self.open, month)
    }

    /// What leads yet to come bring in a month, money, by draw.
    pub fn new_leads(&self, month: usize) -> Vec<f64> {
        self.column(&self.new, month)
    }

    /// Revenue of a month, booked included, money, by draw.
    pub fn total(&self, month: usize) -> Vec<f64> {
        let booked = if month == 0 { self.booked } else { 0 };
        let n = self.months.len().max(1);
        (self.open.iter().zip(&self.new).skip(month).step_by(n))
            .map(|(open, new)| self.money(booked + open + new))
            .collect()
    }

    /// The groups by a role; none where the project does not name it.
    pub fn split(&self, role: Role) -> Option<&Split> {
        self.splits.iter().find(|split| split.role == role)
    }

    /// Revenue of a group of a split in a month, booked included, money, by draw.
    pub fn of_group(&self, split: &Split, group: usize, month: usize) -> Vec<f64> {
        let booked = if month == 0 { split.booked[group] } else { 0 };
        let (months, groups) = (self.months.len(), split.names.len());
        (0..self.draws)
            .map(|draw| {
                let at = (draw * months + month) * groups + group;
                self.money(booked + split.open[at] + split.new[at])
            })
            .collect()
    }

    /// Multiplies what is yet to come (open and new leads; what is booked stays) of each draw and month by a factor,
    /// `factors[draw * months + month]`, nonnegative, for the whole and for every group. Groups go on summing exactly; a
    /// group is off its exact multiple by a cent or two at most.
    ///
    /// Factors beyond those given are 1; one that is not finite, or negative, is taken for 1.
    pub fn scale(&mut self, factors: &[f64]) {
        for (cell, &factor) in factors.iter().enumerate().take(self.open.len()) {
            if factor == 1.0 || !factor.is_finite() || factor < 0.0 {
                continue;
            }
            let mut whole = [self.open[cell], self.new[cell]];
            share_out(&mut whole, factor);
            for split in &mut self.splits {
                let groups = split.names.len();
                let at = cell * groups..(cell + 1) * groups;
                share_to(&mut split.open[at.clone()], whole[0]);
                share_to(&mut split.new[at], whole[1]);
            }
            [self.open[cell], self.new[cell]] = whole;
        }
    }

    fn column(&self, values: &[i64], month: usize) -> Vec<f64> {
        let n = self.months.len().max(1);
        (values.iter().skip(month).step_by(n))
            .map(|&cents| self.money(cents))
            .collect()
    }
}

/// Multiplies parts by a factor so that they sum to the multiple of their sum, rounded once: each part becomes the
/// difference of the rounded running sums.
fn share_out(parts: &mut [i64], factor: f64) {
    let (mut sum, mut before) = (0_i64, 0_i64);
    for part in parts {
        sum += *part;
        let now = (sum as f64 * factor).round() as i64;
        (*part, before) = (now - before, now);
    }
}

/// Multiplies parts so that they sum to a total, their sum times a factor but for rounding.
fn share_to(parts: &mut [i64], total: i64) {
    let all: i64 = parts.iter().sum();
    let Some(last) = parts.iter().rposition(|&part| part != 0) else {
        return;
    };
    let (mut sum, mut before) = (0_i64, 0_i64);
    for part in &mut parts[..last] {
        sum += *part;
        let now = if all == 0 {
            sum
        } else {
            (total as f64 * (sum as f64 / all as f64)).round() as i64
        };
        (*part, before) = (now - before, now);
    }
    parts[last] = total - before;
}

/// Shares out a total by weights, nonnegative, in whole cents that sum to it exactly. Without weights the first part
/// takes all.
pub fn allot(total: i64, weights: &[f64]) -> Vec<i64> {
    let all: f64 = weights.iter().sum();
    let (mut parts, mut sum, mut before) = (Vec::with_capacity(weights.len()), 0.0, 0_i64);
    let last = weights
        .iter()
        .rposition(|&weight| weight > 0.0)
        .unwrap_or(0);
    for (i, weight) in weights.iter().enumerate() {
        sum += weight;
        let now = match i.cmp(&last) {
            std::cmp::Ordering::Less if all > 0.0 => (total as f64 * (sum / all)).round() as i64,
            std::cmp::Ordering::Less => 0,
            _ => total,
        };
        parts.push(now - before);
        before = now;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn futures(cells: &[Vec<i64>]) -> Futures {
        let whole = |part: usize| -> Vec<i64> {
            (cells.iter())
                .map(|cell| cell.iter().skip(part).step_by(2).sum())
                .collect()
        };
        let flat = |part: usize| -> Vec<i64> {
            (cells.iter())
                .flat_map(|cell| cell.iter().skip(part).step_by(2).copied())
                .collect()
        };
        Futures {
            months: vec![Month::new(2026, 7)],
            draws: cells.len(),
            cents: 100.0,
            booked: 7,
            open: whole(0),
            new: whole(1),
            splits: vec![Split {
                role: Role::Owner,
                names: ["a", "b", "c"].map(str::to_owned).to_vec(),
                booked: vec![0, 7, 0],
                open: flat(0),
                new: flat(1),
            }],
        }
    }

    proptest! {
        #[test]
        fn groups_sum_to_the_whole_after_any_scaling(
            cells in proptest::collection::vec(proptest::collection::vec(0..10_000_000_i64, 6), 1..20),
            factors in proptest::collection::vec(0.0..3.0_f64, 20),
        ) {
            let mut all = futures(&cells);
            let before = all.clone();
            all.scale(&factors);
            all.scale(&factors[5..]);
            let split = &all.splits[0];
            for draw in 0..all.draws {
                let at = draw * 3..draw * 3 + 3;
                prop_assert_eq!(split.open[at.clone()].iter().sum::<i64>(), all.open[draw]);
                prop_assert_eq!(split.new[at.clone()].iter().sum::<i64>(), all.new[draw]);
                prop_assert!(split.open[at].iter().all(|&cents| cents >= 0));
                let times = factors[draw] * factors.get(draw + 5).copied().unwrap_or(1.0);
                let exact = (before.open[draw] + before.new[draw]) as f64 * times;
                prop_assert!(((all.open[draw] + all.new[draw]) as f64 - exact).abs() <= 2.6);
            }
            prop_assert_eq!(all.booked, 7);
        }

        #[test]
        fn what_is_shared_out_sums_to_the_total(
            total in 0..1_000_000_000_000_i64,
            weights in proptest::collection::vec(0.0..5.0_f64, 1..12),
        ) {
            let parts = allot(total, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            let all: f64 = weights.iter().sum();
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!(*part >= 0);
                prop_assert!(all <= 0.0 || (*part as f64 - total as f64 * weight / all).abs() < 1.5);
            }
        }
    }

    #[test]
    fn without_weights_somebody_takes_it_all() {
        assert_eq!(allot(5, &[0.0, 0.0]), [5, 0]);
        assert_eq!(allot(7, &[1.0, 1.0]), [4, 3]);
        assert_eq!(allot(7, &[]), [0_i64; 0]);
    }
}
