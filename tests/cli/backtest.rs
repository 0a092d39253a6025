//! `forerun backtest` from the command line, and its record beside the forecast.

use std::fs;

use crate::support::program::{
    code, column, company, forerun, json, ok, own_company, read, small, stderr, stdout,
    undated_rows,
};

#[test]
fn the_table_says_how_far_off_it_was_and_what_simpler_ways_would_have_said() {
    let dir = own_company();
    let screen = stdout(&ok(dir.path(), &["backtest", "--months", "3", "--quiet"]));
    for part in [
        "What the forecast would have said on earlier days",
        "forecast",
        "80 % range",
        "smoothing",
        "last year",
        "weighted pipe-",
        "1 month ahead is the month of the day itself",
    ] {
        assert!(screen.contains(part), "{part}: {screen}");
    }
    let rows: Vec<&str> = screen
        .lines()
        .filter(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    assert_eq!(rows.len(), 3, "{screen}");
    assert!(rows[0].contains(" of "), "{screen}");
}

#[test]
fn the_record_stands_beside_the_forecast_and_is_kept_with_the_model() {
    let forecast = json(&ok(company(), &["forecast", "--json"]));
    let record = forecast["record"].as_array().expect("figures");
    assert!(record.iter().any(|row| row["who"] == "forecast"));
    assert!(record.iter().any(|row| row["who"] == "smoothing"));
    let screen = stdout(&ok(company(), &["forecast"]));
    assert!(
        screen.contains("earlier days as known then: off by"),
        "{screen}"
    );
    assert!(screen.contains("promise "), "{screen}");
    let dir = own_company();
    let before = read(dir.path(), "models/lead.json");
    let said = stderr(&ok(dir.path(), &["backtest", "--origins", "4"]));
    assert!(said.contains("record kept in models/lead.json"), "{said}");
    assert_ne!(before, read(dir.path(), "models/lead.json"));
    let after = json(&ok(dir.path(), &["forecast", "--json"]));
    let first = &after["record"][0];
    assert_eq!(
        (&first["who"], &first["ahead"], &first["n"]),
        (&"forecast".into(), &1.into(), &4.into())
    );
    let look_back = ["backtest", "--origins", "4", "--as-of", "2026-05-01"];
    let kept = read(dir.path(), "models/lead.json");
    ok(dir.path(), &look_back);
    assert_eq!(
        kept,
        read(dir.path(), "models/lead.json"),
        "a look into the past displaces nothing"
    );
}

#[test]
fn as_data_and_as_a_file() {
    let dir = own_company();
    let args = ["backtest", "--origins", "5", "--months", "2", "--json"];
    let data = json(&ok(dir.path(), &args));
    assert_eq!(data["as_of"], "2026-07-01");
    assert_eq!(data["origins"], 5);
    let tested = data["tested"].as_array().expect("months");
    assert_eq!(tested.len(), 9, "the last day has one month that is over");
    ok(
        dir.path(),
        &[
            "backtest",
            "--origins",
            "5",
            "--months",
            "2",
            "--out",
            "back.csv",
        ],
    );
    let csv = read(dir.path(), "back.csv");
    assert_eq!(column(&csv, 0).len(), 9);
    assert_eq!(column(&csv, 0)[0], "2026-02-01");
    for (low, high) in column(&csv, 5).iter().zip(column(&csv, 7)) {
        let number = |text: &str| text.parse::<f64>().expect("a number");
        assert!(number(low) <= number(&high));
    }
}

#[test]
fn what_it_cannot_do_it_says() {
    let undated = small(&undated_rows(200), "");
    let output = forerun(undated.path(), &["backtest"]);
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("`created` and `closed`"));
    let dir = own_company();
    let output = ok(dir.path(), &["backtest", "--as-of", "2024-10-01"]);
    assert!(
        stdout(&output).contains("No earlier day has enough of a past"),
        "{}",
        stdout(&output)
    );
    let file = dir.path().join("forerun.toml");
    let project = fs::read_to_string(&file).expect("there");
    fs::write(
        &file,
        project.replace("language = \"en\"", "language = \"zh\""),
    )
    .expect("written");
    let screen = stdout(&ok(dir.path(), &["backtest", "--origins", "4"]));
    assert!(screen.contains("80 % 区间"), "{screen}");
}
