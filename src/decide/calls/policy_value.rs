//! What a policy is worth, from lots: inverse propensity, self-normalised.
//!
//! `V = sum w r / sum w` with `w = 1{what the policy asks for is what was done} / e`, and its variance by the sums of
//! `w (r - V)` over the clusters (Hájek; the two of a pair are one cluster, as the lot of one is the lot of the other).

use serde::Serialize;

/// Two-sided 80 % of a normal variable.
const Z80: f64 = 1.281_551_565_544_600_4;
/// Lots, and wins among them, from which a value is told.
pub(super) const ENOUGH: (usize, usize) = (200, 20);

/// A lot as a policy sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// Whether what was done is what the policy would have done.
    pub agrees: bool,
    /// Probability, 0-1, above 0, of what was done.
    pub propensity: f64,
    /// What came of it, money (deals without amounts).
    pub reward: f64,
    /// The pair that it belongs to. Trials of a pair follow one another.
    pub cluster: usize,
}

/// The value of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PolicyValue {
    /// What a lead brings under it within 30 days, money (deals without amounts).
    pub per_lead: f64,
    /// 80 % interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Lots in which it would have done what was done.
    pub n: usize,
}

/// The value of a policy by its trials; none where it never agrees.
pub fn policy_value(trials: &[Trial]) -> Option<PolicyValue> {
    let weight = |trial: &Trial| f64::from(u8::from(trial.agrees)) / trial.propensity;
    let total: f64 = trials.iter().map(weight).sum();
    if total <= 0.0 {
        return None;
    }
    let mean = trials
        .iter()
        .map(|trial| weight(trial) * trial.reward)
        .sum::<f64>()
        / total;
    let squares: f64 = trials
        .chunk_by(|a, b| a.cluster == b.cluster)
        .map(|pair| {
            let off: f64 = pair
                .iter()
                .map(|trial| weight(trial) * (trial.reward - mean))
                .sum();
            off * off
        })
        .sum();
    let half = Z80 * squares.sqrt() / total;
    Some(PolicyValue {
        per_lead: mean,
        low: mean - half,
        high: mean + half,
        n: trials.iter().filter(|trial| trial.agrees).count(),
    })
}

/// What a call adds to what a lead brings: the mean of those called less that of those not, each weighted by one over its
/// probability, with the lots of a pair as one cluster; `agrees` says whether the lead was called. None where all were, or
/// none was.
pub(super) fn effect(trials: &[Trial]) -> Option<PolicyValue> {
    let called = |trial: &Trial| f64::from(u8::from(trial.agrees)) / trial.propensity;
    let held = |trial: &Trial| f64::from(u8::from(!trial.agrees)) / trial.propensity;
    let mean = |weight: &dyn Fn(&Trial) -> f64| {
        let total: f64 = trials.iter().map(weight).sum();
        let sum: f64 = trials
            .iter()
            .map(|trial| weight(trial) * trial.reward)
            .sum();
        (total > 0.0).then(|| (total, sum / total))
    };
    let ((n1, of_called), (n0, of_held)) = mean(&called).zip(mean(&held))?;
    let squares: f64 = trials
        .chunk_by(|a, b| a.cluster == b.cluster)
        .map(|pair| {
            let off = |trial: &Trial| {
                called(trial) * (trial.reward - of_called) / n1
                    - held(trial) * (trial.reward - of_held) / n0
            };
            pair.iter().map(off).sum::<f64>().powi(2)
        })
        .sum();
    let (gain, half) = (of_called - of_held, Z80 * squares.sqrt());
    Some(PolicyValue {
        per_lead: gain,
        low: gain - half,
        high: gain + half,
        n: trials.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(agrees: bool, reward: f64, cluster: usize) -> Trial {
        Trial {
            agrees,
            propensity: 0.5,
            reward,
            cluster,
        }
    }

    #[test]
    fn only_lots_that_agree_count() {
        let trials = [
            trial(true, 10.0, 0),
            trial(false, 900.0, 0),
            trial(true, 30.0, 1),
            trial(false, 0.0, 1),
        ];
        let value = policy_value(&trials).expect("it agrees");
        assert!((value.per_lead - 20.0).abs() < 1e-12);
        assert_eq!(value.n, 2);
        // Two clusters, each 2 x 10 off, over a total weight of 4.
        let half = Z80 * (2.0 * 400.0_f64).sqrt() / 4.0;
        assert!((value.high - 20.0 - half).abs() < 1e-9);
        assert_eq!(policy_value(&[trial(false, 1.0, 0)]), None);
    }

    #[test]
    fn a_call_adds_the_difference_of_both_arms() {
        let trials = [
            trial(true, 10.0, 0),
            trial(false, 4.0, 0),
            trial(true, 30.0, 1),
            trial(false, 0.0, 1),
        ];
        let effect = effect(&trials).expect("both arms");
        assert!((effect.per_lead - 18.0).abs() < 1e-12);
        // Pairs differ by 6 and by 30: each is 6 off in the mean of two.
        let half = Z80 * 72.0_f64.sqrt();
        assert!((effect.high - 18.0 - half).abs() < 1e-9);
        assert_eq!(super::effect(&trials[..1]), None);
    }
}
