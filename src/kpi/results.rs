//! Results: revenue, deals and attainment by month; how much months vary and what of it is luck; how much hangs on one
//! deal or customer; and how targets were set.

use std::collections::BTreeMap;

use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF};

use crate::domain::{Day, Leads, Month, Outcome, Role, TargetLine};
use crate::forecast::{Groups, team_target};
use crate::kpi::Range;
use crate::kpi::quarter::{QuarterWaves, quarter_waves};
use crate::kpi::record::{first_month_on_record, last_lead};
use crate::kpi::refunds::sold;

/// Complete months that volatility and concentration look back at.
const LOOK_BACK: i32 = 12;
/// Fewest of them that tell how much months vary.
const LEAST_MONTHS: usize = 6;
/// Fewest deals in them: how a handful fall says nothing of months.
const LEAST_DEALS: usize = 10;
/// Days at the end of a month without a new lead that are no end of them.
const WEEK: i32 = 7;

/// One month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResultMonth {
    /// The month of closing.
    pub month: Month,
    /// Money of the wins closed in it; deals where the data has no amounts.
    pub revenue: f64,
    /// Wins closed in it.
    pub deals: usize,
    /// The team's target, in the unit of `revenue`; none without.
    pub target: Option<f64>,
    /// revenue / target; none without a target, or while the month is not over.
    pub attainment: Option<f64>,
    /// The best month before it, in the unit of `revenue`; none for the first.
    pub best_before: Option<f64>,
    /// Whether the month is over at the as-of date, and was on record from its beginning.
    pub whole: bool,
    /// Whether new leads came in until its end, give or take a week: not after the last lead of an export.
    pub fed: bool,
}

/// How much revenue varies from month to month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Volatility {
    /// Complete months that it is of: the last ones to which leads came in, at most 12.
    pub months: usize,
    /// Standard deviation / mean of their revenue, with its 80 % interval (Vangel 1996).
    pub cv: Range,
    /// The same if every month had the same chances and only the number and size of deals were luck.
    pub luck: f64,
    /// Whether months differ by more than that luck: the interval lies above it.
    pub more_than_luck: bool,
}

/// How much hangs on little.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Concentration {
    /// First month of the revenue looked at.
    pub from: Month,
    /// Revenue from then until the as-of date, before refunds, money.
    pub revenue: f64,
    /// Its deals.
    pub deals: usize,
    /// The lead whose deal was the largest.
    pub largest_deal: String,
    /// Its share, 0-1.
    pub largest_deal_share: f64,
    /// The customer who brought most; none where the project names no `customer`.
    pub largest_customer: Option<String>,
    /// The share, 0-1.
    pub largest_customer_share: Option<f64>,
    /// Customers; none likewise.
    pub customers: Option<usize>,
}

/// How targets were set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TargetRecord {
    /// Months that were over and had a target above 0.
    pub months: usize,
    /// Months that were over and had a target of 0: in none of these counts, as any revenue reaches it.
    pub zero: usize,
    /// Those of them that reached it.
    pub reached: usize,
    /// Those with a target above every month before.
    pub above_best: usize,
    /// Months with a target and a month before them to compare with.
    pub compared: usize,
    /// The target of the month of the as-of date, in the unit of revenue; none without.
    pub now: Option<f64>,
    /// The best complete month, in the unit of revenue.
    pub best: Option<f64>,
    /// When it was.
    pub best_month: Option<Month>,
}

/// The first group: results.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Results {
    /// By month of closing, from the first one on record, or the first with a win if that is earlier.
    pub months: Vec<ResultMonth>,
    /// The day of the last lead, where none came in for a month before the as-of date: the months since are in neither
    /// `volatility` nor `waves`.
    pub last_lead: Option<Day>,
    /// How much months vary; none with fewer than six complete ones, or ten deals in them.
    pub volatility: Option<Volatility>,
    /// Months of the quarter with more deals than others, beyond chance; none where they are alike or not told apart yet.
    pub waves: Option<QuarterWaves>,
    /// How much hangs on one deal or customer; none without amounts or wins.
    pub concentration: Option<Concentration>,
    /// How targets were set; none without `[targets]`.
    pub targets: Option<TargetRecord>,
    /// Whether targets are left out as no win has an amount: targets are money, and deals cannot be held against them.
    pub targets_need_amounts: bool,
    /// Wins without a day of closing, which are in no month.
    pub undated_wins: usize,
    /// Wins without an amount, which are in no revenue; 0 where the data has no amounts at all.
    pub unpriced_wins: usize,
}

