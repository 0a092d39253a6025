//! The model file: recipe, coefficients, their uncertainty, and what they were learnt from.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

use crate::domain::{Day, Kind, Leads, Role};
use crate::features::{Encoding, Feature, Origin, Recipe};
use crate::read;
use crate::score::amount::AmountModel;
use crate::score::design::Design;
use crate::score::fingerprint::{self, checksum, fingerprint};
use crate::score::fit::Fitted;
use crate::score::population::Population;
use crate::score::tail::Tail;
use crate::score::timed::Ahead;
use crate::score::{Guard, Reference, ScoreError, TrainReport};
use crate::segment::Rules;

/// Version of the file's form; another one is refused.
const FORMAT: u32 = 3;
/// Leads by which those that a model learnt from are known again.
const SAMPLE: usize = 64;

/// A trained model, dated or undated; `docs/model-file.md` describes the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    format: u32,
    /// Version of the program that wrote it.
    program: String,
    /// Day as of which it was learnt.
    pub(crate) as_of: Day,
    /// Seed of folds and samples.
    pub(crate) seed: u64,
    /// What it was learnt from: leads, rules, day and seed.
    fingerprint: String,
    /// Of what the rules say, apart from the rest.
    pub(crate) rules: String,
    /// Hashes of the identifiers of some leads that it learnt from: a model of other leads is told by them.
    pub(crate) sample: Vec<String>,
    /// Of everything else in the file: a file that was changed by hand or damaged is refused.
    checksum: String,
    /// How it was trained and how it did.
    report: TrainReport,
    /// What the forecast found when it was tested on the past; the forecast reads and writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forecast: Option<serde_json::Value>,
    /// Which probability the coefficients speak of: always `won`.
    orientation: String,
    /// Features.
    pub(crate) recipe: Recipe,
    /// Columns.
    pub(crate) design: Design,
    /// Names of the segments, where the segment is a feature.
    pub(crate) segments: Vec<String>,
    /// P(won in the step, given open at its start); P(won, given closed) for undated data.
    pub(crate) win: Fitted,
    /// P(lost in the step, given not won in it); none for undated data.
    pub(crate) lost: Option<Fitted>,
    /// Hazards beyond the oldest age observed; none for undated data.
    pub(crate) tail: Option<Tail>,
    /// By step: the mean row of the reference population, to which reasons compare.
    pub(crate) reference: Vec<Vec<f64>>,
    /// How often each level was seen in what it learnt from.
    pub(crate) population: Population,
    /// What won leads bring; none without amounts.
    pub(crate) amount: Option<AmountModel>,
}

/// The parts that training made.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) recipe: Recipe,
    pub(crate) design: Design,
    pub(crate) segments: Vec<String>,
    pub(crate) win: Fitted,
    pub(crate) lost: Option<Fitted>,
    pub(crate) tail: Option<Tail>,
    pub(crate) reference: Vec<Vec<f64>>,
    pub(crate) reference_leads: Reference,
    pub(crate) amount: Option<AmountModel>,
}

impl Parts {
    /// What looks ahead; none for undated data.
    pub(crate) fn ahead(&self) -> Option<Ahead<'_>> {
        let lost = self.lost.as_ref()?;
        Some(Ahead {
            design: &self.design,
            win: &self.win,
            lost,
            tail: self.tail,
        })
    }
}

fn read_text(file: &Path) -> Result<String, ScoreError> {
    let unreadable = |message: String| ScoreError::Unreadable {
        file: file.to_owned(),
        message,
    };
    if file.is_dir() {
        let message = "is a folder, not a model file: name a file under [model]";
        return Err(unreadable(message.to_owned()));
    }
    let bytes = std::fs::read(file).map_err(|error| {
        let then = match error.kind() {
            std::io::ErrorKind::PermissionDenied => {
                ": ask whoever owns the file to let you read it"
            }
            _ => "",
        };
        unreadable(format!("cannot be read ({error}){then}"))
    })?;
    String::from_utf8(bytes).map_err(|_| ScoreError::Format {
        file: file.to_owned(),
        message: "is no model file: it is not even text".to_owned(),
    })
}

/// What is wrong with a text that is no model, in words for those who did not write the program.
fn what_is_wrong(text: &str, error: &serde_json::Error) -> String {
    if text.trim().is_empty() {
        "is empty: whatever wrote it did not come to an end".to_owned()
    } else if error.is_eof() {
        "ends in the middle: it was cut off when it was written or copied".to_owned()
    } else {
        format!("is no model file ({error})")
    }
}

