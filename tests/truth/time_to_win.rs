//! The dated score in a world whose truth has a formula: predicted and actual wins, Brier against the oracle, intervals.
//!
//! 6,000 leads over 540 days, two features, a share of the losers never closed; the full size runs with
//! `cargo test --release --test truth time_to_win -- --ignored --nocapture`.
#![allow(
    clippy::print_stdout,
    reason = "the measurements are the point of these tests"
)]

use crate::common::{Life, leads, life_of, truth, two_features};
use forerun::domain::{Leads, Outcome};
use forerun::score::{LeadScore, at_creation, score, train};

const AGES: [(i32, i32); 6] = [
    (0, 15),
    (15, 45),
    (45, 90),
    (90, 180),
    (180, 365),
    (365, 9_999),
];
const DAYS: [i32; 3] = [30, 60, 90];

#[derive(Default)]
struct Band {
    n: u32,
    inside: u32,
    above: u32,
    predicted: f64,
    truth: f64,
}

/// What simulations add up to.
#[derive(Default)]
struct Sums {
    sims: f64,
    /// Mean over simulations of predicted / actual wins, by days.
    ratio: [f64; 3],
    /// Simulations whose number of wins lies in its interval, by days.
    totals_inside: [u32; 3],
    /// Wins predicted, and the sum of their true probabilities, within 30 and 90 days.
    predicted: [f64; 2],
    truth: [f64; 2],
    /// Sum of squared errors less the oracle's, within 30 and 90 days.
    brier: [f64; 2],
    leads: f64,
    bands: [Band; 6],
}

impl Sums {
    fn covered(&self) -> f64 {
        let sum = |of: fn(&Band) -> u32| f64::from(self.bands.iter().map(of).sum::<u32>());
        sum(|band| band.inside) / sum(|band| band.n)
    }

    fn totals_covered(&self) -> f64 {
        f64::from(self.totals_inside.iter().sum::<u32>()) / (3.0 * self.sims)
    }

    fn simulate(&mut self, never: f64, seed: u64) {
        let lives = two_features(6_000, never, 540.0, seed);
        let leads = leads(&lives, 540, &["x1", "x2"], &[]);
        let (model, _) = train(&leads, None, 1).expect("it can be trained");
        let scores = score(&model, &leads, None, false).expect("it can be scored");
        let horizon = f64::from(model.horizon().expect("dated"));
        let mut actual = [0.0; 3];
        for lead in &scores.leads {
            self.add(lead, &leads, &lives, never, horizon, &mut actual);
        }
        for (i, wins) in scores.expected_wins.iter().enumerate() {
            assert_eq!((wins.days, wins.leads), (DAYS[i], scores.leads.len()));
            self.ratio[i] += wins.mean / actual[i];
            self.totals_inside[i] += u32::from((wins.low..=wins.high).contains(&actual[i]));
        }
        self.sims += 1.0;
    }

    fn add(
        &mut self,
        lead: &LeadScore,
        leads: &Leads,
        lives: &[Life],
        never: f64,
        horizon: f64,
        actual: &mut [f64; 3],
    ) {
        let days = leads.age(lead.row, leads.as_of).expect("dated");
        // A lead came in at some time of its day; at 00:00 it is half a day older than the dates say.
        let age = f64::from(days) - 0.5;
        let life = life_of(lives, leads, lead.row);
        let left = life.closes_after.floor() - f64::from(days);
        let won = |days: i32| f64::from(u8::from(life.won && left < f64::from(days)));
        (0..3).for_each(|i| actual[i] += won(DAYS[i]));
        for (i, (p, d)) in [(lead.p_win_30d, 30), (lead.p_win_90d, 90)]
            .into_iter()
            .enumerate()
        {
            let oracle = truth(life, never, age, f64::from(d));
            self.predicted[i] += p.expect("dated").get();
            self.truth[i] += oracle;
            self.brier[i] += (p.expect("dated").get() - won(d)).powi(2) - (oracle - won(d)).powi(2);
        }
        self.leads += 1.0;
        let truth = truth(life, never, age, horizon);
        let band = AGES
            .iter()
            .position(|&(from, to)| (from..to).contains(&days));
        let band = &mut self.bands[band.expect("a band")];
        let end = |p: Option<forerun::domain::Probability>| p.expect("open").get();
        band.n += 1;
        band.inside += u32::from((end(lead.p_win_low)..=end(lead.p_win_high)).contains(&truth));
        band.above += u32::from(truth > end(lead.p_win_high));
        band.predicted += end(lead.p_win);
        band.truth += truth;
    }

