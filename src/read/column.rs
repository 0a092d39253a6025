//! Columns while they are being read: values are pushed row by row, and what does not fit is counted or refused.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use crate::domain::{Category, Column, Day, Kind, MISSING, Mixer, Moment};
use crate::read::numbers;
use crate::read::values::{self, Tally, Unfit, ValueReader};

/// The time of a row that has none.
pub(super) const NO_TIME: i64 = i64::MIN;
const SECONDS_PER_DAY: i64 = 86_400;

/// What is asked of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    /// Not wanted.
    Ignore,
    /// The kind that its values have.
    Guess,
    /// Text, whatever the values; `keep` are texts that are values here even if they are words for missing.
    Text {
        /// Texts that are never missing.
        keep: Vec<String>,
    },
    /// Numbers, with a currency sign or without.
    Money,
    /// Yes or no.
    YesNo,
    /// Dates, with a time of day or without, of years in which something can be sold.
    Time,
    /// A kind that the project declares for a column without a role.
    Declared(Kind),
}

impl Ask {
    /// Whether a row whose value does not fit is set aside.
    pub(super) const fn strict(&self) -> bool {
        matches!(
            self,
            Self::Money | Self::YesNo | Self::Time | Self::Declared(_)
        )
    }
}

/// A value that did not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stray {
    /// Row of the column.
    pub(super) row: usize,
    /// The value.
    pub(super) value: String,
}

/// Values of a column that did not fit and were taken as missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Strays {
    pub(super) count: u64,
    pub(super) first: Option<Stray>,
}

/// A column while it is being read.
pub(super) struct Builder {
    values: Growing,
    pub(super) strays: Strays,
    /// Values there, strays among them.
    pub(super) filled: u64,
    /// Whether a value ruled the guessed kind out, however few such values there are.
    pub(super) ruled_out: bool,
    /// Currency signs seen.
    pub(super) signs: Vec<char>,
    ask: Ask,
}

enum Growing {
    Nothing,
    Number(Vec<f64>),
    Boolean(Vec<Option<bool>>),
    Time(Vec<i64>),
    Text(Dictionary),
}

impl Builder {
    /// A column for what is asked; `guess` is the kind to try where nothing is.
    pub(super) fn new(ask: &Ask, guess: Kind) -> Self {
        let kind = match ask {
            Ask::Ignore => None,
            Ask::Guess => Some(guess),
            Ask::Text { .. } => Some(Kind::Text),
            Ask::Money => Some(Kind::Number),
            Ask::YesNo => Some(Kind::Boolean),
            Ask::Time => Some(Kind::Moment),
            Ask::Declared(kind) => Some(*kind),
        };
        let keep = match ask {
            Ask::Text { keep } => keep.iter().map(|word| word.trim().into()).collect(),
            _ => Vec::new(),
        };
        Self {
            values: match kind {
                None => Growing::Nothing,
                Some(Kind::Number) => Growing::Number(Vec::new()),
                Some(Kind::Boolean) => Growing::Boolean(Vec::new()),
                Some(Kind::Date | Kind::Moment) => Growing::Time(Vec::new()),
                Some(Kind::Text) => Growing::Text(Dictionary::new(keep)),
            },
            strays: Strays::default(),
            filled: 0,
            ruled_out: false,
            signs: Vec::new(),
            ask: ask.clone(),
        }
    }

