use super::*;
use crate::domain::Day;
use crate::forecast::draws::draw;
use crate::forecast::inflow::{self, daily};
use crate::forecast::purse::{Purse, Purses};
use crate::forecast::runoff;
use crate::forecast::sample::same_curves;
use crate::forecast::series::Ahead;
use crate::forecast::spreads::Spreads;

const DRAWS: usize = 400;

/// A firm with leads open since today and some yet to come, whose chances follow the curves.
pub(in crate::forecast) fn works(leads: usize, months: usize, rate: f64) -> Works {
    let rows: Vec<usize> = (0..leads).collect();
    let open = same_curves(&rows, &[0, 7, 30, 90], &[0.05, 0.1, 0.1], &[0.1, 0.2, 0.1]);
    let span = Span::new(Day::from_ymd(2026, 4, 11).expect("a day"), months);
    let curve = same_curves(&[0], &[0, 7, 30, 90], &[0.03, 0.06, 0.06], &[0.1, 0.2, 0.1]);
    let table = daily(&curve, 90);
    let ahead = |sd: f64| Ahead {
        mean: vec![-sd * sd / 2.0; months],
        root: (0..months).map(|m| vec![sd; m + 1]).collect(),
    };
    let central = inflow::chances(&table, &span);
    let ingredients = Ingredients {
        months,
        amounts: (0..leads).map(|i| 100.0 + (i % 7) as f64 * 50.0).collect(),
        chances: runoff::chances(&open, &span),
        open_tilts: vec![vec![0.9; months], vec![1.1; months]],
        leads: vec![vec![rate; months]],
        new_chances: [0.95, 1.05]
            .map(|tilt| central.iter().map(|p| p * tilt).collect())
            .to_vec(),
        purses: vec![Purses::same(Purse::new(&[(0.2, 100.0), (0.2, 300.0)]))],
        volume: vec![ahead(0.1), ahead(0.2)],
        conversion: [0.1, 0.2].map(ahead).to_vec(),
        ratios: Spreads::same(&[0.5, 0.8, 1.0, 1.7]),
        members: Vec::new(),
        booked: vec![500.0],
    };
    Works {
        ingredients,
        open,
        table,
        span,
        seed: 3,
    }
}

fn futures(works: &Works) -> Futures {
    draw(&works.ingredients, works.span.months[0], DRAWS, works.seed)
}

fn redraw(works: &Works, month: usize) -> Redraw {
    Redraw::new(works.clone(), &futures(works), month)
}

fn near(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 0.011)
}

#[test]
fn with_nothing_changed_every_draw_is_that_of_the_forecast() {
    for (leads, rate) in [(200, 60.0), (MANY_CASES + 1, 60.0), (50, 9_000.0)] {
        let works = works(leads, 2, rate);
        for month in 0..2 {
            let redraw = redraw(&works, month);
            let drawn = redraw.drawn(&Levers::default());
            let ahead: Vec<f64> = redraw
                .base
                .iter()
                .map(|base| base - redraw.booked)
                .collect();
            assert!(near(&drawn, &ahead), "{leads} {month}");
            assert!(redraw.scale.iter().all(|scale| (scale - 1.0).abs() < 1e-3));
            assert_eq!(redraw.draws(), DRAWS);
        }
    }
}

