//! The forecast of a month as it was made on its first day, taken apart: what it counted on, lead by lead and source by
//! source, and how unsure it was.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

use crate::domain::{Day, Role};
use crate::forecast::engine::{Drawn, Effort};
use crate::forecast::groups::{Groups, thinned};
use crate::forecast::inflow;
use crate::forecast::levers::Works;
use crate::forecast::result::ForecastError;
use crate::forecast::ruler::{self, Ruler, waves_warning};
use crate::forecast::series::Ahead;
use crate::forecast::smooth;
use crate::forecast::span::Span;
use crate::forecast::{Books, Past};
use crate::score::{self, Warning};

/// Examples of new leads of each source, each on one of so many days.
const EXAMPLES: usize = 400;

/// A new lead as it may come in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Example {
    /// P(won in the days).
    pub(crate) win: f64,
    /// P(lost in the days).
    pub(crate) lost: f64,
    /// P(won in the days) had it come on any of them.
    pub(crate) even: f64,
    /// Both in the first part of the days, as of a [`crate::forecast::Chance`].
    pub(crate) sooner: [f64; 2],
    /// Expected amount of a win, money.
    pub(crate) amount: f64,
}

/// What was counted on from the leads yet to come of one source.
#[derive(Debug, Clone)]
pub(crate) struct Inflow {
    /// The source.
    pub(crate) source: String,
    /// Expected number in the days.
    pub(crate) leads: f64,
    /// P(won in the days) of one of them, without the luck of the month.
    pub(crate) win: f64,
    /// Expected amount of a win, money.
    pub(crate) amount: f64,
    /// Equally likely ones; their means are those above.
    pub(crate) examples: Vec<Example>,
}

/// The forecast of a month, or of its first days, made on the first day.
#[derive(Debug)]
pub(crate) struct Opening {
    /// The model and calendar as known then.
    pub(crate) ruler: Ruler,
    /// Whether revenue is money; if not, deals.
    pub(crate) priced: bool,
    /// New leads by source.
    pub(crate) new: Vec<Inflow>,
    /// Expected revenue of the whole month / of the days asked for.
    pub(crate) whole: f64,
    /// Mean factor of the month on conversion.
    pub(crate) luck: f64,
    /// What to say if wins come in waves.
    waves: Option<String>,
    conversion: Vec<Ahead>,
    volume: Vec<Ahead>,
    ratios: Vec<f64>,
}

impl Opening {
    /// The forecast of `from`'s month as of `from`, for the days up to, but without, `to` (in the same month or its end).
    pub(crate) fn new(
        books: &Books<'_>,
        from: Day,
        to: Day,
        seed: u64,
    ) -> Result<Self, ForecastError> {
        let past = Past::of(books, from);
        let ruler = Ruler::learn(&past.leads, books.rules, seed)?;
        let known = past.books(books);
        let span = Span::new(from, 1).paced(&past.leads);
        let effort = Effort {
            draws: 1,
            models: 0,
        };
        let drawn = Drawn::new(&ruler.model, &known, &span, &effort, seed)?;
        let new = inflows(&ruler, &known, &drawn.works, to)?;
        let ingredients = &drawn.works.ingredients;
        let rates = ingredients.conversion.iter().map(|belief| belief.rate(0));
        let luck = rates.sum::<f64>() / ingredients.conversion.len().max(1) as f64;
        let open: f64 = (ingredients.chances.iter().zip(&ingredients.amounts))
            .map(|(p, amount)| p * amount)
            .sum();
        let chances = ingredients.new_chances.first().map_or(&[][..], |c| &c[..]);
        let came: f64 = (ingredients.leads.iter().zip(chances))
            .zip(&ingredients.purses)
            .map(|((leads, p), purse)| leads[0] * p * purse.of(0).mean)
            .sum();
        Ok(Self {
            priced: drawn.priced,
            new,
            whole: (open + came) * luck,
            luck,
            waves: drawn.waves,
            conversion: drawn.works.ingredients.conversion,
            volume: drawn.works.ingredients.volume,
            ratios: drawn.works.ingredients.ratios.all().to_vec(),
            ruler,
        })
    }

    /// What to say if wins come in waves that follow the quarter.
    pub(crate) fn waves_warning(&self) -> Option<Warning> {
        self.waves.clone().map(waves_warning)
    }

    /// One of the months believed in: factors on the number of new leads and on conversion.
    pub(crate) fn month(&self, rng: &mut impl Rng) -> (f64, f64) {
        (drawn(&self.volume, rng), drawn(&self.conversion, rng))
    }

