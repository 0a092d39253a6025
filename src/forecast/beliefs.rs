//! What the model says about open leads and about leads yet to come.

use crate::domain::{Leads, Probability};
use crate::forecast::groups::{Groups, now_given, thinned};
use crate::forecast::inflow::{self, daily, examples, mean_curves};
use crate::forecast::purse::{Purse, Purses, Timing};
use crate::forecast::result::ForecastError;
use crate::forecast::runoff;
use crate::forecast::span::Span;
use crate::forecast::spreads::Spreads;
use crate::score::{self, Model, WinCurves};
use crate::segment::Rules;

/// Open leads, and examples of each source, by which draws of the model are told from one another: their sums differ as
/// those of all do.
const TELLING: usize = 600;
const TELLING_NEW: usize = 150;

/// The model's answers, drawn and undrawn.
#[derive(Debug, Clone)]
pub(super) struct Beliefs {
    /// H, days.
    pub(super) horizon: i32,
    /// Whether amounts are money; if not, every deal counts 1.
    pub(super) priced: bool,
    /// Curves of the open leads, ...
    pub(super) open: WinCurves,
    /// ... their expected amounts, ...
    pub(super) open_amounts: Vec<f64>,
    /// ... and P(won in the month) of each, as `runoff::chances` gives them.
    pub(super) open_chances: Vec<f64>,
    /// Factors by draw of the model and month.
    pub(super) open_tilts: Vec<Vec<f64>>,
    /// Mean curve at creation of each source, ...
    pub(super) new: WinCurves,
    /// ... the same of fewer leads: of the model and of each draw of it (none: it is taken as it is), ...
    pub(super) new_drawn: Vec<WinCurves>,
    /// ... and of the examples it comes from: row, P(won within H), amount.
    pub(super) examples: Vec<(usize, f64, f64)>,
    /// When each of them would be won.
    pub(super) timing: Timing,
    /// Lists of realised / expected amounts, and which of them every lead draws from.
    pub(super) ratios: (Vec<Vec<f64>>, Vec<usize>),
}

/// The examples of each source, in the order of its leads.
#[derive(Debug, Clone)]
pub(super) struct BySource {
    /// Rows of the leads.
    pub(super) rows: Vec<Vec<usize>>,
    of: Vec<Vec<Example>>,
}

#[derive(Debug, Clone, Copy)]
struct Example {
    /// Its place among all.
    place: usize,
    /// P(won within H).
    won: f64,
    /// Expected amount of a win, money.
    amount: f64,
    /// How often its owner is given such leads now, over how often in the past.
    given: f64,
}

impl Example {
    /// How often it is won, and what that pays.
    fn paid(&self) -> (f64, f64) {
        (self.given * self.won, self.amount)
    }
}

impl BySource {
    /// Mean amount of a win of each source, whenever it comes.
    pub(super) fn mean_amounts(&self) -> Vec<f64> {
        (self.of.iter())
            .map(|examples| {
                let paid: Vec<(f64, f64)> = examples.iter().map(Example::paid).collect();
                Purse::new(&paid).mean
            })
            .collect()
    }
}

impl Beliefs {
    /// Asks the model, and `models` draws of it.
    #[allow(clippy::too_many_arguments, reason = "each of them is asked about")]
    pub(super) fn ask(
        model: &Model,
        leads: &Leads,
        rules: Option<&Rules>,
        sources: &Groups,
        span: &Span,
        horizon: i32,
        seed: u64,
        models: usize,
    ) -> Result<Self, ForecastError> {
        let open = score::open_now(model, leads, rules)?;
        let rows = examples(leads, sources);
        let new = score::at_creation(model, leads, rules, &rows)?;
        let (open_curves, new_curves) = (open.curves(model), new.curves(model));
        let open_prices = score::expected_amounts(model, leads, &open_curves.rows);
        let new_prices = score::amounts_at_creation(model, leads, &new_curves.rows);
        let priced = open_prices.is_some() && new_prices.is_some();
        let prices = |prices: Option<Vec<f64>>, n: usize| {
            prices.filter(|_| priced).unwrap_or_else(|| vec![1.0; n])
        };
        let open_amounts = prices(open_prices, open_curves.rows.len());
        let new_amounts = prices(new_prices, new_curves.rows.len());
        let open_chances = runoff::chances(&open_curves, span);
        let (open_tilts, new_drawn) = if models == 0 {
            (Vec::new(), Vec::new())
        } else {
            let positions = thinned(&(0..open_amounts.len()).collect::<Vec<_>>(), TELLING);
            let few = open.take(&positions);
            let amounts: Vec<f64> = positions.iter().map(|&i| open_amounts[i]).collect();
            let tell = |model: &Model| {
                let chances = runoff::chances(&few.curves(model), span);
                runoff::expected(&chances, &amounts, span.len())
            };
            let mut of_source = vec![Vec::new(); sources.len()];
            for (i, &row) in new.rows().iter().enumerate() {
                of_source[sources.of[row]].push(i);
            }
            let telling: Vec<usize> = (of_source.iter())
                .flat_map(|all| thinned(all, TELLING_NEW))
                .collect();
            let few_new = new.take(&telling);
            let drawn: Vec<Model> = (0..models)
                .map(|k| model.drawn(seed.wrapping_add(k as u64)))
                .collect();
            let told: Vec<Vec<f64>> = drawn.iter().map(&tell).collect();
            let new_drawn = std::iter::once(model)
                .chain(&drawn)
                .map(|model| mean_curves(&few_new.curves(model), sources))
                .collect();
            (runoff::tilts(&tell(model), &told), new_drawn)
        };
        let examples = (new_curves.rows.iter().enumerate())
            .map(|(curve, &row)| {
                let won = new_curves.won_within(curve, f64::from(horizon));
                (row, won, new_amounts[curve])
            })
            .collect();
        Ok(Self {
            horizon,
            priced,
            open: open_curves,
            open_amounts,
            open_chances,
            open_tilts,
            new: mean_curves(&new_curves, sources),
            new_drawn,
            timing: Timing::new(&new_curves, span),
            examples,
            ratios: if priced {
                let (lists, of) = model.amount_spreads(leads);
                (lists.into_iter().map(<[f64]>::to_vec).collect(), of)
            } else {
                Default::default()
            },
        })
    }

