//! One exponential smoothing of a series: additive errors, a damped trend, a season of twelve months.
//!
//! The innovations form ETS(A, Ad, A) of Hyndman, Koehler, Ord & Snyder, *Forecasting with Exponential Smoothing* (2008),
//! chapters 2 and 3. Given the smoothing parameters, the errors are linear in the initial states, so that
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
    /// Trend, up to `level`; below 0 it takes jumps of the level back.
    pub(super) trend: f64,
    /// What a month's trend keeps of the one before; 0: no trend.
    pub(super) damping: f64,
    /// Season, 0 to 1 - `level`.
    pub(super) season: f64,
}

/// Variance of the initial states before anything is seen, in units of the variance of the errors; 0: the part is absent.
/// Of the level nothing is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Prior {
    pub(super) trend: f64,
    /// Of each month of the year: [`OWN`] of it the month's own, the rest a wave over the year.
    pub(super) season: f64,
}

/// Share of a month's seasonal variance that its neighbours do not have: a season is partly smooth, partly single months.
const OWN: f64 = 0.5;
/// Variance along the two directions of a wave over the year; [`OWN`] along the other ten.
const WAVE: f64 = OWN + (1.0 - OWN) * YEAR as f64 / 2.0;
/// Cosines of a year's months.
const COSINES: [f64; YEAR] = {
    let high = 0.866_025_403_784_438_6;
    [
        1.0, high, 0.5, 0.0, -0.5, -high, -1.0, -high, -0.5, 0.0, 0.5, high,
    ]
};

impl Prior {
    /// The states in use.
    fn states(self) -> Vec<usize> {
        let mut used = vec![0];
        if self.trend > 0.0 {
            used.push(1);
        }
        if self.season > 0.0 {
            used.extend(2..STATES);
        }
        used
    }

    /// Inverse covariance of two states in use, `b` not after `a`.
    fn precision(self, a: usize, b: usize) -> f64 {
        match (a, b) {
            (1, 1) => 1.0 / self.trend,
            (2.., 2..) => {
                let own = if a == b { 1.0 / OWN } else { 0.0 };
                let wave = (1.0 / WAVE - 1.0 / OWN) * 2.0 / YEAR as f64;
                (own + wave * COSINES[a - b]) / self.season
            }
            _ => 0.0,
        }
    }

    /// Log of the determinant of the covariance.
    fn log_size(self) -> f64 {
        let mut log = 0.0;
        if self.trend > 0.0 {
            log += self.trend.ln();
        }
        if self.season > 0.0 {
            log += YEAR as f64 * self.season.ln() + (YEAR - 2) as f64 * OWN.ln() + 2.0 * WAVE.ln();
        }
        log
    }
}

/// Products of the errors that each initial state alone (at 1), and the data alone, would leave: all that the data says of
/// the initial states.
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

    /// The smoothing with the initial states that the data and the prior make likely, and its evidence; none if the numbers do
    /// not carry it. `noise` is added to the sum of squared errors: what a prior belief of some noise counts.
    pub(super) fn smoothing(&self, prior: Prior, noise: f64) -> Option<Smoothing> {
        let used = prior.states();
        let mut matrix = [[0.0; STATES]; STATES];
        let mut values = [0.0; STATES];
        for (i, &a) in used.iter().enumerate() {
            for (k, &b) in used.iter().enumerate().take(i + 1) {
                matrix[i][k] = self.products[a][b] + prior.precision(a, b);
            }
            values[i] = -self.products[a][DATA];
        }
        let log_size = cholesky(&mut matrix, used.len())?;
        let explained = solve(&matrix, &mut values, used.len());
        let mut states = [0.0; STATES];
        for (&state, value) in used.iter().zip(values) {
            states[state] = value;
        }
        let rest = (self.products[DATA][DATA] - explained).max(0.0) + noise;
        // The level, of which nothing is known beforehand, takes one.
        let degrees = self.months as f64 - 1.0;
        let evidence = -0.5 * (log_size + prior.log_size() + degrees * rest.ln());
        evidence.is_finite().then_some(Smoothing {
            pace: self.pace,
            states,
            evidence,
        })
    }
}

/// The lower root of the first `n` rows in place, and the log of the determinant.
fn cholesky(matrix: &mut [[f64; STATES]; STATES], n: usize) -> Option<f64> {
    let mut log = 0.0;
    for i in 0..n {
        for k in 0..=i {
            let known: f64 = (0..k).map(|m| matrix[i][m] * matrix[k][m]).sum();
            let sum = matrix[i][k] - known;
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

/// Solves the system of `n` equations whose root is `root` in place; how much of the squares the solution explains.
fn solve(root: &[[f64; STATES]; STATES], values: &mut [f64; STATES], n: usize) -> f64 {
    let mut explained = 0.0;
    for i in 0..n {
        let known: f64 = (0..i).map(|k| root[i][k] * values[k]).sum();
        values[i] = (values[i] - known) / root[i][i];
        explained += values[i] * values[i];
    }
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|k| root[k][i] * values[k]).sum();
        values[i] = (values[i] - known) / root[i][i];
    }
    explained
}

/// A smoothing with its initial states, for the first month's season first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Smoothing {
    pace: Pace,
    states: [f64; STATES],
    /// Log density of the data, up to a constant that all smoothings of the same data share.
    pub(super) evidence: f64,
}

impl Smoothing {
    /// Level, trend and seasons at the end of the data, and the sum of squared errors on the way.
    fn run(&self, values: &[f64]) -> (f64, f64, [f64; YEAR], f64) {
        let pace = self.pace;
        let (mut level, mut trend, mut squares) = (self.states[0], self.states[1], 0.0);
        let mut season = [0.0; YEAR];
        season.copy_from_slice(&self.states[2..]);
        for (month, value) in values.iter().enumerate() {
            trend *= pace.damping;
            level += trend;
            let error = value - level - season[month % YEAR];
            level += pace.level * error;
            trend += pace.trend * error;
            season[month % YEAR] += pace.season * error;
            squares += error * error;
        }
        (level, trend, season, squares)
    }

    /// The months after the data.
    pub(super) fn ahead(&self, values: &[f64], months: usize) -> Vec<f64> {
        let (mut level, mut trend, season, _) = self.run(values);
        (0..months)
            .map(|m| {
                trend *= self.pace.damping;
                level += trend;
                level + season[(values.len() + m) % YEAR]
            })
            .collect()
    }
}

#[cfg(test)]
#[path = "ets_tests.rs"]
mod tests;
