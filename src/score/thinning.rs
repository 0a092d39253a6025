//! Which rows without the event are kept: those that it might have happened to, more often.
//!
//! Most rows are of leads that hardly anyone expected to close in the step. A row's part in the curvature is its weight x
//! p (1 - p), so rows are kept with a probability in proportion to a rough p and weigh its inverse (local case-control
//! sampling: Fithian & Hastie 2014). Kept alike, one in a hundred and fifty, the few rows that tell where wins are *not*
//! made came to stand for a hundred and fifty each: the fit then followed the events kept, and said 30 % too many of the
//! leads that it had not seen.

use crate::features::Codes;

/// Bands of the age reached, on a scale of logarithms.
const BANDS: usize = 24;
/// Events that a level's or a band's own rate is weighed against.
const PRIOR: f64 = 10.0;
/// How much of what each feature says alone is taken together: features say the same in part.
const TOGETHER: f64 = 0.6;
/// Bounds of what the features say.
const BOUNDS: (f64, f64) = (0.05, 20.0);
/// Part of the mean chance that every row is given: old leads are many, and a few of them must not stand for all.
const FLOOR: f64 = 0.2;
/// Power of the chance in proportion to which rows are kept: between what tells most of the likely rows (1) and of the
/// many unlikely ones (0).
const POWER: f64 = 0.75;

/// A rough chance of the event, by row, to the power [`POWER`].
#[derive(Debug)]
pub(crate) struct Rough {
    steps: usize,
    /// By band and step.
    rates: Vec<f64>,
    /// By landmark.
    factors: Vec<f64>,
    floor: f64,
}

/// A row: its landmark, the band of its age and the step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) landmark: usize,
    pub(crate) band: usize,
    pub(crate) step: usize,
}

/// The band of each age in days, up to the oldest.
pub(crate) fn bands(oldest: i32) -> Vec<usize> {
    (0..=oldest.max(0)).map(band).collect()
}

/// The band of an age in days.
fn band(age: i32) -> usize {
    // 730 days and more end in the last band.
    let scaled = f64::from(age.max(0)).ln_1p() / 731_f64.ln() * BANDS as f64;
    (scaled as usize).min(BANDS - 1)
}

impl Rough {
    /// From every row; `each` visits them all, with whether the event happened.
    pub(crate) fn learn(
        codes: &Codes,
        landmarks: usize,
        steps: usize,
        each: impl Fn(&mut dyn FnMut(Place, bool)),
    ) -> Self {
        let mut cells = vec![(0.0, 0.0); BANDS * steps];
        let (mut events, mut total) = (0.0, 0.0);
        each(&mut |place, event| {
            let cell: &mut (f64, f64) = &mut cells[place.band * steps + place.step];
            cell.0 += f64::from(u8::from(event));
            cell.1 += 1.0;
            events += f64::from(u8::from(event));
            total += 1.0;
        });
        let mean = events / f64::max(total, 1.0);
        let rates: Vec<f64> = (cells.iter())
            .map(|(events, rows)| (events + PRIOR * mean) / (rows + PRIOR))
            .collect();
        let mut of = vec![(0.0, 0.0); landmarks];
        each(&mut |place, event| {
            let sums: &mut (f64, f64) = &mut of[place.landmark];
            sums.0 += f64::from(u8::from(event));
            sums.1 += rates[place.band * steps + place.step];
        });
        // The power of a product is the product of the powers, taken once for each part.
        let power = |values: Vec<f64>| values.iter().map(|value| value.powf(POWER)).collect();
        Self {
            steps,
            factors: power(factors(codes, &of)),
            rates: power(rates),
            floor: (FLOOR * mean).powf(POWER),
        }
    }

    /// The rough chance of a row, as it counts for being kept.
    pub(crate) fn of(&self, place: Place) -> f64 {
        let rate = self.rates[place.band * self.steps + place.step];
        (rate * self.factors[place.landmark]).min(1.0) + self.floor
    }
}

