//! The process: follow-up, time to the first touch, leads that nobody touched, plans kept.

use crate::domain::{Column, Day, Leads, Moment, Outcome, Role};
use crate::kpi::figure::Range;
use crate::kpi::process::limit::quantiles;
use crate::kpi::process::people::{DAY, Field, has_clock};
use crate::kpi::process::result::{
    KindRow, Plans, Response, Share, Untold, Untouched, Work, WorkPart,
};
use crate::kpi::segments::wilson;

/// Days after the first touch within which a further one counts as follow-up.
pub(super) const FOLLOW_UP: i32 = 7;
/// Least share of times of day for waits by the clock.
const CLOCKED: f64 = 0.95;

/// The process, told.
pub(super) struct Told {
    pub(super) team: Work,
    pub(super) owners: Vec<Work>,
    pub(super) kinds: Vec<KindRow>,
    pub(super) untold: Vec<(WorkPart, Untold)>,
    pub(super) by_clock: bool,
}

/// A share with its interval.
pub(super) fn share(k: usize, n: usize) -> Share {
    Share {
        k,
        n,
        rate: wilson(k, n).map(|(rate, low, high)| Range::new(rate, low.max(0.0), high.min(1.0))),
    }
}

/// A file without a single plan unmade may hold only those that were made: what share is made cannot be told.
fn unknown_if_all_made(mut told: Told) -> Told {
    if told.team.plans.is_some_and(|plans| plans.undone == 0) {
        let of = std::iter::once(&mut told.team).chain(&mut told.owners);
        let plans = of.filter_map(|work| work.plans.as_mut());
        for plans in plans.chain(told.kinds.iter_mut().filter_map(|row| row.plans.as_mut())) {
            plans.done.rate = None;
        }
    }
    told
}

/// What is known of one lead.
struct Life {
    /// Hours or days to the first touch, and whether there was one; none where the dates do not tell.
    wait: Option<(f64, bool)>,
    /// Whether it was followed up; none where it was not touched, or not open long enough after.
    followed: Option<bool>,
    /// Age of an open lead, days, and whether it is untouched.
    open: Option<(Option<i32>, bool)>,
}

/// A plan that is due.
struct Due {
    owner: Option<usize>,
    kind: Option<String>,
    /// Whether it was made, and in time; none if not made.
    done: Option<bool>,
}

/// Tells the process of the team and of each owner.
pub(super) fn work(field: &Field<'_>) -> Told {
    let leads = field.leads;
    let touches = Touches::of(leads);
    let lives: Vec<Life> = (0..leads.len()).map(|row| touches.life(row)).collect();
    let due = due(field);
    let untold = untold(leads, &touches);
    let can = |part: WorkPart| !untold.iter().any(|(lacking, _)| *lacking == part);
    let of = |owner: Option<usize>| -> Work {
        let own = |holder: Option<usize>| owner.is_none() || holder == owner;
        let rows: Vec<usize> = (0..leads.len())
            .filter(|&row| own(field.owner[row]))
            .collect();
        let followed: Vec<bool> = (rows.iter())
            .filter_map(|&row| lives[row].followed)
            .collect();
        let kept = followed.iter().filter(|&&kept| kept).count();
        let plans = || plans(due.iter().filter(|due| own(due.owner)));
        Work {
            owner: owner.map(|owner| field.owners[owner].clone()),
            leads: rows.len(),
            activities: field.acts.iter().filter(|act| own(act.owner)).count(),
            follow_up: can(WorkPart::FollowUp).then(|| share(kept, followed.len())),
            response: can(WorkPart::Response).then(|| response(&rows, &lives)),
            untouched: can(WorkPart::Untouched).then(|| untouched(leads, &rows, &lives)),
            plans: can(WorkPart::Plans).then(plans),
        }
    };
    unknown_if_all_made(Told {
        team: of(None),
        owners: (0..field.owners.len())
            .map(|owner| of(Some(owner)))
            .collect(),
        kinds: kinds(field, &due, can(WorkPart::Plans)),
        by_clock: touches.by_clock,
        untold,
    })
}

