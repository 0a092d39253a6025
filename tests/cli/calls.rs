//! `forerun calls` and what can be asked of it, as a user meets it.

use std::fs;

use crate::support::program::{
    code, company, forerun, json, ok, own_company, read, small, stderr, stdout, undated_rows,
};
use serde_json::Value;

/// The owner of the first list.
fn first_owner(list: &Value) -> &Value {
    &list["owners"][0]
}

#[test]
fn a_list_in_both_languages() {
    let list = json(&ok(company(), &["calls", "--json"]));
    let owner = first_owner(&list)["owner"]
        .as_str()
        .expect("an owner")
        .to_owned();
    let args = ["calls", "--owner", &owner, "--top", "4"];
    insta::assert_snapshot!("list_en", stdout(&ok(company(), &args)));
    let dir = own_company();
    let file = dir.path().join("forerun.toml");
    let text = fs::read_to_string(&file).expect("a project");
    let zh = text.replace("language = \"en\"", "language = \"zh\"");
    assert_ne!(zh, text);
    fs::write(&file, zh).expect("written");
    insta::assert_snapshot!("list_zh", stdout(&ok(dir.path(), &args)));
}

#[test]
fn every_open_lead_is_on_a_list_or_counted() {
    let list = json(&ok(company(), &["calls", "--json"]));
    let capacity = list["capacity"].as_u64().expect("a number");
    for owner in list["owners"].as_array().expect("owners") {
        let calls = owner["calls"].as_array().expect("calls");
        assert!(calls.len() as u64 <= capacity);
        let off: u64 = owner["off"]
            .as_object()
            .expect("reasons")
            .values()
            .filter_map(Value::as_u64)
            .sum();
        assert_eq!(
            calls.len() as u64 + off,
            owner["open"].as_u64().expect("a number")
        );
        let worth: Vec<f64> = calls
            .iter()
            .filter_map(|call| call["call_value"].as_f64())
            .collect();
        assert_eq!(worth.len(), calls.len());
        assert!(worth.is_sorted_by(|a, b| a >= b));
    }
    // Another seed draws other lots, but there are none of a list that is not put on record, and nothing else is drawn.
    let args = ["calls", "--date", "2026-05-01", "--json"];
    let seeded = ["--seed", "9", "calls", "--date", "2026-05-01", "--json"];
    assert_eq!(json(&ok(company(), &args)), json(&ok(company(), &seeded)));
}

#[test]
fn the_file_has_the_columns_that_it_had_first() {
    let dir = own_company();
    ok(dir.path(), &["calls", "--out", "today.csv"]);
    let text = read(dir.path(), "today.csv");
    let header = text.lines().next().expect("a header");
    assert!(header.starts_with("owner,rank,lead_id,segment,age_days,overdue,p_win_30d,p_win,expected_amount,value_of_today,reason_1"));
    assert!(header.ends_with(
        "can_change,place,call_value,freshness,attempts,last_result,p_answer,not_before"
    ));
}

#[test]
fn one_lead_has_a_place_or_a_reason() {
    let list = json(&ok(company(), &["calls", "--json"]));
    let call = &first_owner(&list)["calls"][0];
    let lead = call["lead_id"].as_str().expect("a lead");
    let on = stdout(&ok(company(), &["calls", "--why", lead]));
    assert!(
        on.contains(&format!("{lead} is number 1 on the list of ")),
        "{on}"
    );
    let data = json(&ok(company(), &["calls", "--why", lead, "--json"]));
    assert_eq!(
        (&data["rank"], &data["why_not"]),
        (&Value::from(1), &Value::Null)
    );
    assert_eq!(data["call_value"], call["call_value"]);
    // Leads that are on no list: closed, or one of the reasons.
    let listed: Vec<&str> = (list["owners"].as_array().expect("owners").iter())
        .flat_map(|owner| owner["calls"].as_array().expect("calls"))
        .filter_map(|call| call["lead_id"].as_str())
        .collect();
    let (mut closed, mut off) = (0, 0);
    for i in (1..1500).step_by(180) {
        let lead = format!("L{i:07}");
        if listed.contains(&lead.as_str()) {
            continue;
        }
        let data = json(&ok(company(), &["calls", "--why", &lead, "--json"]));
        if data["outcome"] == "open" {
            assert!(data["why_not"].is_string(), "{data}");
            off += 1;
        } else {
            closed += 1;
            let text = stdout(&ok(company(), &["calls", "--why", &lead]));
            assert!(text.contains("is closed ("), "{text}");
        }
    }
    assert!(closed > 0, "{closed} {off}");
    let unknown = forerun(company(), &["calls", "--why", "L00042"]);
    assert_eq!(code(&unknown), 2);
    assert!(
        stderr(&unknown).contains("did you mean"),
        "{}",
        stderr(&unknown)
    );
    let two = forerun(company(), &["calls", "--pool", "--review"]);
    assert_eq!(code(&two), 2);
}

