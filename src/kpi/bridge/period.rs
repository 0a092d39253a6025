//! One month held against another.

use rand::SeedableRng;
use rand_pcg::Pcg64;

use crate::domain::{Leads, Month};
use crate::forecast::{Books, Chance, ForecastError, Ruler, Window};
use crate::kpi::bridge::cells::{
    self, CellEffects, Effects, FACTORS, Fact, LARGE_DEALS, Method, Terms, Totals,
};
use crate::kpi::bridge::measure::Board;
use crate::kpi::bridge::noise::{self, DRAWS, Noise};
use crate::kpi::bridge::result::{Against, ExplainError, Explanation};
use crate::kpi::bridge::tell::{Sides, Told, tell};
use crate::kpi::bridge::wave::wave;
use crate::kpi::bridge::{USUAL_DAYS, kitagawa, on_record, until};
use crate::kpi::incidence::record_from;
use crate::kpi::record::on_record_since;

/// Explains `month` against `other`, an earlier or later one. A month that is not over is held against as many days of the
/// other. One model measures both, learnt from what is known when the later one ends.
///
/// # Errors
/// A month that has not begun or that the data does not hold as a whole; too little to learn a model from.
pub fn against_month(
    books: &Books<'_>,
    month: Month,
    other: Month,
    against: Against,
    seed: u64,
) -> Result<Explanation, ExplainError> {
    let leads = books.leads;
    if !leads.dated() {
        return Err(ForecastError::Undated.into());
    }
    let windows = windows(leads, month, other)?;
    on_record(leads, month.min(other))?;
    let cut = leads.as_of(windows[0].to.max(windows[1].to));
    // Older leads than the record of closings look as if nobody had won them.
    let kept = on_record_since(&cut, record_from(leads));
    let known = kept.as_ref().unwrap_or(&cut);
    let ruler = Ruler::learn(known, books.rules, seed)
        .map_err(|error| ExplainError::of(error, month, known.as_of))?;
    let measured: Vec<Vec<Chance>> = windows
        .iter()
        .map(|&window| ruler.measure(leads, books.rules, window))
        .collect::<Result<_, _>>()?;
    let priced = ruler.priced();
    let board = Board::new(
        leads,
        &[&measured[0], &measured[1]],
        (month.min(other), windows[0].to.max(windows[1].to)),
        priced,
    );
    let side = |i: usize| Side {
        facts: board.facts(leads, &measured[i], windows[i]),
        lead_days: ruler.lead_days(windows[i].from, windows[i].to) / windows[i].usual,
    };
    let sides = [side(0), side(1)];
    let bridge = Bridge::of(&sides, &board.terms, None);
    let (noise, change, rest) = noises(&sides, &board, &bridge, seed);
    let total = |i: usize| sides[i].add_up(&board.terms, None);
    let told = Told {
        leads,
        month,
        against,
        other: Some(other),
        window: windows[1],
        board: &board,
        sides: Sides {
            totals: [total(0), total(1)],
            win_days: [0, 1].map(|i| ruler.win_days(windows[i].from, windows[i].to)),
        },
        base: bridge.revenue[0],
        actual: bridge.revenue[1],
        change,
        rest,
        effects: bridge.effects,
        by_cell: &bridge.by_cell,
        method: bridge.method,
        noise: &noise,
        wave: wave(leads, month, Some(other), bridge.revenue[0]),
        rows: measured[1].iter().map(|chance| chance.row).collect(),
    };
    let mut explanation = tell(&told);
    explanation.win_rate = rates(&told.sides.totals, &board);
    // Months after it tell of waves as well.
    explanation
        .warnings
        .extend(ruler.waves(leads, books.rules)?);
    Ok(explanation)
}

/// The windows of the other month and of the month.
fn windows(leads: &Leads, month: Month, other: Month) -> Result<[Window; 2], ExplainError> {
    let ends = [until(leads, other)?, until(leads, month)?];
    let whole = |i: usize, month: Month| ends[i] == (month + 1).first_day();
    if whole(0, other) && whole(1, month) {
        let window = |month: Month, to| Window {
            from: month.first_day(),
            to,
            usual: USUAL_DAYS,
            known: false,
        };
        return Ok([window(other, ends[0]), window(month, ends[1])]);
    }
    let days = (ends[0] - other.first_day()).min(ends[1] - month.first_day());
    Ok([other, month].map(|month| Window {
        from: month.first_day(),
        to: month.first_day() + days,
        usual: f64::from(days),
        known: false,
    }))
}

