//! Beyond the oldest age that was well observed: one falling hazard for all.

use serde::{Deserialize, Serialize};

use crate::domain::{Day, Leads, Outcome};
use crate::score::landmarks;
use crate::score::solver::logit;

/// Ages, as parts of the horizon on a scale of logarithms, between which lead-days are added up.
const CELLS: usize = 12;
/// What the slope of ln(hazard) over ln(age) is taken for before any data, and its variance: a hazard that falls as 1 / age.
const SLOPE: (f64, f64) = (-1.0, 9.0);
/// Wins that tell how the hazard falls.
const WINS: usize = 30;
/// Events that are taken for seen before any data: enough to keep a hazard that was never seen from being none.
const EVENTS: f64 = 0.1;

/// Hazards of leads older than any that enough others have reached.
///
/// What features do at such ages nobody has seen; carried on, their effects would bring dead leads back to life. The
/// hazard there is that of all leads together, as it fell over the older half of the observed ages.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tail {
    /// Age from which on it holds, days: too few leads were seen open beyond it.
    pub(crate) from: i32,
    /// Of being won.
    pub(crate) win: Hazard,
    /// Of being lost.
    pub(crate) lost: Hazard,
}

/// ln h(age) = level + slope ln(age / from), h per day; a Poisson regression with a prior on both.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hazard {
    level: f64,
    slope: f64,
    /// Variance of level, covariance, variance of slope.
    covariance: [f64; 3],
}

/// Lead-days and events around an age.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// ln(age / from).
    x: f64,
    days: f64,
    won: f64,
    lost: f64,
}

impl Tail {
    /// Learns from the lead-days at ages of at least half of `horizon`, or younger ones too where few were won so late.
    pub(crate) fn learn(leads: &Leads, horizon: i32) -> Self {
        let cells = cells(leads, horizon, start(leads, horizon));
        Self {
            from: horizon,
            win: Hazard::fit(&cells, |cell| cell.won),
            lost: Hazard::fit(&cells, |cell| cell.lost),
        }
    }

    /// ln(age / from) in the middle of the days `from`..`to` after the age `age`.
    pub(crate) fn beyond(&self, age: i32, from: i32, to: i32) -> f64 {
        let reached = f64::from(age) + f64::from(from + to) / 2.0;
        reached / f64::from(self.from) - 1.0
    }

    /// Log-odds of being won, and of being lost if not won, in the days `from`..`to` after the age `age`.
    pub(crate) fn log_odds(&self, age: i32, from: i32, to: i32) -> (f64, f64) {
        let x = self.beyond(age, from, to);
        let within = |hazard: &Hazard| -> f64 {
            let daily = (hazard.level + hazard.slope * x).exp().min(0.5);
            -(f64::from(to - from) * (-daily).ln_1p()).exp_m1()
        };
        (logit(within(&self.win)), logit(within(&self.lost)))
    }
}

/// Age from which on to learn, days.
fn start(leads: &Leads, horizon: i32) -> i32 {
    let mut ages: Vec<i32> = (0..leads.len())
        .filter(|&row| landmarks::timed(leads, row) && leads.outcome[row] == Outcome::Won)
        .filter_map(|row| Some(leads.closed[row]? - leads.created[row]?))
        .collect();
    ages.sort_unstable_by(|a, b| b.cmp(a));
    let with_wins = ages.get(WINS - 1).or(ages.last()).copied();
    with_wins.unwrap_or(horizon).min(horizon / 2).max(1)
}

fn cells(leads: &Leads, horizon: i32, start: i32) -> Vec<Cell> {
    let start = f64::from(start);
    let oldest = (0..leads.len())
        .filter_map(|row| leads.created[row])
        .min()
        .map_or(horizon, |first: Day| leads.as_of - first);
    let width = (f64::from(oldest.max(horizon) + 1) / start).ln() / CELLS as f64;
    let edge = |i: usize| start * (width * i as f64).exp();
    let mut cells: Vec<Cell> = (0..CELLS)
        .map(|i| Cell {
            x: f64::midpoint(edge(i), edge(i + 1)) / f64::from(horizon) - 1.0,
            ..Cell::default()
        })
        .collect();
    for row in (0..leads.len()).filter(|&row| landmarks::timed(leads, row)) {
        let Some(created) = leads.created[row] else {
            continue;
        };
        let lived = f64::from(leads.closed[row].unwrap_or(leads.as_of) - created);
        for (i, cell) in cells.iter_mut().enumerate() {
            if lived <= edge(i) {
                break;
            }
            cell.days += lived.min(edge(i + 1)) - edge(i);
            if lived <= edge(i + 1) || i + 1 == CELLS {
                cell.won += f64::from(u8::from(leads.outcome[row] == Outcome::Won));
                cell.lost += f64::from(u8::from(leads.outcome[row] == Outcome::Lost));
            }
        }
    }
    cells
}

impl Hazard {
    /// Newton's method on the log posterior; a hazard that would rise with age is held level.
    fn fit(cells: &[Cell], events: impl Fn(&Cell) -> f64) -> Self {
        let total: f64 = cells.iter().map(&events).sum();
        let days: f64 = cells.iter().map(|cell| cell.days).sum();
        let mut hazard = Self {
            level: ((total + EVENTS) / (days + 1.0)).ln(),
            slope: SLOPE.0,
            covariance: [0.0; 3],
        };
        for _ in 0..100 {
            let (mut score, mut curvature) = (
                [EVENTS, -(hazard.slope - SLOPE.0) / SLOPE.1],
                [0.0, 0.0, 1.0 / SLOPE.1],
            );
            for cell in cells {
                let expected = (cell.days + 1e-9) * (hazard.level + hazard.slope * cell.x).exp();
                let rest = events(cell) - expected;
                score[0] += rest;
                score[1] += rest * cell.x;
                curvature[0] += expected;
                curvature[1] += expected * cell.x;
                curvature[2] += expected * cell.x * cell.x;
            }
            let determinant = curvature[0] * curvature[2] - curvature[1] * curvature[1];
            hazard.covariance = [
                curvature[2] / determinant,
                -curvature[1] / determinant,
                curvature[0] / determinant,
            ];
            let [a, b, c] = hazard.covariance;
            let step = [a * score[0] + b * score[1], b * score[0] + c * score[1]];
            let scale = (1.0 / step[0].abs().max(step[1].abs())).min(1.0);
            hazard.level += scale * step[0];
            hazard.slope += scale * step[1];
            if step[0].abs() + step[1].abs() < 1e-10 {
                break;
            }
        }
        if hazard.slope > 0.0 {
            hazard.slope = 0.0;
        }
        hazard
    }

    /// Variance of `by[0]` level + `by[1]` slope.
    pub(crate) fn variance(&self, by: [f64; 2]) -> f64 {
        let [a, b, c] = self.covariance;
        by[0] * by[0] * a + 2.0 * by[0] * by[1] * b + by[1] * by[1] * c
    }
}
