//! What the past says of how to learn: how fast old leads should fade, and whether the segment belongs in the model.

use serde::{Deserialize, Serialize};

use crate::domain::Leads;
use crate::features::Screened;
use crate::score::evaluate::origins::{self, Span};
use crate::score::landmarks::Landmark;
use crate::score::model::Parts;
use crate::score::timed::{self, Plan};
use crate::score::{ScoreError, metrics};
use crate::segment::{self, Rules};

/// The half-life tried first, days. Where old leads mislead, forgetting half of them in a year helps already; where it does
/// not help, the others are spared.
const FIRST: f64 = 365.0;
/// The others: a quarter, half a year, two years.
const OTHERS: [f64; 3] = [91.0, 183.0, 730.0];
/// Origins, at most, and the fewest to choose by.
const ORIGINS: (usize, usize) = (4, 3);
/// Days ahead that are judged.
const AHEAD: i32 = 90;
/// The trials have one row in so many of those of a model that is used.
const THINNER: usize = 6;
/// Leads looked at, at most: of more, every second, third ... in their order is. They tell the same, and sooner.
const MOST_LEADS: usize = 30_000;
/// Standard errors, over leads and over origins, that a half-life must be better by.
const BETTER: f64 = 1.645;

/// A way to learn against the plain one, by forward log loss.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Half-life, days; none in the trial of the segment.
    pub half_life_days: Option<f64>,
    /// Log loss of the plain way - its own, nats, origin by origin, oldest first: above 0 it is better.
    pub gains: Vec<f64>,
    /// The mean over all snapshots.
    pub gain: f64,
    /// Its standard error, each lead counted once.
    pub standard_error: f64,
}

/// What was chosen, and by what figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choices {
    /// Origins that it was judged at; undated data: folds.
    pub origins: usize,
    /// Days after which a landmark counts half; none: all count alike.
    pub half_life_days: Option<f64>,
    /// The half-lives tried; empty where history is too short.
    pub half_lives: Vec<Trial>,
    /// Whether the segment is offered to the model: it made the log loss better in all origins but one, at least.
    pub segment: bool,
    /// The trial of the segment; none without rules that may be a feature, or where history is too short.
    pub segment_trial: Option<Trial>,
}

/// Tries each way at up to four earlier days, on leads open then and followed for 90 days since: nothing after
/// `leads.as_of` is looked at.
pub(crate) fn choose(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    seed: u64,
) -> Result<Choices, ScoreError> {
    let thinned = (leads.len() > MOST_LEADS).then(|| {
        let step = leads.len().div_ceil(MOST_LEADS);
        let rows: Vec<usize> = (0..leads.len()).step_by(step).collect();
        leads.take(&rows, leads.as_of)
    });
    let leads = thinned.as_ref().unwrap_or(leads);
    let spans = origins::spans(leads, ORIGINS.0, AHEAD);
    if spans.len() < ORIGINS.1 {
        return Ok(Choices::default());
    }
    let rules = rules.filter(|rules| segment::undated_fields(rules, leads).is_empty());
    let work = Work {
        leads,
        rules,
        screened,
        seed,
    };
    let found = work.everywhere(&spans, &[FIRST], true)?;
    if found.len() < ORIGINS.1 {
        return Ok(Choices::default());
    }
    let mut half_lives = vec![trial(&found, Some(FIRST), |losses| {
        losses.half_lives.first()
    })];
    if half_lives[0].gain > 0.0 {
        let more = work.everywhere(&spans, &OTHERS, false)?;
        for (i, days) in OTHERS.into_iter().enumerate() {
            half_lives.push(trial(&more, Some(days), |losses| losses.half_lives.get(i)));
        }
    }
    half_lives.sort_by(|a, b| f64::total_cmp(&days_of(a), &days_of(b)));
    let best = half_lives
        .iter()
        .filter(|trial| clearly_better(trial))
        .max_by(|a, b| a.gain.total_cmp(&b.gain));
    let segment_trial = found[0]
        .segment
        .is_some()
        .then(|| trial(&found, None, |losses| losses.segment.as_ref()));
    Ok(Choices {
        origins: found.len(),
        half_life_days: best.and_then(|trial| trial.half_life_days),
        segment: segment_trial
            .as_ref()
            .is_some_and(|trial| better_in_all_but_one(&trial.gains)),
        half_lives,
        segment_trial,
    })
}

fn days_of(trial: &Trial) -> f64 {
    trial.half_life_days.unwrap_or(f64::INFINITY)
}

/// Log losses of the tested snapshots at one origin: of the plain way, each half-life, and with the segment.
struct Losses {
    rows: Vec<usize>,
    plain: Vec<f64>,
    half_lives: Vec<Vec<f64>>,
    segment: Option<Vec<f64>>,
}

