//! One exponential smoothing of a series: additive errors, a damped trend, a season of twelve months.
//!
//! The innovations form ETS(A, Ad, A) of Hyndman, Koehler, Ord & Snyder, *Forecasting with Exponential Smoothing* (2008),
//! chapters 2 and 3. Given the smoothing parameters, the errors are linear in the initial states (there, 3.3.1), so that
//! these need no search: they are integrated out under a normal prior, which shrinks a season that the data does not
//! show. What is left is the evidence of the parameters, free of any count of them.

/// Months of a season.
pub(super) const YEAR: usize = 12;
/// Level, trend and season at the start.
const STATES: usize = 2 + YEAR;
/// The same and the data, rounded up for the processor's sake.
const COLUMNS: usize = 16;
const DATA: usize = STATES;

/// How fast the parts follow the errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pace {
    /// Level, 0-1.
    pub(super) level: f64,
    /// Trend, 0 to `level`.
    pub(super) trend: f64,
    /// What a month's trend keeps of the one before; 0: no trend.
    pub(super) damping: f64,
    /// Season, 0 to 1 - `level`.
    pub(super) season: f64,
}

/// Variance of the initial states before anything is seen, in units of the variance of the errors; 0: the part is absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Prior {
    pub(super) trend: f64,
    pub(super) season: f64,
}

/// Products of the errors that each initial state of 1 alone, and the data alone, would leave.
pub(super) struct Errors {
    pace: Pace,
    months: usize,
    products: [[f64; COLUMNS]; COLUMNS],
}

/// Level, trend and season, each column's own.
struct States {
    level: [f64; COLUMNS],
    trend: [f64; COLUMNS],
    season: [[f64; COLUMNS]; YEAR],
}

impl States {
    /// Column `k` starts with its own state at 1; that of the data with none.
    fn units() -> Self {
        let mut states = Self {
            level: [0.0; COLUMNS],
            trend: [0.0; COLUMNS],
            season: [[0.0; COLUMNS]; YEAR],
        };
        states.level[0] = 1.0;
        states.trend[1] = 1.0;
        for (i, season) in states.season.iter_mut().enumerate() {
            season[2 + i] = 1.0;
        }
        states
    }

    /// Takes one month's value in; the errors of all columns.
    fn step(&mut self, pace: Pace, month: usize, value: f64) -> [f64; COLUMNS] {
        let season = &mut self.season[month % YEAR];
        let mut errors = [0.0; COLUMNS];
        for k in 0..COLUMNS {
            let trend = pace.damping * self.trend[k];
            let level = self.level[k] + trend;
            let target = if k == DATA { value } else { 0.0 };
            let error = target - level - season[k];
            self.level[k] = level + pace.level * error;
            self.trend[k] = trend + pace.trend * error;
            season[k] += pace.season * error;
            errors[k] = error;
        }
        errors
    }
}

impl Errors {
    pub(super) fn new(values: &[f64], pace: Pace) -> Self {
        let mut products = [[0.0; COLUMNS]; COLUMNS];
        let mut states = States::units();
        for (month, &value) in values.iter().enumerate() {
            let errors = states.step(pace, month, value);
            for i in 0..=DATA {
                for k in 0..COLUMNS {
                    products[i][k] += errors[i] * errors[k];
                }
            }
        }
        Self {
            pace,
            months: values.len(),
            products,
        }
    }

    /// The smoothing with its initial states, and its evidence; none if the numbers do not carry it.
    pub(super) fn smoothing(&self, prior: Prior, noise: f64) -> Option<Smoothing> {
        let mut states = [0.0; STATES];
        let used = used(prior);
        let mut matrix = [[0.0; STATES]; STATES];
        let mut right = [0.0; STATES];
        let mut log_prior = 0.0;
        for (i, &(a, variance)) in used.iter().enumerate() {
            for (k, &(b, _)) in used.iter().enumerate().take(i + 1) {
                matrix[i][k] = self.products[a][b];
            }
            if variance.is_finite() {
                matrix[i][i] += 1.0 / variance;
                log_prior += variance.ln();
            }
            right[i] = -self.products[a][DATA];
        }
        let n = used.len();
        let log_size = cholesky(&mut matrix, n)?;
        // Forward: what the states explain.
        let mut explained = 0.0;
        for i in 0..n {
            let mut sum = right[i];
            for k in 0..i {
                sum -= matrix[i][k] * right[k];
            }
            right[i] = sum / matrix[i][i];
            explained += right[i] * right[i];
        }
        for i in (0..n).rev() {
            let mut sum = right[i];
            for k in i + 1..n {
                sum -= matrix[k][i] * right[k];
            }
            right[i] = sum / matrix[i][i];
        }
        for (&(a, _), value) in used.iter().zip(right) {
            states[a] = value;
        }
        let rest = (self.products[DATA][DATA] - explained).max(0.0) + noise;
        let degrees = self.months as f64;
        let evidence = -0.5 * (log_size + log_prior + degrees * rest.ln());
        Some(Smoothing {
            pace: self.pace,
            states,
            variance: rest / degrees,
            evidence,
        })
    }
}

/// The states in use and their variances: the level is not known beforehand at all.
fn used(prior: Prior) -> Vec<(usize, f64)> {
    let mut used = vec![(0, f64::INFINITY)];
    if prior.trend > 0.0 {
        used.push((1, prior.trend));
    }
    if prior.season > 0.0 {
        used.extend((0..YEAR).map(|i| (2 + i, prior.season)));
    }
    used
}

/// The lower root of the first `n` rows in place, and the log of the determinant.
fn cholesky(matrix: &mut [[f64; STATES]; STATES], n: usize) -> Option<f64> {
    let mut log = 0.0;
    for i in 0..n {
        for k in 0..=i {
            let mut sum = matrix[i][k];
            for m in 0..k {
                sum -= matrix[i][m] * matrix[k][m];
            }
            if i == k {
                if !(sum > 0.0 && sum.is_finite()) {
                    return None;
                }
                log += sum.ln();
                matrix[i][i] = sum.sqrt();
            } else {
                matrix[i][k] = sum / matrix[k][k];
            }
        }
    }
    Some(log)
}

/// A smoothing with its initial states.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Smoothing {
    pace: Pace,
    states: [f64; STATES],
    /// Variance of the errors.
    pub(super) variance: f64,
    /// Log density of the data, up to a constant that all smoothings of the same data share.
    pub(super) evidence: f64,
}

impl Smoothing {
    /// The months after the data.
    pub(super) fn ahead(&self, values: &[f64], months: usize) -> Vec<f64> {
        let pace = self.pace;
        let (mut level, mut trend) = (self.states[0], self.states[1]);
        let mut season = [0.0; YEAR];
        season.copy_from_slice(&self.states[2..]);
        for (month, value) in values.iter().enumerate() {
            trend *= pace.damping;
            level += trend;
            let error = value - level - season[month % YEAR];
            level += pace.level * error;
            trend += pace.trend * error;
            season[month % YEAR] += pace.season * error;
        }
        (0..months)
            .map(|m| {
                trend *= pace.damping;
                level += trend;
                level + season[(values.len() + m) % YEAR]
            })
            .collect()
    }
}
