//! A sales team whose habits are known: honest people who differ, and what some of them fake.
#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use std::collections::BTreeMap;

use forerun::domain::{
    Activities, Category, Column, Day, Known, Leads, Moment, Month, Outcome, Role, StageHistory,
    Table, Timeline,
};
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, Exp, LogNormal, Poisson, StandardNormal};
use rand_pcg::Pcg64;

/// What an owner fakes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fake {
    /// This share of his visits never was: written down three to six at a time.
    Visits(f64),
    /// Up to this share of his wins is dated back over the turn of the month, by one to five days.
    BackDated(f64),
    /// This share of his wins has one of two amounts.
    Amounts(f64),
    /// This share of his leads went through all their stages in one second.
    Jumps(f64),
    /// This share of his days with activities is of rest.
    RestDays(f64),
    /// This share of his days with activities has some late in the evening.
    OffHours(f64),
    /// This share of his wins is closed on a Sunday.
    Sundays(f64),
}

/// The team.
#[derive(Debug, Clone)]
pub struct Team {
    /// People.
    pub owners: usize,
    /// Months of record, up to 2026-07-01.
    pub months: i32,
    /// Leads of an owner and month, on average.
    pub leads: f64,
    /// How much honest habits differ between people: standard deviation of their log odds.
    pub habits: f64,
    /// Share of days on which a person of usual habits writes everything down at the end of the day.
    pub batches: f64,
    /// Who fakes what.
    pub fakes: Vec<(usize, Fake)>,
}

impl Default for Team {
    fn default() -> Self {
        Self {
            owners: 10,
            months: 18,
            leads: 12.0,
            habits: 0.6,
            batches: 0.12,
            fakes: Vec::new(),
        }
    }
}

const STAGES: [&str; 4] = ["New", "Contacted", "Qualified", "Proposal"];
/// Name, list price, weight.
const PRODUCTS: [(&str, f64, f64); 3] = [
    ("Basic", 6_800.0, 0.5),
    ("Plus", 19_600.0, 0.35),
    ("Pro", 58_000.0, 0.15),
];

/// The day of the as-of date.
pub fn today() -> Day {
    Month::new(2026, 7).first_day()
}

/// The name of an owner.
pub fn name(owner: usize) -> String {
    format!("Owner {owner:02}")
}

/// The habits of one person, as shares.
struct Habits {
    volume: f64,
    /// Days written down at their end.
    batches: f64,
    /// Activities on days of rest.
    weekends: f64,
    /// Activities in the evening.
    evenings: f64,
    /// Deals in reach of the end of a month that are closed in its last days.
    rush: f64,
    /// Wins with a service call after.
    service: f64,
    /// Leads whose first two stages are entered together.
    together: f64,
    /// Wins at the list price.
    listed: f64,
    /// Wins on a day of rest.
    sundays: f64,
    /// To what amounts are rounded.
    rounding: f64,
}

impl Habits {
    fn draw(team: &Team, rng: &mut impl Rng) -> Self {
        let mut around = |share: f64| {
            let z: f64 = StandardNormal.sample(rng);
            let odds = share / (1.0 - share) * (team.habits * z).exp();
            odds / (1.0 + odds)
        };
        let (batches, weekends, evenings) = (around(team.batches), around(0.03), around(0.02));
        let (rush, service, together) = (around(0.35), around(0.08), around(0.06));
        let (listed, sundays) = (around(0.3), around(0.02));
        let never =
            |rng: &mut dyn FnMut() -> f64, share: f64| if rng() < 0.4 { 0.0 } else { share };
        let mut draw = || rng.random::<f64>();
        let weekends = never(&mut draw, weekends);
        let evenings = never(&mut draw, evenings);
        let rounding = [100.0, 100.0, 500.0][(draw() * 3.0) as usize];
        let volume = LogNormal::new(0.0, 0.35).expect("valid").sample(rng);
        Self {
            volume,
            batches,
            weekends,
            evenings,
            rush,
            service,
            together,
            listed,
            sundays,
            rounding,
        }
    }
}

