//! The cycle, against truth that is known.

mod common;

use std::collections::BTreeMap;

use common::{Life, leads};
use forerun::domain::{
    Activities, Category, Column, Day, Leads, Moment, Outcome, Role, StageHistory, Table, Timeline,
};
use forerun::kpi::{self, CycleError, Link, Pace};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Gamma, Poisson};
use rand_pcg::Pcg64;

const SPAN: i32 = 240;

/// Leads that come in ever faster, of four sources; winners of `slow` take `factor` times as long.
fn company(n: usize, seed: u64, factor: f64) -> Vec<Life> {
    let mut rng = Pcg64::seed_from_u64(seed);
    let (win, loss) = (
        Gamma::new(2.0, 25.0).expect("a gamma"),
        Gamma::new(1.0, 40.0).expect("a gamma"),
    );
    (0..n)
        .map(|i| {
            let created = f64::from(SPAN) * rng.random::<f64>().sqrt();
            let source = ["a", "b", "c", "slow"][i % 4];
            let won = rng.random::<f64>() < 0.3;
            let never = rng.random::<f64>() < 0.3;
            let stretch = if source == "slow" { factor } else { 1.0 };
            let closes_after = if won {
                stretch * win.sample(&mut rng)
            } else if never {
                f64::INFINITY
            } else {
                loss.sample(&mut rng)
            };
            Life {
                id: format!("L{i:05}"),
                created: created as i32,
                closes_after,
                won,
                numbers: Vec::new(),
                texts: vec![source.to_owned()],
                amount: 1_000.0,
                truth: (0.3, 2.0, 25.0),
            }
        })
        .collect()
}

/// The median of the true days to win, of those won within `horizon`.
fn true_median(horizon: i32) -> f64 {
    let mut rng = Pcg64::seed_from_u64(99);
    let win = Gamma::new(2.0, 25.0).expect("a gamma");
    let mut days: Vec<f64> = (0..200_000)
        .map(|_| f64::floor(win.sample(&mut rng)))
        .filter(|&days| days < f64::from(horizon))
        .collect();
    days.sort_by(f64::total_cmp);
    days[days.len() / 2]
}

#[test]
fn completed_medians_are_right_where_those_so_far_are_too_short() {
    let (mut inside, mut short) = (0, 0);
    let (mut completed, mut so_far) = (0.0, 0.0);
    let seeds = 60;
    for seed in 0..seeds {
        let data = leads(&company(1_200, seed, 1.0), SPAN, &[], &["source"]);
        let cycle = kpi::cycle(&data, &[], 1).expect("a cycle");
        let truth = true_median(cycle.horizon_days);
        let median = cycle.to_win.median.expect("a median");
        let high = median.high.expect("an upper end");
        inside += usize::from(median.low <= truth && truth <= high);
        let naive = cycle.to_win.so_far.expect("wins so far");
        short += usize::from(naive < truth);
        completed += median.value / truth / f64::from(seeds as u32);
        so_far += naive / truth / f64::from(seeds as u32);
    }
    // 80 % intervals of whole days are a little too wide, never too narrow.
    assert!((44..=58).contains(&inside), "{inside} of {seeds}");
    assert!((0.97..1.03).contains(&completed), "{completed}");
    assert!(so_far < 0.9 && short >= 55, "{so_far} {short}");
}

#[test]
fn sources_alike_are_rarely_called_faster_or_slower_and_a_slow_one_is() {
    let (mut false_alarms, mut found, mut wrong) = (0, 0, 0);
    let seeds = 60;
    for seed in 0..seeds {
        let of = |factor| {
            let data = leads(
                &company(2_000, 1_000 + seed, factor),
                SPAN,
                &[],
                &["source"],
            );
            kpi::cycle(&data, &[], 1)
                .expect("a cycle")
                .by
                .remove(0)
                .rows
        };
        false_alarms += usize::from(of(1.0).iter().any(|row| row.pace.is_some()));
        for row in of(2.5) {
            let slow = row.name.as_deref() == Some("slow");
            found += usize::from(slow && row.pace == Some(Pace::Slower));
            // Beside a slow one the others are faster than the rest: that is true. None of them is slower.
            wrong += usize::from(!slow && row.pace == Some(Pace::Slower));
        }
    }
    // One in ten, with what chance adds to 60 draws.
    assert!(false_alarms <= 11, "{false_alarms} of {seeds}");
    assert!(found >= 54 && wrong <= 3, "{found} found, {wrong} wrong");
}

