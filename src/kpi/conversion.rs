//! Conversion: by cohort month, source, funnel stage and owner.

use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF};

use crate::domain::{Day, Leads, Month, Outcome, Role, StageHistory};
use crate::forecast::Groups;
use crate::kpi::against::{compared, too_few};
use crate::kpi::level::largest;
use crate::kpi::price_break::FALSE_ALARM;
use crate::kpi::quality::{QualityChanges, quality_changes};
use crate::kpi::rates::{Basis, Rate, rates};
use crate::kpi::record::written_at_win;
use crate::kpi::{Range, wilson};

/// Months of cohorts shown at most.
const MONTHS: i32 = 36;
/// Most rows of a table; of more groups the smallest are taken together.
pub(crate) const MOST_GROUPS: usize = 100;

/// A source: how much, and how good.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceQuality {
    /// Its leads and their conversion.
    #[serde(flatten)]
    pub rate: Rate,
    /// Share of all leads, 0-1.
    pub share: f64,
    /// Whether it brings more than an equal share of them.
    pub large: bool,
    /// Its conversion / that of all other leads, both completed for age and neither shrunken; none without either.
    pub against_others: Option<Range>,
    /// Whether it is better or worse than the others: at most one such claim in ten is false. Never while too early.
    pub differs: bool,
    /// Whether it or the others let expect fewer than five wins if there were no difference: too few for any claim.
    pub few: bool,
}

/// Cohorts that differ by more than chance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MonthsDiffer {
    /// The cohort of the lowest conversion among those compared.
    pub lowest: String,
    /// Its conversion, 0-1, as among the months.
    pub low: f64,
    /// The cohort of the highest.
    pub highest: String,
    /// Likewise.
    pub high: f64,
    /// Cohorts compared: half of the cycle seen, and five wins to be expected at least.
    pub months: usize,
    /// Probability of such differences by chance.
    pub p: f64,
}

/// A step of the funnel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StageRow {
    /// The stage.
    pub stage: String,
    /// Leads that entered it or a later one.
    pub reached: usize,
    /// Those of them that entered a later one or were won.
    pub went_on: usize,
    /// Those that were lost without going on.
    pub lost: usize,
    /// Those that are still open and have not gone on.
    pub open: usize,
    /// `went_on` / (`went_on` + lost), 0-1, with its 80 % interval; open ones are in neither. None without either.
    pub went_on_share: Option<Range>,
}

/// The third group: conversion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conversion {
    /// H: conversion is P(won within so many days of creation).
    pub horizon_days: i32,
    /// The first closing on record, if leads that came before it must have brought wins that are not on record: such leads
    /// are in no conversion. None otherwise.
    pub record_begins: Option<Day>,
    /// Leads left out for it.
    pub before_record: usize,
    /// Leads without a day of creation, or closed without a day: in no conversion.
    pub undated: usize,
    /// All leads.
    pub all: Rate,
    /// By month of creation, the oldest first.
    pub months: Vec<Rate>,
    /// By source, the largest first; none where the project names none, or it is written down when a lead is won.
    pub sources: Option<Vec<SourceQuality>>,
    /// Whether a source is written down when a lead is won, and for few others.
    pub sources_at_win: bool,
    /// By step of the funnel, in its order; none without `[stages]`.
    pub stages: Option<Vec<StageRow>>,
    /// By owner, the largest first, as they are: with the leads that each was given. None where the project names none.
    pub owners: Option<Vec<Rate>>,
    /// Whether an owner is written down when a lead is won, and for few others: such owners have no conversion.
    pub owners_at_win: bool,
    /// Sources whose quality changed; none where history is too short to tell.
    pub changes: Option<QualityChanges>,
    /// Months that differ by more than chance, be it by a lasting step or not; none where they do not.
    pub months_differ: Option<MonthsDiffer>,
}

/// The conversion of all leads: the one number that every command tells of them.
pub(crate) fn of_all(basis: &Basis<'_>) -> Option<Rate> {
    rates(basis, &[String::new()], |_| Some(0)).pop()
}

