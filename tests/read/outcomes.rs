//! How a lead ended: by a value, or by conditions on what the file says.

use forerun::domain::Outcome::{Lost, Open, Won};
use forerun::domain::{Condition, Known, Op, Role, Scalar, Test};
use forerun::project::OutcomeSpec;

use crate::folder::{Folder, codes, note};

const LEADS: &str = "\
lead_id,won_date,lost,reason
L1,2026-02-01,No,
L2,,Yes,price
L3,,No,
L4,2026-03-01,Yes,price
";

fn test(field: &str, op: Op) -> Condition {
    Condition::Test(Test {
        field: field.into(),
        op,
        span: 0..0,
    })
}

fn by_conditions(won: Condition, lost: Option<Condition>) -> Folder {
    let mut folder = Folder::new(LEADS).role(Role::Closed, "won_date");
    folder.project.leads.outcome = OutcomeSpec::Conditions { won, lost };
    folder
}

#[test]
fn conditions_tell_won_first_and_what_is_neither_is_open() {
    let lost = test("lost", Op::Is(Scalar::Boolean(true)));
    for name in ["won_date", "closed"] {
        let data = by_conditions(test(name, Op::Present), Some(lost.clone())).data();
        assert_eq!(data.leads.outcome, [Won, Lost, Open, Won], "{name}");
        assert_eq!(data.leads.known["lost"], Known::Close);
        assert_eq!(data.leads.known["won_date"], Known::Close);
        assert_eq!(
            data.leads.known["reason"],
            Known::Creation { declared: false }
        );
        assert!(!data.leads.roles.contains_key(&Role::Outcome));
        assert_eq!(codes(&data), ["closed-without-date", "as-of-default"]);
    }
}

#[test]
fn conditions_that_do_not_fit_the_data_are_explained() {
    let unknown = by_conditions(test("won_dat", Op::Present), None).error();
    assert!(
        unknown.contains("won_dat") && unknown.contains("did you mean `won_date`"),
        "{unknown}"
    );
    let wrong = by_conditions(test("lost", Op::AtLeast(Scalar::Number(3.0))), None).error();
    assert!(wrong.contains("[wrong-comparison]"), "{wrong}");
}

#[test]
fn a_value_in_the_wrong_case_is_named_before_what_follows_from_it() {
    let mut folder =
        Folder::new("lead_id,status,won_date\nL1,Won,2026-01-02\nL2,Lost,2026-01-03\n");
    folder.project.leads.outcome = OutcomeSpec::Values {
        column: "status".into(),
        won: vec!["won".into()],
        lost: vec!["Lost".into()],
    };
    let error = folder
        .role(Role::Closed, "won_date")
        .max_rejects(0.05)
        .error();
    let (named, follows) = (
        error.find("did you mean `Won`?"),
        error.find("open-but-closed"),
    );
    assert!(named.is_some() && named < follows, "{error}");
}

#[test]
fn amounts_that_cannot_be_money_are_set_aside() {
    let leads = "lead_id,status,amount\nL1,Won,1e15\nL2,Won,1e16\nL3,Won,-2e300\nL4,Won,12\n";
    let data = Folder::new(leads)
        .role(Role::Amount, "amount")
        .max_rejects(1.0)
        .data();
    let rejects: Vec<_> = data.rejects.rows.iter().map(|r| (r.row, r.code)).collect();
    assert_eq!(rejects, [(3, "absurd-amount"), (4, "absurd-amount")]);
    assert_eq!(data.leads.ids, ["L1", "L4"]);
}

#[test]
fn values_are_compared_as_texts_and_as_numbers() {
    let mut folder = Folder::new("lead_id,status\nL1,1.0\nL2,0\nL3,2\nL4,\n");
    folder.project.leads.outcome = OutcomeSpec::Values {
        column: "status".into(),
        won: vec!["1".into()],
        lost: vec![" 0 ".into(), "Lost".into()],
    };
    let data = folder.data();
    assert_eq!(data.leads.outcome, [Won, Lost, Open, Open]);
    assert_eq!(
        note(&data, "outcome-value-unseen"),
        "No row of `status` holds `Lost`, which `outcome` names; it holds `0`, `1.0`, `2`. Every value that `outcome` \
         does not name is open."
    );
    assert_eq!(
        note(&data, "outcome-empty"),
        "Rows in which `status` is empty: 1. They count as open."
    );
}

#[test]
fn values_named_in_another_spelling_are_told() {
    let data = Folder::new("lead_id,status\nL1,Won\nL2,won\nL3,Lost\nL4,new\n").data();
    assert_eq!(
        note(&data, "outcome-value-unnamed"),
        "`status` holds `won`, which `outcome` names in another spelling only. They count as open: add them to `outcome`."
    );
    let plain = Folder::new("lead_id,status\nL1,Won\nL3,Lost\nL4,new\n").data();
    assert_eq!(note(&plain, "outcome-value-unnamed"), "");
}
