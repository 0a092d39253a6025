//! Learning: screen the columns, fit, look how it would have done, and say so.

use crate::domain::{Leads, Outcome};
use crate::features::{LeftOut, Screened, screen};
use crate::score::evaluate::{self, Record};
use crate::score::landmarks;
use crate::score::model::{Model, Parts};
use crate::score::population::Population;
use crate::score::timed::{self, Plan, Use};
use crate::score::{Choices, Forward, ScoreError, TrainReport, Warning, plain, small};
use crate::segment::{self, Rules};

/// Standard errors by which features must beat what is known without them to be called better.
const BETTER: f64 = 1.645;

/// Learns a model from the leads as of `leads.as_of`. `seed` draws the folds and samples.
///
/// Dated data gets the timed model and a forward test; undated data the plain one and a cross-validation.
///
/// # Errors
/// See [`ScoreError`]: too few won or lost leads, too little time seen, a fit that does not converge.
pub fn train(
    leads: &Leads,
    rules: Option<&Rules>,
    seed: u64,
) -> Result<(Model, TrainReport), ScoreError> {
    let screened = screen(leads);
    let mut report = if leads.dated() {
        dated_report(leads)
    } else {
        undated_report(leads)
    };
    let parts = if leads.dated() {
        train_dated(leads, rules, &screened, seed, &mut report)?
    } else {
        train_undated(leads, rules, &screened, seed, &mut report)?
    };
    warn_of_columns(&mut report, &screened, &parts.recipe.left_out);
    if let Some(rules) = rules {
        warn_of_segment(&mut report, rules, leads);
    }
    report.reference = Some(parts.reference_leads.clone());
    let population = Population::of_training(&parts.recipe, leads, rules)?;
    let model = Model::new(parts, leads, rules, seed, report.clone(), population);
    Ok((model, report))
}

fn train_dated(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    seed: u64,
    report: &mut TrainReport,
) -> Result<Parts, ScoreError> {
    let choices = evaluate::choose(leads, rules, screened, seed)?;
    let plan = Plan::chosen(&choices, seed);
    report.choices = Some(choices);
    let (parts, record) = std::thread::scope(|scope| {
        let tested = scope.spawn(|| evaluate::forward(leads, rules, screened, plan));
        let parts = timed::fit(leads, rules, screened, plan);
        let tested = tested
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (parts, tested)
    });
    let mut parts = parts?;
    report.horizon_days = parts.design.edges.last().copied();
    match record? {
        Ok(Record {
            forward,
            base_z,
            gain_z,
        }) => {
            report.better_than_base_rate = base_z > BETTER;
            report.columns_help = gain_z > BETTER;
            say_signal(
                report,
                Some(&forward),
                "what is known of a lead tells no more than its age does",
                gain_z,
            );
            report.forward = Some(forward);
            if gain_z < 0.0 {
                parts = timed::fit(leads, rules, screened, plan.age_only())?;
            }
        }
        Err(why) => untested(report, &why),
    }
    let timed = |row: &usize| landmarks::timed(leads, *row) && leads.outcome[*row] == Outcome::Lost;
    let lost = (0..leads.len()).filter(timed).count();
    warn_of_few(report, lost);
    Ok(parts)
}

fn train_undated(
    leads: &Leads,
    mut rules: Option<&Rules>,
    screened: &Screened,
    seed: u64,
    report: &mut TrainReport,
) -> Result<Parts, ScoreError> {
    let rows = plain::closed(leads);
    let mut features = Use::All;
    let lost = rows.len() - report.won;
    if report.won.min(lost) < small::ENOUGH {
        let why = format!(
            "with {} won and {lost} lost leads no part can be held back",
            report.won
        );
        untested(report, &why);
    } else {
        let trial = evaluate::segment_trial(leads, rules, screened, seed)?;
        // Without its rules a fit has no segment.
        rules = rules.filter(|_| trial.as_ref().is_some_and(|(_, admitted)| *admitted));
        report.choices = trial.map(|(trial, segment)| Choices {
            origins: trial.gains.len(),
            segment,
            segment_trial: Some(trial),
            ..Choices::default()
        });
        let (validation, gain_z) = plain::cross_validate(leads, rules, screened, &rows, seed)?;
        report.cross_validation = Some(validation);
        report.better_than_base_rate = gain_z > BETTER;
        report.columns_help = gain_z > BETTER;
        if gain_z < 0.0 {
            features = Use::AgeOnly;
        }
        say_signal(
            report,
            None,
            "what is known of a lead tells nothing that the share of wins does not",
            gain_z,
        );
    }
    warn_of_few(report, lost);
    let message = "Without `created` and `closed` there is no timing: p_win is the chance that a lead is won once it is \
                   closed, not by when; leads that are still open are not learnt from; there is no forecast and no source \
                   maturity";
    warn(report, "undated", message.to_owned(), None);
    plain::fit(leads, rules, screened, &rows, features)
}

fn untested(report: &mut TrainReport, why: &str) {
    let test = if report.model == "dated" {
        "forward test"
    } else {
        "test"
    };
    let message = format!("No {test}: {why}. Take the scores as untested");
    warn(report, "no-forward-test", message, None);
}