/// The money of a win (1 where the data has no amounts); none for other leads.
pub(crate) fn worth(leads: &Leads, row: usize) -> Option<f64> {
    if leads.outcome[row] != Outcome::Won {
        return None;
    }
    match leads.numbers(Role::Amount) {
        None => Some(1.0),
        Some(amounts) => Some(amounts[row]).filter(|amount| amount.is_finite()),
    }
}

/// Results as of `leads.as_of`.
pub(crate) fn results(leads: &Leads, targets: &[TargetLine]) -> Results {
    let mut sums: BTreeMap<Month, (f64, usize, usize)> = BTreeMap::new();
    let (mut undated_wins, mut unpriced_wins) = (0, 0);
    for row in (0..leads.len()).filter(|&row| leads.outcome[row] == Outcome::Won) {
        let money = worth(leads, row);
        unpriced_wins += usize::from(money.is_none());
        match leads.closed[row] {
            None => undated_wins += 1,
            Some(closed) => {
                let sum = sums.entry(closed.month()).or_default();
                sum.0 += money.unwrap_or(0.0);
                sum.1 += 1;
                sum.2 += usize::from(money.is_some());
            }
        }
    }
    let priced = leads.numbers(Role::Amount).is_some() && sums.values().any(|sum| sum.2 > 0);
    let targets_need_amounts = !sums.is_empty() && !priced && targets_are_money(leads, targets);
    let targets = if targets_need_amounts { &[] } else { targets };
    let months = by_month(leads, &sums, targets);
    Results {
        last_lead: last_lead(leads),
        volatility: volatility(leads, &months),
        waves: quarter_waves(&months),
        concentration: concentration(leads, &months),
        targets: (!targets.is_empty()).then(|| record(&months, targets, leads.as_of.month())),
        targets_need_amounts,
        months,
        undated_wins,
        unpriced_wins,
    }
}

/// Targets of so many times the most deals of a month are no number of deals.
const BEYOND: f64 = 20.0;

/// Whether targets are money, so that deals cannot be held against them: an amount is named, or every target is beyond any
/// number of deals that was ever made. Without amounts targets are deals.
pub(crate) fn targets_are_money(leads: &Leads, targets: &[TargetLine]) -> bool {
    let mut deals: BTreeMap<Month, f64> = BTreeMap::new();
    for (outcome, closed) in leads.outcome.iter().zip(&leads.closed) {
        if let (Outcome::Won, Some(closed)) = (outcome, closed) {
            *deals.entry(closed.month()).or_default() += 1.0;
        }
    }
    let most = deals.values().copied().fold(0.0, f64::max);
    let set = targets.iter().map(|line| line.target);
    let least = set.filter(|&target| target > 0.0).reduce(f64::min);
    least.is_some_and(|least| leads.role(Role::Amount).is_some() || least > BEYOND * most)
}

fn by_month(
    leads: &Leads,
    sums: &BTreeMap<Month, (f64, usize, usize)>,
    targets: &[TargetLine],
) -> Vec<ResultMonth> {
    let Some((&first, _)) = sums.first_key_value() else {
        return Vec::new();
    };
    let now = leads.as_of.month();
    let begun = leads.as_of > now.first_day();
    let last = if begun { now } else { now - 1 };
    let whole_from = first_month_on_record(leads).unwrap_or(first);
    // Months without a win are results too, once closings are on record.
    let first = first.min(whole_from);
    let fed_until = last_lead(leads).map(|last| {
        let to_come = (last.month() + 1).first_day() - last;
        last.month() - i32::from(to_come > WEEK)
    });
    let mut best = None;
    (0..=(last - first).max(0))
        .map(|i| {
            let month = first + i;
            let (revenue, deals, _) = sums.get(&month).copied().unwrap_or_default();
            let target = team_target(targets, month);
            let over = month < now;
            let row = ResultMonth {
                month,
                revenue,
                deals,
                target,
                attainment: target
                    .filter(|&target| over && target > 0.0)
                    .map(|target| revenue / target),
                best_before: best,
                whole: over && month >= whole_from,
                fed: fed_until.is_none_or(|until| month <= until),
            };
            if over {
                best = Some(best.unwrap_or(f64::NEG_INFINITY).max(revenue));
            }
            row
        })
        .collect()
}

/// Complete months to look back at.
fn recent(months: &[ResultMonth]) -> &[ResultMonth] {
    let told = |month: &ResultMonth| month.whole && month.fed;
    let end = months.iter().rposition(told).map_or(0, |last| last + 1);
    let first = months.iter().position(told).unwrap_or(end);
    &months[first.max(end.saturating_sub(LOOK_BACK as usize)).min(end)..end]
}

