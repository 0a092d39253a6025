//! `forerun score`.

use std::fs;

use crate::support::program::{
    code, column, company, forerun, json, lean_company, ok, own_company, read, small, stderr,
    stdout, undated_rows,
};

#[test]
fn scores_keep_their_contract() {
    let dir = company();
    let csv = stdout(&ok(dir, &["score"]));
    let header = csv.lines().next().expect("a header");
    assert_eq!(
        header,
        "lead_id,segment,p_win,p_win_low,p_win_high,p_win_30d,p_win_90d,expected_amount,expected_value,reason_1,\
         reason_2,reason_3"
    );
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    assert!(rows.len() > 100);
    for row in &rows {
        let [p, low, high, p30, p90] = [2, 3, 4, 5, 6].map(|i| number(&row[i]));
        assert!(p30 <= p90 && p90 <= p && low <= p && p <= high, "{row:?}");
        assert!(0.0 <= low && high <= 1.0 && !row[9].is_empty(), "{row:?}");
        // Six decimals of the probability and two of the amount bound the product.
        let value = number(&row[8]);
        assert!((value - p * number(&row[7])).abs() <= 0.01 + 1e-6 * number(&row[7]));
    }
    let all = stdout(&ok(dir, &["score", "--all"]));
    let (statuses, ids) = (
        column(&read(dir, "leads.csv"), 4),
        column(&read(dir, "leads.csv"), 0),
    );
    assert_eq!(
        column(&all, 0),
        ids,
        "every lead, in the order of the input"
    );
    for (row, status) in column(&all, 2).iter().zip(&statuses) {
        assert_eq!(row.is_empty(), status != "Open");
    }
    let data = json(&ok(dir, &["score", "--json"]));
    assert_eq!(data["leads"].as_array().map(Vec::len), Some(rows.len()));
}

#[test]
fn another_export_is_scored_by_the_stored_model() {
    let dir = own_company();
    fs::copy(dir.path().join("leads.csv"), dir.path().join("new.csv")).expect("copied");
    ok(
        dir.path(),
        &["score", "new.csv", "--out", "there/new-scores.csv"],
    );
    assert_eq!(
        read(dir.path(), "there/new-scores.csv"),
        read(dir.path(), "out/scores.csv")
    );
    let missing = forerun(dir.path(), &["score", "gone.csv"]);
    assert_eq!(code(&missing), 2);
    fs::remove_file(dir.path().join("models/lead.json")).expect("removed");
    let unlearnt = forerun(dir.path(), &["score", "new.csv"]);
    assert_eq!(code(&unlearnt), 2);
    assert!(
        stderr(&unlearnt).contains("forerun train"),
        "{}",
        stderr(&unlearnt)
    );
    fs::write(dir.path().join("models/lead.json"), "{}").expect("written");
    let damaged = forerun(dir.path(), &["score", "new.csv"]);
    assert_eq!(code(&damaged), 3);
}

/// Undated leads with a column of yes and no that is text to the model: `unknown` is among its values.
fn answers(n: usize) -> String {
    let mut rows = "id,status,loan,size\n".to_owned();
    for i in 0..n {
        let loan = ["no", "yes", "no", "yes", "unknown"][i % 5];
        let won = (i * 7) % 11 < if loan == "yes" { 8 } else { 3 };
        let status = if won { "won" } else { "lost" };
        rows.extend([format!("L{i:04},{status},{loan},{}\n", i % 7)]);
    }
    rows
}

#[test]
fn a_few_rows_are_read_as_the_model_learnt_their_columns() {
    let dir = small(&answers(800), "");
    ok(dir.path(), &["train"]);
    // Alone, these rows would be yes and no, and a number would be a text.
    let few = "id,status,loan,size\nN1,,yes,3\nN2,,no,\n";
    fs::write(dir.path().join("new.csv"), few).expect("written");
    let scored = ok(dir.path(), &["score", "new.csv"]);
    let p = column(&stdout(&scored), 2);
    let p: Vec<f64> = p.iter().map(|p| p.parse().expect("a number")).collect();
    assert!(p[0] > p[1], "the text decides: {p:?}");
    let said = stderr(&scored);
    assert!(
        said.contains("Model learnt from 800 closed leads"),
        "{said}"
    );
    // What does not fit at all is still refused.
    let wrong = "id,status,loan,size\nN1,,yes,big\nN2,,no,small\n";
    fs::write(dir.path().join("new.csv"), wrong).expect("written");
    let refused = forerun(dir.path(), &["score", "new.csv"]);
    assert_eq!(code(&refused), 3);
    assert!(
        stderr(&refused).contains("`size` holds text"),
        "{}",
        stderr(&refused)
    );
}

#[test]
fn a_model_of_another_day_says_so() {
    let dir = own_company();
    fs::copy(dir.path().join("leads.csv"), dir.path().join("new.csv")).expect("copied");
    let later = ["score", "new.csv", "--as-of", "2026-07-15"];
    let said = stderr(&ok(dir.path(), &later));
    assert!(
        said.contains("learnt as of 2026-07-01 from 1,500 leads")
            && said.contains("used as of 2026-07-15"),
        "{said}"
    );
    let same = stderr(&ok(dir.path(), &["score", "new.csv"]));
    assert!(!same.contains("used as of"), "{same}");
}

#[test]
fn new_leads_are_scored_though_the_project_fixes_an_earlier_day() {
    let dir = lean_company();
    let project = read(dir.path(), "forerun.toml");
    let fixed: Vec<&str> = project
        .lines()
        .filter(|line| !line.starts_with("as_of"))
        .collect();
    let fixed = fixed
        .join("\n")
        .replacen("[project]", "[project]\nas_of = \"2026-06-15\"", 1);
    fs::write(dir.path().join("forerun.toml"), fixed).expect("written");
    let told = stderr(&ok(dir.path(), &["train"]));
    assert!(told.contains("[not-known-yet]"), "{told}");
    fs::copy(dir.path().join("leads.csv"), dir.path().join("new.csv")).expect("copied");
    let said = stderr(&ok(dir.path(), &["score", "new.csv"]));
    assert!(said.contains("scored as of 2026-07-01"), "{said}");
    assert!(!said.contains("[not-known-yet]"), "{said}");
    let asked = stderr(&ok(
        dir.path(),
        &["score", "new.csv", "--as-of", "2026-06-20"],
    ));
    assert!(
        !asked.contains("scored as of") && asked.contains("[not-known-yet]"),
        "{asked}"
    );
}

#[test]
fn rows_set_aside_of_another_export_leave_those_of_the_project() {
    let rows = undated_rows(800) + "L0000,won,1\n";
    let dir = small(&rows, "");
    assert_eq!(code(&forerun(dir.path(), &["train"])), 1);
    let before = read(dir.path(), "out/rejects.csv");
    assert!(before.contains("duplicate-id"), "{before}");
    fs::write(dir.path().join("new.csv"), undated_rows(40)).expect("written");
    ok(dir.path(), &["score", "new.csv"]);
    assert_eq!(read(dir.path(), "out/rejects.csv"), before);
    assert!(!dir.path().join("out/rejects-score.csv").exists());
    fs::write(
        dir.path().join("new.csv"),
        undated_rows(40) + "L0000,open,1\n",
    )
    .expect("written");
    assert_eq!(code(&forerun(dir.path(), &["score", "new.csv"])), 1);
    assert_eq!(read(dir.path(), "out/rejects.csv"), before);
    let own = read(dir.path(), "out/rejects-score.csv");
    assert!(own.contains("new.csv"), "{own}");
}
