//! Learning what won leads bring, from those of the past.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Column, Leads, Outcome, Role};
use crate::features::{Codes, Origin, Recipe};
use crate::score::amount::{AmountModel, Other};
use crate::score::amount_spread;

/// Days of wins that are learnt from, where they hold enough.
const WINDOW: i32 = 2 * 365;
/// Fewest wins of the window before older ones are taken too.
const ENOUGH: usize = 100;
/// Fewest wins with a stated amount for it to be used.
const MIN_STATED: usize = 50;
/// Days of wins that show the level of late: the shorter, if it holds enough.
const LATE: [i32; 2] = [183, 365];
/// Fewest wins that show it.
const MIN_LATE: usize = 50;
/// How far a level of late is believed to lie from that of all.
const MOST_DRIFT: (f64, f64) = (0.5, 2.0);
/// The least that a factor can be.
const LEAST_FACTOR: f64 = 0.01;
/// Rounds of refitting factors.
const ROUNDS: usize = 12;

/// Something that divides wins into levels, each with a factor.
struct Axis {
    /// Level of each win.
    level: Vec<usize>,
    factors: Vec<f64>,
}

/// The wins learnt from.
pub(super) struct Wins<'a> {
    pub(super) leads: &'a Leads,
    pub(super) rows: Vec<usize>,
    /// What each brought, money.
    pub(super) amounts: Vec<f64>,
    /// What each stated; NaN where it did not.
    stated: Vec<f64>,
}

impl AmountModel {
    /// Learns from the wins with an amount; none without that column or with fewer than 5 of them. `codes` holds every
    /// lead, row by row.
    pub(crate) fn learn(leads: &Leads, recipe: &Recipe, codes: &Codes) -> Option<Self> {
        let wins = Wins::of(leads)?;
        let total: f64 = wins.amounts.iter().sum();
        if wins.rows.len() < 5 || total <= 0.0 {
            return None;
        }
        let mean = total / wins.rows.len() as f64;
        let of_stated = wins.stated_share(mean);
        let base = wins.base(mean, of_stated);
        let mut axes = wins.axes(recipe, codes);
        for _ in 0..ROUNDS {
            for j in 0..axes.len() {
                let without = expected(&base, &axes, Some(j));
                axes[j].refit(&wins.amounts, &without);
            }
        }
        let told = expected(&base, &axes, None);
        let scale = total / told.iter().sum::<f64>();
        let told: Vec<f64> = told.iter().map(|told| told * scale).collect();
        let (late, levels) = wins.levels(&told);
        let told: Vec<f64> = told
            .iter()
            .zip(&levels)
            .map(|(told, level)| told * level)
            .collect();
        let by_stage = of_stated.map_or_else(BTreeMap::new, |_| wins.by_stage(&told));
        let ratios: Vec<f64> = wins
            .amounts
            .iter()
            .zip(&told)
            .map(|(a, told)| a / told)
            .collect();
        let (factors, others) = wins.sorted_out(axes, recipe);
        Some(Self {
            mean: mean * scale * late,
            of_stated: of_stated.map(|share| share * scale * late),
            factors,
            others,
            by_stage,
            spread: amount_spread::by_group(&wins, &ratios),
            ratios: amount_spread::list(ratios),
            wins: wins.rows.len(),
        })
    }
}

/// The product of base and factors, win by win; without those of one axis.
fn expected(base: &[f64], axes: &[Axis], without: Option<usize>) -> Vec<f64> {
    let mut expected = base.to_vec();
    for (j, axis) in axes.iter().enumerate() {
        if Some(j) != without {
            for (value, &level) in expected.iter_mut().zip(&axis.level) {
                *value *= axis.factors[level];
            }
        }
    }
    expected
}

impl Axis {
    /// Factors that make expected sums the realised ones, level by level, as far as each level's wins can be believed.
    fn refit(&mut self, amounts: &[f64], without: &[f64]) {
        let size = self.factors.len();
        let mut sums = vec![Sums::default(); size];
        let mut squares = 0.0;
        for ((&amount, &told), &level) in amounts.iter().zip(without).zip(&self.level) {
            sums[level].add(amount, told);
            squares += (amount / told - 1.0).powi(2);
        }
        self.factors = credible(&sums, squares / amounts.len() as f64);
    }
}

/// What the wins of a level brought, and were expected to.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    realised: f64,
    expected: f64,
    count: f64,
}

impl Sums {
    fn add(&mut self, realised: f64, expected: f64) {
        self.realised += realised;
        self.expected += expected;
        self.count += 1.0;
    }

    fn ratio(&self) -> f64 {
        if self.expected > 0.0 {
            self.realised / self.expected
        } else {
            1.0
        }
    }
}

