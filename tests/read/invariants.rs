//! What must hold of any file.

use std::fmt::Write;

use forerun::domain::{Column, Leads, Role};
use forerun::read::dataset;
use proptest::prelude::*;

use crate::folder::Folder;

/// Everything of leads but their place in the input.
fn but_for_place(mut leads: Leads) -> String {
    leads.input_row.clear();
    format!("{leads:?}")
}

/// Bytes that look enough like a table to get past the header.
fn nearly_a_table() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(",".to_owned()),
        Just("\n".to_owned()),
        Just("\"".to_owned()),
        Just("\r\n".to_owned()),
        Just("Won".to_owned()),
        Just("2026-01-05".to_owned()),
        Just("1,234".to_owned()),
        Just("年".to_owned()),
        Just("+08".to_owned()),
        Just("-".to_owned()),
        "[ -~]{0,6}",
        "\\PC{0,3}",
    ];
    (prop::collection::vec(piece, 0..60), any::<bool>()).prop_map(|(pieces, header)| {
        let body = pieces.concat();
        let header = if header {
            "lead_id,status,created,closed,amount\n"
        } else {
            ""
        };
        format!("{header}{body}").into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_at_all_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let folder = Folder::new(&bytes).dated().max_rejects(1.0);
        let _ = folder.read();
        let with_header = [b"lead_id,status,created,closed,amount\n".to_vec(), bytes].concat();
        let _ = Folder::new(with_header).dated().max_rejects(1.0).read();
    }

    #[test]
    fn rows_are_kept_or_set_aside_and_never_lost(bytes in nearly_a_table()) {
        let folder = Folder::new(&bytes).dated().max_rejects(1.0);
        if let Ok(data) = folder.read() {
            prop_assert_eq!(data.leads.len() + data.rejects.rows.len(), data.rejects.read as usize);
        }
    }

    #[test]
    fn what_was_written_is_read_again(
        rows in prop::collection::vec(("[a-z ,;\"\n]{0,8}", prop::option::of(-1e12..1e12_f64), prop::option::of(0..20_000_i32)), 1..40),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["lead_id", "status", "created", "amount", "text"]).unwrap();
        for (i, (text, number, days)) in rows.iter().enumerate() {
            let day = days.map(|days| forerun::domain::Day::from_epoch_days(days).to_string());
            let number = number.map(|number| number.to_string());
            writer.write_record([
                format!("L{i:04}").as_str(), "Open", &day.unwrap_or_default(), &number.unwrap_or_default(), text,
            ]).unwrap();
        }
        let folder = Folder::new(writer.into_inner().unwrap())
            .role(Role::Created, "created")
            .role(Role::Amount, "amount")
            .types("text", forerun::domain::Kind::Text);
        let leads = folder.data().leads;
        prop_assert_eq!(leads.len(), rows.len());
        for row in 0..leads.len() {
            let (text, number, days) = &rows[leads.input_row[row] as usize];
            prop_assert_eq!(leads.created[row].map(forerun::domain::Day::epoch_days), *days);
            prop_assert_eq!(leads.table.get("text").unwrap().display(row), text.trim());
            let read = leads.numbers(Role::Amount).unwrap()[row];
            prop_assert_eq!(Some(read).filter(|read| !read.is_nan()), *number);
        }
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter(
        values in prop::collection::vec(("[ab]?", prop::option::of(0..3_000_i32), "1|0|2|x|Yes|2026-01-05|NA|007"), 2..60),
        seed in any::<u64>(),
    ) {
        let line = |(i, (text, days, x)): (usize, &(String, Option<i32>, String))| {
            let day = days.map(|days| forerun::domain::Day::from_epoch_days(15_000 + days).to_string());
            format!("L{i},{},{text},{x}", day.unwrap_or_default())
        };
        let lines: Vec<String> = values.iter().enumerate().map(line).collect();
        let mut shuffled = lines.clone();
        let n = shuffled.len() as u64;
        for i in 0..shuffled.len() {
            let other = (seed.rotate_left(i as u32) % n) as usize;
            shuffled.swap(i, other);
        }
        let read = |lines: &[String]| {
            let mut text = String::from("lead_id,created,status,x\n");
            for line in lines {
                let _ = writeln!(text, "{line}");
            }
            Folder::new(text).role(Role::Created, "created").data().leads
        };
        prop_assert_eq!(but_for_place(read(&lines)), but_for_place(read(&shuffled)));
    }

    #[test]
    fn an_earlier_day_knows_no_more(cut in 0..120_i32) {
        let mut text = String::from("lead_id,status,created,closed,amount\n");
        for i in 0..40 {
            let created = forerun::domain::Day::from_epoch_days(20_000 + i * 3);
            let closed = created + i * 7 % 50;
            let status = ["Won", "Lost", "Open"][i as usize % 3];
            let closed = if status == "Open" { String::new() } else { closed.to_string() };
            let amount = if status == "Won" { "9" } else { "" };
            let _ = writeln!(text, "L{i},{status},{created},{closed},{amount}");
        }
        let folder = Folder::new(text).dated();
        let day = forerun::domain::Day::from_epoch_days(20_000 + cut);
        let leads = dataset(&folder.project, Some(day)).unwrap().leads;
        for row in 0..leads.len() {
            prop_assert!(leads.created[row].is_none_or(|created| created < day));
            prop_assert!(leads.closed[row].is_none_or(|closed| closed < day));
            let Some(Column::Number(amount)) = leads.role(Role::Amount) else { panic!("amounts are numbers") };
            prop_assert!(amount[row].is_nan() || leads.closed[row].is_some());
        }
    }
}
