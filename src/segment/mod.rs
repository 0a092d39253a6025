//! Rules as written -> checked rules -> segments, with why and why-not.
//!
//! [`load`] reads the rule files and runs the tests beside the rules, [`lint`] holds the rules against the data,
//! [`assign`] sorts the leads as of a day, [`explain`] says for one lead which conditions decided.

mod explain;
mod fields;
mod lint;
mod load;
mod trial;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use crate::domain::{Condition, Day, Faults, Leads};
use crate::project::{Source, matches};

pub use explain::{Reason, Why, explain};
pub use fields::undated_fields;
pub use lint::lint;
pub use load::load;

/// How strong a wish to buy a segment stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Intent {
    /// None.
    None,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

/// Whether the first rule that matches decides, or all that match are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// First match in order wins.
    First,
    /// Every match is given; the first is the segment, the rest are tags.
    All,
}

/// One checked rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Name, distinct.
    pub name: String,
    /// Label by language code (`en`, `zh`).
    pub label: BTreeMap<String, String>,
    /// Intent of the leads that match.
    pub intent: Intent,
    /// What matches; none for the default segment.
    pub when: Option<Condition>,
    /// Position in [`Rules::sources`] of the file that it stands in.
    pub source: usize,
    /// Byte range of its name in that file.
    pub span: Range<usize>,
    /// Fields that its tests give to their leads, with their byte ranges.
    pub test_fields: Vec<(String, Range<usize>)>,
}

impl Rule {
    /// Its label in a language (`en`, `zh`), else in English, else its name.
    pub fn label(&self, language: &str) -> &str {
        self.label
            .get(language)
            .or_else(|| self.label.get("en"))
            .unwrap_or(&self.name)
    }
}

/// Checked rules, in the order that they are tried.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The rules.
    pub rules: Vec<Rule>,
    /// Hit policy.
    pub hit: Hit,
    /// Position in `rules` of the default segment.
    pub default: usize,
    /// The files that they were read from.
    pub sources: Vec<Source>,
}

/// The segments of all leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Segments {
    /// Names of the segments, in the order of the rules.
    pub names: Vec<String>,
    /// Position in `names`, by lead.
    pub segment: Vec<u32>,
    /// With `hit = "all"`: further matches, by lead; empty otherwise.
    pub tags: Vec<Vec<u32>>,
}

/// Sorts leads into segments as of a day no later than `leads.as_of`: fields are read as they were known at 00:00 of
/// that day.
///
/// # Errors
/// Unknown fields (`unknown-field`, `field-needs-data`, `ambiguous-field`) and comparisons that the columns do not
/// allow (`wrong-comparison`).
pub fn assign(rules: &Rules, leads: &Leads, as_of: Day) -> Result<Segments, Faults> {
    let hits = hits(rules, leads, as_of)?;
    let rows = leads.len();
    let mut segment = vec![rules.default as u32; rows];
    let mut tags = match rules.hit {
        Hit::First => Vec::new(),
        Hit::All => vec![Vec::new(); rows],
    };
    let mut taken = vec![false; rows];
    for (rule, hit) in hits.iter().enumerate() {
        for row in (0..rows).filter(|&row| hit.get(row).copied().unwrap_or(false)) {
            if !taken[row] {
                taken[row] = true;
                segment[row] = rule as u32;
            } else if rules.hit == Hit::All {
                tags[row].push(rule as u32);
            }
        }
    }
    Ok(Segments {
        names: rules.rules.iter().map(|rule| rule.name.clone()).collect(),
        segment,
        tags,
    })
}

/// Which leads each rule matches, by rule; empty for the default segment.
fn hits(rules: &Rules, leads: &Leads, as_of: Day) -> Result<Vec<Vec<bool>>, Faults> {
    let table = fields::table(rules, leads, as_of)?;
    let mut faults = Faults::default();
    let mut all = Vec::with_capacity(rules.rules.len());
    for rule in &rules.rules {
        let Some(when) = &rule.when else {
            all.push(Vec::new());
            continue;
        };
        match matches(when, &table, as_of.start()) {
            Ok(hit) => all.push(hit),
            Err(wrong) => faults.0.extend(located(rules, rule, wrong).0),
        }
    }
    if faults.0.is_empty() {
        Ok(all)
    } else {
        Err(faults)
    }
}

/// Faults of a rule, placed in its file.
fn located(rules: &Rules, rule: &Rule, faults: Faults) -> Faults {
    match rules.sources.get(rule.source) {
        Some(source) => faults.located(&source.file, &source.text),
        None => faults,
    }
}
