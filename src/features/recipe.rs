//! How each column becomes codes: learnt on training rows, stored with the model.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::{self, Category, Column, Day, Known, Leads, Role};
use crate::features::bins::MIN_ROWS;
use crate::features::{Bins, Code, MISSING, screen};

/// Most levels of all features together: a fit grows with their square.
const MOST_LEVELS: usize = 240;
/// Most levels of a text that are kept apart; the rest are pooled.
const MAX_LEVELS: usize = 100;
/// A text with more distinct values than this share of its rows names single leads, not kinds of leads.
const NEAR_UNIQUE: f64 = 0.2;
/// Below this many wins only the source is a feature: more could not be told from chance.
const FEW_WINS: usize = 50;

/// Days of the week as shown, from Monday.
pub(super) const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A part of a date that can repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatePart {
    /// Day of the week, 0 = Monday.
    Weekday,
    /// Month of the year, 1-12.
    Month,
}

/// Where a feature comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A column known at creation.
    Column(String),
    /// A column known from the first contact on; missing before.
    AtContact(String),
    /// A part of a date column known at creation.
    DatePart(String, DatePart),
    /// The stage that the lead is in, by the stage history.
    Stage,
    /// Days since it entered that stage.
    DaysInStage,
    /// The segment that the rules give as of the snapshot.
    Segment,
}

impl Origin {
    /// Whether the value can change during the life of a lead.
    pub const fn moves(&self) -> bool {
        matches!(self, Self::AtContact(_) | Self::Stage | Self::DaysInStage)
    }
}

/// How a value becomes a code; level 0 is a missing value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Level 1 is the first bin.
    Bins(Bins),
    /// Level 1 + position in this sorted list; one more for every other text.
    Levels(Vec<String>),
    /// 1 no, 2 yes.
    Boolean,
}

impl Encoding {
    /// Number of levels, the missing one included.
    pub fn levels(&self) -> usize {
        match self {
            Self::Bins(bins) => bins.len() + 1,
            Self::Levels(levels) => levels.len() + 2,
            Self::Boolean => 3,
        }
    }

    /// What a level is called: a value, a range of numbers; empty for missing values.
    pub fn label(&self, level: usize) -> String {
        match self {
            _ if level == 0 => String::new(),
            Self::Bins(bins) => bins.label(level - 1),
            Self::Levels(levels) => (levels.get(level - 1))
                .map_or("other", String::as_str)
                .to_owned(),
            Self::Boolean => ["no", "yes"]
                .get(level - 1)
                .copied()
                .unwrap_or_default()
                .to_owned(),
        }
    }

    /// The code of a number.
    pub fn number(&self, value: f64) -> Code {
        match self {
            Self::Bins(bins) => bins.code(value),
            _ => MISSING,
        }
    }

    /// The code of a text.
    pub fn text(&self, value: &str) -> Code {
        match self {
            Self::Levels(levels) => {
                let place = levels.binary_search_by(|level| level.as_str().cmp(value));
                Code::level(1 + place.unwrap_or(levels.len()) as u16)
            }
            _ => MISSING,
        }
    }
}

/// One feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// Name, as the user knows it.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// How it becomes a code.
    pub encoding: Encoding,
    /// The level that has no coefficient: the most frequent one in training.
    pub reference: u16,
    /// Whether it may say how fast leads are won, not only how many: the source, the product, the way of selling, and
    /// yes-or-no columns.
    pub speed: bool,
}

/// A column that is no feature, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The column.
    pub column: String,
    /// Stable kebab-case code: `near-unique`, `constant`, `leak`, `filled-later`, `few-wins` ...
    pub code: String,
    /// Why, in a sentence.
    pub message: String,
}

/// All features, and the columns that are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The features, in the order of the columns.
    pub features: Vec<Feature>,
    /// The columns left out.
    pub left_out: Vec<LeftOut>,
}

/// The leads that a recipe is learnt from.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// The leads.
    pub leads: &'a Leads,
    /// Rows to learn from.
    pub rows: &'a [usize],
    /// Wins among them.
    pub won: usize,
    /// Moments (row, day) at which stages are looked at, for the bins of the days spent in them.
    pub moments: &'a [(usize, Day)],
    /// Names of the segments, if the segment may be a feature.
    pub segments: Option<&'a [String]>,
}

