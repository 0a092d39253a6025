//! Predictions and outcomes -> figures, with their uncertainty.

use crate::domain::Leads;
use crate::score::evaluate::interval::{self, BINS};
use crate::score::evaluate::tested::{Origin, Sample, Tested, owners};
use crate::score::evaluate::{
    BaselineRow, Bin, Difference, Estimate, EvaluateOptions, Evaluation, Figures, OriginRow,
    Prediction, groups, lift,
};
use crate::score::{ScoreError, Warning, metrics};
use crate::segment::Rules;

/// Fewest wins to judge by.
pub(super) const MIN_WINS: usize = 10;
/// Standard errors by which a log loss must be lower to be called better: one chance in twenty without any signal.
const BETTER: f64 = 1.645;

/// Everything that is said of predictions.
pub(super) fn judge(
    leads: &Leads,
    rules: Option<&Rules>,
    tested: Tested,
    options: EvaluateOptions,
) -> Result<Evaluation, ScoreError> {
    let Tested {
        predictions,
        origins,
        days_ahead,
        warnings,
    } = tested;
    let whole = Sample::of(&predictions, days_ahead, 0..predictions.len());
    let bin = interval::bins(&whole);
    let samples: Vec<Sample> = origins
        .iter()
        .map(|origin| {
            let here = |&i: &usize| predictions[i].origin == Some(origin.day);
            Sample::of(
                &predictions,
                days_ahead,
                (0..predictions.len()).filter(here),
            )
        })
        .collect();
    let dispersion = interval::dispersion(&samples);
    let by_origin = origins
        .iter()
        .zip(&samples)
        .map(|(origin, sample)| origin_row(sample, origin, options.seed))
        .collect();
    let baselines = baselines(&predictions, days_ahead);
    let beats = |name: &str| {
        let row = baselines.iter().find(|row| row.name == name);
        row.is_some_and(|row| row.model_gain.gain > BETTER * row.model_gain.standard_error)
    };
    let better_than_base_rate = beats("base_rate");
    let columns_help = if leads.dated() {
        beats("age_alone")
    } else {
        better_than_base_rate
    };
    let owners = owners(leads, predictions.iter().map(|one| one.row));
    let mut evaluation = Evaluation {
        model: if leads.dated() { "dated" } else { "undated" }.to_owned(),
        as_of: leads.as_of,
        target: days_ahead.map_or_else(|| "won_when_closed".to_owned(), |d| format!("won_{d}d")),
        days_ahead,
        origins: by_origin,
        pooled: figures(&whole, &bin, dispersion, options.seed),
        reliability: reliability(&whole, &bin),
        owners,
        lift: lift::lift(&predictions, owners, options.capacity, days_ahead),
        segments: groups::by_segment(leads, rules, &predictions, days_ahead)?,
        sources: groups::by_source(leads, &predictions, days_ahead),
        baselines,
        better_than_base_rate,
        columns_help,
        warnings,
        predictions,
    };
    warn(&mut evaluation);
    Ok(evaluation)
}

fn origin_row(sample: &Sample, origin: &Origin, seed: u64) -> OriginRow {
    let bin = interval::bins(sample);
    OriginRow {
        origin: origin.day,
        until: origin.until,
        learnt_from_won: origin.won,
        half_life_days: origin.half_life,
        segment_used: origin.segment,
        figures: figures(sample, &bin, 1.0, seed),
    }
}

fn figures(sample: &Sample, bin: &[usize], dispersion: f64, seed: u64) -> Figures {
    let n = sample.len().max(1) as f64;
    let intervals = interval::bootstrap(sample, seed);
    let (ece, ece_null) = interval::calibration_error(sample, bin, seed);
    Figures {
        n: sample.len(),
        leads: sample.leads,
        won: sample.wins(),
        base_rate: sample.wins() as f64 / n,
        predicted: sample.p.iter().sum::<f64>() / n,
        auc: intervals.auc,
        log_loss: intervals.log_loss,
        brier: intervals.brier,
        slope: intervals.slope,
        observed_over_expected: interval::observed_over_expected(sample, dispersion).unwrap_or(
            Estimate {
                value: f64::NAN,
                low: f64::NAN,
                high: f64::NAN,
            },
        ),
        ece,
        ece_null,
    }
}

fn reliability(sample: &Sample, bin: &[usize]) -> Vec<Bin> {
    (0..BINS)
        .filter_map(|wanted| {
            let members: Vec<usize> = (0..sample.len()).filter(|&i| bin[i] == wanted).collect();
            let n = members.len();
            let ps = || members.iter().map(|&i| sample.p[i]);
            let won = members.iter().filter(|&&i| sample.won[i]).count();
            let mut stretches: Vec<usize> = members.iter().map(|&i| sample.stretch[i]).collect();
            stretches.sort_unstable();
            stretches.dedup();
            (n > 0).then(|| Bin {
                n,
                won,
                from: ps().fold(1.0, f64::min),
                to: ps().fold(0.0, f64::max),
                predicted: ps().sum::<f64>() / n as f64,
                observed: interval::wilson(won as f64 / n as f64, stretches.len() as f64),
            })
        })
        .collect()
}

