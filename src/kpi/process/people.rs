//! Who holds which lead, and who did what.

use std::collections::BTreeSet;

use crate::domain::{Column, Leads, Moment, Role};

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// Least share of records with a time of day for a record by the clock.
const BY_CLOCK: f64 = 0.5;

/// Something done with a lead.
#[derive(Debug, Clone, Copy)]
pub(super) struct Act {
    /// Row of the lead.
    pub(super) lead: usize,
    /// Its event in the timeline.
    pub(super) event: usize,
    /// When.
    pub(super) at: Moment,
    /// Who; none where nobody is named.
    pub(super) owner: Option<usize>,
}

/// Leads, owners and what they did.
#[derive(Debug)]
pub(super) struct Field<'a> {
    /// The leads.
    pub(super) leads: &'a Leads,
    /// Names, sorted.
    pub(super) owners: Vec<String>,
    /// By lead.
    pub(super) owner: Vec<Option<usize>>,
    /// By plan not made.
    pub(super) planner: Vec<Option<usize>>,
    /// Every activity, lead by lead.
    pub(super) acts: Vec<Act>,
    /// Whether activities have a time of day.
    pub(super) clock: bool,
}

impl<'a> Field<'a> {
    /// Reads them. An activity is of the owner that it names; where activities name nobody, of the lead's.
    pub(super) fn of(leads: &'a Leads) -> Self {
        let held: Vec<Option<String>> = (0..leads.len())
            .map(|row| text(leads.role(Role::Owner), row))
            .collect();
        let done = leads.activities.as_ref();
        let named = done.is_some_and(|done| done.table.get("owner").is_some());
        let mut all: BTreeSet<&str> = held.iter().flatten().map(String::as_str).collect();
        if leads.roles.contains_key(&Role::Owner)
            && let Some(done) = done.filter(|_| named)
        {
            let events = 0..done.table.rows();
            all.extend(events.filter_map(|event| done.said("owner", event)));
            all.extend(done.not_made.iter().filter_map(|p| p.owner.as_deref()));
        }
        let owners: Vec<String> = all.into_iter().map(str::to_owned).collect();
        let find = |name: &str| owners.binary_search_by(|own| own.as_str().cmp(name)).ok();
        let owner: Vec<Option<usize>> = (held.iter()).map(|name| find(name.as_deref()?)).collect();
        let who = |lead: usize, name: Option<&str>| {
            if named {
                name.and_then(find)
            } else {
                owner[lead]
            }
        };
        let mut acts = Vec::new();
        if let Some(done) = done {
            for lead in 0..leads.len() {
                acts.extend(done.timeline.events(lead).map(|event| Act {
                    lead,
                    event,
                    at: done.timeline.at(event),
                    owner: who(lead, done.said("owner", event)),
                }));
            }
        }
        let planner = done.map_or_else(Vec::new, |done| {
            let plans = done.not_made.iter();
            plans
                .map(|plan| who(plan.lead, plan.owner.as_deref()))
                .collect()
        });
        let clock = by_clock(acts.iter().map(|act| act.at));
        Self {
            leads,
            owners,
            owner,
            planner,
            acts,
            clock,
        }
    }

    /// The kind of an activity.
    pub(super) fn kind(&self, act: &Act) -> Option<&str> {
        (self.leads.activities.as_ref()?).said("kind", act.event)
    }

    /// What tells one customer from another: the customer where it is known, else the lead.
    pub(super) fn customer(&self, lead: usize) -> Option<u32> {
        let customers = self.leads.text(Role::Customer)?;
        Some(customers.codes[lead]).filter(|&code| code != crate::domain::MISSING)
    }

    /// Whether two leads may be two customers.
    pub(super) fn differ(&self, one: usize, other: usize) -> bool {
        one != other
            && match (self.customer(one), self.customer(other)) {
                (Some(a), Some(b)) => a != b,
                _ => true,
            }
    }
}

/// Whether moments know the time of day.
pub(super) fn by_clock(moments: impl Iterator<Item = Moment>) -> bool {
    let (mut all, mut timed) = (0_usize, 0_usize);
    for moment in moments {
        all += 1;
        timed += usize::from(has_clock(moment));
    }
    all > 0 && timed as f64 >= BY_CLOCK * all as f64
}

/// Whether a moment has a time of day: midnight stands for a day alone.
pub(super) fn has_clock(moment: Moment) -> bool {
    moment.seconds().rem_euclid(DAY) != 0
}

fn text(column: Option<&Column>, row: usize) -> Option<String> {
    match column? {
        Column::Text(category) => category.get(row).map(str::to_owned),
        other => Some(other.display(row)).filter(|text| !text.is_empty()),
    }
}
