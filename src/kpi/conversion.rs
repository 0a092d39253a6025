//! Conversion: by cohort month, source, funnel stage and owner.

use serde::Serialize;

use crate::domain::{Day, Leads, Month, Outcome, Role, StageHistory};
use crate::forecast::Groups;
use crate::kpi::gate::{Z80, claims, p_value};
use crate::kpi::level::largest;
use crate::kpi::quality::{QualityChanges, quality_changes};
use crate::kpi::rates::{Basis, Maturity, Rate, rates};
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
    /// By source, the largest first; none where the project names none.
    pub sources: Option<Vec<SourceQuality>>,
    /// By step of the funnel, in its order; none without `[stages]`.
    pub stages: Option<Vec<StageRow>>,
    /// By owner, the largest first, as they are: with the leads that each was given. None where the project names none.
    pub owners: Option<Vec<Rate>>,
    /// Whether an owner is written down for won leads only: nothing can be told from such owners.
    pub owners_at_win: bool,
    /// Sources whose quality changed; none where history is too short to tell.
    pub changes: Option<QualityChanges>,
}

/// Conversion as of `leads.as_of`.
pub(crate) fn conversion(basis: &Basis<'_>, seed: u64) -> Conversion {
    let leads = basis.leads;
    let all = rates(basis, &[String::new()], |_| Some(0)).pop();
    let sourced = leads.role(Role::Source).is_some();
    let before = |row: &usize| {
        leads.created[*row].is_some_and(|day| basis.since.is_some_and(|since| day < since))
    };
    let counted = (0..leads.len())
        .filter(|&row| basis.age(row).is_some())
        .count();
    let before_record = (0..leads.len()).filter(before).count();
    Conversion {
        horizon_days: basis.growth.horizon,
        record_begins: basis.since,
        before_record,
        undated: leads.len() - counted - before_record,
        months: by_month(basis),
        sources: all
            .as_ref()
            .filter(|_| sourced)
            .map(|all| by_source(basis, all)),
        stages: leads.stages.as_ref().map(|stages| by_stage(leads, stages)),
        owners: leads
            .role(Role::Owner)
            .is_some()
            .then(|| by_role(basis, Role::Owner)),
        owners_at_win: named_at_win(leads, Role::Owner),
        changes: quality_changes(basis, seed),
        all: all.unwrap_or_else(|| Rate::none(String::new())),
    }
}

/// Whether a role is filled in when a lead is won: of those with a value nearly all are won, of the many without, none.
pub(crate) fn named_at_win(leads: &Leads, role: Role) -> bool {
    const NEARLY: f64 = 0.95;
    const MANY: f64 = 0.3;
    let Some(column) = leads.role(role) else {
        return false;
    };
    let (mut named, mut named_won, mut nameless_won) = (0.0, 0.0, 0.0);
    for row in 0..leads.len() {
        let won = f64::from(u8::from(leads.outcome[row] == Outcome::Won));
        if column.is_missing(row) {
            nameless_won += won;
        } else {
            named += 1.0;
            named_won += won;
        }
    }
    let n = leads.len() as f64;
    named > 0.0 && named_won >= NEARLY * named && n - named >= MANY * n && nameless_won == 0.0
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
    let against: Vec<Option<(Range, f64)>> =
        rates.iter().map(|rate| against_others(rate, all)).collect();
    let judged = |rate: &Rate| rate.status != Maturity::TooEarly;
    let p: Vec<f64> = (rates.iter().zip(&against))
        .map(|(rate, of)| of.filter(|_| judged(rate)).map_or(1.0, |(_, p)| p))
        .collect();
    let differs = claims(&p);
    let equal = 1.0 / rates.len().max(1) as f64;
    (rates.into_iter().zip(against).zip(differs))
        .map(|((rate, against), differs)| {
            let share = rate.leads as f64 / all.leads.max(1) as f64;
            SourceQuality {
                share,
                large: share >= equal,
                against_others: against.map(|(ratio, _)| ratio),
                differs,
                rate,
            }
        })
        .collect()
}

/// The conversion of a group / that of all leads outside it, and the probability of such a ratio by chance.
fn against_others(rate: &Rate, all: &Rate) -> Option<(Range, f64)> {
    let others = Rate {
        wins: all.wins - rate.wins,
        exposure: all.exposure - rate.exposure,
        ..rate.clone()
    };
    if rate.exposure < 0.5 || others.exposure < 0.5 || all.wins < 1.0 {
        return None;
    }
    let of = |rate: &Rate| (rate.wins + 0.5) / (rate.exposure + 1.0);
    let log = (of(rate) / of(&others)).ln();
    let error = rate.log_error().hypot(others.log_error());
    let ratio = Range::new(
        log.exp(),
        (log - Z80 * error).exp(),
        (log + Z80 * error).exp(),
    );
    Some((ratio, p_value(log / error)))
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
    /// Wins in time of the leads that came in it / these leads by the share of their cycle seen: their conversion completed
    /// for age, not shrunken; none without leads, or with less than 30 % of the cycle seen.
    pub conversion: Option<f64>,
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
    /// Mean amount of a win, money; none without amounts.
    pub aov: Option<Range>,
    /// Median amount of a win, money; none without.
    pub median: Option<f64>,
    /// By month, the oldest first.
    pub months: Vec<GroupMonth>,
}
