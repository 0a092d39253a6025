//! How each column becomes codes: learnt on training rows, stored with the model.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::{self, Category, Column, Day, Known, Leads, Role};
use crate::features::bins::MIN_ROWS;
use crate::features::target::{MANY_LEVELS, Target};
use crate::features::{
    ActivityFact, Bins, Code, MISSING, Pace, activity, bins, encode, parallel, screen,
};

/// Most levels of a text that are kept apart; the rest are pooled.
const MAX_LEVELS: usize = 100;
/// A text with more distinct values than this share of its rows names single leads, not kinds of leads.
const NEAR_UNIQUE: f64 = 0.2;
/// Wins that a bin of a number would have at the rate of all, at least.
const WINS_OF_A_BIN: f64 = 5.0;
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
    /// What was done about the lead so far.
    Activity(ActivityFact),
}

impl Origin {
    /// Whether the value can change during the life of a lead.
    pub const fn moves(&self) -> bool {
        matches!(
            self,
            Self::AtContact(_) | Self::Stage | Self::DaysInStage | Self::Activity(_)
        )
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
    /// A text of very many values: the frequent ones by level, the others by their share of wins.
    Target(Target),
    /// 1 no, 2 yes.
    Boolean,
}

impl Encoding {
    /// Number of levels, the missing one included.
    pub fn levels(&self) -> usize {
        match self {
            Self::Bins(bins) => bins.len() + 1,
            Self::Levels(levels) => levels.len() + 2,
            Self::Target(target) => target.levels(),
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
            Self::Target(target) => target.label(level),
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
            Self::Target(target) => target.text(value),
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
    /// How fast leads of a kind are usually won; days in a stage and since an activity are measured in it.
    #[serde(default)]
    pub pace: Pace,
}

/// By the position of a feature: a code for each lead, to be learnt from.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutOfFold(pub(super) BTreeMap<usize, Vec<Code>>);

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

impl Sample<'_> {
    /// Fewest rows of a bin: 30, and as many as bring 5 wins at the rate of all.
    fn least_of_a_bin(&self) -> usize {
        let for_wins = WINS_OF_A_BIN * self.rows.len() as f64 / self.won.max(1) as f64;
        MIN_ROWS.max(for_wins.ceil() as usize)
    }
}

impl Recipe {
    /// Learns a recipe. Columns that `screened` refuses are left out.
    pub fn learn(sample: Sample<'_>, screened: &screen::Screened) -> Self {
        let mut recipe = Self {
            features: Vec::new(),
            left_out: screened.refused.clone(),
            pace: Pace::default(),
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
            recipe.pace = Pace::learn(&recipe.features, sample);
            let paces = recipe.pace.of_leads(&recipe.features, sample.leads);
            recipe.add_stage(sample, &paces);
            recipe.features.extend(activity::features(sample, &paces));
            recipe.add_segment(sample);
        }
        recipe
    }

    /// Codes for learning from the leads `rows`, by the position of the feature: those of texts of very many values, whose
    /// share of wins must come from other leads than the one that is learnt from. All other codes are as always.
    pub(crate) fn out_of_fold(&self, leads: &Leads, rows: &[usize]) -> OutOfFold {
        let codes = |feature: &Feature| match (&feature.encoding, &feature.origin) {
            (Encoding::Target(_), Origin::Column(name) | Origin::AtContact(name)) => {
                match leads.table.get(name) {
                    Some(Column::Text(category)) => Some(Target::learn(leads, category, rows)?.1),
                    _ => None,
                }
            }
            _ => None,
        };
        let features = self.features.iter().enumerate();
        OutOfFold(
            features
                .filter_map(|(j, feature)| Some((j, codes(feature)?)))
                .collect(),
        )
    }

