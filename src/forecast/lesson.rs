//! What earlier forecasts teach the next one: how far to trust simpler ways, where the level lies, how wide the range is.
//!
//! Drawn futures know of every chance that the model knows of. What they do not know - that months were forecast too high
//! again and again, that they lay outside the range too often - only past forecasts can tell, as they were made then.
//! There are a dozen of them, so all that they say is weighed against what is believed without them.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::forecast::backtest::{LEVELS, Tested, level};

/// Months ahead that teach: the further ones are the same months again.
const TEACHING: usize = 3;
/// Steps of a weight.
const STEPS: usize = 10;
/// How much is held against weight on simpler ways, in units of the log likelihood.
const AGAINST: f64 = 12.0;
/// Errors beyond this, in logs, count as this.
const FAR: f64 = 1.0;
/// Origins that the belief in a right level, and in a right spread, counts for.
const LEVEL: f64 = 30.0;
const SPREAD: f64 = 10.0;
/// Months so far ahead, that their spread counts for that of all.
const SPREAD_OF_ALL: f64 = 20.0;
/// Bounds of the spread's correction: a dozen months that went well make nothing surer.
const BOUNDS: (f64, f64) = (1.0, 2.5);
/// Scores beyond this are cut.
const MOST: f64 = 4.0;

/// How to correct a forecast.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lesson {
    /// Weight of each rival, in the order of `Rivals::of_revenue`; the rest is the forecast's own.
    pub(super) weights: [f64; 3],
    /// Where the middle lies, in standard deviations.
    pub(super) shift: f64,
    /// Factor on the spread, by months ahead (from 1); beyond them as all.
    pub(super) spread: Vec<f64>,
    /// Factor on the spread of all.
    pub(super) spread_of_all: f64,
}

impl Lesson {
    /// Nothing was learnt.
    pub(super) const fn none() -> Self {
        Self {
            weights: [0.0; 3],
            shift: 0.0,
            spread: Vec::new(),
            spread_of_all: 1.0,
        }
    }

    /// From forecasts whose months are over.
    pub(super) fn learn(tested: &[&Tested]) -> Self {
        let near: Vec<&Tested> = (tested.iter().copied())
            .filter(|tested| tested.ahead <= TEACHING)
            .collect();
        let mut origins: Vec<_> = near.iter().map(|tested| tested.origin).collect();
        origins.dedup();
        if origins.len() < 2 {
            return Self::none();
        }
        let n = origins.len() as f64;
        let mut lesson = Self::none();
        lesson.weights = weights(&near, n);
        let scores = |rows: &[&Tested]| -> Vec<f64> {
            rows.iter().map(|tested| lesson.score(tested)).collect()
        };
        let all = scores(&near);
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        let shift = mean * n / (n + LEVEL);
        let square = |scores: &[f64]| {
            scores.iter().map(|z| (z - shift).powi(2)).sum::<f64>() / scores.len().max(1) as f64
        };
        let of_all = (n * square(&all) + SPREAD) / (n + SPREAD);
        let furthest = tested.iter().map(|tested| tested.ahead).max().unwrap_or(0);
        let spread = (1..=furthest)
            .map(|ahead| {
                let rows: Vec<&Tested> = (tested.iter().copied())
                    .filter(|tested| tested.ahead == ahead)
                    .collect();
                let k = rows.len() as f64;
                let own = square(&scores(&rows));
                bounded((k * own + SPREAD_OF_ALL * of_all) / (k + SPREAD_OF_ALL))
            })
            .collect();
        Self {
            shift,
            spread,
            spread_of_all: bounded(of_all),
            ..lesson
        }
    }

    /// Factor on what is yet to come that the rivals ask for.
    fn factor(&self, booked: f64, median: f64, rivals: &[Option<f64>; 3]) -> f64 {
        let own = median - booked;
        if own <= 0.0 {
            return 1.0;
        }
        (self.weights.iter().zip(rivals))
            .filter_map(|(weight, rival)| {
                let rest = rival
                    .map(|rival| rival - booked)
                    .filter(|&rest| rest > 0.0)?;
                Some(weight * (rest / own).ln().clamp(-FAR, FAR))
            })
            .sum::<f64>()
            .exp()
    }

    /// Where what came lies in the forecast, with the rivals' weight but no other correction, in standard deviations.
    fn score(&self, tested: &Tested) -> f64 {
        let rivals = tested.rivals.of_revenue();
        let factor = self.factor(tested.booked, tested.drawn[LEVELS / 2], &rivals);
        let came = tested.booked + (tested.actual - tested.booked) / factor;
        let levels: Vec<f64> = (0..LEVELS).map(level).collect();
        score(&tested.drawn, &levels, came)
    }

