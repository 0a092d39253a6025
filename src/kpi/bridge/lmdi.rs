//! The logarithmic mean Divisia index: the change of a product shared out among its factors.

/// The logarithmic mean of two positive numbers: (a - b) / (ln a - ln b), a itself where both are equal; 0 where either
/// is 0. Written as the geometric mean x sinh(u) / u, u half the difference of the logs, it is exact for near numbers and
/// symmetric to the last bit.
pub fn log_mean(a: f64, b: f64) -> f64 {
    if a <= 0.0 || b <= 0.0 {
        return 0.0;
    }
    let u = ((a.ln() - b.ln()) / 2.0).abs();
    let stretch = if u < 1e-4 {
        1.0 + u * u / 6.0
    } else {
        u.sinh() / u
    };
    a.sqrt() * b.sqrt() * stretch
}

/// What each factor adds to the change of the product from `before` to `after`, both of the same length and without
/// negative numbers: LMDI-I (Ang 2005, Energy Policy 33: 867-871), effect = L(R1, R0) x ln(x1 / x0).
///
/// A product that comes from nothing, or goes to nothing, has the analytic limit: the factors that are 0 there share
/// the whole change evenly, all others have no effect (Ang & Liu 2007, Energy Policy 35: 238-246). The effects sum to the change, and change their sign
/// exactly when `before` and `after` change places.
pub fn lmdi(before: &[f64], after: &[f64]) -> Vec<f64> {
    let product = |x: &[f64]| x.iter().product::<f64>();
    let (r0, r1) = (product(before), product(after));
    let mut effects = vec![0.0; before.len()];
    if r0 > 0.0 && r1 > 0.0 {
        let mean = log_mean(r1, r0);
        for (effect, (x0, x1)) in effects.iter_mut().zip(before.iter().zip(after)) {
            *effect = mean * (x1.ln() - x0.ln());
        }
    } else {
        let gone = if r0 > 0.0 { after } else { before };
        let zeros = gone.iter().filter(|x| **x == 0.0).count().max(1) as f64;
        for (effect, x) in effects.iter_mut().zip(gone) {
            if *x == 0.0 {
                *effect = (r1 - r0) / zeros;
            }
        }
    }
    settle(&mut effects, r1 - r0);
    effects
}

/// Gives what rounding left of the change to the largest effect, so that they add up.
pub(super) fn settle(effects: &mut [f64], change: f64) {
    let rest = change - effects.iter().sum::<f64>();
    let largest = (effects.iter_mut()).max_by(|a, b| a.abs().total_cmp(&b.abs()));
    if let Some(largest) = largest.filter(|_| rest.is_finite()) {
        *largest += rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithmic_mean_lies_between_and_is_exact_for_near_numbers() {
        assert!((log_mean(2.0, 1.0) - 1.0 / 2.0_f64.ln()).abs() < 1e-15);
        assert!((log_mean(5.0, 5.0) - 5.0).abs() < 1e-14);
        let near = log_mean(1.0 + 1e-9, 1.0);
        assert!((near - (1.0 + 0.5e-9)).abs() < 1e-15, "{near}");
        assert_eq!(log_mean(3.0, 7.0), log_mean(7.0, 3.0));
        assert_eq!(log_mean(0.0, 7.0), 0.0);
    }

    #[test]
    fn what_comes_from_nothing_is_due_to_what_was_nothing() {
        assert_eq!(lmdi(&[0.0, 3.0], &[2.0, 4.0]), [8.0, 0.0]);
        assert_eq!(lmdi(&[2.0, 4.0], &[0.0, 3.0]), [-8.0, 0.0]);
        assert_eq!(lmdi(&[0.0, 0.0, 9.0], &[2.0, 3.0, 1.0]), [3.0, 3.0, 0.0]);
        assert_eq!(lmdi(&[0.0, 3.0], &[0.0, 4.0]), [0.0, 0.0]);
        // The limit of ever smaller numbers, slowly: a thing of 1e-300 has nearly all of it.
        let near = lmdi(&[1e-300, 3.0], &[2.0, 4.0]);
        assert!((near[0] - 8.0).abs() < 0.02, "{near:?}");
    }
}
