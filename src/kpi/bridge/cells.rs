//! A month as a product of factors, cell by cell: leads open at its start and leads new in it, each by source.

use serde::Serialize;

use crate::kpi::bridge::lmdi::lmdi;
use crate::kpi::bridge::shapley::shapley_product;

/// What can make one month differ from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// What was open at the start of the month: wins to be expected of it in a month of average length, by number, age,
    /// source and quality of the leads.
    Pipeline,
    /// Number of new leads.
    NewLeads,
    /// Their sources and quality: the mean chance of one of them to be won in the month that it came in, had it come evenly
    /// over its days.
    LeadMix,
    /// On which days of the month they came: their chances by these days / evenly over all.
    Arrival,
    /// Working days.
    Calendar,
    /// Decisions that fell in the month, each counted by its chance to be a win, over those expected.
    Speed,
    /// Wins over those that the decisions promised.
    WinRate,
    /// Mean amount of a win, large deals cut to the size that is usual for the largest.
    OrderValue,
    /// What large deals brought above that.
    LargeDeals,
    /// Wins of leads without a known life: nothing says when they came in.
    Untimed,
}

impl Factor {
    /// Whether it is asked of it if it is beyond chance: days are known, and wins without a known life are a matter of the
    /// data.
    pub const fn is_judged(self) -> bool {
        !matches!(self, Self::Arrival | Self::Calendar | Self::Untimed)
    }
}

/// Wins to be expected below which, without any decision, nothing was there: deciding none of next to nothing is no slowness.
const NOTHING: f64 = 0.05;

/// How much more or less than all decisions wins may follow the clock.
const POWER: (f64, f64) = (0.4, 1.6);

/// The factors of a product; what large deals and wins without a known life brought is added to it.
pub(super) const PRODUCT: usize = 8;
/// All factors.
pub(super) const FACTORS: usize = PRODUCT + 2;
/// Where large deals are among them.
pub(super) const LARGE_DEALS: usize = PRODUCT;
/// All factors, in the order in which a lead meets them.
pub(super) const ALL: [Factor; FACTORS] = [
    Factor::Pipeline,
    Factor::NewLeads,
    Factor::LeadMix,
    Factor::Arrival,
    Factor::Calendar,
    Factor::Speed,
    Factor::WinRate,
    Factor::OrderValue,
    Factor::LargeDeals,
    Factor::Untimed,
];

/// The factors of one cell, in the order of [`ALL`].
pub(super) type Row = [f64; PRODUCT];
/// Effects of all factors.
pub(super) type Effects = [f64; FACTORS];

/// One lead in one month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fact {
    /// Its cell; none: its life is not known.
    pub(super) cell: Option<u16>,
    /// Leads of one customer are drawn together.
    pub(super) cluster: u32,
    /// P(won) in a month of average length, had it come evenly over its days, ...
    pub(super) even: f64,
    /// ... on its own day, ...
    pub(super) usual: f64,
    /// ... in this month, ...
    pub(super) win: f64,
    /// ... and given that it is decided.
    pub(super) share: f64,
    /// How much of `win`, and of the wins that its decision promises, comes in the last part of the month.
    pub(super) late: [f64; 2],
    /// Whether it was decided.
    pub(super) decided: bool,
    /// Whether it was won.
    pub(super) won: bool,
    /// What it brought, money.
    pub(super) money: f64,
}

/// Sums over the leads of a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) n: f64,
    pub(super) even: f64,
    pub(super) usual: f64,
    pub(super) win: f64,
    /// Wins that the decisions promised.
    pub(super) promised: f64,
    /// Of those expected, wins and wins promised that come in the last part of the month.
    pub(super) late: [f64; 2],
    pub(super) decided: f64,
    pub(super) won: f64,
    /// Money of the wins up to the cap each, and beyond it.
    pub(super) money: f64,
    pub(super) beyond: f64,
}

