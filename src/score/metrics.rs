//! How good probabilities were, in `f64`, ties counted right.

pub use crate::features::auc;

use crate::score::solver::{logit, sigmoid};

/// Mean log loss, nats; probabilities are kept 1e-12 away from their ends.
pub fn log_loss(p: &[f64], won: &[bool]) -> f64 {
    mean(p.iter().zip(won).map(|(&p, &won)| one_log_loss(p, won)))
}

/// Log loss of one probability, nats.
pub fn one_log_loss(p: f64, won: bool) -> f64 {
    let p = p.clamp(1e-12, 1.0 - 1e-12);
    if won { -p.ln() } else { -(-p).ln_1p() }
}

/// Mean squared error of probabilities.
pub fn brier(p: &[f64], won: &[bool]) -> f64 {
    mean(
        p.iter()
            .zip(won)
            .map(|(&p, &won)| (p - f64::from(u8::from(won))).powi(2)),
    )
}

/// Wins observed / wins expected; infinite if none was expected.
pub fn observed_over_expected(p: &[f64], won: &[bool]) -> f64 {
    won.iter().filter(|&&won| won).count() as f64 / p.iter().sum::<f64>()
}

/// Calibration slope: the coefficient of logit p in a logistic regression of the outcome on it (Cox 1958). 1 is right,
/// below 1 the probabilities are too extreme. None without both outcomes or without spread in p.
pub fn calibration_slope(p: &[f64], won: &[bool]) -> Option<f64> {
    let x: Vec<f64> = p.iter().map(|&p| logit(p)).collect();
    calibration_line(&x, won, &vec![1.0; x.len()], (0.0, 1.0)).map(|(_, slope)| slope)
}

/// Intercept and slope of a weighted logistic regression of the outcome on log-odds `x`, begun at `start`; none without
/// both outcomes or without spread in `x`.
pub(crate) fn calibration_line(
    x: &[f64],
    won: &[bool],
    weights: &[f64],
    start: (f64, f64),
) -> Option<(f64, f64)> {
    let (mut a, mut b) = start;
    for _ in 0..100 {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for ((&x, &won), &weight) in x.iter().zip(won).zip(weights) {
            if weight == 0.0 {
                continue;
            }
            let p = sigmoid(a + b * x);
            let residual = weight * (f64::from(u8::from(won)) - p);
            let v = weight * p * (1.0 - p);
            ga += residual;
            gb += residual * x;
            haa += v;
            hab += v * x;
            hbb += v * x * x;
        }
        let determinant = haa * hbb - hab * hab;
        if determinant <= 1e-9 * haa * hbb {
            return None;
        }
        let (da, db) = (
            (hbb * ga - hab * gb) / determinant,
            (haa * gb - hab * ga) / determinant,
        );
        // A step of at most 2 keeps separated data from running away in one leap; it then fails to converge.
        let damping = (2.0 / da.abs().max(db.abs()).max(1e-300)).min(1.0);
        (a, b) = (a + damping * da, b + damping * db);
        if da.abs().max(db.abs()) < 1e-8 {
            return Some((a, b));
        }
    }
    None
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0_usize), |(sum, n), value| (sum + value, n + 1));
    sum / n.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::calibration_slope;

    #[test]
    fn no_slope_where_there_is_none() {
        assert_eq!(
            calibration_slope(&[0.3; 4], &[true, false, true, false]),
            None
        );
        assert_eq!(
            calibration_slope(&[0.1, 0.2, 0.8, 0.9], &[false, false, true, true]),
            None
        );
    }
}
