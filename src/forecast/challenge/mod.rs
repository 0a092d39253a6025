//! Challengers of the forecast: what monthly revenue alone says of the months ahead, without a look at any lead.
//!
//! A forecast from the pipeline is worth its trouble only where it beats these on the user's own past.

mod ets;
mod smoothing;

use serde::Serialize;

use ets::YEAR;
use smoothing::CEILING;

/// A way to continue monthly revenue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Challenger {
    /// The same month a year before.
    SeasonalNaive,
    /// The same month a year before, times the growth of the last twelve months over the twelve before.
    LastYearRatio,
    /// Exponential smoothing: level, trend and season, on money and on its logs, averaged over how fast each follows.
    Smoothing,
}

/// Why a challenger says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unready {
    /// A past that is too short for it.
    #[error("{months} complete months of revenue; {challenger} needs {needed} at least")]
    TooShort {
        /// Which one.
        challenger: &'static str,
        /// Months of the past.
        months: usize,
        /// The least.
        needed: usize,
    },
    /// No growth over nothing.
    #[error(
        "no revenue in months 13 to 24 before: the last year's growth over them has no meaning"
    )]
    NoYearBefore,
    /// A month's revenue is not a number.
    #[error("revenue of month {month} of the past is not a number")]
    NotANumber {
        /// Which month, from 1.
        month: usize,
    },
}

impl Challenger {
    /// All of them, simplest first.
    pub const ALL: [Self; 3] = [Self::SeasonalNaive, Self::LastYearRatio, Self::Smoothing];

    /// Its name in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SeasonalNaive => "same month last year",
            Self::LastYearRatio => "last year x growth",
            Self::Smoothing => "exponential smoothing",
        }
    }

    /// Complete months of the past that it needs at least.
    pub const fn needs(self) -> usize {
        match self {
            Self::SeasonalNaive => YEAR,
            Self::LastYearRatio => 2 * YEAR,
            Self::Smoothing => 3,
        }
    }

    /// Revenue of the `months` months after `past`, money: finite, never below 0, never above ten times the best month.
    ///
    /// `past` is the revenue of complete months in a row, oldest first; 0 where there was none, negative where refunds were
    /// more. Equal pasts give equal bytes. Medians, not means: revenue is skewed, and its mean lies somewhat higher.
    ///
    /// # Errors
    /// See [`Unready`]; [`Unready::TooShort`] says how many months are needed.
    pub fn ahead(self, past: &[f64], months: usize) -> Result<Vec<f64>, Unready> {
        if let Some(at) = past.iter().position(|value| !value.is_finite()) {
            return Err(Unready::NotANumber { month: at + 1 });
        }
        if past.len() < self.needs() {
            return Err(Unready::TooShort {
                challenger: self.name(),
                months: past.len(),
                needed: self.needs(),
            });
        }
        let best = past.iter().fold(0.0, |best: f64, &value| best.max(value));
        if best == 0.0 {
            return Ok(vec![0.0; months]);
        }
        let ahead = match self {
            Self::SeasonalNaive => year_before(past, months, 1.0),
            Self::LastYearRatio => year_before(past, months, growth(past)?),
            Self::Smoothing => smoothing::ahead(past, months),
        };
        let ceiling = (CEILING * best).min(f64::MAX);
        Ok(ahead
            .into_iter()
            .map(|value| value.clamp(0.0, ceiling))
            .collect())
    }
}

/// The same month of the last year of `past`, times `growth` for each year that lies between.
fn year_before(past: &[f64], months: usize, growth: f64) -> Vec<f64> {
    let last = &past[past.len() - YEAR..];
    (0..months)
        .map(|m| {
            let years = (m / YEAR + 1) as i32;
            // A month without revenue stays without, however large the growth.
            match last[m % YEAR] {
                value if value > 0.0 => value * growth.powi(years),
                _ => 0.0,
            }
        })
        .collect()
}

/// Revenue of the last twelve months / that of the twelve before; 0 if the former is negative.
fn growth(past: &[f64]) -> Result<f64, Unready> {
    let (before, last) = past[past.len() - 2 * YEAR..].split_at(YEAR);
    let sum = |year: &[f64]| year.iter().map(|value| value / YEAR as f64).sum::<f64>();
    let (before, last) = (sum(before), sum(last));
    if before <= 0.0 {
        return Err(Unready::NoYearBefore);
    }
    Ok((last.max(0.0) / before).min(f64::MAX))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
