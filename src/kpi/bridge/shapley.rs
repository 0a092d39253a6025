//! Shapley values: what each of some inputs adds, averaged over every order in which they can be brought in.

use crate::kpi::bridge::lmdi::settle;

/// Shapley values of `n` inputs (at most 16), where `value` gives what comes of any set of them (bit i: input i is
/// in). They sum to value(all) - value(none) (Shapley 1953; Shorrocks 2013, Journal of Economic Inequality 11: 99-126).
pub fn shapley(n: usize, value: impl Fn(u32) -> f64) -> Vec<f64> {
    let n = n.min(16);
    let values: Vec<f64> = (0..1_u32 << n).map(value).collect();
    // The weight of a set of s others: s! (n - s - 1)! / n!.
    let mut weights = vec![1.0 / n.max(1) as f64; n.max(1)];
    for s in 1..n {
        weights[s] = weights[s - 1] * s as f64 / (n - s) as f64;
    }
    let mut effects: Vec<f64> = (0..n)
        .map(|input| {
            let bit = 1_usize << input;
            (0..values.len())
                .filter(|set| set & bit == 0)
                .map(|set| weights[set.count_ones() as usize] * (values[set | bit] - values[set]))
                .sum()
        })
        .collect();
    settle(&mut effects, values[values.len() - 1] - values[0]);
    effects
}

/// What each factor adds to the change of their product; factors may be 0 or negative. Factors that did not change are
/// not among the inputs: their effect is 0.
pub fn shapley_product(before: &[f64], after: &[f64]) -> Vec<f64> {
    let moved: Vec<usize> = (0..before.len())
        .filter(|&i| before[i] != after[i])
        .collect();
    let still: f64 = (0..before.len())
        .filter(|i| !moved.contains(i))
        .map(|i| before[i])
        .product();
    let of_moved = shapley(moved.len(), |set| {
        let part = |(bit, &i): (usize, &usize)| {
            if set >> bit & 1 == 1 {
                after[i]
            } else {
                before[i]
            }
        };
        still * moved.iter().enumerate().map(part).product::<f64>()
    });
    let mut effects = vec![0.0; before.len()];
    for (effect, i) in of_moved.into_iter().zip(moved) {
        effects[i] = effect;
    }
    effects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_inputs_share_what_they_do_together() {
        // 3 x 5 -> 4 x 7: 1 x mean(5, 7) and 2 x mean(3, 4).
        let effects = shapley_product(&[3.0, 5.0], &[4.0, 7.0]);
        assert!((effects[0] - 6.0).abs() < 1e-12 && (effects[1] - 7.0).abs() < 1e-12);
        assert_eq!(shapley_product(&[2.0, 3.0], &[2.0, 5.0]), [0.0, 4.0]);
        assert!(shapley(0, |_| 1.0).is_empty());
    }
}