impl Model {
    pub(crate) fn new(
        parts: Parts,
        leads: &Leads,
        rules: Option<&Rules>,
        seed: u64,
        report: TrainReport,
        population: Population,
    ) -> Self {
        Self {
            program: concat!("forerun ", env!("CARGO_PKG_VERSION")).to_owned(),
            fingerprint: fingerprint(leads, rules, seed),
            rules: fingerprint::of_rules(rules),
            sample: fingerprint::sample_of_ids(leads, SAMPLE),
            report,
            population,
            ..Self::of_the_past(parts, leads, seed)
        }
    }

    /// A model that is asked about the past and then forgotten: it knows neither file nor uncertainty.
    pub(crate) fn of_the_past(parts: Parts, leads: &Leads, seed: u64) -> Self {
        Self {
            format: FORMAT,
            program: String::new(),
            as_of: leads.as_of,
            seed,
            fingerprint: String::new(),
            rules: String::new(),
            sample: Vec::new(),
            checksum: String::new(),
            report: TrainReport::empty(),
            forecast: None,
            orientation: "won".to_owned(),
            recipe: parts.recipe,
            design: parts.design,
            segments: parts.segments,
            win: parts.win,
            lost: parts.lost,
            tail: parts.tail,
            reference: parts.reference,
            population: Population::default(),
            amount: parts.amount,
        }
    }

    /// What the forecast found when it was tested on the past, as its own room wrote it; none where it was not.
    pub const fn forecast_record(&self) -> Option<&serde_json::Value> {
        self.forecast.as_ref()
    }

    /// The same model with what the forecast found when it was tested on the past: no score depends on it.
    #[must_use]
    pub fn with_forecast_record(mut self, record: serde_json::Value) -> Self {
        self.forecast = Some(record);
        self
    }

    /// Writes the model file, whole or not at all; the same model gives the same bytes.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, file: &Path) -> Result<(), ScoreError> {
        let write = || -> std::io::Result<()> {
            let folder = file
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            std::fs::create_dir_all(folder)?;
            let mut temporary = read::draft_in(folder)?;
            serde_json::to_writer(&mut temporary, &self.sealed()?)?;
            temporary.write_all(b"\n")?;
            temporary.as_file().sync_all()?;
            temporary.persist(file)?;
            Ok(())
        };
        write().map_err(|source| ScoreError::File {
            file: file.to_owned(),
            source,
        })
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// If it cannot be read, or was written in another form.
    pub fn load(file: &Path) -> Result<Self, ScoreError> {
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let text = read_text(file)?;
        let format_error = |message: String| ScoreError::Format {
            file: file.to_owned(),
            message,
        };
        let version: Version = serde_json::from_str(&text)
            .map_err(|error| format_error(what_is_wrong(&text, &error)))?;
        if version.format != FORMAT {
            let message = format!(
                "is a model file of form {}, this program reads form {FORMAT}",
                version.format
            );
            return Err(format_error(message));
        }
        let mut model: Self = serde_json::from_str(&text)
            .map_err(|error| format_error(format!("is damaged: {error}")))?;
        let checksum = std::mem::take(&mut model.checksum);
        match model.sealed() {
            Ok(sealed) if sealed.checksum == checksum => Ok(model),
            _ => Err(format_error(
                "was changed or damaged after it was written".to_owned(),
            )),
        }
    }

    /// The model with the checksum of all the rest.
    fn sealed(&self) -> serde_json::Result<Self> {
        let open = Self {
            checksum: String::new(),
            ..self.clone()
        };
        let checksum = checksum(serde_json::to_string(&open)?.as_bytes());
        Ok(Self { checksum, ..open })
    }

    /// Whether the model was learnt from exactly these leads and rules, as of this day.
    pub fn learnt_from(&self, leads: &Leads, rules: Option<&Rules>) -> bool {
        self.fingerprint == fingerprint(leads, rules, self.seed)
    }