impl Sums {
    /// Wins that were due with so many decisions in the month. Where losses follow the clock more closely than wins, a slow
    /// month has fewer of them among its decisions: its wins would look many, and its slowness too large.
    pub(super) fn due(&self) -> f64 {
        let [wins, promised] = self.late;
        let power = if wins > 0.0 && promised > 0.0 {
            (wins / promised).clamp(POWER.0, POWER.1)
        } else {
            1.0
        };
        if self.win > 0.0 {
            self.win * (self.promised / self.win).powf(power)
        } else {
            self.promised
        }
    }

    /// Whether nothing was there to be decided, and nothing was.
    pub(super) fn idle(&self) -> bool {
        self.decided == 0.0 && self.won == 0.0 && self.usual.max(self.win) < NOTHING
    }
}

/// A month: its cells (open ones first, then as many of new leads) and what lies outside of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Totals {
    pub(super) cells: Vec<Sums>,
    /// Days of average worth for new leads / usual number of days.
    pub(super) lead_days: f64,
    pub(super) untimed: f64,
}

/// How a month is added up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Terms {
    /// Number of sources told apart: cells are twice as many.
    pub(super) sources: usize,
    /// Money of a deal from which on it is large.
    pub(super) cap: f64,
    /// Whether losses are on record, so that slow can be told from poor.
    pub(super) losses: bool,
}

impl Terms {
    /// Adds up leads, each as often as its cluster weighs (all once without weights).
    pub(super) fn add_up(&self, facts: &[Fact], lead_days: f64, weights: Option<&[f64]>) -> Totals {
        let mut totals = Totals {
            cells: vec![Sums::default(); 2 * self.sources],
            lead_days,
            untimed: 0.0,
        };
        for fact in facts {
            let weight = weights.map_or(1.0, |w| w[fact.cluster as usize]);
            let Some(cell) = fact.cell else {
                totals.untimed += weight * fact.money;
                continue;
            };
            let sums = &mut totals.cells[cell as usize];
            sums.n += weight;
            sums.even += weight * fact.even;
            sums.usual += weight * fact.usual;
            sums.win += weight * fact.win;
            for (sum, late) in sums.late.iter_mut().zip(fact.late) {
                *sum += weight * late;
            }
            if fact.decided {
                sums.decided += weight;
                sums.promised += weight * fact.share;
            }
            if fact.won {
                sums.won += weight;
                let capped = fact.money.min(self.cap);
                sums.money += weight * capped;
                sums.beyond += weight * (fact.money - capped);
            }
        }
        totals
    }

    /// The factors of each cell; none where nothing tells one.
    pub(super) fn factors(&self, totals: &Totals) -> Vec<[Option<f64>; PRODUCT]> {
        let (open, new) = totals.cells.split_at(self.sources);
        let count = |cells: &[Sums]| cells.iter().map(|sums| sums.n).sum::<f64>();
        let all_new = count(new);
        let one = Some(1.0);
        let open = open.iter().map(|sums| {
            let rest = self.rest(sums, 1.0);
            let wins = Some(if sums.idle() { 0.0 } else { sums.usual });
            [wins, one, one, one, rest[0], rest[1], rest[2], rest[3]]
        });
        let new = new.iter().map(|sums| {
            let rest = self.rest(sums, totals.lead_days);
            let mix = if sums.idle() {
                (all_new > 0.0).then_some(0.0)
            } else {
                over(sums.even, all_new)
            };
            let arrival = over(sums.usual, sums.even).filter(|_| !sums.idle());
            let rate = over(all_new, totals.lead_days);
            [one, rate, mix, arrival, rest[0], rest[1], rest[2], rest[3]]
        });
        open.chain(new).collect()
    }

