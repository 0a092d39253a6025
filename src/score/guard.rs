//! The guard of the model in use: a newly learnt one takes its place only if it is not worse forward in time.
//!
//! Both are judged on outcomes that neither has seen. The model in use is taken as it is stored: it knows nothing of what
//! came after its as-of date. The new one has seen everything, so on each day of the test its recipe is learnt anew from
//! what was known on that day, and that stand-in is judged. Days lie as far apart as is looked ahead.

use serde::{Deserialize, Serialize};

use crate::domain::{Day, Known, Leads, Role};
use crate::features::{Origin, screen};
use crate::score::context::Context;
use crate::score::fingerprint;
use crate::score::metrics::one_log_loss;
use crate::score::since::{Since, since};
use crate::score::timed::{self, Plan};
use crate::score::{Model, ScoreError};
use crate::segment::Rules;

/// Share of the log loss below which a difference is of no consequence, however sure it is.
const NEGLIGIBLE: f64 = 0.001;

/// What the guard decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Guard {
    /// Whether the new model took the place of the one in use.
    pub replaced: bool,
    /// Whether that was asked for, whatever the comparison says.
    pub forced: bool,
    /// Fingerprint of the model that was in use; none where there was none to be read.
    pub live: Option<String>,
    /// The comparison, where one was possible.
    pub comparison: Option<Comparison>,
    /// Why none was.
    pub why_not: Option<WhyNot>,
}

/// Two models on the same leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Day as of which the model in use was learnt.
    pub live_as_of: Day,
    /// The days on which leads were open, rising.
    pub days: Vec<Day>,
    /// Days ahead within which they were won or not.
    pub ahead: i32,
    /// Leads, each counted on every day that found it open.
    pub n: usize,
    /// Leads, each counted once.
    pub leads: usize,
    /// Won in time among `n`.
    pub won: usize,
    /// Mean log loss of the model in use, nats.
    pub live_log_loss: f64,
    /// Mean log loss of the new model's stand-ins, nats.
    pub new_log_loss: f64,
    /// `new_log_loss - live_log_loss`: above 0 the new one is worse.
    pub difference: f64,
    /// Its standard error, by leads.
    pub standard_error: f64,
}

impl Comparison {
    /// Whether the new model is worse: by more than the standard error, and by more than a thousandth.
    pub fn worse(&self) -> bool {
        self.difference > self.standard_error && self.difference > NEGLIGIBLE * self.live_log_loss
    }
}

/// Why two models cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum WhyNot {
    /// There is none in use.
    First,
    /// That in use cannot be read.
    Unreadable,
    /// Without dates nothing tells which outcomes are new.
    Undated,
    /// That in use was learnt from other leads.
    OtherLeads {
        /// How many of a sample of those are here.
        found: usize,
        /// Size of the sample.
        of: usize,
    },
    /// Its segments are those of other rules.
    OtherRules,
    /// It does not fit the data any more.
    Unfit {
        /// What differs.
        what: Vec<String>,
    },
    /// It uses columns that are no features any more: it may know what nobody knew.
    Withdrawn {
        /// The columns.
        columns: Vec<String>,
    },
    /// It was learnt as of the same day or later, or a few days ago.
    TooSoon {
        /// Days from its as-of date to that of the new one.
        days: i32,
    },
    /// Too little was won since.
    FewOutcomes {
        /// Wins in the best look.
        won: usize,
        /// Fewest.
        needed: usize,
    },
    /// What was known on the days of the test is too little to learn from.
    ShortHistory,
    /// The test itself failed.
    Failed {
        /// Why.
        what: String,
    },
}