/// What every trial needs.
struct Work<'a> {
    leads: &'a Leads,
    rules: Option<&'a Rules>,
    screened: &'a Screened,
    seed: u64,
}

impl Work<'_> {
    /// The losses at every origin, two at a time; an origin with too little to learn from tells nothing.
    fn everywhere(
        &self,
        spans: &[Span],
        half_lives: &[f64],
        segment: bool,
    ) -> Result<Vec<Losses>, ScoreError> {
        let mut found = Vec::new();
        for pair in spans.chunks(2) {
            let results: Vec<_> = std::thread::scope(|scope| {
                let started: Vec<_> = pair
                    .iter()
                    .map(|span| scope.spawn(|| self.at(span, half_lives, segment)))
                    .collect();
                started
                    .into_iter()
                    .map(|thread| {
                        thread
                            .join()
                            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                    })
                    .collect()
            });
            for result in results {
                match result {
                    Ok(losses) => found.push(losses),
                    Err(ScoreError::TooFew { .. } | ScoreError::TooShort) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(found)
    }

    fn at(&self, span: &Span, half_lives: &[f64], segment: bool) -> Result<Losses, ScoreError> {
        let past = self.leads.as_of(span.origin);
        let plan = Plan {
            segment: false,
            horizon: Some(AHEAD),
            thinner: THINNER,
            ..Plan::all(self.seed)
        };
        let landmarks = origins::open_on(self.leads, &span.days);
        let loss = |parts: &Parts| -> Result<Vec<f64>, ScoreError> {
            let p = origins::predict(self.leads, self.rules, parts, &landmarks, AHEAD)?;
            let one = |(p, landmark): (&f64, &Landmark)| {
                metrics::one_log_loss(*p, origins::won_within(landmark, AHEAD))
            };
            Ok(p.iter().zip(&landmarks).map(one).collect())
        };
        let learn = |plan: Plan, half_lives: &[Option<f64>]| {
            timed::trials(&past, self.rules, self.screened, plan, half_lives)
        };
        let wanted: Vec<Option<f64>> = std::iter::once(None)
            .chain(half_lives.iter().copied().map(Some))
            .collect();
        let models = learn(plan, &wanted)?;
        let mut all = models.iter().map(loss).collect::<Result<Vec<_>, _>>()?;
        let plain = all.remove(0);
        let plan = Plan { segment, ..plan };
        let sorted = self.rules.filter(|_| segment);
        let segment = sorted
            .map(|_| loss(&learn(plan, &[None])?[0]))
            .transpose()?;
        Ok(Losses {
            rows: landmarks.iter().map(|landmark| landmark.row).collect(),
            plain,
            half_lives: all,
            segment,
        })
    }
}

fn trial(
    found: &[Losses],
    half_life_days: Option<f64>,
    of: impl Fn(&Losses) -> Option<&Vec<f64>>,
) -> Trial {
    let mut by_lead: std::collections::BTreeMap<usize, (f64, f64)> =
        std::collections::BTreeMap::new();
    let (mut gains, mut sum, mut n) = (Vec::new(), 0.0, 0.0);
    for losses in found {
        let Some(own) = of(losses) else { continue };
        let mut here = 0.0;
        for ((row, plain), own) in losses.rows.iter().zip(&losses.plain).zip(own) {
            let lead = by_lead.entry(*row).or_default();
            *lead = (lead.0 + plain - own, lead.1 + 1.0);
            here += plain - own;
        }
        gains.push(here / (own.len() as f64).max(1.0));
        sum += here;
        n += own.len() as f64;
    }
    let gain = sum / n.max(1.0);
    let squares: f64 = by_lead
        .values()
        .map(|(sum, count)| (sum - count * gain).powi(2))
        .sum();
    Trial {
        half_life_days,
        gains,
        gain,
        standard_error: squares.sqrt() / n.max(1.0),
    }
}

/// Better in most origins, by more than the noise of leads and by more than the origins differ among themselves.
fn clearly_better(trial: &Trial) -> bool {
    let k = trial.gains.len() as f64;
    let mean = trial.gains.iter().sum::<f64>() / k;
    let squares: f64 = trial.gains.iter().map(|gain| (gain - mean).powi(2)).sum();
    let among = (squares / (k - 1.0) / k).sqrt();
    better_in_all_but_one(&trial.gains)
        && trial.gain > BETTER * trial.standard_error
        && mean > BETTER * among
}

/// Better in at least 3 of 4 origins (4 of 5 folds).
pub(super) fn better_in_all_but_one(gains: &[f64]) -> bool {
    let better = gains.iter().filter(|&&gain| gain > 0.0).count();
    gains.len() >= ORIGINS.1 && better + 1 >= gains.len().max(4) && gains.iter().sum::<f64>() > 0.0
}
