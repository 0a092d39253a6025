//! Side tables, stage history, activities, spend and targets.

use forerun::domain::{Column, Known, Role};

use crate::folder::{Folder, codes, note};

const LEADS: &str = "\
lead_id,status,created,closed,amount,product
L1,Won,2026-01-05,2026-02-01,10,A
L2,Open,2026-01-06,,,GTXPro
L3,Lost,2026-01-07,2026-03-01,,
L4,Open,2026-01-08,,,GTXPro
";

fn leads() -> Folder {
    Folder::new(LEADS).dated()
}

fn display(folder: &Folder, column: &str) -> Vec<String> {
    let leads = folder.data().leads;
    let column = leads.table.get(column).unwrap();
    (0..leads.len()).map(|row| column.display(row)).collect()
}

#[test]
fn joined_columns_stand_beside_and_lonely_keys_are_counted() {
    let folder = leads()
        .write(
            "products.csv",
            "sku,price,amount,kind\nA , 550,1,x\nB,7,2,y\n,9,9,z\n",
        )
        .join("products.csv", "product", "sku", &["price", "amount"]);
    assert_eq!(display(&folder, "price"), ["550", "", "", ""]);
    assert_eq!(display(&folder, "products.amount"), ["1", "", "", ""]);
    let data = folder.data();
    assert!(data.leads.table.get("kind").is_none());
    assert!(data.rejects.rows.is_empty());
    assert_eq!(
        note(&data, "unmatched-key"),
        "Leads that find no row in products.csv by `product`: 2, with the values `GTXPro` (2). \
         The joined columns are empty there."
    );
    assert!(codes(&data).contains(&"joined-column-renamed"));
    let default = Known::Creation { declared: false };
    assert_eq!(data.leads.known["price"], default);
}

#[test]
fn a_join_may_stand_on_a_joined_column_and_on_numbers() {
    let folder = leads()
        .write("products.csv", "product,maker\nA,7\nGTXPro,08\n")
        .write("makers.csv", "maker,city\n7,Xi'an\n8,Wuhan\n")
        .join("products.csv", "product", "product", &[])
        .join("makers.csv", "maker", "maker", &["city"]);
    // `08` makes the makers codes, so it is not the maker 8.
    assert_eq!(display(&folder, "city"), ["Xi'an", "", "", ""]);
}

#[test]
fn stages_are_sorted_in_time_and_then_in_their_order() {
    let stages = "\
lead_id,stage,entered_at,by
L1,Qualified,2026-01-09,x
L1,New,2026-01-05,x
L2,New,2026-01-06,x
L2,Proposal,2026-01-06,x
L2,Waiting,2026-01-07,x
L9,New,2026-01-05,x
";
    let data = leads()
        .stages(stages, &["New", "Qualified", "Proposal"])
        .data();
    let history = data.leads.stages.as_ref().unwrap();
    assert_eq!(history.names, ["New", "Qualified", "Proposal", "Waiting"]);
    assert_eq!(history.ordered, 3);
    assert_eq!(history.stage, [0, 1, 0, 2, 3]);
    let timeline = &history.timeline;
    assert_eq!(
        (0..4).map(|row| timeline.events(row)).collect::<Vec<_>>(),
        [0..2, 2..5, 5..5, 5..5]
    );
    assert_eq!(
        note(&data, "unknown-lead"),
        "Rows of stages.csv about leads that are not in the lead files or were set aside: 1 of 6, \
         the first `L9` at stages.csv:7."
    );
}

#[test]
fn faulty_events_are_set_aside() {
    let stages = "lead_id,stage,entered_at\nL1,New,soon\nL1,,2026-01-05\n,New,2026-01-05\nL1,New,\nL2,New,2026-01-06\n";
    let data = leads().stages(stages, &[]).max_rejects(0.9).data();
    let codes: Vec<&str> = data.rejects.rows.iter().map(|reject| reject.code).collect();
    assert_eq!(
        codes,
        ["not-a-date", "empty-stage", "empty-id", "empty-date"]
    );
    assert!(leads().stages(stages, &[]).read().is_err());
}

#[test]
fn the_first_activity_is_the_first_contact() {
    let activities = "\
lead_id,at,kind,planned_at
L2,2026-01-09 15:00,visit,2026-01-09
L2,2026-01-08 09:00,call,
L1,2026-01-06,call,
L4,,visit,2026-05-01
";
    let data = leads().activities(activities).data();
    let contacted: Vec<String> = data
        .leads
        .contacted
        .iter()
        .map(|day| day.map(|day| day.to_string()).unwrap_or_default())
        .collect();
    assert_eq!(contacted, ["2026-01-06", "2026-01-08", "", ""]);
    let log = data.leads.activities.as_ref().unwrap();
    let kinds: Vec<String> = (0..3)
        .map(|i| log.table.get("kind").unwrap().display(i))
        .collect();
    assert_eq!(kinds, ["call", "call", "visit"]);
    assert_eq!(log.table.get("planned").unwrap().display(2), "2026-01-09");
    assert!(codes(&data).contains(&"activities-not-made"));
}

#[test]
fn the_order_of_the_rows_of_a_history_does_not_matter() {
    let lines = [
        "L1,2026-01-06 10:00,call,",
        "L1,2026-01-06 10:00,visit,",
        "L2,2026-01-06 10:00,mail,2026-01-06",
        "L1,2026-01-05 10:00,call,",
    ];
    let read = |lines: &[&str]| {
        let text = format!("lead_id,at,kind,planned_at\n{}\n", lines.join("\n"));
        leads().activities(&text).data().leads
    };
    let mut backward = lines;
    backward.reverse();
    assert_eq!(
        format!("{:?}", read(&lines)),
        format!("{:?}", read(&backward))
    );
}

