//! The regression of undated data on rows of codes: penalties chosen on a part of the rows, settled on all of them.

use linfa::DatasetBase;
use nalgebra::{DMatrix, DVector};

use crate::features::parallel;
use crate::score::design::{Design, Group};
use crate::score::fit::{self, Fitted};
use crate::score::small;
use crate::score::solver::{
    self, CodeProblem, CodeRows, DENSE_CELLS, Descent, Levels, Logistic, SolverError,
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
/// Columns that the effects of all other groups count for in the choice of a group's penalty.
const LIKE_OTHERS: f64 = 1.0;
/// Mean square of an effect of which nothing is known yet: it counts for one column among all.
const BELIEVABLE: f64 = 0.25;
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

/// Fits: penalties and curvature on the codes; the optimum itself by the solver that suits its size.
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
    let won = outcomes.iter().filter(|&&won| won).count();
    if won.min(outcomes.len() - won) < small::ENOUGH {
        let fitted = small::fit(&fit::problem(rows.to_sparse(), outcomes), design)?;
        return Ok(Undated { fitted, mean });
    }
    let problem = DatasetBase::new(rows, ndarray::Array1::from(outcomes));
    let mut penalties = Penalties::new(design);
    let mut descent = penalties.settled(&problem)?;
    let penalty = penalties.by_column();
    if problem.records().len() * problem.records().columns() <= DENSE_CELLS {
        let sparse = problem.records().to_sparse();
        let sparse = DatasetBase::new(sparse, problem.targets().clone());
        let optimum = solver::fit(&sparse, &penalty, Some(descent.here()))?;
        descent.go_to(optimum);
    } else {
        descent.minimise(&penalty, EXACT, MOST_STEPS)?;
    }
    // One row a lead: the curvature tells how sure the coefficients are, were the penalties known.
    let mut covariance = descent.inverse(&penalty).ok_or(SolverError::Parameter)?;
    penalties.widen(&mut covariance, descent.here());
    let mut logistic = descent.here().clone();
    fit::mean_for_unseen(&mean, design, &mut logistic);
    let fitted = fit::of(logistic, &covariance);
    Ok(Undated { fitted, mean })
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

    /// Chooses on a part of the rows where there are many, then on all of them.
    fn settled<'a>(&mut self, problem: &'a CodeProblem) -> Result<Descent<'a>, SolverError> {
        let Some(part) = part(problem) else {
            let mut descent = Descent::new(problem, None)?;
            self.settle(&mut descent, ROUNDS[0])?;
            return Ok(descent);
        };
        let mut first = Descent::new(&part, None)?;
        self.settle(&mut first, ROUNDS[0])?;
        let mut descent = Descent::new(problem, Some(first.here()))?;
        descent.borrow_hessian(&first);
        self.settle(&mut descent, ROUNDS[1])?;
        Ok(descent)
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

    /// `λ_g = (γ_g + ν) / (‖β_g‖² + ν s²)` with `γ_g = k_g - λ_g tr[(H⁻¹)_gg]`, the parameters that the data determine
    /// (`MacKay` 1992), and `s² = (Σ ‖β_g‖² + ¼) / (Σ γ_g + 1)`, the size of effects over all groups; whether one of
    /// them moved.
    ///
    /// Without ν a group of one or two columns is its own witness: an effect that happens to come out small is taken to
    /// be none, for certain. With it, it is taken to be like the others until it shows otherwise.
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
            gamma[group] += (1.0 - penalty[column] * inverse[(column, column)]).max(0.0);
            squares[group] += b * b;
        }
        let typical =
            (squares.iter().sum::<f64>() + BELIEVABLE) / (gamma.iter().sum::<f64>() + 1.0);
        let mut moved = false;
        for (g, group) in self.groups.iter().enumerate() {
            if group.learnt && self.of_column.contains(&g) {
                let chosen =
                    (gamma[g] + LIKE_OTHERS) / (squares[g] + LIKE_OTHERS * typical).max(1e-12);
                let chosen = chosen.clamp(0.1, 10_000.0);
                moved |= (chosen / self.lambda[g]).ln().abs() > MOVED;
                self.lambda[g] = chosen;
            }
        }
        moved
    }

    /// Adds what the choice of penalties leaves open: `Σ_g 2/(γ_g + ν) u uᵀ` with `u = H⁻¹ Λ_g β`, by how much the
    /// coefficients move with `ln λ_g`, whose variance is about `2/γ_g` (Kass and Steffey 1989).
    fn widen(&self, covariance: &mut DMatrix<f64>, logistic: &Logistic) {
        let inverse = covariance.clone();
        let penalty = self.by_column();
        for (g, group) in self.groups.iter().enumerate() {
            let columns: Vec<usize> = (0..penalty.len())
                .filter(|&column| self.of_column[column] == g)
                .collect();
            if !group.learnt || columns.is_empty() {
                continue;
            }
            let gamma: f64 = (columns.iter())
                .map(|&column| (1.0 - penalty[column] * inverse[(column, column)]).max(0.0))
                .sum();
            let mut moves = DVector::<f64>::zeros(inverse.nrows());
            for &column in &columns {
                let pull = penalty[column] * logistic.coefficients[column];
                moves.axpy(pull, &inverse.column(column), 1.0);
            }
            covariance.ger(2.0 / (gamma + LIKE_OTHERS), &moves, &moves, 1.0);
        }
    }
}
