//! A month measured lead by lead: the chance that a model of a day gives each lead to be won, or lost, in some days.

use std::collections::HashMap;

use crate::domain::{Day, Leads, Role};
use crate::forecast::calendar::Pace;
use crate::forecast::conversion;
use crate::forecast::engine::enough;
use crate::forecast::groups::Groups;
use crate::forecast::inflow;
use crate::forecast::result::ForecastError;
use crate::forecast::smooth;
use crate::forecast::span::Span;
use crate::score::{self, Model, Warning, WinCurves};
use crate::segment::Rules;

/// The part of the days by which it is told how decisions follow the clock.
const SOONER: f64 = 0.8;
/// Chances to win below this are taken for it: what was won was possible.
const LEAST: f64 = 1e-9;

/// What a model expects of one lead over some days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Chance {
    /// Its row in the leads measured.
    pub(crate) row: usize,
    /// Whether it came in during the days; if not, it was open on the first.
    pub(crate) new: bool,
    /// P(won in the days) if every day were an average one and the days were as many as usual.
    pub(crate) usual: f64,
    /// The same of a new lead that could have come on any of the days.
    pub(crate) even: f64,
    /// P(won in the days), by their working time.
    pub(crate) win: f64,
    /// P(lost in the days), by their working time.
    pub(crate) lost: f64,
    /// The same of the first [`SOONER`] of that time: P(won), P(lost).
    pub(crate) sooner: [f64; 2],
    /// Expected amount if it is won, money; 1 where the data has no amounts.
    pub(crate) amount: f64,
}

/// Days measured: from the first up to, but without, the second; and how many days they are taken to have where the
/// calendar shall not count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) usual: f64,
    /// Whether the calendar counts all the same, as it was known before.
    pub(crate) known: bool,
}

/// A model as known on one day, and what its days are worth.
#[derive(Debug)]
pub(crate) struct Ruler {
    pub(super) model: Model,
    pub(super) wins: Pace,
    pub(super) new: Pace,
}

impl Ruler {
    /// Learns from `leads` as they are known at `leads.as_of`.
    pub(crate) fn learn(
        leads: &Leads,
        rules: Option<&Rules>,
        seed: u64,
    ) -> Result<Self, ForecastError> {
        if !leads.dated() {
            return Err(ForecastError::Undated);
        }
        enough(leads, &Groups::by(leads, Role::Source))?;
        let span = Span::new(leads.as_of, 1).paced(leads);
        Ok(Self {
            model: score::refit(leads, rules, seed)?,
            wins: span.wins,
            new: span.new,
        })
    }

    /// Days of average worth for new leads between two days.
    pub(crate) fn lead_days(&self, from: Day, to: Day) -> f64 {
        self.new.worked(from, to)
    }

    /// Days of average worth for wins between two days.
    pub(crate) fn win_days(&self, from: Day, to: Day) -> f64 {
        self.wins.worked(from, to)
    }

    /// The days on which a lead of the window can come: how probable each is, and the time that is left then for wins.
    pub(super) fn any_day(&self, from: Day, to: Day) -> Vec<(f64, f64)> {
        let days: Vec<Day> = (0..to - from).map(|day| from + day).collect();
        let all = self.lead_days(from, to);
        let n = days.len().max(1) as f64;
        (days.iter())
            .map(|&day| {
                let part = if all > 0.0 {
                    self.lead_days(day, day + 1) / all
                } else {
                    1.0 / n
                };
                (part, self.wins.worked(day, to))
            })
            .collect()
    }

    /// Whether the model knows amounts; if not, deals are counted.
    pub(crate) const fn priced(&self) -> bool {
        self.model.amount.is_some()
    }

    /// What to say if wins come in waves that follow the quarter, by the months before `leads.as_of`.
    pub(crate) fn waves(
        &self,
        leads: &Leads,
        rules: Option<&Rules>,
    ) -> Result<Option<Warning>, ForecastError> {
        let sources = Groups::by(leads, Role::Source);
        let rows = inflow::examples(leads, &sources);
        let curves = score::at_creation(&self.model, leads, rules, &rows)?.curves(&self.model);
        let oldest = leads.created.iter().copied().flatten().min();
        let days = oldest.map_or(0, |day| leads.as_of - day);
        let table = inflow::daily(&inflow::mean_curves(&curves, &sources), days);
        let wins = conversion::months_of_wins(leads, &sources, &table, &self.wins);
        Ok(conversion::waves(&wins, leads.as_of.month()).map(waves_warning))
    }