    /// Merges bins of a number: the cuts named fall away.
    pub(crate) fn merge_bins(&mut self, column: &str, cuts: &[f64], leads: &Leads, rows: &[usize]) {
        let Some(Column::Number(values)) = leads.table.get(column) else {
            return;
        };
        for feature in &mut self.features {
            let Encoding::Bins(bins) = &feature.encoding else {
                continue;
            };
            if feature.name != column {
                continue;
            }
            let merged = bins.without(cuts, rows.iter().map(|&row| values[row]));
            feature.encoding = Encoding::Bins(merged);
            feature.reference = feature.most_frequent(leads, rows).0;
        }
    }

    /// The same without any feature: what age alone can tell.
    #[must_use]
    pub fn without_features(&self) -> Self {
        Self {
            features: Vec::new(),
            left_out: self.left_out.clone(),
            pace: Pace::default(),
        }
    }

    pub(super) fn leave_out(&mut self, column: &str, code: &str, message: String) {
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
            Column::Number(values) => {
                let least = sample.least_of_a_bin();
                let bins = Bins::of_at_least(least, sample.rows.iter().map(|&row| values[row]));
                let direction = sample.leads.table.directions().get(name).copied();
                Some(Encoding::Bins(bins.directed(direction)))
            }
            Column::Text(category) => match levels(category, sample) {
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

    fn add_stage(&mut self, sample: Sample<'_>, paces: &[f64]) {
        let Some(stages) = &sample.leads.stages else {
            return;
        };
        let mut counts = vec![0_usize; stages.names.len()];
        let mut days = Vec::new();
        for &(row, day) in sample.moments {
            if let Some((stage, entered)) = stages.stage_as_of(row, day) {
                counts[stage as usize] += 1;
                days.push(f64::from(day - entered) / paces[row]);
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
        let speed = encoding.levels() <= 3
            || matches!(role, Some(Role::Source | Role::Product | Role::Channel));
        let mut feature = Feature {
            name: name.to_owned(),
            origin,
            encoding,
            reference: 0,
            speed,
        };
        let (reference, levels) = feature.most_frequent(sample.leads, sample.rows);
        if levels < 2 {
            let several = matches!(sample.leads.table.get(name), Some(Column::Text(of)) if of.levels.len() > 1);
            let why = if several {
                "has one value only that enough leads have to learn from"
            } else {
                "has one value only"
            };
            return self.leave_out(name, "constant", why.to_owned());
        }
        feature.reference = reference;
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

    /// The level that most rows have, the first of several, and how many levels there are rows of; of very many rows, some
    /// stand for all.
    fn most_frequent(&self, leads: &Leads, rows: &[usize]) -> (u16, usize) {
        let counts = encode::counts(self, leads, rows);
        let most = counts.iter().copied().max().unwrap_or(0);
        let first = counts.iter().position(|&count| count == most);
        let seen = counts.iter().filter(|&&count| count > 0).count();
        (first.unwrap_or(0) as u16, seen)
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
            Origin::Stage | Origin::DaysInStage | Origin::Segment | Origin::Activity(_) => MISSING,
        }
    }
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
    if (rows.iter()).any(|&row| !values[row].is_nan() && values[row].fract() != 0.0) {
        return false;
    }
    // Number of values, and of distinct ones, among at most so many of the rows.
    let count = |most: usize| {
        let present = (parallel::spread(rows.len(), most).map(|i| values[rows[i]]))
            .filter(|value| !value.is_nan());
        let mut present = bins::sorted(present);
        let n = present.len();
        present.dedup();
        (n, present.len())
    };
    let all_but = |(n, distinct): (usize, usize)| distinct as f64 > 0.98 * n as f64;
    // In a part of the leads values recur less often than in all: where they recur there, no full look is needed.
    let part = count(20_000);
    if part.0 >= 200 && !all_but(part) {
        return false;
    }
    let all = count(rows.len());
    all.0 >= 200 && all_but(all)
}

/// The levels with enough rows, or shares of wins where there are very many; the number of distinct values if they name
/// leads, not kinds of leads.
fn levels(category: &Category, sample: Sample<'_>) -> Result<Encoding, usize> {
    let rows = sample.rows;
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
    if distinct > MANY_LEVELS
        && let Some((target, _)) = Target::learn(sample.leads, category, rows)
    {
        return Ok(Encoding::Target(target));
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
