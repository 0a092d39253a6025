//! Spend and leads by source and month, and the series that the curves are learnt from.

use std::collections::BTreeMap;
use std::f64::consts::TAU;

use crate::decide::budget::demand::{Past, left_by};
use crate::decide::budget::response::{Control, Series};
use crate::decide::budget::result::BudgetError;
use crate::domain::{Leads, Month, Role, SpendLine};
use crate::forecast::Groups;

/// Newest months that are looked at.
const MOST_MONTHS: usize = 36;
/// Months whose mean is what a source gets now.
const NOW: usize = 3;
/// Months from which a season can be told from growth.
const SEASON_MONTHS: usize = 18;
/// Season: standard deviation of the waves of a year and of half a year. Growth a month; its change every half year.
const WAVES: [(f64, f64); 2] = [(1.0, 0.15), (2.0, 0.1)];
const GROWTH: f64 = 0.03;
const BEND: (usize, f64) = (6, 0.02);
/// Leads a month from which sources without spend tell demand by themselves.
const ENOUGH: f64 = 20.0;
/// Noise of a source's leads that demand is not the cause of: standard deviation of the log.
const OWN_NOISE: f64 = 0.15;
/// What no amount of data tells of an elasticity, as nobody tried: standard deviation, and where spend is seen to follow
/// demand.
const DOUBT: f64 = 0.15;
const MORE_DOUBT: f64 = 0.25;

/// One source, month by month.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) name: String,
    /// Money by month; 0 where no line says otherwise.
    pub(super) spend: Vec<f64>,
    pub(super) leads: Vec<f64>,
    /// First month with spend.
    pub(super) first: Option<usize>,
}

impl Line {
    /// Mean of the last months.
    pub(super) fn current(&self) -> f64 {
        let tail = &self.spend[self.spend.len().saturating_sub(NOW)..];
        tail.iter().sum::<f64>() / tail.len().max(1) as f64
    }

    /// Leads a month, over the same months.
    pub(super) fn leads_now(&self) -> f64 {
        let tail = &self.leads[self.leads.len().saturating_sub(NOW)..];
        tail.iter().sum::<f64>() / tail.len().max(1) as f64
    }

    /// Months with spend.
    pub(super) fn months(&self) -> usize {
        self.spend.iter().filter(|s| **s > 0.0).count()
    }

    /// Least and most money of a month.
    pub(super) fn extremes(&self) -> (f64, f64) {
        let some = self.spend.iter().copied().filter(|s| *s > 0.0);
        some.fold((f64::INFINITY, 0.0), |(low, high), s| {
            (low.min(s), high.max(s))
        })
    }

    fn log_spend(&self) -> Vec<f64> {
        let usual = self.spend.iter().sum::<f64>() / self.months().max(1) as f64;
        let least = (0.05 * usual).max(f64::MIN_POSITIVE);
        self.spend.iter().map(|s| s.max(least).ln()).collect()
    }

    fn log_leads(&self) -> Vec<f64> {
        self.leads.iter().map(|n| (n + 0.5).ln()).collect()
    }

    /// How well its leads tell demand.
    fn weight(&self) -> f64 {
        let mean = self.leads.iter().sum::<f64>() / self.leads.len().max(1) as f64;
        if mean < 1.0 {
            return 0.0;
        }
        1.0 / (OWN_NOISE * OWN_NOISE + 1.0 / mean)
    }
}

/// All sources over the same months.
#[derive(Debug, Clone)]
pub(super) struct History {
    pub(super) from: Month,
    pub(super) to: Month,
    pub(super) lines: Vec<Line>,
}

/// Puts spend and leads side by side, over the complete months that both know of.
pub(super) fn history(
    leads: &Leads,
    groups: &Groups,
    spend: &[SpendLine],
) -> Result<History, BudgetError> {
    let this = leads.as_of.month();
    let known: Vec<&SpendLine> = (spend.iter())
        .filter(|line| line.spend.is_finite() && line.spend >= 0.0)
        .collect();
    let months = |of: fn(Month, Month) -> Month| known.iter().map(|l| l.month).reduce(of);
    let (Some(begins), Some(ends)) = (months(Ord::min), months(Ord::max)) else {
        return Err(BudgetError::NoSpend);
    };
    let first_day = leads.created.iter().copied().flatten().min();
    let first = first_day.map_or(this, crate::domain::Day::month);
    // A month in which the export begins late is not whole.
    let whole = first + i32::from(first_day.is_some_and(|day| day.day_of_month() > 4));
    let to = ends.min(this + -1);
    let from = begins.max(whole).max(to + -(MOST_MONTHS as i32 - 1));
    if from > to {
        return Err(BudgetError::NoMonth {
            as_of: leads.as_of,
            from: begins,
            to: ends,
            first,
        });
    }
    let n = (to - from + 1) as usize;
    let mut lines: BTreeMap<&str, Line> = BTreeMap::new();
    let line = |name: &str| Line {
        name: name.to_owned(),
        spend: vec![0.0; n],
        leads: vec![0.0; n],
        first: None,
    };
    let place = |month: Month| {
        (from..=to)
            .contains(&month)
            .then(|| (month - from) as usize)
    };
    for name in &groups.names {
        lines.insert(name, line(name));
    }
    for paid in known {
        let of = lines
            .entry(&paid.source)
            .or_insert_with(|| line(&paid.source));
        if let Some(t) = place(paid.month) {
            of.spend[t] += paid.spend;
        }
    }
    let mut lines: Vec<Line> = lines.into_values().collect();
    let at: BTreeMap<String, usize> = (lines.iter().enumerate())
        .map(|(i, line)| (line.name.clone(), i))
        .collect();
    let of_group: Vec<usize> = groups.names.iter().map(|name| at[name]).collect();
    for (row, created) in leads.created.iter().enumerate() {
        if let Some(t) = created.and_then(|day| place(day.month())) {
            lines[of_group[groups.of[row]]].leads[t] += 1.0;
        }
    }
    for line in &mut lines {
        line.first = line.spend.iter().position(|s| *s > 0.0);
    }
    Ok(History { from, to, lines })
}

