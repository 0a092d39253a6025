//! Leads at a moment -> codes, by a recipe.

use crate::domain::{Column, Day, Leads};
use crate::features::{Code, Feature, MISSING, Origin, OutOfFold, Recipe};
use crate::segment::Segments;

/// A column that a recipe needs and the leads do not have in that form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfitColumn {
    /// The column.
    pub column: String,
    /// What is wrong with it.
    pub message: String,
}

/// Codes of leads at one moment of each: `codes[landmark * features + feature]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes {
    /// Number of features.
    pub features: usize,
    /// The codes, landmark by landmark.
    pub codes: Vec<Code>,
}

impl Codes {
    /// The codes of one landmark.
    pub fn row(&self, landmark: usize) -> &[Code] {
        &self.codes[landmark * self.features..(landmark + 1) * self.features]
    }
}

/// Encodes leads by a recipe. What stands in columns is coded once a lead; what moves, at each moment asked for.
#[derive(Debug)]
pub struct Encoder<'a> {
    recipe: &'a Recipe,
    leads: &'a Leads,
    /// By feature: the code of its column, by lead; empty for features that are not read from a column.
    columns: Vec<Vec<Code>>,
    /// By feature: from the position of a stage or segment name to its code.
    names: Vec<Vec<Code>>,
}

impl<'a> Encoder<'a> {
    /// Prepares the leads. `segments` are the names in the order of [`Segments`], if a feature needs them.
    ///
    /// # Errors
    /// Every column that the recipe needs and the leads lack, or hold in another kind.
    pub fn new(
        recipe: &'a Recipe,
        leads: &'a Leads,
        segments: &[String],
    ) -> Result<Self, Vec<UnfitColumn>> {
        let unfit: Vec<UnfitColumn> = recipe
            .features
            .iter()
            .filter_map(|feature| unfit(feature, leads))
            .collect();
        if !unfit.is_empty() {
            return Err(unfit);
        }
        let columns = recipe
            .features
            .iter()
            .map(|feature| column_codes(feature, leads))
            .collect();
        let names = recipe
            .features
            .iter()
            .map(|feature| {
                let names: &[String] = match feature.origin {
                    Origin::Stage => leads.stages.as_ref().map_or(&[], |stages| &stages.names),
                    Origin::Segment => segments,
                    _ => &[],
                };
                names
                    .iter()
                    .map(|name| feature.encoding.text(name))
                    .collect()
            })
            .collect();
        Ok(Self {
            recipe,
            leads,
            columns,
            names,
        })
    }

    /// Takes these codes instead of its own, to learn from.
    pub(crate) fn learn_from(&mut self, codes: OutOfFold) {
        for (feature, codes) in codes.0 {
            self.columns[feature] = codes;
        }
    }

    /// Adds the codes of a lead as of a day. `segments` are those of that day; none leaves the segment missing, as it is
    /// before a lead exists.
    pub fn push(&self, codes: &mut Codes, row: usize, day: Day, segments: Option<&Segments>) {
        codes.features = self.recipe.features.len();
        let stage = self
            .leads
            .stages
            .as_ref()
            .and_then(|stages| stages.stage_as_of(row, day));
        let contacted = self.leads.contacted[row].is_some_and(|contacted| contacted < day);
        for (j, feature) in self.recipe.features.iter().enumerate() {
            codes.codes.push(match feature.origin {
                Origin::Column(_) | Origin::DatePart(..) => self.columns[j][row],
                Origin::AtContact(_) => {
                    if contacted {
                        self.columns[j][row]
                    } else {
                        MISSING
                    }
                }
                Origin::Stage => stage.map_or(MISSING, |(stage, _)| self.names[j][stage as usize]),
                Origin::DaysInStage => stage.map_or(MISSING, |(_, entered)| {
                    feature.encoding.number(f64::from(day - entered))
                }),
                Origin::Activity(fact) => (self.leads.activities.as_ref())
                    .and_then(|activities| fact.value(activities, row, day))
                    .map_or(MISSING, |value| feature.encoding.number(value)),
                Origin::Segment => segments.map_or(MISSING, |segments| {
                    self.names[j][segments.segment[row] as usize]
                }),
            });
        }
    }

