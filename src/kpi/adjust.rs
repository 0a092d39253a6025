//! Bands of leads held against each other at the same mix: conversion, order value and revenue per lead, each as if every
//! band had the mix of all leads.
//!
//! The expected number of wins (or money) of the leads of a cell is exposure x band x factor x factor ..., fitted by
//! Poisson pseudo-likelihood (Gourieroux, Monfort and Trognon 1984), which needs the mean to be right and nothing else;
//! with effects that multiply it is solved by proportional fitting. A band's figure is the mean over the mix of all leads.
//! Intervals: bootstrap of the leads, those of one customer together.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;

use crate::kpi::figure::Range;
use crate::kpi::gate::p_value;

/// Bootstrap draws.
const DRAWS: usize = 200;
/// Most steps of the fit, and the relative change at which it ends.
const STEPS: usize = 60;
const ENOUGH: f64 = 1e-7;

/// One lead.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// Its band.
    pub band: usize,
    /// Its cell of the mix.
    pub cell: usize,
    /// By how much of a lead wins are divided: 1 for a closed one, less for an open one.
    pub exposure: f64,
    /// Whether it was won in time.
    pub won: bool,
    /// Its money, if it was won and the amount is known.
    pub money: Option<f64>,
    /// Leads with the same number are drawn together.
    pub cluster: usize,
}

/// The mix: cells, each a combination of levels of the factors.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mix {
    /// By factor, the level of each cell.
    pub level: Vec<Vec<usize>>,
    /// By factor, the number of levels.
    pub levels: Vec<usize>,
    /// Number of cells; at least 1.
    pub cells: usize,
}

impl Mix {
    /// The mix of factors, each given as (levels, level of each lead), and the cell of each lead.
    pub(crate) fn of(factors: &[(usize, Vec<usize>)], leads: usize) -> (Self, Vec<usize>) {
        let mut keys = std::collections::BTreeMap::new();
        let key = |row: usize| -> Vec<usize> { factors.iter().map(|(_, of)| of[row]).collect() };
        for row in 0..leads {
            keys.entry(key(row)).or_insert(0_usize);
        }
        for (place, cell) in keys.values_mut().enumerate() {
            *cell = place;
        }
        let level = (0..factors.len())
            .map(|f| keys.keys().map(|key| key[f]).collect())
            .collect();
        let cell = (0..leads).map(|row| keys[&key(row)]).collect();
        let mix = Self {
            level,
            levels: factors.iter().map(|(n, _)| *n).collect(),
            cells: keys.len().max(1),
        };
        (mix, cell)
    }
}

/// A band at the mix of all leads.
#[derive(Debug, Clone)]
pub(crate) struct Adjusted {
    /// P(won within the horizon), 0-1.
    pub conversion: Range,
    /// Mean amount of a win, money; none without one.
    pub aov: Option<Range>,
    /// Money of a lead; none without amounts.
    pub per_lead: Option<Range>,
    /// Its conversion / that of the other bands; none for a single band.
    pub conversion_ratio: Option<Against>,
    /// Its order value / that of the other bands; none likewise, and without amounts.
    pub aov_ratio: Option<Against>,
    /// Its money of a lead / that of the other bands; none likewise.
    pub per_lead_ratio: Option<Against>,
}

/// A band against the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Against {
    /// Figure / figure of the others.
    pub ratio: Range,
    /// Standard error of its logarithm, by the luck of leads alone.
    pub error: f64,
    /// Probability that chance alone would show such a difference.
    pub p: f64,
}

/// Sums by band and cell: exposure, wins, wins with an amount, money.
#[derive(Debug, Clone)]
struct Sums {
    bands: usize,
    cells: usize,
    of: Vec<[f64; 4]>,
}

impl Sums {
    fn new(bands: usize, cells: usize) -> Self {
        Self {
            bands,
            cells,
            of: vec![[0.0; 4]; bands * cells],
        }
    }

    fn add(&mut self, case: &Case, weight: f64) {
        let sum = &mut self.of[case.band * self.cells + case.cell];
        sum[0] += weight * case.exposure;
        sum[1] += weight * f64::from(u8::from(case.won));
        if let Some(money) = case.money {
            sum[2] += weight;
            sum[3] += weight * money;
        }
    }

