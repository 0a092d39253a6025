//! The project file as written -> a checked project, or every fault of it.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use crate::domain::{Day, Direction, Faults};

use super::calls;
use super::channels;
use super::checked::{Calendar, DateOrder, Language, Monotone, Project};
use super::leads;
use super::nearest::nearest;
use super::paths;
use super::tables::{self, Home};
use super::written::{Section, Source, Walk, day};

/// Every table of a project file with its keys, to say where a key belongs that was written in the wrong one.
const KEYS: [(&str, &[&str]); 10] = [
    (
        "project",
        &["name", "currency", "timezone", "as_of", "language"],
    ),
    (
        "leads",
        &[
            "outcome",
            "created",
            "closed",
            "contacted",
            "amount",
            "stated_amount",
            "list_price",
            "expected_close",
            "product",
            "customer",
            "region",
            "channel",
            "paid",
            "types",
            "lost_after",
            "max_rejects",
            "join",
            "known",
        ],
    ),
    ("values", &["booleans", "missing", "dates", "decimal"]),
    ("stages", &["order", "entered"]),
    ("money", &["margin", "refunds"]),
    ("rules", &["files"]),
    (
        "calls",
        &[
            "capacity",
            "sla_days",
            "value_share",
            "sla_share",
            "explore_share",
            "gaps",
            "give_up_after",
            "call_cost",
            "log",
        ],
    ),
    ("activities", &["answered", "result", "planned"]),
    ("model", &["monotone"]),
    (
        "channels",
        &["impressions", "clicks", "geo", "controls", "merge"],
    ),
];

/// Reads and checks a project file. Every path in the result is joined to the folder of the file; every file that it
/// names is there, but for the model.
///
/// # Errors
/// Every fault at once, in the order of their places; a file that is not TOML gives that fault alone.
pub fn load(file: &Path) -> Result<Project, Faults> {
    let source = Source::read(file).map_err(|mut faults| {
        for fault in &mut faults.0 {
            if fault.code == "file-not-found" {
                let hint =
                    "run forerun in the folder of your forerun.toml, or name that folder with -C";
                fault.hint = Some(hint.to_owned());
            }
        }
        faults
    })?;
    let written = source.parse()?;
    let walk = Walk::new(&source);
    let root = Section::new(&walk, "", written.get_ref(), 0..0);
    let project = project(root, &source);
    let faults = walk.into_faults();
    match project {
        Some(project) if faults.0.is_empty() => Ok(project),
        _ => Err(faults),
    }
}

fn project(top: Section<'_, '_>, source: &Source) -> Option<Project> {
    let root = folder(&source.file);
    let home: Home<'_> = &home;
    let values_section = top.section("values");
    let values = tables::values(values_section.as_ref());
    let order = values_section.as_ref().and_then(|values| {
        values.choice(
            "dates",
            &[("dmy", DateOrder::DayFirst), ("mdy", DateOrder::MonthFirst)],
        )
    });
    if let Some(section) = values_section {
        section.finish_with(home);
    }
    let basics = basics(top.section("project"), home);
    let leads = if let Some(section) = top.section("leads") {
        Some(leads::leads(section, &root, &values, home))
    } else if top.has("channels") && !top.has("leads") {
        Some(leads::none())
    } else {
        if !top.has("leads") {
            top.walk.error(
                "missing-key",
                0..0,
                "the table [leads] is missing",
                "it names the export and what its columns mean: file, id and outcome at least",
            );
        }
        None
    };
    let channels = top
        .section("channels")
        .and_then(|section| channels::channels(section, &root, home));
    let side = |key| top.section(key);
    let stages = side("stages").and_then(|section| tables::stages(section, &root, home));
    let activities = side("activities").map(|section| tables::activities(section, &root, home));
    let spend = side("spend").map(|section| tables::spend(section, &root, home));
    let targets = side("targets").map(|section| tables::targets(section, &root, home));
    let (margin, refunds) = money(side("money"), home);
    let rules = rules(side("rules"), &root, home);
    let calls = side("calls");
    let log = record(calls.as_ref(), &root);
    let calls = calls::calls(calls, home);
    let (model, model_span, monotone) = model(side("model"), &root, home);
    let walk = top.walk;
    top.finish_with(home);
    let project = Project {
        root,
        file: source.file.clone(),
        text: source.text.clone(),
        name: basics.name,
        currency: basics.currency,
        calendar: Calendar {
            zone: basics.zone,
            order,
        },
        as_of: basics.as_of,
        language: basics.language,
        leads: leads?,
        channels,
        values,
        stages,
        activities,
        spend,
        margin,
        refunds,
        targets,
        rules,
        calls,
        log,
        model,
        monotone,
    };
    if project.reads(&project.model) {
        walk.error(
            "model-over-input",
            model_span,
            format!(
                "the model would be written over `{}`, which the project reads",
                project.model.display()
            ),
            "name a file of its own for the model, such as \"models/lead.json\"",
        );
    }
    Some(project)
}

