//! The number of new leads, against companies whose future is known.
//!
//! The measurement over twenty companies runs with
//! `cargo test --release --test truth volume -- --ignored --nocapture`; it prints what it measures.
#![allow(
    clippy::print_stdout,
    reason = "the measurements are the point of these tests"
)]

use forerun::domain::{Leads, Month, SpendLine};
use forerun::forecast::leads_ahead;
use forerun::simulate::{Company, Language};
use forerun::{project, read, simulate};

/// Months ahead that are judged.
const AHEAD: [usize; 4] = [1, 2, 3, 6];

/// Reads a company of 36 months; the last six are kept as truth.
fn company(seed: u64) -> (Leads, Vec<SpendLine>) {
    let folder = tempfile::tempdir().expect("a folder");
    let company = Company {
        leads: 39_600,
        seed,
        months: 36,
        as_of: Month::new(2027, 1).first_day(),
        language: Language::En,
        project_file: true,
        overwrite: false,
    };
    simulate::write(&company, folder.path(), &mut |_| {}).expect("it can be written");
    let project = project::load(&folder.path().join("forerun.toml")).expect("a project");
    let data = read::dataset(&project, None).expect("it can be read");
    (data.leads, data.spend)
}

/// Errors of one way to forecast, by horizon: log(came / told), and whether it lay within the interval.
#[derive(Default)]
struct Record {
    errors: [Vec<f64>; 4],
    inside: [Vec<bool>; 4],
}

impl Record {
    fn add(&mut self, k: usize, came: f64, told: f64, interval: Option<(f64, f64)>) {
        self.errors[k].push((came / told).ln());
        if let Some((low, high)) = interval {
            self.inside[k].push((low..=high).contains(&came));
        }
    }

    fn rms(&self, k: usize) -> f64 {
        let errors = &self.errors[k];
        (errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64).sqrt()
    }

    fn coverage(&self, k: usize) -> f64 {
        let inside = self.inside[k].iter().filter(|inside| **inside).count();
        inside as f64 / self.inside[k].len() as f64
    }

    fn print(&self, name: &str) {
        print!("{name:16}");
        for (k, ahead) in AHEAD.iter().enumerate() {
            let bias = self.errors[k].iter().sum::<f64>() / self.errors[k].len() as f64;
            print!(" | month {ahead}: rms {:.4} bias {bias:+.3}", self.rms(k));
            if !self.inside[k].is_empty() {
                print!(" within {:.3}", self.coverage(k));
            }
        }
        println!();
    }
}

fn month_counts(leads: &Leads, first: Month, n: usize) -> Vec<f64> {
    let mut counts = vec![0.0; n];
    for day in leads.created.iter().flatten() {
        if let Some(count) = counts.get_mut((day.month() - first) as usize) {
            *count += 1.0;
        }
    }
    counts
}

/// The ways to forecast that are compared.
const WAYS: [&str; 6] = [
    "forecast",
    "with past spend",
    "and its plan",
    "seasonal naive",
    "last month",
    "mean of three",
];

/// Looks back from eight months of each company.
fn measured(seeds: std::ops::RangeInclusive<u64>, origins: std::ops::Range<i32>) -> [Record; 6] {
    let mut records: [Record; 6] = Default::default();
    for seed in seeds {
        let (leads, spend) = company(seed);
        let first = Month::new(2024, 1);
        let counts = month_counts(&leads, first, 36);
        for origin in origins.clone() {
            let known = leads.as_of((first + origin).first_day());
            let before: Vec<SpendLine> = (spend.iter())
                .filter(|line| line.month < first + origin)
                .cloned()
                .collect();
            let told = [&[][..], &before, &spend]
                .map(|spend| leads_ahead(&known, spend, 6).expect("enough leads"));
            let origin = origin as usize;
            for (k, h) in AHEAD.into_iter().enumerate() {
                let Some(&came) = counts.get(origin + h - 1) else {
                    continue;
                };
                for (record, told) in records.iter_mut().zip(&told) {
                    let month = &told.months[h - 1];
                    record.add(k, came, month.mean, Some((month.p10, month.p90)));
                }
                let three = counts[origin - 3..origin].iter().sum::<f64>() / 3.0;
                let naive = [counts[origin + h - 13], counts[origin - 1], three];
                for (record, told) in records[3..].iter_mut().zip(naive) {
                    record.add(k, came, told, None);
                }
            }
        }
    }
    for (name, record) in WAYS.iter().zip(&records) {
        record.print(name);
    }
    records
}

#[test]
#[ignore = "half a minute in release: twenty companies, eight origins each"]
fn twenty_companies() {
    let records = measured(crate::common::seeds(121..=140), 23..31);
    let [ours, paid, planned, naive @ ..] = &records;
    for k in 0..AHEAD.len() {
        let best = naive.iter().map(|way| way.rms(k)).fold(f64::MAX, f64::min);
        assert!(ours.rms(k) < 0.75 * best, "{} against {best}", ours.rms(k));
        assert!(planned.rms(k) < ours.rms(k), "a plan helps");
    }
    assert!(paid.rms(0) < ours.rms(0), "past spend helps next month");
    for way in [ours, paid, planned] {
        let inside: Vec<bool> = way.inside[..3].concat();
        let share = inside.iter().filter(|inside| **inside).count() as f64 / inside.len() as f64;
        assert!((0.74..=0.88).contains(&share), "{share}");
    }
}

#[test]
fn a_company_seen_from_three_months() {
    let [ours, _, _, naive @ ..] = measured(121..=121, 26..29);
    let all = |way: &Record| (0..3).map(|k| way.rms(k)).sum::<f64>();
    for way in &naive {
        assert!(all(&ours) < all(way), "{} against {}", all(&ours), all(way));
    }
}
