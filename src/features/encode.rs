//! Leads at a moment -> codes, by a recipe.

use crate::domain::{Column, Day, Leads};
use crate::features::bins::Coder;
use crate::features::{Code, Encoding, Feature, MISSING, Origin, OutOfFold, Recipe, parallel};
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

/// Rows coded at a time, feature by feature: as many codes as stay close at hand.
const TILE: usize = 512;

/// How the value of a column becomes a code, looked up once for the column.
#[derive(Debug)]
enum Reader<'a> {
    /// Numbers, by straight lines.
    Number(&'a [f64], Coder),
    /// Texts, by level.
    Text(&'a [u32], Vec<Code>),
    /// Yes or no.
    Boolean(&'a [Option<bool>]),
    /// Codes made beforehand, by lead.
    Given(Vec<Code>),
    /// Anything else, value by value.
    Each(&'a Feature, &'a Leads),
    /// Not read from a column.
    None,
}

impl<'a> Reader<'a> {
    fn new(feature: &'a Feature, leads: &'a Leads) -> Self {
        let column = match &feature.origin {
            Origin::Column(name) | Origin::AtContact(name) => leads.table.get(name),
            Origin::DatePart(..) => return Self::Each(feature, leads),
            Origin::Stage | Origin::DaysInStage | Origin::Segment | Origin::Activity(_) => {
                return Self::None;
            }
        };
        match (column, &feature.encoding) {
            (Some(Column::Number(values)), Encoding::Bins(bins)) => {
                Self::Number(values, Coder::new(bins))
            }
            (Some(Column::Text(category)), encoding) => Self::Text(
                &category.codes,
                (category.levels.iter())
                    .map(|level| encoding.text(level))
                    .collect(),
            ),
            (Some(Column::Boolean(values)), Encoding::Boolean) => Self::Boolean(values),
            _ => Self::Each(feature, leads),
        }
    }

    fn code(&self, row: usize) -> Code {
        match self {
            Self::Number(values, coder) => coder.code(values[row]),
            Self::Text(codes, by_level) => {
                (by_level.get(codes[row] as usize).copied()).unwrap_or(MISSING)
            }
            Self::Boolean(values) => {
                values[row].map_or(MISSING, |yes| Code::level(1 + u16::from(yes)))
            }
            Self::Given(codes) => codes[row],
            Self::Each(feature, leads) => feature.code_of_column(leads, row),
            Self::None => MISSING,
        }
    }
}

/// How often each level of a feature occurs in some of `rows` that stand for all; in all of them, where those show one
/// level only.
pub(super) fn counts(feature: &Feature, leads: &Leads, rows: &[usize]) -> Vec<usize> {
    let reader = Reader::new(feature, leads);
    let mut counts = vec![0_usize; feature.encoding.levels()];
    for most in [SAMPLE, rows.len()] {
        counts.fill(0);
        for i in parallel::spread(rows.len(), most) {
            counts[reader.code(rows[i]).nearest() as usize] += 1;
        }
        if counts.iter().filter(|&&count| count > 0).count() > 1 {
            break;
        }
    }
    counts
}

/// Rows that stand for all where levels are counted.
pub(super) const SAMPLE: usize = 200_000;

/// Encodes leads by a recipe.
#[derive(Debug)]
pub struct Encoder<'a> {
    recipe: &'a Recipe,
    leads: &'a Leads,
    /// By feature.
    readers: Vec<Reader<'a>>,
    /// By feature: from the position of a stage or segment name to its code.
    names: Vec<Vec<Code>>,
    /// By lead: its pace, where days are measured in it.
    paces: Vec<f64>,
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
        let readers = recipe
            .features
            .iter()
            .map(|feature| Reader::new(feature, leads))
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
        let paced =
            |feature: &Feature| matches!(feature.origin, Origin::DaysInStage | Origin::Activity(_));
        let paces = if recipe.features.iter().any(paced) {
            recipe.pace.of_leads(&recipe.features, leads)
        } else {
            Vec::new()
        };
        Ok(Self {
            recipe,
            leads,
            readers,
            names,
            paces,
        })
    }

    /// Takes these codes instead of its own, to learn from.
    pub(crate) fn learn_from(&mut self, codes: OutOfFold) {
        for (feature, codes) in codes.0 {
            self.readers[feature] = Reader::Given(codes);
        }
    }

    /// Adds the codes of a lead as of a day. `segments` are those of that day; none leaves the segment missing, as it is
    /// before a lead exists.
    pub fn push(&self, codes: &mut Codes, row: usize, day: Day, segments: Option<&Segments>) {
        codes.features = self.recipe.features.len();
        for j in 0..codes.features {
            codes.codes.push(self.code(j, row, day, segments));
        }
    }

    /// The codes of many leads as of one day, on all processors.
    pub fn codes(&self, rows: &[usize], day: Day, segments: Option<&Segments>) -> Codes {
        let features = self.recipe.features.len();
        let mut codes = vec![MISSING; rows.len() * features];
        parallel::fill(&mut codes, features, |block, out| {
            let tiles = rows[block].chunks(TILE);
            for (rows, out) in tiles.zip(out.chunks_mut((TILE * features).max(1))) {
                for j in 0..features {
                    self.fill(j, rows, &mut out[j..], day, segments);
                }
            }
        });
        Codes { features, codes }
    }

    /// The codes of one feature, at every so-manieth place.
    fn fill(
        &self,
        feature: usize,
        rows: &[usize],
        out: &mut [Code],
        day: Day,
        segments: Option<&Segments>,
    ) {
        let places = out.iter_mut().step_by(self.recipe.features.len());
        let still = !self.recipe.features[feature].origin.moves();
        match &self.readers[feature] {
            Reader::Number(values, coder) if still => {
                (places.zip(rows)).for_each(|(out, &row)| *out = coder.code(values[row]));
            }
            reader @ Reader::Text(..) if still => {
                (places.zip(rows)).for_each(|(out, &row)| *out = reader.code(row));
            }
            _ => (places.zip(rows))
                .for_each(|(out, &row)| *out = self.code(feature, row, day, segments)),
        }
    }

    fn code(&self, feature: usize, row: usize, day: Day, segments: Option<&Segments>) -> Code {
        let stage = || (self.leads.stages.as_ref()).and_then(|stages| stages.stage_as_of(row, day));
        match self.recipe.features[feature].origin {
            Origin::Column(_) | Origin::DatePart(..) => self.readers[feature].code(row),
            Origin::AtContact(_) => {
                if self.leads.contacted[row].is_some_and(|contacted| contacted < day) {
                    self.readers[feature].code(row)
                } else {
                    MISSING
                }
            }
            Origin::Stage => {
                stage().map_or(MISSING, |(stage, _)| self.names[feature][stage as usize])
            }
            Origin::DaysInStage => stage().map_or(MISSING, |(_, entered)| {
                (self.recipe.features[feature].encoding)
                    .number(f64::from(day - entered) / self.paces[row])
            }),
            Origin::Activity(fact) => (self.leads.activities.as_ref())
                .and_then(|activities| fact.paced(activities, row, day, self.paces[row]))
                .map_or(MISSING, |value| {
                    self.recipe.features[feature].encoding.number(value)
                }),
            Origin::Segment => segments.map_or(MISSING, |segments| {
                self.names[feature][segments.segment[row] as usize]
            }),
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
