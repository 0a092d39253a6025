//! What a model was learnt from, as one short text: equal texts, equal data.

use crate::domain::{Column, Leads};
use crate::segment::Rules;

/// Raised whenever the same data would give another model: a model made the old way is not taken for a fresh one.
const METHOD: i64 = 5;

/// FNV-1a, 64 bits: the same on every machine and in every version of Rust.
#[derive(Debug, Clone, Copy)]
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        // A mark between values, so that "ab","c" differs from "a","bc".
        self.0 = (self.0 ^ 0xff).wrapping_mul(0x0100_0000_01b3);
    }

    fn number(&mut self, number: i64) {
        self.0 = (self.0 ^ number as u64).wrapping_mul(0x0100_0000_01b3);
        self.0 ^= self.0 >> 29;
    }
}

/// The fingerprint of leads (whose order in the file does not matter: they are sorted), rules, day and seed.
pub(super) fn fingerprint(leads: &Leads, rules: Option<&Rules>, seed: u64) -> String {
    let mut hash = Fnv::new();
    hash.bytes(env!("CARGO_PKG_VERSION").as_bytes());
    hash.number(METHOD);
    hash.number(seed as i64);
    hash.number(i64::from(leads.as_of.epoch_days()));
    for row in 0..leads.len() {
        hash.bytes(leads.ids[row].as_bytes());
        hash.number(leads.outcome[row] as i64);
        for day in [leads.created[row], leads.closed[row], leads.contacted[row]] {
            hash.number(day.map_or(i64::MIN, |day| i64::from(day.epoch_days())));
        }
    }
    for (name, column) in leads.table.iter() {
        hash.bytes(name.as_bytes());
        hash.bytes(format!("{:?}", leads.known.get(name)).as_bytes());
        hash_column(&mut hash, column);
    }
    hash.bytes(format!("{:?}", leads.table.directions()).as_bytes());
    hash.bytes(format!("{:?}", leads.roles).as_bytes());
    if let Some(stages) = &leads.stages {
        stages
            .names
            .iter()
            .for_each(|name| hash.bytes(name.as_bytes()));
        stages
            .stage
            .iter()
            .for_each(|&stage| hash.number(i64::from(stage)));
        hash_timeline(&mut hash, &stages.timeline);
    }
    if let Some(activities) = &leads.activities {
        hash_timeline(&mut hash, &activities.timeline);
        if let Some(answered) = activities.table.get("answered") {
            hash_column(&mut hash, answered);
        }
    }
    hash.bytes(format!("{rules:?}").as_bytes());
    format!("{:016x}", hash.0)
}

/// The checksum of bytes.
pub(super) fn checksum(bytes: &[u8]) -> String {
    let mut hash = Fnv::new();
    hash.bytes(bytes);
    format!("{:016x}", hash.0)
}

fn hash_timeline(hash: &mut Fnv, timeline: &crate::domain::Timeline) {
    for row in 0..timeline.rows() {
        for event in timeline.events(row) {
            hash.number(timeline.at(event).seconds());
        }
        hash.number(-1);
    }
}

fn hash_column(hash: &mut Fnv, column: &Column) {
    match column {
        Column::Number(values) => values
            .iter()
            .for_each(|value| hash.number(value.to_bits() as i64)),
        Column::Text(category) => {
            category
                .levels
                .iter()
                .for_each(|level| hash.bytes(level.as_bytes()));
            category
                .codes
                .iter()
                .for_each(|&code| hash.number(i64::from(code)));
        }
        Column::Boolean(values) => values
            .iter()
            .for_each(|value| hash.number(value.map_or(2, i64::from))),
        Column::Date(values) => {
            values.iter().for_each(|value| {
                hash.number(value.map_or(i64::MIN, |day| i64::from(day.epoch_days())));
            });
        }
        Column::Moment(values) => {
            values.iter().for_each(|value| {
                hash.number(value.map_or(i64::MIN, crate::domain::Moment::seconds));
            });
        }
    }
}
