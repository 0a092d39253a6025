//! Dated data: models learnt at earlier days, judged on the leads open then and every 30 days after.

use crate::domain::{Day, Leads, Outcome};
use crate::features::{Codes, Screened};
use crate::score::baseline::{Odoo, OdooLead, SegmentRates};
use crate::score::context::Context;
use crate::score::evaluate::choose::choose;
use crate::score::evaluate::judge::MIN_WINS;
use crate::score::evaluate::tested::{Origin, Tested};
use crate::score::evaluate::{EvaluateOptions, Prediction};
use crate::score::landmarks::{self, Landmark};
use crate::score::model::Parts;
use crate::score::timed::{self, Plan};
use crate::score::timing::curve;
use crate::score::{ScoreError, Warning};
use crate::segment::{self, Rules};

/// Days between the snapshots that are judged.
const SPACING: i32 = 30;
/// Most snapshots judged by the model of one origin: two months old it would be learnt anew.
const MOST_SNAPSHOTS: usize = 3;
/// Days ahead that are judged, the first that history is long enough for.
const AHEAD: [i32; 2] = [90, 30];
/// Days of history before an origin, beyond those looked ahead.
const HISTORY: i32 = 30;

/// A day as of which a model is learnt, and the days on which it is judged, the first of which it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) origin: Day,
    pub(crate) days: Vec<Day>,
}

/// Up to `wanted` origins, oldest first. Snapshots end `ahead` days before the as-of date, so that each has been followed,
/// and each is judged by the model of the last origin before it.
pub(crate) fn spans(leads: &Leads, wanted: usize, ahead: i32) -> Vec<Span> {
    let Some(&first) = leads.created.iter().flatten().min() else {
        return Vec::new();
    };
    let last = leads.as_of - ahead;
    let room = last - (first + ahead + HISTORY);
    if room < 0 || wanted == 0 {
        return Vec::new();
    }
    let snapshots = (room / SPACING) as usize + 1;
    let step = (snapshots / wanted).clamp(1, MOST_SNAPSHOTS);
    let count = wanted.min(snapshots / step);
    let back = |snapshots: usize| last - SPACING * snapshots as i32;
    (0..count)
        .rev()
        .map(|k| {
            let days = (k * step..(k + 1) * step).rev().map(back);
            Span {
                origin: back((k + 1) * step - 1),
                days: days.collect(),
            }
        })
        .collect()
}

/// Whether a landmark was won within `ahead` days.
pub(crate) fn won_within(landmark: &Landmark, ahead: i32) -> bool {
    landmark
        .closing
        .is_some_and(|(days, won)| won && days < ahead)
}

/// The leads open on each of `days`.
pub(crate) fn open_on(leads: &Leads, days: &[Day]) -> Vec<Landmark> {
    days.iter()
        .flat_map(|&day| (0..leads.len()).filter_map(move |row| landmarks::at(leads, row, day)))
        .collect()
}

/// P(won within `ahead` days) of landmarks by a model.
pub(crate) fn predict(
    leads: &Leads,
    rules: Option<&Rules>,
    parts: &Parts,
    landmarks: &[Landmark],
    ahead: i32,
) -> Result<Vec<f64>, ScoreError> {
    let days = landmarks.iter().map(|landmark| landmark.day);
    let context = Context::new(&parts.recipe, leads, rules, days)?;
    let mut codes = Codes::default();
    Ok(landmarks
        .iter()
        .map(|landmark| {
            codes.codes.clear();
            context.push(&mut codes, landmark);
            let etas = parts
                .ahead()
                .map(|ahead| ahead.etas(landmark.age, &codes.codes));
            let etas = etas.unwrap_or_default();
            curve(&parts.design.edges, &etas).won_within(0, f64::from(ahead))
        })
        .collect())
}

/// Share of leads won within `ahead` days, over the snapshots of the past whose days ahead had been seen.
pub(crate) fn base_rate(past: &Leads, ahead: i32) -> f64 {
    let (mut seen, mut won) = (0_usize, 0_usize);
    for landmark in open_on(past, &seen_days(past, ahead)) {
        seen += 1;
        won += usize::from(won_within(&landmark, ahead));
    }
    won as f64 / seen.max(1) as f64
}

/// Snapshot days of the past whose days ahead had been seen.
fn seen_days(past: &Leads, ahead: i32) -> Vec<Day> {
    let mut days = landmarks::snapshots(past, past.as_of);
    days.retain(|&day| day + ahead <= past.as_of);
    days
}

