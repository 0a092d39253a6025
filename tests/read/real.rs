//! Exports as the world makes them. They may not be copied, so these tests run only where the shared data lies.

use std::path::PathBuf;

use forerun::domain::{Kind, Outcome, Role};
use forerun::project::{DateOrder, Join, OutcomeSpec, Project};
use forerun::read::{Dataset, ReadError, dataset};

use crate::folder::{note, plain_project};

/// The folder of a data set; none, with a word about it, where it is not there.
#[allow(clippy::print_stderr, reason = "a test that did not run says so")]
fn shared(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("FORERUN_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let folder = root.join("data").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: {} is not there", folder.display());
    None
}

/// A project on one file of a data set.
fn project(
    folder: &str,
    file: &str,
    id: Option<&str>,
    outcome: (&str, &str, &str),
) -> Option<Project> {
    let root = shared(folder)?;
    let mut project = plain_project(&root);
    project.leads.files = vec![root.join(file)];
    project.leads.id = id.map(str::to_owned);
    project.leads.outcome = OutcomeSpec::Values {
        column: outcome.0.into(),
        won: vec![outcome.1.into()],
        lost: vec![outcome.2.into()],
    };
    Some(project)
}

fn counts(data: &Dataset) -> (usize, usize, usize) {
    let count = |outcome| data.leads.outcome.iter().filter(|&&o| o == outcome).count();
    (
        count(Outcome::Won),
        count(Outcome::Lost),
        count(Outcome::Open),
    )
}

fn maven(file: &str, folder: &str) -> Option<Project> {
    let mut project = project(
        folder,
        file,
        Some("opportunity_id"),
        ("deal_stage", "Won", "Lost"),
    )?;
    for (role, column) in [
        (Role::Created, "engage_date"),
        (Role::Closed, "close_date"),
        (Role::Amount, "close_value"),
        (Role::Owner, "sales_agent"),
        (Role::Product, "product"),
        (Role::Customer, "account"),
        (Role::Stage, "deal_stage"),
    ] {
        project.leads.roles.insert(role, column.into());
    }
    Some(project)
}

#[test]
fn maven_joins_its_side_tables_and_tells_what_is_amiss() {
    let Some(mut project) = maven("sales_pipeline.csv", "maven_crm") else {
        return;
    };
    for (file, key) in [
        ("products.csv", "product"),
        ("accounts.csv", "account"),
        ("sales_teams.csv", "sales_agent"),
    ] {
        project.leads.joins.push(Join {
            file: project.root.join(file),
            left: key.into(),
            right: key.into(),
            columns: Vec::new(),
        });
    }
    let data = dataset(&project, None).unwrap();
    assert_eq!(counts(&data), (4238, 2473, 2089));
    assert!(data.rejects.rows.is_empty());
    assert_eq!(data.leads.as_of.to_string(), "2018-01-01");
    assert_eq!(
        data.leads
            .created
            .iter()
            .filter(|day| day.is_none())
            .count(),
        500
    );
    let notes: Vec<&str> = data
        .notes
        .iter()
        .map(|note| note.message.as_str())
        .collect();
    assert_eq!(
        notes,
        [
            "Leads that find no row in products.csv by `product`: 1,480, with the values `GTXPro` (1,480). The joined \
             columns are empty there.",
            "Open leads without a creation date: 500. They are sorted and listed, but left out of timing and of the \
             forecast.",
            "The as-of date is 2018-01-01, the day after the newest date in the data.",
        ]
    );
    let revenue: f64 = (0..data.leads.len())
        .filter(|&row| data.leads.outcome[row] == Outcome::Won)
        .map(|row| data.leads.numbers(Role::Amount).unwrap()[row])
        .sum();
    assert_eq!(revenue, 10_005_534.0);
    assert_eq!(
        data.leads.table.get("sales_price").unwrap().kind(),
        Kind::Number
    );
}

#[test]
fn maven_as_spreadsheets_rewrote_its_dates_is_the_same_once_the_order_is_said() {
    let Some(project) = maven("sales_pipeline.csv", "maven_crm") else {
        return;
    };
    let plain = dataset(&project, None).unwrap().leads;
    for (file, order) in [
        (
            "maven_sales_pipeline_dates_M-D-YYYY.csv",
            DateOrder::MonthFirst,
        ),
        (
            "maven_sales_pipeline_dates_DD-MM-YY_plus_quarters.csv",
            DateOrder::DayFirst,
        ),
    ] {
        let Some(mut project) = maven(file, "mangled_variants") else {
            return;
        };
        let refused = dataset(&project, None).unwrap_err().to_string();
        assert!(refused.contains("set `dates = "), "{refused}");
        project.calendar.order = Some(order);
        let leads = dataset(&project, None).unwrap().leads;
        assert_eq!(
            (&leads.ids, &leads.created, &leads.closed),
            (&plain.ids, &plain.created, &plain.closed)
        );
    }
}

