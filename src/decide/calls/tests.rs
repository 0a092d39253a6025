use super::*;
use crate::forecast::sample::{LeadsBuilder, day};
use proptest::prelude::*;

/// P(won in 30 days), the same tomorrow, amount.
type Chance = (f64, f64, f64);

fn scored(leads: &Leads, chances: &[Chance]) -> Scores {
    let p = |value: f64| Some(Probability::clamped(value));
    Scores {
        expected_wins: Vec::new(),
        as_of: leads.as_of,
        horizon_days: Some(365),
        leads: (chances.iter().enumerate())
            .map(|(row, &(today, tomorrow, amount))| LeadScore {
                row,
                p_win: p(today.max(0.5)),
                p_win_low: None,
                p_win_high: None,
                p_win_30d: p(today),
                p_win_90d: p(today),
                p_win_30d_tomorrow: p(tomorrow),
                expected_amount: Some(amount),
                expected_value: None,
                reasons: Vec::new(),
                baseline: 0.0,
            })
            .collect(),
        warnings: Vec::new(),
    }
}

fn limits(capacity: usize, sla_share: f64) -> Calls {
    Calls {
        capacity,
        sla_share,
        ..Calls::USUAL
    }
}

/// The lists without a log.
fn plain(leads: &Leads, scores: &Scores, limits: Calls, owner: Option<&str>) -> CallList {
    let ask = CallsAsk {
        limits,
        owner,
        ..CallsAsk::default()
    };
    calls(leads, scores, &ask)
}

fn ids(list: &CallList) -> Vec<&str> {
    list.owners[0]
        .calls
        .iter()
        .map(|call| call.lead_id.as_str())
        .collect()
}

/// Leads of one owner, touched but for those named, created on successive days of June.
fn june(untouched: &[usize], n: usize) -> Leads {
    let mut builder = LeadsBuilder::new("2026-07-01");
    for i in 0..n {
        builder = builder.open(&format!("2026-06-{:02}", i + 1), None);
        let row = &mut builder.rows[i];
        row.contacted = (!untouched.contains(&i)).then(|| day("2026-06-30"));
    }
    builder.build()
}

#[test]
fn a_call_is_worth_what_it_can_still_change() {
    let leads = june(&[], 4);
    let scores = scored(
        &leads,
        &[
            (0.99, 0.9, 1000.0), // great, but nothing is left to change
            (0.2, 0.19, 100.0),
            (0.2, 0.19, 1000.0),
            (0.5, 0.6, 1000.0),
        ],
    );
    let list = plain(&leads, &scores, limits(3, 0.5), None);
    assert_eq!(ids(&list), ["L00003", "L00002", "L00001"]);
    let first = &list.owners[0].calls[0];
    let fresh = Freshness::default().at(27);
    assert!((first.call_value - 0.25 * 1000.0 * fresh).abs() < 1e-9);
    assert_eq!((first.rank, first.age_days), (1, Some(27)));
    assert_eq!(
        (first.value_of_today, first.freshness),
        (Some(0.0), Some(fresh))
    );
    assert_eq!(list.owners[0].open, 4);
    assert_eq!(list.owners[0].off, [(WhyNot::NoRoom, 1)].into());
    // What is fresher comes first, other things being equal.
    let scores = scored(&leads, &[(0.2, 0.2, 100.0); 4]);
    assert_eq!(
        ids(&plain(&leads, &scores, limits(2, 0.5), None)),
        ["L00003", "L00002"]
    );
}

