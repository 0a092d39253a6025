//! From effects and their noise to what is told: which are real, which are levers, what must be known beside them.

use crate::domain::{Day, Leads, Month, Outcome, Role};
use crate::forecast::Window;
use crate::kpi::bridge::cells::{
    ALL, CellEffects, Effects, Factor, LARGE_DEALS, Method, Sums, Terms, Totals,
};
use crate::kpi::bridge::measure::Board;
use crate::kpi::bridge::noise::{self, Asked, Noise};
use crate::kpi::bridge::result::{Against, Effect, Explanation, LargeDeal};
use crate::kpi::bridge::wave::Wave;
use crate::kpi::incidence::record_from;
use crate::score::Warning;

/// A lever moved at least this share of what the month is held against, ...
const LARGE: f64 = 0.05;
/// ... and this share of the largest effect, real or not.
const BESIDE_LARGEST: f64 = 0.25;
/// Most levers named.
const LEVERS: usize = 3;
/// How much further than the wave of the quarter speed and win rate may go and still be explained by it.
const WAVE: f64 = 2.0;
/// Months whose median is the usual number of leads, and the fewest of them.
const USUAL_MONTHS: (i32, usize) = (6, 3);
/// Sources named beside an effect.
const SOURCES: usize = 3;

/// What both sides were.
pub(super) struct Sides {
    /// What the month is held against, and the month.
    pub(super) totals: [Totals; 2],
    /// Days of average worth for wins, where both are months.
    pub(super) win_days: [f64; 2],
}

impl Sides {
    /// The factor itself on one side.
    pub(super) fn value(&self, factor: Factor, side: usize, terms: &Terms) -> Option<f64> {
        let totals = &self.totals[side];
        let sources = terms.sources;
        let sum = |cells: &[Sums], of: fn(&Sums) -> f64| cells.iter().map(of).sum::<f64>();
        let over = |cells: &[Sums], part: fn(&Sums) -> f64, whole: fn(&Sums) -> f64| {
            let whole = sum(cells, whole);
            (whole > 0.0).then(|| sum(cells, part) / whole)
        };
        let all = &totals.cells[..];
        let (open, new) = all.split_at(sources);
        let busy: Vec<Sums> = all.iter().filter(|s| !s.idle()).copied().collect();
        match factor {
            Factor::Pipeline => Some(sum(open, |s| s.usual)),
            Factor::NewLeads => Some(sum(new, |s| s.n)),
            Factor::LeadMix => over(new, |s| s.even, |s| s.n),
            Factor::Arrival => over(new, |s| s.usual, |s| s.even),
            Factor::Calendar => Some(self.win_days[side]),
            Factor::Speed => over(&busy, Sums::due, |s| s.win),
            Factor::WinRate if !terms.losses => over(&busy, |s| s.won, |s| s.win),
            Factor::WinRate => over(all, |s| s.won, Sums::due),
            Factor::OrderValue => over(all, |s| s.money, |s| s.won),
            Factor::LargeDeals => Some(sum(all, |s| s.beyond)),
            Factor::Untimed => Some(totals.untimed),
        }
    }
}

/// Everything there is to tell.
pub(super) struct Told<'a> {
    pub(super) leads: &'a Leads,
    pub(super) month: Month,
    pub(super) against: Against,
    pub(super) other: Option<Month>,
    pub(super) window: Window,
    pub(super) board: &'a Board,
    pub(super) sides: Sides,
    pub(super) base: f64,
    pub(super) actual: f64,
    pub(super) change: Noise,
    /// p-value of the change without large deals and wins of unknown life.
    pub(super) rest: f64,
    pub(super) effects: Effects,
    pub(super) by_cell: &'a [CellEffects],
    pub(super) method: Method,
    pub(super) noise: &'a [Noise],
    /// What the quarter did.
    pub(super) wave: Option<Wave>,
    /// Rows of the leads measured in the month.
    pub(super) rows: Vec<usize>,
}