    /// Adds the value of the next row, as it stands in the file. What does not fit becomes missing and is given back.
    pub(super) fn push(&mut self, field: &[u8], reader: &ValueReader<'_>) -> Result<(), Unfit> {
        let text = trim(field);
        let unfit = match &mut self.values {
            Growing::Nothing => return Ok(()),
            Growing::Text(dictionary) => {
                dictionary.push(text, reader);
                return Ok(());
            }
            Growing::Number(numbers) => {
                if let Some(number) = reader.quick_number(text) {
                    numbers.push(number);
                    self.filled += 1;
                    return Ok(());
                }
                let guess = self.ask == Ask::Guess;
                self.ruled_out |= guess && numbers::is_code(text);
                let money = self.ask == Ask::Money;
                let number = if money {
                    reader.money(text)
                } else {
                    reader.number(text, !guess)
                };
                match number {
                    Ok(Some(amount)) if money && amount.value.abs() > values::MOST_MONEY => {
                        numbers.push(f64::NAN);
                        Unfit::Absurd
                    }
                    Ok(amount) => {
                        numbers.push(amount.map_or(f64::NAN, |amount| amount.value));
                        self.filled += u64::from(amount.is_some());
                        if let Some(sign) = amount.and_then(|amount| amount.sign)
                            && !self.signs.contains(&sign)
                        {
                            self.signs.push(sign);
                        }
                        return Ok(());
                    }
                    Err(unfit) => {
                        numbers.push(f64::NAN);
                        unfit
                    }
                }
            }
            Growing::Boolean(booleans) => match reader.boolean(text) {
                Ok(boolean) => {
                    booleans.push(boolean);
                    self.filled += u64::from(boolean.is_some());
                    return Ok(());
                }
                Err(unfit) => {
                    booleans.push(None);
                    self.ruled_out = true;
                    unfit
                }
            },
            Growing::Time(times) => {
                let time = match &self.ask {
                    Ask::Guess => reader.guessed_time(text),
                    ask => reader.strict_time(text, *ask == Ask::Time),
                };
                match time {
                    Ok(time) => {
                        times.push(time.unwrap_or(NO_TIME));
                        self.filled += u64::from(time.is_some());
                        return Ok(());
                    }
                    Err(unfit) => {
                        times.push(NO_TIME);
                        unfit
                    }
                }
            }
        };
        self.filled += 1;
        self.strays.count += 1;
        Err(unfit)
    }

    /// Remembers the first value that did not fit.
    pub(super) fn note_stray(&mut self, row: usize, field: &[u8]) {
        self.strays.first.get_or_insert_with(|| Stray {
            row,
            value: String::from_utf8_lossy(trim(field)).into_owned(),
        });
    }

    /// Takes the rows from `rows` on back.
    pub(super) fn truncate(&mut self, rows: usize) {
        match &mut self.values {
            Growing::Nothing => {}
            Growing::Number(values) => values.truncate(rows),
            Growing::Boolean(values) => values.truncate(rows),
            Growing::Time(values) => values.truncate(rows),
            Growing::Text(dictionary) => dictionary.codes.truncate(rows),
        }
    }

    /// Whether the kind that was tried turned out wrong over the whole column.
    pub(super) fn wrong_guess(&self) -> bool {
        Self::guess_fails(&self.ask, self.filled, self.strays.count, self.ruled_out)
    }

    /// Whether a guess fails on a column of so many values, of which so many did not fit.
    pub(super) fn guess_fails(ask: &Ask, filled: u64, strays: u64, ruled_out: bool) -> bool {
        let holds = strays == 0 || values::mostly(filled - strays, filled);
        *ask == Ask::Guess && (ruled_out || !holds)
    }

