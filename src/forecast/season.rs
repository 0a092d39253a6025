//! The share of the year in the number of new leads, where there is enough history to see it.

use crate::domain::Month;

/// Index by month of the year, mean 1 in logs, and how well it is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Season {
    log_index: [f64; 12],
    /// Complete years of history that it was learnt from.
    pub(super) years: usize,
}

impl Season {
    /// Learns from complete months, oldest first: number of leads and days of each. None below 24 months.
    ///
    /// The log of the daily rate, less a straight trend (its slope from differences over 12 months, which no season
    /// can bend), is averaged by month of the year and shrunken: by n / (n + 1) for n years, and further by what of the
    /// spread between months of the year is no more than the spread within them.
    pub(super) fn learn(months: &[(Month, f64, f64)]) -> Option<Self> {
        let n = months.len();
        if n < 24 {
            return None;
        }
        let rate: Vec<f64> = months
            .iter()
            .map(|&(_, leads, days)| ((leads + 0.5) / days.max(1.0)).ln())
            .collect();
        let slope = (12..n).map(|t| rate[t] - rate[t - 12]).sum::<f64>() / (n - 12) as f64 / 12.0;
        let level: Vec<f64> = (0..n).map(|t| rate[t] - slope * t as f64).collect();
        let of_year = |t: usize| (months[t].0.number() - 1) as usize;
        let mut sums = [(0.0, 0.0); 12];
        for (t, &value) in level.iter().enumerate() {
            sums[of_year(t)].0 += value;
            sums[of_year(t)].1 += 1.0;
        }
        let raw = sums.map(|(sum, count): (f64, f64)| sum / count);
        let centre = raw.iter().sum::<f64>() / 12.0;
        let within = (0..n)
            .map(|t| (level[t] - raw[of_year(t)]).powi(2))
            .sum::<f64>()
            / (n - 12) as f64;
        let between = raw
            .iter()
            .map(|value| (value - centre).powi(2))
            .sum::<f64>()
            / 11.0;
        let years = n / 12;
        let signal = 1.0 - within / years as f64 / between.max(1e-12);
        let keep = signal.clamp(0.0, years as f64 / (years as f64 + 1.0));
        Some(Self {
            log_index: raw.map(|value| keep * (value - centre)),
            years,
        })
    }

    /// Factor on the daily rate in a month.
    pub(super) fn factor(&self, month: Month) -> f64 {
        self.log_index[(month.number() - 1) as usize].exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(n: usize, rate: impl Fn(usize, i32) -> f64) -> Vec<(Month, f64, f64)> {
        (0..n)
            .map(|t| {
                let month = Month::new(2023, 1) + t as i32;
                let days = f64::from(month.days());
                (month, (rate(t, month.number()) * days).round(), days)
            })
            .collect()
    }

    #[test]
    fn a_season_is_found_under_growth_and_shrunken_by_years() {
        let dip = |_: usize, number: i32| if number == 2 { 50.0 } else { 100.0 };
        let learn = |n| Season::learn(&months(n, |t, m| dip(t, m) * 1.02_f64.powi(t as i32)));
        assert!(learn(23).is_none());
        let ratio = |season: &Season| {
            season.factor(Month::new(2026, 2)) / season.factor(Month::new(2026, 6))
        };
        let (two, four) = (
            learn(24).expect("two years"),
            learn(48).expect("four years"),
        );
        // ln 0.5 shrunken by 2/3 and 4/5.
        assert!((ratio(&two) - 0.5_f64.powf(2.0 / 3.0)).abs() < 0.01);
        assert!((ratio(&four) - 0.5_f64.powf(0.8)).abs() < 0.01);
    }

    #[test]
    fn noise_is_hardly_taken_for_a_season() {
        // A fixed irregular pattern that does not repeat with the year.
        let noise = |t: usize, _: i32| 100.0 * (0.15 * ((t * t * 7 + t * 3) as f64).sin()).exp();
        let season = Season::learn(&months(36, noise)).expect("three years");
        let spread = (1..=12)
            .map(|m| season.factor(Month::new(2026, m)).ln().powi(2))
            .sum::<f64>()
            / 12.0;
        assert!(spread.sqrt() < 0.06, "spread {}", spread.sqrt());
    }
}
