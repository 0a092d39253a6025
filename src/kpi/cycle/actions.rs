//! What happened in the two weeks before a win, against leads of the same age that stayed open.
//!
//! For every deal won at age a, leads are drawn that were still open when they were of age a, of the same source, in the
//! same stage at the start of the window, and worked on before it or not alike (risk-set sampling: Prentice and Breslow
//! 1978). What is compared is what happened within the window. It is an association: people work on what they believe in.

use std::collections::BTreeMap;

use rand::RngExt;
use rand_pcg::Pcg64;

use crate::domain::{Activities, Column, Day, Leads, MISSING, Outcome, Role};
use crate::kpi::cycle::Field;
use crate::kpi::cycle::matched::{MatchedSet, conditional_logistic};
use crate::kpi::cycle::result::{ActionRow, Actions, Link};
use crate::kpi::gate::{Measure, claims, p_value};

/// Days before the win that are looked at.
const WINDOW: i32 = 14;
/// Days before the window in which a lead was worked on, or not.
const BEFORE: i32 = 30;
/// Leads that each won deal is compared with, and draws to find them.
const CONTROLS: usize = 5;
const DRAWS: usize = 400;
/// Won deals, evenly spread, beyond which no more are looked at.
const MOST: usize = 3_000;
/// Fewest won deals.
const LEAST: usize = 20;
/// Kinds told, the most frequent ones.
const KINDS: usize = 12;
/// Fewest leads with a kind in all sets.
const LEAST_WITH: usize = 5;
/// Prior of a coefficient: normal, standard deviation 2.
const RIDGE: f64 = 0.25;

/// What happened before wins; none without activities, or with fewer than twenty won deals that can be compared.
pub(super) fn actions(field: &Field<'_>, seed: u64) -> Option<Actions> {
    let record = Record::new(field)?;
    let cases: Vec<usize> = (field.rows.iter().copied())
        .filter(|&row| field.leads.outcome[row] == Outcome::Won)
        .filter(|&row| record.age_at_end(row).is_some_and(|age| age >= 1))
        .collect();
    let every = cases.len().div_ceil(MOST).max(1);
    let (mut sets, mut unmatched) = (Vec::new(), 0);
    for &case in cases.iter().step_by(every) {
        match record.set(case, seed) {
            Some(set) => sets.push(set),
            None => unmatched += 1,
        }
    }
    if sets.len() < LEAST {
        return None;
    }
    let rows = judge(&sets, &record.kinds)?;
    let mut alike = Vec::new();
    if record.leads.text(Role::Source).is_some() {
        alike.push(Role::Source);
    }
    if record.leads.stages.is_some() {
        alike.push(Role::Stage);
    }
    Some(Actions {
        window_days: WINDOW,
        won: sets.len(),
        compared: sets.iter().map(|set| set.controls.len()).sum(),
        unmatched,
        alike,
        rows,
    })
}

/// The leads with their activities, ready for comparing.
struct Record<'a> {
    leads: &'a Leads,
    activities: &'a Activities,
    /// The kind of each event, as a position in `kinds`; none for those not told.
    kind: Vec<Option<usize>>,
    kinds: Vec<Option<String>>,
    /// Rows by source.
    by_source: BTreeMap<u32, Vec<usize>>,
}

impl<'a> Record<'a> {
    fn new(field: &Field<'a>) -> Option<Self> {
        let leads = field.leads;
        let activities = leads.activities.as_ref()?;
        let events = activities.table.rows();
        let (kind, kinds) = match activities.table.get("kind") {
            Some(Column::Text(kind)) => told(&kind.codes, &kind.levels),
            _ => (vec![Some(0); events], vec![None]),
        };
        let mut by_source: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for &row in &field.rows {
            by_source
                .entry(source_of(leads, row))
                .or_default()
                .push(row);
        }
        Some(Self {
            leads,
            activities,
            kind,
            kinds,
            by_source,
        })
    }

    /// Days from creation to the closing.
    fn age_at_end(&self, row: usize) -> Option<i32> {
        Some(self.leads.closed[row]? - self.leads.created[row]?)
    }

    /// Whether a lead was still open at the end of the day `day`, and that day is known.
    fn open_after(&self, row: usize, day: Day) -> bool {
        day < self.leads.as_of && self.leads.closed[row].is_none_or(|closed| closed > day)
    }

    /// The stage at the start of the window before a day, and whether the lead was worked on before the window.
    fn before(&self, row: usize, day: Day) -> (Option<u32>, bool) {
        let start = day - WINDOW;
        let stages = self.leads.stages.as_ref();
        let stage = stages.and_then(|stages| stages.stage_as_of(row, start + 1));
        let worked = self.activities.count_within(row, start, BEFORE) > 0;
        (stage.map(|(stage, _)| stage), worked)
    }

