//! How well one column alone tells won leads from lost ones.

use serde::{Deserialize, Serialize};

use crate::domain::{Category, Column, MISSING};

/// Folds: a value is coded by the share of wins that it has in the other ones.
const FOLDS: usize = 5;
/// Most values that the bins of a number are cut by.
const MOST_SORTED: usize = 20_000;
/// Half-width of an 80 % interval in standard errors.
const Z80: f64 = 1.281_551_565_544_6;

/// Area under the ROC curve of one column alone, among closed leads.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Alone {
    /// P(the column ranks a won lead above a lost one), ties counted half; 0.5 tells nothing.
    pub auc: f64,
    /// Lower end of its 80 % interval (Hanley and `McNeil` 1982, on the scale of log-odds).
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Won leads that it rests on.
    pub won: usize,
    /// Lost leads.
    pub lost: usize,
}

impl Alone {
    fn new(auc: f64, won: usize, lost: usize) -> Self {
        let (w, l) = (won as f64, lost as f64);
        let (q1, q2) = (auc / (2.0 - auc), 2.0 * auc * auc / (1.0 + auc));
        let spread =
            auc * (1.0 - auc) + (w - 1.0) * (q1 - auc * auc) + (l - 1.0) * (q2 - auc * auc);
        let inside = auc.clamp(1e-6, 1.0 - 1e-6);
        let by_logit = inside * (1.0 - inside);
        let error = (spread.max(0.0) / (w * l)).sqrt() / by_logit;
        let at = |z: f64| 1.0 / (1.0 + (-((inside / (1.0 - inside)).ln() + z * error)).exp());
        Self {
            auc,
            low: at(-Z80).min(auc),
            high: at(Z80).max(auc),
            won,
            lost,
        }
    }
}

/// The values of a column as small numbers: texts by level, numbers in up to 20 quantile bins, 0 where missing.
pub(super) struct Coded {
    /// One a row asked for.
    pub(super) codes: Vec<u32>,
    size: usize,
}

impl Coded {
    /// None for dates, and for texts with about as many values as rows: they cannot be judged, and are no features.
    pub(super) fn new(column: &Column, rows: &[usize]) -> Option<Self> {
        let codes: Vec<u32> = match column {
            Column::Number(values) => number_codes(values, rows),
            Column::Text(category) => text_codes(category, rows)?,
            Column::Boolean(values) => rows
                .iter()
                .map(|&row| values[row].map_or(0, |yes| 1 + u32::from(yes)))
                .collect(),
            Column::Date(_) | Column::Moment(_) => return None,
        };
        let size = codes.iter().max().map_or(1, |&code| code as usize + 1);
        Some(Self { codes, size })
    }

    /// Area under the ROC curve, each value coded by its share of wins in the other folds; `won` goes with the codes.
    pub(super) fn alone(&self, won: &[bool]) -> Option<Alone> {
        let cells = self.cells(won);
        let mut scored: Vec<(f64, [f64; 2])> = Vec::with_capacity(cells.len());
        for (code, folds) in cells.chunks(FOLDS).take(self.size).enumerate() {
            for (fold, &[n, wins]) in folds.iter().enumerate() {
                if n > 0.0 {
                    scored.push((self.score(&cells, code, fold), [n - wins, wins]));
                }
            }
        }
        let (auc, lost, won) = auc_of_groups(&mut scored)?;
        Some(Alone::new(auc, won as usize, lost as usize))
    }

    /// Leads and wins by code and fold; the last code is that of all together.
    fn cells(&self, won: &[bool]) -> Vec<[f64; 2]> {
        let mut cells = vec![[0.0_f64; 2]; (self.size + 1) * FOLDS];
        for (i, (&code, &won)) in self.codes.iter().zip(won).enumerate() {
            for place in [code as usize, self.size] {
                let cell = &mut cells[place * FOLDS + i % FOLDS];
                cell[0] += 1.0;
                cell[1] += f64::from(u8::from(won));
            }
        }
        cells
    }