    /// The factors that open and new leads have in common.
    fn rest(&self, sums: &Sums, lead_days: f64) -> [Option<f64>; 4] {
        if sums.idle() {
            return [None; 4];
        }
        let calendar = over(sums.win, sums.usual).map(|c| c * lead_days);
        let (speed, wins) = if self.losses {
            (over(sums.due(), sums.win), over(sums.won, sums.due()))
        } else {
            (Some(1.0), over(sums.won, sums.win))
        };
        [calendar, speed, wins, over(sums.money, sums.won)]
    }
}

fn over(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// Two months made comparable: a factor that one of them does not tell is that of the other, 1 if neither does.
pub(super) fn pair(
    before: &[[Option<f64>; PRODUCT]],
    after: &[[Option<f64>; PRODUCT]],
) -> (Vec<Row>, Vec<Row>) {
    let fill = |own: &[Option<f64>; PRODUCT], other: &[Option<f64>; PRODUCT]| -> Row {
        std::array::from_fn(|i| own[i].or(other[i]).unwrap_or(1.0))
    };
    let both = || before.iter().zip(after);
    (
        both().map(|(b, a)| fill(b, a)).collect(),
        both().map(|(b, a)| fill(a, b)).collect(),
    )
}

/// How a change is shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Logarithmic mean Divisia index.
    Lmdi,
    /// Shapley values.
    Shapley,
}

/// What the products do not hold: money of large deals beyond the cap, by cell, and of wins without a known life.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Added {
    pub(super) beyond: Vec<f64>,
    pub(super) untimed: f64,
}

impl Totals {
    /// What is added to the products. One large deal is no more leads, and no higher win rate: were it part of the products,
    /// it would make every other effect larger.
    pub(super) fn added(&self) -> Added {
        Added {
            beyond: self.cells.iter().map(|sums| sums.beyond).collect(),
            untimed: self.untimed,
        }
    }
}

/// Effects of the factors of a cell, and of its large deals.
pub(super) type CellEffects = [f64; PRODUCT + 1];

/// The effects of all factors on the change of the sum of the cells' products and of what is added to them, and by cell. LMDI
/// where nothing is negative, unless Shapley is asked for.
pub(super) fn effects(
    before: &[Row],
    after: &[Row],
    added: [&Added; 2],
    method: Method,
) -> (Effects, Vec<CellEffects>) {
    let by_cell: Vec<CellEffects> = (before.iter().zip(after).enumerate())
        .map(|(cell, (b, a))| {
            let effects = match method {
                Method::Lmdi => lmdi(b, a),
                Method::Shapley => shapley_product(b, a),
            };
            std::array::from_fn(|i| {
                if i == LARGE_DEALS {
                    added[1].beyond[cell] - added[0].beyond[cell]
                } else {
                    effects[i]
                }
            })
        })
        .collect();
    let all = std::array::from_fn(|i| {
        if i > LARGE_DEALS {
            added[1].untimed - added[0].untimed
        } else {
            by_cell.iter().map(|row| row[i]).sum()
        }
    });
    (all, by_cell)
}

/// What each factor alone would have done to each cell, all others as before.
pub(super) fn alone(before: &[Row], after: &[Row]) -> Vec<Row> {
    (before.iter().zip(after))
        .map(|(b, a)| {
            std::array::from_fn(|i| {
                let others = (0..PRODUCT).filter(|&k| k != i).map(|k| b[k]);
                others.product::<f64>() * (a[i] - b[i])
            })
        })
        .collect()
}

/// LMDI where it is defined: nothing negative.
pub(super) fn method(before: &[Row], after: &[Row]) -> Method {
    let mut all = before.iter().chain(after).flatten();
    if all.all(|&x| x >= 0.0) {
        Method::Lmdi
    } else {
        Method::Shapley
    }
}

