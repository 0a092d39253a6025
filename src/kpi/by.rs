//! The groups of numbers by any dimension and month.

use crate::domain::{Leads, Outcome, Role};
use crate::forecast::Groups;
use crate::kpi::conversion::{GroupKpi, GroupMonth, MOST_GROUPS};
use crate::kpi::figure::Range;
use crate::kpi::level::largest;
use crate::kpi::price::{mean_of_enough, median};
use crate::kpi::rates::{Basis, Rate, rates};
use crate::kpi::refunds::sold;
use crate::kpi::results::worth;
use crate::kpi::segments::score_interval;

/// Months shown at most.
const MONTHS: i32 = 36;

/// Fewest leads of a month of a group whose conversion is shown, and the least mean share of their cycle seen.
const LEAST_LEADS: f64 = 10.0;
const MATURE: f64 = 0.5;

/// Every group, the largest revenue first; without a basis, and of groups that are written down `at_win`, no conversion is
/// told.
pub(crate) fn by_group(
    leads: &Leads,
    basis: Option<&Basis<'_>>,
    groups: &Groups,
    at_win: bool,
) -> Vec<GroupKpi> {
    let groups = largest(groups, MOST_GROUPS);
    let rates: Vec<Rate> = match basis {
        Some(basis) => rates(basis, &groups.names, |row| Some(groups.of[row]))
            .into_iter()
            .map(|rate| if at_win { rate.untold() } else { rate })
            .collect(),
        None => groups
            .names
            .iter()
            .map(|name| Rate::none(name.clone()))
            .collect(),
    };
    let priced = leads.numbers(Role::Amount).is_some();
    let months = months(leads, basis.filter(|_| !at_win), &groups);
    let mut amounts: Vec<Vec<f64>> = vec![Vec::new(); groups.len()];
    let mut revenues = vec![0.0; groups.len()];
    let (mut members, mut deals) = (vec![0_usize; groups.len()], vec![0_usize; groups.len()]);
    for row in 0..leads.len() {
        members[groups.of[row]] += 1;
        deals[groups.of[row]] += usize::from(leads.outcome[row] == Outcome::Won);
        revenues[groups.of[row]] += worth(leads, row).unwrap_or(0.0);
        amounts[groups.of[row]].extend(sold(leads, row));
    }
    let all: f64 = revenues.iter().sum();
    let mut rows: Vec<GroupKpi> = (rates.into_iter().zip(months).enumerate())
        .filter(|(group, _)| members[*group] > 0)
        .map(|(group, (rate, months))| {
            let own = &mut amounts[group];
            let revenue = revenues[group];
            GroupKpi {
                rate,
                deals: deals[group],
                revenue,
                revenue_share: if all > 0.0 { revenue / all } else { 0.0 },
                aov: mean_of_enough(own).filter(|_| priced),
                median: median(own).filter(|_| priced),
                months,
            }
        })
        .collect();
    rows.sort_by(|a, b| {
        b.revenue
            .total_cmp(&a.revenue)
            .then_with(|| a.rate.name.cmp(&b.rate.name))
    });
    rows
}

fn months(leads: &Leads, basis: Option<&Basis<'_>>, groups: &Groups) -> Vec<Vec<GroupMonth>> {
    let last = (leads.as_of - 1).month();
    let first = leads
        .created
        .iter()
        .chain(&leads.closed)
        .copied()
        .flatten()
        .min();
    let first = first
        .map_or(last, crate::domain::Day::month)
        .max(last - (MONTHS - 1))
        .min(last);
    let n = (last - first + 1) as usize;
    let blank = |i: usize| GroupMonth {
        month: first + i as i32,
        leads: 0,
        deals: 0,
        revenue: 0.0,
        judged: 0,
        conversion: None,
    };
    let mut table: Vec<Vec<GroupMonth>> = vec![(0..n).map(blank).collect(); groups.len()];
    let mut seen = vec![vec![(0.0, 0.0, 0.0, 0.0); n]; groups.len()];
    for row in 0..leads.len() {
        let of = groups.of[row];
        let at = |day: Option<crate::domain::Day>| {
            usize::try_from(day?.month() - first)
                .ok()
                .filter(|&m| m < n)
        };
        if let Some(m) = at(leads.created[row]) {
            table[of][m].leads += 1;
            if let Some((basis, age)) = basis.and_then(|basis| Some((basis, basis.age(row)?))) {
                let sum = &mut seen[of][m];
                sum.0 += f64::from(u8::from(basis.growth.won_in_time(leads, row)));
                sum.1 += basis.exposure(row, age);
                sum.2 += basis.share(row, age);
                sum.3 += 1.0;
            }
        }
        if let Some(m) = at(leads.closed[row]).filter(|_| leads.outcome[row] == Outcome::Won) {
            table[of][m].deals += 1;
            table[of][m].revenue += worth(leads, row).unwrap_or(0.0);
        }
    }
    for (months, seen) in table.iter_mut().zip(seen) {
        for (month, (won, exposure, cycle, n)) in months.iter_mut().zip(seen) {
            month.judged = n as usize;
            let told = n >= LEAST_LEADS && cycle >= MATURE * n && exposure > 0.0;
            month.conversion = told
                .then(|| score_interval(won.min(exposure), exposure))
                .flatten()
                .map(|(value, low, high)| Range::new(value, low, high));
        }
    }
    table
}