/// What cannot be told, and why.
fn untold(leads: &Leads, touches: &Touches<'_>) -> Vec<(WorkPart, Untold)> {
    let mut untold = Vec::new();
    let created = leads.roles.contains_key(&Role::Created);
    let contact = leads.roles.contains_key(&Role::Contacted) || leads.activities.is_some();
    let done = leads.activities.as_ref();
    if done.is_none() {
        untold.push((WorkPart::FollowUp, Untold::NoActivities));
    }
    if !contact {
        untold.push((WorkPart::Response, Untold::NoContact));
        untold.push((WorkPart::Untouched, Untold::NoContact));
    } else if !created {
        untold.push((WorkPart::Response, Untold::NoCreated));
    }
    let planned = done.is_some_and(|done| {
        !done.not_made.is_empty() || (0..done.table.rows()).any(|at| done.planned(at).is_some())
    });
    match done {
        None => untold.push((WorkPart::Plans, Untold::NoActivities)),
        Some(_) if !planned => untold.push((WorkPart::Plans, Untold::NoPlans)),
        Some(_) => {}
    }
    debug_assert_eq!(touches.first.len(), leads.len());
    untold
}

/// The first touch of every lead.
struct Touches<'a> {
    leads: &'a Leads,
    /// Day and, where it is known, moment of the first touch.
    first: Vec<Option<(Day, Option<Moment>)>>,
    created: Option<&'a [Option<Moment>]>,
    by_clock: bool,
}

impl<'a> Touches<'a> {
    fn of(leads: &'a Leads) -> Self {
        let contacted = moments(leads, Role::Contacted);
        let created = moments(leads, Role::Created);
        let first: Vec<Option<(Day, Option<Moment>)>> = (0..leads.len())
            .map(|row| {
                let clock = |moment: Moment| Some(moment).filter(|&moment| has_clock(moment));
                let noted = leads.contacted[row].map(|day| {
                    let at = contacted.and_then(|moments| moments[row]);
                    (day, at.filter(|at| at.day() == day).and_then(clock))
                });
                let done = leads.activities.as_ref().and_then(|done| {
                    let at = done.timeline.at(done.timeline.events(row).next()?);
                    Some((at.day(), clock(at)))
                });
                // On the same day the record with a time of day says more.
                let order = |touch: &(Day, Option<Moment>)| (touch.0, touch.1.is_none(), touch.1);
                noted.into_iter().chain(done).min_by_key(order)
            })
            .collect();
        let touched: Vec<&(Day, Option<Moment>)> = first.iter().flatten().collect();
        let timed = touched.iter().filter(|touch| touch.1.is_some()).count();
        let by_clock = timed > 0
            && timed as f64 >= CLOCKED * touched.len() as f64
            && created.is_some_and(|created| {
                let known: Vec<Moment> = created.iter().flatten().copied().collect();
                let timed = known.iter().filter(|&&at| has_clock(at)).count();
                timed as f64 >= CLOCKED * known.len() as f64
            });
        Self {
            leads,
            first,
            created,
            by_clock,
        }
    }

    fn life(&self, row: usize) -> Life {
        let leads = self.leads;
        let open = leads.outcome[row] == Outcome::Open;
        let touch = self.first[row];
        let age = leads.age(row, leads.as_of);
        Life {
            wait: self.wait(row),
            followed: touch.and_then(|(day, _)| self.followed(row, day)),
            open: open.then_some((age, touch.is_none())),
        }
    }

    /// The wait for the first touch: until that, the closing, or the as-of date.
    fn wait(&self, row: usize) -> Option<(f64, bool)> {
        let leads = self.leads;
        let created = leads.created[row]?;
        let touch = self.first[row];
        let end = match touch {
            Some((day, _)) => day,
            None if leads.outcome[row] == Outcome::Open => leads.as_of,
            None => leads.closed[row]?,
        };
        if !self.by_clock {
            return Some((f64::from((end - created).max(0)), touch.is_some()));
        }
        let from = (self.created.and_then(|moments| moments[row])).unwrap_or(created.start());
        let to = match touch {
            Some((_, Some(at))) => at.seconds(),
            // A day without a time: by its end.
            Some((day, None)) => day.start().seconds() + DAY,
            None => end.start().seconds(),
        };
        Some((
            (to - from.seconds()).max(0) as f64 / 3600.0,
            touch.is_some(),
        ))
    }

