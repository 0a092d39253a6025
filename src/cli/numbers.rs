//! The numbers that a run tells beside its forecast: the four groups, who wins, the owners, the month that is over.

use serde::Serialize;
use serde_json::json;

use crate::cli::chain::Loaded;
use crate::cli::failure::Failure;
use crate::cli::output::write_file;
use crate::cli::settings::Settings;
use crate::cli::{explain, kpi as groups};
use crate::kpi::bridge::{Against, Explanation};
use crate::kpi::{self, Cycle, Kpi, Owners, Profile, Question};
use crate::present;

/// Each of them, or why there is none.
pub(crate) struct Numbers {
    kpi: Result<(Kpi, Option<Cycle>), String>,
    profile: Result<Profile, String>,
    owners: Result<Owners, String>,
    month: Result<Explanation, String>,
}

/// What stands out, with the command that tells more of it.
pub(crate) type Finding = (&'static str, String);

/// Finds them, side by side.
pub(crate) fn find(loaded: &Loaded, settings: &Settings) -> Numbers {
    let (leads, seed) = (&loaded.data.leads, settings.seed);
    let currency = &loaded.project.currency;
    let question = Question {
        seed,
        ..Question::default()
    };
    std::thread::scope(|scope| {
        let month = scope.spawn(|| explain::last_month(loaded, Against::Forecast, seed));
        let owners = scope.spawn(|| kpi::owners(leads, seed));
        let profile = scope.spawn(|| kpi::profile(leads));
        let groups = groups::numbers(loaded, &question, seed);
        Numbers {
            kpi: groups
                .map(|(kpi, cycle)| (kpi.in_currency(currency), cycle))
                .map_err(|error| error.to_string()),
            profile: joined(profile).map_err(|error| error.to_string()),
            owners: joined(owners)
                .map(|owners| owners.in_currency(currency))
                .map_err(|error| error.to_string()),
            month: joined(month)
                .map(|month| month.in_currency(currency))
                .map_err(|error| error.to_string()),
        }
    })
}

fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    match thread.join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

impl Numbers {
    /// Writes the files; where there is no answer, the heading of the table and the reason.
    pub(crate) fn write(&self, loaded: &Loaded) -> Result<(), Failure> {
        let file = |name: &str, text: String| -> Result<(), Failure> {
            write_file(&loaded.out_file(name), text.as_bytes())
        };
        let kpi = self.kpi.as_ref();
        let told = kpi.map(|(kpi, cycle)| present::kpi_json(kpi, cycle.as_ref()));
        file("kpi.csv", present::kpi_csv(kpi.ok().map(|(kpi, _)| kpi)))?;
        file("kpi.json", data(told, loaded)?)?;
        let profile = self.profile.as_ref();
        file("profile.csv", present::profile_csv(profile.ok()))?;
        file("profile.json", data(profile, loaded)?)?;
        let owners = self.owners.as_ref();
        file("owners.csv", present::owners_csv(owners.ok()))?;
        file("owners.json", data(owners, loaded)?)?;
        file("explain.json", data(self.month.as_ref(), loaded)?)
    }

    /// What stands out beyond chance, one line for each that has something to say.
    pub(crate) fn findings(&self, loaded: &Loaded) -> Vec<Finding> {
        let style = &loaded.style;
        let kpi = self.kpi.as_ref().ok();
        let found = [
            (
                "kpi",
                kpi.and_then(|(kpi, _)| present::kpi_found(kpi, style)),
            ),
            (
                "explain",
                (self.month.as_ref().ok()).and_then(|month| present::why_found(month, style)),
            ),
            (
                "profile",
                (self.profile.as_ref().ok()).and_then(|told| present::profile_found(told, style)),
            ),
            (
                "owners",
                (self.owners.as_ref().ok()).and_then(|told| present::owners_found(told, style)),
            ),
        ];
        let told = found.into_iter();
        told.filter_map(|(command, said)| Some((command, said?)))
            .collect()
    }
}

/// An answer as the text of a file, or why there is none.
fn data(told: Result<impl Serialize, &String>, loaded: &Loaded) -> Result<String, Failure> {
    let text = match told {
        Ok(told) => present::json(&told)?,
        Err(why) => present::json(&json!({ "as_of": loaded.as_of(), "why_not": why }))?,
    };
    Ok(text)
}
