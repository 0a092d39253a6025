//! The attributes of a lead that are known when it comes in: texts by value, numbers in bands.

use std::collections::BTreeMap;

use crate::domain::{Category, Column, Known, Leads, MISSING, Role};
use crate::features::{LeftOut, screen};
use crate::kpi::profile::result::{ColumnLeftOut, WhyLeftOut};

/// Values told of a text; rarer ones are taken together.
const VALUES: usize = 12;
/// A number of no more distinct values is told by value.
const FEW: usize = 6;
/// Bands of any other number.
const BANDS: usize = 4;
/// Share of the errors in guessing an attribute that another one takes away, from which on it follows from it.
const FOLLOWS: f64 = 0.95;
/// What leads without a value are called, and those of the rarer ones.
pub const MISSING_LEVEL: &str = "(none)";
/// See [`MISSING_LEVEL`].
pub const OTHER_LEVEL: &str = "(other)";

/// One attribute, coded.
pub(super) struct Attribute {
    pub(super) column: String,
    pub(super) role: Option<Role>,
    pub(super) levels: Vec<String>,
    /// One a row asked for.
    pub(super) codes: Vec<usize>,
}

/// Every column that may be told, and those that may not.
pub(super) fn attributes(leads: &Leads, rows: &[usize]) -> (Vec<Attribute>, Vec<ColumnLeftOut>) {
    let screened = screen(leads);
    let named = |list: &[LeftOut], name: &str| list.iter().any(|column| column.column == name);
    let roles: BTreeMap<&str, Role> = (leads.roles.iter())
        .map(|(&role, name)| (name.as_str(), role))
        .collect();
    let unfilled = |column: &Column| {
        let mut leaks = screened.refused.iter();
        leaks.any(|leak| empty_with(leads, column, leak))
    };
    let (mut used, mut left) = (Vec::new(), Vec::new());
    for (name, column) in leads.table.iter() {
        let role = roles.get(name).copied();
        if role.is_some_and(|role| !role.may_be_feature()) {
            continue;
        }
        let mut out = |why| {
            left.push(ColumnLeftOut {
                column: name.to_owned(),
                why,
                from: None,
            });
        };
        if matches!(role, Some(Role::Owner | Role::Customer)) {
            out(WhyLeftOut::Person);
        } else if !matches!(leads.known.get(name), Some(Known::Creation { .. })) {
            out(WhyLeftOut::KnownLater);
        } else if named(&screened.refused, name) || unfilled(column) {
            out(WhyLeftOut::Leak);
        } else if named(&screened.suspects, name) {
            out(WhyLeftOut::Suspect);
        } else {
            match coded(column, rows) {
                Some((levels, _)) if levels.len() < 2 => {} // the same for all: nothing to tell
                Some((levels, codes)) if of_the_calendar(leads, rows, &levels, &codes) => {
                    out(WhyLeftOut::Calendar);
                }
                Some((levels, codes)) => used.push(Attribute {
                    column: name.to_owned(),
                    role,
                    levels,
                    codes,
                }),
                None => out(WhyLeftOut::Unordered),
            }
        }
    }
    let used = distinct(used, &mut left);
    (used, left)
}

/// Leaves out attributes that follow from another one, such as the list price of each product: what two say alike cannot be
/// told apart, and neither would be credited with it. The finer one stays; of two alike, that in a role, then the first.
fn distinct(used: Vec<Attribute>, left: &mut Vec<ColumnLeftOut>) -> Vec<Attribute> {
    let mut order: Vec<usize> = (0..used.len()).collect();
    order.sort_by_key(|&a| {
        (
            std::cmp::Reverse(used[a].levels.len()),
            used[a].role.is_none(),
            a,
        )
    });
    let mut kept: Vec<usize> = Vec::new();
    for &a in &order {
        match kept.iter().find(|&&finer| follows(&used[a], &used[finer])) {
            Some(&finer) => left.push(ColumnLeftOut {
                column: used[a].column.clone(),
                why: WhyLeftOut::Follows,
                from: Some(used[finer].column.clone()),
            }),
            None => kept.push(a),
        }
    }
    (used.into_iter().enumerate())
        .filter(|(a, _)| kept.contains(a))
        .map(|(_, attribute)| attribute)
        .collect()
}

