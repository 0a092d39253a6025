//! What happened to leads over time: stages entered and activities logged.

use std::ops::Range;

use crate::domain::{Column, Day, Moment, Table};

/// Dated events of leads, stored lead by lead and ordered in time within each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    offsets: Vec<u32>,
    at: Vec<Moment>,
}

impl Timeline {
    /// Sorts events, given as (row of the lead, moment), into `rows` leads. Returns the timeline and, for each of
    /// its events, the position that the event had in `events`. Ties keep the order given.
    ///
    /// # Panics
    /// If an event names a row beyond `rows`.
    pub fn new(rows: usize, events: &[(usize, Moment)]) -> (Self, Vec<usize>) {
        let mut order: Vec<usize> = (0..events.len()).collect();
        order.sort_by_key(|&i| events[i]);
        let mut offsets = vec![0_u32; rows + 1];
        for &(row, _) in events {
            offsets[row + 1] += 1;
        }
        for row in 0..rows {
            offsets[row + 1] += offsets[row];
        }
        let at = order.iter().map(|&i| events[i].1).collect();
        (Self { offsets, at }, order)
    }

    /// Number of leads.
    pub fn rows(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The events of a lead, as a range of event positions.
    pub fn events(&self, row: usize) -> Range<usize> {
        self.offsets[row] as usize..self.offsets[row + 1] as usize
    }

    /// The events of a lead before an instant.
    pub fn before(&self, row: usize, instant: Moment) -> Range<usize> {
        let all = self.events(row);
        let n = self.at[all.clone()].partition_point(|&at| at < instant);
        all.start..all.start + n
    }

    /// When an event happened.
    pub fn at(&self, event: usize) -> Moment {
        self.at[event]
    }

    /// The leads named, with their events before `instant`; also the old positions of the events kept.
    #[must_use]
    pub fn take(&self, rows: &[usize], instant: Moment) -> (Self, Vec<usize>) {
        let (mut offsets, mut at, mut kept) = (vec![0], Vec::new(), Vec::new());
        for &row in rows {
            let events = self.before(row, instant);
            at.extend_from_slice(&self.at[events.clone()]);
            kept.extend(events);
            offsets.push(at.len() as u32);
        }
        (Self { offsets, at }, kept)
    }
}

/// The stages that each lead entered, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageHistory {
    /// When; one event for each stage entered.
    pub timeline: Timeline,
    /// Position in `names` of the stage entered, by event.
    pub stage: Vec<u32>,
    /// Stage names: those of the declared order first, in that order, then any others by name.
    pub names: Vec<String>,
    /// How many of `names` are of the declared order.
    pub ordered: usize,
}

impl StageHistory {
    /// The stage that a lead is in as of a day (position in `names`) and the day it entered it.
    pub fn stage_as_of(&self, row: usize, as_of: Day) -> Option<(u32, Day)> {
        let event = self.timeline.before(row, as_of.start()).next_back()?;
        Some((self.stage[event], self.timeline.at(event).day()))
    }

    pub(crate) fn take(&self, rows: &[usize], instant: Moment) -> Self {
        let (timeline, kept) = self.timeline.take(rows, instant);
        let stage = kept.iter().map(|&event| self.stage[event]).collect();
        Self {
            timeline,
            stage,
            names: self.names.clone(),
            ordered: self.ordered,
        }
    }
}

/// The calls, visits and messages logged for each lead.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Activities {
    /// When; one event for each activity.
    pub timeline: Timeline,
    /// What else the file says, one row an event: `kind`, and `owner`, `result`, `planned` where given.
    pub table: Table,
    /// What was planned and is not made: no activity, and counted as one nowhere. In the order of leads and plans.
    pub not_made: Vec<Plan>,
}

/// An activity that was planned and has not been made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Plan {
    /// Row of the lead.
    pub lead: usize,
    /// What it was planned for.
    pub planned: Moment,
    /// What it was to be; none where the file does not say.
    pub kind: Option<String>,
    /// Who was to do it; none where the file does not say.
    pub owner: Option<String>,
}

impl Activities {
    /// How many activities a lead had in the `days` days before a day.
    pub fn count_within(&self, row: usize, as_of: Day, days: i32) -> usize {
        let until = self.timeline.before(row, as_of.start());
        let since = self.timeline.before(row, (as_of - days).start());
        until.end - since.end
    }

    /// When the last activity before a day was.
    pub fn last_before(&self, row: usize, as_of: Day) -> Option<Moment> {
        self.timeline
            .before(row, as_of.start())
            .next_back()
            .map(|event| self.timeline.at(event))
    }

    /// The text of a column of `table` for an event.
    pub fn said(&self, column: &str, event: usize) -> Option<&str> {
        match self.table.get(column)? {
            Column::Text(category) => category.get(event),
            _ => None,
        }
    }

    /// When an event had been planned for.
    pub fn planned(&self, event: usize) -> Option<Moment> {
        match self.table.get("planned")? {
            Column::Date(days) => days[event].map(Day::start),
            Column::Moment(moments) => moments[event],
            _ => None,
        }
    }

    pub(crate) fn take(&self, rows: &[usize], instant: Moment) -> Self {
        let (timeline, kept) = self.timeline.take(rows, instant);
        Self {
            timeline,
            table: self.table.take(&kept),
            not_made: self.not_made_before(rows, instant),
        }
    }

    /// What was due before an instant and not made by then: what is made later was not made yet.
    fn not_made_before(&self, rows: &[usize], instant: Moment) -> Vec<Plan> {
        let mut plans = Vec::new();
        for (lead, &row) in rows.iter().enumerate() {
            let from = self.not_made.partition_point(|plan| plan.lead < row);
            let own = self.not_made[from..].iter();
            plans.extend(own.take_while(|plan| plan.lead == row).map(|plan| Plan {
                lead,
                ..plan.clone()
            }));
            let later = self.timeline.before(row, instant).end..self.timeline.events(row).end;
            plans.extend(later.filter_map(|event| {
                Some(Plan {
                    lead,
                    planned: self.planned(event)?,
                    kind: self.said("kind", event).map(str::to_owned),
                    owner: self.said("owner", event).map(str::to_owned),
                })
            }));
        }
        plans.retain(|plan| plan.planned < instant);
        plans.sort();
        plans
    }
}
