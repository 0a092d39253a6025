//! Leads, rules and a recipe together: the codes of any lead at any moment.

use std::collections::BTreeMap;

use crate::domain::{Day, Leads};
use crate::features::{Codes, Encoder, Origin, Recipe};
use crate::score::ScoreError;
use crate::score::landmarks::Landmark;
use crate::segment::{self, Rules, Segments};

/// Encodes landmarks, with the segments of every day that they fall on.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    encoder: Encoder<'a>,
    segments: BTreeMap<Day, Segments>,
}

impl<'a> Context<'a> {
    /// Prepares `leads` for landmarks on `days`.
    pub(crate) fn new(
        recipe: &'a Recipe,
        leads: &'a Leads,
        rules: Option<&Rules>,
        days: impl IntoIterator<Item = Day>,
    ) -> Result<Self, ScoreError> {
        let wants_segments = recipe
            .features
            .iter()
            .any(|feature| feature.origin == Origin::Segment);
        let mut segments = BTreeMap::new();
        if let Some(rules) = rules.filter(|_| wants_segments) {
            for day in days {
                if let std::collections::btree_map::Entry::Vacant(place) = segments.entry(day) {
                    place.insert(segment::assign(rules, leads, day)?);
                }
            }
        }
        let names = segment_names(rules);
        let encoder = Encoder::new(recipe, leads, &names).map_err(|unfit| {
            ScoreError::Unfit(
                unfit
                    .into_iter()
                    .map(|unfit| format!("`{}` {}", unfit.column, unfit.message))
                    .collect(),
            )
        })?;
        Ok(Self { encoder, segments })
    }

    /// Takes the codes to learn from of the leads `rows` instead of those to score by: see [`Recipe::out_of_fold`].
    pub(crate) fn learning_from(mut self, recipe: &Recipe, leads: &Leads, rows: &[usize]) -> Self {
        self.encoder.learn_from(recipe.out_of_fold(leads, rows));
        self
    }

    /// Adds the codes of a landmark. At its creation a lead has no segment yet.
    pub(crate) fn push(&self, codes: &mut Codes, landmark: &Landmark) {
        let segments = self
            .segments
            .get(&landmark.day)
            .filter(|_| landmark.age > 0);
        self.encoder
            .push(codes, landmark.row, landmark.day, segments);
    }

    /// Adds the codes of a lead of undated data, or of one whose age is unknown.
    pub(crate) fn push_on(&self, codes: &mut Codes, row: usize, day: Day) {
        self.encoder.push(codes, row, day, self.segments.get(&day));
    }

    /// The value of a feature as shown.
    pub(crate) fn display(&self, feature: usize, row: usize, day: Day) -> String {
        self.encoder
            .display(feature, row, day, self.segments.get(&day))
    }
}

/// The names of all segments, in the order of the rules.
pub(crate) fn segment_names(rules: Option<&Rules>) -> Vec<String> {
    rules
        .map(|rules| rules.rules.iter().map(|rule| rule.name.clone()).collect())
        .unwrap_or_default()
}