    fn print(&self, never: f64) {
        println!(
            "losers never closed: {never}; {} simulations; predicted / actual wins within 30, 60, 90 days {:.3?}; their \
             80 % intervals hold {:?} ({:.3}); Brier above the oracle's within 30 and 90 days {:.5?}; intervals of p_win \
             hold {:.3} of the true probabilities:",
            self.sims,
            self.ratio.map(|ratio| ratio / self.sims),
            self.totals_inside,
            self.totals_covered(),
            self.brier.map(|brier| brier / self.leads),
            self.covered(),
        );
        for ((from, to), band) in AGES.iter().zip(&self.bands) {
            println!(
                "    age {from:>3}-{to:<4} n {:>6} held {:.3} truth above {:.3} predicted {:8.1} true {:8.1}",
                band.n,
                f64::from(band.inside) / f64::from(band.n.max(1)),
                f64::from(band.above) / f64::from(band.n.max(1)),
                band.predicted,
                band.truth,
            );
        }
    }
}

#[test]
#[ignore = "minutes in a debug build; run with --release"]
fn thirty_simulations_of_six_thousand_leads() {
    for never in [0.3, 0.0] {
        let mut sums = Sums::default();
        (0..30).for_each(|seed| sums.simulate(never, 7_000 + seed));
        sums.print(never);
        for ratio in sums.ratio {
            assert!((0.93..1.07).contains(&(ratio / sums.sims)));
        }
        for brier in sums.brier {
            assert!(brier / sums.leads < 0.001);
        }
        assert!((0.74..0.86).contains(&sums.covered()));
        // 90 intervals that hang together in threes: by chance alone their share is known to about five points.
        assert!((0.69..0.91).contains(&sums.totals_covered()));
    }
}

#[test]
fn open_leads_are_predicted_right_whether_losers_are_closed_or_not() {
    for never in [0.3, 0.0] {
        let mut sums = Sums::default();
        (0..4).for_each(|seed| sums.simulate(never, 100 + seed));
        for (predicted, truth) in sums.predicted.iter().zip(sums.truth) {
            let ratio = predicted / truth;
            assert!((0.9..1.1).contains(&ratio), "{never}: {ratio}");
        }
        assert!(
            (0.65..0.95).contains(&sums.covered()),
            "{never}: {}",
            sums.covered()
        );
        assert!(sums.brier.iter().all(|brier| brier / sums.leads < 0.003));
    }
}

/// Aalen and Johansen's estimate of P(won within h days of creation), by h: what the closings say without any model.
fn aalen_johansen(leads: &Leads, horizon: i32) -> Vec<f64> {
    let lived = |row: usize| {
        let created = leads.created[row].expect("dated");
        leads.closed[row].unwrap_or(leads.as_of) - created
    };
    let (mut open, mut won, mut all) = (1.0, 0.0, vec![0.0]);
    for day in 0..horizon {
        let (mut at_risk, mut wins, mut losses) = (0.0, 0.0, 0.0);
        for row in (0..leads.len()).filter(|&row| lived(row) >= day) {
            let closed = leads.outcome[row] != Outcome::Open;
            // A lead still open on its last day has not seen that day through.
            if !closed && lived(row) == day {
                continue;
            }
            at_risk += 1.0;
            if closed && lived(row) == day {
                *(if leads.outcome[row] == Outcome::Won {
                    &mut wins
                } else {
                    &mut losses
                }) += 1.0;
            }
        }
        let at_risk = f64::max(at_risk, 1.0);
        won += open * wins / at_risk;
        open *= 1.0 - (wins + losses) / at_risk;
        all.push(won);
    }
    all
}

#[test]
fn without_features_the_curve_is_that_of_aalen_and_johansen() {
    for never in [0.3, 0.0] {
        let lives = two_features(6_000, never, 540.0, 31);
        let leads = leads(&lives, 540, &[], &[]);
        let (model, _) = train(&leads, None, 1).expect("it can be trained");
        let horizon = model.horizon().expect("dated");
        let rows: Vec<usize> = (0..leads.len()).collect();
        let curves = at_creation(&model, &leads, None, &rows)
            .expect("it fits")
            .curves(&model);
        for (day, by_count) in aalen_johansen(&leads, horizon).into_iter().enumerate() {
            // The weekday of creation may be in the model: the mean over leads is what no feature moves.
            let won = |curve| curves.won_within(curve, day as f64);
            let by_model = (0..rows.len()).map(won).sum::<f64>() / rows.len() as f64;
            assert!(
                (by_model - by_count).abs() < 0.01,
                "{never}, day {day}: {by_model} against {by_count}"
            );
        }
    }
}