    /// The numbers so far, if it holds numbers; NaN where missing.
    pub(super) fn numbers(&self) -> Option<&[f64]> {
        match &self.values {
            Growing::Number(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// Yes or no so far, if that is what it holds.
    pub(super) fn booleans(&self) -> Option<&[Option<bool>]> {
        match &self.values {
            Growing::Boolean(booleans) => Some(booleans),
            _ => None,
        }
    }

    /// The civil seconds so far, if it holds dates; [`NO_TIME`] where missing.
    pub(super) fn times(&self) -> Option<&[i64]> {
        match &self.values {
            Growing::Time(times) => Some(times),
            _ => None,
        }
    }

    /// The finished column, with what was taken as missing in it; none if it was not wanted.
    pub(super) fn finish(self, reader: &ValueReader<'_>) -> Option<(Column, Strays, bool)> {
        let column = match self.values {
            Growing::Nothing => return None,
            Growing::Number(numbers) => Column::Number(numbers),
            Growing::Boolean(booleans) => Column::Boolean(booleans),
            Growing::Time(times) => times_column(times, self.ask == Ask::Declared(Kind::Date)),
            Growing::Text(dictionary) if self.ask == Ask::Guess => {
                return Some(dictionary.into_guessed(reader));
            }
            Growing::Text(dictionary) => Column::Text(dictionary.into_category()),
        };
        Some((column, self.strays, false))
    }
}

/// Dates if no value has a time of day other than midnight, else moments.
fn times_column(times: Vec<i64>, only_days: bool) -> Column {
    let whole_days = times
        .iter()
        .all(|&time| time == NO_TIME || time.rem_euclid(SECONDS_PER_DAY) == 0);
    let there = |time: i64| (time != NO_TIME).then(|| Moment::from_seconds(time));
    if only_days || whole_days {
        let day = |time| there(time).map(Moment::day);
        Column::Date(times.into_iter().map(day).collect::<Vec<Option<Day>>>())
    } else {
        Column::Moment(times.into_iter().map(there).collect())
    }
}

/// Blanks around a value are no part of it; those of other scripts neither.
pub(super) fn trim(field: &[u8]) -> &[u8] {
    let field = field.trim_ascii();
    let outside_ascii = |byte: Option<&u8>| byte.is_some_and(|byte| *byte >= 0x80);
    if outside_ascii(field.first()) || outside_ascii(field.last()) {
        return std::str::from_utf8(field).map_or(field, |text| text.trim().as_bytes());
    }
    field
}

/// Texts coded in the order in which they first appear.
struct Dictionary {
    codes: Vec<u32>,
    seen: HashMap<Box<[u8]>, u32, BuildHasherDefault<Mixer>>,
    levels: u32,
    keep: Vec<Box<str>>,
}

impl Dictionary {
    fn new(keep: Vec<Box<str>>) -> Self {
        Self {
            codes: Vec::new(),
            seen: HashMap::default(),
            levels: 0,
            keep,
        }
    }

    fn push(&mut self, text: &[u8], reader: &ValueReader<'_>) {
        if text.is_empty() {
            self.codes.push(MISSING);
            return;
        }
        if let Some(&code) = self.seen.get(text) {
            self.codes.push(code);
            return;
        }
        let kept = self.keep.iter().any(|word| word.as_bytes() == text);
        let code = if !kept && reader.is_missing_word(text) {
            MISSING
        } else {
            self.levels += 1;
            self.levels - 1
        };
        self.seen.insert(text.into(), code);
        self.codes.push(code);
    }

    /// As text, levels sorted; texts that only refused rows had are gone.
    fn into_category(self) -> Category {
        let mut levels = vec![String::new(); self.levels as usize];
        for (text, code) in self.seen {
            if code != MISSING {
                // A row with other bytes than UTF-8 text is never pushed.
                levels[code as usize] = String::from_utf8(text.into_vec()).unwrap_or_default();
            }
        }
        let mut category = Category {
            codes: self.codes,
            levels,
        };
        category.sort_levels();
        category
    }

    /// As the kind that its values have, decided over all of them; and whether they are dates but for the order of day
    /// and month.
    fn into_guessed(self, reader: &ValueReader<'_>) -> (Column, Strays, bool) {
        let mut counts = vec![0_u64; self.levels as usize];
        for &code in &self.codes {
            if code != MISSING {
                counts[code as usize] += 1;
            }
        }
        let mut tally = Tally::default();
        for (text, &code) in &self.seen {
            if code != MISSING && counts[code as usize] > 0 {
                tally.add(reader.shape(text), counts[code as usize]);
            }
        }
        let category = self.into_category();
        let (column, strays) = match tally.kind() {
            Kind::Text => (Column::Text(category), Strays::default()),
            kind => convert(&category, kind, reader),
        };
        let unordered = matches!(column, Column::Text(_)) && tally.lacks_date_order();
        (column, strays, unordered)
    }
}

/// Text turned into another kind, level by level.
fn convert(category: &Category, kind: Kind, reader: &ValueReader<'_>) -> (Column, Strays) {
    let mut levels = Builder::new(&Ask::Guess, kind);
    let misfits: Vec<bool> = category
        .levels
        .iter()
        .map(|text| levels.push(text.as_bytes(), reader).is_err())
        .collect();
    let mut strays = Strays::default();
    for (row, &code) in category.codes.iter().enumerate() {
        if code != MISSING && misfits[code as usize] {
            strays.count += 1;
            strays.first.get_or_insert_with(|| Stray {
                row,
                value: category.levels[code as usize].clone(),
            });
        }
    }
    let codes = &category.codes;
    let column = match levels.values {
        Growing::Number(values) => Column::Number(spread(codes, &values, f64::NAN)),
        Growing::Boolean(values) => Column::Boolean(spread(codes, &values, None)),
        Growing::Time(values) => times_column(spread(codes, &values, NO_TIME), false),
        Growing::Text(_) | Growing::Nothing => Column::Text(category.clone()),
    };
    (column, strays)
}

fn spread<T: Copy>(codes: &[u32], values: &[T], missing: T) -> Vec<T> {
    codes
        .iter()
        .map(|&code| values.get(code as usize).copied().unwrap_or(missing))
        .collect()
}
