//! Win and loss hazards of the steps -> chances to be won by a day, their gradient, and sums that always fit.

use crate::score::solver::{logit, sigmoid};

/// Log-odds of being won, and of being lost if not won, step by step.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Etas {
    /// Of being won in the step, given open at its start.
    pub win: Vec<f64>,
    /// Of being lost in the step, given open at its start and not won in it.
    pub lost: Vec<f64>,
}

/// P(won in the step), P(lost in the step), and P(open at its end), step by step.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Path {
    /// P(won in the step, open until it began).
    pub win: Vec<f64>,
    /// P(lost in the step, open until it began).
    pub lost: Vec<f64>,
    /// P(open after the step); win + lost so far + open = 1.
    pub open: Vec<f64>,
}

impl Etas {
    /// The first steps alone.
    pub(crate) fn first(&self, steps: usize) -> Self {
        Self {
            win: self.win[..steps.min(self.win.len())].to_vec(),
            lost: self.lost[..steps.min(self.lost.len())].to_vec(),
        }
    }

    /// `S_k = Π (1-h_w,j)(1-h_l,j)`; P(won in step k) = `h_w,k S_{k-1}`: survival can never go negative.
    pub(crate) fn path(&self) -> Path {
        let mut path = Path::default();
        let mut open = 1.0;
        for (win, lost) in self.win.iter().zip(&self.lost) {
            let (h_win, h_lost) = (sigmoid(*win), sigmoid(*lost));
            path.win.push(open * h_win);
            path.lost.push(open * (1.0 - h_win) * h_lost);
            open *= (1.0 - h_win) * (1.0 - h_lost);
            path.open.push(open);
        }
        path
    }

    /// P(won within all steps) and its derivatives by the log-odds of winning and of losing in each step:
    /// dp/dη_w,k = win_k (1 - h_w,k) - h_w,k R_k and dp/dη_l,k = -h_l,k R_k, with R_k the chance to be won after step k.
    #[allow(clippy::doc_markdown, reason = "a formula")]
    pub(crate) fn won_and_gradient(&self) -> (f64, Self) {
        let path = self.path();
        let p: f64 = path.win.iter().sum();
        let mut later = p;
        let mut gradient = Self::default();
        for k in 0..self.win.len() {
            later -= path.win[k];
            let (h_win, h_lost) = (sigmoid(self.win[k]), sigmoid(self.lost[k]));
            let later = later.max(0.0);
            gradient
                .win
                .push(path.win[k] * (1.0 - h_win) - h_win * later);
            gradient.lost.push(-h_lost * later);
        }
        (p, gradient)
    }

    /// The mean derivative of logit P(won) along the straight line from `from` to here (Gauss-Legendre, 8 nodes): the
    /// Aumann-Shapley price of one unit of each log-odds.
    pub(crate) fn mean_gradient_from(&self, from: &Self) -> Self {
        const NODES: [(f64, f64); 4] = [
            (0.960_289_856_497_536_2, 0.101_228_536_290_376_26),
            (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
            (0.525_532_409_916_329, 0.313_706_645_877_887_3),
            (0.183_434_642_495_649_8, 0.362_683_783_378_362),
        ];
        let steps = self.win.len();
        let mut mean = Self {
            win: vec![0.0; steps],
            lost: vec![0.0; steps],
        };
        for (node, weight) in NODES
            .into_iter()
            .flat_map(|(x, w)| [(-x, w / 2.0), (x, w / 2.0)])
        {
            let t = f64::midpoint(1.0, node);
            let between =
                |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a + t * (b - a)).collect();
            let at = Self {
                win: between(&from.win, &self.win),
                lost: between(&from.lost, &self.lost),
            };
            let (p, gradient) = at.won_and_gradient();
            let by_logit = weight / (p * (1.0 - p)).max(1e-300);
            for k in 0..steps {
                mean.win[k] += by_logit * gradient.win[k];
                mean.lost[k] += by_logit * gradient.lost[k];
            }
        }
        mean
    }

    /// logit P(won within all steps).
    pub(crate) fn logit_won(&self) -> f64 {
        logit(self.path().win.iter().sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn won_lost_and_open_sum_to_one(
            win in proptest::collection::vec(-30.0..5.0_f64, 1..9),
            lost in proptest::collection::vec(-30.0..5.0_f64, 9),
        ) {
            let etas = Etas { lost: lost[..win.len()].to_vec(), win };
            let path = etas.path();
            let closed: f64 = path.win.iter().chain(&path.lost).sum();
            prop_assert!((closed + path.open.last().copied().unwrap_or(1.0) - 1.0).abs() < 1e-12);
        }

        #[test]
        fn the_gradient_is_that_of_finite_differences(
            win in proptest::collection::vec(-4.0..1.0_f64, 4),
            lost in proptest::collection::vec(-4.0..1.0_f64, 4),
            k in 0..4_usize,
        ) {
            let etas = Etas { win, lost };
            let (_, gradient) = etas.won_and_gradient();
            let bumped = |d: f64, loss: bool| {
                let mut etas = etas.clone();
                (if loss { &mut etas.lost } else { &mut etas.win })[k] += d;
                etas.won_and_gradient().0
            };
            let numeric = |loss| (bumped(1e-5, loss) - bumped(-1e-5, loss)) / 2e-5;
            prop_assert!((gradient.win[k] - numeric(false)).abs() < 1e-8);
            prop_assert!((gradient.lost[k] - numeric(true)).abs() < 1e-8);
        }
    }
}
