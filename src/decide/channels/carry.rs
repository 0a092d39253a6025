//! Carry-over: what is paid in one period works in the next ones too, by the share theta of what is left.

/// Shares tried.
pub(super) const CARRIES: [f64; 9] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/// Log of the belief in a share before anything is seen: Beta(1, 3) by the week (mean 0.25), Beta(1, 1) by the day, Beta(1, 8)
/// by the month.
pub(super) fn log_prior(theta: f64, step: i32) -> f64 {
    let beta = match step {
        1..=3 => 1.0,
        4..=20 => 3.0,
        _ => 8.0,
    };
    (beta - 1.0) * (1.0 - theta).ln()
}

/// Spend carried over: (1 - theta) x the sum of theta^k x spend k periods before. Steady spend stays what it is; before
/// the first period it is taken as at the mean.
pub(super) fn carried(spend: &[f64], theta: f64) -> Vec<f64> {
    let mut left = spend.iter().sum::<f64>() / spend.len().max(1) as f64;
    (spend.iter())
        .map(|s| {
            left = theta * left + (1.0 - theta) * s;
            left
        })
        .collect()
}
