//! An evaluation on screen, from figures made by hand.

use forerun::present::evaluate_text;
use forerun::project::Language;
use forerun::score::{
    BaselineRow, Bin, Difference, Estimate, Evaluation, Figures, GroupRow, LiftRow, OriginRow,
    Warning,
};

use crate::made::{day, style};

fn estimate(value: f64, low: f64, high: f64) -> Estimate {
    Estimate { value, low, high }
}

fn figures(n: usize, won: usize) -> Figures {
    Figures {
        n,
        leads: n / 2,
        won,
        base_rate: won as f64 / n as f64,
        predicted: 0.025,
        auc: Some(estimate(0.812, 0.79, 0.834)),
        log_loss: estimate(0.1021, 0.0982, 0.1064),
        brier: estimate(0.0211, 0.0201, 0.0222),
        slope: Some(estimate(0.97, 0.88, 1.07)),
        observed_over_expected: estimate(1.12, 0.94, 1.33),
        ece: 0.0031,
        ece_null: 0.0042,
    }
}

fn group(name: &str, n: usize, won: usize) -> GroupRow {
    GroupRow {
        name: name.to_owned(),
        n,
        won,
        predicted: won as f64 * 0.9,
        observed_over_expected: Some(estimate(1.11, 0.8, 1.5)),
        auc: (won >= 10).then_some(0.8),
    }
}

fn baseline(name: &str, gain: f64) -> BaselineRow {
    BaselineRow {
        name: name.to_owned(),
        auc: Some(0.6),
        log_loss: 0.1021 + gain,
        brier: 0.022,
        observed_over_expected: 0.9,
        model_gain: Difference {
            gain,
            standard_error: 0.0015,
        },
    }
}

fn evaluation() -> Evaluation {
    let origin = |text: &str, until: &str, n, won| OriginRow {
        origin: day(text),
        until: day(until),
        learnt_from_won: 300,
        half_life_days: None,
        segment_used: false,
        figures: figures(n, won),
    };
    Evaluation {
        model: "dated".to_owned(),
        as_of: day("2026-07-01"),
        target: "won_90d".to_owned(),
        days_ahead: Some(90),
        origins: vec![
            origin("2025-11-03", "2026-01-02", 4_000, 100),
            origin("2026-02-01", "2026-04-02", 5_000, 150),
        ],
        pooled: figures(9_000, 250),
        reliability: vec![Bin {
            n: 900,
            won: 12,
            from: 0.000_1,
            to: 0.021,
            predicted: 0.011,
            observed: estimate(0.0133, 0.009, 0.0195),
        }],
        baselines: vec![
            baseline("base_rate", 0.031),
            baseline("age_alone", 0.012),
            baseline("rules_alone", 0.02),
            baseline("odoo", 0.2),
            baseline("recalibrated", -0.0004),
        ],
        owners: 12,
        lift: vec![LiftRow {
            days: 1,
            calls: 240,
            share_called: 0.1,
            wins_reached: 0.62,
            wins_reached_by_age: Some(0.31),
            lift: 6.2,
        }],
        segments: vec![group("hot", 1_000, 90), group("cold", 8_000, 160)],
        sources: vec![group("Search", 8_900, 246), group("", 100, 4)],
        better_than_base_rate: true,
        columns_help: true,
        warnings: Vec::new(),
        predictions: Vec::new(),
    }
}

#[test]
fn a_dated_evaluation() {
    let text = evaluate_text(&evaluation(), "Demo", 20, &style(Language::En));
    insta::assert_snapshot!("dated_en", text);
    let text = evaluate_text(&evaluation(), "Demo", 20, &style(Language::Zh));
    insta::assert_snapshot!("dated_zh", text);
}

#[test]
fn no_praise_beside_a_warning_and_no_empty_tables() {
    let mut found = evaluation();
    found.columns_help = false;
    found.warnings = vec![Warning {
        code: "no-signal".to_owned(),
        message: "What is known of a lead adds nothing beyond its age".to_owned(),
        column: None,
    }];
    (found.segments, found.sources, found.lift) = (Vec::new(), Vec::new(), Vec::new());
    let text = evaluate_text(&found, "Demo", 20, &style(Language::En));
    assert!(!text.contains("Better than"), "{text}");
    assert!(
        text.lines()
            .nth(1)
            .expect("a second line")
            .contains("[no-signal]"),
        "{text}"
    );
    for absent in ["SEGMENTS", "SOURCES", "WHAT CALLS REACH"] {
        assert!(!text.contains(absent), "{absent}");
    }
}
