//! Leads of a month as facts: what a model expects of each, and what came.

use std::collections::BTreeMap;

use crate::domain::{Day, Leads, Month, Outcome, Role};
use crate::forecast::{Chance, Groups, Window};
use crate::kpi::bridge::cells::{Fact, Terms};
use crate::kpi::bridge::large::Large;

/// Wins to be expected of a source, over all that is measured, from which on it is told apart.
const TOLD_APART: f64 = 20.0;
/// Most sources told apart.
const MOST_SOURCES: usize = 12;
/// Months before, whose decisions tell whether losses are written down.
const PAST_MONTHS: i32 = 24;
/// Share of the win chances that must compete with a loss on record, or slow cannot be told from poor.
const LOSSES: f64 = 0.2;
/// Share of losses among the decisions on record, without which the model's own chance of a loss rests on nothing.
const LOSSES_COUNTED: f64 = 0.1;

/// Which cell the leads of each source belong to.
#[derive(Debug, Clone)]
pub(super) struct Board {
    /// Names of the sources told apart; none: all others, where there are several.
    pub(super) names: Vec<Option<String>>,
    /// Cell of each lead among those of its kind, by row.
    of: Vec<u16>,
    /// Cluster of each lead, by row.
    clusters: Vec<u32>,
    /// Whether wins are counted in money.
    pub(super) priced: bool,
    /// How months are added up.
    pub(super) terms: Terms,
    /// What large deals were in the past.
    pub(super) large: Large,
}

impl Board {
    /// For everything that is measured until a day; what is large is learnt from the wins before `month`.
    pub(super) fn new(
        leads: &Leads,
        measured: &[&[Chance]],
        (month, until): (Month, Day),
        priced: bool,
    ) -> Self {
        let sources = Groups::by(leads, Role::Source);
        let mut wins = vec![0.0; sources.len()];
        let (mut all, mut rivalled) = (0.0, 0.0);
        for chance in measured.iter().flat_map(|chances| chances.iter()) {
            wins[sources.of[chance.row]] += chance.win;
            all += chance.win;
            rivalled += chance.win * (1.0 - share(chance));
        }
        let mut apart: Vec<usize> = (0..wins.len()).filter(|&s| wins[s] >= TOLD_APART).collect();
        apart.sort_by(|&a, &b| wins[b].total_cmp(&wins[a]).then(a.cmp(&b)));
        apart.truncate(MOST_SOURCES);
        let mut names: Vec<Option<String>> = (apart.iter())
            .map(|&s| Some(sources.names[s].clone()))
            .collect();
        if apart.len() < sources.len() {
            names.push(None);
        }
        let last = names.len().saturating_sub(1) as u16;
        let cell: Vec<u16> = (0..sources.len())
            .map(|source| {
                let at = apart.iter().position(|&s| s == source);
                at.map_or(last, |at| at as u16)
            })
            .collect();
        let large = Large::before(leads, month, priced);
        Self {
            terms: Terms {
                sources: names.len(),
                cap: large.cap,
                losses: rivalled >= LOSSES * all && losses_counted(leads, month, until),
            },
            names,
            of: sources.of.iter().map(|&source| cell[source]).collect(),
            clusters: clusters(leads),
            priced,
            large,
        }
    }

    /// The cell of a source of this name among those of its kind.
    pub(super) fn cell(&self, source: &str) -> usize {
        let at = (self.names.iter()).position(|name| name.as_deref() == Some(source));
        at.unwrap_or(self.names.len() - 1)
    }

    /// The cell of a lead that is measured.
    pub(super) fn cell_of(&self, chance: &Chance) -> u16 {
        self.of[chance.row]
            + if chance.new {
                self.terms.sources as u16
            } else {
                0
            }
    }

    /// Clusters there are.
    pub(super) fn clusters(&self) -> usize {
        self.clusters
            .iter()
            .max()
            .map_or(0, |&most| most as usize + 1)
    }

