//! The cheapest trial that would tell what more money does.
//!
//! A source gets 20 % more and 20 % less by turns. Each month of it tells x^2 / noise^2 of its elasticity (x: log of the
//! factor), and loses what a concave curve loses by uneven spend. What knowing the elasticity is worth: in each fifth of
//! what it may be, the split that is best there against the one that is best on the whole.

use crate::decide::budget::drawn::Drawn;
use crate::decide::budget::response::Curve;
use crate::decide::budget::result::Experiment;

/// Share by which spend goes up and down.
const SWING: f64 = 0.2;
/// Standard deviation of an elasticity that is known well enough.
const KNOWN: f64 = 0.1;
/// Longest trial, months; and months over which it has to pay.
const LONGEST: u32 = 24;
const PAYS: f64 = 12.0;
/// Parts that an elasticity is divided into.
const PARTS: usize = 5;

/// The trial that gains most beyond its cost in a year; none where none ends in two years or is worth its cost.
pub(super) fn cheapest(
    drawn: &Drawn,
    curves: &[&Curve],
    names: &[&str],
    splits: &[Vec<f64>],
) -> Option<Experiment> {
    let all = drawn.median(&splits.iter().collect::<Vec<_>>());
    (0..names.len())
        .filter_map(|source| {
            let months = months(drawn, curves[source], source)?;
            let trial = Experiment {
                source: names[source].to_owned(),
                swing: SWING,
                months,
                cost: cost(drawn, source) * f64::from(months),
                gain: gain(drawn, splits, &all, source),
            };
            let net = PAYS * trial.gain - trial.cost;
            (net > 0.0).then_some((net, trial))
        })
        .reduce(|best, other| if other.0 > best.0 { other } else { best })
        .map(|best| best.1)
}

/// Months until the elasticity is known; none where it is already, or would not be for too long.
fn months(drawn: &Drawn, curve: &Curve, source: usize) -> Option<u32> {
    let spend = drawn.same_mix[source];
    let leads = drawn.range(|draw| draw.curves[source].at(spend)).mean;
    let noise = curve.sigma().powi(2) + 1.0 / leads.max(1e-9);
    // Mean of the squared logs of the two factors, about their mean.
    let told = (0.5 * ((1.0 + SWING) / (1.0 - SWING)).ln()).powi(2) / noise;
    let wanted = KNOWN.powi(-2) - curve.elasticity().1.powi(-2);
    if wanted <= 0.0 {
        return None;
    }
    // Up and down by turns: an even number of months.
    let months = 2.0 * (wanted / told / 2.0).ceil();
    (months <= f64::from(LONGEST)).then_some(months as u32)
}

/// What uneven spend loses a month, gross margin.
fn cost(drawn: &Drawn, source: usize) -> f64 {
    let spend = drawn.same_mix[source];
    let lost = drawn.range(|draw| {
        let curve = &draw.curves[source];
        let uneven = 0.5 * (curve.at(spend * (1.0 + SWING)) + curve.at(spend * (1.0 - SWING)));
        (curve.at(spend) - uneven) * draw.worth[source] * drawn.margin
    });
    lost.mean
}

/// What knowing the elasticity of a source lets a split gain more, a month.
fn gain(drawn: &Drawn, splits: &[Vec<f64>], all: &[f64], source: usize) -> f64 {
    let mut order: Vec<usize> = (0..drawn.draws.len()).collect();
    let b = |i: usize| drawn.draws[i].curves[source].b;
    order.sort_by(|&i, &j| b(i).total_cmp(&b(j)).then(i.cmp(&j)));
    let size = order.len().div_ceil(PARTS).max(1);
    let gained: f64 = (order.chunks(size))
        .map(|part| {
            let own: Vec<&Vec<f64>> = part.iter().map(|&i| &splits[i]).collect();
            let there = drawn.median(&own);
            let more: f64 = (part.iter())
                .map(|&i| {
                    let draw = &drawn.draws[i];
                    drawn.value(draw, &there) - drawn.value(draw, all)
                })
                .sum();
            more.max(0.0)
        })
        .sum();
    gained / order.len().max(1) as f64
}
