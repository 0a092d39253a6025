//! How often each level of each feature is seen: in what a model learnt from, and in leads since.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::domain::{Day, Leads, Outcome};
use crate::features::{Codes, DatePart, Feature, Origin, Recipe};
use crate::score::ScoreError;
use crate::score::context::Context;
use crate::score::landmarks;
use crate::segment::Rules;

/// Most days before the as-of date of which leads are counted.
const WINDOW: i32 = 3 * 365;
/// Days between the days on which open leads are looked at, and the oldest age looked at: each is seen once.
pub(crate) const APART: i32 = 90;
/// Days on which open leads are looked at: a year of them.
const LOOKS: i32 = 4;
/// Leads beyond which every k-th is counted: shares are as sure as they need be.
const ENOUGH: usize = 50_000;

/// Who is counted for a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Leads that came in (undated data: all that are looked at).
    Created,
    /// Leads that were first contacted.
    Contacted,
    /// Open leads at most 90 days old.
    Open,
    /// Nobody: months of the year differ from a quarter to a year by themselves.
    Nobody,
}

/// Who is counted for a feature: what it came with, by when it came; what is known from the first contact on, by when
/// that was; what moves, on leads that are open.
pub(crate) const fn counted(feature: &Feature) -> Counted {
    match feature.origin {
        Origin::DatePart(_, DatePart::Month) => Counted::Nobody,
        Origin::Column(_) | Origin::DatePart(..) => Counted::Created,
        Origin::AtContact(_) => Counted::Contacted,
        _ => Counted::Open,
    }
}

/// Leads by feature and level: `counts[feature][level]`, level 0 the missing values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Population {
    pub counts: Vec<Vec<u32>>,
}

/// Which leads are looked at.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// First and last day (not included) of coming in and of first contacts; none: undated, `rows` alone decide.
    pub between: Option<(Day, Day)>,
    /// Days on which open leads are looked at.
    pub open_on: Vec<Day>,
    /// The leads looked at.
    pub rows: Vec<usize>,
}

impl Look {
    /// What a model learns from.
    fn of_training(leads: &Leads) -> Self {
        let as_of = leads.as_of;
        if !leads.dated() {
            return Self::undated(leads, |outcome| outcome != Outcome::Open);
        }
        let first = leads.created.iter().flatten().min().copied();
        let open_on = (0..LOOKS).map(|k| as_of - k * APART);
        Self {
            between: Some((as_of - WINDOW, as_of)),
            open_on: open_on
                .filter(|&day| first.is_some_and(|first| first < day))
                .collect(),
            rows: (0..leads.len()).collect(),
        }
    }

    /// The `days` before the as-of date.
    pub(crate) fn last(leads: &Leads, days: i32) -> Self {
        Self {
            between: Some((leads.as_of - days, leads.as_of)),
            open_on: vec![leads.as_of],
            rows: (0..leads.len()).collect(),
        }
    }

    /// Leads without regard to any date.
    pub(crate) fn undated(leads: &Leads, wanted: impl Fn(Outcome) -> bool) -> Self {
        Self {
            between: None,
            open_on: Vec::new(),
            rows: (0..leads.len())
                .filter(|&row| wanted(leads.outcome[row]))
                .collect(),
        }
    }

    /// Whether a lead is counted for a feature.
    pub(crate) fn holds(&self, leads: &Leads, row: usize, feature: &Feature) -> bool {
        match counted(feature) {
            Counted::Created => self.came(leads.created[row]),
            Counted::Contacted => leads.contacted[row].is_some() && self.came(leads.contacted[row]),
            Counted::Open => {
                let young = |day: &Day| {
                    landmarks::at(leads, row, *day).is_some_and(|landmark| landmark.age <= APART)
                };
                self.between.is_none() || self.open_on.iter().any(young)
            }
            Counted::Nobody => false,
        }
    }

    fn came(&self, day: Option<Day>) -> bool {
        self.between
            .is_none_or(|(from, to)| day.is_some_and(|day| from <= day && day < to))
    }
}

impl Population {
    /// Of the leads that a model learns from, as of `leads.as_of`.
    pub(crate) fn of_training(
        recipe: &Recipe,
        leads: &Leads,
        rules: Option<&Rules>,
    ) -> Result<Self, ScoreError> {
        let leads = thinned(leads);
        let look = Look::of_training(&leads);
        let days = look.open_on.iter().copied().chain([leads.as_of]);
        let context = Context::new(recipe, &leads, rules, days)?;
        Ok(Self::of(recipe, &leads, &context, &look))
    }

    /// Of the leads of a look.
    pub(crate) fn of(recipe: &Recipe, leads: &Leads, context: &Context<'_>, look: &Look) -> Self {
        let by_feature = |feature: &Feature| vec![0_u32; feature.encoding.levels()];
        let mut counts: Vec<Vec<u32>> = recipe.features.iter().map(by_feature).collect();
        let mut codes = Codes::default();
        let mut add = |codes: &Codes, wanted: &dyn Fn(Counted) -> bool| {
            for (j, feature) in recipe.features.iter().enumerate() {
                if wanted(counted(feature))
                    && let Some(count) = counts[j].get_mut(codes.codes[j].nearest() as usize)
                {
                    *count += 1;
                }
            }
        };
        for &row in &look.rows {
            let created = look.came(leads.created[row]);
            let contacted = leads.contacted[row].is_some() && look.came(leads.contacted[row]);
            if created || contacted {
                codes.codes.clear();
                context.push_on(&mut codes, row, leads.as_of);
                add(&codes, &|counted| match counted {
                    Counted::Created => created,
                    Counted::Contacted => contacted,
                    // Without dates a lead is what it is when it is looked at.
                    Counted::Open => look.between.is_none(),
                    Counted::Nobody => false,
                });
            }
            for &day in &look.open_on {
                let Some(landmark) = landmarks::at(leads, row, day).filter(|lm| lm.age <= APART)
                else {
                    continue;
                };
                codes.codes.clear();
                context.push(&mut codes, &landmark);
                add(&codes, &|counted| counted == Counted::Open);
            }
        }
        Self { counts }
    }
}

/// Every k-th lead where there are very many.
pub(crate) fn thinned(leads: &Leads) -> Cow<'_, Leads> {
    let step = leads.len().div_ceil(ENOUGH);
    if step <= 1 {
        return Cow::Borrowed(leads);
    }
    let rows: Vec<usize> = (0..leads.len()).step_by(step).collect();
    Cow::Owned(leads.take(&rows, leads.as_of))
}