#[test]
fn x_education_is_read_in_its_sound_and_broken_forms() {
    let read = |file: &str| -> Option<Result<Dataset, ReadError>> {
        let project = project(
            "x_education",
            file,
            Some("Prospect ID"),
            ("Converted", "1", "0"),
        )?;
        Some(dataset(&project, None))
    };
    let Some(sound) = read("Leads.csv") else {
        return;
    };
    let sound = sound.unwrap();
    assert_eq!(counts(&sound), (3561, 5679, 0));
    assert!(!sound.leads.dated());
    assert_eq!(sound.leads.table.names().len(), 37);
    let trailing = read("Leads_CRLF_trailing_comma_38col.csv")
        .unwrap()
        .unwrap();
    assert_eq!(
        format!("{:?}", trailing.leads),
        format!("{:?}", sound.leads)
    );
    let quoted = read("Lead_Scoring_338_rows_whole_line_quoted.csv")
        .unwrap()
        .unwrap();
    assert_eq!((quoted.rejects.rows.len(), quoted.leads.len()), (338, 8902));
    for reject in &quoted.rejects.rows {
        assert_eq!(reject.code, "wrong-field-count");
        assert!(
            reject
                .reason
                .ends_with("in one pair of quotation marks: take them away")
        );
        assert!(
            reject.line.starts_with('"') && reject.line.ends_with('"'),
            "{}",
            reject.line
        );
    }
    let spreadsheet = read("Leads_is_really_xlsx.csv").unwrap().unwrap_err();
    assert!(
        spreadsheet.to_string().contains("is a spreadsheet"),
        "{spreadsheet}"
    );
}

#[test]
fn bank_marketing_is_read_by_semicolons_without_identifiers() {
    let bank = project(
        "bank_marketing",
        "bank-additional-full.csv",
        None,
        ("y", "yes", "no"),
    );
    let Some(project) = bank else { return };
    let data = dataset(&project, None).unwrap();
    assert_eq!(counts(&data), (4640, 36548, 0));
    assert_eq!((data.rejects.rows.len(), data.notes.len()), (0, 0));
    assert_eq!(data.leads.ids[41_187], "041188");
    let kinds: Vec<Kind> = data
        .leads
        .table
        .iter()
        .map(|(_, column)| column.kind())
        .collect();
    assert_eq!(
        kinds.iter().filter(|&&kind| kind == Kind::Number).count(),
        10
    );
    assert_eq!(data.leads.table.get("age").unwrap().kind(), Kind::Number);
}

#[test]
fn olist_finds_its_deals_by_a_join() {
    let file = "olist_marketing_qualified_leads_dataset.csv";
    let olist = project(
        "olist_funnel",
        file,
        Some("mql_id"),
        ("origin", "social", "email"),
    );
    let Some(mut project) = olist else { return };
    project
        .leads
        .roles
        .insert(Role::Created, "first_contact_date".into());
    project.leads.joins.push(Join {
        file: project.root.join("olist_closed_deals_dataset.csv"),
        left: "mql_id".into(),
        right: "mql_id".into(),
        columns: vec!["won_date".into(), "declared_monthly_revenue".into()],
    });
    let data = dataset(&project, None).unwrap();
    assert_eq!(data.leads.len(), 8000);
    let won = data.leads.table.get("won_date").unwrap();
    assert_eq!(won.kind(), Kind::Moment);
    assert_eq!((0..8000).filter(|&row| !won.is_missing(row)).count(), 842);
    assert!(note(&data, "unmatched-key").contains(": 7,158, with the values"));
}

#[test]
fn a_file_without_column_names_is_recognised() {
    let olist = project(
        "mangled_variants",
        "olist_mql_no_header.csv",
        Some("mql_id"),
        ("origin", "a", "b"),
    );
    let Some(project) = olist else { return };
    let error = dataset(&project, None).unwrap_err().to_string();
    assert!(
        error.ends_with("does the file have a first line with the column names?"),
        "{error}"
    );
}

#[test]
fn chinese_columns_are_columns() {
    let read = |folder: &str, file: &str| -> Option<Result<Dataset, ReadError>> {
        let project = project(folder, file, Some("渠道代号"), ("合作方式", "cpc", "cpm"))?;
        Some(dataset(&project, None))
    };
    let Some(data) = read("ad_performance_zh", "ad_performance.csv") else {
        return;
    };
    let leads = data.unwrap().leads;
    assert_eq!(leads.len(), 889);
    assert_eq!(leads.table.get("日均UV").unwrap().kind(), Kind::Number);
    assert_eq!(leads.table.get("广告卖点").unwrap().kind(), Kind::Text);
    let Some(other) = read("derived", "ad_performance.gb18030.csv") else {
        return;
    };
    let other = other.unwrap();
    // Empty cells are NaN, which equals nothing.
    let told = |table| format!("{table:?}");
    assert!(told(&leads.table) == told(&other.leads.table));
    assert!(
        other
            .notes
            .iter()
            .any(|note| note.code == "read-as-gb18030")
    );
}
