//! What a week's delay goes with: the chance of a lead that is still open, now and a week later.

use crate::domain::{Outcome, Role};
use crate::kpi::cycle::Field;
use crate::kpi::cycle::result::{Delay, DelayRow};
use crate::kpi::gate::{Measure, p_value};
use crate::kpi::incidence::Incidence;

/// A week, days.
const WEEK: usize = 7;
/// Ages that are shown, days.
const AGES: [usize; 9] = [0, 7, 14, 30, 60, 90, 120, 180, 270];
/// Fewest wins, and fewest leads at risk at an age, that it is told from.
const LEAST: (usize, f64) = (20, 50.0);

/// Where nothing is lost, a loss is told this often at most.
const FALSE_ALARMS: f64 = 0.10;

/// By age, and over the leads that are open now. Looks equally far ahead from every age, within the horizon: otherwise its
/// end alone would make the chance fall. Ages beyond which fewer than one in ten wins comes, or beyond half of the horizon,
/// are left out.
pub(super) fn delay(field: &Field<'_>) -> Option<Delay> {
    let all = &field.all;
    if all.events < LEAST.0 {
        return None;
    }
    let last = field.nearly_all().min(all.days() / 2).saturating_sub(WEEK);
    let told = |age: usize| age <= last && all.at_risk(age + WEEK) >= LEAST.1;
    let look = Look {
        all,
        ahead: all.days().saturating_sub(last + WEEK),
    };
    let rows: Vec<DelayRow> = (AGES.into_iter().filter(|&age| told(age)))
        .map(|age| look.row(age))
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
    let (sum, error) = look.together(&open);
    let wins = Measure::normal(sum, error);
    let amount = mean_amount(field);
    Some(Delay {
        ahead_days: look.ahead as i32,
        rows,
        open: open.iter().sum(),
        wins,
        money: amount.map(|amount| amount * wins.value),
        claimed: p_value(wins.value / error) <= FALSE_ALARMS,
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

/// A look ahead over so many days.
struct Look<'a> {
    all: &'a Incidence,
    ahead: usize,
}

impl Look<'_> {
    /// P(won within the days ahead, given open at `age`).
    fn chance(&self, age: usize) -> f64 {
        self.all.between(age, age + self.ahead)
    }

    /// Derivatives of the chance less that of a week later.
    fn derivatives(&self, day: usize, age: usize) -> (f64, f64) {
        let of = |age: usize| self.all.derivatives(day, age, age + self.ahead);
        let (now, later) = (of(age), of(age + WEEK));
        (now.0 - later.0, now.1 - later.1)
    }

    fn row(&self, age: usize) -> DelayRow {
        let (chance, chance_later) = (self.chance(age), self.chance(age + WEEK));
        let variance = self.all.variance(|day| self.derivatives(day, age));
        DelayRow {
            age: age as i32,
            at_risk: self.all.at_risk(age) as usize,
            chance,
            chance_later,
            cost: Measure::normal(chance - chance_later, variance.sqrt()),
        }
    }

    /// The sum over open leads, `open[age]` of each age, and its standard error.
    fn together(&self, open: &[usize]) -> (f64, f64) {
        let ages: Vec<(usize, f64)> = (open.iter().enumerate())
            .filter(|(_, n)| **n > 0)
            .map(|(age, &n)| (age, n as f64))
            .collect();
        let value = (ages.iter())
            .map(|&(age, n)| n * (self.chance(age) - self.chance(age + WEEK)))
            .sum();
        let variance = self.all.variance(|day| {
            ages.iter().fold((0.0, 0.0), |sum, &(age, n)| {
                let (a, b) = self.derivatives(day, age);
                (sum.0 + n * a, sum.1 + n * b)
            })
        });
        (value, variance.sqrt())
    }
}
