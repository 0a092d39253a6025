//! What a split brings in each draw of what is believed.

use crate::decide::budget::response::Power;
use crate::decide::budget::result::Range;
use crate::decide::budget::split::{Choice, best, fill};
use crate::forecast::quantile;

/// A belief drawn: of each source that may move, its curve and what one of its leads brings before margin.
#[derive(Debug, Clone)]
pub(in crate::decide) struct Draw {
    pub(in crate::decide) curves: Vec<Power>,
    pub(in crate::decide) worth: Vec<f64>,
}

/// All draws, and what the sources may get.
#[derive(Debug, Clone)]
pub(in crate::decide) struct Drawn {
    pub(in crate::decide) draws: Vec<Draw>,
    /// Money at the same mix.
    pub(in crate::decide) same_mix: Vec<f64>,
    pub(in crate::decide) bounds: f64,
    /// Least money of each source, so that it goes on telling; within the bounds.
    pub(in crate::decide) floor: f64,
    /// Margin; 1 where returns are deals.
    pub(in crate::decide) margin: f64,
}

impl Drawn {
    fn choices(&self, draw: &Draw) -> Vec<Choice> {
        (draw.curves.iter().zip(&draw.worth))
            .zip(&self.same_mix)
            .map(|((curve, worth), same)| {
                let high = same * (1.0 + self.bounds);
                Choice {
                    scale: curve.a * worth * self.margin,
                    b: curve.b,
                    low: (same * (1.0 - self.bounds)).max(self.floor).min(high),
                    high,
                }
            })
            .collect()
    }

    fn total(&self) -> f64 {
        self.same_mix.iter().sum()
    }

    /// The best split of each draw.
    pub(in crate::decide) fn splits(&self) -> Vec<Vec<f64>> {
        let best = |draw| best(&self.choices(draw), self.total());
        self.draws.iter().map(best).collect()
    }

    /// The median of splits, brought back to the total within the bounds.
    pub(in crate::decide) fn median(&self, splits: &[&Vec<f64>]) -> Vec<f64> {
        let mut split: Vec<f64> = (0..self.same_mix.len())
            .map(|source| {
                let mut of: Vec<f64> = splits.iter().map(|split| split[source]).collect();
                of.sort_by(f64::total_cmp);
                quantile(&of, 0.5)
            })
            .collect();
        if let Some(draw) = self.draws.first() {
            let total = self.total();
            fill(&mut split, &self.choices(draw), total);
        }
        split
    }

    /// Gross margin of a split in a draw, money.
    pub(in crate::decide) fn value(&self, draw: &Draw, split: &[f64]) -> f64 {
        let choices = self.choices(draw);
        choices.iter().zip(split).map(|(c, s)| c.at(*s)).sum()
    }

    /// The same in every draw.
    pub(in crate::decide) fn values(&self, split: &[f64]) -> Vec<f64> {
        self.draws
            .iter()
            .map(|draw| self.value(draw, split))
            .collect()
    }

    /// An estimate of something of one source.
    pub(in crate::decide) fn range(&self, of: impl Fn(&Draw) -> f64) -> Range {
        range(self.draws.iter().map(of).collect())
    }
}

/// Mean and 80 % interval.
pub(in crate::decide) fn range(mut draws: Vec<f64>) -> Range {
    let mean = draws.iter().sum::<f64>() / draws.len().max(1) as f64;
    draws.sort_by(f64::total_cmp);
    // A few wild draws may carry the mean past the interval.
    Range {
        mean,
        low: quantile(&draws, 0.1).min(mean),
        high: quantile(&draws, 0.9).max(mean),
    }
}
