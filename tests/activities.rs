//! What was done about a lead as features: what tells is used, what does not is not praised.

mod common;

use common::{leads, two_features};
use forerun::domain::{Activities, Column, Leads, Moment, Table, Timeline};
use forerun::score::{Forward, score, train};
use rand::{RngExt, SeedableRng};

/// A company with activities: every lead is called every ten days or so while it is open; one that will be won answers
/// far more often if `tells`, all alike if not.
fn company(tells: bool, seed: u64) -> Leads {
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
    let lives = two_features(5_000, 0.1, 540.0, seed);
    let mut leads = leads(&lives, 540, &["x1", "x2"], &[]);
    let mut events: Vec<(usize, Moment, bool)> = Vec::new();
    for row in 0..leads.len() {
        let Some(created) = leads.created[row] else {
            continue;
        };
        let life: usize = leads.ids[row][1..].parse().expect("a number");
        let end = leads.closed[row].unwrap_or(leads.as_of) - created;
        let answers = if tells && lives[life].won { 0.9 } else { 0.3 };
        let mut day = rng.random::<f64>() * 10.0;
        while (day as i32) < end.min(200) {
            events.push((
                row,
                (created + day as i32).start(),
                rng.random::<f64>() < answers,
            ));
            day += 4.0 + 12.0 * rng.random::<f64>();
        }
    }
    let at: Vec<_> = events.iter().map(|&(row, at, _)| (row, at)).collect();
    let (timeline, order) = Timeline::new(leads.len(), &at);
    let mut table = Table::with_rows(order.len());
    table.insert(
        "answered",
        Column::Boolean(order.iter().map(|&i| Some(events[i].2)).collect()),
    );
    leads.activities = Some(Activities {
        timeline,
        table,
        ..Activities::default()
    });
    leads
}

fn forward(leads: &Leads) -> (Forward, bool) {
    let report = train(leads, None, 1).expect("it trains").1;
    (report.forward.expect("a forward test"), report.columns_help)
}

#[test]
fn activities_that_tell_make_the_forecast_of_wins_better() {
    let with = company(true, 51);
    let mut without = with.clone();
    without.activities = None;
    let ((a, helps), (b, _)) = (forward(&with), forward(&without));
    assert!(helps);
    assert!(
        a.log_loss < 0.97 * b.log_loss,
        "{} {}",
        a.log_loss,
        b.log_loss
    );
    assert!(
        (0.7..1.4).contains(&a.observed_over_expected),
        "{}",
        a.observed_over_expected
    );
    let (model, _) = train(&with, None, 1).expect("it trains");
    let scores = score(&model, &with, None, false).expect("it is scored");
    let names: Vec<&str> = scores.leads[0]
        .reasons
        .iter()
        .map(|reason| reason.feature.as_str())
        .collect();
    for name in [
        "activities",
        "activities_30d",
        "days_since_activity",
        "unanswered_attempts",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    let error = score(&model, &without, None, false)
        .expect_err("it needs activities")
        .to_string();
    assert!(error.contains("activities"), "{error}");
}

#[test]
fn activities_that_tell_nothing_change_nothing_and_are_not_praised() {
    let mut with = company(false, 52);
    let mut without = with.clone();
    without.activities = None;
    let ((a, _), (b, _)) = (forward(&with), forward(&without));
    // Calls go on until the closing, so how many there were says no more than the age does.
    assert!(
        a.log_loss < 1.01 * b.log_loss,
        "{} {}",
        a.log_loss,
        b.log_loss
    );
    for name in ["x1", "x2"] {
        with.known
            .insert(name.to_owned(), forerun::domain::Known::Close);
    }
    assert!(!forward(&with).1);
}

#[test]
fn what_happens_on_the_day_of_the_closing_is_not_seen() {
    let honest = company(false, 53);
    let mut burst = honest.clone();
    let Some(activities) = &honest.activities else {
        panic!("activities")
    };
    let mut events: Vec<(usize, Moment)> = Vec::new();
    for row in 0..honest.len() {
        events.extend(
            activities
                .timeline
                .events(row)
                .map(|event| (row, activities.timeline.at(event))),
        );
        // Ten calls on the day that a deal is signed: paperwork.
        if let Some(closed) =
            honest.closed[row].filter(|_| honest.outcome[row] == forerun::domain::Outcome::Won)
        {
            events.extend(vec![(row, closed.start()); 10]);
        }
    }
    let (timeline, order) = Timeline::new(honest.len(), &events);
    let table = Table::with_rows(order.len());
    burst.activities = Some(Activities {
        timeline,
        table,
        ..Activities::default()
    });
    let mut honest = honest;
    if let Some(activities) = &mut honest.activities {
        activities.table = Table::with_rows(activities.table.rows());
    }
    let (a, b) = (forward(&honest).0, forward(&burst).0);
    assert_eq!((a.auc, a.log_loss), (b.auc, b.log_loss));
}
