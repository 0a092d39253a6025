//! Deals that follow the quarter: a rush before its end, a lull after it.

use nalgebra::{DMatrix, DVector};
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, FisherSnedecor};

use crate::domain::Month;
use crate::kpi::results::ResultMonth;

/// Complete months looked at, at most and at least.
const MONTHS: (usize, usize) = (36, 9);
/// Probability with which waves may be told where there are none.
const FALSE_ALARM: f64 = 0.01;
/// Logarithm by which the months of the quarter must differ to be worth a word.
const LEAST: f64 = 0.15;

/// Deals that follow the quarter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct QuarterWaves {
    /// The best month of a quarter, 1-3.
    pub best: u8,
    /// The weakest, 1-3.
    pub weakest: u8,
    /// Deals of the best / of the weakest, the trend apart.
    pub times: f64,
    /// Complete months looked at.
    pub months: usize,
    /// F of the analysis of variance.
    pub f: f64,
    /// Its chance where the months of the quarter are alike.
    pub p: f64,
    /// Logarithm of the deals of each month of the quarter, up to a constant.
    #[serde(skip)]
    pub(crate) of: [f64; 3],
}

/// Whether the complete months, to which leads came in, say so: ln(deals + 1/2) = level + trend + month of the quarter, by least squares, the last
/// term tested by F. What months differ by is taken to be no less than the luck of as many deals.
pub(crate) fn quarter_waves(months: &[ResultMonth]) -> Option<QuarterWaves> {
    let whole: Vec<&ResultMonth> = months
        .iter()
        .filter(|month| month.whole && month.fed)
        .collect();
    let seen = &whole[whole.len().saturating_sub(MONTHS.0)..];
    let n = seen.len();
    if n < MONTHS.1 {
        return None;
    }
    let logs = DVector::from_iterator(n, seen.iter().map(|month| (month.deals as f64 + 0.5).ln()));
    let place = |month: Month| (month.number() as usize - 1) % 3;
    let trend = |i: usize| i as f64 / n as f64 - 0.5;
    let plain = DMatrix::from_fn(n, 2, |i, k| if k == 0 { 1.0 } else { trend(i) });
    let waves = DMatrix::from_fn(n, 4, |i, k| match k {
        3 => trend(i),
        k => f64::from(u8::from(place(seen[i].month) == k)),
    });
    let (_, without) = least_squares(&plain, &logs)?;
    let (of, with) = least_squares(&waves, &logs)?;
    let luck = seen
        .iter()
        .map(|month| 1.0 / (month.deals as f64 + 0.5))
        .sum::<f64>()
        / n as f64;
    let freedom = n as f64 - 4.0;
    let f = ((without - with) / 2.0).max(0.0) / (with / freedom).max(luck);
    let p = 1.0 - FisherSnedecor::new(2.0, freedom).ok()?.cdf(f);
    let best = (0..3).max_by(|&a, &b| of[a].total_cmp(&of[b]))?;
    let weakest = (0..3).min_by(|&a, &b| of[a].total_cmp(&of[b]))?;
    (p < FALSE_ALARM && of[best] - of[weakest] > LEAST).then(|| QuarterWaves {
        best: best as u8 + 1,
        weakest: weakest as u8 + 1,
        times: (of[best] - of[weakest]).exp(),
        months: n,
        f,
        p,
        of: [of[0], of[1], of[2]],
    })
}

/// Coefficients and the sum of squares that they leave.
fn least_squares(design: &DMatrix<f64>, y: &DVector<f64>) -> Option<(DVector<f64>, f64)> {
    let of = (design.transpose() * design)
        .cholesky()?
        .solve(&(design.transpose() * y));
    let left = (y - design * &of).norm_squared();
    Some((of, left))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_distr::{Distribution, Normal, Poisson};
    use rand_pcg::Pcg64;

    fn month(i: usize, deals: usize, whole: bool) -> ResultMonth {
        ResultMonth {
            month: Month::new(2024, 1) + i as i32,
            revenue: deals as f64,
            deals,
            target: None,
            attainment: None,
            best_before: None,
            whole,
            fed: true,
        }
    }

    /// 10 to 36 months that grow, of some deals whose luck has a spread, the third of a quarter so many times the others.
    fn company(seed: u64, times: f64) -> Vec<ResultMonth> {
        let mut rng = Pcg64::seed_from_u64(seed);
        let n = 10 + (seed % 27) as usize;
        let mean = [8.0, 40.0, 300.0][(seed % 3) as usize];
        let shock = Normal::new(0.0, 0.12).expect("a normal");
        (0..n)
            .map(|i| {
                let rush = if i % 3 == 2 { times } else { 1.0 };
                let mean = mean * rush * (0.02 * i as f64 + shock.sample(&mut rng)).exp();
                let deals = Poisson::new(mean).expect("a mean").sample(&mut rng);
                month(i, deals as usize, true)
            })
            .collect()
    }

    #[test]
    fn chance_is_no_wave_and_a_rush_is_one() {
        let told = |times: f64, from: u64| {
            let seeds = from..from + 1000;
            seeds
                .filter(|&seed| quarter_waves(&company(seed, times)).is_some())
                .count()
        };
        let alarms = told(1.0, 0);
        assert!(
            alarms <= 20,
            "{alarms} of 1,000 where nothing follows the quarter"
        );
        let found = told(1.8, 5_000);
        assert!(found >= 800, "{found} of 1,000");
    }

    /// The wins of Maven's CRM sample by month, 2017-03 to 2017-12; F of the plain analysis of variance is 162 in scipy.
    #[test]
    fn a_real_company_that_closes_quarters_is_told() {
        let deals = [531, 285, 438, 531, 308, 446, 503, 279, 406, 511];
        let mut months: Vec<ResultMonth> = (deals.iter().enumerate())
            .map(|(i, &deals)| month(i + 2, deals, true))
            .collect();
        months.push(month(12, 3, false));
        let waves = quarter_waves(&months).expect("waves");
        assert_eq!((waves.best, waves.weakest, waves.months), (3, 1, 10));
        assert!((waves.times - 1.8).abs() < 0.1, "{waves:?}");
        assert!(
            quarter_waves(&months[2..]).is_none(),
            "eight months are too few"
        );
    }
}
