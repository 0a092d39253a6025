//! The regression of one source's outcomes on its controls, given the elasticity and the noise.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use crate::decide::budget::response::Series;

/// Least spend that is told from none, as a share of the usual: outcomes do not come from money alone.
const LEAST_SHARE: f64 = 0.05;
/// Standard deviation of the log of the level before anything is seen: wide.
const LEVEL: f64 = 5.0;
/// Most money, and most outcomes, of a period.
const MOST: f64 = 1e12;
/// Most steps of the search.
const STEPS: usize = 30;

/// One cell of the grid of a source: what is believed of the level, given b and sigma.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    /// Probability given b.
    pub(super) weight: f64,
    /// Log of the outcomes at the usual spend, controls at `ahead`: mean and standard deviation.
    pub(super) level: f64,
    pub(super) error: f64,
}

/// The regression of one source.
pub(super) struct Fit {
    pub(super) usual: f64,
    /// Log of spend over the usual.
    x: Vec<f64>,
    /// Outcomes in grains.
    y: Vec<f64>,
    /// Intercept and controls, one row a period.
    design: DMatrix<f64>,
    /// Their precision beforehand.
    precision: Vec<f64>,
    /// Where the curve is read.
    ahead: DVector<f64>,
    /// Mean of the level beforehand, where the search starts.
    pub(super) start: DVector<f64>,
}

/// What the mode says.
pub(super) struct Found {
    /// Log of the evidence, but for what depends on sigma and the outcomes alone.
    pub(super) log: f64,
    pub(super) cell: Cell,
}

impl Fit {
    pub(super) fn new(series: &Series) -> Self {
        let n = series.spend.len().min(series.outcome.len());
        let spend: Vec<f64> = (series.spend[..n].iter())
            .map(|&s| if s > 0.0 { s.min(MOST) } else { 0.0 })
            .collect();
        let some: Vec<f64> = spend.iter().copied().filter(|s| *s > 0.0).collect();
        let mean = some.iter().sum::<f64>() / some.len().max(1) as f64;
        let usual = if mean > 0.0 { mean } else { 1.0 };
        let grain = series.grain();
        let y: Vec<f64> = (series.outcome[..n].iter())
            .map(|&y| if y > 0.0 { (y / grain).min(MOST) } else { 0.0 })
            .collect();
        let least = LEAST_SHARE * usual;
        let x = (spend.iter())
            .map(|spend| (spend.max(least) / usual).ln())
            .collect();
        let columns = series.controls.len() + 1;
        let design = DMatrix::from_fn(n, columns, |t, c| match c {
            0 => 1.0,
            c => series.controls[c - 1].values.get(t).copied().unwrap_or(0.0),
        });
        let mut precision = vec![LEVEL.powi(-2)];
        precision.extend(series.controls.iter().map(|c| c.sd.max(1e-6).powi(-2)));
        let mut ahead = DVector::from_element(columns, 1.0);
        for (c, control) in series.controls.iter().enumerate() {
            ahead[c + 1] = control.ahead;
        }
        let mut start = DVector::zeros(columns);
        start[0] = ((y.iter().sum::<f64>() + 0.5) / (n as f64).max(1.0)).ln();
        Self {
            usual,
            x,
            y,
            design,
            precision,
            ahead,
            start,
        }
    }

    /// The part of the log-likelihood that hangs on sigma and the outcomes alone.
    pub(super) fn constant(&self, sigma: f64) -> f64 {
        let k = sigma.powi(-2);
        let of = |y: f64| libm::lgamma(y + k) - libm::lgamma(k) - libm::lgamma(y + 1.0);
        self.y.iter().map(|&y| of(y)).sum()
    }

    /// Log of the mean of a period.
    fn log_mean(&self, b: f64, theta: &DVector<f64>) -> Vec<f64> {
        let eta = &self.design * theta;
        (eta.iter().zip(&self.x))
            .map(|(eta, x)| (eta + b * x).clamp(-30.0, 30.0))
            .collect()
    }

