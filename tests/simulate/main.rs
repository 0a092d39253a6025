//! Companies whose truth is known: is it true, and are they believable?

mod files;

use std::collections::BTreeMap;
use std::path::Path;

use forerun::domain::{Day, Month};
use forerun::simulate::{Company, Summary, write};

/// One file as rows by column name.
struct Sheet {
    columns: BTreeMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

impl Sheet {
    fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).expect("the file is there");
        let header = reader.headers().expect("it has a header").clone();
        Self {
            columns: header.iter().map(str::to_owned).zip(0..).collect(),
            rows: reader.records().map(|row| row.expect("a row")).collect(),
        }
    }

    fn text(&self, row: usize, column: &str) -> &str {
        &self.rows[row][self.columns[column]]
    }

    fn number(&self, row: usize, column: &str) -> Option<f64> {
        let text = self.text(row, column);
        (!text.is_empty()).then(|| text.parse().expect("a number"))
    }

    /// The date at the beginning of a cell.
    fn day(&self, row: usize, column: &str) -> Option<Day> {
        let text = self.text(row, column);
        (!text.is_empty()).then(|| text[..10].parse().expect("a date"))
    }
}

fn simulate(company: &Company) -> (tempfile::TempDir, Summary) {
    let dir = tempfile::tempdir().expect("a folder");
    let summary = write(company, dir.path(), &mut |_| {}).expect("it is written");
    (dir, summary)
}

fn company(leads: u64, seed: u64) -> Company {
    Company {
        leads,
        seed,
        ..Company::default()
    }
}

/// Sums of true probabilities and of what came: their difference in standard deviations of the sum.
#[derive(Clone, Default)]
struct Tally {
    n: f64,
    expected: f64,
    variance: f64,
    happened: f64,
}

impl Tally {
    fn add(&mut self, p: f64, happened: bool) {
        assert!((0.0..=1.0).contains(&p), "{p} is no probability");
        self.n += 1.0;
        self.expected += p;
        self.variance += p * (1.0 - p);
        self.happened += f64::from(u8::from(happened));
    }

    fn z(&self) -> f64 {
        (self.happened - self.expected) / self.variance.sqrt()
    }

    fn assert_true(&self, what: &str) {
        assert!(
            self.expected > 10.0,
            "{what}: only {} expected",
            self.expected
        );
        assert!(
            self.z().abs() < 4.0,
            "{what}: {} happened of {}, {:.1} expected, {:.1} standard deviations off",
            self.happened,
            self.n,
            self.expected,
            self.z()
        );
    }
}

/// Whether a lead of `truth/leads.csv` was won before a day.
fn won_before(truth: &Sheet, row: usize, day: Day) -> bool {
    let closed = truth.day(row, "closed_ever");
    truth.text(row, "outcome_ever") == "won" && closed.is_some_and(|closed| closed < day)
}

