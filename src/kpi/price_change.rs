//! Before and after a price change: order value, conversion and revenue per lead at the same mix.
//!
//! Both sides get the same chance: leads created in the L days before the day, as they stood on it, against leads created
//! in the L days from it on, as they stood L days later. Wins that took longer are in neither, and conversion is completed
//! for age in both.

use serde::Serialize;

use crate::domain::{Day, Leads, Outcome};
use crate::kpi::Range;
use crate::kpi::adjust::{Against, Case, Mix, adjusted};
use crate::kpi::gate::claims;
use crate::kpi::growth::State;
use crate::kpi::price_bands::{clusters, factors};
use crate::kpi::rates::Basis;
use crate::kpi::refunds::sold;

/// Days compared on either side, at least and at most.
const DAYS: (i32, i32) = (14, 365);
/// Fewest wins on either side.
const LEAST_WINS: usize = 10;

/// One figure after / before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Moved {
    /// Before, in the unit of the figure.
    pub before: Range,
    /// After.
    pub after: Range,
    /// after / before.
    pub ratio: Range,
    /// Whether it rose or fell: at most one such claim in ten is false. Otherwise it is within normal variation.
    pub claimed: bool,
}

/// What a price change did, or what went with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PriceChange {
    /// The first day of the new price.
    pub day: Day,
    /// Days compared on either side.
    pub days: i32,
    /// Columns whose mix is made the same.
    pub mix: Vec<String>,
    /// Leads before.
    pub leads_before: usize,
    /// Leads after.
    pub leads_after: usize,
    /// Wins before.
    pub won_before: usize,
    /// Wins after.
    pub won_after: usize,
    /// P(won within the horizon), completed for age, 0-1.
    pub conversion: Moved,
    /// Mean amount of a win, money.
    pub aov: Moved,
    /// Money of a lead.
    pub per_lead: Moved,
}

/// Why a day cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeUnjudged {
    /// The dates do not tell the age of leads.
    NoAge,
    /// The data has no amounts.
    NoAmounts,
    /// Less than 14 days on one side of it.
    TooNear,
    /// Fewer than ten wins on one side.
    FewWins,
}

/// Judges a day.
pub(crate) fn price_change(
    basis: &Basis<'_>,
    day: Day,
    seed: u64,
) -> Result<PriceChange, ChangeUnjudged> {
    let leads = basis.leads;
    let first = leads
        .created
        .iter()
        .copied()
        .flatten()
        .min()
        .unwrap_or(leads.as_of);
    let first = basis.since.map_or(first, |since| since.max(first));
    let days = (leads.as_of - day).min(day - first).min(DAYS.1);
    if days < DAYS.0 {
        return Err(ChangeUnjudged::TooNear);
    }
    let rows: Vec<usize> = (0..leads.len())
        .filter(|&row| basis.age(row).is_some())
        .filter(|&row| {
            leads.created[row].is_some_and(|created| created >= day - days && created < day + days)
        })
        .collect();
    let logs: Vec<f64> = (0..leads.len())
        .map(|row| sold(leads, row).unwrap_or(f64::NAN).ln())
        .collect();
    let told = factors(leads, &logs, true);
    let of_rows = |of: Vec<usize>| rows.iter().map(|&row| of[row]).collect();
    let factors: Vec<(usize, Vec<usize>)> = told
        .levels
        .into_iter()
        .map(|(n, of)| (n, of_rows(of)))
        .collect();
    let (mix, cells) = Mix::of(&factors, rows.len());
    let together = clusters(leads);
    let cases: Vec<Case> = (rows.iter().zip(cells))
        .filter_map(|(&row, cell)| case(basis, row, day, days, cell, together[row]))
        .collect();
    let of = |band: usize| cases.iter().filter(move |case| case.band == band);
    let won = |band: usize| of(band).filter(|case| case.money.is_some()).count();
    if won(0) < LEAST_WINS || won(1) < LEAST_WINS {
        return Err(ChangeUnjudged::FewWins);
    }
    let sides = adjusted(&cases, 2, &mix, seed);
    let against = [
        sides[1].conversion_ratio,
        sides[1].aov_ratio,
        sides[1].per_lead_ratio,
    ];
    let p = against.map(|against| against.map_or(1.0, |against| against.p));
    let claimed = claims(&p);
    let one = Range::new(1.0, 1.0, 1.0);
    let moved = |i: usize, before: Option<Range>, after: Option<Range>| Moved {
        before: before.unwrap_or(one),
        after: after.unwrap_or(one),
        ratio: against[i].map_or(one, |Against { ratio, .. }| ratio),
        claimed: claimed[i],
    };
    Ok(PriceChange {
        day,
        days,
        mix: told.names,
        leads_before: of(0).count(),
        leads_after: of(1).count(),
        won_before: won(0),
        won_after: won(1),
        conversion: moved(0, Some(sides[0].conversion), Some(sides[1].conversion)),
        aov: moved(1, sides[0].aov, sides[1].aov),
        per_lead: moved(2, sides[0].per_lead, sides[1].per_lead),
    })
}

