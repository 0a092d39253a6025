//! Undated data: every closed lead predicted by a model that did not see it.

use crate::domain::{Leads, Outcome};
use crate::features::Screened;
use crate::score::baseline::{Odoo, OdooLead, SegmentRates};
use crate::score::evaluate::choose::better_in_all_but_one;
use crate::score::evaluate::tested::Tested;
use crate::score::evaluate::{EvaluateOptions, Prediction, Trial};
use crate::score::timed::Use;
use crate::score::{ScoreError, metrics, plain};
use crate::segment::{self, Rules, Segments};

/// Whether the segment makes out-of-fold log loss better, by fold; none without rules that may be a feature.
pub(crate) fn segment_trial(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    seed: u64,
) -> Result<Option<(Trial, bool)>, ScoreError> {
    let usable = |rules: &&Rules| segment::undated_fields(rules, leads).is_empty();
    let Some(rules) = rules.filter(usable) else {
        return Ok(None);
    };
    let options = EvaluateOptions {
        origins: 0,
        capacity: 0,
        odoo: false,
        seed,
    };
    let with = out_of_fold(leads, None, Some(rules), screened, options)?.predictions;
    let without = out_of_fold(leads, None, None, screened, options)?.predictions;
    let won: Vec<bool> = with.iter().map(|one| one.won).collect();
    let gain: Vec<f64> = with
        .iter()
        .zip(&without)
        .map(|(a, b)| metrics::one_log_loss(b.p, b.won) - metrics::one_log_loss(a.p, a.won))
        .collect();
    let fold = plain::folds(&won, seed);
    let folds = fold.iter().max().map_or(0, |&last| last + 1);
    let gains = (0..folds).map(|k| {
        let own = gain.iter().zip(&fold).filter(|(_, of)| **of == k);
        let (sum, n) = own.fold((0.0, 0.0), |(sum, n), (gain, _)| (sum + gain, n + 1.0));
        sum / f64::max(n, 1.0)
    });
    let gains: Vec<f64> = gains.collect();
    let n = gain.len().max(1) as f64;
    let mean = gain.iter().sum::<f64>() / n;
    let squares: f64 = gain.iter().map(|gain| (gain - mean).powi(2)).sum();
    let admitted = better_in_all_but_one(&gains);
    let trial = Trial {
        half_life_days: None,
        gains,
        gain: mean,
        standard_error: squares.sqrt() / n,
    };
    Ok(Some((trial, admitted)))
}

/// Out-of-fold predictions of all closed leads, with the segment in the model if training would have it there.
pub(super) fn tested(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    options: EvaluateOptions,
) -> Result<Tested, ScoreError> {
    let trial = segment_trial(leads, rules, screened, options.seed)?;
    let in_model = rules.filter(|_| trial.is_some_and(|(_, admitted)| admitted));
    out_of_fold(leads, rules, in_model, screened, options)
}

/// Out-of-fold predictions: of the segments of `rules`, and of models that have those of `in_model` as a feature.
fn out_of_fold(
    leads: &Leads,
    rules: Option<&Rules>,
    in_model: Option<&Rules>,
    screened: &Screened,
    options: EvaluateOptions,
) -> Result<Tested, ScoreError> {
    let rows = plain::closed(leads);
    let won: Vec<bool> = rows
        .iter()
        .map(|&row| leads.outcome[row] == Outcome::Won)
        .collect();
    let fold = plain::folds(&won, options.seed);
    let sorted = rules
        .filter(|rules| segment::undated_fields(rules, leads).is_empty())
        .map(|rules| segment::assign(rules, leads, leads.as_of))
        .transpose()?;
    let work = Work {
        leads,
        rules: in_model,
        screened,
        options,
        sorted,
    };
    let folds = fold.iter().max().map_or(0, |&last| last + 1);
    let of = |k: usize, inside: bool| -> Vec<usize> {
        let members = (0..rows.len()).filter(|&i| (fold[i] == k) == inside);
        members.map(|i| rows[i]).collect()
    };
    // Two folds at a time; which thread takes one changes nothing in it.
    let mut predictions = Vec::new();
    for pair in (0..folds).collect::<Vec<_>>().chunks(2) {
        let found: Vec<Result<Vec<Prediction>, ScoreError>> = std::thread::scope(|scope| {
            let started: Vec<_> = pair
                .iter()
                .map(|&k| (of(k, false), of(k, true)))
                .map(|(train, test)| {
                    let work = &work;
                    scope.spawn(move || work.fold(&train, &test))
                })
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
        for part in found {
            predictions.extend(part?);
        }
    }
    predictions.sort_by_key(|one| one.row);
    Ok(Tested {
        predictions,
        origins: Vec::new(),
        days_ahead: None,
        warnings: Vec::new(),
    })
}

struct Work<'a> {
    leads: &'a Leads,
    /// Rules whose segment is a feature.
    rules: Option<&'a Rules>,
    screened: &'a Screened,
    options: EvaluateOptions,
    sorted: Option<Segments>,
}

impl Work<'_> {
    fn fold(&self, train: &[usize], test: &[usize]) -> Result<Vec<Prediction>, ScoreError> {
        let won = |row: usize| self.leads.outcome[row] == Outcome::Won;
        let parts = plain::fit(self.leads, self.rules, self.screened, train, Use::All)?;
        let p = plain::predict(self.leads, self.rules, &parts, test)?;
        let base = train.iter().filter(|&&row| won(row)).count() as f64 / train.len().max(1) as f64;
        let rates = self.sorted.as_ref().map(|sorted| {
            let mut rates = SegmentRates::new(sorted.names.len());
            for &row in train {
                rates.count(sorted.segment[row] as usize, won(row));
            }
            (rates.shrunken(), sorted)
        });
        let cells = OdooLead::reader(self.leads, &parts.recipe);
        let lead = |row: usize| cells.lead(row, self.leads.as_of);
        let odoo = self.options.odoo.then(|| {
            let closed = train.iter().map(|&row| (lead(row), won(row)));
            Odoo::learn(closed, cells.stages())
        });
        let one = |(i, &row): (usize, &usize)| Prediction {
            row,
            origin: None,
            day: None,
            won: won(row),
            p: p[i],
            base_rate: base,
            age_alone: None,
            rules_alone: rates
                .as_ref()
                .map(|(rates, sorted)| rates[sorted.segment[row] as usize]),
            odoo: odoo
                .as_ref()
                .map(|odoo| odoo.score(&lead(row)).unwrap_or(base)),
            recalibrated: None,
        };
        Ok(test.iter().enumerate().map(one).collect())
    }
}
