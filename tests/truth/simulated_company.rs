//! The whole chain on companies whose truth is written beside their data.
//!
//! The full sizes run with `cargo test --release --test truth simulated_company -- --ignored --nocapture`; they print what
//! they measure.
#![allow(
    clippy::print_stdout,
    reason = "the measurements are the point of these tests"
)]

use std::collections::BTreeMap;
use std::path::Path;

use forerun::domain::{Day, Leads, Outcome, Role};
use forerun::read::Dataset;
use forerun::score::metrics::auc;
use forerun::score::{LeadScore, TrainReport, score, train};
use forerun::segment::Rules;
use forerun::simulate::{Company, Language};
use forerun::{project, read, segment, simulate};

const BANDS: [(i32, i32); 6] = [
    (0, 15),
    (15, 45),
    (45, 90),
    (90, 180),
    (180, 365),
    (365, 9_999),
];

struct Loaded {
    data: Dataset,
    rules: Option<Rules>,
    /// By lead: P(won within 90 days | open at its age), of the open ones.
    truth: BTreeMap<String, f64>,
    /// By lead: P(won ever | open at its age), of the open ones.
    ever: BTreeMap<String, f64>,
}

fn company(leads: u64, seed: u64, with_stages: bool) -> Loaded {
    let without: &[&str] = if with_stages { &[] } else { &["[stages]"] };
    company_without(without, leads, seed)
}

/// A company whose project file lacks these sections.
fn company_without(sections: &[&str], leads: u64, seed: u64) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let as_of = Day::from_ymd(2026, 7, 1).expect("a day");
    let company = Company {
        leads,
        seed,
        months: 24,
        as_of,
        language: Language::En,
        project_file: true,
        overwrite: false,
    };
    simulate::write(&company, folder.path(), &mut |_| {}).expect("it can be written");
    for section in sections {
        drop_section(&folder.path().join("forerun.toml"), section);
    }
    let project = project::load(&folder.path().join("forerun.toml")).expect("a good project");
    let rules = segment::load(&project).expect("good rules");
    let data = read::dataset(&project, None).expect("good data");
    Loaded {
        data,
        rules,
        truth: truth(&folder.path().join("truth/leads.csv"), 4),
        ever: truth(&folder.path().join("truth/leads.csv"), 3),
    }
}

