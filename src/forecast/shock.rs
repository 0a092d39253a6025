//! Good and bad months: how far wins have been from what the model expects, beyond chance.

use crate::domain::{Day, Leads, Month, Outcome};
use crate::forecast::calendar::Pace;
use crate::forecast::groups::Groups;
use crate::forecast::history::first_whole_month;
use crate::forecast::inflow;
use crate::forecast::spread::{believed, mean_square};
use statrs::function::gamma::ln_gamma;

/// Spread of a month's conversion around its expectation, before any experience: its median, and the width of its log.
const PRIOR_SD: f64 = 0.13;
const PRIOR_WIDTH: f64 = 0.6;
/// Pairs of months that a correlation of 0 counts for.
const PRIOR_PAIRS: f64 = 6.0;
/// Months of the past that are looked at.
const MONTHS: usize = 24;

/// Shocks on conversion that all leads of a month share: the log is normal and follows the month before.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shock {
    /// Equally likely standard deviations of the log.
    pub(super) sds: Vec<f64>,
    /// Correlation of one month with the next.
    pub(super) carry: f64,
}

/// Wins of past months: what came, and what the curves at creation say of the leads that had come in. Months before the
/// first closing on record are no bad months: nobody wrote closings down then.
pub(super) fn months_of_wins(
    leads: &Leads,
    sources: &Groups,
    won_within: &[Vec<f64>],
    pace: &Pace,
) -> Vec<(f64, f64)> {
    let Some(first) = first_whole_month(leads) else {
        return Vec::new();
    };
    let last = leads.as_of.month(); // not complete
    let months = ((last - first).max(0) as usize).min(MONTHS);
    let from = last - months as i32;
    let mut wins = vec![(0.0, 0.0); months];
    for ((source, day), count) in by_day(leads, sources) {
        let at = |end: Day| inflow::at(&won_within[source], pace.worked(day, end));
        for (m, sums) in wins.iter_mut().enumerate() {
            let month: Month = from + m as i32;
            sums.1 += count * (at((month + 1).first_day()) - at(month.first_day()));
        }
    }
    for row in 0..leads.len() {
        if let (Outcome::Won, Some(_), Some(closed)) =
            (leads.outcome[row], leads.created[row], leads.closed[row])
        {
            let month = closed.month() - from;
            if let Some(sums) = usize::try_from(month).ok().and_then(|m| wins.get_mut(m)) {
                sums.0 += 1.0;
            }
        }
    }
    wins
}

/// Number of leads by (source, day of creation), sorted.
fn by_day(leads: &Leads, sources: &Groups) -> Vec<((usize, Day), f64)> {
    let mut keys: Vec<(usize, Day)> = (leads.created.iter().enumerate())
        .filter_map(|(row, day)| Some((sources.of[row], (*day)?)))
        .collect();
    keys.sort_unstable();
    let mut counts: Vec<((usize, Day), f64)> = Vec::new();
    for key in keys {
        match counts.last_mut() {
            Some((last, count)) if *last == key => *count += 1.0,
            _ => counts.push((key, 1.0)),
        }
    }
    counts
}

impl Shock {
    /// From (observed, expected) wins of past months, oldest first.
    ///
    /// With c = sum O / sum E, the wins of a month are taken for Poisson with the mean cE times a gamma shock of mean 1 and
    /// standard deviation `sd` (a negative binomial); what that says of `sd` is weighed with the prior.
    pub(super) fn learn(months: &[(f64, f64)]) -> Self {
        let used: Vec<(f64, f64)> = months.iter().copied().filter(|&(_, e)| e >= 1.0).collect();
        let (o, e) = used
            .iter()
            .fold((0.0, 0.0), |sum, m| (sum.0 + m.0, sum.1 + m.1));
        let level = if o > 0.0 { o / e } else { 1.0 };
        let sds = believed(PRIOR_SD, PRIOR_WIDTH, |sd| {
            used.iter()
                .map(|&(observed, expected)| negative_binomial(observed, level * expected, sd))
                .sum()
        });
        let prior = PRIOR_SD * PRIOR_SD;
        let (mut product, mut pairs, mut before) = (0.0, 0.0, None);
        for &(observed, expected) in &used {
            let mean = level * expected;
            let residual = (observed - mean) / mean;
            let weight = prior / (prior + 1.0 / mean);
            if let Some((last, last_weight)) = before {
                product += weight * last_weight * last * residual;
                pairs += weight * last_weight;
            }
            before = Some((residual, weight));
        }
        let carry = product / (pairs + PRIOR_PAIRS) / mean_square(&sds);
        Self {
            sds,
            carry: carry.clamp(0.0, 0.9),
        }
    }
}