#[test]
fn the_true_probabilities_are_true() {
    let mut creation: BTreeMap<usize, [Tally; 2]> = BTreeMap::new();
    let mut open: BTreeMap<&str, [Tally; 2]> = BTreeMap::new();
    for seed in [1, 2, 3] {
        let company = company(60_000, seed);
        let (dir, _) = simulate(&company);
        let truth = Sheet::read(&dir.path().join("truth/leads.csv"));
        let leads = Sheet::read(&dir.path().join("leads.csv"));
        for row in 0..truth.rows.len() {
            let p = |column| truth.number(row, column);
            let created = leads.day(row, "created_at").expect("every lead has one");
            let won = truth.text(row, "outcome_ever") == "won";
            let ever = p("p_win_creation").expect("every lead has one");
            let within = p("p_win_90d_creation").expect("every lead has one");
            let tenth = creation.entry((ever * 10.0) as usize).or_default();
            tenth[0].add(ever, won);
            tenth[1].add(within, won_before(&truth, row, created + 91));
            assert_eq!(
                p("p_win_open").is_some(),
                leads.text(row, "status") == "Open"
            );
            if let (Some(ever), Some(soon)) = (p("p_win_open"), p("p_win_90d_open")) {
                let band = match company.as_of - created {
                    ..30 => "0-29",
                    30..90 => "30-89",
                    90..180 => "90-179",
                    180..365 => "180-364",
                    _ => "365+",
                };
                let tallies = open.entry(band).or_default();
                assert!(soon <= ever);
                tallies[0].add(ever, won);
                tallies[1].add(soon, won_before(&truth, row, company.as_of + 90));
            }
        }
    }
    for (tenth, [ever, within]) in &creation {
        if ever.expected > 10.0 {
            ever.assert_true(&format!("ever won, tenth {tenth} at creation"));
            within.assert_true(&format!("won within 90 days, tenth {tenth} at creation"));
        }
    }
    assert_eq!(open.len(), 5);
    for (band, [ever, soon]) in &open {
        if *band == "365+" {
            // Hardly any of these is won any more: that is the point of them.
            assert!(
                ever.expected < 0.01 * ever.n,
                "{} of {}",
                ever.expected,
                ever.n
            );
        } else {
            ever.assert_true(&format!("ever won, open at {band} days"));
            soon.assert_true(&format!("won in 90 days, open at {band} days"));
        }
    }
}

#[test]
fn conversion_amounts_and_censoring_are_believable() {
    for seed in [4, 5] {
        let (dir, summary) = simulate(&company(30_000, seed));
        assert_eq!(summary.leads, 30_000);
        let truth = Sheet::read(&dir.path().join("truth/leads.csv"));
        let rows = 0..truth.rows.len();
        let ended = |word| {
            let n = rows
                .clone()
                .filter(|&row| truth.text(row, "outcome_ever") == word)
                .count();
            n as f64 / truth.rows.len() as f64
        };
        assert!((0.11..0.16).contains(&ended("won")), "{}", ended("won"));
        let never = ended("never") / (1.0 - ended("won"));
        assert!(
            (never - 0.3).abs() < 0.015,
            "{never} of the losers are never closed"
        );
        let sources = Sheet::read(&dir.path().join("truth/sources.csv"));
        let column = |name| {
            (0..8)
                .map(move |row| (row, name))
                .map(|(row, name)| sources.number(row, name).expect("every source has one"))
        };
        let (least, most) =
            column("conversion_730d").fold((1.0_f64, 0.0_f64), |(a, b), x| (a.min(x), b.max(x)));
        assert!(
            most > 3.0 * least,
            "sources differ in quality: {least} to {most}"
        );
        let (fast, slow) =
            column("mean_days_to_win").fold((1e9_f64, 0.0_f64), |(a, b), x| (a.min(x), b.max(x)));
        assert!(fast < 15.0 && slow > 75.0, "and in speed: {fast} to {slow}");
    }
}

#[test]
fn the_truth_by_source_is_what_its_leads_do() {
    let (dir, _) = simulate(&company(120_000, 6));
    let truth = Sheet::read(&dir.path().join("truth/leads.csv"));
    let leads = Sheet::read(&dir.path().join("leads.csv"));
    let sources = Sheet::read(&dir.path().join("truth/sources.csv"));
    let mut seen: BTreeMap<&str, (f64, f64, f64, f64)> = BTreeMap::new();
    for row in 0..truth.rows.len() {
        let sums = seen.entry(leads.text(row, "source")).or_default();
        sums.0 += 1.0;
        if truth.text(row, "outcome_ever") == "won" {
            let created = leads.day(row, "created_at").expect("every lead has one");
            let closed = truth.day(row, "closed_ever").expect("won leads are closed");
            sums.1 += 1.0;
            sums.2 += f64::from(closed - created);
            sums.3 += truth
                .number(row, "amount_ever")
                .expect("won leads have one");
        }
    }
    for row in 0..sources.rows.len() {
        let (n, won, days, amount) = seen[sources.text(row, "source")];
        let of = |column| sources.number(row, column).expect("a number");
        assert_eq!(of("leads"), n);
        let p = of("conversion_730d");
        let z = (won - n * p) / (n * p * (1.0 - p)).sqrt();
        assert!(z.abs() < 4.0, "conversion {p}: {won} of {n}");
        // Working days and civil days are the same length on average, but for the festival.
        let ratio = days / won / of("mean_days_to_win");
        assert!((0.93..1.15).contains(&ratio), "days to win: ratio {ratio}");
        let ratio = amount / won / of("expected_amount");
        assert!((0.85..1.18).contains(&ratio), "amount: ratio {ratio}");
    }
}

