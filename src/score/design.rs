//! From codes to the columns of a regression: age and step, what is known of the lead, and how its effect fades.

use serde::{Deserialize, Serialize};

use crate::features::{Code, Encoding, Recipe};

/// Edges of the steps after a landmark, days, as far as the horizon reaches. The last years are cut so that rows can end
/// before the horizon does: one long last step would use only leads older than all of it.
const EDGES: [i32; 8] = [0, 7, 30, 60, 90, 180, 365, 730];

/// Levels up to which a feature may have an effect that changes with age.
const MAX_SLOPE_LEVELS: usize = 14;
/// Levels up to which a feature of speed may have a rate of its own.
const MAX_DECAY_LEVELS: usize = 32;

/// The columns of the regressions, shared by the win and the loss model.
///
/// Groups of columns, each with a penalty of its own: age (piecewise linear in ln(1 + age), one column for each rise
/// between knots), step, step x age, then for each feature its levels (once for every zone of steps if its value can
/// change: what stage a lead is in today says much of next week and little of next year) and, for the features with few
/// levels, level x ln(1 + age reached) and, for those that may differ in speed, level x age reached: a slow source is not a bad one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Design {
    /// Edges of the steps, days after the landmark; empty for undated data.
    pub edges: Vec<i32>,
    /// Knots of age, days, rising; empty for undated data.
    pub knots: Vec<f64>,
    /// Age up to which rates of their own hold, days: few wins come later, and nothing is carried on from there.
    decay_until: f64,
    blocks: Vec<Block>,
    columns: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Block {
    first: u32,
    levels: u16,
    reference: u16,
    zones: u8,
    slope: Option<u32>,
    decay: Option<u32>,
    /// Of a number: its two columns, place and place x ln(1 + age reached), and where each level lies.
    trend: Option<(u32, Vec<f32>)>,
}

impl Block {
    /// Where a code lies on the straight scale of a number.
    fn place(&self, code: Code) -> Option<(u32, f32)> {
        let (first, places) = self.trend.as_ref()?;
        let of = |level: u16| places.get(usize::from(level)).copied().unwrap_or(0.0);
        let (lower, fraction) = (code.lower(), code.fraction());
        let next = if fraction > 0.0 { of(lower + 1) } else { 0.0 };
        Some((*first, (1.0 - fraction) * of(lower) + fraction * next))
    }

    /// The cells of a code, `scale` times: that of its level, and that of the next for a number on its way there.
    fn push(&self, code: Code, first: u32, scale: f32, cells: &mut Vec<(u32, f32)>) {
        let (lower, fraction) = (code.lower(), code.fraction());
        for (level, share) in [(lower, 1.0 - fraction), (lower + 1, fraction)] {
            if share > 0.0 && level != self.reference && level < self.levels {
                let place = u32::from(level - u16::from(level > self.reference));
                cells.push((first + place, share * scale));
            }
        }
    }
}

/// Where the levels of a number lie on a straight scale; the missing one at 0.
fn places(encoding: &Encoding) -> Option<Vec<f32>> {
    let Encoding::Bins(bins) = encoding else {
        return None;
    };
    let places = bins.places()?;
    Some(
        std::iter::once(0.0)
            .chain(places)
            .map(|place| place as f32)
            .collect(),
    )
}

/// What a column belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The age of the lead.
    Age,
    /// The step alone: part of the baseline.
    Step,
    /// A feature, by its position in the recipe.
    Feature(usize),
}

/// A group of columns with one penalty.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    /// Where the penalty begins.
    pub penalty: f64,
    /// Whether the data may choose it.
    pub learnt: bool,
}

impl Design {
    /// For undated data: one step, no age.
    pub(crate) fn undated(recipe: &Recipe) -> Self {
        Self::new(recipe, Vec::new(), Vec::new(), 0.0)
    }

    /// For dated data: steps up to `horizon` days, ages between `knots`.
    pub(crate) fn dated(recipe: &Recipe, horizon: i32, knots: Vec<f64>, decay_until: f64) -> Self {
        let mut edges: Vec<i32> = EDGES.into_iter().filter(|&edge| edge < horizon).collect();
        edges.push(horizon);
        Self::new(recipe, edges, knots, decay_until)
    }

    fn new(recipe: &Recipe, edges: Vec<i32>, knots: Vec<f64>, decay_until: f64) -> Self {
        let timed = edges.len() > 1;
        let mut design = Self {
            edges,
            knots,
            decay_until,
            blocks: Vec::new(),
            columns: 0,
        };
        design.columns = design.first_feature_column();
        for feature in &recipe.features {
            let levels = feature.encoding.levels();
            let zones = if timed && feature.origin.moves() {
                3
            } else {
                1
            };
            let first = design.columns as u32;
            design.columns += zones * (levels - 1);
            let mut per_level = |wanted: bool| {
                wanted.then(|| {
                    let first = design.columns as u32;
                    design.columns += levels - 1;
                    first
                })
            };
            // What may act one way only does so at every age: it has one effect, which does not change.
            let free =
                !matches!(&feature.encoding, Encoding::Bins(bins) if bins.direction().is_some());
            let changes = timed && zones == 1 && free;
            let trend = places(&feature.encoding).filter(|_| changes);
            let slope = per_level(changes && trend.is_none() && levels <= MAX_SLOPE_LEVELS);
            let decay = per_level(changes && feature.speed && levels <= MAX_DECAY_LEVELS);
            let trend = trend.map(|places| {
                design.columns += 2;
                (design.columns as u32 - 2, places)
            });
            let reference = feature.reference;
            design.blocks.push(Block {
                first,
                levels: levels as u16,
                reference,
                zones: zones as u8,
                slope,
                decay,
                trend,
            });
        }
        design
    }

