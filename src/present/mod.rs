//! Results as text, CSV and JSON, in the project's language. It computes no statistic.
//!
//! Each result has one file with what it looks like; the shared small parts are in `text`, `table`, `reason` and
//! `words`.

mod backtest;
mod budget;
mod budget_words;
mod calls;
mod calls_asked;
mod calls_words;
mod channels;
mod channels_words;
mod check;
mod chinese;
mod choices;
mod csv;
mod cycle;
mod cycle_tables;
mod cycle_words;
mod drift;
mod evaluate;
mod explain;
mod flow;
mod flow_lines;
mod flow_words;
mod guard;
mod json;
mod kpi;
mod kpi_conversion;
mod kpi_csv;
mod kpi_price;
mod kpi_results;
mod kpi_words;
mod leaks;
mod log;
mod log_words;
mod names;
mod outlook;
mod owners;
mod owners_words;
mod points;
mod process;
mod process_signs;
mod process_words;
mod profile;
mod profile_words;
mod reason;
mod record;
mod score_rows;
mod scores;
mod segments;
mod sources;
mod sources_story;
mod sources_words;
mod summary;
mod table;
mod target;
mod text;
mod why;
mod why_words;
mod words;

pub use backtest::{backtest_csv, backtest_json, backtest_text};
pub use budget::{budget_csv, budget_json, budget_text};
pub use calls::{call_json, calls_csv, calls_json, calls_text};
pub use calls_asked::{
    calls_why_json, calls_why_text, pool_csv, pool_text, reassign_csv, reassign_text, review_text,
};
pub use channels::{campaign_line, channels_csv, channels_text};
pub use check::{check_text, notes_text, rejects_text};
pub use chinese::in_language;
pub use cycle::cycle_text;
pub use drift::{drift_json, drift_text};
pub use evaluate::{evaluate_text, predictions_csv};
pub use explain::explain_text;
pub use flow::{flow_csv, flow_text};
pub use guard::guard_text;
pub use json::pretty as json;
pub use kpi::{KpiGroup, KpiJson, kpi_found, kpi_json, kpi_text};
pub use kpi_csv::kpi_csv;
pub use leaks::leaks_text;
pub use log::{
    EntryData, Imported, LogShown, Logged, OnList, ResultCount, imported_text, log_text,
    logged_text, logged_warnings, undone_text,
};
pub use outlook::{outlook_csv, outlook_json, outlook_text};
pub use owners::{owners_csv, owners_found, owners_text};
pub use points::{scale_text, scorecard_csv};
pub use process::{process_csv, process_owner_text, process_text};
pub use profile::{profile_csv, profile_found, profile_text};
pub use reason::{reason_words, reference_text};
pub use record::{
    forecast_mark_text, grave_warnings, mark_text, ordered_warnings, record_sentence, train_text,
    used_text, warnings_text,
};
pub use score_rows::{ScoreRows, Shown};
pub use scores::{expected_wins_text, scores_csv, scores_json};
pub use segments::{segments_csv, segments_text};
pub use sources::{sources_csv, sources_json, sources_text};
pub use sources_story::{source_text, sources_story};
pub use summary::{Summary, summary_text};
pub use target::{target_csv, target_json, target_text};
pub use text::{count, days, estimate, money, percent, signed_percent};
pub use why::{why_found, why_text};
pub use words::{Words, fill, words};

use std::collections::BTreeMap;

use crate::domain::Day;
use crate::project::{Language, Project};
use crate::segment::{Rule, Rules};

/// The as-of date, if there is one: data without any date has none, and 1970-01-01 stands for it inside.
pub fn known_day(as_of: Day) -> Option<Day> {
    (as_of != Day::default()).then_some(as_of)
}

/// How results are shown on screen.
#[derive(Debug, Clone)]
pub struct Style {
    /// The words of the language.
    pub words: &'static Words,
    /// The language, for labels that the user wrote in several.
    pub language: Language,
    /// ISO code of the currency.
    pub currency: String,
    /// Columns of the terminal, to wrap tables at; none: never wrap.
    pub width: Option<u16>,
    /// Gross margin, which decides what the return is called.
    pub margin: f64,
    /// Labels of the segments, by name, where they are shown instead of the names: not in English, whose names do.
    pub labels: BTreeMap<String, String>,
}

impl Style {
    /// The style that a project asks for.
    pub fn of(project: &Project, width: Option<u16>) -> Self {
        Self {
            words: words(project.language),
            language: project.language,
            currency: project.currency.clone(),
            width,
            margin: project.margin,
            labels: BTreeMap::new(),
        }
    }

    /// The same style with the labels that the rules give in its language.
    #[must_use]
    pub fn with_labels(mut self, rules: &Rules) -> Self {
        if self.language == Language::Zh {
            let labelled = |rule: &Rule| Some((rule.name.clone(), rule.label.get("zh")?.clone()));
            self.labels = rules.rules.iter().filter_map(labelled).collect();
        }
        self
    }

    /// What a segment is called on screen.
    pub(crate) fn segment<'a>(&'a self, name: &'a str) -> &'a str {
        self.labels.get(name).map_or(name, String::as_str)
    }
}
