//! Returns (money over money, money over counts) shrunken towards all channels, with what scatter by period says of them.
//!
//! The log of a channel's ratio is normal around its truth, the truths are normal around a common level. Level and spread are
//! averaged over (a flat level, a half-normal spread), not plugged in. The variance of a log ratio is `scatter` / numerator,
//! where scatter is the variance of a period's numerator over its mean (quasi-Poisson), pooled over the channels and
//! measured over single periods and over blocks of them, whichever says more: a good week is not seven good days.

/// Spread of the logs between channels before they are seen: half-normal.
const SPREAD: f64 = 1.0;
/// Grid of the spread.
const SPREADS: usize = 40;
/// Degrees of freedom that the scatter of all channels counts as for one of them.
const PRIOR_FREEDOM: f64 = 12.0;
/// Least blocks that scatter is measured by.
const LEAST_BLOCKS: usize = 3;

/// What was seen of a channel: numerator and denominator by period.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) pairs: Vec<(f64, f64)>,
}

impl Seen {
    pub(super) fn totals(&self) -> (f64, f64) {
        (self.pairs.iter()).fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1))
    }
}

/// The log of a ratio, as believed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LogRatio {
    pub(super) mean: f64,
    pub(super) sd: f64,
}

/// Sum of squares over the mean of each part, and its degrees of freedom. `share` makes it the variance of a share.
pub(super) fn scatter(pairs: &[(f64, f64)], block: usize, share: bool) -> (f64, f64) {
    let blocks: Vec<(f64, f64)> = (pairs.chunks(block.max(1)))
        .map(|chunk| chunk.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1)))
        .filter(|block| block.1 > 0.0)
        .collect();
    let sum = blocks
        .iter()
        .fold((0.0, 0.0), |s, b| (s.0 + b.0, s.1 + b.1));
    if blocks.len() < LEAST_BLOCKS || sum.0 <= 0.0 {
        return (0.0, 0.0);
    }
    let ratio = sum.0 / sum.1;
    let left = if share { (1.0 - ratio).max(1e-9) } else { 1.0 };
    let squares: f64 = (blocks.iter())
        .map(|(k, n)| (k - n * ratio).powi(2) / (n * ratio * left))
        .sum();
    (squares, blocks.len() as f64 - 1.0)
}

/// Scatter of each channel, leaning on that of all, never below `least`; `long` is the length of a block.
pub(super) fn scatters(seen: &[Seen], long: usize, share: bool, least: f64) -> Option<Vec<f64>> {
    let mut found: Option<Vec<f64>> = None;
    for block in [1, long] {
        let parts: Vec<(f64, f64)> = (seen.iter())
            .map(|seen| scatter(&seen.pairs, block, share))
            .collect();
        let all = parts.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
        if all.1 < 2.0 {
            continue;
        }
        let pooled = all.0 / all.1;
        let each = parts
            .iter()
            .map(|part| ((part.0 + PRIOR_FREEDOM * pooled) / (part.1 + PRIOR_FREEDOM)).max(least));
        found = Some(match found {
            None => each.collect(),
            Some(before) => before.iter().zip(each).map(|(a, b)| a.max(b)).collect(),
        });
    }
    found
}

/// The log ratios of all channels together; none for a channel without a denominator. `scatter` is by channel.
pub(super) fn shrunken(seen: &[Seen], scatter: &[f64]) -> Vec<Option<LogRatio>> {
    let logs: Vec<Option<(f64, f64)>> = (seen.iter().zip(scatter))
        .map(|(seen, &scatter)| {
            let (above, below) = seen.totals();
            // Half a unit of chance, so that nothing seen is not nothing at all.
            let above = above + 0.5 * scatter;
            (below > 0.0 && above > 0.0).then(|| ((above / below).ln(), scatter / above))
        })
        .collect();
    let there: Vec<(f64, f64)> = logs.iter().flatten().copied().collect();
    if there.len() < 2 {
        return logs
            .into_iter()
            .map(|log| {
                log.map(|(mean, variance)| LogRatio {
                    mean,
                    sd: variance.sqrt(),
                })
            })
            .collect();
    }
    let grid: Vec<f64> = (0..SPREADS)
        .map(|i| 0.02 * (150.0_f64).powf(i as f64 / (SPREADS - 1) as f64))
        .collect();
    let levels: Vec<(f64, f64, f64)> = grid.iter().map(|&spread| level(&there, spread)).collect();
    let top = levels.iter().map(|l| l.2).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = levels.iter().map(|l| (l.2 - top).exp()).collect();
    let all: f64 = weights.iter().sum();
    logs.iter()
        .map(|log| {
            let (y, v) = (*log)?;
            let (mut mean, mut square) = (0.0, 0.0);
            for ((spread, (level, of_level, _)), weight) in grid.iter().zip(&levels).zip(&weights) {
                let keep = spread * spread / (spread * spread + v);
                let m = keep * y + (1.0 - keep) * level;
                let variance = keep * v + (1.0 - keep).powi(2) * of_level;
                mean += weight / all * m;
                square += weight / all * (variance + m * m);
            }
            Some(LogRatio {
                mean,
                sd: (square - mean * mean).max(0.0).sqrt(),
            })
        })
        .collect()
}

/// Common level given the spread, its variance, and the log of the evidence of the spread.
fn level(logs: &[(f64, f64)], spread: f64) -> (f64, f64, f64) {
    let weight = |v: f64| 1.0 / (v + spread * spread);
    let sum: f64 = logs.iter().map(|(_, v)| weight(*v)).sum();
    let level = logs.iter().map(|(y, v)| weight(*v) * y).sum::<f64>() / sum;
    let fit: f64 = (logs.iter())
        .map(|(y, v)| 0.5 * weight(*v).ln() - 0.5 * weight(*v) * (y - level).powi(2))
        .sum();
    let before = spread.ln() - 0.5 * (spread / SPREAD).powi(2);
    (level, 1.0 / sum, fit - 0.5 * sum.ln() + before)
}
