//! Columns that would leak the outcome, named before anything is learnt from them.

use serde::{Deserialize, Serialize};

use crate::domain::{Category, Column, Day, Known, Leads, MISSING, Moment, Outcome};
use crate::features::{LeftOut, auc};

/// One column alone that ranks won above lost this well was filled after the fact.
const REFUSE_AUC: f64 = 0.90;
/// One that ranks this well is named as a suspect, and kept.
const SUSPECT_AUC: f64 = 0.77;
/// Fewest won and lost leads to judge a column on.
const MIN_EACH: usize = 50;
/// Difference in the share of missing values, open against closed, above which a column is filled by closing.
const FILLED_GAP: f64 = 0.2;
/// Share of dates after the lead came in above which a date column cannot have been known then.
const LATER_SHARE: f64 = 0.02;
/// Rank correlation with the days from creation to closing above which a number counts what happens in a life.
const LIFE_CORRELATION: f64 = 0.5;
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
        if let Some(message) = later_dates(leads, column) {
            screened.refused.push(out(name, "later-date", message));
        } else if let Some(message) = grows_with_life(leads, column) {
            screened.refused.push(out(name, "grows-with-life", message));
        } else if let Some(message) = filled_by_closing(leads, column) {
            screened.refused.push(out(name, "filled-later", message));
        } else if enough && let Some(auc) = one_column_auc(column, &closed, &won) {
            judge(&mut screened, name, auc);
        }
    }
    screened
}

fn judge(screened: &mut Screened, name: &str, auc: f64) {
    if auc > REFUSE_AUC {
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

/// Whether a date column holds days after the lead came in: then it cannot have been known that day.
fn later_dates(leads: &Leads, column: &Column) -> Option<String> {
    let day = |row: usize| match column {
        Column::Date(days) => days[row],
        Column::Moment(moments) => moments[row].map(Moment::day),
        _ => None,
    };
    let pairs: Vec<(Day, Day)> = (0..leads.len())
        .filter_map(|row| Some((day(row)?, leads.created[row]?)))
        .collect();
    let later = pairs.iter().filter(|(day, created)| day > created).count();
    if later as f64 <= LATER_SHARE * pairs.len() as f64 || later == 0 {
        return None;
    }
    Some(format!(
        "holds days after the lead came in ({later} of {}), so it was not known then and is not used",
        pairs.len()
    ))
}

/// Whether a number grows with the days from creation to closing, among won leads and among lost ones: a counter of what
/// happened in a lead's life, of which the file shows the last state only.
fn grows_with_life(leads: &Leads, column: &Column) -> Option<String> {
    let Column::Number(values) = column else {
        return None;
    };
    let mut correlations = Vec::new();
    for outcome in [Outcome::Won, Outcome::Lost] {
        let pairs: Vec<(f64, f64)> = (0..leads.len())
            .filter(|&row| leads.outcome[row] == outcome && !values[row].is_nan())
            .filter_map(|row| {
                Some((
                    values[row],
                    f64::from(leads.closed[row]? - leads.created[row]?),
                ))
            })
            .collect();
        if pairs.len() < MIN_EACH {
            return None;
        }
        correlations.push(rank_correlation(&pairs));
    }
    let mean = correlations.iter().sum::<f64>() / correlations.len() as f64;
    (mean > LIFE_CORRELATION).then(|| {
        format!(
            "grows with the days from creation to closing (rank correlation {mean:.2}): it counts what happens in the life \
             of a lead, and the file holds its last state only, so it is not used"
        )
    })
}

/// Spearman's rank correlation; ties share the mean of their ranks.
fn rank_correlation(pairs: &[(f64, f64)]) -> f64 {
    let ranks = |of: &dyn Fn(&(f64, f64)) -> f64| {
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        order.sort_by(|&a, &b| of(&pairs[a]).total_cmp(&of(&pairs[b])));
        let mut ranks = vec![0.0; pairs.len()];
        let mut start = 0;
        while start < order.len() {
            let value = of(&pairs[order[start]]);
            let tied = order[start..]
                .iter()
                .take_while(|&&i| of(&pairs[i]) == value)
                .count();
            let mean = start as f64 + (tied as f64 - 1.0) / 2.0 - (pairs.len() as f64 - 1.0) / 2.0;
            order[start..start + tied]
                .iter()
                .for_each(|&i| ranks[i] = mean);
            start += tied;
        }
        ranks
    };
    let (x, y) = (ranks(&|pair| pair.0), ranks(&|pair| pair.1));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(&x, &y) / (dot(&x, &x) * dot(&y, &y)).sqrt().max(1e-300)
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
