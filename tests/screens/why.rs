//! An explanation on screen, made by hand so that its numbers stay.

use forerun::domain::Month;
use forerun::kpi::bridge::{
    Against, Effect, Explanation, Factor, LargeDeal, Method, RateChange, Wave,
};
use forerun::present::{self, Style};
use forerun::project::{Language, load};

use crate::support::{day, minimal};

fn style(language: Language) -> Style {
    let folder = minimal("created = \"created_at\"\n");
    let mut project = load(&folder.path("forerun.toml")).expect("a project");
    project.language = language;
    Style::of(&project, None)
}

fn effect(factor: Factor, values: [f64; 2], effect: [f64; 3], real: bool) -> Effect {
    Effect {
        factor,
        before: Some(values[0]),
        after: Some(values[1]),
        at_equal_days: None,
        effect: effect[0],
        low: effect[1],
        high: effect[2],
        p: if real { 0.001 } else { 0.4 },
        real,
        sources: Vec::new(),
    }
}

fn explanation(against: Against) -> Explanation {
    let mut leads = effect(
        Factor::NewLeads,
        [412.0, 330.0],
        [-52_000.0, -70_000.0, -34_000.0],
        true,
    );
    leads.sources = vec![
        ("Search".to_owned(), -40_000.0),
        ("Fair".to_owned(), -14_000.0),
        ("Partner".to_owned(), 2_000.0),
    ];
    Explanation {
        month: Month::new(2026, 6),
        against,
        other: None,
        until: day("2026-07-01"),
        complete: true,
        days: 30,
        currency: "CNY".to_owned(),
        base: 500_000.0,
        actual: 420_500.0,
        change: -79_500.0,
        change_low: -120_000.0,
        change_high: -40_000.0,
        change_p: 0.01,
        change_real: true,
        forecast: Some(500_000.0),
        forecast_low: Some(460_000.0),
        forecast_high: Some(545_000.0),
        forecast_month: Some(500_000.0),
        target: None,
        target_gap: None,
        p_target: None,
        method: Method::Shapley,
        effects: vec![
            leads,
            effect(
                Factor::LeadMix,
                [0.045, 0.046],
                [1_500.0, -900.0, 4_100.0],
                false,
            ),
            effect(
                Factor::Speed,
                [1.02, 0.94],
                [-21_000.0, -52_000.0, 9_000.0],
                false,
            ),
            effect(
                Factor::WinRate,
                [1.0, 0.97],
                [-8_000.0, -40_000.0, 25_000.0],
                false,
            ),
            effect(
                Factor::OrderValue,
                [9_800.0, 9_700.0],
                [-0.4, -30_000.0, 30_000.0],
                false,
            ),
            effect(
                Factor::LargeDeals,
                [3_000.0, 3_000.0],
                [0.4, -9_000.0, 8_000.0],
                false,
            ),
        ],
        levers: vec![Factor::NewLeads],
        by_source: true,
        win_rate: None,
        largest: Some(LargeDeal {
            lead: "L0042".to_owned(),
            amount: 61_000.0,
            usual: 58_000.0,
        }),
        record_ends: None,
        leads_fell: None,
        wave: None,
        warnings: Vec::new(),
    }
}

/// Against the target, in the middle of the month.
fn target() -> Explanation {
    Explanation {
        complete: false,
        until: day("2026-06-16"),
        days: 15,
        base: 600_000.0,
        change: -179_500.0,
        target: Some(1_200_000.0),
        target_gap: Some(-100_000.0),
        p_target: Some(0.004),
        change_real: false,
        ..explanation(Against::Target)
    }
}

/// Against the month before, in deals, without sources.
fn months() -> Explanation {
    let mut effects = explanation(Against::LastMonth).effects;
    effects.truncate(4);
    for (effect, size) in effects.iter_mut().zip([-6.0, 0.0, -2.0, 1.0]) {
        effect.effect = size;
        (effect.low, effect.high) = (size - 3.0, size + 3.0);
        effect.real = false;
        effect.sources.clear();
    }
    let calendar = effect(Factor::Calendar, [29.8, 30.6], [2.0, 1.8, 2.1], false);
    effects.insert(2, calendar);
    let pipeline = effect(Factor::Pipeline, [18.25, 16.0], [-5.0, -8.5, -1.5], false);
    effects.insert(0, pipeline);
    Explanation {
        other: Some(Month::new(2026, 5)),
        currency: "deals".to_owned(),
        base: 50.0,
        actual: 40.0,
        change: -10.0,
        change_low: -18.0,
        change_high: -2.0,
        forecast: None,
        forecast_low: None,
        forecast_high: None,
        forecast_month: None,
        method: Method::Lmdi,
        effects,
        levers: Vec::new(),
        by_source: false,
        win_rate: Some(RateChange {
            rate: [0.182, 0.151],
            n: [274.0, 265.0],
            by_rate: -0.0281,
            by_mix: -0.0029,
            groups: Vec::new(),
        }),
        largest: None,
        ..explanation(Against::LastMonth)
    }
}

#[test]
fn in_both_languages() {
    for (language, code) in [(Language::En, "en"), (Language::Zh, "zh")] {
        let style = style(language);
        let text = |explanation: &Explanation| present::why_text(explanation, &style);
        insta::assert_snapshot!(
            format!("forecast_{code}"),
            text(&explanation(Against::Forecast))
        );
        insta::assert_snapshot!(format!("target_{code}"), text(&target()));
        insta::assert_snapshot!(format!("months_{code}"), text(&months()));
    }
}