#[test]
fn overdue_leads_keep_their_places_and_the_rest_is_counted() {
    // Rows 5..20 are untouched and late; the poorest of all by value.
    let untouched: Vec<usize> = (5..20).collect();
    let leads = june(&untouched, 28);
    let chances: Vec<Chance> = (0..28)
        .map(|i| {
            if untouched.contains(&i) {
                (0.01, 0.01, 1.0)
            } else {
                (0.5, 0.4, 100.0)
            }
        })
        .collect();
    let scores = scored(&leads, &chances);
    let list = plain(&leads, &scores, limits(10, 0.3), None);
    let owner = &list.owners[0];
    assert_eq!(owner.calls.len(), 10);
    let due: Vec<&str> = (owner.calls.iter())
        .filter(|call| call.overdue)
        .map(|call| call.lead_id.as_str())
        .collect();
    assert_eq!(due, ["L00007", "L00006", "L00005"], "the longest waiting");
    assert_eq!((owner.overdue, owner.overdue_not_reached), (15, 12));
    assert!(
        owner.calls[7..]
            .iter()
            .all(|call| call.place == ListPlace::FirstTouch)
    );
    assert_eq!((owner.due_today, owner.beyond_share), (0, 0));
}

#[test]
fn a_lead_within_the_sla_old_or_touched_is_not_overdue() {
    let mut builder = LeadsBuilder::new("2026-07-01")
        .open("2026-06-28", None) // 3 days: within the SLA
        .open("2026-06-27", None) // 4 days: overdue
        .open("2026-05-20", None) // 42 days: no longer new
        .open("2026-06-20", None);
    builder.rows[3].contacted = Some(day("2026-06-21"));
    let leads = builder.build();
    let scores = scored(&leads, &[(0.1, 0.1, 1.0); 4]);
    let list = plain(&leads, &scores, limits(10, 0.5), None);
    assert_eq!(list.owners[0].overdue, 1);
    let due: Vec<_> = list.owners[0]
        .calls
        .iter()
        .filter(|call| call.overdue)
        .collect();
    assert_eq!(due[0].age_days, Some(4));
    let mut blind = leads.clone();
    blind.roles.remove(&Role::Contacted);
    let list = plain(&blind, &scores, limits(10, 0.5), None);
    assert_eq!(
        list.owners[0].overdue, 0,
        "without touch dates nobody can say"
    );
}

#[test]
fn every_owner_has_a_list_and_nobody_has_one_too() {
    let mut builder = LeadsBuilder::new("2026-07-01")
        .open("2026-06-01", None)
        .open("2026-06-02", None)
        .won("2026-06-03", "2026-06-05", None, 5.0);
    builder.rows[0].owner = Some("Li".to_owned());
    builder.rows[2].owner = Some("Wang".to_owned());
    let leads = builder.build();
    let scores = scored(&leads, &[(0.1, 0.1, 1.0); 3]);
    let list = plain(&leads, &scores, limits(10, 0.5), None);
    let names: Vec<&str> = list
        .owners
        .iter()
        .map(|owner| owner.owner.as_str())
        .collect();
    assert_eq!(names, ["Li", "(none)"], "Wang has no open lead");
    let li = plain(&leads, &scores, limits(10, 0.5), Some("Li"));
    assert_eq!(li.owners.len(), 1);
    assert!(
        plain(&leads, &scores, limits(10, 0.5), Some("Wu"))
            .owners
            .is_empty()
    );
}

#[test]
fn undated_leads_are_ranked_by_chance_and_amount() {
    let leads = june(&[], 2);
    let mut scores = scored(&leads, &[(0.1, 0.1, 10.0), (0.1, 0.1, 20.0)]);
    for score in &mut scores.leads {
        (score.p_win_30d, score.p_win_30d_tomorrow) = (None, None);
    }
    let list = plain(&leads, &scores, limits(5, 0.5), None);
    assert_eq!(ids(&list), ["L00001", "L00000"]);
    assert_eq!(list.owners[0].calls[0].value_of_today, None, "not known");
}

#[test]
fn what_nobody_knows_the_chance_of_is_not_called_worthless() {
    let leads = june(&[], 3);
    let mut scores = scored(&leads, &[(0.2, 0.2, 100.0); 3]);
    let unknown = &mut scores.leads[1];
    (unknown.p_win, unknown.p_win_30d) = (None, None);
    let list = plain(&leads, &scores, limits(2, 0.5), None);
    assert_eq!(ids(&list), ["L00002", "L00000"]);
    assert_eq!(list.owners[0].off, [(WhyNot::Unscored, 1)].into());
}

