//! The undated model: one regression on closed leads. It cannot tell when, nor what became of leads that are open.

use rand::SeedableRng;
use rand::seq::SliceRandom;

use crate::domain::{Leads, Outcome};
use crate::features::{Codes, Recipe, Sample, Screened, auc};
use crate::score::amount::AmountModel;
use crate::score::context::{Context, segment_names};
use crate::score::design::Design;
use crate::score::fit;
use crate::score::metrics;
use crate::score::model::Parts;
use crate::score::monotone::{self, Merges};
use crate::score::small;
use crate::score::solver::{SparseRows, sigmoid};
use crate::score::timed::{Use, all_codes, mean_rows};
use crate::score::{CrossValidation, ScoreError};
use crate::segment::{self, Rules};

/// Folds of the cross-validation.
const FOLDS: usize = 5;

/// The closed leads, in the order of the leads (by id, where there are no dates).
pub(crate) fn closed(leads: &Leads) -> Vec<usize> {
    (0..leads.len())
        .filter(|&row| leads.outcome[row] != Outcome::Open)
        .collect()
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
    let codes = all_codes(leads, &context);
    let (sparse, outcomes) = design_rows(leads, &design, &codes, rows);
    let problem = fit::problem(sparse, outcomes);
    let win = if won.min(lost) < small::ENOUGH {
        small::fit(&problem, &design)?
    } else {
        fit::fit(&problem, &design)?
    };
    let training = Codes {
        features: codes.features,
        codes: rows
            .iter()
            .flat_map(|&row| codes.row(row))
            .copied()
            .collect(),
    };
    let reference = mean_rows(&design, &vec![0; rows.len()], &training);
    let amount = AmountModel::learn(leads, &recipe, &codes);
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
        reference,
        amount,
    })
}

fn design_rows(
    leads: &Leads,
    design: &Design,
    codes: &Codes,
    rows: &[usize],
) -> (SparseRows, Vec<bool>) {
    let mut sparse = SparseRows::new(design.columns());
    let mut cells = Vec::new();
    for &row in rows {
        design.row(0, codes.row(row), 0, &mut cells);
        sparse.push(&cells, 1.0, row as u32);
    }
    (
        sparse,
        rows.iter()
            .map(|&row| leads.outcome[row] == Outcome::Won)
            .collect(),
    )
}

/// P(won, given closed) of leads under `parts`.
pub(crate) fn predict(
    leads: &Leads,
    rules: Option<&Rules>,
    parts: &Parts,
    rows: &[usize],
) -> Result<Vec<f64>, ScoreError> {
    let context = Context::new(&parts.recipe, leads, rules, [leads.as_of])?;
    let mut cells = Vec::new();
    Ok(rows
        .iter()
        .map(|&row| {
            let mut codes = Codes::default();
            context.push_on(&mut codes, row, leads.as_of);
            parts.design.row(0, &codes.codes, 0, &mut cells);
            sigmoid(parts.win.logistic.log_odds(&cells))
        })
        .collect())
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