/// Whether knowing the level of `finer` takes away nearly all errors in guessing that of `coarser` (lambda of Goodman and
/// Kruskal 1954).
pub(super) fn follows(coarser: &Attribute, finer: &Attribute) -> bool {
    let width = coarser.levels.len();
    let mut together = vec![0_usize; width * finer.levels.len()];
    for (&a, &b) in finer.codes.iter().zip(&coarser.codes) {
        together[a * width + b] += 1;
    }
    let n = coarser.codes.len();
    let best: usize = together
        .chunks(width)
        .filter_map(|row| row.iter().max())
        .sum();
    let alone = (0..width).map(|b| together.iter().skip(b).step_by(width).sum::<usize>());
    let most = alone.max().unwrap_or(0);
    n > most && (best - most) as f64 >= FOLLOWS * (n - most) as f64
}

/// Whether an attribute of three levels or more follows from the day that a lead came in: in the order of the days, each
/// level comes in one piece or two, where any other comes in about as many as there are leads.
fn of_the_calendar(leads: &Leads, rows: &[usize], levels: &[String], codes: &[usize]) -> bool {
    let mut dated: Vec<_> = (rows.iter().zip(codes))
        .filter_map(|(&row, &code)| Some((leads.created[row]?, code)))
        .collect();
    dated.sort_unstable();
    let pieces = 1 + dated
        .windows(2)
        .filter(|pair| pair[0].1 != pair[1].1)
        .count();
    levels.len() >= 3 && dated.len() >= 10 * levels.len() && pieces <= 2 * levels.len()
}

/// Whether a column has no value wherever one that was filled after the outcome has none, as columns do that were joined by
/// the same key: whether it has a value then tells the outcome as well.
fn empty_with(leads: &Leads, column: &Column, leak: &LeftOut) -> bool {
    let Some(other) = leads.table.get(&leak.column) else {
        return false;
    };
    let mut empty = (0..leads.len()).filter(|&row| other.is_missing(row));
    let some = (0..leads.len()).any(|row| other.is_missing(row));
    leak.code.starts_with("filled") && some && empty.all(|row| column.is_missing(row))
}

/// Levels and codes; none for dates and for texts of about as many values as rows.
fn coded(column: &Column, rows: &[usize]) -> Option<(Vec<String>, Vec<usize>)> {
    match column {
        Column::Text(category) => of_text(category, rows),
        Column::Number(values) => Some(of_numbers(values, rows)),
        Column::Boolean(values) => {
            let texts = rows
                .iter()
                .map(|&row| values[row].map(|yes| if yes { "yes" } else { "no" }));
            let category = Category::from_texts(texts);
            let all: Vec<usize> = (0..rows.len()).collect();
            of_text(&category, &all)
        }
        Column::Date(_) | Column::Moment(_) => None,
    }
}

fn of_text(category: &Category, rows: &[usize]) -> Option<(Vec<String>, Vec<usize>)> {
    let mut counts = vec![0_usize; category.levels.len()];
    for &row in rows {
        if category.codes[row] != MISSING {
            counts[category.codes[row] as usize] += 1;
        }
    }
    let mut order: Vec<usize> = (0..counts.len())
        .filter(|&level| counts[level] > 0)
        .collect();
    let filled: usize = counts.iter().sum();
    if order.len() > VALUES && 2 * order.len() > filled {
        return None;
    }
    order.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then(a.cmp(&b)));
    let told = if order.len() > VALUES {
        VALUES - 1
    } else {
        order.len()
    };
    let mut place = vec![told; counts.len()];
    for (at, &level) in order.iter().take(told).enumerate() {
        place[level] = at;
    }
    let mut levels: Vec<String> = order[..told]
        .iter()
        .map(|&level| category.levels[level].clone())
        .collect();
    if order.len() > told {
        levels.push(OTHER_LEVEL.to_owned());
    }
    let missing = levels.len();
    let codes: Vec<usize> = (rows.iter())
        .map(|&row| match category.codes[row] {
            MISSING => missing,
            code => place[code as usize],
        })
        .collect();
    if filled < rows.len() {
        levels.push(MISSING_LEVEL.to_owned());
    }
    Some((levels, codes))
}