/// What a month brought: the sum of the products and of what is added to them.
pub(super) fn revenue(rows: &[Row], added: &Added) -> f64 {
    let products = rows.iter().map(|row| row.iter().product::<f64>());
    products.sum::<f64>() + added.beyond.iter().sum::<f64>() + added.untimed
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: Terms = Terms {
        sources: 1,
        cap: f64::INFINITY,
        losses: true,
    };

    fn effect(effects: &Effects, factor: Factor) -> f64 {
        let at = ALL.iter().position(|&own| own == factor);
        effects[at.expect("a factor")]
    }

    #[test]
    fn an_empty_month_is_due_to_what_was_not_there() {
        let busy = Sums {
            n: 200.0,
            even: 12.0,
            usual: 12.0,
            win: 12.0,
            promised: 13.0,
            late: [2.0, 2.5],
            decided: 50.0,
            won: 12.0,
            money: 24_000.0,
            beyond: 0.0,
        };
        // Leads left open for a year, of which nothing is expected any more.
        let stale = Sums {
            n: 40.0,
            even: 6e-6,
            usual: 6e-6,
            win: 6e-6,
            ..Sums::default()
        };
        let month = |open: Sums| Totals {
            cells: vec![open, Sums::default()],
            lead_days: 1.0,
            untimed: 0.0,
        };
        let factors = TERMS.factors(&month(stale));
        assert_eq!(factors[0][4..], [None; 4]);
        let (before, after) = pair(&TERMS.factors(&month(busy)), &factors);
        let nothing = month(stale).added();
        let (effects, _) = effects(&before, &after, [&nothing; 2], Method::Lmdi);
        assert!((effect(&effects, Factor::Pipeline) + 24_000.0).abs() < 1e-6);
        assert_eq!(effect(&effects, Factor::Speed), 0.0);
    }

    /// One large deal beside ten usual ones: all that is beyond the cap is its own, and nothing else moves.
    #[test]
    fn a_large_deal_moves_no_other_factor() {
        let cell = |beyond: f64| Sums {
            n: 100.0,
            even: 10.0,
            usual: 10.0,
            win: 10.0,
            promised: 10.0,
            late: [2.0, 2.0],
            decided: 40.0,
            won: 11.0,
            money: 11_000.0,
            beyond,
        };
        let month = |beyond: f64, n: f64| Totals {
            cells: vec![cell(beyond), Sums { n, ..cell(0.0) }],
            lead_days: 1.0,
            untimed: 0.0,
        };
        let told = |beyond: f64, method: Method| {
            let (then, now) = (month(0.0, 100.0), month(beyond, 120.0));
            let (before, after) = pair(&TERMS.factors(&then), &TERMS.factors(&now));
            effects(&before, &after, [&then.added(), &now.added()], method).0
        };
        for method in [Method::Lmdi, Method::Shapley] {
            let (plain, with) = (told(0.0, method), told(40_000.0, method));
            for factor in ALL.into_iter().filter(|&f| f != Factor::LargeDeals) {
                assert_eq!(effect(&plain, factor), effect(&with, factor), "{factor:?}");
            }
            assert_eq!(effect(&with, Factor::LargeDeals), 40_000.0);
        }
    }

    /// The same leads, once early in the month and once late: nothing of it is their quality.
    #[test]
    fn the_days_on_which_leads_came_are_not_their_quality() {
        let month = |usual: f64| Totals {
            cells: vec![
                Sums::default(),
                Sums {
                    n: 100.0,
                    even: 10.0,
                    usual,
                    win: usual,
                    promised: 10.0,
                    late: [2.0, 2.0],
                    decided: 40.0,
                    won: 10.0,
                    money: 10_000.0,
                    beyond: 0.0,
                },
            ],
            lead_days: 1.0,
            untimed: 0.0,
        };
        let (late, early) = (month(6.0), month(14.0));
        let (before, after) = pair(&TERMS.factors(&late), &TERMS.factors(&early));
        let added = late.added();
        let (effects, _) = effects(&before, &after, [&added; 2], Method::Lmdi);
        assert_eq!(effect(&effects, Factor::LeadMix), 0.0);
        assert!(effect(&effects, Factor::Arrival) > 5_000.0);
    }
}
