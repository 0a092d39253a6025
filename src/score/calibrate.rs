//! Maps from the log-odds that a model gives to log-odds that come true more exactly, by the size of what there is to learn
//! them from.
//!
//! With z the log-odds on outcomes that the model had not seen and p = σ(z): shift `z + a`; Platt `a + b z` (Platt 1999);
//! beta `c + a ln p - b ln(1 - p)` with a, b ≥ 0 (Kull, Silva Filho and Flach 2017). Isotonic regression is not among them:
//! below some tens of thousands of cases it makes good probabilities worse.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};
use serde::{Deserialize, Serialize};

use crate::score::metrics;
use crate::score::solver::sigmoid;

/// Events (the rarer outcome) from which a slope can be told, and from which a second one can.
const ENOUGH: (usize, usize) = (50, 500);
/// Standard deviation of what a shift is believed to be beforehand.
const SHIFT_SD: f64 = 0.5;

/// A map of log-odds; always rising, so that no order changes.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calibration {
    /// Left as it is.
    #[default]
    None,
    /// `z + a`.
    Shift {
        /// Added.
        a: f64,
    },
    /// `a + b z`.
    Platt {
        /// Added.
        a: f64,
        /// Slope, above 0.
        b: f64,
    },
    /// `c + a ln p - b ln(1 - p)`.
    Beta {
        /// Of ln p, at least 0.
        a: f64,
        /// Of -ln(1 - p), at least 0.
        b: f64,
        /// Added.
        c: f64,
    },
}

impl Calibration {
    /// The log-odds that stand for `z`.
    pub fn apply(self, z: f64) -> f64 {
        match self {
            Self::None => z,
            Self::Shift { a } => z + a,
            Self::Platt { a, b } => a + b * z,
            Self::Beta { a, b, c } => c - a * softplus(-z) + b * softplus(z),
        }
    }

    /// The probability that stands for log-odds `z`.
    pub fn probability(self, z: f64) -> f64 {
        sigmoid(self.apply(z))
    }

    /// `z + a` with a ~ N(0, 0.5²) beforehand.
    pub fn shift(z: &[f64], won: &[bool]) -> Self {
        let columns = vec![1.0; z.len()];
        let fitted = newton(&columns, 1, z, won, &[SHIFT_SD.powi(-2)]);
        fitted.map_or(Self::None, |beta| Self::Shift { a: beta[0] })
    }

    /// `a + b z` by maximum likelihood; a shift where that has no answer or turns the order round.
    pub fn platt(z: &[f64], won: &[bool]) -> Self {
        let columns: Vec<f64> = z.iter().flat_map(|&z| [1.0, z]).collect();
        let zero = vec![0.0; z.len()];
        match newton(&columns, 2, &zero, won, &[0.0; 2]).as_deref() {
            Some(&[a, b]) if b > 0.0 => Self::Platt { a, b },
            _ => Self::shift(z, won),
        }
    }

    /// The beta map by maximum likelihood; a coefficient below 0 is left out, as in the authors' own package.
    pub fn beta(z: &[f64], won: &[bool]) -> Self {
        let zero = vec![0.0; z.len()];
        let fit = |keep: [bool; 2]| {
            let row = |&z: &f64| {
                let both = [(-softplus(-z), keep[0]), (softplus(z), keep[1])];
                let kept = both.into_iter().filter(|(_, keep)| *keep);
                std::iter::once(1.0).chain(kept.map(|(x, _)| x))
            };
            let columns: Vec<f64> = z.iter().flat_map(row).collect();
            let k = 1 + keep.iter().filter(|&&keep| keep).count();
            newton(&columns, k, &zero, won, &vec![0.0; k])
        };
        match fit([true, true]).as_deref() {
            Some(&[c, a, b]) if a >= 0.0 && b >= 0.0 => Self::Beta { a, b, c },
            Some(&[_, a, _]) => {
                let first = a >= 0.0;
                match fit([first, !first]).as_deref() {
                    Some(&[c, slope]) if slope > 0.0 && first => Self::Beta {
                        a: slope,
                        b: 0.0,
                        c,
                    },
                    Some(&[c, slope]) if slope > 0.0 => Self::Beta {
                        a: 0.0,
                        b: slope,
                        c,
                    },
                    _ => Self::platt(z, won),
                }
            }
            _ => Self::platt(z, won),
        }
    }

