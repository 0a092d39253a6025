//! The funnel of owners and the shrunken ratios against scipy and statsmodels: tests/peers/owners.py.

use forerun::kpi::{Tally, Verdict, funnel, shrink};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/owners.json")).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn tallies(funnel: &Value) -> Vec<Tally> {
    let of = |row: &Value| Tally {
        leads: number(&row[0]),
        won: number(&row[1]),
        expected: number(&row[2]),
        plain_variance: number(&row[3]),
        variance: number(&row[4]),
        skew: number(&row[5]),
    };
    list(&funnel["tallies"]).iter().map(of).collect()
}

fn near(got: f64, wanted: &Value, within: f64, what: &str) {
    let wanted = number(wanted);
    let scale = wanted.abs().max(1e-12);
    assert!(
        (got - wanted).abs() <= within * scale,
        "{what}: {got}, wanted {wanted}"
    );
}

#[test]
fn the_funnel_is_that_of_the_reference() {
    for (i, wanted) in list(&golden()["funnels"]).iter().enumerate() {
        let told = funnel(&tallies(wanted));
        near(told.phi, &wanted["phi"], 1e-9, "phi");
        near(told.p_all.expect("many"), &wanted["p_all"], 1e-6, "p_all");
        for (k, place) in told.places.iter().enumerate() {
            near(place.z, &wanted["z"][k], 1e-9, "z");
            near(place.p, &wanted["p"][k], 1e-7, "p");
            for (limits, key) in [
                (place.limits_95, "limits_95"),
                (place.limits_998, "limits_998"),
            ] {
                for end in [0, 1] {
                    let wanted = &wanted[key][k][end];
                    assert!((limits[end] - number(wanted)).abs() < 1e-9, "{i} {key} {k}");
                }
            }
            let claimed = matches!(place.verdict, Verdict::Above | Verdict::Below);
            assert_eq!(Value::from(claimed), wanted["claims"][k], "{i} {k}");
        }
    }
}

#[test]
fn the_ratios_are_those_of_the_reference() {
    for wanted in list(&golden()["funnels"]) {
        let owners: Vec<(f64, f64, f64)> = (tallies(wanted).iter())
            .map(|tally| (tally.won, tally.expected, tally.variance))
            .collect();
        let told = shrink(&owners);
        near(told.spread, &wanted["spread"], 1e-3, "spread");
        for (ratio, wanted) in told.of.iter().zip(list(&wanted["ratios"])) {
            let ratio = ratio.expect("a ratio");
            near(ratio.mean, &wanted[0], 1e-3, "mean");
            near(ratio.low, &wanted[1], 2e-3, "low");
            near(ratio.high, &wanted[2], 2e-3, "high");
        }
    }
}

/// The correction for skewness against exact binomial tails.
#[test]
fn rare_wins_have_the_tails_of_a_binomial() {
    for tail in list(&golden()["tails"]) {
        let [n, won, p] = [0, 1, 2].map(|i| number(&tail[i]));
        let variance = n * p * (1.0 - p);
        let tally = Tally {
            leads: n,
            won,
            expected: n * p,
            plain_variance: variance,
            variance,
            skew: (1.0 - 2.0 * p) / variance.sqrt(),
        };
        let told = funnel(&[tally]).places[0].p;
        near(told, &tail[3], 0.35, "tail");
        let plain = libm_two_sided((won - n * p) / variance.sqrt());
        let off = |p: f64| (p / number(&tail[3])).ln().abs();
        assert!(off(told) < off(plain), "{told} {plain} {tail}");
    }
}

fn libm_two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}