    /// What a deal pays of what is expected of it, drawn.
    pub(crate) fn ratio(&self, rng: &mut impl Rng) -> f64 {
        if self.ratios.is_empty() {
            return 1.0;
        }
        self.ratios[rng.random_range(0..self.ratios.len())]
    }
}

fn drawn(beliefs: &[Ahead], rng: &mut impl Rng) -> f64 {
    if beliefs.is_empty() {
        return 1.0;
    }
    let belief = &beliefs[rng.random_range(0..beliefs.len())];
    let sd = belief.root[0].iter().map(|r| r * r).sum::<f64>().sqrt();
    let z: f64 = StandardNormal.sample(rng);
    (belief.mean[0] + sd * z).exp()
}

/// What was expected of new leads until `to`, by source.
fn inflows(
    ruler: &Ruler,
    known: &Books<'_>,
    works: &Works,
    to: Day,
) -> Result<Vec<Inflow>, ForecastError> {
    let (leads, from) = (known.leads, known.leads.as_of);
    let sources = Groups::by(leads, Role::Source);
    let examples = examples(ruler, known, &sources, to)?;
    let days: Vec<Day> = (0..to - from).map(|day| from + day).collect();
    let worth: Vec<f64> = days.iter().map(|&d| ruler.lead_days(d, d + 1)).collect();
    let all: f64 = worth.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let end = (from.month() + 1).first_day();
    let part = all / ruler.lead_days(from, end).max(f64::MIN_POSITIVE);
    let ingredients = &works.ingredients;
    Ok((0..sources.len())
        .map(|source| {
            let win: f64 = (days.iter().zip(&worth))
                .map(|(&day, w)| {
                    w * inflow::at(&works.table[source], ruler.wins.worked(day, to)) / all
                })
                .sum();
            let amount = ingredients.purses[source].of(0).mean;
            Inflow {
                source: sources.names[source].clone(),
                leads: ingredients.leads[source][0] * part,
                win,
                amount,
                examples: level(examples[source].clone(), win, amount),
            }
        })
        .collect())
}

/// Examples brought to these means: of P(won), and of the amount over the wins.
fn level(mut examples: Vec<Example>, win: f64, amount: f64) -> Vec<Example> {
    let n = examples.len().max(1) as f64;
    let mean: f64 = examples.iter().map(|e| e.win).sum::<f64>() / n;
    let even: f64 = examples.iter().map(|e| e.even).sum::<f64>() / n;
    let paid: f64 = examples.iter().map(|e| e.win * e.amount).sum::<f64>() / n;
    for example in &mut examples {
        if paid > 0.0 {
            example.amount *= amount * mean / paid;
        }
        if mean > 0.0 {
            example.win *= win / mean;
            example.sooner[0] *= win / mean;
        }
        if even > 0.0 {
            example.even *= win / even;
        }
    }
    examples
}

/// New leads as they may come in, by source: examples of the past on the days of the window.
fn examples(
    ruler: &Ruler,
    known: &Books<'_>,
    sources: &Groups,
    to: Day,
) -> Result<Vec<Vec<Example>>, ForecastError> {
    let (leads, from) = (known.leads, known.leads.as_of);
    let mut by_source = vec![Vec::new(); sources.len()];
    for row in inflow::examples(leads, sources) {
        by_source[sources.of[row]].push(row);
    }
    let rows: Vec<usize> = (by_source.iter())
        .flat_map(|rows| thinned(rows, EXAMPLES))
        .collect();
    let curves = score::at_creation(&ruler.model, leads, known.rules, &rows)?.curves(&ruler.model);
    let prices = score::amounts_at_creation(&ruler.model, leads, &curves.rows);
    let all = ruler.lead_days(from, to);
    let any_day = ruler.any_day(from, to);
    let mut examples = vec![Vec::new(); sources.len()];
    for (curve, &row) in curves.rows.iter().enumerate() {
        let of = &mut examples[sources.of[row]];
        // A day by the golden ratio: any number of examples is spread over the days as leads are.
        let at = all * (0.5 + of.len() as f64 * 0.618_033_988_749_895).fract();
        let day = (0..to - from)
            .map(|day| from + day)
            .find(|&day| ruler.lead_days(from, day + 1) >= at)
            .unwrap_or(to - 1);
        let days = ruler.wins.worked(day, to);
        of.push(Example {
            win: smooth::won_within(&curves, curve, days),
            lost: smooth::lost_within(&curves, curve, days),
            even: ruler::evenly(&curves, curve, &any_day),
            sooner: ruler::sooner(&curves, curve, days),
            amount: prices.as_ref().map_or(1.0, |prices| prices[curve]),
        });
    }
    Ok(examples)
}
