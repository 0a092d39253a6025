//! The distribution functions that the truth is computed with, on `libm`.

/// P(X <= x) for X gamma-distributed with a shape above 0 and scale 1: the regularised incomplete gamma function, by
/// its series below `shape + 1` and by its continued fraction (Lentz) above (Abramowitz and Stegun 6.5.29, 6.5.31).
pub(super) fn gamma_cdf(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = libm::exp(shape * libm::log(x) - x - libm::lgamma(shape));
    if x < shape + 1.0 {
        let (mut term, mut sum, mut k) = (1.0 / shape, 1.0 / shape, shape);
        while term > sum * 1e-16 {
            k += 1.0;
            term *= x / k;
            sum += term;
        }
        return (front * sum).min(1.0);
    }
    let mut b = x + 1.0 - shape;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut h = d;
    for i in 1..500 {
        let i = f64::from(i);
        let a = -i * (i - shape);
        b += 2.0;
        d = 1.0 / (a * d + b);
        c = b + a / c;
        let delta = d * c;
        h *= delta;
        if (delta - 1.0).abs() < 1e-16 {
            break;
        }
    }
    (1.0 - front * h).clamp(0.0, 1.0)
}

/// P(X <= x) for X lognormal with that median and standard deviation of the logarithm.
pub(super) fn lognormal_cdf(median: f64, sigma: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    0.5 * libm::erfc(-libm::log(x / median) / (sigma * std::f64::consts::SQRT_2))
}

/// The logistic function.
pub(super) fn logistic(eta: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-eta))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_values_of_the_gamma_distribution() {
        // Shape 1: 1 - e^-x. Shape 2: 1 - (1 + x) e^-x. Both are exact.
        for x in [0.01, 0.5, 1.0, 1.9, 2.1, 5.0, 30.0] {
            let e = f64::exp(-x);
            assert!((gamma_cdf(1.0, x) - (1.0 - e)).abs() < 1e-13, "at {x}");
            assert!(
                (gamma_cdf(2.0, x) - (1.0 - (1.0 + x) * e)).abs() < 1e-13,
                "at {x}"
            );
        }
        // Shape 1/2: erf(sqrt x).
        for x in [0.1_f64, 1.0, 4.0] {
            assert!(
                (gamma_cdf(0.5, x) - libm::erf(x.sqrt())).abs() < 1e-13,
                "at {x}"
            );
        }
        assert_eq!(gamma_cdf(1.8, 0.0), 0.0);
        assert_eq!(gamma_cdf(1.8, 1e6), 1.0);
    }

    #[test]
    fn half_of_a_lognormal_lies_below_its_median() {
        assert!((lognormal_cdf(20.0, 0.9, 20.0) - 0.5).abs() < 1e-15);
        // One standard deviation above: the normal distribution at 1.
        let x = 20.0 * f64::exp(0.9);
        assert!((lognormal_cdf(20.0, 0.9, x) - 0.841_344_746_068_543).abs() < 1e-13);
        assert_eq!(lognormal_cdf(20.0, 0.9, 0.0), 0.0);
    }
}
