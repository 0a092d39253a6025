//! The verb: a budget from what was spent, what came of it, and what leads are worth.

use rand::RngExt;
use rand_pcg::Pcg64;

use crate::decide::budget::demand::{Follows, follows};
use crate::decide::budget::drawn::{Draw, Drawn, range};
use crate::decide::budget::experiment::cheapest;
use crate::decide::budget::history::{History, amounts, history};
use crate::decide::budget::notes;
use crate::decide::budget::response::{Curve, Curves, curves_below, prior};
use crate::decide::budget::result::{
    Budget, BudgetError, BudgetRow, Explore, Fixed, Range, Verdict,
};
use crate::decide::budget::worth::Worth;
use crate::decide::sources::{SourceRow, Sources, Status};
use crate::domain::{Leads, Month, Role, SpendLine};
use crate::forecast::{Groups, quantile};
use crate::kpi::mean_amounts;

/// Draws of what is believed.
const DRAWS: usize = 1_000;
/// Months with spend that a curve needs.
const LEAST_MONTHS: usize = 6;
/// Probability of a gain from which a split is recommended.
const SURE: f64 = 0.8;
/// Where a split is to learn, least share of the total that each source gets; less where there are more than ten of them.
const FLOOR: f64 = 0.05;
/// Times that the curves are learnt, each time with demand as the elasticities before show it.
const ROUNDS: usize = 3;
/// How far the marginal returns of sources are apart, upwards: standard deviation of the log. Meridian's prior of a return is 0.9
/// wide; that is of mean returns over all advertisers, these are of the last unit and within a company.
const RETURNS: f64 = 0.7;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ask {
    /// Money a month; none: what is spent now.
    pub total: Option<f64>,
    /// How far a source may move, as a share of what it would get at the same mix, 0-1.
    pub bounds: f64,
    /// Gross margin of a won unit of money, 0-1.
    pub margin: f64,
    /// Seed of the draws.
    pub seed: u64,
    /// Whether to split by one draw of what is believed, so as to learn, and not by the best guess.
    pub explore: bool,
}

/// Splits a budget among the sources.
///
/// `sources` says what the leads of each are worth, completed for age ([`crate::decide::sources`]); `spend` and the leads
/// by month give the curves. The split is the median of the best splits of 1,000 draws of all that is believed; to explore,
/// it is the best split of one of them, another one every month (Thompson 1933): what may be best is tried as often as it
/// is believed to be best, and what it brings is known a month later.
///
/// # Errors
/// See [`BudgetError`]: no spend, no month with spend and leads, a total that does not pay for what is fixed.
pub fn budget(
    sources: &Sources,
    leads: &Leads,
    spend: &[SpendLine],
    ask: &Ask,
) -> Result<Budget, BudgetError> {
    let groups = Groups::by(leads, Role::Source);
    let history = history(leads, &groups, spend)?;
    let priced = leads.numbers(Role::Amount).is_some();
    let aovs = mean_amounts(&amounts(leads, &groups, &history.lines)).filter(|_| priced);
    let cases: Vec<Case> = (0..history.lines.len())
        .filter(|&i| history.lines[i].first.is_some())
        .map(|i| {
            let row = (sources.sources.iter()).find(|row| row.source == history.lines[i].name);
            let aov = aovs.as_ref().map(|aovs| aovs[i]);
            Case {
                at: i,
                current: history.lines[i].current(),
                fixed: fixed(&history, i, row),
                worth: row.map(|row| Worth::of(row, aov)),
            }
        })
        .collect();
    let current_total: f64 = cases.iter().map(|case| case.current).sum();
    let total = ask.total.unwrap_or(current_total);
    let mix = Mix::new(&cases, total)?;
    let (learnt, follows) = learn(&history, &cases);
    let free: Vec<usize> = (0..cases.len())
        .filter(|&i| cases[i].fixed.is_none())
        .collect();
    let margin = if aovs.is_some() { ask.margin } else { 1.0 };
    let drawn = draw(&cases, &free, &learnt, &mix, margin, ask);
    let mut budget = Budget {
        as_of: leads.as_of,
        from: history.from,
        to: history.to,
        priced: aovs.is_some(),
        total,
        current_total,
        bounds: ask.bounds,
        sources: rows(&history, &cases, &mix, &follows),
        revenue_same_mix: None,
        revenue_split: None,
        gain: None,
        p_gain: None,
        regret_same_mix: None,
        regret_split: None,
        verdict: Verdict::NothingToMove,
        follows_demand: follows.warns(),
        experiment: None,
        explore: None,
        warnings: Vec::new(),
    };
    if !free.is_empty() {
        let draw = ask.explore.then(|| draw_of(&history, ask.seed));
        judge(&mut budget, &drawn, &free, &learnt, draw);
    }
    budget.warnings = notes::warnings(&budget, &history, &cases, spend);
    let order = |a: &BudgetRow, b: &BudgetRow| {
        b.current
            .total_cmp(&a.current)
            .then_with(|| a.source.cmp(&b.source))
    };
    budget.sources.sort_by(order);
    Ok(budget)
}

