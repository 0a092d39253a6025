//! Files as written: parsed once, walked with the place of every key and value, every fault collected.
//!
//! A [`Section`] remembers the keys that it was asked for; those are the known ones, and [`Section::finish`] refuses
//! all others.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::domain::{Day, Fault, Faults, Place};

use super::nearest::nearest;

/// A value of a TOML file with its place.
pub(crate) type Written<'d> = Spanned<DeValue<'d>>;

/// A file that a person wrote, with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file, as the user would type it.
    pub file: PathBuf,
    /// Its text.
    pub text: String,
}

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    /// `file-not-found` or `file-not-readable`, without a place as no line of a file is at fault; `not-utf8`.
    pub fn read(file: &Path) -> Result<Self, Faults> {
        let bytes = std::fs::read(file).map_err(|error| {
            Faults(vec![match error.kind() {
                std::io::ErrorKind::NotFound => Fault::error(
                    "file-not-found",
                    format!("there is no file `{}`", file.display()),
                )
                .hint("check the spelling and the folder that you are in"),
                _ => Fault::error(
                    "file-not-readable",
                    format!("`{}` cannot be read: {error}", file.display()),
                ),
            }])
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let good = String::from_utf8_lossy(&error.as_bytes()[..at]).into_owned();
            let fault = Fault::error("not-utf8", "from here on the file is not UTF-8 text")
                .at(Place::new(file, &good, at..at))
                .hint("save it again with the encoding UTF-8 (Notepad: Save as, Encoding)");
            Faults(vec![fault])
        })?;
        Ok(Self {
            file: file.to_path_buf(),
            text,
        })
    }

    /// The place of a byte range of the text.
    pub fn place(&self, span: Range<usize>) -> Place {
        Place::new(&self.file, &self.text, span)
    }

    /// Parses the whole text.
    ///
    /// # Errors
    /// `toml-syntax`, alone: behind a broken line nothing can be trusted.
    pub(crate) fn parse(&self) -> Result<Spanned<DeTable<'_>>, Faults> {
        DeTable::parse(&self.text).map_err(|error| {
            let hint = if error.message().contains("duplicate") {
                "this name is given twice: keep one of them"
            } else {
                "look for a missing quote, bracket, comma or `=` on this line or the one before; text stands in quotes"
            };
            let what = error.message().lines().collect::<Vec<_>>().join("; ");
            let fault = Fault::error("toml-syntax", format!("this is not TOML: {what}"))
                .at(self.place(error.span().unwrap_or(0..0)))
                .hint(hint);
            Faults(vec![fault])
        })
    }
}

/// A value and its byte range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Range<usize>,
}

/// A walk over one file, with the faults found so far.
#[derive(Debug)]
pub(crate) struct Walk<'d> {
    pub(crate) source: &'d Source,
    faults: RefCell<Vec<Fault>>,
}

impl<'d> Walk<'d> {
    pub(crate) fn new(source: &'d Source) -> Self {
        Self {
            source,
            faults: RefCell::default(),
        }
    }

    /// Notes an error at a byte range; an empty hint is none.
    pub(crate) fn error(
        &self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let mut fault = Fault::error(code, message).at(self.source.place(span));
        fault.hint = Some(hint.into()).filter(|hint| !hint.is_empty());
        self.push(fault);
    }

    /// Notes a fault.
    pub(crate) fn push(&self, fault: Fault) {
        self.faults.borrow_mut().push(fault);
    }

    /// How many faults were noted so far.
    pub(crate) fn count(&self) -> usize {
        self.faults.borrow().len()
    }

    /// The faults, in the order of their places.
    pub(crate) fn into_faults(self) -> Faults {
        Faults(self.faults.into_inner()).sorted()
    }

