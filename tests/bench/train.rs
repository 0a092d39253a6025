//! Times the learning of one undated model in this process: recipe (bins, levels), codes, penalties, coefficients and their
//! covariance, from typed columns. `tests/bench/train.sh` runs it beside other packages.
//!
//!     cargo bench --bench train -- [--rows N] [--seed S] [--repeats R] [--export FOLDER] [--export-only]
//!
//! Prints one JSON line a repeat. `--export` writes the same data for the other packages.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark, not the program"
)]

mod company;

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use forerun::score::{Plain, metrics};

/// Leads held out, after the training ones.
const HELD_OUT: usize = 200_000;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = args.iter().position(|arg| arg == name)?;
        args.get(at + 1).cloned()
    };
    let number = |name: &str, default: usize| {
        value(name).map_or(default, |text| text.parse().expect("a whole number"))
    };
    let (rows, seed) = (number("--rows", 1_000_000), number("--seed", 1) as u64);
    let raw = company::raw(rows + HELD_OUT, seed);
    if let Some(folder) = value("--export") {
        export(Path::new(&folder), &raw);
    }
    if args.iter().any(|arg| arg == "--export-only") {
        return;
    }
    let leads = company::leads(raw);
    let (train, test): (Vec<usize>, Vec<usize>) = (0..leads.len()).partition(|&row| row < rows);
    for _ in 0..number("--repeats", 1) {
        let (cpu, start) = (cpu_seconds(), Instant::now());
        let model = Plain::learn(&leads, &train).expect("it trains");
        let (seconds, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        let won: Vec<bool> = (test.iter())
            .map(|&row| leads.outcome[row] == forerun::domain::Outcome::Won)
            .collect();
        let p = model.p_win(&leads, &test).expect("it fits");
        println!(
            "{{\"who\": \"forerun\", \"rows\": {rows}, \"seconds\": {seconds:.4}, \"cpu\": {cpu:.2}, \"log_loss\": {:.6}, \
             \"auc\": {:.6}, \"peak_mb\": {}}}",
            metrics::log_loss(&p, &won),
            metrics::auc(&p, &won).expect("both outcomes"),
            peak_megabytes()
        );
    }
}

fn export(folder: &Path, raw: &company::Raw) {
    std::fs::create_dir_all(folder).unwrap();
    let write = |name: &str, bytes: &mut dyn Iterator<Item = Vec<u8>>| {
        let mut file = std::io::BufWriter::new(std::fs::File::create(folder.join(name)).unwrap());
        bytes.for_each(|bytes| file.write_all(&bytes).unwrap());
        file.flush().unwrap();
    };
    let numbers = raw.numbers.iter().flatten();
    write(
        "numbers.f64",
        &mut numbers.map(|x| x.to_le_bytes().to_vec()),
    );
    let levels = raw.levels.iter().flatten();
    write("levels.i16", &mut levels.map(|x| x.to_le_bytes().to_vec()));
    write(
        "won.u8",
        &mut raw.won.iter().map(|&won| vec![u8::from(won)]),
    );
}

/// User and system time of this process so far, seconds; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .collect();
    let ticks = |i: usize| {
        fields
            .get(i)
            .and_then(|t| t.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / 100.0
}

/// Most memory that this process has held, MB.
fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1))
        .and_then(|kb| kb.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}
