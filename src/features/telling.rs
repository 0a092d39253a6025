//! Which features are kept where there are more than a fit can carry.

use std::collections::BTreeSet;

use crate::domain::Role;
use crate::features::{Code, Feature, Recipe, Sample};

/// Most levels of all features together: a fit grows with their square.
const MOST_LEVELS: usize = 240;

impl Recipe {
    /// Where there are more levels than a fit can carry, keeps the features that tell most of winning alone (deviance
    /// explained, less what as many levels explain by chance), and the source always.
    pub(super) fn keep_the_telling(&mut self, sample: Sample<'_>) {
        let total: usize = self
            .features
            .iter()
            .map(|feature| feature.encoding.levels())
            .sum();
        if total <= MOST_LEVELS {
            return;
        }
        let source = sample.leads.roles.get(&Role::Source);
        let out_of_fold = self.out_of_fold(sample.leads, sample.rows);
        let mut ranked: Vec<(f64, usize)> = (self.features.iter().enumerate())
            .map(|(j, feature)| {
                let told = if Some(&feature.name) == source {
                    f64::INFINITY
                } else {
                    told(feature, sample, out_of_fold.0.get(&j).map(Vec::as_slice))
                };
                (told, j)
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let (mut keep, mut levels) = (BTreeSet::new(), 0);
        for (_, j) in ranked {
            levels += self.features[j].encoding.levels();
            if levels > MOST_LEVELS {
                break;
            }
            keep.insert(j);
        }
        let mut j = 0;
        let (kept, dropped): (Vec<Feature>, Vec<Feature>) = std::mem::take(&mut self.features)
            .into_iter()
            .partition(|_| {
                j += 1;
                keep.contains(&(j - 1))
            });
        self.features = kept;
        for feature in dropped {
            let message = format!(
                "is not used: {total} levels are more than a fit can carry, and others tell more of winning"
            );
            self.leave_out(&feature.name, "too-many-columns", message);
        }
    }
}

/// Deviance that a feature alone explains of won against the rest, less its degrees of freedom; by the codes to learn from,
/// where they differ.
fn told(feature: &Feature, sample: Sample<'_>, codes: Option<&[Code]>) -> f64 {
    let mut cells = vec![[0.0_f64; 2]; feature.encoding.levels()];
    for &row in sample.rows {
        let won = sample.leads.outcome[row] == crate::domain::Outcome::Won;
        let code = codes.map_or_else(
            || feature.code_of_column(sample.leads, row),
            |codes| codes[row],
        );
        cells[code.nearest() as usize][usize::from(won)] += 1.0;
    }
    let total = cells
        .iter()
        .fold([0.0, 0.0], |sum, cell| [sum[0] + cell[0], sum[1] + cell[1]]);
    let share = |won: usize| total[won] / (total[0] + total[1]);
    let deviance: f64 = (cells.iter())
        .flat_map(|cell| (0..2).map(move |won| (cell[won], (cell[0] + cell[1]), won)))
        .filter(|(count, _, _)| *count > 0.0)
        .map(|(count, size, won)| 2.0 * count * (count / (size * share(won))).ln())
        .sum();
    deviance - cells.len() as f64
}
