//! Tested snapshots, and which of them tell of the same thing.

use std::collections::BTreeMap;

use crate::domain::{Day, Leads};
use crate::score::Warning;
use crate::score::evaluate::Prediction;

/// What was predicted, and how.
#[derive(Debug)]
pub(super) struct Tested {
    /// By origin, day and row.
    pub(super) predictions: Vec<Prediction>,
    /// The origins; none for undated data.
    pub(super) origins: Vec<Origin>,
    /// Days ahead; none for undated data.
    pub(super) days_ahead: Option<i32>,
    /// What was noticed.
    pub(super) warnings: Vec<Warning>,
}

/// A model of the past.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// As of which it was learnt.
    pub(super) day: Day,
    /// Last snapshot judged.
    pub(super) until: Day,
    /// Wins known then.
    pub(super) won: usize,
    /// Half-life chosen then.
    pub(super) half_life: Option<f64>,
    /// Whether the segment was a feature.
    pub(super) segment: bool,
}

/// Probabilities and outcomes of snapshots, with the lead of each, and the stretch of 90 days of that lead's life:
/// snapshots of one stretch share most of the days that they look ahead, so that they tell of one outcome.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    pub(super) p: Vec<f64>,
    pub(super) won: Vec<bool>,
    /// Position of the lead, 0 .. `leads`.
    pub(super) lead: Vec<usize>,
    /// Position of the stretch, 0 .. `stretches`.
    pub(super) stretch: Vec<usize>,
    pub(super) leads: usize,
    pub(super) stretches: usize,
}

impl Sample {
    /// The model's probabilities of the snapshots at these positions.
    pub(super) fn of(
        predictions: &[Prediction],
        days_ahead: Option<i32>,
        positions: impl IntoIterator<Item = usize>,
    ) -> Self {
        // Predictions come by origin and day: the first has the first day.
        let first = predictions.first().and_then(|one| one.day);
        let stretch = |one: &Prediction| match (one.day, first, days_ahead) {
            (Some(day), Some(first), Some(ahead)) => (day - first) / ahead.max(1),
            _ => 0,
        };
        let (mut leads, mut stretches) = (BTreeMap::new(), BTreeMap::new());
        let mut sample = Self::default();
        for one in positions.into_iter().filter_map(|i| predictions.get(i)) {
            let (known, of_life) = (leads.len(), stretches.len());
            sample.p.push(one.p);
            sample.won.push(one.won);
            sample.lead.push(*leads.entry(one.row).or_insert(known));
            let key = (one.row, stretch(one));
            sample
                .stretch
                .push(*stretches.entry(key).or_insert(of_life));
        }
        (sample.leads, sample.stretches) = (leads.len(), stretches.len());
        sample
    }

    pub(super) fn len(&self) -> usize {
        self.p.len()
    }

    pub(super) fn wins(&self) -> usize {
        self.won.iter().filter(|&&won| won).count()
    }

    /// Sums of `values` over the snapshots of each lead.
    pub(super) fn by_lead(&self, values: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut sums = vec![0.0; self.leads];
        for (i, &lead) in self.lead.iter().enumerate() {
            sums[lead] += values(i);
        }
        sums
    }

    /// Positions by rising probability; ties in the order of the leads.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by(|&a, &b| self.p[a].total_cmp(&self.p[b]));
        order
    }
}

/// The number of distinct owners of these rows; 1 without an owner column.
pub(super) fn owners(leads: &Leads, rows: impl Iterator<Item = usize>) -> usize {
    let Some(owner) = leads.text(crate::domain::Role::Owner) else {
        return 1;
    };
    let distinct: std::collections::BTreeSet<u32> = rows.map(|row| owner.codes[row]).collect();
    distinct.len().max(1)
}
