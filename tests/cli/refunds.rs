//! Refunds in the commands that tell of order values: they lower revenue, and are no price of a deal.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use crate::support::program::{json, ok, stdout};
use forerun::domain::Day;
use serde_json::Value;
use tempfile::TempDir;

/// Won leads by owner: amounts.
type Won = BTreeMap<&'static str, Vec<f64>>;

/// 900 leads of four owners; every third one won for 1,000 to 1,400, and a half of these given back, so that nearly nothing
/// is left.
fn company() -> (TempDir, Won, BTreeMap<&'static str, f64>) {
    let (start, as_of): (Day, Day) = (
        "2024-11-23".parse().expect("a day"),
        "2026-07-16".parse().expect("a day"),
    );
    let (mut won, mut leads) = (Won::new(), BTreeMap::new());
    let mut text = "id,created,closed,status,amount,owner,source,size\n".to_owned();
    for i in 0..900 {
        let created = start + (i * 2) / 3;
        let closed = created + 1 + (i * 7) % 40;
        let owner = ["Ada", "Bo", "Cy", "Di"][(i * i + i / 7) as usize % 4];
        let source = ["web", "fair"][(i / 3) as usize % 2];
        let size = ["s", "m", "l"][(i / 5) as usize % 3];
        let (status, day) = match (closed < as_of, i % 3) {
            (false, _) => ("open", String::new()),
            (true, 0) => ("won", closed.to_string()),
            (true, _) => ("lost", closed.to_string()),
        };
        *leads.entry(owner).or_insert(0.0) += 1.0;
        let amount = if status == "won" {
            let sign = if (i / 6) % 2 == 0 { 1.0 } else { -1.0 };
            let amount = sign * f64::from(1000 + (i * 37) % 400);
            won.entry(owner).or_default().push(amount);
            amount.to_string()
        } else {
            String::new()
        };
        let _ = writeln!(
            text,
            "L{i:03},{created},{day},{status},{amount},{owner},{source},{size}"
        );
    }
    let dir = tempfile::tempdir().expect("a folder");
    let project = "[project]\ncurrency = \"EUR\"\nas_of = \"2026-07-16\"\n\n[leads]\nfile = \"leads.csv\"\nid = \"id\"\noutcome = { \
         column = \"status\", won = [\"won\"], lost = [\"lost\"] }\namount = \"amount\"\ncreated = \"created\"\nclosed = \
         \"closed\"\nowner = \"owner\"\nsource = \"source\"\n[money]\nrefunds = \"amount\"\n";
    fs::write(dir.path().join("forerun.toml"), project).expect("written");
    fs::write(dir.path().join("leads.csv"), text).expect("written");
    (dir, won, leads)
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn sold(won: &Won) -> Vec<f64> {
    won.values()
        .flatten()
        .copied()
        .filter(|a| *a > 0.0)
        .collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn the_gaps_of_owners_add_up_to_net_revenue_and_stay_of_its_size() {
    let (dir, won, leads) = company();
    let owners = json(&ok(dir.path(), &["owners", "--json"]));
    let back: Vec<f64> = won
        .values()
        .flatten()
        .copied()
        .filter(|a| *a < 0.0)
        .collect();
    assert_eq!(owners["refunds"]["count"], back.len());
    assert!((number(&owners["refunds"]["money"]) + back.iter().sum::<f64>()).abs() < 1e-6);
    let rows = owners["owners"].as_array().expect("rows");
    assert_eq!(rows.len(), 4);
    for row in rows {
        let name = row["owner"].as_str().expect("a name");
        let gap = &row["gap"];
        let net: f64 = won[name].iter().sum();
        let of_lead = number(&gap["per_lead"]);
        assert!(
            (of_lead - net / leads[name]).abs() < 1e-6,
            "{name}: {of_lead} {}",
            net / leads[name]
        );
        let parts = gap["parts"].as_array().expect("parts");
        let sum: f64 = parts.iter().map(|part| number(&part["value"])).sum();
        assert!((sum - number(&gap["gap"])).abs() < 1e-6);
        let refunds = parts.iter().find(|part| part["part"] == "refunds");
        assert!(refunds.is_some(), "{parts:?}");
        for part in parts {
            // A lead brings some 400 before refunds: nothing about it is known to be worth thousands.
            let wide = number(&part["high"]) - number(&part["low"]);
            assert!(wide < 1000.0, "{name}: {part}");
        }
    }
    let text = stdout(&ok(dir.path(), &["owners"]));
    assert!(text.contains("won leads were given back"), "{text}");
}

#[test]
fn order_values_are_told_before_refunds_and_revenue_after_them() {
    let (dir, won, _) = company();
    let (prices, all): (Vec<f64>, Vec<f64>) =
        (sold(&won), won.values().flatten().copied().collect());
    let back = all.len() - prices.len();

    let profile = json(&ok(dir.path(), &["profile", "--json"]));
    assert!((number(&profile["aov"]["value"]) - mean(&prices)).abs() < 1e-6);
    assert_eq!(profile["refunds"]["count"], back);
    for level in profile["attributes"]
        .as_array()
        .expect("attributes")
        .iter()
        .flat_map(|a| a["levels"].as_array().expect("levels"))
    {
        assert!((1000.0..1400.0).contains(&number(&level["aov"])), "{level}");
        let adjusted = number(&level["aov_adjusted"]["value"]);
        assert!((1000.0..1400.0).contains(&adjusted), "{level}");
    }
    let text = stdout(&ok(dir.path(), &["profile"]));
    assert!(text.contains(&format!("{back} refunds (")), "{text}");

    let kpi = json(&ok(dir.path(), &["kpi", "--by", "source", "--json"]));
    assert_eq!(kpi["aov"]["all"]["deals"], prices.len());
    assert!((number(&kpi["aov"]["all"]["mean"]["value"]) - mean(&prices)).abs() < 1e-6);
    assert_eq!(kpi["aov"]["refunds"]["count"], back);
    let months = kpi["results"]["months"].as_array().expect("months");
    let revenue: f64 = months.iter().map(|month| number(&month["revenue"])).sum();
    assert!((revenue - all.iter().sum::<f64>()).abs() < 1e-6);
    let groups = kpi["by"]["groups"].as_array().expect("groups");
    let by_source: f64 = groups.iter().map(|group| number(&group["revenue"])).sum();
    assert!((by_source - revenue).abs() < 1e-6);
    for group in groups {
        assert!(
            (1000.0..1400.0).contains(&number(&group["aov"]["value"])),
            "{group}"
        );
    }
    let share = number(&kpi["results"]["concentration"]["largest_deal_share"]);
    assert!(
        share < 0.1,
        "of what was sold, not of what is left: {share}"
    );
}
