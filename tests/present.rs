//! What results look like: hand-made results as text, CSV and JSON.

use std::collections::BTreeMap;

use forerun::decide::{CallList, OwnerCalls, PlannedCall, SourceRow, Sources, Status};
use forerun::domain::{Day, Leads, ListPlace, Month, Outcome, Probability, Reject, Rejects, Table};
use forerun::forecast::{MonthOutlook, Outlook};
use forerun::kpi::SegmentRow;
use forerun::present::{self, Style, Summary, words};
use forerun::project::Language;
use forerun::score::{
    CrossValidation, Forward, LeadScore, Reason, ReasonKind, Scores, TrainReport, Warning,
};
use forerun::segment::{Intent, Segments};

fn day(text: &str) -> Day {
    text.parse().expect("a date")
}

fn p(value: f64) -> Option<Probability> {
    Probability::try_from(value).ok()
}

fn style(language: Language) -> Style {
    Style {
        words: words(language),
        language,
        currency: "CNY".to_owned(),
        width: None,
        margin: 1.0,
        labels: match language {
            Language::En => BTreeMap::new(),
            Language::Zh => BTreeMap::from([("hot".to_owned(), "高意向".to_owned())]),
        },
    }
}

fn reason(feature: &str, value: &str, contribution: f64) -> Reason {
    let changeable = matches!(feature, "owner" | "stage");
    Reason {
        kind: if changeable {
            ReasonKind::CanChange
        } else {
            ReasonKind::Is
        },
        feature: feature.to_owned(),
        value: value.to_owned(),
        contribution,
    }
}

fn call(rank: usize, lead: &str, overdue: bool) -> PlannedCall {
    PlannedCall {
        rank,
        lead_id: lead.to_owned(),
        place: if overdue {
            ListPlace::FirstTouch
        } else {
            ListPlace::Value
        },
        segment: Some("hot".to_owned()),
        age_days: Some(3),
        overdue,
        p_win_30d: p(0.2413),
        p_win: p(0.31),
        expected_amount: Some(18_240.4),
        call_value: 2_310.5,
        freshness: Some(0.62),
        value_of_today: Some(41.25),
        attempts: 0,
        last_result: None,
        p_answer: None,
        not_before: None,
        reasons: vec![
            reason("source", "Referral", 0.742),
            reason("pages_viewed", "0-2", -0.51),
            reason("region", "", 0.1),
            reason("owner", "Li", 0.01),
        ],
    }
}

fn calls() -> CallList {
    CallList {
        date: day("2026-07-01"),
        capacity: 20,
        owners: vec![
            OwnerCalls {
                owner: "陈伟".to_owned(),
                open: 1234,
                overdue: 12,
                overdue_not_reached: 2,
                not_worth_a_call: 0,
                calls: vec![call(1, "L0000042", true), call(2, "L0000007", false)],
                ..OwnerCalls::default()
            },
            OwnerCalls {
                owner: "Li Na".to_owned(),
                open: 0,
                overdue: 0,
                overdue_not_reached: 0,
                not_worth_a_call: 0,
                calls: vec![],
                ..OwnerCalls::default()
            },
        ],
        ..CallList::default()
    }
}

fn month(year: i32, number: i32, target: Option<f64>) -> MonthOutlook {
    MonthOutlook {
        month: Month::new(year, number),
        p10: 901_234.0,
        p20: 951_234.4,
        p50: 1_051_234.0,
        p80: 1_151_234.0,
        p90: 1_201_234.0,
        mean: 1_055_000.0,
        booked: 100_000.0,
        open_pipeline: 655_000.0,
        new_leads: 300_000.0,
        target,
        p_attain: target.and(p(0.0002)),
        naive: Some(987_654.0),
        weighted_pipeline: Some(2_000_000.0),
    }
}

fn outlook() -> Outlook {
    Outlook {
        as_of: day("2026-07-01"),
        currency: "CNY".to_owned(),
        months: vec![month(2026, 7, Some(1_420_000.0)), month(2026, 8, None)],
        draws: 2000,
        record: vec![],
        warnings: vec![],
    }
}

