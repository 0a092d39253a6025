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
        sla_days: 3,
        sla_share,
    }
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
fn what_waiting_loses_comes_before_what_keeps() {
    let leads = june(&[], 4);
    let scores = scored(
        &leads,
        &[
            (0.9, 0.9, 1000.0),  // great, but nothing is lost by waiting
            (0.2, 0.19, 100.0),  // loses 1
            (0.2, 0.19, 1000.0), // loses 10
            (0.5, 0.6, 1000.0),  // grows by waiting: worth 500
        ],
    );
    let list = calls(&leads, &scores, None, limits(3, 0.5), None, None);
    assert_eq!(ids(&list), ["L00002", "L00001", "L00000"]);
    let first = &list.owners[0].calls[0];
    assert!((first.value_of_today.expect("dated") - 10.0).abs() < 1e-9);
    assert_eq!((first.rank, first.age_days), (1, Some(28)));
    assert_eq!(list.owners[0].calls[2].value_of_today, Some(0.0));
    assert_eq!(list.owners[0].open, 4);
}

#[test]
fn overdue_leads_keep_their_places_and_the_rest_is_counted() {
    // Rows 5..20 are untouched; the poorest of all by value.
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
    let list = calls(&leads, &scores, None, limits(10, 0.3), None, None);
    let owner = &list.owners[0];
    assert_eq!(owner.calls.len(), 10);
    let due: Vec<&str> = (owner.calls.iter())
        .filter(|call| call.overdue)
        .map(|call| call.lead_id.as_str())
        .collect();
    assert_eq!(due, ["L00005", "L00006", "L00007"], "the longest waiting");
    assert_eq!((owner.overdue, owner.overdue_not_reached), (15, 12));
    assert!(
        owner.calls[9].overdue,
        "in order of value, so they stand last"
    );
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
    let list = calls(&leads, &scores, None, limits(10, 0.5), None, None);
    assert_eq!(list.owners[0].overdue, 1);
    let due: Vec<_> = list.owners[0]
        .calls
        .iter()
        .filter(|call| call.overdue)
        .collect();
    assert_eq!(due[0].age_days, Some(4));
    let mut blind = leads.clone();
    blind.roles.remove(&Role::Contacted);
    let list = calls(&blind, &scores, None, limits(10, 0.5), None, None);
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
    let list = calls(&leads, &scores, None, limits(10, 0.5), None, None);
    let names: Vec<&str> = list
        .owners
        .iter()
        .map(|owner| owner.owner.as_str())
        .collect();
    assert_eq!(names, ["Li", "(none)"], "Wang has no open lead");
    let li = calls(&leads, &scores, None, limits(10, 0.5), None, Some("Li"));
    assert_eq!(li.owners.len(), 1);
    assert!(
        calls(&leads, &scores, None, limits(10, 0.5), None, Some("Wu"))
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
    let list = calls(&leads, &scores, None, limits(5, 0.5), None, None);
    assert_eq!(ids(&list), ["L00001", "L00000"]);
    assert_eq!(list.owners[0].calls[0].value_of_today, None, "not known");
}

#[test]
fn a_list_is_not_filled_up_with_worthless_calls() {
    // Two leads worth a call, one overdue that is not, and six that nobody will buy from.
    let leads = june(&[0], 9);
    let chances: Vec<Chance> = (0..9)
        .map(|i| match i {
            3 => (0.3, 0.29, 1000.0),
            5 => (0.1, 0.11, 1000.0),
            _ => (0.000_2, 0.000_2, 1000.0),
        })
        .collect();
    let scores = scored(&leads, &chances);
    let list = calls(&leads, &scores, None, limits(20, 0.5), None, None);
    assert_eq!(ids(&list), ["L00003", "L00005", "L00000"]);
    assert_eq!(list.owners[0].not_worth_a_call, 6);
    // Where all are alike none is worthless, be it ever so little.
    let scores = scored(&leads, &[(0.000_2, 0.000_2, 1000.0); 9]);
    let list = calls(&leads, &scores, None, limits(20, 0.5), None, None);
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
    ) {
        let leads = june(&untouched, chances.len());
        let scores = scored(&leads, &chances);
        let list = calls(&leads, &scores, None, limits(capacity, share), None, None);
        let owner = &list.owners[0];
        prop_assert!(owner.calls.len() <= capacity.min(owner.open));
        prop_assert!(owner.calls.len() + owner.not_worth_a_call >= capacity.min(owner.open));
        prop_assert!(owner.calls.len() + owner.not_worth_a_call <= owner.open);
        prop_assert!(owner.calls.is_sorted_by(|a, b| a.value_of_today >= b.value_of_today));
        let on: Vec<&str> = ids(&list);
        let mut distinct = on.clone();
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(distinct.len(), on.len());
        let reached = owner.calls.iter().filter(|call| call.overdue).count();
        prop_assert_eq!(owner.overdue_not_reached, owner.overdue - reached);
        prop_assert!(reached >= owner.overdue.min((share * capacity as f64) as usize));
    }
}
