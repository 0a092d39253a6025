//! Good and bad months of conversion: how far wins have been from what the model expects, and how that goes on.
//!
//! The model knows leads; it does not know that last month everything went better, that quarters are closed with a rush, or
//! that this year is worse than the last. What came of what it expects, month by month, is continued as a series (see
//! `series`): a level that wanders, shocks that carry on, a season, months of the quarter, chance.

use crate::domain::{Day, Leads, Month, Outcome};
use crate::forecast::calendar::Pace;
use crate::forecast::groups::Groups;
use crate::forecast::history::first_whole_month;
use crate::forecast::inflow;
use crate::forecast::series::{self, Ahead, Point, Seen, Sizes};
use crate::forecast::span::Span;

/// Months of the past that are looked at.
const MONTHS: usize = 36;
/// Months from which on those of the year, and of the quarter, can be told apart.
const SEASON_MONTHS: usize = 24;
const QUARTER_MONTHS: usize = 9;

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

/// Equally likely beliefs about the months of `span`, as logs of factors on what the model expects; from (observed, expected)
/// wins of the months before, oldest first.
pub(super) fn ahead(wins: &[(f64, f64)], span: &Span) -> Vec<Ahead> {
    let now = span.months[0];
    let seen: Vec<Seen> = (wins.iter().rev().enumerate())
        .filter(|(_, (_, expected))| *expected >= 1.0)
        .map(|(back, &(observed, expected))| Seen {
            point: point(now - (back as i32 + 1)),
            // Half a win more of both: the log of nothing is not known.
            log: ((observed + 0.5) / (expected + 0.5)).ln(),
            chance: 1.0 / (expected + 0.5),
        })
        .collect();
    let points: Vec<Point> = span.months.iter().map(|&month| point(month)).collect();
    let sizes = sizes(seen.len());
    if seen.is_empty() {
        // A month that tells nothing stands for none.
        let nothing = Seen {
            point: point(now - 1),
            log: 0.0,
            chance: 1e6,
        };
        return series::ahead(&[nothing], &points, &sizes);
    }
    series::ahead(&seen, &points, &sizes)
}

/// The sentence to say if wins come in waves that follow the quarter; `wins` as for [`ahead`], the last of them those of the
/// month before `now`.
pub(super) fn waves(wins: &[(f64, f64)], now: Month) -> Option<String> {
    let mut of: [Vec<f64>; 3] = Default::default();
    for (back, &(observed, expected)) in wins.iter().rev().enumerate() {
        let month = now - (back as i32 + 1);
        if expected >= 1.0 {
            let log = ((observed + 0.5) / (expected + 0.5)).ln();
            of[(month.number() - 1) as usize % 3].push(log);
        }
    }
    let few = of.iter().any(|months| months.len() < 2);
    if few || of.iter().map(Vec::len).sum::<usize>() < QUARTER_MONTHS {
        return None;
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let means = [0, 1, 2].map(|k| mean(&of[k]));
    let by_mean = |a: &usize, b: &usize| means[*a].total_cmp(&means[*b]);
    let (low, high) = ((0..3).min_by(by_mean)?, (0..3).max_by(by_mean)?);
    let all: Vec<f64> = of.concat();
    let (grand, n) = (mean(&all), all.len() as f64);
    let (mut between, mut within) = (0.0, 0.0);
    for (months, own) in of.iter().zip(means) {
        between += months.len() as f64 * (own - grand).powi(2);
        within += months.iter().map(|log| (log - own).powi(2)).sum::<f64>();
    }
    let f = (between / 2.0) / (within / (n - 3.0));
    (f > WAVE.0 && means[high] - means[low] > WAVE.1).then(|| {
        let name = |k: usize| ["first", "second", "third"][k];
        format!(
            "wins come in waves: in the {} month of a quarter {:.1} times as many as in the {}, for the leads that there were \
             ({n:.0} months). The forecast follows that, as far as so few months carry it",
            name(high),
            (means[high] - means[low]).exp(),
            name(low)
        )
    })
}

/// F of the months of the quarter (analysis of variance), and log, from which on they are told apart: 1 in 100 by
/// chance where ten months are seen, fewer with more.
const WAVE: (f64, f64) = (9.55, 0.15);

/// What conversion is believed to do, before anything is seen.
fn sizes(months: usize) -> Sizes<'static> {
    Sizes {
        shock: (&[0.03, 0.07, 0.14, 0.28, 0.5], 0.11),
        carry: &[0.0, 0.5, 0.85],
        walk: (&[0.005, 0.02, 0.06], 0.015),
        season: (
            if months >= SEASON_MONTHS {
                &[0.02, 0.08, 0.2]
            } else {
                &[]
            },
            0.04,
        ),
        wave: if months >= SEASON_MONTHS { &[0.5] } else { &[] },
        quarter: (
            if months >= QUARTER_MONTHS {
                &[0.02, 0.1, 0.35]
            } else {
                &[]
            },
            0.03,
        ),
        growth: 0.003,
        level: Some(0.1),
    }
}

