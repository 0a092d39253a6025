//! Blocks of rows -> codes, by a recipe that reads nothing but columns of the row.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use crate::domain::{Day, Mixer, Moment};
use crate::features::{Bins, Code, DatePart, Encoding, MISSING, Origin, Recipe};
use crate::read::{Chunk, Stream, Values};

/// Codes the rows of a stream.
pub struct BlockCoder<'a> {
    /// By feature: the place of its column in a chunk, and how its values become codes.
    features: Vec<(usize, How<'a>)>,
}

/// How the values of a column become codes.
enum How<'a> {
    Number(&'a Bins),
    Text {
        levels: HashMap<&'a [u8], Code, BuildHasherDefault<Mixer>>,
        other: Code,
    },
    Boolean,
    Part(&'a Bins, DatePart),
}

impl<'a> BlockCoder<'a> {
    /// A coder for a stream; none where a feature is not read from a column of the row alone.
    pub fn new(recipe: &'a Recipe, stream: &Stream<'_>) -> Option<Self> {
        let features = recipe.features.iter().map(|feature| {
            let (name, how) = match (&feature.origin, &feature.encoding) {
                (Origin::Column(name), Encoding::Bins(bins)) => (name, How::Number(bins)),
                (Origin::Column(name), Encoding::Levels(levels)) => {
                    (name, text(&feature.encoding, levels))
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
                (How::Number(bins), Values::Number(values, _)) => {
                    values.iter().for_each(|&value| put(bins.code(value)));
                }
                (How::Text { levels, other }, Values::Text(spans)) => {
                    spans.iter().for_each(|&span| {
                        let text = chunk.text(span);
                        put(if text.is_empty() {
                            MISSING
                        } else {
                            levels.get(text).copied().unwrap_or(*other)
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

fn text<'a>(encoding: &Encoding, levels: &'a [String]) -> How<'a> {
    How::Text {
        levels: levels
            .iter()
            .map(|level| (level.as_bytes(), encoding.text(level)))
            .collect(),
        other: Code::level(1 + levels.len() as u16),
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
