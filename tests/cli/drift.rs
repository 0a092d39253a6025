//! `forerun drift`, and points.

use std::fs;

use serde_json::Value;

use crate::support::program::{
    code, column, company, copy, forerun, json, ok, read, small, stderr, stdout, undated_rows,
};

#[test]
fn drift_of_the_projects_own_leads_and_of_another_export() {
    let dir = tempfile::tempdir().expect("a folder");
    copy(company(), dir.path());
    let dir = dir.path();
    ok(dir, &["train", "--as-of", "2026-01-01", "--force"]);
    let data = json(&ok(dir, &["drift", "--json"]));
    assert_eq!(
        (&data["as_of"], &data["learnt_as_of"]),
        (&"2026-07-01".into(), &"2026-01-01".into())
    );
    let features = data["features"].as_array().expect("features");
    let alerts = data["alerts"].as_array().expect("alerts");
    let alerting = features.iter().filter(|feature| feature["alert"] == true);
    assert_eq!(alerting.count(), alerts.len());
    for feature in features {
        for window in feature["windows"].as_array().expect("windows") {
            let (psi, limit) = (window["psi"].as_f64(), window["limit"].as_f64());
            assert_eq!(psi.is_some(), limit.is_some());
            assert!(limit.is_none_or(|limit| limit >= 0.1) && psi.is_none_or(|psi| psi >= 0.0));
        }
    }
    let outcomes = &data["outcomes"];
    let of = |key: &str, at: usize| outcomes[key][at].as_f64().expect("a figure");
    assert!(of("log_loss", 1) <= of("log_loss", 0) && of("log_loss", 0) <= of("log_loss", 2));
    let text = stdout(&ok(dir, &["drift"]));
    for part in [
        "PSI",
        "limit",
        "missing (was)",
        "Outcomes since 2026-01-01",
        "Log loss",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // The same leads with a source that nobody has seen.
    let turned = read(dir, "leads.csv").replace(",Search,", ",Livestream,");
    fs::write(dir.join("new.csv"), turned).expect("written");
    let other = json(&ok(dir, &["drift", "new.csv", "--json"]));
    assert_eq!(other["features"][0]["feature"], "source");
    assert_eq!(other["features"][0]["unknown_values"][0][0], "Livestream");
    assert!(other["features"][0]["windows"][0]["days"].is_null());
    let scored = ok(dir, &["score", "new.csv"]);
    let said = stderr(&scored);
    assert!(
        said.contains("`source` (") && said.contains("[leads-drifted]"),
        "{said}"
    );
    let none = tempfile::tempdir().expect("a folder");
    copy(dir, none.path());
    fs::remove_file(none.path().join("models/lead.json")).expect("removed");
    let unlearnt = forerun(none.path(), &["drift"]);
    assert_eq!(code(&unlearnt), 2);
    assert!(
        stderr(&unlearnt).contains("forerun train"),
        "{}",
        stderr(&unlearnt)
    );
}

#[test]
fn drift_of_undated_leads_compares_the_open_ones() {
    let dir = small(&undated_rows(800), "");
    ok(dir.path(), &["train"]);
    let data = json(&ok(dir.path(), &["drift", "--json"]));
    assert!(data["as_of"].is_null() && data["outcomes"].is_null());
    assert_eq!(data["no_outcomes"]["code"], "undated");
    let text = stdout(&ok(dir.path(), &["drift"]));
    assert!(!text.contains("1970"), "{text}");
}

#[test]
fn points_stand_beside_the_probability_that_they_are_made_of() {
    let dir = company();
    let plain = stdout(&ok(dir, &["score"]));
    let with = |args: &[&str]| -> Vec<(f64, i64)> {
        let all: Vec<&str> = ["score"].iter().chain(args).copied().collect();
        let csv = stdout(&ok(dir, &all));
        assert!(
            csv.lines()
                .next()
                .expect("a header")
                .ends_with(",reason_3,points")
        );
        assert_eq!(csv.lines().count(), plain.lines().count());
        let p = column(&csv, 2)
            .into_iter()
            .map(|p| p.parse().expect("a number"));
        let points = column(&csv, 12)
            .into_iter()
            .map(|p| p.parse().expect("whole"));
        p.zip(points).collect()
    };
    let close = |rows: &[(f64, i64)], pdo: f64, at_even: f64| {
        // Six decimals of a small probability leave its odds unsure.
        for &(p, points) in rows.iter().filter(|row| row.0 > 0.01) {
            let exact = at_even + pdo * (p / (1.0 - p)).log2();
            assert!(
                (points as f64 - exact).abs() < 0.51 + 0.001 * pdo,
                "{p}: {points} {exact}"
            );
        }
    };
    close(&with(&["--points"]), 20.0, 600.0);
    close(&with(&["--points=40", "--points-base", "500"]), 40.0, 500.0);
    close(&with(&["--points", "--points-base", "600@8"]), 20.0, 540.0);
    let data = json(&ok(dir, &["score", "--points", "--json"]));
    assert_eq!(data["points"]["pdo"], 20.0);
    assert!(data["leads"][0]["points"].is_i64());
    assert!(json(&ok(dir, &["score", "--json"])).get("points").is_none());
    for wrong in [
        "--points=0",
        "--points=-3",
        "--points=nan",
        "--points=x",
        "--points-base=6@0",
    ] {
        assert_eq!(code(&forerun(dir, &["score", wrong])), 2, "{wrong}");
    }
}

#[test]
fn a_card_of_points_is_for_data_without_dates() {
    let dir = small(&undated_rows(800), "");
    ok(dir.path(), &["train", "--scorecard", "card.csv"]);
    let card = read(dir.path(), "card.csv");
    let header = card.lines().next().expect("a header");
    assert_eq!(header, "feature,level,at,alone,leads,log_odds,exact,points");
    let page = read(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")),
        "docs/commands.md",
    );
    assert!(page.contains(&format!("`{header}`")));
    assert!(
        card.lines()
            .nth(1)
            .expect("a row")
            .starts_with(",(everyone),,,")
    );
    assert!(card.contains("\nsize,(none),,,0,"), "{card}");
    let dated = tempfile::tempdir().expect("a folder");
    copy(company(), dated.path());
    let refused = forerun(dated.path(), &["train", "--scorecard", "card.csv"]);
    assert_eq!(code(&refused), 2);
    assert!(
        stderr(&refused).contains("score --points"),
        "{}",
        stderr(&refused)
    );
    assert!(!dated.path().join("card.csv").exists());
}

#[test]
fn reasons_say_what_can_be_changed_and_whom_they_compare_with() {
    let dir = company();
    let calls = ok(dir, &["calls", "--top", "20"]);
    assert!(
        stdout(&calls).contains("can change: "),
        "{}",
        stdout(&calls)
    );
    let said = stderr(&calls);
    assert!(
        said.contains("Reasons compare with the open leads"),
        "{said}"
    );
    let data = json(&ok(dir, &["score", "--json"]));
    assert_eq!(data["reference"]["date"], "2026-07-01");
    assert!(data["reference"]["n"].as_u64() > Some(0));
    let kinds = [
        "created_at (weekday)",
        "source",
        "product",
        "region",
        "age_days",
        "segment",
    ];
    let changeable = [
        "stage",
        "days_in_stage",
        "owner",
        "sales_method",
        "first_response_minutes",
    ];
    let mut seen = 0;
    for lead in data["leads"].as_array().expect("leads") {
        for reason in lead["reasons"].as_array().expect("reasons") {
            let feature = reason["feature"].as_str().expect("a name");
            let expected = match feature {
                _ if kinds.contains(&feature) => "is",
                _ if changeable.contains(&feature) => "can_change",
                _ => continue,
            };
            seen += 1;
            assert_eq!(reason["kind"], expected, "{feature}");
        }
        let lever: &Value = &lead["can_change"];
        assert!(lever.is_null() || lever["kind"] == "can_change");
    }
    assert!(seen > 100);
}
