//! Process and records of simulated teams whose habits and fakes are known.

use std::collections::{BTreeMap, BTreeSet};

use crate::team::{Fake, Team, name};
use forerun::kpi::{Process, RecordStanding, Sign, Untold, process};
use proptest::prelude::*;

/// Who is asked, and about what.
fn asked(process: &Process) -> BTreeMap<String, BTreeSet<Sign>> {
    let mut asked: BTreeMap<String, BTreeSet<Sign>> = BTreeMap::new();
    for (row, of) in process.questions() {
        asked.entry(of.owner.clone()).or_default().insert(row.sign);
    }
    asked
}

/// What came of some teams: found by fake, honest people, of them asked.
#[derive(Debug, Default)]
struct Came {
    teams: usize,
    found: Vec<usize>,
    honest: usize,
    asked: usize,
}

/// Looks at one team for each seed. A fake is found if its owner is asked about one of the signs that it leaves.
fn look(of: &Team, signs: &[&[Sign]], seeds: std::ops::Range<u64>) -> Came {
    let mut came = Came {
        found: vec![0; of.fakes.len()],
        ..Came::default()
    };
    for seed in seeds {
        let told = process(&crate::team::team(of, seed), None).expect("there is a record");
        let asked = asked(&told);
        came.teams += 1;
        for (i, (owner, _)) in of.fakes.iter().enumerate() {
            let about = asked.get(&name(*owner));
            let found = about.is_some_and(|about| about.iter().any(|sign| signs[i].contains(sign)));
            came.found[i] += usize::from(found);
        }
        for owner in 0..of.owners {
            if of.fakes.iter().all(|(who, _)| *who != owner) {
                came.honest += 1;
                came.asked += usize::from(asked.contains_key(&name(owner)));
            }
        }
    }
    came
}

const VISITS: &[Sign] = &[Sign::Bursts, Sign::Batches];
const CLOSINGS: &[Sign] = &[Sign::MonthEnd, Sign::AfterClosing];

/// One of ten fakes a third of his visits, another dates a fifth of his wins back; people differ in how they write things down.
fn two_fakers() -> Team {
    Team {
        fakes: vec![(2, Fake::Visits(0.33)), (5, Fake::BackDated(0.2))],
        ..Team::default()
    }
}

#[test]
fn who_fakes_visits_and_who_dates_back_is_asked_and_honest_people_are_not() {
    let came = look(&two_fakers(), &[VISITS, CLOSINGS], 1..21);
    assert!(came.found.iter().all(|&found| found >= 16), "{came:?}");
    assert_eq!(came.honest, 160);
    assert!(came.asked as f64 <= 0.05 * came.honest as f64, "{came:?}");
}

#[test]
fn where_nobody_fakes_hardly_anybody_is_asked() {
    let came = look(&Team::default(), &[], 1..21);
    assert!(came.asked as f64 <= 0.05 * came.honest as f64, "{came:?}");
}

#[test]
fn a_team_that_writes_everything_down_at_the_end_of_the_day_is_not_asked_about_it() {
    let batching = Team {
        batches: 0.9,
        ..Team::default()
    };
    for seed in 31..36 {
        let told = process(&crate::team::team(&batching, seed), None).expect("a record");
        let row = (told.signs.iter())
            .find(|row| row.sign == Sign::Batches && row.kind.as_deref() == Some("visit"))
            .expect("visits are looked at");
        assert!(row.share.rate.expect("days").value > 0.1, "they do batch");
        let about = asked(&told);
        assert!(
            about.values().flatten().all(|sign| !VISITS.contains(sign)),
            "{about:?}"
        );
    }
}

/// Every other sign, planted and not, in a team whose habits differ less: where some work at weekends and some never do, it takes
/// more than this to stand out.
#[test]
fn each_sign_is_asked_about_where_it_is_planted() {
    let planted = [
        (Fake::Amounts(0.4), Sign::SameAmounts),
        (Fake::Jumps(0.7), Sign::Jumps),
        (Fake::RestDays(0.6), Sign::RestDays),
        (Fake::OffHours(0.6), Sign::OffHours),
        (Fake::Sundays(0.4), Sign::RestDayClosings),
    ];
    for (fake, sign) in planted {
        let plant = Team {
            fakes: vec![(4, fake)],
            owners: 14,
            habits: 0.3,
            ..Team::default()
        };
        let came = look(&plant, &[&[sign]], 41..51);
        assert!(came.found[0] >= 8, "{fake:?}: {came:?}");
        assert!(came.asked <= 4, "{fake:?}: {came:?}");
    }
    let without = Team {
        owners: 14,
        habits: 0.3,
        ..Team::default()
    };
    let came = look(&without, &[], 41..51);
    assert!(came.asked <= 5, "{came:?}");
}

