//! Long is long for a kind of lead: the same days in a stage mean one thing of a quick source, another of a slow one.

mod common;

use common::{Life, leads};
use forerun::domain::{Day, Leads, Moment, Probability, StageHistory, Timeline};
use forerun::score::{score, train};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Gamma, LogNormal};

const AS_OF: i32 = 730;

/// Two sources, of which `slow` takes five times as long for everything; the same share of both is won. Winners enter the
/// second stage after a third of their time and the third after two thirds; losers stay in the first or the second.
fn lives(n: usize, seed: u64) -> Vec<Life> {
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
    let won_after = Gamma::new(1.8, 10.0).expect("valid");
    let lost_after = LogNormal::new(14_f64.ln(), 0.8).expect("valid");
    (0..n)
        .map(|i| {
            let slow = rng.random::<f64>() < 0.4;
            let times = if slow { 5.0 } else { 1.0 };
            let won = rng.random::<f64>() < 0.15;
            let after = if won {
                won_after.sample(&mut rng)
            } else if rng.random::<f64>() < 0.3 {
                f64::INFINITY
            } else {
                lost_after.sample(&mut rng)
            };
            Life {
                id: format!("L{i:06}"),
                created: (rng.random::<f64>() * f64::from(AS_OF)) as i32,
                closes_after: times * after,
                won,
                numbers: Vec::new(),
                texts: vec![if slow { "slow" } else { "quick" }.to_owned()],
                amount: 1_000.0,
                truth: (0.15, 1.8, 10.0 * times),
            }
        })
        .collect()
}

/// The company as known on the last day, with its stage history.
fn company(lives: &[Life], seed: u64) -> Leads {
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
    let mut leads = leads(lives, AS_OF, &[], &["source"]);
    let mut events: Vec<(usize, Moment, u32)> = Vec::new();
    for row in 0..leads.len() {
        let life = &lives[leads.ids[row][1..].parse::<usize>().expect("a number")];
        let times = life.truth.2 / 10.0;
        let steps = if life.won {
            vec![0.0, life.closes_after / 3.0, life.closes_after * 2.0 / 3.0]
        } else {
            // A loser that goes on does so as a winner would.
            let next = times * Gamma::new(1.8, 10.0).expect("valid").sample(&mut rng) / 3.0;
            let goes_on = rng.random::<f64>() < 0.4 && next < life.closes_after;
            if goes_on { vec![0.0, next] } else { vec![0.0] }
        };
        for (stage, after) in steps.into_iter().enumerate() {
            let day = life.created + after as i32;
            if day < AS_OF {
                events.push((row, Day::from_epoch_days(day).start(), stage as u32));
            }
        }
    }
    let at: Vec<_> = events.iter().map(|&(row, at, _)| (row, at)).collect();
    let (timeline, order) = Timeline::new(leads.len(), &at);
    leads.stages = Some(StageHistory {
        timeline,
        stage: order.iter().map(|&i| events[i].2).collect(),
        names: ["New", "Qualified", "Proposal"].map(str::to_owned).to_vec(),
        ordered: 3,
    });
    leads
}

#[test]
fn a_month_in_a_stage_is_long_for_a_quick_source_only() {
    // Open leads that have been in their stage for one to two months: chances told, wins that came, leads.
    let (mut quick, mut slow) = ([0.0; 3], [0.0; 3]);
    for seed in 1..=4 {
        let lives = lives(9_000, seed);
        let leads = company(&lives, seed);
        let (model, _) = train(&leads, None, seed).expect("it trains");
        let stages = leads.stages.as_ref().expect("stages");
        for lead in &score(&model, &leads, None, false).expect("it scores").leads {
            let life = &lives[leads.ids[lead.row][1..].parse::<usize>().expect("a number")];
            let (_, since) = stages.stage_as_of(lead.row, leads.as_of).expect("in one");
            if !(30..60).contains(&(leads.as_of - since)) {
                continue;
            }
            let after = life.closes_after - f64::from(AS_OF - life.created);
            let of = if life.texts[0] == "quick" {
                &mut quick
            } else {
                &mut slow
            };
            of[0] += lead.p_win_90d.map_or(0.0, Probability::get);
            of[1] += f64::from(u8::from(life.won && after < 90.0));
            of[2] += 1.0;
        }
    }
    assert!(quick[2] > 200.0 && quick[1] == 0.0, "{quick:?}");
    assert!(quick[0] / quick[2] < 0.003, "{quick:?}");
    assert!(slow[1] > 30.0, "{slow:?}");
    assert!((0.75..1.33).contains(&(slow[0] / slow[1])), "{slow:?}");
}