    /// What came of the leads of a window; wins of others are there without a cell.
    pub(super) fn facts(&self, leads: &Leads, chances: &[Chance], window: Window) -> Vec<Fact> {
        let amounts = leads.numbers(Role::Amount).filter(|_| self.priced);
        let inside = |row: usize| {
            leads.outcome[row] != Outcome::Open
                && leads.closed[row].is_some_and(|day| window.from <= day && day < window.to)
        };
        let money = |row: usize| {
            let amount = amounts.map_or(1.0, |amounts| amounts[row]);
            if amount.is_finite() { amount } else { 0.0 }
        };
        let won = |row: usize| leads.outcome[row] == Outcome::Won && inside(row);
        let mut known = vec![false; leads.len()];
        let mut facts: Vec<Fact> = (chances.iter())
            .map(|chance| {
                known[chance.row] = true;
                Fact {
                    cell: Some(self.cell_of(chance)),
                    cluster: self.clusters[chance.row],
                    even: chance.even,
                    usual: chance.usual,
                    win: chance.win,
                    share: share(chance),
                    late: late([chance.win, chance.lost], chance.sooner),
                    decided: inside(chance.row),
                    won: won(chance.row),
                    money: money(chance.row),
                }
            })
            .collect();
        facts.extend(
            (0..leads.len())
                .filter(|&row| won(row) && !known[row])
                .map(|row| Fact {
                    cell: None,
                    cluster: self.clusters[row],
                    even: 0.0,
                    usual: 0.0,
                    win: 0.0,
                    share: 0.0,
                    late: [0.0; 2],
                    decided: true,
                    won: true,
                    money: money(row),
                }),
        );
        facts
    }
}

/// P(won, given decided).
pub(super) fn share(chance: &Chance) -> f64 {
    chance.win / (chance.win + chance.lost.max(0.0))
}

/// Of P(won), and of the wins that a decision promises, what comes in the last part of the days, by P(won), P(lost) of all of
/// them and of the first part.
pub(super) fn late([win, lost]: [f64; 2], [won, gone]: [f64; 2]) -> [f64; 2] {
    let (wins, losses) = ((win - won).max(0.0), (lost - gone).max(0.0));
    [
        wins,
        win / (win + lost.max(0.0)).max(f64::MIN_POSITIVE) * (wins + losses),
    ]
}

/// Whether losses are written down: among the decisions from 24 months before `month` until a day.
fn losses_counted(leads: &Leads, month: Month, until: Day) -> bool {
    let from = (month - PAST_MONTHS).first_day();
    let of = |outcome: Outcome| {
        let day = |row: usize| leads.closed[row].is_some_and(|day| from <= day && day < until);
        let decided = (0..leads.len()).filter(|&row| leads.outcome[row] == outcome && day(row));
        decided.count() as f64
    };
    let lost = of(Outcome::Lost);
    lost > 0.0 && lost >= LOSSES_COUNTED * (lost + of(Outcome::Won))
}

/// Leads of one customer together; each by itself where no customer is named.
fn clusters(leads: &Leads) -> Vec<u32> {
    let alone = || (0..leads.len() as u32).collect();
    if leads.role(Role::Customer).is_none() {
        return alone();
    }
    let customers = Groups::by(leads, Role::Customer);
    let mut seen: BTreeMap<usize, u32> = BTreeMap::new();
    let mut next = 0;
    (0..leads.len())
        .map(|row| {
            let customer = customers.of[row];
            let new = next;
            let cluster = if customers.is_nobody(customer) {
                new
            } else {
                *seen.entry(customer).or_insert(new)
            };
            next += u32::from(cluster == new);
            cluster
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::sample::{LeadsBuilder, day};

    #[test]
    fn losses_count_where_they_are_written_down() {
        let of = |lost: usize, closed: &str| {
            let mut builder = LeadsBuilder::new("2026-07-01");
            for _ in 0..20 {
                builder = builder.won("2026-05-02", "2026-06-05", None, 1.0);
            }
            for _ in 0..lost {
                builder = builder.push(Some(day("2023-01-02")), Some(day(closed)), Outcome::Lost);
            }
            losses_counted(&builder.build(), Month::new(2026, 6), day("2026-07-01"))
        };
        assert!(of(30, "2026-05-20"));
        assert!(!of(0, "2026-05-20") && !of(1, "2026-05-20"));
        assert!(!of(30, "2023-05-20"), "too long ago");
    }
}
