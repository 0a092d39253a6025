//! The number of new leads, against companies whose future is known.
//!
//! The measurement over ten companies and the months of METHOD-like volume processes runs with
//! `cargo test --release --test volume -- --ignored --nocapture`; it prints what it measures.
#![allow(
    clippy::print_stdout,
    reason = "the measurements are the point of these tests"
)]

mod common;

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

/// Seeds of the companies; FORERUN_SEEDS=111-130 takes others.
fn seeds() -> std::ops::RangeInclusive<u64> {
    let asked = std::env::var("FORERUN_SEEDS").unwrap_or_default();
    let parsed = asked
        .split_once('-')
        .and_then(|(a, b)| Some(a.parse().ok()?..=b.parse().ok()?));
    parsed.unwrap_or(101..=110)
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

#[test]
#[ignore = "a minute in release: ten companies, eight origins each"]
fn ten_companies() {
    let (mut ours, mut paid, mut planned, mut naive, mut last, mut three) = (
        Record::default(),
        Record::default(),
        Record::default(),
        Record::default(),
        Record::default(),
        Record::default(),
    );
    let mut seconds = 0.0;
    for seed in seeds() {
        let (leads, spend) = company(seed);
        let first = Month::new(2024, 1);
        let counts = month_counts(&leads, first, 36);
        for origin in 23..31 {
            let known = leads.as_of((first + origin).first_day());
            let start = std::time::Instant::now();
            let ahead = leads_ahead(&known, &[], 6).expect("enough leads");
            seconds += start.elapsed().as_secs_f64();
            let before: Vec<SpendLine> = (spend.iter())
                .filter(|line| line.month < first + origin)
                .cloned()
                .collect();
            let past = leads_ahead(&known, &before, 6).expect("enough leads");
            let plan = leads_ahead(&known, &spend, 6).expect("enough leads");
            let origin = origin as usize;
            for (k, h) in AHEAD.into_iter().enumerate() {
                let Some(&came) = counts.get(origin + h - 1) else {
                    continue;
                };
                let month = &ahead.months[h - 1];
                ours.add(k, came, month.mean, Some((month.p10, month.p90)));
                let month = &past.months[h - 1];
                paid.add(k, came, month.mean, Some((month.p10, month.p90)));
                let month = &plan.months[h - 1];
                planned.add(k, came, month.mean, Some((month.p10, month.p90)));
                naive.add(k, came, counts[origin + h - 13], None);
                last.add(k, came, counts[origin - 1], None);
                three.add(
                    k,
                    came,
                    counts[origin - 3..origin].iter().sum::<f64>() / 3.0,
                    None,
                );
            }
        }
    }
    for (name, record) in [
        ("forecast", &ours),
        ("with past spend", &paid),
        ("and its plan", &planned),
        ("seasonal naive", &naive),
        ("last month", &last),
        ("mean of three", &three),
    ] {
        record.print(name);
    }
    println!("{:.1} ms a forecast", seconds / 80.0 * 1e3);
    for k in 0..AHEAD.len() {
        let best = naive.rms(k).min(last.rms(k)).min(three.rms(k));
        assert!(ours.rms(k) < 0.75 * best, "{} against {best}", ours.rms(k));
    }
}