type Baseline = (&'static str, fn(&Prediction) -> Option<f64>);

fn baselines(predictions: &[Prediction], days_ahead: Option<i32>) -> Vec<BaselineRow> {
    const ALL: [Baseline; 5] = [
        ("base_rate", |one| Some(one.base_rate)),
        ("age_alone", |one| one.age_alone),
        ("rules_alone", |one| one.rules_alone),
        ("odoo", |one| one.odoo),
        ("recalibrated", |one| one.recalibrated),
    ];
    let model = Sample::of(predictions, days_ahead, 0..predictions.len());
    ALL.into_iter()
        .filter(|(_, of)| !predictions.is_empty() && predictions.iter().all(|p| of(p).is_some()))
        .map(|(name, of)| {
            let p: Vec<f64> = predictions.iter().filter_map(of).collect();
            BaselineRow {
                name: name.to_owned(),
                auc: metrics::auc(&p, &model.won),
                log_loss: metrics::log_loss(&p, &model.won),
                brier: metrics::brier(&p, &model.won),
                observed_over_expected: metrics::observed_over_expected(&p, &model.won),
                model_gain: difference(&model, &p),
            }
        })
        .collect()
}

/// Mean difference in log loss; its standard error is that of a sum over leads.
fn difference(model: &Sample, other: &[f64]) -> Difference {
    let gain = |i: usize| {
        metrics::one_log_loss(other[i], model.won[i])
            - metrics::one_log_loss(model.p[i], model.won[i])
    };
    let n = model.len().max(1) as f64;
    let mean = (0..model.len()).map(gain).sum::<f64>() / n;
    let by_lead = model.by_lead(|i| gain(i) - mean);
    let squares: f64 = by_lead.iter().map(|sum| sum * sum).sum();
    Difference {
        gain: mean,
        standard_error: squares.sqrt() / n,
    }
}

/// Whether age alone is better than the model, beyond chance.
fn beaten_by_age(evaluation: &Evaluation) -> bool {
    evaluation
        .baselines
        .iter()
        .filter(|row| row.name == "age_alone")
        .any(|row| row.model_gain.gain < -BETTER * row.model_gain.standard_error)
}

/// What a reader must not miss: no signal, a level that was off, probabilities that are too sure.
fn warn(evaluation: &mut Evaluation) {
    let mut found = Vec::new();
    if !evaluation.better_than_base_rate {
        found.push(("no-signal", "No better than the base rate: the scores do not tell leads apart on outcomes that they had not seen".to_owned()));
    } else if !evaluation.columns_help {
        let worse = beaten_by_age(evaluation);
        let how = if worse { "worse" } else { "no better" };
        let message = format!(
            "What is known of a lead adds nothing beyond its age: on outcomes that it had not seen, the model is {how} than \
             age alone{}",
            if worse {
                "; `forerun train` leaves the columns out where it finds that"
            } else {
                ""
            }
        );
        found.push(("no-signal", message));
    }
    let pooled = &evaluation.pooled;
    let ratio = pooled.observed_over_expected;
    if (ratio.low > 1.0 || ratio.high < 1.0) && (ratio.value.ln().abs() > 0.1) {
        let which = if ratio.value > 1.0 { "low" } else { "high" };
        found.push((
            "level-off",
            format!(
                "The level was too {which}: {:.2} wins came for each one predicted (80 % interval {:.2}-{:.2}). Trust the \
                 order of the scores more than their level",
                ratio.value, ratio.low, ratio.high
            ),
        ));
    }
    if let Some(slope) = pooled.slope.filter(|slope| slope.high < 0.9) {
        found.push((
            "too-extreme",
            format!(
                "The probabilities are too extreme (calibration slope {:.2}): high ones come true less often than they \
                 say, low ones more often",
                slope.value
            ),
        ));
    }
    if pooled.ece > pooled.ece_null {
        found.push((
            "miscalibrated",
            format!(
                "The probabilities are off by {:.4} on average, more than the {:.4} that chance explains in 95 of 100 \
                 cases: look at the reliability table",
                pooled.ece, pooled.ece_null
            ),
        ));
    }
    let new = found.into_iter().map(|(code, message)| Warning {
        code: code.to_owned(),
        message,
        column: None,
    });
    evaluation.warnings.extend(new);
}
