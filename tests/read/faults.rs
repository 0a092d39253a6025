//! What a person reads when rows or files are broken.

use forerun::domain::{Kind, Rejects, Role};
use forerun::read::{ReadError, write_rejects};

use crate::folder::Folder;

/// One row of each kind that cannot be used, among sound ones.
const BROKEN: &str = "\
lead_id,status,created,closed,amount,visits,note
L01,Won,2026-01-05,2026-02-01,1200,3,fine
L02,Won,2026-01-06,2026-02-30,1200,3,a day that is not there
L03,Won,0202-01-05,2026-02-01,1200,3,a year that is not meant
L04,Lost,03/04/2026,2026-05-01,,3,no order of day and month
L05,Won,soon,2026-02-01,1200,3,no date
L06,Won,2026-01-05,2026-02-01,twelve,3,no number
L07,Won,2026-01-05,2026-02-01,\"1200,50\",3,a decimal comma
L08,Lost,2026-02-05,2026-02-01,,3,closed before it came
L09,Open,2026-02-05,2026-03-01,,3,open but closed
L10,Won,2026-01-05,2026-02-01,-300,3,a refund
L01,Won,2026-01-05,2026-02-01,1200,3,a second time
,Open,2026-01-05,,,3,nobody
L13,Open,2026-01-05,,,3,one, two
L14,Open
L15,Open,2026-01-05,,,many,a declared number
L16,Open,2026-01-05,,,3,\"a quote left open
L17,Open,2026-01-05,,,3,\"a \"\"sound\"\" one
over two lines\"
\"L18,Open,2026-01-05,,,3,a row in quotes\"
L19,Open,2026-02-05,,,3,fine
";

fn listed(rejects: &Rejects) -> String {
    rejects.rows.iter().fold(String::new(), |text, reject| {
        let at = format!("{}:{}:{}", reject.file, reject.row, reject.column);
        format!("{text}{at} [{}]\n  {}\n", reject.code, reject.reason)
    })
}

fn broken() -> Folder {
    Folder::new(BROKEN)
        .dated()
        .types("visits", Kind::Number)
        .max_rejects(1.0)
}

#[test]
fn broken_rows_are_explained() {
    let data = broken().data();
    insta::assert_snapshot!(listed(&data.rejects));
    assert_eq!(data.leads.ids, ["L01", "L17", "L19"]);
    assert_eq!(data.rejects.read, 19);
}

#[test]
fn every_row_set_aside_is_in_the_file_as_it_stood() {
    let folder = broken();
    let rejects = folder.data().rejects;
    let file = folder.path("rejects.csv");
    write_rejects(&rejects, &file).unwrap();
    let mut reader = csv::Reader::from_path(&file).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(
        reader.headers().unwrap(),
        vec!["file", "row", "column", "code", "reason", "line"]
    );
    assert_eq!(rows.len(), rejects.rows.len());
    let lines: Vec<&str> = BROKEN.lines().collect();
    for row in &rows {
        let line: usize = row[1].parse().unwrap();
        assert_eq!(&row[5], lines[line - 1]);
    }
}

#[test]
fn too_many_broken_rows_stop_the_run_and_are_still_there() {
    let error = broken().max_rejects(0.05).read().unwrap_err();
    insta::assert_snapshot!(error.to_string());
    let ReadError::TooManyRejects(stop) = error else {
        panic!("{error}")
    };
    assert_eq!((stop.rejected, stop.read), (16, 19));
    assert_eq!(stop.rejects.rows.len(), 16);
}

#[test]
fn the_limit_itself_is_allowed() {
    let rows: Vec<String> = (0..19).map(|i| format!("L{i},Won")).collect();
    let text = format!("lead_id,status\n{}\nL99\n", rows.join("\n"));
    let at_limit = Folder::new(&text).max_rejects(0.05);
    assert_eq!(at_limit.data().rejects.rows.len(), 1);
    assert!(Folder::new(&text).max_rejects(0.049).read().is_err());
}

#[test]
fn files_that_are_no_tables_are_named_for_what_they_are() {
    let good = "lead_id,status\nL1,Won\n";
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut latin = b"lead_id,status,name\n".to_vec();
    for i in 0..50 {
        latin.extend(format!("L{i},Won,Jos").bytes());
        latin.extend(b"\xE9\n");
    }
    let errors: Vec<String> = [
        b"PK\x03\x04rest".to_vec(),
        b"\xD0\xCF\x11\xE0rest".to_vec(),
        b"\x1F\x8Brest".to_vec(),
        [b"\xFF\xFE".to_vec(), utf16.clone()].concat(),
        utf16,
        latin,
        Vec::new(),
        b"\n\n".to_vec(),
        b"lead_id,status\n".to_vec(),
        b"lead_id,status,lead_id\nL1,Won,L1\n".to_vec(),
    ]
    .into_iter()
    .map(|bytes| Folder::new(bytes).error())
    .collect();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn a_few_bad_bytes_cost_their_rows_alone() {
    let mut text = b"lead_id,status,name\n".to_vec();
    for i in 0..99 {
        text.extend(format!("L{i},Won,Jo\n").bytes());
    }
    text.extend(b"L99,Won,Jos\xE9\n");
    let data = Folder::new(text).data();
    assert_eq!(data.leads.len(), 99);
    assert_eq!(data.rejects.rows[0].code, "not-utf8");
    assert_eq!(data.rejects.rows[0].row, 101);
}

#[test]
fn every_missing_column_is_named_at_once_with_the_nearest() {
    let folder = Folder::new("Lead ID,Status,CreatedAt,amnt\nL1,Won,2026-01-01,3\n")
        .role(Role::Created, "created_at")
        .role(Role::Amount, "amount")
        .role(Role::Region, "province");
    insta::assert_snapshot!(folder.error());
    let folder = Folder::new("lead_id,status,phone\nL1,Won,3\n").types("fone", Kind::Text);
    insta::assert_snapshot!(folder.error());
}

#[test]
fn other_errors_say_what_to_do() {
    let mut two = Folder::new("lead_id,status,city\nL1,Won,Xi'an\n")
        .write("more.csv", "status,lead_id,town\nWon,L2,Xi'an\n");
    let more = two.path("more.csv");
    two.project.leads.files.push(more);
    let repeated = Folder::new("lead_id,status,product\nL1,Won,A\n")
        .write("products.csv", "product,price\nA,1\nB,2\nA,3\nB,4\nB,5\n")
        .join("products.csv", "product", "product", &["price"]);
    let currencies =
        Folder::new("lead_id,status,amount\nL1,Won,$5\nL2,Won,€5\n").role(Role::Amount, "amount");
    let mut absent = Folder::new("");
    let path = absent.path("not-there.csv");
    absent.project.leads.files = vec![path];
    let key = Folder::new("lead_id,status,product\nL1,Won,A\n")
        .write("products.csv", "product,price\nA,1\n")
        .join("products.csv", "produkt", "product", &["prise"]);
    let column = Folder::new("lead_id,status,product\nL1,Won,A\n")
        .write("products.csv", "product,price\nA,1\n")
        .join("products.csv", "product", "product", &["prise"]);
    let errors: Vec<String> = [two, repeated, currencies, absent, key, column]
        .iter()
        .map(Folder::error)
        .collect();
    insta::assert_snapshot!(errors.join("\n"));
}
