use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::{Category, Column, Day, Moment, Table, Timeline};
use crate::kpi::{Cents, Flow, Part};

/// A lead: created, days until it closes, how it ends, stated, amount, expected to close, stages entered (day, stage).
#[derive(Debug, Clone)]
struct Case {
    created: Option<i32>,
    closes: Option<i32>,
    outcome: Outcome,
    stated: f64,
    amount: f64,
    expected: Option<i32>,
    stages: Vec<(i32, u32)>,
    source: usize,
}

const AS_OF: i32 = 100;

fn day(day: i32) -> Day {
    Day::from_epoch_days(20_000 + day)
}

fn leads_of(cases: &[Case]) -> Leads {
    let mut cases: Vec<&Case> = cases.iter().collect();
    cases.sort_by_key(|case| (case.created.is_none(), case.created));
    let n = cases.len();
    let created: Vec<Option<Day>> = cases.iter().map(|case| case.created.map(day)).collect();
    let closed: Vec<Option<Day>> = cases
        .iter()
        .map(|case| {
            case.closes
                .map(day)
                .filter(|_| case.outcome != Outcome::Open)
        })
        .collect();
    let numbers = |pick: fn(&Case) -> f64| Column::Number(cases.iter().map(|c| pick(c)).collect());
    let mut table = Table::with_rows(n);
    table.insert("created", Column::Date(created.clone()));
    table.insert("closed", Column::Date(closed.clone()));
    table.insert(
        "amount",
        numbers(|case| {
            if case.outcome == Outcome::Won {
                case.amount
            } else {
                f64::NAN
            }
        }),
    );
    table.insert("stated", numbers(|case| case.stated));
    table.insert(
        "expected",
        Column::Date(cases.iter().map(|case| case.expected.map(day)).collect()),
    );
    let source = |case: &&Case| ["a", "b", "c"][case.source];
    table.insert(
        "source",
        Column::Text(Category::from_texts(cases.iter().map(|c| Some(source(c))))),
    );
    let events: Vec<(usize, Moment)> = (cases.iter().enumerate())
        .flat_map(|(row, case)| {
            case.stages
                .iter()
                .map(move |&(at, _)| (row, day(at).start()))
        })
        .collect();
    let stages: Vec<u32> = cases
        .iter()
        .flat_map(|c| c.stages.iter().map(|&(_, s)| s))
        .collect();
    let (timeline, order) = Timeline::new(n, &events);
    Leads {
        as_of: day(AS_OF),
        ids: (0..n).map(|i| format!("L{i:04}")).collect(),
        input_row: (0..n as u32).collect(),
        outcome: cases.iter().map(|case| case.outcome).collect(),
        created,
        closed,
        contacted: vec![None; n],
        table,
        roles: BTreeMap::from([
            (Role::Created, "created".to_owned()),
            (Role::Closed, "closed".to_owned()),
            (Role::Amount, "amount".to_owned()),
            (Role::StatedAmount, "stated".to_owned()),
            (Role::ExpectedClose, "expected".to_owned()),
            (Role::Source, "source".to_owned()),
        ]),
        known: BTreeMap::new(),
        stages: Some(StageHistory {
            timeline,
            stage: order.iter().map(|&i| stages[i]).collect(),
            names: ["New", "Offer", "Talk"].map(str::to_owned).to_vec(),
            ordered: 3,
        }),
        activities: None,
    }
}

fn case(created: i32, closes: Option<i32>, outcome: Outcome, stated: f64, amount: f64) -> Case {
    Case {
        created: Some(created),
        closes,
        outcome,
        stated,
        amount,
        expected: None,
        stages: vec![(created, 0)],
        source: 0,
    }
}

fn flow(leads: &Leads, from: i32, to: i32, by: Option<Role>) -> Flow {
    let pipeline = Pipeline::between(leads, day(from), day(to)).expect("days in the data");
    pipeline
        .flow(Basis::Stated, by, None, None)
        .expect("a flow")
}

fn part(leads: usize, money: f64) -> Part {
    Part {
        leads,
        value: Cents::of(money),
    }
}