/// Realised / expected of each level, drawn towards 1 by Bühlmann-Straub credibility: the variance of the true ratios
/// between levels by the method of moments, `within` that of single wins.
fn credible(sums: &[Sums], within: f64) -> Vec<f64> {
    let n: f64 = sums.iter().map(|sum| sum.count).sum();
    let levels = sums.iter().filter(|sum| sum.count > 0.0).count() as f64;
    let spread: f64 = sums
        .iter()
        .map(|sum| sum.count * (sum.ratio() - 1.0).powi(2))
        .sum();
    let weight = n - sums.iter().map(|sum| sum.count * sum.count).sum::<f64>() / n.max(1.0);
    let between = ((spread - (levels - 1.0) * within) / weight.max(1e-9)).max(0.0);
    (sums.iter())
        .map(|sum| {
            let credibility = sum.count * between / (sum.count * between + within).max(1e-300);
            // Where refunds are taken from amounts, a level of few wins could come out below nothing.
            (1.0 + credibility * (sum.ratio() - 1.0)).max(LEAST_FACTOR)
        })
        .collect()
}

impl<'a> Wins<'a> {
    /// Those of the last two years, or all where there are few; none without amounts.
    fn of(leads: &'a Leads) -> Option<Self> {
        let amounts = leads.numbers(Role::Amount)?;
        let all: Vec<usize> = (0..leads.len())
            .filter(|&row| leads.outcome[row] == Outcome::Won && amounts[row].is_finite())
            .collect();
        let since = leads.as_of - WINDOW;
        let recent: Vec<usize> = (all.iter().copied())
            .filter(|&row| leads.closed[row].is_some_and(|closed| closed >= since))
            .collect();
        let rows = if recent.len() >= ENOUGH { recent } else { all };
        let stated = leads.numbers(Role::StatedAmount);
        Some(Self {
            amounts: rows.iter().map(|&row| amounts[row]).collect(),
            stated: (rows.iter())
                .map(|&row| stated.map_or(f64::NAN, |stated| stated[row]))
                .collect(),
            leads,
            rows,
        })
    }

    /// Realised / stated as a share of sums, if that predicts amounts better than their mean does.
    fn stated_share(&self, mean: f64) -> Option<f64> {
        let both: Vec<(f64, f64)> = (self.amounts.iter().zip(&self.stated))
            .filter(|&(_, &stated)| stated > 0.0)
            .map(|(&amount, &stated)| (amount, stated))
            .collect();
        if both.len() < MIN_STATED {
            return None;
        }
        let share = both.iter().map(|b| b.0).sum::<f64>() / both.iter().map(|b| b.1).sum::<f64>();
        let error = |guess: &dyn Fn(f64) -> f64| -> f64 {
            both.iter()
                .map(|&(amount, stated)| (amount - guess(stated)).powi(2))
                .sum()
        };
        let better = error(&|stated| stated * share) < error(&|_| mean);
        (better && share > 0.0).then_some(share)
    }

    /// What each win starts from.
    fn base(&self, mean: f64, of_stated: Option<f64>) -> Vec<f64> {
        let base = |&stated: &f64| {
            of_stated
                .map(|share| stated * share)
                .filter(|&base| base > 0.0)
        };
        self.stated
            .iter()
            .map(|stated| base(stated).unwrap_or(mean))
            .collect()
    }

    /// The features that stand still, and source and product where they are none of them.
    fn axes(&self, recipe: &Recipe, codes: &Codes) -> Vec<Axis> {
        let mut axes: Vec<Axis> = (used_features(recipe).into_iter())
            .map(|j| Axis {
                level: (self.rows.iter())
                    .map(|&row| codes.row(row)[j].nearest() as usize)
                    .collect(),
                factors: vec![1.0; recipe.features[j].encoding.levels()],
            })
            .collect();
        axes.extend(self.other_columns(recipe).into_iter().map(|(_, category)| {
            Axis {
                // The last level is that of leads without a value.
                level: (self.rows.iter())
                    .map(|&row| (category.codes[row] as usize).min(category.levels.len()))
                    .collect(),
                factors: vec![1.0; category.levels.len() + 1],
            }
        }));
        axes
    }

    /// Source and product, where they are texts and no features. Undated leads are scored row by row, without them.
    fn other_columns(&self, recipe: &Recipe) -> Vec<(&'a str, &'a crate::domain::Category)> {
        if !self.leads.dated() {
            return Vec::new();
        }
        let is_feature = |name: &str| {
            let column = |origin: &Origin| matches!(origin, Origin::Column(column) | Origin::AtContact(column) if column == name);
            recipe
                .features
                .iter()
                .any(|feature| column(&feature.origin))
        };
        [Role::Source, Role::Product]
            .into_iter()
            .filter_map(|role| {
                let name = self.leads.roles.get(&role)?;
                match self.leads.table.get(name)? {
                    Column::Text(category) if !is_feature(name) => Some((name.as_str(), category)),
                    _ => None,
                }
            })
            .collect()
    }

