//! The call list: per owner, what a call today is worth, within the day's capacity.

mod attempts;
mod lessons;
mod lots;
mod policy_value;
mod pool;
mod reassign;
mod result;
mod slots;
mod uplift;
mod value;

pub use attempts::ContactRate;
pub use lessons::{Lessons, Order, OrderValue, lessons};
pub use policy_value::{PolicyValue, Trial, policy_value};
pub use pool::{Pool, PoolReason, PooledLead, Takeover, pool};
pub use reassign::{Move, Reassignment, assign, reassign};
pub use result::{CallList, LeadStanding, LotsSoFar, OwnerCalls, PlannedCall, Untouched, WhyNot};
pub use uplift::{Known, Lesson, SLearner};
pub use value::Freshness;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::decide::calls::attempts::Attempts;
use crate::decide::calls::lots::{LOT_DAYS, Urn};
use crate::decide::calls::slots::{Entry, Plan};
use crate::domain::{
    Activities, CallLog, CallResult, Day, Leads, ListPlace, Moment, Outcome, Probability, Role,
    Shown, StageHistory,
};
use crate::forecast::{Groups, NOBODY};
use crate::project::Calls;
use crate::score::{LeadScore, Scores};
use crate::segment::Segments;

/// A lead is left off where what it is worth is less than this part of the mean of the best that fit into the day: a
/// fiftieth.
const LEAST_SHARE: f64 = 0.02;
/// Days for which a lead counts as new, if ten times the SLA is not longer.
const NEW_DAYS: i32 = 30;
/// Days back from which the fullest day is taken.
const LATELY: i32 = 30;

/// What the lists are made of beside the leads and their scores.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallsAsk<'a> {
    /// Everyone's segment; none without rules.
    pub segments: Option<&'a Segments>,
    /// What a list may hold.
    pub limits: Calls,
    /// Lists shown and calls made before the day.
    pub log: Option<&'a CallLog>,
    /// Whether lots are drawn: only where the list is put on record, as nobody could learn from them otherwise.
    pub draw_lots: bool,
    /// What the lots have taught.
    pub lessons: Option<&'a Lessons>,
    /// Seed of the lots.
    pub seed: u64,
    /// Only this owner's list.
    pub owner: Option<&'a str>,
}

/// Makes the call lists of the day `scores.as_of`, for one owner or all.
///
/// Leads are ranked by what a call is worth, `P (1 - P)` x expected amount x freshness with P = `p_win_30d` (undated data:
/// `p_win`, without freshness), or, once lots have taught it, by what a call adds to the chance x amount; both times the
/// chance of an answer at the next attempt over that at the first, where the log tells. Without amounts a deal counts 1.
/// Equal leads stand in the order (created, id).
///
/// The places of a day: calls promised for it, or before, come first; first touches take as many as keep all of those that wait in time (`slots`), and up to `sla_share`
/// in any case, earliest due first; `explore_share` goes to lots; the rest goes by value. A lead is left off, and counted,
/// where `p_win_30d` x expected amount is less than a fiftieth of what the best leads that fit into the day are worth on
/// average, unless it is a first touch.
///
/// A new lead that nobody has touched (not contacted, no activity, no logged call, no step of the funnel beyond the first)
/// is overdue once it is older than the SLA. New means created within the last 30 days, or ten times the SLA if that is
/// longer; older untouched leads come in by their value alone. Where the project names neither `contacted` nor activities
/// and has no log, nobody can say what is untouched and nothing is overdue.
///
/// An owner whom no open lead names gives no list.
pub fn calls(leads: &Leads, scores: &Scores, ask: &CallsAsk<'_>) -> CallList {
    let groups = Groups::by(leads, Role::Owner);
    let desk = Desk::new(leads, scores, ask);
    let mut candidates: Vec<Vec<Candidate>> = vec![Vec::new(); groups.len()];
    for (position, score) in scores.leads.iter().enumerate() {
        if leads.outcome[score.row] == Outcome::Open {
            candidates[groups.of[score.row]].push(desk.candidate(position, score));
        }
    }
    let bursts = bursts(leads, &groups, scores.as_of);
    let mut list = CallList {
        date: scores.as_of,
        capacity: ask.limits.capacity,
        learnt: ask.lessons.is_some_and(Lessons::used),
        lots: ask.lessons.and_then(Lessons::so_far),
        untouched: desk.untouched(&candidates),
        ..CallList::default()
    };
    for (group, candidates) in candidates.into_iter().enumerate() {
        let name = &groups.names[group];
        if !candidates.is_empty() && ask.owner.is_none_or(|wanted| wanted == name.as_str()) {
            desk.list(name, candidates, bursts[group], &mut list);
        }
    }
    list.standings.sort_by_key(|standing| standing.row);
    compare(&mut list.owners);
    (list.freshness, list.contact_rates) = (desk.freshness, desk.rates);
    list
}