/// A company of which every lead has activities of three kinds, without any effect but that of a visit in the seven days
/// before: it makes a win `factor` times as likely that day.
fn worked(seed: u64, factor: f64) -> Leads {
    const KINDS: [&str; 3] = ["call", "mail", "visit"];
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut lives = Vec::new();
    let mut acts: BTreeMap<String, Vec<(i32, &str)>> = BTreeMap::new();
    for i in 0..900 {
        let created = (rng.random::<f64>() * 300.0) as i32;
        // Some leads are worked on more than others, whatever their chance.
        let zeal = rng.random_range(0.3..2.0);
        let id = format!("L{i:05}");
        let mut end = f64::INFINITY;
        let mut won = false;
        let mut last_visit = i32::MIN / 2;
        for day in 0..300 {
            let near = day - last_visit <= 7;
            let chance = 0.004 * if near { factor } else { 1.0 };
            if day > 0 && rng.random::<f64>() < chance {
                (end, won) = (f64::from(day), true);
            } else if rng.random::<f64>() < 0.006 {
                end = f64::from(day);
            }
            if end.is_finite() {
                break;
            }
            for kind in KINDS {
                let times: f64 = Poisson::new(0.04 * zeal).expect("a rate").sample(&mut rng);
                if times > 0.0 {
                    acts.entry(id.clone())
                        .or_default()
                        .push((created + day, kind));
                    last_visit = if kind == "visit" { day } else { last_visit };
                }
            }
        }
        lives.push(Life {
            id,
            created,
            closes_after: end,
            won,
            numbers: Vec::new(),
            texts: vec![["a", "b"][i % 2].to_owned()],
            amount: 1.0,
            truth: (0.0, 0.0, 0.0),
        });
    }
    let mut data = leads(&lives, 300, &[], &["source"]);
    let mut events = Vec::new();
    for (row, id) in data.ids.iter().enumerate() {
        for &(day, kind) in acts.get(id).into_iter().flatten().filter(|act| act.0 < 300) {
            events.push((row, Day::from_epoch_days(day).start(), kind));
        }
    }
    let at: Vec<(usize, Moment)> = events.iter().map(|&(row, at, _)| (row, at)).collect();
    let (timeline, order) = Timeline::new(data.len(), &at);
    let mut table = Table::with_rows(order.len());
    let kinds = order.iter().map(|&i| Some(events[i].2));
    table.insert("kind", Column::Text(Category::from_texts(kinds)));
    data.activities = Some(Activities {
        timeline,
        table,
        ..Activities::default()
    });
    data
}

#[test]
fn an_action_without_effect_is_rarely_claimed_and_a_planted_one_is_found() {
    let (mut none, mut found, mut others) = (0, 0, 0);
    let seeds = 50;
    let mut odds = 0.0;
    for seed in 0..seeds {
        let told = |factor| {
            let cycle = kpi::cycle(&worked(seed, factor), &[], 1).expect("a cycle");
            cycle.actions.expect("actions")
        };
        none += usize::from(told(1.0).rows.iter().any(|row| row.link.is_some()));
        for row in told(4.0).rows {
            let visit = row.kind.as_deref() == Some("visit");
            found += usize::from(visit && row.link == Some(Link::More));
            others += usize::from(!visit && row.link.is_some());
            if visit {
                odds += row.odds_ratio.value / f64::from(seeds as u32);
            }
        }
    }
    // One in ten, with what chance adds to 50 draws.
    assert!(none <= 9, "{none} of {seeds}");
    assert!(others <= 9, "{others} of {seeds}");
    assert!(found >= 45, "{found} of {seeds}");
    // A visit in two weeks is in the last one half of the time: less than the 4 times that it does in that one.
    assert!((1.5..4.0).contains(&odds), "{odds}");
}

/// Twenty-five won deals that stood in stage A for 1 to 25 days, and four open ones.
fn staged() -> Leads {
    let mut lives = Vec::new();
    for i in 0..29 {
        lives.push(Life {
            id: format!("L{i:02}"),
            created: 0,
            closes_after: if i < 25 {
                f64::from(i + 3)
            } else {
                f64::INFINITY
            },
            won: true,
            numbers: vec![f64::from(i) * 100.0],
            texts: Vec::new(),
            amount: 1_000.0,
            truth: (0.0, 0.0, 0.0),
        });
    }
    let mut data = leads(&lives, 100, &["budget"], &[]);
    let column = data.table.get("budget").cloned().expect("a column");
    data.table.insert("stated", column);
    data.roles.insert(Role::StatedAmount, "stated".to_owned());
    let day = |day: i32| Day::from_epoch_days(day).start();
    // Stage A is entered on day 0 by those who win, after i + 1 days B; open leads stand in A for 10, 23, 24 and 40 days.
    let mut events = Vec::new();
    for i in 0..25 {
        events.push((i, day(0), 0));
        events.push((i, day(i as i32 + 1), 1));
    }
    for (row, days) in (25..29).zip([10, 23, 24, 40]) {
        events.push((row, day(100 - days), 0));
    }
    let at: Vec<(usize, Moment)> = events.iter().map(|&(row, at, _)| (row, at)).collect();
    let (timeline, order) = Timeline::new(data.len(), &at);
    data.stages = Some(StageHistory {
        timeline,
        stage: order.iter().map(|&i| events[i].2).collect(),
        names: vec!["A".to_owned(), "B".to_owned()],
        ordered: 2,
    });
    data
}