    fn score(&self, cells: &[[f64; 2]], code: usize, but: usize) -> f64 {
        let sum = |code: usize| {
            (0..FOLDS)
                .filter(|&fold| fold != but)
                .map(|fold| cells[code * FOLDS + fold])
                .fold([0.0, 0.0], |sum, cell| [sum[0] + cell[0], sum[1] + cell[1]])
        };
        let (own, all) = (sum(code), sum(self.size));
        let rate = all[1] / all[0].max(1.0);
        // Folds differ a little in their overall rate; the difference from it is what ranks across folds.
        (own[1] + 10.0 * rate) / (own[0] + 10.0) - rate
    }
}

/// The same area from groups of leads that share a score, each with its lost and won leads; also how many of both.
fn auc_of_groups(groups: &mut [(f64, [f64; 2])]) -> Option<(f64, f64, f64)> {
    groups.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut pairs, mut start) = (0.0, 0.0, 0);
    let (mut lost, mut won) = (0.0, 0.0);
    while start < groups.len() {
        let score = groups[start].0;
        let tied = groups[start..].iter().take_while(|group| group.0 == score);
        let mut here = [0.0, 0.0];
        let mut end = start;
        for group in tied {
            here = [here[0] + group.1[0], here[1] + group.1[1]];
            end += 1;
        }
        pairs += here[1] * (below + 0.5 * here[0]);
        below += here[0];
        lost += here[0];
        won += here[1];
        start = end;
    }
    (lost > 0.0 && won > 0.0).then(|| (pairs / (lost * won), lost, won))
}

fn number_codes(values: &[f64], rows: &[usize]) -> Vec<u32> {
    let step = rows.len().div_ceil(MOST_SORTED).max(1);
    let mut sorted: Vec<f64> = rows
        .iter()
        .step_by(step)
        .map(|&row| values[row])
        .filter(|value| !value.is_nan())
        .collect();
    sorted.sort_by(f64::total_cmp);
    let mut cuts: Vec<f64> = (1..20)
        .filter_map(|i| sorted.get(sorted.len() * i / 20).copied())
        .collect();
    cuts.dedup();
    rows.iter()
        .map(|&row| {
            if values[row].is_nan() {
                0
            } else {
                1 + cuts.partition_point(|&cut| cut < values[row]) as u32
            }
        })
        .collect()
}

fn text_codes(category: &Category, rows: &[usize]) -> Option<Vec<u32>> {
    if category.levels.len() * 2 > rows.len() {
        return None;
    }
    Some(
        rows.iter()
            .map(|&row| {
                if category.codes[row] == MISSING {
                    0
                } else {
                    1 + category.codes[row]
                }
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::auc;

    #[test]
    fn groups_give_the_area_that_single_leads_give() {
        let mut groups = [
            (0.2, [3.0, 1.0]),
            (-1.0, [2.0, 0.0]),
            (0.2, [1.0, 2.0]),
            (0.7, [0.0, 2.0]),
        ];
        let (mut scores, mut won) = (Vec::new(), Vec::new());
        for (score, [lost, wins]) in groups {
            for (n, outcome) in [(lost, false), (wins, true)] {
                scores.extend(vec![score; n as usize]);
                won.extend(vec![outcome; n as usize]);
            }
        }
        let (area, lost, wins) = auc_of_groups(&mut groups).expect("both outcomes");
        assert_eq!((lost, wins), (6.0, 5.0));
        assert!((area - auc(&scores, &won).expect("both")).abs() < 1e-12);
    }

    #[test]
    fn the_interval_holds_the_true_area_as_often_as_it_says() {
        use rand::{RngExt, SeedableRng};
        let mut rng = rand_pcg::Pcg64::seed_from_u64(1);
        // Of two exponential scores with rates 1 and r the first is the larger with probability r / (1 + r).
        let (mut inside, sims) = (0, 400);
        for _ in 0..sims {
            let won: Vec<bool> = (0..240).map(|i| i % 4 == 0).collect();
            let draw = |won: &bool| -rng.random::<f64>().ln() / if *won { 1.0 } else { 4.0 };
            let scores: Vec<f64> = won.iter().map(draw).collect();
            let area = auc(&scores, &won).map(|area| Alone::new(area, 60, 180));
            inside += area.map_or(0, |area| i32::from(area.low <= 0.8 && 0.8 <= area.high));
        }
        let share = f64::from(inside) / f64::from(sims);
        assert!((0.74..0.87).contains(&share), "{share}");
    }
}
