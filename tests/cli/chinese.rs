//! A project in Chinese: what is said of its faults, its data and what was refused has no English sentence.

use std::path::Path;

use assert_cmd::Command;

const HEAD: &str = "[project]\nname = \"示例\"\nas_of = \"2026-07-01\"\nlanguage = \"zh\"\n";
const LEADS: &str = "[leads]\nfile = \"leads.csv\"\nid = \"编号\"\ncreated = \"创建\"\nclosed = \"结束\"\n\
                     outcome = { column = \"结果\", won = [\"赢\"], lost = [\"输\"] }\nmax_rejects = 0.9\n";

fn folder(project: &str, leads: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("forerun.toml"), project).expect("written");
    std::fs::write(dir.path().join("leads.csv"), leads).expect("written");
    dir
}

/// All that a command prints, after a look at each line.
fn told(dir: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forerun"));
    command.current_dir(dir).args(args).env_remove("COLUMNS");
    let output = command.output().expect("the program starts");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).expect("UTF-8");
    let quoted = regex::Regex::new(r#"`[^`]*`|"[^"]*"|\[[^\]]*\]"#).expect("a pattern");
    let english = regex::Regex::new("[A-Za-z]{2,}(?:[ ,;:]+[A-Za-z]{2,}){2}").expect("a pattern");
    // Lines of the user's own file are as he wrote them.
    for line in text.lines().filter(|line| !line.contains(['│', '·'])) {
        let plain = quoted.replace_all(line, "");
        assert!(!english.is_match(&plain), "{args:?}: {line}");
    }
    text
}

#[test]
fn faults_of_the_project_file_are_told_in_its_language() {
    let broken = format!("{HEAD}[leads]\nfile = \"leads.csv\"\nid = \"编号\noutcome = 3\n");
    let dir = folder(&broken, "编号\n1\n");
    let text = told(dir.path(), &["check"]);
    assert!(
        text.contains("错误：这不是 TOML：字符串没有正确结束"),
        "{text}"
    );
    let faulty = format!(
        "{HEAD}{LEADS}creatd = \"x\"\n[money]\nmargin = 2\n[rules]\nfiles = [\"r.toml\"]\n"
    );
    let dir = folder(&faulty, "编号\n1\n");
    let text = told(dir.path(), &["check"]);
    for part in [
        "`creatd` 在 [leads] 中没有意义",
        "是否应为 `created`？",
        "没有文件 `r.toml`",
        "3 处错误",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn data_is_told_of_in_chinese_and_rejects_stay_data() {
    let rows = "编号,创建,结束,结果\n1,2026-01-01,2026-02-01,赢\n1,2026-01-01,,跟进\n2,明天,,跟进\n,2026-01-02,,跟进\n\
                3,2026-03-01,2026-02-01,输\n4,2026-01-05,2026-01-09,跟进\n5,2026-02-30,,跟进\n6,,,跟进\n7,2026-01-01,,输\n8,2026-08-01,,跟进\n9,2026-01-01\n";
    let dir = folder(&format!("{HEAD}{LEADS}"), rows);
    let text = told(dir.path(), &["check"]);
    let parts = [
        "线索 `1` 在 leads.csv:2 已经出现",
        "`创建` 为 `明天`，不是日期",
        "日历上没有这一天",
        "该行没有编号",
        "早于创建日",
        "按结果该线索仍在跟进",
        "该行有 2 个字段，而表头有 4 个",
        "截止日 2026-07-01 未计入的线索：2 条",
    ];
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
    let file = std::fs::read_to_string(dir.path().join("out/rejects.csv")).expect("the rows");
    assert!(file.contains("which is not a date"), "{file}");
}

#[test]
fn refusals_and_their_hints_are_chinese_and_data_of_them_is_not() {
    let rows = "编号,创建,结束,结果\n1,2026-01-01,2026-02-01,赢\n2,2026-01-01,2026-02-01,输\n";
    let dir = folder(&format!("{HEAD}{LEADS}"), rows);
    let refused: [(&[&str], &str); 12] = [
        (&["train"], "错误：跟进满一周的线索太少"),
        (&["forecast"], "错误："),
        (
            &["kpi", "--by", "owner"],
            "项目文件没有写明用来划分线索的 `owner` 列",
        ),
        (&["owners"], "无法得知线索由谁持有"),
        (
            &["explain", "--month", "2027-01"],
            "2027-01 在 2026-07-01 尚未开始",
        ),
        (&["channels"], "项目没有写明投放文件"),
        (&["segment"], "项目没有用来给线索分类的规则文件"),
        (&["score", "no.csv"], "没有文件 no.csv"),
        (
            &["log", "call", "x", "--result", "reached"],
            "线索 `x` 不在线索文件中",
        ),
        (&["log", "undo", "1"], "没有 `1` 的通话记录"),
        (
            &["kpi", "--out", "leads.csv"],
            "是项目要读取的文件：会被覆盖",
        ),
        (
            &["flow", "--from", "2026-06-01", "--to", "2026-05-01"],
            "起始日必须早于结束日",
        ),
    ];
    for (args, part) in refused {
        let text = told(dir.path(), args);
        assert!(text.contains(part), "{args:?}: {text}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_forerun"));
    command.current_dir(dir.path()).args(["owners", "--json"]);
    let data = String::from_utf8(command.output().expect("it starts").stdout).expect("UTF-8");
    assert!(data.contains("nothing says who holds a lead"), "{data}");
}

#[test]
fn what_fails_before_the_project_is_read_is_told_in_its_language() {
    let project = "[project]\nlanguage = \"zh\"\n[channels]\nfile = \"leads.csv\"\nchannel = \"c\"\nspend = \"s\"\n";
    let dir = folder(project, "c,s\na,1\nb,2\n");
    let text = told(dir.path(), &["sources", "--by", "region"]);
    assert!(text.contains("项目只有投放文件"), "{text}");
}
