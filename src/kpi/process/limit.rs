//! Product-limit quantiles of a wait that is still going on for some (Kaplan and Meier 1958).

use crate::kpi::gate::Z80;
use crate::kpi::process::result::Wait;

/// Fewest touches that a median and an 80th percentile are told from.
const LEAST: [usize; 2] = [5, 10];

/// Median and 80th percentile of waits, given as (length, whether it ended). The intervals are those of Brookmeyer and Crowley 1982
/// with the variance of Greenwood 1926 on the scale of log(-log S).
pub(super) fn quantiles(waits: &mut [(f64, bool)]) -> (Option<Wait>, Option<Wait>) {
    waits.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ended = waits.iter().filter(|(_, ended)| *ended).count();
    let mut steps: Vec<(f64, f64, f64)> = Vec::new();
    let (mut left, mut hazard) = (1.0, 0.0);
    let mut i = 0;
    while i < waits.len() {
        let at_risk = (waits.len() - i) as f64;
        let same = waits[i..].iter().take_while(|wait| wait.0 <= waits[i].0);
        let (mut all, mut events) = (0, 0.0);
        for (_, ended) in same {
            all += 1;
            events += f64::from(u8::from(*ended));
        }
        if events > 0.0 {
            left *= 1.0 - events / at_risk;
            hazard += events / (at_risk * (at_risk - events));
            steps.push((waits[i].0, left, hazard));
        }
        i += all;
    }
    let at = |q: f64, least: usize| {
        if ended >= least {
            wait(&steps, 1.0 - q)
        } else {
            None
        }
    };
    (at(0.5, LEAST[0]), at(0.8, LEAST[1]))
}

/// Where the curve falls to `to`, and where its band does.
fn wait(steps: &[(f64, f64, f64)], to: f64) -> Option<Wait> {
    let first = |reached: &dyn Fn(f64, f64) -> bool| {
        (steps.iter())
            .find(|&&(_, left, hazard)| reached(left, hazard))
            .map(|step| step.0)
    };
    let goal = (-to.ln()).ln();
    // The band of the curve, `by` errors towards a longer (+) or a shorter (-) wait.
    let within = |left: f64, hazard: f64, by: f64| {
        if left <= 0.0 {
            return true;
        }
        let log = -left.ln();
        let error = hazard.sqrt() / log;
        log.ln() - by * error >= goal
    };
    let value = first(&|left, _| left <= to + 1e-12)?;
    Some(Wait {
        value,
        low: first(&|left, hazard| within(left, hazard, -Z80)).map_or(value, |low| low.min(value)),
        high: first(&|left, hazard| within(left, hazard, Z80)).map(|high| high.max(value)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 6-MP of Freireich 1963, weeks: the median of the product limit is 23, as in the textbooks; without censoring the median is
    /// that of the values.
    #[test]
    fn the_median_is_that_of_the_textbook() {
        let ended = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        let going_on = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let mut waits: Vec<(f64, bool)> = (ended.iter().map(|&w| (f64::from(w), true)))
            .chain(going_on.iter().map(|&w| (f64::from(w), false)))
            .collect();
        let (median, p80) = quantiles(&mut waits);
        let median = median.expect("half have ended");
        assert_eq!((median.value, median.low, median.high), (23.0, 16.0, None));
        assert_eq!(p80, None);
        let mut all: Vec<(f64, bool)> = (1..=101).map(|w| (f64::from(w), true)).collect();
        let (median, p80) = quantiles(&mut all);
        assert_eq!(median.map(|w| w.value), Some(51.0));
        assert_eq!(p80.map(|w| w.value), Some(81.0));
        assert!(median.is_some_and(|w| w.low > 42.0 && w.high < Some(60.0)));
    }
}