#[test]
fn every_lead_is_in_the_line_that_it_belongs_to() {
    let mut slipped = case(5, None, Outcome::Open, 30.0, 0.0);
    slipped.expected = Some(70);
    slipped.stages.push((60, 2));
    let mut overdue = case(5, None, Outcome::Open, 3.0, 0.0);
    overdue.expected = Some(40);
    let cases = [
        case(0, Some(10), Outcome::Won, 999.0, 999.0), // closed before
        case(1, Some(60), Outcome::Won, 100.0, 120.5), // won for more
        case(2, Some(50), Outcome::Won, 200.0, 150.0), // won for less, on the first day itself
        case(3, Some(80), Outcome::Lost, 40.0, 0.0),   // closes on the last day: still open
        case(4, Some(79), Outcome::Lost, 7.0, 0.0),    // lost
        slipped,
        overdue,
        case(50, None, Outcome::Open, 11.0, 0.0),     // new
        case(55, Some(55), Outcome::Won, 13.0, 12.0), // came and was won
        case(56, Some(57), Outcome::Lost, 17.0, 0.0), // came and was lost
        case(80, None, Outcome::Open, 1_000.0, 0.0),  // came on the last day: not yet
        case(9, Some(60), Outcome::Won, 21.0, f64::NAN), // won for nobody knows how much
    ];
    let flow = flow(&leads_of(&cases), 50, 80, Some(Role::Stage));
    let row = &flow.total;
    assert_eq!(row.open_from, part(7, 401.0));
    assert_eq!(row.new, part(3, 41.0));
    assert_eq!(
        (row.grew, row.grew_when_won),
        (part(1, 20.5), part(1, 20.5))
    );
    assert_eq!(
        (row.shrank, row.shrank_when_won),
        (part(2, 51.0), part(2, 51.0))
    );
    assert_eq!((row.won, row.new_won), (part(4, 303.5), part(1, 12.0)));
    assert_eq!((row.lost, row.new_lost), (part(2, 24.0), part(1, 17.0)));
    assert_eq!(row.open_to, part(4, 84.0));
    assert_eq!(
        (row.fate_won, row.fate_lost),
        (part(3, 321.0), part(1, 7.0))
    );
    assert_eq!((row.slipped, row.overdue), (part(2, 33.0), part(1, 3.0)));
    assert_eq!(row.still_open, part(1, 40.0));
    let stage = |name: &str| {
        flow.groups
            .iter()
            .find(|row| row.name.as_deref() == Some(name))
    };
    assert_eq!(stage("New").expect("a row").moved_out, part(1, 30.0));
    assert_eq!(stage("Talk").expect("a row").moved_in, part(1, 30.0));
    assert!(stage("Offer").is_none(), "nobody was there");
    let codes: Vec<&str> = flow.warnings.iter().map(|w| w.code.as_str()).collect();
    assert_eq!(codes, ["won-without-amount", "no-expected-close"]);
}

#[test]
fn days_that_cannot_be_answered_are_refused() {
    let leads = leads_of(&[case(10, None, Outcome::Open, 1.0, 0.0)]);
    let error = |from, to| {
        let asked = Pipeline::between(&leads, day(from), day(to));
        asked.expect_err("refused").to_string()
    };
    assert!(error(50, 50).contains("does not come before"));
    assert!(error(60, 50).contains("does not come before"));
    assert!(error(10, 50).contains("is not known; begin on"));
    assert!(error(50, AS_OF + 1).contains("--as-of"));
    let mut undated = leads.clone();
    undated.roles.remove(&Role::Closed);
    assert!(matches!(
        Pipeline::between(&undated, day(20), day(50)),
        Err(FlowError::Undated)
    ));
    let mut stageless = leads.clone();
    stageless.stages = None;
    let pipeline = Pipeline::between(&stageless, day(20), day(50)).expect("days in the data");
    let refused = pipeline.flow(Basis::Stated, Some(Role::Stage), None, None);
    assert!(
        refused
            .expect_err("no history")
            .to_string()
            .contains("[stages]")
    );
    let refused = pipeline.flow(Basis::Stated, Some(Role::Owner), None, None);
    assert!(
        refused
            .expect_err("no owner")
            .to_string()
            .contains("`owner`")
    );
}

#[test]
fn leads_without_dates_are_in_no_line_and_are_counted() {
    let mut unknown = case(0, None, Outcome::Open, 5.0, 0.0);
    unknown.created = None;
    let mut undated = case(10, None, Outcome::Won, 5.0, 5.0);
    undated.closes = None;
    let leads = leads_of(&[case(5, None, Outcome::Open, 1.0, 0.0), unknown, undated]);
    let flow = flow(&leads, 20, 50, None);
    assert_eq!(
        (flow.total.open_from, flow.total.open_to),
        (part(1, 1.0), part(1, 1.0))
    );
    let codes: Vec<&str> = flow.warnings.iter().map(|w| w.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "open-without-created",
            "closed-without-date",
            "no-expected-close"
        ]
    );
}

fn money() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 0.0..1e7_f64, 1 => Just(f64::NAN), 1 => Just(0.0), 1 => -100.0..100.0_f64, 1 => 0.0..1e13_f64]
}

