//! One as-of date for everything.

use forerun::domain::{Column, Day, Known, Outcome, Role};
use forerun::read::{Dataset, dataset};

use crate::folder::{Folder, codes, note};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

const LEADS: &str = "\
lead_id,status,created,closed,amount,reason,stage,response
L1,Won,2026-01-05,2026-02-01,10,,Done,3
L2,Lost,2026-01-06,2026-03-01,,price,Done,4
L3,Won,2026-02-20,2026-04-10,30,,Done,5
L4,Open,2026-02-25,,,,Talk,
L5,Open,2026-04-01,,,,New,
L6,Open,,,,,New,1
L7,Won,2026-01-10,,5,,Done,1
";

fn leads() -> Folder {
    Folder::new(LEADS)
        .dated()
        .role(Role::Stage, "stage")
        .known("reason", Known::Close)
        .known("response", Known::Contact)
}

#[test]
fn the_default_is_the_day_after_the_newest_date_and_said_so() {
    let data = leads().data();
    assert_eq!(data.leads.as_of, day("2026-04-11"));
    assert_eq!(
        note(&data, "as-of-default"),
        "The as-of date is 2026-04-11, the day after the newest date in the data."
    );
    assert_eq!(
        codes(&data),
        [
            "open-without-created",
            "closed-without-date",
            "as-of-default"
        ]
    );
    let stages = "lead_id,stage,entered_at\nL5,New,2026-05-02\n";
    assert_eq!(
        leads().stages(stages, &[]).data().leads.as_of,
        day("2026-05-03")
    );
    let mut fixed = leads();
    fixed.project.as_of = Some(day("2026-06-01"));
    assert_eq!(fixed.data().leads.as_of, day("2026-06-01"));
    let given = dataset(&fixed.project, Some(day("2026-05-01"))).unwrap();
    assert_eq!(given.leads.as_of, day("2026-05-01"));
    assert_eq!(given.leads.len(), 7);
}

#[test]
fn at_an_earlier_day_what_came_later_is_not_there() {
    let folder = leads()
        .activities("lead_id,at,kind,planned_at\nL3,2026-02-21,call,\nL4,2026-03-05,call,\n");
    let data = dataset(&folder.project, Some(day("2026-03-01"))).unwrap();
    let leads = &data.leads;
    // L5 came later; L7 is won without a date that says when.
    assert_eq!(leads.ids, ["L1", "L2", "L3", "L4", "L6"]);
    assert_eq!(
        leads.outcome,
        [
            Outcome::Won,
            Outcome::Open,
            Outcome::Open,
            Outcome::Open,
            Outcome::Open
        ]
    );
    assert_eq!(leads.closed[0], Some(day("2026-02-01")));
    assert_eq!(leads.closed[1..], [None; 4]);
    let shown = |name: &str| -> Vec<String> {
        let column = leads.table.get(name).unwrap();
        (0..leads.len()).map(|row| column.display(row)).collect()
    };
    assert_eq!(shown("amount"), ["10", "", "", "", ""]);
    assert_eq!(shown("reason"), ["", "", "", "", ""]);
    assert_eq!(shown("stage"), ["", "", "", "", ""]);
    // Known at contact, and only L3 was contacted by then.
    assert_eq!(shown("response"), ["", "", "5", "", ""]);
    assert_eq!(leads.contacted[2], Some(day("2026-02-21")));
    assert_eq!(leads.contacted[3], None);
    assert!(note(&data, "not-known-yet").starts_with("Leads left out as of 2026-03-01: 2."));
}

