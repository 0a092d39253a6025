//! Whose leads somebody else has time for: a proposal, never done in silence.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::decide::calls::CallList;
use crate::decide::calls::result::WhyNot;
use crate::domain::{Leads, Outcome, Role};
use crate::forecast::Groups;

/// Wins and losses of the whole source that an owner's rate in it is shrunk by.
const WEIGHT: f64 = 20.0;
/// Most moves proposed at a time, and leads looked at for them: more than anybody would go through.
const MOST: (usize, usize) = (100, 200);
/// A lead is not handed over for a call that is worth less than this part of a usual one.
const LEAST: f64 = 0.1;

/// One lead that another owner could take.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Move {
    /// The lead.
    pub lead_id: String,
    /// Who holds it.
    pub from: String,
    /// Who has room.
    pub to: String,
    /// Whether it is a first touch that would be, or is, late.
    pub first_touch: bool,
    /// What a call is worth, money (deals without amounts).
    pub value: f64,
    /// The shrunken rate of the new owner in leads of that source over the rate of all owners; 1 where nothing is known.
    pub factor: f64,
}

/// A proposal.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Reassignment {
    /// Owners whose day is full while leads worth a call wait, with how many.
    pub over: BTreeMap<String, usize>,
    /// Owners with places left, with how many.
    pub room: BTreeMap<String, usize>,
    /// The moves, worth most first.
    pub moves: Vec<Move>,
    /// What they are worth together, with the factors; money (deals without amounts).
    pub value: f64,
}

/// What a call of today's lists is worth on average; 0 without any.
fn mean_call(list: &CallList) -> f64 {
    let n: usize = list.owners.iter().map(|owner| owner.calls.len()).sum();
    list.owners.iter().map(|owner| owner.value).sum::<f64>() / n.max(1) as f64
}

/// Proposes which leads that do not fit into their owner's day others could call today: first touches that are due, then
/// by value x how the other owner fares with leads of that source. The best such assignment, exactly, of the 200 leads
/// that are worth most to at most 100 places. What is worth less than a tenth of a call of today is not worth handing over.
pub fn reassign(leads: &Leads, list: &CallList) -> Reassignment {
    let mut found = Reassignment::default();
    let nobody = |name: &str| name == crate::forecast::NOBODY;
    let mut seats = Vec::new();
    for (position, owner) in list.owners.iter().enumerate() {
        let room = list.capacity.saturating_sub(owner.calls.len());
        if room > 0 && !nobody(&owner.owner) {
            found.room.insert(owner.owner.clone(), room);
            seats.extend(std::iter::repeat_n(position, room.min(MOST.0)));
        }
    }
    // Places of all owners in turn, so that none takes all where there are more than are looked at.
    seats.truncate(MOST.0);
    let mut waiting: Vec<_> = (list.standings.iter())
        .filter(|standing| standing.rank == Err(WhyNot::NoRoom))
        .collect();
    for standing in &waiting {
        *found
            .over
            .entry(list.owners[standing.owner].owner.clone())
            .or_default() += 1;
    }
    let due = |days: Option<i32>| days.is_some_and(|days| days <= 0);
    let least = LEAST * mean_call(list);
    waiting.retain(|standing| due(standing.days_left) || standing.call_value >= least);
    waiting.sort_by(|a, b| {
        (due(b.days_left).cmp(&due(a.days_left)))
            .then(b.call_value.total_cmp(&a.call_value))
            .then(a.row.cmp(&b.row))
    });
    waiting.truncate(MOST.1);
    if waiting.is_empty() || seats.is_empty() {
        return found;
    }
    let rates = Rates::of(leads);
    // A first touch that is due comes before anything that only its value brings.
    let most = waiting
        .iter()
        .fold(0.0, |most, w| f64::max(most, w.call_value));
    let gain: Vec<Vec<f64>> = (waiting.iter())
        .map(|standing| {
            let first = f64::from(u8::from(due(standing.days_left))) * (10.0 * most + 1.0);
            let by = |&seat: &usize| {
                let factor = rates.factor(standing.row, &list.owners[seat].owner);
                first + standing.call_value.max(0.0) * factor
            };
            seats.iter().map(by).collect()
        })
        .collect();
    for (at, seat) in assign(&gain).into_iter().enumerate() {
        let Some(seat) = seat else { continue };
        let standing = waiting[at];
        let to = &list.owners[seats[seat]].owner;
        found.moves.push(Move {
            lead_id: leads.ids[standing.row].clone(),
            from: list.owners[standing.owner].owner.clone(),
            to: to.clone(),
            first_touch: due(standing.days_left),
            value: standing.call_value,
            factor: rates.factor(standing.row, to),
        });
    }
    found.value = found
        .moves
        .iter()
        .map(|each| each.value.max(0.0) * each.factor)
        .sum();
    found
}

