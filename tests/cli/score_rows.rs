//! A file scored block by block and the same file read at once: the same bytes, the same messages, the same exit code.
//!
//! What comes out of a pipe can be read but once, and is always read at once.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const PROJECT: &str = "[project]\nname = \"Small\"\ncurrency = \"EUR\"\ntimezone = \"Europe/Berlin\"\n\n[leads]\nfile = \
     \"train.csv\"\nid = \"id\"\noutcome = { column = \"status\", won = [\"won\"], lost = [\"lost\"] }\nsource = \
     \"source\"\namount = \"amount\"\nstated_amount = \"budget\"\n";
const HEADER: &str = "id,status,source,amount,budget,size,ready,seen,note\n";
const SOURCES: [&str; 5] = ["Search", "Fair, spring", "微信", "\"Word\" of mouth", ""];
const DAYS: [&str; 4] = ["2026-01-05", "2026-02-10 08:30", "", "2026-03-15"];

/// A field as CSV has it.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', ';']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A row of training leads: source, size and `ready` decide who is won, more or less.
fn row(i: usize, status: Option<&str>) -> String {
    let mixed = (i * 7919 + 13) % 97;
    let (source, size, ready) = (mixed % 5, (i * 31) % 57, (i / 3) % 3);
    let wins = mixed + 9 * source + size / 3 + 20 * ready > 95;
    let ended = match i % 9 {
        0 => "open",
        _ if wins => "won",
        _ => "lost",
    };
    let amount = match ended {
        "won" if !i.is_multiple_of(11) => format!("{}.50", 100 + i % 400),
        _ => String::new(),
    };
    format!(
        "L{i:05},{},{},{amount},{},{},{},{},n{i}\n",
        status.unwrap_or(ended),
        quoted(SOURCES[source]),
        if i.is_multiple_of(4) {
            String::new()
        } else {
            format!("{}", 90 + i % 500)
        },
        if i.is_multiple_of(17) {
            String::new()
        } else {
            format!("{}.{}", size, i % 10)
        },
        ["yes", "no", ""][ready],
        DAYS[(i / 2) % 4],
    )
}

fn rows(from: usize, to: usize) -> String {
    (from..to).map(|i| row(i, None)).collect()
}

/// A project with a trained model, in which rows of `train` more stand.
fn project(more: &str, header: &str, train: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("forerun.toml"), PROJECT.to_owned() + more).expect("written");
    fs::write(dir.path().join("train.csv"), header.to_owned() + train).expect("written");
    let trained = forerun(dir.path(), &["train"]);
    assert!(trained.status.success(), "{}", text(&trained.stderr));
    dir
}