/// Conversion as of `leads.as_of`.
pub(crate) fn conversion(basis: &Basis<'_>, seed: u64) -> Conversion {
    let leads = basis.leads;
    let all = of_all(basis);
    let sources_at_win = named_at_win(leads, Role::Source);
    let sourced = leads.role(Role::Source).is_some() && !sources_at_win;
    let owners_at_win = named_at_win(leads, Role::Owner);
    let before = |row: &usize| {
        leads.created[*row].is_some_and(|day| basis.since.is_some_and(|since| day < since))
    };
    let counted = (0..leads.len())
        .filter(|&row| basis.age(row).is_some())
        .count();
    let before_record = (0..leads.len()).filter(before).count();
    let months = by_month(basis);
    Conversion {
        months_differ: months_differ(&months),
        horizon_days: basis.growth.horizon,
        record_begins: basis.since,
        before_record,
        undated: leads.len() - counted - before_record,
        months,
        sources: all
            .as_ref()
            .filter(|_| sourced)
            .map(|all| by_source(basis, all)),
        stages: leads.stages.as_ref().map(|stages| by_stage(leads, stages)),
        sources_at_win,
        owners: leads.role(Role::Owner).map(|_| {
            let owners = by_role(basis, Role::Owner).into_iter();
            owners
                .map(|rate| if owners_at_win { rate.untold() } else { rate })
                .collect()
        }),
        owners_at_win,
        changes: quality_changes(basis, seed),
        all: all.unwrap_or_else(|| Rate::none(String::new())),
    }
}

/// Whether a role is filled in when a lead is won: its groups would seem to win nearly everything.
pub(crate) fn named_at_win(leads: &Leads, role: Role) -> bool {
    let Some(column) = leads.role(role) else {
        return false;
    };
    let mut named = [[0; 2]; 2];
    for row in 0..leads.len() {
        let won = usize::from(leads.outcome[row] == Outcome::Won);
        named[won][usize::from(!column.is_missing(row))] += 1;
    }
    written_at_win(named)
}

fn by_month(basis: &Basis<'_>) -> Vec<Rate> {
    let leads = basis.leads;
    let came = || {
        (0..leads.len())
            .filter(|&row| basis.age(row).is_some())
            .filter_map(|row| leads.created[row])
    };
    let (Some(first), Some(last)) = (came().min(), came().max()) else {
        return Vec::new();
    };
    let last = last.month();
    let first = first.month().max(last - (MONTHS - 1));
    let names: Vec<String> = (0..=last - first)
        .map(|i| (first + i).to_string())
        .collect();
    let month = |row: usize| leads.created[row].map(Day::month);
    rates(basis, &names, |row| {
        usize::try_from(month(row)? - first).ok()
    })
}

/// Whether cohorts differ by more than chance and the doubts about their age explain: a chi-squared test of homogeneity of
/// those with half of the cycle seen that let expect five wins and five others, claimed where such differences come in one of fifty by chance.
fn months_differ(months: &[Rate]) -> Option<MonthsDiffer> {
    const LEAST_EXPECTED: f64 = 5.0;
    // Of younger ones those are known that closed quickly: where an export lacks the others they look good.
    const MATURE: f64 = 0.5;
    let known = |rate: &Rate| rate.maturity >= MATURE && rate.exposure > 0.0;
    let sum = |of: fn(&Rate) -> f64| -> f64 { months.iter().filter(|m| known(m)).map(of).sum() };
    let p = sum(|rate| rate.wins) / sum(|rate| rate.exposure);
    let used: Vec<&Rate> = (months.iter())
        .filter(|m| known(m) && m.exposure * p.min(1.0 - p) >= LEAST_EXPECTED)
        .collect();
    let square = |m: &&Rate| {
        let expected = m.exposure * p;
        let variance = expected * (1.0 - p) + (expected * m.unsure).powi(2);
        (m.wins - expected).powi(2) / variance
    };
    let freedom = used.len().checked_sub(1).filter(|&n| n > 0)?;
    let chance = ChiSquared::new(freedom as f64).ok()?;
    let p = chance.sf(used.iter().map(square).sum());
    // As the table tells it, so that no month has two conversions.
    let of = |m: &Rate| m.conversion.map_or(m.wins / m.exposure, |told| told.value);
    let by = |a: &&&Rate, b: &&&Rate| of(a).total_cmp(&of(b));
    let (low, high) = (used.iter().min_by(by)?, used.iter().max_by(by)?);
    (p < FALSE_ALARM).then(|| MonthsDiffer {
        lowest: low.name.clone(),
        low: of(low),
        highest: high.name.clone(),
        high: of(high),
        months: used.len(),
        p,
    })
}

/// The rates of a role's groups, the largest first.
pub(crate) fn by_role(basis: &Basis<'_>, role: Role) -> Vec<Rate> {
    let groups = largest(&Groups::by(basis.leads, role), MOST_GROUPS);
    let mut rates = rates(basis, &groups.names, |row| Some(groups.of[row]));
    rates.retain(|rate| rate.leads > 0);
    rates.sort_by(|a, b| b.leads.cmp(&a.leads).then_with(|| a.name.cmp(&b.name)));
    rates
}