impl History {
    fn months(&self) -> usize {
        (self.to - self.from + 1) as usize
    }

    /// Demand beside a source: its leads' company. Sources without spend alone, where they have enough leads.
    fn company(&self, source: usize) -> (Vec<&Line>, bool) {
        let others = || (self.lines.iter().enumerate()).filter(move |(i, _)| *i != source);
        let free: Vec<&Line> = others()
            .map(|o| o.1)
            .filter(|l| l.first.is_none())
            .collect();
        let leads: f64 = free.iter().flat_map(|line| &line.leads).sum();
        if leads >= ENOUGH * self.months() as f64 {
            return (free, true);
        }
        (others().map(|other| other.1).collect(), false)
    }

    /// What is needed to ask whether a source's spend follows demand.
    pub(super) fn past(&self, source: usize) -> Past {
        let line = &self.lines[source];
        let start = line.first.unwrap_or(0);
        let (company, free) = self.company(source);
        let others = weighted(&company, self.months(), Line::log_leads);
        let paid: Vec<&Line> = company.into_iter().filter(|l| l.first.is_some()).collect();
        let others_spend = if free || paid.is_empty() {
            Vec::new()
        } else {
            weighted(&paid, self.months(), Line::log_spend)[start..].to_vec()
        };
        Past {
            spend: line.log_spend()[start..].to_vec(),
            others: others[start..].to_vec(),
            others_spend,
        }
    }

    /// The series of a source; `bs` are the elasticities of all, by which the others' leads are told from demand.
    pub(super) fn series(&self, source: usize, bs: &[f64], follows: bool) -> Series {
        let line = &self.lines[source];
        let start = line.first.unwrap_or(0);
        let n = self.months() - start;
        // Months back from the one ahead, so that every control but growth is 0 there.
        let back: Vec<f64> = (0..n).map(|t| t as f64 - n as f64).collect();
        let mut controls = vec![control(back.clone(), GROWTH)];
        let bends = (1..).map(|k| k * BEND.0).take_while(|knot| knot + 3 <= n);
        controls.extend(bends.map(|knot| {
            let bent = back.iter().map(|t| (t + knot as f64).min(0.0));
            control(bent.collect(), BEND.1)
        }));
        if n >= SEASON_MONTHS {
            for (times, sd) in WAVES {
                let angle = |t: usize| {
                    let month = self.from + (start + t) as i32;
                    TAU * times * f64::from(month.number()) / 12.0
                };
                controls.push(control((0..n).map(|t| angle(t).sin()).collect(), sd));
                controls.push(control((0..n).map(|t| angle(t).cos()).collect(), sd));
            }
        }
        controls.extend(
            self.demand(source, bs)
                .map(|z| control(z[start..].to_vec(), 1.0)),
        );
        Series {
            spend: line.spend[start..].to_vec(),
            outcome: line.leads[start..].to_vec(),
            grain: 1.0,
            controls,
            doubt: if follows { MORE_DOUBT } else { DOUBT },
        }
    }

    /// Demand as the other sources' leads show it: what of their logs neither their spend nor a straight line explains.
    fn demand(&self, source: usize, bs: &[f64]) -> Option<Vec<f64>> {
        let (company, _) = self.company(source);
        let n = self.months();
        let (mut sum, mut weights) = (vec![0.0; n], 0.0);
        let line = vec![vec![1.0; n], (0..n).map(|t| t as f64).collect()];
        for other in company {
            let weight = other.weight();
            let mut left = other.log_leads();
            if other.first.is_some() {
                let i = self.lines.iter().position(|l| l.name == other.name)?;
                for (y, x) in left.iter_mut().zip(other.log_spend()) {
                    *y -= bs[i] * x;
                }
            }
            for (s, y) in sum.iter_mut().zip(left_by(&left, &line)) {
                *s += weight * y;
            }
            weights += weight;
        }
        (weights > 0.0).then(|| sum.into_iter().map(|s| s / weights).collect())
    }
}

fn control(values: Vec<f64>, sd: f64) -> Control {
    Control {
        values,
        ahead: 0.0,
        sd,
    }
}

fn weighted(lines: &[&Line], n: usize, of: fn(&Line) -> Vec<f64>) -> Vec<f64> {
    let (mut sum, mut weights) = (vec![0.0; n], f64::MIN_POSITIVE);
    for line in lines {
        let weight = line.weight();
        for (s, x) in sum.iter_mut().zip(of(line)) {
            *s += weight * x;
        }
        weights += weight;
    }
    sum.into_iter().map(|s| s / weights).collect()
}

/// The amounts of the wins of each line's source.
pub(super) fn amounts(leads: &Leads, groups: &Groups, lines: &[Line]) -> Vec<Vec<f64>> {
    let mut of_group = vec![Vec::new(); groups.len()];
    if let Some(amounts) = leads.numbers(Role::Amount) {
        for (row, amount) in amounts.iter().enumerate() {
            let won = leads.outcome[row] == crate::domain::Outcome::Won;
            if won && leads.created[row].is_some() && amount.is_finite() {
                of_group[groups.of[row]].push(*amount);
            }
        }
    }
    (lines.iter())
        .map(|line| {
            let group = groups.names.iter().position(|name| *name == line.name);
            group.map_or(Vec::new(), |group| std::mem::take(&mut of_group[group]))
        })
        .collect()
}