    /// The value of a feature of a lead as of a day, as a person would write it; empty where missing.
    pub fn display(
        &self,
        feature: usize,
        row: usize,
        day: Day,
        segments: Option<&Segments>,
    ) -> String {
        let stage = || {
            self.leads
                .stages
                .as_ref()
                .and_then(|stages| stages.stage_as_of(row, day).map(|at| (stages, at)))
        };
        match &self.recipe.features[feature].origin {
            Origin::Column(name) => self
                .leads
                .table
                .get(name)
                .map(|column| column.display(row))
                .unwrap_or_default(),
            Origin::AtContact(name)
                if self.leads.contacted[row].is_some_and(|contacted| contacted < day) =>
            {
                self.leads
                    .table
                    .get(name)
                    .map(|column| column.display(row))
                    .unwrap_or_default()
            }
            Origin::AtContact(_) => String::new(),
            Origin::DatePart(name, part) => {
                let day = match self.leads.table.get(name) {
                    Some(Column::Date(days)) => days[row],
                    Some(Column::Moment(moments)) => moments[row].map(crate::domain::Moment::day),
                    _ => None,
                };
                day.map_or_else(String::new, |day| part.of(day).to_owned())
            }
            Origin::Stage => stage()
                .map(|(stages, (at, _))| stages.names[at as usize].clone())
                .unwrap_or_default(),
            Origin::DaysInStage => stage()
                .map(|(_, (_, entered))| (day - entered).to_string())
                .unwrap_or_default(),
            Origin::Activity(fact) => (self.leads.activities.as_ref())
                .and_then(|activities| fact.value(activities, row, day))
                .map(|value| value.to_string())
                .unwrap_or_default(),
            Origin::Segment => segments
                .map(|segments| segments.names[segments.segment[row] as usize].clone())
                .unwrap_or_default(),
        }
    }
}

fn unfit(feature: &Feature, leads: &Leads) -> Option<UnfitColumn> {
    let (name, wanted) = match &feature.origin {
        Origin::Column(name) | Origin::AtContact(name) => (
            name.as_str(),
            match feature.encoding {
                crate::features::Encoding::Bins(_) => &["a number"][..],
                crate::features::Encoding::Levels(_) | crate::features::Encoding::Target(_) => {
                    &["text"]
                }
                crate::features::Encoding::Boolean => &["yes or no"],
            },
        ),
        Origin::DatePart(name, _) => (name.as_str(), &["a date", "a date with a time"][..]),
        Origin::Stage | Origin::DaysInStage if leads.stages.is_none() => {
            return Some(UnfitColumn {
                column: feature.name.clone(),
                message: "the model learnt from a stage history, and there is none".to_owned(),
            });
        }
        Origin::Activity(_) if leads.activities.is_none() => {
            return Some(UnfitColumn {
                column: feature.name.clone(),
                message: "the model learnt from activities, and there are none".to_owned(),
            });
        }
        _ => return None,
    };
    let message = match leads.table.get(name) {
        None => "is not in the data".to_owned(),
        // A column of which every value is missing says nothing of its kind.
        Some(column) if (0..column.len()).all(|row| column.is_missing(row)) => return None,
        Some(column) if wanted.contains(&column.kind().noun()) => return None,
        Some(column) => format!(
            "holds {}, the model learnt {}",
            column.kind().noun(),
            wanted[0]
        ),
    };
    Some(UnfitColumn {
        column: name.to_owned(),
        message,
    })
}

fn column_codes(feature: &Feature, leads: &Leads) -> Vec<Code> {
    match &feature.origin {
        Origin::Stage | Origin::DaysInStage | Origin::Segment | Origin::Activity(_) => Vec::new(),
        Origin::Column(name) | Origin::AtContact(name) => match leads.table.get(name) {
            // Text is coded level by level, not row by row.
            Some(Column::Text(category)) => {
                let by_level: Vec<Code> = category
                    .levels
                    .iter()
                    .map(|level| feature.encoding.text(level))
                    .collect();
                category
                    .codes
                    .iter()
                    .map(|&code| by_level.get(code as usize).copied().unwrap_or(MISSING))
                    .collect()
            }
            _ => (0..leads.len())
                .map(|row| feature.code_of_column(leads, row))
                .collect(),
        },
        Origin::DatePart(..) => (0..leads.len())
            .map(|row| feature.code_of_column(leads, row))
            .collect(),
    }
}