#[test]
fn without_fresh_leads_a_pool_cannot_be_told() {
    // All of them came in weeks ago: there is nothing to hold them against.
    let leads = june(&[], 12);
    let mut builder = LeadsBuilder::new("2026-07-01");
    for i in 0..12 {
        builder = builder.open(&format!("2026-04-{:02}", i + 1), None);
    }
    let old = builder.build();
    for (leads, told) in [(&old, false), (&leads, false)] {
        let scores = scored(leads, &[(0.001, 0.001, 1.0); 12]);
        let list = plain(leads, &scores, limits(1, 0.5), None);
        let found = pool(leads, &list, limits(1, 0.5));
        assert_eq!((found.can_be_told(), found.leads.len()), (told, 0));
    }
}

#[test]
fn a_list_is_not_filled_up_with_worthless_calls() {
    // Two leads worth a call, and seven that nobody will buy from.
    let leads = june(&[], 9);
    let chances: Vec<Chance> = (0..9)
        .map(|i| match i {
            3 => (0.3, 0.29, 1000.0),
            5 => (0.1, 0.11, 1000.0),
            _ => (0.000_2, 0.000_2, 1000.0),
        })
        .collect();
    let scores = scored(&leads, &chances);
    let list = plain(&leads, &scores, limits(20, 0.5), None);
    assert_eq!(ids(&list), ["L00003", "L00005"]);
    assert_eq!(list.owners[0].not_worth_a_call, 7);
    // Where all are alike none is worthless, be it ever so little.
    let scores = scored(&leads, &[(0.000_2, 0.000_2, 1000.0); 9]);
    let list = plain(&leads, &scores, limits(20, 0.5), None);
    assert_eq!(
        (list.owners[0].calls.len(), list.owners[0].not_worth_a_call),
        (9, 0)
    );
}

proptest! {
    #[test]
    fn capacity_is_never_exceeded_and_nothing_better_is_left_out(
        chances in proptest::collection::vec((0.0..1.0_f64, 0.0..1.0_f64, 0.0..100.0_f64), 1..28),
        untouched in proptest::collection::vec(0_usize..28, 0..28),
        capacity in 0_usize..30,
        share in 0.0..=1.0_f64,
        explore in 0.0..=0.5_f64,
        logged in proptest::bool::ANY,
    ) {
        let leads = june(&untouched, chances.len());
        let scores = scored(&leads, &chances);
        let log = CallLog::default();
        let ask = CallsAsk {
            limits: Calls { explore_share: explore, ..limits(capacity, share) },
            log: Some(&log),
            draw_lots: logged,
            seed: 5,
            ..CallsAsk::default()
        };
        let list = calls(&leads, &scores, &ask);
        let owner = &list.owners[0];
        prop_assert!(owner.calls.len() <= capacity.min(owner.open));
        let off: usize = owner.off.values().sum();
        prop_assert_eq!(owner.calls.len() + off, owner.open);
        prop_assert!(owner.calls.is_sorted_by(|a, b| a.call_value >= b.call_value));
        let on: Vec<&str> = ids(&list);
        let mut distinct = on.clone();
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(distinct.len(), on.len());
        let reached = owner.calls.iter().filter(|call| call.overdue).count();
        prop_assert_eq!(owner.overdue_not_reached, owner.overdue - reached);
        // Places of one kind: none left free while something worth a call waits.
        let held = owner.off.get(&WhyNot::Held).copied().unwrap_or(0);
        let drawn = owner.calls.iter().filter(|call| call.place == ListPlace::Drawn).count();
        prop_assert_eq!(held, drawn);
        prop_assert!(drawn <= slots::places_of(explore, capacity));
        prop_assert!(logged || drawn == 0);
        if owner.off.contains_key(&WhyNot::NoRoom) {
            prop_assert_eq!(owner.calls.len(), capacity);
        }
        // What is shown is what was planned, and lots have the chance that they had.
        prop_assert_eq!(list.shown.len(), owner.calls.len() + held);
        let even = |shown: &Shown| (shown.propensity < 1.0) == shown.draw.is_some();
        prop_assert!(list.shown.iter().all(even));
        // What is due today or late is never held, and what must be touched today is.
        for standing in &list.standings {
            prop_assert!(standing.rank != Err(WhyNot::Held) || standing.days_left.is_none_or(|days| days > 0));
        }
        prop_assert_eq!(owner.due_not_reached, owner.due_today.saturating_sub(capacity));
    }
}