fn point(month: Month) -> Point {
    Point {
        month: month - Month::new(2000, 1),
        of_year: (month.number() - 1) as usize,
        festival: 0.0,
        spend: (0.0, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::sample::LeadsBuilder;
    use rand::SeedableRng;
    use rand_distr::{Distribution, Normal, Poisson};
    use rand_pcg::Pcg64;

    /// Months of `wins` expected wins whose luck has this standard deviation.
    fn world(sd: f64, wins: f64, seed: u64, tilt: impl Fn(usize) -> f64) -> Vec<(f64, f64)> {
        let mut rng = Pcg64::seed_from_u64(seed);
        let normal = Normal::new(0.0, sd).expect("a normal");
        (0..24)
            .map(|m| {
                let mean = wins * (normal.sample(&mut rng) + tilt(m)).exp();
                (Poisson::new(mean).expect("a mean").sample(&mut rng), wins)
            })
            .collect()
    }

    fn span() -> Span {
        Span::new(Day::from_ymd(2026, 1, 1).expect("a day"), 3)
    }

    /// Mean and standard deviation of the log of a month ahead.
    fn told(wins: &[(f64, f64)], month: usize) -> (f64, f64) {
        let beliefs = ahead(wins, &span());
        let n = beliefs.len() as f64;
        let mean = beliefs.iter().map(|b| b.mean[month]).sum::<f64>() / n;
        let square = (beliefs.iter())
            .map(|b| {
                b.root[month].iter().map(|r| r * r).sum::<f64>() + (b.mean[month] - mean).powi(2)
            })
            .sum::<f64>()
            / n;
        (mean, square.sqrt())
    }

    #[test]
    fn the_spread_of_many_wins_is_found_and_of_few_is_believed() {
        let mean_sd = |sd: f64, wins: f64| {
            (0..10)
                .map(|seed| told(&world(sd, wins, seed, |_| 0.0), 0).1)
                .sum::<f64>()
                / 10.0
        };
        let believed = told(&[], 0).1;
        assert!((0.12..0.3).contains(&believed), "{believed}");
        let (much, none) = (mean_sd(0.3, 400.0), mean_sd(0.0, 400.0));
        assert!((0.25..0.4).contains(&much), "{much}");
        assert!(none < 0.09, "{none}");
        let few = mean_sd(0.0, 4.0);
        assert!((0.1..1.2 * believed).contains(&few), "{few}");
    }

    #[test]
    fn a_level_that_has_moved_is_followed() {
        let moved = |m: usize| if m >= 18 { 0.3 } else { 0.0 };
        let mean = (0..10)
            .map(|seed| told(&world(0.03, 300.0, seed, moved), 0).0)
            .sum::<f64>()
            / 10.0;
        assert!((0.2..0.35).contains(&mean), "{mean}");
    }

    #[test]
    fn the_rush_at_the_end_of_a_quarter_is_found() {
        // Months run to December 2025, so that the last of each three ends a quarter.
        let rush = |m: usize| if m % 3 == 2 { 0.4 } else { -0.2 };
        let wins = world(0.05, 200.0, 1, rush);
        let (january, march) = (told(&wins, 0).0, told(&wins, 2).0);
        assert!(march - january > 0.45, "{january} {march}");
        let said = waves(&wins, span().months[0]).expect("waves");
        assert!(said.contains("in the third month of a quarter "), "{said}");
        let none = (0..100)
            .filter(|&seed| waves(&world(0.1, 200.0, seed, |_| 0.0), span().months[0]).is_some());
        assert!(none.count() <= 3, "chance is no wave");
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
