use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Normal, Poisson};

use super::*;

/// A source whose truth is known: spend that scatters by `cv`, outcomes that follow it by `b`.
fn simulated(rng: &mut Pcg64, periods: usize, b: f64, cv: f64, noise: f64, mean: f64) -> Series {
    let normal = Normal::new(0.0, 1.0).expect("a normal");
    let sd = (1.0 + cv * cv).ln().sqrt();
    let spend: Vec<f64> = (0..periods)
        .map(|_| 10_000.0 * f64::exp(sd * normal.sample(rng)))
        .collect();
    let outcome = (spend.iter())
        .map(|spend| {
            let mean = mean * (spend / 10_000.0).powf(b) * f64::exp(noise * normal.sample(rng));
            Poisson::new(mean).expect("a mean").sample(rng)
        })
        .collect();
    Series {
        spend,
        outcome,
        grain: 1.0,
        controls: Vec::new(),
        doubt: 0.0,
    }
}

/// What 24 months tell of an elasticity of 0.6: standard deviation 0.32, 0.13 and 0.06 where spend scatters by 10, 25 and
/// 50 %; by the formula of least squares, noise / (scatter x root of 24), with a noise of 0.15.
#[test]
fn how_well_the_elasticity_is_known_hangs_on_how_much_spend_moved() {
    let mut rng = Pcg64::seed_from_u64(11);
    for (cv, expected) in [(0.10, 0.32), (0.25, 0.13), (0.50, 0.064)] {
        let (mut errors, mut said) = (Vec::new(), 0.0);
        for _ in 0..60 {
            let series = simulated(&mut rng, 24, 0.6, cv, 0.15, 3_000.0);
            let curves = curves(&[series]);
            let curve = &curves.sources[0];
            said += curve.data_sd() / 60.0;
            errors.push(curve.elasticity().0 - 0.6);
        }
        assert!((said / expected - 1.0).abs() < 0.2, "cv {cv}: {said}");
        let real = (errors.iter().map(|e| e * e).sum::<f64>() / 60.0).sqrt();
        assert!(real < 1.3 * expected, "cv {cv}: off by {real}");
    }
}

/// The claim of the interval: where the truth comes from the prior, 80 % of intervals hold it, with many leads and with few.
#[test]
fn the_interval_of_the_elasticity_covers_the_truth() {
    let mut rng = Pcg64::seed_from_u64(5);
    for mean in [6.0, 200.0] {
        let (mut inside, mut level, mut all) = (0, 0, 0);
        for _ in 0..60 {
            let common = Normal::new(COMMON.0, COMMON.1)
                .expect("a normal")
                .sample(&mut rng);
            let of = Normal::new(common, BETWEEN).expect("a normal");
            let truth: Vec<f64> = std::iter::repeat_with(|| of.sample(&mut rng))
                .filter(|b| (0.0..1.0).contains(b))
                .take(4)
                .collect();
            let series: Vec<Series> = (truth.iter())
                .map(|&b| {
                    let cv = rng.random_range(0.1..0.6);
                    simulated(&mut rng, 24, b, cv, 0.2, mean)
                })
                .collect();
            let curves = curves(&series);
            let draws = curves.draws(400, 7);
            for (source, (&b, curve)) in truth.iter().zip(&curves.sources).enumerate() {
                inside += usize::from(curve.quantile(0.1) <= b && b <= curve.quantile(0.9));
                let mut at: Vec<f64> = draws.iter().map(|d| d[source].at(13_000.0)).collect();
                at.sort_by(f64::total_cmp);
                let real = mean * 1.3_f64.powf(b) * f64::exp(0.5 * 0.2 * 0.2);
                level += usize::from(at[40] <= real && real <= at[360]);
                all += 1;
            }
        }
        for (what, n) in [("elasticity", inside), ("outcomes", level)] {
            let coverage = n as f64 / f64::from(all);
            assert!(
                (0.74..=0.87).contains(&coverage),
                "{what}, {mean}: {coverage}"
            );
        }
    }
}

#[test]
fn spend_that_never_moved_leaves_what_was_believed() {
    let flat = Series {
        spend: vec![500.0; 24],
        outcome: vec![20.0; 24],
        grain: 1.0,
        controls: Vec::new(),
        doubt: 0.0,
    };
    let curves = curves(&[flat]);
    let curve = &curves.sources[0];
    let ((mean, sd), before) = (curve.elasticity(), prior());
    assert!((mean - before.0).abs() < 1e-6 && (sd - before.1).abs() < 1e-6);
    assert!(!curve.told() && curve.data_sd().is_infinite());
    for draw in curves.draws(50, 1) {
        assert!((draw[0].at(500.0) / 20.0 - 1.0).abs() < 0.5, "{draw:?}");
    }
}

#[test]
fn nothing_breaks_on_nothing() {
    let of = |spend: Vec<f64>, outcome: Vec<f64>, grain| Series {
        spend,
        outcome,
        grain,
        controls: vec![Control {
            values: vec![1.0],
            ahead: 0.0,
            sd: 0.1,
        }],
        doubt: 0.15,
    };
    let odd = [
        of(vec![], vec![], 1.0),
        of(vec![0.0], vec![0.0], 1.0),
        of(vec![1e-300, 1e300], vec![0.0, 1e15], 0.0),
        of(vec![5.0, 7.0, 9.0], vec![0.0, 0.0, 0.0], 1.0),
    ];
    let curves = curves(&odd);
    for draw in curves.draws(20, 3) {
        for power in draw {
            assert!(power.at(5.0).is_finite() && (0.0..1.0).contains(&power.b));
        }
    }
}

#[test]
fn money_is_read_in_usual_orders() {
    let mut rng = Pcg64::seed_from_u64(2);
    let mut series = simulated(&mut rng, 60, 0.5, 0.5, 0.1, 400.0);
    let counted = curves(std::slice::from_ref(&series));
    series.outcome.iter_mut().for_each(|y| *y *= 250.0);
    series.grain = 250.0;
    let priced = curves(&[series]);
    let (count, money) = (counted.draws(5, 1), priced.draws(5, 1));
    for (count, money) in count.iter().zip(&money) {
        assert!((money[0].at(9_000.0) / count[0].at(9_000.0) / 250.0 - 1.0).abs() < 1e-9);
    }
    assert!((counted.sources[0].elasticity().0 - 0.5).abs() < 0.15);
}