fn forerun(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_forerun"))
        .current_dir(dir)
        .args(arguments)
        .output()
        .expect("forerun runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What a run left: exit code, messages, data, the result and the rows set aside.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    code: Option<i32>,
    messages: String,
    data: String,
    result: String,
    rejects: String,
}

fn left(dir: &Path, arguments: &[&str]) -> Left {
    for file in ["scored.csv", "out/rejects-score.csv"] {
        let _ = fs::remove_file(dir.join(file));
    }
    let output = forerun(dir, arguments);
    let read = |file: &str| {
        fs::read(dir.join(file))
            .map(|bytes| text(&bytes))
            .unwrap_or_default()
    };
    Left {
        code: output.status.code(),
        messages: text(&output.stderr),
        data: text(&output.stdout),
        result: read("scored.csv"),
        rejects: read("out/rejects-score.csv"),
    }
}

/// Scores `content` from a file and from a pipe, in each form of the command, and gives what `--all --out` left.
fn both(dir: &TempDir, content: &[u8]) -> Left {
    let forms: [&[&str]; 3] = [
        &["score", "new.csv"],
        &["score", "new.csv", "--out", "scored.csv"],
        &["score", "new.csv", "--all", "--out", "scored.csv"],
    ];
    let mut last = None;
    for form in forms {
        let file = dir.path().join("new.csv");
        let _ = fs::remove_file(&file);
        fs::write(&file, content).expect("written");
        let by_blocks = left(dir.path(), form);
        fs::remove_file(&file).expect("removed");
        let made = Command::new("mkfifo")
            .arg(&file)
            .status()
            .expect("mkfifo runs");
        assert!(made.success());
        let (pipe, content) = (file.clone(), content.to_vec());
        // Where nothing is read from the pipe, the writer waits in vain and is left behind.
        std::thread::spawn(move || {
            let _ = fs::write(pipe, content);
        });
        let at_once = left(dir.path(), form);
        assert_eq!(by_blocks, at_once, "{form:?}");
        last = Some(by_blocks);
    }
    last.expect("three forms")
}

#[test]
fn plain_rows_are_scored_alike() {
    let dir = project("", HEADER, &rows(0, 1200));
    let left = both(&dir, (HEADER.to_owned() + &rows(5000, 9000)).as_bytes());
    assert_eq!(left.code, Some(0), "{}", left.messages);
    assert_eq!(left.result.lines().count(), 4001);
    assert!(
        left.messages.contains("4,000 leads scored"),
        "{}",
        left.messages
    );
    for said in [
        "微信",
        "\"source is Fair, spring: ",
        "missing",
        "L05000,,0.",
    ] {
        assert!(
            left.result.contains(said),
            "{said}: {}",
            &left.result[..2000]
        );
    }
    let closed = left
        .result
        .lines()
        .find(|line| line.starts_with("L05001,"))
        .expect("scored");
    assert!(
        closed.split(',').nth(2).is_some_and(|p| p.len() == 8),
        "{closed}"
    );
}

#[test]
fn every_fault_is_told_alike() {
    let dir = project("max_rejects = 0.5\n", HEADER, &rows(0, 1200));
    let faults = [
        "L90000,won,Search,12,5,1,yes,2026-01-05\n",
        "L90001,won,Search,12,5,1,yes,2026-01-05,n,more\n",
        "L90002,won,Search,much,5,1,yes,2026-01-05,n\n",
        "L90003,won,Search,-4,5,1,yes,2026-01-05,n\n",
        ",won,Search,4,5,1,yes,2026-01-05,n\n",
        "\n \n,,,,,,,,\n",
        "L90004,won,Search,4,1e16,1,yes,2026-01-05,n\n",
        "L90005,won,\"open quote,4,5,1,yes,2026-01-05,n\n",
        "L90006,lost,\"new\nline\",,5,1,yes,2026-01-05,\"a \"\"b\"\"\"\n",
        "L00007,won,Search,4,5,1,yes,2026-01-05,n\n",
        "L90006,won,Search,4,5,1,yes,2026-01-05,again\n",
        "L90007,perhaps,Search,,$5,1.250,YES,2026-01-05,n\n",
        "L90009,won, Search ,4,5, 2 ,maybe,05.01.2026,n\n",
        "L90010,,Nobody knows it,4,5,1e3,yes,2026-13-05,n\n",
    ];
    for (i, fault) in faults.iter().enumerate() {
        let content = HEADER.to_owned() + &rows(0, 60) + fault + &rows(60, 90);
        let left = both(&dir, content.as_bytes());
        assert!(
            left.code.is_some_and(|code| code < 3),
            "{i}: {}",
            left.messages
        );
    }
    let code = "L90008,won,Search,,5,007,no,2026-01-05,n\n";
    let left = both(&dir, (HEADER.to_owned() + &rows(0, 60) + code).as_bytes());
    assert!(
        left.messages.contains("`size` holds text"),
        "{}",
        left.messages
    );
    let all: String = faults.concat();
    let content = HEADER.to_owned() + &rows(0, 300) + &all + &rows(300, 600) + &all;
    let left = both(&dir, content.as_bytes());
    assert_eq!(left.code, Some(1), "{}", left.messages);
    for code in [
        "wrong-field-count",
        "not-a-number",
        "negative-amount",
        "empty-id",
        "absurd-amount",
        "open-quote",
        "duplicate-id",
    ] {
        assert!(left.rejects.contains(code), "{code}: {}", left.rejects);
    }
    assert!(
        left.rejects.contains("`L00007` is already at new.csv:9"),
        "{}",
        left.rejects
    );
}

#[test]
fn every_way_of_writing_a_file_is_read_alike() {
    let dir = project("max_rejects = 0.5\n", HEADER, &rows(0, 1200));
    let plain = HEADER.to_owned() + &rows(0, 400);
    let all_quoted: String = plain
        .lines()
        .map(|line| {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(line.as_bytes());
            let record = reader.records().next().expect("a record").expect("sound");
            let fields = record
                .iter()
                .map(|field| format!("\"{}\"", field.replace('"', "\"\"")));
            fields.collect::<Vec<_>>().join(",") + "\n"
        })
        .collect();
    let mut broken = plain.clone().into_bytes();
    broken.extend_from_slice(
        b"L80000,won,\xff\xfe,4,5,1,yes,2026-01-05,n\nL80001,won,ok,4,5,1,yes,2026-01-05,n\n",
    );
    let ways: [Vec<u8>; 12] = [
        all_quoted.into_bytes(),
        plain.replace('\n', "\r\n").into_bytes(),
        plain.replace('\n', "\r").into_bytes(),
        [b"\xEF\xBB\xBF".as_slice(), plain.as_bytes()].concat(),
        rows_apart(&plain, ';').into_bytes(),
        rows_apart(&plain, '\t').into_bytes(),
        plain.trim_end().as_bytes().to_vec(),
        format!("\n \n{plain}").into_bytes(),
        plain.replace("id,status", " id ,\"status\"").into_bytes(),
        broken,
        HEADER.as_bytes().to_vec(),
        Vec::new(),
    ];
    for (i, way) in ways.iter().enumerate() {
        let left = both(&dir, way);
        assert!(
            i > 9 || left.code.is_some_and(|code| code < 2),
            "{i}: {}",
            left.messages
        );
    }
}

/// The same rows with another sign between fields, and with decimal commas where the sign is a semicolon.
fn rows_apart(text: &str, delimiter: char) -> String {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter as u8)
        .from_writer(Vec::new());
    for (i, record) in reader.records().enumerate() {
        let record = record.expect("sound");
        let comma = |(j, field): (usize, &str)| {
            if delimiter == ';' && j == 5 && i > 0 && i % 40 == 0 {
                field.replace('.', ",")
            } else {
                field.to_owned()
            }
        };
        let fields: Vec<String> = record.iter().enumerate().map(comma).collect();
        writer.write_record(&fields).expect("memory is written");
    }
    String::from_utf8(writer.into_inner().expect("flushed")).expect("text")
}

