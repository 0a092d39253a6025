//! Leads through a model: probabilities with intervals, amounts, reasons.

use crate::domain::{Leads, Outcome, Probability, Role};
use crate::features::{Code, Codes, Feature};
use crate::score::context::Context;
use crate::score::design::Part;
use crate::score::fit::Fitted;
use crate::score::hazard::Etas;
use crate::score::interval::{Z80, beta_interval};
use crate::score::landmarks;
use crate::score::row_scorer::{RowScore, UndatedScorer};
use crate::score::solver::sigmoid;
use crate::score::timed::Ahead;
use crate::score::timing::curve;
use crate::score::wins;
use crate::score::{LeadScore, Model, Reason, ReasonKind, ScoreError, Scores, Warning};
use crate::segment::Rules;

/// How unsure it is how two effects act together, per unit of both: no model has all the ways in which features and age
/// meet. Without it the intervals of simulated companies, whose features act together in three hidden ways, hold too few
/// of the true probabilities; `docs/accuracy.md` has the figures with it.
const TOGETHER: f64 = 0.2;

/// Scores leads as of `leads.as_of`: the open ones, or every one with `all`. Closed ones get no probability from a dated
/// model; an undated one says what it says of such a lead.
///
/// # Errors
/// A model that does not fit the leads is refused, with a list of what differs.
pub fn score(
    model: &Model,
    leads: &Leads,
    rules: Option<&Rules>,
    all: bool,
) -> Result<Scores, ScoreError> {
    let scorer = Scorer::new(model, leads, rules)?;
    let wanted: Vec<usize> = (0..leads.len())
        .filter(|&row| all || leads.outcome[row] == Outcome::Open)
        .collect();
    let mut scores = scorer.scores(&wanted, Detail::Whole);
    scores.expected_wins = model
        .ahead()
        .map(|ahead| wins::expected(&ahead, &scorer.context, leads))
        .unwrap_or_default();
    Ok(scores)
}

/// How much of a score is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// Probabilities and amounts alone.
    Chances,
    /// Intervals and reasons too, which take most of the time.
    Whole,
}

/// A model held against leads as of `leads.as_of`, for those who need reasons of a few leads only.
pub struct Scorer<'a> {
    model: &'a Model,
    leads: &'a Leads,
    context: Context<'a>,
    /// For undated data.
    undated: Option<UndatedScorer<'a>>,
    parts: Vec<Part>,
    /// Log-odds of the reference population, and by step what each part adds to it.
    reference: Etas,
    reference_parts: [Vec<Vec<f64>>; 2],
}

/// Position of a part among the contributions: the features, then age, then step.
fn place(part: Part, features: usize) -> usize {
    match part {
        Part::Feature(j) => j,
        Part::Age => features,
        Part::Step => features + 1,
    }
}

impl<'a> Scorer<'a> {
    /// Holds a model against leads.
    ///
    /// # Errors
    /// A model that does not fit the leads is refused, with a list of what differs.
    pub fn new(
        model: &'a Model,
        leads: &'a Leads,
        rules: Option<&Rules>,
    ) -> Result<Self, ScoreError> {
        let misfits = model.misfits(leads, rules);
        if !misfits.is_empty() {
            return Err(ScoreError::Unfit(misfits));
        }
        let context = Context::new(&model.recipe, leads, rules, [leads.as_of])?;
        let parts = model.design.parts();
        let mut reference = Etas::default();
        let mut reference_parts = [Vec::new(), Vec::new()];
        for mean in &model.reference {
            let cells: Vec<(u32, f64)> = mean
                .iter()
                .enumerate()
                .map(|(c, &x)| (c as u32, x))
                .collect();
            for (side, fitted) in [Some(&model.win), model.lost.as_ref()]
                .into_iter()
                .enumerate()
            {
                let Some(fitted) = fitted else { continue };
                let by_part = by_part(
                    &parts,
                    model.recipe.features.len(),
                    &cells,
                    &fitted.logistic.coefficients,
                );
                let eta = fitted.logistic.intercept + by_part.iter().sum::<f64>();
                (if side == 0 {
                    &mut reference.win
                } else {
                    &mut reference.lost
                })
                .push(eta);
                reference_parts[side].push(by_part);
            }
        }
        Ok(Self {
            model,
            leads,
            context,
            undated: UndatedScorer::of(model),
            parts,
            reference,
            reference_parts,
        })
    }

