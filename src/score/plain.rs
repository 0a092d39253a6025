//! The undated model: one regression on closed leads. It cannot tell when, nor what became of leads that are open.

use linfa::traits::PredictInplace;
use rand::SeedableRng;
use rand::seq::SliceRandom;

use crate::domain::{Leads, Outcome, Role};
use crate::features::{Recipe, Sample, Screened, auc};
use crate::score::amount::AmountModel;
use crate::score::context::{Context, segment_names};
use crate::score::design::Design;
use crate::score::interval::Z80;
use crate::score::metrics;
use crate::score::model::Parts;
use crate::score::monotone::{self, Merges};
use crate::score::solver::{CodeRows, SolverError, sigmoid};
use crate::score::timed::{Use, all_codes};
use crate::score::undated::{self, Undated};
use crate::score::{CrossValidation, Reference, ScoreError};
use crate::segment::{self, Rules};

/// Folds of the cross-validation.
const FOLDS: usize = 5;

/// The closed leads, in the order of the leads (by id, where there are no dates).
pub(crate) fn closed(leads: &Leads) -> Vec<usize> {
    (0..leads.len())
        .filter(|&row| leads.outcome[row] != Outcome::Open)
        .collect()
}

/// A regression on closed leads and nothing else: no look for leaks, no test, no file.
///
/// [`crate::score::train`] is what a user wants; this is for timing the learning alone, and for studies with other tests.
#[derive(Debug)]
pub struct Plain(Parts);

impl Plain {
    /// Learns from the closed leads among `rows`: recipe, codes, penalties, coefficients and their covariance.
    ///
    /// # Errors
    /// See [`ScoreError`]: too few won or lost leads, a fit that does not converge.
    pub fn learn(leads: &Leads, rows: &[usize]) -> Result<Self, ScoreError> {
        let closed: Vec<usize> = (rows.iter().copied())
            .filter(|&row| leads.outcome[row] != Outcome::Open)
            .collect();
        fit(leads, None, &Screened::default(), &closed, Use::All).map(Self)
    }

    /// The fold of each closed lead in the cross-validation of `seed`: within each outcome the leads, in their order, are
    /// shuffled and dealt out. For comparing other packages on the same folds.
    pub fn folds(won: &[bool], seed: u64) -> Vec<usize> {
        folds(won, seed)
    }

    /// P(won, given closed) of leads, in the order of `rows`.
    ///
    /// # Errors
    /// If the leads lack a column that was learnt from.
    pub fn p_win(&self, leads: &Leads, rows: &[usize]) -> Result<Vec<f64>, ScoreError> {
        predict(leads, None, &self.0, rows)
    }

    /// The 80 % interval of each of these probabilities, low and high.
    ///
    /// # Errors
    /// If the leads lack a column that was learnt from.
    pub fn intervals(&self, leads: &Leads, rows: &[usize]) -> Result<Vec<[f64; 2]>, ScoreError> {
        let context = Context::new(&self.0.recipe, leads, None, [leads.as_of])?;
        let codes = context.codes(rows, leads.as_of);
        let (design, win) = (&self.0.design, &self.0.win);
        let mut cells = Vec::new();
        let interval = |i: usize| {
            design.row(0, codes.row(i), 0, &mut cells);
            let mut scaled = vec![0.0; win.size()];
            for &(column, value) in &cells {
                win.add_scaled(column as usize, f64::from(value), &mut scaled);
            }
            win.add_scaled(win.size() - 1, 1.0, &mut scaled);
            let error = scaled.iter().map(|v| v * v).sum::<f64>().sqrt();
            let eta = win.logistic.log_odds(&cells);
            [-Z80, Z80].map(|z| sigmoid(eta + z * error))
        };
        Ok((0..rows.len()).map(interval).collect())
    }
}

/// Learns from the closed leads `rows`.
pub(crate) fn fit(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    rows: &[usize],
    features: Use,
) -> Result<Parts, ScoreError> {
    monotone::fit(|merges| fit_merged(leads, rules, screened, rows, features, merges))
}

