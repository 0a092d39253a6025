use super::*;
use proptest::prelude::*;

fn ahead(challenger: Challenger, past: &[f64], months: usize) -> Vec<f64> {
    challenger.ahead(past, months).expect("a forecast")
}

/// `months` of a level that grows by a share a month, times a season.
fn series(months: usize, growth: f64, swing: f64) -> Vec<f64> {
    (0..months)
        .map(|m| {
            let turn = m as f64 * std::f64::consts::PI / 6.0;
            100.0 * (1.0 + growth).powi(m as i32) * (1.0 + swing * turn.sin())
        })
        .collect()
}

#[test]
fn the_simple_ones_are_what_they_say() {
    let past: Vec<f64> = (1..=24).map(f64::from).collect();
    let naive = ahead(Challenger::SeasonalNaive, &past, 14);
    assert_eq!((naive[0], naive[11], naive[12]), (13.0, 24.0, 13.0));
    let ratio = ahead(Challenger::LastYearRatio, &past, 14);
    let growth = 222.0 / 78.0;
    assert!((ratio[1] - 14.0 * growth).abs() < 1e-9);
    assert!((ratio[12] - 13.0 * growth * growth).abs() < 1e-9);
}

#[test]
fn a_short_past_is_refused_with_the_months_it_takes() {
    for challenger in Challenger::ALL {
        let needed = challenger.needs();
        let past = vec![5.0; needed - 1];
        let error = challenger.ahead(&past, 3).expect_err("too short");
        assert!(error.to_string().contains(&needed.to_string()), "{error}");
        assert_eq!(ahead(challenger, &vec![5.0; needed], 3).len(), 3);
    }
    let mut late = vec![0.0; 12];
    late.extend([5.0; 12]);
    let error = Challenger::LastYearRatio.ahead(&late, 1);
    assert_eq!(error, Err(Unready::NoYearBefore));
    let error = Challenger::Smoothing.ahead(&[1.0, f64::NAN, 2.0], 1);
    assert_eq!(error, Err(Unready::NotANumber { month: 2 }));
}

#[test]
fn a_level_a_growth_and_a_season_are_followed() {
    for months in [3, 13, 30] {
        for value in ahead(Challenger::Smoothing, &vec![70.0; months], 18) {
            assert!((value - 70.0).abs() < 0.7, "{months}: {value}");
        }
    }
    let truth = series(66, 0.02, 0.3);
    for value in [30, 48].map(|n| (n, ahead(Challenger::Smoothing, &truth[..n], 6))) {
        let (n, ahead) = value;
        for (h, value) in ahead.iter().enumerate() {
            let error = value / truth[n + h] - 1.0;
            assert!(error.abs() < 0.05, "{n} + {h}: {error}");
        }
    }
}

#[test]
fn months_before_the_first_sale_do_not_count() {
    let business = series(20, 0.01, 0.2);
    let mut past = vec![0.0; 9];
    past.extend(&business);
    assert_eq!(
        ahead(Challenger::Smoothing, &past, 5),
        ahead(Challenger::Smoothing, &business, 5)
    );
    assert_eq!(ahead(Challenger::Smoothing, &[0.0; 30], 2), [0.0, 0.0]);
}

#[test]
fn the_scale_of_money_does_not_matter() {
    let past = series(40, 0.01, 0.3);
    let ten_thousand_times: Vec<f64> = past.iter().map(|value| value * 1e10).collect();
    for challenger in Challenger::ALL {
        let pairs =
            ahead(challenger, &past, 6)
                .into_iter()
                .zip(ahead(challenger, &ten_thousand_times, 6));
        for (small, large) in pairs {
            assert!((large / small / 1e10 - 1.0).abs() < 1e-9);
        }
    }
}

#[test]
fn a_rocket_does_not_leave_the_world() {
    let past: Vec<f64> = (0..10).map(|m| 7.0_f64.powi(m)).collect();
    let ahead = ahead(Challenger::Smoothing, &past, 600);
    let best = past[9];
    assert!(
        ahead
            .iter()
            .all(|value| (best..=10.0 * best).contains(value)),
        "{ahead:?}"
    );
}

fn any_month() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => 0.0..1e5_f64,
        1 => Just(0.0),
        1 => -1e4..1e4_f64,
        1 => 1e11..1e12_f64,
        1 => Just(1e-300),
        1 => Just(f64::MAX),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_past_gives_nonsense(past in proptest::collection::vec(any_month(), 0..60), months in 0_usize..40) {
        for challenger in Challenger::ALL {
            match challenger.ahead(&past, months) {
                Ok(ahead) => {
                    prop_assert_eq!(ahead.len(), months);
                    prop_assert!(ahead.iter().all(|value| value.is_finite() && *value >= 0.0), "{:?}", ahead);
                    prop_assert_eq!(Ok(ahead), challenger.ahead(&past, months));
                }
                Err(Unready::TooShort { needed, .. }) => prop_assert!(past.len() < needed),
                Err(Unready::NoYearBefore) => prop_assert_eq!(challenger, Challenger::LastYearRatio),
                Err(error) => prop_assert!(false, "{error}"),
            }
        }
    }
}
