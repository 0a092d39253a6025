//! Why a lead is in its segment, and why not in the others.

use serde::Serialize;

use crate::domain::{Condition, Day, Faults, Leads, Moment, Table, Test};
use crate::project::matches;

use super::{Rules, fields, located};

/// One test, with what the lead has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The test as the rule file words it; with `not:` before it where the rule forbids what it asks.
    pub condition: String,
    /// The lead's own value; none where it is missing.
    pub value: Option<String>,
}

/// What one rule says about one lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// Name of the segment.
    pub segment: String,
    /// Whether the rule matches; the default segment matches when no rule does.
    pub matched: bool,
    /// Matched: the tests that carried it. Not matched: the tests that failed it.
    pub reasons: Vec<Reason>,
}

/// For each rule, whether it matches one lead as of a day no later than `leads.as_of`, and the tests that decided. A row
/// beyond the leads gives no rules.
///
/// # Errors
/// As [`super::assign`].
pub fn explain(rules: &Rules, leads: &Leads, row: usize, as_of: Day) -> Result<Vec<Why>, Faults> {
    if row >= leads.len() {
        return Ok(Vec::new());
    }
    let one = leads.take(&[row], leads.as_of);
    let table = fields::table(rules, &one, as_of)?;
    let mut all = Vec::new();
    for rule in &rules.rules {
        let (matched, reasons) = match &rule.when {
            Some(when) => verdict(when, &table, as_of.start())
                .map_err(|faults| located(rules, rule, faults))?,
            None => (false, Vec::new()),
        };
        all.push(Why {
            segment: rule.name.clone(),
            matched,
            reasons,
        });
    }
    if !all.iter().any(|why| why.matched)
        && let Some(default) = all.get_mut(rules.default)
    {
        default.matched = true;
    }
    Ok(all)
}

/// Whether a condition holds for the only row of a table, and the tests that decided.
pub(super) fn verdict(
    condition: &Condition,
    table: &Table,
    as_of: Moment,
) -> Result<(bool, Vec<Reason>), Faults> {
    let mut decisive = Vec::new();
    let holds = matches(condition, table, as_of)?
        .first()
        .copied()
        .unwrap_or(false);
    match condition {
        Condition::Test(test) => decisive.push(reason(test, table)),
        Condition::All(parts) | Condition::Any(parts) => {
            for part in parts {
                let (part_holds, reasons) = verdict(part, table, as_of)?;
                if part_holds == holds {
                    decisive.extend(reasons);
                }
            }
        }
        Condition::None(parts) => {
            for part in parts {
                let (part_holds, reasons) = verdict(part, table, as_of)?;
                if part_holds != holds {
                    decisive.extend(reasons.into_iter().map(negated));
                }
            }
        }
    }
    Ok((holds, decisive))
}

fn negated(reason: Reason) -> Reason {
    let condition = match reason.condition.strip_prefix("not: ") {
        Some(plain) => plain.to_owned(),
        None => format!("not: {}", reason.condition),
    };
    Reason {
        condition,
        ..reason
    }
}

fn reason(test: &Test, table: &Table) -> Reason {
    let value = table
        .get(&test.field)
        .filter(|column| !column.is_empty())
        .map(|column| column.display(0));
    Reason {
        condition: test.to_string(),
        value: value.filter(|value| !value.is_empty()),
    }
}
