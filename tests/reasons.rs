//! Reasons add up to the score, whatever the company.

mod common;

use common::{Life, leads, two_features};
use forerun::domain::{Outcome, Role};
use forerun::score::{ReasonKind, score, train};
use proptest::prelude::*;

fn company(n: usize, never: f64, seed: u64, texts: bool) -> Vec<Life> {
    let mut lives = two_features(n, never, 400.0, seed);
    if texts {
        for (i, life) in lives.iter_mut().enumerate() {
            life.texts = vec![format!("s{}", (i * i + 3 * i) % 5), format!("o{}", i % 4)];
        }
    }
    lives
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn contributions_and_the_baseline_sum_to_the_log_odds(
        n in 500..1_200_usize,
        never in 0.0..0.5_f64,
        seed in 0..10_000_u64,
        as_of in 200..420_i32,
        dated in any::<bool>(),
        texts in any::<bool>(),
    ) {
        let lives = company(n, never, seed, texts);
        let names: &[&str] = if texts { &["source", "owner"] } else { &[] };
        let mut leads = leads(&lives, as_of, &["x1", "x2"], names);
        if texts {
            leads.roles.insert(Role::Owner, "owner".to_owned());
        }
        if !dated {
            leads.roles.remove(&Role::Created);
            leads.roles.remove(&Role::Closed);
        }
        let Ok((model, report)) = train(&leads, None, 1) else { return Ok(()) };
        let reference = report.reference.expect("whom reasons compare with");
        prop_assert!(reference.n > 0);
        prop_assert_eq!(reference.date.is_some(), dated);
        let scores = score(&model, &leads, None, false).expect("it fits");
        for lead in &scores.leads {
            prop_assert_eq!(leads.outcome[lead.row], Outcome::Open);
            let p = lead.p_win.expect("open").get();
            let sum: f64 = lead.reasons.iter().map(|reason| reason.contribution).sum();
            let log_odds = (p / (1.0 - p)).ln();
            prop_assert!((lead.baseline + sum - log_odds).abs() < 1e-9 * log_odds.abs().max(1.0));
            for reason in &lead.reasons {
                let can = reason.kind == ReasonKind::CanChange;
                prop_assert_eq!(can, reason.feature == "owner", "{}", reason.feature);
            }
        }
    }
}