/// Warns where so few leads were won, or lost, that rates are drawn towards what is believable.
fn warn_of_few(report: &mut TrainReport, lost: usize) {
    let won = report.won;
    if won < small::ENOUGH {
        let by = if report.model == "dated" {
            "age and source"
        } else {
            "source"
        };
        let plural = if won == 1 { "" } else { "s" };
        let message = format!(
            "{won} win{plural} to learn from: the score is the rate of wins by {by}, drawn towards that of all, and its intervals \
             are as wide as so few wins make them. Use it for the order of calls more than for its level; from {} wins on the \
             data itself says how far sources differ, from 50 on other columns are used",
            small::ENOUGH
        );
        warn(report, "very-few-wins", message, None);
    }
    if lost < small::ENOUGH {
        let message = format!(
            "{lost} lost leads: how soon leads are lost is assumed more than learnt. If nobody marks leads as lost, \
             `lost_after = \"180d\"` under [leads] lets open ones count as lost at that age"
        );
        warn(report, "few-losses", message, None);
    }
}

/// Warns of columns that carry no signal, and of a model that was far off in its test.
fn say_signal(report: &mut TrainReport, forward: Option<&Forward>, what: &str, gain_z: f64) {
    if gain_z <= BETTER {
        let of = if forward.is_some() && report.better_than_base_rate {
            " of its age"
        } else {
            ""
        };
        let then = if gain_z < 0.0 {
            ", so it is left out of the score"
        } else {
            ""
        };
        let message = format!(
            "No better than the base rate{of}: tested on outcomes that it had not seen, {what}{then}"
        );
        warn(report, "no-signal", message, None);
    }
    let Some(forward) = forward else { return };
    let (won, ratio) = (
        forward.base_rate * forward.n as f64,
        forward.observed_over_expected,
    );
    // Leads are counted up to three times, so chance is wider than that of as many wins.
    let chance = (3.0 / won.max(1.0)).sqrt();
    if (ratio.ln()).abs() > (2.0 * chance).max(0.25) {
        let message = format!(
            "The level was off when it was tested: {ratio:.2} wins came for each one predicted ({} of {} lead snapshots from \
             {} to {} were won within 90 days). Something has changed, or closings are recorded otherwise than before: \
             trust the order of the scores more than their level, and the forecast less than its interval says",
            won.round(),
            forward.n,
            forward.from,
            forward.to
        );
        warn(report, "level-off", message, None);
    }
}

fn dated_report(leads: &Leads) -> TrainReport {
    let timed = |row: &usize| landmarks::timed(leads, *row);
    let rows = (0..leads.len()).filter(timed).count();
    let won = (0..leads.len())
        .filter(timed)
        .filter(|&row| leads.outcome[row] == Outcome::Won)
        .count();
    let mut report = empty_report("dated", rows, won);
    if leads.len() > rows {
        let message = format!(
            "{} leads lack `created`, or are closed without `closed`: they are not learnt from, as nothing tells when \
             they were open",
            leads.len() - rows
        );
        warn(&mut report, "untimed-leads", message, None);
    }
    report
}

fn undated_report(leads: &Leads) -> TrainReport {
    let rows = plain::closed(leads);
    let won = rows
        .iter()
        .filter(|&&row| leads.outcome[row] == Outcome::Won)
        .count();
    empty_report("undated", rows.len(), won)
}

fn empty_report(model: &str, rows: usize, won: usize) -> TrainReport {
    TrainReport {
        model: model.to_owned(),
        rows,
        won,
        ..TrainReport::empty()
    }
}

fn warn(report: &mut TrainReport, code: &str, message: String, column: Option<String>) {
    report.warnings.push(Warning {
        code: code.to_owned(),
        message,
        column,
    });
}

fn warn_of_columns(report: &mut TrainReport, screened: &Screened, left_out: &[LeftOut]) {
    let (few, others): (Vec<&LeftOut>, Vec<&LeftOut>) = screened
        .suspects
        .iter()
        .chain(left_out)
        .partition(|out| out.code == "few-wins");
    for out in others {
        warn(
            report,
            &out.code,
            format!("`{}` {}", out.column, out.message),
            Some(out.column.clone()),
        );
    }
    if !few.is_empty() {
        let columns: Vec<String> = few.iter().map(|out| format!("`{}`", out.column)).collect();
        let message = format!(
            "with {} wins to learn from, just the source is used; {} could not be told from chance yet (50 wins are \
             enough to begin with)",
            report.won,
            columns.join(", ")
        );
        warn(report, "few-wins", message, None);
    }
}

fn warn_of_segment(report: &mut TrainReport, rules: &Rules, leads: &Leads) {
    let undated = segment::undated_fields(rules, leads);
    if !undated.is_empty() {
        let message = format!(
            "the segment is shown but is no feature: the rules read {}, and nothing tells when that was known",
            undated
                .iter()
                .map(|field| format!("`{field}`"))
                .collect::<Vec<_>>()
                .join(", ")
        );
        warn(report, "segment-undated", message, None);
    }
}