    /// The mean of `over` by `under` in each band, at the mix of `under` of all.
    fn standardised(&self, mix: &Mix, over: usize, under: usize) -> Vec<f64> {
        let mut band = vec![1.0; self.bands];
        let mut effects: Vec<Vec<f64>> = mix.levels.iter().map(|&n| vec![1.0; n]).collect();
        let mut of_cell = vec![1.0; self.cells];
        for _ in 0..STEPS {
            let before = band.clone();
            self.fit_bands(&mut band, &of_cell, over, under);
            for (effects, level) in effects.iter_mut().zip(&mix.level) {
                self.fit_factor(effects, level, &band, &mut of_cell, over, under);
            }
            let moved = band
                .iter()
                .zip(&before)
                .any(|(a, b)| (a - b).abs() > ENOUGH * b.abs());
            if effects.is_empty() || !moved {
                break;
            }
        }
        self.fit_bands(&mut band, &of_cell, over, under);
        let (mut sum, mut weight) = (0.0, 0.0);
        for i in 0..self.of.len() {
            sum += self.of[i][under] * of_cell[i % self.cells];
            weight += self.of[i][under];
        }
        let mean = if weight > 0.0 { sum / weight } else { 0.0 };
        band.iter().map(|band| band * mean).collect()
    }

    fn fit_bands(&self, band: &mut [f64], of_cell: &[f64], over: usize, under: usize) {
        for (b, effect) in band.iter_mut().enumerate() {
            let (mut seen, mut expected) = (0.0, 0.0);
            for (sum, of) in self.of[b * self.cells..(b + 1) * self.cells]
                .iter()
                .zip(of_cell)
            {
                seen += sum[over];
                expected += sum[under] * of;
            }
            *effect = if expected > 0.0 { seen / expected } else { 0.0 };
        }
    }

    fn fit_factor(
        &self,
        effects: &mut [f64],
        level: &[usize],
        band: &[f64],
        of_cell: &mut [f64],
        over: usize,
        under: usize,
    ) {
        let mut sums = vec![(0.0, 0.0); effects.len()];
        for (i, sum) in self.of.iter().enumerate() {
            let (b, cell) = (i / self.cells, i % self.cells);
            let of = &mut sums[level[cell]];
            of.0 += sum[over];
            of.1 += sum[under] * band[b] * of_cell[cell];
        }
        let change: Vec<f64> = sums
            .iter()
            .map(|&(seen, expected)| if expected > 0.0 { seen / expected } else { 1.0 })
            .collect();
        for (effect, change) in effects.iter_mut().zip(&change) {
            *effect *= change;
        }
        for (cell, of) in of_cell.iter_mut().enumerate() {
            *of *= change[level[cell]];
        }
    }
}

/// The three figures of every band.
pub(crate) struct Figures {
    /// P(won within the horizon), 0-1.
    pub conversion: Vec<f64>,
    /// Mean amount of a win, money.
    pub aov: Vec<f64>,
    /// Money of a lead.
    pub per_lead: Vec<f64>,
}

impl Figures {
    fn of(sums: &Sums, mix: &Mix) -> Self {
        Self {
            conversion: sums.standardised(mix, 1, 0),
            aov: sums.standardised(mix, 3, 2),
            per_lead: sums.standardised(mix, 3, 0),
        }
    }
}

/// The figures of `bands` bands at the mix of all `cases`.
pub(crate) fn figures(cases: &[Case], bands: usize, mix: &Mix) -> Figures {
    let mut sums = Sums::new(bands, mix.cells);
    for case in cases {
        sums.add(case, 1.0);
    }
    Figures::of(&sums, mix)
}