#[test]
fn nothing_after_the_as_of_date_is_known() {
    let company = Company {
        as_of: "2026-03-11".parse().expect("a date"),
        ..company(20_000, 7)
    };
    let (dir, summary) = simulate(&company);
    let leads = Sheet::read(&dir.path().join("leads.csv"));
    assert_eq!(leads.rows.len(), 20_000);
    assert_eq!(summary.won + summary.lost + summary.open, 20_000);
    let (mut previous, mut same_day, mut untouched) = (String::new(), 0, 0);
    for row in 0..leads.rows.len() {
        let created = leads.day(row, "created_at").expect("every lead has one");
        assert!(created < company.as_of);
        let order = format!(
            "{}{}",
            leads.text(row, "created_at"),
            leads.text(row, "lead_id")
        );
        assert!(order > previous, "sorted by creation");
        previous = order;
        let contacted = leads.text(row, "first_contact_at");
        untouched += usize::from(contacted.is_empty());
        assert!(contacted.is_empty() || contacted >= leads.text(row, "created_at"));
        assert_eq!(
            contacted.is_empty(),
            leads.text(row, "first_response_minutes").is_empty()
        );
        let closed = leads.day(row, "closed_at");
        let status = leads.text(row, "status");
        assert_eq!(closed.is_none(), status == "Open");
        if let Some(closed) = closed {
            assert!(closed >= created && closed < company.as_of);
            assert!(contacted.is_empty() || leads.day(row, "first_contact_at") <= Some(closed));
            same_day += usize::from(closed == created);
        }
        assert_eq!(leads.number(row, "amount").is_some(), status == "Won");
        assert_eq!(leads.text(row, "lost_reason").is_empty(), status != "Lost");
        assert!(
            leads
                .number(row, "list_price")
                .is_some_and(|price| price > 0.0)
        );
    }
    assert!(same_day > 20, "{same_day} closed on the day of creation");
    assert!(
        (0.01..0.1).contains(&(untouched as f64 / 20_000.0)),
        "{untouched} untouched"
    );
    for (file, column) in [("stages.csv", "entered_at"), ("activities.csv", "at")] {
        let sheet = Sheet::read(&dir.path().join(file));
        for row in 0..sheet.rows.len() {
            assert!(
                sheet
                    .day(row, column)
                    .is_some_and(|day| day < company.as_of)
            );
        }
    }
    let spend = Sheet::read(&dir.path().join("spend.csv"));
    assert_eq!(spend.rows.len(), 24 * 8);
    assert_eq!(spend.text(spend.rows.len() - 1, "month"), "2026-03");
}