    /// Which kinds happened in the window before a day.
    fn happened(&self, row: usize, day: Day) -> Vec<f64> {
        let timeline = &self.activities.timeline;
        let from = timeline.before(row, (day - WINDOW).start()).end;
        let to = timeline.before(row, day.start()).end;
        let mut happened = vec![0.0; self.kinds.len()];
        for kind in (from..to).filter_map(|event| self.kind[event]) {
            happened[kind] = 1.0;
        }
        happened
    }

    /// A won deal with the leads drawn for it; none if nobody like it was open. Draws depend on the deal alone.
    fn set(&self, case: usize, seed: u64) -> Option<MatchedSet> {
        let (age, won) = (self.age_at_end(case)?, self.leads.closed[case]?);
        let like = self.before(case, won);
        let pool = self.by_source.get(&source_of(self.leads, case))?;
        let mut rng = Pcg64::new(u128::from(seed), case as u128);
        let mut drawn: Vec<usize> = Vec::with_capacity(CONTROLS);
        for _ in 0..DRAWS {
            let row = pool[rng.random_range(0..pool.len())];
            let fits = row != case
                && !drawn.contains(&row)
                && self.leads.created[row].is_some_and(|created| {
                    self.open_after(row, created + age) && self.before(row, created + age) == like
                });
            if fits {
                drawn.push(row);
                if drawn.len() == CONTROLS {
                    break;
                }
            }
        }
        let control = |&row: &usize| Some(self.happened(row, self.leads.created[row]? + age));
        let controls: Vec<Vec<f64>> = drawn.iter().filter_map(control).collect();
        (!controls.is_empty()).then(|| MatchedSet {
            case: self.happened(case, won),
            controls,
        })
    }
}

fn source_of(leads: &Leads, row: usize) -> u32 {
    leads
        .text(Role::Source)
        .map_or(MISSING, |source| source.codes[row])
}

/// The most frequent kinds, by name, and the place of each event's kind among them.
fn told(codes: &[u32], levels: &[String]) -> (Vec<Option<usize>>, Vec<Option<String>>) {
    let mut counts = vec![0_usize; levels.len()];
    for &code in codes.iter().filter(|&&code| code != MISSING) {
        counts[code as usize] += 1;
    }
    let mut order: Vec<usize> = (0..levels.len()).collect();
    order.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then(a.cmp(&b)));
    order.truncate(KINDS);
    let place = |code: &u32| order.iter().position(|&level| level as u32 == *code);
    let kind = codes.iter().map(place).collect();
    let names = order.iter().map(|&level| Some(levels[level].clone()));
    (kind, names.collect())
}

/// Odds ratios of the kinds that are in the sets, each with the others held.
fn judge(sets: &[MatchedSet], kinds: &[Option<String>]) -> Option<Vec<ActionRow>> {
    let members = |set: &MatchedSet, kind: usize| {
        set.case[kind] as usize + set.controls.iter().filter(|x| x[kind] > 0.0).count()
    };
    let used: Vec<usize> = (0..kinds.len())
        .filter(|&kind| {
            let with: usize = sets.iter().map(|set| members(set, kind)).sum();
            let all: usize = sets.iter().map(|set| 1 + set.controls.len()).sum();
            with >= LEAST_WITH && all - with >= LEAST_WITH
        })
        .collect();
    let cut = |x: &Vec<f64>| used.iter().map(|&kind| x[kind]).collect::<Vec<f64>>();
    let narrow: Vec<MatchedSet> = (sets.iter())
        .map(|set| MatchedSet {
            case: cut(&set.case),
            controls: set.controls.iter().map(cut).collect(),
        })
        .collect();
    let (beta, covariance) = conditional_logistic(&narrow, used.len(), RIDGE)?;
    let n = sets.len() as f64;
    let mut rows: Vec<ActionRow> = (used.iter().enumerate())
        .map(|(i, &kind)| {
            let error = covariance[(i, i)].sqrt();
            let share = |set: &MatchedSet| {
                let with = set.controls.iter().filter(|x| x[kind] > 0.0).count();
                with as f64 / set.controls.len() as f64
            };
            ActionRow {
                kind: kinds[kind].clone(),
                won: sets.iter().map(|set| set.case[kind]).sum::<f64>() / n,
                open: sets.iter().map(share).sum::<f64>() / n,
                odds_ratio: Measure::exp(beta[i], error),
                p_value: p_value(beta[i] / error),
                link: None,
            }
        })
        .collect();
    let p_values: Vec<f64> = rows.iter().map(|row| row.p_value).collect();
    for (row, claimed) in rows.iter_mut().zip(claims(&p_values)) {
        let more = row.odds_ratio.value > 1.0;
        row.link = claimed.then_some(if more { Link::More } else { Link::Less });
    }
    rows.sort_by(|a, b| b.won.total_cmp(&a.won).then_with(|| a.kind.cmp(&b.kind)));
    Some(rows)
}
