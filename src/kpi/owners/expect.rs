//! What is expected of each lead, by what the other leads teach.

use nalgebra::{DMatrix, DVector};

use crate::features::parallel;
use crate::kpi::owners::design::Design;
use crate::kpi::owners::fit::{self, Fitted, Target};
use crate::kpi::owners::lives::{FOLDS, Lives};

/// Fewest of either outcome for a regression.
const MIN_EACH: usize = 5;

/// A regression on all leads, and what each lead is expected to give by those that it did not take part in.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    /// By life: the mean by a regression on the other folds.
    pub(super) mean: Vec<f64>,
    /// The regression on all, with the covariance of its coefficients; none where there is too little for one.
    pub(super) whole: Option<(Fitted, DMatrix<f64>)>,
    /// By fold: the regression on the others.
    pub(super) of_fold: Vec<Option<Fitted>>,
}

impl Expected {
    /// The regression that a life did not take part in.
    pub(super) fn without(&self, lives: &Lives, life: usize) -> Option<&Fitted> {
        let (whole, _) = self.whole.as_ref()?;
        Some(self.of_fold[lives.fold[life]].as_ref().unwrap_or(whole))
    }
}

/// The chance of each life to be won by now.
pub(super) fn chance(design: &Design, lives: &Lives, reach: &[f64]) -> Expected {
    let all: Vec<usize> = (0..lives.len()).collect();
    let wins = lives.wins();
    let target = Target::Share {
        won: &lives.won,
        reach,
    };
    let enough = wins.min(lives.len() - wins) >= MIN_EACH;
    let learnt = enough.then(|| cross_fit(design, target, lives, &all));
    learnt.flatten().unwrap_or_else(|| {
        // One rate for all, by the time that each has had.
        let way: f64 = reach.iter().sum();
        let rate = (wins as f64 / way.max(1e-9)).min(1.0);
        Expected {
            mean: reach.iter().map(|g| rate * g).collect(),
            whole: None,
            of_fold: Vec::new(),
        }
    })
}

/// The amount of each life, were it won, in units of their mean.
pub(super) fn amount(design: &Design, lives: &Lives, amount: &[f64]) -> Expected {
    let known: Vec<usize> = (0..lives.len()).filter(|&i| !amount[i].is_nan()).collect();
    let even = Expected {
        mean: vec![1.0; lives.len()],
        whole: None,
        of_fold: Vec::new(),
    };
    if known.len() < 6 * MIN_EACH {
        return even;
    }
    // The spread around one mean, then around what was learnt.
    let mut dispersion = around(&known, amount, |_| 1.0);
    for _ in 0..2 {
        let target = Target::Amount { amount, dispersion };
        let Some(fitted) = fit::fit(design, target, &known) else {
            return even;
        };
        dispersion = around(&known, amount, |i| fitted.mean(design, target, i));
    }
    let target = Target::Amount { amount, dispersion };
    cross_fit(design, target, lives, &known).unwrap_or(even)
}

/// Mean of (amount - mean)^2 / mean.
fn around(known: &[usize], amount: &[f64], mean: impl Fn(usize) -> f64) -> f64 {
    let sum: f64 = (known.iter())
        .map(|&i| (amount[i] - mean(i)).powi(2) / mean(i).max(1e-9))
        .sum();
    (sum / known.len() as f64).max(1e-4)
}

/// Learns from `known`; by all of them, and for each fold by those outside of it. All penalties are those of all.
fn cross_fit(
    design: &Design,
    target: Target<'_>,
    lives: &Lives,
    known: &[usize],
) -> Option<Expected> {
    let whole = fit::fit(design, target, known)?;
    let folds: Vec<usize> = (0..FOLDS).collect();
    let of_fold = parallel::each(&folds, |&fold| {
        let others: Vec<usize> = (known.iter().copied())
            .filter(|&i| lives.fold[i] != fold)
            .collect();
        fit::fit_with(design, target, &others, &whole.penalty, Some(&whole.beta))
    });
    let mean = |i: usize| {
        let fitted = of_fold[lives.fold[i]].as_ref().unwrap_or(&whole);
        fitted.mean(design, target, i)
    };
    let covariance = fit::covariance(design, target, known, &whole)?;
    Some(Expected {
        mean: (0..lives.len()).map(mean).collect(),
        whole: Some((whole, covariance)),
        of_fold,
    })
}

/// Variance of what each owner won beyond what was expected: that of the wins, and of it the part that the regression
/// did not take up (the variance of a score test: `V - D' C D`, D the sum of slopes of his leads). What an owner alone
/// does, who holds all leads of a kind, is taken up whole: nobody else shows what such leads give.
pub(super) fn variances(
    design: &Design,
    lives: &Lives,
    reach: &[f64],
    expected: &Expected,
) -> Vec<(f64, f64)> {
    let owners = lives.owners.len();
    let mut plain = vec![0.0; owners];
    let mut slopes = vec![DVector::<f64>::zeros(design.columns + 1); owners];
    for (i, &owner) in lives.owner.iter().enumerate() {
        let share = expected.mean[i];
        plain[owner] += share * (1.0 - share);
        let slope = share * (1.0 - share / reach[i].max(1e-9)).max(0.0);
        let sum = &mut slopes[owner];
        for &(column, value) in design.row(i) {
            sum[usize::from(column)] += slope * f64::from(value);
        }
        sum[design.columns] += slope;
    }
    let total: f64 = plain.iter().sum();
    (plain.iter().zip(&slopes))
        .map(|(&plain, slope)| {
            let taken = match &expected.whole {
                Some((_, covariance)) => slope.dot(&(covariance * slope)),
                None => plain * plain / total.max(1e-12),
            };
            (plain, (plain - taken).clamp(0.0, plain))
        })
        .collect()
}
