//! How much of its way to a win a lead has had time for: `G(age) = F(age) / F(H)`.
//!
//! F is the share of leads won by an age. A lead that was lost stays in the count, unwon, until now (a subdistribution:
//! Fine and Gray 1999); so each lead was looked at for as long as it is old, whatever became of it, and the estimate of
//! Kaplan and Meier needs no assumption but that leads of all months win at the same pace.

/// Fewest leads at least as old as the longest age that is asked about.
const AT_RISK: usize = 50;
/// Longest age asked about, days.
const LONGEST: i32 = 730;
/// Fewest wins of a group for a curve of its own.
const OWN_WINS: usize = 50;
/// Fewest leads of a group as old as that for a curve of its own.
const OWN_OLD: usize = 20;

/// The share of its way that each lead has had time for, 0-1: by the curve of its group where that has wins enough.
pub(super) fn reach(age: &[i32], won_after: &[Option<i32>], group: &[usize]) -> Vec<f64> {
    let horizon = horizon(age);
    let all: Vec<usize> = (0..age.len()).collect();
    let pooled = Curve::learn(&all, age, won_after, horizon);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); group.iter().max().map_or(0, |&g| g + 1)];
    for (i, &g) in group.iter().enumerate() {
        members[g].push(i);
    }
    let own = |members: &Vec<usize>| {
        let wins = (members.iter())
            .filter(|&&i| won_after[i].is_some())
            .count();
        let old = members.iter().filter(|&&i| age[i] >= horizon).count();
        (wins >= OWN_WINS && old >= OWN_OLD).then(|| Curve::learn(members, age, won_after, horizon))
    };
    let curves: Vec<Option<Curve>> = members.iter().map(own).collect();
    (age.iter().zip(group))
        .map(|(&age, &g)| curves[g].as_ref().unwrap_or(&pooled).at(age))
        .collect()
}

/// The longest age that at least 50 leads have reached (half of them, where there are fewer than 100).
fn horizon(age: &[i32]) -> i32 {
    let mut ages = age.to_vec();
    ages.sort_unstable_by(|a, b| b.cmp(a));
    let needed = AT_RISK.min(ages.len() / 2).max(1);
    ages.get(needed - 1).map_or(1, |&age| age.clamp(1, LONGEST))
}

/// Share of the wins by the horizon that are made before an age, by age in days.
struct Curve(Vec<f64>);

impl Curve {
    fn learn(members: &[usize], age: &[i32], won_after: &[Option<i32>], horizon: i32) -> Self {
        let days = horizon as usize;
        let (mut won, mut left) = (vec![0_usize; days], vec![0_usize; days + 1]);
        for &i in members {
            match won_after[i] {
                Some(after) if after < horizon => won[after.max(0) as usize] += 1,
                Some(_) => left[days] += 1,
                // Looked at on the days 0 to age - 1.
                None => left[age[i].clamp(0, horizon) as usize] += 1,
            }
        }
        let mut at_risk = members.len();
        let (mut unwon, mut share) = (1.0, vec![0.0]);
        for day in 0..days {
            at_risk -= left[day];
            if at_risk > 0 {
                unwon *= 1.0 - won[day] as f64 / at_risk as f64;
            }
            at_risk -= won[day];
            share.push(1.0 - unwon);
        }
        let last = share.last().copied().unwrap_or(0.0);
        if last > 0.0 {
            share.iter_mut().for_each(|share| *share /= last);
        } else {
            share.fill(1.0);
        }
        Self(share)
    }

    fn at(&self, age: i32) -> f64 {
        let last = self.0.len() - 1;
        self.0[(age.max(0) as usize).min(last)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_way_is_half_of_the_wins() {
        // Everybody old enough; wins on the days 0 to 9, one each, of 40 leads that are 20 days old.
        let age = vec![20; 40];
        let won: Vec<Option<i32>> = (0..40).map(|i| (i < 10).then_some(i)).collect();
        let g = reach(&age, &won, &[0; 40]);
        assert!(g.iter().all(|&g| (g - 1.0).abs() < 1e-12));
        // The same with as many leads more that are 5 days old, of which 5 were won on the days 0 to 4.
        let age: Vec<i32> = age.into_iter().chain([5; 40]).collect();
        let won: Vec<Option<i32>> = won
            .into_iter()
            .chain((0..40).map(|i| (i < 5).then_some(i)))
            .collect();
        let g = reach(&age, &won, &[0; 80]);
        assert!((g[40] - 0.5).abs() < 0.01, "{}", g[40]);
        assert!((g[0] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn lost_leads_wait_with_the_others_and_nothing_won_is_no_fault() {
        let g = reach(&[3, 9], &[None, None], &[0, 0]);
        assert_eq!(g, [1.0, 1.0]);
        assert!(reach(&[], &[], &[]).is_empty());
    }
}
