//! The steps before a lead: visits and clicks that money brought, leads, wins.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Month, Outcome, Role, SpendLine};
use crate::kpi::cycle::Field;
use crate::kpi::cycle::result::{StepRow, Steps};
use crate::kpi::gate::{Measure, Z80};
use crate::kpi::incidence::{Incidence, Span};

/// Wins of its own that a source's incidence is told from; with fewer it is taken to convert like all.
const OWN_WINS: usize = 30;

/// What a source got, and what became of it.
#[derive(Default)]
struct Tally {
    spend: f64,
    visits: Option<f64>,
    clicks: Option<f64>,
    /// Positions in `field.rows`.
    leads: Vec<usize>,
}

/// By source, over the complete months for which visits or clicks are given. None without any, or without sources.
pub(super) fn steps(field: &Field<'_>, spend: &[SpendLine]) -> Option<Steps> {
    let sources = field.leads.text(Role::Source)?;
    let now = field.leads.as_of.month();
    let first = field.record.map(crate::domain::Day::month);
    let counted = |line: &&SpendLine| {
        line.month < now
            && first.is_none_or(|first| line.month >= first)
            && (line.visits.is_some() || line.clicks.is_some())
    };
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut months: BTreeSet<(&str, Month)> = BTreeSet::new();
    for line in spend.iter().filter(counted) {
        let tally = tallies.entry(&line.source).or_default();
        let add = |sum: Option<f64>, more: Option<f64>| match (sum, more) {
            (None, more) => more,
            (sum, None) => sum,
            (Some(sum), Some(more)) => Some(sum + more),
        };
        tally.spend += line.spend;
        tally.visits = add(tally.visits, line.visits);
        tally.clicks = add(tally.clicks, line.clicks);
        months.insert((&line.source, line.month));
    }
    if tallies.is_empty() {
        return None;
    }
    for (i, &row) in field.rows.iter().enumerate() {
        if let Some((source, created)) = sources.get(row).zip(field.leads.created[row])
            && months.contains(&(source, created.month()))
            && let Some(tally) = tallies.get_mut(source)
        {
            tally.leads.push(i);
        }
    }
    let visits_first = visits_first(&tallies);
    let mut rows: Vec<StepRow> = (tallies.iter())
        .map(|(source, tally)| row(field, Some(source), tally, visits_first))
        .collect();
    rows.sort_by(|a, b| (b.spend.total_cmp(&a.spend)).then_with(|| a.source.cmp(&b.source)));
    let mut all = row(field, None, &together(&tallies), visits_first);
    // Each source by its own chance.
    all.wins = rows.iter().map(|row| row.wins).sum();
    rows.insert(0, all);
    Some(Steps { visits_first, rows })
}

/// Whether there are more visits than clicks, where both are known.
fn visits_first(tallies: &BTreeMap<&str, Tally>) -> bool {
    let (mut visits, mut clicks) = (0.0, 0.0);
    for (v, c) in tallies.values().filter_map(|t| t.visits.zip(t.clicks)) {
        visits += v;
        clicks += c;
    }
    visits >= clicks
}

/// All sources. A step counts only where every source has it, as its rates would otherwise mix different sources.
fn together(tallies: &BTreeMap<&str, Tally>) -> Tally {
    let sum = |of: fn(&Tally) -> Option<f64>| tallies.values().map(of).sum::<Option<f64>>();
    let mut leads: Vec<usize> = tallies.values().flat_map(|t| t.leads.clone()).collect();
    leads.sort_unstable();
    Tally {
        spend: tallies.values().map(|tally| tally.spend).sum(),
        visits: sum(|tally| tally.visits),
        clicks: sum(|tally| tally.clicks),
        leads,
    }
}

fn row(field: &Field<'_>, source: Option<&str>, tally: &Tally, visits_first: bool) -> StepRow {
    let lives: Vec<Span> = tally.leads.iter().map(|&i| field.wins[i]).collect();
    let own = Incidence::new(lives.iter().copied(), field.horizon);
    let by = if own.events >= OWN_WINS {
        &own
    } else {
        &field.all
    };
    let (mut won, mut wins) = (0, 0.0);
    for &i in &tally.leads {
        match field.leads.outcome[field.rows[i]] {
            Outcome::Won => won += 1,
            Outcome::Open => wins += by.given_open(field.wins[i].days.max(0) as usize),
            Outcome::Lost => {}
        }
    }
    let (first, second) = if visits_first {
        (tally.visits, tally.clicks)
    } else {
        (tally.clicks, tally.visits)
    };
    let last = second.or(first);
    let leads = tally.leads.len();
    StepRow {
        source: source.map(str::to_owned),
        spend: tally.spend,
        visits: tally.visits,
        clicks: tally.clicks,
        leads,
        won,
        wins: wins + won as f64,
        on: first.zip(second).and_then(|(n, k)| rate(k, n)),
        leads_of: last.and_then(|n| rate(leads as f64, n)),
        conversion: own.share(),
    }
}

/// k / n with its 80 % score interval (Wilson 1927); where k is more than n it is no share, and Poisson's is taken.
fn rate(k: f64, n: f64) -> Option<Measure> {
    if n <= 0.0 || !k.is_finite() || !n.is_finite() {
        return None;
    }
    let rate = k / n;
    if k > n {
        let error = k.sqrt() / n;
        return Some(Measure::normal(rate, error));
    }
    let scale = 1.0 + Z80 * Z80 / n;
    let centre = (rate + Z80 * Z80 / (2.0 * n)) / scale;
    let half = Z80 * (rate * (1.0 - rate) / n + Z80 * Z80 / (4.0 * n * n)).sqrt() / scale;
    Some(Measure {
        value: rate,
        low: (centre - half).max(0.0).min(rate),
        high: Some((centre + half).min(1.0).max(rate)),
    })
}