/// The most leads of each owner that came in on one day lately.
fn bursts(leads: &Leads, groups: &Groups, today: Day) -> Vec<usize> {
    let mut counts: BTreeMap<(usize, Day), usize> = BTreeMap::new();
    for row in 0..leads.len() {
        if let Some(created) = leads.created[row].filter(|&created| created >= today - LATELY) {
            *counts.entry((groups.of[row], created)).or_default() += 1;
        }
    }
    let mut bursts = vec![0; groups.len()];
    for ((group, _), count) in counts {
        bursts[group] = count.max(bursts[group]);
    }
    bursts
}

/// What each owner's calls are worth beside the mean of all who have any.
fn compare(owners: &mut [OwnerCalls]) {
    let busy = |owner: &OwnerCalls| !owner.calls.is_empty() && owner.owner != NOBODY;
    let (n, sum) = (owners.iter().filter(|owner| busy(owner)))
        .fold((0, 0.0), |(n, sum), owner| (n + 1, sum + owner.value));
    for owner in owners.iter_mut().filter(|owner| busy(owner)) {
        owner.value_to_mean = (n > 1 && sum > 0.0).then(|| owner.value / (sum / f64::from(n)));
    }
}

/// An open lead and what ranks it.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    position: usize,
    row: usize,
    /// What a call is worth.
    value: f64,
    /// `p_win_30d` x amount.
    worth: f64,
    freshness: Option<f64>,
    value_of_today: Option<f64>,
    p_answer: Option<f64>,
    attempts: Attempts,
    /// Whether a call was promised for today or before.
    promised: bool,
    days_left: Option<i32>,
    untouched: bool,
    /// Why it cannot be called at all.
    barred: Option<WhyNot>,
}

impl Candidate {
    /// Best first.
    fn rank(&self, other: &Self) -> Ordering {
        (other.value.total_cmp(&self.value))
            .then(other.worth.total_cmp(&self.worth))
            .then(self.row.cmp(&other.row))
    }
}

/// What the lists of all owners are made from.
struct Desk<'a> {
    leads: &'a Leads,
    scores: &'a Scores,
    ask: &'a CallsAsk<'a>,
    freshness: Freshness,
    rates: Vec<ContactRate>,
    attempts: Vec<Attempts>,
    /// Leads with a lot whose outcome is still out.
    in_lot: BTreeSet<&'a str>,
    touch_known: bool,
}

impl<'a> Desk<'a> {
    fn new(leads: &'a Leads, scores: &'a Scores, ask: &'a CallsAsk<'a>) -> Self {
        let touches_named =
            leads.roles.contains_key(&Role::Contacted) || leads.activities.is_some();
        let logged = ask.log.is_some_and(|log| !log.calls.is_empty());
        let since = scores.as_of - LOT_DAYS;
        let in_lot = (ask.log.iter().flat_map(|log| &log.shown))
            .filter(|shown| matches!(shown.place, ListPlace::Drawn | ListPlace::Held))
            .filter(|shown| shown.day > since && shown.day < scores.as_of)
            .map(|shown| shown.lead_id.as_str())
            .collect();
        Self {
            leads,
            scores,
            ask,
            freshness: Freshness::learn(leads),
            rates: attempts::contact_rates(ask.log),
            attempts: attempts::of(leads, ask.log),
            in_lot,
            touch_known: touches_named || logged,
        }
    }

    fn candidate(&self, position: usize, score: &LeadScore) -> Candidate {
        let (row, today) = (score.row, self.scores.as_of);
        let amount = score.expected_amount.unwrap_or(1.0);
        let age = self.leads.age(row, today);
        let freshness = age.map(|age| self.freshness.at(age));
        let chance = |p: Option<Probability>| p.map_or(0.0, Probability::get);
        let worth = chance(score.p_win_30d.or(score.p_win)) * amount;
        let attempts = self.attempts[row];
        let p_answer = attempts::next_rate(&self.rates, attempts.unanswered);
        // Only how the chance to be answered falls counts: the first attempt is what wins were learnt with.
        let answer = p_answer.map_or(1.0, |p| p / self.rates[0].rate.max(1e-9));
        let learner = self
            .ask
            .lessons
            .and_then(|lessons| lessons.learner.as_ref());
        let fresh = freshness.unwrap_or(1.0);
        let value = match learner {
            Some(learner) => learner.uplift(score, age, fresh) * amount,
            None => value::stage0(score, fresh),
        } * answer;
        let untouched = self.touch_known && !self.touched(row, today);
        let value_of_today = match (score.p_win_30d, score.p_win_30d_tomorrow) {
            (Some(today), Some(tomorrow)) => Some((today.get() - tomorrow.get()).max(0.0) * amount),
            _ => None,
        };
        let brings = p_answer.unwrap_or(1.0) * chance(score.p_win) * amount;
        Candidate {
            position,
            row,
            value,
            worth,
            freshness,
            value_of_today,
            p_answer,
            attempts,
            promised: attempts.promised.is_some_and(|day| day <= today),
            days_left: age
                .filter(|_| untouched)
                .and_then(|age| self.days_left(age)),
            untouched,
            barred: (score.p_win.is_none() && score.p_win_30d.is_none())
                .then_some(WhyNot::Unscored)
                .or_else(|| self.barred(&attempts, brings)),
        }
    }