/// A lead as it stood at the end of its side.
fn case(
    basis: &Basis<'_>,
    row: usize,
    day: Day,
    days: i32,
    cell: usize,
    cluster: usize,
) -> Option<Case> {
    let leads: &Leads = basis.leads;
    let created = leads.created[row]?;
    let band = usize::from(created >= day);
    let end = if band == 0 { day } else { day + days };
    let in_time = leads.closed[row].is_some_and(|closed| closed < end);
    let won = in_time && leads.outcome[row] == Outcome::Won && basis.growth.won_in_time(leads, row);
    let state = match (won, in_time) {
        (true, _) => State::Won,
        (false, true) => State::Settled,
        (false, false) => State::Open(end - created),
    };
    Some(Case {
        band,
        cell,
        exposure: basis.growth.exposure(basis.sources.of[row], state),
        won,
        money: sold(leads, row).filter(|_| won),
        cluster,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Role;
    use crate::forecast::Groups;
    use crate::kpi::growth::Growth;
    use crate::kpi::plant::{Shop, month_of, shop};

    fn change(plan: &Shop, seed: u64) -> PriceChange {
        let leads = shop(plan, seed);
        let sources = Groups::by(&leads, Role::Source);
        let growth = Growth::learn(&leads, &sources, None).expect("dated");
        let basis = Basis {
            leads: &leads,
            growth: &growth,
            sources: &sources,
            since: None,
        };
        price_change(&basis, month_of(plan, 14).first_day(), seed).expect("a year and more")
    }

    #[test]
    fn a_price_rise_shows_in_order_value_and_revenue_not_in_conversion() {
        let plan = Shop {
            price_rise: Some((14, 1.2)),
            ..Shop::default()
        };
        let (mut aov, mut conversion, mut covered) = (0, 0, 0);
        for seed in 0..20 {
            let change = change(&plan, 60 + seed);
            aov += usize::from(change.aov.claimed && change.aov.ratio.value > 1.0);
            conversion += usize::from(change.conversion.claimed);
            covered += usize::from(change.aov.ratio.low <= 1.2 && 1.2 <= change.aov.ratio.high);
        }
        assert!(
            aov >= 18 && conversion <= 5 && (12..=20).contains(&covered),
            "{aov} {conversion} {covered}"
        );
    }

    #[test]
    fn where_nothing_changed_nothing_is_claimed() {
        let claims = (0..40).filter(|&seed| {
            let change = change(
                &Shop {
                    leads: 6_000,
                    ..Shop::default()
                },
                800 + seed,
            );
            change.aov.claimed || change.conversion.claimed || change.per_lead.claimed
        });
        let claims = claims.count();
        assert!(claims <= 9, "{claims} of 40");
    }
}
