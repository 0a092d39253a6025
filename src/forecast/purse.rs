//! What the wins of a source's new leads pay, and how that changes with the time they take.

use crate::forecast::smooth;
use crate::forecast::span::Span;
use crate::score::WinCurves;

/// Days of creation in a month at which its leads are looked at, as parts of it.
const LOOKS: [f64; 3] = [1.0 / 6.0, 3.0 / 6.0, 5.0 / 6.0];
/// Days of a month.
const MONTH: f64 = 365.25 / 12.0;

/// What the wins of a source's new leads pay: amounts expected, with how likely each is won.
#[derive(Debug, Clone, Default)]
pub(super) struct Purse {
    amounts: Vec<f64>,
    /// Squared amounts, times how much wider each spreads than all do.
    squares: Vec<f64>,
    /// Running sum of P(won), ending at 1; empty where nothing is ever won.
    cumulative: Vec<f64>,
    /// Mean amount of a win, money.
    pub(super) mean: f64,
    /// Mean squared amount of a win.
    pub(super) square: f64,
}

impl Purse {
    /// From (P(won), amount) of the examples.
    pub(super) fn new(examples: &[(f64, f64)]) -> Self {
        Self::spread(examples.iter().map(|&(p, amount)| (p, amount, 1.0)))
    }

    /// From (P(won), amount, mean square of realised / expected amounts over that of all) of the examples.
    fn spread(examples: impl Iterator<Item = (f64, f64, f64)> + Clone) -> Self {
        let total: f64 = examples.clone().map(|(p, _, _)| p).sum();
        if total <= 0.0 {
            return Self::default();
        }
        let mut purse = Self::default();
        let mut sum = 0.0;
        for (p, amount, square) in examples {
            let share = p / total;
            sum += share;
            purse.amounts.push(amount);
            purse.cumulative.push(sum);
            purse.mean += share * amount;
            purse.squares.push(amount * amount * square);
            purse.square += share * amount * amount * square;
        }
        purse
    }

    /// Which of the examples the win at the part `u` (0-1) of all wins is like, and its amount.
    pub(super) fn example(&self, u: f64) -> (usize, f64) {
        let i = self.cumulative.partition_point(|&sum| sum < u);
        let i = i.min(self.amounts.len().saturating_sub(1));
        (i, self.amounts.get(i).copied().unwrap_or(0.0))
    }

    /// The examples: the share of the wins that are like each, 0-1, its amount, and its squared amount as spread.
    pub(super) fn examples(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let before = std::iter::once(0.0).chain(self.cumulative.iter().copied());
        (self
            .cumulative
            .iter()
            .zip(before)
            .zip(&self.amounts)
            .zip(&self.squares))
        .map(|(((sum, before), &amount), &square)| (sum - before, amount, square))
    }
}

/// The purses of one source.
///
/// Large deals take longer: what is won in the month that it comes in pays less than what is won in the end.
#[derive(Debug, Clone, Default)]
pub(super) struct Purses {
    /// Of all wins within H.
    pub(super) whole: Purse,
    /// Of those in each month of the forecast.
    months: Vec<Purse>,
}

impl Purses {
    /// One purse for every month.
    #[cfg(test)]
    pub(super) const fn same(whole: Purse) -> Self {
        Self {
            whole,
            months: Vec::new(),
        }
    }

    /// From (P(won within H), amount, mean square of realised / expected amounts over that of all) of the examples, and for
    /// each month of the forecast how the wins in it share out among them.
    pub(super) fn new(
        examples: &[(f64, f64, f64)],
        by_month: impl Iterator<Item = Vec<f64>>,
    ) -> Self {
        let of_month = |shares: Vec<f64>| {
            let of = shares.iter().zip(examples);
            Purse::spread(of.map(|(&share, &(_, amount, square))| (share, amount, square)))
        };
        Self {
            whole: Purse::spread(examples.iter().copied()),
            months: by_month.map(of_month).collect(),
        }
    }

    /// What the wins in a month of the forecast pay.
    pub(super) fn of(&self, month: usize) -> &Purse {
        (self.months.get(month))
            .filter(|purse| !purse.cumulative.is_empty())
            .unwrap_or(&self.whole)
    }
}