/// The rates that docs/process.md tells, on many teams.
#[test]
#[ignore = "minutes; run in release"]
#[allow(clippy::print_stdout, reason = "the figures are for the documentation")]
fn rates_over_many_teams() {
    let habits = |habits: f64| Team {
        habits,
        ..Team::default()
    };
    let tell = |what: &str, came: &Came| {
        println!(
            "{what}: {} teams, found {:?}, honest people asked {} of {} ({:.1} %)",
            came.teams,
            came.found,
            came.asked,
            came.honest,
            100.0 * came.asked as f64 / came.honest as f64
        );
    };
    let two = look(&two_fakers(), &[VISITS, CLOSINGS], 10_001..10_101);
    tell("two fakers of ten", &two);
    assert!(two.found.iter().all(|&found| found >= 75), "{two:?}");
    for (spread, most) in [(0.6, 0.03), (1.0, 0.06)] {
        let none = look(&habits(spread), &[], 20_001..20_101);
        tell(&format!("nobody fakes, habits {spread}"), &none);
        assert!(none.asked as f64 <= most * none.honest as f64, "{none:?}");
    }
    for owners in [5, 30] {
        let team = Team {
            owners,
            ..two_fakers()
        };
        let team = Team {
            fakes: vec![(2, Fake::Visits(0.33)), (4, Fake::BackDated(0.2))],
            ..team
        };
        let came = look(&team, &[VISITS, CLOSINGS], 30_001..30_031);
        tell(&format!("two fakers of {owners}"), &came);
        assert!(came.asked as f64 <= 0.05 * came.honest as f64, "{came:?}");
    }
    let batching = Team {
        batches: 0.3,
        ..two_fakers()
    };
    tell(
        "two fakers of ten, who write down three days in ten at their end",
        &look(&batching, &[VISITS, CLOSINGS], 40_001..40_061),
    );
    for (fake, sign) in [
        (Fake::Amounts(0.2), Sign::SameAmounts),
        (Fake::Amounts(0.4), Sign::SameAmounts),
        (Fake::Jumps(0.33), Sign::Jumps),
        (Fake::Jumps(0.7), Sign::Jumps),
        (Fake::RestDays(0.25), Sign::RestDays),
        (Fake::RestDays(0.6), Sign::RestDays),
        (Fake::OffHours(0.25), Sign::OffHours),
        (Fake::OffHours(0.6), Sign::OffHours),
        (Fake::Sundays(0.2), Sign::RestDayClosings),
        (Fake::Sundays(0.4), Sign::RestDayClosings),
    ] {
        let plant = Team {
            fakes: vec![(4, fake)],
            ..Team::default()
        };
        tell(
            &format!("{fake:?}"),
            &look(&plant, &[&[sign]], 50_001..50_031),
        );
    }
}

#[test]
fn evidence_is_of_the_leads_that_were_made_up() {
    let of = two_fakers();
    let leads = crate::team::team(&of, 3);
    let told = process(&leads, None).expect("a record");
    let mut pieces = 0;
    for (row, of) in told.questions() {
        assert!(!of.evidence.is_empty(), "{:?} of {}", row.sign, of.owner);
        for piece in &of.evidence {
            pieces += 1;
            assert!(piece.from <= piece.to && !piece.leads.is_empty());
            assert!(piece.leads.iter().all(|lead| leads.ids.contains(lead)));
            if VISITS.contains(&row.sign) {
                assert!(piece.leads.len() >= 3, "{piece:?}");
            }
        }
    }
    assert!(pieces > 20, "{pieces}");
    let silent = told.signs.iter().flat_map(|row| &row.owners);
    assert!(
        silent
            .filter(|of| of.standing != RecordStanding::Question)
            .all(|of| of.evidence.is_empty())
    );
    let shown = process(&leads, Some(&name(7))).expect("a record");
    let own = shown.signs.iter().flat_map(|row| &row.owners);
    let own = own.filter(|of| of.owner == name(7) && of.k > 0);
    assert!(own.clone().count() > 3 && own.clone().all(|of| !of.evidence.is_empty()));
}

#[test]
fn two_owners_are_too_few_to_ask_anybody() {
    let of = Team {
        owners: 2,
        fakes: vec![(0, Fake::Visits(0.5))],
        ..Team::default()
    };
    let told = process(&crate::team::team(&of, 5), None).expect("a record");
    assert_eq!(told.questions().count(), 0);
    assert!(told.signs.iter().all(|row| row.untold.is_some()));
    let bursts = told.signs.iter().find(|row| row.sign == Sign::Bursts);
    assert_eq!(
        bursts.and_then(|row| row.untold),
        Some(Untold::TooFewOwners)
    );
    assert_eq!(told.owners.len(), 2, "the process is told all the same");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn counts_add_up_and_chances_are_chances(
        seed in 0..10_000_u64,
        owners in 1..7_usize,
        months in 1..8,
        leads in 0.2..15.0_f64,
        faked in 0.0..0.9_f64,
    ) {
        let of = Team {
            owners,
            months,
            leads,
            fakes: vec![(0, Fake::Visits(faked)), (1, Fake::BackDated(faked))],
            ..Team::default()
        };
        let all = crate::team::team(&of, seed);
        prop_assume!(!all.is_empty());
        let told = process(&all, None).expect("a record");
        prop_assert_eq!(told.owners.iter().map(|work| work.leads).sum::<usize>(), told.leads);
        prop_assert_eq!(told.owners.iter().map(|work| work.activities).sum::<usize>(), told.activities);
        for row in &told.signs {
            prop_assert_eq!(row.owners.iter().map(|of| of.n).sum::<usize>(), row.share.n);
            for of in &row.owners {
                prop_assert!(of.k <= of.n && of.expected >= 0.0 && of.expected <= of.n as f64 + 1e-9);
                prop_assert!(of.p.is_none_or(|p| (0.0..=1.0).contains(&p)));
                prop_assert_eq!(of.others_n + of.n, row.share.n);
            }
        }
        for work in told.owners.iter().chain([&told.team]) {
            let waits = work.response.expect("first contacts");
            prop_assert!(waits.touched <= waits.n);
            if let Some(median) = waits.median {
                prop_assert!(median.low <= median.value && median.high.is_none_or(|high| high >= median.value));
                prop_assert!(waits.p80.is_none_or(|p80| p80.value >= median.value));
            }
        }
    }
}
