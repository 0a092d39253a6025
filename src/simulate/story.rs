//! What happens to a lead on its way: the first contact, the stages that it enters, the calls and visits.
//!
//! None of it changes the fate, but the fate shows in it: winners go through the stages up to the win, losers stop
//! earlier, and leads that nobody will ever close stall early. So a stage tells more than the features and the age do.

use super::lead::{Fate, Lead};
use super::random::{Draws, Stream};
use super::world::World;

/// An entry into a stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    /// Position of the stage, 1 = Contacted ... 4 = Negotiation.
    pub(super) stage: usize,
    /// Working time.
    pub(super) at: f64,
}

/// A call, message or visit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Activity {
    /// Working time.
    pub(super) at: f64,
    /// 0 call, 1 message, 2 visit.
    pub(super) kind: usize,
    /// Whether it reached somebody.
    pub(super) reached: bool,
    /// Civil days before it for which it had been planned, if it was.
    pub(super) planned: Option<usize>,
}

/// The life of a lead up to an instant.
#[derive(Debug, Default)]
pub(super) struct Story {
    /// Working time of the first contact, if there was one; it may lie beyond the instant.
    pub(super) contact: Option<f64>,
    /// Stages entered after `New`, in order of time; they may lie beyond the instant.
    pub(super) steps: Vec<Step>,
    /// Activities before the instant, in order of time.
    pub(super) activities: Vec<Activity>,
}

impl Story {
    /// The stage that the lead is in at an instant of working time; 0 = New.
    pub(super) fn stage_at(&self, passed: f64) -> usize {
        let entered = self.steps.iter().take_while(|step| step.at < passed);
        entered.last().map_or(0, |step| step.stage)
    }
}

/// Tells the story of a lead up to an instant of working time, into `story`.
pub(super) fn tell(seed: u64, world: &World, lead: &Lead, until: f64, story: &mut Story) {
    let mut draws = Draws::new(seed, Stream::Story, lead.index);
    story.steps.clear();
    story.activities.clear();
    let (end, untouched) = match lead.fate {
        Fate::Won { after, .. } => (after, 0.0),
        Fate::Lost { after, .. } => (after, 0.04),
        Fate::Never { stalls } => (stalls, 0.08),
    };
    let delay = draws.lognormal(world.owners[lead.features.owner].delay, 1.6);
    let first = delay.min(end * (0.3 + 0.3 * draws.uniform()));
    story.contact = (!draws.chance(untouched)).then_some(lead.born + first);
    let Some(contact) = story.contact else {
        return;
    };
    steps(lead, contact, lead.born + end, &mut draws, &mut story.steps);
    activities(lead, contact, lead.born + end, until, &mut draws, story);
}

/// The stages that a lead enters between its first contact and the end of the work on it.
fn steps(lead: &Lead, contact: f64, end: f64, draws: &mut Draws, steps: &mut Vec<Step>) {
    let (last, skip) = match lead.fate {
        Fate::Won { .. } => (4, [0.05, 0.05, 0.2]),
        Fate::Lost { .. } => (1 + draws.pick(&[4.5, 3.2, 1.7, 0.6]), [0.1, 0.1, 0.0]),
        Fate::Never { .. } => (1 + draws.pick(&[6.5, 2.7, 0.7, 0.1]), [0.1, 0.1, 0.0]),
    };
    // Time in each stage in proportion to gamma draws, so that the steps fill the time up to the end.
    let mut dwell = [0.0; 4];
    for share in dwell.iter_mut().take(last) {
        *share = draws.gamma(1.5);
    }
    if !matches!(lead.fate, Fate::Won { .. }) {
        // Whoever does not buy lingers where he stopped.
        dwell[last - 1] *= 2.5;
    }
    let total: f64 = dwell.iter().sum();
    steps.push(Step {
        stage: 1,
        at: contact,
    });
    let mut passed = 0.0;
    for stage in 2..=last {
        passed += dwell[stage - 2];
        if !draws.chance(skip[stage - 2]) || (stage == last && last < 4) {
            steps.push(Step {
                stage,
                at: contact + (end - contact) * passed / total,
            });
        }
    }
}

/// Calls, messages and visits: often while the lead is worked on, more so for those that will buy, and ever more seldom
/// with age; once in a long while after it has stalled.
fn activities(
    lead: &Lead,
    contact: f64,
    end: f64,
    until: f64,
    draws: &mut Draws,
    story: &mut Story,
) {
    let won = matches!(lead.fate, Fate::Won { .. });
    let visits = if lead.features.method == 1 { 3.0 } else { 0.4 };
    let mut at = contact;
    let close = lead.closes().unwrap_or(f64::INFINITY);
    while at < until && at <= close && story.activities.len() < 60 {
        let first = story.activities.is_empty();
        let kind = if first {
            draws.pick(&[3.0, 1.0])
        } else {
            draws.pick(&[4.0, 2.5, visits])
        };
        let planned = if kind == 2 { 0.8 } else { 0.15 };
        story.activities.push(Activity {
            at,
            kind,
            reached: draws.chance(if won { 0.85 } else { 0.6 }),
            planned: (!first && draws.chance(planned)).then(|| draws.below(4) as usize),
        });
        let pace = if won { 13.0 } else { 22.0 };
        let mean = if at < end {
            pace + 0.4 * (at - lead.born)
        } else {
            200.0
        };
        at += draws.exponential(mean);
    }
}