fn cases() -> impl Strategy<Value = Vec<Case>> {
    let outcome = prop_oneof![Just(Outcome::Open), Just(Outcome::Won), Just(Outcome::Lost)];
    let case = (
        proptest::option::weighted(0.9, 0..AS_OF),
        proptest::option::weighted(0.9, 0..60_i32),
        outcome,
        money(),
        money(),
        proptest::option::of(0..2 * AS_OF),
        proptest::collection::vec((0..AS_OF, 0..3_u32), 0..4),
        0..3_usize,
    );
    let case = case.prop_map(
        |(created, after, outcome, stated, amount, expected, stages, source)| {
            let closes = after
                .map(|after| created.unwrap_or(40) + after)
                .filter(|&day| day < AS_OF);
            Case {
                created,
                closes,
                outcome,
                stated,
                amount,
                expected,
                stages,
                source,
            }
        },
    );
    proptest::collection::vec(case, 1..60)
}

fn added(parts: &[Part]) -> Part {
    Part {
        leads: parts.iter().map(|part| part.leads).sum(),
        value: parts.iter().map(|part| part.value).sum(),
    }
}

/// Both identities, in number and in money.
fn balances(row: &FlowRow) -> bool {
    let into = added(&[row.open_from, row.new, row.moved_in]);
    let out = added(&[row.won, row.lost, row.moved_out, row.open_to]);
    let fates = added(&[row.fate_won, row.fate_lost, row.slipped, row.still_open]);
    into.leads == out.leads
        && into.value + row.grew.value - row.shrank.value == out.value
        && fates == row.open_from
        && row.fate_won.leads + row.new_won.leads == row.won.leads
        && row.fate_lost.leads + row.new_lost.leads == row.lost.leads
}

/// Every line of a row.
fn lines(row: &FlowRow) -> [Part; 15] {
    [
        row.open_from,
        row.new,
        row.grew,
        row.shrank,
        row.grew_when_won,
        row.shrank_when_won,
        row.won,
        row.lost,
        row.open_to,
        row.new_won,
        row.new_lost,
        row.fate_won,
        row.fate_lost,
        row.slipped,
        row.still_open,
    ]
}

proptest! {
    #[test]
    fn sums_are_exact_for_any_history(cases in cases(), days in (0..AS_OF, 1..=AS_OF)) {
        let leads = leads_of(&cases);
        let (from, to) = (day(days.0.min(days.1)), day(days.0.max(days.1)));
        let Ok(pipeline) = Pipeline::between(&leads, from, to) else {
            return Ok(());
        };
        for basis in [Basis::Stated, Basis::Deals] {
            for by in [Role::Stage, Role::Source] {
                let flow = pipeline.flow(basis, Some(by), None, None).expect("a flow");
                prop_assert!(balances(&flow.total), "{:?}", flow.total);
                prop_assert!(flow.groups.iter().all(balances), "{:?}", flow.groups);
                for (i, line) in lines(&flow.total).into_iter().enumerate() {
                    let of: Vec<Part> = flow.groups.iter().map(|row| lines(row)[i]).collect();
                    prop_assert_eq!(added(&of), line);
                }
                let moved = |pick: fn(&FlowRow) -> Part| -> Vec<Part> { flow.groups.iter().map(pick).collect() };
                prop_assert_eq!(added(&moved(|row| row.moved_in)), added(&moved(|row| row.moved_out)));
                prop_assert_eq!(flow.total.moved_in, Part::default());
            }
        }
        // The ends are what anybody counts who looks at the leads on that day.
        let open = |day: Day| (0..leads.len()).filter(|&row| leads.outcome_as_of(row, day) == Some(Outcome::Open)).count();
        let flow = pipeline.flow(Basis::Deals, None, None, None).expect("a flow");
        prop_assert_eq!((flow.total.open_from.leads, flow.total.open_to.leads), (open(from), open(to)));
    }

    #[test]
    fn two_flows_one_after_the_other_meet(cases in cases(), days in (0..AS_OF, 0..AS_OF, 0..=AS_OF)) {
        let leads = leads_of(&cases);
        let mut days = [days.0, days.1, days.2];
        days.sort_unstable();
        let between = |from, to| {
            let pipeline = Pipeline::between(&leads, day(from), day(to)).ok()?;
            pipeline.flow(Basis::Stated, None, None, None).ok()
        };
        let both = between(days[0], days[1]).zip(between(days[1], days[2]));
        if let Some((first, second)) = both {
            prop_assert_eq!(first.total.open_to, second.total.open_from);
        }
    }
}