    /// The examples by source. They count by how often their owners are given such leads now.
    pub(super) fn by_source(&self, leads: &Leads, sources: &Groups) -> BySource {
        let mut by = BySource {
            rows: vec![Vec::new(); sources.len()],
            of: vec![Vec::new(); sources.len()],
        };
        for (place, &(row, won, amount)) in self.examples.iter().enumerate() {
            by.rows[sources.of[row]].push(row);
            by.of[sources.of[row]].push(Example {
                place,
                won: Probability::clamped(won).get(),
                amount,
                given: 1.0,
            });
        }
        for (examples, given) in by.of.iter_mut().zip(now_given(leads, sources, &by.rows)) {
            for (example, given) in examples.iter_mut().zip(given) {
                example.given = given;
            }
        }
        by
    }

    /// From which list the open leads, and the examples, draw.
    pub(super) fn spreads(&self, by: &BySource) -> Spreads {
        let (lists, of) = &self.ratios;
        let lists: Vec<&[f64]> = lists.iter().map(Vec::as_slice).collect();
        let list = |&row: &usize| of.get(row).copied().unwrap_or(0);
        let examples = by.rows.iter().map(|rows| rows.iter().map(list).collect());
        Spreads::new(
            &lists,
            self.open.rows.iter().map(list).collect(),
            examples.collect(),
        )
    }

    /// What a win of each source pays in each month of the forecast, `months` of them, given the number of new leads by
    /// source and month.
    pub(super) fn purses(
        &self,
        by: &BySource,
        spreads: &Spreads,
        new: &[Vec<f64>],
        months: usize,
    ) -> Vec<Purses> {
        (by.of.iter().zip(new).enumerate())
            .map(|(source, (examples, new))| {
                let shares = (0..months).map(|month| {
                    (examples.iter())
                        .map(|e| e.given * self.timing.weight(e.place, month, new))
                        .collect()
                });
                let whole: Vec<(f64, f64, f64)> = (examples.iter().enumerate())
                    .map(|(i, example)| {
                        let (p, amount) = example.paid();
                        (p, amount, spreads.square_of_example(source, i))
                    })
                    .collect();
                Purses::new(&whole, shares)
            })
            .collect()
    }

    /// Days for which the curves at creation are needed to look back: to the oldest lead, but not beyond H.
    pub(super) fn past_days(&self, leads: &Leads) -> i32 {
        let oldest = leads.created.iter().copied().flatten().min();
        oldest
            .map_or(0, |day| leads.as_of - day)
            .clamp(0, self.horizon)
    }

    /// Chances of new leads by draw of the model, around those of the model itself, whose daily table is `table`.
    pub(super) fn new_chances(&self, table: &[Vec<f64>], span: &Span) -> Vec<Vec<f64>> {
        let central = inflow::chances(table, span);
        let mut drawn = (self.new_drawn.iter())
            .map(|curves| inflow::chances(&daily(curves, span.days()), span));
        let Some(undrawn) = drawn.next() else {
            return vec![central];
        };
        let drawn: Vec<Vec<f64>> = drawn.collect();
        (runoff::tilts(&undrawn, &drawn).iter())
            .map(|tilts| tilts.iter().zip(&central).map(|(t, p)| t * p).collect())
            .collect()
    }
}