/// A source with spend.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// Place in the history.
    pub(super) at: usize,
    pub(super) current: f64,
    pub(super) fixed: Option<Fixed>,
    worth: Option<Worth>,
}

fn fixed(history: &History, at: usize, row: Option<&SourceRow>) -> Option<Fixed> {
    let line = &history.lines[at];
    let leads: f64 = line.leads.iter().sum();
    if line.current() <= 0.0 {
        Some(Fixed::NoSpend)
    } else if leads <= 0.0 || row.is_none_or(|row| row.leads == 0) {
        Some(Fixed::NoLeads)
    } else if line.months() < LEAST_MONTHS {
        Some(Fixed::FewMonths)
    } else if row.is_some_and(|row| row.status == Status::TooEarly) {
        Some(Fixed::TooEarly)
    } else {
        None
    }
}

/// What each source gets at the same mix.
struct Mix(Vec<f64>);

impl Mix {
    fn new(cases: &[Case], total: f64) -> Result<Self, BudgetError> {
        let sum = |fixed: bool| -> f64 {
            let of = cases.iter().filter(|case| case.fixed.is_some() == fixed);
            of.map(|case| case.current).sum()
        };
        let (fixed, free) = (sum(true), sum(false));
        if total <= fixed && free > 0.0 {
            return Err(BudgetError::TooLittle { total, fixed });
        }
        let factor = if free > 0.0 {
            (total - fixed) / free
        } else {
            1.0
        };
        let of = |case: &Case| match case.fixed {
            Some(_) => case.current,
            None => case.current * factor,
        };
        Ok(Self(cases.iter().map(of).collect()))
    }
}

/// Learns the curves, and whether spend follows demand.
fn learn(history: &History, cases: &[Case]) -> (Curves, Follows) {
    let pasts: Vec<_> = cases.iter().map(|case| history.past(case.at)).collect();
    let follows = follows(&pasts);
    let mut bs = vec![prior().0; history.lines.len()];
    let mut learnt = curves_below(&[], &[]);
    let mut odd = Vec::new();
    for _ in 0..ROUNDS {
        let series: Vec<_> = (cases.iter().enumerate())
            .map(|(i, case)| history.series(case.at, &bs, follows.of(i)))
            .collect();
        learnt = curves_below(&series, &odd);
        for (case, curve) in cases.iter().zip(&learnt.sources) {
            bs[case.at] = curve.elasticity().0;
        }
        odd = odd_from(history, cases, &bs);
    }
    (learnt, follows)
}

/// From which elasticity on a source would be odd: it would return more on the margin than the middle one of the sources.
/// Who sets budgets is not taken to be right, but not to miss a multiple either: leads that are cheap beyond that (by
/// recommendation, by the website) come by themselves.
fn odd_from(history: &History, cases: &[Case], bs: &[f64]) -> Vec<Option<(f64, f64)>> {
    let returns: Vec<Option<f64>> = (cases.iter())
        .map(|case| {
            let worth = case.worth.filter(|_| case.fixed.is_none())?.mean();
            let brings = history.lines[case.at].leads_now() * worth / case.current;
            (brings > 0.0).then(|| brings.ln())
        })
        .collect();
    let mut marginal: Vec<f64> = (returns.iter().zip(cases))
        .filter_map(|(log, case)| Some((*log)? + bs[case.at].ln()))
        .collect();
    if marginal.len() < 3 {
        return Vec::new();
    }
    marginal.sort_by(f64::total_cmp);
    let middle = quantile(&marginal, 0.5);
    let odd = |log: &Option<f64>| log.map(|log| (middle - log, RETURNS));
    returns.iter().map(odd).collect()
}

fn draw(
    cases: &[Case],
    free: &[usize],
    learnt: &Curves,
    mix: &Mix,
    margin: f64,
    ask: &Ask,
) -> Drawn {
    let mut rng = Pcg64::new(u128::from(ask.seed), 0x00ba_d6e7);
    let draws = (learnt.draws(DRAWS, ask.seed).into_iter())
        .map(|curves| Draw {
            curves: free.iter().map(|&i| curves[i]).collect(),
            worth: (free.iter())
                .map(|&i| cases[i].worth.map_or(0.0, |worth| worth.draw(&mut rng)))
                .collect(),
        })
        .collect();
    let same_mix: Vec<f64> = free.iter().map(|&i| mix.0[i]).collect();
    let floor = FLOOR.min(0.5 / same_mix.len().max(1) as f64) * same_mix.iter().sum::<f64>();
    Drawn {
        draws,
        same_mix,
        bounds: ask.bounds,
        floor: if ask.explore { floor } else { 0.0 },
        margin,
    }
}

/// The draw that this month is split by: the seed and the last month known give it, so that the same question has the same
/// answer, and the next month another one.
fn draw_of(history: &History, seed: u64) -> usize {
    let month = history.to - Month::new(2000, 1);
    Pcg64::new(u128::from(seed), 0x0e_c5 + month as u128).random_range(0..DRAWS)
}