fn sources() -> Sources {
    let referral = SourceRow {
        source: "转介绍".to_owned(),
        leads: 1941,
        won: 251,
        maturity: 0.931,
        conversion: 0.279,
        conversion_low: 0.261,
        conversion_high: 0.298,
        aov: Some(14_870.0),
        aov_low: Some(13_900.0),
        aov_high: Some(15_800.0),
        revenue: Some(3_732_000.0),
        spend: Some(48_000.0),
        cac: Some(88.6),
        roi: Some(2.5),
        roi_low: Some(-0.1),
        roi_high: Some(5.15),
        status: Status::Matured,
        standing: forerun::decide::Standing::default(),
    };
    let young = SourceRow {
        source: "Event".to_owned(),
        leads: 12,
        won: 0,
        maturity: 0.12,
        roi: None,
        roi_low: None,
        roi_high: None,
        cac: None,
        spend: None,
        status: Status::TooEarly,
        ..referral.clone()
    };
    Sources {
        as_of: day("2026-07-01"),
        sources: vec![referral, young],
        ..Sources::default()
    }
}

fn segments() -> Vec<SegmentRow> {
    let row =
        |name: &str, label: &str, intent, won: usize, lost: usize, rate: Option<f64>| SegmentRow {
            segment: name.to_owned(),
            label: label.to_owned(),
            intent,
            leads: 1431,
            share: 0.119,
            open: 214,
            won,
            lost,
            won_of_closed: rate.and_then(p),
            won_of_closed_low: rate.map(|rate| rate - 0.02).and_then(p),
            won_of_closed_high: rate.map(|rate| rate + 0.02).and_then(p),
        };
    vec![
        row(
            "hot",
            "高意向：已申请演示",
            Intent::High,
            398,
            819,
            Some(0.327),
        ),
        row("cold", "Cold", Intent::None, 0, 0, None),
    ]
}

fn forward(better: bool) -> TrainReport {
    TrainReport {
        model: "dated".to_owned(),
        rows: 12_000,
        won: 1_406,
        horizon_days: Some(540),
        forward: Some(Forward {
            target: "won_90d".to_owned(),
            from: day("2026-01-01"),
            to: day("2026-04-01"),
            n: 8_123,
            base_rate: 0.0512,
            auc: Some(0.7312),
            log_loss: 0.19,
            brier: 0.0461,
            brier_base: 0.0486,
            slope: Some(0.97),
            observed_over_expected: 1.04,
        }),
        cross_validation: None,
        choices: None,
        converged: true,
        better_than_base_rate: better,
        columns_help: better,
        reference: None,
        guard: None,
        warnings: vec![],
    }
}

/// A report that noticed one column thrice over, and graver things after it.
fn noticed() -> TrainReport {
    let warning = |code: &str, column: &str, message: &str| Warning {
        code: code.to_owned(),
        message: format!("`{column}` {message}"),
        column: Some(column.to_owned()),
    };
    TrainReport {
        warnings: vec![
            warning("filled-later", "sector", "is empty in 69 % of open leads"),
            warning("filled-later", "revenue", "is empty in 68 % of open leads"),
            warning("near-unique", "phone", "names leads"),
            warning("filled-later", "account", "is empty in 67 % of open leads"),
            warning("leak", "closed_by", "ranks alone"),
        ],
        ..forward(false)
    }
}

