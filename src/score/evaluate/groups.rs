//! The same predictions by segment and by source.

use std::collections::BTreeMap;

use crate::domain::{Day, Leads, MISSING, Role};
use crate::score::ScoreError;
use crate::score::evaluate::tested::Sample;
use crate::score::evaluate::{GroupRow, Prediction, interval};
use crate::score::metrics;
use crate::segment::{self, Rules, Segments};

/// Fewest wins, and others, to tell an AUC.
const MIN_EACH: usize = 10;

/// By segment as of each snapshot, in the order of the rules.
pub(super) fn by_segment(
    leads: &Leads,
    rules: Option<&Rules>,
    predictions: &[Prediction],
    days_ahead: Option<i32>,
) -> Result<Vec<GroupRow>, ScoreError> {
    // Rules that read what nothing dates would sort past snapshots by what was filled in later.
    let dated = |rules: &&Rules| segment::undated_fields(rules, leads).is_empty();
    let Some(rules) = rules.filter(dated) else {
        return Ok(Vec::new());
    };
    let mut assigned: BTreeMap<Day, Segments> = BTreeMap::new();
    let mut group = Vec::with_capacity(predictions.len());
    for one in predictions {
        let day = one.day.unwrap_or(leads.as_of);
        if let std::collections::btree_map::Entry::Vacant(place) = assigned.entry(day) {
            place.insert(segment::assign(rules, leads, day)?);
        }
        group.push(assigned[&day].segment[one.row] as usize);
    }
    let names: Vec<String> = rules.rules.iter().map(|rule| rule.name.clone()).collect();
    Ok(rows(predictions, days_ahead, &group, &names))
}

/// By source, most snapshots first.
pub(super) fn by_source(
    leads: &Leads,
    predictions: &[Prediction],
    days_ahead: Option<i32>,
) -> Vec<GroupRow> {
    let Some(source) = leads.text(Role::Source) else {
        return Vec::new();
    };
    let mut names: Vec<String> = source.levels.clone();
    names.push(String::new());
    let missing = names.len() - 1;
    let group: Vec<usize> = predictions
        .iter()
        .map(|one| match source.codes[one.row] {
            MISSING => missing,
            code => code as usize,
        })
        .collect();
    let mut rows = rows(predictions, days_ahead, &group, &names);
    rows.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.name.cmp(&b.name)));
    rows
}

fn rows(
    predictions: &[Prediction],
    days_ahead: Option<i32>,
    group: &[usize],
    names: &[String],
) -> Vec<GroupRow> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
    for (i, &group) in group.iter().enumerate() {
        members[group].push(i);
    }
    names
        .iter()
        .zip(members)
        .filter(|(_, members)| !members.is_empty())
        .map(|(name, members)| row(name, &Sample::of(predictions, days_ahead, members)))
        .collect()
}

fn row(name: &str, sample: &Sample) -> GroupRow {
    let won = sample.wins();
    let told = won >= MIN_EACH && sample.len() - won >= MIN_EACH;
    GroupRow {
        name: name.to_owned(),
        n: sample.len(),
        won,
        predicted: sample.p.iter().sum(),
        observed_over_expected: interval::observed_over_expected(sample, 1.0),
        auc: told.then(|| metrics::auc(&sample.p, &sample.won)).flatten(),
    }
}
