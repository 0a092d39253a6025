//! Columns that would leak the outcome, named before anything is learnt from them.

use serde::{Deserialize, Serialize};

use crate::domain::{Category, Column, Known, Leads, MISSING, Outcome, Role};
use crate::features::{LeftOut, auc};

/// One column alone that ranks won above lost this well was filled after the fact.
const REFUSE_AUC: f64 = 0.90;
/// One that ranks this well is named as a suspect, and kept.
const SUSPECT_AUC: f64 = 0.77;
/// Fewest won and lost leads to judge a column on.
const MIN_EACH: usize = 50;
/// Difference in the share of missing values, open against closed, above which a column is filled by closing.
const FILLED_GAP: f64 = 0.2;
const FOLDS: usize = 5;

/// What screening found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Screened {
    /// Columns that may not be features, with the reason.
    pub refused: Vec<LeftOut>,
    /// Columns that are kept but should be looked at, with the reason.
    pub suspects: Vec<LeftOut>,
}

/// Looks at every column that may be a feature, one at a time.
///
/// Two questions (METHOD: data contract): does it alone rank won above lost better than any honest column does, and is
/// it filled (or emptied) by the closing of a lead? A column that the project file names under `known.creation` is
/// declared and passes both.
pub fn screen(leads: &Leads) -> Screened {
    let mut screened = Screened::default();
    let closed: Vec<usize> = (0..leads.len())
        .filter(|&row| leads.outcome[row] != Outcome::Open)
        .collect();
    let won: Vec<bool> = closed
        .iter()
        .map(|&row| leads.outcome[row] == Outcome::Won)
        .collect();
    let enough = won.iter().filter(|&&won| won).count() >= MIN_EACH
        && won.iter().filter(|&&won| !won).count() >= MIN_EACH;
    for (name, column) in leads.table.iter() {
        let role = leads
            .roles
            .iter()
            .find(|(_, column)| column.as_str() == name)
            .map(|(&role, _)| role);
        if role.is_some_and(|role| !role.may_be_feature()) {
            continue;
        }
        let known = leads.known.get(name).copied().unwrap_or(Known::Close);
        if matches!(known, Known::Close | Known::Creation { declared: true }) {
            continue;
        }
        if let Some(message) = filled_by_closing(leads, column) {
            screened.refused.push(out(name, "filled-later", message));
        } else if enough && let Some(auc) = one_column_auc(column, &closed, &won) {
            judge(&mut screened, name, role, auc);
        }
    }
    screened
}

fn judge(screened: &mut Screened, name: &str, role: Option<Role>, auc: f64) {
    if auc > REFUSE_AUC && role.is_none() {
        let message = format!(
            "alone ranks won above lost in {:.1} % of pairs: it looks filled in after the outcome. It is not used. If it \
             really is known when a lead comes in, name it in [leads.known] creation; if not, in close",
            auc * 100.0
        );
        screened.refused.push(out(name, "leak", message));
    } else if auc > SUSPECT_AUC {
        let message = format!(
            "alone ranks won above lost in {:.1} % of pairs: more than most honest columns do. If it is filled in after \
             the first contact or the outcome, name it in [leads.known] contact or close",
            auc * 100.0
        );
        screened.suspects.push(out(name, "leak-suspect", message));
    }
}

fn out(column: &str, code: &str, message: String) -> LeftOut {
    LeftOut {
        column: column.to_owned(),
        code: code.to_owned(),
        message,
    }
}

