//! Small teams: a few wins give a useful answer, with intervals as wide as they must be.

mod common;

use common::{Life, leads, two_features};
use forerun::domain::{Category, Column, Known, Leads, Outcome, Role};
use forerun::score::{LeadScore, score, train};
use rand::{RngExt, SeedableRng};

/// A team with leads over nine months, of which about `rate` are ever won; winners take some weeks. Two sources, the second
/// twice as good.
fn team(n: usize, rate: f64, never: f64, seed: u64) -> (Vec<Life>, Leads) {
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
    let mut lives = two_features(n, never, 270.0, seed);
    for life in &mut lives {
        let good = rng.random::<f64>() < 0.3;
        let p = if good { 2.0 * rate } else { rate } / 1.3;
        life.won = rng.random::<f64>() < p;
        life.truth.0 = p;
        life.texts = vec![if good { "Referral" } else { "Search" }.to_owned()];
        life.closes_after = match (life.won, life.closes_after.is_infinite()) {
            (true, _) => 5.0 + 60.0 * rng.random::<f64>(),
            (false, true) => f64::INFINITY,
            (false, false) => 3.0 + 120.0 * rng.random::<f64>(),
        };
    }
    let leads = leads(&lives, 270, &["x1"], &["source"]);
    (lives, leads)
}

fn wins(leads: &Leads) -> usize {
    leads
        .outcome
        .iter()
        .filter(|&&outcome| outcome == Outcome::Won)
        .count()
}

/// P(won within 90 days | open at `age`) of the team's world: a winner takes 5 to 65 days, a loser 3 to 123 or for ever.
fn truth(p: f64, never: f64, age: f64) -> f64 {
    let later = |from: f64, to: f64| ((to - age) / (to - from)).clamp(0.0, 1.0);
    let (winner, loser) = (later(5.0, 65.0), never + (1.0 - never) * later(3.0, 123.0));
    p * winner / (p * winner + (1.0 - p) * loser)
}

fn scored(leads: &Leads) -> Vec<LeadScore> {
    let (model, report) = train(leads, None, 1).expect("a few wins are enough");
    let warned = report
        .warnings
        .iter()
        .any(|warning| warning.code == "very-few-wins");
    assert_eq!(warned, wins(leads) < 10);
    score(&model, leads, None, false)
        .expect("it is scored")
        .leads
}

#[allow(clippy::print_stdout, reason = "the figures of docs/accuracy.md")]
#[test]
fn a_few_wins_give_the_right_level_with_honest_intervals() {
    for (rate, low, high) in [(0.02, 1, 5), (0.04, 5, 9)] {
        let (mut predicted, mut expected, mut inside, mut sims) = (0.0, 0.0, 0, 0);
        for seed in 0..60 {
            let (lives, leads) = team(260, rate, 0.3, 900 + seed);
            if !(low..=high).contains(&wins(&leads)) {
                continue;
            }
            sims += 1;
            let (mut sum, mut true_sum, mut bounds) = (0.0, 0.0, [0.0, 0.0]);
            for lead in scored(&leads) {
                let life: usize = leads.ids[lead.row][1..].parse().expect("a number");
                let age = f64::from(leads.age(lead.row, leads.as_of).expect("dated")) - 0.5;
                sum += f64::from(lead.p_win_90d.expect("dated"));
                true_sum += truth(lives[life].truth.0, 0.3, age);
                // The interval is of p_win; its ends in proportion to those of 90 days.
                let share = f64::from(lead.p_win_90d.expect("dated"))
                    / f64::from(lead.p_win.expect("open")).max(1e-12);
                for (bound, p) in bounds.iter_mut().zip([lead.p_win_low, lead.p_win_high]) {
                    *bound += share * f64::from(p.expect("open"));
                }
            }
            predicted += sum;
            expected += true_sum;
            inside += i32::from(bounds[0] <= true_sum && true_sum <= bounds[1]);
        }
        let (ratio, covered) = (predicted / expected, f64::from(inside) / f64::from(sims));
        println!("rate {rate}: {sims} teams, predicted / true {ratio:.3}, covered {covered:.2}");
        assert!(sims >= 20, "{sims}");
        assert!((0.75..1.4).contains(&ratio), "rate {rate}: {ratio}");
        assert!(covered > 0.7, "rate {rate}: {covered}");
    }
}