    fn rises(&self) -> usize {
        self.knots.len().saturating_sub(1)
    }

    /// Columns of the age reached.
    fn shape(&self) -> usize {
        if self.rises() == 0 {
            0
        } else {
            self.rises() + 1
        }
    }

    fn first_feature_column(&self) -> usize {
        let more_steps = self.steps() - 1;
        self.shape() + more_steps + more_steps * self.rises()
    }

    /// Number of steps; 1 for undated data.
    pub(crate) fn steps(&self) -> usize {
        self.edges.len().saturating_sub(1).max(1)
    }

    /// Number of columns, without the intercept.
    pub(crate) const fn columns(&self) -> usize {
        self.columns
    }

    /// The cells of a lead of an age (days; ignored for undated data) in a step, by rising column.
    pub(crate) fn row(&self, age: i32, codes: &[Code], step: usize, cells: &mut Vec<(u32, f32)>) {
        cells.clear();
        let rises = self.rises();
        if rises > 0 {
            self.push_reached(self.reached(age, step), cells);
        }
        if step > 0 {
            cells.push(((rises + step) as u32, 1.0));
            self.push_age(
                f64::from(age),
                rises + self.steps() + (step - 1) * rises,
                cells,
            );
        }
        let (zone, slope, decay) = self.time(age, step);
        for (block, &code) in self.blocks.iter().zip(codes) {
            let zone = u32::from(zone.min(block.zones - 1)) * u32::from(block.levels - 1);
            block.push(code, block.first + zone, 1.0, cells);
            if let Some(first) = block.slope {
                block.push(code, first, slope, cells);
            }
            if let Some(first) = block.decay {
                block.push(code, first, decay, cells);
            }
            if let Some((first, place)) = block.place(code) {
                cells.push((first, place));
                cells.push((first + 1, place * slope));
            }
        }
    }

    /// Age in the middle of a step, days.
    fn reached(&self, age: i32, step: usize) -> f64 {
        let middle = (self.edges.get(step).zip(self.edges.get(step + 1)))
            .map_or(0.0, |(from, to)| f64::from(from + to) / 2.0);
        f64::from(age.max(0)) + middle
    }

    /// Straight lines in x = ln(1 + age reached), capped at the last knot: the first column is x itself, the others how
    /// far it lies beyond each inner knot. Their coefficients are changes of slope, so that shrinking them continues a
    /// trend instead of stopping it: where wins have become rare they go on becoming rarer.
    fn push_reached(&self, reached: f64, cells: &mut Vec<(u32, f32)>) {
        let reached = reached.min(self.knots.last().copied().unwrap_or(0.0));
        let x = reached.ln_1p();
        cells.push((0, (reached / 30.0) as f32));
        for (m, knot) in self.knots[..self.rises()].iter().enumerate() {
            let beyond = x - knot.ln_1p();
            if beyond <= 0.0 {
                break;
            }
            cells.push((m as u32 + 1, beyond as f32));
        }
    }

    /// Column m holds how much of the way from knot m to knot m + 1 has been gone, 0-1: its coefficient is the rise
    /// between them, so that shrinking it makes neighbours alike and old ages flat.
    fn push_age(&self, age: f64, first: usize, cells: &mut Vec<(u32, f32)>) {
        let x = age.max(0.0).ln_1p();
        for (m, pair) in self.knots.windows(2).enumerate() {
            let (from, to) = (pair[0].ln_1p(), pair[1].ln_1p());
            if x <= from {
                break;
            }
            cells.push((
                (first + m) as u32,
                ((x - from) / (to - from)).min(1.0) as f32,
            ));
        }
    }

    /// Zone of a step (0 within 30 days, 1 within 90, 2 beyond), and the age reached in its middle in two forms, both 0 at
    /// two months: ln(1 + days) / 1.5, and months, up to `decay_until`. A gamma time to win has both in its log density.
    fn time(&self, age: i32, step: usize) -> (u8, f32, f32) {
        let (Some(&from), Some(&to)) = (self.edges.get(step), self.edges.get(step + 1)) else {
            return (0, 0.0, 0.0);
        };
        let zone = u8::from(from >= 30) + u8::from(from >= 90);
        let capped = f64::from(age.max(0)).min(self.knots.last().copied().unwrap_or(0.0));
        let reached = capped + f64::from(from + to) / 2.0;
        let slope = (reached.ln_1p() - 60_f64.ln_1p()) / 1.5;
        let decay = (reached.min(self.decay_until) - 60_f64.min(self.decay_until)) / 30.0;
        (zone, slope as f32, decay as f32)
    }