    fn wrong_type(&self, name: &str, expected: &str, value: &Written<'_>) {
        let hint = match (expected, value.get_ref()) {
            ("text", DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_)) => {
                "write it in quotes"
            }
            ("a number" | "a whole number", DeValue::String(_)) => "write it without quotes",
            ("true or false", DeValue::String(_)) => "write true or false, without quotes",
            _ => "",
        };
        self.error(
            "wrong-type",
            value.span(),
            format!(
                "`{name}` must be {expected}, found {}",
                noun(value.get_ref())
            ),
            hint,
        );
    }

    /// A value as text that is not empty.
    pub(crate) fn text(&self, name: &str, value: &Written<'_>) -> Option<At<String>> {
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_type(name, "text", value);
            return None;
        };
        if text.trim().is_empty() {
            self.error(
                "empty-text",
                value.span(),
                format!("`{name}` is empty"),
                "write a value, or delete the line",
            );
            return None;
        }
        Some(At {
            value: text.clone().into_owned(),
            span: value.span(),
        })
    }

    /// A value as a finite number.
    pub(crate) fn number(&self, name: &str, value: &Written<'_>) -> Option<At<f64>> {
        let number = match value.get_ref() {
            DeValue::Integer(integer) => whole(integer).map(|whole| whole as f64),
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => {
                self.wrong_type(name, "a number", value);
                return None;
            }
        };
        let Some(number) = number.filter(|number: &f64| number.is_finite()) else {
            self.error(
                "out-of-range",
                value.span(),
                format!("`{name}` is not a number that can be counted with"),
                "write a plain number such as 12 or 0.5",
            );
            return None;
        };
        Some(At {
            value: number,
            span: value.span(),
        })
    }

    /// A value as a table.
    pub(crate) fn table<'w>(
        &'w self,
        name: &str,
        value: &'w Written<'d>,
    ) -> Option<Section<'w, 'd>> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(name, "a table", value);
            return None;
        };
        Some(Section::new(self, name, table, value.span()))
    }
}

