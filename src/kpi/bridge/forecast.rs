//! A month held against the forecast made on its first day, and against its target.

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Poisson};
use rand_pcg::Pcg64;

use crate::domain::{Month, Role};
use crate::forecast::{Books, Chance, ForecastError, Opening, Window, quantile, team_target};
use crate::kpi::bridge::cells::{
    self, CellEffects, Effects, FACTORS, Factor, LARGE_DEALS, Method, Row, Sums, Totals,
};
use crate::kpi::bridge::measure::{Board, late, share};
use crate::kpi::bridge::noise::{self, DRAWS, Noise};
use crate::kpi::bridge::result::{Against, ExplainError, Explanation};
use crate::kpi::bridge::tell::{Sides, Told, tell};
use crate::kpi::bridge::wave::wave;
use crate::kpi::bridge::{on_record, until};

/// Explains `month` against the forecast made on its first day from what was known then, or, through it, against its
/// target. A month that is not over is held against the forecast of its days so far.
///
/// # Errors
/// A month that has not begun, that the data does not hold as a whole, or without enough of a past to forecast it; no target.
pub fn against_forecast(
    books: &Books<'_>,
    month: Month,
    against: Against,
    seed: u64,
) -> Result<Explanation, ExplainError> {
    let leads = books.leads;
    if !leads.dated() {
        return Err(ForecastError::Undated.into());
    }
    let (from, to) = (month.first_day(), until(leads, month)?);
    on_record(leads, month)?;
    let target = match against {
        Against::Target => {
            Some(team_target(books.targets, month).ok_or(ExplainError::NoTarget(month))?)
        }
        _ => None,
    };
    let opening = (Opening::new(books, from, to, seed))
        .map_err(|error| ExplainError::of(error, month, from))?;
    if against == Against::Target
        && !opening.priced
        && crate::kpi::targets_are_money(leads, books.targets)
    {
        return Err(ExplainError::TargetInMoney {
            month,
            named: leads.role(Role::Amount).is_some(),
        });
    }
    let window = Window {
        from,
        to,
        usual: f64::from(to - from),
        // What the calendar does was known on the first day.
        known: true,
    };
    let chances = opening.ruler.measure(leads, books.rules, window)?;
    let board = Board::new(leads, &[&chances], (month, to), opening.priced);
    let bridge = Bridge::new(&opening, &board, &chances);
    let facts = board.facts(leads, &chances, window);
    let actual = board.terms.add_up(&facts, 1.0, None);
    let shared = bridge.shared(&actual);
    let nothing = bridge.draws(seed);
    let sides = Sides {
        totals: [bridge.expected.clone(), actual],
        win_days: [0.0; 2],
    };
    let scales = cells::ALL.map(|factor| scale(factor, &sides, &board));
    let (mut noise, change, rest) = Bridge::told(&shared, &nothing, &scales);
    noise[LARGE_DEALS] = bridge.of_large(&shared, &nothing, &board.large.deals(&facts), seed);
    let mut explanation = tell(&Told {
        leads,
        month,
        against,
        other: None,
        window,
        board: &board,
        sides,
        base: shared.revenue[0],
        actual: shared.revenue[1],
        change,
        rest,
        effects: shared.effects,
        by_cell: &shared.by_cell,
        method: Method::Shapley,
        noise: &noise,
        // A forecast that knows of waves expected them.
        wave: (opening.waves_warning().is_none())
            .then(|| wave(leads, month, None, shared.revenue[0]))
            .flatten(),
        rows: chances.iter().map(|chance| chance.row).collect(),
    });
    let mut results: Vec<f64> = nothing.iter().map(|draw| draw.revenue[1]).collect();
    results.sort_by(f64::total_cmp);
    explanation.forecast = Some(shared.revenue[0]);
    explanation.forecast_low = Some(quantile(&results, 0.1));
    explanation.forecast_high = Some(quantile(&results, 0.9));
    let whole = if explanation.complete {
        shared.revenue[0]
    } else {
        opening.whole
    };
    explanation.forecast_month = Some(whole);
    explanation.warnings.extend(opening.waves_warning());
    if let Some(target) = target {
        hold_against(&mut explanation, target, whole);
        let reached = results.len() - results.partition_point(|&r| r < explanation.base);
        explanation.p_target = Some(reached as f64 / results.len().max(1) as f64);
    }
    Ok(explanation)
}

/// Puts the target before the forecast: what it was above what could be expected. Of a month that is not over, as much of
/// the target as of the forecast.
fn hold_against(explanation: &mut Explanation, target: f64, whole: f64) {
    let forecast = explanation.base;
    let part = if whole > 0.0 { forecast / whole } else { 1.0 };
    let base = target * part;
    explanation.target = Some(target);
    explanation.target_gap = Some(forecast - base);
    explanation.base = base;
    explanation.change += forecast - base;
    explanation.change_low += forecast - base;
    explanation.change_high += forecast - base;
}

