//! Rules held against the data.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::domain::{Column, Fault, Faults, Leads, Op, Place, Scalar, Table, Test};
use crate::project::nearest;

use super::{Hit, Rule, Rules, fields, hits, located};

/// Faults that only the data shows, in the order of their places: unknown fields and wrong types (errors); rules that
/// never match or are hidden by earlier ones, and values that no lead has (warnings).
pub fn lint(rules: &Rules, leads: &Leads) -> Vec<Fault> {
    let mut faults = test_fields(rules, leads);
    match hits(rules, leads, leads.as_of) {
        Err(wrong) => faults.extend(wrong.0),
        Ok(hits) if !leads.is_empty() => {
            if let Ok(table) = fields::table(rules, leads, leads.as_of) {
                faults.extend(unknown_values(rules, &table));
            }
            faults.extend(idle(rules, &hits));
        }
        Ok(_) => {}
    }
    Faults(faults).sorted().0
}

/// Fields of the inline tests that the data does not have.
fn test_fields(rules: &Rules, leads: &Leads) -> Vec<Fault> {
    let names = fields::names(leads);
    let mut faults = Vec::new();
    for rule in &rules.rules {
        for (field, span) in &rule.test_fields {
            if names.contains(&field.as_str()) || fields::Derived::named(field).is_some() {
                continue;
            }
            let hint = nearest(field, names.iter().copied()).map_or_else(
                || "give the test only fields that the data has".to_owned(),
                |name| format!("did you mean `{name}`?"),
            );
            let fault = Fault::error(
                "unknown-field",
                format!(
                    "a test of segment \"{}\" gives its lead a field `{field}`, which the data does not have",
                    rule.name
                ),
            );
            faults.extend(placed(rules, rule, span, fault.hint(hint)));
        }
    }
    faults
}

/// Texts that rules compare with and that no lead has: most often a slip of the pen.
fn unknown_values(rules: &Rules, table: &Table) -> Vec<Fault> {
    let mut faults = Vec::new();
    for rule in &rules.rules {
        for test in rule.when.iter().flat_map(|when| when.tests()) {
            let unknown = unknown_texts(test, table);
            faults.extend(located(rules, rule, Faults(unknown)).0);
        }
    }
    faults
}

fn unknown_texts(test: &Test, table: &Table) -> Vec<Fault> {
    let (Op::Is(_) | Op::IsNot(_) | Op::OneOf(_) | Op::NotOneOf(_), Some(Column::Text(category))) =
        (&test.op, table.get(&test.field))
    else {
        return Vec::new();
    };
    let levels = &category.levels;
    let unknown = test
        .op
        .scalars()
        .into_iter()
        .filter_map(|value| match value {
            Scalar::Text(text) if !levels.contains(text) => Some(text),
            _ => None,
        });
    unknown
        .map(|text| {
            let hint = nearest(text, levels.iter().map(String::as_str)).map_or_else(
                || "if the value is to come, leave it".to_owned(),
                |near| format!("did you mean \"{near}\"?"),
            );
            Fault::warning(
                "unknown-value",
                format!("no lead has \"{text}\" in `{}`", test.field),
            )
            .at(Place::unlocated(test.span.clone()))
            .hint(hint)
        })
        .collect()
}

/// Rules that match no lead, and under `hit = "first"` those whose every match an earlier rule takes.
fn idle(rules: &Rules, hits: &[Vec<bool>]) -> Vec<Fault> {
    let rows = hits.iter().map(Vec::len).max().unwrap_or(0);
    let mut taken_by: Vec<Option<usize>> = vec![None; rows];
    let mut faults = Vec::new();
    for (i, (rule, hit)) in rules.rules.iter().zip(hits).enumerate() {
        if rule.when.is_none() {
            continue;
        }
        let rows: Vec<usize> = (0..hit.len()).filter(|&row| hit[row]).collect();
        let takers: BTreeSet<usize> = rows.iter().filter_map(|&row| taken_by[row]).collect();
        let hidden = rows.iter().all(|&row| taken_by[row].is_some());
        if rows.is_empty() {
            let fault = Fault::warning(
                "never-matches",
                format!("segment \"{}\" matches no lead", rule.name),
            )
            .hint("loosen its conditions, or check how the file writes the values");
            faults.extend(placed(rules, rule, &rule.span, fault));
        } else if hidden && rules.hit == Hit::First {
            let names: Vec<String> = takers
                .iter()
                .map(|&taker| format!("\"{}\"", rules.rules[taker].name))
                .collect();
            let fault = Fault::warning(
                "hidden-rule",
                format!(
                    "segment \"{}\" is never given: each of the {} leads that it matches is already in {}",
                    rule.name,
                    rows.len(),
                    names.join(" or ")
                ),
            )
            .hint("the first match wins: move this segment up, or make the earlier ones narrower");
            faults.extend(placed(rules, rule, &rule.span, fault));
        }
        for row in rows {
            taken_by[row].get_or_insert(i);
        }
    }
    faults
}

fn placed(rules: &Rules, rule: &Rule, span: &Range<usize>, fault: Fault) -> Vec<Fault> {
    let fault = fault.at(Place::unlocated(span.clone()));
    located(rules, rule, Faults(vec![fault])).0
}
