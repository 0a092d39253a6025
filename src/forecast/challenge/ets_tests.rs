use super::*;
use serde_json::Value;

fn golden() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/ets.json");
    let text = std::fs::read_to_string(file).expect("golden values");
    serde_json::from_str(&text).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .expect("a list")
        .iter()
        .map(number)
        .collect()
}

/// A fit of the reference package.
struct Fit {
    model: String,
    y: Vec<f64>,
    smoothing: Smoothing,
    squares: f64,
    forecast: Vec<f64>,
}

fn fits() -> Vec<Fit> {
    let golden = golden();
    let fit = |fit: &Value| {
        let pace = |part: &str| number(&fit["pace"][part]);
        let mut states = [0.0; STATES];
        (states[0], states[1]) = (number(&fit["level"]), number(&fit["trend"]));
        states[2..].copy_from_slice(&numbers(&fit["seasons"]));
        Fit {
            model: fit["model"].as_str().expect("a name").to_owned(),
            y: numbers(&fit["y"]),
            smoothing: Smoothing {
                pace: Pace {
                    level: pace("level"),
                    trend: pace("trend"),
                    damping: pace("damping"),
                    season: pace("season"),
                },
                states,
                evidence: 0.0,
            },
            squares: number(&fit["squares"]),
            forecast: numbers(&fit["forecast"]),
        }
    };
    let fits: Vec<Fit> = golden["fits"]
        .as_array()
        .expect("a list")
        .iter()
        .map(fit)
        .collect();
    assert_eq!(fits.len(), 5);
    fits
}

#[test]
fn errors_and_forecasts_are_those_of_statsforecast_and_statsmodels() {
    for fit in fits() {
        let (.., squares) = fit.smoothing.run(&fit.y);
        assert!(
            (squares / fit.squares - 1.0).abs() < 1e-9,
            "{}: {squares} {}",
            fit.model,
            fit.squares
        );
        for (ours, theirs) in fit.smoothing.ahead(&fit.y, 15).iter().zip(&fit.forecast) {
            assert!(
                (ours - theirs).abs() < 1e-9,
                "{}: {ours} {theirs}",
                fit.model
            );
        }
    }
}

#[test]
fn initial_states_are_at_least_as_likely_as_those_that_were_searched() {
    // With next to no prior, the states solved for must leave no more squares than those of an optimiser.
    for fit in fits() {
        let pace = fit.smoothing.pace;
        let wide = |present: bool| if present { 1e6 } else { 0.0 };
        let prior = Prior {
            trend: wide(pace.damping > 0.0),
            season: wide(fit.model.ends_with('A')),
        };
        let solved = Errors::new(&fit.y, pace)
            .smoothing(prior, 0.0)
            .expect("a fit");
        let (.., squares) = solved.run(&fit.y);
        assert!(
            squares <= fit.squares * (1.0 + 1e-6),
            "{}: {squares} {}",
            fit.model,
            fit.squares
        );
        assert!(
            squares > 0.5 * fit.squares,
            "{}: {squares} {}",
            fit.model,
            fit.squares
        );
    }
}

#[test]
fn the_evidence_is_that_of_the_normal_distribution_written_out() {
    let golden = golden();
    let evidence = &golden["evidence"];
    let y = numbers(&evidence["y"]);
    let noise = number(&evidence["noise"]);
    let cases = evidence["cases"].as_array().expect("a list");
    assert_eq!(cases.len(), 16);
    for case in cases {
        let (pace, prior) = (numbers(&case["pace"]), numbers(&case["prior"]));
        let pace = Pace {
            level: pace[0],
            trend: pace[1],
            damping: pace[2],
            season: pace[3],
        };
        let prior = Prior {
            trend: prior[0],
            season: prior[1],
        };
        let ours = Errors::new(&y, pace)
            .smoothing(prior, noise)
            .expect("a fit");
        let theirs = number(&case["evidence"]);
        assert!(
            (ours.evidence - theirs).abs() < 1e-6,
            "{case}: {}",
            ours.evidence
        );
    }
}
