//! `forerun check`.

use crate::support::program::{
    code, company, forerun, json, ok, small, stderr, stdout, undated_rows,
};

#[test]
fn dates_without_an_order_are_told_once_a_column() {
    let mut rows = "id,status,in,out\n".to_owned();
    for i in 0..300 {
        let (month, day) = (1 + i % 12, 1 + i % 28);
        rows.extend([format!("L{i},won,{month}/{day}/2025,{month}/{day}/2026\n")]);
    }
    let dir = small(&rows, "created = \"in\"\nclosed = \"out\"\n");
    let output = forerun(dir.path(), &["check"]);
    assert_eq!(code(&output), 2);
    insta::assert_snapshot!(stderr(&output), @r#"
    error: leads.csv: the project file does not say which part of a date is the day
      `in` holds dates like 1/13/2025: set `dates = "mdy"` under [values]
      `out` holds dates like 1/13/2026: set `dates = "mdy"` under [values]
    "#);
    assert!(!dir.path().join("out").exists(), "no reject for each row");
}

#[test]
fn check_says_the_same_of_a_role_as_text_and_as_data() {
    let dir = company();
    let columns = json(&ok(dir, &["check", "--json"]));
    let known = |role: &str| {
        let columns = columns["columns"].as_array().expect("columns");
        let column = columns.iter().find(|column| column["role"] == role);
        column
            .map(|column| column["known"].clone())
            .expect("a role")
    };
    assert_eq!(
        (known("id"), known("stage")),
        ("role".into(), "stages".into())
    );
    assert_eq!(known("source")["creation"]["declared"], false);
    let text = stdout(&ok(dir, &["check"]));
    assert!(text.contains("by the stage history"), "{text}");
}

#[test]
fn columns_that_are_not_there_are_a_fault_of_the_project() {
    let dir = small(&undated_rows(20), "source = \"sorce\"\n");
    let output = forerun(dir.path(), &["check"]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    assert!(stderr(&output).contains("sorce"));
}
