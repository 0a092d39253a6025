//! A monthly series ahead: level, growth, season, the festival and good and bad months, all at once.
//!
//! The log of a month's daily rate is a level that wanders (a random walk), a growth, an effect of the month of the
//! year (partly a wave through the year, partly each month's own), what Spring Festival did beyond its usual dip, and a
//! shock of the month that may carry on into the next ones (an autoregression): normal all of them, so that what the
//! past says of the months ahead is a normal distribution in closed form (Gaussian process regression: Rasmussen &
//! Williams 2006, 2.23-2.24 and 2.30). How large walk, season and shock are, how far a shock carries and how much of the
//! season is a wave is not plugged in but averaged over, weighted by how well each combination explains the past.

/// What a month's growth keeps of the growth of the month before, from the as-of date on.
const DAMPING: f64 = 0.95;
/// Variance of the level around the mean of the past.
const LEVEL: f64 = 4.0;
/// Standard deviation of what a festival does beyond its usual effect, as a share of that effect.
const FESTIVAL_SD: f64 = 0.2;
/// Equally likely futures that stand for what is believed.
const BELIEFS: usize = 40;

/// A month of the series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    /// Months since any origin; as integers, the same for two parts of a month.
    pub(super) month: i32,
    /// Month of the year, 0-11.
    pub(super) of_year: usize,
    /// Log of what Spring Festival usually leaves of the leads of these days; 0 where it does nothing.
    pub(super) festival: f64,
    /// Log of what spend does to the month, and the standard deviation of what is not known about that.
    pub(super) spend: (f64, f64),
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

/// How large the parts are believed to be before anything is seen: the values to be weighed, and the median of the
/// lognormal that gives each its weight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes<'a> {
    /// Standard deviation of a month's shock.
    pub(super) shock: (&'a [f64], f64),
    /// What a month's shock keeps of the one before: equally likely values.
    pub(super) carry: &'a [f64],
    /// Step of the walk, a month.
    pub(super) walk: (&'a [f64], f64),
    /// Effect of the month of the year; empty: no season.
    pub(super) season: (&'a [f64], f64),
    /// Share of the season's variance that is a wave through the year: equally likely values.
    pub(super) wave: &'a [f64],
    /// Effect of the month of the quarter; empty: none.
    pub(super) quarter: (&'a [f64], f64),
    /// Standard deviation of growth, a month.
    pub(super) growth: f64,
    /// Standard deviation of the level around 0, where it is believed to lie there; none: it lies anywhere.
    pub(super) level: Option<f64>,
}

/// Width of the log of each size around its median.
const WIDTH: f64 = 0.8;

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
    let Some(series) = Series::new(seen, months, sizes) else {
        return Vec::new();
    };
    let weighed = series.weighed(sizes);
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
            let ahead = roots[i].get_or_insert_with(|| series.ahead(fit));
            picks.push(ahead.clone());
        }
    }
    picks
}

/// Mean of the logs of the months ahead, alone: less work. Nothing without a past.
pub(super) fn mean_ahead(seen: &[Seen], months: &[Point], sizes: &Sizes<'_>) -> Vec<f64> {
    let Some(series) = Series::new(seen, months, sizes) else {
        return Vec::new();
    };
    let weighed = series.weighed(sizes);
    let total: f64 = weighed.iter().map(|(weight, _)| weight).sum();
    let mut means = vec![0.0; months.len()];
    for (weight, fit) in &weighed {
        let ahead = series.ahead(fit);
        for (sum, mean) in means.iter_mut().zip(&ahead.mean) {
            *sum += weight / total * mean;
        }
    }
    means
}

/// One combination of sizes.
#[derive(Debug, Clone, Copy)]
struct Size {
    shock: f64,
    carry: f64,
    walk: f64,
    season: f64,
    wave: f64,
    quarter: f64,
}

/// What the past says, for one combination of sizes.
struct Fit {
    size: Size,
    /// Root of the covariance of the past, row by row.
    root: Vec<f64>,
    /// Its inverse x (logs - centre).
    pull: Vec<f64>,
    /// Log density of the past.
    evidence: f64,
}

/// The past and the months ahead, with what all combinations of sizes have in common.
struct Series {
    seen: usize,
    points: Vec<Point>,
    first: i32,
    centre: f64,
    /// Logs of the past less what spend did and their centre.
    logs: Vec<f64>,
    /// Variance of every point by chance, and of what its spend does.
    chance: Vec<f64>,
    /// What every combination believes of each pair of points, row by row up to the diagonal.
    common: Vec<f64>,
}

