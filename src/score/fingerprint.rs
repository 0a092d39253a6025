//! What a model was learnt from, as one short text: equal texts, equal data.

use std::collections::BTreeSet;

use crate::domain::{Column, Condition, Leads};
use crate::segment::Rules;

/// Raised whenever the same data would give another model: a model made the old way is not taken for a fresh one.
const METHOD: i64 = 8;

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

/// The fingerprint of what rules say, wherever in their files they say it.
pub(super) fn of_rules(rules: Option<&Rules>) -> String {
    let mut hash = Fnv::new();
    if let Some(rules) = rules {
        hash.bytes(format!("{:?}{}", rules.hit, rules.default).as_bytes());
        for rule in &rules.rules {
            hash.bytes(rule.name.as_bytes());
            match &rule.when {
                Some(when) => hash_condition(&mut hash, when),
                None => hash.number(-1),
            }
        }
    }
    format!("{:016x}", hash.0)
}

fn hash_condition(hash: &mut Fnv, condition: &Condition) {
    let (kind, parts) = match condition {
        Condition::All(parts) => (1, parts),
        Condition::Any(parts) => (2, parts),
        Condition::None(parts) => (3, parts),
        Condition::Test(test) => {
            hash.bytes(test.field.as_bytes());
            return hash.bytes(format!("{:?}", test.op).as_bytes());
        }
    };
    hash.number(kind);
    parts.iter().for_each(|part| hash_condition(hash, part));
    hash.number(-kind);
}

/// The hash of an identifier, its bits mixed so that its order is that of chance.
fn hash_of_id(id: &str) -> u64 {
    let mut hash = Fnv::new();
    hash.bytes(id.as_bytes());
    let mut z = hash.0;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The `most` leads whose identifiers have the lowest hashes: a sample by which their like is known again.
pub(super) fn sample_of_ids(leads: &Leads, most: usize) -> Vec<String> {
    let hashes: BTreeSet<u64> = leads.ids.iter().map(|id| hash_of_id(id)).collect();
    let lowest = hashes.into_iter().take(most);
    lowest.map(|hash| format!("{hash:016x}")).collect()
}

/// How many of such a sample are among the leads.
pub(super) fn known_of(sample: &[String], leads: &Leads) -> usize {
    let here: BTreeSet<u64> = leads.ids.iter().map(|id| hash_of_id(id)).collect();
    let is_here = |text: &&String| u64::from_str_radix(text, 16).is_ok_and(|h| here.contains(&h));
    sample.iter().filter(is_here).count()
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