/// How owners fare with the leads of each source, closed ones.
struct Rates {
    sources: Groups,
    owners: BTreeMap<String, usize>,
    /// (won, closed) by source and owner, and by source.
    of: BTreeMap<(usize, usize), (f64, f64)>,
    all: Vec<(f64, f64)>,
}

impl Rates {
    fn of(leads: &Leads) -> Self {
        let (sources, owners) = (
            Groups::by(leads, Role::Source),
            Groups::by(leads, Role::Owner),
        );
        let mut of: BTreeMap<(usize, usize), (f64, f64)> = BTreeMap::new();
        let mut all = vec![(0.0, 0.0); sources.len()];
        for row in 0..leads.len() {
            let won = match leads.outcome[row] {
                Outcome::Open => continue,
                Outcome::Won => 1.0,
                Outcome::Lost => 0.0,
            };
            let source = sources.of[row];
            let own = of.entry((source, owners.of[row])).or_default();
            *own = (own.0 + won, own.1 + 1.0);
            all[source] = (all[source].0 + won, all[source].1 + 1.0);
        }
        let owners = owners.names.into_iter().enumerate();
        Self {
            sources,
            owners: owners.map(|(at, name)| (name, at)).collect(),
            of,
            all,
        }
    }

    fn factor(&self, row: usize, owner: &str) -> f64 {
        let source = self.sources.of[row];
        let (won, closed) = self.all[source];
        if won <= 0.0 {
            return 1.0;
        }
        let mean = won / closed;
        let own = self
            .owners
            .get(owner)
            .and_then(|&owner| self.of.get(&(source, owner)));
        let (own_won, own_closed) = own.copied().unwrap_or_default();
        (own_won + WEIGHT * mean) / (own_closed + WEIGHT) / mean
    }
}

/// The assignment of rows to columns with the highest sum of gains, at most one each, as many as there are of the fewer:
/// the column of each row. Shortest augmenting paths with potentials (Kuhn 1955, Munkres 1957; Jonker and Volgenant 1987),
/// O(rows² x columns).
///
/// Gains must be finite and rows of one length.
pub fn assign(gain: &[Vec<f64>]) -> Vec<Option<usize>> {
    let (n, m) = (gain.len(), gain.first().map_or(0, Vec::len));
    if n <= m {
        return shortest_paths(n, m, |i, j| -gain[i][j])
            .into_iter()
            .map(Some)
            .collect();
    }
    let mut of_row = vec![None; n];
    for (column, row) in shortest_paths(m, n, |i, j| -gain[j][i])
        .into_iter()
        .enumerate()
    {
        of_row[row] = Some(column);
    }
    of_row
}

/// The cheapest column of each of `n` rows among `m >= n` columns.
fn shortest_paths(n: usize, m: usize, cost: impl Fn(usize, usize) -> f64) -> Vec<usize> {
    // Row and column 0 stand for none, as in the usual statement.
    let (mut u, mut v) = (vec![0.0; n + 1], vec![0.0; m + 1]);
    let (mut row_of, mut way) = (vec![0; m + 1], vec![0; m + 1]);
    for row in 1..=n {
        row_of[0] = row;
        let mut column = 0;
        let (mut least, mut used) = (vec![f64::INFINITY; m + 1], vec![false; m + 1]);
        while row_of[column] != 0 {
            used[column] = true;
            let from = row_of[column];
            let (mut delta, mut next) = (f64::INFINITY, 0);
            for j in (1..=m).filter(|&j| !used[j]) {
                let reduced = cost(from - 1, j - 1) - u[from] - v[j];
                if reduced < least[j] {
                    (least[j], way[j]) = (reduced, column);
                }
                if least[j] < delta {
                    (delta, next) = (least[j], j);
                }
            }
            for j in 0..=m {
                if used[j] {
                    u[row_of[j]] += delta;
                    v[j] -= delta;
                } else {
                    least[j] -= delta;
                }
            }
            column = next;
        }
        while column != 0 {
            row_of[column] = row_of[way[column]];
            column = way[column];
        }
    }
    let mut column_of = vec![0; n];
    for j in (1..=m).filter(|&j| row_of[j] != 0) {
        column_of[row_of[j] - 1] = j - 1;
    }
    column_of
}