/// One lead, as it is on record.
struct Record {
    owner: usize,
    created: Moment,
    contacted: Moment,
    closed: Option<Day>,
    won: bool,
    product: usize,
    amount: f64,
    stages: Vec<(Moment, u32)>,
    acts: Vec<(Moment, &'static str)>,
}

fn at(day: Day, seconds: f64) -> Moment {
    Moment::from_seconds(day.start().seconds() + seconds.clamp(1.0, 86_399.0) as i64)
}

fn workday(mut day: Day) -> Day {
    while day.weekday() >= 5 {
        day = day + 1;
    }
    day
}

/// A time in working hours.
fn office(rng: &mut impl Rng) -> f64 {
    3600.0 * (9.0 + 8.5 * rng.random::<f64>())
}

/// The records of a team.
pub fn team(team: &Team, seed: u64) -> Leads {
    let mut rng = Pcg64::seed_from_u64(seed);
    let first = (today().month() - team.months).first_day();
    // Months differ for all: some end in a rush.
    let rush: Vec<f64> = (0..=team.months)
        .map(|_| 0.4 + 1.2 * rng.random::<f64>())
        .collect();
    let mut records = Vec::new();
    for owner in 0..team.owners {
        let habits = Habits::draw(team, &mut rng);
        let own = person(team, owner, &habits, &rush, first, &mut rng);
        records.extend(own);
    }
    leads(team, &records)
}

fn person(
    team: &Team,
    owner: usize,
    habits: &Habits,
    rush: &[f64],
    first: Day,
    rng: &mut Pcg64,
) -> Vec<Record> {
    let fake = |of: fn(Fake) -> Option<f64>| {
        let own = team.fakes.iter().filter(|(who, _)| *who == owner);
        own.filter_map(|&(_, fake)| of(fake)).sum::<f64>()
    };
    let span = f64::from(today() - first);
    let n = Poisson::new(team.leads * f64::from(team.months) * habits.volume).expect("valid");
    let mut records: Vec<Record> = (0..n.sample(rng) as usize)
        .map(|_| {
            let born = workday(first + (span * rng.random::<f64>()) as i32);
            life(owner, born, habits, rush, first, rng)
        })
        .collect();
    let share = fake(|fake| match fake {
        Fake::BackDated(share) => Some(share),
        _ => None,
    });
    back_date(&mut records, share, rng);
    write_down(&mut records, habits, rng);
    for record in &mut records {
        let draw = rng.random::<f64>();
        let jumps = fake(|fake| match fake {
            Fake::Jumps(share) => Some(share),
            _ => None,
        });
        if draw < jumps {
            let last = record.stages.last().expect("a stage").0;
            record.stages.iter_mut().for_each(|stage| stage.0 = last);
        }
        let alike = fake(|fake| match fake {
            Fake::Amounts(share) => Some(share),
            _ => None,
        });
        if record.won && rng.random::<f64>() < alike {
            record.amount = if rng.random::<f64>() < 0.5 {
                18_888.0
            } else {
                9_999.0
            };
        }
        let sundays = fake(|fake| match fake {
            Fake::Sundays(share) => Some(share),
            _ => None,
        });
        if let Some(closed) = record.closed
            && record.won
            && rng.random::<f64>() < sundays
        {
            record.closed = Some(closed + (6 - closed.weekday()));
        }
    }
    let share = fake(|fake| match fake {
        Fake::Visits(share) => Some(share),
        _ => None,
    });
    invent(&mut records, share, rng);
    let share = fake(|fake| match fake {
        Fake::RestDays(share) => Some(share),
        _ => None,
    });
    odd_days(&mut records, share, first, true, rng);
    let share = fake(|fake| match fake {
        Fake::OffHours(share) => Some(share),
        _ => None,
    });
    odd_days(&mut records, share, first, false, rng);
    records
}

/// What truly happened to a lead.
fn life(
    owner: usize,
    born: Day,
    habits: &Habits,
    rush: &[f64],
    first: Day,
    rng: &mut Pcg64,
) -> Record {
    let created = at(born, office(rng));
    let days = |mean: f64, rng: &mut Pcg64| Exp::new(1.0 / mean).expect("valid").sample(rng);
    let contacted = at(workday(born + days(0.8, rng) as i32), office(rng));
    let mut close = workday(contacted.day() + 3 + (days(18.0, rng) + days(12.0, rng)) as i32);
    let won = rng.random::<f64>() < 0.32;
    if won {
        close = closing(close, habits, rush, first, rng);
    }
    let closes = won || rng.random::<f64>() < 0.85;
    let end = if closes { close } else { today() };
    let product = {
        let mut draw = rng.random::<f64>();
        let found = PRODUCTS.iter().position(|product| {
            draw -= product.2;
            draw < 0.0
        });
        found.unwrap_or(0)
    };
    let list = PRODUCTS[product].1;
    let amount = if rng.random::<f64>() < habits.listed {
        list
    } else {
        let z: f64 = StandardNormal.sample(rng);
        (list * (0.85 * (0.18 * z).exp()) / habits.rounding).round() * habits.rounding
    };
    let reached = if won {
        4
    } else {
        1 + (rng.random::<f64>() * 3.5) as usize
    };
    let mut stages = vec![(created, 0)];
    let until = f64::from((end - contacted.day()).max(1));
    for stage in 1..reached {
        let day = contacted.day()
            + (until * (stage - 1) as f64 / 3.2 * rng.random::<f64>().max(0.3)) as i32;
        stages.push((at(workday(day), office(rng)).max(contacted), stage as u32));
    }
    stages.sort_unstable();
    if stages.len() > 1 && rng.random::<f64>() < habits.together {
        stages[0].0 = stages[1].0;
    }
    let mut acts = vec![(contacted, "call")];
    for (kind, mean) in [("call", 1.4), ("visit", 1.1), ("message", 0.8)] {
        let n = Poisson::new(mean * if won { 1.6 } else { 0.9 })
            .expect("valid")
            .sample(rng) as usize;
        for _ in 0..n {
            let day = contacted.day()
                + (f64::from((end - contacted.day()).max(0)) * rng.random::<f64>()) as i32;
            acts.push((at(workday(day), office(rng)).max(contacted), kind));
        }
    }
    if won && rng.random::<f64>() < habits.service {
        acts.push((
            at(
                workday(close + 1 + (9.0 * rng.random::<f64>()) as i32),
                office(rng),
            ),
            "call",
        ));
    }
    Record {
        owner,
        created,
        contacted,
        closed: closes.then_some(close),
        won,
        product,
        amount,
        stages,
        acts,
    }
}

/// When a deal is closed that would be by itself on a day: at the end of a month in reach, if all hurry.
fn closing(day: Day, habits: &Habits, rush: &[f64], first: Day, rng: &mut Pcg64) -> Day {
    let month = day.month();
    let last = month.first_day() + month.days() - 1;
    let hurry = rush
        .get((month - first.month()) as usize)
        .copied()
        .unwrap_or(1.0);
    let day = if last - day < 12 && rng.random::<f64>() < (habits.rush * hurry).min(0.9) {
        last - (4.0 * rng.random::<f64>()) as i32
    } else {
        day
    };
    if rng.random::<f64>() < habits.sundays {
        return day + (6 - day.weekday()).max(0);
    }
    match day.weekday() {
        5 => day - 1,
        6 => day - 2,
        _ => day,
    }
}

/// Wins of the first days of a month go to the last days of the one before.
fn back_date(records: &mut [Record], share: f64, rng: &mut Pcg64) {
    let wins = records
        .iter()
        .filter(|r| r.won && r.closed < Some(today()))
        .count();
    let mut left = (share * wins as f64).round() as usize;
    for record in records.iter_mut().filter(|record| record.won) {
        if let Some(closed) = record.closed
            && closed.day_of_month() <= 5
            && closed < today()
            && left > 0
        {
            let most = 5 - closed.day_of_month();
            let more = (f64::from(most + 1) * rng.random::<f64>()) as i32;
            record.closed = Some(closed - closed.day_of_month() - more);
            left -= 1;
        }
    }
}

/// When what was done is written down: visits go to the days in the field; some days in one go, at their end or later; some work is
/// done on days of rest, some in the evening.
fn write_down(records: &mut [Record], habits: &Habits, rng: &mut Pcg64) {
    let mut by_day: BTreeMap<Day, Vec<(usize, usize)>> = BTreeMap::new();
    for (i, record) in records.iter_mut().enumerate() {
        for (j, act) in record.acts.iter_mut().enumerate() {
            let mut day = act.0.day();
            if act.1 == "visit" && rng.random::<f64>() < 0.7 {
                // Tuesdays and Thursdays.
                day = day + [1, 0, 1, 0, -1, 0, 0][day.weekday() as usize];
            }
            if j > 0 && rng.random::<f64>() < habits.weekends {
                day = day + (5 - day.weekday()).max(0);
            }
            let evening = j > 0 && rng.random::<f64>() < habits.evenings;
            let time = if evening {
                3600.0 * (19.5 + 3.0 * rng.random::<f64>())
            } else {
                (act.0.seconds().rem_euclid(86_400)) as f64
            };
            act.0 = at(day, time);
            by_day.entry(day).or_default().push((i, j));
        }
    }
    for (day, acts) in by_day {
        if rng.random::<f64>() < habits.batches {
            // Or, three times in ten, the next morning.
            let (on, mut time) = if rng.random::<f64>() < 0.3 {
                (workday(day + 1), 3600.0 * (8.8 + 0.5 * rng.random::<f64>()))
            } else {
                (day, 3600.0 * (17.4 + 0.8 * rng.random::<f64>()))
            };
            for (i, j) in acts {
                records[i].acts[j].0 = at(on, time);
                time += 20.0 + 70.0 * rng.random::<f64>();
            }
            continue;
        }
        // Nobody is at two customers' at once.
        let mut busy: Vec<f64> = Vec::new();
        for (i, j) in acts {
            if records[i].acts[j].1 != "visit" {
                continue;
            }
            let mut time = (records[i].acts[j].0.seconds().rem_euclid(86_400)) as f64;
            while busy.iter().any(|other| (other - time).abs() < 2_400.0) && time < 80_000.0 {
                time += 2_500.0;
            }
            busy.push(time);
            records[i].acts[j].0 = at(day, time);
        }
    }
    for record in records {
        record.contacted = record.acts[0].0;
    }
}

/// Visits that never were.
fn invent(records: &mut [Record], share: f64, rng: &mut Pcg64) {
    let real = records
        .iter()
        .flat_map(|record| &record.acts)
        .filter(|act| act.1 == "visit")
        .count();
    let mut left = (share / (1.0 - share) * real as f64).round() as usize;
    while left > 0 {
        let size = (3 + (4.0 * rng.random::<f64>()) as usize).min(left);
        let lead = (records.len() as f64 * rng.random::<f64>()) as usize;
        let day = workday(records[lead].contacted.day() + (20.0 * rng.random::<f64>()) as i32);
        let mut time = office(rng);
        for i in 0..size {
            let lead = (lead + i) % records.len();
            records[lead].acts.push((at(day, time), "visit"));
            time += 20.0 + 60.0 * rng.random::<f64>();
        }
        left -= size;
    }
}

/// Days of activities that are of rest, or have some in the evening.
fn odd_days(records: &mut [Record], share: f64, first: Day, rest: bool, rng: &mut Pcg64) {
    let mut days: Vec<Day> = records
        .iter()
        .flat_map(|r| r.acts.iter().map(|act| act.0.day()))
        .collect();
    days.sort_unstable();
    days.dedup();
    let weeks = (today() - first) / 7;
    let odd = (share / (1.0 - if rest { share } else { 0.0 }) * days.len() as f64).round() as usize;
    for _ in 0..odd {
        let lead = (records.len() as f64 * rng.random::<f64>()) as usize;
        let week = (f64::from(weeks) * rng.random::<f64>()) as i32;
        let monday = first - first.weekday() + 7 * week;
        let (day, time) = if rest {
            (monday + 5 + (2.0 * rng.random::<f64>()) as i32, office(rng))
        } else {
            (
                days[(days.len() as f64 * rng.random::<f64>()) as usize],
                3600.0 * (20.0 + 3.0 * rng.random::<f64>()),
            )
        };
        records[lead].acts.push((at(day, time), "call"));
    }
}

/// The leads as known on [`today`].
fn leads(team: &Team, records: &[Record]) -> Leads {
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.retain(|&i| records[i].created < today().start());
    order.sort_by_key(|&i| (records[i].created.day(), i));
    let all: Vec<&Record> = order.iter().map(|&i| &records[i]).collect();
    let known = |record: &Record| record.closed.filter(|&day| day < today());
    let n = all.len();
    let mut table = Table::with_rows(n);
    table.insert(
        "created",
        Column::Moment(all.iter().map(|r| Some(r.created)).collect()),
    );
    let contacted = |r: &&Record| Some(r.contacted).filter(|&at| at < today().start());
    table.insert(
        "contacted",
        Column::Moment(all.iter().map(contacted).collect()),
    );
    table.insert(
        "closed",
        Column::Date(all.iter().map(|r| known(r)).collect()),
    );
    let amount = |r: &&Record| {
        if r.won && known(r).is_some() {
            r.amount
        } else {
            f64::NAN
        }
    };
    table.insert("amount", Column::Number(all.iter().map(amount).collect()));
    table.insert(
        "list_price",
        Column::Number(all.iter().map(|r| PRODUCTS[r.product].1).collect()),
    );
    let names: Vec<String> = (0..team.owners).map(name).collect();
    let owner = all.iter().map(|r| Some(names[r.owner].as_str()));
    table.insert("owner", Column::Text(Category::from_texts(owner)));
    let product = all.iter().map(|r| Some(PRODUCTS[r.product].0));
    table.insert("product", Column::Text(Category::from_texts(product)));
    let roles = [
        (Role::Created, "created"),
        (Role::Contacted, "contacted"),
        (Role::Closed, "closed"),
        (Role::Amount, "amount"),
        (Role::ListPrice, "list_price"),
        (Role::Owner, "owner"),
        (Role::Product, "product"),
    ];
    let known_columns = table
        .names()
        .iter()
        .map(|name| (name.clone(), Known::Creation { declared: false }));
    let outcome = |r: &&Record| match known(r) {
        None => Outcome::Open,
        Some(_) if r.won => Outcome::Won,
        Some(_) => Outcome::Lost,
    };
    Leads {
        as_of: today(),
        ids: order.iter().map(|i| format!("L{i:05}")).collect(),
        input_row: (0..n as u32).collect(),
        outcome: all.iter().map(outcome).collect(),
        created: all.iter().map(|r| Some(r.created.day())).collect(),
        closed: all.iter().map(|r| known(r)).collect(),
        contacted: all.iter().map(|r| contacted(r).map(Moment::day)).collect(),
        known: known_columns.collect(),
        table,
        roles: roles
            .into_iter()
            .map(|(role, name)| (role, name.to_owned()))
            .collect(),
        stages: Some(stages(&all)),
        activities: Some(activities(&all)),
    }
}

fn stages(all: &[&Record]) -> StageHistory {
    let events: Vec<(usize, Moment, u32)> = (all.iter().enumerate())
        .flat_map(|(row, r)| r.stages.iter().map(move |&(at, stage)| (row, at, stage)))
        .filter(|(_, at, _)| *at < today().start())
        .collect();
    let times: Vec<(usize, Moment)> = events.iter().map(|e| (e.0, e.1)).collect();
    let (timeline, order) = Timeline::new(all.len(), &times);
    StageHistory {
        timeline,
        stage: order.iter().map(|&i| events[i].2).collect(),
        names: STAGES.iter().map(|&name| name.to_owned()).collect(),
        ordered: STAGES.len(),
    }
}

fn activities(all: &[&Record]) -> Activities {
    let events: Vec<(usize, Moment, &str)> = (all.iter().enumerate())
        .flat_map(|(row, r)| r.acts.iter().map(move |&(at, kind)| (row, at, kind)))
        .filter(|(_, at, _)| *at < today().start())
        .collect();
    let times: Vec<(usize, Moment)> = events.iter().map(|e| (e.0, e.1)).collect();
    let (timeline, order) = Timeline::new(all.len(), &times);
    let mut table = Table::with_rows(order.len());
    let kinds = order.iter().map(|&i| Some(events[i].2));
    table.insert("kind", Column::Text(Category::from_texts(kinds)));
    Activities {
        timeline,
        table,
        ..Activities::default()
    }
}