    /// By size, over blocks in the order of time: below 50 events a shift with its prior, below 500 Platt, from there Platt
    /// or beta, whichever does better on the last block when learnt from those before. Learnt from all blocks together,
    /// never from the latest alone: what one block says of the level is mostly that block's luck.
    pub fn by_size(blocks: &[(Vec<f64>, Vec<bool>)]) -> Self {
        let pool = |blocks: &[(Vec<f64>, Vec<bool>)]| -> (Vec<f64>, Vec<bool>) {
            blocks
                .iter()
                .flat_map(|(z, won)| z.iter().copied().zip(won.iter().copied()))
                .unzip()
        };
        let (z, won) = pool(blocks);
        let wins = won.iter().filter(|&&won| won).count();
        let events = wins.min(won.len() - wins);
        if events == 0 {
            Self::None
        } else if events < ENOUGH.0 {
            Self::shift(&z, &won)
        } else if events < ENOUGH.1 || blocks.len() < 2 {
            Self::platt(&z, &won)
        } else {
            let (last, before) = (&blocks[blocks.len() - 1], pool(&blocks[..blocks.len() - 1]));
            let loss = |map: Self| -> f64 {
                let pairs = last.0.iter().zip(&last.1);
                pairs
                    .map(|(&z, &won)| metrics::one_log_loss(map.probability(z), won))
                    .sum()
            };
            let platt = loss(Self::platt(&before.0, &before.1));
            if loss(Self::beta(&before.0, &before.1)) < platt {
                Self::beta(&z, &won)
            } else {
                Self::platt(&z, &won)
            }
        }
    }
}

/// ln(1 + eˣ), without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// Newton's method for a logistic regression of few columns with an offset: minimises the log loss plus `½ Σ λ β²`. None if
/// it does not converge: one outcome alone, or outcomes that the columns separate.
fn newton(
    columns: &[f64],
    k: usize,
    offset: &[f64],
    won: &[bool],
    penalty: &[f64],
) -> Option<Vec<f64>> {
    let mut beta = DVector::<f64>::zeros(k);
    for _ in 0..100 {
        let mut hessian = DMatrix::<f64>::from_diagonal(&DVector::from_row_slice(penalty));
        let mut score = -DVector::from_row_slice(penalty).component_mul(&beta);
        for ((row, &offset), &won) in columns.chunks_exact(k).zip(offset).zip(won) {
            let eta = offset + row.iter().zip(beta.iter()).map(|(x, b)| x * b).sum::<f64>();
            let p = sigmoid(eta);
            let (residual, v) = (f64::from(u8::from(won)) - p, p * (1.0 - p));
            for a in 0..k {
                score[a] += residual * row[a];
                for b in 0..k {
                    hessian[(a, b)] += v * row[a] * row[b];
                }
            }
        }
        let step = Cholesky::<f64, Dyn>::new(hessian)?.solve(&score);
        let size = step.amax();
        // A step of at most 4 keeps separated data from running away in one leap; it then fails to converge.
        beta += &step * (4.0 / size.max(1e-300)).min(1.0);
        if !size.is_finite() || beta.amax() > 1e6 {
            return None;
        }
        if size < 1e-10 {
            return Some(beta.iter().copied().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_map_rises_and_the_identity_is_among_them() {
        let maps = [
            Calibration::None,
            Calibration::Shift { a: 0.0 },
            Calibration::Platt { a: 0.0, b: 1.0 },
            Calibration::Beta {
                a: 1.0,
                b: 1.0,
                c: 0.0,
            },
        ];
        for map in maps {
            for z in [-40.0, -3.0, 0.0, 0.7, 40.0] {
                assert!((map.apply(z) - z).abs() < 1e-12, "{map:?} at {z}");
            }
        }
    }

    #[test]
    fn outcomes_that_say_nothing_change_nothing_or_little() {
        assert_eq!(Calibration::by_size(&[]), Calibration::None);
        let lost = (vec![-1.0; 40], vec![false; 40]);
        assert_eq!(Calibration::by_size(&[lost]), Calibration::None);
        // Separated: no slope can be told.
        let (z, won) = (vec![-1.0, -0.5, 0.5, 1.0], vec![false, false, true, true]);
        assert!(matches!(
            Calibration::platt(&z, &won),
            Calibration::Shift { .. }
        ));
        // Turned round: no map may do that.
        let (z, won) = (
            vec![-1.0, 1.0, -1.0, 1.0, 0.0, 0.0],
            vec![true, false, true, false, true, false],
        );
        for map in [Calibration::platt(&z, &won), Calibration::beta(&z, &won)] {
            assert!(map.apply(1.0) > map.apply(-1.0), "{map:?}");
        }
    }
}