/// Puts it together.
pub(super) fn tell(told: &Told<'_>) -> Explanation {
    let shown: Vec<usize> = (0..ALL.len()).filter(|&i| told.moves(i)).collect();
    // Days are known, and wins without a known life are a matter of the data: neither makes a claim.
    // Leads that may be missing in the file make none either.
    let record_ends = told.record_ends();
    let there =
        |factor| record_ends.is_none() || !matches!(factor, Factor::NewLeads | Factor::LeadMix);
    let judged: Vec<usize> = (shown.iter().copied())
        .filter(|&i| ALL[i].is_judged() && there(ALL[i]))
        .collect();
    let (large, others): (Vec<usize>, Vec<usize>) =
        (judged.into_iter()).partition(|&i| i == LARGE_DEALS);
    let p: Vec<f64> = others.iter().map(|&i| told.noise[i].p).collect();
    let claims = noise::claims(&Asked {
        whole: told.change.p,
        rest: told.rest,
        effects: &p,
        large: large.first().map(|&i| told.noise[i].p),
    });
    let whole = claims.whole;
    let mut real = [false; ALL.len()];
    real[LARGE_DEALS] = claims.large;
    for (&i, &claim) in others.iter().zip(&claims.effects) {
        real[i] = claim;
    }
    let effects: Vec<Effect> = (shown.iter())
        .map(|&i| Effect {
            factor: ALL[i],
            before: told.sides.value(ALL[i], 0, &told.board.terms),
            after: told.sides.value(ALL[i], 1, &told.board.terms),
            at_equal_days: told.at_equal_days(ALL[i]),
            effect: told.effects[i],
            low: told.noise[i].low,
            high: told.noise[i].high,
            p: told.noise[i].p,
            real: real[i],
            sources: told.sources(i),
        })
        .collect();
    Explanation {
        month: told.month,
        against: told.against,
        other: told.other,
        until: told.window.to,
        complete: told.window.to == (told.month + 1).first_day(),
        days: told.window.to - told.window.from,
        currency: if told.board.priced { "" } else { "deals" }.to_owned(),
        base: told.base,
        actual: told.actual,
        change: told.actual - told.base,
        change_low: told.change.low,
        change_high: told.change.high,
        change_p: told.change.p,
        change_real: whole,
        forecast: None,
        forecast_low: None,
        forecast_high: None,
        forecast_month: None,
        target: None,
        target_gap: None,
        p_target: None,
        method: told.method,
        levers: if whole {
            levers(&effects, told.base, told.wave.map(|wave| wave.effect))
        } else {
            Vec::new()
        },
        effects,
        by_source: told.leads.role(Role::Source).is_some(),
        win_rate: None,
        largest: told.largest(),
        record_ends,
        leads_fell: told.leads_fell().map(|(_, usual)| usual),
        wave: told.wave,
        warnings: told.warnings(),
    }
}

/// The effects that are real and large beside all others, largest first. Speed and win rate are none where the quarter explains
/// them: they go the way of the wave, and no more than twice as far.
fn levers(effects: &[Effect], base: f64, wave: Option<f64>) -> Vec<Factor> {
    let paced = |e: &&Effect| matches!(e.factor, Factor::Speed | Factor::WinRate);
    let with = |e: &&Effect| wave.is_some_and(|wave| e.effect * wave > 0.0);
    let along: f64 = (effects.iter().filter(paced).filter(with))
        .map(|e| e.effect.abs())
        .sum();
    let explained = wave.is_some_and(|wave| along <= WAVE * wave.abs());
    let of_quarter = |e: &&Effect| explained && paced(e) && with(e);
    let mut real: Vec<&Effect> = effects.iter().filter(|effect| effect.real).collect();
    real.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
    let largest = (effects.iter()).fold(0.0_f64, |most, effect| most.max(effect.effect.abs()));
    let least = (BESIDE_LARGEST * largest).max(LARGE * base.abs());
    (real.iter())
        .filter(|effect| effect.effect.abs() >= least && !of_quarter(effect))
        .take(LEVERS)
        .map(|effect| effect.factor)
        .collect()
}

