//! The places of an owner's day: calls that were promised, first touches that are due, lots, and the rest by value.

use crate::decide::calls::lots::{self, Urn};
use crate::domain::ListPlace;
use crate::project::Calls;

/// What the places are given by. Entries come best first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry {
    /// Whether a call was promised for today or before.
    pub(super) promised: bool,
    /// Days left in which a first touch is in time: 0 today is the last, below 0 it is late; none: touched, or old.
    pub(super) days_left: Option<i32>,
    /// Whether a call is worth a place that nothing but its value gives.
    pub(super) worth_it: bool,
    /// Whether a lot may be drawn for it: its last one is over.
    pub(super) may_draw: bool,
}

/// The plan of a day.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plan {
    /// By entry: its place, with the lot if one was drawn; none where it is off the list.
    pub(super) places: Vec<Option<(ListPlace, Option<f64>)>>,
    /// First touches that took places beyond their share.
    pub(super) beyond_share: usize,
}

/// Whole places of a share. Floating point must not take one away: 0.3 x 10 is three.
pub(super) fn places_of(share: f64, capacity: usize) -> usize {
    ((share.clamp(0.0, 1.0) * capacity as f64 + 1e-9) as usize).min(capacity)
}

/// Plans the day of one owner. `burst` is the most leads that came in on one day lately; `urn` is there where lots are to
/// be drawn.
pub(super) fn plan(
    entries: &[Entry],
    limits: &Calls,
    burst: usize,
    urn: Option<Urn<'_>>,
    id: impl Fn(usize) -> String,
) -> Plan {
    let mut day = Day {
        places: vec![None; entries.len()],
        free: limits.capacity,
        entries,
    };
    day.promised();
    let beyond_share = day.first_touches(limits, burst);
    if let Some(urn) = urn {
        day.lots(places_of(limits.explore_share, limits.capacity), urn, id);
    }
    day.by_value();
    Plan {
        places: day.places,
        beyond_share,
    }
}

struct Day<'a> {
    entries: &'a [Entry],
    places: Vec<Option<(ListPlace, Option<f64>)>>,
    free: usize,
}

impl Day<'_> {
    /// What was promised is kept, the best first where the day does not hold all.
    fn promised(&mut self) {
        for (entry, place) in self.entries.iter().zip(&mut self.places) {
            if entry.promised && self.free > 0 {
                *place = Some((ListPlace::Promised, None));
                self.free -= 1;
            }
        }
    }

    /// First touches: as many as must be today lest one be late, and up to the share in any case; those beyond hope of
    /// being in time have the share alone.
    fn first_touches(&mut self, limits: &Calls, burst: usize) -> usize {
        let waiting = |late: bool| {
            let left = |i: &usize| self.entries[*i].days_left;
            let mut queue: Vec<usize> = (0..self.entries.len())
                .filter(|&i| self.places[i].is_none())
                .filter(|i| left(i).is_some_and(|days| (days < 0) == late))
                .collect();
            queue.sort_by_key(|i| (left(i), *i));
            queue
        };
        let (in_time, late) = (waiting(false), waiting(true));
        let share = places_of(limits.sla_share, self.free);
        let days: Vec<i32> = in_time
            .iter()
            .filter_map(|&i| self.entries[i].days_left)
            .collect();
        let must = needed_today(&days, limits, burst).min(in_time.len());
        let must = must.min(self.free);
        let (now, later) = in_time.split_at(must);
        let rest = share.saturating_sub(must);
        let chosen: Vec<usize> = now
            .iter()
            .chain(late.iter().chain(later).take(rest))
            .copied()
            .collect();
        for &i in &chosen {
            self.places[i] = Some((ListPlace::FirstTouch, None));
        }
        self.free -= chosen.len();
        must.saturating_sub(share)
    }

    /// Pairs of neighbours by value, of which the lot calls one and holds the other. None where all that is worth a call
    /// fits into the day: then there is nothing to choose.
    fn lots(&mut self, wanted: usize, urn: Urn<'_>, id: impl Fn(usize) -> String) {
        let open = |i: &usize| self.places[*i].is_none() && self.entries[*i].worth_it;
        if (0..self.entries.len()).filter(open).count() <= self.free {
            return;
        }
        let drawable: Vec<usize> = (0..self.entries.len())
            .filter(open)
            .filter(|&i| {
                self.entries[i].may_draw && self.entries[i].days_left.is_none_or(|days| days > 0)
            })
            .collect();
        let wanted = wanted.min(self.free);
        for pair in lots::pairs(drawable.len(), wanted, urn, |at| id(drawable[at])) {
            self.places[drawable[pair.drawn]] = Some((ListPlace::Drawn, Some(pair.draw)));
            self.places[drawable[pair.held]] = Some((ListPlace::Held, Some(pair.draw)));
            self.free -= 1;
        }
    }

    fn by_value(&mut self) {
        for (entry, place) in self.entries.iter().zip(&mut self.places) {
            if self.free == 0 {
                break;
            }
            if place.is_none() && entry.worth_it {
                *place = Some((ListPlace::Value, None));
                self.free -= 1;
            }
        }
    }
}

/// How many first touches today needs lest one of those that wait be late: with N(d) of them due within d days and C
/// calls a day, max over d of N(d) - C d; and so many that a day as full as the fullest of late can still be met in time.
/// `days` are the days left of those that are still in time, ascending.
fn needed_today(days: &[i32], limits: &Calls, burst: usize) -> usize {
    let capacity = limits.capacity as i64;
    let due = |at: usize, days: i32| at as i64 + 1 - capacity * i64::from(days);
    let known = days.iter().enumerate().map(|(at, &days)| due(at, days));
    // What comes in today is first seen tomorrow, and has one day less.
    let room = capacity * i64::from(limits.sla_days.max(0));
    let next = (days.len() + burst) as i64 - room;
    let needed = known.chain([next]).max().unwrap_or(0);
    needed.clamp(0, capacity) as usize
}