    /// The open leads: all of [`score`] but how many of them together will be won, or, where not `whole` and the model is
    /// dated, only probabilities and amounts, without intervals and reasons.
    pub fn open(&self, whole: bool) -> Scores {
        let detail = if whole {
            Detail::Whole
        } else {
            Detail::Chances
        };
        let open: Vec<usize> = (0..self.leads.len())
            .filter(|&row| self.leads.outcome[row] == Outcome::Open)
            .collect();
        self.scores(&open, detail)
    }

    /// The whole scores of the leads of these rows, in that order.
    pub fn whole(&self, rows: &[usize]) -> Vec<LeadScore> {
        self.all_of(rows, Detail::Whole)
    }

    fn scores(&self, wanted: &[usize], detail: Detail) -> Scores {
        let (model, leads) = (self.model, self.leads);
        let ageless = wanted
            .iter()
            .filter(|&&row| leads.outcome[row] == Outcome::Open && leads.created[row].is_none())
            .count();
        let mut warnings = Vec::new();
        if model.lost.is_some() && ageless > 0 {
            let message = format!(
                "{ageless} open leads have no `created`, so their chance cannot be told: left without a score"
            );
            warnings.push(Warning {
                code: "no-created".to_owned(),
                message,
                column: None,
            });
        }
        Scores {
            as_of: leads.as_of,
            expected_wins: Vec::new(),
            horizon_days: model.horizon(),
            leads: self.all_of(wanted, detail),
            warnings,
        }
    }

