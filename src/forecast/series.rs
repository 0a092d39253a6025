//! A monthly series ahead: level, growth, season, the festival and each month's own luck, all at once.
//!
//! The log of a month's daily rate is a level that wanders (a random walk), a growth, an effect of the month of the
//! year, an effect of Spring Festival where the data shows one, and a shock of the month's own: normal all of them, so
//! that what the past says of the months ahead is a normal distribution in closed form (Gaussian process regression:
//! Rasmussen & Williams 2006, 2.23-2.24 and 2.30). How large walk, season and shock are is not plugged in but averaged
//! over, weighted by how well each combination explains the past.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

/// What a month's growth keeps of the growth of the month before, from the as-of date on.
const DAMPING: f64 = 0.95;
/// Variance of the level around the mean of the past.
const LEVEL: f64 = 4.0;
/// Standard deviation of the log per unit of the share of a month's days around Spring Festival.
const FESTIVAL_SD: f64 = 0.7;
/// Equally likely futures that stand for what is believed.
const BELIEFS: usize = 40;

/// A month of the series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    /// Months since any origin; as integers, the same for two parts of a month.
    pub(super) month: i32,
    /// Month of the year, 0-11.
    pub(super) of_year: usize,
    /// Share of its days around Spring Festival; 0 where that is not looked at.
    pub(super) festival: f64,
}

/// A month that was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) point: Point,
    /// Log of the rate.
    pub(super) log: f64,
    /// Its variance by chance.
    pub(super) chance: f64,
}