/// One of the two months.
struct Side {
    facts: Vec<Fact>,
    lead_days: f64,
}

impl Side {
    fn add_up(&self, terms: &Terms, weights: Option<&[f64]>) -> Totals {
        terms.add_up(&self.facts, self.lead_days, weights)
    }
}

/// The change between two months, shared out.
struct Bridge {
    effects: Effects,
    by_cell: Vec<CellEffects>,
    method: Method,
    revenue: [f64; 2],
}

impl Bridge {
    fn of(sides: &[Side; 2], terms: &Terms, weights: Option<&[f64]>) -> Self {
        let totals = [0, 1].map(|i| sides[i].add_up(terms, weights));
        Self::between(&totals, terms)
    }

    fn between(totals: &[Totals; 2], terms: &Terms) -> Self {
        let (before, after) = cells::pair(&terms.factors(&totals[0]), &terms.factors(&totals[1]));
        let method = cells::method(&before, &after);
        let [then, now] = [0, 1].map(|i| totals[i].added());
        let (effects, by_cell) = cells::effects(&before, &after, [&then, &now], method);
        Self {
            effects,
            by_cell,
            method,
            revenue: [cells::revenue(&before, &then), cells::revenue(&after, &now)],
        }
    }
}

/// What chance does to each effect and to the change, and the p-value of the change without large deals and wins of unknown
/// life: each customer's leads of both months drawn again.
fn noises(
    sides: &[Side; 2],
    board: &Board,
    bridge: &Bridge,
    seed: u64,
) -> (Vec<Noise>, Noise, f64) {
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut effects = vec![Vec::new(); FACTORS];
    let (mut changes, mut rest) = (Vec::with_capacity(DRAWS), Vec::with_capacity(DRAWS));
    for _ in 0..DRAWS {
        let weights = noise::weights(board.clusters(), &mut rng);
        let drawn = Bridge::of(sides, &board.terms, Some(&weights));
        for (all, effect) in effects.iter_mut().zip(drawn.effects) {
            all.push(effect);
        }
        changes.push(drawn.revenue[1] - drawn.revenue[0]);
        rest.push(drawn.effects[..LARGE_DEALS].iter().sum::<f64>());
    }
    let mut noise: Vec<Noise> = effects.iter().map(|draws| noise::around(draws)).collect();
    noise[LARGE_DEALS] = of_large(sides, board, bridge.effects[LARGE_DEALS], &mut rng);
    (noise, noise::around(&changes), noise::around(&rest).p)
}

/// What chance does to the effect of large deals: a handful drawn again knows of no others.
fn of_large(sides: &[Side; 2], board: &Board, effect: f64, rng: &mut Pcg64) -> Noise {
    let large = &board.large;
    let deals = [0, 1].map(|i| large.deals(&sides[i].facts));
    let capped = [0, 1].map(|i| {
        let cells = sides[i].add_up(&board.terms, None).cells;
        cells.iter().map(|sums| sums.money).sum::<f64>().max(0.0)
    });
    let (truths, nothing): (Vec<f64>, Vec<f64>) = (0..DRAWS)
        .map(|_| {
            let often = large.often(rng);
            let months = [0, 1].map(|i| {
                (
                    large.like(&deals[i], rng),
                    large.month(capped[i], often, rng),
                )
            });
            (months[1].0 - months[0].0, months[1].1 - months[0].1)
        })
        .unzip();
    noise::rare(effect, &truths, &nothing)
}

/// Wins among the leads decided, by source.
fn rates(totals: &[Totals; 2], board: &Board) -> Option<kitagawa::RateChange> {
    let sources = board.terms.sources;
    let groups: Vec<_> = (0..sources)
        .map(|source| {
            let of = |i: usize| [totals[i].cells[source], totals[i].cells[source + sources]];
            let sum = |i: usize, pick: fn(&cells::Sums) -> f64| of(i).iter().map(pick).sum::<f64>();
            (
                board.names[source].clone(),
                [0, 1].map(|i| sum(i, |sums| sums.decided)),
                [0, 1].map(|i| sum(i, |sums| sums.won)),
            )
        })
        .collect();
    kitagawa::kitagawa(&groups).filter(|_| board.terms.losses)
}