/// P(won in each month of the forecast) of leads that come in during it, lead by lead.
#[derive(Debug, Clone, Default)]
pub(super) struct Timing {
    months: usize,
    /// Of those that come in the first month: `first[lead * months + closed]`.
    first: Vec<f64>,
    /// Of those that come in a later one: `later[lead * months + months between]`.
    later: Vec<f64>,
}

impl Timing {
    /// Of each curve, which begins at creation. On calendar days: holidays matter for the number of wins, not for which
    /// they are.
    pub(super) fn new(curves: &WinCurves, span: &Span) -> Self {
        let months = span.len();
        let left = f64::from(span.window(0).1);
        let mut timing = Self {
            months,
            first: Vec::with_capacity(curves.rows.len() * months),
            later: Vec::with_capacity(curves.rows.len() * months),
        };
        for curve in 0..curves.rows.len() {
            push(curves, curve, left, months, &mut timing.first);
            push(curves, curve, MONTH, months, &mut timing.later);
        }
        timing
    }

    /// Share of a lead's kind in the wins of a month, given how many leads come in each month (times any number).
    pub(super) fn weight(&self, lead: usize, closed: usize, leads: &[f64]) -> f64 {
        let row = lead * self.months;
        let at = |chances: &[f64], month: usize| chances.get(row + month).copied().unwrap_or(0.0);
        let later = (1..=closed).map(|created| leads[created] * at(&self.later, closed - created));
        leads[0] * at(&self.first, closed) + later.sum::<f64>()
    }
}

/// P(won in the month of creation, the next ...), for a lead that comes in on any day of a month of so many days.
fn push(curves: &WinCurves, curve: usize, days: f64, months: usize, to: &mut Vec<f64>) {
    let mut before = 0.0;
    for month in 0..months {
        let end = days + MONTH * month as f64;
        let now = (LOOKS.iter())
            .map(|look| smooth::won_within(curves, curve, end - look * days))
            .sum::<f64>()
            / LOOKS.len() as f64;
        to.push((now - before).max(0.0));
        before = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Day;
    use crate::forecast::sample::same_curves;

    #[test]
    fn a_purse_pays_by_how_likely_each_is_won() {
        let purse = Purse::new(&[(0.3, 10.0), (0.1, 50.0)]);
        assert!((purse.mean - 20.0).abs() < 1e-12);
        assert_eq!(
            (purse.example(0.7), purse.example(0.8)),
            ((0, 10.0), (1, 50.0))
        );
        assert_eq!(Purse::new(&[(0.0, 3.0)]).example(0.5), (0, 0.0));
    }

    #[test]
    fn what_is_won_at_once_pays_what_quick_deals_pay() {
        // A quick lead (won within 30 days) of 10, a slow one (after 60) of 50, as likely in the end.
        let mut curves = same_curves(&[0, 1], &[0, 30, 60, 90], &[0.3, 0.0, 0.0], &[0.0; 3]);
        curves.win[3..].copy_from_slice(&[0.0, 0.0, 0.3]);
        let span = Span::new(Day::from_ymd(2026, 4, 1).expect("a day"), 4);
        let timing = Timing::new(&curves, &span);
        let leads = [100.0; 4];
        let shares = (0..4).map(|m| vec![timing.weight(0, m, &leads), timing.weight(1, m, &leads)]);
        let purses = Purses::new(&[(0.3, 10.0, 1.0), (0.3, 50.0, 1.0)], shares);
        assert!((purses.whole.mean - 30.0).abs() < 1e-12);
        assert!(
            (purses.of(0).mean - 10.0).abs() < 1e-12,
            "{}",
            purses.of(0).mean
        );
        assert!(purses.of(2).mean > 12.0 && purses.of(3).mean > purses.of(2).mean);
        assert!(
            (purses.of(3).mean - 30.0).abs() < 1.0,
            "slow ones of the first months come in"
        );
        assert_eq!(purses.of(9).mean, purses.whole.mean, "beyond the forecast");
    }
}