    /// Days in which a first touch of an untouched lead of that age is in time; none where it is no longer new.
    fn days_left(&self, age: i32) -> Option<i32> {
        let sla = self.ask.limits.sla_days.max(0);
        (age <= sla.saturating_mul(10).max(NEW_DAYS)).then_some(sla - age)
    }

    /// Why a lead cannot be called today, whatever it is worth. `brings` is the chance to reach it x what is left in it.
    fn barred(&self, attempts: &Attempts, brings: f64) -> Option<WhyNot> {
        let limits = &self.ask.limits;
        let (last, _) = attempts.last?;
        match last {
            CallResult::WrongNumber => return Some(WhyNot::WrongNumber),
            CallResult::Won | CallResult::Lost => return Some(WhyNot::ClosedInLog),
            CallResult::Reached | CallResult::Later | CallResult::NoAnswer => {}
        }
        let promised = attempts.promised.is_some();
        if !promised && attempts.unanswered >= limits.give_up_after && brings < limits.call_cost {
            return Some(WhyNot::GivenUp);
        }
        let end_of_day = (self.scores.as_of + 1).start();
        let waiting = attempts.due(limits).is_some_and(|due| due >= end_of_day);
        waiting.then_some(WhyNot::Waiting)
    }

    fn touched(&self, row: usize, today: Day) -> bool {
        let active = |activities: &Activities| activities.last_before(row, today).is_some();
        let moved = |stages: &StageHistory| stages.timeline.before(row, today.start()).len() > 1;
        self.attempts[row].made > 0
            || self.leads.contacted[row].is_some_and(|day| day < today)
            || self.leads.activities.as_ref().is_some_and(active)
            || self.leads.stages.as_ref().is_some_and(moved)
    }

    /// Adds the list of an owner.
    fn list(&self, owner: &str, mut candidates: Vec<Candidate>, burst: usize, list: &mut CallList) {
        candidates.sort_by(Candidate::rank);
        let limits = &self.ask.limits;
        let free: Vec<&Candidate> = candidates.iter().filter(|c| c.barred.is_none()).collect();
        let mut worths: Vec<f64> = free.iter().map(|c| c.worth).collect();
        worths.sort_by(|a, b| b.total_cmp(a));
        let best = &worths[..worths.len().min(limits.capacity)];
        let least = LEAST_SHARE * best.iter().sum::<f64>() / best.len().max(1) as f64;
        let worth_it = |c: &Candidate| c.worth >= least && (c.value > 0.0 || !list.learnt);
        let entries: Vec<Entry> = (free.iter())
            .map(|c| Entry {
                promised: c.promised,
                days_left: c.days_left,
                worth_it: worth_it(c),
                may_draw: !self.in_lot.contains(self.leads.ids[c.row].as_str()),
            })
            .collect();
        let urn = self.ask.draw_lots.then_some(Urn {
            seed: self.ask.seed,
            day: self.scores.as_of,
            owner,
        });
        let id = |at: usize| self.leads.ids[free[at].row].clone();
        let plan = slots::plan(&entries, limits, burst, urn, id);
        self.write(owner, &candidates, &entries, &plan, list);
    }

    /// Writes down what was planned.
    fn write(
        &self,
        owner: &str,
        candidates: &[Candidate],
        entries: &[Entry],
        plan: &Plan,
        list: &mut CallList,
    ) {
        let position = list.owners.len();
        let mut of = OwnerCalls {
            owner: owner.to_owned(),
            open: candidates.len(),
            beyond_share: plan.beyond_share,
            ..OwnerCalls::default()
        };
        let (mut held, mut at) = (Vec::new(), 0);
        for candidate in candidates {
            let (place, why) = if let Some(why) = candidate.barred {
                (None, why)
            } else {
                let why = if entries[at].worth_it {
                    WhyNot::NoRoom
                } else {
                    WhyNot::NotWorth
                };
                at += 1;
                (plan.places[at - 1], why)
            };
            let place = match place {
                Some((ListPlace::Held, draw)) => {
                    held.push(self.shown(owner, candidate, None, ListPlace::Held, draw));
                    Err(WhyNot::Held)
                }
                Some((place, draw)) => {
                    let rank = of.calls.len() + 1;
                    list.shown
                        .push(self.shown(owner, candidate, Some(rank as u32), place, draw));
                    of.calls.push(self.planned(rank, candidate, place));
                    of.value += candidate.value;
                    Ok((rank, place))
                }
                None => Err(why),
            };
            of.count(candidate, place);
            list.standings
                .push(self.standing(position, candidate, place));
        }
        list.shown.extend(held);
        list.owners.push(of);
    }