#[test]
fn stages_go_forward_and_tell_more_than_age_does() {
    let (dir, _) = simulate(&company(40_000, 8));
    let order = ["New", "Contacted", "Qualified", "Proposal", "Negotiation"];
    let position = |name: &str| {
        order
            .iter()
            .position(|&stage| stage == name)
            .expect("a stage")
    };
    let stages = Sheet::read(&dir.path().join("stages.csv"));
    let leads = Sheet::read(&dir.path().join("leads.csv"));
    let truth = Sheet::read(&dir.path().join("truth/leads.csv"));
    let mut last: BTreeMap<&str, (usize, Day)> = BTreeMap::new();
    for row in 0..stages.rows.len() {
        let stage = position(stages.text(row, "stage"));
        let entered = stages.day(row, "entered_at").expect("every entry has one");
        let before = last.insert(stages.text(row, "lead_id"), (stage, entered));
        match before {
            None => assert_eq!(stage, 0, "every lead begins as new"),
            Some((earlier, day)) => assert!(earlier < stage && day <= entered),
        }
    }
    let mut open = vec![Tally::default(); 5];
    for row in 0..leads.rows.len() {
        let (stage, entered) = last[leads.text(row, "lead_id")];
        assert_eq!(stage, position(leads.text(row, "stage")));
        if let Some(closed) = leads.day(row, "closed_at") {
            assert!(entered <= closed);
        }
        if let Some(p) = truth.number(row, "p_win_open") {
            open[stage].add(p, truth.text(row, "outcome_ever") == "won");
        }
    }
    let contacted = open[1].happened / open[1].expected;
    let negotiating = open[4].happened / open[4].expected;
    assert!(
        contacted < 0.8,
        "fewer than the truth at creation and age says: {contacted}"
    );
    assert!(negotiating > 2.0, "more than it says: {negotiating}");
}

#[test]
fn the_spring_festival_shows_in_leads_and_in_wins() {
    let (dir, _) = simulate(&company(60_000, 9));
    let leads = Sheet::read(&dir.path().join("leads.csv"));
    let truth = Sheet::read(&dir.path().join("truth/leads.csv"));
    for festival in ["2025-01-29", "2026-02-17"] {
        let festival: Day = festival.parse().expect("a date");
        let week = |from: i32, count: &dyn Fn(usize) -> Option<Day>| {
            (0..leads.rows.len())
                .filter_map(count)
                .filter(|&day| (from..from + 7).contains(&(day - festival)))
                .count() as f64
        };
        let created = |row| leads.day(row, "created_at");
        let won = |row| {
            let day = truth.day(row, "closed_ever")?;
            (truth.text(row, "outcome_ever") == "won").then_some(day)
        };
        assert!(week(0, &created) < 0.25 * week(-21, &created));
        assert!(week(0, &won) < 0.2 * week(-21, &won));
    }
}

#[test]
fn revenue_and_targets_follow_from_the_leads() {
    let company = company(12_000, 10);
    let (dir, _) = simulate(&company);
    let truth = Sheet::read(&dir.path().join("truth/leads.csv"));
    let revenue = Sheet::read(&dir.path().join("truth/revenue.csv"));
    let targets = Sheet::read(&dir.path().join("targets.csv"));
    let mut existing: BTreeMap<Month, f64> = BTreeMap::new();
    for row in 0..truth.rows.len() {
        if truth.text(row, "outcome_ever") == "won" {
            let month = truth
                .day(row, "closed_ever")
                .expect("won leads are closed")
                .month();
            *existing.entry(month).or_default() +=
                truth.number(row, "amount_ever").expect("and paid");
        }
    }
    assert_eq!(revenue.rows.len(), 36);
    let mut best = BTreeMap::new();
    let mut so_far = 0.0_f64;
    for row in 0..36 {
        let month: Month = revenue.text(row, "month").parse().expect("a month");
        let of = |column| revenue.number(row, column).expect("a number");
        assert_eq!(
            of("existing"),
            existing.get(&month).copied().unwrap_or(0.0),
            "{month}"
        );
        assert_eq!(of("revenue"), of("existing") + of("new_leads"));
        assert_eq!(
            of("new_leads") == 0.0,
            month < company.as_of.month(),
            "{month}"
        );
        best.insert(month, so_far);
        if month < company.as_of.month() {
            so_far = so_far.max(of("revenue"));
        }
    }
    assert_eq!(targets.rows.len(), 21 + 7);
    for row in 0..targets.rows.len() {
        let month: Month = targets.text(row, "month").parse().expect("a month");
        let target = targets.number(row, "target").expect("a target");
        assert!(
            (0.0..1000.0).contains(&(target - best[&month])),
            "{month}: {target}"
        );
        assert_eq!(targets.text(row, "owner"), "");
    }
}