#[test]
fn old_open_leads_are_lost_only_if_the_project_says_so() {
    let mut folder = leads();
    let lost = |data: &Dataset| {
        let outcomes = data.leads.outcome.iter();
        outcomes
            .filter(|&&outcome| outcome == Outcome::Lost)
            .count()
    };
    assert_eq!(lost(&folder.data()), 1);
    folder.project.leads.lost_after = Some(45);
    let data = folder.data();
    assert_eq!(lost(&data), 2);
    // L4 is 45 days old on 2026-04-11, L5 ten, L6 has no age.
    let by_id = |id: &str| data.leads.ids.iter().position(|other| other == id).unwrap();
    assert_eq!(data.leads.outcome[by_id("L4")], Outcome::Lost);
    assert_eq!(data.leads.closed[by_id("L4")], Some(day("2026-04-11")));
    assert_eq!(data.leads.outcome[by_id("L5")], Outcome::Open);
    assert_eq!(data.leads.outcome[by_id("L6")], Outcome::Open);
    assert!(note(&data, "lost-by-age").ends_with(": 1."));
    let earlier = dataset(&folder.project, Some(day("2026-04-10"))).unwrap();
    let l4 = earlier.leads.ids.iter().position(|id| id == "L4").unwrap();
    assert_eq!(earlier.leads.outcome[l4], Outcome::Open);
}

#[test]
fn a_date_far_ahead_is_pointed_out() {
    let text =
        "lead_id,status,created\nL1,Won,2026-01-05\nL2,Lost,2026-01-06\nL3,Open,2062-01-05\n";
    let data = Folder::new(text).role(Role::Created, "created").data();
    assert_eq!(codes(&data), ["as-of-default", "as-of-far-ahead"]);
    assert_eq!(codes(&leads().data()).len(), 3);
}

#[test]
fn undated_leads_have_no_past() {
    let folder = Folder::new("lead_id,status,x\nL1,Won,1\nL2,Lost,2\nL3,,3\n");
    let data = folder.data();
    assert!(!data.leads.dated());
    assert_eq!(data.leads.as_of, Day::default());
    assert_eq!(codes(&data), ["outcome-empty"]);
    let earlier = dataset(&folder.project, Some(day("1969-01-01"))).unwrap();
    assert_eq!(earlier.leads.len(), 3);
    let stages = "lead_id,stage,entered_at\nL1,New,2026-01-05\nL1,Done,2026-02-05\n";
    let folder = folder.stages(stages, &[]);
    let cut = dataset(&folder.project, Some(day("2026-02-01")))
        .unwrap()
        .leads;
    assert_eq!(cut.outcome, [Outcome::Won, Outcome::Lost, Outcome::Open]);
    assert_eq!(cut.stages.unwrap().stage.len(), 1);
}

#[test]
fn what_was_paid_later_is_not_known_yet() {
    let text = "lead_id,status,created,closed,paid\nL1,Won,2026-01-05,2026-02-01,2026-03-15\nL2,Won,2026-01-05,2026-04-01,2026-04-01\n";
    let folder = Folder::new(text)
        .role(Role::Created, "created")
        .role(Role::Closed, "closed")
        .role(Role::Paid, "paid");
    let paid = |as_of: &str| {
        let leads = dataset(&folder.project, Some(day(as_of))).unwrap().leads;
        let Some(Column::Date(paid)) = leads.role(Role::Paid).cloned() else {
            panic!("dates of payment are dates")
        };
        paid[0]
    };
    assert_eq!(paid("2026-03-15"), None);
    assert_eq!(paid("2026-03-16"), Some(day("2026-03-15")));
}

#[test]
fn roles_that_are_no_features_are_known_at_close() {
    let leads = leads().data().leads;
    for column in [
        "lead_id", "status", "created", "closed", "amount", "stage", "reason",
    ] {
        assert_eq!(leads.known[column], Known::Close, "{column}");
    }
    assert_eq!(leads.known["response"], Known::Contact);
}

