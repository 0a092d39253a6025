//! A target shared out among the owners, by what their own pipeline and capacity carry.

use serde::Serialize;

use crate::decide::target::{is_fair, owned, reach};
use crate::domain::{Day, Leads, Moment, Outcome, Probability, Role};
use crate::forecast::{Groups, Prospect, allot, quantile};
use crate::project::Calls;
use crate::score::Warning;

/// Days for which an owner counts as new, and after which one who is given no lead counts as gone.
const NEW_DAYS: i32 = 90;
/// Days over which contacts are held against wins.
const CONTACT_DAYS: i32 = 365;
/// Wins at the team's contacts that an owner's own are weighed with.
const CONTACT_WEIGHT: f64 = 10.0;

/// The share of one owner.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnerTarget {
    /// The owner.
    pub owner: String,
    /// The day of the first lead, if it is less than 90 days ago and others have older ones.
    pub new_since: Option<Day>,
    /// Booked before the as-of date in this month, money.
    pub booked: f64,
    /// Mean revenue from leads open now, money.
    pub open_pipeline: f64,
    /// Mean revenue from leads yet to come: those of each source as they are given out now, money.
    pub new_leads: f64,
    /// Mean revenue: the sum of these three, money.
    pub mean: f64,
    /// The most that the working days left can bring beyond what is booked: days x calls a day / contacts that a win takes x
    /// mean amount, money. None without activities.
    pub capacity: Option<f64>,
    /// Whether that is less than the mean.
    pub capped: bool,
    /// Reached with 80 %, 50 % and 20 % probability, money.
    pub commit: f64,
    /// See `commit`.
    pub plan: f64,
    /// See `commit`.
    pub stretch: f64,
    /// The share of the target, money; all shares sum to it exactly.
    pub target: f64,
    /// P(this owner reaches the share).
    pub p_attain: Probability,
    /// Whether that lets the share pull: between 35 and 65 %.
    pub is_fair: bool,
}

/// Shares `amount` out among the owners who are at work: `T_r` = `mu_r` T / sum of `mu_r`, where `mu_r` is the mean of the draws,
/// no more than the owner's capacity. Largest first, then by name.
pub(super) fn shares(
    prospect: &Prospect,
    leads: &Leads,
    calls: Calls,
    working_days: i32,
    amount: f64,
    warnings: &mut Vec<Warning>,
) -> Vec<OwnerTarget> {
    let Some(split) = (prospect.futures.split(Role::Owner)).filter(|_| owned(leads)) else {
        return Vec::new();
    };
    let team = Team::look(leads, prospect, calls, working_days);
    let m = prospect.number;
    let months = prospect.futures.months.len();
    let groups = split.names.len();
    let mut rows: Vec<(OwnerTarget, Vec<f64>)> = Vec::new();
    for (group, name) in split.names.iter().enumerate() {
        let Some(person) = team.person(name) else {
            continue;
        };
        let mean = |cents: &[i64]| {
            let of = cents
                .iter()
                .skip(m * groups + group)
                .step_by(months * groups);
            prospect.futures.money(1) * of.map(|&c| c as f64).sum::<f64>()
                / prospect.futures.draws as f64
        };
        let mut revenue = prospect.futures.of_group(split, group, m);
        revenue.sort_by(f64::total_cmp);
        let booked = if m == 0 {
            prospect.futures.money(split.booked[group])
        } else {
            0.0
        };
        let (open_pipeline, new_leads) = (mean(&split.open), mean(&split.new));
        let row = OwnerTarget {
            owner: name.clone(),
            new_since: person.new_since,
            booked,
            open_pipeline,
            new_leads,
            mean: booked + open_pipeline + new_leads,
            capacity: person.capacity,
            capped: person
                .capacity
                .is_some_and(|most| most < open_pipeline + new_leads),
            commit: quantile(&revenue, 0.2),
            plan: quantile(&revenue, 0.5),
            stretch: quantile(&revenue, 0.8),
            target: 0.0,
            p_attain: Probability::clamped(0.0),
            is_fair: false,
        };
        rows.push((row, revenue));
    }
    rows.sort_by(|(a, _), (b, _)| {
        b.mean
            .total_cmp(&a.mean)
            .then_with(|| a.owner.cmp(&b.owner))
    });
    share_out(&mut rows, amount, prospect.priced);
    capacity_warning(&rows, calls, warnings);
    rows.into_iter().map(|(row, _)| row).collect()
}

/// Sets the shares: in whole units of money where the amount is whole and large enough, else in cents.
fn share_out(rows: &mut [(OwnerTarget, Vec<f64>)], amount: f64, priced: bool) {
    let weights: Vec<f64> = (rows.iter())
        .map(|(row, _)| {
            let ahead = row.open_pipeline + row.new_leads;
            (row.booked + row.capacity.map_or(ahead, |most| ahead.min(most))).max(0.0)
        })
        .collect();
    let whole = priced && amount.fract() == 0.0 && amount >= 100.0 * rows.len() as f64;
    let units = if whole { 1.0 } else { 100.0 };
    let total = (amount * units).round().clamp(0.0, 9e15) as i64;
    for ((row, revenue), units_of_it) in rows.iter_mut().zip(allot(total, &weights)) {
        row.target = units_of_it as f64 / units;
        row.p_attain = reach(revenue, row.target);
        row.is_fair = is_fair(row.p_attain);
    }
}

