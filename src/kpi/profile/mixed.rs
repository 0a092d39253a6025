//! Regression on several attributes at once, each level of each with an effect of its own, drawn towards 0.
//!
//! Effects of the levels of an attribute are normal around 0 with a spread that is either given or learnt: by EM,
//! `spread^2 = sum of (b^2 + variance of b) / (levels - 1)` (random effects; for yes or no by penalised quasi-likelihood,
//! Breslow and Clayton 1993). The 1 is a prior that keeps the spread off 0, where few levels would seem to be surely alike
//! (Chung, Rabe-Hesketh, Dorie, Gelman and Liu 2013). The covariance is the inverse of the penalised information.

use nalgebra::{DMatrix, DVector};

/// Most steps.
const STEPS: usize = 40;
/// Least spread, so that it can grow again.
const LEAST_SPREAD: f64 = 0.01;

/// Rows of one level for each attribute.
pub(crate) struct Design {
    /// First column of each attribute, and one past the last.
    pub(crate) starts: Vec<usize>,
    /// Column of the level, row by row.
    columns: Vec<u32>,
    rows: usize,
}

/// What is learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// 0 or 1, on log-odds.
    YesNo,
    /// Numbers of one spread.
    Normal,
}

/// How far levels may differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Spread {
    /// Standard deviation of effects, of every attribute.
    Given(f64),
    /// Learnt for each attribute.
    Learnt,
}

/// What was learnt.
pub(crate) struct Mixed {
    /// Where all effects are 0.
    pub(crate) intercept: f64,
    /// One a column.
    pub(crate) effects: Vec<f64>,
    /// Of effects, then of the intercept.
    covariance: DMatrix<f64>,
}

impl Design {
    /// From the number of levels of each attribute, and its codes by row.
    pub(crate) fn new(levels: &[usize], codes: &[Vec<usize>]) -> Self {
        let mut starts = vec![0];
        for levels in levels {
            starts.push(starts.last().copied().unwrap_or(0) + levels);
        }
        let rows = codes.first().map_or(0, Vec::len);
        let columns = (0..rows)
            .flat_map(|row| {
                let starts = &starts;
                codes
                    .iter()
                    .enumerate()
                    .map(move |(a, codes)| (starts[a] + codes[row]) as u32)
            })
            .collect();
        Self {
            starts,
            columns,
            rows,
        }
    }

    fn attributes(&self) -> usize {
        self.starts.len() - 1
    }

    /// Columns in all.
    fn width(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Columns of a row.
    pub(crate) fn row(&self, row: usize) -> &[u32] {
        let n = self.attributes();
        &self.columns[row * n..(row + 1) * n]
    }

    /// Number of rows.
    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }
}

impl Mixed {
    /// Learns; none if the information is not positive definite, or nothing settles.
    ///
    /// Of yes or no, `open` tells of rows whose end is not known yet: ln of the odds of yes, given that it is not known,
    /// over those from the start; NaN where `y` is known. Such a row is yes with `y = logistic(eta + open)`, has the
    /// gradient y - p and the information p (1 - p) - y (1 - y): the likelihood of what has been seen of it.
    pub(crate) fn fit(
        design: &Design,
        y: &[f64],
        open: &[f64],
        family: Family,
        spread: Spread,
    ) -> Option<Self> {
        let width = design.width();
        let known = || y.iter().zip(open).filter(|(_, open)| open.is_nan());
        let mean = known().map(|(y, _)| y).sum::<f64>() / (known().count().max(1) as f64);
        let mut beta = DVector::<f64>::zeros(width + 1);
        beta[width] = match family {
            Family::YesNo => (mean / (1.0 - mean)).ln(),
            Family::Normal => mean,
        };
        if !beta[width].is_finite() {
            return None;
        }
        let mut spreads = match spread {
            Spread::Given(spread) => vec![spread; design.attributes()],
            Spread::Learnt => vec![0.5; design.attributes()],
        };
        let mut noise = variance(y, mean).max(1e-12);
        let mut covariance = DMatrix::<f64>::zeros(0, 0);
        for _ in 0..STEPS {
            let (gradient, information, squares) =
                derivatives(design, (y, open), family, &beta, &spreads, noise);
            covariance = information.cholesky()?.inverse();
            let mut step = &covariance * &gradient;
            // From the mean Newton's steps are short; one that is not is no good one.
            let long = step.amax();
            if long > 4.0 && family == Family::YesNo {
                step *= 4.0 / long;
            }
            beta += &step;
            if family == Family::Normal {
                noise = (squares / y.len().max(1) as f64).max(1e-12);
            }
            let moved = update(design, &beta, &covariance, &mut spreads, spread);
            let still = step.amax() < 1e-6 * (1.0 + beta.amax());
            if still && moved < 0.01 {
                break;
            }
        }
        let intercept = beta[width];
        let effects: Vec<f64> = beta.iter().take(width).copied().collect();
        (effects.iter().all(|effect| effect.is_finite())).then_some(Self {
            intercept,
            effects,
            covariance,
        })
    }