/// Holds `bands` bands against each other at the mix of all `cases`. `seed` draws the intervals.
pub(crate) fn adjusted(cases: &[Case], bands: usize, mix: &Mix, seed: u64) -> Vec<Adjusted> {
    let mut sums = Sums::new(bands, mix.cells);
    for case in cases {
        sums.add(case, 1.0);
    }
    let central = Figures::of(&sums, mix);
    let clusters = cases.iter().map(|case| case.cluster + 1).max().unwrap_or(0);
    let draws = |of: std::ops::Range<usize>| -> Vec<Figures> {
        let mut rng = Pcg64::seed_from_u64(seed);
        // A weight takes one step: every draw is the same, whoever makes it.
        rng.advance((of.start * clusters) as u128);
        let mut weights = vec![0.0; clusters];
        of.map(|_| {
            weights
                .iter_mut()
                .for_each(|weight| *weight = poisson_one(&mut rng));
            let mut sums = Sums::new(bands, mix.cells);
            for case in cases {
                let weight = weights[case.cluster];
                if weight > 0.0 {
                    sums.add(case, weight);
                }
            }
            Figures::of(&sums, mix)
        })
        .collect()
    };
    let drawn = std::thread::scope(|scope| {
        let first = scope.spawn(|| draws(0..DRAWS / 2));
        let second = draws(DRAWS / 2..DRAWS);
        let mut all = (first.join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        all.extend(second);
        all
    });
    let share: Vec<f64> = (0..bands)
        .map(|b| {
            sums.of[b * mix.cells..(b + 1) * mix.cells]
                .iter()
                .map(|s| s[0])
                .sum()
        })
        .collect();
    let priced = cases.iter().any(|case| case.money.is_some());
    (0..bands)
        .map(|b| band(b, &central, &drawn, &share, priced))
        .collect()
}

/// The same without the money of a band whose mix is so far from that of all that its order value is one that none of its
/// deals had: the fit then tells of other leads than these.
pub(crate) fn borne_out(mut bands: Vec<Adjusted>, cases: &[Case]) -> Vec<Adjusted> {
    for (b, told) in bands.iter_mut().enumerate() {
        let paid = || cases.iter().filter(|c| c.band == b).filter_map(|c| c.money);
        let (low, high) = (paid().reduce(f64::min), paid().reduce(f64::max));
        let within = |aov: Range| {
            low.is_some_and(|low| low <= aov.value) && high.is_some_and(|high| aov.value <= high)
        };
        if told.aov.is_some_and(|aov| !within(aov)) {
            (told.aov, told.per_lead) = (None, None);
            (told.aov_ratio, told.per_lead_ratio) = (None, None);
        }
    }
    bands
}

fn band(b: usize, central: &Figures, drawn: &[Figures], share: &[f64], priced: bool) -> Adjusted {
    let range = |of: fn(&Figures) -> &Vec<f64>| {
        Range::of_draws(of(central)[b], drawn.iter().map(|f| of(f)[b]).collect())
    };
    let against = |of: fn(&Figures) -> &Vec<f64>| {
        let value = ratio(of(central), share, b)?;
        let draws: Vec<f64> = drawn
            .iter()
            .filter_map(|f| ratio(of(f), share, b))
            .collect();
        let error = spread(&draws);
        Some(Against {
            p: p_value(value.ln() / error),
            error,
            ratio: Range::of_draws(value, draws),
        })
    };
    Adjusted {
        conversion: range(|f| &f.conversion),
        aov: (central.aov[b] > 0.0).then(|| range(|f| &f.aov)),
        per_lead: priced.then(|| range(|f| &f.per_lead)),
        conversion_ratio: against(|f| &f.conversion),
        aov_ratio: against(|f| &f.aov),
        per_lead_ratio: against(|f| &f.per_lead),
    }
}

/// A band's figure / that of the other bands, by their exposure; none where one of them is nothing.
fn ratio(values: &[f64], share: &[f64], b: usize) -> Option<f64> {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (i, (value, share)) in values.iter().zip(share).enumerate() {
        if i != b {
            sum += value * share;
            weight += share;
        }
    }
    let ratio = values[b] / (sum / weight);
    (weight > 0.0 && ratio.is_finite() && ratio > 0.0).then_some(ratio)
}

/// Standard deviation of the logarithm of the draws; infinite with too few to tell.
fn spread(draws: &[f64]) -> f64 {
    let n = draws.len() as f64;
    if n < DRAWS as f64 / 2.0 {
        return f64::INFINITY;
    }
    let logs: Vec<f64> = draws.iter().map(|draw| draw.ln()).collect();
    let mean = logs.iter().sum::<f64>() / n;
    let variance = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / (n - 1.0);
    variance.sqrt()
}

/// A Poisson draw of mean 1.
fn poisson_one(rng: &mut impl Rng) -> f64 {
    const BELOW: [f64; 8] = [
        0.367_879_441_171_442_3,
        0.735_758_882_342_884_6,
        0.919_698_602_928_605_8,
        0.981_011_843_123_846_2,
        0.996_340_153_172_656_3,
        0.999_405_815_182_418_3,
        0.999_916_758_850_712,
        0.999_989_750_803_325_3,
    ];
    let u = (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    BELOW.iter().position(|&below| u < below).unwrap_or(8) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    /// Two bands, two kinds of leads; the dear band has the good kind more often.
    fn cases(n: usize, odds: [f64; 2], amount: [f64; 2], seed: u64) -> (Vec<Case>, Mix) {
        let mut rng = Pcg64::seed_from_u64(seed);
        let mut kinds = Vec::new();
        let mut cases: Vec<Case> = (0..n)
            .map(|i| {
                let band = usize::from(rng.random::<f64>() < 0.5);
                let kind = usize::from(rng.random::<f64>() < [0.2, 0.8][band]);
                kinds.push(kind);
                let won = rng.random::<f64>() < [0.05, 0.2][kind] * odds[band];
                let money = won
                    .then(|| [1_000.0, 3_000.0][kind] * amount[band] * (0.5 + rng.random::<f64>()));
                Case {
                    band,
                    cell: 0,
                    exposure: 1.0,
                    won,
                    money,
                    cluster: i,
                }
            })
            .collect();
        let (mix, cells) = Mix::of(&[(2, kinds)], n);
        cases
            .iter_mut()
            .zip(cells)
            .for_each(|(case, cell)| case.cell = cell);
        (cases, mix)
    }

    #[test]
    fn a_better_mix_is_taken_out_and_a_true_difference_stays() {
        let (cases, mix) = cases(40_000, [1.0, 0.8], [1.0, 1.3], 3);
        let bands = adjusted(&cases, 2, &mix, 1);
        let ratio = |of: fn(&Adjusted) -> f64| of(&bands[1]) / of(&bands[0]);
        assert!((ratio(|b| b.conversion.value) / 0.8 - 1.0).abs() < 0.06);
        assert!((ratio(|b| b.aov.expect("wins").value) / 1.3 - 1.0).abs() < 0.04);
        assert!((ratio(|b| b.per_lead.expect("money").value) / 1.04 - 1.0).abs() < 0.07);
        // Without the mix the dear band would look twice as good.
        let raw = adjusted(
            &cases
                .iter()
                .map(|case| Case {
                    cell: 0,
                    ..case.clone()
                })
                .collect::<Vec<_>>(),
            2,
            &Mix {
                cells: 1,
                ..Mix::default()
            },
            1,
        );
        assert!(raw[1].conversion.value / raw[0].conversion.value > 1.4);
    }

    #[test]
    fn an_order_value_that_no_deal_of_the_band_had_is_none() {
        // The cheap kind is in the first band alone, the dear one in the second alone but for a few leads.
        let case = |i: usize, band: usize, money: f64| Case {
            band,
            cell: 0,
            exposure: 1.0,
            won: i.is_multiple_of(2),
            money: i.is_multiple_of(2).then_some(money + (i % 7) as f64),
            cluster: i,
        };
        let mut cases: Vec<Case> = (0..400).map(|i| case(i, 0, 50.0)).collect();
        cases.extend((400..800).map(|i| case(i, 1, 5_000.0)));
        cases.extend((800..808).map(|i| case(i, 1, 45.0)));
        let kinds = (0..808).map(|i| usize::from((400..800).contains(&i)));
        let (mix, cells) = Mix::of(&[(2, kinds.collect())], cases.len());
        cases
            .iter_mut()
            .zip(cells)
            .for_each(|(case, cell)| case.cell = cell);
        let bands = borne_out(adjusted(&cases, 2, &mix, 1), &cases);
        assert!(
            bands[0].aov.is_none() && bands[0].per_lead_ratio.is_none(),
            "{:?}",
            bands[0]
        );
        assert!(bands[1].aov.is_some());
    }

    #[test]
    fn the_interval_covers_and_chance_is_not_claimed() {
        let (mut inside, mut claims, runs) = (0, 0, 120);
        for seed in 0..runs {
            let (cases, mix) = cases(4_000, [1.0, 1.0], [1.0, 1.0], 50 + seed);
            let bands = adjusted(&cases, 2, &mix, seed);
            let Against {
                ratio: range, p, ..
            } = bands[1].per_lead_ratio.expect("two bands");
            inside += usize::from(range.low <= 1.0 && 1.0 <= range.high);
            claims += usize::from(p < 0.1);
        }
        let share = inside as f64 / runs as f64;
        assert!((0.70..=0.90).contains(&share), "{share}");
        assert!(claims <= runs as usize / 6, "{claims} of {runs}");
    }
}