/// Compares a new model, learnt from `leads`, with the one in use.
///
/// # Errors
/// A stand-in whose fit fails for another reason than too little data.
pub fn compare(
    live: &Model,
    new: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
) -> Result<Result<Comparison, WhyNot>, ScoreError> {
    if let Some(why) = incomparable(live, leads, rules) {
        return Ok(Err(why));
    }
    let since = match since(leads, live.as_of()) {
        Ok(since) => since,
        Err(why) => return Ok(Err(why)),
    };
    let Some((since, p_new)) = stand_ins(&since, new, leads, rules)? else {
        return Ok(Err(WhyNot::ShortHistory));
    };
    let Some(ahead) = live.ahead() else {
        return Ok(Err(WhyNot::Undated));
    };
    let p_live = since.predict(&live.recipe, &ahead, leads, rules)?;
    let loss = |p: &[f64]| -> Vec<f64> {
        let each = p.iter().zip(&since.won);
        each.map(|(&p, &won)| one_log_loss(p, won)).collect()
    };
    let (live_losses, new_losses) = (loss(&p_live), loss(&p_new));
    let differences: Vec<f64> = (new_losses.iter().zip(&live_losses))
        .map(|(new, live)| new - live)
        .collect();
    let (difference, standard_error) = since.mean(&differences);
    Ok(Ok(Comparison {
        live_as_of: live.as_of(),
        ahead: since.ahead,
        n: since.won.len(),
        leads: since.leads(),
        won: since.wins(),
        live_log_loss: since.mean(&live_losses).0,
        new_log_loss: since.mean(&new_losses).0,
        difference,
        standard_error,
        days: since.days,
    }))
}

/// What P(won in time) the new recipe gives, learnt on each day from what was known then; with the days on which it could
/// be learnt. None where the wins on those are too few.
fn stand_ins(
    since: &Since,
    new: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
) -> Result<Option<(Since, Vec<f64>)>, ScoreError> {
    let screened = screen(leads);
    let choices = new.report().choices.clone().unwrap_or_default();
    let mut plan = Plan::chosen(&choices, new.seed());
    if new.recipe.features.is_empty() {
        plan = plan.age_only();
    }
    let (mut days, mut p) = (Vec::new(), Vec::new());
    for &day in &since.days {
        let past = leads.as_of(day);
        let parts = match timed::fit(&past, rules, &screened, plan) {
            Ok(parts) => parts,
            Err(ScoreError::TooFew { .. } | ScoreError::TooShort) => continue,
            Err(error) => return Err(error),
        };
        if let Some(ahead) = parts.ahead() {
            let one = Since::on(leads, vec![day], since.ahead);
            p.extend(one.predict(&parts.recipe, &ahead, leads, rules)?);
            days.push(day);
        }
    }
    let judged = Since::on(leads, days, since.ahead);
    Ok((judged.wins() >= crate::score::since::MIN_WINS).then_some((judged, p)))
}

/// Why the model in use cannot be judged on these leads, before anything is computed.
fn incomparable(live: &Model, leads: &Leads, rules: Option<&Rules>) -> Option<WhyNot> {
    if live.horizon().is_none() || !leads.dated() {
        return Some(WhyNot::Undated);
    }
    let (found, of) = (
        fingerprint::known_of(&live.sample, leads),
        live.sample.len(),
    );
    if 2 * found < of {
        return Some(WhyNot::OtherLeads { found, of });
    }
    let segmented = (live.recipe.features.iter()).any(|feature| feature.origin == Origin::Segment);
    if segmented && live.rules != fingerprint::of_rules(rules) {
        return Some(WhyNot::OtherRules);
    }
    let mut what = live.misfits(leads, rules);
    if let Err(ScoreError::Unfit(columns)) = Context::new(&live.recipe, leads, rules, []) {
        what.extend(columns);
    }
    if !what.is_empty() {
        return Some(WhyNot::Unfit { what });
    }
    let columns = withdrawn(live, leads);
    (!columns.is_empty()).then_some(WhyNot::Withdrawn { columns })
}

/// Columns that a model uses from a moment at which, by what is known today, nobody knew them.
fn withdrawn(live: &Model, leads: &Leads) -> Vec<String> {
    let refused = screen(leads).refused;
    let is_out = |origin: &Origin| {
        let (name, at_contact) = match origin {
            Origin::Column(name) | Origin::DatePart(name, _) => (name, false),
            Origin::AtContact(name) => (name, true),
            _ => return None,
        };
        // The weekday of its creation is known of every lead.
        if leads.roles.get(&Role::Created) == Some(name) {
            return None;
        }
        let known = leads.known.get(name).copied();
        let early = match known {
            Some(Known::Creation { .. }) => true,
            Some(Known::Contact) => at_contact,
            Some(Known::Close) | None => false,
        };
        let leaks = refused.iter().any(|out| &out.column == name);
        (!early || leaks).then(|| name.clone())
    };
    let mut columns: Vec<String> = (live.recipe.features.iter())
        .filter_map(|feature| is_out(&feature.origin))
        .collect();
    columns.dedup();
    columns
}