    /// Whether a further touch, on a later day, came within [`FOLLOW_UP`] days of the first; none where the lead was not open all
    /// that time.
    fn followed(&self, row: usize, first: Day) -> Option<bool> {
        let leads = self.leads;
        let end = first + FOLLOW_UP;
        let open_then = match leads.outcome[row] {
            Outcome::Open => true,
            _ => leads.closed[row]? > end,
        };
        if !open_then || end >= leads.as_of {
            return None;
        }
        let done = leads.activities.as_ref()?;
        let until = done.timeline.before(row, (end + 1).start()).end;
        let since = done.timeline.before(row, (first + 1).start()).end;
        Some(until > since)
    }
}

fn moments(leads: &Leads, role: Role) -> Option<&[Option<Moment>]> {
    match leads.role(role)? {
        Column::Moment(moments) => Some(moments),
        _ => None,
    }
}

fn response(rows: &[usize], lives: &[Life]) -> Response {
    let mut waits: Vec<(f64, bool)> = rows.iter().filter_map(|&row| lives[row].wait).collect();
    let (median, p80) = quantiles(&mut waits);
    Response {
        n: waits.len(),
        touched: waits.iter().filter(|(_, ended)| *ended).count(),
        median,
        p80,
    }
}

fn untouched(leads: &Leads, rows: &[usize], lives: &[Life]) -> Untouched {
    let open: Vec<(usize, Option<i32>, bool)> = (rows.iter())
        .filter_map(|&row| lives[row].open.map(|(age, bare)| (row, age, bare)))
        .collect();
    let bare = || open.iter().filter(|(_, _, bare)| *bare);
    // The first of those of the same age, in the order of the leads.
    let oldest = bare()
        .filter_map(|&(row, age, _)| Some((age?, std::cmp::Reverse(row))))
        .max();
    Untouched {
        share: share(bare().count(), open.len()),
        oldest: oldest.map(|(_, row)| leads.ids[row.0].clone()),
        oldest_days: oldest.map(|(age, _)| age),
    }
}

/// Plans that are due: planned for a day before the as-of date.
fn due(field: &Field<'_>) -> Vec<Due> {
    let Some(done) = &field.leads.activities else {
        return Vec::new();
    };
    let as_of = field.leads.as_of;
    let made = field.acts.iter().filter_map(|act| {
        let planned = done.planned(act.event)?.day();
        (planned < as_of).then(|| Due {
            owner: act.owner,
            kind: field.kind(act).map(str::to_owned),
            done: Some(act.at.day() <= planned),
        })
    });
    let not_made = done.not_made.iter().zip(&field.planner);
    let not_made = not_made
        .filter(|(plan, _)| plan.planned.day() < as_of)
        .map(|(plan, &owner)| Due {
            owner,
            kind: plan.kind.clone(),
            done: None,
        });
    made.chain(not_made).collect()
}

fn plans<'a>(due: impl Iterator<Item = &'a Due>) -> Plans {
    let (mut n, mut on_time, mut late) = (0, 0, 0);
    for due in due {
        n += 1;
        on_time += usize::from(due.done == Some(true));
        late += usize::from(due.done == Some(false));
    }
    Plans {
        done: share(on_time + late, n),
        on_time: share(on_time, n),
        late,
        undone: n - on_time - late,
    }
}

fn kinds(field: &Field<'_>, due: &[Due], planned: bool) -> Vec<KindRow> {
    let mut rows: Vec<KindRow> = Vec::new();
    let named = field.acts.iter().map(|act| field.kind(act));
    let mut names: Vec<Option<&str>> =
        (named.chain(due.iter().map(|due| due.kind.as_deref()))).collect();
    names.sort_unstable();
    names.dedup();
    for kind in names {
        let of = field.acts.iter().filter(|act| field.kind(act) == kind);
        rows.push(KindRow {
            kind: kind.map(str::to_owned),
            activities: of.count(),
            plans: planned.then(|| plans(due.iter().filter(|due| due.kind.as_deref() == kind))),
        });
    }
    rows
}