fn drop_section(file: &Path, header: &str) {
    let text = std::fs::read_to_string(file).expect("the project file");
    let mut keep = true;
    let lines = text.lines().filter(|line| {
        if line.trim_start().starts_with('[') {
            keep = !line.trim_start().starts_with(header);
        }
        keep
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    std::fs::write(file, text).expect("it can be changed");
}

fn truth(file: &Path, column: usize) -> BTreeMap<String, f64> {
    let mut reader = csv::Reader::from_path(file).expect("the truth");
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.filter_map(|row| Some((row[0].to_owned(), row[column].parse().ok()?)))
        .collect()
}

struct Measured {
    ratio: f64,
    auc: f64,
    truth_auc: f64,
    bands: Vec<(f64, f64)>,
    closed_only: f64,
    report: TrainReport,
}

/// The AUCs are over realised wins within 90 days: those of the score and of the true probability.
fn measure(loaded: &Loaded, future: &BTreeMap<String, bool>) -> Measured {
    let leads = &loaded.data.leads;
    let (model, report) = train(leads, loaded.rules.as_ref(), 1).expect("it trains");
    let scores = score(&model, leads, loaded.rules.as_ref(), false).expect("it scores");
    let p = |lead: &LeadScore| lead.p_win_90d.expect("dated").get();
    let (mut predicted, mut expected) = (0.0, 0.0);
    let mut bands = vec![(0.0, 0.0); BANDS.len()];
    let (mut ours, mut true_p, mut won) = (Vec::new(), Vec::new(), Vec::new());
    for lead in &scores.leads {
        let truth = loaded.truth[&leads.ids[lead.row]];
        predicted += p(lead);
        expected += truth;
        let age = leads.age(lead.row, leads.as_of).expect("dated");
        let band = BANDS
            .iter()
            .position(|&(from, to)| (from..to).contains(&age))
            .expect("a band");
        bands[band].0 += p(lead);
        bands[band].1 += truth;
        ours.push(p(lead));
        true_p.push(truth);
        won.push(future[&leads.ids[lead.row]]);
    }
    Measured {
        ratio: predicted / expected,
        auc: auc(&ours, &won).expect("both outcomes"),
        truth_auc: auc(&true_p, &won).expect("both outcomes"),
        bands,
        closed_only: closed_only(leads) / expected,
        report,
    }
}

/// What a model of closed leads alone makes of the open ones: the sum of its probabilities.
fn closed_only(leads: &Leads) -> f64 {
    let mut undated = leads.clone();
    undated.roles.remove(&Role::Created);
    undated.roles.remove(&Role::Closed);
    undated.stages = None;
    let (model, _) = train(&undated, None, 1).expect("it trains");
    let scores = score(&model, &undated, None, false).expect("it scores");
    scores
        .leads
        .iter()
        .filter_map(|lead| lead.p_win)
        .map(f64::from)
        .sum()
}

/// Whether each open lead is won within 90 days after the as-of date.
fn future(leads: u64, seed: u64) -> BTreeMap<String, bool> {
    let folder = tempfile::tempdir().expect("a folder");
    let as_of = Day::from_ymd(2026, 7, 1).expect("a day");
    let company = Company {
        leads,
        seed,
        months: 24,
        as_of,
        language: Language::En,
        project_file: false,
        overwrite: false,
    };
    simulate::write(&company, folder.path(), &mut |_| {}).expect("it can be written");
    let mut reader =
        csv::Reader::from_path(folder.path().join("truth/leads.csv")).expect("the truth");
    reader
        .records()
        .map(|row| {
            let row = row.expect("a row");
            let soon = row[6]
                .parse::<Day>()
                .is_ok_and(|closed| closed >= as_of && closed - as_of < 90);
            (row[0].to_owned(), &row[5] == "won" && soon)
        })
        .collect()
}

fn print(seed: u64, stages: bool, measured: &Measured) {
    let forward = measured.report.forward.as_ref().expect("a forward test");
    println!(
        "seed {seed} stages {stages}: predicted/true wins within 90 days {:.3} (closed leads alone: {:.1}), AUC {:.4}, \
         that of the truth {:.4}, forward slope {:.2}, forward O/E {:.2}, forward AUC {:.3}, H {:?}",
        measured.ratio,
        measured.closed_only,
        measured.auc,
        measured.truth_auc,
        forward.slope.unwrap_or(f64::NAN),
        forward.observed_over_expected,
        forward.auc.unwrap_or(f64::NAN),
        measured.report.horizon_days,
    );
    for ((from, to), (predicted, truth)) in BANDS.iter().zip(&measured.bands) {
        println!(
            "    age {from:>3}-{to:<4} {predicted:8.1} / {truth:8.1} = {:.2}",
            predicted / truth
        );
    }
}

#[test]
#[ignore = "minutes in a debug build; run with --release"]
fn thirty_thousand_leads_five_seeds() {
    for with_stages in [false, true] {
        let mut ratios = Vec::new();
        for seed in [9_001, 9_002, 9_003, 9_004, 9_005] {
            let loaded = company(30_000, seed, with_stages);
            let measured = measure(&loaded, &future(30_000, seed));
            print(seed, with_stages, &measured);
            ratios.push(measured.ratio);
            let slope = measured
                .report
                .forward
                .as_ref()
                .and_then(|forward| forward.slope);
            assert!(
                slope.is_some_and(|slope| (0.85..1.15).contains(&slope)),
                "slope {slope:?}"
            );
            if with_stages {
                assert!(measured.auc > measured.truth_auc);
            } else {
                assert!((0.88..1.12).contains(&measured.ratio));
                assert!(measured.auc > measured.truth_auc - 0.01);
            }
        }
        let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
        println!("stages {with_stages}: mean ratio {mean:.3}");
        let band = if with_stages { 0.93..1.07 } else { 0.95..1.05 };
        assert!(band.contains(&mean), "{mean}");
    }
}

#[test]
fn open_leads_are_neither_lost_nor_like_closed_ones() {
    let loaded = company(6_000, 77, false);
    let measured = measure(&loaded, &future(6_000, 77));
    assert!((0.75..1.3).contains(&measured.ratio), "{}", measured.ratio);
    assert!(
        measured.closed_only > 2.0,
        "a model of closed leads alone overstates: {}",
        measured.closed_only
    );
    assert!(loaded.data.leads.outcome.contains(&Outcome::Open));
}

/// The 80 % interval of `p_win` against the true probability to be won ever, by age.
#[test]
#[ignore = "prints a table; run with --release"]
fn intervals_by_age() {
    let mut bands = vec![(0, 0, 0.0, 0.0); BANDS.len()];
    for seed in 9_101..9_107 {
        // The truth is that of creation and age: what happened since must not be known.
        let loaded = company_without(&["[stages]", "[activities]"], 12_000, seed);
        let leads = &loaded.data.leads;
        let (model, _) = train(leads, loaded.rules.as_ref(), 1).expect("it trains");
        let scores = score(&model, leads, loaded.rules.as_ref(), false).expect("it scores");
        for lead in &scores.leads {
            let truth = loaded.ever[&leads.ids[lead.row]];
            let age = leads.age(lead.row, leads.as_of).expect("dated");
            let band = BANDS
                .iter()
                .position(|&(from, to)| (from..to).contains(&age))
                .expect("a band");
            let (low, high) = (
                lead.p_win_low.expect("open").get(),
                lead.p_win_high.expect("open").get(),
            );
            bands[band].0 += 1;
            bands[band].1 += i32::from((low..=high).contains(&truth));
            bands[band].2 += lead.p_win.expect("open").get();
            bands[band].3 += truth;
        }
    }
    for ((from, to), (n, inside, predicted, truth)) in BANDS.iter().zip(&bands) {
        println!(
            "age {from:>3}-{to:<4} n {n:>6} covered {:.3} predicted {predicted:8.1} true {truth:8.1} ratio {:.2}",
            f64::from(*inside) / f64::from(*n),
            predicted / truth
        );
    }
}