    /// The factors back in their places: by feature of the recipe, and by text.
    fn sorted_out(&self, axes: Vec<Axis>, recipe: &Recipe) -> (Vec<Vec<f64>>, Vec<Other>) {
        let mut factors = vec![Vec::new(); recipe.features.len()];
        let mut axes = axes.into_iter();
        for (j, axis) in used_features(recipe).into_iter().zip(&mut axes) {
            factors[j] = axis.factors;
        }
        let others = (self.other_columns(recipe).into_iter().zip(axes))
            .map(|((column, category), axis)| Other {
                column: column.to_owned(),
                factors: (category.levels.iter().zip(&axis.factors))
                    .filter(|&(_, &factor)| factor != 1.0)
                    .map(|(text, &factor)| (text.clone(), factor))
                    .collect(),
            })
            .collect();
        (factors, others)
    }

    /// The level of amounts of late, and at each win, over that of all wins.
    ///
    /// Realised / expected of the last 6 or 12 months is believed as far as it stands out of chance: the positive-part
    /// James-Stein factor 1 - (standard error / distance)^2. What it takes from all is given back in the time before.
    fn levels(&self, told: &[f64]) -> (f64, Vec<f64>) {
        let same = (1.0, vec![1.0; told.len()]);
        let closed = |i: usize| self.leads.closed[self.rows[i]];
        for days in LATE {
            let since = self.leads.as_of - days;
            let late: Vec<bool> = (0..told.len())
                .map(|i| closed(i).is_some_and(|closed| closed >= since))
                .collect();
            let n = late.iter().filter(|&&late| late).count();
            if n < MIN_LATE || told.len() - n < MIN_LATE {
                continue;
            }
            let (mut of_late, mut before, mut squares) = (Sums::default(), Sums::default(), 0.0);
            for (i, &is_late) in late.iter().enumerate() {
                let sums = if is_late { &mut of_late } else { &mut before };
                sums.add(self.amounts[i], told[i]);
            }
            for i in (0..told.len()).filter(|&i| late[i]) {
                squares += (self.amounts[i] - of_late.ratio() * told[i]).powi(2);
            }
            let part = of_late.expected / (of_late.expected + before.expected);
            let error = (squares * (1.0 - part)).sqrt() / of_late.expected;
            let distance = of_late.ratio() - 1.0;
            let trust = (1.0 - (error / distance).powi(2)).max(0.0);
            if trust.is_nan() || trust == 0.0 {
                return same;
            }
            let level = |sums: &Sums| {
                (1.0 + trust * (sums.ratio() - 1.0)).clamp(MOST_DRIFT.0, MOST_DRIFT.1)
            };
            let (of_late, before) = (level(&of_late), level(&before));
            let levels = late.iter().map(|&late| if late { of_late } else { before });
            return (of_late, levels.collect());
        }
        same
    }

    /// Realised / expected of the wins that stated an amount, by the stages that each was in before the day it closed,
    /// drawn towards that of all of them.
    fn by_stage(&self, told: &[f64]) -> BTreeMap<String, f64> {
        let Some(stages) = self.leads.stages.as_ref().filter(|_| self.leads.dated()) else {
            return BTreeMap::new();
        };
        let mut sums = vec![Sums::default(); stages.names.len()];
        let (mut all, mut squares) = (Sums::default(), 0.0);
        for (i, &row) in self.rows.iter().enumerate() {
            let Some(closed) = self.leads.closed[row].filter(|_| self.stated[i] > 0.0) else {
                continue;
            };
            let events = stages.timeline.before(row, closed.start());
            let been: BTreeSet<u32> = events.map(|event| stages.stage[event]).collect();
            for stage in been {
                sums[stage as usize].add(self.amounts[i], told[i]);
            }
            all.add(self.amounts[i], told[i]);
            squares += (self.amounts[i] / told[i] - 1.0).powi(2);
        }
        if all.count < MIN_STATED as f64 {
            return BTreeMap::new();
        }
        let factors = credible(&sums, squares / all.count);
        (stages.names.iter().zip(factors))
            .filter(|(_, factor)| *factor > 0.0 && *factor != 1.0)
            .map(|(name, factor)| (name.clone(), factor))
            .collect()
    }
}

/// The features whose factors are learnt: those that stand still.
fn used_features(recipe: &Recipe) -> Vec<usize> {
    let still = |&j: &usize| {
        let origin = &recipe.features[j].origin;
        !origin.moves() && *origin != Origin::Segment
    };
    (0..recipe.features.len()).filter(still).collect()
}
