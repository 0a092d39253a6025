//! Scores of leads.

use forerun::present;
use forerun::project::Language;
use forerun::score::{LeadScore, Scores};
use forerun::segment::Segments;

use crate::made::{day, leads, noticed, p, reason, style};

fn score(row: usize, known: bool) -> LeadScore {
    let p = |value| if known { p(value) } else { None };
    LeadScore {
        row,
        p_win: p(0.3),
        p_win_low: p(0.25),
        p_win_high: p(0.351_234_567),
        p_win_30d: p(0.1),
        p_win_90d: p(0.2),
        p_win_30d_tomorrow: p(0.099),
        expected_amount: known.then_some(1234.5),
        expected_value: known.then_some(370.35),
        reasons: if known {
            vec![reason("source", "Search, paid", 0.6)]
        } else {
            vec![]
        },
        baseline: -2.0,
    }
}

#[test]
fn scores_come_in_the_order_of_the_input() {
    let scores = Scores {
        expected_wins: Vec::new(),
        as_of: day("2026-07-01"),
        horizon_days: Some(540),
        leads: vec![score(0, true), score(1, true), score(2, false)],
        warnings: vec![],
    };
    let segments = Segments {
        names: vec!["hot".to_owned(), "cold".to_owned()],
        segment: vec![1, 0, 1],
        tags: vec![],
    };
    let english = style(Language::En);
    let csv = present::scores_csv(&leads(), &scores, Some(&segments), None, &english);
    insta::assert_snapshot!(csv, @r#"
    lead_id,segment,p_win,p_win_low,p_win_high,p_win_30d,p_win_90d,expected_amount,expected_value,reason_1,reason_2,reason_3
    a,hot,0.300000,0.250000,0.351235,0.100000,0.200000,1234.50,370.35,"source is Search, paid: 1.8 times the odds",,
    c,cold,,,,,,,,,,
    b,cold,0.300000,0.250000,0.351235,0.100000,0.200000,1234.50,370.35,"source is Search, paid: 1.8 times the odds",,
    "#);
    let leads = leads();
    let json = present::scores_json(&leads, &scores, None, &noticed(), None, &english);
    let json = serde_json::to_value(json).expect("plain keys");
    assert_eq!(json["better_than_base_rate"], false);
    assert_eq!(json["leads"][0]["lead_id"], "a");
    assert!(json["leads"][0]["segment"].is_null());
    assert!(json["leads"][1]["p_win"].is_null());
    let reason = json["leads"][0]["reasons"][0]
        .as_object()
        .expect("a reason");
    let keys: Vec<&str> = reason.keys().map(String::as_str).collect();
    assert_eq!(keys, ["contribution", "feature", "kind", "value", "words"]);
    assert_eq!(json["warnings"][0]["code"], "leak");
}