    /// Every lead that could be won in the window: open at its beginning, or new in it. Those without a known life are
    /// not among them.
    pub(crate) fn measure(
        &self,
        leads: &Leads,
        rules: Option<&Rules>,
        window: Window,
    ) -> Result<Vec<Chance>, ForecastError> {
        let row_of: HashMap<&str, usize> = (leads.ids.iter().enumerate())
            .map(|(row, id)| (id.as_str(), row))
            .collect();
        let start = leads.as_of(window.from);
        let open = score::open_now(&self.model, &start, rules)?.curves(&self.model);
        let prices = score::expected_amounts(&self.model, &start, &open.rows);
        let mut chances = Vec::new();
        for (curve, &at) in open.rows.iter().enumerate() {
            let Some(&row) = row_of.get(start.ids[at].as_str()) else {
                continue;
            };
            let amount = prices.as_ref().map_or(1.0, |prices| prices[curve]);
            let worked = self.wins.worked(window.from, window.to);
            let usual = if window.known { worked } else { window.usual };
            let days = (usual, worked);
            chances.push(chance(&open, curve, (row, false, amount), days));
        }
        let end = leads.as_of(window.to);
        let came: Vec<usize> = (0..end.len())
            .filter(|&row| end.created[row].is_some_and(|day| day >= window.from))
            .collect();
        let new = score::at_creation(&self.model, &end, rules, &came)?.curves(&self.model);
        let prices = score::amounts_at_creation(&self.model, &end, &new.rows);
        let stretch = window.usual / f64::from((window.to - window.from).max(1));
        let any_day = if window.known {
            self.any_day(window.from, window.to)
        } else {
            let n = window.to - window.from;
            (1..=n)
                .map(|days| (1.0 / f64::from(n), f64::from(days) * stretch))
                .collect()
        };
        for (curve, &at) in new.rows.iter().enumerate() {
            let here = row_of.get(end.ids[at].as_str());
            let (Some(&row), Some(created)) = (here, end.created[at]) else {
                continue;
            };
            let amount = prices.as_ref().map_or(1.0, |prices| prices[curve]);
            let worked = self.wins.worked(created, window.to);
            let usual = if window.known {
                worked
            } else {
                f64::from(window.to - created) * stretch
            };
            let mut own = chance(&new, curve, (row, true, amount), (usual, worked));
            own.even = evenly(&new, curve, &any_day).max(LEAST);
            chances.push(own);
        }
        Ok(chances)
    }
}

fn chance(
    curves: &WinCurves,
    curve: usize,
    (row, new, amount): (usize, bool, f64),
    (usual, worked): (f64, f64),
) -> Chance {
    let of_usual = smooth::won_within(curves, curve, usual).max(LEAST);
    Chance {
        row,
        new,
        usual: of_usual,
        even: of_usual,
        win: smooth::won_within(curves, curve, worked).max(LEAST),
        lost: smooth::lost_within(curves, curve, worked),
        sooner: sooner(curves, curve, worked),
        amount,
    }
}

/// P(won) of a lead that comes on any of some days.
pub(super) fn evenly(curves: &WinCurves, curve: usize, any_day: &[(f64, f64)]) -> f64 {
    let of = |&(part, days): &(f64, f64)| part * smooth::won_within(curves, curve, days);
    any_day.iter().map(of).sum()
}

/// P(won), P(lost) in the first part of some days.
pub(super) fn sooner(curves: &WinCurves, curve: usize, worked: f64) -> [f64; 2] {
    let days = SOONER * worked;
    [
        smooth::won_within(curves, curve, days),
        smooth::lost_within(curves, curve, days),
    ]
}

/// The warning that wins come in waves.
pub(super) fn waves_warning(message: String) -> Warning {
    Warning {
        code: "quarter-waves".to_owned(),
        message,
        column: None,
    }
}
