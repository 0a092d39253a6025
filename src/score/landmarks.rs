//! Moments in the life of leads at which the model looks ahead: training rows without a look at the outcome.

use crate::domain::{Day, Leads, Outcome};

/// Most days of history that are learnt from.
const WINDOW: i32 = 3 * 365;
/// Days between snapshots, at most and at least.
const SPACING: (i32, i32) = (7, 30);
/// Fewest leads at risk at the horizon.
const MIN_AT_RISK: usize = 50;
/// The same where there are fewer than 100 leads in all: half of them, and at least this many.
const MIN_OF_FEW: usize = 5;
/// Shortest and longest horizon, days.
const WEEK: i32 = 7;
const MAX_HORIZON: i32 = 730;

/// A lead at the start of a day, and what became of it since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Landmark {
    /// Row of the lead.
    pub row: usize,
    /// The day.
    pub day: Day,
    /// Days since creation.
    pub age: i32,
    /// Days from here to its closing, and whether it was won; none while open.
    pub closing: Option<(i32, bool)>,
}

/// Snapshot days before `as_of`, newest first: calendar dates drawn without regard to any closing, a month apart (less
/// where history is short), so that no lead is seen more often for having stayed open in a special way.
pub(crate) fn snapshots(leads: &Leads, as_of: Day) -> Vec<Day> {
    let Some(first) = leads.created.iter().flatten().min().copied() else {
        return Vec::new();
    };
    let spacing = ((as_of - first) / 24).clamp(SPACING.0, SPACING.1);
    let from = first.max(as_of - WINDOW);
    let count = (as_of - 7 - from).max(0) / spacing;
    (0..count).map(|i| as_of - 7 - i * spacing).collect()
}

/// The longest horizon with at least 50 leads at risk: leads whose first h days have all been seen and that were open
/// through them. Where losses come soon and wins late few leads are open when most wins come: then as far as all but one in
/// fifty of the wins seen came, with five at risk. At most 730 days; a week, where as many leads have been followed for one
/// and all close sooner; none if they have not.
pub(crate) fn horizon(leads: &Leads, as_of: Day) -> Option<i32> {
    let (mut lives, mut ages, mut wins) = (Vec::new(), Vec::new(), Vec::new());
    for row in (0..leads.len()).filter(|&row| timed(leads, row)) {
        let Some(created) = leads.created[row].filter(|&created| created < as_of) else {
            continue;
        };
        let end = leads.closed[row].unwrap_or(as_of);
        lives.push(end.min(as_of) - created);
        ages.push(as_of - created);
        if leads.outcome[row] == Outcome::Won && end < as_of {
            wins.push(end - created);
        }
    }
    lives.sort_unstable_by(|a, b| b.cmp(a));
    ages.sort_unstable_by(|a, b| b.cmp(a));
    wins.sort_unstable();
    // Of fewer than 100 leads half are enough: a small team is not to be shut out.
    let needed = MIN_AT_RISK.min(lives.len() / 2).max(MIN_OF_FEW);
    let at_risk = lives.get(needed - 1).copied()?;
    let few_at_risk = lives[MIN_OF_FEW - 1];
    let late_win = wins.get((wins.len() * 49).div_ceil(50).saturating_sub(1));
    let most_wins = late_win.map_or(0, |days| days + 1).min(few_at_risk);
    let horizon = at_risk.max(most_wins).min(MAX_HORIZON);
    (ages[needed - 1] >= WEEK).then_some(horizon.max(WEEK))
}

/// Whether the dates of a lead tell its whole life: it has `created` and, if closed, `closed`.
pub(crate) fn timed(leads: &Leads, row: usize) -> bool {
    leads.created[row].is_some()
        && (leads.outcome[row] == Outcome::Open || leads.closed[row].is_some())
}

/// The landmark of a lead on a day; none if it was not open then.
pub(crate) fn at(leads: &Leads, row: usize, day: Day) -> Option<Landmark> {
    if leads.outcome_as_of(row, day) != Some(Outcome::Open) {
        return None;
    }
    Some(Landmark {
        row,
        day,
        age: leads.age(row, day)?,
        closing: closing(leads, row, day),
    })
}

/// The landmark of a lead at the start of the day that it came in, whatever became of it.
pub(crate) fn creation(leads: &Leads, row: usize) -> Option<Landmark> {
    let day = leads.created[row].filter(|_| timed(leads, row))?;
    Some(Landmark {
        row,
        day,
        age: 0,
        closing: closing(leads, row, day),
    })
}

fn closing(leads: &Leads, row: usize, day: Day) -> Option<(i32, bool)> {
    let won = match leads.outcome[row] {
        Outcome::Open => return None,
        outcome => outcome == Outcome::Won,
    };
    Some((leads.closed[row]? - day, won))
}

/// All landmarks to learn from, lead by lead: its creation, and each snapshot that found it open.
pub(crate) fn training(leads: &Leads, as_of: Day, snapshots: &[Day]) -> Vec<Landmark> {
    let oldest_first: Vec<Day> = snapshots.iter().rev().copied().collect();
    let mut all = Vec::new();
    for row in (0..leads.len()).filter(|&row| timed(leads, row)) {
        let Some(created) = leads.created[row].filter(|&created| created < as_of) else {
            continue;
        };
        if created >= as_of - WINDOW {
            all.extend(creation(leads, row));
        }
        let until = leads.closed[row].unwrap_or(as_of);
        let from = oldest_first.partition_point(|&day| day <= created);
        let to = oldest_first.partition_point(|&day| day <= until);
        all.extend(
            oldest_first[from..to.max(from)]
                .iter()
                .filter_map(|&day| at(leads, row, day)),
        );
    }
    all
}

/// The age that all but one in a hundred wins within 90 days start from, days; 90 without any.
pub(super) fn late_win_age(landmarks: &[Landmark]) -> f64 {
    let soon =
        |lm: &&Landmark| lm.age > 0 && lm.closing.is_some_and(|(days, won)| won && days < 90);
    let mut ages: Vec<i32> = landmarks.iter().filter(soon).map(|lm| lm.age).collect();
    ages.sort_unstable();
    ages.get(ages.len() * 99 / 100)
        .map_or(90.0, |&age| f64::from(age.max(7)))
}

/// Knots of the age reached, days: at the ages at which leads are won, and the oldest that counts. Rising, the first 0.
pub(crate) fn age_knots(leads: &Leads, horizon: i32) -> Vec<f64> {
    let mut ages: Vec<i32> = (0..leads.len())
        .filter(|&row| timed(leads, row) && leads.outcome[row] == Outcome::Won)
        .filter_map(|row| Some(leads.closed[row]? - leads.created[row]?))
        .collect();
    ages.sort_unstable();
    // A knot for every eight wins, up to seven: more could not be told from chance.
    let count = (ages.len() / 8).clamp(1, 7);
    let wanted = (0..count)
        .map(|i| (i as f64 + 0.5) / count as f64)
        // Late wins are few, but they are what tells a slow lead from a dead one.
        .chain(
            [0.98]
                .into_iter()
                .filter(|q| ages.len() as f64 * (1.0 - q) >= 4.0),
        );
    let wanted = wanted.filter_map(|q| ages.get((ages.len() as f64 * q) as usize));
    let mut knots = vec![0.0_f64];
    for &age in wanted {
        let knot = f64::from(age);
        if (1.0 + knot) / (1.0 + knots.last().copied().unwrap_or(0.0)) > 1.35 {
            knots.push(knot);
        }
    }
    let last = f64::from(horizon);
    knots.retain(|&knot| (1.0 + last) / (1.0 + knot) > 1.35);
    knots.push(last);
    knots
}
