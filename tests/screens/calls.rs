//! The call list.

use forerun::decide::{CallList, OwnerCalls};
use forerun::domain::Day;
use forerun::present;
use forerun::project::Language;

use crate::made::{call, calls, noticed, style};

#[test]
fn calls_as_data_explain_themselves() {
    let list = calls();
    let json = present::calls_json(&list, &noticed(), &[], &style(Language::Zh));
    let json = serde_json::to_value(json).expect("plain keys");
    let reason = &json["owners"][0]["calls"][0]["reasons"][0];
    assert_eq!(reason["feature"], "source");
    assert_eq!(reason["words"], "source 为 Referral：胜算 2.1 倍");
    assert_eq!(
        json["owners"][0]["calls"][0]["reasons"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
    assert_eq!(json["warnings"][0]["code"], "leak");
    let undated = CallList {
        date: Day::default(),
        ..calls()
    };
    let json = present::calls_json(&undated, &noticed(), &[], &style(Language::En));
    assert!(serde_json::to_value(json).expect("plain keys")["date"].is_null());
    let text = present::calls_text(&undated, &style(Language::En));
    assert!(!text.contains("1970"), "{text}");
}

#[test]
fn columns_in_which_nothing_stands_vanish() {
    let english = style(Language::En);
    let one = OwnerCalls {
        calls: vec![call(1, "L7", false)],
        ..calls().owners[0].clone()
    };
    let list = CallList {
        owners: vec![one],
        ..calls()
    };
    let text = present::calls_text(&list, &english);
    assert!(text.contains(": 1 call ("), "{text}");
    assert!(!text.contains("note"), "{text}");
    assert!(present::calls_text(&calls(), &english).contains("note"));
}

#[test]
fn call_lists() {
    insta::assert_snapshot!(
        "calls_en",
        present::calls_text(&calls(), &style(Language::En))
    );
    insta::assert_snapshot!(
        "calls_zh",
        present::calls_text(&calls(), &style(Language::Zh))
    );
    insta::assert_snapshot!(
        "calls_csv",
        present::calls_csv(&calls(), &style(Language::En))
    );
    let empty = CallList {
        owners: vec![],
        ..calls()
    };
    let text = present::calls_text(&empty, &style(Language::En));
    assert_eq!(text, "No open leads to call.\n");
}
