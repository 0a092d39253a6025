//! How far off forecasts were, by how far they looked ahead.

use serde::Serialize;

use crate::forecast::backtest::record::{Backtest, LEVELS, Tested, level};
use crate::forecast::metrics::{self, Coverage};

/// Who forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The forecast, as it would have been told.
    Forecast,
    /// The same before level and spread were corrected by its past errors.
    Uncorrected,
    /// Exponential smoothing of revenue.
    Smoothing,
    /// The same month a year before.
    SeasonalNaive,
    /// The same, times the last year's growth.
    LastYearRatio,
    /// The weighted pipeline.
    WeightedPipeline,
}

impl Who {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Forecast,
        Self::Uncorrected,
        Self::Smoothing,
        Self::SeasonalNaive,
        Self::LastYearRatio,
        Self::WeightedPipeline,
    ];

    /// What it said of a month: its one number, the median of a forecast; none where it said nothing.
    pub fn said(self, tested: &Tested) -> Option<f64> {
        match self {
            Self::Forecast => tested.told.get(LEVELS / 2).copied(),
            Self::Uncorrected => tested.drawn.get(LEVELS / 2).copied(),
            Self::Smoothing => tested.rivals.smoothing,
            Self::SeasonalNaive => tested.rivals.seasonal_naive,
            Self::LastYearRatio => tested.rivals.last_year_ratio,
            Self::WeightedPipeline => tested.rivals.weighted_pipeline,
        }
    }

    fn quantiles(self, tested: &Tested) -> Option<&[f64]> {
        match self {
            Self::Forecast => Some(&tested.told),
            Self::Uncorrected => Some(&tested.drawn),
            _ => None,
        }
    }
}

/// How far off forecasts of months so far ahead were.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Who forecast.
    pub who: Who,
    /// Months ahead: 1 is the month of the day itself.
    pub ahead: usize,
    /// Months forecast that are over by now.
    pub n: usize,
    /// Sum of the absolute errors / sum of what came.
    pub wape: Option<f64>,
    /// Sum of the errors / sum of what came; above 0: too much was forecast.
    pub bias: Option<f64>,
    /// Mean absolute error / mean change of a month against the year before.
    pub mase: Option<f64>,
    /// Mean pinball loss at 10, 50 and 90 %, money; none for those that give one number only.
    pub pinball: Option<[f64; 3]>,
    /// Mean continuous ranked probability score, money: twice the mean of the pinball losses at 1/40 ... 39/40.
    pub crps: Option<f64>,
    /// Share of months within the 80 % range, with its own 80 % interval.
    pub coverage: Option<Coverage>,
    /// Mean width of the 80 % range / mean of what came.
    pub width: Option<f64>,
}

impl Backtest {
    /// The figures of `who`, looking `ahead` months ahead; of nobody's month: none.
    pub fn figures(&self, who: Who, ahead: usize) -> Option<Figures> {
        let rows: Vec<(&Tested, f64)> = (self.tested.iter())
            .filter(|tested| tested.ahead == ahead)
            .filter_map(|tested| Some((tested, who.said(tested)?)))
            .collect();
        if rows.is_empty() {
            return None;
        }
        let said: Vec<f64> = rows.iter().map(|(_, said)| *said).collect();
        let came: Vec<f64> = rows.iter().map(|(tested, _)| tested.actual).collect();
        let scaled: Vec<f64> = (rows.iter())
            .filter_map(|(tested, said)| {
                let scale = tested.scale.filter(|&scale| scale > 0.0)?;
                Some((said - tested.actual).abs() / scale)
            })
            .collect();
        let spread: Option<Vec<(&[f64], f64)>> = (rows.iter())
            .map(|(tested, _)| Some((who.quantiles(tested)?, tested.actual)))
            .collect();
        let total: f64 = came.iter().sum();
        let intervals: Option<Vec<(f64, f64)>> = spread
            .as_ref()
            .map(|rows| rows.iter().map(|(q, _)| (at(q, 0.1), at(q, 0.9))).collect());
        Some(Figures {
            who,
            ahead,
            n: rows.len(),
            wape: metrics::wape(&said, &came),
            bias: metrics::bias(&said, &came),
            mase: (!scaled.is_empty()).then(|| mean(&scaled)),
            pinball: spread
                .as_ref()
                .map(|rows| [0.1, 0.5, 0.9].map(|q| mean_pinball(rows, q))),
            crps: spread.as_ref().map(|rows| {
                let losses: Vec<f64> = (0..LEVELS).map(|i| mean_pinball(rows, level(i))).collect();
                2.0 * mean(&losses)
            }),
            coverage: (intervals.as_ref()).and_then(|intervals| Coverage::count(intervals, &came)),
            width: (intervals.as_ref().filter(|_| total > 0.0)).map(|intervals| {
                intervals.iter().map(|(low, high)| high - low).sum::<f64>() / total
            }),
        })
    }

    /// All figures, by months ahead.
    pub fn summary(&self) -> Vec<Figures> {
        (1..=self.furthest())
            .flat_map(|ahead| Who::ALL.map(|who| self.figures(who, ahead)))
            .flatten()
            .collect()
    }

    /// The most months that were looked ahead.
    pub fn furthest(&self) -> usize {
        self.tested
            .iter()
            .map(|tested| tested.ahead)
            .max()
            .unwrap_or(0)
    }
}

/// The quantile kept at a level that is one of those kept.
fn at(quantiles: &[f64], p: f64) -> f64 {
    let i = (p * (LEVELS + 1) as f64).round() as usize;
    quantiles.get(i.max(1) - 1).copied().unwrap_or(f64::NAN)
}

fn mean_pinball(rows: &[(&[f64], f64)], q: f64) -> f64 {
    let losses: Vec<f64> = (rows.iter())
        .map(|(quantiles, actual)| metrics::pinball(at(quantiles, q), *actual, q))
        .collect();
    mean(&losses)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
