//! Typed columns: what a file of rows becomes, and what rules, features and scores run on.

use std::collections::{BTreeMap, HashMap};

use crate::domain::{Day, Direction, Moment};

/// The code of a missing category.
pub const MISSING: u32 = u32::MAX;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Numbers.
    Number,
    /// Text, coded by level.
    Text,
    /// Yes or no.
    Boolean,
    /// Civil dates.
    Date,
    /// Dates with a time of day.
    Moment,
}

impl Kind {
    /// The word that messages use: "a number", "text", ...
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "text",
            Self::Boolean => "yes or no",
            Self::Date => "a date",
            Self::Moment => "a date with a time",
        }
    }
}

/// Dictionary-coded text: `codes[row]` points into `levels`, which are distinct and sorted, so that codes do
/// not depend on the order of the rows; [`MISSING`] where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Category {
    /// One code a row.
    pub codes: Vec<u32>,
    /// The distinct values, sorted by bytes.
    pub levels: Vec<String>,
}

impl Category {
    /// The text of a row; none where missing.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.levels
            .get(self.codes[row] as usize)
            .map(String::as_str)
    }

    /// Codes a column of texts.
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut seen: HashMap<&'a str, u32> = HashMap::new();
        let mut levels: Vec<&'a str> = Vec::new();
        let mut codes = Vec::new();
        for text in texts {
            codes.push(text.map_or(MISSING, |text| {
                *seen.entry(text).or_insert_with(|| {
                    levels.push(text);
                    levels.len() as u32 - 1
                })
            }));
        }
        let mut category = Self {
            codes,
            levels: levels.into_iter().map(str::to_owned).collect(),
        };
        category.sort_levels();
        category
    }

    /// Sorts the levels and turns the codes with them.
    pub fn sort_levels(&mut self) {
        let mut order: Vec<u32> = (0..self.levels.len() as u32).collect();
        order.sort_by(|&a, &b| self.levels[a as usize].cmp(&self.levels[b as usize]));
        let mut turned = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            turned[old as usize] = new as u32;
        }
        self.levels = order
            .iter()
            .map(|&old| std::mem::take(&mut self.levels[old as usize]))
            .collect();
        for code in &mut self.codes {
            if *code != MISSING {
                *code = turned[*code as usize];
            }
        }
    }

    fn take(&self, rows: &[usize]) -> Self {
        let mut taken = Self {
            codes: rows.iter().map(|&row| self.codes[row]).collect(),
            levels: self.levels.clone(),
        };
        taken.drop_unused_levels();
        taken
    }

    fn into_rows(mut self, rows: &[usize]) -> Self {
        self.codes = rows.iter().map(|&row| self.codes[row]).collect();
        self.drop_unused_levels();
        self
    }

    fn drop_unused_levels(&mut self) {
        let mut used = vec![false; self.levels.len()];
        for &code in &self.codes {
            if code != MISSING {
                used[code as usize] = true;
            }
        }
        if used.iter().all(|&used| used) {
            return;
        }
        let mut turned = vec![MISSING; used.len()];
        let mut next = 0;
        for (old, &used) in used.iter().enumerate() {
            if used {
                turned[old] = next;
                next += 1;
            }
        }
        let mut keep = used.iter();
        self.levels
            .retain(|_| keep.next().copied().unwrap_or(false));
        for code in &mut self.codes {
            if *code != MISSING {
                *code = turned[*code as usize];
            }
        }
    }
}

/// One typed column.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers; NaN where missing.
    Number(Vec<f64>),
    /// Text by level.
    Text(Category),
    /// Yes or no.
    Boolean(Vec<Option<bool>>),
    /// Civil dates.
    Date(Vec<Option<Day>>),
    /// Dates with a time.
    Moment(Vec<Option<Moment>>),
}