    /// Each lead is scored alone, so that the number of threads cannot change a bit.
    fn all_of(&self, rows: &[usize], detail: Detail) -> Vec<LeadScore> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = rows.len().div_ceil(threads).max(1);
        let part = |rows: &[usize]| -> Vec<LeadScore> {
            rows.iter().map(|&row| self.lead(row, detail)).collect()
        };
        std::thread::scope(|scope| {
            let parts: Vec<_> = (rows.chunks(share))
                .map(|rows| scope.spawn(move || part(rows)))
                .collect();
            parts
                .into_iter()
                .flat_map(|part| {
                    part.join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect()
        })
    }

    fn lead(&self, row: usize, detail: Detail) -> LeadScore {
        let mut codes = Codes::default();
        self.context.push_on(&mut codes, row, self.leads.as_of);
        let amount = self
            .model
            .amount
            .as_ref()
            .map(|amount| amount.expected(self.leads, row, &codes.codes));
        let mut score = LeadScore {
            row,
            p_win: None,
            p_win_low: None,
            p_win_high: None,
            p_win_30d: None,
            p_win_90d: None,
            p_win_30d_tomorrow: None,
            expected_amount: amount,
            expected_value: None,
            reasons: Vec::new(),
            baseline: 0.0,
        };
        if self.leads.outcome[row] != Outcome::Open && self.model.lost.is_some() {
            return score;
        }
        match landmarks::at(self.leads, row, self.leads.as_of) {
            _ if self.undated.is_some() => self.fill_plain(&mut score, &codes.codes),
            Some(landmark) => {
                if let Some(ahead) = self.model.ahead() {
                    self.fill_timed(&mut score, &ahead, landmark.age, &codes.codes, detail);
                }
            }
            None => return score,
        }
        score.expected_value = score.p_win.zip(amount).map(|(p, amount)| p.get() * amount);
        score
    }

    fn fill_plain(&self, score: &mut LeadScore, codes: &[Code]) {
        let Some(undated) = &self.undated else { return };
        let mut row = RowScore::default();
        undated.score(codes, None, &mut row);
        Self::fill_interval(score, row.eta, row.error);
        score.baseline = undated.baseline();
        score.reasons = self.reasons(score.row, 0, &row.contributions);
    }

    fn fill_timed(
        &self,
        score: &mut LeadScore,
        ahead: &Ahead<'_>,
        age: i32,
        codes: &[Code],
        detail: Detail,
    ) {
        let here = ahead.etas(age, codes);
        let curve = curve(&ahead.design.edges, &here);
        let within = |days: i32| Probability::clamped(curve.won_within(0, f64::from(days)));
        score.p_win_30d = Some(within(30));
        score.p_win_90d = Some(within(90));
        let tomorrow = (curve.won_within(0, 31.0) - curve.won_within(0, 1.0))
            / curve.open_after(0, 1.0).max(1e-12);
        score.p_win_30d_tomorrow = Some(Probability::clamped(tomorrow));
        let p = sigmoid(here.logit_won());
        score.p_win = Some(Probability::clamped(p));
        if detail == Detail::Chances {
            return;
        }
        let mean_gradient = here.mean_gradient_from(&self.reference);
        let baseline = self.reference.logit_won();
        self.fill_reasons(score, age, codes, &here, &mean_gradient, baseline);
        let v = variance(ahead, age, codes, &here) + unknown_together(&score.reasons);
        let (low, high) = beta_interval(p, v);
        score.p_win_low = Some(Probability::clamped(low));
        score.p_win_high = Some(Probability::clamped(high));
    }

    fn fill_interval(score: &mut LeadScore, eta: f64, standard_error: f64) {
        score.p_win = Some(Probability::clamped(sigmoid(eta)));
        score.p_win_low = Some(Probability::clamped(sigmoid(eta - Z80 * standard_error)));
        score.p_win_high = Some(Probability::clamped(sigmoid(eta + Z80 * standard_error)));
    }

    /// Contributions to the log-odds of `p_win`, by feature: the difference of each log-odds from the reference, part by
    /// part, at its Aumann-Shapley price; what quadrature leaves is spread in proportion, so that they add up exactly.
    fn fill_reasons(
        &self,
        score: &mut LeadScore,
        age: i32,
        codes: &[Code],
        here: &Etas,
        price: &Etas,
        baseline: f64,
    ) {
        let features = self.model.recipe.features.len();
        let mut sums = vec![0.0; features + 2];
        let mut cells = Vec::new();
        let tail_at = |step| {
            self.model
                .ahead()
                .and_then(|ahead| ahead.tail_at(age, step))
        };
        for step in 0..self.model.design.steps() {
            self.model.design.row(age, codes, step, &mut cells);
            let cells: Vec<(u32, f64)> = cells.iter().map(|&(c, x)| (c, f64::from(x))).collect();
            let sides = [
                (Some(&self.model.win), &price.win, &here.win),
                (self.model.lost.as_ref(), &price.lost, &here.lost),
            ];
            for (side, (fitted, prices, etas)) in sides.into_iter().enumerate() {
                let (Some(fitted), Some(price)) = (fitted, prices.get(step)) else {
                    continue;
                };
                let own = if tail_at(step).is_some() {
                    // Beyond the observed ages it is the age alone that speaks.
                    let mut own = vec![0.0; features + 2];
                    own[place(Part::Age, features)] = etas[step] - fitted.logistic.intercept;
                    own
                } else {
                    by_part(&self.parts, features, &cells, &fitted.logistic.coefficients)
                };
                let reference = &self.reference_parts[side][step];
                for (sum, (own, reference)) in sums.iter_mut().zip(own.iter().zip(reference)) {
                    *sum += price * (own - reference);
                }
            }
        }
        let logit = if here.lost.is_empty() {
            here.win[0]
        } else {
            here.logit_won()
        };
        spread_rest(&mut sums, logit - baseline);
        score.baseline = baseline;
        score.reasons = self.reasons(score.row, age, &sums);
    }

    fn reasons(&self, row: usize, age: i32, sums: &[f64]) -> Vec<Reason> {
        let features = &self.model.recipe.features;
        let mut reasons: Vec<Reason> = features
            .iter()
            .enumerate()
            .map(|(j, feature)| Reason {
                kind: kind_of(feature, self.leads),
                feature: feature.name.clone(),
                value: self.context.display(j, row, self.leads.as_of),
                contribution: sums[j],
            })
            .collect();
        if self.model.lost.is_some() {
            // What the step alone adds is the same for every lead; only rounding is left of it here.
            let contribution = sums[features.len()] + sums[features.len() + 1];
            reasons.push(Reason {
                kind: ReasonKind::Is,
                feature: "age_days".to_owned(),
                value: age.to_string(),
                contribution,
            });
        }
        reasons.sort_by(|a, b| {
            b.contribution
                .abs()
                .total_cmp(&a.contribution.abs())
                .then_with(|| a.feature.cmp(&b.feature))
        });
        reasons
    }
}

/// What moves in the life of a lead can be changed, and so can its owner and the way of selling; what it came with cannot.
fn kind_of(feature: &Feature, leads: &Leads) -> ReasonKind {
    let in_role = |role| leads.roles.get(&role) == Some(&feature.name);
    if feature.origin.moves() || in_role(Role::Owner) || in_role(Role::Channel) {
        ReasonKind::CanChange
    } else {
        ReasonKind::Is
    }
}

/// Adds the derivatives of a sum of log-odds, by step with these weights, to those by column; the intercept stands last.
pub(super) fn add_derivatives(
    ahead: &Ahead<'_>,
    age: i32,
    codes: &[Code],
    slopes: &[f64],
    by_column: &mut [f64],
    by_tail: &mut [f64; 2],
) {
    let mut cells = Vec::new();
    for (step, &slope) in slopes.iter().enumerate() {
        if let Some(tail) = ahead.tail_at(age, step) {
            let (from, to) = (ahead.design.edges[step], ahead.design.edges[step + 1]);
            by_tail[0] += slope;
            by_tail[1] += slope * tail.beyond(age, from, to);
            continue;
        }
        ahead.design.row(age, codes, step, &mut cells);
        for &(c, value) in &cells {
            by_column[c as usize] += slope * f64::from(value);
        }
        by_column[ahead.design.columns()] += slope;
    }
}

/// Variance of what has these derivatives.
pub(super) fn variance_of(fitted: &Fitted, by_column: &[f64]) -> f64 {
    let mut scaled = vec![0.0; fitted.size()];
    for (column, &v) in by_column.iter().enumerate().filter(|(_, v)| **v != 0.0) {
        fitted.add_scaled(column, v, &mut scaled);
    }
    scaled.iter().map(|x| x * x).sum()
}

/// Variance of logit P(won) by the uncertainty of the coefficients, and of the tail where a lead reaches it.
fn variance(ahead: &Ahead<'_>, age: i32, codes: &[Code], here: &Etas) -> f64 {
    let (p, gradient) = here.won_and_gradient();
    let by_logit = (p * (1.0 - p)).max(1e-300).recip();
    let sides = [
        (ahead.win, &gradient.win, ahead.tail.map(|tail| tail.win)),
        (ahead.lost, &gradient.lost, ahead.tail.map(|tail| tail.lost)),
    ];
    sides
        .into_iter()
        .map(|(fitted, slopes, tail)| {
            let slopes: Vec<f64> = slopes.iter().map(|slope| slope * by_logit).collect();
            let (mut by_column, mut by_tail) = (vec![0.0; fitted.size()], [0.0; 2]);
            add_derivatives(ahead, age, codes, &slopes, &mut by_column, &mut by_tail);
            variance_of(fitted, &by_column) + tail.map_or(0.0, |tail| tail.variance(by_tail))
        })
        .sum()
}

/// Variance of the log-odds by what pairs of features may do together: `TOGETHER² Σ_{j<k} (c_j c_k)²`, with c their
/// contributions.
fn unknown_together(reasons: &[Reason]) -> f64 {
    let squares = || reasons.iter().map(|reason| reason.contribution.powi(2));
    let (sum, of_squares) = (
        squares().sum::<f64>(),
        squares().map(|c| c * c).sum::<f64>(),
    );
    TOGETHER * TOGETHER * (sum * sum - of_squares).max(0.0) / 2.0
}

/// Spreads what the parts lack to `total` over them, by their size: quadrature leaves a little.
fn spread_rest(sums: &mut [f64], total: f64) {
    let rest = total - sums.iter().sum::<f64>();
    let size: f64 = sums.iter().map(|sum| sum.abs()).sum();
    if size > 1e-12 {
        sums.iter_mut()
            .for_each(|sum| *sum += rest * sum.abs() / size);
    } else if let Some(last) = sums.last_mut() {
        *last += rest;
    }
}

/// What each part of a row adds to the log-odds.
fn by_part(
    parts: &[Part],
    features: usize,
    cells: &[(u32, f64)],
    coefficients: &[f64],
) -> Vec<f64> {
    let mut sums = vec![0.0; features + 2];
    for &(column, value) in cells {
        sums[place(parts[column as usize], features)] += value * coefficients[column as usize];
    }
    sums
}