/// Leads that come in every other day, in two years, and what is changed in some of their rows.
fn trickle(n: usize, slips: &[(usize, &str)]) -> Folder {
    let mut text = "lead_id,status,created,closed\n".to_owned();
    for i in 0..n {
        let created = day("2024-01-01") + 2 * i as i32;
        let created = slips
            .iter()
            .find(|(row, _)| *row == i)
            .map_or(created, |slip| day(slip.1));
        let closed = (i % 3 == 0).then(|| created + 1);
        let closed = closed.map(|day| day.to_string()).unwrap_or_default();
        let status = if closed.is_empty() { "Open" } else { "Won" };
        text.extend([format!("L{i},{status},{created},{closed}\n")]);
    }
    Folder::new(&text)
        .role(Role::Created, "created")
        .role(Role::Closed, "closed")
}

#[test]
fn a_mistyped_late_date_does_not_move_the_as_of_date() {
    let right = trickle(200, &[]).data();
    let last = day("2024-01-01") + 2 * 199;
    assert_eq!((right.newest, right.leads.as_of), (Some(last), last + 1));
    // Row 199 of the file, as the header is row 1: created a year later than the rest.
    let slipped = trickle(200, &[(197, "2026-11-30")]).data();
    assert_eq!(slipped.newest, Some(last));
    assert_eq!(slipped.leads.as_of, last + 1);
    assert_eq!(slipped.leads.len(), 199);
    let said = note(&slipped, "as-of-suspect");
    assert!(
        said.contains("2026-11-30 at leads.csv:199:created"),
        "{said}"
    );
    assert!(note(&slipped, "not-known-yet").contains(": 1."));
    // A day that was typed is followed.
    let mut fixed = trickle(200, &[(197, "2026-11-30")]);
    fixed.project.as_of = Some(day("2026-12-01"));
    let fixed = fixed.data();
    assert_eq!(
        (fixed.leads.len(), fixed.leads.as_of),
        (200, day("2026-12-01"))
    );
    // One that is right for the rest leaves the slip unknown, and says so.
    let mut typed = trickle(200, &[(197, "2026-11-30")]);
    typed.project.as_of = Some(last + 1);
    let typed = typed.data();
    let said = note(&typed, "as-of-suspect");
    assert!(
        said.contains("2026-11-30 at leads.csv:199:created. They lie after the as-of date"),
        "{said}"
    );
    typed
        .leads
        .created
        .iter()
        .flatten()
        .for_each(|&day| assert!(day <= last));
    // On an earlier as-of date later dates are a matter of course.
    let mut early = trickle(200, &[(197, "2026-11-30")]);
    early.project.as_of = Some(last - 100);
    assert_eq!(note(&early.data(), "as-of-suspect"), "");
    // A month is no slip, and of slow trickles nothing is known.
    let near = trickle(200, &[(199, &(last + 29).to_string())]).data();
    assert!(near.leads.as_of > last + 29);
    let slow = trickle(12, &[(11, "2025-01-05")]).data();
    assert_eq!(slow.leads.as_of, day("2025-01-06"));
}

#[test]
fn a_few_slips_among_many_dates_are_all_named_and_a_real_gap_is_kept() {
    let slips = [(500, "2031-01-01"), (700, "2029-05-05")];
    let data = trickle(800, &slips).data();
    assert_eq!(data.newest, Some(day("2024-01-01") + 2 * 799));
    let said = note(&data, "as-of-suspect");
    assert!(
        said.contains("2031-01-01 at leads.csv:502:created"),
        "{said}"
    );
    assert!(
        said.contains("2029-05-05 at leads.csv:702:created"),
        "{said}"
    );
    // Ten leads after two quiet months are no slips.
    let later: Vec<(usize, String)> = (790..800)
        .map(|i| (i, (day("2024-01-01") + 2 * i as i32 + 60).to_string()))
        .collect();
    let later: Vec<(usize, &str)> = later.iter().map(|(i, text)| (*i, text.as_str())).collect();
    let data = trickle(800, &later).data();
    assert!(
        codes(&data).contains(&"as-of-default"),
        "{:?}",
        codes(&data)
    );
    assert_eq!(data.newest, Some(day("2024-01-01") + 2 * 799 + 60));
}