/// Log probability of a count whose mean is `mean`, with a gamma shock of standard deviation `sd`.
fn negative_binomial(count: f64, mean: f64, sd: f64) -> f64 {
    let shape = 1.0 / (sd * sd);
    ln_gamma(count + shape)
        - ln_gamma(shape)
        - ln_gamma(count + 1.0)
        - shape * (mean / shape).ln_1p()
        - count * (shape / mean).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::sample::LeadsBuilder;
    use rand::SeedableRng;
    use rand_distr::{Distribution, Normal, Poisson};
    use rand_pcg::Pcg64;

    fn world(sd: f64, wins: f64, seed: u64) -> Vec<(f64, f64)> {
        let mut rng = Pcg64::seed_from_u64(seed);
        let normal = Normal::new(0.0, sd).expect("a normal");
        (0..24)
            .map(|_| {
                let mean = wins * (normal.sample(&mut rng) - sd * sd / 2.0).exp();
                (Poisson::new(mean).expect("a mean").sample(&mut rng), wins)
            })
            .collect()
    }

    fn mean_sd(sd: f64, wins: f64) -> f64 {
        (0..40)
            .map(|seed| mean_square(&Shock::learn(&world(sd, wins, seed)).sds).sqrt())
            .sum::<f64>()
            / 40.0
    }

    #[test]
    fn the_spread_of_many_wins_is_found_and_of_few_is_the_prior() {
        let prior = mean_square(&Shock::learn(&[]).sds).sqrt();
        assert!((0.15..0.2).contains(&prior), "{prior}");
        let (much, none) = (mean_sd(0.3, 400.0), mean_sd(0.0, 400.0));
        assert!((much - 0.3).abs() < 0.05, "{much}");
        assert!(none < 0.06, "shrunken towards none: {none}");
        let few = mean_sd(0.0, 4.0);
        assert!((0.1..prior).contains(&few), "{few}");
    }

    #[test]
    fn the_negative_binomial_sums_to_one_with_its_own_mean() {
        let (mut sum, mut mean) = (0.0, 0.0);
        for count in 0..400 {
            let p = negative_binomial(f64::from(count), 20.0, 0.3).exp();
            sum += p;
            mean += p * f64::from(count);
        }
        assert!((sum - 1.0).abs() < 1e-9 && (mean - 20.0).abs() < 1e-6);
    }

    #[test]
    fn wins_are_counted_in_the_month_of_closing() {
        let leads = LeadsBuilder::new("2026-03-10")
            .won("2026-01-31", "2026-01-31", None, 1.0)
            .won("2026-01-31", "2026-02-01", None, 1.0)
            .open("2026-02-27", None)
            .won("2026-02-28", "2026-03-02", None, 1.0)
            .build();
        let sources = Groups::by(&leads, crate::domain::Role::Source);
        // Half are won on the day of creation, the other half the day after.
        let wins = months_of_wins(&leads, &sources, &[vec![0.0, 0.5, 1.0]], &Pace::even());
        assert_eq!(
            wins,
            [(1.0, 1.0 + 1.0 + 0.5)],
            "closings are on record since January 31"
        );
    }
}