impl Series {
    fn new(seen: &[Seen], months: &[Point], sizes: &Sizes<'_>) -> Option<Self> {
        let first = seen.iter().map(|s| s.point.month).min()?;
        let now = months.first().map_or(0, |point| point.month);
        let precision: f64 = seen.iter().map(|s| 1.0 / (s.chance + 0.01)).sum();
        let middle = (seen.iter())
            .map(|s| (s.log - s.point.spend.0) / (s.chance + 0.01))
            .sum::<f64>()
            / precision;
        let (centre, level) = match sizes.level {
            Some(sd) => (0.0, sd * sd),
            None => (middle, LEVEL),
        };
        let points: Vec<Point> = (seen.iter().map(|s| s.point))
            .chain(months.iter().copied())
            .collect();
        let steep: Vec<f64> = (points.iter())
            .map(|point| sizes.growth * grown(point.month - now))
            .collect();
        let common = pairs(points.len())
            .map(|(i, j)| {
                let festival = points[i].festival * points[j].festival;
                level + steep[i] * steep[j] + FESTIVAL_SD * FESTIVAL_SD * festival
            })
            .collect();
        Some(Self {
            seen: seen.len(),
            first,
            centre,
            logs: (seen.iter())
                .map(|s| s.log - s.point.spend.0 - centre)
                .collect(),
            chance: (seen.iter().map(|s| s.chance + 1e-9))
                .chain(months.iter().map(|_| 0.0))
                .zip(&points)
                .map(|(chance, point)| chance + point.spend.1.powi(2))
                .collect(),
            common,
            points,
        })
    }

    /// Every combination of sizes, with its weight (the largest is 1); those that do not count are left out.
    fn weighed(&self, sizes: &Sizes<'_>) -> Vec<(f64, Fit)> {
        let mut fits = Vec::new();
        for (prior, size) in combinations(sizes) {
            if let Some(fit) = self.fit(size) {
                fits.push((prior + fit.evidence, fit));
            }
        }
        let top = (fits.iter()).fold(f64::NEG_INFINITY, |top, (log, _)| top.max(*log));
        (fits.into_iter())
            .map(|(log, fit)| ((log - top).exp(), fit))
            .filter(|(weight, _)| *weight > 1e-4)
            .collect()
    }

    fn fit(&self, size: Size) -> Option<Fit> {
        let n = self.seen;
        let root = extended(Vec::new(), n, self.covariance(size));
        let mut pull: Vec<f64> = Vec::with_capacity(n);
        let mut evidence = 0.0;
        for i in 0..n {
            let row = row(&root, i);
            if row[i] <= 0.0 {
                return None;
            }
            let z = (self.logs[i] - dot(row, &pull)) / row[i];
            evidence -= 0.5 * z * z + row[i].ln();
            pull.push(z);
        }
        Some(Fit {
            size,
            root,
            pull,
            evidence,
        })
    }

    /// The months ahead given the past: the rows of the joint root that follow those of the past.
    fn ahead(&self, fit: &Fit) -> Ahead {
        let (n, all) = (self.seen, self.points.len());
        let root = extended(fit.root.clone(), all, self.covariance(fit.size));
        let rows = || (n..all).map(|i| row(&root, i));
        Ahead {
            mean: (rows().zip(&self.points[n..]))
                .map(|(row, point)| self.centre + dot(&row[..n], &fit.pull) + point.spend.0)
                .collect(),
            root: rows().map(|row| row[n..].to_vec()).collect(),
        }
    }

    /// Covariance of two points, the later one first, chance included.
    fn covariance(&self, size: Size) -> impl Fn(usize, usize) -> f64 + '_ {
        let lags = self.points.iter().map(|p| p.month).max().unwrap_or(0) - self.first + 1;
        let of_lag = size.of_lag(lags.max(1) as usize);
        let walk = size.walk * size.walk;
        move |i, j| {
            let (a, b) = (&self.points[i], &self.points[j]);
            let walked = f64::from(a.month.min(b.month) - self.first);
            let lag = a.month.abs_diff(b.month) as usize;
            let chance = if i == j { self.chance[i] } else { 0.0 };
            self.common[start(i) + j] + walk * walked + of_lag[lag] + chance
        }
    }
}