#[test]
fn warnings_are_told_once_a_code_and_the_gravest_first() {
    let english = style(Language::En);
    let warnings = present::ordered_warnings(&noticed());
    insta::assert_snapshot!(present::warnings_text(&warnings, &english), @r"
    warning: `closed_by` ranks alone [leak]
    warning: `sector` is empty in 69 % of open leads; likewise `revenue`, `account` [filled-later]
    warning: `phone` names leads [near-unique]
    ");
    let zh = present::warnings_text(&warnings, &style(Language::Zh));
    assert!(
        zh.contains("警告：`sector` is empty in 69 % of open leads；同样：`revenue`, `account`")
    );
    let grave = present::grave_warnings(&noticed());
    assert_eq!(grave.len(), 1, "{grave:?}");
    // Warnings that are about no column and name none stay apart: merged, their numbers would be lost.
    let plain = |message: &str| Warning {
        code: "no-season".to_owned(),
        message: message.to_owned(),
        column: None,
    };
    let text = present::warnings_text(&[plain("a"), plain("b")], &english);
    assert_eq!(text.lines().count(), 2);
}

#[test]
fn a_forecast_of_a_model_that_knows_nothing_says_so() {
    let english = style(Language::En);
    let mark = present::forecast_mark_text(&forward(false), &english).expect("a mark");
    assert!(mark.starts_with("No better than the base rate"), "{mark}");
    assert!(
        mark.ends_with("volume, average conversion and timing."),
        "{mark}"
    );
    assert!(present::forecast_mark_text(&forward(true), &english).is_none());
    let json = serde_json::to_value(present::outlook_json(&outlook(), &noticed()));
    let json = json.expect("plain keys");
    assert_eq!(json["better_than_base_rate"], false);
    assert_eq!(json["warnings"][0]["code"], "leak");
    let deals = Outlook {
        currency: "deals".to_owned(),
        ..outlook()
    };
    let text = present::outlook_text(&deals, &english);
    assert!(
        text.contains("951,234.4") && text.contains("655,000.0"),
        "{text}"
    );
}

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
    let mut bare = sources();
    bare.sources.truncate(1);
    for row in &mut bare.sources {
        (row.aov, row.revenue, row.spend, row.cac) = (None, None, None, None);
        (row.roi, row.roi_low, row.roi_high) = (None, None, None);
    }
    let text = present::sources_text(&bare, &english);
    assert!(
        !text.contains("AOV") && !text.contains("ROI") && !text.contains("status"),
        "{text}"
    );
    assert!(present::sources_text(&sources(), &english).contains("status"));
}

