//! What a week's delay goes with: the chance of a lead that is still open, now and a week later.

use crate::domain::{Outcome, Role};
use crate::kpi::cycle::Field;
use crate::kpi::cycle::result::{Delay, DelayRow};
use crate::kpi::gate::Measure;
use crate::kpi::incidence::Incidence;

/// A week, days.
const WEEK: usize = 7;
/// Ages that are shown, days.
const AGES: [usize; 9] = [0, 7, 14, 30, 60, 90, 120, 180, 270];
/// Fewest wins, and fewest leads at risk at an age, that it is told from.
const LEAST: (usize, f64) = (20, 50.0);

/// By age, and over the leads that are open now. Ages beyond which fewer than one in ten wins comes are left out: there
/// the end of the horizon alone makes the chance fall.
pub(super) fn delay(field: &Field<'_>) -> Option<Delay> {
    let all = &field.all;
    if all.events < LEAST.0 {
        return None;
    }
    let last = field.nearly_all().saturating_sub(WEEK);
    let told = |age: usize| age <= last && all.at_risk(age + WEEK) >= LEAST.1;
    let rows: Vec<DelayRow> = (AGES.into_iter().filter(|&age| told(age)))
        .map(|age| row(all, age))
        .collect();
    let mut open = vec![0_usize; all.days() + 1];
    let leads = field.leads;
    for (lead, outcome) in leads.outcome.iter().enumerate() {
        if *outcome == Outcome::Open
            && let Some(age) = leads.age(lead, leads.as_of)
            && told(age.max(0) as usize)
        {
            open[age.max(0) as usize] += 1;
        }
    }
    if rows.is_empty() {
        return None;
    }
    let wins = together(all, &open);
    let amount = mean_amount(field);
    Some(Delay {
        rows,
        open: open.iter().sum(),
        wins,
        money: amount.map(|amount| amount * wins.value),
        claimed: wins.low > 0.0 || wins.high.is_some_and(|high| high < 0.0),
    })
}

fn mean_amount(field: &Field<'_>) -> Option<f64> {
    let amounts = field.leads.numbers(Role::Amount)?;
    let known: Vec<f64> = (0..field.leads.len())
        .filter(|&row| field.leads.outcome[row] == Outcome::Won)
        .map(|row| amounts[row])
        .filter(|amount| amount.is_finite())
        .collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

/// Derivatives of P(won, given open at `age`) less that of a week later.
fn derivatives(all: &Incidence, day: usize, age: usize) -> (f64, f64) {
    let (now, later) = (
        all.derivatives(day, age, all.days()),
        all.derivatives(day, age + WEEK, all.days()),
    );
    (now.0 - later.0, now.1 - later.1)
}

fn row(all: &Incidence, age: usize) -> DelayRow {
    let (chance, chance_later) = (all.given_open(age), all.given_open(age + WEEK));
    let error = all.variance(|day| derivatives(all, day, age)).sqrt();
    DelayRow {
        age: age as i32,
        at_risk: all.at_risk(age) as usize,
        chance,
        chance_later,
        cost: Measure::normal(chance - chance_later, error),
    }
}

/// The sum over open leads, `open[age]` of each age.
fn together(all: &Incidence, open: &[usize]) -> Measure {
    let ages: Vec<(usize, f64)> = (open.iter().enumerate())
        .filter(|(_, n)| **n > 0)
        .map(|(age, &n)| (age, n as f64))
        .collect();
    let value = (ages.iter())
        .map(|&(age, n)| n * (all.given_open(age) - all.given_open(age + WEEK)))
        .sum();
    let variance = all.variance(|day| {
        ages.iter().fold((0.0, 0.0), |sum, &(age, n)| {
            let (a, b) = derivatives(all, day, age);
            (sum.0 + n * a, sum.1 + n * b)
        })
    });
    Measure::normal(value, variance.sqrt())
}