/// A list of 200 leads of one owner, 20 places.
fn many() -> (Leads, Scores) {
    let mut builder = LeadsBuilder::new("2026-07-01");
    for i in 0..200 {
        builder = builder.open(&format!("2026-0{}-{:02}", 4 + i % 3, 1 + i % 28), None);
        builder.rows[i].contacted = Some(day("2026-06-30"));
    }
    let leads = builder.build();
    let chances: Vec<Chance> = (0..200)
        .map(|i| {
            (
                0.01 + 0.9 * f64::from(i * 37 % 199) / 199.0,
                0.0,
                100.0 + f64::from(i * 53 % 97),
            )
        })
        .collect();
    let scores = scored(&leads, &chances);
    (leads, scores)
}

#[test]
fn lots_spread_over_the_ranks_and_the_same_seed_gives_the_same_list() {
    let (leads, scores) = many();
    let log = CallLog::default();
    let of = |seed| {
        let ask = CallsAsk {
            limits: Calls::USUAL,
            log: Some(&log),
            draw_lots: true,
            seed,
            ..CallsAsk::default()
        };
        calls(&leads, &scores, &ask)
    };
    let list = of(7);
    assert_eq!(list, of(7));
    let drawn = |list: &CallList| -> Vec<String> {
        let lots = list.shown.iter().filter(|shown| shown.draw.is_some());
        lots.map(|shown| shown.lead_id.clone()).collect()
    };
    assert_eq!(drawn(&list).len(), 4, "two called, two held");
    assert_ne!(drawn(&list), drawn(&of(8)));
    assert_eq!(
        list.shown
            .iter()
            .filter(|shown| shown.rank.is_none())
            .count(),
        2
    );
    // Of a list that is not put on record nobody would learn, so no lots are drawn.
    let ask = CallsAsk {
        limits: Calls::USUAL,
        seed: 7,
        ..CallsAsk::default()
    };
    let list = calls(&leads, &scores, &ask);
    assert!(drawn(&list).is_empty());
    assert_eq!(list.shown.len(), 20);
}

#[test]
fn a_lead_is_not_drawn_again_while_its_outcome_is_out() {
    let (leads, scores) = many();
    let mut log = CallLog::default();
    let mut seen: Vec<String> = Vec::new();
    for back in (1..=10).rev() {
        let mut past = scores.clone();
        past.as_of = scores.as_of - back;
        let ask = CallsAsk {
            limits: Calls::USUAL,
            log: Some(&log),
            draw_lots: true,
            seed: 7,
            ..CallsAsk::default()
        };
        let list = calls(&leads, &past, &ask);
        let lots = list.shown.iter().filter(|shown| shown.draw.is_some());
        seen.extend(lots.map(|shown| shown.lead_id.clone()));
        log.shown.extend(list.shown);
    }
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((all, seen.len()), (40, 40));
}