    /// What looks ahead; none for undated data.
    pub(crate) fn ahead(&self) -> Option<Ahead<'_>> {
        let lost = self.lost.as_ref()?;
        Some(Ahead {
            design: &self.design,
            win: &self.win,
            lost,
            tail: self.tail,
        })
    }

    /// The seed of its folds and samples.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// H, days; none for undated data.
    pub fn horizon(&self) -> Option<i32> {
        self.lost.as_ref().and(self.design.edges.last().copied())
    }

    /// The report of the training that made it.
    pub const fn report(&self) -> &TrainReport {
        &self.report
    }

    /// What it was learnt from, as one short text: equal texts, equal models.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Writes down how it was held against the model that it is to replace.
    #[must_use]
    pub fn with_guard(mut self, guard: Guard) -> Self {
        self.report.guard = Some(guard);
        self
    }

    /// The kind of each column that it reads, for reading another export just as the one that it learnt from: a few
    /// rows need not show what a column holds.
    pub fn kinds(&self) -> BTreeMap<String, Kind> {
        let kind = |feature: &Feature| match (&feature.origin, &feature.encoding) {
            (Origin::DatePart(name, _), _) => Some((name.clone(), Kind::Moment)),
            (Origin::Column(name) | Origin::AtContact(name), encoding) => {
                let kind = match encoding {
                    Encoding::Bins(_) => Kind::Number,
                    Encoding::Levels(_) | Encoding::Target(_) => Kind::Text,
                    Encoding::Boolean => Kind::Boolean,
                };
                Some((name.clone(), kind))
            }
            _ => None,
        };
        self.recipe.features.iter().filter_map(kind).collect()
    }

    /// Day as of which it was learnt; of no meaning for undated data.
    pub const fn as_of(&self) -> Day {
        self.as_of
    }

    /// The columns left out, and why.
    pub fn left_out(&self) -> &[crate::features::LeftOut] {
        &self.recipe.left_out
    }

    /// The same model with its coefficients drawn once from their joint uncertainty: for carrying parameter
    /// uncertainty into a forecast. The same seed gives the same draw.
    #[must_use]
    pub fn drawn(&self, seed: u64) -> Self {
        let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
        let mut draw = |fitted: &Fitted| {
            let z: Vec<f64> = (0..fitted.size())
                .map(|_| StandardNormal.sample(&mut rng))
                .collect();
            fitted.drawn(&z)
        };
        let mut drawn = self.clone();
        drawn.win = draw(&self.win);
        drawn.lost = self.lost.as_ref().map(draw);
        drawn
    }

    /// Realised amount / expected amount of the won leads of the training data, sorted: the spread of deal sizes around
    /// what is expected of them, mean 1. Empty without amounts.
    pub fn amount_ratios(&self) -> &[f64] {
        self.amount.as_ref().map_or(&[], |amount| &amount.ratios)
    }

    /// The same by group: lists of realised / expected amount, each sorted and with mean 1, and by row of `leads` which of
    /// them a lead draws from. The first is [`Model::amount_ratios`]; others are those of sources or products whose spread
    /// clearly differs. Without amounts one empty list.
    pub fn amount_spreads(&self, leads: &Leads) -> (Vec<&[f64]>, Vec<usize>) {
        match &self.amount {
            Some(amount) => amount.spreads(leads),
            None => (vec![&[]], vec![0; leads.len()]),
        }
    }

    /// What differs between the leads that it learnt from and these, as sentences; empty if it fits.
    pub(crate) fn misfits(&self, leads: &Leads, rules: Option<&Rules>) -> Vec<String> {
        let mut misfits = Vec::new();
        if self.lost.is_some() && !leads.dated() {
            misfits.push(
                "it was learnt from leads with `created` and `closed`, and these have no dates"
                    .to_owned(),
            );
        }
        if self.lost.is_none() && leads.dated() {
            misfits.push(
                "it was learnt from leads without dates, and these have `created` and `closed`"
                    .to_owned(),
            );
        }
        if self.amount.is_some() && !leads.roles.contains_key(&Role::Amount) {
            misfits
                .push("it was learnt from leads with an `amount`, and these name none".to_owned());
        }
        let names: Vec<&str> = rules
            .map(|rules| rules.rules.iter().map(|rule| rule.name.as_str()).collect())
            .unwrap_or_default();
        if !self.segments.is_empty() && self.segments != names {
            misfits.push(format!(
                "it was learnt with the segments {}; the rules now give {}",
                self.segments.join(", "),
                if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(", ")
                }
            ));
        }
        misfits
    }
}