impl Recipe {
    /// Learns a recipe. Columns that `screened` refuses are left out.
    pub fn learn(sample: Sample<'_>, screened: &screen::Screened) -> Self {
        let mut recipe = Self {
            features: Vec::new(),
            left_out: screened.refused.clone(),
        };
        let refused: BTreeSet<&str> = screened
            .refused
            .iter()
            .map(|out| out.column.as_str())
            .collect();
        for (name, column) in sample.leads.table.iter() {
            let role = role_of(sample.leads, name);
            if refused.contains(name) || role.is_some_and(|role| !role.may_be_feature()) {
                continue;
            }
            let known = sample
                .leads
                .known
                .get(name)
                .copied()
                .unwrap_or(Known::Close);
            if known == Known::Close {
                continue;
            }
            if sample.won < FEW_WINS && role != Some(Role::Source) {
                let message = format!("is not used: with {} wins, just the source is", sample.won);
                recipe.leave_out(name, "few-wins", message);
                continue;
            }
            recipe.add_column(sample, name, column, known);
        }
        recipe.keep_the_telling(sample);
        if sample.won >= FEW_WINS {
            recipe.add_created_month(sample);
            recipe.add_stage(sample);
            recipe.add_segment(sample);
        }
        recipe
    }

    /// The same without any feature: what age alone can tell.
    #[must_use]
    pub fn without_features(&self) -> Self {
        Self {
            features: Vec::new(),
            left_out: self.left_out.clone(),
        }
    }

