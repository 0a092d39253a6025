//! The end of a run: rows set aside, the summary.

use forerun::domain::{Reject, Rejects};
use forerun::present::{self, Summary};
use forerun::project::Language;

use crate::made::{calls, forward, outlook, segments, style};

#[test]
fn rejects_are_told_by_reason_with_an_example() {
    let reject = |row, code, column: &str| Reject {
        file: "leads.csv".to_owned(),
        row,
        column: column.to_owned(),
        code,
        reason: format!("`x{row}` is not a date"),
        line: String::new(),
    };
    let rejects = Rejects {
        rows: vec![
            reject(7, "wrong-width", ""),
            reject(8, "not-a-date", "created_at"),
            reject(9, "not-a-date", "created_at"),
        ],
        read: 12_000,
    };
    let english = style(Language::En);
    insta::assert_snapshot!(present::rejects_text(&rejects, "out/rejects.csv", &english), @"
    3 of 12,000 rows set aside; all of them, with reasons, are in out/rejects.csv
      2 x not-a-date, for example leads.csv:8:created_at: `x8` is not a date
      1 x wrong-width, for example leads.csv:7: `x7` is not a date
    ");
    assert_eq!(
        present::rejects_text(&Rejects::default(), "f", &english),
        ""
    );
}

#[test]
fn the_summary_of_a_run() {
    let (segments, list, outlook) = (segments(), calls(), outlook());
    let rows: Vec<_> = list.owners[0].calls.iter().map(|c| ("陈伟", c)).collect();
    let english = style(Language::En);
    let mut summary = Summary {
        name: "Demo",
        as_of: Some("2026-07-01".to_owned()),
        read: 12_003,
        rejected: 3,
        leads: [12_000, 2_871, 1_406, 7_723],
        segments: &segments,
        record: present::record_sentence(&forward(true), &english),
        warnings: String::new(),
        calls: &rows,
        outlook: Ok(&outlook),
        sources: Err("the project names no `source` column".to_owned()),
        findings: &[(
            "owners",
            "Wins more than expected of the leads: 陈伟.".to_owned(),
        )],
        folder: "out".to_owned(),
        owned_calls: true,
        files: &["rejects.csv", "scores.csv"],
    };
    insta::assert_snapshot!("summary_en", present::summary_text(&summary, &english));
    summary.outlook = Err("there are no dates".to_owned());
    summary.as_of = None;
    insta::assert_snapshot!(
        "summary_zh",
        present::summary_text(&summary, &style(Language::Zh))
    );
}
