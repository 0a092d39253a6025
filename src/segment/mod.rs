//! Rules as written -> checked rules -> segments, with why and why-not.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{Condition, Day, Fault, Faults, Leads};
use crate::project::Project;

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

/// Reads and checks the rule files of a project, and the tests beside the rules. No rule files: no rules.
///
/// # Errors
/// Every fault of every file, at once.
pub fn load(project: &Project) -> Result<Option<Rules>, Faults> {
    let _ = project;
    Ok(None)
}

/// Faults that only the data shows: unknown fields, wrong types (errors), rules that never match or are hidden by
/// earlier ones (warnings).
pub fn lint(rules: &Rules, leads: &Leads) -> Vec<Fault> {
    let _ = (rules, leads);
    Vec::new()
}

/// Sorts leads into segments as of a day no later than `leads.as_of`.
///
/// # Errors
/// Unknown fields and wrong types.
pub fn assign(rules: &Rules, leads: &Leads, as_of: Day) -> Result<Segments, Faults> {
    let _ = (rules, leads, as_of);
    Err(Faults::default())
}

/// The fields that the rules read which are neither known at creation nor dated in the stage history or activities. If
/// there is one, the segment is shown but is no feature of the model.
pub fn undated_fields(rules: &Rules, leads: &Leads) -> Vec<String> {
    let _ = (rules, leads);
    Vec::new()
}

/// (temporary stand-in, to be dropped when the room is merged)
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The test as the rule file words it.
    pub condition: String,
    /// The lead's own value; none where it is missing.
    pub value: Option<String>,
}

/// (temporary stand-in, to be dropped when the room is merged)
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// Name of the segment.
    pub segment: String,
    /// Whether the rule matches.
    pub matched: bool,
    /// The tests that decided.
    pub reasons: Vec<Reason>,
}

/// (temporary stand-in, to be dropped when the room is merged)
///
/// # Errors
/// Never.
pub fn explain(rules: &Rules, leads: &Leads, row: usize, as_of: Day) -> Result<Vec<Why>, Faults> {
    let _ = (rules, leads, row, as_of);
    Ok(Vec::new())
}