/// The folder of a file; `.` where the path names none.
fn folder(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Where a key belongs that was written in the wrong table.
fn home(key: &str) -> Option<String> {
    KEYS.iter()
        .find(|(_, keys)| keys.contains(&key))
        .map(|(table, _)| format!("`{key}` belongs in [{table}]"))
}

/// What `[project]` says.
struct Basics {
    name: String,
    currency: String,
    zone: TimeZone,
    as_of: Option<Day>,
    language: Language,
}

fn basics(section: Option<Section<'_, '_>>, home: Home<'_>) -> Basics {
    let mut basics = Basics {
        name: "Sales".to_owned(),
        currency: String::new(),
        zone: TimeZone::UTC,
        as_of: None,
        language: Language::En,
    };
    let Some(section) = section else {
        return basics;
    };
    basics.name = section.text_or("name", &basics.name);
    basics.currency = section.text_or("currency", "");
    basics.zone = zone(&section).unwrap_or(TimeZone::UTC);
    basics.as_of = day(&section, "as_of");
    basics.language = section
        .choice("language", &[("en", Language::En), ("zh", Language::Zh)])
        .unwrap_or_default();
    section.finish_with(home);
    basics
}

fn zone(section: &Section<'_, '_>) -> Option<TimeZone> {
    let written = section.text("timezone")?;
    let zone = TimeZone::get(&written.value).ok();
    if zone.is_none() {
        let names: Vec<String> = jiff::tz::db()
            .available()
            .map(|name| name.as_str().to_owned())
            .collect();
        let near = nearest(&written.value, names.iter().map(String::as_str)).map_or_else(
            || {
                "write a region and a city, such as \"Asia/Shanghai\" or \"Europe/Berlin\""
                    .to_owned()
            },
            |name| format!("did you mean `{name}`?"),
        );
        section.walk.error(
            "unknown-timezone",
            written.span,
            format!("there is no time zone \"{}\"", written.value),
            near,
        );
    }
    zone
}

/// The gross margin, and whether negative amounts are refunds.
fn money(section: Option<Section<'_, '_>>, home: Home<'_>) -> (f64, bool) {
    let Some(section) = section else {
        return (1.0, false);
    };
    let margin = section.number_in("margin", (0.0, 1.0, true));
    let refunds = section.choice("refunds", &[("amount", true), ("reject", false)]);
    section.finish_with(home);
    (margin.unwrap_or(1.0), refunds.unwrap_or(false))
}

fn rules(section: Option<Section<'_, '_>>, root: &Path, home: Home<'_>) -> Vec<PathBuf> {
    let Some(section) = section else {
        return Vec::new();
    };
    let files = paths::files(&section, root, "files");
    if !section.has("files") {
        section.missing(
            "files",
            "name the rule files: files = [\"rules/intent.toml\"]",
        );
    }
    section.finish_with(home);
    files
}

/// The folder of the record of calls.
fn record(calls: Option<&Section<'_, '_>>, root: &Path) -> PathBuf {
    let written = calls.and_then(|calls| calls.text("log"));
    let folder = written.as_ref().map_or("calls", |written| &written.value);
    paths::join(root, folder)
}

/// The model file, the place of its name, and the columns that may act one way only.
fn model(
    section: Option<Section<'_, '_>>,
    root: &Path,
    home: Home<'_>,
) -> (PathBuf, std::ops::Range<usize>, Vec<Monotone>) {
    const USUAL: &str = "models/lead.json";
    let mut monotone = Vec::new();
    let written = section.and_then(|section| {
        let written = section.text("file");
        monotone = directions(&section);
        section.finish_with(home);
        written
    });
    let (file, span) = written.map_or_else(
        || (paths::join(root, USUAL), 0..0),
        |written| (paths::join(root, &written.value), written.span),
    );
    (file, span, monotone)
}

/// `monotone = { budget = "up", price = "down" }`.
fn directions(section: &Section<'_, '_>) -> Vec<Monotone> {
    let Some(table) = section.section("monotone") else {
        return Vec::new();
    };
    let mut directions = Vec::new();
    for (column, value) in table.entries() {
        let name = format!("{}.{}", table.name, column.value);
        let Some(word) = section.walk.text(&name, value) else {
            continue;
        };
        let direction = match word.value.as_str() {
            "up" => Direction::Up,
            "down" => Direction::Down,
            other => {
                section.walk.error(
                    "unknown-choice",
                    word.span,
                    format!("`{name}` cannot be \"{other}\""),
                    "write \"up\" if a higher value never makes a win less likely, \"down\" if it never makes one more likely",
                );
                continue;
            }
        };
        directions.push(Monotone {
            column: column.value,
            direction,
            span: column.span,
        });
    }
    directions
}