/// Whether closing fills (or empties) the column: its missing share differs between open and closed leads created in
/// the same month, by more than chance.
fn filled_by_closing(leads: &Leads, column: &Column) -> Option<String> {
    let mut by_month: std::collections::BTreeMap<Option<i32>, [[f64; 2]; 2]> =
        std::collections::BTreeMap::new();
    for row in 0..leads.len() {
        let month = leads.created[row].map(|day| day.month().year() * 12 + day.month().number());
        let cell = &mut by_month.entry(month).or_default()
            [usize::from(leads.outcome[row] != Outcome::Open)];
        cell[0] += 1.0;
        cell[1] += f64::from(u8::from(column.is_missing(row)));
    }
    // Mantel-Haenszel weights: months with both kinds count by the smaller.
    let (mut weight, mut gap, mut variance, mut open, mut closed) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for [o, c] in by_month.values() {
        if o[0] < 1.0 || c[0] < 1.0 {
            continue;
        }
        let w = o[0] * c[0] / (o[0] + c[0]);
        let (po, pc) = (o[1] / o[0], c[1] / c[0]);
        let p = (o[1] + c[1]) / (o[0] + c[0]);
        weight += w;
        gap += w * (po - pc);
        open += w * po;
        closed += w * pc;
        variance += w * p * (1.0 - p);
    }
    if weight < 10.0 || (gap / weight).abs() < FILLED_GAP || gap * gap < 16.0 * variance {
        return None;
    }
    Some(format!(
        "is empty in {:.0} % of open leads and in {:.0} % of closed ones created in the same months: closing a lead fills or \
         empties it, so it is not used. If it really is known when a lead comes in, name it in [leads.known] creation",
        open / weight * 100.0,
        closed / weight * 100.0
    ))
}

/// Area under the ROC curve of one column alone: values in up to 20 quantile bins (texts by level), each coded by its
/// share of won leads in the other folds.
fn one_column_auc(column: &Column, rows: &[usize], won: &[bool]) -> Option<f64> {
    let codes: Vec<usize> = match column {
        Column::Number(values) => number_codes(values, rows),
        Column::Text(category) => text_codes(category, rows)?,
        Column::Boolean(values) => rows
            .iter()
            .map(|&row| values[row].map_or(0, |yes| 1 + usize::from(yes)))
            .collect(),
        Column::Date(_) | Column::Moment(_) => return None,
    };
    let size = codes.iter().max().map_or(1, |&code| code + 1);
    let mut counts = vec![[[0.0_f64; 2]; FOLDS]; size];
    let mut total = [[0.0_f64; 2]; FOLDS];
    for (i, &code) in codes.iter().enumerate() {
        for cell in [&mut counts[code][i % FOLDS], &mut total[i % FOLDS]] {
            cell[0] += 1.0;
            cell[1] += f64::from(u8::from(won[i]));
        }
    }
    let sum = |cells: &[[f64; 2]; FOLDS], but: usize| {
        (0..FOLDS)
            .filter(|&fold| fold != but)
            .fold([0.0, 0.0], |sum, fold| {
                [sum[0] + cells[fold][0], sum[1] + cells[fold][1]]
            })
    };
    let scores: Vec<f64> = codes
        .iter()
        .enumerate()
        .map(|(i, &code)| {
            let (own, all) = (sum(&counts[code], i % FOLDS), sum(&total, i % FOLDS));
            let rate = all[1] / all[0].max(1.0);
            // Folds differ a little in their overall rate; the difference from it is what ranks across folds.
            (own[1] + 10.0 * rate) / (own[0] + 10.0) - rate
        })
        .collect();
    auc(&scores, won)
}

fn number_codes(values: &[f64], rows: &[usize]) -> Vec<usize> {
    let mut sorted: Vec<f64> = rows
        .iter()
        .map(|&row| values[row])
        .filter(|value| !value.is_nan())
        .collect();
    sorted.sort_by(f64::total_cmp);
    let mut cuts: Vec<f64> = (1..20)
        .filter_map(|i| sorted.get(sorted.len() * i / 20).copied())
        .collect();
    cuts.dedup();
    rows.iter()
        .map(|&row| {
            if values[row].is_nan() {
                0
            } else {
                1 + cuts.partition_point(|&cut| cut < values[row])
            }
        })
        .collect()
}

/// None for texts with about as many values as rows: they cannot be judged, and are no features either.
fn text_codes(category: &Category, rows: &[usize]) -> Option<Vec<usize>> {
    if category.levels.len() * 2 > rows.len() {
        return None;
    }
    Some(
        rows.iter()
            .map(|&row| {
                if category.codes[row] == MISSING {
                    0
                } else {
                    1 + category.codes[row] as usize
                }
            })
            .collect(),
    )
}