#[test]
fn nothing_large_and_nothing_real_are_said() {
    let style = style(Language::En);
    let mut plain = explanation(Against::Forecast);
    plain.levers.clear();
    let text = present::why_text(&plain, &style);
    assert!(
        text.ends_with("What is real is small: no lever moved the month by much.\n"),
        "{text}"
    );
    plain.change_real = false;
    plain
        .effects
        .iter_mut()
        .for_each(|effect| effect.real = false);
    let text = present::why_text(&plain, &style);
    assert!(text.contains("No lever stands out"), "{text}");
    assert!(text.contains("at the edge of normal variation"), "{text}");
    let mut between = months();
    between.by_source = true;
    let told = present::why_text(&between, &style);
    let rates = "Of the leads decided, 15.1 % were won (n 265), 18.2 % in 2026-05 (n 274): -2.8 points by the rates of the \
                 sources, -0.3 by their mix.";
    assert!(told.contains(rates), "{told}");
    plain.actual = 480_000.0;
    let text = present::why_text(&plain, &style);
    assert!(text.contains("is within normal variation"), "{text}");
}

#[test]
fn what_is_not_proven_is_said_before_what_is() {
    let style = style(Language::En);
    let text = |explanation: &Explanation| present::why_text(explanation, &style);
    let mut unproven = explanation(Against::Forecast);
    unproven.effects[2].effect = -60_000.0;
    let told = text(&unproven);
    let ending = "Not proven, though larger: speed of decisions (-60,000). Large and real: new leads (-52,000).\n";
    assert!(told.ends_with(ending), "{told}");
    unproven.levers.clear();
    let told = text(&unproven);
    assert!(told.contains("(-60,000). What is real is small"), "{told}");
    unproven.change_real = false;
    let told = text(&unproven);
    let ending = "Beyond chance by itself: new leads (-52,000). The month as a whole is within normal variation.\n";
    assert!(told.ends_with(ending), "{told}");
}

#[test]
fn normal_beside_an_interval_apart_from_nothing_shows_its_p() {
    let mut plain = explanation(Against::Forecast);
    let style = style(Language::En);
    assert!(!present::why_text(&plain, &style).contains("normal (p"));
    (plain.effects[1].low, plain.effects[1].p) = (600.0, 0.04);
    let text = present::why_text(&plain, &style);
    assert!(
        text.contains("normal (p 0.04)") && text.contains("normal (p ..):"),
        "{text}"
    );
}

#[test]
fn a_target_below_the_forecast_is_called_so() {
    let mut low = target();
    low.target_gap = Some(100_000.0);
    let text = present::why_text(&low, &style(Language::En));
    assert!(
        text.contains("target below forecast") && !text.contains("target above forecast"),
        "{text}"
    );
}

#[test]
fn sources_add_up_to_their_effect() {
    let mut plain = explanation(Against::Forecast);
    let style = style(Language::En);
    let text = present::why_text(&plain, &style);
    let told = "By source: Search -40,000, Fair -14,000, all others +2,000.";
    assert!(text.contains(told), "{text}");
    plain.effects[0].sources.truncate(1);
    plain.effects[0].sources[0].1 = plain.effects[0].effect;
    let text = present::why_text(&plain, &style);
    assert!(text.contains("By source: Search -52,000.\n"), "{text}");
}

#[test]
fn the_end_of_the_record_and_the_quarter_are_said_beside_the_levers() {
    let mut plain = months();
    plain.change_real = true;
    plain.record_ends = Some(day("2026-05-31"));
    let english = style(Language::En);
    let text = present::why_text(&plain, &english);
    let told = "No lead came in after 2026-05-31: new leads (-6.0) are the end of the record";
    assert!(
        text.contains(told) && text.contains("end of record"),
        "{text}"
    );
    let largest = "the largest are opening pipeline (-5.0), speed of decisions (-2.0).";
    assert!(text.contains(largest), "{text}");
    plain.record_ends = None;
    plain.wave = Some(Wave {
        best: 3,
        weakest: 1,
        times: 1.84,
        months: 10,
        effect: -14.0,
    });
    plain.effects[4].real = true;
    let text = present::why_text(&plain, &english);
    let told = "its third month brings 1.8 times as many as its first (10 months). That alone makes about -14.0";
    assert!(text.contains(told), "{text}");
    let ending = "What is real follows the quarter: no lever beside it moved the month by much.\n";
    assert!(text.ends_with(ending), "{text}");
    plain.leads_fell = Some(700);
    for style in [english, style(Language::Zh)] {
        let text = present::why_text(&plain, &style);
        assert!(text.contains("2026-06"), "{text}");
    }
}

#[test]
fn a_range_apart_from_nothing_is_not_called_normal() {
    let style = style(Language::En);
    let mut plain = months();
    plain.change_real = false;
    plain.change_p = 0.1;
    let text = present::why_text(&plain, &style);
    assert!(
        text.contains("not clearly beyond normal variation"),
        "{text}"
    );
    plain.change_high = 2.0;
    let text = present::why_text(&plain, &style);
    assert!(text.contains("within normal variation: without"), "{text}");
}

#[test]
fn a_target_missed_by_less_than_was_missing_on_the_first_day_is_told_in_sums() {
    let style = style(Language::En);
    let mut made_up = target();
    made_up.change = -20_000.0;
    let text = present::why_text(&made_up, &style);
    let told = "On the first day the forecast lay -100,000 from the target, and the month moved it by +80,000: -20,000 is left.";
    assert!(text.contains(told), "{text}");
}

#[test]
fn without_losses_speed_and_win_rate_are_one_line() {
    let mut plain = explanation(Against::Forecast);
    plain
        .effects
        .retain(|effect| effect.factor != Factor::Speed);
    let text = present::why_text(&plain, &style(Language::En));
    assert!(text.contains("\nspeed and win rate "), "{text}");
}
