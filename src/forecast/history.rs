//! What the past months brought.

use std::collections::BTreeMap;

use crate::domain::{Day, Leads, Month, Outcome, Role, TargetLine};

/// Revenue of the past, and what stands open.
#[derive(Debug, Clone)]
pub(super) struct History {
    /// Revenue (deals, where amounts are not counted) by month of closing.
    revenue: BTreeMap<Month, f64>,
    /// First month that was seen as a whole.
    first: Option<Month>,
    this_month: Month,
    /// Wins with a date.
    pub(super) wins: usize,
    /// Wins without a date.
    pub(super) undated_wins: usize,
    /// Dated wins whose amount is missing.
    pub(super) unpriced_wins: usize,
    /// Open leads, and those of them without `created`.
    pub(super) open: usize,
    pub(super) open_without_created: usize,
    /// All open leads x closed win rate x mean amount; none before anything is closed.
    pub(super) weighted_pipeline: Option<f64>,
}

impl History {
    /// Adds up the leads; in money if `priced`, in deals otherwise.
    pub(super) fn new(leads: &Leads, priced: bool) -> Self {
        let amounts = leads.numbers(Role::Amount).filter(|_| priced);
        let amount = |row: usize| amounts.map_or(1.0, |amounts| amounts[row]);
        let mut history = Self {
            revenue: BTreeMap::new(),
            first: first_whole_month(leads),
            this_month: leads.as_of.month(),
            wins: 0,
            undated_wins: 0,
            unpriced_wins: 0,
            open: 0,
            open_without_created: 0,
            weighted_pipeline: None,
        };
        let (mut won, mut lost, mut priced, mut money) = (0.0, 0.0, 0.0, 0.0);
        for row in 0..leads.len() {
            match leads.outcome[row] {
                Outcome::Lost => lost += 1.0,
                Outcome::Open => {
                    history.open += 1;
                    history.open_without_created += usize::from(leads.created[row].is_none());
                }
                Outcome::Won => {
                    won += 1.0;
                    let paid = amount(row);
                    if paid.is_finite() {
                        priced += 1.0;
                        money += paid;
                    }
                    history.win(leads, row, paid);
                }
            }
        }
        if won + lost > 0.0 && (priced > 0.0 || won == 0.0) {
            let aov = if priced > 0.0 { money / priced } else { 0.0 };
            history.weighted_pipeline = Some(history.open as f64 * won / (won + lost) * aov);
        }
        history
    }

    fn win(&mut self, leads: &Leads, row: usize, amount: f64) {
        let Some(closed) = leads.closed[row] else {
            self.undated_wins += 1;
            return;
        };
        self.wins += 1;
        let sum = self.revenue.entry(closed.month()).or_insert(0.0);
        if amount.is_finite() {
            *sum += amount;
        } else {
            self.unpriced_wins += 1;
        }
    }

    /// The first month that was seen as a whole.
    pub(super) fn first(&self) -> Option<Month> {
        self.first
    }

    /// Revenue of a month so far.
    pub(super) fn revenue(&self, month: Month) -> f64 {
        self.revenue.get(&month).copied().unwrap_or(0.0)
    }

    /// Revenue of the complete months before `month`, oldest first, from the first one that was seen as a whole.
    pub(super) fn complete_before(&self, month: Month) -> Vec<f64> {
        let Some(first) = self.first else {
            return Vec::new();
        };
        (0..(month - first).max(0))
            .map(|i| self.revenue(first + i))
            .collect()
    }

    /// Revenue of the same month a year before; none if the data does not hold the whole of it.
    pub(super) fn year_before(&self, month: Month) -> Option<f64> {
        let month = month - 12;
        (self.first? <= month && month < self.this_month).then(|| self.revenue(month))
    }
}

/// The first month from whose beginning on both leads and closings are on record; none without either.
pub(crate) fn first_whole_month(leads: &Leads) -> Option<Month> {
    // A week of slack: an export that begins on the 3rd has seen the month.
    let whole = |days: &[Option<Day>]| {
        let day = days.iter().copied().flatten().min()?;
        Some(day.month() + i32::from(day.day_of_month() > 7))
    };
    Some(whole(&leads.created)?.max(whole(&leads.closed)?))
}

/// The team's target for a month: lines without an owner, or if there are none, the sum over owners.
pub(crate) fn team_target(targets: &[TargetLine], month: Month) -> Option<f64> {
    let of = |team: bool| {
        let lines = || {
            (targets.iter()).filter(move |line| line.month == month && line.owner.is_none() == team)
        };
        lines().next()?;
        Some(lines().map(|line| line.target).sum())
    };
    of(true).or_else(|| of(false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::sample::LeadsBuilder;

    #[test]
    fn revenue_belongs_to_the_month_of_closing() {
        let mut builder = LeadsBuilder::new("2026-07-10")
            .won("2025-06-03", "2025-06-05", None, 1.0)
            .won("2025-06-03", "2025-07-01", None, 100.0)
            .won("2026-06-03", "2026-07-01", None, 40.0)
            .won("2026-06-03", "2026-07-09", None, f64::NAN)
            .open("2026-07-01", None)
            .push(None, None, Outcome::Open)
            .push(None, None, Outcome::Lost);
        builder = builder.push(None, None, Outcome::Won);
        let leads = builder.build();
        let july = Month::new(2026, 7);
        let history = History::new(&leads, true);
        assert_eq!(history.revenue(july), 40.0);
        assert_eq!(history.year_before(july), Some(100.0));
        assert_eq!(history.year_before(july - 1), Some(1.0));
        assert_eq!(
            history.year_before(july - 2),
            None,
            "before the data begins"
        );
        assert_eq!(history.year_before(july + 12), None, "not over yet");
        assert_eq!((history.wins, history.undated_wins), (4, 1));
        assert_eq!(
            (history.unpriced_wins, history.open_without_created),
            (1, 1)
        );
        // 2 open x 5/6 won x mean of 1, 100 and 40.
        let weighted = history.weighted_pipeline.expect("closed leads");
        assert!((weighted - 2.0 * 5.0 / 6.0 * 47.0).abs() < 1e-9);
        let deals = History::new(&leads, false);
        assert_eq!(deals.revenue(july), 2.0);
    }

    #[test]
    fn owners_targets_add_up_only_without_one_of_the_team() {
        let month = Month::new(2026, 7);
        let line = |owner: Option<&str>, target| TargetLine {
            month,
            owner: owner.map(str::to_owned),
            target,
        };
        let owners = [line(Some("a"), 1.0), line(Some("b"), 2.0)];
        assert_eq!(team_target(&owners, month), Some(3.0));
        assert_eq!(team_target(&owners, month + 1), None);
        let both = [line(Some("a"), 1.0), line(None, 5.0)];
        assert_eq!(team_target(&both, month), Some(5.0));
    }
}
