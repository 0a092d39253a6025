//! What a won lead brings: E[amount, given won], and the spread around it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Column, Leads, Outcome, Role};
use crate::features::Code;

/// A product of factors, one a level of each feature that stands still, times a base: a plain mean or a share of what
/// the lead says it will spend.
///
/// Factors are the minimum-bias ones of insurance rating (Bailey and Simon 1960): for each level, expected sums equal
/// realised sums, but for the shrinkage of levels with few wins (Bühlmann credibility). Sums, never logs: the mean of a
/// skewed amount is what a forecast needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AmountModel {
    /// Expected amount where nothing else is known, money, at the level of late.
    pub(super) mean: f64,
    /// Realised / stated amount, where that is the better base, at the level of late.
    pub(super) of_stated: Option<f64>,
    /// By feature of the recipe: a factor for each code; empty for features that are not used.
    pub(super) factors: Vec<Vec<f64>>,
    /// Factors of source and product, where they are no features.
    pub(super) others: Vec<Other>,
    /// On what a lead states: a factor for the stage that it is in, by name; 1 for stages that are not in it.
    pub(super) by_stage: BTreeMap<String, f64>,
    /// Realised / expected of the wins, sorted, mean 1; drawn together where there are many, with the same mean and, but
    /// for the rarest extremes, the same variance.
    pub(crate) ratios: Vec<f64>,
    /// The same by source or by product, where they clearly differ.
    pub(super) spread: Option<Spread>,
    /// Wins learnt from.
    pub(super) wins: usize,
}

/// Factors by the texts of a column; 1 for texts that are not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Other {
    pub(super) column: String,
    pub(super) factors: BTreeMap<String, f64>,
}

/// Realised / expected by the texts of a column, each sorted and with mean 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Spread {
    pub(super) column: String,
    pub(super) ratios: BTreeMap<String, Vec<f64>>,
}

impl AmountModel {
    /// E[amount, given won] of a lead, money: of an open one in the stage that it is in as of `leads.as_of`. `codes` are
    /// those of the lead.
    pub(crate) fn expected(&self, leads: &Leads, row: usize, codes: &[Code]) -> f64 {
        let stage = if leads.outcome[row] == Outcome::Open {
            self.stage_factor(leads, row)
        } else {
            1.0
        };
        stage * self.at_creation(leads, row, codes)
    }

    /// The same as the lead comes in, in no stage yet.
    pub(crate) fn at_creation(&self, leads: &Leads, row: usize, codes: &[Code]) -> f64 {
        let stated = leads.numbers(Role::StatedAmount).map(|stated| stated[row]);
        let others: f64 = (self.others.iter())
            .map(|other| {
                let text = text_of(leads, &other.column, row);
                text.and_then(|text| other.factors.get(text))
                    .copied()
                    .unwrap_or(1.0)
            })
            .product();
        others * self.of_codes(stated, codes)
    }

    /// The same by what the lead says that it will spend (NaN: it does not say) and by its codes alone.
    pub(crate) fn of_codes(&self, stated: Option<f64>, codes: &[Code]) -> f64 {
        let stated = self.of_stated.zip(stated);
        let base = stated
            .map(|(share, stated)| stated * share)
            .filter(|&base| base > 0.0)
            .unwrap_or(self.mean);
        self.factors
            .iter()
            .zip(codes)
            .fold(base, |amount, (factors, &code)| {
                amount * factors.get(code.nearest() as usize).copied().unwrap_or(1.0)
            })
    }

    /// What the stage of a lead says of the amount that it states; 1 where it states none.
    fn stage_factor(&self, leads: &Leads, row: usize) -> f64 {
        let stated = leads.numbers(Role::StatedAmount);
        let states = self.of_stated.is_some() && stated.is_some_and(|stated| stated[row] > 0.0);
        let stage = leads
            .stages
            .as_ref()
            .filter(|_| states && !self.by_stage.is_empty());
        stage
            .and_then(|stages| {
                let (stage, _) = stages.stage_as_of(row, leads.as_of)?;
                self.by_stage
                    .get(stages.names.get(stage as usize)?)
                    .copied()
            })
            .unwrap_or(1.0)
    }

    /// The lists of realised / expected to draw from, that of all first, and by row of the leads which of them is its
    /// own.
    pub(crate) fn spreads(&self, leads: &Leads) -> (Vec<&[f64]>, Vec<usize>) {
        let mut lists = vec![self.ratios.as_slice()];
        let Some(spread) = &self.spread else {
            return (lists, vec![0; leads.len()]);
        };
        let place: BTreeMap<&str, usize> = (spread.ratios.keys().enumerate())
            .map(|(i, text)| (text.as_str(), i + 1))
            .collect();
        lists.extend(spread.ratios.values().map(Vec::as_slice));
        let of = |row| text_of(leads, &spread.column, row).and_then(|text| place.get(text));
        let of = (0..leads.len()).map(|row| of(row).copied().unwrap_or(0));
        (lists, of.collect())
    }
}

/// What a column of texts says of a lead.
pub(super) fn text_of<'a>(leads: &'a Leads, column: &str, row: usize) -> Option<&'a str> {
    match leads.table.get(column)? {
        Column::Text(category) => category.get(row),
        _ => None,
    }
}

#[cfg(test)]
#[path = "amount_tests.rs"]
mod tests;
