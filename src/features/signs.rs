//! Signs in the data itself that the values of a column came later than the lead.

use std::collections::BTreeMap;

use crate::domain::{Column, Day, Leads, Moment, Outcome};
use crate::features::alone::Coded;
use crate::features::tally::Tally;

/// Fewest won and lost leads to judge a column on.
pub(super) const MIN_EACH: usize = 50;
/// Difference in the share of missing values, open against closed, above which a column is filled by closing.
const FILLED_GAP: f64 = 0.2;
/// A column empty in more than this share of the open leads ...
const EMPTY_OPEN: f64 = 0.95;
/// ... and filled in more than this share of the won ones is filled by winning.
const FILLED_WON: f64 = 0.5;
/// Share of dates after the lead came in above which a date column cannot have been known then.
const LATER_SHARE: f64 = 0.02;
/// Rank correlation with the days from creation to closing above which a number counts what happens in a life.
const LIFE_CORRELATION: f64 = 0.5;
/// Fewest leads on either side of a comparison of open leads.
const MIN_SIDE: usize = 30;
/// Difference in the share of missing values between young and older open leads above which a column is filled with time.
const AGE_GAP: f64 = 0.3;
/// Most pairs that a rank correlation is taken of: more changes it in the third digit only.
const MOST_PAIRS: usize = 20_000;
/// Days back at which leads then open are compared with those open now, and the most age of both.
const BACK: i32 = 90;
const MOST_AGE: i32 = 45;
/// Share of open leads that may hold other values than leads of their age did then.
const MOVED: f64 = 0.3;

/// The day of a value of a date column.
pub(super) fn day_of(column: &Column, row: usize) -> Option<Day> {
    match column {
        Column::Date(days) => days[row],
        Column::Moment(moments) => moments[row].map(Moment::day),
        _ => None,
    }
}

const fn is_date(column: &Column) -> bool {
    matches!(column, Column::Date(_) | Column::Moment(_))
}