impl Told<'_> {
    /// Whether a factor can have moved at all.
    fn moves(&self, i: usize) -> bool {
        let between_months = self.other.is_some();
        match ALL[i] {
            Factor::Pipeline | Factor::Calendar => between_months,
            Factor::Speed => self.board.terms.losses,
            Factor::OrderValue => self.board.priced,
            Factor::LargeDeals => {
                let cells = self.sides.totals.iter().flat_map(|t| &t.cells);
                cells.map(|sums| sums.beyond).sum::<f64>() > 0.0
            }
            Factor::Untimed => self.sides.totals.iter().any(|t| t.untimed != 0.0),
            Factor::NewLeads | Factor::LeadMix | Factor::Arrival => {
                let new = |t: &Totals| {
                    t.cells[self.board.terms.sources..]
                        .iter()
                        .any(|s| s.n > 0.0)
                };
                self.sides.totals.iter().any(new)
            }
            Factor::WinRate => true,
        }
    }

    /// The sources with the largest parts in an effect.
    fn sources(&self, i: usize) -> Vec<(String, f64)> {
        let sources = self.board.terms.sources;
        if i > LARGE_DEALS || self.board.names.iter().flatten().count() < 2 {
            return Vec::new();
        }
        let mut parts: Vec<(String, f64)> = (self.board.names.iter().enumerate())
            .filter_map(|(source, name)| {
                let effect = self.by_cell[source][i] + self.by_cell[source + sources][i];
                Some((name.clone()?, effect)).filter(|(_, effect)| *effect != 0.0)
            })
            .collect();
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
        parts.truncate(SOURCES);
        parts
    }

    /// The largest deal, where it is larger than usual.
    fn largest(&self) -> Option<LargeDeal> {
        let amounts = self.leads.numbers(Role::Amount)?;
        let cap = self.board.terms.cap;
        let inside = |row: &&usize| {
            let day = self.leads.closed[**row];
            self.leads.outcome[**row] == Outcome::Won
                && amounts[**row] > cap
                && day.is_some_and(|day| self.window.from <= day && day < self.window.to)
        };
        let row = *(self.rows.iter().filter(inside))
            .max_by(|&&a, &&b| amounts[a].total_cmp(&amounts[b]).then(b.cmp(&a)))?;
        Some(LargeDeal {
            lead: self.leads.ids[row].clone(),
            amount: amounts[row],
            usual: cap,
        })
    }

    fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let mut warn = |code: &str, message: String| {
            warnings.push(Warning {
                code: code.to_owned(),
                message,
                column: None,
            });
        };
        let (from, to) = (self.window.from, self.window.to);
        if to < (self.month + 1).first_day() {
            warn(
                "month-not-over",
                format!(
                    "{} is not over: what came before {to} is held against as many days",
                    self.month
                ),
            );
        }
        if let Some((came, usual)) = self.leads_fell() {
            warn(
                "leads-fell",
                format!(
                    "{came} leads came in in {}, and none after it, where {usual} a month were usual in the half year before: if \
                     the export ends early, or leads are entered late, new leads explain nothing",
                    self.month
                ),
            );
        }
        let newest = (self.leads.created.iter().flatten())
            .filter(|&&day| day < to)
            .max();
        if let Some(&newest) = newest.filter(|&&day| day < from) {
            warn(
                "no-new-leads",
                format!(
                    "no lead came in in {}: the newest is of {newest}. Either none did, or the export ends there, and new \
                     leads explain nothing",
                    self.month
                ),
            );
        }
        if !self.board.terms.losses {
            warn(
                "losses-missing",
                "hardly any loss is on record where wins could have been: deals that are late cannot be told from deals that \
                 will not come, and both count as win rate. Leads marked as lost on the day would tell them apart"
                    .to_owned(),
            );
        }
        if let Some((day, leads)) = self.late_record() {
            let then = if self.other.is_some() {
                "their early wins are missing, so chances are learnt from later leads only"
            } else {
                "their early wins are missing, so the chances that the forecast learnt from them are too low"
            };
            warn(
                "record-begins-late",
                format!(
                    "closings are on record from {day} on only, though {leads} leads came before: {then}"
                ),
            );
        }
        let untimed = self.sides.totals[1].untimed;
        if untimed != 0.0 {
            warn(
                "untimed-wins",
                "some wins of the month have no creation date, or one after their closing: no forecast could know them"
                    .to_owned(),
            );
        }
        if let Some(n) = self.unpriced().filter(|&n| n > 0) {
            let s = if n == 1 { "" } else { "s" };
            warn(
                "won-without-amount",
                format!(
                    "{n} won lead{s} of {} without an amount: counted as 0 in revenue and in order value",
                    self.month
                ),
            );
        }
        warnings
    }

    /// The newest lead of the file, where none came in in the days explained or after them.
    fn record_ends(&self) -> Option<Day> {
        let newest = self.leads.created.iter().flatten().max();
        newest.copied().filter(|&day| day < self.window.from)
    }

    /// The leads of the month and the usual number, where it is the last of the file and brought less than half, beyond
    /// chance.
    fn leads_fell(&self) -> Option<(usize, usize)> {
        let end = (self.month + 1).first_day();
        let created = || self.leads.created.iter().copied().flatten();
        if self.window.to < end || created().any(|day| day >= end) {
            return None;
        }
        let first = created().min()?.month() + 1;
        let of = |month: Month| created().filter(|day| day.month() == month).count();
        let mut usual: Vec<usize> = (1..=USUAL_MONTHS.0)
            .map(|back| self.month - back)
            .filter(|&month| month >= first)
            .map(of)
            .collect();
        usual.sort_unstable();
        let median = *usual
            .get(usual.len() / 2)
            .filter(|_| usual.len() >= USUAL_MONTHS.1)?;
        let (came, half) = (of(self.month), median as f64 / 2.0);
        let beyond_chance = median as f64 - came as f64 >= 3.0 * (median as f64).sqrt();
        ((came as f64) < half && came > 0 && beyond_chance).then_some((came, median))
    }

    /// New leads of the month in the working days of the other.
    fn at_equal_days(&self, factor: Factor) -> Option<f64> {
        let [before, after] = &self.sides.totals;
        let counted = factor == Factor::NewLeads && self.other.is_some() && after.lead_days > 0.0;
        let came = self.sides.value(factor, 1, &self.board.terms)?;
        counted.then(|| came * before.lead_days / after.lead_days)
    }

    /// From when on closings are on record, and how many leads are older.
    fn late_record(&self) -> Option<(Day, usize)> {
        let since = record_from(self.leads)?;
        let created = self.leads.created.iter().flatten();
        Some((since, created.filter(|&&day| day < since).count()))
    }

    /// Wins of the month without an amount.
    fn unpriced(&self) -> Option<usize> {
        let amounts = self
            .leads
            .numbers(Role::Amount)
            .filter(|_| self.board.priced)?;
        let inside = |row: &usize| {
            self.leads.outcome[*row] == Outcome::Won
                && self.leads.closed[*row]
                    .is_some_and(|day| self.window.from <= day && day < self.window.to)
        };
        Some(
            (0..self.leads.len())
                .filter(inside)
                .filter(|&row| amounts[row].is_nan())
                .count(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lever_is_large_beside_all_effects_and_beside_the_month() {
        let told = |sizes: [(f64, bool); 3], wave: Option<f64>| {
            let factors = [Factor::NewLeads, Factor::Speed, Factor::WinRate];
            let effects: Vec<Effect> = (factors.into_iter().zip(sizes))
                .map(|(factor, (effect, real))| Effect {
                    factor,
                    before: None,
                    after: None,
                    at_equal_days: None,
                    effect,
                    low: effect,
                    high: effect,
                    p: 0.0,
                    real,
                    sources: Vec::new(),
                })
                .collect();
            levers(&effects, 1000.0, wave)
        };
        let of = |sizes| told(sizes, None);
        assert_eq!(
            of([(60.0, true), (-90.0, true), (5.0, false)]),
            [Factor::Speed, Factor::NewLeads]
        );
        assert_eq!(of([(60.0, true), (-400.0, false), (5.0, false)]), []);
        assert_eq!(of([(40.0, true), (30.0, false), (5.0, false)]), []);
        // Speed and win rate that go with the quarter are its own, unless they go much further.
        let sizes = [(60.0, true), (-90.0, true), (-80.0, true)];
        assert_eq!(told(sizes, Some(-100.0)), [Factor::NewLeads]);
        let own = [Factor::Speed, Factor::WinRate, Factor::NewLeads];
        assert_eq!(told(sizes, Some(-50.0)), own);
        assert_eq!(told(sizes, Some(100.0)), own);
    }
}