#[test]
fn events_of_numbered_rows_find_their_leads() {
    let mut folder = Folder::new("status\nWon\nLost\n").stages(
        "lead_id,stage,entered_at\n2,New,2026-01-05\n000001,New,2026-01-06\n3,New,2026-01-06\n",
        &[],
    );
    folder.project.leads.id = None;
    let data = folder.data();
    assert_eq!(data.leads.stages.unwrap().stage.len(), 2);
}

#[test]
fn spend_is_added_up_by_month_and_source() {
    let spend = "\
month,source,spend
2026-02,Search,\"1,000\"
2026/1,Search,5
2026-02-15,Search,¥20
202602,Event,0
2026年3月,Event,3
2026-13,Event,3
2026-03,,3
2026-03,Event,-3
2026-03,Event,
,Event,1
";
    let data = leads().spend(spend).max_rejects(0.6).data();
    let lines: Vec<String> = data
        .spend
        .iter()
        .map(|line| format!("{} {} {}", line.month, line.source, line.spend))
        .collect();
    assert_eq!(
        lines,
        [
            "2026-01 Search 5",
            "2026-02 Event 0",
            "2026-02 Search 1020",
            "2026-03 Event 3"
        ]
    );
    let reasons: Vec<&str> = data.rejects.rows.iter().map(|reject| reject.code).collect();
    assert_eq!(
        reasons,
        [
            "not-a-month",
            "empty-source",
            "negative-spend",
            "empty-spend",
            "empty-month"
        ]
    );
    assert!(codes(&data).contains(&"spend-added-up"));
}

#[test]
fn targets_stand_once_for_each_month_and_owner() {
    let targets = "\
month,owner,target
2026-02,,100
2026-02,Li,60
2026-01,,90
2026-02,,120
2026-02,Li,70
2026-02,Wu,
";
    let data = leads().targets(targets).max_rejects(0.5).data();
    let lines: Vec<String> = data
        .targets
        .iter()
        .map(|line| format!("{} {:?} {}", line.month, line.owner.as_deref(), line.target))
        .collect();
    assert_eq!(
        lines,
        [
            "2026-01 None 90",
            "2026-02 None 100",
            "2026-02 Some(\"Li\") 60"
        ]
    );
    assert_eq!(
        data.rejects.rows[0].reason,
        "the team already has a target for 2026-02 at targets.csv:2; keep one"
    );
    assert_eq!(data.rejects.rows.len(), 3);
}

#[test]
fn targets_of_some_owners_are_not_the_teams() {
    let leads = "\
lead_id,status,created,closed,amount,owner
L1,Won,2026-01-05,2026-02-01,10,Li
L2,Open,2026-01-06,,,Wu
L3,Lost,2026-01-07,2026-03-01,,Wu
L4,Open,2026-01-08,,,Zhao
L5,Open,2026-01-09,,,Wu
";
    let folder = |targets: &str| {
        let folder = Folder::new(leads).dated().role(Role::Owner, "owner");
        folder
            .targets(&format!("month,owner,target\n{targets}"))
            .data()
    };
    // Li holds one of five leads; of the team's own target, and of four fifths, nothing is said.
    let data = folder("2026-01,Li,60\n2026-02,Li,60\n2026-02,,300\n2026-03,Li,60\n2026-03,Wu,60\n");
    let months: Vec<String> = data
        .targets
        .iter()
        .map(|line| line.month.to_string())
        .collect();
    assert_eq!(months, ["2026-02", "2026-02", "2026-03", "2026-03"]);
    assert_eq!(
        note(&data, "targets-in-part"),
        "Targets of owners are left out, as those of other owners are missing and they are not the team's: 2026-01. Add the \
         others, or a line without an owner."
    );
    assert!(!codes(&data).contains(&"target-without-leads"));
    let data = folder("2026-01,,60\n2026-01,Lee,30\n");
    assert_eq!(
        note(&data, "target-without-leads"),
        "Targets are of owners whom no lead names: `Lee`. Write them as in the leads."
    );
    assert_eq!(data.targets.len(), 2);
}

#[test]
fn numbers_stay_what_they_are_beside_a_join() {
    let folder = leads().write("p.csv", "product;price\nA;1\n").join(
        "p.csv",
        "product",
        "product",
        &["price"],
    );
    let data = folder.data();
    let Some(Column::Number(amount)) = data.leads.table.get("amount") else {
        panic!("amounts are numbers")
    };
    assert_eq!(amount[0], 10.0);
}

#[test]
fn a_joined_column_may_play_a_role() {
    let folder = leads()
        .write(
            "products.csv",
            "product,price,line\nA,\"$1,100\",7\nGTXPro,$3,8\n",
        )
        .join("products.csv", "product", "product", &["price", "line"])
        .role(Role::ListPrice, "price")
        .role(Role::Region, "line");
    let leads = folder.data().leads;
    assert_eq!(leads.numbers(Role::ListPrice).unwrap()[..2], [1100.0, 3.0]);
    assert_eq!(leads.text(Role::Region).unwrap().get(1), Some("8"));
    let nowhere = folder.role(Role::Customer, "account");
    assert!(
        nowhere
            .error()
            .contains("no column `account`, which `customer` in [leads] names")
    );
}
