//! How much of the cycle of a source's leads has been seen at an age.

use crate::forecast::factors;

/// G(age) by source, for ages 0, 1 ... H days: of the model, and of draws of it.
pub(super) struct Maturing {
    pub(super) central: Vec<Vec<f64>>,
    pub(super) drawn: Vec<Vec<Vec<f64>>>,
}

impl Maturing {
    /// From P(won within 0, 1 ... H days of creation) by source. The draws are centred on the model, so that 1/G, by
    /// which wins are completed, keeps its mean, and none is further off than the others let expect: where the end of
    /// the cycle was hardly seen, coefficients drawn as if normal would now and then put most wins there.
    pub(super) fn new(central: Vec<Vec<f64>>, drawn: Vec<Vec<Vec<f64>>>) -> Self {
        let grown = |tables: Vec<Vec<f64>>| -> Vec<Vec<f64>> {
            tables.iter().map(|table| growth(table)).collect()
        };
        let central = grown(central);
        let mut drawn: Vec<Vec<Vec<f64>>> = drawn.into_iter().map(grown).collect();
        // (1 - G) / G: what is still to come, by what has come.
        let to_come = |g: f64| (1.0 - g).max(1e-9) / g.max(1e-9);
        for (source, table) in central.iter().enumerate() {
            for (age, &centre) in table.iter().enumerate().skip(1) {
                if age + 1 == table.len() {
                    continue; // G(H) = 1
                }
                let logs: Vec<f64> = (drawn.iter())
                    .map(|draw| to_come(draw[source][age]).ln())
                    .collect();
                for (draw, factor) in drawn.iter_mut().zip(factors(&logs)) {
                    draw[source][age] = 1.0 / (1.0 + to_come(centre) * factor);
                }
            }
        }
        Self { central, drawn }
    }
}

/// G(age) = P(won within age) / P(won within H); where nothing is ever won, the share of H.
fn growth(table: &[f64]) -> Vec<f64> {
    let last = table.len().saturating_sub(1).max(1) as f64;
    let end = table.last().copied().unwrap_or(0.0);
    (table.iter().enumerate())
        .map(|(age, won)| {
            if end > 0.0 {
                won / end
            } else {
                age as f64 / last
            }
        })
        .collect()
}

/// G of an age, which may be beyond H.
pub(super) fn share(table: &[f64], age: i32) -> f64 {
    let at = (age.max(0) as usize).min(table.len().saturating_sub(1));
    table.get(at).copied().unwrap_or(1.0)
}