    fn standing(
        &self,
        owner: usize,
        candidate: &Candidate,
        place: Result<(usize, ListPlace), WhyNot>,
    ) -> LeadStanding {
        let score = &self.scores.leads[candidate.position];
        let p = score.p_win.map_or(0.0, Probability::get);
        LeadStanding {
            row: candidate.row,
            owner,
            rank: place.map(|(rank, _)| rank),
            place: place.ok().map(|(_, place)| place),
            call_value: candidate.value,
            remaining: p * score.expected_amount.unwrap_or(1.0),
            days_left: candidate.days_left,
            untouched: self.touch_known.then_some(candidate.untouched),
            attempts: candidate.attempts.made,
            last_result: candidate.attempts.last.map(|(result, _)| result),
            last_call: candidate.attempts.last.map(|(_, at)| at),
            next_due: (candidate.attempts.due(&self.ask.limits))
                .filter(|_| candidate.barred.is_none_or(|why| why == WhyNot::Waiting)),
        }
    }

    fn shown(
        &self,
        owner: &str,
        candidate: &Candidate,
        rank: Option<u32>,
        place: ListPlace,
        draw: Option<f64>,
    ) -> Shown {
        Shown {
            day: self.scores.as_of,
            owner: owner.to_owned(),
            lead_id: self.leads.ids[candidate.row].clone(),
            rank,
            place,
            draw,
            propensity: if draw.is_some() { 0.5 } else { 1.0 },
            value: self.scores.horizon_days.map(|_| candidate.value),
        }
    }

    fn planned(&self, rank: usize, candidate: &Candidate, place: ListPlace) -> PlannedCall {
        let score = &self.scores.leads[candidate.position];
        let segment = self.ask.segments.and_then(|segments| {
            let name = segments
                .names
                .get(*segments.segment.get(candidate.row)? as usize)?;
            Some(name.clone())
        });
        let start: Moment = self.scores.as_of.start();
        PlannedCall {
            rank,
            lead_id: self.leads.ids[candidate.row].clone(),
            place,
            segment,
            age_days: self.leads.age(candidate.row, self.scores.as_of),
            overdue: candidate.days_left.is_some_and(|days| days < 0),
            p_win_30d: score.p_win_30d,
            p_win: score.p_win,
            expected_amount: score.expected_amount,
            call_value: candidate.value,
            freshness: candidate.freshness,
            value_of_today: candidate.value_of_today,
            attempts: candidate.attempts.made,
            last_result: candidate.attempts.last.map(|(result, _)| result),
            p_answer: candidate.p_answer,
            not_before: (candidate.attempts.due(&self.ask.limits)).filter(|&due| due > start),
            reasons: result::strongest(score),
        }
    }

    /// How many open leads of each source nobody has touched.
    fn untouched(&self, candidates: &[Vec<Candidate>]) -> Vec<Untouched> {
        if !self.touch_known {
            return Vec::new();
        }
        let sources = Groups::by(self.leads, Role::Source);
        let mut counts = vec![(0, 0); sources.len()];
        for candidate in candidates.iter().flatten() {
            let count: &mut (usize, usize) = &mut counts[sources.of[candidate.row]];
            count.0 += 1;
            count.1 += usize::from(candidate.untouched);
        }
        (sources.names.into_iter().zip(counts))
            .filter(|(_, (open, _))| *open > 0)
            .map(|(source, (open, untouched))| Untouched {
                source,
                open,
                untouched,
            })
            .collect()
    }
}

impl OwnerCalls {
    /// Counts a lead where it stands.
    fn count(&mut self, candidate: &Candidate, place: Result<(usize, ListPlace), WhyNot>) {
        let off = usize::from(place.is_err());
        if let Err(why) = place {
            *self.off.entry(why).or_default() += 1;
            self.not_worth_a_call += usize::from(why == WhyNot::NotWorth);
        }
        match candidate.days_left {
            Some(days) if days < 0 => {
                self.overdue += 1;
                self.overdue_not_reached += off;
            }
            Some(0) => {
                self.due_today += 1;
                self.due_not_reached += off;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