/// What the features of each landmark say: the product of what each of its codes says alone, tempered. `of` holds the
/// events of each landmark, and those expected of its ages.
fn factors(codes: &Codes, of: &[(f64, f64)]) -> Vec<f64> {
    let mut logs = vec![0.0; of.len()];
    for feature in 0..codes.features {
        let code = |landmark: usize| usize::from(codes.row(landmark)[feature].nearest());
        let mut sums: Vec<(f64, f64)> = Vec::new();
        for (landmark, &(events, expected)) in of.iter().enumerate() {
            let code = code(landmark);
            if sums.len() <= code {
                sums.resize(code + 1, (0.0, 0.0));
            }
            sums[code].0 += events;
            sums[code].1 += expected;
        }
        let says: Vec<f64> = (sums.iter())
            .map(|(events, expected)| ((events + PRIOR) / (expected + PRIOR)).ln())
            .collect();
        for (landmark, log) in logs.iter_mut().enumerate() {
            *log += TOGETHER * says[code(landmark)];
        }
    }
    (logs.iter())
        .map(|log| log.exp().clamp(BOUNDS.0, BOUNDS.1))
        .collect()
}

/// The scale c at which rows kept with the probability min(1, c x chance) number `wanted`; infinite if all may be kept.
/// `each` visits the rough chances.
pub(crate) fn scale(wanted: usize, each: impl Fn(&mut dyn FnMut(f64))) -> f64 {
    // A histogram of the logs is enough: the number kept needs no digits.
    const CELLS: usize = 512;
    const LEAST: f64 = 1e-9;
    let width = -LEAST.ln() / (CELLS - 1) as f64;
    let mut counts = vec![0.0; CELLS];
    each(&mut |p| {
        let cell = ((p.max(LEAST) / LEAST).ln() / width) as usize;
        counts[cell.min(CELLS - 1)] += 1.0;
    });
    let total: f64 = counts.iter().sum();
    if total <= wanted as f64 {
        return f64::INFINITY;
    }
    let kept = |c: f64| -> f64 {
        (counts.iter().enumerate())
            .map(|(i, n)| n * (c * LEAST * (width * (i as f64 + 0.5)).exp()).min(1.0))
            .sum()
    };
    let (mut low, mut high) = (1e-6_f64, 1e12_f64);
    for _ in 0..100 {
        let middle = (low * high).sqrt();
        if kept(middle) > wanted as f64 {
            high = middle;
        } else {
            low = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::Code;

    #[test]
    fn as_many_are_kept_as_wanted() {
        let chances: Vec<f64> = (0..10_000).map(|i| 1e-5 * 1.001_f64.powi(i)).collect();
        let each = |visit: &mut dyn FnMut(f64)| chances.iter().for_each(|&p| visit(p.min(1.0)));
        let c = scale(1_000, each);
        let kept: f64 = chances.iter().map(|p| (c * p.min(1.0)).min(1.0)).sum();
        assert!((kept / 1_000.0 - 1.0).abs() < 0.03, "{kept}");
        assert_eq!(scale(10_000, each), f64::INFINITY);
    }

    #[test]
    fn the_rough_chance_follows_age_and_levels() {
        // Level 2 is won three times as often as level 1, and only at young ages.
        let n = 4_000;
        let codes = Codes {
            features: 1,
            codes: (0..n).map(|i| Code::level(1 + i % 2)).collect(),
        };
        let each = |visit: &mut dyn FnMut(Place, bool)| {
            for i in 0..usize::from(n) {
                for (age, part) in [(1, 10), (300, 1_000)] {
                    let place = Place {
                        landmark: i,
                        band: band(age),
                        step: 0,
                    };
                    let often = if i % 2 == 1 { 3 } else { 1 };
                    visit(place, (i / 2) % part < often);
                }
            }
        };
        let rough = Rough::learn(&codes, usize::from(n), 1, each);
        let of = |landmark, age| {
            rough.of(Place {
                landmark,
                band: band(age),
                step: 0,
            })
        };
        let (low, high) = (of(0, 1), of(1, 1));
        assert!((1.3..2.4).contains(&(high / low)), "{low} {high}");
        assert!(of(1, 300) < high / 4.0 && of(0, 300) > 0.0);
    }
}
