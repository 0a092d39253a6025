//! Average order value of each source, shrunken towards that of all.

/// How different sources are taken to be at the least, as a share of the mean.
const LEAST_SPREAD: f64 = 0.05;

/// Mean amount of a win, and how far it may be off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Aov {
    /// Money.
    pub(crate) mean: f64,
    /// Standard error, money.
    pub(crate) error: f64,
}

/// From the amounts of each source's wins; none if there is not one amount.
///
/// (`n_s` `mean_s` + m mean) / (`n_s` + m), m = variance within sources / variance between them, the latter by the method of
/// moments (one-way analysis of variance with unequal groups); the mean is that of a random-effects model.
pub(crate) fn shrunken(amounts: &[Vec<f64>]) -> Option<Vec<Aov>> {
    let n: f64 = amounts.iter().map(|of| of.len() as f64).sum();
    if n < 1.0 {
        return None;
    }
    let mean_of = |of: &[f64]| of.iter().sum::<f64>() / (of.len() as f64).max(1.0);
    let mean = amounts.iter().flatten().sum::<f64>() / n;
    let groups: Vec<(f64, f64)> = (amounts.iter())
        .filter(|of| !of.is_empty())
        .map(|of| (of.len() as f64, mean_of(of)))
        .collect();
    let k = groups.len() as f64;
    let squares: f64 = (amounts.iter())
        .map(|of| {
            let own = mean_of(of);
            of.iter().map(|a| (a - own).powi(2)).sum::<f64>()
        })
        .sum();
    // With one win a source nothing shows the spread within: as large as the mean, then.
    let within = if n > k {
        squares / (n - k)
    } else {
        mean * mean
    };
    let around: f64 = groups
        .iter()
        .map(|&(n, own)| n * (own - mean).powi(2))
        .sum();
    let size = n - groups.iter().map(|&(n, _)| n * n).sum::<f64>() / n;
    let between = if size > 0.0 {
        (around - (k - 1.0) * within) / size
    } else {
        0.0
    };
    let between = between
        .max((LEAST_SPREAD * mean).powi(2))
        .max(f64::MIN_POSITIVE);
    let m = within / between;
    // The mean of all is that of the sources, each by how well it is known: not that of the biggest one.
    let weights: f64 = (groups.iter())
        .map(|&(n, _)| 1.0 / (between + within / n))
        .sum();
    let centre = (groups.iter())
        .map(|&(n, own)| own / (between + within / n))
        .sum::<f64>()
        / weights;
    let of_source = |of: &Vec<f64>| {
        let count = of.len() as f64;
        if count + m <= 0.0 {
            return Aov {
                mean: centre,
                error: 0.0,
            };
        }
        let lean = m / (count + m);
        let shrunken = (1.0 - lean) * mean_of(of) + lean * centre;
        // Dear goods vary by more money.
        let scale = if centre > 0.0 { shrunken / centre } else { 1.0 };
        let own = if count > 0.0 {
            within / (count + m) * scale * scale
        } else {
            between
        };
        Aov {
            mean: shrunken,
            // What leans on the others is a little wider: how much they differ is itself an estimate.
            error: (1.0 + 0.2 * lean) * (own + lean * lean / weights).sqrt(),
        }
    };
    Some(amounts.iter().map(of_source).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_distr::{Distribution, Gamma, Normal};
    use rand_pcg::Pcg64;

    #[test]
    fn few_wins_lean_on_all_and_no_wins_take_their_mean() {
        assert_eq!(shrunken(&[Vec::new()]), None);
        let many: Vec<f64> = (0..500).map(|i| 80.0 + f64::from(i % 41)).collect();
        let dear: Vec<f64> = many.iter().map(|a| a * 3.0).collect();
        let aov = shrunken(&[many, dear, vec![1000.0], Vec::new()]).expect("amounts");
        assert!((aov[0].mean - 100.0).abs() < 1.0 && (aov[1].mean - 300.0).abs() < 2.0);
        assert!(aov[2].mean < 1000.0 && aov[2].error > aov[1].error);
        assert!((200.0..500.0).contains(&aov[3].mean), "{}", aov[3].mean);
        assert!(aov[3].error > 50.0, "{}", aov[3].error);
        let same = shrunken(&[vec![5.0, 5.0], vec![5.0]]).expect("amounts");
        assert!(
            same.iter()
                .all(|aov| (aov.mean - 5.0).abs() < 1e-9 && aov.error < 1e-6)
        );
        let zero = shrunken(&[vec![0.0, 0.0]]).expect("amounts");
        assert_eq!(zero[0].mean, 0.0);
        assert!(!zero[0].error.is_nan());
    }

    #[test]
    fn the_error_is_the_size_that_it_says() {
        let mut rng = Pcg64::seed_from_u64(5);
        let spread = Normal::new(0.0, 0.3).expect("a normal");
        let (mut inside, mut all) = (0, 0);
        for _ in 0..60 {
            let truth: Vec<f64> = (0..8)
                .map(|_| 100.0 * f64::exp(spread.sample(&mut rng)))
                .collect();
            let amounts: Vec<Vec<f64>> = (truth.iter().enumerate())
                .map(|(i, mean)| {
                    let gamma = Gamma::new(2.0, mean / 2.0).expect("a gamma");
                    (0..[3, 10, 40, 150][i % 4])
                        .map(|_| gamma.sample(&mut rng))
                        .collect()
                })
                .collect();
            for (aov, truth) in shrunken(&amounts).expect("amounts").iter().zip(&truth) {
                inside += usize::from((aov.mean - truth).abs() < 1.2816 * aov.error);
                all += 1;
            }
        }
        let coverage = f64::from(inside as u32) / f64::from(all);
        assert!((0.74..=0.86).contains(&coverage), "{coverage}");
    }
}