fn fit_merged(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    rows: &[usize],
    features: Use,
    merges: &Merges,
) -> Result<Parts, ScoreError> {
    let won = rows
        .iter()
        .filter(|&&row| leads.outcome[row] == Outcome::Won)
        .count();
    let lost = rows.len() - won;
    if won == 0 || lost == 0 {
        return Err(ScoreError::TooFew {
            won,
            lost,
            needed: 1,
        });
    }
    let segments = rules
        .filter(|rules| segment::undated_fields(rules, leads).is_empty())
        .map(|rules| segment_names(Some(rules)))
        .unwrap_or_default();
    let sample = Sample {
        leads,
        rows,
        won: won.min(lost),
        moments: &[],
        segments: (!segments.is_empty()).then_some(&segments),
    };
    let mut recipe = Recipe::learn(sample, screened);
    monotone::merge(&mut recipe, merges, leads, rows);
    if features == Use::AgeOnly {
        recipe = recipe.without_features();
    }
    let design = Design::undated(&recipe);
    let context =
        Context::new(&recipe, leads, rules, [leads.as_of])?.learning_from(&recipe, leads, rows);
    let outcomes = rows
        .iter()
        .map(|&row| leads.outcome[row] == Outcome::Won)
        .collect();
    let coded = coded(&context, &design, leads, rows)?;
    let Undated { fitted: win, mean } = undated::fit(coded, outcomes, &design)?;
    let amount = if leads.roles.contains_key(&Role::Amount) {
        AmountModel::learn(leads, &recipe, &all_codes(leads, &context))
    } else {
        None
    };
    let keeps_segment = recipe
        .features
        .iter()
        .any(|feature| feature.origin == crate::features::Origin::Segment);
    let segments = if keeps_segment { segments } else { Vec::new() };
    Ok(Parts {
        recipe,
        design,
        segments,
        win,
        lost: None,
        tail: None,
        reference: vec![mean],
        reference_leads: Reference {
            population: "closed".to_owned(),
            date: None,
            n: rows.len(),
        },
        amount,
    })
}

/// The rows of a design for leads of undated data.
fn coded(
    context: &Context<'_>,
    design: &Design,
    leads: &Leads,
    rows: &[usize],
) -> Result<CodeRows, ScoreError> {
    let codes = context.codes(rows, leads.as_of).codes;
    CodeRows::new(undated::levels(design), codes, rows.len())
        .ok_or(ScoreError::Solver(SolverError::Parameter))
}

/// P(won, given closed) of leads under `parts`.
pub(crate) fn predict(
    leads: &Leads,
    rules: Option<&Rules>,
    parts: &Parts,
    rows: &[usize],
) -> Result<Vec<f64>, ScoreError> {
    let context = Context::new(&parts.recipe, leads, rules, [leads.as_of])?;
    let coded = coded(&context, &parts.design, leads, rows)?;
    let mut p = ndarray::Array1::zeros(rows.len());
    parts.win.logistic.predict_inplace(&coded, &mut p);
    Ok(p.to_vec())
}

/// Stratified folds: within each outcome the leads, in their order, are shuffled by `seed` and dealt out.
pub(crate) fn folds(won: &[bool], seed: u64) -> Vec<usize> {
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
    let mut fold = vec![0; won.len()];
    for class in [true, false] {
        let mut members: Vec<usize> = (0..won.len()).filter(|&i| won[i] == class).collect();
        members.shuffle(&mut rng);
        for (place, &i) in members.iter().enumerate() {
            fold[i] = place % FOLDS;
        }
    }
    fold
}

/// Out-of-fold probabilities: recipe, penalties and coefficients of each fold are learnt without it.
pub(crate) fn cross_validate(
    leads: &Leads,
    rules: Option<&Rules>,
    screened: &Screened,
    rows: &[usize],
    seed: u64,
) -> Result<(CrossValidation, f64), ScoreError> {
    let won: Vec<bool> = rows
        .iter()
        .map(|&row| leads.outcome[row] == Outcome::Won)
        .collect();
    let fold = folds(&won, seed);
    let members = |wanted: usize, inside: bool| -> Vec<usize> {
        (0..rows.len())
            .filter(|&i| (fold[i] == wanted) == inside)
            .collect()
    };
    let one = |k: usize| -> Result<Vec<(usize, f64)>, ScoreError> {
        let (train, test) = (members(k, false), members(k, true));
        let train: Vec<usize> = train.into_iter().map(|i| rows[i]).collect();
        let parts = fit(leads, rules, screened, &train, Use::All)?;
        let p = predict(
            leads,
            rules,
            &parts,
            &test.iter().map(|&i| rows[i]).collect::<Vec<_>>(),
        )?;
        Ok(test.into_iter().zip(p).collect())
    };
    // Folds are dealt to two threads; where each one lands changes nothing in it.
    let results = std::thread::scope(|scope| {
        let odd = scope.spawn(|| {
            (0..FOLDS)
                .filter(|k| k % 2 == 1)
                .map(one)
                .collect::<Result<Vec<_>, _>>()
        });
        let even = (0..FOLDS)
            .filter(|k| k % 2 == 0)
            .map(one)
            .collect::<Result<Vec<_>, _>>()?;
        let odd = odd
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok::<_, ScoreError>(even.into_iter().chain(odd).flatten().collect::<Vec<_>>())
    })?;
    let mut p = vec![0.0; rows.len()];
    for (i, value) in results {
        p[i] = value;
    }
    let base = won.iter().filter(|&&won| won).count() as f64 / won.len() as f64;
    let gains: Vec<f64> = p
        .iter()
        .zip(&won)
        .map(|(&p, &won)| metrics::one_log_loss(base, won) - metrics::one_log_loss(p, won))
        .collect();
    let validation = CrossValidation {
        folds: FOLDS,
        n: rows.len(),
        auc: auc(&p, &won),
        log_loss: metrics::log_loss(&p, &won),
        brier: metrics::brier(&p, &won),
    };
    Ok((validation, crate::score::evaluate::z_of(&gains)))
}
