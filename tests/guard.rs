//! The guard of the model in use, in worlds where it is known which model is the better one.

mod common;

use common::{Life, leads, two_features};
use forerun::domain::{Day, Known, Leads, Outcome, Role};
use forerun::score::{Comparison, Model, WhyNot, compare, train};

const THEN: i32 = 420;
const NOW: i32 = 600;

fn company(seed: u64) -> Vec<Life> {
    two_features(4_000, 0.1, 600.0, seed)
}

fn known(lives: &[Life], day: i32) -> Leads {
    leads(lives, day, &["x1", "x2"], &[])
}

fn learn(leads: &Leads) -> Model {
    train(leads, None, 1).expect("it can be trained").0
}

fn judged(live: &Model, now: &Leads) -> Result<Comparison, WhyNot> {
    compare(live, &learn(now), now, None).expect("nothing fails")
}

#[test]
fn a_model_of_the_same_world_with_more_data_is_rarely_refused() {
    let (mut refused, mut sum) = (0, 0.0);
    for seed in 1..=4 {
        let lives = company(seed);
        let live = learn(&known(&lives, THEN));
        let now = known(&lives, NOW);
        let found = judged(&live, &now).expect("comparable");
        assert_eq!((found.ahead, found.days.len()), (90, 2));
        assert_eq!(found.live_as_of, Day::from_epoch_days(THEN));
        assert!(found.days.iter().all(|&day| day >= found.live_as_of));
        assert!(found.n >= found.leads && found.won >= 10 && found.standard_error > 0.0);
        assert!((found.new_log_loss - found.live_log_loss - found.difference).abs() < 1e-12);
        refused += i32::from(found.worse());
        sum += found.difference;
    }
    // By chance alone one of six; more data make the new one better.
    assert!(refused <= 1, "{refused} of 4 refused");
    assert!(sum < 0.0005, "on average not worse: {sum}");
}

#[test]
fn a_model_learnt_from_outcomes_turned_round_is_refused() {
    for seed in 1..=2 {
        let lives = company(seed);
        let live = learn(&known(&lives, THEN));
        let mut now = known(&lives, NOW);
        // An export that takes won for lost in all that closed before; what closed since is right.
        for row in 0..now.len() {
            if now.closed[row].is_some_and(|closed| closed < Day::from_epoch_days(THEN)) {
                now.outcome[row] = match now.outcome[row] {
                    Outcome::Won => Outcome::Lost,
                    _ => Outcome::Won,
                };
            }
        }
        let found = judged(&live, &now).expect("comparable");
        assert!(found.worse(), "{found:?}");
    }
}

#[test]
fn a_model_that_has_seen_the_world_change_takes_the_place() {
    let mut lives = company(7);
    let changed = two_features(4_000, 0.1, 600.0, 99);
    // From day 360 on the first feature means the contrary.
    for (life, other) in lives.iter_mut().zip(changed) {
        if life.created > 360 {
            life.closes_after = other.closes_after;
            life.won = other.won;
            life.numbers = vec![1.0 - other.numbers[0], -other.numbers[1]];
        }
    }
    let live = learn(&known(&lives, 380));
    let found = judged(&live, &known(&lives, NOW)).expect("comparable");
    assert!(!found.worse(), "{found:?}");
    assert!(found.difference < -2.0 * found.standard_error, "{found:?}");
}

#[test]
fn where_nothing_can_be_compared_it_is_said_why() {
    let lives = company(1);
    let live = learn(&known(&lives, THEN));
    let why = |now: &Leads| judged(&live, now).expect_err("not comparable");
    assert_eq!(why(&known(&lives, THEN)), WhyNot::TooSoon { days: 0 });
    assert_eq!(why(&known(&lives, THEN + 6)), WhyNot::TooSoon { days: 6 });
    assert_eq!(
        why(&known(&lives, THEN - 30)),
        WhyNot::TooSoon { days: -30 }
    );
    let mut others = known(&lives, NOW);
    others.ids = others.ids.iter().map(|id| format!("other {id}")).collect();
    assert_eq!(why(&others), WhyNot::OtherLeads { found: 0, of: 64 });
    let mut undated = known(&lives, NOW);
    undated.roles.remove(&Role::Created);
    undated.roles.remove(&Role::Closed);
    assert_eq!(why(&undated), WhyNot::Undated);
    // A column that is known only at the end, as is found out now: the old model looks better than it was.
    let mut late = known(&lives, NOW);
    late.known.insert("x2".to_owned(), Known::Close);
    let columns = vec!["x2".to_owned()];
    assert_eq!(why(&late), WhyNot::Withdrawn { columns });
    let gone = leads(&lives, NOW, &["x1"], &[]);
    assert!(matches!(why(&gone), WhyNot::Unfit { .. }));
    let mut quiet = known(&lives, NOW);
    for row in 0..quiet.len() {
        if quiet.closed[row].is_some_and(|closed| closed >= Day::from_epoch_days(THEN)) {
            (quiet.closed[row], quiet.outcome[row]) = (None, Outcome::Open);
        }
    }
    let few = WhyNot::FewOutcomes { won: 0, needed: 10 };
    assert_eq!(why(&quiet), few);
}