    /// Where there are more levels than a fit can carry, keeps the features that tell most of winning alone (deviance
    /// explained, less what as many levels explain by chance), and the source always.
    fn keep_the_telling(&mut self, sample: Sample<'_>) {
        let total: usize = self
            .features
            .iter()
            .map(|feature| feature.encoding.levels())
            .sum();
        if total <= MOST_LEVELS {
            return;
        }
        let source = sample.leads.roles.get(&Role::Source);
        let mut ranked: Vec<(f64, usize)> = (self.features.iter().enumerate())
            .map(|(j, feature)| {
                let told = if Some(&feature.name) == source {
                    f64::INFINITY
                } else {
                    told(feature, sample)
                };
                (told, j)
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let (mut keep, mut levels) = (BTreeSet::new(), 0);
        for (_, j) in ranked {
            levels += self.features[j].encoding.levels();
            if levels > MOST_LEVELS {
                break;
            }
            keep.insert(j);
        }
        let mut j = 0;
        let (kept, dropped): (Vec<Feature>, Vec<Feature>) = std::mem::take(&mut self.features)
            .into_iter()
            .partition(|_| {
                j += 1;
                keep.contains(&(j - 1))
            });
        self.features = kept;
        for feature in dropped {
            let message = format!(
                "is not used: {total} levels are more than a fit can carry, and others tell more of winning"
            );
            self.leave_out(&feature.name, "too-many-columns", message);
        }
    }

    fn leave_out(&mut self, column: &str, code: &str, message: String) {
        self.left_out.push(LeftOut {
            column: column.to_owned(),
            code: code.to_owned(),
            message,
        });
    }

    fn add_column(&mut self, sample: Sample<'_>, name: &str, column: &Column, known: Known) {
        let origin = if known == Known::Contact {
            Origin::AtContact(name.to_owned())
        } else {
            Origin::Column(name.to_owned())
        };
        let encoding = match column {
            Column::Number(values) if names_leads(values, sample.rows) => {
                let message = "is a whole number of its own in every lead: it names leads, not kinds of leads";
                return self.leave_out(name, "near-unique", message.to_owned());
            }
            Column::Number(values) => Some(Encoding::Bins(Bins::learn(
                sample.rows.iter().map(|&row| values[row]),
            ))),
            Column::Text(category) => match levels(category, sample.rows) {
                Ok(encoding) => Some(encoding),
                Err(distinct) => {
                    let message = format!(
                        "has {distinct} different values in {} leads: it names leads, not kinds of leads",
                        sample.rows.len()
                    );
                    return self.leave_out(name, "near-unique", message);
                }
            },
            Column::Boolean(_) => Some(Encoding::Boolean),
            Column::Date(_) | Column::Moment(_) => None,
        };
        match encoding {
            Some(encoding) => self.add(sample, name, origin, encoding),
            None if known != Known::Contact => {
                for (part, label) in [(DatePart::Weekday, "weekday"), (DatePart::Month, "month")] {
                    self.add_date_part(sample, name, part, &format!("{name} ({label})"));
                }
            }
            None => self.leave_out(
                name,
                "date-at-contact",
                "is a date known only from the first contact on".to_owned(),
            ),
        }
    }

    fn add_date_part(&mut self, sample: Sample<'_>, column: &str, part: DatePart, name: &str) {
        let bins = match part {
            DatePart::Weekday => Bins::whole(0, 6),
            DatePart::Month => Bins::whole(1, 12),
        };
        self.add(
            sample,
            name,
            Origin::DatePart(column.to_owned(), part),
            Encoding::Bins(bins),
        );
    }

    /// The weekday of creation always; its month only where two years tell a season from a trend.
    fn add_created_month(&mut self, sample: Sample<'_>) {
        let Some(column) = sample.leads.roles.get(&Role::Created) else {
            return;
        };
        let days = || {
            sample
                .rows
                .iter()
                .filter_map(|&row| sample.leads.created[row])
        };
        let (Some(first), Some(last)) = (days().min(), days().max()) else {
            return;
        };
        self.add_date_part(
            sample,
            column,
            DatePart::Weekday,
            &format!("{column} (weekday)"),
        );
        if last - first >= 3 * 365 {
            self.add_date_part(
                sample,
                column,
                DatePart::Month,
                &format!("{column} (month)"),
            );
        }
    }

    fn add_stage(&mut self, sample: Sample<'_>) {
        let Some(stages) = &sample.leads.stages else {
            return;
        };
        let mut counts = vec![0_usize; stages.names.len()];
        let mut days = Vec::new();
        for &(row, day) in sample.moments {
            if let Some((stage, entered)) = stages.stage_as_of(row, day) {
                counts[stage as usize] += 1;
                days.push(f64::from(day - entered));
            }
        }
        let mut kept: Vec<String> = counts
            .iter()
            .zip(&stages.names)
            .filter(|(count, _)| **count >= MIN_ROWS)
            .map(|(_, name)| name.clone())
            .collect();
        kept.sort();
        if kept.is_empty() {
            return;
        }
        let name = sample
            .leads
            .roles
            .get(&Role::Stage)
            .cloned()
            .unwrap_or_else(|| "stage".to_owned());
        self.features.push(Feature {
            name,
            origin: Origin::Stage,
            encoding: Encoding::Levels(kept),
            reference: 0,
            speed: false,
        });
        self.features.push(Feature {
            name: "days_in_stage".to_owned(),
            origin: Origin::DaysInStage,
            encoding: Encoding::Bins(Bins::learn(days.into_iter())),
            reference: 0,
            speed: false,
        });
    }

    fn add_segment(&mut self, sample: Sample<'_>) {
        let Some(names) = sample.segments else { return };
        let mut levels = names.to_vec();
        levels.sort();
        self.features.push(Feature {
            name: "segment".to_owned(),
            origin: Origin::Segment,
            encoding: Encoding::Levels(levels),
            reference: 0,
            speed: false,
        });
    }

    fn add(&mut self, sample: Sample<'_>, name: &str, origin: Origin, encoding: Encoding) {
        let role = role_of(sample.leads, name);
        let speed = encoding == Encoding::Boolean
            || matches!(role, Some(Role::Source | Role::Product | Role::Channel));
        let mut feature = Feature {
            name: name.to_owned(),
            origin,
            encoding,
            reference: 0,
            speed,
        };
        let mut counts = vec![0_usize; feature.encoding.levels()];
        for &row in sample.rows {
            counts[feature.code_of_column(sample.leads, row).nearest() as usize] += 1;
        }
        if counts.iter().filter(|&&count| count > 0).count() < 2 {
            return self.leave_out(name, "constant", "has one value only".to_owned());
        }
        let most = counts.iter().copied().max().unwrap_or(0);
        feature.reference = counts.iter().position(|&count| count == most).unwrap_or(0) as u16;
        self.features.push(feature);
    }
}

impl Feature {
    /// What a level is called: a value, a range of numbers, a day of the week; empty for missing values.
    pub fn label(&self, level: usize) -> String {
        match (&self.origin, level.checked_sub(1)) {
            (Origin::DatePart(_, DatePart::Weekday), Some(day)) => {
                WEEKDAYS.get(day).copied().unwrap_or_default().to_owned()
            }
            _ => self.encoding.label(level),
        }
    }

    /// The code of the value that stands in the column, whenever it became known; missing for features that are not
    /// read from a column.
    pub(crate) fn code_of_column(&self, leads: &Leads, row: usize) -> Code {
        match &self.origin {
            Origin::Column(name) | Origin::AtContact(name) => match leads.table.get(name) {
                Some(Column::Number(values)) => self.encoding.number(values[row]),
                Some(Column::Text(category)) => category
                    .get(row)
                    .map_or(MISSING, |text| self.encoding.text(text)),
                Some(Column::Boolean(values)) => {
                    values[row].map_or(MISSING, |yes| Code::level(1 + u16::from(yes)))
                }
                _ => MISSING,
            },
            Origin::DatePart(name, part) => {
                let day = match leads.table.get(name) {
                    Some(Column::Date(days)) => days[row],
                    Some(Column::Moment(moments)) => moments[row].map(crate::domain::Moment::day),
                    _ => None,
                };
                day.map_or(MISSING, |day| {
                    self.encoding.number(f64::from(match part {
                        DatePart::Weekday => day.weekday(),
                        DatePart::Month => day.month().number(),
                    }))
                })
            }
            Origin::Stage | Origin::DaysInStage | Origin::Segment => MISSING,
        }
    }
}

/// Deviance that a feature alone explains of won against the rest, less its degrees of freedom.
fn told(feature: &Feature, sample: Sample<'_>) -> f64 {
    let mut cells = vec![[0.0_f64; 2]; feature.encoding.levels()];
    for &row in sample.rows {
        let won = sample.leads.outcome[row] == crate::domain::Outcome::Won;
        cells[feature.code_of_column(sample.leads, row).nearest() as usize][usize::from(won)] +=
            1.0;
    }
    let total = cells
        .iter()
        .fold([0.0, 0.0], |sum, cell| [sum[0] + cell[0], sum[1] + cell[1]]);
    let share = |won: usize| total[won] / (total[0] + total[1]);
    let deviance: f64 = (cells.iter())
        .flat_map(|cell| (0..2).map(move |won| (cell[won], (cell[0] + cell[1]), won)))
        .filter(|(count, _, _)| *count > 0.0)
        .map(|(count, size, won)| 2.0 * count * (count / (size * share(won))).ln())
        .sum();
    deviance - cells.len() as f64
}

fn role_of(leads: &Leads, column: &str) -> Option<Role> {
    leads
        .roles
        .iter()
        .find(|(_, name)| name.as_str() == column)
        .map(|(&role, _)| role)
}

/// Whether a column of whole numbers has (all but) another one in every lead, as a running number has.
fn names_leads(values: &[f64], rows: &[usize]) -> bool {
    let mut present: Vec<f64> = rows
        .iter()
        .map(|&row| values[row])
        .filter(|v| !v.is_nan())
        .collect();
    let n = present.len();
    if n < 200 || present.iter().any(|value| value.fract() != 0.0) {
        return false;
    }
    present.sort_by(f64::total_cmp);
    present.dedup();
    present.len() as f64 > 0.98 * n as f64
}

/// The levels with enough rows, or the number of distinct values if there are too many of them.
fn levels(category: &Category, rows: &[usize]) -> Result<Encoding, usize> {
    let mut counts = vec![0_usize; category.levels.len()];
    let mut present = 0_usize;
    for &row in rows {
        let code = category.codes[row];
        if code != domain::MISSING {
            counts[code as usize] += 1;
            present += 1;
        }
    }
    let distinct = counts.iter().filter(|&&count| count > 0).count();
    if distinct > 20 && distinct as f64 > NEAR_UNIQUE * present as f64 {
        return Err(distinct);
    }
    let mut order: Vec<usize> = (0..counts.len())
        .filter(|&level| counts[level] >= MIN_ROWS)
        .collect();
    order.sort_by_key(|&level| (std::cmp::Reverse(counts[level]), level));
    order.truncate(MAX_LEVELS);
    let mut kept: Vec<String> = order
        .into_iter()
        .map(|level| category.levels[level].clone())
        .collect();
    kept.sort();
    Ok(Encoding::Levels(kept))
}
