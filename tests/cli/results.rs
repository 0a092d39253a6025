//! `forerun forecast`, `sources`, `calls` and `segment`, and what `train` reports.

use serde_json::Value;

use crate::support::program::{
    code, column, company, forerun, json, lean_company, ok, read, stderr, stdout,
};

#[test]
fn the_forecast_keeps_its_contract() {
    let dir = company();
    let data = json(&ok(dir, &["forecast", "--months", "4", "--json"]));
    let months = data["months"].as_array().expect("months");
    assert_eq!(months.len(), 4);
    assert_eq!(
        (&data["as_of"], &data["currency"]),
        (&"2026-07-01".into(), &"CNY".into())
    );
    assert_eq!(months[0]["month"], "2026-07");
    for month in months {
        let of = |key: &str| {
            month[key]
                .as_f64()
                .unwrap_or_else(|| panic!("{key} is no number"))
        };
        let parts = of("booked") + of("open_pipeline") + of("new_leads");
        assert!((parts - of("mean")).abs() <= 1e-6 * parts, "{month}");
        let steps = ["p10", "p20", "p50", "p80", "p90"].map(of);
        assert!(steps.windows(2).all(|pair| pair[0] <= pair[1]), "{month}");
        assert!((0.0..=1.0).contains(&of("p_attain")) && of("target") > 0.0);
    }
    let file: Value = serde_json::from_str(&read(dir, "out/forecast.json")).expect("JSON");
    assert_eq!(file["months"].as_array().map(Vec::len), Some(6));
}

#[test]
fn sources_and_training_keep_their_contracts() {
    let dir = company();
    let data = json(&ok(dir, &["sources", "--json"]));
    let keys = "source leads won maturity conversion conversion_low conversion_high aov aov_low aov_high revenue spend cac roi \
                roi_low roi_high status";
    for row in data["sources"].as_array().expect("sources") {
        let row = row.as_object().expect("a source");
        for key in keys.split(' ') {
            assert!(row.contains_key(key), "{key} is missing");
        }
    }
    let own = lean_company();
    let report = json(&ok(own.path(), &["train", "--json", "--quiet"]));
    let keys = "model rows won horizon_days forward cross_validation converged warnings";
    for key in keys.split(' ') {
        assert!(report.get(key).is_some(), "{key} is missing");
    }
    let keys =
        "target from to n base_rate auc log_loss brier brier_base slope observed_over_expected";
    for key in keys.split(' ') {
        assert!(report["forward"].get(key).is_some(), "{key} is missing");
    }
    assert!(report["cross_validation"].is_null());
}

#[test]
fn calls_by_owner_within_reason() {
    let dir = company();
    let owner = column(&read(dir, "out/calls.csv"), 0).remove(0);
    let list = json(&ok(
        dir,
        &["calls", "--owner", &owner, "--top", "2", "--json"],
    ));
    let owners = list["owners"].as_array().expect("owners");
    assert_eq!(
        (owners.len(), &owners[0]["owner"]),
        (1, &Value::from(owner.clone()))
    );
    assert_eq!(owners[0]["calls"].as_array().map(Vec::len), Some(2));
    let mistyped = forerun(dir, &["calls", "--owner", &owner.to_lowercase()]);
    assert_eq!(code(&mistyped), 2);
    let hint = format!("did you mean `{owner}`?");
    assert!(stderr(&mistyped).contains(&hint), "{}", stderr(&mistyped));
    let both = ["calls", "--date", "2026-06-01", "--as-of", "2026-06-01"];
    assert_eq!(code(&forerun(dir, &both)), 2);
}

#[test]
fn one_lead_is_explained() {
    let dir = company();
    let text = stdout(&ok(dir, &["segment", "--explain", "L0000042"]));
    assert!(text.contains("L0000042 is "), "{text}");
    assert!(text.contains("L0000042 is not "), "{text}");
    let unknown = forerun(dir, &["segment", "--explain", "L000042"]);
    assert_eq!(code(&unknown), 2);
    assert!(
        stderr(&unknown).contains("did you mean"),
        "{}",
        stderr(&unknown)
    );
    let rows = json(&ok(dir, &["segment", "--json"]));
    let rows = rows["segments"].as_array().expect("segments");
    let leads: u64 = rows.iter().filter_map(|row| row["leads"].as_u64()).sum();
    assert_eq!(leads, 1500);
}