/// Whether a date column holds days after the lead came in: then it cannot have been known that day.
pub(super) fn later_dates(leads: &Leads, column: &Column) -> Option<String> {
    if !is_date(column) {
        return None;
    }
    let pairs: Vec<(Day, Day)> = (0..leads.len())
        .filter_map(|row| Some((day_of(column, row)?, leads.created[row]?)))
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
pub(super) fn grows_with_life(leads: &Leads, column: &Column) -> Option<String> {
    let Column::Number(values) = column else {
        return None;
    };
    if !leads.dated() {
        return None;
    }
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
        let step = pairs.len().div_ceil(MOST_PAIRS);
        let pairs: Vec<(f64, f64)> = pairs.into_iter().step_by(step).collect();
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
pub(super) fn filled_by_closing(tally: &Tally) -> Option<String> {
    let gap = tally.open_and_closed();
    gap.is_wide(FILLED_GAP).then(|| {
        format!(
            "is empty in {:.0} % of open leads and in {:.0} % of closed ones created in the same months: closing a lead fills \
             or empties it, so it is not used. If it really is known when a lead comes in, name it in [leads.known] creation",
            gap.missing[0] * 100.0,
            gap.missing[1] * 100.0
        )
    })
}

/// Whether it is empty in (all but) all open leads and filled in most of the won ones created in the same months.
pub(super) fn filled_by_winning(tally: &Tally) -> Option<String> {
    let gap = tally.open_and_won();
    let [open, won] = gap.missing;
    (gap.weight >= 10.0 && open > EMPTY_OPEN && won < 1.0 - FILLED_WON).then(|| {
        format!(
            "is empty in {:.0} % of open leads and filled in {:.0} % of won ones created in the same months: winning fills it, \
             so it is not used",
            open * 100.0,
            (1.0 - won) * 100.0
        )
    })
}

/// Whether the first contact fills it: empty in open leads not contacted yet, filled in open ones that were.
pub(super) fn filled_by_contact(leads: &Leads, column: &Column) -> Option<String> {
    let (mut count, mut filled) = ([0_usize; 2], [0_usize; 2]);
    for row in (0..leads.len()).filter(|&row| leads.outcome[row] == Outcome::Open) {
        let side = usize::from(leads.contacted[row].is_some());
        count[side] += 1;
        filled[side] += usize::from(!column.is_missing(row));
    }
    if count.iter().any(|&n| n < MIN_SIDE) {
        return None;
    }
    let [before, after] = [0, 1].map(|side| filled[side] as f64 / count[side] as f64);
    (before < 1.0 - EMPTY_OPEN && after > FILLED_WON).then(|| {
        format!(
            "is filled in {:.0} % of the open leads that nobody has contacted and in {:.0} % of those contacted: the first contact \
             fills it, so it is not used. Name it in [leads.known] contact, and it is used from the contact on",
            before * 100.0,
            after * 100.0
        )
    })
}

/// Whether it is filled some time after the lead came in: empty in the open leads of this week, filled in older ones.
pub(super) fn filled_with_time(leads: &Leads, column: &Column) -> Option<String> {
    if !leads.dated() {
        return None;
    }
    let (mut count, mut missing) = ([0.0_f64; 2], [0.0_f64; 2]);
    for row in (0..leads.len()).filter(|&row| leads.outcome[row] == Outcome::Open) {
        let side = match leads.age(row, leads.as_of) {
            Some(0..=7) => 0,
            Some(15..=60) => 1,
            _ => continue,
        };
        count[side] += 1.0;
        missing[side] += f64::from(u8::from(column.is_missing(row)));
    }
    if count.iter().any(|&n| n < MIN_SIDE as f64) {
        return None;
    }
    let [young, older] = [0, 1].map(|side| missing[side] / count[side]);
    let p = (missing[0] + missing[1]) / (count[0] + count[1]);
    let error = (p * (1.0 - p) * (1.0 / count[0] + 1.0 / count[1])).sqrt();
    (young - older > AGE_GAP && young - older > 4.0 * error).then(|| {
        format!(
            "is empty in {:.0} % of the open leads of the last 7 days and in {:.0} % of those 15 to 60 days old: it is filled \
             some time after a lead comes in, so it is not used. If the first contact fills it, name it in [leads.known] contact",
            young * 100.0,
            older * 100.0
        )
    })
}

/// Whether open leads look otherwise than leads of their age did that were open 90 days ago: then the values of those
/// have changed since. Only asked of a column that tells much of the outcome, as what leads come in may change too.
pub(super) fn changes_later(leads: &Leads, column: &Column) -> Option<String> {
    let side = |day: Day| -> Vec<usize> {
        (0..leads.len())
            .filter(|&row| leads.outcome_as_of(row, day) == Some(Outcome::Open))
            .filter(|&row| leads.age(row, day).is_some_and(|age| age <= MOST_AGE))
            .collect()
    };
    let (then, now) = (side(leads.as_of - BACK), side(leads.as_of));
    let rows: Vec<usize> = then.iter().chain(&now).copied().collect();
    let coded = Coded::new(column, &rows)?;
    let coarse = |code: u32| match column {
        Column::Number(_) if code > 0 => 1 + (code - 1) / 4,
        _ => code,
    };
    let mut cells: BTreeMap<u32, [f64; 2]> = BTreeMap::new();
    for (i, &code) in coded.codes.iter().enumerate() {
        cells.entry(coarse(code)).or_default()[usize::from(i >= then.len())] += 1.0;
    }
    let sizes = [then.len() as f64, now.len() as f64];
    let apart = distance(&cells, sizes);
    (then.len().min(now.len()) >= MIN_SIDE && apart > MOVED).then(|| {
        format!(
            "ranks won above lost, but {:.0} % of the open leads hold other values than leads of their age did that were open \
             {BACK} days ago: its values change later, so it is not used",
            apart * 100.0
        )
    })
}

/// Share of one side that would have to change for both to look alike (total variation), less what chance alone gives.
fn distance(cells: &BTreeMap<u32, [f64; 2]>, sizes: [f64; 2]) -> f64 {
    let spread = 1.0 / sizes[0] + 1.0 / sizes[1];
    cells
        .values()
        .map(|[a, b]| {
            let p = (a + b) / (sizes[0] + sizes[1]);
            let by_chance = (std::f64::consts::FRAC_2_PI * p * (1.0 - p) * spread).sqrt();
            ((a / sizes[0] - b / sizes[1]).abs() - by_chance) / 2.0
        })
        .sum()
}

/// Share of the closed leads with a date in the column for which it lies within a day of the closing and at least two
/// after the creation, and how many have one.
pub(super) fn at_closing(leads: &Leads, column: &Column) -> Option<(f64, usize)> {
    if !is_date(column) {
        return None;
    }
    let (mut all, mut near) = (0_usize, 0_usize);
    for row in 0..leads.len() {
        let (Some(day), Some(closed)) = (day_of(column, row), leads.closed[row]) else {
            continue;
        };
        all += 1;
        let young = leads.created[row].is_some_and(|created| day - created < 2);
        near += usize::from((day - closed).abs() <= 1 && !young);
    }
    (all > 0).then(|| (near as f64 / all as f64, all))
}
