//! Declared directions: bins of a number are merged until no effect goes against what the user knows.

use std::collections::BTreeMap;

use crate::features::{Encoding, Recipe};
use crate::score::ScoreError;
use crate::score::fit::Fitted;
use crate::score::model::Parts;

/// By column: cuts between bins that are merged.
pub(super) type Merges = BTreeMap<String, Vec<f64>>;

/// Fits with `fit`, and again with bins merged where neighbours went against a declared direction (pool adjacent
/// violators, on the coefficients), until none does.
///
/// Each pass takes cuts away, so there are at most as many as bins. The score then keeps the direction everywhere: an
/// effect runs straight from bin to bin, and P(won within h) rises with the hazard of winning in every step and falls with
/// that of losing.
///
/// # Errors
/// Those of `fit`.
pub(super) fn fit(
    mut fit: impl FnMut(&Merges) -> Result<Parts, ScoreError>,
) -> Result<Parts, ScoreError> {
    let mut merges = Merges::new();
    loop {
        let parts = fit(&merges)?;
        let more = violations(&parts);
        if more.is_empty() {
            return Ok(parts);
        }
        for (column, cuts) in more {
            merges.entry(column).or_default().extend(cuts);
        }
    }
}

/// The cuts between bins whose effects go against the direction declared.
fn violations(parts: &Parts) -> Merges {
    let mut merges = Merges::new();
    for (j, columns, reference) in parts.design.level_columns() {
        let feature = &parts.recipe.features[j];
        let Encoding::Bins(bins) = &feature.encoding else {
            continue;
        };
        let Some(direction) = bins.direction() else {
            continue;
        };
        let sides: [(Option<&Fitted>, f64); 2] = [
            (Some(&parts.win), direction.sign()),
            (parts.lost.as_ref(), -direction.sign()),
        ];
        for (fitted, sign) in sides {
            let Some(fitted) = fitted else { continue };
            let effects = effects(&fitted.logistic.coefficients[columns.clone()], reference);
            // Level 0 is a missing value: it has no place among the others.
            let rising: Vec<f64> = effects[1..].iter().map(|effect| sign * effect).collect();
            let cuts = pooled(&rising).into_iter().map(|cut| bins.cuts()[cut]);
            let wanted = merges.entry(feature.name.clone()).or_default();
            wanted.extend(cuts);
        }
    }
    merges.retain(|_, cuts| !cuts.is_empty());
    merges
}

/// Effects by level, with the 0 of the reference in its place.
fn effects(coefficients: &[f64], reference: u16) -> Vec<f64> {
    let mut effects = coefficients.to_vec();
    effects.insert(usize::from(reference).min(coefficients.len()), 0.0);
    effects
}

/// Pool adjacent violators: the places i for which values i and i + 1 end in one pool.
fn pooled(values: &[f64]) -> Vec<usize> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for &value in values {
        pools.push((value, 1));
        while let [.., (before, n), (last, m)] = pools[..]
            && last < before
        {
            pools.truncate(pools.len() - 2);
            let mean = (before * n as f64 + last * m as f64) / (n + m) as f64;
            pools.push((mean, n + m));
        }
    }
    let (mut joined, mut start) = (Vec::new(), 0);
    for (_, size) in pools {
        joined.extend(start..start + size - 1);
        start += size;
    }
    joined
}

/// Takes the cuts away that `merges` names.
pub(super) fn merge(
    recipe: &mut Recipe,
    merges: &Merges,
    leads: &crate::domain::Leads,
    rows: &[usize],
) {
    for (column, cuts) in merges {
        recipe.merge_bins(column, cuts, leads, rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_are_those_of_isotonic_regression() {
        // sklearn.isotonic.isotonic_regression([1, 3, 2, 4, 3.5, 3, 5]) = [1, 2.5, 2.5, 3.5, 3.5, 3.5, 5].
        assert_eq!(pooled(&[1.0, 3.0, 2.0, 4.0, 3.5, 3.0, 5.0]), [1, 3, 4]);
        assert_eq!(pooled(&[1.0, 1.0, 2.0]), Vec::<usize>::new());
        assert_eq!(pooled(&[3.0, 2.0, 1.0]), [0, 1]);
        assert_eq!(pooled(&[]), Vec::<usize>::new());
    }

    #[test]
    fn the_reference_stands_in_its_place() {
        assert_eq!(effects(&[1.0, 2.0], 1), [1.0, 0.0, 2.0]);
        assert_eq!(effects(&[1.0, 2.0], 0), [0.0, 1.0, 2.0]);
    }
}
