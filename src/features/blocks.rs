//! Blocks of rows -> codes, by a recipe that reads nothing but columns of the row.

use std::collections::HashMap;

use crate::domain::{Day, Moment, word_of};
use crate::features::{Bins, Code, DatePart, Encoding, MISSING, Origin, Recipe};
use crate::read::{Chunk, Stream, Values};

/// Whole numbers from 0 to this have their codes ready.
const SMALL: usize = 1024;

/// Codes the rows of a stream.
pub struct BlockCoder<'a> {
    /// By feature: the place of its column in a chunk, and how its values become codes.
    features: Vec<(usize, How<'a>)>,
}

/// How the values of a column become codes.
enum How<'a> {
    /// With the codes of small whole numbers.
    Number(&'a Bins, Vec<Code>),
    Text(Lookup<'a>),
    Target(&'a Encoding),
    Boolean,
    Part(&'a Bins, DatePart),
}

impl<'a> BlockCoder<'a> {
    /// A coder for a stream; none where a feature is not read from a column of the row alone.
    pub fn new(recipe: &'a Recipe, stream: &Stream<'_>) -> Option<Self> {
        let features = recipe.features.iter().map(|feature| {
            let (name, how) = match (&feature.origin, &feature.encoding) {
                (Origin::Column(name), Encoding::Bins(bins)) => {
                    let small = (0..SMALL).map(|value| bins.code(value as f64)).collect();
                    (name, How::Number(bins, small))
                }
                (Origin::Column(name), Encoding::Levels(levels)) => {
                    (name, How::Text(Lookup::new(&feature.encoding, levels)))
                }
                (Origin::Column(name), Encoding::Target(_)) => {
                    (name, How::Target(&feature.encoding))
                }
                (Origin::Column(name), Encoding::Boolean) => (name, How::Boolean),
                (Origin::DatePart(name, part), Encoding::Bins(bins)) => {
                    (name, How::Part(bins, *part))
                }
                _ => return None,
            };
            Some((stream.column(name)?, how))
        });
        Some(Self {
            features: features.collect::<Option<_>>()?,
        })
    }

    /// The place of a feature's column among the values of a chunk.
    pub fn column(&self, feature: usize) -> usize {
        self.features[feature].0
    }

    /// The codes of all rows, row by row. Where a column holds something else than the recipe learnt, they are missing.
    pub fn codes(&self, chunk: &Chunk) -> Vec<Code> {
        let width = self.features.len();
        let mut codes = vec![MISSING; width * chunk.rows()];
        for (j, (column, how)) in self.features.iter().enumerate() {
            let mut places = codes.iter_mut().skip(j).step_by(width.max(1));
            let mut put = |code: Code| {
                if let Some(place) = places.next() {
                    *place = code;
                }
            };
            match (how, chunk.values(*column)) {
                (How::Number(bins, small), Values::Number(values, _)) => {
                    values.iter().for_each(|&value| {
                        // What is no small whole number comes back as another one.
                        let whole = value as usize;
                        put(match small.get(whole) {
                            Some(&code) if whole as f64 == value => code,
                            _ => bins.code(value),
                        });
                    });
                }
                (How::Text(lookup), Values::Text(spans)) => {
                    spans
                        .iter()
                        .for_each(|&span| put(lookup.code(chunk.text(span))));
                }
                (How::Target(encoding), Values::Text(spans)) => {
                    spans.iter().for_each(|&span| {
                        let text = std::str::from_utf8(chunk.text(span)).unwrap_or_default();
                        put(if text.is_empty() {
                            MISSING
                        } else {
                            encoding.text(text)
                        });
                    });
                }
                (How::Boolean, Values::Boolean(values)) => {
                    let code = |yes: bool| Code::level(1 + u16::from(yes));
                    values.iter().for_each(|yes| put(yes.map_or(MISSING, code)));
                }
                (How::Part(bins, part), Values::Time(times)) => {
                    times
                        .iter()
                        .for_each(|&time| put(part_code(bins, *part, time)));
                }
                _ => {}
            }
        }
        codes
    }
}

/// The codes of texts.
struct Lookup<'a> {
    /// Texts of at most sixteen bytes, told by their length and their first and last eight bytes, which are all of them;
    /// a power of two of places, at most a quarter of them taken.
    short: Vec<Option<(usize, u64, u64, Code)>>,
    long: HashMap<&'a [u8], Code>,
    other: Code,
}

impl<'a> Lookup<'a> {
    fn new(encoding: &Encoding, levels: &'a [String]) -> Self {
        let mut lookup = Self {
            short: vec![None; (4 * levels.len() + 4).next_power_of_two()],
            long: HashMap::new(),
            other: Code::level(1 + levels.len() as u16),
        };
        for level in levels {
            let (text, code) = (level.as_bytes(), encoding.text(level));
            if text.len() > 16 {
                lookup.long.insert(text, code);
                continue;
            }
            let (first, last, mut place) = lookup.place(text);
            while lookup.short[place].is_some() {
                place = (place + 1) & (lookup.short.len() - 1);
            }
            lookup.short[place] = Some((text.len(), first, last, code));
        }
        lookup
    }

    /// First and last eight bytes of a text, and where to look for it.
    #[inline]
    fn place(&self, text: &[u8]) -> (u64, u64, usize) {
        let (first, last) = (
            word_of(text),
            word_of(&text[text.len().saturating_sub(8)..]),
        );
        let mixed = (first ^ last.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let place = (mixed >> 40) as usize & (self.short.len() - 1);
        (first, last, place)
    }

    #[inline]
    fn code(&self, text: &[u8]) -> Code {
        if text.is_empty() {
            return MISSING;
        }
        if text.len() > 16 {
            return self.long.get(text).copied().unwrap_or(self.other);
        }
        let (first, last, mut place) = self.place(text);
        while let Some((length, a, b, code)) = self.short[place] {
            if (length, a, b) == (text.len(), first, last) {
                return code;
            }
            place = (place + 1) & (self.short.len() - 1);
        }
        self.other
    }
}

impl DatePart {
    /// The part of a day, as a person would write it.
    pub(crate) fn of(self, day: Day) -> &'static str {
        const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        const MONTHS: [&str; 12] = [
            "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12",
        ];
        match self {
            Self::Weekday => WEEKDAYS[day.weekday() as usize],
            Self::Month => MONTHS[day.month().number() as usize - 1],
        }
    }

    /// The same of civil seconds; empty where missing.
    pub fn shown(self, seconds: i64) -> &'static str {
        if seconds == Values::NO_TIME {
            return "";
        }
        self.of(Moment::from_seconds(seconds).day())
    }
}

fn part_code(bins: &Bins, part: DatePart, seconds: i64) -> Code {
    if seconds == Values::NO_TIME {
        return MISSING;
    }
    let day = Moment::from_seconds(seconds).day();
    bins.code(f64::from(match part {
        DatePart::Weekday => day.weekday(),
        DatePart::Month => day.month().number(),
    }))
}
