//! What a lead of each source is worth, with draws.

use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

use crate::decide::sources::SourceRow;
use crate::forecast::gamma;
use crate::kpi::Aov;

/// Quantile of the normal distribution at 0.9.
const Z90: f64 = 1.281_552;

/// Revenue of a lead: conversion, completed for age, x average order value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Worth {
    /// Log-odds of conversion: mean and standard deviation.
    conversion: (f64, f64),
    /// None without amounts: a lead is then worth its deals.
    aov: Option<Aov>,
}

impl Worth {
    /// From the 80 % interval of conversion.
    pub(super) fn of(row: &SourceRow, aov: Option<Aov>) -> Self {
        let logit = |p: f64| {
            let p = p.clamp(1e-7, 1.0 - 1e-7);
            (p / (1.0 - p)).ln()
        };
        let (low, high) = (logit(row.conversion_low), logit(row.conversion_high));
        Self {
            conversion: (0.5 * (low + high), ((high - low) / (2.0 * Z90)).max(0.0)),
            aov,
        }
    }

    /// What a lead is worth, about.
    pub(super) fn mean(&self) -> f64 {
        let odds = self.conversion.0.exp();
        odds / (1.0 + odds) * self.aov.map_or(1.0, |aov| aov.mean)
    }

    pub(super) fn draw(&self, rng: &mut Pcg64) -> f64 {
        let normal: f64 = StandardNormal.sample(rng);
        let odds = (self.conversion.0 + self.conversion.1 * normal).exp();
        let aov = self
            .aov
            .map_or(1.0, |aov| gamma(aov.mean, aov.error * aov.error, rng));
        odds / (1.0 + odds) * aov
    }
}
