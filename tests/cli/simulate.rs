//! `forerun simulate`.

use crate::support::program::{code, forerun, ok, own_company, read, stderr, stdout};

#[test]
fn nothing_is_simulated_over_what_is_there() {
    let dir = own_company();
    let before = read(dir.path(), "leads.csv");
    let again = ["simulate", "--out", ".", "--leads", "200", "--seed", "8"];
    let output = forerun(dir.path(), &again);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("--force"), "{}", stderr(&output));
    assert_eq!(read(dir.path(), "leads.csv"), before);
}

#[test]
fn a_chinese_company_is_shown_in_chinese() {
    let dir = tempfile::tempdir().expect("a folder");
    ok(
        dir.path(),
        &[
            "simulate", "--out", ".", "--leads", "1500", "--seed", "7", "--lang", "zh",
        ],
    );
    let text = stdout(&ok(dir.path(), &["run"]));
    for part in [
        "客户分类",
        "收入预测",
        "保底 (80 %)",
        "转化率 (80 %)",
        "下一步",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(text.contains("计划 (50 %)") && !text.contains("目标 (50 %)"));
    let check = ok(dir.path(), &["check"]);
    assert!(stdout(&check).contains("截止日 2026-07-01") && stderr(&check).contains("下一步"));
    let why = stdout(&ok(dir.path(), &["segment", "--explain", "L0000042"]));
    assert!(why.contains("不属于") && !why.contains(" is "), "{why}");
}
