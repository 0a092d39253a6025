//! Whether spend follows demand, and what demand was.
//!
//! Who spends more when more customers come anyway finds that spend brings customers. Demand shows in the leads of other
//! sources, those without spend above all: what of them their own spend does not explain. If it goes with a source's
//! spend, in the same month or the month after, the curve of that source is too steep, and more months make it only surer.

/// Least periods to ask.
const LEAST: usize = 12;
/// Above this the warning is given: one in 20 where nothing follows anything.
const SURE: f64 = 1.645;
/// Most of a correlation that is told from certainty.
const MOST: f64 = 0.999;

/// What demand was and what was spent, of one source: logs, by period.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Log of spend.
    pub spend: Vec<f64>,
    /// Log of the leads of the other sources.
    pub others: Vec<f64>,
    /// Log of the spend on the other sources; empty where there is none.
    pub others_spend: Vec<f64>,
}

/// How spend follows demand.
#[derive(Debug, Clone, PartialEq)]
pub struct Follows {
    /// Standard scores of the sources, near N(0, 1) where spend does not follow demand; none where too little is known.
    pub scores: Vec<Option<f64>>,
    /// Partial correlation of spend with demand, by source.
    pub correlations: Vec<Option<f64>>,
    /// Standard score of all together.
    pub all: f64,
}

impl Follows {
    /// Whether spend as a whole follows demand.
    pub fn warns(&self) -> bool {
        self.all > SURE
    }

    /// Whether the spend of a source does: its own score, or that of all together where its own does not speak against it.
    pub fn of(&self, source: usize) -> bool {
        self.warns() && self.scores[source].is_some_and(|score| score > 0.0)
    }
}

/// Asks of every source. Straight lines in time and the spend on the others are taken out of both sides: budgets that
/// rise and fall together are no sign of demand.
pub fn follows(sources: &[Past]) -> Follows {
    let asked: Vec<Option<(f64, f64, Vec<f64>)>> = sources.iter().map(ask).collect();
    let there: Vec<&(f64, f64, Vec<f64>)> = asked.iter().flatten().collect();
    let k = there.len() as f64;
    let mut alike = 0.0;
    for (i, one) in there.iter().enumerate() {
        for other in &there[..i] {
            alike += correlation(&one.2, &other.2).abs();
        }
    }
    // Scores of sources whose spend moves together say the same thing twice.
    let variance = k + 2.0 * alike;
    let sum: f64 = there.iter().map(|one| one.0).sum();
    Follows {
        scores: asked.iter().map(|of| of.as_ref().map(|of| of.0)).collect(),
        correlations: asked.iter().map(|of| of.as_ref().map(|of| of.1)).collect(),
        all: if k > 0.0 { sum / variance.sqrt() } else { 0.0 },
    }
}

/// Score, correlation, and what of spend time does not explain.
fn ask(past: &Past) -> Option<(f64, f64, Vec<f64>)> {
    let n = past.spend.len().min(past.others.len());
    if n < LEAST {
        return None;
    }
    let mut taken = vec![vec![1.0; n], (0..n).map(|t| t as f64).collect()];
    if past.others_spend.len() >= n {
        taken.push(past.others_spend[..n].to_vec());
    }
    let spend = left_by(&past.spend[..n], &taken);
    let demand = left_by(&past.others[..n], &taken);
    let r = correlation(&spend, &demand).clamp(-MOST, MOST);
    // Where both sides carry on from month to month, fewer months speak for themselves (Bartlett).
    let carry = (carried(&spend) * carried(&demand)).clamp(-0.5, 0.9);
    let count = n as f64 * (1.0 - carry) / (1.0 + carry);
    let free = (count - 1.0 - taken.len() as f64).max(1.0);
    Some((r.atanh() * free.sqrt(), r, spend))
}