#[test]
fn three_five_and_nine_wins_all_get_an_answer_dated_or_not() {
    let mut seen = [false; 10];
    for seed in 0..80 {
        let (_, leads) = team(200, 0.04, 0.3, 2_000 + seed);
        let n = wins(&leads);
        if n == 0 || n > 9 || seen[n] {
            continue;
        }
        seen[n] = true;
        for dated in [true, false] {
            let mut leads = leads.clone();
            if !dated {
                leads.roles.remove(&Role::Created);
                leads.roles.remove(&Role::Closed);
            }
            for lead in scored(&leads) {
                let [low, p, high] = [lead.p_win_low, lead.p_win, lead.p_win_high]
                    .map(|p| f64::from(p.expect("open")));
                assert!(low < p && p < high, "{n} wins: {low} {p} {high}");
                assert!(high / low > 1.5, "{n} wins: sure of {low} to {high}");
            }
        }
    }
    assert!([3, 5, 9].iter().all(|&n| seen[n]), "{seen:?}");
}

#[test]
fn no_win_says_what_would_help_and_no_loss_is_no_reason_to_refuse() {
    let (lives, _) = team(300, 0.05, 0.3, 3_000);
    let hopeless: Vec<Life> = lives
        .iter()
        .map(|life| Life {
            won: false,
            ..life.clone()
        })
        .collect();
    let error = train(&leads(&hopeless, 270, &["x1"], &["source"]), None, 1)
        .expect_err("no win")
        .to_string();
    assert!(
        error.contains("0 won") && error.contains("longer history"),
        "{error}"
    );
    let never_lost: Vec<Life> = lives
        .into_iter()
        .map(|life| Life {
            closes_after: if life.won {
                life.closes_after
            } else {
                f64::INFINITY
            },
            ..life
        })
        .collect();
    let open = leads(&never_lost, 270, &["x1"], &["source"]);
    let (_, report) = train(&open, None, 1).expect("nobody marks leads as lost");
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.code == "few-losses")
    );
    assert!(!scored(&open).is_empty());
}

#[test]
fn a_team_of_forty_leads_is_not_shut_out() {
    let (_, leads) = team(40, 0.15, 0.2, 3_001);
    assert!((1..10).contains(&wins(&leads)), "{}", wins(&leads));
    assert!(!scored(&leads).is_empty());
}

/// Sources that differ are told apart only as far as so few wins allow.
#[test]
fn sources_are_drawn_together() {
    let (_, mut leads) = team(200, 0.03, 0.3, 3_005);
    // All wins from one source of eight.
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let of = |row: usize| match leads.outcome[row] {
        Outcome::Won => Some("a"),
        _ => Some(names[row % 8]),
    };
    let sources = Column::Text(Category::from_texts((0..leads.len()).map(of)));
    leads.table.insert("source", sources);
    leads
        .known
        .insert("source".to_owned(), Known::Creation { declared: false });
    assert!((2..10).contains(&wins(&leads)), "{}", wins(&leads));
    for lead in scored(&leads) {
        let reason = lead
            .reasons
            .iter()
            .find(|reason| reason.feature == "source");
        let effect = reason.map_or(0.0, |reason| reason.contribution);
        assert!(
            effect.abs() < 1.2,
            "one source of eight had all few wins: {effect}"
        );
    }
}

/// Everything is decided within three days: nobody stays open for the week that the first step has, and all that are not won
/// in it are lost in it.
#[test]
fn a_trade_that_decides_within_days_is_learnt_from() {
    let (mut lives, _) = team(400, 0.2, 0.0, 3);
    for life in &mut lives {
        life.closes_after = life.closes_after.rem_euclid(3.0);
    }
    let leads = leads(&lives, 270, &["x1"], &["source"]);
    let (model, report) = train(&leads, None, 1).expect("nine months are enough");
    assert_eq!(report.horizon_days, Some(7));
    let rate = wins(&leads) as f64 / leads.outcome.len() as f64;
    let scored = score(&model, &leads, None, false)
        .expect("it is scored")
        .leads;
    let p: Vec<f64> = scored
        .iter()
        .filter_map(|lead| lead.p_win.map(f64::from))
        .collect();
    for p in p {
        assert!(p > rate / 4.0 && p < rate * 4.0, "{p} beside {rate}");
    }
}