/// What was expected, ready to be held against what came or against what could have come.
struct Bridge<'a> {
    opening: &'a Opening,
    board: &'a Board,
    open: Vec<&'a Chance>,
    expected: Totals,
}

/// A lead that lives through a month.
#[derive(Debug, Clone, Copy)]
struct Lead {
    win: f64,
    lost: f64,
    even: f64,
    amount: f64,
    share: f64,
    late: [f64; 2],
}

/// What a month has in common: factors on conversion, and on how often deals are large.
#[derive(Debug, Clone, Copy)]
struct Luck {
    wins: f64,
    large: f64,
}

/// A month held against the forecast.
struct Shared {
    effects: Effects,
    /// What each factor alone would have done, by cell.
    alone: Vec<Row>,
    by_cell: Vec<CellEffects>,
    revenue: [f64; 2],
}

impl<'a> Bridge<'a> {
    fn new(opening: &'a Opening, board: &'a Board, chances: &'a [Chance]) -> Self {
        let open: Vec<&Chance> = chances.iter().filter(|chance| !chance.new).collect();
        let terms = &board.terms;
        let mut cells = vec![Sums::default(); 2 * terms.sources];
        let mut add = |cell: usize, n: f64, [win, promised, amount]: [f64; 3], parts: [f64; 2]| {
            let sums = &mut cells[cell];
            for (sum, late) in sums.late.iter_mut().zip(parts) {
                *sum += n * late;
            }
            sums.n += n;
            sums.even += n * win;
            sums.usual += n * win;
            sums.win += n * win;
            sums.promised += n * promised;
            sums.won += n * win * opening.luck;
            let money = n * win * opening.luck * amount / (1.0 + board.large.share);
            sums.money += money;
            sums.beyond += money * board.large.share;
        };
        for chance in &open {
            let promised = promised(chance.win, chance.lost, opening.luck);
            let lead = [chance.win, promised, chance.amount];
            let parts = late([chance.win, chance.lost], chance.sooner);
            add(board.cell_of(chance) as usize, 1.0, lead, parts);
        }
        for inflow in &opening.new {
            let cell = board.cell(&inflow.source) + terms.sources;
            let n = inflow.examples.len().max(1) as f64;
            let decided = inflow.examples.iter();
            let sum: f64 = decided.map(|e| promised(e.win, e.lost, opening.luck)).sum();
            let parts = inflow.examples.iter().fold([0.0; 2], |sum, e| {
                let own = late([e.win, e.lost], e.sooner);
                [sum[0] + own[0] / n, sum[1] + own[1] / n]
            });
            add(
                cell,
                inflow.leads,
                [inflow.win, sum / n, inflow.amount],
                parts,
            );
        }
        Self {
            opening,
            board,
            open,
            expected: Totals {
                cells,
                lead_days: 1.0,
                untimed: 0.0,
            },
        }
    }

    /// Shapley values of what came against what was expected.
    fn shared(&self, actual: &Totals) -> Shared {
        let terms = &self.board.terms;
        let (before, after) = cells::pair(&terms.factors(&self.expected), &terms.factors(actual));
        let (then, now) = (self.expected.added(), actual.added());
        let (effects, by_cell) = cells::effects(&before, &after, [&then, &now], Method::Shapley);
        Shared {
            effects,
            alone: cells::alone(&before, &after),
            by_cell,
            revenue: [cells::revenue(&before, &then), cells::revenue(&after, &now)],
        }
    }

    /// Months as they could have come, had everything been as forecast, each held against it.
    fn draws(&self, seed: u64) -> Vec<Shared> {
        let mut rng = Pcg64::seed_from_u64(seed);
        (0..DRAWS)
            .map(|_| self.shared(&self.month(&mut rng)))
            .collect()
    }

    /// One of those months.
    fn month(&self, rng: &mut Pcg64) -> Totals {
        let sources = self.board.terms.sources;
        let (volume, wins) = self.opening.month(rng);
        let luck = Luck {
            wins,
            large: self.board.large.often(rng),
        };
        let mut cells = vec![Sums::default(); 2 * sources];
        for chance in &self.open {
            let lead = Lead {
                win: chance.win,
                lost: chance.lost,
                even: chance.even,
                amount: chance.amount,
                share: share(chance),
                late: late([chance.win, chance.lost], chance.sooner),
            };
            let cell = &mut cells[self.board.cell_of(chance) as usize];
            self.live(cell, lead, luck, rng);
        }
        for inflow in &self.opening.new {
            let cell = &mut cells[self.board.cell(&inflow.source) + sources];
            let mean = (inflow.leads * volume).min(1e7);
            let came = Poisson::new(mean).map_or(0.0, |poisson| poisson.sample(rng));
            for _ in 0..if inflow.examples.is_empty() {
                0
            } else {
                came as usize
            } {
                let example = &inflow.examples[rng.random_range(0..inflow.examples.len())];
                let (win, lost) = (example.win, example.lost);
                let lead = Lead {
                    win,
                    lost,
                    even: example.even,
                    amount: example.amount,
                    share: win / (win + lost).max(f64::MIN_POSITIVE),
                    late: late([win, lost], example.sooner),
                };
                self.live(cell, lead, luck, rng);
            }
        }
        Totals {
            cells,
            lead_days: 1.0,
            untimed: 0.0,
        }
    }