impl Column {
    /// What it holds.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Number(_) => Kind::Number,
            Self::Text(_) => Kind::Text,
            Self::Boolean(_) => Kind::Boolean,
            Self::Date(_) => Kind::Date,
            Self::Moment(_) => Kind::Moment,
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Number(values) => values.len(),
            Self::Text(category) => category.codes.len(),
            Self::Boolean(values) => values.len(),
            Self::Date(values) => values.len(),
            Self::Moment(values) => values.len(),
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the value of a row is missing.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Number(values) => values[row].is_nan(),
            Self::Text(category) => category.codes[row] == MISSING,
            Self::Boolean(values) => values[row].is_none(),
            Self::Date(values) => values[row].is_none(),
            Self::Moment(values) => values[row].is_none(),
        }
    }

    /// Makes the value of a row missing.
    pub fn clear(&mut self, row: usize) {
        match self {
            Self::Number(values) => values[row] = f64::NAN,
            Self::Text(category) => category.codes[row] = MISSING,
            Self::Boolean(values) => values[row] = None,
            Self::Date(values) => values[row] = None,
            Self::Moment(values) => values[row] = None,
        }
    }

    /// The rows named, in that order. Levels that no row uses any more are dropped.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Self {
        match self {
            Self::Number(values) => Self::Number(rows.iter().map(|&row| values[row]).collect()),
            Self::Text(category) => Self::Text(category.take(rows)),
            Self::Boolean(values) => Self::Boolean(rows.iter().map(|&row| values[row]).collect()),
            Self::Date(values) => Self::Date(rows.iter().map(|&row| values[row]).collect()),
            Self::Moment(values) => Self::Moment(rows.iter().map(|&row| values[row]).collect()),
        }
    }

    /// The value of a row as a person would write it; empty where missing.
    pub fn display(&self, row: usize) -> String {
        match self {
            Self::Number(values) if values[row].is_nan() => String::new(),
            Self::Number(values) => values[row].to_string(),
            Self::Text(category) => category.get(row).unwrap_or_default().to_owned(),
            Self::Boolean(values) => values[row]
                .map_or("", |yes| if yes { "yes" } else { "no" })
                .to_owned(),
            Self::Date(values) => values[row].map(|day| day.to_string()).unwrap_or_default(),
            Self::Moment(values) => values[row]
                .map(|moment| moment.to_string())
                .unwrap_or_default(),
        }
    }
}

/// Named columns of the same length.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    rows: usize,
    names: Vec<String>,
    columns: Vec<Column>,
    directions: BTreeMap<String, Direction>,
}

impl Table {
    /// A table of `rows` rows without columns.
    pub const fn with_rows(rows: usize) -> Self {
        Self {
            rows,
            names: Vec::new(),
            columns: Vec::new(),
            directions: BTreeMap::new(),
        }
    }

    /// Number of rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a column, or replaces the one of that name.
    ///
    /// # Panics
    /// If its length is not the table's.
    pub fn insert(&mut self, name: impl Into<String>, column: Column) {
        let name = name.into();
        assert_eq!(
            column.len(),
            self.rows,
            "column `{name}` has another length than its table"
        );
        if let Some(i) = self.position(&name) {
            self.columns[i] = column;
        } else {
            self.names.push(name);
            self.columns.push(column);
        }
    }

    /// Declares which way a column of numbers may act on the chance to win.
    pub fn direct(&mut self, name: impl Into<String>, direction: Direction) {
        self.directions.insert(name.into(), direction);
    }

    /// The directions declared, by column.
    pub const fn directions(&self) -> &BTreeMap<String, Direction> {
        &self.directions
    }

    /// The position of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|candidate| candidate == name)
    }

    /// A column by name.
    pub fn get(&self, name: &str) -> Option<&Column> {
        self.position(name).map(|i| &self.columns[i])
    }

    /// A column by name, to change.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.position(name).map(|i| &mut self.columns[i])
    }

    /// The names, in the order of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Names and columns, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Column)> {
        self.names.iter().map(String::as_str).zip(&self.columns)
    }

    /// The rows named, in that order, without a second copy of the texts.
    #[must_use]
    pub fn into_rows(self, rows: &[usize]) -> Self {
        let into_rows = |column| match column {
            Column::Text(category) => Column::Text(category.into_rows(rows)),
            other => other.take(rows),
        };
        Self {
            rows: rows.len(),
            names: self.names,
            columns: self.columns.into_iter().map(into_rows).collect(),
            directions: self.directions,
        }
    }

    /// The rows named, in that order.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Self {
        Self {
            rows: rows.len(),
            names: self.names.clone(),
            columns: self
                .columns
                .iter()
                .map(|column| column.take(rows))
                .collect(),
            directions: self.directions.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_do_not_depend_on_the_order_of_the_rows() {
        let forward = Category::from_texts([Some("b"), None, Some("a")]);
        let backward = Category::from_texts([Some("a"), None, Some("b")]);
        assert_eq!(forward.levels, backward.levels);
        assert_eq!(forward.codes, vec![1, MISSING, 0]);
        assert_eq!(backward.codes, vec![0, MISSING, 1]);
    }

    #[test]
    fn taking_rows_drops_levels_that_no_row_uses() {
        let column = Column::Text(Category::from_texts([Some("b"), Some("a"), Some("c")]));
        let Column::Text(taken) = column.take(&[2, 0]) else {
            panic!("text stays text")
        };
        assert_eq!(taken.levels, ["b", "c"]);
        assert_eq!(taken.codes, [1, 0]);
    }
}