/// What a value is, in the words of messages.
pub(crate) fn noun(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A whole number; none beyond 64 bits.
pub(crate) fn whole(integer: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// One table of a file; it knows which keys it was asked for.
#[derive(Debug)]
pub(crate) struct Section<'w, 'd> {
    pub(crate) walk: &'w Walk<'d>,
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
    table: &'w DeTable<'d>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'w, 'd> Section<'w, 'd> {
    pub(crate) fn new(
        walk: &'w Walk<'d>,
        name: &str,
        table: &'w DeTable<'d>,
        span: Range<usize>,
    ) -> Self {
        Self {
            walk,
            name: name.to_owned(),
            span,
            table,
            asked: RefCell::default(),
        }
    }

    /// The name of a key for messages: `leads.id`.
    pub(crate) fn path(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    /// A value by key.
    pub(crate) fn get(&self, key: &'static str) -> Option<&'w Written<'d>> {
        self.asked.borrow_mut().insert(key);
        self.table.get(key)
    }

    /// Keys (with their places) and values, in the order of the file.
    pub(crate) fn entries(&self) -> Vec<(At<String>, &'w Written<'d>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| {
                let at = At {
                    value: key.get_ref().clone().into_owned(),
                    span: key.span(),
                };
                (at, value)
            })
            .collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        entries
    }

    /// Whether a key is there, without asking for it.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Text by key, if there.
    pub(crate) fn text(&self, key: &'static str) -> Option<At<String>> {
        self.walk.text(&self.path(key), self.get(key)?)
    }

    /// Text by key, else what is written there by default.
    pub(crate) fn text_or(&self, key: &'static str, default: &str) -> String {
        self.text(key)
            .map_or_else(|| default.to_owned(), |text| text.value)
    }

    /// Text by key; a fault if it is not there.
    pub(crate) fn need_text(&self, key: &'static str, hint: &str) -> Option<At<String>> {
        if !self.has(key) {
            self.missing(key, hint);
        }
        self.text(key)
    }

    /// Notes that a key is missing.
    pub(crate) fn missing(&self, key: &str, hint: &str) {
        self.walk.error(
            "missing-key",
            self.span.clone(),
            format!("`{}` is missing", self.path(key)),
            hint,
        );
    }

    /// A number between two bounds by key; `low` itself is refused if `open`.
    pub(crate) fn number_in(
        &self,
        key: &'static str,
        (low, high, open): (f64, f64, bool),
    ) -> Option<f64> {
        let number = self.walk.number(&self.path(key), self.get(key)?)?;
        if number.value < low || number.value > high || (open && number.value == low) {
            let range = if open {
                format!("above {low} and at most {high}")
            } else {
                format!("between {low} and {high}")
            };
            self.walk.error(
                "out-of-range",
                number.span,
                format!(
                    "`{}` must be {range}, found {}",
                    self.path(key),
                    number.value
                ),
                "a share is written as a fraction: 0.4 for 40 %",
            );
            return None;
        }
        Some(number.value)
    }

    /// A whole number between two bounds by key.
    pub(crate) fn whole_in(&self, key: &'static str, low: i32, high: i32) -> Option<i32> {
        let number = self.walk.number(&self.path(key), self.get(key)?)?;
        if number.value.fract() != 0.0
            || number.value < f64::from(low)
            || number.value > f64::from(high)
        {
            self.walk.error(
                "out-of-range",
                number.span,
                format!(
                    "`{}` must be a whole number from {low} to {high}, found {}",
                    self.path(key),
                    number.value
                ),
                "",
            );
            return None;
        }
        Some(number.value as i32)
    }

    /// A list of texts by key; one text stands for a list of one.
    pub(crate) fn texts(&self, key: &'static str) -> Option<Vec<At<String>>> {
        let value = self.get(key)?;
        let name = self.path(key);
        match value.get_ref() {
            DeValue::Array(items) => Some(
                items
                    .iter()
                    .filter_map(|item| self.walk.text(&name, item))
                    .collect(),
            ),
            DeValue::String(_) => Some(self.walk.text(&name, value).into_iter().collect()),
            _ => {
                self.walk.wrong_type(&name, "a list of texts", value);
                None
            }
        }
    }

    /// A table by key, placed at its key.
    pub(crate) fn section(&self, key: &'static str) -> Option<Section<'w, 'd>> {
        let value = self.get(key)?;
        let mut section = self.walk.table(&self.path(key), value)?;
        if let Some((key, _)) = self.table.get_key_value(key) {
            section.span = key.span();
        }
        Some(section)
    }

    /// The tables of a list by key; one table stands for a list of one.
    pub(crate) fn sections(&self, key: &'static str) -> Vec<Section<'w, 'd>> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let name = self.path(key);
        match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .filter_map(|item| self.walk.table(&name, item))
                .collect(),
            _ => self.walk.table(&name, value).into_iter().collect(),
        }
    }

    /// One of a few words by key; `choices` gives each with its meaning.
    pub(crate) fn choice<T: Copy>(
        &self,
        key: &'static str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let text = self.text(key)?;
        let found = choices.iter().find(|(word, _)| *word == text.value);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.walk.error(
                "unknown-choice",
                text.span,
                format!("`{}` cannot be \"{}\"", self.path(key), text.value),
                one_of(&text.value, &words),
            );
        }
        found.map(|(_, meaning)| *meaning)
    }

    /// Refuses every key that nobody asked for.
    pub(crate) fn finish(self) {
        self.finish_with(|_| None);
    }

    /// Refuses every key that nobody asked for; `home` may say where such a key belongs.
    pub(crate) fn finish_with(self, home: impl Fn(&str) -> Option<String>) {
        let asked = self.asked.borrow();
        for (key, _) in self.entries() {
            if asked.contains(key.value.as_str()) {
                continue;
            }
            let known: Vec<&str> = asked.iter().copied().collect();
            let hint = home(&key.value).unwrap_or_else(|| one_of(&key.value, &known));
            let place = if self.name.is_empty() {
                "here".to_owned()
            } else {
                format!("in [{}]", self.name)
            };
            self.walk.error(
                "unknown-key",
                key.span,
                format!("`{}` means nothing {place}", key.value),
                hint,
            );
        }
    }
}

/// A date by key, written as text or as a TOML date.
pub(crate) fn day(section: &Section<'_, '_>, key: &'static str) -> Option<Day> {
    let value = section.get(key)?;
    let text = match value.get_ref() {
        DeValue::Datetime(datetime) => datetime.to_string(),
        _ => section.walk.text(&section.path(key), value)?.value,
    };
    let day = text.parse::<Day>().ok();
    if day.is_none() {
        section.walk.error(
            "bad-date",
            value.span(),
            format!("`{}` cannot read \"{text}\" as a date", section.path(key)),
            "write year, month and day: \"2026-07-01\"",
        );
    }
    day
}

/// "did you mean ...?", or the words to choose from.
pub(crate) fn one_of(found: &str, words: &[&str]) -> String {
    nearest(found, words.iter().copied()).map_or_else(
        || {
            let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("possible here: {}", quoted.join(", "))
        },
        |word| format!("did you mean `{word}`?"),
    )
}
