//! The files: the same bytes for the same seed, whole or not at all, in both languages, for any company.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use forerun::domain::Month;
use forerun::simulate::{Company, Language, SimulateError, write};

use crate::{Sheet, company, simulate};

fn contents(dir: &Path, names: &[PathBuf]) -> BTreeMap<String, Vec<u8>> {
    names
        .iter()
        .map(|path| {
            let name = path
                .strip_prefix(dir)
                .expect("inside")
                .display()
                .to_string();
            (name, std::fs::read(path).expect("readable"))
        })
        .collect()
}

#[test]
fn the_seed_decides_every_byte() {
    let run = |seed| {
        let (dir, summary) = simulate(&company(2_000, seed));
        contents(dir.path(), &summary.files)
    };
    let first = run(11);
    assert_eq!(first.len(), 8);
    assert!(first == run(11), "the same seed gives the same bytes");
    let other = run(12);
    for (name, bytes) in &first {
        assert!(bytes != &other[name], "{name} depends on the seed");
    }
}

#[test]
fn exactly_as_many_leads_as_asked_for() {
    for leads in [1, 7, 100, 25_001] {
        let (dir, summary) = simulate(&company(leads, 13));
        assert_eq!(summary.leads, leads);
        let rows = Sheet::read(&dir.path().join("leads.csv")).rows.len();
        assert_eq!(rows as u64, leads);
    }
}

#[test]
fn chinese_headers_and_values_and_a_project_that_names_them() {
    let company = Company {
        language: Language::Zh,
        project_file: true,
        ..company(3_000, 14)
    };
    let (dir, summary) = simulate(&company);
    assert_eq!(summary.files.len(), 10);
    let leads = Sheet::read(&dir.path().join("leads.csv"));
    let statuses: std::collections::BTreeSet<&str> = (0..leads.rows.len())
        .map(|row| leads.text(row, "状态"))
        .collect();
    assert_eq!(
        statuses.into_iter().collect::<Vec<_>>(),
        ["赢单", "跟进中", "输单"]
    );
    assert!(leads.columns.keys().all(|name| !name.is_ascii()));
    let text = std::fs::read_to_string(dir.path().join("forerun.toml")).expect("readable");
    let project: toml::Table = text.parse().expect("it is TOML");
    for (key, value) in project["leads"].as_table().expect("a table") {
        let column = match (key.as_str(), value) {
            ("file" | "types" | "known", _) => continue,
            ("outcome", value) => value["column"].as_str(),
            (_, value) => value.as_str(),
        };
        let column = column.expect("a column name");
        assert!(leads.columns.contains_key(column), "{key} = {column}");
    }
    for section in ["stages", "activities", "spend", "targets"] {
        let table = project[section].as_table().expect("a table");
        let file = table["file"].as_str().expect("a name");
        let sheet = Sheet::read(&dir.path().join(file));
        for (key, value) in table {
            if key != "file" && key != "order" {
                let column = value.as_str().expect("a column name");
                assert!(
                    sheet.columns.contains_key(column),
                    "{section}.{key} = {column}"
                );
            }
        }
    }
    let rules = std::fs::read_to_string(dir.path().join("rules/intent.toml")).expect("readable");
    rules.parse::<toml::Table>().expect("it is TOML");
    // The same company in another language: the truth does not change.
    let english = Company {
        language: Language::En,
        ..company
    };
    let (other, _) = simulate(&english);
    let truth = |dir: &Path| std::fs::read(dir.join("truth/leads.csv")).expect("readable");
    assert_eq!(truth(dir.path()), truth(other.path()));
}

#[test]
fn what_is_there_already_is_not_touched() {
    let dir = tempfile::tempdir().expect("a folder");
    let theirs = dir.path().join("targets.csv");
    std::fs::write(&theirs, "mine").expect("writable");
    let company = company(100, 15);
    let error = write(&company, dir.path(), &mut |_| {}).expect_err("it is refused");
    assert!(matches!(error, SimulateError::Exists { .. }), "{error}");
    assert_eq!(std::fs::read_dir(dir.path()).expect("readable").count(), 1);
    let company = Company {
        overwrite: true,
        ..company
    };
    let mut told = Vec::new();
    write(&company, dir.path(), &mut |n| told.push(n)).expect("it is allowed now");
    assert_eq!(told.last(), Some(&100));
    assert_ne!(std::fs::read(&theirs).expect("readable"), b"mine");
}

#[test]
fn companies_that_cannot_be_are_refused_in_words() {
    let dir = tempfile::tempdir().expect("a folder");
    let refused = |company: Company| {
        write(&company, dir.path(), &mut |_| {})
            .expect_err("it is refused")
            .to_string()
    };
    assert_eq!(
        refused(company(0, 1)),
        "the number of leads must be from 1 to 100,000,000, not 0"
    );
    let months = Company {
        months: 0,
        ..Company::default()
    };
    assert_eq!(
        refused(months),
        "the number of months must be from 1 to 120, not 0"
    );
    let as_of = Company {
        as_of: "1970-01-01".parse().expect("a date"),
        ..Company::default()
    };
    assert_eq!(
        refused(as_of),
        "the as-of date must be in the years 2000 to 2100, not 1970-01-01"
    );
}

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo")
}

#[test]
fn the_bundled_demo_is_made_by_this_program() {
    let (dir, summary) = simulate(&Company::default());
    let mut total = 0;
    for (name, bytes) in contents(dir.path(), &summary.files) {
        let bundled = std::fs::read(demo().join(&name)).expect("it is bundled");
        assert!(
            bundled == bytes,
            "data/demo/{name} differs; after a change that is meant: cargo test --test simulate -- --ignored regenerate_demo"
        );
        assert!(bytes.len() < 3_000_000, "{name} is too large");
        total += bytes.len();
    }
    assert!(total < 5_000_000, "{total} bytes are too many to bundle");
}

/// Not a test: writes `data/demo` anew.
#[test]
#[ignore = "rewrites data/demo"]
fn regenerate_demo() {
    let company = Company {
        overwrite: true,
        ..Company::default()
    };
    let summary = write(&company, &demo(), &mut |_| {}).expect("it is written");
    let text = format!("{summary:#?}\n");
    std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()).expect("written");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    /// Any company that is not refused is written, whole and consistent.
    #[test]
    fn any_company_can_be_simulated(
        leads in 1_u64..400,
        seed in proptest::prelude::any::<u64>(),
        months in 1_i32..=120,
        year in 2000_i32..=2100,
        day in 0_i32..365,
    ) {
        let company = Company {
            leads,
            seed,
            months,
            as_of: Month::new(year, 1).first_day() + day,
            project_file: true,
            ..Company::default()
        };
        let (dir, summary) = simulate(&company);
        proptest::prop_assert_eq!(summary.leads, leads);
        let sheet = Sheet::read(&dir.path().join("leads.csv"));
        let truth = Sheet::read(&dir.path().join("truth/leads.csv"));
        proptest::prop_assert_eq!(sheet.rows.len() as u64, leads);
        let first = ((company.as_of - 1).month() - (months - 1)).first_day();
        for row in 0..sheet.rows.len() {
            let created = sheet.day(row, "created_at");
            proptest::prop_assert!(created >= Some(first) && created < Some(company.as_of));
            let of = |column| truth.number(row, column);
            proptest::prop_assert!(of("p_win_90d_creation") <= of("p_win_creation"));
            for column in ["p_win_creation", "p_win_90d_creation", "p_win_open", "p_win_90d_open"] {
                proptest::prop_assert!(of(column).is_none_or(|p| (0.0..=1.0).contains(&p)));
            }
        }
    }
}