fn by_source(basis: &Basis<'_>, all: &Rate) -> Vec<SourceQuality> {
    let rates = by_role(basis, Role::Source);
    let compared = compared(&rates, all);
    let equal = 1.0 / rates.len().max(1) as f64;
    (rates.into_iter().zip(compared))
        .map(|(rate, (against, differs))| {
            let share = rate.leads as f64 / all.leads.max(1) as f64;
            SourceQuality {
                share,
                large: share >= equal,
                against_others: against,
                differs,
                few: too_few(&rate, all),
                rate,
            }
        })
        .collect()
}

/// Of the leads that entered each stage of the declared order: who went on. Who skipped a stage has reached it.
fn by_stage(leads: &Leads, history: &StageHistory) -> Vec<StageRow> {
    let n = history.ordered;
    let mut rows: Vec<StageRow> = history.names[..n]
        .iter()
        .map(|stage| StageRow {
            stage: stage.clone(),
            reached: 0,
            went_on: 0,
            lost: 0,
            open: 0,
            went_on_share: None,
        })
        .collect();
    for row in 0..leads.len() {
        let events = history.timeline.before(row, leads.as_of.start());
        let entered = events
            .map(|event| history.stage[event] as usize)
            .filter(|&stage| stage < n);
        let Some(furthest) = entered.max() else {
            continue;
        };
        for (stage, told) in rows[..=furthest].iter_mut().enumerate() {
            told.reached += 1;
            match leads.outcome[row] {
                _ if stage < furthest => told.went_on += 1,
                Outcome::Won => told.went_on += 1,
                Outcome::Lost => told.lost += 1,
                Outcome::Open => told.open += 1,
            }
        }
    }
    for row in &mut rows {
        let of = wilson(row.went_on, row.went_on + row.lost);
        row.went_on_share = of.map(|(value, low, high)| Range::new(value, low, high));
    }
    rows
}

/// What `--by` divides the leads by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dimension {
    /// Where the lead came from.
    Source,
    /// Who holds it.
    Owner,
    /// The segment that the rules give.
    Segment,
    /// What is sold.
    Product,
    /// Where.
    Region,
    /// How it is sold.
    Channel,
}

impl Dimension {
    /// Its role; none for the segment.
    pub const fn role(self) -> Option<Role> {
        match self {
            Self::Source => Some(Role::Source),
            Self::Owner => Some(Role::Owner),
            Self::Segment => None,
            Self::Product => Some(Role::Product),
            Self::Region => Some(Role::Region),
            Self::Channel => Some(Role::Channel),
        }
    }
}

/// One month of a group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupMonth {
    /// The month.
    pub month: Month,
    /// Leads that came in it.
    pub leads: usize,
    /// Wins closed in it.
    pub deals: usize,
    /// Their money; deals where the data has no amounts.
    pub revenue: f64,
    /// Those of the leads whose conversion can be judged.
    pub judged: usize,
    /// Their wins in time / these leads by the share of their cycle seen: their conversion completed for age, not shrunken,
    /// with its 80 % score interval; none of fewer than ten leads, or with less than half of the cycle seen.
    pub conversion: Option<Range>,
}

/// One group of `--by`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupKpi {
    /// Its leads and their conversion.
    #[serde(flatten)]
    pub rate: Rate,
    /// Wins of the whole record.
    pub deals: usize,
    /// Their money; deals where the data has no amounts.
    pub revenue: f64,
    /// Share of all revenue, 0-1.
    pub revenue_share: f64,
    /// Mean amount of a win, money; none without amounts; with fewer than five the ends are not known.
    pub aov: Option<Range>,
    /// Median amount of a win, money; none without.
    pub median: Option<f64>,
    /// By month, the oldest first.
    pub months: Vec<GroupMonth>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(wins: f64, exposure: f64) -> Rate {
        Rate {
            wins,
            exposure,
            maturity: 1.0,
            ..Rate::none(format!("{wins}"))
        }
    }

    #[test]
    fn months_farther_apart_than_chance_are_told() {
        let apart = [371.0, 575.0, 480.0, 520.0].map(|wins| month(wins, 1_000.0));
        let told = months_differ(&apart).expect("far apart");
        assert_eq!(
            (told.lowest.as_str(), told.highest.as_str()),
            ("371", "575")
        );
        assert!(told.p < 1e-6 && told.months == 4);
        let alike = [480.0, 520.0, 495.0, 505.0].map(|wins| month(wins, 1_000.0));
        assert_eq!(months_differ(&alike), None);
        assert_eq!(months_differ(&[]), None);
        assert_eq!(months_differ(&[month(0.0, 9.0), month(9.0, 9.0)]), None);
        // A month of which little is known yet is no headline.
        let mut young = apart.to_vec();
        young.push(Rate {
            maturity: 0.39,
            ..month(900.0, 1_000.0)
        });
        assert_eq!(months_differ(&young).expect("far apart").highest, "575");
    }
}
