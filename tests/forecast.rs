//! The forecast, from leads to revenue by month, against companies whose future is known.

mod common;

use common::{Life, leads, two_features};
use forerun::domain::{Leads, Role};
use forerun::forecast::{Books, ForecastError, Outlook, outlook};
use forerun::score::train;

const AS_OF: i32 = 540;
const MONTHS: usize = 3;

fn company(seed: u64) -> (Vec<Life>, Leads) {
    let lives = two_features(5_000, 0.3, 720.0, seed);
    let known = leads(&lives, AS_OF, &["x1", "x2"], &[]);
    (lives, known)
}

fn forecast(leads: &Leads, seed: u64) -> Result<Outlook, ForecastError> {
    let (model, _) = train(leads, None, 1).expect("it can be trained");
    outlook(&model, &Books::of(leads), MONTHS, seed)
}

#[test]
fn what_comes_lies_where_the_forecast_says() {
    let (mut inside, mut told, mut came) = (0, 0.0, 0.0);
    let companies = 6;
    for seed in 0..companies {
        let (lives, known) = company(300 + seed);
        let forecast = forecast(&known, seed).expect("enough data");
        for month in &forecast.months {
            let day = |day: i32| forerun::domain::Day::from_epoch_days(day);
            let revenue: f64 = (lives.iter())
                .filter(|life| life.won)
                .filter(|life| {
                    day(life.created + life.closes_after.floor() as i32).month() == month.month
                })
                .map(|life| life.amount)
                .sum();
            inside += usize::from((month.p10..=month.p90).contains(&revenue));
            told += month.mean;
            came += revenue;
            assert_eq!(
                month.mean,
                month.booked + month.open_pipeline + month.new_leads
            );
        }
    }
    assert!((told / came - 1.0).abs() < 0.08, "{told} against {came}");
    // Nominal: 80 %; of 18 months, fewer than 11 would happen to an honest interval once in fifty times.
    let months = companies as usize * MONTHS;
    assert!(inside >= 11, "{inside} of {months}");
}

#[test]
fn the_same_data_and_seed_give_the_same_numbers() {
    let (_, known) = company(1);
    let first = forecast(&known, 7).expect("enough data");
    assert_eq!(first, forecast(&known, 7).expect("enough data"));
    assert_ne!(first, forecast(&known, 8).expect("enough data"));
}

#[test]
fn leads_that_come_later_change_nothing() {
    let (lives, known) = company(2);
    let later = leads(&lives, AS_OF + 60, &["x1", "x2"], &[]);
    let first = forecast(&known, 1).expect("enough data");
    let again = forecast(&later.as_of(known.as_of), 1).expect("enough data");
    assert_eq!(first, again);
}

#[test]
fn without_dates_or_amounts() {
    let (_, mut known) = company(3);
    known.roles.remove(&Role::Amount);
    let deals = forecast(&known, 1).expect("enough data").in_currency("CNY");
    assert_eq!(deals.currency, "deals");
    let (first, leads) = (&deals.months[0], known.len() as f64);
    assert!(first.booked.fract() == 0.0 && first.p90 < leads);
    let (model, _) = train(&known, None, 1).expect("it can be trained");
    known.roles.remove(&Role::Closed);
    let refused = outlook(&model, &Books::of(&known), MONTHS, 1);
    assert!(matches!(refused, Err(ForecastError::Undated)));
}
