//! The score against companies whose truth is known.

mod common;

use common::{Life, leads, two_features};
use forerun::domain::{Leads, Outcome};
use forerun::score::{score, train};
use statrs::distribution::{ContinuousCDF, Gamma, LogNormal};

/// P(won within `days` more days | open at `age`) of the two-feature world.
fn truth(life: &Life, never: f64, age: f64, days: f64) -> f64 {
    let (p, shape, scale) = life.truth;
    let time = Gamma::new(shape, 1.0 / scale).expect("valid");
    let loss = LogNormal::new(30_f64.ln(), 0.8).expect("valid");
    let open_losers = never + (1.0 - never) * loss.sf(age);
    p * (time.cdf(age + days) - time.cdf(age)) / (p * time.sf(age) + (1.0 - p) * open_losers)
}

fn life_of<'a>(lives: &'a [Life], leads: &Leads, row: usize) -> &'a Life {
    let i: usize = leads.ids[row][1..].parse().expect("a number");
    &lives[i]
}

#[test]
fn open_leads_are_predicted_right_in_the_two_feature_world() {
    for never in [0.3, 0.0] {
        let mut ratios = [0.0; 2];
        let sims = 3;
        for seed in 0..sims {
            let lives = two_features(6_000, never, 540.0, 100 + seed);
            let leads = leads(&lives, 540, &["x1", "x2"], &[]);
            let (model, report) = train(&leads, None, 1).expect("it can be trained");
            let scores = score(&model, &leads, None, false).expect("it can be scored");
            let (mut predicted, mut expected) = ([0.0; 2], [0.0; 2]);
            for lead in &scores.leads {
                assert_eq!(leads.outcome[lead.row], Outcome::Open);
                let age = leads.age(lead.row, leads.as_of).map_or(0.0, f64::from);
                let life = life_of(&lives, &leads, lead.row);
                for (i, (p, days)) in [(lead.p_win_30d, 30.0), (lead.p_win_90d, 90.0)]
                    .into_iter()
                    .enumerate()
                {
                    predicted[i] += p.expect("dated").get();
                    expected[i] += truth(life, never, age, days);
                }
            }
            eprintln!(
                "{never} {seed}: {predicted:?} / {expected:?} {:?}",
                report.forward
            );
            for i in 0..2 {
                ratios[i] += predicted[i] / expected[i] / sims as f64;
            }
        }
        for ratio in ratios {
            assert!(
                (0.9..1.1).contains(&ratio),
                "never {never}: predicted / true {ratio:.3}"
            );
        }
    }
}