    /// The effect of a level against the mean of its attribute over these shares of its levels, and its variance.
    pub(crate) fn against_mean(&self, start: usize, shares: &[f64], level: usize) -> (f64, f64) {
        let weight = |m: usize| f64::from(u8::from(m == level)) - shares[m];
        let (mut effect, mut variance) = (0.0, 0.0);
        for m in 0..shares.len() {
            effect += weight(m) * self.effects[start + m];
            for k in 0..shares.len() {
                variance += weight(m) * weight(k) * self.covariance[(start + m, start + k)];
            }
        }
        (effect, variance.max(0.0))
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn variance(y: &[f64], mean: f64) -> f64 {
    y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / y.len().max(1) as f64
}

/// Gradient and information of the penalised likelihood, and the sum of squared residuals.
fn derivatives(
    design: &Design,
    (y, open): (&[f64], &[f64]),
    family: Family,
    beta: &DVector<f64>,
    spreads: &[f64],
    noise: f64,
) -> (DVector<f64>, DMatrix<f64>, f64) {
    let width = design.width();
    let mut gradient = DVector::<f64>::zeros(width + 1);
    let mut information = DMatrix::<f64>::zeros(width + 1, width + 1);
    let mut squares = 0.0;
    for (row, &y) in y.iter().enumerate().take(design.rows) {
        let columns = design.row(row);
        let eta = (columns.iter()).fold(beta[width], |sum, &c| sum + beta[c as usize]);
        let (residual, weight) = match family {
            Family::YesNo => {
                let p = sigmoid(eta);
                if open[row].is_nan() {
                    (y - p, p * (1.0 - p))
                } else {
                    let y = sigmoid(eta + open[row]);
                    (y - p, (p * (1.0 - p) - y * (1.0 - y)).max(0.0))
                }
            }
            Family::Normal => {
                squares += (y - eta).powi(2);
                ((y - eta) / noise, 1.0 / noise)
            }
        };
        gradient[width] += residual;
        information[(width, width)] += weight;
        for (i, &a) in columns.iter().enumerate() {
            gradient[a as usize] += residual;
            information[(width, a as usize)] += weight;
            // Attributes are in order, so this fills one triangle only.
            for &b in &columns[..=i] {
                information[(a as usize, b as usize)] += weight;
            }
        }
    }
    for (a, spread) in spreads.iter().enumerate() {
        for column in design.starts[a]..design.starts[a + 1] {
            let penalty = 1.0 / (spread * spread);
            gradient[column] -= penalty * beta[column];
            information[(column, column)] += penalty;
        }
    }
    information[(width, width)] += 1e-9;
    information.fill_upper_triangle_with_lower_triangle();
    (gradient, information, squares)
}

/// Learns the spreads anew; by how much, relative to itself, one of them moved at most.
fn update(
    design: &Design,
    beta: &DVector<f64>,
    covariance: &DMatrix<f64>,
    spreads: &mut [f64],
    spread: Spread,
) -> f64 {
    if matches!(spread, Spread::Given(_)) {
        return 0.0;
    }
    let mut moved: f64 = 0.0;
    for (a, own) in spreads.iter_mut().enumerate() {
        let columns = design.starts[a]..design.starts[a + 1];
        let n = (columns.len() as f64 - 1.0).max(1.0);
        let sum: f64 = columns
            .map(|column| beta[column].powi(2) + covariance[(column, column)])
            .sum();
        let new = (sum / n).sqrt().max(LEAST_SPREAD);
        moved = moved.max((new / *own - 1.0).abs());
        *own = new;
    }
    moved
}