    /// The quantiles of a forecast, corrected.
    pub(super) fn quantiles(&self, tested: &Tested) -> Vec<f64> {
        let levels: Vec<f64> = (0..LEVELS).map(level).collect();
        let rivals = tested.rivals.of_revenue();
        self.correct(&tested.drawn, &levels, tested.booked, tested.ahead, &rivals)
    }

    /// Corrected values of a sorted forecast, whose values lie at these levels (0-1): nondecreasing, none below `booked`.
    pub(super) fn correct(
        &self,
        sorted: &[f64],
        levels: &[f64],
        booked: f64,
        ahead: usize,
        rivals: &[Option<f64>; 3],
    ) -> Vec<f64> {
        let normal = Normal::standard();
        let zs: Vec<f64> = levels.iter().map(|&p| normal.inverse_cdf(p)).collect();
        let spread = (self.spread.get(ahead - 1).copied()).unwrap_or(self.spread_of_all);
        let median = along(&zs, sorted, 0.0);
        let factor = self.factor(booked, median, rivals);
        (zs.iter())
            .map(|z| {
                let value = along(&zs, sorted, self.shift + spread * z);
                booked + factor * (value - booked).max(0.0)
            })
            .collect()
    }
}

fn bounded(square: f64) -> f64 {
    square.sqrt().clamp(BOUNDS.0, BOUNDS.1)
}

/// The score of a value in a sorted forecast whose values lie at these levels.
fn score(sorted: &[f64], levels: &[f64], value: f64) -> f64 {
    let normal = Normal::standard();
    let zs: Vec<f64> = levels.iter().map(|&p| normal.inverse_cdf(p)).collect();
    along(sorted, &zs, value).clamp(-MOST, MOST)
}

/// The height at `x` of the line through points with nondecreasing `xs`; beyond its ends as steep as its outer tenth.
fn along(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let Some(last) = xs.len().checked_sub(1).filter(|&last| last > 0) else {
        return ys.first().copied().unwrap_or(x);
    };
    let through = |i: usize, j: usize| {
        let run = xs[j] - xs[i];
        if run > 0.0 {
            (ys[j] - ys[i]) / run
        } else {
            0.0
        }
    };
    let tenth = (last / 10).max(1);
    if x <= xs[0] {
        return ys[0] + through(0, tenth) * (x - xs[0]);
    }
    if x >= xs[last] {
        return ys[last] + through(last - tenth, last) * (x - xs[last]);
    }
    let above = xs.partition_point(|&other| other <= x).clamp(1, last);
    ys[above - 1] + through(above - 1, above) * (x - xs[above - 1])
}

/// The rivals' weights: the mean over all mixtures in steps of a tenth, each counting by how near it came (a normal
/// error of the log, its size unknown, seen once an origin) and by how little it leans on rivals.
fn weights(tested: &[&Tested], origins: f64) -> [f64; 3] {
    let present: [bool; 3] =
        std::array::from_fn(|k| tested.iter().all(|t| t.rivals.of_revenue()[k].is_some()));
    let mut mixtures: Vec<([f64; 3], f64)> = Vec::new();
    for a in 0..=STEPS {
        for b in 0..=STEPS - a {
            for c in 0..=STEPS - a - b {
                let steps = [a, b, c];
                if (0..3).any(|k| steps[k] > 0 && !present[k]) {
                    continue;
                }
                let weights = steps.map(|step| step as f64 / STEPS as f64);
                let error = mean_square(tested, weights);
                let lean: f64 = weights.iter().sum();
                let log = -0.5 * origins * error.max(1e-8).ln() - AGAINST * lean;
                mixtures.push((weights, log));
            }
        }
    }
    let top = (mixtures.iter()).fold(f64::NEG_INFINITY, |top, (_, log)| top.max(*log));
    let (mut sum, mut total) = ([0.0; 3], 0.0);
    for (weights, log) in mixtures {
        let likely = (log - top).exp();
        total += likely;
        for (sum, weight) in sum.iter_mut().zip(weights) {
            *sum += likely * weight;
        }
    }
    sum.map(|sum| if total > 0.0 { sum / total } else { 0.0 })
}