fn rows(history: &History, cases: &[Case], mix: &Mix, follows: &Follows) -> Vec<BudgetRow> {
    (cases.iter().enumerate())
        .map(|(i, case)| BudgetRow {
            source: history.lines[case.at].name.clone(),
            months: history.lines[case.at].months(),
            current: case.current,
            same_mix: mix.0[i],
            split: mix.0[i],
            fixed: case.fixed,
            elasticity: None,
            told: false,
            leads_same_mix: None,
            leads_split: None,
            marginal_same_mix: None,
            marginal_split: None,
            p_more: None,
            follows_demand: follows.of(i),
        })
        .collect()
}

/// Fills in what the draws say.
fn judge(budget: &mut Budget, drawn: &Drawn, free: &[usize], learnt: &Curves, draw: Option<usize>) {
    let splits = drawn.splits();
    let guess = if free.len() > 1 {
        drawn.median(&splits.iter().collect::<Vec<_>>())
    } else {
        drawn.same_mix.clone()
    };
    let split = match draw {
        Some(draw) if free.len() > 1 => splits[draw].clone(),
        _ => guess.clone(),
    };
    budget.explore = draw.filter(|_| free.len() > 1).map(|_| {
        let less =
            drawn.values(&guess).iter().sum::<f64>() - drawn.values(&split).iter().sum::<f64>();
        Explore {
            floor: drawn.floor,
            // The median of all splits is not always better than each of them.
            cost: (less / drawn.draws.len() as f64).max(0.0),
        }
    });
    let of: Vec<&Curve> = free.iter().map(|&i| &learnt.sources[i]).collect();
    for (j, &i) in free.iter().enumerate() {
        describe(&mut budget.sources[i], drawn, j, of[j], &split, &splits);
    }
    let (now, then) = (drawn.values(&drawn.same_mix), drawn.values(&split));
    let best: Vec<f64> = (drawn.draws.iter().zip(&splits))
        .map(|(draw, split)| drawn.value(draw, split))
        .collect();
    let revenue = |values: &[f64]| {
        (drawn.margin > 0.0).then(|| range(values.iter().map(|v| v / drawn.margin).collect()))
    };
    let mean_less = |values: &[f64]| {
        let less = best.iter().zip(values).map(|(best, value)| best - value);
        less.sum::<f64>() / best.len() as f64
    };
    budget.revenue_same_mix = revenue(&now);
    budget.revenue_split = revenue(&then);
    if free.len() < 2 {
        return;
    }
    let gains: Vec<f64> = then
        .iter()
        .zip(&now)
        .map(|(then, now)| then - now)
        .collect();
    let more = gains.iter().filter(|gain| **gain > 0.0).count() as f64;
    // So many draws cannot say that it is certain.
    let p = (more + 0.5) / (gains.len() as f64 + 1.0);
    budget.regret_same_mix = Some(mean_less(&now));
    budget.regret_split = Some(mean_less(&then));
    budget.gain = Some(range(gains));
    budget.p_gain = Some(p);
    budget.verdict = verdict(budget, p);
    let names: Vec<String> = (free.iter())
        .map(|&i| budget.sources[i].source.clone())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    budget.experiment = cheapest(drawn, &of, &names, &splits);
}

fn describe(
    row: &mut BudgetRow,
    drawn: &Drawn,
    j: usize,
    curve: &Curve,
    split: &[f64],
    splits: &[Vec<f64>],
) {
    let same = drawn.same_mix[j];
    let leads = |spend: f64| Some(drawn.range(|draw| draw.curves[j].at(spend)));
    let marginal = |spend: f64| -> Option<Range> {
        Some(drawn.range(|d| d.curves[j].slope(spend) * d.worth[j] * drawn.margin))
    };
    row.split = split[j];
    row.elasticity = Some(drawn.range(|draw| draw.curves[j].b));
    row.told = curve.told() && !row.follows_demand;
    row.leads_same_mix = leads(same);
    row.leads_split = leads(split[j]);
    row.marginal_same_mix = marginal(same);
    row.marginal_split = marginal(split[j]);
    let more = splits.iter().filter(|s| s[j] > same * (1.0 + 1e-9));
    row.p_more = Some(more.count() as f64 / splits.len().max(1) as f64);
}

/// A split that rests on sources of which nothing is known but what was believed beforehand is no advice.
fn verdict(budget: &Budget, p: f64) -> Verdict {
    let moved = |row: &&BudgetRow| (row.split - row.same_mix).abs();
    let free = || budget.sources.iter().filter(|row| row.fixed.is_none());
    let all: f64 = free().map(|row| moved(&row)).sum();
    let told: f64 = free().filter(|row| row.told).map(|row| moved(&row)).sum();
    let any = free().any(|row| row.told);
    if !any || told < 0.5 * all {
        Verdict::NotEnoughVariation
    } else if p >= SURE {
        Verdict::Move
    } else {
        Verdict::Stay
    }
}