#[test]
fn segments_without_rules_are_empty() {
    let csv = present::segments_csv(&leads(), None);
    assert_eq!(csv, "lead_id,segment,tags,intent\na,,,\nc,,,\nb,,,\n");
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

#[test]
fn forecasts() {
    insta::assert_snapshot!(
        "forecast_en",
        present::outlook_text(&outlook(), &style(Language::En))
    );
    insta::assert_snapshot!("forecast_csv", present::outlook_csv(Some(&outlook())));
    let json = present::json(&outlook()).expect("plain keys");
    let data: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let month = data["months"][1].as_object().expect("a month");
    let keys: Vec<&str> = month.keys().map(String::as_str).collect();
    for key in [
        "month",
        "p10",
        "p20",
        "p50",
        "p80",
        "p90",
        "mean",
        "booked",
        "open_pipeline",
        "new_leads",
        "target",
        "p_attain",
    ] {
        assert!(keys.contains(&key), "{key} is missing");
    }
    assert!(month["target"].is_null() && month["p_attain"].is_null());
    assert_eq!(month["month"], "2026-08");
    // Without a forecast the file has its header, so that nothing of an earlier run stays.
    assert_eq!(present::outlook_csv(None).lines().count(), 1);
}

#[test]
fn sources_by_return() {
    let english = style(Language::En);
    insta::assert_snapshot!("sources_en", present::sources_text(&sources(), &english));
    insta::assert_snapshot!("sources_csv", present::sources_csv(Some(&sources())));
    let with_margin = Style {
        margin: 0.4,
        ..english
    };
    let text = present::sources_text(&sources(), &with_margin);
    assert!(text.contains("  ROI (80 %)") && !text.contains("revenue ROI"));
    assert_eq!(present::sources_csv(None).lines().count(), 1);
}

#[test]
fn segments_in_both_languages() {
    insta::assert_snapshot!(
        "segments_en",
        present::segments_text(&segments(), &style(Language::En))
    );
    insta::assert_snapshot!(
        "segments_zh",
        present::segments_text(&segments(), &style(Language::Zh))
    );
}

#[test]
fn a_model_that_knows_nothing_says_so_first() {
    let english = style(Language::En);
    insta::assert_snapshot!("train_en", present::train_text(&forward(true), &english));
    let record = present::record_sentence(&forward(false), &english);
    assert!(
        record.starts_with("No better than the base rate: "),
        "{record}"
    );
    let untested = TrainReport {
        forward: None,
        ..forward(false)
    };
    let record = present::record_sentence(&untested, &english);
    assert!(record.starts_with("Not tested"), "{record}");
    assert!(present::mark_text(&forward(true), &english).is_none());
    let marks = [&forward(false), &untested].map(|report| present::mark_text(report, &english));
    insta::assert_debug_snapshot!(marks, @r#"
    [
        Some(
            "No better than the base rate: what is known of a lead tells no more than its age does. Do not rank leads of the same age by these scores.",
        ),
        Some(
            "These scores are untried: the history is too short to test the model on a part of it.",
        ),
    ]
    "#);
    let undated = TrainReport {
        model: "undated".to_owned(),
        horizon_days: None,
        forward: None,
        cross_validation: Some(CrossValidation {
            folds: 5,
            n: 41_188,
            auc: None,
            log_loss: 0.28,
            brier: 0.08,
        }),
        ..forward(true)
    };
    insta::assert_snapshot!("train_undated", present::train_text(&undated, &english));
    let failed = TrainReport {
        converged: false,
        ..forward(true)
    };
    assert!(present::train_text(&failed, &english).contains("[not-converged]"));
}

fn leads() -> Leads {
    Leads {
        as_of: day("2026-07-01"),
        ids: ["b", "a", "c"].map(str::to_owned).to_vec(),
        input_row: vec![2, 0, 1],
        outcome: vec![Outcome::Open, Outcome::Open, Outcome::Won],
        created: vec![Some(day("2026-01-01")); 3],
        closed: vec![None, None, Some(day("2026-02-01"))],
        contacted: vec![None; 3],
        table: Table::with_rows(3),
        roles: BTreeMap::new(),
        known: BTreeMap::new(),
        stages: None,
        activities: None,
    }
}

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

#[test]
fn rejects_are_told_by_reason_with_an_example() {
    let reject = |row, code, column: &str| Reject {
        file: "leads.csv".to_owned(),
        row,
        column: column.to_owned(),
        code,
        reason: format!("`x{row}` is not a date"),
        line: String::new(),
    };
    let rejects = Rejects {
        rows: vec![
            reject(7, "wrong-width", ""),
            reject(8, "not-a-date", "created_at"),
            reject(9, "not-a-date", "created_at"),
        ],
        read: 12_000,
    };
    let english = style(Language::En);
    insta::assert_snapshot!(present::rejects_text(&rejects, "out/rejects.csv", &english), @"
    3 of 12,000 rows set aside; all of them, with reasons, are in out/rejects.csv
      2 x not-a-date, for example leads.csv:8:created_at: `x8` is not a date
      1 x wrong-width, for example leads.csv:7: `x7` is not a date
    ");
    assert_eq!(
        present::rejects_text(&Rejects::default(), "f", &english),
        ""
    );
}

#[test]
fn the_summary_of_a_run() {
    let (segments, list, outlook) = (segments(), calls(), outlook());
    let rows: Vec<_> = list.owners[0].calls.iter().map(|c| ("陈伟", c)).collect();
    let english = style(Language::En);
    let mut summary = Summary {
        name: "Demo",
        as_of: Some("2026-07-01".to_owned()),
        read: 12_003,
        rejected: 3,
        leads: [12_000, 2_871, 1_406, 7_723],
        segments: &segments,
        record: present::record_sentence(&forward(true), &english),
        warnings: String::new(),
        calls: &rows,
        outlook: Ok(&outlook),
        sources: Err("the project names no `source` column".to_owned()),
        findings: &[(
            "owners",
            "Wins more than expected of the leads: 陈伟.".to_owned(),
        )],
        folder: "out".to_owned(),
        owned_calls: true,
        files: &["rejects.csv", "scores.csv"],
    };
    insta::assert_snapshot!("summary_en", present::summary_text(&summary, &english));
    summary.outlook = Err("there are no dates".to_owned());
    summary.as_of = None;
    insta::assert_snapshot!(
        "summary_zh",
        present::summary_text(&summary, &style(Language::Zh))
    );
}