    /// Log of likelihood x prior, up to constants.
    fn height(&self, b: f64, sigma: f64, theta: &DVector<f64>) -> f64 {
        let k = sigma.powi(-2);
        let eta = self.log_mean(b, theta);
        let seen: f64 = (eta.iter().zip(&self.y))
            .map(|(&eta, y)| y * eta - (y + k) * (k + eta.exp()).ln() + k * k.ln())
            .sum();
        let before: f64 = (0..theta.len())
            .map(|c| self.precision[c] * (theta[c] - self.centre(c)).powi(2))
            .sum();
        seen - 0.5 * before
    }

    fn centre(&self, column: usize) -> f64 {
        if column == 0 { self.start[0] } else { 0.0 }
    }

    /// Gradient and expected curvature (Fisher scoring).
    fn slopes(&self, b: f64, sigma: f64, theta: &DVector<f64>) -> (DVector<f64>, DMatrix<f64>) {
        let p = theta.len();
        let (mut gradient, mut curvature) = (DVector::zeros(p), DMatrix::zeros(p, p));
        for (t, eta) in self.log_mean(b, theta).into_iter().enumerate() {
            let mean = eta.exp();
            let share = 1.0 / (1.0 + sigma * sigma * mean);
            let row = self.design.row(t);
            for i in 0..p {
                gradient[i] += row[i] * (self.y[t] - mean) * share;
                for j in 0..=i {
                    curvature[(i, j)] += row[i] * row[j] * mean * share;
                }
            }
        }
        for i in 0..p {
            gradient[i] -= self.precision[i] * (theta[i] - self.centre(i));
            curvature[(i, i)] += self.precision[i];
            for j in 0..i {
                curvature[(j, i)] = curvature[(i, j)];
            }
        }
        (gradient, curvature)
    }

    /// The mode given b and sigma, and what it says.
    pub(super) fn at(&self, b: f64, sigma: f64, start: DVector<f64>) -> (DVector<f64>, Found) {
        let mut theta = start;
        let mut height = self.height(b, sigma, &theta);
        let mut last: Option<Cholesky<f64, Dyn>> = None;
        for _ in 0..STEPS {
            let (gradient, curvature) = self.slopes(b, sigma, &theta);
            let Some(factor) = Cholesky::new(curvature) else {
                break;
            };
            let mut step = factor.solve(&gradient);
            last = Some(factor);
            let size = step.amax();
            if size < 1e-7 {
                break;
            }
            let mut better = false;
            for _ in 0..12 {
                let tried = &theta + &step;
                let at = self.height(b, sigma, &tried);
                if at >= height - 1e-12 {
                    (theta, height, better) = (tried, at, true);
                    break;
                }
                step *= 0.5;
            }
            if !better || size < 1e-5 {
                break;
            }
        }
        let mut found = Found {
            log: f64::NEG_INFINITY,
            cell: Cell::default(),
        };
        if let Some(factor) = last {
            let volume: f64 = factor.l_dirty().diagonal().iter().map(|d| d.ln()).sum();
            found.log = height - volume;
            found.cell.level = self.ahead.dot(&theta);
            found.cell.error = self.ahead.dot(&factor.solve(&self.ahead)).max(0.0).sqrt();
        }
        (theta, found)
    }

    /// Standard deviation of b by the data alone: what of log spend the level and the controls leave unexplained.
    pub(super) fn data_sd(&self, b: f64, sigma: f64, theta: &DVector<f64>) -> f64 {
        let (_, curvature) = self.slopes(b, sigma, theta);
        let mut cross = DVector::zeros(theta.len());
        let mut own = 0.0;
        for (t, eta) in self.log_mean(b, theta).into_iter().enumerate() {
            let mean = eta.exp();
            let weight = mean / (1.0 + sigma * sigma * mean);
            own += weight * self.x[t] * self.x[t];
            cross += self.design.row(t).transpose() * (weight * self.x[t]);
        }
        let explained = Cholesky::new(curvature).map_or(0.0, |f| cross.dot(&f.solve(&cross)));
        let left = own - explained;
        // What is left by rounding alone is nothing.
        if left > 1e-9 * own {
            left.sqrt().recip()
        } else {
            f64::INFINITY
        }
    }
}
