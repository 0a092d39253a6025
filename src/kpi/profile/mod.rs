//! A portrait of who wins: every attribute that is known when a lead comes in, as it is and with all others held.

mod attributes;
mod judge;
mod mixed;
mod result;
mod standard;

pub use attributes::{MISSING_LEVEL, OTHER_LEVEL};
pub use result::{
    AttributeRow, ColumnLeftOut, LevelRow, Profile, ProfileError, Standing, WhyLeftOut,
};

pub(crate) use standard::{AtMix, at_same_mix};

use crate::domain::{Leads, Role};
use crate::forecast::Groups;
use crate::kpi::conversion::of_all;
use crate::kpi::cycle::{Field, Pace};
use crate::kpi::gate::{Measure, claims};
use crate::kpi::growth::Growth;
use crate::kpi::price::mean_range;
use crate::kpi::rates::Basis;
use crate::kpi::refunds::{refunds, sold};
use attributes::attributes;
use judge::{Judge, Told};

/// The portrait as of `leads.as_of`.
///
/// Conversion is completed for age. What an attribute does with the others held is learnt by a logistic regression of
/// the win within the horizon, open leads as far as they have been followed, with the effects of an attribute's levels drawn
/// towards 0 as far as they do not differ; amounts by the same on their logarithms. Only columns known at creation are used, and none
/// that looks like a leak. Claims are controlled over all that is shown (Benjamini-Hochberg, 10 %).
///
/// # Errors
/// See [`ProfileError`].
pub fn profile(leads: &Leads) -> Result<Profile, ProfileError> {
    let field = Field::new(leads)?;
    if field.all.events == 0 {
        return Err(ProfileError::NoWins);
    }
    let (columns, left_out) = attributes(leads, &field.rows);
    let amounts = amounts(&field, &field.rows);
    if columns.is_empty() {
        return Err(ProfileError::NoAttributes);
    }
    let judge = Judge::new(&field, &columns);
    let mut told: Vec<(f64, AttributeRow)> = Vec::new();
    let mut evidence: Vec<Vec<Told>> = Vec::new();
    for (a, column) in columns.iter().enumerate() {
        let judged: Vec<(LevelRow, Told)> = (0..column.levels.len())
            .map(|level| judge.level(a, level))
            .collect();
        let (levels, seen): (Vec<LevelRow>, Vec<Told>) = judged.into_iter().unzip();
        told.push((
            judge.spread(a),
            AttributeRow {
                column: column.column.clone(),
                role: column.role,
                levels,
            },
        ));
        evidence.push(seen);
    }
    claim(&mut told, &evidence);
    told.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then_with(|| a.1.column.cmp(&b.1.column))
    });
    Ok(Profile {
        as_of: leads.as_of,
        horizon_days: field.horizon,
        compared: judge.compared(),
        record_from: field.record,
        last_lead: field.last_lead(),
        leads: field.rows.len(),
        won: field.all.events,
        conversion: conversion(&field),
        aov: mean_range(&amounts).filter(|_| leads.numbers(Role::Amount).is_some()),
        priced: amounts.len(),
        refunds: refunds(leads, field.rows.iter().copied()),
        days_to_win: field.all.quantile(0.5, 5),
        attributes: told.into_iter().map(|(_, row)| row).collect(),
        left_out,
    })
}

/// P(won within the horizon) of all, as `forerun kpi` tells it.
fn conversion(field: &Field<'_>) -> Measure {
    let sources = Groups::by(field.leads, Role::Source);
    let growth = Growth::learn(field.leads, &sources, field.record);
    let basis = growth.as_ref().map(|growth| Basis {
        leads: field.leads,
        growth,
        sources: &sources,
        since: field.record,
    });
    let told = basis.and_then(|basis| of_all(&basis)?.conversion);
    told.map_or_else(
        || field.all.share(),
        |told| Measure {
            value: told.value,
            low: told.low,
            high: Some(told.high),
        },
    )
}

/// Amounts of the deals among some leads, before refunds, money.
fn amounts(field: &Field<'_>, rows: &[usize]) -> Vec<f64> {
    let prices = rows.iter().filter_map(|&row| sold(field.leads, row));
    prices.collect()
}

/// Their mean; none without.
pub(super) fn mean_amount(field: &Field<'_>, rows: &[usize]) -> Option<f64> {
    field.leads.numbers(Role::Amount)?;
    let amounts = amounts(field, rows);
    (!amounts.is_empty()).then(|| amounts.iter().sum::<f64>() / amounts.len() as f64)
}

/// What may be claimed, over all levels of all attributes: of conversion, of revenue and of the days to win, each for
/// itself.
fn claim(told: &mut [(f64, AttributeRow)], evidence: &[Vec<Told>]) {
    let flat: Vec<&Told> = evidence.iter().flatten().collect();
    let passed = |of: fn(&Told) -> Option<f64>| -> Vec<Option<f64>> {
        let known: Vec<(usize, f64)> = (flat.iter().enumerate())
            .filter_map(|(i, told)| Some((i, of(told)?)))
            .collect();
        let p_values: Vec<f64> = (known.iter())
            .map(|&(_, z)| crate::kpi::gate::p_value(z))
            .collect();
        let mut passed = vec![None; flat.len()];
        for (&(i, z), claimed) in known.iter().zip(claims(&p_values)) {
            passed[i] = claimed.then_some(z);
        }
        passed
    };
    let converts = passed(|told| told.converts);
    let earns = passed(|told| told.earns);
    let paces = passed(|told| told.sooner);
    let standing = |z: f64| {
        if z > 0.0 {
            Standing::Above
        } else {
            Standing::Below
        }
    };
    let rows = told.iter_mut().flat_map(|(_, row)| &mut row.levels);
    for (i, row) in rows.enumerate() {
        row.converts = converts[i].map(standing);
        row.earns = earns[i].map(standing);
        row.pace = paces[i].map(|z| if z > 0.0 { Pace::Faster } else { Pace::Slower });
    }
}
