//! What the leads open now will bring, and when.

use crate::forecast::draws::quantile;
use crate::forecast::smooth;
use crate::forecast::span::Span;
use crate::score::WinCurves;

/// P(won in each month of the forecast) of each open lead: `chance[lead * months + month]`.
pub(super) fn chances(curves: &WinCurves, span: &Span) -> Vec<f64> {
    let n = span.len();
    let mut chance = Vec::with_capacity(curves.rows.len() * n);
    for curve in 0..curves.rows.len() {
        let mut before = 0.0;
        for month in 0..n {
            let now = smooth::won_within(curves, curve, span.worked(month));
            chance.push((now - before).max(0.0));
            before = now;
        }
    }
    chance
}

/// Expected revenue by month: sum of chance x amount.
pub(super) fn expected(chance: &[f64], amounts: &[f64], months: usize) -> Vec<f64> {
    let mut sums = vec![0.0; months];
    for (chances, &amount) in chance.chunks(months.max(1)).zip(amounts) {
        for (sum, p) in sums.iter_mut().zip(chances) {
            *sum += p * amount;
        }
    }
    sums
}

/// Expectations under draws of the model, each over that of the model itself, with the mean of the draws brought back to
/// it: what is drawn is how unsure the model is, not another level. By draw, one factor a cell; 1 where nothing is expected.
///
/// Coefficients are drawn as if their errors were normal. Where hardly anything was seen - the last step of old leads -
/// a draw can be off by orders of magnitude that no data would bear out, so draws far from the others are brought to
/// where the tail of a normal distribution ends (see [`factors`]).
pub(super) fn tilts(central: &[f64], drawn: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut tilts = vec![vec![1.0; central.len()]; drawn.len()];
    for (cell, &centre) in central.iter().enumerate() {
        if centre <= 0.0 || drawn.iter().any(|draw| draw[cell] <= 0.0) {
            continue;
        }
        let logs: Vec<f64> = drawn
            .iter()
            .map(|draw| (draw[cell] / centre).ln())
            .collect();
        for (tilt, factor) in tilts.iter_mut().zip(factors(&logs)) {
            tilt[cell] = factor;
        }
    }
    tilts
}

/// Factors of mean 1 from their logs, of which none is taken to be further from the median than 2.5 standard deviations,
/// judged by the median deviation.
pub(crate) fn factors(logs: &[f64]) -> Vec<f64> {
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        quantile(&values, 0.5)
    };
    let centre = median(logs.to_vec());
    let spread = median(logs.iter().map(|log| (log - centre).abs()).collect());
    let bound = 2.5 * 1.4826 * spread;
    let factors: Vec<f64> = (logs.iter())
        .map(|log| (log - centre).clamp(-bound, bound).exp())
        .collect();
    let mean = factors.iter().sum::<f64>() / factors.len() as f64;
    factors.iter().map(|factor| factor / mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Day;
    use crate::forecast::sample::same_curves;

    #[test]
    fn months_share_out_what_the_curve_gives() {
        let curves = same_curves(&[4, 9], &[0, 30, 90], &[0.2, 0.1], &[0.1, 0.0]);
        let span = Span::new(Day::from_ymd(2026, 4, 16).expect("a day"), 5);
        let chance = chances(&curves, &span);
        let first: f64 = chance[..5].iter().sum();
        assert!((first - 0.3).abs() < 1e-12, "all of it within 90 days");
        assert!(
            chance[0] > curves.won_within(0, 15.0),
            "sooner rather than later"
        );
        assert_eq!(chance[4], 0.0, "nothing beyond the horizon");
        assert_eq!(chance[..5], chance[5..]);
        let revenue = expected(&chance, &[10.0, 30.0], 5);
        assert!((revenue.iter().sum::<f64>() - 0.3 * 40.0).abs() < 1e-12);
    }

    #[test]
    fn draws_of_the_model_keep_its_level() {
        let tilts = tilts(&[10.0, 0.0], &[vec![12.0, 0.0], vec![18.0, 1.0]]);
        assert!((tilts[0][0] - 0.8).abs() < 1e-12 && (tilts[1][0] - 1.2).abs() < 1e-12);
        assert_eq!((tilts[0][1], tilts[1][1]), (1.0, 1.0));
    }

    #[test]
    fn one_wild_draw_does_not_push_the_others_down() {
        let mut drawn: Vec<Vec<f64>> = (0..39).map(|i| vec![90.0 + 0.5 * f64::from(i)]).collect();
        drawn.push(vec![100_000.0]);
        let tilts = tilts(&[100.0], &drawn);
        assert!((tilts[19][0] - 1.0).abs() < 0.02, "{}", tilts[19][0]);
        assert!(tilts[39][0] < 1.3);
    }
}