fn capacity_warning(rows: &[(OwnerTarget, Vec<f64>)], calls: Calls, warnings: &mut Vec<Warning>) {
    let capped: Vec<&str> = (rows.iter().filter(|(row, _)| row.capped))
        .map(|(row, _)| row.owner.as_str())
        .collect();
    if capped.is_empty() {
        return;
    }
    warnings.push(Warning {
        code: "beyond-capacity".to_owned(),
        message: format!(
            "at {} calls a day and the contacts that a win took in the last year, the working days left are too few for what \
             their leads could bring: {}. Their shares are cut to it; the odds do not know of it and are too good",
            calls.capacity,
            capped.join(", ")
        ),
        column: None,
    });
}

/// Who is at work, since when, and what a win takes.
struct Team {
    owners: Groups,
    first: Vec<Option<Day>>,
    /// The last sign of work: a lead given, a deal signed, a contact.
    last: Vec<Option<Day>>,
    /// Whether there are open leads that may be worked on without a sign.
    open: Vec<bool>,
    oldest: Option<Day>,
    as_of: Day,
    /// What the days left can bring, money, by owner; none without activities.
    capacity: Option<Vec<f64>>,
}

struct Person {
    new_since: Option<Day>,
    capacity: Option<f64>,
}

impl Team {
    fn look(leads: &Leads, prospect: &Prospect, calls: Calls, working_days: i32) -> Self {
        let owners = Groups::by(leads, Role::Owner);
        let n = owners.len();
        let (mut first, mut last, mut open) = (vec![None; n], vec![None; n], vec![false; n]);
        let activities = leads.activities.as_ref();
        for row in 0..leads.len() {
            let owner = owners.of[row];
            open[owner] |= leads.outcome[row] == Outcome::Open && activities.is_none();
            let won = leads.closed[row].filter(|_| leads.outcome[row] == Outcome::Won);
            let touched = activities.and_then(|all| all.last_before(row, leads.as_of));
            let signs = [leads.created[row], won, touched.map(Moment::day)];
            last[owner] = signs.into_iter().chain([last[owner]]).max().flatten();
            if let Some(day) = leads.created[row] {
                first[owner] = Some(first[owner].map_or(day, |old: Day| old.min(day)));
            }
        }
        let contacts = i64::from(working_days) as f64 * calls.capacity as f64;
        let amount = prospect.redraw.expected_wins().1;
        let capacity = contacts_per_win(leads, &owners).map(|per_win| {
            per_win
                .iter()
                .map(|each| contacts / each * amount)
                .collect()
        });
        Self {
            oldest: first.iter().copied().flatten().min(),
            as_of: leads.as_of,
            owners,
            first,
            last,
            open,
            capacity,
        }
    }

    /// An owner who shows a sign of work in the last 90 days; nobody else is given a target.
    fn person(&self, name: &str) -> Option<Person> {
        if name.starts_with('(') {
            return None;
        }
        let group = self.owners.names.iter().position(|own| own == name)?;
        let lately = |day: Option<Day>| day.is_some_and(|day| self.as_of - day < NEW_DAYS);
        if !self.open[group] && !lately(self.last[group]) {
            return None;
        }
        let old_data = !lately(self.oldest);
        Some(Person {
            new_since: self.first[group].filter(|&day| old_data && lately(Some(day))),
            capacity: self.capacity.as_ref().map(|of| of[group]),
        })
    }
}

/// Contacts for each win by owner over the last year, those of the team weighed in as if of 10 wins; none without activities
/// or wins.
fn contacts_per_win(leads: &Leads, owners: &Groups) -> Option<Vec<f64>> {
    let activities = leads.activities.as_ref()?;
    let (mut contacts, mut wins) = (vec![0.0; owners.len()], vec![0.0; owners.len()]);
    for row in 0..leads.len() {
        let owner = owners.of[row];
        contacts[owner] += activities.count_within(row, leads.as_of, CONTACT_DAYS) as f64;
        let lately = leads.closed[row].is_some_and(|day| leads.as_of - day <= CONTACT_DAYS);
        wins[owner] += f64::from(u8::from(leads.outcome[row] == Outcome::Won && lately));
    }
    let team = contacts.iter().sum::<f64>() / wins.iter().sum::<f64>();
    if !team.is_finite() || team <= 0.0 {
        return None;
    }
    let each = contacts.iter().zip(&wins);
    Some(
        each.map(|(c, w)| (c + CONTACT_WEIGHT * team) / (w + CONTACT_WEIGHT))
            .collect(),
    )
}