/// Models of the past, and what they said.
pub(super) fn tested(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    options: EvaluateOptions,
) -> Result<Tested, ScoreError> {
    let mut why = "the file spans too few months".to_owned();
    for ahead in AHEAD {
        let mut tested = Tested {
            predictions: Vec::new(),
            origins: Vec::new(),
            days_ahead: Some(ahead),
            warnings: Vec::new(),
        };
        let mut skipped = Vec::new();
        let work = Work {
            leads,
            rules,
            screened,
            options,
            ahead,
        };
        for span in spans(leads, options.origins, ahead) {
            match work.origin(&span)? {
                Ok((origin, predictions)) => {
                    tested.origins.push(origin);
                    tested.predictions.extend(predictions);
                }
                Err(reason) => skipped.push(format!("{} ({reason})", span.origin)),
            }
        }
        let wins = tested.predictions.iter().filter(|one| one.won).count();
        if wins >= MIN_WINS {
            say_what_is_missing(&mut tested, leads, rules, options, &skipped);
            return Ok(tested);
        }
        why = if skipped.is_empty() && tested.origins.is_empty() {
            format!(
                "the leads have not been followed for {} days",
                2 * ahead + HISTORY
            )
        } else if tested.origins.is_empty() {
            format!("no model could be learnt as of {}", skipped.join(", "))
        } else if wins == 0 {
            format!(
                "none of the leads open then was won within {ahead} days, {MIN_WINS} are needed"
            )
        } else {
            format!(
                "only {wins} of the leads open then were won within {ahead} days, {MIN_WINS} are needed"
            )
        };
    }
    Err(ScoreError::Untestable(why))
}

fn say_what_is_missing(
    tested: &mut Tested,
    leads: &Leads,
    rules: Option<&Rules>,
    options: EvaluateOptions,
    skipped: &[String],
) {
    let mut warn = |code: &str, message: String| {
        tested.warnings.push(Warning {
            code: code.to_owned(),
            message,
            column: None,
        });
    };
    let found = tested.origins.len();
    if !skipped.is_empty() {
        let message = format!("No model could be learnt as of {}", skipped.join(", "));
        warn("origins-skipped", message);
    } else if found < options.origins {
        let message = format!(
            "History is long enough for {found} of the {} origins asked for",
            options.origins
        );
        warn("few-origins", message);
    }
    if tested.days_ahead == Some(AHEAD[1]) {
        let message = format!(
            "History is too short to follow leads for {} days: judged on {}",
            AHEAD[0], AHEAD[1]
        );
        warn("short-history", message);
    }
    let undated = rules.map_or_else(Vec::new, |rules| segment::undated_fields(rules, leads));
    if !undated.is_empty() {
        let fields: Vec<String> = undated.iter().map(|field| format!("`{field}`")).collect();
        let message = format!(
            "The rules are not judged: they read {}, and nothing tells when that was known",
            fields.join(", ")
        );
        warn("rules-undated", message);
    }
}

/// What every origin needs.
struct Work<'a> {
    leads: &'a Leads,
    rules: Option<&'a Rules>,
    screened: &'a Screened,
    options: EvaluateOptions,
    ahead: i32,
}

