//! From win to cash.

use crate::domain::{Column, Day, Leads, Moment, Outcome, Role};
use crate::kpi::cycle::days;
use crate::kpi::cycle::result::Cash;
use crate::kpi::incidence::{End, Incidence, Span};

/// Most days to payment that are counted.
const LONGEST: i32 = 730;
/// Fewest payments that a limit is told from, and the share of payments within it.
const LIMIT: (usize, f64) = (20, 0.9);

/// Days from win to payment; deals won and not paid count as long as they have waited. None without dates of payment.
pub(super) fn cash(leads: &Leads) -> Option<Cash> {
    let paid = paid_days(leads)?;
    let won: Vec<(usize, Day)> = (0..leads.len())
        .filter(|&row| leads.outcome[row] == Outcome::Won)
        .filter_map(|row| Some((row, leads.closed[row]?)))
        .collect();
    let spans: Vec<Span> = (won.iter())
        .map(|&(row, closed)| match paid[row] {
            // Paid before it was signed: on day 0.
            Some(day) => Span {
                days: (day - closed).max(0),
                end: End::Event,
            },
            None => Span {
                days: leads.as_of - closed,
                end: End::Open,
            },
        })
        .collect();
    let longest = (spans.iter().map(|span| span.days + 1).max()).unwrap_or(1);
    let incidence = Incidence::new(spans.iter().copied(), longest.clamp(1, LONGEST));
    let limit = incidence.quantile(LIMIT.1, LIMIT.0).map(|at| at.value);
    let unpaid: Vec<(usize, i32)> = (won.iter().zip(&spans))
        .filter(|(_, span)| span.end == End::Open)
        .map(|(&(row, _), span)| (row, span.days))
        .collect();
    let late: Vec<(usize, i32)> = (unpaid.iter().copied())
        .filter(|&(_, days)| limit.is_some_and(|limit| f64::from(days) > limit))
        .collect();
    let money = |of: &[(usize, i32)]| -> Option<f64> {
        let amounts = leads.numbers(Role::Amount)?;
        let known = of.iter().map(|&(row, _)| amounts[row]);
        Some(known.filter(|amount| amount.is_finite()).sum())
    };
    Some(Cash {
        days: days(&incidence, &spans),
        won: won.len(),
        unpaid: unpaid.len(),
        unpaid_money: money(&unpaid),
        limit,
        overdue: late.len(),
        overdue_money: money(&late),
    })
}

/// When each lead was paid; none if the project names no column of dates for it.
fn paid_days(leads: &Leads) -> Option<Vec<Option<Day>>> {
    match leads.role(Role::Paid)? {
        Column::Date(days) => Some(days.clone()),
        Column::Moment(moments) => Some(moments.iter().map(|m| m.map(Moment::day)).collect()),
        _ => None,
    }
}