/// Bands of about the same number of leads, each named by the least and the greatest number in it.
fn of_numbers(values: &[f64], rows: &[usize]) -> (Vec<String>, Vec<usize>) {
    // Zeros of either sign are one value.
    let mut sorted: Vec<f64> = (rows.iter().map(|&row| values[row] + 0.0))
        .filter(|value| !value.is_nan())
        .collect();
    sorted.sort_by(f64::total_cmp);
    let mut distinct = sorted.clone();
    distinct.dedup();
    // The first number of each band but the first.
    let starts: Vec<f64> = if distinct.len() <= FEW {
        distinct.iter().skip(1).copied().collect()
    } else {
        let mut starts: Vec<f64> = (1..BANDS)
            .map(|k| sorted[k * sorted.len() / BANDS])
            .filter(|start| *start > sorted[0])
            .collect();
        starts.dedup();
        starts
    };
    let band = |value: f64| starts.partition_point(|start| *start <= value);
    let bands = if sorted.is_empty() {
        0
    } else {
        starts.len() + 1
    };
    let mut levels: Vec<String> = (0..bands)
        .map(|of| {
            let from = sorted.partition_point(|&value| band(value) < of);
            let to = sorted.partition_point(|&value| band(value) <= of);
            label(sorted[from], sorted[to - 1])
        })
        .collect();
    let codes = rows.iter().map(|&row| {
        let value = values[row] + 0.0;
        if value.is_nan() { bands } else { band(value) }
    });
    let codes: Vec<usize> = codes.collect();
    if sorted.len() < rows.len() {
        levels.push(MISSING_LEVEL.to_owned());
    }
    (levels, codes)
}

fn label(low: f64, high: f64) -> String {
    if low == high {
        low.to_string()
    } else {
        format!("{low} .. {high}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Day;
    use crate::kpi::plant::{Shop, shop};

    #[test]
    fn bands_hold_every_number_and_say_what_is_in_them() {
        let values: Vec<f64> = (0..100).map(f64::from).chain([f64::NAN]).collect();
        let rows: Vec<usize> = (0..values.len()).collect();
        let (levels, codes) = of_numbers(&values, &rows);
        assert_eq!(
            levels,
            ["0 .. 24", "25 .. 49", "50 .. 74", "75 .. 99", "(none)"]
        );
        assert_eq!((codes[0], codes[25], codes[99], codes[100]), (0, 1, 3, 4));
        let (levels, _) = of_numbers(&[1.0, 0.0, -0.0, 2.0], &[0, 1, 2, 3]);
        assert_eq!(levels, ["0", "1", "2"]);
        // Most have the least one.
        let many: Vec<f64> = (0..100).map(|i| f64::from((i - 80).max(0))).collect();
        let (levels, codes) = of_numbers(&many, &rows[..100]);
        assert_eq!(levels, ["0 .. 19"], "one band is no attribute");
        assert!(codes.iter().all(|&code| code == 0));
        assert_eq!(of_numbers(&[f64::NAN], &[0]).0, ["(none)"]);
    }

    #[test]
    fn rare_texts_are_taken_together_and_names_of_people_are_none() {
        let names: Vec<String> = (0..40)
            .flat_map(|i| vec![format!("v{i:02}"); 40 - i])
            .collect();
        let category = Category::from_texts(names.iter().map(|name| Some(name.as_str())));
        let rows: Vec<usize> = (0..names.len()).collect();
        let (levels, codes) = of_text(&category, &rows).expect("an attribute");
        assert_eq!(levels.len(), VALUES);
        assert_eq!(
            (levels[0].as_str(), levels[11].as_str()),
            ("v00", OTHER_LEVEL)
        );
        assert_eq!(codes.iter().filter(|&&code| code == 0).count(), 40);
        let each: Vec<String> = (0..40).map(|i| format!("n{i}")).collect();
        let category = Category::from_texts(each.iter().map(|name| Some(name.as_str())));
        assert!(of_text(&category, &rows[..40]).is_none());
    }

    #[test]
    fn a_quarter_is_of_the_calendar_and_a_weekday_is_not() {
        let leads = shop(
            &Shop {
                leads: 600,
                ..Shop::default()
            },
            1,
        );
        let rows: Vec<usize> = (0..leads.len()).collect();
        let coded = |text: &dyn Fn(Day) -> String| {
            let texts: Vec<String> = (leads.created.iter())
                .map(|day| text(day.expect("dated")))
                .collect();
            let category = Category::from_texts(texts.iter().map(|text| Some(text.as_str())));
            of_text(&category, &rows).expect("an attribute")
        };
        let calendar = |(levels, codes): (Vec<String>, Vec<usize>)| {
            of_the_calendar(&leads, &rows, &levels, &codes)
        };
        let quarter =
            |day: Day| format!("{} Q{}", day.month().year(), (day.month().number() + 2) / 3);
        assert!(calendar(coded(&quarter)));
        assert!(!calendar(coded(&|day| (day.epoch_days() % 7).to_string())));
        let products = leads.text(Role::Product).expect("products");
        assert!(!calendar(of_text(products, &rows).expect("an attribute")));
    }
}