impl Work<'_> {
    /// Learns at one origin and judges; `Err(why)` where nothing could be learnt then.
    fn origin(&self, span: &Span) -> Result<Result<(Origin, Vec<Prediction>), String>, ScoreError> {
        let past = self.leads.as_of(span.origin);
        let choices = choose(&past, self.rules, self.screened, self.options.seed)?;
        let plan = Plan::chosen(&choices, self.options.seed);
        let fits = |plan| timed::fit(&past, self.rules, self.screened, plan);
        let (full, age_only) = match (fits(plan), fits(plan.age_only())) {
            (Ok(full), Ok(age_only)) => (full, age_only),
            (Err(ScoreError::TooFew { won, lost, .. }), _) => {
                return Ok(Err(format!("{won} won and {lost} lost by then")));
            }
            (Err(ScoreError::TooShort), _) => {
                return Ok(Err("too few leads had been followed for a week".to_owned()));
            }
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        let landmarks = open_on(self.leads, &span.days);
        let by = |parts| predict(self.leads, self.rules, parts, &landmarks, self.ahead);
        let (p, age) = (by(&full)?, by(&age_only)?);
        let segments = self.by_segments(&past, &landmarks)?;
        let odoo = self
            .options
            .odoo
            .then(|| self.by_odoo(&past, &full, &landmarks));
        let base = base_rate(&past, self.ahead);
        let predictions = landmarks
            .iter()
            .enumerate()
            .map(|(i, landmark)| Prediction {
                row: landmark.row,
                origin: Some(span.origin),
                day: Some(landmark.day),
                won: won_within(landmark, self.ahead),
                p: p[i],
                base_rate: base,
                age_alone: Some(age[i]),
                rules_alone: segments.as_ref().map(|rates| rates[i]),
                odoo: odoo.as_ref().map(|scores| scores[i]),
                recalibrated: None,
            });
        let won = past.outcome.iter().filter(|&&o| o == Outcome::Won).count();
        let origin = Origin {
            day: span.origin,
            until: span.days.last().copied().unwrap_or(span.origin),
            won,
            half_life: plan.half_life,
            segment: !full.segments.is_empty(),
        };
        Ok(Ok((origin, predictions.collect())))
    }

    /// The rate of each landmark's segment in the past, shrunken; none without rules that can be dated.
    fn by_segments(
        &self,
        past: &Leads,
        landmarks: &[Landmark],
    ) -> Result<Option<Vec<f64>>, ScoreError> {
        let dated = |rules: &&Rules| segment::undated_fields(rules, self.leads).is_empty();
        let Some(rules) = self.rules.filter(dated) else {
            return Ok(None);
        };
        let mut rates = SegmentRates::new(rules.rules.len());
        for day in seen_days(past, self.ahead) {
            let segments = segment::assign(rules, past, day)?;
            for landmark in open_on(past, &[day]) {
                let segment = segments.segment[landmark.row] as usize;
                rates.count(segment, won_within(&landmark, self.ahead));
            }
        }
        let shrunken = rates.shrunken();
        let mut p = Vec::with_capacity(landmarks.len());
        for of_day in landmarks.chunk_by(|a, b| a.day == b.day) {
            let segments = segment::assign(rules, self.leads, of_day[0].day)?;
            let rate = |lm: &Landmark| shrunken[segments.segment[lm.row] as usize];
            p.extend(of_day.iter().map(rate));
        }
        Ok(Some(p))
    }

    /// Odoo's probability of each landmark, learnt from the leads closed in the past.
    fn by_odoo(&self, past: &Leads, full: &Parts, landmarks: &[Landmark]) -> Vec<f64> {
        let cells = OdooLead::reader(self.leads, &full.recipe);
        let in_past = OdooLead::reader(past, &full.recipe);
        let closed = (0..past.len())
            .filter(|&row| past.outcome[row] != Outcome::Open)
            .map(|row| {
                let lead = in_past.lead(row, past.as_of);
                (lead, past.outcome[row] == Outcome::Won)
            });
        let odoo = Odoo::learn(closed, cells.stages());
        landmarks
            .iter()
            .map(|lm| odoo.score(&cells.lead(lm.row, lm.day)).unwrap_or(0.5))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i32) -> Day {
        Day::from_epoch_days(n)
    }

    fn leads(first: i32, as_of: i32) -> Leads {
        Leads {
            as_of: day(as_of),
            ids: vec!["L1".to_owned()],
            input_row: vec![0],
            outcome: vec![Outcome::Open],
            created: vec![Some(day(first))],
            closed: vec![None],
            contacted: vec![None],
            table: crate::domain::Table::with_rows(1),
            roles: std::collections::BTreeMap::new(),
            known: std::collections::BTreeMap::new(),
            stages: None,
            activities: None,
        }
    }

    #[test]
    fn snapshots_follow_one_another_and_each_has_been_followed() {
        for history in [150, 209, 210, 240, 300, 365, 540, 730, 2000] {
            let spans = spans(&leads(0, history), 4, 90);
            let days: Vec<Day> = spans.iter().flat_map(|span| span.days.clone()).collect();
            assert_eq!(days.is_empty(), history < 210, "{history}");
            assert!(days.windows(2).all(|pair| pair[1] - pair[0] == 30));
            for span in &spans {
                assert_eq!(span.days[0], span.origin);
                assert!(span.origin - day(0) >= 120, "{history}: {span:?}");
            }
            if let Some(&last) = days.last() {
                assert_eq!(last, day(history - 90));
            }
            assert!(spans.len() <= 4 && days.len() <= 12);
        }
        assert_eq!(spans(&leads(0, 730), 4, 90).len(), 4);
        assert_eq!(spans(&leads(0, 250), 4, 90).len(), 2);
    }
}