/// Mean squared error of the log of what was yet to come, under these weights.
fn mean_square(tested: &[&Tested], weights: [f64; 3]) -> f64 {
    let lesson = Lesson {
        weights,
        ..Lesson::none()
    };
    let errors: Vec<f64> = (tested.iter())
        .map(|tested| {
            let median = tested.drawn[LEVELS / 2];
            let factor = lesson.factor(tested.booked, median, &tested.rivals.of_revenue());
            let told = factor * (median - tested.booked);
            let came = tested.actual - tested.booked;
            if told > 0.0 && came > 0.0 {
                (came / told).ln().clamp(-FAR, FAR).powi(2)
            } else {
                FAR * FAR
            }
        })
        .collect();
    errors.iter().sum::<f64>() / errors.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Month;
    use crate::forecast::backtest::Rivals;

    /// A forecast of a month around 100 with a log deviation of 0.1, of which `actual` came.
    fn tested(back: i32, ahead: usize, actual: f64, smoothing: Option<f64>) -> Tested {
        let normal = Normal::standard();
        let origin = Month::new(2026, 1) - back;
        Tested {
            origin: origin.first_day(),
            month: origin + (ahead as i32 - 1),
            ahead,
            actual,
            booked: 0.0,
            scale: None,
            open: 60.0,
            new: 40.0,
            drawn: (0..LEVELS)
                .map(|i| 100.0 * (0.1 * normal.inverse_cdf(level(i))).exp())
                .collect(),
            told: Vec::new(),
            rivals: Rivals {
                smoothing,
                ..Rivals::default()
            },
        }
    }

    /// A dozen months that came to 100 times these logs' powers.
    fn lesson(logs: impl Fn(i32) -> f64, smoothing: impl Fn(i32) -> Option<f64>) -> Lesson {
        let months: Vec<Tested> = (1..=12)
            .rev()
            .map(|back| tested(back, 1, 100.0 * logs(back).exp(), smoothing(back)))
            .collect();
        Lesson::learn(&months.iter().collect::<Vec<_>>())
    }

    const NORMAL: [f64; 12] = [
        -1.6, -1.1, -0.8, -0.5, -0.3, -0.1, 0.1, 0.3, 0.5, 0.8, 1.1, 1.6,
    ];

    fn luck(back: i32) -> f64 {
        NORMAL[(back * 5 % 12) as usize]
    }

    #[test]
    fn without_a_past_nothing_is_changed() {
        let month = tested(1, 1, 100.0, Some(200.0));
        let told = Lesson::none().quantiles(&month);
        for (told, drawn) in told.iter().zip(&month.drawn) {
            assert!((told / drawn - 1.0).abs() < 1e-9);
        }
        assert_eq!(Lesson::learn(&[]), Lesson::none());
        assert_eq!(
            Lesson::learn(&[&month]),
            Lesson::none(),
            "one day is no past"
        );
    }

    #[test]
    fn a_forecast_that_held_is_left_nearly_as_it_is() {
        let lesson = lesson(|back| 0.1 * luck(back), |_| Some(80.0));
        assert!(lesson.weights[2] < 0.05, "{lesson:?}");
        assert!(lesson.shift.abs() < 0.1, "{lesson:?}");
        assert_eq!(lesson.spread_of_all, 1.0, "{lesson:?}");
    }

    #[test]
    fn a_range_that_was_too_narrow_is_widened() {
        let lesson = lesson(|back| 0.3 * luck(back), |_| None);
        assert!((1.5..2.6).contains(&lesson.spread[0]), "{lesson:?}");
        let month = tested(0, 1, 100.0, None);
        let told = lesson.quantiles(&month);
        assert!(told[3] < month.drawn[3] && told[35] > month.drawn[35]);
        assert!(told.is_sorted() && told[0] >= 0.0);
    }

    #[test]
    fn a_level_that_was_off_again_and_again_is_moved_part_of_the_way() {
        let lesson = lesson(|back| 0.1 * luck(back) - 0.2, |_| None);
        assert!((-0.9..-0.2).contains(&lesson.shift), "{lesson:?}");
    }

    #[test]
    fn smoothing_that_was_right_where_the_forecast_was_not_takes_over() {
        // Revenue follows a series of its own, which smoothing sees and the pipeline does not.
        let series = |back: i32| 0.4 * luck(back);
        let lesson = lesson(series, |back| Some(100.0 * (0.95 * series(back)).exp()));
        assert!(lesson.weights[2] > 0.6, "{lesson:?}");
        let month = tested(0, 1, 100.0, Some(150.0));
        assert!(lesson.quantiles(&month)[LEVELS / 2] > 120.0);
    }

    #[test]
    fn what_is_booked_stays() {
        let lesson = lesson(|back| 0.3 * luck(back) - 0.5, |_| Some(20.0));
        let mut month = tested(0, 1, 100.0, Some(20.0));
        month.booked = 70.0;
        assert!(lesson.quantiles(&month).iter().all(|&told| told >= 70.0));
    }
}