#[test]
fn the_pool_and_who_could_take_what() {
    insta::assert_snapshot!("pool", stdout(&ok(company(), &["calls", "--pool"])));
    let pool = json(&ok(company(), &["calls", "--pool", "--json"]));
    assert_eq!(pool["takeover"]["on_record"], false);
    for lead in pool["leads"].as_array().expect("leads") {
        let number = |key: &str| lead[key].as_f64().expect("a number");
        assert!(number("remaining") < number("other_hand"), "{lead}");
        assert!(number("age_days") > 7.0);
    }
    let moves = json(&ok(company(), &["calls", "--reassign", "--json"]));
    let room: u64 = moves["room"]
        .as_object()
        .expect("room")
        .values()
        .filter_map(Value::as_u64)
        .sum();
    assert!(moves["moves"].as_array().expect("moves").len() as u64 <= room);
    insta::assert_snapshot!("reassign", stdout(&ok(company(), &["calls", "--reassign"])));
    let dir = own_company();
    let file = dir.path().join("forerun.toml");
    let text = fs::read_to_string(&file).expect("a project");
    let alone: String = (text.lines().filter(|line| !line.starts_with("owner ")))
        .map(|line| line.to_owned() + "\n")
        .collect();
    assert_ne!(alone, text);
    fs::write(&file, alone).expect("written");
    for question in ["--pool", "--reassign"] {
        let refused = forerun(dir.path(), &["calls", question]);
        assert_eq!(code(&refused), 2, "{}", stderr(&refused));
        assert!(
            stderr(&refused).contains("names no `owner`"),
            "{}",
            stderr(&refused)
        );
    }
}

#[test]
fn without_lots_the_review_says_what_is_lacking() {
    let text = stdout(&ok(company(), &["calls", "--review"]));
    insta::assert_snapshot!("review", text);
    let data = json(&ok(company(), &["calls", "--review", "--json"]));
    assert_eq!(
        (&data["complete"], &data["lacking"]),
        (&Value::from(0), &Value::from(500))
    );
}

#[test]
fn undated_leads_have_a_list_by_chance_and_amount() {
    let dir = small(&undated_rows(400), "");
    let text = stdout(&ok(dir.path(), &["calls", "--top", "3"]));
    assert!(
        text.contains("chance x (1 - chance) x amount. It is no forecast"),
        "{text}"
    );
    let list = json(&ok(dir.path(), &["calls", "--json"]));
    let call = &first_owner(&list)["calls"][0];
    assert!(call["freshness"].is_null() && call["call_value"].as_f64() > Some(0.0));
    for question in ["--review", "--json"] {
        ok(dir.path(), &["calls", question]);
    }
}

#[test]
fn shares_and_gaps_are_checked() {
    let of = |calls: &str| {
        let dir = small(&undated_rows(60), &format!("\n[calls]\n{calls}\n"));
        let output = forerun(dir.path(), &["check"]);
        (code(&output), stderr(&output))
    };
    let (ended, said) = of("value_share = 0.7\nsla_share = 0.5");
    assert_eq!(ended, 2);
    assert!(
        said.contains("shares-above-one") && said.contains("120 %"),
        "{said}"
    );
    for gaps in ["[]", "[1.5]", "4", "[1, 2, 3, 4, 5, 6, 7]", "[-1]"] {
        let (ended, said) = of(&format!("gaps = {gaps}"));
        assert_eq!(ended, 2, "{gaps}");
        assert!(said.contains("call-gaps"), "{said}");
    }
    for fine in [
        "sla_share = 1.0",
        "value_share = 1.0",
        "gaps = [0, 24]\ncall_cost = 12.5",
        "explore_share = 0.3",
    ] {
        let (ended, said) = of(fine);
        assert_eq!(ended, 0, "{fine}: {said}");
    }
}
