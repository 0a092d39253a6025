//! How far amounts lie from what is expected of them: lists of realised / expected to draw from.

use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, FisherSnedecor};

use crate::domain::Role;
use crate::score::amount::{Spread, text_of};
use crate::score::amount_learn::Wins;

/// Most ratios stored of all wins, and of one group.
const MOST: usize = 1_000;
const MOST_OF_GROUP: usize = 400;
/// Fewest wins of a group that has a list of its own.
const MIN_GROUP: usize = 100;
/// Groups differ clearly if chance alone would make them differ as much less often than this.
const CLEAR: f64 = 0.001;

/// Ratios as a list to draw from: sorted, none below 0, mean 1; drawn together to at most so many.
pub(super) fn list(ratios: Vec<f64>) -> Vec<f64> {
    thinned(ratios, MOST)
}

/// Each group of neighbours becomes two numbers of the same mean and variance: means alone would lose the tail, single
/// ratios the mean.
fn thinned(mut ratios: Vec<f64>, most: usize) -> Vec<f64> {
    ratios.iter_mut().for_each(|ratio| *ratio = ratio.max(0.0));
    ratios.sort_by(f64::total_cmp);
    if ratios.len() > most {
        let (n, groups) = (ratios.len(), most / 2);
        ratios = (0..groups)
            .flat_map(|i| {
                let group = &ratios[i * n / groups..(i + 1) * n / groups];
                let size = group.len() as f64;
                let mean = group.iter().sum::<f64>() / size;
                let variance = group.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / size;
                let apart = variance.sqrt().min(mean);
                // A group that is larger by one weighs as much as the others: the mean is set right below.
                [mean - apart, mean + apart]
            })
            .collect();
        ratios.sort_by(f64::total_cmp);
    }
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    if mean > 0.0 {
        ratios.iter_mut().for_each(|ratio| *ratio /= mean);
    }
    ratios
}

/// Lists by source or by product, whichever tells more, where their groups clearly differ in spread: the test of Brown
/// and Forsythe (1974) on groups of at least 100 wins. The others draw from the list of all.
pub(super) fn by_group(wins: &Wins<'_>, ratios: &[f64]) -> Option<Spread> {
    let (column, groups, _) = [Role::Source, Role::Product]
        .into_iter()
        .filter_map(|role| {
            let column = wins.leads.roles.get(&role)?;
            let mut groups: BTreeMap<String, Vec<f64>> = BTreeMap::new();
            for (&row, &ratio) in wins.rows.iter().zip(ratios) {
                if let Some(text) = text_of(wins.leads, column, row) {
                    groups.entry(text.to_owned()).or_default().push(ratio);
                }
            }
            groups.retain(|_, ratios| ratios.len() >= MIN_GROUP);
            let chance = brown_forsythe(groups.values())?;
            Some((column, groups, chance))
        })
        .filter(|(_, _, chance)| *chance < CLEAR)
        .min_by(|a, b| a.2.total_cmp(&b.2))?;
    let list = |(text, ratios)| (text, thinned(ratios, MOST_OF_GROUP));
    Some(Spread {
        column: column.clone(),
        ratios: groups.into_iter().map(list).collect(),
    })
}

/// How often chance alone makes groups differ in spread as much as these: the probability that goes with the F of the
/// distances from each group's median. None for fewer than two groups.
fn brown_forsythe<'a>(groups: impl Iterator<Item = &'a Vec<f64>>) -> Option<f64> {
    let distances: Vec<Vec<f64>> = groups
        .map(|ratios| {
            let mut sorted = ratios.clone();
            sorted.sort_by(f64::total_cmp);
            let half = sorted.len() / 2;
            let median = f64::midpoint(sorted[half], sorted[(sorted.len() - 1) / 2]);
            ratios.iter().map(|ratio| (ratio - median).abs()).collect()
        })
        .collect();
    let k = distances.len() as f64;
    let n = distances.iter().map(Vec::len).sum::<usize>() as f64;
    if k < 2.0 || n <= k {
        return None;
    }
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    let all = distances.iter().flatten().sum::<f64>() / n;
    let between: f64 = (distances.iter())
        .map(|of| of.len() as f64 * (mean(of) - all).powi(2))
        .sum();
    let within: f64 = (distances.iter())
        .map(|of| of.iter().map(|d| (d - mean(of)).powi(2)).sum::<f64>())
        .sum();
    if within <= 0.0 {
        return None;
    }
    let f = (between / (k - 1.0)) / (within / (n - k));
    Some(FisherSnedecor::new(k - 1.0, n - k).ok()?.sf(f))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_drawn_together_keeps_mean_and_variance() {
        // A heavy tail: Pareto quantiles of index 2.5.
        let n = 20_000;
        let ratios: Vec<f64> = (0..n)
            .map(|i| (1.0 - (f64::from(i) + 0.5) / f64::from(n)).powf(-0.4))
            .collect();
        let moments = |of: &[f64]| {
            let mean = of.iter().sum::<f64>() / of.len() as f64;
            let square = of.iter().map(|r| r * r).sum::<f64>() / of.len() as f64;
            (mean, square / (mean * mean))
        };
        let list = list(ratios.clone());
        assert_eq!(list.len(), MOST);
        let ((mean, square), (_, before)) = (moments(&list), moments(&ratios));
        assert!((mean - 1.0).abs() < 1e-12, "{mean}");
        assert!((square / before - 1.0).abs() < 1e-3, "{square} {before}");
        assert!(list.windows(2).all(|pair| pair[0] <= pair[1]) && list[0] >= 0.0);
        let tail = |of: &[f64], mean: f64| {
            let at = of.len() * 99 / 100;
            of[at..].iter().sum::<f64>() / of.iter().sum::<f64>() / mean
        };
        assert!(
            (tail(&list, 1.0) / tail(&ratios, 1.0) - 1.0).abs() < 1e-3,
            "the tail keeps its share"
        );
    }

    #[test]
    fn the_test_of_spreads_is_that_of_scipy() {
        // scipy.stats.levene(a, b, c, center="median").pvalue
        let a = vec![1.0, 1.2, 0.8, 1.5, 0.4, 1.1];
        let b = vec![0.2, 3.0, 1.4, 0.1, 2.2, 4.0, 0.5];
        let c = vec![1.0, 0.9, 1.1, 1.05];
        let p = brown_forsythe([&a, &b, &c].into_iter()).expect("three groups");
        assert!((p - 0.006_458_052_931_696_093).abs() < 1e-9, "{p}");
        assert_eq!(brown_forsythe([&a].into_iter()), None);
    }
}