    /// The group of each column, and the groups.
    pub(crate) fn groups(&self) -> (Vec<usize>, Vec<Group>) {
        let fixed = |penalty| Group {
            penalty,
            learnt: false,
        };
        let learnt = || Group {
            penalty: 1.0,
            learnt: true,
        };
        // The shape of the hazard over age and step is never shrunk away: only kept finite.
        let mut groups = vec![fixed(0.05), fixed(0.01), learnt(), learnt()];
        let steps = self.steps() - 1;
        let mut of_column = vec![3; self.shape()];
        of_column.iter_mut().take(2).for_each(|group| *group = 0);
        of_column.resize(self.shape() + steps, 1);
        of_column.resize(self.first_feature_column(), 2);
        for block in &self.blocks {
            let width = usize::from(block.levels - 1);
            of_column.resize(
                of_column.len() + usize::from(block.zones) * width,
                groups.len(),
            );
            groups.push(learnt());
            for _ in block.slope.iter().chain(&block.decay) {
                of_column.resize(of_column.len() + width, groups.len());
                groups.push(learnt());
            }
            if block.trend.is_some() {
                of_column.extend([groups.len(), groups.len() + 1]);
                groups.extend([learnt(), learnt()]);
            }
        }
        (of_column, groups)
    }

    /// What each column belongs to.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let steps = self.steps() - 1;
        let mut parts = vec![Part::Age; self.shape()];
        parts.resize(self.shape() + steps, Part::Step);
        parts.resize(self.first_feature_column(), Part::Age);
        for (j, block) in self.blocks.iter().enumerate() {
            let width = usize::from(block.levels - 1)
                * (usize::from(block.zones) + block.slope.iter().chain(&block.decay).count());
            let trend = 2 * usize::from(block.trend.is_some());
            parts.resize(parts.len() + width + trend, Part::Feature(j));
        }
        parts
    }

    /// For each block of levels (a zone or slope of a feature): the feature, its columns in the order of the codes
    /// without the reference, and the reference code.
    pub(crate) fn level_columns(&self) -> Vec<(usize, std::ops::Range<usize>, u16)> {
        let mut all = Vec::new();
        for (j, block) in self.blocks.iter().enumerate() {
            let width = usize::from(block.levels - 1);
            let starts =
                (0..usize::from(block.zones)).map(|zone| block.first as usize + zone * width);
            for start in starts.chain(
                block
                    .slope
                    .iter()
                    .chain(&block.decay)
                    .map(|&first| first as usize),
            ) {
                all.push((j, start..start + width, block.reference));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Bins, Feature, Origin};

    fn recipe() -> Recipe {
        let feature = |name: &str, origin, levels: i32| Feature {
            name: name.to_owned(),
            origin,
            encoding: Encoding::Bins(Bins::whole(1, levels - 1)),
            reference: 1,
            speed: name == "source",
        };
        Recipe {
            features: vec![
                feature("source", Origin::Column("source".to_owned()), 4),
                feature("stage", Origin::Stage, 5),
            ],
            left_out: Vec::new(),
            pace: crate::features::Pace::default(),
        }
    }

    #[test]
    fn rows_have_rising_columns_within_the_design() {
        let design = Design::dated(&recipe(), 200, vec![0.0, 5.0, 50.0, 300.0], 90.0);
        assert_eq!(design.edges, [0, 7, 30, 60, 90, 180, 200]);
        let (groups, _) = design.groups();
        assert_eq!(groups.len(), design.columns());
        assert_eq!(design.parts().len(), design.columns());
        let mut cells = Vec::new();
        for age in [0, 3, 40, 900] {
            for step in 0..design.steps() {
                design.row(
                    age,
                    &[Code::between(2, 0.3), Code::level(4)],
                    step,
                    &mut cells,
                );
                assert!(cells.windows(2).all(|pair| pair[0].0 < pair[1].0));
                assert!(
                    cells
                        .iter()
                        .all(|cell| (cell.0 as usize) < design.columns())
                );
            }
        }
    }

    #[test]
    fn age_is_continuous_and_capped_at_the_last_knot() {
        let design = Design::dated(&recipe(), 100, vec![0.0, 5.0, 50.0], 90.0);
        let sum = |age| {
            let mut cells = Vec::new();
            design.row(age, &[Code::level(1), Code::level(1)], 0, &mut cells);
            cells.iter().map(|cell| f64::from(cell.1)).sum::<f64>()
        };
        // The first step is reached in its middle, 3.5 days on: there the columns are months, and ln(1 + days) beyond knots.
        let expected = |reached: f64| {
            let beyond = |knot: f64| (reached.ln_1p() - knot.ln_1p()).max(0.0);
            reached / 30.0 + beyond(0.0) + beyond(5.0)
        };
        for age in [0, 1, 2, 20, 46] {
            assert!(
                (sum(age) - expected(f64::from(age) + 3.5)).abs() < 1e-5,
                "{age}"
            );
        }
        assert!((sum(5000) - expected(50.0)).abs() < 1e-5);
    }
}