#[test]
fn stuck_deals_are_exact() {
    let cycle = kpi::cycle(&staged(), &[], 1).expect("a cycle");
    let a = &cycle.stages[0];
    assert_eq!((a.stage.as_deref(), a.won, a.open), (Some("A"), 25, 4));
    // 90 % of 25 are 22.5: the twenty-third shortest stay.
    assert_eq!(a.limit.expect("a limit").value, 23.0);
    assert_eq!(
        (a.median.expect("a median").value, a.longest),
        (13.0, Some(25))
    );
    assert_eq!((a.stuck, a.beyond), (2, 1));
    let stuck: Vec<_> = (cycle.stuck.iter())
        .map(|deal| (deal.lead_id.as_str(), deal.days, deal.beyond, deal.amount))
        .collect();
    assert_eq!(
        stuck,
        [
            ("L28", 40, true, Some(2_800.0)),
            ("L27", 24, false, Some(2_700.0))
        ]
    );
    assert_eq!(
        cycle.stuck_money,
        Some(2_700.0),
        "those beyond all won are not counted on"
    );
}

/// Where the chance of a win and of a loss is the same on every day, waiting costs nothing.
#[test]
fn a_week_costs_nothing_where_age_tells_nothing() {
    let (mut claimed, mut costs) = (0, 0);
    let seeds = 50;
    for seed in 0..seeds {
        let mut rng = Pcg64::seed_from_u64(seed);
        let mut lives = company(1_500, seed, 1.0);
        let mut again = lives.clone();
        for life in &mut lives {
            life.closes_after = -30.0 * rng.random::<f64>().max(1e-12).ln();
        }
        let of = |lives: &[Life]| {
            let cycle = kpi::cycle(&leads(lives, SPAN, &[], &["source"]), &[], 1);
            cycle.expect("a cycle").delay.expect("a delay")
        };
        claimed += usize::from(of(&lives).claimed);
        // Half of the leads are dead from the start: the longer one is open, the likelier it is dead.
        for life in again.iter_mut().filter(|_| rng.random::<f64>() < 0.5) {
            (life.won, life.closes_after) = (false, f64::INFINITY);
        }
        let cost = of(&again);
        costs += usize::from(cost.claimed && cost.wins.value > 0.0);
    }
    assert!(claimed <= 10, "{claimed} of {seeds}");
    assert!(costs >= 45, "{costs} of {seeds}");
}

#[test]
fn a_record_of_closings_that_begins_late_is_found() {
    let mut lives = company(2_000, 5, 1.0);
    let whole = kpi::cycle(&leads(&lives, SPAN, &[], &["source"]), &[], 1).expect("a cycle");
    assert_eq!(whole.record_from, None);
    // Closings before day 120 (May 1970) are not in the file.
    for life in &mut lives {
        if f64::from(life.created) + life.closes_after < 120.0 {
            life.closes_after = f64::INFINITY;
        }
    }
    let cut = kpi::cycle(&leads(&lives, SPAN, &[], &["source"]), &[], 1).expect("a cycle");
    let from = cut.record_from.expect("a late record").to_string();
    assert_eq!(from, "1970-05-01");
    assert!(cut.before_record > 300);
}

#[test]
fn from_win_to_cash_unpaid_deals_count_as_long_as_they_wait() {
    let mut data = leads(&company(1_500, 8, 1.0), SPAN, &[], &["source"]);
    // Every deal is paid after 40 days, as far as that has come.
    let paid: Vec<Option<Day>> = (data.closed.iter().zip(&data.outcome))
        .map(|(closed, outcome)| {
            let day = closed.filter(|_| *outcome == Outcome::Won)? + 40;
            (day < data.as_of).then_some(day)
        })
        .collect();
    let unpaid = (data.outcome.iter().zip(&paid))
        .filter(|(outcome, paid)| **outcome == Outcome::Won && paid.is_none())
        .count();
    data.table.insert("paid", Column::Date(paid));
    data.roles.insert(Role::Paid, "paid".to_owned());
    let cash = kpi::cycle(&data, &[], 1)
        .expect("a cycle")
        .cash
        .expect("cash");
    assert_eq!((cash.unpaid, cash.overdue), (unpaid, 0));
    assert_eq!(cash.days.median.expect("a median").value, 40.0);
    assert_eq!(cash.unpaid_money, Some(unpaid as f64 * 1_000.0));
}

#[test]
fn tiny_and_undated_data_are_told_and_never_panic() {
    let one = leads(&company(1, 1, 1.0), SPAN, &[], &["source"]);
    assert!(matches!(
        kpi::cycle(&one, &[], 1),
        Err(CycleError::TooShort)
    ));
    let none = leads(&[], SPAN, &[], &["source"]);
    assert!(kpi::cycle(&none, &[], 1).is_err());
    let mut open = company(40, 2, 1.0);
    for life in &mut open {
        life.closes_after = f64::INFINITY;
    }
    let cycle = kpi::cycle(&leads(&open, SPAN, &[], &["source"]), &[], 1).expect("a cycle");
    assert!(cycle.to_win.median.is_none() && cycle.delay.is_none() && cycle.actions.is_none());
    let mut undated = one;
    undated.roles.remove(&Role::Closed);
    assert!(matches!(
        kpi::cycle(&undated, &[], 1),
        Err(CycleError::Undated)
    ));
}