/// The coefficient of variation with its interval; and the one of a compound Poisson sum of as many deals of such sizes:
/// sqrt(E[A^2] / (n E[A]^2)), n deals a month.
fn volatility(leads: &Leads, months: &[ResultMonth]) -> Option<Volatility> {
    let recent = recent(months);
    let (k, from) = (recent.len(), recent.first()?.month);
    if k < LEAST_MONTHS {
        return None;
    }
    let mean = recent.iter().map(|month| month.revenue).sum::<f64>() / k as f64;
    let all = recent.iter().map(|month| month.deals).sum::<usize>();
    let deals = all as f64 / k as f64;
    if mean <= 0.0 || all < LEAST_DEALS {
        return None;
    }
    let squares: f64 = recent
        .iter()
        .map(|month| (month.revenue - mean).powi(2))
        .sum();
    let cv = (squares / (k as f64 - 1.0)).sqrt() / mean;
    let (mut sum, mut of_squares, mut n) = (0.0, 0.0, 0.0_f64);
    for row in 0..leads.len() {
        let within = leads.closed[row]
            .is_some_and(|closed| (from..from + k as i32).contains(&closed.month()));
        if let Some(money) = worth(leads, row).filter(|_| within) {
            sum += money;
            of_squares += money * money;
            n += 1.0;
        }
    }
    let luck = (of_squares * n.max(1.0) / (sum * sum).max(f64::MIN_POSITIVE) / deals).sqrt();
    let cv = vangel(cv, k);
    Some(Volatility {
        months: k,
        more_than_luck: cv.low > luck,
        cv,
        luck,
    })
}

/// The 80 % interval of a coefficient of variation of `k` values (Vangel 1996).
fn vangel(cv: f64, k: usize) -> Range {
    let n = k as f64;
    let Ok(chi) = ChiSquared::new(n - 1.0) else {
        return Range::new(cv, cv, cv);
    };
    let end = |p: f64| {
        let u = chi.inverse_cdf(p);
        let under = ((u + 2.0) / n - 1.0) * cv * cv + u / (n - 1.0);
        if under > 0.0 {
            cv / under.sqrt()
        } else {
            f64::INFINITY
        }
    };
    let high = end(0.1);
    // With months this wild the formula has no upper end: what n values can show at most stands for it.
    Range::new(
        cv,
        end(0.9),
        if high.is_finite() {
            high
        } else {
            n.sqrt().max(cv)
        },
    )
}

fn concentration(leads: &Leads, months: &[ResultMonth]) -> Option<Concentration> {
    leads.numbers(Role::Amount)?;
    let from = recent(months).first().or(months.first())?.month;
    let won: Vec<(usize, f64)> = (0..leads.len())
        .filter(|&row| leads.closed[row].is_some_and(|closed| closed.month() >= from))
        .filter_map(|row| Some((row, sold(leads, row)?)))
        .collect();
    let revenue: f64 = won.iter().map(|(_, money)| money).sum();
    let largest = won
        .iter()
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    if revenue <= 0.0 {
        return None;
    }
    let customer = customers(leads, &won);
    Some(Concentration {
        from,
        revenue,
        deals: won.len(),
        largest_deal: leads.ids[largest.0].clone(),
        largest_deal_share: largest.1 / revenue,
        largest_customer: customer.as_ref().map(|(name, _, _)| name.clone()),
        largest_customer_share: customer.as_ref().map(|(_, money, _)| money / revenue),
        customers: customer.map(|(_, _, n)| n),
    })
}

/// The customer who brought most, what he brought, and how many there are; leads without one are nobody's.
fn customers(leads: &Leads, won: &[(usize, f64)]) -> Option<(String, f64, usize)> {
    let column = leads.role(Role::Customer)?;
    let groups = Groups::by(leads, Role::Customer);
    let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
    for &(row, money) in won.iter().filter(|(row, _)| !column.is_missing(*row)) {
        *sums.entry(groups.of[row]).or_default() += money;
    }
    let most = sums
        .iter()
        .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)))?;
    Some((groups.names[*most.0].clone(), *most.1, sums.len()))
}