/// Logs of prior weights, and sizes.
fn combinations(sizes: &Sizes<'_>) -> Vec<(f64, Size)> {
    let prior = |value: f64, median: f64| -0.5 * ((value / median).ln() / WIDTH).powi(2);
    let mut seasons = Vec::new();
    for &season in sizes.season.0 {
        for &wave in sizes.wave {
            seasons.push((prior(season, sizes.season.1), season, wave));
        }
    }
    if seasons.is_empty() {
        seasons.push((0.0, 0.0, 0.0));
    }
    let mut quarters = Vec::new();
    for &quarter in sizes.quarter.0 {
        quarters.push((prior(quarter, sizes.quarter.1), quarter));
    }
    if quarters.is_empty() {
        quarters.push((0.0, 0.0));
    }
    let mut all = Vec::new();
    for &shock in sizes.shock.0 {
        for &walk in sizes.walk.0 {
            for &carry in sizes.carry {
                for &(of_season, season, wave) in &seasons {
                    for &(of_quarter, quarter) in &quarters {
                        let size = Size {
                            shock,
                            carry,
                            walk,
                            season,
                            wave,
                            quarter,
                        };
                        let sizes =
                            prior(shock, sizes.shock.1) + prior(walk, sizes.walk.1) + of_season;
                        all.push((sizes + of_quarter, size));
                    }
                }
            }
        }
    }
    all
}

impl Size {
    /// Covariance of two months by how far they lie apart: of the shock, the season and the quarter.
    fn of_lag(&self, lags: usize) -> Vec<f64> {
        let (shock, season) = (self.shock * self.shock, self.season * self.season);
        let quarter = self.quarter * self.quarter;
        let mut carried = 1.0;
        (0..lags)
            .map(|lag| {
                let turn = std::f64::consts::TAU * (lag % 12) as f64 / 12.0;
                let own = f64::from(u8::from(lag % 12 == 0)) - 1.0 / 12.0;
                let of_season = self.wave * turn.cos() + (1.0 - self.wave) * own;
                let of_quarter = f64::from(u8::from(lag % 3 == 0)) - 1.0 / 3.0;
                let covariance = shock * carried + season * of_season + quarter * of_quarter;
                carried *= self.carry;
                covariance
            })
            .collect()
    }
}

/// Where a row of a lower triangle begins.
fn start(i: usize) -> usize {
    i * (i + 1) / 2
}

/// A row of a lower triangle.
fn row(root: &[f64], i: usize) -> &[f64] {
    &root[start(i)..start(i + 1)]
}

/// All (i, j) of a lower triangle, row by row.
fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(|i| (0..=i).map(move |j| (i, j)))
}

/// Scalar product of the first numbers of both, as many as the shorter one has; always summed in the same order.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    let (a, b) = (&a[..n], &b[..n]);
    let mut sums = [0.0; 4];
    let (quads, others) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = (quads.remainder().iter().zip(others.remainder()))
        .map(|(x, y)| x * y)
        .sum();
    for (x, y) in quads.zip(others) {
        for k in 0..4 {
            sums[k] += x[k] * y[k];
        }
    }
    sums[0] + sums[1] + sums[2] + sums[3] + rest
}

/// Continues the lower triangular root of a covariance up to `n` rows (Cholesky, row by row, so that a row depends on
/// those before it alone).
fn extended(mut root: Vec<f64>, n: usize, covariance: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut i = 0;
    while start(i) < root.len() {
        i += 1;
    }
    root.reserve(start(n).saturating_sub(root.len()));
    for i in i..n {
        for j in 0..i {
            let known = dot(&root[start(i)..start(i) + j], &root[start(j)..start(j) + j]);
            let pivot = root[start(j) + j];
            root.push(if pivot > 0.0 {
                (covariance(i, j) - known) / pivot
            } else {
                0.0
            });
        }
        let known = dot(&root[start(i)..], &root[start(i)..]);
        root.push((covariance(i, i) - known).max(0.0).sqrt());
    }
    root
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
        wave: &[0.0, 0.6],
        carry: &[0.0, 0.5],
        growth: 0.02,
        quarter: (&[], 0.0),
        level: None,
    };

    fn point(month: i32) -> Point {
        Point {
            month,
            of_year: month.rem_euclid(12) as usize,
            festival: 0.0,
            spend: (0.0, 0.0),
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
