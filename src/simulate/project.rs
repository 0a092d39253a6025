//! The project file and the rules that make the folder of a simulated company ready to run.

use super::files::Folder;
use super::words::Words;
use super::{Company, Language, SimulateError};

/// The files that are written.
pub(super) const FILES: [&str; 2] = ["forerun.toml", "rules/intent.toml"];

/// Writes `forerun.toml` and `rules/intent.toml`.
pub(super) fn write(
    folder: &mut Folder,
    company: &Company,
    words: &Words,
) -> Result<(), SimulateError> {
    folder.text(FILES[0], &project(company, words))?;
    folder.text(FILES[1], &rules(words))
}

/// Keys of `[leads]` and the position of their column among those of `leads.csv`.
const ROLES: [(&str, usize); 14] = [
    ("id", 0),
    ("created", 1),
    ("contacted", 2),
    ("closed", 3),
    ("source", 5),
    ("owner", 6),
    ("stage", 7),
    ("product", 8),
    ("region", 9),
    ("stated_amount", 13),
    ("list_price", 14),
    ("amount", 15),
    ("channel", 16),
    ("customer", 19),
];

fn project(company: &Company, words: &Words) -> String {
    let (name, language) = match company.language {
        Language::En => ("Simulated company", "en"),
        Language::Zh => ("模拟公司", "zh"),
    };
    let column = |i: usize| words.leads[i];
    let roles = ROLES
        .iter()
        .map(|&(key, i)| format!("{key} = \"{}\"", column(i)))
        .collect::<Vec<_>>()
        .join("\n");
    let table = |section: &str, file: &str, keys: &[&str], columns: &[&str]| {
        let keys = keys
            .iter()
            .zip(columns)
            .map(|(key, column)| format!("{key} = \"{column}\""))
            .collect::<Vec<_>>()
            .join("\n");
        format!("\n[{section}]\nfile = \"{file}\"\n{keys}\n")
    };
    let stages = table(
        "stages",
        "stages.csv",
        &["id", "stage", "entered"],
        &words.stages_file,
    );
    let activities = table(
        "activities",
        "activities.csv",
        &["id", "at", "kind", "owner", "result", "planned"],
        &words.activities_file,
    );
    let spend = table(
        "spend",
        "spend.csv",
        &["month", "source", "spend", "visits", "clicks"],
        &words.spend_file,
    );
    let targets = table(
        "targets",
        "targets.csv",
        &["month", "owner", "target"],
        &words.targets_file,
    );
    format!(
        r#"# A simulated company; the truth about it lies in truth/.

[project]
name = "{name}"
currency = "CNY"
timezone = "Asia/Shanghai"
as_of = "{as_of}"
language = "{language}"

[leads]
file = "leads.csv"
outcome = {{ column = "{status}", won = ["{won}"], lost = ["{lost}"] }}
{roles}
types = {{ "{size}" = "text" }}

[leads.known]
contact = ["{response}"]
close = ["{reason}"]

[values]
booleans = {{ yes = ["{yes}"], no = ["{no}"] }}
{stages}order = ["{order}"]
{activities}{spend}{targets}
[rules]
files = ["rules/intent.toml"]

[model]
file = "models/lead.json"
"#,
        as_of = company.as_of,
        status = column(4),
        won = words.status[0],
        lost = words.status[1],
        size = column(10),
        response = column(17),
        reason = column(18),
        yes = words.yes_no[1],
        no = words.yes_no[0],
        order = words.stages.join("\", \""),
    )
}

fn rules(words: &Words) -> String {
    let [source, demo, pages] = [words.leads[5], words.leads[11], words.leads[12]];
    let [website, referral, search] = [words.sources[2], words.sources[3], words.sources[0]];
    format!(
        r#"# Customers by intent. The first match in order wins; whoever matches none is cold.

[policy]
hit = "first"
default = "cold"

[[segment]]
name = "hot"
label = {{ en = "Hot: wants to see it, and has read up on it", zh = "高意向：申请演示且已深入了解" }}
intent = "high"
when.all = [
  {{ field = "{demo}", is = true }},
  {{ any = [
      {{ field = "{pages}", at_least = 6 }},
      {{ field = "{source}", one_of = ["{referral}"] }},
  ] }},
]

  [[segment.test]]
  lead = {{ "{demo}" = true, "{pages}" = 9, "{source}" = "{search}" }}
  matches = true

  [[segment.test]]
  lead = {{ "{demo}" = true, "{pages}" = 2, "{source}" = "{search}" }}
  matches = false

[[segment]]
name = "warm"
label = {{ en = "Warm: came by itself or asked for a demo", zh = "中意向：主动咨询或申请演示" }}
intent = "medium"
when.any = [
  {{ field = "{demo}", is = true }},
  {{ field = "{source}", one_of = ["{website}", "{referral}"] }},
]

  [[segment.test]]
  lead = {{ "{source}" = "{website}" }}
  matches = true

[[segment]]
name = "cold"
label = {{ en = "Cold: no sign of intent yet", zh = "低意向" }}
intent = "low"
"#
    )
}
