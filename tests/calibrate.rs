//! Calibration maps and the Odoo baseline against reference packages, and how maps do by size.

use forerun::score::baseline::{Odoo, OdooCells};
use forerun::score::calibrate::Calibration;
use serde_json::Value;

fn golden(name: &str) -> Value {
    let file = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(file).expect("the file is here"))
        .expect("it is JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    let of = |value: &Value| value.as_f64().expect("a number");
    value.as_array().expect("a list").iter().map(of).collect()
}

/// The generator of the scripts.
struct Uniforms(u64);

impl Iterator for Uniforms {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        Some((self.0 >> 11) as f64 / (1_u64 << 53) as f64)
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// `tests/peers/calibration.py` made the expected values, with statsmodels.
#[test]
fn the_maps_are_those_of_the_reference() {
    for case in golden("calibration").as_array().expect("cases") {
        let n = case["n"].as_u64().expect("n") as usize;
        let bend = numbers(&case["bend"]);
        let u: Vec<f64> = Uniforms(case["seed"].as_u64().expect("seed"))
            .take(2 * n)
            .collect();
        let z: Vec<f64> = (0..n).map(|i| 6.0 * u[2 * i] - 4.0).collect();
        let won: Vec<bool> = (0..n)
            .map(|i| {
                let p = sigmoid(z[i]);
                let q = sigmoid(0.3 + bend[0] * p.ln() - bend[1] * (1.0 - p).ln());
                u[2 * i + 1] < q
            })
            .collect();
        let near = |found: &[f64], expected: &[f64]| {
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
            }
        };
        let Calibration::Shift { a } = Calibration::shift(&z, &won) else {
            panic!("a shift")
        };
        near(&[a], &[case["shift"].as_f64().expect("shift")]);
        let Calibration::Platt { a, b } = Calibration::platt(&z, &won) else {
            panic!("a line")
        };
        near(&[a, b], &numbers(&case["platt"]));
        let Calibration::Beta { a, b, c } = Calibration::beta(&z, &won) else {
            panic!("a beta map")
        };
        near(&[a, b, c], &numbers(&case["beta"]));
    }
}

/// `tests/peers/odoo_scoring.py` made the expected values.
#[test]
fn odoo_scores_as_the_reference_does() {
    let mut u = Uniforms(7);
    let mut draw = || {
        let mut next = || u.next().expect("endless");
        let stage = (next() * 4.0) as usize;
        let fields: Vec<Option<u32>> = [3.0, 2.0, 6.0]
            .into_iter()
            .map(|levels| {
                let value = (next() * (levels + 1.0)) as u32;
                (f64::from(value) < levels).then_some(value)
            })
            .collect();
        let lift = if fields[1] == Some(1) { 0.15 } else { 0.0 };
        let won = next() < 0.15 + 0.1 * stage as f64 + lift;
        (OdooCells { stage, fields }, won)
    };
    let closed: Vec<_> = (0..300).map(|_| draw()).collect();
    let odoo = Odoo::learn(closed.into_iter(), 4);
    for expected in numbers(&golden("odoo")["p"]) {
        let p = odoo.score(&draw().0).expect("there are closed leads");
        assert!((p - expected).abs() < 1e-9, "{p} for {expected}");
    }
    assert_eq!(Odoo::learn(std::iter::empty(), 4).score(&draw().0), None);
}

/// Log-odds as a model gives them where about 15 % are won: normal, nearly.
fn log_odds(u: &mut Uniforms) -> f64 {
    -2.3 + 1.4 * (u.by_ref().take(12).sum::<f64>() - 6.0)
}

/// Mean excess log loss x 1000 over the truth of maps learnt from `n` cases, over `draws` draws: none, shift, Platt, beta,
/// and the one that the size chooses.
fn excess(n: usize, draws: usize, truth: Calibration, u: &mut Uniforms) -> [f64; 5] {
    let far: Vec<f64> = (0..2_000).map(|_| log_odds(u)).collect();
    let mut sum = [0.0; 5];
    for _ in 0..draws {
        let z: Vec<f64> = (0..n).map(|_| log_odds(u)).collect();
        let won: Vec<bool> = z
            .iter()
            .map(|&z| u.next().expect("endless") < truth.probability(z))
            .collect();
        let half = n / 2;
        let blocks = [
            (z[..half].to_vec(), won[..half].to_vec()),
            (z[half..].to_vec(), won[half..].to_vec()),
        ];
        let maps = [
            Calibration::None,
            Calibration::shift(&z, &won),
            Calibration::platt(&z, &won),
            Calibration::beta(&z, &won),
            Calibration::by_size(&blocks),
        ];
        for (sum, map) in sum.iter_mut().zip(maps) {
            *sum += far
                .iter()
                .map(|&z| divergence(truth.probability(z), map.probability(z)))
                .sum::<f64>();
        }
    }
    sum.map(|sum| 1_000.0 * sum / (draws * far.len()) as f64)
}

/// What believing `p` costs where `truth` holds, nats.
fn divergence(truth: f64, p: f64) -> f64 {
    let p = p.clamp(1e-12, 1.0 - 1e-12);
    truth * (truth / p).ln() + (1.0 - truth) * ((1.0 - truth) / (1.0 - p)).ln()
}

const LINE: Calibration = Calibration::Platt { a: 0.2, b: 0.55 };
const BENT: Calibration = Calibration::Beta {
    a: 0.8,
    b: 1.6,
    c: -0.2,
};

/// Few cases carry a shift, some a line, many a curve; and learning more than the cases carry is worse than nothing.
#[test]
fn what_to_learn_depends_on_how_much_there_is() {
    let mut u = Uniforms(99);
    let few = excess(100, 60, LINE, &mut u);
    let [none, shift, platt, _, chosen] = few;
    assert!(chosen < none && shift < none && platt < none, "{few:?}");
    let some = excess(1_000, 30, LINE, &mut u);
    let [none, shift, platt, beta, chosen] = some;
    assert!(platt < beta && beta < shift && shift < none, "{some:?}");
    assert!(
        (platt - chosen).abs() < 1e-9,
        "Platt is what this size takes: {some:?}"
    );
    assert!(platt < 3.0, "{some:?}");
    let many = excess(10_000, 6, BENT, &mut u);
    let [none, shift, platt, beta, chosen] = many;
    assert!(beta < platt && platt < shift && shift < none, "{many:?}");
    assert!(chosen <= platt, "{many:?}");
    // A line that is right already: 15 wins cannot better it much, nor spoil it much.
    let right = excess(100, 60, Calibration::Platt { a: 0.0, b: 1.0 }, &mut u);
    assert!(
        right[4] < right[2],
        "a shift spoils less than a line: {right:?}"
    );
}

#[test]
#[ignore = "prints the table; run with --release"]
#[allow(clippy::print_stdout, reason = "the measurement is the point")]
fn excess_log_loss_by_size() {
    let mut u = Uniforms(100);
    println!("excess log loss x1000: none shift Platt beta by-size");
    for (n, draws) in [(100, 400), (1_000, 100), (10_000, 20)] {
        for (name, truth) in [("line", LINE), ("bent", BENT)] {
            let row = excess(n, draws, truth, &mut u).map(|x| format!("{x:6.2}"));
            println!("{n:6} {name}: {}", row.join(" "));
        }
    }
}
