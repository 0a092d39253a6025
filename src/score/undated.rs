//! The regression of undated data on rows of codes: penalties chosen on a part of the rows, settled on all of them.

use linfa::DatasetBase;

use crate::features::parallel;
use crate::score::design::{Design, Group};
use crate::score::fit::{self, Fitted};
use crate::score::solver::{
    self, CodeProblem, CodeRows, DENSE_CELLS, Descent, Levels, SolverError,
};

/// Rows of the part on which penalties are first chosen.
const PART: usize = 40_000;
/// Fewest leads of either outcome in that part: rare wins need more rows.
const PART_EACH: usize = 2_000;
/// Rounds of choosing penalties on the part, and on all rows.
const ROUNDS: [usize; 2] = [3, 1];
/// Gradient per row of a fit that is near enough to choose penalties by, and of the last one.
const ROUGH: f64 = 1e-5;
const EXACT: f64 = 1e-9;
/// Most steps of a fit.
const MOST_STEPS: u64 = 100;
/// Change of a penalty, in its logarithm, that is worth another fit.
const MOVED: f64 = 0.1;

/// The levels of each feature of an undated design.
pub(super) fn levels(design: &Design) -> Vec<Levels> {
    (design.level_columns().into_iter())
        .map(|(_, columns, reference)| Levels {
            levels: columns.len() as u16 + 1,
            reference,
        })
        .collect()
}

/// A regression, and the mean row of what it was learnt from.
#[derive(Debug)]
pub(super) struct Undated {
    pub(super) fitted: Fitted,
    pub(super) mean: Vec<f64>,
}

/// Fits: small problems as all others are, large ones on the codes themselves.
///
/// # Errors
/// See [`SolverError`].
pub(super) fn fit(
    rows: CodeRows,
    outcomes: Vec<bool>,
    design: &Design,
) -> Result<Undated, SolverError> {
    let n = rows.len().max(1) as f64;
    let mean: Vec<f64> = solver::mass(&rows).iter().map(|mass| mass / n).collect();
    let fitted = if rows.len() * rows.columns() <= DENSE_CELLS {
        fit::fit(&fit::problem(rows.to_sparse(), outcomes), design)?
    } else {
        let problem = DatasetBase::new(rows, ndarray::Array1::from(outcomes));
        fit_codes(&problem, design, &mean)?
    };
    Ok(Undated { fitted, mean })
}

fn fit_codes(problem: &CodeProblem, design: &Design, mean: &[f64]) -> Result<Fitted, SolverError> {
    let mut penalties = Penalties::new(design);
    let part = part(problem);
    let mut all;
    if let Some(part) = &part {
        let mut descent = Descent::new(part, None)?;
        penalties.settle(&mut descent, ROUNDS[0])?;
        all = Descent::new(problem, Some(descent.here()))?;
        all.borrow_hessian(&descent);
        penalties.settle(&mut all, ROUNDS[1])?;
    } else {
        all = Descent::new(problem, None)?;
        penalties.settle(&mut all, ROUNDS[0])?;
    }
    let penalty = penalties.by_column();
    all.minimise(&penalty, EXACT, MOST_STEPS)?;
    // One row a lead: the curvature alone tells how sure the coefficients are (METHOD A4).
    let covariance = all.inverse(&penalty).ok_or(SolverError::Parameter)?;
    let mut logistic = all.here().clone();
    fit::mean_for_unseen(mean, design, &mut logistic);
    Ok(Fitted::new(logistic, &covariance))
}

/// Every so-manieth row, where there are many more than are needed to come near.
fn part(problem: &CodeProblem) -> Option<CodeProblem> {
    let (rows, outcomes) = (problem.records(), problem.targets());
    let won = outcomes.iter().filter(|&&won| won).count();
    let rarer = won.min(rows.len() - won).max(1);
    let step = (rows.len() / PART).min(rarer / PART_EACH);
    (step >= 3).then(|| {
        let taken: Vec<usize> = parallel::spread_by(rows.len(), step).collect();
        let outcomes = taken.iter().map(|&row| outcomes[row]).collect();
        DatasetBase::new(rows.take(&taken), outcomes)
    })
}

/// One penalty for each group of columns, chosen by evidence where the data may choose.
struct Penalties {
    of_column: Vec<usize>,
    groups: Vec<Group>,
    lambda: Vec<f64>,
}

impl Penalties {
    fn new(design: &Design) -> Self {
        let (of_column, groups) = design.groups();
        Self {
            of_column,
            lambda: groups.iter().map(|group| group.penalty).collect(),
            groups,
        }
    }

    fn by_column(&self) -> Vec<f64> {
        self.of_column
            .iter()
            .map(|&group| self.lambda[group])
            .collect()
    }

    /// Fits and chooses in turn, until the choice stands.
    fn settle(&mut self, descent: &mut Descent<'_>, rounds: usize) -> Result<(), SolverError> {
        descent.minimise(&self.by_column(), ROUGH, MOST_STEPS)?;
        for _ in 0..rounds {
            if !self.choose(descent) {
                break;
            }
            descent.minimise(&self.by_column(), ROUGH, MOST_STEPS)?;
        }
        Ok(())
    }

    /// `λ_g = γ_g / ‖β_g‖²` with `γ_g = k_g - λ_g tr[(H⁻¹)_gg]` (`MacKay` 1992); whether one of them moved.
    fn choose(&mut self, descent: &mut Descent<'_>) -> bool {
        let penalty = self.by_column();
        let Some(inverse) = descent.inverse(&penalty) else {
            return false;
        };
        let size = self.groups.len();
        let (mut gamma, mut squares) = (vec![0.0_f64; size], vec![0.0_f64; size]);
        for (column, (&group, b)) in
            (self.of_column.iter().zip(&descent.here().coefficients)).enumerate()
        {
            gamma[group] += 1.0 - penalty[column] * inverse[(column, column)];
            squares[group] += b * b;
        }
        let mut moved = false;
        for (g, group) in self.groups.iter().enumerate() {
            if group.learnt && self.of_column.contains(&g) {
                let chosen = (gamma[g].max(0.0) / squares[g].max(1e-12)).clamp(0.1, 10_000.0);
                moved |= (chosen / self.lambda[g]).ln().abs() > MOVED;
                self.lambda[g] = chosen;
            }
        }
        moved
    }
}
