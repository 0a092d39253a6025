use super::*;
use crate::domain::Outcome;
use crate::forecast::sample::{LeadsBuilder, day};
use crate::forecast::{Futures, Levers, PastMonth, Split, sample_futures, sample_prospect};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_distr::{Distribution, LogNormal};
use rand_pcg::Pcg64;

const CALLS: Calls = Calls {
    capacity: 20,
    sla_days: 3,
    sla_share: 0.5,
    ..Calls::USUAL
};

/// Owners whose month is lognormal with these means and a standard deviation of 35 % of it, each by chance alone.
fn owners(means: &[f64], draws: usize, seed: u64) -> Futures {
    let mut rng = Pcg64::seed_from_u64(seed);
    let variance: f64 = (1.0 + 0.35 * 0.35_f64).ln();
    let (mut open, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..draws {
        let mut sum = 0;
        for mean in means {
            let log = LogNormal::new(mean.ln() - variance / 2.0, variance.sqrt()).expect("valid");
            let cents = (100.0 * log.sample(&mut rng)).round() as i64;
            open.push(cents);
            sum += cents;
        }
        whole.push(sum);
    }
    let new = vec![0; open.len()];
    Futures {
        months: vec![Month::new(2026, 4)],
        draws,
        cents: 100.0,
        booked: 0,
        new: vec![0; whole.len()],
        open: whole,
        splits: vec![Split {
            role: Role::Owner,
            names: (0..means.len()).map(|i| format!("owner {i:02}")).collect(),
            booked: vec![0; means.len()],
            open,
            new,
        }],
    }
}

/// Leads of these owners, one a month since 2025 up to a day.
fn held(names: &[&str], as_of: &str) -> Leads {
    let mut builder = LeadsBuilder::new(as_of);
    for name in names {
        for month in 1..16 {
            let date = (Month::new(2025, month).first_day()).to_string();
            builder = builder.open(&date, None);
            if let Some(row) = builder.rows.last_mut() {
                row.owner = Some((*name).to_owned());
            }
        }
    }
    builder.build()
}

fn ten() -> Leads {
    let names: Vec<String> = (0..10).map(|i| format!("owner {i:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    held(&names, "2026-04-01")
}

/// Ten independent owners whose month varies by 35 %: if each is given the level that he reaches with 20, 30, 40 or 50 %
/// chance, the team reaches the sum with 1.7, 12.6, 37.7 or 68.0 %; its median is 1.053 times the sum of theirs. Figures of
/// `tests/peers/team_and_owners.py` (numpy, a million months).
#[test]
fn a_team_at_the_levels_of_its_owners_is_elsewhere() {
    let futures = owners(&[100.0; 10], 40_000, 1);
    let split = &futures.splits[0];
    let own: Vec<Vec<f64>> = (0..10)
        .map(|owner| {
            let mut revenue = futures.of_group(split, owner, 0);
            revenue.sort_by(f64::total_cmp);
            revenue
        })
        .collect();
    let mut team = futures.total(0);
    team.sort_by(f64::total_cmp);
    for (chance, expected) in [(0.2, 0.017), (0.3, 0.1258), (0.4, 0.3768), (0.5, 0.6803)] {
        let sum: f64 = own
            .iter()
            .map(|revenue| quantile(revenue, 1.0 - chance))
            .sum();
        let p = reach(&team, sum).get();
        assert!((p - expected).abs() < 0.01, "each {chance}: team {p}");
    }
    let medians: f64 = own.iter().map(|revenue| quantile(revenue, 0.5)).sum();
    assert!((quantile(&team, 0.5) / medians - 1.053).abs() < 0.008);
}

#[test]
fn shared_by_their_means_all_have_much_the_same_odds() {
    let means = [
        300.0, 200.0, 100.0, 100.0, 80.0, 60.0, 60.0, 40.0, 30.0, 30.0,
    ];
    let prospect = sample_prospect(owners(&means, 4_000, 2), Vec::new());
    let plan = target(&prospect, &ten(), &[], CALLS, None);
    assert_eq!(plan.basis, Basis::Plan);
    assert!(plan.levers.is_empty() && plan.is_fair);
    assert_eq!(plan.owners.len(), 10);
    assert_eq!(plan.owners[0].owner, "owner 00", "the largest first");
    for owner in &plan.owners {
        assert!(owner.is_fair, "{owner:?}");
        assert!((owner.target / owner.mean - plan.target.revenue / 1000.0).abs() < 0.02);
        assert!(owner.commit < owner.plan && owner.plan < owner.stretch);
        assert_eq!(owner.capacity, None, "nothing is known of contacts");
    }
    assert!(plan.others.abs() < 1e-6);
    // Beyond reach for the team is beyond reach for its owners.
    let far = target(&prospect, &ten(), &[], CALLS, Some(1_500.0));
    assert!(!far.is_fair && far.owners.iter().all(|owner| !owner.is_fair));
    assert!(far.fair.0 < far.plan && far.plan < far.fair.1);
}

proptest! {
    #[test]
    fn shares_sum_to_the_amount_to_the_cent(
        amount in 1.0..1e9_f64,
        whole in proptest::bool::ANY,
        means in proptest::collection::vec(0.5..1e6_f64, 10),
    ) {
        let amount = if whole { amount.round() } else { (amount * 100.0).round() / 100.0 };
        let prospect = sample_prospect(owners(&means, 20, 3), Vec::new());
        let plan = target(&prospect, &ten(), &[], CALLS, Some(amount));
        let cents: i64 = plan.owners.iter().map(|owner| (owner.target * 100.0).round() as i64).sum();
        prop_assert_eq!(cents, (amount * 100.0).round() as i64);
        if whole && amount >= 1_000.0 {
            prop_assert!(plan.owners.iter().all(|owner| owner.target.fract() == 0.0));
        }
    }
}

#[test]
fn who_left_gets_no_share_and_who_is_new_is_called_that() {
    let names = ["owner 00", "owner 01", "owner 02"];
    let mut futures = owners(&[100.0, 50.0, 25.0], 500, 4);
    futures.splits[0].names[2] = "(none)".to_owned();
    let mut leads = held(&names[..1], "2026-04-01");
    let late = LeadsBuilder::new("2026-04-01")
        .open("2026-03-20", None)
        .build();
    // One lead of a second owner, of this March.
    leads = {
        let mut builder = LeadsBuilder::new("2026-04-01");
        for (row, created) in leads.created.iter().chain(&late.created).enumerate() {
            builder = builder.push(*created, None, Outcome::Open);
            let name = if row < leads.len() {
                names[0]
            } else {
                names[1]
            };
            if let Some(row) = builder.rows.last_mut() {
                row.owner = Some(name.to_owned());
            }
        }
        builder.build()
    };
    let prospect = sample_prospect(futures.clone(), Vec::new());
    let plan = target(&prospect, &leads, &[], CALLS, None);
    let told: Vec<(&str, Option<Day>)> = (plan.owners.iter())
        .map(|owner| (owner.owner.as_str(), owner.new_since))
        .collect();
    assert_eq!(
        told,
        [("owner 00", None), ("owner 01", Some(day("2026-03-20")))]
    );
    assert!(
        (plan.others - 25.0).abs() < 2.0,
        "nobody's leads are the others': {}",
        plan.others
    );
    // A year later, with all closed long ago, nobody is at work.
    let mut later = leads.clone();
    later.as_of = day("2027-04-01");
    later.outcome.fill(Outcome::Lost);
    later.closed.fill(Some(day("2026-04-01")));
    assert!(
        target(&prospect, &later, &[], CALLS, None)
            .owners
            .is_empty()
    );
}

fn past(month: i32, leads: usize, conversion: f64, aov: f64, cycle: f64) -> PastMonth {
    PastMonth {
        month: Month::new(2025, month),
        leads,
        wins: 10,
        revenue: 10.0 * aov,
        aov: Some(aov),
        cycle_days: Some(cycle),
        conversion_times: Some(conversion),
    }
}

#[test]
fn a_lever_plugged_back_gives_the_odds_that_were_asked_for() {
    let months = vec![past(1, 70, 1.3, 400.0, 20.0), past(2, 50, 0.9, 150.0, 40.0)];
    let prospect = sample_prospect(sample_futures(2_000), months);
    let leads = ten();
    let amount = 1.1 * prospect.month.p80;
    let plan = target(&prospect, &leads, &[], CALLS, Some(amount));
    assert_eq!(plan.levers.len(), 4 + 6, "each alone, and each two");
    let mut solved = 0;
    for need in &plan.levers {
        for wanted in &need.needs {
            let Some(factor) = wanted.factor else {
                assert!(wanted.p_attain.get() < wanted.wanted.get(), "{need:?}");
                continue;
            };
            solved += 1;
            let mut levers = Levers::default();
            for lever in &need.levers {
                match lever {
                    Lever::Leads => levers.leads = factor,
                    Lever::Conversion => levers.conversion = factor,
                    Lever::Aov => levers.aov = factor,
                    Lever::Cycle => levers.pace = factor,
                }
            }
            let p = prospect.redraw.p_reach(amount, &levers);
            assert_eq!(p, wanted.p_attain.get());
            assert!((p - wanted.wanted.get()).abs() <= 0.01, "{need:?}");
        }
        // More odds need more of it, and two together less of each.
        let factors: Vec<Option<f64>> = need.needs.iter().map(|need| need.factor).collect();
        assert!(factors[1].is_none_or(|high| factors[0].is_some_and(|low| low < high)));
    }
    assert!(solved >= 14, "{solved} of 20");
    let even = |levers: &[Lever]| {
        let need = plan
            .levers
            .iter()
            .find(|need| need.levers == levers)
            .expect("there");
        need.needs[0].clone()
    };
    let (aov, conversion) = (even(&[Lever::Aov]), even(&[Lever::Conversion]));
    let both = even(&[Lever::Conversion, Lever::Aov]);
    assert!(both.factor < aov.factor && both.factor < conversion.factor);
    let place = conversion.past[0].expect("two months");
    assert_eq!((place.month, place.of), (Month::new(2025, 1), 2));
    let now = prospect.redraw.conversion();
    assert!(
        (place.best / now - 1.3).abs() < 1e-9,
        "1.3 times that of now"
    );
    assert_eq!(
        place.reached,
        usize::from(conversion.factor.is_some_and(|f| f <= 1.3))
    );
    let place = even(&[Lever::Aov]).past[0].expect("two months");
    assert_eq!((place.best, place.reached), (400.0, 1));
}

#[test]
fn what_cannot_be_reached_is_said_and_what_is_reached_needs_nothing() {
    let prospect = sample_prospect(sample_futures(500), Vec::new());
    let leads = ten();
    let far = target(
        &prospect,
        &leads,
        &[],
        CALLS,
        Some(50.0 * prospect.month.p90),
    );
    for need in &far.levers {
        for wanted in &need.needs {
            assert_eq!((wanted.factor, wanted.values[0]), (None, None));
            assert_eq!(
                wanted.past,
                vec![None; need.levers.len()],
                "there is no past"
            );
        }
    }
    let near = target(
        &prospect,
        &leads,
        &[],
        CALLS,
        Some(0.2 * prospect.month.p10),
    );
    assert!(
        near.levers
            .iter()
            .flat_map(|need| &need.needs)
            .all(|need| need.factor == Some(1.0))
    );
}

#[test]
fn the_file_of_targets_stands_in_for_an_amount() {
    let prospect = sample_prospect(sample_futures(500), vec![past(5, 70, 1.0, 300.0, 20.0)]);
    let month = prospect.month.month;
    let line = |target| TargetLine {
        month,
        owner: None,
        target,
    };
    let plan = target(&prospect, &ten(), &[line(9_000.0)], CALLS, None);
    assert_eq!((plan.basis, plan.target.revenue), (Basis::File, 9_000.0));
    let best = plan.best_month.expect("one month");
    assert_eq!(
        (best.month, best.odds.revenue),
        (Month::new(2025, 5), 3_000.0)
    );
    let asked = target(&prospect, &ten(), &[line(9_000.0)], CALLS, Some(3_000.0));
    assert_eq!((asked.basis, asked.target), (Basis::Asked, best.odds));
    assert_eq!(asked.file_target, plan.file_target);
    assert_eq!(plan.clone().in_currency("CNY").currency, "CNY");
}

#[test]
fn marks_of_the_month_lead_to_the_target() {
    let prospect = sample_prospect(sample_futures(2_000), Vec::new());
    let mut leads = ten();
    // The small firm's futures begin on April 11.
    leads.as_of = day("2026-04-11");
    let plan = target(&prospect, &leads, &[], CALLS, None);
    assert_eq!((plan.days_left, plan.working_days_left), (20, 14));
    let days: Vec<String> = plan.days.iter().map(|mark| mark.day.to_string()).collect();
    assert_eq!(days, ["2026-04-17", "2026-04-24"]);
    for marks in plan.days.windows(2) {
        assert!(marks[0].expected < marks[1].expected && marks[0].needed < marks[1].needed);
    }
    for mark in &plan.days {
        // The target is the plan: as expected is about what is needed, and gives about even odds.
        assert!((mark.expected / mark.needed - 1.0).abs() < 0.1, "{mark:?}");
        assert!((mark.p_if_expected.get() - 0.5).abs() < 0.12, "{mark:?}");
    }
    assert_eq!(
        days::left(day("2026-07-03"), day("2026-07-07")),
        (4, 2),
        "a Friday and a Monday"
    );
    leads.as_of = day("2026-04-30");
    assert!(target(&prospect, &leads, &[], CALLS, None).days.is_empty());
}
