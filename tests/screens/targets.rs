//! What targets look like: a hand-made plan as text, in both languages, and as CSV.

use forerun::decide::{
    Basis, BestMonth, DayMark, Lever, LeverNeed, Need, Odds, OwnerTarget, Past, TargetPlan,
};
use forerun::domain::{Month, Probability};
use forerun::present;
use forerun::project::Language;

use crate::made::{day, style};

fn p(value: f64) -> Probability {
    Probability::clamped(value)
}

fn odds(revenue: f64, chance: f64) -> Odds {
    Odds {
        revenue,
        p_attain: p(chance),
    }
}

fn owner(name: &str, mean: f64, target: f64, chance: f64) -> OwnerTarget {
    OwnerTarget {
        owner: name.to_owned(),
        new_since: None,
        booked: 0.25 * mean,
        open_pipeline: 0.5 * mean,
        new_leads: 0.25 * mean,
        mean,
        capacity: None,
        capped: false,
        commit: 0.8 * mean,
        plan: mean,
        stretch: 1.2 * mean,
        target,
        p_attain: p(chance),
        is_fair: (0.35..=0.65).contains(&chance),
    }
}

fn need(levers: &[Lever], factors: [Option<f64>; 2], now: &[f64]) -> LeverNeed {
    let needs = [0.5, 0.8].into_iter().zip(factors).map(|(wanted, factor)| {
        let value = |(lever, now): (&Lever, &f64)| {
            factor.map(|f| {
                if *lever == Lever::Cycle {
                    now / f
                } else {
                    now * f
                }
            })
        };
        Need {
            wanted: p(wanted),
            factor,
            p_attain: p(factor.map_or(0.3, |_| wanted)),
            values: levers.iter().zip(now).map(value).collect(),
            past: now
                .iter()
                .map(|now| {
                    Some(Past {
                        best: 1.25 * now,
                        month: Month::new(2025, 11),
                        of: 24,
                        reached: 2,
                    })
                })
                .collect(),
        }
    });
    LeverNeed {
        levers: levers.to_vec(),
        now: now.iter().copied().map(Some).collect(),
        tried: 3.0,
        more_leads: levers.contains(&Lever::Leads).then_some(250.0),
        needs: needs.collect(),
    }
}

fn plan() -> TargetPlan {
    let mut owners = vec![
        owner("Wang Fang", 400_000.0, 500_000.0, 0.31),
        owner("Li Wei", 200_000.0, 250_000.0, 0.4),
        owner("Xu Lin", 40_000.0, 50_000.0, 0.0),
    ];
    owners[1].new_since = Some(day("2026-06-02"));
    (owners[0].capacity, owners[0].capped) = (Some(123_456.0), true);
    let even = |levers: &[Lever], now: &[f64]| need(levers, [Some(1.2), Some(1.5)], now);
    TargetPlan {
        as_of: day("2026-07-11"),
        month: Month::new(2026, 7),
        currency: "CNY".to_owned(),
        draws: 2_000,
        days_left: 21,
        working_days_left: 15,
        booked: 160_000.0,
        open_pipeline: 320_000.0,
        new_leads: 160_000.0,
        commit: 500_000.0,
        plan: 630_000.0,
        stretch: 790_000.0,
        fair: (560_000.0, 700_000.0),
        last_year: Some(odds(610_000.0, 0.55)),
        best_month: Some(BestMonth {
            month: Month::new(2025, 12),
            odds: odds(1_400_000.0, 0.0),
        }),
        file_target: Some(odds(100_000.0, 1.0)),
        target: odds(800_000.0, 0.19),
        basis: Basis::Asked,
        is_fair: false,
        owners,
        others: 0.0,
        days: vec![
            DayMark {
                day: day("2026-07-17"),
                expected: 300_000.0,
                needed: 480_000.0,
                p_if_expected: p(0.12),
            },
            DayMark {
                day: day("2026-07-24"),
                expected: 450_000.0,
                needed: 640_000.0,
                p_if_expected: p(0.0),
            },
        ],
        levers: vec![
            need(&[Lever::Leads], [Some(2.4), None], &[310.0]),
            even(&[Lever::Conversion], &[0.128]),
            need(&[Lever::Aov], [Some(1.0), Some(1.3)], &[22_000.0]),
            even(&[Lever::Cycle], &[34.0]),
            even(&[Lever::Leads, Lever::Conversion], &[310.0, 0.128]),
            need(
                &[Lever::Conversion, Lever::Cycle],
                [Some(1.25), None],
                &[0.128, 34.0],
            ),
        ],
        warnings: Vec::new(),
    }
}

#[test]
fn one_screen() {
    insta::assert_snapshot!("en", present::target_text(&plan(), &style(Language::En)));
    insta::assert_snapshot!("zh", present::target_text(&plan(), &style(Language::Zh)));
}

#[test]
fn what_is_not_there_is_not_shown() {
    let mut plan = plan();
    (plan.owners, plan.days, plan.levers) = (Vec::new(), Vec::new(), Vec::new());
    (plan.last_year, plan.best_month, plan.file_target) = (None, None, None);
    (plan.basis, plan.target, plan.is_fair) = (Basis::Plan, odds(12.0, 0.5), true);
    (plan.month, plan.currency) = (Month::new(2026, 9), "deals".to_owned());
    (plan.commit, plan.plan, plan.stretch, plan.fair) = (9.0, 12.0, 15.0, (10.5, 13.0));
    insta::assert_snapshot!(present::target_text(&plan, &style(Language::En)));
}

#[test]
fn a_large_team_stays_one_screen() {
    let mut plan = plan();
    plan.owners = (0..40)
        .map(|i| owner(&format!("owner {i}"), 1_000.0, 1_000.0, 0.5))
        .collect();
    let text = present::target_text(&plan, &style(Language::En));
    assert!(text.contains("... and 30 smaller ones"), "{text}");
    assert_eq!(present::target_csv(&plan).lines().count(), 42);
}

#[test]
fn the_shares_as_a_file_of_targets() {
    insta::assert_snapshot!("csv", present::target_csv(&plan()));
}