    /// Lets one lead live through the month.
    fn live(&self, sums: &mut Sums, lead: Lead, luck: Luck, rng: &mut Pcg64) {
        let Lead {
            win,
            lost,
            amount,
            share,
            ..
        } = lead;
        let u = rng.random::<f64>();
        let won = u < win * luck.wins;
        sums.n += 1.0;
        sums.even += lead.even;
        sums.usual += win;
        sums.win += win;
        for (sum, late) in sums.late.iter_mut().zip(lead.late) {
            *sum += late;
        }
        if !won && u >= win * luck.wins + lost {
            return;
        }
        sums.decided += 1.0;
        sums.promised += share;
        if won {
            let money = amount * self.opening.ratio(rng);
            let capped = money.min(self.board.terms.cap);
            sums.won += 1.0;
            sums.money += capped;
            // As often as the forecast counts on it: amounts as drawn hardly ever reach beyond the cap, or too often.
            let large = &self.board.large;
            if rng.random::<f64>() < luck.large * large.chance(amount / (1.0 + large.share)) {
                sums.beyond += self.board.large.beyond(rng.random());
            }
        }
    }

    /// What chance does to each effect but that of large deals, to the change, and the p-value of the change without large
    /// deals and wins that no forecast could know.
    fn told(
        shared: &Shared,
        nothing: &[Shared],
        scales: &[f64; FACTORS],
    ) -> (Vec<Noise>, Noise, f64) {
        let drawn = |of: &dyn Fn(&Shared) -> f64| nothing.iter().map(of).collect::<Vec<f64>>();
        let noise = (0..FACTORS)
            .map(|i| {
                if i >= LARGE_DEALS {
                    let draws = drawn(&|draw| draw.effects[i]);
                    return noise::beyond(shared.effects[i], &draws, scales[i]);
                }
                let alone = drawn(&|draw| draw.alone.iter().map(|row| row[i]).sum());
                let times = noise::times(
                    shared.by_cell.iter().map(|row| row[i]),
                    shared.alone.iter().map(|row| row[i]),
                );
                noise::of_its_own(shared.effects[i], times, &alone, scales[i])
            })
            .collect();
        let change = |shared: &Shared| shared.revenue[1] - shared.revenue[0];
        let rest = |shared: &Shared| shared.effects[..LARGE_DEALS].iter().sum::<f64>();
        (
            noise,
            noise::beyond(change(shared), &drawn(&change), 1.0),
            noise::beyond(rest(shared), &drawn(&rest), 1.0).p,
        )
    }

    /// What chance does to the effect of large deals: by what the deals of the month tell of themselves, the past of what was
    /// expected, and by the months drawn.
    fn of_large(&self, shared: &Shared, nothing: &[Shared], deals: &[f64], seed: u64) -> Noise {
        let mut rng = Pcg64::seed_from_u64(seed ^ OF_LARGE);
        let large = &self.board.large;
        let expected: f64 = self.expected.cells.iter().map(|sums| sums.beyond).sum();
        let truths: Vec<f64> = (0..DRAWS)
            .map(|_| large.like(deals, &mut rng) - expected * large.often(&mut rng))
            .collect();
        let draws: Vec<f64> = nothing
            .iter()
            .map(|draw| draw.effects[LARGE_DEALS])
            .collect();
        noise::rare(shared.effects[LARGE_DEALS], &truths, &draws)
    }
}

/// Tells the draws for large deals from the others.
const OF_LARGE: u64 = 0x6c61_7267_6500;

/// How much larger chance is where a factor is what it was, against what was expected: that of amounts goes with their
/// size; that of what is counted less, as part of it goes with the square root.
fn scale(factor: Factor, sides: &Sides, board: &Board) -> f64 {
    const MOST: f64 = 2.0;
    let power = match factor {
        Factor::OrderValue => 1.0,
        Factor::NewLeads | Factor::WinRate => 0.7,
        Factor::Speed => 0.5,
        _ => return 1.0,
    };
    let of = |side: usize| sides.value(factor, side, &board.terms);
    let (Some(before), Some(after)) = (of(0), of(1)) else {
        return 1.0;
    };
    if before > 0.0 && after > 0.0 {
        (after / before).powf(power).clamp(1.0 / MOST, MOST)
    } else {
        1.0
    }
}

/// Wins that the decision of a lead promises, times the chance that it falls: its share of wins among its decisions is
/// that without the luck of the month, whose wins come on top.
fn promised(win: f64, lost: f64, luck: f64) -> f64 {
    win / (win + lost).max(f64::MIN_POSITIVE) * (win * luck + lost)
}
