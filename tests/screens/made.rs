//! Results made by hand, so that their numbers stay.

use std::collections::BTreeMap;

use forerun::decide::{CallList, OwnerCalls, PlannedCall, SourceRow, Sources, Status};
use forerun::domain::{Day, Leads, ListPlace, Month, Outcome, Probability, Table};
use forerun::forecast::{MonthOutlook, Outlook};
use forerun::kpi::SegmentRow;
use forerun::present::{Style, words};
use forerun::project::Language;
use forerun::score::{Forward, Reason, ReasonKind, TrainReport, Warning};
use forerun::segment::Intent;

pub(crate) fn day(text: &str) -> Day {
    text.parse().expect("a date")
}

pub(crate) fn p(value: f64) -> Option<Probability> {
    Probability::try_from(value).ok()
}

pub(crate) fn style(language: Language) -> Style {
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

pub(crate) fn reason(feature: &str, value: &str, contribution: f64) -> Reason {
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

pub(crate) fn call(rank: usize, lead: &str, overdue: bool) -> PlannedCall {
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

pub(crate) fn calls() -> CallList {
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

pub(crate) fn month(year: i32, number: i32, target: Option<f64>) -> MonthOutlook {
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

pub(crate) fn outlook() -> Outlook {
    Outlook {
        as_of: day("2026-07-01"),
        currency: "CNY".to_owned(),
        months: vec![month(2026, 7, Some(1_420_000.0)), month(2026, 8, None)],
        draws: 2000,
        record: vec![],
        warnings: vec![],
    }
}

pub(crate) fn sources() -> Sources {
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

pub(crate) fn segments() -> Vec<SegmentRow> {
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

pub(crate) fn forward(better: bool) -> TrainReport {
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
pub(crate) fn noticed() -> TrainReport {
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

pub(crate) fn leads() -> Leads {
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
