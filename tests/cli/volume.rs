//! Spend that is planned, and a look back from a day at which it was not known.

use std::fs;
use std::path::Path;

use crate::support::program::{json, ok, read};

/// Revenue of the leads yet to come, by month of the forecast.
fn new_leads(dir: &Path, as_of: &str) -> Vec<f64> {
    let told = json(&ok(
        dir,
        &["forecast", "--months", "4", "--as-of", as_of, "--json"],
    ));
    let months = told["months"].as_array().expect("months");
    (months.iter())
        .map(|month| month["new_leads"].as_f64().expect("a number"))
        .collect()
}

#[test]
fn planned_spend_moves_the_forecast_and_later_spend_no_look_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("demo");
    let made = [
        "simulate", "--out", "demo", "--leads", "4000", "--months", "18",
    ];
    ok(folder.path(), &made);
    ok(&dir, &["train"]);
    let (usual, back) = (new_leads(&dir, "2026-07-01"), new_leads(&dir, "2026-06-01"));
    let mut spend = read(&dir, "spend.csv");
    let june: Vec<String> = (spend.lines())
        .filter(|line| line.starts_with("2026-06,"))
        .map(str::to_owned)
        .collect();
    assert_eq!(june.len(), 8, "a line for each source");
    for month in ["2026-07", "2026-08", "2026-09"] {
        for line in &june {
            let cells: Vec<&str> = line.split(',').collect();
            let paid: f64 = cells[2].parse().expect("money");
            let tripled = 3.0 * paid;
            spend.extend([
                month,
                ",",
                cells[1],
                ",",
                &tripled.round().to_string(),
                ",,\n",
            ]);
        }
    }
    fs::write(dir.join("spend.csv"), spend).expect("written");
    let planned = new_leads(&dir, "2026-07-01");
    for month in 1..4 {
        let times = planned[month] / usual[month];
        assert!((1.1..3.0).contains(&times), "month {month}: {times}");
    }
    assert_eq!(new_leads(&dir, "2026-06-01"), back);
}