fn record(months: &[ResultMonth], targets: &[TargetLine], now: Month) -> TargetRecord {
    let over = || months.iter().filter(|month| month.month < now);
    let zero = |month: &&ResultMonth| month.target.is_some_and(|target| target <= 0.0);
    let aimed = || over().filter(|month| month.target.is_some() && !zero(month));
    let compared = || aimed().filter(|month| month.best_before.is_some());
    let best = over().max_by(|a, b| a.revenue.total_cmp(&b.revenue).then(b.month.cmp(&a.month)));
    TargetRecord {
        months: aimed().count(),
        zero: over().filter(zero).count(),
        reached: aimed()
            .filter(|month| month.attainment.is_some_and(|share| share >= 1.0))
            .count(),
        above_best: compared()
            .filter(|month| month.target > month.best_before)
            .count(),
        compared: compared().count(),
        now: team_target(targets, now),
        best: best.map(|month| month.revenue),
        best_month: best.map(|month| month.month),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::plant::{Shop, shop};

    /// The formula of Vangel (1996) with the quantiles of `scipy.stats.chi2.ppf(.., 11)`.
    #[test]
    fn the_interval_of_a_coefficient_of_variation() {
        let range = vangel(0.2, 12);
        assert!(
            (range.low - 0.2 / ((19.2750 / 12.0 - 1.0) * 0.04 + 17.2750_f64 / 11.0).sqrt()).abs()
                < 1e-5
        );
        assert!(
            (range.high - 0.2 / ((7.5778 / 12.0 - 1.0) * 0.04 + 5.5778_f64 / 11.0).sqrt()).abs()
                < 1e-5
        );
    }

    fn results_of_deals(leads: &Leads, targets: &[TargetLine]) -> bool {
        !results(leads, targets).targets_need_amounts
    }

    #[test]
    fn targets_are_money_and_a_target_of_nothing_is_not_counted() {
        let leads = shop(&Shop::default(), 1);
        let month = results(&leads, &[]).months[3].month;
        let line = |month, target| TargetLine {
            month,
            owner: None,
            target,
        };
        let lines = [line(month, 0.0), line(month + 1, 1.0)];
        let money = [line(month, 0.0), line(month + 1, 1e6)];
        let record = results(&leads, &lines).targets.expect("targets");
        assert_eq!((record.zero, record.months, record.reached), (1, 1, 1));
        let mut unpriced = leads;
        unpriced.roles.remove(&Role::Amount);
        assert!(
            results_of_deals(&unpriced, &lines),
            "as many deals as a month may bring"
        );
        let results = results(&unpriced, &money);
        assert!(results.targets_need_amounts && results.targets.is_none());
        assert!(
            results
                .months
                .iter()
                .all(|month| month.attainment.is_none())
        );
    }

    #[test]
    fn months_without_a_win_are_results_once_closings_are_on_record() {
        let mut leads = shop(&Shop::default(), 2);
        let first = results(&leads, &[]).months[0].month;
        // For half a year every closing is a loss.
        for row in 0..leads.len() {
            if leads.closed[row].is_some_and(|closed| closed.month() < first + 6) {
                leads.outcome[row] = Outcome::Lost;
            }
        }
        let lines: Vec<TargetLine> = (0..6)
            .map(|i| TargetLine {
                month: first + i,
                owner: None,
                target: 5_000.0,
            })
            .collect();
        let told = results(&leads, &lines);
        assert_eq!(told.months[0].month, first);
        assert!(told.months[..6].iter().all(|month| month.deals == 0));
        assert_eq!(told.months[2].attainment, Some(0.0));
        let record = told.targets.expect("targets");
        assert_eq!((record.months, record.reached), (6, 0));
    }

    #[test]
    fn a_handful_of_deals_says_nothing_of_months() {
        let few = |leads| {
            let plan = Shop {
                leads,
                ..Shop::default()
            };
            results(&shop(&plan, 1), &[])
        };
        assert!(few(40).months.iter().any(|month| month.deals > 0));
        assert_eq!(few(40).volatility, None);
        assert!(few(1_000).volatility.is_some());
    }

    #[test]
    fn months_after_the_last_lead_do_not_tell_how_much_months_vary() {
        let whole = shop(&Shop::default(), 3);
        let end = whole.as_of.month() + -5;
        let rows: Vec<usize> = (0..whole.len())
            .filter(|&row| whole.created[row].is_some_and(|day| day < end.first_day()))
            .collect();
        let leads = whole.take(&rows, whole.as_of);
        let told = results(&leads, &[]);
        assert!(told.last_lead.is_some_and(|day| day.month() == end - 1));
        let fed = |month: &&ResultMonth| month.whole && month.fed;
        assert_eq!(
            told.months.iter().rfind(fed).expect("months").month,
            end - 1
        );
        // The wins that die away are not in it: months of equal chances vary little.
        let cv = told.volatility.expect("a year and more").cv.value;
        assert!(cv < 0.35, "{cv}");
        assert!(results(&whole, &[]).last_lead.is_none());
    }

    #[test]
    fn months_of_equal_chances_vary_by_luck_alone() {
        let mut claims = 0;
        for seed in 0..60 {
            let leads = shop(
                &Shop {
                    leads: 4_000,
                    ..Shop::default()
                },
                100 + seed,
            );
            let volatility = results(&leads, &[]).volatility.expect("two years");
            claims += usize::from(volatility.more_than_luck);
        }
        // One end of an 80 % interval: one in ten.
        assert!(claims <= 13, "{claims} of 60");
    }
}
