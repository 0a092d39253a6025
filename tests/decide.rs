//! Calls and sources, from leads to lists, against companies whose truth is known.

mod common;

use common::{Life, leads, two_features};
use forerun::decide::{CallsAsk, Sources, SourcesError, calls, sources};
use forerun::domain::{Leads, Month, Role, SpendLine};
use forerun::project::Calls;
use forerun::score::{score, train};

const AS_OF: i32 = 540;

/// Three sources; the wins of `slow` take five times as long.
fn company(seed: u64) -> (Vec<Life>, Leads) {
    let mut lives = two_features(6_000, 0.3, 540.0, seed);
    for (i, life) in lives.iter_mut().enumerate() {
        let source = ["fast", "slow", "small"][if i % 20 == 0 { 2 } else { i % 2 }];
        if source == "slow" && life.won {
            life.closes_after *= 5.0;
        }
        life.texts = vec![source.to_owned()];
    }
    let known = leads(&lives, AS_OF, &["x1"], &["source"]);
    (lives, known)
}

fn judge(known: &Leads, spend: &[SpendLine]) -> Result<Sources, SourcesError> {
    sources(known, spend, 1.0, 1)
}

#[test]
fn a_slow_source_is_not_a_bad_one() {
    let (mut inside, mut all, mut raw, mut completed) = (0, 0, 0.0, 0.0);
    for seed in 0..4 {
        let (lives, known) = company(500 + seed);
        for row in judge(&known, &[]).expect("sources").sources {
            let of = || lives.iter().filter(|life| life.texts[0] == row.source);
            let truth = of().map(|life| life.truth.0).sum::<f64>() / of().count() as f64;
            inside += usize::from((row.conversion_low..=row.conversion_high).contains(&truth));
            all += 1;
            if row.source == "slow" {
                raw += row.won as f64 / row.leads as f64 / truth / 4.0;
                completed += row.conversion / truth / 4.0;
            }
        }
    }
    assert!(raw < 0.85, "so much is missing by counting: {raw}");
    assert!((completed - 1.0).abs() < 0.12, "completed: {completed}");
    assert!(inside >= 7, "{inside} of {all}");
}

#[test]
fn spend_meets_the_leads_of_its_months() {
    let (_, known) = company(1);
    let month = known.as_of.month() - 6;
    let line = |month: Month, spend| SpendLine {
        month,
        source: "fast".to_owned(),
        spend,
        visits: None,
        clicks: None,
    };
    let judged = judge(
        &known,
        &[line(month, 1000.0), line(known.as_of.month(), 9e9)],
    );
    let judged = judged.expect("sources");
    let row = (judged.sources.iter())
        .find(|row| row.source == "fast")
        .expect("fast");
    let bought = (0..known.len())
        .filter(|&row| known.text(Role::Source).and_then(|s| s.get(row)) == Some("fast"))
        .filter(|&row| known.created[row].is_some_and(|day| day.month() == month))
        .count() as f64;
    let aov = row.aov.expect("amounts");
    assert!((aov - 1_000.0).abs() < 1e-6, "every deal pays 1,000");
    // The rate of the source and what these very leads will have brought differ by chance alone.
    let roi = bought * row.conversion * aov / 1000.0 - 1.0;
    let (low, own, high) = (row.roi_low, row.roi.expect("an ROI"), row.roi_high);
    assert!((own - roi).abs() < 0.35 * (roi + 1.0), "{own} {roi}");
    assert!(low.expect("low") <= own && own <= high.expect("high"));
    let codes: Vec<&str> = judged.warnings.iter().map(|w| w.code.as_str()).collect();
    assert_eq!(codes, ["spend-left-out", "spend-covers-part"]);
}

#[test]
fn what_cannot_be_answered_is_refused_in_words() {
    let (_, mut known) = company(2);
    let mut nameless = known.clone();
    nameless.roles.remove(&Role::Source);
    let no_source = sources(&nameless, &[], 1.0, 1).expect_err("no source");
    known.roles.remove(&Role::Closed);
    let undated = sources(&known, &[], 1.0, 1).expect_err("no dates");
    insta::assert_snapshot!(format!("{no_source}\n{undated}"), @r#"
    no column says where a lead came from: name it as `source` under [leads], for example source = "lead_source", or divide the leads by another column: --by COLUMN
    to complete conversion for the age of the leads, sources need to know when leads come in and when they close: name the columns `created` and `closed` under [leads]
    "#);
}

#[test]
fn the_call_list_is_the_best_of_the_open_leads() {
    let (_, known) = company(3);
    let (model, _) = train(&known, None, 1).expect("it can be trained");
    let scores = score(&model, &known, None, false).expect("scores");
    let limits = Calls {
        capacity: 20,
        sla_days: 3,
        ..Calls::USUAL
    };
    let ask = CallsAsk {
        limits,
        ..CallsAsk::default()
    };
    let list = calls(&known, &scores, &ask);
    assert_eq!(list.owners.len(), 1);
    let owner = &list.owners[0];
    assert_eq!((owner.owner.as_str(), owner.calls.len()), ("(none)", 20));
    assert_eq!(owner.open, scores.leads.len());
    let least = owner.calls[19].call_value;
    let better = (scores.leads.iter())
        .filter(|lead| {
            let p = |p: Option<forerun::domain::Probability>| {
                p.map_or(0.0, forerun::domain::Probability::get)
            };
            let age = known.age(lead.row, known.as_of).expect("dated");
            let (chance, amount) = (p(lead.p_win_30d), lead.expected_amount.unwrap_or(1.0));
            chance * (1.0 - chance) * amount * list.freshness.at(age) > least
        })
        .count();
    assert!(
        better < 20,
        "{better} leads are worth more than the last of the list"
    );
}
