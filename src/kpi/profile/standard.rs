//! Groups of leads held against each other at the same mix: how each would convert, had its leads the attributes of all.
//!
//! Direct standardisation: a logistic regression of the win within the horizon on the group and on every attribute known at
//! creation (open leads as far as they have been followed), the effects drawn towards 0; then the mean chance over all leads
//! if all of them were of the group.

use crate::domain::Leads;
use crate::forecast::Groups;
use crate::kpi::Range;
use crate::kpi::cycle::Field;
use crate::kpi::gate::Z80;
use crate::kpi::profile::attributes::{Attribute, attributes, follows};
use crate::kpi::profile::judge::{Fitted, ends};
use crate::kpi::profile::mixed::Family;

/// Leads compared at most; fewest wins, and fewest leads known not to be won.
const MOST: usize = 12_000;
const LEAST: usize = 10;

/// What is told of the groups at the same mix.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AtMix {
    /// The columns that are made the same.
    pub(crate) columns: Vec<String>,
    /// By group; none for groups without a lead that tells.
    pub(crate) groups: Vec<Option<Mixed>>,
}

/// One group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mixed {
    /// P(won within the horizon) if its leads had the mix of all, 0-1.
    pub(crate) conversion: Range,
    /// By how much its own mix multiplies its conversion: above 1, its leads are of kinds that convert better.
    pub(crate) mix: f64,
    /// Whether its conversion at the same mix differs from that of the mean of all leads, by its 80 % interval: 1 above, -1
    /// below, 0 not told.
    pub(crate) side: i8,
}

/// Makes the mix the same for `groups`, which are those of `column`. None without attributes to make the same, with too few
/// wins, or where nothing settles.
pub(crate) fn at_same_mix(leads: &Leads, groups: &Groups, column: &str) -> Option<AtMix> {
    let field = Field::new(leads).ok()?;
    let own = Attribute {
        column: column.to_owned(),
        role: None,
        levels: groups.names.clone(),
        codes: field.rows.iter().map(|&row| groups.of[row]).collect(),
    };
    let (mut columns, _) = attributes(leads, &field.rows);
    // What follows from the group, or tells it, cannot be held while the group changes.
    columns
        .retain(|other| other.column != column && !follows(other, &own) && !follows(&own, other));
    if columns.is_empty() || groups.len() < 2 {
        return None;
    }
    let names = columns.iter().map(|other| other.column.clone()).collect();
    let every = field.rows.len().div_ceil(MOST).max(1);
    let compared: Vec<usize> = (0..field.rows.len()).step_by(every).collect();
    let (y, open) = ends(&field, &compared);
    let known = |end: f64| {
        let both = y.iter().zip(&open);
        both.filter(|(y, open)| open.is_nan() && **y == end).count()
    };
    if known(1.0) < LEAST || known(0.0) < LEAST {
        return None;
    }
    let alone = vec![own];
    let plain = Fitted::new(&alone, &compared, &y, &open, Family::YesNo)?;
    let mut all = alone;
    all.append(&mut columns);
    let held = Fitted::new(&all, &compared, &y, &open, Family::YesNo)?;
    let whole = field.all.log_odds_error().unwrap_or(0.0);
    let mut leads_of = vec![0_usize; groups.len()];
    for &i in &compared {
        leads_of[all[0].codes[i]] += 1;
    }
    let groups = (0..groups.len())
        .map(|group| (leads_of[group] > 0).then(|| told(&plain, &held, group, whole)))
        .collect();
    Some(AtMix {
        columns: names,
        groups,
    })
}

fn told(plain: &Fitted, held: &Fitted, group: usize, whole: f64) -> Mixed {
    let (effect, variance) = held.told(0, group);
    let error = variance.sqrt();
    let all = error.hypot(whole);
    let at = |z: f64| held.standardised(0, group, z * all).clamp(1e-9, 1.0);
    let side = if effect - Z80 * error > 0.0 {
        1
    } else {
        -i8::from(effect + Z80 * error < 0.0)
    };
    Mixed {
        conversion: Range::new(at(0.0), at(-Z80), at(Z80)),
        mix: plain.standardised(0, group, 0.0) / at(0.0),
        side,
    }
}