/// What a linear regression on the columns leaves of `y`, by Gram and Schmidt.
pub(in crate::decide) fn left_by(y: &[f64], columns: &[Vec<f64>]) -> Vec<f64> {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut left = y.to_vec();
    let take = |from: &mut Vec<f64>, unit: &[f64]| {
        let part: f64 = from.iter().zip(unit).map(|(a, b)| a * b).sum();
        for (a, b) in from.iter_mut().zip(unit) {
            *a -= part * b;
        }
    };
    for column in columns {
        let whole = length(column);
        let mut unit = column.clone();
        for _ in 0..2 {
            for other in &basis {
                take(&mut unit, other);
            }
        }
        let size = length(&unit);
        if size > 1e-9 * whole {
            unit.iter_mut().for_each(|x| *x /= size);
            take(&mut left, &unit);
            basis.push(unit);
        }
    }
    // What rounding leaves of a column that is explained is nothing.
    if length(&left) < 1e-9 * length(y) {
        left.iter_mut().for_each(|x| *x = 0.0);
    }
    left
}

fn length(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// Correlation of two columns with mean 0; 0 where one does not move.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let both: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
    let size = length(a) * length(b);
    if size > 0.0 { both / size } else { 0.0 }
}

/// Correlation of a column with itself a period before.
fn carried(x: &[f64]) -> f64 {
    let both: f64 = x.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let size = length(x).powi(2);
    if size > 0.0 { both / size } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_pcg::Pcg64;

    use super::*;

    /// Spend and leads of a source.
    type Made = (Vec<f64>, Vec<f64>);

    /// Sources whose spend has this correlation with demand, and this share of a common budget; demand carries on.
    fn company(rng: &mut Pcg64, months: usize, follow: f64, common: f64, carry: f64) -> Vec<Past> {
        let mut normal = || -> f64 { StandardNormal.sample(rng) };
        let mut demand = vec![normal()];
        for t in 1..months {
            let next = carry * demand[t - 1] + (1.0 - carry * carry).sqrt() * normal();
            demand.push(next);
        }
        let budget: Vec<f64> = (0..months).map(|_| normal()).collect();
        let own = (1.0 - follow * follow - common * common).max(0.0).sqrt();
        let sources: Vec<(Vec<f64>, Vec<f64>)> = (0..4)
            .map(|_| {
                (0..months)
                    .map(|t| {
                        let spend =
                            0.25 * (follow * demand[t] + common * budget[t] + own * normal());
                        (spend, 0.6 * spend + 0.15 * demand[t] + 0.1 * normal())
                    })
                    .unzip()
            })
            .collect();
        let mean = |t: usize, but: usize, of: fn(&Made) -> &Vec<f64>| -> f64 {
            let others = sources.iter().enumerate().filter(|(s, _)| *s != but);
            others.map(|(_, source)| of(source)[t]).sum::<f64>() / 3.0
        };
        (0..4)
            .map(|s| Past {
                spend: sources[s].0.clone(),
                others: (0..months).map(|t| mean(t, s, |of| &of.1)).collect(),
                others_spend: (0..months).map(|t| mean(t, s, |of| &of.0)).collect(),
            })
            .collect()
    }

    fn fires(follow: f64, common: f64, carry: f64) -> f64 {
        let mut rng = Pcg64::seed_from_u64(17);
        let n = 400;
        let warned = (0..n)
            .filter(|_| follows(&company(&mut rng, 24, follow, common, carry)).warns())
            .count();
        f64::from(warned as u32) / f64::from(n)
    }

    #[test]
    fn it_warns_where_spend_follows_demand_and_seldom_where_not() {
        for (common, carry) in [(0.0, 0.0), (0.8, 0.0), (0.0, 0.7), (0.6, 0.6)] {
            let false_alarm = fires(0.0, common, carry);
            assert!(
                false_alarm <= 0.10,
                "common {common}, carry {carry}: {false_alarm}"
            );
        }
        for carry in [0.0, 0.5] {
            let planted = fires(0.5, 0.0, carry);
            assert!(planted > 0.8, "carry {carry}: {planted}");
        }
    }

    #[test]
    fn too_little_says_nothing() {
        let none = Past {
            spend: vec![1.0; 30],
            others: vec![2.0; 30],
            others_spend: vec![],
        };
        let found = follows(std::slice::from_ref(&none));
        assert!(!found.warns() && !found.of(0));
        let short = Past {
            spend: vec![1.0, 2.0],
            ..none
        };
        assert_eq!(follows(&[short]).scores, vec![None]);
        assert_eq!(follows(&[]).all, 0.0);
    }
}
