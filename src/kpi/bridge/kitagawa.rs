//! How much of the change of a rate is due to the rates of its groups, and how much to their mix.

use serde::Serialize;

/// One group in two periods: how many, and how many of them with the event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RateGroup {
    /// Its name; none: all that are too small to be told apart.
    pub name: Option<String>,
    /// How many, before and after.
    pub n: [f64; 2],
    /// With the event, before and after.
    pub events: [f64; 2],
    /// Effect of its own rate on the rate of all, share of 1.
    pub by_rate: f64,
    /// Effect of its share of all, share of 1: against a group of average rate.
    pub by_mix: f64,
}

/// A rate in two periods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RateChange {
    /// The rate of all before and after, 0-1.
    pub rate: [f64; 2],
    /// How many, before and after.
    pub n: [f64; 2],
    /// Change due to the groups' own rates, share of 1.
    pub by_rate: f64,
    /// Change due to their mix, share of 1; both sum to the change.
    pub by_mix: f64,
    /// The groups.
    pub groups: Vec<RateGroup>,
}

/// Divides the change of a rate (Kitagawa 1955, Journal of the American Statistical Association 50: 1168-1194): sum of mean share x change of rate,
/// and sum of mean rate x change of share. A group that is missing in one period is taken to have the same rate in
/// both. None where one of the periods has nothing.
pub fn kitagawa(groups: &[(Option<String>, [f64; 2], [f64; 2])]) -> Option<RateChange> {
    let n = [0, 1].map(|at| groups.iter().map(|g| g.1[at]).sum::<f64>());
    if n.iter().any(|n| *n <= 0.0) {
        return None;
    }
    let events = [0, 1].map(|at| groups.iter().map(|g| g.2[at]).sum::<f64>());
    let rate = [events[0] / n[0], events[1] / n[1]];
    let middle = f64::midpoint(rate[0], rate[1]);
    let groups: Vec<RateGroup> = (groups.iter())
        .map(|(name, own, events)| {
            let share = [own[0] / n[0], own[1] / n[1]];
            let of = |at: usize| (own[at] > 0.0).then(|| events[at] / own[at]);
            let (r0, r1) = (of(0).or_else(|| of(1)), of(1).or_else(|| of(0)));
            let (r0, r1) = (r0.unwrap_or(middle), r1.unwrap_or(middle));
            RateGroup {
                name: name.clone(),
                n: *own,
                events: *events,
                by_rate: f64::midpoint(share[0], share[1]) * (r1 - r0),
                // Shares sum to 1 in both periods, so the middle rate adds nothing to the sum over groups.
                by_mix: (f64::midpoint(r0, r1) - middle) * (share[1] - share[0]),
            }
        })
        .collect();
    Some(RateChange {
        rate,
        n,
        by_rate: groups.iter().map(|g| g.by_rate).sum(),
        by_mix: groups.iter().map(|g| g.by_mix).sum(),
        groups,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_is_missing_in_one_period_changes_the_mix_only() {
        let groups = [
            (Some("a".to_owned()), [100.0, 100.0], [20.0, 20.0]),
            (Some("b".to_owned()), [0.0, 100.0], [0.0, 40.0]),
        ];
        let change = kitagawa(&groups).expect("both periods have some");
        assert!((change.by_mix - 0.1).abs() < 1e-15 && change.by_rate.abs() < 1e-15);
        assert!(kitagawa(&groups[1..]).is_none());
    }
}