#[test]
fn what_is_changed_gives_what_a_forecast_of_the_changed_firm_gives() {
    let works = works(200, 1, 60.0);
    let redraw = redraw(&works, 0);
    let pulled = |lever: Levers, change: &dyn Fn(&mut Ingredients)| {
        let mut changed = works.clone();
        change(&mut changed.ingredients);
        let there = futures(&changed).total(0);
        assert!(near(&redraw.revenue(&lever), &there), "{lever:?}");
    };
    let plain = Levers::default();
    pulled(
        Levers {
            leads: 1.7,
            ..plain
        },
        &|firm| {
            firm.leads[0][0] *= 1.7;
        },
    );
    pulled(
        Levers {
            conversion: 1.4,
            ..plain
        },
        &|firm| {
            firm.chances.iter_mut().for_each(|p| *p *= 1.4);
            firm.new_chances
                .iter_mut()
                .flatten()
                .for_each(|p| *p *= 1.4);
        },
    );
    pulled(Levers { pace: 1.5, ..plain }, &|firm| {
        let end = f64::from(works.span.window(0).1);
        for (lead, p) in firm.chances.iter_mut().enumerate() {
            *p = smooth::won_within(&works.open, lead, end * 1.5);
        }
        let times = paced(&works.table[0], &works.span, 0, 0, 1.5)
            / paced(&works.table[0], &works.span, 0, 0, 1.0);
        firm.new_chances
            .iter_mut()
            .flatten()
            .for_each(|p| *p *= times);
    });
    let dearer = redraw.revenue(&Levers { aov: 1.2, ..plain });
    let ahead = |revenue: f64| revenue - 500.0;
    assert!(
        (redraw.base.iter().zip(&dearer)).all(|(a, b)| (ahead(*a) * 1.2 - ahead(*b)).abs() < 0.01)
    );
}

#[test]
fn more_of_a_lever_never_gives_less_in_the_month_at_hand() {
    for leads in [150, MANY_CASES + 1] {
        let redraw = redraw(&works(leads, 1, 60.0), 0);
        let pull: [fn(f64) -> Levers; 4] = [
            |x| Levers {
                leads: x,
                ..Levers::default()
            },
            |x| Levers {
                conversion: x,
                ..Levers::default()
            },
            |x| Levers {
                aov: x,
                ..Levers::default()
            },
            |x| Levers {
                pace: x,
                ..Levers::default()
            },
        ];
        for pull in pull {
            let mut before = redraw.revenue(&pull(1.0));
            for step in 1..8 {
                let now = redraw.revenue(&pull(1.0 + 0.2 * f64::from(step)));
                let more = before.iter().zip(&now).all(|(a, b)| *b >= a - 1e-6);
                assert!(more, "{:?}", pull(1.0 + 0.2 * f64::from(step)));
                assert!(now > before, "and it gives more somewhere");
                before = now;
            }
        }
    }
}

#[test]
fn days_add_up_to_the_month() {
    for leads in [150, MANY_CASES + 1] {
        let works = works(leads, 1, 60.0);
        let redraw = redraw(&works, 0);
        let end = works.span.window(0).1;
        let days: Vec<i32> = (0..=end).collect();
        let by_day = redraw.by_day(&days);
        assert!(
            by_day[0].iter().all(|&revenue| revenue == 500.0),
            "booked so far"
        );
        assert!(near(&by_day[end as usize], &redraw.base));
        for (before, after) in by_day.iter().zip(&by_day[1..]) {
            assert!(before.iter().zip(after).all(|(a, b)| a <= b));
        }
        // The means are those that the curves give.
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64 - 500.0;
        let told: f64 = (works.ingredients.amounts.iter().enumerate())
            .map(|(lead, amount)| amount * smooth::won_within(&works.open, lead, 7.0))
            .sum();
        let new = wins_until(&works.table[0], &works.span, 7) * 60.0 / f64::from(end) * 200.0;
        let drawn = mean(&by_day[7]);
        assert!(
            (drawn / (told + new) - 1.0).abs() < 0.06,
            "{drawn} {told} {new}"
        );
    }
    assert!(redraw(&works(10, 2, 5.0), 1).by_day(&[3]).is_empty());
}

#[test]
fn a_month_knows_what_it_expects() {
    let works = works(100, 2, 60.0);
    let redraw = redraw(&works, 1);
    assert_eq!(
        (redraw.leads_in_month(), redraw.leads_until()),
        (60.0, 120.0)
    );
    let times = redraw.times();
    assert!((times - 1.0).abs() < 0.05, "{times}");
    assert!((redraw.conversion() - 0.15 * times).abs() < 1e-9);
    let open: f64 = works.ingredients.chances.iter().skip(1).step_by(2).sum();
    let new = inflow::chances(&works.table, &works.span);
    let told = open + 60.0 * (new[1] + new[3]);
    let (wins, amount) = redraw.expected_wins();
    assert!((wins - told * times).abs() < 1e-9);
    assert!(
        (200.0..260.0).contains(&amount),
        "open leads pay 248, new ones 200: {amount}"
    );
}
