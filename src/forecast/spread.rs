//! How large a standard deviation is, given what was seen: not one number but equally likely ones.

/// How many equally likely values stand for what is believed.
const VALUES: usize = 40;
const GRID: usize = 120;

/// Equally likely values, rising, of a standard deviation whose log is normal around the log of `median` with `width`
/// before anything is seen; `log_likelihood` says what was seen.
pub(super) fn believed(median: f64, width: f64, log_likelihood: impl Fn(f64) -> f64) -> Vec<f64> {
    // The grid runs over four widths of the prior to each side, in equal steps of the log.
    let step = 8.0 * width / GRID as f64;
    let at = |i: usize| median * (step * (i as f64 + 0.5) - 4.0 * width).exp();
    let logs: Vec<f64> = (0..GRID)
        .map(|i| {
            let z = (at(i) / median).ln() / width;
            log_likelihood(at(i)) - z * z / 2.0
        })
        .collect();
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logs.iter().map(|log| (log - top).exp()).collect();
    let total: f64 = weights.iter().sum();
    let (mut values, mut sum, mut i) = (Vec::with_capacity(VALUES), 0.0, 0);
    for value in 0..VALUES {
        let share = (value as f64 + 0.5) / VALUES as f64 * total;
        while i + 1 < GRID && sum + weights[i] < share {
            sum += weights[i];
            i += 1;
        }
        values.push(at(i));
    }
    values
}

/// Mean of the squares.
pub(super) fn mean_square(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_sight_it_is_the_prior_and_with_much_it_is_what_was_seen() {
        let prior = believed(0.1, 0.5, |_| 0.0);
        assert!((prior[VALUES / 2] / 0.1 - 1.0).abs() < 0.05);
        let tenth = prior[VALUES / 10] / 0.1;
        assert!((tenth.ln() + 1.2816 * 0.5).abs() < 0.05, "{tenth}");
        // A thousand normal values of standard deviation 0.3.
        let seen = believed(0.1, 0.5, |sd| -1000.0 * (sd.ln() + 0.09 / (2.0 * sd * sd)));
        assert!(seen.iter().all(|sd| (sd / 0.3 - 1.0).abs() < 0.1));
        assert!(seen.is_sorted());
    }
}