/// How large the parts are believed to be before anything is seen: the values to be weighed, each with (value, prior
/// weight in logs) from a lognormal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes<'a> {
    /// Shock of the month's own: values, median, width of the log.
    pub(super) shock: (&'a [f64], f64),
    /// Step of the walk, a month.
    pub(super) walk: (&'a [f64], f64),
    /// Effect of the month of the year; empty: no season.
    pub(super) season: (&'a [f64], f64),
    /// Growth, a month.
    pub(super) growth: f64,
}

/// Width of the log of each size around its median.
const WIDTH: f64 = 0.8;

#[derive(Debug, Clone, Copy)]
struct Size {
    shock: f64,
    walk: f64,
    season: f64,
    growth: f64,
}

/// One future that is believed in: the logs of the months ahead are normal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ahead {
    pub(super) mean: Vec<f64>,
    /// Rows of the lower triangular root of the covariance: `mean[m]` + sum of `root[m][k]` x the k-th normal number.
    pub(super) root: Vec<Vec<f64>>,
}

impl Ahead {
    /// Mean of the rate itself in a month ahead.
    pub(super) fn rate(&self, month: usize) -> f64 {
        let variance: f64 = self.root[month].iter().map(|r| r * r).sum();
        (self.mean[month] + variance / 2.0).exp()
    }
}

/// Equally likely beliefs about the months ahead. A month's numbers do not depend on how many follow it.
pub(super) fn ahead(seen: &[Seen], months: &[Point], sizes: &Sizes<'_>) -> Vec<Ahead> {
    let weighed = weighed(seen, months, sizes);
    let total: f64 = weighed.iter().map(|(weight, _)| weight).sum();
    let (mut picks, mut sum, mut i) = (Vec::with_capacity(BELIEFS), 0.0, 0);
    let mut roots: Vec<Option<Ahead>> = vec![None; weighed.len()];
    for pick in 0..BELIEFS {
        let at = (pick as f64 + 0.5) / BELIEFS as f64 * total;
        while i + 1 < weighed.len() && sum + weighed[i].0 < at {
            sum += weighed[i].0;
            i += 1;
        }
        if let Some((_, fit)) = weighed.get(i) {
            let ahead = roots[i].get_or_insert_with(|| fit.ahead(months));
            picks.push(ahead.clone());
        }
    }
    picks
}

/// Mean of the logs of the months ahead, alone: less work.
pub(super) fn mean_ahead(seen: &[Seen], months: &[Point], sizes: &Sizes<'_>) -> Vec<f64> {
    let weighed = weighed(seen, months, sizes);
    let total: f64 = weighed.iter().map(|(weight, _)| weight).sum();
    (months.iter())
        .map(|month| {
            let sum: f64 = (weighed.iter())
                .map(|(weight, fit)| weight * fit.mean(month))
                .sum();
            sum / total
        })
        .collect()
}

/// Every combination of sizes, with its weight (the largest is 1); those that do not count are left out.
fn weighed(seen: &[Seen], months: &[Point], sizes: &Sizes<'_>) -> Vec<(f64, Fit)> {
    let prior = |value: f64, median: f64| -0.5 * ((value / median).ln() / WIDTH).powi(2);
    let none = [0.0];
    let seasons = if sizes.season.0.is_empty() {
        &none[..]
    } else {
        sizes.season.0
    };
    let now = months.first().map_or(0, |point| point.month);
    let mut fits = Vec::new();
    for &shock in sizes.shock.0 {
        for &walk in sizes.walk.0 {
            for &season in seasons {
                let size = Size {
                    shock,
                    walk,
                    season,
                    growth: sizes.growth,
                };
                let mut log = prior(shock, sizes.shock.1) + prior(walk, sizes.walk.1);
                if season > 0.0 {
                    log += prior(season, sizes.season.1);
                }
                if let Some(fit) = Fit::new(seen, now, size) {
                    fits.push((log + fit.evidence, fit));
                }
            }
        }
    }
    let top = fits
        .iter()
        .map(|(log, _)| *log)
        .fold(f64::NEG_INFINITY, f64::max);
    (fits.into_iter())
        .map(|(log, fit)| ((log - top).exp(), fit))
        .filter(|(weight, _)| *weight > 1e-4)
        .collect()
}

/// What the past says, for one combination of sizes.
struct Fit {
    size: Size,
    /// The month of the as-of date, from which on growth is damped, and the first one seen.
    now: i32,
    first: i32,
    seen: Vec<Point>,
    centre: f64,
    root: Cholesky<f64, Dyn>,
    /// Inverse covariance x (logs - centre).
    pull: DVector<f64>,
    /// Log density of the past.
    evidence: f64,
}

impl Fit {
    fn new(seen: &[Seen], now: i32, size: Size) -> Option<Self> {
        let first = seen.iter().map(|s| s.point.month).min()?;
        let precision: f64 = seen.iter().map(|s| 1.0 / (s.chance + 0.01)).sum();
        let centre = seen.iter().map(|s| s.log / (s.chance + 0.01)).sum::<f64>() / precision;
        let covariance = DMatrix::from_fn(seen.len(), seen.len(), |i, j| {
            let chance = if i == j { seen[i].chance + 1e-9 } else { 0.0 };
            size.covariance(&seen[i].point, &seen[j].point, now, first) + chance
        });
        let root = Cholesky::new(covariance)?;
        let logs = DVector::from_iterator(seen.len(), seen.iter().map(|s| s.log - centre));
        let pull = root.solve(&logs);
        let determinant: f64 = root.l_dirty().diagonal().iter().map(|d| d.ln()).sum();
        Some(Self {
            size,
            now,
            first,
            seen: seen.iter().map(|s| s.point).collect(),
            centre,
            evidence: -0.5 * logs.dot(&pull) - determinant,
            root,
            pull,
        })
    }

    fn with_seen(&self, month: &Point) -> DVector<f64> {
        let covariance = |seen| self.size.covariance(seen, month, self.now, self.first);
        DVector::from_iterator(self.seen.len(), self.seen.iter().map(covariance))
    }

    fn mean(&self, month: &Point) -> f64 {
        self.centre + self.with_seen(month).dot(&self.pull)
    }

    fn ahead(&self, months: &[Point]) -> Ahead {
        let with: Vec<DVector<f64>> = months.iter().map(|month| self.with_seen(month)).collect();
        let solved: Vec<DVector<f64>> = with.iter().map(|column| self.root.solve(column)).collect();
        let mean = with
            .iter()
            .map(|column| self.centre + column.dot(&self.pull))
            .collect();
        let covariance = |a: usize, b: usize| {
            self.size
                .covariance(&months[a], &months[b], self.now, self.first)
                - with[a].dot(&solved[b])
        };
        Ahead {
            mean,
            root: root(months.len(), covariance),
        }
    }
}

/// Lower triangular root of a covariance, row by row, so that a row depends on those before it alone.
fn root(n: usize, covariance: impl Fn(usize, usize) -> f64) -> Vec<Vec<f64>> {
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(n);
    for i in 0..n {
        let mut row: Vec<f64> = Vec::with_capacity(i + 1);
        for (j, before) in rows.iter().enumerate() {
            let known: f64 = row.iter().zip(before).map(|(a, b)| a * b).sum();
            let pivot = before[j];
            row.push(if pivot > 0.0 {
                (covariance(i, j) - known) / pivot
            } else {
                0.0
            });
        }
        let known: f64 = row.iter().map(|a| a * a).sum();
        row.push((covariance(i, i) - known).max(0.0).sqrt());
        rows.push(row);
    }
    rows
}

impl Size {
    fn covariance(&self, a: &Point, b: &Point, now: i32, first: i32) -> f64 {
        let square = |sd: f64| sd * sd;
        let walked = f64::from((a.month.min(b.month) - first).max(0));
        let same_of_year = f64::from(u8::from(a.of_year == b.of_year));
        let same = f64::from(u8::from(a.month == b.month));
        LEVEL
            + square(self.walk) * walked
            + square(self.growth) * grown(a.month - now) * grown(b.month - now)
            + square(self.season) * (same_of_year - 1.0 / 12.0)
            + square(FESTIVAL_SD) * a.festival * b.festival
            + square(self.shock) * same
    }
}

/// Months that growth counts for: all of the past ones, damped from now on.
fn grown(months: i32) -> f64 {
    let months = f64::from(months);
    if months <= 0.0 {
        return months;
    }
    (1.0 - DAMPING.powf(months)) / -DAMPING.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes<'static> = Sizes {
        shock: (&[0.02, 0.05, 0.1, 0.2, 0.4], 0.08),
        walk: (&[0.01, 0.03, 0.08, 0.2], 0.03),
        season: (&[0.02, 0.08, 0.2, 0.5], 0.08),
        growth: 0.02,
    };

    fn point(month: i32) -> Point {
        Point {
            month,
            of_year: month.rem_euclid(12) as usize,
            festival: 0.0,
        }
    }

    fn seen(n: i32, log: impl Fn(i32) -> f64) -> Vec<Seen> {
        (0..n)
            .map(|month| Seen {
                point: point(month),
                log: log(month),
                chance: 1e-3,
            })
            .collect()
    }

    fn mean(seen: &[Seen], months: &[Point], sizes: &Sizes<'_>) -> Vec<f64> {
        mean_ahead(seen, months, sizes)
    }

    #[test]
    fn growth_goes_on_and_slows_down() {
        let past = seen(30, |t| 0.02 * f64::from(t));
        let months: Vec<Point> = (30..42).map(point).collect();
        let ahead = mean(&past, &months, &SIZES);
        assert!((ahead[0] - 0.6).abs() < 0.02, "{}", ahead[0]);
        let grown = ahead[11] - ahead[0];
        assert!((0.12..0.22).contains(&grown), "{grown}");
    }

    #[test]
    fn a_dip_of_every_year_comes_again_and_one_of_one_year_hardly() {
        let months: Vec<Point> = (36..48).map(point).collect();
        let dip = |t: i32| if t % 12 == 7 { -0.5 } else { 0.0 };
        let every = mean(&seen(36, dip), &months, &SIZES);
        assert!(
            (every[7] - every[6] + 0.5).abs() < 0.12,
            "{}",
            every[7] - every[6]
        );
        let once = mean(
            &seen(36, |t| if t == 19 { -0.5 } else { 0.0 }),
            &months,
            &SIZES,
        );
        assert!(once[7] - once[6] > -0.15, "{}", once[7] - once[6]);
    }

    #[test]
    fn the_festival_moves_its_dip() {
        let with = |mut point: Point| {
            point.festival = match point.month {
                1 | 25 | 36 => 0.5,
                12 => 0.6,
                _ => 0.0,
            };
            point
        };
        let mut past = seen(36, |_| 0.0);
        for seen in &mut past {
            seen.point = with(seen.point);
            seen.log = -0.6 * seen.point.festival;
        }
        let months: Vec<Point> = (36..39).map(|month| with(point(month))).collect();
        let ahead = mean(&past, &months, &SIZES);
        assert!(
            ahead[0] - ahead[2] < -0.2,
            "the festival is in month 36: {ahead:?}"
        );
        assert!(
            (ahead[1] - ahead[2]).abs() < 0.1,
            "and not in 37: {ahead:?}"
        );
    }

    #[test]
    fn the_first_months_do_not_depend_on_those_that_follow() {
        let past = seen(26, |t| 0.1 * f64::from(t * t * 7 % 5));
        let months: Vec<Point> = (26..38).map(point).collect();
        let (few, many) = (
            ahead(&past, &months[..3], &SIZES),
            ahead(&past, &months, &SIZES),
        );
        assert_eq!(few.len(), BELIEFS);
        for (few, many) in few.iter().zip(&many) {
            assert_eq!(few.mean, many.mean[..3]);
            assert_eq!(few.root, many.root[..3]);
        }
    }

    #[test]
    fn further_months_are_less_sure_and_noise_is_seen() {
        let noisy = |size: f64| seen(30, move |t| size * (f64::from(t * t) * 1.7).sin());
        let months: Vec<Point> = (30..42).map(point).collect();
        let sd = |past: &[Seen], month: usize| {
            let ahead = ahead(past, &months, &SIZES);
            let variance: f64 = (ahead.iter())
                .map(|a| a.root[month].iter().map(|r| r * r).sum::<f64>())
                .sum();
            (variance / ahead.len() as f64).sqrt()
        };
        let (calm, wild) = (noisy(0.02), noisy(0.4));
        assert!(sd(&calm, 0) < 0.1 && sd(&wild, 0) > 0.25);
        assert!(sd(&calm, 11) > 1.3 * sd(&calm, 0));
    }
}