#[test]
fn what_does_not_fit_the_model_is_refused_alike() {
    let dir = project("", HEADER, &rows(0, 1200));
    let plain = HEADER.to_owned() + &rows(0, 400);
    let swapped = plain.replacen("size,ready", "ready,size", 1);
    let without = plain.replacen(",size,", ",largeness,", 1);
    let unnamed = plain.replacen(",note", ",", 1);
    let twice = plain.replacen(",note", ",size", 1);
    let open: String = (0..40).map(|i| row(i, Some("won"))).collect();
    let closed = HEADER.to_owned() + &open;
    let words = HEADER.to_owned()
        + &(0..60)
            .map(|i| row(i, None).replace("L0", "L-"))
            .collect::<String>();
    for content in [swapped, without, unnamed, twice, closed, words] {
        both(&dir, content.as_bytes());
    }
    let few = "L1,won,Search,x,5,1,yes,2026-01-05,n\n".repeat(3);
    let left = both(&dir, (HEADER.to_owned() + &few).as_bytes());
    assert_eq!(left.code, Some(3), "{}", left.messages);
}

#[test]
fn other_projects_are_scored_alike() {
    for more in [
        "types = { size = \"number\", seen = \"date\" }\n",
        "product = \"ready\"\nexpected_close = \"seen\"\n",
        "\n[leads.known]\nclose = [\"note\"]\n",
        "\n[values]\nmissing = [\"7.3\", \"Search\"]\n",
    ] {
        let dir = project(more, HEADER, &rows(0, 1200));
        let left = both(&dir, (HEADER.to_owned() + &rows(2000, 2400)).as_bytes());
        assert_eq!(left.code, Some(0), "{more}: {}", left.messages);
    }
}

#[test]
fn faults_of_side_files_are_told_alike() {
    let dir = project("", HEADER, &rows(0, 1200));
    let spend = "month,source,spend\n2026-01,Search,100\n2026-02,Search,much\n";
    fs::write(
        dir.path().join("spend.csv"),
        spend.to_owned() + &"2026-01,Fair,5\n".repeat(40),
    )
    .expect("written");
    let more = "\n[spend]\nfile = \"spend.csv\"\n";
    fs::write(dir.path().join("forerun.toml"), PROJECT.to_owned() + more).expect("written");
    let left = both(&dir, (HEADER.to_owned() + &rows(2000, 2400)).as_bytes());
    assert!(left.rejects.contains("spend.csv,3,"), "{left:?}");
}