#[test]
fn what_was_promised_is_on_the_list_of_its_day_and_on_none_before() {
    use crate::domain::LoggedCall;
    let leads = june(&[], 5);
    let scores = scored(
        &leads,
        &[
            (0.2, 0.2, 1.0),
            (0.2, 0.2, 900.0),
            (0.2, 0.2, 800.0),
            (0.2, 0.2, 700.0),
            (0.2, 0.2, 600.0),
        ],
    );
    let promised = |days: i32, result| LoggedCall {
        lead_id: leads.ids[0].clone(),
        at: Moment::from_seconds(leads.as_of.start().seconds() - 86_400),
        result,
        again: Some(leads.as_of + days),
        owner: None,
        note: String::new(),
    };
    let listed = |call: LoggedCall| {
        let log = CallLog {
            shown: Vec::new(),
            calls: vec![call],
        };
        let ask = CallsAsk {
            limits: limits(2, 0.0),
            log: Some(&log),
            ..CallsAsk::default()
        };
        let list = calls(&leads, &scores, &ask);
        let standing = list.standings.iter().find(|s| s.row == 0).expect("open");
        (
            standing.place,
            standing.next_due,
            list.owners[0].calls.len(),
        )
    };
    // Worth next to nothing, and first of those with a place all the same.
    for days in [0, -3] {
        let (place, _, n) = listed(promised(days, CallResult::Later));
        assert_eq!((place, n), (Some(ListPlace::Promised), 2));
    }
    let (place, due, _) = listed(promised(1, CallResult::Reached));
    assert_eq!((place, due), (None, Some((leads.as_of + 1).start())));
}

#[test]
fn what_was_tried_decides_who_waits_and_who_leaves() {
    use crate::domain::LoggedCall;
    let leads = june(&[0, 1, 2, 3, 4, 5, 6], 8);
    let scores = scored(&leads, &[(0.2, 0.2, 100.0); 8]);
    let call = |row: usize, hours_ago: i64, result| LoggedCall {
        lead_id: leads.ids[row].clone(),
        at: Moment::from_seconds(leads.as_of.start().seconds() - hours_ago * 3_600),
        result,
        again: None,
        owner: None,
        note: String::new(),
    };
    let mut calls_made = vec![
        call(0, 30, CallResult::WrongNumber),
        call(1, 30, CallResult::Lost),
        call(2, 30, CallResult::NoAnswer), // 4 h are over
        call(4, 2, CallResult::NoAnswer),  // due at 02:00
        call(5, 30, CallResult::Reached),
    ];
    // After the third attempt two days go by.
    calls_made.extend([90, 60, 10].map(|ago| call(3, ago, CallResult::NoAnswer)));
    calls_made.extend([900, 800, 700, 600, 500, 400].map(|ago| call(6, ago, CallResult::NoAnswer)));
    let log = CallLog {
        shown: Vec::new(),
        calls: calls_made,
    };
    let ask = CallsAsk {
        limits: Calls {
            call_cost: 60.0,
            ..limits(20, 0.0)
        },
        log: Some(&log),
        ..CallsAsk::default()
    };
    let list = calls(&leads, &scores, &ask);
    let off: Vec<_> = list.owners[0]
        .off
        .iter()
        .map(|(why, n)| (*why, *n))
        .collect();
    assert_eq!(
        off,
        [
            (WhyNot::Waiting, 1),
            (WhyNot::WrongNumber, 1),
            (WhyNot::ClosedInLog, 1),
            (WhyNot::GivenUp, 1)
        ]
    );
    let of = |id: &str| list.owners[0].calls.iter().find(|call| call.lead_id == id);
    assert_eq!(of("L00002").expect("on").not_before, None);
    let due = of("L00004")
        .expect("on")
        .not_before
        .expect("later in the day");
    assert_eq!(due.to_string(), "2026-07-01 02:00:00");
    assert_eq!(
        of("L00005").expect("on").last_result,
        Some(CallResult::Reached)
    );
    let waits = list.standings.iter().find(|s| s.row == 3).expect("open");
    assert_eq!(
        waits.next_due.expect("a moment").to_string(),
        "2026-07-02 14:00:00"
    );
    assert_eq!(waits.untouched, Some(false), "a logged call is a touch");
    // It is worth more than a call costs: it stays.
    let cheap = CallsAsk {
        limits: Calls {
            call_cost: 49.0,
            ..limits(20, 0.0)
        },
        ..ask
    };
    assert!(
        !calls(&leads, &scores, &cheap).owners[0]
            .off
            .contains_key(&WhyNot::GivenUp)
    );
}
